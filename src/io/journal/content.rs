//! What stands in the records: first whose work it is and on what it rests, then edit after edit.
//!
//! An edit of a great many incidents is several records, the last of which says so; without that one none of them counts.

use std::io::{self, Write};
use std::sync::Arc;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::super::project::{self, WriteError};
use super::record;
use crate::model::{Drawing, Incident, Kept, Meta, Project, Text, Uid};

/// Whose work it is, and on what it rests.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// Who, and where: "anna on desk-3".
    pub who: String,
    /// The number of the process.
    pub pid: u32,
    /// When the work began, in seconds since 1970.
    pub started: i64,
    /// What the project is called in the window.
    pub name: String,
    /// The file; `None` for a project that has none yet. Then the journal holds what the work rests on as well.
    pub file: Option<String>,
    /// The checksum of the file when it was read or written last; journals of earlier versions hold its SHA-256.
    pub digest: Option<String>,
}

/// A record as it is read. Names of members are part of the format.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Content<'a> {
    Head(Head),
    #[serde(borrow)]
    Base(&'a RawValue),
    #[serde(borrow)]
    Edit(Part<'a>),
}

/// A part of an edit.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Part<'a> {
    /// Counts the parts in the file from 1: a hole is the end of what can be trusted.
    pub(super) n: u64,
    /// Whether the edit is complete with this one.
    pub(super) last: bool,
    /// When the steps were made, and what they are called.
    pub(super) steps: Vec<(i64, String)>,
    /// Features as they are now.
    #[serde(borrow)]
    pub(super) is: Vec<&'a RawValue>,
    /// Features as they were before they were first changed.
    #[serde(borrow)]
    pub(super) was: Vec<&'a RawValue>,
    /// Uids of what is no longer there.
    pub(super) gone: Vec<String>,
    /// What the project says of itself: a project file without features.
    #[serde(borrow)]
    pub(super) meta: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) was_meta: Option<&'a RawValue>,
    /// Features of the kind that is carried through: how many slots stand before each, and the feature.
    pub(super) kept: Option<Vec<(u32, String)>>,
    pub(super) was_kept: Option<Vec<(u32, String)>>,
    /// Entries that came to the log of edits.
    #[serde(borrow)]
    pub(super) log: Option<&'a RawValue>,
}

/// The bytes of a head.
pub(super) fn head(head: &Head) -> io::Result<Vec<u8>> {
    Ok(serde_json::to_vec(&serde_json::json!({ "head": head }))?)
}

/// The bytes of a record that holds a whole project.
pub(super) fn base(project: &Project) -> io::Result<Vec<u8>> {
    let mut out = b"{\"base\":".to_vec();
    project::write(project, &mut out).map_err(io::Error::from)?;
    out.push(b'}');
    Ok(out)
}

/// Features that one thread writes at a time.
const BATCH: usize = 256;
/// Batches to a record: some megabytes.
const BATCHES: usize = 16;

/// One thing that differs: as it is now, and as it was if this is its first change.
enum Item<'p> {
    Incident(Option<&'p Incident>, Option<&'p Incident>),
    Drawing(Option<&'p Drawing>, Option<&'p Drawing>),
}

/// The lists of a record, each without its brackets.
#[derive(Default)]
struct Lists {
    is: Vec<u8>,
    was: Vec<u8>,
    gone: Vec<u8>,
}

impl Lists {
    fn add(list: &mut Vec<u8>, write: impl FnOnce(&mut Vec<u8>) -> Result<(), WriteError>) -> Result<(), WriteError> {
        if !list.is_empty() {
            list.extend_from_slice(b",\n");
        }
        write(list)
    }

    fn gone(&mut self, uid: &Uid) {
        if !self.gone.is_empty() {
            self.gone.push(b',');
        }
        // Writing to memory cannot fail.
        let _ = serde_json::to_writer(&mut self.gone, uid.as_str());
    }

    fn append(&mut self, other: &Self) {
        let pairs = [(&mut self.is, &other.is), (&mut self.was, &other.was), (&mut self.gone, &other.gone)];
        for (list, more) in pairs {
            if !list.is_empty() && !more.is_empty() {
                list.push(b',');
            }
            list.extend_from_slice(more);
        }
    }
}

/// Three states of one project: as it was before any of the work, as it was noted last, and as it is now.
#[derive(Clone, Copy)]
pub(super) struct States<'p> {
    pub(super) base: &'p Project,
    pub(super) from: &'p Project,
    pub(super) to: &'p Project,
}

impl<'p> States<'p> {
    fn items(self) -> Vec<Item<'p>> {
        let Self { base, from, to } = self;
        let mut items = Vec::new();
        for id in from.slots_unlike(to) {
            let (was, is) = (from.slot(id), to.slot(id));
            if was == is {
                continue;
            }
            let first = was.filter(|w| base.slot(id).is_some_and(|b| Arc::ptr_eq(b, w)));
            match (is, was) {
                (Some(is), _) => items.push(Item::Incident(Some(is), first.map(|f| &**f))),
                // What is gone is known by what it was, also where that was noted before.
                (None, Some(was)) => items.push(Item::Incident(None, Some(was))),
                (None, None) => {}
            }
        }
        let (before, after) = (from.drawing_slots(), to.drawing_slots());
        for n in 0..before.len().max(after.len()) {
            let of = |slots: &'p [crate::model::Placed]| slots.get(n).and_then(|p| p.drawing.as_deref());
            let (was, is) = (of(before), of(after));
            if was == is {
                continue;
            }
            let first = was.filter(|w| of(base.drawing_slots()).is_some_and(|b| std::ptr::eq(b, *w)));
            match (is, was) {
                (Some(is), _) => items.push(Item::Drawing(Some(is), first)),
                (None, Some(was)) => items.push(Item::Drawing(None, Some(was))),
                (None, None) => {}
            }
        }
        items
    }

    /// Whether nothing differs between the state noted last and the one now.
    pub(super) fn are_same(self) -> bool {
        self.from.is_same(self.to)
            || (self.items().is_empty()
                && self.from.meta() == self.to.meta()
                && self.from.kept() == self.to.kept()
                && self.from.log() == self.to.log())
    }
}

/// Writes an edit as records and gives the number of the last part, and how many bytes there were.
pub(super) fn edit(
    states: States<'_>,
    steps: &[(i64, String)],
    mut n: u64,
    out: &mut dyn Write,
) -> io::Result<(u64, u64)> {
    let items = states.items();
    let mut bytes = 0;
    let mut rounds = items.chunks(BATCH * BATCHES).peekable();
    let mut is_first = true;
    while is_first || rounds.peek().is_some() {
        let round = rounds.next().unwrap_or_default();
        let batches: Vec<Lists> = (round.par_chunks(BATCH))
            .map(|batch| lists(states, batch))
            .collect::<Result<_, WriteError>>()
            .map_err(io::Error::from)?;
        let mut lists = Lists::default();
        for batch in &batches {
            lists.append(batch);
        }
        n += 1;
        let last = rounds.peek().is_none();
        let mut content = format!("{{\"edit\":{{\"n\":{n},\"last\":{last}").into_bytes();
        if is_first {
            content.extend_from_slice(b",\"steps\":");
            serde_json::to_writer(&mut content, steps)?;
            members(states, &mut content)?;
        }
        for (name, list) in [("is", &lists.is), ("was", &lists.was), ("gone", &lists.gone)] {
            if !list.is_empty() {
                content.extend_from_slice(format!(",\"{name}\":[").as_bytes());
                content.extend_from_slice(list);
                content.push(b']');
            }
        }
        content.extend_from_slice(b"}}");
        let mut framed = Vec::with_capacity(content.len() + 16);
        if !record::push(&mut framed, &content) {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "one edit is longer than 4 GiB"));
        }
        out.write_all(&framed)?;
        bytes += framed.len() as u64;
        is_first = false;
    }
    Ok((n, bytes))
}

fn lists(states: States<'_>, batch: &[Item<'_>]) -> Result<Lists, WriteError> {
    let mut out = Lists::default();
    for item in batch {
        match item {
            Item::Incident(is, was) => {
                match (is, was) {
                    (Some(i), _) => Lists::add(&mut out.is, |o| project::incident_line(o, states.to, i))?,
                    (None, Some(was)) => out.gone(&was.uid),
                    (None, None) => {}
                }
                if let Some(was) = was {
                    Lists::add(&mut out.was, |o| project::incident_line(o, states.from, was))?;
                }
            }
            Item::Drawing(is, was) => {
                match (is, was) {
                    (Some(d), _) => Lists::add(&mut out.is, |o| project::drawing_line(o, d))?,
                    (None, Some(was)) => out.gone(&was.uid),
                    (None, None) => {}
                }
                if let Some(was) = was {
                    Lists::add(&mut out.was, |o| project::drawing_line(o, was))?;
                }
            }
        }
    }
    Ok(out)
}

/// What the project says of itself and what it carries through, where that changed.
fn members(states: States<'_>, out: &mut Vec<u8>) -> io::Result<()> {
    let States { base, from, to } = states;
    if from.meta() != to.meta() {
        out.extend_from_slice(b",\"meta\":");
        frame(to.meta(), out)?;
        if Arc::ptr_eq(base.meta_arc(), from.meta_arc()) {
            out.extend_from_slice(b",\"was_meta\":");
            frame(from.meta(), out)?;
        }
    }
    if from.kept() != to.kept() {
        let list = |kept: &[Kept]| kept.iter().map(|k| (k.after_slots, k.json.clone())).collect::<Vec<(u32, Text)>>();
        let plain = |kept: &[Kept]| list(kept).into_iter().map(|(n, t)| (n, t.to_string())).collect::<Vec<_>>();
        out.extend_from_slice(b",\"kept\":");
        serde_json::to_writer(&mut *out, &plain(to.kept()))?;
        if Arc::ptr_eq(base.kept_arc(), from.kept_arc()) {
            out.extend_from_slice(b",\"was_kept\":");
            serde_json::to_writer(&mut *out, &plain(from.kept()))?;
        }
    }
    let logged = to.log().since(from.log());
    if !logged.is_empty() {
        out.extend_from_slice(b",\"log\":");
        project::log_entries(out, &logged).map_err(io::Error::from)?;
    }
    Ok(())
}

fn frame(meta: &Meta, out: &mut Vec<u8>) -> io::Result<()> {
    project::write(&Project::new(meta.clone(), [], Vec::new()), out).map_err(io::Error::from)
}
