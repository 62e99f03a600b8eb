//! The subcommand itself: its report, its exit codes, what it leaves on the disk.

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

const SAMPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/assets/september-2022.clashmap.geojson");

pub(crate) fn convert(input: &Path, output: &Path, options: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_clashmap"));
    command.env_remove("DISPLAY").env_remove("WAYLAND_DISPLAY").stdin(Stdio::null());
    command.arg("convert").arg(input).arg(output).args(options).output().unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

#[test]
fn a_project_converted_to_a_project_has_the_same_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("copy.clashmap.geojson");
    let output = convert(Path::new(SAMPLE), &target, &["--json"]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    assert_eq!(fs::read(&target).unwrap(), fs::read(SAMPLE).unwrap());
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let mut keys: Vec<&str> = report.as_object().unwrap().keys().map(String::as_str).collect();
    keys.sort_unstable();
    assert_eq!(keys, ["accepted", "lost", "read", "rejected", "warnings"]);
    assert_eq!(report["read"], report["accepted"]);
}

#[test]
fn an_ending_that_names_no_format_is_refused_before_anything_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("map.doc");
    let output = convert(Path::new(SAMPLE), &target, &[]);
    assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0));
    assert!(said(&output).contains("names no format") && said(&output).lines().count() == 1, "{}", said(&output));
    assert!(!target.exists());
}
