//! Several incidents chosen together, for one change to all of them.

use crate::model::IncidentId;

/// The chosen incidents, each once, in the order of the file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Chosen(Vec<IncidentId>);

impl Chosen {
    /// The incidents.
    pub fn ids(&self) -> &[IncidentId] {
        &self.0
    }

    /// Whether there are at least two: one alone is what is selected.
    pub fn are_several(&self) -> bool {
        self.0.len() > 1
    }

    /// Whether this one is among them.
    pub fn contains(&self, id: IncidentId) -> bool {
        self.0.binary_search(&id).is_ok()
    }

    /// Puts these among them.
    pub fn add(&mut self, ids: impl IntoIterator<Item = IncidentId>) {
        self.0.extend(ids);
        self.0.sort_unstable();
        self.0.dedup();
    }

    /// Puts one among them, or takes it out.
    pub fn toggle(&mut self, id: IncidentId) {
        match self.0.binary_search(&id) {
            Ok(at) => drop(self.0.remove(at)),
            Err(at) => self.0.insert(at, id),
        }
    }

    /// Keeps those for which it holds.
    pub fn retain(&mut self, holds: impl Fn(IncidentId) -> bool) {
        self.0.retain(|id| holds(*id));
    }

    /// Takes all out.
    pub fn clear(&mut self) {
        self.0.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_is_chosen_once_and_in_the_order_of_the_file() {
        let mut c = Chosen::default();
        c.add([4, 1, 4].map(IncidentId));
        c.toggle(IncidentId(2));
        c.toggle(IncidentId(4));
        assert_eq!(c.ids(), [1, 2].map(IncidentId));
        assert!(c.are_several() && c.contains(IncidentId(2)) && !c.contains(IncidentId(4)));
        c.retain(|id| id == IncidentId(1));
        assert!(!c.are_several());
        c.clear();
        assert!(c.ids().is_empty());
    }
}
