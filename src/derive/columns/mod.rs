//! What is scanned of a project, side by side: times, kinds and claims of each incident as plain numbers.
//!
//! A million incidents are asked many times a second; what lies in objects of their own would cost a cache miss each. The
//! columns are built once and follow an edit by the slots that it touched. They hold nothing that the project does not.

mod claims;
mod figures;
mod filter;
mod scan;

use std::collections::HashMap;
use std::hash::Hash;

use foldhash::fast::RandomState;

use super::Key;
use crate::model::{
    Bound, Category, Incident, IncidentId, Kind, Moment, PartyId, Precision, Project, SourceId, Standing, Status, Uid,
};

pub(super) use figures::Asked;
pub use scan::Scan;

/// Values that are told apart by small numbers, given in the order of first use and never taken back.
#[derive(Clone, Debug)]
pub(super) struct Numbers<T> {
    numbers: HashMap<T, u32, RandomState>,
    values: Vec<T>,
}

impl<T> Default for Numbers<T> {
    fn default() -> Self {
        Self { numbers: HashMap::default(), values: Vec::new() }
    }
}

impl<T: Hash + Eq + Clone> Numbers<T> {
    /// The number of a value, a new one if it has none.
    pub(super) fn of(&mut self, value: &T) -> u32 {
        if let Some(n) = self.numbers.get(value) {
            return *n;
        }
        let n = u32::try_from(self.values.len()).unwrap_or(u32::MAX);
        self.values.push(value.clone());
        self.numbers.insert(value.clone(), n);
        n
    }

    /// The number of a value that has one.
    pub(super) fn find(&self, value: &T) -> Option<u32> {
        self.numbers.get(value).copied()
    }

    /// All values, by their numbers.
    pub(super) fn values(&self) -> &[T] {
        &self.values
    }
}

/// What is known of a key besides its number.
#[derive(Clone, Copy, Debug)]
pub(super) struct KeyInfo {
    /// The party whose people it counts, as a number.
    pub(super) party: u32,
    pub(super) status: Status,
    pub(super) category: Category,
}

/// A claim as the figures need it: what every question reads, in 32 bytes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Claimed {
    /// First second by whose beginning it was surely published; `i64::MAX` without a date.
    pub(super) known_from: i64,
    low: u32,
    best: u32,
    high: u32,
    key: u32,
    /// Number of its source; `NONE` without one.
    source: u32,
    flags: u16,
    /// The same for all claims of one voice in the incident; `NOBODY`'s for nobody's.
    voice: u8,
    /// The same for all claims about one period of the incident; 0: the whole.
    part: u8,
}

impl Claimed {
    /// The number of its key.
    #[inline]
    pub(super) fn key(&self) -> u32 {
        self.key
    }
}

/// The rest, which only claims that stand beside others need.
#[derive(Clone, Copy, Debug)]
pub(super) struct Said {
    /// How many seconds before it was surely published it may have been.
    within: u32,
    /// Number of the party for which the claimant speaks; `NONE` for none.
    speaks_for: u32,
}

/// The voice of nobody.
const NOBODY: u8 = u8::MAX;

/// The place of what has none.
const NOWHERE: [f64; 2] = [f64::NAN; 2];

/// No number.
const NONE: u32 = u32::MAX;

/// Bits of [`Claimed::flags`]; the lower three are those of a figure.
mod flag {
    /// The party itself speaks.
    pub(super) const OWN: u16 = 1 << 3;
    /// Another side speaks.
    pub(super) const OTHER: u16 = 1 << 4;
    /// Another side speaks if somebody known counts its people too.
    pub(super) const PERHAPS_OTHER: u16 = 1 << 5;
    pub(super) const RUNNING: u16 = 1 << 6;
    pub(super) const VAGUE: u16 = 1 << 7;
    pub(super) const PINNED: u16 = 1 << 8;
    pub(super) const ABOUT: u16 = 1 << 9;
    pub(super) const AT_LEAST: u16 = 1 << 10;
    pub(super) const AT_MOST: u16 = 1 << 11;
}

/// Bits of [`Columns::marks`].
pub(super) mod mark {
    /// There is an incident in the slot.
    pub(crate) const LIVE: u16 = 1;
    /// It has a date.
    pub(crate) const DATED: u16 = 2;
    /// More claims than the quick way takes; its figures are worked out from the incident itself.
    pub(crate) const MANY: u16 = 4;
    /// A claim of it covers other incidents.
    pub(crate) const COVERS: u16 = 8;
    /// It names a parent.
    pub(crate) const HAS_PARENT: u16 = 16;
    /// Its date has an end that is open or not known.
    pub(crate) const OPEN: u16 = 32;
    /// Claims about the dead of one party speak of several statuses, which are not simply added.
    pub(crate) const STATUSES: u16 = 64;
    /// Some of its claims do not stand any more and are not in the columns.
    pub(crate) const FALLEN: u16 = 128;
    /// Its place is a shape or known only by area: a point would claim too much.
    pub(crate) const AREA: u16 = 256;
    /// It or a claim of it names a source or a link.
    pub(crate) const SOURCED: u16 = 512;
}

/// The columns of a project. All but the claims are by slot.
#[derive(Clone, Debug, Default)]
pub(super) struct Columns {
    pub(super) marks: Vec<u16>,
    /// First second of the incident, and first second after it; nothing overlaps one without a date.
    pub(super) start: Vec<i64>,
    pub(super) end: Vec<i64>,
    /// First second by which any claim about it was surely published.
    pub(super) first_known: Vec<i64>,
    pub(super) kind: Vec<u16>,
    /// Longitude and latitude in degrees of the place, or of the first point of its shape; not numbers without any.
    pub(super) at: Vec<[f64; 2]>,
    /// The parties and the sources that it names, folded (see `filter`).
    named: Vec<[u64; 2]>,
    /// Where its claims begin, and how many there are.
    pub(super) range: Vec<(u32, u32)>,
    pub(super) claims: Vec<Claimed>,
    said: Vec<Said>,
    pub(super) kinds: Numbers<Kind>,
    pub(super) keys: Numbers<Key>,
    pub(super) key_infos: Vec<KeyInfo>,
    /// Keys that were used last.
    recent: [u32; 4],
    pub(super) parties: Numbers<PartyId>,
    sources: Numbers<SourceId>,
    /// How many claims belong to no slot any more.
    garbage: usize,
}

impl Columns {
    /// The columns of a whole project; `pins` are the claims chosen by hand.
    pub(super) fn new(project: &Project, pins: &HashMap<&Uid, Vec<&str>>) -> Self {
        Scan::of(project, pins).columns
    }

    /// How many slots there are.
    pub(super) fn slots(&self) -> usize {
        self.marks.len()
    }

    /// How many incidents there are.
    pub(super) fn live(&self) -> usize {
        self.marks.iter().filter(|m| **m & mark::LIVE > 0).count()
    }

    /// Takes over what a slot holds now.
    pub(super) fn update(&mut self, project: &Project, id: IncidentId, pins: &[&str]) {
        let slot = id.0 as usize;
        self.grow(slot + 1);
        self.garbage += self.range.get(slot).map_or(0, |(_, n)| *n as usize);
        self.clear(slot);
        if let Some(incident) = project.get(id) {
            self.put(slot, incident, pins);
        }
    }

    /// Whether so much was left behind by edits that building anew is cheaper than carrying it on.
    pub(super) fn is_worn(&self) -> bool {
        self.garbage > 4096 && self.garbage * 2 > self.claims.len()
    }

    /// Claims of a slot.
    pub(super) fn claims_of(&self, slot: usize) -> std::ops::Range<usize> {
        let (first, n) = self.range.get(slot).copied().unwrap_or_default();
        first as usize..first as usize + n as usize
    }

    /// Whether a question that chooses by nothing but an as-known date shows a slot at some time: the same as
    /// [`super::Filter`] says.
    pub(super) fn shows(&self, slot: usize, as_known: Option<Moment>) -> bool {
        let known_by = as_known.map_or(i64::MAX, |m| m.span().end);
        let at = |column: &[i64]| column.get(slot).copied().unwrap_or(i64::MAX);
        let is = self.mark(slot);
        let later = is & mark::DATED > 0 && at(&self.start) >= known_by;
        is & mark::LIVE > 0 && (as_known.is_none() || !(later && at(&self.first_known) > known_by))
    }

    /// The slots that bear any of some marks.
    pub(super) fn marked(&self, marks: u16) -> impl Iterator<Item = IncidentId> + '_ {
        let marked = (0_u32..).zip(&self.marks).filter(move |(_, m)| **m & marks > 0);
        marked.map(|(slot, _)| IncidentId(slot))
    }

    /// The mark bits of a slot.
    pub(super) fn mark(&self, slot: usize) -> u16 {
        self.marks.get(slot).copied().unwrap_or(0)
    }

    fn reserve(&mut self, n: usize, claims: usize) {
        self.marks.reserve(n);
        self.start.reserve(n);
        self.end.reserve(n);
        self.first_known.reserve(n);
        self.kind.reserve(n);
        self.at.reserve(n);
        self.named.reserve(n);
        self.range.reserve(n);
        self.claims.reserve(claims);
        self.said.reserve(claims);
    }

    fn grow(&mut self, n: usize) {
        if n > self.marks.len() {
            self.marks.resize(n, 0);
            self.start.resize(n, i64::MAX);
            self.end.resize(n, i64::MIN);
            self.first_known.resize(n, i64::MAX);
            self.kind.resize(n, 0);
            self.at.resize(n, NOWHERE);
            self.named.resize(n, [0; 2]);
            self.range.resize(n, (0, 0));
        }
    }

    fn clear(&mut self, slot: usize) {
        self.set(slot, 0, None, i64::MAX, 0, (0, 0));
        if let (Some(at), Some(named)) = (self.at.get_mut(slot), self.named.get_mut(slot)) {
            (*at, *named) = (NOWHERE, [0; 2]);
        }
    }

    fn set(
        &mut self,
        slot: usize,
        marks: u16,
        span: Option<crate::model::Span>,
        first_known: i64,
        kind: u16,
        range: (u32, u32),
    ) {
        fn put<T>(column: &mut [T], slot: usize, value: T) {
            if let Some(cell) = column.get_mut(slot) {
                *cell = value;
            }
        }
        put(&mut self.marks, slot, marks);
        put(&mut self.start, slot, span.map_or(i64::MAX, |s| s.start));
        put(&mut self.end, slot, span.map_or(i64::MIN, |s| s.end));
        put(&mut self.first_known, slot, first_known);
        put(&mut self.kind, slot, kind);
        put(&mut self.range, slot, range);
    }

    /// Whether the claims from `first` on speak of the dead of one party in several statuses.
    fn has_statuses(&self, first: usize) -> bool {
        let claims = self.claims.get(first..).unwrap_or_default();
        let dead = claims.iter().filter_map(|c| Some((c.key, *self.key_infos.get(c.key as usize)?)));
        let mut last: Option<(u32, u32)> = None;
        // The claims are in the order of their keys, and so of their parties.
        dead.filter(|(_, k)| k.category == Category::Killed).any(|(key, info)| {
            let before = last.replace((key, info.party));
            before.is_some_and(|(k, party)| k != key && party == info.party)
        })
    }

    fn put(&mut self, slot: usize, incident: &Incident, pins: &[&str]) {
        let first = u32::try_from(self.claims.len()).unwrap_or(u32::MAX);
        let mut marks = mark::LIVE;
        let span = incident.when.map(|w| w.span());
        if span.is_some() {
            marks |= mark::DATED;
        }
        let is_open = |b: Bound| b.moment().is_none();
        if incident.when.is_some_and(|w| is_open(w.start()) || w.end().is_some_and(is_open)) {
            marks |= mark::OPEN;
        }
        if incident.parent.is_some() {
            marks |= mark::HAS_PARENT;
        }
        if incident.claims.iter().any(|c| c.standing != Standing::Current) {
            marks |= mark::FALLEN;
        }
        if incident.claims.iter().any(|c| !c.covers.is_empty()) {
            marks |= mark::COVERS;
        }
        if incident.place.shape.is_some() || incident.place.precision.is_some_and(Precision::is_area) {
            marks |= mark::AREA;
        }
        if !incident.sources.is_empty() || incident.claims.iter().any(|c| c.source.is_some() || !c.url.is_empty()) {
            marks |= mark::SOURCED;
        }
        self.put_named(slot, incident);
        if !self.put_claims(incident, pins) {
            marks |= mark::MANY;
        }
        let n = u32::try_from(self.claims.len()).unwrap_or(u32::MAX) - first;
        if self.has_statuses(first as usize) {
            marks |= mark::STATUSES;
        }
        if let (Some(p), Some(at)) = (incident.place.anchor(), self.at.get_mut(slot)) {
            *at = [p.lon(), p.lat()];
        }
        let known = incident.claims.iter().map(|c| c.published.map_or(i64::MAX, |m| m.span().end)).min();
        let kind = u16::try_from(self.kinds.of(&incident.kind)).unwrap_or(u16::MAX);
        self.set(slot, marks, span, known.unwrap_or(i64::MAX), kind, (first, n));
    }
}
