//! What the frame and the export cost: laying the map of the sample out, tessellating it, and drawing it to a PNG.
//!
//! No GPU is used: what a driver does with the triangles afterwards is not measured.
#![allow(clippy::unwrap_used, reason = "a measurement stops at the first thing that is wrong")]

use clashmap::app::SEPTEMBER_2022;
use clashmap::cli::render;
use clashmap::derive::{Question, derive};
use clashmap::io::project;
use clashmap::picture::{self, Furniture, Scene, egui_paint};
use clashmap::view::camera::BoundingBox;
use clashmap::view::{Camera, Labels, Layers, Theme, Viewport};
use divan::{Bencher, black_box};

fn main() {
    divan::main();
}

const SIZE: [f32; 2] = [1440.0, 900.0];

/// Hands the scene of the sample to `measure`, as the window shows it after opening.
fn with_scene(measure: impl FnOnce(&Scene)) {
    let project = project::read(SEPTEMBER_2022).unwrap().project;
    let question = Question::default();
    let derived = derive(&project, &question);
    let marks = picture::marks(&project, &derived);
    let [width, height] = SIZE;
    let camera = Camera::fit(marks.bounds().unwrap_or(BoundingBox::REGION), width, height, 60.0, 10.5);
    measure(&Scene {
        project: &project,
        derived: &derived,
        marks: &marks,
        question: &question,
        viewport: Viewport { camera, width, height },
        layers: Layers::default(),
        labels: Labels::default(),
        theme: Theme::Light,
        shown: None,
        selected: None,
        hovered: None,
        furniture: Furniture::window(),
    });
}

fn painted(context: &egui::Context, scene: &Scene) -> usize {
    let size = egui::Rect::from_min_size(egui::Pos2::ZERO, SIZE.into());
    let input = egui::RawInput { screen_rect: Some(size), ..egui::RawInput::default() };
    let picture = picture::picture(scene);
    let output = context.run_ui(input, |ui| egui_paint::paint(&picture, ui.painter(), egui::Pos2::ZERO));
    context.tessellate(output.shapes, 1.0).len()
}

/// One frame in which the map moved: display list, shapes, triangles.
#[divan::bench]
fn frame(bencher: Bencher<'_, '_>) {
    with_scene(|scene| {
        let context = egui::Context::default();
        context.set_fonts(egui_paint::font_definitions());
        // The first frames lay out the glyphs.
        painted(&context, scene);
        painted(&context, scene);
        bencher.bench_local(|| painted(&context, black_box(scene)));
    });
}

/// The display list alone.
#[divan::bench]
fn layout(bencher: Bencher<'_, '_>) {
    with_scene(|scene| bencher.bench_local(|| picture::picture(black_box(scene)).items.len()));
}

/// `clashmap render` of the sample without reading the file: 1920 by 1080 pixels, PNG.
#[divan::bench(sample_count = 20)]
fn render_1080p(bencher: Bencher<'_, '_>) {
    let project = project::read(SEPTEMBER_2022).unwrap().project;
    let options = render::Options::default();
    bencher.bench_local(|| render::render(black_box(&project), &options).map(|png| png.len()));
}
