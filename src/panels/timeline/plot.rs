//! Where things stand on the timeline, and in which order they are drawn.

use egui::{Rect, Role, Sense, Ui, WidgetInfo, pos2};

use super::words;
use super::{Bar, Timeline, card, counts_dead, grips, legend, paint, plot_id};
use crate::derive::{BinWidth, Histogram, Lanes};
use crate::model::Span;
use crate::panels::style::{c32, caption, regular};
use crate::panels::{Action, Look};
use crate::view::TimeAxis;
use crate::view::theme::{space, type_size};

/// Height of one row of the axis in points.
pub(super) const ROW: f32 = 15.0;
/// Height of the strip under the bars in which the selected incident is marked.
const STRIP: f32 = 5.0;

/// The places of the timeline's parts.
#[derive(Clone, Copy, Debug)]
pub(super) struct Room {
    /// Everything that stands under the same axis.
    pub(super) time: Rect,
    /// Ceasefires; no height without one.
    pub(super) truces: Rect,
    /// Statements; no height without one.
    pub(super) said: Rect,
    /// Bars.
    pub(super) bars: Rect,
    /// The two rows of the calendar.
    pub(super) axis: Rect,
    /// What the colours mean; `None` where there is no room.
    pub(super) legend: Option<Rect>,
    /// What is shown.
    pub(super) seen: TimeAxis,
}

impl Room {
    fn new(rect: Rect, lanes: &Lanes, seen: TimeAxis) -> Self {
        const GUTTER: f32 = 40.0;
        const LEGEND: f32 = 172.0;
        let with_legend = rect.width() > 760.0;
        let right = rect.right() - if with_legend { LEGEND + space::M } else { 0.0 };
        let time = Rect::from_min_max(pos2(rect.left() + GUTTER, rect.top()), pos2(right, rect.bottom() - 2.0));
        let lane = |top: f32, height: f32| Rect::from_min_max(pos2(time.left(), top), pos2(time.right(), top + height));
        let truces = lane(time.top() + 1.0, if lanes.truces.is_empty() { 0.0 } else { 15.0 });
        let said = lane(truces.bottom(), if lanes.statements.is_empty() { 0.0 } else { 9.0 });
        let axis = lane(time.bottom() - 2.0 * ROW, 2.0 * ROW);
        let bars = Rect::from_min_max(
            pos2(time.left(), said.bottom() + 2.0),
            pos2(time.right(), (axis.top() - STRIP).max(said.bottom() + 8.0)),
        );
        let legend = with_legend.then(|| Rect::from_min_max(pos2(right + space::M, rect.top()), rect.max));
        Self { time, truces, said, bars, axis, legend, seen }
    }

    /// Where a second stands.
    pub(super) fn x(&self, at: f64) -> f32 {
        // Far outside all places are the same; f32 could not tell them apart anyhow.
        let part = self.seen.part_of(at).clamp(-2.0, 3.0);
        self.time.left() + (part * f64::from(self.time.width())) as f32
    }

    /// The second at a place.
    pub(super) fn at(&self, x: f32) -> f64 {
        self.seen.at(self.part(x))
    }

    /// The part of the axis at a place.
    pub(super) fn part(&self, x: f32) -> f64 {
        f64::from((x - self.time.left()) / self.time.width())
    }

    /// How many seconds a point is.
    pub(super) fn secs_a_point(&self) -> f64 {
        self.seen.width() / f64::from(self.time.width())
    }

    /// A stretch as far as it is seen; `None` if it is not.
    pub(super) fn across(&self, span: Span) -> Option<egui::Rangef> {
        let (left, right) = (self.x(span.start as f64), self.x(span.end as f64));
        let (l, r) = (left.max(self.time.left()), right.min(self.time.right()));
        (l < r || (left == right && (self.time.left()..=self.time.right()).contains(&left)))
            .then(|| egui::Rangef::new(l, r))
    }
}

/// Draws the plot and answers to pointer and keyboard on it.
pub(super) fn ui(ui: &mut Ui, rect: Rect, look: Look, timeline: &mut Timeline, bar: &Bar, actions: &mut Vec<Action>) {
    let c = look.colors;
    let Some(whole) = bar.lanes.whole else {
        return empty(ui, rect, look, bar);
    };
    let axis = timeline.axis.unwrap_or_else(|| TimeAxis::fit(whole));
    let room = Room::new(rect, bar.lanes, axis);
    let response = ui.interact(room.time, plot_id(), Sense::click_and_drag());
    let moved = grips::answer(ui, &response, &room, look, timeline, bar, actions);
    let room = moved.map_or(room, |axis| Room { seen: axis, ..room });
    timeline.axis = moved.or(timeline.axis);
    timeline.refresh(look, bar, &room.seen, room.time.width());
    let Some((key, bars)) = timeline.bars.take() else { return };

    let name = format!(
        "Timeline: {} of {}, {}; 1 bar = {}",
        if counts_dead(key.measure) { "the dead" } else { "incidents" },
        count(bar.lanes.shown, "incident"),
        words::stretch(whole_days(room.seen.span(), bar.zone), bar.zone),
        bar_width(key.width),
    );
    response.widget_info(|| WidgetInfo::labeled(Role::Group, true, &name));
    let window = look.question.span;
    let painter = ui.painter().with_clip_rect(room.time.expand2(egui::vec2(0.0, 2.0)));
    paint::grid(ui, &room, &bars, look);
    paint::bars(&painter, &room, &bars, window, look);
    paint::axis(&painter, &room, bar.zone, look);
    paint::truces(&painter, &room, bar, look);
    paint::statements(&painter, &room, bar, look);
    if let Some(incident) = bar.selected.and_then(|id| look.project.get(id)) {
        paint::bracket(&painter, &room, incident, look);
    }
    if let Some(window) = window {
        paint::window(&painter, &room, window, bar.playback.is_active(), look);
        if bar.lanes.shown > 0 && bar.lanes.count_in(window) == 0 {
            hint(ui, &room, "No incident within this window", look);
        }
    }
    if let Some(head) = bar.playback.head() {
        paint::head(&painter, &room, head, look);
    }
    if response.has_focus() {
        let edge = egui::Stroke::new(1.0, c32(c.accent).gamma_multiply(0.7));
        ui.painter().rect_stroke(room.time, 2.0, edge, egui::StrokeKind::Outside);
    }
    match room.legend {
        Some(place) => legend::ui(ui, place, &bars, key.measure, look, bar),
        None if bar.lanes.undated > 0 => {
            let at = room.bars.left_top() + egui::vec2(space::XS, 0.0);
            let text = format!("{} without date", bar.lanes.undated);
            painter.text(at, egui::Align2::LEFT_TOP, text, regular(type_size::CAPTION), c32(c.text_weak));
        }
        None => {}
    }
    if timeline.grip.is_none() {
        card::ui(ui, &response, &room, &bars, key.measure, look, bar);
    }
    timeline.bars = Some((key, bars));
}

/// `1 incident`, `34 incidents`.
pub(super) fn count(n: usize, one: &str) -> String {
    if n == 1 { format!("1 {one}") } else { format!("{n} {one}s") }
}

/// What a bar stands for, in words.
pub(super) fn bar_width(width: BinWidth) -> String {
    if width == BinWidth::SixHours { "6 hours".into() } else { format!("1 {}", width.label()) }
}

/// The days that a stretch touches.
fn whole_days(span: Span, zone: i16) -> Span {
    Span {
        start: BinWidth::Day.floor(span.start, zone),
        end: BinWidth::Day.next(span.end - 1, zone).max(span.start + 1),
    }
}

/// The highest bar in sight, by the highest end of what the claims allow.
pub(super) fn highest(bars: &Histogram, seen: Span) -> f64 {
    seen_bins(bars, seen).map(|n| bars.bar(n).high).fold(0.0, f64::max)
}

/// The bins that are in sight.
pub(super) fn seen_bins(bars: &Histogram, seen: Span) -> std::ops::Range<usize> {
    let first = bars.bins.edges.partition_point(|e| *e <= seen.start).saturating_sub(1);
    let after = bars.bins.edges.partition_point(|e| *e < seen.end).min(bars.bins.len());
    first..after.max(first)
}

/// Words in the middle of the bars.
fn hint(ui: &Ui, room: &Room, text: &str, look: Look) {
    let c = look.colors;
    let galley = ui.painter().layout_no_wrap(text.to_owned(), regular(type_size::BODY), c32(c.text));
    let at = room.bars.center() - galley.size() / 2.0;
    let plate = Rect::from_min_size(at, galley.size()).expand2(egui::vec2(space::S, 3.0));
    ui.painter().rect_filled(plate, space::RADIUS, c32(c.panel).gamma_multiply(0.92));
    ui.painter().galley(at, galley, c32(c.text));
    let response = ui.interact(plate, egui::Id::unique("timeline hint"), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, text));
}

/// What is said where there is nothing to draw.
fn empty(ui: &mut Ui, rect: Rect, look: Look, bar: &Bar) {
    let text = if look.project.is_empty() {
        "Incidents with a date stand here".to_owned()
    } else if bar.lanes.shown == 0 {
        "All incidents are hidden by filters".to_owned()
    } else {
        format!("{} without date; nothing to show over time", count(bar.lanes.undated, "incident"))
    };
    ui.scope_builder(egui::UiBuilder::new().max_rect(rect), |ui| {
        ui.centered_and_justified(|ui| ui.label(caption(text, look.colors)));
    });
}
