//! Bars side by side for kinds, places, sources and parties, each with its figure in words.

use egui::{Align2, Rect, Sense, Stroke, TextWrapMode, Ui, pos2, vec2};

use super::{Figures, Look, Statistics, card, swatch};
use crate::derive::statistics::{Group, Series, Tally, group_label, number_steps, title};
use crate::panels::style::{c32, regular};
use crate::view::theme::{space, type_size};

/// Height of one bar with its gap, in points.
const BAR: f32 = 17.0;
/// More groups than this are in the table only: they are the smallest.
pub(super) const MOST: usize = 200;
/// Points between two groups.
const GAP: f32 = 8.0;

pub(super) fn ui(
    ui: &mut Ui,
    look: Look,
    figures: &Figures,
    state: &mut Statistics,
    pointed: Option<usize>,
    height: f32,
) {
    let table = &figures.table;
    let c = look.colors;
    let name = format!("Chart: {}", title(table));
    let own = |n: usize| -> Vec<(&Series, Tally)> {
        let of = |s: &'_ Series| s.values.get(n).copied().filter(|t| t.claims > 0 || t.is_known());
        figures.series.iter().filter_map(|s| Some((s, of(s)?))).collect()
    };
    let drawn = table.groups.len().min(MOST);
    let largest = figures
        .series
        .iter()
        .flat_map(|s| s.values.iter().take(drawn))
        .filter_map(|t| Some(t.ends()?.1))
        .fold(0.0, f64::max);
    let end = number_steps(largest, 6).last().copied().unwrap_or(1.0);
    let heights: Vec<f32> = (0..drawn).map(|n| own(n).len() as f32 * BAR + GAP).collect();
    let content: f32 = heights.iter().sum();
    let area =
        egui::ScrollArea::vertical().id_salt("bars").max_height(height.min(content + 2.0)).auto_shrink([false, true]);
    area.show_viewport(ui, |ui, view| {
        let (all, response) = ui.allocate_exact_size(vec2(ui.available_width() - space::M, content), Sense::hover());
        response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Image, true, &name));
        let names = (all.width() * 0.34).min(360.0);
        let from = all.left() + names + space::S;
        let to = (all.right() - 150.0).max(from + 40.0);
        let x = |people: f64| from + (to - from) * (people / end) as f32;
        ui.painter().vline(from, all.y_range(), Stroke::new(1.2, c32(c.text_weak)));
        let mut y = all.top();
        let mut hovered = None;
        for (n, height) in heights.iter().enumerate() {
            let rect = Rect::from_min_size(pos2(all.left(), y), vec2(all.width(), *height));
            y += height;
            if rect.bottom() < all.top() + view.top() || rect.top() > all.top() + view.bottom() {
                continue;
            }
            let Some(group) = table.groups.get(n) else { continue };
            let is_under = response.hover_pos().is_some_and(|p| rect.contains(p));
            if is_under {
                hovered = Some(n);
            }
            if is_under || pointed == Some(n) {
                ui.painter().rect_filled(rect, 4.0, c32(c.text).gamma_multiply(0.06));
            }
            let words = match group {
                Group::Party(_, status) => format!("{}, {}", group_label(look.project, table, group), status.label()),
                group => group_label(look.project, table, group),
            };
            let text = egui::RichText::new(words).size(type_size::CAPTION).color(c32(c.text));
            let galley = egui::WidgetText::from(text).into_galley(
                ui,
                Some(TextWrapMode::Truncate),
                names,
                egui::TextStyle::Small,
            );
            let at = pos2(from - space::S - galley.size().x, rect.center().y - galley.size().y / 2.0);
            ui.painter().galley(at, galley, c32(c.text));
            let mut top = rect.top() + GAP / 2.0;
            for (series, tally) in own(n) {
                let bar = Rect::from_min_max(pos2(from, top + 1.5), pos2(from, top + BAR - 1.5));
                top += BAR;
                let mut after = from;
                if let (Some(number), Some((low, high))) = (tally.number(), tally.ends()) {
                    after = x(number).max(from + if number > 0.0 { 1.0 } else { 0.0 });
                    if number > 0.0 {
                        swatch(ui.painter(), Rect { max: pos2(after, bar.max.y), ..bar }, series.style, c);
                    }
                    if high - low > 1e-9 {
                        range(ui.painter(), x(low), x(high), bar.center().y, c);
                        after = after.max(x(high));
                    }
                }
                let ink = c32(if tally.is_known() { c.text } else { c.text_weak });
                let at = pos2(after + 6.0, bar.center().y);
                ui.painter().text(at, Align2::LEFT_CENTER, tally.words(), regular(type_size::CAPTION), ink);
            }
        }
        if let Some(group) = hovered {
            state.pointed = Some(group);
            egui::Tooltip::always_open(ui.ctx().clone(), response.layer_id, response.id, response.rect)
                .at_pointer()
                .gap(14.0)
                .width(320.0)
                .show(|ui| card(ui, look, table, group));
        }
    });
}

fn range(painter: &egui::Painter, low: f32, high: f32, y: f32, c: &crate::view::Colors) {
    let line = |stroke: Stroke| {
        painter.hline(low..=high, y, stroke);
        for x in [low, high] {
            painter.vline(x, y - 3.5..=y + 3.5, stroke);
        }
    };
    line(Stroke::new(3.0, c32(c.panel).gamma_multiply(0.85)));
    line(Stroke::new(1.4, c32(c.text)));
}
