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
