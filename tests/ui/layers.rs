//! The menu of layers: what is drawn, from which perspective, and what pictures say about it.

use clashmap::model::{Meta, Perspective};
use clashmap::view::{Corner, Symbols};
use egui::Key;

use crate::desk::Desk;

#[test]
fn the_perspective_is_remembered_in_the_project_and_can_be_undone() {
    let mut desk = Desk::sample();
    desk.click("Layers");
    desk.click("De facto: lines as they were held");
    assert_eq!(desk.project().meta().perspective, Perspective::DeFacto);
    desk.press(Key::Escape);
    assert!(desk.is_marked() && desk.has("Undo: change perspective"));
    desk.undo();
    assert_eq!(desk.project().meta().perspective, Perspective::DeJure);
    assert!(!desk.is_marked());
}

#[test]
fn the_note_of_neutrality_is_edited_in_one_step_and_the_own_words_are_not_stored() {
    let mut desk = Desk::sample();
    desk.click("Layers");
    assert_eq!(desk.control("Note of neutrality").value, Meta::NEUTRALITY);
    desk.type_into("Note of neutrality", "We take no side.");
    // Leaving the menu by a click elsewhere loses nothing.
    let beside = egui::pos2(700.0, 1800.0);
    desk.click_at(beside);
    assert_eq!(desk.project().meta().note(), "We take no side.");
    assert!(desk.has("Undo: change note of neutrality"));
    desk.click("Layers");
    desk.click("Use the program's words");
    assert_eq!((desk.project().meta().neutrality.clone(), desk.project().meta().note()), (None, Meta::NEUTRALITY));
    desk.type_into("Note of neutrality", "");
    desk.press(Key::Tab);
    assert_eq!(desk.project().meta().note(), "", "no note is a choice, too");
}

#[test]
fn every_group_of_lines_has_a_switch() {
    let mut desk = Desk::sample();
    desk.click("Layers");
    for name in [
        "International borders",
        "Areas held, lines of contact, former oblast",
        "Lachin corridor, area of peacekeepers",
        "Positions stated by one side, by place",
        "Earlier and later lines (paler)",
    ] {
        desk.click(name);
    }
    assert!(!desk.is_marked(), "what is shown is no change to the project");
}

#[test]
fn what_symbols_say_and_where_the_legend_stands_is_chosen_in_the_layers() {
    let mut desk = Desk::sample();
    desk.click("Layers");
    desk.click("Kind: one sign each, of one size");
    desk.click("Legend top right");
    desk.click("Number of incidents on stacks");
    let layers = desk.app().layers();
    assert_eq!((layers.symbols, layers.legend_at, layers.counts), (Symbols::Kind, Corner::TopRight, false));
    assert!(layers.legend, "who chooses a corner wants to see it");
    assert!(!desk.is_marked());
}
