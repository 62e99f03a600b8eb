//! A point of a picture under the hand: dragged in the picture or on the map, or moved by the arrow keys. A drag is one step
//! that is taken back, and so are the strokes of the arrows that move one point; Esc ends a drag as if it had not been.

use egui::{CursorIcon, EventFilter, Id, Key, Modifiers, Pos2, Rect, Role, Sense, Ui, Vec2, WidgetInfo, vec2};

use super::tie::Tie;
use crate::model::ControlPoint;

/// Points of the screen within which a point is taken hold of.
const GRIP: f32 = 24.0;
/// How far an arrow moves a point with Shift.
const FAR: f64 = 10.0;
/// Steps that are taken back at most.
const STEPS: usize = 200;

/// Where a point is taken hold of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Side {
    /// Its spot in the picture.
    Picture,
    /// Its place on the map.
    Map,
}

/// The steps that lead to the points as they are, and the one under way.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Steps {
    /// The points before each step.
    past: Vec<Vec<ControlPoint>>,
    drag: Option<Drag>,
    /// What the arrows moved last.
    nudged: Option<(Side, usize)>,
}

/// A drag under way.
#[derive(Clone, Debug, PartialEq)]
struct Drag {
    side: Side,
    point: usize,
    before: Vec<ControlPoint>,
    /// From the pointer to the point.
    off: Vec2,
    /// Whether Esc was pressed: nothing comes of it any more.
    dropped: bool,
}

/// Where a hand takes a point.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Hand {
    /// To this point of the screen.
    To(Pos2),
    /// So many pixels to the right and down.
    By([f64; 2]),
}

impl Steps {
    /// Keeps the points as they were before a step.
    pub(super) fn begin(&mut self, before: &[ControlPoint]) {
        self.nudged = None;
        self.past.push(before.to_vec());
        if self.past.len() > STEPS {
            self.past.remove(0);
        }
    }

    /// The points before the last step, which is a drag under way where there is one.
    pub(super) fn back(&mut self) -> Option<Vec<ControlPoint>> {
        self.nudged = None;
        match &mut self.drag {
            Some(drag) if !drag.dropped => {
                drag.dropped = true;
                Some(drag.before.clone())
            }
            _ => self.past.pop(),
        }
    }

    /// The point that is being dragged, and where.
    pub fn dragged(&self) -> Option<(Side, usize)> {
        self.drag.as_ref().filter(|d| !d.dropped).map(|d| (d.side, d.point))
    }
}

fn id(side: Side, point: usize) -> Id {
    Id::unique(("point of the picture", side, point))
}

/// The point that has the keyboard, if one has.
pub fn with_keyboard(ctx: &egui::Context, tie: &Tie) -> Option<(Side, usize)> {
    let focus = ctx.memory(egui::Memory::focused)?;
    let all = [Side::Picture, Side::Map].into_iter().flat_map(|side| (0..tie.points.len()).map(move |n| (side, n)));
    all.into_iter().find(|(side, n)| id(*side, *n) == focus)
}

/// Whether a point is the one that is moved, in the picture and on the map.
pub fn is_held(ctx: &egui::Context, tie: &Tie, point: usize) -> bool {
    tie.anew == Some(point) || tie.steps.dragged().or_else(|| with_keyboard(ctx, tie)).is_some_and(|(_, n)| n == point)
}

/// Makes a point that is drawn at `at` something to be dragged, and to be moved by the arrow keys. Gives back where it is taken;
/// to take it there is the caller's.
pub fn grip(ui: &Ui, tie: &mut Tie, (side, point): (Side, usize), at: Pos2, within: Rect) -> Option<Hand> {
    let is_dragged = tie.steps.drag.as_ref().is_some_and(|d| (d.side, d.point) == (side, point));
    if !is_dragged && !within.contains(at) {
        return None;
    }
    let zone = Rect::from_center_size(at, Vec2::splat(GRIP));
    let response = ui.interact(zone, id(side, point), Sense::click_and_drag());
    let place = if side == Side::Picture { "in the picture" } else { "on the map" };
    let name = format!("Point {} {place}", point + 1);
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &name));
    if response.hovered() {
        ui.ctx().set_cursor_icon(CursorIcon::Grab);
    }
    // Whoever has hold of it knows.
    let response = if response.has_focus() {
        response
    } else {
        response.on_hover_text("Drag it, or move it with the arrow keys (with Shift by 10)")
    };
    if response.clicked() || response.drag_started() {
        response.request_focus();
    }
    if response.drag_started() {
        let origin = ui.input(|i| i.pointer.press_origin()).unwrap_or(at);
        tie.steps.drag = Some(Drag { side, point, before: tie.points.clone(), off: at - origin, dropped: false });
    }
    let mut hand = None;
    if let Some(drag) = tie.steps.drag.as_mut().filter(|d| (d.side, d.point) == (side, point)) {
        if !drag.dropped && ui.input_mut(|i| i.consume_key(Modifiers::NONE, Key::Escape)) {
            drag.dropped = true;
            tie.points.clone_from(&drag.before);
        }
        if !drag.dropped && response.dragged() {
            ui.ctx().set_cursor_icon(CursorIcon::Grabbing);
            hand = response.interact_pointer_pos().map(|p| Hand::To(p + drag.off));
        }
    }
    if response.drag_stopped()
        && let Some(drag) = tie.steps.drag.take()
        && !drag.dropped
        && drag.before != tie.points
    {
        tie.steps.begin(&drag.before);
    }
    if response.has_focus() && tie.steps.drag.is_none() {
        let filter = EventFilter { horizontal_arrows: true, vertical_arrows: true, ..EventFilter::default() };
        ui.memory_mut(|m| m.set_focus_lock_filter(response.id, filter));
        let by = ui.input_mut(arrows);
        if by != [0.0; 2] {
            if tie.steps.nudged != Some((side, point)) {
                tie.steps.begin(&tie.points);
                tie.steps.nudged = Some((side, point));
            }
            hand = Some(Hand::By(by));
        }
    }
    hand
}

/// Pixels to the right and down that the arrow keys ask for in this frame.
fn arrows(input: &mut egui::InputState) -> [f64; 2] {
    let mut by = vec2(0.0, 0.0);
    let keys = [
        (Key::ArrowLeft, vec2(-1.0, 0.0)),
        (Key::ArrowRight, vec2(1.0, 0.0)),
        (Key::ArrowUp, vec2(0.0, -1.0)),
        (Key::ArrowDown, vec2(0.0, 1.0)),
    ];
    for (key, step) in keys {
        // With Shift first: the plain key would take the press as well.
        for (modifiers, length) in [(Modifiers::SHIFT, FAR as f32), (Modifiers::NONE, 1.0)] {
            by += step * length * input.count_and_consume_key(modifiers, key) as f32;
        }
    }
    [f64::from(by.x), f64::from(by.y)]
}
