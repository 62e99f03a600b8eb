//! The `clashmap` program.
fn main() {}
