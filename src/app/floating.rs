//! What floats over the map: the zoom buttons, the list of a stack, the doors of an empty project.

use egui::{Id, Rect, Ui, Vec2, pos2, vec2};

use super::App;
use crate::panels::style::c32;
use crate::panels::{Action, icons, welcome};

impl App {
    /// Zoom buttons and "show all", at the bottom right.
    pub(super) fn controls(&self, ui: &mut Ui, rect: Rect, actions: &mut Vec<Action>) {
        let c = self.theme.colors();
        let size = vec2(32.0, 32.0 * 4.0 + 4.0);
        let place = Rect::from_min_size(pos2(rect.right() - size.x - 12.0, rect.bottom() - size.y - 34.0), size);
        ui.painter().rect_filled(place, 6.0, c32(c.panel));
        ui.painter().rect_stroke(place, 6.0, egui::Stroke::new(1.0, c32(c.rule)), egui::StrokeKind::Inside);
        let mut child = ui.new_child(
            egui::UiBuilder::new().max_rect(place.shrink(2.0)).layout(egui::Layout::top_down(egui::Align::Center)),
        );
        child.spacing_mut().item_spacing = Vec2::new(0.0, 4.0);
        for (icon, name, action) in [
            (icons::Icon::Plus, "Zoom in (+)", Action::Zoom(1.0)),
            (icons::Icon::Minus, "Zoom out (−)", Action::Zoom(-1.0)),
            (icons::Icon::Fit, "Show all incidents (F)", Action::Fit),
            (icons::Icon::Legend, "Legend (G)", Action::ToggleLegend),
        ] {
            if icons::button(&mut child, icon, name, true, c).clicked() {
                actions.push(action);
            }
        }
    }

    /// The incidents of a stack, to choose from.
    pub(super) fn stack_list(&mut self, ctx: &egui::Context, actions: &mut Vec<Action>) {
        let Some((at, ids, n)) = self.map.open_stack.clone() else { return };
        let c = self.theme.colors();
        let project = self.workspace.project();
        let mut close = false;
        let all = crate::model::Count::Exactly(n);
        let heading = match ids.len() {
            named if named < n as usize => format!("{all} incidents here, the first {named}"),
            _ => format!("{all} incidents here"),
        };
        let area = egui::Area::new(Id::unique("stack"))
            .fixed_pos(at + vec2(18.0, -12.0))
            .constrain(true)
            .order(egui::Order::Foreground);
        let response = area.show(ctx, |ui| {
            egui::Frame::popup(ui.style()).show(ui, |ui| {
                ui.set_width(280.0);
                ui.label(crate::panels::style::caption(heading, c));
                egui::ScrollArea::vertical().max_height(280.0).show(ui, |ui| {
                    for id in &ids {
                        let Some(incident) = project.get(*id) else { continue };
                        let when = incident
                            .when
                            .map(|w| format!("{}  ", w.in_zone(self.zone.offset()).short()))
                            .unwrap_or_default();
                        let title = if incident.title.is_empty() { "Untitled incident" } else { &incident.title };
                        let text = format!("{when}{title}");
                        if ui.add(egui::Button::selectable(self.selected == Some(*id), text).truncate()).clicked() {
                            actions.push(Action::Select(Some(*id)));
                            close = true;
                        }
                    }
                });
                ui.separator();
                if ui.button("Zoom in on these").clicked() {
                    actions.push(Action::ZoomToAll(ids.clone()));
                    close = true;
                }
            });
        });
        let elsewhere = ctx.input(|i| i.pointer.any_pressed()) && !response.response.contains_pointer();
        if close || elsewhere {
            self.map.open_stack = None;
        }
    }

    /// The three doors of an empty project.
    pub(super) fn doors(&self, ctx: &egui::Context, rect: Rect, actions: &mut Vec<Action>) {
        let c = self.theme.colors();
        egui::Area::new(Id::unique("doors"))
            .fixed_pos(rect.center())
            .pivot(egui::Align2::CENTER_CENTER)
            .order(egui::Order::Middle)
            .show(ctx, |ui| {
                egui::Frame::new()
                    .fill(c32(c.panel))
                    .stroke(egui::Stroke::new(1.0, c32(c.rule)))
                    .corner_radius(8)
                    .inner_margin(20)
                    .show(ui, |ui| actions.extend(welcome::ui(ui, c)));
            });
    }
}
