//! Cutting lines and areas to the picture, and hatching, with patterns that stay still on the ground.

use super::list::Point;

/// Left, top, right, bottom in points.
pub(super) type Box4 = [f32; 4];

/// A piece of a line inside the box, with the length of line before it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Run {
    pub(super) points: Vec<Point>,
    /// Points of line before the first one, for the phase of dashes.
    pub(super) before: f32,
}

/// The pieces of a line that lie in a box (Liang and Barsky, "A new concept and method for line clipping", 1984).
pub(super) fn clip_line(line: impl IntoIterator<Item = Point>, bounds: Box4) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    let mut last: Option<(Point, u8)> = None;
    let mut length = 0.0_f64;
    let mut joined = false;
    for p in line {
        let beyond = sides(p, bounds);
        if let Some((a, before)) = last {
            let (dx, dy) = (f64::from(p[0] - a[0]), f64::from(p[1] - a[1]));
            // Points of a screen: nothing that `hypot` would save from overflowing, at a tenth of its time.
            let len = (dx * dx + dy * dy).sqrt();
            let part = match (before, beyond) {
                (0, 0) => Some((0.0, 1.0)),
                // Both ends lie beyond the same side, as most of a long border does.
                _ if before & beyond != 0 => None,
                _ => segment(a, p, bounds),
            };
            match part {
                Some((t0, t1)) => {
                    let at = |t: f32| [a[0] + (p[0] - a[0]) * t, a[1] + (p[1] - a[1]) * t];
                    if !(joined && t0 == 0.0) {
                        runs.push(Run { points: vec![at(t0)], before: (length + len * f64::from(t0)) as f32 });
                    }
                    if let Some(run) = runs.last_mut() {
                        run.points.push(if t1 == 1.0 { p } else { at(t1) });
                    }
                    joined = t1 == 1.0;
                }
                None => joined = false,
            }
            length += len;
        }
        last = Some((p, beyond));
    }
    runs
}

/// The sides of a box beyond which a point lies, a bit for each.
fn sides([x, y]: Point, [l, t, r, b]: Box4) -> u8 {
    u8::from(x < l) | u8::from(x > r) << 1 | u8::from(y < t) << 2 | u8::from(y > b) << 3
}

/// The part of a segment inside a box, as fractions of it.
fn segment(a: Point, b: Point, [l, t, r, bottom]: Box4) -> Option<(f32, f32)> {
    let (dx, dy) = (b[0] - a[0], b[1] - a[1]);
    let (mut t0, mut t1) = (0.0_f32, 1.0_f32);
    for (p, q) in [(-dx, a[0] - l), (dx, r - a[0]), (-dy, a[1] - t), (dy, bottom - a[1])] {
        if p == 0.0 {
            if q < 0.0 {
                return None;
            }
        } else if p < 0.0 {
            t0 = t0.max(q / p);
        } else {
            t1 = t1.min(q / p);
        }
    }
    (t0 <= t1).then_some((t0, t1))
}

/// A ring cut to a box (Sutherland and Hodgman 1974); empty if they do not meet.
pub(super) fn clip_ring(ring: &[Point], [l, t, r, b]: Box4) -> Vec<Point> {
    let mut out = ring.to_vec();
    for (axis, edge, sign) in [(0, l, 1.0), (0, r, -1.0), (1, t, 1.0), (1, b, -1.0)] {
        let inside = |p: &Point| (pick(*p, axis) - edge) * sign >= 0.0;
        let points = std::mem::take(&mut out);
        let Some(mut from) = points.last().copied() else { return out };
        for to in points {
            if inside(&from) != inside(&to) {
                let (u, v) = (pick(from, axis), pick(to, axis));
                let f = (edge - u) / (v - u);
                out.push([from[0] + (to[0] - from[0]) * f, from[1] + (to[1] - from[1]) * f]);
            }
            if inside(&to) {
                out.push(to);
            }
            from = to;
        }
    }
    out
}

fn pick([x, y]: Point, axis: u8) -> f32 {
    if axis == 0 { x } else { y }
}

/// Diagonal lines (falling to the right if `falling`) through an area by the even-odd rule, `gap` points apart.
///
/// `origin` is where a fixed point of the ground lies on the screen: the lines keep their distance to it, so they do not
/// crawl while the map is panned.
pub(super) fn hatch(rings: &[Vec<Point>], bounds: Box4, gap: f32, origin: [f64; 2], falling: bool) -> Vec<Vec<Point>> {
    let sign = if falling { -1.0 } else { 1.0 };
    // In u = x ± y the lines are the places where u is a whole number of steps; v runs along them.
    let step = gap * std::f32::consts::SQRT_2;
    let phase = ((origin[0] + f64::from(sign) * origin[1]).rem_euclid(f64::from(step))) as f32;
    let [l, t, r, b] = bounds;
    let corners = [l + sign * t, r + sign * t, l + sign * b, r + sign * b];
    let lowest = corners.iter().copied().fold(f32::INFINITY, f32::min);
    let highest = corners.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let first = ((lowest - phase) / step).ceil();
    let count = (((highest - phase) / step).floor() - first + 1.0).clamp(0.0, 4000.0) as usize;
    let mut crossings: Vec<Vec<f32>> = vec![Vec::new(); count];
    for ring in rings {
        let closed = ring.iter().zip(ring.iter().cycle().skip(1));
        for ([x0, y0], [x1, y1]) in closed {
            let (u0, v0, u1, v1) = (x0 + sign * y0, x0 - sign * y0, x1 + sign * y1, x1 - sign * y1);
            let (low, high) = (u0.min(u1), u0.max(u1));
            let from = (((low - phase) / step).ceil() - first).max(0.0) as usize;
            for (i, line) in crossings.iter_mut().enumerate().skip(from) {
                let u = (first + i as f32) * step + phase;
                if u >= high {
                    break;
                }
                line.push(v0 + (v1 - v0) * (u - u0) / (u1 - u0));
            }
        }
    }
    let mut out = Vec::new();
    for (i, mut line) in crossings.into_iter().enumerate() {
        let u = (first + i as f32) * step + phase;
        line.sort_by(f32::total_cmp);
        for pair in line.chunks_exact(2) {
            let [v0, v1] = *pair else { continue };
            let point = |v: f32| [f32::midpoint(u, v), sign * (u - v) / 2.0];
            if let Some((t0, t1)) = segment(point(v0), point(v1), bounds) {
                let at = |t: f32| point(v0 + (v1 - v0) * t);
                out.push(vec![at(t0), at(t1)]);
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOX: Box4 = [0.0, 0.0, 10.0, 10.0];

    #[test]
    fn a_line_through_the_box_leaves_one_piece_with_its_phase() {
        let runs = clip_line([[-10.0, 5.0], [5.0, 5.0], [20.0, 5.0]], BOX);
        assert_eq!(runs, [Run { points: vec![[0.0, 5.0], [5.0, 5.0], [10.0, 5.0]], before: 10.0 }]);
        assert!(clip_line([[-10.0, 50.0], [20.0, 50.0]], BOX).is_empty());
        assert_eq!(clip_line([[-5.0, 5.0], [5.0, 5.0], [5.0, 50.0], [8.0, 50.0], [8.0, 5.0]], BOX).len(), 2);
    }

    #[test]
    fn a_ring_round_the_box_becomes_the_box() {
        let ring = [[-5.0, -5.0], [15.0, -5.0], [15.0, 15.0], [-5.0, 15.0]];
        let cut = clip_ring(&ring, BOX);
        assert_eq!(cut.len(), 4);
        assert!(cut.iter().all(|[x, y]| (*x == 0.0 || *x == 10.0) && (*y == 0.0 || *y == 10.0)));
        assert!(clip_ring(&[[20.0, 0.0], [30.0, 0.0], [20.0, 9.0]], BOX).is_empty());
    }

    #[test]
    fn a_hatch_stays_inside_its_area_and_moves_with_the_ground() {
        let ring = vec![[2.0, 2.0], [8.0, 2.0], [8.0, 8.0], [2.0, 8.0]];
        let lines = hatch(std::slice::from_ref(&ring), [-50.0, -50.0, 50.0, 50.0], 1.5, [0.3, 0.0], false);
        assert!(lines.len() >= 4);
        for [x, y] in lines.iter().flatten() {
            assert!((1.99..=8.01).contains(x) && (1.99..=8.01).contains(y), "{x} {y}");
        }
        let moved: Vec<Point> = ring.iter().map(|[x, y]| [x + 3.0, y + 1.0]).collect();
        let again = hatch(&[moved], [-50.0, -50.0, 50.0, 50.0], 1.5, [3.3, 1.0], false);
        assert_eq!(lines.len(), again.len());
        for (a, b) in lines.iter().flatten().zip(again.iter().flatten()) {
            assert!((a[0] + 3.0 - b[0]).abs() < 1e-3 && (a[1] + 1.0 - b[1]).abs() < 1e-3);
        }
    }
}
