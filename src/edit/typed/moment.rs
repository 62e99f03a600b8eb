//! Dates and times as people type them.

use crate::model::{Moment, WhenError};

/// English month names by their first three letters.
const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// Reads `2022-09-13T09:00+03:00`, `2022-09-13 09:00`, `13 Sep 2022, 09:00`, `13 September 2022`, `Sep 2022`,
/// `13.09.2022 9:00`, `13/09/2022`, `2022`. A time without a zone gets `zone` (minutes east of Greenwich).
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
    let month_of = |w: &str| {
        let w = w.to_lowercase();
        let key: String = w.chars().take(3).collect();
        (w.chars().count() >= 3 && w.chars().all(char::is_alphabetic))
            .then(|| MONTHS.iter().position(|m| *m == key).map(|i| i + 1))?
    };
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
