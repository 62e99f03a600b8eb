//! A second import of the same file into a project, through the real program.

use std::fs;
use std::path::Path;

use serde_json::Value;

use super::convert::convert;

const HEAD: &str = "id,date,place,lat,lon,party,killed armenia,who says it\n";
const SOTK: &str = "1,2022-09-13,Sotk,40.2,45.9,Armenia,3,MoD\n";
const GORIS: &str = "2,2022-09-14,Goris,39.5,46.3,Armenia,,\n";

fn run(folder: &Path, rows: &[&str], options: &[&str]) -> (Option<i32>, Value, String) {
    let (table, project) = (folder.join("a.csv"), folder.join("p.clashmap.geojson"));
    fs::write(&table, format!("{HEAD}{}", rows.concat())).unwrap();
    let output = convert(&table, &project, options);
    let report = serde_json::from_slice(&output.stdout).unwrap_or(Value::Null);
    let said = [output.stdout, output.stderr].concat();
    (output.status.code(), report, String::from_utf8(said).unwrap())
}

#[test]
fn a_project_is_updated_from_a_later_version_of_the_file_and_keeps_what_that_has_no_longer() {
    let folder = tempfile::tempdir().unwrap();
    let project = folder.path().join("p.clashmap.geojson");
    let path = project.display().to_string();
    assert_eq!(run(folder.path(), &[SOTK, GORIS], &[]).0, Some(0));
    let first = fs::read(&project).unwrap();
    let again = run(folder.path(), &[SOTK, GORIS], &["--update", &path, "--json"]);
    assert_eq!((again.0, &again.1["update"]["unchanged"]), (Some(0), &2.into()), "{}", again.2);
    assert_eq!(fs::read(&project).unwrap(), first, "the same file again gives the same bytes");

    let later = ["1,2022-09-13,Sotk,40.25,45.9,Armenia,5,MoD\n", "3,2022-09-15,Jermuk,39.8,45.7,Armenia,,\n"];
    let told = run(folder.path(), &later, &["--update", &path, "--dry-run", "--json"]);
    assert_eq!(fs::read(&project).unwrap(), first, "told, not written");
    let update = &told.1["update"];
    assert_eq!((&update["new"], update["gone"][0].as_str()), (&1.into(), Some("2")), "{}", told.2);
    let fields: Vec<&str> =
        update["changed"][0]["fields"].as_array().unwrap().iter().map(|f| f["field"].as_str().unwrap()).collect();
    assert_eq!(fields, ["place.position", "claims"]);

    let done = run(folder.path(), &later, &["--update", &path]);
    assert!(done.2.contains("(uid 1), place.position: 40.2, 45.9 → 40.25, 45.9"), "{}", done.2);
    assert!(done.2.contains("update: 1 new, 1 changed, 0 unchanged"), "{}", done.2);
    let text = fs::read_to_string(&project).unwrap();
    for word in ["\"uid\":\"1\"", "\"uid\":\"2\"", "\"uid\":\"3\"", "superseded"] {
        assert!(text.contains(word), "{word} in {text}");
    }
}

#[test]
fn rows_that_look_like_an_incident_there_is_are_named_and_joined_when_asked() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("p.clashmap.geojson").display().to_string();
    run(folder.path(), &[SOTK], &[]);
    let twin = "77,2022-09-13,Sotk,40.2,45.9,Armenia,4,Ombudsman\n";
    let told = run(folder.path(), &[twin], &["--update", &path, "--dry-run", "--json"]);
    assert_eq!(told.1["update"]["alike"][0]["like"], "1", "{}", told.2);
    let joined = run(folder.path(), &[twin], &["--update", &path, "--merge-same", "--json"]);
    assert_eq!((&joined.1["update"]["new"], &joined.1["update"]["alike"][0]["joined"]), (&0.into(), &true.into()));
    let project: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
    let features = project["features"].as_array().unwrap();
    assert_eq!((features.len(), features[0]["properties"]["claims"].as_array().unwrap().len()), (1, 2));
}

#[test]
fn a_project_that_cannot_be_opened_is_not_updated() {
    let folder = tempfile::tempdir().unwrap();
    let (code, _, said) = run(folder.path(), &[SOTK], &["--update", "nowhere.clashmap.geojson"]);
    assert!(code == Some(2) && said.contains("nowhere") && said.lines().count() == 1, "{said}");
}
