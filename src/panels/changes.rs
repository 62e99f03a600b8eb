//! Another version beside the project: what differs, as a list; each difference is shown on the map and taken alone.

use egui::{RichText, ScrollArea, Ui};

use super::icons::{self, Icon};
use super::merge::{Choice, Difference, Kind, or_nothing};
use super::style::{bold, c32, caption};
use super::{Action, Look};
use crate::model::LonLat;
use crate::view::theme::{space, type_size};

/// Width of the panel in points.
pub const WIDTH: f32 = 380.0;

/// Rows that are listed; more are told by their number.
const MOST: usize = 400;

/// Whether a difference is about a whole thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    /// It is in the other version alone.
    Added,
    /// It is in this project alone.
    Missing,
    /// It is in both, and differs.
    Changed,
}

/// One difference.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// What differs.
    pub difference: Difference,
    /// Whether it is about a whole thing.
    pub sort: Sort,
    /// Where it is.
    pub at: Option<LonLat>,
}

/// What the panel shows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Changes {
    /// The name of the other version's file.
    pub name: String,
    /// The differences.
    pub rows: Vec<Row>,
    /// The one that was shown last.
    pub shown: Option<usize>,
}

/// Draws the panel.
pub fn ui(ui: &mut Ui, look: Look, changes: &Changes) -> Vec<Action> {
    let mut actions = Vec::new();
    let c = look.colors;
    ui.spacing_mut().item_spacing = egui::vec2(space::S, space::XS);
    ui.horizontal(|ui| {
        ui.set_height(32.0);
        ui.label(RichText::new("Another version").font(bold(type_size::TITLE)).color(c32(c.text)));
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            if icons::button(ui, Icon::Close, "Close the comparison", true, c).clicked() {
                actions.push(Action::CloseChanges);
            }
        });
    });
    ui.add(egui::Label::new(caption(&changes.name, c)).truncate());
    let words = match changes.rows.len() {
        0 => "Nothing differs.".to_owned(),
        1 => "One difference. What is taken over is one step, which Undo takes back.".to_owned(),
        n => format!("{n} differences. Each that is taken over is one step, which Undo takes back."),
    };
    ui.add(egui::Label::new(RichText::new(words).color(c32(c.text))).wrap());
    ui.add_space(space::S);
    ScrollArea::vertical().auto_shrink([false, false]).show(ui, |ui| {
        let mut last = None;
        for (n, row) in changes.rows.iter().enumerate().take(MOST) {
            let title = &row.difference.title;
            if last != Some(title) {
                ui.add_space(space::S);
                let text = if title.is_empty() { "The project itself" } else { title };
                ui.add(egui::Label::new(RichText::new(text).font(bold(type_size::BODY)).color(c32(c.text))).truncate());
                last = Some(title);
            }
            one(ui, n, row, changes.shown == Some(n), look, &mut actions);
        }
        if changes.rows.len() > MOST {
            ui.label(caption(format!("and {} more, listed when these are settled", changes.rows.len() - MOST), c));
        }
    });
    actions
}

fn one(ui: &mut Ui, n: usize, row: &Row, shown: bool, look: Look, actions: &mut Vec<Action>) {
    let c = look.colors;
    let d = &row.difference;
    let name = super::merge::what(d);
    let [_, ours, theirs] = &d.values;
    let fill = if shown { c32(c.selected) } else { c32(c.raised) };
    egui::Frame::new().fill(fill).corner_radius(space::RADIUS).inner_margin(space::S).show(ui, |ui| {
        ui.set_width(ui.available_width());
        match row.sort {
            Sort::Added => {
                ui.label(RichText::new("Only in the other version").color(c32(c.text)));
            }
            Sort::Missing => {
                ui.label(RichText::new("Not in the other version").color(c32(c.text)));
            }
            Sort::Changed => {
                ui.label(caption(&d.field, c));
                for (side, value) in [("Here", ours), ("There", theirs)] {
                    let text = format!("{side}: {}", or_nothing(value));
                    ui.add(egui::Label::new(RichText::new(text).color(c32(c.text))).wrap());
                }
            }
        }
        ui.horizontal(|ui| {
            let mut button = |ui: &mut Ui, word: &str, action: Action| {
                let response = ui.button(word);
                response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, format!("{word}: {name}")));
                if response.clicked() {
                    actions.push(action);
                }
            };
            if d.kind == Kind::TwoClaims {
                button(ui, "Keep both as two claims", Action::TakeChange(n, Choice::Both));
                button(ui, "Take over", Action::TakeChange(n, Choice::Theirs));
            } else {
                let word = if row.sort == Sort::Missing { "Delete here too" } else { "Take over" };
                button(ui, word, Action::TakeChange(n, Choice::Theirs));
            }
            if row.at.is_some() {
                button(ui, "Show", Action::ShowChange(n));
            }
        });
    });
}
