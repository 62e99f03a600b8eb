//! The texts of a large project, taken on a thread while the user reaches for the search field.

use std::sync::{Arc, mpsc};

use super::App;
use crate::derive::Texts;
use crate::model::{IncidentId, Meta};

/// Above this many incidents texts are taken together; below it looking at each is as quick.
const LARGE: usize = 20_000;

/// Texts on their way.
pub(super) struct Taking {
    texts: mpsc::Receiver<Texts>,
    /// What names sources and parties in them.
    names: Arc<Meta>,
    /// Slots edited meanwhile.
    since: Vec<IncidentId>,
}

impl App {
    /// Takes the texts once somebody wants to search, and hands them over once they are there.
    pub(super) fn take_texts(&mut self, ctx: &egui::Context) {
        let project = self.workspace.project();
        if let Some(taking) = &self.taking {
            let is_current = Arc::ptr_eq(&taking.names, project.meta_arc());
            match taking.texts.try_recv() {
                Ok(texts) if is_current => {
                    self.derived.put_texts(texts, &taking.since);
                    self.taking = None;
                }
                Err(mpsc::TryRecvError::Empty) if is_current => {}
                // Taken of something else than what is open now, or the thread is gone.
                _ => self.taking = None,
            }
            return;
        }
        let wanted = || {
            ctx.memory(|m| m.has_focus(egui::Id::unique("search incidents"))) || !self.question.filters.text.is_empty()
        };
        if !self.world.threads || project.len() <= LARGE || self.derived.has_texts() || !wanted() {
            return;
        }
        let (sender, texts) = mpsc::channel();
        let (snapshot, ctx) = (project.clone(), ctx.clone());
        self.taking = Some(Taking { texts, names: Arc::clone(project.meta_arc()), since: Vec::new() });
        std::thread::spawn(move || {
            // A window that is gone needs no texts.
            let _ = sender.send(Texts::of(&snapshot));
            ctx.request_repaint();
        });
    }

    /// Notes what was edited while texts are on their way.
    pub(super) fn edited_while_taking(&mut self, touched: &[IncidentId]) {
        if let Some(taking) = &mut self.taking {
            taking.since.extend(touched);
        }
    }
}
