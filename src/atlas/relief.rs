//! Heights and hill shading: a cubic B-spline over the elevation grid, so that slopes stay smooth however far one zooms in.
//!
//! The grid is averaged to half its size again and again; a zoom reads the level whose cells are about a pixel wide, so a
//! small scale shows ranges and not noise. The weights of the spline separate into columns and rows, which makes a
//! 512-pixel tile a few million multiplications.

use std::sync::LazyLock;

use super::pack::Grid;

/// Corners of the elevation grid in degrees, and its cell: 30 arc seconds.
const WEST: f64 = 42.5;
const NORTH: f64 = 43.5;
const EAST: f64 = 51.5;
const SOUTH: f64 = 37.5;
const CELL: f64 = 1.0 / 120.0;
/// Metres from one cell to the next along a meridian.
const CELL_M: f64 = 926.6;
/// Within how many degrees of its edge the relief fades out, so that the grid does not end in a wall.
const FADE: f64 = 0.9;

static DEM: LazyLock<Vec<Grid>> = LazyLock::new(|| {
    let Some(finest) = decode(include_bytes!("../../geodata/dem.png")) else { return Vec::new() };
    let mut levels = vec![finest];
    while let Some(next) = levels.last().filter(|l| l.columns > 64).map(halved) {
        levels.push(next);
    }
    levels
});

/// Reads the 16-bit grey picture of heights in metres.
fn decode(bytes: &'static [u8]) -> Option<Grid> {
    let mut reader = png::Decoder::new(std::io::Cursor::new(bytes)).read_info().ok()?;
    let mut raw = vec![0; reader.output_buffer_size()?];
    let info = reader.next_frame(&mut raw).ok()?;
    if info.bit_depth != png::BitDepth::Sixteen || info.color_type != png::ColorType::Grayscale {
        return None;
    }
    let (pairs, _) = raw.as_chunks::<2>();
    let cells = pairs.iter().map(|b| f32::from(u16::from_be_bytes(*b))).collect();
    Some(Grid { west: WEST + CELL / 2.0, north: NORTH - CELL / 2.0, step: CELL, columns: info.width as usize, cells })
}

/// The grid at half its resolution; an odd last row or column is averaged from what there is.
fn halved(grid: &Grid) -> Grid {
    let columns = grid.columns.div_ceil(2);
    let mut cells = Vec::with_capacity(columns * grid.rows().div_ceil(2));
    let rows: Vec<&[f32]> = grid.cells.chunks(grid.columns.max(1)).collect();
    for pair in rows.chunks(2) {
        for column in 0..columns {
            let quad = pair.iter().flat_map(|row| row.iter().skip(column * 2).take(2));
            let (sum, n) = quad.fold((0.0, 0.0), |(s, n), v| (s + v, n + 1.0));
            cells.push(sum / f32::max(n, 1.0));
        }
    }
    Grid {
        west: grid.west + grid.step / 2.0,
        north: grid.north - grid.step / 2.0,
        step: grid.step * 2.0,
        columns,
        cells,
    }
}

impl Grid {
    fn rows(&self) -> usize {
        self.cells.len() / self.columns.max(1)
    }
}

/// Weights of the uniform cubic B-spline for four neighbours at `t` 0..1 between the middle two, and their derivatives.
fn spline(t: f64) -> ([f32; 4], [f32; 4]) {
    let u = 1.0 - t;
    let (t2, t3) = (t * t, t * t * t);
    let value =
        [u * u * u / 6.0, (3.0 * t3 - 6.0 * t2 + 4.0) / 6.0, (-3.0 * t3 + 3.0 * t2 + 3.0 * t + 1.0) / 6.0, t3 / 6.0];
    let slope = [-u * u / 2.0, (3.0 * t2 - 4.0 * t) / 2.0, (-3.0 * t2 + 2.0 * t + 1.0) / 2.0, t2 / 2.0];
    (value.map(|v| v as f32), slope.map(|v| v as f32))
}

/// A pixel column's four cells and their weights.
struct Tap {
    at: usize,
    value: [f32; 4],
    slope: [f32; 4],
}

/// A surface prepared for the columns of one picture; rows are then cheap.
pub(super) struct Surface<'a> {
    grid: &'a Grid,
    first: i64,
    span: usize,
    taps: Vec<Tap>,
}

/// What a row needs besides the surface; kept between rows to save allocations.
#[derive(Default)]
pub(super) struct Scratch {
    /// The cells of a row, collapsed for its latitude: heights and their northward slopes.
    cells: Vec<[f32; 2]>,
    samples: Vec<Sample>,
}

/// Value of a surface and its slopes per cell: eastward and northward.
pub(super) type Sample = [f32; 3];

impl<'a> Surface<'a> {
    /// Prepares a grid for pixel columns at these longitudes (rising).
    pub(super) fn new(grid: &'a Grid, lons: &[f64]) -> Self {
        let cell = |lon: f64| ((lon - grid.west) / grid.step).clamp(-2.0, grid.columns as f64 + 1.0);
        let first = lons.first().map_or(0, |l| cell(*l).floor() as i64 - 1);
        let taps: Vec<Tap> = lons
            .iter()
            .map(|lon| {
                let c = cell(*lon);
                let (value, slope) = spline(c - c.floor());
                Tap { at: usize::try_from(c.floor() as i64 - 1 - first).unwrap_or(0), value, slope }
            })
            .collect();
        let span = taps.iter().map(|t| t.at + 4).max().unwrap_or(0);
        Self { grid, first, span, taps }
    }

    /// The samples along a parallel, one a pixel column.
    pub(super) fn row<'b>(&self, lat: f64, scratch: &'b mut Scratch) -> &'b [Sample] {
        let v = ((self.grid.north - lat) / self.grid.step).clamp(-2.0, self.grid.rows() as f64 + 1.0);
        let (value, slope) = spline(v - v.floor());
        scratch.cells.clear();
        scratch.cells.resize(self.span, [0.0; 2]);
        let last_row = self.grid.rows().saturating_sub(1) as i64;
        let last_column = self.grid.columns.saturating_sub(1) as i64;
        for (k, (wv, ws)) in value.iter().zip(slope).enumerate() {
            let row = (v.floor() as i64 - 1 + k as i64).clamp(0, last_row) as usize;
            let cells = self.grid.cells.get(row * self.grid.columns..).unwrap_or_default();
            for (column, [sum, rise]) in (self.first..).zip(&mut scratch.cells) {
                let height = cells.get(column.clamp(0, last_column) as usize).copied().unwrap_or(0.0);
                *sum += wv * height;
                // Rows count southwards, slopes northwards.
                *rise -= ws * height;
            }
        }
        scratch.samples.clear();
        let cells = &scratch.cells;
        scratch.samples.extend(self.taps.iter().map(|tap| {
            let Some([[a, e], [b, f], [c, g], [d, h]]) = cells.get(tap.at..tap.at + 4) else { return [0.0; 3] };
            let [v0, v1, v2, v3] = tap.value;
            let [s0, s1, s2, s3] = tap.slope;
            [a * v0 + b * v1 + c * v2 + d * v3, a * s0 + b * s1 + c * s2 + d * s3, e * v0 + f * v1 + g * v2 + h * v3]
        }));
        &scratch.samples
    }
}

/// From 0 at `a` to 1 at `b` with level ends.
pub(super) fn smoothstep(a: f64, b: f64, x: f64) -> f64 {
    let t = ((x - a) / (b - a)).clamp(0.0, 1.0);
    t * t * (3.0 - 2.0 * t)
}

/// The ground at a pixel: height in metres, light (0 flat, down to -1 in full shadow, up to about 0.4 facing the light)
/// and how much of the relief is to be shown there, 0..=1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Ground {
    pub(super) height: f32,
    pub(super) light: f32,
    pub(super) weight: f32,
}

/// The relief prepared for the columns of one picture.
pub(super) struct Shading {
    surface: Surface<'static>,
    fades: Vec<f32>,
    step_m: f64,
    exaggeration: f32,
}

/// Light comes mostly from the north-west, as map readers expect, with some from beside it so that ridges along the
/// light do not vanish: direction to the light (east, north, up) and share.
const LIGHTS: [([f32; 3], f32); 3] =
    [([-0.500, 0.500, 0.707], 0.60), ([-0.707, 0.000, 0.707], 0.20), ([0.183, 0.683, 0.707], 0.20)];

impl Shading {
    /// The relief for pixel columns at these longitudes, `degrees` apart; `None` where there is none.
    pub(super) fn new(lons: &[f64], degrees: f64) -> Option<Self> {
        if lons.last().is_none_or(|l| *l < WEST) || lons.first().is_none_or(|l| *l > EAST) {
            return None;
        }
        // The level whose cells are nearest to a pixel in size.
        let wanted = (degrees / CELL).log2().round().clamp(0.0, 16.0) as usize;
        let level = wanted.min(DEM.len().checked_sub(1)?);
        let grid = DEM.get(level)?;
        let fades = lons.iter().map(|l| smoothstep(0.0, FADE, (l - WEST).min(EAST - l)) as f32).collect();
        // Averaging flattens slopes; steepening them again keeps ranges equally strong at all scales.
        let exaggeration = 1.25 * 1.55_f32.powi(level as i32);
        Some(Self { surface: Surface::new(grid, lons), fades, step_m: CELL_M * grid.step / CELL, exaggeration })
    }

    /// Whether a parallel crosses the relief.
    pub(super) fn covers(lat: f64) -> bool {
        (SOUTH..=NORTH).contains(&lat)
    }

    /// The ground along a parallel, one a pixel column.
    pub(super) fn row<'b>(&'b self, lat: f64, scratch: &'b mut Scratch) -> impl Iterator<Item = Ground> + 'b {
        let fade = smoothstep(0.0, FADE, (lat - SOUTH).min(NORTH - lat)) as f32;
        let north = self.exaggeration / self.step_m as f32;
        let east = north / lat.to_radians().cos() as f32;
        self.surface.row(lat, scratch).iter().zip(&self.fades).map(move |([height, rise_east, rise_north], column)| {
            let (p, q) = (rise_east * east, rise_north * north);
            let norm = 1.0 / (p * p + q * q + 1.0).sqrt();
            let lit: f32 = LIGHTS.iter().map(|([x, y, z], share)| share * ((z - p * x - q * y) * norm).max(0.0)).sum();
            Ground { height: *height, light: lit / 0.707 - 1.0, weight: fade * column }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spline_weights_sum_to_one_and_slopes_to_nothing() {
        for i in 0..=10 {
            let (value, slope) = spline(f64::from(i) / 10.0);
            assert!((value.iter().sum::<f32>() - 1.0).abs() < 1e-6);
            assert!(slope.iter().sum::<f32>().abs() < 1e-6);
        }
    }

    #[test]
    fn a_plane_keeps_its_height_and_slope() {
        let cells = (0..8).flat_map(|y| (0..8).map(move |x| (x * 10 - y * 3) as f32)).collect();
        let grid = Grid { west: 0.0, north: 7.0, step: 1.0, columns: 8, cells };
        let surface = Surface::new(&grid, &[2.0, 3.25, 4.5]);
        let mut scratch = Scratch::default();
        for ([value, east, north], want) in surface.row(4.0, &mut scratch).iter().zip([11.0, 23.5, 36.0]) {
            assert!((value - want).abs() < 1e-4 && (east - 10.0).abs() < 1e-4 && (north - 3.0).abs() < 1e-4, "{value}");
        }
    }

    #[test]
    fn ararat_is_the_highest_and_sevan_lies_at_1900_metres() {
        let lons = [44.298, 45.35, 43.0];
        let at = |lat: f64, column: usize| {
            let shading = Shading::new(&[lons[column]], CELL).unwrap();
            shading.row(lat, &mut Scratch::default()).next().unwrap()
        };
        assert!(at(39.702, 0).height > 4300.0, "{:?}", at(39.702, 0));
        let sevan = at(40.35, 1);
        assert!((1850.0..1950.0).contains(&sevan.height) && sevan.light.abs() < 0.02 && sevan.weight == 1.0);
        assert!(Shading::new(&[10.0, 11.0], 1.0).is_none());
        assert_eq!(at(43.49, 2).weight, at(43.49, 2).weight.min(0.01));
    }
}
