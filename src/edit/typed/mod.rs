//! What people type into fields, read once into checked values. Nothing is guessed silently: a text that can mean two
//! things is refused with both readings.

mod guess;
mod moment;
mod position;
mod refused;
mod when;

pub use moment::moment;
pub use position::{Format, position, show_position};
pub use refused::Refused;
pub use when::{between, read_moment, read_when};
