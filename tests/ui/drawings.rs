//! Drawing on the map: tools, corners, snapping, the form and the list of drawings, undo.

use clashmap::model::{CornerAt, Drawing, DrawingId, DrawingKind, Fill, Form, Ink, LonLat};
use clashmap::panels::Action;
use clashmap::view::Layers;
use egui::{Event, Key, Modifiers, PointerButton, Pos2};

use crate::desk::{CTRL, Desk};

fn at(lon: f64, lat: f64) -> LonLat {
    LonLat::new(lon, lat).unwrap()
}

fn corner(n: usize) -> CornerAt {
    CornerAt { path: 0, corner: n }
}

/// The sample with its map at rest, and nothing that attracts corners.
fn desk() -> Desk {
    let mut desk = Desk::sample();
    desk.act(Action::SetLayers(Layers {
        incidents: false,
        borders: false,
        held_area: false,
        agreements: false,
        claimed: false,
        legend: false,
        ..Layers::default()
    }));
    desk
}

fn on(desk: &Desk, lon: f64, lat: f64) -> Pos2 {
    desk.app().place_on_screen(at(lon, lat))
}

fn drawn(desk: &Desk) -> Vec<Drawing> {
    desk.project().drawings().map(|(_, d)| d.clone()).collect()
}

fn click(desk: &mut Desk, lon: f64, lat: f64) {
    let p = on(desk, lon, lat);
    desk.click_at(p);
    // Two clicks in one place are a double click only if they are meant as one.
    desk.wait(1.0);
}

/// Draws a line through places and ends it with Enter.
fn draw(desk: &mut Desk, tool: &str, places: &[(f64, f64)]) {
    desk.click("Draw");
    desk.click(tool);
    for (lon, lat) in places {
        click(desk, *lon, *lat);
    }
    desk.press(Key::Enter);
}

fn is_near(a: LonLat, lon: f64, lat: f64) -> bool {
    (a.lon() - lon).abs() < 0.01 && (a.lat() - lat).abs() < 0.01
}

#[test]
fn a_line_is_clicked_ended_undone_and_done_again() {
    let mut desk = desk();
    draw(&mut desk, "Line", &[(45.5, 40.4), (46.0, 40.2), (46.4, 40.4)]);
    let all = drawn(&desk);
    assert_eq!((all.len(), all[0].kind()), (1, DrawingKind::Line));
    let corners: Vec<LonLat> = all[0].form().corners().collect();
    assert!(corners.len() == 3 && is_near(corners[1], 46.0, 40.2), "{corners:?}");
    assert!(desk.has("Line drawn") && desk.reads("Drawing: Line") && desk.app().is_dirty());
    assert_eq!(desk.app().selected_drawing(), Some(DrawingId(0)));
    desk.undo();
    assert!(drawn(&desk).is_empty() && !desk.app().is_dirty());
    desk.key(CTRL, Key::Y);
    assert_eq!(drawn(&desk), all);
}

#[test]
fn a_double_click_ends_and_what_is_missing_is_said() {
    let mut desk = desk();
    desk.press(Key::D);
    assert!(desk.reads("Click where the line begins"));
    click(&mut desk, 45.5, 40.4);
    desk.press(Key::Enter);
    assert!(desk.has("Line needs 2 corners") && drawn(&desk).is_empty());
    let p = on(&desk, 46.0, 40.2);
    desk.click_at(p);
    desk.click_at(p);
    assert_eq!(drawn(&desk)[0].form().corners().count(), 2);
}

#[test]
fn backspace_and_undo_take_a_corner_back_and_esc_leaves_a_way_back() {
    let mut desk = desk();
    desk.click("Draw");
    desk.click("Area");
    for (lon, lat) in [(45.5, 40.4), (46.0, 40.2), (46.2, 40.5), (45.9, 40.7)] {
        click(&mut desk, lon, lat);
    }
    assert!(desk.reads("4 corners: a double click or Enter ends it"));
    desk.press(Key::Backspace);
    assert!(desk.reads("3 corners"));
    desk.undo();
    assert!(desk.reads("Click the next corner") && !desk.app().is_dirty(), "undo takes back a corner, nothing else");
    desk.press(Key::Escape);
    assert!(desk.has("Area not ended") && !desk.reads("Click the next corner"));
    desk.click("Go on drawing");
    click(&mut desk, 46.2, 40.5);
    desk.click("End drawing");
    assert_eq!(drawn(&desk)[0].form().corners().count(), 3);
}

#[test]
fn another_errand_does_not_lose_what_is_being_drawn() {
    let mut desk = desk();
    desk.press(Key::D);
    click(&mut desk, 45.5, 40.4);
    click(&mut desk, 46.0, 40.2);
    desk.press(Key::N);
    assert!(desk.has("Line not ended"), "{:#?}", desk.names());
    desk.press(Key::Escape);
    desk.click("Go on drawing");
    desk.click("Tool: Arrow");
    desk.press(Key::Enter);
    assert_eq!((drawn(&desk)[0].kind(), drawn(&desk)[0].form().corners().count()), (DrawingKind::Arrow, 2));
}

#[test]
fn a_text_is_placed_and_its_words_are_typed_at_once() {
    let mut desk = desk();
    desk.click("Draw");
    desk.click("Text");
    click(&mut desk, 45.9, 40.3);
    assert!(desk.control("Words").focused, "the words take the keyboard");
    desk.event(Event::Text("Lachin road".into()));
    desk.key(CTRL, Key::Enter);
    assert_eq!(&*drawn(&desk)[0].title, "Lachin road");
    assert!(desk.reads("Drawing: Lachin road"));
}

#[test]
fn a_circle_takes_two_clicks_and_says_its_radius() {
    let mut desk = desk();
    desk.click("Draw");
    desk.click("Circle");
    click(&mut desk, 45.9, 40.0);
    click(&mut desk, 45.9, 40.2);
    let Form::Circle(_, km) = drawn(&desk)[0].form().clone() else { panic!("no circle") };
    assert!((km - 22.2).abs() < 1.0, "{km}");
    assert!(desk.has("geodesic, on the WGS 84 ellipsoid") && desk.has("Radius"));
    desk.fill("Radius, km", "15");
    assert!(matches!(drawn(&desk)[0].form(), Form::Circle(_, km) if *km == 15.0));
    desk.undo();
    assert!(matches!(drawn(&desk)[0].form(), Form::Circle(_, now) if *now == km));
}

#[test]
fn a_distance_and_an_area_are_measured() {
    let mut desk = desk();
    draw(&mut desk, "Measure distance", &[(45.5, 40.0), (46.5, 40.0)]);
    assert!(desk.has("Length") && desk.reads("85.4 km"), "{:#?}", desk.names());
    draw(&mut desk, "Measure area", &[(45.5, 40.2), (46.5, 40.2), (46.5, 40.6)]);
    assert!(desk.has("Area") && desk.has("Perimeter") && desk.reads("2 drawings"));
}

#[test]
fn a_corner_is_dragged_put_in_and_taken_out_each_as_one_step() {
    let mut desk = desk();
    draw(&mut desk, "Line", &[(45.4, 40.3), (46.4, 40.3)]);
    let from = desk.app().corner_of(corner(1)).unwrap();
    let to = on(&desk, 46.5, 40.6);
    desk.drag(from, to);
    assert!(is_near(drawn(&desk)[0].form().corner(corner(1)).unwrap(), 46.5, 40.6), "{:?}", drawn(&desk)[0].form());
    // Between the two.
    let (a, b) = (desk.app().corner_of(corner(0)).unwrap(), desk.app().corner_of(corner(1)).unwrap());
    let target = on(&desk, 45.9, 40.8);
    desk.drag(a + (b - a) / 2.0, target);
    assert_eq!(drawn(&desk)[0].form().corners().count(), 3);
    assert!(is_near(drawn(&desk)[0].form().corner(corner(1)).unwrap(), 45.9, 40.8));
    let middle = desk.app().corner_of(corner(1)).unwrap();
    desk.click_at(middle);
    desk.press(Key::Delete);
    assert_eq!(drawn(&desk)[0].form().corners().count(), 2);
    for want in [3, 2, 2] {
        desk.undo();
        assert_eq!(drawn(&desk)[0].form().corners().count(), want);
    }
    assert!(is_near(drawn(&desk)[0].form().corner(corner(1)).unwrap(), 46.4, 40.3));
    // With no corner selected Delete takes all of it.
    desk.press(Key::Delete);
    assert!(drawn(&desk).is_empty() && desk.has("Drawing deleted"));
    desk.undo();
    assert_eq!(drawn(&desk).len(), 1);
}

#[test]
fn a_drawing_is_moved_whole_by_its_line_and_esc_takes_a_drag_back() {
    let mut desk = desk();
    draw(&mut desk, "Line", &[(45.4, 40.3), (45.8, 40.3), (46.6, 40.3)]);
    let before = drawn(&desk)[0].form().clone();
    let (from, to) = (on(&desk, 45.55, 40.3), on(&desk, 45.75, 40.5));
    desk.event(Event::PointerMoved(from));
    desk.drag(from, to);
    let moved = drawn(&desk)[0].form().clone();
    assert!(is_near(moved.corner(corner(0)).unwrap(), 45.6, 40.5), "{moved:?}");
    desk.undo();
    assert_eq!(*drawn(&desk)[0].form(), before);
    let from = desk.app().corner_of(corner(0)).unwrap();
    let button = |pos, pressed| Event::PointerButton {
        pos,
        button: PointerButton::Primary,
        pressed,
        modifiers: Modifiers::NONE,
    };
    desk.event(Event::PointerMoved(from));
    desk.event(button(from, true));
    desk.event(Event::PointerMoved(from + egui::vec2(60.0, 40.0)));
    desk.press(Key::Escape);
    desk.event(button(from + egui::vec2(60.0, 40.0), false));
    assert_eq!(*drawn(&desk)[0].form(), before);
    assert_eq!(desk.app().selected_drawing(), Some(DrawingId(0)), "Esc was for the drag");
}

#[test]
fn corners_snap_to_incidents_and_corners_unless_shift_is_held() {
    let mut desk = Desk::sample();
    desk.act(Action::SetLayers(Layers { legend: false, ..Layers::default() }));
    let snapped = |desk: &mut Desk, near: Pos2, modifiers: Modifiers| {
        desk.press(Key::D);
        desk.event(Event::ModifiersChanged(modifiers));
        desk.click_at(near);
        desk.event(Event::ModifiersChanged(Modifiers::NONE));
        desk.wait(1.0);
        let away = near + egui::vec2(90.0, 140.0);
        desk.click_at(away);
        desk.press(Key::Enter);
        drawn(desk).last().unwrap().form().corner(corner(0)).unwrap()
    };
    // An incident that stands alone and is known well enough to be a point.
    let alone = desk.project().iter().find_map(|(id, i)| {
        let place = i.place.position.filter(|_| i.place.precision == Some(clashmap::model::Precision::Near))?;
        let mark = desk.app().mark_of(id)?;
        (desk.app().place_on_screen(place).distance(mark) < 3.0 && mark.x > 340.0 && mark.x < 900.0)
            .then_some((place, mark))
    });
    let (place, mark) = alone.expect("an incident that stands alone");
    assert_eq!(snapped(&mut desk, mark + egui::vec2(3.0, 2.0), Modifiers::NONE), place);
    let end = drawn(&desk)[0].form().corner(corner(1)).unwrap();
    let near = desk.app().place_on_screen(end) + egui::vec2(5.0, 4.0);
    assert_eq!(snapped(&mut desk, near, Modifiers::NONE), end, "the very same place");
    assert_ne!(snapped(&mut desk, near, Modifiers::SHIFT), end);
}

#[test]
fn style_title_time_and_source_are_set_in_the_form() {
    let mut desk = desk();
    draw(&mut desk, "Area", &[(45.5, 40.2), (46.5, 40.2), (46.5, 40.6)]);
    desk.click("Colour: violet");
    desk.click("Fill: filled");
    desk.click("Line: dotted");
    desk.fill("Title", "Exercise");
    desk.fill("Start", "13 Sep 2022");
    desk.fill("Add source", "Radio Liberty");
    desk.click("Title on the map");
    let d = drawn(&desk).remove(0);
    assert_eq!((d.style.ink, d.style.fill, &*d.title, d.titled), (Ink::Violet, Fill::Tint, "Exercise", false));
    assert_eq!((d.when.unwrap().to_string().as_str(), d.sources.len()), ("2022-09-13", 1));
    assert!(desk.has("Sources (1)") && desk.reads("Drawing: Exercise, 13 Sep"));
    for _ in 0..7 {
        desk.undo();
    }
    assert_eq!((drawn(&desk)[0].style, drawn(&desk)[0].titled), (DrawingKind::Area.default_style(), true));
    // The next of the sort looks like the last.
    desk.click("Colour: olive");
    draw(&mut desk, "Area", &[(45.5, 39.2), (46.1, 39.2), (45.8, 39.4)]);
    assert_eq!(drawn(&desk)[1].style.ink, Ink::Olive);
}

#[test]
fn a_time_that_cannot_be_read_stays_in_its_field_and_is_not_lost() {
    let mut desk = desk();
    draw(&mut desk, "Line", &[(45.4, 40.3), (46.4, 40.3)]);
    desk.fill("Start", "31 Feb 2022");
    assert!(drawn(&desk)[0].when.is_none() && desk.reads("31 Feb 2022"));
    desk.act(Action::Select(None));
    desk.act(Action::SelectDrawing(Some(DrawingId(0))));
    assert!(desk.reads("31 Feb 2022"), "what was typed is still there");
}

#[test]
fn drawings_are_listed_selected_duplicated_and_deleted() {
    let mut desk = desk();
    draw(&mut desk, "Line", &[(45.4, 40.3), (46.4, 40.3)]);
    desk.fill("Title", "Road");
    draw(&mut desk, "Measure distance", &[(45.4, 40.6), (46.4, 40.6)]);
    assert!(desk.has("2 drawings") && desk.reads("Drawing: Measured distance, 84"), "{:#?}", desk.names());
    desk.click("Drawing: Road");
    assert_eq!(desk.app().selected_drawing(), Some(DrawingId(0)));
    desk.key(CTRL, Key::D);
    assert_eq!(drawn(&desk).len(), 3);
    assert_ne!(drawn(&desk)[2].uid, drawn(&desk)[0].uid);
    assert_ne!(drawn(&desk)[2].form(), drawn(&desk)[0].form(), "a copy lies aside");
    desk.click("Delete drawing");
    assert!(desk.has("2 drawings") && desk.app().selected_drawing().is_none());
    desk.click("Fold drawings");
    assert!(!desk.reads("Drawing: Road"));
}

#[test]
fn a_drawing_is_selected_on_the_map_and_an_incident_takes_its_place() {
    let mut desk = Desk::sample();
    draw(&mut desk, "Line", &[(45.3, 40.9), (45.7, 40.9)]);
    desk.act(Action::Select(None));
    assert!(desk.app().selected_drawing().is_none());
    let p = on(&desk, 45.4, 40.9);
    desk.event(Event::PointerMoved(p));
    desk.click_at(p);
    assert_eq!(desk.app().selected_drawing(), Some(DrawingId(0)));
    desk.select("Fire in the Sotk direction");
    assert!(desk.app().selected_drawing().is_none() && desk.app().selected().is_some());
}

#[test]
fn a_drawing_of_another_time_is_not_on_the_map_and_its_row_says_so() {
    let mut desk = desk();
    draw(&mut desk, "Line", &[(45.4, 40.3), (46.4, 40.3)]);
    desk.fill("Start", "2020");
    let span = clashmap::model::When::parse("2022").ok().map(|w| w.span());
    desk.act(Action::Ask(clashmap::derive::Question { span, ..Default::default() }));
    assert!(desk.reads("not in the window of time"));
    desk.act(Action::Select(None));
    let p = on(&desk, 45.9, 40.3);
    desk.click_at(p);
    assert!(desk.app().selected_drawing().is_none(), "what is not drawn is not clicked");
}
