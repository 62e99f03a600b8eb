//! Moments in English words, as exactly as they are known.

use super::possible::months;
use super::{Moment, Resolution, digit, mark};
use crate::model::calendar::days_in_month;

const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

fn month_name(month: u8) -> &'static str {
    MONTHS.get(usize::from(month).wrapping_sub(1)).copied().unwrap_or("")
}

/// A zone by its minutes east of Greenwich: `UTC+4`, `UTC−3:30`, `UTC`.
pub(super) fn zone(offset: i16) -> String {
    let sign = if offset < 0 { '−' } else { '+' };
    match (offset.abs() / 60, offset.abs() % 60) {
        (0, 0) => "UTC".into(),
        (h, 0) => format!("UTC{sign}{h}"),
        (h, m) => format!("UTC{sign}{h}:{m:02}"),
    }
}

impl Moment {
    /// `13 Sep 2022, 00:05`: as finely as known, without the zone; `with_year` leaves the year of a day out if false.
    pub fn label(&self, with_year: bool) -> String {
        let (about, doubt) = self.doubt();
        let mut out = about.to_owned();
        out += &self.date_label(with_year);
        match self.written {
            Resolution::Hour => out += &format!(", {:02} h", self.hour),
            Resolution::Minute => out += &format!(", {:02}:{:02}", self.hour, self.minute),
            Resolution::Second => out += &format!(", {:02}:{:02}:{:02}", self.hour, self.minute, self.second),
            _ => {}
        }
        out + &doubt
    }

    /// The time of day alone, `09:00`; empty where none is stated.
    pub fn clock_label(&self) -> String {
        match self.written {
            Resolution::Hour => format!("{:02} h", self.hour),
            Resolution::Minute => format!("{:02}:{:02}", self.hour, self.minute),
            Resolution::Second => format!("{:02}:{:02}:{:02}", self.hour, self.minute, self.second),
            _ => String::new(),
        }
    }

    /// What is said before and behind the date of how sure it is.
    fn doubt(&self) -> (&'static str, String) {
        if self.marks & mark::QUALIFIERS == 0 {
            return ("", String::new());
        }
        let at = |place: u16| self.marks >> place & 3;
        let behind = |place: u16| at(place + mark::BEHIND);
        let day = at(mark::WHOLE) | behind(mark::DAY);
        let month = day | behind(mark::MONTH);
        let year = month | behind(mark::YEAR);
        let parts = [
            ("year", year | at(mark::YEAR), true),
            ("month", month | at(mark::MONTH), self.written >= Resolution::Season),
            ("day", day | at(mark::DAY), self.written >= Resolution::Day),
        ];
        let written = || parts.iter().filter(|(_, _, is_written)| *is_written);
        let whole = parts[0].1;
        if written().all(|(_, m, _)| *m == whole) {
            let about = if whole & 1 == 0 { "" } else { "about " };
            return (about, if whole & 2 == 0 { String::new() } else { "?".into() });
        }
        let words = [(1, "approximate"), (2, "uncertain"), (3, "approximate and uncertain")];
        let said = words.iter().filter_map(|(value, word)| {
            let of: Vec<&str> = written().filter(|(_, m, _)| m == value).map(|(name, _, _)| *name).collect();
            (!of.is_empty()).then(|| format!("{} {word}", of.join(" and ")))
        });
        ("", format!(" ({})", said.collect::<Vec<_>>().join(", ")))
    }

    fn date_label(&self, with_year: bool) -> String {
        let year = self.year_label();
        // "13 Sep 2022", but "13 Sep, year unknown" and "13 Sep, 1990–1999".
        let joined = |head: String| head + if self.is_year_known() { " " } else { ", " } + &year;
        let (month_free, day_free) = ((self.unspecified & digit::MONTH) >> 2, self.unspecified & digit::DAY);
        let month = (self.written >= Resolution::Month && month_free != 3).then(|| self.month_label());
        let day = (self.written >= Resolution::Day && day_free != 3).then(|| self.day_label());
        match (month, day) {
            _ if self.is_season() => self.season_label(&year),
            (None, None) => year,
            (Some(month), None) => joined(month),
            (None, Some(day)) => format!("day {day} of some month, {year}"),
            (Some(month), Some(day)) if with_year => joined(format!("{day} {month}")),
            (Some(month), Some(day)) => format!("{day} {month}"),
        }
    }

    /// `2022`, `1990s`, `1900–1999`, `year unknown`, `45 BCE`, `about 1950 (1900–1999)`.
    fn year_label(&self) -> String {
        let unknown = self.unspecified >> 4;
        let sign = if self.is_minus() { -1 } else { 1 };
        let (low, high) = self.years().bounds();
        let range = || {
            let (a, b) = if sign < 0 { (high, low) } else { (low, high) };
            match (sign * a, sign * b) {
                (a, b) if a > 0 => format!("{a}–{b}"),
                (a, b) if b <= 0 => format!("{}–{} BCE", 1 - a, 1 - b),
                (a, b) => format!("{} BCE – {b}", 1 - a),
            }
        };
        if self.significant() != 0 {
            return format!("about {} ({})", one_year(i64::from(self.year)), range());
        }
        match unknown {
            0 => one_year(i64::from(self.year)),
            15 if sign > 0 => "year unknown".into(),
            // "2000s" is read as a decade by some and as a century by others.
            1 if sign > 0 && low % 100 != 0 => format!("{low}s"),
            1 | 3 | 7 | 15 => range(),
            _ => {
                let text = self.to_string();
                let digits = text.trim_start_matches(['~', '?', '%', '-']).get(..4).unwrap_or_default();
                format!("a year like {digits}{}", if sign < 0 { " before 0" } else { "" })
            }
        }
    }

    fn season_label(&self, year: &str) -> String {
        let joined = |head: &str, of: &str| {
            if self.is_year_known() { format!("{head}{of} {year}") } else { format!("{head}, {year}") }
        };
        let season = |n: u8| ["spring", "summer", "autumn", "winter"].get(usize::from(n)).copied().unwrap_or("");
        match self.month {
            21..=24 => joined(season(self.month - 21), ""),
            25..=28 => joined(season(self.month - 25), "") + " (northern half)",
            29..=32 => joined(season(self.month - 29), "") + " (southern half)",
            33..=36 => joined(&format!("Q{}", self.month - 32), ""),
            37..=39 => {
                let (a, b) = months(self.month);
                joined(&format!("{}–{}", month_name(a), month_name(b)), "")
            }
            40 => joined("first half", " of"),
            _ => joined("second half", " of"),
        }
    }

    fn month_label(&self) -> String {
        if self.unspecified & digit::MONTH == 0 {
            return month_name(self.month).to_owned();
        }
        let fitting: Vec<u8> = (1..=12).filter(|m| self.month_fits(*m)).collect();
        listed(&fitting, |m| month_name(m).to_owned())
    }

    fn day_label(&self) -> String {
        if self.unspecified & digit::DAY == 0 {
            return self.day.to_string();
        }
        let months = (1..=12).filter(|m| self.month_fits(*m));
        // A leap year where the year is open.
        let year = if self.is_year_known() { self.year } else { 2000 };
        let last = months.map(|m| days_in_month(year, m)).max().unwrap_or(31);
        let fitting: Vec<u8> = (1..=last).filter(|d| self.day_fits(*d)).collect();
        listed(&fitting, |d| d.to_string())
    }
}

/// A year of the astronomical count as it is said: `2022`, `44 CE`, `45 BCE`, digits beyond four grouped by thin spaces.
fn one_year(year: i64) -> String {
    match year {
        1000..=9999 => year.to_string(),
        1..1000 => format!("{year} CE"),
        10_000.. => grouped(year),
        _ => format!("{} BCE", grouped(1 - year)),
    }
}

fn grouped(number: i64) -> String {
    let digits = number.to_string();
    if digits.len() <= 4 {
        return digits;
    }
    let mut out = String::new();
    for (i, d) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push('\u{202f}');
        }
        out.push(d);
    }
    out
}

/// `10–19` where numbers follow each other, else `1, 11, 21 or 31`.
fn listed(numbers: &[u8], name: impl Fn(u8) -> String) -> String {
    let is_run = numbers.windows(2).all(|w| matches!(w, [a, b] if b - a == 1));
    match numbers {
        [] => String::new(),
        [one] => name(*one),
        [first, .., last] if is_run => format!("{}–{}", name(*first), name(*last)),
        [head @ .., last] => {
            format!("{} or {}", head.iter().map(|n| name(*n)).collect::<Vec<_>>().join(", "), name(*last))
        }
    }
}
