//! Saving: what is written where, and what is said afterwards.

use std::path::{Path, PathBuf};

use super::files::ENDING;
use super::{App, Dialog, Dialogs};
use crate::edit::StateId;
use crate::io::disk::RealDisk;
use crate::io::project::{self, Care, NotSaved, Saved};
use crate::io::{media, paths};
use crate::model::Project;
use crate::panels::Action;

/// A save that has ended.
pub(super) struct Attempt {
    path: PathBuf,
    /// Which state of the history was saved, by which step.
    state: StateId,
    number: u64,
    snapshot: Project,
    /// Attached files that did not come along to a new name.
    left: Vec<String>,
    result: Result<Saved, NotSaved>,
}

impl App {
    pub(super) fn save(&mut self, ctx: &egui::Context) {
        match (self.file.path.clone(), &self.file.read_only) {
            (Some(path), None) => self.save_to(ctx, path),
            _ => self.ask(ctx, super::files::Ask::Save),
        }
    }

    /// A name to save under was chosen or typed. Whoever has not been asked yet whether a file there may be replaced is
    /// asked now.
    pub(super) fn save_as(&mut self, ctx: &egui::Context, path: &Path, by: Dialogs) {
        let whole = with_ending(path);
        let was_asked = by == Dialogs::System && whole == *path;
        if was_asked || self.file.path.as_ref() == Some(&whole) || !whole.exists() {
            return self.save_to(ctx, whole);
        }
        self.dialog = Some(Dialog::Message {
            heading: "There is a file with this name".into(),
            lines: vec![whole.display().to_string(), "Replacing it keeps a copy among the backups.".into()],
            action: Some(("Replace it", Box::new(Action::SaveTo(whole)))),
        });
    }

    pub(super) fn save_to(&mut self, ctx: &egui::Context, path: PathBuf) {
        let (state, snapshot) = (self.workspace.head(), self.workspace.project().clone());
        let number = self.kept.number;
        // An untouched project is on the disk as it should be; another name gets the same bytes.
        let untouched = !self.workspace.is_dirty();
        let from = self.file.path.clone().zip(self.file.seen).filter(|_| untouched);
        let care = Care {
            seen: self.file.seen.filter(|_| self.file.path.as_ref() == Some(&path)),
            backups: self.world.state_folder.as_deref().map(|f| (paths::backups(f), (self.world.now)())),
        };
        let before = self.file.path.clone().filter(|before| *before != path);
        self.work_watched(ctx, "saving …", move |progress| {
            let result = match &from {
                Some((from, seen)) => {
                    project::save_untouched(&RealDisk, (from, *seen), &path, &snapshot, &care, progress)
                }
                None => project::save_project(&RealDisk, &path, &snapshot, &care, progress),
            };
            let follows = result.is_ok().then_some(before).flatten();
            let left = follows.and_then(|from| media::follow(&RealDisk, &from, &path, &snapshot).err());
            let left = left.unwrap_or_default();
            super::files::Done::Saved(Box::new(Attempt { path, state, number, snapshot, left, result }))
        });
    }

    pub(super) fn saved(&mut self, ctx: &egui::Context, attempt: Attempt) {
        let Attempt { path, state, number, snapshot, left, result } = attempt;
        match result {
            Ok(saved) => {
                self.workspace.mark_saved(state);
                self.workspace.mark_log_saved(snapshot.log());
                let (hour, minute) = (self.world.clock)();
                self.named(Some(path.clone()), "", &format!("saved {hour:02}:{minute:02}"));
                self.file.seen = Some(saved.seen);
                self.settings.opened(&path);
                self.journal_saved(snapshot, number);
                self.sign_file(ctx);
                self.notices.say(format!("Saved: {}", self.file.name));
                if let Some(warning) = saved.warning {
                    self.notices.fail(format!("Saved, but {warning}."));
                }
                if !left.is_empty() {
                    let heading = "Saved, but not all attached files came along".into();
                    self.dialog = Some(Dialog::Message { heading, lines: left, action: None });
                }
                let next = self.after_save.take();
                if !self.state.drafts.is_empty() {
                    // Going on would drop what was typed there.
                    self.notices.fail("A field could not be read and is not in the file; it is still marked.");
                } else if let Some(next) = next {
                    self.go_on(ctx, next);
                }
            }
            Err(NotSaved::Changed(path)) => {
                self.after_save = None;
                self.file.saved = "not saved".into();
                self.changed_by_others(ctx, path);
            }
            Err(e) => {
                self.after_save = None;
                self.file.saved = "not saved".into();
                self.notices.fail(format!("Not saved, the work is still here: {e}"));
            }
        }
    }
}

fn with_ending(path: &Path) -> PathBuf {
    let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    if name.is_empty() || name.contains('.') { path.to_owned() } else { path.with_file_name(format!("{name}{ENDING}")) }
}
