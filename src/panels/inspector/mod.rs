//! The inspector: everything an incident holds, as a form.

mod casualties;
mod chart;
pub mod dates;
mod form;
mod ledger;
mod media;
pub mod parse;

pub(super) use form::combo;
pub use ledger::Covered;

use egui::{ScrollArea, Ui};

use super::icons::{self, Icon};
use super::style::{bold, c32, caption};
use super::{Action, Look, State};
use crate::model::{Incident, IncidentId};
use crate::view::theme::{space, type_size};
use crate::view::{Drafts, Field};

/// Draws the inspector for the selected incident.
pub fn ui(ui: &mut Ui, look: Look, state: &mut State, selected: Option<IncidentId>) -> Vec<Action> {
    let mut actions = Vec::new();
    let Some((id, incident)) = selected.and_then(|id| look.project.get(id).map(|i| (id, i))) else {
        empty(ui, look);
        return actions;
    };
    header(ui, look, incident, &mut actions);
    ScrollArea::vertical().id_salt(("inspector", id)).auto_shrink([false, false]).show(ui, |ui| {
        ui.set_width(ui.available_width() - space::S);
        casualties::ui(ui, look, state, incident, id, &mut actions);
        // What was said stands under the figures that follow from it; where nobody has said anything yet, what the
        // incident is comes first.
        let said = !incident.claims.is_empty();
        if said {
            ledger::ui(ui, look, state, id, incident, &mut actions);
        }
        form::ui(ui, look, state, id, incident, &mut actions);
        if !said {
            ledger::ui(ui, look, state, id, incident, &mut actions);
        }
        form::rest(ui, look, state, id, incident, &mut actions);
        ui.add_space(space::XL);
    });
    actions
}

fn empty(ui: &mut Ui, look: Look) {
    ui.add_space(space::XL);
    ui.vertical_centered(|ui| {
        ui.label(
            egui::RichText::new("No incident selected").font(bold(type_size::EMPHASIS)).color(c32(look.colors.text)),
        );
        ui.add_space(space::S);
        ui.label(caption("Click a mark on the map or a row of the list.\nPress N to add an incident.", look.colors));
    });
}

fn header(ui: &mut Ui, look: Look, incident: &Incident, actions: &mut Vec<Action>) {
    let c = look.colors;
    ui.add_space(space::XS);
    ui.horizontal(|ui| {
        ui.label(caption(incident.kind.label(), c));
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            if icons::button(ui, Icon::Delete, "Delete incident", true, c).clicked() {
                actions.push(Action::DeleteSelected);
            }
            if icons::button(ui, Icon::Duplicate, "Duplicate incident", true, c).clicked() {
                actions.push(Action::DuplicateSelected);
            }
        });
    });
    let title = if incident.title.is_empty() { "Untitled incident" } else { &incident.title };
    ui.add(egui::Label::new(egui::RichText::new(title).font(bold(type_size::EMPHASIS)).color(c32(c.text))).wrap());
    let when = incident.when.map_or_else(|| "time unknown".to_owned(), |w| look.zone.both(&w));
    let place = incident.place.names.best(look.labels.first);
    let exactness = incident.place.precision.map(crate::model::Precision::label).unwrap_or_default();
    ui.add(egui::Label::new(caption(when, c)).wrap());
    if !place.is_empty() {
        ui.add(
            egui::Label::new(caption(
                if exactness.is_empty() { place.to_owned() } else { format!("{place} · {exactness}") },
                c,
            ))
            .wrap(),
        );
    }
    ui.add_space(space::XS);
}

/// A field over the project's value; what was typed is taken over or marked.
fn field(
    ui: &mut Ui,
    look: Look,
    drafts: &mut Drafts,
    at: (IncidentId, &Incident, &Field),
    how: super::field::Look,
    actions: &mut Vec<Action>,
) -> super::field::Outcome {
    let (id, incident, field) = at;
    let now = parse::shown(look.project, incident, field);
    let outcome = super::field::text(ui, drafts, id, field, &now, how, look.colors);
    if let Some(text) = &outcome.commit {
        match parse::parse(look.project, id, field, text, look.today) {
            Ok(command) => {
                drafts.take(id, field);
                actions.extend(command.map(Action::Edit));
            }
            Err(error) => drafts.refuse(id, field, error),
        }
    }
    outcome
}
