//! Contradictions and findings of the whole project, each a way to where it is.

use egui::{ScrollArea, Ui};

use super::style::{bold, c32, caption};
use super::{Action, Look};
use crate::derive::{Contradiction, Finding};
use crate::model::{IncidentId, Status};
use crate::view::theme::{space, type_size};

/// Draws the page; `true` when it is to be closed.
pub fn ui(ui: &mut Ui, look: Look) -> (bool, Vec<Action>) {
    let mut actions = Vec::new();
    let c = look.colors;
    ui.set_width(600.0);
    ui.label(egui::RichText::new("Contradictions and findings").font(bold(type_size::TITLE)).color(c32(c.text)));
    ui.label(caption("Findings never change a figure and never stand in the way.", c));
    ui.add_space(space::S);
    ScrollArea::vertical().max_height(460.0).auto_shrink([false, true]).show(ui, |ui| {
        let contradictions = look.derived.contradictions(look.project);
        heading(ui, &format!("Claims that cannot both be true ({})", contradictions.len()), look);
        if contradictions.is_empty() {
            ui.label(caption("None.", c));
        }
        for contradiction in contradictions.iter().take(MOST) {
            contradiction_row(ui, look, contradiction, &mut actions);
        }
        beyond(ui, contradictions.len(), look);
        let findings = look.derived.findings(look.project);
        heading(ui, &format!("Findings ({})", findings.len()), look);
        if findings.is_empty() {
            ui.label(caption("None.", c));
        }
        for finding in findings.iter().take(MOST) {
            finding_row(ui, look, finding, &mut actions);
        }
        beyond(ui, findings.len(), look);
    });
    ui.add_space(space::M);
    let close = ui.button("Close").clicked() || !actions.is_empty();
    (close, actions)
}

/// Rows of each list; a project with more is narrowed down by a filter first.
const MOST: usize = 200;

fn beyond(ui: &mut Ui, n: usize, look: Look) {
    if n > MOST {
        ui.label(caption(format!("and {} more; narrow the question to see them", n - MOST), look.colors));
    }
}

fn heading(ui: &mut Ui, text: &str, look: Look) {
    ui.add_space(space::S);
    ui.label(egui::RichText::new(text).font(bold(type_size::BODY)).color(c32(look.colors.text)));
}

/// Title and day of an incident.
fn named(look: Look, id: IncidentId) -> String {
    let Some(incident) = look.project.get(id) else { return String::new() };
    let title = if incident.title.is_empty() { "Untitled incident" } else { &incident.title };
    incident.when.map_or_else(|| title.to_owned(), |w| format!("{title}, {}", w.in_zone(look.zone.offset()).brief()))
}

fn row(ui: &mut Ui, look: Look, main: &str, below: &str, id: Option<IncidentId>, actions: &mut Vec<Action>) {
    let text = egui::RichText::new(main).color(c32(if id.is_some() { look.colors.accent } else { look.colors.text }));
    let response = ui.add_enabled(id.is_some(), egui::Button::new(text).frame(false).wrap());
    ui.label(caption(below, look.colors));
    ui.add_space(space::XS);
    if let Some(id) = id.filter(|_| response.clicked()) {
        actions.push(Action::Select(Some(id)));
        actions.push(Action::ZoomTo(id));
    }
}

fn contradiction_row(ui: &mut Ui, look: Look, found: &Contradiction, actions: &mut Vec<Action>) {
    let party = look
        .project
        .meta()
        .party(&found.key.party)
        .map_or(found.key.party.as_str(), |p| p.names.best(look.labels.first));
    let status = match found.key.status {
        Status::Unspecified => String::new(),
        status => format!(", {}", status.label()),
    };
    let main = format!(
        "{party}, {}{status}: {}–{}, {} apart",
        found.key.category.label(),
        found.low,
        found.high,
        found.spread()
    );
    let claims = look.project.get(found.incident).into_iter().flat_map(|i| &i.claims);
    let said: Vec<String> = claims
        .filter(|c| found.claims.contains(&c.id))
        .map(|c| {
            let who = if c.claimant.is_empty() { "claimant not stated" } else { &c.claimant };
            let when = c.published.map(|m| format!(", {}", look.zone.moment(m))).unwrap_or_default();
            format!("{} – {who}{when}", c.count)
        })
        .collect();
    let below = format!("{}\n{}", said.join("\n"), named(look, found.incident));
    row(ui, look, &main, &below, Some(found.incident), actions);
}

fn finding_row(ui: &mut Ui, look: Look, found: &Finding, actions: &mut Vec<Action>) {
    let below = found.incident.map_or_else(|| "the project as a whole".to_owned(), |id| named(look, id));
    row(ui, look, &found.text, &below, found.incident, actions);
}
