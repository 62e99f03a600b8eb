//! What a picture of the map promises, and stored pictures of a small made-up project.
//!
//! The stored pictures in `tests/pictures/` are written anew with `CLASHMAP_BLESS=1 cargo test --test pictures`.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)] // helpers of tests

mod stored;

use std::path::PathBuf;

use clashmap::cli::render::{Format, Options, render};
use clashmap::derive::statistics::{self, By, Layout};
use clashmap::derive::{Derived, Lanes, Question, derive};
use clashmap::model::{
    Category, Claim, Count, Incident, Kind, Language, LonLat, MapOrigin, MapSource, Meta, Names, PartyId, Perspective,
    Place, Precision, Project, Shape, Uid, When,
};
use clashmap::picture::chart::{self, Chart};
use clashmap::picture::{self, Form, Furniture, Item, Marks, Picture, Scene, Target, Zone, svg, type_metrics};
use clashmap::view::camera::BoundingBox;
use clashmap::view::playback::{Mode, Playback};
use clashmap::view::{Camera, Corner, Labels, Layers, Symbols, Theme, Viewport};
use stored::check_stored;

fn at(lon: f64, lat: f64) -> LonLat {
    LonLat::new(lon, lat).unwrap()
}

fn incident(n: u32, kind: Kind, precision: Precision, lon: f64, lat: f64) -> Incident {
    let mut i = Incident::new(Uid::new(&format!("i{n}")), kind, &format!("Incident {n}"));
    i.when = When::parse("2022-09-13").ok();
    i.place = Place {
        names: Names::english("Somewhere"),
        position: Some(at(lon, lat)),
        precision: Some(precision),
        ..Place::default()
    };
    i
}

fn killed(mut i: Incident, party: &str, count: &str) -> Incident {
    let id = i.next_claim_id();
    let party = PartyId::new(party);
    let claim = Claim::new(&id, party.clone(), Category::Killed, Count::parse(count).unwrap());
    i.claims.push(Claim { speaks_for: Some(party), ..claim });
    i
}

/// One of each sort: exact with figures of both sides, near, a direction, a front, a district, no figure, a statement, a
/// truce, two that stack, a third party, and one without a place.
fn project() -> Project {
    let mut front = incident(4, Kind::Battle, Precision::Front, 46.2, 39.6);
    front.place.shape = Some(Shape::Line(vec![at(46.0, 39.9), at(46.35, 39.6), at(46.5, 39.3)]));
    let mut nowhere = incident(12, Kind::Shelling, Precision::Exact, 0.0, 0.0);
    nowhere.place.position = None;
    let spot = |n, lon, lat| incident(n, Kind::ArmedClash, Precision::Exact, lon, lat);
    let incidents = vec![
        killed(killed(spot(1, 45.9, 40.15), "armenia", "49"), "azerbaijan", "50"),
        killed(incident(2, Kind::Shelling, Precision::Near, 45.65, 39.84), "armenia", "7"),
        incident(3, Kind::ArmedClash, Precision::Direction, 46.3, 39.35),
        killed(front, "azerbaijan", "71-80"),
        killed(incident(5, Kind::ArmedClash, Precision::District, 46.75, 39.95), "azerbaijan", "≥ 12"),
        spot(6, 46.6, 40.25),
        incident(7, Kind::Statement, Precision::Near, 44.6, 40.1),
        incident(8, Kind::Ceasefire, Precision::Exact, 46.9, 39.5),
        killed(spot(9, 46.4, 39.205), "armenia", "3"),
        killed(spot(10, 46.402, 39.207), "azerbaijan", "2"),
        killed(spot(11, 47.0, 40.0), "russia", "2"),
        nowhere,
    ];
    let meta = Meta { title: "A made-up project".into(), ..Meta::default() };
    Project::new(meta, incidents, Vec::new())
}

struct Made {
    project: Project,
    question: Question,
    derived: Derived,
    marks: Marks,
}

fn made(project: Project) -> Made {
    let question = Question::default();
    let derived = derive(&project, &question);
    let marks = picture::marks(&project, &derived);
    Made { project, question, derived, marks }
}

fn scene(made: &Made, center: LonLat, zoom: f64) -> Scene<'_> {
    Scene {
        project: &made.project,
        derived: &made.derived,
        marks: &made.marks,
        question: &made.question,
        viewport: Viewport { camera: Camera::new(center, zoom), width: 900.0, height: 600.0 },
        layers: Layers::default(),
        labels: Labels::default(),
        theme: Theme::Light,
        perspective: Perspective::DeJure,
        shown: None,
        fade: None,
        draft: None,
        selected: None,
        hovered: None,
        spread: None,
        called: &[],
        furniture: Furniture::window(),
    }
}

fn draw(made: &Made, zoom: f64) -> Picture {
    picture::picture(&scene(made, at(46.2, 39.8), zoom))
}

/// Boxes of the words on the map itself, without furniture, plates and tabs.
fn word_boxes(picture: &Picture) -> Vec<(String, [f32; 4])> {
    let layers = ["names", "incident-labels"].into_iter().flat_map(|l| picture.layer(l));
    layers
        .filter_map(|i| if let Item::Text(l) = i { Some(l) } else { None })
        .map(|l| {
            let w = type_metrics::width(&l.text, l.face, l.size, l.spacing);
            let x = l.at[0]
                - match l.anchor {
                    clashmap::picture::list::Anchor::Start => 0.0,
                    clashmap::picture::list::Anchor::Middle => w / 2.0,
                    clashmap::picture::list::Anchor::End => w,
                };
            (l.text.clone(), [x, l.at[1] - l.size * 0.72, x + w, l.at[1]])
        })
        .collect()
}

#[test]
fn words_on_the_map_never_lie_on_each_other() {
    let made = made(project());
    for zoom in [5.0, 6.4, 7.7, 8.5, 9.3, 11.0, 13.5] {
        let boxes = word_boxes(&draw(&made, zoom));
        for (i, (a, [l, t, r, b])) in boxes.iter().enumerate() {
            for (c, [ol, ot, or, ob]) in boxes.iter().skip(i + 1) {
                assert!(l >= or || r <= ol || t >= ob || b <= ot, "zoom {zoom}: “{a}” on “{c}”");
            }
        }
    }
}

#[test]
fn every_incident_with_a_place_answers_to_the_pointer_alone_or_in_a_stack() {
    let made = made(project());
    for zoom in [4.0, 6.0, 7.5] {
        let mut ids: Vec<u32> =
            draw(&made, zoom).hits.iter().flat_map(|h| h.what.ids().iter().map(|i| i.0).collect::<Vec<_>>()).collect();
        ids.sort_unstable();
        assert_eq!(ids, (0..11).collect::<Vec<_>>(), "zoom {zoom}");
    }
    assert_eq!(made.marks.nowhere(), 1);
}

#[test]
fn what_is_known_by_area_has_no_point_symbol() {
    let made = made(project());
    let areas: Vec<u32> = made.marks.all().iter().filter(|m| m.form.is_area()).map(|m| m.id.0).collect();
    assert_eq!(areas, [3, 4]);
    // Seen alone they leave no disc or half disc on the layer of symbols, at any zoom.
    let only = |n: usize| {
        let i = made.project.iter().nth(n).unwrap().1.clone();
        Project::new(made.project.meta().clone(), [i], Vec::new())
    };
    for n in [3, 4] {
        let alone = self::made(only(n));
        for zoom in [5.0, 8.0, 12.0] {
            let drawn = draw(&alone, zoom);
            assert!(drawn.layer("incidents").all(|i| !matches!(i, Item::Circle { .. })), "{n} at {zoom}");
        }
    }
}

/// All points that an item reaches, without the width of its strokes.
fn points(item: &Item) -> Vec<[f32; 2]> {
    match item {
        Item::Polygon { rings, .. } => rings.concat(),
        Item::Lines { lines, .. } => lines.concat(),
        Item::Circle { center: [x, y], radius: r, .. } => vec![[x - r, y - r], [x + r, y + r]],
        Item::Text(label) => vec![label.at],
        Item::Along { letters, .. } => letters.iter().map(|l| l.at).collect(),
        Item::Layer(_) => vec![],
    }
}

#[test]
fn whatever_symbols_say_what_is_known_only_to_a_province_is_words_on_a_plate() {
    for precision in [Precision::District, Precision::Front, Precision::Region, Precision::Country] {
        let one = killed(incident(1, Kind::Shelling, precision, 46.2, 39.8), "armenia", "20");
        let made = made(Project::new(Meta::default(), [one], vec![]));
        for symbols in Symbols::ALL {
            for zoom in [5.0, 8.0, 12.0] {
                let mut scene = scene(&made, at(46.2, 39.8), zoom);
                scene.layers.symbols = symbols;
                let picture = picture::picture(&scene);
                let plate = picture.hits.iter().find(|h| matches!(h.what, Target::Incident(_))).unwrap();
                let Zone::Rect { ltrb: [l, t, r, b] } = plate.zone else { panic!("{:?}", plate.zone) };
                let words = |i: &&Item| matches!(i, Item::Text(_));
                assert_eq!(picture.layer("incidents").filter(words).count(), 1, "{symbols:?}");
                // All ink lies on the plate or leads from it: nothing stands on the ground.
                for item in picture.layer("incidents").filter(|i| !matches!(i, Item::Lines { .. })) {
                    let on_plate = |[x, y]: &[f32; 2]| *x > l - 5.0 && *x < r + 5.0 && *y > t - 5.0 && *y < b + 5.0;
                    assert!(points(item).iter().all(on_plate), "{precision:?} {symbols:?} {zoom}: {item:?}");
                }
            }
        }
    }
}

/// One incident of every kind, and of one that this version does not know.
fn kinds() -> Project {
    let all = Kind::KNOWN.iter().cloned().chain([Kind::Other("parade".into())]).enumerate();
    let incidents = all.map(|(n, kind)| {
        let (x, y) = ((n % 5) as f64, (n / 5) as f64);
        incident(n as u32, kind, Precision::Exact, 45.5 + x * 0.22, 39.5 + y * 0.24)
    });
    Project::new(Meta::default(), incidents.collect::<Vec<_>>(), Vec::new())
}

fn of_kinds(theme: Theme) -> Options {
    let bbox = Some(BoundingBox { west: 44.6, south: 39.3, east: 46.6, north: 40.3 });
    Options { width: 480.0, height: 420.0, bbox, ..small(theme, Format::Png) }
}

#[test]
fn the_legend_of_kinds_names_every_kind_in_the_picture_and_no_other() {
    let words = |project: Project| {
        let made = made(project);
        let mut scene = scene(&made, at(46.0, 39.8), 8.5);
        scene.layers.symbols = Symbols::Kind;
        let picture = picture::picture(&scene);
        picture
            .layer("furniture")
            .filter_map(|i| if let Item::Text(l) = i { Some(l.text.clone()) } else { None })
            .collect::<Vec<_>>()
    };
    let all = words(kinds());
    for kind in Kind::KNOWN {
        assert!(all.iter().any(|w| w == kind.label()), "{kind:?}: {all:?}");
    }
    assert!(all.iter().any(|w| w == "another kind") && !all.iter().any(|w| w.starts_with("Dead:")), "{all:?}");
    let clash = || incident(1, Kind::ArmedClash, Precision::Exact, 46.0, 39.8);
    let strike = Incident { kind: Kind::AirStrike, uid: Uid::new("i2"), ..clash() };
    let one = words(Project::new(Meta::default(), [clash()], vec![]));
    assert!(one.contains(&"Armed clash".into()) && !one.contains(&"Battle".into()), "{one:?}");
    let two = words(Project::new(Meta::default(), [clash(), strike], vec![]));
    for said in ["several kinds: the most frequent", "several incidents, with their number"] {
        assert!(two.iter().any(|w| w == said) && !one.iter().any(|w| w == said), "{said}: {two:?}");
    }
}

#[test]
fn an_open_stack_shows_each_member_aside_with_a_line_to_where_it_is_recorded() {
    for n in [2_u32, 8, 9, 70] {
        let spot = |i: u32| incident(i, Kind::Shelling, Precision::Exact, 46.2 + f64::from(i) * 1e-5, 39.8);
        let made = made(Project::new(Meta::default(), (0..n).map(spot), vec![]));
        let mut scene = scene(&made, at(46.2, 39.8), 9.0);
        let closed = picture::picture(&scene);
        assert!(closed.hits.len() == 1 && closed.layer("spread").count() == 0);
        scene.spread = Some(picture::Spread { anchor: clashmap::model::IncidentId(n - 1), open: 1.0 });
        let open = picture::picture(&scene);
        let (hubs, members): (Vec<_>, Vec<_>) =
            open.hits.iter().filter(|h| h.is_aside).partition(|h| h.what.count() > 1);
        let most = (n as usize).min(60);
        assert!(hubs.len() == 1 && hubs[0].what.count() == n as usize && members.len() == most, "{n}");
        let mut ids: Vec<_> = members.iter().flat_map(|h| h.what.ids()).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), most);
        // Every line begins where the incident is recorded, and none of the symbols stands there.
        let dots = open.layer("spread").filter_map(|i| match i {
            Item::Circle { center, radius, .. } if *radius < 2.0 => Some(*center),
            _ => None,
        });
        let dots: Vec<[f32; 2]> = dots.collect();
        assert_eq!(dots.len(), most);
        for [x, y] in dots {
            assert!((x - 450.0).abs() < 6.0 && (y - 300.0).abs() < 1.0, "{x} {y}");
            assert!(members.iter().all(|h| !h.zone.contains([x, y])));
        }
    }
}

#[test]
fn an_open_stack_of_areas_has_plates_and_no_point_on_the_ground() {
    let area = |i: u32| killed(incident(i, Kind::Battle, Precision::Region, 46.2, 39.8), "armenia", "9");
    let made = made(Project::new(Meta::default(), (0..4).map(area), vec![]));
    let mut scene = scene(&made, at(46.2, 39.8), 8.0);
    scene.spread = Some(picture::Spread { anchor: clashmap::model::IncidentId(0), open: 1.0 });
    let picture = picture::picture(&scene);
    assert_eq!(picture.hits.iter().filter(|h| h.is_aside).count(), 5);
    assert!(!picture.layer("spread").any(|i| matches!(i, Item::Circle { radius, .. } if *radius < 2.0)));
    let broken = |i: &&Item| matches!(i, Item::Polygon { stroke: Some(s), .. } if s.dash.is_some());
    assert_eq!(picture.layer("spread").filter(broken).count(), 4);
}

#[test]
fn a_disc_is_as_large_as_the_dead_of_all_together() {
    let both =
        killed(killed(incident(1, Kind::Battle, Precision::Exact, 46.2, 39.8), "armenia", "30"), "azerbaijan", "20");
    let made = made(Project::new(Meta::default(), [both], vec![]));
    let mut scene = scene(&made, at(46.2, 39.8), 9.0);
    scene.layers.symbols = Symbols::Disc;
    let picture = picture::picture(&scene);
    let radii: Vec<f32> = picture
        .layer("incidents")
        .filter_map(|i| if let Item::Circle { radius, .. } = i { Some(*radius) } else { None })
        .collect();
    let scale = picture::Scale::for_largest(50);
    assert!(radii.len() == 1 && (radii[0] - 0.6 - scale.radius(50)).abs() < 0.01, "{radii:?}");
}

#[test]
fn numbers_on_stacks_can_be_switched_off() {
    let made = made(project());
    let mut scene = scene(&made, at(46.4, 39.2), 9.0);
    let tabs = |s: &Scene| {
        picture::picture(s).layer("incidents").filter(|i| matches!(i, Item::Text(l) if l.text == "2")).count()
    };
    assert_eq!(tabs(&scene), 1);
    scene.layers.counts = false;
    assert_eq!(tabs(&scene), 0);
}

#[test]
fn the_legend_stands_in_the_corner_that_was_chosen_and_on_nothing_else() {
    let made = made(project());
    for (width, height) in [(1366.0, 768.0), (900.0, 700.0)] {
        for corner in Corner::ALL {
            let mut scene = scene(&made, at(46.2, 39.8), 8.0);
            (scene.viewport.width, scene.viewport.height) = (width, height);
            scene.furniture = Furniture::export("A title of some words", vec!["and a line below it".into()]);
            scene.layers.legend_at = corner;
            let with = picture::furniture_boxes(&scene);
            scene.furniture.legend = false;
            let without = picture::furniture_boxes(&scene);
            let legend = *with.last().unwrap();
            assert!(with.len() == without.len() + 1, "{corner:?}");
            let [l, t, r, b] = legend;
            assert!(l >= 0.0 && t >= 0.0 && r <= width && b <= height, "{legend:?}");
            assert_eq!(l > width - r, corner.is_right(), "{corner:?} {legend:?}");
            // Above left below the title, below right above scale bar and credits.
            assert!(if corner.is_top() { t < 130.0 } else { height - b < 110.0 }, "{corner:?} {legend:?}");
            for other in &with[..with.len() - 1] {
                let apart = l >= other[2] || r <= other[0] || t >= other[3] || b <= other[1];
                assert!(apart, "{corner:?} {width}: {legend:?} on {other:?}");
            }
        }
    }
}

#[test]
fn the_samples_of_the_parties_in_the_legend_do_not_lie_on_each_other() {
    let made = made(project());
    let picture = picture::picture(&scene(&made, at(46.2, 39.8), 8.0));
    let c = Theme::Light.colors();
    let tall = |rgb| {
        let reach = picture.layer("furniture").filter_map(move |i| match i {
            Item::Polygon { fill: Some(f), .. } if f.rgb == rgb => Some(points(i)),
            _ => None,
        });
        let ys: Vec<f32> = reach.flatten().map(|[_, y]| y).collect();
        assert!(!ys.is_empty(), "{rgb:?}");
        [ys.iter().copied().fold(f32::MAX, f32::min), ys.iter().copied().fold(f32::MIN, f32::max)]
    };
    let ([_, first], [second, _]) = (tall(c.party_a), tall(c.party_b));
    assert!(first + 1.0 <= second, "{first} {second}");
}

/// The discs of the tint: middle, radius, opacity.
fn tint(picture: &Picture) -> Vec<([f32; 2], f32, f32)> {
    let discs = picture.layer("heat").filter_map(|i| match i {
        Item::Circle { center, radius, fill: Some(f), .. } => Some((*center, *radius, f.alpha)),
        _ => None,
    });
    discs.collect()
}

#[test]
fn the_tint_counts_incidents_and_is_as_wide_as_their_places_are_inexact() {
    let clash = |n, precision, lon, radius| {
        let mut i = incident(n, Kind::ArmedClash, precision, lon, 39.8);
        i.place.radius_km = radius;
        killed(i, "armenia", if n == 1 { "40" } else { "?" })
    };
    let incidents = [
        clash(1, Precision::Exact, 46.0, None),
        clash(2, Precision::Exact, 46.5, None),
        clash(3, Precision::Exact, 46.5, None),
        clash(4, Precision::Near, 47.0, Some(40.0)),
        clash(5, Precision::Region, 45.5, Some(40.0)),
    ];
    let made = made(Project::new(Meta::default(), incidents, vec![]));
    let mut scene = scene(&made, at(46.3, 39.8), 8.2);
    scene.layers.symbols = Symbols::Heat;
    let drawn = picture::picture(&scene);
    let discs = tint(&drawn);
    assert_eq!(discs.len(), 3 * 5, "one soft disc a spot, and none for the region: {discs:?}");
    let widest = |x: f32| {
        let near = discs.iter().filter(|(c, ..)| (c[0] - x).abs() < 1.0);
        near.copied().max_by(|a, b| a.1.total_cmp(&b.1)).unwrap()
    };
    let mut xs: Vec<f32> = discs.iter().map(|(c, ..)| c[0]).collect();
    xs.dedup_by(|a, b| (*a - *b).abs() < 0.5);
    xs.sort_by(f32::total_cmp);
    let [one, two, wide] = [0, 1, 2].map(|i| widest(xs[i]));
    assert!(one.2 < two.2, "a spot of two is darker, whatever is known of the dead: {one:?} {two:?}");
    assert!(wide.1 > 2.0 * one.1 && wide.2 < one.2 / 3.0, "{wide:?} {one:?}");
    // Each answers to the pointer, says no figure beside its dot, and panning moves nothing on the ground.
    assert_eq!(drawn.hits.iter().map(|h| h.what.count()).sum::<usize>(), 5);
    assert!(drawn.layer("incident-labels").next().is_none());
    scene.viewport.camera = Camera::new(at(46.31, 39.81), 8.2);
    let moved = tint(&picture::picture(&scene));
    let by = [moved[0].0[0] - discs[0].0[0], moved[0].0[1] - discs[0].0[1]];
    for (a, b) in discs.iter().zip(&moved) {
        assert!((b.0[0] - a.0[0] - by[0]).abs() < 0.1 && (b.0[1] - a.0[1] - by[1]).abs() < 0.1, "{a:?} {b:?}");
        assert!((a.1 - b.1).abs() < 0.01 && (a.2 - b.2).abs() < 1e-6, "{a:?} {b:?}");
    }
    let words: Vec<&str> = drawn.labels().map(|l| l.text.as_str()).collect();
    assert!(words.contains(&"three close together") && !words.iter().any(|w| w.starts_with("Dead: area")), "{words:?}");
}

#[test]
fn chosen_incidents_are_named_beside_a_line_with_day_place_and_dead() {
    let named = |n, lon, when: &str, place: &str, count: &str| {
        let mut i = killed(incident(n, Kind::Shelling, Precision::Exact, lon, 39.8), "armenia", count);
        i.when = When::parse(when).ok();
        i.place.names = Names::from_pairs([("en", place), ("hy", "Սոթք")]);
        i
    };
    let made = made(Project::new(
        Meta::default(),
        [
            named(1, 46.0, "2022-09-13", "Sotk", "1"),
            named(2, 46.4, "2022-09-14", "Jermuk", "?"),
            named(3, 46.8, "2022-09-15", "Goris", "3"),
        ],
        vec![],
    ));
    let ids: Vec<_> = made.project.iter().map(|(id, _)| id).take(2).collect();
    let mut scene = scene(&made, at(46.4, 39.8), 8.0);
    scene.called = &ids;
    let drawn = picture::picture(&scene);
    let words = |layer| {
        let texts = drawn.layer(layer).filter_map(|i| match i {
            Item::Text(l) => Some(l.text.clone()),
            _ => None,
        });
        texts.collect::<Vec<_>>()
    };
    assert_eq!(words("callouts"), ["13 Sep · Sotk · 1 killed", "14 Sep · Jermuk · no figure"]);
    // A line each over its rim, and nothing said twice.
    assert_eq!(drawn.layer("callouts").filter(|i| matches!(i, Item::Lines { .. })).count(), 4);
    assert_eq!(words("incident-labels"), ["3 · 15 Sep"]);
    // The words of the map keep off them.
    let boxes = word_boxes(&drawn);
    for (i, (a, [l, t, r, b])) in boxes.iter().enumerate() {
        for (c, [ol, ot, or, ob]) in boxes.iter().skip(i + 1) {
            assert!(l >= or || r <= ol || t >= ob || b <= ot, "{a} lies on {c}");
        }
    }
    // In the first language of the map, and not what the filters hide.
    scene.labels.first = Language::Hy;
    let armenian = picture::picture(&scene);
    assert!(armenian.labels().any(|l| l.text == "13 Sep · Սոթք · 1 killed"));
    let nobody = Question { span: Some(When::parse("2021").unwrap().span()), ..Question::default() };
    let derived = derive(&made.project, &nobody);
    let marks = picture::marks(&made.project, &derived);
    (scene.derived, scene.marks, scene.question) = (&derived, &marks, &nobody);
    assert!(!picture::picture(&scene).labels().any(|l| l.text.contains("killed")));
}

#[test]
fn a_direction_is_a_fan_whose_symbol_is_not_at_the_named_place() {
    let made = made(project());
    let mark = &made.marks.all()[2];
    let Form::Fan { apex, radius, .. } = mark.form else { panic!("{:?}", mark.form) };
    let d = (mark.at[0] - apex[0]).hypot(mark.at[1] - apex[1]);
    assert!(d > radius * 0.4 && d < radius);
}

#[test]
fn what_has_no_figure_is_hollow_and_says_no_number() {
    let mut one = Project::new(Meta::default(), [incident(1, Kind::ArmedClash, Precision::Exact, 46.2, 39.8)], vec![]);
    let drawn = draw(&made(one.clone()), 9.0);
    let colors = Theme::Light.colors();
    for item in drawn.layer("incidents") {
        if let Item::Circle { fill: Some(fill), .. } | Item::Polygon { fill: Some(fill), .. } = item {
            assert_eq!(fill.rgb, colors.rim, "{item:?}");
        }
    }
    let words: Vec<&str> = drawn
        .layer("incident-labels")
        .filter_map(|i| if let Item::Text(l) = i { Some(l.text.as_str()) } else { None })
        .collect();
    assert_eq!(words, ["13 Sep"]);
    one = Project::new(
        Meta::default(),
        [killed(incident(1, Kind::ArmedClash, Precision::Exact, 46.2, 39.8), "armenia", "0")],
        vec![],
    );
    assert!(draw(&made(one), 9.0).labels().any(|l| l.text == "0 · 13 Sep"), "a known zero is said");
}

#[test]
fn panning_changes_neither_stacks_nor_the_words_in_the_middle() {
    let made = made(project());
    let here = scene(&made, at(46.2, 39.8), 8.4);
    let before = picture::picture(&here);
    let shifted = here.viewport.lonlat_from_screen([450.0 + 37.0, 300.0 - 21.0]);
    let after = picture::picture(&scene(&made, shifted, 8.4));
    let stacks = |p: &Picture| p.hits.iter().map(|h| h.what.clone()).collect::<Vec<Target>>();
    assert_eq!(stacks(&before), stacks(&after));
    let middle = |p: &Picture, by: [f32; 2]| {
        let mut words: Vec<(String, i32, i32)> = word_boxes(p)
            .into_iter()
            .map(|(w, b)| (w, b[0] + by[0], b[1] + by[1]))
            .filter(|(_, x, y)| (200.0..700.0).contains(x) && (150.0..450.0).contains(y))
            .map(|(w, x, y)| (w, x.round() as i32, y.round() as i32))
            .collect();
        words.sort();
        words
    };
    let (a, b) = (middle(&before, [0.0, 0.0]), middle(&after, [37.0, -21.0]));
    assert!(a.len() > 5 && a.len() == b.len(), "{a:?}\n{b:?}");
    for (x, y) in a.iter().zip(&b) {
        assert!(x.0 == y.0 && (x.1 - y.1).abs() <= 1 && (x.2 - y.2).abs() <= 1, "{x:?} {y:?}");
    }
}

#[test]
fn a_stack_adds_the_dead_of_its_members_but_not_of_parts_to_the_whole() {
    let parent = killed(incident(1, Kind::Battle, Precision::Exact, 46.2, 39.8), "armenia", "10");
    let mut part = killed(incident(2, Kind::Shelling, Precision::Exact, 46.2, 39.8), "armenia", "4");
    part.parent = Some(Uid::new("i1"));
    let other = killed(incident(3, Kind::Shelling, Precision::Exact, 46.2, 39.8), "armenia", "5");
    let made = made(Project::new(Meta::default(), [parent, part, other], vec![]));
    let stacks = made.marks.stacks(9.0);
    assert_eq!(stacks.len(), 1);
    assert_eq!(stacks[0].members.len(), 3);
    assert_eq!(stacks[0].shares.number(), Some(15));
}

#[test]
fn every_character_of_every_picture_has_a_glyph() {
    let made = made(project());
    for first in Language::ALL {
        for second in [None, Some(Language::En), Some(Language::Hy)] {
            for zoom in [5.0, 8.0, 11.0] {
                let mut scene = scene(&made, at(46.0, 40.0), zoom);
                scene.labels = Labels { first, second };
                for label in picture::picture(&scene).labels() {
                    for c in label.text.chars() {
                        assert!(type_metrics::has_glyph(label.face, c), "{c:?} in “{}”", label.text);
                    }
                }
            }
        }
    }
}

#[test]
fn hostile_text_and_places_neither_break_the_document_nor_the_program() {
    let mut odd = incident(1, Kind::ArmedClash, Precision::Region, 180.0, 90.0);
    odd.title = "</text><script>&\u{0}\u{202e}漢字 \u{301}ﬁ ու".into();
    odd.place.radius_km = Some(20_000.0);
    let mut line = incident(2, Kind::ArmedClash, Precision::Front, -180.0, -90.0);
    line.place.shape = Some(Shape::Line(vec![at(-180.0, -90.0), at(-180.0, -90.0)]));
    let meta = Meta { title: "<&\"'>\u{1}".into(), ..Meta::default() };
    let project = Project::new(meta, [odd, line], vec![]);
    for zoom in [2.0, 9.0, 18.0] {
        let made = made(project.clone());
        let text = svg::svg(&draw(&made, zoom), "<&>", svg::Ground::None, 1.0);
        assert!(!text.contains("<script") && !text.contains('\u{0}'));
        resvg::usvg::Tree::from_str(&text, &resvg::usvg::Options::default()).unwrap();
    }
    assert!(render(&project, &small(Theme::Light, Format::Png)).is_ok());
    assert!(render(&Project::default(), &small(Theme::Light, Format::Png)).is_ok());
}

/// Dates that tell the lines apart, with a perspective and the languages of the names: every perspective at every date,
/// and all four languages in each perspective.
const DATED: [(&str, Perspective, Language, Option<Language>); 10] = [
    ("1993-07-01", Perspective::DeJure, Language::En, None),
    ("1993-07-01", Perspective::DeFacto, Language::Hy, None),
    ("2019-06-01", Perspective::DeJure, Language::Az, None),
    ("2019-06-01", Perspective::DeFacto, Language::Ru, None),
    ("2020-11-15", Perspective::DeJure, Language::Hy, None),
    ("2020-11-15", Perspective::DeFacto, Language::En, Some(Language::Az)),
    ("2022-09-13", Perspective::DeJure, Language::Ru, None),
    ("2022-09-13", Perspective::DeFacto, Language::Az, Some(Language::Hy)),
    ("2023-10-01", Perspective::DeJure, Language::Az, None),
    ("2023-10-01", Perspective::DeFacto, Language::Ru, Some(Language::En)),
];

/// The lines of a date, without relief and incidents, so that the pictures are small.
fn dated(n: usize) -> Options {
    let (date, perspective, first, second) = DATED[n];
    Options {
        width: 640.0,
        height: 540.0,
        bbox: Some(BoundingBox { west: 45.3, south: 38.8, east: 47.5, north: 40.55 }),
        theme: Theme::ALL[n % 3],
        labels: Labels { first, second },
        layers: Layers { relief: false, incidents: false, ..Layers::default() },
        perspective: Some(perspective),
        shown: Some(When::parse(date).unwrap().span()),
        ..Options::default()
    }
}

/// Every date in every perspective and language, the latter turning through all pairs: small, and without relief.
fn every_dated() -> impl Iterator<Item = (String, Options)> {
    let dates = ["1993-07-01", "2019-06-01", "2020-11-15", "2022-09-13", "2023-10-01"];
    dates.into_iter().enumerate().flat_map(|(n, date)| {
        [Perspective::DeJure, Perspective::DeFacto].into_iter().flat_map(move |perspective| {
            Language::ALL.into_iter().enumerate().map(move |(l, first)| {
                let options = Options {
                    width: 220.0,
                    height: 200.0,
                    bbox: Some(BoundingBox { west: 45.5, south: 39.0, east: 47.4, north: 40.4 }),
                    theme: Theme::ALL[(n + l) % 3],
                    labels: Labels { first, second: None },
                    layers: Layers { relief: false, legend: false, ..Layers::default() },
                    perspective: Some(perspective),
                    shown: Some(When::parse(date).unwrap().span()),
                    bare: true,
                    ..Options::default()
                };
                (format!("dated/{date}-{}-{}", perspective.id(), first.code()), options)
            })
        })
    })
}

#[test]
fn the_stored_pictures_of_every_date_perspective_and_language_are_drawn_again() {
    assert_eq!(every_dated().count(), 5 * 2 * 4);
    for (name, options) in every_dated() {
        check_stored(&name, &render(&project(), &options).unwrap());
    }
}

#[test]
fn no_glyph_is_missing_in_any_of_these() {
    let made = made(project());
    for (name, options) in every_dated() {
        for (zoom, second) in [(6.0, None), (7.6, Some(Language::Hy)), (9.4, Some(Language::En))] {
            let mut scene = scene(&made, at(46.4, 39.7), zoom);
            (scene.layers, scene.shown) = (options.layers, options.shown);
            scene.labels = Labels { second: second.filter(|s| *s != options.labels.first), ..options.labels };
            scene.perspective = options.perspective.unwrap();
            for label in picture::picture(&scene).labels() {
                let has = |c| type_metrics::has_glyph(label.face, c);
                assert!(label.text.chars().all(has), "{name} at {zoom}: “{}”", label.text);
            }
        }
    }
}

/// The words of a dated picture.
fn dated_words(n: usize, zoom: f64) -> Vec<(clashmap::picture::list::Face, String)> {
    let options = dated(n);
    let made = made(project());
    let mut scene = scene(&made, at(46.5, 39.7), zoom);
    scene.layers = options.layers;
    scene.labels = options.labels;
    scene.shown = options.shown;
    scene.perspective = options.perspective.unwrap();
    scene.furniture =
        Furniture::export("Title", vec![picture::perspective_sentence(scene.perspective, scene.time_shown())]);
    picture::picture(&scene).labels().map(|l| (l.face, l.text.clone())).collect()
}

#[test]
fn no_glyph_is_missing_in_a_picture_of_any_date_perspective_and_language() {
    for n in 0..DATED.len() {
        for zoom in [6.0, 8.0, 9.2, 10.5] {
            for (face, text) in dated_words(n, zoom) {
                for c in text.chars() {
                    assert!(type_metrics::has_glyph(face, c), "{c:?} in “{text}”");
                }
            }
        }
    }
}

#[test]
fn the_legend_says_which_lines_are_drawn_when_and_how_exactly() {
    let words =
        |n: usize| dated_words(n, 7.6).into_iter().map(|(_, t)| t).collect::<Vec<_>>().join(" ").replace('\u{a0}', " ");
    let check = |n: usize, said: &[&str], not: &[&str]| {
        let words = words(n);
        for part in said {
            assert!(words.contains(part), "{n}: “{part}” is not in {words}");
        }
        for part in not {
            assert!(!words.contains(part), "{n}: “{part}” is in {words}");
        }
    };
    check(
        0,
        &["de jure", "Armenia–Azerbaijan border ± 0.4 km", "until 12 May 1994 the front moved"],
        &["Line of contact"],
    );
    check(
        3,
        &[
            "de facto, lines as held on 1 Jun 2019",
            "Line of contact, 1994–2020 ≈ 2.3 km",
            "the same, within an area held",
        ],
        &[],
    );
    check(2, &["1994–2020"], &["the same, within an area held"]);
    check(4, &["until 25 Nov 2020 ≈ 5 km", "Lachin corridor, 2020–2022 ≈ 2 km", "schematic"], &["1994–2020"]);
    check(7, &["as stated by Armenia ≈ 4–7 km", "Lachin corridor, 2022–2023 ≈ 4 km"], &["2020–2022"]);
    check(9, &["no line of contact after 19 Sep 2023"], &["Lachin corridor", "2020–2023"]);
}

#[test]
fn the_note_of_neutrality_of_the_project_is_on_its_pictures() {
    let svg = |project: &Project, note: Option<&str>| {
        let options = Options { note: note.map(str::to_owned), ..small(Theme::Light, Format::Svg) };
        String::from_utf8(render(project, &options).unwrap()).unwrap()
    };
    let own = Meta { neutrality: Some("Words of the project.".into()), ..project().meta().clone() };
    let own = Project::new(own, project().iter().map(|(_, i)| i.clone()).collect::<Vec<_>>(), Vec::new());
    let shown = |text: &str, words: &str| text.replace("</text>", " ").contains(words);
    assert!(shown(&svg(&project(), None), "Lines and names"));
    assert!(shown(&svg(&own, None), "Words of the project.") && !shown(&svg(&own, None), "Lines and names"));
    assert!(shown(&svg(&own, Some("Other words.")), "Other words."));
}

fn small(theme: Theme, format: Format) -> Options {
    Options { format, width: 480.0, height: 300.0, theme, ..Options::default() }
}

#[test]
fn the_same_project_gives_the_same_bytes() {
    let options = small(Theme::Dark, Format::Svg);
    assert_eq!(render(&project(), &options), render(&project(), &options));
}

/// A small chart of figures of three parties, with a range, an open end and an incident without a figure.
fn small_chart(theme: Theme, by: By, cumulative: bool) -> Vec<u8> {
    let dated = |n, when: &str, place: &str, party: &str, count: &str| {
        let mut i = killed(incident(n, Kind::ArmedClash, Precision::Exact, 46.2, 39.8), party, count);
        i.when = When::parse(when).ok();
        i.place.names = Names::english(place);
        i
    };
    let meta =
        Meta { title: "Clashes in four scripts: Սոթք, Zod, Сотк, სოტკი".into(), ..Meta::default() };
    let incidents = vec![
        dated(1, "2022-09-12/2022-09-14", "Sotk", "armenia", "49"),
        dated(2, "2022-09-13", "Jermuk", "azerbaijan", "50–80"),
        dated(3, "2022-09-14", "Ստեփանակերտ", "armenia", "≥ 35"),
        dated(4, "2022-09-16", "Xankəndi", "nagorno-karabakh", "12"),
        dated(5, "2022-09-17", "Степанакерт", "azerbaijan", "?"),
    ];
    let project = Project::new(meta, incidents, vec![]);
    let question = Question::default();
    let table = statistics::table(&project, &question, Layout { by, ..Layout::default() });
    let caption = statistics::caption(&project, &question, 0, &table);
    let [width, height] = [480.0, 330.0];
    let asked = Chart { project: &project, table: &table, caption, cumulative, theme, width, height };
    // Text stays text, and every character has a glyph.
    let text = String::from_utf8(chart::as_svg(&asked)).unwrap();
    assert!(text.contains("Սոթք") && text.contains("no figure") == (by == By::Place), "{text}");
    for label in chart::chart(&asked).labels() {
        assert!(label.text.chars().all(|c| type_metrics::has_glyph(label.face, c)), "“{}”", label.text);
        assert!(
            label.at[0] >= 0.0 && label.at[0] <= width && label.at[1] <= height,
            "“{}” at {:?}",
            label.text,
            label.at
        );
    }
    chart::as_png(&asked, 1.0).unwrap()
}

#[test]
fn the_stored_charts_are_drawn_again() {
    for (name, theme, by, cumulative) in [
        ("chart-light", Theme::Light, By::Time, false),
        ("chart-dark", Theme::Dark, By::Time, true),
        ("chart-print", Theme::Print, By::Place, false),
    ] {
        check_stored(name, &small_chart(theme, by, cumulative));
    }
}

#[test]
fn a_chart_of_nothing_or_of_no_size_says_so_and_is_no_danger() {
    let (project, question) = (Project::default(), Question::default());
    let table = statistics::table(&project, &question, Layout::default());
    let caption = statistics::caption(&project, &question, 0, &table);
    let sized = |width, height| Chart {
        project: &project,
        table: &table,
        caption: caption.clone(),
        cumulative: true,
        theme: Theme::Light,
        width,
        height,
    };
    assert!(chart::chart(&sized(480.0, 300.0)).labels().any(|l| l.text == "No figure is known"));
    assert!(chart::as_png(&sized(64.0, 64.0), 1.0).is_ok());
    assert!(chart::as_png(&sized(0.0, 0.0), 1.0).is_err());
}

#[test]
fn the_stored_pictures_are_drawn_again() {
    for theme in Theme::ALL {
        let drawn = render(&project(), &small(theme, Format::Png)).unwrap();
        check_stored(&format!("small-{}", theme.id()), &drawn);
        let by_kind = Options { layers: Layers { symbols: Symbols::Kind, ..Layers::default() }, ..of_kinds(theme) };
        check_stored(&format!("kind-{}", theme.id()), &render(&kinds(), &by_kind).unwrap());
    }
    let heat = Layers { symbols: Symbols::Heat, ..Layers::default() };
    let called = project().iter().map(|(id, _)| id).take(2).collect();
    let tinted = Options { layers: heat, called, ..small(Theme::Dark, Format::Png) };
    check_stored("heat-dark", &render(&project(), &tinted).unwrap());
    for (n, (date, perspective, language, _)) in DATED.iter().enumerate() {
        let drawn = render(&project(), &dated(n)).unwrap();
        check_stored(&format!("{date}-{}-{}", perspective.id(), language.code()), &drawn);
    }
}

/// Tiles of a file, half seen through: chessboards, of which every third is missing.
#[test]
fn a_picture_with_tiles_of_a_file_is_drawn_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("t.mbtiles");
    let database = rusqlite::Connection::open(&path).unwrap();
    database
        .execute_batch(
            "CREATE TABLE metadata (name text, value text);
             CREATE TABLE tiles (zoom_level integer, tile_column integer, tile_row integer, tile_data blob);
             INSERT INTO metadata VALUES ('attribution', 'Surveyors'), ('minzoom', '5'), ('maxzoom', '6');",
        )
        .unwrap();
    for (x, y) in (36..44).flat_map(|x| (36..44).map(move |y| (x, y))).filter(|(x, y)| (x + y) % 3 != 0) {
        let color = |c: u32, r: u32| if (c / 32 + r / 32).is_multiple_of(2) { [250, 220, 120] } else { [120, 90, 60] };
        let mut png = std::io::Cursor::new(Vec::new());
        let chessboard = image::RgbImage::from_fn(256, 256, |c, r| image::Rgb(color(c, r)));
        chessboard.write_to(&mut png, image::ImageFormat::Png).unwrap();
        database.execute("INSERT INTO tiles VALUES (6, ?1, ?2, ?3)", (x, y, png.into_inner())).unwrap();
    }
    let file = path.to_str().unwrap();
    let source = MapSource { opacity: 60, ..MapSource::new("Tiles", MapOrigin::File(file.into())) };
    let meta = Meta { maps: vec![source], ..project().meta().clone() };
    let project = Project::new(meta, project().iter().map(|(_, i)| i.clone()), Vec::new());
    let access = clashmap::tiles::Access { every_file: true, ..Default::default() };
    let options = Options { access, ..small(Theme::Light, Format::Png) };
    let drawn = clashmap::cli::render::draw(&project, &options).unwrap();
    assert_eq!(drawn.missing, [""; 0]);
    check_stored("small-tiles", &drawn.bytes);
}

/// The long sample, at ten play heads from its first day to its last, with a trail of six years.
#[test]
fn the_play_of_the_long_sample_is_drawn_again() {
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("assets/karabakh-1988-2024.clashmap.geojson");
    let project = clashmap::io::project::read(&std::fs::read(file).unwrap()).unwrap().project;
    let question = Question::default();
    let whole = Lanes::new(&project, &clashmap::derive::derive(&project, &question), &[], &question).whole.unwrap();
    let mut play = Playback::default();
    play.set_mode(Mode::Trail);
    play.set_length(6 * 31_556_952);
    play.begin(whole, None);
    let mut shown = Vec::new();
    for n in 0..10 {
        play.seek(whole.start + (whole.end - whole.start) * n / 9);
        let question = Question { span: play.shown(), ..Question::default() };
        shown.push(derive(&project, &question).len());
        let options = Options {
            width: 360.0,
            height: 210.0,
            bbox: Some(BoundingBox::REGION),
            question,
            fade: play.fade().map(|(head, life)| picture::Fade { head, life }),
            layers: Layers { relief: false, ..Layers::default() },
            bare: true,
            ..Options::default()
        };
        check_stored(&format!("play-{n}"), &render(&project, &options).unwrap());
    }
    // Between 2000 and 2008 nothing is recorded, and nothing older is left over.
    assert!(shown[9] > 10 && shown[4] == 0, "{shown:?}");
}

#[test]
fn what_is_older_is_paler_and_what_is_pointed_at_is_not() {
    let mut old = killed(incident(1, Kind::ArmedClash, Precision::Exact, 46.0, 39.9), "armenia", "9");
    old.when = When::parse("2022-09-01").ok();
    let new = killed(incident(2, Kind::ArmedClash, Precision::Exact, 46.4, 39.7), "armenia", "9");
    let made = made(Project::new(Meta::default(), [old, new], vec![]));
    let head = When::parse("2022-09-13").unwrap().span().end - 1;
    let fade = Some(picture::Fade { head, life: 12 * 86_400 });
    let party = Theme::Light.colors().party_a;
    let alphas = |selected| {
        let picture = picture::picture(&Scene { fade, selected, ..scene(&made, at(46.2, 39.8), 9.0) });
        let fills = picture.layer("incidents").filter_map(|i| match i {
            Item::Polygon { fill: Some(fill), .. } if fill.rgb == party => Some(fill.alpha),
            _ => None,
        });
        let mut fills: Vec<f32> = fills.collect();
        fills.sort_by(f32::total_cmp);
        fills
    };
    assert_eq!(alphas(None), [picture::Fade::PALEST, 1.0]);
    assert_eq!(alphas(Some(clashmap::model::IncidentId(0))), [1.0, 1.0]);
}
