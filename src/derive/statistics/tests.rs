//! Tables against totals: nobody is counted twice, nobody is lost, and what is not known is never 0.

use proptest::prelude::*;

use super::*;
use crate::derive::{Histogram, Measure, Policy, StackBy, StackKey, derive, histogram};
use crate::model::{Claim, Count, Incident, LonLat, Meta, Moment, Names, Range, SourceId, Standing, Status, Uid, When};

const PARTIES: [&str; 4] = ["armenia", "azerbaijan", "france", "all-parties"];
const TIMES: [&str; 7] =
    ["?", "2022-09-12/2022-09-14", "2022-09", "2022-09-13T10:00+04:00", "2020/2023", "2022-09-13/..", "1988-02-27"];
const PLACES: [&str; 3] = ["", "Sotk", "Ստեփանակերտ"];

fn claim() -> impl Strategy<Value = Claim> {
    let count = prop_oneof![
        Just(Count::Unknown),
        Just(Count::Some("several dozen".into())),
        (0u32..300).prop_map(Count::Exactly),
        (0u32..300).prop_map(Count::AtLeast),
        (0u32..300).prop_map(Count::AtMost),
        (0u32..300, 0u32..50).prop_map(|(low, more)| Count::Between(Range::new(low, low + more, None).unwrap())),
    ];
    let what = (0..4usize, prop::option::of(0..3usize), 0..3usize, 0..3usize, count);
    (what, prop::option::of(1u8..28), prop::option::of(0..3usize), 0..8u8).prop_map(
        |((about, by, status, category, count), day, source, rare)| {
            let mut c = Claim::new("", PartyId::new(PARTIES[about]), Category::ALL[category], count);
            c.speaks_for = by.map(|p| PartyId::new(PARTIES[p]));
            c.status = Status::ALL[status];
            c.published = day.and_then(|d| Moment::day(2022, 9, d));
            c.source = source.map(|s| SourceId::new(["a", "b", "c"][s]));
            c.standing = if rare == 0 { Standing::Withdrawn } else { Standing::Current };
            if rare == 1 {
                c.covers = vec![Uid::new("i2")];
            }
            c
        },
    )
}

/// Claims, and numbers of time, place, parent and kind.
type Made = (Vec<Claim>, usize, usize, Option<usize>, usize);

fn incidents() -> impl Strategy<Value = Vec<Incident>> {
    let one = (prop::collection::vec(claim(), 0..4), 0..7usize, 0..3usize, prop::option::of(0..6usize), 0..3usize);
    prop::collection::vec(one, 1..7).prop_map(|all| {
        let make = |(n, (claims, time, place, parent, kind)): (usize, Made)| {
            let mut i = Incident::new(Uid::new(&format!("i{n}")), Kind::KNOWN[kind].clone(), "");
            i.when = When::parse(TIMES[time]).ok();
            i.place.names = Names::english(PLACES[place]);
            i.parent = parent.filter(|p| *p != n).map(|p| Uid::new(&format!("i{p}")));
            i.parties = vec![PartyId::new("armenia"), PartyId::new("azerbaijan")];
            i.claims = claims;
            i.claims.iter_mut().enumerate().for_each(|(k, c)| c.id = format!("c{k}").into());
            i
        };
        all.into_iter().enumerate().map(make).collect()
    })
}

fn project(incidents: Vec<Incident>) -> Project {
    Project::new(Meta::default(), incidents, Vec::new())
}

fn near(a: Option<f64>, b: Option<f64>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => (a - b).abs() < 1e-6 * b.abs().max(1.0),
        (a, b) => a == b,
    }
}

fn questions() -> Vec<Question> {
    let window = When::parse("2022-09-13/2022-09-20").unwrap().span();
    let policies = Policy::PLAIN.into_iter().chain([Policy::Source(SourceId::new("a"))]);
    let plain = policies.map(|policy| Question { policy, ..Question::default() });
    let cut = Question { span: Some(window), ..Question::default() };
    plain.chain([cut, Question { as_known: Moment::day(2022, 9, 14), ..Question::default() }]).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn the_rows_of_every_table_add_up_to_the_totals(incidents in incidents()) {
        let project = project(incidents);
        for question in questions() {
            let derived = derive(&project, &question);
            for by in By::ALL {
                let layout = Layout { by, ..Layout::default() };
                let t = table(&project, &question, layout);
                prop_assert_eq!(&t.all, &derived.dead.total);
                for (party, total) in &t.totals {
                    prop_assert_eq!(Some(total), derived.dead.of(party));
                    let mut sum = Tally::default();
                    t.rows.iter().filter(|r| r.party == *party).for_each(|r| sum.join(&r.tally));
                    let whole = Tally::of(total, 0);
                    if by == By::Party || t.overlaps {
                        continue;
                    }
                    let all_ends = [(sum.low, whole.low), (sum.best, whole.best), (sum.high, whole.high)];
                    prop_assert!(all_ends.into_iter().all(|(a, b)| near(a, b)), "{:?} {by:?}: {sum:?} {whole:?}", question.policy);
                    if by != By::Time {
                        prop_assert_eq!(sum.claims, total.claims, "claims by {:?}", by);
                    }
                    if matches!(by, By::Kind | By::Place) {
                        prop_assert_eq!(sum.missing, total.missing, "missing by {:?}", by);
                    }
                }
                if by == By::Party {
                    let rows: Vec<_> = derived.totals.iter().filter(|(k, _)| k.category == Category::Killed).collect();
                    prop_assert_eq!(rows.len(), t.rows.len());
                    for (key, figure) in rows {
                        let group = Group::Party(key.party.clone(), key.status);
                        let row = t.rows.iter().find(|r| t.groups[r.group] == group).unwrap();
                        prop_assert_eq!(&row.tally, &Tally::of(figure, row.tally.incidents));
                    }
                }
            }
        }
    }

    #[test]
    fn the_bars_are_those_of_the_timeline(incidents in incidents()) {
        let project = project(incidents);
        let question = Question::default();
        let t = table(&project, &question, Layout { width: Some(BinWidth::Month), ..Layout::default() });
        if let Some(bins) = &t.bins {
            let h: Histogram = histogram(&project, &question, bins, Measure::People(Category::Killed), StackBy::Party);
            // A row adds ends apart and the timeline adds what it draws; where every figure has one number they are equal.
            for row in t.rows.iter().filter(|r| r.tally.best.is_some()) {
                let Group::Bin(bin) = &t.groups[row.group] else { continue };
                let key = h.keys.iter().position(|k| *k == StackKey::Party(Some(row.party.clone()))).unwrap();
                prop_assert!(near(Some(h.value(*bin, key).best), row.tally.best));
            }
        }
    }
}

fn event(uid: &str, when: &str, place: &str, killed: &str, source: Option<&str>) -> Incident {
    let mut i = Incident::new(Uid::new(uid), Kind::ArmedClash, uid);
    i.when = When::parse(when).ok();
    i.place.names = Names::english(place);
    let party = PartyId::new("armenia");
    let mut c = Claim::new("c1", party.clone(), Category::Killed, Count::parse(killed).unwrap());
    c.speaks_for = Some(party);
    c.source = source.map(SourceId::new);
    i.claims.push(c);
    i
}

/// The rows of a table as `group: figure`.
fn rows(incidents: Vec<Incident>, question: &Question, layout: Layout) -> Vec<String> {
    let project = project(incidents);
    let t = table(&project, question, layout);
    let label = |r: &Row| format!("{}: {}", group_label(&project, &t, &t.groups[r.group]), r.tally.words());
    t.rows.iter().map(label).collect()
}

#[test]
fn three_days_fill_three_bins_and_count_once() {
    let all = || vec![event("a", "2022-09-12/2022-09-14", "", "30", None), event("b", "?", "", "5", None)];
    let daily = Layout { width: Some(BinWidth::Day), ..Layout::default() };
    assert_eq!(
        rows(all(), &Question::default(), daily),
        ["12 Sep 2022: 10", "13 Sep 2022: 10", "14 Sep 2022: 10", "No date: 5"]
    );
    // Whoever is counted outside the window is not in its bins, and is not lost.
    let window = When::parse("2022-09-13/2022-09-20").unwrap().span();
    let question = Question { span: Some(window), ..Question::default() };
    assert_eq!(rows(all(), &question, daily), ["13 Sep 2022: 10", "14 Sep 2022: 10", "Before or after the window: 10"]);
}

#[test]
fn the_last_day_of_a_window_is_in_it_and_its_bins_end_there() {
    let window = When::parse("2022-09-12/2022-09-14").unwrap().span();
    let question = Question { span: Some(window), ..Question::default() };
    let project = project(vec![event("a", "2022-09-14", "", "1", None), event("b", "2022-09-12", "", "2", None)]);
    let t = table(&project, &question, Layout { width: Some(BinWidth::Month), ..Layout::default() });
    assert_eq!(t.bins.as_ref().unwrap().span(), window);
    assert_eq!((t.rows.len(), t.rows[0].tally.words().as_str()), (1, "3"));
}

#[test]
fn what_has_no_figure_has_no_number_and_a_known_zero_has() {
    let all = vec![event("a", "2022-09-12", "Sotk", "?", None), event("b", "2022-09-13", "Jermuk", "0", None)];
    let by_place = Layout { by: By::Place, ..Layout::default() };
    assert_eq!(rows(all.clone(), &Question::default(), by_place), ["Jermuk: 0", "Sotk: no figure"]);
    let project = project(all);
    let t = table(&project, &Question::default(), Layout::default());
    assert_eq!((t.incidents, t.missing), (2, 1));
    assert_eq!(series(&project, &t)[0].cumulative(t.bins.as_ref().unwrap())[0].number(), None);
    let text = sheet(&project, &Question::default(), 0, &t).csv();
    assert!(text.contains("2022-09-12,Armenia,,,,1,1,1\r\n"), "{text}");
    assert!(text.contains("2022-09-13,Armenia,0,0,0,1,1,0\r\n"), "{text}");
}

#[test]
fn places_are_told_apart_by_name_and_the_nameless_are_said() {
    let mut nowhere = event("c", "2022", "", "3", None);
    let mut unnamed = event("d", "2022", "", "2", None);
    unnamed.place.position = LonLat::new(45.0, 40.0).ok();
    nowhere.place.position = None;
    let all = vec![nowhere, unnamed, event("a", "2022", "Sotk", "4", None), event("b", "2022", "Sotk", "≥ 2", None)];
    let by_place = Layout { by: By::Place, ..Layout::default() };
    assert_eq!(rows(all, &Question::default(), by_place), ["Sotk: ≥ 6", "No place: 3", "Place without a name: 2"]);
}

#[test]
fn a_part_that_the_whole_speaks_for_is_counted_elsewhere_and_is_not_without_a_figure() {
    let whole = event("war", "2022", "Border", "30", None);
    let part = |killed| Incident { parent: Some(Uid::new("war")), ..event("day", "2022", "Sotk", killed, None) };
    let by_place = Layout { by: By::Place, ..Layout::default() };
    for killed in ["7", "?"] {
        let all = vec![whole.clone(), part(killed)];
        assert_eq!(rows(all, &Question::default(), by_place), ["Border: 30", "Sotk: counted elsewhere"]);
    }
    let unknown = event("war", "2022", "Border", "?", None);
    let shown = |killed| rows(vec![unknown.clone(), part(killed)], &Question::default(), by_place);
    assert_eq!(shown("7"), ["Sotk: 7", "Border: counted elsewhere"]);
    let mut neither = shown("?");
    neither.sort();
    assert_eq!(neither, ["Border: counted elsewhere", "Sotk: no figure"]);
}

#[test]
fn a_figure_is_with_the_source_of_the_claim_it_rests_on() {
    let mut two = event("a", "2022", "", "30", Some("ministry"));
    let mut other = two.claims[0].clone();
    (other.id, other.speaks_for, other.source) = ("c2".into(), None, Some(SourceId::new("paper")));
    other.count = Count::Exactly(40);
    two.claims.push(other);
    let all = vec![two, event("b", "2022", "", "7", None)];
    let by_source = Layout { by: By::Source, ..Layout::default() };
    let asked = |policy| Question { policy, ..Question::default() };
    assert_eq!(
        rows(all.clone(), &asked(Policy::OwnSide), by_source),
        ["ministry: 30", "paper: no figure", "No source: 7"]
    );
    assert_eq!(
        rows(all.clone(), &asked(Policy::Highest), by_source),
        ["paper: 40", "ministry: no figure", "No source: 7"]
    );
    // The claim that is not used is still one that is read there.
    let project = project(all);
    let t = table(&project, &asked(Policy::OwnSide), by_source);
    assert_eq!(t.rows.iter().map(|r| r.tally.claims).collect::<Vec<_>>(), [1, 1, 1]);
}

#[test]
fn a_thousand_bins_and_all_of_time_are_no_danger() {
    let all = || vec![event("a", "2020-01-01", "", "1", None), event("b", "2022-12-31", "", "100000", None)];
    let project_of = |incidents| project(incidents);
    let p = project_of(all());
    let t = table(&p, &Question::default(), Layout { width: Some(BinWidth::Day), ..Layout::default() });
    assert_eq!((t.bins.as_ref().unwrap().len(), t.rows.len(), t.is_widened()), (1096, 2, false));
    let wide = project_of(vec![event("a", "-9999", "", "1", None), event("b", "9999", "", "2", None)]);
    let t = table(&wide, &Question::default(), Layout { width: Some(BinWidth::Hour), ..Layout::default() });
    assert!(t.is_widened() && t.bins.as_ref().unwrap().len() <= crate::derive::Bins::MOST);
    let none = table(&Project::default(), &Question::default(), Layout::default());
    assert!(none.rows.is_empty() && none.bins.is_none() && !Tally::of(&none.all, 0).is_known());
}

#[test]
fn cells_that_begin_like_a_formula_are_defused_and_records_are_even() {
    let all = vec![event("a", "2022", "=cmd|' /C calc'!A0", "1", None), event("b", "2022", "a \"b\",\nc", "2", None)];
    let project = project(all);
    let by_place = Layout { by: By::Place, ..Layout::default() };
    let made = sheet(&project, &Question::default(), 0, &table(&project, &Question::default(), by_place));
    let csv = made.csv();
    assert!(csv.contains("\r\n'=cmd|' /C calc'!A0,Armenia,1,1,1,1,1,0\r\n"), "{csv}");
    assert!(csv.contains("\r\n\"a \"\"b\"\",\nc\",Armenia,2,2,2,1,1,0\r\n"), "{csv}");
    assert!(csv.ends_with("\r\n") && csv.starts_with("Killed by place and party,,,,,,,\r\n"), "{csv}");
    assert!(made.tsv().contains("\na \"b\", c\tArmenia\t2\t2\t2\t1\t1\t0\n"), "{}", made.tsv());
    for (cell, want) in [("-1", "'-1"), ("+1", "'+1"), ("@a", "'@a"), ("\t1", "'\t1"), ("1-", "1-"), ("", "")] {
        assert_eq!(defused(cell), want);
    }
}

#[test]
fn shares_of_people_are_written_as_such() {
    for (n, want) in [
        (0.0, "0"),
        (3.0, "3"),
        (0.04, "< 0.1"),
        (10.0 / 3.0, "3.3"),
        (1234.56, "1234.6"),
        (100_000.0, "100\u{202f}000"),
    ] {
        assert_eq!(shown(n), want);
    }
}

#[test]
fn the_caption_says_policy_filter_dates_sources_and_what_is_missing() {
    let all = vec![event("a", "2022-09-12", "", "4", Some("s1")), event("b", "2022-09-30", "", "?", None)];
    let mut meta = Meta { title: "Clashes".into(), ..Meta::default() };
    let mut source = crate::model::Source::new(SourceId::new("s1"), "Radio");
    source.title = "Headline".into();
    meta.sources.push(source);
    let project = Project::new(meta, all, Vec::new());
    let question = Question {
        filters: crate::model::Filters { kinds: vec![Kind::ArmedClash], ..crate::model::Filters::default() },
        ..Question::default()
    };
    let lines = caption(&project, &question, 3, &table(&project, &question, Layout::default()));
    assert_eq!(
        lines,
        [
            "Killed by party, per day",
            "Clashes",
            "own-side · as known today · kind: Armed clash · 3 hidden by the filter",
            "2 incidents with claims about people killed · 12 Sep 2022 – 30 Sep 2022 · 1 incident without a figure for some or all of them",
            "Sources of the claims: Radio",
        ]
    );
}
