//! What lies over the window and waits for an answer: pages, questions, messages.

use std::path::PathBuf;

use egui::Frame;

use super::{App, Dialog, files};
use crate::panels::style::c32;
use crate::panels::{self, Action, Look};

impl App {
    pub(super) fn dialogs(&mut self, ctx: &egui::Context, actions: &mut Vec<Action>) {
        let c = self.theme.colors();
        let modal = |name: &'static str| {
            egui::Modal::new(egui::Id::unique(name)).frame(
                Frame::new()
                    .fill(c32(c.panel))
                    .inner_margin(20)
                    .corner_radius(8)
                    .stroke(egui::Stroke::new(1.0, c32(c.rule))),
            )
        };
        if self.state.help && modal("help").show(ctx, |ui| panels::help::ui(ui, c)).inner {
            self.state.help = false;
        }
        if self.state.findings {
            let look = Look {
                project: self.workspace.project(),
                derived: &self.derived,
                question: &self.question,
                colors: c,
                labels: self.labels,
                zone: self.zone,
                today: self.today(),
            };
            let (close, asked) = modal("findings").show(ctx, |ui| panels::findings::ui(ui, look)).inner;
            actions.extend(asked);
            self.state.findings &= !close;
        }
        let look = Look {
            project: self.workspace.project(),
            derived: &self.derived,
            question: &self.question,
            colors: c,
            labels: self.labels,
            zone: self.zone,
            today: self.today(),
        };
        if let Some((id, a, Some(b))) = &self.state.compare {
            let (id, ids) = (*id, [&**a, &**b]);
            let (close, asked) = modal("compare").show(ctx, |ui| panels::compare::ui(ui, look, id, ids)).inner;
            actions.extend(asked);
            if close {
                self.state.compare = None;
            }
        }
        if let Some(paste) = &mut self.state.paste {
            let (close, asked) = modal("paste").show(ctx, |ui| panels::paste::ui(ui, look, paste)).inner;
            actions.extend(asked);
            if close {
                self.state.paste = None;
            }
        }
        if self.state.about && modal("about").show(ctx, |ui| panels::about::ui(ui, c)).inner {
            self.state.about = false;
        }
        self.offer();
        match &mut self.dialog {
            None => {}
            Some(Dialog::Merge(page)) => {
                let answer = modal("merge").show(ctx, |ui| panels::merge::ui(ui, page, c)).inner;
                if let Some(answer) = answer {
                    self.merge_answered(ctx, answer);
                }
            }
            Some(Dialog::Recover(page)) => {
                let answer = modal("recover").show(ctx, |ui| panels::recovery::ui(ui, page, c)).inner;
                if let Some(answer) = answer {
                    self.recovery_answered(ctx, answer);
                }
            }
            Some(Dialog::Unsaved(next)) => {
                let before = files::describe(next);
                let answer =
                    modal("unsaved").show(ctx, |ui| panels::dialogs::unsaved(ui, &self.file.name, before, c)).inner;
                match answer {
                    None => {}
                    Some(panels::dialogs::Unsaved::Cancel) => self.dialog = None,
                    Some(panels::dialogs::Unsaved::Save) => {
                        self.after_save = Some((**next).clone());
                        self.dialog = None;
                        actions.push(Action::Save);
                    }
                    Some(panels::dialogs::Unsaved::Discard) => {
                        let next = (**next).clone();
                        self.dialog = None;
                        self.go_on(ctx, next);
                    }
                }
            }
            Some(Dialog::Export(page)) => {
                let outcome = modal("export").show(ctx, |ui| panels::export::ui(ui, page, c)).inner;
                if let Some(outcome) = outcome {
                    self.export_outcome(ctx, outcome);
                }
            }
            Some(Dialog::Talk(page)) => {
                let outcome = modal("talk").show(ctx, |ui| panels::leaving::ui(ui, page, c)).inner;
                if let Some(outcome) = outcome {
                    self.talk_outcome(ctx, outcome);
                }
            }
            Some(Dialog::Sensitive { withheld, ask }) => {
                let (withheld, ask) = (*withheld, *ask);
                let answer = modal("sensitive").show(ctx, |ui| panels::dialogs::sensitive(ui, withheld, c)).inner;
                if let Some(answer) = answer {
                    self.sensitive_answered(ctx, ask, answer);
                }
            }
            Some(Dialog::Path { what, text, error }) => {
                let what = *what;
                let answer = modal("path")
                    .show(ctx, |ui| {
                        panels::dialogs::path(ui, what.heading(), what.verb(), what.hint(), text, error.as_deref(), c)
                    })
                    .inner;
                match answer {
                    None => {}
                    Some(panels::dialogs::Path::Cancel) => {
                        self.dialog = None;
                        self.after_save = None;
                    }
                    Some(panels::dialogs::Path::Take(path)) => {
                        self.dialog = None;
                        self.chosen(ctx, what, PathBuf::from(path), super::Dialogs::Typed);
                    }
                }
            }
            Some(Dialog::Message { heading, lines, action }) => {
                let verb = action.as_ref().map(|(verb, _)| *verb);
                let answer =
                    modal("message").show(ctx, |ui| panels::dialogs::message(ui, heading, lines, verb, c)).inner;
                if let Some(yes) = answer {
                    match action.take() {
                        Some((_, action)) if yes => actions.push(*action),
                        // What should have come after the save that was asked about does not come.
                        _ => self.after_save = None,
                    }
                    self.dialog = None;
                }
            }
        }
    }
}
