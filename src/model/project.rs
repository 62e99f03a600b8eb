//! A project: its incidents and drawings in slots, what it says of itself, and whatever a file held that this version does not know.

use std::sync::Arc;

use super::lines::{Finds, Lines, Ruling};
use super::slots::{Chunk, Held, Place, Slot};
use super::{Drawing, DrawingId, Incident, IncidentId, Log, Logged, Meta, Text, Uid};

/// A feature of the file that is not an incident this version knows (a drawing of a later version's kind, a foreign feature).
/// It is carried through untouched, as raw JSON on one line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// Number of incident slots that stood before it in the file.
    pub after_slots: u32,
    /// The feature, raw.
    pub json: Text,
}

/// A drawing and where it stands in the file.
#[derive(Clone, Debug, PartialEq)]
pub struct Placed {
    /// The drawing; `None` if it was deleted.
    pub drawing: Option<Arc<Drawing>>,
    /// Number of incident slots that stood before it in the file; the greatest number: it is new and comes last.
    pub after_slots: u32,
    /// Number of kept features that stood before it.
    pub after_kept: u32,
}

/// A project. Cloning it is a snapshot: it shares all incidents and copies only pointers to chunks.
///
/// Reading is open to everyone; the ways to change it are public within the crate and used by `edit` and `io` alone
/// (`tests/architecture.rs`).
#[derive(Clone, Debug, Default)]
pub struct Project {
    /// Title, parties, sources and the like.
    meta: Arc<Meta>,
    chunks: Vec<Arc<Chunk>>,
    /// The text of the file in which untouched incidents still stand, if it was a large one.
    lines: Option<Lines>,
    slots: u32,
    live: u32,
    kept: Arc<Vec<Kept>>,
    drawings: Arc<Vec<Placed>>,
    log: Log,
}

impl Project {
    /// A project of these parts; incidents take slots 0, 1, 2, … in the order given.
    pub fn new(meta: Meta, incidents: impl IntoIterator<Item = Incident>, kept: Vec<Kept>) -> Self {
        let project = Self { meta: Arc::new(meta), kept: Arc::new(kept), ..Self::default() };
        project.filled(incidents.into_iter().map(|incident| Slot::Here(Arc::new(incident))))
    }

    /// A project as it was found in a file; of a large one most incidents stay its lines.
    pub(crate) fn of_file(meta: Arc<Meta>, found: Finds, lines: Option<Lines>, kept: Vec<Kept>) -> Self {
        let project = Self { meta, kept: Arc::new(kept), lines, ..Self::default() };
        project.filled(found.into_slots())
    }

    fn filled(self, slots: impl Iterator<Item = Slot>) -> Self {
        let mut project = self;
        let mut chunk = Chunk::new();
        for slot in slots {
            chunk.push(slot);
            project.slots += 1;
            if chunk.len() == Chunk::SLOTS {
                project.chunks.push(Arc::new(std::mem::replace(&mut chunk, Chunk::new())));
            }
        }
        if chunk.len() > 0 {
            project.chunks.push(Arc::new(chunk));
        }
        project.live = project.slots;
        project
    }

    /// The same of incidents that are shared already, which spares a copy of each.
    pub(crate) fn of_shared(meta: Meta, incidents: Vec<Arc<Incident>>) -> Self {
        let project = Self { meta: Arc::new(meta), ..Self::default() };
        project.filled(incidents.into_iter().map(Slot::Here))
    }

    /// Title, parties, sources and the like.
    pub fn meta(&self) -> &Meta {
        &self.meta
    }

    /// The same, shared.
    pub fn meta_arc(&self) -> &Arc<Meta> {
        &self.meta
    }

    /// Features carried through untouched.
    pub fn kept(&self) -> &[Kept] {
        &self.kept
    }

    /// The log of edits.
    pub fn log(&self) -> &Log {
        &self.log
    }

    /// The same project with this log.
    #[must_use]
    pub fn with_log(self, log: Log) -> Self {
        Self { log, ..self }
    }

    /// Adds an entry to the log.
    pub(crate) fn note(&mut self, entry: Logged) {
        self.log.push(Arc::new(entry));
    }

    /// Puts another log in the place of its own.
    pub(crate) fn set_log(&mut self, log: Log) {
        self.log = log;
    }

    /// Whether two projects share all that they hold, so that they are equal without a look at it. One that says `false` may
    /// still be equal.
    pub fn is_same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.meta, &other.meta)
            && Arc::ptr_eq(&self.kept, &other.kept)
            && Arc::ptr_eq(&self.drawings, &other.drawings)
            && self.log.is_same(&other.log)
            && self.slots == other.slots
            && self.chunks.iter().zip(&other.chunks).all(|(a, b)| Arc::ptr_eq(a, b))
    }

    /// The slots in which two states of one project differ, found by what they share: a snapshot costs nothing where it
    /// was not changed. A slot whose incident was changed and changed back may be among them.
    pub fn slots_unlike(&self, other: &Self) -> Vec<IncidentId> {
        let mut unlike = Vec::new();
        let none = Arc::new(Chunk::default());
        for n in 0..self.chunks.len().max(other.chunks.len()) {
            let (a, b) = (self.chunks.get(n).unwrap_or(&none), other.chunks.get(n).unwrap_or(&none));
            if Arc::ptr_eq(a, b) {
                continue;
            }
            for i in 0..a.len().max(b.len()) {
                if !a.slots().get(i).unwrap_or(&Slot::Empty).is_same(b.slots().get(i).unwrap_or(&Slot::Empty)) {
                    unlike.push(IncidentId(u32::try_from(n * Chunk::SLOTS + i).unwrap_or(u32::MAX)));
                }
            }
        }
        unlike
    }

    /// The features carried through, shared.
    pub fn kept_arc(&self) -> &Arc<Vec<Kept>> {
        &self.kept
    }

    /// The same project with these drawings; they take slots 0, 1, 2, … in the order given.
    #[must_use]
    pub fn with_drawings(self, drawings: Vec<Placed>) -> Self {
        Self { drawings: Arc::new(drawings), ..self }
    }

    /// All slots of drawings, emptied ones too, in the order of the file.
    pub fn drawing_slots(&self) -> &[Placed] {
        &self.drawings
    }

    /// All drawings with their slots, in the order of the file: later ones lie over earlier ones.
    pub fn drawings(&self) -> impl DoubleEndedIterator<Item = (DrawingId, &Drawing)> + '_ {
        self.drawings.iter().enumerate().filter_map(|(n, placed)| {
            let id = DrawingId(u32::try_from(n).unwrap_or(u32::MAX));
            placed.drawing.as_deref().map(|drawing| (id, drawing))
        })
    }

    /// The drawing in a slot; `None` if it was deleted or the slot was never used.
    pub fn drawing(&self, id: DrawingId) -> Option<&Drawing> {
        self.drawings.get(id.0 as usize)?.drawing.as_deref()
    }

    /// The incident in a slot; `None` if it was deleted or the slot was never used.
    pub fn get(&self, id: IncidentId) -> Option<&Incident> {
        self.slot(id).map(|i| &**i)
    }

    /// What `look` sees in what a slot held; `None` if that was nothing.
    pub(crate) fn look_at<T>(&self, held: &Held, look: impl FnOnce(&Incident) -> T) -> Option<T> {
        held.look(self.lines.as_ref(), look)
    }

    /// The same, shared.
    pub fn slot(&self, id: IncidentId) -> Option<&Arc<Incident>> {
        self.place(id)?.get(self.lines.as_ref())
    }

    fn place(&self, id: IncidentId) -> Option<Place<'_>> {
        let i = id.0 as usize;
        self.chunks.get(i / Chunk::SLOTS)?.place(i % Chunk::SLOTS)
    }

    fn places(&self) -> impl Iterator<Item = (IncidentId, Place<'_>)> + '_ {
        let places = self.chunks.iter().flat_map(|chunk| chunk.places());
        places.zip(0..).map(|(place, n)| (IncidentId(n), place))
    }

    /// All incidents with their slots, in the order of the file. Of a large file each incident gone over so is made from
    /// its line and stays in memory; [`Self::looks`] and [`Self::ids`] are for those who go over all of them.
    pub fn iter(&self) -> impl Iterator<Item = (IncidentId, &Incident)> + '_ {
        self.places().filter_map(|(id, slot)| slot.get(self.lines.as_ref()).map(|incident| (id, &**incident)))
    }

    /// The slots of all incidents, in the order of the file.
    pub fn ids(&self) -> impl Iterator<Item = IncidentId> + '_ {
        self.places().filter(|(_, place)| place.slot.is_some()).map(|(id, _)| id)
    }

    /// What `look` sees in the incident of a slot; `None` if there is none. Of a large file nothing is left behind in memory.
    pub fn look<T>(&self, id: IncidentId, look: impl FnOnce(&Incident) -> T) -> Option<T> {
        self.place(id)?.look(self.lines.as_ref(), look)
    }

    /// What `look` sees in the incident of a slot where only what is scanned counts: times, kind, place without names,
    /// parties, sources and claims without words; not the uid. `scratch` is filled in where that is quicker.
    pub(crate) fn glance<T>(
        &self,
        id: IncidentId,
        scratch: &mut Incident,
        look: impl FnOnce(&Incident) -> T,
    ) -> Option<T> {
        self.place(id)?.glance(self.lines.as_ref(), scratch, look)
    }

    /// What `look` sees in those incidents that may have a member of this name in the file, in its order: of a large file lines
    /// without the name are passed over, and nothing is left behind in memory.
    pub fn looks_for<'p, T>(
        &'p self,
        member: &'p str,
        mut look: impl FnMut(IncidentId, &Incident) -> T + 'p,
    ) -> impl Iterator<Item = T> + 'p {
        let lines = self.lines.as_ref();
        let may = self.places().filter(move |(_, slot)| slot.may_have(lines, member));
        may.filter_map(move |(id, slot)| slot.look(lines, |incident| look(id, incident)))
    }

    /// The incidents of which something is marked as sensitive, in the order of the file. Of a large file nothing is left behind
    /// in memory.
    pub fn marked(&self) -> Vec<IncidentId> {
        self.looks_for("sensitive", |id, incident| incident.is_marked().then_some(id)).flatten().collect()
    }

    /// The uid of the incident of a slot, without making one of a line.
    pub fn uid(&self, id: IncidentId) -> Option<&str> {
        self.place(id)?.uid(self.lines.as_ref())
    }

    /// What `look` sees in each incident, in the order of the file. Of a large file nothing is left behind in memory.
    pub fn looks<'p, T>(
        &'p self,
        mut look: impl FnMut(IncidentId, &Incident) -> T + 'p,
    ) -> impl Iterator<Item = T> + 'p {
        self.places().filter_map(move |(id, slot)| slot.look(self.lines.as_ref(), |incident| look(id, incident)))
    }

    /// The incidents that may lead to others, by a parent or by claims that cover several, in the order of the file: all but
    /// those that are left as lines.
    pub fn leading(&self) -> impl Iterator<Item = (IncidentId, &Incident)> + '_ {
        self.places().filter_map(|(id, place)| match place.slot {
            Slot::Here(incident) => Some((id, &**incident)),
            Slot::Empty | Slot::Line(..) | Slot::Ruled(..) => None,
        })
    }

    /// The uids of all incidents with their slots, in the order of the file.
    pub fn uids(&self) -> impl Iterator<Item = (IncidentId, &str)> + '_ {
        self.places().filter_map(|(id, slot)| Some((id, slot.uid(self.lines.as_ref())?)))
    }

    /// Whether lines of the file still say the same, derived members included.
    pub(crate) fn lines_hold(&self) -> bool {
        self.lines.as_ref().is_some_and(|lines| lines.hold_under(&self.meta))
    }

    /// What `look` sees in the line of the file in which the incident of a slot stands, if it was not changed since.
    pub(crate) fn line<T>(&self, id: IncidentId, look: impl FnOnce(&str) -> T) -> Option<T> {
        match (self.place(id)?.slot, &self.lines) {
            (Slot::Line(line), Some(lines)) => lines.line(*line, look),
            _ => None,
        }
    }

    /// How many lines of the file somebody has looked at and left behind as incidents in memory.
    pub(crate) fn lines_read(&self) -> usize {
        self.places().filter(|(_, place)| matches!(place.slot, Slot::Line(_)) && place.made().is_some()).count()
    }

    /// The slot of the incident with this uid; goes over every uid. For many look-ups build a map once.
    pub fn find(&self, uid: &Uid) -> Option<IncidentId> {
        self.uids().find(|(_, u)| *u == uid.as_str()).map(|(id, _)| id)
    }

    /// Number of incidents.
    pub fn len(&self) -> usize {
        self.live as usize
    }

    /// Whether there are no incidents.
    pub fn is_empty(&self) -> bool {
        self.live == 0
    }

    /// Number of slots ever used: ids run below this.
    pub fn slots(&self) -> u32 {
        self.slots
    }

    /// Puts `value` into a slot and gives back what was there, a line as a line. A slot at `slots()` extends the project by
    /// one; a slot beyond that is refused: nothing changes and `value` comes back.
    pub(crate) fn exchange(&mut self, id: IncidentId, value: Held) -> Held {
        if id.0 > self.slots {
            return value;
        }
        if id.0 == self.slots {
            self.slots += 1;
            if self.chunks.last().is_none_or(|c| c.len() == Chunk::SLOTS) {
                self.chunks.push(Arc::new(Chunk::new()));
            }
            if let Some(chunk) = self.chunks.last_mut() {
                Arc::make_mut(chunk).push(Slot::Empty);
            }
        }
        let (i, is) = (id.0 as usize, u32::from(value.is_some()));
        let mut held = value;
        if let Some(chunk) = self.chunks.get_mut(i / Chunk::SLOTS)
            && Arc::make_mut(chunk).swap(i % Chunk::SLOTS, &mut held)
        {
            self.live = self.live + is - u32::from(held.is_some());
        }
        held
    }

    /// Swaps each value with what is in its slot, as [`Self::exchange`] one after the other does; slots that are there and
    /// rise go chunk by chunk, which of a million is much quicker.
    pub(crate) fn exchange_all(&mut self, values: &mut [(IncidentId, Held)]) {
        let rising = values.windows(2).all(|w| matches!(w, [a, b] if a.0 < b.0));
        if !rising || values.last().is_some_and(|(id, _)| id.0 >= self.slots) {
            for (id, value) in values {
                *value = self.exchange(*id, std::mem::take(value));
            }
            return;
        }
        let mut more = 0;
        let mut rest = values;
        for (n, chunk) in self.chunks.iter_mut().enumerate() {
            let end = rest.partition_point(|(id, _)| (id.0 as usize) < (n + 1) * Chunk::SLOTS);
            let (here, after) = rest.split_at_mut(end);
            rest = after;
            if here.is_empty() {
                continue;
            }
            let chunk = Arc::make_mut(chunk);
            for (id, value) in here {
                let is = i64::from(value.is_some());
                if chunk.swap(id.0 as usize % Chunk::SLOTS, value) {
                    more += is - i64::from(value.is_some());
                }
            }
        }
        self.live = u32::try_from(i64::from(self.live) + more).unwrap_or(0);
    }

    /// What a slot holds under one more rule, of an incident that stays a line until somebody looks; `None`: there is none,
    /// or the incident is held as one and has to be changed.
    pub(crate) fn under(&self, id: IncidentId, ruling: &mut Ruling) -> Option<Held> {
        self.place(id)?.under(ruling)
    }

    /// Puts `value` into a slot of drawings and gives back what was there. The slot after the last one is made; one
    /// beyond is refused: nothing changes and `value` comes back.
    pub(crate) fn swap_drawing(&mut self, id: DrawingId, value: Option<Arc<Drawing>>) -> Option<Arc<Drawing>> {
        let n = id.0 as usize;
        if n > self.drawings.len() {
            return value;
        }
        let drawings = Arc::make_mut(&mut self.drawings);
        if n == drawings.len() {
            drawings.push(Placed { drawing: None, after_slots: u32::MAX, after_kept: u32::MAX });
        }
        match drawings.get_mut(n) {
            Some(placed) => std::mem::replace(&mut placed.drawing, value),
            None => value,
        }
    }

    /// Puts in other features of the kind that is carried through and gives back those that were there.
    pub(crate) fn swap_kept(&mut self, kept: Arc<Vec<Kept>>) -> Arc<Vec<Kept>> {
        std::mem::replace(&mut self.kept, kept)
    }

    /// Puts in another `meta` and gives back the one that was there.
    pub(crate) fn swap_meta(&mut self, meta: Arc<Meta>) -> Arc<Meta> {
        std::mem::replace(&mut self.meta, meta)
    }
}

impl PartialEq for Project {
    /// Equal content in equal order; empty slots do not count.
    fn eq(&self, other: &Self) -> bool {
        self.meta == other.meta
            && self.live == other.live
            && self.kept == other.kept
            && self.log == other.log
            && self.iter().map(|(_, i)| i).eq(other.iter().map(|(_, i)| i))
            && self.drawings().map(|(_, d)| d).eq(other.drawings().map(|(_, d)| d))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Kind;

    fn incident(n: u32) -> Incident {
        Incident::new(Uid::new(&format!("i{n}")), Kind::ArmedClash, "x")
    }

    #[test]
    fn a_snapshot_does_not_see_later_changes_and_slots_are_not_reused() {
        let mut project = Project::new(Meta::default(), (0..1000).map(incident), Vec::new());
        let before = project.clone();
        assert!(project.exchange(IncidentId(600), Held::default()).incident().is_some());
        assert_eq!((project.len(), before.len()), (999, 1000));
        assert!(before.get(IncidentId(600)).is_some() && project.get(IncidentId(600)).is_none());
        project.exchange(IncidentId(project.slots()), Held::new(Some(Arc::new(incident(1000)))));
        assert_eq!(project.slots(), 1001);
        assert_eq!(project.find(&Uid::new("i1000")), Some(IncidentId(1000)));
    }

    #[test]
    fn many_slots_are_exchanged_as_each_by_itself() {
        let all = 3000;
        let start = Project::new(Meta::default(), (0..all).map(incident), Vec::new());
        let values = || -> Vec<(IncidentId, Held)> {
            let some = (0..all).filter(|n| n % 2 == 0);
            some.map(|n| (IncidentId(n), Held::new((n % 3 > 0).then(|| Arc::new(incident(n + all)))))).collect()
        };
        let (mut together, mut apart) = (start.clone(), start.clone());
        let mut held = values();
        together.exchange_all(&mut held);
        for (id, value) in values() {
            apart.exchange(id, value);
        }
        assert_eq!((together.len(), &together), (apart.len(), &apart));
        assert!(together.len() < start.len());
        together.exchange_all(&mut held);
        assert_eq!((together.len(), &together), (start.len(), &start));
    }

    #[test]
    fn drawings_keep_their_slots_and_a_snapshot_does_not_see_later_changes() {
        use crate::model::{DrawingKind, Form, LonLat};
        let text = |uid: &str| {
            let at = Form::Point(LonLat::new(45.0, 40.0).unwrap());
            Some(Arc::new(Drawing::new(Uid::new(uid), DrawingKind::Text, at).unwrap()))
        };
        let mut project = Project::default();
        assert!(project.swap_drawing(DrawingId(1), text("b")).is_some(), "a slot beyond the end");
        project.swap_drawing(DrawingId(0), text("a"));
        project.swap_drawing(DrawingId(1), text("b"));
        let before = project.clone();
        assert!(project.swap_drawing(DrawingId(0), None).is_some());
        assert_eq!(project.drawings().map(|(id, _)| id.0).collect::<Vec<_>>(), [1]);
        assert_eq!((before.drawings().count(), before != project), (2, true));
    }

    #[test]
    fn a_slot_beyond_the_end_changes_nothing() {
        let mut project = Project::new(Meta::default(), (0..3).map(incident), Vec::new());
        assert!(project.exchange(IncidentId(9), Held::new(Some(Arc::new(incident(9))))).incident().is_some());
        assert_eq!(project.len(), 3);
    }
}
