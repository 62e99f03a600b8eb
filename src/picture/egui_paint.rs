//! A picture in the window. The list is painted as it is; nothing is measured or decided here.

use std::sync::{Arc, LazyLock};

use egui::epaint::{CircleShape, Mesh, PathShape, PathStroke, TessellationOptions, Tessellator};
use egui::{Color32, FontData, FontDefinitions, FontFamily, Pos2, Rect, Shape, Vec2, pos2};

use super::egui_lines::Pen;
use super::egui_words::Words;
use super::list::{Dash, Face, Item, Label, Paint, Picture, Point, Stroke};
use super::triangulate::{is_convex, triangles};
use super::type_metrics;

static FAMILIES: LazyLock<[FontFamily; 3]> =
    LazyLock::new(|| ["regular", "bold", "italic"].map(|n| FontFamily::Name(n.into())));

/// The family under which [`font_definitions`] registers a cut.
pub fn family(face: Face) -> FontFamily {
    let [regular, bold, italic] = &*FAMILIES;
    match face {
        Face::Regular => regular,
        Face::Bold => bold,
        Face::Italic => italic,
    }
    .clone()
}

/// The program's fonts as egui takes them: families `regular`, `bold` and `italic`, and `regular` also as the
/// proportional one. To be set before the first frame: egui stops at a family that it does not know.
pub fn font_definitions() -> FontDefinitions {
    let mut all = FontDefinitions::empty();
    let name = |f: &type_metrics::Font| format!("{} {:?}", f.family, f.face);
    let fitted = |f: &type_metrics::Font| format!("{} fitted to pixels", name(f));
    for font in type_metrics::fonts() {
        // Names on a map stand between pixels and in many sizes: fitting them to pixels would cost a tenth of a second
        // at the start and make them jump while zooming. The text of the panels is fitted.
        let mut free = FontData::from_static(font.data);
        free.tweak.hinting = Some(false);
        all.font_data.insert(name(font), Arc::new(free));
        all.font_data.insert(fitted(font), Arc::new(FontData::from_static(font.data)));
    }
    for face in [Face::Regular, Face::Bold, Face::Italic] {
        all.families.insert(family(face), type_metrics::fallback(face).map(name).collect());
    }
    let regular: Vec<String> = type_metrics::fallback(Face::Regular).map(fitted).collect();
    all.families.insert(FontFamily::Proportional, regular.clone());
    all.families.insert(FontFamily::Monospace, regular);
    all
}

/// A colour of a theme as egui takes it.
pub fn color(paint: Paint) -> Color32 {
    let crate::view::Rgb(r, g, b) = paint.rgb;
    Color32::from_rgba_unmultiplied(r, g, b, (paint.alpha.clamp(0.0, 1.0) * 255.0).round() as u8)
}

/// What the shapes of a picture hang on besides the picture itself.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Setting {
    origin: Pos2,
    clip: Rect,
    pixels_per_point: f32,
    options: TessellationOptions,
}

/// Asks the allocator to keep what a frame gives back for the next one. To be called once, before the first frame.
///
/// egui gathers the triangles of a frame in some megabytes and frees them after it. The allocator of Linux would give them
/// back to the system, which then clears each page anew: most of the time of a frame in which nothing moves. It gives back only
/// what is more than twice the largest block that was ever freed (`M_TRIM_THRESHOLD` in `mallopt(3)`).
pub fn keep_memory_between_frames() {
    drop(std::hint::black_box(Vec::<u8>::with_capacity(16 << 20)));
}

/// Paints pictures, and remembers what it has worked out: a picture that stands still is handed to egui as it was, and
/// one that has moved finds its words set already.
#[derive(Default)]
pub struct Painter {
    words: Words,
    shapes: Vec<Shape>,
    /// What `shapes` shows. Holding on to the picture keeps its address from being given to another one.
    shown: Option<(Arc<Picture>, Setting)>,
}

impl Painter {
    /// Paints a picture with its top left corner at `origin`.
    pub fn paint(&mut self, picture: &Arc<Picture>, painter: &egui::Painter, origin: Pos2) {
        let setting = Setting {
            origin,
            clip: painter.clip_rect(),
            pixels_per_point: painter.pixels_per_point(),
            options: painter.ctx().tessellation_options(|o| *o),
        };
        let stands = self.words.begin(painter)
            && self.shown.as_ref().is_some_and(|(p, s)| Arc::ptr_eq(p, picture) && *s == setting);
        if !stands {
            let spare = std::mem::take(&mut self.shapes).into_iter().filter_map(|shape| match shape {
                // Last frame's meshes are egui's no more: their memory is used again.
                Shape::Mesh(mesh) => Arc::try_unwrap(mesh).ok(),
                _ => None,
            });
            // The same meshes come in the same order, so each finds one of its size.
            let mut sheet = Sheet::new(&setting, spare.rev().collect());
            for item in &picture.items {
                sheet.push(item, &mut self.words, painter);
            }
            self.shapes = sheet.finish(&self.words);
            self.words.end();
            self.shown = Some((picture.clone(), setting));
        }
        painter.extend(self.shapes.iter().cloned());
    }
}

/// A picture as shapes: text and circles as egui's own, all between them as triangles.
struct Sheet {
    by: Vec2,
    clip: Rect,
    /// Width of soft edges in points.
    feather: f32,
    tessellator: Tessellator,
    /// Filled for each line anew, so that a thousand dashes need one allocation.
    path: PathShape,
    mesh: Mesh,
    spare: Vec<Mesh>,
    shapes: Vec<Shape>,
}

impl Sheet {
    fn new(setting: &Setting, spare: Vec<Mesh>) -> Self {
        let options = setting.options;
        // Only lines and areas go through this one, so it needs neither the texture of the fonts nor its discs.
        let mut tessellator = Tessellator::new(setting.pixels_per_point, options, [1, 1], Vec::new());
        tessellator.set_clip_rect(setting.clip);
        let path =
            PathShape { points: Vec::new(), closed: false, fill: Color32::TRANSPARENT, stroke: PathStroke::NONE };
        let mut sheet = Self {
            by: setting.origin.to_vec2(),
            clip: setting.clip,
            // Hard edges are not offered; a hundredth of a pixel is as good as one.
            feather: if options.feathering { options.feathering_size_in_pixels.max(0.01) } else { 0.01 }
                / setting.pixels_per_point,
            tessellator,
            path,
            mesh: Mesh::default(),
            spare,
            // The first place is kept for what `finish` knows only at the end.
            shapes: vec![Shape::Noop],
        };
        sheet.mesh = sheet.fresh();
        sheet
    }

    fn fresh(&mut self) -> Mesh {
        let mut mesh = self.spare.pop().unwrap_or_default();
        mesh.clear();
        mesh
    }

    /// Ends the triangles so far: what follows lies over them.
    fn flush(&mut self) {
        if !self.mesh.is_empty() {
            let next = self.fresh();
            self.shapes.push(Shape::mesh(std::mem::replace(&mut self.mesh, next)));
        }
    }

    fn finish(mut self, words: &Words) -> Vec<Shape> {
        /// Vertices and indices of a circle with 32 corners: most are dots of settlements.
        const RING: (usize, usize) = (4 * 32, 18 * 32);
        self.flush();
        let sizes = self.shapes.iter().map(|shape| match shape {
            Shape::Mesh(mesh) => (mesh.vertices.len(), mesh.indices.len()),
            Shape::Text(text) => (text.galley.num_vertices, text.galley.num_indices),
            _ => RING,
        });
        let (vertices, indices) = sizes.fold((0, 0), |a, b| (a.0 + b.0, a.1 + b.1));
        if let (Some(room), Some(first)) = (words.reserve(vertices, indices), self.shapes.first_mut()) {
            *first = Shape::Text(room);
        }
        self.shapes
    }

    fn push(&mut self, item: &Item, words: &mut Words, painter: &egui::Painter) {
        match item {
            Item::Layer(_) => {}
            Item::Polygon { rings, fill, stroke } => {
                if let (Some(fill), [ring]) = (fill, rings.as_slice()) {
                    self.fill(ring, color(*fill));
                }
                if let Some(stroke) = stroke {
                    for ring in rings {
                        self.line(ring, stroke, true);
                    }
                }
            }
            Item::Lines { lines, stroke } => {
                for line in lines {
                    self.line(line, stroke, false);
                }
            }
            Item::Circle { center, radius, fill, stroke } => {
                let plain = stroke.filter(|s| s.dash.is_none());
                self.flush();
                self.shapes.push(Shape::Circle(CircleShape {
                    center: pos2(center[0], center[1]) + self.by,
                    radius: *radius,
                    fill: fill.map_or(Color32::TRANSPARENT, color),
                    stroke: plain.map_or(egui::Stroke::NONE, |s| egui::Stroke::new(s.width, color(s.paint))),
                }));
                if let Some(stroke) = stroke.filter(|s| s.dash.is_some()) {
                    let [x, y] = *center;
                    let ring: Vec<Point> = (0..64)
                        .map(|i| (i as f32 / 64.0 * std::f32::consts::TAU).sin_cos())
                        .map(|(s, c)| [x + radius * c, y + radius * s])
                        .collect();
                    self.line(&ring, &stroke, true);
                }
            }
            Item::Text(label) => self.words(label, words, painter),
            Item::Along { letters, .. } => letters.iter().for_each(|l| self.words(l, words, painter)),
        }
    }

    fn words(&mut self, label: &Label, words: &mut Words, painter: &egui::Painter) {
        if let Some(text) = words.set(label, painter, self.by, self.clip) {
            self.flush();
            self.shapes.push(Shape::Text(text));
        }
    }

    fn fill(&mut self, ring: &[Point], fill: Color32) {
        let by = self.by;
        let points = ring.iter().map(|[x, y]| pos2(*x, *y) + by);
        if is_convex(ring) {
            self.path.points.clear();
            self.path.points.extend(points);
            (self.path.closed, self.path.fill, self.path.stroke) = (true, fill, PathStroke::NONE);
            self.tessellator.tessellate_path(&self.path, &mut self.mesh);
            return;
        }
        let first = self.mesh.vertices.len() as u32;
        for p in points {
            self.mesh.colored_vertex(p, fill);
        }
        for [a, b, c] in triangles(ring) {
            self.mesh.add_triangle(first + a, first + b, first + c);
        }
    }

    fn line(&mut self, line: &[Point], stroke: &Stroke, closed: bool) {
        let by = self.by;
        let place = |[x, y]: Point| pos2(x, y) + by;
        let pen = Pen::new(stroke.width, self.feather, color(stroke.paint));
        let Self { path, mesh, tessellator, .. } = self;
        path.points.clear();
        if let Some(dash) = stroke.dash.filter(|d| d.on + d.off >= 0.5) {
            let end = closed.then(|| line.first()).flatten();
            dashes(line.iter().chain(end).copied(), dash, |point, is_end| {
                path.points.push(place(point));
                if is_end {
                    round_off(&mut path.points, stroke.width / 2.0);
                    pen.draw(&path.points, mesh);
                    path.points.clear();
                }
            });
            return;
        }
        path.points.extend(line.iter().copied().map(place));
        if closed {
            (path.closed, path.fill) = (true, Color32::TRANSPARENT);
            path.stroke = PathStroke::new(stroke.width, color(stroke.paint));
            tessellator.tessellate_path(path, mesh);
        } else {
            pen.draw(&path.points, mesh);
        }
    }
}

/// Lengthens a stroke at both ends, as round ends do in every other painter: a dot is a stroke without length.
fn round_off(points: &mut [Pos2], by: f32) {
    let out = |end: Pos2, next: Pos2| end + (end - next).normalized() * by;
    if let [first, second, ..] = *points
        && let Some(start) = points.first_mut()
    {
        *start = out(first, second);
    }
    if let [.., before, last] = *points
        && let Some(end) = points.last_mut()
    {
        *end = out(last, before);
    }
}

/// Hands out the points of the strokes of a dashed line, corners included, and with each whether it ends its stroke.
fn dashes(line: impl Iterator<Item = Point>, dash: Dash, mut put: impl FnMut(Point, bool)) {
    let period = dash.on + dash.off;
    let mut phase = dash.offset.rem_euclid(period);
    let mut last: Option<Point> = None;
    // The point that ends the stroke under way, unless the line goes on: held back until that is known.
    let mut held: Option<Point> = None;
    for [x1, y1] in line {
        let Some([x0, y0]) = last.replace([x1, y1]) else { continue };
        let (dx, dy) = (x1 - x0, y1 - y0);
        let length = (dx * dx + dy * dy).sqrt();
        let mut done = 0.0;
        while done < length {
            let is_on = phase < dash.on;
            let step = (if is_on { dash.on - phase } else { period - phase }).max(1e-3).min(length - done);
            let point = |d: f32| [x0 + dx * d / length, y0 + dy * d / length];
            if is_on {
                put(held.take().unwrap_or_else(|| point(done)), false);
                held = Some(point(done + step));
            }
            done += step;
            phase += step;
            if is_on
                && phase >= dash.on - 1e-3
                && let Some(end) = held.take()
            {
                put(end, true);
            }
            if phase >= period - 1e-3 {
                phase = 0.0;
            }
        }
    }
    if let Some(end) = held {
        put(end, true);
    }
}

#[cfg(test)]
mod tests {
    use super::super::list::{Anchor, Label};
    use super::*;

    #[test]
    fn dashes_turn_corners_and_start_where_the_offset_says() {
        let line = [[0.0, 0.0], [10.0, 0.0], [10.0, 10.0]];
        let dashes = |offset: f32| {
            let (mut out, mut run): (Vec<Vec<Point>>, Vec<Point>) = (Vec::new(), Vec::new());
            super::dashes(line.into_iter(), Dash { on: 4.0, off: 2.0, offset }, |point, is_end| {
                run.push(point);
                if is_end {
                    out.push(std::mem::take(&mut run));
                }
            });
            assert!(run.is_empty());
            out
        };
        let cut = dashes(0.0);
        assert_eq!(cut.len(), 4);
        assert_eq!(cut[1], [[6.0, 0.0], [10.0, 0.0]]);
        let shifted = dashes(5.0);
        assert_eq!(shifted[0][0], [1.0, 0.0]);
    }

    #[test]
    fn every_kind_of_item_becomes_shapes_without_a_display() {
        let label = Label {
            at: [20.0, 20.0],
            anchor: Anchor::Middle,
            size: 13.0,
            face: Face::Bold,
            paint: Paint::solid(crate::view::Rgb(0, 0, 0)),
            halo: Some((Paint::veil(crate::view::Rgb(255, 255, 255), 0.7), 1.5)),
            spacing: 1.0,
            rotation: 30.0,
            text: "Շուշի / Şuşa".into(),
        };
        let stroke = Stroke::dashed(label.paint, 1.0, 3.0, 2.0);
        let bent = vec![[0.0, 0.0], [40.0, 0.0], [40.0, 10.0], [10.0, 10.0], [10.0, 30.0], [0.0, 30.0]];
        let picture = Picture {
            width: 100.0,
            height: 100.0,
            items: vec![
                Item::Layer("x"),
                Item::Polygon { rings: vec![bent.clone()], fill: Some(label.paint), stroke: Some(stroke) },
                Item::Lines { lines: vec![bent], stroke },
                Item::Circle { center: [50.0, 50.0], radius: 9.0, fill: None, stroke: Some(stroke) },
                Item::Text(label),
            ],
            ..Picture::default()
        };
        let (context, mut painter, picture) = (context(), Painter::default(), Arc::new(picture));
        let drawn = frame(&context, &mut painter, &picture, Pos2::ZERO);
        assert!(drawn.vertices.len() > 200);
        let again = frame(&context, &mut painter, &picture, Pos2::ZERO);
        assert!(drawn == again, "a picture that stands still is the same in each frame");
        let moved = frame(&context, &mut painter, &picture, pos2(3.0, 0.0));
        assert_eq!(moved.vertices.len(), drawn.vertices.len());
        assert!(moved != drawn, "what is remembered is not painted where it no longer belongs");
    }

    fn context() -> egui::Context {
        let context = egui::Context::default();
        context.set_fonts(font_definitions());
        context
    }

    fn frame(context: &egui::Context, painter: &mut Painter, picture: &Arc<Picture>, at: Pos2) -> Mesh {
        let input = egui::RawInput {
            screen_rect: Some(Rect::from_min_size(Pos2::ZERO, egui::vec2(100.0, 100.0))),
            ..egui::RawInput::default()
        };
        let mut output = context.run_ui(input, |ui| painter.paint(picture, ui.painter(), at));
        output.textures_delta.clear();
        let mut whole = Mesh::default();
        for p in context.tessellate(std::mem::take(&mut output.shapes), 1.0) {
            if let egui::epaint::Primitive::Mesh(mesh) = p.primitive {
                whole.append(mesh);
            }
        }
        whole
    }

    #[test]
    fn words_are_set_anew_when_the_fonts_are() {
        let label = Label {
            at: [20.0, 50.0],
            anchor: Anchor::Start,
            size: 13.0,
            face: Face::Regular,
            paint: Paint::solid(crate::view::Rgb(0, 0, 0)),
            halo: Some((Paint::veil(crate::view::Rgb(255, 255, 255), 0.7), 1.6)),
            spacing: 0.0,
            rotation: 0.0,
            text: "Sotk".into(),
        };
        let picture =
            Arc::new(Picture { width: 100.0, height: 100.0, items: vec![Item::Text(label)], ..Picture::default() });
        let (context, mut painter) = (context(), Painter::default());
        let first = frame(&context, &mut painter, &picture, Pos2::ZERO);
        assert_eq!(first.vertices.len(), 4 * 4 * 5, "four copies behind the letters");
        context.set_fonts(just_bold());
        let second = frame(&context, &mut painter, &picture, Pos2::ZERO);
        assert!(first != second);
        assert!(second == frame(&context, &mut Painter::default(), &picture, Pos2::ZERO));
    }

    /// Families in which every cut is the bold one.
    fn just_bold() -> FontDefinitions {
        let mut all = font_definitions();
        let bold = all.families.get(&family(Face::Bold)).cloned().unwrap();
        all.families.values_mut().for_each(|f| f.clone_from(&bold));
        all
    }
}
