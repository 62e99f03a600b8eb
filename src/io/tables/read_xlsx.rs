//! Reading our own workbook back: its sheets are the tables of CSV.

use std::io::Cursor;
use std::path::Path;

use calamine::{DataRef, Reader as _, Xlsx};

use super::{Cell, Table, Tables, is_own, together};
use crate::import::{Gather, MAX_COLUMNS};
use crate::io::import;
use crate::io::project::Opened;
use crate::io::{Finding, Severity};

/// Letters in a cell, after which spreadsheets and our own writer cut.
const CHARACTERS: usize = 32_767;

/// Opens a workbook of our own making. `None` if it is another: it then needs a mapping of its columns.
///
/// # Errors
/// One line: what, where, what next.
pub fn open_xlsx(path: &Path) -> Result<Option<Opened>, String> {
    let failed = |e: String| format!("cannot read {}: {e}", path.display());
    let bytes = import::bytes(path).map_err(failed)?;
    // What is no workbook, or a damaged one, is said by the reader of workbooks.
    if import::measure(&bytes).is_err() {
        return Ok(None);
    }
    let Ok(mut book) = Xlsx::new(Cursor::new(&bytes[..])) else { return Ok(None) };
    let names = book.sheet_names();
    if !["incidents", "claims", "project"].iter().all(|own| names.iter().any(|n| n == own)) {
        return Ok(None);
    }
    let mut budget = Gather::for_file(bytes.len());
    let mut tables = Tables::default();
    let mut cut = 0;
    for name in ["incidents", "claims", "sources", "parties", "project"] {
        if !names.iter().any(|n| n == name) {
            continue;
        }
        let table = sheet(&mut book, name, &mut budget, &mut cut).map_err(failed)?;
        if name == "incidents" && !is_own(&table.columns) {
            return Ok(None);
        }
        if let Some(slot) = tables.named_mut(name) {
            *slot = table;
        }
    }
    let mut opened = together(&tables).map_err(|e| failed(e.to_string()))?;
    if cut > 0 {
        let what = format!("{cut} cells are as long as a spreadsheet allows; their text may have been cut off there");
        opened.findings.push(Finding::whole(Severity::Warning, what));
    }
    Ok(Some(opened))
}

/// A sheet with the names of its columns in the first row that has any; counts cells that may have been cut.
fn sheet(book: &mut Xlsx<Cursor<&[u8]>>, name: &str, budget: &mut Gather, cut: &mut usize) -> Result<Table, String> {
    let damaged = |e: calamine::XlsxError| format!("the sheet “{name}” cannot be read ({e}); save it anew as .xlsx");
    let mut cells = book.worksheet_cells_reader(name).map_err(damaged)?;
    let mut table = Table::default();
    let (mut head, mut last) = (None, None);
    while let Some(found) = cells.next_cell().map_err(damaged)? {
        let value = value(found.get_value());
        if value == Cell::Empty {
            continue;
        }
        let (row, column) = found.get_position();
        let column = column as usize;
        if column >= MAX_COLUMNS {
            return Err(format!(
                "the sheet “{name}” has a value in column {}; up to {MAX_COLUMNS} are read",
                column + 1
            ));
        }
        if *head.get_or_insert(row) == row {
            table.columns.resize(table.columns.len().max(column + 1), String::new());
            if let Some(slot) = table.columns.get_mut(column) {
                value.shown().trim().clone_into(slot);
            }
            continue;
        }
        if last != Some(row) {
            last = Some(row);
            // As a cell, in the text of the project that is put together, and in the project.
            budget.charge(3 * table.columns.len() * size_of::<Cell>())?;
            table.rows.push(vec![Cell::Empty; table.columns.len()]);
        }
        if let Cell::Text(text) = &value {
            budget.charge(3 * text.len())?;
            *cut += usize::from(text.len() >= CHARACTERS && text.chars().count() == CHARACTERS);
        }
        // A value beside the table has no name and means nothing.
        if let Some(slot) = table.rows.last_mut().and_then(|cells| cells.get_mut(column)) {
            *slot = value;
        }
    }
    Ok(table)
}

fn value(found: &DataRef<'_>) -> Cell {
    match found {
        DataRef::Int(n) => Cell::Whole(*n),
        DataRef::Float(v) => Cell::Real(*v),
        DataRef::Bool(yes) => Cell::flag(*yes),
        // Dates that a spreadsheet took for such.
        other => Cell::text(import::cell_text(other)),
    }
}
