//! Reading our own `GeoPackage` back. Where an incident is comes from its geometry, so that what was moved in another
//! program comes back moved.

use std::collections::HashMap;
use std::path::Path;

use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags};

use super::{Cell, Table, Tables, together, wkt};
use crate::io::project::Opened;
use crate::model::{LonLat, Shape};

/// Opens a `GeoPackage` of our own making. `None` if it is one of another program's: it then needs a mapping.
///
/// # Errors
/// One line: what, where, what next.
pub fn open_gpkg(path: &Path) -> Result<Option<Opened>, String> {
    let failed = |e: &dyn std::fmt::Display| format!("cannot read {}: {e}", path.display());
    if !path.is_file() {
        return Err(failed(&"there is no such file"));
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let db = Connection::open_with_flags(path, flags).map_err(|e| failed(&e))?;
    let tables = read(&db).map_err(|e| failed(&e))?;
    tables.map(|t| together(&t).map_err(|e| failed(&e))).transpose()
}

/// Columns that an own table of incidents has.
const OWN: [&str; 6] = ["uid", "kind", "when", "precision", "other", "geom"];

fn read(db: &Connection) -> rusqlite::Result<Option<Tables>> {
    // A file from elsewhere must not run what it brings along.
    db.pragma_update(None, "trusted_schema", false)?;
    let mut tables = Tables::default();
    for name in ["incidents", "claims", "sources", "parties", "project"] {
        let is_there: bool = db.query_row(
            "SELECT EXISTS (SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?1)",
            [name],
            |row| row.get(0),
        )?;
        if !is_there {
            return Ok(None);
        }
        if let Some(table) = tables.named_mut(name) {
            *table = whole(db, name)?;
        }
        if name == "incidents" && !OWN.iter().all(|c| tables.incidents.column(c).is_some()) {
            return Ok(None);
        }
    }
    let shapes = shapes(db);
    place(&mut tables.incidents, &shapes);
    Ok(Some(tables))
}

/// A table as it stands; geometries as WKT.
fn whole(db: &Connection, name: &str) -> rusqlite::Result<Table> {
    let mut select = db.prepare(&format!("SELECT * FROM {name} ORDER BY rowid"))?;
    let mut table = Table::new(select.column_names());
    let n = table.columns.len();
    let mut rows = select.query([])?;
    while let Some(row) = rows.next()? {
        let cells = (0..n).map(|at| {
            Ok(match row.get_ref(at)? {
                ValueRef::Null => Cell::Empty,
                ValueRef::Integer(n) => Cell::Whole(n),
                ValueRef::Real(v) => Cell::Real(v),
                ValueRef::Text(text) => Cell::text(String::from_utf8_lossy(text)),
                ValueRef::Blob(blob) => Cell::text(geometry(blob).unwrap_or_default()),
            })
        });
        table.rows.push(cells.collect::<rusqlite::Result<_>>()?);
    }
    Ok(table)
}

/// Lines and areas by incident, as WKT.
fn shapes(db: &Connection) -> HashMap<String, String> {
    let mut out = HashMap::new();
    for name in ["incident_lines", "incident_areas"] {
        let Ok(table) = whole(db, name) else { continue };
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
