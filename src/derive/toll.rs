//! From the claims of one incident to its figures.
//!
//! A claim states the figure for the incident, so within one key nothing is ever added: claims are alternatives, or
//! earlier states of a running toll.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::collections::HashMap;

use super::clash::{Clash, clashes, ends};
use super::{Figure, Key, Policy, Question};
use crate::model::{Claim, Count, Incident, PartyId, Project, SourceId, Standing, Uid};

/// Where a claimant stands to the people counted. Where two claims give the same number, the smaller one is preferred.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Side {
    /// The party itself.
    Own,
    /// Nobody's spokesman, or a third party's.
    Observer,
    /// Another side of the incident.
    Other,
}

/// Who is speaking: a running toll replaces what the same voice said before.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(super) enum Voice<'a> {
    Side(&'a PartyId),
    Claimant(&'a str),
    Source(&'a SourceId),
}

pub(super) fn voice(claim: &Claim) -> Option<Voice<'_>> {
    match (&claim.speaks_for, claim.claimant.trim(), &claim.source) {
        (Some(side), _, _) => Some(Voice::Side(side)),
        (None, "", Some(source)) => Some(Voice::Source(source)),
        (None, "", None) => None,
        (None, name, _) => Some(Voice::Claimant(name)),
    }
}

/// First second at which a claim may have been published; one without a date comes after all dated ones.
pub(super) fn published(claim: &Claim) -> i64 {
    claim.published.map_or(i64::MAX, |m| m.span().start)
}

/// The later published is the greater. Claims of the same moment go by their number and then their id, so that the
/// order of entry decides nothing.
pub(super) fn by_publication(a: &Claim, b: &Claim) -> Ordering {
    let rank = |c: &Claim| (published(c), c.count.best(), c.count.high(), c.count.low());
    rank(a)
        .cmp(&rank(b))
        .then_with(|| a.id.cmp(&b.id))
        .then_with(|| a.claimant.cmp(&b.claimant))
        .then_with(|| a.speaks_for.cmp(&b.speaks_for))
        .then_with(|| a.source.cmp(&b.source))
}

pub(super) fn by_key(a: &Claim, b: &Claim) -> Ordering {
    (&a.about, a.status, a.category).cmp(&(&b.about, b.status, b.category))
}

/// Whether a claim was published by `known_by` (the first second after the as-known moment). A claim dated only by
/// month counts once the month is over, and one without a date never: nothing is shown as known before it surely was.
fn is_known(claim: &Claim, known_by: Option<i64>) -> bool {
    known_by.is_none_or(|end| claim.published.is_some_and(|m| m.span().end <= end))
}

/// One key of one incident: its figure, the claims it rests on, and what contradicts what.
pub(crate) struct Toll<'a> {
    pub(crate) key: Key,
    pub(crate) figure: Figure,
    /// The claim that gave the number; for a range those of both ends, which may be the same.
    pub(crate) basis: [Option<&'a Claim>; 2],
    pub(crate) clashes: Vec<Clash>,
}

/// The claims of one incident that count: those that still stand and were known, by key and then by publication.
pub(crate) struct Ledger<'a> {
    incident: &'a Incident,
    claims: Vec<&'a Claim>,
}

impl<'a> Ledger<'a> {
    pub(crate) fn new(incident: &'a Incident, question: &Question) -> Self {
        let known_by = question.as_known.map(|m| m.span().end);
        let stands = |c: &&Claim| c.standing == Standing::Current && is_known(c, known_by);
        let mut claims: Vec<&Claim> = incident.claims.iter().filter(stands).collect();
        claims.sort_by(|a, b| by_key(a, b).then_with(|| by_publication(a, b)));
        Self { incident, claims }
    }

    pub(crate) fn claims(&self) -> &[&'a Claim] {
        &self.claims
    }

    /// Where a claimant stands to the people its claim is about. Whoever speaks for a party to the incident, or for
    /// people counted in it, is another side; if the incident names no parties, so is everyone who speaks for another.
    pub(crate) fn side(&self, claim: &Claim) -> Side {
        match &claim.speaks_for {
            None => Side::Observer,
            Some(side) if *side == claim.about => Side::Own,
            Some(side) => {
                let parties = &self.incident.parties;
                // The claims are sorted by whom they are about.
                let counted = || self.claims.binary_search_by(|c| c.about.cmp(side)).is_ok();
                let involved = parties.is_empty() || parties.contains(side) || counted();
                if involved { Side::Other } else { Side::Observer }
            }
        }
    }

    /// The figures under a policy, in the order of their keys; `pinned` are the ids of claims chosen by hand.
    pub(crate) fn tolls(&self, policy: &Policy, pinned: &[&str]) -> Vec<Toll<'a>> {
        self.claims
            .chunk_by(|a, b| by_key(a, b).is_eq())
            .filter_map(|group| {
                let first = group.first()?;
                let clashes = clashes(self.incident, &standing(group));
                let (mut figure, basis) = self.figure(group, policy, pinned);
                figure.claims = u32::try_from(group.len()).unwrap_or(u32::MAX);
                figure.contradicted = !clashes.is_empty();
                figure.missing = u32::from(!figure.is_known());
                let key = Key { party: first.about.clone(), status: first.status, category: first.category };
                Some(Toll { key, figure, basis, clashes })
            })
            .collect()
    }

    /// Figure and basis of the claims about one key, which come in the order of publication.
    fn figure(&self, group: &[&'a Claim], policy: &Policy, pinned: &[&str]) -> (Figure, [Option<&'a Claim>; 2]) {
        if let Some(pin) = group.iter().rev().find(|c| pinned.contains(&&*c.id)) {
            let mut figure = self.rests_on(pin);
            figure.pinned = true;
            figure.vague = matches!(pin.count, Count::Some(_));
            return (figure, [Some(pin), None]);
        }
        let asked: Vec<&Claim> = group
            .iter()
            .copied()
            .filter(|c| match policy {
                Policy::OwnSide => self.side(c) == Side::Own,
                Policy::Latest | Policy::Lowest => self.side(c) != Side::Other,
                Policy::Highest | Policy::Range => true,
                Policy::Source(source) => c.source.as_ref() == Some(source),
            })
            .collect();
        let standing = standing(&asked);
        // Where two claims give the same end, the party's own account is the one it rests on, then the later one.
        let lowest = || {
            standing
                .iter()
                .rev()
                .filter_map(|c| Some((ends(&c.count)?.0, self.side(c), *c)))
                .min_by_key(|(n, side, _)| (*n, *side))
                .map(|(n, _, c)| (n, c))
        };
        let highest = || {
            standing
                .iter()
                .rev()
                .filter_map(|c| Some((ends(&c.count)?.1, self.side(c), *c)))
                .min_by_key(|(n, side, _)| (std::cmp::Reverse(*n), *side))
                .map(|(n, _, c)| (n, c))
        };
        let found = match policy {
            Policy::OwnSide | Policy::Latest | Policy::Source(_) => {
                standing.iter().rev().find(|c| c.count.is_figure()).map(|c| (self.rests_on(c), [Some(*c), None]))
            }
            Policy::Lowest => lowest().map(|(n, c)| {
                let own = self.rests_on(c);
                (Figure { low: own.low.map(|_| n), best: Some(n), ..own }, [Some(c), None])
            }),
            Policy::Highest => highest().map(|(n, c)| {
                let own = self.rests_on(c);
                (Figure { best: Some(n), high: own.high.map(|_| n), ..own }, [Some(c), None])
            }),
            Policy::Range => lowest().zip(highest()).map(|((low, a), (high, b))| {
                let own = |c: &&&Claim| self.side(c) == Side::Own && c.count.is_figure();
                let figure = Figure {
                    // "At most 10" names no lower end, "at least 135" no upper one.
                    low: a.count.low().map(|_| low),
                    best: standing.iter().rev().find(own).and_then(|c| c.count.best()),
                    high: b.count.high().map(|_| high),
                    by_other_side: self.side(a) == Side::Other || self.side(b) == Side::Other,
                    ..Figure::default()
                };
                (figure, [Some(a), Some(b)])
            }),
        };
        found.unwrap_or_else(|| {
            let vague = standing.iter().any(|c| matches!(c.count, Count::Some(_)));
            (Figure { vague, ..Figure::default() }, [None, None])
        })
    }

    fn rests_on(&self, claim: &Claim) -> Figure {
        Figure { by_other_side: self.side(claim) == Side::Other, ..Figure::of(&claim.count) }
    }
}

/// Without the earlier states of running tolls. A running figure replaces every earlier running figure of the same
/// voice and whatever the voice published before it; a figure in words replaces no number.
fn standing<'s, 'a>(group: &'s [&'a Claim]) -> Cow<'s, [&'a Claim]> {
    if group.len() < 2 || !group.iter().any(|c| c.running && c.count.is_figure()) {
        return Cow::Borrowed(group);
    }
    // By voice: when its latest running figure was published.
    let mut latest: HashMap<Voice<'_>, i64> = HashMap::new();
    let mut kept: Vec<&Claim> = Vec::with_capacity(group.len());
    for claim in group.iter().rev() {
        let voice = voice(claim);
        let replaced_at = voice.as_ref().and_then(|v| latest.get(v));
        if replaced_at.is_some_and(|at| claim.running || published(claim) < *at) {
            continue;
        }
        if let (true, true, Some(voice)) = (claim.running, claim.count.is_figure(), voice) {
            latest.insert(voice, published(claim));
        }
        kept.push(claim);
    }
    kept.reverse();
    Cow::Owned(kept)
}

/// Ids of the claims chosen by hand, by incident.
pub(crate) fn pins(project: &Project) -> HashMap<&Uid, Vec<&str>> {
    let mut pins: HashMap<&Uid, Vec<&str>> = HashMap::new();
    for pin in &project.meta().pins {
        pins.entry(&pin.incident).or_default().push(&pin.claim);
    }
    pins
}

pub(super) fn pins_of<'a>(project: &'a Project, incident: &Incident) -> Vec<&'a str> {
    project.meta().pins.iter().filter(|p| p.incident == incident.uid).map(|p| &*p.claim).collect()
}

/// The figures of one incident's own claims, in the order of their keys. Every key with a claim that counts is there,
/// even if the policy gives it no number.
pub fn tolls(project: &Project, incident: &Incident, question: &Question) -> Vec<(Key, Figure)> {
    let tolls = Ledger::new(incident, question).tolls(&question.policy, &pins_of(project, incident));
    tolls.into_iter().map(|t| (t.key, t.figure)).collect()
}

/// The claims on which each figure of [`tolls`] rests: none, one, or the two ends of a range.
pub fn basis<'a>(project: &Project, incident: &'a Incident, question: &Question) -> Vec<(Key, Vec<&'a Claim>)> {
    let tolls = Ledger::new(incident, question).tolls(&question.policy, &pins_of(project, incident));
    tolls
        .into_iter()
        .map(|t| {
            let mut claims: Vec<&Claim> = t.basis.into_iter().flatten().collect();
            claims.dedup_by(|a, b| std::ptr::eq(*a, *b));
            (t.key, claims)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Category, Kind, Meta, Moment, Pin, Status};

    /// `who` is `own`, `other` (speaks for azerbaijan) or an observer's name; `*` behind the date marks a running toll.
    fn claim(id: &str, who: &str, published: &str, count: &str) -> Claim {
        let mut c = Claim::new(id, PartyId::new("armenia"), Category::Killed, Count::parse(count).unwrap());
        c.status = Status::Military;
        c.claimant = who.into();
        c.speaks_for = match who {
            "own" => Some(PartyId::new("armenia")),
            "other" => Some(PartyId::new("azerbaijan")),
            "mediator" => Some(PartyId::new("france")),
            _ => None,
        };
        c.running = published.ends_with('*');
        c.published = Moment::parse(published.trim_end_matches('*')).ok();
        c
    }

    fn incident(claims: &[Claim]) -> Incident {
        let mut i = Incident::new(Uid::new("i"), Kind::ArmedClash, "x");
        i.parties = vec![PartyId::new("armenia"), PartyId::new("azerbaijan")];
        i.claims = claims.to_vec();
        i
    }

    fn check(claims: &[Claim], policy: &str, as_known: Option<&str>, want: &str) {
        let question = Question {
            policy: Policy::from_id(policy).unwrap(),
            as_known: as_known.map(|t| Moment::parse(t).unwrap()),
            ..Question::default()
        };
        for claims in [claims.to_vec(), claims.iter().rev().cloned().collect()] {
            let tolls = tolls(&Project::default(), &incident(&claims), &question);
            let shown = tolls.first().map_or("none".to_owned(), |(_, f)| {
                let mark = if f.by_other_side { " (other side)" } else { "" };
                let mark2 = if f.contradicted { " !" } else { "" };
                format!("{f}{mark}{mark2}")
            });
            assert_eq!(shown, want, "{policy} as known {as_known:?}");
        }
    }

    #[test]
    fn a_running_toll_replaces_its_earlier_self_and_is_never_added() {
        let ledger = [
            claim("c1", "own", "2022-09-13*", "49"),
            claim("c2", "own", "2022-09-14*", "105"),
            claim("c3", "own", "2022-09-16*", "≥ 135"),
        ];
        check(&ledger, "own-side", None, "≥ 135");
        check(&ledger, "lowest", None, "≥ 135");
        check(&ledger, "own-side", Some("2022-09-13"), "49");
        check(&ledger, "own-side", Some("2022-09-15"), "105");
        check(&ledger, "own-side", Some("2022-09-12"), "none");
    }

    #[test]
    fn a_later_smaller_claim_wins_under_latest() {
        let ledger = [claim("c1", "own", "2022-09-14", "105"), claim("c2", "own", "2022-09-20", "98")];
        check(&ledger, "latest", None, "98 !");
        check(&ledger, "own-side", None, "98 !");
        check(&ledger, "highest", None, "105 !");
    }

    #[test]
    fn the_other_side_appears_only_under_highest_and_range_and_is_marked() {
        let ledger = [claim("c1", "other", "2022-09-14", "300")];
        for policy in ["own-side", "latest", "lowest"] {
            check(&ledger, policy, None, "no figure");
        }
        check(&ledger, "highest", None, "300 (other side)");
        let both = [claim("c1", "other", "2022-09-14", "300"), claim("c2", "own", "2022-09-16", "80")];
        check(&both, "range", None, "80–300 (other side) !");
        check(&both, "highest", None, "300 (other side) !");
        check(&both, "latest", None, "80 !");
        let agreed = [claim("c1", "other", "2022-09-17", "80"), claim("c2", "own", "2022-09-16", "80")];
        check(&agreed, "highest", None, "80");
    }

    #[test]
    fn observers_count_under_latest_and_lowest_but_not_as_own_side() {
        let ledger = [claim("c1", "own", "2022-09-14", "80"), claim("c2", "mediator", "2022-09-16", "~ 84")];
        check(&ledger, "own-side", None, "80");
        check(&ledger, "latest", None, "84");
        check(&ledger, "lowest", None, "80");
    }

    #[test]
    fn a_claim_without_a_date_comes_after_all_dated_ones_and_was_never_known() {
        let ledger = [claim("c1", "own", "2022-09-14", "80"), claim("c2", "own", "?", "82")];
        check(&ledger, "latest", None, "82 !");
        check(&ledger, "latest", Some("2030"), "80");
        let running = [claim("c1", "own", "2022-09-14*", "79"), claim("c2", "own", "?*", "80")];
        check(&running, "lowest", None, "80");
        check(&ledger[1..], "latest", Some("2030"), "none");
    }

    #[test]
    fn a_claim_dated_by_month_is_known_when_the_month_is_over() {
        let ledger = [claim("c1", "own", "2022-09", "80")];
        check(&ledger, "own-side", Some("2022-09-29"), "none");
        check(&ledger, "own-side", Some("2022-09-30"), "80");
        check(&ledger, "own-side", Some("2022-09"), "80");
    }

    #[test]
    fn words_give_no_number_and_replace_none() {
        check(&[claim("c1", "own", "2022-09-13", "several dozen")], "own-side", None, "only in words");
        check(
            &[claim("c1", "own", "2022-09-13*", "49"), claim("c2", "own", "2022-09-14*", "several dozen")],
            "own-side",
            None,
            "49",
        );
        check(&[claim("c1", "own", "2022-09-13", "?")], "own-side", None, "no figure");
    }

    #[test]
    fn numbers_that_overlap_are_no_contradiction() {
        let pair = |a: &str, b: &str| [claim("c1", "own", "2022-09-13", a), claim("c2", "mediator", "2022-09-14", b)];
        check(&pair("≥ 135", "207"), "own-side", None, "≥ 135");
        check(&pair("≥ 135", "134"), "own-side", None, "≥ 135 !");
        check(&pair("60", "~ 66"), "own-side", None, "60");
        check(&pair("60", "~ 70"), "own-side", None, "60 !");
        check(&pair("71–80", "80"), "own-side", None, "71–80");
        check(&pair("≤ 10", "12"), "own-side", None, "≤ 10 !");
        check(&pair("49", "?"), "own-side", None, "49");
    }

    #[test]
    fn other_periods_do_not_contradict_but_a_period_that_covers_everything_does() {
        let mut claims = [claim("c1", "own", "2022-09-13", "49"), claim("c2", "other", "2022-09-14", "300")];
        claims[1].period = Some("2022-09-13").map(|t| crate::model::When::parse(t).unwrap());
        let mut event = incident(&claims);
        let contradicted = |i: &Incident| tolls(&Project::default(), i, &Question::default())[0].1.contradicted;
        event.when = crate::model::When::parse("2022-09-13/2022-09-14").ok();
        assert!(!contradicted(&event));
        event.when = crate::model::When::parse("2022-09-13T00:05+04:00").ok();
        assert!(contradicted(&event));
    }

    #[test]
    fn a_withdrawn_claim_is_never_used() {
        let mut gone = claim("c2", "own", "2022-09-16", "500");
        gone.standing = Standing::Withdrawn;
        check(&[claim("c1", "own", "2022-09-13", "49"), gone], "highest", None, "49");
    }

    #[test]
    fn a_pin_decides_whatever_the_policy_unless_it_was_not_known_yet() {
        let event = incident(&[claim("c1", "own", "2022-09-14", "105"), claim("c2", "other", "2022-09-20", "98")]);
        let pin = Pin { incident: Uid::new("i"), claim: "c2".into(), reason: "reviewed".into() };
        let project = Project::new(Meta { pins: vec![pin], ..Meta::default() }, [], Vec::new());
        let mut question = Question::default();
        let (_, figure) = tolls(&project, &event, &question)[0].clone();
        assert_eq!((figure.best, figure.pinned, figure.by_other_side), (Some(98), true, true));
        question.as_known = Moment::day(2022, 9, 15);
        let (_, figure) = tolls(&project, &event, &question)[0].clone();
        assert_eq!((figure.best, figure.pinned), (Some(105), false));
    }

    #[test]
    fn one_source_gives_what_it_printed_last() {
        let mut ledger = [claim("c1", "own", "2022-09-13*", "49"), claim("c2", "own", "2022-09-14*", "105")];
        ledger[0].source = Some(SourceId::new("rfe"));
        check(&ledger, "source:rfe", None, "49");
        check(&ledger, "source:other", None, "no figure");
    }
}
