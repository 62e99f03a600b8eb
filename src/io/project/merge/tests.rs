//! The rules of merging, by example and by law.

use proptest::prelude::*;

use super::*;
use crate::model::{Category, Claim, Count, Incident, Kind, Meta, PartyId, Pin, Source, SourceId, Uid};

fn claim(id: &str, n: u32) -> Claim {
    let mut claim = Claim::new(id, PartyId::new("armenia"), Category::Killed, Count::Exactly(n));
    claim.claimant = "Ministry".into();
    claim
}

fn incident(uid: &str) -> Incident {
    let mut incident = Incident::new(Uid::new(uid), Kind::ArmedClash, uid);
    incident.claims = vec![claim("c1", 49)];
    incident
}

fn project(incidents: Vec<Incident>) -> Project {
    Project::new(Meta::default(), incidents, Vec::new())
}

/// Base, ours and theirs, each an incident `a` after its own change.
fn three(ours: impl Fn(&mut Incident), theirs: impl Fn(&mut Incident)) -> (Project, Project, Project) {
    let changed = |change: &dyn Fn(&mut Incident)| {
        let mut a = incident("a");
        change(&mut a);
        project(vec![a, incident("b")])
    };
    (changed(&|_| {}), changed(&ours), changed(&theirs))
}

fn merged(of: &(Project, Project, Project)) -> (Incident, Vec<(String, By)>) {
    let merged = merge(&of.0, &of.1, &of.2).unwrap();
    let a = merged.project.iter().next().unwrap().1.clone();
    (a, merged.entries.into_iter().map(|e| (e.field, e.by)).collect())
}

fn entries(list: &[(&str, By)]) -> Vec<(String, By)> {
    list.iter().map(|(field, by)| ((*field).to_owned(), *by)).collect()
}

#[test]
fn changes_of_different_fields_are_both_taken() {
    let of = three(|i| i.title = "ours".into(), |i| i.notes = "theirs".into());
    let (a, found) = merged(&of);
    assert_eq!((&*a.title, &*a.notes), ("ours", "theirs"));
    assert_eq!(found, entries(&[("title", By::Ours), ("notes", By::Theirs)]));
}

#[test]
fn a_field_that_both_changed_differently_is_a_conflict_with_both_values() {
    let of = three(|i| i.title = "ours".into(), |i| i.title = "theirs".into());
    let merged = merge(&of.0, &of.1, &of.2).unwrap();
    let [entry] = &merged.entries[..] else { panic!("{:?}", merged.entries) };
    assert_eq!(
        (entry.uid.as_deref(), &*entry.title, &*entry.field, entry.by),
        (Some("a"), "ours", "title", By::Conflict)
    );
    let value = |v: &Value| v.clone().unwrap_or_default();
    assert_eq!([value(&entry.base), value(&entry.ours), value(&entry.theirs)], ["\"a\"", "\"ours\"", "\"theirs\""]);
    assert_eq!(&*merged.project.iter().next().unwrap().1.title, "ours");
}

#[test]
fn two_figures_that_conflict_are_two_claims() {
    let of = three(|i| i.claims[0].count = Count::Exactly(105), |i| i.claims[0].count = Count::Exactly(135));
    let (a, found) = merged(&of);
    let figures: Vec<_> = a.claims.iter().map(|c| (&*c.id, c.count.best())).collect();
    assert_eq!(figures, [("c1", Some(105)), ("c2", Some(135))]);
    assert_eq!(found, entries(&[("claims.c1", By::TwoClaims)]));
}

#[test]
fn half_of_one_range_and_half_of_another_is_nobodys_figure() {
    use crate::model::Range;
    let range = |a, b| Count::Between(Range::new(a, b, None).unwrap());
    let of = three(|i| i.claims[0].count = range(40, 60), |i| i.claims[0].count = range(49, 70));
    let (a, _) = merged(&of);
    assert_eq!(a.claims.iter().map(|c| c.count.clone()).collect::<Vec<_>>(), [range(40, 60), range(49, 70)]);
}

#[test]
fn two_people_who_both_take_the_next_number_have_two_claims_and_no_conflict_and_pins_follow() {
    let mut of = three(|i| i.claims.push(claim("c2", 7)), |i| i.claims.push(claim("c2", 8)));
    let pin = Pin { incident: Uid::new("a"), claim: "c2".into(), reason: "as counted later".into() };
    let meta = Meta { pins: vec![pin], ..Meta::default() };
    of.2 = Project::new(meta, of.2.iter().map(|(_, i)| i.clone()), Vec::new());
    let merged = merge(&of.0, &of.1, &of.2).unwrap();
    let a = merged.project.iter().next().unwrap().1;
    assert_eq!(
        a.claims.iter().map(|c| (&*c.id, c.count.best())).collect::<Vec<_>>(),
        [("c1", Some(49)), ("c2", Some(7)), ("c3", Some(8))]
    );
    assert_eq!(&*merged.project.meta().pins[0].claim, "c3");
    assert_eq!(merged.conflicts().count(), 0);
}

#[test]
fn the_same_claim_entered_by_both_is_one() {
    let of = three(|i| i.claims.push(claim("c2", 7)), |i| i.claims.push(claim("c2", 7)));
    assert_eq!(merged(&of).0.claims.len(), 2);
}

#[test]
fn lists_of_texts_are_merged_by_element() {
    let party = |id: &str| PartyId::new(id);
    let of = three(|i| i.parties = vec![party("armenia")], |i| i.parties = vec![party("azerbaijan")]);
    let (a, found) = merged(&of);
    assert_eq!(a.parties, [party("armenia"), party("azerbaijan")]);
    assert_eq!(found, entries(&[("parties", By::Ours), ("parties", By::Theirs)]));
}

#[test]
fn what_one_removed_and_the_other_changed_stays_and_is_told() {
    let (base, ours, _) = three(|i| i.title = "changed".into(), |_| {});
    let without = project(vec![incident("b")]);
    for (ours, theirs) in [(&ours, &without), (&without, &ours)] {
        let merged = merge(&base, ours, theirs).unwrap();
        assert_eq!(merged.project.iter().map(|(_, i)| i.title.to_string()).collect::<Vec<_>>(), ["changed", "b"]);
        assert_eq!(
            merged.conflicts().map(|e| (e.uid.as_deref(), e.by)).collect::<Vec<_>>(),
            [(Some("a"), By::KeptChanged)]
        );
    }
    assert_eq!(merge(&base, &base, &without).unwrap().project.len(), 1, "removed by one, unchanged by the other: gone");
}

#[test]
fn incidents_of_both_sides_are_there_and_what_is_kept_raw_too() {
    let base = project(vec![incident("a")]);
    let ours = project(vec![incident("a"), incident("o")]);
    let foreign = crate::model::Kept {
        after_slots: 1,
        json: "{\"type\":\"Feature\",\"geometry\":null,\"properties\":{\"n\":1e400}}".into(),
    };
    let mut theirs = incident("t");
    theirs.extra.push(("x-later".into(), "{\"deep\":[1.50]}".into()));
    let theirs = Project::new(Meta::default(), [incident("a"), theirs], vec![foreign.clone()]);
    let merged = merge(&base, &ours, &theirs).unwrap().project;
    let uids: Vec<_> = merged.iter().map(|(_, i)| i.uid.as_str()).collect();
    assert_eq!(uids, ["a", "o", "t"]);
    assert_eq!(&*merged.iter().nth(2).unwrap().1.extra[0].1, "{\"deep\":[1.50]}");
    assert_eq!(merged.kept()[0].json, foreign.json);
}

#[test]
fn sources_and_texts_of_the_project_are_merged_too() {
    let with = |title: &str, sources: &[&str]| {
        let sources = sources.iter().map(|s| Source::new(SourceId::new(s), s)).collect();
        Project::new(Meta { title: title.into(), sources, ..Meta::default() }, [], Vec::new())
    };
    let merged = merge(&with("t", &["x"]), &with("t", &["x", "o"]), &with("new", &["x", "t"])).unwrap();
    let meta = merged.project.meta();
    assert_eq!(&*meta.title, "new");
    assert_eq!(meta.sources.iter().map(|s| s.id.as_str()).collect::<Vec<_>>(), ["x", "o", "t"]);
    assert!(merged.entries.iter().all(|e| e.uid.is_none() && !e.by.is_conflict()), "{:?}", merged.entries);
    assert_eq!(merged.entries[0].field, "title");
}

#[test]
fn a_difference_names_the_field_and_both_values() {
    let (before, after, _) = three(
        |i| {
            i.claims[0].count = Count::AtLeast(50);
            i.place.names = crate::model::Names::english("Sotk");
        },
        |_| {},
    );
    let found = diff(&before, &after).unwrap();
    let shown: Vec<_> = found
        .iter()
        .map(|e| (&*e.field, e.base.as_deref().unwrap_or("-"), e.theirs.as_deref().unwrap_or("-")))
        .collect();
    assert_eq!(
        shown,
        [("claims.c1.count", "49", "{\"at_least\":50}"), ("place", "-", "{\"names\":{\"en\":\"Sotk\"}}")]
    );
    assert!(diff(&before, &before).unwrap().is_empty());
    assert!(found.iter().all(|e| e.by == By::Theirs));
}

/// One change, drawn from all that people do.
fn change(project: &Project, (what, which, n): (u8, usize, u32)) -> Project {
    let mut list: Vec<Incident> = project.iter().map(|(_, i)| i.clone()).collect();
    let mut meta = project.meta().clone();
    let which = if list.is_empty() { 0 } else { which % list.len() };
    let text = format!("text {n}");
    match (what % 11, list.get_mut(which)) {
        (0, Some(i)) => i.title = text.as_str().into(),
        (1, Some(i)) => i.notes = text.as_str().into(),
        (2, Some(i)) => {
            let id = i.next_claim_id();
            i.claims.push(claim(&id, n));
        }
        (3, Some(i)) => {
            if let Some(c) = i.claims.first_mut() {
                c.count = Count::Exactly(n);
            }
        }
        (4, Some(i)) => drop(i.claims.pop()),
        (5, Some(_)) => drop(list.remove(which)),
        (6, Some(i)) if i.tags.iter().all(|(k, _)| **k != text) => i.tags.push((text.as_str().into(), "".into())),
        (7, Some(i)) if !i.parties.contains(&PartyId::new(&text)) => i.parties.push(PartyId::new(&text)),
        (8, Some(_)) => list.swap(0, which),
        (9, _) => meta.title = text.as_str().into(),
        _ => list.push(incident(&format!("new-{n}"))),
    }
    let mut seen = std::collections::HashSet::new();
    list.retain(|i| seen.insert(i.uid.clone()));
    Project::new(meta, list, Vec::new())
}

fn changes() -> impl Strategy<Value = Vec<(u8, usize, u32)>> {
    proptest::collection::vec((any::<u8>(), any::<usize>(), 0..4_u32), 0..6)
}

fn after(base: &Project, changes: &[(u8, usize, u32)]) -> Project {
    changes.iter().fold(base.clone(), |p, c| change(&p, *c))
}

/// All that a project says, one line each, order aside.
fn said(project: &Project) -> Vec<String> {
    let mut out = vec![format!("title {}", project.meta().title)];
    for (_, i) in project.iter() {
        let uid = i.uid.as_str();
        out.push(format!("{uid} title {}", i.title));
        out.push(format!("{uid} notes {}", i.notes));
        out.extend(i.claims.iter().map(|c| format!("{uid} claim {} {}", c.claimant, c.count)));
        out.extend(i.tags.iter().map(|(k, _)| format!("{uid} tag {k}")));
        out.extend(i.parties.iter().map(|p| format!("{uid} party {}", p.as_str())));
    }
    out
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn what_only_one_side_changed_is_what_comes_out(changes in changes()) {
        let base = project(vec![incident("a"), incident("b"), incident("c")]);
        let changed = after(&base, &changes);
        for (ours, theirs) in [(&changed, &base), (&base, &changed), (&changed, &changed)] {
            let merged = merge(&base, ours, theirs).unwrap();
            prop_assert_eq!(&merged.project, &changed);
            prop_assert_eq!(merged.conflicts().count(), 0);
        }
    }

    #[test]
    fn nothing_that_either_side_says_is_lost_without_being_told(a in changes(), b in changes()) {
        let base = project(vec![incident("a"), incident("b"), incident("c")]);
        let (ours, theirs) = (after(&base, &a), after(&base, &b));
        let one = merge(&base, &ours, &theirs).unwrap();
        let other = merge(&base, &theirs, &ours).unwrap();
        // Whoever merges, the same things are in conflict.
        let conflicts = |m: &Merged| {
            let mut list: Vec<_> = m.conflicts().map(|e| (e.uid.clone(), e.field.clone())).collect();
            list.sort();
            list
        };
        prop_assert_eq!(conflicts(&one), conflicts(&other));
        let (before, all) = (said(&base), said(&one.project));
        for (side, which) in [(&ours, "ours"), (&theirs, "theirs")] {
            for line in said(side).into_iter().filter(|l| !before.contains(l) && !all.contains(l)) {
                let uid = line.split(' ').next().unwrap();
                let told = one.conflicts().any(|e| e.uid.as_deref().unwrap_or("title") == uid);
                // What both said alike and one of them took back is the other's change, told as that.
                let taken = one.entries.iter().any(|e| e.uid.as_deref() == Some(uid) && e.by != By::Both);
                prop_assert!(told || taken, "{} lost of {}: {:?}", line, which, one.entries);
            }
        }
        // The result is a project like any other: it is read without a finding that the sides do not have.
        let mut bytes = Vec::new();
        write(&one.project, &mut bytes).unwrap();
        let again = read(&bytes).unwrap();
        prop_assert_eq!(&again.project, &one.project);
        prop_assert!(again.findings.iter().all(|f| f.what.contains("there is no party")), "{:?}", again.findings);
    }
}

#[test]
fn the_logs_of_both_sides_are_put_together_and_no_entry_is_a_difference_between_incidents() {
    use crate::model::Logged;
    let log = |entries: &[(i64, &str)]| {
        let one = |(at, step): &(i64, &str)| Logged { at: *at, step: (*step).into(), ..Logged::default() }.into();
        entries.iter().map(one).collect()
    };
    let project = |entries: &[(i64, &str)]| Project::default().with_log(log(entries));
    let (base, ours, theirs) =
        (project(&[(1, "a")]), project(&[(1, "a"), (4, "ours")]), project(&[(1, "a"), (3, "theirs")]));
    let merged = merge(&base, &ours, &theirs).unwrap();
    let steps: Vec<&str> = merged.project.log().iter().map(|e| &*e.step).collect();
    assert_eq!((steps, merged.entries.len()), (vec!["a", "theirs", "ours"], 0));
    let back = merge(&base, &theirs, &ours).unwrap().project;
    assert_eq!(back.log(), merged.project.log(), "whichever is ours");
    let again = merge(&ours, &merged.project, &theirs).unwrap().project;
    assert_eq!(again.log(), merged.project.log(), "no entry twice");
    assert!(diff(&base, &ours).unwrap().is_empty() && compare(&ours, &theirs).unwrap().is_empty());
    let put = crate::edit::Put::between("x", &ours, &merged.project);
    assert!(put.log.is_some() && put.meta.is_none() && !put.is_empty());
}
