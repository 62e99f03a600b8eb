//! The features of a large file, read by all cores.
//!
//! The list is cut where a line begins with a feature and the line before it ends with a comma. No text of JSON holds a
//! line break, so such a place is between two parts of some list or object; that it is between two features is
//! checked: each piece must end exactly where the next begins. Where it does not, or anything else is not as in
//! the files of this program, nothing is kept and the file is read from front to back, which is always right.

use std::collections::HashSet;
use std::hash::BuildHasher;
use std::rc::Rc;
use std::sync::Arc;

use foldhash::fast::RandomState;
use rayon::prelude::*;

use super::incident::number_of;
use super::json::Cursor;
use super::lines::{Defined, Leaving};
use super::notes::Notes;
use super::packed::Packed;
use super::read::{Reader, Stands};
use crate::derive::Scan;
use crate::io::progress::Progress;
use crate::model::{Finds, Kept, Meta, Placed, Uid};

/// Pieces are about this long, in bytes; shorter lists are not cut. Reading a piece takes some milliseconds.
pub(super) const PIECE: usize = 1 << 20;

/// What was read of some features that stand one after the other.
pub(super) struct Piece<'a> {
    notes: Notes<'a>,
    incidents: Finds,
    /// What was scanned, and the lines that were left; nothing of both where none may be left.
    left: Option<(Scan, Packed)>,
    stands: Vec<Stands>,
    kept: Vec<Kept>,
    drawings: Vec<Placed>,
    drawn: Vec<Stands>,
    features: usize,
    foreign: usize,
    /// Line breaks in its part of the text; its lines are counted from the first of that.
    breaks: usize,
}

impl Piece<'static> {
    /// Of no features; `leave` where lines may be left.
    pub(super) fn empty(leave: bool) -> Self {
        Self {
            notes: Notes::new(&[]),
            incidents: Finds::default(),
            left: leave.then(Default::default),
            stands: Vec::new(),
            kept: Vec::new(),
            drawings: Vec::new(),
            drawn: Vec::new(),
            features: 0,
            foreign: 0,
            breaks: 0,
        }
    }

    /// Makes room for about so many incidents.
    pub(super) fn expect(&mut self, incidents: usize) {
        if let Some((scan, _)) = &mut self.left {
            scan.reserve(incidents);
        }
    }

    /// Takes in what was read of the next features.
    pub(super) fn append(&mut self, next: Piece<'_>) {
        let (before, kept_before) = (number_of(self.incidents.len()), number_of(self.kept.len()));
        let features = self.features;
        self.notes.take_over(next.notes, features, self.breaks);
        let lines_before = self.left.as_ref().map_or(0, |(_, lines)| number_of(lines.lines()));
        self.incidents.append(next.incidents, lines_before);
        if let (Some((scan, lines)), Some((next_scan, next_lines))) = (&mut self.left, next.left) {
            scan.append(next_scan);
            lines.append(next_lines);
        }
        let breaks = self.breaks;
        let stands = |s: Stands| Stands { line: s.line + breaks, feature: s.feature + features };
        self.stands.extend(next.stands.into_iter().map(stands));
        self.kept
            .extend(next.kept.into_iter().map(|k| Kept { after_slots: k.after_slots.saturating_add(before), ..k }));
        self.drawings.extend(next.drawings.into_iter().map(|p| Placed {
            after_slots: p.after_slots.saturating_add(before),
            after_kept: p.after_kept.saturating_add(kept_before),
            ..p
        }));
        self.drawn.extend(next.drawn.into_iter().map(stands));
        self.features += next.features;
        self.foreign += next.foreign;
        self.breaks += next.breaks;
    }

    /// Counts line breaks that stand before what comes next.
    pub(super) fn break_lines(&mut self, breaks: usize) {
        self.breaks += breaks;
    }
}

impl Piece<'_> {
    /// The same, kept without its text.
    pub(super) fn apart(self) -> Piece<'static> {
        let Self { notes, incidents, left, stands, kept, drawings, drawn, features, foreign, breaks } = self;
        let notes = notes.apart();
        Piece { notes, incidents, left, stands, kept, drawings, drawn, features, foreign, breaks }
    }

    /// How many incidents it holds.
    pub(super) fn len(&self) -> usize {
        self.incidents.len()
    }

    /// The ids of incidents that are no lines, and of drawings.
    fn uids(&self) -> impl Iterator<Item = &str> + '_ {
        let drawings = self.drawings.iter().filter_map(|p| p.drawing.as_deref());
        self.incidents.whole().map(|i| i.uid.as_str()).chain(drawings.map(|d| d.uid.as_str()))
    }

    /// The lines that were left.
    fn lines(&self) -> Option<&Packed> {
        self.left.as_ref().map(|(_, lines)| lines)
    }

    /// The ids of lines.
    fn uids_of_lines(&self) -> impl IndexedParallelIterator<Item = &str> + '_ {
        let count = self.lines().map_or(0, |lines| number_of(lines.lines()));
        (0..count).into_par_iter().map(|n| self.lines().map_or("", |lines| lines.uid(n)))
    }

    /// Whether all ids are different; now and then (one of thirty million files of a million ids) `false` though they are.
    fn ids_differ(&self) -> bool {
        let state = RandomState::default();
        let hash = |uid: &str| state.hash_one(uid);
        let mut hashes: Vec<u64> = self.uids_of_lines().map(hash).collect();
        hashes.extend(self.uids().map(hash));
        hashes.par_sort_unstable();
        hashes.windows(2).all(|w| !matches!(w, [a, b] if a == b))
    }
}

impl<'a> Reader<'a> {
    /// Reads all features, the cursor standing behind the opening bracket of their list, and leaves the list. `false`:
    /// nothing was read and the cursor stands where it stood.
    pub(super) fn features_side_by_side(&mut self, piece: usize, leave: bool) -> bool {
        let starts = cuts(self.json.whole_text(), self.json.here(), piece);
        // A second list in one file is read after the first.
        if starts.len() < 2 || self.features > 0 {
            return false;
        }
        let ends = starts.iter().skip(1).copied().map(Some).chain([None]);
        let spans: Vec<(usize, Option<usize>)> = starts.iter().copied().zip(ends).collect();
        let (list, progress) = (&self.json, self.progress);
        let defined = self.defined(leave);
        let read: Option<Vec<(Piece<'a>, Cursor<'a>)>> = (spans.into_par_iter())
            .map(|(from, to)| read_piece(list.before_element(from), to, defined.clone(), progress))
            .collect();
        let Some(pieces) = read else { return false };
        let mut all = Piece::empty(defined.is_some());
        all.break_lines(breaks(list.slice(0, starts.first().copied().unwrap_or(0))));
        all.expect(pieces.iter().map(|(piece, _)| piece.len()).sum());
        let mut end = None;
        for (piece, cursor) in pieces {
            all.append(piece);
            end = Some(cursor);
        }
        let Some(end) = end.filter(|_| self.take(all)) else { return false };
        self.json = end;
        true
    }

    /// What lines may stand on; `None` if none may be left. It must have been read before them.
    pub(super) fn defined(&self, leave: bool) -> Option<Arc<Defined>> {
        (leave && self.has_meta).then(|| Defined::by(&self.meta))
    }

    /// Takes over all features. `false`: an id stands twice, and nothing was taken.
    pub(super) fn take(&mut self, all: Piece<'_>) -> bool {
        // An id that stands twice is given another; which of the two, only the order of the file says.
        if !all.ids_differ() {
            return false;
        }
        let wanted = wanted(&self.meta, &all.incidents);
        if !wanted.is_empty() {
            let of_lines: Vec<&str> = all.uids_of_lines().filter(|uid| wanted.contains(uid)).collect();
            let others = all.uids().filter(|uid| wanted.contains(uid));
            self.uids.extend(of_lines.into_iter().chain(others).map(Uid::new));
        }
        self.notes.take_over(all.notes, 0, 0);
        (self.incidents, self.stands, self.kept) = (all.incidents, all.stands, all.kept);
        (self.drawings, self.drawn) = (all.drawings, all.drawn);
        (self.features, self.foreign) = (all.features, all.foreign);
        (self.scan, self.left) = all.left.unzip();
        true
    }
}

/// Where pieces begin: the first element, then about every `piece` bytes a line that begins with an object.
fn cuts(text: &str, first: usize, piece: usize) -> Vec<usize> {
    let bytes = text.as_bytes();
    let mut starts = vec![first];
    let mut at = first.saturating_add(piece);
    while let Some(rest) = bytes.get(at..) {
        let Some(found) = rest.windows(3).position(|w| w == b",\n{") else { break };
        starts.push(at + found + 2);
        at += found + piece.max(1);
    }
    starts
}

/// Reads elements up to the one that begins at `to`, or to the end of the list. `None` if it comes out elsewhere, if
/// the text is not JSON or if the work was cancelled.
pub(super) fn read_piece<'a>(
    json: Cursor<'a>,
    to: Option<usize>,
    defined: Option<Arc<Defined>>,
    progress: &'a Progress,
) -> Option<(Piece<'a>, Cursor<'a>)> {
    let mut reader = Reader::new(json.whole_text());
    let from = json.end();
    // To count from the front of the file for each piece would take the square of the time.
    reader.notes.count_lines_from(from);
    reader.json = json;
    reader.leaving = defined.map(Leaving::new);
    reader.ids = Rc::default();
    loop {
        let another = reader.json.next_element().ok()?;
        let here = if another { Some(reader.json.here()) } else { None };
        if here == to {
            break;
        }
        if !another || to.is_some_and(|to| here > Some(to)) || progress.is_cancelled() {
            return None;
        }
        reader.feature().ok()?;
    }
    progress.add((reader.json.end() - from) as u64);
    let Reader { json, notes, incidents, stands, kept, drawings, drawn, features, foreign, leaving, .. } = reader;
    let left = match leaving {
        Some(leaving) => Some((leaving.scan, leaving.lines.finish()?)),
        None => None,
    };
    if let Some((scan, _)) = &left {
        progress.found(scan.places());
    }
    let breaks = breaks(json.slice(from, to.unwrap_or(json.end())));
    let piece = Piece { notes, incidents, left, stands, kept, drawings, drawn, features, foreign, breaks };
    Some((piece, json))
}

/// How many line breaks there are in a text.
pub(super) fn breaks(text: &str) -> usize {
    memchr::memchr_iter(b'\n', text.as_bytes()).count()
}

/// The uids to which pins and incidents lead.
fn wanted<'p>(meta: &'p Meta, incidents: &'p Finds) -> HashSet<&'p str> {
    let leads = incidents.whole().flat_map(|i| i.parent.iter().chain(i.claims.iter().flat_map(|c| &c.covers)));
    leads.chain(meta.pins.iter().map(|p| &p.incident)).map(Uid::as_str).collect()
}

#[cfg(test)]
mod tests {
    use super::super::{finish, write};
    use super::*;
    use crate::io::Finding;
    use crate::model::Project;

    const SAMPLE: &str = include_str!("../../../assets/karabakh-1988-2024.clashmap.geojson");

    /// Reads with pieces of this length; the flag tells whether it was read in pieces.
    fn read(text: &str, piece: usize) -> Option<(bool, Project, Vec<Finding>)> {
        let mut reader = Reader::new(text);
        reader.json.enter_object().ok()?;
        let mut cut = false;
        while let Some(key) = reader.json.next_key().ok()? {
            if key == "features" {
                reader.json.enter_array().ok()?;
                cut = reader.features_side_by_side(piece, false);
                if !cut {
                    while reader.json.next_element().ok()? {
                        reader.feature().ok()?;
                    }
                }
            } else {
                reader.json.skip().ok()?;
            }
        }
        reader.json.finish().ok()?;
        let opened = finish(reader, false);
        Some((cut, opened.project, opened.findings))
    }

    fn same(text: &str, piece: usize) -> bool {
        match (read(text, piece), read(text, usize::MAX)) {
            (Some((cut, project, findings)), Some((whole, other, others))) => {
                assert!(!whole);
                assert_eq!((project, findings), (other, others), "pieces of {piece}");
                cut
            }
            (None, None) => false,
            (a, b) => panic!("pieces of {piece}: {:?} and {:?}", a.map(|a| a.2), b.map(|b| b.2)),
        }
    }

    #[test]
    fn pieces_of_every_length_give_what_the_whole_gives() {
        for piece in [1, 100, 1000, 5000, 20_000, 60_000] {
            assert!(same(SAMPLE, piece), "{piece}");
        }
    }

    #[test]
    fn findings_are_numbered_as_in_the_whole_file() {
        let odd = SAMPLE.replace("\"killed\"", "\"slain\"").replace("{\"type\":\"Feature\"", "{\"type\":\"Fiture\"");
        for text in [SAMPLE.replace("\"killed\"", "\"slain\""), odd] {
            assert_ne!(text, SAMPLE);
            assert!(same(&text, 3000));
        }
    }

    #[test]
    fn an_id_that_stands_twice_is_settled_in_the_order_of_the_file() {
        let uid = SAMPLE.split("\"uid\":\"").nth(3).and_then(|t| t.split('"').next()).unwrap();
        let second = SAMPLE.split("\"uid\":\"").nth(40).and_then(|t| t.split('"').next()).unwrap();
        let text = SAMPLE.replace(&format!("\"uid\":\"{second}\""), &format!("\"uid\":\"{uid}\""));
        assert!(!same(&text, 2000), "read from front to back");
    }

    #[test]
    fn lists_within_lists_are_not_cut_at_the_wrong_place() {
        let pretty = SAMPLE.replace("},{", "},\n{");
        assert_ne!(pretty, SAMPLE);
        for piece in [50, 400, 3000] {
            same(&pretty, piece);
        }
    }

    #[test]
    fn a_file_cut_off_anywhere_is_refused_alike() {
        for end in (0..SAMPLE.len()).step_by(997) {
            if let Some(text) = SAMPLE.get(..end) {
                same(text, 2500);
            }
        }
    }

    #[test]
    fn drawings_and_kept_features_stay_where_they_stand() {
        let mut n = 0;
        let with: String = SAMPLE
            .lines()
            .map(|line| {
                n += 1;
                let drawing = format!(
                    r#"{{"type":"Feature","geometry":{{"type":"Point","coordinates":[45,39]}},"properties":{{"uid":"drawing {n}","kind":"drawing","drawing":"text","title":"{n}","sources":["nowhere"]}}}},"#
                );
                let foreign = format!(r#"{{"type":"Feature","geometry":null,"properties":{{"n":{n}}}}},"#);
                match n % 3 {
                    _ if !line.starts_with("{\"type\":\"Feature\"") => format!("{line}\n"),
                    0 => format!("{drawing}\n{foreign}\n{line}\n"),
                    1 => format!("{foreign}\n{drawing}\n{line}\n"),
                    _ => format!("{line}\n"),
                }
            })
            .collect();
        for piece in [100, 4000, 30_000] {
            assert!(same(&with, piece), "{piece}");
        }
        let (_, project, _) = read(&with, 4000).unwrap();
        let mut out = Vec::new();
        write(&project, &mut out).unwrap();
        let numbers = |text: &str| -> Vec<String> {
            let of = |l: &str| {
                l.split(['{', '}'])
                    .find(|p| p.starts_with("\"n\":") || p.starts_with("\"uid\":\""))
                    .map(|p| p.split(',').next().unwrap().to_owned())
            };
            text.lines().filter_map(of).collect()
        };
        assert_eq!(numbers(&String::from_utf8(out).unwrap()), numbers(&with));
    }

    #[test]
    fn what_is_cancelled_gives_nothing() {
        let progress: &'static Progress = Box::leak(Box::default());
        progress.cancel();
        let mut reader = Reader::new(SAMPLE);
        reader.progress = progress;
        assert!(reader.root().is_err() && reader.refused);
    }

    #[test]
    fn written_again_it_is_the_same_file() {
        let (cut, project, _) = read(SAMPLE, 4000).unwrap();
        let mut out = Vec::new();
        write(&project, &mut out).unwrap();
        assert!(cut && !out.is_empty());
    }
}
