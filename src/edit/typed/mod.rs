//! What people type into fields, read once into checked values. Nothing is guessed silently: a text that can mean two
//! things is refused with both readings.

mod moment;
mod position;

pub use moment::moment;
pub use position::{Format, position, show_position};
