//! The places of incidents in a project, by the chunk.
//!
//! A slot is 16 bytes. What is made of a line when somebody looks at its incident is kept beside the slots of its chunk, where
//! there is room for it only after the first look: of a million incidents most are never looked at.

use std::sync::{Arc, OnceLock};

use super::Incident;
use super::lines::{Lines, Rules, Ruling};

/// What stands in a slot.
#[derive(Clone, Debug, Default)]
pub(super) enum Slot {
    /// It was deleted.
    #[default]
    Empty,
    /// It was made or changed here.
    Here(Arc<Incident>),
    /// It is as a line of the file says it.
    Line(u32),
    /// It is as the file says it, but for rules that are carried out when somebody looks.
    Ruled(u32, Arc<Rules>),
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
            (Self::Line(a), Self::Line(b)) => a == b,
            (Self::Ruled(a, of_a), Self::Ruled(b, of_b)) => a == b && Arc::ptr_eq(of_a, of_b),
            _ => false,
        }
    }

    /// The incident of a line, made anew.
    fn made(&self, lines: Option<&Lines>) -> Option<Incident> {
        match self {
            Self::Empty | Self::Here(_) => None,
            Self::Line(line) => Some(lines?.read(*line)),
            Self::Ruled(line, rules) => {
                let mut incident = lines?.read(*line);
                rules.apply(&mut incident);
                Some(incident)
            }
        }
    }
}

/// What was made of lines, by place in a chunk; nothing before the first look.
type Made = OnceLock<Box<[OnceLock<Arc<Incident>>]>>;

/// Slots that are shared, copied and changed together.
#[derive(Clone, Debug, Default)]
pub(super) struct Chunk {
    slots: Vec<Slot>,
    made: Made,
}

impl Chunk {
    /// Slots to a chunk. Measured on a prototype at a million incidents: one edit with a snapshot alive copies 512
    /// pointers and takes 9 µs; smaller chunks make snapshots dearer, larger ones edits.
    pub(super) const SLOTS: usize = 512;

    /// A chunk of no slots, with room for all.
    pub(super) fn new() -> Self {
        Self { slots: Vec::with_capacity(Self::SLOTS), made: OnceLock::new() }
    }

    /// How many slots there are.
    pub(super) fn len(&self) -> usize {
        self.slots.len()
    }

    /// Adds a slot.
    pub(super) fn push(&mut self, slot: Slot) {
        self.slots.push(slot);
    }

    /// The slots.
    pub(super) fn slots(&self) -> &[Slot] {
        &self.slots
    }

    /// One of its places.
    pub(super) fn place(&self, n: usize) -> Option<Place<'_>> {
        Some(Place { slot: self.slots.get(n)?, made: &self.made, n })
    }

    /// All its places.
    pub(super) fn places(&self) -> impl Iterator<Item = Place<'_>> {
        self.slots.iter().enumerate().map(|(n, slot)| Place { slot, made: &self.made, n })
    }

    /// Swaps what is held with what is in a slot, what was made of the line of either included. `false`: there is no such slot.
    pub(super) fn swap(&mut self, n: usize, held: &mut Held) -> bool {
        let Some(slot) = self.slots.get_mut(n) else { return false };
        std::mem::swap(slot, &mut held.slot);
        let before = self.made.get_mut().and_then(|made| made.get_mut(n)?.take());
        if let Some(made) = std::mem::replace(&mut held.made, before)
            && let Some(place) = cell(&self.made, n)
        {
            // It was emptied above.
            let _ = place.set(made);
        }
        true
    }
}

/// Where what is made of the line of a slot is kept.
fn cell(made: &Made, n: usize) -> Option<&OnceLock<Arc<Incident>>> {
    made.get_or_init(|| (0..Chunk::SLOTS).map(|_| OnceLock::new()).collect()).get(n)
}

/// A slot in its chunk.
#[derive(Clone, Copy)]
pub(super) struct Place<'p> {
    pub(super) slot: &'p Slot,
    made: &'p Made,
    n: usize,
}

impl<'p> Place<'p> {
    /// What was made of its line, if somebody has looked at it.
    pub(super) fn made(self) -> Option<&'p Arc<Incident>> {
        self.made.get()?.get(self.n)?.get()
    }

    /// The incident, made from its line if need be and kept.
    pub(super) fn get(self, lines: Option<&Lines>) -> Option<&'p Arc<Incident>> {
        match self.slot {
            Slot::Empty => None,
            Slot::Here(incident) => Some(incident),
            Slot::Line(_) | Slot::Ruled(..) => {
                let cell = cell(self.made, self.n)?;
                if cell.get().is_none() {
                    // Another thread may have been quicker; both have made the same.
                    let _ = cell.set(Arc::new(self.slot.made(lines)?));
                }
                cell.get()
            }
        }
    }

    /// What the slot holds under one more rule: the line, and the rule to be carried out later; `None` where the incident is
    /// held as one, or too many rules wait.
    pub(super) fn under(self, ruling: &mut Ruling) -> Option<Held> {
        let (line, rules) = match self.slot {
            Slot::Line(line) => (line, ruling.alone()),
            Slot::Ruled(line, rules) => (line, ruling.behind(rules)?),
            Slot::Empty | Slot::Here(_) => return None,
        };
        Some(Held { slot: Slot::Ruled(*line, rules), made: None })
    }

    /// Looks at the incident without keeping what is made of its line.
    pub(super) fn look<T>(self, lines: Option<&Lines>, look: impl FnOnce(&Incident) -> T) -> Option<T> {
        match (self.slot, self.made()) {
            (Slot::Empty, _) => None,
            (Slot::Here(incident), _) | (_, Some(incident)) => Some(look(incident)),
            (slot, None) => slot.made(lines).map(|incident| look(&incident)),
        }
    }

    /// Looks at what is scanned of the incident; `scratch` is filled in where that is enough.
    pub(super) fn glance<T>(
        self,
        lines: Option<&Lines>,
        scratch: &mut Incident,
        look: impl FnOnce(&Incident) -> T,
    ) -> Option<T> {
        match (self.slot, lines) {
            (Slot::Line(line), Some(lines)) if self.made().is_none() && lines.glance(*line, scratch) => {
                Some(look(scratch))
            }
            (Slot::Ruled(line, rules), Some(lines)) if self.made().is_none() && lines.glance(*line, scratch) => {
                rules.apply(scratch);
                Some(look(scratch))
            }
            _ => self.look(lines, look),
        }
    }

    /// Whether a member of this name may stand in it: of a line, whether its text holds the name. What is held as an incident may
    /// have it. Rules count only in so far as they mark as sensitive.
    pub(super) fn may_have(self, lines: Option<&Lines>, member: &str) -> bool {
        // A member's name can be written with escapes.
        let holds = |line: &str| line.contains(member) || (line.contains('\\') && line.contains("\\u"));
        let says = |line: &u32| lines.and_then(|lines| lines.line(*line, holds)) == Some(true);
        match self.slot {
            Slot::Line(line) => self.made().is_some() || says(line),
            Slot::Ruled(line, rules) => self.made().is_some() || rules.marks() || says(line),
            Slot::Here(_) => true,
            Slot::Empty => false,
        }
    }

    /// The uid, without making an incident of a line.
    pub(super) fn uid<'a>(self, lines: Option<&'a Lines>) -> Option<&'a str>
    where
        'p: 'a,
    {
        match self.slot {
            Slot::Empty => None,
            Slot::Here(incident) => Some(incident.uid.as_str()),
            Slot::Line(line) | Slot::Ruled(line, _) => Some(lines?.uid(*line)),
        }
    }
}

/// What a slot held, taken out of a project to be put back: an incident, the line of one, or nothing.
#[derive(Clone, Debug, Default)]
pub(crate) struct Held {
    slot: Slot,
    made: Option<Arc<Incident>>,
}

impl Held {
    /// An incident to be put in, or nothing.
    pub(crate) fn new(incident: Option<Arc<Incident>>) -> Self {
        Self { slot: incident.map_or(Slot::Empty, Slot::Here), made: None }
    }

    /// Whether it is anything.
    pub(crate) fn is_some(&self) -> bool {
        self.slot.is_some()
    }

    /// The incident, if it is held as one and not as a line.
    pub(crate) fn incident(&self) -> Option<&Arc<Incident>> {
        match &self.slot {
            Slot::Here(incident) => Some(incident),
            _ => self.made.as_ref(),
        }
    }

    /// Looks at the incident without keeping what is made of a line.
    pub(super) fn look<T>(&self, lines: Option<&Lines>, look: impl FnOnce(&Incident) -> T) -> Option<T> {
        match self.incident() {
            Some(incident) => Some(look(incident)),
            None => self.slot.made(lines).map(|incident| look(&incident)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Kind, Uid};

    #[test]
    fn a_slot_is_small() {
        assert_eq!((size_of::<Slot>(), size_of::<Held>()), (16, 24));
    }

    #[test]
    fn what_was_made_of_a_line_goes_with_it_and_stays_with_no_other() {
        let mut chunk = Chunk::new();
        for line in 0..3 {
            chunk.push(Slot::Line(line));
        }
        let made = Arc::new(Incident::new(Uid::new("b"), Kind::Shelling, "made"));
        cell(&chunk.made, 1).unwrap().set(Arc::clone(&made)).unwrap();
        let mut held = Held::new(None);
        assert!(chunk.swap(1, &mut held) && !chunk.place(1).unwrap().slot.is_some());
        assert!(chunk.place(1).unwrap().made().is_none(), "what comes next was not looked at");
        assert!(Arc::ptr_eq(held.incident().unwrap(), &made));
        let before = chunk.clone();
        assert!(chunk.swap(1, &mut held) && held.incident().is_none() && !held.is_some());
        assert!(Arc::ptr_eq(chunk.place(1).unwrap().get(None).unwrap(), &made));
        assert!(before.place(1).unwrap().made().is_none() && !chunk.swap(3, &mut held));
    }
}
