//! The speaker's window: this page and the next, the notes, the time of day and the time since the start. It is never blanked.

use egui::{RichText, Ui, ViewportBuilder, ViewportId, vec2};

use super::{Show, whole};
use crate::app::App;
use crate::panels::slides::Sight;
use crate::panels::style::{bold, c32, caption, regular};
use crate::view::Colors;
use crate::view::theme::{space, type_size};

impl App {
    pub(super) fn speaker_ui(&mut self, ctx: &egui::Context, show: &mut Show, now: f64) {
        let sights = self.sights(ctx);
        let c = self.theme.colors();
        let time = (self.world.clock)();
        let builder = ViewportBuilder::default()
            .with_title("Speaker — clashmap")
            .with_inner_size([1100.0, 700.0])
            .with_min_inner_size([640.0, 420.0]);
        let closed = ctx.show_viewport_immediate(ViewportId::from_hash_of("speaker"), builder, |ui, _| {
            let own = ui.ctx().clone();
            // In a test, or where there is one window only, the keys are those of the show itself.
            if own.viewport_id() != ViewportId::ROOT {
                show.typed_by_speaker(&own, now);
            }
            egui::Frame::new().fill(c32(c.panel)).inner_margin(space::L).show(ui, |ui| {
                ui.set_min_size(ui.available_size());
                view(ui, show, &sights, time, now, c);
            });
            own.viewport_id() != ViewportId::ROOT && own.input(|i| i.viewport().close_requested())
        });
        if closed {
            show.speaker = false;
        }
        // The clocks go on by themselves.
        ctx.request_repaint_after(std::time::Duration::from_millis(500));
    }
}

impl Show {
    /// What becomes of the drawing on the page, if there is one.
    fn drawn_in_words(&self) -> Option<&'static str> {
        self.strokes.get(&self.at).filter(|lines| !lines.is_empty())?;
        Some(if self.kept.contains(&self.at) {
            "the drawing is kept (K)"
        } else {
            "the drawing goes with the page (K keeps it)"
        })
    }

    /// Keys pressed in the speaker's window do the same as those in the audience's; closing it does not end the show.
    fn typed_by_speaker(&mut self, ctx: &egui::Context, now: f64) {
        let keys: Vec<egui::Key> = ctx.input(|i| {
            let pressed = i.events.iter().filter_map(|e| match e {
                egui::Event::Key { key, pressed: true, modifiers, .. } if !modifiers.command && !modifiers.alt => {
                    Some(*key)
                }
                _ => None,
            });
            pressed.collect()
        });
        for key in keys {
            self.key(key, now);
        }
    }
}

fn view(ui: &mut Ui, show: &Show, sights: &[Sight], (hour, minute): (u8, u8), now: f64, c: &Colors) {
    let (at, part) = show.wanted.unwrap_or(show.at);
    ui.horizontal(|ui| {
        let parts = show.ready_at(at).map_or(1, |r| r.layout.parts());
        let of = if parts > 1 { format!(", part {} of {parts}", part + 1) } else { String::new() };
        let text = format!("{} of {}{of}", at + 1, show.slides.len());
        ui.label(RichText::new(text).font(bold(type_size::TITLE)).color(c32(c.text)));
        if let Some(drawn) = show.drawn_in_words() {
            ui.label(caption(drawn, c));
        }
        if show.blank {
            ui.label(
                RichText::new("the audience's screen is dark").font(bold(type_size::EMPHASIS)).color(c32(c.warning)),
            );
        }
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            let secs = (now - show.started).max(0.0) as u64;
            let timer = format!("{}:{:02}", secs / 60, secs % 60);
            ui.label(RichText::new(timer).font(bold(type_size::PAGE)).color(c32(c.text)));
            ui.add_space(space::L);
            ui.label(
                RichText::new(format!("{hour:02}:{minute:02}")).font(regular(type_size::PAGE)).color(c32(c.text_weak)),
            );
        });
    });
    ui.add_space(space::S);
    let width = ui.available_width();
    let large = (width * 0.62).min((ui.available_height() * 0.62) * 16.0 / 9.0);
    ui.horizontal_top(|ui| {
        page(ui, "Now", show, sights, at, large, c);
        let next = at + 1;
        if next < show.slides.len() {
            page(ui, "Next", show, sights, next, (width - large - space::L).max(120.0), c);
        } else {
            ui.label(caption("This is the last slide.", c));
        }
    });
    ui.add_space(space::M);
    ui.label(caption("Notes", c));
    egui::ScrollArea::vertical().auto_shrink([false, false]).show(ui, |ui| {
        let notes = show.slides.get(at).map(|s| &*s.notes).unwrap_or_default();
        let words = if notes.is_empty() { "No notes." } else { notes };
        ui.add(egui::Label::new(RichText::new(words).font(regular(type_size::TITLE)).color(c32(c.text))).wrap());
    });
}

fn page(ui: &mut Ui, word: &str, show: &Show, sights: &[Sight], n: usize, width: f32, c: &Colors) {
    ui.vertical(|ui| {
        let name = show.slides.get(n).map_or("", |s| s.name());
        ui.label(caption(format!("{word}: {name}"), c));
        let (rect, response) = ui.allocate_exact_size(vec2(width, width * 9.0 / 16.0), egui::Sense::hover());
        response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Image, true, format!("{word}: {name}")));
        ui.painter().rect_filled(rect, 2.0, c32(c.land));
        if let Some(texture) = sights.get(n).and_then(|s| s.picture.as_ref()) {
            ui.painter().image(texture.id(), rect, whole(), egui::Color32::WHITE);
        }
        ui.painter().rect_stroke(rect, 2.0, egui::Stroke::new(1.0, c32(c.rule)), egui::StrokeKind::Outside);
    });
}
