//! The selected slide: its words, what stands beside the map, how it plays, and what can be done with it.

use egui::{ComboBox, TextEdit, Ui};

use super::{Sight, Slides, Words, field, has_changed, set};
use crate::edit::{Command, MetaEdit};
use crate::model::{Beside, Plays, Reach, Role, Slide};
use crate::panels::field::row;
use crate::panels::style::{c32, caption};
use crate::panels::{Action, Look};
use crate::view::theme::{space, type_size};

/// Seconds for which a slide can play.
const SECS: [u32; 6] = [5, 8, 12, 20, 30, 60];

pub(super) fn ui(
    ui: &mut Ui,
    look: Look,
    state: &mut Slides,
    slide: &Slide,
    n: usize,
    sight: Option<&Sight>,
    actions: &mut Vec<Action>,
) {
    let c = look.colors;
    ui.horizontal_wrapped(|ui| {
        for (word, hint, action) in [
            ("Show", "Show this slide's view on the map", Action::ShowSlide(slide.id.clone())),
            ("Update", "Take the view of the map into this slide", Action::UpdateSlide(slide.id.clone())),
            ("Duplicate", "A copy of this slide behind it", Action::DuplicateSlide(slide.id.clone())),
            ("Delete", "Delete this slide", Action::Edit(Command::Meta(MetaEdit::RemoveSlide(slide.id.clone())))),
        ] {
            let response = ui.button(word);
            response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, hint));
            if response.on_hover_text(hint).clicked() {
                actions.push(action);
            }
        }
    });
    ui.horizontal(|ui| {
        for (word, hint, to) in
            [("Up", "Move this slide up", n.checked_sub(1)), ("Down", "Move this slide down", Some(n + 1))]
        {
            let enabled = to.is_some_and(|to| to < look.project.meta().slides.len());
            let response = ui.add_enabled(enabled, egui::Button::new(word));
            response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, enabled, hint));
            if let Some(to) = to.filter(|_| response.on_hover_text(hint).clicked()) {
                actions.push(super::moved(slide, to));
            }
        }
        match sight.and_then(|s| has_changed(slide, s).map(|changed| (changed, s))) {
            Some((true, sight)) => {
                let mark = egui::RichText::new("Figures have changed").size(type_size::CAPTION).color(c32(c.warning));
                let now = sight.figures.as_deref().unwrap_or_default();
                ui.label(mark).on_hover_text(format!("Approved: {}\nNow: {now}", slide.approved));
                approve(ui, slide, sight, "Approve again", actions);
            }
            Some((false, _)) => {
                ui.label(caption("approved, unchanged", c)).on_hover_text(&*slide.approved);
            }
            None => {
                if let Some(sight) = sight.filter(|s| s.figures.is_some()) {
                    approve(ui, slide, sight, "Approve", actions);
                }
            }
        }
    });
    ui.add_space(space::XS);
    typed(ui, state, slide, Words::Title, ("Title", "What the page says", 1), actions, look);
    typed(
        ui,
        state,
        slide,
        Words::Caption,
        ("Caption", "Beside the map; **bold**, *italic*, - lists", 5),
        actions,
        look,
    );
    typed(ui, state, slide, Words::Notes, ("Notes", "For the speaker alone", 3), actions, look);
    row(ui, "Page", c, |ui| {
        choice(ui, "Kind of page", slide.role, &Role::ALL, Role::label, |role| {
            actions.push(Action::Edit(set(Slide { role, ..slide.clone() })));
        });
    });
    if slide.role != Role::Map {
        return;
    }
    row(ui, "Beside", c, |ui| {
        let all = [None, Some(Beside::Totals), Some(Beside::Chart)];
        let label = |b: Option<Beside>| b.map_or("Caption only", Beside::label);
        choice(ui, "What stands beside the map", slide.beside, &all, label, |beside| {
            actions.push(Action::Edit(set(Slide { beside, ..slide.clone() })));
        });
    });
    row(ui, "Plays", c, |ui| {
        let now = slide.plays.map(|p| p.secs);
        let all: Vec<Option<u32>> = std::iter::once(None).chain(SECS.into_iter().map(Some)).collect();
        let label = |secs: Option<u32>| secs.map_or("Stands still".to_owned(), |s| format!("Its window in {s} s"));
        choice(ui, "Whether the slide plays", now, &all, label, |secs| {
            let reach = slide.plays.map_or(Reach::All, |p| p.reach);
            let plays = secs.map(|secs| Plays { secs, reach });
            actions.push(Action::Edit(set(Slide { plays, ..slide.clone() })));
        });
    });
    row(ui, "", c, |ui| {
        let mut shown = !slide.hidden.iter().any(|h| &**h == "legend");
        if ui.checkbox(&mut shown, "Legend").changed() {
            let mut next = slide.clone();
            next.hidden.retain(|h| &**h != "legend");
            if !shown {
                next.hidden.push("legend".into());
            }
            actions.push(Action::Edit(set(next)));
        }
    });
}

fn approve(ui: &mut Ui, slide: &Slide, sight: &Sight, word: &str, actions: &mut Vec<Action>) {
    let hint = "Keep the figures of today: the slide says when they change";
    if ui.button(word).on_hover_text(hint).clicked() {
        let approved = sight.figures.clone().unwrap_or_default().into();
        actions.push(Action::Edit(set(Slide { approved, ..slide.clone() })));
    }
}

fn choice<T: PartialEq + Copy, S: Into<String>>(
    ui: &mut Ui,
    name: &str,
    now: T,
    all: &[T],
    label: impl Fn(T) -> S,
    mut chosen: impl FnMut(T),
) {
    let shown: String = label(now).into();
    let response =
        ComboBox::from_id_salt(("slide", name)).width(180.0).selected_text(shown.clone()).show_ui(ui, |ui| {
            for option in all {
                if ui.selectable_label(*option == now, label(*option).into()).clicked() && *option != now {
                    chosen(*option);
                }
            }
        });
    response.response.widget_info(|| {
        let mut info = egui::WidgetInfo::labeled(egui::Role::ComboBox, true, name);
        info.current_text_value = Some(shown.clone());
        info
    });
}

/// A text of the slide. What is typed stays a draft until the field is left.
fn typed(
    ui: &mut Ui,
    state: &mut Slides,
    slide: &Slide,
    words: Words,
    (label, hint, rows): (&str, &str, usize),
    actions: &mut Vec<Action>,
    look: Look,
) {
    let c = look.colors;
    ui.label(caption(label, c));
    let mut shown = slide.clone();
    let drafted = state.draft.as_ref().filter(|(id, w, _)| *id == slide.id && *w == words).map(|d| d.2.clone());
    let mut text = drafted.unwrap_or_else(|| field(&mut shown, words).to_string());
    let edit =
        if rows > 1 { TextEdit::multiline(&mut text).desired_rows(rows) } else { TextEdit::singleline(&mut text) };
    let id = egui::Id::unique(("slide words", &slide.id, words));
    let response = ui.add(
        edit.id(id)
            .hint_text(hint)
            .desired_width(ui.available_width() - 2.0)
            .margin(egui::Margin::symmetric(space::S as i8, 5)),
    );
    let value = text.clone();
    response.widget_info(|| {
        let mut info = egui::WidgetInfo::text_edit(true, value.clone(), value.clone(), hint);
        info.label = Some(format!("{label} of the slide"));
        info
    });
    if response.changed() {
        // What was typed elsewhere is taken over before it gives way.
        if state.draft.as_ref().is_some_and(|(id, w, _)| (id, *w) != (&slide.id, words)) {
            actions.extend(state.take(look.project).map(Action::Edit));
        }
        state.draft = Some((slide.id.clone(), words, text));
    }
    if response.lost_focus() {
        actions.extend(state.take(look.project).map(Action::Edit));
    }
}
