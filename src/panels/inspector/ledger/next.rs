//! The next claim in two fields: the figure, and about whom and what. The rest is as the last claim has it, and is said
//! before Enter is pressed.

use egui::{Key, Ui};

use super::super::super::field::{self, Look as FieldLook};
use super::super::super::style::{c32, caption};
use super::super::super::{Action, Look, State};
use super::{next_claim, outlet_of, party_name};
use crate::edit::typed::Words;
use crate::edit::{Command, Edit};
use crate::model::{Claim, Count, Incident, IncidentId, Status};
use crate::view::Field;
use crate::view::theme::{space, type_size};

/// Whether a widget is one of the two fields.
pub(super) fn is_field(widget: egui::Id, id: IncidentId) -> bool {
    [Field::NextFigure, Field::NextAbout].iter().any(|f| field_id(id, f) == widget)
}

fn field_id(id: IncidentId, at: &Field) -> egui::Id {
    egui::Id::unique(("field", crate::view::Owner::from(id), at))
}

/// The two fields, and what they become.
pub(super) fn ui(
    ui: &mut Ui,
    look: Look,
    state: &mut State,
    id: IncidentId,
    incident: &Incident,
    actions: &mut Vec<Action>,
) {
    let c = look.colors;
    let mut entered = [false, false];
    let mut typing = false;
    let top = ui.cursor().top();
    let width = ui.available_width();
    ui.horizontal_top(|ui| {
        let about = width - 96.0 - space::S;
        for (n, (at, label, hint, width)) in [
            (Field::NextFigure, "Next figure", "71", 96.0),
            (Field::NextAbout, "About whom, and what", "az killed military", about),
        ]
        .into_iter()
        .enumerate()
        {
            ui.allocate_ui_with_layout(egui::vec2(width, 48.0), egui::Layout::top_down(egui::Align::Min), |ui| {
                ui.set_width(width);
                let how = FieldLook { label, hint, rows: 1, above: true };
                let outcome = field::text(ui, &mut state.drafts, id, &at, "", how, c);
                if let Some(response) = outcome.response {
                    if n == 0 && std::mem::take(&mut state.focus_next) {
                        response.request_focus();
                        // In the middle: what it becomes is said below it.
                        response.scroll_to_me(Some(egui::Align::Center));
                    }
                    typing |= response.has_focus();
                    let enter = response.lost_focus() && ui.input(|i| i.key_pressed(Key::Enter));
                    if let Some(slot) = entered.get_mut(n) {
                        *slot = enter;
                    }
                }
            });
        }
    });
    let text = |state: &State, at: &Field| state.drafts.get(id, at).map(|d| d.text.clone()).unwrap_or_default();
    let (figure, about) = (text(state, &Field::NextFigure), text(state, &Field::NextAbout));
    let untouched = figure.trim().is_empty() && about.trim().is_empty();
    let claim = next(look, incident, &figure, &about);
    let [in_figure, in_about] = entered;
    if in_figure && about.trim().is_empty() && !figure.trim().is_empty() {
        ui.memory_mut(|m| m.request_focus(field_id(id, &Field::NextAbout)));
    } else if in_figure || in_about {
        match &claim {
            _ if figure.trim().is_empty() => state.focus_next = true,
            Ok(claim) => {
                state.drafts.take(id, &Field::NextFigure);
                state.drafts.take(id, &Field::NextAbout);
                if incident.claims.is_empty() {
                    state.open_claim = Some(claim.id.clone());
                }
                state.focus_next = true;
                actions.push(Action::Edit(Command::Edit(id, Edit::AddClaim(Box::new(claim.clone())))));
            }
            Err(_) => {
                let at = if Count::parse(&figure).is_err() { Field::NextFigure } else { Field::NextAbout };
                ui.memory_mut(|m| m.request_focus(field_id(id, &at)));
            }
        }
    }
    match &claim {
        Err(why) => {
            let text = egui::RichText::new(why).size(type_size::CAPTION).color(c32(c.error));
            ui.add(egui::Label::new(text).wrap());
        }
        Ok(claim) if untouched && !typing => {
            let words = if incident.claims.is_empty() {
                "Two fields and Enter; who says it and where comes next. Key: A".to_owned()
            } else {
                format!("Enter adds it as {}. Key: A", said(look, claim))
            };
            ui.add(egui::Label::new(caption(words, c)).wrap());
        }
        Ok(claim) => {
            let figure = if figure.trim().is_empty() { "…".to_owned() } else { claim.count.to_string() };
            let status =
                if claim.status == Status::Unspecified { String::new() } else { format!(", {}", claim.status.label()) };
            let running = if claim.running { ", running toll" } else { "" };
            let words = format!(
                "→ {figure} {}{status}{running}, {} · {}",
                claim.category.label(),
                party_name(&look, &claim.about),
                said(look, claim)
            );
            ui.add(egui::Label::new(egui::RichText::new(words).size(type_size::CAPTION).color(c32(c.text))).wrap());
        }
    }
    // Room for two lines is kept, so that what lies below does not jump while one types.
    let used = ui.cursor().top() - top;
    ui.add_space((84.0 - used).max(0.0));
}

/// Speaker, day and outlet of a claim.
fn said(look: Look, claim: &Claim) -> String {
    let who = if claim.claimant.is_empty() { "claimant not stated" } else { &claim.claimant };
    let date = claim.published.map_or_else(|| "not dated".to_owned(), |m| m.label(true));
    format!("said by {who}, {date}, {}", outlet_of(&look, claim))
}

/// The claim that the two texts mean.
fn next(look: Look, incident: &Incident, figure: &str, about: &str) -> Result<Claim, String> {
    let mut claim = next_claim(look, incident);
    let meaning = Words::new(&look.project.meta().parties).read(about)?;
    claim.count = Count::parse(figure).map_err(|e| e.to_string())?;
    let last = incident.claims.last();
    if let Some(category) = meaning.category.or(last.map(|l| l.category)) {
        claim.category = category;
    }
    if let Some(party) = meaning.party.filter(|p| *p != claim.about) {
        // One side's speaker does not become the speaker of the other: the source may quote each on its own losses.
        if last.is_some_and(Claim::is_own_account) {
            let own = incident.claims.iter().rev().find(|c| c.about == party && c.is_own_account());
            claim.claimant = own.map(|o| o.claimant.clone()).unwrap_or_default();
            claim.speaks_for = own.and_then(|o| o.speaks_for.clone());
        }
        claim.about = party;
    }
    claim.status = meaning.status.unwrap_or(claim.status);
    claim.running = incident.claims.iter().any(|c| {
        c.running
            && (&c.about, c.status, c.category) == (&claim.about, claim.status, claim.category)
            && (&c.claimant, &c.speaks_for) == (&claim.claimant, &claim.speaks_for)
    });
    Ok(claim)
}
