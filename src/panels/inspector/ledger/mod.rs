//! The ledger: the claims as a table in the order of publication, the next one in two fields, and the form of the open one.
//!
//! Nothing here is deleted silently: claims are marked, and what is taken out was entered by mistake and comes back by undo.

mod covers;
mod form;
mod next;
mod table;

pub use covers::Covered;
pub(super) use covers::{counted_elsewhere, found};

use egui::{Event, Ui};

use super::super::icons::{self, Icon};
use super::super::paste::Paste;
use super::super::style::{caption, section};
use super::super::{Action, Look, State};
use super::{field, form::combo, form::suggestions, parse::pin_of};
use crate::edit::{Command, Edit};
use crate::model::{Category, Claim, Count, Incident, IncidentId, PartyId};
use crate::view::theme::space;

/// The table, the next claim and what adds claims.
pub(super) fn ui(
    ui: &mut Ui,
    look: Look,
    state: &mut State,
    id: IncidentId,
    incident: &Incident,
    actions: &mut Vec<Action>,
) {
    let c = look.colors;
    let top = ui.cursor().top();
    let pasted = take_paste(ui, id);
    section(ui, &format!("Claims ({})", incident.claims.len()), c);
    if let Some(first) = picking(state, id).and_then(|claim| incident.claim(claim)) {
        let words = format!("Compare {} {} with: choose a claim.", first.count, first.category.label());
        let mut stop = ui.input(|i| i.key_pressed(egui::Key::Escape));
        ui.horizontal_wrapped(|ui| {
            ui.label(caption(words, c));
            stop |= ui.link(egui::RichText::new("Stop comparing").size(12.0)).clicked();
        });
        if stop {
            state.compare = None;
        }
    }
    let has_keyboard = table::ui(ui, look, state, id, incident, actions);
    ui.add_space(space::S);
    next::ui(ui, look, state, id, incident, actions);
    ui.add_space(space::XS);
    ui.horizontal_wrapped(|ui| {
        if icons::text_button(ui, Icon::Plus, "Add claim", "Add claim", false, c).clicked() {
            let claim = next_claim(look, incident);
            state.open_claim = Some(claim.id.clone());
            state.focus_claim = true;
            actions.push(Action::Edit(Command::Edit(id, Edit::AddClaim(Box::new(claim)))));
        }
        if icons::text_button(ui, Icon::Duplicate, "Paste rows …", "Paste rows from a spreadsheet", false, c).clicked()
        {
            state.paste = Some(Paste::empty(id));
        }
    });
    let whole = egui::Rect::from_x_y_ranges(ui.max_rect().x_range(), top..=ui.cursor().top());
    match pasted {
        Some((text, true)) => state.paste = Some(Paste::of(id, text)),
        Some((text, false)) if has_keyboard || ui.rect_contains_pointer(whole) => {
            state.paste = Some(Paste::of(id, text));
        }
        _ => {}
    }
}

/// The claim that waits for another to be compared with.
fn picking(state: &State, id: IncidentId) -> Option<&str> {
    match &state.compare {
        Some((at, first, None)) if *at == id => Some(first),
        _ => None,
    }
}

/// Rows on their way from the clipboard, and whether they were meant for a field of the next claim (which would have
/// made one line of them).
fn take_paste(ui: &Ui, id: IncidentId) -> Option<(String, bool)> {
    let focused = ui.memory(egui::Memory::focused);
    let in_next = focused.is_some_and(|f| next::is_field(f, id));
    if ui.ctx().text_edit_focused() && !in_next {
        return None;
    }
    ui.input_mut(|i| {
        let is_table = |e: &Event| matches!(e, Event::Paste(t) if t.trim().contains(['\t', '\n', ';']));
        let at = i.events.iter().position(is_table)?;
        match i.events.get(at) {
            Some(Event::Paste(text)) => {
                let text = text.clone();
                if in_next {
                    i.events.remove(at);
                }
                Some((text, in_next))
            }
            _ => None,
        }
    })
}

/// The next claim: what the last one said of claimant, source and day is taken on, so that two fields are left to fill.
fn next_claim(look: Look, incident: &Incident) -> Claim {
    let party = incident.parties.first().or_else(|| look.project.meta().parties.first().map(|p| &p.id));
    let about = party.cloned().unwrap_or_else(|| PartyId::new("unnamed"));
    let mut claim = Claim::new(&incident.next_claim_id(), about, Category::Killed, Count::Unknown);
    if let Some(last) = incident.claims.last() {
        claim.claimant.clone_from(&last.claimant);
        claim.speaks_for.clone_from(&last.speaks_for);
        claim.about = last.about.clone();
        claim.status = last.status;
        claim.published = last.published;
        claim.source.clone_from(&last.source);
        claim.via.clone_from(&last.via);
    }
    claim
}

/// The claims in the order of publication; those without a date at the end.
fn in_order(incident: &Incident) -> Vec<&Claim> {
    let mut order: Vec<&Claim> = incident.claims.iter().collect();
    order.sort_by_key(|x| x.published.map_or(i64::MAX, |m| m.span().start));
    order
}

fn party_name<'a>(look: &Look<'a>, id: &'a PartyId) -> &'a str {
    look.project.meta().party(id).map_or(id.as_str(), |p| p.names.best(look.labels.first))
}

/// Where a claim can be read, in words.
fn outlet_of<'a>(look: &Look<'a>, claim: &'a Claim) -> &'a str {
    claim.source.as_ref().map_or("no source", |s| look.project.meta().source(s).map_or(s.as_str(), |s| &s.outlet))
}
