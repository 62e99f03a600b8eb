//! What must hold for every ledger and every project: figures do not depend on the order of entry, the past does not
//! change, nobody is counted twice, and what is not known is never 0.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)] // The lints spare only functions marked as tests.

use clashmap::derive::{Figure, FindingKind, Key, Policy, Question, derive, tolls};
use clashmap::model::{
    Category, Claim, Count, Incident, Kind, Meta, Moment, PartyId, Project, Range, SourceId, Standing, Status, Uid,
    When,
};
use proptest::prelude::*;

const PARTIES: [&str; 3] = ["armenia", "azerbaijan", "france"];

fn count() -> impl Strategy<Value = Count> {
    prop_oneof![
        Just(Count::Unknown),
        Just(Count::Some("several dozen".into())),
        (0u32..300).prop_map(Count::Exactly),
        (0u32..300).prop_map(Count::About),
        (0u32..300).prop_map(Count::AtLeast),
        (0u32..300).prop_map(Count::AtMost),
        (0u32..300, 0u32..50).prop_map(|(low, more)| Count::Between(Range::new(low, low + more, None).unwrap())),
    ]
}

/// A claim published on a day of September 2022 or on an unknown one.
fn claim() -> impl Strategy<Value = Claim> {
    let said = (0..2usize, prop::option::of(0..3usize), 0..3usize, 0..4usize, count());
    let how = (prop::option::of(1u8..=28), any::<bool>(), 0..8usize, 0..3usize);
    (said, how).prop_map(|((about, speaks_for, status, category, count), (day, running, standing, source))| {
        let mut c = Claim::new("", PartyId::new(PARTIES[about]), Category::ALL[category], count);
        c.speaks_for = speaks_for.map(|p| PartyId::new(PARTIES[p]));
        c.status = Status::ALL[status];
        c.published = day.and_then(|d| Moment::day(2022, 9, d));
        c.running = running;
        c.standing = if standing == 0 { Standing::Withdrawn } else { Standing::Current };
        c.source = Some(SourceId::new(["a", "b", "c"][source]));
        c
    })
}

fn incident(uid: &str, mut claims: Vec<Claim>) -> Incident {
    for (i, c) in claims.iter_mut().enumerate() {
        c.id = format!("c{i}").into();
    }
    let mut i = Incident::new(Uid::new(uid), Kind::ArmedClash, uid);
    i.when = When::parse("2022-09-01/2022-09-03").ok();
    i.parties = vec![PartyId::new("armenia"), PartyId::new("azerbaijan")];
    i.claims = claims;
    i
}

fn project(incidents: Vec<Incident>) -> Project {
    Project::new(Meta::default(), incidents, Vec::new())
}

fn policies() -> impl Iterator<Item = Policy> {
    Policy::PLAIN.into_iter().chain([Policy::Source(SourceId::new("a"))])
}

fn asked(policy: Policy, as_known: Option<u8>) -> Question {
    Question { policy, as_known: as_known.and_then(|d| Moment::day(2022, 9, d)), ..Question::default() }
}

fn own_tolls(incident: &Incident, question: &Question) -> Vec<(Key, Figure)> {
    tolls(&Project::default(), incident, question)
}

fn is_ordered(f: &Figure) -> bool {
    let below = |a: Option<u32>, b: Option<u32>| a.zip(b).is_none_or(|(a, b)| a <= b);
    below(f.low, f.best) && below(f.best, f.high) && below(f.low, f.high)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_order_of_entry_never_changes_a_figure(
        (claims, shuffled) in prop::collection::vec(claim(), 0..12)
            .prop_map(|claims| incident("i", claims).claims)
            .prop_flat_map(|claims| (Just(claims.clone()), Just(claims).prop_shuffle())),
        day in prop::option::of(1u8..=28),
    ) {
        let mut a = incident("i", Vec::new());
        let mut b = a.clone();
        a.claims = claims;
        b.claims = shuffled;
        for policy in policies() {
            let q = asked(policy, day);
            prop_assert_eq!(own_tolls(&a, &q), own_tolls(&b, &q));
        }
    }

    #[test]
    fn a_claim_published_later_never_changes_what_was_known(
        claims in prop::collection::vec(claim(), 0..8),
        mut later in claim(),
        day in 1u8..28,
        after in 1u8..28,
    ) {
        later.published = Moment::day(2022, 9, (day + after).min(30));
        let before = incident("i", claims.clone());
        let after = incident("i", claims.into_iter().chain([later]).collect());
        for policy in policies() {
            let q = asked(policy, Some(day));
            prop_assert_eq!(own_tolls(&before, &q), own_tolls(&after, &q));
            prop_assert_eq!(derive(&project(vec![before.clone()]), &q).totals, derive(&project(vec![after.clone()]), &q).totals);
        }
    }

    #[test]
    fn low_best_and_high_are_in_order_and_unknown_is_never_zero(
        incidents in prop::collection::vec(prop::collection::vec(claim(), 0..6), 0..6),
    ) {
        let incidents: Vec<_> =
            incidents.into_iter().enumerate().map(|(n, claims)| incident(&n.to_string(), claims)).collect();
        let has_figures = |key: &Key| incidents.iter().flat_map(|i| &i.claims).any(|c| {
            (&c.about, c.status, c.category) == (&key.party, key.status, key.category) && c.count.is_figure()
        });
        for policy in policies() {
            let derived = derive(&project(incidents.clone()), &asked(policy, None));
            for (key, figure) in &derived.totals {
                prop_assert!(is_ordered(figure), "{:?}", figure);
                prop_assert!(has_figures(key) || !figure.is_known(), "{:?}", figure);
                prop_assert!(figure.claims > 0);
            }
            let rows: Vec<_> = derived.rows().collect();
            let rows = rows.iter().flat_map(|r| &r.dead.by_party).map(|(_, f)| f);
            for figure in rows.chain([&derived.dead.total]) {
                prop_assert!(is_ordered(figure), "{:?}", figure);
            }
        }
    }

    /// Checked against the plainest reading of the rule: a parent's figure, or else the sum of its parts.
    #[test]
    fn totals_are_the_sum_over_incidents_with_nobody_counted_twice(
        rows in prop::collection::vec((prop::collection::vec(claim(), 0..4), prop::option::of(0usize..8)), 1..8),
    ) {
        let mut incidents = Vec::new();
        for (n, (claims, parent)) in rows.iter().enumerate() {
            let mut i = incident(&n.to_string(), claims.clone());
            // Parents come first here; rings have their own test.
            i.parent = parent.filter(|p| p < &n).map(|p| Uid::new(&p.to_string()));
            incidents.push(i);
        }
        let q = asked(Policy::Latest, None);
        let derived = derive(&project(incidents.clone()), &q);
        let value = |uid: &Uid, key: &Key| figure_of(&incidents, uid, key, &q);
        for (key, total) in &derived.totals {
            let roots = incidents.iter().filter(|i| i.parent.is_none());
            let known: Vec<u32> = roots.filter_map(|i| value(&i.uid, key)).collect();
            prop_assert_eq!(total.best, (!known.is_empty()).then(|| known.iter().sum()));
        }
        let claims: usize = incidents.iter().flat_map(|i| &i.claims).filter(|c| c.standing == Standing::Current).count();
        prop_assert_eq!(derived.totals.iter().map(|(_, f)| f.claims as usize).sum::<usize>(), claims);
        // The order of the file does not matter either.
        incidents.reverse();
        prop_assert_eq!(derive(&project(incidents), &q).totals, derived.totals);
    }
}

fn figure_of(incidents: &[Incident], uid: &Uid, key: &Key, q: &Question) -> Option<u32> {
    let incident = incidents.iter().find(|i| i.uid == *uid)?;
    let own = own_tolls(incident, q).into_iter().find(|(k, _)| k == key).and_then(|(_, f)| f.best);
    own.or_else(|| {
        let parts = incidents.iter().filter(|i| i.parent.as_ref() == Some(uid));
        let known: Vec<u32> = parts.filter_map(|i| figure_of(incidents, &i.uid, key, q)).collect();
        (!known.is_empty()).then(|| known.iter().sum())
    })
}

/// A claim that covers other incidents takes the place of their figures, so that nobody is counted at two places.
#[test]
fn a_figure_for_several_incidents_counts_once_whatever_the_order() {
    let mut wide = own(Category::Killed, 16, false, "20");
    wide.covers = vec![Uid::new("b")];
    let mut incidents = vec![
        incident("a", vec![wide]),
        incident("b", vec![own(Category::Killed, 14, false, "7")]),
        incident("c", Vec::new()),
    ];
    for _ in 0..2 {
        let derived = derive(&project(incidents.clone()), &Question::default());
        assert_eq!(derived.dead.total.to_string(), "20");
        incidents.reverse();
    }
}

fn own(category: Category, day: u8, running: bool, count: &str) -> Claim {
    let mut c = Claim::new("", PartyId::new("armenia"), category, Count::parse(count).unwrap());
    c.speaks_for = Some(PartyId::new("armenia"));
    c.status = Status::Military;
    c.published = Moment::day(2022, 9, day);
    c.running = running;
    c
}

/// `want`: category and figure of each total, in order.
fn check(claims: Vec<Claim>, policy: &str, want: &[(Category, &str)]) {
    let q = asked(Policy::from_id(policy).unwrap(), None);
    let totals = derive(&project(vec![incident("i", claims)]), &q).totals;
    let got: Vec<_> = totals.iter().map(|(k, f)| (k.category, f.to_string())).collect();
    let want: Vec<_> = want.iter().map(|(c, t)| (*c, (*t).to_owned())).collect();
    assert_eq!(got, want, "{policy}");
}

#[test]
fn forty_nine_then_105_then_135_is_135_and_not_289() {
    let ledger = || {
        vec![
            own(Category::Killed, 13, true, "49"),
            own(Category::Killed, 14, true, "105"),
            own(Category::Killed, 16, true, "135"),
        ]
    };
    for policy in ["own-side", "latest", "lowest", "highest", "range"] {
        check(ledger(), policy, &[(Category::Killed, "135")]);
    }
}

#[test]
fn a_later_smaller_running_toll_wins() {
    let ledger = vec![own(Category::Killed, 13, true, "105"), own(Category::Killed, 14, true, "98")];
    check(ledger, "latest", &[(Category::Killed, "98")]);
}

#[test]
fn killed_or_missing_stays_apart_from_killed() {
    let ledger = vec![own(Category::Killed, 16, true, "≥ 135"), own(Category::KilledOrMissing, 19, true, "207")];
    let derived = derive(&project(vec![incident("i", ledger.clone())]), &Question::default());
    assert_eq!(derived.dead.total.to_string(), "≥ 135");
    check(ledger, "own-side", &[(Category::Killed, "≥ 135"), (Category::KilledOrMissing, "207")]);
}

#[test]
fn a_source_that_breaks_its_own_range_is_a_finding_and_keeps_its_numbers() {
    let mut broken = own(Category::Killed, 13, false, "?");
    broken.count = Count::Between(Range::new(10, 12, Some(15)).unwrap());
    let project = project(vec![incident("i", vec![broken])]);
    let derived = derive(&project, &Question::default());
    let (_, figure) = &derived.totals[0];
    assert_eq!((figure.low, figure.best, figure.high), (Some(10), Some(15), Some(12)));
    assert!(derived.findings(&project).iter().any(|f| f.what == FindingKind::LowAboveHigh));
}
