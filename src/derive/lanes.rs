//! What a timeline shows besides its bars: ceasefires, statements, when incidents begin, and on which days something was
//! published. Sorted once per state of the data, so that a frame asks by bisection.
//!
//! A truce is drawn from its start to its recorded end, or without one, fading. What lies on it is said to be *dated within*
//! it, no more: whether it breaks the truce is for the sources to say.

use std::collections::HashSet;

use rayon::prelude::*;

use super::bits::Bits;
use super::columns::mark;
use super::histogram::spread_of;
use super::{Derived, Filter, Question, dead, tolls};
use crate::model::{Bound, Incident, IncidentId, Kind, Moment, Project, Resolution, Span};

/// A ceasefire on the timeline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Truce {
    /// The incident.
    pub id: IncidentId,
    /// First second.
    pub from: i64,
    /// First second after it; `None`: no end is recorded.
    pub until: Option<i64>,
    /// How far it is drawn: to its end, else to the next truce or the end of what is dated.
    pub drawn_to: i64,
}

/// The lanes of a timeline, and the order in which incidents begin and end.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Lanes {
    /// What the incidents cover; whole wars count only if there is nothing else. `None`: nothing has a date.
    pub whole: Option<Span>,
    /// How many incidents the question shows.
    pub shown: usize,
    /// How many of them have no date.
    pub undated: usize,
    /// Ceasefires by their start.
    pub truces: Vec<Truce>,
    /// The latest end of this and all earlier truces.
    reach: Vec<i64>,
    /// Statements by their start, with the time they are dated to.
    pub statements: Vec<(Span, IncidentId)>,
    /// What happened on the ground, by its start: neither spoken nor a whole war. Of a million incidents only what begins while
    /// a truce is drawn, as nobody asks for the rest.
    ground: Vec<(Span, IncidentId)>,
    /// When each incident begins, sorted, and which it is.
    begins: Vec<i64>,
    begun: Vec<IncidentId>,
    /// The first and the last seconds that each incident may cover, each sorted. No starts: they are when each begins.
    starts: Vec<i64>,
    ends: Vec<i64>,
}

impl Lanes {
    /// The lanes of what a question shows, whatever its window of time. `derived` has scanned the project, all but the slots
    /// edited since.
    pub fn new(project: &Project, derived: &Derived, edited: &[IncidentId], question: &Question) -> Self {
        let question = Question { span: None, ..question.clone() };
        let scanned = Scanned::of(project, derived, edited, &question);
        let mut out = Self::default();
        let (mut ground, mut wars) = (None::<Span>, None::<Span>);
        if let Some(scanned) = &scanned {
            out.take_scanned(project, scanned, [&mut ground, &mut wars]);
        }
        let from_columns = out.begins.len();
        let rows = rows(project, derived, edited, &question, scanned.as_ref());
        let both =
            |a: Option<Span>, b: Span| a.map_or(b, |a| Span { start: a.start.min(b.start), end: a.end.max(b.end) });
        out.shown += rows.len();
        let is_in_order = rows.is_empty();
        let mut starts = if is_in_order { Vec::new() } else { out.begins.clone() };
        for Row { id, kind, dated } in rows {
            let Some((span, spread)) = dated else {
                out.undated += 1;
                continue;
            };
            out.begins.push(spread.start);
            out.begun.push(id);
            starts.push(span.start);
            out.ends.push(span.end);
            if kind == Some(Lane::War) {
                wars = Some(both(wars, spread));
                continue;
            }
            ground = Some(both(ground, spread));
            match kind {
                Some(Lane::Truce) => out.truces.extend(project.get(id).and_then(|i| truce(id, i))),
                Some(Lane::Statement) => out.statements.push((spread, id)),
                _ => out.ground.push((spread, id)),
            }
        }
        out.whole = ground.or(wars);
        out.draw_truces();
        out.lay_on_truces(scanned.as_ref(), from_columns);
        if !is_in_order {
            // Stable sorts take what is in order already as it is.
            let order = |(span, id): &(Span, IncidentId)| (span.start, id.0);
            let mut begins: Vec<(i64, IncidentId)> = out.begins.into_iter().zip(out.begun).collect();
            begins.par_sort_by_key(|(at, id)| (*at, id.0));
            (out.begins, out.begun) = begins.into_iter().unzip();
            starts.par_sort();
            out.ends.par_sort();
            out.statements.par_sort_by_key(order);
            out.ground.par_sort_by_key(order);
            out.starts = if starts == out.begins { Vec::new() } else { starts };
        }
        out
    }

    /// Takes what was scanned, everything in the order of time, but for what is on the ground.
    fn take_scanned(&mut self, project: &Project, scanned: &Scanned, [ground, wars]: [&mut Option<Span>; 2]) {
        (self.begins, self.begun, self.ends) = scanned.in_time();
        let grown = |whole: &mut Option<Span>, span: Span| {
            let all = whole.get_or_insert(span);
            *all = Span { start: all.start.min(span.start), end: all.end.max(span.end) };
        };
        for (start, id) in self.begins.iter().zip(&self.begun) {
            let (span, kind) = scanned.lane(*start, *id);
            if kind == Some(Lane::War) {
                grown(wars, span);
                continue;
            }
            grown(ground, span);
            match kind {
                Some(Lane::Truce) => self.truces.extend(project.get(*id).and_then(|i| truce(*id, i))),
                Some(Lane::Statement) => self.statements.push((span, *id)),
                _ => {}
            }
        }
        self.shown = scanned.shown();
        self.undated = self.shown - self.begins.len();
    }

    /// Keeps what is on the ground and begins while a truce is drawn: of the rows, and of the first `n` that were scanned.
    fn lay_on_truces(&mut self, scanned: Option<&Scanned>, n: usize) {
        let mut ground = std::mem::take(&mut self.ground);
        ground.retain(|(span, _)| self.is_in_truce(span.start));
        if let Some(scanned) = scanned.filter(|_| !self.truces.is_empty()) {
            for (start, id) in self.begins.iter().zip(&self.begun).take(n).filter(|(at, _)| self.is_in_truce(**at)) {
                let (span, kind) = scanned.lane(*start, *id);
                if kind.is_none() {
                    ground.push((span, *id));
                }
            }
        }
        self.ground = ground;
    }

    /// Whether a truce is drawn over a second.
    fn is_in_truce(&self, at: i64) -> bool {
        let begun = self.truces.partition_point(|t| t.from <= at);
        begun.checked_sub(1).and_then(|n| self.reach.get(n)).is_some_and(|reach| *reach > at)
    }

    /// Decides how far truces without a recorded end are drawn.
    fn draw_truces(&mut self) {
        self.truces.sort_unstable_by_key(|t| (t.from, t.id.0));
        let mut next = self.whole.map_or(i64::MAX, |w| w.end);
        for truce in self.truces.iter_mut().rev() {
            truce.drawn_to = truce.until.unwrap_or(next).max(truce.from + 1);
            next = truce.from;
        }
        let mut reach = i64::MIN;
        let farthest = |t: &Truce| {
            reach = reach.max(t.drawn_to);
            reach
        };
        self.reach = self.truces.iter().map(farthest).collect();
    }

    /// The truces that may be seen in a stretch of time, by their start.
    pub fn truces_in(&self, seen: Span) -> &[Truce] {
        let first = self.reach.partition_point(|r| *r <= seen.start);
        let after = self.truces.partition_point(|t| t.from < seen.end);
        self.truces.get(first..after.max(first)).unwrap_or_default()
    }

    /// The statements that begin in a stretch of time.
    pub fn statements_in(&self, seen: Span) -> &[(Span, IncidentId)] {
        begun(&self.statements, seen)
    }

    /// What is dated wholly within a truce: by its start, in the part of it that `seen` covers.
    pub fn dated_within<'a>(
        &'a self,
        truce: &Truce,
        seen: Span,
    ) -> impl Iterator<Item = &'a (Span, IncidentId)> + use<'a> {
        let until = truce.until.unwrap_or(i64::MAX);
        let part = Span { start: truce.from.max(seen.start), end: truce.drawn_to.min(seen.end) };
        begun(&self.ground, part).iter().filter(move |(span, _)| span.end <= until)
    }

    /// The incidents that begin after the second `before`, up to and with the second `upto`.
    pub fn begin_between(&self, before: i64, upto: i64) -> &[IncidentId] {
        let first = self.begins.partition_point(|at| *at <= before);
        let after = self.begins.partition_point(|at| *at <= upto);
        self.begun.get(first..after.max(first)).unwrap_or_default()
    }

    /// When the next incident after a second begins, or the last one before it.
    pub fn neighbour(&self, at: i64, forward: bool) -> Option<i64> {
        let n = if forward {
            self.begins.partition_point(|b| *b <= at)
        } else {
            self.begins.partition_point(|b| *b < at).checked_sub(1)?
        };
        self.begins.get(n).copied()
    }

    /// What tells two windows apart: how many incidents begin before the end of the window, and how many end before it begins.
    /// Two windows with the same answer show the same incidents.
    pub fn set_in(&self, window: Span) -> (usize, usize) {
        let starts = if self.starts.is_empty() { &self.begins } else { &self.starts };
        (starts.partition_point(|s| *s < window.end), self.ends.partition_point(|e| *e <= window.start))
    }

    /// How many incidents share a second with a window.
    pub fn count_in(&self, window: Span) -> usize {
        let (begun, over) = self.set_in(window);
        begun.saturating_sub(over)
    }
}

/// Those of a sorted list that begin in a stretch of time.
fn begun(sorted: &[(Span, IncidentId)], seen: Span) -> &[(Span, IncidentId)] {
    let first = sorted.partition_point(|(s, _)| s.start < seen.start);
    let after = sorted.partition_point(|(s, _)| s.start < seen.end);
    sorted.get(first..after.max(first)).unwrap_or_default()
}

/// What is not simply something that happened on the ground.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Lane {
    War,
    Truce,
    Statement,
}

impl Lane {
    fn of(kind: &Kind) -> Option<Self> {
        match kind {
            Kind::War => Some(Self::War),
            Kind::Ceasefire => Some(Self::Truce),
            Kind::Statement => Some(Self::Statement),
            _ => None,
        }
    }
}

/// An incident that is shown.
struct Row {
    id: IncidentId,
    kind: Option<Lane>,
    /// What it may cover, and over what it is spread.
    dated: Option<(Span, Span)>,
}

impl Row {
    fn of(id: IncidentId, incident: &Incident) -> Self {
        let dated = incident.when.map(|w| w.span()).zip(spread_of(incident));
        Self { id, kind: Lane::of(&incident.kind), dated }
    }
}

/// Incidents that one thread goes through at a time.
const BATCH: usize = 8192;

/// What the columns say of the incidents shown: all but those edited since, and those whose time is open.
struct Scanned<'a> {
    derived: &'a Derived,
    question: &'a Question,
    is_answered: bool,
    /// What is looked at one by one.
    aside: Bits,
    /// By number of a kind.
    lanes: Vec<Option<Lane>>,
}

impl<'a> Scanned<'a> {
    /// `None`: the filters have to be asked of each incident.
    fn of(project: &Project, derived: &'a Derived, edited: &[IncidentId], question: &'a Question) -> Option<Self> {
        // An answer to the same question says what is shown.
        let is_answered = derived.asked_whatever_the_window(question);
        if !is_answered && !question.filters.is_empty() {
            return None;
        }
        let columns = &derived.columns;
        let mut aside = Bits::of(columns.slots(), |slot| columns.mark(slot) & mark::OPEN > 0);
        // Where edited incidents stand in the order of time is not known; nor is anything of new ones.
        let moved = derived.in_order().into_iter().flat_map(|(_, edited)| edited);
        for slot in edited.iter().map(|id| id.0 as usize).chain(moved).chain(columns.slots()..project.slots() as usize)
        {
            aside.set(slot, true);
        }
        let lanes = columns.kinds.values().iter().map(Lane::of).collect();
        Some(Self { derived, question, is_answered, aside, lanes })
    }

    fn shows(&self, slot: usize) -> bool {
        let is_shown = if self.is_answered {
            self.derived.base.has(slot)
        } else {
            self.derived.columns.shows(slot, self.question.as_known)
        };
        is_shown && !self.aside.has(slot)
    }

    /// How many are shown.
    fn shown(&self) -> usize {
        (0..self.derived.columns.slots()).filter(|slot| self.shows(*slot)).count()
    }

    /// What an incident that begins at a second covers, and what it is.
    fn lane(&self, start: i64, id: IncidentId) -> (Span, Option<Lane>) {
        let (columns, slot) = (&self.derived.columns, id.0 as usize);
        let end = columns.end.get(slot).copied().unwrap_or(start);
        let kind = columns.kind.get(slot).and_then(|kind| self.lanes.get(usize::from(*kind))).copied().flatten();
        (Span { start, end }, kind)
    }

    /// When those shown begin, which they are, and when they end, in the order of time.
    fn in_time(&self) -> (Vec<i64>, Vec<IncidentId>, Vec<i64>) {
        if let Some((order, _)) = self.derived.in_order() {
            let shown = |(_, slot): &(i64, u32)| self.shows(*slot as usize);
            let room = order.len();
            let (mut begins, mut begun, mut ends) =
                (Vec::with_capacity(room), Vec::with_capacity(room), Vec::with_capacity(room));
            for (at, slot) in order.starts().filter(shown) {
                begins.push(at);
                begun.push(IncidentId(slot));
            }
            ends.extend(order.ends().filter(shown).map(|(at, _)| at));
            return (begins, begun, ends);
        }
        let columns = &self.derived.columns;
        let is_dated = |slot: usize| columns.mark(slot) & mark::DATED > 0 && self.shows(slot);
        let begins = || {
            let rows = columns.start.iter().copied().zip(0_u32..).filter(|(_, slot)| is_dated(*slot as usize));
            let mut rows: Vec<(i64, u32)> = rows.collect();
            rows.par_sort_unstable();
            rows.into_iter().map(|(at, slot)| (at, IncidentId(slot))).unzip()
        };
        let ends = || {
            let rows = columns.end.iter().copied().enumerate().filter(|(slot, _)| is_dated(*slot));
            let mut ends: Vec<i64> = rows.map(|(_, at)| at).collect();
            ends.par_sort_unstable();
            ends
        };
        let ((begins, begun), ends) = rayon::join(begins, ends);
        (begins, begun, ends)
    }
}

/// What is shown of what was not `scanned`, in the order of the slots.
fn rows(
    project: &Project,
    derived: &Derived,
    edited: &[IncidentId],
    question: &Question,
    scanned: Option<&Scanned>,
) -> Vec<Row> {
    let has_wanted_figures = |incident: &Incident| {
        let figures = if question.needs_figures() { tolls(project, incident, question) } else { Vec::new() };
        question.shows_figures(&dead(&figures).total, figures.iter().any(|(_, f)| f.contradicted))
    };
    let look = |id: IncidentId, filter: &mut Filter| {
        let mut shown = |incident: &Incident| filter.shows(incident) && has_wanted_figures(incident);
        project.look(id, |incident| shown(incident).then(|| Row::of(id, incident))).flatten()
    };
    let mut edited = edited.to_vec();
    edited.sort_unstable();
    let slots: Vec<usize> = match scanned {
        Some(scanned) => scanned.aside.iter().collect(),
        None => (0..project.slots() as usize).collect(),
    };
    let batches = slots.par_chunks(BATCH).map(|slots| {
        let mut filter = Filter::new(project, question);
        let row = |slot: &usize| {
            let id = IncidentId(u32::try_from(*slot).ok()?);
            let is_answered = scanned.is_some_and(|s| s.is_answered) && edited.binary_search(&id).is_err();
            if is_answered && *slot < derived.columns.slots() {
                derived.base.has(*slot).then(|| project.look(id, |incident| Row::of(id, incident))).flatten()
            } else {
                look(id, &mut filter)
            }
        };
        slots.iter().filter_map(row).collect::<Vec<_>>()
    });
    batches.flatten_iter().collect()
}

fn truce(id: IncidentId, incident: &Incident) -> Option<Truce> {
    let when = incident.when?;
    let from = when.start().moment().unwrap_or_else(|| when.anchor()).span().start;
    let until = when.end().and_then(Bound::moment).map(|_| when.span().end);
    Some(Truce { id, from, until, drawn_to: from + 1 })
}

/// The days by whose end something was published, earliest first, by the calendar of a zone. `derived` has scanned the
/// project, all but the slots edited since.
pub fn publication_days(project: &Project, derived: &Derived, edited: &[IncidentId], zone_minutes: i16) -> Vec<Moment> {
    const DAY: i64 = 86_400;
    let columns = &derived.columns;
    // Known by the end of the stretch within which it was published, no earlier.
    let ends = |i: &Incident| i.claims.iter().filter_map(|c| Some(c.published?.span().end)).collect::<Vec<_>>();
    let shift = i64::from(zone_minutes) * 60;
    // Millions of claims fall on some thousand days.
    let (mut days, mut before) = (HashSet::<i64, foldhash::fast::RandomState>::default(), i64::MAX);
    let mut put = |end: i64| {
        let day = (end.saturating_sub(1).saturating_add(shift)).div_euclid(DAY);
        if end < i64::MAX && day != before {
            days.insert(day);
            before = day;
        }
    };
    // Not all claims of such incidents are in the columns: of many or marked ones only some.
    let mut looked_at = edited.to_vec();
    looked_at.sort_unstable();
    let edited = looked_at.clone();
    for (slot, id) in (0..columns.slots()).zip((0..).map(IncidentId)) {
        let is = columns.mark(slot);
        let is_edited = edited.binary_search(&id).is_ok();
        if !is_edited && is & (mark::MANY | mark::FALLEN) > 0 {
            looked_at.push(id);
        } else if !is_edited && is & mark::LIVE > 0 {
            columns.claims.get(columns.claims_of(slot)).into_iter().flatten().for_each(|c| put(c.known_from));
        }
    }
    looked_at.iter().filter_map(|id| project.look(*id, ends)).flatten().for_each(put);
    let mut days: Vec<i64> = days.into_iter().collect();
    days.sort_unstable();
    days.into_iter().map(|day| Moment::from_unix(day * DAY - shift, zone_minutes, Resolution::Day)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::derive::derive;
    use crate::model::{Category, Claim, Count, DeadFilter, Filters, Meta, PartyId, Search, Uid, When};

    fn span(text: &str) -> Span {
        When::parse(text).unwrap().span()
    }

    fn lanes(rows: &[(Kind, &str)]) -> Lanes {
        let incidents = rows.iter().enumerate().map(|(n, (kind, when))| {
            let mut i = Incident::new(Uid::new(&n.to_string()), kind.clone(), "");
            i.when = When::parse(when).ok();
            i
        });
        let project = Project::new(Meta::default(), incidents, Vec::new());
        let question = Question::default();
        Lanes::new(&project, &derive(&project, &question), &[], &question)
    }

    #[test]
    fn wars_stand_behind_what_happened_in_them() {
        let all = lanes(&[(Kind::War, "1988/1994"), (Kind::Shelling, "1992-05-08"), (Kind::Battle, "?")]);
        assert_eq!((all.whole, all.shown, all.undated), (Some(span("1992-05-08")), 3, 1));
        assert_eq!(lanes(&[(Kind::War, "1988/1994")]).whole, Some(span("1988/1994")));
        assert_eq!(lanes(&[(Kind::War, "?")]).whole, None);
    }

    #[test]
    fn lanes_of_an_answer_are_those_of_its_filters_and_edits_are_looked_at() {
        let kinds = [Kind::Shelling, Kind::Ceasefire, Kind::Statement, Kind::War];
        let incidents = (0..40_usize).map(|n| {
            let mut i = Incident::new(Uid::new(&n.to_string()), kinds[n % 4].clone(), &format!("Report {n}"));
            i.when = When::parse(&format!("20{:02}-09-1{}", 10 + n % 13, n % 9)).ok().filter(|_| n % 7 > 0);
            let count = Count::Exactly(u32::try_from(n % 3).unwrap());
            i.claims.push(Claim::new("c1", PartyId::new("armenia"), Category::Killed, count));
            i.claims[0].speaks_for = Some(PartyId::new("armenia"));
            i
        });
        let mut project = Project::new(Meta::default(), incidents, Vec::new());
        let plain = derive(&project, &Question::default());
        let filtered = |filters| Question { filters, ..Question::default() };
        let asked = [
            filtered(Filters { kinds: vec![Kind::Shelling], ..Filters::default() }),
            filtered(Filters { kinds: vec![Kind::Ceasefire, Kind::War], ..Filters::default() }),
            filtered(Filters { text: Search::new("report 1"), ..Filters::default() }),
            filtered(Filters { dead: Some(DeadFilter::Between(Some(2), None)), ..Filters::default() }),
        ];
        let answers: Vec<Derived> = asked.iter().map(|q| derive(&project, q)).collect();
        let both = |project: &Project, edited: &[IncidentId]| {
            for (answer, question) in answers.iter().zip(&asked) {
                let [quick, slow] = [answer, &plain].map(|d| Lanes::new(project, d, edited, question));
                assert_eq!(slow.shown, derive(project, question).len());
                assert!(slow.shown > 5 && slow.shown < 30);
                assert_eq!(quick, slow);
            }
        };
        both(&project, &[]);
        let id = IncidentId(11);
        let mut next = project.get(id).unwrap().clone();
        (next.kind, next.title) = (Kind::Shelling, "Report 1 anew".into());
        project.exchange(id, crate::model::Held::new(Some(std::sync::Arc::new(next))));
        both(&project, &[id]);
    }

    #[test]
    fn lanes_follow_edits_of_an_answer_that_has_the_order_of_time() {
        let kinds = [Kind::Shelling, Kind::Ceasefire, Kind::Statement, Kind::War];
        let when = |n: usize| match n % 11 {
            0 => None,
            1 => When::parse(&format!("20{:02}-09-1{}/..", 10 + n % 13, n % 9)).ok(),
            _ => When::parse(&format!("20{:02}-0{}-1{}", 10 + n % 13, 1 + n % 9, n % 9)).ok(),
        };
        let incidents = (0..5000_usize).map(|n| {
            let mut i = Incident::new(Uid::new(&n.to_string()), kinds[n % 4].clone(), "");
            i.when = when(n);
            i
        });
        let mut project = Project::new(Meta::default(), incidents, Vec::new());
        let chosen = vec![Kind::Shelling, Kind::Ceasefire];
        for (kinds, with_sums) in [(Vec::new(), true), (Vec::new(), false), (chosen.clone(), true), (chosen, false)] {
            let question = Question { filters: Filters { kinds, ..Filters::default() }, ..Question::default() };
            let mut derived = derive(&project, &question);
            if with_sums {
                derived.put_in_time(derived.clone().in_time());
            } else {
                derived.put_in_order();
                assert!(derived.lacks_order(), "the sums wait");
            }
            for n in [7, 8, 22, 4999_u32] {
                let id = IncidentId(n);
                let mut next = project.get(id).unwrap().clone();
                (next.kind, next.when) = (Kind::Shelling, when(n as usize + 3));
                project.exchange(id, crate::model::Held::new(Some(std::sync::Arc::new(next))));
                let seen = Lanes::new(&project, &derived, &[id], &question);
                derived.refresh(&project, &[id], &question);
                assert!(derived.in_order().is_some());
                let followed = Lanes::new(&project, &derived, &[], &question);
                let anew = Lanes::new(&project, &derive(&project, &question), &[], &question);
                assert_eq!((&seen, &followed), (&anew, &anew), "{n}");
                assert!(anew.ground.is_sorted_by_key(|(span, id)| (span.start, id.0)) && anew.undated > 0);
            }
        }
    }

    #[test]
    fn what_lies_on_a_truce_is_dated_wholly_within_it() {
        let all = lanes(&[
            (Kind::Ceasefire, "2020-10-10/2020-10-12"),
            (Kind::Shelling, "2020-10-11"),
            (Kind::Shelling, "2020-10"),
            (Kind::Shelling, "2020-10-12/2020-10-13"),
            (Kind::Statement, "2020-10-11"),
        ]);
        let truce = &all.truces[0];
        assert_eq!(truce.until, Some(span("2020-10-12").end));
        let within: Vec<u32> = all.dated_within(truce, span("2020")).map(|(_, id)| id.0).collect();
        assert_eq!(within, [1]);
    }

    #[test]
    fn a_truce_without_a_recorded_end_is_drawn_to_the_next_one() {
        let all = lanes(&[
            (Kind::Ceasefire, "1994-05-12"),
            (Kind::Ceasefire, "2016-04-05/.."),
            (Kind::Shelling, "2020-10-11"),
        ]);
        let drawn: Vec<_> = all.truces.iter().map(|t| (t.until, t.drawn_to)).collect();
        assert_eq!(drawn, [(None, span("2016-04-05").start), (None, span("2020-10-11").end)]);
        assert_eq!(all.truces_in(span("2000")).len(), 1);
        assert_eq!(all.truces_in(span("2021")).len(), 0);
    }

    #[test]
    fn windows_with_the_same_set_show_the_same_incidents() {
        let whens = ["2022-09-12/2022-09-14", "2022-09-13", "2022-09-20", "2022-09", "2022-09-05/.."];
        let all = lanes(&whens.map(|w| (Kind::Shelling, w)));
        let day = |d: u32| span(&format!("2022-09-{d:02}"));
        let shown = |w: Span| whens.iter().filter(|t| span(t).overlaps(w)).count();
        for first in 1..=30 {
            for last in first..=30 {
                let window = Span { start: day(first).start, end: day(last).end };
                assert_eq!(all.count_in(window), shown(window), "{first} {last}");
            }
        }
        assert_eq!(all.set_in(day(15)), all.set_in(day(16)));
        assert_ne!(all.set_in(day(14)), all.set_in(day(15)));
    }

    #[test]
    fn steps_go_from_beginning_to_beginning() {
        let all = lanes(&["2022-09-12", "2022-09-12", "2022-09-14"].map(|w| (Kind::Shelling, w)));
        let (first, last) = (span("2022-09-12").start, span("2022-09-14").start);
        assert_eq!(all.neighbour(first - 1, true), Some(first));
        assert_eq!(all.neighbour(first, true), Some(last));
        assert_eq!(all.neighbour(last, true), None);
        assert_eq!(all.neighbour(last, false), Some(first));
        assert_eq!(all.neighbour(first, false), None);
        assert_eq!(all.begin_between(first - 1, first).len(), 2);
        assert_eq!(all.begin_between(first, last).len(), 1);
    }
}
