//! Plain GeoJSON: one feature an incident, with flat members that other programs can style and animate, and the claims
//! beside them as they stand in the project file.

use super::json::Obj;
use super::{Export, ExportError, words};
use crate::io::project::json::{self, Cursor};
use crate::io::project::{self, is_derived};
use crate::io::tables::{precision, start_and_end};
use crate::model::{Incident, Language};

/// Colours of symbols: what happened on the ground, what was said.
pub(super) const COLORS: [&str; 2] = ["#5b3a63", "#7a5c52"];

/// The colour of an incident's symbol.
pub(super) fn color(incident: &Incident) -> &'static str {
    let [ground, said] = COLORS;
    if incident.kind.is_spoken() { said } else { ground }
}

pub(super) fn write(export: &Export) -> Result<Vec<u8>, ExportError> {
    let mut bytes = Vec::new();
    project::write(&export.project, &mut bytes)?;
    let text = String::from_utf8_lossy(&bytes);
    let mut out = String::from("{\n\"type\":\"FeatureCollection\",\n");
    // Members beside the features are read by few programs, and by people who open the file.
    out += &format!("\"description\":{},\n\"features\":[", crate::io::tables::quoted(&words::basis_and_note(export)));
    let mut incidents = export.project.iter();
    let figures = export.figures();
    let mut first = true;
    for raw in features(&text) {
        let members = members(raw);
        let get = |name: &str| members.iter().find(|(k, _)| k == name).map(|(_, v)| *v);
        let has = |raw: &str, name: &str| raw_members_have(raw, name);
        let properties = get("properties").unwrap_or("null");
        out += if std::mem::take(&mut first) { "\n" } else { ",\n" };
        let is_drawing =
            self::members(properties).iter().any(|(k, v)| k == "kind" && json::text(v).as_deref() == Some("drawing"));
        if is_drawing || !has(properties, "uid") || !has(properties, "kind") {
            out += raw;
            continue;
        }
        let Some((_, incident)) = incidents.next() else { continue };
        let mut feature = Obj::new();
        feature.raw("type", "\"Feature\"");
        if get("id").is_none() {
            feature.text("id", incident.uid.as_str());
        }
        for (key, value) in members.iter().filter(|(k, _)| k != "type" && k != "properties") {
            feature.raw(key, value);
        }
        feature.raw("properties", &flat(export, &figures, incident, properties));
        out += &feature.finish();
    }
    out += if first { "]\n}\n" } else { "\n]\n}\n" };
    Ok(out.into_bytes())
}

/// The properties: what the project file has, then what is worked out.
fn flat(export: &Export, figures: &crate::io::tables::FiguresOf<'_>, incident: &Incident, raw: &str) -> String {
    let mut o = Obj::new();
    let mut own = Vec::new();
    for (key, value) in members(raw) {
        if !is_derived(&key) {
            o.raw(&key, value);
            own.push(key);
        }
    }
    let mut derived = Obj::new();
    let (start, end) = start_and_end(incident);
    derived.text("start", &start).text("end", &end);
    if let Some(when) = &incident.when {
        derived.text("date_precision", precision(when));
    }
    derived.text("place_name", incident.place.names.best(Language::En));
    for (category, party, [low, best, high]) in figures.of(incident) {
        for (end, n) in [("low", low), ("best", best), ("high", high)] {
            derived.number(&format!("{}_{}_{end}", category.id(), party.as_str()), n);
        }
    }
    if !incident.claims.is_empty() {
        derived.text("figures_by", &figures.sentence());
        derived.raw("contradicted", if figures.contradicted(incident) { "true" } else { "false" });
    }
    derived.texts("references", &words::sources(&export.project, incident));
    derived.text("description", &words::text(export, incident));
    let size = match words::dead(export, incident) {
        None | Some(0..=9) => "small",
        Some(10..=99) => "medium",
        Some(_) => "large",
    };
    derived.text("marker-color", color(incident)).text("marker-size", size);
    // What the project says itself is never written over.
    for (key, value) in members(&derived.finish()) {
        if !own.contains(&key) {
            o.raw(&key, value);
        }
    }
    o.finish()
}

fn raw_members_have(raw: &str, name: &str) -> bool {
    members(raw).iter().any(|(k, v)| k == name && json::text(v).is_some())
}

/// The features of a project file, raw.
pub(super) fn features(text: &str) -> Vec<&str> {
    let found = members(text);
    let Some((_, raw)) = found.iter().find(|(k, _)| k == "features") else { return Vec::new() };
    let mut json = Cursor::new(raw);
    let mut out = Vec::new();
    if json.enter_array().is_ok() {
        while let Ok(true) = json.next_element() {
            let Ok(feature) = json.skip() else { break };
            out.push(feature);
        }
    }
    out
}

fn members(raw: &str) -> Vec<(String, &str)> {
    let mut json = Cursor::new(raw);
    let mut out = Vec::new();
    if json.enter_object().is_ok() {
        while let Ok(Some(key)) = json.next_key() {
            let Ok(value) = json.skip() else { break };
            out.push((key.into_owned(), value));
        }
    }
    out
}
