//! The camera's way from one view to another: out, across and in again, so that the eye keeps its place.
//!
//! J. J. van Wijk and W. A. A. Nuij, "Smooth and efficient zooming and panning", IEEE Symposium on Information
//! Visualization 2003, section 4: of all ways between two views this one moves the picture least, and every part of it
//! looks equally fast. A path is a pure function of a share of its length from 0 to 1: clock and repainting are the
//! caller's.

use super::Camera;
use super::camera::TILE_POINTS;
use crate::atlas::mercator::{lonlat_from_world, world_from_lonlat};

/// How much farther a flight zooms out than it has to: √2, which the authors' test persons liked best was 1.42.
const RHO: f64 = 1.42;

/// Shortest and longest a flight takes when nobody asks for another time, in seconds.
const SECS: [f64; 2] = [0.15, 1.3];

/// Seconds to a unit of a path's length, in units of perceived motion: doubling the scale is half a unit.
const SECS_A_UNIT: f64 = 0.3;

/// A way between two cameras.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Flight {
    from: Camera,
    to: Camera,
    /// Where it starts in the unit square, and the way to the end, the short one round the world.
    start: [f64; 2],
    way: [f64; 2],
    /// Length of `way`.
    distance: f64,
    /// World widths in view at the start.
    width: f64,
    /// Points that the picture is wide.
    points: f64,
    /// `r0` of the paper; not used where the way is a mere zoom.
    r0: f64,
    /// `S` of the paper.
    length: f64,
    /// Whether only the scale changes, or so little else that the general formula would divide by nothing.
    is_zoom: bool,
}

impl Flight {
    /// The way from one camera to another in a picture `width` points wide.
    pub fn new(from: Camera, to: Camera, width: f32) -> Self {
        let points = f64::from(width).max(1.0);
        let (start, end) = (world_from_lonlat(from.center), world_from_lonlat(to.center));
        let east = end[0] - start[0];
        let way = [east - east.round(), end[1] - start[1]];
        let distance = way[0].hypot(way[1]);
        let in_view = |c: Camera| points / (TILE_POINTS * c.zoom.exp2());
        let (w0, w1) = (in_view(from), in_view(to));
        // Less than a thousandth of a point.
        let is_zoom = distance * 1e6 < w0.min(w1);
        let (r0, length) = if is_zoom {
            (0.0, (w1 / w0).ln().abs() / RHO)
        } else {
            let square = RHO.powi(4) * distance * distance;
            let r = |sign: f64, w: f64| {
                let b = (w1 * w1 - w0 * w0 + sign * square) / (2.0 * w * RHO * RHO * distance);
                // ln(−b + √(b² + 1)) of the paper.
                -b.asinh()
            };
            let (r0, r1) = (r(1.0, w0), r(-1.0, w1));
            (r0, (r1 - r0) / RHO)
        };
        Self { from, to, start, way, distance, width: w0, points, r0, length, is_zoom }
    }

    /// Where it ends.
    pub fn end(&self) -> Camera {
        self.to
    }

    /// How long the way is for the eye: 0 for none, ln 2 / 1.42 ≈ 0.49 for a zoom by one step.
    pub fn length(&self) -> f64 {
        self.length
    }

    /// Seconds that it should take, short ways less: 0.15 to 1.3.
    pub fn secs(&self) -> f64 {
        (SECS[0] + SECS_A_UNIT * self.length).min(SECS[1])
    }

    /// The camera after a share of the way, 0 to 1, at even speed for the eye. Both ends are exact.
    pub fn at(&self, share: f64) -> Camera {
        if share <= 0.0 || share.is_nan() {
            return self.from;
        }
        if share >= 1.0 {
            return self.to;
        }
        let (moved, zoom) = if self.is_zoom {
            (share, self.from.zoom + (self.to.zoom - self.from.zoom) * share)
        } else {
            let rise = RHO * self.length * share;
            // u(s) and w(s) of the paper; cosh r0 · tanh(ρs + r0) − sinh r0 is written as sinh ρs / cosh(ρs + r0), which
            // does not subtract two numbers that are nearly the same.
            let u = self.width / (RHO * RHO) * rise.sinh() / (rise + self.r0).cosh();
            let w = self.width * self.r0.cosh() / (rise + self.r0).cosh();
            ((u / self.distance).clamp(0.0, 1.0), (self.points / (TILE_POINTS * w)).log2())
        };
        let [x, y] = self.start;
        Camera::new(lonlat_from_world([x + self.way[0] * moved, y + self.way[1] * moved]), zoom)
    }

    /// The same with a soft start and end: the share of the time that has passed, 0 to 1.
    pub fn eased(&self, time: f64) -> Camera {
        self.at(ease(time))
    }
}

/// 0 to 1 with a soft start and end, the same forwards and backwards (3t² − 2t³).
pub fn ease(t: f64) -> f64 {
    let t = t.clamp(0.0, 1.0);
    t * t * (3.0 - 2.0 * t)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::LonLat;
    use proptest::prelude::*;

    fn camera(lon: f64, lat: f64, zoom: f64) -> Camera {
        Camera::new(LonLat::new(lon, lat).unwrap(), zoom)
    }

    fn cameras() -> impl Strategy<Value = Camera> {
        (-180.0..180.0, -80.0..80.0, 2.0..18.0).prop_map(|(lon, lat, zoom)| camera(lon, lat, zoom))
    }

    /// Points on the screen between what two cameras show, at the scale of the farther one; and how much the scale differs.
    fn apart(a: Camera, b: Camera) -> (f64, f64) {
        let ([ax, ay], [bx, by]) = (world_from_lonlat(a.center), world_from_lonlat(b.center));
        let dx = (ax - bx) - (ax - bx).round();
        (dx.hypot(ay - by) * TILE_POINTS * a.zoom.min(b.zoom).exp2(), (a.zoom - b.zoom).abs())
    }

    proptest! {
        #[test]
        fn it_starts_where_it_is_and_ends_where_it_was_sent(a in cameras(), b in cameras(), width in 200.0_f32..4000.0) {
            let flight = Flight::new(a, b, width);
            prop_assert_eq!(flight.at(0.0), a);
            prop_assert_eq!(flight.at(1.0), b);
            prop_assert_eq!(flight.eased(0.0), a);
            prop_assert_eq!(flight.eased(1.0), b);
            prop_assert!(flight.length().is_finite() && flight.length() >= 0.0);
            // Without a jump at either end.
            for (end, near) in [(a, flight.at(1e-9)), (b, flight.at(1.0 - 1e-9))] {
                let (points, steps) = apart(end, near);
                prop_assert!(points < 0.1 && steps < 1e-4, "{points} points, {steps} steps from {end:?}");
            }
        }

        #[test]
        fn the_way_back_is_the_same_way(a in cameras(), b in cameras(), t in 0.0..1.0) {
            let (there, back) = (Flight::new(a, b, 1000.0), Flight::new(b, a, 1000.0));
            prop_assert!((there.length() - back.length()).abs() < 1e-6 * (1.0 + there.length()));
            // Half round the world east and west are as far.
            let east = (world_from_lonlat(a.center)[0] - world_from_lonlat(b.center)[0]).abs();
            prop_assume!((east - 0.5).abs() > 1e-6);
            let (points, steps) = apart(there.eased(t), back.eased(1.0 - t));
            prop_assert!(points < 0.01 && steps < 1e-5, "{points} points, {steps} steps");
        }

        #[test]
        fn it_never_turns_back_and_zooms_out_before_it_zooms_in(a in cameras(), b in cameras()) {
            let flight = Flight::new(a, b, 1000.0);
            let start = world_from_lonlat(a.center);
            let mut gone = 0.0;
            let mut before = a.zoom;
            let mut is_rising = false;
            for i in 1..=200 {
                let camera = flight.at(f64::from(i) / 200.0);
                let [x, y] = world_from_lonlat(camera.center);
                let dx = (x - start[0]) - (x - start[0]).round();
                // At half the world the short way round is not clear any more.
                let now = if dx.abs() > 0.499 { gone } else { dx.hypot(y - start[1]) };
                prop_assert!(now >= gone - 1e-9, "turned back at {i}");
                gone = now;
                let is_in = camera.zoom > before + 1e-9;
                prop_assert!(!is_rising || camera.zoom >= before - 1e-9, "zoomed out again at {i}");
                is_rising |= is_in;
                before = camera.zoom;
            }
        }

        #[test]
        fn every_part_of_the_way_is_as_fast_for_the_eye(
            lon in 44.0..47.0, lat in 39.0..41.0, zoom in 6.0..12.0, lon2 in 44.0..47.0, zoom2 in 6.0..12.0,
        ) {
            let flight = Flight::new(camera(lon, lat, zoom), camera(lon2, 40.0, zoom2), 1000.0);
            prop_assume!(flight.length() > 0.2);
            // The metric of the paper: ds² = (du² / w²) · ρ² + (dw² / w²) / ρ².
            let step = 1e-4;
            let speed = |t: f64| {
                let (p, q) = (flight.at(t), flight.at(t + step));
                let width = 1000.0 / (TILE_POINTS * p.zoom.exp2());
                let ([ax, ay], [bx, by]) = (world_from_lonlat(p.center), world_from_lonlat(q.center));
                let (du, dw) = ((ax - bx).hypot(ay - by) / width, (p.zoom - q.zoom) * std::f64::consts::LN_2);
                (RHO * RHO * du * du + dw * dw / (RHO * RHO)).sqrt() / step
            };
            let first = speed(0.01);
            for i in 2..98 {
                let now = speed(f64::from(i) / 100.0);
                prop_assert!((now / first - 1.0).abs() < 0.01, "{now} after {first} at {i}");
            }
        }
    }

    #[test]
    fn a_zoom_in_place_stays_in_place_and_a_flight_to_itself_is_over() {
        let (a, b) = (camera(46.0, 40.0, 7.0), camera(46.0, 40.0, 11.0));
        let flight = Flight::new(a, b, 1000.0);
        let middle = flight.at(0.5);
        assert!((middle.zoom - 9.0).abs() < 1e-9 && apart(middle, a).0 < 1e-6);
        let stays = Flight::new(a, a, 1000.0);
        assert_eq!((stays.length(), stays.at(0.3).zoom), (0.0, 7.0));
        assert_eq!(stays.secs(), SECS[0]);
    }

    #[test]
    fn a_far_way_zooms_out_and_a_near_one_does_not() {
        let yerevan = camera(44.51, 40.18, 12.0);
        let far = Flight::new(yerevan, camera(49.87, 40.41, 12.0), 1000.0);
        assert!(far.at(0.5).zoom < 9.0, "{:?}", far.at(0.5));
        let near = Flight::new(yerevan, camera(44.53, 40.18, 12.0), 1000.0);
        assert!(near.at(0.5).zoom > 11.9);
        assert!(far.secs() > near.secs() && far.secs() <= SECS[1]);
    }

    #[test]
    fn the_short_way_round_the_world_is_taken() {
        let flight = Flight::new(camera(179.0, 10.0, 5.0), camera(-179.0, 10.0, 5.0), 1000.0);
        for i in 0..=10 {
            let lon = flight.at(f64::from(i) / 10.0).center.lon();
            assert!(lon.abs() >= 178.9, "{lon}");
        }
    }
}
