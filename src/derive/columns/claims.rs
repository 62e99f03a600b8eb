//! Claims as numbers, in the order in which their figures are worked out: by key and then by publication.

use super::{Claimed, Columns, KeyInfo, NOBODY, NONE, Said, flag};
use crate::derive::Key;
use crate::derive::clash::part;
use crate::derive::tally::is;
use crate::derive::toll::{by_key, by_publication, voice};
use crate::model::{Claim, Count, Incident, Moment, Resolution, Standing};

/// The most claims of one incident that the quick way takes: its sets are the bits of a word.
pub(super) const MOST: usize = 64;

impl Columns {
    /// Puts the standing claims of an incident behind the others. `false`: there are too many for the quick way; they are
    /// put all the same, one for each key, so that the keys have their place.
    pub(super) fn put_claims(&mut self, incident: &Incident, pins: &[&str]) -> bool {
        let mut standing: Vec<&Claim> = incident.claims.iter().filter(|c| c.standing == Standing::Current).collect();
        if standing.is_empty() {
            return true;
        }
        standing.sort_by(|a, b| by_key(a, b).then_with(|| by_publication(a, b)));
        // A time of publication that spans more than a hundred years.
        let is_age =
            |c: &&Claim| c.published.is_some_and(|m| m.resolution() == Resolution::Year && within(m).is_none());
        let few = standing.len() <= MOST && !standing.iter().any(is_age);
        if !few {
            standing.dedup_by(|a, b| by_key(a, b).is_eq());
        }
        let mut voices = Vec::new();
        let mut parts = Vec::new();
        for claim in standing {
            let voice = voice(claim).map_or(NOBODY, |v| nth(&mut voices, v));
            let part = part(incident, claim).map_or(0, |p| nth(&mut parts, p).saturating_add(1));
            let source = claim.source.as_ref().map_or(NONE, |s| self.sources.of(s));
            let speaks_for = claim.speaks_for.as_ref().map_or(NONE, |p| self.parties.of(p));
            let claimed = Claimed { source, voice, part, ..self.claimed(incident, claim, pins) };
            self.claims.push(claimed);
            self.said.push(Said { within: claim.published.and_then(within).unwrap_or(0), speaks_for });
        }
        few
    }

    fn claimed(&mut self, incident: &Incident, claim: &Claim, pins: &[&str]) -> Claimed {
        let (low, best, high) = (claim.count.low(), claim.count.best(), claim.count.high());
        let mut flags = 0;
        for (there, bit) in [
            (low.is_some(), is::LOW),
            (best.is_some(), is::BEST),
            (high.is_some(), is::HIGH),
            (claim.running, flag::RUNNING),
            (matches!(claim.count, Count::Some(_)), flag::VAGUE),
            (matches!(claim.count, Count::About(_)), flag::ABOUT),
            (matches!(claim.count, Count::AtLeast(_)), flag::AT_LEAST),
            (matches!(claim.count, Count::AtMost(_)), flag::AT_MOST),
            (pins.contains(&&*claim.id), flag::PINNED),
        ] {
            flags |= if there { bit } else { 0 };
        }
        flags |= match &claim.speaks_for {
            None => 0,
            Some(side) if *side == claim.about => flag::OWN,
            Some(side) if incident.parties.is_empty() || incident.parties.contains(side) => flag::OTHER,
            Some(_) => flag::PERHAPS_OTHER,
        };
        Claimed {
            known_from: claim.published.map_or(i64::MAX, |m| m.span().end),
            low: low.unwrap_or(0),
            best: best.unwrap_or(0),
            high: high.unwrap_or(0),
            key: self.key(claim),
            source: NONE,
            flags,
            voice: NOBODY,
            part: 0,
        }
    }

    fn key(&mut self, claim: &Claim) -> u32 {
        // In a table of one region nearly all claims have one of two keys; a look at what was used last spares a count of
        // references, which threads would take from one another.
        let is = |n: &&u32| {
            let key = self.keys.values().get(**n as usize);
            key.is_some_and(|k| k.party == claim.about && k.status == claim.status && k.category == claim.category)
        };
        if let Some(n) = self.recent.iter().find(is) {
            return *n;
        }
        let key = Key { party: claim.about.clone(), status: claim.status, category: claim.category };
        let n = self.keys.of(&key);
        if n as usize == self.key_infos.len() {
            let party = self.parties.of(&key.party);
            self.key_infos.push(KeyInfo { party, status: key.status, category: key.category });
        }
        self.recent.rotate_right(1);
        self.recent[0] = n;
        n
    }

    /// The number of the party whose people a claim counts.
    pub(super) fn about(&self, claim: usize) -> u32 {
        let key = self.claims.get(claim).map_or(NONE, |c| c.key);
        self.key_infos.get(key as usize).map_or(NONE, |k| k.party)
    }
}

/// How many seconds a time of publication spans; `None`: more than are counted.
fn within(published: Moment) -> Option<u32> {
    let span = published.span();
    u32::try_from(span.end.saturating_sub(span.start)).ok()
}

/// The place of a value in a short list, at its end if it is not in it.
fn nth<T: PartialEq>(list: &mut Vec<T>, value: T) -> u8 {
    let at = list.iter().position(|v| *v == value).unwrap_or_else(|| {
        list.push(value);
        list.len() - 1
    });
    u8::try_from(at).unwrap_or(NOBODY)
}
