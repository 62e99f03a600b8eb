//! The answer to a question about a project, kept up to date.
//!
//! [`Derived`] answers a first question by looking at everything, and the next one by as little as has changed: another
//! window of time touches what enters and leaves it, an edit its own incident, another policy all claims but no date.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, OnceLock};

use super::bits::Bits;
use super::columns::{Asked, Columns, mark};
use super::sum::{self, Cover, Own, Tree};
use super::tally::{Fig, Tally, is};
use super::toll::{self, Ledger};
use super::window::{Adds, RunningSums, TimeOrder, adder};
use super::{Dead, Figure, Filter, Finding, Key, Month, Question, covered, dead, finding};
use crate::model::{Category, Incident, IncidentId, Kind, Meta, PartyId, Project, Span, Status, Text, Uid};

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

/// Below this many incidents a sum over all of them is as quick as the running sums would be.
const FEW: usize = 4096;
/// So many edits are carried beside the running sums before these are made anew.
const LOOSE: usize = 256;

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

/// Everything that a question finds out about a project.
#[derive(Clone, Debug, Default)]
pub struct Derived {
    question: Question,
    asked: Option<Asked>,
    meta: Option<Arc<Meta>>,
    pub(super) columns: Columns,
    /// The figure of each key, at the first claim of the key.
    pub(super) figs: Vec<Fig>,
    live: usize,
    /// What the question shows whatever the window of time.
    pub(super) base: Bits,
    /// What it shows.
    pub(super) shown: Bits,
    shown_len: usize,
    tree: Tree,
    /// Incidents that cannot simply be added up: parents, parts, and those of claims that cover several.
    pub(super) tied: Bits,
    /// Sums over `base` without the tied ones, with or without a date.
    all: Vec<Tally>,
    order: Option<TimeOrder>,
    sums: Option<RunningSums>,
    /// Slots edited since the order of time was made, with what the running sums still hold of them.
    edited: HashMap<usize, Held>,
    serial: u64,
    changed: Changed,

    /// How many incidents the question hides.
    pub hidden: usize,
    /// Figures over all incidents shown, nobody counted twice, in the order of their keys.
    pub totals: Vec<(Key, Figure)>,
    /// The dead over all incidents shown, the statuses of a party put together incident by incident.
    pub dead: Dead,
    contradicted: usize,
    contradictions: OnceLock<Vec<Contradiction>>,
    findings: OnceLock<Vec<Finding>>,
}

/// Answers a question.
pub fn derive(project: &Project, question: &Question) -> Derived {
    let mut derived = Derived { question: question.clone(), ..Derived::default() };
    derived.build(project);
    derived
}

/// What sums hold of an incident: its time as it was, and what it added. Nothing if it was in no sum.
type Held = Option<(Span, Vec<(usize, Fig, bool)>)>;

/// What each incident adds to the sums: under an even number its key's; under an odd one what the dead of a party differ
/// from the sum of the party's keys, where several statuses speak of the same people.
struct Adding<'a> {
    columns: &'a Columns,
    figs: &'a [Fig],
    tied: &'a Bits,
    base: &'a Bits,
}

impl Adds for Adding<'_> {
    fn adds(&self, slot: usize, into: &mut impl FnMut(usize, Fig, bool)) {
        if self.base.has(slot) && !self.tied.has(slot) {
            adds(self.columns, self.figs, slot, into);
        }
    }

    fn width(&self) -> usize {
        2 * self.columns.keys.values().len().max(self.columns.parties.values().len())
    }
}

fn adds(columns: &Columns, figs: &[Fig], slot: usize, into: &mut impl FnMut(usize, Fig, bool)) {
    let mut dead = u32::MAX;
    let mut several = false;
    groups(columns, figs, slot, |key, fig| {
        into(2 * key as usize, fig, true);
        if let Some(info) = columns.key_infos.get(key as usize).filter(|k| k.category == Category::Killed) {
            several |= info.party == dead;
            dead = info.party;
        }
    });
    if several {
        groups(columns, figs, slot, |key, fig| {
            if let Some(info) = columns.key_infos.get(key as usize).filter(|k| k.category == Category::Killed) {
                into(2 * info.party as usize + 1, fig, false);
            }
        });
        people(columns, figs, slot, Category::Killed, |party, fig| into(2 * party as usize + 1, fig, true));
    }
}

/// Calls `into` with each key of an incident about which a claim counts, and its figure.
fn groups(columns: &Columns, figs: &[Fig], slot: usize, mut into: impl FnMut(u32, Fig)) {
    let range = columns.claims_of(slot);
    let (Some(claims), Some(figs)) = (columns.claims.get(range.clone()), figs.get(range)) else { return };
    let mut last = u32::MAX;
    for (claim, fig) in claims.iter().zip(figs) {
        let key = claim.key();
        if key != last && fig.claims > 0 {
            into(key, *fig);
        }
        last = key;
    }
}

/// Calls `into` with the people of one category of each party in an incident, the statuses put together as
/// [`super::by_party`] does.
pub(super) fn people(columns: &Columns, figs: &[Fig], slot: usize, category: Category, mut into: impl FnMut(u32, Fig)) {
    /// The statuses of one party seen so far.
    struct Party {
        number: u32,
        one: Fig,
        more: Vec<(Key, Figure)>,
    }
    let mut now: Option<Party> = None;
    let key_of = |status| Key { party: PartyId::new("x"), status, category };
    let mut finish = |party: Option<Party>| {
        let Some(party) = party else { return };
        if party.more.is_empty() {
            into(party.number, party.one);
        } else {
            for (_, figure) in super::by_party(&party.more, category) {
                into(party.number, Fig::of(&figure));
            }
        }
    };
    let mut first: Option<Status> = None;
    groups(columns, figs, slot, |key, fig| {
        let Some(info) = columns.key_infos.get(key as usize).filter(|k| k.category == category) else { return };
        match &mut now {
            Some(party) if party.number == info.party => {
                if party.more.is_empty() {
                    party.more.push((key_of(first.unwrap_or(Status::Unspecified)), party.one.figure()));
                }
                party.more.push((key_of(info.status), fig.figure()));
            }
            _ => {
                finish(now.take());
                first = Some(info.status);
                now = Some(Party { number: info.party, one: fig, more: Vec::new() });
            }
        }
    });
    finish(now);
}

impl Derived {
    /// The question that is answered.
    pub fn question(&self) -> &Question {
        &self.question
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

    /// Whether an incident is something said or agreed.
    pub fn is_spoken(&self, id: IncidentId) -> bool {
        let kind = self.columns.kind.get(id.0 as usize).copied().unwrap_or(0);
        self.columns.kinds.values().get(usize::from(kind)).is_some_and(Kind::is_spoken)
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
        let Some(incident) = project.get(id).filter(|_| self.is_contradicted(id)) else { return Vec::new() };
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
                if let Some(incident) = project.get(id) {
                    findings.look(id, incident, &Ledger::new(incident, &self.question));
                }
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
        for when in self.ids().filter_map(|id| project.get(id)?.when) {
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

    pub(super) fn tolls(&self, slot: usize) -> Vec<(Key, Figure)> {
        let mut out = Vec::new();
        groups(&self.columns, &self.figs, slot, |key, fig| {
            out.extend(self.columns.keys.values().get(key as usize).map(|k| (k.clone(), fig.figure())));
        });
        out
    }

    /// Looks at everything.
    fn build(&mut self, project: &Project) {
        let pins = toll::pins(project);
        self.columns = Columns::new(project, &pins);
        self.meta = Some(Arc::clone(project.meta_arc()));
        self.live = self.columns.live();
        self.order = None;
        self.edited.clear();
        self.tie(project);
        self.work_out_figures(project);
        self.choose(project);
        self.add_up();
        self.look_through_window(None);
        self.changed = Changed::Everything;
        self.conclude(project);
    }

    /// Answers another question, or the same one after edits of the slots `touched` (of a slot that is new as well).
    pub fn refresh(&mut self, project: &Project, touched: &[IncidentId], question: &Question) {
        let before = std::mem::replace(&mut self.question, question.clone());
        self.serial += 1;
        let mut touched = touched.to_vec();
        touched.extend(self.newly_pinned(project));
        touched.sort_unstable();
        touched.dedup();
        let names_changed = self.meta.as_ref().is_none_or(|m| !Arc::ptr_eq(m, project.meta_arc()));
        self.meta = Some(Arc::clone(project.meta_arc()));
        if self.columns.is_worn() || touched.len() > self.columns.slots() / 4 + LOOSE {
            self.build(project);
            return;
        }
        let retie = self.take_over(project, &touched);
        let figures = (&before.policy, before.as_known) != (&question.policy, question.as_known);
        if retie {
            self.tie(project);
        }
        if figures {
            self.work_out_figures(project);
        }
        let chosen = figures
            || retie
            || question.filters != before.filters
            || (names_changed && !question.filters.text.is_empty());
        if chosen {
            self.choose(project);
            self.add_up();
            self.look_through_window(None);
            self.changed = if figures || retie { Changed::Everything } else { Changed::Window };
        } else {
            self.put_back(project, &touched);
            let mut moved = Some(Vec::new());
            if before.span != question.span {
                moved = self.look_through_window(Some(before.span));
            }
            for id in &touched {
                self.look_at(id.0 as usize);
            }
            self.changed = match moved {
                Some(shown) => Changed::Few { figures: touched, shown },
                None if touched.is_empty() => Changed::Window,
                None => Changed::Everything,
            };
        }
        self.conclude(project);
    }

    /// Incidents whose claims were chosen by hand, or not any more, since the last look.
    fn newly_pinned(&self, project: &Project) -> Vec<IncidentId> {
        let (Some(before), now) = (&self.meta, project.meta_arc()) else { return Vec::new() };
        if Arc::ptr_eq(before, now) || before.pins == now.pins {
            return Vec::new();
        }
        let changed = before.pins.iter().filter(|p| !now.pins.contains(p));
        let changed = changed.chain(now.pins.iter().filter(|p| !before.pins.contains(p)));
        sum::slots_of(project, changed.map(|p| &p.incident)).into_values().collect()
    }

    /// Takes edited slots out of the sums and into the columns; whether the ties between incidents may have changed.
    fn take_over(&mut self, project: &Project, touched: &[IncidentId]) -> bool {
        let has_tie = mark::HAS_PARENT | mark::COVERS;
        let mut retie = false;
        for id in touched {
            let slot = id.0 as usize;
            let was = self.columns.mark(slot);
            if self.base.has(slot) && !self.tied.has(slot) {
                let mut held = Vec::new();
                adds(&self.columns, &self.figs, slot, &mut |t, fig, plus| held.push((t, fig, plus)));
                let mut all = adder(&mut self.all);
                held.iter().for_each(|(t, fig, plus)| all(*t, *fig, !plus));
                drop(all);
                if self.order.is_some() {
                    let held = self.span(*id).map(|span| (span, held));
                    self.edited.entry(slot).or_insert(held);
                }
            } else if self.order.is_some() {
                self.edited.entry(slot).or_insert(None);
            }
            let incident = project.get(*id);
            let pins = incident.map(|i| toll::pins_of(project, i)).unwrap_or_default();
            self.columns.update(project, *id, &pins);
            let now = self.columns.mark(slot);
            let membership = (was ^ now) & mark::LIVE > 0;
            self.live = self.live + usize::from(now & mark::LIVE > 0) - usize::from(was & mark::LIVE > 0);
            retie |= (was | now) & has_tie > 0 || self.tied.has(slot) || membership && self.tree.has_orphans();
            self.base.set(slot, false);
        }
        if self.edited.len() > LOOSE {
            (self.order, self.sums) = (None, None);
            self.edited.clear();
        }
        self.figs.resize(self.columns.claims.len(), Fig::default());
        let asked = self.columns.asked(&self.question);
        for id in touched {
            self.columns.figures_of(id.0 as usize, project, &self.question, asked, &mut self.figs);
        }
        retie
    }

    /// Chooses and adds edited slots anew.
    fn put_back(&mut self, project: &Project, touched: &[IncidentId]) {
        let question = self.question.clone();
        let mut filter = Filter::new(project, &question);
        let width = self.adding().width();
        self.all.resize(width.max(self.all.len()), Tally::default());
        for id in touched {
            let slot = id.0 as usize;
            let on = project.get(*id).is_some_and(|i| filter.shows_at_some_time(i)) && self.has_wanted_figures(slot);
            self.base.set(slot, on);
            if on && !self.tied.has(slot) {
                let Self { columns, figs, all, .. } = self;
                adds(columns, figs, slot, &mut adder(all));
            }
        }
    }

    /// Finds out which incidents are parts of others.
    fn tie(&mut self, project: &Project) {
        let ties = |m: &u8| *m & (mark::HAS_PARENT | mark::COVERS) > 0;
        self.tree = Tree::default();
        self.tied = Bits::default();
        if !self.columns.marks.iter().any(ties) {
            return;
        }
        self.tree = Tree::new(project);
        for slot in 0..self.columns.slots() {
            let id = IncidentId(u32::try_from(slot).unwrap_or(u32::MAX));
            let covers = self.columns.mark(slot) & mark::COVERS > 0;
            if covers || self.tree.has(id) {
                self.tied.set(slot, true);
            }
        }
        let coverers: Vec<&Incident> = project.iter().map(|(_, i)| i).filter(|i| covers_others(i)).collect();
        let uids = coverers.iter().flat_map(|i| &i.claims).flat_map(|c| &c.covers);
        for id in sum::slots_of(project, uids).into_values() {
            self.tied.set(id.0 as usize, true);
        }
    }

    fn work_out_figures(&mut self, project: &Project) {
        let asked = self.columns.asked(&self.question);
        self.columns.figures(project, &self.question, asked, &mut self.figs);
        self.asked = Some(asked);
    }

    /// What is shown whatever the window.
    fn choose(&mut self, project: &Project) {
        let columns = &self.columns;
        let live = |slot: usize| columns.mark(slot) & mark::LIVE > 0;
        self.base = if !self.question.filters.is_empty() {
            let mut filter = Filter::new(project, &self.question);
            Bits::of(columns.slots(), |slot| {
                live(slot)
                    && incident_of(project, slot).is_some_and(|i| filter.shows_at_some_time(i))
                    && self.has_wanted_figures(slot)
            })
        } else if let Some(known_by) = self.question.as_known.map(|m| m.span().end) {
            // The same as `Filter` says of a question that chooses by nothing else.
            let at = |column: &[i64], slot: usize| column.get(slot).copied().unwrap_or(i64::MAX);
            Bits::of(columns.slots(), |slot| {
                let later = columns.mark(slot) & mark::DATED > 0 && at(&columns.start, slot) >= known_by;
                live(slot) && !(later && at(&columns.first_known, slot) > known_by)
            })
        } else {
            Bits::of(columns.slots(), live)
        };
    }

    /// Whether the figures of a slot are among those that the question asks for.
    fn has_wanted_figures(&self, slot: usize) -> bool {
        if !self.question.needs_figures() {
            return true;
        }
        let tolls = self.tolls(slot);
        self.question.shows_figures(&dead(&tolls).total, tolls.iter().any(|(_, f)| f.contradicted))
    }

    fn adding(&self) -> Adding<'_> {
        Adding { columns: &self.columns, figs: &self.figs, tied: &self.tied, base: &self.base }
    }

    /// The sums over all that the base shows.
    fn add_up(&mut self) {
        self.sums = None;
        self.all = self.sum_over(self.base.iter());
    }

    fn sum_over(&self, slots: impl Iterator<Item = usize>) -> Vec<Tally> {
        let adding = self.adding();
        let mut sums = vec![Tally::default(); adding.width()];
        for slot in slots {
            adding.adds(slot, &mut adder(&mut sums));
        }
        sums
    }

    /// Whether a slot is shown, by its own date.
    fn look_at(&mut self, slot: usize) {
        let inside = match self.question.span {
            None => true,
            Some(window) => {
                let id = IncidentId(u32::try_from(slot).unwrap_or(u32::MAX));
                self.span(id).is_some_and(|s| s.overlaps(window))
            }
        };
        let on = inside && self.base.has(slot);
        let was = self.shown.has(slot);
        self.shown.set(slot, on);
        self.shown_len = self.shown_len + usize::from(on) - usize::from(was);
    }

    /// What is shown; `before` is the window that was shown, if nothing else has changed. Gives back which incidents were
    /// looked at if these are few.
    fn look_through_window(&mut self, before: Option<Option<Span>>) -> Option<Vec<IncidentId>> {
        let Some(window) = self.question.span else {
            self.shown = self.base.clone();
            self.shown_len = self.shown.len();
            return None;
        };
        if let (Some(Some(before)), true) = (before, self.live > FEW) {
            self.prepare();
            if let Some(order) = self.order.take() {
                let near = order.distance(before, window) < self.columns.slots() / 8;
                let mut moved = Vec::new();
                if near {
                    moved.extend(order.between(before, window).map(IncidentId));
                    moved.extend(self.edited.keys().filter_map(|slot| u32::try_from(*slot).ok()).map(IncidentId));
                    moved.iter().for_each(|id| self.look_at(id.0 as usize));
                }
                self.order = Some(order);
                if near {
                    return Some(moved);
                }
            }
        }
        self.shown = self.base.within(&self.columns.start, &self.columns.end, window);
        self.shown_len = self.shown.len();
        None
    }

    /// Makes the order of time and the running sums if they are not there.
    fn prepare(&mut self) {
        if self.sums.is_none() && !self.edited.is_empty() {
            self.order = None;
        }
        if self.order.is_none() {
            self.edited.clear();
            self.sums = None;
            let dated = |slot: usize| self.columns.mark(slot) & mark::DATED > 0;
            self.order = Some(TimeOrder::new(&self.columns.start, &self.columns.end, dated));
        }
        if self.sums.is_none() {
            self.sums = self.order.as_ref().map(|order| RunningSums::new(order, &self.adding()));
        }
    }

    /// The sums over what is shown, without the tied ones.
    fn sums_shown(&mut self) -> Vec<Tally> {
        let Some(window) = self.question.span else { return self.all.clone() };
        if self.live <= FEW {
            return self.sum_over(self.shown.iter());
        }
        self.prepare();
        let (Some(order), Some(sums)) = (&self.order, &self.sums) else { return self.sum_over(self.shown.iter()) };
        let as_summed = AsSummed { adding: self.adding(), edited: &self.edited };
        let mut out = sums.over(order, &as_summed, window);
        out.resize(self.adding().width().max(out.len()), Tally::default());
        for (_, held) in self.edited.values().flatten().filter(|(span, _)| span.overlaps(window)) {
            let mut out = adder(&mut out);
            held.iter().for_each(|(t, fig, plus)| out(*t, *fig, !plus));
        }
        let edited = self.sum_over(self.edited.keys().copied().filter(|s| self.shown.has(*s)));
        for (sum, more) in out.iter_mut().zip(edited) {
            *sum = sum.plus(more);
        }
        out
    }

    /// From sums to what is told.
    fn conclude(&mut self, project: &Project) {
        self.hidden = self.live.saturating_sub(self.shown_len);
        self.contradictions = OnceLock::new();
        self.findings = OnceLock::new();
        let sums = self.sums_shown();
        let mut totals: BTreeMap<Key, Figure> = BTreeMap::new();
        let mut parties: BTreeMap<PartyId, Figure> = BTreeMap::new();
        self.contradicted = 0;
        let sum_at = |n: usize| sums.get(n).copied().unwrap_or_default();
        let mut dead_of = vec![Tally::default(); self.columns.parties.values().len()];
        for (n, (key, info)) in self.columns.keys.values().iter().zip(&self.columns.key_infos).enumerate() {
            let tally = sum_at(2 * n);
            self.contradicted += tally.contradictions();
            totals.extend(tally.figure().map(|figure| (key.clone(), figure)));
            if let (Category::Killed, Some(sum)) = (info.category, dead_of.get_mut(info.party as usize)) {
                *sum = sum.plus(tally);
            }
        }
        for (n, (party, tally)) in self.columns.parties.values().iter().zip(dead_of).enumerate() {
            parties.extend(tally.plus(sum_at(2 * n + 1)).figure().map(|figure| (party.clone(), figure)));
        }
        if self.tied.iter().next().is_some() {
            self.contradicted +=
                self.tied.iter().filter(|s| self.shown.has(*s)).map(|s| self.contradicted_keys(s)).sum::<usize>();
            let own = self.tied_uncovered(project, &self.shown);
            let by_party: Own<_> = own.iter().map(|(slot, figures)| (*slot, dead(figures).by_party)).collect();
            for (party, figure) in sum::total(&self.tree, by_party, |_, _, _, _| ()) {
                let sum = parties.entry(party).or_default();
                *sum = sum.plus(figure);
            }
            for (key, figure) in sum::total(&self.tree, own, |_, _, _, _| ()) {
                let sum = totals.entry(key).or_default();
                *sum = sum.plus(figure);
            }
        }
        self.totals = totals.into_iter().collect();
        self.dead = Dead::from_parties(parties.into_iter().collect());
    }

    fn contradicted_keys(&self, slot: usize) -> usize {
        let mut n = 0;
        groups(&self.columns, &self.figs, slot, |_, fig| n += usize::from(fig.has(is::CONTRADICTED)));
        n
    }

    /// The own figures of the tied incidents in `of`, without those that other incidents' claims cover.
    pub(super) fn tied_uncovered(&self, project: &Project, of: &Bits) -> Own<Key> {
        let (mut own, covers) = self.tied_figures(project, of);
        let slots = sum::slots_of(project, covers.iter().map(|c| c.2));
        let covers = covers
            .into_iter()
            .filter_map(|(coverer, key, uid, _)| slots.get(uid).map(|target| Cover { coverer, key, target: *target }));
        sum::leave_out_covered(project, &self.tree, &mut own, covers.collect());
        own
    }

    /// The own figures of the tied incidents in `of`, and what their claims cover besides.
    fn tied_figures<'a>(&self, project: &'a Project, of: &Bits) -> (Own<Key>, Vec<Covering<'a>>) {
        let mut own: Own<Key> = Own::new();
        let mut covers = Vec::new();
        for slot in self.tied.iter().filter(|slot| of.has(*slot)) {
            let figures = self.tolls(slot);
            let number = u32::try_from(slot).unwrap_or(u32::MAX);
            if self.columns.mark(slot) & mark::COVERS > 0
                && let Some(incident) = project.get(IncidentId(number))
            {
                let tolls = Ledger::new(incident, &self.question)
                    .tolls(&self.question.policy, &toll::pins_of(project, incident));
                covers.extend(
                    tolls.iter().flat_map(covered).map(|(key, claim, uid)| (IncidentId(number), key, uid, claim)),
                );
            }
            if !figures.is_empty() {
                own.insert(number, figures);
            }
        }
        (own, covers)
    }

    /// Which incidents are parts of which.
    pub(super) fn tree(&self) -> &Tree {
        &self.tree
    }
}

/// A figure for a key that also speaks of another incident: whose, for which key, of which incident, by which claim.
type Covering<'a> = (IncidentId, Key, &'a Uid, &'a crate::model::Claim);

/// What incidents added when the running sums were made: of edited ones what they held then.
struct AsSummed<'a> {
    adding: Adding<'a>,
    edited: &'a HashMap<usize, Held>,
}

impl Adds for AsSummed<'_> {
    fn adds(&self, slot: usize, into: &mut impl FnMut(usize, Fig, bool)) {
        match self.edited.get(&slot) {
            None => self.adding.adds(slot, into),
            Some(held) => {
                held.iter().flat_map(|(_, held)| held).for_each(|(t, fig, plus)| into(*t, *fig, *plus));
            }
        }
    }

    fn width(&self) -> usize {
        self.adding.width()
    }
}

fn covers_others(incident: &Incident) -> bool {
    incident.claims.iter().any(|c| !c.covers.is_empty())
}

fn incident_of(project: &Project, slot: usize) -> Option<&Incident> {
    project.get(IncidentId(u32::try_from(slot).ok()?))
}
