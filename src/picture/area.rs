//! The area that incidents are filtered by: a thin outline in a layer of its own, so that a picture says what it leaves out.

use super::clip;
use super::list::{Item, Paint, Point, Stroke};
use super::view::View;
use crate::atlas::mercator::world_from_lonlat;
use crate::model::{LonLat, Outline};

/// Longest side of an outline, in degrees, drawn as one stroke on the map: edges are straight in degrees, not on the map.
const STEP_DEG: f64 = 0.5;

/// The stroke of the outline, here and in the legend: white-cased dashes that no boundary has.
pub(super) fn strokes(view: &View) -> [Stroke; 2] {
    let c = view.colors;
    [Stroke::line(Paint::veil(c.halo, 0.85), 3.4), Stroke::dashed(Paint::solid(c.label), 1.3, 7.0, 3.0)]
}

/// Draws the outline.
pub(super) fn outline(items: &mut Vec<Item>, view: &View, area: &Outline) {
    items.push(Item::Layer("filter-area"));
    let line = area.corners().iter().chain(area.corners().first());
    let mut points: Vec<Point> = Vec::new();
    let mut last: Option<LonLat> = None;
    for corner in line {
        let from = last.unwrap_or(*corner);
        let (dx, dy) = (corner.lon() - from.lon(), corner.lat() - from.lat());
        let steps = (dx.abs().max(dy.abs()) / STEP_DEG).ceil().clamp(1.0, 720.0);
        for n in 1..=steps as u16 {
            let t = f64::from(n) / steps;
            // Between two positions on the globe lies another one.
            if let Ok(p) = LonLat::new(from.lon() + dx * t, from.lat() + dy * t) {
                points.push(view.screen(world_from_lonlat(p)));
            }
        }
        last = Some(*corner);
    }
    let runs = clip::clip_line(points, view.bounds(20.0));
    if runs.is_empty() {
        return;
    }
    let lines: Vec<Vec<Point>> = runs.into_iter().map(|r| r.points).collect();
    for stroke in strokes(view) {
        items.push(Item::Lines { lines: lines.clone(), stroke });
    }
}
