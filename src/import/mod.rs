//! Rows of foreign tables on their way to incidents: what each column becomes, checked values, and what is not taken, why.
//!
//! The way of a file: `io` takes it apart into a [`Table`] of any format; [`guess`] proposes a [`Mapping`]; [`run`] puts
//! every row through it; [`update`] compares what came of it with a project.
//!
//! Invariants: never all or nothing, a bad row is a [`Rejected`] with its line, field, value and reason; what a file does
//! not settle is a [`Question`], never an answer; the same table gives the same incidents with the same ids every time, so
//! that a second import is an update. Pure: no disk, no clock, no window.

mod claims;
mod date;
mod guess;
mod known;
mod mapping;
mod names;
mod plan;
mod presets;
mod preview;
mod profile;
mod run;
mod table;
mod target;
pub mod update;
mod value;

pub use guess::guess;
pub use mapping::{DateOrder, Decimal, Mapping, Reading, Rule, Twice, Zero};
pub use plan::Fault;
pub use presets::Preset;
pub use preview::{Preview, again, preview, sample, settled, wrong_columns};
pub use profile::Question;
pub use run::{CAN_JOIN, Import, Rejected, Stopped, run};
pub use table::{Cells, Gather, Ground, Held, HeldRow, MAX_COLUMNS, Row, Rows, Sheets, Table, room_for_text, unlike};
pub use target::{End, Scheme, Target, Whose};
pub use update::Update;
pub use value::{left_out, shaped};

/// What a file does not settle under a mapping, where anything.
pub fn question(table: &Table, mapping: &Mapping) -> Option<Question> {
    profile::dates(table, mapping).err().or_else(|| profile::swapped(table, mapping))
}
