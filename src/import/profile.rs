//! What the values of each column look like, and what a file does not settle by itself.

use super::date;
use super::mapping::{DateOrder, Mapping};
use super::table::Table;
use super::target::Target;
use super::value;

/// Rows that are looked at before a mapping is guessed.
const ROWS: usize = 1000;
/// Cells that are looked at, so that a table of thousands of columns is not slower than one of ten.
const CELLS: usize = 100_000;

/// What one column holds, counted over the first rows.
#[derive(Clone, Debug, Default)]
pub(super) struct Column {
    pub(super) filled: usize,
    pub(super) dates: usize,
    pub(super) numbers: usize,
    /// Numbers that an angle can be, whatever one or the other row says.
    pub(super) degrees: usize,
    pub(super) counts: usize,
    pub(super) links: usize,
    pub(super) kinds: usize,
    pub(super) wkt: usize,
    pub(super) positions: usize,
    pub(super) parties: usize,
    pub(super) letters: usize,
    pub(super) long: usize,
    pub(super) least: f64,
    pub(super) most: f64,
}

impl Column {
    fn look(&mut self, text: &str, words: &crate::edit::typed::Words) {
        if value::is_blank(text) {
            return;
        }
        if self.filled == 0 {
            (self.least, self.most) = (f64::INFINITY, f64::NEG_INFINITY);
        }
        self.filled += 1;
        if let Some(n) = value::number(text, None) {
            self.numbers += 1;
            self.degrees += usize::from(n.abs() <= 360.0);
            (self.least, self.most) = (self.least.min(n), self.most.max(n));
        }
        let is_count = value::count(text, None).is_ok();
        self.counts += usize::from(is_count);
        let bare = text.bytes().all(|b| b.is_ascii_digit());
        let dates = date::Dates { order: Some(DateOrder::Dmy), ..date::Dates::default() };
        let is_date = (!bare || date::serial(text).is_some() || text.len() == 8)
            && (date::orders(text).is_some() || date::read_span(text, dates).is_ok());
        self.dates += usize::from(is_date);
        self.links += usize::from(text.starts_with("http://") || text.starts_with("https://"));
        let has_letters = text.chars().any(char::is_alphabetic);
        self.letters += usize::from(has_letters);
        self.long += usize::from(text.len() > 80);
        if text.len() <= 60 && has_letters {
            self.kinds += usize::from(value::known_kind(text).is_some());
            self.parties += usize::from(words.read(text).is_ok_and(|m| m.party.is_some() && m.category.is_none()));
        }
        self.wkt += usize::from(text.ends_with(')') && value::wkt(text).is_ok());
        self.positions += usize::from(!bare && text.len() > 6 && crate::edit::typed::position(text).is_ok());
    }

    /// Whether nearly every filled cell is counted in `n`.
    pub(super) fn all(&self, n: usize) -> bool {
        self.filled > 0 && n * 20 >= self.filled * 19
    }
}

/// Looks at the first rows of a table.
pub(super) fn columns(table: &Table, words: &crate::edit::typed::Words) -> Vec<Column> {
    let mut out = vec![Column::default(); table.columns.len()];
    let rows = (CELLS / table.columns.len().max(1)).clamp(20, ROWS);
    table.first(rows, &mut |row| {
        for (n, column) in out.iter_mut().enumerate() {
            column.look(row.cell(n), words);
        }
    });
    out
}

/// What a file does not settle and its reader has to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Question {
    /// Whether the day or the month stands first, with a date from the file that can be read both ways.
    DateOrder {
        /// The column.
        column: String,
        /// The date.
        example: String,
    },
    /// Whether latitude and longitude have each other's name.
    Swapped {
        /// How many of the positions looked at lie in the region as they stand.
        as_named: usize,
        /// How many would, the other way round.
        swapped: usize,
    },
}

impl Question {
    /// What is asked, one sentence.
    pub fn text(&self) -> String {
        match self {
            Self::DateOrder { column, example } => {
                format!("the dates of “{column}” can be read day first or month first ({example} and all others)")
            }
            Self::Swapped { as_named, swapped } => format!(
                "latitude and longitude may be swapped: {as_named} positions lie in the region as they stand, {swapped} the other way round"
            ),
        }
    }
}

/// What the columns of dates show: which order they have, whether their times are all midnight, whether years have two digits.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct DatesSeen {
    pub(super) order: Option<DateOrder>,
    pub(super) midnight: bool,
    pub(super) short_year: bool,
}

/// The columns that become dates.
fn date_columns(table: &Table, mapping: &Mapping) -> Vec<usize> {
    let is_date =
        |t: &Target| matches!(t, Target::When | Target::Start | Target::End | Target::Published | Target::SourceDate);
    let rules = mapping.rules.iter().filter(|r| Target::parse(&r.to).is_some_and(|t| is_date(&t)));
    let mut out: Vec<usize> = rules.flat_map(|r| r.from.iter().filter_map(|f| table.column(f))).collect();
    out.sort_unstable();
    out.dedup();
    out
}

/// Looks at every date of the columns that become dates, until their order is settled.
///
/// # Errors
/// The question, where the whole file leaves it open.
pub(super) fn dates(table: &Table, mapping: &Mapping) -> Result<DatesSeen, Question> {
    let columns = date_columns(table, mapping);
    let mut open: Option<(usize, String)> = None;
    let (mut timed, mut midnight, mut rows) = (0_usize, 0_usize, 0_usize);
    let mut seen = DatesSeen { order: mapping.date_order, ..DatesSeen::default() };
    table.each(&mut |row| {
        rows += 1;
        for n in &columns {
            let text = row.cell(*n);
            if text.len() < 6 {
                continue;
            }
            if text.contains(':') {
                timed += 1;
                midnight +=
                    usize::from(date::has_midnight(text) || text.ends_with(" 00:00:00") || text.ends_with(" 0:00:00"));
            }
            seen.short_year |= date::has_short_year(text);
            if seen.order.is_none() {
                match date::orders(text) {
                    Some((true, false)) => seen.order = Some(DateOrder::Dmy),
                    Some((false, true)) => seen.order = Some(DateOrder::Mdy),
                    Some((true, true)) if text.contains('.') => {}
                    Some((true, true)) if open.is_none() && !is_palindrome(text) => open = Some((*n, text.to_owned())),
                    _ => {}
                }
            }
        }
        // Where all is settled the first rows are enough to judge the times.
        rows < ROWS || (seen.order.is_none() && open.is_some())
    });
    seen.midnight = timed > 0 && timed == midnight;
    match open {
        Some((n, example)) if seen.order.is_none() => {
            let column = table.columns.get(n).map_or_else(String::new, ToString::to_string);
            Err(Question::DateOrder { column, example })
        }
        _ => Ok(seen),
    }
}

fn is_palindrome(text: &str) -> bool {
    date::three_numbers(text).is_some_and(|([a, b, _], _)| a.trim_start_matches('0') == b.trim_start_matches('0'))
}

/// Whether positions lie far away that would lie in the region with latitude and longitude swapped.
pub(super) fn swapped(table: &Table, mapping: &Mapping) -> Option<Question> {
    let of = |target: &Target| {
        let text = target.to_string();
        mapping.rules.iter().find(|r| r.to == text).and_then(|r| table.column(r.from.first()?))
    };
    let (lat, lon) = (of(&Target::Latitude)?, of(&Target::Longitude)?);
    // The region and a margin around it: Anatolia to the Caspian, the Gulf's north to the Caucasus.
    let here = |lat: f64, lon: f64| (36.0..=44.5).contains(&lat) && (42.0..=52.0).contains(&lon);
    let (mut as_named, mut other, mut all) = (0, 0, 0);
    table.first(ROWS, &mut |row| {
        if let (Some(a), Some(b)) = (value::number(row.cell(lat), None), value::number(row.cell(lon), None)) {
            all += 1;
            let in_both = here(a, b) && here(b, a);
            as_named += usize::from(here(a, b) && !in_both);
            other += usize::from(here(b, a) && !in_both);
        }
    });
    (other > as_named && other * 2 >= all && !mapping.swap).then_some(Question::Swapped { as_named, swapped: other })
}
