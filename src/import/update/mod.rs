//! A second import: what a file would change in a project that has its incidents already.
//!
//! Incidents are found again by their uid, which the same table gives them every time. What the file says otherwise is
//! a change of one field; what it says nothing of stays as it is, so that nothing added by hand is lost:
//!
//! * lists (parties, weapons, sources) gain elements and lose none; tags and names are compared one by one;
//! * a figure is never overwritten: another figure of the same claimant about the same people is a new claim, and the
//!   earlier one stays, marked as superseded;
//! * an incident of the project that the file has no longer stays, and is listed as gone.
//!
//! A new incident that looks like one there is (the same day, position, kind and parties) names it, so that its claims
//! can be joined to that one instead.
//!
//! How the window uses it: [`super::run`] with the project's own meta → [`Update::new`] → it is shown, and the `take`
//! of incidents and fields set as the user likes → [`Update::imported`] → [`crate::edit::Command::Import`], one undo step.
//! An import into an empty project takes the same way: everything is new.

mod field;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

pub use field::{Field, FieldChange};

use super::run::{event, join};
use super::{Import, Mapping};
use crate::edit::Imported;
use crate::model::{Incident, IncidentId, Party, PartyId, Project, Source, SourceId, Uid};

/// What a file would change.
#[derive(Clone, Debug, Default)]
pub struct Update {
    /// Incidents that the project does not have, in the order of the file.
    pub new: Vec<New>,
    /// Incidents of which the file says something else, in the order of the file.
    pub changed: Vec<Changed>,
    /// How many incidents of the file the project has just so.
    pub unchanged: usize,
    /// Incidents of the project that are not in the file; they stay. Where the mapping puts something before every id,
    /// those with that beginning, otherwise all others of the project.
    pub gone: Vec<IncidentId>,
    parties: Vec<Party>,
    sources: Vec<Source>,
}

/// What becomes of a new incident.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Take {
    /// It is added.
    #[default]
    Add,
    /// Its claims are joined to the one that it looks like.
    Join,
    /// It is left out.
    Leave,
}

/// Which incident a new one looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Alike {
    /// One of the project.
    InProject(IncidentId),
    /// An earlier one of the file, by its number in [`Update::new`].
    InFile(usize),
}

/// An incident that the project does not have.
#[derive(Clone, Debug)]
pub struct New {
    /// It.
    pub incident: Incident,
    /// The one that it looks like.
    pub alike: Option<Alike>,
    /// What becomes of it.
    pub take: Take,
}

/// An incident of which the file says something else.
#[derive(Clone, Debug)]
pub struct Changed {
    /// Which one of the project.
    pub id: IncidentId,
    /// What the file says of it.
    pub from: Incident,
    /// What would change; never empty.
    pub fields: Vec<FieldChange>,
}

impl Changed {
    /// The incident with the changes that are taken.
    pub fn applied(&self, before: &Incident) -> Incident {
        let mut out = before.clone();
        for change in self.fields.iter().filter(|c| c.take) {
            change.field.apply(&mut out, &self.from);
        }
        out
    }
}

/// What makes incidents that the file knows of, by the start of their uid.
fn marks(mapping: Option<&Mapping>) -> &str {
    let Some(mapping) = mapping else { return "" };
    let has_ids = mapping.has(|t| *t == super::Target::Id);
    match mapping.id_prefix.as_str() {
        // Ids made of the row itself.
        "" if !has_ids => "row-",
        prefix => prefix,
    }
}

impl Update {
    /// Compares what came of a file with a project. `mapping` says which fields the file speaks of at all; `None`: of all,
    /// as a project does.
    pub fn new(project: &Project, import: Import, mapping: Option<&Mapping>) -> Self {
        let at: HashMap<&Uid, IncidentId> = project.iter().map(|(id, i)| (&i.uid, id)).collect();
        // Drawings have uids too; an incident cannot take one of those.
        let drawn: HashSet<&Uid> = project.drawings().map(|(_, d)| &d.uid).collect();
        let mark = marks(mapping);
        let mut seen: HashSet<IncidentId> = HashSet::with_capacity(import.incidents.len());
        let mut out = Self { parties: import.parties, sources: import.sources, ..Self::default() };
        for incident in import.incidents {
            let mut incident = Arc::unwrap_or_clone(incident);
            if drawn.contains(&incident.uid) {
                incident.uid = Uid::new(&format!("{}-incident", incident.uid.as_str()));
            }
            match at.get(&incident.uid).and_then(|id| Some((*id, project.get(*id)?))) {
                None => out.new.push(New { incident, alike: None, take: Take::Add }),
                Some((id, before)) => {
                    seen.insert(id);
                    let fields = field::changes(before, &incident, mapping);
                    if fields.is_empty() {
                        out.unchanged += 1;
                    } else {
                        out.changed.push(Changed { id, from: incident, fields });
                    }
                }
            }
        }
        out.gone = project
            .iter()
            .filter(|(id, i)| !seen.contains(id) && i.uid.as_str().starts_with(mark))
            .map(|(id, _)| id)
            .collect();
        out.find_alike(project);
        out
    }

    fn find_alike(&mut self, project: &Project) {
        if self.new.is_empty() {
            return;
        }
        let mut known: HashMap<u64, Alike> = HashMap::new();
        for (id, incident) in project.iter() {
            if let Some(key) = event(incident) {
                known.entry(key).or_insert(Alike::InProject(id));
            }
        }
        for (n, new) in self.new.iter_mut().enumerate() {
            let Some(key) = event(&new.incident) else { continue };
            new.alike = known.get(&key).copied();
            if new.alike.is_none() {
                known.insert(key, Alike::InFile(n));
            }
        }
    }

    /// Whether taking all of it would change nothing.
    pub fn is_empty(&self) -> bool {
        self.new.is_empty() && self.changed.is_empty()
    }

    /// New incidents that look like one there is.
    pub fn alike(&self) -> impl Iterator<Item = (&New, Alike)> {
        self.new.iter().filter_map(|n| Some((n, n.alike?)))
    }

    /// Joins all new incidents that look like another to that one, or adds them all.
    pub fn join_alike(&mut self, join: bool) {
        for new in self.new.iter_mut().filter(|n| n.alike.is_some()) {
            new.take = if join { Take::Join } else { Take::Add };
        }
    }

    /// What is taken, ready to be done. Parties and sources that nothing taken speaks of are left out.
    pub fn imported(self, project: &Project) -> Imported {
        let mut changed: HashMap<IncidentId, Incident> = HashMap::new();
        let mut order = Vec::new();
        for change in &self.changed {
            if let Some(before) = project.get(change.id) {
                order.push(change.id);
                changed.insert(change.id, change.applied(before));
            }
        }
        let mut new: Vec<Incident> = Vec::with_capacity(self.new.len());
        // Where an incident of the file came to stand; alike ones name those before them.
        let mut stands: Vec<Option<usize>> = Vec::with_capacity(self.new.len());
        for one in self.new {
            let target = match (one.take, one.alike) {
                (Take::Leave, _) => {
                    stands.push(None);
                    continue;
                }
                (Take::Join, Some(Alike::InProject(id))) => {
                    if let std::collections::hash_map::Entry::Vacant(slot) = changed.entry(id)
                        && let Some(before) = project.get(id)
                    {
                        order.push(id);
                        slot.insert(before.clone());
                    }
                    changed.get_mut(&id)
                }
                (Take::Join, Some(Alike::InFile(n))) => stands.get(n).copied().flatten().and_then(|n| new.get_mut(n)),
                _ => None,
            };
            if let Some(target) = target {
                join(target, one.incident);
                stands.push(None);
            } else {
                stands.push(Some(new.len()));
                new.push(one.incident);
            }
        }
        let changed: Vec<_> = order.into_iter().filter_map(|id| Some((id, changed.remove(&id)?))).collect();
        let (parties, sources) = needed(new.iter().chain(changed.iter().map(|(_, i)| i)));
        Imported {
            parties: self.parties.into_iter().filter(|p| parties.contains(&p.id)).collect(),
            sources: self.sources.into_iter().filter(|s| sources.contains(&s.id)).collect(),
            new,
            changed,
        }
    }
}

/// The parties and sources of which incidents speak.
fn needed<'a>(incidents: impl Iterator<Item = &'a Incident>) -> (HashSet<PartyId>, HashSet<SourceId>) {
    let (mut parties, mut sources) = (HashSet::new(), HashSet::new());
    let party = |id: &PartyId, all: &mut HashSet<PartyId>| {
        if !all.contains(id) {
            all.insert(id.clone());
        }
    };
    for i in incidents {
        i.parties.iter().for_each(|p| party(p, &mut parties));
        sources.extend(i.sources.iter().cloned());
        for c in &i.claims {
            party(&c.about, &mut parties);
            c.speaks_for.iter().for_each(|p| party(p, &mut parties));
            sources.extend(c.source.iter().cloned());
        }
    }
    (parties, sources)
}

#[cfg(test)]
mod tests;
