//! What pointer and keyboard do: make, move and resize the window, zoom and pan the axis, drag the play head.

use egui::{CursorIcon, EventFilter, Key, Modifiers, PointerButton, Pos2, Response, Ui};

use super::plot::Room;
use super::{Bar, Timeline, paint, with_window};
use crate::derive::BinWidth;
use crate::model::{IncidentId, Span};
use crate::panels::{Action, Look};
use crate::view::TimeAxis;
use crate::view::playback::Command;

/// Points on either side of an edge of the window in which it is taken hold of.
const REACH: f32 = 5.0;

/// What is being dragged.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Grip {
    /// The axis as it was, and the place that was taken hold of.
    Pan { from: TimeAxis, x: f32 },
    /// A new window from this second on.
    New { anchor: f64 },
    /// The whole window as it was, from this second.
    Move { window: Span, from: f64 },
    /// The start of the window; its end stays.
    Start { end: i64 },
    /// The end of the window; its start stays.
    End { start: i64 },
    /// The play head.
    Head,
}

impl Grip {
    /// What lies under a place.
    fn at(p: Pos2, room: &Room, window: Option<Span>, playing: bool) -> Self {
        if p.y >= room.axis.top() || p.y < room.bars.top() {
            return Self::Pan { from: room.seen, x: p.x };
        }
        if playing {
            return Self::Head;
        }
        if let Some(window) = window {
            let near = |at: i64| (room.x(at as f64) - p.x).abs() <= REACH;
            // Of a window narrower than its grips the end is taken: it can be drawn out from there.
            if near(window.end) {
                return Self::End { start: window.start };
            }
            if near(window.start) {
                return Self::Start { end: window.end };
            }
            let at = room.at(p.x);
            if at >= window.start as f64 && at < window.end as f64 {
                return Self::Move { window, from: at };
            }
        }
        Self::New { anchor: room.at(p.x) }
    }

    fn cursor(self, held: bool) -> CursorIcon {
        match self {
            Self::Pan { .. } if held => CursorIcon::Grabbing,
            Self::Pan { .. } => CursorIcon::Grab,
            Self::New { .. } => CursorIcon::Crosshair,
            Self::Move { .. } => CursorIcon::Move,
            Self::Start { .. } | Self::End { .. } | Self::Head => CursorIcon::ResizeHorizontal,
        }
    }
}

/// The edges that a window snaps to: those of the bins, or with `free` whole minutes.
#[derive(Clone, Copy, Debug)]
struct Snap {
    width: BinWidth,
    zone: i16,
    free: bool,
}

impl Snap {
    /// The nearest edge.
    fn to(self, at: f64) -> i64 {
        let second = at.round() as i64;
        if self.free {
            return (second + 30).div_euclid(60) * 60;
        }
        let (below, above) = (self.width.floor(second, self.zone), self.width.next(second, self.zone));
        if second - below < above - second { below } else { above }
    }

    /// At least one bin or minute from `start` on.
    fn after(self, start: i64) -> i64 {
        if self.free { start + 60 } else { self.width.next(start, self.zone) }
    }

    /// At least one bin or minute before `end`.
    fn before(self, end: i64) -> i64 {
        if self.free { end - 60 } else { self.width.floor(end - 1, self.zone) }
    }

    /// The window between two places.
    fn between(self, a: f64, b: f64) -> Span {
        let start = self.to(a.min(b));
        let end = self.to(a.max(b));
        if end > start {
            return Span { start, end };
        }
        // Within one bin: that bin.
        let start = if self.free { start } else { self.width.floor(a.min(b).floor() as i64, self.zone) };
        Span { start, end: self.after(start) }
    }
}

/// The window that a drag makes, with the pointer at a second.
fn dragged(grip: Grip, at: f64, snap: Snap) -> Option<Span> {
    match grip {
        Grip::Pan { .. } | Grip::Head => None,
        Grip::New { anchor } => Some(snap.between(anchor, at)),
        Grip::Move { window, from } => {
            let start = snap.to(window.start as f64 + at - from);
            Some(Span { start, end: start + (window.end - window.start) })
        }
        Grip::Start { end } => Some(Span { start: snap.to(at).min(snap.before(end)), end }),
        Grip::End { start } => Some(Span { start, end: snap.to(at).max(snap.after(start)) }),
    }
}

/// Answers to pointer and keyboard; the axis, if it has moved.
pub(super) fn answer(
    ui: &Ui,
    response: &Response,
    room: &Room,
    look: Look,
    timeline: &mut Timeline,
    bar: &Bar,
    actions: &mut Vec<Action>,
) -> Option<TimeAxis> {
    let mut axis = keys(ui, response, room, look, bar, actions);
    if response.hovered() {
        axis = wheel(ui, response, room).or(axis);
    }
    if response.double_clicked() {
        timeline.fit();
        timeline.grip = None;
        response.request_focus();
        return None;
    }
    let window = look.question.span;
    let playing = bar.playback.is_active();
    let pointer = response.interact_pointer_pos().or_else(|| response.hover_pos());
    if response.drag_started()
        && let Some(origin) = ui.input(|i| i.pointer.press_origin())
    {
        let middle = ui.input(|i| i.pointer.button_down(PointerButton::Middle));
        let pan = Grip::Pan { from: room.seen, x: origin.x };
        timeline.grip = Some(if middle { pan } else { Grip::at(origin, room, window, playing) });
        response.request_focus();
    }
    if let Some(p) = pointer {
        let grip = timeline.grip.unwrap_or_else(|| Grip::at(p, room, window, playing));
        let on_tick = timeline.grip.is_none() && target(room, bar, p).is_some();
        ui.ctx().set_cursor_icon(if on_tick { CursorIcon::PointingHand } else { grip.cursor(timeline.grip.is_some()) });
    }
    if let (Some(grip), Some(p)) = (timeline.grip, response.interact_pointer_pos())
        && response.dragged()
    {
        let width = timeline.bars.as_ref().map_or(BinWidth::Day, |(key, _)| key.width);
        let snap = Snap { width, zone: bar.zone, free: ui.input(|i| i.modifiers.alt) };
        match grip {
            Grip::Pan { from, x } => axis = Some(from.panned(f64::from((x - p.x) / room.time.width()))),
            Grip::Head => actions.push(Action::Playback(Command::Seek(room.at(p.x) as i64))),
            _ => {}
        }
        if let Some(asked) = dragged(grip, room.at(p.x), snap).filter(|w| Some(*w) != window) {
            timeline.forget_typed();
            actions.push(with_window(look, Some(asked)));
        }
    }
    if response.drag_stopped() {
        timeline.grip = None;
    }
    if response.clicked()
        && let Some(p) = pointer
    {
        response.request_focus();
        if let Some(id) = target(room, bar, p) {
            actions.push(Action::Select(Some(id)));
        } else if playing && room.bars.contains(p) {
            actions.push(Action::Playback(Command::Seek(room.at(p.x) as i64)));
        }
    }
    axis
}

/// The truce or the statement under a place.
pub(super) fn target(room: &Room, bar: &Bar, p: Pos2) -> Option<IncidentId> {
    if room.said.contains(p) {
        return paint::statement_at(room, bar, p.x);
    }
    if room.truces.contains(p) {
        return paint::truce_at(room, bar, p.x).map(|t| t.id);
    }
    None
}

/// Zooms about the pointer with the wheel, as the map does; pans with a wheel to the side or with Shift.
fn wheel(ui: &Ui, response: &Response, room: &Room) -> Option<TimeAxis> {
    /// Points of scrolling to a doubling: about two notches of a usual wheel.
    const POINTS_A_STEP: f32 = 160.0;
    let p = response.hover_pos()?;
    let (scroll, pinch) = ui.ctx().input_mut(|i| (std::mem::take(&mut i.smooth_scroll_delta), i.zoom_delta()));
    let steps = f64::from(scroll.y / POINTS_A_STEP + pinch.log2());
    if steps == 0.0 && scroll.x == 0.0 {
        return None;
    }
    let panned = room.seen.panned(-f64::from(scroll.x / room.time.width()));
    Some(panned.zoomed(room.part(p.x), steps))
}

/// The keys of the plot while it has the keyboard.
fn keys(
    ui: &Ui,
    response: &Response,
    room: &Room,
    look: Look,
    bar: &Bar,
    actions: &mut Vec<Action>,
) -> Option<TimeAxis> {
    if !response.has_focus() {
        return None;
    }
    let filter = EventFilter { horizontal_arrows: true, vertical_arrows: true, escape: true, tab: false };
    ui.memory_mut(|m| m.set_focus_lock_filter(response.id, filter));
    let mut axis = None;
    ui.ctx().input_mut(|i| {
        if i.modifiers.any() && !i.modifiers.shift_only() {
            return;
        }
        let plain = !i.modifiers.shift;
        for (key, moved) in [
            (Key::ArrowLeft, room.seen.panned(-0.15)),
            (Key::ArrowRight, room.seen.panned(0.15)),
            (Key::ArrowUp, room.seen.zoomed(0.5, 1.0)),
            (Key::ArrowDown, room.seen.zoomed(0.5, -1.0)),
            (Key::Plus, room.seen.zoomed(0.5, 1.0)),
            (Key::Equals, room.seen.zoomed(0.5, 1.0)),
            (Key::Minus, room.seen.zoomed(0.5, -1.0)),
        ] {
            if i.key_pressed(key) && (plain || key == Key::Plus) {
                axis = Some(moved);
            }
        }
        // The end of a play is asked for by the same key, wherever the keyboard is.
        if !bar.playback.is_active() && look.question.span.is_some() && i.consume_key(Modifiers::NONE, Key::Escape) {
            actions.push(with_window(look, None));
        }
    });
    if ui.input(|i| i.key_pressed(Key::Escape)) {
        response.surrender_focus();
    }
    axis
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::When;

    const SNAP: Snap = Snap { width: BinWidth::Day, zone: 240, free: false };

    fn span(text: &str) -> Span {
        When::parse(text).unwrap().span()
    }

    fn noon(day: &str) -> f64 {
        (span(day).start + 43_200) as f64
    }

    #[test]
    fn a_brush_takes_the_bins_it_covers_by_more_than_half_and_at_least_one() {
        let morning = |day: &str| (span(day).start + 20_000) as f64;
        let new = |a: f64, b: f64| dragged(Grip::New { anchor: a }, b, SNAP).unwrap();
        assert_eq!(new(morning("2022-09-12"), morning("2022-09-15")), span("2022-09-12/2022-09-14"));
        assert_eq!(new(morning("2022-09-15"), morning("2022-09-12")), span("2022-09-12/2022-09-14"), "backwards");
        assert_eq!(new(morning("2022-09-12"), morning("2022-09-12") + 60.0), span("2022-09-12"));
    }

    #[test]
    fn free_of_the_bins_a_brush_goes_by_minutes() {
        let free = Snap { free: true, ..SNAP };
        let w = dragged(Grip::New { anchor: noon("2022-09-12") + 7.0 }, noon("2022-09-13") + 95.0, free).unwrap();
        assert_eq!((w.start, w.end), (noon("2022-09-12") as i64, noon("2022-09-13") as i64 + 120));
    }

    #[test]
    fn an_edge_stops_a_bin_before_the_other_and_a_moved_window_keeps_its_length() {
        let window = span("2022-09-12/2022-09-14");
        let start = dragged(Grip::Start { end: window.end }, noon("2022-09-20"), SNAP).unwrap();
        assert_eq!(start, span("2022-09-14"));
        let end = dragged(Grip::End { start: window.start }, noon("2022-09-01"), SNAP).unwrap();
        assert_eq!(end, span("2022-09-12"));
        let from = noon("2022-09-13");
        let moved = dragged(Grip::Move { window, from }, from + 2.2 * 86_400.0, SNAP).unwrap();
        assert_eq!(moved, span("2022-09-14/2022-09-16"));
    }
}
