//! What the program remembers of its user between two starts. Never part of a project.

use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::atomic::{self, SaveError};
use super::disk::Disk;
use super::{Finding, Severity};

/// Files in the list of recent ones at most.
const RECENT: usize = 10;
/// Projects of which it is remembered what their map sources may read and ask, at most.
const ALLOWED: usize = 200;
/// A settings file is a few hundred bytes; anything beyond this is something else.
const LIMIT: u64 = 1 << 20;

/// Light or dark.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Theme {
    /// As the desktop has it.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

/// How a position is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CoordinateFormat {
    /// `39.8395, 45.6711`.
    #[default]
    Decimal,
    /// `39°50′22″N 45°40′16″E`.
    DegreesMinutesSeconds,
    /// `38SNK5743309962`.
    Mgrs,
}

/// By which clock times are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
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

/// Widths and heights of the panels, in points.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct PanelSizes {
    /// Width of the list on the left.
    pub left: f32,
    /// Width of the inspector on the right.
    pub right: f32,
    /// Height of the timeline below.
    pub bottom: f32,
}

impl Default for PanelSizes {
    fn default() -> Self {
        Self { left: 300.0, right: 340.0, bottom: 132.0 }
    }
}

/// The statistics page as it was left. Empty texts are the page's own choice.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct StatisticsView {
    /// Whether it was open.
    pub open: bool,
    /// Id of the category of people.
    pub category: String,
    /// Id of that by which figures are set out.
    pub by: String,
    /// Width of the bins of time.
    pub width: String,
    /// Whether running totals are drawn.
    pub cumulative: bool,
}

/// What the user allows the map sources of one project. It lies here and not in the project, so that a project received from
/// elsewhere allows itself nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct MapAccess {
    /// The project's file.
    pub project: PathBuf,
    /// Whether its servers may be asked at all.
    pub online: bool,
    /// Hosts that may be asked, lower case and without ports.
    pub hosts: Vec<String>,
    /// Files outside its media folder that may be read, by whole path.
    pub files: Vec<PathBuf>,
}

impl MapAccess {
    /// Whether nothing is allowed.
    pub fn is_nothing(&self) -> bool {
        !self.online && self.hosts.is_empty() && self.files.is_empty()
    }
}

/// What is remembered.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// Files opened last, the latest first.
    pub recent: Vec<PathBuf>,
    /// The user's name, as others are to read it; empty: as the system has it.
    pub name: String,
    /// Light or dark.
    pub theme: Theme,
    /// BCP 47 codes of the languages in which names are shown, the first one leading.
    pub languages: Vec<String>,
    /// Sizes of the panels.
    pub panels: PanelSizes,
    /// Names of the sections that are folded up.
    pub folded: Vec<String>,
    /// How much larger than usual everything is shown, 1 for as usual; `None`: by the screen.
    pub zoom: Option<f32>,
    /// Size of the window in points, if it was ever changed.
    pub window: Option<(f32, f32)>,
    /// Whether things move as little as possible; `None`: as the desktop has it.
    pub reduced_motion: Option<bool>,
    /// How a position is written.
    pub coordinates: CoordinateFormat,
    /// By which clock times are shown.
    pub zone: Zone,
    /// The statistics page.
    pub statistics: StatisticsView,
    /// What was allowed to the map sources of projects, the latest first.
    pub maps: Vec<MapAccess>,
    /// Settings of other versions, kept.
    #[serde(flatten)]
    pub other: serde_json::Map<String, serde_json::Value>,
}

impl Settings {
    /// Puts a file at the head of the recent ones.
    pub fn opened(&mut self, path: &Path) {
        self.recent.retain(|p| p != path);
        self.recent.insert(0, path.to_owned());
        self.recent.truncate(RECENT);
    }

    /// What is allowed to the map sources of a project.
    pub fn allowed(&self, project: &Path) -> MapAccess {
        let known = self.maps.iter().find(|a| a.project == project);
        known.cloned().unwrap_or_else(|| MapAccess { project: project.to_owned(), ..MapAccess::default() })
    }

    /// Remembers what is allowed to the map sources of a project.
    pub fn allow(&mut self, access: MapAccess) {
        self.maps.retain(|a| a.project != access.project);
        if !access.is_nothing() {
            self.maps.insert(0, access);
        }
        self.maps.truncate(ALLOWED);
    }

    /// Who sits here, and where: the system's "anna on desk-3" with the name in the place of the user's, if one was given.
    pub fn person(&self, system: &str) -> String {
        match (self.name.trim(), system.rsplit_once(" on ")) {
            ("", _) => system.to_owned(),
            (name, Some((_, computer))) => format!("{name} on {computer}"),
            (name, None) => name.to_owned(),
        }
    }

    /// Values out of any use brought back to ones that can be shown.
    fn checked(mut self) -> Self {
        self.recent.truncate(RECENT);
        self.maps.truncate(ALLOWED);
        self.name = called(&self.name);
        let PanelSizes { left, right, bottom } = &mut self.panels;
        for size in [left, right, bottom] {
            *size = size.clamp(40.0, 4000.0);
        }
        self.zoom = self.zoom.filter(|z| (0.5..=4.0).contains(z));
        self.window = self.window.filter(|(w, h)| (200.0..=30_000.0).contains(w) && (200.0..=30_000.0).contains(h));
        self
    }
}

/// A name as it is kept: on one line, 60 characters at most.
pub fn called(name: &str) -> String {
    let plain: String = name.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    plain.trim().chars().take(60).collect()
}

/// The settings in a file for those who only look: what cannot be read gives the defaults and stays where it is.
pub fn peek(disk: &dyn Disk, path: &Path) -> Settings {
    let bytes = disk.read(path, LIMIT).unwrap_or_default();
    serde_json::from_slice::<Settings>(&bytes).map(Settings::checked).unwrap_or_default()
}

/// The settings in a file. A missing file gives the defaults. An unreadable one gives the defaults too, is renamed
/// aside so that saving does not overwrite it, and is reported.
pub fn load(disk: &dyn Disk, path: &Path) -> (Settings, Option<Finding>) {
    let bytes = match disk.read(path, LIMIT) {
        Ok(bytes) => bytes,
        Err(e) if e.kind() == io::ErrorKind::NotFound => return (Settings::default(), None),
        Err(e) => return (Settings::default(), Some(set_aside(disk, path, &e.to_string()))),
    };
    match serde_json::from_slice::<Settings>(&bytes) {
        Ok(settings) => (settings.checked(), None),
        Err(e) => (Settings::default(), Some(set_aside(disk, path, &e.to_string()))),
    }
}

fn set_aside(disk: &dyn Disk, path: &Path, why: &str) -> Finding {
    let aside = (1..100)
        .map(|n| path.with_extension(format!("unreadable-{n}.json")))
        .find(|p| matches!(disk.entry(p), Ok(None)))
        .filter(|p| disk.rename(path, p).is_ok());
    let what = match aside {
        Some(p) => format!("the settings could not be read ({why}); they were put aside as {}", p.display()),
        None => format!("the settings could not be read ({why}); defaults are used"),
    };
    Finding { severity: Severity::Warning, place: path.display().to_string(), what }
}

/// Saves the settings; the folder must exist. Paths that are not Unicode cannot be written and are left out.
///
/// # Errors
/// [`SaveError`].
pub fn save(disk: &dyn Disk, path: &Path, settings: &Settings) -> Result<(), SaveError> {
    let mut settings = settings.clone();
    settings.recent.retain(|p| p.to_str().is_some());
    settings.maps.retain(|a| a.project.to_str().is_some());
    for access in &mut settings.maps {
        access.files.retain(|p| p.to_str().is_some());
    }
    atomic::save(disk, path, &mut |out| {
        serde_json::to_writer_pretty(&mut *out, &settings)?;
        out.write_all(b"\n")
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::io::disk::RealDisk;

    fn with_file(content: &str, check: impl FnOnce(&Path)) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("settings.json");
        atomic::save(&RealDisk, &path, &mut |out| out.write_all(content.as_bytes())).unwrap();
        check(&path);
    }

    #[test]
    fn what_is_saved_is_loaded_and_settings_of_other_versions_stay() {
        with_file(r#"{"theme":"dark","later":{"a":1}}"#, |path| {
            let (mut settings, finding) = load(&RealDisk, path);
            assert_eq!((settings.theme, finding), (Theme::Dark, None));
            settings.opened(Path::new("/a"));
            settings.window = Some((1280.0, 800.0));
            settings.zone = Zone::Moscow;
            save(&RealDisk, path, &settings).unwrap();
            assert_eq!(load(&RealDisk, path), (settings.clone(), None));
            assert!(settings.other.contains_key("later"));
        });
    }

    #[test]
    fn an_unreadable_file_is_put_aside_and_never_overwritten() {
        with_file("{\"theme\":", |path| {
            let (settings, finding) = load(&RealDisk, path);
            assert_eq!(settings, Settings::default());
            assert!(finding.unwrap().what.contains("unreadable-1"));
            save(&RealDisk, path, &settings).unwrap();
            let aside = RealDisk.read(&path.with_extension("unreadable-1.json"), 100).unwrap();
            assert_eq!(aside, b"{\"theme\":");
        });
    }

    #[test]
    fn a_missing_file_is_no_finding() {
        assert_eq!(load(&RealDisk, Path::new("/nowhere/settings.json")), (Settings::default(), None));
    }

    #[test]
    fn the_latest_file_leads_and_ten_are_kept() {
        let mut settings = Settings::default();
        for n in 0..12 {
            settings.opened(Path::new(&format!("/{n}")));
        }
        settings.opened(Path::new("/5"));
        assert_eq!(settings.recent.len(), 10);
        assert_eq!(settings.recent.first(), Some(&PathBuf::from("/5")));
    }

    #[test]
    fn what_a_project_may_read_and_ask_is_remembered_by_its_file_and_nothing_is_not_kept() {
        with_file("{}", |path| {
            let (mut settings, _) = load(&RealDisk, path);
            let own = MapAccess {
                online: true,
                hosts: vec!["tiles.example.org".into()],
                files: vec!["/m/t.mbtiles".into()],
                ..settings.allowed(Path::new("/a"))
            };
            settings.allow(own.clone());
            settings.allow(settings.allowed(Path::new("/b")));
            save(&RealDisk, path, &settings).unwrap();
            let (again, _) = load(&RealDisk, path);
            assert_eq!((again.allowed(Path::new("/a")), again.maps.len()), (own, 1));
            assert!(again.allowed(Path::new("/b")).is_nothing());
        });
    }

    #[test]
    fn a_name_stands_in_the_place_of_the_user_of_the_system() {
        with_file(r#"{"name":"  Anna\u0007K. "}"#, |path| {
            let settings = peek(&RealDisk, path);
            assert_eq!(settings.person("anna on desk-3"), "Anna K. on desk-3");
            assert_eq!(settings.person("anna"), "Anna K.");
            assert_eq!(Settings::default().person("anna on desk-3"), "anna on desk-3");
            assert_eq!(called(&"x".repeat(99)).len(), 60);
        });
        with_file("{", |path| {
            assert_eq!(peek(&RealDisk, path), Settings::default());
            assert!(path.exists(), "whoever only looks moves nothing aside");
        });
    }

    #[test]
    fn sizes_out_of_use_are_brought_back() {
        with_file(r#"{"panels":{"left":-5},"window":[1e30,3]}"#, |path| {
            let (settings, _) = load(&RealDisk, path);
            assert_eq!((settings.panels.left, settings.window), (40.0, None));
        });
    }
}
