//! What the panels remember between two frames. None of it belongs to a project.

use std::collections::BTreeMap;

use crate::edit::typed::Format;
use crate::model::{IncidentId, Kind, LonLat, MediaState, SourceId, Text};
use crate::view::{Draft, Drafts};

/// By what the list is sorted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sort {
    /// By time, earliest first.
    #[default]
    Date,
    /// By name of the place.
    Place,
    /// By the dead, most first; no figure last.
    Dead,
}

impl Sort {
    /// All, as the list offers them.
    pub const ALL: [Self; 3] = [Self::Date, Self::Place, Self::Dead];

    /// The English word.
    pub fn label(self) -> &'static str {
        match self {
            Self::Date => "Date",
            Self::Place => "Place",
            Self::Dead => "Dead",
        }
    }
}

/// What the next click on the map is for.
#[derive(Clone, Debug, PartialEq)]
pub enum Picking {
    /// A new incident of this kind.
    NewIncident(Kind),
    /// The position of this incident.
    Position(IncidentId),
    /// A corner of the area to filter by; those clicked so far.
    Area(Vec<LonLat>),
    /// The place of a point of the picture that is being tied to the ground.
    TiePoint,
    /// A corner of what is being drawn.
    Draw(super::drawing::Sketch),
}

/// The state of the panels.
#[derive(Clone, Debug, Default)]
#[allow(clippy::struct_excessive_bools)] // independent switches of independent panels
pub struct State {
    /// What is being typed in the inspector.
    pub drafts: Drafts,
    /// What the editor of filters remembers.
    pub filter: super::filters::Draft,
    /// Several incidents chosen for one change to all.
    pub chosen: crate::view::Chosen,
    /// The row of the list that was clicked last: where a choice with Shift begins.
    pub anchor: Option<IncidentId>,
    /// What is typed for such a change.
    pub bulk: super::bulk::Draft,
    /// How the list is sorted.
    pub sort: Sort,
    /// Whether the list shall scroll to the selected row.
    pub reveal: bool,
    /// The claim whose form is open.
    pub open_claim: Option<Text>,
    /// Claims being compared: the incident, the first, and the second once it is chosen.
    pub compare: Option<(IncidentId, Text, Option<Text>)>,
    /// Another version beside the project.
    pub changes: Option<super::changes::Changes>,
    /// Rows of a spreadsheet on their way into a ledger.
    pub paste: Option<super::paste::Paste>,
    /// Where claims of other incidents cover an incident.
    pub covered: super::inspector::Covered,
    /// Whether the figure of the next claim shall take the keyboard.
    pub focus_next: bool,
    /// The source whose form is open.
    pub open_source: Option<SourceId>,
    /// What became of the attached files that were looked at.
    pub media: BTreeMap<Text, MediaState>,
    /// Whether contradictions and findings are shown.
    pub findings: bool,
    /// The statistics page.
    pub statistics: super::statistics::Statistics,
    /// Whether names of the place in all languages are shown.
    pub all_names: bool,
    /// How positions are shown.
    pub format: Format,
    /// The date of knowledge being typed.
    pub as_known: Option<Draft>,
    /// What is remembered of drawings.
    pub drawing: super::drawing::State,
    /// What the next click on the map is for.
    pub picking: Option<Picking>,
    /// The note of neutrality being typed.
    pub neutrality: Option<String>,
    /// Whether the search field shall take the keyboard.
    pub focus_search: bool,
    /// Whether the first field of the open claim shall take the keyboard (a new claim).
    pub focus_claim: bool,
    /// Whether the title field shall take the keyboard (a new incident).
    pub focus_title: bool,
    /// Whether the list is folded away.
    pub hide_list: bool,
    /// Whether the inspector is folded away.
    pub hide_inspector: bool,
    /// Whether the timeline is folded away.
    pub hide_timeline: bool,
    /// The timeline: what it shows, what is being dragged and typed.
    pub timeline: super::timeline::Timeline,
    /// The slides: what is selected, and what is being typed.
    pub slides: super::slides::Slides,
    /// The map sources: what is being typed and set.
    pub maps: super::sources::State,
    /// Whether the sheet of shortcuts is shown.
    pub help: bool,
    /// The log of edits.
    pub log: super::log::State,
    /// Whether the page about the program is shown.
    pub about: bool,
    /// The order of the list as last worked out, with what it was worked out from.
    pub order: Option<super::list::Order>,
    /// All incidents in order.
    pub sorted: super::list::Sorted,
    /// What a search that goes on has found as yet.
    pub so_far: Option<super::list::SoFar>,
}

impl State {
    /// Whether a page about claims stands over the window; it closes itself by Esc and takes all keys.
    pub fn has_page(&self) -> bool {
        self.paste.is_some() || self.compare.as_ref().is_some_and(|(.., second)| second.is_some())
    }
}
