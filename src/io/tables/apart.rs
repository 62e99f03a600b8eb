//! A project taken apart into tables.

use super::cell::{self, Cell, members, object, quoted};
use super::columns::{CLAIM_LISTS, CLAIM_TEXTS, FiguresOf, INCIDENT_LISTS, INCIDENT_TEXTS, SOURCE_TEXTS, name_column};
use super::wkt::{shape_json, wkt};
use super::{Table, Tables};
use crate::io::project::json::{self, Cursor};
use crate::io::project::{self, WriteError};
use crate::model::{Claim, Incident, Language, Log, Project};

/// Takes a project apart. The figures beside are those of `figures`, under its question.
///
/// # Errors
/// [`WriteError`] as for the project file itself.
pub fn apart(project: &Project, figures: &FiguresOf<'_>) -> Result<Tables, WriteError> {
    let mut bytes = Vec::new();
    // The log of edits is for those who work on the project.
    project::write(&project.clone().with_log(Log::default()), &mut bytes)?;
    let text = String::from_utf8_lossy(&bytes);
    let mut apart = Apart { tables: empty(figures), figures, sentence: figures.sentence() };
    // What was written a moment ago can be read.
    let _ = apart.root(&text, project);
    Ok(apart.tables)
}

/// The columns of a table of incidents, in order.
fn incident_columns(figures: &FiguresOf<'_>) -> Vec<String> {
    let place = Language::ALL.map(|l| name_column("place", l));
    let own = ["uid", "kind", "title", "when", "longitude", "latitude", "wkt", "precision", "radius_km", "place_basis"];
    let more = ["parent", "parties", "weapons", "sources", "media", "tags", "notes", "sensitive"];
    let names = own.into_iter().map(str::to_owned).chain(place).chain(more.map(str::to_owned));
    names.chain(figures.columns()).chain(["other".to_owned()]).collect()
}

fn empty(figures: &FiguresOf<'_>) -> Tables {
    let claims = [
        "incident",
        "id",
        "claimant",
        "speaks_for",
        "about",
        "status",
        "category",
        "count",
        "low",
        "best",
        "high",
        "published",
        "period",
        "running",
        "source",
        "via",
        "quote",
        "url",
        "archived",
        "language",
        "grade",
        "standing",
        "covers",
        "note",
        "other",
    ];
    let names = Language::ALL.map(|l| name_column("name", l));
    Tables {
        incidents: Table::new(incident_columns(figures)),
        claims: Table::new(claims),
        sources: Table::new(SOURCE_TEXTS.into_iter().chain(["other"])),
        parties: Table::new(["id".to_owned()].into_iter().chain(names).chain(["other".to_owned()])),
        project: Table::new(["of", "key", "value"]),
    }
}

/// A row being filled, by the names of its columns.
struct Row<'t> {
    columns: &'t [String],
    cells: Vec<Cell>,
}

impl<'t> Row<'t> {
    fn new(columns: &'t [String]) -> Self {
        Self { columns, cells: vec![Cell::Empty; columns.len()] }
    }

    fn set(&mut self, name: &str, cell: Cell) {
        if let Some(slot) = self.columns.iter().position(|c| c == name).and_then(|n| self.cells.get_mut(n)) {
            *slot = cell;
        }
    }

    fn set_if_empty(&mut self, name: &str, cell: Cell) {
        let at = self.columns.iter().position(|c| c == name);
        if let Some(slot @ Cell::Empty) = at.and_then(|n| self.cells.get_mut(n)) {
            *slot = cell;
        }
    }

    /// Sets the cell of a text; false if the raw value is none, or an empty one, which a cell cannot tell from nothing.
    fn text(&mut self, name: &str, raw: &str) -> bool {
        match json::text(raw) {
            Some(text) if !text.is_empty() => {
                self.set(name, Cell::Text(text.into_owned()));
                true
            }
            _ => false,
        }
    }

    fn take(&mut self, name: &str, cell: Option<Cell>) -> bool {
        match cell {
            Some(cell) if cell != Cell::Empty => {
                self.set(name, cell);
                true
            }
            _ => false,
        }
    }

    fn number(&mut self, name: &str, raw: &str) -> bool {
        match json::number(raw) {
            // A number whose spelling would be lost stays raw.
            Some(v) if v.to_string() == raw => {
                self.set(name, Cell::Real(v));
                true
            }
            _ => false,
        }
    }

    fn yes(&mut self, name: &str, raw: &str) -> bool {
        if raw == "true" {
            self.set(name, Cell::Yes);
        }
        raw == "true"
    }

    /// Names by language. Where the order is not that of the columns or there are other languages, the raw object goes
    /// besides into what has no column.
    fn names(&mut self, stem: &str, raw: &str) -> bool {
        let Some(found) = members(raw) else { return false };
        let mut order = Language::ALL.iter();
        let mut plain = true;
        for (code, name) in &found {
            plain &= order.any(|l| l.code() == code);
            if let Some(language) = Language::from_code(code) {
                plain &= self.text(&name_column(stem, language), name);
            }
        }
        plain
    }
}

type Left<'a> = Vec<(String, &'a str)>;

struct Apart<'f> {
    tables: Tables,
    figures: &'f FiguresOf<'f>,
    sentence: String,
}

impl Apart<'_> {
    fn project_row(&mut self, of: &str, key: &str, raw: &str) {
        // A text that is JSON itself, such as “5”, stays in quotes, and one that is spelt oddly stays as it is.
        let text = json::text(raw).filter(|t| !t.is_empty() && !json::is_value(t) && quoted(t) == raw);
        let value = text.map_or_else(|| raw.to_owned(), std::borrow::Cow::into_owned);
        self.tables.project.rows.push(vec![Cell::text(of), Cell::text(key), Cell::text(value)]);
    }

    fn root(&mut self, text: &str, project: &Project) -> Result<(), json::Syntax> {
        let mut json = Cursor::new(text);
        json.enter_object()?;
        while let Some(key) = json.next_key()? {
            match &*key {
                "type" => drop(json.skip()?),
                "clashmap" => {
                    let raw = json.skip()?;
                    for (key, value) in members(raw).unwrap_or_default() {
                        self.meta_member(&key, value);
                    }
                }
                "features" => {
                    let mut incidents = project.iter();
                    let mut before = 0_usize;
                    json.enter_array()?;
                    while json.next_element()? {
                        let raw = json.skip()?;
                        if self.feature(raw, &mut incidents, before) {
                            before += 1;
                        }
                    }
                }
                _ => {
                    let raw = json.skip()?;
                    self.project_row("file", &key, raw);
                }
            }
        }
        Ok(())
    }

    fn meta_member(&mut self, key: &str, value: &str) {
        let rows = match key {
            "sources" | "parties" => cell::elements(value).and_then(|all| {
                all.into_iter().map(members).collect::<Option<Vec<Left<'_>>>>().filter(|rows| !rows.is_empty())
            }),
            _ => None,
        };
        let Some(rows) = rows else { return self.project_row("project", key, value) };
        for members in rows {
            if key == "sources" {
                let mut row = Row::new(&self.tables.sources.columns);
                let mut left = Left::new();
                for (name, raw) in members {
                    if !(SOURCE_TEXTS.contains(&name.as_str()) && row.text(&name, raw)) {
                        left.push((name, raw));
                    }
                }
                row.set("other", other(&left));
                let cells = row.cells;
                self.tables.sources.rows.push(cells);
            } else {
                let mut row = Row::new(&self.tables.parties.columns);
                let mut left = Left::new();
                for (name, raw) in members {
                    let held = match name.as_str() {
                        "id" => row.text("id", raw),
                        "names" => row.names("name", raw),
                        _ => false,
                    };
                    if !held {
                        left.push((name, raw));
                    }
                }
                row.set("other", other(&left));
                let cells = row.cells;
                self.tables.parties.rows.push(cells);
            }
        }
    }

    /// Adds a row for an incident and says so, or keeps the feature as it stands.
    fn feature<'p>(
        &mut self,
        raw: &str,
        incidents: &mut impl Iterator<Item = (crate::model::IncidentId, &'p Incident)>,
        before: usize,
    ) -> bool {
        let found = members(raw).unwrap_or_default();
        let get = |name: &str| found.iter().find(|(k, _)| k == name).map(|(_, v)| *v);
        let properties = get("properties").and_then(members).unwrap_or_default();
        let text = |name: &str| properties.iter().find(|(k, _)| k == name).and_then(|(_, v)| json::text(v));
        let is_feature = get("type").and_then(json::text).as_deref() == Some("Feature");
        let is_incident = is_feature && text("uid").is_some() && text("kind").is_some_and(|k| k != "drawing");
        if !is_incident {
            self.project_row("feature", &before.to_string(), raw);
            return false;
        }
        if let Some((_, incident)) = incidents.next() {
            self.incident(&found, properties, incident);
        }
        true
    }

    fn incident(&mut self, found: &Left<'_>, properties: Left<'_>, incident: &Incident) {
        let mut row = Row::new(&self.tables.incidents.columns);
        let mut left: Vec<(String, String)> = Vec::new();
        let place = &incident.place;
        if let Some(p) = place.position {
            row.set("longitude", Cell::Real(p.lon()));
            row.set("latitude", Cell::Real(p.lat()));
        }
        for (key, raw) in found {
            match key.as_str() {
                "type" | "properties" => {}
                "geometry" => {
                    let point = place.position.map(|p| format!("[{},{}]", p.lon(), p.lat()));
                    let plain = match (&place.shape, point) {
                        (Some(shape), _) => shape_json(shape),
                        (None, Some(p)) => format!("{{\"type\":\"Point\",\"coordinates\":{p}}}"),
                        (None, None) => "null".into(),
                    };
                    match &place.shape {
                        _ if plain != *raw => left.push((key.clone(), (*raw).to_owned())),
                        Some(shape) => row.set("wkt", Cell::text(wkt(shape))),
                        None => {}
                    }
                }
                _ => left.push((key.clone(), (*raw).to_owned())),
            }
        }
        let mut left_inside: Vec<(String, String)> = Vec::new();
        let mut claims = Vec::new();
        for (key, raw) in properties {
            let name = key.as_str();
            let held = match name {
                "place" => match members(raw) {
                    None => false,
                    Some(parts) => {
                        let left = place_cells(parts, &mut row);
                        if !left.is_empty() {
                            left_inside.push((key.clone(), object(&left)));
                        }
                        true
                    }
                },
                "tags" => row.take(name, cell::entries_cell(raw)),
                "sensitive" => row.yes(name, raw),
                "claims" => {
                    match cell::elements(raw).map(|all| all.into_iter().map(members).collect::<Option<Vec<_>>>()) {
                        Some(Some(all)) if all.len() == incident.claims.len() => {
                            claims = all;
                            true
                        }
                        _ => false,
                    }
                }
                _ if INCIDENT_TEXTS.contains(&name) => row.text(name, raw),
                _ if INCIDENT_LISTS.contains(&name) => row.take(name, cell::list_cell(raw)),
                _ => project::is_derived(name),
            };
            if !held {
                left_inside.push((key, raw.to_owned()));
            }
        }
        let derived = self.figures.columns();
        for (name, cell) in derived.iter().zip(self.figures.cells(incident, &self.sentence)) {
            row.set(name, cell);
        }
        if !left_inside.is_empty() {
            left.push(("properties".into(), object(&left_inside)));
        }
        row.set("other", Cell::text(if left.is_empty() { String::new() } else { object(&left) }));
        let cells = row.cells;
        self.tables.incidents.rows.push(cells);
        for (members, claim) in claims.into_iter().zip(&incident.claims) {
            let cells = claim_cells(&self.tables.claims.columns, members, claim, incident.uid.as_str());
            self.tables.claims.rows.push(cells);
        }
    }
}

/// Fills the columns of a place; what has none is given back.
fn place_cells<'a>(parts: Left<'a>, row: &mut Row<'_>) -> Left<'a> {
    let mut left = Left::new();
    for (key, raw) in parts {
        let held = match key.as_str() {
            "names" => row.names("place", raw),
            "precision" => row.text("precision", raw),
            "basis" => row.text("place_basis", raw),
            "radius_km" => row.number("radius_km", raw),
            // Longitude and latitude have it already.
            "position" => cell::elements(raw).is_some_and(|p| p.len() == 2),
            _ => false,
        };
        if !held {
            left.push((key, raw));
        }
    }
    left
}

fn claim_cells(columns: &[String], members: Left<'_>, claim: &Claim, incident: &str) -> Vec<Cell> {
    let mut row = Row::new(columns);
    let mut left = Left::new();
    row.set("incident", Cell::text(incident));
    for (key, raw) in members {
        let name = key.as_str();
        let held = match name {
            "count" => {
                row.set("count", cell::count_cell(&claim.count, raw));
                // Raw members of a count that could not be read: the claim itself has none.
                claim.count != crate::model::Count::Unknown
            }
            "running" => row.yes(name, raw),
            _ if CLAIM_TEXTS.contains(&name) => row.text(name, raw),
            _ if CLAIM_LISTS.contains(&name) => row.take(name, cell::list_cell(raw)),
            _ => false,
        };
        if !held {
            left.push((key, raw));
        }
    }
    let has = |name: &str| left.iter().any(|(k, _)| k == name);
    if !has("status") {
        row.set_if_empty("status", Cell::text(claim.status.id()));
    }
    if !has("standing") {
        row.set_if_empty("standing", Cell::text(claim.standing.id()));
    }
    for (name, n) in [("low", claim.count.low()), ("best", claim.count.best()), ("high", claim.count.high())] {
        row.set(name, Cell::count(n));
    }
    row.set("other", other(&left));
    row.cells
}

fn other(left: &Left<'_>) -> Cell {
    Cell::text(if left.is_empty() { String::new() } else { object(left) })
}
