//! Geometry, position and place names of a feature.

use super::json::{Cursor, number, text};
use super::notes::{At, short};
use super::read::{Members, Reader, Syntaxed};
use crate::model::{LonLat, Names, Place, Precision, Shape, Text};

/// What a geometry member says.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Geometry {
    Nowhere,
    Point(LonLat),
    Shape(Shape),
}

/// Why a geometry cannot be read. It stays in the file as it stands.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Unread {
    pub(super) why: String,
    /// Whether it claims to be a point: then a position entered by hand replaces it.
    pub(super) is_point: bool,
}

/// Reads a raw geometry. The flag tells whether that is all it holds (no altitude, no further members).
pub(super) fn geometry(raw: &str) -> Result<(Geometry, bool), Unread> {
    if raw == "null" {
        return Ok((Geometry::Nowhere, true));
    }
    let mut kind = None;
    let mut coordinates = None;
    let mut all = true;
    let mut json = Cursor::new(raw);
    let no = |why: &str| Unread { why: why.into(), is_point: false };
    if json.enter_object().is_err() {
        return Err(no("a geometry is an object or null"));
    }
    // The text has been gone over before, so that its grammar holds.
    while let Ok(Some(key)) = json.next_key() {
        let Ok(value) = json.skip() else { break };
        match &*key {
            "type" if kind.is_none() => kind = text(value),
            "coordinates" if coordinates.is_none() => coordinates = Some(value),
            _ => all = false,
        }
    }
    let kind = kind.ok_or_else(|| no("a geometry without a type"))?;
    let is_point = kind == "Point";
    let unread = |why: String| Unread { why, is_point };
    if !matches!(&*kind, "Point" | "LineString" | "Polygon") {
        return Err(unread(format!("a geometry of type “{}” is not shown", short(&kind))));
    }
    let coordinates = coordinates.ok_or_else(|| unread("a geometry without coordinates".into()))?;
    let mut json = Cursor::new(coordinates);
    let read = match &*kind {
        "Point" => position(&mut json, &mut all).map(Geometry::Point),
        "LineString" => line(&mut json, &mut all, 2).map(|l| Geometry::Shape(Shape::Line(l))),
        _ => rings(&mut json, &mut all).map(|r| Geometry::Shape(Shape::Area(r))),
    };
    read.map(|g| (g, all)).map_err(unread)
}

pub(super) fn position(json: &mut Cursor<'_>, all: &mut bool) -> Result<LonLat, String> {
    let form = "a position is a list of two numbers, longitude first";
    json.enter_array().map_err(|_| form)?;
    let mut parts = [f64::NAN; 2];
    let mut n = 0;
    while json.next_element().map_err(|e| e.what)? {
        let raw = json.skip().map_err(|e| e.what)?;
        match parts.get_mut(n) {
            Some(part) => *part = number(raw).ok_or(form)?,
            None => *all = false,
        }
        n += 1;
    }
    let [lon, lat] = parts;
    if n < 2 {
        return Err(form.into());
    }
    LonLat::new(lon, lat).map_err(|e| e.to_string())
}

pub(super) fn line(json: &mut Cursor<'_>, all: &mut bool, least: usize) -> Result<Vec<LonLat>, String> {
    json.enter_array().map_err(|_| "a line is a list of positions")?;
    let mut line = Vec::new();
    while json.next_element().map_err(|e| e.what)? {
        line.push(position(json, all)?);
    }
    if line.len() < least { Err(format!("a line or ring of fewer than {least} positions")) } else { Ok(line) }
}

fn rings(json: &mut Cursor<'_>, all: &mut bool) -> Result<Vec<Vec<LonLat>>, String> {
    json.enter_array().map_err(|_| "a polygon is a list of rings")?;
    let mut rings = Vec::new();
    while json.next_element().map_err(|e| e.what)? {
        let ring = line(json, all, 4)?;
        if ring.first() != ring.last() {
            return Err("a ring whose last position is not its first".into());
        }
        rings.push(ring);
    }
    if rings.is_empty() { Err("a polygon without rings".into()) } else { Ok(rings) }
}

/// A place member, before the geometry has its say.
#[derive(Default)]
pub(super) struct PlacePart {
    pub(super) place: Place,
    /// The position for symbol and label, as read and as it stands.
    pub(super) position: Option<(LonLat, Text)>,
    /// What could not be read or is not known, under its own keys.
    pub(super) members: Vec<(Text, Text)>,
}

impl Reader<'_> {
    /// Reads an object of names by language code. Entries that are no text stay in `members` under `key`.
    pub(super) fn names(&mut self, m: &mut Members<'_>, at: &At<'_>, key: &str) -> Syntaxed<Names> {
        let mut pairs = Vec::new();
        self.entries(m, at, key, |code, name| pairs.push((code.to_owned(), name.to_owned())))?;
        Ok(Names::from_pairs(pairs.iter().map(|(code, name)| (code.as_str(), name.as_str()))))
    }

    pub(super) fn place(&mut self, up: &mut Members<'_>, at: &At<'_>) -> Syntaxed<PlacePart> {
        let mut part = PlacePart::default();
        if !self.is_object(up, at, "place")? {
            return Ok(part);
        }
        let mut m = Members::default();
        while let Some(key) = self.key(&mut m, at)? {
            let here = at.key(&key);
            let place = &mut part.place;
            match &*key {
                "names" => place.names = self.names(&mut m, &here, "names")?,
                "position" => {
                    let read = |raw: &str| {
                        let mut all = true;
                        match position(&mut Cursor::new(raw), &mut all)? {
                            p if all => Ok((p, super::json::compact(raw).as_ref().into())),
                            _ => Err("a position here has two numbers".to_owned()),
                        }
                    };
                    part.position = self.value(&mut m, &here, "position", read)?;
                }
                "precision" => {
                    place.precision =
                        self.word(&mut m, &here, "precision", Precision::from_id, "a degree of precision")?;
                }
                "radius_km" => place.radius_km = self.value(&mut m, &here, "radius_km", radius)?,
                "basis" => place.basis = self.text(&mut m, &here, "basis")?,
                _ => m.keep(&key, self.json.skip()?),
            }
        }
        part.members = m.extra;
        Ok(part)
    }
}

pub(super) fn radius(raw: &str) -> Result<f32, String> {
    raw.parse::<f32>()
        .ok()
        .filter(|r| *r > 0.0 && *r <= 20_000.0)
        .ok_or_else(|| format!("{} is no radius; use km above 0 and at most 20000", short(raw)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_swapped_or_out_of_range_is_named() {
        let why = |raw: &str| geometry(raw).unwrap_err().why;
        assert!(why(r#"{"type":"Point","coordinates":[39.8,145.6]}"#).contains("swapped"));
        assert!(why(r#"{"type":"Point","coordinates":[200,39]}"#).contains("longitude 200"));
        assert!(why(r#"{"type":"Point","coordinates":["45",39]}"#).contains("two numbers"));
        assert!(why(r#"{"type":"MultiPolygon","coordinates":[]}"#).contains("MultiPolygon"));
        assert!(why(r#"{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,1]]]}"#).contains("last position"));
        assert!(why("5").contains("object or null"));
    }

    #[test]
    fn an_altitude_is_read_over_and_remembered() {
        let (g, all) = geometry(r#"{"type":"Point","coordinates":[45.67,39.84,1200]}"#).unwrap();
        assert_eq!((g, all), (Geometry::Point(LonLat::new(45.67, 39.84).unwrap()), false));
    }
}
