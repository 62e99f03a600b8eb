//! Files of every version of the format, as they were written then: they open for ever, and are saved without a change.
//!
//! A new version of the format adds a file to `tests/golden/`; none is ever changed.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops at the first thing that is wrong"
)]

use std::fs;
use std::path::Path;

use clashmap::io::Severity;
use clashmap::io::project::{self, Opened};
use clashmap::model::Meta;

fn file(version: &str) -> String {
    let name = format!("tests/golden/{version}.clashmap.geojson");
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).unwrap()
}

fn written(opened: &Opened) -> String {
    let mut out = Vec::new();
    project::write(&opened.project, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// The members that are derived and never read back, taken out.
fn without_derived(text: &str) -> serde_json::Value {
    let mut value: serde_json::Value = serde_json::from_str(text).unwrap();
    for feature in value["features"].as_array_mut().unwrap() {
        let properties = feature["properties"].as_object_mut().unwrap();
        properties.retain(|key, _| key != "start" && key != "end" && !key.starts_with("killed_"));
    }
    value
}

#[test]
fn every_version_of_the_format_has_a_file_that_opens_without_a_warning_and_loses_nothing() {
    let mut versions = Vec::new();
    for entry in fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let version = name.strip_suffix(".clashmap.geojson").unwrap();
        let text = file(version);
        let opened = project::read(text.as_bytes()).unwrap();
        let (major, minor) = opened.project.meta().format;
        assert_eq!(format!("{major}.{minor}"), version);
        let noticed: Vec<_> = opened.findings.iter().filter(|f| f.severity != Severity::Info).collect();
        assert!(noticed.is_empty(), "{name}: {noticed:?}");
        assert_eq!(without_derived(&written(&opened)), without_derived(&text), "{name}");
        let again = project::read(written(&opened).as_bytes()).unwrap();
        assert_eq!(again.project, opened.project);
        versions.push((major, minor));
    }
    assert!(versions.contains(&Meta::FORMAT), "the version that is written now has a golden file: {versions:?}");
}

#[test]
fn a_newer_minor_version_keeps_what_it_says_and_a_newer_major_one_is_not_overwritten() {
    let later =
        file("1.0").replace("\"format\":\"1.0\"", "\"format\":\"1.9\",\"layers\":[{\"id\":\"x\",\"opacity\":0.50}]");
    let opened = project::read(later.as_bytes()).unwrap();
    assert!(opened.read_only.is_none());
    let back = written(&opened);
    assert!(back.contains("\"format\":\"1.9\"") && back.contains("{\"id\":\"x\",\"opacity\":0.50}"), "{back}");
    let newer = later.replace("\"format\":\"1.9\"", "\"format\":\"2.0\"");
    let opened = project::read(newer.as_bytes()).unwrap();
    assert!(opened.read_only.unwrap().contains("opened for reading only"));
    assert_eq!(opened.project.len(), 1);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("newer.clashmap.geojson");
    let said = project::save(&path, &opened.project).unwrap_err().to_string();
    assert!(said.contains("use a newer clashmap to change it") && !path.exists(), "{said}");
}
