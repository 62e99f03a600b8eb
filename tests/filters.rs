//! What must hold for every filter: it shows what each of its conditions shows and nothing else, and whoever counts or
//! draws gets the same incidents.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)] // The lints spare only functions marked as tests.

use std::collections::BTreeSet;

use clashmap::derive::{Condition, Filter, Policy, Question, Tally, derive};
use clashmap::edit::{Command, Edit, Workspace};
use clashmap::model::{
    Category, Claim, Count, DeadFilter, Filters, Grade, GradeFilter, Incident, IncidentId, Kind, LonLat, Meta, Moment,
    Outline, PartyId, Project, Source, SourceId, Standing, TagFilter, Uid, When,
};
use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

const PARTIES: [&str; 3] = ["armenia", "azerbaijan", "russia"];
const WORDS: [&str; 5] = ["Sotk", "Ստեփանակերտ", "Xankəndi", "Горис", "fire at night"];
const GRADES: [&str; 5] = ["", "A1", "B2", "C", "F6"];

fn source() -> impl Strategy<Value = SourceId> {
    select(vec!["a", "b", "c"]).prop_map(SourceId::new)
}

fn claim() -> impl Strategy<Value = Claim> {
    let count =
        prop_oneof![Just(Count::Unknown), (0u32..40).prop_map(Count::Exactly), (0u32..40).prop_map(Count::AtLeast)];
    (select(PARTIES.to_vec()), of(select(PARTIES.to_vec())), count, of(source()), select(GRADES.to_vec()), of(1u8..=28))
        .prop_map(|(about, side, count, source, grade, day)| {
            let mut c = Claim::new("", PartyId::new(about), Category::Killed, count);
            c.speaks_for = side.map(PartyId::new);
            c.source = source;
            c.grade = Grade::parse(grade).unwrap();
            c.published = day.and_then(|d| Moment::day(2022, 9, d));
            c
        })
}

fn incident() -> impl Strategy<Value = Incident> {
    let kind = select(vec![Kind::Shelling, Kind::Battle, Kind::Statement]);
    let tags = subsequence(vec![("a", "1"), ("b", "2"), ("c", "")], 0..=3);
    let place = of((44.0..47.0, 38.0..42.0));
    (kind, select(WORDS.to_vec()), of(1u8..=28), place, vec(claim(), 0..4), vec(source(), 0..2), tags).prop_map(
        |(kind, title, day, place, claims, sources, tags)| {
            let mut i = Incident::new(Uid::new("i"), kind, title);
            i.when = day.and_then(|d| When::parse(&format!("2022-09-{d:02}")).ok());
            i.place.position = place.map(|(lon, lat)| LonLat::new(lon, lat).unwrap());
            i.claims = claims;
            i.claims.iter_mut().zip(0..).for_each(|(c, n)| c.id = format!("c{n}").into());
            i.sources = sources;
            i.tags = tags.into_iter().map(|(n, v)| (n.into(), v.into())).collect();
            i
        },
    )
}

fn project() -> impl Strategy<Value = Project> {
    vec(incident(), 0..12).prop_map(|mut incidents| {
        incidents.iter_mut().zip(0..).for_each(|(i, n)| i.uid = Uid::new(&format!("i{n}")));
        let sources = ["a", "b"].map(|id| Source::new(SourceId::new(id), &format!("Radio {id}"))).to_vec();
        Project::new(Meta { sources, ..Meta::default() }, incidents, Vec::new())
    })
}

fn question() -> impl Strategy<Value = Question> {
    let lists = (
        vec(select(vec![Kind::Shelling, Kind::Battle]), 0..2),
        vec(select(PARTIES.to_vec()).prop_map(PartyId::new), 0..2),
        vec(source(), 0..2),
        subsequence(vec!["a", "b=2", "b=3", "c"], 0..=2),
    );
    let dead = select(vec![None, DeadFilter::parse("10..30"), DeadFilter::parse("5.."), Some(DeadFilter::NoFigure)]);
    let grade = select(vec![None, GradeFilter::parse("B2"), GradeFilter::parse("C"), Some(GradeFilter::NotGraded)]);
    let area = select(vec![None, Outline::parse("44 38, 46 38, 46 41, 44 40").ok()]);
    let text = select(vec!["", "sotk", "Stepanakert", "fire", "radio"]);
    let window = select(vec![None, When::parse("2022-09-05/2022-09-20").ok()]);
    let known = of((5u8..25).prop_map(|d| Moment::day(2022, 9, d).unwrap()));
    let policy = select(vec![Policy::OwnSide, Policy::Highest, Policy::Range]);
    (lists, (dead, grade, area, text), (window, known, policy), any::<(bool, bool)>()).prop_map(
        |((kinds, parties, sources, tags), (dead, grade, area, text), (window, as_known, policy), flags)| Question {
            span: window.map(|w| w.span()),
            as_known,
            policy,
            filters: Filters {
                kinds,
                parties,
                text: clashmap::view::search(text),
                dead,
                sources,
                grade,
                tags: tags.into_iter().filter_map(TagFilter::parse).collect(),
                area,
                contradicted: flags.0 && flags.1,
                unsourced: flags.0 && !flags.1,
            },
        },
    )
}

fn shown(project: &Project, question: &Question) -> BTreeSet<IncidentId> {
    derive(project, question).ids().collect()
}

/// The question with one condition and no other. The as-known date stays: it decides which claims count.
fn only(question: &Question, condition: Condition) -> Question {
    let others = Condition::ALL.into_iter().filter(|c| *c != condition && *c != Condition::Known);
    others.fold(question.clone(), |q, c| q.without(c))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_filter_shows_exactly_what_each_of_its_conditions_shows((project, question) in (project(), question())) {
        let all: BTreeSet<IncidentId> = project.iter().map(|(id, _)| id).collect();
        let together = shown(&project, &question);
        let parts = question.conditions().map(|c| shown(&project, &only(&question, c)));
        let in_all_parts = parts.fold(all.clone(), |left, part| &left & &part);
        prop_assert_eq!(&together, &in_all_parts, "{}", question.sentence());
        prop_assert_eq!(derive(&project, &question).hidden, all.len() - together.len());
    }

    #[test]
    fn taking_a_condition_away_never_hides_anything((project, question) in (project(), question())) {
        let before = shown(&project, &question);
        for condition in question.conditions().filter(|c| *c != Condition::Known) {
            let after = shown(&project, &question.without(condition));
            prop_assert!(after.is_superset(&before), "without {:?}: {}", condition, question.sentence());
        }
    }

    #[test]
    fn an_answer_that_follows_questions_and_edits_is_the_answer_asked_for_at_once(
        (project, first, second) in (project(), question(), question()),
    ) {
        let mut w = Workspace::new(project, false);
        let mut derived = derive(w.project(), &first);
        derived.refresh(w.project(), &[], &second);
        let at_once = derive(w.project(), &second);
        prop_assert_eq!(derived.ids().collect::<Vec<_>>(), at_once.ids().collect::<Vec<_>>());
        prop_assert_eq!(&derived.totals, &at_once.totals);
        let edits = [
            Edit::MarkClaim("c0".into(), Standing::Withdrawn),
            Edit::Tags(vec![("a".into(), "1".into())]),
            Edit::Position(LonLat::new(45.0, 40.0).ok()),
            Edit::Title("Sotk".into()),
            Edit::Sources(Vec::new()),
        ];
        for (n, edit) in (0..).zip(edits) {
            // Not every incident has the claim; an edit that is refused changes nothing.
            let _ = w.commit(Command::Edit(IncidentId(n % 3), edit));
            let touched = w.take_touched();
            derived.refresh(w.project(), &touched, &second);
            let at_once = derive(w.project(), &second);
            prop_assert_eq!(derived.ids().collect::<Vec<_>>(), at_once.ids().collect::<Vec<_>>());
            prop_assert_eq!(&derived.totals, &at_once.totals);
            prop_assert_eq!(derived.hidden, at_once.hidden);
        }
    }

    #[test]
    fn what_needs_no_figures_is_asked_of_one_incident_alone((project, question) in (project(), question())) {
        let mut filter = Filter::new(&project, &question);
        let alone: BTreeSet<_> = project.iter().filter(|(_, i)| filter.shows(i)).map(|(id, _)| id).collect();
        let plain = question.without(Condition::Dead).without(Condition::Contradicted);
        prop_assert_eq!(alone, shown(&project, &plain));
    }

    #[test]
    fn the_count_of_what_each_condition_hides_agrees_with_what_is_shown(
        (project, question, step) in (project(), question(), 1u32..5),
    ) {
        let mut tally = Tally::new(true);
        while !tally.step(&project, &question, step) {}
        let together = shown(&project, &question);
        prop_assert_eq!(tally.shown(), together.len());
        for condition in question.conditions().filter(|c| *c != Condition::Known) {
            let alone = shown(&project, &only(&question, condition));
            let known = shown(&project, &only(&question, Condition::Known)).len();
            if question.as_known.is_none() {
                prop_assert_eq!(tally.hides(condition), known - alone.len(), "{:?}", condition);
            }
            let without = shown(&project, &question.without(condition)).len();
            prop_assert_eq!(tally.hides_alone(condition), without - together.len(), "{:?}", condition);
        }
        // What a choice would leave is what it leaves.
        for kind in [Kind::Shelling, Kind::Battle, Kind::Statement] {
            let filters = Filters { kinds: vec![kind.clone()], ..question.filters.clone() };
            let left = shown(&project, &Question { filters, ..question.clone() }).len();
            prop_assert_eq!(tally.facets().kinds.get(&kind).copied().unwrap_or(0), left);
        }
        for source in ["a", "b", "c"].map(SourceId::new) {
            let filters = Filters { sources: vec![source.clone()], ..question.filters.clone() };
            let left = shown(&project, &Question { filters, ..question.clone() }).len();
            prop_assert_eq!(tally.facets().sources.get(&source).copied().unwrap_or(0), left);
        }
        let filters = Filters { contradicted: true, ..question.filters.clone() };
        prop_assert_eq!(tally.facets().contradicted, shown(&project, &Question { filters, ..question.clone() }).len());
    }
}

#[test]
fn an_incident_that_carries_one_name_of_a_place_is_found_under_all_of_them() {
    let names = ["Xankəndi", "Khankendi", "Ստեփանակերտ", "Stepanakert", "Степанакерт"];
    for name in names {
        let mut incident = Incident::new(Uid::new("i"), Kind::Shelling, "");
        incident.place.names = clashmap::model::Names::from_pairs([("xx", name)]);
        let project = Project::new(Meta::default(), [incident], Vec::new());
        for typed in names {
            let filters = Filters { text: clashmap::view::search(typed), ..Filters::default() };
            assert_eq!(shown(&project, &Question { filters, ..Question::default() }).len(), 1, "{typed} for {name}");
        }
        let filters = Filters { text: clashmap::view::search("Goris"), ..Filters::default() };
        assert_eq!(shown(&project, &Question { filters, ..Question::default() }).len(), 0);
    }
}
