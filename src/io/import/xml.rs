//! KML and GPX: placemarks, waypoints, tracks and routes as rows.
//!
//! A document type is refused: it is where entity bombs and references to other files live, and no map needs one.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use crate::import::{Gather, Ground, HeldRow, Table, left_out, shaped};
use crate::model::{LonLat, Shape};

/// The deepest nesting.
const DEPTH: usize = 64;

/// What a position takes from the file to the project, in bytes: as text, as read, as kept and as written.
const POSITION: usize = 3 * size_of::<LonLat>();

/// One feature while it is read.
#[derive(Default)]
struct Feature {
    row: HeldRow,
    line: Vec<LonLat>,
    outer: Vec<Vec<LonLat>>,
    point: Option<LonLat>,
    fault: Option<String>,
    geometries: usize,
}

/// Reads KML or GPX; `len` is the length of the file, of the archive for a KMZ.
///
/// # Errors
/// One sentence: what is wrong, what next.
pub(super) fn table(text: &str, len: usize) -> Result<Table, String> {
    let mut xml = Reader::from_str(text);
    let mut gather = Gather::for_file(len);
    let (mut path, mut words): (Vec<String>, String) = (Vec::new(), String::new());
    let mut folders: Vec<String> = Vec::new();
    let mut feature: Option<Feature> = None;
    let mut data = String::new();
    let mut root = String::new();
    let (mut line, mut counted) = (1, 0);
    loop {
        let at = usize::try_from(xml.buffer_position()).unwrap_or(0);
        let bad = |what: &str| format!("line {}: {what}", line_of(text, at));
        let event = xml.read_event().map_err(|e| bad(&format!("this is not valid XML ({})", clipped(&e))))?;
        let (start, is_empty) = match &event {
            Event::Start(s) => (Some(s), false),
            Event::Empty(s) => (Some(s), true),
            _ => (None, false),
        };
        if let Some(start) = start {
            let name = start.local_name().as_ref().to_owned();
            if path.len() >= DEPTH {
                return Err(bad("it is nested too deeply; the file is damaged or made to do harm"));
            }
            if root.is_empty() {
                root.clone_from(&name);
                if name != "kml" && name != "gpx" {
                    return Err(format!("this is XML of another sort (“{}”); KML and GPX are read", short(&name)));
                }
            }
            words.clear();
            match name.as_str() {
                "Placemark" | "wpt" | "trk" | "rte" => {
                    let mut f = Feature::default();
                    // Counted on from the feature before, so that a long file is gone through once.
                    line += lines_in(text, counted, at);
                    counted = at;
                    f.row.line = line;
                    if name == "wpt" {
                        f.point(place(start));
                    }
                    if !folders.is_empty() {
                        let folder = folders.iter().filter(|f| !f.is_empty()).cloned().collect::<Vec<_>>().join(" / ");
                        gather.put(&mut f.row, "folder", &folder)?;
                    }
                    feature = Some(f);
                }
                "trkpt" | "rtept" => {
                    if let Some(f) = &mut feature {
                        gather.charge(POSITION)?;
                        match place(start) {
                            Ok(p) => f.line.push(p),
                            Err(why) => f.fault = Some(why),
                        }
                    }
                }
                "Folder" => folders.push(String::new()),
                "Data" | "SimpleData" => data = attribute(start, "name").unwrap_or_default(),
                _ => {}
            }
            if !is_empty {
                path.push(name);
                continue;
            }
            path.push(name);
        }
        match event {
            Event::Text(t) => words.push_str(&t),
            Event::CData(t) => words.push_str(&t),
            Event::GeneralRef(r) => match r.resolve_char_ref() {
                Ok(Some(c)) => words.push(c),
                _ => words.push(match &*r {
                    "lt" => '<',
                    "gt" => '>',
                    "amp" => '&',
                    "quot" => '"',
                    "apos" => '\'',
                    _ => {
                        return Err(bad(
                            "it refers to an entity, which no map needs; save it anew without a document type",
                        ));
                    }
                }),
            },
            Event::DocType(_) => {
                return Err(bad("it has a document type, which no map needs; save it anew without one"));
            }
            Event::Eof => break,
            Event::End(_) | Event::Empty(_) => {
                let Some(name) = path.pop() else { continue };
                let within = path.last().map_or("", String::as_str);
                let said = words.trim().to_owned();
                words.clear();
                let Some(f) = &mut feature else {
                    match (name.as_str(), within) {
                        ("Folder", _) => drop(folders.pop()),
                        ("name", "Folder") => {
                            if let Some(last) = folders.last_mut() {
                                *last = said;
                            }
                        }
                        _ => {}
                    }
                    continue;
                };
                match (name.as_str(), within) {
                    ("Placemark" | "wpt" | "trk" | "rte", _) => {
                        let done = feature.take().unwrap_or_default().finish();
                        gather.push(done)?;
                    }
                    ("name", "Placemark" | "wpt" | "trk" | "rte") => gather.put(&mut f.row, "name", &said)?,
                    ("description" | "desc" | "cmt", "Placemark" | "wpt" | "trk" | "rte") => {
                        gather.put(&mut f.row, if name == "cmt" { "comment" } else { "description" }, &bare(&said))?;
                    }
                    ("when", "TimeStamp") | ("time", "wpt") => gather.put(&mut f.row, "date", &said)?,
                    ("begin", "TimeSpan") => gather.put(&mut f.row, "begin", &said)?,
                    ("end", "TimeSpan") => gather.put(&mut f.row, "end", &said)?,
                    ("type", "wpt" | "trk" | "rte") => gather.put(&mut f.row, "type", &said)?,
                    ("value", "Data") | ("SimpleData", _) if !data.is_empty() => {
                        gather.put(&mut f.row, &data, &said)?;
                    }
                    ("coordinates", _) => {
                        let positions = said.split_ascii_whitespace().count();
                        gather.charge(positions * POSITION)?;
                        f.coordinates(&said, within);
                    }
                    _ => {}
                }
            }
            _ => {}
        }
    }
    if gather.rows.is_empty() {
        return Err("there is nothing in it: no placemark, waypoint, track or route".into());
    }
    Ok(gather.finish(root.to_uppercase(), Vec::new()))
}

impl Feature {
    fn point(&mut self, read: Result<LonLat, String>) {
        self.geometries += 1;
        match read {
            Ok(p) => self.point = self.point.or(Some(p)),
            Err(why) => self.fault = Some(why),
        }
    }

    /// The positions of one KML geometry, or of one ring.
    fn coordinates(&mut self, text: &str, within: &str) {
        let read: Result<Vec<LonLat>, String> = text.split_whitespace().map(tuple).collect();
        let list = match read {
            Ok(list) => list,
            Err(why) => {
                self.fault = Some(why);
                return;
            }
        };
        match within {
            "Point" => self.point(list.first().copied().ok_or_else(|| "a point has no coordinates".to_owned())),
            "LineString" => {
                self.geometries += 1;
                if self.line.is_empty() {
                    self.line = list;
                }
            }
            // Outer and inner rings follow each other; those of a second area are told by its own outer ring.
            "LinearRing" => {
                self.geometries = self.geometries.max(1);
                self.outer.push(list);
            }
            _ => {}
        }
    }

    fn finish(self) -> HeldRow {
        let mut row = self.row;
        row.ground = match (self.fault, self.point) {
            (Some(why), _) => Some(Err(why)),
            (None, Some(p)) => Some(Ok(Ground { position: Some(p), shape: None, left_out: left_out(self.geometries) })),
            (None, None) if !self.outer.is_empty() => Some(shaped(Shape::Area(self.outer), self.geometries)),
            (None, None) if !self.line.is_empty() => Some(shaped(Shape::Line(self.line), self.geometries)),
            (None, None) => None,
        };
        row
    }
}

/// `lon,lat[,alt]`.
fn tuple(text: &str) -> Result<LonLat, String> {
    let mut parts = text.split(',').map(str::parse::<f64>);
    match (parts.next(), parts.next()) {
        (Some(Ok(lon)), Some(Ok(lat))) => LonLat::new(lon, lat).map_err(|e| e.to_string()),
        _ => Err(format!("“{}” is no position", short(text))),
    }
}

fn attribute(start: &BytesStart<'_>, name: &str) -> Option<String> {
    let found = start.try_get_attribute(name).ok()??;
    Some(found.value.into_owned())
}

fn place(start: &BytesStart<'_>) -> Result<LonLat, String> {
    let number = |name: &str| attribute(start, name).and_then(|t| t.trim().parse::<f64>().ok());
    match (number("lon"), number("lat")) {
        (Some(lon), Some(lat)) => LonLat::new(lon, lat).map_err(|e| e.to_string()),
        _ => Err("a waypoint has no lat and lon".into()),
    }
}

fn short(text: &str) -> String {
    text.chars().take(40).collect()
}

fn line_of(text: &str, at: usize) -> usize {
    lines_in(text, 0, at) + 1
}

fn lines_in(text: &str, from: usize, to: usize) -> usize {
    memchr::memchr_iter(b'\n', text.as_bytes().get(from..to).unwrap_or_default()).count()
}

/// A description without its markup: balloons are written in HTML.
fn bare(text: &str) -> String {
    if !text.contains('<') {
        return text.to_owned();
    }
    let mut out = String::new();
    let mut inside = false;
    for c in text.chars() {
        match c {
            '<' => inside = true,
            '>' if inside => {
                inside = false;
                out.push(' ');
            }
            _ if !inside => out.push(c),
            _ => {}
        }
    }
    out.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What the parser says, which may quote the whole file, as the short part of a line.
fn clipped(e: &quick_xml::Error) -> String {
    e.to_string().split_whitespace().collect::<Vec<_>>().join(" ").chars().take(160).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[expect(clippy::type_complexity, reason = "rows as they are compared")]
    fn rows(text: &str) -> Vec<(String, Option<Result<(f64, f64), String>>)> {
        let table = table(text, text.len()).unwrap();
        let mut out = Vec::new();
        table.each(&mut |row| {
            let cells: Vec<String> =
                table.columns.iter().enumerate().map(|(n, c)| format!("{c}={}", row.cell(n))).collect();
            let at = row.ground.map(|g| g.clone().map(|g| g.position.map_or((0.0, 0.0), |p| (p.lon(), p.lat()))));
            out.push((cells.join("|"), at));
            true
        });
        out
    }

    #[test]
    fn placemarks_come_with_their_time_data_and_folder() {
        let kml = r#"<?xml version="1.0"?><kml xmlns="http://www.opengis.net/kml/2.2"><Document><name>D</name><Folder><name>Sep</name>
            <Placemark><name>A &amp; B</name><description><![CDATA[<b>bold</b> words]]></description>
            <TimeSpan><begin>2022-09-13</begin><end>2022-09-14</end></TimeSpan>
            <ExtendedData><Data name="killed"><value>3</value></Data></ExtendedData>
            <Point><coordinates>46.5,39.5,0</coordinates></Point></Placemark>
            <Placemark><name>C</name><LineString><coordinates>46,39 47,40 48,41</coordinates></LineString></Placemark>
            <Placemark><name>E</name><Point><coordinates>46,139</coordinates></Point></Placemark></Folder></Document></kml>"#;
        let got = rows(kml);
        assert_eq!(got[0].0, "folder=Sep|name=A & B|description=bold words|begin=2022-09-13|end=2022-09-14|killed=3");
        assert_eq!((got[0].1.clone(), got[1].1.clone()), (Some(Ok((46.5, 39.5))), Some(Ok((47.0, 40.0)))));
        assert!(matches!(&got[2].1, Some(Err(_))));
    }

    #[test]
    fn waypoints_and_tracks_are_rows() {
        let gpx = r#"<gpx><wpt lat="39.5" lon="46.5"><time>2022-09-13T06:00:00Z</time><name>W</name></wpt>
            <trk><name>T</name><trkseg><trkpt lat="39" lon="46"/><trkpt lat="40" lon="47"/></trkseg></trk></gpx>"#;
        let got = rows(gpx);
        assert_eq!(got[0], ("date=2022-09-13T06:00:00Z|name=W".to_owned(), Some(Ok((46.5, 39.5)))));
        assert_eq!(got[1].1, Some(Ok((47.0, 40.0))));
    }

    #[test]
    fn document_types_entities_and_towers_are_refused() {
        for (text, word) in [
            ("<!DOCTYPE kml [<!ENTITY a \"b\">]><kml>&a;</kml>", "document type"),
            ("<kml><Placemark><name>&xxe;</name></Placemark></kml>", "entity"),
            ("<html></html>", "another sort"),
            ("<kml><Placemark>", "nothing in it"),
            ("<kml></wrong>", "not valid XML"),
            (&format!("<kml></\n{}>", "wrong\n".repeat(1000)), "not valid XML"),
        ] {
            let why = table(text, text.len()).unwrap_err();
            assert!(why.contains(word) && why.lines().count() == 1 && why.len() < 400, "{text}: {why}");
        }
        assert!(table(&format!("<kml>{}", "<a>".repeat(10_000)), 0).unwrap_err().contains("nested"));
    }
}
