//! The strip over the map that says what is hidden and by what: a banner, and a chip for each filter.

use egui::{Role, Sense, Stroke, Ui, WidgetInfo, pos2, vec2};

use super::icons::{self, Icon};
use super::style::{bold, c32, caption, number, regular};
use super::{Action, Look};
use crate::derive::{Condition, Tally};
use crate::view::theme::{space, type_size};

/// Height of a chip in points.
const HEIGHT: f32 = 24.0;
/// The widest words of a chip in points; longer ones are cut.
const WIDEST: f32 = 300.0;

/// Draws the strip. `drawing` is the number of corners while an area is being drawn.
pub fn ui(ui: &mut Ui, look: Look, tally: &Tally, drawing: Option<usize>) -> Vec<Action> {
    let mut actions = Vec::new();
    let c = look.colors;
    ui.spacing_mut().item_spacing = vec2(space::S, 6.0);
    ui.spacing_mut().interact_size.y = HEIGHT;
    if let Some(corners) = drawing {
        draw_area(ui, look, corners, &mut actions);
        return actions;
    }
    let hidden = look.derived.hidden;
    if hidden > 0 {
        let all = look.project.len();
        let by_filters = look.question.conditions().any(|c| c != Condition::Known);
        let why = if by_filters { "hidden by filters" } else { "not known by then" };
        let words = format!("{} of {} incidents {why}", number(hidden), number(all));
        ui.label(egui::RichText::new(words).font(bold(type_size::CAPTION)).color(c32(c.text)));
        if small_button(ui, "Show all", look).clicked() {
            actions.push(Action::ShowAll);
        }
    }
    for condition in look.question.conditions() {
        // The as-known date stands in the bar at the bottom; here only if it hides something.
        if condition == Condition::Known && tally.hides(condition) == 0 {
            continue;
        }
        chip(ui, look, tally, condition, &mut actions);
    }
    // While something is hidden the banner's own verb does the same.
    if hidden == 0 && small_button(ui, "Clear all", look).clicked() {
        actions.push(Action::ShowAll);
    }
    actions
}

fn draw_area(ui: &mut Ui, look: Look, corners: usize, actions: &mut Vec<Action>) {
    let c = look.colors;
    let words = match corners {
        0 => "Click the first corner of the area".to_owned(),
        1 => "1 corner: click the next".to_owned(),
        2 => "2 corners: click the next".to_owned(),
        n => format!("{n} corners: a double click or Enter closes the area"),
    };
    ui.label(egui::RichText::new(words).font(bold(type_size::CAPTION)).color(c32(c.text)));
    if corners > 0 {
        ui.label(caption("Backspace takes one back, Esc drops it", c));
    }
    if corners > 2 && small_button(ui, "Close area", look).clicked() {
        actions.push(Action::CloseArea);
    }
    if small_button(ui, "Drop area", look).clicked() {
        actions.push(Action::DropArea);
    }
}

fn small_button(ui: &mut Ui, word: &str, look: Look) -> egui::Response {
    let text = egui::RichText::new(word).size(type_size::CAPTION).color(c32(look.colors.accent));
    ui.add(egui::Button::new(text).frame(false).min_size(vec2(0.0, HEIGHT)))
}

/// One filter: its words, what it hides, and a cross that takes it away. The words open the editor.
fn chip(ui: &mut Ui, look: Look, tally: &Tally, condition: Condition, actions: &mut Vec<Action>) {
    let c = look.colors;
    let said = look.question.said(condition, Some(look.project));
    let hides = match tally.hides(condition) {
        _ if !tally.is_done() => "…".to_owned(),
        0 => "hides nothing".to_owned(),
        n => format!("hides {n}"),
    };
    let words = egui::WidgetText::from(egui::RichText::new(&said).size(type_size::CAPTION).color(c32(c.text)))
        .into_galley(ui, Some(egui::TextWrapMode::Truncate), WIDEST, egui::TextStyle::Small);
    let font = regular(type_size::CAPTION);
    let count = ui.painter().layout_no_wrap(format!("· {hides}"), font, c32(c.text_weak));
    let text_width = words.size().x + 5.0 + count.size().x;
    let (rect, _) = ui.allocate_exact_size(vec2(10.0 + text_width + 6.0 + HEIGHT, HEIGHT), Sense::hover());
    let cross = egui::Rect::from_min_max(pos2(rect.right() - HEIGHT, rect.top()), rect.max);
    let body = egui::Rect::from_min_max(rect.min, pos2(cross.left(), rect.bottom()));
    let id = egui::Id::unique(("filter chip", condition));
    let open = ui.interact(body, id, Sense::click());
    open.widget_info(|| WidgetInfo::labeled(Role::Button, true, format!("Filter {said}, {hides}")));
    let remove = ui.interact(cross, id.with("remove"), Sense::click());
    remove.widget_info(|| WidgetInfo::labeled(Role::Button, true, format!("Remove filter {said}")));
    let p = ui.painter();
    let hot = open.hovered() || open.has_focus();
    p.rect_filled(rect, HEIGHT / 2.0, c32(if hot { c.selected } else { c.raised }));
    p.rect_stroke(rect, HEIGHT / 2.0, Stroke::new(1.0, c32(c.rule)), egui::StrokeKind::Inside);
    let y = |h: f32| rect.center().y - h / 2.0;
    let count_at = pos2(rect.left() + 10.0 + words.size().x + 5.0, y(count.size().y));
    p.galley(pos2(rect.left() + 10.0, y(words.size().y)), words, c32(c.text));
    p.galley(count_at, count, c32(c.text_weak));
    if remove.hovered() {
        p.circle_filled(cross.center(), 9.0, c32(c.selected));
    }
    for (response, zone) in [(&open, rect), (&remove, cross)] {
        if response.has_focus() {
            p.rect_stroke(zone, HEIGHT / 2.0, Stroke::new(1.5, c32(c.accent)), egui::StrokeKind::Inside);
        }
    }
    icons::paint(p, Icon::Close, cross.center(), 11.0, c32(c.text_weak));
    if remove.clicked() {
        actions.push(Action::Without(condition));
    }
    if open.clicked() {
        actions.push(Action::OpenFilters);
    }
    let more = tally.hides_alone(condition);
    open.on_hover_ui(|ui| {
        ui.label(&said);
        match condition {
            Condition::Window => drop(ui.label(caption("Incidents without a date are in no window", c))),
            Condition::Area => drop(ui.label(caption("Incidents without a place are in no area", c))),
            _ => {}
        }
        if tally.is_done() {
            let alone = match more {
                0 => "Without it nothing more would be shown".to_owned(),
                1 => "Without it 1 more incident would be shown".to_owned(),
                n => format!("Without it {n} more incidents would be shown"),
            };
            ui.label(caption(alone, c));
        }
    });
    remove.on_hover_text("Remove");
}
