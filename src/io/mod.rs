//! What touches the disk: the project file, saving without ever leaving half a file, the journal of unsaved
//! work, settings.
//!
//! Invariants: no file is half-written ([`atomic`]); bad input is an error or a [`Finding`], never a panic; what a
//! file holds and this version cannot read is carried along and written back. There is deliberately no window and no
//! network here.

pub mod atomic;
pub mod backup;
mod database;
pub mod disk;
pub mod export;
mod finding;
pub mod holder;
pub mod import;
pub mod journal;
pub mod media;
pub mod package;
pub mod paths;
pub mod progress;
pub mod project;
pub mod seen;
pub mod settings;
pub mod tables;

pub use finding::{Finding, Severity};
