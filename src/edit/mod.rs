//! Edits are data: a [`Command`] says what is wanted, [`Workspace::commit`] turns it into one [`Change`] that can be
//! swapped back and forth.
//!
//! Invariants: this is the only room that changes a project once it is open; one gesture is one undo step; a command that
//! would change nothing makes no step. There is deliberately no clock, no disk and no egui here.

mod bulk;
mod command;
mod drawing_edit;
mod history;
mod incident_edit;
mod logged;
mod meta_edit;
mod put;
pub mod typed;
mod workspace;

pub use bulk::{Bulk, Worked};
pub use command::{Command, Imported, MetaEdit};
pub use drawing_edit::{DrawingEdit, Reshape};
pub use history::{Change, StateId};
pub use incident_edit::{Edit, EditError};
pub use put::Put;
pub use workspace::{Revisions, Workspace};
