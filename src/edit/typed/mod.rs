//! What people type into fields, read once into checked values. Nothing is guessed silently: a text that can mean two
//! things is refused with both readings.

mod claim_rows;
mod moment;
mod position;
mod words;

pub use claim_rows::{Column, Defaults, Known, Pasted, PastedRow, cells, claim_rows};
pub use moment::moment;
pub use position::{Format, position, show_position};
pub use words::{Meaning, Words};
