//! The form of one claim.

use egui::Ui;

use super::super::super::field::{Look as FieldLook, row};
use super::super::super::icons::{self, Icon};
use super::super::super::style::caption;
use super::super::super::{Action, Look, State};
use super::{combo, covers, field, party_name, suggestions};
use crate::edit::{Command, Edit};
use crate::model::{Category, Claim, Incident, IncidentId, Standing, Status};
use crate::view::theme::space;
use crate::view::{ClaimField, Field};

/// Every field of one claim.
#[allow(clippy::too_many_lines)] // one row after the other, as they stand in the window
pub(super) fn ui(
    ui: &mut Ui,
    look: Look,
    state: &mut State,
    id: IncidentId,
    incident: &Incident,
    claim: &Claim,
    actions: &mut Vec<Action>,
) {
    let c = look.colors;
    ui.add_space(space::S);
    let count = Field::Claim(claim.id.clone(), ClaimField::Count);
    let how = FieldLook::line("How many", "49, 71–80, ≥ 135, ~ 60");
    let first = field(ui, look, &mut state.drafts, (id, incident, &count), how, actions);
    if std::mem::take(&mut state.focus_claim)
        && let Some(response) = first.response
    {
        response.request_focus();
        response.scroll_to_me(Some(egui::Align::Center));
    }
    let mut set = |change: &mut dyn FnMut(&mut Claim)| {
        let mut next = claim.clone();
        change(&mut next);
        actions.push(Action::Edit(Command::Edit(id, Edit::SetClaim(Box::new(next)))));
    };
    row(ui, "What", c, |ui| {
        combo(ui, "What happened to them", claim.category.label(), |ui| {
            for category in Category::ALL {
                if ui.selectable_label(claim.category == *category, category.label()).clicked() {
                    set(&mut |x| x.category = *category);
                }
            }
        });
    });
    row(ui, "About", c, |ui| {
        combo(ui, "About whose people", party_name(&look, &claim.about), |ui| {
            for party in &look.project.meta().parties {
                if ui.selectable_label(claim.about == party.id, party.names.best(look.labels.first)).clicked() {
                    set(&mut |x| x.about = party.id.clone());
                }
            }
        });
    });
    row(ui, "Status", c, |ui| {
        combo(ui, "Soldiers or civilians", claim.status.label(), |ui| {
            for status in Status::ALL {
                if ui.selectable_label(claim.status == *status, status.label()).clicked() {
                    set(&mut |x| x.status = *status);
                }
            }
        });
    });
    let speaks = claim.speaks_for.as_ref().map_or("no party (observer, outlet)", |p| party_name(&look, p));
    row(ui, "Speaks for", c, |ui| {
        combo(ui, "Whom the claimant speaks for", speaks, |ui| {
            if ui.selectable_label(claim.speaks_for.is_none(), "no party (observer, outlet)").clicked() {
                set(&mut |x| x.speaks_for = None);
            }
            for party in look.project.meta().parties.iter().filter(|p| !p.id.is_all()) {
                if ui
                    .selectable_label(claim.speaks_for.as_ref() == Some(&party.id), party.names.best(look.labels.first))
                    .clicked()
                {
                    set(&mut |x| x.speaks_for = Some(party.id.clone()));
                }
            }
        });
    });
    if claim.speaks_for.is_none() {
        let words = "Counts as a party's own account only once “Speaks for” is set.";
        row(ui, "", c, |ui| ui.add(egui::Label::new(caption(words, c)).wrap()));
    }
    let mut running = claim.running;
    let running_text = "Running toll: replaces the claimant's earlier figure";
    if ui.checkbox(&mut running, running_text).changed() {
        set(&mut |x| x.running = running);
    }
    for (part, label, hint) in [
        (ClaimField::Claimant, "Who says it", "Ministry of Defence of …"),
        (ClaimField::Published, "Published", "2022-09-13 16:00"),
        (ClaimField::Outlet, "Outlet", "where it can be read"),
        (ClaimField::Via, "Citing", "who quotes whom"),
        (ClaimField::Url, "Link", "https://"),
        (ClaimField::Archived, "Archived", "https://"),
        (ClaimField::Period, "Covers", "the whole incident"),
        (ClaimField::Language, "Language", "en, hy, az, ru …"),
        (ClaimField::Grade, "Grade", "Admiralty grade, such as B2"),
    ] {
        let at = Field::Claim(claim.id.clone(), part);
        let outcome = field(ui, look, &mut state.drafts, (id, incident, &at), FieldLook::line(label, hint), actions);
        if part == ClaimField::Outlet
            && let (Some(text), Some(response)) = (outcome.typing, outcome.response)
            && state.drafts.get(id, &at).is_some()
            && !text.trim().is_empty()
        {
            outlet_suggestions(ui, look, state, (id, &at), claim, &text, &response, actions);
        }
    }
    for (part, label) in [(ClaimField::Quote, "Quote"), (ClaimField::Note, "Note")] {
        let at = Field::Claim(claim.id.clone(), part);
        let how = FieldLook { label, hint: "", rows: 2, above: true };
        field(ui, look, &mut state.drafts, (id, incident, &at), how, actions);
    }
    let at = Field::Claim(claim.id.clone(), ClaimField::Pin);
    let how = FieldLook {
        label: "Use this figure whatever the policy, because",
        hint: "reason; empty: by policy",
        rows: 1,
        above: true,
    };
    field(ui, look, &mut state.drafts, (id, incident, &at), how, actions);
    covers::ui(ui, look, state, (id, incident, claim), actions);
    ui.add_space(space::S);
    ui.horizontal_wrapped(|ui| {
        for (standing, word) in
            [(Standing::Current, "Stands"), (Standing::Superseded, "Superseded"), (Standing::Withdrawn, "Withdrawn")]
        {
            if ui.selectable_label(claim.standing == standing, word).clicked() {
                actions.push(Action::Edit(Command::Edit(id, Edit::MarkClaim(claim.id.clone(), standing))));
            }
        }
        if incident.claims.len() > 1
            && icons::text_button(ui, Icon::Compare, "Compare …", "Compare with another claim", false, c).clicked()
        {
            state.compare = Some((id, claim.id.clone(), None));
        }
    });
    if claim.source.is_none() {
        ui.label(caption("A claim without a source is listed among the findings.", c));
    }
    // Apart from the marks: what was really said is marked and stays; only a slip of the hand is taken out.
    ui.add_space(space::S);
    ui.separator();
    ui.horizontal(|ui| {
        ui.label(caption("Entered by mistake?", c));
        let remove = icons::text_button(ui, Icon::Delete, "Remove this claim", "Remove this claim", false, c);
        if remove
            .on_hover_text("Undo brings it back. A claim that was taken back by its speaker is marked Withdrawn.")
            .clicked()
        {
            actions.push(Action::Edit(Command::Edit(id, Edit::RemoveClaim(claim.id.clone()))));
        }
    });
}

#[allow(clippy::too_many_arguments)] // one call, split off only for its length
fn outlet_suggestions(
    ui: &Ui,
    look: Look,
    state: &mut State,
    (id, at): (IncidentId, &Field),
    claim: &Claim,
    text: &str,
    response: &egui::Response,
    actions: &mut Vec<Action>,
) {
    let wanted = crate::derive::fold(text.trim());
    let sources = &look.project.meta().sources;
    let rows: Vec<(String, usize)> = sources
        .iter()
        .enumerate()
        .filter(|(_, s)| crate::derive::fold(&s.outlet).contains(&wanted))
        .take(6)
        .map(|(n, s)| (format!("{}  {}", s.outlet, s.published.map(|m| look.zone.moment(m)).unwrap_or_default()), n))
        .collect();
    if let Some(source) = suggestions(ui, response, &rows).and_then(|n| sources.get(n)) {
        state.drafts.take(id, at);
        let mut next = claim.clone();
        next.source = Some(source.id.clone());
        actions.push(Action::Edit(Command::Edit(id, Edit::SetClaim(Box::new(next)))));
    }
}
