//! What the speaker lays over a page: a spotlight, a drawing, and the pointer that hides when it rests.

use egui::{Color32, CursorIcon, Rect, Sense, Shape, Stroke, Ui};

use super::{HIDE_SECS, Show, on_screen};
use crate::panels::style::c32;
use crate::view::Colors;

/// Radius of the spotlight in points of the page.
const LIGHT: f32 = 70.0;
/// Width of a drawn line in points of the page.
const PEN: f32 = 3.0;

impl Show {
    pub(super) fn overlay(&mut self, ui: &mut Ui, page: Rect, scale: f32, now: f64, c: &Colors) {
        let response = ui.interact(page, egui::Id::unique("page of the show"), Sense::click_and_drag());
        response.widget_info(|| {
            let name = self.slides.get(self.at.0).map(|s| s.name().to_owned()).unwrap_or_default();
            let words = format!("Slide {} of {}: {name}", self.at.0 + 1, self.slides.len());
            egui::WidgetInfo::labeled(egui::Role::Label, true, words)
        });
        let pointer = ui.ctx().pointer_latest_pos().filter(|p| page.contains(*p));
        if self.pen {
            if response.drag_started() {
                self.strokes.entry(self.at).or_default().push(Vec::new());
            }
            if let Some(p) = pointer.filter(|_| response.dragged())
                && let Some(line) = self.strokes.get_mut(&self.at).and_then(|s| s.last_mut())
            {
                let at = Self::on_page(page, scale, p);
                if line.last().is_none_or(|last| last.distance(at) > 1.0) {
                    line.push(at);
                }
            }
        } else if response.clicked() {
            self.step(true);
        } else if response.secondary_clicked() {
            self.step(false);
        }
        let painter = ui.painter().with_clip_rect(page);
        for line in self.strokes.get(&self.at).into_iter().flatten() {
            let points: Vec<_> = line.iter().map(|p| on_screen(page, scale, *p)).collect();
            painter.add(Shape::line(points.clone(), Stroke::new((PEN + 2.5) * scale, c32(c.rim))));
            painter.add(Shape::line(points, Stroke::new(PEN * scale, c32(c.accent))));
        }
        if let Some(p) = pointer.filter(|_| self.spotlight) {
            shade(&painter, page, p, LIGHT * scale);
        }
        let icon = match (self.pen, self.spotlight) {
            (true, _) => CursorIcon::Crosshair,
            (_, true) => CursorIcon::None,
            _ if now - self.moved.1 > HIDE_SECS => CursorIcon::None,
            _ => CursorIcon::Default,
        };
        ui.ctx().set_cursor_icon(icon);
        let left = HIDE_SECS - (now - self.moved.1);
        if left > 0.0 {
            ui.ctx().request_repaint_after(std::time::Duration::from_secs_f64(left + 0.02));
        }
    }
}

/// Darkens a page but for a disc.
fn shade(painter: &egui::Painter, page: Rect, at: egui::Pos2, radius: f32) {
    let dark = Color32::from_black_alpha(160);
    let mut mesh = egui::Mesh::default();
    let far = page.size().length();
    let n: u32 = 72;
    for i in 0..n {
        let (s, c) = (std::f32::consts::TAU * i as f32 / n as f32).sin_cos();
        let way = egui::vec2(c, s);
        mesh.colored_vertex(at + way * radius, Color32::TRANSPARENT);
        mesh.colored_vertex(at + way * (radius + 3.0), dark);
        mesh.colored_vertex(at + way * far.max(radius + 4.0), dark);
    }
    for i in 0..n {
        let (a, b) = (3 * i, 3 * ((i + 1) % n));
        for (x, y) in [(0, 1), (1, 2)] {
            mesh.add_triangle(a + x, a + y, b + x);
            mesh.add_triangle(b + x, a + y, b + y);
        }
    }
    painter.add(Shape::mesh(mesh));
}
