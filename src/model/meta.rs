//! What a project says of itself: title, parties, sources, and how it wants to be looked at.

use super::{Extra, MapSource, Party, PartyId, SavedFilter, Slide, Source, SourceId, Text, Uid};

/// Whose lines are drawn as they stand in law, or as they were held on the ground.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Perspective {
    /// Internationally recognised borders.
    #[default]
    DeJure,
    /// Who held the ground at the time shown.
    DeFacto,
}

impl Perspective {
    /// Both.
    pub const ALL: [Self; 2] = [Self::DeJure, Self::DeFacto];

    /// The words shown for it.
    pub fn label(self) -> &'static str {
        match self {
            Self::DeJure => "de jure",
            Self::DeFacto => "de facto",
        }
    }

    /// The id used in files and on the command line.
    pub fn id(self) -> &'static str {
        match self {
            Self::DeJure => "de-jure",
            Self::DeFacto => "de-facto",
        }
    }

    /// The value with this id.
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|p| p.id() == id)
    }
}

/// A claim chosen by hand to stand for its incident, party, status and category, with the reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pin {
    /// The incident.
    pub incident: Uid,
    /// The claim's id within it.
    pub claim: Text,
    /// Why this one.
    pub reason: Text,
}

/// Everything of a project that is not an incident or a drawing.
#[derive(Clone, Debug, PartialEq)]
pub struct Meta {
    /// Major and minor version of the file format it was read from; new projects carry the current one.
    pub format: (u16, u16),
    /// Title of the project.
    pub title: Text,
    /// A note about the project; may be empty.
    pub description: Text,
    /// Parties, in the order in which they are shown.
    pub parties: Vec<Party>,
    /// Sources, in the order of entry.
    pub sources: Vec<Source>,
    /// Which boundaries perspective the project opens with.
    pub perspective: Perspective,
    /// The note of neutrality that pictures carry; `None`: the program's own words, empty: none.
    pub neutrality: Option<Text>,
    /// Claims chosen by hand.
    pub pins: Vec<Pin>,
    /// Filters kept under a name, in the order of entry.
    pub filters: Vec<SavedFilter>,
    /// The slides of the talk, in their order.
    pub slides: Vec<Slide>,
    /// Tiles and pictures laid over the embedded ground, each over those before it.
    pub maps: Vec<MapSource>,
    /// Whether steps are noted in the project's log of edits.
    pub keeps_log: bool,
    /// Members of the root member `clashmap` this version does not know (the view of other versions among them).
    pub extra: Extra,
    /// Members of the FeatureCollection itself this version does not know.
    pub extra_root: Extra,
}

/// The version of the file format this program writes.
pub(crate) const FORMAT: (u16, u16) = (1, 0);

impl Default for Meta {
    fn default() -> Self {
        Self { parties: Party::defaults(), ..Self::silent() }
    }
}

impl Meta {
    /// The version of the file format this program writes, major and minor.
    pub const FORMAT: (u16, u16) = FORMAT;

    /// What a project says that says nothing of itself: not even parties.
    pub fn silent() -> Self {
        Self {
            format: FORMAT,
            title: Text::default(),
            description: Text::default(),
            parties: Vec::new(),
            sources: Vec::new(),
            perspective: Perspective::default(),
            neutrality: None,
            pins: Vec::new(),
            filters: Vec::new(),
            slides: Vec::new(),
            maps: Vec::new(),
            keeps_log: false,
            extra: Extra::new(),
            extra_root: Extra::new(),
        }
    }

    /// The note of neutrality that pictures carry unless the project says otherwise.
    pub const NEUTRALITY: &str = "Lines and names do not express a view on the status of any territory.";

    /// The note of neutrality that pictures of the project carry; empty: none.
    pub fn note(&self) -> &str {
        self.neutrality.as_deref().unwrap_or(Self::NEUTRALITY)
    }

    /// The party with this id.
    pub fn party(&self, id: &PartyId) -> Option<&Party> {
        self.parties.iter().find(|p| p.id == *id)
    }

    /// The filters kept under this name.
    pub fn filter(&self, name: &str) -> Option<&SavedFilter> {
        self.filters.iter().find(|f| &*f.name == name)
    }

    /// The slide with this id, and where it stands.
    pub fn slide(&self, id: &str) -> Option<(usize, &Slide)> {
        self.slides.iter().enumerate().find(|(_, s)| &*s.id == id)
    }

    /// The source with this id.
    pub fn source(&self, id: &SourceId) -> Option<&Source> {
        self.sources.iter().find(|s| s.id == *id)
    }
}
