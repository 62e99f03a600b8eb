//! Contradictions by incident, so that a row or a mark finds its own without looking through all.

use std::collections::HashMap;

use crate::derive::{Contradiction, Derived};
use crate::model::IncidentId;

/// Where the contradictions of each incident stand in [`Derived::contradictions`].
#[derive(Clone, Debug, Default)]
pub struct Spreads {
    stamp: Option<u64>,
    by_incident: HashMap<IncidentId, Vec<usize>>,
}

impl Spreads {
    /// Brings the index up to date with derived data of this stamp.
    pub fn refresh(&mut self, derived: &Derived, stamp: u64) {
        if self.stamp == Some(stamp) {
            return;
        }
        self.stamp = Some(stamp);
        self.by_incident.clear();
        for (n, found) in derived.contradictions.iter().enumerate() {
            self.by_incident.entry(found.incident).or_default().push(n);
        }
    }

    /// The contradictions of an incident, the widest first.
    pub fn of<'a>(
        &self,
        derived: &'a Derived,
        id: IncidentId,
    ) -> impl Iterator<Item = &'a Contradiction> + use<'a, '_> {
        self.by_incident.get(&id).into_iter().flatten().filter_map(|n| derived.contradictions.get(*n))
    }

    /// How far the claims of an incident are apart at most; `None` where they agree.
    pub fn widest(&self, derived: &Derived, id: IncidentId) -> Option<u32> {
        self.of(derived, id).map(Contradiction::spread).max()
    }
}
