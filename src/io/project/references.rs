//! References that lead nowhere: to parties, sources, incidents and claims that the file does not hold.

use std::collections::HashMap;

use super::notes::{At, short};
use super::read::{Reader, Stands};
use crate::io::Severity;
use crate::model::Uid;

/// One name that is not known, where it stands first, and how often it stands.
struct Missing {
    stands: Stands,
    uid: Uid,
    path: String,
    times: usize,
}

/// Notes each unknown name once, where it stands first.
pub(super) fn check(reader: &mut Reader<'_>) {
    let mut missing: HashMap<(&'static str, String), Missing> = HashMap::new();
    let parties: std::collections::HashSet<_> = reader.meta.parties.iter().map(|p| &p.id).collect();
    let sources: std::collections::HashSet<_> = reader.meta.sources.iter().map(|s| &s.id).collect();
    for (incident, stands) in reader.incidents.iter().zip(&reader.stands) {
        let mut miss = |what: &'static str, name: &str, path: &dyn Fn() -> String| {
            missing
                .entry((what, name.to_owned()))
                .or_insert_with(|| Missing { stands: *stands, uid: incident.uid.clone(), path: path(), times: 0 })
                .times += 1;
        };
        if let Some(parent) = incident.parent.as_ref().filter(|p| !reader.uids.contains(p)) {
            miss("incident", parent.as_str(), &|| "parent".into());
        }
        // Without the member `clashmap` there are no lists to look up in; that is reported by itself.
        let listed = reader.has_meta;
        for (n, party) in incident.parties.iter().enumerate().filter(|(_, p)| listed && !parties.contains(p)) {
            miss("party", party.as_str(), &|| format!("parties[{n}]"));
        }
        for (n, source) in incident.sources.iter().enumerate().filter(|(_, s)| listed && !sources.contains(s)) {
            miss("source", source.as_str(), &|| format!("sources[{n}]"));
        }
        for (n, claim) in incident.claims.iter().enumerate() {
            let at = |member: &str| format!("claims[{n}].{member}");
            for (party, member) in [(Some(&claim.about), "about"), (claim.speaks_for.as_ref(), "speaks_for")] {
                if let Some(party) = party.filter(|p| listed && !parties.contains(p)) {
                    miss("party", party.as_str(), &|| at(member));
                }
            }
            if let Some(source) = claim.source.as_ref().filter(|s| listed && !sources.contains(s)) {
                miss("source", source.as_str(), &|| at("source"));
            }
            for uid in claim.covers.iter().filter(|u| !reader.uids.contains(u)) {
                miss("incident", uid.as_str(), &|| at("covers"));
            }
        }
    }
    let mut missing: Vec<_> = missing.into_iter().collect();
    missing.sort_by(|((ka, na), a), ((kb, nb), b)| (a.stands.at, ka, na).cmp(&(b.stands.at, kb, nb)));
    for ((kind, name), m) in missing {
        let more = if m.times > 1 { format!(" ({} times, here first)", m.times) } else { String::new() };
        let what = format!("there is no {kind} “{}” in the file{more}", short(&name));
        reader.notes.note(Severity::Warning, m.stands.at, &At::Top.key(&m.path), what);
        reader.notes.settle(Some((m.stands.feature, m.uid.as_str())));
    }
    pins(reader);
}

fn pins(reader: &mut Reader<'_>) {
    if reader.meta.pins.is_empty() {
        return;
    }
    let by_uid: HashMap<_, _> = reader.incidents.iter().map(|i| (&i.uid, i)).collect();
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
