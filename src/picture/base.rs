//! The ground under the picture: land, water and relief in the colours of the theme, as pixels.

use tiny_skia::Pixmap;

use crate::atlas::{BaseColors, Relief, WorldRect, paint_base};
use crate::view::{Layers, Rgb, Theme, Viewport};

/// The colours of the ground in a theme.
pub(super) fn colors(theme: Theme, layers: Layers) -> BaseColors {
    let c = theme.colors();
    let rgb = |Rgb(r, g, b): Rgb| [r, g, b];
    let relief = match theme {
        _ if !layers.relief => Relief::None,
        Theme::Light => Relief::Multiply,
        Theme::Dark => Relief::Screen,
        Theme::Print => Relief::None,
    };
    BaseColors {
        sea: rgb(c.sea),
        deep: rgb(c.sea_deep),
        land: rgb(c.land),
        land_high: rgb(c.land_high),
        shore: rgb(c.shore),
        lake: rgb(c.sea),
        river: rgb(c.river),
        relief_strength: c.relief,
        relief,
    }
}

/// Pixels beyond which no picture is painted: a quarter of a gigabyte of memory.
const MOST_PIXELS: f64 = 67_108_864.0;

/// Paints the ground of a view, `scale` pixels to the point.
pub(super) fn paint(viewport: &Viewport, theme: Theme, layers: Layers, scale: f32) -> Option<Pixmap> {
    let (w, h) = ((viewport.width * scale).round(), (viewport.height * scale).round());
    if !(w >= 1.0 && h >= 1.0 && f64::from(w) * f64::from(h) <= MOST_PIXELS && w <= 16_384.0 && h <= 16_384.0) {
        return None;
    }
    let [x0, y0, x1, y1] = viewport.world_rect();
    let area = WorldRect { x0, y0, x1, y1 };
    Some(paint_base(area, w as u32, h as u32, scale, viewport.camera.zoom, &colors(theme, layers)))
}
