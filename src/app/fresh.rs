//! What is worked out from the project, brought up to date at the start of a frame and after each step.

use super::App;
use super::reckoning::{Ready, without_window};
use crate::derive::{Derived, Lanes, Question, derive, publication_days};
use crate::edit::Revisions;
use crate::model::{IncidentId, Project, ZONE_HERE_MINUTES};
use crate::picture::{self, Marks};
use crate::view::Zone;

/// What the first frame of a project that has just come needs and would have to wait for; worked out on the thread that brings
/// it.
pub(super) struct First {
    question: Question,
    zone: Zone,
    derived: Derived,
    ready: Ready,
    marks: Marks,
}

impl First {
    /// What `derived` says of a project, and what is made from it.
    pub(super) fn of(project: &Project, question: Question, derived: Derived, zone: Zone) -> Self {
        let asked = without_window(&question);
        let (for_marks, mut derived) = (derived.clone(), derived);
        let (marks, lanes, published) = std::thread::scope(|scope| {
            let marks = scope.spawn(|| picture::marks(project, &for_marks).in_zone(project, zone));
            derived.put_in_order();
            let lanes = Lanes::new(project, &derived, &[], &asked);
            let published = publication_days(project, &derived, &[], minutes(zone));
            let marks = marks.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
            (marks, lanes, published)
        });
        let ready = Ready { question: asked, lanes, published: Some(published) };
        Self { question, zone, derived, ready, marks }
    }
}

/// Minutes east of Greenwich of a zone.
pub(super) fn minutes(zone: Zone) -> i16 {
    zone.offset().unwrap_or(ZONE_HERE_MINUTES)
}

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
        let mut touched = touched;
        if self.derived_from.is_none() {
            // What is worked out anew has seen every edit.
            touched = &[];
            match self.ready.take().filter(|first| first.question == *question && first.zone == self.zone) {
                Some(First { derived, ready, marks, .. }) => {
                    self.derived = derived;
                    self.playing.ready = Some(ready);
                    // They are of this answer, whose stamp is the next one.
                    let before = self.marks.replace((self.stamp + 1, revisions.place, marks));
                    self.let_go(before);
                }
                None => self.derived = derive(self.workspace.project(), question),
            }
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
