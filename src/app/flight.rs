//! The camera's way from one view to another, for things the user asked for.

use crate::atlas::mercator::world_from_lonlat;
use crate::model::LonLat;
use crate::view::Camera;

/// Longest flight in seconds.
const LONGEST_SECS: f64 = 0.7;

/// A flight under way. Middle and zoom move together, eased at both ends; the middle moves in proportion to the picture
/// so that the target stays in sight while zooming.
#[derive(Clone, Copy, Debug)]
pub(super) struct Flight {
    from: Camera,
    to: Camera,
    start: f64,
    secs: f64,
}

impl Flight {
    /// A flight that starts at `now` seconds. Short ways are quick.
    pub(super) fn new(from: Camera, to: Camera, now: f64) -> Self {
        let [x0, y0] = world_from_lonlat(from.center);
        let [x1, y1] = world_from_lonlat(to.center);
        let screens = (x1 - x0).hypot(y1 - y0) * 256.0 * from.zoom.min(to.zoom).exp2() / 1000.0;
        let secs = (0.2 + 0.15 * screens + 0.06 * (to.zoom - from.zoom).abs()).min(LONGEST_SECS);
        Self { from, to, start: now, secs }
    }

    /// The camera at `now`, and whether the flight is over.
    pub(super) fn at(&self, now: f64) -> (Camera, bool) {
        let t = ((now - self.start) / self.secs).clamp(0.0, 1.0);
        if t >= 1.0 {
            return (self.to, true);
        }
        let s = t * t * (3.0 - 2.0 * t);
        let zoom = self.from.zoom + (self.to.zoom - self.from.zoom) * s;
        // The share of the way that keeps the target's screen motion even while the scale changes.
        let k = (self.to.zoom - self.from.zoom) * std::f64::consts::LN_2;
        let way = if k.abs() < 1e-3 { s } else { (1.0 - (-k * s).exp()) / (1.0 - (-k).exp()) };
        let lerp = |a: f64, b: f64| a + (b - a) * way;
        let center = LonLat::new(
            lerp(self.from.center.lon(), self.to.center.lon()),
            lerp(self.from.center.lat(), self.to.center.lat()),
        );
        (Camera::new(center.unwrap_or(self.to.center), zoom), false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flight_begins_where_it_is_and_ends_where_it_was_sent() {
        let at = |lon, lat, zoom| Camera::new(LonLat::new(lon, lat).unwrap(), zoom);
        let (from, to) = (at(45.0, 40.0, 7.0), at(46.0, 39.5, 11.0));
        let flight = Flight::new(from, to, 10.0);
        let (start, over) = flight.at(10.0);
        assert!(!over && (start.zoom - 7.0).abs() < 1e-9 && (start.center.lon() - 45.0).abs() < 1e-9);
        assert_eq!(flight.at(11.0), (to, true));
    }
}
