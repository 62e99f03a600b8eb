//! clashmap: dated, sourced incidents on a map that works without a network.
//!
//! The rooms, in the order in which data passes through them:
//!
//! | room | what it holds |
//! |---|---|
//! | [`model`] | what is recorded: projects, incidents, claims, sources, dates, places |
//!
//! Invariants are listed in each room's own documentation.
pub mod atlas;
pub mod edit;
pub mod model;
pub mod view;
