//! Tiles for a window, which never waits: it asks in every frame, and is woken when something came.
//!
//! What was asked last comes first, what nobody asks for any more is forgotten, and what failed is tried again after a rest.

use std::collections::HashMap;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tiny_skia::Pixmap;

use super::{Piece, Retry, STAND_INS, Source, TileError, TileId, Wanted};

/// Tiles made at a time.
const THREADS: usize = 4;
/// Bytes of the pixels that are kept.
const KEPT: usize = 128 << 20;
/// Tiles known of at most.
const KNOWN: usize = 8_192;
/// What was not asked for so long is not fetched any more.
const FORGOTTEN: Duration = Duration::from_secs(2);
/// The rest of a single tile after its first failure, and the longest.
const REST: Duration = Duration::from_secs(1);
const LONGEST: Duration = Duration::from_mins(5);

/// What is called, on another thread, whenever a tile came or failed.
pub type Waker = Arc<dyn Fn() + Send + Sync>;

/// How it stands with a tile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// It is there.
    Ready,
    /// It is on its way.
    Loading,
    /// The source has none.
    None,
    /// There is none for now, and why. If it is tried again, then without being told to.
    Failed(TileError),
}

/// What can be shown in the place of a tile.
#[derive(Clone, Debug)]
pub struct Asked {
    /// How it stands with the tile.
    pub state: State,
    /// The tile, or the part of the nearest coarser one that is there.
    pub shown: Option<Piece>,
}

/// How it stands with the tiles asked for lately.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Status {
    /// On their way.
    pub loading: usize,
    /// Failed.
    pub failed: usize,
    /// Why the last of them failed.
    pub why: Option<String>,
}

/// Fetches the tiles of one source on threads of its own. They end with it.
pub struct Fetcher {
    shared: Arc<Shared>,
    /// Whether tiles are made where they are asked for.
    in_place: bool,
}

struct Shared {
    source: Arc<dyn Source>,
    wake: Waker,
    known: Mutex<Known>,
    more: Condvar,
}

#[derive(Default)]
struct Known {
    tiles: HashMap<TileId, Slot>,
    wanted: Option<Wanted>,
    /// Rises when all is forgotten: what comes late for before is dropped.
    round: u64,
    bytes: usize,
    ends: bool,
    why: Option<String>,
}

struct Slot {
    asked: Instant,
    tries: u32,
    is: Is,
}

enum Is {
    Queued,
    Busy,
    Ready(Arc<Pixmap>),
    None,
    Failed(TileError, Option<Instant>),
}

impl Fetcher {
    /// Starts to fetch tiles of a source.
    pub fn new(source: Arc<dyn Source>, wake: Waker) -> Self {
        let shared = Arc::new(Shared { source, wake, known: Mutex::default(), more: Condvar::new() });
        for n in 0..THREADS {
            let shared = Arc::clone(&shared);
            // Without a single thread nothing comes, and the ground is there all the same.
            let _ = std::thread::Builder::new().name(format!("tiles {n}")).spawn(move || shared.work());
        }
        Self { shared, in_place: false }
    }

    /// The same without threads: a tile is made where it is asked for. For tests.
    pub fn in_place(source: Arc<dyn Source>) -> Self {
        let shared = Shared { source, wake: Arc::new(|| ()), known: Mutex::default(), more: Condvar::new() };
        Self { shared: Arc::new(shared), in_place: true }
    }

    /// The source.
    pub fn source(&self) -> &Arc<dyn Source> {
        &self.shared.source
    }

    /// Asks for a tile, in every frame in which it is in sight. A tile finer than the finest of the source is a part of that.
    /// When colours or density change, what rests on them is made anew.
    pub fn ask(&self, id: TileId, wanted: Wanted) -> Asked {
        let about = self.shared.source.about();
        let none = Asked { state: State::None, shown: None };
        if id.zoom < about.min_zoom {
            return none;
        }
        let beyond = id.zoom.saturating_sub(about.max_zoom);
        let Some(own) = id.ancestor(beyond) else { return none };
        let wanted = self.shared.source.rests_on(wanted);
        let mut known = self.shared.lock();
        if known.wanted.is_some_and(|w| w != wanted) {
            known.forget();
        }
        known.wanted = Some(wanted);
        let now = Instant::now();
        let mut new = false;
        let state = known.state(own, now, &mut new);
        let mut shown = None;
        let highest = STAND_INS.min(own.zoom - about.min_zoom);
        for up in 0..=highest {
            let Some(ancestor) = own.ancestor(up) else { break };
            if up > 0 && matches!(state, State::None | State::Failed(_)) {
                // Another one has to stand in for it.
                known.state(ancestor, now, &mut new);
            }
            if let Some(slot) = known.tiles.get_mut(&ancestor)
                && let Is::Ready(pixels) = &slot.is
            {
                let pixels = Arc::clone(pixels);
                slot.asked = now;
                shown = Piece::new(id, beyond + up, pixels);
                break;
            }
        }
        known.make_room();
        if new && self.in_place {
            let mut known = self.shared.one(known);
            while known.is_waited_for() {
                known = self.shared.one(known);
            }
            drop(known);
            return self.ask(id, wanted);
        }
        drop(known);
        if new {
            self.shared.more.notify_all();
        }
        Asked { state, shown }
    }

    /// Tries what failed once more: the user changed something.
    pub fn again(&self) {
        let mut known = self.shared.lock();
        known.tiles.retain(|_, slot| !matches!(slot.is, Is::Failed(..)));
        known.why = None;
    }

    /// How it stands with the tiles asked for in the last seconds.
    pub fn status(&self) -> Status {
        let known = self.shared.lock();
        let now = Instant::now();
        let mut status = Status::default();
        for slot in known.tiles.values().filter(|s| now.duration_since(s.asked) < FORGOTTEN) {
            match slot.is {
                Is::Queued | Is::Busy => status.loading += 1,
                Is::Failed(..) => status.failed += 1,
                Is::Ready(_) | Is::None => {}
            }
        }
        status.why = known.why.clone().filter(|_| status.failed > 0);
        status
    }

    /// When the next failed tile in sight is tried again; a window that rests wakes then.
    pub fn next_try(&self) -> Option<Duration> {
        let known = self.shared.lock();
        let now = Instant::now();
        let seen = known.tiles.values().filter(|s| now.duration_since(s.asked) < FORGOTTEN);
        seen.filter_map(|s| match s.is {
            Is::Failed(_, again) => again.map(|again| again.saturating_duration_since(now)),
            _ => None,
        })
        .min()
    }
}

impl Drop for Fetcher {
    fn drop(&mut self) {
        self.shared.lock().ends = true;
        self.shared.more.notify_all();
    }
}

impl Known {
    /// The state of a tile, which is queued if it has to be fetched.
    fn state(&mut self, id: TileId, now: Instant, new: &mut bool) -> State {
        let slot = self.tiles.entry(id).or_insert_with(|| {
            *new = true;
            Slot { asked: now, tries: 0, is: Is::Queued }
        });
        slot.asked = now;
        match &slot.is {
            Is::Queued | Is::Busy => State::Loading,
            Is::Ready(_) => State::Ready,
            Is::None => State::None,
            Is::Failed(_, Some(again)) if *again <= now => {
                slot.is = Is::Queued;
                *new = true;
                State::Loading
            }
            Is::Failed(error, _) => State::Failed(error.clone()),
        }
    }

    fn forget(&mut self) {
        self.tiles.clear();
        (self.bytes, self.why) = (0, None);
        self.round += 1;
    }

    /// The tile to fetch next; those that nobody asks for any more are dropped on the way.
    fn next(&mut self, now: Instant) -> Option<TileId> {
        let is_old = |slot: &Slot| matches!(slot.is, Is::Queued) && now.duration_since(slot.asked) > FORGOTTEN;
        self.tiles.retain(|_, slot| !is_old(slot));
        let queued = self.tiles.iter_mut().filter(|(_, slot)| matches!(slot.is, Is::Queued));
        // Of those asked for in the same frame the coarser ones first: they stand in for the finer ones.
        let (id, slot) = queued.max_by_key(|(id, slot)| (slot.asked, std::cmp::Reverse(id.zoom)))?;
        slot.is = Is::Busy;
        Some(*id)
    }

    /// Whether a tile waits to be fetched.
    fn is_waited_for(&self) -> bool {
        self.wanted.is_some() && self.tiles.values().any(|s| matches!(s.is, Is::Queued))
    }

    fn make_room(&mut self) {
        while self.bytes > KEPT || self.tiles.len() > KNOWN {
            let oldest = self.tiles.iter().filter(|(_, s)| !matches!(s.is, Is::Busy)).min_by_key(|(_, s)| s.asked);
            let Some(id) = oldest.map(|(id, _)| *id) else { break };
            if let Some(Slot { is: Is::Ready(pixels), .. }) = self.tiles.remove(&id) {
                self.bytes = self.bytes.saturating_sub(pixels.data().len());
            }
        }
    }

    fn came(&mut self, id: TileId, result: Result<Option<Pixmap>, TileError>, now: Instant) {
        let Some(slot) = self.tiles.get_mut(&id) else { return };
        slot.is = match result {
            Ok(Some(pixels)) => {
                slot.tries = 0;
                self.bytes += pixels.data().len();
                Is::Ready(Arc::new(pixels))
            }
            Ok(None) => Is::None,
            Err(error) => {
                let own = REST.saturating_mul(1 << slot.tries.min(16)).min(LONGEST);
                slot.tries = slot.tries.saturating_add(1);
                let again = match error.retry {
                    Retry::Later(wait) => Some(now + own.max(wait.unwrap_or_default())),
                    Retry::Never | Retry::NotAllowed => None,
                };
                self.why = Some(error.what.clone());
                Is::Failed(error, again)
            }
        };
        self.make_room();
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn work(&self) {
        let mut known = self.lock();
        while !known.ends {
            if known.is_waited_for() {
                known = self.one(known);
            } else {
                known = self.more.wait(known).unwrap_or_else(PoisonError::into_inner);
            }
        }
    }

    /// Fetches the tile that is next.
    fn one<'a>(&'a self, mut known: MutexGuard<'a, Known>) -> MutexGuard<'a, Known> {
        let (Some(id), Some(wanted)) = (known.next(Instant::now()), known.wanted) else { return known };
        let round = known.round;
        drop(known);
        let made = std::panic::AssertUnwindSafe(|| self.source.tile(id, wanted));
        let result = std::panic::catch_unwind(made)
            .unwrap_or_else(|_| Err(TileError::lasting("the tile cannot be read; the file or server is unusual")));
        known = self.lock();
        if known.round == round && !known.ends {
            known.came(id, result, Instant::now());
            drop(known);
            (self.wake)();
            known = self.lock();
        }
        known
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(zoom: u8, x: u32) -> TileId {
        TileId { zoom, x, y: 0 }
    }

    fn pixels() -> Option<Pixmap> {
        Pixmap::new(256, 256)
    }

    #[test]
    fn what_was_asked_last_comes_first_and_what_nobody_asks_for_is_forgotten() {
        let (mut known, start, mut new) = (Known::default(), Instant::now(), false);
        let later = start + Duration::from_secs(1);
        known.state(id(5, 1), start, &mut new);
        known.state(id(5, 2), later, &mut new);
        known.state(id(4, 1), later, &mut new);
        assert!(new);
        assert_eq!(known.next(later), Some(id(4, 1)), "the coarser one of a frame");
        assert_eq!(known.next(later), Some(id(5, 2)));
        assert_eq!(known.next(start + FORGOTTEN + Duration::from_millis(1)), None, "out of sight for too long");
        assert_eq!(known.tiles.len(), 2);
    }

    #[test]
    fn what_fails_is_tried_again_after_longer_and_longer_and_what_lasts_is_not() {
        let (mut known, mut now, mut new) = (Known::default(), Instant::now(), false);
        let tile = id(5, 1);
        let mut rests = Vec::new();
        for _ in 0..12 {
            assert_eq!(known.state(tile, now, &mut new), State::Loading);
            assert_eq!(known.next(now), Some(tile));
            known.came(tile, Err(TileError::passing("no")), now);
            assert!(matches!(known.state(tile, now, &mut new), State::Failed(_)));
            let Is::Failed(_, Some(again)) = known.tiles[&tile].is else { panic!() };
            rests.push((again - now).as_secs());
            now = again;
        }
        assert_eq!(rests[..4], [1, 2, 4, 8]);
        assert_eq!(rests.last(), Some(&LONGEST.as_secs()));
        let asked = TileError { what: "no".into(), retry: Retry::Later(Some(Duration::from_mins(30))) };
        known.came(tile, Err(asked), now);
        assert!(matches!(known.state(tile, now + Duration::from_mins(29), &mut new), State::Failed(_)));
        known.came(tile, Err(TileError::lasting("never")), now);
        assert!(matches!(known.state(tile, now + Duration::from_hours(9), &mut new), State::Failed(_)));
    }

    /// A source of pictures or of shapes that counts how often it is asked.
    struct Counted(super::super::About, bool, std::sync::atomic::AtomicUsize);

    impl Source for Counted {
        fn about(&self) -> &super::super::About {
            &self.0
        }

        fn rests_on(&self, wanted: Wanted) -> Wanted {
            if self.1 { wanted } else { Wanted::PICTURE }
        }

        fn tile(&self, _: TileId, _: Wanted) -> Result<Option<Pixmap>, TileError> {
            self.2.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
            Ok(pixels())
        }
    }

    #[test]
    fn other_colours_make_what_is_drawn_from_shapes_anew_and_leave_pictures_as_they_are() {
        use crate::view::Theme;
        let about = super::super::About {
            name: String::new(),
            attribution: String::new(),
            min_zoom: 0,
            max_zoom: 9,
            tile_size: 256,
        };
        for (is_shapes, times) in [(false, 1), (true, 3)] {
            let source = Arc::new(Counted(about.clone(), is_shapes, 0.into()));
            let fetcher = Fetcher::in_place(Arc::<Counted>::clone(&source));
            let mut seen = Vec::new();
            for (theme, density) in [(Theme::Light, 1.0), (Theme::Dark, 1.0), (Theme::Dark, 2.0), (Theme::Dark, 2.0)] {
                seen.push(fetcher.ask(id(5, 3), Wanted { density, theme }).shown.unwrap().pixels);
            }
            assert_eq!(source.2.load(std::sync::atomic::Ordering::SeqCst), times, "shapes: {is_shapes}");
            assert_eq!(Arc::ptr_eq(&seen[0], &seen[3]), !is_shapes, "nothing is handed to the painter again");
        }
    }

    #[test]
    fn pixels_are_kept_up_to_a_limit_those_in_sight_first() {
        let (mut known, start, mut new) = (Known::default(), Instant::now(), false);
        let most = u32::try_from(KEPT / (256 * 256 * 4)).unwrap();
        for n in 0..most + 40 {
            let now = start + Duration::from_millis(u64::from(n));
            known.state(id(9, n), now, &mut new);
            known.state(id(9, 0), now, &mut new);
            while let Some(next) = known.next(now) {
                known.came(next, Ok(pixels()), now);
            }
        }
        assert!(known.bytes <= KEPT && known.tiles.len() == most as usize, "{}", known.bytes);
        assert!(known.tiles.contains_key(&id(9, 0)) && !known.tiles.contains_key(&id(9, 1)));
        known.forget();
        assert_eq!((known.bytes, known.tiles.len(), known.round), (0, 0, 1));
    }
}
