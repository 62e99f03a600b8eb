//! Tiles of the embedded base map for [`walkers`], painted on worker threads.
//!
//! Invariants: [`EmbeddedTiles::at`] never waits for a tile; while one is being painted a coarser one stands in, and
//! after a change of colours the old one. Workers sleep when nothing is asked for. A tile that fails to be painted
//! stays a stand-in and takes nothing else down.

use std::collections::{HashMap, HashSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, LazyLock, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use egui::{ColorImage, Rect, TextureHandle, TextureOptions, pos2};
use walkers::sources::Attribution;
use walkers::{Stats, Tile, TileId, TilePiece, Tiles};

use super::base::{BaseColors, paint_base};
use super::line::WorldRect;

/// The zoom of the finest tiles; beyond it they are stretched.
const MAX_ZOOM: u8 = 18;
/// Tiles up to this zoom are kept always, so that there is a stand-in everywhere.
const KEPT_ZOOM: u8 = 2;
/// Requests waiting at most; a screen shows fewer than half as many.
const QUEUE_LENGTH: usize = 256;
/// Texture memory in bytes beyond which tiles not on screen are dropped.
const CACHE_BYTES: usize = 192 << 20;
/// Textures handed to the painter in one pass at most, so that a pass stays short.
const UPLOADS_A_PASS: usize = 16;
/// How long a finished tile waits for others to share a frame with.
const SHARED_FRAME: Duration = Duration::from_millis(100);
/// How long nothing must have been asked for before the lowest zooms are painted.
const REST: Duration = Duration::from_millis(700);
/// A request not repeated for this many passes has left the screen.
const STALE_PASSES: u64 = 3;

static ATTRIBUTION: LazyLock<String> = LazyLock::new(|| super::atlas().attribution());

/// The embedded base map as a tile source. Cheap to ask every frame; dropping it ends its workers.
pub struct EmbeddedTiles {
    shared: Arc<Shared>,
    ctx: egui::Context,
    cache: HashMap<TileId, Cached>,
    bytes: usize,
    failed: HashSet<(TileId, u64)>,
    style: Style,
    pass: u64,
}

struct Cached {
    texture: TextureHandle,
    generation: u64,
    used: u64,
    bytes: usize,
}

/// How tiles are to be painted; a new generation makes all earlier tiles stand-ins.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Style {
    colors: BaseColors,
    px: u32,
    generation: u64,
}

impl EmbeddedTiles {
    /// Starts the workers and has them paint the world at the lowest zooms.
    pub fn new(ctx: egui::Context, colors: BaseColors) -> Self {
        let style = Style { colors, px: tile_px(ctx.pixels_per_point()), generation: 0 };
        let shared = Arc::new(Shared { state: Mutex::new(State::new(style)), wake: Condvar::new() });
        let cores = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
        for number in 0..cores.saturating_sub(1).clamp(1, 4) {
            let (shared, ctx) = (Arc::clone(&shared), ctx.clone());
            // Without a thread (the system is at its limit) the map stays plain; the others still work.
            let _ = std::thread::Builder::new().name(format!("tiles-{number}")).spawn(move || work(&shared, &ctx));
        }
        Self { shared, ctx, cache: HashMap::new(), bytes: 0, failed: HashSet::new(), style, pass: 0 }
    }

    /// Changes the colours. What is on screen stays until the new tiles are there.
    pub fn set_colors(&mut self, colors: BaseColors) {
        if colors != self.style.colors {
            self.restyle(colors, self.style.px);
        }
    }

    /// Whether every tile asked for so far has been painted.
    pub fn is_complete(&self) -> bool {
        let state = self.shared.lock();
        state.queue.is_empty() && state.busy.is_empty() && state.done.is_empty()
    }

    fn restyle(&mut self, colors: BaseColors, px: u32) {
        self.style = Style { colors, px, generation: self.style.generation + 1 };
        self.failed.clear();
        let mut state = self.shared.lock();
        state.style = self.style;
        state.queue.clear();
        state.backfill = backfill();
        drop(state);
        self.shared.wake.notify_all();
        self.ctx.request_repaint();
    }

    /// Once a pass: takes over what has been painted and makes room.
    fn begin_pass(&mut self) {
        let pass = self.ctx.cumulative_pass_nr() + 1;
        if pass == self.pass {
            return;
        }
        self.pass = pass;
        let px = tile_px(self.ctx.pixels_per_point());
        if px != self.style.px {
            self.restyle(self.style.colors, px);
        }
        let (done, more) = {
            let mut state = self.shared.lock();
            state.pass = pass;
            let n = state.done.len().min(UPLOADS_A_PASS);
            let done: Vec<Done> = state.done.drain(..n).collect();
            (done, !state.done.is_empty())
        };
        for Done { id, generation, image } in done {
            let Some(image) = image else {
                self.failed.insert((id, generation));
                continue;
            };
            let bytes = image.pixels.len() * 4;
            let texture = self.ctx.load_texture("atlas tile", image, TextureOptions::LINEAR);
            let cached = Cached { texture, generation, used: pass, bytes };
            self.bytes += bytes;
            if let Some(old) = self.cache.insert(id, cached) {
                self.bytes -= old.bytes;
            }
        }
        if more {
            self.ctx.request_repaint();
        }
        if self.bytes > CACHE_BYTES {
            self.make_room(pass);
        }
    }

    fn make_room(&mut self, pass: u64) {
        let mut old: Vec<(u64, TileId)> = self
            .cache
            .iter()
            .filter(|(id, tile)| id.zoom > KEPT_ZOOM && tile.used + STALE_PASSES < pass)
            .map(|(id, tile)| (tile.used, *id))
            .collect();
        old.sort_unstable_by_key(|(used, _)| *used);
        for (_, id) in old {
            if self.bytes <= CACHE_BYTES {
                break;
            }
            if let Some(tile) = self.cache.remove(&id) {
                self.bytes -= tile.bytes;
            }
        }
    }

    fn request(&self, id: TileId) {
        if self.failed.contains(&(id, self.style.generation)) {
            return;
        }
        if self.shared.lock().ask(id, self.pass) {
            self.shared.wake.notify_one();
        }
    }

    fn cached(&mut self, id: TileId) -> Option<&Cached> {
        let tile = self.cache.get_mut(&id)?;
        tile.used = self.pass;
        Some(tile)
    }
}

impl Tiles for EmbeddedTiles {
    fn at(&mut self, tile_id: TileId) -> Option<TilePiece> {
        self.begin_pass();
        let wanted = tile_id.zoom.saturating_sub(MAX_ZOOM);
        let (own, _) = ancestor(tile_id, wanted)?;
        let generation = self.style.generation;
        if self.cache.get(&own).is_none_or(|tile| tile.generation != generation) {
            self.request(own);
        }
        for up in wanted..=tile_id.zoom {
            let (id, uv) = ancestor(tile_id, up)?;
            if let Some(tile) = self.cached(id) {
                return Some(TilePiece::new(Tile::Raster(tile.texture.clone()), uv));
            }
        }
        None
    }

    fn attribution(&self) -> Attribution {
        Attribution { text: &ATTRIBUTION, url: "", logo_light: None, logo_dark: None }
    }

    fn tile_size(&self) -> u32 {
        256
    }

    fn stats(&self) -> Stats {
        Stats { in_progress: self.shared.lock().busy.len() }
    }
}

impl Drop for EmbeddedTiles {
    fn drop(&mut self) {
        self.shared.lock().closed = true;
        self.shared.wake.notify_all();
    }
}

/// Pixels along the side of a 256-point tile. The map stretches tiles by up to √2 between two zooms; at one pixel a
/// point, where that would be seen, tiles are painted a quarter larger.
fn tile_px(pixels_per_point: f32) -> u32 {
    match pixels_per_point {
        p if p <= 1.1 => 320,
        p if p <= 1.6 => 448,
        p if p <= 2.1 => 512,
        _ => 768,
    }
}

/// The tile `up` zooms above a tile, and the part of it that the tile covers.
fn ancestor(id: TileId, up: u8) -> Option<(TileId, Rect)> {
    let zoom = id.zoom.checked_sub(up)?;
    let parent = TileId { x: id.x.checked_shr(up.into())?, y: id.y.checked_shr(up.into())?, zoom };
    let size = (-f32::from(up)).exp2();
    let (x, y) = ((id.x - (parent.x << up)) as f32 * size, (id.y - (parent.y << up)) as f32 * size);
    Some((parent, Rect::from_min_max(pos2(x, y), pos2(x + size, y + size))))
}

/// The tiles that are always kept, in the order in which they are taken: last first.
fn backfill() -> Vec<TileId> {
    let mut tiles = Vec::new();
    for zoom in (0..=KEPT_ZOOM).rev() {
        for y in 0..1 << zoom {
            tiles.extend((0..1 << zoom).map(|x| TileId { x, y, zoom }));
        }
    }
    tiles
}

struct Shared {
    state: Mutex<State>,
    wake: Condvar,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        // A worker paints without the lock, so what it protects is whole even after a panic.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

struct State {
    queue: Vec<Job>,
    backfill: Vec<TileId>,
    busy: HashSet<TileId>,
    done: Vec<Done>,
    style: Style,
    pass: u64,
    closed: bool,
}

struct Job {
    id: TileId,
    pass: u64,
}

struct Done {
    id: TileId,
    generation: u64,
    image: Option<ColorImage>,
}

impl State {
    fn new(style: Style) -> Self {
        Self {
            queue: Vec::new(),
            backfill: backfill(),
            busy: HashSet::new(),
            done: Vec::new(),
            style,
            pass: 0,
            closed: false,
        }
    }

    /// Notes that a tile is wanted in this pass; whether it is a new request.
    fn ask(&mut self, id: TileId, pass: u64) -> bool {
        if self.busy.contains(&id) || self.done.iter().any(|d| d.id == id && d.generation == self.style.generation) {
            return false;
        }
        if let Some(job) = self.queue.iter_mut().find(|j| j.id == id) {
            job.pass = pass;
            return false;
        }
        if self.queue.len() >= QUEUE_LENGTH {
            self.queue.remove(0);
        }
        self.queue.push(Job { id, pass });
        true
    }

    /// What to paint next: the one tile that covers the world, then what the latest pass asked for, in its order (the
    /// middle of the screen comes first), then, if the worker has `rested`, the lowest zooms. Requests that have left the screen are dropped.
    fn next(&mut self, rested: bool) -> Option<TileId> {
        let id = self.pick(rested)?;
        self.backfill.retain(|b| *b != id);
        self.queue.retain(|j| j.id != id);
        self.busy.insert(id);
        Some(id)
    }

    fn pick(&mut self, rested: bool) -> Option<TileId> {
        let pass = self.pass;
        self.queue.retain(|job| job.pass + STALE_PASSES >= pass);
        let newest = self.queue.iter().map(|j| j.pass).max();
        let wanted = self.queue.iter().find(|j| Some(j.pass) == newest).map(|j| j.id);
        match self.backfill.last() {
            Some(whole) if whole.zoom == 0 => Some(*whole),
            _ => wanted.or(self.backfill.last().copied().filter(|_| rested)),
        }
    }
}

fn work(shared: &Shared, ctx: &egui::Context) {
    loop {
        let (id, style, asked) = {
            let mut state = shared.lock();
            let mut rested = false;
            loop {
                if state.closed {
                    return;
                }
                if let Some(id) = state.next(rested) {
                    break (id, state.style, !rested);
                }
                // The lowest zooms can wait until nothing else is to be done, the start of the program above all.
                if state.backfill.is_empty() {
                    state = shared.wake.wait(state).unwrap_or_else(PoisonError::into_inner);
                } else {
                    let woken = shared.wake.wait_timeout(state, REST);
                    let (guard, timeout) = woken.unwrap_or_else(PoisonError::into_inner);
                    (state, rested) = (guard, timeout.timed_out());
                }
            }
        };
        let image = catch_unwind(AssertUnwindSafe(|| paint(id, &style))).ok();
        let mut state = shared.lock();
        state.busy.remove(&id);
        // Painted in colours that have changed meanwhile: still better than nothing, and asked for again.
        state.done.push(Done { id, generation: style.generation, image });
        let rest = state.queue.len() + state.busy.len();
        drop(state);
        if !asked {
            // Nobody waits for it; it is taken over with the next frame that has another reason.
            continue;
        }
        // A frame for each tile would paint the whole window dozens of times; several tiles share one.
        if rest == 0 {
            ctx.request_repaint();
        } else {
            ctx.request_repaint_after(SHARED_FRAME);
        }
    }
}

fn paint(id: TileId, style: &Style) -> ColorImage {
    let px = if id.zoom <= KEPT_ZOOM { 256 } else { style.px };
    let area = WorldRect::of_tile(id.x, id.y, id.zoom);
    let map = paint_base(area, px, px, px as f32 / 256.0, f64::from(id.zoom), &style.colors);
    ColorImage::from_rgba_premultiplied([px as usize, px as usize], map.data())
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;

    fn id(x: u32, y: u32, zoom: u8) -> TileId {
        TileId { x, y, zoom }
    }

    fn state() -> State {
        State::new(Style { colors: BaseColors::PRINT, px: 256, generation: 0 })
    }

    #[test]
    fn a_stand_in_shows_the_part_that_the_tile_covers() {
        let (parent, uv) = ancestor(id(5, 6, 3), 1).unwrap();
        assert_eq!((parent, uv), (id(2, 3, 2), Rect::from_min_max(pos2(0.5, 0.0), pos2(1.0, 0.5))));
        let (parent, uv) = ancestor(id(5, 6, 3), 3).unwrap();
        assert_eq!((parent, uv.min, uv.width()), (id(0, 0, 0), pos2(0.625, 0.75), 0.125));
        assert_eq!(ancestor(id(5, 6, 3), 4), None);
        assert_eq!(ancestor(id(5, 6, 3), 0), Some((id(5, 6, 3), Rect::from_min_max(pos2(0.0, 0.0), pos2(1.0, 1.0)))));
    }

    #[test]
    fn the_world_comes_first_then_the_latest_pass_then_the_lowest_zooms() {
        let mut state = state();
        state.pass = 2;
        assert!(state.ask(id(1, 1, 7), 1));
        assert!(state.ask(id(2, 2, 7), 2));
        assert!(state.ask(id(3, 3, 7), 2));
        assert!(!state.ask(id(3, 3, 7), 2), "asked for already");
        let order: Vec<TileId> = std::iter::from_fn(|| state.next(true)).take(5).collect();
        assert_eq!(order[..4], [id(0, 0, 0), id(2, 2, 7), id(3, 3, 7), id(1, 1, 7)]);
        assert_eq!(order[4].zoom, 1);
        assert!(!state.ask(id(2, 2, 7), 3), "being painted");
    }

    #[test]
    fn requests_that_left_the_screen_are_dropped_and_the_queue_is_bounded() {
        let mut state = state();
        state.backfill.clear();
        for x in 0..1000 {
            state.ask(id(x, 0, 10), 1);
        }
        assert_eq!(state.queue.len(), QUEUE_LENGTH);
        state.pass = 9;
        assert_eq!(state.next(true), None);
    }

    /// Asks for a tile, a pass at a time, until `enough` is content with the answer.
    fn wait(tiles: &mut EmbeddedTiles, tile: TileId, enough: impl Fn(&EmbeddedTiles, Option<TilePiece>) -> bool) {
        let ctx = tiles.ctx.clone();
        let start = Instant::now();
        loop {
            let mut happy = false;
            let mut output = ctx.run_ui(egui::RawInput::default(), |_| {
                let piece = tiles.at(tile);
                happy = enough(tiles, piece);
            });
            output.textures_delta.clear();
            if happy {
                return;
            }
            assert!(start.elapsed() < Duration::from_mins(1), "the tile never came");
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    #[test]
    fn a_tile_comes_and_until_then_and_across_a_change_of_colours_something_stands_in() {
        let mut tiles = EmbeddedTiles::new(egui::Context::default(), BaseColors::PRINT);
        let tile = id(80, 48, 7);
        assert!(tiles.at(tile).is_none(), "nothing has been painted yet");
        wait(&mut tiles, tile, |_, piece| piece.is_some());
        wait(&mut tiles, tile, |t, _| t.cache.contains_key(&tile));
        tiles.set_colors(BaseColors { land: [1, 2, 3], ..BaseColors::PRINT });
        wait(&mut tiles, tile, |t, piece| {
            assert!(piece.is_some(), "the old tile stays until the new one is there");
            t.cache.get(&tile).is_some_and(|c| c.generation == 1)
        });
        assert!(tiles.at(id(80 << 13, 48 << 13, 20)).is_some(), "beyond the finest zoom a coarser tile is stretched");
        assert!(!tiles.attribution().text.is_empty());
    }
}
