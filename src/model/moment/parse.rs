//! The text form of files, both ways.

use std::fmt;

use super::{Moment, NO_ZONE, Resolution, WhenError, digit, mark};
use crate::model::calendar::days_in_month;

const NO_MONTH: &str = "there is no such month; months run from 01 to 12, seasons and parts of a year from 21 to 41";
const NO_DAY: &str = "there is no such day in that month";
const NO_TIME: &str = "there is no such time; hours run from 00 to 23, minutes from 00 to 59";
const NO_OFFSET: &str = "the zone is out of range; use −14:00 to +14:00";
const NO_YEAR: &str = "years run from −2147483648 to 2147483647";
const NO_DAY_IN_SEASON: &str = "a season or part of a year has no days; leave the day out";

/// What is wrong: the form, or what it says.
enum Wrong {
    Form,
    No(&'static str),
}

type Read<T> = Result<T, Wrong>;

/// What is still to be read.
struct Text<'a>(&'a [u8]);

impl Text<'_> {
    fn take(&mut self, byte: u8) -> bool {
        let found = self.0.first() == Some(&byte);
        if found {
            self.0 = self.0.get(1..).unwrap_or_default();
        }
        found
    }

    /// `~`, `?` or `%`, as the two bits of a mark; 0 if there is none.
    fn qualifier(&mut self) -> u16 {
        if self.take(b'~') {
            1
        } else if self.take(b'?') {
            2
        } else if self.take(b'%') {
            3
        } else {
            0
        }
    }

    /// Exactly `len` digits, `X` for those that are not known: the number, and a bit for each `X`, the first digit highest.
    fn digits(&mut self, len: usize) -> Read<(i32, u8)> {
        let (head, rest) = self.0.split_at_checked(len).ok_or(Wrong::Form)?;
        let (mut number, mut unspecified) = (0, 0);
        for byte in head {
            let (value, unknown) = match byte {
                b'0'..=b'9' => (byte - b'0', 0),
                b'X' => (0, 1),
                _ => return Err(Wrong::Form),
            };
            number = number * 10 + i32::from(value);
            unspecified = unspecified << 1 | unknown;
        }
        self.0 = rest;
        Ok((number, unspecified))
    }

    fn two(&mut self) -> Read<u8> {
        match self.digits(2)? {
            (n, 0) => u8::try_from(n).map_err(|_| Wrong::Form),
            _ => Err(Wrong::Form),
        }
    }

    /// A number of any length without leading zeros.
    fn number(&mut self) -> Read<i64> {
        let len = self.0.iter().take_while(|b| b.is_ascii_digit()).count();
        let (head, rest) = self.0.split_at_checked(len).ok_or(Wrong::Form)?;
        if len == 0 || head.first() == Some(&b'0') {
            return Err(Wrong::Form);
        }
        self.0 = rest;
        if len > 10 {
            return Err(Wrong::No(NO_YEAR));
        }
        Ok(head.iter().fold(0, |n, b| n * 10 + i64::from(b - b'0')))
    }

    /// `S` and how many digits of a year of `digits` are significant; 0 without it.
    fn significant(&mut self, digits: u32) -> Read<u8> {
        if !self.take(b'S') {
            return Ok(0);
        }
        match u8::try_from(self.number()?) {
            Ok(n) if u32::from(n) <= digits => Ok(n),
            _ => Err(Wrong::No("a year cannot have more significant digits than digits")),
        }
    }
}

impl Moment {
    /// Reads one moment in the text form of files (see the module).
    ///
    /// # Errors
    /// [`WhenError`] says what is wrong.
    pub fn parse(text: &str) -> Result<Self, WhenError> {
        let mut rest = Text(text.as_bytes());
        let read = if text.starts_with('Y') { long_year(&mut rest) } else { date(&mut rest) };
        read.map_err(|wrong| match wrong {
            Wrong::Form => WhenError::Form(text.to_owned()),
            Wrong::No(why) => WhenError::NoSuchDay(text.to_owned(), why),
        })
    }
}

/// `Y170000002`, `Y-17E8`, `Y171010000S3`.
fn long_year(text: &mut Text) -> Read<Moment> {
    text.take(b'Y');
    let is_minus = text.take(b'-');
    let mut year = text.number()?;
    let mut m = Moment::year_only(0);
    let small = text.take(b'e');
    if small || text.take(b'E') {
        let exponent = u8::try_from(text.number()?).ok().filter(|e| *e <= 9).ok_or(Wrong::No(NO_YEAR))?;
        year *= 10_i64.pow(u32::from(exponent));
        m.figures = exponent << 4;
        m.marks |= if small { mark::SMALL_E } else { 0 };
    }
    // Shorter years are written without a Y, so that each has one form.
    if year <= 9999 {
        return Err(Wrong::Form);
    }
    m.year = i32::try_from(if is_minus { -year } else { year }).map_err(|_| Wrong::No(NO_YEAR))?;
    m.figures |= text.significant(year.ilog10() + 1)?;
    m.marks |= text.qualifier() << (mark::YEAR + mark::BEHIND);
    if text.0.is_empty() { Ok(m) } else { Err(Wrong::Form) }
}

fn date(text: &mut Text) -> Read<Moment> {
    let mut m = Moment::year_only(0);
    m.marks |= text.qualifier() << mark::YEAR;
    let is_minus = text.take(b'-');
    let (year, unknown) = text.digits(4)?;
    m.year = if is_minus { -year } else { year };
    m.unspecified = unknown << 4;
    if is_minus && unknown != 0 {
        m.marks |= mark::MINUS;
    } else if is_minus && year == 0 {
        // There is one year 0, and it is written without a minus.
        return Err(Wrong::Form);
    }
    if unknown == 0 {
        m.figures = text.significant(4)?;
    }
    m.marks |= text.qualifier() << (mark::YEAR + mark::BEHIND);
    if text.0.is_empty() {
        return Ok(m);
    }
    let part = |text: &mut Text, m: &mut Moment, at: u16| -> Read<(u8, u8)> {
        if m.figures != 0 || !text.take(b'-') {
            return Err(Wrong::Form);
        }
        m.marks |= text.qualifier() << at;
        let (number, unknown) = text.digits(2)?;
        m.marks |= text.qualifier() << (at + mark::BEHIND);
        Ok((u8::try_from(number).map_err(|_| Wrong::Form)?, unknown))
    };
    let (month, unknown) = part(text, &mut m, mark::MONTH)?;
    m.month = month;
    m.unspecified |= unknown << 2;
    m.written = if month > 20 && unknown == 0 { Resolution::Season } else { Resolution::Month };
    let is_there = if m.is_season() { month <= 41 } else { (1..=12).any(|n| m.month_fits(n)) };
    if text.0.is_empty() {
        return if is_there { Ok(m) } else { Err(Wrong::No(NO_MONTH)) };
    }
    let (day, unknown) = part(text, &mut m, mark::DAY)?;
    m.day = day;
    m.unspecified |= unknown;
    if !text.0.is_empty() {
        clock(text, &mut m)?;
    }
    // Judged last: a text of the wrong form is no wrong day.
    if !is_there {
        return Err(Wrong::No(NO_MONTH));
    }
    if m.is_season() {
        return Err(Wrong::No(NO_DAY_IN_SEASON));
    }
    m.written = m.written.max(Resolution::Day);
    let is_day = if m.unspecified == 0 { (1..=days_in_month(m.year, month)).contains(&day) } else { m.exists() };
    if !is_day {
        return Err(Wrong::No(NO_DAY));
    }
    if m.hour > 23 || m.minute > 59 || m.second > 59 {
        return Err(Wrong::No(NO_TIME));
    }
    if m.offset().is_some_and(|o| !(-14 * 60..=14 * 60).contains(&o)) {
        return Err(Wrong::No(NO_OFFSET));
    }
    Ok(m)
}

/// `T09`, `T09:00`, `T09:00:30`, with a zone, with a qualifier of the whole.
fn clock(text: &mut Text, m: &mut Moment) -> Read<()> {
    // "Some day in September, at nine" is no point on the calendar that could be drawn.
    if m.unspecified != 0 || !text.take(b'T') {
        return Err(Wrong::Form);
    }
    let season = m.is_season();
    m.hour = text.two()?;
    m.written = Resolution::Hour;
    if text.take(b':') {
        m.minute = text.two()?;
        m.written = Resolution::Minute;
        if text.take(b':') {
            m.second = text.two()?;
            m.written = Resolution::Second;
        }
    }
    m.offset = zone(text)?.unwrap_or(NO_ZONE);
    m.marks |= text.qualifier() << mark::WHOLE;
    if season {
        m.written = Resolution::Season;
    }
    if text.0.is_empty() { Ok(()) } else { Err(Wrong::Form) }
}

/// Nothing, `Z`, `+04:00`, `-03:30`, `+0400`, `+04` as minutes east.
fn zone(text: &mut Text) -> Read<Option<i16>> {
    if text.take(b'Z') {
        return Ok(Some(0));
    }
    let sign = if text.take(b'+') {
        1
    } else if text.take(b'-') {
        -1
    } else {
        return Ok(None);
    };
    let hours = i16::from(text.two()?);
    let has_minutes = text.take(b':') || text.0.first().is_some_and(u8::is_ascii_digit);
    let minutes = if has_minutes { i16::from(text.two()?) } else { 0 };
    if minutes > 59 { Err(Wrong::Form) } else { Ok(Some(sign * (hours * 60 + minutes))) }
}

impl fmt::Display for Moment {
    /// The text form of files; [`Moment::parse`] reads it back.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let qualifier = |at: u16| ["", "~", "?", "%"].get(usize::from(self.marks >> at & 3)).copied().unwrap_or("");
        let part = |f: &mut fmt::Formatter<'_>, number: u8, unknown: u8, at: u16| {
            let (tens, ones) = (char::from(b'0' + number / 10 % 10), char::from(b'0' + number % 10));
            let tens = if unknown & 2 == 0 { tens } else { 'X' };
            let ones = if unknown & 1 == 0 { ones } else { 'X' };
            write!(f, "-{}{tens}{ones}{}", qualifier(at), qualifier(at + mark::BEHIND))
        };
        f.write_str(qualifier(mark::YEAR))?;
        self.write_year(f)?;
        f.write_str(qualifier(mark::YEAR + mark::BEHIND))?;
        if self.written >= Resolution::Season {
            part(f, self.month, (self.unspecified & digit::MONTH) >> 2, mark::MONTH)?;
        }
        if self.written >= Resolution::Day {
            part(f, self.day, self.unspecified & digit::DAY, mark::DAY)?;
        }
        if self.written >= Resolution::Hour {
            write!(f, "T{:02}", self.hour)?;
        }
        if self.written >= Resolution::Minute {
            write!(f, ":{:02}", self.minute)?;
        }
        if self.written >= Resolution::Second {
            write!(f, ":{:02}", self.second)?;
        }
        match self.offset() {
            None => {}
            Some(0) => f.write_str("Z")?,
            Some(o) => {
                let sign = if o < 0 { '-' } else { '+' };
                write!(f, "{sign}{:02}:{:02}", o.abs() / 60, o.abs() % 60)?;
            }
        }
        f.write_str(qualifier(mark::WHOLE))
    }
}

impl Moment {
    fn write_year(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.is_minus() { "-" } else { "" };
        let year = self.year.unsigned_abs();
        let (exponent, significant) = (self.figures >> 4, self.significant());
        if exponent > 0 {
            let e = if self.marks & mark::SMALL_E == 0 { 'E' } else { 'e' };
            write!(f, "Y{sign}{}{e}{exponent}", year / 10_u32.pow(u32::from(exponent)))?;
        } else if year > 9999 {
            write!(f, "Y{sign}{year}")?;
        } else if self.unspecified & digit::YEAR == 0 {
            write!(f, "{sign}{year:04}")?;
        } else {
            f.write_str(sign)?;
            for (n, worth) in [1000, 100, 10, 1].into_iter().enumerate() {
                let is_unknown = self.unspecified & (0x80 >> n) != 0;
                let digit = char::from(b'0' + (year / worth % 10) as u8);
                write!(f, "{}", if is_unknown { 'X' } else { digit })?;
            }
        }
        if significant > 0 { write!(f, "S{significant}") } else { Ok(()) }
    }
}
