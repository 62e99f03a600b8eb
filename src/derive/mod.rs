//! Questions asked of a project: which incidents, what figures, what contradicts what, what looks wrong.
//!
//! Everything here is a function of a project and a [`Question`]. There is deliberately no disk, no clock and no egui; nothing
//! here changes a project. [`Derived`] holds an answer and follows edits and further questions by what they touch.
//!
//! # From claims to a figure
//! For one incident and one [`Key`] (party, soldiers or civilians, what happened), of the claims that stand and were
//! known:
//!
//! | policy | claims asked | figure |
//! |---|---|---|
//! | `own-side` | those of the party about its own people | the latest |
//! | `latest` | the party's own and observers' | the latest |
//! | `lowest` | the party's own and observers' | the one with the lowest number |
//! | `highest` | everybody's | the one with the highest number |
//! | `range` | everybody's | lowest to highest number; best: the party's own latest, if any |
//! | `source:ID` | those read in that source | the latest |
//! | a pin | the claim chosen by hand | that one, under every policy |
//!
//! - *Stand*: not marked superseded or withdrawn. *Known*: with an as-known date, published wholly by its end.
//! - *Observers* speak for nobody or for a third party. *Another side* speaks for a party to the incident about the
//!   people of another; a figure resting on such a claim says so (`by_other_side`).
//! - *Latest* goes by the start of publication; a claim without a date comes after all dated ones, since
//!   ledgers end with the figure that was copied last; under an as-known date it does not count.
//! - A running toll replaces what the same voice (party, else claimant, else source) published before. Nothing is
//!   ever added within a key: claims are alternatives.
//! - No claim asked gives a number: the figure is unknown, never 0, and still says how many claims there are.
//!
//! # From figures to totals
//! A parent's figure stands for its parts; without one the parts are added (`sum`). A claim that covers other incidents
//! counts once, in its own. What has no number is left out and counted (`missing`).

mod bins;
mod bits;
mod clash;
mod columns;
mod compare;
mod derived;
mod drawings;
mod figure;
mod filter;
mod finding;
pub mod geodesy;
mod histogram;
mod lanes;
mod question;
mod speakers;
pub mod statistics;
mod sum;
mod tally;
mod texts;
mod titles;
mod toll;
mod window;

use crate::model::{Moment, Resolution, When, ZONE_HERE_MINUTES};

pub use crate::model::{Filters, fold, fold_onto};
pub use bins::{BinWidth, Bins};
pub use columns::Scan;
pub use compare::{Comparison, Verdict, compare};
pub use derived::{Changed, Contradiction, Derived, Found, InTime, Row, derive, derive_scanned};
pub use drawings::{crosses_itself, drawing_findings};
pub use figure::{Dead, Figure, Key, by_party, dead};
pub use filter::{Condition, Facets, Filter, Haystack, Tally, within};
pub use finding::{Finding, FindingKind};
pub use histogram::{Amount, Histogram, Measure, StackBy, StackKey, histogram};
pub use lanes::{Lanes, Truce, publication_days};
pub use question::{Policy, Question};
pub use speakers::speakers;
pub use texts::Texts;
pub use titles::titled;
pub use toll::{basis, tolls};

use sum::Own;
use toll::Toll;

/// The incidents that the claims under a figure cover besides their own.
fn covered<'a, 't>(
    toll: &'t Toll<'a>,
) -> impl Iterator<Item = (Key, &'a crate::model::Claim, &'a crate::model::Uid)> + use<'a, 't> {
    let claims = toll.basis.iter().flatten();
    claims.flat_map(|claim| claim.covers.iter().map(|uid| (toll.key.clone(), *claim, uid)))
}

/// The month in which something begins, or the year where no month is known.
#[derive(PartialEq, Eq)]
struct Month(Moment);

impl Month {
    fn of(when: &When) -> Self {
        let moment = when.anchor();
        // A stated zone may put the moment into another month than the region's own time does.
        let here = match moment.offset() {
            Some(_) => Moment::from_unix(moment.span().start, ZONE_HERE_MINUTES, Resolution::Month),
            None => moment,
        };
        Self(here.at_resolution(here.resolution().min(Resolution::Month)).qualified(false, false))
    }
}

impl Ord for Month {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        let key = |m: &Self| (m.0.date(), m.0.resolution(), m.0.span().end);
        key(self).cmp(&key(other))
    }
}

impl PartialOrd for Month {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Category, Claim, Count, Incident, Kind, Meta, Moment, PartyId, Project, Status, Uid};

    fn event(uid: &str, parent: &str, when: &str, killed: &str) -> Incident {
        let mut i = Incident::new(Uid::new(uid), Kind::ArmedClash, uid);
        i.parent = (!parent.is_empty()).then(|| Uid::new(parent));
        i.when = When::parse(when).ok();
        if !killed.is_empty() {
            let party = PartyId::new("armenia");
            let mut c = Claim::new("c1", party.clone(), Category::Killed, Count::parse(killed).unwrap());
            c.speaks_for = Some(party);
            c.status = Status::Military;
            i.claims.push(c);
        }
        i
    }

    fn check(incidents: Vec<Incident>, question: &Question, want: &str) -> (Project, Derived) {
        let project = Project::new(Meta::default(), incidents, Vec::new());
        let derived = derive(&project, question);
        let shown = derived.totals.first().map_or("no figure".to_owned(), |(_, f)| f.to_string());
        assert_eq!((shown.as_str(), derived.dead.total.to_string().as_str()), (want, want));
        (project, derived)
    }

    #[test]
    fn the_parts_count_where_the_parent_is_hidden() {
        let all = || {
            vec![
                event("war", "", "2020-09-27/2020-11-10", "100"),
                event("day", "war", "2022-09-13", ""),
                event("a", "day", "2022-09-13", "10"),
                event("b", "war", "2022-09-14", "5"),
            ]
        };
        check(all(), &Question::default(), "100");
        let window = When::parse("2022-09").unwrap().span();
        let (_, derived) = check(all(), &Question { span: Some(window), ..Question::default() }, "15");
        assert_eq!((derived.len(), derived.hidden), (3, 1));
    }

    #[test]
    fn a_claim_that_covers_several_incidents_counts_once() {
        let mut incidents =
            vec![event("a", "", "2022", "30"), event("b", "", "2022", "12"), event("c", "b", "2022", "4")];
        incidents[0].claims[0].covers = vec![Uid::new("b"), Uid::new("nowhere")];
        let (project, derived) = check(incidents.clone(), &Question::default(), "30");
        assert_eq!(derived.findings(&project).iter().filter(|f| f.what == FindingKind::UnknownCovered).count(), 1);
        // Entered at both incidents, each covering the other: still once, whatever the order of the file.
        incidents[1] = event("b", "", "2022", "30");
        incidents[1].claims[0].covers = vec![Uid::new("a")];
        check(incidents.clone(), &Question::default(), "30");
        incidents.reverse();
        check(incidents, &Question::default(), "30");
    }

    #[test]
    fn a_month_is_the_same_month_however_its_day_is_written() {
        let dates =
            ["2022-09", "2022-09-XX", "2022-09-1X", "2022-~09-13?", "[2022-09-13,2022-10]", "199X", "1990", "2022-23"];
        let incidents: Vec<_> = dates.iter().enumerate().map(|(n, d)| event(&n.to_string(), "", d, "")).collect();
        let project = Project::new(Meta::default(), incidents, Vec::new());
        let months = derive(&project, &Question::default()).by_month(&project);
        let months: Vec<_> = months.iter().map(|(m, n)| (m.as_str(), *n)).collect();
        assert_eq!(months, [("1990", 1), ("199X", 1), ("2022-23", 1), ("2022-09", 5)]);
    }

    #[test]
    fn months_count_each_incident_once_in_the_time_of_the_region() {
        let incidents = ["2022-09-12/2022-10-02", "2022-08-31T23:30+03:00", "2022-10", "2022", "?"]
            .map(|t| event(t, "", t, ""))
            .to_vec();
        let (project, derived) = check(incidents, &Question::default(), "no figure");
        let months = derived.by_month(&project);
        let months: Vec<_> = months.iter().map(|(m, n)| (m.as_str(), *n)).collect();
        assert_eq!(months, [("2022", 1), ("2022-09", 2), ("2022-10", 1)]);
        assert_eq!(derived.undated(), 1);
        assert_eq!(derived.by_kind(), [(Kind::ArmedClash, 5)]);
    }

    #[test]
    fn contradictions_come_widest_first() {
        let mut incidents = vec![event("a", "", "2022", "30"), event("b", "", "2022", "12")];
        for (incident, n) in incidents.iter_mut().zip([33, 90]) {
            let mut claim = incident.claims[0].clone();
            claim.id = "c2".into();
            claim.speaks_for = None;
            claim.count = Count::Exactly(n);
            incident.claims.push(claim);
        }
        let (project, derived) = check(incidents, &Question::default(), "42");
        let spreads: Vec<_> = derived.contradictions(&project).iter().map(Contradiction::spread).collect();
        assert_eq!(spreads, [78, 3]);
        assert!(derived.rows().all(|r| r.contradicted));
        assert!(derived.totals[0].1.contradicted);
    }

    #[test]
    fn findings_say_what_looks_wrong() {
        let mut early = event("early", "", "2022-09-13", "7");
        early.claims[0].published = Moment::day(2022, 9, 1);
        let mut only = event("only", "", "2022", "7");
        only.claims[0].speaks_for = Some(PartyId::new("azerbaijan"));
        only.claims[0].about = PartyId::new("russia");
        only.claims[0].count = Count::Between(crate::model::Range::new(4, 6, Some(9)).unwrap());
        let incidents = vec![
            early,
            only,
            event("whole", "", "2022", "7"),
            event("part", "whole", "2022", "9"),
            event("orphan", "nobody", "2022", ""),
            event("ring", "ring", "2022", ""),
        ];
        let project = Project::new(Meta::default(), incidents, Vec::new());
        let derived = derive(&project, &Question::default());
        let found = derived.findings(&project);
        for what in [
            FindingKind::UnsourcedClaim,
            FindingKind::PublishedBeforeEvent,
            FindingKind::OnlyFromOtherSide,
            FindingKind::LowAboveHigh,
            FindingKind::PartsAboveWhole,
            FindingKind::UnknownParent,
            FindingKind::RingOfParents,
        ] {
            assert!(found.iter().any(|f| f.what == what), "{what:?}: {found:#?}");
        }
    }
}
