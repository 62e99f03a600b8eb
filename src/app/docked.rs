//! The panel at the right of the map: one at a time.

use egui::{Frame, Margin, Panel, Ui};

use super::App;
use crate::panels::slides::Sight;
use crate::panels::style::c32;
use crate::panels::{self, Action, Look, Picking};

impl App {
    /// Draws what is docked at the right, if anything is; `sights` are those of the slides.
    pub(super) fn right_ui(&mut self, ui: &mut Ui, sights: &[Sight]) -> Vec<Action> {
        let mut actions = Vec::new();
        if self.state.statistics.open {
            return actions;
        }
        let known = self.known_maps(ui.ctx());
        let how = (self.state.format, self.state.picking == Some(Picking::TiePoint));
        let colors = self.theme.colors();
        let look = Look {
            project: self.workspace.project(),
            derived: &self.derived,
            question: &self.question,
            colors,
            labels: self.labels,
            zone: self.zone,
            today: self.today(),
        };
        let frame = Frame::new().fill(c32(colors.panel)).inner_margin(Margin { left: 12, right: 4, top: 4, bottom: 0 });
        let fixed = |name: &str, width: f32| Panel::right(name).exact_size(width).resizable(false).frame(frame);
        if self.state.slides.open {
            let panel = fixed("slides", panels::slides::WIDTH);
            actions.extend(panel.show(ui, |ui| panels::slides::ui(ui, look, &mut self.state.slides, sights)).inner);
            return actions;
        }
        if self.state.maps.open {
            let width = panels::sources::width(&self.state.maps, ui.available_width());
            let panel = fixed(if self.state.maps.tie.is_some() { "tie" } else { "map sources" }, width);
            actions.extend(panel.show(ui, |ui| panels::sources::ui(ui, look, &mut self.state.maps, &known, how)).inner);
            return actions;
        }
        if self.state.log.open {
            let panel = fixed("log", panels::log::WIDTH);
            let names = panels::log::Names { own: &self.settings.name, system: &self.world.person };
            actions.extend(panel.show(ui, |ui| panels::log::ui(ui, look, &mut self.state.log, names)).inner);
            return actions;
        }
        if let Some(changes) = &self.state.changes {
            let panel = fixed("changes", panels::changes::WIDTH);
            actions.extend(panel.show(ui, |ui| panels::changes::ui(ui, look, changes)).inner);
            return actions;
        }
        let several = self.state.chosen.are_several();
        let narrow = ui.available_width() < 1040.0;
        let chosen = self.selected.is_some() || self.state.drawing.selected.is_some() || several;
        if !self.state.hide_inspector && (!narrow || chosen) {
            let panel = Panel::right("inspector").resizable(true).default_size(self.settings.panels.right);
            let response =
                panel.size_range(300.0..=520.0).frame(frame).show(ui, |ui| match self.state.drawing.selected {
                    _ if several => panels::bulk::ui(ui, look, &mut self.state),
                    Some(id) => panels::drawing::form(ui, look, &mut self.state, id),
                    None => panels::inspector::ui(ui, look, &mut self.state, self.selected),
                });
            self.settings.panels.right = response.response.rect.width();
            actions.extend(response.inner);
        }
        actions
    }
}
