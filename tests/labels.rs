//! Names on the map of the sample: they stand still while it is panned, keep off each other and off the symbols, follow
//! rivers and borders, and have all their letters.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)] // helpers of tests

use clashmap::app::SEPTEMBER_2022;
use clashmap::derive::{Derived, Question, derive};
use clashmap::io::project;
use clashmap::model::{Language, LonLat, Perspective, Project};
use clashmap::picture::list::{Anchor, Face, Label};
use clashmap::picture::{self, Furniture, Item, Marks, Picture, Scene, type_metrics};
use clashmap::view::{Camera, Labels, Layers, Theme, Viewport};

struct Sample {
    project: Project,
    question: Question,
    derived: Derived,
    marks: Marks,
}

fn sample() -> Sample {
    let project = project::read(SEPTEMBER_2022).unwrap().project;
    let question = Question::default();
    let derived = derive(&project, &question);
    let marks = picture::marks(&project, &derived);
    Sample { project, question, derived, marks }
}

fn scene(sample: &Sample, lon: f64, lat: f64, zoom: f64, labels: Labels) -> Scene<'_> {
    let camera = Camera::new(LonLat::new(lon, lat).unwrap(), zoom);
    Scene {
        project: &sample.project,
        derived: &sample.derived,
        marks: &sample.marks,
        question: &sample.question,
        viewport: Viewport { camera, width: 1000.0, height: 700.0 },
        layers: Layers::default(),
        labels,
        theme: Theme::Light,
        perspective: Perspective::DeJure,
        shown: None,
        fade: None,
        selected: None,
        hovered: None,
        draft: None,
        spread: None,
        called: &[],
        furniture: Furniture::none(),
    }
}

/// The words of a picture that lie on the ground, those along lines as a whole, each with the points that they take.
fn words(picture: &Picture) -> Vec<(String, Vec<[f32; 4]>)> {
    let layers = ["names", "incident-labels"].into_iter().flat_map(|l| picture.layer(l));
    layers
        .filter_map(|item| match item {
            Item::Text(l) => Some((l.text.clone(), vec![ink(l)])),
            Item::Along { text, letters } => {
                let ink = letters.iter().filter(|l| l.halo.is_none()).map(middle);
                Some((text.clone(), ink.collect()))
            }
            _ => None,
        })
        .collect()
}

/// The box of a line of words, without accents and tails.
fn ink(l: &Label) -> [f32; 4] {
    let w = type_metrics::width(&l.text, l.face, l.size, l.spacing);
    let x = l.at[0]
        - match l.anchor {
            Anchor::Start => 0.0,
            Anchor::Middle => w / 2.0,
            Anchor::End => w,
        };
    [x, l.at[1] - l.size * type_metrics::CAP_HEIGHT, x + w, l.at[1]]
}

/// A small box in the middle of a turned letter.
fn middle(l: &Label) -> [f32; 4] {
    let (sin, cos) = l.rotation.to_radians().sin_cos();
    let up = l.size * 0.3;
    let [x, y] = [l.at[0] + sin * up, l.at[1] - cos * up];
    [x - 2.0, y - 2.0, x + 2.0, y + 2.0]
}

fn overlap([l, t, r, b]: &[f32; 4], [ol, ot, or, ob]: &[f32; 4]) -> bool {
    l < or && r > ol && t < ob && b > ot
}

#[derive(Debug)]
struct Word {
    text: String,
    at: [f32; 2],
    is_in_view: bool,
}

const TWO: Labels = Labels { first: Language::En, second: Some(Language::Az) };

#[test]
fn panning_by_a_few_points_keeps_every_word_that_stays_in_view() {
    let sample = sample();
    for (zoom, labels) in [(7.3, Labels::default()), (8.7, TWO), (9.6, Labels::default()), (10.4, TWO)] {
        let start = scene(&sample, 46.0, 39.7, zoom, labels);
        let mut last: Option<Vec<Word>> = None;
        for n in 0..40_u8 {
            let by = [f32::from(n) * 7.0, f32::from(n) * -5.0];
            let center = start.viewport.lonlat_from_screen([500.0 + by[0], 350.0 + by[1]]);
            let drawn = picture::picture(&scene(&sample, center.lon(), center.lat(), zoom, labels));
            let now: Vec<Word> = words(&drawn)
                .into_iter()
                .map(|(text, boxes)| Word {
                    // On the ground, to two points.
                    at: [boxes[0][0] + by[0], boxes[0][1] + by[1]],
                    is_in_view: boxes.iter().all(|b| b[0] > 12.0 && b[1] > 12.0 && b[2] < 988.0 && b[3] < 688.0),
                    text,
                })
                .collect();
            assert!(now.iter().filter(|w| w.is_in_view).count() > 12, "{} words at zoom {zoom}", now.len());
            if let Some(last) = &last {
                for (from, to, what) in [(last, &now, "went"), (&now, last, "came")] {
                    for word in from.iter().filter(|w| w.is_in_view) {
                        let is_same = |w: &&Word| {
                            w.text == word.text && w.at.iter().zip(word.at).all(|(a, b)| (a - b).abs() < 2.0)
                        };
                        assert!(to.iter().any(|w| is_same(&w)), "{word:?} {what} at step {n} of zoom {zoom}");
                    }
                }
            }
            last = Some(now);
        }
    }
}

#[test]
fn words_keep_off_each_other_and_off_the_symbols() {
    let sample = sample();
    for (zoom, labels) in [(6.0, TWO), (7.7, Labels::default()), (8.6, TWO), (9.4, TWO), (10.8, TWO), (12.3, TWO)] {
        let drawn = picture::picture(&scene(&sample, 46.0, 39.7, zoom, labels));
        let all = words(&drawn);
        for (i, (a, boxes)) in all.iter().enumerate() {
            for (c, others) in all.iter().skip(i + 1) {
                let touch = boxes.iter().any(|b| others.iter().any(|o| overlap(b, o)));
                assert!(!touch, "zoom {zoom}: “{a}” lies on “{c}”");
            }
            for hit in &drawn.hits {
                let [l, t, r, b] = hit.zone.bounds();
                // The zone of a small symbol is larger than the symbol.
                let symbol = [l + 5.0, t + 5.0, r - 5.0, b - 5.0];
                let on = symbol[0] < symbol[2] && boxes.iter().any(|o| overlap(o, &symbol));
                assert!(!on, "zoom {zoom}: “{a}” lies on {}", hit.name);
            }
        }
    }
}

#[test]
fn rivers_and_borders_are_named_along_their_lines_in_the_languages_of_the_map() {
    let sample = sample();
    let along = |labels: Labels, lon: f64, lat: f64, zoom: f64| {
        let drawn = picture::picture(&scene(&sample, lon, lat, zoom, labels));
        let item = |i: &Item| match i {
            Item::Along { text, letters } => Some((text.clone(), letters.clone())),
            _ => None,
        };
        drawn.layer("names").filter_map(item).collect::<Vec<_>>()
    };
    let only = |first| Labels { first, second: None };
    for (language, river, state) in [
        (Language::En, "Aras", "AZERBAIJAN"),
        (Language::Hy, "Արաքս", "ԱԴՐԲԵՋԱՆ"),
        (Language::Az, "Araz", "AZƏRBAYCAN"),
        (Language::Ru, "Аракс", "АЗЕРБАЙДЖАН"),
    ] {
        let names = along(only(language), 46.6, 39.0, 9.3);
        let (_, letters) = names.iter().find(|(t, _)| t == river).unwrap_or_else(|| panic!("{river}: {names:?}"));
        assert!(letters.iter().all(|l| l.face == Face::Italic));
        assert!(letters.iter().any(|l| l.rotation != 0.0), "it follows the river");
        assert!(names.iter().any(|(t, _)| t == state), "{state}");
    }
    let two = along(Labels { first: Language::Hy, second: Some(Language::En) }, 46.6, 39.0, 9.3);
    assert!(two.iter().any(|(t, _)| t == "Արաքս / Aras"), "{:?}", two.iter().map(|t| &t.0).collect::<Vec<_>>());
}

#[test]
fn no_glyph_is_missing_on_the_map_of_the_sample_in_any_pair_of_languages() {
    let sample = sample();
    for first in Language::ALL {
        for second in [None].into_iter().chain(Language::ALL.map(Some)) {
            for zoom in [4.0, 6.5, 8.5, 10.5] {
                let mut scene = scene(&sample, 46.0, 39.9, zoom, Labels { first, second });
                scene.furniture = Furniture::export("Ա Ə Ж ა", vec![]);
                for l in picture::picture(&scene).labels() {
                    let missing = l.text.chars().find(|c| !type_metrics::has_glyph(l.face, *c) || *c == '?');
                    assert_eq!(missing, None, "“{}”", l.text);
                }
            }
        }
    }
}
