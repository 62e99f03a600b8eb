//! All rows of a table through a mapping, on all cores, and what comes of them together.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher, Hash, Hasher};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use foldhash::fast::{FixedState, RandomState};
use hashbrown::HashTable;
use rayon::prelude::*;

use super::known::Known;
use super::mapping::{Mapping, Twice};
use super::plan::{Fault, Notes, Plan};
use super::profile::{self, Question};
use super::table::{Row, TOO_MUCH, Table};
use crate::model::{Claim, Incident, Meta, Party, Project, Resolution, Source, Text, Uid};

/// A row that was not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejected {
    /// Line of the file, or number of the row or feature, from 1.
    pub line: usize,
    /// Why.
    pub fault: Fault,
    /// Its cells, one after the other, each ended by U+001F.
    cells: Text,
}

impl Rejected {
    /// A row with these cells.
    pub(super) fn new(line: usize, fault: Fault, row: &[Text]) -> Self {
        let mut cells = String::new();
        for cell in row {
            cells.extend(cell.chars().filter(|c| *c != END));
            cells.push(END);
        }
        Self { line, fault, cells: cells.into() }
    }

    /// About how many bytes of memory it takes, once here and once in a report.
    fn weight(&self) -> usize {
        let Fault { field, value, reason } = &self.fault;
        2 * (size_of::<Self>() + 64 + field.len() + value.len() + reason.len() + self.cells.len())
    }

    /// Its cells in the order of the columns.
    pub fn cells(&self) -> impl Iterator<Item = &str> {
        self.cells.split_terminator(END)
    }
}

/// What is said of rows that look alike and were not put together.
pub const CAN_JOIN: &str = "they can be put together as claims";

const END: char = '\u{1f}';

/// What came of a table.
#[derive(Clone, Debug, Default)]
pub struct Import {
    /// Rows that were read.
    pub read: usize,
    /// The incidents, in the order of the file. Each has another uid.
    pub incidents: Vec<Arc<Incident>>,
    /// Rows that were taken, those put together with others included.
    pub accepted: usize,
    /// Parties that the project does not have.
    pub parties: Vec<Party>,
    /// Sources that the project does not have.
    pub sources: Vec<Source>,
    /// Rows that were not taken.
    pub rejected: Vec<Rejected>,
    /// What was noticed in rows that were taken, one sentence each.
    pub warnings: Vec<String>,
}

/// Why nothing came of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stopped {
    /// The mapping does not fit; one sentence.
    Fault(String),
    /// The file leaves something open that only its reader can know.
    Asked(Question),
    /// As the user wished.
    Cancelled,
}

/// What one part of the table gave.
#[derive(Default)]
struct Part {
    read: usize,
    taken: Vec<Taken>,
    rejected: Vec<Rejected>,
    notes: Notes,
    parties: Vec<Party>,
    sources: Vec<Source>,
}

/// A row that became an incident. Made on all cores, so that putting the parts together only moves it.
struct Taken {
    incident: Arc<Incident>,
    /// What [`event`] says of it; 0: nothing.
    event: u64,
    line: u32,
}

/// Reads all rows. `watch` is told the weight of every part that is done and answers whether to go on.
///
/// # Errors
/// [`Stopped`].
pub fn run(
    table: &Table,
    mapping: &Mapping,
    meta: &Meta,
    watch: &(dyn Fn(u64) -> bool + Sync),
) -> Result<Import, Stopped> {
    if let Some(fault) = mapping.fault(&table.columns) {
        return Err(Stopped::Fault(fault));
    }
    let seen = profile::dates(table, mapping).map_err(Stopped::Asked)?;
    let plan = Plan::new(mapping, table, meta, seen);
    let width = table.columns.len();
    let stopped = AtomicBool::new(false);
    let room = table.rows.room().unwrap_or(usize::MAX);
    let taken = AtomicUsize::new(0);
    let parts: Vec<Part> = (0..table.rows.parts())
        .into_par_iter()
        .map_init(
            || Known::new(&plan.parties),
            |known, n| {
                if stopped.load(Ordering::Relaxed) {
                    return Part::default();
                }
                let part = part(table, n, &plan, width, known, &|bytes| {
                    taken.fetch_add(bytes, Ordering::Relaxed).saturating_add(bytes) <= room
                });
                if !watch(table.rows.weight(n)) {
                    stopped.store(true, Ordering::Relaxed);
                }
                part
            },
        )
        .collect();
    if taken.into_inner() > room {
        return Err(Stopped::Fault(TOO_MUCH.to_owned()));
    }
    if stopped.into_inner() {
        return Err(Stopped::Cancelled);
    }
    let mut out = together(parts, mapping, table, meta);
    if out.read == 0 {
        out.warnings.push("there are names of columns and no row below them".into());
    }
    if seen.short_year {
        out.warnings.push("years of two digits were read as 1969 to 2068".into());
    }
    if let Some(question) = profile::swapped(table, mapping) {
        out.warnings.push(question.text());
    }
    Ok(out)
}

/// Reads the rows of a part until `has_room` for so many bytes more answers no.
fn part(
    table: &Table,
    n: usize,
    plan: &Plan,
    width: usize,
    known: &mut Known<'_>,
    has_room: &dyn Fn(usize) -> bool,
) -> Part {
    known.next_part();
    let mut out = Part::default();
    let mut bytes = 0;
    table.rows.part(n, &mut |row| {
        // Asked now and then: all cores ask the same.
        if out.read % 1024 == 1023 && !has_room(std::mem::take(&mut bytes)) {
            return false;
        }
        out.read += 1;
        match plan.read(row, known, &mut out.notes) {
            Ok(incident) => {
                let (event, line) = (event(&incident).unwrap_or(0), short(row.line));
                bytes += weight(&incident);
                out.taken.push(Taken { incident: Arc::new(incident), event, line });
            }
            Err(fault) => {
                let rejected = Rejected { line: row.line, fault, cells: cells(row, width) };
                bytes += rejected.weight();
                out.rejected.push(rejected);
            }
        }
        true
    });
    has_room(bytes);
    out.parties = std::mem::take(&mut known.parties);
    out.sources = std::mem::take(&mut known.new_sources);
    out
}

/// About how many bytes of memory a row takes that became an incident.
fn weight(incident: &Incident) -> usize {
    let tags = incident.tags.capacity() * size_of::<(Text, Text)>();
    // The id and its place in the index.
    size_of::<Taken>() + size_of::<Incident>() + 96 + incident.claims.len() * size_of::<Claim>() + tags
}

fn cells(row: Row<'_>, width: usize) -> Text {
    let mut text = String::new();
    for n in 0..width {
        text.extend(row.cell(n).chars().filter(|c| *c != END));
        text.push(END);
    }
    text.into()
}

fn short(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

/// Joins the parts: one incident an id, parties and sources each once.
fn together(parts: Vec<Part>, mapping: &Mapping, table: &Table, meta: &Meta) -> Import {
    let mut out = Import::default();
    let mut notes: Vec<(&'static str, usize, usize)> = Vec::new();
    let count = parts.iter().map(|p| p.taken.len()).sum();
    out.incidents.reserve_exact(count);
    let mut index = Index::with_capacity(count);
    let mut alike = (0, (0, 0));
    let (mut twice, mut copies) = (Vec::new(), (0, 0));
    let mut ids = Ids::of(meta);
    for part in parts {
        out.read += part.read;
        out.rejected.extend(part.rejected);
        for (what, (count, line)) in part.notes {
            match notes.iter_mut().find(|(w, ..)| *w == what) {
                Some(note) => (note.1, note.2) = (note.1 + count, note.2.min(line)),
                None => notes.push((what, count, line)),
            }
        }
        ids.add(part.parties, part.sources, &mut out);
        for Taken { incident, event, line: short_line } in part.taken {
            let line = short_line as usize;
            if let Some((first, first_line)) = index.of_uid(&incident.uid, &out.incidents) {
                let Some(earlier) = out.incidents.get_mut(first) else { continue };
                if *earlier == incident {
                    copies = (copies.0 + 1, if copies.0 == 0 { line } else { copies.1 });
                    out.accepted += 1;
                } else if mapping.twice == Twice::Claims {
                    join(Arc::make_mut(earlier), Arc::unwrap_or_clone(incident));
                    out.accepted += 1;
                } else {
                    twice.push((line, first_line, incident.uid.clone()));
                }
                continue;
            }
            if event != 0
                && let Some((first, first_line)) = index.of_event(event)
            {
                alike = (alike.0 + 1, if alike.0 == 0 { (first_line, line) } else { alike.1 });
                if mapping.merge_same
                    && let Some(earlier) = out.incidents.get_mut(first)
                {
                    join(Arc::make_mut(earlier), Arc::unwrap_or_clone(incident));
                    out.accepted += 1;
                    continue;
                }
            }
            index.add(&incident.uid, event, short_line, &out.incidents);
            out.accepted += 1;
            out.incidents.push(incident);
        }
    }
    reject_twice(&twice, table, &mut out);
    out.rejected.sort_by_key(|r| r.line);
    notes.sort_by_key(|n| n.2);
    let rows = |n: usize| if n == 1 { "1 row".to_owned() } else { format!("{n} rows") };
    out.warnings.extend(notes.iter().map(|(what, n, line)| format!("{}: {what} (first: line {line})", rows(*n))));
    if copies.0 > 0 {
        out.warnings.push(format!(
            "{}: the same as an earlier one, taken once (first: line {})",
            rows(copies.0),
            copies.1
        ));
    }
    if alike.0 > 0 {
        let (first, second) = alike.1;
        let done = if mapping.merge_same { "put together as claims" } else { CAN_JOIN };
        out.warnings.push(format!(
            "{}: same day, position and parties as an earlier one; {done} (first: lines {first} and {second})",
            rows(alike.0)
        ));
    }
    out
}

/// Finds incidents again by uid and by event while the parts are put together. It holds numbers only: keys of their own
/// would take four times as much at the very moment when the most memory is in use.
struct Index {
    state: RandomState,
    uids: HashTable<u32>,
    events: HashTable<u32>,
    /// Of each incident: its event, 0 for none or one that an earlier incident has; and the line of its row.
    rows: Vec<(u64, u32)>,
}

impl Index {
    fn with_capacity(count: usize) -> Self {
        let table = || HashTable::with_capacity(count);
        Self { state: RandomState::default(), uids: table(), events: table(), rows: Vec::with_capacity(count) }
    }

    /// Number and line.
    fn numbered(&self, n: u32) -> Option<(usize, usize)> {
        self.rows.get(n as usize).map(|(_, line)| (n as usize, *line as usize))
    }

    fn of_uid(&self, uid: &Uid, incidents: &[Arc<Incident>]) -> Option<(usize, usize)> {
        let is = |n: &u32| incidents.get(*n as usize).is_some_and(|i| i.uid == *uid);
        self.uids.find(self.state.hash_one(uid), is).and_then(|n| self.numbered(*n))
    }

    fn of_event(&self, event: u64) -> Option<(usize, usize)> {
        let is = |n: &u32| self.rows.get(*n as usize).is_some_and(|(e, _)| *e == event);
        self.events.find(event, is).and_then(|n| self.numbered(*n))
    }

    /// Adds the incident that comes to stand behind `incidents`.
    fn add(&mut self, uid: &Uid, event: u64, line: u32, incidents: &[Arc<Incident>]) {
        let n = short(self.rows.len());
        let event = if event == 0 || self.of_event(event).is_some() { 0 } else { event };
        self.rows.push((event, line));
        let hash = |n: &u32| incidents.get(*n as usize).map_or(0, |i| self.state.hash_one(&i.uid));
        self.uids.insert_unique(self.state.hash_one(uid), n, hash);
        if event != 0 {
            let hash = |n: &u32| self.rows.get(*n as usize).map_or(0, |(e, _)| *e);
            self.events.insert_unique(event, n, hash);
        }
    }
}

/// Ids that are taken, so that a party or source comes in once.
struct Ids {
    parties: HashSet<String>,
    sources: HashSet<String>,
}

impl Ids {
    fn of(meta: &Meta) -> Self {
        Self {
            parties: meta.parties.iter().map(|p| p.id.as_str().to_owned()).collect(),
            sources: meta.sources.iter().map(|s| s.id.as_str().to_owned()).collect(),
        }
    }

    fn add(&mut self, parties: Vec<Party>, sources: Vec<Source>, out: &mut Import) {
        out.parties.extend(parties.into_iter().filter(|p| self.parties.insert(p.id.as_str().to_owned())));
        out.sources.extend(sources.into_iter().filter(|s| self.sources.insert(s.id.as_str().to_owned())));
    }
}

/// Second rows of an id are rejected with their cells, which only the table still has.
fn reject_twice(twice: &[(usize, usize, Uid)], table: &Table, out: &mut Import) {
    if twice.is_empty() {
        return;
    }
    let by_line: HashMap<usize, (usize, &Uid)> = twice.iter().map(|(l, first, uid)| (*l, (*first, uid))).collect();
    table.each(&mut |row| {
        if let Some((first, uid)) = by_line.get(&row.line) {
            let fault = Fault {
                field: "id".into(),
                value: uid.as_str().into(),
                reason: format!(
                    "line {first} has the same id and says something else; correct it, or take such rows as further claims"
                ),
            };
            out.rejected.push(Rejected { line: row.line, fault, cells: cells(row, table.columns.len()) });
        }
        true
    });
}

/// Puts what another incident says into one: its claims at the end of the ledger, sources, weapons and tags; what is
/// there already stays out.
pub(super) fn join(incident: &mut Incident, other: Incident) {
    for mut claim in other.claims {
        let is_new = !incident.claims.iter().any(|c| {
            let id = c.id.clone();
            Claim { id, ..claim.clone() } == *c
        });
        if is_new {
            claim.id = incident.next_claim_id().into();
            incident.claims.push(claim);
        }
    }
    for source in other.sources {
        if !incident.sources.contains(&source) {
            incident.sources.push(source);
        }
    }
    for weapon in other.weapons {
        if !incident.weapons.contains(&weapon) {
            incident.weapons.push(weapon);
        }
    }
    for (name, value) in other.tags {
        if !incident.tags.iter().any(|(n, _)| *n == name) {
            incident.tags.push((name, value));
        }
    }
    if !incident.notes.contains(&*other.notes) {
        let between = if incident.notes.is_empty() { "" } else { "\n" };
        incident.notes = format!("{}{between}{}", incident.notes, other.notes).into();
    }
}

/// What makes two incidents look like one: the same day, position, kind and parties. `None` where one of them is not known.
pub(super) fn event(incident: &Incident) -> Option<u64> {
    let when = incident.when?;
    let at = incident.place.position?;
    if when.anchor().resolution() < Resolution::Day || incident.parties.is_empty() {
        return None;
    }
    let mut hasher = FixedState::default().build_hasher();
    when.hash(&mut hasher);
    (at.lon().to_bits(), at.lat().to_bits()).hash(&mut hasher);
    incident.kind.hash(&mut hasher);
    // In any order: the hashes of all of them, added up.
    let one = |party: &crate::model::PartyId| FixedState::with_seed(1).hash_one(party.as_str());
    incident.parties.iter().fold(incident.parties.len() as u64, |sum, p| sum.wrapping_add(one(p))).hash(&mut hasher);
    Some(hasher.finish())
}

impl Import {
    /// What a project holds, to be taken into another.
    pub fn of_project(project: &Project) -> Self {
        let incidents: Vec<_> = project.iter().filter_map(|(id, _)| project.slot(id).cloned()).collect();
        let (read, meta) = (incidents.len(), project.meta());
        let (parties, sources) = (meta.parties.clone(), meta.sources.clone());
        Self { read, accepted: read, incidents, parties, sources, ..Self::default() }
    }

    /// A project of what was taken and nothing else.
    pub fn into_project(self, title: &str) -> Project {
        let mut meta = Meta { title: title.into(), ..Meta::default() };
        meta.parties.extend(self.parties);
        meta.sources.extend(self.sources);
        Project::of_shared(meta, self.incidents)
    }
}
