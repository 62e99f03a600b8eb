//! Bars, axis, lanes, window and play head. What is drawn is bounded by the pixels of the panel.

use egui::epaint::Mesh;
use egui::{Align2, Color32, Painter, Rangef, Rect, Shape, Stroke, Ui, pos2, vec2};

use super::plot::{ROW, Room, highest, seen_bins};
use super::{Bar, ticks, words};
use crate::derive::{Histogram, StackKey, Truce};
use crate::model::{Incident, IncidentId, Project, Span};
use crate::panels::Look;
use crate::panels::style::{c32, regular};
use crate::view::theme::{Hatch, kind_ink, space, type_size};
use crate::view::{Colors, Rgb};

/// Colour and fill of a part of the bars.
pub(super) fn ink(project: &Project, key: &StackKey, c: &Colors) -> (Rgb, Hatch) {
    match key {
        StackKey::Kind(kind) => {
            let (family, hatch) = kind_ink(kind);
            (c.kinds.get(family).copied().unwrap_or(c.text_weak), hatch)
        }
        StackKey::Party(None) => (c.party_other, Hatch::Hollow),
        StackKey::Party(Some(id)) => match project.meta().parties.iter().position(|p| p.id == *id) {
            Some(0) => (c.party_a, Hatch::Solid),
            Some(1) => (c.party_b, Hatch::Even),
            Some(n) => {
                (c.party_other, [Hatch::Solid, Hatch::Sparse, Hatch::Dense].get(n % 3).copied().unwrap_or(Hatch::Solid))
            }
            None => (c.party_other, Hatch::Dense),
        },
    }
}

/// Fills a box in a colour, by level bars that lie on the same lines everywhere.
pub(super) fn fill(mesh: &mut Mesh, rect: Rect, color: Color32, hatch: Hatch) {
    /// Points from one level bar to the next.
    const PITCH: f32 = 4.0;
    let (on, veil) = match hatch {
        Hatch::Solid => return mesh.add_colored_rect(rect, color),
        Hatch::Even => (2.0, 0.38),
        Hatch::Dense => (3.0, 0.2),
        Hatch::Sparse => (1.0, 0.3),
        Hatch::Hollow => {
            mesh.add_colored_rect(rect, color.gamma_multiply(0.22));
            let edge = 1.0_f32.min(rect.width() / 3.0);
            for side in [
                Rect::from_min_max(rect.min, pos2(rect.left() + edge, rect.bottom())),
                Rect::from_min_max(pos2(rect.right() - edge, rect.top()), rect.max),
                Rect::from_min_max(rect.min, pos2(rect.right(), (rect.top() + edge).min(rect.bottom()))),
            ] {
                mesh.add_colored_rect(side, color);
            }
            return;
        }
    };
    mesh.add_colored_rect(rect, color.gamma_multiply(veil));
    let mut y = (rect.top() / PITCH).floor() * PITCH;
    while y < rect.bottom() {
        let (top, bottom) = (y.max(rect.top()), (y + on).min(rect.bottom()));
        if bottom > top {
            mesh.add_colored_rect(Rect::from_x_y_ranges(rect.x_range(), top..=bottom), color);
        }
        y += PITCH;
    }
}

/// The largest of 1, 2, 5, 10, 20 … that is not above a figure.
fn round_below(n: f64) -> f64 {
    let magnitude = 10f64.powf(n.max(1e-9).log10().floor());
    [5.0, 2.0, 1.0].into_iter().map(|m| m * magnitude).find(|r| *r <= n * 1.000_1).unwrap_or(magnitude)
}

/// The figure at the top of the scale.
fn top_of(bars: &Histogram, room: &Room) -> f64 {
    highest(bars, room.seen.span()).max(1e-9) * 1.04
}

/// One line across, with its figure in the gutter.
pub(super) fn grid(ui: &Ui, room: &Room, bars: &Histogram, look: Look) {
    let c = look.colors;
    let painter = ui.painter();
    let base = room.bars.bottom();
    painter.hline(room.time.x_range(), base, Stroke::new(1.0, c32(c.rule)));
    let top = top_of(bars, room);
    if top < 1e-6 {
        return;
    }
    let figure = round_below(top);
    let y = base - (figure / top) as f32 * room.bars.height();
    painter.hline(room.time.x_range(), y, Stroke::new(1.0, c32(c.rule).gamma_multiply(0.6)));
    let at = pos2(room.time.left() - space::XS - 2.0, y.max(room.bars.top() + 6.0));
    let text = if figure >= 1.0 { format!("{figure}") } else { words::number(figure) };
    painter.text(at, Align2::RIGHT_CENTER, text, regular(type_size::CAPTION), c32(c.text_weak));
}

/// The bars; those outside the window paler.
pub(super) fn bars(painter: &Painter, room: &Room, bars: &Histogram, window: Option<Span>, look: Look) {
    /// Opacity of what is outside the window.
    const OUTSIDE: f32 = 0.3;
    let c = look.colors;
    let top = top_of(bars, room);
    let base = room.bars.bottom();
    let tall = |n: f64| (n / top) as f32 * room.bars.height();
    let inks: Vec<_> = bars.keys.iter().map(|k| ink(look.project, k, c)).collect();
    let pixel = |x: f32| painter.round_to_pixel_center(x) - 0.5 / painter.pixels_per_point();
    let mut mesh = Mesh::default();
    let mut whiskers = Vec::new();
    for n in seen_bins(bars, room.seen.span()) {
        let Some(bin) = bars.bins.bin(n) else { continue };
        let (left, right) = (pixel(room.x(bin.start as f64)), pixel(room.x(bin.end as f64)));
        let gap = if right - left > 4.0 { 1.0 } else { 0.0 };
        let x = Rangef::new(left, (right - gap).max(left + 1.0));
        let strong = window.is_none_or(|w| w.overlaps(bin));
        let mut y = base;
        for (key, (rgb, hatch)) in inks.iter().enumerate() {
            let height = tall(bars.value(n, key).best);
            if height <= 0.0 {
                continue;
            }
            let color = c32(*rgb).gamma_multiply(if strong { 1.0 } else { OUTSIDE });
            fill(&mut mesh, Rect::from_x_y_ranges(x, y - height..=y), color, *hatch);
            y -= height;
        }
        let all = bars.bar(n);
        // What is there is seen, however small beside the highest.
        if all.best > 0.0 && base - y < 1.0 {
            mesh.add_colored_rect(Rect::from_x_y_ranges(x, base - 1.0..=base), c32(c.text_weak));
        }
        if tall(all.high - all.low) > 2.0 && right - left >= 5.0 {
            whiskers.push((x.center(), base - tall(all.low), base - tall(all.high), strong));
        }
    }
    painter.add(Shape::mesh(mesh));
    for (x, low, high, strong) in whiskers {
        let color = c32(c.text).gamma_multiply(if strong { 0.9 } else { OUTSIDE });
        painter.vline(x, high..=low, Stroke::new(1.0, color));
        painter.hline(x - 1.5..=x + 1.5, high, Stroke::new(1.0, color));
    }
}

/// The two rows of the calendar.
pub(super) fn axis(painter: &Painter, room: &Room, zone: i16, look: Look) {
    let c = look.colors;
    let rows = ticks::ticks(&room.seen, room.time.width(), zone);
    let font = regular(type_size::CAPTION);
    let rule = Stroke::new(1.0, c32(c.rule));
    let top = room.axis.top();
    for (n, row, color) in [(0.0, &rows.fine, c.text), (1.0, &rows.coarse, c.text_weak)] {
        let y = top + n * ROW;
        for tick in row {
            let (left, right) = (room.x(tick.at as f64), room.x(tick.end as f64));
            painter.vline(left, if n == 0.0 { top..=top + 4.0 } else { top..=top + 2.0 * ROW }, rule);
            // The name of what began before the edge stays at the edge.
            let (seen_left, seen_right) = (left.max(room.time.left()), right.min(room.time.right()));
            let galley = painter.layout_no_wrap(tick.label.clone(), font.clone(), c32(color));
            let width = galley.size().x;
            let place = ROW / 2.0 - galley.size().y / 2.0;
            if n == 0.0 && rows.of_whole {
                if left >= room.time.left() - 1.0 && right <= room.time.right() + 1.0 && width <= right - left {
                    painter.galley(pos2(f32::midpoint(left, right) - width / 2.0, y + place), galley, c32(color));
                }
            } else if width + space::XS + 3.0 <= seen_right - seen_left && (n > 0.0 || left >= room.time.left() - 1.0) {
                painter.galley(pos2(seen_left + space::XS, y + place), galley, c32(color));
            }
        }
    }
}

/// The truce under a place; the one that began last if there are several.
pub(super) fn truce_at<'a>(room: &Room, bar: &'a Bar, x: f32) -> Option<&'a Truce> {
    // At least as much as a finger may miss a short one by.
    let slack = room.secs_a_point() * 4.0;
    let at = room.at(x);
    bar.lanes
        .truces_in(room.seen.span())
        .iter()
        .rev()
        .take(4096)
        .find(|t| at >= t.from as f64 - slack && at < t.drawn_to as f64 + slack)
}

/// Ceasefires as bands; without a recorded end they fade. What is dated within one is a tick on it.
pub(super) fn truces(painter: &Painter, room: &Room, bar: &Bar, look: Look) {
    let c = look.colors;
    if room.truces.height() < 1.0 {
        return;
    }
    let seen = room.seen.span();
    let lane = room.truces.shrink2(vec2(0.0, 1.0));
    let color = c32(c.text_weak);
    let mut drawn = f32::MIN;
    let all = bar.lanes.truces_in(seen);
    let mut n = 0;
    while let Some(truce) = all.get(n) {
        n += 1;
        let Some(x) = room.across(Span { start: truce.from, end: truce.drawn_to }) else { continue };
        if x.max <= drawn + 1.0 {
            // On the same pixel as the one before: on to the last that begins there, found by bisection.
            let beyond = room.at(drawn + 1.0) as i64;
            n = all.partition_point(|t| t.from <= beyond).saturating_sub(1).max(n);
            continue;
        }
        let x = Rangef::new(x.min, x.max.max(x.min + 3.0));
        band(painter, room, truce, lane, x, color);
        within(painter, room, bar, truce, lane, c);
        if bar.selected == Some(truce.id) {
            let rect = Rect::from_x_y_ranges(x, lane.y_range());
            painter.rect_stroke(rect, 2.0, Stroke::new(1.5, c32(c.ring)), egui::StrokeKind::Inside);
        }
        if let Some(incident) = look.project.get(truce.id).filter(|_| x.span() > 74.0) {
            let title = if incident.title.is_empty() { incident.kind.label() } else { &incident.title };
            let clip = Rect::from_x_y_ranges(x.min + 5.0..=x.max - 4.0, lane.y_range().expand(2.0));
            let painter = painter.with_clip_rect(clip.intersect(painter.clip_rect()));
            let at = pos2(clip.left(), lane.center().y - 1.0);
            painter.text(at, Align2::LEFT_CENTER, title, regular(type_size::CAPTION), c32(c.text));
        }
        drawn = drawn.max(x.min);
    }
}

fn band(painter: &Painter, room: &Room, truce: &Truce, lane: Rect, x: Rangef, color: Color32) {
    let rect = Rect::from_x_y_ranges(x, lane.y_range());
    let (strong, faint) = (color.gamma_multiply(0.30), color.gamma_multiply(0.05));
    // Of a band that fades, the part in sight begins and ends as pale as it is there.
    let shade = |at: f32| {
        let part = (room.at(at) - truce.from as f64) / (truce.drawn_to - truce.from).max(1) as f64;
        strong.lerp_to_gamma(faint, part.clamp(0.0, 1.0) as f32)
    };
    let (left, right) = if truce.until.is_some() { (strong, strong) } else { (shade(x.min), shade(x.max)) };
    let mut mesh = Mesh::default();
    for (at, color) in
        [(rect.left_top(), left), (rect.right_top(), right), (rect.right_bottom(), right), (rect.left_bottom(), left)]
    {
        mesh.colored_vertex(at, color);
    }
    mesh.add_triangle(0, 1, 2);
    mesh.add_triangle(0, 2, 3);
    painter.add(Shape::mesh(mesh));
    let edge = Stroke::new(1.5, color);
    if room.x(truce.from as f64) >= room.time.left() - 1.0 {
        painter.vline(x.min + 0.75, lane.y_range(), edge);
    }
    if truce.until.is_some() && room.x(truce.drawn_to as f64) <= room.time.right() + 1.0 {
        painter.vline(x.max - 0.75, lane.y_range(), edge);
    }
}

/// Ticks of what is dated within a truce, at most one on two points.
fn within(painter: &Painter, room: &Room, bar: &Bar, truce: &Truce, lane: Rect, c: &Colors) {
    let mut seen = room.seen.span();
    for _ in 0..room.time.width() as usize {
        let Some((span, _)) = bar.lanes.dated_within(truce, seen).next() else { break };
        let x = room.x(span.start as f64);
        let y = lane.bottom();
        painter.vline(x, y - 5.0..=y, Stroke::new(1.2, c32(c.text)));
        seen.start = (room.at(x + 2.0) as i64).max(span.start + 1);
    }
}

/// The statement under a place.
pub(super) fn statement_at(room: &Room, bar: &Bar, x: f32) -> Option<IncidentId> {
    let near = Span { start: room.at(x - 6.0) as i64, end: room.at(x + 5.0) as i64 + 1 };
    let middle = room.at(x);
    let far = |span: &Span| (span.start as f64 - middle).abs();
    let hits = bar.lanes.statements_in(near).iter().take(4096);
    hits.min_by(|a, b| far(&a.0).total_cmp(&far(&b.0))).map(|(_, id)| *id)
}

/// Statements as ticks at the start of the time they are dated to, at most one on two points.
pub(super) fn statements(painter: &Painter, room: &Room, bar: &Bar, look: Look) {
    let c = look.colors;
    if room.said.height() < 1.0 {
        return;
    }
    let lane = room.said.shrink2(vec2(0.0, 2.0));
    let mut seen = room.seen.span();
    for _ in 0..room.time.width() as usize {
        let Some((span, _)) = bar.lanes.statements_in(seen).first() else { break };
        let x = room.x(span.start as f64);
        painter.vline(x, lane.y_range(), Stroke::new(1.5, c32(c.text_weak)));
        painter.circle_filled(pos2(x, lane.top() + 1.5), 2.0, c32(c.text_weak));
        seen.start = (room.at(x + 2.0) as i64).max(span.start + 1);
    }
}

/// The selected incident: a bracket under its span, open where its end is.
pub(super) fn bracket(painter: &Painter, room: &Room, incident: &Incident, look: Look) {
    let Some(when) = incident.when else { return };
    let span = when.span();
    let stroke = Stroke::new(2.0, c32(look.colors.ring));
    let y = f32::midpoint(room.bars.bottom(), room.axis.top());
    let Some(x) = room.across(span) else {
        // Out of sight: a point at the edge says on which side.
        let (at, way) = if span.end as f64 <= room.seen.start() {
            (room.time.left() + 1.0, 6.0)
        } else {
            (room.time.right() - 1.0, -6.0)
        };
        let points = vec![pos2(at, y), pos2(at + way, y - 4.0), pos2(at + way, y + 4.0)];
        painter.add(Shape::convex_polygon(points, stroke.color, Stroke::NONE));
        return;
    };
    let x = Rangef::new(x.min, x.max.max(x.min + 3.0));
    painter.hline(x, y, stroke);
    let is_seen = |at: i64| (room.time.left()..=room.time.right()).contains(&room.x(at as f64));
    if when.start().moment().is_some() && is_seen(span.start) {
        painter.vline(x.min + 1.0, y - 4.0..=y + 1.0, stroke);
    }
    if when.end().is_none_or(|b| b.moment().is_some()) && is_seen(span.end) {
        painter.vline(x.max - 1.0, y - 4.0..=y + 1.0, stroke);
    }
}

/// The window of event time over the bars.
pub(super) fn window(painter: &Painter, room: &Room, window: Span, playing: bool, look: Look) {
    let c = look.colors;
    let Some(x) = room.across(window) else { return };
    let accent = c32(c.accent);
    painter.rect_filled(Rect::from_x_y_ranges(x, room.bars.y_range()), 0.0, accent.gamma_multiply(0.10));
    let top = Rect::from_x_y_ranges(x, room.bars.top()..=room.bars.top() + 2.0);
    painter.rect_filled(top, 0.0, accent.gamma_multiply(0.7));
    for (edge, at) in [(window.start, x.min), (window.end, x.max)] {
        let is_seen = (room.time.left()..=room.time.right()).contains(&room.x(edge as f64));
        // The end of what is played is the play head.
        if !is_seen || (playing && edge == window.end) {
            continue;
        }
        painter.vline(at, room.bars.y_range(), Stroke::new(1.5, accent));
        if !playing {
            let grip = Rect::from_center_size(pos2(at, room.bars.center().y), vec2(5.0, 16.0));
            painter.rect(grip, 2.5, c32(c.panel), Stroke::new(1.5, accent), egui::StrokeKind::Middle);
        }
    }
}

/// The play head.
pub(super) fn head(painter: &Painter, room: &Room, head: i64, look: Look) {
    let c = look.colors;
    if !room.seen.shows(head as f64) {
        return;
    }
    let x = room.x(head as f64 + 1.0);
    let top = room.time.top() + 1.0;
    painter.vline(x, top..=room.axis.top() + 4.0, Stroke::new(2.0, c32(c.accent)));
    let flag = vec![
        pos2(x - 5.0, top),
        pos2(x + 5.0, top),
        pos2(x + 5.0, top + 6.0),
        pos2(x, top + 11.0),
        pos2(x - 5.0, top + 6.0),
    ];
    painter.add(Shape::convex_polygon(flag, c32(c.accent), Stroke::new(1.0, c32(c.panel))));
}

/// The column of a bin, for what is under the pointer.
pub(super) fn column(room: &Room, bin: Span) -> Option<Rect> {
    room.across(bin).map(|x| Rect::from_x_y_ranges(x, room.bars.y_range()))
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_line_across_stands_at_a_round_figure() {
        for (n, want) in [(1.0, 1.0), (3.0, 2.0), (49.9, 20.0), (6543.0, 5000.0), (0.4, 0.2)] {
            let got = super::round_below(n);
            assert!((got - want).abs() < 1e-9, "{n}: {got}");
        }
    }
}
