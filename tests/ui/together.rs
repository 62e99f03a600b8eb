//! Several people on one file: what each changed is put together, and nobody's work vanishes without a word.

use std::path::Path;

use clashmap::app::SEPTEMBER_2022;
use clashmap::edit::{Command, Edit, Workspace};
use clashmap::io::project;
use clashmap::model::{IncidentId, Project};
use clashmap::panels::Action;
use egui::Key;

use crate::desk::{CTRL, CTRL_SHIFT, Desk, put};

const SOTK: &str = "Fire in the Sotk direction";
const DIALOG: &str = "The file was changed by somebody else";

fn written(project: &Project) -> Vec<u8> {
    let mut out = Vec::new();
    project::write(project, &mut out).unwrap();
    out
}

/// The file as somebody else saves it after these edits.
fn they_edit(path: &Path, edits: &[(IncidentId, Edit)]) {
    let mut w = Workspace::new(project::open(path).unwrap().project, true);
    for (id, edit) in edits {
        w.commit(Command::Edit(*id, edit.clone())).unwrap().unwrap();
    }
    put(path, &written(w.project()));
}

fn open(desk: &mut Desk, path: &Path) {
    desk.key(CTRL, Key::O);
    desk.type_into("Path", &path.display().to_string());
    desk.press(Key::Enter);
}

/// A window on a file, with the title of one incident changed; somebody else changes it too, and another one.
fn clashing(path: &Path) -> Desk {
    put(path, SEPTEMBER_2022);
    let mut desk = Desk::sample();
    open(&mut desk, path);
    let id = desk.id(SOTK);
    desk.select(SOTK);
    desk.fill("Title", "Fire near Sotk");
    let other = desk.project().iter().map(|(id, _)| id).find(|i| *i != id).unwrap();
    they_edit(path, &[(id, Edit::Title("Fire towards Sotk".into())), (other, Edit::Title("Their own title".into()))]);
    desk.key(CTRL, Key::S);
    assert!(desk.has(DIALOG), "{:#?}", desk.names());
    desk
}

fn titles(path: &Path) -> Vec<String> {
    project::open(path).unwrap().project.iter().map(|(_, i)| i.title.to_string()).collect()
}

#[test]
fn what_both_changed_is_shown_side_by_side_chosen_and_saved_together_as_one_step() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("shared.clashmap.geojson");
    let mut desk = clashing(&path);
    assert!(desk.has("Changed on both sides, differently (1)") && desk.has("Changed in the file (1)"));
    assert!(desk.reads("Their own title") && !titles(&path).contains(&"Fire near Sotk".to_owned()));
    let (ours, theirs) = ("Here: Fire near Sotk", "In the file: Fire towards Sotk");
    desk.control_like(ours);
    desk.click_like(theirs);
    desk.click("Take in and save");
    assert!(!desk.has(DIALOG) && desk.has("saved 12:04") && !desk.app().is_dirty());
    let after = titles(&path);
    for title in ["Fire towards Sotk", "Their own title"] {
        assert!(after.iter().any(|t| t == title), "{title}");
    }
    desk.undo();
    let here: Vec<&str> = desk.project().iter().map(|(_, i)| &*i.title).collect();
    assert!(here.contains(&"Fire near Sotk") && !here.contains(&"Their own title"), "one step takes it back");
}

#[test]
fn ours_is_kept_where_nothing_else_is_chosen_and_theirs_stands_in_the_dialog() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("shared.clashmap.geojson");
    let mut desk = clashing(&path);
    desk.click("Take in and save");
    let after = titles(&path);
    assert!(after.iter().any(|t| t == "Fire near Sotk") && after.iter().any(|t| t == "Their own title"));
}

#[test]
fn without_an_answer_the_file_stays_theirs_and_a_copy_can_be_saved_instead() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("shared.clashmap.geojson");
    let mut desk = clashing(&path);
    let theirs = std::fs::read(&path).unwrap();
    desk.press(Key::Escape);
    assert!(!desk.has(DIALOG) && desk.app().is_dirty() && desk.has("not saved"));
    assert_eq!(std::fs::read(&path).unwrap(), theirs);
    desk.key(CTRL, Key::S);
    desk.click("Save a copy …");
    let copy = folder.path().join("copy.clashmap.geojson");
    desk.type_into("Path", &copy.display().to_string());
    desk.click("Save");
    assert!(titles(&copy).contains(&"Fire near Sotk".to_owned()));
    assert_eq!(std::fs::read(&path).unwrap(), theirs);
}

#[test]
fn a_file_that_changes_again_while_the_dialog_is_open_is_not_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("shared.clashmap.geojson");
    let mut desk = clashing(&path);
    they_edit(&path, &[(IncidentId(3), Edit::Title("A third change".into()))]);
    desk.click("Take in and save");
    assert!(desk.has(DIALOG) && desk.reads("A third change"), "{:#?}", desk.names());
    desk.click("Take in and save");
    let after = titles(&path);
    for title in ["Fire near Sotk", "Their own title", "A third change"] {
        assert!(after.iter().any(|t| t == title), "{title}");
    }
}

#[test]
fn another_version_is_compared_and_each_difference_is_taken_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("other.clashmap.geojson");
    put(&path, SEPTEMBER_2022);
    let mut desk = Desk::sample();
    let id = desk.id(SOTK);
    they_edit(&path, &[(id, Edit::Title("Fire towards Sotk".into())), (id, Edit::Notes("their notes".into()))]);
    desk.act(Action::CompareWith);
    desk.type_into("Path", &path.display().to_string());
    desk.click("Compare");
    assert!(desk.has("Another version") && desk.reads("2 differences"), "{:#?}", desk.names());
    assert!(desk.reads("Here: Fire in the Sotk direction") && desk.reads("There: Fire towards Sotk"));
    let row = |desk: &Desk, verb: &str, field: &str| {
        let start = format!("{verb}: ");
        desk.names().into_iter().find(|n| n.starts_with(&start) && n.ends_with(field)).unwrap()
    };
    let show = row(&desk, "Show", "title");
    desk.click(&show);
    assert_eq!(desk.app().selected(), Some(id));
    let take = row(&desk, "Take over", "title");
    desk.click(&take);
    assert!(desk.reads("One difference") && desk.project().get(id).unwrap().title == "Fire towards Sotk".into());
    assert_eq!(&*desk.project().get(id).unwrap().notes, &*crate::desk::sample().get(id).unwrap().notes);
    desk.undo();
    assert!(desk.reads("2 differences"), "what is undone differs again");
    desk.key(CTRL, Key::Y);
    let take = row(&desk, "Take over", "notes");
    desk.click(&take);
    assert!(desk.has("Nothing differs."));
    desk.click("Close the comparison");
    assert!(!desk.has("Another version"));
    desk.undo();
    assert!(!desk.has("Another version"), "what was closed stays closed");
}

#[test]
fn a_file_that_cannot_be_compared_is_named_and_another_project_ends_the_comparison() {
    let folder = tempfile::tempdir().unwrap();
    let (bad, good) = (folder.path().join("bad.clashmap.geojson"), folder.path().join("good.clashmap.geojson"));
    put(&bad, b"not json");
    put(&good, SEPTEMBER_2022);
    let mut desk = Desk::sample();
    let compare = |desk: &mut Desk, path: &Path| {
        desk.act(Action::CompareWith);
        desk.type_into("Path", &path.display().to_string());
        desk.click("Compare");
    };
    compare(&mut desk, &bad);
    assert!(desk.reads("bad.clashmap.geojson cannot be compared: "), "{:#?}", desk.names());
    compare(&mut desk, &good);
    assert!(desk.has("Nothing differs."));
    desk.act(Action::OpenPath(good));
    assert!(!desk.has("Another version"));
}

#[test]
fn a_second_window_is_told_who_has_the_file_open_until_they_are_gone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("shared.clashmap.geojson");
    put(&path, SEPTEMBER_2022);
    let mut first = Desk::sample();
    open(&mut first, &path);
    assert!(folder.path().join(".~lock.shared.clashmap.geojson#").exists());
    let mut second = Desk::sample();
    open(&mut second, &path);
    assert!(second.reads("Anna on desk-3 has this file open, since 26 Nov 2026"), "{:#?}", second.names());
    assert!(second.has("saved · also open: anna on desk-3"));
    second.key(CTRL, Key::S);
    assert!(second.reads("also open: anna on desk-3"));
    // A killed window leaves its mark behind.
    drop(first);
    second.key(CTRL, Key::S);
    assert!(second.reads("no longer has this file open") && !second.reads("also open"), "{:#?}", second.names());
    second.click("Close");
    // The same file once more is nobody else's.
    open(&mut second, &path);
    assert!(!second.reads("has this file open"));
    let copy = folder.path().join("copy.clashmap.geojson");
    second.key(CTRL_SHIFT, Key::S);
    second.type_into("Path", &copy.display().to_string());
    second.click("Save");
    let names: Vec<_> = std::fs::read_dir(folder.path()).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert_eq!(names.len(), 3, "two files and one mark: {names:?}");
    second.act(Action::NewProject);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2);
}
