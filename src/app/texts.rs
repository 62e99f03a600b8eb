//! The texts of a large project, taken on a thread while the user reaches for the search field.

use std::sync::{Arc, OnceLock};

use super::App;
use crate::derive::Texts;
use crate::model::{IncidentId, Meta};

/// Above this many incidents texts are taken together; below it looking at each is as quick.
const LARGE: usize = 20_000;

/// Texts that a thread is taking; `None` inside: it broke.
pub(super) type Coming = Arc<OnceLock<Option<Arc<Texts>>>>;

/// Texts on their way.
pub(super) struct Taking {
    texts: Coming,
    /// What names sources and parties in them.
    names: Arc<Meta>,
    /// Slots edited meanwhile.
    since: Vec<IncidentId>,
}

/// Whoever waits for texts is told that none will come when their thread breaks.
struct Broken(Coming);

impl Drop for Broken {
    fn drop(&mut self) {
        // Where they came, they stay.
        let _ = self.0.set(None);
    }
}

impl App {
    /// Takes the texts once somebody wants to search, and hands them over once they are there.
    pub(super) fn take_texts(&mut self, ctx: &egui::Context) {
        if let Some(taking) = &self.taking {
            let is_current = Arc::ptr_eq(&taking.names, self.workspace.project().meta_arc());
            match taking.texts.get() {
                Some(Some(texts)) if is_current => {
                    self.derived.put_texts(Arc::clone(texts), &taking.since);
                    self.taking = None;
                }
                None if is_current => {}
                // Taken of something else than what is open now, or the thread is gone.
                _ => self.taking = None,
            }
            return;
        }
        let wanted = || {
            ctx.memory(|m| m.has_focus(egui::Id::unique("search incidents"))) || !self.question.filters.text.is_empty()
        };
        if self.world.threads && self.workspace.project().len() > LARGE && !self.derived.has_texts() && wanted() {
            self.begin_taking();
        }
    }

    fn begin_taking(&mut self) -> &Taking {
        let project = self.workspace.project();
        let (snapshot, ctx) = (project.clone(), self.kept.ctx.clone());
        let names = Arc::clone(project.meta_arc());
        let texts = Coming::default();
        let told = Broken(Arc::clone(&texts));
        std::thread::spawn(move || {
            // Only this thread puts them in.
            let _ = told.0.set(Some(Arc::new(Texts::of(&snapshot))));
            ctx.request_repaint();
        });
        self.taking.insert(Taking { texts, names, since: Vec::new() })
    }

    /// Texts for a search that begins now, with the slots edited since they were begun; `None` where they are there already.
    pub(super) fn texts_for_a_search(&mut self) -> Option<(Coming, Vec<IncidentId>)> {
        if self.derived.has_texts() {
            return None;
        }
        let names = Arc::clone(self.workspace.project().meta_arc());
        let taking = match self.taking.take().filter(|t| Arc::ptr_eq(&t.names, &names)) {
            Some(taking) => self.taking.insert(taking),
            None => self.begin_taking(),
        };
        Some((Arc::clone(&taking.texts), taking.since.clone()))
    }

    /// Notes what was edited while texts are on their way.
    pub(super) fn edited_while_taking(&mut self, touched: &[IncidentId]) {
        if let Some(taking) = &mut self.taking {
            taking.since.extend(touched);
        }
    }
}
