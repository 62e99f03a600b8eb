//! Reading our own `GeoPackage` back. Where an incident is comes from its geometry, so that what was moved in another
//! program comes back moved.

use std::collections::HashMap;
use std::path::Path;

use rusqlite::Connection;
use rusqlite::types::ValueRef;

use super::{Cell, Table, Tables, together, wkt};
use crate::import::Gather;
use crate::io::project::Opened;
use crate::io::{Finding, Severity, database, import};
use crate::model::{LonLat, Shape};

/// Opens a `GeoPackage` of our own making. `None` if it is one of another program's: it then needs a mapping.
///
/// # Errors
/// One line: what, where, what next.
pub fn open_gpkg(path: &Path) -> Result<Option<Opened>, String> {
    let failed = |e: &dyn std::fmt::Display| format!("cannot read {}: {e}", path.display());
    let bytes = import::bytes(path).map_err(|e| failed(&e))?;
    let mut budget = Gather::for_file(bytes.len());
    let db = database::opened(bytes).map_err(|e| failed(&damaged(e)))?;
    let Some(tables) = read(&db, &mut budget).map_err(|e| failed(&e))? else { return Ok(None) };
    let mut opened = together(&tables).map_err(|e| failed(&e))?;
    opened.findings.extend(database::beside(path).map(|what| Finding::whole(Severity::Warning, what)));
    Ok(Some(opened))
}

// As the errors of the database come.
#[expect(clippy::needless_pass_by_value)]
fn damaged(e: rusqlite::Error) -> String {
    format!("the database is damaged or no GeoPackage ({}); get it again", database::words(&e))
}

/// Columns that an own table of incidents has.
const OWN: [&str; 6] = ["uid", "kind", "when", "precision", "other", "geom"];

fn read(db: &Connection, budget: &mut Gather) -> Result<Option<Tables>, String> {
    let mut tables = Tables::default();
    for name in ["incidents", "claims", "sources", "parties", "project"] {
        let sql = "SELECT EXISTS (SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?1)";
        let is_there: bool = db.query_row(sql, [name], |row| row.get(0)).map_err(damaged)?;
        if !is_there {
            return Ok(None);
        }
        if let Some(table) = tables.named_mut(name) {
            *table = whole(db, name, budget)?;
        }
        if name == "incidents" && !OWN.iter().all(|c| tables.incidents.column(c).is_some()) {
            return Ok(None);
        }
    }
    let shapes = shapes(db, budget);
    place(&mut tables.incidents, &shapes);
    Ok(Some(tables))
}

/// A table as it stands; geometries as WKT.
fn whole(db: &Connection, name: &str, budget: &mut Gather) -> Result<Table, String> {
    let mut select = db.prepare(&format!("SELECT * FROM {name} ORDER BY rowid")).map_err(damaged)?;
    let mut table = Table::new(database::columns(db, name).map_err(damaged)?);
    let n = table.columns.len();
    if n != select.column_count() {
        return Err(format!("the table “{name}” is damaged; get it again"));
    }
    let mut rows = select.query([]).map_err(damaged)?;
    while let Some(row) = rows.next().map_err(damaged)? {
        let cells = (0..n).map(|at| {
            let cell = match row.get_ref(at).map_err(damaged)? {
                ValueRef::Null => Cell::Empty,
                ValueRef::Integer(n) => Cell::Whole(n),
                ValueRef::Real(v) => Cell::Real(v),
                ValueRef::Text(text) => Cell::text(String::from_utf8_lossy(text)),
                ValueRef::Blob(blob) => Cell::text(geometry(blob).unwrap_or_default()),
            };
            // As a cell, in the text of the project that is put together, and in the project.
            budget.charge(3 * size_of::<Cell>() + if let Cell::Text(text) = &cell { 3 * text.len() } else { 0 })?;
            Ok(cell)
        });
        table.rows.push(cells.collect::<Result<_, String>>()?);
    }
    Ok(table)
}

/// Lines and areas by incident, as WKT.
fn shapes(db: &Connection, budget: &mut Gather) -> HashMap<String, String> {
    let mut out = HashMap::new();
    for name in ["incident_lines", "incident_areas"] {
        let Ok(table) = whole(db, name, budget) else { continue };
        let (Some(geom), Some(incident)) = (table.column("geom"), table.column("incident")) else { continue };
        for row in &table.rows {
            if let (Some(geom), Some(incident)) = (row.get(geom), row.get(incident)) {
                out.insert(incident.shown().into_owned(), geom.shown().into_owned());
            }
        }
    }
    out
}

/// Turns the geometries of incidents into the columns that the tables of a project have.
fn place(table: &mut Table, shapes: &HashMap<String, String>) {
    let (geom, uid) = (table.column("geom"), table.column("uid"));
    table.columns.extend(["longitude", "latitude", "wkt"].map(str::to_owned));
    for row in &mut table.rows {
        let text = |at: Option<usize>| at.and_then(|n| row.get(n)).map(|c| c.shown().into_owned()).unwrap_or_default();
        let (geometry, uid) = (text(geom), text(uid));
        let mut position = geometry.strip_prefix("POINT (").and_then(|p| p.strip_suffix(')')).unwrap_or("").split(' ');
        let (lon, lat) = (position.next().unwrap_or(""), position.next().unwrap_or(""));
        let cells = [Cell::text(lon), Cell::text(lat), Cell::text(shapes.get(&uid).map_or("", String::as_str))];
        row.extend(cells);
        if let Some(cell) = geom.and_then(|n| row.get_mut(n)) {
            *cell = Cell::Empty;
        }
    }
}

/// The WKT of a geometry in the standard's binary form; `None` for others than point, line and polygon in two dimensions.
fn geometry(blob: &[u8]) -> Option<String> {
    let flags = *blob.get(3)?;
    let envelope = match flags >> 1 & 7 {
        0 => 0,
        1 => 32,
        2 | 3 => 48,
        4 => 64,
        _ => return None,
    };
    let mut wkb = Wkb { rest: blob.strip_prefix(b"GP")?.get(6 + envelope..)?, little: true };
    wkb.little = wkb.take::<1>()? == [1];
    match wkb.number()? {
        1 => wkb.position().map(|p| format!("POINT ({} {})", p.lon(), p.lat())),
        2 => wkb.line().map(|line| wkt(&Shape::Line(line))),
        3 => {
            let n = wkb.number()?;
            let rings: Option<Vec<_>> = (0..n).map(|_| wkb.line()).collect();
            rings.map(|rings| wkt(&Shape::Area(rings)))
        }
        _ => None,
    }
}

struct Wkb<'b> {
    rest: &'b [u8],
    little: bool,
}

impl Wkb<'_> {
    fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (head, rest) = self.rest.split_first_chunk::<N>()?;
        self.rest = rest;
        Some(*head)
    }

    fn number(&mut self) -> Option<u32> {
        let bytes = self.take::<4>()?;
        Some(if self.little { u32::from_le_bytes(bytes) } else { u32::from_be_bytes(bytes) })
    }

    fn real(&mut self) -> Option<f64> {
        let bytes = self.take::<8>()?;
        Some(if self.little { f64::from_le_bytes(bytes) } else { f64::from_be_bytes(bytes) })
    }

    fn position(&mut self) -> Option<LonLat> {
        LonLat::new(self.real()?, self.real()?).ok()
    }

    fn line(&mut self) -> Option<Vec<LonLat>> {
        let n = self.number()?;
        // Nothing is reserved on the word of the file.
        (0..n).map(|_| self.position()).collect()
    }
}
