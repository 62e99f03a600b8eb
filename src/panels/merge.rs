//! The file was changed by somebody else: what they changed, what was changed here, and what becomes of it.

use egui::{Key, RichText, ScrollArea, Ui};

use super::dialogs::primary;
use super::style::{bold, c32, caption};
use crate::view::Colors;
use crate::view::theme::{space, type_size};

/// Whose change something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Only theirs.
    Theirs,
    /// Only ours.
    Ours,
    /// Both alike.
    Both,
    /// Both, differently.
    Conflict,
    /// Both, differently, about a figure.
    TwoClaims,
    /// One side removed what the other changed.
    Removed,
}

/// What of two sides is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice {
    /// What stands in this window.
    Ours,
    /// What stands in the file.
    Theirs,
    /// Both, beside each other.
    Both,
}

/// One thing in which two versions differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The incident or drawing; empty for the project itself.
    pub title: String,
    /// The field in words.
    pub field: String,
    /// Whose change it is.
    pub kind: Kind,
    /// The value before, here and there, in words; empty: not there.
    pub values: [String; 3],
    /// What is taken, where both changed it.
    pub choice: Choice,
}

/// What the page shows and what was chosen on it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page {
    /// The name of the file.
    pub name: String,
    /// All differences.
    pub rows: Vec<Difference>,
}

/// The answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Take their changes in, and save.
    TakeIn,
    /// Save under another name.
    Copy,
    /// Go on without saving.
    Cancel,
}

/// Rows of each list; more are told by their number.
const MOST: usize = 200;

/// Draws the page.
pub fn ui(ui: &mut Ui, page: &mut Page, c: &Colors) -> Option<Answer> {
    let mut answer = None;
    ui.set_width(680.0);
    ui.label(RichText::new("The file was changed by somebody else").font(bold(type_size::TITLE)).color(c32(c.text)));
    let words = format!(
        "“{}” is no longer as this window opened or saved it. Nothing was written yet. Below is what each side changed; what only \
one side changed is kept from both.",
        page.name
    );
    ui.add(egui::Label::new(RichText::new(words).color(c32(c.text))).wrap());
    ui.add_space(space::S);
    ScrollArea::vertical().max_height(400.0).auto_shrink([false, true]).show(ui, |ui| {
        let open = |d: &Difference| matches!(d.kind, Kind::Conflict | Kind::TwoClaims | Kind::Removed);
        let count = page.rows.iter().filter(|d| open(d)).count();
        if count > 0 {
            head(ui, &format!("Changed on both sides, differently ({count})"), c);
        }
        for (n, row) in page.rows.iter_mut().enumerate().filter(|(_, d)| open(d)).take(MOST) {
            conflict(ui, n, row, c);
        }
        beyond(ui, count, c);
        for (kind, words) in [
            (Kind::Theirs, "Changed in the file"),
            (Kind::Ours, "Changed here"),
            (Kind::Both, "Changed alike on both sides"),
        ] {
            let rows = || page.rows.iter().filter(|d| d.kind == kind);
            if rows().next().is_some() {
                head(ui, &format!("{words} ({})", rows().count()), c);
            }
            for row in rows().take(MOST) {
                plain(ui, row, c);
            }
            beyond(ui, rows().count(), c);
        }
    });
    ui.add_space(space::S);
    ui.add(egui::Label::new(caption("Their changes come in as one step, which Undo takes back.", c)).wrap());
    ui.add_space(space::M);
    ui.horizontal(|ui| {
        if primary(ui, "Take in and save", c).clicked() {
            answer = Some(Answer::TakeIn);
        }
        if ui.button("Save a copy …").clicked() {
            answer = Some(Answer::Copy);
        }
        if ui.button("Cancel").clicked() || ui.input(|i| i.key_pressed(Key::Escape)) {
            answer = Some(Answer::Cancel);
        }
    });
    answer
}

fn head(ui: &mut Ui, words: &str, c: &Colors) {
    ui.add_space(space::S);
    ui.label(RichText::new(words).font(bold(type_size::BODY)).color(c32(c.text)));
}

fn beyond(ui: &mut Ui, n: usize, c: &Colors) {
    if n > MOST {
        ui.label(caption(format!("and {} more", n - MOST), c));
    }
}

/// Title and field of a difference.
pub(super) fn what(row: &Difference) -> String {
    let title = if row.title.is_empty() { "The project" } else { &row.title };
    format!("{title} — {}", row.field)
}

pub(super) fn or_nothing(text: &str) -> &str {
    if text.is_empty() { "nothing" } else { text }
}

fn plain(ui: &mut Ui, row: &Difference, c: &Colors) {
    let [before, ours, theirs] = &row.values;
    let after = if row.kind == Kind::Theirs { theirs } else { ours };
    ui.add(egui::Label::new(RichText::new(what(row)).color(c32(c.text))).truncate());
    ui.horizontal(|ui| {
        ui.add_space(space::M);
        ui.add(egui::Label::new(caption(format!("{} → {}", or_nothing(before), or_nothing(after)), c)).truncate());
    });
}

fn conflict(ui: &mut Ui, n: usize, row: &mut Difference, c: &Colors) {
    ui.add(egui::Label::new(RichText::new(what(row)).font(bold(type_size::BODY)).color(c32(c.text))).wrap());
    let [before, ours, theirs] = row.values.clone();
    let two = row.kind == Kind::TwoClaims;
    let words = [
        (Choice::Ours, "Here", &ours, true),
        (Choice::Theirs, "In the file", &theirs, true),
        (Choice::Both, "Both, as two claims", &String::new(), two),
    ];
    ui.push_id(("conflict", n), |ui| {
        for (choice, name, value, offered) in words {
            if !offered {
                continue;
            }
            ui.horizontal(|ui| {
                ui.add_space(space::M);
                let text = match choice {
                    Choice::Both => name.to_owned(),
                    _ if row.kind == Kind::Removed && value.is_empty() => format!("{name}: removed"),
                    _ if row.kind == Kind::Removed => format!("{name}: kept, with {value}"),
                    _ => format!("{name}: {}", or_nothing(value)),
                };
                let on = row.choice == choice;
                let response = ui.radio(on, text.clone());
                response.widget_info(|| {
                    egui::WidgetInfo::selected(egui::Role::RadioButton, true, on, format!("{}: {text}", what(row)))
                });
                if response.clicked() {
                    row.choice = choice;
                }
            });
        }
        ui.horizontal(|ui| {
            ui.add_space(space::M);
            ui.add(egui::Label::new(caption(format!("Before: {}", or_nothing(&before)), c)).truncate());
        });
    });
    ui.add_space(space::XS);
}
