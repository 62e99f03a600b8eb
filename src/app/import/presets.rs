//! Mappings that the user has saved: a file each, in a folder beside the settings. They are the files of `convert --map`.

use std::path::{Path, PathBuf};

use super::super::App;
use super::super::files::Done;
use crate::import::{Mapping, Reading};
use crate::io::atomic;
use crate::io::disk::RealDisk;
use crate::io::{import as files, paths, project};

/// The ending of their names.
const ENDING: &str = "json";

impl App {
    /// Where they are kept; `None`: nowhere.
    pub(super) fn presets_folder(&self) -> Option<PathBuf> {
        self.world.settings_file.as_deref().and_then(Path::parent).map(|folder| folder.join("presets"))
    }

    /// Keeps a mapping under a name.
    pub(super) fn save_preset(&mut self, ctx: &egui::Context, mapping: &Mapping, name: String) -> Option<Mapping> {
        let Some(folder) = self.presets_folder() else {
            self.notices.fail("The preset is not saved: there is no folder for settings.");
            return None;
        };
        // How this one file is taken apart is found out anew for the next one.
        let mapping = Mapping { name, reading: Reading::default(), ..mapping.clone() };
        let path = folder.join(format!("{}.{ENDING}", file_name(&mapping.name)));
        let text = files::mapping_file(&mapping);
        self.work(ctx, None, move || {
            let write = &mut |out: &mut dyn std::io::Write| out.write_all(text.as_bytes());
            let result = paths::make_room_for(&RealDisk, &path)
                .map_err(|e| e.to_string())
                .and_then(|()| atomic::save(&RealDisk, &path, write).map(drop).map_err(|e| e.to_string()));
            Done::Written { what: "Preset", path, result }
        });
        Some(mapping)
    }
}

/// A name as that of a file on every system.
fn file_name(name: &str) -> String {
    let letter = |c: char| if c.is_alphanumeric() || matches!(c, '-' | '_' | ' ' | '.') { c } else { '_' };
    let name: String = name.chars().map(letter).take(80).collect();
    name.trim_matches(['.', ' ']).to_owned()
}

/// All of a folder, by name. What cannot be read is left out.
pub(super) fn all(folder: &Path) -> Vec<Mapping> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let is_ours = |p: &PathBuf| p.extension().is_some_and(|e| e == ENDING);
    let mut out: Vec<Mapping> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(is_ours)
        .filter_map(|path| {
            let text = String::from_utf8(project::bytes(&path).ok()?).ok()?;
            let mapping = files::mapping(&text).ok()?;
            let stem = || path.file_stem().map(|s| s.to_string_lossy().into_owned()).unwrap_or_default();
            let name = if mapping.name.is_empty() { stem() } else { mapping.name.clone() };
            Some(Mapping { name, ..mapping })
        })
        .collect();
    out.sort_by(|a, b| a.name.cmp(&b.name));
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_makes_a_file_on_every_system() {
        assert_eq!(file_name("Ministry: daily/2022"), "Ministry_ daily_2022");
        assert_eq!(file_name("../дневник"), "_дневник");
    }
}
