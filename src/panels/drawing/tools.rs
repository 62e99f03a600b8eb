//! The menu of tools, and the strip over the map that says what a tool waits for.

use egui::Ui;

use super::super::icons;
use super::super::style::{bold, c32, caption};
use super::super::{Action, Look};
use super::{Sketch, icon};
use crate::model::DrawingKind;
use crate::view::theme::{space, type_size};

/// The entries of the menu "Draw".
pub fn menu(ui: &mut Ui, look: Look, last: Option<DrawingKind>, actions: &mut Vec<Action>) {
    let c = look.colors;
    ui.set_min_width(210.0);
    for kind in DrawingKind::ALL {
        if kind == DrawingKind::Distance {
            ui.separator();
        }
        let keys = if last.unwrap_or(DrawingKind::Line) == kind { "D" } else { "" };
        let word = word(kind);
        let text = egui::Button::new(format!("         {word}"))
            .shortcut_text(egui::RichText::new(keys).color(c32(c.text_weak)))
            .min_size(egui::vec2(200.0, 26.0));
        let response = ui.add(text);
        response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, word));
        let at = response.rect.left_center() + egui::vec2(16.0, 0.0);
        icons::paint(ui.painter(), icon(kind), at, 15.0, c32(c.text));
        if response.clicked() {
            actions.push(Action::Draw(kind));
            ui.close();
        }
    }
}

fn word(kind: DrawingKind) -> &'static str {
    match kind {
        DrawingKind::Distance => "Measure distance",
        DrawingKind::MeasuredArea => "Measure area",
        kind => kind.label(),
    }
}

/// The strip while something is drawn: the tools, what to do next, and the ways out.
pub fn strip(ui: &mut Ui, look: Look, sketch: &Sketch) -> Vec<Action> {
    let c = look.colors;
    let mut actions = Vec::new();
    ui.spacing_mut().item_spacing = egui::vec2(2.0, space::XS);
    ui.horizontal(|ui| {
        for kind in DrawingKind::ALL {
            let is_on = kind == sketch.kind;
            let before = ui.cursor().min;
            if is_on {
                let ground = egui::Rect::from_min_size(before, egui::Vec2::splat(28.0));
                ui.painter().rect_filled(ground, 6.0, c32(c.selected));
            }
            let name = format!("Tool: {}", word(kind));
            if icons::button(ui, icon(kind), &name, true, c).clicked() && !is_on {
                actions.push(Action::Draw(kind));
            }
        }
        ui.add_space(space::S);
        let link = |ui: &mut Ui, word: &str| {
            let text = egui::RichText::new(word).size(type_size::CAPTION).color(c32(c.accent));
            ui.add(egui::Button::new(text).frame(false).min_size(egui::vec2(0.0, 28.0))).clicked()
        };
        if sketch.form().is_some() && !sketch.is_done() && link(ui, "End drawing") {
            actions.push(Action::EndSketch);
        }
        ui.add_space(space::S);
        if link(ui, "Stop drawing") {
            actions.push(Action::DropSketch);
        }
    });
    ui.label(egui::RichText::new(sketch.hint()).font(bold(type_size::CAPTION)).color(c32(c.text)));
    let more = if sketch.corners.is_empty() {
        "Snaps to incidents, corners and borders; hold Shift to be free of them"
    } else {
        "Backspace takes one back, Esc stops, Shift does not snap"
    };
    ui.label(caption(more, c));
    actions
}
