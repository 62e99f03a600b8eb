//! A curve through the map on which every square of every zoom is one run (Morton 1966).

/// Bits of a coordinate on the curve: 15 cm on the ground at the equator.
pub(super) const BITS: u32 = 28;
/// Spreads the bits of a coordinate to every second place.
pub(super) fn spread(n: u32) -> u64 {
    let mut x = u64::from(n);
    for (shift, mask) in [
        (16, 0x0000_ffff_0000_ffff_u64),
        (8, 0x00ff_00ff_00ff_00ff),
        (4, 0x0f0f_0f0f_0f0f_0f0f),
        (2, 0x3333_3333_3333_3333),
        (1, 0x5555_5555_5555_5555),
    ] {
        x = (x | x << shift) & mask;
    }
    x
}

/// Takes every second bit together again.
pub(super) fn gather(code: u64) -> u32 {
    let mut x = code & 0x5555_5555_5555_5555;
    for (shift, mask) in [
        (1, 0x3333_3333_3333_3333_u64),
        (2, 0x0f0f_0f0f_0f0f_0f0f),
        (4, 0x00ff_00ff_00ff_00ff),
        (8, 0x0000_ffff_0000_ffff),
        (16, 0x0000_0000_ffff_ffff),
    ] {
        x = (x | x >> shift) & mask;
    }
    x as u32
}

/// The place of a point of the unit square on the curve.
pub(super) fn code([x, y]: [f64; 2]) -> u64 {
    let part = |v: f64| ((v * f64::from(1_u32 << BITS)) as u32).min((1 << BITS) - 1);
    spread(part(x)) | spread(part(y)) << 1
}

/// The point of a place on the curve.
pub(super) fn point(code: u64) -> [f64; 2] {
    let part = |n: u32| (f64::from(n) + 0.5) / f64::from(1_u32 << BITS);
    [part(gather(code)), part(gather(code >> 1))]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_on_the_curve_is_the_point_it_came_from() {
        for p in [[0.0, 0.0], [0.628_125, 0.376_2], [0.999_999_999, 0.5]] {
            let [x, y] = point(code(p));
            assert!((x - p[0]).abs() < 1e-8 && (y - p[1]).abs() < 1e-8, "{p:?}");
        }
    }

    #[test]
    fn squares_of_a_zoom_are_runs_of_the_curve() {
        let same =
            |a: [f64; 2], b: [f64; 2], step: u32| code(a) >> (2 * (BITS - step)) == code(b) >> (2 * (BITS - step));
        assert!(same([0.50, 0.50], [0.62, 0.62], 3));
        assert!(!same([0.50, 0.50], [0.63, 0.50], 3));
    }
}
