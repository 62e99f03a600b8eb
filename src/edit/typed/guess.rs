//! What a text that is no date may have been meant to be. A guess is only ever offered, never taken.

use super::moment::month_number;
use crate::model::{Moment, Resolution};

/// Readings of a text that was refused, in EDTF, the likeliest first. `today` serves words such as "yesterday".
pub(super) fn guess(text: &str, today: Option<Moment>) -> Vec<String> {
    let lower = text.trim().to_lowercase();
    let mut out = Vec::new();
    out.extend(relative(&lower, today));
    out.extend(without_year(&lower, today));
    out.extend(third_of_month(&lower));
    out.extend(midnight(text.trim()));
    if let Some((date, clock)) = numbers(&lower) {
        out.extend(three_numbers(&date).into_iter().map(|d| d + &clock));
    }
    let mut seen = Vec::new();
    out.retain(|offer: &String| {
        let is_new = Moment::parse(offer).is_ok() && !seen.contains(offer);
        seen.push(offer.clone());
        is_new
    });
    out.truncate(3);
    out
}

/// The day some days before another.
fn days_before(today: Moment, days: i64) -> Moment {
    // From the middle of the day, so that no zone matters.
    let noon = today.span().start + 43_200 - days * 86_400;
    Moment::from_unix(noon, crate::model::ZONE_HERE_MINUTES, Resolution::Day)
}

fn relative(text: &str, today: Option<Moment>) -> Option<String> {
    let days = match text {
        "today" | "now" | "this morning" | "tonight" => 0,
        "yesterday" | "last night" => 1,
        "the day before yesterday" | "day before yesterday" => 2,
        _ => {
            let weekday = WEEKDAYS.iter().position(|d| text.strip_prefix("last ").unwrap_or(text) == *d)?;
            let today = today?.span().start + 43_200;
            // 1 January 1970 was a Thursday, the fourth of these.
            let now = (today.div_euclid(86_400) + 3).rem_euclid(7);
            let back = (now - weekday as i64).rem_euclid(7);
            if back == 0 { 7 } else { back }
        }
    };
    Some(days_before(today?, days).to_string())
}

const WEEKDAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/// `13 Sep`, `Sep 13`: the last one there was.
fn without_year(text: &str, today: Option<Moment>) -> Option<String> {
    let words: Vec<&str> = text.split([' ', '.', ',']).filter(|w| !w.is_empty()).collect();
    let (month, day) = match *words.as_slice() {
        [d, m] if month_number(m).is_some() => (month_number(m)?, d.parse::<u8>().ok()?),
        [m, d] => (month_number(m)?, d.parse::<u8>().ok()?),
        _ => return None,
    };
    let today = today?;
    let year = today.date().0;
    let mut fitting = (0..8).filter_map(|back| Moment::day(year - back, month, day));
    fitting.find(|m| m.span().start <= today.span().start).map(|m| m.to_string())
}

/// `early Sep 2022`: EDTF has no such word; the month, and the days that begin alike.
fn third_of_month(text: &str) -> Vec<String> {
    let words: Vec<&str> = text.split([' ', '-', ',']).filter(|w| !w.is_empty()).collect();
    let [part, month, year] = *words.as_slice() else { return Vec::new() };
    let digit = match part {
        "early" | "beginning" => '0',
        "mid" | "middle" => '1',
        "late" | "end" => '2',
        _ => return Vec::new(),
    };
    match month_number(month) {
        Some(m) if year.len() == 4 => vec![format!("{year}-{m:02}-{digit}X"), format!("{year}-{m:02}")],
        _ => Vec::new(),
    }
}

/// `2022-09-13T24:00` is the start of the next day.
fn midnight(text: &str) -> Option<String> {
    let (date, clock) = text.split_once(['T', ' '])?;
    let rest = clock.strip_prefix("24:00")?;
    let zone = rest.strip_prefix(":00").unwrap_or(rest);
    Some(format!("{}T00:00{zone}", days_before(Moment::parse(date).ok()?, -1)))
}

/// Three numbers and what joins them, with a clock behind them as it would stand in ISO.
fn numbers(text: &str) -> Option<([String; 3], String)> {
    let (date, clock) = match text.split_once(['t', ' ']) {
        Some((d, c)) if Moment::parse(&format!("2000-01-01T{}", c.trim())).is_ok() => (d, format!("T{}", c.trim())),
        Some(_) => return None,
        None => (text, String::new()),
    };
    if date.len() == 8 && date.bytes().all(|b| b.is_ascii_digit()) {
        let part = |from, to| date.get(from..to).unwrap_or_default().to_owned();
        return Some(([part(0, 4), part(4, 6), part(6, 8)], clock));
    }
    let parts: Vec<&str> = date.split(['.', '/', '-']).collect();
    let [a, b, c] = *parts.as_slice() else { return None };
    let is_number = |t: &str| (1..=4).contains(&t.len()) && t.bytes().all(|b| b.is_ascii_digit());
    [a, b, c].into_iter().all(is_number).then(|| ([a, b, c].map(str::to_owned), clock))
}

/// Year, month and day in all orders that make sense; a day that its month does not have becomes its last one, or the month.
fn three_numbers([a, b, c]: &[String; 3]) -> Vec<String> {
    let mut out = Vec::new();
    let mut order = |year: &str, month: &str, day: &str| {
        let years = match year.len() {
            4 => vec![year.to_owned()],
            2 => vec![format!("20{year}"), format!("19{year}")],
            _ => return,
        };
        for year in years {
            let (Ok(y), Ok(m), Ok(d)) = (year.parse::<i32>(), month.parse::<u8>(), day.parse::<u8>()) else { return };
            if let Some(found) = Moment::day(y, m, d) {
                out.push(found.to_string());
            } else if (29..=31).contains(&d)
                && let Some(last) = (28..d).rev().find_map(|last| Moment::day(y, m, last))
            {
                out.push(last.to_string());
                out.push(last.at_resolution(Resolution::Month).to_string());
            }
        }
    };
    if a.len() == 4 {
        order(a, b, c);
        if out_of_months(b) {
            order(a, c, b);
        }
    } else {
        order(c, b, a);
        if out_of_months(b) || a.parse::<u8>().is_ok_and(|n| n <= 12) {
            order(c, a, b);
        }
    }
    out
}

fn out_of_months(text: &str) -> bool {
    text.parse::<u8>().is_ok_and(|n| n > 12)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, want: &[&str]) {
        // A Tuesday.
        assert_eq!(guess(text, Moment::day(2026, 11, 24)), want, "{text}");
    }

    #[test]
    fn words_of_the_calendar_are_offered_as_days() {
        check("yesterday", &["2026-11-23"]);
        check("Today", &["2026-11-24"]);
        check("sunday", &["2026-11-22"]);
        check("last Tuesday", &["2026-11-17"]);
        check("13 Sep", &["2026-09-13"]);
        check("Dec 13", &["2025-12-13"]);
        check("29 Feb", &["2024-02-29"]);
        assert!(guess("yesterday", None).is_empty() && guess("13 Sep", None).is_empty());
    }

    #[test]
    fn numbers_are_offered_in_the_orders_that_make_sense() {
        check("31/02/2022", &["2022-02-28", "2022-02"]);
        check("2024-02-31", &["2024-02-29", "2024-02"]);
        check("13.9.22", &["2022-09-13", "1922-09-13"]);
        check("2022-9-3", &["2022-09-03"]);
        check("2022/09/13 09:00+03:00", &["2022-09-13T09:00+03:00"]);
        check("20220913", &["2022-09-13"]);
        check("2022-13-09", &["2022-09-13"]);
        check("13-09-2022", &["2022-09-13"]);
        check("2022-12-31T24:00+04:00", &["2023-01-01T00:00+04:00"]);
    }

    #[test]
    fn a_part_of_a_month_is_offered_as_what_can_be_written() {
        check("early Sep 2022", &["2022-09-0X", "2022-09"]);
        check("late September 2022", &["2022-09-2X", "2022-09"]);
    }

    #[test]
    fn where_nothing_is_meant_nothing_is_offered() {
        for text in ["", "soon", "12:00", "99/99/2022", "1/2/3/4", "13 Foo", "२०२२-०९-१३", "99999999"] {
            check(text, &[]);
        }
    }
}
