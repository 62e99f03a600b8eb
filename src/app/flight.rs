//! A flight of the camera under way: the path of [`crate::view::flight`] on the window's clock.

use crate::view::{Camera, Flight};

/// A flight that began at a time of the window.
#[derive(Clone, Copy, Debug)]
pub(super) struct UnderWay {
    path: Flight,
    start: f64,
}

impl UnderWay {
    /// A flight that starts at `now` seconds in a map `width` points wide.
    pub(super) fn new(from: Camera, to: Camera, width: f32, now: f64) -> Self {
        Self { path: Flight::new(from, to, width), start: now }
    }

    /// The camera at `now`, and whether the flight is over.
    pub(super) fn at(&self, now: f64) -> (Camera, bool) {
        let time = (now - self.start) / self.path.secs();
        (self.path.eased(time), time >= 1.0)
    }

    /// Where it ends.
    pub(super) fn end(&self) -> Camera {
        self.path.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::LonLat;

    #[test]
    fn a_flight_begins_where_it_is_and_ends_where_it_was_sent() {
        let at = |lon, lat, zoom| Camera::new(LonLat::new(lon, lat).unwrap(), zoom);
        let (from, to) = (at(45.0, 40.0, 7.0), at(46.0, 39.5, 11.0));
        let flight = UnderWay::new(from, to, 1000.0, 10.0);
        assert_eq!(flight.at(10.0), (from, false));
        let (middle, over) = flight.at(10.5);
        assert!(!over && middle != from && middle != to);
        assert_eq!(flight.at(12.0), (to, true));
    }
}
