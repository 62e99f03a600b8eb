//! Texts that would do something in the program that reads them.

use clashmap::io::export::{Export, Format, Options, parts};
use clashmap::model::{Meta, Project};

use super::{KARABAKH, TEXTS, file, hostile, part, sample, text};

#[test]
fn every_format_takes_an_empty_project_and_one_of_hostile_texts() {
    for format in Format::ALL {
        let empty = part(&Project::new(Meta::default(), [], Vec::new()), *format);
        assert!(!empty.is_empty(), "{format:?}");
        assert!(part(&hostile(), *format).len() > empty.len(), "{format:?}");
    }
}

#[test]
fn the_same_project_gives_the_same_bytes() {
    for format in Format::ALL {
        let project = sample(KARABAKH);
        assert!(part(&project, *format) == part(&project, *format), "{format:?}");
    }
}

#[test]
fn no_cell_of_a_csv_is_taken_for_a_formula() {
    let exported = parts(&super::all(&hostile()), Format::Csv, "a").unwrap();
    assert_eq!(exported.len(), 5);
    for part in &exported {
        let content = String::from_utf8(part.bytes.clone()).unwrap();
        let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(content.as_bytes());
        for record in reader.records() {
            for cell in &record.unwrap() {
                assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r']), "{}: {cell:?}", part.name);
            }
        }
    }
    let incidents = file(&exported, "a.csv");
    assert!(incidents.contains("'=cmd|") && incidents.starts_with('\u{feff}'));
    let options = Options { exact_cells: true, ..Options::default() };
    let exact = parts(&Export::new(&hostile(), options), Format::Csv, "a").unwrap();
    let incidents = file(&exact, "a.csv");
    assert!(!incidents.contains("'=cmd|") && incidents.contains("=cmd|") && !incidents.starts_with('\u{feff}'));
}

#[test]
fn xml_is_well_formed_and_holds_every_text_as_text() {
    for format in [Format::Kml, Format::Gpx] {
        let xml = text(&hostile(), format);
        let tree = roxmltree::Document::parse(&xml).unwrap();
        assert!(tree.descendants().all(|n| n.tag_name().name() != "script"), "{format:?}");
        let names: Vec<&str> =
            tree.descendants().filter(|n| n.tag_name().name() == "name").filter_map(|n| n.text()).collect();
        for t in TEXTS.iter().take(9) {
            assert!(names.contains(t), "{format:?} has no {t:?}: {names:?}");
        }
    }
}

#[test]
fn a_figure_that_is_not_known_is_nowhere_a_nought() {
    let mut project = hostile();
    let mut incident = project.iter().next().unwrap().1.clone();
    incident.claims[0].count = clashmap::model::Count::Unknown;
    project = Project::new(project.meta().clone(), [incident], Vec::new());
    let json: serde_json::Value = serde_json::from_str(&text(&project, Format::GeoJson)).unwrap();
    assert!(json["features"][0]["properties"].get("killed_armenia_best").is_none());
    let tables = clashmap::io::tables::apart(&project, &super::all(&project).figures()).unwrap();
    let column = tables.incidents.column("killed_armenia_best").unwrap();
    assert_eq!(tables.incidents.rows[0][column].shown(), "");
}

#[test]
fn json_for_web_maps_is_sound_and_holds_texts_as_texts() {
    let project = hostile();
    let kepler: serde_json::Value = serde_json::from_str(&text(&project, Format::Kepler)).unwrap();
    let data = &kepler["datasets"][0]["data"];
    let (fields, rows) = (data["fields"].as_array().unwrap(), data["allData"].as_array().unwrap());
    assert_eq!(rows.len(), project.len());
    assert!(rows.iter().all(|r| r.as_array().unwrap().len() == fields.len()));
    let nowhere = rows.iter().find(|r| r[0] == "nowhere").unwrap();
    assert!(nowhere[3].is_null() && nowhere[5].is_null() && nowhere[12].is_null(), "unknown is null: {nowhere}");

    let events: serde_json::Value = serde_json::from_str(&text(&project, Format::TimeMap)).unwrap();
    for event in events.as_array().unwrap() {
        assert!(event["latitude"].is_string() == event["longitude"].is_string() && event["description"].is_string());
        for (key, value) in event.as_object().unwrap() {
            assert!(value.is_string() || ["associations", "sources"].contains(&key.as_str()), "{key}: {value}");
        }
    }
    assert_eq!(events[2]["date"], "9/13/2022");
    assert_eq!(events[1]["time_precision"], "month");

    let story: serde_json::Value = serde_json::from_str(&text(&project, Format::StoryMap)).unwrap();
    let slides = story["storymap"]["slides"].as_array().unwrap();
    assert_eq!(slides[0]["type"], "overview");
    assert_eq!(slides.len(), 1 + project.iter().filter(|(_, i)| i.place.position.is_some()).count());
    assert!(slides.iter().all(|s| !s.to_string().contains("<script")));
}

#[test]
fn a_workbook_has_totals_that_name_policy_and_date_and_no_formula() {
    let bytes = part(&sample(KARABAKH), Format::Xlsx);
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    let mut all = String::new();
    for n in 0..archive.len() {
        let mut file = archive.by_index(n).unwrap();
        std::io::Read::read_to_string(&mut file, &mut all).unwrap();
    }
    assert!(all.contains("own-side · as known today"));
    assert!(!all.contains("<f>"), "no cell is a formula");
}
