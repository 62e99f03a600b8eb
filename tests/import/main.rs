//! What comes in from other programs' files: the real program converts small files with every quirk.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops at the first thing that is wrong"
)]
#![allow(clippy::disallowed_methods, reason = "what a test puts into a temporary folder may be half-written")]

mod bounds;
mod convert;
mod hostile;
mod maps;
mod presets;
mod quirks;
mod tables;
mod update;
