//! Work on threads: started here, watched in the status bar, stopped on the user's wish. Work that panics ends as a message.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, mpsc};

use super::files::Done;
use super::{App, Dialog};
use crate::io::progress::{Places, Progress};
use crate::panels::statusbar::Job;

/// The work that goes on in the background.
pub(super) struct Jobs {
    /// What ended, with the number of the work if the status bar tells of it.
    ends: (mpsc::Sender<Ended>, mpsc::Receiver<Ended>),
    /// What the status bar tells of, in the order in which it began.
    running: Vec<Running>,
    /// How many were begun.
    begun: u64,
}

/// An end of work.
struct Ended {
    number: Option<u64>,
    done: Done,
}

impl Default for Jobs {
    fn default() -> Self {
        Self { ends: mpsc::channel(), running: Vec::new(), begun: 0 }
    }
}

impl Jobs {
    /// Whether the status bar tells of any work.
    pub(super) fn is_any(&self) -> bool {
        !self.running.is_empty()
    }

    /// Whether it tells of this work.
    pub(super) fn is_doing(&self, what: &str) -> bool {
        self.running.iter().any(|r| r.what == what)
    }

    /// Where the latest of the works that look for incidents found some so far.
    pub(super) fn places(&self) -> Option<Places> {
        self.running.iter().rev().find_map(|r| r.progress.as_ref()?.places())
    }

    /// What ended since it was last asked; the status bar no longer tells of that, and of nothing else less.
    pub(super) fn next_done(&mut self) -> Option<Done> {
        let Ended { number, done } = self.ends.1.try_recv().ok()?;
        self.running.retain(|r| Some(r.number) != number);
        Some(done)
    }

    /// Tells no longer of work that was given up; it ends by itself.
    pub(super) fn forget(&mut self, works: &[&str]) {
        self.running.retain(|r| !works.contains(&r.what));
    }

    fn begin(&mut self, what: &'static str, progress: Option<Arc<Progress>>, since: f64) -> u64 {
        self.begun += 1;
        self.running.push(Running { number: self.begun, what, progress, since });
        self.begun
    }
}

/// Work that goes on in the background.
struct Running {
    number: u64,
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
        let number = what.map(|what| self.jobs.begin(what, None, ctx.input(|i| i.time)));
        self.start(ctx, what, number, job);
    }

    /// The same for work that tells how far it is and stops when it is asked to.
    pub(super) fn work_watched(
        &mut self,
        ctx: &egui::Context,
        what: &'static str,
        job: impl FnOnce(&Progress) -> Done + Send + 'static,
    ) {
        self.work_seen(ctx, what, Progress::new(), job);
    }

    /// The same with a progress that may show more.
    pub(super) fn work_seen(
        &mut self,
        ctx: &egui::Context,
        what: &'static str,
        progress: Progress,
        job: impl FnOnce(&Progress) -> Done + Send + 'static,
    ) {
        let progress = Arc::new(progress);
        let number = self.jobs.begin(what, Some(Arc::clone(&progress)), ctx.input(|i| i.time));
        self.start(ctx, Some(what), Some(number), move || job(&progress));
    }

    fn start(
        &mut self,
        ctx: &egui::Context,
        what: Option<&'static str>,
        number: Option<u64>,
        job: impl FnOnce() -> Done + Send + 'static,
    ) {
        let (sender, ctx) = (self.jobs.ends.0.clone(), ctx.clone());
        let run = move || {
            // A job owns what it works on: what it left half done goes with it.
            let done = catch_unwind(AssertUnwindSafe(job)).unwrap_or_else(|panic| Done::Broken(what, words(&*panic)));
            // A window that is gone needs no answer.
            let _ = sender.send(Ended { number, done });
            ctx.request_repaint();
        };
        if self.world.threads {
            std::thread::spawn(run);
        } else {
            run();
        }
    }

    /// Lets go of something on a thread: to free a million incidents takes the better part of a second.
    pub(super) fn let_go(&self, old: impl Send + 'static) {
        if self.world.threads {
            std::thread::spawn(move || drop(old));
        }
    }

    /// What the status bar says of the work going on, of the latest if there is more. While it moves, the next frame comes by itself.
    pub(super) fn job(&self, ctx: &egui::Context) -> Option<Job> {
        let Some(running) = self.jobs.running.last() else {
            let what = self.reckons(ctx.input(|i| i.time))?;
            return Some(Job { what, part: None, left: None, can_stop: false });
        };
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

    /// Asks the work that the status bar tells of to stop, if it can.
    pub(super) fn stop_job(&mut self, ctx: &egui::Context) {
        let Some(Running { what, progress: Some(progress), .. }) = self.jobs.running.last() else { return };
        progress.cancel();
        if super::import::WORKS.contains(what) {
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
pub(super) mod tests {
    use super::*;
    use crate::app::World;
    use crate::model::Project;

    pub(in crate::app) fn world(threads: bool) -> World {
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
            network: None,
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
                assert!(!app.jobs.is_any(), "the status bar no longer tells of it");
            }
        }
    }

    #[test]
    fn work_that_ends_beside_other_work_ends_only_its_own_word_in_the_status_bar() {
        let ctx = egui::Context::default();
        let mut app = App::new(Project::default(), None, "untitled", world(true));
        let gates: Vec<mpsc::Sender<()>> = ["changing incidents …", "saving …"]
            .into_iter()
            .map(|what| {
                let (open, gate) = mpsc::channel::<()>();
                app.work_watched(&ctx, what, move |_| {
                    let _ = gate.recv();
                    Done::JournalsFound(Vec::new())
                });
                open
            })
            .collect();
        let says = |app: &App| app.job(&ctx).map(|job| job.what);
        assert_eq!(says(&app), Some("saving …"));
        for (gate, left) in gates.into_iter().zip([Some("saving …"), None]) {
            drop(gate);
            while app.jobs.running.len() > usize::from(left.is_some()) {
                std::thread::yield_now();
                app.poll(&ctx);
            }
            assert_eq!(says(&app), left);
        }
    }
}
