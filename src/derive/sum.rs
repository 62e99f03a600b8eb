//! Adding figures over incidents without counting anybody twice.
//!
//! Two things stand in the way of a plain sum: a parent's claims speak of the same people as its parts' claims, and one
//! claim may cover several incidents. A parent's figure stands for its parts; only without one are the parts added. A
//! figure that covers other incidents takes the place of their figures for the same key, and of those of their parts.

use std::collections::{BTreeMap, HashMap};

use super::{Figure, Key};
use crate::model::{IncidentId, Project, Uid};

/// Which incident is a part of which. Incidents in a ring of parents are treated as having none.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tree {
    /// By slot; empty if no incident of the project has a parent.
    parent: Vec<Option<u32>>,
    is_parent: Vec<bool>,
    /// Slots of incidents that are or have a parent, every parent before its parts.
    order: Vec<u32>,
    /// Incidents whose parents form a ring.
    pub(crate) rings: Vec<IncidentId>,
    /// Incidents whose parent is not in the project.
    pub(crate) orphans: Vec<IncidentId>,
}

/// Slots of the incidents with these uids. Of incidents that share a uid the first is meant.
pub(crate) fn slots_of<'a>(project: &'a Project, uids: impl Iterator<Item = &'a Uid>) -> HashMap<&'a Uid, IncidentId> {
    let mut wanted: HashMap<&Uid, Option<IncidentId>> = uids.map(|u| (u, None)).collect();
    if !wanted.is_empty() {
        let mut by_name: HashMap<&str, Option<IncidentId>> = wanted.keys().map(|u| (u.as_str(), None)).collect();
        for (id, uid) in project.uids() {
            if let Some(slot @ None) = by_name.get_mut(uid) {
                *slot = Some(id);
            }
        }
        for (uid, slot) in &mut wanted {
            *slot = by_name.get(uid.as_str()).copied().flatten();
        }
    }
    wanted.into_iter().filter_map(|(uid, id)| Some((uid, id?))).collect()
}

impl Tree {
    /// The tree of a whole project.
    pub(crate) fn new(project: &Project) -> Self {
        Self::of(project, project.leading().filter(|(_, i)| i.parent.is_some()).map(|(id, _)| id))
    }

    /// The tree of the incidents that name a parent.
    pub(crate) fn of(project: &Project, with_parent: impl Iterator<Item = IncidentId>) -> Self {
        let mut tree = Self::default();
        let parts: Vec<(IncidentId, &Uid)> =
            with_parent.filter_map(|id| Some((id, project.get(id)?.parent.as_ref()?))).collect();
        if parts.is_empty() {
            return tree;
        }
        let slots = slots_of(project, parts.iter().map(|(_, uid)| *uid));
        tree.parent = vec![None; project.slots() as usize];
        for (id, uid) in parts {
            match (slots.get(uid), tree.parent.get_mut(id.0 as usize)) {
                (Some(parent), Some(slot)) => *slot = Some(parent.0),
                _ => tree.orphans.push(id),
            }
        }
        tree.open_rings();
        tree.is_parent = vec![false; tree.parent.len()];
        for parent in tree.parent.iter().flatten() {
            if let Some(slot) = tree.is_parent.get_mut(*parent as usize) {
                *slot = true;
            }
        }
        tree.put_in_order();
        tree
    }

    pub(crate) fn parent_of(&self, slot: u32) -> Option<u32> {
        self.parent.get(slot as usize).copied().flatten()
    }

    pub(crate) fn is_parent(&self, id: IncidentId) -> bool {
        self.is_parent.get(id.0 as usize).copied().unwrap_or(false)
    }

    /// Whether an incident names a parent that is not there: a new one may be it.
    pub(crate) fn has_orphans(&self) -> bool {
        !self.orphans.is_empty()
    }

    /// Whether the incident is a part of another or has parts.
    pub(crate) fn has(&self, id: IncidentId) -> bool {
        self.is_parent(id) || self.parent_of(id.0).is_some()
    }

    /// Takes the parent from every incident that is its own ancestor.
    fn open_rings(&mut self) {
        // 0: not seen; otherwise the number of the walk that saw it first.
        let mut seen = vec![0u32; self.parent.len()];
        for start in 0..u32::try_from(seen.len()).unwrap_or(u32::MAX) {
            let walk = start.saturating_add(1);
            let mut at = Some(start);
            while let Some(slot) = at {
                match seen.get_mut(slot as usize) {
                    Some(mark @ 0) => *mark = walk,
                    Some(mark) if *mark == walk => {
                        self.open_ring(slot);
                        break;
                    }
                    _ => break,
                }
                at = self.parent_of(slot);
            }
        }
    }

    fn open_ring(&mut self, first: u32) {
        let mut at = Some(first);
        while let Some(slot) = at {
            at = self.parent.get_mut(slot as usize).and_then(Option::take);
            if at.is_some() {
                self.rings.push(IncidentId(slot));
            }
        }
    }

    fn put_in_order(&mut self) {
        let mut placed = vec![false; self.parent.len()];
        let mut line = Vec::new();
        for start in 0..u32::try_from(placed.len()).unwrap_or(u32::MAX) {
            if !self.has(IncidentId(start)) {
                continue;
            }
            // Up to the first ancestor that is placed, then down again: no recursion, however deep the parts lie.
            let mut at = Some(start);
            while let Some(slot) = at.filter(|s| !placed.get(*s as usize).copied().unwrap_or(true)) {
                line.push(slot);
                if let Some(mark) = placed.get_mut(slot as usize) {
                    *mark = true;
                }
                at = self.parent_of(slot);
            }
            self.order.extend(line.drain(..).rev());
        }
    }
}

/// A figure of `coverer` for a key that also speaks of the people of incident `target`.
pub(crate) struct Cover {
    pub(crate) coverer: IncidentId,
    pub(crate) key: Key,
    pub(crate) target: IncidentId,
}

/// What each incident has of its own, by slot.
pub(crate) type Own<K> = HashMap<u32, Vec<(K, Figure)>>;

/// Takes out of `own` what other incidents' figures cover. The claims stay counted.
///
/// Where two incidents cover each other the one with the smaller uid keeps its figure, so that the order of the file
/// does not matter.
pub(crate) fn leave_out_covered(project: &Project, tree: &Tree, own: &mut Own<Key>, mut covers: Vec<Cover>) {
    if covers.is_empty() {
        return;
    }
    let uid = |id: IncidentId| project.get(id).map(|i| &i.uid);
    covers.sort_by(|a, b| (uid(a.coverer), &a.key, uid(a.target)).cmp(&(uid(b.coverer), &b.key, uid(b.target))));
    // By slot: keys that are covered, and by whom.
    let mut covered: HashMap<u32, Vec<(Key, IncidentId)>> = HashMap::new();
    for cover in covers {
        let gone = covered.get(&cover.coverer.0).is_some_and(|keys| keys.iter().any(|(k, _)| *k == cover.key));
        if !gone && cover.coverer != cover.target {
            covered.entry(cover.target.0).or_default().push((cover.key, cover.coverer));
        }
    }
    // What covers an incident covers its parts, the covering incident itself left out.
    for slot in &tree.order {
        let above = tree.parent_of(*slot).and_then(|p| covered.get(&p)).cloned().unwrap_or_default();
        let keys: Vec<_> = above.into_iter().filter(|(_, coverer)| coverer.0 != *slot).collect();
        if !keys.is_empty() {
            covered.entry(*slot).or_default().extend(keys);
        }
    }
    for (slot, keys) in covered {
        for (key, figure) in own.get_mut(&slot).into_iter().flatten() {
            if keys.iter().any(|(k, _)| k == key) {
                *figure = Figure { claims: figure.claims, ..Figure::default() };
            }
        }
    }
}

/// Takes out of `own` the figures of parts for which an incident above them already has a number: what is left can be added
/// up as it is.
pub(crate) fn leave_out_parts<K: Ord + Clone>(tree: &Tree, own: &mut Own<K>) {
    // By slot: the keys with a number there or above.
    let mut taken: HashMap<u32, Vec<K>> = HashMap::new();
    for slot in &tree.order {
        let mut keys = tree.parent_of(*slot).and_then(|p| taken.get(&p)).cloned().unwrap_or_default();
        if let Some(figures) = own.get_mut(slot) {
            figures.retain(|(key, _)| !keys.contains(key));
            keys.extend(figures.iter().filter(|(_, f)| f.is_known()).map(|(key, _)| key.clone()));
        }
        if !keys.is_empty() {
            taken.insert(*slot, keys);
        }
    }
}

/// The sum over all incidents in `own`; `above` is told of each parent whose parts are certainly more than the whole.
pub(crate) fn total<K: Ord + Clone>(
    tree: &Tree,
    mut own: Own<K>,
    mut above: impl FnMut(IncidentId, &K, Figure, Figure),
) -> BTreeMap<K, Figure> {
    let mut sums: BTreeMap<K, Figure> = BTreeMap::new();
    let add = |sums: &mut BTreeMap<K, Figure>, key: K, figure: Figure| {
        let sum = sums.entry(key).or_default();
        *sum = sum.plus(figure);
    };
    // Sums of the parts seen so far, by parent.
    let mut parts: HashMap<u32, BTreeMap<K, Figure>> = HashMap::new();
    for slot in tree.order.iter().rev() {
        let mut value = parts.remove(slot).unwrap_or_default();
        for (key, figure) in own.remove(slot).unwrap_or_default() {
            match value.get_mut(&key) {
                None => drop(value.insert(key, figure)),
                Some(sum) => {
                    if figure.high.is_some_and(|high| sum.low.is_some_and(|low| low > high)) {
                        above(IncidentId(*slot), &key, figure, *sum);
                    }
                    *sum = whole(figure, *sum);
                }
            }
        }
        let into = match tree.parent_of(*slot) {
            Some(parent) => parts.entry(parent).or_default(),
            None => &mut sums,
        };
        for (key, figure) in value {
            add(into, key, figure);
        }
    }
    for (key, figure) in own.into_values().flatten() {
        add(&mut sums, key, figure);
    }
    sums
}

/// A parent's figure: its own if it has a number, else the sum of its parts; with the claims of both.
fn whole(own: Figure, parts: Figure) -> Figure {
    let claims = own.claims.saturating_add(parts.claims);
    match (own.is_known(), parts.is_known()) {
        (true, _) => Figure { claims, ..own },
        (false, true) => Figure { claims, ..parts },
        (false, false) => Figure { claims, missing: own.missing.max(parts.missing), ..own.plus(parts) },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Incident, Kind, Meta};

    fn project(parents: &[(&str, &str)]) -> Project {
        let incidents = parents.iter().map(|(uid, parent)| {
            let mut i = Incident::new(Uid::new(uid), Kind::Battle, uid);
            i.parent = (!parent.is_empty()).then(|| Uid::new(parent));
            i
        });
        Project::new(Meta::default(), incidents, Vec::new())
    }

    /// Incidents as (uid, parent, killed or 0 for no figure).
    fn check(rows: &[(&str, &str, u32)], want: &str, parts_above: usize) {
        let project = project(&rows.iter().map(|(a, b, _)| (*a, *b)).collect::<Vec<_>>());
        let tree = Tree::new(&project);
        let own: Own<u8> = rows
            .iter()
            .zip(0..)
            .filter(|((.., n), _)| *n > 0)
            .map(|((.., n), slot)| {
                let n = Some(*n);
                (slot, vec![(0, Figure { low: n, best: n, high: n, claims: 1, ..Figure::default() })])
            })
            .collect();
        let mut found = 0;
        let sums = total(&tree, own, |_, _, _, _| found += 1);
        assert_eq!(sums.get(&0).map_or("none".to_owned(), ToString::to_string), want);
        assert_eq!(found, parts_above);
    }

    #[test]
    fn a_parents_figure_stands_for_its_parts() {
        check(&[("a", "", 10), ("b", "", 5)], "15", 0);
        check(&[("war", "", 100), ("a", "war", 10), ("b", "war", 5), ("c", "", 1)], "101", 0);
        check(&[("a", "war", 10), ("b", "war", 5), ("war", "", 0), ("c", "", 1)], "16", 0);
        check(&[("a", "day", 10), ("day", "war", 0), ("b", "war", 5), ("war", "", 0)], "15", 0);
        check(&[("war", "", 12), ("a", "war", 10), ("b", "war", 5)], "12", 1);
        check(&[("a", "nowhere", 10)], "10", 0);
    }

    #[test]
    fn a_ring_of_parents_is_opened_and_counts_once() {
        check(&[("a", "b", 10), ("b", "a", 5), ("c", "a", 3)], "15", 0);
        check(&[("a", "a", 10)], "10", 0);
        let tree = Tree::new(&project(&[("a", "b"), ("b", "a"), ("c", "a")]));
        assert_eq!(tree.rings.len(), 2);
    }

    #[test]
    fn a_chain_of_a_hundred_thousand_parts_is_no_danger() {
        let names: Vec<String> = (0..100_000).map(|n| n.to_string()).collect();
        let rows: Vec<_> =
            names.iter().enumerate().map(|(i, n)| (&**n, if i == 0 { "" } else { &*names[i - 1] }, 7)).collect();
        check(&rows, "7", 0);
    }
}
