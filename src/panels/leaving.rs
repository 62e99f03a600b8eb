//! A talk or a report as a file: in which form, and what leaves the house with it. Nothing is written from here.

use egui::{ComboBox, DragValue, ScrollArea, Ui};

use super::dialogs::primary;
use super::style::{bold, c32, caption};
use crate::model::ROUND_KM;
use crate::view::Colors;
use crate::view::theme::{space, type_size};

/// What can be chosen of a form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asks {
    /// Whether the speaker's notes go along.
    Notes,
    /// The paper.
    Paper,
    /// The size in pixels: how many of [`SIZES`] are offered.
    Size(usize),
    /// Seconds and frames a second.
    Time {
        /// Frames a second that are usual.
        usual: u32,
        /// Most frames a second.
        most: u32,
    },
}

/// A form as it is offered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Form {
    /// What it is called.
    pub label: &'static str,
    /// Its ending, with the dot.
    pub ending: &'static str,
    /// What it is good for.
    pub about: &'static str,
    /// What can be chosen of it.
    pub asks: &'static [Asks],
    /// Whether it is made of the slides.
    pub of_slides: bool,
}

/// Papers by the names that the command line takes.
pub const PAPERS: [&str; 5] = ["screen", "a4", "a3", "letter", "a4-portrait"];
/// Sizes in pixels.
pub const SIZES: [[u32; 2]; 4] = [[960, 540], [1280, 720], [1920, 1080], [3840, 2160]];

/// What the page shows and what has been chosen on it.
// Independent switches; none excludes another.
#[expect(clippy::struct_excessive_bools)]
#[derive(Clone, Debug, PartialEq)]
pub struct Page {
    /// The forms.
    pub forms: Vec<Form>,
    /// Which of them.
    pub chosen: usize,
    /// How many slides there are.
    pub slides: usize,
    /// Whether anything is marked as sensitive.
    pub marked: bool,
    /// What is marked as sensitive goes along.
    pub sensitive: bool,
    /// The speaker's notes go along.
    pub notes: bool,
    /// Positions are rounded.
    pub round: bool,
    /// To how many kilometres.
    pub round_km: f64,
    /// Which of [`PAPERS`].
    pub paper: usize,
    /// Which of [`SIZES`].
    pub size: usize,
    /// Seconds of an animation or a film; 0: as long as the slide plays.
    pub secs: u32,
    /// Frames a second.
    pub fps: u32,
    /// What leaves the house, a line each; empty: not known yet.
    pub lines: Vec<String>,
}

impl Default for Page {
    fn default() -> Self {
        Self {
            forms: Vec::new(),
            chosen: 0,
            slides: 0,
            marked: false,
            sensitive: false,
            notes: false,
            round: false,
            round_km: 5.0,
            paper: 0,
            size: 2,
            secs: 0,
            fps: 12,
            lines: Vec::new(),
        }
    }
}

impl Page {
    /// The form that is chosen.
    pub fn form(&self) -> Option<&Form> {
        self.forms.get(self.chosen)
    }

    /// Chooses another form; what it cannot have falls back to what it has.
    fn choose(&mut self, n: usize) {
        self.chosen = n;
        for asks in self.asked() {
            match asks {
                Asks::Size(offered) => self.size = self.size.min(offered.saturating_sub(1)),
                Asks::Time { usual, .. } => self.fps = *usual,
                Asks::Notes | Asks::Paper => {}
            }
        }
    }

    fn asks(&self, what: Asks) -> bool {
        self.asked().contains(&what)
    }

    /// What can be chosen of the form.
    fn asked(&self) -> &'static [Asks] {
        self.form().map_or(&[], |f| f.asks)
    }

    /// How many sizes are offered, and the most frames a second.
    fn offers(&self) -> (Option<usize>, Option<u32>) {
        let asks = self.asked();
        let size = asks.iter().find_map(|a| if let Asks::Size(n) = a { Some(*n) } else { None });
        let most = asks.iter().find_map(|a| if let Asks::Time { most, .. } = a { Some(*most) } else { None });
        (size, most)
    }
}

/// What the user wants of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Close it.
    Close,
    /// Another choice: what leaves has to be listed anew.
    List,
    /// Go on to the name of the file.
    Save,
}

/// Draws the page.
pub fn ui(ui: &mut Ui, page: &mut Page, c: &Colors) -> Option<Outcome> {
    let mut outcome = None;
    ui.set_width(620.0);
    ui.label(egui::RichText::new("Talk or report as a file").font(bold(type_size::TITLE)).color(c32(c.text)));
    ui.add_space(space::S);
    ui.horizontal_top(|ui| {
        ui.vertical(|ui| {
            ui.set_width(230.0);
            ui.spacing_mut().item_spacing.y = space::XS;
            for n in 0..page.forms.len() {
                let Some(form) = page.forms.get(n).copied() else { continue };
                let ready = !form.of_slides || page.slides > 0;
                let radio = ui.add_enabled(ready, egui::RadioButton::new(page.chosen == n, form.label));
                let radio = radio.on_hover_text(form.about).on_disabled_hover_text("There are no slides yet (Ctrl+M)");
                if radio.clicked() && page.chosen != n {
                    page.choose(n);
                    outcome = Some(Outcome::List);
                }
            }
            ui.add_space(space::S);
            if choices(ui, page, c) {
                outcome = Some(Outcome::List);
            }
        });
        ui.add_space(space::M);
        ui.vertical(|ui| {
            ui.set_width(ui.available_width());
            if let Some(form) = page.form() {
                ui.add(egui::Label::new(caption(form.about, c)).wrap());
            }
            ui.add_space(space::S);
            ui.label(egui::RichText::new("What leaves the house").font(bold(type_size::BODY)).color(c32(c.text)));
            ui.add_space(space::XS);
            if page.lines.is_empty() {
                ui.label(caption("Looking at what is in it …", c));
            }
            ScrollArea::vertical().id_salt("what leaves").max_height(280.0).show(ui, |ui| {
                for line in &page.lines {
                    ui.add(egui::Label::new(egui::RichText::new(format!("· {line}")).color(c32(c.text))).wrap());
                }
            });
            ui.add_space(space::S);
            if page.marked && ui.checkbox(&mut page.sensitive, "Also what is marked as sensitive").changed() {
                outcome = Some(Outcome::List);
            }
            if rounding(ui, &mut page.round, &mut page.round_km) {
                outcome = Some(Outcome::List);
            }
        });
    });
    ui.add_space(space::M);
    ui.horizontal(|ui| {
        let ready = page.form().is_some_and(|f| !f.of_slides || page.slides > 0) && !page.lines.is_empty();
        if ui.add_enabled_ui(ready, |ui| primary(ui, "Save as …", c)).inner.clicked() {
            outcome = Some(Outcome::Save);
        }
        if ui.button("Cancel").clicked() || ui.input(|i| i.key_pressed(egui::Key::Escape)) {
            outcome = Some(Outcome::Close);
        }
    });
    outcome
}

/// What can be chosen of the form; whether it changes what leaves.
fn choices(ui: &mut Ui, page: &mut Page, c: &Colors) -> bool {
    let mut changed = false;
    if page.asks(Asks::Notes) {
        changed |= ui.checkbox(&mut page.notes, "With the speaker's notes").changed();
    }
    if page.asks(Asks::Paper) {
        combo(ui, "Paper", PAPERS.get(page.paper).copied().unwrap_or_default(), c, |ui| {
            for (n, paper) in PAPERS.iter().enumerate() {
                ui.selectable_value(&mut page.paper, n, *paper);
            }
        });
    }
    let (sizes, most) = page.offers();
    if let Some(sizes) = sizes {
        let words = |[w, h]: [u32; 2]| format!("{w} × {h}");
        combo(ui, "Pixels", &SIZES.get(page.size).copied().map(words).unwrap_or_default(), c, |ui| {
            for (n, size) in SIZES.into_iter().enumerate().take(sizes) {
                ui.selectable_value(&mut page.size, n, words(size));
            }
        });
    }
    if let Some(most) = most {
        let mut number = |name: &'static str, value: &mut u32, range: std::ops::RangeInclusive<u32>, what: &str| {
            ui.horizontal(|ui| {
                named(ui, name, c);
                let field = ui.add(DragValue::new(value).range(range));
                field.widget_info(|| egui::WidgetInfo::labeled(egui::Role::SpinButton, true, name));
                ui.label(caption(what, c));
            });
        };
        let what = if page.secs == 0 { "as long as the slide plays" } else { "" };
        number("Seconds", &mut page.secs, 0..=600, what);
        number("Frames", &mut page.fps, 1..=most, "a second");
    }
    changed
}

/// The name of a field before it, all fields of a column beginning at one line.
fn named(ui: &mut Ui, name: &str, c: &Colors) {
    let layout = egui::Layout::left_to_right(egui::Align::Center);
    ui.allocate_ui_with_layout(egui::vec2(60.0, 20.0), layout, |ui| {
        ui.set_min_width(60.0);
        ui.label(caption(name, c));
    });
}

fn combo(ui: &mut Ui, name: &str, shown: &str, c: &Colors, items: impl FnOnce(&mut Ui)) {
    ui.horizontal(|ui| {
        named(ui, name, c);
        let shown = ComboBox::from_id_salt(name).selected_text(shown).show_ui(ui, items).response;
        shown.widget_info(|| egui::WidgetInfo::labeled(egui::Role::ComboBox, true, name));
    });
}

/// The switch that positions are rounded, and to how many kilometres; `true` when either changed.
pub(super) fn rounding(ui: &mut Ui, round: &mut bool, km: &mut f64) -> bool {
    ui.horizontal(|ui| {
        let switched = ui.checkbox(round, "Round positions to").changed();
        let field = DragValue::new(km).range(ROUND_KM).speed(0.1).suffix(" km");
        let field = ui.add_enabled(*round, field);
        field.widget_info(|| egui::WidgetInfo::labeled(egui::Role::SpinButton, true, "Kilometres to round to"));
        switched || field.changed()
    })
    .inner
}
