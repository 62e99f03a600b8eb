//! What the frame and the export cost: laying the map of the sample out, tessellating it, and drawing it to a PNG.
//!
//! No GPU is used: what a driver does with the triangles afterwards is not measured.
#![allow(clippy::unwrap_used, reason = "a measurement stops at the first thing that is wrong")]

use std::sync::Arc;

use clashmap::app::SEPTEMBER_2022;
use clashmap::cli::render;
use clashmap::derive::{Question, derive};
use clashmap::io::project;
use clashmap::picture::{self, Furniture, Picture, Scene, egui_paint};
use clashmap::view::camera::BoundingBox;
use clashmap::view::{Camera, Labels, Layers, Theme, Viewport};
use divan::{Bencher, black_box};

fn main() {
    divan::main();
}

const SIZE: [f32; 2] = [1920.0, 1080.0];

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
        perspective: clashmap::model::Perspective::DeJure,
        shown: None,
        fade: None,
        draft: None,
        selected: None,
        hovered: None,
        spread: None,
        called: &[],
        furniture: Furniture::window(),
    });
}

/// The window without a window.
struct Window {
    context: egui::Context,
    painter: egui_paint::Painter,
}

impl Window {
    fn new() -> Self {
        egui_paint::keep_memory_between_frames();
        let context = egui::Context::default();
        context.set_fonts(egui_paint::font_definitions());
        Self { context, painter: egui_paint::Painter::default() }
    }

    /// Shapes and triangles of a picture; the number of vertices.
    fn paint(&mut self, picture: &Arc<Picture>) -> usize {
        let size = egui::Rect::from_min_size(egui::Pos2::ZERO, SIZE.into());
        let input = egui::RawInput { screen_rect: Some(size), ..egui::RawInput::default() };
        let painter = &mut self.painter;
        let output = self.context.run_ui(input, |ui| painter.paint(picture, ui.painter(), egui::Pos2::ZERO));
        let vertices = |p: &egui::ClippedPrimitive| match &p.primitive {
            egui::epaint::Primitive::Mesh(mesh) => mesh.vertices.len(),
            egui::epaint::Primitive::Callback(_) => 0,
        };
        self.context.tessellate(output.shapes, 1.0).iter().map(vertices).sum()
    }
}

/// A frame while the map is dragged: display list, shapes and triangles, all of another place each time.
#[divan::bench]
fn frame_moving(bencher: Bencher<'_, '_>) {
    with_scene(|scene| {
        let mut window = Window::new();
        let mut step = 0_i32;
        let mut scene = scene.clone();
        let start = scene.viewport;
        let mut frame = || {
            // To and fro over 480 points, 8 a frame, and half as far downwards.
            let by = ((step % 120) - 60).abs() as f32 * 8.0;
            step += 1;
            let at = [SIZE[0] / 2.0 + by, SIZE[1] / 2.0 + by / 2.0];
            scene.viewport.camera = Camera::new(start.lonlat_from_screen(at), start.camera.zoom);
            window.paint(&Arc::new(picture::picture(black_box(&scene))))
        };
        // Once over the whole way: letters that are seen for the first time are drawn into the texture then.
        for _ in 0..120 {
            frame();
        }
        bencher.bench_local(frame);
    });
}

/// A frame in which the map stands still: what the mouse over a panel costs.
#[divan::bench]
fn frame_still(bencher: Bencher<'_, '_>) {
    with_scene(|scene| {
        let mut window = Window::new();
        let picture = Arc::new(picture::picture(scene));
        window.paint(&picture);
        window.paint(&picture);
        bencher.bench_local(|| window.paint(black_box(&picture)));
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
