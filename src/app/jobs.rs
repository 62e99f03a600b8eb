//! Work on threads: started here, watched in the status bar, stopped on the user's wish. Work that panics ends as a message.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use super::files::Done;
use super::{App, Dialog};
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
        self.start(ctx, what, job);
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
        self.start(ctx, Some(what), move || job(&progress));
    }

    fn start(&mut self, ctx: &egui::Context, what: Option<&'static str>, job: impl FnOnce() -> Done + Send + 'static) {
        let (sender, ctx) = (self.jobs.0.clone(), ctx.clone());
        let run = move || {
            // A job owns what it works on: what it left half done goes with it.
            let done = catch_unwind(AssertUnwindSafe(job)).unwrap_or_else(|panic| Done::Broken(what, words(&*panic)));
            // A window that is gone needs no answer.
            let _ = sender.send(done);
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

    /// Work ended in a panic: an error of this program, which must cost nothing but that work.
    pub(super) fn broken(&mut self, what: Option<&'static str>, why: &str) {
        self.after_save = None;
        let doing = what.map_or("in the background", |what| what.trim_end_matches(" …"));
        self.dialog = Some(Dialog::Message {
            heading: "Something went wrong in clashmap itself".into(),
            lines: vec![
                format!("While {doing}: {why}"),
                "That work was stopped. The project is as it was, with all edits; save it under another name to be safe."
                    .into(),
                "This is an error of the program; please report it with the line above.".into(),
            ],
            action: Some(("Save as …", Box::new(crate::panels::Action::SaveAs))),
        });
    }

    /// Asks the work going on to stop, if it can.
    pub(super) fn stop_job(&mut self, ctx: &egui::Context) {
        if let Some(progress) = self.running.as_ref().and_then(|r| r.progress.as_ref()) {
            progress.cancel();
            self.stop_import(ctx);
        }
    }
}

/// What a panic says, on one line.
pub(crate) fn words(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().cloned();
    let text = text.or_else(|| panic.downcast_ref::<&str>().map(|s| (*s).to_owned())).unwrap_or_default();
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.is_empty() { "no reason was given".into() } else { line.chars().take(300).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::World;
    use crate::model::Project;

    fn world(threads: bool) -> World {
        World {
            clock: Box::new(|| (12, 4)),
            today: Box::new(|| (2026, 11, 24)),
            dialogs: crate::app::Dialogs::Typed,
            seed: 7,
            now: Box::new(|| 0),
            person: "anna on desk-3".into(),
            settings_file: None,
            state_folder: None,
            quit_when_complete: false,
            threads,
        }
    }

    #[test]
    fn work_that_panics_ends_as_a_message_and_the_next_goes_on() {
        for threads in [false, true] {
            let ctx = egui::Context::default();
            let mut app = App::new(Project::default(), None, "untitled", world(threads));
            for (what, doing) in [(Some("drawing …"), "While drawing: "), (None, "While in the background: ")] {
                app.work(&ctx, what, || panic!("nobody thought\nof this"));
                while app.dialog.is_none() {
                    std::thread::yield_now();
                    app.poll(&ctx);
                }
                let Some(Dialog::Message { lines, .. }) = app.dialog.take() else { panic!() };
                assert_eq!(lines[0], format!("{doing}nobody thought of this"));
                assert!(app.running.is_none(), "the status bar no longer tells of it");
            }
        }
    }
}
