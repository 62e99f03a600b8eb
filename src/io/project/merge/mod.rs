//! Three versions of a project made one, by incident and field; and the differences of two.
//!
//! It works on the members of the file and not on the types behind them, so that whatever a project holds, what this
//! version does not know included, is merged by the same rules. Pure: three projects in, one project and a list out.
//!
//! The rules. What only one side changed is taken. What both changed alike is taken. What both changed differently is a
//! conflict: ours stays, and the entry holds both. Two figures that conflict are kept as two claims. What one side
//! removed and the other changed stays, as changed. Lists of texts are merged by element, lists of objects by their id.

mod claims;
mod compare;
mod list;
mod node;
mod order;
#[cfg(test)]
mod tests;
mod words;

use std::collections::HashMap;
use std::fmt;

pub use compare::{compare, take};

use super::json::Cursor;
use super::write::write;
use super::{flat, read};
use crate::model::{Project, Text};
use node::Node;

/// Whose change something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// Only ours; it stands.
    Ours,
    /// Only theirs; it was taken.
    Theirs,
    /// Both alike.
    Both,
    /// Both, differently: ours stands, theirs is told here.
    Conflict,
    /// Both, differently, about a figure: ours and theirs stand as two claims.
    TwoClaims,
    /// One side removed what the other changed: the changed one stands.
    KeptChanged,
}

impl By {
    /// Whether somebody has to look at it.
    pub fn is_conflict(self) -> bool {
        matches!(self, Self::Conflict | Self::TwoClaims | Self::KeptChanged)
    }

    /// The word in JSON.
    pub fn id(self) -> &'static str {
        match self {
            Self::Ours => "ours",
            Self::Theirs => "theirs",
            Self::Both => "both",
            Self::Conflict => "conflict",
            Self::TwoClaims => "two_claims",
            Self::KeptChanged => "kept_changed",
        }
    }
}

/// A value in one version, as JSON; `None` where it is not there.
pub type Value = Option<String>;

/// One thing in which the versions differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The uid of the incident or drawing; `None` for what the project says of itself.
    pub uid: Option<String>,
    /// Its title, or whatever comes closest; may hold foreign text.
    pub title: String,
    /// The field: `claims.c1.count`, `place.names.en`; empty for the whole.
    pub field: String,
    /// Whose change it is.
    pub by: By,
    /// Before.
    pub base: Value,
    /// In ours.
    pub ours: Value,
    /// In theirs.
    pub theirs: Value,
}

impl Entry {
    /// It in one sentence, for a person: where, and what each side says.
    pub fn sentence(&self) -> String {
        let of = |value: &Value| value.as_deref().map_or_else(|| "nothing".to_owned(), words::value);
        let what = match self.by {
            By::TwoClaims => "both figures are kept, as two claims",
            By::KeptChanged => "one side removed it, the other changed it; it is kept as changed",
            By::Conflict => "ours is kept",
            By::Ours => "changed here",
            By::Theirs => "changed there",
            By::Both => "changed alike",
        };
        let whose = if self.uid.is_some() { self.title.as_str() } else { "the project" };
        let field = words::field(&self.field);
        format!("{whose}, {field}: {what}; here {}, there {}", of(&self.ours), of(&self.theirs))
    }

    /// The field as a person says it: "figure of claim c1".
    pub fn field_words(&self) -> String {
        words::field(&self.field)
    }

    /// Before, ours and theirs as a person reads them; empty: not there. Where one side removed what the other changed, the
    /// changed one says what is new in it.
    pub fn values_words(&self) -> [String; 3] {
        let of = |side: &Value| match (&self.base, side) {
            (Some(base), Some(side)) if self.by == By::KeptChanged => words::changes(base, side),
            _ => Self::value_words(side),
        };
        [Self::value_words(&self.base), of(&self.ours), of(&self.theirs)]
    }

    /// A value as a person reads it.
    pub fn value_words(value: &Value) -> String {
        value.as_deref().map_or_else(String::new, words::value)
    }
}

/// What is taken where somebody has to look at it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice {
    /// What stands in ours.
    Ours,
    /// What stands in theirs.
    Theirs,
    /// Both, beside each other; of figures alone.
    Both,
}

/// What was chosen, by uid and field as in [`Entry`].
pub type Choices = HashMap<(Option<String>, String), Choice>;

/// Three versions made one.
#[derive(Clone, Debug)]
pub struct Merged {
    /// What came out.
    pub project: Project,
    /// Everything in which the three differ, in the order of the file.
    pub entries: Vec<Entry>,
}

impl Merged {
    /// What somebody has to look at.
    pub fn conflicts(&self) -> impl Iterator<Item = &Entry> {
        self.entries.iter().filter(|e| e.by.is_conflict())
    }
}

/// Why projects cannot be compared or merged: one of them cannot be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MergeError(String);

impl fmt::Display for MergeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for MergeError {}

/// Makes three versions one. `base` is the last that both sides had.
///
/// # Errors
/// [`MergeError`] if one of them has a newer major format or holds what cannot be written.
pub fn merge(base: &Project, ours: &Project, theirs: &Project) -> Result<Merged, MergeError> {
    merge_chosen(base, ours, theirs, Choices::new())
}

/// The same with choices for what is in conflict; the entries are those of [`merge`].
///
/// # Errors
/// See [`merge`].
pub fn merge_chosen(base: &Project, ours: &Project, theirs: &Project, choices: Choices) -> Result<Merged, MergeError> {
    run(base, ours, theirs, Log { choices, ..Log::default() })
}

fn run(base: &Project, ours: &Project, theirs: &Project, mut log: Log) -> Result<Merged, MergeError> {
    let [b, o, t] = [bytes(base)?, bytes(ours)?, bytes(theirs)?];
    let [b, o, t] = [File::parse(&b)?, File::parse(&o)?, File::parse(&t)?];
    let two_way = log.two_way;
    let merged = files(&b, &o, &t, &mut log);
    let opened = read(&merged).map_err(|e| MergeError(format!("the merged project cannot be read: {e}")))?;
    // Each entry of a log is a fact of its own: both sides keep theirs, and none is a difference between incidents.
    let noted = if two_way { ours.log().clone() } else { ours.log().joined(theirs.log()) };
    Ok(Merged { project: opened.project.with_log(noted), entries: log.entries })
}

/// What changed from one version to another. All entries are [`By::Theirs`].
///
/// # Errors
/// See [`merge`].
pub fn diff(before: &Project, after: &Project) -> Result<Vec<Entry>, MergeError> {
    let [b, a] = [bytes(before)?, bytes(after)?];
    let [b, a] = [File::parse(&b)?, File::parse(&a)?];
    let mut log = Log::default();
    files(&b, &b, &a, &mut log);
    Ok(log.entries)
}

fn bytes(project: &Project) -> Result<Vec<u8>, MergeError> {
    let mut out = Vec::new();
    let unlogged = project.clone().with_log(crate::model::Log::default());
    write(&unlogged, &mut out).map_err(|e| MergeError(e.to_string()))?;
    Ok(out)
}

/// A canonical file, taken apart as far as needed.
struct File<'a> {
    /// All members of the root but the features.
    root: Node,
    /// Each feature with its key: its uid, or itself where it has none.
    features: Vec<(Key<'a>, &'a str)>,
}

/// What makes a feature the same in another version; the number tells repeated ones apart.
type Key<'a> = (std::borrow::Cow<'a, str>, usize);

impl<'a> File<'a> {
    fn parse(bytes: &'a [u8]) -> Result<Self, MergeError> {
        let broken = || MergeError("a project cannot be taken apart again".into());
        let text = std::str::from_utf8(bytes).map_err(|_| broken())?;
        let mut json = Cursor::new(text);
        let (mut root, mut lines) = (Vec::new(), Vec::new());
        json.enter_object().map_err(|_| broken())?;
        while let Some(key) = json.next_key().map_err(|_| broken())? {
            if key == "features" {
                json.enter_array().map_err(|_| broken())?;
                while json.next_element().map_err(|_| broken())? {
                    lines.push(json.skip().map_err(|_| broken())?);
                }
            } else {
                let raw = json.skip().map_err(|_| broken())?;
                root.push((key.as_ref().into(), Node::parse(raw).ok_or_else(broken)?));
            }
        }
        let keys = order::numbered(lines.iter().map(|line| uid(line).unwrap_or((*line).into())));
        Ok(Self { root: Node::Object(root), features: keys.into_iter().zip(lines).collect() })
    }

    fn keys(&self) -> Vec<Key<'a>> {
        self.features.iter().map(|(key, _)| key.clone()).collect()
    }

    /// Where each feature stands.
    fn by_key(&self) -> HashMap<Key<'a>, usize> {
        self.features.iter().enumerate().map(|(n, (key, _))| (key.clone(), n)).collect()
    }
}

/// The uid of a feature.
pub(super) fn uid(line: &str) -> Option<std::borrow::Cow<'_, str>> {
    let mut json = Cursor::new(line);
    json.enter_object().ok()?;
    while let Some(key) = json.next_key().ok()? {
        if key != "properties" {
            json.skip().ok()?;
            continue;
        }
        json.enter_object().ok()?;
        while let Some(key) = json.next_key().ok()? {
            let raw = json.skip().ok()?;
            if key == "uid" {
                return super::json::text(raw);
            }
        }
        return None;
    }
    None
}

/// A feature as a tree, without what is derived from the rest of it.
fn feature(line: &str) -> Node {
    let mut node = Node::parse(line).unwrap_or_else(Node::empty);
    if let Some(Node::Object(members)) = node.get_mut("properties") {
        members.retain(|(key, _)| !flat::is_derived(key));
    }
    node
}

/// What was found, and what the entries being made are about.
#[derive(Default)]
struct Log {
    entries: Vec<Entry>,
    uid: Option<String>,
    title: String,
    choices: Choices,
    /// Two versions of which nobody knows which is older are compared: nothing is taken but what was chosen.
    two_way: bool,
    /// Ids of claims of theirs that were given another one, by incident.
    renamed: HashMap<(String, String), String>,
}

impl Log {
    fn note(&mut self, by: By, path: &[&str], three: Three<'_>) {
        let raw = |node: Option<&Node>| node.map(Node::raw);
        self.entries.push(Entry {
            uid: self.uid.clone(),
            title: self.title.clone(),
            field: field(path),
            by,
            base: raw(three.base),
            ours: raw(three.ours),
            theirs: raw(three.theirs),
        });
    }
}

impl Log {
    /// What was chosen for what stands at a path.
    fn choice(&self, path: &[&str]) -> Option<Choice> {
        if self.choices.is_empty() {
            return None;
        }
        self.choices.get(&(self.uid.clone(), field(path))).copied()
    }
}

/// The name of what stands at a path.
fn field(path: &[&str]) -> String {
    // Within a feature nearly everything is in its properties; saying so each time helps nobody.
    path.strip_prefix(&["properties"]).or_else(|| path.strip_prefix(&["clashmap"])).unwrap_or(path).join(".")
}

/// One value in three versions.
#[derive(Clone, Copy)]
struct Three<'a> {
    base: Option<&'a Node>,
    ours: Option<&'a Node>,
    theirs: Option<&'a Node>,
}

impl<'a> Three<'a> {
    fn map(self, of: impl Fn(&'a Node) -> Option<&'a Node>) -> Self {
        Self { base: self.base.and_then(&of), ours: self.ours.and_then(&of), theirs: self.theirs.and_then(&of) }
    }

    fn any(self, is: impl Fn(&Node) -> bool) -> bool {
        [self.base, self.ours, self.theirs].into_iter().flatten().any(is)
    }
}

/// The bytes of the merged file.
fn files(base: &File<'_>, ours: &File<'_>, theirs: &File<'_>, log: &mut Log) -> Vec<u8> {
    let lines = [base.by_key(), ours.by_key(), theirs.by_key()];
    let line = |which: usize, key: &Key<'_>| {
        let file = [base, ours, theirs].into_iter().nth(which)?;
        file.features.get(*lines.get(which)?.get(key)?).map(|(_, line)| *line)
    };
    let (kb, ko, kt) = (base.keys(), ours.keys(), theirs.keys());
    let mut out: HashMap<&Key<'_>, Option<Vec<u8>>> = HashMap::new();
    for key in kb.iter().chain(&ko).chain(&kt) {
        if out.contains_key(key) {
            continue;
        }
        let (b, o, t) = (line(0, key), line(1, key), line(2, key));
        let merged = if b == o && o == t { o.map(|l| l.as_bytes().to_vec()) } else { three_lines(key, b, o, t, log) };
        out.insert(key, merged);
    }
    // The project's own members last: pins follow claims that were given another id.
    (log.uid, log.title) = (None, String::new());
    let mut their_root = theirs.root.clone();
    follow_renamed(&mut their_root, &log.renamed);
    let three = Three { base: Some(&base.root), ours: Some(&ours.root), theirs: Some(&their_root) };
    let root = value(three, &mut Vec::new(), log).unwrap_or_else(Node::empty);
    let order = order::merged(&kb, &ko, &kt, |key| out.get(key).is_some_and(Option::is_some));
    let mut bytes = root.raw().into_bytes();
    // The root has members always: `type` is one.
    bytes.pop();
    bytes.extend_from_slice(b",\"features\":[");
    for (n, key) in order.into_iter().enumerate() {
        bytes.extend_from_slice(if n == 0 { b"\n" } else { b",\n" });
        bytes.extend_from_slice(out.get(key).and_then(Option::as_deref).unwrap_or_default());
    }
    bytes.extend_from_slice(b"\n]}\n");
    bytes
}

fn three_lines(key: &Key<'_>, b: Option<&str>, o: Option<&str>, t: Option<&str>, log: &mut Log) -> Option<Vec<u8>> {
    let nodes = [b, o, t].map(|line| line.map(feature));
    let [b, o, t] = nodes.each_ref().map(Option::as_ref);
    let properties = o.or(t).or(b).and_then(|n| n.get("properties"));
    let named = |member: &str| properties.and_then(|p| p.get(member)).and_then(Node::text).filter(|t| !t.is_empty());
    log.uid = named("uid").map(|_| key.0.to_string());
    log.title = named("title").or_else(|| named("text")).or_else(|| named("kind")).unwrap_or_default();
    value(Three { base: b, ours: o, theirs: t }, &mut Vec::new(), log).map(|node| node.raw().into_bytes())
}

/// Members whose parts make no sense apart: half of one range and half of another is nobody's figure.
const WHOLE: [&str; 6] = ["geometry", "position", "coordinates", "count", "area", "bbox"];

/// One value of three versions; `None`: it is not there.
fn value<'n>(three: Three<'n>, path: &mut Vec<&'n str>, log: &mut Log) -> Option<Node> {
    let Three { base, ours, theirs } = three;
    if ours == theirs && ours == base {
        return ours.cloned();
    }
    let is_whole = path.last().is_some_and(|last| WHOLE.contains(last));
    // What one side added or removed as a whole is one entry; what is on both sides is looked into.
    let apart = !is_whole && ours.is_some() && theirs.is_some();
    if apart && !three.any(|n| !matches!(n, Node::Object(_))) {
        return Some(object(three, path, log));
    }
    if apart && !three.any(|n| !matches!(n, Node::List(_))) {
        if path.last() == Some(&"claims") {
            return Some(claims::merge(three, path, log));
        }
        if !three.any(|n| !list::has_ids(n)) {
            return Some(list::objects(three, path, log));
        }
        if !three.any(|n| !list::has_texts(n)) {
            return Some(list::texts(three, path, log));
        }
    }
    let (by, node) = match (ours == base, theirs == base) {
        _ if ours == theirs => (By::Both, ours),
        (true, _) => (By::Theirs, theirs),
        (_, true) => (By::Ours, ours),
        _ if ours.is_none() => (By::KeptChanged, theirs),
        _ if theirs.is_none() => (By::KeptChanged, ours),
        _ => (By::Conflict, ours),
    };
    log.note(by, path, three);
    let node = match (by, log.choice(path)) {
        (By::Theirs, Some(Choice::Theirs)) | (By::Ours | By::Both, _) => node,
        (By::Theirs, _) => {
            if log.two_way {
                ours
            } else {
                node
            }
        }
        (_, Some(Choice::Ours)) => ours,
        (_, Some(Choice::Theirs)) => theirs,
        _ => node,
    };
    node.cloned()
}

fn members(node: Option<&Node>) -> &[(Text, Node)] {
    match node {
        Some(Node::Object(members)) => members,
        _ => &[],
    }
}

fn object<'n>(three: Three<'n>, path: &mut Vec<&'n str>, log: &mut Log) -> Node {
    let keys = |node| members(node).iter().map(|(key, _)| &**key).collect::<Vec<&str>>();
    let (kb, ko, kt) = (keys(three.base), keys(three.ours), keys(three.theirs));
    let mut merged: HashMap<&str, Node> = HashMap::new();
    let mut seen = std::collections::HashSet::new();
    for key in ko.iter().chain(&kt).chain(&kb) {
        if seen.insert(*key) {
            path.push(key);
            if let Some(node) = value(three.map(|n| n.get(key)), path, log) {
                merged.insert(key, node);
            }
            path.pop();
        }
    }
    let order = order::merged(&kb, &ko, &kt, |key| merged.contains_key(key));
    Node::Object(order.into_iter().filter_map(|key| Some(((*key).into(), merged.get(key)?.clone()))).collect())
}

/// Gives pins of theirs the new ids of the claims they point to.
fn follow_renamed(root: &mut Node, renamed: &HashMap<(String, String), String>) {
    let Some(Node::List(pins)) = root.get_mut("clashmap").and_then(|c| c.get_mut("pins")) else { return };
    for pin in pins {
        let of = |key: &str| pin.get(key).and_then(Node::text);
        let new = of("incident").zip(of("claim")).and_then(|at| renamed.get(&at));
        if let (Some(new), Some(claim)) = (new, pin.get_mut("claim")) {
            *claim = Node::of_text(new);
        }
    }
}
