//! Dates and times as people type them.

use crate::model::{Moment, WhenError};

const FULL: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// Reads `2022-09-13T09:00+03:00`, `2022-09-13 09:00`, `13 Sep 2022, 09:00`, `13 September 2022`, `Sep 2022`,
/// `13.09.2022 9:00`, `13/09/2022`, `2022`, `autumn 2022`, `Q3 2022`, `1990s`, `19th century`, `45 BCE`, each with `about` before
/// it or `?` behind it, and every form of EDTF. A time without a zone gets `zone` (minutes east of Greenwich).
///
/// # Errors
/// [`WhenError`] says which forms are read; a day and month that can be swapped are [`WhenError::Ambiguous`] unless they
/// are joined by dots, which in the region's own usage always means day first.
pub fn moment(text: &str, zone: Option<i16>) -> Result<Moment, WhenError> {
    let t = text.trim();
    let zoned = |m: Moment| if m.offset().is_none() { m.with_offset(zone) } else { m };
    let iso = t.replacen(' ', "T", 1);
    match Moment::parse(&iso) {
        Ok(m) => return Ok(zoned(m)),
        Err(e @ WhenError::NoSuchDay(..)) => return Err(e),
        Err(_) => {}
    }
    let form = || WhenError::Form(t.to_owned());
    let (body, approximate, uncertain) = doubt(t);
    if body != t {
        let whole = |e: WhenError| match e {
            WhenError::NoSuchDay(_, why) => WhenError::NoSuchDay(t.to_owned(), why),
            WhenError::Ambiguous(_, a, b) => {
                let mark = match (approximate, uncertain) {
                    (true, true) => "%",
                    (true, false) => "~",
                    (false, _) => "?",
                };
                WhenError::Ambiguous(t.to_owned(), a + mark, b + mark)
            }
            _ => form(),
        };
        let m = moment(body, zone).map_err(whole)?;
        return Ok(m.qualified(approximate || m.is_approximate(), uncertain || m.is_uncertain()));
    }
    if let Some(m) = part_of_time(t) {
        return m;
    }
    let (date, time) = split_time(t);
    let iso_date = named_month(date).or_else(|| numeric(date, t).transpose()).ok_or_else(form)??;
    let iso = match time {
        None => iso_date,
        Some(clock) => format!("{iso_date}T{}", padded_clock(clock).ok_or_else(form)?),
    };
    Moment::parse(&iso).map(zoned).map_err(|e| match e {
        WhenError::NoSuchDay(_, why) => WhenError::NoSuchDay(t.to_owned(), why),
        _ => form(),
    })
}

/// Takes "about" off the start and a question mark off the end: what is left, and whether it is approximate and uncertain.
fn doubt(text: &str) -> (&str, bool, bool) {
    let (body, uncertain) = text.strip_suffix('?').map_or((text, false), |t| (t.trim_end(), true));
    let words = ["about ", "around ", "approximately ", "approx. ", "circa ", "c. ", "ca. ", "~"];
    let about = words.iter().find_map(|w| {
        let head = body.get(..w.len())?;
        head.eq_ignore_ascii_case(w).then(|| body.get(w.len()..))?
    });
    about.map_or((body, false, uncertain), |rest| (rest.trim_start(), true, uncertain))
}

/// Seasons, quarters, halves, decades, centuries and years before our era; `None` if it is none of them.
fn part_of_time(text: &str) -> Option<Result<Moment, WhenError>> {
    let lower = text.to_lowercase();
    let lower = lower.strip_prefix("the ").unwrap_or(&lower);
    let words: Vec<&str> = lower.split([' ', ',']).filter(|w| !w.is_empty() && *w != "of").collect();
    let year = |w: &str| (w.len() == 4 && w.bytes().all(|b| b.is_ascii_digit())).then(|| w.to_owned());
    let part = |w: &[&str]| {
        Some(match *w {
            ["spring"] => 21,
            ["summer"] => 22,
            ["autumn" | "fall"] => 23,
            ["winter"] => 24,
            ["q1"] | ["first" | "1st", "quarter"] => 33,
            ["q2"] | ["second" | "2nd", "quarter"] => 34,
            ["q3"] | ["third" | "3rd", "quarter"] => 35,
            ["q4"] | ["fourth" | "4th", "quarter"] => 36,
            ["first" | "1st", "half"] => 40,
            ["second" | "2nd", "half"] => 41,
            _ => return None,
        })
    };
    let iso = match words.as_slice() {
        [head @ .., last] if part(head).is_some() => format!("{}-{}", year(last)?, part(head)?),
        [decade] if decade.ends_with("0s") => {
            let year = year(decade.strip_suffix('s')?)?;
            if year.ends_with("00") {
                let [century, decade] = [2, 3].map(|n| year.get(..n).unwrap_or_default());
                let of = |digits: &str| format!("{digits:X<4}");
                return Some(Err(WhenError::Ambiguous(text.to_owned(), of(decade), of(century))));
            }
            format!("{}X", year.get(..3)?)
        }
        [number, "century"] => {
            let n: u32 = number.trim_end_matches(char::is_alphabetic).parse().ok().filter(|n| (1..=99).contains(n))?;
            format!("{:02}XX", n - 1)
        }
        [head @ .., "bce" | "bc"] => {
            let (year, before) = head.split_last()?;
            let year: u32 = year.parse().ok().filter(|y| (1..=10_000).contains(y))?;
            let sign = if year == 1 { "" } else { "-" };
            let date = match before {
                [] => String::new(),
                [month] => format!("-{:02}", month_number(month)?),
                [day, month] => format!("-{:02}-{:0>2}", month_number(month)?, day),
                _ => return None,
            };
            format!("{sign}{:04}{date}", year - 1)
        }
        _ => return None,
    };
    Some(Moment::parse(&iso).map_err(|e| match e {
        WhenError::NoSuchDay(_, why) => WhenError::NoSuchDay(text.to_owned(), why),
        _ => WhenError::Form(text.to_owned()),
    }))
}

/// The number of a month by its English name, whole or its first three letters.
pub(super) fn month_number(word: &str) -> Option<u8> {
    let word = word.to_lowercase();
    let n =
        FULL.iter().position(|m| *m == word || m.get(..3) == Some(&word) || (*m == "september" && word == "sept"))?;
    u8::try_from(n + 1).ok()
}

/// Splits `13 Sep 2022, 09:00+03:00` into date and clock. The clock is the last word with a colon in it.
fn split_time(t: &str) -> (&str, Option<&str>) {
    let Some(colon) = t.find(':') else { return (t, None) };
    let start = t.get(..colon).and_then(|s| s.rfind([' ', ',', 'T'])).map_or(0, |i| i + 1);
    let (date, clock) = t.split_at(start);
    (date.trim_end_matches([' ', ',', 'T']), Some(clock.trim()))
}

/// `9:00` as `09:00`; the rest is [`Moment::parse`]'s to judge.
fn padded_clock(clock: &str) -> Option<String> {
    let (hour, rest) = clock.split_once(':')?;
    let rest = rest.replace(" (", "").replace([' ', ')', '('], "").replace("UTC+", "+").replace('−', "-");
    // `UTC+4` is how the window shows zones; a one-digit hour becomes two digits.
    let rest = match rest.split_once(['+', '-']) {
        Some((m, z)) if z.len() == 1 => format!("{m}{}0{z}:00", if rest.contains('-') { '-' } else { '+' }),
        _ => rest,
    };
    Some(format!("{hour:0>2}:{rest}"))
}

/// `13 Sep 2022`, `Sep 13 2022`, `September 2022` as ISO text.
fn named_month(date: &str) -> Option<Result<String, WhenError>> {
    let words: Vec<&str> = date.split([' ', ',', '.', '-']).filter(|w| !w.is_empty()).collect();
    let month_of = month_number;
    let number = |w: &str| w.parse::<u32>().ok();
    match *words.as_slice() {
        [d, m, y] if month_of(m).is_some() && y.len() == 4 => {
            Some(Ok(format!("{:0>4}-{:02}-{:02}", number(y)?, month_of(m)?, number(d)?)))
        }
        [m, d, y] if month_of(m).is_some() && y.len() == 4 => {
            Some(Ok(format!("{:0>4}-{:02}-{:02}", number(y)?, month_of(m)?, number(d)?)))
        }
        [m, y] if month_of(m).is_some() && y.len() == 4 => Some(Ok(format!("{:0>4}-{:02}", number(y)?, month_of(m)?))),
        _ => None,
    }
}

/// `13.09.2022`, `13/09/2022`, `9/13/2022` as ISO text; `None` if it is not three numbers.
fn numeric(date: &str, whole: &str) -> Result<Option<String>, WhenError> {
    let parts: Vec<&str> = date.split(['.', '/']).collect();
    let [a, b, y] = *parts.as_slice() else { return Ok(None) };
    let (Ok(a), Ok(b)) = (a.parse::<u8>(), b.parse::<u8>()) else { return Ok(None) };
    if !y.bytes().all(|c| c.is_ascii_digit()) || !(y.len() == 4 || y.len() == 2) {
        return Ok(None);
    }
    let iso = |year: &str, month: u8, day: u8| format!("{year}-{month:02}-{day:02}");
    if y.len() == 2 {
        // Two digits leave the century open; both readings are offered, none is taken.
        return Err(WhenError::Ambiguous(whole.to_owned(), iso(&format!("20{y}"), b, a), iso(&format!("19{y}"), b, a)));
    }
    let dotted = date.contains('.');
    if dotted || (a > 12 && b <= 12) || a == b {
        Ok(Some(iso(y, b, a)))
    } else if b > 12 && a <= 12 {
        Ok(Some(iso(y, a, b)))
    } else {
        Err(WhenError::Ambiguous(whole.to_owned(), iso(y, b, a), iso(y, a, b)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, want: &str) {
        assert_eq!(moment(text, Some(240)).map(|m| m.to_string()), Ok(want.to_owned()), "{text}");
    }

    #[test]
    fn dates_are_read_in_the_forms_people_type() {
        check("2022-09-13", "2022-09-13");
        check("2022-09-13 09:00", "2022-09-13T09:00+04:00");
        check("2022-09-13T09:00+03:00", "2022-09-13T09:00+03:00");
        check("13 Sep 2022", "2022-09-13");
        check("13 September 2022, 9:05", "2022-09-13T09:05+04:00");
        check("13 Sep 2022, 09:00 (UTC+3)", "2022-09-13T09:00+03:00");
        check("Sep 13, 2022", "2022-09-13");
        check("Aug 1993", "1993-08");
        check("13.09.2022", "2022-09-13");
        check("03.04.2022", "2022-04-03");
        check("13/09/2022", "2022-09-13");
        check("9/13/2022 23:30", "2022-09-13T23:30+04:00");
        check(" 1993 ", "1993");
    }

    #[test]
    fn times_longer_than_a_month_are_read_as_people_say_them() {
        check("autumn 2022", "2022-23");
        check("Fall of 2022", "2022-23");
        check("Q3 2022", "2022-35");
        check("second half of 2022", "2022-41");
        check("the 1990s", "199X");
        check("19th century", "18XX");
        check("15 Mar 45 BCE", "-0044-03-15");
        check("1 BC", "0000");
        check("about Sep 2022", "2022-09~");
        check("ca. 13 Sep 2022?", "2022-09-13%");
        check("autumn 2022?", "2022-23?");
        check("2022-09-XX", "2022-09-XX");
        check("13 Sept 2022", "2022-09-13");
        assert!(matches!(moment("2000s", None), Err(WhenError::Ambiguous(_, a, b)) if a == "200X" && b == "20XX"));
        for bad in ["autumn", "0th century", "99 BCE Foo", "about", "?", "autumn 22", "19905s"] {
            assert!(matches!(moment(bad, None), Err(WhenError::Form(_))), "{bad}");
        }
    }

    #[test]
    fn what_can_mean_two_days_is_asked_not_guessed() {
        let both = moment("03/04/2022", None).unwrap_err();
        assert!(matches!(&both, WhenError::Ambiguous(_, a, b) if a == "2022-04-03" && b == "2022-03-04"));
        assert!(matches!(moment("13.9.22", None), Err(WhenError::Ambiguous(..))));
    }

    #[test]
    fn what_is_no_date_says_which_forms_are_read() {
        for bad in ["yesterday", "", "13 Foo 2022", "12:00", "2022-09-13 nine"] {
            assert!(matches!(moment(bad, None), Err(WhenError::Form(_))), "{bad}");
        }
        for bad in ["31/02/2022", "31 Feb 2022", "2022-02-31"] {
            assert!(matches!(moment(bad, None), Err(WhenError::NoSuchDay(..))), "{bad}");
        }
    }
}
