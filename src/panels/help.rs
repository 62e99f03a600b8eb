//! The sheet of shortcuts.

use egui::Ui;

use super::style::{bold, c32, caption};
use crate::view::Colors;
use crate::view::theme::{space, type_size};

/// A group of shortcuts: its heading and rows of keys and what they do.
pub type Group = (&'static str, &'static [(&'static str, &'static str)]);

/// Every shortcut, as the sheet shows it; `app::shortcuts` carries them out.
pub const SHEET: [Group; 6] = [
    (
        "File",
        &[
            ("Ctrl+O", "Open a file"),
            ("Ctrl+I", "Bring in tables, GeoJSON, KML; Ctrl+V: from the clipboard"),
            ("Ctrl+S", "Save"),
            ("Ctrl+Shift+S", "Save under another name"),
            ("Ctrl+E", "Save a picture of the map"),
            ("Ctrl+Shift+E", "Export data in other formats"),
            ("Ctrl+C", "Copy the chosen incidents, or all shown, as rows; with Shift as GeoJSON"),
            ("Ctrl+Shift+N", "New project"),
            ("Ctrl+Q", "Quit"),
        ],
    ),
    (
        "Edit",
        &[
            ("N", "Add an incident at the next click"),
            ("D", "Draw, once more: stop; Shift: no snapping"),
            ("A", "Next claim: figure, whom and what, Enter"),
            ("Ctrl+V", "In the claims: rows of a spreadsheet"),
            ("Ctrl+D", "Duplicate the selected incident or drawing"),
            ("Delete", "Delete the selected incident, drawing, corner"),
            ("Ctrl+A", "Choose all; click with Ctrl, Shift: several"),
            ("Ctrl+Z", "Undo"),
            ("Ctrl+Y", "Redo (also Ctrl+Shift+Z)"),
            ("Enter", "Take over a field; Esc takes it back"),
        ],
    ),
    (
        "Map",
        &[
            ("Arrow keys", "Pan"),
            ("+  −", "Zoom in, zoom out"),
            ("F", "Show all incidents"),
            ("Z", "Zoom to the selected incident or drawing"),
            ("G", "Show or hide the legend"),
            ("Click", "Select; once more: zoom"),
            ("Drag", "Pan; a selected mark, corner, line: move it"),
            ("Enter  Backspace", "End a drawing; take a corner back"),
            ("Shift+drag", "Choose in a rectangle; with Ctrl: in a lasso"),
            ("Esc", "Stop picking; select nothing"),
        ],
    ),
    (
        "Slides and show",
        &[
            ("P", "Slides; in a show: the speaker's window"),
            ("Ctrl+M", "New slide from the view"),
            ("F5", "Present from the first slide; Esc ends it"),
            ("PgDn  PgUp", "Next, previous (also arrows, Space)"),
            ("Home  End", "First, last; number and Enter: that one"),
            ("B  .", "Dark screen for the audience"),
            ("S", "Pause a slide that plays"),
            ("L  D", "Spotlight; draw (C wipes, K keeps)"),
        ],
    ),
    (
        "Window",
        &[
            ("Ctrl+F", "Search"),
            ("Ctrl+Shift+F", "Filters"),
            ("C", "Contradictions and findings"),
            ("S", "Statistics: charts and tables"),
            ("K", "Play how tolls became known; stop"),
            ("Alt+Up  Alt+Down", "Previous, next incident"),
            ("L", "Show or hide the list"),
            ("I", "Show or hide the inspector"),
            ("T", "Light or dark"),
            ("Ctrl+Plus  Ctrl+Minus", "Everything larger, smaller"),
            ("Tab", "Next control"),
            ("F1", "This sheet"),
        ],
    ),
    (
        "Timeline",
        &[
            ("Space", "Play, pause; Esc ends the play"),
            (",  .", "One step back, on (also Shift+arrows)"),
            ("Home  End", "To the start, to the end of the play"),
            ("Drag the bars", "Choose a window; Alt: free of the bars"),
            ("Drag the axis", "Move along; wheel: zoom"),
            ("Shift+F", "All of the timeline (also double click)"),
            ("B", "Show or hide the timeline"),
        ],
    ),
];

/// Draws the sheet.
pub fn ui(ui: &mut Ui, c: &Colors) -> bool {
    ui.set_width((ui.ctx().content_rect().width() - 96.0).clamp(620.0, 960.0));
    ui.label(egui::RichText::new("Shortcuts").font(bold(type_size::TITLE)).color(c32(c.text)));
    ui.add_space(space::S);
    ui.spacing_mut().interact_size.y = 20.0;
    ui.columns(3, |columns| {
        for (n, (heading, rows)) in SHEET.iter().enumerate() {
            let Some(ui) = columns.get_mut(n % 3) else { continue };
            ui.label(egui::RichText::new(*heading).font(bold(type_size::BODY)).color(c32(c.text)));
            ui.add_space(space::XS);
            for (keys, what) in *rows {
                ui.horizontal(|ui| {
                    let (rect, response) = ui.allocate_exact_size(egui::vec2(112.0, 20.0), egui::Sense::hover());
                    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Label, true, *keys));
                    let font = super::style::regular(type_size::CAPTION);
                    ui.painter().text(rect.left_center(), egui::Align2::LEFT_CENTER, *keys, font, c32(c.accent));
                    ui.add(
                        egui::Label::new(egui::RichText::new(*what).size(type_size::CAPTION).color(c32(c.text))).wrap(),
                    );
                });
            }
            ui.add_space(space::M);
        }
    });
    ui.label(caption("Every control can be reached with Tab and used with Space or Enter.", c));
    ui.add_space(space::S);
    ui.button("Close").clicked()
}
