//! Columns made piece by piece while a file is read, so that no incident of it is looked at twice.

use std::collections::{HashMap, HashSet};
use std::hash::Hash;

use rayon::prelude::*;

use super::filter::{anew, bits_anew};
use super::{Columns, NONE, Numbers};
use crate::model::{Incident, IncidentId, Kind, LonLat, Project, Uid};

/// What is scanned of a project, made by those who read it. An answer starts from it if the project was not changed since.
#[derive(Clone, Debug, Default)]
pub struct Scan {
    pub(in crate::derive) columns: Columns,
}

/// Slots that one thread scans at a time.
const BATCH: usize = 4096;

impl Scan {
    /// Takes in the next incident; `pins` are the claims of it that were chosen by hand.
    pub fn put(&mut self, incident: &Incident, pins: &[&str]) {
        let slot = self.columns.slots();
        self.columns.grow(slot + 1);
        self.columns.put(slot, incident, pins);
    }

    /// Where the incidents are, or the first point of their shapes; `None` for each without a place.
    pub fn places(&self) -> impl Iterator<Item = Option<LonLat>> + '_ {
        self.columns.at.iter().map(|[lon, lat]| LonLat::new(*lon, *lat).ok())
    }

    /// Takes in what was scanned next, numbered as if it had been scanned in one go.
    pub fn append(&mut self, next: Self) {
        self.columns.append(next.columns);
    }

    /// Makes room for so many incidents more, of two claims each.
    pub fn reserve(&mut self, incidents: usize) {
        self.columns.reserve(incidents, 2 * incidents);
    }

    /// The pieces one after the other.
    fn joined(pieces: Vec<Self>) -> Self {
        let (slots, claims) =
            pieces.iter().fold((0, 0), |(s, c), p| (s + p.columns.slots(), c + p.columns.claims.len()));
        let mut whole = Columns::default();
        whole.reserve(slots, claims);
        for piece in pieces {
            whole.append(piece.columns);
        }
        Self { columns: whole }
    }

    /// The scan of a whole project; `pins` gives the claims of an incident that were chosen by hand.
    pub(super) fn of(project: &Project, pins: &HashMap<&Uid, Vec<&str>>) -> Self {
        let pinned: HashSet<&str> = pins.keys().map(|uid| uid.as_str()).collect();
        let slots: Vec<u32> = (0..project.slots()).collect();
        let pieces = slots.par_chunks(BATCH).map(|slots| {
            let mut scan = Self::default();
            let mut scratch = Incident::new(Uid::new(""), Kind::ArmedClash, "");
            for id in slots.iter().map(|slot| IncidentId(*slot)) {
                let is_pinned = !pinned.is_empty() && project.uid(id).is_some_and(|uid| pinned.contains(uid));
                let put = if is_pinned {
                    let of = |incident: &Incident| pins.get(&incident.uid).map_or(&[][..], Vec::as_slice);
                    project.look(id, |incident| scan.put(incident, of(incident)))
                } else {
                    project.glance(id, &mut scratch, |incident| scan.put(incident, &[]))
                };
                if put.is_none() {
                    // An emptied slot keeps its place.
                    scan.columns.grow(scan.columns.slots() + 1);
                }
            }
            scan
        });
        Self::joined(pieces.collect())
    }
}

impl<T: Hash + Eq + Clone> Numbers<T> {
    /// By number there: the number here, for all values of others.
    fn take_in(&mut self, others: &Self) -> Vec<u32> {
        others.values.iter().map(|value| self.of(value)).collect()
    }
}

impl Columns {
    fn append(&mut self, other: Self) {
        let kinds = self.kinds.take_in(&other.kinds);
        let keys = self.keys.take_in(&other.keys);
        let parties = self.parties.take_in(&other.parties);
        let sources = self.sources.take_in(&other.sources);
        let new = |numbers: &[u32], old: u32| numbers.get(old as usize).copied().unwrap_or(NONE);
        for (key, info) in keys.iter().zip(other.key_infos) {
            if *key as usize == self.key_infos.len() {
                self.key_infos.push(super::KeyInfo { party: new(&parties, info.party), ..info });
            }
        }
        let first = u32::try_from(self.claims.len()).unwrap_or(u32::MAX);
        self.marks.extend(other.marks);
        self.start.extend(other.start);
        self.end.extend(other.end);
        self.first_known.extend(other.first_known);
        self.at.extend(other.at);
        let (of_parties, of_sources) = (bits_anew(&parties), bits_anew(&sources));
        let named = other.named.into_iter().map(|[p, s]| [anew(&of_parties, p), anew(&of_sources, s)]);
        self.named.extend(named);
        let kind = |old: u16| u16::try_from(new(&kinds, u32::from(old))).unwrap_or(u16::MAX);
        self.kind.extend(other.kind.into_iter().map(kind));
        self.range.extend(other.range.into_iter().map(|(from, n)| (from.saturating_add(first), n)));
        self.claims.extend(other.claims.into_iter().map(|c| super::Claimed {
            key: new(&keys, c.key),
            source: new(&sources, c.source),
            ..c
        }));
        self.said.extend(other.said.into_iter().map(|s| super::Said { speaks_for: new(&parties, s.speaks_for), ..s }));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Category, Claim, Count, Kind, Meta, PartyId, SourceId, Uid};

    fn project() -> Project {
        let incidents = (0..2000_u32).map(|n| {
            let kinds = [Kind::Shelling, Kind::Battle, Kind::ArmedClash];
            let mut i = Incident::new(Uid::new(&n.to_string()), kinds[n as usize % 3].clone(), "");
            for c in 0..n % 4 {
                let about = PartyId::new(["a", "b", "c", "d"][(n / 500) as usize]);
                let mut claim =
                    Claim::new(&format!("c{c}"), about.clone(), Category::ALL[c as usize], Count::Exactly(n));
                claim.source = Some(SourceId::new(&format!("s{}", n % 7)));
                claim.speaks_for = (n % 2 == 0).then_some(about);
                i.claims.push(claim);
            }
            i
        });
        Project::new(Meta::default(), incidents, Vec::new())
    }

    #[test]
    fn pieces_of_any_length_give_the_same_columns() {
        let project = project();
        let in_pieces = |n: usize| {
            let incidents: Vec<_> = project.iter().map(|(_, i)| i).collect();
            let pieces = incidents.chunks(n).map(|chunk| {
                let mut scan = Scan::default();
                for incident in chunk {
                    scan.put(incident, &[]);
                }
                scan
            });
            format!("{:?}", Parts::of(&Scan::joined(pieces.collect()).columns))
        };
        let whole = in_pieces(usize::MAX);
        for n in [1, 7, 512, 1999] {
            assert!(in_pieces(n) == whole, "pieces of {n}");
        }
        assert!(format!("{:?}", Parts::of(&Scan::of(&project, &HashMap::new()).columns)) == whole);
    }

    /// All of the columns whose order is settled: hash maps print as they like.
    #[derive(Debug)]
    #[expect(dead_code, reason = "printed and compared")]
    struct Parts<'c>(
        (&'c [u16], [&'c [i64]; 3], &'c [u16]),
        (&'c [(u32, u32)], &'c [[u64; 2]]),
        (&'c [super::super::Claimed], &'c [super::super::Said], &'c [super::super::KeyInfo]),
        (&'c [Kind], &'c [crate::derive::Key], &'c [PartyId], &'c [SourceId]),
    );

    impl<'c> Parts<'c> {
        fn of(c: &'c Columns) -> Self {
            Self(
                (&c.marks, [&c.start, &c.end, &c.first_known], &c.kind),
                (&c.range, &c.named),
                (&c.claims, &c.said, &c.key_infos),
                (c.kinds.values(), c.keys.values(), c.parties.values(), c.sources.values()),
            )
        }
    }
}
