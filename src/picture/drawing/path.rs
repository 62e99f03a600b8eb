//! From the corners of a drawing to lines on the screen.

use super::super::list::Point;
use super::super::view::View;
use crate::atlas::mercator::world_from_lonlat;
use crate::derive::geodesy;
use crate::model::{Drawing, DrawingKind, Form, LonLat};

/// Longest side in degrees that is drawn as one stroke: sides are straight in degrees, not on the map.
const STEP_DEG: f64 = 0.5;

/// Longest piece of a geodesic in km that is drawn as one stroke.
const STEP_KM: f64 = 40.0;

/// Corners of a circle.
const ROUND: u16 = 96;

pub(super) fn point(view: &View, at: LonLat) -> Point {
    view.screen(world_from_lonlat(at))
}

/// The lines of a drawing, rings without their first corner repeated; of a text its place. Lines and areas run straight
/// in degrees, as GeoJSON has it; what is measured runs along geodesics, on which it is measured.
pub(super) fn paths(view: &View, drawing: &Drawing) -> Vec<Vec<Point>> {
    let measured = matches!(drawing.kind(), DrawingKind::Distance | DrawingKind::MeasuredArea);
    let along = |corners: &[LonLat]| -> Vec<Point> {
        let mut out = Vec::new();
        for (a, b) in corners.iter().zip(corners.iter().skip(1)) {
            let way = if measured { geodesy::way(*a, *b, STEP_KM) } else { straight(*a, *b) };
            out.extend(way.iter().take(way.len().saturating_sub(1)).map(|p| point(view, *p)));
        }
        out.extend(corners.last().map(|p| point(view, *p)));
        out
    };
    match drawing.form() {
        Form::Point(p) => vec![vec![point(view, *p)]],
        Form::Circle(middle, km) => {
            vec![geodesy::circle(*middle, *km, ROUND).into_iter().map(|p| point(view, p)).collect()]
        }
        Form::Line(line) => vec![along(line)],
        Form::Area(rings) => rings
            .iter()
            .map(|ring| {
                let closed: Vec<LonLat> = ring.iter().chain(ring.first()).copied().collect();
                let mut path = along(&closed);
                path.pop();
                path
            })
            .collect(),
    }
}

/// Places on the straight line in degrees from `a` to `b`, both included.
fn straight(a: LonLat, b: LonLat) -> Vec<LonLat> {
    let (dx, dy) = (b.lon() - a.lon(), b.lat() - a.lat());
    let steps = (dx.abs().max(dy.abs()) / STEP_DEG).ceil().clamp(1.0, 720.0) as u16;
    // Between two positions on the globe lies another one.
    let between = (1..steps).filter_map(|n| {
        let t = f64::from(n) / f64::from(steps);
        LonLat::new(a.lon() + dx * t, a.lat() + dy * t).ok()
    });
    std::iter::once(a).chain(between).chain(std::iter::once(b)).collect()
}

/// Short strokes across both ends of a line, `half` points to each side.
pub(super) fn ends(line: &[Point], half: f32) -> Vec<Vec<Point>> {
    let across = |at: Option<&Point>, next: Option<&Point>| {
        let ([x, y], [nx, ny]) = (*at?, *next?);
        let (dx, dy) = (nx - x, ny - y);
        let length = (dx * dx + dy * dy).sqrt();
        (length > 0.0).then(|| {
            let (ox, oy) = (-dy / length * half, dx / length * half);
            vec![[x + ox, y + oy], [x - ox, y - oy]]
        })
    };
    let mut back = line.iter().rev();
    let first = across(line.first(), line.get(1));
    first.into_iter().chain(across(back.next(), back.next())).collect()
}

/// The point at a part of the length of a line, and the direction there as a unit vector.
pub(super) fn along(line: &[Point], part: f32) -> Option<(Point, Point)> {
    let pairs = || line.iter().zip(line.iter().skip(1));
    let length = |([ax, ay], [bx, by]): (&Point, &Point)| ((bx - ax).powi(2) + (by - ay).powi(2)).sqrt();
    let whole: f32 = pairs().map(length).sum();
    let mut left = whole * part.clamp(0.0, 1.0);
    let mut found = None;
    for (a, b) in pairs() {
        let own = length((a, b));
        if own <= 0.0 {
            continue;
        }
        let way = [(b[0] - a[0]) / own, (b[1] - a[1]) / own];
        let t = left.min(own);
        found = Some(([a[0] + way[0] * t, a[1] + way[1] * t], way));
        if left <= own {
            break;
        }
        left -= own;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_point_along_a_line_is_found_by_its_length() {
        let line = [[0.0, 0.0], [10.0, 0.0], [10.0, 30.0]];
        assert_eq!(along(&line, 0.5), Some(([10.0, 10.0], [0.0, 1.0])));
        assert_eq!(along(&line, 0.1), Some(([4.0, 0.0], [1.0, 0.0])));
        assert_eq!(along(&line[..1], 0.5), None);
        assert_eq!(ends(&line, 2.0), [vec![[0.0, 2.0], [0.0, -2.0]], vec![[12.0, 30.0], [8.0, 30.0]]]);
    }
}
