//! The timeline: the window of event time, typed and brushed, and the play.

use clashmap::panels::Action;
use clashmap::view::playback::{Command, Step};
use egui::{Event, Key, Modifiers, Pos2, ViewportId};

use crate::desk::{Desk, empty};

/// A key while the play asks for frame after frame.
fn tap(desk: &mut Desk, key: Key) {
    for pressed in [true, false] {
        desk.event(Event::Key { key, physical_key: None, pressed, repeat: false, modifiers: Modifiers::NONE });
    }
}

/// A place on the bars, by parts of their width.
fn on_bars(desk: &Desk, part: f32) -> Pos2 {
    let plot = desk.control_like("Timeline: incidents").rect;
    // Above the two rows of the calendar and the strip of the selected incident.
    Pos2::new(plot.left() + plot.width() * part, plot.bottom() - 44.0)
}

fn head(desk: &Desk) -> String {
    desk.control("Play head").value
}

#[test]
fn a_window_is_typed_and_its_last_day_is_in_it() {
    let mut desk = Desk::sample();
    desk.fill("Window from", "12.09.2022");
    assert!(desk.reads("from 12 Sep 2022"), "{:#?}", desk.names());
    desk.fill("Window to", "14 Sep 2022");
    assert!(desk.reads("12 Sep 2022 – 14 Sep 2022"));
    assert!(desk.reads("3 days · UTC+4"));
    // At 20:00 of the last day.
    assert!(desk.rows().iter().any(|r| r.starts_with("Ceasefire from 20:00")), "{:#?}", desk.rows());
    assert!(!desk.rows().iter().any(|r| r.starts_with("First Nagorno-Karabakh war")));
    desk.click("Show all of time (Esc)");
    assert!(desk.has("34 incidents") && !desk.reads("3 days · UTC+4"));
    assert!(!desk.app().is_dirty(), "looking is no work to save");
}

#[test]
fn what_cannot_be_read_is_said_at_the_field_and_readings_are_offered() {
    let mut desk = Desk::sample();
    desk.fill("Window to", "31/02/2022");
    assert!(desk.reads("no such day") && desk.has("34 incidents"), "{:#?}", desk.names());
    desk.fill("Window to", "13.9.22");
    assert!(desk.reads("can be 2022-09-13 or 1922-09-13"));
    desk.click("Use 2022-09-13");
    assert!(desk.reads("until 13 Sep 2022") && !desk.reads("can be"));
    desk.fill("Window from", "2022-09-20");
    assert!(desk.reads("the end lies before the start"));
}

#[test]
fn a_drag_on_the_bars_makes_a_window_that_can_be_moved_and_taken_back() {
    let mut desk = Desk::sample();
    let (from, to) = (on_bars(&desk, 0.02), on_bars(&desk, 0.2));
    desk.drag(from, to);
    assert!(desk.reads(" · UTC+4") && desk.reads(" hidden"), "{:#?}", desk.names());
    let before = desk.control("Window from").value;
    assert!(!before.is_empty());
    let (from, to) = (on_bars(&desk, 0.1), on_bars(&desk, 0.6));
    desk.drag(from, to);
    assert_ne!(desk.control("Window from").value, before, "the body was moved");
    assert!(desk.has("No incident within this window"), "{:#?}", desk.names());
    desk.press(Key::Escape);
    assert!(desk.has("34 incidents") && desk.control("Window from").value.is_empty());
}

#[test]
fn the_play_runs_pauses_steps_and_gives_the_window_back() {
    let mut desk = Desk::sample();
    desk.fill("Window from", "2022-09-12");
    desk.fill("Window to", "2022-09-15");
    desk.press(Key::Escape);
    desk.act(Action::Playback(Command::Speed(86_400.0)));
    tap(&mut desk, Key::Space);
    assert!(desk.has("Pause (Space)"), "{:#?}", desk.names());
    desk.wait(1.25);
    assert!(desk.reads("so far"), "the date stands large on the map");
    tap(&mut desk, Key::Space);
    desk.settle();
    assert!(desk.has("Play (Space)") && head(&desk).starts_with("13 Sep 2022"), "{}", head(&desk));
    desk.press(Key::End);
    assert_eq!(head(&desk), "15 Sep 2022");
    desk.press(Key::Home);
    assert!(head(&desk).starts_with("12 Sep 2022"));
    desk.act(Action::Playback(Command::Steps(Step::Day)));
    desk.press(Key::Period);
    assert_eq!(head(&desk), "12 Sep 2022");
    desk.press(Key::Period);
    assert_eq!(head(&desk), "13 Sep 2022");
    desk.press(Key::Comma);
    assert_eq!(head(&desk), "12 Sep 2022");
    desk.fill("Play head", "14.09.2022");
    assert_eq!(head(&desk), "14 Sep 2022");
    desk.press(Key::Escape);
    assert!(desk.reads("12 Sep 2022 – 15 Sep 2022") && !desk.reads("so far"), "{:#?}", desk.names());
}

#[test]
fn a_play_ends_by_itself_and_then_nothing_moves() {
    let mut desk = Desk::sample();
    desk.act(Action::Playback(Command::Speed(10.0 * 86_400.0)));
    tap(&mut desk, Key::Space);
    desk.wait(4.0);
    assert!(desk.has("Play (Space)"), "the end is reached");
    desk.window.run_steps(4);
    let delay = desk.window.output().viewport_output[&ViewportId::ROOT].repaint_delay;
    assert_eq!(delay, std::time::Duration::MAX, "{:?}", desk.window.ctx.repaint_causes());
    assert!(desk.reads("34 incidents so far"));
}

#[test]
fn a_step_by_incident_shows_the_next_one_with_or_without_motion() {
    for reduced in [false, true] {
        let mut desk = Desk::sample();
        desk.act(Action::ReduceMotion(reduced));
        desk.act(Action::Playback(Command::Home));
        let first = head(&desk);
        desk.press(Key::Period);
        assert_ne!(head(&desk), first);
        desk.press(Key::Comma);
        assert!(head(&desk).starts_with("12 Sep 2022"));
    }
}

#[test]
fn the_timeline_folds_and_says_when_there_is_nothing_to_show() {
    let mut desk = Desk::sample();
    desk.press(Key::B);
    assert!(!desk.has("Window from"));
    desk.press(Key::B);
    assert!(desk.has("Window from"));
    assert!(desk.reads("1 bar = 6 hours") || desk.reads("1 bar = 1 day"), "{:#?}", desk.names());
    let desk = Desk::new(empty(), None, "untitled");
    assert!(desk.has("Incidents with a date stand here"));
}

#[test]
fn the_keys_of_the_timeline_zoom_and_pan_it_and_leave_the_map_alone() {
    let mut desk = Desk::sample();
    let camera = desk.app().camera();
    let name = |desk: &Desk| desk.control_like("Timeline: incidents").name;
    let all = name(&desk);
    let plot = all.clone();
    desk.focus(&plot);
    desk.press(Key::ArrowUp);
    let near = name(&desk);
    assert_ne!(near, all);
    desk.press(Key::ArrowRight);
    assert_ne!(name(&desk), near);
    desk.key(Modifiers::SHIFT, Key::F);
    assert_eq!(name(&desk), all);
    assert_eq!(desk.app().camera(), camera);
}

#[test]
fn the_bars_count_incidents_or_the_dead_by_party_or_by_kind() {
    let mut desk = Desk::sample();
    desk.click("Count the dead");
    desk.click("Divide by party");
    assert!(desk.reads("Timeline: the dead"));
    desk.click("Count incidents");
    assert!(desk.reads("Timeline: incidents"));
}
