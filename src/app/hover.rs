//! The card that is shown over a mark.

use egui::{Response, Ui};

use super::App;
use crate::derive::tolls;
use crate::model::{Category, Incident, IncidentId, Status};
use crate::panels::style::{bold, c32, caption};
use crate::view::theme::type_size;

impl App {
    /// Shows what is known of the incidents under the pointer.
    pub(super) fn card(&self, response: &Response, ids: &[IncidentId], all: usize) {
        /// Of a large stack only the first ones are told.
        const SHOWN: usize = 4;
        let project = self.workspace.project();
        let place = egui::Tooltip::always_open(response.ctx.clone(), response.layer_id, response.id, response.rect);
        place.gap(10.0).width(300.0).show(|ui| {
            let c = self.theme.colors();
            for (n, incident) in ids.iter().filter_map(|id| project.get(*id)).take(SHOWN).enumerate() {
                if n > 0 {
                    ui.separator();
                }
                self.incident_card(ui, incident);
            }
            if all > SHOWN {
                ui.label(caption(format!("and {} more; click for the list", all - SHOWN), c));
            }
        });
    }

    fn incident_card(&self, ui: &mut Ui, incident: &Incident) {
        let c = self.theme.colors();
        let title = if incident.title.is_empty() { "Untitled incident" } else { &incident.title };
        ui.label(egui::RichText::new(title).font(bold(type_size::BODY)).color(c32(c.text)));
        if let Some(when) = incident.when {
            ui.label(caption(self.zone.both(&when), c));
        }
        let precision = incident.place.precision.map(crate::model::Precision::label).unwrap_or_default();
        let name = incident.place.names.best(self.labels.first);
        let radius = incident.place.radius_km();
        let within = if radius > 0.0 { format!(" · within {radius} km") } else { String::new() };
        if !name.is_empty() || !precision.is_empty() {
            ui.label(caption(
                [precision, name].into_iter().filter(|t| !t.is_empty()).collect::<Vec<_>>().join(" ") + &within,
                c,
            ));
        }
        for (key, figure) in tolls(self.workspace.project(), incident, &self.question) {
            if !matches!(key.category, Category::Killed | Category::KilledOrMissing) {
                continue;
            }
            let party = self
                .workspace
                .project()
                .meta()
                .party(&key.party)
                .map_or(key.party.as_str(), |p| p.names.best(self.labels.first));
            let status =
                if key.status == Status::Unspecified { String::new() } else { format!(" {}", key.status.label()) };
            let claims = if figure.claims == 1 { "1 claim".to_owned() } else { format!("{} claims", figure.claims) };
            let other = if figure.by_other_side { ", claimed by another side" } else { "" };
            ui.label(
                egui::RichText::new(format!("{party}:{status} {} {figure} ({claims}{other})", key.category.label()))
                    .size(type_size::CAPTION)
                    .color(c32(c.text)),
            );
        }
    }
}
