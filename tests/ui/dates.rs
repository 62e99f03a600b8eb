//! Dates in the window: typed, refused with what they may mean, shown in the zone that was chosen.

use clashmap::model::When;
use clashmap::panels::Action;
use egui::Key;

use crate::desk::Desk;

const SOTK: &str = "Fire in the Sotk direction";
const EPISODE: &str = "Border clashes of September 2022";

fn when(desk: &Desk) -> String {
    desk.selected().when.map_or_else(String::new, |w: When| w.to_string())
}

#[test]
fn a_date_that_is_refused_is_kept_and_offers_its_readings_which_are_taken_by_a_click() {
    let mut desk = Desk::sample();
    desk.select(SOTK);
    desk.fill("End", "");
    let before = when(&desk);
    desk.fill("Start", "13.9.22");
    assert!(desk.reads("can be read in more than one way") && desk.reads("autumn 2022"), "{:#?}", desk.names());
    assert!(desk.has("Use 2022-09-13") && desk.has("Use 1922-09-13"), "{:#?}", desk.names());
    assert_eq!((when(&desk), desk.control("Start").value), (before, "13.9.22".into()), "nothing is guessed");
    desk.click("Use 1922-09-13");
    assert_eq!(when(&desk), "1922-09-13");
    assert!(!desk.has("Use 1922-09-13") && !desk.reads("can be read in more than one way"));
    desk.fill("Start", "yesterday");
    desk.click("Use 2026-11-23");
    assert_eq!(when(&desk), "2026-11-23");
}

#[test]
fn an_offer_is_reached_and_taken_by_the_keyboard_as_one_step() {
    let mut desk = Desk::sample();
    desk.select(SOTK);
    let before = when(&desk);
    desk.fill("End", "");
    desk.type_into("Start", "31/02/2022");
    desk.press(Key::Tab);
    assert!(desk.reads("no such day") && desk.has("Use 2022-02-28"), "{:#?}", desk.names());
    desk.focus("Use 2022-02-28");
    desk.press(Key::Enter);
    assert_eq!(when(&desk), "2022-02-28");
    desk.undo();
    desk.undo();
    assert_eq!(when(&desk), before);
}

#[test]
fn an_end_before_the_start_is_offered_the_other_way_round() {
    let mut desk = Desk::sample();
    desk.select(SOTK);
    desk.fill("End", "");
    desk.fill("Start", "2022-09-15");
    desk.fill("End", "2022-09-13");
    assert!(desk.reads("the end lies before the start"));
    desk.click("Swap: 2022-09-13 / 2022-09-15");
    assert_eq!(when(&desk), "2022-09-13/2022-09-15");
    assert_eq!((desk.control("Start").value, desk.control("End").value), ("2022-09-13".into(), "2022-09-15".into()));
}

#[test]
fn dates_as_reports_give_them_are_taken_and_said_in_words() {
    let mut desk = Desk::sample();
    desk.select(SOTK);
    for (typed, want, said) in [
        ("autumn 2022", "2022-23", "autumn 2022"),
        ("the 1990s", "199X", "1990s"),
        ("2022-09-XX", "2022-09-XX", "Sep 2022"),
        ("13 Sep 2022 or 15 Sep 2022", "[2022-09-13,2022-09-15]", "one of 13 Sep 2022, 15 Sep 2022"),
        ("28 Sep – 2 Oct 2022", "2022-09-28/2022-10-02", "28 Sep – 2 Oct 2022"),
    ] {
        desk.fill("End", "");
        desk.fill("Start", typed);
        assert_eq!(when(&desk), want);
        assert!(desk.has(said), "{said}: {:#?}", desk.names());
    }
}

#[test]
fn clock_times_and_days_follow_the_zone_that_is_chosen_and_name_it() {
    let mut desk = Desk::sample();
    desk.select(SOTK);
    desk.fill("End", "");
    desk.fill("Start", "2022-09-13T01:00+03:00");
    assert!(desk.has("13 Sep 2022, 02:00 (UTC+4) · stated as 01:00 (UTC+3)"), "{:#?}", desk.names());
    desk.click("Time zone: times in UTC+4");
    desk.click("UTC");
    assert!(desk.has("12 Sep 2022, 22:00 (UTC) · stated as 13 Sep 2022, 01:00 (UTC+3)"), "{:#?}", desk.names());
    assert!(desk.rows().iter().any(|r| r.starts_with(&format!("{SOTK}, 12 Sep 2022"))), "{:#?}", desk.rows());
    desk.click("Time zone: times in UTC");
    desk.click("as stated");
    assert!(desk.has("Time zone: times as stated") && desk.has("13 Sep 2022, 01:00 (UTC+3)"));
    assert_eq!(when(&desk), "2022-09-13T01:00+03:00", "what is shown changes, what is recorded does not");
}

#[test]
fn the_zone_is_chosen_by_the_keyboard() {
    let mut desk = Desk::sample();
    desk.focus("Time zone: times in UTC+4");
    desk.press(Key::Enter);
    desk.focus("Moscow (UTC+3)");
    desk.press(Key::Space);
    assert!(desk.has("Time zone: times in UTC+3") && !desk.has("Moscow (UTC+3)"), "{:#?}", desk.names());
}

#[test]
fn a_card_over_a_mark_says_how_a_time_was_stated() {
    let mut desk = Desk::sample();
    desk.select(SOTK);
    desk.fill("End", "");
    desk.fill("Start", "2022-09-13T01:00+03:00");
    let at = desk.app().mark_of(desk.id(SOTK)).unwrap();
    desk.act(Action::Select(None));
    let says = "13 Sep 2022, 02:00 (UTC+4) · stated as 01:00 (UTC+3)";
    assert!(!desk.has(says));
    desk.event(egui::Event::PointerMoved(at));
    desk.wait(0.5);
    assert!(desk.has(says), "{:#?}", desk.names());
}

#[test]
fn the_date_of_knowledge_offers_what_was_meant() {
    let mut desk = Desk::sample();
    desk.select(EPISODE);
    desk.click_like("How figures come about");
    desk.fill("As known on", "13.9.22");
    assert_eq!(desk.control("As known on").value, "13.9.22");
    desk.click("Use 2022-09-13");
    assert!(desk.reads("as known on 13 Sep 2022"), "{:#?}", desk.names());
    assert!(!desk.has("Use 2022-09-13"));
}
