//! Polygons as triangles, for the window: egui fills convex outlines only.

use super::list::Point;

/// Corners beyond which a polygon is not cut up: ear clipping takes the square of them, and what is drawn in the
/// window has been simplified to less.
const MOST_CORNERS: usize = 600;

fn cross(a: Point, b: Point, c: Point) -> f32 {
    (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
}

fn at(ring: &[Point], i: u32) -> Point {
    ring.get(i as usize).copied().unwrap_or_default()
}

/// Whether a ring turns one way only, so that it can be filled as it is.
pub(super) fn is_convex(ring: &[Point]) -> bool {
    let n = ring.len() as u32;
    let turns = (0..n).map(|i| cross(at(ring, i), at(ring, (i + 1) % n), at(ring, (i + 2) % n)));
    let (mut left, mut right) = (false, false);
    for t in turns {
        left |= t > 1e-3;
        right |= t < -1e-3;
    }
    !(left && right)
}

/// Triangles of a simple ring as indices into it, by clipping ears; empty where the ring is too large, and what could
/// be cut where it crosses itself.
pub(super) fn triangles(ring: &[Point]) -> Vec<[u32; 3]> {
    if ring.len() < 3 || ring.len() > MOST_CORNERS {
        return Vec::new();
    }
    let area: f32 = (0..ring.len() as u32)
        .map(|i| {
            let ([x0, y0], [x1, y1]) = (at(ring, i), at(ring, (i + 1) % ring.len() as u32));
            x0 * y1 - x1 * y0
        })
        .sum();
    let mut left: Vec<u32> = (0..ring.len() as u32).collect();
    if area < 0.0 {
        left.reverse();
    }
    let mut out = Vec::with_capacity(ring.len() - 2);
    while left.len() > 3 {
        let n = left.len();
        let corner = |i: usize| left.get(i % n).copied().unwrap_or(0);
        let ear = (0..n).find(|&i| {
            let (ia, ib, ic) = (corner(i), corner(i + 1), corner(i + 2));
            let (a, b, c) = (at(ring, ia), at(ring, ib), at(ring, ic));
            cross(a, b, c) > 0.0
                && left.iter().all(|&j| {
                    let p = at(ring, j);
                    j == ia
                        || j == ib
                        || j == ic
                        || cross(a, b, p) < 0.0
                        || cross(b, c, p) < 0.0
                        || cross(c, a, p) < 0.0
                })
        });
        let Some(i) = ear else { break };
        out.push([corner(i), corner(i + 1), corner(i + 2)]);
        left.remove((i + 1) % n);
    }
    if let [a, b, c] = left[..] {
        out.push([a, b, c]);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn triangles_cover_a_bent_polygon_exactly() {
        let l = [[0.0, 0.0], [4.0, 0.0], [4.0, 1.0], [1.0, 1.0], [1.0, 3.0], [0.0, 3.0]];
        let area = |ring: &[Point]| -> f32 {
            triangles(ring).iter().map(|[a, b, c]| cross(at(ring, *a), at(ring, *b), at(ring, *c)).abs() / 2.0).sum()
        };
        assert!(!is_convex(&l));
        assert_eq!(area(&l), 6.0);
        let mut back = l;
        back.reverse();
        assert_eq!(area(&back), 6.0);
        assert!(triangles(&l[..2]).is_empty());
        assert!(is_convex(&[[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]]));
    }
}
