//! What a show and its files cost: a frame of a flight and of a play, an animation, a film, a document, a page for a
//! browser.
//!
//! No GPU is used: what a driver does with the triangles afterwards is not measured.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a measurement stops at the first thing that is wrong"
)]

use std::sync::Arc;

use clashmap::app::SEPTEMBER_2022;
use clashmap::io::project;
use clashmap::model::{Project, Slide};
use clashmap::picture::{Picture, egui_paint};
use clashmap::talk::export::{Kind, Order, files};
use clashmap::talk::{self, Film, Paper, Prepared, Stage};
use clashmap::tiles::Maps;
use clashmap::view::flight::Flight;
use clashmap::view::{Labels, Zone};
use divan::{Bencher, black_box};

fn main() {
    divan::main();
}

fn sample() -> Project {
    project::read(SEPTEMBER_2022).unwrap().project
}

fn stage() -> Stage {
    Stage::for_shape(16.0, 9.0)
}

/// The screen of the audience, without a window.
struct Screen {
    context: egui::Context,
    painter: egui_paint::Painter,
}

impl Screen {
    fn new() -> Self {
        egui_paint::keep_memory_between_frames();
        let context = egui::Context::default();
        context.set_fonts(egui_paint::font_definitions());
        Self { context, painter: egui_paint::Painter::default() }
    }

    /// Shapes and triangles of a page on 1920 by 1080 pixels.
    fn paint(&mut self, page: Picture) -> usize {
        let size = egui::Rect::from_min_size(egui::Pos2::ZERO, egui::vec2(1920.0, 1080.0));
        let input = egui::RawInput { screen_rect: Some(size), ..egui::RawInput::default() };
        let page = Arc::new(page.scaled(2.0));
        let painter = &mut self.painter;
        let output = self.context.run_ui(input, |ui| painter.paint(&page, ui.painter(), egui::Pos2::ZERO));
        self.context.tessellate(output.shapes, 1.0).len()
    }
}

/// A frame on the way from one slide to the next.
#[divan::bench]
fn fly_frame(bencher: Bencher<'_, '_>) {
    let project = sample();
    let slides = &project.meta().slides;
    let [from, to] = [2, 5].map(|n| Prepared::new(&project, &slides[n], Labels::default(), Zone::default()));
    let start = talk::layout(&project, &from, stage()).camera;
    let layout = talk::layout(&project, &to, stage());
    let flight = Flight::new(start, layout.camera, stage().width);
    let mut screen = Screen::new();
    let mut step = 0_u32;
    let mut frame = || {
        step += 1;
        let camera = flight.eased(f64::from(step % 120) / 120.0);
        screen.paint(talk::page(&project, &to, stage(), black_box(&layout), 0, Some(camera), 1.0))
    };
    // Once over the whole way: letters that are seen for the first time are drawn into the texture then.
    for _ in 0..120 {
        frame();
    }
    bencher.bench_local(frame);
}

/// A frame of a slide that plays.
#[divan::bench]
fn play_frame(bencher: Bencher<'_, '_>) {
    let project = sample();
    let slide = project.meta().slide("two-days").unwrap().1;
    let mut prepared = Prepared::new(&project, slide, Labels::default(), Zone::default());
    let layout = talk::layout(&project, &prepared, stage());
    let mut screen = Screen::new();
    let mut step = 0_u32;
    let mut frame = || {
        step += 1;
        prepared.play_to(&project, Zone::default(), f64::from(step % 720) / 720.0);
        screen.paint(talk::page(&project, &prepared, stage(), black_box(&layout), 0, None, 1.0))
    };
    for _ in 0..720 {
        frame();
    }
    bencher.bench_local(frame);
}

fn order(project: &Project, kind: Kind, slides: Vec<Slide>) -> Order {
    Order {
        kind,
        stage: stage(),
        slides,
        stem: project.meta().title.to_string(),
        paper: Paper::SCREEN,
        notes: true,
        size: [1920, 1080],
        film: Film { fps: 12, secs: Some(100) },
        maps: Maps::default(),
    }
}

fn made(project: &Project, order: &Order) -> usize {
    files(project, order, &mut |_| Ok(())).unwrap().iter().map(|m| m.bytes.len()).sum()
}

/// 1,200 frames of 1920 by 1080: 100 seconds at the 12 frames a second that are usual.
#[divan::bench(sample_count = 1, sample_size = 1)]
fn film_1200_frames_1080p(bencher: Bencher<'_, '_>) {
    let project = sample();
    let slide = project.meta().slide("two-days").unwrap().1.clone();
    let order = order(&project, Kind::Gif, vec![slide]);
    bencher.bench_local(|| made(black_box(&project), &order));
}

/// The same number of frames as a film: 40 seconds at the 30 frames a second that are usual.
#[divan::bench(sample_count = 1, sample_size = 1)]
fn mp4_1200_frames_1080p(bencher: Bencher<'_, '_>) {
    let project = sample();
    let slide = project.meta().slide("two-days").unwrap().1.clone();
    let film = Film { fps: 30, secs: Some(40) };
    let order = Order { film, ..order(&project, Kind::Mp4, vec![slide]) };
    bencher.bench_local(|| made(black_box(&project), &order));
}

/// A document of 50 slides.
#[divan::bench(sample_count = 3, sample_size = 1)]
fn pdf_50_slides(bencher: Bencher<'_, '_>) {
    let project = sample();
    let slides = project.meta().slides.iter().cycle().take(50).cloned().collect();
    let order = order(&project, Kind::Pdf, slides);
    bencher.bench_local(|| made(black_box(&project), &order));
}

/// The talk of the sample as one page for a browser.
#[divan::bench(sample_count = 3, sample_size = 1)]
fn html_of_the_sample(bencher: Bencher<'_, '_>) {
    let project = sample();
    let order = order(&project, Kind::Html, project.meta().slides.clone());
    bencher.bench_local(|| made(black_box(&project), &order));
}
