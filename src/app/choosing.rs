//! Choosing several incidents on the map: a rectangle or a line drawn round them.

use egui::{Modifiers, Pos2, Rect, Shape, Stroke, Ui};

use super::App;
use crate::derive::within;
use crate::model::{IncidentId, LonLat, Outline};
use crate::panels::style::c32;
use crate::picture;

/// What is being drawn round incidents, in points of the window.
#[derive(Clone, Debug)]
pub(super) enum Drawn {
    /// From one corner to the pointer.
    Rectangle(Pos2, Pos2),
    /// A line that follows the pointer.
    Lasso(Vec<Pos2>),
}

/// Points from one corner of a lasso to the next, at the least.
const STEP: f32 = 3.0;

/// Draggings shorter than this choose nothing: a click with Shift held is no rectangle.
const LEAST: f32 = 4.0;

impl App {
    /// Whether dragging chooses instead of panning: with Shift a rectangle, with Ctrl as well a lasso.
    pub(super) fn is_choosing(&self, ctx: &egui::Context) -> bool {
        let is_free = self.state.picking.is_none() && self.state.drawing.tool.is_none();
        self.map.drawn.is_some() || is_free && ctx.input(|i| i.modifiers.shift)
    }

    /// Follows the pointer while something is drawn, and chooses what lies in it at the end.
    pub(super) fn choose_ui(&mut self, ui: &Ui, rect: Rect, response: &egui::Response) {
        let ctx = ui.ctx();
        let at = ctx.pointer_interact_pos();
        if response.drag_started()
            && self.is_choosing(ctx)
            && let Some(start) = ctx.input(|i| i.pointer.press_origin())
        {
            let free = ctx.input(|i| i.modifiers.contains(Modifiers::COMMAND));
            self.map.drawn = Some(if free { Drawn::Lasso(vec![start]) } else { Drawn::Rectangle(start, start) });
        }
        let Some(drawn) = &mut self.map.drawn else { return };
        if let Some(at) = at {
            let at = rect.clamp(at);
            match drawn {
                Drawn::Rectangle(_, end) => *end = at,
                Drawn::Lasso(line) => {
                    if line.last().is_none_or(|last| last.distance(at) >= STEP) && line.len() < Outline::MOST {
                        line.push(at);
                    }
                }
            }
        }
        let ring = ring(drawn);
        let c = self.theme.colors();
        let painter = ui.painter().with_clip_rect(rect);
        let line: Vec<Pos2> = ring.iter().copied().chain(ring.first().copied()).collect();
        painter.add(Shape::line(line.clone(), Stroke::new(3.0, c32(c.halo))));
        painter.extend(Shape::dashed_line(&line, Stroke::new(1.5, c32(c.accent)), 5.0, 3.0));
        if ctx.input(|i| i.key_pressed(egui::Key::Escape)) {
            self.map.drawn = None;
        } else if response.drag_stopped() {
            self.map.drawn = None;
            self.choose_in(&ring);
        }
    }

    fn choose_in(&mut self, ring: &[Pos2]) {
        let bounds = Rect::from_points(ring);
        if bounds.width().max(bounds.height()) < LEAST {
            return;
        }
        let viewport = self.map.viewport();
        let origin = self.map.origin();
        let corners: Vec<LonLat> =
            ring.iter().map(|p| viewport.lonlat_from_screen([p.x - origin.x, p.y - origin.y])).collect();
        let Some(outline) = Outline::new(corners) else { return };
        let found = within(self.workspace.project(), &self.derived, &outline);
        if found.is_empty() {
            return self.notices.say("There is no incident in there");
        }
        self.choose(found);
    }

    /// Puts incidents among the chosen ones; one alone is selected.
    pub(super) fn choose(&mut self, ids: Vec<crate::model::IncidentId>) {
        self.take_over();
        self.state.chosen.add(self.selected.take().into_iter().filter(|id| self.derived.shows(*id)).chain(ids));
        if let [one] = self.state.chosen.ids() {
            self.selected = Some(*one);
            self.state.chosen.clear();
        } else {
            self.state.hide_inspector = false;
        }
    }

    /// Incidents named beside their symbols: the chosen ones, as long as they are few.
    pub(super) fn called(&self) -> &[IncidentId] {
        let ids = self.state.chosen.ids();
        if (2..=picture::CALLED).contains(&ids.len()) { ids } else { &[] }
    }

    /// Rings about the marks of chosen incidents.
    pub(super) fn chosen_ui(&self, ui: &Ui, rect: Rect) {
        let chosen = &self.state.chosen;
        let Some((_, picture)) = self.picture.as_ref().filter(|_| chosen.are_several()) else { return };
        let c = self.theme.colors();
        let painter = ui.painter().with_clip_rect(rect);
        for hit in &picture.hits {
            if hit.what.ids().iter().any(|id| chosen.contains(*id)) {
                let [l, t, r, b] = hit.zone.bounds();
                let center = rect.min + egui::vec2(f32::midpoint(l, r), f32::midpoint(t, b));
                // Of an area only the middle is ringed; its rim may lie far outside of the window.
                if (r - l) > 1.6 * (b - t) && (b - t) < 40.0 {
                    // A plate is framed.
                    let frame =
                        Rect::from_min_max(rect.min + egui::vec2(l, t), rect.min + egui::vec2(r, b)).expand(2.0);
                    let stroke = Stroke::new(1.8, c32(c.accent));
                    painter.rect_stroke(frame, 5.0, stroke, egui::StrokeKind::Outside);
                    continue;
                }
                let radius = ((r - l).min(b - t) / 2.0).clamp(7.0, 34.0) + 2.0;
                painter.circle_stroke(center, radius, Stroke::new(3.5, c32(c.halo)));
                painter.circle_stroke(center, radius, Stroke::new(1.8, c32(c.accent)));
            }
        }
    }
}

/// The corners of what is drawn.
fn ring(drawn: &Drawn) -> Vec<Pos2> {
    match drawn {
        Drawn::Lasso(line) => line.clone(),
        Drawn::Rectangle(a, b) => {
            let r = Rect::from_two_pos(*a, *b);
            vec![r.left_top(), r.right_top(), r.right_bottom(), r.left_bottom()]
        }
    }
}
