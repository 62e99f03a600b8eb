//! The log of edits in the window: whose name it gives, and the way from an entry to what it is about.

use super::App;
use crate::io::settings;
use crate::model::{DrawingId, Uid};

impl App {
    /// Who sits here, and where, as others read it: in the log, in the mark beside the file, in journals and packages.
    pub(super) fn person(&self) -> String {
        self.settings.person(&self.world.person)
    }

    /// Gives the user another name; an empty one is that of the system.
    pub(super) fn set_name(&mut self, ctx: &egui::Context, name: &str) {
        let name = settings::called(name);
        if name != self.settings.name {
            self.settings.name = name;
            // Whoever opens the file next reads the new one.
            self.mark_file(ctx);
        }
    }

    /// Shows the log at the right of the map, or puts it away.
    pub(super) fn toggle_log(&mut self) {
        self.state.log.open = !self.state.log.open;
        if self.state.log.open {
            (self.state.slides.open, self.state.statistics.open, self.state.maps.open) = (false, false, false);
        }
    }

    /// Selects and shows what an entry is about.
    pub(super) fn show_logged(&mut self, ctx: &egui::Context, uid: &Uid) {
        let project = self.workspace.project();
        let drawn = project.drawings().find(|(_, d)| d.uid == *uid).map(|(id, _): (DrawingId, _)| id);
        match (project.find(uid), drawn) {
            (Some(id), _) => {
                self.select(Some(id));
                self.show_map();
                self.zoom_to(ctx, &[id]);
            }
            (None, Some(id)) => {
                self.select(None);
                self.select_drawing(Some(id));
                self.show_map();
                self.zoom_to_drawing(ctx, id);
            }
            (None, None) => self.notices.say("That is no longer in the project"),
        }
    }
}
