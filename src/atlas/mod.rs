//! The embedded geography.

pub mod mercator;
