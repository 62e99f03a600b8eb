//! The texts of a large project in one piece, so that words are found at the speed of memory instead of incident by incident.

use memchr::memmem;
use rayon::prelude::*;

use super::Haystack;
use super::bits::Bits;
use crate::model::{IncidentId, Project, Search};

/// Incidents that one thread takes at a time.
const BATCH: usize = 4096;
/// Texts that are searched at a time: a few milliseconds of one thread.
const PART: usize = 16_384;

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
        let mut bits = Bits::of(self.slots_all, |_| false);
        self.find_told(search, &mut |ids| {
            for id in &ids {
                bits.set(id.0 as usize, true);
            }
            true
        });
        bits
    }

    /// Gives what is found to `told`, a part of the texts after the other and as many at a time as there are threads;
    /// `false` from it stops the search, and comes back.
    pub(super) fn find_told(&self, search: &Search, told: &mut dyn FnMut(Vec<IncidentId>) -> bool) -> bool {
        let parts = self.slots.len().div_ceil(PART);
        for round in (0..parts).collect::<Vec<_>>().chunks(rayon::current_num_threads().max(1) * 2) {
            let found: Vec<Vec<IncidentId>> = round.par_iter().map(|n| self.found_in(search, n * PART)).collect();
            if !told(found.concat()) {
                return false;
            }
        }
        true
    }

    /// What is found in the [`PART`] texts from one on.
    fn found_in(&self, search: &Search, from: usize) -> Vec<IncidentId> {
        let slots = self.slots.get(from..(from + PART).min(self.slots.len())).unwrap_or_default();
        let mut all = vec![true; slots.len()];
        for (words, names) in search.groups() {
            let mut group = vec![true; slots.len()];
            for word in words {
                let hits = self.hits(word, false, from);
                group.iter_mut().zip(hits).for_each(|(all, hit)| *all &= hit);
            }
            for name in names {
                let hits = self.hits(name, true, from);
                group.iter_mut().zip(hits).for_each(|(any, hit)| *any |= hit);
            }
            all.iter_mut().zip(group).for_each(|(all, g)| *all &= g);
        }
        slots.iter().zip(all).filter(|(_, hit)| *hit).map(|(slot, _)| IncidentId(*slot)).collect()
    }

    /// By text of the [`PART`] from one on: whether `words` occurs in it, at the start of a word if that is asked.
    fn hits(&self, words: &str, at_start: bool, first: usize) -> Vec<bool> {
        let ends = self.ends.get(first..(first + PART).min(self.ends.len())).unwrap_or_default();
        let begin = first.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        let mut hits = vec![false; ends.len()];
        let bytes = self.arena.as_bytes().get(..ends.last().copied().unwrap_or(begin)).unwrap_or_default();
        let finder = memmem::Finder::new(words);
        let (mut from, mut text) = (begin, 0);
        while let Some(at) = bytes.get(from..).and_then(|rest| finder.find(rest)).map(|i| from + i) {
            let begins = !at_start || at == 0 || matches!(bytes.get(at - 1), Some(b' ' | b'\n'));
            if !begins {
                from = at + 1;
                continue;
            }
            // Texts are short: the next hit is most often a few texts on, else far away.
            let near = ends.get(text..).unwrap_or_default();
            let step = near.iter().take(8).position(|end| *end > at);
            text += step.unwrap_or_else(|| near.partition_point(|end| *end <= at));
            if let Some(hit) = hits.get_mut(text) {
                *hit = true;
            }
            let Some(end) = ends.get(text) else { break };
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
