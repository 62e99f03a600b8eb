//! Several incidents at once: how they are chosen, and one change to all.

use clashmap::model::Kind;
use egui::{Key, Modifiers, pos2};

use crate::desk::{CTRL, Desk};

/// Clicks a row of the list with keys held.
fn click_row(desk: &mut Desk, n: usize, modifiers: Modifiers) {
    let name = desk.rows().get(n).cloned().unwrap();
    let at = desk.control(&name).rect.center();
    desk.click_with(at, modifiers);
}

fn chosen(desk: &Desk) -> Option<String> {
    desk.names().into_iter().find(|n| n.ends_with("incidents chosen"))
}

#[test]
fn rows_are_chosen_with_ctrl_and_shift() {
    let mut desk = Desk::sample();
    click_row(&mut desk, 1, Modifiers::NONE);
    assert_eq!(chosen(&desk), None);
    click_row(&mut desk, 3, CTRL);
    assert_eq!(chosen(&desk).as_deref(), Some("2 incidents chosen"));
    click_row(&mut desk, 6, Modifiers::SHIFT);
    assert_eq!(chosen(&desk).as_deref(), Some("5 incidents chosen"));
    click_row(&mut desk, 1, CTRL);
    assert_eq!(chosen(&desk).as_deref(), Some("4 incidents chosen"));
    desk.press(Key::Escape);
    assert_eq!(chosen(&desk), None);
}

#[test]
fn all_that_are_shown_are_changed_in_one_step() {
    let mut desk = Desk::sample();
    desk.key(CTRL, Key::A);
    assert_eq!(chosen(&desk).as_deref(), Some("34 incidents chosen"));
    desk.type_into("Name of the tag", "checked");
    desk.click("Set tag of all");
    let tagged =
        |desk: &Desk| desk.project().iter().filter(|(_, i)| i.tags.iter().any(|(n, _)| &**n == "checked")).count();
    assert_eq!(tagged(&desk), 34);
    desk.key(CTRL, Key::Z);
    assert_eq!(tagged(&desk), 0);
    assert_eq!(chosen(&desk).as_deref(), Some("34 incidents chosen"), "they stay chosen");
}

#[test]
fn a_stretch_that_cannot_be_read_is_said_and_changes_nothing() {
    let mut desk = Desk::sample();
    desk.key(CTRL, Key::A);
    desk.type_into("Shift by", "a month");
    desk.click("Shift");
    assert!(desk.reads("is no stretch of time"));
    let before = desk.project().clone();
    desk.type_into("Shift by", "+1 d");
    desk.click("Shift");
    assert!(!desk.reads("is no stretch of time"));
    let moved = desk.project().iter().zip(before.iter()).filter(|((_, a), (_, b))| a.when != b.when).count();
    assert!(moved > 20, "{moved}");
}

#[test]
fn what_a_filter_hides_is_not_chosen_any_more() {
    let mut desk = Desk::sample();
    desk.key(CTRL, Key::A);
    let filters = clashmap::model::Filters { kinds: vec![Kind::Statement], ..Default::default() };
    desk.act(clashmap::panels::Action::Filter(Box::new(filters)));
    let statements = desk.project().iter().filter(|(_, i)| i.kind == Kind::Statement).count();
    assert_eq!(chosen(&desk), Some(format!("{statements} incidents chosen")));
}

#[test]
fn a_rectangle_on_the_map_chooses_what_lies_in_it_and_the_map_stays() {
    let mut desk = Desk::sample();
    let camera = desk.app().camera();
    let map = desk.control("Map").rect;
    desk.drag_with(
        map.left_top() + egui::vec2(40.0, 60.0),
        map.right_bottom() - egui::vec2(90.0, 60.0),
        Modifiers::SHIFT,
    );
    assert_eq!(desk.app().camera(), camera);
    let said = chosen(&desk).expect("incidents are chosen");
    assert!(said.split(' ').next().and_then(|n| n.parse::<usize>().ok()).unwrap() > 5, "{said}");
    desk.press(Key::Escape);
    desk.drag_with(
        pos2(map.left() + 30.0, map.top() + 30.0),
        pos2(map.left() + 40.0, map.top() + 40.0),
        Modifiers::SHIFT,
    );
    assert_eq!(chosen(&desk), None);
}

#[test]
fn chosen_incidents_are_deleted_together_and_come_back_together() {
    let mut desk = Desk::sample();
    click_row(&mut desk, 1, Modifiers::NONE);
    click_row(&mut desk, 2, CTRL);
    desk.click("Delete 2 incidents");
    assert_eq!((desk.project().len(), chosen(&desk)), (32, None));
    desk.key(CTRL, Key::Z);
    assert_eq!(desk.project().len(), 34);
}
