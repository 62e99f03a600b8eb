//! Whole incidents, drawings and members put in the place of those that are there: what recovery, merging and comparing
//! end in.
//!
//! Things are told apart by their uid, never by their slot: the other version comes from a file and has slots of its own.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::EditError;
use crate::model::{Drawing, DrawingId, Incident, IncidentId, Kept, Log, Meta, Project, Uid};

/// What is put in, as one step. New incidents and drawings come behind those that are there.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Put {
    /// What the step is called.
    pub label: String,
    /// Incidents as they shall be; `None`: gone.
    pub incidents: Vec<(Uid, Option<Arc<Incident>>)>,
    /// Drawings as they shall be; `None`: gone.
    pub drawings: Vec<(Uid, Option<Arc<Drawing>>)>,
    /// What the project shall say of itself.
    pub meta: Option<Arc<Meta>>,
    /// Features that this version does not know.
    pub kept: Option<Arc<Vec<Kept>>>,
    /// Entries that are put among those of the log. No undo takes them out again: what was done was done.
    pub log: Option<Log>,
}

/// Slots and drawings that a step changes.
pub(super) type Slots = Vec<(IncidentId, Option<Arc<Incident>>)>;
pub(super) type Drawings = Vec<(DrawingId, Option<Arc<Drawing>>)>;

impl Put {
    /// What makes the first project into the second, but for the order of what stands in both.
    pub fn between(label: &str, ours: &Project, target: &Project) -> Self {
        let mut put = Self { label: label.to_owned(), ..Self::default() };
        let have: HashMap<&Uid, &Arc<Incident>> =
            ours.iter().filter_map(|(id, i)| Some((&i.uid, ours.slot(id)?))).collect();
        let mut stay = HashSet::new();
        for (id, incident) in target.iter() {
            stay.insert(&incident.uid);
            let Some(next) = target.slot(id) else { continue };
            if have.get(&incident.uid).is_none_or(|now| !Arc::ptr_eq(now, next) && now != &next) {
                put.incidents.push((incident.uid.clone(), Some(Arc::clone(next))));
            }
        }
        let gone = ours.iter().filter(|(_, i)| !stay.contains(&i.uid));
        put.incidents.extend(gone.map(|(_, i)| (i.uid.clone(), None)));

        let shared = |p: &Project| -> Vec<Arc<Drawing>> {
            p.drawing_slots().iter().filter_map(|placed| placed.drawing.clone()).collect()
        };
        let (ours_drawn, drawn) = (shared(ours), shared(target));
        let have: HashMap<&Uid, &Arc<Drawing>> = ours_drawn.iter().map(|d| (&d.uid, d)).collect();
        let stay: HashSet<&Uid> = drawn.iter().map(|d| &d.uid).collect();
        let differs = |d: &Arc<Drawing>| have.get(&d.uid).is_none_or(|now| **now != *d);
        put.drawings.extend(drawn.iter().filter(|d| differs(d)).map(|d| (d.uid.clone(), Some(Arc::clone(d)))));
        put.drawings.extend(ours_drawn.iter().filter(|d| !stay.contains(&d.uid)).map(|d| (d.uid.clone(), None)));

        put.meta = (ours.meta() != target.meta()).then(|| Arc::clone(target.meta_arc()));
        let raw = |p: &Project| p.kept().iter().map(|k| k.json.clone()).collect::<Vec<_>>();
        put.log = (ours.log() != target.log()).then(|| target.log().clone());
        put.kept = (raw(ours) != raw(target)).then(|| Arc::new(target.kept().to_vec()));
        put
    }

    /// Whether it would change nothing.
    pub fn is_empty(&self) -> bool {
        self.incidents.is_empty()
            && self.drawings.is_empty()
            && self.meta.is_none()
            && self.kept.is_none()
            && self.log.is_none()
    }

    /// The slots it touches in a project, with what they shall hold.
    pub(super) fn staged(self, project: &Project, slots: &mut Slots, drawings: &mut Drawings) -> Result<(), EditError> {
        let here: HashMap<&str, IncidentId> =
            if self.incidents.is_empty() && self.drawings.is_empty() { HashMap::new() } else { by_uid(project) };
        let drawn: HashMap<&Uid, DrawingId> = project.drawings().map(|(id, d)| (&d.uid, id)).collect();
        let mut next = project.slots();
        for (uid, incident) in self.incidents {
            match (here.get(uid.as_str()), &incident) {
                (Some(id), _) if project.slot(*id) == incident.as_ref() => {}
                (Some(id), _) => slots.push((*id, incident)),
                (None, None) => {}
                (None, Some(_)) if drawn.contains_key(&uid) => return Err(EditError::UidTwice(uid)),
                (None, Some(_)) => {
                    slots.push((IncidentId(next), incident));
                    next += 1;
                }
            }
        }
        let mut next = u32::try_from(project.drawing_slots().len()).unwrap_or(u32::MAX);
        for (uid, drawing) in self.drawings {
            match (drawn.get(&uid), &drawing) {
                (Some(id), d) if project.drawing(*id) == d.as_deref() => {}
                (Some(id), _) => drawings.push((*id, drawing)),
                (None, None) => {}
                (None, Some(_)) if here.contains_key(uid.as_str()) => return Err(EditError::UidTwice(uid)),
                (None, Some(_)) => {
                    drawings.push((DrawingId(next), drawing));
                    next += 1;
                }
            }
        }
        Ok(())
    }
}

fn by_uid(project: &Project) -> HashMap<&str, IncidentId> {
    project.uids().map(|(id, uid)| (uid, id)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edit::{Command, Edit, Workspace};
    use crate::model::Kind;

    fn incident(uid: &str) -> Incident {
        Incident::new(Uid::new(uid), Kind::ArmedClash, uid)
    }

    fn project(uids: &[&str], kept: &[&str]) -> Project {
        let kept = kept.iter().map(|k| Kept { after_slots: 0, json: (*k).into() }).collect();
        Project::new(Meta::default(), uids.iter().map(|u| incident(u)), kept)
    }

    #[test]
    fn what_makes_one_project_into_another_is_one_step_there_and_one_back() {
        let ours = project(&["a", "b", "c"], &["{\"x\":1}"]);
        let mut other = Workspace::new(project(&["c", "d", "a"], &["{\"x\":1}", "{\"y\":2}"]), true);
        other.commit(Command::Edit(IncidentId(2), Edit::Title("changed".into()))).unwrap();
        let put = Put::between("take in", &ours, other.project());
        let named = |p: &Put| p.incidents.iter().map(|(u, i)| (u.as_str().to_owned(), i.is_some())).collect::<Vec<_>>();
        assert_eq!(named(&put), [("d".into(), true), ("a".into(), true), ("b".into(), false)]);
        let mut w = Workspace::new(ours.clone(), true);
        let change = w.commit(Command::Put(Box::new(put))).unwrap().unwrap();
        assert_eq!(change.label(), "take in");
        assert!(Put::between("", w.project(), other.project()).is_empty());
        assert_eq!((w.project().len(), w.project().kept().len()), (3, 2));
        w.undo();
        assert_eq!(*w.project(), ours);
        assert!(!w.is_dirty());
        w.redo();
        assert_eq!(w.project().kept().len(), 2);
    }

    #[test]
    fn putting_in_what_is_there_is_no_step() {
        let ours = project(&["a"], &[]);
        let mut w = Workspace::new(ours, true);
        let put = Put { incidents: vec![(Uid::new("a"), Some(Arc::new(incident("a"))))], ..Put::default() };
        assert!(w.commit(Command::Put(Box::new(put))).unwrap().is_none());
        let gone = Put { incidents: vec![(Uid::new("z"), None)], ..Put::default() };
        assert!(w.commit(Command::Put(Box::new(gone))).unwrap().is_none());
    }
}
