//! The ledger of claims and the figures that follow from it.

use clashmap::model::{Count, Standing};

use crate::desk::Desk;

const KUT: &str = "Fire at Kut";

/// A first claim in an incident without any: seven killed, as a ministry says.
fn with_a_claim() -> Desk {
    let mut desk = Desk::sample();
    desk.select(KUT);
    let had = desk.selected().claims.len();
    desk.click("Add claim");
    assert_eq!(desk.selected().claims.len(), had + 1);
    desk.choose("About whose people", "Armenia");
    desk.choose("Whom the claimant speaks for", "Armenia");
    desk.fill("How many", "7");
    desk.fill("Who says it", "Ministry of Defence");
    desk.fill("Published", "2022-09-13 16:00");
    desk.fill("Outlet", "Radio Test");
    desk
}

#[test]
fn a_claim_is_entered_field_by_field_and_the_casualties_follow() {
    let mut desk = with_a_claim();
    let claim = desk.selected().claims.last().unwrap().clone();
    assert_eq!((&claim.count, &*claim.claimant), (&Count::Exactly(7), "Ministry of Defence"));
    assert_eq!(claim.published.unwrap().to_string(), "2022-09-13T16:00+04:00");
    let source = claim.source.as_ref().and_then(|s| desk.project().meta().source(s)).unwrap();
    assert_eq!(&*source.outlet, "Radio Test");
    assert!(desk.has("Armenia, killed: 7"), "{:#?}", desk.names());
    assert!(desk.reads("Claim: 7 killed, Armenia, Ministry of Defence"));
    assert!(desk.rows().iter().any(|r| r.starts_with("Fire at Kut, ") && r.ends_with(", 7 killed")));

    desk.undo();
    let claim = desk.selected().claims.last().unwrap();
    assert!(claim.source.is_none(), "each field was a step");
    assert!(desk.project().meta().sources.iter().all(|s| &*s.outlet != "Radio Test"), "the new source goes with it");
}

#[test]
fn a_claim_without_a_number_is_no_figure_and_never_0() {
    let mut desk = with_a_claim();
    desk.fill("How many", "");
    assert_eq!(desk.selected().claims.last().unwrap().count, Count::Unknown);
    assert!(desk.has("Armenia, killed: no figure"), "{:#?}", desk.names());
    assert!(desk.reads("Claim: no figure killed, Armenia"));
    assert!(!desk.names().iter().any(|n| n.ends_with(": 0")));
    assert!(desk.rows().iter().all(|r| !r.starts_with("Fire at Kut, ") || !r.contains("killed")));
}

#[test]
fn a_withdrawn_claim_leaves_the_figure_and_stays_in_the_ledger() {
    let mut desk = with_a_claim();
    desk.click("Withdrawn");
    assert_eq!(desk.selected().claims.last().unwrap().standing, Standing::Withdrawn);
    assert!(!desk.has("Armenia, killed: 7"), "{:#?}", desk.names());
    assert!(desk.reads("Claim: 7 killed, Armenia"), "still told");
    desk.click("Undo: mark claim");
    assert!(desk.has("Armenia, killed: 7"));
}

#[test]
fn a_later_claim_starts_with_what_the_last_one_said_of_its_speaker() {
    let mut desk = with_a_claim();
    desk.click("Add claim");
    let claims = &desk.selected().claims;
    let last = claims.last().unwrap();
    assert_eq!((&*last.claimant, &last.count), ("Ministry of Defence", &Count::Unknown));
    assert_eq!(last.source, claims[claims.len() - 2].source);
    assert!(desk.has("Armenia, killed: 7"), "a claim with no number yet overwrites no figure");
}

#[test]
fn a_claim_entered_by_mistake_is_removed_and_brought_back() {
    let mut desk = with_a_claim();
    let before = desk.selected().clone();
    desk.click("Remove this claim");
    assert_eq!(desk.selected().claims.len(), before.claims.len() - 1);
    assert!(desk.has("Claim removed"));
    desk.click("Undo");
    assert_eq!(*desk.selected(), before);
}

#[test]
fn a_known_outlet_is_offered_while_one_types() {
    let mut desk = with_a_claim();
    desk.type_into("Outlet", "TRT");
    desk.click_like("TRT World (Anadolu Agency)  ");
    let source = desk.selected().claims.last().unwrap().source.clone().unwrap();
    assert_eq!(source.as_str(), "trt-2022");
}
