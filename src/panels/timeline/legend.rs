//! What the colours of the bars mean, how wide a bar is, the zone, and what stands on no bar.

use egui::epaint::Mesh;
use egui::{Rect, Role, Sense, Shape, TextStyle, TextWrapMode, Ui, WidgetInfo, WidgetText, pos2, vec2};

use super::plot::{ROW, bar_width};
use super::{Bar, counts_dead, paint, words};
use crate::derive::{Histogram, Measure, StackKey};
use crate::panels::Look;
use crate::panels::style::c32;
use crate::view::theme::{Hatch, space, type_size};

/// The English name of a part of the bars.
pub(super) fn name(key: &StackKey, look: Look) -> String {
    match key {
        StackKey::Kind(kind) => kind.label().to_owned(),
        StackKey::Party(None) => "several or none".to_owned(),
        StackKey::Party(Some(id)) if id.is_all() => "all parties together".to_owned(),
        StackKey::Party(Some(id)) => look
            .project
            .meta()
            .party(id)
            .map_or_else(|| id.as_str().to_owned(), |p| p.names.best(look.labels.first).to_owned()),
    }
}

/// A swatch of a part of the bars.
pub(super) fn swatch(ui: &Ui, at: Rect, key: &StackKey, look: Look) {
    let (rgb, hatch) = paint::ink(look.project, key, look.colors);
    let mut mesh = Mesh::default();
    paint::fill(&mut mesh, at, c32(rgb), hatch);
    ui.painter().add(Shape::mesh(mesh));
    if hatch == Hatch::Hollow {
        let edge = egui::Stroke::new(1.0, c32(rgb));
        ui.painter().rect_stroke(at, 0.0, edge, egui::StrokeKind::Inside);
    }
}

/// One line beside the bars, cut where it does not fit.
fn line(ui: &Ui, at: Rect, text: String, weak: bool, look: Look) {
    let color = c32(if weak { look.colors.text_weak } else { look.colors.text });
    let text = WidgetText::from(egui::RichText::new(text).size(type_size::CAPTION).color(color));
    let galley = text.into_galley(ui, Some(TextWrapMode::Truncate), at.width(), TextStyle::Small);
    let y = at.center().y - galley.size().y / 2.0;
    ui.painter().galley(pos2(at.left(), y), galley, color);
}

/// Draws it.
pub(super) fn ui(ui: &Ui, place: Rect, bars: &Histogram, measure: Measure, look: Look, bar: &Bar) {
    let row = |n: f32| Rect::from_min_size(pos2(place.left(), place.top() + n * ROW), vec2(place.width(), ROW));
    let (undated, scale) = (bar.lanes.undated, bar_width(bars.bins.width));
    // The two last rows stand beside those of the axis.
    let below =
        |n: f32| Rect::from_min_size(pos2(place.left(), place.bottom() - 2.0 - n * ROW), vec2(place.width(), ROW));
    let mut words = vec![format!("1 bar = {scale}"), words::zone_name(bar.zone)];
    if undated > 0 {
        words.push(format!("{undated} without date"));
    }
    let at = [below(2.0), below(1.0), below(3.0)];
    for (n, (at, text)) in at.into_iter().zip(&words).enumerate() {
        line(ui, at, text.clone(), n != 0, look);
    }
    let response = ui.interact(place, egui::Id::unique("timeline legend"), Sense::hover());
    let spoken = words.join(", ");
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &spoken));
    let room = ((below(if undated > 0 { 3.0 } else { 2.0 }).top() - place.top()) / ROW).floor().max(0.0) as usize;
    if bars.keys.is_empty() {
        let what = if counts_dead(measure) { "no figure of dead" } else { "no incident" };
        line(ui, row(0.0), what.to_owned(), true, look);
    }
    let shown = if bars.keys.len() <= room { room } else { room.saturating_sub(1) };
    for (n, key) in bars.keys.iter().take(shown).enumerate() {
        let at = row(n as f32);
        swatch(ui, Rect::from_center_size(pos2(at.left() + 5.0, at.center().y), vec2(10.0, 10.0)), key, look);
        line(ui, at.with_min_x(at.left() + 16.0), name(key, look), false, look);
    }
    if bars.keys.len() > shown && room > 0 {
        let at = row(shown as f32);
        line(ui, at.with_min_x(at.left() + 16.0), format!("and {} more", bars.keys.len() - shown), true, look);
        response.on_hover_ui(|ui| {
            for key in &bars.keys {
                ui.horizontal(|ui| {
                    let (at, _) = ui.allocate_exact_size(vec2(10.0, 10.0), Sense::hover());
                    swatch(ui, at, key, look);
                    ui.label(egui::RichText::new(name(key, look)).size(type_size::CAPTION));
                });
            }
        });
    }
    // A quiet rule between bars and words.
    let x = place.left() - space::S;
    ui.painter().vline(
        x,
        place.y_range().shrink(2.0),
        egui::Stroke::new(1.0, c32(look.colors.rule).gamma_multiply(0.6)),
    );
}
