//! The switches of the layers.

use egui::Ui;

use crate::view::{Layers, Split};

/// One switch a layer.
pub fn ui(ui: &mut Ui, layers: &mut Layers) {
    for (on, word) in [
        (&mut layers.incidents, "Incidents"),
        (&mut layers.incident_labels, "Figures and dates of incidents"),
        (&mut layers.uncertainty, "Where an incident may lie"),
        (&mut layers.borders, "International borders"),
        (&mut layers.held_area, "Area held and line of contact 1994–2020"),
        (&mut layers.provinces, "Provinces"),
        (&mut layers.names, "Names"),
        (&mut layers.relief, "Relief"),
        (&mut layers.legend, "Legend (G)"),
    ] {
        ui.checkbox(on, word);
    }
    ui.separator();
    ui.label("Symbols by party");
    for split in Split::ALL {
        if ui.radio(layers.split == split, split.label()).clicked() {
            layers.split = split;
        }
    }
}
