//! The signs of incidents, drawn about a point.
//!
//! A toll is two half discs back to back, one for each main party, and a disc below for everybody else. The area of each is
//! proportional to its figure (one scale for the whole project); a half without a figure is hollow. Nothing is
//! wider or higher than 64 points.

use super::list::{Item, Paint, Point, Stroke};
use super::marks::{Shares, Sign};
use super::stacks::Stack;
use super::{heat, kinds, ring};
use crate::view::Symbols;
use crate::view::theme::Colors;

/// The largest radius of a symbol in points.
pub(super) const LARGEST: f32 = 32.0;
/// The smallest radius of a half that has a figure.
pub(super) const SMALLEST: f32 = 5.0;
/// Radius of a hollow symbol.
pub(super) const HOLLOW: f32 = 5.5;

/// From dead to points.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scale {
    /// Radius in points of a whole disc for one dead.
    per_root: f32,
    /// The number of dead at which a symbol reaches its largest size.
    pub full: u32,
    /// What the symbols say.
    pub symbols: Symbols,
}

impl Scale {
    /// The scale for a project whose largest single figure is `largest`: the next of 1, 2, 5, 10, 20, … fills the largest symbol.
    pub fn for_largest(largest: u32) -> Self {
        let mut full: u32 = 50;
        for step in [2.0, 2.5, 2.0].iter().cycle().take(24) {
            if full >= largest {
                break;
            }
            full = (f64::from(full) * step).min(f64::from(u32::MAX)) as u32;
        }
        Self { per_root: LARGEST / (2.0 * full as f32).sqrt(), full, symbols: Symbols::Halves }
    }

    /// The same scale for symbols that say this.
    #[must_use]
    pub fn showing(self, symbols: Symbols) -> Self {
        Self { symbols, ..self }
    }

    /// Outer radius of the sample that the legend shows for `n` dead.
    pub(super) fn sample(self, n: u32) -> f32 {
        match self.symbols {
            Symbols::Ring => ring::outer(self, n, 1.0),
            _ => self.radius(n),
        }
    }

    /// Radius of a disc that stands for `n` dead.
    pub fn radius(self, n: u32) -> f32 {
        (self.per_root * (n as f32).sqrt()).clamp(SMALLEST, LARGEST)
    }

    /// Radius of a half disc that stands for `n` dead: the half has the area of the disc.
    pub fn half_radius(self, n: u32) -> f32 {
        (self.per_root * (2.0 * n as f32).sqrt()).clamp(SMALLEST, LARGEST)
    }

    /// The number of dead at and below which a disc keeps its smallest size.
    pub fn smallest(self) -> u32 {
        (SMALLEST / self.per_root).powi(2).floor() as u32
    }
}

/// A symbol's outline for labels and the pointer: left, top, right, bottom about its point.
pub(super) type Extent = [f32; 4];

/// What the sign of a stack takes about its point.
pub(super) fn sign_extent(stack: &Stack, scale: Scale) -> Extent {
    match stack.sign {
        _ if scale.symbols == Symbols::Kind => kinds::extent(kinds::BADGE),
        Sign::Toll if scale.symbols == Symbols::Heat => [-heat::DOT, -heat::DOT, heat::DOT, heat::DOT],
        Sign::Toll => toll_extent(&stack.shares, scale),
        Sign::Statement | Sign::Ceasefire => [-SPOKEN - 0.5, -SPOKEN - 0.5, SPOKEN + 0.5, SPOKEN + 0.5],
    }
}

/// Draws the sign of a stack about `at`: its kind, its toll, or that something was said.
pub(super) fn sign(items: &mut Vec<Item>, at: Point, stack: &Stack, scale: Scale, c: &Colors) {
    match stack.sign {
        _ if scale.symbols == Symbols::Kind => {
            kinds::badge(items, at, kinds::BADGE, &stack.kinds.main, c);
            if stack.kinds.mixed {
                kinds::several(items, at, kinds::BADGE, c);
            }
        }
        Sign::Toll if scale.symbols == Symbols::Heat => heat::dot(items, at, c),
        Sign::Toll => toll(items, at, &stack.shares, scale, c),
        Sign::Statement | Sign::Ceasefire => spoken(items, at, stack.sign, c),
    }
}

/// The three bodies of a toll symbol.
struct Body {
    left: Option<(f32, bool)>,
    right: Option<(f32, bool)>,
    whole: Option<(f32, bool)>,
}

fn body(shares: &Shares, scale: Scale) -> Body {
    let whole = |n: Option<u32>| Some(n.filter(|n| *n > 0).map_or((HOLLOW, false), |n| (scale.radius(n), true)));
    if scale.symbols == Symbols::Disc {
        return Body { left: None, right: None, whole: whole(shares.number()) };
    }
    let [a, b, other] = shares.parts;
    let [has_a, has_b, _] = shares.named;
    let half = |n: Option<u32>, named: bool| match n {
        Some(0) => None,
        Some(n) => Some((scale.half_radius(n), true)),
        None if named => Some((HOLLOW, false)),
        None => None,
    };
    let two = a.is_some() || b.is_some() || has_a || has_b;
    if !two {
        return Body { left: None, right: None, whole: whole(other) };
    }
    // Where one main party has a figure and nothing is said of the other, the missing half is left open, not hollow:
    // hollow means "named without a figure".
    let (left, right) = (half(a, has_a), half(b, has_b));
    let below = other.filter(|n| *n > 0).map(|n| (scale.radius(n), true));
    if left.is_none() && right.is_none() && below.is_none() {
        return Body { left: None, right: None, whole: Some((HOLLOW, false)) };
    }
    Body { left, right, whole: below }
}

/// What a toll symbol takes.
pub(super) fn toll_extent(shares: &Shares, scale: Scale) -> Extent {
    if let Some(r) = ring::radius(shares, scale) {
        return [-r, -r, r, r];
    }
    let b = body(shares, scale);
    let left = b.left.map_or(0.0, |(r, _)| r);
    let right = b.right.map_or(0.0, |(r, _)| r);
    let tall = left.max(right);
    let open = if tall > 0.0 { tall.min(HOLLOW + 1.0) } else { 0.0 };
    let (left, right) = (left.max(open), right.max(open));
    match b.whole {
        Some((r, _)) if tall > 0.0 => {
            let (r, center) = below(tall, r);
            [-left.max(r), -tall, right.max(r), center + r]
        }
        Some((r, _)) => [-r, -r, r, r],
        None => [-left, -tall, right, tall],
    }
}

/// Radius and distance below the middle of the third body: it hangs under the halves and is drawn up over them where
/// the whole would be higher than a symbol may be.
fn below(tall: f32, r: f32) -> (f32, f32) {
    let r = r.min(LARGEST / 2.0);
    let bottom = (tall + r * 1.75).min(2.0 * LARGEST - tall);
    (r, bottom - r)
}

/// Draws a toll symbol about `at`.
pub(super) fn toll(items: &mut Vec<Item>, at: Point, shares: &Shares, scale: Scale, c: &Colors) {
    if ring::toll(items, at, shares, scale, c) {
        return;
    }
    let b = body(shares, scale);
    let rim = |width: f32| Some(Stroke::line(Paint::solid(c.rim), width));
    let tall = b.left.map_or(0.0, |(r, _)| r).max(b.right.map_or(0.0, |(r, _)| r));
    let mut third = None;
    if let Some((r, is_known)) = b.whole {
        if tall > 0.0 {
            third = Some(below(tall, r));
        } else if is_known {
            let center = at;
            items.push(Item::Circle {
                center,
                radius: r + 0.6,
                fill: Some(Paint::solid(c.party_other)),
                stroke: rim(1.2),
            });
        } else {
            let center = at;
            hollow_circle(items, center, c);
            let is_zero = shares.parts.contains(&Some(0));
            if is_zero {
                // Known to be none: a dot in the ring, so that it is not taken for unknown.
                items.push(Item::Circle { center, radius: 1.6, fill: Some(Paint::solid(c.label)), stroke: None });
            }
        }
    }
    for (half, start, color) in [(b.left, 90.0_f32, c.party_a), (b.right, -90.0, c.party_b)] {
        let Some((r, is_known)) = half else { continue };
        let ring = arc(at, r, start, start + 180.0);
        if is_known {
            items.push(Item::Polygon { rings: vec![ring.clone()], fill: None, stroke: rim(2.4) });
            items.push(Item::Polygon { rings: vec![ring], fill: Some(Paint::solid(color)), stroke: None });
        } else {
            items.push(Item::Polygon { rings: vec![ring.clone()], fill: None, stroke: rim(4.2) });
            items.push(Item::Polygon {
                rings: vec![ring],
                fill: Some(Paint::solid(c.rim)),
                stroke: Some(Stroke::line(Paint::solid(color), 1.6)),
            });
        }
    }
    if tall > 0.0 && b.left.is_some_and(|l| l.1) && b.right.is_some_and(|r| r.1) {
        // A hair of the rim's colour keeps the halves apart in grey print.
        items.push(Item::Lines {
            lines: vec![vec![[at[0], at[1] - tall], [at[0], at[1] + tall]]],
            stroke: Stroke::line(Paint::solid(c.rim), 1.0),
        });
    }
    if tall > 0.0 && (b.left.is_none() || b.right.is_none()) {
        // Nothing is said of the other half: its place is left open behind a thin line.
        let from = if b.left.is_none() { 90.0 } else { -90.0 };
        items.push(Item::Lines {
            lines: vec![arc(at, tall.min(HOLLOW + 1.0), from, from + 180.0)],
            stroke: Stroke::line(Paint::veil(c.label, 0.55), 0.9),
        });
    }
    if let Some((r, dy)) = third {
        let center = [at[0], at[1] + dy];
        items.push(Item::Circle { center, radius: r, fill: Some(Paint::solid(c.party_other)), stroke: rim(1.2) });
    }
}

fn hollow_circle(items: &mut Vec<Item>, center: Point, c: &Colors) {
    items.push(Item::Circle { center, radius: HOLLOW + 1.6, fill: Some(Paint::solid(c.rim)), stroke: None });
    items.push(Item::Circle {
        center,
        radius: HOLLOW,
        fill: None,
        stroke: Some(Stroke::line(Paint::solid(c.label), 1.6)),
    });
}

/// Points on an arc, degrees clockwise from east, its ends included.
pub(super) fn arc([x, y]: Point, r: f32, from: f32, to: f32) -> Vec<Point> {
    let steps = ((to - from).abs() / 8.0).ceil().max(4.0) as usize;
    (0..=steps)
        .map(|i| (from + (to - from) * i as f32 / steps as f32).to_radians().sin_cos())
        .map(|(s, c)| [x + r * c, y + r * s])
        .collect()
}

/// Half the side of the signs for what was said.
pub(super) const SPOKEN: f32 = 6.5;

/// Draws the sign of a statement (a speech bubble) or a ceasefire (two level bars).
pub(super) fn spoken(items: &mut Vec<Item>, [x, y]: Point, sign: Sign, c: &Colors) {
    let s = SPOKEN;
    if sign == Sign::Statement {
        let bubble = vec![
            [x - s, y - s * 0.8],
            [x + s, y - s * 0.8],
            [x + s, y + s * 0.5],
            [x - s * 0.1, y + s * 0.5],
            [x - s * 0.6, y + s],
            [x - s * 0.6, y + s * 0.5],
            [x - s, y + s * 0.5],
        ];
        items.push(Item::Polygon {
            rings: vec![bubble.clone()],
            fill: None,
            stroke: Some(Stroke::line(Paint::solid(c.rim), 4.0)),
        });
        items.push(Item::Polygon {
            rings: vec![bubble],
            fill: Some(Paint::solid(c.rim)),
            stroke: Some(Stroke::line(Paint::solid(c.label), 1.3)),
        });
        items.push(Item::Lines {
            lines: [-0.4, 0.1].map(|dy| vec![[x - s * 0.55, y + s * dy], [x + s * 0.55, y + s * dy]]).to_vec(),
            stroke: Stroke::line(Paint::solid(c.label), 1.1),
        });
    } else {
        items.push(Item::Circle {
            center: [x, y],
            radius: s,
            fill: Some(Paint::solid(c.rim)),
            stroke: Some(Stroke::line(Paint::solid(c.label), 1.3)),
        });
        items.push(Item::Lines {
            lines: [-0.3, 0.3].map(|dy| vec![[x - s * 0.45, y + s * dy], [x + s * 0.45, y + s * dy]]).to_vec(),
            stroke: Stroke::line(Paint::solid(c.label), 2.0),
        });
    }
}

/// A small notched flag beside a symbol: claims contradict each other.
pub(super) fn contradiction(items: &mut Vec<Item>, [x, y]: Point, c: &Colors) {
    let triangle = vec![[x, y - 4.6], [x + 4.4, y + 3.2], [x - 4.4, y + 3.2]];
    items.push(Item::Polygon {
        rings: vec![triangle],
        fill: Some(Paint::solid(c.rim)),
        stroke: Some(Stroke::line(Paint::solid(c.warning), 1.3)),
    });
    items.push(Item::Lines {
        lines: vec![vec![[x, y - 1.4], [x, y + 0.5]], vec![[x, y + 1.9], [x, y + 1.91]]],
        stroke: Stroke::line(Paint::solid(c.warning), 1.2),
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::Theme;

    fn shares(a: Option<u32>, b: Option<u32>, other: Option<u32>) -> Shares {
        Shares { parts: [a, b, other], named: [a.is_some(), b.is_some(), other.is_some()], ..Shares::default() }
    }

    #[test]
    fn the_areas_of_the_halves_add_up_to_the_disc_of_the_sum() {
        let scale = Scale::for_largest(400);
        let (l, r, whole) = (scale.half_radius(120), scale.half_radius(200), scale.radius(320));
        let halves = f32::midpoint(l * l, r * r);
        assert!((halves - whole * whole).abs() < 0.01, "{halves} {whole}");
    }

    #[test]
    fn no_symbol_passes_64_points_whatever_the_figures() {
        for largest in [0, 1, 49, 50, 7_000, u32::MAX] {
            let scale = Scale::for_largest(largest);
            for n in [0, 1, 50, 10_000, u32::MAX] {
                for s in [shares(Some(n), Some(n), Some(n)), shares(Some(n), None, None), shares(None, None, Some(n))] {
                    let [l, t, r, b] = toll_extent(&s, scale);
                    assert!(r - l <= 64.0 && b - t <= 64.01, "{largest} {n} {:?}", [l, t, r, b]);
                }
            }
        }
    }

    #[test]
    fn what_has_no_figure_is_hollow() {
        let c = Theme::Light.colors();
        let mut items = Vec::new();
        toll(&mut items, [0.0, 0.0], &shares(None, None, None), Scale::for_largest(10), c);
        assert!(items.iter().all(|i| !matches!(i, Item::Circle { fill: Some(p), .. } if p.rgb != c.rim)), "{items:?}");
        assert!(items.iter().any(|i| matches!(i, Item::Circle { fill: None, .. })));
    }
}
