//! A picture in the window. The list is painted as it is; nothing is measured or decided here.

use std::sync::{Arc, LazyLock};

use egui::epaint::{Mesh, PathShape, PathStroke, TextShape};
use egui::{Color32, FontData, FontDefinitions, FontFamily, FontId, Pos2, Shape, Vec2, pos2, vec2};

use super::list::{Anchor, Dash, Face, Item, Label, Paint, Picture, Point, Stroke};
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

/// Paints a picture with its top left corner at `origin`.
pub fn paint(picture: &Picture, painter: &egui::Painter, origin: Pos2) {
    let mut shapes = Vec::with_capacity(picture.items.len() * 2);
    for item in &picture.items {
        push(&mut shapes, item, painter, origin.to_vec2());
    }
    painter.extend(shapes);
}

fn push(shapes: &mut Vec<Shape>, item: &Item, painter: &egui::Painter, by: Vec2) {
    let place = |[x, y]: Point| pos2(x, y) + by;
    match item {
        Item::Layer(_) => {}
        Item::Polygon { rings, fill, stroke } => {
            if let (Some(fill), [ring]) = (fill, rings.as_slice()) {
                let points: Vec<Pos2> = ring.iter().copied().map(place).collect();
                if is_convex(ring) {
                    shapes.push(Shape::convex_polygon(points, color(*fill), egui::Stroke::NONE));
                } else {
                    shapes.push(mesh(ring, &points, color(*fill)));
                }
            }
            if let Some(stroke) = stroke {
                for ring in rings {
                    push_line(shapes, ring, stroke, true, by);
                }
            }
        }
        Item::Lines { lines, stroke } => {
            for line in lines {
                push_line(shapes, line, stroke, false, by);
            }
        }
        Item::Circle { center, radius, fill, stroke } => {
            let plain = stroke.filter(|s| s.dash.is_none());
            shapes.push(Shape::Circle(egui::epaint::CircleShape {
                center: place(*center),
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
                push_line(shapes, &ring, &stroke, true, by);
            }
        }
        Item::Text(label) => push_text(shapes, label, painter, by),
    }
}

fn mesh(ring: &[Point], points: &[Pos2], fill: Color32) -> Shape {
    let mut mesh = Mesh::default();
    for p in points {
        mesh.colored_vertex(*p, fill);
    }
    for [a, b, c] in triangles(ring) {
        mesh.add_triangle(a, b, c);
    }
    Shape::mesh(mesh)
}

fn push_line(shapes: &mut Vec<Shape>, line: &[Point], stroke: &Stroke, closed: bool, by: Vec2) {
    let pen = PathStroke::new(stroke.width, color(stroke.paint));
    let path = |points: Vec<Point>, closed: bool| {
        Shape::Path(PathShape {
            points: points.into_iter().map(|[x, y]| pos2(x, y) + by).collect(),
            closed,
            fill: Color32::TRANSPARENT,
            stroke: pen.clone(),
        })
    };
    match stroke.dash {
        None => shapes.push(path(line.to_vec(), closed)),
        Some(dash) => {
            let mut line = line.to_vec();
            if closed {
                line.extend(line.first().copied());
            }
            shapes.extend(dashes(&line, dash).into_iter().map(|points| path(points, false)));
        }
    }
}

/// The strokes of a dashed line, each with the corners that it passes.
fn dashes(line: &[Point], dash: Dash) -> Vec<Vec<Point>> {
    let period = dash.on + dash.off;
    if period < 0.5 {
        return vec![line.to_vec()];
    }
    let mut phase = dash.offset.rem_euclid(period);
    let (mut out, mut run): (Vec<Vec<Point>>, Vec<Point>) = (Vec::new(), Vec::new());
    for pair in line.windows(2) {
        let [[x0, y0], [x1, y1]] = *pair else { continue };
        let length = (x1 - x0).hypot(y1 - y0);
        let mut done = 0.0;
        while done < length {
            let is_on = phase < dash.on;
            let step = (if is_on { dash.on - phase } else { period - phase }).max(1e-3).min(length - done);
            let point = |d: f32| [x0 + (x1 - x0) * d / length, y0 + (y1 - y0) * d / length];
            if is_on {
                if run.is_empty() {
                    run.push(point(done));
                }
                run.push(point(done + step));
            }
            done += step;
            phase += step;
            if is_on && phase >= dash.on - 1e-3 {
                out.push(std::mem::take(&mut run));
            }
            if phase >= period - 1e-3 {
                phase = 0.0;
            }
        }
    }
    if run.len() > 1 {
        out.push(run);
    }
    out
}

fn push_text(shapes: &mut Vec<Shape>, label: &Label, painter: &egui::Painter, by: Vec2) {
    let mut job = egui::text::LayoutJob::single_section(
        label.text.clone(),
        egui::TextFormat {
            font_id: FontId::new(label.size, family(label.face)),
            extra_letter_spacing: label.spacing,
            color: Color32::PLACEHOLDER,
            ..egui::TextFormat::default()
        },
    );
    job.wrap.max_width = f32::INFINITY;
    let galley = painter.layout_job(job);
    let ink = galley.rows.first().and_then(|row| row.glyphs.first().map(|g| row.pos.y + g.pos.y));
    let Some(baseline) = ink else { return };
    let shift = match label.anchor {
        Anchor::Start => 0.0,
        Anchor::Middle => galley.size().x / 2.0,
        Anchor::End => galley.size().x,
    };
    let angle = label.rotation.to_radians();
    let turned = egui::emath::Rot2::from_angle(angle) * vec2(shift, baseline);
    let at = pos2(label.at[0], label.at[1]) + by - turned;
    let mut put = |offset: Vec2, paint: Paint| {
        let mut shape = TextShape::new(at + offset, galley.clone(), color(paint));
        shape.angle = angle;
        shapes.push(Shape::Text(shape));
    };
    if let Some((halo, width)) = label.halo {
        // Copies of the text behind it: four where the halo is thin, since a map has hundreds of names. They lie over
        // each other near the letters, so each takes a part of the halo's opacity only.
        let copies = if width < 1.9 { 4 } else { 8 };
        let veil = Paint::veil(halo.rgb, halo.alpha * if copies == 4 { 0.7 } else { 0.5 });
        for i in 0..copies {
            let (s, c) = ((i as f32 + 0.5) / copies as f32 * std::f32::consts::TAU).sin_cos();
            put(vec2(c, s) * width, veil);
        }
    }
    put(Vec2::ZERO, label.paint);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dashes_turn_corners_and_start_where_the_offset_says() {
        let line = [[0.0, 0.0], [10.0, 0.0], [10.0, 10.0]];
        let cut = dashes(&line, Dash { on: 4.0, off: 2.0, offset: 0.0 });
        assert_eq!(cut.len(), 4);
        assert_eq!(cut[1], [[6.0, 0.0], [10.0, 0.0]]);
        let shifted = dashes(&line, Dash { on: 4.0, off: 2.0, offset: 5.0 });
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
            hits: vec![],
        };
        let context = egui::Context::default();
        context.set_fonts(font_definitions());
        let input = egui::RawInput {
            screen_rect: Some(egui::Rect::from_min_size(Pos2::ZERO, vec2(100.0, 100.0))),
            ..egui::RawInput::default()
        };
        let mut output = context.run_ui(input, |ui| paint(&picture, ui.painter(), Pos2::ZERO));
        output.textures_delta.clear();
        let meshes = context.tessellate(std::mem::take(&mut output.shapes), 1.0);
        assert!(!meshes.is_empty());
    }
}
