//! What is worked out from the project, brought up to date at the start of a frame and after each step.

use super::App;
use super::reckoning::without_window;
use crate::derive::{Question, derive};
use crate::edit::Revisions;
use crate::model::IncidentId;

impl App {
    /// Works the derived data out anew if what it rests on has changed.
    pub(super) fn refresh(&mut self) {
        let touched = self.workspace.take_touched();
        self.edited_while_taking(&touched);
        if let Some((touched, question)) = self.reckon(touched) {
            self.look_again(&question, &touched);
        }
        if self.selected.is_some_and(|id| self.workspace.project().uid(id).is_none()) {
            self.selected = None;
        }
        if self.state.drawing.selected.is_some_and(|id| self.workspace.project().drawing(id).is_none()) {
            self.select_drawing(None);
        }
    }

    fn look_again(&mut self, question: &Question, touched: &[IncidentId]) {
        let revisions = self.workspace.revisions();
        // A title or a note moves no figure: only the aspects that `derive` reads count, and text and places where they
        // are filtered by.
        let place = if question.filters.area.is_some() { revisions.place } else { 0 };
        let text = if question.filters.read_text() { revisions.text } else { 0 };
        let relevant = Revisions { place, text, talk: 0, drawings: 0, ..revisions };
        if self.derived_from.is_none() {
            let ready = self.ready.take().filter(|(asked, _)| asked == question).map(|(_, derived)| derived);
            self.derived = ready.unwrap_or_else(|| derive(self.workspace.project(), question));
        }
        let set = self.refresh_lanes(relevant, question, touched);
        // Two windows that show the same incidents get the same answer.
        let key = (relevant, without_window(question), set);
        if self.derived_from.as_ref().is_some_and(|from| *from != key || !touched.is_empty()) {
            self.derived.refresh(self.workspace.project(), touched, question);
        }
        if self.derived_from.as_ref() != Some(&key) {
            self.derived_from = Some(key);
            self.stamp += 1;
            // What is hidden or gone is not changed unseen.
            self.state.chosen.retain(|id| self.derived.shows(id));
        }
        self.state.covered.refresh(self.workspace.project(), &self.derived, revisions);
    }
}
