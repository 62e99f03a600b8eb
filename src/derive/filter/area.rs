//! Whether a place touches an area drawn on the map. Plane geometry in degrees: the edges of both are straight there.

use rayon::prelude::*;

use crate::derive::Derived;
use crate::model::{IncidentId, LonLat, Outline, Place, Project, Shape};

type Point = [f64; 2];

/// Cells to a side of the grid by which most points are answered without a look at the edges.
const CELLS: usize = 128;

/// Above this many points the grid pays.
const MANY: usize = 10_000;

/// What is known of all points of a cell, its rim included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Cell {
    Outside,
    Inside,
    /// An edge runs through it or close by.
    Mixed,
}

/// An area made ready to be asked about many places.
pub(in crate::derive) struct Ground {
    ring: Vec<Point>,
    /// West, south, east, north.
    bounds: [f64; 4],
    /// Rows of [`CELLS`] cells from the south-west corner of the bounds; empty until [`Self::in_cells`].
    cells: Vec<Cell>,
}

fn point(p: LonLat) -> Point {
    [p.lon(), p.lat()]
}

fn edges(line: &[Point], closed: bool) -> impl Iterator<Item = (Point, Point)> + '_ {
    let back = line.last().zip(line.first()).filter(|_| closed).map(|(a, b)| (*a, *b));
    line.windows(2).filter_map(|w| Some((*w.first()?, *w.get(1)?))).chain(back)
}

/// On which side of the line from `a` to `b` the point lies: above 0 left, below 0 right, 0 on it.
fn side(a: Point, b: Point, p: Point) -> f64 {
    (b[0] - a[0]) * (p[1] - a[1]) - (b[1] - a[1]) * (p[0] - a[0])
}

fn is_on(a: Point, b: Point, p: Point) -> bool {
    let within = |i: usize| {
        let ends = (a.get(i), b.get(i), p.get(i));
        matches!(ends, (Some(a), Some(b), Some(p)) if a.min(*b) <= *p && *p <= a.max(*b))
    };
    side(a, b, p) == 0.0 && within(0) && within(1)
}

fn meet((a, b): (Point, Point), (c, d): (Point, Point)) -> bool {
    let apart = |x: f64, y: f64| (x > 0.0 && y < 0.0) || (x < 0.0 && y > 0.0);
    apart(side(a, b, c), side(a, b, d)) && apart(side(c, d, a), side(c, d, b))
        || is_on(a, b, c)
        || is_on(a, b, d)
        || is_on(c, d, a)
        || is_on(c, d, b)
}

/// Whether a point lies in rings by the even-odd rule, or on an edge.
fn is_inside<'r>(rings: impl Iterator<Item = &'r [Point]>, p: Point) -> bool {
    let mut inside = false;
    for (a, b) in rings.flat_map(|r| edges(r, true)) {
        if is_on(a, b, p) {
            return true;
        }
        if (a[1] > p[1]) != (b[1] > p[1]) && (side(a, b, p) > 0.0) == (b[1] > a[1]) {
            inside = !inside;
        }
    }
    inside
}

impl Ground {
    pub(in crate::derive) fn new(outline: &Outline) -> Self {
        let ring: Vec<Point> = outline.corners().iter().map(|p| point(*p)).collect();
        let around = |[w, s, e, n]: [f64; 4], [x, y]: &Point| [w.min(*x), s.min(*y), e.max(*x), n.max(*y)];
        let none = [f64::INFINITY, f64::INFINITY, f64::NEG_INFINITY, f64::NEG_INFINITY];
        Self { bounds: ring.iter().fold(none, around), ring, cells: Vec::new() }
    }

    /// The same, made ready for so many points.
    pub(in crate::derive) fn for_points(self, points: usize) -> Self {
        if points > MANY { self.in_cells() } else { self }
    }

    fn in_cells(mut self) -> Self {
        let [w, s, e, n] = self.bounds;
        let (width, height) = ((e - w) / CELLS as f64, (n - s) / CELLS as f64);
        if !(width > 0.0 && height > 0.0 && width.is_finite() && height.is_finite()) {
            return self;
        }
        let row_of = |y: f64| ((y - s) / height).clamp(0.0, CELLS as f64 - 1.0) as usize;
        let column_of = |x: f64| ((x - w) / width).clamp(0.0, CELLS as f64 - 1.0) as usize;
        let mut cells = vec![Cell::Outside; CELLS * CELLS];
        for (a, b) in edges(&self.ring, true) {
            for row in row_of(a[1].min(b[1])).saturating_sub(1)..=(row_of(a[1].max(b[1])) + 1).min(CELLS - 1) {
                // The part of the edge in this row and a little beyond, so that rounding never leaves out a cell.
                let (low, high) = (s + (row as f64 - 0.01) * height, s + (row as f64 + 1.01) * height);
                let along = |y: f64| ((y - a[1]) / (b[1] - a[1])).clamp(0.0, 1.0);
                let (from, to) = if a[1] == b[1] { (0.0, 1.0) } else { (along(low), along(high)) };
                let x = |t: f64| a[0] + t * (b[0] - a[0]);
                let (left, right) = (x(from).min(x(to)), x(from).max(x(to)));
                for column in column_of(left - width * 0.01)..=column_of(right + width * 0.01) {
                    if let Some(cell) = cells.get_mut(row * CELLS + column) {
                        *cell = Cell::Mixed;
                    }
                }
            }
        }
        for (at, cell) in cells.iter_mut().enumerate().filter(|(_, cell)| **cell != Cell::Mixed) {
            let middle = [w + ((at % CELLS) as f64 + 0.5) * width, s + ((at / CELLS) as f64 + 0.5) * height];
            if is_inside(std::iter::once(self.ring.as_slice()), middle) {
                *cell = Cell::Inside;
            }
        }
        self.cells = cells;
        self
    }

    fn cell(&self, p: Point) -> Cell {
        let [w, s, e, n] = self.bounds;
        let along = |from: f64, to: f64, at: f64| (((at - from) / (to - from) * CELLS as f64) as usize).min(CELLS - 1);
        let at = along(s, n, p[1]) * CELLS + along(w, e, p[0]);
        self.cells.get(at).copied().unwrap_or(Cell::Mixed)
    }

    /// Whether position or shape of the place touches the area; without either it does not.
    pub(super) fn holds(&self, place: &Place) -> bool {
        place.position.is_some_and(|p| self.contains(point(p))) || place.shape.as_ref().is_some_and(|s| self.meets(s))
    }

    /// Whether a point, longitude and latitude in degrees, lies in the area or on its edge.
    pub(in crate::derive) fn contains(&self, p: Point) -> bool {
        let [w, s, e, n] = self.bounds;
        p[0] >= w
            && p[0] <= e
            && p[1] >= s
            && p[1] <= n
            && match self.cell(p) {
                Cell::Outside => false,
                Cell::Inside => true,
                Cell::Mixed => is_inside(std::iter::once(self.ring.as_slice()), p),
            }
    }

    fn meets(&self, shape: &Shape) -> bool {
        let points = |line: &[LonLat]| -> Vec<Point> { line.iter().map(|p| point(*p)).collect() };
        let (rings, closed): (Vec<Vec<Point>>, bool) = match shape {
            Shape::Line(line) => (vec![points(line)], false),
            Shape::Area(rings) => (rings.iter().map(|r| points(r)).collect(), true),
        };
        let crosses = |edge| edges(&self.ring, true).any(|own| meet(own, edge));
        rings.iter().flatten().any(|p| self.contains(*p))
            || rings.iter().any(|r| edges(r, closed).any(crosses))
            || closed && self.ring.first().is_some_and(|p| is_inside(rings.iter().map(Vec::as_slice), *p))
    }
}

/// The incidents shown whose place touches an area, in the order of the file.
pub fn within(project: &Project, derived: &Derived, outline: &Outline) -> Vec<IncidentId> {
    let ids: Vec<IncidentId> = derived.ids().collect();
    let ground = Ground::new(outline).for_points(ids.len());
    let inside = |id: &IncidentId| {
        if derived.lies_in_area(*id) {
            return project.look(*id, |i| ground.holds(&i.place)).unwrap_or(false);
        }
        derived.place(*id).is_some_and(|p| ground.contains(p))
    };
    ids.into_par_iter().with_min_len(4096).filter(inside).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(lon: f64, lat: f64) -> LonLat {
        LonLat::new(lon, lat).unwrap()
    }

    fn holds(area: &str, place: &Place) -> bool {
        Ground::new(&Outline::parse(area).unwrap()).holds(place)
    }

    #[test]
    fn a_point_is_in_an_area_with_a_bay_only_where_there_is_ground() {
        let u = "0 0, 9 0, 9 9, 6 9, 6 3, 3 3, 3 9, 0 9";
        for (lon, lat, want) in
            [(1.0, 8.0, true), (4.5, 8.0, false), (4.5, 1.0, true), (3.0, 5.0, true), (10.0, 1.0, false)]
        {
            let place = Place { position: Some(at(lon, lat)), ..Place::default() };
            assert_eq!(holds(u, &place), want, "{lon} {lat}");
            let back: Vec<&str> = u.split(", ").collect();
            let back = back.into_iter().rev().collect::<Vec<_>>().join(", ");
            assert_eq!(holds(&back, &place), want, "the other way round");
        }
    }

    proptest::proptest! {
        #[test]
        fn the_grid_answers_as_the_edges_do(
            corners in proptest::collection::vec((0_u8..12, 0_u8..12), 3..24),
            points in proptest::collection::vec((0.0..12.0_f64, 0.0..12.0_f64), 60),
        ) {
            let corners: Vec<LonLat> = corners.iter().map(|(x, y)| at(f64::from(*x) / 3.0, f64::from(*y))).collect();
            let Some(outline) = Outline::new(corners.clone()) else { return Ok(()) };
            let (plain, grid) = (Ground::new(&outline), Ground::new(&outline).in_cells());
            let on_corners = corners.iter().map(|p| point(*p));
            for p in points.iter().map(|(x, y)| [*x / 3.0, *y]).chain(on_corners) {
                proptest::prop_assert_eq!(plain.contains(p), grid.contains(p), "{:?}", p);
                let whole = [p[0].round(), p[1].round()];
                proptest::prop_assert_eq!(plain.contains(whole), grid.contains(whole), "{:?}", whole);
            }
        }
    }

    #[test]
    fn a_shape_touches_where_it_crosses_contains_or_lies_within() {
        let area = "2 2, 4 2, 4 4, 2 4";
        let square = |from: f64, to: f64| vec![at(from, from), at(to, from), at(to, to), at(from, to), at(from, from)];
        let shaped = |shape| Place { shape: Some(shape), ..Place::default() };
        assert!(holds(area, &shaped(Shape::Area(vec![square(0.0, 9.0)]))), "around it");
        assert!(!holds(area, &shaped(Shape::Area(vec![square(0.0, 9.0), square(1.0, 8.0)]))), "it lies in a hole");
        assert!(holds(area, &shaped(Shape::Area(vec![square(2.5, 3.0)]))), "within");
        assert!(holds(area, &shaped(Shape::Area(vec![square(4.0, 5.0)]))), "at a corner");
        assert!(!holds(area, &shaped(Shape::Area(vec![square(5.0, 6.0)]))));
        assert!(holds(area, &shaped(Shape::Line(vec![at(0.0, 3.0), at(9.0, 3.0)]))));
        assert!(!holds(area, &shaped(Shape::Line(vec![at(0.0, 5.0), at(9.0, 5.0)]))));
        assert!(!holds(area, &Place::default()));
    }
}
