//! Files attached to incidents: copied in, named, found out when they are changed, and taken back.

use std::fs;
use std::path::{Path, PathBuf};

use clashmap::app::SEPTEMBER_2022;
use clashmap::io::project;
use clashmap::io::seen::Digest;
use clashmap::panels::Action;
use egui::Key;

use crate::desk::{CTRL, Desk, put};

const SOTK: &str = "Fire in the Sotk direction";

/// A window on a file, with an incident selected and a photo on the disk.
fn desk(folder: &Path) -> (Desk, PathBuf, PathBuf) {
    let (file, photo) = (folder.join("p.clashmap.geojson"), folder.join("Road to Sotk.jpg"));
    put(&file, SEPTEMBER_2022);
    put(&photo, b"picture");
    let mut desk = Desk::sample();
    desk.act(Action::OpenPath(file.clone()));
    desk.select(SOTK);
    (desk, file, photo)
}

fn attach(desk: &mut Desk, path: &Path) {
    desk.focus("Attach files …");
    desk.press(Key::Enter);
    desk.type_into("Path", &path.display().to_string());
    desk.press(Key::Enter);
}

fn stored(folder: &Path) -> PathBuf {
    folder.join(format!("p.media/{}.jpg", Digest::of(b"picture")))
}

#[test]
fn a_photo_is_attached_captioned_saved_and_comes_back() {
    let folder = tempfile::tempdir().unwrap();
    let (mut desk, file, photo) = desk(folder.path());
    assert!(desk.has("Media (0)"));
    attach(&mut desk, &photo);
    assert!(desk.has("Media (1)") && desk.has("Road to Sotk.jpg") && desk.has("7 B · as it was attached"));
    assert_eq!(fs::read(stored(folder.path())).unwrap(), b"picture");
    desk.fill("Caption", "The road, seen from the north");
    desk.key(CTRL, Key::S);
    let saved = project::open(&file).unwrap().project;
    let incident = saved.get(desk.id(SOTK)).unwrap();
    let name = incident.media[0].to_string();
    assert_eq!(
        (incident.media_name(&name), incident.media_caption(&name)),
        ("Road to Sotk.jpg", "The road, seen from the north")
    );
    // The same once more is no step.
    attach(&mut desk, &photo);
    assert!(desk.has("Attached already") && desk.has("Undo: change caption"));
}

#[test]
fn attaching_and_removing_are_one_step_each_and_undo_finds_the_file_again() {
    let folder = tempfile::tempdir().unwrap();
    let (mut desk, _, photo) = desk(folder.path());
    put(&folder.path().join("second.pdf"), b"document");
    let id = desk.id(SOTK);
    desk.act(Action::AttachPaths(id, vec![photo, folder.path().join("second.pdf")]));
    assert!(desk.has("Media (2)") && desk.has("2 files attached"));
    desk.fill("Caption 2", "A statement");
    desk.click("Remove attached file 2");
    assert!(desk.has("Media (1)") && !desk.has("second.pdf"));
    desk.undo();
    assert!(desk.has("second.pdf") && desk.has("8 B · as it was attached"));
    assert_eq!(desk.control("Caption 2").value, "A statement");
    desk.undo();
    desk.undo();
    assert!(desk.has("Media (0)") && !desk.app().is_dirty());
}

#[test]
fn a_missing_and_a_changed_file_are_marked_once_the_window_is_looked_at_again() {
    let folder = tempfile::tempdir().unwrap();
    let (mut desk, _, photo) = desk(folder.path());
    attach(&mut desk, &photo);
    let after = |desk: &mut Desk| {
        desk.event(egui::Event::WindowFocused(true));
        desk.settle();
    };
    put(&stored(folder.path()), b"pikture");
    after(&mut desk);
    assert!(desk.has("holds something else than when it was attached"));
    fs::remove_file(stored(folder.path())).unwrap();
    after(&mut desk);
    assert!(desk.has("missing in the media folder"));
    // Attaching it again puts it back, and changes nothing in the project.
    attach(&mut desk, &photo);
    assert!(desk.has("7 B · as it was attached") && desk.has("Media (1)"));
}

#[test]
fn a_project_without_a_file_is_saved_first_and_then_attaching_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let photo = folder.path().join("photo.jpg");
    put(&photo, b"picture");
    let mut desk = Desk::sample();
    desk.select(SOTK);
    desk.fill("Title", "Not saved yet");
    let id = desk.app().selected().unwrap();
    desk.act(Action::AttachPaths(id, vec![photo.clone()]));
    assert!(desk.has("Save the project first"));
    desk.click("Close");
    assert!(desk.has("Media (0)") && desk.has("Undo: change title"), "nothing is lost by not saving");
    desk.act(Action::AttachPaths(id, vec![photo]));
    desk.click("Save …");
    desk.type_into("Path", &folder.path().join("p.clashmap.geojson").display().to_string());
    desk.press(Key::Enter);
    assert!(desk.has("Media (1)") && stored(folder.path()).exists());
    assert_eq!(&*desk.selected().title, "Not saved yet");
    assert!(desk.app().is_dirty(), "the attachment itself is not saved yet");
}

#[test]
fn attached_files_come_along_to_a_new_name_and_what_does_not_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let (mut desk, _, photo) = desk(folder.path());
    attach(&mut desk, &photo);
    let save_as = |desk: &mut Desk, name: &str| {
        desk.act(Action::SaveTo(folder.path().join(name)));
    };
    save_as(&mut desk, "q.clashmap.geojson");
    assert!(folder.path().join("q.media").join(stored(folder.path()).file_name().unwrap()).exists());
    assert!(desk.has("7 B · as it was attached"));
    fs::remove_dir_all(folder.path().join("q.media")).unwrap();
    save_as(&mut desk, "r.clashmap.geojson");
    assert!(desk.has("Saved, but not all attached files came along") && desk.reads("was not copied"));
}

#[test]
fn what_no_import_reads_is_attached_when_it_is_dropped_and_a_link_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let (mut desk, _, photo) = desk(folder.path());
    desk.drop_files(std::slice::from_ref(&photo));
    assert!(desk.has("Media (1)"), "{:#?}", desk.names());
    #[cfg(unix)]
    {
        let link = folder.path().join("link.jpg");
        std::os::unix::fs::symlink(&photo, &link).unwrap();
        desk.drop_files(&[link]);
        assert!(desk.reads("it is a link") && desk.has("Media (1)"));
    }
}

#[test]
fn a_signed_package_is_made_on_the_export_page_and_says_what_leaves_the_house() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = Desk::with_state(&folder.path().join("state"));
    let (file, photo) = (folder.path().join("p.clashmap.geojson"), folder.path().join("photo.jpg"));
    put(&file, SEPTEMBER_2022);
    let mut picture = std::io::Cursor::new(Vec::new());
    image::RgbImage::new(4, 4).write_to(&mut picture, image::ImageFormat::Jpeg).unwrap();
    put(&photo, picture.get_ref());
    desk.act(Action::OpenPath(file));
    desk.select(SOTK);
    attach(&mut desk, &photo);
    desk.act(Action::ExportData);
    desk.focus("Signed package");
    desk.press(Key::Enter);
    assert!(desk.has("What leaves the house"), "{:#?}", desk.names());
    assert!(desk.reads("1 attached picture, without what it says of place and camera"), "{:#?}", desk.names());
    desk.click("Pictures as they were attached");
    assert!(desk.reads("1 attached file as it is"), "{:#?}", desk.names());
    desk.click("Pictures as they were attached");
    desk.click("Save as …");
    let path = folder.path().join("p.zip");
    desk.type_into("Path", &path.display().to_string());
    desk.press(Key::Enter);
    assert!(desk.reads("Signed package saved: "), "{:#?}", desk.names());
    let checked = clashmap::io::package::check(&path).unwrap();
    assert!(checked.findings.is_empty() && checked.files == 2, "{:?}", checked.findings);
    assert_eq!(checked.signer.unwrap().person, "anna on desk-3");
}
