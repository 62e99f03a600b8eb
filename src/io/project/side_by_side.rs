//! The features of a large file, read by all cores.
//!
//! The list is cut where a line begins with a feature and the line before it ends with a comma. No text of JSON holds a
//! line break, so such a place is between two parts of some list or object; that it is between two features is
//! checked: each piece must end exactly where the next begins. Where it does not, or anything else is not as in
//! the files of this program, nothing is kept and the file is read from front to back, which is always right.

use std::collections::HashSet;
use std::rc::Rc;
use std::sync::Arc;

use rayon::prelude::*;

use super::incident::number_of;
use super::json::Cursor;
use super::lines::{Defined, Leaving, all_differ, uids};
use super::notes::Notes;
use super::read::{Reader, Stands};
use crate::derive::Scan;
use crate::io::progress::Progress;
use crate::model::{Found, Kept, Meta, Placed, Uid};

/// Pieces are about this long, in bytes; shorter lists are not cut. Reading a piece takes some milliseconds.
pub(super) const PIECE: usize = 1 << 20;

/// What one thread has read.
struct Piece<'a> {
    json: Cursor<'a>,
    notes: Notes<'a>,
    incidents: Vec<Found>,
    scan: Option<Scan>,
    stands: Vec<Stands>,
    kept: Vec<Kept>,
    drawings: Vec<Placed>,
    drawn: Vec<Stands>,
    features: usize,
    foreign: usize,
}

impl<'a> Reader<'a> {
    /// Reads all features, the cursor standing behind the opening bracket of their list, and leaves the list. `false`:
    /// nothing was read and the cursor stands where it stood. Where the text is kept, incidents may be left as its lines.
    pub(super) fn features_side_by_side(&mut self, piece: usize, leave: bool) -> bool {
        let starts = cuts(self.json.whole_text(), self.json.here(), piece);
        if starts.len() < 2 {
            return false;
        }
        let ends = starts.iter().skip(1).copied().map(Some).chain([None]);
        let spans: Vec<(usize, Option<usize>)> = starts.iter().copied().zip(ends).collect();
        let (list, progress) = (&self.json, self.progress);
        // What the lines stand on must have been read before them.
        let defined = (leave && self.has_meta).then(|| Defined::by(&self.meta));
        let read: Option<Vec<Piece<'a>>> = (spans.into_par_iter())
            .map(|(from, to)| read_piece(list.before_element(from), to, defined.clone(), progress))
            .collect();
        let Some(mut pieces) = read else { return false };
        let total = pieces.iter().map(|p| p.incidents.len()).sum();
        let mut names: Vec<&str> = Vec::with_capacity(total);
        for piece in &pieces {
            names.par_extend(uids(self.json.whole_text(), &piece.incidents));
            names.extend(piece.drawings.iter().filter_map(|p| p.drawing.as_deref()).map(|d| d.uid.as_str()));
        }
        // An id that stands twice is given another; which of the two, only the order of the file says.
        if !all_differ(&names) {
            return false;
        }
        let wanted = wanted(&self.meta, &pieces);
        self.uids.extend(names.into_iter().filter(|n| wanted.contains(n)).map(Uid::new));
        self.scan = pieces.iter_mut().map(|p| p.scan.take()).collect::<Option<Vec<Scan>>>().map(Scan::joined);
        self.incidents.reserve(total);
        self.stands.reserve(total);
        for piece in pieces {
            let before = number_of(self.incidents.len());
            let kept_before = number_of(self.kept.len());
            let features = self.features;
            self.notes.take_over(piece.notes, features);
            self.incidents.extend(piece.incidents);
            self.stands.extend(piece.stands.into_iter().map(|s| Stands { feature: s.feature + features, ..s }));
            self.kept.extend(
                piece.kept.into_iter().map(|k| Kept { after_slots: k.after_slots.saturating_add(before), ..k }),
            );
            self.drawings.extend(piece.drawings.into_iter().map(|p| Placed {
                after_slots: p.after_slots.saturating_add(before),
                after_kept: p.after_kept.saturating_add(kept_before),
                ..p
            }));
            self.drawn.extend(piece.drawn.into_iter().map(|s| Stands { feature: s.feature + features, ..s }));
            self.features += piece.features;
            self.foreign += piece.foreign;
            self.json = piece.json;
        }
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
fn read_piece<'a>(
    json: Cursor<'a>,
    to: Option<usize>,
    defined: Option<Arc<Defined>>,
    progress: &'a Progress,
) -> Option<Piece<'a>> {
    let mut reader = Reader::new(json.whole_text());
    let from = json.end();
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
    let scan = leaving.map(|l| l.scan);
    if let Some(scan) = &scan {
        progress.found(scan.places());
    }
    Some(Piece { json, notes, incidents, scan, stands, kept, drawings, drawn, features, foreign })
}

/// The uids to which pins and incidents lead: those that need to be looked up later.
fn wanted<'p>(meta: &'p Meta, pieces: &'p [Piece<'_>]) -> HashSet<&'p str> {
    let whole = pieces.iter().flat_map(|p| &p.incidents).filter_map(|found| match found {
        Found::Whole(incident) => Some(&**incident),
        Found::Line(_) => None,
    });
    let leads = whole.flat_map(|i| i.parent.iter().chain(i.claims.iter().flat_map(|c| &c.covers)));
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
        let opened = finish(reader, false, None);
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
