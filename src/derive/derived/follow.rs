//! Following edits and questions: what is looked at again, and what is left as it is.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use rayon::prelude::*;

use super::adding::{Adding, AsSummed, adds, groups};
use super::{Changed, Derived, Found, InTime};
use crate::derive::bits::Bits;
use crate::derive::columns::{Columns, Scan, mark};
use crate::derive::sum::{self, Cover, Own, Tree};
use crate::derive::tally::{Fig, Tally, is};
use crate::derive::toll::{self, Ledger};
use crate::derive::window::{Adds, RunningSums, TimeOrder, adder};
use crate::derive::{Dead, Figure, Filter, Haystack, Key, Question, Texts, covered, dead};
use crate::model::{Category, Claim, Incident, IncidentId, PartyId, Project, Search, Span, Uid};

/// Below this many incidents a sum over all of them is as quick as the running sums would be.
const FEW: usize = 4096;
/// Slots that one thread looks at at a time.
const BATCH: usize = 8192;
/// So many edits are carried beside the running sums before these are made anew.
const LOOSE: usize = 256;

/// Answers a question.
pub fn derive(project: &Project, question: &Question) -> Derived {
    let mut derived = Derived { question: question.clone(), ..Derived::default() };
    derived.build(project, None);
    derived
}

/// Answers a question about a project as it was read, from what was scanned meanwhile.
pub fn derive_scanned(project: &Project, scan: Scan, question: &Question) -> Derived {
    let mut derived = Derived { question: question.clone(), ..Derived::default() };
    derived.build(project, Some(scan));
    derived
}

impl Derived {
    /// Looks at everything.
    fn build(&mut self, project: &Project, scan: Option<Scan>) {
        self.columns = match scan {
            Some(scan) if scan.columns.slots() == project.slots() as usize => Arc::new(scan.columns),
            _ => Arc::new(Columns::new(project, &toll::pins(project))),
        };
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
        self.figured = self.serial;
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
        if names_changed {
            // Names of sources and parties stand in the texts.
            self.texts = None;
        }
        if self.columns.is_worn() || touched.len() > self.columns.slots() / 4 + LOOSE {
            for id in &touched {
                self.rewritten.set(id.0 as usize, true);
            }
            self.build(project, None);
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
        if figures || retie || !touched.is_empty() {
            self.figured = self.serial;
        }
        let chosen = figures
            || retie
            || question.filters != before.filters
            || (names_changed && !question.filters.text.is_empty());
        if chosen {
            self.choose(project);
            self.add_up();
            self.look_through_window(None);
            let is_figured = figures || retie || !touched.is_empty();
            self.changed = if is_figured { Changed::Everything } else { Changed::Window };
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

    /// Takes the texts of a snapshot of the project, for searches to come; `since` are the slots edited since then.
    pub fn put_texts(&mut self, texts: impl Into<Arc<Texts>>, since: &[IncidentId]) {
        self.texts = Some(texts.into());
        self.rewritten = Bits::default();
        for id in since {
            self.rewritten.set(id.0 as usize, true);
        }
    }

    /// Looks for the words of a search in the incidents of the project, on as many threads as there are, for the question
    /// that is answered next. `told` is given what was found, batch by batch, each in the order of the file, and stops it by
    /// `false`: then nothing is found.
    pub fn search(
        &self,
        project: &Project,
        words: &Search,
        told: &(dyn Fn(Vec<IncidentId>) -> bool + Sync),
    ) -> Option<Found> {
        let mut bits = Bits::of(project.slots() as usize, |_| false);
        let mut put = |ids: Vec<IncidentId>| {
            for id in &ids {
                bits.set(id.0 as usize, true);
            }
            told(ids)
        };
        if let Some(texts) = &self.texts {
            // The texts of what was edited since are older than it; it is looked at again anyway.
            return texts.find_told(words, &mut put).then_some(Found { words: words.clone(), bits });
        }
        let slots: Vec<u32> = (0..project.slots()).collect();
        let haystack = Haystack::of(project);
        for round in slots.chunks(BATCH) {
            let found = round.par_chunks(BATCH / 16).map_init(String::new, |text, slots| {
                let holds = |id: &IncidentId| {
                    project.look(*id, |incident| {
                        text.clear();
                        haystack.fold_all(text, incident);
                        words.is_in(text)
                    }) == Some(true)
                };
                slots.iter().map(|slot| IncidentId(*slot)).filter(holds).collect::<Vec<_>>()
            });
            let found: Vec<Vec<IncidentId>> = found.collect();
            if !put(found.concat()) {
                return None;
            }
        }
        Some(Found { words: words.clone(), bits })
    }

    /// Takes what was found for the question that is answered next.
    pub fn put_found(&mut self, found: Found) {
        self.found = Some(found);
    }

    /// Whether searches find their words in the texts taken together.
    pub fn has_texts(&self) -> bool {
        self.texts.is_some()
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
                for (t, fig, plus) in &held {
                    all(*t, *fig, !plus);
                }
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
            Arc::make_mut(&mut self.columns).update(project, *id, &pins);
            let now = self.columns.mark(slot);
            let membership = (was ^ now) & mark::LIVE > 0;
            self.live = self.live + usize::from(now & mark::LIVE > 0) - usize::from(was & mark::LIVE > 0);
            retie |= (was | now) & has_tie > 0 || self.tied.has(slot) || membership && self.tree.has_orphans();
            self.base.set(slot, false);
            if self.texts.is_some() {
                self.rewritten.set(slot, true);
            }
        }
        if self.edited.len() > LOOSE {
            (self.order, self.sums) = (None, None);
            self.edited.clear();
        }
        if touched.is_empty() {
            // What is shared with another answer stays so.
            return retie;
        }
        let figs = Arc::make_mut(&mut self.figs);
        figs.resize(self.columns.claims.len(), Fig::default());
        let asked = self.columns.asked(&self.question);
        for id in touched {
            self.columns.figures_of(id.0 as usize, project, &self.question, asked, figs);
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
        let ties = |m: &u16| *m & (mark::HAS_PARENT | mark::COVERS) > 0;
        self.tree = Tree::default();
        self.tied = Bits::default();
        if !self.columns.marks.iter().any(ties) {
            return;
        }
        self.tree = Tree::of(project, self.columns.marked(mark::HAS_PARENT));
        for slot in 0..self.columns.slots() {
            let id = IncidentId(u32::try_from(slot).unwrap_or(u32::MAX));
            let covers = self.columns.mark(slot) & mark::COVERS > 0;
            if covers || self.tree.has(id) {
                self.tied.set(slot, true);
            }
        }
        let coverers: Vec<&Incident> = self.coverers().filter_map(|id| project.get(id)).collect();
        let uids = coverers.iter().flat_map(|i| &i.claims).flat_map(|c| &c.covers);
        for id in sum::slots_of(project, uids).into_values() {
            self.tied.set(id.0 as usize, true);
        }
    }

    /// The incidents of which a claim covers others.
    pub fn coverers(&self) -> impl Iterator<Item = IncidentId> + '_ {
        self.columns.marked(mark::COVERS)
    }

    fn work_out_figures(&mut self, project: &Project) {
        let asked = self.columns.asked(&self.question);
        if Arc::get_mut(&mut self.figs).is_none() {
            // Nothing of what is shared with another answer is wanted.
            self.figs = Arc::default();
        }
        self.columns.figures(project, &self.question, asked, Arc::make_mut(&mut self.figs));
        self.asked = Some(asked);
    }

    /// What is shown whatever the window.
    fn choose(&mut self, project: &Project) {
        let found = self.found.take();
        let columns = &self.columns;
        if self.question.filters.is_empty() {
            self.base = Bits::of(columns.slots(), |slot| columns.shows(slot, self.question.as_known));
            return;
        }
        let words = &self.question.filters.text;
        let before = found.filter(|f| f.words == *words).map(|f| f.bits);
        let look = || self.texts.as_ref().filter(|_| !words.is_empty()).map(|texts| texts.find(words));
        let found = before.or_else(look);
        let sieve = columns.sieve(&self.question);
        let (question, rewritten) = (&self.question, &self.rewritten);
        let slots: Vec<u32> = (0..u32::try_from(columns.slots()).unwrap_or(u32::MAX)).collect();
        let shown: Vec<Vec<bool>> = (slots.par_chunks(BATCH))
            .map(|slots| {
                let mut whole = Filter::new(project, question);
                let mut rest = Filter::new(project, question).without_words();
                let shows = |slot: &u32| {
                    let at = *slot as usize;
                    let sure = sieve.shows(columns, at);
                    // Of what was edited since the texts were taken, the words are looked for again.
                    let (filter, sure) = match &found {
                        Some(found) if !rewritten.has(at) => (&mut rest, sure.map(|s| s && found.has(at))),
                        _ => (&mut whole, sure.filter(|shows| !shows || words.is_empty())),
                    };
                    sure.unwrap_or_else(|| {
                        let possible = found.as_ref().is_none_or(|f| f.has(at) || rewritten.has(at));
                        possible && project.look(IncidentId(*slot), |i| filter.shows_at_some_time(i)).unwrap_or(false)
                    })
                };
                slots.iter().map(shows).collect()
            })
            .collect();
        let mut shown = shown.into_iter().flatten();
        self.base = Bits::of(columns.slots(), |slot| shown.next().unwrap_or(false) && self.has_wanted_figures(slot));
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
        let slots = self.columns.slots();
        let parts: Vec<Vec<Tally>> = ((0..slots.div_ceil(BATCH)).into_par_iter())
            .map(|n| self.sum_over((n * BATCH..slots.min((n + 1) * BATCH)).filter(|slot| self.base.has(*slot))))
            .collect();
        self.all = vec![Tally::default(); self.adding().width()];
        for part in parts {
            for (sum, more) in self.all.iter_mut().zip(part) {
                *sum = sum.plus(more);
            }
        }
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
                    for id in &moved {
                        self.look_at(id.0 as usize);
                    }
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

    /// Whether the next window of time has to wait for an order of the incidents in time: a large project's takes a while.
    pub fn lacks_order(&self) -> bool {
        self.live > FEW && self.sums.is_none()
    }

    /// The order, if it was made, and the slots that were edited since.
    pub(in crate::derive) fn in_order(&self) -> Option<(&TimeOrder, impl Iterator<Item = usize> + '_)> {
        self.order.as_deref().map(|order| (order, self.edited.keys().copied()))
    }

    /// Makes the order of a large project that was just worked out; the sums along it wait until they are asked for.
    pub fn put_in_order(&mut self) {
        if self.live > FEW && self.order.is_none() && self.edited.is_empty() {
            self.order = Some(Arc::new(self.ordered()));
        }
    }

    fn ordered(&self) -> TimeOrder {
        let dated = |slot: usize| self.columns.mark(slot) & mark::DATED > 0;
        TimeOrder::new(&self.columns.start, &self.columns.end, dated)
    }

    /// That order, and the sums along it; made of a copy, on any thread.
    pub fn in_time(mut self) -> InTime {
        self.prepare();
        InTime { order: self.order, sums: self.sums }
    }

    /// Takes the order of a copy made after the last refresh.
    pub fn put_in_time(&mut self, made: InTime) {
        if self.lacks_order() {
            self.edited.clear();
            (self.order, self.sums) = (made.order, made.sums);
        }
    }

    /// Makes the order of time and the running sums if they are not there.
    fn prepare(&mut self) {
        if self.sums.is_none() && !self.edited.is_empty() {
            self.order = None;
        }
        if self.order.is_none() {
            self.edited.clear();
            self.sums = None;
            self.order = Some(Arc::new(self.ordered()));
        }
        if self.sums.is_none() {
            self.sums = self.order.as_ref().map(|order| Arc::new(RunningSums::new(order, &self.adding())));
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
            for (t, fig, plus) in held {
                out(*t, *fig, !plus);
            }
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
        self.covered = OnceLock::new();
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
    pub(in crate::derive) fn tied_uncovered(&self, project: &Project, of: &Bits) -> Own<Key> {
        let (mut own, covers) = self.tied_figures(project, of);
        let slots = sum::slots_of(project, covers.iter().map(|c| c.2));
        let covers = covers
            .into_iter()
            .filter_map(|(coverer, key, uid, _)| slots.get(uid).map(|target| Cover { coverer, key, target: *target }));
        sum::leave_out_covered(project, &self.tree, &mut own, covers.collect());
        own
    }

    /// The own figures of the tied incidents in `of`, and what their claims cover besides.
    pub(super) fn tied_figures<'a>(&self, project: &'a Project, of: &Bits) -> (Own<Key>, Vec<Covering<'a>>) {
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
    pub(in crate::derive) fn tree(&self) -> &Tree {
        &self.tree
    }
}

/// A figure for a key that also speaks of another incident: whose, for which key, of which incident, by which claim.
pub(super) type Covering<'a> = (IncidentId, Key, &'a Uid, &'a Claim);
