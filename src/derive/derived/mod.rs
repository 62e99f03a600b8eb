//! The answer to a question about a project, kept up to date.
//!
//! [`Derived`] answers a first question by looking at everything, and the next one by as little as has changed: another
//! window of time touches what enters and leaves it, an edit its own incident, another policy all claims but no date.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, OnceLock};

mod adding;
mod follow;

pub(super) use adding::people;
pub use follow::{derive, derive_scanned};

use super::bits::Bits;
use super::columns::{Asked, Columns, mark};
use super::sum::{self, Cover, Tree};
use super::tally::{Fig, Tally, is};
use super::toll::{self, Ledger};
use super::window::{RunningSums, TimeOrder};
use super::{Dead, Figure, Finding, Key, Month, Question, Texts, dead, finding};
use crate::model::{Category, Incident, IncidentId, Kind, LonLat, Meta, PartyId, Project, Search, Span, Text};
use adding::{Held, groups};

/// One incident that the question shows.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Its slot.
    pub id: IncidentId,
    /// When, as it stands in the project.
    pub span: Option<Span>,
    /// The dead by its own claims.
    pub dead: Dead,
    /// How many of its claims stand and were known.
    pub claims: u32,
    /// Whether two of its claims cannot both be true.
    pub contradicted: bool,
    /// Whether other incidents are parts of it.
    pub is_parent: bool,
}

/// Claims about the same people in one incident that cannot all be true.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contradiction {
    /// The incident.
    pub incident: IncidentId,
    /// What the claims are about.
    pub key: Key,
    /// The lowest number that one of them names.
    pub low: u32,
    /// The highest.
    pub high: u32,
    /// The ids of the claims, in the order of publication.
    pub claims: Vec<Text>,
}

impl Contradiction {
    /// How far the claims are apart, in people.
    pub fn spread(&self) -> u32 {
        self.high.saturating_sub(self.low)
    }
}

/// What the last refresh changed, for those who keep something by incident as well.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Changed {
    /// Anything.
    #[default]
    Everything,
    /// Only what is shown, of many incidents: no figure.
    Window,
    /// The figures of some incidents, and whether others are shown. An incident may be named though nothing changed.
    Few {
        /// Edited incidents.
        figures: Vec<IncidentId>,
        /// Incidents that may have come into or gone out of the window.
        shown: Vec<IncidentId>,
    },
}

/// The incidents in which words occur, found beforehand.
#[derive(Clone, Debug)]
pub struct Found {
    pub(in crate::derive) words: Search,
    pub(in crate::derive) bits: Bits,
}

/// The incidents in the order of time, with the sums along it, from which any window of time is answered.
#[derive(Debug)]
pub struct InTime {
    order: Option<Arc<TimeOrder>>,
    sums: Option<Arc<RunningSums>>,
}

/// Everything that a question finds out about a project. What is large in it is shared with a clone until one of them
/// follows an edit.
#[derive(Clone, Debug, Default)]
pub struct Derived {
    question: Question,
    asked: Option<Asked>,
    meta: Option<Arc<Meta>>,
    pub(in crate::derive) columns: Arc<Columns>,
    /// The figure of each key, at the first claim of the key.
    pub(in crate::derive) figs: Arc<Vec<Fig>>,
    live: usize,
    /// What the question shows whatever the window of time.
    pub(in crate::derive) base: Bits,
    /// What it shows.
    pub(in crate::derive) shown: Bits,
    shown_len: usize,
    tree: Tree,
    /// Incidents that cannot simply be added up: parents, parts, and those of claims that cover several.
    pub(in crate::derive) tied: Bits,
    /// Sums over `base` without the tied ones, with or without a date.
    all: Vec<Tally>,
    order: Option<Arc<TimeOrder>>,
    sums: Option<Arc<RunningSums>>,
    /// Slots edited since the order of time was made, with what the running sums still hold of them.
    edited: HashMap<usize, Held>,
    serial: u64,
    /// The serial of the last answer with which a figure may have changed.
    figured: u64,
    changed: Changed,
    /// The texts of a large project, and the slots edited since they were taken.
    texts: Option<Arc<Texts>>,
    rewritten: Bits,
    /// What was found beforehand for the next question.
    found: Option<Found>,

    /// How many incidents the question hides.
    pub hidden: usize,
    /// Figures over all incidents shown, nobody counted twice, in the order of their keys.
    pub totals: Vec<(Key, Figure)>,
    /// The dead over all incidents shown, the statuses of a party put together incident by incident.
    pub dead: Dead,
    contradicted: usize,
    contradictions: OnceLock<Vec<Contradiction>>,
    findings: OnceLock<Vec<Finding>>,
    covered: OnceLock<Option<Span>>,
}

impl Derived {
    /// The question that is answered.
    pub fn question(&self) -> &Question {
        &self.question
    }

    /// Whether the question that is answered is this one, but for the window of time.
    pub(in crate::derive) fn asked_whatever_the_window(&self, question: &Question) -> bool {
        Question { span: question.span, ..self.question.clone() } == *question
    }

    /// How many incidents are shown.
    pub fn len(&self) -> usize {
        self.shown_len
    }

    /// Whether none is shown.
    pub fn is_empty(&self) -> bool {
        self.shown_len == 0
    }

    /// Whether an incident is shown.
    pub fn shows(&self, id: IncidentId) -> bool {
        self.shown.has(id.0 as usize)
    }

    /// The incidents shown, in the order of the file.
    pub fn ids(&self) -> impl Iterator<Item = IncidentId> + '_ {
        self.shown.iter().filter_map(|slot| u32::try_from(slot).ok().map(IncidentId))
    }

    /// The incidents shown with what is known of them, in the order of the file.
    pub fn rows(&self) -> impl Iterator<Item = Row> + '_ {
        self.ids().map(|id| self.row(id))
    }

    /// What is known of one incident, shown or not.
    pub fn row(&self, id: IncidentId) -> Row {
        let slot = id.0 as usize;
        let tolls = self.tolls(slot);
        Row {
            id,
            span: self.span(id),
            dead: dead(&tolls),
            claims: tolls.iter().map(|(_, f)| f.claims).fold(0, u32::saturating_add),
            contradicted: tolls.iter().any(|(_, f)| f.contradicted),
            is_parent: self.tree.is_parent(id),
        }
    }

    /// When an incident was.
    pub fn span(&self, id: IncidentId) -> Option<Span> {
        let slot = id.0 as usize;
        let dated = self.columns.mark(slot) & mark::DATED > 0;
        let (start, end) = (self.columns.start.get(slot)?, self.columns.end.get(slot)?);
        dated.then_some(Span { start: *start, end: *end })
    }

    /// The time that the incidents shown cover, of those whose beginning and end are known; wars stand behind the others and
    /// count only where there is nothing else.
    pub fn covered(&self) -> Option<Span> {
        *self.covered.get_or_init(|| {
            let is_war: Vec<bool> = self.columns.kinds.values().iter().map(|k| *k == Kind::War).collect();
            let (mut clashes, mut wars) = (None, None);
            let columns =
                self.columns.marks.iter().zip(&self.columns.kind).zip(self.columns.start.iter().zip(&self.columns.end));
            for (slot, ((marks, kind), (start, end))) in columns.enumerate() {
                let span = Span { start: *start, end: *end };
                let is_known = marks & (mark::DATED | mark::OPEN) == mark::DATED;
                if !is_known || !self.shown.has(slot) || span.is_open_at_start() || span.is_open_at_end() {
                    continue;
                }
                let into = if is_war.get(usize::from(*kind)) == Some(&true) { &mut wars } else { &mut clashes };
                let all: &mut Span = into.get_or_insert(span);
                *all = Span { start: all.start.min(span.start), end: all.end.max(span.end) };
            }
            clashes.or(wars)
        })
    }

    /// The number of the dead of one incident by its own claims, as symbols and the list are ordered by it; `None`: no figure.
    pub fn dead_number(&self, id: IncidentId) -> Option<u32> {
        let mut sum = Tally::default();
        let mut all = Tally::default();
        people(&self.columns, &self.figs, id.0 as usize, Category::Killed, |party, fig| {
            let is_all = self.columns.parties.values().get(party as usize).is_some_and(PartyId::is_all);
            let part = if is_all { &mut all } else { &mut sum };
            part.add(fig);
        });
        let one_by_one = sum.figure().filter(Figure::is_known);
        one_by_one.or_else(|| sum.plus(all).figure())?.number()
    }

    /// Rises by one with each refresh.
    pub fn serial(&self) -> u64 {
        self.serial
    }

    /// The serial of the last answer with which a figure of an incident may have changed; until it rises all figures stay.
    pub fn figured(&self) -> u64 {
        self.figured
    }

    /// Puts a newer answer about the same project in the place of this one, as a refresh that changed everything, or what is
    /// shown and no figure where both share these; gives back the older one.
    #[must_use = "freeing the older one takes time; let go of it on a thread"]
    pub fn replace(&mut self, newer: Self) -> Self {
        let serial = self.serial + 1;
        let mut before = std::mem::replace(self, newer);
        let same_figures = Arc::ptr_eq(&before.columns, &self.columns) && Arc::ptr_eq(&before.figs, &self.figs);
        self.changed = if same_figures { Changed::Window } else { Changed::Everything };
        self.figured = if same_figures { before.figured } else { serial };
        self.serial = serial;
        if self.texts.is_none() {
            // They were taken while the newer answer was being worked out.
            self.texts = before.texts.take();
            self.rewritten = std::mem::take(&mut before.rewritten);
        }
        before
    }

    /// What the last refresh changed.
    pub fn changed(&self) -> &Changed {
        &self.changed
    }

    /// Whether no incident is a part of another and no claim covers several: then every figure stands for itself.
    pub fn has_no_ties(&self) -> bool {
        self.tied.iter().next().is_none()
    }

    /// The number by which [`Derived::each_dead`] names a party; `None` if no claim is about it or made by it.
    pub fn party_number(&self, party: &PartyId) -> Option<u32> {
        self.columns.parties.find(party)
    }

    /// Calls `into` with the dead of each party in one incident, the statuses put together; a figure about all parties only
    /// where no party has one of its own.
    pub fn each_dead(&self, id: IncidentId, mut into: impl FnMut(u32, Figure)) {
        let mut all = None;
        let mut one_by_one = false;
        people(&self.columns, &self.figs, id.0 as usize, Category::Killed, |party, fig| {
            if self.columns.parties.values().get(party as usize).is_some_and(PartyId::is_all) {
                all = Some((party, fig));
            } else {
                one_by_one |= fig.number().is_some();
                into(party, fig.figure());
            }
        });
        if let Some((party, fig)) = all.filter(|_| !one_by_one) {
            into(party, fig.figure());
        }
    }

    /// The place of an incident, or the first point of its shape; `None` without either.
    pub fn at(&self, id: IncidentId) -> Option<LonLat> {
        let [lon, lat] = *self.columns.at.get(id.0 as usize)?;
        LonLat::new(lon, lat).ok()
    }

    /// The same as it stands in the columns: longitude and latitude in degrees.
    pub(in crate::derive) fn place(&self, id: IncidentId) -> Option<[f64; 2]> {
        self.columns.at.get(id.0 as usize).copied().filter(|[lon, _]| lon.is_finite())
    }

    /// Whether the place of an incident is a shape or known only by area.
    pub fn lies_in_area(&self, id: IncidentId) -> bool {
        self.columns.mark(id.0 as usize) & mark::AREA > 0
    }

    /// Whether an incident is something said or agreed.
    pub fn is_spoken(&self, id: IncidentId) -> bool {
        let kind = self.columns.kind.get(id.0 as usize).copied().unwrap_or(0);
        self.columns.kinds.values().get(usize::from(kind)).is_some_and(Kind::is_spoken)
    }

    /// Whether an incident is a war, behind which the others stand.
    pub fn is_war(&self, id: IncidentId) -> bool {
        let kind = self.columns.kind.get(id.0 as usize).copied().unwrap_or(0);
        self.columns.kinds.values().get(usize::from(kind)) == Some(&Kind::War)
    }

    /// The most frequent kind of some incidents and whether there are others; of several as frequent the first in the
    /// order of menus. `None` where there are no incidents.
    pub fn main_kind(&self, ids: impl Iterator<Item = IncidentId>) -> Option<(Kind, bool)> {
        let values = self.columns.kinds.values();
        let mut counts = vec![0_u32; values.len()];
        for id in ids {
            let kind = self.columns.kind.get(id.0 as usize).copied().unwrap_or(0);
            if let Some(n) = counts.get_mut(usize::from(kind)) {
                *n += 1;
            }
        }
        let found = || values.iter().zip(&counts).filter(|(_, n)| **n > 0);
        let (main, _) = found().reduce(|a, b| if (b.1, a.0) > (a.1, b.0) { b } else { a })?;
        Some((main.clone(), found().count() > 1))
    }

    /// The dead that each incident tied to others adds to the total, by slot and party, nobody twice.
    pub fn tied_dead(&self, project: &Project) -> HashMap<u32, Vec<(PartyId, Figure)>> {
        if self.has_no_ties() { HashMap::new() } else { self.tied_counted(project, &self.shown, Category::Killed) }
    }

    /// How many keys of incidents shown are contradicted.
    pub fn contradicted(&self) -> usize {
        self.contradicted
    }

    /// Contradictions, the widest first.
    pub fn contradictions(&self, project: &Project) -> &[Contradiction] {
        self.contradictions.get_or_init(|| {
            let mut out: Vec<_> = self.ids().flat_map(|id| self.contradictions_of(project, id)).collect();
            out.sort_by(|a, b| {
                b.spread().cmp(&a.spread()).then(a.incident.cmp(&b.incident)).then_with(|| a.key.cmp(&b.key))
            });
            out
        })
    }

    /// The contradictions of one incident, the widest first.
    pub fn contradictions_of(&self, project: &Project, id: IncidentId) -> Vec<Contradiction> {
        if !self.is_contradicted(id) {
            return Vec::new();
        }
        project.look(id, |incident| self.contradictions_in(id, incident)).unwrap_or_default()
    }

    fn contradictions_in(&self, id: IncidentId, incident: &Incident) -> Vec<Contradiction> {
        let tolls = Ledger::new(incident, &self.question).tolls(&self.question.policy, &[]);
        let of_key = |toll: toll::Toll<'_>| {
            let key = toll.key;
            toll.clashes.into_iter().map(move |c| Contradiction {
                incident: id,
                key: key.clone(),
                low: c.low,
                high: c.high,
                claims: c.claims,
            })
        };
        let mut out: Vec<_> = tolls.into_iter().flat_map(of_key).collect();
        out.sort_by_key(|c| std::cmp::Reverse(c.spread()));
        out
    }

    /// How far the claims about one incident are apart at most, in people; `None` where they agree.
    pub fn widest_contradiction(&self, project: &Project, id: IncidentId) -> Option<u32> {
        self.contradictions_of(project, id).first().map(Contradiction::spread)
    }

    /// Whether two claims about one incident cannot both be true.
    pub fn is_contradicted(&self, id: IncidentId) -> bool {
        let mut found = false;
        groups(&self.columns, &self.figs, id.0 as usize, |_, fig| found |= fig.has(is::CONTRADICTED));
        found
    }

    /// What looks wrong in the incidents shown.
    pub fn findings(&self, project: &Project) -> &[Finding] {
        self.findings.get_or_init(|| {
            let mut findings = finding::Findings::new(project);
            for id in self.ids() {
                project.look(id, |incident| findings.look(id, incident, &Ledger::new(incident, &self.question)));
            }
            if self.tied.iter().next().is_some() {
                let (mut own, covers) = self.tied_figures(project, &self.shown);
                let slots = sum::slots_of(project, covers.iter().map(|c| c.2));
                let mut known = Vec::new();
                for (coverer, key, uid, claim) in covers {
                    match slots.get(uid) {
                        Some(target) => known.push(Cover { coverer, key, target: *target }),
                        None => findings.unknown_covered(coverer, claim, uid.as_str()),
                    }
                }
                sum::leave_out_covered(project, &self.tree, &mut own, known);
                sum::total(&self.tree, own, |id, key: &Key, whole, parts| {
                    findings.parts_above_whole(id, key, whole, parts);
                });
            }
            findings.finish(project, &self.tree, self.question.as_known.is_some())
        })
    }

    /// How many incidents of each kind are shown, in the order of menus.
    pub fn by_kind(&self) -> Vec<(Kind, usize)> {
        let mut counts = vec![0; self.columns.kinds.values().len()];
        for slot in self.shown.iter() {
            let kind = self.columns.kind.get(slot).copied().unwrap_or(0);
            if let Some(n) = counts.get_mut(usize::from(kind)) {
                *n += 1;
            }
        }
        let named = self.columns.kinds.values().iter().cloned().zip(counts).filter(|(_, n)| *n > 0);
        named.collect::<BTreeMap<_, _>>().into_iter().collect()
    }

    /// How many incidents shown begin in each month (`2022-09`; `2022` where only the year is known), in the order of time.
    pub fn by_month(&self, project: &Project) -> Vec<(String, usize)> {
        let mut months: BTreeMap<Month, usize> = BTreeMap::new();
        for when in self.ids().filter_map(|id| project.look(id, |i| i.when)?) {
            *months.entry(Month::of(&when)).or_default() += 1;
        }
        months.into_iter().map(|(month, n)| (month.0.to_string(), n)).collect()
    }

    /// How many incidents shown have no date, and so are in no month and no bin.
    pub fn undated(&self) -> usize {
        self.shown.iter().filter(|slot| self.columns.mark(*slot) & mark::DATED == 0).count()
    }

    /// The figures of one incident's own claims, in the order of their keys; the same as [`super::tolls`] works out.
    pub fn figures(&self, id: IncidentId) -> Vec<(Key, Figure)> {
        self.tolls(id.0 as usize)
    }

    pub(in crate::derive) fn tolls(&self, slot: usize) -> Vec<(Key, Figure)> {
        let mut out = Vec::new();
        groups(&self.columns, &self.figs, slot, |key, fig| {
            out.extend(self.columns.keys.values().get(key as usize).map(|k| (k.clone(), fig.figure())));
        });
        out
    }
}
