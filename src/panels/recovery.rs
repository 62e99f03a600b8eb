//! Unsaved work that was left behind: what is in it, and what to do with it.

use egui::{Key, ScrollArea, Ui};

use super::dialogs::primary;
use super::style::{bold, c32, caption};
use crate::view::Colors;
use crate::view::theme::{space, type_size};

/// What was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page {
    /// What the project was called.
    pub name: String,
    /// Its file, if it had one.
    pub file: Option<String>,
    /// Who worked on it, and where.
    pub who: String,
    /// When the last step was made.
    pub when: String,
    /// The steps, the latest first: when and what.
    pub steps: Vec<(String, String)>,
    /// Titles of what was added or changed.
    pub changed: Vec<String>,
    /// Titles of what was deleted.
    pub deleted: Vec<String>,
    /// Whether title, parties, sources or slides changed.
    pub meta: bool,
    /// Whether the last edit was under way and is lost.
    pub torn: bool,
    /// How many more were found.
    pub more: usize,
}

/// The answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Bring it back.
    Recover,
    /// Leave it for the next start.
    Later,
    /// Move it aside.
    Discard,
}

/// Titles that are listed of each sort.
const MOST: usize = 60;

/// Draws the page.
pub fn ui(ui: &mut Ui, page: &Page, c: &Colors) -> Option<Answer> {
    let mut answer = None;
    ui.set_width(560.0);
    ui.label(egui::RichText::new("Unsaved work was found").font(bold(type_size::TITLE)).color(c32(c.text)));
    let body = |ui: &mut Ui, text: String| {
        ui.add(egui::Label::new(egui::RichText::new(text).color(c32(c.text))).wrap());
    };
    body(
        ui,
        format!("“{}”, by {}, last edited {}. The program did not end by itself.", page.name, page.who, page.when),
    );
    let place = page.file.clone().unwrap_or_else(|| "It was never saved as a file.".into());
    ui.add(egui::Label::new(caption(place, c)).truncate());
    ui.add_space(space::S);
    ScrollArea::vertical().max_height(300.0).auto_shrink([false, true]).show(ui, |ui| {
        let head = |ui: &mut Ui, text: String| {
            ui.add_space(space::XS);
            ui.label(egui::RichText::new(text).font(bold(type_size::BODY)).color(c32(c.text)));
        };
        for (words, titles) in [("Added or changed", &page.changed), ("Deleted", &page.deleted)] {
            if titles.is_empty() {
                continue;
            }
            head(ui, format!("{words} ({})", titles.len()));
            for title in titles.iter().take(MOST) {
                ui.add(egui::Label::new(egui::RichText::new(title).color(c32(c.text))).truncate());
            }
            if titles.len() > MOST {
                ui.label(caption(format!("and {} more", titles.len() - MOST), c));
            }
        }
        if page.meta {
            head(ui, "The project itself".into());
            ui.label(egui::RichText::new("Title, parties, sources, filters or slides").color(c32(c.text)));
        }
        head(ui, format!("Steps, the latest first ({})", page.steps.len()));
        for (when, what) in page.steps.iter().take(MOST) {
            ui.horizontal(|ui| {
                ui.label(caption(when, c));
                ui.add(egui::Label::new(egui::RichText::new(what).color(c32(c.text))).truncate());
            });
        }
        if page.steps.len() > MOST {
            ui.label(caption(format!("and {} more", page.steps.len() - MOST), c));
        }
    });
    ui.add_space(space::S);
    if page.torn {
        let words = "The last edit was under way when the program ended; it is not in here.";
        ui.add(egui::Label::new(egui::RichText::new(words).color(c32(c.warning))).wrap());
    }
    let words = "Recovered work comes back as one step; no file changes until you save. Discarded work is moved aside, into \
“journals/discarded” of the state folder.";
    ui.add(egui::Label::new(caption(words, c)).wrap());
    if page.more > 0 {
        let (n, s) = (page.more, if page.more == 1 { "" } else { "s" });
        ui.label(caption(format!("{n} more journal{s} after this one."), c));
    }
    ui.add_space(space::M);
    ui.horizontal(|ui| {
        if primary(ui, "Recover", c).clicked() {
            answer = Some(Answer::Recover);
        }
        if ui.button("Keep for later").clicked() || ui.input(|i| i.key_pressed(Key::Escape)) {
            answer = Some(Answer::Later);
        }
        if ui.button("Discard").clicked() {
            answer = Some(Answer::Discard);
        }
    });
    answer
}
