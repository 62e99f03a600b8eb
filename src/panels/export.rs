//! Export of data: which format, what it cannot hold, which incidents. Nothing is written from here.

use egui::{ScrollArea, Sense, Ui};

use super::dialogs::primary;
use super::style::{bold, c32, caption};
use crate::view::Colors;
use crate::view::theme::{space, type_size};

/// A format as it is offered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Offer {
    /// What it is called.
    pub label: &'static str,
    /// Its ending, with the dot.
    pub ending: &'static str,
    /// What opens it.
    pub opens_in: &'static str,
    /// What it cannot hold and what is left out, one sentence each.
    pub lost: Vec<String>,
    /// Whether `lost` tells what leaves the house instead.
    pub goes_out: bool,
}

/// What the page shows and what has been chosen on it.
// Independent switches; none excludes another.
#[expect(clippy::struct_excessive_bools)]
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Page {
    /// The formats; empty until they have been weighed.
    pub offers: Vec<Offer>,
    /// Which of them.
    pub chosen: usize,
    /// How many incidents there are, how many the filter shows, how many of all are marked as sensitive.
    pub incidents: [usize; 3],
    /// Whether a filter hides anything.
    pub filtered: bool,
    /// Only what the filter shows.
    pub only_shown: bool,
    /// Sensitive incidents as well.
    pub sensitive: bool,
    /// How many entries the log of edits has.
    pub logged: usize,
    /// The log of edits goes into a package as well.
    pub log: bool,
    /// How many attached files there are.
    pub attached: usize,
    /// Attached pictures go into a package as they are.
    pub as_attached: bool,
    /// Text cells of CSV exactly.
    pub exact_cells: bool,
    /// Positions are rounded, to so many kilometres.
    pub round: bool,
    /// Kilometres.
    pub round_km: f64,
    /// How figures come about.
    pub basis: String,
}

/// What the user wants of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Close it.
    Close,
    /// Another choice of incidents: what is lost has to be looked at again.
    Weigh,
    /// Go on to the name of the file.
    Save,
}

/// Draws the page.
pub fn ui(ui: &mut Ui, page: &mut Page, c: &Colors) -> Option<Outcome> {
    let mut outcome = None;
    ui.set_width(620.0);
    ui.label(egui::RichText::new("Export data").font(bold(type_size::TITLE)).color(c32(c.text)));
    ui.add(egui::Label::new(caption(format!("Figures: {}. They are claims; the file says so.", page.basis), c)).wrap());
    ui.add_space(space::S);
    ui.horizontal_top(|ui| {
        ui.vertical(|ui| {
            ui.set_width(270.0);
            ScrollArea::vertical().id_salt("formats").max_height(424.0).show(ui, |ui| {
                ui.spacing_mut().item_spacing.y = 2.0;
                for (n, offer) in page.offers.iter().enumerate() {
                    if row(ui, offer, n == page.chosen, c).clicked() {
                        page.chosen = n;
                    }
                }
            });
        });
        ui.add_space(space::M);
        ui.vertical(|ui| {
            ui.set_width(ui.available_width());
            outcome = choices(ui, page, c);
            ui.add_space(space::M);
            lost(ui, page, c);
        });
    });
    ui.add_space(space::M);
    ui.horizontal(|ui| {
        let ready = !page.offers.is_empty();
        let save = ui.add_enabled_ui(ready, |ui| primary(ui, "Save as …", c)).inner;
        if save.clicked() {
            outcome = Some(Outcome::Save);
        }
        if ui.button("Cancel").clicked() || ui.input(|i| i.key_pressed(egui::Key::Escape)) {
            outcome = Some(Outcome::Close);
        }
    });
    outcome
}

fn row(ui: &mut Ui, offer: &Offer, chosen: bool, c: &Colors) -> egui::Response {
    let (rect, response) = ui.allocate_exact_size(egui::vec2(ui.available_width(), 40.0), Sense::click());
    let ground = match (chosen, response.hovered() || response.has_focus()) {
        (true, _) => Some(c.selected),
        (false, true) => Some(c.raised),
        (false, false) => None,
    };
    if let Some(ground) = ground {
        ui.painter().rect_filled(rect, 6.0, c32(ground));
    }
    let left = rect.left_top() + egui::vec2(space::S, 4.0);
    let head = ui.painter().text(left, egui::Align2::LEFT_TOP, offer.label, bold(type_size::BODY), c32(c.text));
    ui.painter().text(
        head.right_bottom() + egui::vec2(space::S, 0.0),
        egui::Align2::LEFT_BOTTOM,
        offer.ending,
        egui::FontId::proportional(type_size::CAPTION),
        c32(c.text_weak),
    );
    let about = ui.painter().layout(
        offer.opens_in.to_owned(),
        egui::FontId::proportional(type_size::CAPTION),
        c32(c.text_weak),
        f32::INFINITY,
    );
    // Where it is read whole, saying it again would only lie over what is below.
    let is_cut = about.size().x > rect.right() - left.x;
    ui.painter().with_clip_rect(rect).galley(left + egui::vec2(0.0, 18.0), about, c32(c.text_weak));
    response.widget_info(|| egui::WidgetInfo::selected(egui::Role::RadioButton, true, chosen, offer.label));
    if is_cut { response.on_hover_text(offer.opens_in) } else { response }
}

fn choices(ui: &mut Ui, page: &mut Page, c: &Colors) -> Option<Outcome> {
    let mut changed = false;
    let [all, shown, sensitive] = page.incidents;
    if page.filtered {
        changed |= ui.radio_value(&mut page.only_shown, true, format!("What the filter shows ({shown})")).changed();
        changed |= ui.radio_value(&mut page.only_shown, false, format!("All incidents ({all})")).changed();
    } else {
        let what = if all == 1 { "incident" } else { "incidents" };
        ui.label(egui::RichText::new(format!("{all} {what}")).color(c32(c.text)));
    }
    if sensitive > 0 {
        let text = format!("Also what is marked as sensitive ({sensitive})");
        changed |= ui.checkbox(&mut page.sensitive, text).changed();
    }
    changed |= super::leaving::rounding(ui, &mut page.round, &mut page.round_km);
    let is_package = page.offers.get(page.chosen).is_some_and(|o| o.goes_out);
    if page.attached > 0 && is_package {
        let choice = ui.checkbox(&mut page.as_attached, "Pictures as they were attached");
        changed |= choice.changed();
        choice.on_hover_text("Else what they say of place, time and camera (Exif, XMP, IPTC) is taken out");
    }
    if page.logged > 0 && is_package {
        let text = format!("Also the log of edits ({})", page.logged);
        changed |= ui.checkbox(&mut page.log, text).changed();
    }
    if page.offers.get(page.chosen).is_some_and(|o| o.ending == ".csv") {
        ui.checkbox(&mut page.exact_cells, "Exact cells").on_hover_text(
            "Text that a spreadsheet would take for a formula is not defused, and there is no mark for Excel",
        );
    }
    changed.then_some(Outcome::Weigh)
}

fn lost(ui: &mut Ui, page: &Page, c: &Colors) {
    let Some(offer) = page.offers.get(page.chosen) else {
        ui.label(caption("Looking at what each format can hold …", c));
        return;
    };
    let head = if offer.goes_out {
        "What leaves the house"
    } else if offer.lost.is_empty() {
        "Nothing is lost"
    } else {
        "What is left out or changed"
    };
    ui.label(egui::RichText::new(head).font(bold(type_size::BODY)).color(c32(c.text)));
    ui.add_space(space::XS);
    ScrollArea::vertical().id_salt("lost").max_height(240.0).show(ui, |ui| {
        for line in &offer.lost {
            ui.add(egui::Label::new(egui::RichText::new(format!("· {line}")).color(c32(c.text))).wrap());
        }
    });
}
