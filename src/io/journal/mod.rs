//! The journal: unsaved work, kept in the state folder edit by edit until the next successful save.
//!
//! A journal holds states, not commands: after each edit every incident, drawing and member that changed is written whole,
//! in the project's own encoding, so that a later version of the program reads it whatever its commands are. What a thing
//! was before its first change stands beside it: if the file was changed by somebody else after the crash, the work is
//! merged with it and not laid over it.
//!
//! Invariants: an edit is called kept only when it is on the disk itself; a journal that another running program writes is
//! not touched; nothing is deleted that may hold unsaved work, it is moved aside; a disk that refuses costs a message, never
//! the work. Absent on purpose: threads that touch the project (a snapshot is handed over), and the clock.

mod book;
mod content;
mod found;
mod keeper;
mod record;
mod replay;

pub use book::Book;
pub use content::Head;
pub use found::{Found, Summary, look, set_aside};
pub use keeper::Keeper;
pub use replay::{Recovered, recover};

use super::disk::Disk;

/// A disk that a thread may use.
pub type SharedDisk = std::sync::Arc<dyn Disk + Send + Sync>;

/// One edit: its running number in this window, when it was made (seconds since 1970), and what the step is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Noted {
    /// The running number; rises with every edit, undo and redo.
    pub number: u64,
    /// When, in seconds since 1970.
    pub at: i64,
    /// What the step is called: "change title", "undo: change title".
    pub label: String,
}
