//! Incidents looked for while a field is typed in: the first few, and no further.

use rayon::prelude::*;

use crate::model::{Incident, IncidentId, Project};

/// Incidents looked at before it is asked whether there are enough.
const BATCH: usize = 1 << 14;

/// The first incidents, in the order of the file and `most` at most, of which something is so.
pub fn titled(project: &Project, is: impl Fn(IncidentId, &Incident) -> bool + Sync, most: usize) -> Vec<IncidentId> {
    let ids: Vec<IncidentId> = project.ids().collect();
    let mut found = Vec::new();
    for batch in ids.chunks(BATCH) {
        let holds = |id: &&IncidentId| project.look(**id, |incident| is(**id, incident)).unwrap_or(false);
        found.extend(batch.par_iter().with_min_len(512).filter(holds).copied().collect::<Vec<_>>());
        if found.len() >= most {
            break;
        }
    }
    found.truncate(most);
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Kind, Meta, Uid};

    #[test]
    fn the_first_are_found_in_the_order_of_the_file_and_no_more_than_asked_for() {
        let incident = |n: usize| Incident::new(Uid::new(&n.to_string()), Kind::Shelling, &format!("{}", n % 1000));
        let project = Project::new(Meta::default(), (0..40_000).map(incident), Vec::new());
        let with = |title: &'static str, most| {
            titled(&project, |id, i| id.0 != 7 && &*i.title == title, most).iter().map(|id| id.0).collect::<Vec<_>>()
        };
        assert_eq!(with("7", 3), [1007, 2007, 3007]);
        assert_eq!(with("7", 100).len(), 39);
        assert!(with("no such", 3).is_empty() && with("1", 0).is_empty());
    }
}
