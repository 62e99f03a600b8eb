//! Tests of moments: text, days, words.

use super::*;

/// First and last day of what a text may stand for.
fn days(text: &str) -> String {
    let m = Moment::parse(text).unwrap();
    let day = |days: i64| {
        let (y, m, d) = civil_from_days(days);
        format!("{y}-{m:02}-{d:02}")
    };
    let (first, last) = (m.span().start + 240 * 60, m.span().end + 240 * 60);
    assert_eq!((first % 86_400, last % 86_400), (0, 0), "{text}");
    format!("{} {}", day(first / 86_400), day(last / 86_400 - 1))
}

fn label(text: &str) -> String {
    Moment::parse(text).unwrap().label(true)
}

#[test]
fn a_moment_is_small() {
    assert_eq!((size_of::<Moment>(), size_of::<Option<Moment>>()), (16, 16));
}

#[test]
fn nine_in_moscow_is_ten_in_yerevan() {
    let moscow = Moment::parse("2022-09-13T09:00+03:00").unwrap();
    let yerevan = Moment::parse("2022-09-13T10:00+04:00").unwrap();
    assert_eq!(moscow.span(), yerevan.span());
    assert_eq!(Moment::from_unix(moscow.span().start, 240, Resolution::Minute), yerevan);
    assert_eq!(moscow.in_zone(240), yerevan);
    assert_eq!(yerevan.in_zone(0).to_string(), "2022-09-13T06:00Z");
}

#[test]
fn a_clock_in_another_zone_may_show_another_day_but_a_day_stays_a_day() {
    let shown = |t: &str, zone| Moment::parse(t).unwrap().in_zone(zone).to_string();
    assert_eq!(shown("2020-03-01T00:05+04:00", 0), "2020-02-29T20:05Z");
    assert_eq!(shown("2022-09-13T00:05~", 180), "2022-09-12T23:05+03:00~");
    assert_eq!(shown("2022-09-13", 0), "2022-09-13");
    // Nine to ten in Tehran is no whole hour in Baku.
    assert_eq!(shown("2022-09-13T09+03:30", 240), "2022-09-13T09+03:30");
    assert_eq!(shown("2022-09-13T09:10+03:30", 240), "2022-09-13T09:40+04:00");
}

#[test]
fn a_moment_is_as_long_as_its_precision() {
    assert_eq!(days("2020"), "2020-01-01 2020-12-31");
    assert_eq!(days("1751"), "1751-01-01 1751-12-31");
    assert_eq!(days("2022-09"), "2022-09-01 2022-09-30");
    assert_eq!(days("1600-02"), "1600-02-01 1600-02-29");
    assert_eq!(days("2022-09-13"), "2022-09-13 2022-09-13");
    assert_eq!(days("-0044-03-15"), "-44-03-15 -44-03-15");
    assert_eq!(days("0000-02-29"), "0-02-29 0-02-29");
}

#[test]
fn unspecified_digits_span_all_they_may_stand_for() {
    for (text, want, said) in [
        ("201X", "2010-01-01 2019-12-31", "2010s"),
        ("199X", "1990-01-01 1999-12-31", "1990s"),
        ("200X", "2000-01-01 2009-12-31", "2000–2009"),
        ("20XX", "2000-01-01 2099-12-31", "2000–2099"),
        ("1XXX", "1000-01-01 1999-12-31", "1000–1999"),
        ("XXXX", "0-01-01 9999-12-31", "year unknown"),
        ("1X22", "1022-01-01 1922-12-31", "a year like 1X22"),
        ("-004X", "-49-01-01 -40-12-31", "50–41 BCE"),
        ("-000X", "-9-01-01 0-12-31", "10–1 BCE"),
        ("2022-XX", "2022-01-01 2022-12-31", "2022"),
        ("2022-1X", "2022-10-01 2022-12-31", "Oct–Dec 2022"),
        ("2022-X1", "2022-01-01 2022-11-30", "Jan or Nov 2022"),
        ("2022-09-XX", "2022-09-01 2022-09-30", "Sep 2022"),
        ("2022-09-1X", "2022-09-10 2022-09-19", "10–19 Sep 2022"),
        ("2022-02-X9", "2022-02-09 2022-02-19", "9 or 19 Feb 2022"),
        ("2022-02-2X", "2022-02-20 2022-02-28", "20–28 Feb 2022"),
        ("2020-02-2X", "2020-02-20 2020-02-29", "20–29 Feb 2020"),
        ("2022-XX-XX", "2022-01-01 2022-12-31", "2022"),
        ("2022-XX-31", "2022-01-31 2022-12-31", "day 31 of some month, 2022"),
        ("2022-XX-13", "2022-01-13 2022-12-13", "day 13 of some month, 2022"),
        ("XXXX-09-13", "0-09-13 9999-09-13", "13 Sep, year unknown"),
        ("199X-09-13", "1990-09-13 1999-09-13", "13 Sep, 1990s"),
        ("199X-02-29", "1992-02-29 1996-02-29", "29 Feb, 1990s"),
        ("XXXX-09", "0-09-01 9999-09-30", "Sep, year unknown"),
    ] {
        assert_eq!((days(text).as_str(), label(text).as_str()), (want, said), "{text}");
    }
    for bad in ["2022-02-3X", "XXX1-02-29", "190X-02-30", "2022-3X", "2022-09-4X", "2022-00", "2022-X0-00"] {
        assert!(matches!(Moment::parse(bad), Err(WhenError::NoSuchDay(..))), "{bad}");
    }
    // Nobody knows the day, so no clock can be read.
    assert!(matches!(Moment::parse("2022-09-XXT09:00"), Err(WhenError::Form(_))));
}

#[test]
fn seasons_and_parts_of_a_year_are_whole_months() {
    for (text, want, said) in [
        ("2022-21", "2022-03-01 2022-05-31", "spring 2022"),
        ("2022-22", "2022-06-01 2022-08-31", "summer 2022"),
        ("2022-23", "2022-09-01 2022-11-30", "autumn 2022"),
        // Named after either year: 1993/94 may be meant, or 1992/93.
        ("1993-24", "1993-01-01 1994-02-28", "winter 1993"),
        ("2022-27", "2022-09-01 2022-11-30", "autumn 2022 (northern half)"),
        ("2022-29", "2022-09-01 2022-11-30", "spring 2022 (southern half)"),
        ("2022-36", "2022-10-01 2022-12-31", "Q4 2022"),
        ("2022-38", "2022-05-01 2022-08-31", "May–Aug 2022"),
        ("2022-40", "2022-01-01 2022-06-30", "first half of 2022"),
        ("2022-41", "2022-07-01 2022-12-31", "second half of 2022"),
        ("199X-23", "1990-09-01 1999-11-30", "autumn, 1990s"),
        ("2022-23~", "2022-09-01 2022-11-30", "about autumn 2022"),
    ] {
        assert_eq!((days(text).as_str(), label(text).as_str()), (want, said), "{text}");
    }
    for bad in ["2022-20", "2022-42", "2022-23-01", "2022-23-01T09:00"] {
        assert!(matches!(Moment::parse(bad), Err(WhenError::NoSuchDay(..))), "{bad}");
    }
}

#[test]
fn long_years_and_significant_digits_hold() {
    for (text, want, said) in [
        ("Y17E8", "1700000000-01-01 1700000000-12-31", "1\u{202f}700\u{202f}000\u{202f}000"),
        ("Y-170000002", "-170000002-01-01 -170000002-12-31", "170\u{202f}000\u{202f}003 BCE"),
        ("1950S2", "1900-01-01 1999-12-31", "about 1950 (1900–1999)"),
        ("-0150S2", "-199-01-01 -100-12-31", "about 151 BCE (200–101 BCE)"),
        ("Y171010000S3", "171000000-01-01 171999999-12-31", "about 171\u{202f}010\u{202f}000 (171000000–171999999)"),
        ("-0044-03-15", "-44-03-15 -44-03-15", "15 Mar 45 BCE"),
        ("0301", "301-01-01 301-12-31", "301 CE"),
    ] {
        assert_eq!((days(text).as_str(), label(text).as_str()), (want, said), "{text}");
    }
    // Takes no time, although a billion years are meant.
    assert_eq!(days("Y2147483647S1"), "2000000000-01-01 2147483647-12-31");
    for bad in
        ["Y2022", "Y", "Y17E2", "Y17E", "Y017E8", "Y17e8x", "1950S", "1950S0", "1950S2-09", "-0000", "12022", "+2022"]
    {
        assert!(matches!(Moment::parse(bad), Err(WhenError::Form(_))), "{bad}");
    }
    for bad in ["Y17E9", "Y99999999999999999999", "1950S5"] {
        assert!(matches!(Moment::parse(bad), Err(WhenError::NoSuchDay(..))), "{bad}");
    }
}

#[test]
fn a_qualifier_is_said_of_the_parts_it_belongs_to() {
    for (text, said) in [
        ("2022-09-13~", "about 13 Sep 2022"),
        ("2022-09-13?", "13 Sep 2022?"),
        ("2022-09-13%", "about 13 Sep 2022?"),
        ("2022~-09-13", "13 Sep 2022 (year approximate)"),
        ("2022-09~-13", "13 Sep 2022 (year and month approximate)"),
        ("2022-09-~13", "13 Sep 2022 (day approximate)"),
        ("?2022-09-~13", "13 Sep 2022 (day approximate, year uncertain)"),
        ("2022?-09-13~", "13 Sep 2022 (month and day approximate, year approximate and uncertain)"),
        ("~2022-~09", "about Sep 2022"),
        ("2022-~09-13T09:00", "13 Sep 2022, 09:00 (month approximate)"),
    ] {
        assert_eq!(label(text), said, "{text}");
        assert_eq!(Moment::parse(text).unwrap().to_string(), text);
    }
    let m = Moment::parse("2022-09-?13").unwrap();
    assert!(m.is_uncertain() && !m.is_approximate());
    assert_eq!(m.qualified(true, false).to_string(), "2022-09-13~");
}

#[test]
fn a_coarser_moment_keeps_its_doubt_and_no_digit_that_it_does_not_say() {
    for (text, resolution, want) in [
        ("2022-09-13T09:00+03:00~", Resolution::Hour, "2022-09-13T09+03:00~"),
        ("2022-09-13T09:00+03:00~", Resolution::Day, "2022-09-13~"),
        ("2022-09-13?", Resolution::Month, "2022-09?"),
        ("2022~-09-?13", Resolution::Month, "2022~-09"),
        ("2022~-09-13?", Resolution::Year, "2022%"),
        ("2022-09-XX", Resolution::Month, "2022-09"),
        ("2022-09-XX", Resolution::Day, "2022-09-XX"),
        ("2022-09-XX", Resolution::Second, "2022-09-XX"),
        ("2022-XX-13", Resolution::Year, "2022"),
        ("199X-09-13", Resolution::Year, "199X"),
        ("2022-23", Resolution::Year, "2022"),
        ("2022-23", Resolution::Day, "2022-23"),
        ("2022-09-13", Resolution::Season, "2022"),
        ("1950S2", Resolution::Day, "1950S2"),
        ("2022~", Resolution::Day, "2022-01-01~"),
    ] {
        assert_eq!(Moment::parse(text).unwrap().at_resolution(resolution).to_string(), want, "{text}");
    }
    let known = |t: &str| Moment::parse(t).unwrap().resolution();
    assert_eq!(known("2022-09-XX"), Resolution::Month);
    assert_eq!(known("2022-XX-13"), Resolution::Year);
    assert_eq!(known("2022-23"), Resolution::Season);
}

#[test]
fn all_forms_of_a_zone_are_read() {
    for (text, want) in
        [("+04", "+04:00"), ("+0400", "+04:00"), ("-03:30", "-03:30"), ("Z", "Z"), ("+00:00", "Z"), ("", "")]
    {
        let read = Moment::parse(&format!("2022-09-13T09:00{text}")).unwrap();
        assert_eq!(read.to_string(), format!("2022-09-13T09:00{want}"));
    }
    assert_eq!(Moment::parse("2022-09-13T09:00-03:30").unwrap().zone_label(), "UTC−3:30");
}
