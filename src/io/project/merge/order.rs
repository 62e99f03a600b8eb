//! Which elements three versions of a list leave, and in which order.

use std::collections::{HashMap, HashSet};
use std::hash::Hash;

/// Keys with a number added to those that stand more than once.
pub(super) fn numbered<K: Eq + Hash + Clone>(keys: impl Iterator<Item = K>) -> Vec<(K, usize)> {
    let mut times: HashMap<K, usize> = HashMap::new();
    keys.map(|key| {
        let n = times.entry(key.clone()).or_default();
        *n += 1;
        (key, *n)
    })
    .collect()
}

/// The keys of a merged list: those of one side in its order, those that only the other has behind what they stood behind
/// there. The side that moved something leads; if both did, ours.
pub(super) fn merged<'k, K: Eq + Hash>(
    base: &'k [K],
    ours: &'k [K],
    theirs: &'k [K],
    stays: impl Fn(&K) -> bool,
) -> Vec<&'k K> {
    let (lead, other) = if moved(base, ours) { (ours, theirs) } else { (theirs, ours) };
    let leading: HashSet<&K> = lead.iter().filter(|k| stays(k)).collect();
    let mut behind: HashMap<Option<&K>, Vec<&K>> = HashMap::new();
    let mut anchor = None;
    for key in other.iter().filter(|k| stays(k)) {
        if leading.contains(key) {
            anchor = Some(key);
        } else {
            behind.entry(anchor).or_default().push(key);
        }
    }
    let mut out = behind.remove(&None).unwrap_or_default();
    for key in lead.iter().filter(|k| stays(k)) {
        out.push(key);
        out.extend(behind.remove(&Some(key)).unwrap_or_default());
    }
    out
}

/// Whether what a side kept of the base stands in another order.
fn moved<K: Eq + Hash>(base: &[K], side: &[K]) -> bool {
    let (had, has): (HashSet<&K>, HashSet<&K>) = (base.iter().collect(), side.iter().collect());
    !side.iter().filter(|k| had.contains(k)).eq(base.iter().filter(|k| has.contains(k)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(base: &str, ours: &str, theirs: &str, want: &str) {
        let list = |text: &str| text.chars().collect::<Vec<_>>();
        let (base, ours, theirs) = (list(base), list(ours), list(theirs));
        let stays = |k: &char| {
            let (b, o, t) = (base.contains(k), ours.contains(k), theirs.contains(k));
            if b { o && t } else { o || t }
        };
        let got: String = merged(&base, &ours, &theirs, stays).into_iter().collect();
        assert_eq!(got, want, "{base:?} {ours:?} {theirs:?}");
    }

    #[test]
    fn additions_stay_behind_what_they_were_put_behind_and_removals_hold() {
        check("abc", "abc", "abc", "abc");
        check("abc", "abxc", "abc", "abxc");
        check("abc", "abc", "abxc", "abxc");
        check("abc", "abcx", "abcy", "abcxy");
        check("abc", "xabc", "ac", "xac");
        check("abc", "cab", "abcx", "cxab");
        check("abc", "ab", "bc", "b");
        check("", "x", "y", "xy");
    }
}
