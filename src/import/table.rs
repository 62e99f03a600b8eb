//! A table of any format: named columns, rows of text cells, and where a row lies if the format itself says so.
//!
//! Rows come in parts that can be read side by side; a row lives only as long as it is looked at, so that a file of any
//! length takes no more memory than its text.

use crate::model::{Incident, LonLat, Shape, Text};

/// Where a row lies, as its format states it beside its cells.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Ground {
    /// A point.
    pub position: Option<LonLat>,
    /// A line or an area.
    pub shape: Option<Shape>,
    /// What of the geometry was left out, one sentence; empty: nothing.
    pub left_out: String,
}

/// The cells of a row.
pub trait Cells {
    /// The text of a cell without space around it; empty where there is none.
    fn cell(&self, n: usize) -> &str;
}

/// One row while it is looked at.
#[derive(Clone, Copy)]
pub struct Row<'a> {
    /// Line of the file, or number of the row or feature, from 1.
    pub line: usize,
    /// The cells.
    pub cells: &'a dyn Cells,
    /// Where it lies, if the format says so; or why that cannot be used.
    pub ground: Option<&'a Result<Ground, String>>,
    /// What is wrong with the row as a whole.
    pub fault: Option<&'a str>,
}

impl<'a> Row<'a> {
    /// The text of a cell without space around it.
    pub fn cell(&self, n: usize) -> &'a str {
        self.cells.cell(n)
    }
}

/// Rows that can be gone through, part by part.
pub trait Rows: Send + Sync {
    /// The number of parts.
    fn parts(&self) -> usize;
    /// Shows the rows of one part in order until `take` answers `false`.
    fn part(&self, n: usize, take: &mut dyn FnMut(Row<'_>) -> bool);
    /// About how many bytes of the file a part stands for.
    fn weight(&self, n: usize) -> u64;
    /// Bytes of memory that the incidents of all rows may take; `None`: that was seen to while the file was read.
    fn room(&self) -> Option<usize> {
        None
    }
}

/// A table.
pub struct Table {
    /// What the file is, for people: `CSV, windows-1251, separated by “;”`.
    pub format: String,
    /// Names of the columns, each once.
    pub columns: Vec<Text>,
    /// The rows.
    pub rows: Box<dyn Rows>,
    /// What was noticed while reading, one sentence each.
    pub notes: Vec<String>,
    /// Where the file holds several tables: their names.
    pub sheets: Option<Sheets>,
}

/// The tables of a file that holds several: sheets of a workbook, layers of a database or an archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sheets {
    /// Their names.
    pub names: Vec<String>,
    /// The name of the one that was read.
    pub open: String,
}

impl Sheets {
    /// Those of a file, if there are several; and what is said of them.
    pub fn several(names: Vec<String>, open: &str, word: &str) -> Option<(Self, String)> {
        let known = names.iter().map(|n| format!("“{n}”")).collect::<Vec<_>>().join(", ");
        let note = format!("of the {word} {known} this is “{open}”");
        (names.len() > 1).then(|| (Self { names, open: open.to_owned() }, note))
    }
}

impl std::fmt::Debug for Table {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Table").field("format", &self.format).field("columns", &self.columns).finish_non_exhaustive()
    }
}

impl Table {
    /// Shows the first rows.
    pub fn first(&self, count: usize, take: &mut dyn FnMut(Row<'_>)) {
        let mut left = count;
        for n in 0..self.rows.parts() {
            if left == 0 {
                return;
            }
            self.rows.part(n, &mut |row| {
                take(row);
                left -= 1;
                left > 0
            });
        }
    }

    /// Shows every row, in order, until `take` answers `false`.
    pub fn each(&self, take: &mut dyn FnMut(Row<'_>) -> bool) {
        let mut on = true;
        for n in 0..self.rows.parts() {
            self.rows.part(n, &mut |row| {
                on = take(row);
                on
            });
            if !on {
                return;
            }
        }
    }

    /// The number of the column of this name, letters' case and space at the ends aside.
    pub fn column(&self, name: &str) -> Option<usize> {
        column(&self.columns, name)
    }
}

/// The number of the column of this name, letters' case and space at the ends aside.
pub(crate) fn column(columns: &[Text], name: &str) -> Option<usize> {
    let name = name.trim();
    columns.iter().position(|c| **c == *name).or_else(|| {
        let lower = name.to_lowercase();
        columns.iter().position(|c| c.to_lowercase() == lower)
    })
}

/// Names made unlike each other: an empty one becomes “column 3”, the second “name” “name (2)”.
pub fn unlike(names: impl IntoIterator<Item = String>) -> (Vec<Text>, usize) {
    let mut seen = std::collections::HashSet::new();
    // The last number that a name was given, so that a thousand of one name are not tried from the first.
    let mut last: std::collections::HashMap<String, usize> = std::collections::HashMap::new();
    let mut repeated = 0;
    let out = names.into_iter().enumerate().map(|(n, name)| {
        let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
        let base = if name.is_empty() { format!("column {}", n + 1) } else { name };
        if seen.insert(base.clone()) {
            return Text::from(base);
        }
        repeated += 1;
        let again = last.entry(base.clone()).or_insert(1);
        loop {
            *again += 1;
            let next = format!("{base} ({again})");
            if seen.insert(next.clone()) {
                return next.into();
            }
        }
    });
    (out.collect(), repeated)
}

/// A row that is kept in memory.
#[derive(Clone, Debug, Default)]
pub struct HeldRow {
    /// Line of the file, or number of the row or feature, from 1.
    pub line: usize,
    /// The cells; missing ones at the end are empty.
    pub cells: Vec<Text>,
    /// Where it lies, if the format says so; or why that cannot be used.
    pub ground: Option<Result<Ground, String>>,
}

impl Cells for HeldRow {
    fn cell(&self, n: usize) -> &str {
        self.cells.get(n).map_or("", |c| c.trim())
    }
}

/// Rows in memory, for formats that are not tables of text.
#[derive(Debug, Default)]
pub struct Held(pub Vec<HeldRow>);

/// Rows to a part.
const PART: usize = 4096;

impl Rows for Held {
    fn parts(&self) -> usize {
        self.0.len().div_ceil(PART)
    }

    fn part(&self, n: usize, take: &mut dyn FnMut(Row<'_>) -> bool) {
        for row in self.0.iter().skip(n * PART).take(PART) {
            let shown = Row { line: row.line, cells: row, ground: row.ground.as_ref(), fault: None };
            if !take(shown) {
                return;
            }
        }
    }

    fn weight(&self, n: usize) -> u64 {
        self.0.len().saturating_sub(n * PART).min(PART) as u64
    }
}

/// Columns that are found while rows are read, for formats in which every feature names its own.
#[derive(Debug)]
pub struct Gather {
    names: Vec<String>,
    at: std::collections::HashMap<String, usize>,
    /// The rows so far.
    pub rows: Vec<HeldRow>,
    /// Bytes of memory that may still be taken.
    left: usize,
}

/// Memory that the rows of any file may take, with the incidents that they become, in bytes.
const FREE: usize = 160 << 20;
/// How many times more than its own length the rows of a longer file may take.
const TIMES: usize = 24;

impl Default for Gather {
    fn default() -> Self {
        Self { names: Vec::new(), at: std::collections::HashMap::new(), rows: Vec::new(), left: usize::MAX }
    }
}

/// How many times more than its own length the incidents of a long table of text may take: its rows are short.
const TIMES_TEXT: usize = 128;

/// Memory that the incidents of a table of text of this length may take, in bytes.
pub fn room_for_text(len: usize) -> usize {
    FREE.max(len.saturating_mul(TIMES_TEXT))
}

/// What is said of a file that would take more memory than one of its length may.
pub(super) const TOO_MUCH: &str =
    "it holds far more rows and cells than its length suggests; it may be made to do harm";

/// The most columns a table may have.
pub const MAX_COLUMNS: usize = 4096;

impl Gather {
    /// For a file of this length in bytes, so that it takes no more memory than a multiple of that.
    pub fn for_file(len: usize) -> Self {
        Self { left: FREE.max(len.saturating_mul(TIMES)), ..Self::default() }
    }

    /// With columns that are known from the start, in this order.
    #[must_use]
    pub fn with_columns(mut self, names: &[Text]) -> Self {
        self.names = names.iter().map(ToString::to_string).collect();
        self.at = self.names.iter().cloned().zip(0..).collect();
        self
    }

    /// Counts memory that is taken.
    ///
    /// # Errors
    /// One sentence if it is more than a file of this length may take.
    pub fn charge(&mut self, bytes: usize) -> Result<(), String> {
        self.left = self.left.checked_sub(bytes).ok_or_else(|| TOO_MUCH.to_owned())?;
        Ok(())
    }

    /// Puts a row at the end.
    ///
    /// # Errors
    /// As [`Self::charge`].
    pub fn push(&mut self, row: HeldRow) -> Result<(), String> {
        let cells: usize = row.cells.iter().map(|c| c.len()).sum();
        let ground = row.ground.as_ref().and_then(|g| g.as_ref().ok()).and_then(|g| g.shape.as_ref());
        let positions = ground.map_or(0, |s| s.positions().count());
        self.charge(
            size_of::<HeldRow>()
                + size_of::<Incident>()
                + row.cells.capacity() * size_of::<Text>()
                + cells
                + positions * size_of::<LonLat>(),
        )?;
        self.rows.push(row);
        Ok(())
    }

    /// Puts a value into a row under the name of its column.
    ///
    /// # Errors
    /// One sentence if there are too many columns.
    pub fn put(&mut self, row: &mut HeldRow, name: &str, value: &str) -> Result<(), String> {
        let n = match self.at.get(name) {
            Some(n) => *n,
            None if self.names.len() == MAX_COLUMNS => {
                return Err(format!("there are more than {MAX_COLUMNS} columns; leave out those that are not needed"));
            }
            None => {
                // Twice in here, and once or twice where the mapping names it.
                self.charge(4 * name.len() + 64)?;
                self.names.push(name.to_owned());
                self.at.insert(name.to_owned(), self.names.len() - 1);
                self.names.len() - 1
            }
        };
        if value.is_empty() {
            return Ok(());
        }
        if row.cells.len() <= n {
            row.cells.resize(n + 1, Text::default());
        }
        if let Some(cell) = row.cells.get_mut(n) {
            *cell = value.into();
        }
        Ok(())
    }

    /// The table.
    pub fn finish(self, format: String, notes: Vec<String>) -> Table {
        let (columns, _) = unlike(self.names);
        Table { format, columns, rows: Box::new(Held(self.rows)), notes, sheets: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_columns_are_made_unlike_each_other() {
        let (names, repeated) = unlike(["a", "", "a", "b  c", "a"].map(str::to_owned));
        assert_eq!(names.iter().map(|n| &**n).collect::<Vec<_>>(), ["a", "column 2", "a (2)", "b c", "a (3)"]);
        assert_eq!(repeated, 2);
        assert_eq!((column(&names, "B C"), column(&names, "a (3) "), column(&names, "z")), (Some(3), Some(4), None));
    }

    #[test]
    fn features_with_other_columns_share_a_table() {
        let mut g = Gather::default();
        for (name, value) in [("a", "1"), ("b", "2")] {
            let mut row = HeldRow { line: g.rows.len() + 1, ..HeldRow::default() };
            g.put(&mut row, name, value).unwrap();
            g.rows.push(row);
        }
        let table = g.finish("test".into(), Vec::new());
        let mut seen = Vec::new();
        table.each(&mut |row| {
            seen.push((row.line, row.cell(0).to_owned(), row.cell(1).to_owned(), row.cell(9).to_owned()));
            true
        });
        let text = String::from;
        assert_eq!(seen, [(1, text("1"), text(""), text("")), (2, text(""), text("2"), text(""))]);
    }
}
