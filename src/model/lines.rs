//! Incidents that stay the lines of their file until somebody looks at them.
//!
//! A million incidents as objects take six times the memory of the file they came from, and most of the time of opening it
//! goes into making them. What nobody looks at stays text: the reader has seen that it can be read without a finding, the
//! scanned columns have taken from it what they need, and the writer copies it.

use std::fmt;
use std::sync::{Arc, OnceLock};

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
    fn apply(&self, incident: &mut Incident) {
        self.0.iter().for_each(|rule| rule.apply(incident));
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

    fn behind(&mut self, before: &Arc<Rules>) -> Arc<Rules> {
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

    fn read_under(&self, line: u32, rules: &Rules) -> Incident {
        let mut incident = self.read(line);
        rules.apply(&mut incident);
        incident
    }
}

/// An incident as it comes out of a file.
#[derive(Debug)]
pub(crate) enum Found {
    /// Read.
    Whole(Arc<Incident>),
    /// Seen to be readable and left as the line of this number.
    Line(u32),
}

/// What a slot held, taken out of a project to be put back: an incident, the line of one, or nothing.
#[derive(Clone, Debug, Default)]
pub(crate) struct Held(pub(super) Slot);

impl Held {
    /// An incident to be put in, or nothing.
    pub(crate) fn new(incident: Option<Arc<Incident>>) -> Self {
        Self(incident.map_or(Slot::Empty, Slot::Here))
    }

    /// Whether it is anything.
    pub(crate) fn is_some(&self) -> bool {
        self.0.is_some()
    }

    /// The incident, if it is held as one and not as a line.
    pub(crate) fn incident(&self) -> Option<&Arc<Incident>> {
        match &self.0 {
            Slot::Here(incident) => Some(incident),
            Slot::Line(_, seen) | Slot::Ruled(_, _, seen) => seen.get(),
            Slot::Empty => None,
        }
    }
}

/// The place of an incident in a project.
#[derive(Clone, Debug, Default)]
pub(super) enum Slot {
    /// It was deleted.
    #[default]
    Empty,
    /// It was made or changed here.
    Here(Arc<Incident>),
    /// It is as the file says it; the incident, once somebody has looked at it.
    Line(u32, OnceLock<Arc<Incident>>),
    /// It is as the file says it, but for rules that are carried out when somebody looks.
    Ruled(u32, Arc<Rules>, OnceLock<Arc<Incident>>),
}

impl Slot {
    pub(super) fn is_some(&self) -> bool {
        !matches!(self, Self::Empty)
    }

    /// Whether two states of one project hold the same thing here, by what they share.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Empty, Self::Empty) => true,
            (Self::Here(a), Self::Here(b)) => Arc::ptr_eq(a, b),
            (Self::Line(a, _), Self::Line(b, _)) => a == b,
            (Self::Ruled(a, of_a, _), Self::Ruled(b, of_b, _)) => a == b && Arc::ptr_eq(of_a, of_b),
            _ => false,
        }
    }

    /// The incident, made from its line if need be and kept.
    pub(super) fn get(&self, lines: Option<&Lines>) -> Option<&Arc<Incident>> {
        match self {
            Self::Empty => None,
            Self::Here(incident) => Some(incident),
            Self::Line(at, seen) => {
                let lines = lines?;
                Some(seen.get_or_init(|| Arc::new(lines.read(*at))))
            }
            Self::Ruled(at, rules, seen) => {
                let lines = lines?;
                Some(seen.get_or_init(|| Arc::new(lines.read_under(*at, rules))))
            }
        }
    }

    /// What the slot holds under one more rule: the line, and the rule to be carried out later; `None` where the incident is
    /// held as one, or too many rules wait.
    pub(super) fn under(&self, ruling: &mut Ruling) -> Option<Held> {
        let (at, rules) = match self {
            Self::Line(at, _) => (at, Arc::clone(&ruling.alone)),
            Self::Ruled(at, rules, _) if rules.0.len() < MOST_RULES => (at, ruling.behind(rules)),
            _ => return None,
        };
        Some(Held(Self::Ruled(*at, rules, OnceLock::new())))
    }

    /// Looks at the incident without keeping what is made of its line.
    pub(super) fn look<T>(&self, lines: Option<&Lines>, look: impl FnOnce(&Incident) -> T) -> Option<T> {
        match self {
            Self::Line(at, seen) if seen.get().is_none() => Some(look(&lines?.read(*at))),
            Self::Ruled(at, rules, seen) if seen.get().is_none() => Some(look(&lines?.read_under(*at, rules))),
            _ => self.get(lines).map(|incident| look(incident)),
        }
    }

    /// Looks at what is scanned of the incident; `scratch` is filled in where that is enough.
    pub(super) fn glance<T>(
        &self,
        lines: Option<&Lines>,
        scratch: &mut Incident,
        look: impl FnOnce(&Incident) -> T,
    ) -> Option<T> {
        match (self, lines) {
            (Self::Line(at, seen), Some(lines)) if seen.get().is_none() && lines.kept.glance(*at, scratch) => {
                Some(look(scratch))
            }
            (Self::Ruled(at, rules, seen), Some(lines)) if seen.get().is_none() && lines.kept.glance(*at, scratch) => {
                rules.apply(scratch);
                Some(look(scratch))
            }
            _ => self.look(lines, look),
        }
    }

    /// Whether a member of this name may stand in it: of a line, whether its text holds the name. What is held as an incident may
    /// have it. Rules count only in so far as they mark as sensitive.
    pub(super) fn may_have(&self, lines: Option<&Lines>, member: &str) -> bool {
        // A member's name can be written with escapes.
        let holds = |line: &str| line.contains(member) || (line.contains('\\') && line.contains("\\u"));
        let says = |at: &u32| lines.and_then(|lines| lines.line(*at, holds)) == Some(true);
        match self {
            Self::Line(at, seen) => seen.get().is_some() || says(at),
            Self::Ruled(at, rules, seen) => seen.get().is_some() || rules.0.iter().any(|rule| rule.marks()) || says(at),
            Self::Here(_) => true,
            Self::Empty => false,
        }
    }

    /// The uid, without making an incident of a line.
    pub(super) fn uid<'a>(&'a self, lines: Option<&'a Lines>) -> Option<&'a str> {
        match self {
            Self::Empty => None,
            Self::Here(incident) => Some(incident.uid.as_str()),
            Self::Line(at, _) | Self::Ruled(at, ..) => Some(lines?.uid(*at)),
        }
    }
}
