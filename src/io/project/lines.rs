//! Incidents of a large file that are looked at once and then left as their lines.
//!
//! A line is left if reading it again gives the same for ever: it was read without a finding, names only parties and
//! sources that the file defines, and leads to no other incident.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use foldhash::fast::RandomState;

use super::packed::{Packed, Packing};
use super::quick;
use super::read::Reader;
use crate::derive::Scan;
use crate::model::{Incident, KeptLines, Kind, Meta, PartyId, SourceId, Text, Uid};

/// What the file defines before its features.
#[derive(Debug, Default)]
pub(super) struct Defined {
    parties: HashSet<PartyId, RandomState>,
    sources: HashSet<SourceId, RandomState>,
    pins: HashMap<Text, Vec<Text>, RandomState>,
}

impl Defined {
    pub(super) fn by(meta: &Meta) -> Arc<Self> {
        let mut pins: HashMap<Text, Vec<Text>, RandomState> = HashMap::default();
        for pin in &meta.pins {
            pins.entry(pin.incident.as_str().into()).or_default().push(pin.claim.clone());
        }
        Arc::new(Self {
            parties: meta.parties.iter().map(|p| p.id.clone()).collect(),
            sources: meta.sources.iter().map(|s| s.id.clone()).collect(),
            pins,
        })
    }

    /// The party of an id, as it is written.
    pub(super) fn party(&self, id: &str) -> Option<&PartyId> {
        self.parties.get(id)
    }

    /// The source of an id.
    pub(super) fn source(&self, id: &str) -> Option<&SourceId> {
        self.sources.get(id)
    }

    /// Whether claims of the incident of a uid were chosen by hand.
    pub(super) fn is_pinned(&self, uid: &str) -> bool {
        !self.pins.is_empty() && self.pins.contains_key(uid)
    }

    /// Whether an incident stands by itself and on what is defined.
    fn has_all_of(&self, i: &Incident) -> bool {
        let party = |p: &PartyId| self.parties.contains(p);
        let source = |s: &SourceId| self.sources.contains(s);
        i.parent.is_none()
            && !self.is_pinned(i.uid.as_str())
            && i.parties.iter().all(party)
            && i.sources.iter().all(source)
            && i.claims.iter().all(|c| {
                c.covers.is_empty()
                    && party(&c.about)
                    && c.speaks_for.as_ref().is_none_or(party)
                    && c.source.as_ref().is_none_or(source)
            })
    }
}

/// The incidents read so far, scanned, and the lines of those that were left.
pub(super) struct Leaving {
    defined: Arc<Defined>,
    pub(super) scan: Scan,
    pub(super) lines: Packing,
    /// What is read of a line only to be scanned.
    scratch: Incident,
    before: quick::Before,
}

impl Leaving {
    pub(super) fn new(defined: Arc<Defined>) -> Self {
        let scratch = Incident::new(Uid::new(""), Kind::ArmedClash, "");
        Self { defined, scan: Scan::default(), lines: Packing::default(), scratch, before: quick::Before::default() }
    }

    /// Takes from an incident what is scanned.
    pub(super) fn scan(&mut self, incident: &Incident) {
        let pins: Vec<&str> =
            self.defined.pins.get(incident.uid.as_str()).into_iter().flatten().map(|c| &**c).collect();
        self.scan.put(incident, &pins);
    }

    /// Reads the feature that begins at an offset if it is a line as this program writes it, takes what is scanned and keeps
    /// the line. Its number, and the first byte behind it.
    pub(super) fn read(&mut self, text: &str, from: usize) -> Option<(u32, usize)> {
        let read = quick::read(text, from, &self.defined, &mut self.scratch, Some(&mut self.before))?;
        let line = self.lines.push(text.get(from..read.end)?, read.uid)?;
        // One with pins is not read so.
        self.scan.put(&self.scratch, &[]);
        Some((line, read.end))
    }
}

impl Reader<'_> {
    /// The line of the incident that was just read from an offset on, if it can be left.
    pub(super) fn line_of(&mut self, from: usize, incident: &Incident) -> Option<u32> {
        let line = self.json.slice(from, self.json.end());
        let leaving = self.leaving.as_mut()?;
        let uid = incident.uid.as_str();
        if uid.is_empty() || !leaving.defined.has_all_of(incident) {
            return None;
        }
        leaving.lines.push(line, uid)
    }
}

/// The lines of a file that were left, and what they stand on.
#[derive(Debug)]
pub(super) struct Left {
    pub(super) lines: Packed,
    pub(super) defined: Arc<Defined>,
}

impl KeptLines for Left {
    fn show(&self, line: u32, look: &mut dyn FnMut(&str)) {
        self.lines.look(line, look);
    }

    fn uid(&self, line: u32) -> &str {
        self.lines.uid(line)
    }

    fn read(&self, line: u32) -> Option<Incident> {
        self.lines.look(line, |text| {
            let mut reader = Reader::new(text);
            reader.feature().ok()?;
            reader.incidents.pop_whole().and_then(Arc::into_inner)
        })
    }

    fn glance(&self, line: u32, into: &mut Incident) -> bool {
        self.lines.look(line, |text| quick::read(text, 0, &self.defined, into, None).is_some())
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Opened, finish, read, write};
    use super::*;
    use crate::derive::{Question, derive};
    use crate::edit::{Bulk, Command, Workspace};
    use crate::model::{Held, IncidentId, Kind, PartyId, Project, SourceId};

    const SAMPLE: &str = include_str!("../../../assets/karabakh-1988-2024.clashmap.geojson");

    /// Reads as a large file is read, in pieces of this many bytes; says as well how many incidents were left as lines.
    fn left(text: &str, piece: usize) -> (Opened, usize) {
        let mut reader = Reader::new(text);
        (reader.may_leave, reader.piece) = (true, piece);
        reader.root().unwrap();
        let lines = reader.incidents.len() - reader.incidents.whole().count();
        (finish(reader, false), lines)
    }

    fn written(project: &Project) -> String {
        let mut out = Vec::new();
        write(project, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    /// Reads a text as a small and as a large file, compares, and gives the second with the number of lines left.
    fn alike(text: &str, piece: usize) -> (Project, usize) {
        let small = read(text.as_bytes()).unwrap();
        let (mut large, lines) = left(text, piece);
        assert_eq!(large.findings, small.findings);
        let derived = large.derive(&Question::default());
        let want = derive(&small.project, &Question::default());
        assert_eq!(derived.totals, want.totals);
        assert_eq!(derived.rows().collect::<Vec<_>>(), want.rows().collect::<Vec<_>>());
        let uids = |p: &Project| p.uids().map(|(id, uid)| (id, uid.to_owned())).collect::<Vec<_>>();
        assert_eq!(uids(&large.project), uids(&small.project));
        assert!(large.project.looks(|_, i| i.clone()).eq(small.project.iter().map(|(_, i)| i.clone())));
        assert_eq!(large.project, small.project);
        (left(text, piece).0.project, lines)
    }

    #[test]
    fn a_large_file_is_the_same_project_and_most_of_it_stays_lines() {
        for piece in [2000, 9000] {
            let (project, lines) = alike(SAMPLE, piece);
            assert!(lines * 2 > project.len(), "{lines} of {}", project.len());
            assert_eq!(written(&project), SAMPLE);
        }
    }

    #[test]
    fn what_is_read_from_bytes_is_written_in_its_canonical_form_however_long_it_is() {
        let padding = format!("\"padding\":\"{}\",\n\"features\":[", "x".repeat(super::super::LARGE));
        let long = SAMPLE.replace("\"features\":[", &padding);
        let spaced = long.replace("{\"type\":\"Feature\",", "{\"type\": \"Feature\",");
        assert!(long.len() > super::super::LARGE && spaced != long);
        assert!(written(&read(spaced.as_bytes()).unwrap().project) == long);
    }

    #[test]
    fn quick_and_slow_reading_scan_the_same() {
        // White space keeps the quick way from reading anything; a line that leads nowhere else is left all the same.
        let spaced = SAMPLE.replace("{\"type\":\"Feature\",", "{\"type\": \"Feature\",");
        assert_ne!(spaced, SAMPLE);
        let (slow, some) = alike(&spaced, 3000);
        let (quick, as_many) = alike(SAMPLE, 3000);
        assert_eq!(some, as_many);
        assert_eq!(slow, quick);
        assert!(written(&slow).contains("{\"type\": \"Feature\","), "a line that was not touched is copied");
    }

    #[test]
    fn whatever_is_wrong_in_a_line_is_found_as_in_a_small_file() {
        let swaps = [
            ("\"killed\"", "\"slain\""),
            ("\"about\":\"armenia\"", "\"about\":\"nobody\""),
            ("\"about\":\"armenia\"", "\"about\":\"Armenia\""),
            ("\"id\":\"c2\"", "\"id\":\"c1\""),
            ("\"id\":\"c1\"", "\"id\":\"\""),
            ("\"uid\":\"", "\"uid\":\"\\u0041"),
            ("\"title\":\"", "\"title\":\"\\ud800"),
            ("\"title\":\"", "\"title\":\"\\\"\\n"),
            ("\"title\":\"", "\"titel\":\"x\",\"title\":\""),
            ("\"title\":\"", "\"uid\":\"twice\",\"title\":\""),
            ("\"when\":\"2", "\"when\":\"x2"),
            ("\"published\":\"20", "\"published\":\"90"),
            ("\"coordinates\":[4", "\"coordinates\":[94"),
            ("\"coordinates\":[4", "\"coordinates\":[1234"),
            ("\"coordinates\":[4", "\"coordinates\":[1,4"),
            ("\"precision\":\"", "\"precision\":\"quite "),
            ("\"source\":\"", "\"source\":\"no-"),
            ("\"count\":1", "\"count\":-1"),
            ("\"count\":", "\"count\":null,\"x\":"),
            ("\"start\":", "\"start\":0,\"start\":"),
            ("_best\":", "_low\":"),
            ("\"kind\":\"", "\"kind\":\"un"),
        ];
        for (from, to) in swaps {
            let text = SAMPLE.replace(from, to);
            assert_ne!(text, SAMPLE, "{from} does not occur");
            alike(&text, 4000);
        }
    }

    #[test]
    fn what_was_changed_is_written_anew_and_the_rest_copied() {
        let (mut lazy, _) = alike(SAMPLE, 4000);
        let mut whole = read(SAMPLE.as_bytes()).unwrap().project;
        for project in [&mut lazy, &mut whole] {
            let id = IncidentId(7);
            let mut incident = project.get(id).unwrap().clone();
            incident.title = "Changed".into();
            incident.claims.clear();
            project.exchange(id, Held::new(Some(Arc::new(incident))));
            project.exchange(IncidentId(3), Held::default());
        }
        assert_eq!(written(&lazy), written(&whole));
        assert_ne!(written(&lazy), SAMPLE);
        assert_eq!(lazy, whole);
    }

    #[test]
    fn a_change_to_all_lines_is_what_it_is_to_all_incidents_and_is_taken_back_to_the_byte() {
        let party = |id| PartyId::new(id);
        let every = [
            Bulk::Kind(Kind::Shelling),
            Bulk::Shift(-3600 * 30),
            Bulk::Tag("front".into(), "north".into()),
            Bulk::Retag("front".into(), "sector".into()),
            Bulk::Untag("sector".into()),
            Bulk::AddParty(party("russia")),
            Bulk::ReassignParty(party("armenia"), party("azerbaijan")),
            Bulk::AddSource(SourceId::new("none-such")),
            Bulk::Sensitive(true),
        ];
        let (lazy, lines) = alike(SAMPLE, 4000);
        let whole = read(SAMPLE.as_bytes()).unwrap().project;
        let (mut lazy, mut whole) = (Workspace::new(lazy, true), Workspace::new(whole, true));
        let mut answer = derive(lazy.project(), &Question::default());
        let mut steps = 0;
        // Twice: what stands there already makes no second step.
        for bulk in every.iter().chain(&every) {
            let ids: Vec<IncidentId> = whole.project().ids().collect();
            let done = [&mut lazy, &mut whole].map(|w| {
                w.commit(Command::Bulk(ids.clone(), bulk.clone())).unwrap().map(|change| change.label().to_owned())
            });
            assert_eq!(done[0], done[1], "{bulk:?}");
            steps += usize::from(done[0].is_some());
            let (want, fresh) =
                (derive(whole.project(), &Question::default()), derive(lazy.project(), &Question::default()));
            let touched = lazy.take_touched();
            answer.refresh(lazy.project(), &touched, &Question::default());
            for have in [&fresh, &answer] {
                assert_eq!(have.totals, want.totals, "{bulk:?}");
                assert_eq!(have.rows().collect::<Vec<_>>(), want.rows().collect::<Vec<_>>(), "{bulk:?}");
                assert_eq!(have.by_kind(), want.by_kind(), "{bulk:?}");
            }
            assert_eq!(written(lazy.project()), written(whole.project()), "{bulk:?}");
        }
        assert!(steps > 12 && lazy.project().lines_read() * 2 < lines, "nothing is made of most lines");
        for _ in 0..steps {
            lazy.undo();
        }
        assert_eq!(written(lazy.project()), SAMPLE);
        assert!(!lazy.is_dirty());
    }

    #[test]
    fn where_parties_change_no_line_is_copied() {
        let (mut lazy, _) = alike(SAMPLE, 4000);
        let mut whole = read(SAMPLE.as_bytes()).unwrap().project;
        for project in [&mut lazy, &mut whole] {
            let mut meta = project.meta().clone();
            meta.parties.remove(0);
            project.swap_meta(Arc::new(meta));
        }
        assert_eq!(written(&lazy), written(&whole));
    }

    #[test]
    fn two_states_differ_in_the_slots_that_were_touched() {
        let (project, _) = alike(SAMPLE, 4000);
        let mut other = project.clone();
        assert!(project.get(IncidentId(1)).is_some(), "looking changes nothing");
        assert!(project.slots_unlike(&other).is_empty());
        let same = other.get(IncidentId(2)).unwrap().clone();
        other.exchange(IncidentId(2), Held::new(Some(Arc::new(same))));
        other.exchange(IncidentId(9), Held::default());
        assert_eq!(project.slots_unlike(&other), [IncidentId(2), IncidentId(9)]);
    }
}
