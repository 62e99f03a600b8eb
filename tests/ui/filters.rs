//! Filtering: the editor, the chips over the map, areas drawn on it, filters saved in the project.

use std::process::Command;

use clashmap::derive::{Figure, Question};
use clashmap::model::{Filters, Kind, When};
use clashmap::panels::Action;
use egui::Key;

use crate::desk::{CTRL, CTRL_SHIFT, Desk};

fn opened() -> Desk {
    let mut desk = Desk::sample();
    desk.key(CTRL_SHIFT, Key::F);
    assert!(desk.control("Close filters (Ctrl+Shift+F)").focused, "the editor takes the keyboard");
    desk
}

fn of_kind(desk: &Desk, kind: &Kind) -> usize {
    desk.project().iter().filter(|(_, i)| i.kind == *kind).count()
}

#[test]
fn a_choice_says_what_it_would_leave_and_a_chip_says_what_it_hides() {
    let mut desk = opened();
    let n = of_kind(&desk, &Kind::Shelling);
    assert!(n > 1 && !desk.reads("hidden by filters"));
    desk.click(&format!("Kind: Shelling, {n} incidents"));
    assert_eq!(desk.rows().len(), n);
    let hidden = 34 - n;
    assert!(desk.has(&format!("{n} of 34 incidents")) && desk.has(&format!("{n} of 34 incidents shown")));
    assert!(desk.has(&format!("{hidden} of 34 incidents hidden by filters")));
    assert!(desk.has(&format!("Filter kind: Shelling, hides {hidden}")));
    // A second kind widens; another condition narrows.
    desk.click_like("Kind: Armed clash, ");
    assert!(
        desk.rows().len() > n && desk.reads("Filter kind: Armed clash, Shelling")
            || desk.reads("Filter kind: Shelling, Armed clash")
    );
    desk.click_like("Remove filter kind: ");
    assert!(desk.rows().len() == 34 && !desk.reads("hidden by filters"));
    assert!(!desk.app().is_dirty(), "looking is no work to save");
}

#[test]
fn show_all_takes_every_filter_and_the_window_away() {
    let mut desk = Desk::sample();
    let filters = Filters { kinds: vec![Kind::Statement], unsourced: true, ..Filters::default() };
    let span = When::parse("1999").ok().map(|w| w.span());
    desk.act(Action::Ask(Question { filters, span, ..Question::default() }));
    assert!(desk.rows().is_empty() && desk.has("Nothing to show") && desk.has("34 of 34 incidents hidden by filters"));
    for chip in ["Filter 1 Jan 1999 – 31 Dec 1999, hides", "Filter kind: Statement, hides", "Filter no source, hides"]
    {
        assert!(desk.reads(chip), "{chip}: {:#?}", desk.names());
    }
    desk.click("Show all");
    assert_eq!(desk.rows().len(), 34);
    assert_eq!(desk.app().question(), &Question::default());
}

#[test]
fn the_search_field_is_a_filter_that_map_and_totals_obey() {
    let mut desk = Desk::sample();
    desk.type_into("Search incidents", "Sotk");
    let found = desk.rows().len();
    assert!(found > 0 && found < 34);
    assert_eq!(desk.app().derived().len(), found);
    assert!(desk.reads("Filter text: “Sotk”, hides"));
    let hidden = desk.project().iter().map(|(id, _)| id).find(|id| !desk.app().derived().rows().any(|r| r.id == *id));
    assert_eq!(desk.app().mark_of(hidden.unwrap()), None, "no mark on the map");
    desk.click_like("Remove filter text: ");
    assert!(desk.control("Search incidents").value.is_empty() && desk.rows().len() == 34);
}

#[test]
fn the_range_of_the_dead_is_typed_and_no_figure_is_its_own_choice() {
    let mut desk = opened();
    desk.type_into("Dead from", "10");
    assert!(desk.reads("Filter dead: ≥ 10, hides"));
    let number = |f: &Figure| f.high.is_none_or(|h| h >= 10) && f.is_known();
    assert!(desk.app().derived().rows().all(|r| number(&r.dead.total)));
    desk.type_into("Dead to", "5");
    assert!(
        desk.reads("two whole numbers") && desk.reads("Filter dead: ≥ 10, hides"),
        "what cannot be read changes nothing"
    );
    desk.type_into("Dead to", "50");
    assert!(desk.reads("Filter dead: 10–50, hides"));
    desk.click_like("Dead: no figure");
    assert!(desk.reads("Filter dead: no figure, hides"));
    assert!(!desk.rows().is_empty() && desk.app().derived().rows().all(|r| !r.dead.total.is_known()));
}

#[test]
fn an_area_is_drawn_by_its_corners_and_closed_by_enter() {
    let mut desk = opened();
    let map = desk.control("Map").rect;
    let at = |x: f32, y: f32| map.min + map.size() * egui::vec2(x, y);
    desk.click("Draw an area on the map");
    assert!(desk.has("Click the first corner of the area"));
    desk.click_at(at(0.3, 0.3));
    desk.press(Key::Enter);
    assert!(desk.has("An area needs three corners"), "{:#?}", desk.names());
    for (x, y) in [(0.7, 0.3), (0.9, 0.9), (0.7, 0.7)] {
        desk.click_at(at(x, y));
    }
    assert!(desk.reads("4 corners: a double click or Enter"));
    desk.press(Key::Backspace);
    desk.click_at(at(0.7, 0.72));
    desk.press(Key::Enter);
    assert_eq!(desk.app().question().filters.area.as_ref().map(|a| a.corners().len()), Some(4));
    assert!(desk.reads("Filter area: drawn, 4 corners, hides"));
    assert_eq!(desk.app().selected(), None, "a corner selects nothing");
    // Escape drops what is drawn and leaves the area there was.
    desk.click("Draw an area on the map");
    desk.click_at(at(0.5, 0.5));
    desk.press(Key::Escape);
    assert!(!desk.reads("corner:") && desk.app().question().filters.area.is_some());
    desk.click("Remove area");
    assert_eq!(desk.app().question().filters.area, None);
}

#[test]
fn a_double_click_closes_an_area_and_zooms_nothing() {
    let mut desk = opened();
    let map = desk.control("Map").rect;
    let zoom = desk.app().camera().zoom;
    desk.click("Draw an area on the map");
    for (x, y) in [(0.2, 0.2), (0.8, 0.2), (0.8, 0.8), (0.8, 0.8)] {
        desk.click_at(map.min + map.size() * egui::vec2(x, y));
    }
    assert_eq!(desk.app().question().filters.area.as_ref().map(|a| a.corners().len()), Some(3));
    assert_eq!(desk.app().camera().zoom, zoom);
    desk.click("As the map shows");
    assert_eq!(desk.app().question().filters.area.as_ref().map(|a| a.corners().len()), Some(4));
}

#[test]
fn filters_are_saved_by_name_chosen_renamed_and_deleted_and_each_can_be_undone() {
    let mut desk = opened();
    desk.click_like("Kind: Statement, ");
    let shown = desk.rows().len();
    desk.fill("Name for these filters", "What was said");
    assert!(desk.has("Saved filter: What was said") && desk.app().is_dirty());
    desk.click("Clear all");
    assert_eq!(desk.rows().len(), 34);
    desk.click("Saved filter: What was said");
    assert_eq!(desk.rows().len(), shown);
    desk.click("Rename filter What was said");
    desk.fill("New name of the filter", "Statements");
    assert!(desk.has("Saved filter: Statements") && !desk.has("Saved filter: What was said"));
    desk.click("Delete filter Statements");
    assert!(!desk.has("Saved filter: Statements"));
    desk.undo();
    assert!(desk.has("Saved filter: Statements"));
    desk.undo();
    desk.undo();
    assert!(!desk.reads("Saved filter: ") && !desk.app().is_dirty());
    assert_eq!(desk.rows().len(), shown, "undo changes the project, not what is looked at");
}

#[test]
fn escape_closes_the_editor_and_what_was_typed_for_a_name_stays() {
    let mut desk = opened();
    desk.click_like("Kind: Statement, ");
    desk.type_into("Name for these filters", "half a na");
    desk.press(Key::Escape);
    desk.press(Key::Escape);
    assert!(!desk.has("Close filters (Ctrl+Shift+F)"));
    desk.click_like("Filter kind: Statement, hides");
    assert_eq!(desk.control("Name for these filters").value, "half a na");
    desk.key(CTRL, Key::F);
    assert!(desk.control("Search incidents").focused);
}

#[test]
fn the_strip_never_lies_on_the_legend() {
    for height in [500.0, 700.0, 900.0] {
        let mut desk = Desk::sized(crate::desk::sample(), None, "x", [1366.0, height], 1.0);
        desk.press(Key::G);
        desk.press(Key::G);
        let filters = Filters {
            kinds: vec![Kind::Statement, Kind::Shelling, Kind::ArmedClash],
            text: "a".into(),
            unsourced: true,
            contradicted: true,
            dead: clashmap::model::DeadFilter::parse("1..9"),
            grade: clashmap::model::GradeFilter::parse("B2"),
            tags: ["one", "two", "three"].iter().filter_map(|t| clashmap::model::TagFilter::parse(t)).collect(),
            ..Filters::default()
        };
        desk.act(Action::Filter(Box::new(filters)));
        let lowest = desk.seen().into_iter().filter(|s| s.name.starts_with("Filter ")).map(|s| s.rect.bottom());
        let lowest = lowest.fold(0.0, f32::max);
        assert!(lowest > 40.0);
        for [l, t, ..] in desk.app().furniture() {
            let top = t + desk.control("Map").rect.top();
            assert!(*l > 700.0 || top > lowest, "furniture at {top}, strip to {lowest}, window {height}");
        }
    }
}

/// The promise that a figure on the screen is the figure of the command line.
#[test]
fn the_totals_of_the_window_are_those_of_the_command_line() {
    let sample = concat!(env!("CARGO_MANIFEST_DIR"), "/assets/september-2022.clashmap.geojson");
    let mut desk = Desk::sample();
    let window = When::parse("2022-09-13/2022-09-14").unwrap().span();
    let filters = Filters { kinds: vec![Kind::Shelling, Kind::ArmedClash], text: "fire".into(), ..Filters::default() };
    for (question, options) in [
        (
            Question { span: Some(window), filters, ..Question::default() },
            &["--from", "2022-09-13", "--to", "2022-09-14", "--kind", "shelling,armed-clash", "--text", "fire"][..],
        ),
        (
            Question {
                span: Some(window),
                filters: Filters {
                    dead: clashmap::model::DeadFilter::parse("1.."),
                    contradicted: true,
                    ..Filters::default()
                },
                ..Question::default()
            },
            &["--from", "2022-09-13", "--to", "2022-09-14", "--figure", "1..", "--contradicted"],
        ),
    ] {
        desk.act(Action::Ask(question));
        let derived = desk.app().derived();
        assert!(!derived.is_empty() && derived.hidden > 0, "{options:?}");
        let output = Command::new(env!("CARGO_BIN_EXE_clashmap"))
            .args(["stats", sample, "--json"])
            .args(options)
            .output()
            .unwrap();
        assert!(output.status.success(), "{options:?}: {}", String::from_utf8_lossy(&output.stderr));
        let stats: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(stats["incidents"], derived.len());
        assert_eq!(desk.rows().len(), derived.len(), "the list");
        let of_window: Vec<serde_json::Value> = derived
            .totals
            .iter()
            .map(|(k, f)| {
                serde_json::json!({
                    "party": k.party.as_str(), "status": k.status.id(), "category": k.category.id(), "low": f.low,
                    "best": f.best, "high": f.high, "claims": f.claims, "contradicted": f.contradicted,
                })
            })
            .collect();
        assert_eq!(stats["tolls"], serde_json::Value::Array(of_window), "{options:?}");
    }
}
