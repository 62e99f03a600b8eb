//! Files: what is kept, what is asked, what is said.

use std::path::Path;

use clashmap::app::SEPTEMBER_2022;
use clashmap::edit::{Command, Edit};
use clashmap::io::project;
use clashmap::panels::{Action, Example};
use egui::{Key, ViewportCommand};

use crate::desk::{CTRL, CTRL_SHIFT, Desk, put};

const SOTK: &str = "Fire in the Sotk direction";

fn edited() -> Desk {
    let mut desk = Desk::sample();
    desk.select(SOTK);
    desk.fill("Title", "Fire near Sotk");
    desk
}

fn save_as(desk: &mut Desk, path: &Path) {
    desk.key(CTRL_SHIFT, Key::S);
    desk.type_into("Path", &path.display().to_string());
    desk.click("Save");
}

fn open_typed(desk: &mut Desk, path: &Path) {
    desk.key(CTRL, Key::O);
    desk.type_into("Path", &path.display().to_string());
    desk.press(Key::Enter);
}

#[test]
fn what_is_saved_under_a_typed_name_is_there_in_a_second_window() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mine.clashmap.geojson");
    let mut desk = edited();
    assert!(desk.title().starts_with("• september-2022 "), "{}", desk.title());
    save_as(&mut desk, &path);
    assert!(desk.has("saved 12:04") && !desk.is_marked() && !desk.app().is_dirty());
    assert_eq!(desk.title(), "mine.clashmap.geojson — clashmap");
    assert!(desk.reads("Saved: mine.clashmap.geojson"));

    let bytes = std::fs::read(&path).unwrap();
    let mut second = Desk::sample();
    open_typed(&mut second, &path);
    assert!(second.rows().iter().any(|r| r.starts_with("Fire near Sotk, ")));
    assert!(second.reads("saved · also open: anna") && !second.app().is_dirty());
    second.key(CTRL, Key::S);
    assert_eq!(std::fs::read(&path).unwrap(), bytes, "saving an untouched file changes nothing");

    desk.select("Fire near Sotk");
    desk.fill("Title", "Once more");
    assert!(desk.is_marked());
    desk.key(CTRL, Key::S);
    assert!(!desk.is_marked());
    assert!(project::open(&path).unwrap().project.iter().any(|(_, i)| &*i.title == "Once more"));
    desk.undo();
    assert!(desk.is_marked(), "undoing past the save is a change");
}

#[test]
fn a_text_still_being_typed_is_saved_too() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mine.clashmap.geojson");
    let mut desk = edited();
    save_as(&mut desk, &path);
    desk.type_into("Title", "Typed and not left");
    desk.key(CTRL, Key::S);
    assert!(project::open(&path).unwrap().project.iter().any(|(_, i)| &*i.title == "Typed and not left"));
    assert!(!desk.app().is_dirty());
}

#[test]
fn a_save_that_fails_says_why_and_keeps_the_work() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("no such folder").join("mine.clashmap.geojson");
    let mut desk = edited();
    save_as(&mut desk, &path);
    assert!(desk.reads("Not saved, the work is still here: "), "{:#?}", desk.names());
    assert!(desk.reads("no such folder"), "it names the place");
    assert!(desk.app().is_dirty() && desk.is_marked() && desk.has("not saved"));
    assert!(!path.exists() && std::fs::read_dir(folder.path()).unwrap().next().is_none());
    desk.click("Close");
    assert!(!desk.reads("Not saved, the work"));
    save_as(&mut desk, &folder.path().join("mine.clashmap.geojson"));
    assert!(!desk.app().is_dirty());
}

#[test]
fn quitting_with_unsaved_work_asks_and_cancel_keeps_it() {
    let mut desk = edited();
    desk.key(CTRL, Key::Q);
    assert!(desk.has("Save the changes to “september-2022”?"));
    desk.click("Cancel");
    assert!(desk.app().is_dirty() && !desk.was_asked(&ViewportCommand::Close));
    desk.key(CTRL, Key::Q);
    desk.press(Key::Escape);
    assert!(!desk.reads("Save the changes") && !desk.was_asked(&ViewportCommand::Close));
    desk.key(CTRL, Key::Q);
    desk.click("Do not save");
    assert!(desk.was_asked(&ViewportCommand::Close));
}

#[test]
fn closing_the_window_with_unsaved_work_asks_and_saving_goes_on_to_close() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mine.clashmap.geojson");
    let mut desk = edited();
    desk.close_window();
    assert!(desk.was_asked(&ViewportCommand::CancelClose) && desk.reads("Save the changes"));
    desk.click("Save");
    desk.type_into("Path", &path.display().to_string());
    desk.press(Key::Enter);
    assert!(path.exists() && desk.was_asked(&ViewportCommand::Close));
}

#[test]
fn closing_the_window_without_unsaved_work_asks_nothing() {
    let mut desk = Desk::sample();
    desk.close_window();
    assert!(!desk.was_asked(&ViewportCommand::CancelClose) && !desk.reads("Save the changes"));
}

#[test]
fn opening_another_file_with_unsaved_work_asks() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("other.clashmap.geojson");
    put(&path, SEPTEMBER_2022);
    let mut desk = edited();
    for action in
        [Action::OpenPath(path.clone()), Action::OpenExample(Example::Karabakh), Action::NewProject, Action::Open]
    {
        desk.act(action);
        assert!(desk.reads("Save the changes to “september-2022”?"));
        desk.click("Cancel");
        assert_eq!(&*desk.selected().title, "Fire near Sotk");
    }
    desk.act(Action::OpenPath(path));
    desk.click("Do not save");
    assert!(desk.rows().iter().any(|r| r.starts_with(SOTK)) && !desk.app().is_dirty());
    assert!(desk.has("Nothing to undo"), "the other file has a history of its own");
}

#[test]
fn a_refused_text_is_not_dropped_by_saving_on_the_way_out() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mine.clashmap.geojson");
    let mut desk = edited();
    desk.fill("Start", "31/02/2022");
    desk.key(CTRL, Key::Q);
    desk.click("Save");
    desk.type_into("Path", &path.display().to_string());
    desk.press(Key::Enter);
    assert!(path.exists());
    assert!(!desk.was_asked(&ViewportCommand::Close) && desk.reads("no such day"), "{:#?}", desk.names());
}

#[test]
fn a_damaged_file_offers_what_is_whole_and_stays_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cut.clashmap.geojson");
    let cut = &SEPTEMBER_2022[..SEPTEMBER_2022.len() / 2];
    put(&path, cut);
    let mut desk = Desk::sample();
    open_typed(&mut desk, &path);
    assert!(desk.has("The file is damaged") && desk.reads("line "));
    desk.click("Close");
    assert_eq!(desk.project().len(), 34, "the open project is untouched");
    open_typed(&mut desk, &path);
    desk.click("Open what is whole");
    let got = desk.project().len();
    assert!(got > 0 && got < 34);
    assert!(desk.has(&format!("{got} incidents recovered; the damaged file is unchanged")), "{:#?}", desk.names());
    desk.click("Close");
    desk.key(CTRL, Key::S);
    assert!(desk.has("Path"), "it is not saved over the damaged file, a name is asked for");
    desk.click("Cancel");
    assert_eq!(std::fs::read(&path).unwrap(), cut);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn a_file_that_cannot_be_opened_gives_one_message_and_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let empty = folder.path().join("empty.clashmap.geojson");
    put(&empty, b"");
    let binary = folder.path().join("binary.clashmap.geojson");
    put(&binary, &[0xff, 0xd8, 0xff, 0x00, 0x01]);
    let cases = [folder.path().join("missing.clashmap.geojson"), folder.path().to_owned(), empty, binary];
    let mut desk = Desk::sample();
    for path in cases {
        open_typed(&mut desk, &path);
        assert_eq!(desk.names().iter().filter(|n| *n == "Not opened").count(), 1, "{path:?}: {:#?}", desk.names());
        assert!(desk.has(&path.display().to_string()));
        desk.click("Close");
        assert!(!desk.has("Not opened"));
        assert_eq!(desk.project().len(), 34);
        assert!(!desk.app().is_dirty() && desk.has("not saved yet"));
    }
}

#[test]
fn a_dropped_file_is_opened() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("dropped.clashmap.geojson");
    put(&path, SEPTEMBER_2022);
    let mut desk = Desk::new(crate::desk::empty(), None, "untitled");
    desk.drop_files(&[path]);
    assert!(desk.has("34 incidents"));
    assert_eq!(desk.title(), "dropped.clashmap.geojson — clashmap");
}

#[test]
fn a_picture_of_the_map_is_saved_by_a_typed_name() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("map.svg");
    let mut desk = Desk::sample();
    desk.key(CTRL, Key::E);
    desk.type_into("Path", &path.display().to_string());
    desk.press(Key::Enter);
    assert!(desk.reads("Picture saved: "));
    assert!(std::fs::read_to_string(&path).unwrap().starts_with("<svg"));
}

#[test]
fn a_picture_a_chart_and_a_table_have_nothing_that_is_marked_as_sensitive_unless_it_is_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = Desk::sized(crate::desk::sample(), None, "september-2022", [1366.0, 768.0], 1.0);
    desk.act(Action::ToggleStatistics);
    let saved = |desk: &mut Desk, action: Action, name: &str, answer: Option<&str>| {
        let path = folder.path().join(name);
        desk.act(action);
        if let Some(answer) = answer {
            desk.click(answer);
        }
        desk.type_into("Path", &path.display().to_string());
        desk.press(Key::Enter);
        std::fs::read_to_string(&path).unwrap()
    };
    let kinds =
        [(Action::ExportPicture, "map.svg"), (Action::ExportChart, "chart.svg"), (Action::ExportTable, "table.csv")];
    let (id, _) = desk.project().iter().find(|(_, i)| &*i.title == SOTK).unwrap();
    for (action, name) in kinds {
        let whole = saved(&mut desk, action.clone(), name, None);
        desk.act(Action::Edit(Command::Edit(id, Edit::Sensitive(true))));
        let left = saved(&mut desk, action.clone(), name, Some("Leave out"));
        assert!(desk.reads("1 incident marked as sensitive left out"), "{:#?}", desk.names());
        let along = saved(&mut desk, action.clone(), name, Some("Take along"));
        desk.undo();
        desk.act(Action::Edit(Command::Delete(vec![id])));
        let without = saved(&mut desk, action, name, None);
        desk.undo();
        assert_eq!([along == whole, left == without, left != whole], [true; 3], "{name}");
    }
    desk.act(Action::Edit(Command::Edit(id, Edit::Sensitive(true))));
    desk.act(Action::ExportPicture);
    assert!(desk.has("Leave out what is marked as sensitive (1 incident)?"));
    desk.press(Key::Escape);
    assert!(!desk.has("Path"), "nothing is saved after all");
}

#[test]
fn the_timeline_of_another_project_is_its_own() {
    let mut desk = Desk::sample();
    desk.act(Action::OpenExample(Example::Karabakh));
    desk.act(Action::Playback(clashmap::view::playback::Command::Home));
    let played = desk.app().question().span.expect("a play shows a window of time");
    let start = clashmap::model::Moment::parse("1995").unwrap().span().start;
    assert!(played.start < start, "the play begins with the first incident of the project that is open");
}

#[test]
fn a_typed_name_that_is_taken_is_asked_about_and_what_it_replaces_is_kept_among_the_backups() {
    let folder = tempfile::tempdir().unwrap();
    let state = folder.path().join("state");
    let path = folder.path().join("mine.clashmap.geojson");
    put(&path, b"somebody's notes");
    let mut desk = Desk::with_state(&state);
    save_as(&mut desk, &path);
    assert!(desk.has("There is a file with this name"), "{:#?}", desk.names());
    desk.click("Close");
    assert_eq!(std::fs::read(&path).unwrap(), b"somebody's notes");
    save_as(&mut desk, &path);
    desk.click("Replace it");
    assert!(desk.has("saved 12:04"));
    let kept = || clashmap::io::backup::list(&clashmap::io::disk::RealDisk, &state.join("backups"), &path);
    assert_eq!(std::fs::read(&kept()[0].path).unwrap(), b"somebody's notes");
    // The file of the window itself is saved without a question.
    desk.select(SOTK);
    desk.fill("Title", "Fire near Sotk");
    desk.key(CTRL, Key::S);
    assert!(desk.has("saved 12:04") && !desk.app().is_dirty());
    assert_eq!(kept().len(), 2);
}

/// A save that the system refuses: the file is as it was, the work stays in the window, and another name takes it.
fn refuse_and_save_elsewhere(path: &Path, words: &str) {
    let elsewhere = tempfile::tempdir().unwrap();
    let mut desk = Desk::sample();
    desk.act(Action::OpenPath(path.to_owned()));
    desk.select("Fire in the Sotk direction");
    desk.fill("Title", "Work that must not be lost");
    desk.key(CTRL, Key::S);
    assert!(desk.reads("Not saved, the work is still here") && desk.reads(words), "{:#?}", desk.names());
    assert_eq!(std::fs::read(path).unwrap(), SEPTEMBER_2022);
    assert!(desk.app().is_dirty() && desk.has("not saved") && desk.has("Undo: change title"));
    let there = elsewhere.path().join("there.clashmap.geojson");
    save_as(&mut desk, &there);
    assert!(!desk.app().is_dirty() && desk.title().starts_with("there.clashmap.geojson"));
    let saved = clashmap::io::project::open(&there).unwrap().project;
    assert!(saved.iter().any(|(_, i)| &*i.title == "Work that must not be lost"));
    desk.undo();
    assert!(desk.app().is_dirty(), "the history is still there");
}

#[test]
fn a_file_that_may_not_be_written_to_keeps_the_work_in_the_window_for_another_name() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mine.clashmap.geojson");
    put(&path, SEPTEMBER_2022);
    let mut rights = std::fs::metadata(&path).unwrap().permissions();
    rights.set_readonly(true);
    std::fs::set_permissions(&path, rights).unwrap();
    refuse_and_save_elsewhere(&path, "the file is write-protected");
}

#[cfg(unix)]
#[test]
fn a_folder_or_a_disk_that_may_only_be_read_keeps_the_work_in_the_window_for_another_name() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let mode = |mode| std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(mode)).unwrap();
    let path = folder.path().join("mine.clashmap.geojson");
    put(&path, SEPTEMBER_2022);
    mode(0o500);
    // The superuser may write everywhere.
    let may_write = std::fs::File::create(folder.path().join("probe")).is_ok();
    if !may_write {
        refuse_and_save_elsewhere(&path, "no permission to write in");
    }
    mode(0o700);
    let mount = |words: &[&str]| {
        std::process::Command::new("mount").args(words).arg(folder.path()).output().is_ok_and(|o| o.status.success())
    };
    let bound = mount(&["--bind", &folder.path().display().to_string()]) && mount(&["-o", "remount,bind,ro"]);
    if bound {
        let result = std::panic::catch_unwind(|| refuse_and_save_elsewhere(&path, "is on a read-only disk"));
        std::process::Command::new("umount").arg(folder.path()).status().unwrap();
        result.unwrap();
    }
    // A user who may not mount is refused by a folder, one who is not refused may mount, but in a box where neither holds.
    assert!(bound || !may_write || std::env::var_os("CLASHMAP_REQUIRE_STRACE").is_none(), "nothing was tried");
}
