//! The slides: a strip of pages in the order of the talk, and the words and choices of the one that is selected.
//!
//! Pictures of the pages and what changed since they were approved are worked out elsewhere (`app::slides`); nothing is
//! drawn large here.

mod form;

use egui::{Key, Sense, Ui, Vec2, vec2};

use super::icons::{self, Icon};
use super::style::{bold, c32, caption};
use super::{Action, Look};
use crate::edit::{Command, MetaEdit};
use crate::model::{Role, Slide, Text};
use crate::view::theme::{space, type_size};

/// Width of the panel in points.
pub const WIDTH: f32 = 320.0;

/// A text of a slide that can be typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Words {
    /// Its title.
    Title,
    /// Its caption.
    Caption,
    /// The speaker's notes.
    Notes,
}

/// What the panel remembers.
#[derive(Clone, Debug, Default)]
pub struct Slides {
    /// Whether it is shown.
    pub open: bool,
    /// The slide that is selected.
    pub selected: Option<Text>,
    /// What is being typed: slide, which text, and how it reads now.
    pub draft: Option<(Text, Words, String)>,
    /// Whether the strip shall scroll to the selected slide.
    pub reveal: bool,
    /// The screen of the audience, counted from 0; `None`: the one on which the window is.
    pub screen: Option<usize>,
}

impl Slides {
    /// The command that takes over what is being typed; the draft is then gone.
    pub fn take(&mut self, project: &crate::model::Project) -> Option<Command> {
        let (id, words, text) = self.draft.take()?;
        let mut slide = project.meta().slide(&id)?.1.clone();
        *field(&mut slide, words) = text.into();
        Some(set(slide))
    }
}

/// What is known of a slide besides its words.
#[derive(Clone, Default)]
pub struct Sight {
    /// Its picture, wide and high as a page; `None`: not drawn yet.
    pub picture: Option<egui::TextureHandle>,
    /// The figures it shows now; `None`: not worked out yet.
    pub figures: Option<String>,
}

/// Whether a slide shows other figures than when it was approved; `None`: it was never approved, or nobody knows yet.
pub fn has_changed(slide: &Slide, sight: &Sight) -> Option<bool> {
    let now = sight.figures.as_ref()?;
    (!slide.approved.is_empty()).then(|| *slide.approved != **now)
}

fn field(slide: &mut Slide, words: Words) -> &mut Text {
    match words {
        Words::Title => &mut slide.title,
        Words::Caption => &mut slide.caption,
        Words::Notes => &mut slide.notes,
    }
}

fn set(slide: Slide) -> Command {
    Command::Meta(MetaEdit::SetSlide(Box::new(slide)))
}

/// Draws the panel; `sights` are those of the project's slides, in their order.
pub fn ui(ui: &mut Ui, look: Look, state: &mut Slides, sights: &[Sight]) -> Vec<Action> {
    let mut actions = Vec::new();
    let c = look.colors;
    let slides = &look.project.meta().slides;
    if state.selected.as_ref().is_some_and(|id| look.project.meta().slide(id).is_none()) {
        state.selected = None;
    }
    ui.spacing_mut().item_spacing = vec2(space::S, space::XS);
    ui.horizontal(|ui| {
        ui.set_height(32.0);
        ui.label(egui::RichText::new("Slides").font(bold(type_size::TITLE)).color(c32(c.text)));
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            if icons::button(ui, Icon::Close, "Close slides (P)", true, c).clicked() {
                actions.push(Action::ToggleSlides);
            }
        });
    });
    ui.horizontal(|ui| {
        let new = icons::text_button(ui, Icon::Plus, "From view", "New slide from the view (Ctrl+M)", true, c);
        if new.clicked() {
            actions.push(Action::NewSlide(Role::Map));
        }
        ui.menu_button("More …", |ui| {
            for (word, role) in [("Title page", Role::Title), ("Closing page", Role::Closing)] {
                if ui.button(word).clicked() {
                    actions.push(Action::NewSlide(role));
                    ui.close();
                }
            }
            if ui.button("Talk or report as a file …").clicked() {
                actions.push(Action::ExportTalk);
                ui.close();
            }
            ui.separator();
            ui.label(caption("Screen of the audience", c));
            if ui.radio(state.screen.is_none(), "Where the window is").clicked() {
                state.screen = None;
            }
            for n in 0..4 {
                if ui.radio(state.screen == Some(n), format!("Screen {}", n + 1)).clicked() {
                    state.screen = Some(n);
                }
            }
        });
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            let present = icons::text_button(ui, Icon::Play, "Present", "Present the slides (F5)", false, c);
            if present.clicked() {
                let at = state.selected.as_ref().and_then(|id| look.project.meta().slide(id)).map_or(0, |(n, _)| n);
                actions.push(Action::Present(at));
            }
        });
    });
    ui.add_space(space::XS);
    if slides.is_empty() {
        ui.add_space(space::XL);
        ui.vertical_centered(|ui| {
            ui.label(egui::RichText::new("No slides yet").font(bold(type_size::EMPHASIS)).color(c32(c.text)));
            let words = "A slide keeps what the map shows now: place, window of time, filters, policy. Its figures follow \
                         the data.";
            ui.add(egui::Label::new(caption(words, c)).wrap());
        });
        return actions;
    }
    let has_form = state.selected.is_some();
    let height = if has_form { (ui.available_height() * 0.42).max(160.0) } else { ui.available_height() };
    egui::ScrollArea::vertical().id_salt("strip of slides").max_height(height).auto_shrink([false, true]).show(
        ui,
        |ui| {
            strip(ui, look, state, sights, &mut actions);
        },
    );
    if let Some((n, slide)) = state.selected.clone().and_then(|id| look.project.meta().slide(&id)) {
        ui.separator();
        egui::ScrollArea::vertical().id_salt("form of the slide").auto_shrink([false, false]).show(ui, |ui| {
            form::ui(ui, look, state, slide, n, sights.get(n), &mut actions);
        });
    }
    actions
}

/// The slides one below the other; each can be dragged to another place.
fn strip(ui: &mut Ui, look: Look, state: &mut Slides, sights: &[Sight], actions: &mut Vec<Action>) {
    let c = look.colors;
    let slides = &look.project.meta().slides;
    let none = Sight::default();
    let mut rows = Vec::new();
    for (n, slide) in slides.iter().enumerate() {
        let sight = sights.get(n).unwrap_or(&none);
        let is_selected = state.selected.as_ref() == Some(&slide.id);
        let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), 74.0), Sense::hover());
        let response = ui.interact(rect, egui::Id::unique(("slide", &slide.id, n)), Sense::click_and_drag());
        let changed = has_changed(slide, sight) == Some(true);
        let said = if changed { ", its figures have changed since it was approved" } else { "" };
        response.widget_info(|| {
            egui::WidgetInfo::labeled(egui::Role::Button, true, format!("Slide {}: {}{said}", n + 1, slide.name()))
        });
        if is_selected && std::mem::take(&mut state.reveal) {
            response.scroll_to_me(Some(egui::Align::Center));
        }
        draw_row(ui, rect, n, slide, sight, (is_selected, response.hovered() || response.has_focus(), changed), c);
        if response.drag_started() {
            response.dnd_set_drag_payload(n);
        }
        if response.dragged() {
            ui.ctx().set_cursor_icon(egui::CursorIcon::Grabbing);
        }
        if response.clicked() {
            state.selected = Some(slide.id.clone());
        }
        if response.double_clicked() {
            actions.push(Action::ShowSlide(slide.id.clone()));
        }
        if response.has_focus() {
            let step = ui.input_mut(|i| {
                i32::from(i.consume_key(egui::Modifiers::ALT, Key::ArrowDown))
                    - i32::from(i.consume_key(egui::Modifiers::ALT, Key::ArrowUp))
            });
            if step != 0 {
                actions.push(moved(slide, n.saturating_add_signed(step as isize)));
            }
        }
        rows.push((rect, response));
    }
    // Where a dragged slide would go, and letting go of it there.
    let Some(from) = egui::DragAndDrop::payload::<usize>(ui.ctx()).map(|n| *n) else { return };
    let Some(pointer) = ui.ctx().pointer_interact_pos() else { return };
    let before = rows.iter().filter(|(rect, _)| rect.center().y < pointer.y).count();
    let y = match rows.get(before) {
        Some((rect, _)) => rect.top(),
        None => rows.last().map_or(0.0, |(rect, _)| rect.bottom()),
    };
    let range = ui.min_rect().x_range();
    ui.painter().hline(range, y, egui::Stroke::new(2.0, c32(c.accent)));
    if ui.input(|i| i.pointer.any_released()) {
        egui::DragAndDrop::clear_payload(ui.ctx());
        // Counted without the slide itself.
        let to = if before > from { before - 1 } else { before };
        if let Some(slide) = slides.get(from).filter(|_| to != from) {
            actions.push(moved(slide, to));
        }
    }
}

fn moved(slide: &Slide, to: usize) -> Action {
    Action::Edit(Command::Meta(MetaEdit::MoveSlide(slide.id.clone(), to)))
}

fn draw_row(
    ui: &Ui,
    rect: egui::Rect,
    n: usize,
    slide: &Slide,
    sight: &Sight,
    (is_selected, hot, changed): (bool, bool, bool),
    c: &crate::view::Colors,
) {
    if !ui.is_rect_visible(rect) {
        return;
    }
    let painter = ui.painter();
    if is_selected || hot {
        painter.rect_filled(rect, space::RADIUS, c32(if is_selected { c.selected } else { c.raised }));
    }
    let picture = egui::Rect::from_min_size(rect.min + vec2(26.0, 5.0), Vec2::new(64.0 * 16.0 / 9.0, 64.0));
    painter.rect_filled(picture, 2.0, c32(c.land));
    if let Some(texture) = &sight.picture {
        let whole = egui::Rect::from_min_max(egui::Pos2::ZERO, egui::pos2(1.0, 1.0));
        painter.image(texture.id(), picture, whole, egui::Color32::WHITE);
    }
    painter.rect_stroke(picture, 2.0, egui::Stroke::new(1.0, c32(c.rule)), egui::StrokeKind::Outside);
    let number = super::style::regular(type_size::CAPTION);
    let at = rect.left_center() + vec2(13.0, 0.0);
    painter.text(at, egui::Align2::CENTER_CENTER, (n + 1).to_string(), number, c32(c.text_weak));
    let left = picture.right() + space::S;
    let width = rect.right() - left - space::XS;
    let mut job = egui::text::LayoutJob::simple(slide.name().to_owned(), bold(type_size::BODY), c32(c.text), width);
    job.wrap.max_rows = 2;
    let galley = painter.layout_job(job);
    let top = rect.top() + 6.0;
    let below = top + galley.size().y + 2.0;
    painter.galley(egui::pos2(left, top), galley, c32(c.text));
    let (words, color) = if changed {
        ("figures changed".to_owned(), c.warning)
    } else {
        let kind = match (slide.role, slide.plays) {
            (Role::Map, Some(plays)) => format!("plays for {} s", plays.secs),
            (Role::Map, None) => slide.window.map(|w| w.brief()).unwrap_or_default(),
            (role, _) => role.label().to_owned(),
        };
        (kind, c.text_weak)
    };
    let small = super::style::regular(type_size::CAPTION);
    painter.text(egui::pos2(left, below), egui::Align2::LEFT_TOP, words, small, c32(color));
}
