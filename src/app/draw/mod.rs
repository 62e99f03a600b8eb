//! Drawing on the map: tools, what is being drawn, the selected drawing, and what corners snap to.
//!
//! Invariant: corners that were clicked are never lost without a way back. Whatever ends a sketch before it is whole (Esc,
//! another tool, another click) leaves it to be taken up again.

mod handles;
mod snap;

use egui::{Context, CursorIcon, Id, Key, Pos2, Rect, Stroke, Ui, pos2, vec2};

use self::handles::Drag;
use self::snap::Snapped;
use super::App;
use crate::edit::{Command, DrawingEdit};
use crate::model::{CornerAt, Drawing, DrawingId, DrawingKind, Form, LonLat, Style, Uid};
use crate::panels::drawing::{self, Sketch};
use crate::panels::style::{c32, regular};
use crate::panels::{Action, Picking};
use crate::picture::Draft;
use crate::view::camera::BoundingBox;
use crate::view::theme::type_size;
use crate::view::{Camera, Field};

/// How near in points a click must come to a corner to mean it.
const NEAR: f32 = 8.0;

/// What the map remembers of drawing.
#[derive(Debug, Default)]
pub(super) struct Draw {
    /// A drawing as it would be: being drawn, dragged or typed.
    pub(super) draft: Option<Draft>,
    drag: Option<Drag>,
    /// The sketch of the last frame, to notice that it was dropped.
    last: Option<Sketch>,
    snapped: Option<Snapped>,
}

impl App {
    /// The drawing that is selected.
    pub fn selected_drawing(&self) -> Option<DrawingId> {
        self.state.drawing.selected
    }

    /// Selects a drawing, or none; no incident is selected then.
    pub(super) fn select_drawing(&mut self, id: Option<DrawingId>) {
        if self.state.drawing.selected != id {
            self.state.drawing.corner = None;
            self.state.drawing.style = None;
        }
        self.state.drawing.selected = id;
        if id.is_some() {
            self.selected = None;
        }
    }

    /// Takes up a tool; the same one once more puts it down.
    pub(super) fn draw_with(&mut self, ctx: &Context, kind: DrawingKind) {
        self.show_map();
        self.layers.drawings = true;
        self.state.drawing.tool = Some(kind);
        self.state.picking = match self.state.picking.take() {
            Some(Picking::Draw(sketch)) if sketch.kind == kind => None,
            Some(Picking::Draw(sketch)) => Some(Picking::Draw(sketch.with_tool(kind))),
            _ => Some(Picking::Draw(Sketch::new(kind))),
        };
        // Enter ends the drawing; it must not press the button again that began it.
        ctx.memory_mut(|m| m.focused().into_iter().for_each(|id| m.surrender_focus(id)));
    }

    /// Goes on with what was dropped.
    pub(super) fn take_up_sketch(&mut self) {
        if let Some(sketch) = self.state.drawing.dropped.take() {
            self.state.picking = Some(Picking::Draw(sketch));
        }
    }

    /// Takes the last corner back; `false` if nothing is being drawn.
    pub(super) fn corner_back(&mut self) -> bool {
        match &mut self.state.picking {
            Some(Picking::Draw(sketch)) if !sketch.corners.is_empty() => {
                sketch.corners.pop();
                self.draw.last = Some(sketch.clone());
                true
            }
            _ => false,
        }
    }

    /// A sketch that was there and is gone is kept, and a way back to it offered.
    fn watch_sketch(&mut self) {
        let now = match &self.state.picking {
            Some(Picking::Draw(sketch)) => Some(sketch),
            _ => None,
        };
        let last = self.draw.last.take().filter(|s| !s.corners.is_empty());
        if let Some(last) = last
            && now.is_none_or(|n| n.corners.is_empty())
        {
            let words = format!("{} not ended", last.kind.label());
            self.state.drawing.dropped = Some(last);
            self.notices.offer(words, "Go on drawing", Action::TakeUpSketch);
        }
    }

    /// What is drawn now is a whole drawing, if it has its corners.
    pub(super) fn end_sketch(&mut self) {
        let Some(Picking::Draw(sketch)) = &self.state.picking else { return };
        let Some(form) = sketch.form() else {
            let least = sketch.kind.least_corners();
            let words = format!("{} needs {least} corners", sketch.kind.label());
            self.notices.say(words);
            return;
        };
        let kind = sketch.kind;
        self.created += 1;
        let seed = self.world.seed.wrapping_add(self.created.wrapping_mul(0x9E37));
        let uid = self.workspace.fresh_uid(kind.id(), seed);
        let Some(mut drawing) = Drawing::new(uid, kind, form) else { return };
        drawing.style = self.usual_style(kind);
        self.state.picking = None;
        self.draw.last = None;
        self.add_drawing(drawing);
        self.state.drawing.focus_title = kind == DrawingKind::Text;
    }

    fn add_drawing(&mut self, drawing: Drawing) {
        let id = DrawingId(u32::try_from(self.workspace.project().drawing_slots().len()).unwrap_or(u32::MAX));
        self.commit(Command::AddDrawing(Box::new(drawing)));
        if self.workspace.project().drawing(id).is_some() {
            self.select_drawing(Some(id));
            self.state.hide_inspector = false;
        }
    }

    /// The look of the last drawing of a kind, so that several of one sort look alike.
    fn usual_style(&self, kind: DrawingKind) -> Style {
        let mut all = self.workspace.project().drawings().rev();
        all.find(|(_, d)| d.kind() == kind).map_or_else(|| kind.default_style(), |(_, d)| d.style)
    }

    /// A copy of the selected drawing, a little aside.
    pub(super) fn duplicate_drawing(&mut self, id: DrawingId) {
        let Some(mut copy) = self.workspace.project().drawing(id).cloned() else { return };
        self.created += 1;
        let seed = self.world.seed.wrapping_add(self.created.wrapping_mul(0x9E37));
        copy.uid = self.workspace.fresh_uid(copy.kind().id(), seed);
        let b = self.map.viewport().bounding_box();
        let aside = copy.form().shifted((b.east - b.west) * 0.02, (b.south - b.north) * 0.02);
        if let Some(form) = aside {
            copy.reshape(form);
        }
        self.add_drawing(copy);
    }

    /// Takes out the selected corner, or the drawing where none is selected.
    pub(super) fn delete_drawing(&mut self, id: DrawingId) {
        let Some(at) = self.state.drawing.corner.take() else {
            self.commit(Command::DeleteDrawing(id));
            return;
        };
        let without = self.workspace.project().drawing(id).and_then(|d| d.form().without_corner(at));
        match without {
            Some(form) => {
                let edit = DrawingEdit::Form(crate::edit::Reshape::CornerLess, form);
                self.commit(Command::EditDrawing(id, edit, None));
            }
            None => self.notices.say("No corner can be spared; with no corner selected, Delete takes all of it"),
        }
    }

    /// Shows a drawing large.
    pub(super) fn zoom_to_drawing(&mut self, ctx: &Context, id: DrawingId) {
        self.show_map();
        self.select_drawing(Some(id));
        let Some(drawing) = self.workspace.project().drawing(id) else { return };
        let around = match drawing.form() {
            Form::Circle(middle, km) => BoundingBox::around(crate::derive::geodesy::circle(*middle, *km, 8)),
            form => BoundingBox::around(form.corners()),
        };
        if let Some(bbox) = around {
            let v = self.map.viewport();
            let margin = (v.width.min(v.height) * 0.18).max(24.0);
            self.map.fly(ctx, Camera::fit(bbox, v.width, v.height, margin, 12.5), true);
        }
    }

    /// A click while something is drawn: another corner, or the end on the last one (a double click) or the first.
    pub(super) fn sketch_clicked(&mut self, ctx: &Context, mut sketch: Sketch, p: Pos2) {
        let near = |c: Option<&LonLat>, app: &Self| c.is_some_and(|c| app.on_screen(*c).distance(p) <= NEAR);
        let closes = sketch.kind.is_area() && sketch.corners.len() > 2 && near(sketch.corners.first(), self);
        let ends = closes || near(sketch.corners.last(), self);
        if !ends && sketch.corners.len() < Sketch::MOST {
            sketch.corners.push(self.snap(ctx, p, None).at);
        }
        let done = ends || sketch.is_done();
        self.state.picking = Some(Picking::Draw(sketch));
        if done {
            self.end_sketch();
        }
    }

    /// Works out what is shown of a drawing that is not in the project yet, or not yet so.
    pub(super) fn refresh_draft(&mut self, ctx: &Context, rect: Rect) {
        self.watch_sketch();
        self.draw.snapped = None;
        let pointer = ctx.pointer_latest_pos().filter(|p| rect.contains(*p) && self.map.is_pointed());
        self.draw.draft = match &self.state.picking {
            Some(Picking::Draw(sketch)) => {
                let sketch = sketch.clone();
                self.draw.snapped = pointer.map(|p| self.snap(ctx, p, None));
                let pointed = self.draw.snapped.as_ref().map(|s| s.at);
                sketch.preview(pointed).and_then(|(kind, form)| {
                    let mut drawing = Drawing::new(Uid::new(""), kind, form)?;
                    drawing.style = self.usual_style(sketch.kind);
                    Some(Draft { of: None, drawing })
                })
            }
            _ => self.selected_draft(),
        };
    }

    /// The selected drawing as it is being dragged, styled or named.
    fn selected_draft(&self) -> Option<Draft> {
        let id = self.state.drawing.selected?;
        let stored = self.workspace.project().drawing(id)?;
        let mut drawing = stored.clone();
        if let Some(form) = self.draw.drag.as_ref().filter(|d| d.id == id).and_then(|d| d.form.clone()) {
            drawing.reshape(form);
        }
        if let Some((_, style)) = self.state.drawing.style.filter(|(of, _)| *of == id) {
            drawing.style = style;
        }
        if let Some(typed) = self.state.drafts.get(id, &Field::Title) {
            drawing.title = typed.text.as_str().into();
        }
        (drawing != *stored).then_some(Draft { of: Some(id), drawing })
    }

    /// Over the map: handles of the selected drawing, the snap mark, the strip of tools, and the keys of drawing.
    pub(super) fn draw_ui(&mut self, ui: &mut Ui, rect: Rect, actions: &mut Vec<Action>) {
        self.handles_ui(ui, rect, actions);
        self.snap_mark(ui, rect);
        let Some(Picking::Draw(sketch)) = &self.state.picking else { return };
        self.draw.last = Some(sketch.clone());
        let ctx = ui.ctx().clone();
        let sketch = sketch.clone();
        let c = self.theme.colors();
        let painter = ui.painter().with_clip_rect(rect);
        for (n, corner) in sketch.corners.iter().enumerate() {
            let fill = if n == 0 { c32(c.accent) } else { c32(c.panel) };
            painter.circle(self.on_screen(*corner), 4.5, fill, Stroke::new(1.6, c32(c.accent)));
        }
        if self.map.is_pointed() {
            ctx.set_cursor_icon(CursorIcon::Crosshair);
        }
        let top = rect.top() + 14.0 + self.strip_height();
        egui::Area::new(Id::unique("draw tools"))
            .fixed_pos(pos2(rect.center().x, top))
            .pivot(egui::Align2::CENTER_TOP)
            .order(egui::Order::Middle)
            .show(&ctx, |ui| {
                egui::Frame::new()
                    .fill(c32(c.panel))
                    .stroke(Stroke::new(1.0, c32(c.rule)))
                    .corner_radius(crate::view::theme::space::RADIUS)
                    .inner_margin(egui::Margin::symmetric(10, 8))
                    .show(ui, |ui| actions.extend(drawing::strip(ui, self.look(), &sketch)));
            });
        if self.was_typing || self.dialog.is_some() {
            return;
        }
        if ctx.input(|i| i.key_pressed(Key::Enter)) && ctx.memory(|m| m.focused().is_none()) {
            actions.push(Action::EndSketch);
        }
        if ctx.input(|i| i.key_pressed(Key::Backspace)) {
            self.corner_back();
        }
    }

    /// A ring where a corner would snap to, and what that is.
    fn snap_mark(&self, ui: &Ui, rect: Rect) {
        let Some(Snapped { at, to: Some(name) }) = &self.draw.snapped else { return };
        let c = self.theme.colors();
        let painter = ui.painter().with_clip_rect(rect);
        let p = self.on_screen(*at);
        painter.circle_stroke(p, 8.0, Stroke::new(3.4, c32(c.halo)));
        painter.circle_stroke(p, 8.0, Stroke::new(1.6, c32(c.accent)));
        let galley = painter.layout_no_wrap(name.clone(), regular(type_size::CAPTION), c32(c.text));
        let ground = Rect::from_min_size(p + vec2(14.0, 10.0), galley.size()).expand2(vec2(5.0, 2.0));
        painter.rect_filled(ground, 4.0, c32(c.panel));
        painter.galley(ground.min + vec2(5.0, 2.0), galley, c32(c.text));
    }

    /// Where a place lies in the window.
    pub(super) fn on_screen(&self, at: LonLat) -> Pos2 {
        let [x, y] = self.map.viewport().screen_from_lonlat(at);
        self.map.origin() + vec2(x, y)
    }

    /// The place at a point of the window.
    fn on_map(&self, p: Pos2) -> LonLat {
        let origin = self.map.origin();
        self.map.viewport().lonlat_from_screen([p.x - origin.x, p.y - origin.y])
    }

    /// Points of the window at which corners of the selected drawing lie; for tests.
    pub fn corner_of(&self, at: CornerAt) -> Option<Pos2> {
        let drawing = self.workspace.project().drawing(self.state.drawing.selected?)?;
        drawing.form().corner(at).map(|c| self.on_screen(c))
    }

    /// Where a place lies in the window; for tests.
    pub fn place_on_screen(&self, at: LonLat) -> Pos2 {
        self.on_screen(at)
    }
}
