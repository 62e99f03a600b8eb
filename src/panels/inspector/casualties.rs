//! The figures of one incident under the policy in use, and how they became known.

use egui::{Color32, Ui};

use super::super::icons::{self, Icon};
use super::super::style::{bold, c32, caption, regular, section};
use super::super::{Action, Look, State};
use super::chart;
use super::ledger::counted_elsewhere;
use crate::derive::{Key, Question, tolls};
use crate::model::{Claim, Incident, IncidentId, Standing, Text};
use crate::view::theme::{space, type_size};

/// One row for each party, status and category about which there are claims.
pub(super) fn ui(
    ui: &mut Ui,
    look: Look,
    state: &mut State,
    incident: &Incident,
    id: IncidentId,
    actions: &mut Vec<Action>,
) {
    let c = look.colors;
    section(ui, "Casualties", c);
    let figures = tolls(look.project, incident, look.question);
    if figures.is_empty() {
        ui.label(caption("No claims about casualties.", c));
    }
    for (key, figure) in &figures {
        let party =
            look.project.meta().party(&key.party).map_or(key.party.as_str(), |p| p.names.best(look.labels.first));
        let (rect, response) = ui.allocate_exact_size(egui::vec2(ui.available_width(), 22.0), egui::Sense::hover());
        let ink = c32(c.text);
        let mark = egui::Rect::from_min_size(egui::pos2(rect.left(), rect.center().y - 5.0), egui::vec2(10.0, 10.0));
        party_mark(ui, mark, look, &key.party);
        let shown = figure.to_string();
        let weight = if figure.is_known() { bold(type_size::BODY) } else { regular(type_size::BODY) };
        let ink_figure = if figure.is_known() { ink } else { c32(c.text_weak) };
        let right = ui.painter().text(rect.right_center(), egui::Align2::RIGHT_CENTER, &shown, weight, ink_figure);
        let words = format!("{party} · {}", what(key));
        let room = right.left() - rect.left() - 18.0 - space::S;
        let galley = egui::WidgetText::from(egui::RichText::new(&words).font(regular(type_size::BODY)).color(ink))
            .into_galley(ui, Some(egui::TextWrapMode::Truncate), room.max(40.0), egui::TextStyle::Body);
        ui.painter().galley(
            egui::pos2(rect.left() + 18.0, rect.center().y - galley.size().y / 2.0),
            galley,
            Color32::PLACEHOLDER,
        );
        let name = format!("{party}, {}: {shown}", what(key));
        response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Label, true, &name));
        let mut notes = Vec::new();
        if figure.by_other_side {
            notes.push("claimed by another side".into());
        }
        if !figure.is_known() && figure.claims > 0 {
            notes.push(format!("{}, not used under this policy", plural(figure.claims, "claim")));
        }
        chart::ui(ui, look, &key.party, &own_accounts(incident, key, look.question));
        if !notes.is_empty() {
            let margin = egui::Margin { left: 18, right: 0, top: 0, bottom: 2 };
            egui::Frame::new().inner_margin(margin).show(ui, |ui| ui.label(caption(notes.join(" · "), c)));
        }
    }
    let mut comparing = None;
    for found in look.derived.contradictions_of(look.project, id) {
        let party = look
            .project
            .meta()
            .party(&found.key.party)
            .map_or(found.key.party.as_str(), |p| p.names.best(look.labels.first));
        let text = format!(
            "{party}, {}: claims differ by {} ({}–{})",
            what(&found.key),
            found.spread(),
            found.low,
            found.high
        );
        ui.horizontal_wrapped(|ui| {
            ui.spacing_mut().item_spacing.x = space::XS;
            let (rect, _) = ui.allocate_exact_size(egui::vec2(14.0, 14.0), egui::Sense::hover());
            icons::paint(ui.painter(), Icon::Warning, rect.center(), 12.0, c32(c.warning));
            ui.label(egui::RichText::new(text).size(type_size::CAPTION).color(c32(c.warning)));
            if let Some((low, high)) = ends_of(incident, &found.claims)
                && ui.link(egui::RichText::new("Compare them").size(type_size::CAPTION)).clicked()
            {
                comparing = Some((id, low, Some(high)));
            }
        });
    }
    if comparing.is_some() {
        state.compare = comparing;
    }
    counted_elsewhere(ui, look, state, incident, actions);
    if !figures.is_empty() {
        ui.label(caption(format!("By policy: {}", look.question.sentence()), c));
    }
}

/// Of claims that contradict each other, the one with the least and the one with the highest number.
fn ends_of(incident: &Incident, claims: &[Text]) -> Option<(Text, Text)> {
    let number = |c: &Claim| c.count.best().or(c.count.high()).or(c.count.low());
    let with = |id: &Text| Some((number(incident.claim(id)?)?, id.clone()));
    let rows: Vec<(u32, Text)> = claims.iter().filter_map(with).collect();
    let low = rows.iter().min_by_key(|(n, _)| *n)?;
    let high = rows.iter().max_by_key(|(n, _)| *n)?;
    (low.1 != high.1).then(|| (low.1.clone(), high.1.clone()))
}

/// `1 claim`, `3 claims`.
pub(crate) fn plural(n: u32, word: &str) -> String {
    if n == 1 { format!("1 {word}") } else { format!("{n} {word}s") }
}

/// `killed, military`.
fn what(key: &Key) -> String {
    match key.status {
        crate::model::Status::Unspecified => key.category.label().to_owned(),
        status => format!("{}, {}", key.category.label(), status.label()),
    }
}

/// The party's own claims with a figure, in the order of publication.
fn own_accounts<'a>(incident: &'a Incident, key: &Key, question: &Question) -> Vec<&'a Claim> {
    let mut own: Vec<&Claim> = incident
        .claims
        .iter()
        .filter(|x| (&x.about, x.status, x.category) == (&key.party, key.status, key.category))
        .filter(|x| question.knows(x) && x.is_own_account() && x.standing != Standing::Withdrawn && x.count.is_figure())
        .collect();
    own.sort_by_key(|x| x.published.map_or(i64::MAX, |m| m.span().start));
    own
}

/// The colour of a party's symbols.
pub(super) fn party_color(look: Look, party: &crate::model::PartyId) -> crate::view::Rgb {
    match look.project.meta().parties.iter().position(|p| p.id == *party) {
        Some(0) => look.colors.party_a,
        Some(1) => look.colors.party_b,
        _ => look.colors.party_other,
    }
}

/// The party's colour with its second cue: the half it fills.
pub(super) fn party_mark(ui: &Ui, rect: egui::Rect, look: Look, party: &crate::model::PartyId) {
    let index = look.project.meta().parties.iter().position(|p| p.id == *party);
    let color = c32(party_color(look, party));
    let center = rect.center();
    let half = |from: f32| {
        (0..=12)
            .map(|i| {
                let a = (from + 180.0 * i as f32 / 12.0).to_radians();
                center + 5.0 * egui::vec2(a.cos(), a.sin())
            })
            .collect::<Vec<_>>()
    };
    let none = egui::Stroke::NONE;
    match index {
        Some(0) => ui.painter().add(egui::Shape::convex_polygon(half(90.0), color, none)),
        Some(1) => ui.painter().add(egui::Shape::convex_polygon(half(-90.0), color, none)),
        _ => ui.painter().add(egui::Shape::circle_filled(center, 4.0, color)),
    };
    ui.painter().circle_stroke(center, 5.0, egui::Stroke::new(1.0, color));
}
