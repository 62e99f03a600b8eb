//! One change to several chosen incidents.

use std::collections::BTreeMap;

use egui::{ScrollArea, Ui};

use super::field::row;
use super::icons::{self, Icon};
use super::inspector::combo;
use super::style::{bold, c32, caption, section};
use super::{Action, Look, State};
use crate::edit::typed::stretch;
use crate::edit::{Bulk, Command};
use crate::model::{Kind, PartyId, Text};
use crate::view::theme::{space, type_size};

/// What is being typed and picked.
#[derive(Clone, Debug, Default)]
pub struct Draft {
    shift: String,
    refused: Option<String>,
    tag: String,
    value: String,
    renamed: String,
    from: Option<PartyId>,
    to: Option<PartyId>,
    /// The tag to be renamed.
    old: Option<Text>,
}

/// Tags and parties are looked for among the first so many of the chosen.
const LOOKED_AT: usize = 2000;

/// Draws the panel. It stands where the inspector of a single incident stands.
pub fn ui(ui: &mut Ui, look: Look, state: &mut State) -> Vec<Action> {
    let mut actions = Vec::new();
    let c = look.colors;
    let ids = state.chosen.ids().to_vec();
    let count = ids.len();
    ui.add_space(space::XS);
    ui.horizontal(|ui| {
        let title = egui::RichText::new(format!("{count} incidents chosen"));
        ui.label(title.font(bold(type_size::EMPHASIS)).color(c32(c.text)));
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            if icons::button(ui, Icon::Close, "Choose none (Esc)", true, c).clicked() {
                state.chosen.clear();
            }
        });
    });
    ui.add(egui::Label::new(caption("One change to all of them is one step, and one undo takes it back.", c)).wrap());
    let mut wish: Option<Bulk> = None;
    let draft = &mut state.bulk;
    ScrollArea::vertical().id_salt("bulk").auto_shrink([false, false]).show(ui, |ui| {
        ui.set_width(ui.available_width() - space::S);
        section(ui, "What and when", c);
        row(ui, "Kind", c, |ui| {
            combo(ui, "Kind of all", "Set to …", |ui| {
                for kind in Kind::KNOWN {
                    if ui.selectable_label(false, kind.label()).clicked() {
                        wish = Some(Bulk::Kind(kind.clone()));
                    }
                }
            });
        });
        typed(ui, look, "Shift by", &mut draft.shift, "+1 d, -2 h, 30 min", "Shift", |text| match stretch(text) {
            Ok(seconds) => {
                draft.refused = None;
                wish = Some(Bulk::Shift(seconds));
            }
            Err(why) => draft.refused = Some(why),
        });
        if let Some(why) = &draft.refused {
            let text = egui::RichText::new(why).size(type_size::CAPTION).color(c32(c.warning));
            ui.add(egui::Label::new(text).wrap());
        }
        ui.add(egui::Label::new(caption("Dates known less exactly than the shift stay.", c)).wrap());
        tags(ui, look, draft, &ids, &mut wish);
        parties(ui, look, draft, &ids, &mut wish);
        section(ui, "Other", c);
        row(ui, "Sensitive", c, |ui| {
            for (label, name, is) in [("Yes", "Mark all sensitive", true), ("No", "Mark none sensitive", false)] {
                let response = ui.button(label);
                response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, name));
                if response.clicked() {
                    wish = Some(Bulk::Sensitive(is));
                }
            }
        });
        ui.add_space(space::L);
        ui.horizontal(|ui| {
            if ui.button("Show on the map").clicked() {
                actions.push(Action::ZoomToAll(ids.clone()));
            }
            if ui.button(format!("Delete {count} incidents")).clicked() {
                actions.push(Action::Edit(Command::Delete(ids.clone())));
            }
        });
        ui.add_space(space::XL);
    });
    if let Some(bulk) = wish {
        actions.push(Action::Edit(Command::Bulk(ids, bulk)));
    }
    actions
}

/// A text field with a button that takes it; Enter does so too.
fn typed(ui: &mut Ui, look: Look, label: &str, text: &mut String, hint: &str, verb: &str, take: impl FnOnce(&str)) {
    row(ui, label, look.colors, |ui| {
        let width = ui.available_width() - 84.0;
        let response = named(ui, label, text, hint, width);
        let entered = response.lost_focus() && ui.input(|i| i.key_pressed(egui::Key::Enter));
        let ready = !text.trim().is_empty();
        if (ui.add_enabled(ready, egui::Button::new(verb)).clicked() || entered) && ready {
            take(text.trim());
        }
    });
}

/// A text field with a name for screen readers.
fn named(ui: &mut Ui, name: &str, text: &mut String, hint: &str, width: f32) -> egui::Response {
    let margin = egui::Margin::symmetric(space::S as i8, 5);
    let response = ui.add(egui::TextEdit::singleline(text).hint_text(hint).desired_width(width).margin(margin));
    let (name, value) = (name.to_owned(), text.clone());
    response.widget_info(|| {
        let mut info = egui::WidgetInfo::text_edit(true, value.clone(), value.clone(), "");
        info.label = Some(name.clone());
        info
    });
    response
}

fn tags(ui: &mut Ui, look: Look, draft: &mut Draft, ids: &[crate::model::IncidentId], wish: &mut Option<Bulk>) {
    let c = look.colors;
    section(ui, "Tags", c);
    row(ui, "Set", c, |ui| {
        let width = (ui.available_width() - 60.0 - space::S) / 2.0;
        named(ui, "Name of the tag", &mut draft.tag, "name", width);
        named(ui, "Value of the tag", &mut draft.value, "value, if any", width);
        let ready = !draft.tag.trim().is_empty();
        let response = ui.add_enabled(ready, egui::Button::new("Set"));
        response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, ready, "Set tag of all"));
        if response.clicked() {
            *wish = Some(Bulk::Tag(draft.tag.trim().into(), draft.value.trim().into()));
        }
    });
    let mut known: BTreeMap<&str, usize> = BTreeMap::new();
    for (name, _) in ids.iter().take(LOOKED_AT).filter_map(|id| look.project.get(*id)).flat_map(|i| &i.tags) {
        *known.entry(name).or_default() += 1;
    }
    if known.is_empty() {
        return;
    }
    row(ui, "Remove", c, |ui| {
        combo(ui, "Remove tag of all", "Tag …", |ui| {
            for (name, n) in &known {
                if ui.selectable_label(false, format!("{name} ({n})")).clicked() {
                    *wish = Some(Bulk::Untag((*name).into()));
                }
            }
        });
    });
    row(ui, "Rename", c, |ui| {
        let shown = draft.old.as_deref().unwrap_or("Tag …").to_owned();
        combo(ui, "Tag to rename", &shown, |ui| {
            for name in known.keys() {
                if ui.selectable_label(draft.old.as_deref() == Some(*name), *name).clicked() {
                    draft.old = Some((*name).into());
                }
            }
        });
    });
    row(ui, "to", c, |ui| {
        named(ui, "New name of the tag", &mut draft.renamed, "new name", ui.available_width() - 84.0);
        let to = draft.renamed.trim();
        let ready = draft.old.is_some() && !to.is_empty();
        if ui.add_enabled(ready, egui::Button::new("Rename")).clicked()
            && let Some(old) = draft.old.take()
        {
            *wish = Some(Bulk::Retag(old, to.into()));
        }
    });
}

fn parties(ui: &mut Ui, look: Look, draft: &mut Draft, ids: &[crate::model::IncidentId], wish: &mut Option<Bulk>) {
    let c = look.colors;
    let meta = look.project.meta();
    let name = |id: &PartyId| {
        let party = meta.parties.iter().find(|p| p.id == *id);
        party.map_or_else(|| id.as_str().to_owned(), |p| p.names.best(look.labels.first).to_owned())
    };
    section(ui, "Parties and sources", c);
    row(ui, "Add party", c, |ui| {
        combo(ui, "Add party to all", "Party …", |ui| {
            for party in &meta.parties {
                if ui.selectable_label(false, name(&party.id)).clicked() {
                    *wish = Some(Bulk::AddParty(party.id.clone()));
                }
            }
        });
    });
    let mut present: Vec<PartyId> = Vec::new();
    for incident in ids.iter().take(LOOKED_AT).filter_map(|id| look.project.get(*id)) {
        let said = incident.claims.iter().flat_map(|c| std::iter::once(&c.about).chain(c.speaks_for.as_ref()));
        for party in incident.parties.iter().chain(said) {
            if !present.contains(party) {
                present.push(party.clone());
            }
        }
    }
    let all: Vec<PartyId> = meta.parties.iter().map(|p| p.id.clone()).collect();
    let pick = |ui: &mut Ui, label: &str, list: &[PartyId], chosen: &mut Option<PartyId>| {
        let shown = chosen.as_ref().map_or_else(|| "Party …".to_owned(), &name);
        combo(ui, label, &shown, |ui| {
            for party in list {
                if ui.selectable_label(chosen.as_ref() == Some(party), name(party)).clicked() {
                    *chosen = Some(party.clone());
                }
            }
        });
    };
    row(ui, "Reassign", c, |ui| pick(ui, "Party in their place now", &present, &mut draft.from));
    row(ui, "to", c, |ui| {
        ui.allocate_ui(egui::vec2(ui.available_width() - 84.0, 28.0), |ui| {
            pick(ui, "Party to stand there", &all, &mut draft.to);
        });
        let ready = draft.from.is_some() && draft.to.is_some() && draft.from != draft.to;
        if ui.add_enabled(ready, egui::Button::new("Reassign")).clicked()
            && let (Some(from), Some(to)) = (draft.from.take(), draft.to.take())
        {
            *wish = Some(Bulk::ReassignParty(from, to));
        }
    });
    ui.add(egui::Label::new(caption("Also in what claims are about and whom they speak for.", c)).wrap());
    if !meta.sources.is_empty() {
        row(ui, "Add source", c, |ui| {
            combo(ui, "Add source to all", "Source …", |ui| {
                for source in &meta.sources {
                    let words = if source.title.is_empty() { &source.outlet } else { &source.title };
                    if ui.selectable_label(false, &**words).clicked() {
                        *wish = Some(Bulk::AddSource(source.id.clone()));
                    }
                }
            });
        });
    }
}
