//! The history: changes that know the other side of what they changed.

use std::sync::Arc;

use rayon::prelude::*;

use crate::model::{Drawing, DrawingId, Held, Incident, IncidentId, Kept, Meta, Project};

/// A point of the history. Undo goes back to an earlier one, so "nothing to save" is an equality of two of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct StateId(pub(super) u64);

/// What a change touched, for the caches that read only a part of a project.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(clippy::struct_excessive_bools)] // one flag an aspect
pub(super) struct Aspects {
    pub(super) membership: bool,
    pub(super) place: bool,
    pub(super) time: bool,
    pub(super) toll: bool,
    pub(super) text: bool,
    pub(super) meta: bool,
    pub(super) drawings: bool,
    pub(super) talk: bool,
}

impl Aspects {
    /// What differs between two states of one slot.
    pub(super) fn between(a: Option<&Incident>, b: Option<&Incident>) -> Self {
        let (Some(a), Some(b)) = (a, b) else {
            return Self { membership: true, place: true, time: true, toll: true, text: true, ..Self::default() };
        };
        Self {
            membership: false,
            place: a.place.position != b.place.position
                || a.place.shape != b.place.shape
                || a.place.precision != b.place.precision
                || a.place.radius_km != b.place.radius_km,
            time: a.when != b.when,
            toll: a.claims != b.claims || a.parent != b.parent || a.kind != b.kind || a.parties != b.parties,
            text: a.title != b.title
                || a.place.names != b.place.names
                || a.notes != b.notes
                || a.weapons != b.weapons
                || a.tags != b.tags
                || a.sources != b.sources
                || a.claims != b.claims,
            ..Self::default()
        }
    }

    pub(super) fn or(self, other: Self) -> Self {
        Self {
            membership: self.membership | other.membership,
            place: self.place | other.place,
            time: self.time | other.time,
            toll: self.toll | other.toll,
            text: self.text | other.text,
            meta: self.meta | other.meta,
            drawings: self.drawings | other.drawings,
            talk: self.talk | other.talk,
        }
    }
}

/// One step of the history. It holds the other side of each slot it touched; swapping twice changes nothing.
#[derive(Clone, Debug)]
pub struct Change {
    pub(super) label: String,
    pub(super) slots: Vec<(IncidentId, Held)>,
    pub(super) drawings: Vec<(DrawingId, Option<Arc<Drawing>>)>,
    pub(super) meta: Option<Arc<Meta>>,
    pub(super) kept: Option<Arc<Vec<Kept>>>,
    pub(super) aspects: Aspects,
    pub(super) before: StateId,
    pub(super) after: StateId,
    /// [`Self::bytes`] when it was made: counting them again at every step would take as long as the steps themselves.
    pub(super) held: usize,
}

impl Change {
    /// What the step is called.
    pub fn label(&self) -> &str {
        &self.label
    }

    /// The first incident it touched, to show where something happened.
    pub fn incident(&self) -> Option<IncidentId> {
        self.slots.first().map(|(id, _)| *id)
    }

    /// The first drawing it touched.
    pub fn drawing(&self) -> Option<DrawingId> {
        self.drawings.first().map(|(id, _)| *id)
    }

    /// About how much memory it holds, in bytes. An incident is shared with the project or with another step only where
    /// the same slot was changed and changed back.
    pub(super) fn bytes(&self) -> usize {
        let slot = size_of::<(IncidentId, Held)>();
        let weight = |held: &Held| held.incident().map_or(0, |i| weight(i));
        let incidents = self.slots.par_iter().with_min_len(4096).map(|(_, held)| weight(held) + slot);
        size_of::<Self>() + incidents.sum::<usize>()
    }

    /// Swaps its side with the project's.
    pub(super) fn swap(&mut self, project: &mut Project) {
        project.exchange_all(&mut self.slots);
        for (id, other) in &mut self.drawings {
            *other = project.swap_drawing(*id, other.take());
        }
        if let Some(meta) = self.meta.take() {
            self.meta = Some(project.swap_meta(meta));
        }
        if let Some(kept) = self.kept.take() {
            self.kept = Some(project.swap_kept(kept));
        }
    }
}

/// About how much memory an incident takes, in bytes: itself, its claims and its longer texts.
fn weight(i: &Incident) -> usize {
    let texts = i.title.len() + i.notes.len() + i.tags.iter().map(|(n, v)| 32 + n.len() + v.len()).sum::<usize>();
    let claims =
        i.claims.iter().map(|c| size_of_val(c) + c.quote.len() + c.note.len() + c.url.len() + c.claimant.len());
    size_of_val(i) + texts + claims.sum::<usize>()
}
