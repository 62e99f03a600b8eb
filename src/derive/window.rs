//! Sums over any stretch of time, without looking at every incident in it.
//!
//! What overlaps a window is what begins before its end, less what ends before its beginning. So two orders of the incidents
//! (by start and by end), each with running sums at every block, give the sum of any window from two look-ups and
//! at most four blocks; and what enters and leaves between two windows is a run of each order.

use rayon::prelude::*;

use super::tally::{Fig, Tally};
use crate::model::Span;

/// Slots in the order of a time, with that time.
#[derive(Clone, Debug, Default)]
struct Order {
    slots: Vec<u32>,
    times: Vec<i64>,
}

impl Order {
    fn new(times: &[i64], wanted: impl Fn(usize) -> bool) -> Self {
        // Nearly all have a date; a list that grows would take twice the room.
        let mut rows: Vec<(i64, u32)> = Vec::with_capacity(times.len());
        rows.extend(times.iter().copied().zip(0_u32..).filter(|(_, slot)| wanted(*slot as usize)));
        rows.par_sort_unstable();
        let (times, slots) = rows.into_iter().unzip();
        Self { slots, times }
    }

    fn rows(&self) -> impl Iterator<Item = (i64, u32)> + '_ {
        self.times.iter().copied().zip(self.slots.iter().copied())
    }

    /// How many come before a time.
    fn before(&self, at: i64) -> usize {
        self.times.partition_point(|t| *t < at)
    }

    /// The slots between two times, whichever comes first.
    fn run(&self, a: i64, b: i64) -> &[u32] {
        self.slots.get(self.before(a.min(b))..self.before(a.max(b))).unwrap_or_default()
    }
}

/// The dated incidents by start and by end.
#[derive(Clone, Debug, Default)]
pub(super) struct TimeOrder {
    by_start: Order,
    by_end: Order,
}

impl TimeOrder {
    /// Orders the slots that `wanted` names; all of them have a date.
    pub(super) fn new(start: &[i64], end: &[i64], wanted: impl Fn(usize) -> bool + Sync) -> Self {
        let (by_start, by_end) = rayon::join(|| Order::new(start, &wanted), || Order::new(end, &wanted));
        Self { by_start, by_end }
    }

    /// How many slots there are.
    pub(super) fn len(&self) -> usize {
        self.by_start.slots.len()
    }

    /// When the slots begin, with the slots, in this order.
    pub(super) fn starts(&self) -> impl Iterator<Item = (i64, u32)> + '_ {
        self.by_start.rows()
    }

    /// When they end, likewise.
    pub(super) fn ends(&self) -> impl Iterator<Item = (i64, u32)> + '_ {
        self.by_end.rows()
    }

    /// How many slots would have to be touched to go from one window to another.
    pub(super) fn distance(&self, from: Span, to: Span) -> usize {
        let moved = |order: &Order, a: i64, b: i64| order.before(a).abs_diff(order.before(b));
        moved(&self.by_start, from.end, to.end)
            + moved(&self.by_end, from.start.saturating_add(1), to.start.saturating_add(1))
    }

    /// Slots that may have come into or gone out of the window on the way; each must be looked at again.
    pub(super) fn between(&self, from: Span, to: Span) -> impl Iterator<Item = u32> + '_ {
        let begun = self.by_start.run(from.end, to.end);
        begun.iter().chain(self.by_end.run(from.start.saturating_add(1), to.start.saturating_add(1))).copied()
    }
}

/// Running sums along both orders.
#[derive(Clone, Debug, Default)]
pub(super) struct RunningSums {
    /// Tallies to a block of either order.
    width: usize,
    /// Slots to a block.
    block: usize,
    at_start: Vec<Tally>,
    at_end: Vec<Tally>,
}

/// What an incident adds to which tally.
pub(super) trait Adds {
    /// Calls `into` with each tally's number, a figure, and whether that is added (or taken out, where another stands for it).
    fn adds(&self, slot: usize, into: &mut impl FnMut(usize, Fig, bool));
    /// How many tallies there are.
    fn width(&self) -> usize;
}

/// Puts what is added where it belongs.
pub(super) fn adder(sums: &mut [Tally]) -> impl FnMut(usize, Fig, bool) + '_ {
    |t, fig, plus| {
        if let Some(sum) = sums.get_mut(t) {
            if plus { sum.add(fig) } else { sum.take_out(fig) }
        }
    }
}

impl RunningSums {
    /// Bytes that the sums of one order may take.
    const MEMORY: usize = 16 << 20;

    /// Sums up; what `adds` leaves out is in no sum.
    pub(super) fn new(order: &TimeOrder, adds: &(impl Adds + Sync)) -> Self {
        let width = adds.width();
        let n = order.by_start.slots.len();
        let most = (Self::MEMORY / (width.max(1) * size_of::<Tally>())).max(1);
        let block = n.div_ceil(most).max(512);
        let along = |order: &Order| {
            let mut sums = Vec::with_capacity((n / block + 1) * width);
            let mut sum = vec![Tally::default(); width];
            for block in order.slots.chunks(block) {
                sums.extend_from_slice(&sum);
                for slot in block {
                    adds.adds(*slot as usize, &mut adder(&mut sum));
                }
            }
            sums.extend_from_slice(&sum);
            sums
        };
        let (at_start, at_end) = rayon::join(|| along(&order.by_start), || along(&order.by_end));
        Self { width, block, at_start, at_end }
    }

    /// The sums over all incidents of the orders that overlap a window.
    pub(super) fn over(&self, order: &TimeOrder, adds: &impl Adds, window: Span) -> Vec<Tally> {
        let begun = self.before(&order.by_start, &self.at_start, adds, window.end);
        // An incident that ends with the first second of the window does not share it.
        let over = self.before(&order.by_end, &self.at_end, adds, window.start.saturating_add(1));
        begun.into_iter().zip(over).map(|(a, b)| a.minus(b)).collect()
    }

    fn before(&self, order: &Order, sums: &[Tally], adds: &impl Adds, at: i64) -> Vec<Tally> {
        let n = order.before(at);
        let block = n / self.block.max(1);
        let mut sum = sums.get(block * self.width..(block + 1) * self.width).unwrap_or_default().to_vec();
        sum.resize(self.width, Tally::default());
        for slot in order.slots.get(block * self.block..n).unwrap_or_default() {
            adds.adds(*slot as usize, &mut adder(&mut sum));
        }
        sum
    }
}
