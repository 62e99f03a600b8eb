//! Web Mercator as one unit square: x from 0 (180° W) to 1 (180° E), y from 0 (85.05° N) down to 1 (85.05° S).
//!
//! One world width is 256 points at zoom 0, 512 at zoom 1 and so on, as tile servers count.

use std::f64::consts::{PI, TAU};

use crate::model::LonLat;

/// The latitude at which the square ends.
pub const MAX_LAT: f64 = 85.051_128_779_806_6;

/// WGS 84 equatorial radius in metres, the sphere Web Mercator computes with.
const RADIUS_M: f64 = 6_378_137.0;

/// Where a position lies in the unit square. Latitudes beyond [`MAX_LAT`] are drawn to the edge.
pub fn world_from_lonlat(position: LonLat) -> [f64; 2] {
    world_from_degrees(position.lon(), position.lat())
}

/// Where degrees lie in the unit square.
pub fn world_from_degrees(lon: f64, lat: f64) -> [f64; 2] {
    let s = lat.clamp(-MAX_LAT, MAX_LAT).to_radians().sin();
    [lon / 360.0 + 0.5, 0.5 - s.atanh() / TAU]
}

/// Degrees (longitude, latitude) of a point of the world; x outside 0..1 gives longitudes outside ±180.
pub fn degrees_from_world([x, y]: [f64; 2]) -> [f64; 2] {
    [(x - 0.5) * 360.0, ((0.5 - y) * TAU).sinh().atan().to_degrees()]
}

/// The position of a point of the world; x wraps round, y is cut off at the edge. What is not a number lands at 0° N 0° E.
pub fn lonlat_from_world([x, y]: [f64; 2]) -> LonLat {
    let [lon, lat] = degrees_from_world([x.rem_euclid(1.0), y.clamp(0.0, 1.0)]);
    LonLat::new(lon, lat).unwrap_or_default()
}

/// World widths per point on screen at a zoom.
pub fn world_per_point(zoom: f64) -> f64 {
    1.0 / (256.0 * zoom.exp2())
}

/// Metres on the ground per point on screen at a latitude and zoom.
pub fn metres_per_point(lat: f64, zoom: f64) -> f64 {
    lat.to_radians().cos() * 2.0 * PI * RADIUS_M * world_per_point(zoom)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_position_comes_back_from_the_world() {
        for (lon, lat) in [(45.67, 39.84), (-179.9, -84.9), (0.0, 0.0), (180.0, 85.0)] {
            let [x, y] = world_from_degrees(lon, lat);
            let [lon2, lat2] = degrees_from_world([x, y]);
            assert!((lon - lon2).abs() < 1e-9 && (lat - lat2).abs() < 1e-9, "{lon} {lat}");
        }
        let yerevan = LonLat::new(44.51, 40.18).unwrap();
        let [x, y] = world_from_lonlat(yerevan);
        let again = lonlat_from_world([x + 1.0, y]);
        assert!((again.lon() - 44.51).abs() < 1e-9 && (again.lat() - 40.18).abs() < 1e-9);
        assert_eq!(lonlat_from_world([f64::NAN, 0.5]), LonLat::default());
    }

    #[test]
    fn the_poles_are_cut_at_the_edge_of_the_square() {
        assert!(world_from_degrees(0.0, 90.0)[1].abs() < 1e-9);
        assert!((world_from_degrees(0.0, -90.0)[1] - 1.0).abs() < 1e-9);
    }

    #[test]
    fn a_point_at_zoom_zero_on_the_equator_is_156_km() {
        assert!((metres_per_point(0.0, 0.0) - 156_543.03).abs() < 0.1);
        assert!((metres_per_point(60.0, 1.0) - 39_135.76).abs() < 0.1);
    }
}
