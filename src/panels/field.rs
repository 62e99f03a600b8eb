//! Fields with a label, a draft and a place for what is wrong.
//!
//! A field shows the project's value until something is typed; from then on it shows the draft, which is taken over by
//! Enter or by leaving the field, and stays, marked, if it cannot be.

use egui::{Response, TextEdit, Ui};

use super::style::{c32, caption};
use crate::view::theme::space;
use crate::view::{Colors, Draft, Drafts, Field, Owner};

/// What happened to a field in this frame.
#[derive(Debug, Default)]
pub struct Outcome {
    /// The text is to be taken over.
    pub commit: Option<String>,
    /// The text so far, while the field has the keyboard.
    pub typing: Option<String>,
    /// The text field itself.
    pub response: Option<Response>,
}

/// How a field looks.
#[derive(Clone, Copy, Debug)]
pub struct Look<'a> {
    /// The label before or above it; also its name for screen readers.
    pub label: &'a str,
    /// What an empty field shows.
    pub hint: &'a str,
    /// Rows; 1 for a single line.
    pub rows: usize,
    /// The label stands above the field instead of before it.
    pub above: bool,
}

impl<'a> Look<'a> {
    /// A single line with its label before it.
    pub fn line(label: &'a str, hint: &'a str) -> Self {
        Self { label, hint, rows: 1, above: false }
    }
}

/// Width of the labels before fields.
pub const LABEL_WIDTH: f32 = 84.0;

/// A labelled row: the label right of nothing, the rest of the row for `content`.
pub fn row<R>(ui: &mut Ui, label: &str, c: &Colors, content: impl FnOnce(&mut Ui) -> R) -> R {
    ui.horizontal(|ui| {
        let (rect, _) = ui.allocate_exact_size(egui::vec2(LABEL_WIDTH, 28.0), egui::Sense::hover());
        ui.painter().text(
            rect.left_center(),
            egui::Align2::LEFT_CENTER,
            label,
            super::style::regular(crate::view::theme::type_size::CAPTION),
            c32(c.text_weak),
        );
        content(ui)
    })
    .inner
}

/// A text field over a draft.
pub fn text(
    ui: &mut Ui,
    drafts: &mut Drafts,
    id: impl Into<Owner>,
    field: &Field,
    now: &str,
    look: Look,
    c: &Colors,
) -> Outcome {
    let id = id.into();
    let outcome = if look.above {
        if !look.label.is_empty() {
            ui.label(caption(look.label, c));
        }
        edit(ui, drafts, id, field, now, look, c)
    } else {
        row(ui, look.label, c, |ui| edit(ui, drafts, id, field, now, look, c))
    };
    let mut outcome = outcome;
    if let Some(draft) = drafts.get(id, field).filter(|d| d.error.is_some()) {
        let left = if look.above { 0 } else { (LABEL_WIDTH + space::S) as i8 };
        let margin = egui::Margin { left, right: 0, top: 0, bottom: 2 };
        let chosen = egui::Frame::new().inner_margin(margin).show(ui, |ui| refused(ui, draft, look.label, c)).inner;
        if let Some(text) = chosen {
            drafts.type_into(id, field.clone(), text.clone());
            outcome.commit = Some(text);
        }
    }
    outcome
}

/// What is wrong with a text, and a button for each reading it may have: the text of the one that was chosen. `name` is that
/// of the field, for screen readers.
pub fn refused(ui: &mut Ui, draft: &Draft, name: &str, c: &Colors) -> Option<String> {
    let size = crate::view::theme::type_size::CAPTION;
    if let Some(error) = &draft.error {
        ui.add(egui::Label::new(egui::RichText::new(error).size(size).color(c32(c.error))).wrap());
    }
    if draft.offers.is_empty() {
        return None;
    }
    let mut chosen = None;
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing = egui::vec2(space::XS, space::XS);
        ui.spacing_mut().button_padding = egui::vec2(space::S, 3.0);
        for offer in &draft.offers {
            let text = egui::RichText::new(&offer.label).size(size).color(c32(c.accent));
            let button = egui::Button::new(text).fill(c32(c.raised)).stroke(egui::Stroke::new(1.0, c32(c.rule)));
            let hint = format!("{name}: take this instead of “{}”", draft.text);
            if ui.add(button.min_size(egui::vec2(0.0, 24.0))).on_hover_text(hint).clicked() {
                chosen = Some(offer.text.clone());
            }
        }
    });
    chosen
}

fn edit(ui: &mut Ui, drafts: &mut Drafts, id: Owner, field: &Field, now: &str, look: Look, c: &Colors) -> Outcome {
    let draft = drafts.get(id, field);
    let wrong = draft.is_some_and(|d| d.error.is_some());
    let mut text = draft.map_or_else(|| now.to_owned(), |d| d.text.clone());
    let widget = if look.rows > 1 {
        TextEdit::multiline(&mut text).desired_rows(look.rows)
    } else {
        TextEdit::singleline(&mut text)
    };
    let widget = widget
        .id(egui::Id::unique(("field", id, field)))
        .hint_text(look.hint)
        .desired_width(ui.available_width() - 2.0)
        .margin(egui::Margin::symmetric(space::S as i8, 5));
    let response = ui.scope(|ui| {
        if wrong {
            let edge = egui::Stroke::new(1.5, c32(c.error));
            let w = &mut ui.visuals_mut().widgets;
            (w.inactive.bg_stroke, w.hovered.bg_stroke) = (edge, edge);
            ui.visuals_mut().selection.stroke = edge;
        }
        ui.add(widget)
    });
    let response = response.inner;
    let (label, value) = (look.label, text.clone());
    response.widget_info(|| {
        let mut info = egui::WidgetInfo::text_edit(true, value.clone(), value.clone(), look.hint);
        info.label = Some(label.to_owned());
        info
    });
    if response.changed() {
        drafts.type_into(id, field.clone(), text.clone());
    }
    let escaped = response.lost_focus() && ui.input(|i| i.key_pressed(egui::Key::Escape));
    if escaped {
        drafts.take(id, field);
    }
    let choosing = response.lost_focus() && is_choosing(ui, &response);
    if drafts.get(id, field).is_none() || !(response.has_focus() || choosing) {
        // Suggestions of an earlier text must not answer for this one.
        ui.data_mut(|d| d.remove::<Offered>(Offered::id(&response)));
    }
    let left = response.lost_focus() && !escaped && !choosing && drafts.get(id, field).is_some();
    let entered =
        look.rows > 1 && response.has_focus() && ui.input(|i| i.modifiers.command && i.key_pressed(egui::Key::Enter));
    Outcome {
        commit: (left || (entered && drafts.get(id, field).is_some())).then(|| text.clone()),
        typing: (response.has_focus() || choosing).then_some(text),
        response: Some(response),
    }
}

/// Where the suggestions of a field lay in the last frame, and which of them the arrow keys have reached.
#[derive(Clone, Copy, Debug)]
pub(super) struct Offered {
    /// Their box.
    pub(super) rect: egui::Rect,
    /// The one reached by the arrow keys.
    pub(super) at: Option<usize>,
}

impl Offered {
    /// The key under which a field's suggestions are remembered for a frame.
    pub(super) fn id(field: &Response) -> egui::Id {
        field.id.with("offered")
    }
}

/// Whether the field lost the keyboard because one of its suggestions is being taken.
fn is_choosing(ui: &Ui, field: &Response) -> bool {
    let Some(offered) = ui.data(|d| d.get_temp::<Offered>(Offered::id(field))) else { return false };
    ui.input(|i| {
        let pressed = i.pointer.any_pressed() || i.pointer.any_released() || i.pointer.any_down();
        pressed && i.pointer.interact_pos().is_some_and(|p| offered.rect.contains(p))
            || offered.at.is_some() && i.key_pressed(egui::Key::Enter)
    })
}
