//! Positions given out less exactly than they are recorded.

use super::{Incident, LonLat, Precision};

/// To how many kilometres positions can be rounded.
pub const ROUND_KM: std::ops::RangeInclusive<f64> = 0.1..=200.0;

impl Incident {
    /// Rounds the position to a fixed grid of squares `km` wide, and says so: it then lies somewhere within the square, as
    /// uncertain there as it was before. A line or an area is left out.
    ///
    /// How wide a square is follows from its row alone: if it followed from the exact latitude, the rounded longitude would give that away.
    pub fn round_position(&mut self, km: f64) {
        let place = &mut self.place;
        place.shape = None;
        let Some(at) = place.position else { return };
        let step = km.max(0.001) / 111.2;
        let snap = |v: f64, step: f64| ((v / step).floor() + 0.5) * step;
        let lat = snap(at.lat(), step).clamp(-90.0, 90.0);
        let wide = step / lat.to_radians().cos().max(0.05);
        place.position = LonLat::new(snap(at.lon(), wide).clamp(-180.0, 180.0), lat).ok();
        // From the middle of the square to its corner, a little more, and on from there.
        let radius = place.radius_km() + km as f32 * 0.75;
        place.radius_km = Some(radius.clamp(0.001, 20_000.0));
        // "Exact spot" would say more than is left.
        let fits = |p: Precision| p >= Precision::Approximate || p.default_radius_km() >= radius;
        place.precision = place.precision.map(|p| if fits(p) { p } else { Precision::Approximate });
    }
}
