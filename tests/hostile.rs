//! Files that are damaged, foreign or made to do harm: one clear message or a finding, quickly, and never a panic.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "helpers of tests")]

use std::time::{Duration, Instant};

use clashmap::io::Severity;
use clashmap::io::project::{self, Opened};
use clashmap::model::*;

const HEAD: &str = "{\n\"type\":\"FeatureCollection\",\n\"clashmap\":{\"format\":\"1.0\",\"title\":\"t\",\"perspective\":\"de-jure\"},\n\"features\":[\n";
const TAIL: &str = "\n]\n}\n";

fn feature(uid: &str) -> String {
    format!(
        r#"{{"type":"Feature","geometry":{{"type":"Point","coordinates":[45.67,39.84]}},"properties":{{"uid":"{uid}","kind":"shelling","title":"Սոթք","when":"2022-09-13","place":{{"names":{{"hy":"Սոթք","az":"Zod, \"x\""}},"precision":"near"}},"claims":[{{"id":"c1","about":"armenia","status":"military","category":"killed","count":{{"at_least":49}}}}]}}}}"#
    )
}

fn file(features: &[&str]) -> String {
    format!("{HEAD}{}{TAIL}", features.join(",\n"))
}

fn quickly<T>(what: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let result = what();
    // Debug builds on a busy machine; a quadratic reader would need minutes.
    assert!(start.elapsed() < Duration::from_secs(20), "{:?}", start.elapsed());
    result
}

fn refused(bytes: &[u8], want: &str, recoverable: bool) {
    let error = quickly(|| project::read(bytes)).unwrap_err();
    let text = error.to_string();
    assert!(text.contains(want) && text.lines().count() == 1, "{text}");
    assert_eq!(error.recoverable, recoverable, "{text}");
    assert_eq!(quickly(|| project::recover(bytes)).is_some(), recoverable);
}

fn opened(text: &str) -> Opened {
    project::read(text.as_bytes()).unwrap_or_else(|e| panic!("{e}"))
}

#[track_caller]
fn found(text: &str, severity: Severity, place: &str, what: &str) -> Opened {
    let opened = opened(text);
    let is = |f: &clashmap::io::Finding| f.severity == severity && f.place.contains(place) && f.what.contains(what);
    assert!(opened.findings.iter().any(is), "{:#?}", opened.findings);
    let mut once = Vec::new();
    project::write(&opened.project, &mut once).unwrap();
    let mut twice = Vec::new();
    project::write(&project::read(&once).unwrap().project, &mut twice).unwrap();
    assert_eq!(String::from_utf8(once), String::from_utf8(twice), "writing is stable");
    opened
}

#[test]
fn what_is_no_project_is_refused_with_a_reason() {
    refused(b"", "the file is empty", false);
    refused(b" \n\n", "the file is empty", false);
    refused(b"PK\x03\x04abc", "a zip archive", false);
    refused(b"SQLite format 3\0", "an SQLite database", false);
    refused(b"\0\0\0", "line 1, column 1: this is a binary file", false);
    refused(b"\xff\xfe{\0", "UTF-16", false);
    refused(b"uid,kind\na,b\n", "this is not JSON", false);
    refused(b"[1,2]", "line 1, column 1: this is a JSON list", false);
    refused(b"{}", "no GeoJSON FeatureCollection", false);
    refused(feature("a").as_bytes(), "this is a GeoJSON Feature, not a FeatureCollection", false);
    refused(br#"{"type":"Point","coordinates":[1,2]}"#, "this is a GeoJSON Point", false);
    refused(br#"{"type":"Topology"}"#, "TopoJSON", false);
    refused(br#"{"type":"FeatureCollection","features":5}"#, "“features” is no list", false);
}

#[test]
fn damage_is_named_with_its_place() {
    let (a, b) = (feature("a"), feature("b"));
    let good = file(&[&a, &b]);
    refused(good.replace("39.84", "NaN").as_bytes(), "line 5, column 67: NaN", true);
    refused(good.trim_end().trim_end_matches('}').as_bytes(), "the text ends in the middle", true);
    refused(format!("{good}x").as_bytes(), "line 9, column 1: found “x”, expected the end of the file", true);
    let mut bytes = good.clone().into_bytes();
    let at = good.find("\"b\"").unwrap();
    bytes[at + 1] = 0xff;
    refused(&bytes, "line 6, column 96: byte", true);
    bytes[at + 1] = 0;
    refused(&bytes, "a byte that is no text", true);
}

#[test]
fn a_damaged_feature_is_dropped_and_reported_and_the_others_stay() {
    let (a, b, c) = (feature("a"), feature("b").replace("39.84", "NaN"), feature("c"));
    let recovered = project::recover(file(&[&a, &b, &c]).as_bytes()).unwrap();
    let uids: Vec<_> = recovered.project.iter().map(|(_, i)| i.uid.as_str().to_owned()).collect();
    assert_eq!(uids, ["a", "c"]);
    assert!(recovered.recovered);
    let errors: Vec<_> = recovered.findings.iter().filter(|f| f.severity == Severity::Error).collect();
    assert_eq!(errors.len(), 1);
    assert!(errors[0].place.starts_with("line 6, feature 2"), "{errors:?}");
    assert_eq!(&*recovered.project.meta().title, "t");
}

#[test]
fn a_cut_at_every_byte_gives_every_whole_line_back() {
    let features = [feature("a"), feature("b"), feature("c")];
    let whole = file(&features.each_ref().map(String::as_str));
    let all = opened(&whole).project;
    for cut in 0..whole.len() {
        let bytes = &whole.as_bytes()[..cut];
        let lines = features.iter().filter(|f| whole.find(*f).unwrap() + f.len() <= cut).count();
        let back = match project::read(bytes) {
            Ok(opened) => Some(opened),
            Err(e) => {
                let back = project::recover(bytes);
                assert_eq!(e.recoverable, back.is_some());
                back
            }
        };
        let got: Vec<_> = back.iter().flat_map(|o| o.project.iter().map(|(_, i)| i.clone())).collect();
        let want: Vec<_> = all.iter().map(|(_, i)| i.clone()).take(lines).collect();
        assert_eq!(got, want, "cut at {cut}");
    }
}

#[test]
fn any_byte_may_be_spoiled_without_harm_to_the_other_lines() {
    let features = [feature("a"), feature("b"), feature("c")];
    let whole = file(&features.each_ref().map(String::as_str));
    let second = whole.find(&features[1]).unwrap();
    for at in second..second + features[1].len() {
        for spoiled in [b'\0', b'"', b'{', b'\n', 0xff] {
            let mut bytes = whole.clone().into_bytes();
            bytes[at] = spoiled;
            let back = project::read(&bytes).ok().or_else(|| project::recover(&bytes)).unwrap();
            let uids: Vec<_> = back.project.iter().map(|(_, i)| i.uid.as_str().to_owned()).collect();
            for uid in ["a", "c"] {
                assert!(uids.iter().any(|u| u == uid), "{uid} lost with {spoiled} at {at}: {uids:?}");
            }
        }
    }
}

#[test]
fn a_hundred_megabytes_of_brackets_are_refused_at_once() {
    refused(&vec![b'['; 100_000_000], "JSON list", false);
    let mut deep = HEAD.as_bytes().to_vec();
    deep.extend(vec![b'['; 100_000_000]);
    refused(&deep, "nested deeper than 128 levels", true);
    let mut deep = format!("{HEAD}{},\n", feature("a")).into_bytes();
    deep.extend(b"{\"a\":".repeat(1_000_000));
    refused(&deep, "nested deeper than 128 levels", true);
}

#[test]
fn files_made_to_be_slow_are_not() {
    let many = |part: &str, n: usize| part.repeat(n);
    // Openings of features that never close.
    let open = many("{\"type\":\"Feature\",\"a\":[", 100_000);
    quickly(|| project::recover(format!("{HEAD}{open}").as_bytes()));
    let flat = format!("{{\"type\":\"Feature\",\"a\":[{}", many("{\"type\":\"Feature\"},", 50_000));
    quickly(|| project::recover(format!("{HEAD}x{flat}").as_bytes()));
    // One name, again and again.
    quickly(|| {
        project::read(format!("{{{}\"type\":\"FeatureCollection\"}}", many("\"a\":1,", 100_000)).as_bytes()).is_err()
    });
    let members = (0..50_000).map(|n| format!("\"k{n}\":1,")).collect::<Vec<_>>().concat();
    quickly(|| opened(&format!("{{{members}\"type\":\"FeatureCollection\",\"features\":[]}}")));
    let same = format!("{}{}", many(&format!("{},\n", feature("a")), 3000), feature("a"));
    let opened = quickly(|| opened(&format!("{HEAD}{same}{TAIL}")));
    assert_eq!(opened.project.len(), 3001);
    assert!(opened.findings.len() < 2100);
}

#[test]
fn repeated_uids_claims_and_names_are_kept_apart_and_reported() {
    let a = feature("a");
    let opened = found(&file(&[&a, &a, &a]), Severity::Warning, "line 6, feature 2 (uid a~2)", "in use already");
    let uids: Vec<_> = opened.project.iter().map(|(_, i)| i.uid.as_str().to_owned()).collect();
    assert_eq!(uids, ["a", "a~2", "a~3"]);
    let twice = a.replace("\"title\":\"Սոթք\"", "\"title\":\"one\",\"title\":\"two\"");
    let opened = found(&file(&[&twice]), Severity::Warning, "line 5, feature 1 (uid a), title", "stands twice");
    let incident = opened.project.iter().next().unwrap().1;
    assert_eq!((&*incident.title, &incident.extra[..]), ("one", &[("title~2".into(), "\"two\"".into())][..]));
    let claims = a.replace(
        "\"claims\":[",
        r#""claims":[{"id":"c1","about":"x","category":"killed"},{"about":"x","category":"killed"},"#,
    );
    let opened = found(&file(&[&claims]), Severity::Warning, "claims", "“c1” stands twice");
    let ids: Vec<_> = opened.project.iter().next().unwrap().1.claims.iter().map(|c| c.id.to_string()).collect();
    assert_eq!(ids, ["c1", "c2", "c3"]);
}

#[test]
fn values_that_do_not_fit_are_findings_with_their_place() {
    let with = |from: &str, to: &str| file(&[&feature("a"), &feature("b").replace(from, to)]);
    let warn = Severity::Warning;
    let place = "line 6, feature 2 (uid b), ";
    let opened = found(&with("{\"at_least\":49}", "\"49\""), warn, &format!("{place}claims[0].count"), "no number");
    assert_eq!(opened.project.iter().nth(1).unwrap().1.claims[0].count, Count::Unknown);
    found(&with("2022-09-13", "2022-02-31"), warn, &format!("{place}when"), "no such day");
    found(&with("[45.67,39.84]", "[145.67,139.84]"), warn, &format!("{place}geometry"), "latitude 139.84");
    found(&with("[45.67,39.84]", "[39.84,145.67]"), warn, &format!("{place}geometry"), "swapped");
    found(&with("\"near\"", "\"nearby\""), warn, &format!("{place}place.precision"), "not a degree of precision");
    found(&with("\"kind\"", "\"sensitive\":\"no\",\"kind\""), warn, &format!("{place}sensitive"), "read as true");
    found(&with("\"kind\"", "\"parent\":\"z\",\"kind\""), warn, &format!("{place}parent"), "no incident “z”");
    found(&with("\"kind\"", "\"sources\":[\"s\"],\"kind\""), warn, &format!("{place}sources[0]"), "no source “s”");
    found(
        &with("x", "x"),
        warn,
        "line 5, feature 1 (uid a), claims[0].about",
        "no party “armenia” in the file (2 times",
    );
    found(&file(&["5"]), warn, "line 5, feature 1", "no feature");
}

#[test]
fn a_newer_major_opens_for_reading_and_a_newer_minor_opens() {
    let newer = file(&[&feature("a")]).replace("\"1.0\"", "\"2.3\"");
    let opened = opened(&newer);
    assert!(opened.read_only.unwrap().contains("2.3") && opened.project.len() == 1);
    assert!(project::write(&opened.project, &mut Vec::new()).unwrap_err().to_string().contains("newer clashmap"));
    let minor = found(&newer.replace("2.3", "1.7"), Severity::Info, "", "newer format 1.7");
    assert_eq!((minor.read_only, minor.project.meta().format), (None, (1, 7)));
}

#[test]
fn plain_geojson_opens_with_its_features_kept() {
    let plain =
        r#"{"type":"FeatureCollection","features":[{"type":"Feature","geometry":null,"properties":{"name":"x"}}]}"#;
    let opened = found(plain, Severity::Warning, "", "plain GeoJSON");
    assert_eq!((opened.project.len(), opened.project.kept().len()), (0, 1));
    assert!(opened.findings.iter().any(|f| f.what.starts_with("1 feature without uid and kind")));
    // A byte order mark, as some editors write it.
    assert_eq!(project::read(format!("\u{feff}{plain}").as_bytes()).unwrap().project.kept().len(), 1);
}

#[test]
fn missing_files_folders_and_devices_are_told_apart() {
    let folder = tempfile::tempdir().unwrap();
    let error = |path: &std::path::Path| project::open(path).unwrap_err().what;
    assert!(error(folder.path()).contains("this is a folder"));
    assert!(error(&folder.path().join("a")).contains("no such file"));
    #[cfg(unix)]
    assert!(error(std::path::Path::new("/dev/zero")).contains("not an ordinary file"));
}

/// Short: every 97th byte. All of them: `CLASHMAP_LONG=1 cargo test --release --test hostile cut`.
#[test]
fn a_cut_anywhere_in_two_hundred_incidents_gives_every_whole_line_back_and_says_what_is_missing() {
    let features: Vec<String> = (0..200).map(|n| feature(&format!("i{n}"))).collect();
    let whole = file(&features.iter().map(String::as_str).collect::<Vec<_>>());
    let mut ends = Vec::new();
    let mut at = 0;
    for feature in &features {
        at += whole[at..].find(feature.as_str()).unwrap() + feature.len();
        ends.push(at);
    }
    let step = if std::env::var_os("CLASHMAP_LONG").is_some() { 1 } else { 97 };
    for cut in (ends[0]..whole.len() - 4).step_by(step) {
        let lines = ends.iter().filter(|end| **end <= cut).count();
        let back = project::recover(&whole.as_bytes()[..cut]).unwrap_or_else(|| panic!("nothing back, cut at {cut}"));
        let uids: Vec<&str> = back.project.iter().map(|(_, i)| i.uid.as_str()).collect();
        assert!(uids.len() == lines && uids.iter().enumerate().all(|(n, uid)| *uid == format!("i{n}")), "cut at {cut}");
        let said = back.findings.iter().any(|f| f.severity == Severity::Error && f.place.starts_with("line "));
        assert!(back.recovered && said, "cut at {cut}: {:?}", back.findings);
    }
}

#[test]
fn what_repeats_another_member_is_kept_where_it_is_the_last_of_all_too() {
    let (a, b) = (feature("a"), feature("b"));
    let two_lists = file(&[&a]).replace("\n]\n}", &format!("\n],\n\"features\":[{b}]\n}}"));
    let two_titles =
        file(&[&a]).replace("\"perspective\":\"de-jure\"", "\"perspective\":\"de-jure\",\"title\":\"another\"");
    for (text, name, value) in [(two_lists, "features~2", "\"uid\":\"b\""), (two_titles, "title~2", "\"another\"")] {
        let opened = found(&text, Severity::Warning, "", "stands twice");
        let mut out = Vec::new();
        project::write(&opened.project, &mut out).unwrap();
        let out = String::from_utf8(out).unwrap();
        assert!(out.contains(name) && out.contains(value), "{out}");
        assert_eq!(opened.project.len(), 1);
    }
}
