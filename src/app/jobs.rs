//! Work on threads: started here, watched in the status bar, stopped on the user's wish.

use std::sync::Arc;

use super::App;
use super::files::Done;
use crate::io::progress::Progress;
use crate::panels::statusbar::Job;

/// Work that goes on in the background.
pub(super) struct Running {
    what: &'static str,
    /// How far it is; `None`: it does not tell and cannot be stopped.
    progress: Option<Arc<Progress>>,
    /// When it began, in seconds of the window's clock.
    since: f64,
}

impl App {
    /// Does something on a thread, or at once in tests; its end comes through the channel.
    pub(super) fn work(
        &mut self,
        ctx: &egui::Context,
        what: Option<&'static str>,
        job: impl FnOnce() -> Done + Send + 'static,
    ) {
        if let Some(what) = what {
            self.running = Some(Running { what, progress: None, since: ctx.input(|i| i.time) });
        }
        self.start(ctx, job);
    }

    /// The same for work that tells how far it is and stops when it is asked to.
    pub(super) fn work_watched(
        &mut self,
        ctx: &egui::Context,
        what: &'static str,
        job: impl FnOnce(&Progress) -> Done + Send + 'static,
    ) {
        let progress = Arc::new(Progress::new());
        let since = ctx.input(|i| i.time);
        self.running = Some(Running { what, progress: Some(Arc::clone(&progress)), since });
        self.start(ctx, move || job(&progress));
    }

    fn start(&mut self, ctx: &egui::Context, job: impl FnOnce() -> Done + Send + 'static) {
        let (sender, ctx) = (self.jobs.0.clone(), ctx.clone());
        let run = move || {
            // A window that is gone needs no answer.
            let _ = sender.send(job());
            ctx.request_repaint();
        };
        if self.world.threads {
            std::thread::spawn(run);
        } else {
            run();
        }
    }

    /// What the status bar says of the work going on. While it moves, the next frame comes by itself.
    pub(super) fn job(&self, ctx: &egui::Context) -> Option<Job> {
        let running = self.running.as_ref()?;
        let part = running.progress.as_ref().and_then(|p| p.part());
        if running.progress.is_some() {
            ctx.request_repaint_after(std::time::Duration::from_millis(60));
        }
        let taken = ctx.input(|i| i.time) - running.since;
        // A guess from the first moments would jump about.
        let left = part.filter(|p| *p > 0.02 && taken > 0.5).map(|p| taken * f64::from((1.0 - p) / p));
        Some(Job { what: running.what, part, left, can_stop: running.progress.is_some() })
    }

    /// Asks the work going on to stop, if it can.
    pub(super) fn stop_job(&mut self, ctx: &egui::Context) {
        if let Some(progress) = self.running.as_ref().and_then(|r| r.progress.as_ref()) {
            progress.cancel();
            self.stop_import(ctx);
        }
    }
}
