//! The command line writes by the ending of the name.

use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

const SAMPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/assets/september-2022.clashmap.geojson");

fn convert(input: &Path, output: &Path, options: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_clashmap"));
    command.env_remove("DISPLAY").env_remove("WAYLAND_DISPLAY").stdin(Stdio::null());
    command.arg("convert").arg(input).arg(output).args(options).output().unwrap()
}

#[test]
fn a_project_goes_to_csv_and_comes_back_with_the_same_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let (csv, back) = (folder.path().join("a.csv"), folder.path().join("b.clashmap.geojson"));
    assert_eq!(convert(Path::new(SAMPLE), &csv, &[]).status.code(), Some(0));
    let output = convert(&csv, &back, &[]);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(std::fs::read(&back).unwrap(), std::fs::read(SAMPLE).unwrap());
}

#[test]
fn view_options_choose_and_the_report_says_what_is_lost() {
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("a.gpx");
    let output = convert(Path::new(SAMPLE), &target, &["--json", "--kind", "statement", "--as-known", "2022-09-13"]);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let lost: Vec<&str> = report["lost"].as_array().unwrap().iter().map(|l| l.as_str().unwrap()).collect();
    assert!(lost.iter().any(|l| l.contains("hidden by the filter")), "{lost:?}");
    let gpx = std::fs::read_to_string(&target).unwrap();
    assert!(gpx.contains("own-side · as known on 13 Sep 2022"), "the basis of figures is named");
    assert!(!gpx.contains("<type>shelling</type>"));
    let output = convert(Path::new(SAMPLE), &target, &["--kind", "statmnt"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stdout).contains("no incident is of kind “statmnt”"));
}
