//! Fields of the timeline that are typed into: window, play head, speed, length. What cannot be read stays in its field, with
//! what is wrong and the readings that are offered above it.

use egui::{Align2, Area, Id, Key, Order, Role, TextEdit, Ui, WidgetInfo, vec2};

use super::words::Wrong;
use crate::panels::style::c32;
use crate::view::Colors;
use crate::view::theme::{space, type_size};

/// A text that is being typed.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Draft {
    pub(super) text: String,
    pub(super) wrong: Option<Wrong>,
}

/// The texts that are being typed.
#[derive(Clone, Debug, Default)]
pub(super) struct Fields {
    pub(super) start: Option<Draft>,
    pub(super) end: Option<Draft>,
    pub(super) head: Option<Draft>,
    pub(super) speed: Option<Draft>,
    pub(super) length: Option<Draft>,
}

/// What a field is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Field<'a> {
    /// Its name for screen readers.
    pub(super) name: &'a str,
    /// What it shows while empty.
    pub(super) hint: &'a str,
    /// What it shows while nothing is typed.
    pub(super) shown: &'a str,
    /// Its width in points.
    pub(super) width: f32,
}

/// Draws a field. `take` tries to take a text over when it is left; what is wrong with it stays.
pub(super) fn field<T>(
    ui: &mut Ui,
    draft: &mut Option<Draft>,
    field: Field,
    c: &Colors,
    take: impl Fn(&str) -> Result<T, Wrong>,
) -> Option<T> {
    let mut text = draft.as_ref().map_or_else(|| field.shown.to_owned(), |d| d.text.clone());
    let is_wrong = draft.as_ref().is_some_and(|d| d.wrong.is_some());
    let id = Id::unique(("timeline field", field.name));
    let response = ui
        .scope(|ui| {
            if is_wrong {
                let edge = egui::Stroke::new(1.5, c32(c.error));
                let w = &mut ui.visuals_mut().widgets;
                (w.inactive.bg_stroke, w.hovered.bg_stroke) = (edge, edge);
                ui.visuals_mut().selection.stroke = edge;
            }
            let edit = TextEdit::singleline(&mut text).id(id).hint_text(field.hint).desired_width(field.width);
            ui.add(edit.margin(egui::Margin::symmetric(space::S as i8, 4)))
        })
        .inner;
    let value = text.clone();
    response.widget_info(|| {
        let mut info = WidgetInfo::text_edit(true, value.clone(), value.clone(), field.hint);
        info.label = Some(field.name.to_owned());
        info
    });
    if response.changed() {
        *draft = Some(Draft { text: text.clone(), wrong: None });
    }
    let mut asked = None;
    if response.lost_focus() && draft.is_some() {
        if ui.input(|i| i.key_pressed(Key::Escape)) {
            *draft = None;
        } else {
            asked = Some(text);
        }
    }
    let wrong = draft.as_ref().and_then(|d| d.wrong.clone());
    if let Some(wrong) = wrong
        && let Some(reading) = explain(ui, &response, &wrong, c)
    {
        asked = Some(reading);
    }
    let text = asked?;
    match take(&text) {
        Ok(value) => {
            *draft = None;
            Some(value)
        }
        Err(wrong) => {
            *draft = Some(Draft { text, wrong: Some(wrong) });
            None
        }
    }
}

/// What is wrong, above the field; a reading that was chosen.
fn explain(ui: &Ui, field: &egui::Response, wrong: &Wrong, c: &Colors) -> Option<String> {
    let area = Area::new(field.id.with("wrong"))
        .fixed_pos(field.rect.left_top() - vec2(0.0, space::XS))
        .pivot(Align2::LEFT_BOTTOM)
        .constrain(true)
        .order(Order::Foreground);
    let shown = area.show(ui.ctx(), |ui| {
        egui::Frame::popup(ui.style()).show(ui, |ui| {
            ui.set_max_width(340.0);
            let text = egui::RichText::new(&wrong.what).size(type_size::CAPTION).color(c32(c.error));
            ui.add(egui::Label::new(text).wrap());
            let mut chosen = None;
            if !wrong.readings.is_empty() {
                ui.horizontal(|ui| {
                    for reading in &wrong.readings {
                        let button = ui.button(reading);
                        let name = format!("Use {reading}");
                        button.widget_info(|| WidgetInfo::labeled(Role::Button, true, &name));
                        if button.clicked() {
                            chosen = Some(reading.clone());
                        }
                    }
                });
            }
            chosen
        })
    });
    shown.inner.inner
}
