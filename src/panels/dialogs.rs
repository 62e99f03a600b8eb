//! Questions that stand in the way, asked only where work would be lost, and the field for a typed path.

use egui::{Key, Ui};

use super::style::{bold, c32, caption};
use crate::model::Withheld;
use crate::view::Colors;
use crate::view::theme::{space, type_size};

/// The answer to "there is unsaved work".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unsaved {
    /// Save, then go on.
    Save,
    /// Go on without saving.
    Discard,
    /// Stay.
    Cancel,
}

/// Asks what to do with unsaved work. `before` says what comes next: "opening another file".
pub fn unsaved(ui: &mut Ui, name: &str, before: &str, c: &Colors) -> Option<Unsaved> {
    ui.set_width(400.0);
    ui.label(
        egui::RichText::new(format!("Save the changes to “{name}”?"))
            .font(bold(type_size::EMPHASIS))
            .color(c32(c.text)),
    );
    ui.add_space(space::XS);
    ui.add(egui::Label::new(caption(format!("They are lost if you go on to {before} without saving."), c)).wrap());
    ui.add_space(space::M);
    let mut answer = None;
    ui.horizontal(|ui| {
        let save = primary(ui, "Save", c);
        if save.clicked() {
            answer = Some(Unsaved::Save);
        }
        if ui.button("Do not save").clicked() {
            answer = Some(Unsaved::Discard);
        }
        if ui.button("Cancel").clicked() || ui.input(|i| i.key_pressed(Key::Escape)) {
            answer = Some(Unsaved::Cancel);
        }
    });
    answer
}

/// The answer to "this is marked as sensitive".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sensitive {
    /// Leave it out.
    Stays,
    /// Take it along.
    GoesAlong,
    /// Give nothing out.
    Cancel,
}

/// Asks whether what is marked as sensitive goes into something that is given out.
pub fn sensitive(ui: &mut Ui, withheld: Withheld, c: &Colors) -> Option<Sensitive> {
    ui.set_width(440.0);
    let heading = format!("Leave out what is marked as sensitive ({})?", withheld.words());
    ui.add(egui::Label::new(egui::RichText::new(heading).font(bold(type_size::EMPHASIS)).color(c32(c.text))).wrap());
    ui.add_space(space::XS);
    ui.add(
        egui::Label::new(caption("It stays in the project. Whoever gets the file sees what is taken along.", c)).wrap(),
    );
    ui.add_space(space::M);
    let mut answer = None;
    ui.horizontal(|ui| {
        if primary(ui, "Leave out", c).clicked() {
            answer = Some(Sensitive::Stays);
        }
        if ui.button("Take along").clicked() {
            answer = Some(Sensitive::GoesAlong);
        }
        if ui.button("Cancel").clicked() || ui.input(|i| i.key_pressed(Key::Escape)) {
            answer = Some(Sensitive::Cancel);
        }
    });
    answer
}

/// The answer to a typed path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Path {
    /// Take this path.
    Take(String),
    /// None.
    Cancel,
}

/// A field for a path, where no file dialog can be had.
pub fn path(
    ui: &mut Ui,
    heading: &str,
    verb: &str,
    hint: &str,
    text: &mut String,
    error: Option<&str>,
    c: &Colors,
) -> Option<Path> {
    ui.set_width(520.0);
    ui.label(egui::RichText::new(heading).font(bold(type_size::EMPHASIS)).color(c32(c.text)));
    ui.add_space(space::XS);
    ui.add(
        egui::Label::new(caption(
            "No file dialog is available here. Type or paste the path; you can also drop a file on the window.",
            c,
        ))
        .wrap(),
    );
    ui.add_space(space::S);
    let field = egui::TextEdit::singleline(text)
        .id(egui::Id::unique("typed path"))
        .hint_text(hint)
        .desired_width(f32::INFINITY)
        .margin(egui::Margin::symmetric(8, 6));
    let response = ui.add(field);
    let value = text.clone();
    response.widget_info(|| {
        let mut info = egui::WidgetInfo::text_edit(true, value.clone(), value.clone(), "");
        info.label = Some("Path".into());
        info
    });
    // Asked before the focus is given back: a field that has it again has not lost it.
    let entered = response.lost_focus() && ui.input(|i| i.key_pressed(Key::Enter));
    if ui.memory(|m| m.focused().is_none()) {
        response.request_focus();
    }
    if let Some(error) = error {
        ui.add(egui::Label::new(egui::RichText::new(error).size(type_size::CAPTION).color(c32(c.error))).wrap());
    }
    ui.add_space(space::M);
    let mut answer = None;
    ui.horizontal(|ui| {
        if (primary(ui, verb, c).clicked() || entered) && !text.trim().is_empty() {
            answer = Some(Path::Take(text.trim().to_owned()));
        }
        if ui.button("Cancel").clicked() || ui.input(|i| i.key_pressed(Key::Escape)) {
            answer = Some(Path::Cancel);
        }
    });
    answer
}

/// A message that stays until it is read, with a list; `true` for the button of `verb`, `false` for closing.
pub fn message(ui: &mut Ui, heading: &str, lines: &[String], verb: Option<&str>, c: &Colors) -> Option<bool> {
    ui.set_width(520.0);
    ui.label(egui::RichText::new(heading).font(bold(type_size::EMPHASIS)).color(c32(c.text)));
    ui.add_space(space::S);
    egui::ScrollArea::vertical().max_height(320.0).show(ui, |ui| {
        for line in lines {
            ui.add(egui::Label::new(egui::RichText::new(line).color(c32(c.text))).wrap());
        }
    });
    ui.add_space(space::M);
    let mut answer = None;
    ui.horizontal(|ui| {
        if let Some(verb) = verb
            && primary(ui, verb, c).clicked()
        {
            answer = Some(true);
        }
        if ui.button("Close").clicked() || ui.input(|i| i.key_pressed(Key::Escape)) {
            answer = Some(false);
        }
    });
    answer
}

/// The one button of a dialog that Enter would mean.
pub fn primary(ui: &mut Ui, word: &str, c: &Colors) -> egui::Response {
    ui.add(egui::Button::new(egui::RichText::new(word).color(c32(c.on_accent))).fill(c32(c.accent)))
}
