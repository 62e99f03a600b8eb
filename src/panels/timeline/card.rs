//! What is said of the bar, the ceasefire or the statement under the pointer.

use egui::{Response, Ui, vec2};

use super::legend::{name, swatch};
use super::plot::{Room, count};
use super::{Bar, counts_dead, grips, paint, words};
use crate::derive::{Histogram, Measure};
use crate::model::{Incident, IncidentId, Span};
use crate::panels::Look;
use crate::panels::style::{bold, c32, caption};
use crate::view::theme::type_size;

/// Shows the card.
pub(super) fn ui(ui: &Ui, response: &Response, room: &Room, bars: &Histogram, measure: Measure, look: Look, bar: &Bar) {
    let Some(p) = response.hover_pos() else { return };
    if egui::Popup::is_any_open(ui.ctx()) {
        return;
    }
    if let Some(id) = grips::target(room, bar, p) {
        let at = egui::Rect::from_center_size(p, vec2(8.0, 20.0));
        show(ui, response, at, |ui| spoken(ui, id, look, bar));
    } else if room.bars.contains(p)
        && let Some(n) = bars.bins.index_of(room.at(p.x) as i64)
        && let Some(bin) = bars.bins.bin(n)
        && let Some(column) = paint::column(room, bin)
    {
        ui.painter().rect_filled(column, 0.0, c32(look.colors.text).gamma_multiply(0.06));
        show(ui, response, column, |ui| figures(ui, n, bin, bars, measure, look, bar));
    }
}

fn show(ui: &Ui, response: &Response, at: egui::Rect, content: impl FnOnce(&mut Ui)) {
    let tip = egui::Tooltip::always_open(ui.ctx().clone(), response.layer_id, response.id, at);
    tip.gap(8.0).width(300.0).show(content);
}

fn heading(ui: &mut Ui, text: &str, look: Look) {
    ui.label(egui::RichText::new(text).font(bold(type_size::BODY)).color(c32(look.colors.text)));
}

/// The figures of one bar.
fn figures(ui: &mut Ui, n: usize, bin: Span, bars: &Histogram, measure: Measure, look: Look, bar: &Bar) {
    let c = look.colors;
    heading(ui, &words::stretch(bin, bar.zone), look);
    let incidents = bars.incidents.get(n).copied().unwrap_or(0) as usize;
    ui.label(caption(format!("{} in it, in whole or in part", count(incidents, "incident")), c));
    let mut is_share = false;
    let mut told = 0;
    for (key, part) in bars.keys.iter().enumerate() {
        let amount = bars.value(n, key);
        if amount.high <= 0.0 && amount.best <= 0.0 {
            continue;
        }
        told += 1;
        is_share |= (amount.best - amount.best.round()).abs() >= 0.02;
        ui.horizontal(|ui| {
            let (at, _) = ui.allocate_exact_size(vec2(10.0, 10.0), egui::Sense::hover());
            swatch(ui, at, part, look);
            let text = format!("{}: {}", name(part, look), words::figure(amount));
            ui.label(egui::RichText::new(text).size(type_size::CAPTION).color(c32(c.text)));
        });
    }
    if told == 0 && incidents > 0 && counts_dead(measure) {
        ui.label(caption("no figure of dead", c));
    }
    if is_share {
        ui.label(caption("Shares: what lasts longer is spread evenly over its time", c));
    }
}

/// A ceasefire or a statement.
fn spoken(ui: &mut Ui, id: IncidentId, look: Look, bar: &Bar) {
    let Some(incident) = look.project.get(id) else { return };
    let c = look.colors;
    let title: &str = if incident.title.is_empty() { "Untitled incident" } else { &incident.title };
    heading(ui, title, look);
    if let Some(when) = incident.when {
        ui.label(caption(when.label(), c));
    }
    if let Some(text) = within(incident, id, bar) {
        ui.label(egui::RichText::new(text).size(type_size::CAPTION).color(c32(c.text)));
    }
}

/// How many incidents are dated within a ceasefire. Counted when it is asked for: once under the pointer.
fn within(incident: &Incident, id: IncidentId, bar: &Bar) -> Option<String> {
    let from = incident.when?.span();
    let truce = bar.lanes.truces_in(from).iter().find(|t| t.id == id)?;
    let all = Span { start: truce.from, end: truce.drawn_to };
    let n = count(bar.lanes.dated_within(truce, all).count(), "incident");
    Some(match truce.until {
        Some(_) => format!("{n} dated within"),
        None => format!("{n} dated after its start; no end is recorded"),
    })
}
