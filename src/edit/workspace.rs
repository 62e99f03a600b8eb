//! The workspace: an open project with its history.

mod aside;
mod log;
mod stage;

use std::collections::{HashSet, VecDeque};
use std::sync::Arc;

use rayon::prelude::*;

use super::bulk::Worked;
use super::history::Aspects;
use super::meta_edit::{edited_meta, with_new, with_source};
use super::{Change, Command, EditError, Imported, StateId};
use crate::model::{Drawing, DrawingId, Held, Incident, IncidentId, Log, Project, Rule, Source, Uid};

/// Counters that only rise, one for each aspect of a project; they key the caches.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Revisions {
    /// Incidents were added or deleted.
    pub membership: u64,
    /// Positions, shapes or their exactness.
    pub place: u64,
    /// Times.
    pub time: u64,
    /// Claims, parents, kinds or parties.
    pub toll: u64,
    /// Anything that can be searched.
    pub text: u64,
    /// What the project says of itself, but for its slides.
    pub meta: u64,
    /// Drawings: whatever of them.
    pub drawings: u64,
    /// The slides.
    pub talk: u64,
}

/// What the steps that can be taken back may hold together, in bytes, about: some thousands of edits of single incidents or
/// one of every incident of a large project.
const MOST_HISTORY: usize = 512 << 20;

/// An open project with its history.
#[derive(Debug)]
pub struct Workspace {
    project: Project,
    /// The oldest first.
    undo: VecDeque<Change>,
    redo: Vec<Change>,
    head: StateId,
    saved: Option<StateId>,
    next_state: u64,
    revisions: Revisions,
    touched: Vec<IncidentId>,
    /// The step that is not in the log yet.
    unlogged: Option<log::Way>,
    /// The log as the last save holds it.
    saved_log: Log,
    /// [`MOST_HISTORY`], but in tests.
    most_history: usize,
}

impl Workspace {
    /// A workspace on a project as it was opened (`on_disk`) or made anew.
    pub fn new(project: Project, on_disk: bool) -> Self {
        let head = StateId(0);
        Self {
            unlogged: None,
            saved_log: project.log().clone(),
            project,
            undo: VecDeque::new(),
            redo: Vec::new(),
            head,
            saved: on_disk.then_some(head),
            next_state: 1,
            revisions: Revisions::default(),
            touched: Vec::new(),
            most_history: MOST_HISTORY,
        }
    }

    /// The project.
    pub fn project(&self) -> &Project {
        &self.project
    }

    /// The counters that key caches.
    pub fn revisions(&self) -> Revisions {
        self.revisions
    }

    /// The slots that edits, undo and redo have touched since this was last asked; one may be named twice. Whoever keeps
    /// something worked out by slot looks at these again.
    pub fn take_touched(&mut self) -> Vec<IncidentId> {
        std::mem::take(&mut self.touched)
    }

    /// Where in the history the project stands.
    pub fn head(&self) -> StateId {
        self.head
    }

    /// Whether there is work that the last save does not hold, entries of the log among it. A new project without a step has none.
    pub fn is_dirty(&self) -> bool {
        let is_elsewhere = match self.saved {
            Some(saved) => saved != self.head,
            None => self.head != StateId(0),
        };
        is_elsewhere || !self.project.log().is_same(&self.saved_log)
    }

    /// Notes that the state `at` was written to disk.
    pub fn mark_saved(&mut self, at: StateId) {
        self.saved = Some(at);
    }

    /// What undo would take back.
    pub fn undo_label(&self) -> Option<&str> {
        self.undo.back().map(Change::label)
    }

    /// What redo would do again.
    pub fn redo_label(&self) -> Option<&str> {
        self.redo.last().map(Change::label)
    }

    /// Carries out a command as one undo step. `None`: it would change nothing, and there is no step.
    ///
    /// # Errors
    /// [`EditError`] if the command makes no sense; the project is as it was.
    pub fn commit(&mut self, command: Command) -> Result<Option<&Change>, EditError> {
        let label = command.label();
        let mut slots = Vec::new();
        let mut drawings = Vec::new();
        let mut meta = None;
        let mut whole_meta = None;
        let mut kept = None;
        let mut log = None;
        let is_put = matches!(&command, Command::Put(_));
        let is_of_talk = matches!(&command, Command::Meta(edit) if edit.is_of_talk());
        match command {
            Command::Add(incident) => self.stage_new(vec![*incident], &mut slots)?,
            Command::AddMany(incidents) => self.stage_new(incidents, &mut slots)?,
            Command::Delete(ids) => self.stage_delete(&ids, &mut slots),
            Command::Edit(id, edit) => self.stage_edit(id, &edit, &mut slots)?,
            Command::Bulk(ids, bulk) => {
                let worked = bulk.work_out(&self.project, ids, &|_| true);
                return Ok(worked.and_then(|worked| self.carry_out(worked)));
            }
            Command::EditWithSource(id, edit, source) => {
                self.stage_edit(id, &edit, &mut slots)?;
                if self.project.meta().source(&source.id).is_none() {
                    meta = with_source(self.project.meta(), *source);
                }
            }
            Command::AddClaims(id, claims, sources) => {
                self.stage_edit(id, &super::Edit::AddClaims(claims), &mut slots)?;
                meta = with_new(self.project.meta(), Vec::new(), sources);
            }
            Command::Import(imported) => {
                let Imported { new, changed, parties, sources } = *imported;
                let differs = |(id, next): &(IncidentId, Incident)| self.project.get(*id).is_some_and(|i| i != next);
                slots.extend(changed.into_iter().filter(differs).map(|(id, next)| (id, Some(Arc::new(next)))));
                self.stage_new(new, &mut slots)?;
                meta = with_new(self.project.meta(), parties, sources);
            }
            Command::AddDrawing(drawing) => {
                let id = DrawingId(u32::try_from(self.project.drawing_slots().len()).unwrap_or(u32::MAX));
                if self.has_uid(&drawing.uid) {
                    return Err(EditError::UidTwice(drawing.uid.clone()));
                }
                drawings.push((id, Some(Arc::new(*drawing))));
            }
            Command::DeleteDrawing(id) => {
                drawings.extend(self.project.drawing(id).is_some().then_some((id, None)));
            }
            Command::EditDrawing(id, edit, source) => {
                let drawing = self.project.drawing(id).ok_or(EditError::DrawingGone)?;
                drawings.extend(edit.apply(drawing)?.map(|next| (id, Some(Arc::new(next)))));
                let is_new = |s: &Source| self.project.meta().source(&s.id).is_none();
                meta = source.filter(|s| is_new(s)).and_then(|s| with_source(self.project.meta(), *s));
            }
            Command::Meta(edit) => meta = edited_meta(self.project.meta(), edit),
            Command::Put(mut put) => {
                whole_meta = put.meta.take().filter(|m| **m != *self.project.meta());
                log = put
                    .log
                    .take()
                    .map(|log| self.project.log().joined(&log))
                    .filter(|l| !l.is_same(self.project.log()));
                kept = put.kept.take().filter(|k| **k != self.project.kept());
                put.staged(&self.project, &mut slots, &mut drawings)?;
            }
        }
        let meta = meta.map(Arc::new).or(whole_meta);
        if slots.is_empty() && drawings.is_empty() && meta.is_none() && kept.is_none() && log.is_none() {
            return Ok(None);
        }
        if let Some(log) = log {
            self.project.set_log(log);
        }
        let between = |(id, next): &(IncidentId, Option<Arc<Incident>>)| match next {
            None => Aspects::between(None, None),
            Some(next) => {
                let differs = |now: &Incident| Aspects::between(Some(now), Some(next));
                self.project.look(*id, differs).unwrap_or_else(|| Aspects::between(None, Some(next)))
            }
        };
        let touched = slots.par_iter().with_min_len(512).map(between).reduce(Aspects::default, Aspects::or);
        let aspects = Aspects {
            meta: meta.is_some() && !is_of_talk,
            // Whole members bring slides along.
            talk: is_of_talk || is_put && meta.is_some(),
            drawings: !drawings.is_empty(),
            ..touched
        };
        let slots = slots.into_iter().map(|(id, next)| (id, Held::new(next))).collect();
        let (before, after) = (self.head, self.next_state());
        Ok(self.put_in(Change { label, slots, drawings, meta, kept, aspects, before, after, held: 0 }))
    }

    /// Carries out a change that was worked out for this state or an earlier one; what was edited since is looked at again.
    /// `None`: it changes nothing.
    pub fn carry_out(&mut self, worked: Worked) -> Option<&Change> {
        let Worked { bulk, label, of, ids, mut slots, mut aspects } = worked;
        let since = self.project.slots_unlike(&of);
        if !since.is_empty() {
            slots.retain(|(id, _)| since.binary_search(id).is_err());
            let again: Vec<IncidentId> = since.into_iter().filter(|id| ids.binary_search(id).is_ok()).collect();
            let rule: Arc<dyn Rule> = Arc::new(bulk.clone());
            let (changed, touched) = bulk.batch(&self.project, &again, &rule);
            slots.extend(changed);
            slots.sort_unstable_by_key(|(id, _)| *id);
            aspects = aspects.or(touched);
        }
        // The state it was worked out for must not be shared any more: every chunk would be copied.
        drop(of);
        if slots.is_empty() {
            return None;
        }
        let (before, after) = (self.head, self.next_state());
        let nothing =
            Change { label, slots, drawings: Vec::new(), meta: None, kept: None, aspects, before, after, held: 0 };
        self.put_in(nothing)
    }

    fn next_state(&mut self) -> StateId {
        let next = StateId(self.next_state);
        self.next_state += 1;
        next
    }

    /// Puts a new step into the history and carries it out.
    fn put_in(&mut self, mut change: Change) -> Option<&Change> {
        change.held = change.bytes();
        change.swap(&mut self.project);
        self.touched.extend(change.slots.iter().map(|(id, _)| *id));
        self.head = change.after;
        self.touch(change.aspects);
        self.unlogged = Some(log::Way::Done);
        // A step done after an undo makes the undone ones unreachable.
        self.redo.clear();
        self.undo.push_back(change);
        self.forget_oldest();
        self.undo.back()
    }

    /// Takes back the last step; `None` if there is none.
    pub fn undo(&mut self) -> Option<&Change> {
        let mut change = self.undo.pop_back()?;
        change.swap(&mut self.project);
        self.touched.extend(change.slots.iter().map(|(id, _)| *id));
        self.head = change.before;
        self.unlogged = Some(log::Way::Undone);
        self.touch(change.aspects);
        self.redo.push(change);
        self.redo.last()
    }

    /// Does the last undone step again; `None` if there is none.
    pub fn redo(&mut self) -> Option<&Change> {
        let mut change = self.redo.pop()?;
        self.unlogged = Some(log::Way::Redone);
        change.swap(&mut self.project);
        self.touched.extend(change.slots.iter().map(|(id, _)| *id));
        self.head = change.after;
        self.touch(change.aspects);
        self.undo.push_back(change);
        self.undo.back()
    }

    /// Lets go of the oldest steps while the history holds more than [`MOST_HISTORY`]. The newest always stays.
    fn forget_oldest(&mut self) {
        let mut held: usize = self.undo.iter().map(|c| c.held).sum();
        while held > self.most_history && self.undo.len() > 1 {
            held -= self.undo.pop_front().map_or(0, |c| c.held);
        }
    }

    /// A uid that no incident or drawing of the project has, made of `base` (letters and digits kept) and a seed that differs
    /// from person to person, so that two people's new incidents do not collide when files are merged.
    pub fn fresh_uid(&self, base: &str, seed: u64) -> Uid {
        let base = crate::model::PartyId::new(base);
        let taken: HashSet<&str> = self.uids().collect();
        let mut n = seed;
        loop {
            let uid = format!("{}-{:05x}", base.as_str(), n & 0xf_ffff);
            if !taken.contains(uid.as_str()) {
                return Uid::new(&uid);
            }
            n = n.wrapping_add(1);
        }
    }

    /// The uids of all incidents and drawings.
    fn uids(&self) -> impl Iterator<Item = &str> {
        let drawn = self.project.drawings().map(|(_, d): (DrawingId, &Drawing)| d.uid.as_str());
        self.project.uids().map(|(_, uid)| uid).chain(drawn)
    }

    fn has_uid(&self, uid: &Uid) -> bool {
        self.uids().any(|u| u == uid.as_str())
    }

    fn touch(&mut self, a: Aspects) {
        let r = &mut self.revisions;
        for (hit, counter) in [
            (a.membership, &mut r.membership),
            (a.place, &mut r.place),
            (a.time, &mut r.time),
            (a.toll, &mut r.toll),
            (a.text, &mut r.text),
            (a.meta, &mut r.meta),
            (a.drawings, &mut r.drawings),
            (a.talk, &mut r.talk),
        ] {
            *counter += u64::from(hit);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edit::{Edit, MetaEdit};
    use crate::model::{Kind, Meta};

    fn incident(uid: &str) -> Incident {
        Incident::new(Uid::new(uid), Kind::ArmedClash, uid)
    }

    fn workspace() -> Workspace {
        Workspace::new(Project::new(Meta::default(), ["a", "b"].map(incident), Vec::new()), true)
    }

    fn title(id: u32, t: &str) -> Command {
        Command::Edit(IncidentId(id), Edit::Title(t.into()))
    }

    #[test]
    fn one_change_to_many_is_one_step() {
        let mut w = workspace();
        let ids = vec![IncidentId(1), IncidentId(0), IncidentId(1), IncidentId(9)];
        let bulk = Command::Bulk(ids, crate::edit::Bulk::Kind(Kind::Shelling));
        let change = w.commit(bulk.clone()).unwrap().unwrap();
        assert_eq!((change.label(), change.slots.len()), ("change kind of 4 incidents", 2));
        assert!(w.project().iter().all(|(_, i)| i.kind == Kind::Shelling));
        assert_eq!(w.commit(bulk).unwrap().map(Change::label), None, "nothing is left to change");
        w.undo();
        assert!(w.project().iter().all(|(_, i)| i.kind == Kind::ArmedClash));
        assert!(!w.is_dirty());
    }

    #[test]
    fn what_was_edited_while_a_change_was_worked_out_is_looked_at_again() {
        let mut w = workspace();
        let ids = || vec![IncidentId(1), IncidentId(0)];
        let tag = crate::edit::Bulk::Tag("front".into(), "north".into());
        assert!(tag.clone().work_out(w.project(), ids(), &|_| false).is_none(), "stopped");
        let worked = tag.clone().work_out(&w.project().clone(), ids(), &|_| true).unwrap();
        w.commit(title(0, "edited meanwhile")).unwrap();
        assert_eq!(w.carry_out(worked).map(Change::label), Some("set tag of 2 incidents"));
        let states =
            |w: &Workspace| w.project().iter().map(|(_, i)| (i.title.to_string(), i.tags.len())).collect::<Vec<_>>();
        assert_eq!(states(&w), [("edited meanwhile".to_owned(), 1), ("b".to_owned(), 1)]);
        w.undo();
        assert_eq!(states(&w), [("edited meanwhile".to_owned(), 0), ("b".to_owned(), 0)]);
        w.redo();
        let worked = tag.work_out(&w.project().clone(), ids(), &|_| true).unwrap();
        assert!(w.carry_out(worked).is_none(), "nothing is left to change");
        let worked = crate::edit::Bulk::Sensitive(true).work_out(&w.project().clone(), ids(), &|_| true).unwrap();
        w.commit(Command::Delete(vec![IncidentId(0)])).unwrap();
        w.carry_out(worked).unwrap();
        assert!(w.project().get(IncidentId(0)).is_none(), "what was deleted meanwhile does not come back");
    }

    #[test]
    fn the_history_lets_go_of_its_oldest_steps_and_keeps_the_newest() {
        let mut w = workspace();
        w.most_history = 20_000;
        let long = "x".repeat(3000);
        for n in 0..30 {
            w.commit(title(0, &format!("{n}{long}"))).unwrap();
        }
        let kept = w.undo.len();
        assert!((2..10).contains(&kept), "{kept}");
        w.most_history = 10;
        w.commit(title(1, &long)).unwrap();
        assert_eq!(w.undo.len(), 1);
        assert!(w.undo().is_some() && w.undo().is_none() && w.redo().is_some());
        assert!(w.is_dirty(), "what was let go of cannot be taken back, so that the file still differs");
    }

    #[test]
    fn undoing_back_to_the_save_is_clean() {
        let mut w = workspace();
        w.commit(title(0, "x")).unwrap();
        assert!(w.is_dirty());
        w.mark_saved(w.head());
        w.commit(title(0, "y")).unwrap();
        w.undo();
        assert!(!w.is_dirty());
        w.undo();
        assert!(w.is_dirty());
        w.redo();
        assert!(!w.is_dirty());
    }

    #[test]
    fn a_step_after_an_undo_is_dirty_even_if_it_looks_the_same() {
        let mut w = workspace();
        w.commit(title(0, "x")).unwrap();
        w.undo();
        w.commit(title(0, "x")).unwrap();
        assert!(w.is_dirty() && w.redo_label().is_none());
    }

    #[test]
    fn filters_are_kept_renamed_and_removed_and_each_step_is_undone() {
        let mut w = workspace();
        let filters = crate::model::Filters { unsourced: true, ..Default::default() };
        let set = |name: &str| {
            let saved = crate::model::SavedFilter { name: name.into(), filters: filters.clone(), extra: Vec::new() };
            Command::Meta(MetaEdit::SetFilter(Box::new(saved)))
        };
        let names = |w: &Workspace| w.project().meta().filters.iter().map(|f| f.name.to_string()).collect::<Vec<_>>();
        w.commit(set("a")).unwrap();
        w.commit(set("b")).unwrap();
        assert!(w.commit(set("b")).unwrap().is_none());
        let rename = |to: &str| Command::Meta(MetaEdit::RenameFilter("a".into(), to.into()));
        assert!(w.commit(rename("b")).unwrap().is_none() && w.commit(rename(" ")).unwrap().is_none());
        w.commit(rename("c")).unwrap();
        w.commit(Command::Meta(MetaEdit::RemoveFilter("b".into()))).unwrap();
        assert_eq!(names(&w), ["c"]);
        w.undo();
        assert_eq!(names(&w), ["c", "b"]);
        w.undo();
        assert_eq!(names(&w), ["a", "b"]);
    }

    #[test]
    fn slides_are_added_changed_moved_and_deleted_and_each_step_is_undone() {
        use crate::model::Slide;
        let mut w = workspace();
        let ids = |w: &Workspace| w.project().meta().slides.iter().map(|s| s.id.to_string()).collect::<String>();
        for id in ["a", "b", "c"] {
            w.commit(Command::Meta(MetaEdit::AddSlide(9, Box::new(Slide::new(id))))).unwrap();
        }
        w.commit(Command::Meta(MetaEdit::MoveSlide("a".into(), 1))).unwrap();
        assert_eq!(ids(&w), "bac");
        assert!(w.commit(Command::Meta(MetaEdit::MoveSlide("a".into(), 1))).unwrap().is_none());
        w.commit(Command::Meta(MetaEdit::RemoveSlide("b".into()))).unwrap();
        assert_eq!(ids(&w), "ac");
        let titled = Slide { title: "t".into(), ..Slide::new("c") };
        w.commit(Command::Meta(MetaEdit::SetSlide(Box::new(titled)))).unwrap();
        assert_eq!(&*w.project().meta().slides[1].title, "t");
        let gone = Box::new(Slide::new("gone"));
        assert!(w.commit(Command::Meta(MetaEdit::SetSlide(gone))).unwrap().is_none());
        assert_eq!(w.revisions(), Revisions { talk: 6, ..Revisions::default() }, "slides move no figure");
        for want in ["ac", "bac", "abc", "ab"] {
            w.undo();
            assert_eq!(ids(&w), want);
        }
    }

    #[test]
    fn nothing_changed_is_no_step() {
        let mut w = workspace();
        assert!(w.commit(title(0, "a")).unwrap().is_none());
        assert!(w.undo_label().is_none() && !w.is_dirty());
    }

    #[test]
    fn a_title_moves_no_other_aspect_than_text() {
        let mut w = workspace();
        w.commit(title(0, "x")).unwrap();
        assert_eq!(w.revisions(), Revisions { text: 1, ..Revisions::default() });
        w.undo();
        assert_eq!(w.revisions().text, 2, "a revision only rises");
    }

    #[test]
    fn deleting_a_parent_frees_its_parts_in_the_same_step() {
        let mut w = workspace();
        w.commit(Command::Edit(IncidentId(1), Edit::Parent(Some(Uid::new("a"))))).unwrap();
        w.commit(Command::Delete(vec![IncidentId(0)])).unwrap();
        assert_eq!(w.project().get(IncidentId(1)).unwrap().parent, None);
        w.undo();
        assert_eq!(w.project().get(IncidentId(1)).unwrap().parent, Some(Uid::new("a")));
        assert_eq!(w.project().len(), 2);
    }

    #[test]
    fn several_claims_and_their_sources_are_one_step() {
        use crate::model::{Category, Claim, Count, PartyId, SourceId};
        let mut w = workspace();
        let claim = |id: &str| Claim::new(id, PartyId::new("armenia"), Category::Killed, Count::Exactly(7));
        let source = Source::new(SourceId::new("s"), "Outlet");
        w.commit(Command::AddClaims(IncidentId(0), vec![claim("c1"), claim("c2")], vec![source])).unwrap();
        assert_eq!(w.undo_label(), Some("add 2 claims"));
        assert_eq!((w.project().get(IncidentId(0)).unwrap().claims.len(), w.project().meta().sources.len()), (2, 1));
        w.undo();
        assert!(w.project().get(IncidentId(0)).unwrap().claims.is_empty() && w.project().meta().sources.is_empty());
        let twice = Command::AddClaims(IncidentId(0), vec![claim("c1"), claim("c1")], Vec::new());
        assert!(matches!(w.commit(twice), Err(EditError::ClaimTwice(_))));
        assert!(w.project().get(IncidentId(0)).unwrap().claims.is_empty(), "all or none");
    }

    #[test]
    fn a_circle_of_parents_is_refused() {
        let mut w = workspace();
        w.commit(Command::Edit(IncidentId(1), Edit::Parent(Some(Uid::new("a"))))).unwrap();
        let circle = w.commit(Command::Edit(IncidentId(0), Edit::Parent(Some(Uid::new("b")))));
        assert!(matches!(circle, Err(EditError::OwnAncestor)));
    }

    #[test]
    fn two_new_incidents_cannot_share_a_uid() {
        let mut w = workspace();
        assert!(matches!(w.commit(Command::Add(Box::new(incident("a")))), Err(EditError::UidTwice(_))));
        assert_ne!(w.fresh_uid("Sotk 2022", 7), w.fresh_uid("Sotk 2022", 8));
    }
}
