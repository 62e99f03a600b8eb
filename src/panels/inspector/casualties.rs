//! The figures of one incident under the policy in use, and how they became known.

use egui::{Color32, Ui};

use super::super::Look;
use super::super::style::{bold, c32, caption, regular, section};
use crate::derive::{Key, Question, tolls};
use crate::model::{Claim, Incident, IncidentId, Standing};
use crate::view::theme::{space, type_size};

/// One row for each party, status and category about which there are claims.
pub(super) fn ui(ui: &mut Ui, look: Look, incident: &Incident, id: IncidentId) {
    let c = look.colors;
    section(ui, "Casualties", c);
    let figures = tolls(look.project, incident, look.question);
    if figures.is_empty() {
        ui.label(caption("No claims about casualties.", c));
        return;
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
        let series = series(incident, key, look.question);
        let mut notes = Vec::new();
        if series.len() > 1 {
            notes.push(series.join(" → "));
        }
        if figure.by_other_side {
            notes.push("claimed by another side".into());
        }
        if !figure.is_known() && figure.claims > 0 {
            notes.push(format!("{}, not used under this policy", plural(figure.claims, "claim")));
        }
        if series.len() > 1 {
            sparkline(ui, look, &key.party, &series_figures(incident, key, look.question));
        }
        if !notes.is_empty() {
            let margin = egui::Margin { left: 18, right: 0, top: 0, bottom: 2 };
            egui::Frame::new().inner_margin(margin).show(ui, |ui| ui.label(caption(notes.join(" · "), c)));
        }
    }
    for found in look.derived.contradictions(look.project).iter().filter(|x| x.incident == id) {
        let party = look
            .project
            .meta()
            .party(&found.key.party)
            .map_or(found.key.party.as_str(), |p| p.names.best(look.labels.first));
        let spread = found.high.saturating_sub(found.low);
        let text = format!("{party}, {}: claims differ by {spread} ({}–{})", what(&found.key), found.low, found.high);
        ui.horizontal_wrapped(|ui| {
            ui.label(egui::RichText::new(text).size(type_size::CAPTION).color(c32(c.warning)));
        });
    }
    ui.label(caption(format!("By policy: {}", look.question.sentence()), c));
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

/// The figures of the party's own account in the order in which they were published, each as it was said.
fn series(incident: &Incident, key: &Key, question: &Question) -> Vec<String> {
    let mut out: Vec<String> = own_accounts(incident, key, question).iter().map(|x| x.count.to_string()).collect();
    out.dedup();
    out
}

/// Day of publication (seconds) and figure of each, for the small chart; undated ones stand at the end, a day apart.
fn series_figures(incident: &Incident, key: &Key, question: &Question) -> Vec<(f64, f64)> {
    let mut last = 0.0;
    own_accounts(incident, key, question)
        .iter()
        .filter_map(|x| {
            let day = x.published.map_or(last + 86_400.0, |m| m.span().start as f64);
            last = day;
            Some((day, f64::from(x.count.best()?)))
        })
        .collect()
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

/// How a figure moved as it became known: steps from publication to publication.
fn sparkline(ui: &mut Ui, look: Look, party: &crate::model::PartyId, figures: &[(f64, f64)]) {
    let (Some(first), Some(last)) = (figures.first(), figures.last()) else { return };
    let high = figures.iter().map(|f| f.1).fold(1.0, f64::max);
    let (rect, _) = ui.allocate_exact_size(egui::vec2(ui.available_width(), 26.0), egui::Sense::hover());
    let area = egui::Rect::from_min_max(
        egui::pos2(rect.left() + 18.0, rect.top() + 4.0),
        rect.right_bottom() - egui::vec2(2.0, 3.0),
    );
    let days = (last.0 - first.0).max(1.0);
    let at = |(day, n): (f64, f64)| {
        egui::pos2(
            area.left() + ((day - first.0) / days) as f32 * area.width(),
            area.bottom() - (n / high) as f32 * area.height(),
        )
    };
    let color = c32(party_color(look, party));
    let mut steps = Vec::new();
    for pair in figures.windows(2) {
        if let [a, b] = *pair {
            steps.extend([at(a), egui::pos2(at(b).x, at(a).y), at(b)]);
        }
    }
    ui.painter().hline(area.x_range(), area.bottom(), egui::Stroke::new(1.0, c32(look.colors.rule)));
    ui.painter().add(egui::Shape::line(steps, egui::Stroke::new(1.5, color)));
    for figure in figures {
        ui.painter().circle_filled(at(*figure), 2.5, color);
    }
}

fn party_color(look: Look, party: &crate::model::PartyId) -> crate::view::Rgb {
    match look.project.meta().parties.iter().position(|p| p.id == *party) {
        Some(0) => look.colors.party_a,
        Some(1) => look.colors.party_b,
        _ => look.colors.party_other,
    }
}

/// The party's colour with its second cue: the half it fills.
fn party_mark(ui: &Ui, rect: egui::Rect, look: Look, party: &crate::model::PartyId) {
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
