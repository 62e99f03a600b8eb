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

/// The sample with a log of one step.
fn logged(folder: &Path) -> std::path::PathBuf {
    use clashmap::edit::{Command, MetaEdit, Workspace};
    use clashmap::io::project;
    let mut w = Workspace::new(project::open(Path::new(SAMPLE)).unwrap().project, true);
    w.commit(Command::Meta(MetaEdit::KeepLog(true))).unwrap();
    w.log(1_795_651_812, "anna on desk-3");
    let path = folder.join("logged.clashmap.geojson");
    project::save(&path, w.project()).unwrap();
    path
}

#[test]
fn the_log_of_edits_stays_in_a_whole_project_file_and_goes_into_no_other_format() {
    let folder = tempfile::tempdir().unwrap();
    let project = logged(folder.path());
    let before = std::fs::read(&project).unwrap();
    let told = |name: &str, options: &[&str]| {
        let target = folder.path().join(name);
        let output = convert(&project, &target, options);
        assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
        (std::fs::read(&target).unwrap(), String::from_utf8(output.stdout).unwrap())
    };
    let has = |bytes: &[u8], words: &str| bytes.windows(words.len()).any(|w| w == words.as_bytes());
    assert_eq!(told("a.clashmap.geojson", &[]).0, before);
    let (bytes, said) = told("b.clashmap.geojson", &["--no-log"]);
    assert!(said.contains("lost: the log of 1 edit: left out") && !has(&bytes, "anna on desk-3"), "{said}");
    assert!(!has(&told("c.clashmap.geojson", &["--kind", "statement"]).0, "anna on desk-3"));
    assert!(has(&told("d.clashmap.geojson", &["--kind", "statement", "--log"]).0, "anna on desk-3"));
    for name in ["a.csv", "a.geojson", "a.gpkg", "a.kml", "a.xlsx"] {
        let (bytes, said) = told(name, &["--sensitive"]);
        assert!(said.contains("lost: the log of 1 edit: left out"), "{name}: {said}");
        assert!(!has(&bytes, "anna on desk-3") && !has(&bytes, "keep a log of edits"), "{name}");
    }
    let beside = std::fs::read_dir(folder.path()).unwrap().map(|e| e.unwrap().path());
    for path in beside.filter(|p| p.extension().is_some_and(|e| e == "csv")) {
        assert!(!has(&std::fs::read(&path).unwrap(), "anna on desk-3"), "{}", path.display());
    }
}

#[test]
fn an_update_of_a_project_that_keeps_a_log_is_noted_there_and_check_counts_the_entries() {
    let folder = tempfile::tempdir().unwrap();
    let project = logged(folder.path());
    let rows = folder.path().join("more.csv");
    std::fs::write(&rows, "uid,title,kind,when\nnew-1,One more,shelling,2022-09-14\n").unwrap();
    let target = folder.path().join("updated.clashmap.geojson");
    let output = convert(&rows, &target, &["--update", project.to_str().unwrap()]);
    assert!(target.exists(), "{}", String::from_utf8_lossy(&output.stderr));
    let log = clashmap::io::project::open(&target).unwrap().project.log().clone();
    let last = log.iter().next_back().unwrap();
    assert_eq!((log.len(), &*last.step, last.uid.as_ref().unwrap().as_str()), (2, "import 1 incident", "new-1"));
    assert!(last.at > 1_700_000_000 && !last.who.is_empty());
    let mut check = Command::new(env!("CARGO_BIN_EXE_clashmap"));
    let checked = check.args(["check", target.to_str().unwrap(), "--json"]).output().unwrap();
    let report: Value = serde_json::from_slice(&checked.stdout).unwrap();
    assert_eq!(report["logged"], 2);
}
