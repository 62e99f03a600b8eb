//! One change to many incidents: worked out on threads, carried out as one step.

use super::App;
use super::files::Done;
use crate::edit::{Bulk, Worked};
use crate::io::progress::Progress;
use crate::model::IncidentId;

/// What the status bar says of it.
pub(super) const WORK: &str = "changing incidents …";

/// Fewer incidents than this are changed within a frame.
const MANY: usize = 2000;

impl App {
    /// Whether changing so many incidents is work for a thread, and no such work is going on.
    pub(super) fn is_much(&self, incidents: usize) -> bool {
        incidents >= MANY && self.file.read_only.is_none() && !self.jobs.is_doing(WORK)
    }

    /// Works a change out on a thread; the window goes on meanwhile, and the change can be stopped.
    pub(super) fn change_many(&mut self, ctx: &egui::Context, ids: Vec<IncidentId>, bulk: Bulk) {
        let (snapshot, project) = (self.workspace.project().clone(), self.projects);
        self.work_watched(ctx, WORK, move |progress: &Progress| {
            progress.begin(ids.len() as u64);
            let go_on = |more: usize| {
                progress.add(more as u64);
                !progress.is_cancelled()
            };
            Done::Changed { project, worked: bulk.work_out(&snapshot, ids, &go_on).map(Box::new) }
        });
    }

    /// Carries out what was worked out.
    pub(super) fn changed_many(&mut self, worked: Option<Worked>) {
        let Some(worked) = worked else {
            self.notices.say("Stopped; nothing was changed");
            return;
        };
        let carried = self.workspace.carry_out(worked).map(|change| change.label().to_owned());
        if let Some(label) = carried {
            self.notices.done(label.clone());
            self.keep(label);
        }
        self.refresh();
    }
}
