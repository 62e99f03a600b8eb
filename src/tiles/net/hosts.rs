//! How often and how many at a time a host is asked.
//!
//! After a failure a host is left alone for a second, after each further one for twice as long, up to five minutes, give or
//! take a quarter so that many programs do not come back at once; and as long as it asks for itself.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::{Limits, Retry, TileError};

/// Longest rest after failures.
const LONGEST: Duration = Duration::from_mins(5);
/// Longest rest that a host may ask for.
const LONGEST_ASKED: Duration = Duration::from_hours(1);

/// What is known of the hosts that were asked since the program started.
pub(super) struct Hosts {
    known: Mutex<HashMap<String, Host>>,
    left: Condvar,
    at_a_time: usize,
    rest: Duration,
    chance: RandomState,
}

#[derive(Default)]
struct Host {
    open: usize,
    failures: u32,
    resting: Option<(Instant, String)>,
}

/// The right to ask a host once.
pub(super) struct Turn<'a> {
    hosts: &'a Hosts,
    host: String,
}

impl Hosts {
    pub(super) fn new(limits: &Limits) -> Self {
        Self {
            known: Mutex::default(),
            left: Condvar::new(),
            at_a_time: limits.at_a_time,
            rest: limits.rest,
            chance: RandomState::new(),
        }
    }

    /// Waits until a host may be asked, no longer than until `until`.
    ///
    /// # Errors
    /// The host rests: when to ask again, and why it does.
    pub(super) fn turn(&self, host: &str, until: Instant) -> Result<Turn<'_>, TileError> {
        let mut known = self.lock();
        loop {
            let now = Instant::now();
            let state = known.entry(host.to_owned()).or_default();
            if let Some((end, why)) = &state.resting
                && *end > now
            {
                return Err(TileError { what: why.clone(), retry: Retry::Later(Some(*end - now)) });
            }
            if state.open < self.at_a_time {
                state.open += 1;
                return Ok(Turn { hosts: self, host: host.to_owned() });
            }
            if now >= until {
                return Err(TileError::passing(format!("{host} has too much to answer already")));
            }
            known = self.left.wait_timeout(known, until - now).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Host>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Turn<'_> {
    /// The host answered as it should.
    pub(super) fn went_well(&self) {
        if let Some(state) = self.hosts.lock().get_mut(&self.host) {
            (state.failures, state.resting) = (0, None);
        }
    }

    /// The host failed, or asked to be left alone for a while. Gives back how long it rests.
    pub(super) fn failed(&self, asked: Option<Duration>, why: &str) -> Duration {
        let mut known = self.hosts.lock();
        let state = known.entry(self.host.clone()).or_default();
        let now = Instant::now();
        let rests = state.resting.as_ref().map_or(Duration::ZERO, |(end, _)| end.saturating_duration_since(now));
        // Requests that were under way together fail together.
        let own = if rests.is_zero() {
            state.failures = state.failures.saturating_add(1);
            let rest = self.hosts.rest.saturating_mul(1 << (state.failures - 1).min(16)).min(LONGEST);
            let chance = self.hosts.chance.hash_one((&self.host, state.failures)) % 512;
            rest.mul_f64(0.75 + chance as f64 / 1_024.0)
        } else {
            rests
        };
        let rest = own.max(asked.unwrap_or_default().min(LONGEST_ASKED));
        state.resting = Some((now + rest, why.to_owned()));
        rest
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        if let Some(state) = self.hosts.lock().get_mut(&self.host) {
            state.open = state.open.saturating_sub(1);
        }
        self.hosts.left.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hosts() -> Hosts {
        Hosts::new(&Limits { at_a_time: 2, rest: Duration::from_mins(1), ..Limits::default() })
    }

    #[test]
    fn a_host_that_fails_is_left_alone_longer_and_longer_and_forgiven_when_it_answers() {
        let hosts = hosts();
        let turn = hosts.turn("h", Instant::now()).unwrap();
        let first = turn.failed(None, "no answer");
        assert!((45..=75).contains(&first.as_secs()), "{first:?}");
        assert!(turn.failed(None, "no answer") <= first, "together with the first");
        let said = hosts.turn("h", Instant::now()).err().unwrap();
        assert!(said.what == "no answer" && matches!(said.retry, Retry::Later(Some(w)) if w <= first));
        let mut rests = Vec::new();
        for _ in 0..40 {
            hosts.lock().get_mut("h").unwrap().resting = None;
            rests.push(turn.failed(None, "").as_secs());
        }
        assert!(rests[0] > 89 && rests.iter().all(|s| *s <= 375), "{rests:?}");
        turn.went_well();
        assert!(hosts.turn("h", Instant::now()).is_ok());
    }

    #[test]
    fn the_rest_a_host_asks_for_is_kept_within_reason() {
        let hosts = hosts();
        let turn = hosts.turn("h", Instant::now()).unwrap();
        assert_eq!(turn.failed(Some(Duration::from_mins(2)), ""), Duration::from_mins(2));
        assert_eq!(turn.failed(Some(Duration::from_hours(1_000_000)), ""), LONGEST_ASKED);
    }

    #[test]
    fn no_more_than_so_many_at_a_time_and_each_host_for_itself() {
        let hosts = hosts();
        let first = hosts.turn("h", Instant::now()).unwrap();
        let _second = hosts.turn("h", Instant::now()).unwrap();
        assert!(hosts.turn("h", Instant::now() + Duration::from_millis(20)).is_err());
        assert!(hosts.turn("other", Instant::now()).is_ok());
        drop(first);
        assert!(hosts.turn("h", Instant::now()).is_ok());
    }
}
