//! How a figure moved as it became known: steps from publication to publication.
//!
//! A figure that is only a lower end is an open circle, a range is a bar from end to end, and what has no date stands
//! at the right behind a dashed line: it came at some time that nobody stated.

use egui::{Color32, Pos2, Rect, Shape, Stroke, Ui, pos2, vec2};

use super::super::Look;
use super::super::style::{c32, regular};
use super::casualties::party_color;
use crate::model::{Claim, Count, PartyId, Resolution};
use crate::view::theme::type_size;

const HEIGHT: f32 = 56.0;
const LEFT: f32 = 18.0;

struct Point {
    day: f64,
    is_dated: bool,
    at: f64,
    low: f64,
    high: f64,
    is_open: bool,
    words: String,
    date: String,
}

/// Days of publication and figures; undated ones come last, a little apart.
fn points(claims: &[&Claim]) -> Vec<Point> {
    let dated = || claims.iter().filter_map(|c| c.published).map(|m| m.span().start as f64);
    let (first, last) = (dated().fold(f64::MAX, f64::min), dated().fold(f64::MIN, f64::max));
    let step = ((last - first) / 6.0).max(86_400.0);
    let mut undated = if last > first { last } else { dated().next().unwrap_or(0.0) };
    let number = |c: &Count| c.best().or(c.high()).or(c.low());
    claims
        .iter()
        .filter_map(|c| {
            let at = f64::from(number(&c.count)?);
            let day = c.published.map_or_else(
                || {
                    undated += step;
                    undated
                },
                |m| m.span().start as f64,
            );
            let end = |n: Option<u32>| n.map_or(at, f64::from);
            let label = |m: crate::model::Moment| m.at_resolution(m.resolution().min(Resolution::Day)).label(false);
            Some(Point {
                day,
                is_dated: c.published.is_some(),
                at,
                low: end(c.count.low()),
                high: end(c.count.high()),
                is_open: matches!(c.count, Count::AtLeast(_) | Count::AtMost(_) | Count::About(_)),
                words: c.count.to_string(),
                date: c.published.map_or_else(|| "no date".to_owned(), label),
            })
        })
        .collect()
}

/// Draws the chart where there is more than one figure to show.
pub(super) fn ui(ui: &mut Ui, look: Look, party: &PartyId, claims: &[&Claim]) {
    let points = points(claims);
    let (Some(first), Some(last)) = (points.first(), points.last()) else { return };
    if points.len() < 2 {
        return;
    }
    let c = look.colors;
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), HEIGHT), egui::Sense::hover());
    let told: Vec<&str> = points.iter().map(|p| p.words.as_str()).collect();
    let name = told.join(" → ");
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Label, true, &name));
    let small = regular(type_size::CAPTION * 0.92);
    let weak = c32(c.text_weak);
    let galley = |text: &str, color: Color32| ui.painter().layout_no_wrap(text.to_owned(), small.clone(), color);
    let (before, after) = (galley(&first.words, c32(c.text)), galley(&last.words, c32(c.text)));
    let area = Rect::from_min_max(
        pos2(rect.left() + LEFT + before.size().x + 8.0, rect.top() + 7.0),
        pos2(rect.right() - after.size().x - 10.0, rect.bottom() - 18.0),
    );
    if area.width() < 24.0 {
        return;
    }
    let days = (last.day - first.day).max(1.0);
    let high = points.iter().map(|p| p.high).fold(1.0, f64::max);
    let low = points.iter().map(|p| p.low).fold(f64::MAX, f64::min);
    // From 0 where that leaves the steps to be seen; else from below the lowest, and then without a base line.
    let from_zero = low < high * 0.75;
    let base = if from_zero { 0.0 } else { low - (high - low).max(1.0) * 0.4 };
    let y = |n: f64| area.bottom() - ((n - base) / (high - base).max(1.0)) as f32 * area.height();
    let at = |p: &Point| pos2(area.left() + ((p.day - first.day) / days) as f32 * area.width(), y(p.at));
    let color = c32(party_color(look, party));
    let p = ui.painter();
    if from_zero {
        p.hline(area.x_range(), area.bottom(), Stroke::new(1.0, c32(c.rule)));
    }
    for pair in points.windows(2) {
        let [a, b] = pair else { continue };
        let (from, to) = (at(a), at(b));
        let knee = pos2(to.x, from.y);
        if b.is_dated {
            p.add(Shape::line(vec![from, knee, to], Stroke::new(1.6, color)));
        } else {
            p.extend(Shape::dashed_line(&[from, knee, to], Stroke::new(1.4, color), 3.0, 3.0));
        }
    }
    for point in &points {
        let middle = at(point);
        if point.high > point.low {
            let (top, bottom) = (y(point.high), y(point.low));
            let band = Rect::from_x_y_ranges(middle.x - 3.0..=middle.x + 3.0, top..=bottom.max(top + 3.0));
            p.rect_filled(band, 2.0, color.gamma_multiply(0.35));
        }
        if point.is_open {
            p.circle(middle, 3.2, c32(c.panel), Stroke::new(1.5, color));
        } else {
            p.circle_filled(middle, 2.8, color);
        }
    }
    let beside = |x: f32, middle: Pos2, text: &std::sync::Arc<egui::Galley>| {
        p.galley(pos2(x, middle.y - text.size().y / 2.0), text.clone(), c32(c.text));
    };
    beside(area.left() - before.size().x - 7.0, at(first), &before);
    beside(area.right() + 7.0, at(last), &after);
    let under = rect.bottom() - 8.0;
    p.text(pos2(area.left(), under), egui::Align2::LEFT_CENTER, &first.date, small.clone(), weak);
    p.text(pos2(area.right(), under), egui::Align2::RIGHT_CENTER, &last.date, small.clone(), weak);
    let every: Vec<String> = points.iter().map(|p| format!("{}: {}", p.date, p.words)).collect();
    response.on_hover_text(every.join("\n"));
}
