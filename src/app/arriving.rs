//! A large file while it is opened: where its incidents are, as far as it has been read, before any of them has a symbol.

use egui::{Align2, Area, Id, Order, Rect, Ui, pos2};

use super::App;
use crate::io::progress::Places;
use crate::model::{Count, LonLat};
use crate::panels::style::{c32, caption};
use crate::view::theme::space;

/// What the status bar says while a file is opened.
pub(super) const OPENING: &str = "opening …";

/// Radius in points of the dot of one incident; that of many grows with the logarithm of their number, and never so far that
/// dots of neighbouring squares touch.
const DOT: f32 = 0.9;

impl App {
    /// Dots where incidents were found so far, over what was open before.
    pub(super) fn arriving_ui(&self, ui: &Ui, rect: Rect) {
        if !self.jobs.is_doing(OPENING) {
            return;
        }
        let Some(places) = self.jobs.places() else { return };
        let c = self.theme.colors();
        let painter = ui.painter().with_clip_rect(rect);
        if !self.workspace.project().is_empty() {
            painter.rect_filled(rect, 0.0, c32(c.panel).gamma_multiply(0.6));
        }
        let viewport = self.map.viewport();
        let ink = c32(c.label).gamma_multiply(0.5);
        let [a, b] = [0.0, Places::SIDE]
            .map(|d| LonLat::new(45.0 + d, 40.0).map_or(0.0, |at| viewport.screen_from_lonlat(at)[0]));
        let largest = ((b - a) * 0.42).max(DOT);
        for (at, n) in places.squares() {
            let [x, y] = viewport.screen_from_lonlat(at);
            let center = pos2(rect.left() + x, rect.top() + y);
            if rect.expand(largest).contains(center) {
                painter.circle_filled(center, (DOT * (1.0 + (n as f32).log2() * 0.4)).min(largest), ink);
            }
        }
        let found = Count::Exactly(u32::try_from(places.found).unwrap_or(u32::MAX));
        Area::new(Id::unique("arriving"))
            .fixed_pos(pos2(rect.center().x, rect.top() + space::M + self.strip_height()))
            .pivot(Align2::CENTER_TOP)
            .interactable(false)
            .order(Order::Middle)
            .show(ui.ctx(), |ui| {
                let frame = egui::Frame::new()
                    .fill(c32(c.panel))
                    .stroke(egui::Stroke::new(1.0, c32(c.rule)))
                    .corner_radius(space::RADIUS)
                    .inner_margin(egui::Margin::symmetric(space::L as i8, space::S as i8));
                frame.show(ui, |ui| {
                    let words = format!("{found} incidents read so far, shown by place alone");
                    ui.add(egui::Label::new(caption(words, c)).extend())
                });
            });
    }
}
