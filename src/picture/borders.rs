//! Boundaries: borders with casing, provinces, areas held, lines of contact, corridors.
//!
//! Which of them, at which time, is `dated`'s. Hatched and dashed, never filled: the map says where a line was, not
//! whose it is. What was drawn by hand has wider gaps than what was surveyed. De jure, the borders of states are the
//! strongest lines; de facto, the lines that were held are, and a border within an area held is lighter.

use super::clip::{self, Run};
use super::dated::{Dated, State};
use super::list::{Dash, Item, Paint, Point, Stroke};
use super::view::View;
use crate::atlas::{Atlas, BoundaryStatus, Line};
use crate::model::Perspective;
use crate::view::{Layers, Rgb};

/// How a kind of line is drawn.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pen {
    color: Rgb,
    alpha: f32,
    pub(super) width: f32,
    /// Stroke and gap.
    dash: Option<[f32; 2]>,
    /// Points of casing on each side.
    casing: f32,
}

impl Pen {
    /// The line itself, without its casing.
    pub(super) fn stroke(&self) -> Stroke {
        let dash = self.dash.map(|[on, off]| Dash { on, off, offset: 0.0 });
        Stroke { dash, ..Stroke::line(Paint::veil(self.color, self.alpha), self.width) }
    }
}

/// The id of the area within which a border is drawn lighter de facto.
const HELD: &str = "held-1994-2020";

/// Draws the boundaries, which [`super::dated::dated`] has chosen.
pub(super) fn boundaries(
    items: &mut Vec<Item>,
    view: &View,
    atlas: &Atlas,
    layers: Layers,
    perspective: Perspective,
    dated: &[Dated],
) {
    let others = || dated.iter().filter(|d| !d.boundary.is_border());
    if others().next().is_some() {
        items.push(Item::Layer("held-area"));
        // Areas first, what is paler below; lines of contact on top of them.
        let rank = |d: &Dated| (u8::from(d.state == State::Now), u8::from(is_line(d)));
        for wanted in [(0, 0), (0, 1), (1, 0), (1, 1)] {
            for d in others().filter(|d| rank(d) == wanted) {
                other(items, view, perspective, d);
            }
        }
    }
    if layers.provinces && view.zoom > 5.5 {
        items.push(Item::Layer("provinces"));
        draw(items, view, atlas.provinces(), province_pen(view));
    }
    if layers.borders {
        items.push(Item::Layer("borders"));
        draw(items, view, atlas.world_borders(), border_pen(view, false, false));
        let drawn = |focus: bool| dated.iter().filter(move |d| d.boundary.is_border() && d.boundary.focus == focus);
        let is_lighter = has_lighter_border(perspective, dated);
        for d in drawn(false).chain(drawn(true)) {
            let b = d.boundary;
            let is_republics = b.status == BoundaryStatus::Administrative;
            let pen = border_pen(view, b.focus, is_republics);
            let (open, held) = b.lines.split_at_checked(b.open).unwrap_or((&b.lines, &[]));
            if is_lighter && !held.is_empty() {
                draw(items, view, held, lighter_pen(view));
                draw(items, view, open, pen);
            } else {
                draw(items, view, &b.lines, pen);
            }
        }
    }
}

/// Whether the border of states within the area held is drawn lighter.
pub(super) fn has_lighter_border(perspective: Perspective, dated: &[Dated]) -> bool {
    let is_held = |d: &Dated| d.boundary.id == HELD && d.state == State::Now;
    perspective == Perspective::DeFacto && dated.iter().any(is_held)
}

/// Between states, or between Soviet republics.
pub(super) fn border_pen(view: &View, focus: bool, is_republics: bool) -> Pen {
    let c = view.colors;
    let pen = if focus {
        Pen { color: c.border_focus, alpha: 1.0, width: view.grown(2.0, 3.2), dash: None, casing: 1.9 }
    } else {
        Pen { color: c.border, alpha: 1.0, width: view.grown(1.0, 1.8), dash: None, casing: 1.2 }
    };
    // A boundary of republics of one state: the same line, broken.
    if is_republics { Pen { dash: Some([8.0, 4.0]), width: pen.width * 0.85, ..pen } } else { pen }
}

/// The border of states where both sides of it were held by one.
pub(super) fn lighter_pen(view: &View) -> Pen {
    let pen = border_pen(view, true, false);
    Pen { width: pen.width * 0.5, alpha: 0.7, casing: 0.9, ..pen }
}

/// Between provinces.
pub(super) fn province_pen(view: &View) -> Pen {
    let (alpha, width) = (view.grown(0.55, 0.9), view.grown(0.7, 1.1));
    Pen { color: view.colors.province, alpha, width, dash: Some([4.0, 2.6]), casing: 0.0 }
}

fn is_line(d: &Dated) -> bool {
    matches!(d.boundary.status, BoundaryStatus::LineOfContact | BoundaryStatus::CeasefireLine)
}

/// The pen of what is not a border of states. `None`: it has no outline, a line of contact runs there.
pub(super) fn pen(view: &View, perspective: Perspective, d: &Dated) -> Option<Pen> {
    let (b, c) = (d.boundary, view.colors);
    let strength = match d.state {
        State::Now => 1.0,
        State::Ended => 0.62,
        State::Other => 0.5,
    };
    let is_strong = perspective == Perspective::DeFacto && d.state == State::Now;
    let weight = if is_strong { 1.35 } else { 1.0 };
    let dashes = |on: f32, off: f32| Some(if b.is_schematic { [on, off * 1.9] } else { [on, off] });
    // Round dots: a stroke of no length with round ends.
    let dots = |width: f32, apart: f32| Some([0.1, width * if b.is_schematic { apart * 1.25 } else { apart }]);
    let base = Pen { color: c.held, alpha: strength, width: view.grown(1.1, 1.8), dash: None, casing: 0.0 };
    Some(match b.status {
        BoundaryStatus::LineOfContact | BoundaryStatus::CeasefireLine => {
            let width = view.grown(2.1, 3.0) * weight;
            Pen { color: c.contact, width, dash: dots(width, 1.9), ..base }
        }
        BoundaryStatus::Claimed => {
            let width = view.grown(1.3, 1.9);
            Pen { color: c.contact, width, dash: dots(width, 2.2), alpha: 0.8 * strength, ..base }
        }
        BoundaryStatus::PeacekeepingArea => return None,
        BoundaryStatus::Corridor => {
            Pen { color: c.contact, width: base.width * weight, dash: dashes(4.0, 2.2), ..base }
        }
        BoundaryStatus::Administrative => Pen { dash: dashes(9.0, 3.0), ..base },
        _ => Pen { width: base.width * weight, dash: dashes(6.0, 3.0), ..base },
    })
}

/// The distance and direction of the hatch in an area, and its strength; `None`: not hatched.
pub(super) fn hatching(perspective: Perspective, d: &Dated) -> Option<(f32, bool, f32)> {
    let alpha = if perspective == Perspective::DeJure { 0.24 } else { 0.34 };
    if d.state != State::Now {
        return None;
    }
    match d.boundary.status {
        BoundaryStatus::HeldArea => Some((7.0, false, alpha)),
        BoundaryStatus::PeacekeepingArea => Some((7.0, true, alpha)),
        BoundaryStatus::Corridor => Some((5.0, true, alpha * 1.3)),
        _ => None,
    }
}

/// The lines of a hatch.
pub(super) fn hatch_stroke(view: &View, alpha: f32) -> Stroke {
    Stroke::line(Paint::veil(view.colors.held, alpha), 0.8)
}

/// An area or line that is not a border of states: hatch and outline.
fn other(items: &mut Vec<Item>, view: &View, perspective: Perspective, d: &Dated) {
    let b = d.boundary;
    // A circle a few points wide would be read as a place.
    if b.status == BoundaryStatus::Claimed && view.zoom < 7.4 {
        return;
    }
    if let (Some(area), Some((gap, falling, alpha))) = (&b.area, hatching(perspective, d)) {
        let rings: Vec<Vec<Point>> = area
            .iter()
            .filter(|l| sees(view, l))
            .map(|l| clip::clip_ring(&points(view, l).collect::<Vec<_>>(), view.bounds(60.0)))
            .filter(|r| r.len() > 2)
            .collect();
        if !rings.is_empty() {
            let lines = clip::hatch(&rings, view.bounds(4.0), gap, view.anchor(), falling);
            items.push(Item::Lines { lines, stroke: hatch_stroke(view, alpha) });
        }
    }
    if let Some(pen) = pen(view, perspective, d) {
        draw(items, view, &b.lines, pen);
    }
}

pub(super) fn sees(view: &View, line: &Line) -> bool {
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
    let stroke = pen.stroke();
    match pen.dash {
        None => items.push(Item::Lines { lines: runs.into_iter().map(|r| r.points).collect(), stroke }),
        // Each run has its own phase, which ties its dashes to the ground.
        Some([on, off]) => items.extend(runs.into_iter().map(|r| {
            let dash = Some(Dash { on, off, offset: r.before.rem_euclid(on + off) });
            Item::Lines { lines: vec![r.points], stroke: Stroke { dash, ..stroke } }
        })),
    }
}
