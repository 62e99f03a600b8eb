//! An incident: something that happened or was said, at a place and a time, with the claims made about it.

use std::sync::Arc;

use super::{Claim, Extra, Kind, PartyId, Place, SourceId, Text, When};

/// The id of an incident in files, stable for ever and unique in a project.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Uid(Arc<str>);

impl Uid {
    /// An id from a file or made by the caller; taken as it is.
    pub fn new(text: &str) -> Self {
        Self(text.into())
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The slot of an incident in a [`super::Project`] while it is open. Never written to a file.
// Slots are never reused: undo and the spatial grid both remember them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct IncidentId(pub u32);

/// Something that happened or was said.
#[derive(Clone, Debug, PartialEq)]
pub struct Incident {
    /// Its id in files.
    pub uid: Uid,
    /// The sort of thing it is.
    pub kind: Kind,
    /// A short neutral title.
    pub title: Text,
    /// When, as exactly as known; `None` if unknown.
    pub when: Option<When>,
    /// Where, as exactly as known.
    pub place: Place,
    /// The incident of which this is a part. A parent's claims and its children's are never added together.
    pub parent: Option<Uid>,
    /// The parties involved.
    pub parties: Vec<PartyId>,
    /// Weapons named in the sources.
    pub weapons: Vec<Text>,
    /// The claims about casualties, in the order of entry.
    pub claims: Vec<Claim>,
    /// Sources for the incident itself.
    pub sources: Vec<SourceId>,
    /// Attached files, relative to the project's media folder.
    pub media: Vec<Text>,
    /// What attached files were called where they came from: file and name.
    pub media_names: Vec<(Text, Text)>,
    /// Captions of attached files: file and words.
    pub media_captions: Vec<(Text, Text)>,
    /// Tags: name and value (the value may be empty).
    pub tags: Vec<(Text, Text)>,
    /// Free notes.
    pub notes: Text,
    /// Not to be exported without being asked.
    pub sensitive: bool,
    /// Fields that are not to be exported without being asked, by the ids of [`super::Guarded`]; others of a later version.
    pub sensitive_fields: Vec<Text>,
    /// Members of the feature's `properties` this version does not know.
    pub extra: Extra,
    /// Members of the feature itself this version does not know.
    pub extra_feature: Extra,
}

impl Incident {
    /// An incident with an id, a kind and a title and everything else unknown.
    pub fn new(uid: Uid, kind: Kind, title: &str) -> Self {
        Self {
            uid,
            kind,
            title: title.into(),
            when: None,
            place: Place::default(),
            parent: None,
            parties: Vec::new(),
            weapons: Vec::new(),
            claims: Vec::new(),
            sources: Vec::new(),
            media: Vec::new(),
            media_names: Vec::new(),
            media_captions: Vec::new(),
            tags: Vec::new(),
            notes: Text::default(),
            sensitive: false,
            sensitive_fields: Vec::new(),
            extra: Extra::new(),
            extra_feature: Extra::new(),
        }
    }

    /// The claim with this id.
    pub fn claim(&self, id: &str) -> Option<&Claim> {
        self.claims.iter().find(|c| &*c.id == id)
    }

    /// What an attached file was called where it came from; empty if nobody noted it.
    pub fn media_name(&self, file: &str) -> &str {
        of(&self.media_names, file)
    }

    /// The caption of an attached file; empty if it has none.
    pub fn media_caption(&self, file: &str) -> &str {
        of(&self.media_captions, file)
    }

    /// An id for the next claim: `c1`, `c2`, … the first above every one in use.
    pub fn next_claim_id(&self) -> String {
        let highest = self.claims.iter().filter_map(|c| c.id.strip_prefix('c')?.parse::<u32>().ok()).max().unwrap_or(0);
        format!("c{}", highest.saturating_add(1))
    }
}

fn of<'a>(list: &'a [(Text, Text)], file: &str) -> &'a str {
    list.iter().find(|(f, _)| &**f == file).map_or("", |(_, words)| words)
}
