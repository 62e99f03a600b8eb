//! Parties and sources that rows name: those of the project under any of their names, others as new ones.

use std::collections::HashMap;

use crate::model::{Extra, Meta, Moment, Names, Party, PartyId, Source, SourceId, Uid, fold};

/// Words that stand before the name of a state in names of its forces.
const FORCES: [&str; 9] = [
    "government of ",
    "military forces of ",
    "police forces of ",
    "armed forces of ",
    "border guard of ",
    "the republic of ",
    "republic of ",
    "army of ",
    "the ",
];

/// What the authorities in Nagorno-Karabakh are called in tables: one party under names of either side.
const KARABAKH: [&str; 6] = [
    "artsakh",
    "artsakh republic",
    "nagorno karabakh republic",
    "republic of nagorno karabakh",
    "nagorno karabakh",
    "nkr",
];

/// The parties and sources of a project and of a file, as the rows name them. What was found stays for the rows that
/// follow; what is new is told once in each part of the file, so that the parts can be put together in their order.
#[derive(Debug)]
pub(super) struct Known<'a> {
    by_name: &'a HashMap<String, PartyId>,
    found: foldhash::HashMap<Box<str>, Option<PartyId>>,
    /// Parties and sources that the project does not have, with the part in which they were last told.
    made: foldhash::HashMap<PartyId, usize>,
    sources: foldhash::HashMap<Box<str>, (Source, usize)>,
    part: usize,
    key: String,
    /// What stands for all parties together.
    pub(super) all: PartyId,
    /// Stands where an incident has no id yet.
    pub(super) no_uid: Uid,
    /// Parties that the project does not have.
    pub(super) parties: Vec<Party>,
    /// Sources that the project does not have.
    pub(super) new_sources: Vec<Source>,
}

/// Every name of the project's parties, folded.
pub(super) fn names(meta: &Meta) -> HashMap<String, PartyId> {
    let mut out = HashMap::new();
    let defaults = Party::defaults();
    for party in meta.parties.iter().chain(&defaults) {
        for name in party.names.iter().map(|(_, n)| n).chain([party.id.as_str()]) {
            out.entry(fold(name)).or_insert_with(|| party.id.clone());
        }
    }
    let karabakh = PartyId::new("nagorno-karabakh");
    if out.values().any(|p| *p == karabakh) {
        for name in KARABAKH {
            out.entry(fold(name)).or_insert_with(|| karabakh.clone());
        }
    }
    out
}

impl<'a> Known<'a> {
    pub(super) fn new(by_name: &'a HashMap<String, PartyId>) -> Self {
        Self {
            by_name,
            found: foldhash::HashMap::default(),
            made: foldhash::HashMap::default(),
            sources: foldhash::HashMap::default(),
            part: 0,
            key: String::new(),
            all: PartyId::new("all-parties"),
            no_uid: Uid::new(""),
            parties: Vec::new(),
            new_sources: Vec::new(),
        }
    }

    /// Begins another part of the file: what is new is told anew.
    pub(super) fn next_part(&mut self) {
        self.part += 1;
        self.parties.clear();
        self.new_sources.clear();
    }

    /// The id of an incident: what stands before all of them, and its own.
    pub(super) fn uid(&mut self, prefix: &str, id: &str) -> Uid {
        if prefix.is_empty() {
            return Uid::new(id);
        }
        self.key.clear();
        self.key.push_str(prefix);
        self.key.push_str(id);
        Uid::new(&self.key)
    }

    /// The party of this name. `None`: the words name people who are no party (“Civilians (Armenia)”).
    pub(super) fn party(&mut self, text: &str) -> Option<PartyId> {
        let id = if let Some(known) = self.found.get(text) {
            known.clone()
        } else {
            let id = self.look_up(text);
            self.found.insert(text.into(), id.clone());
            id
        };
        if let Some(id) = &id
            && let Some(told) = self.made.get_mut(id)
            && *told != self.part
        {
            *told = self.part;
            // Of several spellings the first in the part: which parts came before on this thread is chance.
            self.parties.push(Party { id: id.clone(), names: Names::english(text), extra: Extra::new() });
        }
        id
    }

    fn look_up(&mut self, text: &str) -> Option<PartyId> {
        // "Military Forces of Armenia (2018-)": the years of a government are no part of its name.
        let bare = text.split_once('(').map_or(text, |(head, _)| head).trim();
        let lower = bare.to_lowercase();
        if ["civilians", "civilian", "protesters", "rioters", "unidentified"].iter().any(|w| lower.starts_with(w)) {
            return None;
        }
        let mut name = lower.as_str();
        loop {
            if let Some(id) = self.by_name.get(&fold(name)).or_else(|| self.by_name.get(&fold(text))) {
                return Some(id.clone());
            }
            match FORCES.iter().find_map(|f| name.strip_prefix(f)) {
                Some(rest) => name = rest,
                None => break,
            }
        }
        let id = PartyId::new(text);
        self.made.entry(id.clone()).or_insert(usize::MAX);
        Some(id)
    }

    /// The source with these parts; its id follows from them, so that a second import finds it again.
    pub(super) fn source(&mut self, s: &SourceParts<'_>) -> Option<SourceId> {
        if s.outlet.is_empty() && s.title.is_empty() && s.link.is_empty() {
            return None;
        }
        self.key.clear();
        for part in [s.outlet, s.title, s.link, s.archived] {
            self.key.push_str(part);
            self.key.push('\u{1f}');
        }
        if let Some(m) = s.date {
            self.key.push_str(&m.to_string());
        }
        if let Some((source, told)) = self.sources.get_mut(self.key.as_str()) {
            if *told != self.part {
                *told = self.part;
                self.new_sources.push(source.clone());
            }
            return Some(source.id.clone());
        }
        let hash = fingerprint(self.key.bytes());
        let base = if s.outlet.is_empty() { host(s.link) } else { s.outlet };
        let base: String = PartyId::new(base).as_str().chars().take(40).collect();
        // 48 bits: a hundred thousand links to one site each keep an id of their own.
        let id = SourceId::new(&format!("{base}-{:012x}", hash & 0xffff_ffff_ffff));
        let mut source = Source::new(id.clone(), if s.outlet.is_empty() { host(s.link) } else { s.outlet });
        source.title = s.title.into();
        source.url = s.link.into();
        source.archived = s.archived.into();
        source.published = s.date;
        self.new_sources.push(source.clone());
        self.sources.insert(self.key.as_str().into(), (source, self.part));
        Some(id)
    }
}

/// What a row says of its source; empty where it says nothing.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct SourceParts<'a> {
    pub(super) outlet: &'a str,
    pub(super) title: &'a str,
    pub(super) link: &'a str,
    pub(super) archived: &'a str,
    pub(super) date: Option<Moment>,
}

/// `example.org` of a link.
fn host(link: &str) -> &str {
    let rest = link.split_once("://").map_or(link, |(_, r)| r);
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let host = rest.get(..end).unwrap_or(rest);
    host.strip_prefix("www.").unwrap_or(host)
}

/// FNV-1a, 64 bits: the same text gives the same number on every machine and in every version.
pub(super) fn fingerprint(bytes: impl Iterator<Item = u8>) -> u64 {
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, b| (hash ^ u64::from(b)).wrapping_mul(0x0000_0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parties_are_found_under_names_of_their_forces_and_in_every_language() {
        let names = names(&Meta::default());
        let mut known = Known::new(&names);
        for (text, id) in [
            ("Government of Azerbaijan", "azerbaijan"),
            ("Military Forces of Armenia (2018-)", "armenia"),
            ("Республика Армения", "республика-армения"),
            ("Ադրբեջան", "azerbaijan"),
            ("Republic of Artsakh", "nagorno-karabakh"),
            ("Nagorno-Karabakh Republic", "nagorno-karabakh"),
            ("Some Front", "some-front"),
        ] {
            assert_eq!(known.party(text).unwrap().as_str(), id, "{text}");
        }
        assert_eq!(known.party("Civilians (Armenia)"), None);
        assert_eq!(known.parties.len(), 2);
    }

    #[test]
    fn a_source_has_the_same_id_every_time() {
        let names = names(&Meta::default());
        let parts = SourceParts { link: "https://www.example.org/a?b", ..SourceParts::default() };
        let (mut a, mut b) = (Known::new(&names), Known::new(&names));
        let id = a.source(&parts).unwrap();
        assert_eq!((a.source(&parts), b.source(&parts)), (Some(id.clone()), Some(id.clone())));
        assert!(id.as_str().starts_with("example-org-"), "{}", id.as_str());
        assert_eq!((a.new_sources.len(), &*a.new_sources[0].outlet), (1, "example.org"));
        assert_eq!(a.source(&SourceParts::default()), None);
    }
}
