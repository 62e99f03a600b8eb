//! The camera as the drawing code wants it: one projection a picture, worked out once.

use super::clip::Box4;
use super::list::Point;
use crate::atlas::mercator::world_from_lonlat;
use crate::view::Viewport;
use crate::view::theme::Colors;

/// The camera, the size of the picture and the colours.
#[derive(Clone, Copy, Debug)]
pub(super) struct View {
    center: [f64; 2],
    /// Points the whole world is wide.
    pub(super) scale: f64,
    pub(super) zoom: f64,
    pub(super) width: f32,
    pub(super) height: f32,
    pub(super) colors: &'static Colors,
}

impl View {
    pub(super) fn new(viewport: &Viewport, colors: &'static Colors) -> Self {
        Self {
            center: world_from_lonlat(viewport.camera.center),
            scale: viewport.world_points(),
            zoom: viewport.camera.zoom,
            width: viewport.width,
            height: viewport.height,
            colors,
        }
    }

    /// A point of the unit square on the screen; of the copies of the world the one nearest to the middle.
    pub(super) fn screen(&self, [x, y]: [f64; 2]) -> Point {
        let mut dx = x - self.center[0];
        if dx.abs() > 0.5 {
            dx -= dx.round();
        }
        [(dx * self.scale) as f32 + self.width / 2.0, ((y - self.center[1]) * self.scale) as f32 + self.height / 2.0]
    }

    /// A point of the screen in the unit square; beyond the edge of the world the numbers go on.
    pub(super) fn world(&self, [x, y]: Point) -> [f64; 2] {
        [
            self.center[0] + f64::from(x - self.width / 2.0) / self.scale,
            self.center[1] + f64::from(y - self.height / 2.0) / self.scale,
        ]
    }

    /// The picture with a margin on all sides.
    pub(super) fn bounds(&self, margin: f32) -> Box4 {
        [-margin, -margin, self.width + margin, self.height + margin]
    }

    /// Whether a box of the unit square (left, top, right, bottom) comes within `margin` points of the picture.
    pub(super) fn sees(&self, [l, t, r, b]: [f64; 4], margin: f32) -> bool {
        let ([x0, y0], [x1, y1]) = (self.screen([l, t]), self.screen([r, b]));
        // A box that wraps round the world is not worth deciding.
        x1 < x0 || (x1 >= -margin && x0 <= self.width + margin && y1 >= -margin && y0 <= self.height + margin)
    }

    /// Where a fixed point of the ground lies on the screen, exactly: the phase of hatches hangs on it.
    pub(super) fn anchor(&self) -> [f64; 2] {
        [
            (0.5 - self.center[0]) * self.scale + f64::from(self.width) / 2.0,
            (0.5 - self.center[1]) * self.scale + f64::from(self.height) / 2.0,
        ]
    }

    /// The nearest quarter of a point. Names grow while the map is zoomed, and a window draws the letters of each size anew and
    /// sets every word of it anew: sizes that nobody can tell apart are one.
    pub(super) fn type_step(points: f32) -> f32 {
        (points * 4.0).round() / 4.0
    }

    /// A size of type, or a distance of its letters, that grows from `low` at zoom 6 to `high` at zoom 12.
    pub(super) fn grown_type(&self, low: f32, high: f32) -> f32 {
        Self::type_step(self.grown(low, high))
    }

    /// A number that grows from `low` at zoom 6 to `high` at zoom 12: line weights and type.
    pub(super) fn grown(&self, low: f32, high: f32) -> f32 {
        let t = ((self.zoom as f32 - 6.0) / 6.0).clamp(0.0, 1.0);
        low + (high - low) * t
    }
}
