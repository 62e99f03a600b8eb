//! Claims that cover several incidents: chosen in the form by search, and told at the incidents that they cover.

use std::collections::HashMap;

use egui::Ui;

use super::super::super::field::{Look as FieldLook, row};
use super::super::super::icons::{self, Icon};
use super::super::super::style::{c32, caption};
use super::super::super::{Action, Look, State};
use super::{field, party_name, suggestions};
use crate::derive::{Derived, titled};
use crate::edit::{Command, Edit, Revisions};
use crate::model::{Claim, Incident, IncidentId, Project, Resolution, Text, Uid};
use crate::view::{ClaimField, Field};

/// By covered incident: the claims of other incidents that cover it. Worked out once per state of the claims.
#[derive(Clone, Debug, Default)]
pub struct Covered {
    key: Option<(u64, u64)>,
    by_uid: HashMap<Uid, Vec<(IncidentId, Text)>>,
}

impl Covered {
    /// Brings the index up to date.
    pub fn refresh(&mut self, project: &Project, derived: &Derived, revisions: Revisions) {
        let key = Some((revisions.toll, revisions.membership));
        if self.key == key {
            return;
        }
        self.key = key;
        self.by_uid.clear();
        for (id, incident) in derived.coverers().filter_map(|id| Some((id, project.get(id)?))) {
            for claim in incident.claims.iter().filter(|c| !c.covers.is_empty()) {
                for uid in claim.covers.iter().filter(|u| **u != incident.uid) {
                    self.by_uid.entry(uid.clone()).or_default().push((id, claim.id.clone()));
                }
            }
        }
    }

    fn of(&self, uid: &Uid) -> &[(IncidentId, Text)] {
        self.by_uid.get(uid).map_or(&[], Vec::as_slice)
    }
}

/// Tells which claims of other incidents cover this one; a click goes there.
pub(in super::super) fn counted_elsewhere(
    ui: &mut Ui,
    look: Look,
    state: &mut State,
    incident: &Incident,
    actions: &mut Vec<Action>,
) {
    let mut open = None;
    for (id, claim) in state.covered.of(&incident.uid) {
        let Some(other) = look.project.get(*id) else { continue };
        let Some(claim) = other.claim(claim) else { continue };
        let title = if other.title.is_empty() { "Untitled incident" } else { &other.title };
        let words = format!(
            "{} {}, {}: counted at “{title}”",
            claim.count,
            claim.category.label(),
            party_name(&look, &claim.about)
        );
        let text = egui::RichText::new(words).size(12.0).color(c32(look.colors.accent));
        if ui
            .add(egui::Button::new(text).frame(false).wrap())
            .on_hover_text("One figure for several incidents; it counts there, once")
            .clicked()
        {
            open = Some((*id, claim.id.clone()));
        }
    }
    if let Some((id, claim)) = open {
        actions.push(Action::Select(Some(id)));
        actions.push(Action::OpenClaim(claim));
    }
}

/// The incidents that a claim covers besides its own.
pub(super) fn ui(
    ui: &mut Ui,
    look: Look,
    state: &mut State,
    (id, incident, claim): (IncidentId, &Incident, &Claim),
    actions: &mut Vec<Action>,
) {
    let c = look.colors;
    let mut covers = claim.covers.clone();
    for (n, uid) in claim.covers.iter().enumerate() {
        let other = look.project.find(uid).and_then(|i| look.project.get(i));
        let title = other.map_or_else(|| format!("{} (not in this project)", uid.as_str()), named);
        row(ui, if n == 0 { "Counts also for" } else { "" }, c, |ui| {
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                if icons::button(ui, Icon::Close, &format!("Do not count for {title}"), true, c).clicked() {
                    covers.retain(|u| u != uid);
                }
                ui.with_layout(egui::Layout::left_to_right(egui::Align::Center), |ui| {
                    ui.add(egui::Label::new(egui::RichText::new(&title).color(c32(c.text))).truncate());
                });
            });
        });
    }
    let at = Field::Claim(claim.id.clone(), ClaimField::Covers);
    let label = if claim.covers.is_empty() { "Counts also for" } else { "… and for" };
    let how = FieldLook::line(label, "another incident, by its title");
    let outcome = field(ui, look, &mut state.drafts, (id, incident, &at), how, actions);
    if let (Some(text), Some(response)) = (outcome.typing.as_deref(), outcome.response.as_ref())
        && state.drafts.get(id, &at).is_some()
        && text.trim().chars().count() >= 2
    {
        let rows = found(ui, look, response.id, text, id);
        let rows: Vec<(String, usize)> = rows
            .iter()
            .filter(|(_, uid)| !claim.covers.contains(uid))
            .enumerate()
            .map(|(n, r)| (r.0.clone(), n))
            .collect();
        if let Some(chosen) = suggestions(ui, response, &rows).and_then(|n| {
            found(ui, look, response.id, text, id).into_iter().filter(|(_, uid)| !claim.covers.contains(uid)).nth(n)
        }) {
            state.drafts.take(id, &at);
            covers.push(chosen.1);
        }
    }
    if !claim.covers.is_empty() {
        row(ui, "", c, |ui| {
            ui.add(
                egui::Label::new(caption(
                    "Counted once, here; figures of those incidents about the same people step back.",
                    c,
                ))
                .wrap(),
            )
        });
    }
    if covers != claim.covers {
        let next = Claim { covers, ..claim.clone() };
        actions.push(Action::Edit(Command::Edit(id, Edit::SetClaim(Box::new(next)))));
    }
}

fn named(incident: &Incident) -> String {
    let title = if incident.title.is_empty() { "Untitled incident" } else { &incident.title };
    incident.when.map_or_else(
        || title.to_owned(),
        |w| {
            let day = w.anchor();
            format!("{title}, {}", day.at_resolution(day.resolution().min(Resolution::Day)).label(true))
        },
    )
}

/// Incidents with these words in their titles, named with their day; looked for once for each text, however many there are.
pub(in crate::panels::inspector) fn found(
    ui: &Ui,
    look: Look,
    at: egui::Id,
    text: &str,
    own: IncidentId,
) -> Vec<(String, Uid)> {
    let at = at.with("found");
    let kept: Option<(String, Vec<(String, Uid)>)> = ui.data(|d| d.get_temp(at));
    if let Some((_, rows)) = kept.filter(|(t, _)| t == text) {
        return rows;
    }
    let wanted = crate::derive::fold(text.trim());
    let hits = titled(look.project, |i, x| i != own && crate::derive::fold(&x.title).contains(&wanted), 6);
    let row = |id: &IncidentId| look.project.look(*id, |x| (named(x), x.uid.clone()));
    let rows: Vec<(String, Uid)> = hits.iter().filter_map(row).collect();
    ui.data_mut(|d| d.insert_temp(at, (text.to_owned(), rows.clone())));
    rows
}
