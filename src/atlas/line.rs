//! Lines and rings that know which of their points a zoom needs.

use std::sync::atomic::{AtomicU64, Ordering};

use super::mercator;

/// An upright rectangle of the unit world (see [`mercator`]); x may run past 0..1 where the world repeats.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct WorldRect {
    /// West.
    pub x0: f64,
    /// North.
    pub y0: f64,
    /// East.
    pub x1: f64,
    /// South.
    pub y1: f64,
}

impl WorldRect {
    /// The whole world once.
    pub const WORLD: Self = Self { x0: 0.0, y0: 0.0, x1: 1.0, y1: 1.0 };

    /// The rectangle between two corners given in degrees.
    pub fn from_degrees(west: f64, south: f64, east: f64, north: f64) -> Self {
        let [x0, y0] = mercator::world_from_degrees(west, north);
        let [x1, y1] = mercator::world_from_degrees(east, south);
        Self { x0, y0, x1, y1 }
    }

    /// The rectangle of a tile.
    pub fn of_tile(x: u32, y: u32, zoom: u8) -> Self {
        let size = (-f64::from(zoom)).exp2();
        let (x0, y0) = (f64::from(x) * size, f64::from(y) * size);
        Self { x0, y0, x1: x0 + size, y1: y0 + size }
    }

    /// From west to east.
    pub fn width(&self) -> f64 {
        self.x1 - self.x0
    }

    /// From north to south.
    pub fn height(&self) -> f64 {
        self.y1 - self.y0
    }

    /// Whether the two share a point.
    pub fn intersects(&self, other: &Self) -> bool {
        self.x0 <= other.x1 && other.x0 <= self.x1 && self.y0 <= other.y1 && other.y0 <= self.y1
    }

    /// Whether `other` lies wholly within.
    pub fn contains(&self, other: &Self) -> bool {
        self.x0 <= other.x0 && other.x1 <= self.x1 && self.y0 <= other.y0 && other.y1 <= self.y1
    }

    /// Larger by `by` on every side.
    #[must_use]
    pub fn padded(&self, by: f64) -> Self {
        Self { x0: self.x0 - by, y0: self.y0 - by, x1: self.x1 + by, y1: self.y1 + by }
    }

    /// Moved east by whole worlds.
    #[must_use]
    pub fn shifted(&self, worlds: f64) -> Self {
        Self { x0: self.x0 + worlds, x1: self.x1 + worlds, ..*self }
    }

    fn misses(&self, [ax, ay]: [f64; 2], [bx, by]: [f64; 2]) -> bool {
        ax.max(bx) < self.x0 || ax.min(bx) > self.x1 || ay.max(by) < self.y0 || ay.min(by) > self.y1
    }
}

/// How many lines were made in this run.
static LINES: AtomicU64 = AtomicU64::new(0);

/// A line, or with equal ends a ring, in world coordinates.
#[derive(Clone, Debug)]
pub struct Line {
    id: u64,
    points: Vec<[f64; 2]>,
    need: Vec<u8>,
    bbox: WorldRect,
}

impl Line {
    /// A line from its points and, for each, the zoom from which it is needed (missing ones: always).
    pub fn new(points: Vec<[f64; 2]>, mut need: Vec<u8>) -> Self {
        need.resize(points.len(), 0);
        let empty = WorldRect { x0: f64::MAX, y0: f64::MAX, x1: f64::MIN, y1: f64::MIN };
        let bbox = points.iter().fold(empty, |b, &[x, y]| WorldRect {
            x0: b.x0.min(x),
            y0: b.y0.min(y),
            x1: b.x1.max(x),
            y1: b.y1.max(y),
        });
        Self { id: LINES.fetch_add(1, Ordering::Relaxed), points, need, bbox }
    }

    /// A number that no other line of this run has, save those cloned from it: what was worked out for a line can be kept by it.
    pub fn id(&self) -> u64 {
        self.id
    }

    /// All points, as stored.
    pub fn points(&self) -> &[[f64; 2]] {
        &self.points
    }

    /// For each point the zoom from which it is needed, 0..=15. Ends are always needed, so that junctions hold.
    pub fn need(&self) -> &[u8] {
        &self.need
    }

    /// The smallest rectangle around all points.
    pub fn bbox(&self) -> WorldRect {
        self.bbox
    }

    /// Whether the ends meet.
    pub fn is_ring(&self) -> bool {
        self.points.len() > 3 && self.points.first() == self.points.last()
    }

    /// The points a zoom needs: leaving out the others moves the line by less than a third of a point on screen.
    pub fn at_zoom(&self, zoom: f64) -> impl Iterator<Item = [f64; 2]> + '_ {
        // A negative zoom is 0 here: what is always needed is needed in the whole world, too.
        let zoom = zoom.ceil() as u8;
        self.points.iter().zip(&self.need).filter(move |(_, need)| **need <= zoom).map(|(p, _)| *p)
    }

    /// The stretches of the line that a view may show, with the points the zoom needs.
    ///
    /// Whole segments, and one more on each side, so that what is drawn inside the view does not depend on where the
    /// view ends. Pad the view by half the width of what is drawn.
    pub fn visible(&self, view: &WorldRect, zoom: f64) -> Vec<Vec<[f64; 2]>> {
        if !self.bbox.intersects(view) {
            return Vec::new();
        }
        let mut pieces = Vec::new();
        let mut now: Vec<[f64; 2]> = Vec::new();
        let mut before: [Option<[f64; 2]>; 2] = [None, None];
        // Set while the last segment was in view: the next point still belongs to the piece.
        let mut trailing = false;
        for point in self.at_zoom(zoom) {
            let [further, last] = before;
            if let Some(last) = last {
                if !view.misses(last, point) {
                    if now.is_empty() {
                        now.extend(further);
                        now.push(last);
                    }
                    now.push(point);
                    trailing = true;
                } else if trailing {
                    now.push(point);
                    pieces.push(std::mem::take(&mut now));
                    trailing = false;
                }
            }
            before = [last, Some(point)];
        }
        if now.len() > 1 {
            pieces.push(now);
        }
        pieces
    }

    /// The ring cut to a rectangle, closed (the first point is not repeated), with the points the zoom needs.
    /// Sides of the cut run along the rectangle: pad it beyond what is seen. Empty if nothing is inside.
    pub fn clipped_ring(&self, view: &WorldRect, zoom: f64) -> Vec<[f64; 2]> {
        if !self.bbox.intersects(view) {
            return Vec::new();
        }
        let mut ring: Vec<[f64; 2]> = self.at_zoom(zoom).collect();
        if ring.len() > 1 && ring.first() == ring.last() {
            ring.pop();
        }
        if view.contains(&self.bbox) {
            return ring;
        }
        // Sutherland and Hodgman (1974): one side of the rectangle after the other.
        ring = cut(&ring, |p| p[0] - view.x0);
        ring = cut(&ring, |p| view.x1 - p[0]);
        ring = cut(&ring, |p| p[1] - view.y0);
        cut(&ring, |p| view.y1 - p[1])
    }
}

/// Keeps the part of a closed ring where `side` is not negative; `side` is a signed distance.
fn cut(ring: &[[f64; 2]], side: impl Fn([f64; 2]) -> f64) -> Vec<[f64; 2]> {
    let mut out = Vec::with_capacity(ring.len() + 4);
    let Some(&last) = ring.last() else { return out };
    let mut from = (last, side(last));
    for &point in ring {
        let to = (point, side(point));
        if (from.1 < 0.0) != (to.1 < 0.0) {
            let t = from.1 / (from.1 - to.1);
            out.push([from.0[0] + t * (to.0[0] - from.0[0]), from.0[1] + t * (to.0[1] - from.0[1])]);
        }
        if to.1 >= 0.0 {
            out.push(point);
        }
        from = to;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn zigzag() -> Line {
        let points = (0..=10).map(|i| [f64::from(i) / 10.0, f64::from(i % 2) / 10.0]).collect();
        Line::new(points, vec![0, 9, 9, 9, 9, 9, 9, 9, 9, 9, 0])
    }

    #[test]
    fn a_coarse_zoom_keeps_the_ends() {
        let pieces = zigzag().visible(&WorldRect::WORLD, 3.0);
        assert_eq!(pieces, [vec![[0.0, 0.0], [1.0, 0.0]]]);
        assert_eq!(zigzag().visible(&WorldRect::WORLD, 8.1).first().map(Vec::len), Some(11));
    }

    #[test]
    fn a_view_gets_its_segments_and_one_more_on_each_side() {
        let view = WorldRect { x0: 0.42, y0: 0.0, x1: 0.48, y1: 1.0 };
        let pieces = zigzag().visible(&view, 15.0);
        assert_eq!(pieces.len(), 1);
        let xs: Vec<f64> = pieces[0].iter().map(|p| p[0]).collect();
        assert_eq!(xs, [0.3, 0.4, 0.5, 0.6]);
        assert!(zigzag().visible(&view.shifted(5.0), 15.0).is_empty());
    }

    #[test]
    fn a_line_that_leaves_and_returns_is_two_pieces() {
        let line = Line::new(vec![[0.0, 0.0], [0.1, 0.0], [0.1, 0.5], [0.2, 0.9], [0.3, 0.5], [0.4, 0.0]], Vec::new());
        let view = WorldRect { x0: 0.0, y0: 0.0, x1: 1.0, y1: 0.2 };
        assert_eq!(line.visible(&view, 0.0).len(), 2);
    }

    #[test]
    fn a_ring_is_cut_to_the_view() {
        let ring = Line::new(vec![[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0], [0.0, 0.0]], Vec::new());
        let view = WorldRect { x0: 0.25, y0: 0.25, x1: 0.5, y1: 0.75 };
        let cut = ring.clipped_ring(&view, 0.0);
        assert_eq!(cut.len(), 4);
        assert!(cut.iter().all(|p| (0.25..=0.5).contains(&p[0]) && (0.25..=0.75).contains(&p[1])));
        assert!(ring.clipped_ring(&view.shifted(3.0), 0.0).is_empty());
    }
}
