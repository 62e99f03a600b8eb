//! Lengths and areas on the WGS 84 ellipsoid, along geodesics: C. F. F. Karney, "Algorithms for geodesics", J. Geodesy 87
//! (2013), as `geographiclib` computes them (good to some nanometres and a few hundredths of a square metre).

use geo::{Destination, Distance, Geodesic, GeodesicArea, InterpolatePoint, LineString, Point, Polygon};

use crate::model::LonLat;

fn point(p: LonLat) -> Point {
    Point::new(p.lon(), p.lat())
}

fn lon_lat(p: Point) -> Option<LonLat> {
    // A way over 180° may be given as 180.0001; on the map it is the same place.
    LonLat::new((p.x() + 540.0).rem_euclid(360.0) - 180.0, p.y()).ok()
}

/// Length in km of the geodesic between two places.
pub fn distance_km(a: LonLat, b: LonLat) -> f64 {
    Geodesic.distance(point(a), point(b)) / 1000.0
}

/// Length in km of a line whose corners are joined by geodesics.
pub fn length_km(line: &[LonLat]) -> f64 {
    line.iter().zip(line.iter().skip(1)).map(|(a, b)| distance_km(*a, *b)).sum()
}

/// Length in km of a ring; the last corner is joined to the first.
pub fn perimeter_km(ring: &[LonLat]) -> f64 {
    let back = ring.last().zip(ring.first()).map_or(0.0, |(a, b)| distance_km(*a, *b));
    length_km(ring) + back
}

/// Area in km² of a ring whose corners, the last and the first too, are joined by geodesics. Whichever way round it runs;
/// of a ring that crosses itself the parts run the other way are subtracted.
pub fn ring_area_km2(ring: &[LonLat]) -> f64 {
    let line: LineString = ring.iter().map(|p| (p.lon(), p.lat())).collect();
    Polygon::new(line, Vec::new()).geodesic_area_signed().abs() / 1e6
}

/// Area in km² of an area with holes: the first ring without the others.
pub fn area_km2(rings: &[Vec<LonLat>]) -> f64 {
    let mut areas = rings.iter().map(|r| ring_area_km2(r));
    let outer = areas.next().unwrap_or(0.0);
    (outer - areas.sum::<f64>()).max(0.0)
}

/// The place that is reached from another one along the geodesic that sets out at `azimuth` degrees clockwise from north.
pub fn destination(from: LonLat, azimuth: f64, km: f64) -> Option<LonLat> {
    lon_lat(Geodesic.destination(point(from), azimuth, km * 1000.0))
}

/// `n` places round a middle, all `km` away from it, clockwise from north.
pub fn circle(middle: LonLat, km: f64, n: u16) -> Vec<LonLat> {
    (0..n).filter_map(|i| destination(middle, f64::from(i) * 360.0 / f64::from(n.max(1)), km)).collect()
}

/// Places on the geodesic from `a` to `b`, both included, no further apart than `step_km`; at most some hundred.
pub fn way(a: LonLat, b: LonLat, step_km: f64) -> Vec<LonLat> {
    let steps = (distance_km(a, b) / step_km.max(0.001)).ceil().clamp(1.0, 400.0) as u32;
    let (from, to) = (point(a), point(b));
    let between =
        (1..steps).filter_map(|i| lon_lat(Geodesic.point_at_ratio_between(from, to, f64::from(i) / f64::from(steps))));
    std::iter::once(a).chain(between).chain(std::iter::once(b)).collect()
}

/// A length in words, with its unit: "840 m", "12.3 km", "1234 km".
pub fn length_words(km: f64) -> String {
    let metres = (km * 1000.0).round();
    if metres < 1000.0 { format!("{metres} m") } else { format!("{} km", figure(km)) }
}

/// An area in words, with its unit: "0.52 km²", "12.3 km²", "1234 km²".
pub fn area_words(km2: f64) -> String {
    if km2 < 0.0095 {
        format!("{} m²", grouped((km2 * 1e6).round()))
    } else if km2 < 9.95 {
        format!("{km2:.2} km²")
    } else {
        format!("{} km²", figure(km2))
    }
}

/// Three figures, or all before the point.
fn figure(v: f64) -> String {
    if v < 99.95 { format!("{v:.1}") } else { grouped(v.round()) }
}

fn grouped(v: f64) -> String {
    crate::model::Count::Exactly(v.clamp(0.0, f64::from(u32::MAX)) as u32).to_string()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn p(lat: f64, lon: f64) -> LonLat {
        LonLat::new(lon, lat).unwrap()
    }

    const A: f64 = 6_378_137.0;
    const F: f64 = 1.0 / 298.257_223_563;

    /// Vincenty's inverse formula (Survey Review 23, 1975), another way to the same length, in metres.
    fn vincenty(a: LonLat, b: LonLat) -> f64 {
        let semi_minor = A * (1.0 - F);
        let reduced = |lat: f64| ((1.0 - F) * lat.to_radians().tan()).atan();
        let (u1, u2) = (reduced(a.lat()), reduced(b.lat()));
        let l = (b.lon() - a.lon()).to_radians();
        let mut lambda = l;
        for _ in 0..200 {
            let sin_sigma = ((u2.cos() * lambda.sin()).powi(2)
                + (u1.cos() * u2.sin() - u1.sin() * u2.cos() * lambda.cos()).powi(2))
            .sqrt();
            let cos_sigma = u1.sin() * u2.sin() + u1.cos() * u2.cos() * lambda.cos();
            let sigma = sin_sigma.atan2(cos_sigma);
            let sin_alpha = u1.cos() * u2.cos() * lambda.sin() / sin_sigma;
            let cos2_alpha = 1.0 - sin_alpha * sin_alpha;
            let cos_2m = cos_sigma - 2.0 * u1.sin() * u2.sin() / cos2_alpha;
            let c = F / 16.0 * cos2_alpha * (4.0 + F * (4.0 - 3.0 * cos2_alpha));
            let next = l
                + (1.0 - c)
                    * F
                    * sin_alpha
                    * (sigma + c * sin_sigma * (cos_2m + c * cos_sigma * (2.0 * cos_2m * cos_2m - 1.0)));
            let done = (next - lambda).abs() < 1e-13;
            lambda = next;
            if done {
                let u_2 = cos2_alpha * (A * A - semi_minor * semi_minor) / (semi_minor * semi_minor);
                let big_a = 1.0 + u_2 / 16384.0 * (4096.0 + u_2 * (-768.0 + u_2 * (320.0 - 175.0 * u_2)));
                let big_b = u_2 / 1024.0 * (256.0 + u_2 * (-128.0 + u_2 * (74.0 - 47.0 * u_2)));
                let delta = big_b
                    * sin_sigma
                    * (cos_2m
                        + big_b / 4.0
                            * (cos_sigma * (2.0 * cos_2m * cos_2m - 1.0)
                                - big_b / 6.0
                                    * cos_2m
                                    * (4.0 * sin_sigma * sin_sigma - 3.0)
                                    * (4.0 * cos_2m * cos_2m - 3.0)));
                return semi_minor * big_a * (sigma - delta);
            }
        }
        panic!("no convergence");
    }

    /// Area in m² of the ellipsoid between the equator and a latitude, a degree of longitude wide: the closed form
    /// (Snyder, "Map projections: a working manual", 1987, (3-12)).
    fn zone(lat: f64) -> f64 {
        let e2 = F * (2.0 - F);
        let (e, s) = (e2.sqrt(), lat.to_radians().sin());
        let q = (1.0 - e2) * (s / (1.0 - e2 * s * s) - (1.0 / (2.0 * e)) * ((1.0 - e * s) / (1.0 + e * s)).ln());
        A * A / 2.0 * q * 1_f64.to_radians()
    }

    #[test]
    fn lengths_and_areas_are_those_that_geographiclib_publishes() {
        // Kennedy to Heathrow, the example of GeodSolve: 5551759.400 m.
        assert!((distance_km(p(40.6, -73.8), p(51.6, -0.5)) * 1000.0 - 5_551_759.400).abs() < 0.001);
        // Antarctica, the example of Planimeter: perimeter 16831067.893 m, area 13662703680020.1 m².
        let corners = [
            (-63.1, -58.0),
            (-72.9, -74.0),
            (-71.9, -102.0),
            (-74.9, -102.0),
            (-74.3, -131.0),
            (-77.5, -163.0),
            (-77.4, 163.0),
            (-71.7, 172.0),
            (-65.9, 140.0),
            (-65.7, 113.0),
            (-66.6, 88.0),
            (-66.9, 59.0),
            (-69.8, 25.0),
            (-70.0, -4.0),
            (-71.0, -14.0),
            (-77.3, -33.0),
            (-77.9, -46.0),
            (-74.7, -61.0),
        ];
        let ring: Vec<LonLat> = corners.iter().map(|(lat, lon)| p(*lat, *lon)).collect();
        assert!((perimeter_km(&ring) * 1000.0 - 16_831_067.893).abs() < 0.001, "{}", perimeter_km(&ring));
        assert!((ring_area_km2(&ring) * 1e6 - 13_662_703_680_020.1).abs() < 1.0, "{}", ring_area_km2(&ring));
    }

    #[test]
    fn an_area_between_parallels_is_that_of_the_closed_form_whichever_way_round() {
        // A parallel is no geodesic; in steps of 0.001° the two enclose the same.
        let steps = |from: f64, to: f64, lat: f64| {
            (0..=1000).map(move |i| p(lat, from + (to - from) * f64::from(i) / 1000.0)).collect::<Vec<_>>()
        };
        let mut ring = steps(45.0, 46.0, 39.0);
        ring.extend(steps(46.0, 45.0, 40.0));
        let want = (zone(40.0) - zone(39.0)) / 1e6;
        assert!((ring_area_km2(&ring) - want).abs() < want * 1e-9, "{} {want}", ring_area_km2(&ring));
        ring.reverse();
        assert!((ring_area_km2(&ring) - want).abs() < want * 1e-9);
        let hole = vec![p(39.4, 45.4), p(39.4, 45.6), p(39.6, 45.6)];
        let with_hole = area_km2(&[ring.clone(), hole.clone()]);
        assert!((with_hole + ring_area_km2(&hole) - ring_area_km2(&ring)).abs() < 1e-9);
        assert_eq!(area_km2(&[]), 0.0);
    }

    #[test]
    fn words_say_the_unit_and_no_more_than_is_measured() {
        for (km, want) in [
            (0.0, "0 m"),
            (0.84, "840 m"),
            (0.9996, "1.0 km"),
            (12.345, "12.3 km"),
            (1234.4, "1234 km"),
            (12_345.0, "12\u{202f}345 km"),
        ] {
            assert_eq!(length_words(km), want);
        }
        let areas = [(0.0004, "400 m²"), (0.524, "0.52 km²"), (12.345, "12.3 km²"), (1234.4, "1234 km²")];
        for (km2, want) in areas {
            assert_eq!(area_words(km2), want);
        }
    }

    proptest! {
        #[test]
        fn a_length_is_that_of_another_formula(lat in 36.0..44.0_f64, lon in 42.0..50.0_f64, dlat in -3.0..3.0_f64, dlon in 0.01..4.0_f64) {
            let (a, b) = (p(lat, lon), p(lat + dlat, lon + dlon));
            prop_assert!((distance_km(a, b) * 1000.0 - vincenty(a, b)).abs() < 0.001);
            let whole = length_km(&way(a, b, 10.0));
            prop_assert!((whole - distance_km(a, b)).abs() < 1e-6);
        }

        #[test]
        fn all_of_a_circle_is_as_far_from_its_middle(lat in -60.0..60.0_f64, lon in -179.9..179.9_f64, km in 0.05..800.0_f64) {
            for at in circle(p(lat, lon), km, 24) {
                prop_assert!((distance_km(p(lat, lon), at) - km).abs() < 1e-6);
            }
        }
    }
}
