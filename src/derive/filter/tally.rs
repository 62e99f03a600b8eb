//! What each condition hides, and what a further choice would leave. Counted a stretch of the project at a time, so that a
//! window with a million incidents can count over several frames without waiting in any.

use std::collections::HashMap;
use std::hash::Hash;

use super::{Condition, Filter, is_at_least, is_graded, is_unsourced, parties, sources};
use crate::derive::{Figure, Question, dead, tolls};
use crate::model::{Grade, GradeFilter, Incident, IncidentId, Kind, PartyId, Project, SourceId, Text, Uid};

/// Counts over the incidents of a project, for one question.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    /// The slot that is looked at next.
    next: u32,
    done: bool,
    with_facets: bool,
    /// By condition: how many incidents it does not hold for.
    hides: [usize; 12],
    /// By condition: how many it alone hides.
    alone: [usize; 12],
    /// How many incidents were looked at and are shown.
    shown: usize,
    facets: Facets,
}

/// How many incidents a choice would leave, all other conditions being as they are. Without an entry: none.
#[derive(Clone, Debug, Default)]
pub struct Facets {
    /// By kind.
    pub kinds: HashMap<Kind, usize>,
    /// By party.
    pub parties: HashMap<PartyId, usize>,
    /// By source.
    pub sources: HashMap<SourceId, usize>,
    /// By name of a tag, whatever its value.
    pub tags: HashMap<Text, usize>,
    /// By name and value of a tag.
    pub values: HashMap<(Text, Text), usize>,
    /// By reliability: at least this letter.
    pub reliability: [usize; 6],
    /// By credibility: at least this number.
    pub credibility: [usize; 6],
    /// Without a graded claim.
    pub not_graded: usize,
    /// Without a figure for the dead.
    pub no_figure: usize,
    /// With a figure for the dead.
    pub with_figure: usize,
    /// With a contradiction.
    pub contradicted: usize,
    /// Without a source.
    pub unsourced: usize,
    /// Without position or shape: in no area.
    pub unplaced: usize,
}

/// The letters of reliability, best first.
const LETTERS: [char; 6] = ['A', 'B', 'C', 'D', 'E', 'F'];

fn add<K: Eq + Hash + Clone>(map: &mut HashMap<K, usize>, key: &K) {
    match map.get_mut(key) {
        Some(n) => *n += 1,
        None => drop(map.insert(key.clone(), 1)),
    }
}

impl Tally {
    /// A count that has not begun. The facets, which cost more, are counted only if asked for.
    pub fn new(with_facets: bool) -> Self {
        Self { with_facets, ..Self::default() }
    }

    /// The count where only one condition is set, which hides all that is hidden.
    pub fn of_one(condition: Condition, hidden: usize, shown: usize) -> Self {
        let mut tally = Self { done: true, shown, ..Self::default() };
        for counts in [&mut tally.hides, &mut tally.alone] {
            if let Some(n) = counts.get_mut(condition as usize) {
                *n = hidden;
            }
        }
        tally
    }

    /// Whether everything is counted.
    pub fn is_done(&self) -> bool {
        self.done
    }

    /// How many incidents a condition hides by itself, whatever others hide as well.
    pub fn hides(&self, condition: Condition) -> usize {
        self.hides.get(condition as usize).copied().unwrap_or(0)
    }

    /// How many incidents would be shown in addition without a condition.
    pub fn hides_alone(&self, condition: Condition) -> usize {
        self.alone.get(condition as usize).copied().unwrap_or(0)
    }

    /// How many incidents are shown.
    pub fn shown(&self) -> usize {
        self.shown
    }

    /// What further choices would leave; all 0 if they are not counted.
    pub fn facets(&self) -> &Facets {
        &self.facets
    }

    /// Counts the next `slots` slots of the project; `true` once everything is counted. Project and question must be the
    /// same from call to call.
    pub fn step(&mut self, project: &Project, question: &Question, slots: u32) -> bool {
        if self.done {
            return true;
        }
        let mut filter = Filter::new(project, question);
        let end = self.next.saturating_add(slots).min(project.slots());
        // Figures are worked out only where something is asked of them.
        let figures_needed = question.needs_figures() || self.with_facets;
        // What stands in words is read only where it is asked for; nothing that is looked at is kept.
        let words = [Condition::Text, Condition::Tags, Condition::Grade].into_iter().any(|c| question.has(c));
        let mut scratch = Incident::new(Uid::new(""), Kind::ArmedClash, "");
        for id in (self.next..end).map(IncidentId) {
            if words || self.with_facets {
                project.look(id, |incident| self.count(project, question, &mut filter, figures_needed, incident));
            } else {
                let count = |incident: &Incident| self.count(project, question, &mut filter, figures_needed, incident);
                project.glance(id, &mut scratch, count);
            }
        }
        self.next = end;
        self.done = end >= project.slots();
        self.done
    }

    fn count(
        &mut self,
        project: &Project,
        question: &Question,
        filter: &mut Filter<'_>,
        figures_needed: bool,
        incident: &Incident,
    ) {
        let mut fails = filter.fails(incident);
        let (mut figure, mut contradicted) = (Figure::default(), false);
        if figures_needed && !incident.claims.is_empty() {
            let figures = tolls(project, incident, question);
            contradicted = figures.iter().any(|(_, f)| f.contradicted);
            figure = dead(&figures).total;
        }
        if !super::has_dead(&question.filters, &figure) {
            fails |= Condition::Dead.bit();
        }
        if question.filters.contradicted && !contradicted {
            fails |= Condition::Contradicted.bit();
        }
        for ((condition, hides), alone) in Condition::ALL.into_iter().zip(&mut self.hides).zip(&mut self.alone) {
            *hides += usize::from(fails & condition.bit() != 0);
            *alone += usize::from(fails == condition.bit());
        }
        self.shown += usize::from(fails == 0);
        if !self.with_facets {
            return;
        }
        let facets = &mut self.facets;
        let but = |condition: Condition| fails & !condition.bit() == 0;
        if but(Condition::Kinds) {
            add(&mut facets.kinds, &incident.kind);
        }
        if but(Condition::Parties) {
            each_once(parties(incident), |p| add(&mut facets.parties, p));
        }
        if but(Condition::Sources) {
            each_once(sources(incident, question), |s| add(&mut facets.sources, s));
        }
        if but(Condition::Tags) {
            for (name, value) in &incident.tags {
                add(&mut facets.tags, name);
                add(&mut facets.values, &(name.clone(), value.clone()));
            }
        }
        if but(Condition::Grade) {
            facets.not_graded += usize::from(is_graded(incident, question, GradeFilter::NotGraded));
            let best = |least: Option<Grade>| {
                least.is_some_and(|l| super::known(incident, question).any(|c| is_at_least(c.grade, l)))
            };
            for (n, letter) in facets.reliability.iter_mut().zip(LETTERS) {
                *n += usize::from(best(Grade::new(Some(letter), None)));
            }
            for (n, number) in facets.credibility.iter_mut().zip(1..) {
                *n += usize::from(best(Grade::new(None, Some(number))));
            }
        }
        if but(Condition::Dead) {
            facets.no_figure += usize::from(!figure.is_known());
            facets.with_figure += usize::from(figure.is_known());
        }
        facets.contradicted += usize::from(but(Condition::Contradicted) && contradicted);
        facets.unsourced += usize::from(but(Condition::Unsourced) && is_unsourced(incident));
        let unplaced = incident.place.position.is_none() && incident.place.shape.is_none();
        facets.unplaced += usize::from(but(Condition::Area) && unplaced);
    }
}

/// Calls once for each of a few values of which one may come twice.
fn each_once<'t, T: PartialEq + 't>(values: impl Iterator<Item = &'t T>, mut each: impl FnMut(&T)) {
    let mut seen: Vec<&T> = Vec::new();
    for value in values {
        if !seen.contains(&value) {
            seen.push(value);
            each(value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Category, Claim, Count, DeadFilter, Filters, Incident, Meta, Uid};

    fn project() -> Project {
        let incident = |(n, kind): (u32, Kind)| {
            let mut i = Incident::new(Uid::new(&n.to_string()), kind, "x");
            i.parties = vec![PartyId::new("armenia")];
            if n > 1 {
                let mut claim = Claim::new("c1", PartyId::new("armenia"), Category::Killed, Count::Exactly(n));
                claim.speaks_for = Some(PartyId::new("armenia"));
                claim.grade = Grade::parse("B3").unwrap();
                i.claims.push(claim);
            }
            i
        };
        let kinds = [Kind::Shelling, Kind::Shelling, Kind::Battle, Kind::Battle, Kind::Battle];
        Project::new(Meta::default(), (0..).zip(kinds).map(incident), Vec::new())
    }

    #[test]
    fn conditions_are_numbered_in_their_order() {
        for (n, condition) in Condition::ALL.into_iter().enumerate() {
            assert_eq!(condition as usize, n);
        }
    }

    #[test]
    fn a_count_in_steps_says_what_each_condition_hides_and_what_a_choice_would_leave() {
        let filters = Filters { kinds: vec![Kind::Battle], dead: DeadFilter::parse("3.."), ..Filters::default() };
        let question = Question { filters, ..Question::default() };
        let project = project();
        let mut tally = Tally::new(true);
        let mut steps = 1;
        while !tally.step(&project, &question, 2) {
            steps += 1;
        }
        assert_eq!((steps, tally.shown()), (3, 2));
        assert_eq!((tally.hides(Condition::Kinds), tally.hides_alone(Condition::Kinds)), (2, 0));
        assert_eq!((tally.hides(Condition::Dead), tally.hides_alone(Condition::Dead)), (3, 1));
        assert_eq!(tally.hides(Condition::Text), 0);
        let facets = tally.facets();
        assert_eq!((facets.kinds.get(&Kind::Battle), facets.kinds.get(&Kind::Shelling)), (Some(&2), None));
        assert_eq!((facets.with_figure, facets.no_figure), (3, 0));
        assert_eq!(facets.reliability, [0, 2, 2, 2, 2, 2]);
        assert_eq!(facets.credibility, [0, 0, 2, 2, 2, 2]);
        assert_eq!((facets.unsourced, facets.unplaced), (2, 2));
        assert_eq!(facets.parties.get(&PartyId::new("armenia")), Some(&2), "once an incident");
    }
}
