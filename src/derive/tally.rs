//! Sums of figures that can be taken apart again: what was added can be subtracted, in any order.
//!
//! [`Figure::plus`] forgets (a sum without an upper end does not know which part had none). A tally counts instead, so that
//! a window of time is the difference of two sums and an edit touches one incident only.

use super::Figure;

/// A figure in 20 bytes, as the columns hold it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Fig {
    pub(super) low: u32,
    pub(super) best: u32,
    pub(super) high: u32,
    /// How many claims; 0: there is nothing to tell.
    pub(super) claims: u32,
    pub(super) flags: u16,
}

/// What a [`Fig`] says besides its numbers, each a bit of `flags`.
pub(super) mod is {
    /// `low` is a number.
    pub(crate) const LOW: u16 = 1;
    /// `best` is a number.
    pub(crate) const BEST: u16 = 2;
    /// `high` is a number.
    pub(crate) const HIGH: u16 = 4;
    /// Any number at all.
    pub(crate) const KNOWN: u16 = LOW | BEST | HIGH;
    /// Two claims cannot both be true.
    pub(crate) const CONTRADICTED: u16 = 8;
    /// It rests on another side's claim.
    pub(crate) const OTHER: u16 = 16;
    /// Only words.
    pub(crate) const VAGUE: u16 = 32;
    /// Chosen by hand.
    pub(crate) const PINNED: u16 = 64;
    /// A part of what the number stands for has none. Without any number that goes without saying.
    pub(crate) const MISSING: u16 = 128;
}

impl Fig {
    /// Whether all of these bits are set.
    pub(super) fn has(self, bits: u16) -> bool {
        self.flags & bits == bits
    }

    /// The same as everybody else knows it. Without a number it stands for one incident that lacks one.
    pub(super) fn figure(self) -> Figure {
        let number = |bit: u16, n: u32| self.has(bit).then_some(n);
        Figure {
            low: number(is::LOW, self.low),
            best: number(is::BEST, self.best),
            high: number(is::HIGH, self.high),
            claims: self.claims,
            contradicted: self.has(is::CONTRADICTED),
            by_other_side: self.has(is::OTHER),
            vague: self.has(is::VAGUE),
            pinned: self.has(is::PINNED),
            missing: u32::from(self.flags & is::KNOWN == 0 || self.has(is::MISSING)),
        }
    }

    /// The figure of one incident in the form of the columns; of what is missing only whether anything is.
    pub(super) fn of(f: &Figure) -> Self {
        let bit = |on: bool, bit: u16| if on { bit } else { 0 };
        Self {
            low: f.low.unwrap_or(0),
            best: f.best.unwrap_or(0),
            high: f.high.unwrap_or(0),
            claims: f.claims,
            flags: bit(f.low.is_some(), is::LOW)
                | bit(f.best.is_some(), is::BEST)
                | bit(f.high.is_some(), is::HIGH)
                | bit(f.contradicted, is::CONTRADICTED)
                | bit(f.by_other_side, is::OTHER)
                | bit(f.vague, is::VAGUE)
                | bit(f.pinned, is::PINNED)
                | bit(f.is_known() && f.missing > 0, is::MISSING),
        }
    }

    /// The number by which figures are compared: best, else high, else low.
    pub(super) fn number(self) -> Option<u32> {
        if self.has(is::BEST) {
            Some(self.best)
        } else if self.has(is::HIGH) {
            Some(self.high)
        } else {
            self.has(is::LOW).then_some(self.low)
        }
    }
}

/// What is counted besides the sums, each at its place in [`Tally::counts`].
mod count {
    pub(super) const KNOWN: usize = 0;
    pub(super) const LOWS: usize = 1;
    pub(super) const BESTS: usize = 2;
    pub(super) const HIGHS: usize = 3;
    pub(super) const CONTRADICTED: usize = 4;
    pub(super) const OTHER: usize = 5;
    pub(super) const PINNED: usize = 6;
    pub(super) const UNKNOWN: usize = 7;
    pub(super) const UNKNOWN_CONTRADICTED: usize = 8;
    pub(super) const UNKNOWN_PINNED: usize = 9;
    pub(super) const VAGUE: usize = 10;
    pub(super) const MISSING: usize = 11;
    pub(super) const ALL: usize = 12;
}

/// What each combination of flags counts: adding a figure is a look-up and a few additions side by side.
#[expect(clippy::indexing_slicing, reason = "worked out by the compiler, which would say so")]
static COUNTS: [[u32; count::ALL]; 256] = {
    let mut table = [[0; count::ALL]; 256];
    let mut flags = 0;
    while flags < 256 {
        let f = flags as u16;
        let known = f & is::KNOWN != 0;
        let row = &mut table[flags];
        row[count::LOWS] = (f & is::LOW != 0) as u32;
        row[count::BESTS] = (f & is::BEST != 0) as u32;
        row[count::HIGHS] = (f & is::HIGH != 0) as u32;
        row[count::KNOWN] = known as u32;
        row[count::CONTRADICTED] = (known && f & is::CONTRADICTED != 0) as u32;
        row[count::OTHER] = (known && f & is::OTHER != 0) as u32;
        row[count::PINNED] = (known && f & is::PINNED != 0) as u32;
        row[count::UNKNOWN] = !known as u32;
        row[count::UNKNOWN_CONTRADICTED] = (!known && f & is::CONTRADICTED != 0) as u32;
        row[count::UNKNOWN_PINNED] = (!known && f & is::PINNED != 0) as u32;
        row[count::VAGUE] = (!known && f & is::VAGUE != 0) as u32;
        row[count::MISSING] = (!known || f & is::MISSING != 0) as u32;
        flags += 1;
    }
    table
};

/// A sum of figures about different people, with everything that is needed to take a part of it out again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Tally {
    /// Of low, best and high numbers, and of claims.
    sums: [u64; 4],
    counts: [u32; count::ALL],
}

impl Tally {
    /// Adds a figure.
    #[inline]
    pub(super) fn add(&mut self, f: Fig) {
        self.each(f, u64::wrapping_add, u32::wrapping_add);
    }

    /// Takes out a figure that was added.
    #[inline]
    pub(super) fn take_out(&mut self, f: Fig) {
        self.each(f, u64::wrapping_sub, u32::wrapping_sub);
    }

    #[inline]
    fn each(&mut self, f: Fig, sum: impl Fn(u64, u64) -> u64, count: impl Fn(u32, u32) -> u32) {
        // Numbers that are not there are 0 in the columns.
        let [low, best, high, claims] = &mut self.sums;
        *low = sum(*low, u64::from(f.low));
        *best = sum(*best, u64::from(f.best));
        *high = sum(*high, u64::from(f.high));
        *claims = sum(*claims, u64::from(f.claims));
        if let Some(counts) = COUNTS.get(usize::from(f.flags & 255)) {
            for (mine, n) in self.counts.iter_mut().zip(counts) {
                *mine = count(*mine, *n);
            }
        }
    }

    /// Both together.
    #[must_use]
    pub(super) fn plus(mut self, other: Self) -> Self {
        self.sums.iter_mut().zip(other.sums).for_each(|(a, b)| *a = a.wrapping_add(b));
        self.counts.iter_mut().zip(other.counts).for_each(|(a, b)| *a = a.wrapping_add(b));
        self
    }

    /// This without `other`, which was added to it.
    #[must_use]
    pub(super) fn minus(mut self, other: Self) -> Self {
        self.sums.iter_mut().zip(other.sums).for_each(|(a, b)| *a = a.wrapping_sub(b));
        self.counts.iter_mut().zip(other.counts).for_each(|(a, b)| *a = a.wrapping_sub(b));
        self
    }

    /// How many of the figures are contradicted.
    pub(super) fn contradictions(self) -> usize {
        self.counts[count::CONTRADICTED] as usize + self.counts[count::UNKNOWN_CONTRADICTED] as usize
    }

    /// The sum as a figure, as [`Figure::plus`] would have made it; `None` if nothing was added.
    pub(super) fn figure(self) -> Option<Figure> {
        let n = |sum: u64| u32::try_from(sum).unwrap_or(u32::MAX);
        let has = |what: usize| self.counts.get(what).is_some_and(|n| *n > 0);
        if !has(count::KNOWN) && !has(count::UNKNOWN) {
            return None;
        }
        let known = has(count::KNOWN);
        let all =
            |what: usize, sum: u64| (known && self.counts.get(what) == self.counts.get(count::KNOWN)).then(|| n(sum));
        let [low, best, high, claims] = self.sums;
        Some(Figure {
            low: has(count::LOWS).then(|| n(low)),
            best: all(count::BESTS, best),
            high: all(count::HIGHS, high),
            claims: n(claims),
            contradicted: has(if known { count::CONTRADICTED } else { count::UNKNOWN_CONTRADICTED }),
            by_other_side: has(count::OTHER),
            vague: !known && has(count::VAGUE),
            pinned: has(if known { count::PINNED } else { count::UNKNOWN_PINNED }),
            missing: self.counts[count::MISSING],
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Count;

    fn figures() -> Vec<Figure> {
        let of = |text: &str, remark: u8| {
            let figure = Figure::of(&Count::parse(text).unwrap());
            Figure {
                claims: 1 + u32::from(remark),
                contradicted: remark & 1 > 0,
                by_other_side: remark & 2 > 0 && figure.is_known(),
                pinned: remark & 4 > 0,
                vague: text == "several dozen",
                missing: u32::from(!figure.is_known()),
                ..figure
            }
        };
        ["49", "≥ 135", "≤ 10", "71–80", "?", "several dozen", "~ 60", "0"]
            .into_iter()
            .flat_map(|t| (0..8).map(move |r| of(t, r)))
            .collect()
    }

    fn tally<'a>(figures: impl Iterator<Item = &'a Figure>) -> Tally {
        figures.fold(Tally::default(), |mut sum, f| {
            sum.add(Fig::of(f));
            sum
        })
    }

    #[test]
    fn a_tally_says_what_adding_one_by_one_says() {
        let all = figures();
        for step in 1..all.len() {
            let some: Vec<&Figure> = all.iter().cycle().step_by(step).take(9).collect();
            for n in 1..=some.len() {
                let sum = some[1..n].iter().fold(*some[0], |sum, f| sum.plus(**f));
                let tally = tally(some[..n].iter().copied());
                assert_eq!(tally.figure(), Some(sum), "{:?}", &some[..n]);
            }
        }
        assert_eq!(Tally::default().figure(), None);
    }

    #[test]
    fn what_was_added_can_be_taken_out_again() {
        let all = figures();
        let mut rest = tally(all.iter());
        all.iter().skip(20).for_each(|f| rest.take_out(Fig::of(f)));
        assert_eq!(rest, tally(all.iter().take(20)));
        assert_eq!(tally(all.iter()).minus(tally(all.iter().skip(20))), rest);
    }
}
