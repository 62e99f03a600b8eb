//! `GeoPackage` of other programs: one layer as a table.
//!
//! Nothing that the database brings along is run ([`database`]). Only plain tables are read, no views.

use rusqlite::Connection;
use rusqlite::types::ValueRef;

use super::super::database;
use super::{ground, wkb};
use crate::import::{Gather, HeldRow, MAX_COLUMNS, Reading, Sheets, Table, unlike};

/// The first bytes of the file.
pub(super) const MARK: &[u8] = b"SQLite format 3\0";

/// A layer.
struct Layer {
    name: String,
    geometry: Option<String>,
    system: i64,
}

/// Reads a layer: the one that was asked for, else the first.
///
/// # Errors
/// One sentence: what is wrong, what next.
pub(super) fn table(bytes: Vec<u8>, reading: &Reading) -> Result<Table, String> {
    let len = bytes.len();
    let damaged = |e: rusqlite::Error| {
        format!("the database is damaged or no GeoPackage ({}); get it again", database::words(&e))
    };
    let db = database::opened(bytes).map_err(damaged)?;
    let layers = layers(&db).map_err(damaged)?;
    let known = || layers.iter().map(|l| format!("“{}”", l.name)).collect::<Vec<_>>().join(", ");
    let chosen = match &reading.sheet {
        Some(asked) => layers.iter().find(|l| l.name.eq_ignore_ascii_case(asked.trim())),
        None => layers.first(),
    };
    let Some(layer) = chosen else {
        return Err(match &reading.sheet {
            Some(asked) => format!("there is no layer “{asked}” in it; it has {}", known()),
            None => "this is a database without layers; export a layer of it, or a table as CSV".into(),
        });
    };
    let names = layers.iter().map(|l| l.name.clone()).collect();
    let (sheets, note) = Sheets::several(names, &layer.name, "layers").unzip();
    let mut notes: Vec<String> = note.into_iter().collect();
    if !matches!(layer.system, 4326 | 0 | -1) {
        let wkt = "SELECT definition FROM gpkg_spatial_ref_sys WHERE srs_id = ?1";
        let wkt: String = db.query_row(wkt, [layer.system], |row| row.get(0)).unwrap_or_default();
        notes.extend(ground::system(&wkt)?);
    }
    rows(&db, layer, len, notes).map(|table| Table { sheets, ..table })
}

fn layers(db: &Connection) -> rusqlite::Result<Vec<Layer>> {
    // Layers with geometry before bare tables.
    let sql = "SELECT c.table_name, g.column_name, coalesce(g.srs_id, 0) FROM gpkg_contents c \
               JOIN sqlite_master m ON m.name = c.table_name AND m.type = 'table' AND m.sql NOT LIKE 'CREATE VIRTUAL%' \
               LEFT JOIN gpkg_geometry_columns g ON g.table_name = c.table_name \
               WHERE c.data_type IN ('features', 'attributes') ORDER BY g.column_name IS NULL, c.rowid LIMIT 1000";
    let mut select = db.prepare(sql)?;
    let rows =
        select.query_map([], |row| Ok(Layer { name: row.get(0)?, geometry: row.get(1)?, system: row.get(2)? }))?;
    rows.collect()
}

fn rows(db: &Connection, layer: &Layer, len: usize, notes: Vec<String>) -> Result<Table, String> {
    let damaged = |e: rusqlite::Error| format!("the layer “{}” cannot be read ({})", layer.name, database::words(&e));
    let mut select = db.prepare(&format!("SELECT * FROM \"{}\"", layer.name.replace('"', "\"\""))).map_err(damaged)?;
    let raw = database::columns(db, &layer.name).map_err(damaged)?;
    if raw.len() != select.column_count() {
        return Err(format!("the layer “{}” is damaged; get it again", layer.name));
    }
    if raw.len() > MAX_COLUMNS {
        return Err(format!("the layer has {} columns; up to {MAX_COLUMNS} are read", raw.len()));
    }
    let geometry = raw.iter().position(|n| layer.geometry.as_ref().is_some_and(|g| g.eq_ignore_ascii_case(n)));
    let (names, _) = unlike(raw.iter().enumerate().filter(|(n, _)| Some(*n) != geometry).map(|(_, n)| n.clone()));
    let mut gather = Gather::for_file(len).with_columns(&names);
    let mut found = select.query([]).map_err(damaged)?;
    while let Some(row) = found.next().map_err(damaged)? {
        let mut held = HeldRow { line: gather.rows.len() + 1, ..HeldRow::default() };
        for n in 0..raw.len() {
            let value = row.get_ref(n).map_err(damaged)?;
            if Some(n) == geometry {
                held.ground = match value {
                    ValueRef::Blob(blob) => Some(wkb::of_geopackage(blob)),
                    _ => None,
                };
                continue;
            }
            held.cells.push(match value {
                ValueRef::Null | ValueRef::Blob(_) => "".into(),
                ValueRef::Integer(v) => v.to_string().into(),
                ValueRef::Real(v) => v.to_string().into(),
                ValueRef::Text(text) => String::from_utf8_lossy(text).into(),
            });
        }
        gather.push(held)?;
    }
    if gather.rows.is_empty() {
        return Err(format!("the layer “{}” has no rows", layer.name));
    }
    Ok(gather.finish(format!("GeoPackage, layer “{}”", layer.name), notes))
}
