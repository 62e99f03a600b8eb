//! The zone in which clock times are shown. It is always named beside them.
//!
//! A zone here is a fixed offset: Armenia has kept UTC+4 all year since 2012, Azerbaijan since 2016, Moscow UTC+3 since 2014.
//! Times before that are shown by the same clock, which the name beside them says.

use crate::model::{Moment, When, ZONE_HERE_MINUTES};

/// By which clock times are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Zone {
    /// Yerevan and Baku, UTC+4.
    #[default]
    Here,
    /// Moscow, UTC+3.
    Moscow,
    /// UTC.
    Utc,
    /// Each as its source states it.
    Stated,
}

impl Zone {
    /// All, as the menu offers them.
    pub const ALL: [Self; 4] = [Self::Here, Self::Moscow, Self::Utc, Self::Stated];

    /// Minutes east of Greenwich; `None`: as stated.
    pub fn offset(self) -> Option<i16> {
        match self {
            Self::Here => Some(ZONE_HERE_MINUTES),
            Self::Moscow => Some(180),
            Self::Utc => Some(0),
            Self::Stated => None,
        }
    }

    /// The zone as a menu names it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Here => "Yerevan, Baku (UTC+4)",
            Self::Moscow => "Moscow (UTC+3)",
            Self::Utc => "UTC",
            Self::Stated => "as stated",
        }
    }

    /// The zone in the fewest words: `UTC+4`, `as stated`.
    pub fn short(self) -> &'static str {
        match self {
            Self::Here => "UTC+4",
            Self::Moscow => "UTC+3",
            Self::Utc => "UTC",
            Self::Stated => "as stated",
        }
    }

    /// A time in full, with the zone wherever there is a clock time: `13 Sep 2022, 10:00 (UTC+4)`.
    pub fn when(self, when: &When) -> String {
        when.in_zone(self.offset()).label()
    }

    /// The same for a moment.
    pub fn moment(self, moment: Moment) -> String {
        self.when(&When::from(moment))
    }

    /// A time in full and, where that differs, as it was stated: `13 Sep 2022, 10:00 (UTC+4) · stated as 09:00 (UTC+3)`.
    pub fn both(self, when: &When) -> String {
        let (shown, stated) = (when.in_zone(self.offset()), when.label());
        let out = shown.label();
        if out == stated {
            return out;
        }
        // Of a single moment on the same day the clock alone says it.
        let same_day = when.end().is_none() && shown.anchor().without_clock() == when.anchor().without_clock();
        let clock = stated.rsplit_once(", ").filter(|_| same_day).map_or(stated.as_str(), |(_, clock)| clock);
        format!("{out} · stated as {clock}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn both(zone: Zone, text: &str) -> String {
        zone.both(&When::parse(text).unwrap())
    }

    #[test]
    fn a_time_of_another_zone_stands_beside_the_one_shown() {
        let moscow = "2022-09-13T09:00+03:00";
        assert_eq!(both(Zone::Here, moscow), "13 Sep 2022, 10:00 (UTC+4) · stated as 09:00 (UTC+3)");
        assert_eq!(both(Zone::Moscow, moscow), "13 Sep 2022, 09:00 (UTC+3)");
        assert_eq!(both(Zone::Utc, moscow), "13 Sep 2022, 06:00 (UTC) · stated as 09:00 (UTC+3)");
        assert_eq!(both(Zone::Stated, moscow), "13 Sep 2022, 09:00 (UTC+3)");
    }

    #[test]
    fn another_day_is_named_in_full() {
        let text = "2022-09-13T00:05+04:00";
        assert_eq!(both(Zone::Utc, text), "12 Sep 2022, 20:05 (UTC) · stated as 13 Sep 2022, 00:05 (UTC+4)");
        assert_eq!(
            both(Zone::Moscow, "2022-09-13T00:05+04:00/2022-09-14T20:00+04:00"),
            "12 Sep, 23:05 – 14 Sep 2022, 19:00 (UTC+3) · stated as 13 Sep, 00:05 – 14 Sep 2022, 20:00 (UTC+4)"
        );
    }

    #[test]
    fn a_date_without_a_clock_has_no_zone_and_a_clock_without_a_zone_says_so() {
        for zone in Zone::ALL {
            assert_eq!(both(zone, "2022-09-13"), "13 Sep 2022");
            assert_eq!(both(zone, "2022-23"), "autumn 2022");
        }
        assert_eq!(both(Zone::Stated, "2022-09-13T09:00"), "13 Sep 2022, 09:00 (zone not stated)");
        assert_eq!(
            both(Zone::Here, "2022-09-13T09:00"),
            "13 Sep 2022, 09:00 (UTC+4) · stated as 09:00 (zone not stated)"
        );
    }
}
