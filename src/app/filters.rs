//! Filters in the window: the count of what each hides, the area drawn on the map, the strip over the map.

use std::time::{Duration, Instant};

use egui::{Color32, Context, CursorIcon, Id, Key, Pos2, Rect, Sense, Shape, Stroke, Ui, pos2, vec2};

use super::App;
use crate::derive::{Condition, Question, Tally};
use crate::edit::Revisions;
use crate::model::{Filters, LonLat, Outline};
use crate::panels::style::c32;
use crate::panels::{Action, Picking, chips};
use crate::view::looked_up;

/// Slots of the project that are counted at a time, and how long a frame goes on with it.
const SLOTS: u32 = 250;
const A_FRAME: Duration = Duration::from_millis(2);

/// How near in points a click must come to a corner to mean it.
const NEAR: f32 = 8.0;

/// The count of what each filter hides, and what it was counted for.
#[derive(Debug, Default)]
pub(super) struct Counting {
    key: Option<(Revisions, Question, bool)>,
    pub(super) tally: Tally,
}

impl App {
    /// Counts on, as far as one frame allows, what each filter hides; with the editor open also what its choices would leave.
    pub(super) fn count(&mut self, ctx: &Context) {
        let revisions = self.workspace.revisions();
        let facets = self.state.filter.open;
        let mut conditions = self.question.conditions();
        if !facets {
            match (conditions.next(), conditions.next()) {
                (None, _) => {
                    self.counting = Counting::default();
                    return;
                }
                // What one condition hides is known already; while time is played it is another number in each frame.
                (Some(only), None) => {
                    let tally = Tally::of_one(only, self.derived.hidden, self.derived.len());
                    self.counting = Counting { key: None, tally };
                    return;
                }
                _ => {}
            }
        }
        let is_current =
            |(r, q, f): &(Revisions, Question, bool)| (*r, *f) == (revisions, facets) && *q == self.question;
        if !self.counting.key.as_ref().is_some_and(is_current) {
            let key = Some((revisions, self.question.clone(), facets));
            self.counting = Counting { key, tally: Tally::new(facets) };
        }
        let tally = &mut self.counting.tally;
        let began = Instant::now();
        while !tally.is_done() && began.elapsed() < A_FRAME {
            tally.step(self.workspace.project(), &self.question, SLOTS);
        }
        if !tally.is_done() {
            ctx.request_repaint();
        }
    }

    /// Filters by something else.
    pub(super) fn filter(&mut self, filters: Filters) {
        self.question.filters = looked_up(filters);
    }

    /// Takes one condition away.
    pub(super) fn without(&mut self, condition: Condition) {
        if condition == Condition::Known {
            self.play = None;
        }
        self.question = self.question.without(condition);
    }

    /// Takes away everything that hides incidents; the as-known date only if it hides any itself.
    pub(super) fn show_all(&mut self) {
        let all = Question { span: None, filters: Filters::default(), ..self.question.clone() };
        self.question = all;
        if self.question.as_known.is_none() {
            return self.refresh();
        }
        self.refresh_at_once();
        if self.derived.hidden > 0 {
            self.play = None;
            self.question.as_known = None;
        }
    }

    /// Opens or closes the editor. Opened, it takes the keyboard.
    pub(super) fn toggle_filters(&mut self) {
        let filter = &mut self.state.filter;
        filter.open = !filter.open;
        filter.focus = filter.open;
    }

    /// The next clicks on the map are corners of an area.
    pub(super) fn draw_area(&mut self, ctx: &Context) {
        self.state.picking = Some(Picking::Area(Vec::new()));
        // Enter closes the area; it must not press the button again that began it.
        ctx.memory_mut(|m| m.focused().into_iter().for_each(|id| m.surrender_focus(id)));
    }

    /// The area is what the map shows.
    pub(super) fn area_in_view(&mut self) {
        let b = self.map.viewport().bounding_box();
        let corner = |lon: f64, lat: f64| LonLat::new(lon.clamp(-180.0, 180.0), lat.clamp(-85.0, 85.0)).ok();
        let corners =
            [corner(b.west, b.south), corner(b.east, b.south), corner(b.east, b.north), corner(b.west, b.north)];
        self.take_area(corners.into_iter().flatten().map(super::dispatch::rounded).collect());
    }

    /// The area being drawn is closed, if it is one.
    pub(super) fn close_area(&mut self) {
        match self.state.picking.take() {
            Some(Picking::Area(corners)) if corners.len() > 2 => self.take_area(corners),
            drawing @ Some(Picking::Area(_)) => {
                self.state.picking = drawing;
                self.notices.say("An area needs three corners");
            }
            other => self.state.picking = other,
        }
    }

    fn take_area(&mut self, corners: Vec<LonLat>) {
        if let Some(area) = Outline::new(corners) {
            self.filter(Filters { area: Some(area), ..self.question.filters.clone() });
        }
    }

    /// A click while an area is drawn: another corner, or the end on the first or (a double click) on the last one.
    pub(super) fn area_clicked(&mut self, mut corners: Vec<LonLat>, p: Pos2, at: LonLat, actions: &mut Vec<Action>) {
        let is_near = |c: Option<&LonLat>| c.is_some_and(|c| self.on_screen(*c).distance(p) <= NEAR);
        let closes = is_near(corners.last()) || corners.len() > 2 && is_near(corners.first());
        if closes {
            actions.push(Action::CloseArea);
        } else if corners.len() < Outline::MOST {
            corners.push(super::dispatch::rounded(at));
        }
        self.state.picking = Some(Picking::Area(corners));
    }

    /// The area being drawn, and the keys that belong to it.
    pub(super) fn area_ui(&mut self, ui: &Ui, rect: Rect, actions: &mut Vec<Action>) {
        let Some(Picking::Area(corners)) = &self.state.picking else { return };
        let ctx = ui.ctx().clone();
        let c = self.theme.colors();
        let painter = ui.painter().with_clip_rect(rect);
        let points: Vec<Pos2> = corners.iter().map(|p| self.on_screen(*p)).collect();
        let pointer = ctx.pointer_latest_pos().filter(|p| rect.contains(*p));
        let mut line: Vec<Pos2> = points.iter().copied().chain(pointer).collect();
        if line.len() > 2 {
            let back = [line.last().copied().unwrap_or_default(), line.first().copied().unwrap_or_default()];
            painter.extend(Shape::dashed_line(&back, Stroke::new(1.2, c32(c.label)), 4.0, 4.0));
        }
        line.dedup();
        painter.add(Shape::line(line.clone(), Stroke::new(3.6, c32(c.halo))));
        painter.add(Shape::line(line, Stroke::new(1.6, c32(c.accent))));
        for (n, p) in points.iter().enumerate() {
            let fill = if n == 0 { c32(c.accent) } else { c32(c.panel) };
            painter.circle(*p, 4.5, fill, Stroke::new(1.6, c32(c.accent)));
        }
        if pointer.is_some() {
            ctx.set_cursor_icon(CursorIcon::Crosshair);
            // The line follows the pointer.
            if ctx.input(|i| i.pointer.is_moving()) {
                ctx.request_repaint();
            }
        }
        if self.was_typing || self.dialog.is_some() {
            return;
        }
        if ctx.input(|i| i.key_pressed(Key::Enter)) && ctx.memory(|m| m.focused().is_none()) {
            actions.push(Action::CloseArea);
        }
        if ctx.input(|i| i.key_pressed(Key::Backspace))
            && let Some(Picking::Area(corners)) = &mut self.state.picking
        {
            corners.pop();
        }
    }

    /// The strip over the map's upper edge: what is hidden and by what.
    pub(super) fn filter_strip(&mut self, ui: &mut Ui, rect: Rect, actions: &mut Vec<Action>) {
        let drawing = match &self.state.picking {
            Some(Picking::Area(corners)) => Some(corners.len()),
            _ => None,
        };
        let is_set = self.question.conditions().any(|c| c != Condition::Known);
        if drawing.is_none() && !is_set && self.derived.hidden == 0 {
            self.strip = None;
            return;
        }
        let c = self.theme.colors();
        // Clicks between the chips must not go through to the map.
        if let Some(last) = self.strip {
            ui.interact(last, Id::unique("filter strip"), Sense::click_and_drag());
        }
        let room = Rect::from_min_max(rect.min + vec2(20.0, 18.0), pos2(rect.right() - 20.0, rect.bottom()));
        let ground = ui.painter().add(Shape::Noop);
        let mut child = ui.new_child(egui::UiBuilder::new().max_rect(room));
        let look = self.look();
        let drawn = child.horizontal_wrapped(|ui| chips::ui(ui, look, &self.counting.tally, drawing));
        actions.extend(drawn.inner);
        let plate = drawn.response.rect.expand2(vec2(8.0, 6.0));
        let shadow = egui::Shadow { offset: [0, 1], blur: 6, spread: 0, color: Color32::from_black_alpha(28) };
        let frame = egui::Frame::new()
            .fill(c32(c.panel))
            .stroke(Stroke::new(1.0, c32(c.rule)))
            .corner_radius(crate::view::theme::space::RADIUS)
            .shadow(shadow);
        ui.painter().set(ground, frame.paint(plate));
        if self.strip != Some(plate) {
            self.strip = Some(plate);
            ui.ctx().request_repaint();
        }
    }

    /// How far down in points the strip reaches over the map, rounded so that it is a key of the picture.
    pub(super) fn strip_height(&self) -> f32 {
        self.strip.map_or(0.0, |s| (s.bottom() - self.map.origin().y).ceil())
    }
}
