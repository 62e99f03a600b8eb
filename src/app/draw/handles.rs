//! The selected drawing under the hand: corners are dragged, put in between two others, taken out; the rim of a circle
//! gives its radius; its line or its words move all of it. A drag is one step of undo, and Esc takes it back while it lasts.

use egui::{
    Context, CursorIcon, Id, Key, Modifiers, Pos2, Rect, Response, Role, Sense, Stroke, Ui, Vec2, WidgetInfo, pos2,
};

use super::super::App;
use crate::derive::geodesy;
use crate::edit::{Command, DrawingEdit, Reshape};
use crate::model::{CornerAt, Drawing, DrawingId, DrawingKind, Form, LonLat};
use crate::panels::Action;
use crate::panels::style::{c32, regular};
use crate::view::theme::type_size;

/// Handles beyond which the rest answers to nothing: a coast line has thousands of corners.
const MOST: usize = 300;

/// Points between two corners from which on one can be put in between.
const ROOM: f32 = 34.0;

/// What is being dragged.
#[derive(Clone, Copy, Debug, PartialEq)]
enum What {
    /// All of it, from this place.
    All(LonLat),
    Corner(CornerAt),
    NewCorner(CornerAt),
    Radius,
}

/// A drag under way.
#[derive(Clone, Debug)]
pub(super) struct Drag {
    pub(super) id: DrawingId,
    what: What,
    /// The form as it would be if it were let go now; `None`: as it was.
    pub(super) form: Option<Form>,
    /// Whether Esc was pressed: nothing comes of it any more.
    dropped: bool,
}

impl App {
    /// The selected drawing, if it can be taken hold of.
    fn held(&self) -> Option<(DrawingId, Drawing)> {
        let id = self.state.drawing.selected.filter(|_| self.state.picking.is_none())?;
        let (_, picture) = self.picture.as_ref()?;
        picture.drawn.iter().any(|d| d.id == id).then_some(())?;
        Some((id, self.workspace.project().drawing(id)?.clone()))
    }

    /// Below the marks: what moves all of the selected drawing, and the hand over any other.
    pub(in super::super) fn body_ui(&mut self, ui: &Ui, rect: Rect, actions: &mut Vec<Action>) {
        let ctx = ui.ctx().clone();
        if self.draw.drag.as_ref().is_some_and(|d| !d.dropped)
            && ctx.input_mut(|i| i.consume_key(Modifiers::NONE, Key::Escape))
            && let Some(drag) = &mut self.draw.drag
        {
            (drag.dropped, drag.form) = (true, None);
        }
        // Once pressed, what counts is where: a fast hand has left the line before the drag is one.
        let pressed = ctx.input(|i| i.pointer.press_origin().filter(|_| i.pointer.primary_down()));
        let latest = pressed.or_else(|| ctx.pointer_latest_pos());
        let pointer = latest.filter(|p| rect.contains(*p) && self.map.is_pointed());
        let origin = self.map.origin();
        let over = |id: Option<DrawingId>| {
            let p = pointer?;
            let at = [p.x - origin.x, p.y - origin.y];
            let (_, picture) = self.picture.as_ref()?;
            match id {
                Some(id) => picture.drawn.iter().find(|d| d.id == id).filter(|d| d.touches(at, 6.0)).map(|d| d.id),
                None => picture.drawn.iter().rev().find(|d| d.touches(at, 6.0)).map(|d| d.id),
            }
        };
        if self.state.picking.is_none() && over(None).is_some() {
            ctx.set_cursor_icon(CursorIcon::PointingHand);
        }
        let Some((id, drawing)) = self.held() else {
            self.draw.drag = None;
            return;
        };
        let moving = self.draw.drag.as_ref().is_some_and(|d| matches!(d.what, What::All(_)));
        let Some(p) = ctx.pointer_latest_pos().filter(|_| moving || over(Some(id)).is_some()) else {
            return;
        };
        let zone = Rect::from_center_size(p, Vec2::splat(28.0)).intersect(rect);
        let response = ui.interact(zone, Id::unique("drawing body"), Sense::click_and_drag());
        let name = format!("Move {}", drawing.name());
        response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &name));
        if response.hovered() {
            ctx.set_cursor_icon(CursorIcon::Grab);
        }
        let start = ctx.input(|i| i.pointer.press_origin()).map(|o| self.on_map(o));
        self.drag_drawing(&ctx, &response, (id, &drawing), What::All(start.unwrap_or_else(|| self.on_map(p))), actions);
        if response.clicked() {
            self.state.drawing.corner = None;
        }
    }

    /// Above the marks: the corners.
    pub(super) fn handles_ui(&mut self, ui: &Ui, rect: Rect, actions: &mut Vec<Action>) {
        let Some((id, drawing)) = self.held() else { return };
        let ctx = ui.ctx().clone();
        let shown = self.draw.draft.as_ref().filter(|d| d.of == Some(id)).map_or(&drawing, |d| &d.drawing).clone();
        self.paint_frame(ui, rect, &shown);
        let reach = rect.expand(12.0);
        let mut left = MOST;
        for (path, corners) in drawing.form().paths().into_iter().enumerate() {
            let closed = drawing.kind().is_area();
            for (corner, at) in corners.iter().enumerate() {
                let place = CornerAt { path, corner };
                let p = self.on_screen(*at);
                if reach.contains(p) && left > 0 {
                    left -= 1;
                    let name = match drawing.form() {
                        Form::Point(_) => format!("Place of {}", drawing.name()),
                        Form::Circle(..) => format!("Middle of {}", drawing.name()),
                        _ => format!("Corner {} of {}", corner + 1, drawing.name()),
                    };
                    self.handle(ui, (id, &drawing), p, What::Corner(place), &name, actions);
                }
                let next = corners.get(corner + 1).or_else(|| corners.first().filter(|_| closed));
                let Some(q) = next.map(|n| self.on_screen(*n)).filter(|q| q.distance(p) > ROOM) else { continue };
                let middle = p + (q - p) / 2.0;
                if reach.contains(middle) && left > 0 {
                    left -= 1;
                    let what = What::NewCorner(CornerAt { path, corner: corner + 1 });
                    let name = format!("Put a corner in behind corner {} of {}", corner + 1, drawing.name());
                    self.handle(ui, (id, &drawing), middle, what, &name, actions);
                }
            }
        }
        if let Form::Circle(middle, km) = drawing.form()
            && let Some(rim) = geodesy::destination(*middle, 90.0, *km)
        {
            let p = self.on_screen(rim);
            let name = format!("Radius of {}", drawing.name());
            self.handle(ui, (id, &drawing), p, What::Radius, &name, actions);
        }
        if ctx.input(|i| i.pointer.any_released()) && self.draw.drag.as_ref().is_some_and(|d| d.dropped) {
            self.draw.drag = None;
        }
    }

    fn handle(
        &mut self,
        ui: &Ui,
        of: (DrawingId, &Drawing),
        at: Pos2,
        what: What,
        name: &str,
        actions: &mut Vec<Action>,
    ) {
        let ctx = ui.ctx().clone();
        let key = match what {
            What::Corner(c) => (0, c.path, c.corner),
            What::NewCorner(c) => (1, c.path, c.corner),
            _ => (2, 0, 0),
        };
        let small = matches!(what, What::NewCorner(_));
        let zone = Rect::from_center_size(at, Vec2::splat(if small { 12.0 } else { 16.0 }));
        let response = ui.interact(zone, Id::unique(("drawing handle", of.0, key)), Sense::click_and_drag());
        response.widget_info(|| WidgetInfo::labeled(Role::Button, true, name));
        let c = self.theme.colors();
        let dragged = self.draw.drag.as_ref().is_some_and(|d| d.what == what);
        let corner = match what {
            What::Corner(corner) => Some(corner),
            _ => None,
        };
        let selected = corner.is_some() && self.state.drawing.corner == corner;
        // While something is dragged, places between corners would stand where the line is no more.
        let stale = small && self.draw.drag.is_some();
        if !dragged && !stale {
            let hot = response.hovered() || response.has_focus();
            let radius = if small { 3.2 } else { 4.8 } + if hot { 1.2 } else { 0.0 };
            let fill = if selected { c.accent } else { c.panel };
            let line = Stroke::new(if small { 1.2 } else { 1.8 }, c32(c.accent));
            ui.painter().circle_filled(at, radius + 1.4, c32(c.halo).gamma_multiply(0.8));
            ui.painter().circle(at, radius, c32(fill), line);
        }
        if response.hovered() {
            ctx.set_cursor_icon(CursorIcon::Grab);
        }
        if response.clicked() || response.gained_focus() {
            self.state.drawing.corner = corner;
        }
        if let (Some(corner), Some(form)) = (corner, corner.and_then(|c| of.1.form().without_corner(c))) {
            response.context_menu(|ui| {
                if ui.button("Delete corner").clicked() {
                    let edit = DrawingEdit::Form(Reshape::CornerLess, form);
                    actions.push(Action::Edit(Command::EditDrawing(of.0, edit, None)));
                    self.state.drawing.corner = None.filter(|c| *c != corner);
                    ui.close();
                }
            });
        }
        self.drag_drawing(&ctx, &response, of, what, actions);
    }

    /// Follows a drag, and turns it into one edit when it ends.
    fn drag_drawing(
        &mut self,
        ctx: &Context,
        response: &Response,
        (id, drawing): (DrawingId, &Drawing),
        what: What,
        actions: &mut Vec<Action>,
    ) {
        if response.drag_started() {
            self.draw.drag = Some(Drag { id, what, form: None, dropped: false });
        }
        if response.dragged()
            && let Some(p) = ctx.pointer_interact_pos()
            && let Some(drag) = self.draw.drag.clone().filter(|d| !d.dropped)
        {
            ctx.set_cursor_icon(CursorIcon::Grabbing);
            let form = self.dragged_form(ctx, drawing, &drag, p);
            if let (Some(drag), Some(form)) = (&mut self.draw.drag, form)
                && drag.form.as_ref() != Some(&form)
            {
                drag.form = Some(form);
                ctx.request_repaint();
            }
        }
        if response.drag_stopped()
            && let Some(drag) = self.draw.drag.take()
            && let Some(form) = drag.form
        {
            let done = match drag.what {
                What::All(_) => Reshape::Move,
                What::Corner(_) if matches!(form, Form::Point(_) | Form::Circle(..)) => Reshape::Move,
                What::Corner(_) => Reshape::Corner,
                What::NewCorner(_) => Reshape::CornerMore,
                What::Radius => Reshape::Radius,
            };
            actions.push(Action::Edit(Command::EditDrawing(id, DrawingEdit::Form(done, form), None)));
        }
    }

    fn dragged_form(&mut self, ctx: &Context, drawing: &Drawing, drag: &Drag, p: Pos2) -> Option<Form> {
        let form = drawing.form();
        match drag.what {
            What::All(from) => {
                let to = self.on_map(p);
                form.shifted(to.lon() - from.lon(), to.lat() - from.lat())
            }
            What::Corner(at) => {
                let snapped = self.snap(ctx, p, Some((drag.id, at)));
                self.draw.snapped = Some(snapped.clone());
                form.with_corner(at, snapped.at)
            }
            What::NewCorner(at) => {
                let snapped = self.snap(ctx, p, None);
                self.draw.snapped = Some(snapped.clone());
                form.with_corner_more(at, snapped.at)
            }
            What::Radius => {
                let Form::Circle(middle, _) = form else { return None };
                let km = (geodesy::distance_km(*middle, self.on_map(p)) * 1000.0).round() / 1000.0;
                (km > 0.0 && km <= Form::MOST_KM).then_some(Form::Circle(*middle, km))
            }
        }
    }

    /// A thin line through the corners, so that it is seen which drawing is selected; where a text without words will stand.
    fn paint_frame(&self, ui: &Ui, rect: Rect, drawing: &Drawing) {
        let c = self.theme.colors();
        let painter = ui.painter().with_clip_rect(rect);
        let line = Stroke::new(1.0, c32(c.accent));
        for path in drawing.form().paths() {
            let mut points: Vec<Pos2> = path.iter().map(|p| self.on_screen(*p)).collect();
            if drawing.kind().is_area() {
                points.extend(points.first().copied());
            }
            if points.len() > 1 && drawing.kind() == DrawingKind::Arrow {
                painter.extend(egui::Shape::dashed_line(&points, line, 3.0, 3.0));
            }
        }
        if let Form::Point(at) = drawing.form() {
            let p = self.on_screen(*at);
            if drawing.title.trim().is_empty() {
                let words = "Type the words in the form";
                let font = regular(type_size::CAPTION);
                painter.text(p + egui::vec2(12.0, 0.0), egui::Align2::LEFT_CENTER, words, font, c32(c.text_weak));
            }
            let drawn = self.picture.iter().flat_map(|(_, p)| &p.drawn);
            let boxes = drawn.filter(|d| Some(d.id) == self.state.drawing.selected).flat_map(|d| &d.boxes);
            let origin = self.map.origin().to_vec2();
            for [l, t, r, b] in boxes {
                let frame = Rect::from_min_max(pos2(*l, *t) + origin, pos2(*r, *b) + origin).expand(3.0);
                painter.rect_stroke(frame, 4.0, line, egui::StrokeKind::Outside);
            }
        }
    }
}
