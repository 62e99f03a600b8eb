//! What looks wrong in a project. Findings never block anything and change no figure.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::sum::Tree;
use super::toll::{Ledger, Side};
use super::{Figure, Key};
use crate::model::{Claim, Count, Incident, IncidentId, PartyId, Project, Source, SourceId, Standing, When};

/// What a finding is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum FindingKind {
    /// Claims without a source or link.
    UnsourcedClaim,
    /// Claims without a claimant.
    UnattributedClaim,
    /// A claim that refers to a source the project does not have.
    UnknownSource,
    /// A claim published before the incident began.
    PublishedBeforeEvent,
    /// The parts of an incident together are more than its own figure.
    PartsAboveWhole,
    /// About one party there are only claims of other sides.
    OnlyFromOtherSide,
    /// A best estimate outside its own range.
    LowAboveHigh,
    /// Parents that form a ring.
    RingOfParents,
    /// A parent that is not in the project.
    UnknownParent,
    /// A claim that covers an incident that is not in the project.
    UnknownCovered,
    /// A claim chosen by hand that does not exist or does not stand.
    PinWithoutClaim,
    /// Claims that are marked superseded or withdrawn and so are not used.
    NotUsed,
    /// Claims without a date, which an as-known date leaves out.
    UndatedClaim,
}

/// Something that looks wrong, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The incident; `None` if it concerns the project as a whole.
    pub incident: Option<IncidentId>,
    /// What it is about.
    pub what: FindingKind,
    /// One sentence.
    pub text: String,
}

/// "1 claim has", "3 claims have".
fn claims(n: usize, one: &str, many: &str) -> String {
    if n == 1 { format!("1 claim {one}") } else { format!("{n} claims {many}") }
}

/// Collects findings while the incidents pass.
pub(crate) struct Findings<'a> {
    sources: HashSet<&'a SourceId>,
    /// Whether anybody but other sides says anything about a party.
    heard: BTreeMap<PartyId, bool>,
    not_used: usize,
    undated: usize,
    found: Vec<Finding>,
}

impl<'a> Findings<'a> {
    pub(crate) fn new(project: &'a Project) -> Self {
        Self {
            sources: project.meta().sources.iter().map(|s: &Source| &s.id).collect(),
            heard: BTreeMap::new(),
            not_used: 0,
            undated: 0,
            found: Vec::new(),
        }
    }

    fn add(&mut self, incident: IncidentId, what: FindingKind, text: String) {
        self.found.push(Finding { incident: Some(incident), what, text });
    }

    /// Looks at one visible incident.
    pub(crate) fn look(&mut self, id: IncidentId, incident: &Incident, ledger: &Ledger<'_>) {
        for claim in ledger.claims() {
            let other = ledger.side(claim) == Side::Other;
            match self.heard.get_mut(&claim.about) {
                Some(heard) => *heard |= !other,
                None => {
                    self.heard.insert(claim.about.clone(), !other);
                }
            }
        }
        if incident.claims.is_empty() {
            return;
        }
        let count = |test: &dyn Fn(&Claim) -> bool| incident.claims.iter().filter(|c| test(c)).count();
        self.not_used += count(&|c| c.standing != Standing::Current);
        self.undated += count(&|c| c.published.is_none());
        let unsourced = count(&|c| c.source.is_none() && c.url.is_empty());
        if unsourced > 0 {
            self.add(id, FindingKind::UnsourcedClaim, claims(unsourced, "has no source", "have no source"));
        }
        let unattributed = count(&|c| c.claimant.trim().is_empty() && c.speaks_for.is_none());
        if unattributed > 0 {
            let text = claims(unattributed, "does not say who made it", "do not say who made them");
            self.add(id, FindingKind::UnattributedClaim, text);
        }
        let begins = incident.when.map(|w| w.span().start);
        for claim in &incident.claims {
            if let Some(source) = claim.source.as_ref().filter(|s| !self.sources.contains(s)) {
                let text = format!("claim {}: there is no source “{}” in the project", claim.id, source.as_str());
                self.add(id, FindingKind::UnknownSource, text);
            }
            if let (Some(begins), Some(published)) = (begins, claim.published)
                && published.span().end <= begins
            {
                let text = format!(
                    "claim {} was published ({}) before the incident began",
                    claim.id,
                    When::from(published).label()
                );
                self.add(id, FindingKind::PublishedBeforeEvent, text);
            }
            if let Count::Between(range) = &claim.count
                && let Some(best) = range.best().filter(|b| !(range.low()..=range.high()).contains(b))
            {
                let text = format!("claim {}: best estimate {best} lies outside its range {}", claim.id, claim.count);
                self.add(id, FindingKind::LowAboveHigh, text);
            }
        }
    }

    pub(crate) fn parts_above_whole(&mut self, id: IncidentId, key: &Key, whole: Figure, parts: Figure) {
        let text = format!(
            "{}, {}, {}: the parts add up to {parts}, the whole is {whole}",
            key.party.as_str(),
            key.status.label(),
            key.category.label()
        );
        self.add(id, FindingKind::PartsAboveWhole, text);
    }

    pub(crate) fn unknown_covered(&mut self, id: IncidentId, claim: &Claim, uid: &str) {
        let text = format!("claim {} covers incident “{uid}”, which is not in the project", claim.id);
        self.add(id, FindingKind::UnknownCovered, text);
    }

    /// All findings, those of the project first, then by incident.
    pub(crate) fn finish(mut self, project: &Project, tree: &Tree, as_known: bool) -> Vec<Finding> {
        for id in tree.rings.clone() {
            let text = "its parents form a ring; it is treated as having none".into();
            self.add(id, FindingKind::RingOfParents, text);
        }
        for id in tree.orphans.clone() {
            let parent = project.get(id).and_then(|i| i.parent.as_ref()).map_or("", |p| p.as_str());
            let text = format!("its parent “{parent}” is not in the project");
            self.add(id, FindingKind::UnknownParent, text);
        }
        let mut whole: Vec<(FindingKind, String)> = Vec::new();
        for (party, heard) in &self.heard {
            if !heard {
                let text = format!("{}: every claim about its people comes from another side", party.as_str());
                whole.push((FindingKind::OnlyFromOtherSide, text));
            }
        }
        whole.extend(idle_pins(project).into_iter().map(|text| (FindingKind::PinWithoutClaim, text)));
        if self.not_used > 0 {
            let text = claims(
                self.not_used,
                "is marked superseded or withdrawn and is not used",
                "are marked superseded or withdrawn and are not used",
            );
            whole.push((FindingKind::NotUsed, text));
        }
        if as_known && self.undated > 0 {
            let text = claims(
                self.undated,
                "has no date of publication and is left out by the as-known date",
                "have no date of publication and are left out by the as-known date",
            );
            whole.push((FindingKind::UndatedClaim, text));
        }
        self.found.extend(whole.into_iter().map(|(what, text)| Finding { incident: None, what, text }));
        self.found.sort_by(|a, b| (a.incident, a.what, &a.text).cmp(&(b.incident, b.what, &b.text)));
        self.found
    }
}

/// Claims chosen by hand that decide nothing.
fn idle_pins(project: &Project) -> Vec<String> {
    let pins = &project.meta().pins;
    let slots: HashMap<_, _> = super::sum::slots_of(project, pins.iter().map(|p| &p.incident));
    pins.iter()
        .filter_map(|pin| {
            let incident = slots.get(&pin.incident).and_then(|id| project.get(*id));
            let why = match incident.map(|i| i.claim(&pin.claim)) {
                None => "the incident is not in the project",
                Some(None) => "the incident has no such claim",
                Some(Some(c)) if c.standing != Standing::Current => "it is marked superseded or withdrawn",
                Some(Some(_)) => return None,
            };
            Some(format!("claim {} of {} was chosen by hand but {why}", pin.claim, pin.incident.as_str()))
        })
        .collect()
}
