//! Where the program keeps what is its own: settings, journals. Never beside the user's files without being asked.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use super::disk::Disk;

/// Makes the folder of a file, and those above it, where they are missing.
///
/// # Errors
/// What the disk says.
pub fn make_room_for(disk: &dyn Disk, file: &Path) -> std::io::Result<()> {
    file.parent().map_or(Ok(()), |folder| disk.make_folder(folder))
}

/// Whose customs decide where state is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Platform {
    /// Linux and the other free desktops (XDG Base Directory Specification).
    Xdg,
    /// macOS.
    Mac,
    /// Windows.
    Windows,
}

impl Platform {
    /// The one this program was built for.
    pub const fn current() -> Self {
        if cfg!(windows) {
            Self::Windows
        } else if cfg!(target_os = "macos") {
            Self::Mac
        } else {
            Self::Xdg
        }
    }
}

/// The folder for settings and journals, whether or not it exists. `None` if the environment names no place for it;
/// then nothing is kept. `env` looks up one variable (`|name| std::env::var_os(name)`).
pub fn state_folder(platform: Platform, env: &dyn Fn(&str) -> Option<OsString>) -> Option<PathBuf> {
    let folder = |name: &str| env(name).filter(|v| !v.is_empty()).map(PathBuf::from);
    match platform {
        // The specification: a relative path is invalid and to be ignored.
        Platform::Xdg => folder("XDG_STATE_HOME")
            .filter(|p| p.has_root())
            .or_else(|| folder("HOME").map(|h| h.join(".local/state")))
            .map(|p| p.join("clashmap")),
        Platform::Mac => folder("HOME").map(|h| h.join("Library/Application Support/clashmap")),
        Platform::Windows => folder("APPDATA").map(|p| p.join("clashmap")),
    }
}

/// The folder for what can be fetched again, whether or not it exists; `None` as for [`state_folder`].
pub fn cache_folder(platform: Platform, env: &dyn Fn(&str) -> Option<OsString>) -> Option<PathBuf> {
    let folder = |name: &str| env(name).filter(|v| !v.is_empty()).map(PathBuf::from);
    match platform {
        Platform::Xdg => folder("XDG_CACHE_HOME")
            .filter(|p| p.has_root())
            .or_else(|| folder("HOME").map(|h| h.join(".cache")))
            .map(|p| p.join("clashmap")),
        Platform::Mac => folder("HOME").map(|h| h.join("Library/Caches/clashmap")),
        Platform::Windows => folder("LOCALAPPDATA").map(|p| p.join("clashmap").join("cache")),
    }
}

/// The folder in a cache folder with tiles of servers.
pub fn kept_tiles(cache_folder: &Path) -> PathBuf {
    cache_folder.join("tiles")
}

/// The folder for files that belong to a project, beside it: `NAME.media` for `NAME.clashmap.geojson`.
pub fn media_folder(project: &std::path::Path) -> PathBuf {
    let name = project.file_name().and_then(|n| n.to_str()).unwrap_or("project");
    let stem = [".clashmap.geojson", ".geojson", ".json"].iter().find_map(|ending| name.strip_suffix(ending));
    project.with_file_name(format!("{}.media", stem.unwrap_or(name)))
}

/// The settings file in a state folder.
pub fn settings_file(state_folder: &Path) -> PathBuf {
    state_folder.join("settings.json")
}

/// The folder in a state folder with dated copies of replaced files.
pub fn backups(state_folder: &Path) -> PathBuf {
    state_folder.join("backups")
}

/// The folder in a state folder with the journals of work that is not saved yet.
pub fn journals(state_folder: &Path) -> PathBuf {
    state_folder.join("journals")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(platform: Platform, env: &[(&str, &str)], want: Option<&str>) {
        let lookup = |name: &str| env.iter().find(|(k, _)| *k == name).map(|(_, v)| OsString::from(v));
        assert_eq!(state_folder(platform, &lookup), want.map(PathBuf::from));
    }

    #[test]
    fn media_lie_beside_their_project() {
        let folder = |p: &str| media_folder(std::path::Path::new(p));
        assert_eq!(folder("/a/x.clashmap.geojson"), PathBuf::from("/a/x.media"));
        assert_eq!(folder("/a/x.y.geojson"), PathBuf::from("/a/x.y.media"));
        assert_eq!(folder("x"), PathBuf::from("x.media"));
    }

    #[test]
    fn what_can_be_fetched_again_is_kept_where_each_platform_has_it() {
        let check = |platform, env: &[(&str, &str)], want: Option<&str>| {
            let lookup = |name: &str| env.iter().find(|(k, _)| *k == name).map(|(_, v)| OsString::from(v));
            assert_eq!(cache_folder(platform, &lookup), want.map(PathBuf::from));
        };
        check(Platform::Xdg, &[("XDG_CACHE_HOME", "/c"), ("HOME", "/h")], Some("/c/clashmap"));
        check(Platform::Xdg, &[("XDG_CACHE_HOME", "c"), ("HOME", "/h")], Some("/h/.cache/clashmap"));
        check(Platform::Xdg, &[], None);
        check(Platform::Mac, &[("HOME", "/h")], Some("/h/Library/Caches/clashmap"));
        check(Platform::Windows, &[("LOCALAPPDATA", "/l")], Some("/l/clashmap/cache"));
    }

    #[test]
    fn each_platform_has_its_own_place() {
        check(Platform::Xdg, &[("XDG_STATE_HOME", "/s"), ("HOME", "/h")], Some("/s/clashmap"));
        check(Platform::Xdg, &[("XDG_STATE_HOME", "s"), ("HOME", "/h")], Some("/h/.local/state/clashmap"));
        check(Platform::Xdg, &[("HOME", "")], None);
        check(Platform::Mac, &[("HOME", "/h")], Some("/h/Library/Application Support/clashmap"));
        check(Platform::Windows, &[("APPDATA", "/a")], Some("/a/clashmap"));
    }
}
