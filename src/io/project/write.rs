//! The canonical form of a project file: one feature a line, keys in a fixed order, nothing that is empty.

use std::fmt;
use std::io::{self, Write};
use std::sync::Mutex;

use rayon::prelude::*;

pub(super) use super::object::{Obj, find, members, quoted, raw};
use super::{drawing, filters, flat, incident, log, maps, slides};
use crate::io::progress::{self, CANCELLED, Progress};
use crate::model::{
    Claim, Count, Drawing, Extra, Grade, Incident, IncidentId, Kept, Log, LonLat, MapSource, Meta, Party, PartyId,
    Perspective, Pin, Place, Project, SavedFilter, Shape, Slide, Source, SourceId, Standing, Status, Uid,
};

/// Incidents that one thread writes at a time, about a quarter of a megabyte.
const BATCH: usize = 512;

/// Batches that are made before they go out.
const ROUND: usize = 16;

/// Why a project was not written.
#[derive(Debug)]
pub enum WriteError {
    /// The disk, or whatever stands behind the writer, refused.
    Io(io::Error),
    /// A number that is not finite; where it stands.
    NotFinite(String),
    /// A raw member that is not JSON: writing it would spoil the file. Where it stands.
    NotJson(String),
    /// The project was made by a newer major version; writing it as this one would lose things.
    Newer(u16, u16),
}

impl fmt::Display for WriteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io(e) => e.fmt(f),
            Self::NotFinite(place) => write!(f, "{place} is not a finite number; enter it again"),
            Self::NotJson(place) => write!(f, "{place} is not valid JSON; remove it and save again"),
            Self::Newer(a, b) => write!(
                f,
                "the project has format {a}.{b}, this program writes {}.{}; use a newer clashmap to change it",
                Meta::FORMAT.0,
                Meta::FORMAT.1
            ),
        }
    }
}

impl std::error::Error for WriteError {}

impl From<io::Error> for WriteError {
    fn from(e: io::Error) -> Self {
        Self::Io(e)
    }
}

impl From<WriteError> for io::Error {
    fn from(e: WriteError) -> Self {
        match e {
            WriteError::Io(e) => e,
            other => Self::new(io::ErrorKind::InvalidData, other),
        }
    }
}

/// Writes a project in its canonical form.
///
/// # Errors
/// [`WriteError`]; what has been written until then is not a project file.
pub fn write(project: &Project, out: &mut dyn Write) -> Result<(), WriteError> {
    write_watched(project, out, &progress::UNWATCHED)
}

/// The same, telling how many incidents are done.
pub(super) fn write_watched(project: &Project, out: &mut dyn Write, progress: &Progress) -> Result<(), WriteError> {
    let meta = project.meta();
    if meta.format.0 > Meta::FORMAT.0 {
        return Err(WriteError::Newer(meta.format.0, meta.format.1));
    }
    let mut head = Vec::new();
    root_head(&mut head, project)?;
    out.write_all(&head)?;
    let incidents: Vec<IncidentId> = project.ids().collect();
    // What was not touched is written as it stands in the file, unless what is derived in it has changed.
    let copies = project.lines_hold();
    let others = others(project);
    // How many other features stand before the incidents of each id at the least; rising like the features in the file.
    let before: Vec<u32> = (others.iter())
        .scan(0, |most, other| {
            *most = other.after_slots().max(*most);
            Some(*most)
        })
        .collect();
    let others_up_to = |id: IncidentId| before.partition_point(|n| *n <= id.0);
    let mut last = None;
    // Buffers go round: fresh ones would cost more than what is written into them.
    let spare: Mutex<Vec<Vec<u8>>> = Mutex::default();
    let make = |round: &[IncidentId], last: Option<IncidentId>| -> Result<Vec<Vec<u8>>> {
        let batches = (round.par_chunks(BATCH).enumerate()).map(|(n, batch)| {
            let previous = if n == 0 { last } else { round.get(n * BATCH - 1).copied() };
            let mut written = previous.map_or(0, others_up_to);
            let mut buffer = spare.lock().ok().and_then(|mut s| s.pop()).unwrap_or_default();
            for id in batch {
                let to = others_up_to(*id);
                features(&mut buffer, others.get(written..to).unwrap_or(&[]))?;
                written = to.max(written);
                buffer.extend_from_slice(b",\n");
                let mut copy = |line: &str| buffer.extend_from_slice(line.as_bytes());
                if !copies || project.line(*id, &mut copy).is_none() {
                    project.look(*id, |i| feature(&mut buffer, project, i)).unwrap_or(Ok(()))?;
                }
            }
            Ok(buffer)
        });
        batches.collect()
    };
    // The first line of all has no line before it that wants a comma.
    let mut from = 1;
    let (mut ready, mut done): (Vec<Vec<u8>>, usize) = (Vec::new(), 0);
    // While one round goes out the next is made.
    for round in incidents.chunks(BATCH * ROUND).chain(std::iter::once(&[][..])) {
        let mut next = Ok(Vec::new());
        let written = rayon::in_place_scope(|scope| {
            scope.spawn(|_| next = make(round, last));
            for batch in std::mem::take(&mut ready) {
                out.write_all(batch.get(std::mem::take(&mut from)..).unwrap_or(&[]))?;
                if let Ok(mut spare) = spare.lock() {
                    spare.push(cleared(batch));
                }
            }
            Ok::<(), WriteError>(())
        });
        written?;
        ready = next?;
        progress.add(std::mem::replace(&mut done, round.len()) as u64);
        if progress.is_cancelled() {
            return Err(WriteError::Io(io::Error::other(CANCELLED)));
        }
        last = round.last().copied().or(last);
    }
    let mut tail = Vec::new();
    features(&mut tail, others.get(last.map_or(0, others_up_to)..).unwrap_or(&[]))?;
    let from = usize::from(last.is_none() && !tail.is_empty());
    tail.extend_from_slice(if last.is_none() && tail.is_empty() { b"]\n}\n" } else { b"\n]\n}\n" });
    out.write_all(tail.get(from..).unwrap_or(&[]))?;
    Ok(())
}

fn cleared(mut buffer: Vec<u8>) -> Vec<u8> {
    buffer.clear();
    buffer
}

/// Features that are not incidents, each on a line of its own behind a comma.
fn features(out: &mut Vec<u8>, others: &[Other<'_>]) -> Result<()> {
    for other in others {
        out.extend_from_slice(b",\n");
        other.write(out)?;
    }
    Ok(())
}

/// A feature that is not an incident.
enum Other<'p> {
    Kept(&'p Kept),
    Drawing(&'p Drawing, u32),
}

impl Other<'_> {
    /// Number of incident slots that stand before it.
    fn after_slots(&self) -> u32 {
        match self {
            Self::Kept(kept) => kept.after_slots,
            Self::Drawing(_, after_slots) => *after_slots,
        }
    }

    fn write(&self, out: &mut Vec<u8>) -> Result<()> {
        match self {
            Self::Kept(kept) => raw(out, &kept.json, || "a kept feature".into()),
            Self::Drawing(drawing, _) => drawing::write(out, drawing),
        }
    }
}

/// The features that are not incidents, in the order of the file.
fn others(project: &Project) -> Vec<Other<'_>> {
    let mut drawings = project.drawing_slots().iter().peekable();
    let mut out = Vec::new();
    for (n, kept) in (0..).zip(project.kept()) {
        while let Some(placed) = drawings.next_if(|d| (d.after_slots, d.after_kept) <= (kept.after_slots, n)) {
            out.extend(placed.drawing.as_deref().map(|d| Other::Drawing(d, placed.after_slots)));
        }
        out.push(Other::Kept(kept));
    }
    out.extend(drawings.filter_map(|p| Some(Other::Drawing(p.drawing.as_deref()?, p.after_slots))));
    out
}

pub(super) type Result<T, E = WriteError> = std::result::Result<T, E>;

fn root_head(out: &mut Vec<u8>, project: &Project) -> Result<()> {
    let meta = project.meta();
    out.extend_from_slice(b"{\n\"type\":\"FeatureCollection\",\n\"clashmap\":");
    Obj::write(out, &meta.extra, |o| clashmap(o, meta, project.log()))?;
    out.extend_from_slice(b",\n");
    for (key, value) in &meta.extra_root {
        if !matches!(&**key, "type" | "clashmap" | "features") {
            quoted(out, key);
            out.push(b':');
            raw(out, value, || format!("the member “{key}” of the file"))?;
            out.extend_from_slice(b",\n");
        }
    }
    out.extend_from_slice(b"\"features\":[");
    Ok(())
}

fn clashmap(o: &mut Obj<'_>, meta: &Meta, log: &Log) -> Result<()> {
    let format = meta.format.max(Meta::FORMAT);
    o.unless_raw("format", format == Meta::FORMAT, |out| {
        quoted(out, &format!("{}.{}", format.0, format.1));
    });
    o.text("title", &meta.title);
    o.text("description", &meta.description);
    o.unless_raw("perspective", meta.perspective == Perspective::default(), |out| quoted(out, meta.perspective.id()));
    if let Some(note) = &meta.neutrality {
        o.text_always("neutrality", note);
    }
    o.objects(
        "parties",
        &meta.parties,
        |p: &Party| &p.extra,
        |o, p| {
            o.text_always("id", p.id.as_str());
            o.names(&p.names)
        },
    )?;
    o.objects(
        "sources",
        &meta.sources,
        |s: &Source| &s.extra,
        |o, s| {
            o.text_always("id", s.id.as_str());
            o.text("outlet", &s.outlet);
            o.text("title", &s.title);
            o.shown("published", s.published.as_ref());
            o.text("url", &s.url);
            o.text("archived", &s.archived);
            o.text("language", &s.language);
            o.text("note", &s.note);
            Ok(())
        },
    )?;
    let none = Extra::new();
    o.objects(
        "pins",
        &meta.pins,
        |_: &Pin| &none,
        |o, p| {
            o.text_always("incident", p.incident.as_str());
            o.text_always("claim", &p.claim);
            o.text("reason", &p.reason);
            Ok(())
        },
    )?;
    o.objects("filters", &meta.filters, |f: &SavedFilter| &f.extra, filters::write)?;
    o.objects("slides", &meta.slides, |s: &Slide| &s.extra, slides::write)?;
    o.objects("maps", &meta.maps, |s: &MapSource| &s.extra, maps::write)?;
    o.flag("keeps_log", meta.keeps_log);
    log::write(o, log)
}

/// One incident on one line, without the line's end.
pub(super) fn feature(out: &mut Vec<u8>, project: &Project, i: &Incident) -> Result<()> {
    let place = &i.place;
    let raw_geometry = find(&i.extra_feature, "geometry")
        .map(|raw| (raw, incident::raw_geometry_stands(raw, place.position, place.shape.as_ref())))
        .filter(|(_, (stands, _))| *stands);
    let position_beside = raw_geometry.map_or(place.shape.is_some(), |(_, (_, beside))| beside);
    Obj::write(out, &i.extra_feature, |o| {
        o.text_always("type", "Feature");
        let out = o.key("geometry");
        match (raw_geometry, &place.shape, place.position) {
            (Some((value, _)), ..) => raw(out, value, || format!("the geometry of incident {}", i.uid.as_str()))?,
            (None, Some(shape), _) => geometry(out, shape),
            (None, None, Some(p)) => {
                out.extend_from_slice(b"{\"type\":\"Point\",\"coordinates\":");
                position(out, p);
                out.push(b'}');
            }
            (None, None, None) => out.extend_from_slice(b"null"),
        }
        let out = o.key("properties");
        Obj::write(out, &i.extra, |o| properties(o, project, i, position_beside))
    })
    .map_err(|e| match e {
        WriteError::NotJson(what) => WriteError::NotJson(format!("{what} of incident {}", i.uid.as_str())),
        WriteError::NotFinite(what) => WriteError::NotFinite(format!("{what} of incident {}", i.uid.as_str())),
        e => e,
    })
}

fn properties(o: &mut Obj<'_>, project: &Project, i: &Incident, position_beside: bool) -> Result<()> {
    o.text_always("uid", i.uid.as_str());
    o.text_always("kind", i.kind.id());
    o.text("title", &i.title);
    o.shown("when", i.when.as_ref());
    place(o, &i.place, position_beside)?;
    if let Some(parent) = &i.parent {
        o.text_always("parent", parent.as_str());
    }
    o.list("parties", i.parties.iter().map(PartyId::as_str))?;
    o.list("weapons", i.weapons.iter().map(|t| &**t))?;
    o.objects("claims", &i.claims, |c: &Claim| &c.extra, claim)?;
    o.list("sources", i.sources.iter().map(SourceId::as_str))?;
    o.list("media", i.media.iter().map(|t| &**t))?;
    o.entries("media_names", i.media_names.iter().map(|(k, v)| (&**k, &**v)))?;
    o.entries("media_captions", i.media_captions.iter().map(|(k, v)| (&**k, &**v)))?;
    o.entries("tags", i.tags.iter().map(|(k, v)| (&**k, &**v)))?;
    o.text("notes", &i.notes);
    o.flag("sensitive", i.sensitive);
    o.list("sensitive_fields", i.sensitive_fields.iter().map(|t| &**t))?;
    flat::write(o, project, i);
    Ok(())
}

fn place(o: &mut Obj<'_>, place: &Place, position_beside: bool) -> Result<()> {
    if place.radius_km.is_some_and(|r| !r.is_finite()) {
        return Err(WriteError::NotFinite("the radius".into()));
    }
    let beside = place.position.filter(|_| position_beside);
    let left = o.raw("place").map(members).unwrap_or_default();
    let is_empty = place.names.is_empty()
        && beside.is_none()
        && place.precision.is_none()
        && place.radius_km.is_none()
        && place.basis.is_empty();
    // A place that is no object at all stays with the other raw members.
    if is_empty && left.is_empty() {
        return Ok(());
    }
    let out = o.key("place");
    Obj::write(out, &left, |o| {
        o.names(&place.names)?;
        if let Some(p) = beside {
            position(o.key("position"), p);
        }
        if let Some(p) = place.precision {
            o.text_always("precision", p.id());
        }
        if let Some(r) = place.radius_km {
            o.key("radius_km").extend_from_slice(r.to_string().as_bytes());
        }
        o.text("basis", &place.basis);
        Ok(())
    })
}

fn claim(o: &mut Obj<'_>, c: &Claim) -> Result<()> {
    o.text_always("id", &c.id);
    o.text("claimant", &c.claimant);
    if let Some(p) = &c.speaks_for {
        o.text_always("speaks_for", p.as_str());
    }
    o.text_always("about", c.about.as_str());
    o.unless_raw("status", c.status == Status::Unspecified, |out| quoted(out, c.status.id()));
    o.text_always("category", c.category.id());
    o.unless_raw("count", c.count == Count::Unknown, |out| count(out, &c.count));
    o.shown("published", c.published.as_ref());
    o.shown("period", c.period.as_ref());
    o.flag("running", c.running);
    if let Some(s) = &c.source {
        o.text_always("source", s.as_str());
    }
    o.list("via", c.via.iter().map(|t| &**t))?;
    o.text("quote", &c.quote);
    o.text("url", &c.url);
    o.text("archived", &c.archived);
    o.text("language", &c.language);
    o.shown("grade", Some(c.grade).as_ref().filter(|g: &&Grade| !g.is_none()));
    if c.standing != Standing::Current {
        o.text_always("standing", c.standing.id());
    }
    o.list("covers", c.covers.iter().map(Uid::as_str))?;
    o.text("note", &c.note);
    Ok(())
}

fn count(out: &mut Vec<u8>, count: &Count) {
    // Writing to memory cannot fail.
    let _ = match count {
        Count::Unknown => out.write_all(b"null"),
        Count::Exactly(n) => write!(out, "{n}"),
        Count::About(n) => write!(out, "{{\"about\":{n}}}"),
        Count::AtLeast(n) => write!(out, "{{\"at_least\":{n}}}"),
        Count::AtMost(n) => write!(out, "{{\"at_most\":{n}}}"),
        Count::Between(r) => match r.best() {
            None => write!(out, "{{\"low\":{},\"high\":{}}}", r.low(), r.high()),
            Some(best) => write!(out, "{{\"low\":{},\"high\":{},\"best\":{best}}}", r.low(), r.high()),
        },
        Count::Some(words) => {
            out.extend_from_slice(b"{\"some\":");
            quoted(out, words);
            out.write_all(b"}")
        }
    };
}

pub(super) fn position(out: &mut Vec<u8>, p: LonLat) {
    // The shortest digits that read back as the same number; never an exponent. Writing to memory cannot fail.
    let _ = write!(out, "[{},{}]", p.lon(), p.lat());
}

pub(super) fn positions(out: &mut Vec<u8>, line: &[LonLat]) {
    for (n, p) in line.iter().enumerate() {
        out.push(if n == 0 { b'[' } else { b',' });
        position(out, *p);
    }
    out.extend_from_slice(if line.is_empty() { b"[]" } else { b"]" });
}

fn geometry(out: &mut Vec<u8>, shape: &Shape) {
    match shape {
        Shape::Line(line) => {
            out.extend_from_slice(b"{\"type\":\"LineString\",\"coordinates\":");
            positions(out, line);
        }
        Shape::Area(rings) => {
            out.extend_from_slice(b"{\"type\":\"Polygon\",\"coordinates\":[");
            for (n, ring) in rings.iter().enumerate() {
                if n > 0 {
                    out.push(b',');
                }
                positions(out, ring);
            }
            out.push(b']');
        }
    }
    out.push(b'}');
}
