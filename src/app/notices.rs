//! Short messages at the bottom of the map: what was done, with a way back.

use egui::{Align2, Area, Frame, Id};

use crate::panels::Action;
use crate::panels::style::c32;
use crate::view::Colors;

/// Seconds a message stays. Errors stay until they are closed.
const STAY_SECS: f64 = 6.0;

#[derive(Clone, Debug)]
struct Notice {
    text: String,
    /// The word of a way back, and what it does.
    back: Option<(&'static str, Action)>,
    error: bool,
    since: Option<f64>,
}

/// The messages on show.
#[derive(Debug, Default)]
pub(super) struct Notices(Vec<Notice>);

impl Notices {
    /// Something was done.
    pub(super) fn say(&mut self, text: impl Into<String>) {
        self.push(&text.into(), None, false);
    }

    /// Something was done that can be undone.
    pub(super) fn done(&mut self, text: impl Into<String>) {
        self.push(&text.into(), Some(("Undo", Action::Undo)), false);
    }

    /// Something was done, with a way back of its own.
    pub(super) fn offer(&mut self, text: impl Into<String>, word: &'static str, back: Action) {
        self.push(&text.into(), Some((word, back)), false);
    }

    /// Something could not be done.
    pub(super) fn fail(&mut self, text: impl Into<String>) {
        self.push(&text.into(), None, true);
    }

    fn push(&mut self, text: &str, back: Option<(&'static str, Action)>, error: bool) {
        let mut letters = text.chars();
        let text = letters.next().map_or(String::new(), |c| c.to_uppercase().chain(letters).collect::<String>());
        // One way back at a time: an older "Undo" would undo the newer step.
        self.0.retain(|n| n.back.is_none() && n.text != text);
        self.0.push(Notice { text, back, error, since: None });
        let over = self.0.len().saturating_sub(3);
        self.0.drain(..over);
    }

    /// Draws them.
    pub(super) fn ui(&mut self, ctx: &egui::Context, c: &Colors) -> Option<Action> {
        if self.0.is_empty() {
            return None;
        }
        let now = ctx.input(|i| i.time);
        for notice in &mut self.0 {
            notice.since.get_or_insert(now);
        }
        self.0.retain(|n| n.error || n.since.is_none_or(|t| now - t < STAY_SECS));
        let next = self
            .0
            .iter()
            .filter(|n| !n.error)
            .filter_map(|n| n.since)
            .map(|t| t + STAY_SECS - now)
            .fold(f64::INFINITY, f64::min);
        if next.is_finite() {
            ctx.request_repaint_after(std::time::Duration::from_secs_f64(next.max(0.0) + 0.01));
        }
        let mut action = None;
        let mut closed = None;
        Area::new(Id::unique("notices"))
            .anchor(Align2::CENTER_BOTTOM, [0.0, -48.0])
            .order(egui::Order::Foreground)
            .show(ctx, |ui| {
                for (n, notice) in self.0.iter().enumerate() {
                    Frame::new().fill(c32(c.text)).corner_radius(6).inner_margin(egui::Margin::symmetric(12, 8)).show(
                        ui,
                        |ui| {
                            ui.horizontal(|ui| {
                                let ink = c32(c.panel);
                                ui.set_max_width(620.0);
                                ui.add(egui::Label::new(egui::RichText::new(&notice.text).color(ink)).wrap());
                                let link = |word: &str| {
                                    egui::Button::new(egui::RichText::new(word).color(ink).underline()).frame(false)
                                };
                                if let Some((word, back)) = &notice.back
                                    && ui.add(link(word)).clicked()
                                {
                                    action = Some(back.clone());
                                    closed = Some(n);
                                }
                                if notice.error && ui.add(link("Close")).clicked() {
                                    closed = Some(n);
                                }
                            });
                        },
                    );
                }
            });
        if let Some(n) = closed {
            self.0.remove(n);
        }
        action
    }
}
