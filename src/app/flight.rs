//! Where the camera goes: to some incidents, to all; and a flight under way, the path of [`crate::view::flight`] on the
//! window's clock.

use super::App;
use crate::model::IncidentId;
use crate::picture;
use crate::view::camera::BoundingBox;
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

impl App {
    /// Shows these incidents; one alone not nearer than its exactness allows to make sense of.
    pub(super) fn zoom_to(&mut self, ctx: &egui::Context, ids: &[IncidentId]) {
        let project = self.workspace.project();
        let places = ids.iter().filter_map(|id| project.get(*id)).map(|i| &i.place);
        let mut bbox: Option<BoundingBox> = None;
        for place in places {
            let Some(at) = place.position else { continue };
            // At least 6 km round an exact spot, so that the village around it is seen.
            let degrees = f64::from(place.radius_km().max(6.0) * 1.6) / 111.2;
            let (dx, dy) = (degrees / at.lat().to_radians().cos().max(0.05), degrees);
            let extent = place.shape.as_ref().and_then(|s| BoundingBox::around(s.positions()));
            let own =
                BoundingBox { west: at.lon() - dx, south: at.lat() - dy, east: at.lon() + dx, north: at.lat() + dy };
            for b in [Some(own), extent, bbox].into_iter().flatten() {
                bbox = Some(bbox.map_or(b, |a| BoundingBox {
                    west: a.west.min(b.west),
                    south: a.south.min(b.south),
                    east: a.east.max(b.east),
                    north: a.north.max(b.north),
                }));
            }
        }
        match bbox {
            Some(bbox) => {
                let v = self.map.viewport();
                self.map.fly(ctx, Camera::fit(bbox, v.width, v.height, 24.0, 13.0), true);
            }
            None if !ids.is_empty() => self.notices.say("This incident has no position yet; pick one on the map."),
            None => {}
        }
    }

    /// Shows all incidents of the region; an empty project shows the region.
    pub(super) fn fit(&mut self, ctx: &egui::Context, moving: bool) {
        self.refresh_marks();
        let project = self.workspace.project();
        let all = self.marks.as_ref().and_then(|(_, _, m)| picture::bounds(project, m, &self.question));
        let bounds = all.unwrap_or(BoundingBox::REGION);
        let v = self.map.viewport();
        let margin = (v.width.min(v.height) * 0.1).max(24.0);
        self.map.fly(ctx, Camera::fit(bounds, v.width, v.height, margin, 10.5), moving);
        if !moving {
            // The size of the map may not be known yet; the first frame fits again.
            self.map.fitted = false;
        }
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
