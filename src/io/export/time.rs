//! Dates as other formats want them, never more exactly than they are known.

use crate::io::project::iso;
use crate::model::{Bound, Moment, Resolution, When};

/// A moment cut to what is known of it, as KML and ISO 8601 have it: `2022`, `2022-09`, `2022-09-13`, or with its time and
/// zone. The region's own zone stands where none is stated, since KML reads a time without one as UTC. `None` where the
/// year has more than four digits or is before year 1, which other programs do not read.
pub(super) fn cut(m: Moment) -> Option<String> {
    let (year, month, day) = m.date();
    if !(1..=9999).contains(&year) || !m.is_year_known() {
        return None;
    }
    Some(match m.resolution() {
        Resolution::Year => format!("{year:04}"),
        Resolution::Month => format!("{year:04}-{month:02}"),
        // A season has no such form: its first and last months are told by who asks.
        Resolution::Season => return None,
        Resolution::Day => format!("{year:04}-{month:02}-{day:02}"),
        // `iso` writes the zone that is stated.
        _ => match m.offset() {
            Some(_) => iso(m, false),
            None => iso(m.with_offset(Some(crate::model::ZONE_HERE_MINUTES)), false),
        },
    })
}

/// A single moment, or the two ends of a stretch of time, each as exactly as known; `None`: open or not known.
pub(super) enum Stretch {
    /// One moment.
    At(String),
    /// From, to.
    Between(Option<String>, Option<String>),
}

/// The time of an incident in KML's terms; `None` if nothing of it can be said.
pub(super) fn stretch(when: &When) -> Option<Stretch> {
    let whole = |m: Moment, is_end: bool| {
        // Seasons, decades and the like have no form of their own: the days they reach over do.
        let (year, ..) = m.date();
        (1..=9999).contains(&year).then(|| iso(m, is_end))
    };
    let side = |bound: Bound, is_end| bound.moment().and_then(|m| cut(m).or_else(|| whole(m, is_end)));
    match when.end() {
        None => match when.start() {
            Bound::At(m) => match cut(m) {
                Some(text) => Some(Stretch::At(text)),
                None => Some(Stretch::Between(whole(m, false), whole(m, true))).filter(is_some),
            },
            _ => None,
        },
        Some(end) => {
            let (a, b) = (side(when.start(), false), side(end, true));
            match (a, b) {
                // Google Earth takes a span with equal ends for an instant, which a moment says as well.
                (Some(a), Some(b)) if a == b => Some(Stretch::At(a)),
                (a, b) => Some(Stretch::Between(a, b)).filter(is_some),
            }
        }
    }
}

fn is_some(stretch: &Stretch) -> bool {
    !matches!(stretch, Stretch::Between(None, None))
}

/// A second as UTC: `2022-09-12T20:05:00Z`.
pub(super) fn utc(seconds: i64) -> String {
    iso(Moment::from_unix(seconds, 0, Resolution::Second), false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_cut_to_what_is_known() {
        let check = |when: &str, want: &str| {
            let got = match stretch(&When::parse(when).unwrap()) {
                None => "none".into(),
                Some(Stretch::At(t)) => t,
                Some(Stretch::Between(a, b)) => {
                    format!("{} > {}", a.unwrap_or_default(), b.unwrap_or_default())
                }
            };
            assert_eq!(got, want, "{when}");
        };
        check("2022", "2022");
        check("2022-09", "2022-09");
        check("2022-09-13", "2022-09-13");
        check("2022-09-13T00:05+04:00", "2022-09-13T00:05:00+04:00");
        check("2022-09-13T00:05", "2022-09-13T00:05:00+04:00");
        check("2022-09-13/2022-09-14", "2022-09-13 > 2022-09-14");
        check("2022-09-13/2022-09-13", "2022-09-13");
        check("2020-09-27/..", "2020-09-27 > ");
        check("2022-21", "2022-03-01 > 2022-05-31");
        check("199X", "1990-01-01 > 1999-12-31");
        check("2022-09-1X", "2022-09");
        check("-0044", "none");
        assert_eq!(utc(0), "1970-01-01T00:00:00Z");
    }
}
