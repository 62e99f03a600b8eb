//! The camera over the map: where it looks and how near, and what that means on the screen.

use crate::atlas::mercator::{lonlat_from_world, world_from_lonlat};
use crate::model::LonLat;

/// Width of the whole world in points at zoom 0.
pub const TILE_POINTS: f64 = 256.0;
/// The farthest zoom: the world a little smaller than a laptop's map.
pub const MIN_ZOOM: f64 = 2.0;
/// The nearest zoom: a village street.
pub const MAX_ZOOM: f64 = 18.0;
/// Metres round the equator of the WGS 84 ellipsoid, the circle of Web Mercator.
const EQUATOR_M: f64 = 40_075_016.685_578_49;

/// Where the map looks. Zoom z shows the world `256 · 2^z` points wide.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Camera {
    /// The middle of the picture.
    pub center: LonLat,
    /// [`MIN_ZOOM`] to [`MAX_ZOOM`], fractions included.
    pub zoom: f64,
}

/// A camera with a picture size in points.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Viewport {
    /// The camera.
    pub camera: Camera,
    /// Width in points.
    pub width: f32,
    /// Height in points.
    pub height: f32,
}

/// A box in degrees: west, south, east, north.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BoundingBox {
    /// Western edge.
    pub west: f64,
    /// Southern edge.
    pub south: f64,
    /// Eastern edge.
    pub east: f64,
    /// Northern edge.
    pub north: f64,
}

impl BoundingBox {
    /// The smallest box round some positions; `None` if there are none.
    pub fn around(positions: impl IntoIterator<Item = LonLat>) -> Option<Self> {
        positions.into_iter().fold(None, |bbox: Option<Self>, p| {
            let b = bbox.unwrap_or(Self { west: p.lon(), south: p.lat(), east: p.lon(), north: p.lat() });
            Some(Self {
                west: b.west.min(p.lon()),
                south: b.south.min(p.lat()),
                east: b.east.max(p.lon()),
                north: b.north.max(p.lat()),
            })
        })
    }

    /// The region this program is about: Armenia, Azerbaijan and their borders.
    pub const REGION: Self = Self { west: 43.3, south: 38.3, east: 50.2, north: 42.0 };
}

impl Camera {
    /// A camera within the limits of zoom.
    pub fn new(center: LonLat, zoom: f64) -> Self {
        Self { center, zoom: if zoom.is_finite() { zoom.clamp(MIN_ZOOM, MAX_ZOOM) } else { MIN_ZOOM } }
    }

    /// The camera that shows a box whole in a picture of this size, leaving `margin` points free on each side, and
    /// no nearer than `max_zoom`.
    pub fn fit(bbox: BoundingBox, width: f32, height: f32, margin: f32, max_zoom: f64) -> Self {
        let corner = |lon, lat| world_from_lonlat(LonLat::new(lon, lat).unwrap_or_default());
        let [x0, y0] = corner(bbox.west, bbox.north);
        let [x1, y1] = corner(bbox.east, bbox.south);
        let room = |points: f32| f64::from((points - 2.0 * margin).max(32.0));
        let per = |span: f64, room: f64| if span > 0.0 { (room / (span * TILE_POINTS)).log2() } else { MAX_ZOOM };
        let zoom = per(x1 - x0, room(width)).min(per(y1 - y0, room(height))).min(max_zoom);
        Self::new(lonlat_from_world([f64::midpoint(x0, x1), f64::midpoint(y0, y1)]), zoom)
    }
}

impl Viewport {
    /// Points the whole world is wide.
    pub fn world_points(&self) -> f64 {
        TILE_POINTS * self.camera.zoom.exp2()
    }

    /// A point of the unit square of [`crate::atlas::mercator`] on the screen, in points from the top left corner.
    /// Of the copies of the world the one nearest to the middle is taken.
    pub fn screen_from_world(&self, [x, y]: [f64; 2]) -> [f32; 2] {
        let [cx, cy] = world_from_lonlat(self.camera.center);
        let scale = self.world_points();
        let mut dx = x - cx;
        dx -= dx.round() * f64::from(u8::from(dx.abs() > 0.5));
        [(dx * scale) as f32 + self.width / 2.0, ((y - cy) * scale) as f32 + self.height / 2.0]
    }

    /// A position on the screen.
    pub fn screen_from_lonlat(&self, position: LonLat) -> [f32; 2] {
        self.screen_from_world(world_from_lonlat(position))
    }

    /// The point of the unit square under a screen point.
    pub fn world_from_screen(&self, [x, y]: [f32; 2]) -> [f64; 2] {
        let [cx, cy] = world_from_lonlat(self.camera.center);
        let scale = self.world_points();
        [cx + f64::from(x - self.width / 2.0) / scale, cy + f64::from(y - self.height / 2.0) / scale]
    }

    /// The position under a screen point.
    pub fn lonlat_from_screen(&self, at: [f32; 2]) -> LonLat {
        lonlat_from_world(self.world_from_screen(at))
    }

    /// Ground metres to a point of the screen at a latitude.
    pub fn metres_per_point(&self, lat: f64) -> f64 {
        EQUATOR_M * lat.to_radians().cos() / self.world_points()
    }

    /// The part of the unit square in view: left, top, right, bottom; x may pass 0 or 1.
    pub fn world_rect(&self) -> [f64; 4] {
        let [x0, y0] = self.world_from_screen([0.0, 0.0]);
        let [x1, y1] = self.world_from_screen([self.width, self.height]);
        [x0, y0, x1, y1]
    }

    /// The part of the ground in view.
    pub fn bounding_box(&self) -> BoundingBox {
        let (nw, se) = (self.lonlat_from_screen([0.0, 0.0]), self.lonlat_from_screen([self.width, self.height]));
        BoundingBox { west: nw.lon(), south: se.lat(), east: se.lon(), north: nw.lat() }
    }

    /// The scale as cartographers state it, 1 : n, for a screen or print of 96 points to the inch (CSS pixels).
    pub fn scale_denominator(&self) -> f64 {
        self.metres_per_point(self.camera.center.lat()) * 96.0 / 0.0254
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sotk() -> LonLat {
        LonLat::new(45.8695, 40.2001).unwrap()
    }

    #[test]
    fn the_middle_of_the_camera_is_the_middle_of_the_picture() {
        let v = Viewport { camera: Camera::new(sotk(), 9.3), width: 800.0, height: 600.0 };
        assert_eq!(v.screen_from_lonlat(sotk()), [400.0, 300.0]);
        let there = v.lonlat_from_screen([120.0, 480.0]);
        let back = v.screen_from_lonlat(there);
        assert!((back[0] - 120.0).abs() < 0.01 && (back[1] - 480.0).abs() < 0.01);
    }

    #[test]
    fn a_fitted_box_lies_whole_within_the_margins() {
        let b = BoundingBox::REGION;
        let v = Viewport { camera: Camera::fit(b, 1000.0, 500.0, 40.0, 12.0), width: 1000.0, height: 500.0 };
        for (lon, lat) in [(b.west, b.south), (b.east, b.north)] {
            let [x, y] = v.screen_from_lonlat(LonLat::new(lon, lat).unwrap());
            assert!((39.5..=960.5).contains(&x) && (39.5..=460.5).contains(&y), "{x} {y}");
        }
    }

    #[test]
    fn one_point_fits_at_the_nearest_zoom_allowed() {
        let bbox = BoundingBox::around([sotk()]).unwrap();
        assert_eq!(Camera::fit(bbox, 800.0, 600.0, 40.0, 12.0).zoom, 12.0);
    }
}
