//! Times and amounts of the timeline in words, and typed ends of a window as seconds.

use crate::derive::{Amount, BinWidth};
use crate::edit::typed;
use crate::model::{Moment, Resolution, Span, WhenError, ZONE_HERE_MINUTES};
use crate::view::time_axis::ALL_TIME;

/// Seconds of a day.
const DAY: i64 = 86_400;

/// Why a typed time cannot be taken, and the readings that are offered for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrong {
    /// What is wrong and what can be typed.
    pub what: String,
    /// Readings to choose from.
    pub readings: Vec<String>,
}

impl From<WhenError> for Wrong {
    fn from(e: WhenError) -> Self {
        let readings = match &e {
            WhenError::Ambiguous(_, a, b) => vec![a.clone(), b.clone()],
            _ => Vec::new(),
        };
        Self { what: e.to_string(), readings }
    }
}

fn moment_at(at: i64, zone: i16, resolution: Resolution) -> Moment {
    Moment::from_unix(at, zone, resolution)
}

/// Whether a second is a midnight of the zone.
fn is_midnight(at: i64, zone: i16) -> bool {
    (at + i64::from(zone) * 60).rem_euclid(DAY) == 0
}

/// A day or a minute as fields show it, in a form that can be typed.
fn typable(at: i64, zone: i16, resolution: Resolution) -> String {
    let m = moment_at(at, zone, resolution);
    if (1000..=9999).contains(&m.date().0) { m.label(true) } else { m.to_string() }
}

/// The start of a window as its field shows it; nothing for an open one.
pub fn start_field(at: i64, zone: i16) -> String {
    if at <= ALL_TIME.start {
        String::new()
    } else {
        typable(at, zone, if is_midnight(at, zone) { Resolution::Day } else { Resolution::Minute })
    }
}

/// The end of a window as its field shows it: the last day that is in it, or the minute at which it ends.
pub fn end_field(end: i64, zone: i16) -> String {
    if end >= ALL_TIME.end {
        String::new()
    } else if is_midnight(end, zone) {
        typable(end - 1, zone, Resolution::Day)
    } else {
        typable(end, zone, Resolution::Minute)
    }
}

/// What a typed time covers: a day all of its day, a month all of its month, by the calendar of the zone.
///
/// # Errors
/// What is wrong with it, with the readings that are offered.
pub fn typed_span(text: &str, zone: i16) -> Result<Span, Wrong> {
    let m = typed::moment(text, Some(zone))?;
    // A date without a clock is read by the region's own calendar; the field shows the zone's.
    let by = if m.offset().is_none() { i64::from(ZONE_HERE_MINUTES - zone) * 60 } else { 0 };
    let span = m.span();
    Ok(Span { start: span.start + by, end: span.end + by })
}

/// The window of two typed ends; `None` if both are empty. An empty one leaves that side open.
///
/// # Errors
/// What is wrong: of the end if `at_end`, else of the start.
pub fn typed_window(start: &str, end: &str, zone: i16, at_end: bool) -> Result<Option<Span>, Wrong> {
    let side = |t: &str| if t.trim().is_empty() { Ok(None) } else { typed_span(t, zone).map(Some) };
    // The field that was left is judged; the other one has been taken before.
    let (start, end) = match (side(start), side(end)) {
        (Err(e), _) if !at_end => return Err(e),
        (_, Err(e)) if at_end => return Err(e),
        (start, end) => (start.unwrap_or(None), end.unwrap_or(None)),
    };
    if start.is_none() && end.is_none() {
        return Ok(None);
    }
    let window = Span { start: start.map_or(ALL_TIME.start, |s| s.start), end: end.map_or(ALL_TIME.end, |s| s.end) };
    if window.end <= window.start {
        let what = "the end lies before the start; type an end that comes after it".to_owned();
        return Err(Wrong { what, readings: Vec::new() });
    }
    Ok(Some(window))
}

/// The zone as it is named everywhere: `UTC+4`.
pub fn zone_name(zone: i16) -> String {
    moment_at(0, zone, Resolution::Minute).zone_label()
}

/// A stretch of time in words: `13 Sep 2022`, `12–18 Sep 2022`, `Sep 2022`, `Jul – Sep 2022`, `1990 – 1999`,
/// `13 Sep 2022, 09:00–10:00`. Both days are in it.
pub fn stretch(span: Span, zone: i16) -> String {
    match (span.start <= ALL_TIME.start, span.end >= ALL_TIME.end) {
        (true, true) => return "all of time".into(),
        (true, false) => return format!("until {}", end_field(span.end, zone)),
        (false, true) => return format!("from {}", start_field(span.start, zone)),
        (false, false) => {}
    }
    let part = |at, resolution| moment_at(at, zone, resolution);
    if !is_midnight(span.start, zone) || !is_midnight(span.end, zone) {
        let (a, b) = (part(span.start, Resolution::Minute), part(span.end, Resolution::Minute));
        let clock = |m: &Moment| format!("{:02}:{:02}", m.time().0, m.time().1);
        return if a.date() == b.date() || (span.end - span.start < DAY && is_midnight(span.end, zone)) {
            let end = if is_midnight(span.end, zone) { "24:00".into() } else { clock(&b) };
            format!("{}–{end}", a.label(true))
        } else {
            format!("{} – {}", a.label(true), b.label(true))
        };
    }
    let begins = |width: BinWidth, at| width.floor(at, zone) == at;
    let resolution = if begins(BinWidth::Year, span.start) && begins(BinWidth::Year, span.end) {
        Resolution::Year
    } else if begins(BinWidth::Month, span.start) && begins(BinWidth::Month, span.end) {
        Resolution::Month
    } else {
        Resolution::Day
    };
    let (a, b) = (part(span.start, resolution), part(span.end - 1, resolution));
    let ((y0, m0, d0), (y1, m1, _)) = (a.date(), b.date());
    let word = |m: &Moment| m.label(true).split(' ').next().unwrap_or_default().to_owned();
    if a.label(true) == b.label(true) {
        a.label(true)
    } else if resolution == Resolution::Day && (y0, m0) == (y1, m1) {
        format!("{d0}–{}", b.label(true))
    } else if resolution == Resolution::Day && y0 == y1 {
        format!("{} – {}", a.label(false), b.label(true))
    } else if resolution == Resolution::Month && y0 == y1 {
        format!("{} – {}", word(&a), b.label(true))
    } else {
        format!("{} – {}", a.label(true), b.label(true))
    }
}

/// How long a window is: `3 days`, `2 years 4 months`, `40 minutes`; `open` without an end.
pub fn length(span: Span, zone: i16) -> String {
    if span.start <= ALL_TIME.start || span.end >= ALL_TIME.end {
        return "open".into();
    }
    let of = |n: i64, one: &str| if n == 1 { format!("1 {one}") } else { format!("{n} {one}s") };
    let pair = |a: i64, one: &str, b: i64, other: &str| match (a, b) {
        (0, b) => of(b, other),
        (a, 0) => of(a, one),
        (a, b) => format!("{} {}", of(a, one), of(b, other)),
    };
    let begins = |at| BinWidth::Month.floor(at, zone) == at;
    if begins(span.start) && begins(span.end) {
        let month = |at| {
            let (y, m, _) = moment_at(at, zone, Resolution::Day).date();
            i64::from(y) * 12 + i64::from(m)
        };
        let months = month(span.end) - month(span.start);
        return pair(months / 12, "year", months % 12, "month");
    }
    let secs = span.end - span.start;
    match secs {
        _ if secs % DAY == 0 => of(secs / DAY, "day"),
        60..DAY => pair(secs / 3600, "hour", secs % 3600 / 60, "minute"),
        0..60 => of(secs, "second"),
        _ => pair(secs / DAY, "day", (secs % DAY + 1800) / 3600, "hour"),
    }
}

/// An amount that may be a share of something longer: whole where it is, else to one digit; a little is never called nothing.
pub fn number(n: f64) -> String {
    match n {
        _ if n > 1e-9 && n < 0.05 => "< 0.1".into(),
        _ if (n - n.round()).abs() < 0.02 => format!("{}", n.round()),
        _ => format!("{n:.1}"),
    }
}

/// A figure with its ends, where they differ: `71 (49–80)`.
pub fn figure(a: Amount) -> String {
    if a.high - a.low > 0.05 {
        format!("{} ({}–{})", number(a.best), number(a.low), number(a.high))
    } else {
        number(a.best)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::When;

    fn span(text: &str) -> Span {
        When::parse(text).unwrap().span()
    }

    #[test]
    fn the_last_day_that_is_typed_is_in_the_window() {
        let window = typed_window("12.09.2022", "14 Sep 2022", 240, true).unwrap().unwrap();
        assert_eq!(window, span("2022-09-12/2022-09-14"));
        assert!(span("2022-09-14T23:59+04:00").overlaps(window));
        assert!(!span("2022-09-15").overlaps(window));
        assert_eq!((&*start_field(window.start, 240), &*end_field(window.end, 240)), ("12 Sep 2022", "14 Sep 2022"));
    }

    #[test]
    fn what_a_field_shows_can_be_typed() {
        for text in
            ["2022-09-12/2022-09-14", "2022-09-13T09:00+04:00/2022-09-13T09:40+04:00", "0450/0451", "2022-09-13/.."]
        {
            for zone in [0, 180, 240] {
                let s = span(text);
                // The minute that a window ends at is typed as its end: what is typed covers that minute too.
                let end = if s.end >= ALL_TIME.end || is_midnight(s.end, zone) { s.end } else { s.end + 60 };
                let typed = typed_window(&start_field(s.start, zone), &end_field(s.end, zone), zone, true);
                assert_eq!(typed, Ok(Some(Span { start: s.start, end })), "{text} {zone}");
            }
        }
    }

    #[test]
    fn dates_are_those_of_the_zone_that_is_shown() {
        assert_eq!(typed_span("2022-09-13", 180).unwrap().start, span("2022-09-13T00:00+03:00").start);
        assert_eq!(typed_span("2022-09-13 09:00", 180).unwrap().start, span("2022-09-13T10:00+04:00").start);
    }

    #[test]
    fn what_is_wrong_is_said_at_the_field_it_is_in() {
        let wrong = |a, b, at_end| typed_window(a, b, 240, at_end).unwrap_err();
        assert!(wrong("31/02/2022", "", false).what.contains("no such day"));
        assert_eq!(wrong("13.9.22", "", false).readings, ["2022-09-13", "1922-09-13"]);
        assert!(wrong("2022-09-14", "2022-09-13", true).what.contains("before the start"));
        assert!(wrong("", "yesterday", true).what.contains("use 2022-09-13"));
        assert_eq!(typed_window(" ", "", 240, false), Ok(None));
        assert_eq!(typed_window("2022", "", 240, false), Ok(Some(Span { end: ALL_TIME.end, ..span("2022") })));
    }

    #[test]
    fn stretches_are_said_as_one_would_say_them() {
        for (text, want) in [
            ("2022-09-13", "13 Sep 2022"),
            ("2022-09-12/2022-09-18", "12–18 Sep 2022"),
            ("2022-09-26/2022-10-02", "26 Sep – 2 Oct 2022"),
            ("2022-09", "Sep 2022"),
            ("2022-07/2022-09", "Jul – Sep 2022"),
            ("2022", "2022"),
            ("1990/1999", "1990 – 1999"),
            ("2022-12-26/2023-01-01", "26 Dec 2022 – 1 Jan 2023"),
            ("2022-09-13T09+04:00", "13 Sep 2022, 09:00–10:00"),
            ("2022-09-13T23+04:00", "13 Sep 2022, 23:00–24:00"),
            ("../2022-09-13", "until 13 Sep 2022"),
            ("2022-09-13/..", "from 13 Sep 2022"),
        ] {
            assert_eq!(stretch(span(text), 240), want);
        }
    }

    #[test]
    fn lengths_are_exact() {
        for (text, want) in [
            ("2022-09-12/2022-09-14", "3 days"),
            ("2022-09-13", "1 day"),
            ("2022-09", "1 month"),
            ("2020-09/2022-12", "2 years 4 months"),
            ("1988/2023", "36 years"),
            ("2022-09-13T09:00+04:00/2022-09-13T10:39+04:00", "1 hour 40 minutes"),
            ("2022-09-13/..", "open"),
        ] {
            assert_eq!(length(span(text), 240), want, "{text}");
        }
    }

    #[test]
    fn shares_are_shown_to_one_digit_and_whole_figures_whole() {
        let of = |low, best, high| figure(Amount { low, best, high });
        assert_eq!(of(49.0, 49.0, 49.0), "49");
        assert_eq!(of(49.0, 71.0, 80.0), "71 (49–80)");
        assert_eq!(of(16.33, 16.33, 16.33), "16.3");
    }
}
