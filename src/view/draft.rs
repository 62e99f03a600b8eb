//! What is being typed and not yet taken over. A wrong text stays here, marked, until it is put right or taken back.

use std::collections::BTreeMap;

use crate::model::{DrawingId, IncidentId, Language, SourceId, Text};

/// Whose field it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Owner {
    /// An incident's.
    Incident(IncidentId),
    /// A drawing's.
    Drawing(DrawingId),
}

impl From<IncidentId> for Owner {
    fn from(id: IncidentId) -> Self {
        Self::Incident(id)
    }
}

impl From<DrawingId> for Owner {
    fn from(id: DrawingId) -> Self {
        Self::Drawing(id)
    }
}

/// A field of the inspector in which text is typed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Field {
    /// The title.
    Title,
    /// The start of the time.
    Start,
    /// The end of the time.
    End,
    /// The name of the place in a language.
    PlaceName(Language),
    /// The position.
    Position,
    /// The radius in km.
    Radius,
    /// The weapons, separated by commas.
    Weapons,
    /// The tags, `name=value`, separated by commas.
    Tags,
    /// The notes.
    Notes,
    /// The caption of the attached file with this name.
    Caption(Text),
    /// The parent, by title.
    Parent,
    /// The figure of the next claim.
    NextFigure,
    /// About whom and what the next claim is.
    NextAbout,
    /// A source to be added, by outlet.
    AddSource,
    /// A field of the claim with this id.
    Claim(Text, ClaimField),
    /// A field of a source of the project.
    Source(SourceId, SourceField),
}

/// A field of a claim in which text is typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ClaimField {
    /// How many.
    Count,
    /// Who says it.
    Claimant,
    /// When it was published.
    Published,
    /// What time it covers.
    Period,
    /// The outlet it can be read in.
    Outlet,
    /// The chain of citation, separated by commas.
    Via,
    /// The link.
    Url,
    /// The archived link.
    Archived,
    /// The words themselves.
    Quote,
    /// The language of the words.
    Language,
    /// The Admiralty grade.
    Grade,
    /// A note.
    Note,
    /// A further incident that it covers, by title.
    Covers,
    /// Why this claim is chosen by hand; empty if it is not.
    Pin,
}

/// A field of a source in which text is typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SourceField {
    /// Who published it.
    Outlet,
    /// Headline or title.
    Title,
    /// When it was published.
    Published,
    /// Its address.
    Url,
    /// Address of an archived copy.
    Archived,
    /// Its language.
    Language,
    /// A note.
    Note,
}

impl SourceField {
    /// All, with their labels, as the form lists them.
    pub const ALL: [(Self, &'static str); 7] = [
        (Self::Outlet, "Outlet"),
        (Self::Title, "Headline"),
        (Self::Published, "Published"),
        (Self::Url, "Link"),
        (Self::Archived, "Archived"),
        (Self::Language, "Language"),
        (Self::Note, "Note"),
    ];
}

/// A reading of a refused text that can be taken instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// The words of its button: "Use 2022-09-13".
    pub label: String,
    /// The text that takes the place of what was typed.
    pub text: String,
}

/// What is wrong with a text, and what it may have been meant to be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Refusal {
    /// One sentence that says what is wrong and what is read instead.
    pub message: String,
    /// Readings to choose from. None is taken by itself.
    pub offers: Vec<Offer>,
}

impl From<String> for Refusal {
    fn from(message: String) -> Self {
        Self { message, offers: Vec::new() }
    }
}

impl From<&str> for Refusal {
    fn from(message: &str) -> Self {
        message.to_owned().into()
    }
}

/// A text being typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Draft {
    /// The text.
    pub text: String,
    /// What is wrong with it, once it was tried.
    pub error: Option<String>,
    /// What it may have been meant to be, where it was refused.
    pub offers: Vec<Offer>,
}

impl Draft {
    /// A text that was not tried yet.
    pub fn new(text: String) -> Self {
        Self { text, ..Self::default() }
    }

    /// Marks it as wrong.
    pub fn refuse(&mut self, refusal: impl Into<Refusal>) {
        let Refusal { message, offers } = refusal.into();
        (self.error, self.offers) = (Some(message), offers);
    }
}

/// All texts being typed, by whose they are and by field.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Drafts(BTreeMap<(Owner, Field), Draft>);

impl Drafts {
    /// The draft of a field, if one is open.
    pub fn get(&self, id: impl Into<Owner>, field: &Field) -> Option<&Draft> {
        self.0.get(&(id.into(), field.clone()))
    }

    /// Puts a text into a field; an earlier error is taken back.
    pub fn type_into(&mut self, id: impl Into<Owner>, field: Field, text: String) {
        self.0.insert((id.into(), field), Draft::new(text));
    }

    /// Marks a draft as wrong.
    pub fn refuse(&mut self, id: impl Into<Owner>, field: &Field, refusal: impl Into<Refusal>) {
        if let Some(draft) = self.0.get_mut(&(id.into(), field.clone())) {
            draft.refuse(refusal);
        }
    }

    /// Drops the draft of a field, and gives it back.
    pub fn take(&mut self, id: impl Into<Owner>, field: &Field) -> Option<Draft> {
        self.0.remove(&(id.into(), field.clone()))
    }

    /// All open drafts.
    pub fn iter(&self) -> impl Iterator<Item = (Owner, &Field, &Draft)> {
        self.0.iter().map(|((id, field), draft)| (*id, field, draft))
    }

    /// Whether nothing is being typed.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether an incident or a drawing has a text that was refused.
    pub fn has_error(&self, id: impl Into<Owner>) -> bool {
        let id = id.into();
        self.0.iter().any(|((i, _), d)| *i == id && d.error.is_some())
    }
}
