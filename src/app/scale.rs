//! How large everything in the window is.

use super::App;

impl App {
    /// Shows everything larger on a screen of many small pixels whose system does not say so itself, and remembers what
    /// the user chose with Ctrl and plus or minus.
    pub(super) fn scale(&mut self, ctx: &egui::Context) {
        let chosen = ctx.zoom_factor();
        match self.scaled {
            None => {
                let native = ctx.native_pixels_per_point().unwrap_or(1.0);
                let Some(screen) = ctx.input(|i| i.viewport().monitor_size) else { return };
                let by_screen = if native <= 1.0 && screen.x >= 3200.0 { 2.0 } else { 1.0 };
                let zoom = self.settings.zoom.unwrap_or(by_screen);
                self.scaled = Some(zoom);
                if zoom != chosen {
                    ctx.set_zoom_factor(zoom);
                }
            }
            Some(now) if now != chosen => {
                self.scaled = Some(chosen);
                self.settings.zoom = Some(chosen);
            }
            Some(_) => {}
        }
    }
}
