//! The claims of an incident in three versions: a figure is never overwritten by another one.

use std::collections::HashMap;

use super::{By, Log, Node, Three, elements, id, order, under};

/// What makes a claim: who says how many about whom, and when. Where both sides changed one of these differently there
/// are two claims.
const FIGURE: [&str; 9] =
    ["claimant", "speaks_for", "about", "status", "category", "count", "published", "period", "running"];

pub(super) fn merge<'n>(three: Three<'n>, path: &mut Vec<&'n str>, log: &mut Log) -> Node {
    let keys = |node| order::numbered(elements(node).iter().map(|n| id(n).unwrap_or_else(|| n.raw())));
    let (kb, ko, kt) = (keys(three.base), keys(three.ours), keys(three.theirs));
    let find = |keys: &[(String, usize)], node: Option<&'n Node>, key: &(String, usize)| {
        let at = keys.iter().position(|k| k == key)?;
        elements(node).get(at)
    };
    let mut highest = kb
        .iter()
        .chain(&ko)
        .chain(&kt)
        .filter_map(|(k, _)| k.strip_prefix('c')?.parse::<u64>().ok())
        .max()
        .unwrap_or(0);
    let mut merged: HashMap<&(String, usize), Vec<Node>> = HashMap::new();
    for key in ko.iter().chain(&kt).chain(&kb) {
        if merged.contains_key(key) {
            continue;
        }
        let one = Three {
            base: find(&kb, three.base, key),
            ours: find(&ko, three.ours, key),
            theirs: find(&kt, three.theirs, key),
        };
        let mut here = Vec::new();
        match one {
            Three { base, ours: Some(ours), theirs: Some(theirs) } if ours != theirs && are_two(base, ours, theirs) => {
                highest = highest.saturating_add(1);
                let new = format!("c{highest}");
                here.push(ours.clone());
                here.push(renamed(theirs, &new));
                if let Some(uid) = &log.uid {
                    log.renamed.insert((uid.clone(), key.0.clone()), new.clone());
                }
                let mut inner = path.clone();
                if base.is_some() {
                    inner.push(&key.0);
                    log.note(By::TwoClaims, &inner, one);
                } else {
                    // Two people wrote two claims and both took the next free number: no conflict.
                    inner.push(&key.0);
                    log.note(By::Ours, &inner, Three { theirs: None, ..one });
                    inner.pop();
                    inner.push(&new);
                    log.note(By::Theirs, &inner, Three { ours: None, ..one });
                }
            }
            one => here.extend(under(&key.0, one, path, log)),
        }
        if !here.is_empty() {
            merged.insert(key, here);
        }
    }
    let order = order::merged(&kb, &ko, &kt, |key| merged.contains_key(key));
    Node::List(order.into_iter().flat_map(|key| merged.get(key).cloned().unwrap_or_default()).collect())
}

/// Whether ours and theirs are two claims and not two states of one.
fn are_two(base: Option<&Node>, ours: &Node, theirs: &Node) -> bool {
    let Some(base) = base else { return true };
    FIGURE.iter().any(|field| {
        let (b, o, t) = (base.get(field), ours.get(field), theirs.get(field));
        o != t && o != b && t != b
    })
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
