//! How far a long piece of work is, and the wish to stop it: shared between who works and who waits.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// How far a piece of work is. Cheap to tell and to ask; the order of what several threads tell does not matter.
#[derive(Debug, Default)]
pub struct Progress {
    done: AtomicU64,
    whole: AtomicU64,
    cancelled: AtomicBool,
}

/// For work that nobody watches.
pub(crate) static UNWATCHED: Progress = Progress::new();

/// What a reader says that was stopped on the user's wish.
pub const CANCELLED: &str = "stopped before the end, as asked";

impl Progress {
    /// Nothing done of an unknown whole.
    pub const fn new() -> Self {
        Self { done: AtomicU64::new(0), whole: AtomicU64::new(0), cancelled: AtomicBool::new(false) }
    }

    /// Says how much there is to do, in any unit that the work counts in, and that none of it is done.
    pub fn begin(&self, whole: u64) {
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
}
