//! Which parts of the picture are taken: text is set only where nothing stands yet.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use super::clip::Box4;

/// Side of a cell in points, about the height of four lines.
const CELL: f32 = 64.0;

/// Boxes that are taken, in cells, so that a question looks at its neighbourhood only.
#[derive(Debug, Default)]
pub(super) struct Room {
    boxes: Vec<Box4>,
    cells: HashMap<(i32, i32), Vec<usize>, BuildHasherDefault<Numbers>>,
}

/// A hash of a few numbers that nobody outside chooses: a layout asks some thousand times.
#[derive(Default)]
pub(super) struct Numbers(u64);

impl Hasher for Numbers {
    fn write(&mut self, bytes: &[u8]) {
        for b in bytes {
            self.write_u64(u64::from(*b));
        }
    }

    fn write_i32(&mut self, n: i32) {
        self.write_u64(u64::from(n.cast_unsigned()));
    }

    fn write_u64(&mut self, n: u64) {
        // The odd number next to 2^64 divided by the golden ratio (Knuth, volume 3, 6.4).
        self.0 = (self.0.rotate_left(29) ^ n).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }

    fn finish(&self) -> u64 {
        self.0 ^ (self.0 >> 32)
    }
}

fn cells([l, t, r, b]: Box4) -> impl Iterator<Item = (i32, i32)> {
    let span = |a: f32, b: f32| {
        let a = (a / CELL).floor() as i32;
        // A box as wide as a hundred screens would only be a mistake; it must not cost memory.
        a..=((b / CELL).floor() as i32).clamp(a, a.saturating_add(200))
    };
    span(l, r).flat_map(move |x| span(t, b).map(move |y| (x, y)))
}

impl Room {
    /// Whether a box touches nothing.
    pub(super) fn is_free(&self, bounds: Box4) -> bool {
        let [l, t, r, b] = bounds;
        cells(bounds).all(|c| {
            self.cells.get(&c).into_iter().flatten().filter_map(|i| self.boxes.get(*i)).all(|o| {
                let [ol, ot, or, ob] = *o;
                l >= or || r <= ol || t >= ob || b <= ot
            })
        })
    }

    /// Takes a box, free or not.
    pub(super) fn take(&mut self, bounds: Box4) {
        let i = self.boxes.len();
        self.boxes.push(bounds);
        for c in cells(bounds) {
            self.cells.entry(c).or_default().push(i);
        }
    }

    /// Takes a box if it is free.
    pub(super) fn claim(&mut self, bounds: Box4) -> bool {
        let free = self.is_free(bounds);
        if free {
            self.take(bounds);
        }
        free
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_box_is_taken_once() {
        let mut room = Room::default();
        assert!(room.claim([0.0, 0.0, 100.0, 20.0]));
        assert!(!room.claim([90.0, 10.0, 120.0, 30.0]));
        assert!(room.claim([100.0, 0.0, 120.0, 20.0]));
        assert!(!room.claim([-500.0, -500.0, 500.0, 500.0]));
    }
}
