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
            missing: u32::from(self.flags & is::KNOWN == 0),
        }
    }
}

/// A sum of figures about different people, with everything that is needed to take a part of it out again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Tally {
    low: u64,
    best: u64,
    high: u64,
    claims: u64,
    /// How many figures have a number, and how many of them have each.
    known: u32,
    lows: u32,
    bests: u32,
    highs: u32,
    contradicted: u32,
    other: u32,
    pinned: u32,
    /// How many have none.
    unknown: u32,
    unknown_contradicted: u32,
    unknown_pinned: u32,
    vague: u32,
    missing: u32,
}

macro_rules! each_member {
    ($me:ident, $other:ident, $op:ident) => {
        Tally {
            low: $me.low.$op($other.low),
            best: $me.best.$op($other.best),
            high: $me.high.$op($other.high),
            claims: $me.claims.$op($other.claims),
            known: $me.known.$op($other.known),
            lows: $me.lows.$op($other.lows),
            bests: $me.bests.$op($other.bests),
            highs: $me.highs.$op($other.highs),
            contradicted: $me.contradicted.$op($other.contradicted),
            other: $me.other.$op($other.other),
            pinned: $me.pinned.$op($other.pinned),
            unknown: $me.unknown.$op($other.unknown),
            unknown_contradicted: $me.unknown_contradicted.$op($other.unknown_contradicted),
            unknown_pinned: $me.unknown_pinned.$op($other.unknown_pinned),
            vague: $me.vague.$op($other.vague),
            missing: $me.missing.$op($other.missing),
        }
    };
}

impl Tally {
    /// The tally of one figure.
    pub(super) fn of(f: &Figure) -> Self {
        let n = |v: Option<u32>| u64::from(v.unwrap_or(0));
        let one = |on: bool| u32::from(on);
        let known = f.is_known();
        Self {
            low: n(f.low),
            best: n(f.best),
            high: n(f.high),
            claims: u64::from(f.claims),
            known: one(known),
            lows: one(f.low.is_some()),
            bests: one(f.best.is_some()),
            highs: one(f.high.is_some()),
            contradicted: one(known && f.contradicted),
            other: one(known && f.by_other_side),
            pinned: one(known && f.pinned),
            unknown: one(!known),
            unknown_contradicted: one(!known && f.contradicted),
            unknown_pinned: one(!known && f.pinned),
            vague: one(!known && f.vague),
            missing: f.missing,
        }
    }

    /// Adds one figure of the columns.
    #[inline]
    pub(super) fn add(&mut self, f: Fig) {
        let bit = |mask: u16| u32::from(f.flags & mask != 0);
        let known = bit(is::KNOWN);
        let unknown = 1 - known;
        // Numbers that are not there are 0 in the columns.
        self.low += u64::from(f.low);
        self.best += u64::from(f.best);
        self.high += u64::from(f.high);
        self.claims += u64::from(f.claims);
        self.known += known;
        self.lows += bit(is::LOW);
        self.bests += bit(is::BEST);
        self.highs += bit(is::HIGH);
        self.contradicted += known & bit(is::CONTRADICTED);
        self.other += known & bit(is::OTHER);
        self.pinned += known & bit(is::PINNED);
        self.unknown += unknown;
        self.unknown_contradicted += unknown & bit(is::CONTRADICTED);
        self.unknown_pinned += unknown & bit(is::PINNED);
        self.vague += unknown & bit(is::VAGUE);
        self.missing += unknown;
    }

    /// Both together.
    #[must_use]
    pub(super) fn plus(self, other: Self) -> Self {
        each_member!(self, other, wrapping_add)
    }

    /// This without `other`, which was added to it.
    #[must_use]
    pub(super) fn minus(self, other: Self) -> Self {
        each_member!(self, other, wrapping_sub)
    }

    /// How many of the figures are contradicted.
    pub(super) fn contradictions(self) -> usize {
        self.contradicted as usize + self.unknown_contradicted as usize
    }

    /// The sum as a figure, as [`Figure::plus`] would have made it; `None` if nothing was added.
    pub(super) fn figure(self) -> Option<Figure> {
        let n = |sum: u64| u32::try_from(sum).unwrap_or(u32::MAX);
        if self.known + self.unknown == 0 {
            return None;
        }
        let all = |count: u32, sum: u64| (self.known > 0 && count == self.known).then(|| n(sum));
        Some(Figure {
            low: (self.lows > 0).then(|| n(self.low)),
            best: all(self.bests, self.best),
            high: all(self.highs, self.high),
            claims: n(self.claims),
            contradicted: if self.known > 0 { self.contradicted > 0 } else { self.unknown_contradicted > 0 },
            by_other_side: self.other > 0,
            vague: self.known == 0 && self.vague > 0,
            pinned: if self.known > 0 { self.pinned > 0 } else { self.unknown_pinned > 0 },
            missing: self.missing,
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

    #[test]
    fn a_tally_says_what_adding_one_by_one_says() {
        let all = figures();
        for step in 1..all.len() {
            let some: Vec<&Figure> = all.iter().cycle().step_by(step).take(9).collect();
            for n in 1..=some.len() {
                let sum = some[1..n].iter().fold(*some[0], |sum, f| sum.plus(**f));
                let tally = some[..n].iter().fold(Tally::default(), |sum, f| sum.plus(Tally::of(f)));
                assert_eq!(tally.figure(), Some(sum), "{:?}", &some[..n]);
            }
        }
        assert_eq!(Tally::default().figure(), None);
    }

    #[test]
    fn what_was_added_can_be_taken_out_again() {
        let all = figures();
        let whole = all.iter().fold(Tally::default(), |sum, f| sum.plus(Tally::of(f)));
        let rest = all.iter().skip(20).fold(whole, |sum, f| sum.minus(Tally::of(f)));
        assert_eq!(rest, all.iter().take(20).fold(Tally::default(), |sum, f| sum.plus(Tally::of(f))));
    }
}
