//! What changes in what a project says of itself.

use std::collections::HashSet;

use super::MetaEdit;
use crate::model::{Meta, Party, PartyId, Source, SourceId};

/// The meta with a source put in, or in the place of the one with the same id; `None` if nothing would change.
pub(super) fn with_source(meta: &Meta, source: Source) -> Option<Meta> {
    let mut next = meta.clone();
    match next.sources.iter_mut().find(|s| s.id == source.id) {
        Some(old) if *old == source => return None,
        Some(old) => *old = source,
        None => next.sources.push(source),
    }
    Some(next)
}

/// The meta with the parties and sources put in whose id it does not have; `None` if it has all of them.
pub(super) fn with_new(meta: &Meta, parties: Vec<Party>, sources: Vec<Source>) -> Option<Meta> {
    let mut known: HashSet<PartyId> = meta.parties.iter().map(|p| p.id.clone()).collect();
    let parties: Vec<Party> = parties.into_iter().filter(|p| known.insert(p.id.clone())).collect();
    let mut known: HashSet<SourceId> = meta.sources.iter().map(|s| s.id.clone()).collect();
    let sources: Vec<Source> = sources.into_iter().filter(|s| known.insert(s.id.clone())).collect();
    if parties.is_empty() && sources.is_empty() {
        return None;
    }
    let mut next = meta.clone();
    next.parties.extend(parties);
    next.sources.extend(sources);
    Some(next)
}

/// The meta after an edit; `None` if nothing would change.
pub(super) fn edited_meta(meta: &Meta, edit: MetaEdit) -> Option<Meta> {
    let mut next = meta.clone();
    match edit {
        MetaEdit::Title(v) => next.title = v,
        MetaEdit::Description(v) => next.description = v,
        MetaEdit::Perspective(v) => next.perspective = v,
        MetaEdit::KeepLog(v) => next.keeps_log = v,
        MetaEdit::Neutrality(v) => next.neutrality = v,
        MetaEdit::SetSource(source) => return with_source(meta, *source),
        MetaEdit::SetParty(party) => match next.parties.iter_mut().find(|p| p.id == party.id) {
            Some(old) => *old = *party,
            None => next.parties.push(*party),
        },
        MetaEdit::Pin(pin) => {
            next.pins.retain(|p| (&p.incident, &p.claim) != (&pin.incident, &pin.claim));
            next.pins.push(pin);
        }
        MetaEdit::Unpin(pin) => next.pins.retain(|p| (&p.incident, &p.claim) != (&pin.incident, &pin.claim)),
        MetaEdit::SetFilter(filter) => match next.filters.iter_mut().find(|f| f.name == filter.name) {
            // What another version keeps with it stays.
            Some(old) => old.filters = filter.filters,
            None => next.filters.push(*filter),
        },
        MetaEdit::RenameFilter(from, to) => {
            let is_free = !to.trim().is_empty() && meta.filter(&to).is_none();
            if let Some(filter) = next.filters.iter_mut().find(|f| f.name == from && is_free) {
                filter.name = to;
            }
        }
        MetaEdit::RemoveFilter(name) => next.filters.retain(|f| f.name != name),
        MetaEdit::AddSlide(at, slide) => next.slides.insert(at.min(next.slides.len()), *slide),
        MetaEdit::SetSlide(slide) => {
            let at = meta.slide(&slide.id)?.0;
            *next.slides.get_mut(at)? = *slide;
        }
        MetaEdit::MoveSlide(id, to) => {
            let slide = next.slides.remove(meta.slide(&id)?.0);
            next.slides.insert(to.min(next.slides.len()), slide);
        }
        MetaEdit::RemoveSlide(id) => {
            next.slides.remove(meta.slide(&id)?.0);
        }
        MetaEdit::AddMap(source) => next.maps.push(*source),
        MetaEdit::SetMap(n, source) => *next.maps.get_mut(n)? = *source,
        MetaEdit::MoveMap(from, to) => {
            if from >= next.maps.len() || to >= next.maps.len() {
                return None;
            }
            let source = next.maps.remove(from);
            next.maps.insert(to, source);
        }
        MetaEdit::RemoveMap(n) => {
            if n >= next.maps.len() {
                return None;
            }
            next.maps.remove(n);
        }
    }
    (next != *meta).then_some(next)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edit::{Command, Workspace};
    use crate::model::Project;

    #[test]
    fn map_sources_are_added_ordered_changed_and_removed_and_each_step_is_undone() {
        use crate::model::{MapOrigin, MapSource};
        let mut w = Workspace::new(Project::default(), true);
        let source = |name: &str| MapSource::new(name, MapOrigin::File(format!("{name}.mbtiles").into()));
        let names = |w: &Workspace| w.project().meta().maps.iter().map(|s| s.name.to_string()).collect::<String>();
        for name in ["a", "b", "c"] {
            w.commit(Command::Meta(MetaEdit::AddMap(Box::new(source(name))))).unwrap();
        }
        w.commit(Command::Meta(MetaEdit::MoveMap(2, 0))).unwrap();
        assert_eq!(names(&w), "cab");
        let paler = MapSource { opacity: 40, ..source("d") };
        w.commit(Command::Meta(MetaEdit::SetMap(1, Box::new(paler.clone())))).unwrap();
        w.commit(Command::Meta(MetaEdit::RemoveMap(0))).unwrap();
        assert_eq!(names(&w), "db");
        for gone in [MetaEdit::MoveMap(0, 2), MetaEdit::RemoveMap(2), MetaEdit::SetMap(2, Box::new(paler))] {
            assert!(w.commit(Command::Meta(gone)).unwrap().is_none(), "there is no third");
        }
        for before in ["cdb", "cab", "abc", "ab", "a", ""] {
            w.undo();
            assert_eq!(names(&w), before);
        }
    }
}
