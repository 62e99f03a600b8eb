//! What is left when the power goes, the disk fails, or the program is killed: the whole old file or the whole new one.
//!
//! The short versions run with all other tests. The long ones, about ten minutes:
//! `CLASHMAP_LONG=1 cargo test --release --test crash`.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "a test stops at the first thing that is wrong"
)]
#![allow(clippy::disallowed_methods, reason = "what a test puts into a temporary folder may be half-written")]

mod faults;
mod journal;
mod kill;
mod power;
mod sim;

/// How often something is tried: a few times with all other tests, many times when asked for.
fn times(short: usize, long: usize) -> usize {
    if std::env::var_os("CLASHMAP_LONG").is_some() { long } else { short }
}

/// Numbers that look random and are the same every time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: usize) -> usize {
        // SplitMix64 (Steele, Lea, Flood 2014).
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) % n as u64) as usize
    }

    fn coin(&mut self) -> bool {
        self.below(2) == 0
    }
}
