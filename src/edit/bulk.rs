//! One change to many incidents: small pure functions from an incident to the changed incident.

use std::sync::Arc;

use rayon::prelude::*;

use super::history::Aspects;
use crate::model::{Claim, Held, Incident, IncidentId, Kind, PartyId, Project, Rule, Ruling, SourceId, Text};

/// Incidents that one thread changes at a time.
const BATCH: usize = 512;

/// A change to many incidents, worked out for one state of a project and not carried out yet.
#[derive(Debug)]
pub struct Worked {
    pub(super) bulk: Bulk,
    pub(super) label: String,
    /// The state it was worked out for.
    pub(super) of: Project,
    /// The incidents it was asked of, rising and each once.
    pub(super) ids: Vec<IncidentId>,
    /// What those slots shall hold that it changes, rising.
    pub(super) slots: Vec<(IncidentId, Held)>,
    pub(super) aspects: Aspects,
}

/// One change to each of many incidents.
#[derive(Clone, Debug, PartialEq)]
pub enum Bulk {
    /// The kind.
    Kind(Kind),
    /// Their times, later by so many seconds (earlier where negative), as far as each is known that exactly; when claims
    /// were published stays.
    Shift(i64),
    /// A tag put in, or its value in the place of the one that is there.
    Tag(Text, Text),
    /// The tag of this name taken out.
    Untag(Text),
    /// The tag of the first name called by the second, its value kept; where both are there, the first stays as it is.
    Retag(Text, Text),
    /// A party put among those involved.
    AddParty(PartyId),
    /// One party in the place of another: among those involved, and in what claims are about and whom they speak for.
    ReassignParty(PartyId, PartyId),
    /// A source put among those of the incident.
    AddSource(SourceId),
    /// Whether they are sensitive.
    Sensitive(bool),
}

impl Bulk {
    /// What the step is called in "Undo: …", of so many incidents.
    pub fn label(&self, incidents: usize) -> String {
        let what = match self {
            Self::Kind(_) => "change kind",
            Self::Shift(_) => "shift time",
            Self::Tag(..) => "set tag",
            Self::Untag(_) => "remove tag",
            Self::Retag(..) => "rename tag",
            Self::AddParty(_) => "add party",
            Self::ReassignParty(..) => "reassign party",
            Self::AddSource(_) => "add source",
            Self::Sensitive(_) => "change sensitivity",
        };
        format!("{what} of {incidents} incidents")
    }

    /// Works the change out for many incidents, on as many threads as there are; [`super::Workspace::carry_out`] carries it
    /// out. `go_on` is told how many more incidents were looked at, and stops it by `false`: then there is nothing.
    pub fn work_out(
        self,
        project: &Project,
        mut ids: Vec<IncidentId>,
        go_on: &(dyn Fn(usize) -> bool + Sync),
    ) -> Option<Worked> {
        let label = self.label(ids.len());
        // An incident named twice is changed once.
        ids.par_sort_unstable();
        ids.dedup();
        let rule: Arc<dyn Rule> = Arc::new(self.clone());
        let batches: Option<Vec<_>> =
            ids.par_chunks(BATCH).map(|ids| go_on(ids.len()).then(|| self.batch(project, ids, &rule))).collect();
        let (mut slots, mut aspects) = (Vec::new(), Aspects::default());
        for (changed, touched) in batches? {
            slots.extend(changed);
            aspects = aspects.or(touched);
        }
        // Of lines it is not known yet whether they change; one that does makes a step of it.
        let changes = |(id, held): &(IncidentId, Held)| {
            held.incident().is_some() || project.look(*id, |i| self.would_change(i)) == Some(true)
        };
        if !slots.par_iter().any(changes) {
            slots.clear();
        }
        Some(Worked { bulk: self, label, of: project.clone(), ids, slots, aspects })
    }

    /// What it makes of some incidents, and what that touches. Those that are lines of a large file stay lines, with `rule`
    /// (the change itself) to be carried out on each when somebody looks; whether it changes them is found out then.
    pub(super) fn batch(
        &self,
        project: &Project,
        ids: &[IncidentId],
        rule: &Arc<dyn Rule>,
    ) -> (Vec<(IncidentId, Held)>, Aspects) {
        let mut aspects = Aspects::default();
        let mut changed = Vec::with_capacity(ids.len());
        let mut ruling = Ruling::new(Arc::clone(rule));
        for id in ids {
            if let Some(held) = project.under(*id, &mut ruling) {
                aspects = aspects.or(self.aspects());
                changed.push((*id, held));
                continue;
            }
            let next = project.look(*id, |incident| {
                let next = self.apply(incident)?;
                aspects = aspects.or(Aspects::between(Some(incident), Some(&next)));
                Some(next)
            });
            changed.extend(next.flatten().map(|next| (*id, Held::new(Some(Arc::new(next))))));
        }
        (changed, aspects)
    }

    /// What it may touch of an incident; [`Aspects::between`] never says more.
    fn aspects(&self) -> Aspects {
        let none = Aspects::default();
        match self {
            Self::Kind(_) | Self::AddParty(_) => Aspects { toll: true, ..none },
            Self::Shift(_) => Aspects { time: true, ..none },
            Self::Tag(..) | Self::Untag(_) | Self::Retag(..) | Self::AddSource(_) => Aspects { text: true, ..none },
            Self::ReassignParty(..) => Aspects { toll: true, text: true, ..none },
            Self::Sensitive(_) => none,
        }
    }

    /// The incident after the change; `None` if nothing would change.
    pub fn apply(&self, incident: &Incident) -> Option<Incident> {
        // Most often nothing or one small thing changes; a copy is made only then.
        if !self.would_change(incident) {
            return None;
        }
        let mut next = incident.clone();
        self.change(&mut next);
        Some(next)
    }

    /// Changes an incident that it would change.
    fn change(&self, next: &mut Incident) {
        match self {
            Self::Kind(kind) => next.kind = kind.clone(),
            Self::Shift(seconds) => next.when = shifted(next, *seconds),
            Self::Tag(name, value) => match next.tags.iter_mut().find(|(n, _)| n == name) {
                Some((_, old)) => old.clone_from(value),
                None => next.tags.push((name.clone(), value.clone())),
            },
            Self::Untag(name) => next.tags.retain(|(n, _)| n != name),
            Self::Retag(from, to) => {
                for (name, _) in next.tags.iter_mut().filter(|(n, _)| n == from) {
                    name.clone_from(to);
                }
            }
            Self::AddParty(party) => next.parties.push(party.clone()),
            Self::ReassignParty(from, to) => {
                let has = next.parties.contains(to);
                next.parties.retain(|p| !(has && p == from));
                let claims = next.claims.iter_mut().flat_map(parties_of);
                for party in next.parties.iter_mut().chain(claims).filter(|p| *p == from) {
                    *party = to.clone();
                }
            }
            Self::AddSource(source) => next.sources.push(source.clone()),
            Self::Sensitive(is) => next.sensitive = *is,
        }
    }

    fn would_change(&self, i: &Incident) -> bool {
        let tag = |name: &Text| i.tags.iter().find(|(n, _)| n == name);
        match self {
            Self::Kind(kind) => i.kind != *kind,
            Self::Shift(seconds) => i.when.is_some() && shifted(i, *seconds) != i.when,
            Self::Tag(name, value) => tag(name).is_none_or(|(_, v)| v != value),
            Self::Untag(name) => tag(name).is_some(),
            Self::Retag(from, to) => from != to && tag(from).is_some() && tag(to).is_none(),
            Self::AddParty(party) => !i.parties.contains(party),
            Self::ReassignParty(from, to) => {
                let said = |c: &Claim| c.about == *from || c.speaks_for.as_ref() == Some(from);
                from != to && (i.parties.contains(from) || i.claims.iter().any(said))
            }
            Self::AddSource(source) => !i.sources.contains(source),
            Self::Sensitive(is) => i.sensitive != *is,
        }
    }
}

impl Rule for Bulk {
    fn apply(&self, incident: &mut Incident) {
        if self.would_change(incident) {
            self.change(incident);
        }
    }

    fn marks(&self) -> bool {
        matches!(self, Self::Sensitive(true))
    }
}

fn parties_of(claim: &mut Claim) -> impl Iterator<Item = &mut PartyId> {
    std::iter::once(&mut claim.about).chain(claim.speaks_for.as_mut())
}

/// The time of an incident so many seconds later. Where one end alone could move past the other, nothing moves.
fn shifted(incident: &Incident, seconds: i64) -> Option<crate::model::When> {
    let when = incident.when?;
    Some(when.map(|m| m.shifted(seconds)).unwrap_or(when))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Category, Count, Uid, When};

    fn incident() -> Incident {
        let mut i = Incident::new(Uid::new("a"), Kind::ArmedClash, "Sotk");
        i.when = When::parse("2022-09-13/2022-09-14").ok();
        i.parties = vec![PartyId::new("armenia")];
        let mut claim = Claim::new("c1", PartyId::new("armenia"), Category::Killed, Count::Exactly(49));
        claim.speaks_for = Some(PartyId::new("armenia"));
        i.claims.push(claim);
        i.tags = vec![("front".into(), "north".into())];
        i
    }

    fn every() -> Vec<Bulk> {
        vec![
            Bulk::Kind(Kind::Shelling),
            Bulk::Shift(86_400),
            Bulk::Tag("front".into(), "south".into()),
            Bulk::Untag("front".into()),
            Bulk::Retag("front".into(), "sector".into()),
            Bulk::AddParty(PartyId::new("russia")),
            Bulk::ReassignParty(PartyId::new("armenia"), PartyId::new("nagorno-karabakh")),
            Bulk::AddSource(SourceId::new("report")),
            Bulk::Sensitive(true),
        ]
    }

    #[test]
    fn each_change_changes_once() {
        for bulk in every() {
            let once = bulk.apply(&incident()).unwrap_or_else(|| panic!("{bulk:?} changes nothing"));
            assert_ne!(once, incident(), "{bulk:?}");
            if !matches!(bulk, Bulk::Shift(_)) {
                assert_eq!(bulk.apply(&once), None, "{bulk:?} twice");
            }
        }
    }

    #[test]
    fn what_a_change_touches_is_among_what_it_is_said_to_touch() {
        for bulk in every() {
            let touched = Aspects::between(Some(&incident()), bulk.apply(&incident()).as_ref());
            assert_eq!(bulk.aspects().or(touched), bulk.aspects(), "{bulk:?}");
        }
    }

    #[test]
    fn a_party_is_reassigned_in_claims_too_and_stands_once() {
        let mut i = incident();
        i.parties.push(PartyId::new("nagorno-karabakh"));
        let to = PartyId::new("nagorno-karabakh");
        let next = Bulk::ReassignParty(PartyId::new("armenia"), to.clone()).apply(&i).unwrap();
        assert_eq!(next.parties, std::slice::from_ref(&to));
        assert_eq!((&next.claims[0].about, next.claims[0].speaks_for.as_ref()), (&to, Some(&to)));
    }

    #[test]
    fn a_tag_is_not_written_over_another_by_renaming() {
        let mut i = incident();
        i.tags.push(("sector".into(), "1".into()));
        assert_eq!(Bulk::Retag("front".into(), "sector".into()).apply(&i), None);
    }

    #[test]
    fn time_moves_both_ends_or_none() {
        let day = Bulk::Shift(86_400).apply(&incident()).unwrap();
        assert_eq!(day.when.unwrap().to_string(), "2022-09-14/2022-09-15");
        let mut i = incident();
        i.when = When::parse("2022-09-13/2022-10").ok();
        // The month does not move; the day may, as long as it stays before it.
        assert_eq!(Bulk::Shift(86_400).apply(&i).unwrap().when.unwrap().to_string(), "2022-09-14/2022-10");
        assert_eq!(Bulk::Shift(900 * 86_400).apply(&i), None);
    }
}
