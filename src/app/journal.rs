//! Unsaved work: each edit goes to the journal, and what a crash left is offered at the next start.

use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::Arc;
use std::thread::JoinHandle;

use super::files::Done;
use super::{App, Dialog};
use crate::edit::Command;
use crate::io::disk::RealDisk;
use crate::io::journal::{self, Found, Head, Keeper, Noted, Recovered};
use crate::io::paths;
use crate::model::{Moment, Project, Resolution};
use crate::panels::recovery::{Answer, Page};

/// What the window knows of its journal, and of others' that were left behind.
#[derive(Default)]
pub(super) struct Kept {
    /// The project as its file holds it; what unsaved work rests on.
    pub(super) base: Project,
    /// The last version that this window and the file both had.
    pub(super) common: Project,
    keeper: Option<Keeper>,
    /// Steps so far in this window.
    pub(super) number: u64,
    /// Projects so far in this window.
    windows: u32,
    /// Journals that are still to be offered.
    found: VecDeque<Found>,
    looked: bool,
    /// Threads whose answer nobody awaits, such as one that writes the end of a journal; the window ends after them.
    ending: Vec<JoinHandle<()>>,
    pub(super) ctx: egui::Context,
}

impl Kept {
    /// For a project as it was opened or made anew.
    pub(super) fn new(base: Project) -> Self {
        Self { common: base.clone(), base, ..Self::default() }
    }

    /// The window that is woken when there is something to say.
    pub(super) fn wakes(&mut self, ctx: &egui::Context) {
        self.ctx = ctx.clone();
    }

    /// The window ends after these threads. Those that ended are let go: a handle keeps the stack of its thread.
    pub(super) fn ends_after(&mut self, threads: impl IntoIterator<Item = JoinHandle<()>>) {
        self.ending.retain(|thread| !thread.is_finished());
        self.ending.extend(threads);
    }
}

impl App {
    /// The number of steps made in this window, and of the last of them that the journal has safe on the disk.
    pub fn journaled(&self) -> (u64, u64) {
        (self.kept.number, self.kept.keeper.as_ref().map_or(0, Keeper::kept))
    }

    /// Whether work that was left behind is being offered.
    pub fn offers_recovery(&self) -> bool {
        matches!(self.dialog, Some(Dialog::Recover(_))) || !self.kept.found.is_empty()
    }

    fn folder(&self) -> Option<PathBuf> {
        self.world.state_folder.as_deref().map(paths::journals)
    }

    /// On what a journal of this project rests now.
    fn head(&self) -> Head {
        let seen = self.file.seen.as_ref().zip(self.file.path.as_ref());
        Head {
            who: self.person(),
            pid: std::process::id(),
            started: (self.world.now)(),
            name: self.file.name.clone(),
            file: seen.map(|(_, path)| path.to_string_lossy().into_owned()),
            digest: seen.map(|(seen, _)| seen.checksum.to_string()),
        }
    }

    /// Notes the step in the project's log, if it keeps one, and hands the project over to the journal.
    pub(super) fn keep(&mut self, label: String) {
        self.workspace.log((self.world.now)(), &self.person());
        let Some(folder) = self.folder() else { return };
        self.kept.number += 1;
        let step = Noted { number: self.kept.number, at: (self.world.now)(), label };
        if self.kept.keeper.is_none() {
            self.kept.windows += 1;
            let (head, ctx) = (self.head(), self.kept.ctx.clone());
            let (disk, base) = (Arc::new(RealDisk), self.kept.base.clone());
            let (window, threads) = (self.kept.windows, self.world.threads);
            let wake = move || ctx.request_repaint();
            self.kept.keeper = Some(Keeper::new(disk, &folder, window, head, base, threads, wake));
        }
        if let Some(keeper) = &mut self.kept.keeper {
            keeper.note(self.workspace.project(), step);
        }
        self.journal_news();
    }

    /// Says what the journal has to say.
    pub(super) fn journal_news(&mut self) {
        for news in self.kept.keeper.iter().flat_map(Keeper::news).collect::<Vec<_>>() {
            self.notices.fail(news);
        }
    }

    /// The project was saved as `base`, by the step of this number.
    pub(super) fn journal_saved(&mut self, base: Project, up_to: u64) {
        let new = (base.clone(), base.clone());
        let old = (std::mem::replace(&mut self.kept.base, new.0), std::mem::replace(&mut self.kept.common, new.1));
        self.let_go(old);
        let head = self.head();
        if let Some(keeper) = &mut self.kept.keeper {
            keeper.saved(base, head, up_to);
        }
        self.journal_news();
    }

    /// Ends the journal of the project that leaves the window; what was not saved and is not wanted is moved aside.
    pub(super) fn end_journal(&mut self) {
        let given_up = self.workspace.is_dirty();
        let end = self.kept.keeper.take().and_then(|keeper| keeper.close(given_up));
        self.kept.ends_after(end);
    }

    /// Waits for the ends of journals; when the window is gone already.
    pub(super) fn finish_journals(&mut self) {
        self.end_journal();
        self.unmark_file();
        for thread in self.kept.ending.drain(..) {
            // A thread that panicked has nothing left to do.
            let _ = thread.join();
        }
    }

    /// Looks, once, for work that was left behind.
    pub(super) fn look_for_journals(&mut self, ctx: &egui::Context) {
        if std::mem::replace(&mut self.kept.looked, true) {
            return;
        }
        self.mark_file(ctx);
        if let Some(folder) = self.folder() {
            self.work(ctx, None, move || Done::JournalsFound(journal::look(&RealDisk, &folder)));
        }
    }

    pub(super) fn journals_found(&mut self, found: Vec<Found>) {
        self.kept.found.extend(found);
    }

    /// Puts the next journal before the user, where nothing else is.
    pub(super) fn offer(&mut self) {
        if self.dialog.is_none()
            && let Some(found) = self.kept.found.front()
        {
            let at = |seconds: i64| self.zone.moment(Moment::from_unix(seconds, 0, Resolution::Minute));
            let summary = &found.summary;
            let page = Page {
                name: found.head.name.clone(),
                file: found.file().map(|p| p.display().to_string()),
                who: found.head.who.clone(),
                when: at(summary.steps.last().map_or(found.head.started, |(t, _)| *t)),
                steps: summary.steps.iter().rev().map(|(t, label)| (at(*t), label.clone())).collect(),
                changed: summary.changed.clone(),
                deleted: summary.deleted.clone(),
                meta: summary.meta,
                torn: summary.torn,
                more: self.kept.found.len() - 1,
            };
            self.dialog = Some(Dialog::Recover(Box::new(page)));
        }
    }

    pub(super) fn recovery_answered(&mut self, ctx: &egui::Context, answer: Answer) {
        self.dialog = None;
        let Some(found) = self.kept.found.pop_front() else { return };
        match answer {
            Answer::Later => self.notices.say("Kept; it is offered again at the next start"),
            Answer::Discard => self.work(ctx, None, move || Done::JournalAside(found.discard(&RealDisk))),
            Answer::Recover => self.work(ctx, Some("recovering …"), move || {
                let result = journal::recover(&RealDisk, &found);
                Done::Recovered(Box::new((found, result)))
            }),
        }
    }

    pub(super) fn journal_aside(&mut self, result: std::io::Result<()>) {
        match result {
            Ok(()) => self.notices.say("Moved aside, into “journals/discarded” of the state folder"),
            Err(e) => self.notices.fail(format!("The journal could not be moved aside ({e}); it is offered again")),
        }
    }

    /// Work came back, or did not.
    pub(super) fn recovered_work(&mut self, ctx: &egui::Context, found: Found, result: std::io::Result<Recovered>) {
        let got = match result {
            Err(e) => {
                self.dialog = Some(Dialog::Message {
                    heading: "Not recovered".into(),
                    lines: vec![found.head.name.clone(), e.to_string(), "The journal stays where it is.".into()],
                    action: None,
                });
                return;
            }
            Ok(got) => got,
        };
        if got.put.is_empty() {
            self.notices.say("The file holds all of that work already");
            return self.work(ctx, None, move || Done::JournalAside(found.discard(&RealDisk)));
        }
        if self.is_dirty() {
            // What was begun meanwhile is not thrown away for what was there before.
            self.kept.found.push_front(found);
            return self.notices.fail("Save or undo what was begun meanwhile; then the work found can be recovered.");
        }
        self.replace(ctx, got.base, got.path, &got.name, "recovered, not saved yet");
        self.file.seen = got.seen;
        self.mark_file(ctx);
        self.commit(Command::Put(Box::new(got.put)));
        if let Some(keeper) = &mut self.kept.keeper {
            keeper.release(found);
        }
        let mut lines = got.remarks;
        lines.extend(got.conflicts.iter().map(crate::io::project::Entry::sentence));
        if !self.kept.found.is_empty() {
            lines.push(format!("{} more journals are offered at the next start.", self.kept.found.len()));
            self.kept.found.clear();
        }
        if !lines.is_empty() {
            self.dialog =
                Some(Dialog::Message { heading: "Recovered, with something to know".into(), lines, action: None });
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    #[test]
    fn threads_that_ended_are_let_go_and_those_at_work_are_kept() {
        let mut kept = Kept::default();
        let (hold, held) = mpsc::channel::<()>();
        let at_work = std::thread::spawn(move || held.recv().unwrap_or_default());
        let name = at_work.thread().id();
        kept.ends_after([at_work]);
        for _ in 0..20 {
            let ended = std::thread::spawn(|| ());
            while !ended.is_finished() {
                std::thread::yield_now();
            }
            kept.ends_after([ended]);
        }
        assert_eq!(kept.ending.len(), 2, "the one at work, and the last one, which the next call lets go");
        assert_eq!(kept.ending.first().map(|thread| thread.thread().id()), Some(name));
        drop(hold);
    }
}
