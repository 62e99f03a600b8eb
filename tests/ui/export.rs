//! Giving out data: what is offered, what is said to be lost, what is written, what is copied.

use clashmap::panels::Action;
use egui::{Event, Key};

use crate::desk::{CTRL, CTRL_SHIFT, Desk};

const SOTK: &str = "Fire in the Sotk direction";

/// What the last frames put on the clipboard.
fn copied(desk: &Desk) -> Option<String> {
    desk.window.output().platform_output.commands.iter().find_map(|c| match c {
        egui::OutputCommand::CopyText(text) => Some(text.clone()),
        _ => None,
    })
}

#[test]
fn the_page_says_what_a_format_cannot_hold_before_it_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("out.gpx");
    let mut desk = Desk::sample();
    desk.key(CTRL_SHIFT, Key::E);
    for format in ["GeoJSON", "CSV tables", "GeoPackage", "KMZ", "GPX", "XLSX workbook", "kepler.gl"] {
        assert!(desk.has(format), "{format}");
    }
    desk.click("CSV tables");
    assert!(desk.reads("Nothing is lost") && desk.has("Exact cells"));
    desk.click("GPX");
    assert!(desk.reads("1 incident without a position") && !desk.has("Exact cells"));
    desk.click("Save as …");
    desk.type_into("Path", &path.display().to_string());
    desk.click("Save");
    assert!(desk.reads("GPX saved"));
    assert!(std::fs::read_to_string(&path).unwrap().contains("<gpx version=\"1.1\""));
    assert!(!desk.app().is_dirty());
}

#[test]
fn only_what_the_filter_shows_is_given_out_unless_all_is_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("out");
    let mut desk = Desk::sample();
    let filters = clashmap::derive::Filters {
        kinds: vec![clashmap::model::Kind::Statement],
        ..clashmap::derive::Filters::default()
    };
    let shown = desk.project().iter().filter(|(_, i)| i.kind == clashmap::model::Kind::Statement).count();
    desk.act(Action::Filter(Box::new(filters)));
    desk.key(CTRL_SHIFT, Key::E);
    assert!(desk.has(&format!("What the filter shows ({shown})")));
    desk.click("CSV tables");
    desk.click("Save as …");
    desk.type_into("Path", &path.display().to_string());
    desk.click("Save");
    let opened = clashmap::io::tables::open_csv(&folder.path().join("out.csv")).unwrap().unwrap();
    assert_eq!(opened.project.len(), shown);
}

#[test]
fn the_selected_incident_is_copied_as_rows_and_as_geojson() {
    let mut desk = Desk::sample();
    desk.select(SOTK);
    desk.event(Event::Copy);
    let rows = copied(&desk).expect("copied");
    let lines: Vec<&str> = rows.lines().collect();
    assert_eq!(lines.len(), 2);
    assert!(lines[0].starts_with("uid\tkind\ttitle\twhen\t") && lines[1].contains(SOTK));
    assert_eq!(lines[0].split('\t').count(), lines[1].split('\t').count());
    desk.act(Action::CopyIncidents(true));
    assert!(desk.reads("Copied: 1 incident as GeoJSON"));
}

#[test]
fn several_chosen_incidents_are_copied_in_the_order_of_the_list() {
    let mut desk = Desk::sample();
    desk.select(SOTK);
    let kut = desk.rows().into_iter().find(|r| r.contains("Fire at Kut")).unwrap();
    let at = desk.control(&kut).rect.center();
    desk.click_with(at, CTRL);
    desk.event(Event::Copy);
    let rows = copied(&desk).expect("copied");
    let lines: Vec<&str> = rows.lines().collect();
    assert_eq!(lines.len(), 3, "{rows}");
    assert!(lines[1..].iter().any(|l| l.contains(SOTK)) && lines[1..].iter().any(|l| l.contains("Fire at Kut")));
    // What was copied here is understood there.
    let mut other = Desk::new(crate::desk::empty(), None, "untitled");
    other.event(Event::Paste(rows));
    other.settle();
    if other.reads("Bring in what was pasted") {
        other.click("Bring in");
    }
    assert_eq!(other.project().len(), 2, "{:#?}", other.names());
}
