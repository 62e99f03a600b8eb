//! JSON in the shapes that maps and archives give out: GeoJSON of every sort, one feature a line, lists of events
//! (`TimeMap`, Atlos, `GeoConfirmed`), records in an object.
//!
//! Every member of `properties` is a column; what is nested is named with dots, lists of words are joined by `; `.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use crate::import::{Gather, Ground, HeldRow, Reading, Table, left_out, shaped};
use crate::model::{LonLat, Shape};

/// Deeper objects are kept as raw text.
pub(super) const DEPTH: usize = 4;

#[derive(Deserialize)]
struct Root<'a> {
    #[serde(rename = "type")]
    kind: Option<String>,
    #[serde(borrow)]
    features: Option<Vec<&'a RawValue>>,
}

/// Reads JSON of any known shape.
///
/// # Errors
/// One sentence: what is wrong, what next.
pub(super) fn table(text: &str, reading: &Reading) -> Result<Table, String> {
    let mut gather = Gather::for_file(text.len());
    let mut notes = Vec::new();
    let start = text.trim_start();
    let format = if start.starts_with('[') {
        let list: Vec<&RawValue> = serde_json::from_str(text).map_err(|e| bad(&e))?;
        add_all(&mut gather, &list)?;
        "JSON list"
    } else {
        match serde_json::from_str::<Root>(text) {
            Ok(Root { kind, features: Some(features) }) if kind.as_deref() != Some("Topology") => {
                add_all(&mut gather, &features)?;
                "GeoJSON"
            }
            Ok(Root { kind, .. }) => match kind.as_deref() {
                Some("Topology") => {
                    super::topojson::add(&mut gather, text, reading.sheet.as_deref(), &mut notes)?;
                    "TopoJSON"
                }
                Some(
                    "Feature" | "Point" | "LineString" | "Polygon" | "MultiPoint" | "MultiLineString" | "MultiPolygon"
                    | "GeometryCollection",
                ) => {
                    add(&mut gather, text, 1)?;
                    "GeoJSON"
                }
                _ => {
                    records(&mut gather, text)?;
                    "JSON records"
                }
            },
            // Several values, one after the other: a feature a line.
            Err(e) if e.is_data() || e.is_syntax() => {
                if !lines(&mut gather, text, &mut notes)? {
                    return Err(bad(&e));
                }
                "GeoJSON lines"
            }
            Err(e) => return Err(bad(&e)),
        }
    };
    if gather.rows.is_empty() {
        return Err("there is nothing in it: no feature and no record".into());
    }
    Ok(gather.finish(format.into(), notes))
}

pub(super) fn bad(e: &serde_json::Error) -> String {
    format!("line {}, column {}: this is not valid JSON; the file is damaged or cut off", e.line(), e.column())
}

/// One value a line, with or without the record separator of RFC 8142. `false`: the first line is none.
fn lines(gather: &mut Gather, text: &str, notes: &mut Vec<String>) -> Result<bool, String> {
    let mut broken = (0, 0);
    for (n, line) in (1..).zip(text.lines()) {
        let line = line.trim_matches(|c: char| c.is_whitespace() || c == '\u{1e}');
        if line.is_empty() {
            continue;
        }
        if serde_json::from_str::<&RawValue>(line).is_err() {
            if gather.rows.is_empty() {
                return Ok(false);
            }
            broken = (broken.0 + 1, if broken.0 == 0 { n } else { broken.1 });
            let ground = Some(Err("this line is not valid JSON".to_owned()));
            gather.push(HeldRow { line: n, cells: Vec::new(), ground })?;
            continue;
        }
        add(gather, line, n)?;
    }
    if broken.0 > 0 {
        notes.push(format!("{} lines are not valid JSON (first: line {})", broken.0, broken.1));
    }
    Ok(!gather.rows.is_empty())
}

/// An object that holds a list of records under some name.
fn records(gather: &mut Gather, text: &str) -> Result<(), String> {
    let object: BTreeMap<String, &RawValue> = serde_json::from_str(text).map_err(|e| bad(&e))?;
    let lists = object.values().filter_map(|raw| serde_json::from_str::<Vec<&RawValue>>(raw.get()).ok());
    let best = lists.filter(|l| l.first().is_some_and(|f| f.get().starts_with('{'))).max_by_key(Vec::len);
    match best {
        Some(list) => add_all(gather, &list),
        None => Err("this JSON holds no features and no list of records; export the events themselves".into()),
    }
}

fn add_all(gather: &mut Gather, list: &[&RawValue]) -> Result<(), String> {
    for (n, raw) in (1..).zip(list) {
        add(gather, raw.get(), n)?;
    }
    Ok(())
}

/// Adds one feature, geometry or record.
fn add(gather: &mut Gather, raw: &str, line: usize) -> Result<(), String> {
    let mut row = HeldRow { line, ..HeldRow::default() };
    let Ok(value) = serde_json::from_str::<Value>(raw) else {
        row.ground = Some(Err("it is nested too deeply or not valid JSON".into()));
        gather.push(row)?;
        return Ok(());
    };
    let Value::Object(mut object) = value else {
        row.ground = Some(Err("this is no feature and no record".into()));
        gather.push(row)?;
        return Ok(());
    };
    let is = |name: &str| object.get("type").and_then(Value::as_str) == Some(name);
    if is("Feature") {
        if let Some(id) = object.get("id").filter(|v| !v.is_null()) {
            gather.put(&mut row, "id", &scalar(id))?;
        }
        match object.get("geometry") {
            None | Some(Value::Null) => {}
            Some(geometry) => row.ground = Some(ground(geometry)),
        }
        if let Some(Value::Object(properties)) = object.get_mut("properties").map(Value::take) {
            for (name, value) in properties {
                put(gather, &mut row, &name, &value, DEPTH)?;
            }
        }
    } else if object.contains_key("coordinates") && object.contains_key("type") {
        row.ground = Some(ground(&Value::Object(object)));
    } else {
        for (name, value) in object {
            put(gather, &mut row, &name, &value, DEPTH)?;
        }
    }
    gather.push(row)?;
    Ok(())
}

/// Puts a member into the row; what is nested in it under longer names.
pub(super) fn put(
    gather: &mut Gather,
    row: &mut HeldRow,
    name: &str,
    value: &Value,
    depth: usize,
) -> Result<(), String> {
    match value {
        Value::Object(members) if depth > 0 && !members.is_empty() => {
            if members.contains_key("coordinates")
                && members.get("type").is_some_and(Value::is_string)
                && row.ground.is_none()
            {
                row.ground = Some(ground(value));
                return Ok(());
            }
            for (inner, value) in members {
                put(gather, row, &format!("{name}.{inner}"), value, depth - 1)?;
            }
            Ok(())
        }
        Value::Array(list) if !list.is_empty() && list.iter().all(|v| !v.is_object() && !v.is_array()) => {
            let words: Vec<String> = list.iter().map(scalar).collect();
            gather.put(row, name, &words.join("; "))
        }
        Value::Array(list) if list.is_empty() => gather.put(row, name, ""),
        Value::Array(list) if list.iter().all(Value::is_object) => {
            // The links of a list of records (media, sources) are worth columns of their own.
            let mut links: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
            for (member, link) in list.iter().filter_map(Value::as_object).flatten() {
                if let Some(link) = link.as_str().filter(|l| l.starts_with("http://") || l.starts_with("https://")) {
                    links.entry(member).or_default().push(link);
                }
            }
            for (member, links) in links {
                gather.put(row, &format!("{name}.{member}"), &links.join("; "))?;
            }
            gather.put(row, name, &scalar(value))
        }
        other => gather.put(row, name, &scalar(other)),
    }
}

pub(super) fn scalar(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// A geometry of RFC 7946.
fn ground(geometry: &Value) -> Result<Ground, String> {
    let kind = geometry.get("type").and_then(Value::as_str).unwrap_or_default();
    if kind == "GeometryCollection" {
        let list = geometry.get("geometries").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        let first = list.first().ok_or_else(|| "the geometry is an empty collection".to_owned())?;
        let mut found = if first.get("geometries").is_some() {
            return Err("the geometry is a collection of collections".into());
        } else {
            ground(first)?
        };
        found.left_out = left_out(list.len());
        return Ok(found);
    }
    let at = geometry.get("coordinates").ok_or_else(|| "the geometry has no coordinates".to_owned())?;
    let list = |v: &Value| v.as_array().cloned().unwrap_or_default();
    let line = |v: &Value| list(v).iter().map(position).collect::<Result<Vec<_>, _>>();
    let rings = |v: &Value| list(v).iter().map(line).collect::<Result<Vec<_>, _>>();
    let parts = list(at);
    let empty = || "the geometry is empty".to_owned();
    match kind {
        "Point" if parts.is_empty() => Ok(Ground::default()),
        "Point" => Ok(Ground { position: Some(position(at)?), ..Ground::default() }),
        "LineString" => shaped(Shape::Line(line(at)?), 1),
        "Polygon" => shaped(Shape::Area(rings(at)?), 1),
        "MultiPoint" => {
            let first = position(parts.first().ok_or_else(empty)?)?;
            Ok(Ground { position: Some(first), shape: None, left_out: left_out(parts.len()) })
        }
        "MultiLineString" => shaped(Shape::Line(line(parts.first().ok_or_else(empty)?)?), parts.len()),
        "MultiPolygon" => shaped(Shape::Area(rings(parts.first().ok_or_else(empty)?)?), parts.len()),
        other => Err(format!("“{}” is no sort of geometry", other.chars().take(40).collect::<String>())),
    }
}

fn position(value: &Value) -> Result<LonLat, String> {
    let number = |n: usize| value.get(n).and_then(Value::as_f64);
    match (number(0), number(1)) {
        (Some(lon), Some(lat)) => LonLat::new(lon, lat).map_err(|e| e.to_string()),
        _ => Err("a position is not two numbers".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str) -> Vec<(usize, String, Option<bool>)> {
        let table = table(text, &Reading::default()).unwrap();
        let mut out = Vec::new();
        table.each(&mut |row| {
            let cells: Vec<String> =
                table.columns.iter().enumerate().map(|(n, c)| format!("{c}={}", row.cell(n))).collect();
            out.push((row.line, cells.join(" "), row.ground.map(Result::is_ok)));
            true
        });
        out
    }

    #[test]
    fn features_are_rows_and_their_properties_columns() {
        let text = r#"{"type":"FeatureCollection","features":[
            {"type":"Feature","id":7,"geometry":{"type":"Point","coordinates":[46.5,39.5,100]},"properties":{"a":"x","n":{"b":1,"c":[1,2]}}},
            {"type":"Feature","geometry":null,"properties":{"a":null}},
            {"type":"Feature","geometry":{"type":"Point","coordinates":[46.5,139.5]},"properties":{}}]}"#;
        assert_eq!(
            rows(text),
            [
                (1, "id=7 a=x n.b=1 n.c=1; 2".to_owned(), Some(true)),
                (2, "id= a= n.b= n.c=".to_owned(), None),
                (3, "id= a= n.b= n.c=".to_owned(), Some(false)),
            ]
        );
    }

    #[test]
    fn every_shape_of_json_is_a_table() {
        for (text, n) in [
            (r#"{"type":"Point","coordinates":[46,39]}"#, 1),
            (
                "{\"type\":\"Feature\",\"geometry\":null,\"properties\":{\"a\":1}}\n{\"type\":\"Feature\",\"geometry\":null,\"properties\":{\"a\":2}}\n",
                2,
            ),
            ("\u{1e}{\"type\":\"Feature\",\"geometry\":null,\"properties\":{\"a\":1}}\n\u{1e}{\"a\":2}\n{broken\n", 3),
            (r#"[{"id":"1","date":"9/13/2022","latitude":"39"},{"id":"2"}]"#, 2),
            (r#"{"count":2,"placemarks":[{"lat":39,"lng":46},{"lat":40,"lng":46}]}"#, 2),
        ] {
            assert_eq!(rows(text).len(), n, "{text}");
        }
    }

    #[test]
    fn what_is_no_table_says_why() {
        for (text, word) in [
            ("{\"a\":1}", "no list of records"),
            ("{\"type\":\"FeatureCollection\",\"features\":[]}", "nothing in it"),
            ("{\"type\":\"FeatureCollection\",\"features\":[{\"type\":\"Feat", "not valid JSON"),
            ("{\"type\":\"Topology\",\"objects\":{}}", "nothing in it"),
            ("[1,2", "not valid JSON"),
        ] {
            let why = table(text, &Reading::default()).unwrap_err();
            assert!(why.contains(word), "{text}: {why}");
        }
    }

    #[test]
    fn a_tower_of_brackets_is_refused_and_not_climbed() {
        let text = format!("[{{\"a\":{}1{}}}]", "[".repeat(100_000), "]".repeat(100_000));
        assert!(table(&text, &Reading::default()).is_err() || rows(&text)[0].2 == Some(false));
    }
}
