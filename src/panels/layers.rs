//! The switches of the layers, the perspective of the project, and its note of neutrality.

use egui::{Checkbox, Rect, Response, Role, Sense, TextEdit, Ui, WidgetInfo, pos2, vec2};

use super::style::{c32, caption};
use super::{Action, Look};
use crate::edit::{Command, MetaEdit};
use crate::model::{MapSource, Meta, Perspective, Text};
use crate::view::theme::space;
use crate::view::{Corner, Layers, Symbols};

/// One switch a layer, in groups; then how borders are drawn and what pictures say about it.
///
/// `note` is the note of neutrality while it is being typed. It is taken over by [`take_note`], when the field is left
/// or the menu closes.
pub fn ui(ui: &mut Ui, look: Look, now: Layers, note: &mut Option<String>) -> Vec<Action> {
    let mut next = now;
    let mut actions = Vec::new();
    let c = look.colors;
    let group = |ui: &mut Ui, title: &str| {
        ui.add_space(space::XS);
        ui.label(caption(title, c));
    };
    let switches = |ui: &mut Ui, switches: &mut [(&mut bool, &str)]| {
        for (on, word) in switches {
            ui.checkbox(on, *word);
        }
    };
    sources(ui, look, &mut next.map_sources, &mut actions);
    ui.separator();
    ui.label(caption("Incidents and drawings", c));
    switches(
        ui,
        &mut [
            (&mut next.incidents, "Incidents"),
            (&mut next.incident_labels, "Figures and dates of incidents"),
            (&mut next.counts, "Number of incidents on stacks"),
            (&mut next.uncertainty, "Where an incident may lie"),
            (&mut next.drawings, "Drawings"),
        ],
    );
    group(ui, "What symbols say");
    for symbols in Symbols::ALL {
        if ui.radio(next.symbols == symbols, symbols.label()).clicked() {
            next.symbols = symbols;
        }
    }
    group(ui, "Borders and lines, as they were at the time shown");
    switches(
        ui,
        &mut [
            (&mut next.borders, "International borders"),
            (&mut next.held_area, "Areas held, lines of contact, former oblast"),
            (&mut next.agreements, "Lachin corridor, area of peacekeepers"),
            (&mut next.claimed, "Positions stated by one side, by place"),
            (&mut next.other_times, "Earlier and later lines (paler)"),
            (&mut next.provinces, "Provinces"),
        ],
    );
    group(ui, "Perspective of the project");
    let meta = look.project.meta();
    for (perspective, words) in [
        (Perspective::DeJure, "De jure: borders as internationally recognised"),
        (Perspective::DeFacto, "De facto: lines as they were held"),
    ] {
        if ui.radio(meta.perspective == perspective, words).clicked() && meta.perspective != perspective {
            actions.push(Action::Edit(Command::Meta(MetaEdit::Perspective(perspective))));
        }
    }
    group(ui, "Map");
    switches(ui, &mut [(&mut next.names, "Names"), (&mut next.relief, "Relief"), (&mut next.legend, "Legend (G)")]);
    ui.horizontal(|ui| {
        ui.add_space(space::XL);
        for corner in Corner::ALL {
            if corner_button(ui, corner, next.legend_at == corner, look).clicked() {
                (next.legend_at, next.legend) = (corner, true);
            }
        }
    });
    group(ui, "Note of neutrality on pictures");
    neutrality(ui, look, note, &mut actions);
    if next != now {
        actions.push(Action::SetLayers(next));
    }
    actions
}

/// The layer of map sources, a switch for each of them, and the way to the list of them.
fn sources(ui: &mut Ui, look: Look, on: &mut bool, actions: &mut Vec<Action>) {
    let maps = &look.project.meta().maps;
    if !maps.is_empty() {
        ui.checkbox(on, "All map sources").on_hover_text("A slide made from the view keeps whether they are shown");
    }
    for (n, source) in maps.iter().enumerate().rev() {
        let mut shown = !source.hidden;
        let switch = |ui: &mut Ui| {
            ui.add_space(space::L);
            ui.add_enabled(*on, Checkbox::new(&mut shown, source.shown_name())).changed()
        };
        if ui.horizontal(switch).inner {
            let next = MapSource { hidden: !shown, ..source.clone() };
            actions.push(Action::Edit(Command::Meta(MetaEdit::SetMap(n, Box::new(next)))));
        }
    }
    if ui.button("Map sources …").on_hover_text("Tiles of files and servers, scanned maps").clicked() {
        actions.push(Action::Maps(super::sources::Asked::Toggle));
        ui.close();
    }
}

/// A small page with the legend in one of its corners.
fn corner_button(ui: &mut Ui, corner: Corner, chosen: bool, look: Look) -> Response {
    let c = look.colors;
    let (rect, response) = ui.allocate_exact_size(vec2(30.0, 24.0), Sense::click());
    let name = format!("Legend {}", corner.label().to_lowercase());
    response.widget_info(|| WidgetInfo::selected(Role::RadioButton, true, chosen, &name));
    let page = rect.shrink2(vec2(3.0, 3.0));
    let size = page.size() * 0.46;
    let x = if corner.is_right() { page.right() - size.x } else { page.left() };
    let y = if corner.is_top() { page.top() } else { page.bottom() - size.y };
    let painter = ui.painter();
    if response.hovered() || response.has_focus() {
        painter.rect_filled(rect, 4.0, c32(c.raised));
    }
    let ink = if chosen { c.accent } else { c.text_weak };
    painter.rect_filled(Rect::from_min_size(pos2(x, y), size).shrink(1.5), 1.0, c32(ink));
    let edge = egui::Stroke::new(if chosen { 1.8 } else { 1.0 }, c32(ink));
    painter.rect_stroke(page, 2.0, edge, egui::StrokeKind::Inside);
    response.on_hover_text(name)
}

fn neutrality(ui: &mut Ui, look: Look, note: &mut Option<String>, actions: &mut Vec<Action>) {
    let stored = look.project.meta().neutrality.as_deref();
    let mut text = note.clone().unwrap_or_else(|| stored.unwrap_or(Meta::NEUTRALITY).to_owned());
    let field = TextEdit::multiline(&mut text)
        .desired_rows(2)
        .desired_width(290.0)
        .hint_text("No note")
        .margin(egui::Margin::symmetric(space::S as i8, 5));
    let response = ui.add(field);
    let value = text.clone();
    response.widget_info(|| {
        let mut info = egui::WidgetInfo::text_edit(true, value.clone(), value.clone(), "No note");
        info.label = Some("Note of neutrality".to_owned());
        info
    });
    if response.changed() {
        *note = Some(text);
    }
    if response.lost_focus() {
        if ui.input(|i| i.key_pressed(egui::Key::Escape)) {
            *note = None;
        }
        actions.extend(take_note(look, note));
    }
    if stored.is_some() && ui.button("Use the program's words").clicked() {
        *note = None;
        actions.push(Action::Edit(Command::Meta(MetaEdit::Neutrality(None))));
    }
}

/// Takes over what was typed as note of neutrality. The program's own words are not stored in the project.
pub fn take_note(look: Look, note: &mut Option<String>) -> Option<Action> {
    let typed = note.take()?;
    let typed = typed.split_whitespace().collect::<Vec<_>>().join(" ");
    let next = (typed != Meta::NEUTRALITY).then(|| Text::from(typed.as_str()));
    (next != look.project.meta().neutrality).then_some(Action::Edit(Command::Meta(MetaEdit::Neutrality(next))))
}
