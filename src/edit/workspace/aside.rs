//! Large steps, carried out on a thread beside the workspace and taken over by it. Nothing is merged: a step that does not
//! follow on where the workspace stands is refused.

use std::collections::VecDeque;

use super::Workspace;
use crate::edit::{Change, StateId};

impl Workspace {
    /// Where it stands, without its history: a thread carries a command out on it, and [`Self::take_over`] has it back.
    #[must_use]
    pub fn aside(&self) -> Self {
        Self {
            project: self.project.clone(),
            undo: VecDeque::new(),
            redo: Vec::new(),
            touched: Vec::new(),
            unlogged: None,
            saved_log: self.saved_log.clone(),
            head: self.head,
            saved: self.saved,
            next_state: self.next_state,
            revisions: self.revisions,
            most_history: self.most_history,
        }
    }

    /// Makes the one step that was carried out aside its own; that takes no time, however large the step is. `false`: a
    /// step was made here meanwhile, or none or several there, and nothing has changed.
    pub fn take_over(&mut self, mut aside: Self) -> bool {
        let follows = |c: &Change| c.before == self.head && c.after == StateId(self.next_state);
        let Some(change) = aside.undo.pop_back().filter(follows) else { return false };
        // What was logged meanwhile stays.
        let log = self.project.log().joined(aside.project.log());
        self.project = aside.project;
        self.project.set_log(log);
        self.unlogged = Some(super::log::Way::Done);
        self.revisions = aside.revisions;
        self.touched.append(&mut aside.touched);
        self.next_state = aside.next_state;
        self.head = change.after;
        self.redo.clear();
        self.undo.push_back(change);
        self.forget_oldest();
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edit::{Command, Edit};
    use crate::model::{Incident, IncidentId, Kind, Meta, Project, Uid};

    fn workspace() -> Workspace {
        let incidents = ["a", "b"].map(|uid| Incident::new(Uid::new(uid), Kind::ArmedClash, uid));
        Workspace::new(Project::new(Meta::default(), incidents, Vec::new()), true)
    }

    fn title(id: u32, t: &str) -> Command {
        Command::Edit(IncidentId(id), Edit::Title(t.into()))
    }

    #[test]
    fn a_step_done_aside_is_a_step_here_unless_there_was_another_meanwhile() {
        let mut w = workspace();
        w.commit(title(0, "x")).unwrap();
        let mut aside = w.aside();
        aside.commit(title(1, "y")).unwrap();
        let mut late = w.aside();
        late.commit(title(1, "z")).unwrap();
        assert!(w.take_over(aside));
        assert!(!w.take_over(late), "the step of the first came between");
        assert_eq!(w.take_touched(), [IncidentId(0), IncidentId(1)]);
        let mut twice = w.aside();
        twice.commit(title(1, "a")).unwrap();
        twice.commit(title(1, "b")).unwrap();
        assert!(!w.take_over(twice), "the first of two steps would be lost");
        assert_eq!(&*w.project().get(IncidentId(1)).unwrap().title, "y");
        w.undo();
        assert_eq!(&*w.project().get(IncidentId(1)).unwrap().title, "b");
        w.undo();
        assert!(!w.is_dirty() && w.redo().is_some());
    }
}
