//! The slider of the date of knowledge: what the claims published by a day say, from the first such day to today.

use egui::{Key, Role, Sense, Ui, WidgetInfo, pos2, vec2};

use super::Bar;
use crate::derive::Question;
use crate::model::Moment;
use crate::panels::style::{c32, caption};
use crate::panels::{Action, Look};
use crate::view::theme::space;

/// Length of the track in points.
const TRACK: f32 = 96.0;

/// Draws the slider, from right to left: value, track, name. Nothing without a day of publication.
pub(super) fn ui(ui: &mut Ui, look: Look, bar: &Bar, actions: &mut Vec<Action>) {
    let c = look.colors;
    let (Some(first), Some(last)) = (bar.published.first(), bar.published.last()) else { return };
    let (first, last) = (first.span().start as f64, last.span().end as f64);
    let known = look.question.as_known;
    let value = known.map_or_else(|| "today".to_owned(), |m| m.label(true));
    let (rect, _) = ui.allocate_exact_size(vec2(78.0, 20.0), Sense::hover());
    let font = crate::panels::style::regular(crate::view::theme::type_size::CAPTION);
    ui.painter().text(rect.left_center(), egui::Align2::LEFT_CENTER, &value, font, c32(c.text));
    ui.add_space(space::S);
    let (rect, _) = ui.allocate_exact_size(vec2(TRACK, 24.0), Sense::hover());
    let response = ui.interact(rect, egui::Id::unique("as known"), Sense::click_and_drag());
    let name = format!("As known: {value}");
    response.widget_info(|| WidgetInfo::labeled(Role::Slider, true, &name));
    let track = rect.shrink2(vec2(6.0, 0.0));
    // The last points are today: more than what was published last.
    let scale = Scale { first, last, left: track.left(), right: track.right() - 12.0 };
    let y = track.center().y;
    let painter = ui.painter();
    painter.hline(track.x_range(), y, egui::Stroke::new(2.0, c32(c.rule)));
    let mut drawn = f32::MIN;
    let mut at = 0;
    while let Some(day) = bar.published.get(at) {
        let x = scale.x(day.span().end as f64);
        if x > drawn + 1.0 {
            painter.vline(x, y - 5.0..=y - 1.0, egui::Stroke::new(1.0, c32(c.text_weak)));
            drawn = x;
        }
        // The next day that stands on another pixel: a century of days is not walked through.
        let beyond = scale.at(drawn + 1.0);
        at = bar.published.partition_point(|d| (d.span().end as f64) <= beyond).max(at + 1);
    }
    let handle = pos2(known.map_or(track.right(), |m| scale.x(m.span().end as f64)), y);
    painter.hline(track.left()..=handle.x, y, egui::Stroke::new(2.0, c32(c.accent)));
    let hot = response.hovered() || response.dragged() || response.has_focus();
    painter.circle(handle, if hot { 6.0 } else { 5.0 }, c32(c.panel), egui::Stroke::new(2.0, c32(c.accent)));
    let asked = moved(ui, &response, bar.published, known, &scale);
    if let Some(as_known) = asked.filter(|a| *a != known) {
        actions.push(Action::Ask(Question { as_known, ..look.question.clone() }));
    }
    response.on_hover_text("Only claims published by this day count. K plays how it became known.");
    ui.add_space(space::XS);
    if ui.available_width() > 60.0 {
        ui.label(caption("As known", c));
    }
}

struct Scale {
    first: f64,
    last: f64,
    left: f32,
    right: f32,
}

impl Scale {
    fn x(&self, at: f64) -> f32 {
        let part = (at - self.first) / (self.last - self.first).max(1.0);
        self.left + (self.right - self.left) * part.clamp(0.0, 1.0) as f32
    }

    fn at(&self, x: f32) -> f64 {
        let part = f64::from((x - self.left) / (self.right - self.left));
        self.first + (self.last - self.first) * part
    }
}

/// The date that pointer or keyboard ask for: one of the days on which something was published, or today.
fn moved(
    ui: &Ui,
    response: &egui::Response,
    days: &[Moment],
    known: Option<Moment>,
    scale: &Scale,
) -> Option<Option<Moment>> {
    if response.is_pointer_button_down_on()
        && let Some(p) = response.interact_pointer_pos()
    {
        if p.x > scale.right + 6.0 {
            return Some(None);
        }
        let at = scale.at(p.x);
        let after = days.partition_point(|d| (d.span().end as f64) <= at);
        let near = [after.checked_sub(1), Some(after)].into_iter().flatten().filter_map(|n| days.get(n));
        return near
            .min_by(|a, b| {
                let far = |d: &Moment| (d.span().end as f64 - at).abs();
                far(a).total_cmp(&far(b))
            })
            .map(|d| Some(*d));
    }
    if response.has_focus() {
        let filter = egui::EventFilter { horizontal_arrows: true, ..egui::EventFilter::default() };
        ui.memory_mut(|m| m.set_focus_lock_filter(response.id, filter));
        let (back, on) = ui.input(|i| (i.key_pressed(Key::ArrowLeft), i.key_pressed(Key::ArrowRight)));
        let at = known.map_or(days.len(), |m| days.partition_point(|d| d.span().end < m.span().end));
        if back {
            return at.checked_sub(1).and_then(|n| days.get(n)).map(|d| Some(*d));
        }
        if on {
            return Some(days.get(at + 1).copied());
        }
    }
    None
}

/// A date left half typed in the bar below is forgotten when the slider sets one.
pub(super) fn forget_typed(look: Look, typed: &mut Option<crate::view::Draft>, actions: &[Action]) {
    if actions.iter().any(|a| matches!(a, Action::Ask(q) if q.as_known != look.question.as_known)) {
        *typed = None;
    }
}
