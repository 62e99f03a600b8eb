//! What a corner snaps to: an incident's place, the corner of a drawing, a border or dated line. Shift held: nothing.

use egui::{Context, Pos2};

use super::super::App;
use super::super::dispatch::rounded;
use crate::model::{CornerAt, DrawingId, LonLat};
use crate::picture::{Target, nearest_line};

/// Points within which a place attracts.
const REACH: f32 = 10.0;

/// Where a corner goes, and what it snapped to.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Snapped {
    /// The place.
    pub(super) at: LonLat,
    /// What attracted it, in words.
    pub(super) to: Option<String>,
}

impl App {
    /// The place that is meant at a point of the window. `except` is the corner that is being dragged.
    pub(super) fn snap(&self, ctx: &Context, p: Pos2, except: Option<(DrawingId, CornerAt)>) -> Snapped {
        let free = Snapped { at: rounded(self.on_map(p)), to: None };
        if ctx.input(|i| i.modifiers.shift) {
            return free;
        }
        let corner = self.nearest_corner(p, except);
        let incident = self.nearest_incident(p);
        let nearest = [corner, incident].into_iter().flatten().min_by(|a, b| a.0.total_cmp(&b.0));
        if let Some((_, at, name)) = nearest {
            return Snapped { at, to: Some(name) };
        }
        let origin = self.map.origin();
        let (v, layers) = (self.map.viewport(), self.layers);
        let line = nearest_line(&v, layers, self.map.time_shown(), [p.x - origin.x, p.y - origin.y], REACH);
        line.map_or(free, |(at, name)| Snapped { at: rounded(at), to: Some(name) })
    }

    fn nearest_corner(&self, p: Pos2, except: Option<(DrawingId, CornerAt)>) -> Option<(f32, LonLat, String)> {
        let (_, picture) = self.picture.as_ref()?;
        let project = self.workspace.project();
        let seen = picture.drawn.iter().filter_map(|d| Some((d.id, project.drawing(d.id)?)));
        let mut best: Option<(f32, LonLat, String)> = None;
        for (id, drawing) in seen {
            for (path, corners) in drawing.form().paths().into_iter().enumerate() {
                for (corner, at) in corners.iter().enumerate() {
                    let far = self.on_screen(*at).distance(p);
                    let is_itself = except == Some((id, CornerAt { path, corner }));
                    if !is_itself && far <= REACH && best.as_ref().is_none_or(|b| far < b.0) {
                        best = Some((far, *at, drawing.name()));
                    }
                }
            }
        }
        best
    }

    /// An incident that is known well enough to be a point: a corner on the middle of a district would say more than is known.
    fn nearest_incident(&self, p: Pos2) -> Option<(f32, LonLat, String)> {
        let (_, picture) = self.picture.as_ref()?;
        let project = self.workspace.project();
        let of = |target: &Target| match target {
            Target::Incident(id) => project.get(*id),
            _ => None,
        };
        let near = picture.hits.iter().filter_map(|h| of(&h.what)).filter_map(|incident| {
            let place = &incident.place;
            let at = place.position.filter(|_| !place.precision.is_some_and(crate::model::Precision::is_area))?;
            let far = self.on_screen(at).distance(p);
            (far <= REACH).then(|| (far, at, incident.title.to_string()))
        });
        near.min_by(|a, b| a.0.total_cmp(&b.0))
    }
}
