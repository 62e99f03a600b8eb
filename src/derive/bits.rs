//! Sets of slots, a bit each.

/// A set of slots.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Bits {
    words: Vec<u64>,
}

impl Bits {
    /// The slots below `n` for which `test` holds.
    pub(super) fn of(n: usize, mut test: impl FnMut(usize) -> bool) -> Self {
        let word = |w: usize| {
            let first = w * 64;
            (first..n.min(first + 64)).fold(0_u64, |word, i| word | u64::from(test(i)) << (i - first))
        };
        Self { words: (0..n.div_ceil(64)).map(word).collect() }
    }

    /// Whether a slot is in the set.
    pub(super) fn has(&self, slot: usize) -> bool {
        self.words.get(slot / 64).is_some_and(|w| w >> (slot % 64) & 1 > 0)
    }

    /// Puts a slot in or takes it out.
    pub(super) fn set(&mut self, slot: usize, on: bool) {
        let at = slot / 64;
        if at >= self.words.len() && on {
            self.words.resize(at + 1, 0);
        }
        if let Some(word) = self.words.get_mut(at) {
            *word = *word & !(1 << (slot % 64)) | u64::from(on) << (slot % 64);
        }
    }

    /// How many slots are in it.
    pub(super) fn len(&self) -> usize {
        self.words.iter().map(|w| w.count_ones() as usize).sum()
    }

    /// The slots of this set that overlap a stretch of time, given the columns of starts and ends.
    pub(super) fn within(&self, start: &[i64], end: &[i64], window: crate::model::Span) -> Self {
        let words = self.words.iter().zip(start.chunks(64).zip(end.chunks(64))).map(|(word, (start, end))| {
            if *word == 0 {
                return 0;
            }
            // Without a branch, so that the processor takes several at once.
            let bits = start.iter().zip(end).enumerate().fold(0_u64, |bits, (i, (s, e))| {
                bits | (u64::from(*s < window.end) & u64::from(*e > window.start)) << i
            });
            word & bits
        });
        Self { words: words.collect() }
    }

    /// The slots, rising.
    pub(super) fn iter(&self) -> impl Iterator<Item = usize> + '_ {
        self.words.iter().enumerate().flat_map(|(w, word)| {
            let mut word = *word;
            std::iter::from_fn(move || {
                let low = word.trailing_zeros() as usize;
                (word != 0).then(|| {
                    word &= word - 1;
                    w * 64 + low
                })
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_holds_what_was_put_in() {
        let mut bits = Bits::of(200, |i| i % 7 == 0);
        assert_eq!(bits.iter().collect::<Vec<_>>(), (0..200).step_by(7).collect::<Vec<_>>());
        bits.set(7, false);
        bits.set(500, true);
        assert!(!bits.has(7) && bits.has(500) && !bits.has(499) && !bits.has(100_000));
        assert_eq!(bits.len(), 29);
    }

    #[test]
    fn a_window_holds_its_first_second_and_not_the_one_after_it() {
        let (start, end) = ([0, 10, 19, 20, i64::MAX], [10, 11, 20, 30, i64::MIN]);
        let all = Bits::of(5, |_| true);
        let window = crate::model::Span { start: 10, end: 20 };
        assert_eq!(all.within(&start, &end, window).iter().collect::<Vec<_>>(), [1, 2]);
    }
}
