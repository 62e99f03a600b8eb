//! A stack opened: its incidents stand round it, each with a line to where it is recorded.
//!
//! Up to eight stand in a ring, more along a spiral, in the order of their time, clockwise from the top. Nothing of what is
//! recorded moves: where a symbol stands while its stack is open is worked out here from the screen alone, and the line
//! says that it stands aside. What is known only by area lies on a little plate with a broken edge, and its line is
//! broken, so that none of it looks like a point.

use super::incidents::{Marked, Shown, count_tab, ground, grow, hit, is_capped, label, pale, ring};
use super::list::{Anchor, Hit, Item, Paint, Point, Stroke, Target, Zone};
use super::marks::{Mark, Marks};
use super::plates::plate;
use super::room::Room;
use super::stacks::Stack;
use super::symbols::{self, Scale};
use super::type_metrics::{self, ASCENT, DESCENT};
use super::view::View;
use crate::model::IncidentId;
use crate::view::Layers;

/// Incidents that stand in a ring.
const RING: usize = 8;
/// Most incidents that are spread; those beyond are in the list behind the number in the middle.
pub(super) const MOST: usize = 60;
/// Points left free round the middle, and between two symbols.
const MIDDLE: f32 = 22.0;
const GAP: f32 = 7.0;
/// Points between a toll and the edge of the plate that says: known only by area.
const PLATE: f32 = 4.0;

/// Which stack is open.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spread {
    /// An incident of it. Stacks split as one zooms in: the one that holds this incident stays open.
    pub anchor: IncidentId,
    /// How far it is open, 0 to 1: less than 1 only while it opens.
    pub open: f32,
}

impl Spread {
    /// Whether a stack is the open one.
    pub(super) fn is(self, stack: &Stack, all: &[Mark]) -> bool {
        let has = |m: &Mark| m.id == self.anchor || m.crowd.contains(&self.anchor);
        let members = || stack.members.iter().filter_map(|i| all.get(*i));
        members().map(|m| m.count).sum::<u32>() > 1 && members().any(has)
    }
}

/// Where symbols of these radii stand about the middle: a ring, or a spiral on which none lies on another.
fn places(radii: &[f32]) -> Vec<Point> {
    let on = |angle: f32, r: f32| [r * angle.cos(), r * angle.sin()];
    let largest = radii.iter().copied().fold(0.0, f32::max);
    let top = -std::f32::consts::FRAC_PI_2;
    if radii.len() <= RING {
        // Each takes of the ring what it is wide.
        let widths = || radii.iter().map(|r| 2.0 * r + GAP);
        let round: f32 = widths().sum();
        // A chord is shorter than its arc, by up to a half where two or three share the ring.
        let r = (round / std::f32::consts::TAU * 1.12).max(MIDDLE + largest + GAP).max(34.0);
        let mut at = 0.0;
        let angles = widths().map(|w| {
            at += w;
            top + std::f32::consts::TAU * (at - w / 2.0) / round
        });
        return angles.map(|a| on(a, r)).collect();
    }
    let mut out: Vec<(Point, f32)> = Vec::with_capacity(radii.len());
    let mut angle = 0.0_f32;
    for radius in radii {
        loop {
            // Archimedes' spiral, wound as tight as the smallest symbols; larger ones push on to where they fit.
            let r = MIDDLE + largest.min(radius + 8.0) + GAP + angle * 2.6;
            let p = on(top + angle, r);
            let free = |(o, other): &(Point, f32)| (p[0] - o[0]).hypot(p[1] - o[1]) >= radius + other + GAP;
            // From the end: the neighbours along the spiral are met first.
            if out.iter().rev().all(free) {
                out.push((p, *radius));
                break;
            }
            angle += (3.0 / r).max(0.01);
        }
    }
    out.into_iter().map(|(p, _)| p).collect()
}

/// What of an open stack is drawn: its members, each a stack of its own.
pub(super) struct Opened {
    /// One mark each, in the order of their time.
    marks: Marks,
    stacks: Vec<Stack>,
    /// All of the stack, in the order of the project, spread or not.
    ids: Vec<IncidentId>,
}

impl Opened {
    /// Of the members of a stack.
    pub(super) fn new(mut members: Vec<Mark>, like: &Marks) -> Self {
        let ids = members.iter().map(|m| m.id).collect();
        members.sort_by_key(|m| (m.span.map_or(i64::MAX, |s| s.start), m.id));
        members.truncate(MOST);
        let stacks = members.iter().enumerate().map(|(i, m)| Stack::alone(i, m)).collect();
        Self { marks: like.with(members), stacks, ids }
    }
}

/// Draws an open stack over everything else, and what answers to the pointer; gives back the boxes that it takes.
#[expect(clippy::too_many_arguments, reason = "one call, split off only for its length")]
pub(super) fn draw(
    items: &mut Vec<Item>,
    hits: &mut Vec<Hit>,
    view: &View,
    hub: &Shown,
    opened: &Opened,
    marked: Marked,
    scale: Scale,
    layers: Layers,
) -> Vec<[f32; 4]> {
    let c = view.colors;
    items.push(Item::Layer("spread"));
    let extents: Vec<[f32; 4]> = opened.stacks.iter().map(|s| symbols::sign_extent(s, scale)).collect();
    let pad = |s: &Stack| if s.is_area { 5.0 } else { 1.0 };
    let radii: Vec<f32> =
        extents.iter().zip(&opened.stacks).map(|([l, t, r, b], s)| (r - l).max(b - t) / 2.0 + pad(s)).collect();
    let places = places(&radii);
    let reach = places.iter().zip(&radii).map(|([x, y], r)| x.hypot(*y) + r).fold(0.0, f32::max);
    // Near the edge of the picture it opens inwards.
    let inside = |v: f32, size: f32| {
        if size > 2.0 * reach + 16.0 { v.clamp(reach + 8.0, size - reach - 8.0) } else { size / 2.0 }
    };
    let center = [inside(hub.at[0], view.width), inside(hub.at[1], view.height)];
    let open = marked.spread.map_or(1.0, |s| s.open.clamp(0.0, 1.0));
    let veil = Some(Paint::veil(c.halo, 0.86 * open));
    let edge = Some(Stroke::line(Paint::veil(c.label, 0.28 * open), 1.0));
    items.push(Item::Circle { center, radius: (reach + 10.0) * open.max(0.2), fill: veil, stroke: edge });
    let all = opened.marks.all();
    let stand = |p: &Point| {
        [0, 1].map(|i| {
            let (from, to) = (
                hub.at.get(i).copied().unwrap_or(0.0),
                center.get(i).copied().unwrap_or(0.0) + p.get(i).copied().unwrap_or(0.0),
            );
            from + (to - from) * open
        })
    };
    let shown: Vec<Shown> = opened
        .stacks
        .iter()
        .zip(places.iter().zip(&extents))
        .map(|(stack, (place, [l, t, r, b]))| {
            let [x, y] = stand(place);
            // The middle of the sign's box stands in the place; a half alone is not its point.
            let at = [x - f32::midpoint(*l, *r), y - f32::midpoint(*t, *b)];
            let by = if stack.is_area { PLATE } else { 0.0 };
            let ink = grow([at[0] + l, at[1] + t, at[0] + r, at[1] + b], by);
            Shown::apart(stack, at, ink, marked.look(stack, all))
        })
        .collect();
    // Where a member that is pointed at may lie, over the veil.
    for s in shown.iter().filter(|s| layers.uncertainty && s.is_marked()) {
        s.stack.members.iter().filter_map(|i| all.get(*i)).for_each(|m| ground(items, view, m, true));
    }
    for (s, radius) in shown.iter().zip(&radii) {
        leader(items, view, s, hub.at, *radius, all);
    }
    for s in &shown {
        let from = items.len();
        if s.stack.is_area {
            let ring = plate(s.ink, 5.0);
            let edge = Some(Stroke::dashed(Paint::solid(c.label), 1.1, 3.5, 2.5));
            items.push(Item::Polygon { rings: vec![ring], fill: Some(Paint::solid(c.panel)), stroke: edge });
        }
        symbols::sign(items, s.at, s.stack, scale, c);
        if is_capped(s.stack, scale) {
            let [l, t, r, b] = s.ink;
            let center = [f32::midpoint(l, r), f32::midpoint(t, b)];
            let radius = (r - l).max(b - t) / 2.0 + if s.stack.is_area { 2.5 - PLATE } else { 2.5 };
            let stroke = Some(Stroke::line(Paint::solid(c.label), 1.0));
            items.push(Item::Circle { center, radius, fill: None, stroke });
        }
        if s.is_marked() {
            ring(items, view, s);
        }
        if s.stack.members.iter().filter_map(|i| all.get(*i)).any(|m| m.contradicted) {
            symbols::contradiction(items, [s.ink[0] - 2.5, s.ink[1] + 1.0], c);
        }
        pale(items, from, s.opacity);
    }
    // The number in the middle leads to the list of all.
    let [x, y] = hub.at;
    count_tab(items, view, [x - 5.0, y + 2.0], hub.count);
    let [cx, cy] = center;
    let mut taken = vec![[cx - reach, cy - reach, cx + reach, cy + reach]];
    if layers.incident_labels && open >= 1.0 {
        let mut room = Room::default();
        for s in &shown {
            room.take(s.ink);
        }
        room.take([x - 12.0, y - 10.0, x + 12.0, y + 10.0]);
        for s in &shown {
            let from = items.len();
            label(items, view, s, &opened.marks, &mut room);
            taken.extend(items.iter().skip(from).filter_map(word_box));
        }
    }
    let ids = opened.ids.clone();
    let what = if ids.len() < hub.count as usize { Target::Crowd(ids, hub.count) } else { Target::Stack(ids) };
    let name = format!("{} incidents, spread; list of all", hub.count);
    hits.push(Hit { zone: Zone::Circle { center: hub.at, radius: 11.0 }, what, name, is_aside: true });
    // In the order of their time, so that Tab goes round.
    hits.extend(shown.iter().map(|s| Hit { is_aside: true, ..hit(s, &opened.marks) }));
    taken
}

/// The box of a line of text.
fn word_box(item: &Item) -> Option<[f32; 4]> {
    let Item::Text(label) = item else { return None };
    let width = type_metrics::width(&label.text, label.face, label.size, label.spacing);
    let [x, y] = label.at;
    let left = x - match label.anchor {
        Anchor::Start => 0.0,
        Anchor::Middle => width / 2.0,
        Anchor::End => width,
    };
    Some([left - 1.0, y - label.size * ASCENT, left + width + 1.0, y + label.size * DESCENT])
}

/// The line from a member to where it is recorded; to the middle of the stack where that is an area.
fn leader(items: &mut Vec<Item>, view: &View, s: &Shown, hub: Point, radius: f32, all: &[Mark]) {
    let c = view.colors;
    let to = [f32::midpoint(s.ink[0], s.ink[2]), f32::midpoint(s.ink[1], s.ink[3])];
    let spot = s.stack.members.iter().filter_map(|i| all.get(*i)).map(|m| view.screen(m.at)).next();
    let from = if s.stack.is_area { hub } else { spot.unwrap_or(hub) };
    let (dx, dy) = (to[0] - from[0], to[1] - from[1]);
    let length = dx.hypot(dy);
    if length <= radius {
        return;
    }
    let end = [to[0] - dx / length * radius, to[1] - dy / length * radius];
    let lines = vec![vec![from, end]];
    items.push(Item::Lines { lines: lines.clone(), stroke: Stroke::line(Paint::veil(c.rim, 0.85), 3.2) });
    let paint = Paint::solid(if s.is_marked() { c.ring } else { c.label_region });
    let width = if s.is_marked() { 1.6 } else { 1.1 };
    let stroke = if s.stack.is_area { Stroke::dashed(paint, width, 2.5, 3.0) } else { Stroke::line(paint, width) };
    items.push(Item::Lines { lines, stroke });
    if !s.stack.is_area {
        items.push(Item::Circle { center: from, radius: 1.9, fill: Some(Paint::solid(c.label)), stroke: None });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn up_to_eight_stand_in_a_ring_and_more_in_a_spiral() {
        let far = |n: usize| places(&vec![6.0; n]).into_iter().map(|[x, y]| x.hypot(y)).collect::<Vec<_>>();
        for n in 2..=RING {
            let r = far(n);
            assert!(r.iter().all(|d| (d - r[0]).abs() < 1e-3), "{n}: {r:?}");
        }
        let spiral = far(RING + 1);
        assert!(spiral.last() > spiral.first(), "{spiral:?}");
        assert!(far(MOST).into_iter().fold(0.0, f32::max) < 200.0, "sixty fit into a small window");
    }

    proptest! {
        #[test]
        fn none_lies_on_another_or_on_the_middle(radii in prop::collection::vec(5.0_f32..38.0, 2..MOST)) {
            let at = places(&radii);
            prop_assert_eq!(at.len(), radii.len());
            for (i, (p, r)) in at.iter().zip(&radii).enumerate() {
                prop_assert!(p[0].hypot(p[1]) >= r + 12.0, "{:?} {}", p, r);
                for (o, other) in at.iter().zip(&radii).skip(i + 1) {
                    let d = (p[0] - o[0]).hypot(p[1] - o[1]);
                    prop_assert!(d >= r + other, "{} < {} + {}", d, r, other);
                }
            }
        }
    }
}
