//! The list of drawings below that of incidents.

use egui::{ScrollArea, Ui};

use super::super::icons;
use super::super::style::{bold, c32, regular};
use super::super::{Action, Look};
use super::{State, icon, measures};
use crate::model::{Drawing, DrawingId, DrawingKind};
use crate::view::theme::{space, type_size};

/// Height of a row in points.
const ROW: f32 = 28.0;
/// Height of the line above the rows in points.
const HEAD: f32 = 38.0;
/// Rows that are seen at once.
const MOST_SEEN: usize = 7;

/// Height in points of the list of `n` drawings.
pub fn height(n: usize, folded: bool) -> f32 {
    let rows = if folded { 0 } else { n.min(MOST_SEEN) };
    HEAD + ROW * rows as f32
}

/// Draws the list.
pub fn ui(ui: &mut Ui, look: Look, state: &mut State) -> Vec<Action> {
    let mut actions = Vec::new();
    let c = look.colors;
    // The topmost drawing first, as a list of layers has it.
    let all: Vec<(DrawingId, &Drawing)> = look.project.drawings().collect();
    ui.add_space(space::XS);
    ui.horizontal(|ui| {
        let words = if all.len() == 1 { "1 drawing".to_owned() } else { format!("{} drawings", all.len()) };
        ui.label(egui::RichText::new(words).font(bold(type_size::CAPTION)).color(c32(c.text)));
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            let word = if state.folded { "Show drawings" } else { "Fold drawings" };
            let text = egui::RichText::new(word).size(type_size::CAPTION).color(c32(c.accent));
            if ui.add(egui::Button::new(text).frame(false)).clicked() {
                state.folded = !state.folded;
            }
        });
    });
    if state.folded {
        return actions;
    }
    ui.spacing_mut().item_spacing.y = 0.0;
    let height = ROW * all.len().min(MOST_SEEN) as f32;
    let area = ScrollArea::vertical().id_salt("drawings").auto_shrink([false, false]).max_height(height);
    area.show_rows(ui, ROW, all.len(), |ui, range| {
        for n in range {
            let Some((id, drawing)) = all.len().checked_sub(n + 1).and_then(|n| all.get(n)) else { continue };
            row(ui, look, state, *id, drawing, &mut actions);
        }
    });
    ui.add_space(space::XS);
    actions
}

fn row(ui: &mut Ui, look: Look, state: &State, id: DrawingId, drawing: &Drawing, actions: &mut Vec<Action>) {
    let c = look.colors;
    let selected = state.selected == Some(id);
    let (rect, response) = ui.allocate_exact_size(egui::vec2(ui.available_width(), ROW), egui::Sense::click());
    let window = look.question.span;
    let is_shown = window.is_none_or(|w| drawing.when.is_none_or(|when| when.span().overlaps(w)));
    let figure = match drawing.kind() {
        DrawingKind::Distance | DrawingKind::MeasuredArea | DrawingKind::Circle => {
            measures(drawing).into_iter().next().map(|(_, figure)| figure)
        }
        _ => drawing.when.map(|w| w.in_zone(look.zone.offset()).brief()),
    };
    let hidden = if is_shown { "" } else { ", not in the window of time" };
    let detail = figure.clone().map(|f| format!(", {f}")).unwrap_or_default();
    let name = format!("Drawing: {}{detail}{hidden}", drawing.name());
    response.widget_info(|| egui::WidgetInfo::selected(egui::Role::ListItem, true, selected, &name));
    if ui.is_rect_visible(rect) {
        let p = ui.painter();
        if selected {
            p.rect_filled(rect, 6.0, c32(c.selected));
        } else if response.hovered() || response.has_focus() {
            p.rect_filled(rect, 6.0, c32(c.raised));
        }
        let ink = if is_shown { c32(c.text) } else { c32(c.text_weak) };
        icons::paint(
            p,
            icon(drawing.kind()),
            rect.left_center() + egui::vec2(18.0, 0.0),
            15.0,
            c32(c.ink(drawing.style.ink)),
        );
        let mut right = rect.right() - space::M;
        if let Some(figure) = figure {
            let at = egui::pos2(right, rect.center().y);
            let font = regular(type_size::CAPTION);
            right = p.text(at, egui::Align2::RIGHT_CENTER, figure, font, c32(c.text_weak)).left() - space::S;
        }
        let left = rect.left() + 34.0;
        let text = egui::WidgetText::from(egui::RichText::new(drawing.name()).size(type_size::BODY).color(ink))
            .into_galley(ui, Some(egui::TextWrapMode::Truncate), (right - left).max(20.0), egui::TextStyle::Body);
        let top = rect.center().y - text.size().y / 2.0;
        ui.painter().galley(egui::pos2(left, top), text, ink);
    }
    if response.clicked() {
        actions.push(if selected { Action::ZoomToDrawing(id) } else { Action::SelectDrawing(Some(id)) });
    }
    if response.double_clicked() {
        actions.push(Action::ZoomToDrawing(id));
    }
}
