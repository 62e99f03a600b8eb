//! How incidents and people spread over time: what the timeline and the charts draw.
//!
//! An incident counts once, however long it lasts: it is spread evenly over the bins that it covers. What has an open or
//! unknown end stands at the end that is known; what has no date is in no bin and counted apart. Nobody is counted twice: where an
//! incident's own figure stands for its parts, the parts add nothing, as in the totals.

use rayon::prelude::*;

use super::bits::Bits;
use super::columns::mark;
use super::derived::people;
use super::tally::{Fig, is};
use super::{Bins, Derived, Own, Question, by_party, sum};
use crate::model::{Bound, Category, Incident, IncidentId, Kind, PartyId, Project, Span};

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
    fn of(fig: Fig) -> Option<Self> {
        let best = f64::from(fig.number()?);
        let end = |bit: u16, n: u32| if fig.has(bit) { f64::from(n) } else { best };
        Some(Self { low: end(is::LOW, fig.low).min(best), best, high: end(is::HIGH, fig.high).max(best) })
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
        for key in 0..self.keys.len() {
            sum.add(self.value(bin, key), 1.0);
        }
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
    super::derive(project, question).histogram(project, bins, measure, by)
}

/// Amounts by bin and key while they are added up.
struct Bars<'a> {
    finder: &'a Finder<'a>,
    /// By number of the key, and in the order of first use: the values of each bin.
    places: Vec<Option<usize>>,
    order: Vec<u32>,
    values: Vec<Vec<Amount>>,
    sums: Vec<Amount>,
    undated: Vec<Amount>,
    /// By bin: how many incidents.
    incidents: Vec<u32>,
}

/// Where an incident lies: nowhere, in one bin, or in several.
enum At {
    Undated,
    Outside,
    In(usize),
    Over(Span),
}

/// Finds bins by a table of even steps instead of halving: a million times this is what a histogram costs.
struct Finder<'a> {
    bins: &'a Bins,
    step: i64,
    first: Vec<u32>,
}

impl<'a> Finder<'a> {
    fn new(bins: &'a Bins) -> Self {
        let whole = bins.span();
        let steps = i64::try_from(bins.len() * 4).unwrap_or(4).max(4);
        let step = ((whole.end - whole.start) / steps).max(1);
        let n = (whole.end - whole.start) / step + 1;
        let first = (0..n).map(|i| {
            let at = bins.index_of((whole.start + i * step).min(whole.end - 1)).unwrap_or(0);
            u32::try_from(at).unwrap_or(0)
        });
        Self { bins, step, first: first.collect() }
    }

    fn find(&self, span: Span) -> At {
        let edges = &self.bins.edges;
        let whole = self.bins.span();
        if span.end <= whole.start || span.start >= whole.end {
            return At::Outside;
        }
        let guess = usize::try_from((span.start - whole.start) / self.step).ok().and_then(|i| self.first.get(i));
        let Some(mut bin) = guess.map(|b| *b as usize).filter(|_| span.start >= whole.start) else {
            return At::Over(span);
        };
        while edges.get(bin + 1).is_some_and(|edge| *edge <= span.start) {
            bin += 1;
        }
        if edges.get(bin + 1).is_some_and(|edge| span.end <= *edge) { At::In(bin) } else { At::Over(span) }
    }
}

impl<'a> Bars<'a> {
    fn new(finder: &'a Finder<'a>) -> Self {
        Self {
            finder,
            places: Vec::new(),
            order: Vec::new(),
            values: Vec::new(),
            sums: Vec::new(),
            undated: Vec::new(),
            incidents: vec![0; finder.bins.len()],
        }
    }

    /// Adds what was added up of other incidents.
    fn take_over(&mut self, other: &Self) {
        let add = |all: &mut [Amount], more: &[Amount]| {
            all.iter_mut().zip(more).for_each(|(all, more)| all.add(*more, 1.0));
        };
        for (n, key) in other.order.iter().enumerate() {
            let k = self.place(*key);
            for (all, more) in [(&mut self.sums, &other.sums), (&mut self.undated, &other.undated)] {
                add(all.get_mut(k..=k).unwrap_or_default(), more.get(n..=n).unwrap_or_default());
            }
            if let (Some(all), Some(more)) = (self.values.get_mut(k), other.values.get(n)) {
                add(all, more);
            }
        }
        self.incidents.iter_mut().zip(&other.incidents).for_each(|(all, more)| *all += more);
    }

    fn count(&mut self, at: &At) {
        let incidents = &mut self.incidents;
        let mut count = |bin: usize| {
            if let Some(n) = incidents.get_mut(bin) {
                *n += 1;
            }
        };
        match at {
            At::In(bin) => count(*bin),
            At::Over(span) => self.finder.bins.spread(*span, |bin, _| count(bin)),
            At::Undated | At::Outside => {}
        }
    }

    fn place(&mut self, key: u32) -> usize {
        let n = key as usize;
        if let Some(Some(place)) = self.places.get(n) {
            return *place;
        }
        self.order.push(key);
        self.values.push(vec![Amount::default(); self.finder.bins.len()]);
        self.sums.push(Amount::default());
        self.undated.push(Amount::default());
        let place = self.order.len() - 1;
        if n >= self.places.len() {
            self.places.resize(n + 1, None);
        }
        if let Some(cell) = self.places.get_mut(n) {
            *cell = Some(place);
        }
        place
    }

    fn add(&mut self, key: u32, amount: Option<Amount>, at: &At) {
        let Some(amount) = amount else { return };
        let k = self.place(key);
        let (Some(bars), Some(sum), Some(undated)) =
            (self.values.get_mut(k), self.sums.get_mut(k), self.undated.get_mut(k))
        else {
            return;
        };
        sum.add(amount, 1.0);
        let mut into = |bin: usize, share: f64| {
            if let Some(value) = bars.get_mut(bin) {
                value.add(amount, share);
            }
        };
        match at {
            At::Undated => undated.add(amount, 1.0),
            At::Outside => {}
            At::In(bin) => into(*bin, 1.0),
            At::Over(span) => self.finder.bins.spread(*span, into),
        }
    }
}

/// The key of several parties or none.
const SEVERAL: u32 = 0;

impl Derived {
    /// Bars over time of what is shown.
    pub fn histogram(&self, project: &Project, bins: &Bins, measure: Measure, by: StackBy) -> Histogram {
        self.bars(project, &self.shown, bins, measure, by)
    }

    /// The same of what would be shown without the window of time: the timeline on which the window is chosen.
    pub fn timeline(&self, project: &Project, bins: &Bins, measure: Measure, by: StackBy) -> Histogram {
        self.bars(project, &self.base, bins, measure, by)
    }

    fn bars(&self, project: &Project, of: &Bits, bins: &Bins, measure: Measure, by: StackBy) -> Histogram {
        let tied = match measure {
            Measure::People(category) => self.tied_counted(project, of, category),
            Measure::Incidents => Own::new(),
        };
        let finder = Finder::new(bins);
        let slots = self.columns.slots();
        // Always the same batches in the same order, so that sums of shares are the same to the last bit everywhere.
        let batches: Vec<Bars<'_>> = ((0..slots.div_ceil(BATCH).max(1)).into_par_iter())
            .map(|n| {
                let mut bars = Bars::new(&finder);
                let slots = (n * BATCH..slots.min((n + 1) * BATCH)).filter(|slot| of.has(*slot));
                self.add_bars(project, slots, &tied, measure, by, &mut bars);
                bars
            })
            .collect();
        let mut batches = batches.into_iter();
        let mut bars = batches.next().unwrap_or_else(|| Bars::new(&finder));
        batches.for_each(|batch| bars.take_over(&batch));
        self.finish(project, bars, measure)
    }

    fn add_bars(
        &self,
        project: &Project,
        slots: impl Iterator<Item = usize>,
        tied: &Own<PartyId>,
        measure: Measure,
        by: StackBy,
        bars: &mut Bars<'_>,
    ) {
        let columns = &self.columns;
        for slot in slots {
            let number = u32::try_from(slot).unwrap_or(u32::MAX);
            let span = if columns.mark(slot) & mark::OPEN > 0 {
                project.look(IncidentId(number), spread_of).flatten()
            } else {
                self.span(IncidentId(number))
            };
            let at = span.map_or(At::Undated, |span| bars.finder.find(span));
            bars.count(&at);
            let kind = || u32::from(columns.kind.get(slot).copied().unwrap_or(0));
            match measure {
                Measure::Incidents if by == StackBy::Kind => bars.add(key_of_kind(kind()), Some(ONE), &at),
                Measure::Incidents => {
                    let party = project.look(IncidentId(number), |i| match &*i.parties {
                        [one] => columns.parties.find(one),
                        _ => None,
                    });
                    let party = party.flatten();
                    bars.add(party.map_or(SEVERAL, key_of_party), Some(ONE), &at);
                }
                Measure::People(category) => {
                    let mut add = |party: u32, fig: Fig| {
                        // A figure about all parties together is sorted out below, by its party.
                        let by_party = by == StackBy::Party || self.is_all(party);
                        let key = if by_party { key_of_party(party) } else { key_of_kind(kind()) };
                        bars.add(key, Amount::of(fig), &at);
                    };
                    if self.tied.has(slot) {
                        for (party, figure) in tied.get(&number).into_iter().flatten() {
                            if let Some(party) = columns.parties.find(party) {
                                add(party, Fig::of(figure));
                            }
                        }
                    } else {
                        people(columns, &self.figs, slot, category, add);
                    }
                }
            }
        }
    }

    fn is_all(&self, party: u32) -> bool {
        self.columns.parties.values().get(party as usize).is_some_and(PartyId::is_all)
    }

    /// Names the parts and puts them in order.
    fn finish(&self, project: &Project, bars: Bars<'_>, measure: Measure) -> Histogram {
        let name = |key: u32| match key {
            SEVERAL => Some(StackKey::Party(None)),
            n if n % 2 == 1 => {
                self.columns.parties.values().get(n as usize / 2).map(|p| StackKey::Party(Some(p.clone())))
            }
            n => self.columns.kinds.values().get(n as usize / 2 - 1).map(|k| StackKey::Kind(k.clone())),
        };
        // A figure about all parties together counts only where no party has one of its own.
        let is_all = |key: &StackKey| matches!(key, StackKey::Party(Some(party)) if party.is_all());
        let mut parts: Vec<(StackKey, usize)> =
            bars.order.iter().enumerate().filter_map(|(place, key)| Some((name(*key)?, place))).collect();
        if matches!(measure, Measure::People(_)) && parts.iter().any(|(key, _)| !is_all(key)) {
            parts.retain(|(key, _)| !is_all(key));
        }
        let keys = ordered(project, parts.iter().map(|(key, _)| key));
        let places: Vec<usize> =
            keys.iter().filter_map(|key| parts.iter().find(|(k, _)| k == key).map(|(_, n)| *n)).collect();
        let pick = |from: &[Amount]| places.iter().map(|k| from.get(*k).copied().unwrap_or_default()).collect();
        let bins = bars.finder.bins;
        let mut values = Vec::with_capacity(bins.len() * keys.len());
        for bin in 0..bins.len() {
            values.extend(
                places.iter().map(|k| bars.values.get(*k).and_then(|v| v.get(bin)).copied().unwrap_or_default()),
            );
        }
        let (sums, undated) = (pick(&bars.sums), pick(&bars.undated));
        Histogram { bins: bins.clone(), keys, values, sums, undated, incidents: bars.incidents }
    }

    /// What each tied incident of a set adds to the total of a category, by party, nobody twice.
    pub(super) fn tied_counted(&self, project: &Project, of: &Bits, category: Category) -> Own<PartyId> {
        let own = self.tied_uncovered(project, of);
        let mut own = own.into_iter().map(|(slot, figures)| (slot, by_party(&figures, category))).collect();
        sum::leave_out_parts(self.tree(), &mut own);
        own
    }
}

/// Incidents that one thread adds up at a time.
const BATCH: usize = 1 << 16;

/// One incident.
const ONE: Amount = Amount { low: 1.0, best: 1.0, high: 1.0 };

/// Parties stand at odd numbers, kinds at even ones from 2.
fn key_of_party(party: u32) -> u32 {
    2 * party + 1
}

fn key_of_kind(kind: u32) -> u32 {
    2 * kind + 2
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

    #[test]
    fn bars_of_many_incidents_are_those_of_each_batch_added_up() {
        let n = BATCH + 100;
        let incident = |n: usize| {
            let mut i = event(&n.to_string(), "", &format!("2022-09-{}", 12 + n % 9), &(n % 3).to_string());
            i.kind = if n < BATCH { Kind::ArmedClash } else { Kind::Shelling };
            i
        };
        let project = Project::new(Meta::default(), (0..n).map(incident), Vec::new());
        let bins = Bins::covering(When::parse("2022-09-12/2022-09-30").unwrap().span(), BinWidth::Day, 240);
        let by = |measure| histogram(&project, &Question::default(), &bins, measure, StackBy::Kind);
        let (counted, dead) = (by(Measure::Incidents), by(Measure::People(Category::Killed)));
        assert_eq!(counted.keys.len(), 2);
        assert_eq!(counted.sums.iter().map(|a| a.best).sum::<f64>(), n as f64);
        assert_eq!(counted.incidents.iter().sum::<u32>() as usize, n);
        let first_day = (0..n).filter(|n| n % 9 == 0);
        assert_eq!(
            (counted.bar(0).best, counted.incidents[0] as usize),
            (first_day.clone().count() as f64, first_day.count())
        );
        assert_eq!(dead.sums.iter().map(|a| a.best).sum::<f64>(), (0..n).map(|n| (n % 3) as f64).sum::<f64>());
        assert_eq!(counted.undated.iter().map(|a| a.best).sum::<f64>(), 0.0);
    }
}
