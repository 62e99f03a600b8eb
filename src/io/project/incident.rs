//! Features: incidents, their claims, and whatever else stands in the list.

use std::rc::Rc;
use std::sync::Arc;

use super::drawing::NotShown;
use super::flat;
use super::json::{Cursor, compact, text, whole};
use super::notes::{At, short};
use super::place::{self, Geometry, PlacePart};
use super::read::{Members, Reader, Stands, Syntaxed, moment, object, string, uid, words};
use crate::io::Severity;
use crate::model::{
    Category, Claim, Count, Grade, Incident, Kept, Kind, LonLat, PartyId, Placed, Range, Standing, Status, Text, Uid,
    When,
};

/// The properties of a feature, as far as they make an incident.
struct Properties {
    uid: Option<Uid>,
    kind: Option<Kind>,
    incident: Incident,
    place: PlacePart,
}

/// Why a feature is not an incident.
enum Other {
    /// It does not claim to be one.
    Foreign,
    /// A drawing.
    Drawing,
    /// It is not even a feature.
    Odd(&'static str),
}

impl Reader<'_> {
    /// Reads one element of `features`: an incident, or something that is kept as it stands.
    pub(super) fn feature(&mut self) -> Syntaxed<()> {
        let from = self.json.here();
        self.features += 1;
        if let Some(leaving) = &mut self.leaving
            && let Some((line, end)) = leaving.read(self.json.whole_text(), from)
        {
            self.json.behind(end);
            self.incidents.push_line(line);
            return Ok(());
        }
        self.open_feature = Some(from);
        let mark = self.notes.mark();
        let before = self.json.clone();
        let read = if self.json.peek() == Some(b'{') {
            self.feature_object()?
        } else {
            self.json.skip()?;
            Err(Other::Odd("this is no feature"))
        };
        self.open_feature = None;
        let number = self.features;
        match read {
            Ok(mut incident) => {
                if let Some(leaving) = &mut self.leaving {
                    leaving.scan(&incident);
                }
                let line = if self.notes.mark() == mark { self.line_of(from, &incident) } else { None };
                if let Some(line) = line {
                    self.incidents.push_line(line);
                } else {
                    self.name(&mut incident.uid, "incident", from);
                    self.notes.settle(Some((number, incident.uid.as_str())));
                    self.incidents.push(Arc::new(incident));
                    let line = self.notes.line(from);
                    self.stands.push(Stands { line, feature: number });
                }
            }
            Err(Other::Drawing) => {
                self.notes.forget(mark);
                let after = std::mem::replace(&mut self.json, before);
                let read = self.drawing_object()?;
                self.json = after;
                match read {
                    Ok(mut drawing) => {
                        self.name(&mut drawing.uid, "drawing", from);
                        self.notes.settle(Some((number, drawing.uid.as_str())));
                        let (after_slots, after_kept) = (number_of(self.incidents.len()), number_of(self.kept.len()));
                        self.drawings.push(Placed { drawing: Some(Arc::new(drawing)), after_slots, after_kept });
                        let line = self.notes.line(from);
                        self.drawn.push(Stands { line, feature: number });
                    }
                    Err(NotShown { severity, why }) => {
                        self.notes.forget(mark);
                        let what = format!("{why}; it is kept as it stands and not shown");
                        self.notes.note(severity, from, &At::Top, what);
                        self.notes.settle(Some((number, "")));
                        self.keep_feature(from);
                    }
                }
            }
            Err(other) => {
                self.notes.forget(mark);
                match other {
                    Other::Foreign => self.foreign += 1,
                    Other::Drawing => {}
                    Other::Odd(why) => {
                        self.notes.warn(from, &At::Top, format!("{why}; it is kept as it stands and not shown"));
                        self.notes.settle(Some((number, "")));
                    }
                }
                self.keep_feature(from);
            }
        }
        Ok(())
    }

    /// Keeps the feature that begins at an offset and was just read, as it stands.
    fn keep_feature(&mut self, from: usize) {
        let raw = self.json.slice(from, self.json.end());
        self.kept.push(Kept { after_slots: number_of(self.incidents.len()), json: compact(raw).as_ref().into() });
    }

    /// Sees to it that no two incidents or drawings have one uid.
    fn name(&mut self, uid: &mut Uid, what: &str, from: usize) {
        if uid.as_str().is_empty() {
            self.notes.warn(from, &At::Top, "the uid is empty");
        }
        if !self.uids.insert(uid.clone()) {
            let new = self.free_uid(uid);
            let old = std::mem::replace(uid, new);
            let what = format!(
                "the uid “{}” is in use already; this {what} is now “{}”",
                short(old.as_str()),
                short(uid.as_str())
            );
            self.notes.warn(from, &At::Top, what);
        }
    }

    fn free_uid(&mut self, taken: &Uid) -> Uid {
        // Found by doubling and then halving: a file of nothing but one uid is still read in good time.
        let name = |n: u64| Uid::new(&format!("{}~{n}", taken.as_str()));
        let (mut used, mut free) = (1, 2);
        while self.uids.contains(&name(free)) {
            used = free;
            free *= 2;
        }
        while free - used > 1 {
            let middle = u64::midpoint(used, free);
            if self.uids.contains(&name(middle)) { used = middle } else { free = middle }
        }
        self.uids.insert(name(free));
        name(free)
    }

    fn feature_object(&mut self) -> Syntaxed<Result<Incident, Other>> {
        let mut m = Members::default();
        let mut is_feature = false;
        let mut geometry = None;
        let mut properties = None;
        self.json.enter_object()?;
        while let Some(key) = self.key(&mut m, &At::Top)? {
            match &*key {
                "type" => is_feature = text(self.json.skip()?).as_deref() == Some("Feature"),
                "geometry" => geometry = Some((self.json.here(), self.json.skip()?)),
                "properties" if self.json.peek() == Some(b'{') => properties = Some(self.properties()?),
                _ => m.keep(&key, self.json.skip()?),
            }
        }
        if !is_feature {
            return Ok(Err(Other::Odd("this is no GeoJSON Feature")));
        }
        let Some(Properties { uid, kind, mut incident, place }) = properties else { return Ok(Err(Other::Foreign)) };
        let (Some(uid), Some(kind)) = (uid, kind) else { return Ok(Err(Other::Foreign)) };
        if kind.id() == "drawing" {
            return Ok(Err(Other::Drawing));
        }
        (incident.uid, incident.kind) = (uid, kind);
        self.locate(&mut incident, &mut m, geometry, place);
        incident.extra_feature = m.extra;
        Ok(Ok(incident))
    }

    /// Brings geometry and place together. Whatever of them does not go into the incident stays raw.
    fn locate(
        &mut self,
        incident: &mut Incident,
        m: &mut Members<'_>,
        geometry: Option<(usize, &str)>,
        part: PlacePart,
    ) {
        let PlacePart { mut place, position, mut members } = part;
        let (at, raw) = geometry.unwrap_or((0, "null"));
        let read = place::geometry(raw);
        let is_point = match &read {
            Ok((Geometry::Point(_), _)) => true,
            Ok(_) => false,
            Err(unread) => unread.is_point,
        };
        match read {
            Ok((geometry, all)) => {
                match geometry {
                    Geometry::Nowhere => {}
                    Geometry::Point(p) => place.position = Some(p),
                    Geometry::Shape(s) => place.shape = Some(s),
                }
                if !all {
                    m.keep("geometry", raw);
                }
            }
            Err(unread) => {
                let what = format!("{}; the incident has no place from it, it is kept as it stands", unread.why);
                self.notes.warn(at, &At::Top.key("geometry"), what);
                m.keep("geometry", raw);
            }
        }
        match position {
            Some((p, _)) if !is_point => place.position = Some(p),
            // A point says it all; what stands beside it stays beside it.
            Some((_, raw)) => members.push(("position".into(), raw)),
            None => {}
        }
        if !members.is_empty() {
            incident.extra.push(("place".into(), object(&members)));
        }
        incident.place = place;
    }

    fn properties(&mut self) -> Syntaxed<Properties> {
        let (mut found_uid, mut kind, mut place) = (None, None, PlacePart::default());
        let mut i = Incident::new(Uid::new(""), Kind::ArmedClash, "");
        let mut m = Members::default();
        self.json.enter_object()?;
        while let Some(key) = self.key(&mut m, &At::Top)? {
            let at = At::Top.key(&key);
            match &*key {
                "uid" => found_uid = self.value(&mut m, &at, "uid", uid)?,
                "kind" => kind = self.value(&mut m, &at, "kind", |raw| string(raw).map(|t| Kind::from_id(&t)))?,
                "title" => i.title = self.text(&mut m, &at, "title")?,
                "when" => i.when = self.value(&mut m, &at, "when", when)?,
                "place" => place = self.place(&mut m, &at)?,
                "parent" => i.parent = self.value(&mut m, &at, "parent", uid)?,
                "parties" => {
                    let ids = Rc::clone(&self.ids);
                    i.parties = self.list(&mut m, &at, "parties", |raw| ids.party(raw))?;
                }
                "weapons" => i.weapons = self.list(&mut m, &at, "weapons", words)?,
                "claims" => {
                    i.claims = self.objects(&mut m, &at, "claims", Self::claim)?;
                    self.name_claims(&mut i, &at);
                }
                "sources" => {
                    let ids = Rc::clone(&self.ids);
                    i.sources = self.list(&mut m, &at, "sources", |raw| ids.source(raw))?;
                }
                "media" => i.media = self.list(&mut m, &at, "media", words)?,
                "media_names" => {
                    self.entries(&mut m, &at, "media_names", |k, v| i.media_names.push((k.into(), v.into())))?;
                }
                "media_captions" => {
                    self.entries(&mut m, &at, "media_captions", |k, v| i.media_captions.push((k.into(), v.into())))?;
                }
                "tags" => self.entries(&mut m, &at, "tags", |k, v| i.tags.push((k.into(), v.into())))?,
                "notes" => i.notes = self.text(&mut m, &at, "notes")?,
                "sensitive" => {
                    let from = self.json.here();
                    let raw = self.json.skip()?;
                    // In doubt nothing is given away.
                    i.sensitive = !matches!(raw, "false" | "null");
                    if !matches!(raw, "true" | "false" | "null") {
                        let what = format!("{} is neither true nor false; it is read as true", short(raw));
                        self.notes.warn(from, &at, what);
                    }
                }
                "sensitive_fields" => i.sensitive_fields = self.list(&mut m, &at, "sensitive_fields", words)?,
                k if flat::is_derived(k) => drop(self.json.skip()?),
                _ => m.keep(&key, self.json.skip()?),
            }
        }
        i.extra = m.extra;
        Ok(Properties { uid: found_uid, kind, incident: i, place })
    }

    /// Gives every claim an id of its own.
    fn name_claims(&mut self, i: &mut Incident, at: &At<'_>) {
        // Two or three claims are compared sooner than put into a set.
        let claims = &i.claims;
        let is_first = |n: usize, id: &str| !claims.iter().take(n).any(|c| &*c.id == id);
        if claims.len() < 8 && claims.iter().enumerate().all(|(n, c)| !c.id.is_empty() && is_first(n, &c.id)) {
            return;
        }
        let mut ids = std::collections::HashSet::with_capacity(i.claims.len());
        let doubtful: Vec<usize> = (0..)
            .zip(&i.claims)
            .filter_map(|(n, c)| (c.id.is_empty() || !ids.insert(c.id.clone())).then_some(n))
            .collect();
        if doubtful.is_empty() {
            return;
        }
        let first = i.next_claim_id();
        let mut next: u32 = first.strip_prefix('c').and_then(|n| n.parse().ok()).unwrap_or(1);
        let end = self.json.end();
        for n in doubtful {
            let Some(claim) = i.claims.get_mut(n) else { continue };
            while !ids.insert(format!("c{next}").into()) {
                next = next.wrapping_add(1);
            }
            let old = std::mem::replace(&mut claim.id, format!("c{next}").into());
            let what = if old.is_empty() {
                format!("claim {} has no id; it is now “c{next}”", n + 1)
            } else {
                format!("the claim id “{}” stands twice; claim {} is now “c{next}”", short(&old), n + 1)
            };
            self.notes.warn(end, at, what);
        }
    }

    fn claim(&mut self, at: &At<'_>) -> Syntaxed<Result<Claim, String>> {
        let (mut about, mut category) = (None, None);
        let mut c = Claim::new("", PartyId::new(""), Category::Killed, Count::Unknown);
        let ids = Rc::clone(&self.ids);
        let mut m = Members::default();
        while let Some(key) = self.key(&mut m, at)? {
            let here = at.key(&key);
            let m = &mut m;
            match &*key {
                "id" => c.id = self.text(m, &here, "id")?,
                "claimant" => c.claimant = self.text(m, &here, "claimant")?,
                "speaks_for" => c.speaks_for = self.value(m, &here, "speaks_for", |raw| ids.party(raw))?,
                "about" => about = self.value(m, &here, "about", |raw| ids.party(raw))?,
                "status" => {
                    let status = self.word(m, &here, "status", Status::from_id, "a status")?;
                    c.status = status.unwrap_or(Status::Unspecified);
                }
                "category" => category = self.word(m, &here, "category", Category::from_id, "a category")?,
                "count" => {
                    let from = self.json.here();
                    c.count = self.value(m, &here, "count", count)?.unwrap_or_default();
                    if let Count::Between(r) = &c.count
                        && r.best().is_some_and(|b| !(r.low()..=r.high()).contains(&b))
                    {
                        let what = "the best estimate lies outside of the range; it is kept so";
                        self.notes.note(Severity::Info, from, &here, what);
                    }
                }
                "published" => c.published = self.value(m, &here, "published", moment)?,
                "period" => c.period = self.value(m, &here, "period", when)?,
                "running" => c.running = self.flag(m, &here, "running")?,
                "source" => c.source = self.value(m, &here, "source", |raw| ids.source(raw))?,
                "via" => c.via = self.list(m, &here, "via", words)?,
                "quote" => c.quote = self.text(m, &here, "quote")?,
                "url" => c.url = self.text(m, &here, "url")?,
                "archived" => c.archived = self.text(m, &here, "archived")?,
                "language" => c.language = self.text(m, &here, "language")?,
                "grade" => {
                    let grade = self.word(m, &here, "grade", Grade::parse, "a grade such as B2")?;
                    c.grade = grade.unwrap_or_default();
                }
                "standing" => {
                    let standing = self.word(m, &here, "standing", Standing::from_id, "a standing")?;
                    c.standing = standing.unwrap_or(Standing::Current);
                }
                "covers" => c.covers = self.list(m, &here, "covers", uid)?,
                "note" => c.note = self.text(m, &here, "note")?,
                _ => m.keep(&key, self.json.skip()?),
            }
        }
        // Every claim gets an id; one that cannot be read must not be overwritten by it.
        if let Some(n) = m.extra.iter().position(|(k, _)| &**k == "id") {
            let name = m.another("id").into();
            m.extra.iter_mut().skip(n).take(1).for_each(|(k, _)| *k = Text::clone(&name));
        }
        c.extra = m.extra;
        Ok(match (about, category) {
            (Some(about), Some(category)) => Ok(Claim { about, category, ..c }),
            (None, _) => Err("a claim that does not say about whose people it is (“about”)".into()),
            (_, None) => Err("a claim without a known category".into()),
        })
    }
}

/// A number of features as it is stored.
pub(super) fn number_of(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

pub(super) fn when(raw: &str) -> Result<When, String> {
    When::parse(&string(raw)?).map_err(|e| e.to_string())
}

/// Reads a count. An object with members other than the known ones is not guessed at.
pub(super) fn count(raw: &str) -> Result<Count, String> {
    let no = || format!("{} is no number of people such as 49 or {{\"at_least\":135}}", short(raw));
    if raw == "null" {
        return Ok(Count::Unknown);
    }
    let mut json = Cursor::new(raw);
    if json.enter_object().is_err() {
        return whole(raw).map(Count::Exactly).ok_or_else(no);
    }
    let mut members: [Option<(&str, &str)>; 3] = [None; 3];
    let mut n = 0;
    while let Some(key) = json.next_key().map_err(|_| no())? {
        let value = json.skip().map_err(|_| no())?;
        let known = ["at_least", "at_most", "about", "some", "low", "high", "best"].into_iter().find(|k| *k == key);
        *members.get_mut(n).ok_or_else(no)? = Some((known.ok_or_else(no)?, value));
        n += 1;
    }
    let get = |name: &str| members.iter().flatten().find(|(k, _)| *k == name).map(|(_, v)| *v);
    let figure = |name: &str| get(name).and_then(whole).ok_or_else(no);
    if let (1, [Some((name, value)), ..]) = (n, members) {
        return match name {
            "at_least" => figure(name).map(Count::AtLeast),
            "at_most" => figure(name).map(Count::AtMost),
            "about" => figure(name).map(Count::About),
            "some" => string(value).map(|t| Count::Some(Text::from(t.as_ref()))),
            _ => Err(no()),
        };
    }
    let best = if n == 3 { Some(figure("best")?) } else { None };
    Range::new(figure("low")?, figure("high")?, best).map(Count::Between).map_err(|e| e.to_string())
}

/// Whether a raw geometry stands for the place of an incident: reading it again gives the same. Else it was replaced
/// by hand since. The second answer: whether it leaves the position to `properties.place`.
pub(super) fn raw_geometry_stands(
    raw: &str,
    position: Option<LonLat>,
    shape: Option<&crate::model::Shape>,
) -> (bool, bool) {
    match place::geometry(raw) {
        Ok((Geometry::Nowhere, _)) => (position.is_none() && shape.is_none(), false),
        Ok((Geometry::Point(p), _)) => (position == Some(p) && shape.is_none(), false),
        Ok((Geometry::Shape(s), _)) => (shape == Some(&s), true),
        Err(unread) if unread.is_point => (position.is_none() && shape.is_none(), false),
        Err(_) => (shape.is_none(), true),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_read_exactly_as_they_were_said() {
        let check = |raw: &str, want: Count| assert_eq!(count(raw), Ok(want), "{raw}");
        check("49", Count::Exactly(49));
        check("0", Count::Exactly(0));
        check("null", Count::Unknown);
        check(r#"{"at_least":135}"#, Count::AtLeast(135));
        check(r#"{"some":"several dozen"}"#, Count::Some("several dozen".into()));
        check(r#"{"low":31,"high":94}"#, Count::Between(Range::new(31, 94, None).unwrap()));
        check(r#"{"low":31,"high":94,"best":12}"#, Count::Between(Range::new(31, 94, Some(12)).unwrap()));
    }

    #[test]
    fn what_is_no_count_is_not_guessed_at() {
        for raw in [
            "-1",
            "4.5",
            "\"49\"",
            "true",
            "[1]",
            "{}",
            r#"{"at_least":-1}"#,
            r#"{"low":3,"high":1}"#,
            r#"{"low":3}"#,
            r#"{"at_least":1,"at_most":2}"#,
            r#"{"at_least":1,"x":2}"#,
            r#"{"median":2}"#,
            "99999999999",
        ] {
            assert!(count(raw).is_err(), "{raw}");
        }
    }
}
