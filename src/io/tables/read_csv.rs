//! Reading our own CSV back: the named file and the tables beside it.

use std::io::{self, Read};
use std::path::Path;

use super::{Cell, Table, Tables, is_own, together};
use crate::io::disk::{Disk, RealDisk};
use crate::io::export::{is_defused, restored};
use crate::io::project::{MAX_BYTES, Opened};

/// Opens a CSV file of our own making with the tables that stand beside it (`NAME-claims.csv`, …), as far as they are
/// there. `None` if the file is no such table: it then needs a mapping of its columns.
///
/// # Errors
/// One line: what, where, what next.
pub fn open_csv(path: &Path) -> Result<Option<Opened>, String> {
    let named = |path: &Path, e: &dyn std::fmt::Display| format!("cannot read {}: {e}", path.display());
    let mut begins = Vec::new();
    let file = RealDisk.open(path).map_err(|e| named(path, &e))?;
    file.take(HEAD).read_to_end(&mut begins).map_err(|e| named(path, &e))?;
    if !may_be_own(&begins) {
        return Ok(None);
    }
    let bytes = RealDisk.read(path, MAX_BYTES).map_err(|e| named(path, &e))?;
    let Some((separator, incidents)) = own(&bytes) else { return Ok(None) };
    let mut tables = Tables { incidents, ..Tables::default() };
    let stem = path.file_stem().map(|s| s.to_string_lossy().into_owned()).unwrap_or_default();
    for name in ["claims", "sources", "parties", "project"] {
        let beside = path.with_file_name(format!("{stem}-{name}.csv"));
        let bytes = match RealDisk.read(&beside, MAX_BYTES) {
            Ok(bytes) => bytes,
            Err(e) if e.kind() == io::ErrorKind::NotFound => continue,
            Err(e) => return Err(named(&beside, &e)),
        };
        let text = text(&bytes).ok_or_else(|| named(&beside, &"it is not UTF-8 text; save it as UTF-8"))?;
        // A table that was saved alone by another program may have its own separator.
        let separator = [separator, b',', b';', b'\t'].into_iter().find(|s| head(text, *s).len() > 1);
        if let Some(table) = tables.named_mut(name) {
            *table = parse(text, separator.unwrap_or(b',')).map_err(|e| named(&beside, &e))?;
        }
    }
    if is_defused(&tables.project) {
        for name in ["incidents", "claims", "sources", "parties", "project"] {
            if let Some(table) = tables.named_mut(name) {
                table.rows.iter_mut().flatten().for_each(restore);
            }
        }
    }
    together(&tables).map(Some).map_err(|e| named(path, &e))
}

fn restore(cell: &mut Cell) {
    if let Cell::Text(text) = cell {
        let plain = restored(text);
        if plain.len() != text.len() {
            *text = plain.to_owned();
        }
    }
}

/// The text of a file, without a byte order mark.
fn text(bytes: &[u8]) -> Option<&str> {
    std::str::from_utf8(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes)).ok()
}

/// The names of the columns under a separator.
fn head(text: &str, separator: u8) -> Vec<String> {
    let mut reader = reader(separator).from_reader(text.as_bytes());
    let mut record = csv::StringRecord::new();
    match reader.read_record(&mut record) {
        Ok(true) => record.iter().map(|c| restored(c.trim()).to_owned()).collect(),
        _ => Vec::new(),
    }
}

fn reader(separator: u8) -> csv::ReaderBuilder {
    let mut builder = csv::ReaderBuilder::new();
    builder.has_headers(false).flexible(true).delimiter(separator);
    builder
}

/// The most bytes that the names of columns take.
const HEAD: u64 = 1 << 20;

/// Whether a file that begins like this can be one of ours: a large one of others is not read for it.
fn may_be_own(begins: &[u8]) -> bool {
    let whole = String::from_utf8_lossy(begins);
    let text = whole.strip_prefix('\u{feff}').unwrap_or(&whole);
    [b',', b';', b'\t'].into_iter().any(|s| is_own(&head(text, s)))
}

/// The table of incidents and its separator, if the file is one of ours.
fn own(bytes: &[u8]) -> Option<(u8, Table)> {
    let text = text(bytes)?;
    let separator = [b',', b';', b'\t'].into_iter().find(|s| is_own(&head(text, *s)))?;
    Some((separator, parse(text, separator).ok()?))
}

fn parse(text: &str, separator: u8) -> Result<Table, csv::Error> {
    let mut table = Table::new(head(text, separator));
    let mut reader = reader(separator).from_reader(text.as_bytes());
    let mut record = csv::StringRecord::new();
    let mut is_head = true;
    while reader.read_record(&mut record)? {
        if !std::mem::take(&mut is_head) && record.iter().any(|c| !c.is_empty()) {
            table.rows.push(record.iter().map(Cell::text).collect());
        }
    }
    Ok(table)
}
