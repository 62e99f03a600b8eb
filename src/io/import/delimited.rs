//! Tables of text: comma, semicolon, tab or bar between the cells. Records are cut into parts in one pass, so that all
//! cores can read them; the cells themselves are the csv crate's.

use std::collections::HashMap;

use super::encoding::Decoded;
use super::heads;
use crate::import::{Cells, MAX_COLUMNS, Reading, Row, Rows, Table, room_for_text, unlike};
use crate::model::Text;

/// Bytes to a part.
const PART: usize = 1 << 20;
/// The longest cell, in bytes.
const MAX_CELL: usize = 1 << 20;
/// The longest record, in bytes.
const MAX_RECORD: usize = 8 << 20;
/// Quotes that open and never close before a file is given up: each costs a look at up to [`MAX_CELL`] bytes.
const MAX_OPEN: usize = 64;

/// A stretch of the text.
#[derive(Debug)]
enum Piece {
    /// Whole records.
    Records { from: usize, to: usize, line: usize },
    /// A line that cannot be read.
    Bad { line: usize, why: &'static str },
}

#[derive(Debug)]
struct TextRows {
    text: String,
    pieces: Vec<Piece>,
    separator: u8,
    names: Vec<Text>,
}

/// Reads a table of text.
///
/// # Errors
/// One sentence: what is wrong, what next.
pub(super) fn table(decoded: Decoded, reading: &Reading) -> Result<Table, String> {
    let Decoded { mut text, encoding, guessed, replaced } = decoded;
    if !text.contains('\n') && text.contains('\r') {
        text = text.replace('\r', "\n");
    }
    if text.trim().is_empty() {
        return Err("the file has no rows".into());
    }
    let mut start = 0;
    let mut hinted = None;
    // Excel's own hint.
    if let Some(rest) = text.get(..6).and_then(|h| h.strip_prefix("sep="))
        && let Some(c) = rest.chars().next().filter(char::is_ascii)
    {
        hinted = u8::try_from(c).ok();
        start = text.find('\n').map_or(text.len(), |n| n + 1);
    }
    let asked = reading.separator.map(|c| {
        u8::try_from(c)
            .ok()
            .filter(u8::is_ascii)
            .ok_or_else(|| format!("“{c}” cannot stand between cells; use , ; | or a tab"))
    });
    let body = text.get(start..).unwrap_or_default();
    let separator = match asked.transpose()?.or(hinted) {
        Some(s) => s,
        None => sniff(body),
    };
    let (head_rows, lines) = head_of(body, separator);
    let head = heads::find(&head_rows, reading.header_line.map(|n| rows_before(&lines, n)));
    let width =
        if head.names.is_empty() { head_rows.iter().map(Vec::len).max().unwrap_or(0) } else { head.names.len() };
    if width > MAX_COLUMNS {
        return Err(format!(
            "the table has more than {MAX_COLUMNS} columns, the most that are read; is “{}” what stands between cells?",
            shown(separator)
        ));
    }
    let mut raw = head.names.clone();
    raw.resize(width, String::new());
    let (names, repeated) = unlike(raw);
    let data = lines.get(head.rows).map_or(body.len(), |(at, _)| *at);
    let line = lines.get(head.rows).map_or(0, |(_, line)| *line) + usize::from(start > 0);
    let pieces = cut(text.as_bytes(), start + data, line, separator)?;
    let mut notes = Vec::new();
    if guessed {
        notes.push(format!("the encoding was guessed from the letters: {encoding}"));
    }
    if replaced > 0 {
        notes.push(format!("{replaced} places are not in {encoding} and were replaced; choose another encoding"));
    }
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
    let format = format!("text table, {encoding}, “{}” between cells", shown(separator));
    Ok(Table {
        format,
        columns: names.clone(),
        rows: Box::new(TextRows { text, pieces, separator, names }),
        notes,
        sheets: None,
    })
}

fn shown(separator: u8) -> String {
    if separator == b'\t' { "tab".into() } else { char::from(separator).to_string() }
}

fn reader(bytes: &[u8], separator: u8) -> csv::Reader<&[u8]> {
    csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(separator)
        .buffer_capacity(1 << 16)
        .from_reader(bytes)
}

/// The first rows, and where each begins: offset and line from 1. Blank lines are none.
fn head_of(text: &str, separator: u8) -> (Vec<Vec<String>>, Vec<(usize, usize)>) {
    // Enough for any sensible header, and never the whole of a file that is one record.
    let end = text.floor_char_boundary(MAX_RECORD.min(text.len()));
    let mut csv = reader(text.get(..end).unwrap_or_default().as_bytes(), separator);
    let mut record = csv::StringRecord::new();
    let (mut rows, mut lines) = (Vec::new(), Vec::new());
    while rows.len() <= heads::LOOK && csv.read_record(&mut record).unwrap_or(false) {
        let at = record.position().map_or((0, 1), |p| begins(text, p));
        lines.push(at);
        rows.push(record.iter().take(MAX_COLUMNS + 1).map(|c| c.trim().to_owned()).collect());
        if rows.last().is_some_and(|r: &Vec<String>| r.len() > MAX_COLUMNS) {
            break;
        }
    }
    (rows, lines)
}

/// Where a record begins, offset and line from 1: its position counts from before the blank lines that stand above it.
fn begins(text: &str, position: &csv::Position) -> (usize, usize) {
    let at = usize::try_from(position.byte()).unwrap_or(0);
    let rest = text.get(at..).unwrap_or_default();
    let blank = rest.get(..rest.len() - rest.trim_start_matches(['\r', '\n']).len()).unwrap_or_default();
    let line = usize::try_from(position.line()).unwrap_or(1) + blank.bytes().filter(|b| *b == b'\n').count();
    (at + blank.len(), line)
}

/// The number of the row, from 1, that begins at or after a line.
fn rows_before(lines: &[(usize, usize)], line: usize) -> usize {
    if line == 0 { 0 } else { lines.iter().position(|(_, l)| *l >= line).map_or(lines.len(), |n| n + 1) }
}

/// The mark that gives the most even table.
fn sniff(text: &str) -> u8 {
    let end = text.floor_char_boundary(text.len().min(1 << 16));
    let whole = if end < text.len() { text.get(..end).and_then(|t| t.rfind('\n')).unwrap_or(end) } else { end };
    let sample = text.get(..whole).unwrap_or_default();
    let score = |separator: &u8| {
        let mut csv = reader(sample.as_bytes(), *separator);
        let mut counts: HashMap<usize, usize> = HashMap::new();
        let mut rows = 0;
        for record in csv.byte_records().take(200).flatten() {
            rows += 1;
            *counts.entry(record.len()).or_default() += 1;
        }
        let (width, hits) = counts.into_iter().max_by_key(|(w, n)| (*n, *w)).unwrap_or((1, 0));
        if width < 2 || rows == 0 { (0, 0) } else { (hits * 20 / rows, width) }
    };
    let marks = [b',', b';', b'\t', b'|'];
    let best = marks.into_iter().map(|m| (score(&m), m)).filter(|((_, w), _)| *w > 1);
    // Nearly even and wide beats quite even and narrow: free text has commas here and there.
    best.max_by_key(|((even, width), m)| (*even >= 16, *width.min(&64) * *even, *m != b',')).map_or(b',', |(_, m)| m)
}

/// Cuts the text into parts at ends of records.
fn cut(text: &[u8], from: usize, line: usize, separator: u8) -> Result<Vec<Piece>, String> {
    let mut pieces = Vec::new();
    let (mut part, mut part_line) = (from, line.max(1));
    let (mut record, mut record_line) = (from, part_line);
    let mut open = 0;
    'scan: loop {
        let mut at_line = record_line;
        let mut quote: Option<usize> = None;
        let mut skip = usize::MAX;
        let rest = text.get(record..).unwrap_or_default();
        let base = record;
        for hit in memchr::memchr2_iter(b'"', b'\n', rest).map(|n| n + base).chain(std::iter::once(text.len())) {
            let byte = text.get(hit);
            let broken = match quote {
                Some(q) if hit - q > MAX_CELL || byte.is_none() => {
                    Some("a quote opens here and does not close; write it twice inside a quoted cell")
                }
                None if hit - record > MAX_RECORD => Some("the row is longer than 8 MiB"),
                _ => None,
            };
            if let Some(why) = broken {
                open += 1;
                if open > MAX_OPEN {
                    return Err(format!(
                        "line {record_line}: {why}; there are many such lines, is this the right separator?"
                    ));
                }
                if part < record {
                    pieces.push(Piece::Records { from: part, to: record, line: part_line });
                }
                pieces.push(Piece::Bad { line: record_line, why });
                let next = memchr::memchr(b'\n', text.get(record..).unwrap_or_default())
                    .map_or(text.len(), |n| record + n + 1);
                (part, record) = (next, next);
                record_line += 1;
                part_line = record_line;
                continue 'scan;
            }
            match (byte, quote) {
                (Some(b'"'), Some(_)) => {
                    if hit == skip {
                        skip = usize::MAX;
                    } else if text.get(hit + 1) == Some(&b'"') {
                        skip = hit + 1;
                    } else {
                        quote = None;
                    }
                }
                (Some(b'"'), None) => {
                    let opens = hit == record || hit.checked_sub(1).and_then(|n| text.get(n)) == Some(&separator);
                    quote = opens.then_some(hit);
                }
                (Some(_), Some(_)) => at_line += 1,
                (Some(_), None) => {
                    at_line += 1;
                    (record, record_line) = (hit + 1, at_line);
                    if record - part >= PART {
                        pieces.push(Piece::Records { from: part, to: record, line: part_line });
                        (part, part_line) = (record, record_line);
                    }
                }
                (None, _) => break,
            }
        }
        if part < text.len() {
            pieces.push(Piece::Records { from: part, to: text.len(), line: part_line });
        }
        return Ok(pieces);
    }
}

impl Cells for csv::StringRecord {
    fn cell(&self, n: usize) -> &str {
        self.get(n).map_or("", str::trim)
    }
}

/// A row without cells.
struct Nothing;

impl Cells for Nothing {
    fn cell(&self, _: usize) -> &'static str {
        ""
    }
}

impl Rows for TextRows {
    fn parts(&self) -> usize {
        self.pieces.len()
    }

    fn part(&self, n: usize, take: &mut dyn FnMut(Row<'_>) -> bool) {
        let (from, to, line) = match self.pieces.get(n) {
            Some(Piece::Records { from, to, line }) => (*from, *to, *line),
            Some(Piece::Bad { line, why }) => {
                take(Row { line: *line, cells: &Nothing, ground: None, fault: Some(why) });
                return;
            }
            None => return,
        };
        let mut csv = reader(self.text.as_bytes().get(from..to).unwrap_or_default(), self.separator);
        let mut record = csv::StringRecord::new();
        // The text is valid, so that reading only ends where it ends.
        while csv.read_record(&mut record).unwrap_or(false) {
            let here = record
                .position()
                .map_or(line, |p| line + begins(self.text.get(from..to).unwrap_or_default(), p).1.saturating_sub(1));
            if self.is_head(&record) || record.iter().all(|c| c.trim().is_empty()) {
                continue;
            }
            let fault = if record.as_slice().len() > MAX_CELL && record.iter().any(|c| c.len() > MAX_CELL) {
                Some("a cell is longer than 1 MiB")
            } else if record.iter().skip(self.names.len()).any(|c| !c.trim().is_empty()) {
                Some("the row has more cells than the table has columns; a cell with the separator in it needs quotes")
            } else {
                None
            };
            if !take(Row { line: here, cells: &record, ground: None, fault }) {
                return;
            }
        }
    }

    fn weight(&self, n: usize) -> u64 {
        match self.pieces.get(n) {
            Some(Piece::Records { from, to, .. }) => (to - from) as u64,
            _ => 0,
        }
    }

    fn room(&self) -> Option<usize> {
        Some(room_for_text(self.text.len()))
    }
}

impl TextRows {
    /// Whether a row is the header again, as in files put together from several.
    fn is_head(&self, record: &csv::StringRecord) -> bool {
        record.len() > 1
            && record.len() == self.names.len()
            && record.get(0).map(str::trim) == self.names.first().map(|n| &**n)
            && record.iter().zip(&self.names).all(|(c, n)| c.trim() == &**n)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::io::import::encoding;

    fn read(text: &str) -> Table {
        table(encoding::decode(text.as_bytes().to_vec(), None).unwrap(), &Reading::default()).unwrap()
    }

    fn rows(table: &Table) -> Vec<(usize, Vec<String>)> {
        let mut out = Vec::new();
        table.each(&mut |row| {
            out.push((row.line, (0..table.columns.len()).map(|n| row.cell(n).to_owned()).collect()));
            true
        });
        out
    }

    #[test]
    fn separators_are_found() {
        for (text, columns) in [
            ("date,place\n2022-09-13,\"Sotk, Armenia\"\n", 2),
            ("date;lat;lon\n13.09.2022;40,2;45,9\n14.09.2022;40,3;45,8\n", 3),
            ("date\tplace\n2022-09-13\tSotk, Vardenis, Jermuk\n", 2),
            ("date|place|n\n2022-09-13|Sotk|1\n", 3),
            ("sep=;\na;b\n1;2\n", 2),
            ("one\n1\n2\n", 1),
        ] {
            assert_eq!(read(text).columns.len(), columns, "{text}");
        }
    }

    #[test]
    fn rows_know_their_line_whatever_stands_before_them_and_in_them() {
        let got = rows(&read(
            "\n\nTitle of it,,\n\ndate,note,n\n2022-09-13,\"two\nlines, \"\"quoted\"\"\",1\n\n2022-09-14,x,2\ndate,note,n\n2022-09-15,5\" gun,3\n",
        ));
        let lines: Vec<usize> = got.iter().map(|(l, _)| *l).collect();
        assert_eq!(lines, [6, 9, 11], "{got:?}");
        assert_eq!(got[0].1[1], "two\nlines, \"quoted\"");
        assert_eq!(got[2].1[1], "5\" gun");
    }

    #[test]
    fn parts_hold_all_rows_in_order_and_with_their_lines() {
        let mut text = "n,words\n".to_owned();
        for n in 0..60_000 {
            text.push_str(&format!("{n},\"a line\nand another {n}\"\n"));
        }
        let table = read(&text);
        assert!(table.rows.parts() > 1);
        let got = rows(&table);
        assert_eq!(got.len(), 60_000);
        for (n, (line, cells)) in got.iter().enumerate() {
            assert_eq!((*line, cells[0].as_str()), (2 + 2 * n, n.to_string().as_str()));
        }
    }

    #[test]
    fn a_quote_that_never_closes_spoils_its_own_line_only() {
        let table = read("a,b,c\n1,2,3\n2,\"open,4\n3,x,5\n4,y,6\n");
        let mut seen = Vec::new();
        table.each(&mut |row| {
            seen.push((row.line, row.fault.is_some()));
            true
        });
        assert_eq!(seen, [(2, false), (3, true), (4, false), (5, false)]);
    }

    #[test]
    fn a_million_columns_and_a_huge_cell_are_refused_in_one_sentence() {
        let wide = format!("{}\n", vec!["x"; 1_000_000].join(","));
        let decoded = encoding::decode(wide.into_bytes(), None).unwrap();
        assert!(table(decoded, &Reading::default()).unwrap_err().contains("columns"));
        let long = format!("a,b\n1,{}\n2,y\n", "z".repeat(9 << 20));
        let table = read(&long);
        let mut seen = Vec::new();
        table.each(&mut |row| {
            seen.push((row.line, row.fault.is_some()));
            true
        });
        assert_eq!(seen, [(2, true), (3, false)]);
    }
}
