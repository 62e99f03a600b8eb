//! Whether a place touches an area drawn on the map. Plane geometry in degrees: the edges of both are straight there.

use rayon::prelude::*;

use crate::derive::Derived;
use crate::model::{IncidentId, LonLat, Outline, Place, Project, Shape};

type Point = [f64; 2];

/// An area made ready to be asked about many places.
pub(in crate::derive) struct Ground {
    ring: Vec<Point>,
    /// West, south, east, north.
    bounds: [f64; 4],
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
        Self { bounds: ring.iter().fold(none, around), ring }
    }

    /// Whether position or shape of the place touches the area; without either it does not.
    pub(super) fn holds(&self, place: &Place) -> bool {
        place.position.is_some_and(|p| self.contains(point(p))) || place.shape.as_ref().is_some_and(|s| self.meets(s))
    }

    /// Whether a point, longitude and latitude in degrees, lies in the area or on its edge.
    pub(in crate::derive) fn contains(&self, p: Point) -> bool {
        let [w, s, e, n] = self.bounds;
        p[0] >= w && p[0] <= e && p[1] >= s && p[1] <= n && is_inside(std::iter::once(self.ring.as_slice()), p)
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
    let ground = Ground::new(outline);
    let ids: Vec<IncidentId> = derived.ids().collect();
    let inside = |id: &IncidentId| {
        if derived.lies_in_area(*id) {
            return project.look(*id, |i| ground.holds(&i.place)).unwrap_or(false);
        }
        derived.at(*id).is_some_and(|p| ground.contains(point(p)))
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
