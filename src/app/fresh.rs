//! What is worked out from the project, brought up to date at the start of a frame and after each step.

use std::sync::mpsc;

use super::App;
use crate::derive::{Derived, Question, derive};
use crate::edit::Revisions;
use crate::model::IncidentId;

/// From so many edited incidents on, what is worked out is worked out anew on a thread.
const MANY: usize = 20_000;

/// The answer to an edit of very many incidents, on its way. Until it is there the earlier one is shown.
pub(super) struct Reckoning {
    answer: mpsc::Receiver<Derived>,
    /// Of which of the projects that the window has shown.
    project: u64,
    /// Slots edited meanwhile.
    since: Vec<IncidentId>,
}

impl App {
    /// Whether figures are being worked out on a thread.
    pub(super) fn is_reckoning(&self) -> bool {
        self.reckoning.is_some()
    }

    /// The slots to look at again now: those that were edited, if these are not very many. Very many are looked at on a
    /// thread, and once its answer is there the slots edited meanwhile come.
    fn few_of(&mut self, mut touched: Vec<IncidentId>) -> Option<Vec<IncidentId>> {
        if self.derived_from.is_none() {
            // Everything is looked at anyway.
            self.reckoning = None;
            return Some(touched);
        }
        if let Some(reckoning) = self.reckoning.take().filter(|r| r.project == self.projects) {
            match reckoning.answer.try_recv() {
                Ok(answer) => {
                    // Places may have come and gone as well.
                    let before = (self.derived.replace(answer), self.marks.take());
                    self.let_go(before);
                    touched.splice(0..0, reckoning.since);
                }
                Err(mpsc::TryRecvError::Empty) => {
                    let since = reckoning.since.into_iter().chain(touched).collect();
                    self.reckoning = Some(Reckoning { since, ..reckoning });
                    return None;
                }
                Err(mpsc::TryRecvError::Disconnected) => self.derived_from = None,
            }
        }
        if touched.len() < MANY || !self.world.threads {
            return Some(touched);
        }
        let (sender, answer) = mpsc::channel();
        let (project, question, ctx) = (self.workspace.project().clone(), self.question.clone(), self.kept.ctx.clone());
        std::thread::spawn(move || {
            // A window that is gone needs no answer.
            let _ = sender.send(derive(&project, &question));
            ctx.request_repaint();
        });
        self.reckoning = Some(Reckoning { answer, project: self.projects, since: Vec::new() });
        None
    }

    /// Works the derived data out anew if what it rests on has changed.
    pub(super) fn refresh(&mut self) {
        let revisions = self.workspace.revisions();
        // A title or a note moves no figure: only the aspects that `derive` reads count, and text and places where they
        // are filtered by.
        let filters = &self.question.filters;
        let place = if filters.area.is_some() { revisions.place } else { 0 };
        let text = if filters.read_text() { revisions.text } else { 0 };
        let relevant = Revisions { place, text, talk: 0, drawings: 0, ..revisions };
        let touched = self.workspace.take_touched();
        self.edited_while_taking(&touched);
        if let Some(touched) = self.few_of(touched) {
            self.look_again(relevant, &touched);
        }
        if self.selected.is_some_and(|id| self.workspace.project().uid(id).is_none()) {
            self.selected = None;
        }
        if self.state.drawing.selected.is_some_and(|id| self.workspace.project().drawing(id).is_none()) {
            self.select_drawing(None);
        }
    }

    fn look_again(&mut self, relevant: Revisions, touched: &[IncidentId]) {
        if self.derived_from.is_none() {
            let ready =
                self.ready.take().filter(|(question, _)| self.question == *question).map(|(_, derived)| derived);
            self.derived = ready.unwrap_or_else(|| derive(self.workspace.project(), &self.question));
        }
        let set = self.refresh_lanes(relevant, touched);
        // Two windows that show the same incidents get the same answer.
        let key = (relevant, Question { span: None, ..self.question.clone() }, set);
        if self.derived_from.as_ref().is_some_and(|from| *from != key || !touched.is_empty()) {
            self.derived.refresh(self.workspace.project(), touched, &self.question);
        }
        if self.derived_from.as_ref() != Some(&key) {
            self.derived_from = Some(key);
            self.stamp += 1;
            // What is hidden or gone is not changed unseen.
            self.state.chosen.retain(|id| self.derived.shows(id));
        }
        self.state.covered.refresh(self.workspace.project(), &self.derived, self.workspace.revisions());
    }
}
