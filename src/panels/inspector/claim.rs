//! The claims: a ledger in the order of publication, each with its form.

use egui::Ui;

use super::super::field::{Look as FieldLook, row};
use super::super::icons::{self, Icon};
use super::super::style::{bold, c32, caption, section};
use super::super::{Action, Look, State};
use super::field;
use super::form::{combo, suggestions};
use super::parse::pin_of;
use crate::edit::{Command, Edit};
use crate::model::{Category, Claim, Count, Incident, IncidentId, PartyId, Standing, Status};
use crate::view::theme::{space, type_size};
use crate::view::{ClaimField, Field};

/// The ledger and its "Add claim".
pub(super) fn ui(
    ui: &mut Ui,
    look: Look,
    state: &mut State,
    id: IncidentId,
    incident: &Incident,
    actions: &mut Vec<Action>,
) {
    let c = look.colors;
    section(ui, &format!("Claims ({})", incident.claims.len()), c);
    let mut order: Vec<&Claim> = incident.claims.iter().collect();
    order.sort_by_key(|x| x.published.map_or(i64::MAX, |m| m.span().start));
    for claim in order {
        let open = state.open_claim.as_ref() == Some(&claim.id);
        let frame = egui::Frame::new().inner_margin(egui::Margin::symmetric(8, 6)).corner_radius(6.0);
        let frame = if open { frame.fill(c32(c.raised)) } else { frame };
        frame.show(ui, |ui| {
            ui.set_width(ui.available_width());
            if summary(ui, look, incident, claim).clicked() {
                state.open_claim = (!open).then(|| claim.id.clone());
            }
            if open {
                form(ui, look, state, id, incident, claim, actions);
            }
        });
    }
    ui.add_space(space::XS);
    if icons::text_button(ui, Icon::Plus, "Add claim", "Add claim", false, c).clicked() {
        let claim = next_claim(look, incident);
        state.open_claim = Some(claim.id.clone());
        state.focus_claim = true;
        actions.push(Action::Edit(Command::Edit(id, Edit::AddClaim(Box::new(claim)))));
    }
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

fn party_name<'a>(look: &Look<'a>, id: &'a PartyId) -> &'a str {
    look.project.meta().party(id).map_or(id.as_str(), |p| p.names.best(look.labels.first))
}

/// Two or three lines that say the claim in full; a click opens its form.
fn summary(ui: &mut Ui, look: Look, incident: &Incident, claim: &Claim) -> egui::Response {
    let c = look.colors;
    let about = party_name(&look, &claim.about);
    let status =
        if claim.status == Status::Unspecified { String::new() } else { format!("{}, ", claim.status.label()) };
    let mut job = egui::text::LayoutJob::default();
    job.wrap.max_width = ui.available_width();
    // What was not known yet steps back.
    let ink = c32(if look.question.knows(claim) { c.text } else { c.text_weak });
    let weak = c32(c.text_weak);
    let mut add = |text: &str, font: egui::FontId, color| job.append(text, 0.0, egui::TextFormat::simple(font, color));
    add(&claim.count.to_string(), bold(type_size::BODY), if claim.count.is_figure() { ink } else { weak });
    add(&format!("  {} · {status}{about}", claim.category.label()), super::super::style::regular(type_size::BODY), ink);
    let who = if claim.claimant.is_empty() { "claimant not stated" } else { &claim.claimant };
    let date = claim.published.map_or_else(|| "not dated".to_owned(), |m| look.zone.moment(m));
    let source = claim.source.as_ref().map(|s| look.project.meta().source(s).map_or(s.as_str(), |s| &s.outlet));
    let outlet = source.map_or_else(|| "no source".to_owned(), |s| format!("in {s}"));
    let small = super::super::style::regular(type_size::CAPTION);
    add(&format!("\n{who}, {date} · {outlet}"), small.clone(), weak);
    let mut marks = Vec::new();
    if !look.question.knows(claim) {
        marks.push("not yet known on the date chosen".into());
    }
    if !claim.grade.is_none() {
        marks.push(format!("grade {}", claim.grade));
    }
    if claim.running {
        marks.push("running toll".into());
    }
    if pin_of(look.project, incident, &claim.id).is_some() {
        marks.push("chosen by hand".into());
    }
    if claim.standing != Standing::Current {
        marks.push(claim.standing.label().into());
    }
    if claim.speaks_for.as_ref().is_some_and(|s| *s != claim.about) {
        marks.push("about the other side".into());
    }
    if !marks.is_empty() {
        add(
            &format!("\n{}", marks.join(" · ")),
            small.clone(),
            c32(if claim.standing == Standing::Current { c.text_weak } else { c.warning }),
        );
    }
    if !claim.quote.is_empty() {
        add(&format!("\n“{}”", claim.quote), small, weak);
    }
    let galley = ui.painter().layout_job(job);
    let (rect, response) =
        ui.allocate_exact_size(egui::vec2(ui.available_width(), galley.size().y), egui::Sense::click());
    let name = format!("Claim: {} {}, {status}{about}, {who}, {date}", claim.count, claim.category.label());
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, &name));
    if response.hovered() || response.has_focus() {
        ui.painter().rect_filled(rect.expand2(egui::vec2(6.0, 4.0)), 6.0, c32(c.raised));
    }
    ui.painter().galley(rect.min, galley, ink);
    response
}

fn form(
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
    ui.add_space(space::XS);
    ui.horizontal_wrapped(|ui| {
        for (standing, word) in
            [(Standing::Current, "Stands"), (Standing::Superseded, "Superseded"), (Standing::Withdrawn, "Withdrawn")]
        {
            if ui.selectable_label(claim.standing == standing, word).clicked() {
                actions.push(Action::Edit(Command::Edit(id, Edit::MarkClaim(claim.id.clone(), standing))));
            }
        }
        ui.separator();
        if ui.button("Remove").on_hover_text("For a claim entered by mistake; undo brings it back").clicked() {
            actions.push(Action::Edit(Command::Edit(id, Edit::RemoveClaim(claim.id.clone()))));
        }
    });
    if claim.source.is_none() {
        ui.label(caption("A claim without a source is listed among the findings.", c));
    }
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
