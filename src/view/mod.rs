//! What is being looked at: camera, selection, layers, languages, theme. Never saved as data of a project.
//!
//! Invariant: nothing here changes a project, and there is deliberately no egui: the same view serves the window
//! and a headless export.

pub mod camera;
pub mod chosen;
pub mod draft;
pub mod flight;
pub mod layers;
pub mod playback;
pub mod search;
pub mod theme;
pub mod time_axis;
pub mod zone;

pub use camera::{Camera, Viewport};
pub use chosen::Chosen;
pub use draft::{ClaimField, Draft, Drafts, Field, Offer, Owner, Refusal, SourceField};
pub use flight::Flight;
pub use layers::{Corner, Labels, Layers, Symbols};
pub use playback::Playback;
pub use search::{looked_up, search};
pub use theme::{Colors, Rgb, Theme};
pub use time_axis::TimeAxis;
pub use zone::Zone;
