//! Two versions of which nobody knows which is older: what differs, and one difference taken over.

use std::collections::HashSet;
use std::sync::Arc;

use super::{Choice, Choices, Entry, Log, MergeError, run};
use crate::edit::Put;
use crate::model::{Incident, Meta, PartyId, Placed, Project, SourceId};

/// What differs from ours in theirs. Entries are [`super::By::Theirs`]; claims with another figure are one entry each,
/// [`super::By::TwoClaims`].
///
/// # Errors
/// See [`super::merge`].
pub fn compare(ours: &Project, theirs: &Project) -> Result<Vec<Entry>, MergeError> {
    Ok(run(ours, ours, theirs, Log { two_way: true, ..Log::default() })?.entries)
}

/// One difference that [`compare`] found, as a step for ours. Parties and sources that what is taken names come along.
///
/// # Errors
/// See [`super::merge`].
pub fn take(label: &str, ours: &Project, theirs: &Project, entry: &Entry, choice: Choice) -> Result<Put, MergeError> {
    let (small_ours, small_theirs) = (part(ours, theirs, entry), part(theirs, ours, entry));
    let choices: Choices = [((entry.uid.clone(), entry.field.clone()), choice)].into();
    let log = Log { choices, two_way: true, ..Log::default() };
    let merged = run(&small_ours, &small_ours, &small_theirs, log)?;
    let mut put = Put::between(label, &small_ours, &merged.project);
    if put.meta.is_none() {
        let named: Vec<&Incident> = put.incidents.iter().filter_map(|(_, i)| i.as_deref()).collect();
        put.meta = with_named(ours.meta(), theirs.meta(), &named).map(Arc::new);
    }
    Ok(put)
}

/// As much of a project as a difference is about: the same in both.
fn part(of: &Project, other: &Project, entry: &Entry) -> Project {
    let Some(uid) = &entry.uid else {
        return Project::new(of.meta().clone(), [], of.kept().to_vec());
    };
    let drawn = |p: &Project| -> Vec<Placed> {
        let is = |placed: &&Placed| placed.drawing.as_ref().is_some_and(|d| d.uid.as_str() == uid);
        p.drawing_slots().iter().filter(is).cloned().collect()
    };
    let incidents = |p: &Project| -> Vec<Incident> {
        p.iter().filter(|(_, i)| i.uid.as_str() == uid).map(|(_, i)| i.clone()).collect()
    };
    let known = [of, other].iter().any(|p| !drawn(p).is_empty() || !incidents(p).is_empty());
    // A feature that this version does not know is among those that are carried through.
    let kept = if known { Vec::new() } else { of.kept().to_vec() };
    Project::new(Meta::default(), incidents(of), kept).with_drawings(drawn(of))
}

/// Our parties and sources with those of theirs that some incidents name and we do not have; `None`: we have all.
fn with_named(ours: &Meta, theirs: &Meta, incidents: &[&Incident]) -> Option<Meta> {
    let claims = || incidents.iter().flat_map(|i| &i.claims);
    let sources: HashSet<&SourceId> =
        incidents.iter().flat_map(|i| &i.sources).chain(claims().filter_map(|c| c.source.as_ref())).collect();
    let parties: HashSet<&PartyId> = (incidents.iter().flat_map(|i| &i.parties))
        .chain(claims().map(|c| &c.about))
        .chain(claims().filter_map(|c| c.speaks_for.as_ref()))
        .collect();
    let mut next = ours.clone();
    next.sources
        .extend(theirs.sources.iter().filter(|s| sources.contains(&s.id) && ours.source(&s.id).is_none()).cloned());
    next.parties
        .extend(theirs.parties.iter().filter(|p| parties.contains(&p.id) && ours.party(&p.id).is_none()).cloned());
    (next != *ours).then_some(next)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edit::{Command, Workspace};
    use crate::io::project::By;
    use crate::model::{Category, Claim, Count, IncidentId, Kind, Source, Uid};

    fn incident(uid: &str, figure: u32) -> Incident {
        let mut i = Incident::new(Uid::new(uid), Kind::ArmedClash, uid);
        i.claims.push(Claim::new("c1", PartyId::new("armenia"), Category::Killed, Count::Exactly(figure)));
        i
    }

    fn taken(ours: &Project, theirs: &Project, n: usize, choice: Choice) -> Project {
        let entries = compare(ours, theirs).unwrap();
        let put = take("take over", ours, theirs, &entries[n], choice).unwrap();
        let mut w = Workspace::new(ours.clone(), true);
        w.commit(Command::Put(Box::new(put))).unwrap().unwrap();
        let after = w.project().clone();
        w.undo();
        assert_eq!(w.project(), ours, "one step");
        after
    }

    #[test]
    fn each_difference_is_taken_alone_and_two_figures_stay_two_claims() {
        let meta = Meta { title: "ours".into(), ..Meta::default() };
        let ours = Project::new(meta.clone(), [incident("a", 49), incident("b", 1)], Vec::new());
        let mut a = incident("a", 105);
        a.title = "Another title".into();
        a.claims[0].quote = "words".into();
        let mut c = incident("c", 3);
        c.sources.push(SourceId::new("bbc"));
        let theirs_meta =
            Meta { title: "theirs".into(), sources: vec![Source::new(SourceId::new("bbc"), "BBC")], ..meta };
        let theirs = Project::new(theirs_meta, [a, c], Vec::new());
        let found = compare(&ours, &theirs).unwrap();
        let said: Vec<String> =
            found.iter().map(|e| format!("{} {} {}", e.uid.as_deref().unwrap_or("-"), e.field, e.by.id())).collect();
        assert_eq!(
            said,
            [
                "a title theirs",
                "a claims.c1 two_claims",
                "b  theirs",
                "c  theirs",
                "- title theirs",
                "- sources theirs"
            ]
        );
        let figures = |p: &Project| {
            p.get(IncidentId(0)).unwrap().claims.iter().map(|c| c.count.best().unwrap()).collect::<Vec<_>>()
        };
        let titled = taken(&ours, &theirs, 0, Choice::Theirs);
        assert_eq!((&*titled.get(IncidentId(0)).unwrap().title, figures(&titled)), ("Another title", vec![49]));
        let both = taken(&ours, &theirs, 1, Choice::Both);
        assert_eq!((&*both.get(IncidentId(0)).unwrap().title, figures(&both)), ("a", vec![49, 105]));
        assert_eq!(figures(&taken(&ours, &theirs, 1, Choice::Theirs)), [105]);
        assert_eq!(taken(&ours, &theirs, 2, Choice::Theirs).len(), 1, "b is not in theirs");
        let added = taken(&ours, &theirs, 3, Choice::Theirs);
        assert_eq!((added.len(), added.meta().sources.len()), (3, 1), "with the source it names");
        assert_eq!(&*taken(&ours, &theirs, 4, Choice::Theirs).meta().title, "theirs");
        assert_eq!(found.iter().filter(|e| e.by == By::TwoClaims).count(), 1);
        assert!(compare(&ours, &ours).unwrap().is_empty());
    }

    #[test]
    fn a_text_of_a_claim_with_the_same_figure_is_a_field_of_that_claim() {
        let ours = Project::new(Meta::default(), [incident("a", 49)], Vec::new());
        let mut a = incident("a", 49);
        a.claims[0].quote = "words".into();
        let theirs = Project::new(Meta::default(), [a], Vec::new());
        assert_eq!(compare(&ours, &theirs).unwrap()[0].field, "claims.c1.quote");
        let after = taken(&ours, &theirs, 0, Choice::Theirs);
        assert_eq!(&*after.get(IncidentId(0)).unwrap().claims[0].quote, "words");
    }
}
