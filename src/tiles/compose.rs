//! Sources drawn over the ground of a picture that stands still.
//!
//! The tiles of a source are laid side by side in their own pixels first and drawn as one, so that no seam shows between them
//! when they are stretched or let the ground through.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use tiny_skia::{FilterQuality, Paint, Pattern, Pixmap, PixmapPaint, Rect, SpreadMode, Transform};

use super::{Piece, Retry, STAND_INS, Source, TileError, TileId, Wanted};

/// One source of a picture.
#[derive(Clone)]
pub struct Layer {
    /// What it is called, for messages.
    pub name: String,
    /// Percent.
    pub opacity: u8,
    /// The source.
    pub source: Arc<dyn Source>,
}

/// Tiles of one picture and source at most; a view of 64 megapixels has fewer.
const MOST_TILES: usize = 4_096;
/// Tiles asked for at a time.
const AT_A_TIME: usize = 6;
/// What fails for now is asked for this often, and no more after this time.
pub(super) const TRIES: u32 = 3;
const PATIENCE: Duration = Duration::from_secs(8);
/// No tile is waited for after this time.
const LONGEST: Duration = Duration::from_mins(2);
/// Pixels of the tiles of a source side by side at most.
const MOST_PIXELS: u64 = 200_000_000;

/// Draws sources over `ground`, one after the other. `world` is the part of the world's unit square that it shows (left, top,
/// right, bottom), `zoom` that of the camera. Gives back what could not be drawn, one line a source.
pub fn compose(ground: &mut Pixmap, world: [f64; 4], zoom: f64, wanted: Wanted, layers: &[Layer]) -> Vec<String> {
    let mut missing = Vec::new();
    for layer in layers {
        if let Some(short) = draw(ground, world, zoom, wanted, layer, TRIES) {
            missing.push(format!("{}: {short}", layer.name));
        }
    }
    missing
}

/// What a source fell short of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Shortfall {
    /// Tiles that failed, of how many; both 0: there is no picture of it at all.
    pub(super) failed: usize,
    pub(super) of: usize,
    /// Why, in one line.
    what: String,
}

impl Shortfall {
    fn whole(what: impl Into<String>) -> Self {
        Self { failed: 0, of: 0, what: what.into() }
    }

    /// What two pictures fell short of together.
    pub(super) fn and(self, other: &Self) -> Self {
        Self { failed: self.failed + other.failed, of: self.of + other.of, ..self }
    }
}

impl fmt::Display for Shortfall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self { of: 0, what, .. } => f.write_str(what),
            Self { failed, of, what } => write!(f, "{failed} of {of} tiles are missing: {what}"),
        }
    }
}

/// The zoom of the tiles that are drawn at a zoom of the camera and so many pixels to a point; `None` where the source has
/// nothing to show.
pub fn tile_zoom(zoom: f64, density: f32, about: &super::About) -> Option<u8> {
    let larger = if about.tile_size >= 512 { 1.0 } else { 0.0 };
    // As the map in the window rounds.
    let seen = zoom.round() - larger;
    if seen < f64::from(about.min_zoom) {
        return None;
    }
    // A picture of more pixels gets finer tiles where there are any.
    let finer = (seen + f64::from(density.max(0.25).log2().round())).max(f64::from(about.min_zoom));
    Some((finer as u8).min(about.max_zoom))
}

/// The tiles of a source in a part of the world.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cover {
    /// Their zoom.
    pub zoom: u8,
    /// Their columns.
    pub columns: Range<u32>,
    /// Their rows.
    pub rows: Range<u32>,
}

impl Cover {
    /// The tiles of a source that cover a part of the world (left, top, right, bottom in the unit square) at a zoom of the
    /// camera and so many pixels to a point; `None` where the source has nothing to show.
    ///
    /// # Errors
    /// One line: there are too many.
    pub fn new(world: [f64; 4], zoom: f64, density: f32, about: &super::About) -> Result<Option<Self>, String> {
        let Some(tile_zoom) = tile_zoom(zoom, density, about) else { return Ok(None) };
        let n = f64::from(tile_zoom).exp2();
        let [x0, y0, x1, y1] = world.map(|v| v * n);
        let column = |v: f64| v.clamp(0.0, n) as u32;
        let columns = column(x0.floor())..column(x1.ceil());
        let rows = column(y0.floor())..column(y1.ceil());
        if columns.len().saturating_mul(rows.len()) > MOST_TILES {
            return Err(format!("the picture needs more than {MOST_TILES} tiles; show less of the map"));
        }
        Ok(Some(Self { zoom: tile_zoom, columns, rows }))
    }

    /// The tiles, row by row.
    pub fn ids(&self) -> impl Iterator<Item = TileId> + use<> {
        let Self { zoom, columns, rows } = self.clone();
        rows.flat_map(move |y| columns.clone().map(move |x| TileId { zoom, x, y }))
    }
}

/// Draws one source; what fails for now is asked for `tries` times. `None`: nothing is missing.
pub(super) fn draw(
    ground: &mut Pixmap,
    world: [f64; 4],
    zoom: f64,
    wanted: Wanted,
    layer: &Layer,
    tries: u32,
) -> Option<Shortfall> {
    let cover = match Cover::new(world, zoom, wanted.density, layer.source.about()) {
        Ok(cover) => cover?,
        Err(why) => return Some(Shortfall::whole(why)),
    };
    let [x0, y0, x1, y1] = world.map(|v| v * f64::from(cover.zoom).exp2());
    let (left, top) = (cover.columns.start, cover.rows.start);
    let ids: Vec<TileId> = cover.ids().collect();
    let tiles = fetch(&*layer.source, &ids, wanted, tries);
    let failed: Vec<&TileError> = tiles.iter().filter_map(|t| t.error.as_ref()).collect();
    let (count, of) = (failed.len(), ids.len());
    let short = failed.first().map(|e| Shortfall { failed: count, of, what: e.what.clone() });
    // As many pixels as the sharpest tile has, within what the picture can show.
    let pieces = || tiles.iter().filter_map(|t| t.piece.as_ref());
    let side = pieces().map(sharpness).max().unwrap_or(0).clamp(64, 1_024);
    let (columns, rows) = (cover.columns.len() as u64, cover.rows.len() as u64);
    if pieces().next().is_some() {
        let (w, h) = (columns * u64::from(side), rows * u64::from(side));
        if w * h > MOST_PIXELS {
            return Some(Shortfall::whole("its tiles side by side are too large a picture; show less of the map"));
        }
        let Some(mut sheet) = Pixmap::new(w as u32, h as u32) else {
            return Some(Shortfall::whole("there is not enough memory for its tiles"));
        };
        for (id, piece) in ids.iter().zip(&tiles) {
            let Some(piece) = &piece.piece else { continue };
            let at = [(id.x - left) as f32 * side as f32, (id.y - top) as f32 * side as f32];
            put(piece, &mut sheet, at, side as f32);
        }
        let scale = [f64::from(ground.width()) / (x1 - x0), f64::from(ground.height()) / (y1 - y0)];
        let transform = Transform::from_row(
            (scale[0] / f64::from(side)) as f32,
            0.0,
            0.0,
            (scale[1] / f64::from(side)) as f32,
            ((f64::from(left) - x0) * scale[0]) as f32,
            ((f64::from(top) - y0) * scale[1]) as f32,
        );
        let paint = PixmapPaint {
            opacity: f32::from(layer.opacity.min(100)) / 100.0,
            quality: FilterQuality::Bilinear,
            ..PixmapPaint::default()
        };
        ground.draw_pixmap(0, 0, sheet.as_ref(), &paint, transform, None);
    }
    short
}

/// Pixels along the side of the part that is shown.
fn sharpness(piece: &Piece) -> u32 {
    (piece.pixels.width() as f32 * piece.part).ceil() as u32
}

fn put(piece: &Piece, sheet: &mut Pixmap, [x, y]: [f32; 2], side: f32) {
    let Piece { pixels, corner, part, .. } = piece;
    let [width, height] = [pixels.width() as f32, pixels.height() as f32];
    let scale = [side / (width * part), side / (height * part)];
    let transform = Transform::from_row(
        scale[0],
        0.0,
        0.0,
        scale[1],
        x - corner[0] * width * scale[0],
        y - corner[1] * height * scale[1],
    );
    let is_whole = *part == 1.0 && scale == [1.0, 1.0];
    let quality = if is_whole { FilterQuality::Nearest } else { FilterQuality::Bilinear };
    let paint = Paint {
        shader: Pattern::new(pixels.as_ref().as_ref(), SpreadMode::Pad, quality, 1.0, transform),
        anti_alias: false,
        ..Paint::default()
    };
    if let Some(rect) = Rect::from_xywh(x, y, side, side) {
        sheet.fill_rect(rect, &paint, Transform::identity(), None);
    }
}

/// What there is for a tile, and what is wrong with it.
#[derive(Default)]
struct Got {
    piece: Option<Piece>,
    error: Option<TileError>,
}

/// The tiles, several at a time; for one that there is not, the nearest coarser one that there is.
fn fetch(source: &dyn Source, ids: &[TileId], wanted: Wanted, tries: u32) -> Vec<Got> {
    let start = Instant::now();
    let next = AtomicUsize::new(0);
    let results: Vec<Mutex<Got>> = ids.iter().map(|_| Mutex::default()).collect();
    std::thread::scope(|scope| {
        for _ in 0..AT_A_TIME.min(ids.len()) {
            scope.spawn(|| {
                while let Some((id, slot)) = {
                    let n = next.fetch_add(1, Ordering::Relaxed);
                    ids.get(n).zip(results.get(n))
                } {
                    let got = get(source, *id, wanted, tries, start);
                    *slot.lock().unwrap_or_else(PoisonError::into_inner) = got;
                }
            });
        }
    });
    results.into_iter().map(|r| r.into_inner().unwrap_or_else(PoisonError::into_inner)).collect()
}

fn get(source: &dyn Source, id: TileId, wanted: Wanted, tries: u32, start: Instant) -> Got {
    let highest = id.zoom.saturating_sub(source.about().min_zoom).min(STAND_INS);
    let mut error = None;
    for up in 0..=highest {
        let Some(ancestor) = id.ancestor(up) else { break };
        // What stands in is not waited for.
        match if error.is_none() {
            patient(source, ancestor, wanted, tries, start)
        } else {
            source.tile(ancestor, wanted)
        } {
            Ok(Some(pixels)) => return Got { piece: Piece::new(id, up, Arc::new(pixels)), error },
            Ok(None) => {}
            Err(e) => error = Some(error.unwrap_or(e)),
        }
    }
    Got { piece: None, error }
}

/// A tile, asked for anew while there is hope.
fn patient(
    source: &dyn Source,
    id: TileId,
    wanted: Wanted,
    most: u32,
    start: Instant,
) -> Result<Option<Pixmap>, TileError> {
    let mut tries = 1;
    loop {
        if start.elapsed() > LONGEST {
            return Err(TileError::passing(format!("they take longer than {} minutes", LONGEST.as_secs() / 60)));
        }
        let error = match source.tile(id, wanted) {
            Err(error) if tries < most => error,
            done => return done,
        };
        let Retry::Later(wait) = error.retry else { return Err(error) };
        let wait = wait.unwrap_or(Duration::from_millis(500));
        if start.elapsed() + wait > PATIENCE {
            return Err(error);
        }
        std::thread::sleep(wait);
        tries += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::super::About;
    use super::*;
    use crate::view::Theme;

    /// A source whose tiles are of one colour each, by column; none in the third column, broken ones in the fourth.
    struct Stripes(About);

    impl Source for Stripes {
        fn about(&self) -> &About {
            &self.0
        }

        fn tile(&self, id: TileId, _: Wanted) -> Result<Option<Pixmap>, TileError> {
            let mut tile = Pixmap::new(256, 256).unwrap();
            let color = match (id.zoom, id.x) {
                (3, 2) => return Ok(None),
                (3, 3) => return Err(TileError::lasting("broken")),
                (3, 0) => [255, 0, 0],
                (3, 1) => [0, 255, 0],
                _ => [0, 0, 255],
            };
            tile.fill(tiny_skia::Color::from_rgba8(color[0], color[1], color[2], 255));
            Ok(Some(tile))
        }
    }

    fn stripes(min_zoom: u8, max_zoom: u8) -> Layer {
        let about = About { name: String::new(), attribution: String::new(), min_zoom, max_zoom, tile_size: 256 };
        Layer { name: "stripes".into(), opacity: 100, source: Arc::new(Stripes(about)) }
    }

    fn painted(world: [f64; 4], zoom: f64, layer: &Layer) -> (Vec<[u8; 3]>, Vec<String>) {
        let mut ground = Pixmap::new(400, 100).unwrap();
        ground.fill(tiny_skia::Color::WHITE);
        let wanted = Wanted { density: 1.0, theme: Theme::Light };
        let missing = compose(&mut ground, world, zoom, wanted, std::slice::from_ref(layer));
        let at = |x| ground.pixel(x, 50).map(|p| [p.red(), p.green(), p.blue()]).unwrap();
        ([50, 150, 250, 350].map(at).to_vec(), missing)
    }

    const FOUR: [f64; 4] = [0.0, 0.25, 0.5, 0.375];

    #[test]
    fn tiles_lie_where_they_belong_and_coarser_ones_stand_in() {
        let (seen, missing) = painted(FOUR, 3.2, &stripes(0, 9));
        assert_eq!(seen, [[255, 0, 0], [0, 255, 0], [0, 0, 255], [0, 0, 255]]);
        assert_eq!(missing, ["stripes: 1 of 4 tiles are missing: broken"]);
    }

    #[test]
    fn opacity_lets_the_ground_through() {
        let (seen, _) = painted(FOUR, 3.0, &Layer { opacity: 50, ..stripes(0, 9) });
        assert!(seen[0][1].abs_diff(127) <= 1 && seen[0][0] == 255, "{seen:?}");
    }

    #[test]
    fn beyond_the_finest_tiles_they_are_stretched_and_below_the_coarsest_nothing_is_drawn() {
        let (seen, _) = painted([0.0, 0.25, 0.25, 0.28125], 9.0, &stripes(0, 3));
        assert_eq!(seen, [[255, 0, 0], [255, 0, 0], [0, 255, 0], [0, 255, 0]]);
        let (seen, missing) = painted(FOUR, 3.0, &stripes(4, 9));
        assert_eq!((seen[0], missing.len()), ([255, 255, 255], 0));
    }

    #[test]
    fn dense_pictures_get_finer_tiles_and_large_tiles_coarser_ones() {
        let about = |tile_size, max_zoom| About { max_zoom, tile_size, ..stripes(2, 9).source.about().clone() };
        assert_eq!(tile_zoom(6.4, 1.0, &about(256, 9)), Some(6));
        assert_eq!(tile_zoom(6.4, 2.0, &about(256, 9)), Some(7));
        assert_eq!(tile_zoom(6.4, 1.0, &about(512, 9)), Some(5));
        assert_eq!(tile_zoom(12.0, 2.0, &about(256, 9)), Some(9));
        assert_eq!(tile_zoom(1.4, 4.0, &about(256, 9)), None);
    }
}
