//! The table of a shapefile: text of fixed width (dBASE III), in UTF-8.
//!
//! Names of columns hold ten letters and cells 254 bytes, so names are made short here and long texts are cut, which
//! [`is_cut`] tells beforehand.

use crate::io::tables::{Cell, Table};

/// The longest cell, in bytes.
const WIDTH: usize = 254;
/// The most columns that others read.
pub(super) const COLUMNS: usize = 255;

/// Whether a text is cut.
pub(super) fn is_cut(text: &str) -> bool {
    text.len() > WIDTH
}

/// A text as a cell can hold it: without control characters, and cut between letters.
fn bytes_of(cell: &Cell) -> Vec<u8> {
    let text: String = cell.shown().chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let end = text.floor_char_boundary(WIDTH);
    text.get(..end).unwrap_or_default().trim_end().as_bytes().to_vec()
}

/// Names of ten letters at most, each once: `killed_armenia_best` becomes `k_armeni_b`.
pub(super) fn short_names(names: &[String]) -> Vec<String> {
    let mut out: Vec<String> = Vec::with_capacity(names.len());
    for name in names {
        let base: String = match figure(name) {
            Some(short) => short,
            None => name.chars().filter(char::is_ascii).take(10).collect(),
        };
        let mut short = base.clone();
        let mut again = 1;
        while out.contains(&short) {
            again += 1;
            let tail = again.to_string();
            short = base.chars().take(10 - tail.len()).chain(tail.chars()).collect();
        }
        out.push(short);
    }
    out
}

/// The short name of a column of figures.
fn figure(name: &str) -> Option<String> {
    let (category, letter) = [
        ("killed_or_missing_", "km"),
        ("killed_", "k"),
        ("wounded_", "w"),
        ("missing_", "m"),
        ("captured_", "c"),
        ("displaced_", "d"),
    ]
    .into_iter()
    .find(|(c, _)| name.starts_with(c))?;
    let (party, end) = name.strip_prefix(category)?.rsplit_once('_')?;
    let party: String = party.chars().filter(char::is_ascii_alphanumeric).take(8 - letter.len() - 1).collect();
    Some(format!("{letter}_{party}_{}", end.chars().next()?))
}

/// A table; a column whose cells are all days (`YYYY-MM-DD` under `days`) is one of dates, one of numbers of numbers.
pub(super) fn write(table: &Table, days: &[&str]) -> Vec<u8> {
    let names = short_names(&table.columns);
    let mut columns: Vec<(u8, usize, usize)> = Vec::new();
    for (n, name) in table.columns.iter().enumerate() {
        let cells = || table.rows.iter().filter_map(|r| r.get(n)).filter(|c| **c != Cell::Empty);
        let longest = cells().map(|c| bytes_of(c).len()).max().unwrap_or(0).max(1);
        let whole = cells().all(|c| matches!(c, Cell::Whole(_)));
        let real = cells().all(|c| matches!(c, Cell::Whole(_) | Cell::Real(_)));
        columns.push(if days.contains(&name.as_str()) {
            (b'D', 8, 0)
        } else if whole && longest <= 18 && cells().next().is_some() {
            (b'N', longest, 0)
        } else if real && longest <= 24 && cells().next().is_some() {
            let decimals = cells().map(|c| c.shown().split_once('.').map_or(0, |(_, d)| d.len())).max().unwrap_or(0);
            (b'N', (longest + decimals + 1).min(32), decimals.min(15))
        } else {
            (b'C', longest.min(WIDTH), 0)
        });
    }
    let width = 1 + columns.iter().map(|(_, w, _)| w).sum::<usize>();
    let head = 32 + 32 * columns.len() + 1;
    let short = |n: usize| u16::try_from(n).unwrap_or(u16::MAX).to_le_bytes();
    // The day of writing stays the same, so that the same project gives the same bytes.
    let mut out = vec![0x03, 100, 1, 1];
    out.extend(u32::try_from(table.rows.len()).unwrap_or(u32::MAX).to_le_bytes());
    out.extend(short(head));
    out.extend(short(width));
    out.resize(32, 0);
    for (name, (kind, size, decimals)) in names.iter().zip(&columns) {
        let start = out.len();
        out.extend(name.bytes().take(10));
        out.resize(start + 11, 0);
        out.push(*kind);
        out.resize(start + 16, 0);
        out.extend([u8::try_from(*size).unwrap_or(u8::MAX), u8::try_from(*decimals).unwrap_or(0)]);
        out.resize(start + 32, 0);
    }
    out.push(0x0d);
    for row in &table.rows {
        out.push(b' ');
        for ((kind, size, decimals), cell) in columns.iter().zip(row) {
            let text = match (kind, cell) {
                (b'D', cell) => cell.shown().get(..10).map(|d| d.replace('-', "")).unwrap_or_default().into_bytes(),
                (b'N', Cell::Real(v)) => format!("{v:.decimals$}").into_bytes(),
                (_, cell) => bytes_of(cell),
            };
            let text = text.get(..text.len().min(*size)).unwrap_or_default();
            if *kind == b'N' {
                out.resize(out.len() + size - text.len(), b' ');
                out.extend(text);
            } else {
                out.extend(text);
                out.resize(out.len() + size - text.len(), b' ');
            }
        }
    }
    out.push(0x1a);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_short_telling_and_each_once() {
        let names = [
            "uid",
            "killed_armenia_low",
            "killed_armenia_best",
            "killed_or_missing_nagorno-karabakh_high",
            "killed_armenian-volunteers_low",
            "a_very_long_name",
            "a_very_long_story",
        ];
        let short = short_names(&names.map(str::to_owned));
        assert_eq!(short, ["uid", "k_armeni_l", "k_armeni_b", "km_nagor_h", "k_armeni_2", "a_very_lon", "a_very_lo2"]);
        assert!(short.iter().all(|n| n.len() <= 10));
    }

    #[test]
    fn a_text_is_cut_between_letters_and_numbers_keep_their_decimals() {
        let mut table = Table::new(["title", "radius", "n", "start"]);
        let long = "Սոթք ".repeat(60);
        table.rows.push(vec![Cell::text(long.as_str()), Cell::Real(1.25), Cell::Whole(3), Cell::text("2022-09-13")]);
        table.rows.push(vec![Cell::text("a\nb"), Cell::Real(12.0), Cell::Empty, Cell::Empty]);
        let bytes = write(&table, &["start"]);
        let text = String::from_utf8_lossy(bytes.get(32 + 4 * 32 + 1..).unwrap()).into_owned();
        assert!(!text.contains('\u{fffd}') && text.contains("a b"), "{text}");
        assert!(text.contains(" 1.25") && text.contains("12.00") && text.contains("20220913"), "{text}");
    }
}
