//! How far a long piece of work is, what it has found so far, and the wish to stop it: shared between who works and who waits.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use crate::model::LonLat;

/// How far a piece of work is. Cheap to tell and to ask; the order of what several threads tell does not matter.
#[derive(Debug, Default)]
pub struct Progress {
    done: AtomicU64,
    whole: AtomicU64,
    cancelled: AtomicBool,
    places: Option<Mutex<Places>>,
}

/// Squares of [`Places`] to a degree: each is 5 to 7 km wide in the southern Caucasus.
const A_DEGREE: f64 = 16.0;
/// More squares than this say no more: work that finds places all over the world shows a part of them.
const MOST_SQUARES: usize = 20_000;

/// Where incidents were found so far, counted by squares of the grid of degrees.
#[derive(Clone, Debug, Default)]
pub struct Places {
    squares: HashMap<[i16; 2], u32>,
    /// How many incidents were found, with and without a place.
    pub found: usize,
}

impl Places {
    /// The side of a square in degrees.
    pub const SIDE: f64 = 1.0 / A_DEGREE;

    /// The middle of each square, and the incidents found in it.
    pub fn squares(&self) -> impl Iterator<Item = (LonLat, u32)> + '_ {
        let middle = |n: i16| (f64::from(n) + 0.5) / A_DEGREE;
        self.squares.iter().filter_map(move |([x, y], n)| Some((LonLat::new(middle(*x), middle(*y)).ok()?, *n)))
    }

    fn put(&mut self, at: LonLat) {
        let square = [at.lon(), at.lat()].map(|v| (v * A_DEGREE).floor() as i16);
        if self.squares.len() < MOST_SQUARES || self.squares.contains_key(&square) {
            *self.squares.entry(square).or_default() += 1;
        }
    }
}

/// For work that nobody watches.
pub(crate) static UNWATCHED: Progress = Progress::new();

/// What a reader says that was stopped on the user's wish.
pub const CANCELLED: &str = "stopped before the end, as asked";

impl Progress {
    /// Nothing done of an unknown whole.
    pub const fn new() -> Self {
        Self { done: AtomicU64::new(0), whole: AtomicU64::new(0), cancelled: AtomicBool::new(false), places: None }
    }

    /// The same for work whose places somebody looks at before it is done.
    pub fn with_places() -> Self {
        Self { places: Some(Mutex::default()), ..Self::new() }
    }

    /// Says where incidents were found, `None` for each without a place. Nothing where nobody looks.
    pub fn found(&self, places: impl Iterator<Item = Option<LonLat>>) {
        let Some(known) = &self.places else { return };
        let mut known = known.lock().unwrap_or_else(PoisonError::into_inner);
        for at in places {
            known.found += 1;
            if let Some(at) = at {
                known.put(at);
            }
        }
    }

    /// What was found so far; `None` where nobody looks or nothing was found.
    pub fn places(&self) -> Option<Places> {
        let known = self.places.as_ref()?.lock().unwrap_or_else(PoisonError::into_inner);
        (known.found > 0).then(|| known.clone())
    }

    /// Says how much there is to do, in any unit that the work counts in, that none of it is done and nothing found.
    pub fn begin(&self, whole: u64) {
        if let Some(known) = &self.places {
            *known.lock().unwrap_or_else(PoisonError::into_inner) = Places::default();
        }
        self.done.store(0, Ordering::Relaxed);
        self.whole.store(whole, Ordering::Relaxed);
    }

    /// Says that this much is done in all.
    pub fn reached(&self, done: u64) {
        self.done.store(done, Ordering::Relaxed);
    }

    /// Says that this much more is done.
    pub fn add(&self, more: u64) {
        self.done.fetch_add(more, Ordering::Relaxed);
    }

    /// The part that is done, 0 to 1; `None` while the whole is unknown.
    pub fn part(&self) -> Option<f32> {
        let whole = self.whole.load(Ordering::Relaxed);
        let done = self.done.load(Ordering::Relaxed);
        (whole > 0).then(|| (done as f64 / whole as f64).min(1.0) as f32)
    }

    /// Asks the work to stop at the next good moment.
    pub fn cancel(&self) {
        self.cancelled.store(true, Ordering::Relaxed);
    }

    /// Whether the work should stop.
    pub fn is_cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_known_once_the_whole_is_and_never_above_one() {
        let p = Progress::new();
        p.add(3);
        assert_eq!(p.part(), None);
        p.begin(10);
        p.add(4);
        assert_eq!(p.part(), Some(0.4));
        p.reached(40);
        assert_eq!((p.part(), p.is_cancelled()), (Some(1.0), false));
        p.cancel();
        assert!(p.is_cancelled());
    }

    #[test]
    fn places_are_counted_by_squares_where_somebody_looks() {
        let at = |lon| LonLat::new(lon, 40.0).ok();
        let found = || [at(45.0), at(45.001), at(46.0), None].into_iter();
        let unwatched = Progress::new();
        unwatched.found(found());
        assert!(unwatched.places().is_none());
        let watched = Progress::with_places();
        assert!(watched.places().is_none(), "nothing was found yet");
        watched.found(found());
        let places = watched.places().unwrap();
        let mut counts: Vec<u32> = places.squares().map(|(_, n)| n).collect();
        counts.sort_unstable();
        assert_eq!((places.found, counts), (4, vec![1, 2]));
        let is_near = |p: LonLat| (p.lon() - 46.0).abs() < 0.04 && (p.lat() - 40.0).abs() < 0.04;
        assert!(places.squares().any(|(p, n)| n == 1 && is_near(p)));
    }
}
