//! An arrow that widens from its tail to its head, along a smooth line through its corners.

use super::super::list::Point;

/// Width of the tail, as a part of the body's width before the head.
const TAIL: f32 = 0.3;
/// Half the width of the head, in widths of the body.
const HEAD_HALF: f32 = 1.25;
/// Length of the head, in widths of the body.
const HEAD_LENGTH: f32 = 2.3;
/// The most of the arrow's length that is head.
const HEAD_MOST: f32 = 0.45;
/// Points of a smooth line from one corner to the next.
const PIECES: u16 = 14;

fn plus([ax, ay]: Point, [bx, by]: Point, t: f32) -> Point {
    [ax + bx * t, ay + by * t]
}

fn minus([ax, ay]: Point, [bx, by]: Point) -> Point {
    [ax - bx, ay - by]
}

fn size([x, y]: Point) -> f32 {
    (x * x + y * y).sqrt()
}

/// A smooth line through all corners: centripetal Catmull–Rom (Yuksel, Schaefer, Keyser 2011), which neither overshoots nor
/// makes loops between corners.
pub(super) fn smooth(corners: &[Point]) -> Vec<Point> {
    let mut knots: Vec<Point> = corners.to_vec();
    knots.dedup_by(|a, b| size(minus(*a, *b)) < 0.01);
    if knots.len() < 3 {
        return knots;
    }
    let at = |i: isize| -> Point {
        let last = knots.len() as isize - 1;
        let get = |i: isize| knots.get(i.clamp(0, last) as usize).copied().unwrap_or_default();
        // Beyond the ends the line goes on as it came.
        match i {
            i if i < 0 => plus(get(0), minus(get(0), get(1)), 1.0),
            i if i > last => plus(get(last), minus(get(last), get(last - 1)), 1.0),
            i => get(i),
        }
    };
    let mut out = Vec::with_capacity(knots.len() * usize::from(PIECES));
    for i in 0..knots.len() as isize - 1 {
        let p = [at(i - 1), at(i), at(i + 1), at(i + 2)];
        let step = |a: Point, b: Point| size(minus(b, a)).sqrt().max(1e-3);
        let t1 = step(p[0], p[1]);
        let t2 = t1 + step(p[1], p[2]);
        let t3 = t2 + step(p[2], p[3]);
        let mix = |a: Point, b: Point, ta: f32, tb: f32, t: f32| plus(a, minus(b, a), (t - ta) / (tb - ta));
        for n in 0..PIECES {
            let t = t1 + (t2 - t1) * f32::from(n) / f32::from(PIECES);
            let a1 = mix(p[0], p[1], 0.0, t1, t);
            let a2 = mix(p[1], p[2], t1, t2, t);
            let a3 = mix(p[2], p[3], t2, t3, t);
            let b1 = mix(a1, a2, 0.0, t2, t);
            let b2 = mix(a2, a3, t1, t3, t);
            out.push(mix(b1, b2, t1, t2, t));
        }
    }
    out.extend(knots.last());
    out
}

/// The outline of an arrow along a line, `width` points wide before its head; empty for a line without length. A short
/// arrow is thinner, so that its head is never more than about half of it.
pub(super) fn outline(corners: &[Point], width: f32) -> Vec<Point> {
    let line = smooth(corners);
    let steps: Vec<f32> = line.iter().zip(line.iter().skip(1)).map(|(a, b)| size(minus(*b, *a))).collect();
    let length: f32 = steps.iter().sum();
    if length < 2.0 {
        return Vec::new();
    }
    let width = width.min(length * HEAD_MOST / HEAD_LENGTH);
    let neck = length - width * HEAD_LENGTH;
    let (mut left, mut right) = (Vec::new(), Vec::new());
    let mut done = 0.0;
    let mut last = None;
    let mut turned: Option<(Point, f32)> = None;
    for ((a, b), step) in line.iter().zip(line.iter().skip(1)).zip(&steps) {
        if *step <= 0.0 {
            continue;
        }
        let way = [(b[0] - a[0]) / step, (b[1] - a[1]) / step];
        // In a bend the body is no wider than the bend is tight, or its inner side would cross itself.
        let bend = turned.map_or(f32::INFINITY, |(before, before_step)| {
            let turn = (before[0] * way[1] - before[1] * way[0]).atan2(before[0] * way[0] + before[1] * way[1]).abs();
            if turn > 1e-4 { 0.5 * (step + before_step) / turn } else { f32::INFINITY }
        });
        turned = Some((way, *step));
        let mut put = |at: Point, done: f32| {
            let own = width / 2.0 * (TAIL + (1.0 - TAIL) * (done / neck.max(1e-3)).min(1.0));
            let half = own.min(bend * 0.85);
            let across = [-way[1], way[0]];
            left.push(plus(at, across, -half));
            right.push(plus(at, across, half));
            last = Some((at, way));
        };
        if done <= neck {
            put(*a, done);
        }
        if done <= neck && done + step > neck {
            put(plus(*a, way, neck - done), neck);
        }
        done += step;
    }
    let (Some((at, _)), Some(tip)) = (last, line.last().copied()) else { return Vec::new() };
    // The head points from the neck to the tip, whatever bend lies between.
    let reach = size(minus(tip, at)).max(1e-3);
    let way = [(tip[0] - at[0]) / reach, (tip[1] - at[1]) / reach];
    let across = [-way[1], way[0]];
    // Its barbs reach back a little.
    let barb = |side: f32| plus(plus(at, across, side * width * HEAD_HALF), way, -width * 0.18);
    left.push(barb(-1.0));
    left.push(tip);
    left.push(barb(1.0));
    left.extend(right.into_iter().rev());
    left
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Twice the area of a ring, positive for one way round.
    fn area(ring: &[Point]) -> f32 {
        ring.iter().zip(ring.iter().cycle().skip(1)).map(|([x0, y0], [x1, y1])| x0 * y1 - x1 * y0).sum()
    }

    #[test]
    fn an_arrow_widens_towards_its_head_and_ends_in_its_last_corner() {
        let out = outline(&[[0.0, 0.0], [100.0, 0.0]], 10.0);
        assert!(out.contains(&[100.0, 0.0]));
        let height = |x: f32| {
            let at = out.iter().filter(|p| (p[0] - x).abs() < 0.5).map(|p| p[1].abs());
            at.fold(0.0, f32::max)
        };
        assert_eq!((height(0.0), height(77.0)), (1.5, 5.0));
        let widest = out.iter().map(|p| p[1]).fold(0.0, f32::max);
        assert_eq!(widest, 12.5);
    }

    #[test]
    fn a_short_arrow_is_thinner_and_one_without_length_is_none() {
        let out = outline(&[[0.0, 0.0], [10.0, 0.0]], 20.0);
        assert!(out.iter().all(|p| p[1].abs() < 3.0), "{out:?}");
        assert!(outline(&[[5.0, 5.0], [5.0, 5.0], [5.0, 5.0]], 9.0).is_empty());
        assert!(outline(&[], 9.0).is_empty());
    }

    #[test]
    fn a_smooth_line_goes_through_every_corner_and_stays_near_them() {
        let corners = [[0.0, 0.0], [50.0, 40.0], [100.0, 0.0], [150.0, 60.0]];
        let line = smooth(&corners);
        for c in corners {
            assert!(line.iter().any(|p| size(minus(*p, c)) < 0.01), "{c:?}");
        }
        assert!(line.iter().all(|[x, y]| (-1.0..=151.0).contains(x) && (-12.0..=72.0).contains(y)));
    }

    #[test]
    fn a_tight_bend_makes_no_knot() {
        let out = outline(&[[0.0, 0.0], [60.0, 0.0], [60.0, 14.0], [0.0, 14.0]], 12.0);
        assert!(out.iter().all(|[x, y]| x.is_finite() && y.is_finite()));
        // All of it turns one way: what were a knot would take its own area away.
        let (own, line): (f32, f32) = (area(&out).abs() / 2.0, 130.0);
        assert!(own > line * 12.0 * 0.3 && own < line * 12.0 * 1.3, "{own}");
    }
}
