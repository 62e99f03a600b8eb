//! One point on the calendar, as exactly as it is known and no more.
//!
//! Text form: the parts of EDTF (ISO 8601-2:2019, Annex A) that reports need, with ISO 8601 times of reduced precision:
//! `2022`, `2022-09`, `2022-09-13`, `2022-09-13T09`, `2022-09-13T09:00+03:00`, each with `~` (approximate), `?`
//! (uncertain) or `%` (both) behind it.
//! Calendar: proleptic Gregorian. A date without a zone is read in the region's own time, UTC+4.

use std::fmt;

/// Yerevan and Baku: UTC+4, in minutes. Both have kept it all year since 2012 and 2016.
pub const ZONE_HERE_MINUTES: i16 = 240;

const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// How finely a moment is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Resolution {
    /// The year only.
    Year,
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
    /// All, from coarse to fine.
    pub const ALL: [Self; 6] = [Self::Year, Self::Month, Self::Day, Self::Hour, Self::Minute, Self::Second];

    /// The English word.
    pub fn label(self) -> &'static str {
        match self {
            Self::Year => "year",
            Self::Month => "month",
            Self::Day => "day",
            Self::Hour => "hour",
            Self::Minute => "minute",
            Self::Second => "second",
        }
    }
}

/// A stretch of time in seconds since 1970-01-01T00:00Z: `start` is in it, `end` is not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Span {
    /// First second.
    pub start: i64,
    /// First second after it; `end > start` always.
    pub end: i64,
}

impl Span {
    /// Whether the two share a second.
    pub fn overlaps(self, other: Self) -> bool {
        self.start < other.end && other.start < self.end
    }
}

/// One point on the calendar, known to a [`Resolution`]. Parts finer than that are not stored as knowledge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Moment {
    year: i32,
    month: u8,
    day: u8,
    hour: u8,
    minute: u8,
    second: u8,
    resolution: Resolution,
    offset: Option<i16>,
    approximate: bool,
    uncertain: bool,
}

/// Why a text is not a date.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WhenError {
    /// Not in a form that is read; the text as given.
    Form(String),
    /// The form is right but there is no such day or time; the text and what is wrong with it.
    NoSuchDay(String, &'static str),
    /// The end lies before the start.
    Reversed(String),
    /// More than one day fits; the text and the readings, in ISO form.
    Ambiguous(String, String, String),
}

impl fmt::Display for WhenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Form(t) => write!(
                f,
                "“{t}” is not a date; use 2022-09-13, 2022-09-13T09:00+03:00, 13 Sep 2022 09:00, 2022-09 or 2022"
            ),
            Self::NoSuchDay(t, why) => write!(f, "“{t}”: {why}"),
            Self::Reversed(t) => write!(f, "“{t}”: the end lies before the start; swap the two"),
            Self::Ambiguous(t, a, b) => write!(f, "“{t}” can be {a} or {b}; write the one you mean"),
        }
    }
}

impl std::error::Error for WhenError {}

/// Days from 1970-01-01 to a Gregorian date (Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms").
pub(super) fn days_from_civil(year: i32, month: u8, day: u8) -> i64 {
    let y = i64::from(year) - i64::from(month <= 2);
    let era = y.div_euclid(400);
    let yoe = y.rem_euclid(400);
    let mp = (i64::from(month) + 9) % 12;
    let doy = (153 * mp + 2) / 5 + i64::from(day) - 1;
    let doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
    era * 146_097 + doe - 719_468
}

/// The Gregorian date of a day number, the inverse of [`days_from_civil`].
fn civil_from_days(days: i64) -> (i32, u8, u8) {
    let z = days + 719_468;
    let era = z.div_euclid(146_097);
    let doe = z.rem_euclid(146_097);
    let yoe = (doe - doe / 1460 + doe / 36_524 - doe / 146_096) / 365;
    let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    let mp = (5 * doy + 2) / 153;
    let day = doy - (153 * mp + 2) / 5 + 1;
    let month = if mp < 10 { mp + 3 } else { mp - 9 };
    let year = yoe + era * 400 + i64::from(month <= 2);
    (
        i32::try_from(year).unwrap_or(if year < 0 { i32::MIN } else { i32::MAX }),
        u8::try_from(month).unwrap_or(1),
        u8::try_from(day).unwrap_or(1),
    )
}

fn is_leap(year: i32) -> bool {
    (year % 4 == 0 && year % 100 != 0) || year % 400 == 0
}

fn days_in_month(year: i32, month: u8) -> u8 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

impl Moment {
    /// Stands where there is no moment: some year, uncertain.
    pub(super) const NONE: Self = Self {
        year: 0,
        month: 1,
        day: 1,
        hour: 0,
        minute: 0,
        second: 0,
        resolution: Resolution::Year,
        offset: None,
        approximate: false,
        uncertain: true,
    };

    /// A day. `None` if there is no such day. Years from -9999 to 9999.
    pub fn day(year: i32, month: u8, day: u8) -> Option<Self> {
        Self::checked(Resolution::Day, year, [month, day, 0, 0, 0], None)
    }

    /// The same moment known only as finely as `resolution`; finer parts become unknown, missing ones take their first value.
    #[must_use]
    pub fn at_resolution(mut self, resolution: Resolution) -> Self {
        self.resolution = resolution;
        if resolution < Resolution::Month {
            self.month = 1;
        }
        if resolution < Resolution::Day {
            self.day = 1;
        }
        if resolution < Resolution::Hour {
            self.hour = 0;
            self.offset = None;
        }
        if resolution < Resolution::Minute {
            self.minute = 0;
        }
        if resolution < Resolution::Second {
            self.second = 0;
        }
        self
    }

    /// The same clock reading in another zone, or in none; `offset` in minutes east of Greenwich.
    #[must_use]
    pub fn with_offset(mut self, offset: Option<i16>) -> Self {
        self.offset = if self.resolution >= Resolution::Hour { offset } else { None };
        self
    }

    /// The same moment marked approximate (`~`) and uncertain (`?`) or not.
    #[must_use]
    pub fn qualified(mut self, approximate: bool, uncertain: bool) -> Self {
        self.approximate = approximate;
        self.uncertain = uncertain;
        self
    }

    fn checked(resolution: Resolution, year: i32, parts: [u8; 5], offset: Option<i16>) -> Option<Self> {
        let [month, day, hour, minute, second] = parts;
        let ok = (-9999..=9999).contains(&year)
            && (1..=12).contains(&month)
            && day >= 1
            && day <= days_in_month(year, month)
            && hour < 24
            && minute < 60
            && second < 60
            && offset.is_none_or(|o| (-14 * 60..=14 * 60).contains(&o));
        ok.then_some(Self {
            year,
            month,
            day,
            hour,
            minute,
            second,
            resolution,
            offset,
            approximate: false,
            uncertain: false,
        })
    }

    /// How finely it is known.
    pub fn resolution(&self) -> Resolution {
        self.resolution
    }

    /// Minutes east of Greenwich, where it was stated.
    pub fn offset(&self) -> Option<i16> {
        self.offset
    }

    /// Year, month and day; month and day are 1 where they are not known.
    pub fn date(&self) -> (i32, u8, u8) {
        (self.year, self.month, self.day)
    }

    /// Hour, minute and second; 0 where not known.
    pub fn time(&self) -> (u8, u8, u8) {
        (self.hour, self.minute, self.second)
    }

    /// Whether the date is approximate (EDTF `~` or `%`).
    pub fn is_approximate(&self) -> bool {
        self.approximate
    }

    /// Whether the date is uncertain (EDTF `?` or `%`).
    pub fn is_uncertain(&self) -> bool {
        self.uncertain
    }

    /// The whole stretch of time the moment may stand for: a day is a day long, a month a month.
    pub fn span(&self) -> Span {
        let offset = i64::from(self.offset.unwrap_or(ZONE_HERE_MINUTES)) * 60;
        let days = days_from_civil(self.year, self.month, self.day);
        let start =
            days * 86_400 + i64::from(self.hour) * 3600 + i64::from(self.minute) * 60 + i64::from(self.second) - offset;
        let len = match self.resolution {
            Resolution::Year => (365 + i64::from(is_leap(self.year))) * 86_400,
            Resolution::Month => i64::from(days_in_month(self.year, self.month)) * 86_400,
            Resolution::Day => 86_400,
            Resolution::Hour => 3600,
            Resolution::Minute => 60,
            Resolution::Second => 1,
        };
        Span { start, end: start + len }
    }

    /// The moment of a UTC second, read in a zone, to a resolution.
    pub fn from_unix(seconds: i64, offset_minutes: i16, resolution: Resolution) -> Self {
        let local = seconds + i64::from(offset_minutes) * 60;
        let (year, month, day) = civil_from_days(local.div_euclid(86_400));
        let rest = local.rem_euclid(86_400);
        let part = |n: i64| u8::try_from(n).unwrap_or(0);
        Self {
            year,
            month,
            day,
            hour: part(rest / 3600),
            minute: part(rest / 60 % 60),
            second: part(rest % 60),
            resolution: Resolution::Second,
            offset: Some(offset_minutes),
            approximate: false,
            uncertain: false,
        }
        .at_resolution(resolution)
    }

    /// Reads one moment in the text form of files (see the module).
    ///
    /// # Errors
    /// [`WhenError`] says what is wrong.
    pub fn parse(text: &str) -> Result<Self, WhenError> {
        let form = || WhenError::Form(text.to_owned());
        let (body, approximate, uncertain) = match text.as_bytes().last() {
            Some(b'~') => (&text[..text.len() - 1], true, false),
            Some(b'?') => (&text[..text.len() - 1], false, true),
            Some(b'%') => (&text[..text.len() - 1], true, true),
            _ => (text, false, false),
        };
        let (date, time) = match body.split_once('T') {
            Some((d, t)) => (d, Some(t)),
            None => (body, None),
        };
        let (sign, date) = match date.strip_prefix('-') {
            Some(rest) => (-1, rest),
            None => (1, date),
        };
        let mut parts = date.split('-');
        let year = digits(parts.next(), 4).ok_or_else(form)? * sign;
        let month = parts.next().map(|p| digits(Some(p), 2).ok_or_else(form)).transpose()?;
        let day = parts.next().map(|p| digits(Some(p), 2).ok_or_else(form)).transpose()?;
        if parts.next().is_some() || (time.is_some() && day.is_none()) {
            return Err(form());
        }
        let mut clock = [0; 3];
        let mut offset = None;
        let mut resolution = match (month, day) {
            (None, _) => Resolution::Year,
            (Some(_), None) => Resolution::Month,
            (Some(_), Some(_)) => Resolution::Day,
        };
        if let Some(time) = time {
            let (hms, zone) = match time.find(['Z', '+', '-']) {
                Some(i) => time.split_at(i),
                None => (time, ""),
            };
            let mut n = 0;
            for part in hms.split(':') {
                *clock.get_mut(n).ok_or_else(form)? = digits(Some(part), 2).ok_or_else(form)?;
                n += 1;
            }
            resolution = match n {
                1 => Resolution::Hour,
                2 => Resolution::Minute,
                _ => Resolution::Second,
            };
            offset = parse_offset(zone).ok_or_else(form)?;
        }
        let byte = |n: i32| u8::try_from(n).unwrap_or(255);
        let [hour, minute, second] = clock;
        let parts = [month.unwrap_or(1), day.unwrap_or(1), hour, minute, second].map(byte);
        Self::checked(resolution, year, parts, offset)
            .map(|m| m.qualified(approximate, uncertain))
            .ok_or_else(|| WhenError::NoSuchDay(text.to_owned(), no_such(year, parts)))
    }

    /// `13 Sep 2022, 00:05`: as finely as known, without the zone; `with_year` leaves the year out if false.
    pub fn label(&self, with_year: bool) -> String {
        let month = MONTHS.get(usize::from(self.month) - 1).copied().unwrap_or("");
        let year = if with_year { format!(" {}", self.year) } else { String::new() };
        let about = if self.approximate { "about " } else { "" };
        let mut out = match self.resolution {
            Resolution::Year => format!("{about}{}", self.year),
            Resolution::Month => format!("{about}{month} {}", self.year),
            _ => format!("{about}{} {month}{year}", self.day),
        };
        match self.resolution {
            Resolution::Hour => out += &format!(", {:02} h", self.hour),
            Resolution::Minute => out += &format!(", {:02}:{:02}", self.hour, self.minute),
            Resolution::Second => out += &format!(", {:02}:{:02}:{:02}", self.hour, self.minute, self.second),
            _ => {}
        }
        if self.uncertain {
            out.push('?');
        }
        out
    }

    /// The zone as it is shown, `UTC+4`, `UTC−3:30`, `UTC`; empty where none was stated.
    pub fn zone_label(&self) -> String {
        match self.offset {
            None => String::new(),
            Some(0) => "UTC".into(),
            Some(o) => {
                let sign = if o < 0 { '−' } else { '+' };
                let (h, m) = (o.abs() / 60, o.abs() % 60);
                if m == 0 { format!("UTC{sign}{h}") } else { format!("UTC{sign}{h}:{m:02}") }
            }
        }
    }
}

/// What is wrong with parts that have the right form.
fn no_such(year: i32, [month, day, hour, minute, second]: [u8; 5]) -> &'static str {
    if !(1..=12).contains(&month) {
        "there is no such month; months run from 01 to 12"
    } else if day < 1 || day > days_in_month(year, month) {
        "there is no such day in that month"
    } else if hour > 23 || minute > 59 || second > 59 {
        "there is no such time; hours run from 00 to 23, minutes from 00 to 59"
    } else {
        "the zone is out of range; use −14:00 to +14:00"
    }
}

/// Exactly `len` ASCII digits.
fn digits(text: Option<&str>, len: usize) -> Option<i32> {
    let text = text?;
    (text.len() == len && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse().ok())?
}

/// `""`, `Z`, `+04:00`, `-03:30`, `+0400`, `+04` as minutes east.
fn parse_offset(zone: &str) -> Option<Option<i16>> {
    if zone.is_empty() {
        return Some(None);
    }
    if zone == "Z" {
        return Some(Some(0));
    }
    let (sign, rest) = if let Some(rest) = zone.strip_prefix('+') { (1, rest) } else { (-1, zone.strip_prefix('-')?) };
    let rest = rest.replace(':', "");
    let n = match rest.len() {
        2 => digits(Some(&rest), 2)? * 60,
        4 => {
            let n = digits(Some(&rest), 4)?;
            (n % 100 < 60).then_some(n / 100 * 60 + n % 100)?
        }
        _ => return None,
    };
    i16::try_from(n * sign).ok().map(Some)
}

impl fmt::Display for Moment {
    /// The text form of files; [`Moment::parse`] reads it back.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.year < 0 {
            write!(f, "-{:04}", -self.year)?;
        } else {
            write!(f, "{:04}", self.year)?;
        }
        if self.resolution >= Resolution::Month {
            write!(f, "-{:02}", self.month)?;
        }
        if self.resolution >= Resolution::Day {
            write!(f, "-{:02}", self.day)?;
        }
        if self.resolution >= Resolution::Hour {
            write!(f, "T{:02}", self.hour)?;
        }
        if self.resolution >= Resolution::Minute {
            write!(f, ":{:02}", self.minute)?;
        }
        if self.resolution >= Resolution::Second {
            write!(f, ":{:02}", self.second)?;
        }
        match self.offset {
            None => {}
            Some(0) => f.write_str("Z")?,
            Some(o) => {
                let sign = if o < 0 { '-' } else { '+' };
                write!(f, "{sign}{:02}:{:02}", o.abs() / 60, o.abs() % 60)?;
            }
        }
        match (self.approximate, self.uncertain) {
            (true, true) => f.write_str("%"),
            (true, false) => f.write_str("~"),
            (false, true) => f.write_str("?"),
            (false, false) => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nine_in_moscow_is_ten_in_yerevan() {
        let moscow = Moment::parse("2022-09-13T09:00+03:00").unwrap();
        let yerevan = Moment::parse("2022-09-13T10:00+04:00").unwrap();
        assert_eq!(moscow.span(), yerevan.span());
        assert_eq!(Moment::from_unix(moscow.span().start, 240, Resolution::Minute), yerevan);
    }

    #[test]
    fn a_moment_is_as_long_as_its_precision() {
        let days = |t: &str| {
            let s = Moment::parse(t).unwrap().span();
            (s.end - s.start) / 86_400
        };
        assert_eq!(days("2020"), 366);
        assert_eq!(days("1751"), 365);
        assert_eq!(days("2022-09"), 30);
        assert_eq!(days("2022-09-13"), 1);
    }

    #[test]
    fn calendar_days_convert_both_ways() {
        for days in (-4_000_000..3_000_000).step_by(997) {
            let (y, m, d) = civil_from_days(days);
            assert_eq!(days_from_civil(y, m, d), days);
        }
        assert_eq!(days_from_civil(1970, 1, 1), 0);
        assert_eq!(days_from_civil(2022, 9, 13), 19_248);
    }
}
