//! Tolls as rings: the ring's area is the figure of all together, on the scale of the discs, and its sectors are the
//! shares. The first main party runs down the left from the top, the second down the right, everybody else lies between
//! them at the bottom. A party with claims and no figure has a narrow hollow sector, which is no share.

use super::list::{Item, Paint, Point, Stroke};
use super::marks::Shares;
use super::symbols::{LARGEST, SMALLEST, Scale, arc};
use crate::view::Symbols;
use crate::view::theme::Colors;

/// Inner radius to outer radius.
const HOLE: f32 = 0.5;
/// Degrees of a hollow sector.
const HOLLOW_DEG: f32 = 44.0;
/// Degrees left open for a main party of which nothing is said.
const OPEN_DEG: f32 = 36.0;

/// Outer radius of a ring of which `part` (0–1] stands for `n` dead.
pub(super) fn outer(scale: Scale, n: u32, part: f32) -> f32 {
    // The area of the sectors is that of the disc: pi (R² - (hole R)²) part = pi r².
    (scale.radius(n) / ((1.0 - HOLE * HOLE) * part.max(0.1)).sqrt()).clamp(SMALLEST, LARGEST)
}

/// What a sector stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sector {
    /// A number, by its angle.
    Share,
    /// Claims without a figure.
    Hollow,
    /// A main party of which nothing is said: its side is left open, so that one party alone is known by its gap as
    /// well as by its colour.
    Open,
}

/// Degrees and meaning of each part; `None` where there is no number to divide.
fn sectors(shares: &Shares) -> Option<(u32, [(f32, Sector); 3])> {
    let total = shares.number().filter(|n| *n > 0)?;
    let part = |i: usize| shares.parts.get(i).copied().flatten();
    let is_named = |i: usize| shares.named.get(i) == Some(&true);
    let kind = |i: usize| match part(i) {
        None if is_named(i) => Sector::Hollow,
        None if i < 2 && part(1 - i).is_some_and(|n| n > 0) => Sector::Open,
        _ => Sector::Share,
    };
    let kinds = [kind(0), kind(1), kind(2)];
    let taken = |k: Sector| match k {
        Sector::Share => 0.0,
        Sector::Hollow => HOLLOW_DEG,
        Sector::Open => OPEN_DEG,
    };
    let left = 360.0 - kinds.into_iter().map(taken).sum::<f32>();
    let mut out = [(0.0, Sector::Share); 3];
    for (i, (slot, kind)) in out.iter_mut().zip(kinds).enumerate() {
        let share = left * (part(i).unwrap_or(0) as f32 / total as f32);
        *slot = (if kind == Sector::Share { share } else { taken(kind) }, kind);
    }
    Some((total, out))
}

/// The part of the circle that stands for numbers.
fn known(sectors: [(f32, Sector); 3]) -> f32 {
    sectors.iter().filter(|(_, k)| *k == Sector::Share).map(|(d, _)| d).sum::<f32>() / 360.0
}

/// Outer radius of the ring of these shares; `None` where symbols are not rings or nothing is to be divided.
pub(super) fn radius(shares: &Shares, scale: Scale) -> Option<f32> {
    if scale.symbols != Symbols::Ring {
        return None;
    }
    let (total, degrees) = sectors(shares)?;
    Some(outer(scale, total, known(degrees)))
}

/// Draws the ring; `false` where there is none to draw and the common sign stands.
pub(super) fn toll(items: &mut Vec<Item>, at: Point, shares: &Shares, scale: Scale, c: &Colors) -> bool {
    let Some(r) = radius(shares, scale) else { return false };
    let Some((_, [a, b, other])) = sectors(shares) else { return false };
    let whole = Some(Stroke::line(Paint::solid(c.rim), 2.4));
    items.push(Item::Circle { center: at, radius: r, fill: Some(Paint::veil(c.rim, 0.85)), stroke: whole });
    let top = -90.0;
    for ((degrees, kind), from, color) in
        [(a, top - a.0, c.party_a), (b, top, c.party_b), (other, top + b.0, c.party_other)]
    {
        let to = from + degrees;
        if degrees < 0.01 || kind == Sector::Open {
            continue;
        }
        if degrees > 359.9 {
            let fill = Some(Paint::solid(color));
            items.push(Item::Circle { center: at, radius: r, fill, stroke: None });
            let edge = Some(Stroke::line(Paint::solid(c.rim), 1.0));
            items.push(Item::Circle { center: at, radius: r * HOLE, fill: Some(Paint::solid(c.rim)), stroke: edge });
            continue;
        }
        let mut sector = arc(at, r, from, to);
        sector.extend(arc(at, r * HOLE, from, to).into_iter().rev());
        let (fill, edge, width) = if kind == Sector::Share { (color, c.rim, 1.0) } else { (c.rim, color, 1.4) };
        items.push(Item::Polygon {
            rings: vec![sector],
            fill: Some(Paint::solid(fill)),
            stroke: Some(Stroke::line(Paint::solid(edge), width)),
        });
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shares(a: Option<u32>, b: Option<u32>) -> Shares {
        Shares { parts: [a, b, None], named: [true, true, false], ..Shares::default() }
    }

    #[test]
    fn the_ring_has_the_area_of_the_disc_and_its_sectors_are_the_shares() {
        let scale = Scale::for_largest(400).showing(Symbols::Ring);
        let both = shares(Some(135), Some(80));
        let (total, degrees) = sectors(&both).unwrap();
        assert_eq!(total, 215);
        assert!((degrees[0].0 / degrees[1].0 - 135.0 / 80.0).abs() < 1e-4);
        let r = radius(&both, scale).unwrap();
        let area = r * r * (1.0 - HOLE * HOLE) * known(degrees);
        assert!((area - scale.radius(215).powi(2)).abs() < 0.05, "{area}");
    }

    #[test]
    fn a_party_without_a_figure_takes_no_share_of_the_area() {
        let scale = Scale::for_largest(400).showing(Symbols::Ring);
        let one = shares(Some(100), None);
        let (_, degrees) = sectors(&one).unwrap();
        assert!(degrees[1].1 == Sector::Hollow && (degrees[0].0 - (360.0 - HOLLOW_DEG)).abs() < 0.01);
        let r = radius(&one, scale).unwrap();
        let area = r * r * (1.0 - HOLE * HOLE) * known(degrees);
        assert!((area - scale.radius(100).powi(2)).abs() < 0.05, "{area}");
        let alone = Shares { parts: [Some(100), None, None], named: [true, false, false], ..Shares::default() };
        let (_, degrees) = sectors(&alone).unwrap();
        assert_eq!(degrees[1], (OPEN_DEG, Sector::Open), "one party alone is known without its colour");
        assert!(radius(&shares(None, None), scale).is_none(), "all unknown: the hollow sign");
        assert!(radius(&one, scale.showing(Symbols::Halves)).is_none());
    }
}
