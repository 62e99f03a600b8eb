//! What must hold of the bars of the timeline at every zoom: nothing is lost and nothing is counted twice.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)] // The lints spare only functions marked as tests.

use clashmap::derive::{BinWidth, Bins, Lanes, Measure, Question, StackBy, derive, histogram};
use clashmap::model::{Incident, Kind, Meta, Project, Span, Uid, When};
use clashmap::view::TimeAxis;
use proptest::prelude::*;

fn project(whens: &[String]) -> Project {
    let incidents = whens.iter().enumerate().map(|(n, when)| {
        let mut i = Incident::new(Uid::new(&n.to_string()), Kind::KNOWN[n % Kind::KNOWN.len()].clone(), "");
        i.when = When::parse(when).ok();
        i
    });
    Project::new(Meta::default(), incidents, Vec::new())
}

/// Dates as reports have them: hours to years, spans, open ends, none.
fn when() -> impl Strategy<Value = String> {
    let day = || (1700i32..2030, 1u8..=12, 1u8..=28).prop_map(|(y, m, d)| format!("{y}-{m:02}-{d:02}"));
    prop_oneof![
        day(),
        (day(), 0u8..24, 0u8..60).prop_map(|(d, h, m)| format!("{d}T{h:02}:{m:02}+03:00")),
        (day(), day()).prop_map(|(a, b)| if a <= b { format!("{a}/{b}") } else { format!("{b}/{a}") }),
        (1700i32..2030, 1u8..=12).prop_map(|(y, m)| format!("{y}-{m:02}")),
        (1700i32..2030).prop_map(|y| y.to_string()),
        day().prop_map(|d| format!("{d}/..")),
        day().prop_map(|d| format!("../{d}")),
        Just("?".to_owned()),
    ]
}

/// All that is dated, wars included.
fn covered(project: &Project) -> Option<Span> {
    let known = project.iter().filter_map(|(_, i)| i.when).map(|w| {
        if w.end().is_some_and(|e| e.moment().is_none()) || w.start().moment().is_none() {
            w.anchor().span()
        } else {
            w.span()
        }
    });
    known.reduce(|a, b| Span { start: a.start.min(b.start), end: a.end.max(b.end) })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_bins_add_up_to_the_total_at_any_zoom(
        whens in prop::collection::vec(when(), 1..30),
        zone in prop::sample::select(vec![0i16, 180, 240, -210]),
    ) {
        let project = project(&whens);
        let Some(whole) = covered(&project) else { return Ok(()) };
        for width in BinWidth::ALL {
            for by in [StackBy::Kind, StackBy::Party] {
                let bins = Bins::covering(whole, width, zone);
                let bars = histogram(&project, &Question::default(), &bins, Measure::Incidents, by);
                let drawn: f64 = (0..bars.bins.len()).map(|n| bars.bar(n).best).sum();
                let undated: f64 = bars.undated.iter().map(|a| a.best).sum();
                prop_assert!((drawn + undated - whens.len() as f64).abs() < 1e-6, "{:?}: {} + {}", width, drawn, undated);
                prop_assert_eq!(bars.sums.iter().map(|a| a.best).sum::<f64>().round() as usize, whens.len());
            }
        }
    }

    #[test]
    fn a_window_shows_as_many_in_the_timeline_as_in_the_list(
        whens in prop::collection::vec(when(), 1..30),
        window in (1690i32..2030, 0i32..60),
    ) {
        let project = project(&whens);
        let lanes = Lanes::new(&project, &derive(&project, &Question::default()), &[], &Question::default());
        let (first, years) = window;
        let span = When::parse(&format!("{first}/{}", first + years)).unwrap().span();
        let rows = derive(&project, &Question { span: Some(span), ..Question::default() }).rows().collect::<Vec<_>>();
        prop_assert_eq!(lanes.count_in(span), rows.len());
        if let Some(whole) = lanes.whole {
            let axis = TimeAxis::fit(whole);
            prop_assert!(axis.start() <= whole.start as f64 && axis.end() >= whole.end as f64);
        }
    }
}

#[test]
fn three_days_fill_three_daily_bins_and_count_once() {
    let project = project(&["2022-09-12/2022-09-14".to_owned()]);
    let week = When::parse("2022-09-11/2022-09-15").unwrap().span();
    let bars = histogram(
        &project,
        &Question::default(),
        &Bins::covering(week, BinWidth::Day, 240),
        Measure::Incidents,
        StackBy::Kind,
    );
    assert_eq!(bars.incidents, [0, 1, 1, 1, 0]);
    assert!(((0..5).map(|n| bars.bar(n).best).sum::<f64>() - 1.0).abs() < 1e-12);
    assert_eq!(bars.sums[0].best, 1.0);
}

#[test]
fn an_incident_on_the_last_day_of_a_window_is_in_it() {
    let project = project(&["2022-09-14T23:59+04:00".to_owned(), "2022-09-15".to_owned()]);
    let span = clashmap::panels::timeline::words::typed_window("2022-09-12", "2022-09-14", 240, true).unwrap();
    let rows = derive(&project, &Question { span, ..Question::default() }).rows().collect::<Vec<_>>();
    assert_eq!(rows.iter().map(|r| r.id.0).collect::<Vec<_>>(), [0]);
}
