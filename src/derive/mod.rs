//! Questions asked of a project: which incidents, what figures, what contradicts what, what looks wrong.
//!
//! Everything here is a function of ([`Project`], [`Question`]). There is deliberately no disk, no clock, no cache and
//! no egui; nothing here changes a project.
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
mod clash;
mod figure;
mod filter;
mod finding;
mod histogram;
mod question;
pub mod statistics;
mod sum;
mod toll;

use std::collections::BTreeMap;

use crate::model::{IncidentId, Kind, Moment, Project, Resolution, Span, Text, When, ZONE_HERE_MINUTES};

pub use crate::model::{fold, fold_onto};
pub use bins::{BinWidth, Bins};
pub use figure::{Dead, Figure, Key, by_party, dead};
pub use filter::Filter;
pub use finding::{Finding, FindingKind};
pub use histogram::{Amount, Histogram, Measure, StackBy, StackKey, histogram};
pub use question::{Policy, Question};
pub use toll::{basis, tolls};

use sum::{Cover, Own, Tree};
use toll::{Ledger, Toll};

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

/// Everything a question finds out about a project.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Derived {
    /// The incidents shown, in the order of the file.
    pub rows: Vec<Row>,
    /// How many incidents the question hides.
    pub hidden: usize,
    /// Figures over all incidents shown, nobody counted twice, in the order of their keys.
    pub totals: Vec<(Key, Figure)>,
    /// The dead over all incidents shown, the statuses of a party put together incident by incident.
    pub dead: Dead,
    /// How many incidents of each kind are shown, in the order of menus.
    pub by_kind: Vec<(Kind, usize)>,
    /// How many incidents shown begin in each month (`2022-09`; `2022` where only the year is known), in the order of time.
    pub by_month: Vec<(String, usize)>,
    /// How many incidents shown have no date, and so are in no month.
    pub undated: usize,
    /// Contradictions, the widest first.
    pub contradictions: Vec<Contradiction>,
    /// What looks wrong in the incidents shown.
    pub findings: Vec<Finding>,
}

/// Answers a question.
pub fn derive(project: &Project, question: &Question) -> Derived {
    let mut out = Derived::default();
    let tree = Tree::new(project);
    let pins = toll::pins(project);
    let mut filter = Filter::new(project, question);
    let mut findings = finding::Findings::new(project);
    let mut own: Own<Key> = Own::new();
    let mut covers = Vec::new();
    let mut kinds: BTreeMap<&Kind, usize> = BTreeMap::new();
    let mut months: BTreeMap<Month, usize> = BTreeMap::new();
    for (id, incident) in project.iter() {
        if !filter.shows(incident) {
            out.hidden += 1;
            continue;
        }
        let ledger = Ledger::new(incident, question);
        let tolls = ledger.tolls(&question.policy, pins.get(&incident.uid).map_or(&[], Vec::as_slice));
        findings.look(id, incident, &ledger);
        covers.extend(tolls.iter().flat_map(covered).map(|(key, claim, uid)| (id, key, claim, uid)));
        let mut figures = Vec::with_capacity(tolls.len());
        let mut contradicted = false;
        for toll in tolls {
            contradicted |= toll.figure.contradicted;
            let key = &toll.key;
            out.contradictions.extend(toll.clashes.into_iter().map(|c| Contradiction {
                incident: id,
                key: key.clone(),
                low: c.low,
                high: c.high,
                claims: c.claims,
            }));
            figures.push((toll.key, toll.figure));
        }
        out.rows.push(Row {
            id,
            span: incident.when.map(|w| w.span()),
            dead: dead(&figures),
            claims: u32::try_from(ledger.claims().len()).unwrap_or(u32::MAX),
            contradicted,
            is_parent: tree.is_parent(id),
        });
        if !figures.is_empty() {
            own.insert(id.0, figures);
        }
        *kinds.entry(&incident.kind).or_default() += 1;
        match &incident.when {
            Some(when) => *months.entry(Month::of(when)).or_default() += 1,
            None => out.undated += 1,
        }
    }
    let slots = sum::slots_of(project, covers.iter().map(|(.., uid)| *uid));
    let mut known = Vec::new();
    for (coverer, key, claim, uid) in covers {
        match slots.get(uid) {
            Some(target) => known.push(Cover { coverer, key, target: *target }),
            None => findings.unknown_covered(coverer, claim, uid.as_str()),
        }
    }
    sum::leave_out_covered(project, &tree, &mut own, known);
    let by_party: Own<_> = own.iter().map(|(slot, figures)| (*slot, dead(figures).by_party)).collect();
    out.dead = Dead::from_parties(sum::total(&tree, by_party, |_, _, _, _| ()).into_iter().collect());
    let above = |id, key: &Key, whole, parts| findings.parts_above_whole(id, key, whole, parts);
    out.totals = sum::total(&tree, own, above).into_iter().collect();
    out.by_kind = kinds.into_iter().map(|(kind, n)| (kind.clone(), n)).collect();
    out.by_month = months.into_iter().map(|(month, n)| (month.0.to_string(), n)).collect();
    out.contradictions
        .sort_by(|a, b| b.spread().cmp(&a.spread()).then(a.incident.cmp(&b.incident)).then_with(|| a.key.cmp(&b.key)));
    out.findings = findings.finish(project, &tree, question.as_known.is_some());
    out
}

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
        let key = |m: &Self| (m.0.date(), m.0.resolution());
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
    use crate::model::{Category, Claim, Count, Incident, Meta, PartyId, Status, Uid};

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

    fn check(incidents: Vec<Incident>, question: &Question, want: &str) -> Derived {
        let derived = derive(&Project::new(Meta::default(), incidents, Vec::new()), question);
        let shown = derived.totals.first().map_or("no figure".to_owned(), |(_, f)| f.to_string());
        assert_eq!((shown.as_str(), derived.dead.total.to_string().as_str()), (want, want));
        derived
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
        let derived = check(all(), &Question { span: Some(window), ..Question::default() }, "15");
        assert_eq!((derived.rows.len(), derived.hidden), (3, 1));
    }

    #[test]
    fn a_claim_that_covers_several_incidents_counts_once() {
        let mut incidents =
            vec![event("a", "", "2022", "30"), event("b", "", "2022", "12"), event("c", "b", "2022", "4")];
        incidents[0].claims[0].covers = vec![Uid::new("b"), Uid::new("nowhere")];
        let derived = check(incidents.clone(), &Question::default(), "30");
        assert_eq!(derived.findings.iter().filter(|f| f.what == FindingKind::UnknownCovered).count(), 1);
        // Entered at both incidents, each covering the other: still once, whatever the order of the file.
        incidents[1] = event("b", "", "2022", "30");
        incidents[1].claims[0].covers = vec![Uid::new("a")];
        check(incidents.clone(), &Question::default(), "30");
        incidents.reverse();
        check(incidents, &Question::default(), "30");
    }

    #[test]
    fn months_count_each_incident_once_in_the_time_of_the_region() {
        let incidents = ["2022-09-12/2022-10-02", "2022-08-31T23:30+03:00", "2022-10", "2022", "?"]
            .map(|t| event(t, "", t, ""))
            .to_vec();
        let derived = check(incidents, &Question::default(), "no figure");
        let months: Vec<_> = derived.by_month.iter().map(|(m, n)| (m.as_str(), *n)).collect();
        assert_eq!(months, [("2022", 1), ("2022-09", 2), ("2022-10", 1)]);
        assert_eq!(derived.undated, 1);
        assert_eq!(derived.by_kind, [(Kind::ArmedClash, 5)]);
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
        let derived = check(incidents, &Question::default(), "42");
        let spreads: Vec<_> = derived.contradictions.iter().map(Contradiction::spread).collect();
        assert_eq!(spreads, [78, 3]);
        assert!(derived.rows.iter().all(|r| r.contradicted));
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
        let derived = derive(&Project::new(Meta::default(), incidents, Vec::new()), &Question::default());
        for what in [
            FindingKind::UnsourcedClaim,
            FindingKind::PublishedBeforeEvent,
            FindingKind::OnlyFromOtherSide,
            FindingKind::LowAboveHigh,
            FindingKind::PartsAboveWhole,
            FindingKind::UnknownParent,
            FindingKind::RingOfParents,
        ] {
            assert!(derived.findings.iter().any(|f| f.what == what), "{what:?}: {:#?}", derived.findings);
        }
    }
}
