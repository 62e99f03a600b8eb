//! The form of the selected drawing.

use egui::{ScrollArea, Sense, Slider, Ui};

use super::super::field::{Look as FieldLook, row};
use super::super::icons::{self, Icon};
use super::super::style::{bold, c32, caption, section};
use super::super::{Action, Look, State};
use super::{icon, measures, parse};
use crate::edit::{Command, DrawingEdit};
use crate::model::{Dashes, Drawing, DrawingId, DrawingKind, Fill, Form, Ink, Style};
use crate::view::Field;
use crate::view::theme::{space, type_size};

/// Draws the form.
pub fn ui(ui: &mut Ui, look: Look, state: &mut State, id: DrawingId) -> Vec<Action> {
    let mut actions = Vec::new();
    let Some(drawing) = look.project.drawing(id) else { return actions };
    header(ui, look, drawing, id, &mut actions);
    ScrollArea::vertical().id_salt(("drawing", id)).auto_shrink([false, false]).show(ui, |ui| {
        ui.set_width(ui.available_width() - space::S);
        title(ui, look, state, (id, drawing), &mut actions);
        time(ui, look, state, (id, drawing), &mut actions);
        style(ui, look, state, (id, drawing), &mut actions);
        sources(ui, look, state, (id, drawing), &mut actions);
        section(ui, "Notes", look.colors);
        let notes = FieldLook { label: "Notes", hint: "", rows: 4, above: true };
        field(ui, look, state, (id, drawing), &Field::Notes, notes, &mut actions);
        ui.add_space(space::XL);
    });
    actions
}

fn header(ui: &mut Ui, look: Look, drawing: &Drawing, id: DrawingId, actions: &mut Vec<Action>) {
    let c = look.colors;
    ui.add_space(space::XS);
    ui.horizontal(|ui| {
        let (rect, _) = ui.allocate_exact_size(egui::Vec2::splat(18.0), Sense::hover());
        icons::paint(ui.painter(), icon(drawing.kind()), rect.center(), 15.0, c32(c.ink(drawing.style.ink)));
        ui.label(caption(drawing.kind().label(), c));
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            if icons::button(ui, Icon::Delete, "Delete drawing", true, c).clicked() {
                actions.push(Action::Edit(Command::DeleteDrawing(id)));
            }
            if icons::button(ui, Icon::Duplicate, "Duplicate drawing", true, c).clicked() {
                actions.push(Action::DuplicateSelected);
            }
            if icons::button(ui, Icon::Fit, "Zoom to drawing (Z)", true, c).clicked() {
                actions.push(Action::ZoomToDrawing(id));
            }
        });
    });
    let name = egui::RichText::new(drawing.name()).font(bold(type_size::EMPHASIS)).color(c32(c.text));
    ui.add(egui::Label::new(name).wrap());
    let figures = measures(drawing);
    for (what, figure) in &figures {
        ui.horizontal(|ui| {
            ui.label(caption(*what, c));
            ui.label(egui::RichText::new(figure).font(bold(type_size::BODY)).color(c32(c.text)));
        });
    }
    if !figures.is_empty() {
        ui.label(caption("geodesic, on the WGS 84 ellipsoid", c));
    }
    if let Form::Area(rings) = drawing.form()
        && rings.iter().any(|r| crate::derive::crosses_itself(r))
    {
        let text = "The outline crosses itself: parts of it are subtracted from the area.";
        let text = egui::RichText::new(text).size(type_size::CAPTION).color(c32(c.warning));
        ui.add(egui::Label::new(text).wrap());
    }
    ui.add_space(space::XS);
}

/// A field over the project's value; what was typed is taken over or marked.
fn field(
    ui: &mut Ui,
    look: Look,
    state: &mut State,
    (id, drawing): (DrawingId, &Drawing),
    at: &Field,
    how: FieldLook,
    actions: &mut Vec<Action>,
) -> Option<egui::Response> {
    let now = parse::shown(look.project, drawing, at);
    let outcome = super::super::field::text(ui, &mut state.drafts, id, at, &now, how, look.colors);
    if let Some(text) = &outcome.commit {
        match parse::parse(look.project, id, at, text, look.today) {
            Ok(command) => {
                state.drafts.take(id, at);
                actions.extend(command.map(Action::Edit));
            }
            Err(error) => state.drafts.refuse(id, at, error),
        }
    }
    outcome.response
}

fn title(ui: &mut Ui, look: Look, state: &mut State, at: (DrawingId, &Drawing), actions: &mut Vec<Action>) {
    let (id, drawing) = at;
    section(ui, "Drawing", look.colors);
    let is_text = drawing.kind() == DrawingKind::Text;
    let how = if is_text {
        FieldLook { label: "Words", hint: "What shall stand on the map, line by line", rows: 3, above: true }
    } else {
        FieldLook::line("Title", "What it is called")
    };
    let response = field(ui, look, state, at, &Field::Title, how, actions);
    if std::mem::take(&mut state.drawing.focus_title)
        && let Some(response) = response
    {
        response.request_focus();
    }
    if let Form::Circle(..) = drawing.form() {
        field(ui, look, state, at, &Field::Radius, FieldLook::line("Radius, km", ""), actions);
    }
    if !is_text {
        let mut titled = drawing.titled;
        if ui.checkbox(&mut titled, "Title on the map").changed() {
            actions.push(Action::Edit(Command::EditDrawing(id, DrawingEdit::Titled(titled), None)));
        }
        let words = "Drag a corner to move it, a small one between two to put one in; click a corner and press Delete to \
                     take it out. Drag the line to move all.";
        let words = if let Form::Circle(..) = drawing.form() {
            "Drag the middle to move it, the rim for its radius."
        } else {
            words
        };
        ui.add(egui::Label::new(caption(words, look.colors)).wrap());
    }
}

fn time(ui: &mut Ui, look: Look, state: &mut State, at: (DrawingId, &Drawing), actions: &mut Vec<Action>) {
    section(ui, "When", look.colors);
    let start = FieldLook::line("Start", "empty: shown at every time");
    field(ui, look, state, at, &Field::Start, start, actions);
    field(ui, look, state, at, &Field::End, FieldLook::line("End", "none, or .. while it lasts"), actions);
    if let Some(when) = at.1.when {
        ui.label(caption(look.zone.both(&when), look.colors));
    }
}

fn style(ui: &mut Ui, look: Look, state: &mut State, at: (DrawingId, &Drawing), actions: &mut Vec<Action>) {
    let (id, drawing) = at;
    let c = look.colors;
    section(ui, "Style", c);
    let held = state.drawing.style.filter(|(of, _)| *of == id).map(|(_, s)| s);
    let now = held.unwrap_or(drawing.style);
    let mut next = now;
    row(ui, "Colour", c, |ui| {
        ui.spacing_mut().item_spacing.x = space::XS;
        for ink in Ink::ALL {
            if swatch(ui, look, ink, now.ink == ink) {
                next.ink = ink;
            }
        }
    });
    let kind = drawing.kind();
    let choice = |ui: &mut Ui, label: &str, all: &[(&str, bool)]| -> Option<usize> {
        row(ui, label, c, |ui| {
            ui.spacing_mut().item_spacing.x = space::XS;
            let mut chosen = None;
            for (n, (word, on)) in all.iter().enumerate() {
                let response = ui.selectable_label(*on, *word);
                let name = format!("{label}: {word}");
                response.widget_info(|| egui::WidgetInfo::selected(egui::Role::RadioButton, true, *on, &name));
                if response.clicked() {
                    chosen = Some(n);
                }
            }
            chosen
        })
    };
    if kind != DrawingKind::Text {
        let dashes = Dashes::ALL.map(|d| (dash_word(d), now.dash == d));
        if let Some(dash) = choice(ui, "Line", &dashes).and_then(|n| Dashes::ALL.get(n)) {
            next.dash = *dash;
        }
    }
    if kind.is_area() || matches!(kind, DrawingKind::Arrow | DrawingKind::Circle) {
        let fills = Fill::ALL.map(|f| (fill_word(f), now.fill == f));
        if let Some(fill) = choice(ui, "Fill", &fills).and_then(|n| Fill::ALL.get(n)) {
            next.fill = *fill;
        }
    }
    let mut dragged = false;
    let mut slider = |ui: &mut Ui, label: &str, value: &mut f32, [low, high]: [f32; 2]| {
        row(ui, label, c, |ui| {
            let mut set = *value;
            let response = ui.add(Slider::new(&mut set, low..=high).max_decimals(1).suffix(" pt"));
            response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Slider, true, label));
            // A value between two tenths stays as it is until somebody moves it.
            if response.changed() && (set - *value).abs() > 0.04 {
                *value = set;
            }
            dragged |= response.dragged();
        });
    };
    if kind != DrawingKind::Text {
        slider(ui, "Width", &mut next.width, Style::WIDTH);
    }
    slider(ui, "Type size", &mut next.text_size, Style::TEXT_SIZE);
    // While a slider is dragged the map shows it; it is one step of undo when it is let go.
    if dragged {
        state.drawing.style = Some((id, next));
    } else {
        state.drawing.style = None;
        if next != drawing.style {
            actions.push(Action::Edit(Command::EditDrawing(id, DrawingEdit::Style(next), None)));
        }
    }
}

fn dash_word(dash: Dashes) -> &'static str {
    match dash {
        Dashes::Solid => "whole",
        Dashes::Dashed => "dashed",
        Dashes::Dotted => "dotted",
    }
}

fn fill_word(fill: Fill) -> &'static str {
    match fill {
        Fill::None => "none",
        Fill::Tint => "filled",
        Fill::Hatch => "hatched",
    }
}

/// A field of a colour; whether it was clicked.
fn swatch(ui: &mut Ui, look: Look, ink: Ink, on: bool) -> bool {
    let c = look.colors;
    let (rect, response) = ui.allocate_exact_size(egui::Vec2::splat(28.0), Sense::click());
    let name = format!("Colour: {}", ink.id());
    response.widget_info(|| egui::WidgetInfo::selected(egui::Role::RadioButton, true, on, &name));
    let painter = ui.painter();
    painter.circle_filled(rect.center(), 9.0, c32(c.ink(ink)));
    if on || response.hovered() || response.has_focus() {
        let edge = if on { c.accent } else { c.rule };
        painter.circle_stroke(rect.center(), 12.0, egui::Stroke::new(if on { 2.0 } else { 1.0 }, c32(edge)));
    }
    response.on_hover_text(ink.id()).clicked()
}

fn sources(ui: &mut Ui, look: Look, state: &mut State, at: (DrawingId, &Drawing), actions: &mut Vec<Action>) {
    let (id, drawing) = at;
    let c = look.colors;
    section(ui, &format!("Sources ({})", drawing.sources.len()), c);
    for (n, source_id) in drawing.sources.iter().enumerate() {
        ui.horizontal(|ui| {
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Min), |ui| {
                if icons::button(ui, Icon::Close, "Remove source from drawing", true, c).clicked() {
                    let mut sources = drawing.sources.clone();
                    sources.remove(n);
                    actions.push(Action::Edit(Command::EditDrawing(id, DrawingEdit::Sources(sources), None)));
                }
                ui.with_layout(egui::Layout::top_down(egui::Align::Min), |ui| {
                    let source = look.project.meta().source(source_id);
                    let outlet = source.map_or_else(
                        || format!("{} (not in the list of sources)", source_id.as_str()),
                        |s| {
                            [&*s.outlet, &*s.title]
                                .into_iter()
                                .filter(|t| !t.is_empty())
                                .collect::<Vec<_>>()
                                .join(" · ")
                        },
                    );
                    ui.add(egui::Label::new(egui::RichText::new(outlet).color(c32(c.text))).wrap());
                });
            });
        });
    }
    let add = FieldLook::line("Add source", "outlet, and a link if there is one");
    field(ui, look, state, at, &Field::AddSource, add, actions);
}
