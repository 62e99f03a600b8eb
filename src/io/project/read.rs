//! The reader: the root of the file, what the project says of itself, and the helpers every level shares.
//!
//! One principle throughout: a value that cannot be read stays raw under its own key. Of a list or an object only the
//! parts that cannot be read stay raw; the writer joins them to the readable ones again.

use std::borrow::Cow;
use std::collections::HashSet;
use std::rc::Rc;

use foldhash::fast::RandomState;

use super::ids::Ids;
use super::json::{Cursor, Syntax, compact, text};
use super::lines::Leaving;
use super::notes::{At, Notes, short};
use super::packed::Packed;
use super::side_by_side;
use crate::derive::Scan;
use crate::io::Severity;
use crate::io::progress::{self, CANCELLED, Progress};
use crate::model::{
    Extra, Finds, Kept, Log, Meta, Moment, Party, PartyId, Perspective, Pin, Placed, Source, SourceId, Text, Uid,
};

pub(super) type Syntaxed<T> = Result<T, Syntax>;

/// Up to this many members are looked through one by one; beyond, a set is faster.
const FEW: usize = 40;

/// More members of one object than this that repeat others are no slip of a hand: the file is made to do harm.
const MOST_REPEATS: usize = 1000;

/// What is known of the object being read: the keys seen, and the members kept raw.
#[derive(Default)]
pub(super) struct Members<'a> {
    seen: Vec<Cow<'a, str>>,
    many: HashSet<Cow<'a, str>>,
    repeats: usize,
    pub(super) extra: Extra,
}

impl<'a> Members<'a> {
    /// Keeps a member as it stands.
    pub(super) fn keep(&mut self, key: &str, raw: &str) {
        self.extra.push((key.into(), compact(raw).as_ref().into()));
    }

    fn has(&self, key: &str) -> bool {
        if self.many.is_empty() { self.seen.iter().any(|k| k == key) } else { self.many.contains(key) }
    }

    fn saw(&mut self, key: Cow<'a, str>) {
        if self.seen.len() < FEW && self.many.is_empty() {
            self.seen.push(key);
        } else {
            self.many.extend(self.seen.drain(..));
            self.many.insert(key);
        }
    }

    /// A name for a repeated member under which it can be written back beside the first.
    pub(super) fn another(&mut self, key: &str) -> String {
        loop {
            // The number never goes down, so that a file of nothing but repeats is read in linear time.
            self.repeats += 1;
            let name = format!("{key}~{}", self.repeats + 1);
            if !self.has(&name) {
                self.saw(Cow::Owned(name.clone()));
                return name;
            }
        }
    }
}

/// Where an incident or a drawing stands in the file, for findings made at the end.
#[derive(Clone, Copy)]
pub(super) struct Stands {
    /// Its line, from 1.
    pub(super) line: usize,
    /// Its number among the features, from 1.
    pub(super) feature: usize,
}

/// A file on its way to a project.
pub(super) struct Reader<'a> {
    pub(super) json: Cursor<'a>,
    pub(super) notes: Notes<'a>,
    pub(super) meta: Meta,
    pub(super) log: Log,
    pub(super) has_meta: bool,
    pub(super) incidents: Finds,
    /// Where those of them stand that were not left as lines.
    pub(super) stands: Vec<Stands>,
    pub(super) kept: Vec<Kept>,
    pub(super) drawings: Vec<Placed>,
    pub(super) drawn: Vec<Stands>,
    pub(super) uids: HashSet<Uid, RandomState>,
    /// Number of features met so far, damaged ones included.
    pub(super) features: usize,
    /// Features without uid and kind.
    pub(super) foreign: usize,
    /// Start of the feature that is being read.
    pub(super) open_feature: Option<usize>,
    /// Whether incidents may be left as lines.
    pub(super) may_leave: bool,
    /// About how many bytes one thread reads at a time.
    pub(super) piece: usize,
    /// The file is well-formed as far as read, and something else than a project.
    pub(super) refused: bool,
    /// What was scanned of all incidents, where they are left as lines.
    pub(super) scan: Option<Scan>,
    /// Whether incidents are left as lines, what was scanned of them, and the lines.
    pub(super) leaving: Option<Leaving>,
    /// The lines of all incidents that were left.
    pub(super) left: Option<Packed>,
    /// Ids that occurred before.
    pub(super) ids: Rc<Ids<'a>>,
    /// How far it is, and whether to go on.
    pub(super) progress: &'a Progress,
}

impl<'a> Reader<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        let meta = Meta::silent();
        // A byte order mark is not white space to JSON; some editors put one in.
        let start = if text.starts_with('\u{feff}') { 3 } else { 0 };
        Self {
            json: Cursor::starting_at(text, start),
            notes: Notes::new(text.as_bytes()),
            meta,
            log: Log::default(),
            has_meta: false,
            incidents: Finds::default(),
            stands: Vec::new(),
            kept: Vec::new(),
            drawings: Vec::new(),
            drawn: Vec::new(),
            uids: HashSet::default(),
            features: 0,
            foreign: 0,
            open_feature: None,
            may_leave: false,
            piece: side_by_side::PIECE,
            refused: false,
            left: None,
            scan: None,
            leaving: None,
            ids: Rc::default(),
            progress: &progress::UNWATCHED,
        }
    }

    fn refuse<T>(&mut self, at: usize, what: impl Into<Cow<'static, str>>) -> Syntaxed<T> {
        self.refused = true;
        Err(Syntax { at, what: what.into() })
    }

    /// Reads the whole file. What was read before an error stays.
    pub(super) fn root(&mut self) -> Syntaxed<()> {
        let at = self.json.here();
        match self.json.peek() {
            Some(b'{') => {}
            Some(b'[') => return self.refuse(at, "this is a JSON list, not a GeoJSON FeatureCollection"),
            Some(b'\0') => return self.refuse(at, "this is a binary file, not a project"),
            _ => {
                let what = "this is not JSON; a project is a GeoJSON FeatureCollection, other formats are imported";
                return self.refuse(at, what);
            }
        }
        self.json.enter_object()?;
        let (mut has_type, mut has_features) = (false, false);
        let mut m = Members::default();
        while let Some(key) = self.key(&mut m, &At::Top)? {
            match &*key {
                "type" => {
                    let from = self.json.here();
                    let raw = self.json.skip()?;
                    has_type = true;
                    match text(raw).as_deref() {
                        Some("FeatureCollection") => {}
                        Some("Topology") => return self.refuse(from, "this is TopoJSON; convert it to GeoJSON first"),
                        Some(other) => {
                            let what = format!("this is a GeoJSON {}, not a FeatureCollection", short(other));
                            return self.refuse(from, what);
                        }
                        None => return self.refuse(from, "the member “type” is no text; this is no FeatureCollection"),
                    }
                }
                "clashmap" if self.json.peek() == Some(b'{') => {
                    self.has_meta = true;
                    self.meta()?;
                }
                "features" => {
                    if self.json.peek() != Some(b'[') {
                        let from = self.json.here();
                        return self.refuse(from, "“features” is no list; this is no FeatureCollection");
                    }
                    has_features = true;
                    self.json.enter_array()?;
                    if !self.features_side_by_side(self.piece, self.may_leave) {
                        while self.json.next_element()? {
                            self.feature()?;
                            self.going_on()?;
                        }
                    }
                }
                "clashmap" => {
                    let from = self.json.here();
                    let raw = self.json.skip()?;
                    let name = m.another("clashmap");
                    let what = format!("“clashmap” is no object; it is kept as “{name}”");
                    self.notes.warn(from, &At::Top.key("clashmap"), what);
                    m.keep(&name, raw);
                }
                _ => m.keep(&key, self.json.skip()?),
            }
            self.meta.extra_root.append(&mut m.extra);
            self.notes.settle(None);
        }
        // What repeats another member may be the last.
        self.meta.extra_root.append(&mut m.extra);
        self.json.finish()?;
        let is_project = has_type && self.has_meta;
        if !has_features && !is_project {
            return self.refuse(at, "this is JSON but no GeoJSON FeatureCollection: it has no “features”");
        }
        if !has_type || !has_features {
            let missing = if has_type { "features" } else { "type" };
            self.notes.whole(Severity::Warning, format!("the member “{missing}” is missing"));
        }
        Ok(())
    }

    /// Tells how far it is; an error if it is to stop.
    fn going_on(&mut self) -> Syntaxed<()> {
        let at = self.json.end();
        self.progress.reached(at as u64);
        if self.progress.is_cancelled() { self.refuse(at, CANCELLED) } else { Ok(()) }
    }

    /// Reads the member `clashmap`, straight into `self.meta` so that a damaged one still gives what was whole.
    fn meta(&mut self) -> Syntaxed<()> {
        let top = At::Top.key("clashmap");
        let mut m = Members::default();
        let mut has_format = false;
        self.json.enter_object()?;
        while let Some(key) = self.key(&mut m, &top)? {
            let here = top.key(&key);
            match &*key {
                "format" => {
                    let read =
                        |raw: &str| format(raw).ok_or_else(|| format!("{} is no version such as \"1.0\"", short(raw)));
                    has_format = true;
                    if let Some(format) = self.value(&mut m, &here, "format", read)? {
                        self.meta.format = format;
                    }
                }
                "title" => self.meta.title = self.text(&mut m, &here, "title")?,
                "description" => self.meta.description = self.text(&mut m, &here, "description")?,
                "perspective" => {
                    let read = Perspective::from_id;
                    let found = self.word(&mut m, &here, "perspective", read, "a perspective")?;
                    self.meta.perspective = found.unwrap_or_default();
                }
                "neutrality" => {
                    let read = |raw: &str| string(raw).map(|t| Text::from(t.as_ref()));
                    self.meta.neutrality = self.value(&mut m, &here, "neutrality", read)?;
                }
                "parties" => self.meta.parties = self.objects(&mut m, &here, "parties", Self::party)?,
                "sources" => self.meta.sources = self.objects(&mut m, &here, "sources", Self::source)?,
                "pins" => self.meta.pins = self.objects(&mut m, &here, "pins", Self::pin)?,
                "maps" => self.meta.maps = self.objects(&mut m, &here, "maps", Self::map_source)?,
                "filters" => self.meta.filters = self.objects(&mut m, &here, "filters", Self::filter)?,
                "slides" => self.meta.slides = self.objects(&mut m, &here, "slides", Self::slide)?,
                "keeps_log" => self.meta.keeps_log = self.flag(&mut m, &here, "keeps_log")?,
                "log" => self.log(&mut m, &here)?,
                _ => m.keep(&key, self.json.skip()?),
            }
            self.meta.extra.append(&mut m.extra);
        }
        self.meta.extra.append(&mut m.extra);
        if !has_format {
            let what = format!("“clashmap” names no format; it is read as {}.{}", Meta::FORMAT.0, Meta::FORMAT.1);
            self.notes.note(Severity::Info, self.json.end(), &top, what);
        }
        Ok(())
    }

    fn party(&mut self, at: &At<'_>) -> Syntaxed<Result<Party, String>> {
        let mut id = None;
        let mut names = None;
        let mut m = Members::default();
        while let Some(key) = self.key(&mut m, at)? {
            let here = at.key(&key);
            match &*key {
                "id" => id = self.value(&mut m, &here, "id", party_id)?,
                "names" => names = Some(self.names(&mut m, &here, "names")?),
                _ => m.keep(&key, self.json.skip()?),
            }
        }
        let names = names.unwrap_or_default();
        Ok(id.map(|id| Party { id, names, extra: m.extra }).ok_or_else(|| "a party without an id".into()))
    }

    fn source(&mut self, at: &At<'_>) -> Syntaxed<Result<Source, String>> {
        let mut id = None;
        let mut s = Source::new(SourceId::new(""), "");
        let mut m = Members::default();
        while let Some(key) = self.key(&mut m, at)? {
            let here = at.key(&key);
            match &*key {
                "id" => id = self.value(&mut m, &here, "id", source_id)?,
                "outlet" => s.outlet = self.text(&mut m, &here, "outlet")?,
                "title" => s.title = self.text(&mut m, &here, "title")?,
                "published" => s.published = self.value(&mut m, &here, "published", moment)?,
                "url" => s.url = self.text(&mut m, &here, "url")?,
                "archived" => s.archived = self.text(&mut m, &here, "archived")?,
                "language" => s.language = self.text(&mut m, &here, "language")?,
                "note" => s.note = self.text(&mut m, &here, "note")?,
                _ => m.keep(&key, self.json.skip()?),
            }
        }
        s.extra = m.extra;
        Ok(id.map(|id| Source { id, ..s }).ok_or_else(|| "a source without an id".into()))
    }

    /// A pin has no room for unknown members; one that has any stays raw as a whole.
    fn pin(&mut self, at: &At<'_>) -> Syntaxed<Result<Pin, String>> {
        let (mut incident, mut claim, mut reason) = (None, None, Text::default());
        let mut m = Members::default();
        while let Some(key) = self.key(&mut m, at)? {
            let here = at.key(&key);
            match &*key {
                "incident" => incident = self.value(&mut m, &here, "incident", uid)?,
                "claim" => claim = Some(self.text(&mut m, &here, "claim")?),
                "reason" => reason = self.text(&mut m, &here, "reason")?,
                _ => m.keep(&key, self.json.skip()?),
            }
        }
        Ok(match (incident, claim) {
            (Some(incident), Some(claim)) if m.extra.is_empty() => Ok(Pin { incident, claim, reason }),
            (Some(_), Some(_)) => Err("a pin with members that this version does not know".into()),
            _ => Err("a pin without incident or claim".into()),
        })
    }

    // ---- what every level shares

    /// The next key of the object being read. A repeated one is reported and kept under another name; an object of nothing
    /// else ends the reading.
    pub(super) fn key(&mut self, m: &mut Members<'a>, at: &At<'_>) -> Syntaxed<Option<Cow<'a, str>>> {
        loop {
            let Some(key) = self.json.next_key()? else { return Ok(None) };
            if !m.has(&key) {
                m.saw(key.clone());
                return Ok(Some(key));
            }
            let from = self.json.here();
            if m.repeats >= MOST_REPEATS {
                let what =
                    format!("more than {MOST_REPEATS} members of one object repeat others, “{}” too", short(&key));
                return Err(Syntax { at: from, what: what.into() });
            }
            let raw = self.json.skip()?;
            let name = m.another(&key);
            let what = format!(
                "“{0}” stands twice; the first is used, the second is kept as “{0}~{1}”",
                short(&key),
                m.repeats + 1
            );
            self.notes.warn(from, &at.key(&key), what);
            m.keep(&name, raw);
        }
    }

    /// Reads a value as `read` says. `null` is none; what cannot be read stays raw under its key and is reported.
    pub(super) fn value<T>(
        &mut self,
        m: &mut Members<'_>,
        at: &At<'_>,
        key: &str,
        read: impl FnOnce(&'a str) -> Result<T, String>,
    ) -> Syntaxed<Option<T>> {
        let from = self.json.here();
        let raw = self.json.skip()?;
        if raw == "null" {
            return Ok(None);
        }
        Ok(match read(raw) {
            Ok(value) => Some(value),
            Err(why) => {
                self.notes.warn(from, at, format!("{why}; it is kept as it stands"));
                m.keep(key, raw);
                None
            }
        })
    }

    /// Reads a text; none is empty.
    pub(super) fn text(&mut self, m: &mut Members<'_>, at: &At<'_>, key: &str) -> Syntaxed<Text> {
        Ok(self.value(m, at, key, |raw| string(raw).map(|t| t.as_ref().into()))?.unwrap_or_default())
    }

    /// Reads one of a fixed set of words.
    pub(super) fn word<T>(
        &mut self,
        m: &mut Members<'_>,
        at: &At<'_>,
        key: &str,
        from_id: impl FnOnce(&str) -> Option<T>,
        what: &str,
    ) -> Syntaxed<Option<T>> {
        self.value(m, at, key, |raw| {
            text(raw)
                .and_then(|t| from_id(&t))
                .ok_or_else(|| format!("{} is not {what} that this version knows", short(raw)))
        })
    }

    /// Reads `true` or `false`.
    pub(super) fn flag(&mut self, m: &mut Members<'_>, at: &At<'_>, key: &str) -> Syntaxed<bool> {
        let read = |raw: &str| match raw {
            "true" => Ok(true),
            "false" => Ok(false),
            _ => Err(format!("{} is neither true nor false", short(raw))),
        };
        Ok(self.value(m, at, key, read)?.unwrap_or(false))
    }

    /// Goes into an object, if there is one; anything else but `null` stays raw.
    pub(super) fn is_object(&mut self, m: &mut Members<'_>, at: &At<'_>, key: &str) -> Syntaxed<bool> {
        if self.json.peek() == Some(b'{') {
            self.json.enter_object()?;
            return Ok(true);
        }
        self.value::<()>(m, at, key, |_| Err("this should be an object".into()))?;
        Ok(false)
    }

    fn is_list(&mut self, m: &mut Members<'_>, at: &At<'_>, key: &str) -> Syntaxed<bool> {
        if self.json.peek() == Some(b'[') {
            self.json.enter_array()?;
            return Ok(true);
        }
        self.value::<()>(m, at, key, |_| Err("this should be a list".into()))?;
        Ok(false)
    }

    /// Reads a list of simple values. Those that cannot be read stay raw, as a list, under the key.
    pub(super) fn list<T>(
        &mut self,
        m: &mut Members<'_>,
        at: &At<'_>,
        key: &str,
        read: impl Fn(&'a str) -> Result<T, String>,
    ) -> Syntaxed<Vec<T>> {
        let mut list = Vec::new();
        if !self.is_list(m, at, key)? {
            return Ok(list);
        }
        let mut unread = Vec::new();
        let mut i = 0;
        while self.json.next_element()? {
            let from = self.json.here();
            let raw = self.json.skip()?;
            match read(raw) {
                Ok(value) => list.push(value),
                Err(why) => {
                    self.notes.warn(from, &at.item(i), format!("{why}; it is kept as it stands"));
                    unread.push(raw);
                }
            }
            i += 1;
        }
        if !unread.is_empty() {
            m.keep(key, &format!("[{}]", unread.join(",")));
        }
        Ok(list)
    }

    /// Reads a list of objects. `read` starts inside the object and leaves it; an `Err` keeps the object raw.
    pub(super) fn objects<T>(
        &mut self,
        m: &mut Members<'_>,
        at: &At<'_>,
        key: &str,
        read: impl Fn(&mut Self, &At<'_>) -> Syntaxed<Result<T, String>>,
    ) -> Syntaxed<Vec<T>> {
        let mut list = Vec::new();
        if !self.is_list(m, at, key)? {
            return Ok(list);
        }
        let mut unread = Vec::new();
        let mut i = 0;
        while self.json.next_element()? {
            let here = at.item(i);
            let from = self.json.here();
            let mark = self.notes.mark();
            let result = if self.json.peek() == Some(b'{') {
                self.json.enter_object()?;
                read(self, &here)?
            } else {
                self.json.skip()?;
                Err("this should be an object".into())
            };
            match result {
                Ok(value) => list.push(value),
                Err(why) => {
                    self.notes.forget(mark);
                    self.notes.warn(from, &here, format!("{why}; it is kept as it stands"));
                    unread.push(self.json.slice(from, self.json.end()));
                }
            }
            i += 1;
        }
        if !unread.is_empty() {
            m.keep(key, &format!("[{}]", unread.join(",")));
        }
        Ok(list)
    }

    /// Reads an object of texts. Entries that are no text stay raw, as an object, under the key.
    pub(super) fn entries(
        &mut self,
        m: &mut Members<'_>,
        at: &At<'_>,
        key: &str,
        mut each: impl FnMut(&str, &str),
    ) -> Syntaxed<()> {
        if !self.is_object(m, at, key)? {
            return Ok(());
        }
        let mut inner = Members::default();
        while let Some(name) = self.key(&mut inner, at)? {
            let here = at.key(&name);
            let read = |raw: &str| string(raw).map(Cow::into_owned);
            if let Some(value) = self.value(&mut inner, &here, &name, read)? {
                each(&name, &value);
            }
        }
        if !inner.extra.is_empty() {
            m.extra.push((key.into(), object(&inner.extra)));
        }
        Ok(())
    }
}

/// Members as one raw object.
pub(super) fn object(members: &[(Text, Text)]) -> Text {
    let mut out = Vec::new();
    for (key, raw) in members {
        out.push(if out.is_empty() { b'{' } else { b',' });
        super::write::quoted(&mut out, key);
        out.push(b':');
        out.extend_from_slice(raw.as_bytes());
    }
    out.push(b'}');
    String::from_utf8(out).unwrap_or_default().into()
}

/// A format version: `"1.0"`.
pub(super) fn format(raw: &str) -> Option<(u16, u16)> {
    let text = text(raw)?;
    let (major, minor) = text.split_once('.')?;
    let digits = |t: &str| t.bytes().all(|b| b.is_ascii_digit()).then(|| t.parse().ok())?;
    Some((digits(major)?, digits(minor)?))
}

pub(super) fn string(raw: &str) -> Result<Cow<'_, str>, String> {
    text(raw).ok_or_else(|| format!("{} should be a text in quotes", short(raw)))
}

pub(super) fn words(raw: &str) -> Result<Text, String> {
    string(raw).map(|t| t.as_ref().into())
}

pub(super) fn party_id(raw: &str) -> Result<PartyId, String> {
    string(raw).map(|t| PartyId::new(&t))
}

pub(super) fn source_id(raw: &str) -> Result<SourceId, String> {
    string(raw).map(|t| SourceId::new(&t))
}

pub(super) fn uid(raw: &str) -> Result<Uid, String> {
    string(raw).map(|t| Uid::new(&t))
}

pub(super) fn moment(raw: &str) -> Result<Moment, String> {
    Moment::parse(&string(raw)?).map_err(|e| e.to_string())
}
