//! The three doors of an empty project: an example, a file, a first incident.

use egui::Ui;

use super::style::{bold, c32, caption};
use super::{Action, Example};
use crate::model::Kind;
use crate::view::Colors;
use crate::view::theme::{space, type_size};

/// Draws the doors; shown over the map while the project is empty.
pub fn ui(ui: &mut Ui, c: &Colors) -> Vec<Action> {
    let mut actions = Vec::new();
    ui.set_width(360.0);
    ui.label(egui::RichText::new("An empty map").font(bold(type_size::TITLE)).color(c32(c.text)));
    ui.add_space(space::XS);
    ui.add(egui::Label::new(caption("Begin with one of these. A file can also be dropped on the window.", c)).wrap());
    ui.add_space(space::M);
    for (word, what, action) in [
        ("Add a first incident", "then click the place on the map", Action::NewIncident(None, Kind::ArmedClash)),
        ("Open a file", "a project saved earlier, or sent by a colleague", Action::Open),
        ("Bring in a table", "CSV, Excel, GeoJSON, KML, GPX, UCDP, ACLED and others", Action::Import),
        ("Look at the example", "the border clashes of September 2022", Action::OpenExample(Example::September2022)),
    ] {
        let (rect, response) = ui.allocate_exact_size(egui::vec2(ui.available_width(), 48.0), egui::Sense::click());
        response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, word));
        let fill = if response.hovered() || response.has_focus() { c.selected } else { c.raised };
        ui.painter().rect_filled(rect, 6.0, c32(fill));
        let left = rect.left() + space::M;
        ui.painter().text(
            egui::pos2(left, rect.top() + 8.0),
            egui::Align2::LEFT_TOP,
            word,
            bold(type_size::BODY),
            c32(c.text),
        );
        ui.painter().text(
            egui::pos2(left, rect.top() + 26.0),
            egui::Align2::LEFT_TOP,
            what,
            super::style::regular(type_size::CAPTION),
            c32(c.text_weak),
        );
        if response.clicked() {
            actions.push(action);
        }
        ui.add_space(space::XS);
    }
    actions
}
