//! Playing how a toll became known: the date of knowledge moves from one day of publication to the next.

use super::App;
use crate::derive::{Derived, Question, publication_days};
use crate::model::{Moment, Project, ZONE_HERE_MINUTES};
use crate::view::Labels;

/// Seconds that one day stays on the screen.
const DAY_SECS: f64 = 1.2;

/// A play under way.
#[derive(Clone, Debug)]
pub(super) struct Play {
    /// Days on which something was published, earliest first.
    days: Vec<Moment>,
    /// The day shown.
    at: usize,
    /// When the next one is due, in seconds of the window's clock.
    due: f64,
}

/// What the map says of the date of knowledge, large; `None` where everything known today is shown.
pub(super) fn title(question: &Question) -> Option<String> {
    question.as_known.map(|m| format!("As known on {}", m.label(true)))
}

/// The dead by party under it, so that the figures are seen to move with the date.
pub(super) fn subtitle(project: &Project, derived: &Derived, question: &Question, labels: Labels) -> Vec<String> {
    if question.as_known.is_none() {
        return Vec::new();
    }
    let known = derived.dead.by_party.iter().filter(|(_, f)| f.is_known());
    let parties: Vec<String> = known
        .map(|(id, f)| {
            let name = project.meta().party(id).map_or(id.as_str(), |p| p.names.best(labels.first));
            format!("{name} {f}")
        })
        .collect();
    if parties.is_empty() {
        vec!["No figure of dead known yet".into()]
    } else {
        vec![format!("Killed: {}", parties.join(" · "))]
    }
}

impl App {
    /// Starts the play at the first day of publication, or stops it where it is.
    pub(super) fn play_known(&mut self, ctx: &egui::Context) {
        if self.play.take().is_some() {
            return;
        }
        let days = publication_days(self.workspace.project(), &self.derived, &[], ZONE_HERE_MINUTES);
        let Some(first) = days.first().copied() else {
            self.notices.say("No claim has a date of publication yet");
            return;
        };
        self.question.as_known = Some(first);
        self.play = Some(Play { days, at: 0, due: ctx.input(|i| i.time) + DAY_SECS });
    }

    /// Moves on to the next day when it is due; after the last one everything known today is shown again.
    pub(super) fn advance_play(&mut self, ctx: &egui::Context) {
        let Some(play) = &mut self.play else { return };
        let now = ctx.input(|i| i.time);
        if now >= play.due {
            play.at += 1;
            play.due = now + DAY_SECS;
            self.question.as_known = play.days.get(play.at).copied();
            if self.question.as_known.is_none() {
                self.play = None;
                return;
            }
        }
        if let Some(play) = &self.play {
            ctx.request_repaint_after(std::time::Duration::from_secs_f64((play.due - now).max(0.0)));
        }
    }
}
