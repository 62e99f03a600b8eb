//! Lists in three versions: what has the same id belongs together, texts are merged one by one.

use std::collections::{HashMap, HashSet};

use super::{By, Choice, Log, Node, Three, order, value};

pub(super) fn elements(node: Option<&Node>) -> &[Node] {
    match node {
        Some(Node::List(list)) => list,
        _ => &[],
    }
}

/// What makes an element of a list the same in another version.
pub(super) fn id(node: &Node) -> Option<String> {
    let one = |key: &str| node.get(key).and_then(Node::text);
    one("id").or_else(|| one("uid")).or_else(|| one("name")).or_else(|| Some(one("incident")? + "/" + &one("claim")?))
}

pub(super) fn has_ids(node: &Node) -> bool {
    elements(Some(node)).iter().all(|n| id(n).is_some())
}

pub(super) fn has_texts(node: &Node) -> bool {
    elements(Some(node)).iter().all(|n| n.text().is_some())
}

/// Merges a list by what `id` says of its elements; of each element in three versions `merge` makes none, one or two.
pub(super) fn by_id<'n>(
    three: Three<'n>,
    id: impl Fn(&Node) -> String,
    mut merge: impl FnMut(&str, Three<'n>) -> Vec<Node>,
) -> Node {
    let keys = |node| order::numbered(elements(node).iter().map(&id));
    let (kb, ko, kt) = (keys(three.base), keys(three.ours), keys(three.theirs));
    let places = |keys: &[(String, usize)]| -> HashMap<(String, usize), usize> {
        keys.iter().enumerate().map(|(at, key)| (key.clone(), at)).collect()
    };
    let (pb, po, pt) = (places(&kb), places(&ko), places(&kt));
    let mut merged: HashMap<&(String, usize), Vec<Node>> = HashMap::new();
    let mut seen = HashSet::new();
    for key in ko.iter().chain(&kt).chain(&kb) {
        if !seen.insert(key) {
            continue;
        }
        let find = |places: &HashMap<_, usize>, node: Option<&'n Node>| elements(node).get(*places.get(key)?);
        let one = Three { base: find(&pb, three.base), ours: find(&po, three.ours), theirs: find(&pt, three.theirs) };
        let nodes = merge(&key.0, one);
        if !nodes.is_empty() {
            merged.insert(key, nodes);
        }
    }
    let order = order::merged(&kb, &ko, &kt, |key| merged.contains_key(key));
    Node::List(order.into_iter().flat_map(|key| merged.get(key).cloned().unwrap_or_default()).collect())
}

/// A list of objects with ids.
pub(super) fn objects<'n>(three: Three<'n>, path: &[&'n str], log: &mut Log) -> Node {
    by_id(three, |n| id(n).unwrap_or_default(), |key, one| under(key, one, path, log).into_iter().collect())
}

/// Merges the element of a list that has this id.
pub(super) fn under(id: &str, one: Three<'_>, path: &[&str], log: &mut Log) -> Option<Node> {
    let mut inner: Vec<&str> = path.to_vec();
    inner.push(id);
    value(one, &mut inner, log)
}

/// A list of texts.
pub(super) fn texts(three: Three<'_>, path: &[&str], log: &mut Log) -> Node {
    if log.two_way {
        log.note(By::Theirs, path, three);
        let taken = log.choice(path) == Some(Choice::Theirs);
        return (if taken { three.theirs } else { three.ours }).cloned().unwrap_or_else(Node::empty);
    }
    let keys = |node| order::numbered(elements(node).iter().map(Node::raw));
    let (kb, ko, kt) = (keys(three.base), keys(three.ours), keys(three.theirs));
    let [sb, so, st] = [&kb, &ko, &kt].map(|keys| keys.iter().collect::<HashSet<_>>());
    let order = order::merged(&kb, &ko, &kt, |key| {
        let (b, o, t) = (sb.contains(key), so.contains(key), st.contains(key));
        if b { o && t } else { o || t }
    });
    let by = match (three.ours == three.base, three.theirs == three.base) {
        _ if three.ours == three.theirs => By::Both,
        (true, _) => By::Theirs,
        (_, true) => By::Ours,
        // Both changed it, and both changes are in the list: each is told as its own.
        _ => {
            log.note(By::Ours, path, Three { theirs: three.base, ..three });
            log.note(By::Theirs, path, Three { ours: three.base, ..three });
            return Node::List(order.into_iter().map(|(raw, _)| Node::Plain(raw.as_str().into())).collect());
        }
    };
    log.note(by, path, three);
    Node::List(order.into_iter().map(|(raw, _)| Node::Plain(raw.as_str().into())).collect())
}
