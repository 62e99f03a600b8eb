//! The log of edits: who changed what, when, as far as a project keeps one.
//!
//! Invariants: entries are added and never changed; no more than [`Log::MOST`] are kept, the newest; two versions of a log put
//! together hold every entry of both once. Adding one costs the same however long the log is: snapshots share all but the
//! stretch at its end. Absent on purpose: the clock, and any way to take an entry out.

use std::collections::HashMap;
use std::sync::Arc;

use super::{Extra, Text, Uid};

/// One entry: a step that was done, taken back or done again.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Logged {
    /// When, in seconds since 1970, UTC.
    pub at: i64,
    /// Who, and where: "anna on desk-3". What that person's program said, no proof.
    pub who: Text,
    /// What the step is called: "change title", "undo: change title".
    pub step: Text,
    /// The incident or drawing, if it was one alone.
    pub uid: Option<Uid>,
    /// How many incidents and drawings the step touched.
    pub things: u32,
    /// What the incident or drawing was called then, shortened; empty where it was not one alone.
    pub title: Text,
    /// The fields that differ, by their names in the file: `title`, `place.position`, `claims.c1.count`.
    pub fields: Vec<Text>,
    /// What the one field held before; empty where it held nothing, is long, or there are several.
    pub before: Text,
    /// What it held afterwards; empty as well where it held nothing, is long, or there are several.
    pub after: Text,
    /// Members this version does not know.
    pub extra: Extra,
}

impl Logged {
    /// The most characters of a text of an entry.
    pub const LONGEST: usize = 300;
    /// The most fields of an entry.
    pub const MOST_FIELDS: usize = 40;

    /// Whether it has the size that entries have.
    pub fn is_bounded(&self) -> bool {
        let uid = self.uid.as_ref().map_or("", Uid::as_str);
        let texts = [&*self.who, &self.step, uid, &self.title, &self.before, &self.after];
        let fits = |text: &str| text.len() <= Self::LONGEST || text.chars().nth(Self::LONGEST).is_none();
        self.fields.len() <= Self::MOST_FIELDS
            && texts.into_iter().chain(self.fields.iter().map(|f| &**f)).all(fits)
            && self.extra.iter().map(|(key, raw)| key.len() + raw.len()).sum::<usize>() <= 4 * Self::LONGEST
    }

    /// The entry as it may be given out where nobody asked for what is sensitive: who, when, which step and which fields, but
    /// nothing of what stood in them, and no incident but those of which `goes` says so.
    #[must_use]
    pub fn redacted(&self, goes: impl FnOnce(&Uid) -> bool) -> Self {
        let uid = self.uid.clone().filter(goes);
        let Self { at, who, step, things, fields, .. } = self.clone();
        Self { at, who, step, uid, things, fields, ..Self::default() }
    }
}

/// Entries to a stretch. One that is shared with a snapshot is copied when an entry is added: so many pointers.
const PART: usize = 128;

/// A stretch of the log.
type Part = Vec<Arc<Logged>>;

/// The entries, the oldest first. Cloning it is a snapshot and costs nothing.
#[derive(Clone, Debug, Default)]
pub struct Log {
    /// All but the first and the last hold [`PART`] entries; none is empty.
    parts: Arc<Vec<Arc<Part>>>,
}

impl Log {
    /// The most entries that are kept.
    pub const MOST: usize = 10_000;

    /// How many entries there are.
    pub fn len(&self) -> usize {
        match self.parts.as_slice() {
            [] => 0,
            [one] => one.len(),
            [first, between @ .., last] => first.len() + between.len() * PART + last.len(),
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }

    /// The entries, the oldest first.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Arc<Logged>> {
        self.parts.iter().flat_map(|part| part.iter())
    }

    /// The entry of this number, counted from 0 at the oldest.
    pub fn get(&self, n: usize) -> Option<&Logged> {
        let first = self.parts.first()?.len();
        let (part, n) = n.checked_sub(first).map_or((0, n), |rest| (1 + rest / PART, rest % PART));
        self.parts.get(part)?.get(n).map(|entry| &**entry)
    }

    /// Adds an entry; of a full log the oldest goes.
    pub fn push(&mut self, entry: Arc<Logged>) {
        let is_full = self.len() >= Self::MOST;
        let parts = Arc::make_mut(&mut self.parts);
        if let Some(part) = parts.last_mut().filter(|part| part.len() < PART) {
            Arc::make_mut(part).push(entry);
        } else {
            let mut part = Vec::with_capacity(PART);
            part.push(entry);
            parts.push(Arc::new(part));
        }
        if is_full && let Some(first) = parts.first_mut() {
            Arc::make_mut(first).remove(0);
            if first.is_empty() {
                parts.remove(0);
            }
        }
    }

    /// Whether two logs are one and the same, by what they share. Logs that say `false` may still be equal.
    pub fn is_same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.parts, &other.parts) || (self.is_empty() && other.is_empty())
    }

    /// The entries that were added since `earlier`; all of them where this is no later state of it.
    pub fn since(&self, earlier: &Self) -> Vec<Arc<Logged>> {
        let Some(last) = earlier.iter().next_back() else { return self.iter().cloned().collect() };
        let new: Vec<_> = self.iter().rev().take_while(|entry| !Arc::ptr_eq(entry, last)).cloned().collect();
        let shared = self.len() - new.len();
        let tail = earlier.iter().skip(earlier.len().saturating_sub(shared));
        let follows = self.iter().take(shared).zip(tail).all(|(a, b)| Arc::ptr_eq(a, b));
        if (1..=earlier.len()).contains(&shared) && follows {
            new.into_iter().rev().collect()
        } else {
            self.iter().cloned().collect()
        }
    }

    /// Both put together in the order of time, each entry once. Where one has nothing that the other has not, that is the other
    /// as it is.
    #[must_use]
    pub fn joined(&self, other: &Self) -> Self {
        if self.is_same(other) || other.is_empty() {
            return self.clone();
        }
        // The same may have been done twice within one second: so many times as the one or the other says.
        let mut here: HashMap<&Logged, usize> = HashMap::new();
        self.iter().for_each(|entry| *here.entry(entry).or_default() += 1);
        let is_new = |entry: &&Arc<Logged>| match here.get_mut(&***entry) {
            Some(n) if *n > 0 => {
                *n -= 1;
                false
            }
            _ => true,
        };
        let new: Vec<Arc<Logged>> = other.iter().filter(is_new).cloned().collect();
        if new.is_empty() {
            return self.clone();
        }
        if new.len() == other.len() && self.is_empty() {
            return other.clone();
        }
        let mut all: Vec<Arc<Logged>> = self.iter().cloned().chain(new).collect();
        // What one person did in one second stays in its order; whose side is ours makes no difference to that of several.
        all.sort_by(|a, b| (a.at, &a.who).cmp(&(b.at, &b.who)));
        all.into_iter().collect()
    }
}

impl FromIterator<Arc<Logged>> for Log {
    fn from_iter<T: IntoIterator<Item = Arc<Logged>>>(entries: T) -> Self {
        let mut log = Self::default();
        entries.into_iter().for_each(|entry| log.push(entry));
        log
    }
}

impl PartialEq for Log {
    fn eq(&self, other: &Self) -> bool {
        self.is_same(other) || (self.len() == other.len() && self.iter().eq(other.iter()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(at: i64, step: &str) -> Arc<Logged> {
        Arc::new(Logged { at, who: "anna".into(), step: step.into(), ..Logged::default() })
    }

    fn log(entries: &[(i64, &str)]) -> Log {
        entries.iter().map(|(at, step)| entry(*at, step)).collect()
    }

    fn steps(log: &Log) -> Vec<&str> {
        log.iter().map(|e| &*e.step).collect()
    }

    #[test]
    fn the_newest_are_kept_in_order_and_each_is_found_by_its_number() {
        let mut all = Log::default();
        for n in 0..Log::MOST + 300 {
            all.push(entry(n as i64, "x"));
            assert_eq!(all.len(), (n + 1).min(Log::MOST));
        }
        let numbers: Vec<i64> = all.iter().map(|e| e.at).collect();
        assert_eq!(numbers, (300..Log::MOST as i64 + 300).collect::<Vec<_>>());
        assert!((0..Log::MOST).all(|n| all.get(n).unwrap().at == numbers[n]));
        assert!(all.get(Log::MOST).is_none() && Log::default().get(0).is_none());
    }

    #[test]
    fn a_snapshot_does_not_see_later_entries_and_shares_all_but_the_end() {
        let mut now: Log = (0..1000).map(|n| entry(n, "x")).collect();
        let before = now.clone();
        assert!(before.is_same(&now));
        now.push(entry(1000, "y"));
        assert_eq!((before.len(), now.len(), before == now), (1000, 1001, false));
        let shared = now.parts.iter().zip(before.parts.iter()).filter(|(a, b)| Arc::ptr_eq(a, b)).count();
        assert_eq!(shared, before.parts.len() - 1);
    }

    #[test]
    fn what_was_added_since_is_told_and_of_a_log_from_elsewhere_all() {
        let mut now = log(&[(1, "a"), (2, "b")]);
        let before = now.clone();
        assert!(now.since(&before).is_empty());
        assert_eq!(now.since(&Log::default()).len(), 2);
        now.push(entry(3, "c"));
        assert_eq!(now.since(&before).iter().map(|e| &*e.step).collect::<Vec<_>>(), ["c"]);
        assert_eq!(now.since(&log(&[(1, "a"), (2, "b")])).len(), 3, "equal, but not the same");
        // Entries of somebody else came in between.
        let between = before.joined(&log(&[(1, "z")]));
        assert_eq!(between.since(&before).len(), 3);
        let mut full = Log::default();
        (0..Log::MOST as i64).for_each(|n| full.push(entry(n, "x")));
        let before = full.clone();
        (0..5).for_each(|n| full.push(entry(n, "new")));
        assert_eq!(full.since(&before).len(), 5, "also where the oldest are gone");
    }

    #[test]
    fn two_logs_put_together_hold_each_entry_once_in_order_of_time_whichever_is_ours() {
        let base = [(1, "a"), (2, "b"), (2, "b")];
        let ours = log(&[&base[..], &[(5, "ours")]].concat());
        let theirs = log(&[&base[..], &[(4, "theirs"), (5, "theirs too")]].concat());
        assert_eq!(steps(&ours.joined(&theirs)), ["a", "b", "b", "theirs", "ours", "theirs too"]);
        let sorted = |log: Log| {
            let mut all: Vec<String> = log.iter().map(|e| format!("{} {}", e.at, e.step)).collect();
            all.sort();
            all
        };
        assert_eq!(sorted(ours.joined(&theirs)), sorted(theirs.joined(&ours)));
        assert!(ours.joined(&log(&base)).is_same(&ours), "nothing new: as it is");
        assert!(Log::default().joined(&ours).is_same(&ours));
        let both = ours.joined(&theirs);
        assert!(both.joined(&ours).is_same(&both) && both.joined(&theirs).is_same(&both));
    }

    #[test]
    fn what_is_given_out_unasked_says_nothing_of_values_or_of_incidents_that_stay() {
        let whole = Logged {
            at: 7,
            who: "anna".into(),
            step: "change title".into(),
            uid: Some(Uid::new("a")),
            things: 1,
            title: "t".into(),
            fields: vec!["title".into()],
            before: "x".into(),
            after: "y".into(),
            extra: vec![("more".into(), "1".into())],
        };
        let given = whole.redacted(|_| true);
        let cut = Logged { title: "".into(), before: "".into(), after: "".into(), extra: Vec::new(), ..whole.clone() };
        assert_eq!(given, cut);
        assert_eq!(whole.redacted(|_| false).uid, None);
        assert!(whole.is_bounded() && !Logged { who: "é".repeat(301).into(), ..whole }.is_bounded());
    }
}
