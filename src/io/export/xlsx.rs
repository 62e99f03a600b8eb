//! XLSX: a sheet about the project with totals, and the tables of CSV as sheets. Numbers are numbers, everything else is
//! text and never a formula. The same project gives the same bytes: the clock has no say.

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format as Look, Workbook, Worksheet, XlsxError};

use super::{Export, ExportError, words};
use crate::derive::derive;
use crate::io::tables::{Cell, Table, apart};

/// Rows of a sheet, and characters of a cell.
const ROWS: usize = 1_048_576;
const CHARACTERS: usize = 32_767;

fn failed(e: &XlsxError) -> ExportError {
    ExportError::Refused(format!("the workbook cannot be made ({e}); export fewer incidents or as CSV"))
}

/// Text that a cell can hold: without characters that XML has no way to say, and not too long.
fn cut(text: &str) -> String {
    let sound = |c: char| match c {
        '\t' | '\n' | '\r' => c,
        '\u{0}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => '\u{fffd}',
        c => c,
    };
    text.chars().map(sound).take(CHARACTERS).collect()
}

/// Whether a text is cut.
pub(super) fn is_cut(text: &str) -> bool {
    text.len() > CHARACTERS && text.chars().count() > CHARACTERS
}

pub(super) fn write(export: &Export) -> Result<Vec<u8>, ExportError> {
    let tables = apart(&export.project, &export.figures())?;
    if let Some((name, _)) = tables.named().into_iter().find(|(_, t)| t.rows.len() >= ROWS) {
        return Err(ExportError::Refused(format!(
            "the sheet {name} would have more than {ROWS} rows; filter, or export as CSV or GeoPackage"
        )));
    }
    let mut book = Workbook::new();
    let made = ExcelDateTime::from_ymd(2000, 1, 1).map_err(|e| failed(&e))?;
    book.set_properties(
        &DocProperties::new().set_creation_datetime(&made).set_title(cut(&export.project.meta().title)),
    );
    let bold = Look::new().set_bold();
    about(book.add_worksheet(), export, &bold).map_err(|e| failed(&e))?;
    for (name, rows) in tables.named() {
        sheet(book.add_worksheet(), name, rows, &bold).map_err(|e| failed(&e))?;
    }
    book.save_to_buffer().map_err(|e| failed(&e))
}

fn sheet(sheet: &mut Worksheet, name: &str, table: &Table, bold: &Look) -> Result<(), XlsxError> {
    sheet.set_name(name)?;
    sheet.set_freeze_panes(1, 0)?;
    let at = |n: usize| u16::try_from(n).unwrap_or(u16::MAX);
    for (n, column) in table.columns.iter().enumerate() {
        sheet.write_string_with_format(0, at(n), cut(column), bold)?;
        let wide = matches!(column.as_str(), "title" | "notes" | "claimant" | "quote" | "outlet" | "value");
        sheet.set_column_width(at(n), if wide { 36.0 } else { 14.0 })?;
    }
    for (row, cells) in (1_u32..).zip(&table.rows) {
        for (n, cell) in cells.iter().enumerate() {
            write_cell(sheet, row, at(n), cell)?;
        }
    }
    Ok(())
}

fn write_cell(sheet: &mut Worksheet, row: u32, column: u16, cell: &Cell) -> Result<(), XlsxError> {
    match cell {
        Cell::Empty => {}
        Cell::Yes => drop(sheet.write_boolean(row, column, true)?),
        Cell::Whole(n) => drop(sheet.write_number(row, column, *n as f64)?),
        Cell::Real(v) => drop(sheet.write_number(row, column, *v)?),
        Cell::Text(text) => drop(sheet.write_string(row, column, cut(text))?),
    }
    Ok(())
}

/// What the project is, and its totals with the policy and the date of knowledge they hold for.
fn about(sheet: &mut Worksheet, export: &Export, bold: &Look) -> Result<(), XlsxError> {
    let meta = export.project.meta();
    sheet.set_name("about")?;
    sheet.set_column_width(0, 30)?;
    let question = &export.options.question;
    let incidents = format!(
        "{} incidents; {} hidden by the filter, {} withheld as sensitive",
        export.project.len(),
        export.hidden,
        export.withheld
    );
    let lines = [&*meta.title, &*meta.description, &incidents, &words::basis(export), meta.note()];
    let mut row = 0;
    for line in lines.into_iter().filter(|l| !l.is_empty()) {
        sheet.write_string(row, 0, cut(line))?;
        row += 1;
    }
    row += 1;
    let heads = ["party", "status", "category", "low", "best", "high", "claims", "contradicted", "figures_by"];
    for (n, head) in (0..).zip(heads) {
        sheet.write_string_with_format(row, n, head, bold)?;
    }
    // Incidents were chosen already; what is asked of the rest is only how claims become figures.
    let asked = crate::derive::Question { filters: crate::derive::Filters::default(), span: None, ..question.clone() };
    let derived = derive(&export.project, &asked);
    for (key, figure) in &derived.totals {
        row += 1;
        let cells = [
            Cell::text(words::party(&export.project, &key.party)),
            Cell::text(key.status.label()),
            Cell::text(key.category.label()),
            Cell::count(figure.low),
            Cell::count(figure.best),
            Cell::count(figure.high),
            Cell::count(Some(figure.claims)),
            Cell::flag(figure.contradicted),
            Cell::text(question.figures_sentence()),
        ];
        for (n, cell) in (0..).zip(&cells) {
            write_cell(sheet, row, n, cell)?;
        }
    }
    Ok(())
}
