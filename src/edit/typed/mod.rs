//! What people type into fields, read once into checked values. Nothing is guessed silently: a text that can mean two
//! things is refused with both readings.

mod claim_rows;
mod guess;
mod moment;
mod position;
mod refused;
mod stretch;
mod when;
mod words;

pub use claim_rows::{Column, Defaults, Known, Pasted, PastedRow, cells, claim_rows};
pub use moment::moment;
pub use position::{Format, position, show_position};
pub use refused::Refused;
pub use stretch::stretch;
pub use when::{between, read_moment, read_when};
pub use words::{Meaning, Words};
