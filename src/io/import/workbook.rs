//! XLSX: one sheet of a workbook as a table, cell by cell as the calamine crate reads them.
//!
//! Before that crate sees the archive, [`zipped::measure`] has looked at how long every file in it is unpacked and how many
//! texts it says it has, so that no workbook takes more memory than a multiple of its size.

use std::io::Cursor;

use calamine::{DataRef, Reader as _, SheetType, SheetVisible, Xlsx};

use super::{heads, zipped};
use crate::import::{Gather, HeldRow, MAX_COLUMNS, Reading, Sheets, Table, unlike};
use crate::model::Incident;

/// The longest cell, in bytes. Spreadsheets themselves hold 32,767 characters.
const MAX_CELL: usize = 1 << 20;
/// The most sheets.
const MAX_SHEETS: usize = 1024;

/// Reads a sheet: the one that was asked for, else the one called like our own, else the first that holds a table.
///
/// # Errors
/// One sentence: what is wrong, what next.
pub(super) fn table(bytes: &[u8], reading: &Reading) -> Result<Table, String> {
    zipped::measure(bytes)?;
    let damaged = |e: calamine::XlsxError| format!("the workbook cannot be read ({e}); save it anew as .xlsx");
    let mut book = Xlsx::new(Cursor::new(bytes)).map_err(damaged)?;
    let sheets: Vec<String> = (book.sheets_metadata().iter())
        .filter(|s| s.typ == SheetType::WorkSheet && s.visible == SheetVisible::Visible)
        .map(|s| s.name.clone())
        .collect();
    if sheets.len() > MAX_SHEETS {
        return Err(format!("the workbook has {} sheets; up to {MAX_SHEETS} are read", sheets.len()));
    }
    let known = || sheets.iter().map(|s| format!("“{s}”")).collect::<Vec<_>>().join(", ");
    let mut order: Vec<&String> = sheets.iter().collect();
    if let Some(asked) = &reading.sheet {
        order.retain(|s| s.trim().eq_ignore_ascii_case(asked.trim()) || **s == *asked);
        if order.is_empty() {
            return Err(format!("the workbook has no sheet “{asked}”; it has {}", known()));
        }
    }
    order.sort_by_key(|s| *s != "incidents");
    for name in order {
        let rows = rows(&mut book, name, bytes.len())?;
        if rows.is_empty() || (rows.len() == 1 && reading.sheet.is_none()) {
            continue;
        }
        let (sheets, note) = Sheets::several(sheets.clone(), name, "sheets").unzip();
        let table = of_rows(rows, name, reading, note.into_iter().collect(), bytes.len())?;
        return Ok(Table { sheets, ..table });
    }
    Err("there is no sheet with a table in this workbook".into())
}

/// The rows of a sheet that are not blank, with their numbers from 1.
type Rows = Vec<(usize, Vec<String>)>;

fn rows(book: &mut Xlsx<Cursor<&[u8]>>, name: &str, len: usize) -> Result<Rows, String> {
    let damaged = |e: calamine::XlsxError| format!("the sheet “{name}” cannot be read ({e}); save it anew as .xlsx");
    let mut cells = book.worksheet_cells_reader(name).map_err(damaged)?;
    let mut budget = Gather::for_file(len);
    let mut out: Rows = Vec::new();
    while let Some(cell) = cells.next_cell().map_err(damaged)? {
        let text = text(cell.get_value());
        if text.trim().is_empty() {
            continue;
        }
        let (row, column) = cell.get_position();
        let (row, column) = (row as usize + 1, column as usize);
        if column >= MAX_COLUMNS {
            return Err(format!(
                "row {row} of the sheet has a value in column {}; up to {MAX_COLUMNS} columns are read",
                column + 1
            ));
        }
        if text.len() > MAX_CELL {
            return Err(format!("row {row}, column {}: the cell is longer than 1 MiB", column + 1));
        }
        if out.last().is_none_or(|(last, _)| *last != row) {
            // What the row will be, so that a bomb is seen before it is here as a whole.
            budget.charge(size_of::<HeldRow>() + size_of::<Incident>())?;
            out.push((row, Vec::new()));
        }
        if let Some((_, cells)) = out.last_mut() {
            let more = (column + 1).saturating_sub(cells.len());
            budget.charge(more * size_of::<String>() + 2 * text.len())?;
            if more > 0 {
                cells.resize(column + 1, String::new());
            }
            if let Some(slot) = cells.get_mut(column) {
                *slot = text;
            }
        }
    }
    Ok(out)
}

/// A cell as a text table would have it.
pub(in crate::io) fn text(value: &DataRef<'_>) -> String {
    match value {
        DataRef::Int(n) => n.to_string(),
        DataRef::Float(v) => number(*v),
        DataRef::String(s) | DataRef::DateTimeIso(s) | DataRef::DurationIso(s) => s.clone(),
        DataRef::SharedString(s) => (*s).to_owned(),
        DataRef::Bool(b) => b.to_string(),
        DataRef::DateTime(d) => {
            let (year, month, day, hour, minute, second, _) = d.to_ymd_hms_milli();
            let clock = format!("{hour:02}:{minute:02}");
            let clock = if second == 0 { clock } else { format!("{clock}:{second:02}") };
            let whole = d.as_f64();
            if d.is_duration() || (0.0..1.0).contains(&whole) {
                clock
            } else if (hour, minute, second) == (0, 0, 0) {
                format!("{year:04}-{month:02}-{day:02}")
            } else {
                format!("{year:04}-{month:02}-{day:02}T{clock}")
            }
        }
        // `#N/A` and its kin: there is no value.
        DataRef::Error(_) | DataRef::Empty => String::new(),
    }
}

/// A number without the last digits that only its binary form has.
fn number(v: f64) -> String {
    let short = format!("{v:.12}");
    let short = short.trim_end_matches('0').trim_end_matches('.');
    if v.abs() < 1e9 && short.parse::<f64>().is_ok_and(|s| (s - v).abs() <= v.abs() * 1e-15) {
        short.to_owned()
    } else {
        v.to_string()
    }
}

fn of_rows(rows: Rows, name: &str, reading: &Reading, mut notes: Vec<String>, len: usize) -> Result<Table, String> {
    let first: Vec<Vec<String>> = rows.iter().take(heads::LOOK + 1).map(|(_, cells)| cells.clone()).collect();
    let asked = reading.header_line.map(|line| match line {
        0 => 0,
        line => rows.iter().position(|(n, _)| *n >= line).map_or(rows.len(), |n| n + 1),
    });
    let head = heads::find(&first, asked);
    let width = rows.iter().map(|(_, cells)| cells.len()).max().unwrap_or(0).max(head.names.len());
    let mut names = head.names.clone();
    names.resize(width, String::new());
    let (names, repeated) = unlike(names);
    if head.names.is_empty() {
        notes.push("the table has no header; columns are named by their number".into());
    }
    if head.titles > 0 {
        notes.push(match head.titles {
            1 => "a line above the header is left out".into(),
            n => format!("{n} lines above the header are left out"),
        });
    }
    if repeated > 0 {
        notes.push("names of columns that stand twice were numbered".into());
    }
    let is_head = |cells: &[String]| {
        cells.len() > 1 && cells.len() == head.names.len() && cells.iter().zip(&names).all(|(c, n)| c.trim() == &**n)
    };
    let mut gather = Gather::for_file(len).with_columns(&names);
    for (line, cells) in rows.into_iter().skip(head.rows).filter(|(_, cells)| !is_head(cells)) {
        let cells = cells.into_iter().map(|c| c.trim().into()).collect();
        gather.push(HeldRow { line, cells, ground: None })?;
    }
    Ok(gather.finish(format!("XLSX, sheet “{name}”"), notes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_lose_what_only_their_binary_form_has() {
        for (v, text) in [
            (40.2, "40.2"),
            (0.1 + 0.2, "0.3"),
            (3.0, "3"),
            (-45.670_001, "-45.670001"),
            (1e20, "100000000000000000000"),
            (1e-9, "0.000000001"),
        ] {
            assert_eq!(number(v), text);
        }
    }

    #[test]
    fn dates_are_written_so_that_they_are_read_again() {
        let date = |v| {
            let d = calamine::ExcelDateTime::new(v, calamine::ExcelDateTimeType::DateTime, false);
            text(&DataRef::DateTime(d))
        };
        assert_eq!(date(44_817.0), "2022-09-13");
        assert_eq!(date(44_817.25), "2022-09-13T06:00");
        assert_eq!(date(0.5), "12:00");
    }
}
