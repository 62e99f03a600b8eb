//! What columns alone tell of a question's filters, so that few incidents of a large project have to be looked at.

use std::hash::Hash;

use super::{Columns, Numbers, mark};
use crate::derive::Question;
use crate::derive::filter::{Condition, Ground};
use crate::model::Incident;

/// A set of numbers folded onto 64 bits: number n is bit n % 64. A number that is not in it is surely not meant; one that is,
/// is meant if no more than 64 are told apart.
pub(super) fn bit(number: u32) -> u64 {
    1 << (number % 64)
}

/// By bit there: the bits here, for a set that was made with the numbers of others.
pub(super) fn bits_anew(numbers: &[u32]) -> [u64; 64] {
    let mut table = [0; 64];
    for (old, new) in numbers.iter().enumerate() {
        if let Some(bits) = table.get_mut(old % 64) {
            *bits |= bit(*new);
        }
    }
    table
}

/// A folded set in other bits.
pub(super) fn anew(table: &[u64; 64], mut bits: u64) -> u64 {
    let mut out = 0;
    while bits != 0 {
        out |= table.get(bits.trailing_zeros() as usize).copied().unwrap_or(0);
        bits &= bits - 1;
    }
    out
}

/// The filters of a question as far as columns can answer them.
pub(in crate::derive) struct Sieve<'q> {
    question: &'q Question,
    /// By number of the kind: whether it is wanted.
    kinds: Option<Vec<bool>>,
    /// The parties wanted, folded, and whether there is no doubt.
    parties: Option<(u64, bool)>,
    sources: Option<(u64, bool)>,
    area: Option<Ground>,
    /// Whether a condition is set that only the incident itself answers; words are not among them.
    asks_more: bool,
}

impl Columns {
    /// The filters of a question.
    pub(in crate::derive) fn sieve<'q>(&self, question: &'q Question) -> Sieve<'q> {
        fn wanted<T: Hash + Eq + Clone>(numbers: &Numbers<T>, wanted: &[T], sure: bool) -> Option<(u64, bool)> {
            let bits = wanted.iter().filter_map(|w| numbers.find(w)).fold(0, |bits, n| bits | bit(n));
            (!wanted.is_empty()).then_some((bits, sure && numbers.values().len() <= 64))
        }
        let f = &question.filters;
        Sieve {
            question,
            kinds: (!f.kinds.is_empty()).then(|| self.kinds.values().iter().map(|k| f.kinds.contains(k)).collect()),
            parties: wanted(&self.parties, &f.parties, true),
            // A claim that was not known yet has a source that does not count yet.
            sources: wanted(&self.sources, &f.sources, question.as_known.is_none()),
            area: f.area.as_ref().map(|area| Ground::new(area).for_points(self.slots())),
            asks_more: question.has(Condition::Grade) || question.has(Condition::Tags),
        }
    }

    /// What is filtered by, of one incident: the parties and the sources that it names anywhere.
    pub(super) fn put_named(&mut self, slot: usize, incident: &Incident) {
        let mut parties = 0;
        for party in incident.parties.iter().chain(incident.claims.iter().map(|c| &c.about)) {
            parties |= bit(self.parties.of(party));
        }
        let mut sources = 0;
        for source in incident.sources.iter().chain(incident.claims.iter().filter_map(|c| c.source.as_ref())) {
            sources |= bit(self.sources.of(source));
        }
        if let Some(cell) = self.named.get_mut(slot) {
            *cell = [parties, sources];
        }
    }
}

impl Sieve<'_> {
    /// Whether an incident is shown in some window of time, words and figures left out; `None`: it has to be looked at.
    pub(in crate::derive) fn shows(&self, columns: &Columns, slot: usize) -> Option<bool> {
        if !columns.shows(slot, self.question.as_known) {
            return Some(false);
        }
        let marks = columns.mark(slot);
        let mut sure = !self.asks_more;
        if let Some(kinds) = &self.kinds {
            match columns.kind.get(slot).and_then(|k| kinds.get(usize::from(*k))) {
                Some(true) => {}
                Some(false) => return Some(false),
                None => sure = false,
            }
        }
        let [parties, sources] = columns.named.get(slot).copied().unwrap_or_default();
        for (wanted, bits) in [(self.parties, parties), (self.sources, sources)] {
            if let Some((wanted, is_sure)) = wanted {
                if wanted & bits == 0 {
                    return Some(false);
                }
                sure &= is_sure;
            }
        }
        if self.question.filters.unsourced && marks & mark::SOURCED > 0 {
            return Some(false);
        }
        if let Some(area) = &self.area {
            match columns.at.get(slot) {
                _ if marks & mark::AREA > 0 => sure = false,
                Some(at) if area.contains(*at) => {}
                _ => return Some(false),
            }
        }
        sure.then_some(true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::derive::Filter;
    use crate::derive::columns::Scan;
    use crate::model::{
        Category, Claim, Count, Grade, GradeFilter, Kind, LonLat, Meta, Moment, Outline, PartyId, Precision, Project,
        Shape, SourceId, TagFilter, Uid, When,
    };
    use proptest::prelude::*;
    use std::collections::HashMap;

    /// Incidents of all sorts; `many` different parties and sources.
    fn project(many: u32) -> Project {
        let at = |n: u32| LonLat::new(44.0 + f64::from(n % 17) / 5.0, 38.5 + f64::from(n % 13) / 6.0).unwrap();
        let incidents = (0..400_u32).map(|n| {
            let mut i =
                Incident::new(Uid::new(&n.to_string()), Kind::KNOWN[n as usize % Kind::KNOWN.len()].clone(), "");
            i.when = (n % 5 > 0).then(|| When::parse(&format!("{}-0{}", 1990 + n % 30, 1 + n % 9)).unwrap());
            i.place.position = (n % 4 > 0).then(|| at(n));
            if n % 11 == 0 {
                i.place.shape = Some(Shape::Line(vec![at(n + 1), at(n + 5)]));
            }
            i.place.precision = (n % 7 == 0).then_some(Precision::District);
            i.parties.extend((n % 3 == 0).then(|| PartyId::new(&format!("p{}", n % many))));
            i.sources.extend((n % 6 == 0).then(|| SourceId::new(&format!("s{}", n % many))));
            i.tags.extend((n % 8 == 0).then(|| ("river".into(), "Araks".into())));
            for c in 0..n % 3 {
                let about = PartyId::new(&format!("p{}", (n + c) % many));
                let mut claim = Claim::new(&format!("c{c}"), about, Category::Killed, Count::Exactly(n));
                claim.source = (n % 5 == c).then(|| SourceId::new(&format!("s{}", (n * 7) % many)));
                claim.published = Moment::parse(&format!("{}-01-01", 1995 + n % 20)).ok();
                if n % 9 == 0 {
                    claim.url = "https://example.org".into();
                }
                claim.grade = Grade::parse(["A1", "B2", "F6"][n as usize % 3]).unwrap();
                i.claims.push(claim);
            }
            i
        });
        Project::new(Meta::default(), incidents, Vec::new())
    }

    proptest! {
        #[test]
        fn columns_and_incidents_never_disagree(
            many in prop::sample::select(vec![5_u32, 63, 64, 65, 150]),
            kinds in prop::collection::vec(0..Kind::KNOWN.len(), 0..3),
            parties in prop::collection::vec(0_u32..160, 0..3),
            sources in prop::collection::vec(0_u32..160, 0..3),
            flags in 0_u8..32,
        ) {
            let project = project(many);
            let columns = Scan::of(&project, &HashMap::new()).columns;
            let mut q = Question::default();
            q.filters.kinds = kinds.into_iter().map(|n| Kind::KNOWN[n].clone()).collect();
            q.filters.parties = parties.into_iter().map(|n| PartyId::new(&format!("p{n}"))).collect();
            q.filters.sources = sources.into_iter().map(|n| SourceId::new(&format!("s{n}"))).collect();
            q.filters.unsourced = flags & 1 > 0;
            if flags & 2 > 0 {
                let corner = |lon, lat| LonLat::new(lon, lat).unwrap();
                q.filters.area = Outline::new(vec![corner(44.3, 38.6), corner(46.0, 38.8), corner(45.5, 40.2)]);
            }
            q.as_known = (flags & 4 > 0).then(|| Moment::parse("2005-06-01").unwrap());
            q.filters.grade = (flags & 8 > 0).then_some(GradeFilter::NotGraded);
            q.filters.tags.extend((flags & 16 > 0).then(|| TagFilter { name: "river".into(), value: None }));
            let sieve = columns.sieve(&q);
            let mut filter = Filter::new(&project, &q);
            let mut sure = 0;
            for (id, incident) in project.iter() {
                if let Some(shows) = sieve.shows(&columns, id.0 as usize) {
                    prop_assert_eq!(shows, filter.shows_at_some_time(incident), "{}", incident.uid.as_str());
                    sure += 1;
                }
            }
            let plain = flags & 0b1_1010 == 0 && many <= 64 && (q.as_known.is_none() || q.filters.sources.is_empty());
            prop_assert!(!plain || sure == 400);
        }
    }
}
