//! How claims become figures: policy, date of knowledge, choice by hand, contradictions, sources.

use egui::Key;

use crate::desk::Desk;

const EPISODE: &str = "Border clashes of September 2022";
const OWN: &str = "Azerbaijan, killed, military: 80";

#[test]
fn the_policy_is_chosen_in_the_bar_and_every_figure_follows() {
    let mut desk = Desk::sample();
    desk.select(EPISODE);
    assert!(desk.has(OWN), "{:#?}", desk.names());
    desk.click_like("How figures come about: own-side");
    desk.click("Highest of all claims");
    assert!(desk.has("Azerbaijan, killed, military: 430"), "{:#?}", desk.names());
    assert!(desk.reads("How figures come about: highest"));
    assert!(desk.reads("claimed by another side"));
}

#[test]
fn as_known_on_a_day_only_what_was_published_by_then_counts() {
    let mut desk = Desk::sample();
    desk.select(EPISODE);
    desk.click_like("How figures come about");
    desk.fill("As known on", "13.09.2022");
    for words in ["Armenia, killed, military: 49", "Azerbaijan, killed, military: 50"] {
        assert!(desk.has(words), "{words}: {:#?}", desk.names());
    }
    assert!(desk.reads("as known on 13 Sep 2022"));
    desk.fill("As known on", "31/02/2022");
    assert!(desk.reads("no such day"), "{:#?}", desk.names());
    assert!(desk.reads("as known on 13 Sep 2022"), "a wrong date changes nothing");
    desk.click("Today");
    assert!(desk.has(OWN));
}

#[test]
fn a_claim_chosen_by_hand_needs_a_reason_and_is_taken_back_by_emptying_it() {
    let mut desk = Desk::sample();
    desk.select(EPISODE);
    desk.click_like("Claim: 50 killed, military, Azerbaijan");
    let why = "Use this figure whatever the policy, because";
    desk.fill(why, "a test of the choice");
    assert!(desk.has("Azerbaijan, killed, military: 50"), "{:#?}", desk.names());
    assert_eq!(desk.project().meta().pins.len(), 1);
    desk.fill(why, "");
    assert!(desk.has(OWN) && desk.project().meta().pins.is_empty());
    desk.undo();
    assert_eq!(&*desk.project().meta().pins[0].reason, "a test of the choice");
}

#[test]
fn the_page_of_contradictions_leads_to_the_incident() {
    let mut desk = Desk::sample();
    desk.press(Key::C);
    assert!(desk.has("Contradictions and findings"), "{:#?}", desk.names());
    desk.click_like("80–430, 350 apart");
    assert_eq!(&*desk.selected().title, EPISODE);
    assert!(!desk.has("Claims that cannot both be true (1)"), "the page is closed");
}

#[test]
fn a_source_is_edited_once_for_the_whole_project() {
    let mut desk = Desk::sample();
    desk.select("Fire at Kut");
    let id = desk.selected().sources[0].clone();
    desk.click("Edit source");
    desk.fill("Headline", "A headline");
    let source = desk.project().meta().source(&id).unwrap();
    assert_eq!(&*source.title, "A headline");
    desk.undo();
    assert_ne!(&*desk.project().meta().source(&id).unwrap().title, "A headline");
}

#[test]
fn how_the_toll_became_known_is_played_day_by_day_and_ends_with_today() {
    let mut desk = Desk::sample();
    desk.select(EPISODE);
    desk.press(Key::K);
    assert!(desk.reads("as known on "), "{:#?}", desk.names());
    let mut seen = Vec::new();
    for _ in 0..60 {
        for figure in ["49", "105", "≥ 135"] {
            let words = format!("Armenia, killed, military: {figure}");
            if desk.has(&words) && !seen.contains(&figure) {
                seen.push(figure);
            }
        }
        desk.wait(0.3);
    }
    assert_eq!(seen, ["49", "105", "≥ 135"]);
    assert!(desk.reads("as known today"));
}
