//! What the program remembers of its user: read into what the window works with, and written when it changed.

use super::App;
use crate::edit::typed;
use crate::io::settings::{CoordinateFormat, Settings, Zone as StoredZone};
use crate::model::Language;
use crate::view::{Labels, Zone};

impl App {
    /// Writes the settings if they changed. A failure is said, and costs nothing but the memory of a panel.
    pub(super) fn save_settings(&mut self) {
        self.settings.coordinates = match self.state.format {
            typed::Format::Decimal => CoordinateFormat::Decimal,
            typed::Format::Dms => CoordinateFormat::DegreesMinutesSeconds,
            typed::Format::Mgrs => CoordinateFormat::Mgrs,
        };
        self.settings.statistics = super::statistics::stored(&self.state.statistics);
        let Some(path) = &self.world.settings_file else { return };
        if self.settings == self.settings_saved {
            return;
        }
        let saved = crate::io::paths::make_room_for(&crate::io::disk::RealDisk, path)
            .map_err(|e| e.to_string())
            .and_then(|()| {
                crate::io::settings::save(&crate::io::disk::RealDisk, path, &self.settings).map_err(|e| e.to_string())
            });
        match saved {
            Ok(()) => self.settings_saved = self.settings.clone(),
            Err(e) => self.notices.fail(format!("The settings were not saved: {e}")),
        }
    }
}

/// The languages on the map as the settings remember them.
pub(super) fn labels_of(settings: &Settings) -> Labels {
    let mut known = settings.languages.iter().filter_map(|c| Language::from_code(c));
    match known.next() {
        None => Labels::default(),
        Some(first) => Labels { first, second: known.find(|s| *s != first) },
    }
}

/// The zone of clock times as the settings remember it.
pub(super) fn zone_of(settings: &Settings) -> Zone {
    match settings.zone {
        StoredZone::Here => Zone::Here,
        StoredZone::Moscow => Zone::Moscow,
        StoredZone::Utc => Zone::Utc,
        StoredZone::Stated => Zone::Stated,
    }
}

/// The zone of clock times for the settings.
pub(super) fn stored_zone(zone: Zone) -> StoredZone {
    match zone {
        Zone::Here => StoredZone::Here,
        Zone::Moscow => StoredZone::Moscow,
        Zone::Utc => StoredZone::Utc,
        Zone::Stated => StoredZone::Stated,
    }
}

/// The form of positions as the settings remember it.
pub(super) fn format_of(settings: &Settings) -> typed::Format {
    match settings.coordinates {
        CoordinateFormat::Decimal => typed::Format::Decimal,
        CoordinateFormat::DegreesMinutesSeconds => typed::Format::Dms,
        CoordinateFormat::Mgrs => typed::Format::Mgrs,
    }
}
