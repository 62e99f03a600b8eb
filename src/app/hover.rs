//! The card that is shown over a mark.

use egui::{Response, Ui};

use super::App;
use crate::derive::{Figure, Key, Policy, Question, tolls};
use crate::model::{Category, Count, Incident, IncidentId, Status};
use crate::panels::style::{bold, c32, caption};
use crate::view::theme::type_size;

impl App {
    /// Shows what is known of the incidents under the pointer.
    pub(super) fn card(&self, response: &Response, ids: &[IncidentId], all: usize) {
        /// Of a large stack only the first ones are told.
        const SHOWN: usize = 4;
        let project = self.workspace.project();
        let place = egui::Tooltip::always_open(response.ctx.clone(), response.layer_id, response.id, response.rect);
        place.gap(10.0).width(360.0).show(|ui| {
            let c = self.theme.colors();
            for (n, (id, incident)) in
                ids.iter().filter_map(|id| Some((*id, project.get(*id)?))).take(SHOWN).enumerate()
            {
                if n > 0 {
                    ui.separator();
                }
                self.incident_card(ui, id, incident);
            }
            if all > SHOWN {
                ui.label(caption(format!("and {} more; click for the list", all - SHOWN), c));
            }
        });
    }

    fn incident_card(&self, ui: &mut Ui, id: IncidentId, incident: &Incident) {
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
        self.figures(ui, id, incident);
    }

    /// A line for each party: lowest, best and highest, and how many claims there are.
    fn figures(&self, ui: &mut Ui, id: IncidentId, incident: &Incident) {
        let c = self.theme.colors();
        let project = self.workspace.project();
        let is_dead = |key: &Key| matches!(key.category, Category::Killed | Category::KilledOrMissing);
        let chosen = tolls(project, incident, &self.question);
        if !chosen.iter().any(|(k, _)| is_dead(k)) {
            return;
        }
        // Whatever the policy: between which ends all claims lie.
        let all = tolls(project, incident, &Question { policy: Policy::Range, ..self.question.clone() });
        let small = |text: &str| egui::RichText::new(text).size(type_size::CAPTION);
        ui.add_space(4.0);
        ui.spacing_mut().interact_size.y = 14.0;
        egui::Grid::new(("card", id)).num_columns(5).spacing([10.0, 2.0]).show(ui, |ui| {
            for head in ["", "low", "best", "high", ""] {
                ui.label(small(head).color(c32(c.text_weak)));
            }
            ui.end_row();
            for (key, figure) in chosen.iter().filter(|(k, _)| is_dead(k)) {
                let range = all.iter().find(|(k, _)| k == key).map(|(_, f)| *f).unwrap_or_default();
                let party =
                    project.meta().party(&key.party).map_or(key.party.as_str(), |p| p.names.best(self.labels.first));
                let status =
                    if key.status == Status::Unspecified { String::new() } else { format!(", {}", key.status.label()) };
                let number =
                    |n: Option<u32>, none: &str| n.map_or_else(|| none.to_owned(), |n| Count::Exactly(n).to_string());
                let claims =
                    if figure.claims == 1 { "1 claim".to_owned() } else { format!("{} claims", figure.claims) };
                let star = |f: &Figure| if f.by_other_side { "*" } else { "" };
                let best = if figure.is_known() { format!("{figure}{}", star(figure)) } else { "no figure".to_owned() };
                ui.label(small(&format!("{party}, {}{status}", key.category.label())).color(c32(c.text)));
                ui.label(small(&number(range.low, "?")).color(c32(c.text)));
                ui.label(small(&best).font(bold(type_size::CAPTION)).color(c32(c.text)));
                ui.label(small(&format!("{}{}", number(range.high, "open"), star(&range))).color(c32(c.text)));
                ui.label(small(&claims).color(c32(c.text_weak)));
                ui.end_row();
            }
        });
        if all.iter().any(|(k, f)| is_dead(k) && f.by_other_side) {
            ui.label(caption("* claimed by another side", c));
        }
        if let Some(spread) = self.derived.widest_contradiction(self.workspace.project(), id) {
            ui.label(small(&format!("Claims contradict each other: up to {spread} apart")).color(c32(c.warning)));
        }
        ui.label(caption(format!("best by {}", self.question.sentence()), c));
    }
}
