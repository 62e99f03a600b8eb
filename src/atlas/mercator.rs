//! Web Mercator (EPSG:3857) as a unit square: x from 0 (180° W) to 1 (180° E), y from 0 (85.05° N) down to 1.

use crate::model::LonLat;

/// The latitude at which the square ends, in degrees: atan(sinh(π)).
pub const LIMIT_LAT: f64 = 85.051_128_779_806_59;

/// Where a position lies in the unit square; latitudes beyond the limit are moved onto it.
pub fn world_from_lonlat(position: LonLat) -> [f64; 2] {
    let lat = position.lat().clamp(-LIMIT_LAT, LIMIT_LAT).to_radians();
    [position.lon() / 360.0 + 0.5, 0.5 - lat.tan().asinh() / std::f64::consts::TAU]
}

/// The position of a point of the unit square; x is wrapped round the world, y clamped to the square.
pub fn lonlat_from_world([x, y]: [f64; 2]) -> LonLat {
    let lon = (x.rem_euclid(1.0) - 0.5) * 360.0;
    let lat = ((0.5 - y.clamp(0.0, 1.0)) * std::f64::consts::TAU).sinh().atan().to_degrees();
    // Only arguments that are not numbers fail; they land at 0° N 0° E.
    LonLat::new(lon, lat).unwrap_or_default()
}
