//! From columns to figures: the rules of [`crate::derive::toll`], on numbers. The two must agree to the last bit
//! (`tests/derive.rs`); the other one also says on which claims a figure rests, this one is for a million incidents.

use super::{Claimed, Columns, Said, flag, mark};
use crate::derive::tally::{Fig, is};
use crate::derive::toll::Ledger;
use crate::derive::{Policy, Question, toll};
use crate::model::{IncidentId, Project};

/// Which claims a policy asks, and what it takes of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::derive) struct Asked {
    who: Who,
    take: Take,
    /// Claims must have been published by the second before this one; `i64::MAX`: all count.
    known_by: i64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Who {
    Own,
    NotOther,
    Everybody,
    Source(u32),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Take {
    Latest,
    Lowest,
    Highest,
    Range,
}

/// One incident's claims, and which of them were known.
struct Desk<'a> {
    columns: &'a Columns,
    /// Number of its first claim.
    first: usize,
    claims: &'a [Claimed],
    said: &'a [Said],
    asked: Asked,
}

/// The set bits of a word, the highest first.
fn downwards(mut set: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let top = 63_u32.checked_sub(set.leading_zeros())?;
        set &= !(1 << top);
        Some(top as usize)
    })
}

impl Columns {
    /// What a question asks of the claims.
    pub(in crate::derive) fn asked(&self, question: &Question) -> Asked {
        let (who, take) = match &question.policy {
            Policy::OwnSide => (Who::Own, Take::Latest),
            Policy::Latest => (Who::NotOther, Take::Latest),
            Policy::Lowest => (Who::NotOther, Take::Lowest),
            Policy::Highest => (Who::Everybody, Take::Highest),
            Policy::Range => (Who::Everybody, Take::Range),
            // A source that no claim has: nothing has this number.
            Policy::Source(id) => (Who::Source(self.sources.find(id).unwrap_or(super::NONE - 1)), Take::Latest),
        };
        Asked { who, take, known_by: question.as_known.map_or(i64::MAX, |m| m.span().end) }
    }

    /// The figures of all incidents, each at the first claim of its key. What stands at the other claims means nothing.
    pub(in crate::derive) fn figures(&self, project: &Project, question: &Question, asked: Asked, figs: &mut Vec<Fig>) {
        // The old figures' memory is taken again: fresh memory costs more than the figures do.
        figs.resize(self.claims.len(), Fig::default());
        for slot in 0..self.slots() {
            if self.range.get(slot).is_some_and(|(_, n)| *n > 0) {
                self.figures_of(slot, project, question, asked, figs);
            }
        }
    }

    /// The figures of one incident.
    pub(in crate::derive) fn figures_of(
        &self,
        slot: usize,
        project: &Project,
        question: &Question,
        asked: Asked,
        figs: &mut [Fig],
    ) {
        let range = self.claims_of(slot);
        let (Some(claims), Some(said), Some(figs)) =
            (self.claims.get(range.clone()), self.said.get(range.clone()), figs.get_mut(range.clone()))
        else {
            return;
        };
        if self.mark(slot) & mark::MANY > 0 {
            self.figures_the_long_way(slot, project, question, claims, figs);
            return;
        }
        let desk = Desk { columns: self, first: range.start, claims, said, asked };
        let mut at = 0;
        while let Some(claim) = claims.get(at) {
            let mut n = 1;
            while claims.get(at + n).is_some_and(|c| c.key == claim.key) {
                n += 1;
            }
            if let Some(fig) = figs.get_mut(at) {
                *fig = if n == 1 { desk.figure_of_one(claim, at) } else { desk.figure(at, n) };
            }
            at += n;
        }
    }

    /// From the incident itself: for more claims than fit a word.
    fn figures_the_long_way(
        &self,
        slot: usize,
        project: &Project,
        question: &Question,
        claims: &[Claimed],
        figs: &mut [Fig],
    ) {
        figs.fill(Fig::default());
        let Some(incident) = u32::try_from(slot).ok().and_then(|n| project.get(IncidentId(n))) else { return };
        let pins = toll::pins_of(project, incident);
        for toll in Ledger::new(incident, question).tolls(&question.policy, &pins) {
            let key = self.keys.find(&toll.key);
            if let Some(fig) = claims.iter().position(|c| Some(c.key) == key).and_then(|n| figs.get_mut(n)) {
                *fig = Fig::of(&toll.figure);
            }
        }
    }
}

impl Desk<'_> {
    fn is_known(&self, claim: &Claimed) -> bool {
        claim.known_from <= self.asked.known_by
    }

    /// Whether another side speaks about its opponent. `n` counts from the incident's first claim.
    fn is_other(&self, claim: &Claimed, n: usize) -> bool {
        if claim.flags & flag::PERHAPS_OTHER == 0 {
            return claim.flags & flag::OTHER > 0;
        }
        let side = self.said.get(n).map(|s| s.speaks_for);
        let known = self.claims.iter().enumerate().filter(|(_, c)| self.is_known(c));
        known.into_iter().any(|(k, _)| Some(self.columns.about(self.first + k)) == side)
    }

    /// The order in which accounts of equal numbers are preferred: the party's own, observers', another side's.
    fn side(&self, claim: &Claimed, n: usize) -> u8 {
        if claim.flags & flag::OWN > 0 { 0 } else { 1 + u8::from(self.is_other(claim, n)) }
    }

    fn is_asked(&self, claim: &Claimed, n: usize) -> bool {
        match self.asked.who {
            Who::Everybody => true,
            Who::Own => claim.flags & flag::OWN > 0,
            Who::NotOther => !self.is_other(claim, n),
            Who::Source(id) => claim.source == id,
        }
    }

    /// The figure that rests on one claim.
    fn rests_on(&self, claim: &Claimed, n: usize) -> Fig {
        let other = if self.is_other(claim, n) { is::OTHER } else { 0 };
        Fig { low: claim.low, best: claim.best, high: claim.high, claims: 0, flags: claim.flags & is::KNOWN | other }
    }

    /// A key about which there is a single claim: no contradiction, no earlier state.
    #[inline]
    fn figure_of_one(&self, claim: &Claimed, n: usize) -> Fig {
        if !self.is_known(claim) {
            return Fig::default();
        }
        let vague = if claim.flags & flag::VAGUE > 0 { is::VAGUE } else { 0 };
        if claim.flags & flag::PINNED > 0 {
            let fig = self.rests_on(claim, n);
            return Fig { claims: 1, flags: fig.flags | vague | is::PINNED, ..fig };
        }
        if !self.is_asked(claim, n) {
            return Fig { claims: 1, ..Fig::default() };
        }
        if claim.flags & is::BEST == 0 {
            return Fig { claims: 1, flags: vague, ..Fig::default() };
        }
        let fig = match self.asked.take {
            Take::Latest => self.rests_on(claim, n),
            Take::Lowest => self.lowest(claim, n),
            Take::Highest => self.highest(claim, n),
            Take::Range => self.range((claim, n), (claim, n), (claim.flags & flag::OWN > 0).then_some(claim)),
        };
        Fig { claims: 1, ..fig }
    }

    fn lowest(&self, claim: &Claimed, n: usize) -> Fig {
        let fig = self.rests_on(claim, n);
        let (low, _) = ends(claim);
        Fig { low: if fig.has(is::LOW) { low } else { 0 }, best: low, flags: fig.flags | is::BEST, ..fig }
    }

    fn highest(&self, claim: &Claimed, n: usize) -> Fig {
        let fig = self.rests_on(claim, n);
        let (_, high) = ends(claim);
        Fig { high: if fig.has(is::HIGH) { high } else { 0 }, best: high, flags: fig.flags | is::BEST, ..fig }
    }

    /// From the lowest to the highest claim; `own` is the party's own latest.
    fn range(&self, a: (&Claimed, usize), b: (&Claimed, usize), own: Option<&Claimed>) -> Fig {
        let other = self.is_other(a.0, a.1) || self.is_other(b.0, b.1);
        let (has_low, has_high) = (a.0.flags & is::LOW > 0, b.0.flags & is::HIGH > 0);
        Fig {
            // "At most 10" names no lower end, "at least 135" no upper one.
            low: if has_low { ends(a.0).0 } else { 0 },
            best: own.map_or(0, |c| c.best),
            high: if has_high { ends(b.0).1 } else { 0 },
            claims: 0,
            flags: if has_high { is::HIGH } else { 0 }
                | if has_low { is::LOW } else { 0 }
                | if own.is_some() { is::BEST } else { 0 }
                | if other { is::OTHER } else { 0 },
        }
    }

    /// The figure of a key about which there are several claims: `len` of them from `at`.
    fn figure(&self, at: usize, len: usize) -> Fig {
        let claim = |n: usize| self.claims.get(n);
        let set = |test: &dyn Fn(&Claimed, usize) -> bool| {
            (at..at + len).fold(0_u64, |set, n| set | if claim(n).is_some_and(|c| test(c, n)) { 1 << n } else { 0 })
        };
        let known = set(&|c, _| self.is_known(c));
        if known == 0 {
            return Fig::default();
        }
        let mut flags = if self.is_contradicted(self.standing(known)) { is::CONTRADICTED } else { 0 };
        let claims = known.count_ones();
        let within = |set: u64| downwards(set).filter_map(|n| Some((claim(n)?, n)));
        if let Some((pin, n)) = within(known).find(|(c, _)| c.flags & flag::PINNED > 0) {
            let fig = self.rests_on(pin, n);
            flags |= fig.flags | is::PINNED | if pin.flags & flag::VAGUE > 0 { is::VAGUE } else { 0 };
            return Fig { claims, flags, ..fig };
        }
        let standing = self.standing(set(&|c, n| known >> n & 1 > 0 && self.is_asked(c, n)));
        let figured = || within(standing).filter(|(c, _)| c.flags & is::BEST > 0);
        let lowest = || figured().min_by_key(|(c, n)| (ends(c).0, self.side(c, *n)));
        let highest = || figured().min_by_key(|(c, n)| (std::cmp::Reverse(ends(c).1), self.side(c, *n)));
        let found = match self.asked.take {
            Take::Latest => figured().next().map(|(c, n)| self.rests_on(c, n)),
            Take::Lowest => lowest().map(|(c, n)| self.lowest(c, n)),
            Take::Highest => highest().map(|(c, n)| self.highest(c, n)),
            Take::Range => lowest().zip(highest()).map(|(a, b)| {
                let own = figured().find(|(c, _)| c.flags & flag::OWN > 0).map(|(c, _)| c);
                self.range(a, b, own)
            }),
        };
        let vague = || within(standing).any(|(c, _)| c.flags & flag::VAGUE > 0);
        match found {
            Some(fig) => Fig { claims, flags: fig.flags | flags, ..fig },
            None => Fig { claims, flags: flags | if vague() { is::VAGUE } else { 0 }, ..Fig::default() },
        }
    }

    /// Without the earlier states of running tolls.
    fn standing(&self, set: u64) -> u64 {
        let has = |n: usize, bits: u16| self.claims.get(n).is_some_and(|c| c.flags & bits == bits);
        let published = |n: usize, claim: &Claimed| {
            claim.known_from.saturating_sub(self.said.get(n).map_or(0, |said| i64::from(said.within)))
        };
        let mut kept = set;
        let mut heard: u64 = 0;
        for n in downwards(set).filter(|n| has(*n, flag::RUNNING | is::BEST)) {
            let Some(latest) = self.claims.get(n).filter(|c| c.voice != super::NOBODY && heard >> n & 1 == 0) else {
                continue;
            };
            // All that the same voice said before, and its own place in the order: a later round must not ask it again.
            for k in downwards(set & ((1 << n) - 1)) {
                let Some(said) = self.claims.get(k).filter(|c| c.voice == latest.voice) else { continue };
                heard |= 1 << k;
                if has(k, flag::RUNNING) || published(k, said) < published(n, latest) {
                    kept &= !(1 << k);
                }
            }
        }
        kept
    }

    /// Whether two of these claims cannot both be true.
    fn is_contradicted(&self, set: u64) -> bool {
        if set.count_ones() < 2 {
            return false;
        }
        let figured = |set: u64| downwards(set).filter_map(|n| Some((self.claims.get(n)?, n)));
        let mut left = set;
        while let Some((first, _)) = figured(left).next() {
            let (mut top_low, mut least_high) = (0, u32::MAX);
            for (claim, n) in figured(left) {
                if claim.part == first.part {
                    left &= !(1 << n);
                    if claim.flags & is::KNOWN > 0 {
                        let (low, high) = allowed(claim);
                        top_low = top_low.max(low);
                        least_high = least_high.min(high);
                    }
                }
            }
            if top_low > least_high {
                return true;
            }
        }
        false
    }
}

/// The lowest and the highest number that a claim with a figure names.
fn ends(claim: &Claimed) -> (u32, u32) {
    let (mut low, mut high) = (claim.best, claim.best);
    for (bit, n) in [(is::LOW, claim.low), (is::HIGH, claim.high)] {
        if claim.flags & bit > 0 {
            low = low.min(n);
            high = high.max(n);
        }
    }
    (low, high)
}

/// The numbers of people that a claim with a figure allows; see [`crate::derive::clash`].
fn allowed(claim: &Claimed) -> (u32, u32) {
    if claim.flags & flag::ABOUT > 0 {
        crate::derive::clash::about(claim.best)
    } else if claim.flags & flag::AT_LEAST > 0 {
        (claim.best, u32::MAX)
    } else if claim.flags & flag::AT_MOST > 0 {
        (0, claim.best)
    } else {
        ends(claim)
    }
}
