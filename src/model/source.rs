//! Sources: where a claim can be read. Entered once per project and referred to by claims.

use std::borrow::Borrow;
use std::sync::Arc;

use super::{Extra, Moment, Text};

/// A source's id, unique in the project.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SourceId(Arc<str>);

// Equal, ordered and hashed as its text.
impl Borrow<str> for SourceId {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl SourceId {
    /// An id from a file or made by the caller; taken as it is.
    pub fn new(text: &str) -> Self {
        Self(text.into())
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A publication that can be looked up: an article, a statement, a report.
#[derive(Clone, Debug, PartialEq)]
pub struct Source {
    /// The id claims refer to.
    pub id: SourceId,
    /// Who published it ("Radio Liberty", "Ministry of Defence of Azerbaijan").
    pub outlet: Text,
    /// Headline or title; may be empty.
    pub title: Text,
    /// When it was published, as exactly as known.
    pub published: Option<Moment>,
    /// Its address; may be empty. Never opened by the program itself.
    pub url: Text,
    /// Address of an archived copy; may be empty.
    pub archived: Text,
    /// BCP 47 code of its language; may be empty.
    pub language: Text,
    /// Free notes ("snapshot of January 2024").
    pub note: Text,
    /// Members this version does not know.
    pub extra: Extra,
}

impl Source {
    /// A source with an id and an outlet and nothing else.
    pub fn new(id: SourceId, outlet: &str) -> Self {
        Self {
            id,
            outlet: outlet.into(),
            title: Text::default(),
            published: None,
            url: Text::default(),
            archived: Text::default(),
            language: Text::default(),
            note: Text::default(),
            extra: Extra::new(),
        }
    }
}
