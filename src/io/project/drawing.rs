//! Drawings: features of the kind `drawing`, whose member `drawing` says which sort of drawing they are.
//!
//! One that this version cannot show (another sort, a geometry that does not fit) is kept as a whole, raw.

use super::json::{number, text};
use super::notes::{At, short};
use super::place::{self, Geometry};
use super::read::{Members, Reader, Syntaxed, source_id, uid};
use super::write::{Obj, Result, WriteError, find, members, position, positions, quoted, raw};
use super::{flat, incident};
use crate::io::Severity;
use crate::model::{
    Dashes, Drawing, DrawingKind, Extra, Fill, Form, Ink, LonLat, Shape, SourceId, Style, Text, Uid, When,
};

/// Why a drawing is kept raw, and how bad that is.
pub(super) struct NotShown {
    pub(super) severity: Severity,
    pub(super) why: String,
}

impl NotShown {
    fn wrong(why: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, why: why.into() }
    }
}

/// The properties of a feature, as far as they make a drawing.
#[derive(Default)]
struct Part {
    uid: Option<Uid>,
    kind: Option<DrawingKind>,
    /// A sort of drawing that this version does not know.
    other_kind: Option<String>,
    title: Text,
    when: Option<When>,
    radius: Option<(f64, Text)>,
    look: Look,
    untitled: bool,
    sources: Vec<SourceId>,
    notes: Text,
    extra: Extra,
}

/// What of the style was read.
#[derive(Default)]
struct Look {
    ink: Option<Ink>,
    width: Option<f32>,
    dash: Option<Dashes>,
    fill: Option<Fill>,
    text_size: Option<f32>,
}

impl Reader<'_> {
    /// Reads a feature again, as a drawing.
    pub(super) fn drawing_object(&mut self) -> Syntaxed<std::result::Result<Drawing, NotShown>> {
        let mut m = Members::default();
        let mut geometry = (0, "null");
        let mut part = Part::default();
        self.json.enter_object()?;
        while let Some(key) = self.key(&mut m, &At::Top)? {
            match &*key {
                "type" => drop(self.json.skip()?),
                "geometry" => geometry = (self.json.here(), self.json.skip()?),
                "properties" if self.json.peek() == Some(b'{') => part = self.drawing_properties()?,
                _ => m.keep(&key, self.json.skip()?),
            }
        }
        if let Some(other) = part.other_kind {
            let why = format!("a drawing of the sort “{}”, which this version does not know", short(&other));
            return Ok(Err(NotShown { severity: Severity::Info, why }));
        }
        let (Some(uid), Some(kind)) = (part.uid, part.kind) else {
            return Ok(Err(NotShown::wrong("a drawing that does not say what it is (“drawing”)")));
        };
        let (_, raw) = geometry;
        let (form, all) = match form(kind, raw, part.radius.as_ref().map(|(km, _)| *km)) {
            Ok(found) => found,
            Err(why) => return Ok(Err(NotShown::wrong(why))),
        };
        let Some(mut drawing) = Drawing::new(uid, kind, form) else {
            return Ok(Err(NotShown::wrong("its geometry has too few corners for what it is")));
        };
        if !all {
            m.keep("geometry", raw);
        }
        drawing.title = part.title;
        drawing.when = part.when;
        let (own, look) = (drawing.style, part.look);
        drawing.style = Style {
            ink: look.ink.unwrap_or(own.ink),
            width: look.width.unwrap_or(own.width),
            dash: look.dash.unwrap_or(own.dash),
            fill: look.fill.unwrap_or(own.fill),
            text_size: look.text_size.unwrap_or(own.text_size),
        };
        drawing.titled = !part.untitled;
        drawing.sources = part.sources;
        drawing.notes = part.notes;
        drawing.extra = part.extra;
        // Only circles have a radius; elsewhere it is somebody else's member.
        if let Some((_, raw)) = part.radius.filter(|_| kind != DrawingKind::Circle) {
            drawing.extra.push(("radius_km".into(), raw));
        }
        drawing.extra_feature = m.extra;
        Ok(Ok(drawing))
    }

    fn drawing_properties(&mut self) -> Syntaxed<Part> {
        let mut p = Part::default();
        let mut m = Members::default();
        self.json.enter_object()?;
        while let Some(key) = self.key(&mut m, &At::Top)? {
            let at = At::Top.key(&key);
            match &*key {
                "uid" => p.uid = self.value(&mut m, &at, "uid", uid)?,
                // It brought us here.
                "kind" => drop(self.json.skip()?),
                "drawing" => {
                    let raw = self.json.skip()?;
                    p.kind = text(raw).and_then(|t| DrawingKind::from_id(&t));
                    p.other_kind = text(raw).filter(|_| p.kind.is_none()).map(std::borrow::Cow::into_owned);
                }
                "title" => p.title = self.text(&mut m, &at, "title")?,
                "when" => p.when = self.value(&mut m, &at, "when", incident::when)?,
                "radius_km" => {
                    let read = |raw: &str| match number(raw) {
                        Some(km) if km > 0.0 && km <= Form::MOST_KM => Ok((km, Text::from(raw))),
                        _ => Err(format!("{} is no radius; use km above 0 and at most {}", short(raw), Form::MOST_KM)),
                    };
                    p.radius = self.value(&mut m, &at, "radius_km", read)?;
                }
                "style" => p.look = self.look(&mut m, &at)?,
                "hide_title" => p.untitled = self.flag(&mut m, &at, "hide_title")?,
                "sources" => p.sources = self.list(&mut m, &at, "sources", source_id)?,
                "notes" => p.notes = self.text(&mut m, &at, "notes")?,
                k if flat::is_time(k) => drop(self.json.skip()?),
                _ => m.keep(&key, self.json.skip()?),
            }
        }
        p.extra = m.extra;
        Ok(p)
    }

    fn look(&mut self, up: &mut Members<'_>, at: &At<'_>) -> Syntaxed<Look> {
        let mut look = Look::default();
        if !self.is_object(up, at, "style")? {
            return Ok(look);
        }
        let mut m = Members::default();
        while let Some(key) = self.key(&mut m, at)? {
            let here = at.key(&key);
            let m = &mut m;
            match &*key {
                "color" => look.ink = self.word(m, &here, "color", Ink::from_id, "a colour")?,
                "width" => look.width = self.value(m, &here, "width", |raw| points(raw, Style::WIDTH))?,
                "dash" => look.dash = self.word(m, &here, "dash", Dashes::from_id, "a sort of line")?,
                "fill" => look.fill = self.word(m, &here, "fill", Fill::from_id, "a sort of fill")?,
                "text_size" => {
                    look.text_size = self.value(m, &here, "text_size", |raw| points(raw, Style::TEXT_SIZE))?;
                }
                _ => m.keep(&key, self.json.skip()?),
            }
        }
        if !m.extra.is_empty() {
            up.extra.push(("style".into(), super::read::object(&m.extra)));
        }
        Ok(look)
    }
}

fn points(raw: &str, [low, high]: [f32; 2]) -> std::result::Result<f32, String> {
    raw.parse::<f32>()
        .ok()
        .filter(|v| (low..=high).contains(v))
        .ok_or_else(|| format!("{} is no size in points from {low} to {high}", short(raw)))
}

/// The form that a raw geometry gives a drawing of a kind. The flag tells whether that is all it holds.
fn form(kind: DrawingKind, raw: &str, radius_km: Option<f64>) -> std::result::Result<(Form, bool), String> {
    let (geometry, mut all) = place::geometry(raw).map_err(|unread| unread.why)?;
    let form = match (geometry, kind) {
        (Geometry::Point(p), DrawingKind::Text) => Form::Point(p),
        (Geometry::Point(p), DrawingKind::Circle) => {
            Form::Circle(p, radius_km.ok_or("a circle without a radius (“radius_km”)")?)
        }
        (Geometry::Shape(Shape::Line(line)), kind) if kind.is_line() => Form::Line(line),
        (Geometry::Shape(Shape::Area(mut rings)), kind) if kind.is_area() => {
            for ring in &mut rings {
                let bits = |p: Option<&LonLat>| p.map(|p| [p.lon().to_bits(), p.lat().to_bits()]);
                // 0 and -0 are the same place in other letters.
                all &= bits(ring.first()) == bits(ring.last());
                ring.pop();
            }
            Form::Area(rings)
        }
        _ => return Err(format!("its geometry is none of a drawing of the sort “{}”", kind.id())),
    };
    Ok((form, all))
}

/// One drawing on one line, without the line's end.
pub(super) fn write(out: &mut Vec<u8>, d: &Drawing) -> Result<()> {
    let radius = match d.form() {
        Form::Circle(_, km) => Some(*km),
        _ => None,
    };
    // A raw geometry stands unless the drawing was reshaped since.
    let stands = |raw: &&str| form(d.kind(), raw, radius).is_ok_and(|(form, _)| form == *d.form());
    let raw_geometry = find(&d.extra_feature, "geometry").filter(stands);
    Obj::write(out, &d.extra_feature, |o| {
        o.text_always("type", "Feature");
        let out = o.key("geometry");
        match raw_geometry {
            Some(value) => raw(out, value, || "the geometry".into())?,
            None => geometry(out, d.form()),
        }
        let out = o.key("properties");
        Obj::write(out, &d.extra, |o| properties(o, d, radius))
    })
    .map_err(|e| match e {
        WriteError::NotJson(what) => WriteError::NotJson(format!("{what} of drawing {}", d.uid.as_str())),
        e => e,
    })
}

fn properties(o: &mut Obj<'_>, d: &Drawing, radius: Option<f64>) -> Result<()> {
    o.text_always("uid", d.uid.as_str());
    o.text_always("kind", "drawing");
    o.text_always("drawing", d.kind().id());
    o.text("title", &d.title);
    o.shown("when", d.when.as_ref());
    if let Some(km) = radius {
        o.key("radius_km").extend_from_slice(km.to_string().as_bytes());
    }
    // A style that is no object at all stays with the other raw members while the look is that of the kind.
    let own = d.kind().default_style();
    let left = o.raw("style").map(members).unwrap_or_default();
    let is_odd = o.raw("style").is_some() && left.is_empty();
    if !(is_odd && d.style == own) {
        let out = o.key("style");
        Obj::write(out, &left, |o| {
            let s = &d.style;
            let points = |out: &mut Vec<u8>, v: f32| out.extend_from_slice(v.to_string().as_bytes());
            o.unless_raw("color", s.ink == own.ink, |out| quoted(out, s.ink.id()));
            o.unless_raw("width", s.width == own.width, |out| points(out, s.width));
            o.unless_raw("dash", s.dash == own.dash, |out| quoted(out, s.dash.id()));
            o.unless_raw("fill", s.fill == own.fill, |out| quoted(out, s.fill.id()));
            o.unless_raw("text_size", s.text_size == own.text_size, |out| points(out, s.text_size));
            Ok(())
        })?;
    }
    o.flag("hide_title", !d.titled);
    o.list("sources", d.sources.iter().map(SourceId::as_str))?;
    o.text("notes", &d.notes);
    flat::write_time(o, d.when);
    Ok(())
}

fn geometry(out: &mut Vec<u8>, form: &Form) {
    match form {
        Form::Point(p) | Form::Circle(p, _) => {
            out.extend_from_slice(b"{\"type\":\"Point\",\"coordinates\":");
            position(out, *p);
        }
        Form::Line(line) => {
            out.extend_from_slice(b"{\"type\":\"LineString\",\"coordinates\":");
            positions(out, line);
        }
        Form::Area(rings) => {
            out.extend_from_slice(b"{\"type\":\"Polygon\",\"coordinates\":[");
            for (n, ring) in rings.iter().enumerate() {
                if n > 0 {
                    out.push(b',');
                }
                let closed: Vec<LonLat> = ring.iter().chain(ring.first()).copied().collect();
                positions(out, &closed);
            }
            out.push(b']');
        }
    }
    out.push(b'}');
}
