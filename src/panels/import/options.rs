//! How the whole table is read: by which mapping, in which encoding, how dates and numbers are written.

use egui::Ui;

use super::{KnownAs, Outcome, Page, combo, field, mapping_as};
use crate::import::{DateOrder, Decimal, Preset, Question, Reading, Twice, Zero};
use crate::panels::Look;
use crate::panels::style::{c32, caption};
use crate::view::Colors;
use crate::view::theme::space;

/// Encodings that tables of the region come in, by their names in the WHATWG standard.
const ENCODINGS: [&str; 8] =
    ["UTF-8", "UTF-16LE", "UTF-16BE", "windows-1251", "windows-1252", "windows-1254", "KOI8-R", "GBK"];

/// Draws them.
pub(super) fn ui(ui: &mut Ui, look: Look, page: &mut Page, outcome: &mut Option<Outcome>) {
    let c = look.colors;
    if !page.table.notes.is_empty() {
        ui.add(egui::Label::new(caption(page.table.notes.join(" · "), c)).truncate());
    }
    ui.spacing_mut().item_spacing.y = 6.0;
    ui.horizontal_wrapped(|ui| {
        known_as(ui, look, page);
        save(ui, page, c, outcome);
        let mut next = page.mapping.reading.clone();
        sheet(ui, page, &mut next, c);
        if page.table.format.starts_with("text table") {
            text(ui, page, &mut next, c);
        }
        if page.table.format.starts_with("text table") || page.table.format.starts_with("XLSX") {
            head_line(ui, &mut next, c);
        }
        if next != page.mapping.reading {
            *outcome = Some(Outcome::Reread(next));
        }
    });
    ui.horizontal_wrapped(|ui| values(ui, page, c));
    question(ui, page, c);
}

fn known_as(ui: &mut Ui, look: Look, page: &mut Page) {
    let c = look.colors;
    let mut choice = None;
    let own = Preset::of(&page.table);
    let label = match &page.known_as {
        KnownAs::Preset(p) if own == Some(*p) => format!("{}, recognised by its columns", p.label()),
        other => other.label().to_owned(),
    };
    ui.label(caption("Read as", c));
    combo(ui, "Read as", &label, 236.0, |ui| {
        let mut entry = |ui: &mut Ui, known: KnownAs| {
            let word = match &known {
                KnownAs::Guessed => "guessed from names and values".to_owned(),
                KnownAs::Preset(p) => p.label().to_owned(),
                KnownAs::Saved(name) => name.clone(),
            };
            if ui.selectable_label(page.known_as == known, word).clicked() {
                choice = Some(known);
            }
        };
        entry(ui, KnownAs::Guessed);
        for preset in Preset::ALL {
            entry(ui, KnownAs::Preset(preset));
        }
        if !page.saved.is_empty() {
            ui.separator();
            ui.label(caption("Saved presets", c));
        }
        for saved in &page.saved {
            entry(ui, KnownAs::Saved(saved.name.clone()));
        }
    });
    if let Some(known) = choice {
        page.mapping = mapping_as(page, &known, look);
        page.known_as = known;
        page.column = None;
        page.changed();
    }
}

/// Keeps the mapping under a name.
fn save(ui: &mut Ui, page: &mut Page, c: &Colors, outcome: &mut Option<Outcome>) {
    let Some(name) = &mut page.saving else {
        if ui.button("Save as preset …").clicked() {
            let own = match &page.known_as {
                KnownAs::Saved(name) => name.clone(),
                _ => String::new(),
            };
            page.saving = Some(own);
        }
        return;
    };
    let response = field(ui, "Name of the preset", name, "name", 140.0);
    if ui.memory(|m| m.focused().is_none()) {
        response.request_focus();
    }
    let entered = response.lost_focus() && ui.input(|i| i.key_pressed(egui::Key::Enter));
    let trimmed = name.trim().to_owned();
    let is_own = Preset::ALL.iter().any(|p| p.id() == trimmed || p.label() == trimmed);
    let able = !trimmed.is_empty() && !is_own;
    let pressed = ui.add_enabled(able, egui::Button::new("Save preset")).clicked();
    if able && (pressed || entered) {
        *outcome = Some(Outcome::Save(trimmed));
        page.saving = None;
    } else if ui.button("Do not save").clicked() {
        page.saving = None;
    } else if is_own {
        ui.label(egui::RichText::new("this name is the program’s").color(c32(c.error)));
    }
}

/// Which table of a file that holds several.
fn sheet(ui: &mut Ui, page: &Page, next: &mut Reading, c: &Colors) {
    let Some(sheets) = &page.table.sheets else { return };
    ui.add_space(space::S);
    let word = if page.table.format.starts_with("XLSX") { "Sheet" } else { "Layer" };
    ui.label(caption(word, c));
    combo(ui, word, &sheets.open, 168.0, |ui| {
        for name in &sheets.names {
            if ui.selectable_label(*name == sheets.open, name).clicked() && *name != sheets.open {
                next.sheet = Some(name.clone());
            }
        }
    });
}

/// How a text file is taken apart.
fn text(ui: &mut Ui, page: &Page, next: &mut Reading, c: &Colors) {
    ui.add_space(space::S);
    ui.label(caption("Encoding", c));
    let found = |what: &str| format!("as found: {what}");
    let mut parts = page.table.format.split(", ").skip(1);
    let encoding = parts.next().unwrap_or_default().to_owned();
    let mark = page.table.format.split('“').nth(1).and_then(|m| m.split('”').next()).unwrap_or_default().to_owned();
    let shown = next.encoding.clone().unwrap_or_else(|| found(&encoding));
    combo(ui, "Encoding", &shown, 168.0, |ui| {
        if ui.selectable_label(next.encoding.is_none(), "as found").clicked() {
            next.encoding = None;
        }
        for name in ENCODINGS {
            if ui.selectable_label(next.encoding.as_deref() == Some(name), name).clicked() {
                next.encoding = Some(name.to_owned());
            }
        }
    });
    ui.label(caption("Between cells", c));
    let word = |c: char| if c == '\t' { "tab".to_owned() } else { c.to_string() };
    let shown = next.separator.map_or_else(|| found(&mark), word);
    combo(ui, "Between cells", &shown, 104.0, |ui| {
        if ui.selectable_label(next.separator.is_none(), "as found").clicked() {
            next.separator = None;
        }
        for mark in [',', ';', '\t', '|'] {
            if ui.selectable_label(next.separator == Some(mark), word(mark)).clicked() {
                next.separator = Some(mark);
            }
        }
    });
}

/// Where the names of the columns stand.
fn head_line(ui: &mut Ui, next: &mut Reading, c: &Colors) {
    ui.label(caption("Names of columns", c));
    let line = |n: usize| if n == 0 { "none".to_owned() } else { format!("line {n}") };
    let shown = next.header_line.map_or_else(|| "as found".to_owned(), line);
    combo(ui, "Names of columns", &shown, 84.0, |ui| {
        if ui.selectable_label(next.header_line.is_none(), "as found").clicked() {
            next.header_line = None;
        }
        for n in 0..=12 {
            if ui.selectable_label(next.header_line == Some(n), line(n)).clicked() {
                next.header_line = Some(n);
            }
        }
    });
}

/// How dates, numbers, ids and missing positions are read.
fn values(ui: &mut Ui, page: &mut Page, c: &Colors) {
    let before = page.mapping.clone();
    let m = &mut page.mapping;
    ui.label(caption("Dates", c));
    let shown = m.date_order.map_or("as the file shows", DateOrder::label);
    combo(ui, "Dates", shown, 136.0, |ui| {
        ui.selectable_value(&mut m.date_order, None, "as the file shows");
        for order in DateOrder::ALL {
            ui.selectable_value(&mut m.date_order, Some(order), order.label());
        }
    });
    ui.label(caption("Decimals", c));
    let word = |d: Option<Decimal>| match d {
        None => "as each shows",
        Some(Decimal::Point) => "39.84",
        Some(Decimal::Comma) => "39,84",
    };
    combo(ui, "Decimals", word(m.decimal), 104.0, |ui| {
        for decimal in [None, Some(Decimal::Point), Some(Decimal::Comma)] {
            ui.selectable_value(&mut m.decimal, decimal, word(decimal));
        }
    });
    ui.label(caption("Times without a zone", c));
    let zone = if m.zone.is_empty() { "as they stand" } else { &m.zone }.to_owned();
    combo(ui, "Times without a zone", &zone, 112.0, |ui| {
        for (value, label) in
            [("", "as they stand"), ("+04:00", "+04:00 Yerevan, Baku"), ("+03:00", "+03:00 Moscow"), ("Z", "UTC")]
        {
            ui.selectable_value(&mut m.zone, value.to_owned(), label);
        }
    });
    ui.label(caption("Rows at 0°, 0°", c));
    let word = |z: Zero| match z {
        Zero::Reject => "not taken",
        Zero::Nowhere => "no position",
        Zero::Keep => "kept",
    };
    combo(ui, "Rows at 0°, 0°", word(m.zero), 96.0, |ui| {
        for zero in [Zero::Reject, Zero::Nowhere, Zero::Keep] {
            ui.selectable_value(&mut m.zero, zero, word(zero));
        }
    });
    ui.label(caption("Same id twice", c));
    let word = |t: Twice| match t {
        Twice::Reject => "not taken",
        Twice::Claims => "further claims",
    };
    combo(ui, "Same id twice", word(m.twice), 112.0, |ui| {
        for twice in [Twice::Reject, Twice::Claims] {
            ui.selectable_value(&mut m.twice, twice, word(twice));
        }
    });
    ui.checkbox(&mut m.swap, "Swap latitude and longitude");
    ui.checkbox(&mut m.keep_unused, "Keep other columns as tags");
    if *m != before {
        page.changed();
    }
}

/// What the file leaves open.
fn question(ui: &mut Ui, page: &mut Page, c: &Colors) {
    if page.is_answered() {
        return;
    }
    let Some(question) = &page.question else { return };
    let mut changed = false;
    let frame = egui::Frame::new().fill(c32(c.raised)).corner_radius(6).inner_margin(egui::Margin::symmetric(12, 4));
    frame.show(ui, |ui| {
        ui.horizontal(|ui| {
            ui.label(egui::RichText::new(sentence(&question.text())).color(c32(c.warning)));
            match question {
                Question::DateOrder { .. } => {
                    for (word, order) in [("Day first", DateOrder::Dmy), ("Month first", DateOrder::Mdy)] {
                        if ui.button(word).clicked() {
                            page.mapping.date_order = Some(order);
                            changed = true;
                        }
                    }
                }
                Question::Swapped { .. } => {
                    if ui.button("Swap them").clicked() {
                        page.mapping.swap = true;
                        changed = true;
                    }
                }
            }
        });
    });
    if changed {
        page.changed();
    }
}

fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |c| c.to_uppercase().chain(letters).chain(['.']).collect())
}
