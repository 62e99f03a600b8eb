//! The claims of an incident in three versions: a figure is never overwritten by another one.

use super::list::{by_id, elements, id, under};
use super::{By, Choice, Log, Node, Three};

/// What makes a claim: who says how many about whom, and when. Where both sides changed one of these differently there
/// are two claims.
const FIGURE: [&str; 9] =
    ["claimant", "speaks_for", "about", "status", "category", "count", "published", "period", "running"];

pub(super) fn merge<'n>(three: Three<'n>, path: &[&'n str], log: &mut Log) -> Node {
    let name = |n: &Node| id(n).unwrap_or_else(|| n.raw());
    let all = [three.base, three.ours, three.theirs];
    let mut highest = (all.into_iter().flat_map(elements).map(name))
        .filter_map(|id| id.strip_prefix('c')?.parse::<u64>().ok())
        .max()
        .unwrap_or(0);
    by_id(three, name, |key, one| {
        if log.two_way && is_settled(three, one) {
            return one.ours.cloned().into_iter().collect();
        }
        let (Some(ours), Some(theirs)) = (one.ours, one.theirs) else {
            return under(key, one, path, log).into_iter().collect();
        };
        let base = one.base.filter(|_| !log.two_way);
        if ours == theirs || !are_two(base, ours, theirs, log.two_way) {
            return under(key, one, path, log).into_iter().collect();
        }
        let mut new = || {
            highest = highest.saturating_add(1);
            format!("c{highest}")
        };
        let keep_both = |log: &mut Log, new: &str| {
            if let Some(uid) = &log.uid {
                log.renamed.insert((uid.clone(), key.to_owned()), new.to_owned());
            }
            vec![ours.clone(), renamed(theirs, new)]
        };
        let at = |id| [path, &[id]].concat();
        if one.base.is_none() {
            // Two people wrote two claims and both took the next free number: no conflict.
            let new = new();
            log.note(By::Ours, &at(key), Three { theirs: None, ..one });
            log.note(By::Theirs, &at(&new), Three { ours: None, ..one });
            return keep_both(log, &new);
        }
        log.note(By::TwoClaims, &at(key), one);
        let otherwise = if log.two_way { Choice::Ours } else { Choice::Both };
        match log.choice(&at(key)).unwrap_or(otherwise) {
            Choice::Ours => vec![ours.clone()],
            Choice::Theirs => vec![theirs.clone()],
            Choice::Both => keep_both(log, &new()),
        }
    })
}

/// Whether of two versions each has the claim already, under whatever number.
fn is_settled(three: Three<'_>, one: Three<'_>) -> bool {
    match (one.ours, one.theirs) {
        (Some(ours), None) => has(three.theirs, ours),
        (None, Some(theirs)) => has(three.ours, theirs),
        (Some(ours), Some(theirs)) => ours != theirs && has(three.ours, theirs),
        (None, None) => false,
    }
}

/// Whether ours and theirs are two claims and not two states of one.
fn are_two(base: Option<&Node>, ours: &Node, theirs: &Node, two_way: bool) -> bool {
    let Some(base) = base else {
        // Without a version before them only another figure makes another claim of it.
        return !two_way || FIGURE.iter().any(|field| ours.get(field) != theirs.get(field));
    };
    FIGURE.iter().any(|field| {
        let (b, o, t) = (base.get(field), ours.get(field), theirs.get(field));
        o != t && o != b && t != b
    })
}

/// Whether a list has a claim that differs in its id alone.
fn has(list: Option<&Node>, claim: &Node) -> bool {
    let rest = |node: &Node| match node {
        Node::Object(members) => members.iter().filter(|(key, _)| &**key != "id").cloned().collect::<Vec<_>>(),
        _ => Vec::new(),
    };
    let wanted = rest(claim);
    elements(list).iter().any(|other| rest(other) == wanted)
}

fn renamed(claim: &Node, new: &str) -> Node {
    let mut claim = claim.clone();
    match claim.get_mut("id") {
        Some(id) => *id = Node::of_text(new),
        None => {
            if let Node::Object(members) = &mut claim {
                members.insert(0, ("id".into(), Node::of_text(new)));
            }
        }
    }
    claim
}
