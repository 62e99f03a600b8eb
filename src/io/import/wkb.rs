//! Well-known binary (OGC 06-103r4), as `GeoPackage` wraps it: the geometry of a row.

use super::ground::{self, Pairs};
use crate::import::{Ground, left_out};

/// The deepest nesting of collections.
const DEPTH: usize = 4;

/// A blob of a `GeoPackage`: its own head, then WKB.
///
/// # Errors
/// One sentence if it is no geometry.
pub(super) fn of_geopackage(blob: &[u8]) -> Result<Ground, String> {
    let damaged = || "the geometry is damaged".to_owned();
    if blob.get(..2) != Some(b"GP") {
        return Err(damaged());
    }
    let flags = blob.get(3).copied().ok_or_else(damaged)?;
    if flags & 0x10 != 0 {
        return Ok(Ground::default());
    }
    let envelope = match (flags >> 1) & 7 {
        0 => 0,
        1 => 32,
        2 | 3 => 48,
        4 => 64,
        _ => return Err(damaged()),
    };
    let mut wkb = Wkb { bytes: blob.get(8 + envelope..).ok_or_else(damaged)?, little: true };
    wkb.geometry(DEPTH).ok_or_else(damaged)?
}

struct Wkb<'a> {
    bytes: &'a [u8],
    little: bool,
}

impl Wkb<'_> {
    fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (head, rest) = self.bytes.split_first_chunk::<N>()?;
        self.bytes = rest;
        Some(*head)
    }

    fn number(&mut self) -> Option<u32> {
        let bytes = self.take::<4>()?;
        Some(if self.little { u32::from_le_bytes(bytes) } else { u32::from_be_bytes(bytes) })
    }

    fn real(&mut self) -> Option<f64> {
        let bytes = self.take::<8>()?;
        Some(if self.little { f64::from_le_bytes(bytes) } else { f64::from_be_bytes(bytes) })
    }

    /// A number of things of at least `least` bytes each, which must still be there.
    fn count(&mut self, least: usize) -> Option<usize> {
        let n = self.number()? as usize;
        (n.checked_mul(least)? <= self.bytes.len()).then_some(n)
    }

    /// The kind, and the number of numbers in a position.
    fn head(&mut self) -> Option<(u32, usize)> {
        self.little = self.take::<1>()? == [1];
        let kind = self.number()?;
        // Both notations of height and measure: thousands, and bits at the top.
        let more = match (kind & 0x0fff_ffff) / 1000 {
            1 | 2 => 1,
            3 => 2,
            _ => ((kind >> 31) + (kind >> 30 & 1)) as usize,
        };
        if kind & 0x2000_0000 != 0 {
            self.number()?;
        }
        Some(((kind & 0x0fff_ffff) % 1000, 2 + more))
    }

    fn pair(&mut self, size: usize) -> Option<(f64, f64)> {
        let pair = (self.real()?, self.real()?);
        for _ in 2..size {
            self.real()?;
        }
        Some(pair)
    }

    fn pairs(&mut self, size: usize) -> Option<Pairs> {
        let n = self.count(size * 8)?;
        (0..n).map(|_| self.pair(size)).collect()
    }

    fn rings(&mut self, size: usize) -> Option<Vec<Pairs>> {
        let n = self.count(4)?;
        (0..n).map(|_| self.pairs(size)).collect()
    }

    /// The geometry; `None`: it is damaged.
    fn geometry(&mut self, depth: usize) -> Option<Result<Ground, String>> {
        let (kind, size) = self.head()?;
        Some(match kind {
            1 => {
                let pair = self.pair(size)?;
                // An empty point is written as no number.
                if pair.0.is_nan() && pair.1.is_nan() { Ok(Ground::default()) } else { ground::points(&[pair]) }
            }
            2 => ground::lines(&[self.pairs(size)?]),
            3 => ground::areas(&self.rings(size)?, 1),
            4..=7 if depth > 0 => {
                // The first of several.
                let n = self.count(5)?;
                if n == 0 {
                    return Some(Ok(Ground::default()));
                }
                let first = self.geometry(depth - 1)?;
                first.map(|g| if n > 1 { Ground { left_out: left_out(n), ..g } } else { g })
            }
            _ => Err("the geometry is of a sort that is not read (a curve or a surface)".into()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn blob(wkb: &[u8]) -> Vec<u8> {
        [b"GP\x00\x01\xe6\x10\x00\x00", wkb].concat()
    }

    fn point(little: bool, kind: u32, numbers: &[f64]) -> Vec<u8> {
        let mut out = vec![u8::from(little)];
        out.extend(if little { kind.to_le_bytes() } else { kind.to_be_bytes() });
        for n in numbers {
            out.extend(if little { n.to_le_bytes() } else { n.to_be_bytes() });
        }
        out
    }

    #[test]
    fn points_are_read_in_either_order_of_bytes_and_with_heights() {
        for wkb in [
            point(true, 1, &[45.0, 39.0]),
            point(false, 1, &[45.0, 39.0]),
            point(true, 1001, &[45.0, 39.0, 7.0]),
            point(true, 0x8000_0001, &[45.0, 39.0, 7.0]),
        ] {
            let at = of_geopackage(&blob(&wkb)).unwrap().position.unwrap();
            assert_eq!((at.lon(), at.lat()), (45.0, 39.0));
        }
        assert_eq!(of_geopackage(&blob(&point(true, 1, &[f64::NAN, f64::NAN]))), Ok(Ground::default()));
    }

    #[test]
    fn what_is_cut_off_or_promises_too_much_is_damaged() {
        let whole = blob(&point(true, 1, &[45.0, 39.0]));
        for n in 0..whole.len() {
            assert!(of_geopackage(&whole[..n]).is_err(), "{n}");
        }
        let mut line = vec![1, 2, 0, 0, 0];
        line.extend(u32::MAX.to_le_bytes());
        assert!(of_geopackage(&blob(&line)).is_err());
        let nested = [1, 7, 0, 0, 0, 1, 0, 0, 0].repeat(10_000);
        assert!(of_geopackage(&blob(&nested)).is_err());
    }
}
