//! Reads `geodata/atlas.bin`. The layout is described at the head of `geodata/build.py`, which writes it.

use std::collections::HashMap;

use super::line::Line;

/// One byte per cell over degrees, rows from the north; the first cell's middle is at (`west`, `north`).
#[derive(Clone, Debug, Default)]
pub(super) struct Grid {
    pub(super) west: f64,
    pub(super) north: f64,
    pub(super) step: f64,
    pub(super) columns: usize,
    pub(super) cells: Vec<f32>,
}

/// Everything in the file, by section name.
#[derive(Debug, Default)]
pub(super) struct Pack {
    lines: HashMap<String, Vec<Line>>,
    grids: HashMap<String, Grid>,
}

impl Pack {
    /// Decodes the file; `None` if it is not one or is cut short.
    pub(super) fn decode(bytes: &[u8]) -> Option<Self> {
        let mut reader = Reader { rest: bytes.strip_prefix(b"CLATLAS2")? };
        let mut pack = Self::default();
        while !reader.rest.is_empty() {
            let length = reader.size()?;
            let name = std::str::from_utf8(reader.take(length)?).ok()?.to_owned();
            match reader.byte()? {
                0 | 1 => {
                    pack.lines.insert(name, reader.lines()?);
                }
                2 => {
                    pack.grids.insert(name, reader.grid()?);
                }
                _ => return None,
            }
        }
        Some(pack)
    }

    /// Takes a section of lines or rings out; empty if there is none of this name.
    pub(super) fn take_lines(&mut self, name: &str) -> Vec<Line> {
        self.lines.remove(name).unwrap_or_default()
    }

    /// Takes a grid out; without cells if there is none of this name.
    pub(super) fn take_grid(&mut self, name: &str) -> Grid {
        self.grids.remove(name).unwrap_or_default()
    }
}

struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(*first)
    }

    fn take(&mut self, n: usize) -> Option<&'a [u8]> {
        let (head, rest) = self.rest.split_at_checked(n)?;
        self.rest = rest;
        Some(head)
    }

    fn varint(&mut self) -> Option<u64> {
        let mut value = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7F) << shift;
            if byte & 0x80 == 0 {
                return Some(value);
            }
        }
        None
    }

    fn zigzag(&mut self) -> Option<i64> {
        let v = self.varint()?;
        Some((v >> 1) as i64 ^ -((v & 1) as i64))
    }

    /// A count of things that take at least a byte each: more than there are bytes left is a damaged file.
    fn size(&mut self) -> Option<usize> {
        usize::try_from(self.varint()?).ok().filter(|n| *n <= self.rest.len())
    }

    fn lines(&mut self) -> Option<Vec<Line>> {
        let quantum = (-f64::from(u8::try_from(self.varint()?).ok()?)).exp2();
        let count = self.size()?;
        (0..count).map(|_| self.line(quantum)).collect()
    }

    fn line(&mut self, quantum: f64) -> Option<Line> {
        let n = self.size()?;
        let (mut x, mut y) = (0_i64, 0_i64);
        let mut points = Vec::with_capacity(n);
        for _ in 0..n {
            x = x.checked_add(self.zigzag()?)?;
            y = y.checked_add(self.zigzag()?)?;
            points.push([x as f64 * quantum, y as f64 * quantum]);
        }
        let need = self.take(n.div_ceil(2))?.iter().flat_map(|b| [b & 15, b >> 4]).take(n).collect();
        Some(Line::new(points, need))
    }

    fn grid(&mut self) -> Option<Grid> {
        let mut degrees = || self.zigzag().map(|v| v as f64 * 1e-5);
        let (west, north, step) = (degrees()?, degrees()?, degrees()?);
        let (columns, rows) = (self.size()?, self.size()?);
        let cells = self.take(columns.checked_mul(rows)?)?.iter().map(|b| f32::from(*b)).collect();
        Some(Grid { west, north, step, columns, cells })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_cut_short_is_refused_at_every_length() {
        // Two points of a section "a", one nibble each.
        let mut bytes = b"CLATLAS2\x01a\x00\x06\x01\x02".to_vec();
        bytes.extend([20, 40, 2, 2, 0xF0]);
        let mut pack = Pack::decode(&bytes).unwrap();
        let line = pack.take_lines("a").remove(0);
        assert_eq!(line.points(), [[10.0 / 64.0, 20.0 / 64.0], [11.0 / 64.0, 21.0 / 64.0]]);
        assert_eq!(line.need(), [0, 15]);
        for cut in 9..bytes.len() {
            assert!(Pack::decode(&bytes[..cut]).is_none(), "{cut}");
        }
        assert!(Pack::decode(b"something else").is_none());
    }
}
