//! The small map of the first rows, while their columns are looked at.

use std::sync::Arc;

use egui::{DragPanButtons, Pos2, Rect, Ui};
use walkers::{Map, MapMemory, lon_lat};

use crate::atlas::EmbeddedTiles;
use crate::derive::{Derived, Question, derive};
use crate::model::{IncidentId, LonLat, Meta, Project};
use crate::panels::import::Shown;
use crate::picture::{self, Furniture, Marks, Picture, Scene};
use crate::view::camera::{BoundingBox, MAX_ZOOM, MIN_ZOOM};
use crate::view::{Camera, Labels, Layers, Theme, Viewport};

/// The rows as a project of their own.
struct Rows {
    stamp: u64,
    project: Project,
    derived: Derived,
    marks: Marks,
    /// The row of each incident.
    row_of: Vec<usize>,
}

/// What the picture rests on.
type Key = (u64, Viewport, Option<IncidentId>, Theme, Labels);

/// The small map.
pub(super) struct SmallMap {
    painter: picture::egui_paint::Painter,
    memory: MapMemory,
    camera: Camera,
    rows: Option<Rows>,
    picture: Option<(Key, Arc<Picture>)>,
    /// The positions to which the map was fitted last.
    fitted: Option<BoundingBox>,
}

impl Default for SmallMap {
    fn default() -> Self {
        Self {
            painter: picture::egui_paint::Painter::default(),
            memory: MapMemory::default(),
            camera: Camera::fit(BoundingBox::REGION, 400.0, 300.0, 8.0, 12.0),
            rows: None,
            picture: None,
            fitted: None,
        }
    }
}

/// How the map looks.
#[derive(Clone, Copy)]
pub(super) struct Sight<'a> {
    pub(super) theme: Theme,
    pub(super) labels: Labels,
    pub(super) meta: &'a Meta,
}

impl SmallMap {
    /// Draws it into what is left; answers the row whose mark was clicked.
    pub(super) fn ui(
        &mut self,
        ui: &mut Ui,
        sight: Sight,
        tiles: Option<&mut EmbeddedTiles>,
        shown: Shown,
    ) -> Option<usize> {
        let rect = ui.available_rect_before_wrap();
        ui.painter().rect_filled(rect, 0.0, crate::panels::style::c32(sight.theme.colors().sea));
        if self.rows.as_ref().is_none_or(|r| r.stamp != shown.stamp) {
            self.rows = Some(rows(sight.meta, shown));
            self.fit(rect);
        }
        let at = self.camera.center;
        self.set_zoom();
        let tiles = tiles.map(|tiles| tiles as &mut dyn walkers::Tiles);
        let response = Map::new(tiles, &mut self.memory, lon_lat(at.lon(), at.lat()))
            .zoom_gesture(false)
            .double_click_to_zoom(false)
            .panning(false)
            .drag_pan_buttons(DragPanButtons::PRIMARY)
            .show(ui, |_, _, _, _| ())
            .response;
        response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Group, true, "Map of the first rows"));
        if let Some(p) = self.memory.detached() {
            let center = LonLat::new(p.x().clamp(-180.0, 180.0), p.y().clamp(-84.0, 84.0));
            self.camera = Camera::new(center.unwrap_or(self.camera.center), self.camera.zoom);
        }
        if response.contains_pointer() && ui.ui_contains_pointer() {
            self.wheel(ui, rect, response.hover_pos());
        }
        let viewport = Viewport { camera: self.camera, width: rect.width(), height: rect.height() };
        let rows = self.rows.as_mut()?;
        let selected = shown.row.and_then(|row| rows.row_of.iter().position(|r| *r == row));
        let selected = selected.and_then(|n| u32::try_from(n).ok()).map(IncidentId);
        let key = (shown.stamp, viewport, selected, sight.theme, sight.labels);
        if self.picture.as_ref().is_none_or(|(k, _)| *k != key) {
            self.picture = Some((key, Arc::new(draw(rows, viewport, selected, sight))));
        }
        let (_, picture) = self.picture.as_ref()?;
        self.painter.paint(picture, &ui.painter().with_clip_rect(rect), rect.min);
        let here: Pos2 = response.clicked().then(|| response.interact_pointer_pos()).flatten()?;
        let hit = picture.pick([here.x - rect.min.x, here.y - rect.min.y])?;
        let id = hit.what.ids().first()?;
        rows.row_of.get(id.0 as usize).copied()
    }

    /// Shows all rows, where they lie elsewhere than before.
    fn fit(&mut self, rect: Rect) {
        let Some(rows) = &self.rows else { return };
        let all = picture::bounds(&rows.project, &rows.marks, &Question::default());
        if self.fitted == all && all.is_some() {
            return;
        }
        self.fitted = all;
        let bounds = all.unwrap_or(BoundingBox::REGION);
        self.camera = Camera::fit(bounds, rect.width(), rect.height(), 28.0, 9.0);
        self.memory.center_at(lon_lat(self.camera.center.lon(), self.camera.center.lat()));
    }

    fn set_zoom(&mut self) {
        // The camera keeps within the limits of walkers.
        let _ = self.memory.set_zoom(self.camera.zoom.clamp(MIN_ZOOM, MAX_ZOOM));
    }

    /// Zooms about the point under the pointer.
    fn wheel(&mut self, ui: &Ui, rect: Rect, at: Option<Pos2>) {
        let (scroll, pinch) = ui.input_mut(|i| {
            let scroll = std::mem::take(&mut i.smooth_scroll_delta.y);
            (scroll, i.zoom_delta())
        });
        let steps = f64::from(scroll / 160.0 + pinch.log2());
        let Some(at) = at.filter(|_| steps != 0.0) else { return };
        let at = [at.x - rect.min.x, at.y - rect.min.y];
        let now = Viewport { camera: self.camera, width: rect.width(), height: rect.height() };
        let under = now.lonlat_from_screen(at);
        let next = Viewport { camera: Camera::new(self.camera.center, self.camera.zoom + steps), ..now };
        // What lay under the pointer lies there again: the middle moves by as much as it went astray.
        let astray = next.screen_from_lonlat(under);
        let middle = [next.width / 2.0 + astray[0] - at[0], next.height / 2.0 + astray[1] - at[1]];
        self.camera = Camera::new(next.lonlat_from_screen(middle), next.camera.zoom);
        self.memory.center_at(lon_lat(self.camera.center.lon(), self.camera.center.lat()));
        ui.ctx().request_repaint();
    }
}

fn rows(meta: &Meta, shown: Shown) -> Rows {
    let mut meta = meta.clone();
    meta.parties.extend(shown.preview.parties.iter().cloned());
    let good = (0..).zip(&shown.preview.rows).filter_map(|(n, (_, row))| Some((n, row.as_ref().ok()?.clone())));
    let (row_of, incidents): (Vec<usize>, Vec<_>) = good.unzip();
    let project = Project::new(meta, incidents, Vec::new());
    let derived = derive(&project, &Question::default());
    let marks = picture::marks(&project, &derived);
    Rows { stamp: shown.stamp, project, derived, marks, row_of }
}

fn draw(rows: &mut Rows, viewport: Viewport, selected: Option<IncidentId>, sight: Sight) -> Picture {
    rows.marks.prepare(viewport.camera.zoom);
    picture::picture(&Scene {
        project: &rows.project,
        derived: &rows.derived,
        marks: &rows.marks,
        question: &Question::default(),
        viewport,
        layers: Layers { legend: false, ..Layers::default() },
        labels: sight.labels,
        theme: sight.theme,
        perspective: sight.meta.perspective,
        shown: None,
        fade: None,
        draft: None,
        selected,
        hovered: None,
        spread: None,
        called: &[],
        furniture: Furniture { legend: false, attribution: false, ..Furniture::window() },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_small_map_without_rows_shows_the_region() {
        let map = SmallMap::default();
        let v = Viewport { camera: map.camera, width: 400.0, height: 300.0 };
        let b = v.bounding_box();
        assert!(b.west < BoundingBox::REGION.west + 0.1 && b.east > BoundingBox::REGION.east - 0.1);
    }
}
