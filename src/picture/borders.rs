//! Boundaries: borders with casing, provinces, the area held 1994–2020 and lines of contact.
//!
//! What is valid at the time shown is drawn; the lines of 1994–2020 are drawn paler outside their dates, since what
//! happened later is still told by them. Hatched and dashed, never filled: the map says where a line was, not whose it is.

use super::clip::{self, Run};
use super::list::{Dash, Item, Paint, Point, Stroke};
use super::view::View;
use crate::atlas::{Atlas, Boundary, BoundaryStatus, Line};
use crate::model::Span;
use crate::view::{Layers, Rgb};

/// How a kind of line is drawn.
#[derive(Clone, Copy, Debug)]
struct Pen {
    color: Rgb,
    alpha: f32,
    width: f32,
    /// Stroke and gap.
    dash: Option<[f32; 2]>,
    /// Points of casing on each side.
    casing: f32,
}

/// Draws all boundaries valid in `shown` (`None`: at any time, so the present ones).
pub(super) fn boundaries(items: &mut Vec<Item>, view: &View, atlas: &Atlas, layers: Layers, shown: Option<Span>) {
    // "Now" is the end of the time shown; without one, the latest state that the atlas knows.
    let span = shown.unwrap_or(Span { start: i64::MAX - 1, end: i64::MAX });
    let is_held = |b: &Boundary| {
        matches!(b.status, BoundaryStatus::HeldArea | BoundaryStatus::LineOfContact | BoundaryStatus::CeasefireLine)
    };
    if layers.held_area {
        items.push(Item::Layer("held-area"));
        for b in atlas.boundaries().iter().filter(|b| is_held(b)) {
            held(items, view, b, b.is_valid_in(span.start, span.end));
        }
    }
    if layers.provinces && view.zoom > 5.5 {
        items.push(Item::Layer("provinces"));
        let pen = Pen {
            color: view.colors.province,
            alpha: view.grown(0.55, 0.9),
            width: view.grown(0.7, 1.1),
            dash: Some([4.0, 2.6]),
            casing: 0.0,
        };
        draw(items, view, atlas.provinces(), pen);
    }
    if layers.borders {
        items.push(Item::Layer("borders"));
        let c = view.colors;
        let other = Pen { color: c.border, alpha: 1.0, width: view.grown(1.0, 1.8), dash: None, casing: 1.2 };
        draw(items, view, atlas.world_borders(), other);
        let drawn = |focus: bool| {
            atlas
                .boundaries()
                .iter()
                .filter(move |b| b.focus == focus && !is_held(b) && b.is_valid_in(span.start, span.end))
        };
        for b in drawn(false).chain(drawn(true)) {
            let strong = Pen { color: c.border_focus, width: view.grown(2.0, 3.2), casing: 1.9, ..other };
            let pen = if b.focus { strong } else { other };
            let pen = match b.status {
                BoundaryStatus::International => pen,
                // A boundary of republics of one state: the same line, broken.
                _ => Pen { dash: Some([8.0, 4.0]), width: pen.width * 0.85, ..pen },
            };
            draw(items, view, &b.lines, pen);
        }
    }
}

/// Hatch and outline of a held area, or a line of contact; paler outside their dates.
fn held(items: &mut Vec<Item>, view: &View, b: &Boundary, is_valid: bool) {
    let c = view.colors;
    let strength = if is_valid { 1.0 } else { 0.62 };
    if let Some(area) = &b.area {
        let bounds = view.bounds(4.0);
        let rings: Vec<Vec<Point>> = area
            .iter()
            .filter(|l| sees(view, l))
            .map(|l| clip::clip_ring(&points(view, l).collect::<Vec<_>>(), view.bounds(60.0)))
            .filter(|r| r.len() > 2)
            .collect();
        if !rings.is_empty() {
            let lines = clip::hatch(&rings, bounds, 7.0, view.anchor(), false);
            let stroke = Stroke::line(Paint::veil(c.held, 0.3 * strength), 0.8);
            items.push(Item::Lines { lines, stroke });
        }
        let pen =
            Pen { color: c.held, alpha: strength, width: view.grown(1.1, 1.8), dash: Some([6.0, 3.5]), casing: 0.0 };
        draw(items, view, &b.lines, pen);
        return;
    }
    let width = view.grown(2.2, 3.2);
    // Round dots: a stroke of no length with round ends.
    let pen = Pen { color: c.contact, alpha: strength, width, dash: Some([0.1, width * 2.1]), casing: 0.0 };
    draw(items, view, &b.lines, pen);
}

fn sees(view: &View, line: &Line) -> bool {
    let b = line.bbox();
    view.sees([b.x0, b.y0, b.x1, b.y1], 20.0)
}

fn points<'a>(view: &'a View, line: &'a Line) -> impl Iterator<Item = Point> + 'a {
    line.at_zoom(view.zoom).map(|p| view.screen(p))
}

fn draw(items: &mut Vec<Item>, view: &View, lines: &[Line], pen: Pen) {
    let runs: Vec<Run> = lines
        .iter()
        .filter(|l| sees(view, l))
        .flat_map(|l| clip::clip_line(points(view, l), view.bounds(20.0)))
        .collect();
    if runs.is_empty() {
        return;
    }
    if pen.casing > 0.0 {
        let stroke = Stroke::line(Paint::veil(view.colors.casing, 0.75 * pen.alpha), pen.width + 2.0 * pen.casing);
        items.push(Item::Lines { lines: runs.iter().map(|r| r.points.clone()).collect(), stroke });
    }
    let stroke = Stroke::line(Paint::veil(pen.color, pen.alpha), pen.width);
    match pen.dash {
        None => items.push(Item::Lines { lines: runs.into_iter().map(|r| r.points).collect(), stroke }),
        // Each run has its own phase, which ties its dashes to the ground.
        Some([on, off]) => items.extend(runs.into_iter().map(|r| {
            let dash = Some(Dash { on, off, offset: r.before.rem_euclid(on + off) });
            Item::Lines { lines: vec![r.points], stroke: Stroke { dash, ..stroke } }
        })),
    }
}
