//! The talk: slides as pages. Nothing runs off a page, nothing is left out, and a slide follows the data.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops at the first thing that is wrong"
)]

use clashmap::io::project;
use clashmap::model::{Beside, Meta, Project, Role, Slide};
use clashmap::picture::list::{Anchor, Item, Picture};
use clashmap::picture::{raster, svg, type_metrics};
use clashmap::talk::{self, HEIGHT, Prepared, Stage};
use clashmap::view::{Labels, Zone};

fn sample() -> Project {
    project::read(clashmap::app::SEPTEMBER_2022).unwrap().project
}

fn stage() -> Stage {
    Stage::for_shape(1920.0, 1080.0)
}

fn pages(project: &Project, slide: &Slide) -> Vec<Picture> {
    let prepared = Prepared::new(project, slide, Labels::default(), Zone::default());
    let layout = talk::layout(project, &prepared, stage());
    (0..layout.parts()).map(|n| talk::page(project, &prepared, stage(), &layout, n, None, 1.0)).collect()
}

/// The words that are beside the map or on a cover, each with its left, top, right and bottom.
fn words(picture: &Picture) -> Vec<(String, [f32; 4])> {
    let of = |item: &Item| match item {
        Item::Text(l) => {
            let width = type_metrics::width(&l.text, l.face, l.size, l.spacing);
            let left = match l.anchor {
                Anchor::Start => l.at[0],
                Anchor::Middle => l.at[0] - width / 2.0,
                Anchor::End => l.at[0] - width,
            };
            let (top, bottom) = (l.at[1] - l.size * type_metrics::CAP_HEIGHT, l.at[1] + l.size * 0.2);
            Some((l.text.clone(), [left, top, left + width, bottom]))
        }
        _ => None,
    };
    picture.layer("words").chain(picture.layer("furniture")).filter_map(of).collect()
}

#[test]
fn every_page_of_the_sample_keeps_its_words_on_the_page_and_apart() {
    let project = sample();
    assert_eq!(project.meta().slides.len(), 8);
    for slide in &project.meta().slides {
        for picture in pages(&project, slide) {
            let words = words(&picture);
            assert!(words.len() > 4, "{}", slide.id);
            for (n, (text, [l, t, r, b])) in words.iter().enumerate() {
                let inside = *l >= 0.0 && *t >= 0.0 && *r <= picture.width && *b <= HEIGHT;
                assert!(inside, "{}: “{text}” at {l} {t} {r} {b}", slide.id);
                for (other, [l2, t2, r2, b2]) in &words[n + 1..] {
                    let apart = *l2 >= r - 1.0 || *l >= r2 - 1.0 || *t2 >= b - 1.0 || *t >= b2 - 1.0;
                    assert!(apart, "{}: “{text}” lies on “{other}”", slide.id);
                }
            }
        }
    }
}

#[test]
fn no_plate_of_the_map_lies_under_the_words_of_a_slide() {
    let project = sample();
    let mut plates = 0;
    for slide in project.meta().slides.iter().filter(|s| s.role == Role::Map) {
        for picture in pages(&project, slide) {
            let boxes = picture.furniture.iter().filter(|b| b[3] - b[1] > HEIGHT * 0.4);
            for item in picture.layer("incidents") {
                let Item::Text(l) = item else { continue };
                plates += 1;
                let right = l.at[0] + type_metrics::width(&l.text, l.face, l.size, l.spacing);
                for [left, top, r, bottom] in boxes.clone() {
                    let apart = right <= *left || l.at[0] >= *r || l.at[1] <= *top || l.at[1] - l.size * 0.7 >= *bottom;
                    assert!(apart, "{}: “{}”", slide.id, l.text);
                }
            }
        }
    }
    assert!(plates > 4);
}

#[test]
fn a_caption_of_any_length_is_shown_whole_and_stays_in_its_box() {
    let project = sample();
    for role in Role::ALL {
        let mut slide = project.meta().slides[4].clone();
        (slide.role, slide.beside) = (role, Some(Beside::Chart));
        let caption: Vec<String> = (0..10_000).map(|n| format!("w{n}")).collect();
        slide.caption = caption.join(" ").into();
        let pages = pages(&project, &slide);
        assert!(pages.len() > 10);
        let mut shown = Vec::new();
        for picture in &pages {
            for (text, [l, t, r, b]) in words(picture) {
                assert!(l >= 0.0 && t >= 0.0 && r <= picture.width && b <= HEIGHT, "{role:?} “{text}” {l} {t} {r} {b}");
                let is_caption = text.split(' ').all(|w| w.strip_prefix('w').is_some_and(|n| n.parse::<u32>().is_ok()));
                if is_caption {
                    shown.extend(text.split(' ').map(str::to_owned));
                }
            }
        }
        assert_eq!(shown, caption, "{role:?}");
    }
}

#[test]
fn hostile_words_are_drawn_as_words() {
    let project = sample();
    for hostile in
        ["</text><script>alert(1)</script>", "]]>", "\u{202e}txt.exe", "\u{1f600}\u{1f600}", "&#0;\u{0}\u{b}"]
    {
        for role in Role::ALL {
            let mut slide = project.meta().slides[3].clone();
            slide.role = role;
            (slide.title, slide.caption) = (hostile.into(), hostile.into());
            for picture in pages(&project, &slide) {
                let text = svg::svg(&picture, hostile, svg::Ground::None, 1.0);
                assert!(!text.contains("<script") && !text.contains('\u{202e}'));
                let mut ground = tiny_skia::Pixmap::new(96, 54).unwrap();
                raster::draw(&picture, &mut ground, 0.1).unwrap();
            }
        }
    }
}

#[test]
fn a_slide_follows_the_data_and_stands_when_its_incidents_are_gone() {
    let whole = sample();
    let slide = whole.meta().slides[5].clone();
    let before = talk::figures(&whole, &slide);
    assert!(before.contains("armenia military killed: ≥ 135"), "{before}");
    let told = |p: &Project| pages(p, &slide).iter().flat_map(words).map(|(t, _)| t).collect::<Vec<_>>();
    assert!(told(&whole).contains(&"≥ 135".to_owned()));
    let incidents = whole.iter().map(|(_, i)| {
        let mut i = i.clone();
        i.claims.retain(|c| &*c.id != "c3");
        i
    });
    let edited = Project::new(whole.meta().clone(), incidents, Vec::new());
    assert!(told(&edited).contains(&"105".to_owned()));
    assert_ne!(talk::figures(&edited, &slide), before);
    let empty = Project::new(whole.meta().clone(), [], Vec::new());
    assert!(told(&empty).iter().any(|t| t.contains("latest figure")));
    assert!(!pages(&Project::new(Meta::default(), [], Vec::new()), &Slide::new("s")).is_empty());
}

#[test]
fn a_slide_that_plays_shows_its_window_little_by_little() {
    let project = sample();
    let slide = project.meta().slide("two-days").unwrap().1;
    let mut prepared = Prepared::new(&project, slide, Labels::default(), Zone::default());
    let whole = prepared.derived.len();
    assert_eq!(prepared.play_secs(), Some(12.0));
    let mut counts = Vec::new();
    for share in [0.0, 0.3, 0.6, 1.0] {
        prepared.play_to(&project, Zone::default(), share);
        counts.push(prepared.derived.len());
    }
    assert!(counts.is_sorted() && counts[0] < whole && counts[3] == whole, "{counts:?} of {whole}");
    let layout = talk::layout(&project, &prepared, stage());
    let last = talk::page(&project, &prepared, stage(), &layout, 0, None, 1.0);
    assert!(words(&last).iter().any(|(t, _)| t.starts_with("14 Sep 2022")), "the date is that of the play");
}
