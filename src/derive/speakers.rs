//! Who made the claims on which totals rest.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use rayon::prelude::*;

use super::{Derived, Key, Row, basis, tolls};
use crate::model::{Claim, Incident, Project, Uid};

/// Incidents that one thread looks at at a time.
const BATCH: usize = 4096;

/// By key of the totals of an answer, the names of those who made the claims on which it rests; `name` says what a claimant is
/// called. All cores look, and of a large file nothing is left behind in memory.
pub fn speakers(
    project: &Project,
    derived: &Derived,
    name: &(dyn Fn(&Claim) -> String + Sync),
) -> BTreeMap<Key, BTreeSet<String>> {
    let question = derived.question();
    let rows: Vec<Row> = derived.rows().filter(|row| row.is_parent || row.claims > 0).collect();
    // By parent shown: the parent above it, and the keys for which its own figure stands for its parts.
    let of_parent = |row: &Row| {
        project.look(row.id, |parent| {
            let known = tolls(project, parent, question).into_iter().filter(|(_, f)| f.is_known());
            (parent.uid.clone(), (parent.parent.clone(), known.map(|(key, _)| key).collect::<Vec<Key>>()))
        })
    };
    let parents: HashMap<Uid, (Option<Uid>, Vec<Key>)> =
        rows.iter().filter(|row| row.is_parent).filter_map(of_parent).collect();
    let told_in = |incident: &Incident, who: &mut BTreeMap<Key, BTreeSet<String>>| {
        for (key, claims) in basis(project, incident, question) {
            let above = std::iter::successors(incident.parent.as_ref(), |uid| parents.get(uid)?.0.as_ref());
            // Parents may form a ring in a damaged file; no sound one has this many levels.
            let mut above = above.take(64).filter_map(|uid| parents.get(uid));
            if !above.any(|(_, known)| known.contains(&key)) {
                who.entry(key).or_default().extend(claims.into_iter().map(name));
            }
        }
    };
    let told = rows.par_chunks(BATCH).fold(BTreeMap::new, |mut who, rows| {
        for row in rows.iter().filter(|row| row.claims > 0) {
            project.look(row.id, |incident| told_in(incident, &mut who));
        }
        who
    });
    told.reduce(BTreeMap::new, |mut all, part| {
        for (key, names) in part {
            all.entry(key).or_insert_with(BTreeSet::new).extend(names);
        }
        all
    })
}
