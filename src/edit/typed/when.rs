//! Moments, intervals and sets as people type them, and what is offered where they cannot be read.

use super::guess::guess;
use super::moment::{moment, month_number};
use super::refused::Refused;
use crate::model::{Bound, Moment, When, WhenError};

/// Reads a moment as [`moment`] does. What is not one is refused with the readings it may have; `today` is the day of the
/// user's calendar, for words such as "yesterday".
///
/// # Errors
/// [`Refused`].
pub fn read_moment(text: &str, zone: Option<i16>, today: Option<Moment>) -> Result<Moment, Refused> {
    moment(text, zone).map_err(|error| {
        let mut refused = Refused::from(error);
        if refused.offers.is_empty() {
            refused.offers = guess(text, today);
        }
        refused
    })
}

/// Reads a moment, an interval (`2022-09-13/2022-09-15`, `13–15 Sep 2022`, `13 Sep 2022 – 2 Oct 2022`, `since Sep 2020`) or a
/// set (`[2022-09-13, 2022-09-15]`, `13 Sep 2022 or 15 Sep 2022`). Otherwise as [`read_moment`].
///
/// # Errors
/// [`Refused`]; a reversed interval is offered the other way round.
pub fn read_when(text: &str, zone: Option<i16>, today: Option<Moment>) -> Result<When, Refused> {
    let t = text.trim();
    let zoned = |w: When| w.map(|m| if m.offset().is_none() { m.with_offset(zone) } else { m });
    let spaceless: String = t.chars().filter(|c| !c.is_whitespace()).collect();
    match When::parse(if t.starts_with(['[', '{']) { &spaceless } else { t }).and_then(zoned) {
        Ok(when) => return Ok(when),
        Err(e @ WhenError::Reversed(_)) => return Err(reversed(t, &e)),
        Err(e) if t.starts_with(['[', '{']) => return Err(e.into()),
        Err(_) => {}
    }
    if let Ok(m) = moment(t, zone) {
        return Ok(m.into());
    }
    if let Some((a, b)) = two_sides(t) {
        return interval(t, &a, &b, zone, today);
    }
    for (word, open, close) in [(" or ", '[', ']'), (" and ", '{', '}')] {
        if t.contains(word) {
            let members: Result<Vec<String>, Refused> = t
                .trim_start_matches("one of ")
                .split(word)
                .flat_map(|part| part.split(", "))
                .map(|part| read_moment(part, zone, today).map(|m| m.to_string()))
                .collect();
            let set = format!("{open}{}{close}", members?.join(","));
            return When::parse(&set).map_err(Refused::from);
        }
    }
    read_moment(t, zone, today).map(When::from)
}

/// Offers a reversed interval the other way round.
fn reversed(text: &str, error: &WhenError) -> Refused {
    let offers = match error {
        // The error holds the interval as it was read.
        WhenError::Reversed(iso) => iso
            .split_once('/')
            .map(|(a, b)| format!("{b}/{a}"))
            .filter(|t| When::parse(t).is_ok())
            .into_iter()
            .collect(),
        _ => Vec::new(),
    };
    Refused { error: WhenError::Reversed(text.to_owned()), offers }
}

/// An interval of two moments of which the end may lie before the start.
///
/// # Errors
/// [`Refused`], with the swap as an offer.
pub fn between(start: Bound, end: Option<Bound>) -> Result<When, Refused> {
    When::new(start, end).map_err(|e| match &e {
        WhenError::Reversed(iso) => reversed(iso, &e),
        _ => e.into(),
    })
}

fn interval(whole: &str, a: &str, b: &str, zone: Option<i16>, today: Option<Moment>) -> Result<When, Refused> {
    let bound = |t: &str| match t {
        "" => Ok(Bound::Unknown),
        ".." | "open" | "now" => Ok(Bound::Open),
        _ => read_moment(t, zone, today).map(Bound::At),
    };
    let (start, end) = match (bound(a), bound(b)) {
        (Ok(start), Ok(end)) => (start, end),
        // The readings of one side stand beside the other side as it is.
        (start, end) => {
            let texts = |side: &Result<Bound, Refused>| match side {
                Ok(bound) => vec![bound.to_string()],
                Err(refused) => refused.offers.clone(),
            };
            let (starts, ends) = (texts(&start), texts(&end));
            let pairs = starts.iter().flat_map(|a| ends.iter().map(move |b| format!("{a}/{b}")));
            let offers = pairs.filter(|t| When::parse(t).is_ok()).take(3).collect();
            let error = start.err().or(end.err()).map_or_else(|| WhenError::Form(whole.to_owned()), |r| r.error);
            return Err(Refused { error, offers });
        }
    };
    between(start, Some(end)).map_err(|r| Refused {
        error: match r.error {
            WhenError::Reversed(_) => WhenError::Reversed(whole.to_owned()),
            other => other,
        },
        ..r
    })
}

/// The two sides of an interval as people write it; a day without its month, and a day without its year, get those of the end.
fn two_sides(text: &str) -> Option<(String, String)> {
    let lower = text.to_lowercase();
    for (word, is_start) in [("since ", true), ("from ", true), ("until ", false), ("till ", false)] {
        let rest = lower.strip_prefix(word).and_then(|_| text.get(word.len()..)).map(str::trim);
        if let Some(rest) = rest.filter(|r| !is_start || !r.contains(" to ") && !r.contains(" until ")) {
            let open = "..".to_owned();
            return Some(if is_start { (rest.to_owned(), open) } else { (open, rest.to_owned()) });
        }
    }
    let text = if lower.starts_with("from ") { text.get(5..)? } else { text };
    let (a, b) =
        [" – ", " — ", " to ", " until ", " - ", "–", "—"].iter().find_map(|j| text.split_once(j)).or_else(|| {
            // `13-15 Sep 2022`, but not `2022-09-13`; `a/b`, but not `13/09/2022`.
            let (a, b) =
                text.split_once('-').filter(|(a, b)| is_day(a) && b.contains(char::is_alphabetic)).or_else(|| {
                    text.split_once('/').filter(|(a, b)| {
                        !b.contains('/') && (a.len() > 2 || a.is_empty()) && (b.len() > 2 || b.is_empty())
                    })
                })?;
            Some((a, b))
        })?;
    let (a, b) = (a.trim(), b.trim());
    let end: Vec<&str> = b.split([' ', ',']).filter(|w| !w.is_empty()).collect();
    let start: Vec<&str> = a.split(' ').filter(|w| !w.is_empty()).collect();
    let month_at = end.iter().position(|w| month_number(w).is_some());
    let lent = match (start.as_slice(), month_at) {
        ([day], Some(at)) if is_day(day) => end.get(at..)?,
        ([day, month], Some(at)) if is_day(day) && month_number(month).is_some() => end.get(at + 1..)?,
        ([month], Some(at)) if month_number(month).is_some() => end.get(at + 1..)?,
        _ => &[],
    };
    // A clock behind the end is the end's own.
    let lent: Vec<&str> = lent.iter().copied().take_while(|w| !w.contains(':')).collect();
    Some((if lent.is_empty() { a.to_owned() } else { format!("{a} {}", lent.join(" ")) }, b.to_owned()))
}

fn is_day(text: &str) -> bool {
    (1..=2).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, want: &str) {
        assert_eq!(read_when(text, Some(240), None).map(|w| w.to_string()), Ok(want.to_owned()), "{text}");
    }

    fn refused(text: &str) -> (String, Vec<String>) {
        let r = read_when(text, None, Moment::day(2026, 11, 24)).unwrap_err();
        (r.message(), r.offers)
    }

    #[test]
    fn intervals_are_read_as_people_write_them() {
        check("2022-09-13/2022-09-15", "2022-09-13/2022-09-15");
        check("13–15 Sep 2022", "2022-09-13/2022-09-15");
        check("13-15 Sep 2022", "2022-09-13/2022-09-15");
        check("28 Sep – 2 Oct 2022", "2022-09-28/2022-10-02");
        check("Sep – Nov 2020", "2020-09/2020-11");
        check("from 13 Sep 2022 to 15 Sep 2022", "2022-09-13/2022-09-15");
        check("since 27 Sep 2020", "2020-09-27/..");
        check("until 12 May 1994", "../1994-05-12");
        check("13 Sep 2022, 00:05 – 14 Sep 2022, 20:00", "2022-09-13T00:05+04:00/2022-09-14T20:00+04:00");
        check("2022-09-13 00:05/2022-09-14 20:00", "2022-09-13T00:05+04:00/2022-09-14T20:00+04:00");
        check("13 Sep 2022", "2022-09-13");
        check("13/09/2022", "2022-09-13");
        check("autumn 2022", "2022-23");
    }

    #[test]
    fn sets_are_read_as_people_write_them() {
        check("[2022-09-13, 2022-09-15]", "[2022-09-13,2022-09-15]");
        check("13 Sep 2022 or 15 Sep 2022", "[2022-09-13,2022-09-15]");
        check("one of 13 Sep 2022 or 15 Sep 2022", "[2022-09-13,2022-09-15]");
        check("1960 and Dec 1961", "{1960,1961-12}");
    }

    #[test]
    fn what_is_refused_says_which_forms_are_read_and_offers_what_it_may_mean() {
        for (text, offers) in [
            ("yesterday", vec!["2026-11-23"]),
            ("31/02/2022", vec!["2022-02-28", "2022-02"]),
            ("13.9.22", vec!["2022-09-13", "1922-09-13"]),
            ("03/04/2022", vec!["2022-04-03", "2022-03-04"]),
            ("13.9.22 – 15 Sep 2022", vec!["2022-09-13/2022-09-15", "1922-09-13/2022-09-15"]),
            ("soon", vec![]),
        ] {
            let (message, offered) = refused(text);
            assert_eq!(offered, offers, "{text}");
            assert!(message.contains("13 Sep 2022") && message.contains("autumn 2022"), "{message}");
        }
    }

    #[test]
    fn a_reversed_interval_is_offered_the_other_way_round() {
        let (message, offers) = refused("15 Sep 2022 – 13 Sep 2022");
        assert!(message.contains("the end lies before the start"), "{message}");
        assert_eq!(offers, ["2022-09-13/2022-09-15"]);
        assert_eq!(refused("2022-09-15/2022-09-13").1, ["2022-09-13/2022-09-15"]);
    }
}
