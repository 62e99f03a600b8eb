//! Looking: the list, the map, the search, the keys.

use clashmap::panels::help::SHEET;
use egui::accesskit::Role;
use egui::{Key, ViewportId};

use crate::desk::{CTRL, Desk, empty};

const SOTK: &str = "Fire in the Sotk direction";

#[test]
fn the_sample_opens_with_its_34_incidents_in_the_list() {
    let desk = Desk::sample();
    assert!(desk.has("34 incidents"));
    assert_eq!(desk.rows().len(), 34);
    for (_, incident) in desk.project().iter() {
        assert!(desk.rows().iter().any(|r| r.starts_with(&*incident.title)), "{}", incident.title);
    }
}

#[test]
fn a_row_says_a_year_once() {
    assert!(Desk::sample().has("First Nagorno-Karabakh war, about 1988"));
}

#[test]
fn selecting_a_row_shows_its_title_and_claims_in_the_inspector() {
    let mut desk = Desk::sample();
    desk.click_like("Fire in the Sotk direction, ");
    assert_eq!(&*desk.selected().title, SOTK);
    assert!(desk.has(SOTK), "the heading of the inspector");
    assert_eq!(desk.control("Title").value, SOTK);
    let claims = desk.selected().claims.len();
    assert!(claims > 0 && desk.has(&format!("Claims ({claims})")));
    assert_eq!(desk.names().iter().filter(|n| n.starts_with("Claim: ")).count(), claims);
}

#[test]
fn a_mark_of_the_map_has_a_name_a_click_selects_it_and_a_second_one_zooms() {
    let mut desk = Desk::sample();
    let id = desk.id(SOTK);
    let mark = desk.control_like("Fire in the Sotk direction: ");
    assert_eq!(mark.role, Role::Button);
    assert!(mark.name.contains("13–14 Sep") && mark.rect.contains(desk.app().mark_of(id).unwrap()));
    desk.click(&mark.name);
    assert_eq!(desk.app().selected(), Some(id));
    let before = desk.app().camera().zoom;
    desk.click_like("Fire in the Sotk direction: ");
    assert!(desk.app().camera().zoom > before + 0.5);
    assert_eq!(desk.app().selected(), Some(id), "still selected");
}

/// The sample with two incidents at the very same place, which no zoom takes apart.
fn with_a_stack() -> Desk {
    let mut desk = Desk::sample();
    desk.select("Fire at Geghamasar");
    desk.click("Duplicate incident");
    desk
}

fn members(desk: &Desk) -> Vec<crate::desk::Seen> {
    desk.seen()
        .into_iter()
        .filter(|s| {
            s.role == Role::Button && s.name.starts_with("Fire at Geghamasar") && s.name.ends_with(": 13–14 Sep 2022")
        })
        .collect()
}

const STACK: &str = "2 incidents: 13–14 Sep 2022";
const HUB: &str = "2 incidents, spread; list of all";

#[test]
fn a_stack_opens_round_its_place_and_its_middle_shows_the_list() {
    let mut desk = with_a_stack();
    let places = |desk: &Desk| desk.project().iter().map(|(_, i)| i.place.clone()).collect::<Vec<_>>();
    let before = places(&desk);
    desk.click_like(STACK);
    let marks = members(&desk);
    assert!(desk.has(HUB) && marks.len() == 2, "{:#?}", desk.names());
    // A member is selected, and the stack stays open for the next one.
    desk.click_at(marks[0].rect.center());
    assert!(desk.selected().title.starts_with("Fire at Geghamasar"));
    assert!(desk.has(HUB));
    desk.click(HUB);
    assert!(desk.has("2 incidents here") && desk.has("Zoom in on these"));
    desk.click("13 Sep  Fire at Geghamasar");
    assert!(!desk.has("Zoom in on these"));
    assert_eq!(places(&desk), before, "nothing recorded moves");
}

#[test]
fn an_open_stack_closes_by_escape_and_by_a_click_elsewhere_without_losing_the_selection() {
    let mut desk = with_a_stack();
    desk.click_like(STACK);
    desk.click_at(members(&desk)[1].rect.center());
    let selected = desk.app().selected();
    desk.press(Key::Escape);
    assert!(!desk.has(HUB) && desk.app().selected() == selected && selected.is_some());
    desk.click_like(STACK);
    assert!(desk.has(HUB));
    let hub = desk.control(HUB).rect.center();
    desk.click_at(hub + egui::vec2(-190.0, 30.0));
    assert!(!desk.has(HUB) && desk.app().selected() == selected, "{:#?}", desk.names());
}

#[test]
fn an_open_stack_is_reached_by_keys_and_its_members_are_not_dragged() {
    let mut desk = with_a_stack();
    let stack = desk.control_like(STACK).name;
    desk.focus(&stack);
    desk.press(Key::Enter);
    let focused = |desk: &Desk| desk.seen().into_iter().find(|c| c.focused).map(|c| c.name).unwrap_or_default();
    assert!(focused(&desk).starts_with("Fire at Geghamasar: "), "{}", focused(&desk));
    desk.press(Key::Enter);
    assert!(desk.has(HUB) && &*desk.selected().title == "Fire at Geghamasar");
    let before = desk.selected().place.clone();
    let at = desk.app().mark_of(desk.app().selected().unwrap()).unwrap();
    desk.drag(at, at + egui::vec2(60.0, 40.0));
    assert_eq!(desk.selected().place, before);
}

#[test]
fn the_search_narrows_the_list_as_one_types_in_any_script() {
    let mut desk = Desk::sample();
    for word in ["Sotk", "zod", "Սոթք", "SOTK dir"] {
        desk.type_into("Search incidents", word);
        assert!(desk.rows().iter().any(|r| r.starts_with(SOTK)), "{word}: {:?}", desk.rows());
        assert!(desk.rows().len() < 34, "{word}");
        assert!(desk.reads(&format!("{} of 34 incidents", desk.rows().len())));
    }
    desk.type_into("Search incidents", "no such words");
    assert!(desk.rows().is_empty() && desk.has("Nothing found for “no such words”."));
    desk.click("Clear search");
    assert_eq!(desk.rows().len(), 34);
    assert!(!desk.app().is_dirty(), "looking is no work to save");
}

#[test]
fn sorted_by_the_dead_the_largest_figure_is_first_and_rows_without_one_last() {
    let mut desk = Desk::sample();
    desk.click("Sort by dead");
    let rows = desk.rows();
    let dead = |row: &String| -> Option<u32> {
        let figure = row.strip_suffix(" killed")?.rsplit(", ").next()?;
        let digits: String = figure.split('–').next()?.chars().filter(char::is_ascii_digit).collect();
        digits.parse().ok()
    };
    let figures: Vec<Option<u32>> = rows.iter().map(dead).collect();
    assert!(rows[0].starts_with("Border clashes of September 2022") && figures[0] == Some(215), "{rows:?}");
    assert!(figures.is_sorted_by(|a, b| a >= b), "{figures:?}");
    desk.click("Sort by date");
    assert!(desk.rows()[0].starts_with("First Nagorno-Karabakh war"));
}

#[test]
fn an_empty_project_shows_three_doors() {
    let mut desk = Desk::new(empty(), None, "untitled");
    for door in ["Add a first incident", "Open a file", "Look at the example"] {
        assert_eq!(desk.control(door).role, Role::Button);
    }
    desk.click("Look at the example");
    assert!(desk.has("34 incidents") && !desk.has("Open a file"));
}

#[test]
fn f1_shows_every_shortcut_with_its_keys_and_takes_the_sheet_away_again() {
    let mut desk = Desk::sample();
    desk.press(Key::F1);
    for (heading, rows) in SHEET {
        assert!(desk.has(heading));
        for (keys, what) in rows {
            assert!(desk.has(keys) && desk.has(what), "{keys}: {what}");
        }
    }
    desk.press(Key::F1);
    assert!(!desk.has("Shortcuts"));
    desk.press(Key::F1);
    desk.press(Key::Escape);
    assert!(!desk.has("Shortcuts"));
}

#[test]
fn the_plain_keys_of_the_sheet_do_what_it_says() {
    let mut desk = Desk::sample();
    let fitted = desk.app().camera();

    assert!(desk.has("Dark theme"));
    desk.press(Key::T);
    assert!(desk.has("Light theme"));
    desk.press(Key::T);
    assert!(desk.has("Dark theme"));

    desk.press(Key::L);
    assert!(desk.has("Show list (L)") && !desk.has("Search incidents"));
    desk.press(Key::L);
    desk.press(Key::I);
    assert!(desk.has("Show inspector (I)") && !desk.has("No incident selected"));
    desk.press(Key::I);
    assert!(desk.has("No incident selected"));

    desk.press(Key::Plus);
    assert!(desk.app().camera().zoom > fitted.zoom);
    desk.press(Key::F);
    assert!((desk.app().camera().zoom - fitted.zoom).abs() < 0.01);
    desk.press(Key::Minus);
    assert!(desk.app().camera().zoom < fitted.zoom);
    desk.press(Key::F);

    let moved = |desk: &Desk| {
        let (a, b) = (fitted.center, desk.app().camera().center);
        (b.lon() - a.lon(), b.lat() - a.lat())
    };
    desk.press(Key::ArrowRight);
    assert!(moved(&desk).0 > 0.01 && moved(&desk).1.abs() < 0.01);
    desk.press(Key::ArrowLeft);
    desk.press(Key::ArrowUp);
    assert!(moved(&desk).0.abs() < 0.01 && moved(&desk).1 > 0.01);
    desk.press(Key::ArrowDown);
    assert!(moved(&desk).1.abs() < 0.01);

    desk.select(SOTK);
    desk.press(Key::Z);
    assert!(desk.app().camera().zoom > fitted.zoom + 0.5);
    desk.press(Key::Escape);
    assert_eq!(desk.app().selected(), None);

    desk.key(egui::Modifiers::ALT, Key::ArrowDown);
    let first = desk.app().selected();
    assert!(first.is_some());
    desk.key(egui::Modifiers::ALT, Key::ArrowDown);
    assert!(desk.app().selected() != first);
    desk.key(egui::Modifiers::ALT, Key::ArrowUp);
    assert_eq!(desk.app().selected(), first);

    desk.key(CTRL, Key::F);
    assert!(desk.control("Search incidents").focused);
    assert!(!desk.app().is_dirty());
}

#[test]
fn keys_typed_into_a_field_are_text_and_no_shortcuts() {
    let mut desk = Desk::sample();
    desk.type_into("Search incidents", "");
    for key in [Key::T, Key::L, Key::I, Key::N, Key::F] {
        desk.press(key);
    }
    assert!(desk.has("Dark theme") && desk.has("Hide list (L)") && desk.has("Hide inspector (I)"));
    assert!(desk.has("34 incidents") && !desk.reads("Click the map"));
}

#[test]
fn an_idle_window_asks_for_no_further_frame() {
    let mut desk = Desk::sample();
    let delay = |desk: &Desk| desk.window.output().viewport_output[&ViewportId::ROOT].repaint_delay;
    desk.window.run_steps(2);
    assert_eq!(delay(&desk), std::time::Duration::MAX, "{:?}", desk.window.ctx.repaint_causes());
    // Also after work: the notice goes by itself, then all is still again.
    desk.select(SOTK);
    desk.press(Key::Delete);
    assert!(desk.has("Undo"));
    desk.window.run_steps(40);
    assert!(!desk.has("Undo"));
    assert_eq!(delay(&desk), std::time::Duration::MAX, "{:?}", desk.window.ctx.repaint_causes());
}
