//! Map sources that a project names: how they are read and written. Reading one opens nothing and contacts nobody.

use super::json::{Cursor, number, whole};
use super::notes::{At, short};
use super::place::position;
use super::read::{Members, Reader, Syntaxed, string};
use super::write::{Obj, Result as Written, WriteError, positions};
use crate::model::{ControlPoint, MOST_ZOOM, MapOrigin, MapSource, Plane, Template, Text, TiedPicture, UrlTiles};

impl Reader<'_> {
    /// Reads one map source, inside its object. One without an origin that can be used stays raw as a whole.
    pub(super) fn map_source(&mut self, at: &At<'_>) -> Syntaxed<Result<MapSource, String>> {
        let (mut name, mut attribution, mut opacity, mut hidden) = (Text::default(), Text::default(), None, false);
        let (mut url, mut file, mut picture) = (None, None, None);
        let (mut min_zoom, mut max_zoom, mut tile_size, mut plane) = (None, None, None, None);
        let mut points = Vec::new();
        let mut m = Members::default();
        while let Some(key) = self.key(&mut m, at)? {
            let here = at.key(&key);
            match &*key {
                "name" => name = self.text(&mut m, &here, "name")?,
                "url" => url = self.value(&mut m, &here, "url", template)?,
                "min_zoom" => min_zoom = self.value(&mut m, &here, "min_zoom", zoom)?,
                "max_zoom" => max_zoom = self.value(&mut m, &here, "max_zoom", zoom)?,
                "tile_size" => tile_size = self.value(&mut m, &here, "tile_size", tile_side)?,
                "file" => file = self.value(&mut m, &here, "file", words)?,
                "picture" => picture = self.value(&mut m, &here, "picture", words)?,
                "plane" => plane = self.word(&mut m, &here, "plane", Plane::from_id, "a plane")?,
                "points" => points = self.list(&mut m, &here, "points", point)?,
                "opacity" => opacity = self.value(&mut m, &here, "opacity", percent)?,
                "hidden" => hidden = self.flag(&mut m, &here, "hidden")?,
                "attribution" => attribution = self.text(&mut m, &here, "attribution")?,
                _ => m.keep(&key, self.json.skip()?),
            }
        }
        let has_tiles = min_zoom.is_some() || max_zoom.is_some() || tile_size.is_some();
        let has_points = plane.is_some() || !points.is_empty();
        let origin = match (url, file, picture) {
            (Some(template), None, None) if !has_points => {
                let plain = UrlTiles::new(template);
                MapOrigin::Url(UrlTiles {
                    min_zoom: min_zoom.unwrap_or(plain.min_zoom),
                    max_zoom: max_zoom.unwrap_or(plain.max_zoom),
                    tile_size: tile_size.unwrap_or(plain.tile_size),
                    ..plain
                })
            }
            (None, Some(file), None) if !has_tiles && !has_points => MapOrigin::File(file),
            (None, None, Some(media)) if !has_tiles => {
                MapOrigin::Picture(TiedPicture { media, points, plane: plane.unwrap_or_default() })
            }
            _ => return Ok(Err("a map source has one of url, file and picture, and what belongs to it".into())),
        };
        let opacity = opacity.unwrap_or(100);
        Ok(Ok(MapSource { name, origin, hidden, opacity, attribution, extra: m.extra }))
    }
}

fn template(raw: &str) -> Result<Template, String> {
    let text = string(raw)?;
    let template = Template::parse(&text)?;
    if template.as_str() == text { Ok(template) } else { Err("an address with white space around it".into()) }
}

fn words(raw: &str) -> Result<Text, String> {
    string(raw).and_then(|t| if t.trim().is_empty() { Err("an empty name".into()) } else { Ok(t.as_ref().into()) })
}

fn zoom(raw: &str) -> Result<u8, String> {
    whole(raw)
        .and_then(|z| u8::try_from(z).ok())
        .filter(|z| *z <= MOST_ZOOM)
        .ok_or_else(|| format!("{} is no zoom; use 0 to {MOST_ZOOM}", short(raw)))
}

fn tile_side(raw: &str) -> Result<u16, String> {
    match raw {
        "256" => Ok(256),
        "512" => Ok(512),
        _ => Err(format!("{} is no size of tiles; use 256 or 512", short(raw))),
    }
}

fn percent(raw: &str) -> Result<u8, String> {
    whole(raw)
        .and_then(|p| u8::try_from(p).ok())
        .filter(|p| *p <= 100)
        .ok_or_else(|| format!("{} is no opacity; use 0 to 100 percent", short(raw)))
}

/// `[x, y, longitude, latitude]`.
fn point(raw: &str) -> Result<ControlPoint, String> {
    let no = || format!("{} is no point; use [pixels from the left, from the top, longitude, latitude]", short(raw));
    let mut json = Cursor::new(raw);
    json.enter_array().map_err(|_| no())?;
    let mut parts = Vec::new();
    while json.next_element().map_err(|_| no())? {
        parts.push(json.skip().map_err(|_| no())?);
    }
    let &[x, y, lon, lat] = parts.as_slice() else { return Err(no()) };
    let pixel = |raw: &str| number(raw).filter(|v| v.is_finite() && v.abs() <= 1e6).ok_or_else(no);
    let mut all = true;
    let at = position(&mut Cursor::new(&format!("[{lon},{lat}]")), &mut all)?;
    Ok(ControlPoint { pixel: [pixel(x)?, pixel(y)?], at })
}

/// Writes the members of one map source, those left raw not yet.
pub(super) fn write(o: &mut Obj<'_>, source: &MapSource) -> Written<()> {
    o.text("name", &source.name);
    match &source.origin {
        MapOrigin::Url(tiles) => {
            o.text_always("url", tiles.template.as_str());
            let plain = UrlTiles::new(tiles.template.clone());
            for (key, value, usual) in [
                ("min_zoom", u16::from(tiles.min_zoom), u16::from(plain.min_zoom)),
                ("max_zoom", u16::from(tiles.max_zoom), u16::from(plain.max_zoom)),
                ("tile_size", tiles.tile_size, plain.tile_size),
            ] {
                if value != usual {
                    o.key(key).extend_from_slice(value.to_string().as_bytes());
                }
            }
        }
        MapOrigin::File(file) => o.text_always("file", file),
        MapOrigin::Picture(picture) => {
            o.text_always("picture", &picture.media);
            if picture.plane != Plane::default() {
                o.text_always("plane", picture.plane.id());
            }
            if picture.points.iter().flat_map(|p| p.pixel).any(|v| !v.is_finite()) {
                return Err(WriteError::NotFinite(format!("a point of the picture “{}”", source.name)));
            }
            o.elements("points", picture.points.iter(), |out, point| {
                let [x, y] = point.pixel;
                out.extend_from_slice(format!("[{x},{y},").as_bytes());
                let mut at = Vec::new();
                positions(&mut at, &[point.at]);
                // `[[lon,lat]]` without its brackets, and one of them to close with.
                out.extend_from_slice(at.get(2..at.len().saturating_sub(1)).unwrap_or_default());
                Ok(())
            })?;
        }
    }
    if source.opacity != 100 {
        o.key("opacity").extend_from_slice(source.opacity.to_string().as_bytes());
    }
    o.flag("hidden", source.hidden);
    o.text("attribution", &source.attribution);
    Ok(())
}
