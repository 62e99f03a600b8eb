//! The ledger by keyboard: the next claim in two fields, rows of a spreadsheet, claims compared, claims for several incidents.

use clashmap::model::{Category, Count, Standing, Status};
use clashmap::view::Symbols;
use egui::{Event, Key};

use crate::desk::{CTRL, Desk};

const KUT: &str = "Fire at Kut";
const EPISODE: &str = "Border clashes of September 2022";

fn at(title: &str) -> Desk {
    let mut desk = Desk::sample();
    desk.select(title);
    // The ledger has the height of the window to itself.
    desk.press(Key::B);
    desk
}

fn write(desk: &mut Desk, text: &str) {
    desk.event(Event::Text(text.to_owned()));
    desk.settle();
}

#[test]
fn the_next_claim_takes_two_fields_and_no_pointer() {
    let mut desk = at(EPISODE);
    let before = desk.selected().claims.clone();
    desk.press(Key::A);
    assert!(desk.control("Next figure").focused, "{:#?}", desk.names());
    write(&mut desk, "≥ 71");
    desk.press(Key::Enter);
    assert!(desk.control("About whom, and what").focused, "Enter goes on to what is missing");
    write(&mut desk, "az wounded civ");
    assert!(desk.reads("→ ≥ 71 wounded, civilian, Azerbaijan"), "{:#?}", desk.names());
    desk.press(Key::Enter);
    let claims = desk.selected().claims.clone();
    assert_eq!(claims.len(), before.len() + 1);
    let (last, one_before) = (claims.last().unwrap(), before.last().unwrap());
    assert_eq!((&last.count, last.category, last.status), (&Count::AtLeast(71), Category::Wounded, Status::Civilian));
    assert_eq!((last.about.as_str(), &last.source), ("azerbaijan", &one_before.source));
    assert!(desk.control("Next figure").focused, "and the next one is offered");
    assert_eq!(desk.control("Next figure").value, "");

    write(&mut desk, "8");
    desk.press(Key::Enter);
    write(&mut desk, "arm captured");
    desk.press(Key::Enter);
    assert_eq!(desk.selected().claims.len(), before.len() + 2);
    desk.press(Key::Escape);
    desk.undo();
    assert_eq!(desk.selected().claims.len(), before.len() + 1, "each claim was one step");
}

#[test]
fn one_sides_speaker_is_not_made_the_speaker_of_the_other() {
    let mut desk = at(EPISODE);
    // The last own account of a party with an account of its own in the ledger.
    desk.type_into("Next figure", "9");
    desk.type_into("About whom, and what", "azerbaijan killed military");
    desk.press(Key::Enter);
    desk.type_into("Next figure", "9");
    desk.type_into("About whom, and what", "armenia");
    desk.press(Key::Enter);
    let last = desk.selected().claims.last().unwrap();
    assert_eq!(last.about.as_str(), "armenia");
    assert!(last.speaks_for.as_ref().is_none_or(|p| p.as_str() == "armenia"), "{last:?}");
}

#[test]
fn what_cannot_be_read_adds_nothing_and_stays_in_its_field() {
    let mut desk = at(EPISODE);
    let before = desk.selected().claims.len();
    for (figure, about, why) in [
        ("many many", "az killed", "not a number of people"),
        ("7", "martians killed", "names no party of this project"),
        ("7", "mi", "can mean"),
    ] {
        desk.type_into("Next figure", figure);
        desk.type_into("About whom, and what", about);
        desk.press(Key::Enter);
        assert!(desk.reads(why), "{why}: {:#?}", desk.names());
        assert_eq!(desk.selected().claims.len(), before);
        assert_eq!(desk.control("Next figure").value, figure);
    }
    assert!(desk.app().is_dirty(), "what was typed is work that is not saved");
}

#[test]
fn rows_of_a_spreadsheet_are_shown_before_they_are_added_in_one_step() {
    let mut desk = at(KUT);
    let before = desk.selected().clone();
    desk.click("Paste rows from a spreadsheet");
    assert!(desk.control("Rows").focused);
    let rows = "Date\tSide\tCategory\tKilled?\tNumber\tSource\n\
                13.09.2022\tArmenia\tkilled\t\t7\tRadio Test\n\
                14.09.2022\tAzerbaijan\twounded, military\t\t≥ 3\tRadio Test\n\
                31/02/2022\tArmenia\tkilled\t\t9\tRadio Test\n\
                15.09.2022\t\tkilled\t\t4\tRadio Test\n";
    desk.event(Event::Paste(rows.into()));
    desk.settle();
    for words in
        ["7 killed, Armenia", "≥ 3 wounded, military, Azerbaijan", "(new source)", "no such day", "about whose people"]
    {
        assert!(desk.reads(words), "{words}: {:#?}", desk.names());
    }
    assert!(desk.reads("2 rows are left out"), "{:#?}", desk.names());
    assert_eq!(*desk.selected(), before, "nothing is added before it is confirmed");
    desk.click("Add 2 claims");
    let claims = desk.selected().claims.clone();
    assert_eq!(claims.len(), before.claims.len() + 2);
    let [.., first, second] = &claims[..] else { panic!() };
    assert_eq!((first.count.clone(), first.about.as_str()), (Count::Exactly(7), "armenia"));
    assert_eq!((second.count.clone(), second.status), (Count::AtLeast(3), Status::Military));
    assert_eq!(first.source, second.source, "one new source for both");
    desk.undo();
    assert_eq!(*desk.selected(), before, "one step");
    assert!(desk.project().meta().sources.iter().all(|s| &*s.outlet != "Radio Test"));
}

#[test]
fn rows_that_were_not_read_whole_are_taken_by_hand_with_their_words_in_the_note() {
    let mut desk = at(KUT);
    desk.click("Paste rows from a spreadsheet");
    desk.event(Event::Paste("when?;whom;figure\nsome day;killed;12\n".into()));
    desk.settle();
    desk.choose("Column 1", "date");
    assert!(desk.reads("about whose people"), "{:#?}", desk.names());
    desk.choose("Party of rows without one", "Armenia");
    assert!(desk.reads("1 row is left out"), "{:#?}", desk.names());
    desk.click_like("12 killed, Armenia");
    desk.click("Add 1 claim");
    let last = desk.selected().claims.last().unwrap();
    assert!(last.published.is_none() && last.note.contains("some day"), "{last:?}");
}

#[test]
fn rows_pasted_onto_the_ledger_open_the_preview_and_a_word_does_not() {
    let mut desk = at(EPISODE);
    let row = desk.control_like("Claim: 105 killed").name;
    desk.focus(&row);
    desk.event(Event::Paste("one word".into()));
    desk.settle();
    assert!(!desk.has("Rows from a spreadsheet"));
    desk.event(Event::Paste("2022-09-20\t140\tArmenia killed military".into()));
    desk.settle();
    assert!(desk.has("Rows from a spreadsheet") && desk.reads("140 killed, military, Armenia"), "{:#?}", desk.names());
    desk.press(Key::Escape);
    assert!(!desk.has("Rows from a spreadsheet"));
    // Into the field of the next claim they would come as one line.
    desk.press(Key::A);
    desk.key(CTRL, Key::A);
    desk.event(Event::Paste("2022-09-20\t141\tArmenia killed military\n".into()));
    desk.settle();
    assert!(desk.reads("141 killed, military, Armenia"), "{:#?}", desk.names());
}

#[test]
fn two_claims_are_compared_and_one_of_them_marked() {
    let mut desk = at(EPISODE);
    desk.click_like("Claim: 50 killed, military, Azerbaijan");
    desk.click("Compare with another claim");
    assert!(desk.reads("Compare 50 killed with"), "{:#?}", desk.names());
    desk.click_like("Claim: ~ 430 killed, military, Azerbaijan");
    assert!(desk.has("Two claims compared") && desk.has("They cannot both be true."), "{:#?}", desk.names());
    assert!(desk.reads("380 apart") && desk.reads("Who says it: Ministry of Defence of Azerbaijan | Speaker"));
    assert!(
        desk.names().iter().any(|n| n.starts_with("About whom: Azerbaijan | Azerbaijan") && !n.contains("differs"))
    );
    desk.click("Superseded: the first");
    let marked = desk.selected().claims.iter().find(|c| c.count == Count::Exactly(50)).unwrap();
    assert_eq!(marked.standing, Standing::Superseded);
    assert!(desk.reads("first is marked superseded"), "{:#?}", desk.names());
    desk.press(Key::Escape);
    assert!(!desk.has("Two claims compared"));
    assert_eq!(&*desk.selected().title, EPISODE, "Esc closes the page and nothing else");
    desk.undo();
    assert!(desk.selected().claims.iter().all(|c| c.standing == Standing::Current));
}

#[test]
fn a_contradiction_leads_to_its_two_ends_side_by_side() {
    let mut desk = at(EPISODE);
    desk.click("Compare them");
    assert!(desk.has("They cannot both be true."), "{:#?}", desk.names());
    assert!(desk.reads("Figure: 80 | ~ 430"), "{:#?}", desk.names());
}

#[test]
fn a_claim_that_counts_for_several_incidents_is_told_at_each() {
    let mut desk = at(EPISODE);
    desk.click_like("Claim: 105 killed");
    desk.type_into("Counts also for", "at kut");
    desk.press(Key::ArrowDown);
    desk.press(Key::Enter);
    let kut = desk.id(KUT);
    let uid = desk.project().get(kut).unwrap().uid.clone();
    let covering = |desk: &Desk| desk.selected().claims.iter().any(|c| c.covers.contains(&uid));
    assert!(covering(&desk), "{:#?}", desk.names());
    desk.select(KUT);
    desk.click_like("105 killed, Armenia: counted at “Border clashes");
    assert_eq!(&*desk.selected().title, EPISODE, "a click goes there");
    assert!(desk.reads("Do not count for Fire at Kut"), "with the claim open: {:#?}", desk.names());
    desk.click_like("Do not count for Fire at Kut");
    assert!(!covering(&desk));
    desk.undo();
    assert!(covering(&desk));
}

#[test]
fn symbols_are_rings_where_the_layers_say_so() {
    let mut desk = Desk::sample();
    desk.click("Layers");
    desk.click("Ring: all together, divided by party");
    assert_eq!(desk.app().layers().symbols, Symbols::Ring);
    desk.click("Halves: each party to its own figure");
    assert_eq!(desk.app().layers().symbols, Symbols::Halves);
}

#[test]
fn the_list_says_how_far_the_claims_of_an_incident_are_apart() {
    let desk = Desk::sample();
    let row = desk.rows().into_iter().find(|r| r.starts_with(EPISODE)).unwrap();
    assert!(row.contains("claims differ by 350"), "{row}");
}
