//! Unsaved work after a crash: offered with what is in it, and never thrown away.

use std::path::{Path, PathBuf};

use clashmap::app::SEPTEMBER_2022;
use clashmap::io::project;
use egui::Key;

use crate::desk::{CTRL, CTRL_SHIFT, Desk, put};

const SOTK: &str = "Fire in the Sotk direction";
const FOUND: &str = "Unsaved work was found";

fn journals(state: &Path) -> Vec<PathBuf> {
    let Ok(all) = std::fs::read_dir(state.join("journals")) else { return Vec::new() };
    all.map(|e| e.unwrap().path()).filter(|p| p.extension().is_some_and(|e| e == "journal")).collect()
}

/// A window that is gone in the middle of work, as after a crash.
fn crashed(state: &Path) {
    let mut desk = Desk::with_state(state);
    desk.select(SOTK);
    desk.fill("Title", "Fire near Sotk");
    desk.fill("Title", "Fire near the Sotk mine");
    assert_eq!(journals(state).len(), 1);
}

#[test]
fn work_that_was_never_saved_is_offered_with_what_is_in_it_and_comes_back_as_one_step() {
    let folder = tempfile::tempdir().unwrap();
    let state = folder.path();
    crashed(state);
    let mut desk = Desk::with_state(state);
    assert!(desk.has(FOUND) && desk.has("Added or changed (1)") && desk.has("Fire near the Sotk mine"));
    assert!(desk.has("Steps, the latest first (2)") && desk.reads("by anna on desk-3, last edited 26 Nov 2026, 04:10"));
    assert!(desk.has("It was never saved as a file."));
    desk.key(CTRL, Key::Z);
    assert!(desk.has(FOUND), "keys of the window do not reach through");
    desk.click("Recover");
    assert!(!desk.has(FOUND) && desk.app().is_dirty() && desk.is_marked());
    assert!(desk.rows().iter().any(|r| r.starts_with("Fire near the Sotk mine, ")));
    assert!(desk.has("recovered, not saved yet"));
    assert_eq!(journals(state).len(), 1, "it is in the journal of this window now");
    assert_eq!(journals(&state.join("journals/..")).len(), 1);
    desk.undo();
    assert!(desk.rows().iter().any(|r| r.starts_with(SOTK)), "one step back is the project before the work");
    desk.key(CTRL, Key::Y);
    let path = state.join("mine.clashmap.geojson");
    desk.key(CTRL_SHIFT, Key::S);
    desk.type_into("Path", &path.display().to_string());
    desk.click("Save");
    assert!(project::open(&path).unwrap().project.iter().any(|(_, i)| &*i.title == "Fire near the Sotk mine"));
    assert!(journals(state).is_empty(), "what is saved needs no journal");
    drop(desk);
    assert!(!Desk::with_state(state).has(FOUND));
}

#[test]
fn what_is_kept_for_later_is_offered_again_and_what_is_discarded_is_moved_aside() {
    let folder = tempfile::tempdir().unwrap();
    let state = folder.path();
    crashed(state);
    let mut desk = Desk::with_state(state);
    desk.click("Keep for later");
    assert!(!desk.has(FOUND) && desk.reads("offered again at the next start"));
    drop(desk);
    let mut desk = Desk::with_state(state);
    desk.press(Key::Escape);
    assert!(!desk.has(FOUND), "Esc is for later too");
    drop(desk);
    let mut desk = Desk::with_state(state);
    desk.click("Discard");
    assert!(desk.reads("Moved aside") && journals(state).is_empty());
    assert_eq!(std::fs::read_dir(state.join("journals/discarded")).unwrap().count(), 1, "it can still be had by hand");
    drop(desk);
    assert!(!Desk::with_state(state).has(FOUND));
}

#[test]
fn the_journal_of_a_window_that_is_open_is_not_offered_in_another() {
    let folder = tempfile::tempdir().unwrap();
    let state = folder.path();
    let mut desk = Desk::with_state(state);
    desk.select(SOTK);
    desk.fill("Title", "Fire near Sotk");
    let other = Desk::with_state(state);
    assert!(!other.has(FOUND) && journals(state).len() == 1);
    desk.key(CTRL, Key::Q);
    desk.click("Do not save");
    drop(desk);
}

#[test]
fn a_torn_end_is_said_and_costs_only_the_edit_that_was_under_way() {
    let folder = tempfile::tempdir().unwrap();
    let state = folder.path();
    crashed(state);
    let path = journals(state).remove(0);
    let bytes = std::fs::read(&path).unwrap();
    put(&path, &bytes[..bytes.len() - 3]);
    let mut desk = Desk::with_state(state);
    assert!(desk.has("Fire near Sotk") && desk.reads("The last edit was under way"));
    desk.click("Recover");
    assert!(desk.rows().iter().any(|r| r.starts_with("Fire near Sotk, ")));
}

#[test]
fn work_on_a_file_comes_back_on_that_file_and_together_with_what_others_saved_there_since() {
    let folder = tempfile::tempdir().unwrap();
    let state = folder.path();
    let path = state.join("shared.clashmap.geojson");
    put(&path, SEPTEMBER_2022);
    let open = |desk: &mut Desk| {
        desk.key(CTRL, Key::O);
        desk.type_into("Path", &path.display().to_string());
        desk.press(Key::Enter);
    };
    let mut desk = Desk::with_state(state);
    open(&mut desk);
    desk.select(SOTK);
    desk.fill("Title", "Fire near Sotk");
    drop(desk);
    let mut desk = Desk::with_state(state);
    assert!(desk.has(&path.display().to_string()));
    desk.click("Recover");
    assert_eq!(desk.title(), "• shared.clashmap.geojson — clashmap");
    drop(desk);
    // Somebody else changes the same title, and another one.
    let theirs = String::from_utf8(SEPTEMBER_2022.to_vec()).unwrap().replacen(SOTK, "Fire towards Sotk", 1);
    put(&path, theirs.as_bytes());
    let mut desk = Desk::with_state(state);
    desk.click("Recover");
    assert!(desk.has("Recovered, with something to know") && desk.reads("was changed since"));
    assert!(desk.reads("here Fire near Sotk, there Fire towards Sotk"), "{:#?}", desk.names());
    desk.click("Close");
    assert!(desk.rows().iter().any(|r| r.starts_with("Fire near Sotk, ")) && desk.app().is_dirty());
    assert_eq!(std::fs::read(&path).unwrap(), theirs.as_bytes(), "no file changes until it is saved");
}
