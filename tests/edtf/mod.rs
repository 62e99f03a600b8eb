//! Dates in all forms that can be written, as texts.

use clashmap::model::{Moment, When};
use proptest::prelude::*;
use proptest::sample::select;

fn qualifier() -> BoxedStrategy<&'static str> {
    select(vec!["", "", "", "", "", "~", "?", "%"]).boxed()
}

/// Digits, some of them unspecified.
fn digits(number: u32, len: usize, unspecified: u8) -> String {
    let digits = format!("{number:0len$}");
    digits.chars().enumerate().map(|(n, c)| if unspecified >> n & 1 == 1 { 'X' } else { c }).collect()
}

/// Which digits are not known; mostly none.
fn unspecified() -> BoxedStrategy<u8> {
    prop_oneof![4 => Just(0), 1 => any::<u8>()].boxed()
}

fn long_year() -> BoxedStrategy<String> {
    let year = (any::<bool>(), 1_u32..1_900_000, select(vec!["", "E3", "e2", "E9"]), select(vec!["", "S1", "S3"]));
    (year, qualifier())
        .prop_map(|((minus, year, exponent, significant), q)| {
            format!("Y{}{year}{exponent}{significant}{q}", if minus { "-" } else { "" })
        })
        .boxed()
}

/// A date without a time: of EDTF levels 0 to 2 in its form; there need not be such a day.
pub(crate) fn date_text() -> BoxedStrategy<String> {
    let year = (select(vec!["", "", "", "-"]), 0_u32..=9999, unspecified(), qualifier(), qualifier());
    let year = year.prop_map(|(sign, y, x, a, b)| format!("{a}{sign}{}{b}", digits(y, 4, x)));
    let two = |numbers: BoxedStrategy<u32>| {
        (numbers, unspecified(), qualifier(), qualifier())
            .prop_map(|(n, x, a, b)| format!("-{a}{}{b}", digits(n, 2, x)))
    };
    let month = two(prop_oneof![5 => 1_u32..=12, 1 => 13_u32..=42].boxed());
    let day = two((1_u32..=31).boxed());
    prop_oneof![
        1 => year.clone(),
        2 => (year.clone(), month.clone()).prop_map(|(y, m)| y + &m),
        4 => (year, month, day).prop_map(|(y, m, d)| y + &m + &d),
        1 => (0_u32..=9999, 1_u8..=4).prop_map(|(y, s)| format!("{y:04}S{s}")),
        1 => long_year(),
    ]
    .boxed()
}

/// The same, some with a time and a zone.
pub(crate) fn moment_text() -> BoxedStrategy<String> {
    let clock = (0_u8..24, 0_u8..60, 0_u8..60, 0..3).prop_map(|(h, m, s, parts)| match parts {
        0 => format!("T{h:02}"),
        1 => format!("T{h:02}:{m:02}"),
        _ => format!("T{h:02}:{m:02}:{s:02}"),
    });
    let zone = select(vec!["", "Z", "+04:00", "+03:00", "-03:30", "+14:00", "-14:00"]);
    prop_oneof![
        2 => date_text(),
        1 => (date_text(), clock, zone, qualifier()).prop_map(|(d, c, z, q)| format!("{d}{c}{z}{q}")),
    ]
    .boxed()
}

/// A moment of any form.
pub(crate) fn moment() -> BoxedStrategy<Moment> {
    moment_text().prop_filter_map("there is no such day", |t| Moment::parse(&t).ok()).boxed()
}

/// A moment, an interval or a set of any form, as text.
pub(crate) fn when_text() -> BoxedStrategy<String> {
    let known = || moment().prop_map(|m| m.to_string());
    let side = || prop_oneof![3 => known(), 1 => Just("..".to_owned()), 1 => Just(String::new())];
    let member = prop_oneof![3 => known(), 1 => (known(), known()).prop_map(|(a, b)| format!("{a}..{b}"))];
    let set = (
        any::<bool>(),
        select(vec!["", "", ".."]),
        proptest::collection::vec(member, 1..4),
        select(vec!["", "", ".."]),
    );
    prop_oneof![
        2 => known(),
        2 => (side(), side()).prop_map(|(a, b)| format!("{a}/{b}")),
        1 => set.prop_map(|(one, before, members, behind)| {
            let (open, close) = if one { ("[", "]") } else { ("{", "}") };
            format!("{open}{before}{}{behind}{close}", members.join(","))
        }),
    ]
    .boxed()
}

/// A moment, an interval or a set of any form.
pub(crate) fn when() -> BoxedStrategy<When> {
    when_text().prop_filter_map("no such time", |t| When::parse(&t).ok()).boxed()
}
