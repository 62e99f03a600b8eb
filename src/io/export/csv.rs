//! CSV: incidents in the named file, claims, sources, parties and the rest in files beside it (`NAME-claims.csv`, …).
//!
//! UTF-8 with a byte order mark, commas, CR LF (RFC 4180). Text cells that a spreadsheet would take for a formula get a leading
//! `'`, and so do those that begin with one: taking it away gives the text back exactly. Exact cells have neither.

use super::{Export, ExportError, Part};
use crate::io::tables::{Cell, Table, apart};

/// The name of the row of the project table that says how text cells are written.
const CELLS: &str = "cells";

/// Begins like a formula, or like a cell that was defused.
fn is_risky(text: &str) -> bool {
    text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '\'', '＝', '＋', '－', '＠'])
}

/// The text behind a defused cell.
pub fn restored(cell: &str) -> &str {
    cell.strip_prefix('\'').filter(|rest| is_risky(rest)).unwrap_or(cell)
}

/// Whether the tables of an export of ours have defused cells: they say so in the table of the project, and do where
/// nothing is said.
pub fn is_defused(project: &Table) -> bool {
    !project.rows.iter().any(|row| match row.as_slice() {
        [of, key, value, ..] => of.shown() == "csv" && key.shown() == CELLS && value.shown() == "exact",
        _ => false,
    })
}

fn field(out: &mut String, cell: &Cell, exact: bool) {
    let text = cell.shown();
    let defuse = !exact && matches!(cell, Cell::Text(_)) && is_risky(&text);
    let quote = text.contains(['"', ',', '\n', '\r', ';', '\t']) || text.starts_with(' ') || text.ends_with(' ');
    if quote {
        out.push('"');
    }
    if defuse {
        out.push('\'');
    }
    if quote {
        *out += &text.replace('"', "\"\"");
        out.push('"');
    } else {
        *out += &text;
    }
}

/// A table as CSV.
pub(super) fn table(table: &Table, exact: bool) -> String {
    let mut out = String::new();
    let heads: Vec<Cell> = table.columns.iter().map(|c| Cell::text(c.as_str())).collect();
    for row in std::iter::once(&heads).chain(&table.rows) {
        for (n, cell) in row.iter().enumerate() {
            if n > 0 {
                out.push(',');
            }
            field(&mut out, cell, exact);
        }
        out += "\r\n";
    }
    out
}

/// The table of incidents as tab-separated rows; a cell never holds a tab or the end of a line.
pub(super) fn rows(export: &Export) -> Result<String, ExportError> {
    let table = apart(&export.project, &export.figures())?.incidents;
    let used: Vec<bool> = (0..table.columns.len())
        .map(|n| table.rows.iter().any(|row| row.get(n).is_some_and(|c| *c != Cell::Empty)))
        .collect();
    let heads: Vec<Cell> = table.columns.iter().map(|c| Cell::text(c.as_str())).collect();
    let mut out = String::new();
    for row in std::iter::once(&heads).chain(&table.rows) {
        let mut first = true;
        for (cell, _) in row.iter().zip(&used).filter(|(_, used)| **used) {
            if !std::mem::take(&mut first) {
                out.push('\t');
            }
            let text = cell.shown().replace(['\t', '\n', '\r'], " ");
            if matches!(cell, Cell::Text(_)) && is_risky(&text) {
                out.push('\'');
            }
            out += &text;
        }
        out.push('\n');
    }
    Ok(out)
}

pub(super) fn write(export: &Export, stem: &str) -> Result<Vec<Part>, ExportError> {
    let exact = export.options.exact_cells;
    let mut tables = apart(&export.project, &export.figures())?;
    let says = if exact { "exact" } else { "defused" };
    let row = ["csv", CELLS, says].map(Cell::text).to_vec();
    tables.project.rows.push(row);
    let parts = tables.named().into_iter().map(|(name, rows)| Part {
        name: if name == "incidents" { format!("{stem}.csv") } else { format!("{stem}-{name}.csv") },
        // Excel takes UTF-8 for the code page of its country unless a mark stands at the head.
        bytes: (if exact { String::new() } else { "\u{feff}".to_owned() } + &table(rows, exact)).into_bytes(),
    });
    Ok(parts.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_begins_like_a_formula_is_defused_and_comes_back() {
        let check = |text: &str, want: &str| {
            let mut out = String::new();
            field(&mut out, &Cell::text(text), false);
            assert_eq!(out, want);
            let unquoted = out.strip_prefix('"').and_then(|o| o.strip_suffix('"')).unwrap_or(&out);
            assert_eq!(restored(&unquoted.replace("\"\"", "\"")), text);
        };
        check("=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0");
        check("+1", "'+1");
        check("-1", "'-1");
        check("@SUM(A1)", "'@SUM(A1)");
        check("\tx", "\"'\tx\"");
        check("'=1", "''=1");
        check("'quoted'", "''quoted'");
        check("a \"b\", c", "\"a \"\"b\"\", c\"");
        check("Սոթք", "Սոթք");
    }

    #[test]
    fn numbers_are_never_defused_and_exact_cells_are_exact() {
        let mut out = String::new();
        field(&mut out, &Cell::Real(-71.5), false);
        field(&mut out, &Cell::text("=1"), true);
        assert_eq!(out, "-71.5=1");
    }
}
