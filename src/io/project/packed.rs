//! Lines kept packed in memory.
//!
//! Packed, a line of this program takes about a fifth of its length. Taking memory from the system costs more than packing:
//! of opening 770 MB more than half went into pages for the text, while LZ4 packs 1.4 GB/s and unpacks 4.7 GB/s a core on the
//! same machine (two virtual cores of an AMD EPYC). Lines are packed by the block, which for one line is unpacked in some
//! microseconds; the last block that a thread has looked into stays unpacked for the next line.

use std::cell::Cell;
use std::sync::atomic::{AtomicU64, Ordering};

use lz4_flex::block::{compress_into, decompress_into, get_maximum_output_size};

/// A block is closed when it has so many bytes, unpacked: larger ones take longer for one line and pack little better (5.3 : 1 at 32 KiB, 5.8 at 64).
const BLOCK: usize = 64 << 10;

/// A block unpacked that is longer than this, because of one long line, is not kept for the next.
const LARGEST_KEPT: usize = 1 << 20;

/// Lines one after the other.
#[derive(Debug)]
struct Block {
    /// Number of its first line.
    first: u32,
    /// Its length in bytes, unpacked.
    len: u32,
    packed: Box<[u8]>,
}

/// Packed lines with the uids that stand in them, which are wanted more often and stay as they are. A file has at most as many
/// bytes as a `u32` counts.
#[derive(Debug)]
pub(super) struct Packed {
    /// Another for each, so that what a thread has unpacked is known to be of this one.
    id: u64,
    blocks: Vec<Block>,
    uids: String,
    /// Where in them each uid ends.
    ends: Vec<u32>,
}

/// Lines on their way to be packed.
#[derive(Debug, Default)]
pub(super) struct Packing {
    packed: Packed,
    /// The lines of the block that is not closed, each with its end.
    open: Vec<u8>,
    /// Number of its first line.
    first: u32,
    /// Room to pack in.
    room: Vec<u8>,
}

impl Packing {
    /// Takes a line and gives its number; `None` if it is none that can be kept.
    pub(super) fn push(&mut self, line: &str, uid: &str) -> Option<u32> {
        if memchr::memchr(b'\n', line.as_bytes()).is_some() {
            return None;
        }
        let end = u32::try_from(self.packed.uids.len() + uid.len()).ok()?;
        let number = u32::try_from(self.packed.ends.len()).ok()?;
        if self.open.len() >= BLOCK {
            self.close()?;
            self.first = number;
        }
        self.open.extend_from_slice(line.as_bytes());
        self.open.push(b'\n');
        self.packed.uids.push_str(uid);
        self.packed.ends.push(end);
        Some(number)
    }

    fn close(&mut self) -> Option<()> {
        if self.open.is_empty() {
            return Some(());
        }
        let len = u32::try_from(self.open.len()).ok()?;
        self.room.resize(get_maximum_output_size(self.open.len()), 0);
        // There is always room enough.
        let n = compress_into(&self.open, &mut self.room).ok()?;
        let packed = self.room.get(..n)?.into();
        self.packed.blocks.push(Block { first: self.first, len, packed });
        self.open.clear();
        Some(())
    }

    /// The lines, packed; `None` if they are too many to be counted.
    pub(super) fn finish(mut self) -> Option<Packed> {
        self.close()?;
        Some(self.packed)
    }
}

impl Default for Packed {
    fn default() -> Self {
        // What was never unpacked has the number 0.
        static NEXT: AtomicU64 = AtomicU64::new(1);
        let id = NEXT.fetch_add(1, Ordering::Relaxed);
        Self { id, blocks: Vec::new(), uids: String::new(), ends: Vec::new() }
    }
}

impl Packed {
    /// How many lines there are.
    pub(super) fn lines(&self) -> usize {
        self.ends.len()
    }

    /// Takes in the lines of the next piece, numbered on.
    pub(super) fn append(&mut self, piece: Self) {
        let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        let (lines, bytes) = (number(self.lines()), number(self.uids.len()));
        self.blocks.extend(piece.blocks.into_iter().map(|b| Block { first: b.first.saturating_add(lines), ..b }));
        self.uids.push_str(&piece.uids);
        self.ends.extend(piece.ends.into_iter().map(|end| end.saturating_add(bytes)));
    }

    /// The uid in a line.
    pub(super) fn uid(&self, line: u32) -> &str {
        let line = line as usize;
        let from = line.checked_sub(1).and_then(|before| self.ends.get(before)).map_or(0, |end| *end as usize);
        self.ends.get(line).and_then(|end| self.uids.get(from..*end as usize)).unwrap_or("")
    }

    /// What `look` sees in the text of a line; in an empty one if there is none of this number.
    pub(super) fn look<T>(&self, line: u32, look: impl FnOnce(&str) -> T) -> T {
        // One who looks at a line while looking at another finds nothing unpacked and does it again.
        let mut last = LAST.take();
        if last.line(self.id, line).is_none() {
            last.unpack(self, line);
        }
        let seen = look(last.line(self.id, line).unwrap_or(""));
        if last.text.len() <= LARGEST_KEPT {
            LAST.set(last);
        }
        seen
    }
}

thread_local! {
    static LAST: Cell<Unpacked> = Cell::default();
}

/// A block, unpacked.
#[derive(Default)]
struct Unpacked {
    of: u64,
    /// Number of its first line.
    first: u32,
    text: String,
    /// Where each line ends.
    ends: Vec<u32>,
}

impl Unpacked {
    /// A line of those lines, if it is in this block.
    fn line(&self, of: u64, line: u32) -> Option<&str> {
        let n = line.checked_sub(self.first).filter(|_| of == self.of)? as usize;
        let end = *self.ends.get(n)? as usize;
        let from = n.checked_sub(1).and_then(|before| self.ends.get(before)).map_or(0, |end| *end as usize + 1);
        self.text.get(from..end)
    }

    /// Unpacks the block in which a line is.
    fn unpack(&mut self, lines: &Packed, line: u32) {
        let mut bytes = std::mem::take(&mut self.text).into_bytes();
        self.ends.clear();
        self.of = lines.id;
        let after = lines.blocks.partition_point(|b| b.first <= line);
        let Some(block) = after.checked_sub(1).and_then(|n| lines.blocks.get(n)) else { return };
        self.first = block.first;
        bytes.resize(block.len as usize, 0);
        // What was packed can be unpacked, and is the text that it was.
        let whole = decompress_into(&block.packed, &mut bytes).is_ok_and(|n| n == bytes.len());
        let Some(text) = String::from_utf8(bytes).ok().filter(|_| whole) else { return };
        self.text = text;
        self.ends.extend(memchr::memchr_iter(b'\n', self.text.as_bytes()).filter_map(|at| u32::try_from(at).ok()));
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn packed(pieces: &[Vec<String>]) -> Packed {
        let pack = |lines: &Vec<String>| {
            let mut packing = Packing::default();
            for (n, line) in (0..).zip(lines) {
                assert_eq!(packing.push(line, &format!("u{}", line.len())), Some(n));
            }
            packing.finish().unwrap()
        };
        let mut all = Packed::default();
        for piece in pieces {
            all.append(pack(piece));
        }
        all
    }

    #[test]
    fn every_line_comes_back_in_any_order_whatever_its_length() {
        let line = |n: usize| format!("{n} Ճամբարակ Xankəndi Ханкенди {}", "x".repeat(n * n % 9000));
        let pieces: Vec<Vec<String>> =
            [0..0, 0..1, 1..300, 300..300, 300..701].into_iter().map(|part| part.map(line).collect()).collect();
        let lines = packed(&pieces);
        assert!(lines.blocks.len() > 20 && lines.lines() == 701);
        let order = (0..701).chain((0..701).rev()).chain((0..701).map(|n| n * 37 % 701));
        for n in order {
            lines.look(n, |text| assert_eq!(text, line(n as usize)));
            assert_eq!(lines.uid(n), format!("u{}", line(n as usize).len()));
        }
        assert_eq!((lines.look(701, str::len), lines.uid(701)), (0, ""));
    }

    #[test]
    fn a_line_looked_at_while_another_is_looked_at_is_the_right_one() {
        let lines = packed(&[(0..2000).map(|n| format!("line {n} {}", "-".repeat(50))).collect()]);
        let others = packed(&[vec!["other".to_owned()]]);
        for n in 0..1999 {
            lines.look(n, |text| {
                lines.look(n + 1, |next| assert!(next.starts_with(&format!("line {} ", n + 1))));
                others.look(0, |other| assert_eq!(other, "other"));
                assert!(text.starts_with(&format!("line {n} ")));
            });
        }
    }

    #[test]
    fn a_line_longer_than_any_block_is_kept_and_none_with_a_break() {
        let long = "ş".repeat(3 << 20);
        let lines = packed(&[vec!["a".into(), long.clone(), "b".into()]]);
        assert!(lines.look(1, |text| text == long) && lines.look(2, |text| text == "b"));
        let mut packing = Packing::default();
        assert_eq!(packing.push("a\nb", "u"), None);
        assert_eq!(packing.push("", ""), Some(0), "a refused line leaves nothing behind");
        let lines = packing.finish().unwrap();
        assert_eq!((lines.look(0, str::to_owned), lines.uid(0)), (String::new(), ""));
    }

    proptest! {
        #[test]
        fn what_was_packed_is_what_is_unpacked(pieces in prop::collection::vec(prop::collection::vec("[^\n]{0,80}", 0..40), 0..4)) {
            let lines = packed(&pieces);
            for (n, line) in (0..).zip(pieces.iter().flatten()) {
                prop_assert!(lines.look(n, |text| text == line));
            }
        }
    }
}
