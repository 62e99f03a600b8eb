//! Incidents of a large file that are looked at once and then left as their lines.
//!
//! A line is left if reading it again gives the same for ever: it was read without a finding, names only parties and
//! sources that the file defines, and leads to no other incident.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use foldhash::fast::RandomState;
use rayon::prelude::*;

use super::read::Reader;
use crate::derive::Scan;
use crate::model::{Found, Incident, LineAt, Meta, PartyId, SourceId, Text, Uid};

/// What the file defines before its features.
#[derive(Default)]
pub(super) struct Defined {
    parties: HashSet<PartyId, RandomState>,
    sources: HashSet<SourceId, RandomState>,
    pins: HashMap<Uid, Vec<Text>, RandomState>,
}

impl Defined {
    pub(super) fn by(meta: &Meta) -> Arc<Self> {
        let mut pins: HashMap<Uid, Vec<Text>, RandomState> = HashMap::default();
        for pin in &meta.pins {
            pins.entry(pin.incident.clone()).or_default().push(pin.claim.clone());
        }
        Arc::new(Self {
            parties: meta.parties.iter().map(|p| p.id.clone()).collect(),
            sources: meta.sources.iter().map(|s| s.id.clone()).collect(),
            pins,
        })
    }

    /// Whether an incident stands by itself and on what is defined.
    fn has_all_of(&self, i: &Incident) -> bool {
        let party = |p: &PartyId| self.parties.contains(p);
        let source = |s: &SourceId| self.sources.contains(s);
        i.parent.is_none()
            && !self.pins.contains_key(&i.uid)
            && i.parties.iter().all(party)
            && i.sources.iter().all(source)
            && i.claims.iter().all(|c| {
                c.covers.is_empty()
                    && party(&c.about)
                    && c.speaks_for.as_ref().is_none_or(party)
                    && c.source.as_ref().is_none_or(source)
            })
    }
}

/// The incidents read so far, scanned.
pub(super) struct Leaving {
    defined: Arc<Defined>,
    pub(super) scan: Scan,
}

impl Leaving {
    pub(super) fn new(defined: Arc<Defined>) -> Self {
        Self { defined, scan: Scan::default() }
    }

    /// Takes from an incident what is scanned.
    pub(super) fn scan(&mut self, incident: &Incident) {
        let pins: Vec<&str> = self.defined.pins.get(&incident.uid).into_iter().flatten().map(|c| &**c).collect();
        self.scan.put(incident, &pins);
    }
}

impl Reader<'_> {
    /// The line of the incident that was just read from an offset on, if it can be left.
    pub(super) fn line_of(&self, from: usize, incident: &Incident) -> Option<LineAt> {
        let defined = &self.leaving.as_ref()?.defined;
        let (uid_from, raw_len) = self.uid_at?;
        let end = self.json.end();
        // What holds an escape or a line break is not what stands in the file.
        let uid_len = raw_len.checked_sub(2).filter(|n| *n == incident.uid.as_str().len() && *n > 0)?;
        let one_line = !self.json.slice(from, end).contains('\n');
        if !one_line || !defined.has_all_of(incident) {
            return None;
        }
        LineAt::new(from, end - from, uid_from + 1, uid_len)
    }
}

/// The incident of one line, as it was read in its file.
pub(super) fn read_line(line: &str) -> Option<Incident> {
    let mut reader = Reader::new(line);
    reader.feature().ok()?;
    match reader.incidents.pop()? {
        Found::Whole(incident) => Arc::into_inner(incident),
        Found::Line(_) => None,
    }
}

/// The uid of each incident, as text.
pub(super) fn uids<'t>(text: &'t str, found: &'t [Found]) -> impl IndexedParallelIterator<Item = &'t str> {
    found.par_iter().map(|found| match found {
        Found::Whole(incident) => incident.uid.as_str(),
        Found::Line(at) => at.uid_in(text),
    })
}

/// Whether all are different.
pub(super) fn all_differ(names: &[&str]) -> bool {
    let state = RandomState::default();
    let hash = |name: &str| std::hash::BuildHasher::hash_one(&state, name);
    let mut hashes: Vec<(u64, &str)> = names.par_iter().map(|name| (hash(name), *name)).collect();
    hashes.par_sort_unstable();
    hashes.windows(2).all(|w| !matches!(w, [a, b] if a == b))
}
