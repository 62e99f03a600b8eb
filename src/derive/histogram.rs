//! How incidents and people spread over time: what the timeline and the charts draw.
//!
//! An incident counts once, however long it lasts: it is spread evenly over the bins that it covers. What has an open or
//! unknown end stands at the end that is known; what has no date is in no bin and counted apart. Nobody is counted twice: where an
//! incident's own figure stands for its parts, the parts add nothing, as in the totals.

use std::collections::HashMap;

use super::toll::{self, Ledger};
use super::{Bins, Cover, Figure, Filter, Key, Own, Question, Tree, by_party, sum};
use crate::model::{Bound, Category, Incident, Kind, PartyId, Project, Span};

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Measure {
    /// Incidents.
    Incidents,
    /// People of a category: the dead, the wounded …
    People(Category),
}

/// By what the bars are divided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum StackBy {
    /// By party: of people, whose they are; of incidents, who takes part.
    Party,
    /// By kind of incident.
    Kind,
}

/// One part of the bars.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum StackKey {
    /// A party; `None`: several parties or none (of incidents).
    Party(Option<PartyId>),
    /// A kind.
    Kind(Kind),
}

/// How much of something lies in a bin: the figure shown and the ends of what the claims allow.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Amount {
    /// The low end; the figure itself where none is known.
    pub low: f64,
    /// The figure.
    pub best: f64,
    /// The high end; the figure itself where none is known ("at least 135" has none).
    pub high: f64,
}

impl Amount {
    fn of(figure: &Figure) -> Option<Self> {
        let best = f64::from(figure.number()?);
        let end = |n: Option<u32>| n.map_or(best, f64::from);
        Some(Self { low: end(figure.low).min(best), best, high: end(figure.high).max(best) })
    }

    fn add(&mut self, other: Self, share: f64) {
        self.low += other.low * share;
        self.best += other.best * share;
        self.high += other.high * share;
    }
}

/// Bars over time.
#[derive(Clone, Debug, PartialEq)]
pub struct Histogram {
    /// The bins.
    pub bins: Bins,
    /// The parts of the bars, in the order in which they are stacked: parties as the project lists them, kinds as menus do.
    pub keys: Vec<StackKey>,
    /// By bin and then by key: `values[bin * keys.len() + key]`.
    pub values: Vec<Amount>,
    /// By key: all of it, also what lies outside the bins or has no date. What the bins leave out is the difference.
    pub sums: Vec<Amount>,
    /// By key: what has no date.
    pub undated: Vec<Amount>,
    /// How many incidents share time with each bin; one that covers three is in all three.
    pub incidents: Vec<u32>,
}

impl Histogram {
    /// The part `key` of a bin.
    pub fn value(&self, bin: usize, key: usize) -> Amount {
        self.values.get(bin * self.keys.len() + key).copied().unwrap_or_default()
    }

    /// All parts of a bin together.
    pub fn bar(&self, bin: usize) -> Amount {
        let mut sum = Amount::default();
        (0..self.keys.len()).for_each(|key| sum.add(self.value(bin, key), 1.0));
        sum
    }

    /// The figure of the highest bar.
    pub fn highest(&self) -> f64 {
        (0..self.bins.len()).map(|bin| self.bar(bin).best).fold(0.0, f64::max)
    }
}

/// The time over which an incident is spread; `None` without a date.
pub(super) fn spread_of(incident: &Incident) -> Option<Span> {
    let when = incident.when?;
    let is_open = |b: Bound| b.moment().is_none();
    let open = is_open(when.start()) || when.end().is_some_and(is_open);
    Some(if open { when.anchor().span() } else { when.span() })
}

/// Bars over time of what a question shows. To draw all of a timeline ask without a window of time.
pub fn histogram(project: &Project, question: &Question, bins: &Bins, measure: Measure, by: StackBy) -> Histogram {
    let mut rows: Vec<(StackKey, Amount, Option<Span>)> = Vec::new();
    let mut incidents = vec![0; bins.len()];
    let mut shown: Vec<&Incident> = Vec::new();
    let mut own: Own<PartyId> = Own::new();
    let mut filter = Filter::new(project, question);
    let ids: Vec<_> = project.iter().filter(|(_, i)| filter.shows(i)).collect();
    for (_, incident) in &ids {
        shown.push(incident);
        if let Some(span) = spread_of(incident) {
            bins.spread(span, |n, _| {
                if let Some(count) = incidents.get_mut(n) {
                    *count += 1;
                }
            });
        }
    }
    match measure {
        Measure::Incidents => {
            for incident in shown {
                let one = Amount { low: 1.0, best: 1.0, high: 1.0 };
                rows.push((key_of(incident, by), one, spread_of(incident)));
            }
        }
        Measure::People(category) => {
            counted(project, question, &ids, category, &mut own);
            for (id, incident) in &ids {
                for (party, figure) in own.remove(&id.0).into_iter().flatten() {
                    let key = match by {
                        StackBy::Party => StackKey::Party(Some(party)),
                        StackBy::Kind => StackKey::Kind(incident.kind.clone()),
                    };
                    rows.extend(Amount::of(&figure).map(|amount| (key, amount, spread_of(incident))));
                }
            }
        }
    }
    let keys = ordered(project, rows.iter().map(|(key, ..)| key));
    let place: HashMap<&StackKey, usize> = keys.iter().enumerate().map(|(n, k)| (k, n)).collect();
    let mut values = vec![Amount::default(); bins.len() * keys.len()];
    let (mut sums, mut undated) = (vec![Amount::default(); keys.len()], vec![Amount::default(); keys.len()]);
    for (key, amount, span) in &rows {
        let Some(k) = place.get(key).copied() else { continue };
        if let Some(sum) = sums.get_mut(k) {
            sum.add(*amount, 1.0);
        }
        match span {
            None => {
                if let Some(sum) = undated.get_mut(k) {
                    sum.add(*amount, 1.0);
                }
            }
            Some(span) => bins.spread(*span, |bin, share| {
                if let Some(value) = values.get_mut(bin * keys.len() + k) {
                    value.add(*amount, share);
                }
            }),
        }
    }
    Histogram { bins: bins.clone(), keys, values, sums, undated, incidents }
}

/// The part of the bars to which an incident itself belongs.
fn key_of(incident: &Incident, by: StackBy) -> StackKey {
    match (by, &*incident.parties) {
        (StackBy::Kind, _) => StackKey::Kind(incident.kind.clone()),
        (StackBy::Party, [one]) => StackKey::Party(Some(one.clone())),
        (StackBy::Party, _) => StackKey::Party(None),
    }
}

/// Parties in the order of the project, others behind them, "several" last; kinds in the order of menus.
fn ordered<'a>(project: &Project, found: impl Iterator<Item = &'a StackKey>) -> Vec<StackKey> {
    let rank = |key: &StackKey| match key {
        StackKey::Party(Some(id)) => project.meta().parties.iter().position(|p| p.id == *id).unwrap_or(usize::MAX - 1),
        StackKey::Party(None) => usize::MAX,
        StackKey::Kind(_) => 0,
    };
    let mut keys: Vec<StackKey> = found.collect::<std::collections::HashSet<_>>().into_iter().cloned().collect();
    keys.sort_by(|a, b| rank(a).cmp(&rank(b)).then_with(|| a.cmp(b)));
    keys
}

/// What each incident adds to the total of its category, by party, nobody twice.
fn counted(
    project: &Project,
    question: &Question,
    ids: &[(crate::model::IncidentId, &Incident)],
    category: Category,
    own: &mut Own<PartyId>,
) {
    let tree = Tree::new(project);
    let pins = toll::pins(project);
    let mut by_key: Own<Key> = Own::new();
    let mut covers = Vec::new();
    for (id, incident) in ids {
        let ledger = Ledger::new(incident, question);
        let tolls = ledger.tolls(&question.policy, pins.get(&incident.uid).map_or(&[], Vec::as_slice));
        covers.extend(tolls.iter().flat_map(super::covered).map(|(key, _, uid)| (*id, key, uid)));
        by_key.insert(id.0, tolls.into_iter().map(|t| (t.key, t.figure)).collect());
    }
    let slots = sum::slots_of(project, covers.iter().map(|(.., uid)| *uid));
    let covers = covers
        .into_iter()
        .filter_map(|(coverer, key, uid)| slots.get(uid).map(|target| Cover { coverer, key, target: *target }));
    sum::leave_out_covered(project, &tree, &mut by_key, covers.collect());
    *own = by_key.into_iter().map(|(slot, figures)| (slot, by_party(&figures, category))).collect();
    sum::leave_out_parts(&tree, own);
    // A figure about all parties together counts only where no party has one of its own.
    let mut all = own.values().flatten();
    if all.any(|(p, f)| !p.is_all() && f.is_known()) {
        own.values_mut().for_each(|figures| figures.retain(|(p, _)| !p.is_all()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::derive::BinWidth;
    use crate::model::{Claim, Count, Meta, Uid, When};

    fn event(uid: &str, parent: &str, when: &str, killed: &str) -> Incident {
        let mut i = Incident::new(Uid::new(uid), Kind::ArmedClash, uid);
        i.parent = (!parent.is_empty()).then(|| Uid::new(parent));
        i.when = When::parse(when).ok();
        let party = PartyId::new("armenia");
        let mut c = Claim::new("c1", party.clone(), Category::Killed, Count::parse(killed).unwrap());
        c.speaks_for = Some(party);
        i.claims.push(c);
        i
    }

    fn check(incidents: Vec<Incident>, measure: Measure, sum: f64, first_bars: &[f64]) {
        let project = Project::new(Meta::default(), incidents, Vec::new());
        let window = When::parse("2022-09-12/2022-09-30").unwrap().span();
        let bins = Bins::covering(window, BinWidth::Day, 240);
        let h = histogram(&project, &Question::default(), &bins, measure, StackBy::Party);
        assert!((h.sums.iter().map(|a| a.best).sum::<f64>() - sum).abs() < 1e-9, "{:?}", h.sums);
        for (n, bar) in first_bars.iter().enumerate() {
            assert!((h.bar(n).best - bar).abs() < 1e-9, "bar {n}: {:?}", h.bar(n));
        }
    }

    #[test]
    fn three_days_fill_three_bins_and_count_once() {
        let one = || vec![event("a", "", "2022-09-12/2022-09-14", "30")];
        check(one(), Measure::Incidents, 1.0, &[1.0 / 3.0, 1.0 / 3.0, 1.0 / 3.0, 0.0]);
        check(one(), Measure::People(Category::Killed), 30.0, &[10.0, 10.0, 10.0, 0.0]);
    }

    #[test]
    fn parts_of_a_whole_that_has_a_figure_add_nothing() {
        let dead = Measure::People(Category::Killed);
        let both = |whole: &str| {
            vec![event("whole", "", "2022-09-12/2022-09-13", whole), event("part", "whole", "2022-09-13", "7")]
        };
        check(both("30"), dead, 30.0, &[15.0, 15.0]);
        check(both("?"), dead, 7.0, &[0.0, 7.0]);
    }

    #[test]
    fn what_has_an_open_end_stands_at_the_end_that_is_known() {
        check(vec![event("a", "", "2022-09-13/..", "3")], Measure::Incidents, 1.0, &[0.0, 1.0, 0.0]);
    }

    #[test]
    fn what_has_no_date_is_in_the_sum_and_in_no_bin() {
        check(vec![event("a", "", "?", "3")], Measure::Incidents, 1.0, &[0.0; 19]);
    }
}
