//! Fields and values of a comparison in words, for those who do not read JSON.

use super::list::{elements, id};
use super::node::Node;
use crate::model::member_word as member;
pub(super) use crate::model::member_words as field;

/// Longest value in words, in characters.
const LONGEST: usize = 300;

/// A raw value without JSON's marks.
pub(super) fn value(raw: &str) -> String {
    shortened(Node::parse(raw).map_or_else(|| raw.to_owned(), |node| said(&node)))
}

fn shortened(text: String) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((at, _)) => format!("{}…", text.get(..at).unwrap_or_default()),
        None => text,
    }
}

/// What is another in the second of two versions of a thing, member by member; no marks of JSON.
pub(super) fn changes(before: &str, after: &str) -> String {
    let (Some(one), Some(other)) = (Node::parse(before), Node::parse(after)) else { return value(after) };
    let mut found = Vec::new();
    differ(Some(&one), Some(&other), &mut Vec::new(), &mut found);
    shortened(found.join("; "))
}

fn differ(before: Option<&Node>, after: Option<&Node>, path: &mut Vec<String>, found: &mut Vec<String>) {
    if before == after {
        return;
    }
    let mut inside = |key: &str, before: Option<&Node>, after: Option<&Node>| {
        path.push(key.to_owned());
        differ(before, after, path, found);
        path.pop();
    };
    match (before, after) {
        (Some(Node::Object(one)), Some(Node::Object(other))) => {
            for (key, value) in other {
                inside(key, before.and_then(|b| b.get(key)), Some(value));
            }
            for (key, value) in one.iter().filter(|(key, _)| after.and_then(|a| a.get(key)).is_none()) {
                inside(key, Some(value), None);
            }
        }
        (Some(Node::List(_)), Some(Node::List(_))) if elements(after).iter().all(|n| id(n).is_some()) => {
            let find = |list, wanted: &Node| elements(list).iter().find(|n| id(n) == id(wanted));
            for one in elements(after) {
                inside(&id(one).unwrap_or_default(), find(before, one), Some(one));
            }
            for one in elements(before).iter().filter(|one| find(after, one).is_none()) {
                inside(&id(one).unwrap_or_default(), Some(one), None);
            }
        }
        _ => {
            let path = path.join(".");
            let name = field(path.strip_prefix("properties.").unwrap_or(&path));
            let text = after.map(said).filter(|t| !t.is_empty()).unwrap_or_else(|| "nothing".into());
            found.push(format!("{name}: {text}"));
        }
    }
}

fn said(node: &Node) -> String {
    match node {
        Node::Plain(raw) => node.text().unwrap_or_else(|| match &**raw {
            "null" => "unknown".into(),
            "true" => "yes".into(),
            "false" => "no".into(),
            number => number.to_owned(),
        }),
        Node::List(list) => list.iter().map(said).collect::<Vec<_>>().join(", "),
        Node::Object(members) => {
            // A whole feature is known by its title, a figure by its words.
            let title = node.get("properties").and_then(|p| p.get("title").or_else(|| p.get("uid")));
            if let Some(title) = title {
                return said(title);
            }
            members
                .iter()
                .filter(|(key, _)| &**key != "type")
                .map(|(key, value)| match &**key {
                    "coordinates" => said(value),
                    "at_least" | "at_most" | "about" | "some" => format!("{} {}", key.replace('_', " "), said(value)),
                    key => format!("{}: {}", member(key), said(value)),
                })
                .collect::<Vec<_>>()
                .join("; ")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_and_values_are_said_in_words() {
        for (path, words) in [
            ("", "all of it"),
            ("title", "title"),
            ("when", "time"),
            ("claims.c1", "claim c1"),
            ("claims.c1.count", "figure of claim c1"),
            ("claims.c12.speaks_for", "whom the claimant speaks for of claim c12"),
            ("place.names.hy", "name of the place (hy)"),
            ("place.radius_km", "radius in km of the place"),
            ("geometry", "position or outline"),
            ("tags.front", "tag front"),
            ("sources.bbc.url", "link of source bbc"),
        ] {
            assert_eq!(field(path), words);
        }
        for (raw, words) in [
            ("49", "49"),
            ("null", "unknown"),
            ("\"a \\u0041\"", "a A"),
            ("{\"at_least\":49}", "at least 49"),
            ("[\"armenia\",\"azerbaijan\"]", "armenia, azerbaijan"),
            ("{\"type\":\"Point\",\"coordinates\":[45.1,39.2]}", "45.1, 39.2"),
            ("{\"type\":\"Feature\",\"properties\":{\"uid\":\"a\",\"title\":\"Fire\"}}", "Fire"),
        ] {
            assert_eq!(value(raw), words);
        }
        let before = r#"{"properties":{"title":"a","notes":"old","claims":[{"id":"c1","count":1}],"when":"2022"}}"#;
        let after =
            r#"{"properties":{"title":"a","notes":"new","claims":[{"id":"c1","count":2},{"id":"c2","count":3}]}}"#;
        let words = "notes: new; figure of claim c1: 2; claim c2: id: c2; figure: 3; time: nothing";
        assert_eq!(changes(before, after), words);
        assert_eq!(value(&format!("\"{}\"", "ա".repeat(400))).chars().count(), LONGEST + 1);
    }
}
