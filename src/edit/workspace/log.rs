//! The log of edits: each step is noted there once, if the project keeps one.
//!
//! Noting is a call of its own, behind the step, because the time and the person are not known here. A step that switches the
//! log on or off is noted as well: a log that was off for a while says so.

use super::Workspace;
use crate::edit::logged;
use crate::model::{Log, Meta};

/// What was done with a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// It is new.
    Done,
    /// It was taken back.
    Undone,
    /// It was done again.
    Redone,
}

impl Workspace {
    /// Notes the last step, undo or redo in the project's log, if it keeps one and the step is not there yet. Undo takes nothing
    /// out of the log: what was done was done. `at` is the time in seconds since 1970.
    pub fn log(&mut self, at: i64, who: &str) {
        let Some(way) = self.unlogged.take() else { return };
        let change = if way == Way::Undone { self.redo.last() } else { self.undo.back() };
        let Some(change) = change else { return };
        let keeps = |meta: &Meta| meta.keeps_log;
        if !keeps(self.project.meta()) && !change.meta.as_deref().is_some_and(keeps) {
            return;
        }
        let step = match way {
            Way::Done => change.label().to_owned(),
            Way::Undone => format!("undo: {}", change.label()),
            Way::Redone => format!("redo: {}", change.label()),
        };
        let entry = logged::entry(change, &step, &self.project, at, who);
        self.project.note(entry);
    }

    /// Notes that this log was written to disk.
    pub fn mark_log_saved(&mut self, log: &Log) {
        self.saved_log = log.clone();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edit::{Bulk, Command, Edit, MetaEdit, Put};
    use crate::model::{Incident, IncidentId, Kind, Logged, Meta, Project, Uid};

    fn workspace() -> Workspace {
        let incidents = ["a", "b"].map(|uid| Incident::new(Uid::new(uid), Kind::ArmedClash, uid));
        Workspace::new(Project::new(Meta::default(), incidents, Vec::new()), true)
    }

    fn title(id: u32, t: &str) -> Command {
        Command::Edit(IncidentId(id), Edit::Title(t.into()))
    }

    fn keep(on: bool) -> Command {
        Command::Meta(MetaEdit::KeepLog(on))
    }

    fn act(w: &mut Workspace, command: Command) {
        w.commit(command).unwrap().unwrap();
        w.log(7, "anna");
    }

    /// Each entry in short: step, uid, number of things, fields, values.
    fn entries(w: &Workspace) -> Vec<String> {
        let one = |e: &Logged| {
            let uid = e.uid.as_ref().map_or("-", Uid::as_str);
            format!("{}|{uid}|{}|{}|{}|{}", e.step, e.things, e.fields.join(","), e.before, e.after)
        };
        w.project().log().iter().map(|e| one(e)).collect()
    }

    #[test]
    fn nothing_is_logged_before_it_is_asked_for_and_undo_gives_the_start() {
        let mut w = workspace();
        let start = w.project().clone();
        act(&mut w, title(0, "x"));
        w.undo();
        w.log(7, "anna");
        assert!(w.project().log().is_empty() && *w.project() == start && !w.is_dirty());
    }

    #[test]
    fn each_step_undo_and_redo_is_one_entry_and_no_undo_takes_one_out() {
        let mut w = workspace();
        act(&mut w, keep(true));
        act(&mut w, title(0, "x"));
        w.log(8, "anna");
        w.undo();
        w.log(8, "bela");
        w.redo();
        w.log(9, "bela");
        let both = vec![IncidentId(0), IncidentId(1)];
        act(&mut w, Command::Bulk(both, Bulk::Kind(Kind::Shelling)));
        let more = Incident::new(Uid::new("c"), Kind::Shelling, "c");
        act(&mut w, Command::Add(Box::new(more)));
        act(&mut w, Command::Delete(vec![IncidentId(1)]));
        let want = [
            "keep a log of edits|-|0|keeps_log|false|true",
            "change title|a|1|title|a|x",
            "undo: change title|a|1|title|x|a",
            "redo: change title|a|1|title|a|x",
            "change kind of 2 incidents|-|2|||",
            "add incident|c|1|||",
            "delete incident|b|1|||",
        ];
        assert_eq!(entries(&w), want);
        let first: Vec<(i64, &str)> = w.project().log().iter().take(4).map(|e| (e.at, &*e.who)).collect();
        assert_eq!(first, [(7, "anna"), (7, "anna"), (8, "bela"), (9, "bela")]);
        assert_eq!(&*w.project().log().get(6).unwrap().title, "b", "what is gone is still named");
    }

    #[test]
    fn switching_it_off_is_the_last_entry_and_taking_that_back_is_the_next() {
        let mut w = workspace();
        act(&mut w, keep(true));
        act(&mut w, keep(false));
        act(&mut w, title(0, "unseen"));
        assert_eq!(entries(&w).len(), 2);
        w.undo();
        w.log(7, "anna");
        w.undo();
        w.log(7, "anna");
        let last = entries(&w);
        assert_eq!(
            &last[1..],
            ["stop the log of edits|-|0|keeps_log|true|false", "undo: stop the log of edits|-|0|keeps_log|false|true",]
        );
    }

    #[test]
    fn what_is_deleted_is_named_also_where_its_parts_are_freed_in_the_same_step() {
        let mut w = workspace();
        act(&mut w, Command::Edit(IncidentId(1), Edit::Parent(Some(Uid::new("a")))));
        act(&mut w, keep(true));
        act(&mut w, Command::Delete(vec![IncidentId(0)]));
        assert_eq!(entries(&w)[1], "delete incident|a|2|||");
    }

    #[test]
    fn entries_that_no_save_holds_are_unsaved_work_also_where_undo_leads_back_to_the_save() {
        let mut w = workspace();
        act(&mut w, keep(true));
        w.mark_saved(w.head());
        let log = w.project().log().clone();
        w.mark_log_saved(&log);
        assert!(!w.is_dirty());
        act(&mut w, title(0, "x"));
        w.undo();
        assert!(w.is_dirty(), "the step is in the log");
        w.log(7, "anna");
        w.mark_log_saved(&log);
        assert!(w.is_dirty(), "what was saved does not hold the last entries");
        let log = w.project().log().clone();
        w.mark_log_saved(&log);
        assert!(!w.is_dirty());
    }

    #[test]
    fn entries_of_another_version_come_in_by_a_step_and_stay_when_it_is_taken_back() {
        let mut w = workspace();
        act(&mut w, keep(true));
        let theirs: Log =
            [Logged { at: 3, step: "change title".into(), ..Logged::default() }.into()].into_iter().collect();
        let put =
            || Command::Put(Box::new(Put { label: "take in".into(), log: Some(theirs.clone()), ..Put::default() }));
        act(&mut w, put());
        assert!(w.commit(put()).unwrap().is_none(), "they are there");
        let steps = |w: &Workspace| w.project().log().iter().map(|e| e.step.to_string()).collect::<Vec<_>>();
        assert_eq!(steps(&w), ["change title", "keep a log of edits", "take in"]);
        w.undo();
        assert_eq!(steps(&w).len(), 3);
        // A large step that was done aside brings no log of its own.
        let mut aside = w.aside();
        aside.commit(title(0, "aside")).unwrap();
        assert!(w.take_over(aside));
        w.log(7, "anna");
        assert_eq!(steps(&w).last().unwrap(), "change title");
    }
}
