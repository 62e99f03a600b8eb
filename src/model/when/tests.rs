//! Tests of times: intervals and sets.

use super::*;

#[test]
fn every_form_is_read_and_written_back_the_same() {
    for text in [
        "2022",
        "2022-09",
        "2022-09-13",
        "2022-09-12T23+04:00",
        "2022-09-13T09:00+03:00",
        "2022-09-13T09:00:30Z",
        "1993-08~",
        "1990-01-12?",
        "1905%",
        "-0044-03-15",
        "2022-09-13T00:05+04:00/2022-09-14T20:00+04:00",
        "2020-09-27/..",
        "/1994-05-12",
        "2020-10-07~/2020-10-15~",
    ] {
        assert_eq!(When::parse(text).map(|w| w.to_string()), Ok(text.to_owned()));
    }
}

#[test]
fn days_that_do_not_exist_are_refused() {
    assert!(Moment::parse("2000-02-29").is_ok());
    for bad in ["1900-02-29", "2022-02-31", "2022-13-01", "2022-09-13T24:00", "2022-09-13T09:00+15:00"] {
        assert!(matches!(Moment::parse(bad), Err(WhenError::NoSuchDay(..))), "{bad}");
    }
    for bad in ["", "yesterday", "13.9.22", "2022-9-3", "2022-09T10", "2022-09-13T9", "20220913"] {
        assert!(matches!(Moment::parse(bad), Err(WhenError::Form(_))), "{bad}");
    }
    assert!(matches!(When::parse("2022-09-14/2022-09-13"), Err(WhenError::Reversed(_))));
    assert!(When::parse("../").is_err());
}

#[test]
fn labels_name_the_zone_and_leave_out_what_is_not_known() {
    let label = |t: &str| When::parse(t).unwrap().label();
    assert_eq!(label("2022-09-13T00:05+04:00/2022-09-14T20:00+04:00"), "13 Sep, 00:05 – 14 Sep 2022, 20:00 (UTC+4)");
    assert_eq!(label("2022-09-13T09:00+03:00"), "13 Sep 2022, 09:00 (UTC+3)");
    assert_eq!(label("2022-09-13T09:00+03:00/2022-09-13T09:40+03:00"), "13 Sep 2022, 09:00–09:40 (UTC+3)");
    assert_eq!(label("1993-08"), "Aug 1993");
    assert_eq!(label("2022-09-13/2022-09-14T20:00+04:00"), "13 Sep – 14 Sep 2022, 20:00 (UTC+4)");
    assert_eq!(When::parse("2022-09-13T00:05+04:00").unwrap().short(), "13 Sep");
}

#[test]
fn a_when_is_small_and_copy() {
    assert_eq!((size_of::<When>(), size_of::<Option<When>>()), (32, 32));
}

#[test]
fn sets_are_read_and_written_back_and_span_from_first_to_last() {
    for (text, span, said) in [
        ("[2022-09-13,2022-09-15]", "2022-09-13/2022-09-15", "one of 13 Sep 2022, 15 Sep 2022"),
        ("[2022-09-15,2022-09-13]", "2022-09-13/2022-09-15", "one of 15 Sep 2022, 13 Sep 2022"),
        ("{1960,1961-12}", "1960/1961-12", "1960 and Dec 1961"),
        ("[1667,1668,1670..1672]", "1667/1672", "one of 1667, 1668, 1670 – 1672"),
        ("[..1760-12-03]", "../1760-12-03", "until 3 Dec 1760"),
        ("[1760-12..]", "1760-12/..", "from Dec 1760"),
        ("{..1983-12-31,1984-10-10..1984-11-01}", "../1984-11-01", "until 31 Dec 1983 and 10 Oct – 1 Nov 1984"),
        ("[2022-09-13T09:00+03:00,2022-09-13~]", "2022-09-13", "one of 13 Sep 2022, 09:00 (UTC+3), about 13 Sep 2022"),
        ("[2022-09-XX]", "2022-09", "Sep 2022"),
    ] {
        let when = When::parse(text).unwrap();
        assert_eq!(when.to_string(), text);
        assert_eq!(when.span(), When::parse(span).unwrap().span(), "{text}");
        assert_eq!(when.label(), said);
    }
    for bad in
        ["[]", "{}", "[", "[2022", "[2022,]", "[2022..,2023]", "[2022,..2023]", "[..]", "[2022/2023]", "[2022, 2023]"]
    {
        assert!(matches!(When::parse(bad), Err(WhenError::Form(_))), "{bad}");
    }
    assert!(matches!(When::parse("[2022..2021]"), Err(WhenError::Reversed(_))));
    assert!(matches!(When::parse("[2022,2022-02-31]"), Err(WhenError::NoSuchDay(..))));
}

#[test]
fn a_set_stays_one_when_its_moments_change_and_is_kept_once() {
    let when = When::parse("[2022-09-13T09:00+03:00,2022-09-15]").unwrap();
    assert_eq!(when.in_zone(Some(240)).to_string(), "[2022-09-13T10:00+04:00,2022-09-15]");
    assert_eq!(when.in_zone(None), when);
    let (Inner::Set(a), Inner::Set(b)) = (when.0, When::parse(&when.to_string()).unwrap().0) else { panic!() };
    assert!(std::ptr::eq(a, b));
    assert_eq!(when.set_kind(), Some(SetKind::OneOf));
    assert_eq!(
        (when.start().to_string(), when.end().unwrap().to_string()),
        ("2022-09-13T09:00+03:00".into(), "2022-09-15".into())
    );
}

#[test]
fn a_short_label_is_never_more_exact_than_what_is_known() {
    let short = |t: &str| When::parse(t).unwrap().short();
    assert_eq!(short("2022-09"), "Sep 2022");
    assert_eq!(short("2022-09-XX"), "Sep 2022");
    assert_eq!(short("2022-23"), "autumn 2022");
    assert_eq!(short("[2022-09-13,2022-09-15T09:00Z]"), "13 Sep – 15 Sep");
    assert_eq!(When::parse("[2022-09-13,2022-10]").unwrap().brief(), "13 Sep 2022 – Oct 2022");
    assert_eq!(When::parse("2022-09-13T09:00").unwrap().label(), "13 Sep 2022, 09:00 (zone not stated)");
}

#[test]
fn an_open_end_of_a_very_long_ago_stays_an_interval() {
    for text in ["../Y-170000", "Y170000/..", "Y-170000/", "2020/.."] {
        let span = When::parse(text).unwrap().span();
        assert!(span.end - span.start > 86_400 * 365, "{text}");
    }
}
