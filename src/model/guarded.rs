//! What of an incident is given away only when somebody asks for it: the whole of it, or some of its fields.

use std::collections::HashSet;
use std::sync::Arc;

use super::{Held, Incident, IncidentId, Meta, Place, Project, SourceId, Text, Uid};

/// A field that can be marked as sensitive, by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Guarded {
    /// Its title.
    Title,
    /// When it was.
    When,
    /// Where it was, with every name and how it is known.
    Place,
    /// Weapons named.
    Weapons,
    /// Who makes the claims, and by way of whom they came.
    Claimants,
    /// The words quoted in claims.
    Quotes,
    /// Its sources and those of its claims, with their addresses.
    Sources,
    /// Attached files.
    Media,
    /// Tags.
    Tags,
    /// Notes, those of its claims among them.
    Notes,
}

impl Guarded {
    /// All, in the order of the form.
    pub const ALL: [Self; 10] = [
        Self::Title,
        Self::When,
        Self::Place,
        Self::Weapons,
        Self::Claimants,
        Self::Quotes,
        Self::Sources,
        Self::Media,
        Self::Tags,
        Self::Notes,
    ];

    /// The id used in files.
    pub fn id(self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::When => "when",
            Self::Place => "place",
            Self::Weapons => "weapons",
            Self::Claimants => "claimants",
            Self::Quotes => "quotes",
            Self::Sources => "sources",
            Self::Media => "media",
            Self::Tags => "tags",
            Self::Notes => "notes",
        }
    }

    /// The value with this id.
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|f| f.id() == id)
    }

    /// The English word shown in the window.
    pub fn label(self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::When => "time",
            Self::Place => "place",
            Self::Weapons => "weapons",
            Self::Claimants => "who makes the claims",
            Self::Quotes => "words quoted",
            Self::Sources => "sources",
            Self::Media => "attached files",
            Self::Tags => "tags",
            Self::Notes => "notes",
        }
    }
}

/// Key under which marks stand that could not be read.
const UNREAD: &str = "sensitive_fields";

impl Incident {
    /// Whether none of it may be given away unasked: it is marked so, or a field is that this version does not know.
    pub fn is_withheld(&self) -> bool {
        self.sensitive
            || self.sensitive_fields.iter().any(|f| Guarded::from_id(f).is_none())
            || self.extra.iter().any(|(key, _)| &**key == UNREAD)
    }

    /// Whether anything of it is marked as sensitive.
    pub fn is_marked(&self) -> bool {
        !self.sensitive_fields.is_empty() || self.is_withheld()
    }

    /// The incident without the fields that are marked as sensitive, and without the marks. Figures stay.
    #[must_use]
    pub fn redacted(&self) -> Self {
        let mut out = self.clone();
        for field in std::mem::take(&mut out.sensitive_fields) {
            if let Some(field) = Guarded::from_id(&field) {
                field.leave_out(&mut out);
            }
        }
        out
    }

    /// Its sources and those of its claims.
    fn all_sources(&self) -> impl Iterator<Item = &SourceId> {
        self.sources.iter().chain(self.claims.iter().filter_map(|c| c.source.as_ref()))
    }
}

impl Guarded {
    fn leave_out(self, i: &mut Incident) {
        match self {
            Self::Title => i.title = Text::default(),
            Self::When => i.when = None,
            Self::Place => i.place = Place::default(),
            Self::Weapons => i.weapons.clear(),
            Self::Claimants => {
                for c in &mut i.claims {
                    c.claimant = Text::default();
                    c.via.clear();
                }
            }
            Self::Quotes => i.claims.iter_mut().for_each(|c| c.quote = Text::default()),
            Self::Sources => {
                i.sources.clear();
                for c in &mut i.claims {
                    (c.source, c.url, c.archived) = (None, Text::default(), Text::default());
                }
            }
            Self::Media => {
                i.media.clear();
                i.media_names.clear();
                i.media_captions.clear();
            }
            Self::Tags => i.tags.clear(),
            Self::Notes => {
                i.notes = Text::default();
                i.claims.iter_mut().for_each(|c| c.note = Text::default());
            }
        }
        // What of the field could not be read is kept as it stands in the file, and would go along.
        let keys = self.keys();
        i.extra.retain(|(key, _)| !keys.contains(&&**key));
        i.extra_feature.retain(|(key, _)| !keys.contains(&&**key));
        i.claims.iter_mut().for_each(|c| c.extra.retain(|(key, _)| !keys.contains(&&**key)));
    }

    /// The members of files that hold it.
    fn keys(self) -> &'static [&'static str] {
        match self {
            Self::Title => &["title"],
            Self::When => &["when"],
            Self::Place => &["place", "geometry", "bbox"],
            Self::Weapons => &["weapons"],
            Self::Claimants => &["claimant", "via"],
            Self::Quotes => &["quote"],
            Self::Sources => &["sources", "source", "url", "archived"],
            Self::Media => &["media", "media_names", "media_captions"],
            Self::Tags => &["tags"],
            Self::Notes => &["notes", "note"],
        }
    }
}

/// What is given out of a project when nobody asked for what is sensitive: those of the incidents that may be, without
/// their marked fields; and what the project says of itself, without the sources and pins of what is left out.
pub fn give_out(project: &Project, incidents: Vec<Incident>) -> (Meta, Vec<Incident>) {
    let incidents: Vec<Incident> = incidents.into_iter().filter(|i| !i.is_withheld()).map(|i| i.redacted()).collect();
    let meta =
        open_meta(project, &project.marked(), || incidents.iter().flat_map(|i| i.all_sources().cloned()).collect());
    (meta, incidents)
}

/// How much is left out because it is marked as sensitive.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Withheld {
    /// Incidents of which nothing is given out.
    pub incidents: usize,
    /// Other incidents of which single fields are not.
    pub redacted: usize,
}

impl Withheld {
    /// What of a project is marked.
    pub fn of(project: &Project) -> Self {
        let mut out = Self::default();
        for id in project.marked() {
            let whole = project.look(id, Incident::is_withheld).unwrap_or_default();
            out.incidents += usize::from(whole);
            out.redacted += usize::from(!whole);
        }
        out
    }

    /// Whether nothing is.
    pub fn is_none(self) -> bool {
        self == Self::default()
    }

    /// How much it is, such as "2 incidents and fields of 1"; empty if it is nothing.
    pub fn words(self) -> String {
        let incidents = match self.incidents {
            0 => None,
            1 => Some("1 incident".to_owned()),
            n => Some(format!("{n} incidents")),
        };
        let fields = (self.redacted > 0).then(|| format!("fields of {}", self.redacted));
        incidents.into_iter().chain(fields).collect::<Vec<_>>().join(" and ")
    }
}

/// The project as others may see it when nobody asked for what is sensitive. What is left keeps its slot.
pub fn given_out(project: &Project) -> (Project, Withheld) {
    let marked = project.marked();
    let mut out = project.clone();
    let mut withheld = Withheld::default();
    for &id in &marked {
        let left = project.look(id, |i| (!i.is_withheld()).then(|| Arc::new(i.redacted()))).flatten();
        withheld.incidents += usize::from(left.is_none());
        withheld.redacted += usize::from(left.is_some());
        out.exchange(id, Held::new(left));
    }
    if !marked.is_empty() {
        let open = || out.looks(|_, i| i.all_sources().cloned().collect::<Vec<_>>()).flatten().collect();
        let meta = open_meta(project, &marked, open);
        out.swap_meta(Arc::new(meta));
    }
    (out, withheld)
}

/// What a project says of itself, without the pins of the `marked` incidents that are withheld and without the sources that
/// only they name, or fields that are left out: `open` gives those that what is given out names.
fn open_meta(project: &Project, marked: &[IncidentId], open: impl FnOnce() -> HashSet<SourceId>) -> Meta {
    let mut meta = project.meta().clone();
    let mut secret: HashSet<SourceId> = HashSet::new();
    let mut withheld: HashSet<Uid> = HashSet::new();
    for &id in marked {
        project.look(id, |i| {
            if i.is_withheld() {
                withheld.insert(i.uid.clone());
            }
            if i.is_withheld() || i.sensitive_fields.iter().any(|f| &**f == Guarded::Sources.id()) {
                secret.extend(i.all_sources().cloned());
            }
        });
    }
    if !secret.is_empty() {
        let mut open = open();
        open.extend(project.drawings().flat_map(|(_, d)| d.sources.iter().cloned()));
        meta.sources.retain(|s| open.contains(&s.id) || !secret.contains(&s.id));
    }
    meta.pins.retain(|p| !withheld.contains(&p.incident));
    meta
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Category, Claim, Count, Kind, PartyId, Source};

    #[test]
    fn a_marked_field_is_left_out_and_the_figures_stay() {
        let mut i = Incident::new(Uid::new("a"), Kind::ArmedClash, "title");
        let mut claim = Claim::new("c1", PartyId::new("armenia"), Category::Killed, Count::Exactly(4));
        (claim.claimant, claim.quote, claim.note, claim.url) = ("who".into(), "words".into(), "n".into(), "u".into());
        claim.source = Some(SourceId::new("s"));
        i.claims.push(claim);
        (i.notes, i.tags, i.media) = ("notes".into(), vec![("a".into(), "b".into())], vec!["m.jpg".into()]);
        (i.media_names, i.media_captions) =
            (vec![("m.jpg".into(), "Photo 1.jpg".into())], vec![("m.jpg".into(), "caption".into())]);
        assert_eq!(i.redacted(), i);
        i.sensitive_fields = Guarded::ALL.iter().map(|f| f.id().into()).collect();
        assert!(!i.is_withheld());
        let mut left = Incident::new(Uid::new("a"), Kind::ArmedClash, "");
        left.claims.push(Claim::new("c1", PartyId::new("armenia"), Category::Killed, Count::Exactly(4)));
        assert_eq!(i.redacted(), left);
    }

    #[test]
    fn a_mark_that_this_version_does_not_know_keeps_all_of_it_at_home() {
        let mut i = Incident::new(Uid::new("a"), Kind::ArmedClash, "title");
        i.sensitive_fields = vec!["witnesses".into()];
        assert!(i.is_withheld());
        i.sensitive_fields.clear();
        assert!(!i.is_withheld());
        i.extra.push(("sensitive_fields".into(), "7".into()));
        assert!(i.is_withheld());
    }

    #[test]
    fn what_could_not_be_read_of_a_marked_field_does_not_go_along() {
        let mut i = Incident::new(Uid::new("a"), Kind::ArmedClash, "title");
        i.extra.push(("place".into(), r#"{"address":"there"}"#.into()));
        i.extra_feature.push(("geometry".into(), "[1]".into()));
        i.extra.push(("other".into(), "1".into()));
        i.sensitive_fields = vec!["place".into()];
        let out = i.redacted();
        assert_eq!(out.extra, [("other".into(), "1".into())]);
        assert!(out.extra_feature.is_empty());
    }

    #[test]
    fn a_source_that_only_what_is_left_out_names_is_left_out() {
        let mut meta = Meta::default();
        for id in ["open", "secret", "of-nobody"] {
            meta.sources.push(Source::new(SourceId::new(id), "outlet"));
        }
        let incident = |uid: &str, sources: &[&str], marks: &[&str]| {
            let mut i = Incident::new(Uid::new(uid), Kind::ArmedClash, uid);
            i.sources = sources.iter().map(|s| SourceId::new(s)).collect();
            i.sensitive_fields = marks.iter().map(|m| (*m).into()).collect();
            i
        };
        let all = vec![incident("a", &["open"], &[]), incident("b", &["open", "secret"], &["sources"])];
        let project = Project::new(meta, all.clone(), Vec::new());
        let (meta, given) = give_out(&project, all);
        assert_eq!(given.len(), 2);
        assert!(given[1].sources.is_empty());
        assert_eq!(meta.sources.iter().map(|s| s.id.as_str()).collect::<Vec<_>>(), ["open", "of-nobody"]);
    }

    #[test]
    fn the_project_that_others_see_has_neither_what_is_marked_nor_what_only_that_names() {
        let mut meta = Meta::default();
        for id in ["open", "secret"] {
            meta.sources.push(Source::new(SourceId::new(id), "outlet"));
        }
        let incident = |uid: &str, source: &str| {
            let mut i = Incident::new(Uid::new(uid), Kind::ArmedClash, uid);
            i.sources = vec![SourceId::new(source)];
            i
        };
        let mut all = vec![incident("a", "open"), incident("b", "secret"), incident("c", "open")];
        let open = Project::new(meta.clone(), all.clone(), Vec::new());
        assert_eq!(given_out(&open), (open.clone(), Withheld::default()));
        all[1].sensitive = true;
        all[2].sensitive_fields = vec!["title".into()];
        let project = Project::new(meta, all, Vec::new());
        let (given, withheld) = given_out(&project);
        assert_eq!(withheld, Withheld { incidents: 1, redacted: 1 });
        assert_eq!((Withheld::of(&project), &*withheld.words()), (withheld, "1 incident and fields of 1"));
        let left: Vec<(u32, String)> = given.looks(|id, i| (id.0, i.title.to_string())).collect();
        assert_eq!(left, [(0, "a".to_owned()), (2, String::new())]);
        assert_eq!(given.meta().sources.iter().map(|s| s.id.as_str()).collect::<Vec<_>>(), ["open"]);
    }
}
