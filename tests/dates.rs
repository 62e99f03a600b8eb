//! Dates of all forms: written back the same, never more exact than known, and nothing typed brings the program down.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "helpers of tests")]

mod edtf;

use clashmap::edit::typed::{read_moment, read_when};
use clashmap::model::{Moment, Resolution, Span, When};
use clashmap::view::Zone;
use proptest::prelude::*;

fn holds(coarse: Span, fine: Span) -> bool {
    coarse.start <= fine.start && fine.end <= coarse.end
}

/// First and last day as edtf-core gives them; `None` where it has none.
fn bounds(text: &str) -> Option<(String, String)> {
    let parsed = edtf_core::Edtf::parse(text).ok()?.bounds();
    let day = |b: edtf_core::Bound| match b {
        edtf_core::Bound::Date(d) => Some(format!("{}-{:02}-{:02}", d.year, d.month, d.day)),
        _ => None,
    };
    Some((day(parsed.earliest)?, day(parsed.latest)?))
}

/// The same as we have them.
fn days(m: Moment) -> (String, String) {
    let day = |seconds: i64| {
        let (y, m, d) = Moment::from_unix(seconds, 240, Resolution::Day).date();
        format!("{y}-{m:02}-{d:02}")
    };
    (day(m.span().start), day(m.span().end - 1))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn every_date_that_is_read_is_written_back_the_same(text in edtf::moment_text()) {
        if let Ok(m) = Moment::parse(&text) {
            prop_assert_eq!(m.to_string(), text);
            prop_assert!(m.span().end > m.span().start);
        }
    }

    #[test]
    fn every_time_that_is_read_is_written_back_the_same(text in edtf::when_text()) {
        if let Ok(when) = When::parse(&text) {
            prop_assert_eq!(when.to_string(), text);
            let span = when.span();
            // An end that is known by the century may lie before the start by its digits, and does not.
            let is_plain_set = when.set_kind().is_some() && !when.to_string().contains("..");
            prop_assert!(!is_plain_set || when.moments().all(|m| holds(span, m.span())), "{}", when);
            prop_assert!(!when.label().is_empty() && !when.short().is_empty() && !when.brief().is_empty());
        }
    }

    #[test]
    fn another_program_reads_the_same_dates_and_the_same_days_in_them(text in edtf::date_text()) {
        let ours = Moment::parse(&text);
        // The small e of earlier drafts is ours alone.
        let theirs = edtf_core::Edtf::parse(&text.replace('e', "E"));
        // A century before our era (-01XX) is ours alone, too.
        prop_assume!(!(text.contains('X') && text.trim_start_matches(['~', '?', '%']).starts_with('-')));
        // Years beyond two thousand millions are theirs alone.
        prop_assume!(!ours.as_ref().is_err_and(|e| e.to_string().contains("years run")));
        prop_assert_eq!(ours.is_ok(), theirs.is_ok(), "{}: {:?} {:?}", &text, ours, theirs);
        // A winter is named after either of its years; they take one.
        let is_winter = ours.as_ref().is_ok_and(|m| m.is_season() && m.label(true).contains("inter"));
let bare = text.replace(['~', '?', '%'], "");
        let is_winter = is_winter || bare.ends_with("-30") && bare.matches('-').count() == 1 + usize::from(bare.starts_with('-'));
        if let (Ok(m), Some(want)) = (ours, bounds(&text).filter(|_| !is_winter)) {
            prop_assert_eq!(days(m), want, "{}", text);
        }
    }

    #[test]
    fn a_coarser_date_holds_the_finer_one(m in edtf::moment()) {
        let m = m.with_offset(None);
        for resolution in Resolution::ALL.into_iter().filter(|r| *r <= m.resolution()) {
            let coarse = m.at_resolution(resolution);
            // A winter reaches into the next year.
            prop_assert!(holds(coarse.span(), m.span()) || m.is_season(), "{} {}", coarse, m);
            prop_assert_eq!(coarse.is_approximate() && coarse.is_uncertain() && !m.is_approximate(), false);
            prop_assert_eq!(Moment::parse(&coarse.to_string()), Ok(coarse));
        }
    }

    #[test]
    fn a_digit_less_is_a_longer_time(m in edtf::moment(), at in 0_usize..12) {
        let text = m.to_string();
        let mut less = text.clone();
        if !text.starts_with('Y') && text.as_bytes().get(at).is_some_and(u8::is_ascii_digit) {
            less.replace_range(at..=at, "X");
        }
        if let Ok(less) = Moment::parse(&less)
            && !m.is_season()
        {
            prop_assert!(holds(less.span(), m.span()), "{} {}", less, m);
        }
    }

    #[test]
    fn a_time_is_the_same_time_in_every_zone(when in edtf::when()) {
        for zone in Zone::ALL {
            let there = when.in_zone(zone.offset());
            prop_assert_eq!(there.span(), when.span());
            let shown = zone.both(&when);
            prop_assert!(!when.has_clock() || shown.contains("UTC") || shown.contains("zone not stated"), "{}", shown);
        }
    }

    #[test]
    fn no_text_brings_the_reader_down_and_every_offer_can_be_read(
        text in prop_oneof![
            "\\PC{0,24}",
            "[0-9XYTZSEe~?%+:/ .,\\[\\]{}-]{0,24}",
            "(about |since |from |early |last )?[0-9]{1,4}[-./ –][0-9]{1,4}([-./ –][0-9]{1,4})?( [0-9]{1,2}:[0-9]{2})?",
            "[0-9]{1,2}( |-|–)?(Sep|february|monday|bce|century|s)? ?[0-9]{0,4}( or | – | and | to )?[0-9]{0,2} ?(Oct)? ?[0-9]{0,4}",
        ],
        today in proptest::option::of(Just(Moment::day(2026, 11, 24).unwrap())),
    ) {
        let _ = (Moment::parse(&text).map(|m| m.to_string()), When::parse(&text).map(|w| w.label()));
        for refused in [read_moment(&text, Some(240), today).err(), read_when(&text, Some(240), today).err()] {
            for offer in refused.iter().flat_map(|r| &r.offers) {
                prop_assert!(read_when(offer, Some(240), today).is_ok(), "{}: {}", &text, offer);
            }
            prop_assert!(refused.is_none_or(|r| r.message().contains('“')));
        }
    }
}

#[test]
fn dates_before_1752_leap_days_and_years_before_our_era_hold() {
    for (text, first, last) in [
        ("1582-10-10", "1582-10-10", "1582-10-10"),
        ("1752-09-05", "1752-09-05", "1752-09-05"),
        ("1600-02-29", "1600-02-29", "1600-02-29"),
        ("0000-02-29", "0-02-29", "0-02-29"),
        ("-0004-02-29", "-4-02-29", "-4-02-29"),
        ("-0043", "-43-01-01", "-43-12-31"),
        ("17XX", "1700-01-01", "1799-12-31"),
    ] {
        assert_eq!(days(Moment::parse(text).unwrap()), (first.to_owned(), last.to_owned()), "{text}");
    }
    for text in ["1700-02-29", "1900-02-29", "-0001-02-29"] {
        assert!(Moment::parse(text).is_err(), "{text}");
    }
}
