//! The signs of the kinds of incidents: a badge whose form and colour tell the family, and a figure on it for the kind.
//!
//! All are drawn here as vectors, about a point, for 16 to 24 points across. No kind is told by its colour alone: families
//! differ in outline (round, diamond, square, hexagon, and hollow for what was said), kinds in figure.

use super::list::{Item, Paint, Point, Stroke};
use super::symbols::arc;
use crate::model::Kind;
use crate::view::Rgb;
use crate::view::theme::{Colors, kind_ink};

/// Radius in points of a badge on the map.
pub(super) const BADGE: f32 = 10.5;

/// The kinds of what one symbol stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kinds {
    /// The most frequent one; of several as frequent the first in the order of menus.
    pub main: Kind,
    /// Whether there are others.
    pub mixed: bool,
}

impl Kinds {
    /// One kind alone.
    pub(super) fn of(kind: &Kind) -> Self {
        Self { main: kind.clone(), mixed: false }
    }

    /// Those of several together.
    pub(super) fn among<'a>(kinds: impl Iterator<Item = &'a Kind>) -> Option<Self> {
        let mut counts: Vec<(&Kind, u32)> = Vec::new();
        for kind in kinds {
            match counts.iter_mut().find(|(k, _)| *k == kind) {
                Some((_, n)) => *n += 1,
                None => counts.push((kind, 1)),
            }
        }
        let mixed = counts.len() > 1;
        let main = counts.into_iter().reduce(|a, b| if (b.1, a.0) > (a.1, b.0) { b } else { a })?.0.clone();
        Some(Self { main, mixed })
    }
}

/// What a badge takes about its point.
pub(super) fn extent(r: f32) -> [f32; 4] {
    [-r - 1.0, -r - 1.0, r + 1.0, r + 1.0]
}

/// Draws the badge of a kind.
pub(super) fn badge(items: &mut Vec<Item>, at: Point, r: f32, kind: &Kind, c: &Colors) {
    let (family, _) = kind_ink(kind);
    let color = c.kinds.get(family).copied().unwrap_or(c.party_other);
    // What was said is hollow: ink on paper; what happened is paper on ink.
    let (ground, ink) = if kind.is_spoken() { (c.rim, c.label) } else { (color, c.rim) };
    let edge = if kind.is_spoken() { c.label } else { c.rim };
    let stroke = Some(Stroke::line(Paint::solid(edge), r * 0.13));
    let ring = outline(at, r, kind, family);
    let casing = Some(Stroke::line(Paint::solid(c.rim), r * 0.36));
    items.push(Item::Polygon { rings: vec![ring.clone()], fill: None, stroke: casing });
    items.push(Item::Polygon { rings: vec![ring], fill: Some(Paint::solid(ground)), stroke });
    Pen { items, at, k: r / 10.0, ink, ground }.figure(kind);
}

/// Marks a badge as the most frequent kind of several: a plus at its lower right.
pub(super) fn several(items: &mut Vec<Item>, [x, y]: Point, r: f32, c: &Colors) {
    let center = [x + r * 0.82, y + r * 0.82];
    let stroke = Some(Stroke::line(Paint::solid(c.label), 1.0));
    items.push(Item::Circle { center, radius: r * 0.42, fill: Some(Paint::solid(c.rim)), stroke });
    let [cx, cy] = center;
    let s = r * 0.22;
    items.push(Item::Lines {
        lines: vec![vec![[cx - s, cy], [cx + s, cy]], vec![[cx, cy - s], [cx, cy + s]]],
        stroke: Stroke::line(Paint::solid(c.label), 1.3),
    });
}

/// The badge's edge: round for fighting on the ground, a diamond for fire from afar, a square for harm to people, a
/// hexagon for everything else, a bubble for a statement.
fn outline([x, y]: Point, r: f32, kind: &Kind, family: usize) -> Vec<Point> {
    let corners = |n: u16, from: f32, r: f32| -> Vec<Point> {
        (0..n)
            .map(|i| (from + 360.0 * f32::from(i) / f32::from(n)).to_radians().sin_cos())
            .map(|(s, c)| [x + r * c, y + r * s])
            .collect()
    };
    match family {
        0 => corners(28, 0.0, r),
        1 => corners(4, 0.0, r * 1.24),
        2 => super::plates::plate([x - r * 0.92, y - r * 0.92, x + r * 0.92, y + r * 0.92], r * 0.2),
        _ if *kind == Kind::Statement => {
            [[-0.95, -0.8], [0.95, -0.8], [0.95, 0.5], [-0.1, 0.5], [-0.6, 1.0], [-0.6, 0.5], [-0.95, 0.5]]
                .map(|[dx, dy]| [x + dx * r, y + dy * r])
                .to_vec()
        }
        _ if kind.is_spoken() => corners(28, 0.0, r * 0.95),
        _ => corners(6, 0.0, r * 1.06),
    }
}

/// Draws a figure in units of a tenth of the badge's radius.
struct Pen<'a> {
    items: &'a mut Vec<Item>,
    at: Point,
    k: f32,
    ink: Rgb,
    ground: Rgb,
}

/// Seen from above, the nose upwards.
const AIRCRAFT: [Point; 16] = [
    [0.0, -6.6],
    [0.9, -5.2],
    [0.9, -2.0],
    [6.2, 1.2],
    [6.2, 2.6],
    [0.9, 1.2],
    [0.8, 4.0],
    [2.6, 5.3],
    [2.6, 6.3],
    [0.0, 5.6],
    [-2.6, 6.3],
    [-2.6, 5.3],
    [-0.8, 4.0],
    [-0.9, 1.2],
    [-6.2, 2.6],
    [-6.2, 1.2],
];

impl Pen<'_> {
    fn point(&self, [x, y]: Point) -> Point {
        [self.at[0] + x * self.k, self.at[1] + y * self.k]
    }

    fn lines(&mut self, lines: &[&[Point]], width: f32) {
        let lines = lines.iter().map(|l| l.iter().map(|p| self.point(*p)).collect()).collect();
        let stroke = Stroke::line(Paint::solid(self.ink), width * self.k);
        self.items.push(Item::Lines { lines, stroke });
    }

    fn area(&mut self, ring: &[Point]) {
        let ring = ring.iter().map(|p| self.point(*p)).collect();
        self.items.push(Item::Polygon { rings: vec![ring], fill: Some(Paint::solid(self.ink)), stroke: None });
    }

    fn dot(&mut self, at: Point, radius: f32) {
        let (center, radius) = (self.point(at), radius * self.k);
        self.items.push(Item::Circle { center, radius, fill: Some(Paint::solid(self.ink)), stroke: None });
    }

    /// A hole in what was drawn so far.
    fn hole(&mut self, at: Point, radius: f32) {
        let (center, radius) = (self.point(at), radius * self.k);
        self.items.push(Item::Circle { center, radius, fill: Some(Paint::solid(self.ground)), stroke: None });
    }

    /// Two blades across.
    fn blades(&mut self, s: f32) {
        self.lines(&[&[[-s, -s], [s, s]], &[[s, -s], [-s, s]]], 2.0);
        let (a, b) = (s * 0.36, s * 0.92);
        self.lines(&[&[[-b, a], [-a, b]], &[[b, a], [a, b]]], 1.7);
    }

    fn aircraft(&mut self, turned: bool, dy: f32, size: f32) {
        let flip = if turned { -size } else { size };
        let ring: Vec<Point> = AIRCRAFT.iter().map(|[x, y]| [x * flip, y * flip + dy]).collect();
        self.area(&ring);
    }

    fn figure(&mut self, kind: &Kind) {
        match kind {
            Kind::ArmedClash => self.blades(4.6),
            Kind::Battle => {
                // Two sides meet.
                self.area(&[[-6.6, -4.6], [-0.9, 0.0], [-6.6, 4.6]]);
                self.area(&[[6.6, -4.6], [0.9, 0.0], [6.6, 4.6]]);
            }
            Kind::War => {
                self.blades(3.5);
                let (center, radius) = (self.at, 7.4 * self.k);
                let stroke = Some(Stroke::line(Paint::solid(self.ink), 1.3 * self.k));
                self.items.push(Item::Circle { center, radius, fill: None, stroke });
            }
            Kind::Shelling => {
                // A shell's path, and where it comes down.
                let path = arc([0.0, 3.4], 6.0, 190.0, 338.0);
                self.lines(&[&path], 1.6);
                self.dot([5.4, 3.0], 2.1);
                self.lines(&[&[[-6.6, 5.6], [6.6, 5.6]]], 1.5);
            }
            Kind::AirStrike => self.aircraft(false, 0.0, 1.0),
            Kind::MissileStrike => {
                self.area(&[[0.0, -7.4], [1.9, -4.4], [1.9, 3.2], [-1.9, 3.2], [-1.9, -4.4]]);
                self.area(&[[1.9, 0.2], [4.4, 3.4], [4.4, 5.4], [1.9, 3.6]]);
                self.area(&[[-1.9, 0.2], [-4.4, 3.4], [-4.4, 5.4], [-1.9, 3.6]]);
                self.lines(&[&[[0.0, 4.6], [0.0, 7.4]]], 1.7);
            }
            Kind::TerritorialChange => {
                self.lines(&[&[[-3.6, -6.4], [-3.6, 6.8]]], 1.6);
                self.area(&[[-3.2, -6.2], [5.6, -3.2], [-3.2, -0.2]]);
            }
            Kind::AgainstCivilians => {
                self.dot([0.0, -4.1], 2.5);
                let mut body = arc([0.0, 2.6], 4.2, 180.0, 360.0);
                body.extend([[4.2, 6.6], [-4.2, 6.6]]);
                self.area(&body);
            }
            Kind::Capture => {
                self.lines(&[&[[-5.6, -5.8], [5.6, -5.8]], &[[-5.6, 5.8], [5.6, 5.8]]], 1.6);
                self.lines(
                    &[&[[-3.8, -5.6], [-3.8, 5.6]], &[[0.0, -5.6], [0.0, 5.6]], &[[3.8, -5.6], [3.8, 5.6]]],
                    1.6,
                );
            }
            Kind::Sabotage => {
                // A mine: a dome on the ground with its prongs.
                self.area(&arc([0.0, 3.6], 5.2, 180.0, 360.0));
                self.lines(&[&[[-6.4, 4.6], [6.4, 4.6]]], 1.7);
                self.lines(
                    &[&[[0.0, -1.4], [0.0, -5.6]], &[[-3.2, -0.2], [-5.0, -3.6]], &[[3.2, -0.2], [5.0, -3.6]]],
                    1.5,
                );
            }
            Kind::AircraftLoss => {
                self.aircraft(true, -1.2, 0.84);
                self.lines(&[&[[-5.2, 6.8], [5.2, 6.8]]], 1.6);
            }
            Kind::Explosion => {
                let star: Vec<Point> = (0..16_u8)
                    .map(|i| ((f32::from(i) * 22.5 - 90.0).to_radians().sin_cos(), if i % 2 == 0 { 7.2 } else { 3.3 }))
                    .map(|((s, c), r)| [r * c, r * s])
                    .collect();
                self.area(&star);
                self.hole([0.0, 0.0], 1.5);
            }
            Kind::Ceasefire => self.lines(&[&[[-4.2, -2.6], [4.2, -2.6]], &[[-4.2, 2.6], [4.2, 2.6]]], 2.4),
            Kind::Statement => self.lines(&[&[[-5.4, -4.0], [5.4, -4.0]], &[[-5.4, 0.6], [3.4, 0.6]]], 1.7),
            Kind::Other(_) => [-4.0, 0.0, 4.0].into_iter().for_each(|x| self.dot([x, 0.0], 1.5)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::Theme;
    use crate::view::theme::contrast;

    fn all() -> Vec<Kind> {
        Kind::KNOWN.iter().cloned().chain([Kind::Other("parade".into())]).collect()
    }

    fn drawn(kind: &Kind, c: &Colors) -> Vec<Item> {
        let mut items = Vec::new();
        badge(&mut items, [0.0, 0.0], 10.0, kind, c);
        items
    }

    #[test]
    fn every_kind_has_a_figure_of_its_own_without_its_colour() {
        // In one grey all badges still differ.
        let grey = Rgb(90, 90, 90);
        let c = Colors { kinds: [grey; 5], ..*Theme::Print.colors() };
        let all: Vec<Vec<Item>> = all().iter().map(|k| drawn(k, &c)).collect();
        for (i, a) in all.iter().enumerate() {
            assert!(a.len() > 2, "{i} has a figure");
            assert!(all.iter().skip(i + 1).all(|b| a != b), "{i}");
        }
    }

    #[test]
    fn figures_stand_out_from_their_badges_and_stay_within_them() {
        for theme in Theme::ALL {
            let c = theme.colors();
            for kind in all() {
                let family = kind_ink(&kind).0;
                if !kind.is_spoken() {
                    assert!(contrast(c.kinds[family], c.rim) >= 3.0, "{kind:?} in {theme:?}");
                }
                for item in drawn(&kind, c) {
                    let points: Vec<Point> = match item {
                        Item::Polygon { rings, .. } => rings.concat(),
                        Item::Lines { lines, .. } => lines.concat(),
                        Item::Circle { center: [x, y], radius: r, .. } => vec![[x - r, y - r], [x + r, y + r]],
                        _ => vec![],
                    };
                    assert!(points.iter().flatten().all(|v| v.abs() <= 12.5), "{kind:?}: {points:?}");
                }
            }
        }
    }

    #[test]
    fn of_several_kinds_the_most_frequent_stands_for_all() {
        let (a, b) = (Kind::Battle, Kind::Shelling);
        let kinds = |k: &[&Kind]| Kinds::among(k.iter().copied()).unwrap();
        assert_eq!(kinds(&[&a]), Kinds { main: a.clone(), mixed: false });
        assert_eq!(kinds(&[&a, &b, &b]), Kinds { main: b.clone(), mixed: true });
        // As frequent: the order of menus decides, not that of the project.
        assert_eq!(kinds(&[&a, &b]), kinds(&[&b, &a]));
        assert_eq!(kinds(&[&a, &b]).main, b);
        assert!(Kinds::among([].into_iter()).is_none());
    }
}
