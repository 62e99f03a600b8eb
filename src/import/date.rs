//! Dates as tables hold them: ISO, three numbers in a known order, serial days of spreadsheets, months in words of five
//! languages, and whatever people type.

use super::mapping::DateOrder;
use crate::edit::typed::{moment, read_when};
use crate::model::{Moment, Resolution, When, WhenError};

/// How dates of one column are read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Dates {
    /// The order of day and month.
    pub(super) order: Option<DateOrder>,
    /// The zone of times without one, in minutes east of Greenwich.
    pub(super) zone: Option<i16>,
    /// Every time of the column is midnight: it stands for no time at all.
    pub(super) midnight: bool,
}

/// A zone such as `+04:00`, `Z` or `-3:30`, in minutes east of Greenwich.
pub(super) fn zone(text: &str) -> Option<i16> {
    let text = text.trim();
    if matches!(text, "Z" | "z" | "UTC" | "utc") {
        return Some(0);
    }
    let (sign, rest) = match text.split_at_checked(1)? {
        ("+", rest) => (1, rest),
        ("-", rest) => (-1, rest),
        _ => return None,
    };
    let (h, m) = rest.split_once(':').unwrap_or((rest, "0"));
    let (h, m) = (h.parse::<i16>().ok()?, m.parse::<i16>().ok()?);
    // What is out of range may be so large, or so far below nought, that its minutes are no number.
    ((0..=14).contains(&h) && (0..60).contains(&m)).then(|| sign * (h * 60 + m))
}

fn digits(bytes: &[u8]) -> Option<i32> {
    bytes.iter().try_fold(0_i32, |n, b| b.is_ascii_digit().then(|| n * 10 + i32::from(b - b'0')))
}

/// `2022-09-13` with or without a time that is midnight or absent: nearly every cell of a large table.
fn iso_day(text: &str, dates: Dates) -> Option<Moment> {
    let b = text.as_bytes();
    let [y0, y1, y2, y3, b'-', m0, m1, b'-', d0, d1, tail @ ..] = b else { return None };
    if !(tail.is_empty() || dates.midnight && is_midnight(tail)) {
        return None;
    }
    let two = |a: &u8, b: &u8| digits(&[*a, *b]).and_then(|n| u8::try_from(n).ok());
    Moment::day(digits(&[*y0, *y1, *y2, *y3])?, two(m0, m1)?, two(d0, d1)?)
}

/// ` 00:00:00.000`, `T00:00:00Z` and the like: seconds are written, and all of it is 0.
fn is_midnight(tail: &[u8]) -> bool {
    let [b' ' | b'T', b'0', b'0', b':', b'0', b'0', rest @ ..] = tail else { return false };
    let rest = rest.strip_suffix(b"Z").or_else(|| rest.strip_suffix(b"+00:00")).unwrap_or(rest);
    rest.strip_prefix(b":00")
        .is_some_and(|f| f.is_empty() || f.strip_prefix(b".").is_some_and(|f| f.iter().all(|c| *c == b'0')))
}

/// Whether a cell holds a date with the time 00:00:00.
pub(super) fn has_midnight(text: &str) -> bool {
    text.len() > 10 && text.is_char_boundary(10) && is_midnight(text.as_bytes().get(10..).unwrap_or_default())
}

/// Three numbers and what stands behind them; the mark between them is one of `/ . -`.
pub(super) fn three_numbers(text: &str) -> Option<([&str; 3], &str)> {
    let end = text.find([' ', 'T', ',']).unwrap_or(text.len());
    let (date, tail) = text.split_at(end);
    let mark = date.chars().find(|c| !c.is_ascii_digit()).filter(|c| matches!(c, '/' | '.' | '-'))?;
    let mut parts = date.trim_end_matches('.').split(mark);
    let out = [parts.next()?, parts.next()?, parts.next()?];
    let number = |p: &&str| (1..=4).contains(&p.len()) && p.bytes().all(|b| b.is_ascii_digit());
    (parts.next().is_none() && out.iter().all(number)).then_some((out, tail.trim_start_matches([' ', 'T', ','])))
}

/// Which orders three numbers allow: day first, month first. `None` where they are no such date or begin with the year.
pub(super) fn orders(text: &str) -> Option<(bool, bool)> {
    let ([a, b, c], _) = three_numbers(text)?;
    if a.len() > 2 || b.len() > 2 || c.len() == 3 {
        return None;
    }
    let (a, b) = (a.parse::<u8>().ok()?, b.parse::<u8>().ok()?);
    let (day, month) = (|n: u8| (1..=31).contains(&n), |n: u8| (1..=12).contains(&n));
    Some((day(a) && month(b), month(a) && day(b)))
}

/// Whether a cell is a date of three numbers whose year has two digits.
pub(super) fn has_short_year(text: &str) -> bool {
    three_numbers(text).is_some_and(|([a, b, c], _)| a.len() <= 2 && b.len() <= 2 && c.len() == 2)
}

/// A cell as a moment.
///
/// # Errors
/// One sentence: what is wrong.
pub(super) fn read(text: &str, dates: Dates) -> Result<Moment, String> {
    if let Some(m) = iso_day(text, dates) {
        return Ok(m);
    }
    if let Some(m) = compact(text).or_else(|| serial(text)).or_else(|| month_of_year(text)) {
        return Ok(m);
    }
    if let Some((parts, tail)) = three_numbers(text) {
        return numbers(parts, tail, text, dates);
    }
    let plain = in_english(text);
    moment(plain.as_deref().unwrap_or(text), dates.zone).map_err(|e| why(&e, text))
}

/// A cell as a moment, an interval or a set.
///
/// # Errors
/// One sentence: what is wrong.
pub(super) fn read_span(text: &str, dates: Dates) -> Result<When, String> {
    match read(text, dates) {
        Ok(m) => Ok(m.into()),
        Err(first) => {
            let plain = in_english(text);
            read_when(plain.as_deref().unwrap_or(text), dates.zone, None).map_err(|_| first)
        }
    }
}

fn why(error: &WhenError, text: &str) -> String {
    match error {
        WhenError::Form(_) => {
            format!("“{}” is not a date; write 2022-09-13, 2022-09 or 13 Sep 2022 09:00", super::value::short(text))
        }
        WhenError::Ambiguous(_, a, b) => format!("it can be {a} or {b}; say which order the dates have"),
        other => other.to_string(),
    }
}

/// `20220913`.
fn compact(text: &str) -> Option<Moment> {
    let b: &[u8; 8] = text.as_bytes().try_into().ok()?;
    let [y, z] = [digits(b.get(..4)?)?, digits(b.get(4..)?)?];
    if !(1900..=2100).contains(&y) {
        return None;
    }
    Moment::day(y, u8::try_from(z / 100).ok()?, u8::try_from(z % 100).ok()?)
}

/// `09.2022`, `9/2022`, `2022/09`: a month without a day.
fn month_of_year(text: &str) -> Option<Moment> {
    let (a, b) = text.split_once(['.', '/', '-'])?;
    let (year, month) = if a.len() == 4 { (a, b) } else { (b, a) };
    if year.len() != 4 || !(1..=2).contains(&month.len()) {
        return None;
    }
    let (year, month) = (digits(year.as_bytes())?, digits(month.as_bytes())?);
    if !(1900..=2100).contains(&year) {
        return None;
    }
    Moment::day(year, u8::try_from(month).ok()?, 1).map(|m| m.at_resolution(Resolution::Month))
}

/// Days since 30 December 1899, as spreadsheets count from March 1900 on, with the time of day behind the mark. Only five
/// digits: four are a year.
pub(super) fn serial(text: &str) -> Option<Moment> {
    let (days, fraction) = match text.split_once(['.', ',']) {
        Some((d, f)) if !f.is_empty() && f.len() <= 17 && f.bytes().all(|b| b.is_ascii_digit()) => {
            (d, format!("0.{f}"))
        }
        Some(_) => return None,
        None => (text, String::new()),
    };
    if days.len() != 5 || !days.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let days: i64 = days.parse().ok().filter(|d| (10_000..80_000).contains(d))?;
    let seconds = (fraction.parse::<f64>().unwrap_or(0.0) * 86_400.0).round() as i64;
    // 1 January 1970 is day 25,569.
    let at = (days - 25_569) * 86_400 + seconds;
    if seconds == 0 {
        return Some(Moment::from_unix(at, 0, Resolution::Day));
    }
    let to = if seconds % 60 == 0 { Resolution::Minute } else { Resolution::Second };
    Some(Moment::from_unix(at, 0, to).with_offset(None))
}

fn numbers([a, b, c]: [&str; 3], tail: &str, text: &str, dates: Dates) -> Result<Moment, String> {
    let (year, month, day) = if a.len() == 4 {
        (a, b, c)
    } else {
        let order = match (dates.order, orders(text)) {
            (Some(order), _) => order,
            (None, Some((true, false))) => DateOrder::Dmy,
            (None, Some((false, true))) => DateOrder::Mdy,
            (None, Some((true, true))) if a == b => DateOrder::Dmy,
            // Dots always mean day first in the region's own usage.
            (None, Some((true, _))) if text.contains('.') => DateOrder::Dmy,
            (None, Some((true, true))) => {
                return Err("it can be read day first or month first; say which order the dates have".into());
            }
            (None, _) => return Err(format!("there is no such day: “{}”", super::value::short(text))),
        };
        match order {
            DateOrder::Dmy => (c, b, a),
            DateOrder::Mdy => (c, a, b),
            DateOrder::Ymd => (a, b, c),
        }
    };
    let number = |t: &str| t.parse::<i32>().unwrap_or(-1);
    // The pivot of POSIX: 69 to 99 are the last century's. The import says that it was used.
    let year = match (year.len(), number(year)) {
        (1 | 2, y @ 0..=68) => y + 2000,
        (1 | 2, y) => y + 1900,
        (_, y) => y,
    };
    let part = |t: &str| u8::try_from(number(t)).unwrap_or(0);
    let date = Moment::day(year, part(month), part(day))
        .ok_or_else(|| format!("there is no such day: “{}”", super::value::short(text)))?;
    if tail.is_empty() || (dates.midnight && tail.bytes().all(|b| matches!(b, b'0' | b':' | b'.'))) {
        return Ok(date);
    }
    with_clock(date, tail, dates.zone)
}

/// A day and a clock such as `9:00`, `09.00`, `21:15:30`, `9:00 PM`, `0900`.
///
/// # Errors
/// One sentence.
pub(super) fn with_clock(day: Moment, clock: &str, zone: Option<i16>) -> Result<Moment, String> {
    let bad = || format!("“{}” is no time of day; write 09:00", super::value::short(clock));
    let lower = clock.trim().to_lowercase();
    let (body, half) = match lower.strip_suffix("am").or_else(|| lower.strip_suffix("a.m.")) {
        Some(body) => (body.trim_end(), Some(0)),
        None => match lower.strip_suffix("pm").or_else(|| lower.strip_suffix("p.m.")) {
            Some(body) => (body.trim_end(), Some(12)),
            None => (lower.trim_end_matches('h'), None),
        },
    };
    let (body, stated) = match body.find(['+', 'z']).or_else(|| body.rfind('-')) {
        Some(at) => {
            let (c, z) = body.split_at(at);
            (c.trim_end(), Some(self::zone(&z.to_uppercase()).ok_or_else(bad)?))
        }
        None => (body, None),
    };
    let body = body
        .split_once('.')
        .filter(|(h, f)| h.contains(':') && f.bytes().all(|b| b.is_ascii_digit()))
        .map_or(body, |(h, _)| h);
    let (h, m, s) = if body.len() == 4 && body.bytes().all(|b| b.is_ascii_digit()) {
        (body.get(..2).unwrap_or_default(), body.get(2..).unwrap_or_default(), "")
    } else {
        let mut parts = body.split([':', '.']);
        let all =
            (parts.next().unwrap_or_default(), parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
        if parts.next().is_some() {
            return Err(bad());
        }
        all
    };
    let mut hour: u8 = h.trim().parse().map_err(|_| bad())?;
    if let Some(half) = half {
        if !(1..=12).contains(&hour) {
            return Err(bad());
        }
        hour = hour % 12 + half;
    }
    let mut text = format!("{day}T{hour:02}");
    for part in [m, s].into_iter().filter(|p| !p.is_empty()) {
        text.push_str(&format!(":{part:0>2}"));
    }
    let m = Moment::parse(&text).map_err(|_| bad())?;
    Ok(m.with_offset(stated.or(zone)))
}

/// Months in words of the region and its neighbours: Russian, Armenian, Azerbaijani, Turkish, French, German; beginnings.
const MONTHS: [(&str, &[&str]); 12] = [
    ("Jan", &["янв", "հունվ", "yanv", "oca", "janv", "januar"]),
    ("Feb", &["фев", "փետր", "fev", "şub", "fév", "februar"]),
    ("Mar", &["мар", "մարտ", "mart", "mars", "märz"]),
    ("Apr", &["апр", "ապր", "apr", "nis", "avr"]),
    ("May", &["мая", "май", "մայ", "may", "mai"]),
    ("Jun", &["июн", "հունի", "iyun", "haz", "juin", "juni"]),
    ("Jul", &["июл", "հուլ", "iyul", "tem", "juil", "juli"]),
    ("Aug", &["авг", "օգոս", "avq", "ağu", "aoû", "august"]),
    ("Sep", &["сен", "սեպ", "sen", "eyl", "sept"]),
    ("Oct", &["окт", "հոկ", "okt", "eki", "oct"]),
    ("Nov", &["ноя", "նոյ", "noy", "kas", "nov"]),
    ("Dec", &["дек", "դեկ", "dek", "ara", "déc", "dez"]),
];

/// The number of a month by its name in one of the languages above or in English.
pub(super) fn month(text: &str) -> Option<i32> {
    let lower = text.trim().trim_end_matches('.').to_lowercase();
    let found = MONTHS.iter().position(|(english, begins)| {
        lower.starts_with(&english.to_lowercase()) || begins.iter().any(|b| lower.starts_with(b))
    });
    found.and_then(|n| i32::try_from(n + 1).ok())
}

/// A date with its month in another language, the month in English; `None` if there is no such word in it.
fn in_english(text: &str) -> Option<String> {
    let mut found = None;
    let words = text.split_whitespace().filter_map(|word| {
        let lower = word.trim_end_matches([',', '.']).to_lowercase();
        // "г." and "թ." behind the year are words for year.
        if matches!(lower.as_str(), "г" | "года" | "թ" | "թվական" | "il" | "ci") {
            return None;
        }
        let month = MONTHS.iter().find(|(_, begins)| {
            !lower.is_empty()
                && !lower.starts_with(|c: char| c.is_ascii_digit())
                && begins.iter().any(|b| lower.starts_with(b))
        });
        match month {
            Some((english, _)) => {
                found = Some(());
                Some(*english)
            }
            None => Some(word.trim_end_matches(['.', ','])),
        }
    });
    let out = words.collect::<Vec<_>>().join(" ");
    found.map(|()| out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, order: Option<DateOrder>, want: &str) {
        let dates = Dates { order, zone: Some(240), midnight: false };
        assert_eq!(read(text, dates).map(|m| m.to_string()), Ok(want.to_owned()), "{text}");
    }

    #[test]
    fn dates_are_read_in_the_order_that_is_known() {
        check("2022-09-13", None, "2022-09-13");
        check("2022/9/3", None, "2022-09-03");
        check("03/04/2022", Some(DateOrder::Dmy), "2022-04-03");
        check("03/04/2022", Some(DateOrder::Mdy), "2022-03-04");
        check("13/04/2022", None, "2022-04-13");
        check("03.04.2022", None, "2022-04-03");
        check("04-05-22", Some(DateOrder::Dmy), "2022-05-04");
        check("04/05/91", Some(DateOrder::Mdy), "1991-04-05");
        check("20220913", None, "2022-09-13");
        check("9/13/2022 11:30 PM", None, "2022-09-13T23:30+04:00");
        check("13.09.2022 9:05", None, "2022-09-13T09:05+04:00");
        check("2022-09-13T09:00:00Z", None, "2022-09-13T09:00:00Z");
        check("2022-09", None, "2022-09");
        check("2022", None, "2022");
        check("16 May 2025", None, "2025-05-16");
        let dates = Dates::default();
        assert!(read("03/04/2022", dates).unwrap_err().contains("day first or month first"));
        assert!(
            read("13/04/2022", Dates { order: Some(DateOrder::Mdy), ..dates }).unwrap_err().contains("no such day")
        );
        assert!(read("31.02.2022", dates).unwrap_err().contains("no such day"));
        assert!(read("soon", dates).unwrap_err().contains("not a date"));
    }

    #[test]
    fn serial_days_of_spreadsheets_are_days() {
        check("44817", None, "2022-09-13");
        check("44817.375", None, "2022-09-13T09:00");
        check("44817,5", None, "2022-09-13T12:00");
        assert_eq!((serial("2022"), serial("448171"), serial("44817.")), (None, None, None));
    }

    #[test]
    fn months_are_known_in_the_languages_of_the_region() {
        for text in
            ["13 сентября 2022 г.", "13 sentyabr 2022", "13 Սեպտեմբեր 2022", "13 Eylül 2022", "13 septembre 2022"]
        {
            check(text, None, "2022-09-13");
        }
        check("май 1994", None, "1994-05");
    }

    #[test]
    fn midnight_of_a_whole_column_is_no_time() {
        let dates = Dates { midnight: true, ..Dates::default() };
        for text in ["2020-09-27 00:00:00.000", "2020-09-27T00:00:00Z", "27/09/2020 00:00:00", "2020-09-27"] {
            assert_eq!(read(text, dates).unwrap().to_string(), "2020-09-27", "{text}");
        }
        assert!(
            has_midnight("2020-09-27 00:00:00.000") && !has_midnight("2020-09-27 00:00") && !has_midnight("2020-09-27")
        );
        assert_eq!(read("2020-09-27 00:00:00", Dates::default()).unwrap().to_string(), "2020-09-27T00:00:00");
    }

    #[test]
    fn intervals_and_clocks() {
        let dates = Dates { zone: Some(240), ..Dates::default() };
        assert_eq!(read_span("13–15 Sep 2022", dates).unwrap().to_string(), "2022-09-13/2022-09-15");
        let day = Moment::day(2022, 9, 13).unwrap();
        for (clock, want) in [
            ("9:00", "09:00+04:00"),
            ("0900", "09:00+04:00"),
            ("12 am", "00+04:00"),
            ("21:15:30.5", "21:15:30+04:00"),
            ("06:00Z", "06:00Z"),
        ] {
            assert_eq!(with_clock(day, clock, Some(240)).unwrap().to_string(), format!("2022-09-13T{want}"), "{clock}");
        }
        assert!(with_clock(day, "25:00", None).is_err() && with_clock(day, "noon", None).is_err());
        assert_eq!((zone("+04:00"), zone("-3:30"), zone("Z"), zone("4")), (Some(240), Some(-210), Some(0), None));
    }
}
