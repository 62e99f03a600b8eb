//! What a command does to incidents, laid ready before anything is changed: a command that makes no sense changes nothing.

use std::collections::HashSet;
use std::sync::Arc;

use super::Workspace;
use crate::edit::{Edit, EditError};
use crate::model::{Incident, IncidentId, Uid};

/// Slots with what they are to hold; `None` takes the incident out.
type Slots = Vec<(IncidentId, Option<Arc<Incident>>)>;

impl Workspace {
    pub(super) fn stage_new(&self, incidents: Vec<Incident>, slots: &mut Slots) -> Result<(), EditError> {
        let taken: HashSet<&str> = self.uids().collect();
        let mut new: HashSet<Uid> = HashSet::new();
        for (n, incident) in (self.project.slots()..).zip(incidents) {
            if taken.contains(incident.uid.as_str()) || !new.insert(incident.uid.clone()) {
                return Err(EditError::UidTwice(incident.uid));
            }
            slots.push((IncidentId(n), Some(Arc::new(incident))));
        }
        Ok(())
    }

    pub(super) fn stage_delete(&self, ids: &[IncidentId], slots: &mut Slots) {
        let gone: HashSet<&str> = ids.iter().filter_map(|id| self.project.uid(*id)).collect();
        let mut seen = HashSet::new();
        slots.extend(
            ids.iter().filter(|id| self.project.uid(**id).is_some() && seen.insert(**id)).map(|id| (*id, None)),
        );
        for (id, incident) in self.project.leading() {
            if !seen.contains(&id) && incident.parent.as_ref().is_some_and(|p| gone.contains(p.as_str())) {
                let mut orphan = incident.clone();
                orphan.parent = None;
                slots.push((id, Some(Arc::new(orphan))));
            }
        }
    }

    pub(super) fn stage_edit(&self, id: IncidentId, edit: &Edit, slots: &mut Slots) -> Result<(), EditError> {
        let incident = self.project.get(id).ok_or(EditError::Gone)?;
        if let Edit::Parent(Some(parent)) = edit
            && self.is_ancestor(&incident.uid, parent)
        {
            return Err(EditError::OwnAncestor);
        }
        if let Some(next) = edit.apply(incident)? {
            slots.push((id, Some(Arc::new(next))));
        }
        Ok(())
    }

    /// Whether `uid` is `of` itself or one of its ancestors. Ends on cycles that a file may hold.
    fn is_ancestor(&self, uid: &Uid, of: &Uid) -> bool {
        let mut seen = HashSet::new();
        let mut at = Some(of.clone());
        while let Some(current) = at {
            if current == *uid {
                return true;
            }
            if !seen.insert(current.clone()) {
                return false;
            }
            at = self.project.find(&current).and_then(|id| self.project.get(id)?.parent.clone());
        }
        false
    }
}
