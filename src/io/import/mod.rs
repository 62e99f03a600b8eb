//! Files of other programs, taken apart into tables: text, workbooks, JSON of several sorts, KML, KMZ, GPX,
//! shapefiles, `GeoPackage` and `FlatGeobuf`.
//!
//! Invariants: nothing is guessed silently, what was found out about a file is said in the notes of its table; bad input is
//! one sentence, in memory bounded by the size of the file; nothing is written, and nothing but the named file is read; of a shapefile the files that
//! belong to it as well.

mod delimited;
mod encoding;
mod flatgeobuf;
mod geopackage;
mod ground;
mod heads;
mod json;
mod shapefile;
mod topojson;
mod wkb;
mod workbook;
mod xml;
mod zipped;

use std::path::Path;

pub(super) use workbook::text as cell_text;
pub(super) use zipped::measure;

use super::database;
use super::disk::{Disk, RealDisk};
use super::project::{self, Opened};
use crate::import::{Held, HeldRow, Mapping, Reading, Table};

/// Longest file that is read, in bytes.
pub const MAX_BYTES: u64 = 2 << 30;

/// What a file turned out to be.
#[derive(Debug)]
pub enum Found {
    /// A project of this program.
    Project(Box<Opened>),
    /// A table.
    Table(Box<Table>),
}

/// Reads a file.
///
/// # Errors
/// One sentence: what is wrong, what next.
pub fn open(path: &Path, reading: &Reading) -> Result<Found, String> {
    let bytes = bytes(path)?;
    if bytes.starts_with(&shapefile::MARK) {
        let parts = shapefile::Parts {
            dbf: beside(path, "dbf")?,
            prj: beside(path, "prj")?,
            cpg: beside(path, "cpg")?,
            shp: bytes,
            archive: 0,
        };
        return shapefile::table(&parts, reading).map(found);
    }
    if path.extension().is_some_and(|e| e.eq_ignore_ascii_case("dbf") || e.eq_ignore_ascii_case("shx")) {
        return Err("this is a part of a shapefile; choose the .shp".into());
    }
    let is_database = bytes.starts_with(geopackage::MARK);
    let mut found = from_bytes(bytes, reading)?;
    if let Found::Table(table) = &mut found
        && is_database
    {
        table.notes.extend(database::beside(path));
    }
    Ok(found)
}

pub(super) fn bytes(path: &Path) -> Result<Vec<u8>, String> {
    use std::io::ErrorKind as K;
    RealDisk.read_settled(path, MAX_BYTES).map_err(|e| match e.kind() {
        K::NotFound => "there is no such file; it was moved, renamed or deleted".to_owned(),
        K::PermissionDenied => "no permission to read this file; ask its owner or copy it".to_owned(),
        K::IsADirectory => "this is a folder; choose a file in it".to_owned(),
        K::FileTooLarge => format!("the file is larger than {} GiB; split it", MAX_BYTES >> 30),
        K::ResourceBusy => "another program is writing this file; wait until it is done".to_owned(),
        K::OutOfMemory => "there is not enough memory for this file; close other programs".to_owned(),
        _ => format!("the file cannot be read ({e})"),
    })
}

/// A file of the same name and another ending, in lower or upper case.
fn beside(path: &Path, ending: &str) -> Result<Option<Vec<u8>>, String> {
    for ending in [ending.to_owned(), ending.to_uppercase()] {
        let path = path.with_extension(&ending);
        match RealDisk.entry(&path) {
            Ok(Some(entry)) if entry.is_file => {
                return bytes(&path).map(Some).map_err(|e| format!("the .{ending} beside it: {e}"));
            }
            _ => {}
        }
    }
    Ok(None)
}

/// Takes the bytes of a file apart. What it is is seen in the bytes: names lie.
///
/// # Errors
/// As [`open`].
pub fn from_bytes(bytes: Vec<u8>, reading: &Reading) -> Result<Found, String> {
    if bytes.iter().take(4096).all(u8::is_ascii_whitespace) && bytes.iter().all(u8::is_ascii_whitespace) {
        return Err("the file is empty".into());
    }
    let len = bytes.len();
    if bytes.starts_with(geopackage::MARK) {
        return geopackage::table(bytes, reading).map(found);
    }
    if bytes.starts_with(flatgeobuf::MARK) {
        return flatgeobuf::table(&bytes).map(found);
    }
    if let Some(what) = foreign(&bytes) {
        return Err(format!("this is {what}"));
    }
    if looks_like_project(&bytes) {
        match project::read(&bytes) {
            Ok(opened) if !opened.project.is_empty() || has_meta(&bytes) => {
                return Ok(Found::Project(Box::new(opened)));
            }
            Err(e) if has_meta(&bytes) => return Err(e.to_string()),
            Ok(_) | Err(_) => {}
        }
    }
    if bytes.starts_with(&shapefile::MARK) {
        return shapefile::table(&shapefile::Parts { shp: bytes, ..Default::default() }, reading).map(found);
    }
    let bytes = if bytes.starts_with(b"PK\x03\x04") {
        match zipped::holds(&bytes)? {
            zipped::Holds::Workbook => return workbook::table(&bytes, reading).map(found),
            zipped::Holds::Shapefile => {
                let (parts, sheets) = zipped::shapefile(&bytes, reading.sheet.as_deref())?;
                let mut table = shapefile::table(&parts, reading)?;
                let (sheets, note) = sheets.unzip();
                table.notes.splice(0..0, note);
                return Ok(found(Table { sheets, ..table }));
            }
            zipped::Holds::Kml => zipped::kml(&bytes)?,
        }
    } else {
        bytes
    };
    let decoded = encoding::decode(bytes, reading.encoding.as_deref())?;
    match decoded.text.trim_start().chars().next() {
        Some('<') => xml::table(&decoded.text, len).map(found),
        Some('{') => json::table(&decoded.text, reading).map(found),
        // A list of JSON, or a table that begins with a bracket.
        Some('[') => json::table(&decoded.text, reading)
            .or_else(|why| {
                let text = decoded.text.trim_start();
                if text.starts_with("[{")
                    || text.starts_with("[[")
                    || text.lines().next().is_some_and(|l| l.trim() == "[")
                {
                    Err(why)
                } else {
                    delimited::table(decoded, reading)
                }
            })
            .map(found),
        _ => match positions(&decoded.text) {
            Some(table) => Ok(found(table)),
            None => delimited::table(decoded, reading).map(found),
        },
    }
}

fn found(table: Table) -> Found {
    Found::Table(Box::new(table))
}

/// Reads a mapping file.
///
/// # Errors
/// One sentence with line and column.
pub fn mapping(text: &str) -> Result<Mapping, String> {
    serde_json::from_str(text).map_err(|e| e.to_string())
}

/// A mapping as its file.
pub fn mapping_file(mapping: &Mapping) -> String {
    // Texts, numbers and lists of them can always be written.
    let mut text = serde_json::to_string_pretty(mapping).unwrap_or_default();
    text.push('\n');
    text
}

/// Rows that were not taken as a table that can be corrected and read again: line and reason stand in front. Cells are
/// written as they were; nothing here is meant for a spreadsheet's formulas, which are defused by a leading `'`.
pub fn rejected_table(columns: &[crate::model::Text], rejected: &[crate::import::Rejected]) -> String {
    let mut csv = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
    let safe = |cell: &str| {
        // A minus before a number is a number.
        let risky =
            cell.starts_with(['=', '+', '@', '\t', '\r']) || (cell.starts_with('-') && cell.parse::<f64>().is_err());
        if risky { format!("'{cell}") } else { cell.to_owned() }
    };
    let head = ["line", "field", "reason"].into_iter().chain(columns.iter().map(|c| &**c));
    // Writing to memory cannot fail.
    let _ = csv.write_record(head.map(safe));
    for r in rejected {
        let line = r.line.to_string();
        let cells = [line.as_str(), &r.fault.field, &r.fault.reason].into_iter().chain(r.cells());
        let _ = csv.write_record(cells.map(safe));
    }
    csv.into_inner().ok().and_then(|b| String::from_utf8(b).ok()).unwrap_or_default()
}

/// What a file is that has the mark of a format which is not read.
fn foreign(bytes: &[u8]) -> Option<&'static str> {
    let marks: [(&[u8], &str); 6] = [
        (b"\xd0\xcf\x11\xe0", "an old Excel workbook (.xls), or one with a password; save it as .xlsx without one"),
        (b"%PDF", "a PDF, which is not read; copy the table out of it"),
        (b"\x1f\x8b", "a gzip archive, which is not read; unpack it"),
        (b"\x89PNG", "a picture, which is no table"),
        (b"\xff\xd8\xff", "a picture, which is no table"),
        (b"PAR1", "Parquet, which is not read; convert it to CSV"),
    ];
    marks.into_iter().find(|(mark, _)| bytes.starts_with(mark)).map(|(_, what)| what)
}

fn looks_like_project(bytes: &[u8]) -> bool {
    let head = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    head.iter().find(|b| !b.is_ascii_whitespace()) == Some(&b'{')
        && memchr::memmem::find(bytes, b"\"FeatureCollection\"").is_some()
}

/// Whether the member that makes a project stands before the features.
fn has_meta(bytes: &[u8]) -> bool {
    let features = memchr::memmem::find(bytes, b"\"features\"").unwrap_or(bytes.len());
    bytes.get(..features).is_some_and(|head| memchr::memmem::find(head, b"\"clashmap\"").is_some())
}

/// Lines of nothing but positions, as people paste them.
fn positions(text: &str) -> Option<Table> {
    if text.len() > 1 << 20 {
        return None;
    }
    let mut rows = Vec::new();
    for (line, content) in (1..).zip(text.lines()).filter(|(_, l)| !l.trim().is_empty()) {
        crate::edit::typed::position(content).ok()?;
        rows.push(HeldRow { line, cells: vec![content.trim().into()], ground: None });
    }
    let columns = vec!["position".into()];
    Some(Table { format: "positions".into(), columns, rows: Box::new(Held(rows)), notes: Vec::new(), sheets: None })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(text: &str) -> Table {
        match from_bytes(text.as_bytes().to_vec(), &Reading::default()).unwrap() {
            Found::Table(t) => *t,
            Found::Project(_) => panic!("a project"),
        }
    }

    #[test]
    fn what_a_file_is_is_seen_in_its_bytes() {
        assert_eq!(table("39.8, 46.7\n39°50′22″N 45°40′16″E\n").format, "positions");
        assert_eq!(table("date,n\n2022,1\n").columns.len(), 2);
        assert_eq!(table("[note],n\nx,1\n").columns.len(), 2);
        assert_eq!(table(r#"{"type":"FeatureCollection","features":[{"type":"Feature","geometry":null,"properties":{"clashmap":1}}]}"#).format, "GeoJSON");
        let project = r#"{"type":"FeatureCollection","clashmap":{"format":"1.0"},"features":[]}"#;
        assert!(matches!(from_bytes(project.into(), &Reading::default()), Ok(Found::Project(_))));
        for (bytes, word) in [(&b"%PDF-1.4"[..], "PDF"), (b"  \n ", "empty"), (b"a,b\n\x00,1", "is 0")] {
            let why = from_bytes(bytes.to_vec(), &Reading::default()).unwrap_err();
            assert!(why.contains(word), "{why}");
        }
    }

    #[test]
    fn a_mapping_comes_back_from_its_file() {
        let text = mapping_file(&Mapping { name: "x".into(), ..Mapping::default() });
        assert_eq!(mapping(&text).unwrap().name, "x");
        assert!(mapping("{\"rules\":[{\"form\":1}]}").unwrap_err().contains("line 1"));
    }
}
