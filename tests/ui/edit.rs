//! Working on an incident: typed, wrong, moved, copied, deleted, and taken back.

use clashmap::model::{Incident, Language, LonLat};
use egui::accesskit::Role;
use egui::{Key, Pos2, vec2};

use crate::desk::{CTRL, CTRL_SHIFT, Desk};

const SOTK: &str = "Fire in the Sotk direction";
const KUT: &str = "Fire at Kut";

#[test]
fn a_title_is_changed_by_enter_as_one_step_that_is_undone_and_redone_by_name() {
    let mut desk = Desk::sample();
    desk.select(SOTK);
    assert!(desk.has("Nothing to undo") && !desk.is_marked());
    desk.fill("Title", "Fire near Sotk");
    assert_eq!(&*desk.selected().title, "Fire near Sotk");
    assert!(desk.has("Undo: change title") && desk.is_marked() && desk.app().is_dirty());
    assert!(desk.rows().iter().any(|r| r.starts_with("Fire near Sotk, ")));
    desk.undo();
    assert_eq!(&*desk.selected().title, SOTK);
    assert!(desk.has("Nothing to undo") && desk.has("Redo: change title"), "one step, not one a letter");
    assert!(!desk.is_marked() && !desk.app().is_dirty());
    desk.key(CTRL, Key::Y);
    assert_eq!(&*desk.selected().title, "Fire near Sotk");
    desk.click("Undo: change title");
    assert_eq!(&*desk.selected().title, SOTK);
    desk.key(CTRL_SHIFT, Key::Z);
    assert_eq!(&*desk.selected().title, "Fire near Sotk");
}

#[test]
fn a_title_is_changed_by_leaving_the_field() {
    let mut desk = Desk::sample();
    desk.select(SOTK);
    desk.type_into("Title", "Left by Tab");
    assert_eq!(&*desk.selected().title, SOTK, "not before");
    desk.press(Key::Tab);
    assert_eq!(&*desk.selected().title, "Left by Tab");
    desk.type_into("Title", "Left by a click on another incident");
    desk.click_like("Fire at Kut, ");
    assert_eq!(&*desk.selected().title, KUT);
    desk.id("Left by a click on another incident");
    desk.undo();
    assert_eq!(&*desk.selected().title, "Left by Tab", "undo shows where it happened");
}

#[test]
fn escape_takes_a_typed_text_back() {
    let mut desk = Desk::sample();
    desk.select(SOTK);
    desk.type_into("Title", "Not meant");
    desk.press(Key::Escape);
    assert_eq!(desk.control("Title").value, SOTK);
    assert!(!desk.app().is_dirty() && &*desk.selected().title == SOTK);
}

#[test]
fn wrong_input_is_marked_at_its_field_kept_and_still_there_after_looking_elsewhere() {
    let mut desk = Desk::sample();
    desk.select(SOTK);
    let before: Incident = desk.selected().clone();
    desk.click_like("Claim: 4 ");
    for (field, wrong, says) in [
        ("Start", "31/02/2022", "no such day"),
        ("Position", "somewhere", "map link"),
        ("Radius, km", "far", "kilometres"),
        ("How many", "many many", "“many many” is not a number of people"),
        ("Part of", "nothing like it", "choose one"),
        ("Link", "ftp://x", "https://"),
    ] {
        desk.fill(field, wrong);
        assert!(desk.reads(says), "{field}: {:?}", desk.names());
        assert_eq!(desk.control(field).value, wrong);
    }
    desk.fill("How many", "80-71");
    assert!(desk.reads("80–71: the first number is larger"), "{:?}", desk.names());
    assert_eq!(*desk.selected(), before);
    assert!(desk.has("Nothing to undo"));
    assert!(desk.app().is_dirty(), "closing would lose what was typed");

    desk.click_like("Fire at Kut, ");
    assert!(!desk.reads("no such day"));
    desk.click_like("Fire in the Sotk direction, ");
    desk.click_like("Claim: 4 ");
    for (field, wrong) in [("Start", "31/02/2022"), ("Position", "somewhere"), ("How many", "80-71")] {
        assert_eq!(desk.control(field).value, wrong);
    }
    for says in ["no such day", "map link", "80–71: the first number is larger"] {
        assert!(desk.reads(says), "{says}");
    }
    desk.fill("How many", "71-80");
    assert!(!desk.reads("is larger") && desk.has("Undo: change claim"));
}

#[test]
fn a_kind_is_chosen_from_a_drop_down() {
    let mut desk = Desk::sample();
    desk.select(SOTK);
    let old = desk.selected().kind.label().to_owned();
    assert_ne!(old, "Ceasefire");
    let other = clashmap::model::Kind::KNOWN.iter().find(|k| k.label() != old).unwrap().clone();
    desk.choose("Kind", other.label());
    assert_eq!(desk.selected().kind, other);
    desk.click("Undo: change kind");
    assert_eq!(desk.selected().kind.label(), old);
}

/// A spot of the map with nothing round it.
fn clear_ground(desk: &Desk) -> Pos2 {
    let map = desk.control("Map").rect;
    let marks: Vec<_> = desk.project().iter().filter_map(|(id, _)| desk.app().mark_of(id)).collect();
    let spots = (2..9).flat_map(|x| (2..9).map(move |y| (x, y)));
    spots
        .map(|(x, y)| map.min + vec2(map.width() * x as f32 / 10.0, map.height() * y as f32 / 10.0))
        .find(|p| marks.iter().all(|m| m.distance(*p) > 160.0))
        .expect("clear ground")
}

fn placed(desk: &Desk) -> LonLat {
    desk.selected().place.position.unwrap()
}

#[test]
fn an_incident_is_added_by_n_and_a_click_named_moved_and_taken_back() {
    let mut desk = Desk::sample();
    let spot = clear_ground(&desk);
    desk.press(Key::N);
    assert!(desk.reads("Click the map") || desk.has("Add incident (N)"));
    assert_eq!(desk.project().len(), 34, "not before the click");
    desk.click_at(spot);
    assert_eq!(desk.project().len(), 35);
    assert!(desk.has("35 incidents") && desk.has("Undo: add incident"));
    assert!(desk.control("Title").focused, "one can type at once");
    desk.event(egui::Event::Text("Shots heard".into()));
    desk.press(Key::Enter);
    assert_eq!(&*desk.selected().title, "Shots heard");
    let id = desk.app().selected().unwrap();
    let mark = desk.app().mark_of(id).unwrap();
    assert!(mark.distance(spot) < 2.0, "{mark:?} {spot:?}");

    let before = placed(&desk);
    let camera = desk.app().camera();
    desk.drag(mark, mark + vec2(60.0, -40.0));
    let after = placed(&desk);
    assert!(after.lon() > before.lon() && after.lat() > before.lat());
    assert_eq!(desk.app().camera(), camera, "the map stays where it is");
    let mark = desk.app().mark_of(id).unwrap();
    assert!(mark.distance(spot + vec2(60.0, -40.0)) < 4.0, "{mark:?}");
    assert!(desk.has("Undo: move incident") && desk.has("Incident moved"));
    desk.undo();
    assert_eq!(placed(&desk), before);
    assert!(desk.has("Undo: change title"), "the drag was one step");
    desk.undo();
    desk.undo();
    assert_eq!(desk.project().len(), 34);
    assert!(desk.has("Nothing to undo") && !desk.app().is_dirty());
}

#[test]
fn escape_ends_the_wait_for_a_click() {
    let mut desk = Desk::sample();
    desk.press(Key::N);
    desk.press(Key::Escape);
    let spot = clear_ground(&desk);
    desk.click_at(spot);
    assert_eq!(desk.project().len(), 34);
}

#[test]
fn a_position_is_picked_on_the_map() {
    let mut desk = Desk::sample();
    desk.select(SOTK);
    let before = placed(&desk);
    let spot = clear_ground(&desk);
    desk.click("Pick on map");
    desk.click_at(spot);
    assert_eq!(&*desk.selected().title, SOTK);
    assert_ne!(placed(&desk), before);
    desk.click("Undo: move incident");
    assert_eq!(placed(&desk), before);
}

#[test]
fn a_drag_on_a_mark_that_is_not_selected_pans_and_moves_no_incident() {
    let mut desk = Desk::sample();
    let id = desk.id(SOTK);
    let mark = desk.app().mark_of(id).unwrap();
    desk.drag(mark, mark + vec2(80.0, 0.0));
    assert!(!desk.app().is_dirty());
}

#[test]
fn a_copy_has_its_own_life() {
    let mut desk = Desk::sample();
    desk.select(SOTK);
    let original = desk.selected().clone();
    desk.key(CTRL, Key::D);
    assert_eq!(desk.project().len(), 35);
    assert_eq!(&*desk.selected().title, "Fire in the Sotk direction (copy)");
    assert_ne!(desk.selected().uid, original.uid);
    desk.fill("Title", "Another");
    assert_eq!(*desk.project().get(desk.id(SOTK)).unwrap(), original);
}

#[test]
fn what_delete_takes_away_the_notice_brings_back() {
    let mut desk = Desk::sample();
    desk.select(SOTK);
    let before = desk.selected().clone();
    desk.press(Key::Delete);
    assert_eq!((desk.project().len(), desk.app().selected()), (33, None));
    assert!(desk.has("Incident deleted") && desk.has("33 incidents"));
    desk.click("Undo");
    assert_eq!(desk.project().len(), 34);
    assert_eq!(*desk.selected(), before);
    desk.click("Delete incident");
    assert_eq!(desk.project().len(), 33);
}

#[test]
fn a_place_is_completed_from_the_gazetteer_with_all_its_names() {
    let mut desk = Desk::sample();
    desk.select(KUT);
    let before = desk.selected().clone();
    desk.type_into("Place", "Xank");
    let offered = desk.seen().into_iter().find(|s| s.role == Role::Button && s.name.contains("Xankəndi")).unwrap();
    assert!(offered.name.starts_with("Stepanakert"), "{offered:?}");
    desk.click(&offered.name);
    let place = &desk.selected().place;
    assert!(place.names.get(Language::En).unwrap().starts_with("Stepanakert"));
    assert_eq!(place.names.get(Language::Az), Some("Xankəndi"));
    assert!(place.names.get(Language::Hy).is_some() && place.names.get(Language::Ru).is_some());
    let at = place.position.unwrap();
    assert!((at.lon() - 46.75).abs() < 0.05 && (at.lat() - 39.82).abs() < 0.05, "{at:?}");
    assert!(desk.control("Place").value.starts_with("Stepanakert"));
    desk.click("Undo: change place");
    assert_eq!(*desk.selected(), before, "one step");
    assert!(desk.has("Nothing to undo"));
}

#[test]
fn a_typed_position_is_read_in_any_usual_form() {
    let mut desk = Desk::sample();
    desk.select(SOTK);
    for text in ["40.2 45.9", "40°12′00″N 45°54′00″E", "https://www.openstreetmap.org/#map=12/40.2/45.9"] {
        desk.fill("Position", text);
        let at = placed(&desk);
        assert!((at.lat() - 40.2).abs() < 1e-4 && (at.lon() - 45.9).abs() < 1e-4, "{text}: {at:?}");
        desk.undo();
    }
}

#[test]
fn undo_while_typing_takes_back_letters_and_not_the_last_step() {
    let mut desk = Desk::sample();
    desk.select(SOTK);
    desk.fill("Title", "One step");
    desk.type_into("Notes", "being typed");
    desk.undo();
    assert_eq!(&*desk.selected().title, "One step");
    assert!(desk.control("Notes").focused);
}

#[test]
fn deleting_while_a_field_has_the_keyboard_deletes_letters() {
    let mut desk = Desk::sample();
    desk.select(SOTK);
    desk.type_into("Title", "Text");
    desk.press(Key::Delete);
    assert_eq!(desk.project().len(), 34);
}

#[test]
fn a_suggestion_is_taken_by_arrow_and_enter_in_one_step() {
    let mut desk = Desk::sample();
    desk.select(KUT);
    desk.type_into("Place", "Qubadli");
    desk.press(egui::Key::ArrowDown);
    desk.press(egui::Key::Enter);
    let place = &desk.selected().place;
    assert_eq!(place.names.get(Language::Az), Some("Qubadlı"), "{place:?}");
    assert!((place.position.unwrap().lon() - 46.58).abs() < 0.1);
    desk.click("Undo: change place");
    assert!(desk.has("Nothing to undo"));
}
