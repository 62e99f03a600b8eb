//! What an update tells and what becomes of it.

use super::*;
use crate::edit::{Command, Workspace};
use crate::import::{Held, HeldRow, Table, guess, run};
use crate::model::{Meta, Standing};

fn table(rows: &[&[&str]]) -> Table {
    let held = rows.iter().enumerate().map(|(n, cells)| HeldRow {
        line: n + 2,
        cells: cells.iter().map(|c| (*c).into()).collect(),
        ground: None,
    });
    Table {
        format: String::new(),
        columns: COLUMNS.iter().map(|c| (*c).into()).collect(),
        rows: Box::new(Held(held.collect())),
        notes: Vec::new(),
        sheets: None,
    }
}

const COLUMNS: [&str; 8] = ["id", "date", "place", "lat", "lon", "party", "killed armenia", "who says it"];
const SOTK: [&str; 8] = ["1", "2022-09-13", "Sotk", "40.2", "45.9", "Armenia", "3", "MoD"];
const GORIS: [&str; 8] = ["2", "2022-09-14", "Goris", "39.5", "46.3", "Armenia", "", ""];

fn with(row: [&'static str; 8], n: usize, cell: &'static str) -> [&'static str; 8] {
    let mut row = row;
    row[n] = cell;
    row
}

fn update(project: &Project, rows: &[&[&str]]) -> Update {
    let table = table(rows);
    let mapping = guess(&table, project.meta());
    let import = run(&table, &mapping, project.meta(), &|_| true).unwrap();
    assert_eq!(import.rejected, [], "every row is taken");
    Update::new(project, import, Some(&mapping))
}

fn taken(project: &Project, update: Update) -> Project {
    let mut w = Workspace::new(project.clone(), true);
    let imported = update.imported(project);
    w.commit(Command::Import(Box::new(imported))).unwrap();
    w.project().clone()
}

fn imported(rows: &[&[&str]]) -> Project {
    let empty = Project::new(Meta::default(), Vec::new(), Vec::new());
    taken(&empty, update(&empty, rows))
}

fn labels(update: &Update) -> Vec<String> {
    let one = |f: &FieldChange| format!("{}: {} → {}", f.field.label(), f.before, f.after);
    update.changed.iter().flat_map(|c| c.fields.iter().map(one)).collect()
}

#[test]
fn the_same_file_again_changes_nothing() {
    let project = imported(&[&SOTK, &GORIS]);
    let again = update(&project, &[&SOTK, &GORIS]);
    assert_eq!((again.new.len(), labels(&again), again.unchanged, again.gone.len()), (0, vec![], 2, 0));
    assert!(again.is_empty());
    let mut w = Workspace::new(project.clone(), true);
    let nothing = again.imported(&project);
    assert!(w.commit(Command::Import(Box::new(nothing))).unwrap().is_none(), "no step without a change");
}

#[test]
fn a_later_file_is_told_field_by_field_and_what_it_has_no_longer_stays() {
    let project = imported(&[&SOTK, &GORIS]);
    let moved = with(with(SOTK, 2, "Sotk mine"), 3, "40.25");
    let new = with(GORIS, 0, "3");
    let later = update(&project, &[&moved, &with(new, 1, "2022-09-15")]);
    assert_eq!(labels(&later), ["place.names.en: Sotk → Sotk mine", "place.position: 40.2, 45.9 → 40.25, 45.9"]);
    assert_eq!((later.new.len(), later.gone.len()), (1, 1));
    let after = taken(&project, later);
    assert_eq!(after.len(), 3);
    let titles: Vec<&str> = after.iter().map(|(_, i)| i.uid.as_str()).collect();
    assert_eq!(titles, ["1", "2", "3"]);
}

#[test]
fn another_figure_is_a_new_claim_and_the_earlier_one_is_marked() {
    let project = imported(&[&SOTK]);
    let later = update(&project, &[&with(SOTK, 6, "5")]);
    assert_eq!(labels(&later), ["claims: armenia killed: 3 (MoD) → armenia killed: 5 (MoD)"]);
    let after = taken(&project, later);
    let claims: Vec<_> = after.iter().flat_map(|(_, i)| &i.claims).collect();
    assert_eq!(
        claims.iter().map(|c| (c.count.to_string(), c.standing)).collect::<Vec<_>>(),
        [("3".to_owned(), Standing::Superseded), ("5".to_owned(), Standing::Current)]
    );
    assert_ne!(claims[0].id, claims[1].id);
    assert!(update(&after, &[&with(SOTK, 6, "5")]).is_empty());
    // Another claimant's figure stands beside it.
    let other = update(&project, &[&with(with(SOTK, 6, "5"), 7, "Ombudsman")]);
    let after = taken(&project, other);
    assert!(after.iter().flat_map(|(_, i)| &i.claims).all(|c| c.standing == Standing::Current));
}

#[test]
fn what_was_added_by_hand_stays() {
    let mut incident = imported(&[&SOTK]).iter().next().map(|(_, i)| i.clone()).unwrap();
    incident.title = "A title of our own".into();
    incident.notes = "looked at twice".into();
    incident.claims[0].note = "checked".into();
    incident.claims[0].quote = "…".into();
    incident.parties.push(PartyId::new("russia"));
    incident.tags.push(("checked".into(), "yes".into()));
    let project = Project::new(Meta::default(), [incident], Vec::new());
    assert_eq!(labels(&update(&project, &[&SOTK])), Vec::<String>::new());
}

#[test]
fn a_change_that_is_not_taken_is_not_made() {
    let project = imported(&[&SOTK]);
    let mut later = update(&project, &[&with(with(SOTK, 2, "Sotk mine"), 3, "40.25")]);
    later.changed[0].fields[1].take = false;
    let after = taken(&project, later);
    let (_, incident) = after.iter().next().unwrap();
    assert_eq!(
        (incident.place.names.get_code("en"), incident.place.position.unwrap().lat()),
        (Some("Sotk mine"), 40.2)
    );
}

#[test]
fn events_that_look_the_same_are_joined_as_claims_when_asked() {
    let project = imported(&[&SOTK]);
    let twin = with(with(with(SOTK, 0, "77"), 6, "5"), 7, "Ombudsman");
    let second = with(with(twin, 0, "78"), 6, "6");
    let mut later = update(&project, &[&twin, &second]);
    assert_eq!(later.alike().map(|(_, a)| a).collect::<Vec<_>>(), [Alike::InProject(IncidentId(0)); 2]);
    assert_eq!(taken(&project, later.clone()).len(), 3, "they are added unless joining is asked for");
    later.join_alike(true);
    let after = taken(&project, later);
    let claims: Vec<_> = after.iter().flat_map(|(_, i)| &i.claims).map(|c| c.count.to_string()).collect();
    assert_eq!((after.len(), claims), (1, ["3", "5", "6"].map(str::to_owned).to_vec()));
}

#[test]
fn events_of_one_file_that_look_the_same_name_the_first() {
    let empty = Project::new(Meta::default(), Vec::new(), Vec::new());
    let twin = with(with(SOTK, 0, "77"), 6, "5");
    let mut both = update(&empty, &[&SOTK, &twin]);
    assert_eq!(both.new[1].alike, Some(Alike::InFile(0)));
    both.join_alike(true);
    let mut left = both.clone();
    left.new[0].take = Take::Leave;
    assert_eq!(taken(&empty, both).iter().map(|(_, i)| i.claims.len()).collect::<Vec<_>>(), [2]);
    // With the first left out there is nothing to join to.
    assert_eq!(taken(&empty, left).iter().map(|(_, i)| i.uid.as_str().to_owned()).collect::<Vec<_>>(), ["77"]);
}

#[test]
fn one_import_is_one_step_and_brings_the_parties_and_sources_that_it_needs() {
    let mut w = Workspace::new(Project::new(Meta::default(), Vec::new(), Vec::new()), true);
    let row = with(SOTK, 5, "Some Front");
    let imported = update(w.project(), &[&row, &GORIS]).imported(w.project());
    let change = w.commit(Command::Import(Box::new(imported))).unwrap().unwrap();
    assert_eq!(change.label(), "import 2 incidents");
    assert!(w.project().meta().parties.iter().any(|p| p.id.as_str() == "some-front"));
    w.undo();
    assert!(w.project().is_empty() && w.project().meta() == &Meta::default());
}
