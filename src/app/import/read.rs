//! A source taken apart, and what its columns most likely are.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::presets;
use crate::import::{Mapping, Preset, Reading, Table, guess, question, sample};
use crate::io::import as files;
use crate::io::tables;
use crate::model::{Meta, Project};
use crate::panels::import::{KnownAs, Page, SHOWN};

/// What is brought in.
#[derive(Clone, Debug)]
pub(crate) enum Source {
    /// A file. `asked`: chosen to be brought in, not just dropped.
    File { path: PathBuf, asked: bool },
    /// A text from the clipboard.
    Pasted(Arc<str>),
}

impl Source {
    /// Where it lies, if it is a file.
    pub(super) fn place(&self) -> Option<String> {
        match self {
            Self::File { path, .. } => Some(path.display().to_string()),
            Self::Pasted(_) => None,
        }
    }

    /// What it is called.
    pub(super) fn name(&self) -> String {
        match self {
            Self::File { path, .. } => {
                path.file_name().map_or_else(|| path.display().to_string(), |n| n.to_string_lossy().into_owned())
            }
            Self::Pasted(_) => "what was pasted".into(),
        }
    }
}

/// What a source turned out to be.
pub(crate) enum Found {
    /// A project, or tables that one was written as.
    Project(Box<Project>),
    /// A table. `is_sure`: nothing about it has to be asked.
    Table { page: Box<Page>, is_sure: bool },
}

/// Reads a source. `again`: the mapping that is kept while the file is taken apart in another way.
///
/// # Errors
/// One sentence: what is wrong, what next.
pub(super) fn read(
    source: &Source,
    reading: Reading,
    again: Option<(Mapping, KnownAs)>,
    meta: &Meta,
    saved: Option<&Path>,
) -> Result<Found, String> {
    let found = match source {
        Source::Pasted(text) => files::from_bytes(text.as_bytes().to_vec(), &reading)?,
        Source::File { path, .. } => match own_tables(path) {
            Ok(Some(project)) => return Ok(Found::Project(project)),
            Err(why) if path.is_file() => return Err(why),
            // What is not there is said in the words for every file.
            _ => files::open(path, &reading)?,
        },
    };
    let table = match found {
        files::Found::Project(opened) => {
            return match opened.read_only {
                Some(why) => Err(why),
                None => Ok(Found::Project(Box::new(opened.project))),
            };
        }
        files::Found::Table(table) => table,
    };
    let saved = saved.map(presets::all).unwrap_or_default();
    let (mut mapping, known_as) = known(&table, meta, &saved, again);
    mapping.reading = reading;
    let question = question(&table, &mapping);
    let is_certain = match &known_as {
        KnownAs::Preset(_) | KnownAs::Saved(_) => true,
        // Positions alone, and formats whose columns are fixed.
        KnownAs::Guessed => table.format == "positions",
    };
    let is_sure = is_certain && question.is_none();
    let rows = sample(&table, SHOWN);
    let mut page = Page::new(source.name(), Arc::new(*table), rows, mapping, known_as);
    page.question = question;
    page.saved = saved;
    Ok(Found::Table { page: Box::new(page), is_sure })
}

/// Tables of this program come back whole, with those that stand beside them.
fn own_tables(path: &Path) -> Result<Option<Box<Project>>, String> {
    let ending = path.extension().map(|e| e.to_string_lossy().to_lowercase()).unwrap_or_default();
    let own = match ending.as_str() {
        "csv" => tables::open_csv(path)?,
        "gpkg" => tables::open_gpkg(path)?,
        "xlsx" => tables::open_xlsx(path)?,
        _ => None,
    };
    Ok(own.map(|opened| Box::new(opened.project)))
}

/// The mapping of a table: the one that is being made if it still fits, a saved one, one of the program, or a guess.
fn known(table: &Table, meta: &Meta, saved: &[Mapping], again: Option<(Mapping, KnownAs)>) -> (Mapping, KnownAs) {
    if let Some((mapping, known_as)) = again.filter(|(m, _)| m.fault(&table.columns).is_none()) {
        return (mapping, known_as);
    }
    // A saved one that names most of the columns was made for such a table.
    let fits = |m: &&Mapping| {
        let named = m.rules.iter().flat_map(|r| &r.from).collect::<std::collections::BTreeSet<_>>().len();
        named >= 2 && named * 3 >= table.columns.len() && m.fault(&table.columns).is_none()
    };
    if let Some(mapping) = saved.iter().find(fits) {
        return (mapping.clone(), KnownAs::Saved(mapping.name.clone()));
    }
    match Preset::of(table) {
        Some(preset) => (preset.mapping(table), KnownAs::Preset(preset)),
        None => (guess(table, meta), KnownAs::Guessed),
    }
}

/// Whether a pasted text can be nothing but incidents: GeoJSON, KML or GPX, positions.
pub(super) fn is_geographic(text: &str) -> bool {
    let text = text.trim_start();
    if text.starts_with(['{', '<']) || text.starts_with("[{") {
        return true;
    }
    let mut lines = text.lines().filter(|l| !l.trim().is_empty()).take(20).peekable();
    lines.peek().is_some() && lines.all(|l| crate::edit::typed::position(l).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_of_a_spreadsheet_may_be_claims_and_a_map_may_not() {
        for text in ["{\"type\":1}", "\n<kml/>", "39.8, 45.7\n40.1, 46.2", "39°50′22″N 45°40′16″E"] {
            assert!(is_geographic(text), "{text}");
        }
        for text in ["date\tkilled\n2022\t3", "", "49"] {
            assert!(!is_geographic(text), "{text}");
        }
    }
}
