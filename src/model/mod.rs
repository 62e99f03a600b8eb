//! What is recorded: a [`Project`] of [`Incident`]s, each with its [`Claim`]s, where ([`Place`]) and when ([`When`]),
//! and of [`Drawing`]s.
//!
//! Invariant: values here are pure data with checked constructors. There is deliberately no egui, no disk, no
//! clock and no serde in this folder: `io` gives the model its file format, `edit` is the only room that changes it.

mod calendar;
mod claim;
mod count;
mod drawing;
mod filters;
mod fold;
mod guarded;
mod incident;
mod kind;
mod lines;
mod log;
mod map_source;
mod media;
mod member;
mod meta;
mod moment;
mod names;
mod party;
mod place;
mod project;
mod rounded;
mod search;
mod slide;
mod slots;
mod source;
mod template;
mod when;

pub use calendar::Span;
pub use claim::{Category, Claim, Grade, Standing, Status};
pub(crate) use count::grouped;
pub use count::{Count, CountError, Range};
pub use drawing::{CornerAt, Dashes, Drawing, DrawingId, DrawingKind, Fill, Form, Ink, Style};
pub use filters::{DeadFilter, Filters, GradeFilter, Outline, SavedFilter, TagFilter};
pub use fold::{fold, fold_onto};
pub use guarded::{Guarded, Withheld, give_out, given_out};
pub use incident::{Incident, IncidentId, Uid};
pub use kind::Kind;
pub(crate) use lines::{Finds, KeptLines, Lines, Rule, Ruling};
pub use log::{Log, Logged};
pub use map_source::{ControlPoint, MOST_ZOOM, MapOrigin, MapSource, Plane, TiedPicture, UrlTiles};
pub use media::MediaState;
pub use member::{member_word, member_words};
pub use meta::{Meta, Perspective, Pin};
pub use moment::{Moment, Resolution, WhenError, ZONE_HERE_MINUTES};
pub use names::{Language, Names};
pub use party::{Party, PartyId};
pub use place::{LonLat, Place, PlaceError, Precision, Shape};
pub use project::{Kept, Placed, Project};
pub use rounded::ROUND_KM;
pub use search::Search;
pub use slide::{Beside, Extent, Plays, Reach, Role, Slide};
pub(crate) use slots::Held;
pub use source::{Source, SourceId};
pub use template::Template;
pub use when::{Bound, SetKind, When};

/// A short piece of text that is read far more often than it is changed: 16 bytes, no spare capacity.
pub type Text = Box<str>;

/// Members of a file that this version does not know: name and raw JSON, in the order of the file.
///
/// They are carried through untouched (FORMAT: unknown members survive).
pub type Extra = Vec<(Text, Text)>;
