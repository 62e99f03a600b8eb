//! Giving out what others read: a project, or what a question shows of it, in the formats of other programs.
//!
//! Invariants: what a format cannot hold is known before anything is written ([`lost`]); figures name their policy and
//! date of knowledge; an unknown figure is empty and never 0; a date is never written more exactly than it is known
//! without saying so; incidents marked as sensitive stay at home unless they are asked for. Files are written whole or
//! not at all. Absent on purpose: a format that holds less than its description says,
//! and `GeoParquet`: its crate is 130,000 lines and brings thirty others; `ogr2ogr` makes it from a `GeoPackage`.

mod csv;
mod dbf;
mod flatgeobuf;
mod format;
mod geojson;
mod geoparquet;
mod gpkg;
mod gpx;
mod json;
mod kepler;
mod kml;
mod lost;
mod qgis;
mod shapefile;
mod storymap;
mod time;
mod timemap;
mod words;
mod xlsx;
mod xml;
mod zipped;

use std::collections::HashSet;
use std::fmt;
use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;

pub use csv::{is_defused, restored};
pub use format::Format;
pub use lost::{lost, rounded};

use super::atomic::{self, SaveError, Step};
use super::disk::{Disk, RealDisk};
use super::project::WriteError;
use super::tables::FiguresOf;
use crate::derive::{Question, derive};
use crate::model::{Incident, Log, Placed, Project, Uid, give_out};

/// What is wanted of an export besides its format.
// Independent switches; none excludes another.
#[expect(clippy::struct_excessive_bools)]
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Which incidents, and how claims become figures.
    pub question: Question,
    /// Give out incidents marked as sensitive as well.
    pub sensitive: bool,
    /// Give out the log of edits as well; a package and a project file can hold it.
    pub log: bool,
    /// Pack attached pictures as they are, with what they say of place and camera; only a package carries any.
    pub as_attached: bool,
    /// Write text cells of CSV exactly, also where a spreadsheet would take them for a formula.
    pub exact_cells: bool,
    /// Round positions to so many kilometres, see [`Incident::round_position`].
    pub round_km: Option<f64>,
}

/// What is given out.
#[derive(Clone, Debug)]
pub struct Export {
    /// The incidents that are given out, with everything else of the project.
    pub project: Project,
    /// What is wanted.
    pub options: Options,
    /// How many incidents the question hides.
    pub hidden: usize,
    /// How many are left out because they are marked as sensitive.
    pub withheld: usize,
    /// Of how many fields are left out because they are marked so.
    pub redacted: usize,
    /// How many entries of the log of edits are left out.
    pub unlogged: usize,
}

impl Export {
    /// Chooses what is given out of a project.
    pub fn new(project: &Project, options: Options) -> Self {
        let question = &options.question;
        let all = !question.filters() && question.as_known.is_none();
        let shown = (!all).then(|| derive(project, question));
        let is_shown = |id| shown.as_ref().is_none_or(|d| d.shows(id));
        let kept = |i: &Incident| options.sensitive || !i.is_withheld();
        let count = |is: &dyn Fn(&Incident) -> bool| project.iter().filter(|(id, i)| is_shown(*id) && is(i)).count();
        let withheld = count(&|i| !kept(i));
        let redacted = if options.sensitive { 0 } else { count(&|i| kept(i) && !i.sensitive_fields.is_empty()) };
        let hidden = shown.as_ref().map_or(0, |d| project.len() - d.len());
        let given = if all && withheld + redacted == 0 && options.round_km.is_none() {
            project.clone()
        } else {
            let incidents = project.iter().filter(|(id, i)| is_shown(*id) && kept(i)).map(|(_, i)| i.clone()).collect();
            let (meta, mut incidents) =
                if options.sensitive { (project.meta().clone(), incidents) } else { give_out(project, incidents) };
            if let Some(km) = options.round_km {
                for incident in &mut incidents {
                    incident.round_position(km);
                }
            }
            // What is kept stood somewhere among all incidents; it goes to the end of those that are left.
            let kept =
                project.kept().iter().map(|k| crate::model::Kept { after_slots: u32::MAX, json: k.json.clone() });
            let drawings = project.drawing_slots().iter().map(|p| Placed { after_slots: u32::MAX, ..p.clone() });
            Project::new(meta, incidents, kept.collect()).with_drawings(drawings.collect())
        };
        // Positions as they were before they were rounded stand among the values.
        let with_values = options.sensitive && options.round_km.is_none();
        let log = if options.log { given_log(project, &given, with_values) } else { Log::default() };
        let unlogged = project.log().len() - log.len();
        Self { project: given.with_log(log), options, hidden, withheld, redacted, unlogged }
    }

    /// The figures that go with it.
    pub fn figures(&self) -> FiguresOf<'_> {
        FiguresOf::new(&self.project, &self.options.question)
    }
}

/// The log as it goes along with what is given out of a project. Without values it says nothing of what stood in fields, nor
/// of incidents that stay.
fn given_log(project: &Project, given: &Project, with_values: bool) -> Log {
    if with_values {
        return project.log().clone();
    }
    let named: HashSet<&str> = project.log().iter().filter_map(|e| e.uid.as_ref()).map(Uid::as_str).collect();
    let incidents = given.uids().map(|(_, uid)| uid);
    let drawings = given.drawings().map(|(_, d)| d.uid.as_str());
    let there: HashSet<&str> = incidents.chain(drawings).filter(|uid| named.contains(uid)).collect();
    project.log().iter().map(|e| Arc::new(e.redacted(|uid| there.contains(uid.as_str())))).collect()
}

/// One file of an export.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Its name.
    pub name: String,
    /// Its content.
    pub bytes: Vec<u8>,
}

/// Why nothing was given out. One line: what, where, what next.
#[derive(Debug)]
pub enum ExportError {
    /// The project itself cannot be written.
    Project(WriteError),
    /// The format cannot take it.
    Refused(String),
    /// The disk refused.
    Save(SaveError),
}

impl fmt::Display for ExportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Project(e) => e.fmt(f),
            Self::Refused(why) => f.write_str(why),
            Self::Save(e) => e.fmt(f),
        }
    }
}

impl std::error::Error for ExportError {}

impl From<WriteError> for ExportError {
    fn from(e: WriteError) -> Self {
        Self::Project(e)
    }
}

impl From<SaveError> for ExportError {
    fn from(e: SaveError) -> Self {
        Self::Save(e)
    }
}

/// The files of an export, the one that is named first; `stem` is its name without the ending.
///
/// # Errors
/// [`ExportError`] if the project cannot be written in the format at all.
pub fn parts(export: &Export, format: Format, stem: &str) -> Result<Vec<Part>, ExportError> {
    let one = |bytes: Vec<u8>| vec![Part { name: format!("{stem}{}", format.ending()), bytes }];
    Ok(match format {
        Format::GeoJson => one(geojson::write(export)?),
        Format::Csv => csv::write(export, stem)?,
        Format::Kml => one(kml::write(export, false)),
        Format::Kmz => one(kml::kmz(export)?),
        Format::Gpx => one(gpx::write(export)),
        Format::Xlsx => one(xlsx::write(export)?),
        Format::GeoPackage => one(gpkg::write(export)?),
        Format::Shapefile => shapefile::write(export, stem)?,
        Format::FlatGeobuf => one(flatgeobuf::write(export)?),
        Format::GeoParquet => one(geoparquet::write(export)?),
        Format::Kepler => one(kepler::write(export)),
        Format::TimeMap => timemap::write(export, stem),
        Format::StoryMap => one(storymap::write(export)),
    })
}

/// Plain GeoJSON as text, for the clipboard.
///
/// # Errors
/// [`ExportError`] if the project cannot be written.
pub fn as_geojson(export: &Export) -> Result<String, ExportError> {
    geojson::write(export).map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
}

/// Incidents as tab-separated rows with a head, for the clipboard; columns without any value are left out.
///
/// # Errors
/// [`ExportError`] if the project cannot be written.
pub fn as_rows(export: &Export) -> Result<String, ExportError> {
    csv::rows(export)
}

/// Writes an export. Files that belong to it (`NAME-claims.csv` beside `NAME.csv`) are written first; each is replaced
/// whole or not at all. Gives the names of all files.
///
/// # Errors
/// [`ExportError`]. A file beside that is there although the named one is not belongs to something else and is left alone.
pub fn save(export: &Export, format: Format, path: &Path) -> Result<Vec<String>, ExportError> {
    let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    let stem = format.stem(&name);
    let parts = parts(export, format, stem)?;
    let folder = path.parent().unwrap_or(Path::new(""));
    let look = |path: &Path| {
        RealDisk.entry(path).map_err(|source| SaveError { path: path.to_owned(), step: Step::Look, source })
    };
    let is_new = look(path)?.is_none();
    for part in parts.iter().skip(1).filter(|_| is_new) {
        if look(&folder.join(&part.name))?.is_some() {
            let why = format!("{} is there already and belongs to something else; choose another name", part.name);
            return Err(ExportError::Refused(why));
        }
    }
    let mut names = Vec::new();
    for (n, part) in parts.iter().enumerate().rev() {
        let target = if n == 0 { path.to_owned() } else { folder.join(&part.name) };
        let mut write = |out: &mut dyn Write| -> io::Result<()> { out.write_all(&part.bytes) };
        atomic::save(&RealDisk, &target, &mut write)?;
        names.insert(0, target.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default());
    }
    Ok(names)
}
