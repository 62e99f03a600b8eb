//! Slides and the show: made, changed and put in order in the window, then shown by keys alone.

use clashmap::model::Role;
use clashmap::panels::Action;
use egui::Key;

use crate::desk::{CTRL, Desk};

fn titles(desk: &Desk) -> Vec<String> {
    desk.project().meta().slides.iter().map(|s| s.name().to_owned()).collect()
}

fn open() -> Desk {
    let mut desk = Desk::sized(crate::desk::sample(), None, "september-2022", [1366.0, 900.0], 1.0);
    desk.press(Key::P);
    desk.settle();
    assert!(desk.has("Slide 1: September 2022 on the border of Armenia and Azerbaijan"), "{:#?}", desk.names());
    desk
}

#[test]
fn a_slide_is_made_from_the_view_with_one_key_and_taken_back_by_undo() {
    let mut desk = Desk::sample();
    desk.key(CTRL, Key::M);
    assert_eq!(desk.project().meta().slides.len(), 9);
    let slide = desk.project().meta().slides.last().unwrap().clone();
    assert!(slide.extent.is_some() && slide.role == Role::Map);
    desk.undo();
    assert_eq!(desk.project().meta().slides.len(), 8);
}

#[test]
fn a_slide_is_retitled_copied_moved_and_deleted() {
    let mut desk = open();
    desk.click("Slide 2: Where is this?");
    desk.type_into("Title of the slide", "Where?");
    desk.press(Key::Enter);
    assert_eq!(titles(&desk)[1], "Where?");
    desk.click("A copy of this slide behind it");
    assert_eq!(titles(&desk)[1..3], ["Where?", "Where?"]);
    desk.click("Move this slide down");
    assert_eq!(titles(&desk)[1..4], ["Where?", "What came before", "Where?"]);
    desk.click("Delete this slide");
    assert_eq!(titles(&desk).len(), 8);
    assert!(desk.has("Slide deleted"), "{:#?}", desk.names());
    desk.undo();
    assert_eq!(titles(&desk).len(), 9);
}

#[test]
fn an_approved_slide_says_when_its_figures_change() {
    let mut desk = open();
    desk.click("Slide 6: What each side says of its own losses");
    desk.click("Approve");
    assert!(desk.has("approved, unchanged"), "{:#?}", desk.names());
    let id = desk.id("Border clashes of September 2022");
    let gone = clashmap::edit::Edit::RemoveClaim("c3".into());
    desk.act(clashmap::panels::Action::Edit(clashmap::edit::Command::Edit(id, gone)));
    desk.settle();
    let row = "Slide 6: What each side says of its own losses, its figures have changed since it was approved";
    assert!(desk.has(row) && desk.has("Approve again"), "{:#?}", desk.names());
}

#[test]
fn the_show_is_driven_by_the_keys_of_a_remote() {
    let mut desk = Desk::sized(crate::desk::sample(), None, "september-2022", [1280.0, 720.0], 1.0);
    desk.press(Key::F5);
    let shown = |desk: &Desk| desk.app().page_shown();
    let words = |desk: &Desk| desk.app().words_shown().join("\n");
    assert_eq!(shown(&desk), Some((0, 0)));
    assert!(words(&desk).contains("What is claimed, and what is known."));
    for (key, page) in [
        (Key::PageDown, 1),
        (Key::Space, 2),
        (Key::ArrowRight, 3),
        (Key::PageUp, 2),
        (Key::End, 7),
        (Key::Home, 0),
        (Key::ArrowDown, 1),
        (Key::ArrowLeft, 0),
    ] {
        desk.press(key);
        assert_eq!(shown(&desk), Some((page, 0)), "{key:?}");
    }
    for key in [Key::Num7, Key::Enter] {
        desk.press(key);
    }
    assert_eq!(shown(&desk), Some((6, 0)));
    assert!(words(&desk).contains("80–430"), "{}", words(&desk));
    desk.press(Key::B);
    assert!(desk.app().words_shown().is_empty());
    desk.press(Key::Period);
    assert!(!desk.app().words_shown().is_empty());
    desk.press(Key::Escape);
    assert!(!desk.app().is_presenting());
}

#[test]
fn during_a_show_nothing_of_the_editor_is_on_the_screen() {
    // Map sources that are gone or cannot be read do not stop it either.
    let sample = crate::desk::sample();
    let mut meta = sample.meta().clone();
    for name in ["gone.mbtiles", "../elsewhere.pmtiles"] {
        meta.maps.push(clashmap::model::MapSource {
            name: "secret map".into(),
            origin: clashmap::model::MapOrigin::File(name.into()),
            hidden: false,
            opacity: 100,
            attribution: "".into(),
            extra: Vec::new(),
        });
    }
    let incidents: Vec<_> = sample.iter().map(|(_, i)| i.clone()).collect();
    let project = clashmap::model::Project::new(meta, incidents, Vec::new());
    let mut desk = Desk::sized(project, None, "/secret/path/name", [1280.0, 720.0], 1.0);
    desk.act(clashmap::panels::Action::Notice("a notice".into()));
    desk.press(Key::F5);
    for n in 0..8 {
        desk.act(clashmap::panels::Action::Notice("a notice".into()));
        assert_eq!(desk.app().page_shown().map(|(slide, _)| slide), Some(n));
        let names = desk.names();
        let editor = ["a notice", "secret", "Slides", "Undo", "Search"];
        assert!(names.iter().all(|n| !editor.iter().any(|e| n.contains(e))), "{names:#?}");
        desk.press(Key::PageDown);
    }
}

#[test]
fn what_is_drawn_in_a_show_and_kept_is_drawn_in_the_project_as_one_step_and_the_rest_is_dropped() {
    let mut desk = Desk::sized(crate::desk::sample(), None, "september-2022", [1280.0, 720.0], 1.0);
    let before = desk.project().drawings().count();
    desk.press(Key::F5);
    let draw = |desk: &mut Desk, keep: bool| {
        desk.press(Key::PageDown);
        desk.settle();
        for y in [300.0, 400.0] {
            desk.press(Key::D);
            desk.drag(egui::pos2(500.0, y), egui::pos2(700.0, y + 60.0));
            desk.press(Key::D);
        }
        if keep {
            desk.press(Key::K);
        }
    };
    draw(&mut desk, true);
    draw(&mut desk, false);
    assert_eq!(desk.project().drawings().count(), before, "nothing is changed while the show runs");
    desk.press(Key::Escape);
    assert!(!desk.app().is_presenting());
    let drawn: Vec<_> = desk.project().drawings().skip(before).map(|(_, d)| (*d).clone()).collect();
    assert_eq!(drawn.len(), 2);
    for d in &drawn {
        assert_eq!(&*d.title, "Drawn on: Where is this?");
        assert!(d.form().corners().count() >= 2);
        for p in d.form().corners() {
            assert!((40.0..55.0).contains(&p.lon()) && (36.0..44.0).contains(&p.lat()), "{p:?}");
        }
    }
    desk.undo();
    assert_eq!(desk.project().drawings().count(), before);
    assert!(!desk.is_marked(), "the show itself changes nothing");
}

#[test]
fn a_screen_that_is_not_there_does_not_stop_a_show() {
    let mut desk = Desk::sized(crate::desk::sample(), None, "september-2022", [1280.0, 720.0], 1.0);
    desk.press(Key::P);
    desk.click("More …");
    desk.click("Screen 4");
    desk.press(Key::F5);
    // The window fills its own screen first; one that is not there is passed over by the window system.
    let full = egui::ViewportCommand::Fullscreen(true);
    assert!(
        desk.app().is_presenting() && desk.was_asked(&full) && desk.was_asked(&egui::ViewportCommand::SetMonitor(3))
    );
    desk.press(Key::End);
    assert_eq!(desk.app().page_shown(), Some((7, 0)));
}

#[test]
fn a_project_without_slides_or_with_incidents_gone_is_shown_all_the_same() {
    for project in [crate::desk::empty(), {
        let sample = crate::desk::sample();
        clashmap::model::Project::new(sample.meta().clone(), [], Vec::new())
    }] {
        let mut desk = Desk::sized(project, None, "x", [1280.0, 720.0], 1.0);
        desk.press(Key::F5);
        for _ in 0..10 {
            assert!(desk.app().is_presenting());
            desk.press(Key::PageDown);
        }
        desk.press(Key::Escape);
        assert!(!desk.app().is_presenting());
    }
}

#[test]
fn what_leaves_the_house_is_listed_before_a_talk_or_a_report_is_saved() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = Desk::sample();
    desk.act(Action::ExportTalk);
    assert!(
        desk.reads("What leaves the house") && desk.reads("speaker's notes of 8 slides stay"),
        "{:#?}",
        desk.names()
    );
    desk.click("With the speaker's notes");
    assert!(desk.reads("speaker's notes of 8 slides go along"));
    desk.click("Round positions to");
    assert!(desk.reads("positions rounded to 5 km"));
    desk.click("Film");
    assert!(desk.reads("film in H.264") && desk.reads("what the slides show"), "{:#?}", desk.names());
    desk.click("Report as Markdown");
    assert!(desk.reads("the words quoted") && !desk.reads("speaker's notes of 8 slides go along"));
    desk.click("Save as …");
    let path = folder.path().join("report");
    desk.type_into("Path", &path.display().to_string());
    desk.click("Save");
    assert!(desk.reads("Report saved"), "{:#?}", desk.names());
    let text = std::fs::read_to_string(folder.path().join("report.md")).unwrap();
    assert!(text.contains("## Ledger of claims") && text.contains("(report-map.png)"));
    assert!(folder.path().join("report-map.png").exists());
    // Nothing of the choice is left behind, and the talk itself is written in the form that was chosen.
    desk.act(Action::ExportTalk);
    assert!(desk.reads("speaker's notes of 8 slides stay") && desk.reads("positions as they are recorded"));
    desk.click("Slides for a browser");
    desk.click("Save as …");
    desk.type_into("Path", &folder.path().join("talk").display().to_string());
    desk.click("Save");
    assert!(desk.reads("Talk saved"), "{:#?}", desk.names());
    assert!(std::fs::read_to_string(folder.path().join("talk.html")).unwrap().contains("id=\"timeline\""));
    assert!(!desk.app().is_dirty());
}

#[test]
fn a_project_without_slides_has_a_report_to_give() {
    let mut desk = Desk::sized(crate::desk::empty(), None, "x", [1366.0, 900.0], 1.0);
    desk.act(Action::ExportTalk);
    assert!(desk.reads("0 of 0 incidents, as far as the view shows them"), "{:#?}", desk.names());
}
