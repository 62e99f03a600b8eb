//! References that lead nowhere: to parties, sources, incidents and claims that the file does not hold.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use foldhash::fast::RandomState;
use rayon::prelude::*;

use super::notes::{At, short};
use super::read::{Reader, Stands};
use crate::io::Severity;
use crate::model::{Incident, PartyId, SourceId, Uid};

/// One name that is not known, where it stands first, and how often it stands.
struct Missing {
    stands: Stands,
    uid: Uid,
    path: String,
    times: usize,
}

/// The names that are not known, each where it stands first.
type Lost = HashMap<(&'static str, String), Missing>;

/// The names that the file defines.
struct Known<'a> {
    uids: &'a HashSet<Uid, RandomState>,
    listed: bool,
    parties: HashSet<&'a PartyId, RandomState>,
    sources: HashSet<&'a SourceId, RandomState>,
}

impl Known<'_> {
    fn lacks_party(&self, party: &PartyId) -> bool {
        self.listed && !self.parties.contains(party)
    }

    fn lacks_source(&self, source: &SourceId) -> bool {
        self.listed && !self.sources.contains(source)
    }
}

/// Incidents that one thread looks through at a time.
const BATCH: usize = 4096;

/// Notes each unknown name once, where it stands first.
pub(super) fn check(reader: &mut Reader<'_>) {
    let meta = &reader.meta;
    let known = Known {
        uids: &reader.uids,
        // Without the member `clashmap` there are no lists to look up in; that is reported by itself.
        listed: reader.has_meta,
        parties: meta.parties.iter().map(|p| &p.id).collect(),
        sources: meta.sources.iter().map(|s| &s.id).collect(),
    };
    // What stays a line leads nowhere else.
    let whole: Vec<(&Arc<Incident>, &Stands)> = reader.incidents.whole().zip(&reader.stands).collect();
    let mut missing =
        whole.par_chunks(BATCH).map(|incidents| lost(incidents, &known)).reduce(Lost::new, |mut all, more| {
            for (name, m) in more {
                match all.entry(name) {
                    Entry::Vacant(free) => drop(free.insert(m)),
                    Entry::Occupied(mut known) => {
                        let times = known.get().times + m.times;
                        if m.stands.feature < known.get().stands.feature {
                            known.insert(m);
                        }
                        known.get_mut().times = times;
                    }
                }
            }
            all
        });
    for (placed, stands) in reader.drawings.iter().zip(&reader.drawn) {
        let Some(drawing) = placed.drawing.as_deref() else { continue };
        for (n, source) in drawing.sources.iter().enumerate().filter(|(_, s)| known.lacks_source(s)) {
            let (uid, path) = (drawing.uid.clone(), format!("sources[{n}]"));
            let found = Missing { stands: *stands, uid, path, times: 0 };
            missing.entry(("source", source.as_str().to_owned())).or_insert(found).times += 1;
        }
    }
    let mut missing: Vec<_> = missing.into_iter().collect();
    missing.sort_by(|((ka, na), a), ((kb, nb), b)| (a.stands.feature, ka, na).cmp(&(b.stands.feature, kb, nb)));
    for ((kind, name), m) in missing {
        let more = if m.times > 1 { format!(" ({} times, here first)", m.times) } else { String::new() };
        let what = format!("there is no {kind} “{}” in the file{more}", short(&name));
        reader.notes.warn_of(m.stands.line, (m.stands.feature, m.uid.as_str()), &At::Top.key(&m.path), what);
    }
    pins(reader);
}

/// What is not known of the names in some incidents.
fn lost(incidents: &[(&Arc<Incident>, &Stands)], known: &Known<'_>) -> Lost {
    let mut missing = Lost::new();
    for (incident, stands) in incidents {
        let mut miss = |what: &'static str, name: &str, path: &dyn Fn() -> String| {
            missing
                .entry((what, name.to_owned()))
                .or_insert_with(|| Missing { stands: **stands, uid: incident.uid.clone(), path: path(), times: 0 })
                .times += 1;
        };
        if let Some(parent) = incident.parent.as_ref().filter(|p| !known.uids.contains(p)) {
            miss("incident", parent.as_str(), &|| "parent".into());
        }
        for (n, party) in incident.parties.iter().enumerate().filter(|(_, p)| known.lacks_party(p)) {
            miss("party", party.as_str(), &|| format!("parties[{n}]"));
        }
        for (n, source) in incident.sources.iter().enumerate().filter(|(_, s)| known.lacks_source(s)) {
            miss("source", source.as_str(), &|| format!("sources[{n}]"));
        }
        for (n, claim) in incident.claims.iter().enumerate() {
            let at = |member: &str| format!("claims[{n}].{member}");
            for (party, member) in [(Some(&claim.about), "about"), (claim.speaks_for.as_ref(), "speaks_for")] {
                if let Some(party) = party.filter(|p| known.lacks_party(p)) {
                    miss("party", party.as_str(), &|| at(member));
                }
            }
            if let Some(source) = claim.source.as_ref().filter(|s| known.lacks_source(s)) {
                miss("source", source.as_str(), &|| at("source"));
            }
            for uid in claim.covers.iter().filter(|u| !known.uids.contains(u)) {
                miss("incident", uid.as_str(), &|| at("covers"));
            }
        }
    }
    missing
}

fn pins(reader: &mut Reader<'_>) {
    if reader.meta.pins.is_empty() {
        return;
    }
    // A pinned incident never stays a line.
    let by_uid: HashMap<_, _> = reader.incidents.whole().map(|i| (&i.uid, i)).collect();
    let lost: Vec<String> = (reader.meta.pins.iter())
        .filter(|p| by_uid.get(&p.incident).is_none_or(|i| i.claim(&p.claim).is_none()))
        .map(|p| {
            let (incident, claim) = (short(p.incident.as_str()), short(&p.claim));
            format!("the claim “{claim}” of incident “{incident}” was chosen by hand, but there is none")
        })
        .collect();
    for what in lost {
        reader.notes.note(Severity::Warning, 0, &At::Top.key("clashmap.pins"), what);
    }
    reader.notes.settle(None);
}
