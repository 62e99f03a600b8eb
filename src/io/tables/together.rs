//! Tables put together again into a project.

use std::collections::HashMap;

use super::cell::{self, members, object, quoted};
use super::columns::{CLAIM_LISTS, CLAIM_TEXTS, INCIDENT_LISTS, INCIDENT_TEXTS, SOURCE_TEXTS, is_derived, name_column};
use super::{Table, Tables, wkt};
use crate::io::project::json;
use crate::io::project::{self, OpenError, Opened};
use crate::io::{Finding, Severity};
use crate::model::Language;

/// Raw members of an object being put together.
type Parts = Vec<(String, String)>;

/// Puts tables together and reads them as a project. Columns that are worked out are passed over; a column that is not
/// known becomes a tag.
///
/// # Errors
/// [`OpenError`] if the parts make no project file at all. A value that does not fit is no error but a finding.
pub fn together(tables: &Tables) -> Result<Opened, OpenError> {
    let mut findings = Vec::new();
    let text = Text { tables, findings: &mut findings }.whole();
    let mut opened = project::read(text.as_bytes())?;
    opened.findings.extend(findings);
    Ok(opened)
}

/// The columns of a table under their names.
struct Columns<'t> {
    table: &'t Table,
    at: HashMap<&'t str, usize>,
}

impl<'t> Columns<'t> {
    fn new(table: &'t Table) -> Self {
        let mut at = HashMap::new();
        for (n, name) in table.columns.iter().enumerate() {
            at.entry(name.as_str()).or_insert(n);
        }
        Self { table, at }
    }

    /// The text of a cell; `None` if it is empty.
    fn get<'r>(&self, row: &'r [super::Cell], name: &str) -> Option<std::borrow::Cow<'r, str>> {
        let text = row.get(*self.at.get(name)?)?.shown();
        (!text.is_empty()).then_some(text)
    }

    /// The raw object in the column `other`.
    fn other(&self, row: &[super::Cell]) -> Parts {
        let raw = self.get(row, "other").unwrap_or_default();
        if !json::is_value(&raw) {
            return Parts::new();
        }
        members(&raw).unwrap_or_default().into_iter().map(|(k, v)| (k, v.to_owned())).collect()
    }
}

fn is_set(cell: &str) -> bool {
    !matches!(cell.trim().to_lowercase().as_str(), "" | "false" | "0" | "no")
}

/// Takes a member out of raw members.
fn take(parts: &mut Parts, name: &str) -> Option<String> {
    let at = parts.iter().position(|(k, _)| k == name)?;
    Some(parts.remove(at).1)
}

fn owned(raw: &str) -> Parts {
    members(raw).unwrap_or_default().into_iter().map(|(k, v)| (k, v.to_owned())).collect()
}

/// The names of a row: in the order of the raw object where there is one, else in the order of the columns.
fn names(columns: &Columns<'_>, row: &[super::Cell], stem: &str, raw: Option<&str>) -> Option<String> {
    let mut cells: Vec<(Language, String)> = Language::ALL
        .into_iter()
        .filter_map(|l| Some((l, columns.get(row, &name_column(stem, l))?.into_owned())))
        .collect();
    if cells.is_empty() && raw.is_none() {
        return None;
    }
    let mut out = Parts::new();
    for (code, value) in raw.map(owned).unwrap_or_default() {
        match Language::from_code(&code) {
            // A name that was taken out of its column is gone; one that never had a column cell stays.
            Some(language) if json::text(&value).is_some_and(|t| !t.is_empty()) => {
                if let Some(at) = cells.iter().position(|(l, _)| *l == language) {
                    out.push((code, quoted(&cells.remove(at).1)));
                }
            }
            _ => out.push((code, value)),
        }
    }
    out.extend(cells.into_iter().map(|(l, name)| (l.code().to_owned(), quoted(&name))));
    Some(object(&out))
}

struct Text<'t> {
    tables: &'t Tables,
    findings: &'t mut Vec<Finding>,
}

impl Text<'_> {
    fn whole(&mut self) -> String {
        let project = Columns::new(&self.tables.project);
        let (mut meta, mut root) = (Parts::new(), Parts::new());
        let mut kept: Vec<(usize, String)> = Vec::new();
        for row in &self.tables.project.rows {
            let (Some(of), Some(key)) = (project.get(row, "of"), project.get(row, "key")) else { continue };
            let value = project.get(row, "value").unwrap_or_default();
            let raw = if json::is_value(&value) { value.into_owned() } else { quoted(&value) };
            match &*of {
                "project" => meta.push((key.into_owned(), raw)),
                "file" => root.push((key.into_owned(), raw)),
                "feature" => kept.push((key.parse().unwrap_or(usize::MAX), raw)),
                _ => {}
            }
        }
        if !meta.iter().any(|(k, _)| k == "format") {
            meta.insert(0, ("format".into(), "\"1.0\"".into()));
        }
        for (key, table) in [("parties", &self.tables.parties), ("sources", &self.tables.sources)] {
            if !table.rows.is_empty() {
                take(&mut meta, key);
                meta.push((key.into(), if key == "parties" { parties(table) } else { sources(table) }));
            }
        }
        let mut out = String::from("{\"type\":\"FeatureCollection\",\n\"clashmap\":");
        out += &object(&meta);
        for (key, raw) in &root {
            out += &format!(",\n{}:{raw}", quoted(key));
        }
        out += ",\n\"features\":[";
        let mut features = self.features().into_iter();
        let mut kept = kept.into_iter().peekable();
        let (mut before, mut first) = (0, true);
        loop {
            let next = match kept.next_if(|(after, _)| *after <= before) {
                Some((_, raw)) => raw,
                None => match features.next() {
                    Some(feature) => {
                        before += 1;
                        feature
                    }
                    None => match kept.next() {
                        Some((_, raw)) => raw,
                        None => break,
                    },
                },
            };
            out += if std::mem::take(&mut first) { "\n" } else { ",\n" };
            out += &next;
        }
        out + "\n]}\n"
    }

    fn features(&mut self) -> Vec<String> {
        let mut claims = self.claims();
        let columns = Columns::new(&self.tables.incidents);
        let foreign: Vec<&str> =
            self.tables.incidents.columns.iter().map(String::as_str).filter(|c| !is_known(c)).collect();
        let mut out = Vec::with_capacity(self.tables.incidents.rows.len());
        for row in &columns.table.rows {
            let uid = columns.get(row, "uid").unwrap_or_default().into_owned();
            // The claims of a uid that stands twice belong to the first.
            let own = claims.remove(&uid).unwrap_or_default();
            out.push(feature(&columns, row, &uid, &own, &foreign));
        }
        let mut lost: Vec<(String, usize)> = claims.into_iter().map(|(uid, c)| (uid, c.len())).collect();
        lost.sort();
        for (uid, n) in lost {
            self.findings.push(Finding {
                severity: Severity::Warning,
                place: "claims".into(),
                what: format!("{n} claims name the incident “{uid}”, which is not there; they are left out"),
            });
        }
        out
    }

    /// Claims by incident, raw, in the order of the table.
    fn claims(&self) -> HashMap<String, Vec<String>> {
        let columns = Columns::new(&self.tables.claims);
        let mut out: HashMap<String, Vec<String>> = HashMap::new();
        for row in &columns.table.rows {
            let incident = columns.get(row, "incident").unwrap_or_default().into_owned();
            let mut parts = Parts::new();
            for name in CLAIM_TEXTS {
                if let Some(text) = columns.get(row, name) {
                    parts.push((name.into(), quoted(&text)));
                }
            }
            if let Some(count) = columns.get(row, "count") {
                parts.push(("count".into(), cell::count_json(&count)));
            }
            if columns.get(row, "running").is_some_and(|c| is_set(&c)) {
                parts.push(("running".into(), "true".into()));
            }
            for name in CLAIM_LISTS {
                if let Some(list) = columns.get(row, name) {
                    parts.push((name.into(), cell::list_json(&list)));
                }
            }
            add(&mut parts, columns.other(row));
            out.entry(incident).or_default().push(object(&parts));
        }
        out
    }
}

/// Adds raw members under keys that are not there yet.
fn add(parts: &mut Parts, more: Parts) {
    for (key, raw) in more {
        if !parts.iter().any(|(k, _)| *k == key) {
            parts.push((key, raw));
        }
    }
}

fn is_known(column: &str) -> bool {
    INCIDENT_TEXTS.contains(&column)
        || INCIDENT_LISTS.contains(&column)
        || is_derived(column)
        || Language::ALL.iter().any(|l| name_column("place", *l) == column)
        || [
            "longitude",
            "latitude",
            "wkt",
            "precision",
            "radius_km",
            "place_basis",
            "tags",
            "sensitive",
            "other",
            "fid",
            "",
        ]
        .contains(&column)
}

fn feature(columns: &Columns<'_>, row: &[super::Cell], uid: &str, claims: &[String], foreign: &[&str]) -> String {
    let mut outer = columns.other(row);
    let mut inner = take(&mut outer, "properties").as_deref().map(owned).unwrap_or_default();
    let raw_place = take(&mut inner, "place");
    // A place that is no object stays as it was.
    let odd_place = raw_place.clone().filter(|raw| members(raw).is_none());
    let mut place = raw_place.as_deref().map(owned).unwrap_or_default();
    let position = columns
        .get(row, "longitude")
        .zip(columns.get(row, "latitude"))
        .map(|(lon, lat)| format!("[{},{}]", number(&lon), number(&lat)));
    let (geometry, beside) = geometry(columns, row, take(&mut outer, "geometry"), position.as_deref());
    let mut parts = Parts::new();
    for name in INCIDENT_TEXTS {
        match columns.get(row, name) {
            Some(text) => parts.push((name.into(), quoted(&text))),
            None if name == "uid" => parts.push((name.into(), quoted(uid))),
            None => {}
        }
    }
    let mut about = Parts::new();
    if let Some(names) = names(columns, row, "place", take(&mut place, "names").as_deref()) {
        about.push(("names".into(), names));
    }
    if let Some(position) = position.filter(|_| beside) {
        about.push(("position".into(), position));
    }
    for (column, key) in [("precision", "precision"), ("place_basis", "basis")] {
        if let Some(text) = columns.get(row, column) {
            about.push((key.into(), quoted(&text)));
        }
    }
    if let Some(radius) = columns.get(row, "radius_km") {
        about.push(("radius_km".into(), number(&radius)));
    }
    add(&mut about, place);
    match odd_place {
        Some(raw) => parts.push(("place".into(), raw)),
        None if !about.is_empty() => parts.push(("place".into(), object(&about))),
        None => {}
    }
    for name in INCIDENT_LISTS {
        if let Some(list) = columns.get(row, name) {
            parts.push((name.into(), cell::list_json(&list)));
        }
    }
    let mut tags = columns.get(row, "tags").map(|t| owned(&cell::entries_json(&t))).unwrap_or_default();
    for name in foreign {
        if let Some(value) = columns.get(row, name) {
            add(&mut tags, vec![((*name).to_owned(), quoted(&value))]);
        }
    }
    if !tags.is_empty() {
        parts.push(("tags".into(), object(&tags)));
    }
    if columns.get(row, "sensitive").is_some_and(|c| is_set(&c)) {
        parts.push(("sensitive".into(), "true".into()));
    }
    if !claims.is_empty() {
        parts.push(("claims".into(), format!("[{}]", claims.join(","))));
    }
    add(&mut parts, inner);
    let mut whole = vec![("type".to_owned(), "\"Feature\"".to_owned()), ("geometry".into(), geometry)];
    add(&mut whole, outer);
    whole.push(("properties".into(), object(&parts)));
    object(&whole)
}

/// The geometry, and whether the position has to stand in the place beside it.
fn geometry(columns: &Columns<'_>, row: &[super::Cell], raw: Option<String>, position: Option<&str>) -> (String, bool) {
    if let Some(raw) = raw {
        let found = members(&raw).unwrap_or_default();
        let get = |name: &str| found.iter().find(|(k, _)| k == name).map(|(_, v)| *v);
        if get("type").and_then(json::text).as_deref() != Some("Point") {
            return (raw, position.is_some());
        }
        // A point with an altitude stands as long as its columns say the same.
        let numbers = |list: &str| -> Vec<Option<f64>> {
            cell::elements(list).unwrap_or_default().into_iter().take(2).map(json::number).collect()
        };
        if position.is_none_or(|p| get("coordinates").is_some_and(|c| numbers(c) == numbers(p))) {
            return (raw, false);
        }
    }
    if let Some(shape) = columns.get(row, "wkt") {
        // WKT that cannot be read is handed on as it stands, for the reader of projects to name.
        return (wkt::geometry_json(&shape).unwrap_or_else(|| quoted(&shape)), position.is_some());
    }
    match position {
        Some(p) => (format!("{{\"type\":\"Point\",\"coordinates\":{p}}}"), false),
        None => ("null".into(), false),
    }
}

/// A cell that should hold a number, as raw JSON; other text in quotes, for the reader of projects to name.
fn number(cell: &str) -> String {
    let cell = cell.trim();
    if json::is_value(cell) && json::number(cell).is_some() {
        return cell.to_owned();
    }
    match cell.parse::<f64>() {
        Ok(v) if v.is_finite() => v.to_string(),
        _ => quoted(cell),
    }
}

fn sources(table: &Table) -> String {
    let columns = Columns::new(table);
    let rows = table.rows.iter().map(|row| {
        let texts = SOURCE_TEXTS.iter().filter_map(|name| Some((*name, columns.get(row, name)?)));
        let mut parts: Parts = texts.map(|(name, text)| (name.to_owned(), quoted(&text))).collect();
        add(&mut parts, columns.other(row));
        object(&parts)
    });
    format!("[{}]", rows.collect::<Vec<_>>().join(","))
}

fn parties(table: &Table) -> String {
    let columns = Columns::new(table);
    let rows = table.rows.iter().map(|row| {
        let mut other = columns.other(row);
        let mut parts = Parts::new();
        if let Some(id) = columns.get(row, "id") {
            parts.push(("id".into(), quoted(&id)));
        }
        if let Some(names) = names(&columns, row, "name", take(&mut other, "names").as_deref()) {
            parts.push(("names".into(), names));
        }
        add(&mut parts, other);
        object(&parts)
    });
    format!("[{}]", rows.collect::<Vec<_>>().join(","))
}
