//! Which days a moment may stand for: unspecified digits, parts of a year, significant digits.

use super::{Moment, digit};
use crate::model::calendar::days_in_month;

/// First and last month of a part of a year (21 to 41), counted from January of the year; 13 is January of the next one.
///
/// Seasons are whole months, as weather offices and the field's reports count them. A winter over the turn of a year is named
/// after either year, so it runs from January of the one to February of the next.
pub(super) fn months(part: u8) -> (u8, u8) {
    match part {
        21 | 25 | 31 => (3, 5),
        22 | 26 | 32 => (6, 8),
        23 | 27 | 29 => (9, 11),
        33..=36 => ((part - 33) * 3 + 1, (part - 33) * 3 + 3),
        37..=39 => ((part - 37) * 4 + 1, (part - 37) * 4 + 4),
        40 => (1, 6),
        41 => (7, 12),
        // 24 and 28, winter; 30, summer of the southern half.
        _ => (1, 14),
    }
}

impl Moment {
    /// The first day it may stand for.
    pub(super) fn first_day(&self) -> (i32, u8, u8) {
        self.find_day(false).unwrap_or((self.year, 1, 1))
    }

    /// The last day it may stand for.
    pub(super) fn last_day(&self) -> (i32, u8, u8) {
        self.find_day(true).unwrap_or((self.year, 12, 31))
    }

    /// Whether there is any such day.
    pub(super) fn exists(&self) -> bool {
        self.find_day(false).is_some()
    }

    fn find_day(&self, from_the_end: bool) -> Option<(i32, u8, u8)> {
        let (years, is_minus) = (self.years(), self.is_minus());
        // Numbers before year 0 run backwards.
        let numbers = directed(0, years.count - 1, from_the_end != is_minus);
        numbers.filter_map(|n| years.at(n)).map(|y| if is_minus { -y } else { y }).find_map(|y| {
            let y = i32::try_from(y).ok()?;
            let (m, d) = self.find_in(y, from_the_end)?;
            if m > 12 { Some((y.checked_add(1)?, m - 12, d)) } else { Some((y, m, d)) }
        })
    }

    /// Month and day in a year, the month beyond 12 where it lies in the next one.
    fn find_in(&self, year: i32, from_the_end: bool) -> Option<(u8, u8)> {
        use super::Resolution::{Season, Year};
        if self.written == Season {
            let (first, last) = months(self.month);
            let month = if from_the_end { last } else { first };
            let in_year = if month > 12 { (year.saturating_add(1), month - 12) } else { (year, month) };
            return Some((month, if from_the_end { days_in_month(in_year.0, in_year.1) } else { 1 }));
        }
        if self.written == Year {
            return Some(if from_the_end { (12, 31) } else { (1, 1) });
        }
        let months = directed(1, 12, from_the_end).filter(|m| self.month_fits(*m as u8));
        months.into_iter().find_map(|month| {
            let month = month as u8;
            let last = days_in_month(year, month);
            let mut days = directed(1, i64::from(last), from_the_end);
            days.find(|d| self.day_fits(*d as u8)).map(|d| (month, d as u8))
        })
    }

    /// Whether a month from 1 to 12 agrees with the digits that are known.
    pub(super) fn month_fits(&self, month: u8) -> bool {
        fits(month, self.month, (self.unspecified & digit::MONTH) >> 2)
    }

    /// Whether a day of a month agrees with the digits that are known. Any does where no day is written.
    pub(super) fn day_fits(&self, day: u8) -> bool {
        self.written < super::Resolution::Day || fits(day, self.day, self.unspecified & digit::DAY)
    }

    /// Whether the year stands behind a minus.
    pub(super) fn is_minus(&self) -> bool {
        self.year < 0 || self.marks & super::mark::MINUS != 0
    }

    /// The years it may stand for, without their sign.
    pub(super) fn years(&self) -> Years {
        let year = i64::from(self.year).abs();
        let significant = u32::from(self.significant());
        if significant > 0 {
            // Leading zeros of a year of four digits count.
            let digits = (year.max(1).ilog10() + 1).max(4);
            let step = 10_i64.pow(digits.saturating_sub(significant));
            let base = year / step * step;
            // Years beyond those that can be written are none.
            let count = step.min(i64::from(i32::MAX) - base + 1).max(1);
            return Years { base, places: [0; 4], free: 0, count };
        }
        let mut places = [0; 4];
        let mut free = 0;
        for (n, place) in [1, 10, 100, 1000].into_iter().enumerate() {
            if self.unspecified & (0x10 << n) != 0
                && let Some(slot) = places.get_mut(free)
            {
                *slot = place;
                free += 1;
            }
        }
        Years { base: year, places, free, count: 10_i64.pow(free as u32) }
    }
}

/// Years by rank: a base and places that take any digit.
pub(super) struct Years {
    base: i64,
    /// Worth of the free places, the lowest first.
    places: [i64; 4],
    free: usize,
    count: i64,
}

impl Years {
    /// The one of this rank, counted from the smallest.
    fn at(&self, mut n: i64) -> Option<i64> {
        if self.free == 0 {
            return Some(self.base + n);
        }
        let mut year = self.base;
        for place in self.places.get(..self.free)? {
            year += n % 10 * place;
            n /= 10;
        }
        Some(year)
    }

    /// Smallest and largest.
    pub(super) fn bounds(&self) -> (i64, i64) {
        (self.at(0).unwrap_or(self.base), self.at(self.count - 1).unwrap_or(self.base))
    }
}

/// From `a` up to `b`, or from `b` down to `a`.
fn directed(a: i64, b: i64, down: bool) -> impl Iterator<Item = i64> {
    (a..=b).map(move |n| if down { a + b - n } else { n })
}

/// Whether a number of two digits agrees with `known` but for the digits in `free` (2: tens, 1: ones).
fn fits(number: u8, known: u8, free: u8) -> bool {
    (free & 2 != 0 || number / 10 == known / 10) && (free & 1 != 0 || number % 10 == known % 10)
}
