//! The window, driven as a person drives it: by the names of controls, the keyboard and the pointer. No display, no GPU.
//!
//! The harness fails on a control without a name and on a character without a glyph; both checks stay on everywhere.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)] // The lints spare only functions marked as tests.

mod browse;
mod bulk;
mod claims;
mod dates;
mod desk;
mod drawings;
mod edit;
mod export;
mod files;
mod filters;
mod imports;
mod layers;
mod ledger;
mod log;
mod maps;
mod media;
mod quick;
mod reach;
mod recovery;
mod slides;
mod statistics;
mod timeline;
mod together;
mod writers;
