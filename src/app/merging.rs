//! The file was changed by somebody else: what both sides changed is put together, or a copy is saved; and who else has it
//! open.

use std::path::PathBuf;

use super::files::{Ask, Done};
use super::{App, Dialog};
use crate::edit::{Command, Put, StateId};
use crate::io::disk::RealDisk;
use crate::io::holder::{self, Holder, Mark, Taken};
use crate::io::progress::Progress;
use crate::io::project::{self, By, Choices, Entry};
use crate::io::seen::Seen;
use crate::model::{Moment, Project, Resolution};
use crate::panels::merge::{Answer, Choice, Difference, Kind, Page};

/// A file that is no longer as it was opened or saved, with what there is to decide.
pub(super) struct Clash {
    path: PathBuf,
    theirs: Project,
    seen: Seen,
    entries: Vec<Entry>,
}

/// What stands beside the project in the window.
#[derive(Default)]
pub(super) struct Beside {
    /// The file as somebody else left it, while it is being decided what becomes of it.
    clash: Option<Clash>,
    /// The own mark beside the file.
    mark: Option<Mark>,
    /// Another version that it is compared with.
    pub(super) comparison: Option<super::changes::Comparison>,
    /// Number of the last comparison that was begun or closed.
    pub(super) comparisons: u64,
}

/// Both sides put together, as a step.
pub(super) struct Joined {
    /// The state of the window that was put together with the file.
    at: StateId,
    put: Put,
}

/// An entry as the panels show it.
pub(super) fn shown(entry: &Entry) -> Difference {
    let (kind, choice) = match entry.by {
        By::Ours => (Kind::Ours, Choice::Ours),
        By::Theirs => (Kind::Theirs, Choice::Theirs),
        By::Both => (Kind::Both, Choice::Ours),
        By::Conflict => (Kind::Conflict, Choice::Ours),
        By::TwoClaims => (Kind::TwoClaims, Choice::Both),
        // What was changed stays, whichever side removed it.
        By::KeptChanged => (Kind::Removed, if entry.ours.is_none() { Choice::Theirs } else { Choice::Ours }),
    };
    let title = if entry.uid.is_some() { entry.title.clone() } else { String::new() };
    Difference { title, field: entry.field_words(), kind, values: entry.values_words(), choice }
}

/// A choice as the merge takes it.
pub(super) fn choice(choice: Choice) -> project::Choice {
    match choice {
        Choice::Ours => project::Choice::Ours,
        Choice::Theirs => project::Choice::Theirs,
        Choice::Both => project::Choice::Both,
    }
}

impl App {
    /// A save found that the file was changed: what it holds now is read and laid beside the work.
    pub(super) fn changed_by_others(&mut self, ctx: &egui::Context, path: PathBuf) {
        let (base, ours) = (self.kept.common.clone(), self.workspace.project().clone());
        self.work(ctx, Some("comparing …"), move || {
            let result = project::open_seen(&path, &Progress::new()).map_err(|e| e.to_string());
            let result = result.and_then(|(opened, seen)| match opened.read_only {
                Some(why) => Err(why),
                None => Ok((opened.project, seen)),
            });
            let result = result.and_then(|(theirs, seen)| {
                let merged = project::merge(&base, &ours, &theirs).map_err(|e| e.to_string())?;
                Ok(Box::new(Clash { path: path.clone(), theirs, seen, entries: merged.entries }))
            });
            Done::Clashed(path, result)
        });
    }

    pub(super) fn clashed(&mut self, path: &std::path::Path, result: Result<Box<Clash>, String>) {
        match result {
            Err(why) => {
                let lines = vec![
                    path.display().to_string(),
                    format!("It was changed by another program and cannot be put together with the work here: {why}"),
                    "Nothing was written. Save under another name.".into(),
                ];
                let action = Some(("Save as …", Box::new(crate::panels::Action::SaveAs)));
                self.dialog =
                    Some(Dialog::Message { heading: "Not saved, the work is still here".into(), lines, action });
            }
            Ok(clash) => {
                let rows = clash.entries.iter().map(shown).collect();
                self.dialog = Some(Dialog::Merge(Box::new(Page { name: self.file.name.clone(), rows })));
                self.beside.clash = Some(*clash);
            }
        }
    }

    pub(super) fn merge_answered(&mut self, ctx: &egui::Context, answer: Answer) {
        let Some(Dialog::Merge(page)) = self.dialog.take() else { return };
        match answer {
            Answer::Cancel => {
                self.beside.clash = None;
                self.notices.say("Not saved; the file is as the other left it, the work is still here");
            }
            Answer::Copy => {
                self.beside.clash = None;
                self.ask(ctx, Ask::Save);
            }
            Answer::TakeIn => {
                let Some(clash) = &self.beside.clash else { return };
                let chosen = clash.entries.iter().zip(&page.rows).filter(|(e, _)| e.by.is_conflict());
                let choices: Choices =
                    chosen.map(|(e, row)| ((e.uid.clone(), e.field.clone()), choice(row.choice))).collect();
                let (base, ours) = (self.kept.common.clone(), self.workspace.project().clone());
                let (theirs, at) = (clash.theirs.clone(), self.workspace.head());
                self.work(ctx, Some("putting together …"), move || {
                    let merged = project::merge_chosen(&base, &ours, &theirs, choices);
                    let result = merged.map_err(|e| e.to_string()).map(|merged| {
                        let put = Put::between("take in changes of the file", &ours, &merged.project);
                        Box::new(Joined { at, put })
                    });
                    Done::Joined(result)
                });
            }
        }
    }

    pub(super) fn joined(&mut self, ctx: &egui::Context, result: Result<Box<Joined>, String>) {
        let Some(clash) = self.beside.clash.take() else { return };
        let joined = match result {
            Ok(joined) => *joined,
            Err(e) => return self.notices.fail(format!("Not saved, the work is still here: {e}")),
        };
        if joined.at != self.workspace.head() || self.file.path.as_ref() != Some(&clash.path) {
            return self.notices.fail("The work was changed meanwhile; save again to put both together.");
        }
        if !joined.put.is_empty() {
            self.commit(Command::Put(Box::new(joined.put)));
        }
        self.kept.common = clash.theirs;
        self.file.seen = Some(clash.seen);
        self.save_to(ctx, clash.path);
    }

    /// Puts the mark of this window beside the file, on a thread, and takes away the one beside another file.
    pub(super) fn mark_file(&mut self, ctx: &egui::Context) {
        let Some(path) = self.file.path.clone().filter(|_| self.file.read_only.is_none()) else {
            return self.unmark_file();
        };
        let now = (self.world.now)();
        let me = Holder { who: self.person(), pid: std::process::id(), since: now, seen: now };
        let old = self.beside.mark.take();
        self.work(ctx, None, move || {
            // First the old one goes: the same file may be opened again.
            if let Some(old) = old {
                old.release(&RealDisk);
            }
            let taken = holder::take(&RealDisk, &path, me);
            Done::Marked(path, taken)
        });
    }

    pub(super) fn marked(&mut self, path: &PathBuf, taken: Taken) {
        if self.file.path.as_ref() != Some(path) || self.beside.mark.is_some() {
            // Another file is open by now, or the mark is there already.
            if let Taken::Mine(mark) = taken {
                self.release(mark);
            }
            return;
        }
        match taken {
            Taken::Nowhere => self.file.others = None,
            Taken::Mine(mark) => {
                self.beside.mark = Some(mark);
                if let Some(who) = self.file.others.take() {
                    self.notices.say(format!("{who} no longer has this file open"));
                }
            }
            Taken::Others(who) if self.file.others.as_ref() == Some(&who.who) => {}
            Taken::Others(who) => {
                let since = self.zone.moment(Moment::from_unix(who.since, 0, Resolution::Minute));
                self.notices.fail(format!(
                    "{} has this file open, since {since}. Both can go on: what both change is put together when you save.",
                    who.who
                ));
                self.file.others = Some(who.who);
            }
        }
    }

    /// Takes the own mark away.
    pub(super) fn unmark_file(&mut self) {
        if let Some(mark) = self.beside.mark.take() {
            self.release(mark);
        }
    }

    fn release(&mut self, mark: Mark) {
        self.aside(move || mark.release(&RealDisk));
    }

    /// Does what no answer is awaited of: a network disk may take its time. The window waits for it when it closes.
    fn aside(&mut self, what: impl FnOnce() + Send + 'static) {
        if self.world.threads {
            self.kept.ends_after([std::thread::spawn(what)]);
        } else {
            what();
        }
    }

    /// The file was saved: whoever else has it open may see that somebody is at work.
    pub(super) fn sign_file(&mut self, ctx: &egui::Context) {
        let now = (self.world.now)();
        match self.beside.mark.take() {
            Some(mut mark) if mark.is_of(self.file.path.as_deref()) => {
                let sign = mark.sign(now);
                self.beside.mark = Some(mark);
                self.aside(move || sign(&RealDisk));
            }
            other => {
                self.beside.mark = other;
                self.mark_file(ctx);
            }
        }
    }
}
