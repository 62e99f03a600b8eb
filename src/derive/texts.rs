//! The texts of a large project in one piece, so that words are found at the speed of memory instead of incident by incident.

use memchr::memmem;
use rayon::prelude::*;

use super::Haystack;
use super::bits::Bits;
use crate::model::{IncidentId, Project, Search};

/// Incidents that one thread takes at a time.
const BATCH: usize = 4096;

/// The folded texts of all incidents, one after the other. Made from a snapshot, on any thread; an answer that has it follows
/// edits by looking at the edited incidents one by one.
#[derive(Clone, Debug, Default)]
pub struct Texts {
    /// Each text ends in a line feed, which no folded text holds: nothing is found across two.
    arena: String,
    /// Where each text ends, rising, and whose it is.
    ends: Vec<usize>,
    slots: Vec<u32>,
    slots_all: usize,
}

impl Texts {
    /// The texts of a project.
    pub fn of(project: &Project) -> Self {
        let haystack = Haystack::of(project);
        let ids: Vec<IncidentId> = project.ids().collect();
        let pieces: Vec<Self> = (ids.par_chunks(BATCH))
            .map(|ids| {
                let (mut out, mut text) = (Self::default(), String::new());
                for id in ids {
                    text.clear();
                    project.look(*id, |incident| haystack.fold_all(&mut text, incident));
                    out.arena.push_str(&text);
                    out.arena.push('\n');
                    out.ends.push(out.arena.len());
                    out.slots.push(id.0);
                }
                out
            })
            .collect();
        let mut out = Self { slots_all: project.slots() as usize, ..Self::default() };
        out.arena.reserve_exact(pieces.iter().map(|p| p.arena.len()).sum());
        for piece in pieces {
            let before = out.arena.len();
            out.arena.push_str(&piece.arena);
            out.ends.extend(piece.ends.into_iter().map(|end| end + before));
            out.slots.extend(piece.slots);
        }
        out
    }

    /// The slots of the incidents in whose texts all of a search is found.
    pub(super) fn find(&self, search: &Search) -> Bits {
        let mut found: Option<Vec<bool>> = None;
        for (words, names) in search.groups() {
            let mut group = vec![true; self.slots.len()];
            for word in words {
                let hits = self.hits(word, false);
                group.iter_mut().zip(hits).for_each(|(all, hit)| *all &= hit);
            }
            for name in names {
                let hits = self.hits(name, true);
                group.iter_mut().zip(hits).for_each(|(any, hit)| *any |= hit);
            }
            found = Some(match found {
                None => group,
                Some(mut all) => {
                    all.iter_mut().zip(group).for_each(|(all, g)| *all &= g);
                    all
                }
            });
        }
        let mut bits = Bits::of(self.slots_all, |_| false);
        let hits = found.unwrap_or_else(|| vec![true; self.slots.len()]);
        for (slot, _) in self.slots.iter().zip(hits).filter(|(_, hit)| *hit) {
            bits.set(*slot as usize, true);
        }
        bits
    }

    /// By text: whether `words` occurs in it, at the start of a word if that is asked.
    fn hits(&self, words: &str, at_start: bool) -> Vec<bool> {
        let mut hits = vec![false; self.slots.len()];
        let bytes = self.arena.as_bytes();
        let finder = memmem::Finder::new(words);
        let (mut from, mut text) = (0, 0);
        while let Some(at) = bytes.get(from..).and_then(|rest| finder.find(rest)).map(|i| from + i) {
            let begins = !at_start || at == 0 || matches!(bytes.get(at - 1), Some(b' ' | b'\n'));
            if !begins {
                from = at + 1;
                continue;
            }
            // Texts are short: the next hit is most often a few texts on, else far away.
            let near = self.ends.get(text..).unwrap_or_default();
            let step = near.iter().take(8).position(|end| *end > at);
            text += step.unwrap_or_else(|| near.partition_point(|end| *end <= at));
            if let Some(hit) = hits.get_mut(text) {
                *hit = true;
            }
            let Some(end) = self.ends.get(text) else { break };
            from = *end;
        }
        hits
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Incident, Kind, Meta, Uid};

    #[test]
    fn what_is_found_in_one_piece_is_what_is_found_one_by_one() {
        let titles = ["Shelling at Sotk", "Zod, Vardenis", "sot k", "Fire", "", "Xankəndi Sotk", "azod"];
        let incident = |(n, t): (usize, &&str)| Incident::new(Uid::new(&n.to_string()), Kind::Shelling, t);
        let project = Project::new(Meta::default(), titles.iter().enumerate().map(incident), Vec::new());
        let texts = Texts::of(&project);
        let haystack = Haystack::of(&project);
        let names = |run: &str| if run == "sotk" { vec!["zod".to_owned()] } else { Vec::new() };
        for typed in ["sotk", "otk", "shelling", "khankendi sotk", "fire zod", "z", "no such words", "sotk k"] {
            let search = Search::with_names(typed, names);
            let one_by_one = project.iter().filter(|(_, i)| {
                let mut text = String::new();
                haystack.fold_all(&mut text, i);
                search.is_in(&text)
            });
            let wanted: Vec<usize> = one_by_one.map(|(id, _)| id.0 as usize).collect();
            assert_eq!(texts.find(&search).iter().collect::<Vec<_>>(), wanted, "{typed}");
        }
    }
}
