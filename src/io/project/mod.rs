//! The project file: one GeoJSON FeatureCollection, one incident or drawing a line.
//!
//! Invariants: reading never panics and never loses anything (what this version cannot read is carried raw and written
//! back); writing a canonical file that was read gives the same bytes. Absent on purpose: any change to a file while
//! opening it, and guessing at values.

mod drawing;
mod filters;
mod flat;
mod ids;
mod incident;
pub(crate) mod json;
mod lines;
mod log;
mod maps;
mod merge;
mod notes;
mod object;
mod packed;
mod piecewise;
mod place;
mod quick;
mod read;
mod recover;
mod references;
mod saving;
mod side_by_side;
mod slides;
mod write;

use std::fmt;
use std::io;
use std::path::Path;
use std::sync::Arc;

pub(crate) use flat::{is_derived, iso};
pub(crate) use log::log_entries;
pub use merge::{By, Choice, Choices, Entry, MergeError, Merged, Value, compare, diff, merge, merge_chosen, take};
pub use recover::recover;
pub use saving::{Care, NotSaved, Saved, save_project, save_untouched, save_with};
pub use write::{WriteError, write};

use super::atomic::{self, SaveError};
use super::disk::{Disk, RealDisk};
use super::progress::{self, Progress};
use super::seen::Seen;
use super::{Finding, Severity};
use crate::derive::{Derived, Question, Scan, derive, derive_scanned};
use crate::model::{Drawing, Incident, Lines, Meta, Project};
use read::Reader;

/// Longest file that is opened, in bytes. A million incidents with two claims each take two thirds of a GiB.
pub const MAX_BYTES: u64 = 2 << 30;

/// A project as it was found in a file.
#[derive(Clone, Debug)]
pub struct Opened {
    /// The project.
    pub project: Project,
    /// What was noticed.
    pub findings: Vec<Finding>,
    /// Why it must not be saved, if it must not: it was made by a newer major version.
    pub read_only: Option<String>,
    /// Whether it is what was left of a damaged file. It should then be saved under another name.
    pub recovered: bool,
    /// What was scanned of a large file while it was read.
    scan: Option<Scan>,
}

impl Opened {
    /// The answer to a question about the project as it was opened; the first of a large file is had for little.
    pub fn derive(&mut self, question: &Question) -> Derived {
        match self.take_scan() {
            Some(scan) => derive_scanned(&self.project, scan, question),
            None => derive(&self.project, question),
        }
    }

    /// What was scanned of a large file while it was read, for the first who asks; of no use once the project was changed.
    pub fn take_scan(&mut self) -> Option<Scan> {
        self.scan.take()
    }
}

/// Why a file was not opened. One line: where, what, what next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenError {
    /// What is wrong.
    pub what: String,
    /// Line and column of it, both from 1, where it has a place.
    pub place: Option<(usize, usize)>,
    /// Whether [`recover`] gives at least a part of it.
    pub recoverable: bool,
}

impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some((line, column)) = self.place {
            write!(f, "line {line}, column {column}: ")?;
        }
        f.write_str(&self.what)?;
        if self.recoverable {
            f.write_str("; the whole incidents in it can be recovered")?;
        }
        Ok(())
    }
}

impl std::error::Error for OpenError {}

impl OpenError {
    fn plain(what: impl Into<String>) -> Self {
        Self { what: what.into(), place: None, recoverable: false }
    }
}

/// Opens a project file.
///
/// # Errors
/// [`OpenError`] if the file cannot be read or is no project. Values that do not fit are no error but findings.
pub fn open(path: &Path) -> Result<Opened, OpenError> {
    open_watched(path, &progress::UNWATCHED)
}

/// Like [`open`], telling how far it is in bytes, and stopping with an error if it is cancelled meanwhile.
///
/// # Errors
/// See [`open`].
pub fn open_watched(path: &Path, progress: &Progress) -> Result<Opened, OpenError> {
    open_seen(path, progress).map(|(opened, _)| opened)
}

/// Like [`open_watched`], telling as well which state of the file was read, for a later save.
///
/// # Errors
/// See [`open`].
pub fn open_seen(path: &Path, progress: &Progress) -> Result<(Opened, Seen), OpenError> {
    let len = RealDisk.entry(path).ok().flatten().filter(|e| e.is_file).map_or(0, |e| e.stamp.len);
    if len >= LARGE as u64 {
        progress.begin(len);
        if let Some(opened) = piecewise::open(path, progress) {
            return Ok(opened);
        }
        if progress.is_cancelled() {
            return Err(OpenError::plain(progress::CANCELLED));
        }
    }
    let bytes = bytes(path)?;
    progress.begin(bytes.len() as u64);
    let (opened, seen) = rayon::join(
        || read_watched(&bytes, bytes.len() >= LARGE, progress),
        || Seen::of_bytes(&RealDisk, path, &bytes),
    );
    Ok((opened?, seen))
}

/// The bytes of a file, for [`read`] and, after an error, [`recover`].
///
/// # Errors
/// [`OpenError`] if the file cannot be read at all.
pub fn bytes(path: &Path) -> Result<Vec<u8>, OpenError> {
    use io::ErrorKind as K;
    RealDisk.read_settled(path, MAX_BYTES).map_err(|e| {
        OpenError::plain(match e.kind() {
            K::NotFound => "there is no such file; it was moved, renamed or deleted".to_owned(),
            K::PermissionDenied => "no permission to read this file; ask its owner or copy it".to_owned(),
            K::IsADirectory => "this is a folder; choose a file in it".to_owned(),
            K::FileTooLarge => format!("the file is larger than {} GiB; split it", MAX_BYTES >> 30),
            K::ResourceBusy => "another program is writing this file; wait until it is done".to_owned(),
            K::OutOfMemory => "there is not enough memory for this file; close other programs".to_owned(),
            _ => format!("the file cannot be read ({e})"),
        })
    })
}

/// Reads a project from the bytes of a file, every incident of it.
///
/// # Errors
/// See [`open`].
pub fn read(bytes: &[u8]) -> Result<Opened, OpenError> {
    read_watched(bytes, false, &progress::UNWATCHED)
}

/// From this size on, in bytes, incidents stay the lines of their file until they are looked at.
const LARGE: usize = 8 << 20;

/// Bytes as text, if they may be a project.
fn checked(bytes: &[u8]) -> Result<&str, OpenError> {
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Err(OpenError::plain("the file is empty; open a backup, or start a new project"));
    }
    if let Some(what) = other_format(bytes) {
        return Err(OpenError::plain(format!("this is {what}, not a project")));
    }
    std::str::from_utf8(bytes).map_err(|e| {
        let at = e.valid_up_to();
        OpenError {
            what: format!("byte {at} is not UTF-8 text; the file is binary, damaged or in another encoding"),
            place: Some(json::line_and_column(bytes, at)),
            recoverable: recover(bytes).is_some(),
        }
    })
}

fn read_watched(bytes: &[u8], may_leave: bool, progress: &Progress) -> Result<Opened, OpenError> {
    let mut reader = Reader::new(checked(bytes)?);
    reader.progress = progress;
    reader.may_leave = may_leave;
    match reader.root() {
        Ok(()) => Ok(finish(reader, false)),
        Err(e) => Err(not_read(&reader, bytes, e)),
    }
}

fn not_read(reader: &Reader<'_>, bytes: &[u8], e: json::Syntax) -> OpenError {
    OpenError {
        what: e.what.into_owned(),
        place: Some(json::line_and_column(bytes, e.at)),
        recoverable: !reader.refused && recover(bytes).is_some(),
    }
}

/// What a file is that has the mark of another format at its head.
fn other_format(bytes: &[u8]) -> Option<&'static str> {
    let marks: [(&[u8], &str); 6] = [
        (b"PK\x03\x04", "a zip archive"),
        (b"SQLite format 3\0", "an SQLite database (a GeoPackage is imported)"),
        (b"%PDF", "a PDF"),
        (b"\x1f\x8b", "a gzip archive"),
        (b"\xff\xfe", "UTF-16 text (save it as UTF-8)"),
        (b"\xfe\xff", "UTF-16 text (save it as UTF-8)"),
    ];
    marks.into_iter().find(|(mark, _)| bytes.starts_with(mark)).map(|(_, what)| what)
}

/// The last checks, and the parts put together.
fn finish(mut reader: Reader<'_>, recovered: bool) -> Opened {
    reader.notes.settle(None);
    references::check(&mut reader);
    let (major, minor) = reader.meta.format;
    let mut read_only = None;
    if major > Meta::FORMAT.0 {
        let why = format!(
            "the file has format {major}.{minor}, newer than {}.{}; it is opened for reading only",
            Meta::FORMAT.0,
            Meta::FORMAT.1
        );
        reader.notes.whole(Severity::Warning, why.clone());
        read_only = Some(why);
    } else if (major, minor) > Meta::FORMAT {
        let what = format!("the file has the newer format {major}.{minor}; what this version does not know is kept");
        reader.notes.whole(Severity::Info, what);
    }
    if !reader.has_meta {
        let what = match (reader.incidents.is_empty() && reader.drawings.is_empty(), recovered) {
            (_, true) => "title, parties and sources of the project are lost".to_owned(),
            (true, false) => "this is plain GeoJSON, not a project: there is no member “clashmap”".to_owned(),
            (false, false) => "the member “clashmap” is missing, with title, parties and sources".to_owned(),
        };
        reader.notes.whole(Severity::Warning, what);
    }
    if reader.foreign > 0 {
        let severity = if reader.has_meta { Severity::Info } else { Severity::Warning };
        let (n, s) = (reader.foreign, if reader.foreign == 1 { "" } else { "s" });
        let what =
            format!("{n} feature{s} without uid and kind, kept as found and not shown; import them to make incidents");
        reader.notes.whole(severity, what);
    }
    let Reader { notes, meta, log, incidents, kept, drawings, scan, left, .. } = reader;
    let meta = Arc::new(meta);
    let lines = left.map(|lines| {
        let left = lines::Left { lines, defined: lines::Defined::by(&meta) };
        Lines::new(Arc::new(left), Arc::clone(&meta))
    });
    let project = Project::of_file(meta, incidents, lines, kept).with_drawings(drawings).with_log(log);
    Opened { project, findings: notes.finish(), read_only, recovered, scan }
}

/// Saves a project in its canonical form; the file is replaced whole or not at all. Incidents of a large file (8 MiB and more)
/// that were not touched since it was opened are written as they stand in it.
///
/// # Errors
/// [`SaveError`].
pub fn save(path: &Path, project: &Project) -> Result<(), SaveError> {
    atomic::save(&RealDisk, path, &mut |out| write(project, out).map_err(io::Error::from))
}

/// One incident as its line in a file, without the line's end.
pub(super) fn incident_line(out: &mut Vec<u8>, project: &Project, incident: &Incident) -> Result<(), WriteError> {
    write::feature(out, project, incident)
}

/// One drawing as its line in a file, without the line's end.
pub(super) fn drawing_line(out: &mut Vec<u8>, drawing: &Drawing) -> Result<(), WriteError> {
    drawing::write(out, drawing)
}

/// The uid of a feature.
pub(super) fn uid_of(line: &str) -> Option<String> {
    merge::uid(line).map(std::borrow::Cow::into_owned)
}
