//! The log of edits: off until it is switched on, kept through undo and saving, found by words, and a way to incidents.

use clashmap::app::SEPTEMBER_2022;
use clashmap::edit::{Bulk, Command};
use clashmap::io::project;
use clashmap::model::{IncidentId, Kind};
use clashmap::panels::Action;
use egui::Key;

use crate::desk::{CTRL, Desk, put};

const SOTK: &str = "Fire in the Sotk direction";
const KEEP: &str = "Keep a log in this project";

/// The names of the entries, the newest first, without when and who.
fn entries(desk: &Desk) -> Vec<String> {
    let end = ", anna on desk-3, ";
    desk.names().into_iter().filter_map(|n| n.split_once(end).map(|(what, _)| what.to_owned())).collect()
}

#[test]
fn a_log_is_kept_only_when_it_is_switched_on_and_undo_and_saving_leave_it_whole() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("p.clashmap.geojson");
    put(&file, SEPTEMBER_2022);
    let mut desk = Desk::sample();
    desk.act(Action::OpenPath(file.clone()));
    desk.select(SOTK);
    desk.fill("Title", "Fire near Sotk");
    desk.undo();
    assert!(desk.project().log().is_empty() && !desk.app().is_dirty());
    desk.act(Action::ToggleLog);
    assert!(desk.has("No log is kept") && desk.reads("everybody who gets the file can read it"));
    assert!(!desk.has("A log of edits is kept"));
    desk.click(KEEP);
    assert_eq!(entries(&desk), ["keep a log of edits, whether a log of edits is kept: false → true"]);
    assert!(desk.has("A log of edits is kept"), "the status bar says so");
    desk.click("Close the log");
    desk.fill("Title", "Fire near Sotk");
    desk.act(Action::Edit(Command::Bulk(vec![IncidentId(0), IncidentId(1)], Bulk::Kind(Kind::Statement))));
    desk.undo();
    desk.undo();
    desk.key(CTRL, Key::Y);
    desk.key(CTRL, Key::S);
    assert!(!desk.app().is_dirty());
    let saved = project::open(&file).unwrap().project;
    assert_eq!(saved.log(), desk.project().log());
    let steps: Vec<&str> = saved.log().iter().map(|e| &*e.step).collect();
    let bulk = "change kind of 2 incidents";
    let want = ["change title", bulk, &format!("undo: {bulk}"), "undo: change title", "redo: change title"];
    assert_eq!(steps[1..], want);
    let entry = saved.log().get(1).unwrap();
    assert_eq!(
        (entry.at, &*entry.who, &*entry.before, &*entry.after),
        (1_795_651_812, "anna on desk-3", SOTK, "Fire near Sotk")
    );
    desk.act(Action::ToggleLog);
    desk.click(KEEP);
    assert!(desk.reads("It is switched off: what is in it stays"));
    assert!(entries(&desk)[0].starts_with("stop the log of edits"), "the newest stands first");
    desk.key(CTRL, Key::Z);
    assert_eq!(desk.project().log().len(), 8, "taking that back is a step as well");
}

#[test]
fn an_entry_is_found_by_words_and_leads_to_its_incident() {
    let mut desk = Desk::sample();
    desk.act(Action::ToggleLog);
    desk.click(KEEP);
    let sotk = desk.id(SOTK);
    let title = |id, t: &str| Action::Edit(Command::Edit(id, clashmap::edit::Edit::Title(t.into())));
    desk.act(title(sotk, "Fire near Sotk"));
    let other = desk.project().ids().find(|id| *id != sotk).unwrap();
    desk.act(title(other, "Something else"));
    assert!(desk.has("3 steps, the newest first"));
    desk.type_into("Words in the log", "sotk title");
    assert!(desk.has("1 of 3 steps, the newest first"), "{:#?}", desk.names());
    assert_eq!(entries(&desk), [format!("change title · Fire near Sotk, title: {SOTK} → Fire near Sotk")]);
    // What is done meanwhile is found as well.
    desk.act(Action::Undo);
    assert!(desk.has("2 of 4 steps, the newest first") || desk.has("1 of 4 steps, the newest first"));
    desk.act(title(sotk, "Fire near the Sotk mine"));
    assert!(entries(&desk)[0].contains("Fire near the Sotk mine"));
    desk.act(Action::Select(None));
    desk.click_like("change title · Fire near the Sotk mine");
    assert_eq!(desk.app().selected(), Some(sotk));
    desk.act(Action::Edit(Command::Delete(vec![sotk])));
    desk.click_like("change title · Fire near the Sotk mine");
    assert!(desk.has("That is no longer in the project"));
    desk.type_into("Words in the log", "nowhere");
    assert!(desk.reads("Nothing found for “"));
    desk.click("Clear the words");
    assert!(desk.has("6 steps, the newest first"), "{:#?}", desk.names());
}

#[test]
fn the_name_that_others_read_is_chosen_in_the_panel_and_remembered() {
    let folder = tempfile::tempdir().unwrap();
    let settings = folder.path().join("settings.json");
    let file = folder.path().join("p.clashmap.geojson");
    put(&file, SEPTEMBER_2022);
    let mut desk = Desk::with_settings(&settings);
    desk.act(Action::OpenPath(file.clone()));
    desk.act(Action::ToggleLog);
    assert!(desk.has("Others read “anna on desk-3”."));
    desk.type_into("Your name", "Anna K.");
    desk.press(Key::Enter);
    assert!(desk.has("Others read “Anna K. on desk-3”."));
    let mark = std::fs::read_to_string(folder.path().join(".~lock.p.clashmap.geojson#")).unwrap();
    assert!(mark.contains("Anna K. on desk-3"), "{mark}");
    desk.click(KEEP);
    assert_eq!(&*desk.project().log().get(0).unwrap().who, "Anna K. on desk-3");
    desk.undo();
    desk.key(CTRL, Key::S);
    desk.close_window();
    drop(desk);
    let mut desk = Desk::with_settings(&settings);
    desk.act(Action::ToggleLog);
    assert!(desk.reads("Anna K. on desk-3"));
}

#[test]
fn the_log_of_a_package_is_asked_for_on_the_export_page() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = Desk::with_state(&folder.path().join("state"));
    let file = folder.path().join("p.clashmap.geojson");
    put(&file, SEPTEMBER_2022);
    desk.act(Action::OpenPath(file));
    desk.act(Action::ToggleLog);
    desk.click(KEEP);
    desk.act(Action::ExportData);
    assert!(desk.reads("the log of 1 edit: left out") && !desk.has("Also the log of edits (1)"));
    desk.focus("Signed package");
    desk.press(Key::Enter);
    assert!(desk.reads("the log of 1 edit: left out"));
    desk.click("Also the log of edits (1)");
    assert!(desk.reads("the log of 1 edit: who, when, which incident and field"), "{:#?}", desk.names());
    desk.click("Cancel");
    desk.act(Action::ExportTalk);
    assert!(desk.reads("the log of 1 edit stays"));
}

#[test]
fn what_both_sides_logged_is_put_together_when_a_file_was_changed_by_somebody_else() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("p.clashmap.geojson");
    put(&file, SEPTEMBER_2022);
    let open = |who: &str| {
        let who = who.to_owned();
        let mut desk =
            Desk::in_world(crate::desk::empty(), None, "untitled", ([1440.0, 2000.0], 1.0), |w| w.person = who);
        desk.act(Action::OpenPath(file.clone()));
        desk
    };
    let mut anna = open("anna on desk-3");
    anna.act(Action::ToggleLog);
    anna.click(KEEP);
    anna.key(CTRL, Key::S);
    let mut bela = open("bela on desk-4");
    let title = |id, t: &str| Action::Edit(Command::Edit(id, clashmap::edit::Edit::Title(t.into())));
    bela.act(title(IncidentId(3), "of bela"));
    bela.key(CTRL, Key::S);
    anna.act(title(IncidentId(5), "of anna"));
    anna.key(CTRL, Key::S);
    assert!(anna.has("The file was changed by somebody else"));
    anna.click_like("Take in");
    let saved = project::open(&file).unwrap().project;
    let log: Vec<String> = saved.log().iter().map(|e| format!("{}: {}", e.who, e.step)).collect();
    for want in
        ["anna on desk-3: change title", "bela on desk-4: change title", "anna on desk-3: take in changes of the file"]
    {
        assert_eq!(log.iter().filter(|l| *l == want).count(), 1, "{want}: {log:?}");
    }
    assert_eq!((log.len(), anna.app().is_dirty()), (4, false));
}
