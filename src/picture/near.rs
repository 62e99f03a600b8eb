//! The nearest place on a border or dated line: what a corner that is being drawn may snap to.

use super::borders::sees;
use super::dated;
use super::list::Point;
use super::view::View;
use crate::atlas::atlas;
use crate::atlas::mercator::lonlat_from_world;
use crate::model::{Language, LonLat, Span};
use crate::view::{Layers, Theme, Viewport};

/// The place on a line that is drawn, no more than `reach` points of the screen from `at`, and the name of the line.
/// Corners of the line are not preferred: it is drawn as exactly as the zoom allows, and they have no meaning of their own.
pub fn nearest_line(
    viewport: &Viewport,
    layers: Layers,
    shown: Option<Span>,
    at: Point,
    reach: f32,
) -> Option<(LonLat, String)> {
    let view = View::new(viewport, Theme::Light.colors());
    let [x, y] = at;
    let mut best: Option<(f32, Point, &str)> = None;
    for d in dated::dated(atlas(), layers, shown) {
        for line in d.boundary.lines.iter().filter(|l| sees(&view, l)) {
            let mut last: Option<Point> = None;
            for p in line.at_zoom(view.zoom).map(|p| view.screen(p)) {
                let Some([ax, ay]) = last.replace(p) else { continue };
                let (dx, dy) = (p[0] - ax, p[1] - ay);
                let square = dx * dx + dy * dy;
                let t = if square > 0.0 { (((x - ax) * dx + (y - ay) * dy) / square).clamp(0.0, 1.0) } else { 0.0 };
                let on = [ax + dx * t, ay + dy * t];
                let far = (x - on[0]).hypot(y - on[1]);
                if far <= reach && best.is_none_or(|(least, ..)| far < least) {
                    best = Some((far, on, d.boundary.names.best(Language::En)));
                }
            }
        }
    }
    best.map(|(_, on, name)| (lonlat_from_world(view.world(on)), name.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::Camera;

    #[test]
    fn a_place_near_the_border_is_brought_onto_it_and_one_far_away_is_not() {
        let camera = Camera::new(LonLat::new(45.98, 39.62).unwrap(), 9.0);
        let viewport = Viewport { camera, width: 800.0, height: 600.0 };
        let find = |at, reach| nearest_line(&viewport, Layers::default(), None, at, reach);
        // The border between Sisian and Lachin runs through this view; where, the widest search says.
        let (on, _) = find([400.0, 300.0], 600.0).unwrap();
        let at = viewport.screen_from_lonlat(on);
        let (again, name) = find([at[0] + 4.0, at[1] + 3.0], 8.0).unwrap();
        let p = viewport.screen_from_lonlat(again);
        assert!((p[0] - at[0]).hypot(p[1] - at[1]) < 8.0 && !name.is_empty());
        let off = Layers { borders: false, held_area: false, agreements: false, claimed: false, ..Layers::default() };
        assert!(nearest_line(&viewport, off, None, at, 8.0).is_none(), "what is not drawn attracts nothing");
    }
}
