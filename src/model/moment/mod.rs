//! One point on the calendar, as exactly as it is known and no more.
//!
//! Text form: EDTF levels 0 to 2 (ISO 8601-2:2019, Annex A; Library of Congress, "Extended Date/Time Format Specification"),
//! with ISO 8601 times of reduced precision and a zone:
//! `2022`, `2022-09`, `2022-09-13`, `2022-09-13T09`, `2022-09-13T09:00+03:00`; `~` (approximate), `?` (uncertain) or `%` (both)
//! behind the whole, behind a part (it and all before it) or before a part (it alone); digits that are not known as `X`;
//! seasons and other parts of a year as months 21 to 41; years of more than four digits as `Y170000002` or `Y17E8`;
//! significant digits as `1950S2`.
//! Calendar: proleptic Gregorian, years counted astronomically (0000 is 1 BCE). A time without a zone is read in the
//! region's own time, UTC+4.
//!
//! Invariant: a moment keeps how it was written, so that a file gets back what it held: `parse(x).to_string() == x`, but for
//! the short forms of zones (`+04`, `+0400`, `+00:00`), which become `+04:00` and `Z`. It is 16 bytes and `Copy`: a project
//! holds millions. Sets and intervals are [`super::When`]'s.

mod error;
mod label;
mod parse;
mod possible;
mod shift;

pub use error::WhenError;

use super::calendar::{Span, civil_from_days, days_from_civil, days_in_month};

/// Yerevan and Baku: UTC+4, in minutes. Both have kept it all year since 2012 and 2016.
pub const ZONE_HERE_MINUTES: i16 = 240;

/// Where no zone was stated.
const NO_ZONE: i16 = i16::MIN;

/// How finely a moment is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Resolution {
    /// The year only, or less.
    Year,
    /// A season, quarter, or another part of a year of more than a month.
    Season,
    /// The month.
    Month,
    /// The day.
    Day,
    /// The hour.
    Hour,
    /// The minute.
    Minute,
    /// The second.
    Second,
}

impl Resolution {
    /// Those to which a moment can be made coarser, from coarse to fine. A season has to be written: none follows from a month.
    pub const ALL: [Self; 6] = [Self::Year, Self::Month, Self::Day, Self::Hour, Self::Minute, Self::Second];

    /// The English word.
    pub fn label(self) -> &'static str {
        match self {
            Self::Year => "year",
            Self::Season => "season or part of a year",
            Self::Month => "month",
            Self::Day => "day",
            Self::Hour => "hour",
            Self::Minute => "minute",
            Self::Second => "second",
        }
    }
}

/// Qualifiers as they were written, two bits each (1 approximate, 2 uncertain), and two peculiarities of the text.
mod mark {
    /// Before the year, month, day: for this part alone. Behind it, two bits further: for it and all before it.
    pub(super) const YEAR: u16 = 0;
    pub(super) const MONTH: u16 = 4;
    pub(super) const DAY: u16 = 8;
    /// From before a part to behind it.
    pub(super) const BEHIND: u16 = 2;
    /// Behind a time.
    pub(super) const WHOLE: u16 = 12;
    /// The exponent was written with a small `e`.
    pub(super) const SMALL_E: u16 = 1 << 14;
    /// A minus before a year with unspecified digits, which may all be zero.
    pub(super) const MINUS: u16 = 1 << 15;
    /// All qualifiers.
    pub(super) const QUALIFIERS: u16 = 0x3FFF;
}

/// Bits of [`Moment::unspecified`]: one for each digit of the year, the month and the day, the first digit highest.
mod digit {
    pub(super) const YEAR: u8 = 0xF0;
    pub(super) const MONTH: u8 = 0x0C;
    pub(super) const DAY: u8 = 0x03;
}

/// One point on the calendar, known to a [`Resolution`]. Parts finer than that are not stored as knowledge.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Moment {
    /// Unspecified digits are 0 here and below.
    year: i32,
    /// 1 to 12, or a part of a year from 21 to 41; 1 where not written.
    month: u8,
    day: u8,
    hour: u8,
    minute: u8,
    second: u8,
    /// The finest part that is written, which may be more than is known: `2022-09-XX`.
    written: Resolution,
    /// Minutes east of Greenwich, or [`NO_ZONE`].
    offset: i16,
    /// See [`mark`].
    marks: u16,
    /// See [`digit`].
    unspecified: u8,
    /// Significant digits of the year in the lower half, its exponent in the upper one; 0 where there is none.
    figures: u8,
}

impl std::fmt::Debug for Moment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Moment({self})")
    }
}

impl Moment {
    /// Stands where there is no moment: some year, uncertain.
    pub(super) const NONE: Self = Self { marks: 2 << mark::BEHIND, ..Self::year_only(0) };

    const fn year_only(year: i32) -> Self {
        Self {
            year,
            month: 1,
            day: 1,
            hour: 0,
            minute: 0,
            second: 0,
            written: Resolution::Year,
            offset: NO_ZONE,
            marks: 0,
            unspecified: 0,
            figures: 0,
        }
    }

    /// A day. `None` if there is no such day. Years from -9999 to 9999.
    pub fn day(year: i32, month: u8, day: u8) -> Option<Self> {
        let ok = (-9999..=9999).contains(&year)
            && (1..=12).contains(&month)
            && (1..=days_in_month(year, month)).contains(&day);
        ok.then(|| Self { month, day, written: Resolution::Day, ..Self::year_only(year) })
    }

    /// The same moment known only as finely as `resolution`. Finer parts become unknown; missing ones of a plain date take
    /// their first value, those of a date with unspecified digits or of a season stay unknown.
    #[must_use]
    pub fn at_resolution(mut self, resolution: Resolution) -> Self {
        if resolution >= self.written && (self.unspecified != 0 || self.figures != 0 || self.is_season()) {
            return self;
        }
        // No season is worked out of a month: what is known for sure is the year.
        let resolution = if resolution == Resolution::Season { Resolution::Year } else { resolution };
        let was = self.last_mark();
        self.written = resolution;
        let now = self.last_mark();
        if resolution < Resolution::Hour {
            (self.hour, self.offset) = (0, NO_ZONE);
        }
        if resolution < Resolution::Minute {
            self.minute = 0;
        }
        if resolution < Resolution::Second {
            self.second = 0;
        }
        if was != now {
            // What stood behind a part that goes was said of all before it as well.
            let behind = |at: u16| self.marks >> at & 3;
            let all = [mark::YEAR, mark::MONTH, mark::DAY].map(|p| p + mark::BEHIND).into_iter().chain([mark::WHOLE]);
            let moved = all.filter(|at| *at >= now.min(was)).fold(0, |sum, at| sum | behind(at));
            self.marks &= ((1 << now.min(was)) - 1) | !mark::QUALIFIERS;
            self.marks |= moved << now;
        }
        if resolution < Resolution::Day {
            self.day = 1;
            self.unspecified &= !digit::DAY;
        }
        if resolution < Resolution::Month {
            self.month = 1;
            self.unspecified &= !digit::MONTH;
        }
        self
    }

    /// The day, or what is known of it: the same without a time of day.
    #[must_use]
    pub fn without_clock(self) -> Self {
        self.at_resolution(self.written.min(Resolution::Day))
    }

    /// The same clock reading in another zone, or in none; `offset` in minutes east of Greenwich.
    #[must_use]
    pub fn with_offset(mut self, offset: Option<i16>) -> Self {
        self.offset = offset.filter(|_| self.has_clock()).unwrap_or(NO_ZONE);
        self
    }

    /// The same moment as a clock in another zone shows it; `offset` in minutes east of Greenwich. A moment without a time of
    /// day, and an hour that is no whole hour there, stays as it was stated.
    #[must_use]
    pub fn in_zone(self, offset: i16) -> Self {
        let shift = i32::from(offset) - i32::from(self.offset().unwrap_or(ZONE_HERE_MINUTES));
        if !self.has_clock() || (self.written == Resolution::Hour && shift % 60 != 0) {
            return self;
        }
        let there = Self::from_unix(self.span().start, offset, self.written);
        Self { marks: self.marks, ..there }
    }

    /// The same moment marked approximate (`~`) and uncertain (`?`) as a whole, or not at all.
    #[must_use]
    pub fn qualified(mut self, approximate: bool, uncertain: bool) -> Self {
        self.marks &= !mark::QUALIFIERS;
        self.marks |= (u16::from(approximate) | u16::from(uncertain) << 1) << self.last_mark();
        self
    }

    /// Where the qualifier of the whole is kept: behind the last part.
    fn last_mark(&self) -> u16 {
        match self.written {
            Resolution::Year => mark::YEAR + mark::BEHIND,
            Resolution::Season | Resolution::Month => mark::MONTH + mark::BEHIND,
            Resolution::Day => mark::DAY + mark::BEHIND,
            _ => mark::WHOLE,
        }
    }

    /// How finely it is known: the month for `2022-09-XX`, the year for `2022-XX-13`.
    pub fn resolution(&self) -> Resolution {
        if self.unspecified & (digit::YEAR | digit::MONTH) != 0 {
            Resolution::Year
        } else if self.unspecified != 0 {
            Resolution::Month
        } else {
            self.written
        }
    }

    /// Whether a time of day is stated.
    pub fn has_clock(&self) -> bool {
        self.written >= Resolution::Hour
    }

    /// Whether it is a season, a quarter or the like.
    pub fn is_season(&self) -> bool {
        self.written == Resolution::Season
    }

    /// Whether the year itself is known: neither unspecified digits nor merely significant ones.
    pub fn is_year_known(&self) -> bool {
        self.unspecified & digit::YEAR == 0 && self.significant() == 0
    }

    /// How many digits of the year are significant; 0 where all are.
    fn significant(&self) -> u8 {
        self.figures & 0x0F
    }

    /// Minutes east of Greenwich, where it was stated.
    pub fn offset(&self) -> Option<i16> {
        (self.offset != NO_ZONE).then_some(self.offset)
    }

    /// Year, month and day of the first day it may stand for: month and day are 1 where they are not known.
    pub fn date(&self) -> (i32, u8, u8) {
        if self.is_plain() { (self.year, self.month, self.day) } else { self.first_day() }
    }

    /// Hour, minute and second; 0 where not known.
    pub fn time(&self) -> (u8, u8, u8) {
        (self.hour, self.minute, self.second)
    }

    /// Whether the date or a part of it is approximate (EDTF `~` or `%`).
    pub fn is_approximate(&self) -> bool {
        self.marks & mark::QUALIFIERS & 0x5555 != 0
    }

    /// Whether the date or a part of it is uncertain (EDTF `?` or `%`).
    pub fn is_uncertain(&self) -> bool {
        self.marks & mark::QUALIFIERS & 0xAAAA != 0
    }

    /// Whether it is a date of EDTF level 0, but for qualifiers.
    fn is_plain(&self) -> bool {
        self.unspecified == 0 && self.figures == 0 && !self.is_season()
    }

    /// The whole stretch of time the moment may stand for: a day is a day long, a month a month, `199X` ten years,
    /// `XXXX-09-13` from the first 13 September to the last. Qualifiers do not widen it: nobody knows by how much.
    pub fn span(&self) -> Span {
        let offset = i64::from(self.offset().unwrap_or(ZONE_HERE_MINUTES)) * 60;
        let (year, month, day) = self.date();
        let start = days_from_civil(year, month, day) * 86_400
            + i64::from(self.hour) * 3600
            + i64::from(self.minute) * 60
            + i64::from(self.second)
            - offset;
        let days = match self.written {
            Resolution::Hour => return Span { start, end: start + 3600 },
            Resolution::Minute => return Span { start, end: start + 60 },
            Resolution::Second => return Span { start, end: start + 1 },
            _ if !self.is_plain() => {
                let (y, m, d) = self.last_day();
                days_from_civil(y, m, d) + 1 - days_from_civil(year, month, day)
            }
            Resolution::Day => 1,
            Resolution::Season | Resolution::Month => i64::from(days_in_month(year, month)),
            Resolution::Year => 365 + i64::from(super::calendar::is_leap(year)),
        };
        Span { start, end: start + days * 86_400 }
    }

    /// The moment of a UTC second, read in a zone, to a resolution.
    pub fn from_unix(seconds: i64, offset_minutes: i16, resolution: Resolution) -> Self {
        let local = seconds + i64::from(offset_minutes) * 60;
        let (year, month, day) = civil_from_days(local.div_euclid(86_400));
        let rest = local.rem_euclid(86_400);
        let part = |n: i64| u8::try_from(n).unwrap_or(0);
        Self {
            month,
            day,
            hour: part(rest / 3600),
            minute: part(rest / 60 % 60),
            second: part(rest % 60),
            written: Resolution::Second,
            offset: offset_minutes,
            ..Self::year_only(year)
        }
        .at_resolution(resolution)
    }

    /// The zone as it is shown, `UTC+4`, `UTC−3:30`, `UTC`; empty where none was stated.
    pub fn zone_label(&self) -> String {
        self.offset().map(label::zone).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests;
