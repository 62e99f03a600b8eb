//! Incidents that stay the lines of their file until somebody looks at them.
//!
//! A million incidents as objects take six times the memory of the file they came from, and most of the time of opening it
//! goes into making them. What nobody looks at stays text: the reader has seen that it can be read without a finding, the
//! scanned columns have taken from it what they need, and the writer copies it.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use super::slots::Slot;
use super::{Incident, Kind, Meta, Uid};

/// The lines of a file, counted from 0, wherever they are kept, and how they are read. The next line is to be had for much
/// less than any other.
pub(crate) trait KeptLines: fmt::Debug + Send + Sync {
    /// Shows the text of a line; an empty one if there is none of this number.
    fn show(&self, line: u32, look: &mut dyn FnMut(&str));

    /// The uid in a line, without a look at it.
    fn uid(&self, line: u32) -> &str;

    /// Reads the incident of a line as the reader of the whole file did; `None` if it is none.
    fn read(&self, line: u32) -> Option<Incident>;

    /// Fills in what is scanned of the line's incident and nothing else (not even the uid), which is much quicker. `false`:
    /// the line is not as this program writes it and has to be read.
    fn glance(&self, line: u32, into: &mut Incident) -> bool;
}

/// One change to many incidents, carried out on each when somebody looks at it.
pub(crate) trait Rule: fmt::Debug + Send + Sync {
    /// Changes the incident where the rule concerns it. Of one that was only scanned what is filled in is enough to change
    /// what is scanned.
    fn apply(&self, incident: &mut Incident);

    /// Whether incidents can be marked as sensitive by it.
    fn marks(&self) -> bool;
}

/// So many rules may wait on a line; an incident with more is made.
const MOST_RULES: usize = 32;

/// Rules that wait on a line, the oldest first.
#[derive(Clone, Debug)]
pub(super) struct Rules(Vec<Arc<dyn Rule>>);

impl Rules {
    pub(super) fn apply(&self, incident: &mut Incident) {
        self.0.iter().for_each(|rule| rule.apply(incident));
    }

    /// Whether incidents can be marked as sensitive by one of them.
    pub(super) fn marks(&self) -> bool {
        self.0.iter().any(|rule| rule.marks())
    }
}

/// A rule on its way to many slots. Slots that had the same rules before share what they have after.
#[derive(Clone, Debug)]
pub(crate) struct Ruling {
    rule: Arc<dyn Rule>,
    alone: Arc<Rules>,
    last: Option<(Arc<Rules>, Arc<Rules>)>,
}

impl Ruling {
    pub(crate) fn new(rule: Arc<dyn Rule>) -> Self {
        Self { alone: Arc::new(Rules(vec![Arc::clone(&rule)])), rule, last: None }
    }

    /// The rules of a line that had none.
    pub(super) fn alone(&self) -> Arc<Rules> {
        Arc::clone(&self.alone)
    }

    /// The rules of a line that had some; `None` if more would wait than may.
    pub(super) fn behind(&mut self, before: &Arc<Rules>) -> Option<Arc<Rules>> {
        (before.0.len() < MOST_RULES).then(|| self.joined(before))
    }

    fn joined(&mut self, before: &Arc<Rules>) -> Arc<Rules> {
        if let Some((_, after)) = self.last.as_ref().filter(|(b, _)| Arc::ptr_eq(b, before)) {
            return Arc::clone(after);
        }
        let rules = before.0.iter().chain(std::iter::once(&self.rule)).cloned();
        let after = Arc::new(Rules(rules.collect()));
        self.last = Some((Arc::clone(before), Arc::clone(&after)));
        after
    }
}

/// The lines of a file, and what they stand on.
#[derive(Clone, Debug)]
pub(crate) struct Lines {
    kept: Arc<dyn KeptLines>,
    /// What the file said of itself: members that are derived from it stand in the lines.
    meta: Arc<Meta>,
}

impl Lines {
    pub(crate) fn new(kept: Arc<dyn KeptLines>, meta: Arc<Meta>) -> Self {
        Self { kept, meta }
    }

    /// Whether lines say the same under another `meta`: parties and pins are what derived members come from.
    pub(super) fn hold_under(&self, meta: &Arc<Meta>) -> bool {
        Arc::ptr_eq(&self.meta, meta) || (self.meta.parties == meta.parties && self.meta.pins == meta.pins)
    }

    /// What `look` sees in the text of a line.
    pub(super) fn line<T>(&self, line: u32, look: impl FnOnce(&str) -> T) -> Option<T> {
        let (mut look, mut seen) = (Some(look), None);
        self.kept.show(line, &mut |text| seen = look.take().map(|look| look(text)));
        seen
    }

    pub(super) fn uid(&self, line: u32) -> &str {
        self.kept.uid(line)
    }

    /// The incident of a line. One that could be read before can be read again.
    pub(super) fn read(&self, line: u32) -> Incident {
        self.kept.read(line).unwrap_or_else(|| Incident::new(Uid::new(self.uid(line)), Kind::ArmedClash, ""))
    }

    /// Fills in what is scanned of a line's incident; `false`: it has to be read.
    pub(super) fn glance(&self, line: u32, into: &mut Incident) -> bool {
        self.kept.glance(line, into)
    }
}

/// Incidents as they come out of a file, in its order. Lines that follow one another take the room of one.
#[derive(Debug, Default)]
pub(crate) struct Finds {
    runs: Vec<Found>,
    len: usize,
}

/// An incident, or several lines.
#[derive(Debug)]
enum Found {
    /// Read.
    Whole(Arc<Incident>),
    /// Seen to be readable and left as the lines of these numbers.
    Lines(Range<u32>),
}

impl Finds {
    /// Adds an incident that was read.
    pub(crate) fn push(&mut self, incident: Arc<Incident>) {
        self.runs.push(Found::Whole(incident));
        self.len += 1;
    }

    /// Adds the incident of a line.
    pub(crate) fn push_line(&mut self, line: u32) {
        self.push_lines(line..line.saturating_add(1));
    }

    fn push_lines(&mut self, lines: Range<u32>) {
        self.len += lines.len();
        match self.runs.last_mut() {
            Some(Found::Lines(before)) if before.end == lines.start => before.end = lines.end,
            _ => self.runs.push(Found::Lines(lines)),
        }
    }

    /// Adds all of others, whose lines stand after so many.
    pub(crate) fn append(&mut self, others: Self, lines_before: u32) {
        for found in others.runs {
            match found {
                Found::Whole(incident) => self.push(incident),
                Found::Lines(lines) => {
                    let [start, end] = [lines.start, lines.end].map(|n| n.saturating_add(lines_before));
                    self.push_lines(start..end);
                }
            }
        }
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// Whether there is none.
    pub(crate) fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Those that were read.
    pub(crate) fn whole(&self) -> impl Iterator<Item = &Arc<Incident>> {
        self.runs.iter().filter_map(|found| match found {
            Found::Whole(incident) => Some(incident),
            Found::Lines(_) => None,
        })
    }

    /// The last of those that were read, taken out.
    pub(crate) fn pop_whole(&mut self) -> Option<Arc<Incident>> {
        match self.runs.pop()? {
            Found::Whole(incident) => {
                self.len -= 1;
                Some(incident)
            }
            lines @ Found::Lines(_) => {
                self.runs.push(lines);
                None
            }
        }
    }

    /// A slot for each.
    pub(super) fn into_slots(self) -> impl Iterator<Item = Slot> {
        self.runs.into_iter().flat_map(|found| {
            let (whole, lines) = match found {
                Found::Whole(incident) => (Some(Slot::Here(incident)), 0..0),
                Found::Lines(lines) => (None, lines),
            };
            whole.into_iter().chain(lines.map(Slot::Line))
        })
    }
}
