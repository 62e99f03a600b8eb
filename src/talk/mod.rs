//! The talk: slides as pages, and what is made of them: documents, pictures, animations, one file for a browser.
//!
//! | file | what it does |
//! |---|---|
//! | `seen` | a slide to what is asked and shown, and back |
//! | `prepared` | a slide with its answer, for one project |
//! | `page` | a page as a display list: the map, and the words beside it |
//! | `flow` | text into lines of a width, larger or smaller, or on several pages |
//! | `markdown` | captions to blocks of text |
//! | `figures` | what a slide shows, in one line, to tell whether it has changed |
//! | [`export`] | a talk as files, and what leaves the house with it |
//! | `paper`, `html`, `report` | PDF, one file for a browser, a document to be read |
//! | `reel` | the frames of a slide that plays, in order |
//! | `film`, `h264`, `mp4` | GIF; frames as H.264; the file around them |
//!
//! Invariant: a page is a function of project, slide, stage and the map sources that are laid over its ground, which come opened. A page is [`HEIGHT`] points high whatever it is shown on, so
//! window, PNG, PDF and browser show the same page, larger or smaller. There is deliberately no disk, no clock and no egui.

pub mod export;
mod figures;
mod film;
mod flow;
mod h264;
mod html;
mod markdown;
mod mp4;
mod page;
mod paper;
mod prepared;
mod reel;
mod report;
mod seen;

pub use figures::figures;
pub use film::Film;
pub use markdown::{Block, BlockKind, Words, blocks, plain};
pub use page::{HEIGHT, Layout, Stage, ground, layout, page};
pub use paper::Paper;
pub use prepared::{Prepared, sources};
pub use seen::{Seen, shows_maps, window_of};
