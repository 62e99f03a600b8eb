//! clashmap: dated, sourced incidents on a map that works without a network.
//!
//! The rooms, in the order in which data passes through them:
//!
//! | room | what it holds |
//! |---|---|
//! | [`model`] | what is recorded: projects, incidents, claims, sources, dates, places, the log of edits |
//! | [`edit`] | commands, the changes they make, undo and redo, what a step says of itself in the log; typed text → checked values |
//! | [`import`] | rows of foreign tables → incidents: mapping, guessing, checked values |
//! | [`mod@derive`] | questions asked of a project: filters, figures under a policy, totals, contradictions, findings |
//! | [`atlas`] | the embedded geography: boundaries with dates, toponyms, relief, water; the tiles under the map |
//! | [`tiles`] | map sources opened: tiles of files and servers, pixels and shapes, and pictures tied to the ground, under what the user allows; the only way to a network |
//! | [`io`] | the project file, saving without ever leaving half a file, the journal of unsaved work, recovery, attached files and signed packages, settings |
//! | [`view`] | what is being looked at: camera, layers, drafts, the theme |
//! | [`picture`] | the map as data, and its painters: window, SVG, raster, PDF |
//! | [`talk`] | slides as pages, and documents, pictures, animations and films made of them |
//! | [`panels`] | list, inspector, bars, dialogs: they draw what they are given and answer with actions |
//! | [`app`] | the window's shell: the order of a frame, dispatch, shortcuts, files, the map |
//! | [`cli`] | the command line: checked arguments, one file a subcommand |
//!
//! Invariants are listed in each room's own documentation.

pub mod app;
pub mod atlas;
pub mod cli;
pub mod derive;
pub mod edit;
pub mod import;
pub mod io;
pub mod model;
pub mod panels;
pub mod picture;
pub mod talk;
pub mod tiles;
pub mod view;
