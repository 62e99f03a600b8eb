//! What the picture of drawings promises, stored pictures of one of each sort, and the command line.
//!
//! The stored pictures in `tests/pictures/` are written anew with `CLASHMAP_BLESS=1 cargo test --test drawings`.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)] // helpers of tests

mod stored;

use std::sync::Arc;

use clashmap::cli::render::{Options, render};
use clashmap::derive::{Question, derive};
use clashmap::model::*;
use clashmap::picture::{self, Draft, Fade, Furniture, Item, Picture, Scene};
use clashmap::view::camera::BoundingBox;
use clashmap::view::{Camera, Labels, Layers, Theme, Viewport};

fn at(lon: f64, lat: f64) -> LonLat {
    LonLat::new(lon, lat).unwrap()
}

fn drawing(uid: &str, kind: DrawingKind, form: Form, title: &str) -> Drawing {
    let mut d = Drawing::new(Uid::new(uid), kind, form).unwrap();
    d.title = title.into();
    d
}

fn line(corners: &[(f64, f64)]) -> Form {
    Form::Line(corners.iter().map(|(x, y)| at(*x, *y)).collect())
}

fn area(corners: &[(f64, f64)]) -> Form {
    Form::Area(vec![corners.iter().map(|(x, y)| at(*x, *y)).collect()])
}

/// One of each sort, and one that is dated.
fn drawings() -> Vec<Drawing> {
    use DrawingKind as K;
    let mut road = drawing("road", K::Line, line(&[(45.2, 40.5), (45.6, 40.4), (45.9, 40.5)]), "Road");
    road.style = Style { ink: Ink::Olive, dash: Dashes::Dashed, ..road.style };
    let mut arrow = drawing("arrow", K::Arrow, line(&[(46.9, 40.2), (46.5, 40.1), (46.2, 40.3)]), "Advance");
    arrow.when = When::parse("2022-09-13").ok();
    let mut planned = drawing("planned", K::Arrow, line(&[(46.9, 39.5), (46.5, 39.4)]), "");
    planned.style = Style { ink: Ink::Violet, dash: Dashes::Dashed, ..planned.style };
    vec![
        road,
        arrow,
        planned,
        drawing("area", K::Area, area(&[(46.5, 39.6), (47.0, 39.6), (47.0, 39.9), (46.7, 39.75)]), "Exercise"),
        drawing("text", K::Text, Form::Point(at(45.3, 39.4)), "Two lines\nof words"),
        drawing("circle", K::Circle, Form::Circle(at(45.9, 39.8), 20.0), "Range"),
        drawing("way", K::Distance, line(&[(45.2, 40.0), (45.5, 39.6), (46.2, 39.3)]), ""),
        drawing("valley", K::MeasuredArea, area(&[(45.1, 40.1), (45.5, 40.0), (45.4, 40.3)]), "Valley"),
    ]
}

fn project(drawings: Vec<Drawing>) -> Project {
    let placed = |d| Placed { drawing: Some(Arc::new(d)), after_slots: 0, after_kept: 0 };
    Project::default().with_drawings(drawings.into_iter().map(placed).collect())
}

struct Ask {
    window: Option<&'static str>,
    layers: Layers,
    draft: Option<Draft>,
    fade: Option<Fade>,
    zoom: f64,
}

impl Default for Ask {
    fn default() -> Self {
        Self { window: None, layers: Layers::default(), draft: None, fade: None, zoom: 9.0 }
    }
}

fn picture(project: &Project, ask: Ask) -> Picture {
    let span = ask.window.map(|w| When::parse(w).unwrap().span());
    let question = Question { span, ..Question::default() };
    let derived = derive(project, &question);
    let marks = picture::marks(project, &derived);
    picture::picture(&Scene {
        project,
        derived: &derived,
        marks: &marks,
        question: &question,
        viewport: Viewport { camera: Camera::new(at(46.1, 39.9), ask.zoom), width: 900.0, height: 700.0 },
        layers: ask.layers,
        labels: Labels::default(),
        theme: Theme::Light,
        perspective: Perspective::DeJure,
        shown: None,
        fade: ask.fade,
        draft: ask.draft,
        selected: None,
        hovered: None,
        spread: None,
        called: &[],
        furniture: Furniture::none(),
    })
}

fn words(picture: &Picture) -> Vec<String> {
    let words = picture.layer("drawing-words").filter_map(|i| match i {
        Item::Text(label) => Some(label.text.clone()),
        _ => None,
    });
    words.collect()
}

fn ids(picture: &Picture) -> Vec<u32> {
    picture.drawn.iter().map(|d| d.id.0).collect()
}

#[test]
fn every_sort_is_drawn_and_what_is_measured_says_its_unit_and_how() {
    let picture = picture(&project(drawings()), Ask::default());
    assert_eq!(ids(&picture), [0, 1, 2, 3, 4, 5, 6, 7]);
    let words = words(&picture);
    for said in ["Road", "Advance", "Exercise", "Two lines", "of words", "Range", "radius 20.0 km (geodesic)", "Valley"]
    {
        assert!(words.iter().any(|w| w == said), "{said} is not in {words:?}");
    }
    // Lengths of the corners by GeodSolve: 51.3 + 68.9 km.
    assert!(words.iter().any(|w| w == "120 km (geodesic)"), "{words:?}");
    assert!(words.iter().any(|w| w.ends_with(" km² (geodesic)")), "{words:?}");
    assert_eq!(picture.layer("drawings").filter(|i| matches!(i, Item::Text(_))).count(), 0);
}

#[test]
fn a_dated_drawing_appears_in_its_time_and_one_without_a_date_always() {
    let project = project(drawings());
    let shown = |window| ids(&picture(&project, Ask { window: Some(window), ..Ask::default() }));
    assert_eq!(shown("2022-09"), [0, 1, 2, 3, 4, 5, 6, 7]);
    assert_eq!(shown("2022-10"), [0, 2, 3, 4, 5, 6, 7]);
    assert_eq!(shown("2022-09-13T23:00/2022-09-14").len(), 8);
    let off = Layers { drawings: false, ..Layers::default() };
    assert!(ids(&picture(&project, Ask { layers: off, ..Ask::default() })).is_empty());
}

#[test]
fn a_dated_drawing_pales_with_age_as_incidents_do() {
    let project = project(drawings());
    let day = When::parse("2022-09-13").unwrap().span();
    let fade = Some(Fade { head: day.end + 1_000_000, life: 1_000 });
    let picture = picture(&project, Ask { fade, ..Ask::default() });
    let alpha = |text: &str| picture.labels().find(|l| l.text == text).unwrap().paint.alpha;
    assert!((alpha("Advance") - Fade::PALEST).abs() < 1e-6 && alpha("Road") == 1.0);
}

#[test]
fn a_draft_stands_in_the_place_of_its_drawing_or_beside_all() {
    let project = project(drawings());
    let mut moved = drawings()[0].clone();
    assert!(moved.reshape(moved.form().shifted(0.1, 0.1).unwrap()));
    let before = picture(&project, Ask::default());
    let draft = Some(Draft { of: Some(DrawingId(0)), drawing: moved.clone() });
    let after = picture(&project, Ask { draft, ..Ask::default() });
    assert_eq!(ids(&after), ids(&before));
    assert_ne!(after.drawn[0].lines, before.drawn[0].lines);
    let new = picture(&project, Ask { draft: Some(Draft { of: None, drawing: moved }), ..Ask::default() });
    assert_eq!(new.drawn.len(), 9);
}

#[test]
fn words_of_drawings_do_not_lie_on_each_other_and_names_keep_off_them() {
    for zoom in [7.0, 8.0, 9.0, 10.5] {
        let picture = picture(&project(drawings()), Ask { zoom, ..Ask::default() });
        let boxes: Vec<[f32; 4]> = picture.drawn.iter().flat_map(|d| &d.boxes).copied().collect();
        let names = picture.layer("names").filter_map(|i| match i {
            Item::Text(l) => Some((l.at, l.text.clone())),
            _ => None,
        });
        for (n, a) in boxes.iter().enumerate() {
            for b in &boxes[n + 1..] {
                let apart = a[0] >= b[2] || a[2] <= b[0] || a[1] >= b[3] || a[3] <= b[1];
                // A text stands where it was put; nothing else may lie on anything.
                assert!(apart || zoom < 8.0, "{a:?} {b:?} at {zoom}");
            }
        }
        for ([x, y], text) in names {
            let under = boxes.iter().find(|[l, t, r, b]| x > *l && x < *r && y > *t + 2.0 && y < *b - 2.0);
            assert!(under.is_none(), "{text} lies under {under:?} at {zoom}");
        }
    }
}

#[test]
fn the_pointer_finds_a_drawing_by_its_line_its_words_and_its_filled_inside() {
    let picture = picture(&project(drawings()), Ask::default());
    let view = Viewport { camera: Camera::new(at(46.1, 39.9), 9.0), width: 900.0, height: 700.0 };
    let on = |lon, lat| view.screen_from_lonlat(at(lon, lat));
    assert_eq!(picture.pick_drawing(on(45.4, 40.45), 6.0), Some(DrawingId(0)));
    assert_eq!(picture.pick_drawing(on(45.3, 39.4), 6.0), Some(DrawingId(4)));
    assert_eq!(picture.pick_drawing(on(45.95, 39.85), 6.0), Some(DrawingId(5)));
    assert_eq!(picture.pick_drawing(on(46.9, 39.65), 6.0), Some(DrawingId(3)));
    assert_eq!(picture.pick_drawing(on(46.5, 40.5), 6.0), None);
}

#[test]
fn odd_drawings_break_no_picture() {
    use DrawingKind as K;
    let odd = vec![
        drawing("a", K::Arrow, line(&[(45.0, 40.0), (45.0, 40.0)]), "nowhere"),
        drawing("b", K::Circle, Form::Circle(at(46.0, 90.0), 9_999.0), "pole"),
        drawing("c", K::Line, line(&[(-180.0, -90.0), (180.0, 90.0)]), "everywhere"),
        drawing("d", K::MeasuredArea, area(&[(-170.0, 10.0), (170.0, 10.0), (0.0, 80.0)]), "half"),
        drawing("e", K::Text, Form::Point(at(46.0, 40.0)), "漢字 \u{202e}\u{7}"),
        drawing("f", K::Area, area(&[(46.0, 40.0), (46.0, 40.0), (46.0, 40.0)]), "no area"),
    ];
    for zoom in [3.0, 9.0, 17.0] {
        let picture = picture(&project(odd.clone()), Ask { zoom, ..Ask::default() });
        let finite = |p: &[f32; 2]| p[0].is_finite() && p[1].is_finite();
        for item in picture.layer("drawings") {
            match item {
                Item::Lines { lines, .. } => assert!(lines.iter().flatten().all(finite)),
                Item::Polygon { rings, .. } => assert!(rings.iter().flatten().all(finite)),
                _ => {}
            }
        }
    }
}

fn small(theme: Theme) -> Options {
    Options {
        width: 640.0,
        height: 460.0,
        bbox: Some(BoundingBox { west: 45.0, south: 39.2, east: 47.1, north: 40.65 }),
        theme,
        ..Options::default()
    }
}

#[test]
fn the_stored_pictures_of_drawings_are_drawn_again() {
    for theme in Theme::ALL {
        let drawn = render(&project(drawings()), &Options { bare: true, ..small(theme) }).unwrap();
        stored::check_stored(&format!("drawings-{}", theme.id()), &drawn);
    }
}

#[test]
fn the_legend_names_what_is_drawn_by_hand_and_only_that() {
    let svg = |project: &Project| {
        let options = Options {
            format: clashmap::cli::render::Format::Svg,
            width: 1400.0,
            height: 1000.0,
            ..small(Theme::Light)
        };
        String::from_utf8(render(project, &options).unwrap()).unwrap()
    };
    let with = svg(&project(drawings()));
    for row in [
        "Road (drawn line)",
        "Advance (drawn arrow)",
        "drawn arrow",
        "Range (drawn circle, true radius)",
        "measured distance, geodesic",
    ] {
        assert!(with.contains(row), "{row}");
    }
    assert!(!with.contains("drawn text"));
    let without = svg(&Project::default());
    assert!(!without.contains("drawn ") || !without.contains("drawn arrow"));
}

#[test]
fn a_picture_without_a_box_takes_in_the_drawings() {
    let far = project(vec![drawing("l", DrawingKind::Line, line(&[(30.0, 50.0), (33.0, 52.0)]), "Far away")]);
    let options = Options { format: clashmap::cli::render::Format::Svg, ..Options::default() };
    let svg = String::from_utf8(render(&far, &options).unwrap()).unwrap();
    assert!(svg.contains("Far away"));
}
