//! The base picture: land with relief, seas, lakes, rivers and shores. No borders, no names: those are drawn over it.
//!
//! Everything is computed from the position in the world, so that two pictures side by side meet without a seam.

use rayon::prelude::*;
use tiny_skia::{
    Color, FillRule, FilterQuality, LineCap, LineJoin, Paint, Path, PathBuilder, Pattern, Pixmap, Rect, SpreadMode,
    Stroke, Transform,
};

use super::line::{Line, WorldRect};
use super::mercator;
use super::relief::{Ground, Scratch, Shading, Surface, smoothstep};
use super::{Atlas, atlas};

/// How the relief is laid over the land.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Relief {
    /// No relief and no tint by height.
    None,
    /// Shadows darken: for light paper.
    Multiply,
    /// Slopes in the light brighten: for dark ground.
    Screen,
}

/// The colours of the base picture, red, green, blue.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BaseColors {
    /// Seas near the shore.
    pub sea: [u8; 3],
    /// Seas far from any shore.
    pub deep: [u8; 3],
    /// Lowland.
    pub land: [u8; 3],
    /// Land at 3500 m and above.
    pub land_high: [u8; 3],
    /// Shore lines.
    pub shore: [u8; 3],
    /// Lakes and reservoirs.
    pub lake: [u8; 3],
    /// Rivers.
    pub river: [u8; 3],
    /// How strong the relief is, 0..=1.
    pub relief_strength: f32,
    /// How the relief is laid over the land.
    pub relief: Relief,
}

impl BaseColors {
    /// Warm paper and cool pale water.
    pub const LIGHT: Self = Self {
        sea: [0xC9, 0xDE, 0xE6],
        deep: [0xB3, 0xCF, 0xDB],
        land: [0xF4, 0xEF, 0xE4],
        land_high: [0xE6, 0xDA, 0xC6],
        shore: [0x7F, 0xA6, 0xB8],
        lake: [0xC4, 0xDC, 0xE6],
        river: [0x92, 0xB9, 0xCB],
        relief_strength: 0.66,
        relief: Relief::Multiply,
    };
    /// Ink land and deep blue-grey water.
    pub const DARK: Self = Self {
        sea: [0x14, 0x20, 0x2B],
        deep: [0x0E, 0x18, 0x22],
        land: [0x1F, 0x24, 0x2A],
        land_high: [0x2C, 0x31, 0x37],
        shore: [0x43, 0x5C, 0x6D],
        lake: [0x15, 0x24, 0x30],
        river: [0x33, 0x4C, 0x5D],
        relief_strength: 0.8,
        relief: Relief::Screen,
    };
    /// White paper: line work only.
    pub const PRINT: Self = Self {
        sea: [0xFF, 0xFF, 0xFF],
        deep: [0xFF, 0xFF, 0xFF],
        land: [0xFF, 0xFF, 0xFF],
        land_high: [0xFF, 0xFF, 0xFF],
        shore: [0x6E, 0x87, 0x94],
        lake: [0xF1, 0xF5, 0xF7],
        river: [0x8F, 0xA8, 0xB4],
        relief_strength: 0.0,
        relief: Relief::None,
    };
}

/// The part of the world for which there is detailed data: west, south, east, north in degrees.
const BOX: [f64; 4] = [42.0, 37.0, 52.0, 44.0];

/// Pictures larger than this are painted on all cores; a tile is not, its worker is one of several already.
const LARGE: usize = 1 << 20;

/// Paints an area of the world at `width_px` × `height_px` pixels.
///
/// `px_scale` is pixels per point and scales line widths; `zoom` chooses detail. Sizes are kept within 1..=16384.
pub fn paint_base(
    area: WorldRect,
    width_px: u32,
    height_px: u32,
    px_scale: f32,
    zoom: f64,
    colors: &BaseColors,
) -> Pixmap {
    let view = View { area, width: width_px.clamp(1, 16_384), height: height_px.clamp(1, 16_384), px_scale, zoom };
    let ground = view.ground(colors);
    let atlas = atlas();
    let detailed = WorldRect::from_degrees(BOX[0], BOX[1], BOX[2], BOX[3]);
    let repeats = view.repeats();
    let near = area.padded(4.0 * view.pixel());
    let in_box = repeats.len() == 1 && repeats.iter().all(|k| detailed.contains(&near.shifted(-k)));
    let inland = in_box
        && repeats.iter().all(|k| {
            let here = near.shifted(-k);
            atlas.sea.iter().all(|sea| sea.clipped_ring(&here, view.detail()).is_empty())
        });
    let water = if inland { None } else { Some(view.water(atlas, colors)) };
    let mut map = match &water {
        Some(water) if !in_box => {
            let mut map = water.clone();
            for k in &repeats {
                view.lay_land(&mut map, atlas, &ground, &detailed, *k);
            }
            map
        }
        _ => ground.clone(),
    };
    for k in repeats {
        view.draw_water(&mut map, atlas, &ground, water.as_ref(), colors, k);
    }
    map
}

struct View {
    area: WorldRect,
    width: u32,
    height: u32,
    px_scale: f32,
    zoom: f64,
}

impl View {
    fn pixel(&self) -> f64 {
        self.area.width() / f64::from(self.width)
    }

    /// Room around the picture so that neither line widths nor the smoothing of shores end at its edge: 64 pixels, and
    /// 20 km for the longest segments of shore.
    fn padded(&self) -> WorldRect {
        self.area.padded(64.0 * self.pixel() + 6.5e-4)
    }

    /// The whole worlds by which data is to be moved east to appear here.
    fn repeats(&self) -> Vec<f64> {
        let padded = self.padded();
        let (from, to) = (padded.x0.floor().max(-4.0) as i32, padded.x1.ceil().min(5.0) as i32);
        (from..to).map(f64::from).collect()
    }

    /// The zoom that chooses points: finer pixels show finer lines.
    fn detail(&self) -> f64 {
        self.zoom + f64::from(self.px_scale.max(0.5).log2())
    }

    fn to_px(&self, [x, y]: [f64; 2], worlds: f64) -> (f32, f32) {
        let scale = 1.0 / self.pixel();
        (((x + worlds - self.area.x0) * scale) as f32, ((y - self.area.y0) * scale) as f32)
    }

    /// Longitudes of the pixel columns. Not wrapped: the sampled grids lie far from the date line.
    fn lons(&self, worlds: f64) -> Vec<f64> {
        let pixel = self.pixel();
        (0..self.width).map(|i| (self.area.x0 - worlds + (f64::from(i) + 0.5) * pixel - 0.5) * 360.0).collect()
    }

    fn lat(&self, row: usize) -> f64 {
        let y = self.area.y0 + (row as f64 + 0.5) / f64::from(self.height) * self.area.height();
        let [_, lat] = mercator::degrees_from_world([0.5, y]);
        lat
    }

    fn solid(&self, [r, g, b]: [u8; 3]) -> Pixmap {
        #[expect(clippy::expect_used, reason = "sizes are clamped to 1..=16384, for which a pixmap is always made")]
        let mut map = Pixmap::new(self.width, self.height).expect("a pixmap of a clamped size");
        map.fill(Color::from_rgba8(r, g, b, 255));
        map
    }

    fn each_row(&self, map: &mut Pixmap, paint: impl Fn(usize, &mut [u8], &mut Scratch) + Sync) {
        let stride = self.width as usize * 4;
        if self.width as usize * self.height as usize > LARGE {
            map.data_mut()
                .par_chunks_mut(stride)
                .enumerate()
                .for_each_init(Scratch::default, |scratch, (y, row)| paint(y, row, scratch));
        } else {
            let mut scratch = Scratch::default();
            for (y, row) in map.data_mut().chunks_mut(stride).enumerate() {
                paint(y, row, &mut scratch);
            }
        }
    }

    /// Land colour everywhere, with height tint and relief where there are heights.
    fn ground(&self, colors: &BaseColors) -> Pixmap {
        let mut map = self.solid(colors.land);
        if colors.relief == Relief::None {
            return map;
        }
        // Seen from afar the region is too small for relief to read as anything but dirt; very near, the grid's
        // kilometre shows as soft dunes, which should not pretend to be detail.
        let strength = smoothstep(3.5, 6.0, self.zoom) * (1.0 - 0.55 * smoothstep(9.5, 14.0, self.zoom));
        if strength <= 0.0 {
            return map;
        }
        let palette = Palette::new(colors, strength as f32);
        for k in self.repeats() {
            let lons = self.lons(k);
            let Some(shading) = Shading::new(&lons, self.pixel() * 360.0) else { continue };
            self.each_row(&mut map, |y, row, scratch| {
                let lat = self.lat(y);
                if !Shading::covers(lat) {
                    return;
                }
                let (pixels, _) = row.as_chunks_mut::<4>();
                for (pixel, ground) in pixels.iter_mut().zip(shading.row(lat, scratch)) {
                    if ground.weight > 0.0 {
                        *pixel = palette.pixel(ground);
                    }
                }
            });
        }
        map
    }

    /// Sea colour everywhere, deeper where the next shore is far. It is distance that is tinted, not soundings.
    fn water(&self, atlas: &Atlas, colors: &BaseColors) -> Pixmap {
        let mut map = self.solid(colors.sea);
        let grid = &atlas.shore_distance;
        if colors.sea == colors.deep || grid.columns == 0 {
            return map;
        }
        let east = grid.west + grid.step * grid.columns as f64;
        let (sea, deep) = (colors.sea.map(f32::from), colors.deep.map(f32::from));
        for k in self.repeats() {
            let lons = self.lons(k);
            if lons.last().is_none_or(|l| *l < grid.west) || lons.first().is_none_or(|l| *l > east) {
                continue;
            }
            let surface = Surface::new(grid, &lons);
            let fades: Vec<f64> = lons.iter().map(|l| smoothstep(0.2, 3.0, (l - grid.west).min(east - l))).collect();
            self.each_row(&mut map, |y, row, scratch| {
                let lat = self.lat(y);
                // The north of the Caspian is a shelf a few metres deep, however far the shore.
                let fade = smoothstep(36.0, 37.6, lat) * (1.0 - smoothstep(43.6, 45.6, lat));
                if fade <= 0.0 {
                    return;
                }
                let (pixels, _) = row.as_chunks_mut::<4>();
                for ((pixel, [km, _, _]), column) in pixels.iter_mut().zip(surface.row(lat, scratch)).zip(&fades) {
                    let t = (smoothstep(4.0, 105.0, f64::from(*km)) * fade * column) as f32;
                    *pixel = opaque(mix(sea, deep, t));
                }
            });
        }
        map
    }

    /// Land over water: coarse outlines of the world, and the whole detailed box, whose sea is cut out later.
    fn lay_land(&self, map: &mut Pixmap, atlas: &Atlas, ground: &Pixmap, detailed: &WorldRect, worlds: f64) {
        let here = self.padded().shifted(-worlds);
        let paint = pattern(ground);
        if !detailed.contains(&here) {
            let mut path = PathBuilder::new();
            for ring in &atlas.world_land {
                self.trace(&mut path, &ring.clipped_ring(&here, self.detail()), worlds, true, |_| true);
            }
            fill(map, path.finish(), &paint, FillRule::EvenOdd);
        }
        let (x0, y0) = self.to_px([detailed.x0, detailed.y0], worlds);
        let (x1, y1) = self.to_px([detailed.x1, detailed.y1], worlds);
        // Whole pixels: a soft edge would show as a hair line where the sea goes on beyond the box.
        let (right, bottom) = (self.width as f32, self.height as f32);
        let rect = Rect::from_ltrb(
            x0.round().clamp(-1.0, right),
            y0.round().clamp(-1.0, bottom),
            x1.round().clamp(0.0, right + 1.0),
            y1.round().clamp(0.0, bottom + 1.0),
        );
        if let Some(rect) = rect.filter(|r| r.width() > 0.0 && r.height() > 0.0) {
            map.fill_rect(rect, &paint, Transform::identity(), None);
        }
    }

    fn draw_water(
        &self,
        map: &mut Pixmap,
        atlas: &Atlas,
        ground: &Pixmap,
        water: Option<&Pixmap>,
        colors: &BaseColors,
        worlds: f64,
    ) {
        let river_width = by_zoom(self.zoom, &[(4.0, 0.0), (5.0, 0.35), (7.0, 0.7), (10.0, 1.3), (14.0, 2.6)]);
        self.stroke(map, &atlas.rivers, colors.river, river_width, worlds, true);

        let here = self.padded().shifted(-worlds);
        if let Some(water) = water {
            let mut path = PathBuilder::new();
            for ring in &atlas.sea {
                // Where the sea was cut at the box its sides run straight on, two pixels further, under the sea beyond.
                let points = ring.clipped_ring(&here, self.detail());
                let outward = |p: [f64; 2]| pushed_out(p, 2.0 * self.pixel());
                let moved: Vec<[f64; 2]> = points.iter().map(|p| outward(*p)).collect();
                self.trace(&mut path, &moved, worlds, true, |i| points.get(i) != moved.get(i));
            }
            fill(map, path.finish(), &pattern(water), FillRule::EvenOdd);
        }
        self.fill_rings(map, &atlas.lakes, &solid(colors.lake), worlds);
        self.fill_rings(map, &atlas.islands, &pattern(ground), worlds);

        let shore = by_zoom(self.zoom, &[(2.0, 0.35), (5.0, 0.5), (8.0, 0.8), (12.0, 1.2)]);
        self.stroke(map, &atlas.lakes, colors.shore, shore * 0.8, worlds, true);
        self.stroke(map, &atlas.islands, colors.shore, shore * 0.8, worlds, true);
        if water.is_some() {
            self.stroke(map, &atlas.sea_shore, colors.shore, shore, worlds, true);
            self.stroke(map, &atlas.world_coast, colors.shore, shore, worlds, false);
        }
    }

    fn fill_rings(&self, map: &mut Pixmap, rings: &[Line], paint: &Paint<'_>, worlds: f64) {
        let here = self.padded().shifted(-worlds);
        let mut path = PathBuilder::new();
        for ring in rings {
            // A lake of less than a pixel would only speckle.
            if ring.bbox().width().max(ring.bbox().height()) > 1.2 * self.pixel() {
                self.trace(&mut path, &ring.clipped_ring(&here, self.detail()), worlds, true, |_| false);
            }
        }
        fill(map, path.finish(), paint, FillRule::Winding);
    }

    fn stroke(&self, map: &mut Pixmap, lines: &[Line], color: [u8; 3], points: f32, worlds: f64, smooth: bool) {
        if points <= 0.0 {
            return;
        }
        let here = self.padded().shifted(-worlds);
        let mut path = PathBuilder::new();
        for line in lines {
            if line.is_ring() && line.bbox().width().max(line.bbox().height()) <= 1.2 * self.pixel() {
                continue;
            }
            if smooth && line.is_ring() && here.contains(&line.bbox()) {
                // Closed, so that its start is as smooth as the rest.
                self.trace(&mut path, &line.clipped_ring(&here, self.detail()), worlds, true, |_| false);
                continue;
            }
            for piece in line.visible(&here, self.detail()) {
                self.trace(&mut path, &piece, worlds, false, |_| !smooth);
            }
        }
        let stroke = Stroke {
            width: points * self.px_scale,
            line_cap: LineCap::Round,
            line_join: LineJoin::Round,
            ..Stroke::default()
        };
        if let Some(path) = path.finish() {
            map.stroke_path(&path, &solid(color), &stroke, Transform::identity(), None);
        }
    }

    /// Adds a line or ring to a path. Points that are not sharp only pull: the curve runs through the middles between
    /// them (a quadratic B-spline), which takes the angles out of shores and rivers when one is near.
    fn trace(
        &self,
        path: &mut PathBuilder,
        points: &[[f64; 2]],
        worlds: f64,
        closed: bool,
        sharp: impl Fn(usize) -> bool,
    ) {
        if points.len() < if closed { 3 } else { 2 } {
            return;
        }
        let px: Vec<(f32, f32)> = points.iter().map(|p| self.to_px(*p, worlds)).collect();
        let middle = |a: (f32, f32), b: (f32, f32)| (a.0.midpoint(b.0), a.1.midpoint(b.1));
        let (Some(&first), Some(&last)) = (px.first(), px.last()) else { return };
        let start = if closed { middle(last, first) } else { first };
        path.move_to(start.0, start.1);
        let nexts = px.iter().skip(1).chain(closed.then_some(&first));
        for (i, (&at, &next)) in px.iter().zip(nexts).enumerate() {
            let to = middle(at, next);
            if sharp(i) || (!closed && i == 0) {
                path.line_to(at.0, at.1);
                path.line_to(to.0, to.1);
            } else {
                path.quad_to(at.0, at.1, to.0, to.1);
            }
        }
        if closed {
            path.close();
        } else {
            path.line_to(last.0, last.1);
        }
    }
}

/// A point on the edge of the detailed box moved outwards; others stay.
fn pushed_out([x, y]: [f64; 2], by: f64) -> [f64; 2] {
    let edge = WorldRect::from_degrees(BOX[0], BOX[1], BOX[2], BOX[3]);
    let near = |a: f64, b: f64| (a - b).abs() < 1e-7;
    let x = if near(x, edge.x0) {
        x - by
    } else if near(x, edge.x1) {
        x + by
    } else {
        x
    };
    let y = if near(y, edge.y0) {
        y - by
    } else if near(y, edge.y1) {
        y + by
    } else {
        y
    };
    [x, y]
}

/// A value between stops of (zoom, value), level beyond the ends.
fn by_zoom(zoom: f64, stops: &[(f64, f32)]) -> f32 {
    let mut before: Option<(f64, f32)> = None;
    for &(z, v) in stops {
        if zoom <= z {
            return before.map_or(v, |(z0, v0)| v0 + (v - v0) * ((zoom - z0) / (z - z0)) as f32);
        }
        before = Some((z, v));
    }
    before.map_or(0.0, |(_, v)| v)
}

fn solid([r, g, b]: [u8; 3]) -> Paint<'static> {
    let mut paint = Paint::default();
    paint.set_color_rgba8(r, g, b, 255);
    paint
}

fn pattern(map: &Pixmap) -> Paint<'_> {
    let shader = Pattern::new(map.as_ref(), SpreadMode::Pad, FilterQuality::Nearest, 1.0, Transform::identity());
    Paint { shader, ..Paint::default() }
}

fn fill(map: &mut Pixmap, path: Option<Path>, paint: &Paint<'_>, rule: FillRule) {
    if let Some(path) = path {
        map.fill_path(&path, paint, rule, Transform::identity(), None);
    }
}

fn mix(a: [f32; 3], b: [f32; 3], t: f32) -> [f32; 3] {
    let [r0, g0, b0] = a;
    let [r1, g1, b1] = b;
    [r0 + (r1 - r0) * t, g0 + (g1 - g0) * t, b0 + (b1 - b0) * t]
}

fn opaque([r, g, b]: [f32; 3]) -> [u8; 4] {
    [r, g, b, 255.0].map(|v| (v + 0.5) as u8)
}

/// The colours of the ground, ready for floating point.
struct Palette {
    low: [f32; 3],
    high: [f32; 3],
    relief: Relief,
    strength: f32,
    tint: f32,
}

impl Palette {
    fn new(colors: &BaseColors, by_zoom: f32) -> Self {
        Self {
            low: colors.land.map(f32::from),
            high: colors.land_high.map(f32::from),
            relief: colors.relief,
            strength: colors.relief_strength * by_zoom,
            tint: by_zoom.min(1.0),
        }
    }

    fn pixel(&self, ground: Ground) -> [u8; 4] {
        let up = (ground.height / 3500.0).clamp(0.0, 1.0);
        let base = mix(self.low, self.high, up * (1.7 - 0.7 * up) * ground.weight * self.tint);
        let light = ground.light * self.strength * ground.weight;
        let (shadow, shine) = (light.min(0.0), light.max(0.0));
        opaque(match self.relief {
            Relief::None => base,
            // Shadows lean to blue-grey as in a printed atlas; slopes in the light only clear up a little.
            Relief::Multiply => {
                let [r, g, b] = base;
                let shaded = [r * (1.0 + shadow), g * (1.0 + shadow * 0.97), b * (1.0 + shadow * 0.88)];
                mix(shaded, [255.0, 253.0, 247.0], (shine * 1.1).min(1.0))
            }
            Relief::Screen => {
                let lift = (shine * 0.55).min(1.0);
                let screened = base.map(|v| 255.0 - (255.0 - v) * (1.0 - lift));
                screened.map(|v| v * (1.0 + shadow * 0.85))
            }
        })
    }
}
