//! `GeoPackage` (OGC 12-128r19): layers of incidents, of their lines and areas and of drawings; claims, sources, parties
//! and the rest as tables, tied by the extension for related tables (OGC 18-000); styles for QGIS in `layer_styles`.
//!
//! The database is made in memory and written as one file. Absent on purpose: the clock; every date of change is the
//! same, so that the same project gives the same bytes.

use rusqlite::types::Value;
use rusqlite::{Connection, params, params_from_iter};

use super::{Export, ExportError, qgis};
use crate::derive::geodesy;
use crate::io::tables::{Cell, Table, Tables, apart};
use crate::model::{DrawingKind, Form, LonLat, Shape};

/// The tables every `GeoPackage` has, and the three reference systems that the standard asks for.
const FRAME: &str = r#"
PRAGMA application_id = 1196444487;
PRAGMA user_version = 10300;
CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT NOT NULL, srs_id INTEGER PRIMARY KEY, organization TEXT NOT NULL,
 organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL, description TEXT);
INSERT INTO gpkg_spatial_ref_sys VALUES
 ('Undefined Cartesian SRS', -1, 'NONE', -1, 'undefined', NULL),
 ('Undefined geographic SRS', 0, 'NONE', 0, 'undefined', NULL),
 ('WGS 84 geodetic', 4326, 'EPSG', 4326, 'GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563,AUTHORITY["EPSG","7030"]],AUTHORITY["EPSG","6326"]],PRIMEM["Greenwich",0,AUTHORITY["EPSG","8901"]],UNIT["degree",0.0174532925199433,AUTHORITY["EPSG","9122"]],AXIS["Latitude",NORTH],AXIS["Longitude",EAST],AUTHORITY["EPSG","4326"]]', 'longitude/latitude in degrees on WGS 84');
CREATE TABLE gpkg_contents (table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL, identifier TEXT UNIQUE,
 description TEXT DEFAULT '', last_change DATETIME NOT NULL DEFAULT '1970-01-01T00:00:00.000Z', min_x DOUBLE, min_y DOUBLE,
 max_x DOUBLE, max_y DOUBLE, srs_id INTEGER, CONSTRAINT fk_gc_r_srs_id FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id));
CREATE TABLE gpkg_geometry_columns (table_name TEXT NOT NULL, column_name TEXT NOT NULL, geometry_type_name TEXT NOT NULL,
 srs_id INTEGER NOT NULL, z TINYINT NOT NULL, m TINYINT NOT NULL, CONSTRAINT pk_geom_cols PRIMARY KEY (table_name, column_name),
 CONSTRAINT uk_gc_table_name UNIQUE (table_name), CONSTRAINT fk_gc_tn FOREIGN KEY (table_name) REFERENCES gpkg_contents(table_name),
 CONSTRAINT fk_gc_srs FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys (srs_id));
CREATE TABLE gpkg_extensions (table_name TEXT, column_name TEXT, extension_name TEXT NOT NULL, definition TEXT NOT NULL,
 scope TEXT NOT NULL, CONSTRAINT ge_tce UNIQUE (table_name, column_name, extension_name));
CREATE TABLE gpkgext_relations (id INTEGER PRIMARY KEY AUTOINCREMENT, base_table_name TEXT NOT NULL,
 base_primary_column TEXT NOT NULL DEFAULT 'fid', related_table_name TEXT NOT NULL, related_primary_column TEXT NOT NULL DEFAULT 'fid',
 relation_name TEXT NOT NULL, mapping_table_name TEXT NOT NULL UNIQUE);
INSERT INTO gpkg_extensions VALUES ('gpkgext_relations', NULL, 'gpkg_related_tables', 'http://www.geopackage.org/18-000.html', 'read-write');
CREATE TABLE layer_styles (id INTEGER PRIMARY KEY AUTOINCREMENT, f_table_catalog TEXT(256), f_table_schema TEXT(256),
 f_table_name TEXT(256), f_geometry_column TEXT(256), styleName TEXT(30), styleQML TEXT, styleSLD TEXT, useAsDefault BOOLEAN,
 description TEXT, owner TEXT(30), ui TEXT(30), update_time DATETIME DEFAULT '1970-01-01T00:00:00.000Z');
INSERT INTO gpkg_contents (table_name, data_type, identifier) VALUES ('layer_styles', 'attributes', 'layer_styles');
"#;

/// Columns that the layers hold as geometry.
const IN_GEOMETRY: [&str; 3] = ["longitude", "latitude", "wkt"];

fn failed(e: &dyn std::fmt::Display) -> ExportError {
    ExportError::Refused(format!("the GeoPackage cannot be made ({e}); export fewer incidents or another format"))
}

pub(super) fn write(export: &Export) -> Result<Vec<u8>, ExportError> {
    let tables = apart(&export.project, &export.figures())?;
    let mut db = Connection::open_in_memory().map_err(|e| failed(&e))?;
    fill(&mut db, export, &tables).map_err(|e| failed(&e))?;
    let data = db.serialize("main").map_err(|e| failed(&e))?;
    Ok(data.to_vec())
}

fn fill(db: &mut Connection, export: &Export, tables: &Tables) -> rusqlite::Result<()> {
    db.execute_batch(FRAME)?;
    let db = db.transaction()?;
    incidents(&db, export, tables)?;
    for (name, table) in tables.named().into_iter().skip(1) {
        attributes(&db, name, table)?;
    }
    relate(&db, "incidents", "claims", "c.incident = b.uid")?;
    relate(&db, "claims", "sources", "c.id = b.source")?;
    drawings(&db, export)?;
    db.commit()
}

fn named(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// The type of a column, by its name.
fn kind(name: &str) -> &'static str {
    match name {
        "radius_km" => "REAL",
        "sensitive" | "running" | "contradicted" => "BOOLEAN",
        "claims" | "low" | "best" | "high" => "INTEGER",
        _ if crate::io::tables::is_figure(name) => "INTEGER",
        _ => "TEXT",
    }
}

fn value(cell: &Cell, kind: &str) -> Value {
    match cell {
        Cell::Empty => Value::Null,
        Cell::Yes => Value::Integer(1),
        Cell::Whole(n) if kind == "INTEGER" => Value::Integer(*n),
        Cell::Real(v) if kind == "REAL" => Value::Real(*v),
        other => Value::Text(other.shown().into_owned()),
    }
}

/// What the head of the contents says of a layer: how its figures come about.
fn layer(
    db: &Connection,
    name: &str,
    sort: &str,
    columns: &[(String, &str)],
    about: &str,
    extent: Option<[f64; 4]>,
) -> rusqlite::Result<()> {
    let columns: Vec<String> = columns.iter().map(|(c, kind)| format!("{} {kind}", named(c))).collect();
    let columns = columns.join(", ");
    db.execute_batch(&format!(
        "CREATE TABLE {} (fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, geom {sort}, {columns})",
        named(name)
    ))?;
    let [x, y, right, top] = extent.map_or([None; 4], |e| e.map(Some));
    db.execute(
        "INSERT INTO gpkg_contents (table_name, data_type, identifier, description, min_x, min_y, max_x, max_y, srs_id) \
VALUES (?1, 'features', ?1, ?2, ?3, ?4, ?5, ?6, 4326)",
        params![name, about, x, y, right, top],
    )?;
    db.execute("INSERT INTO gpkg_geometry_columns VALUES (?1, 'geom', ?2, 4326, 0, 0)", params![name, sort])?;
    db.execute(
        "INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, f_geometry_column, styleName, styleQML, \
useAsDefault, description) VALUES ('', '', ?1, 'geom', 'clashmap', ?2, 1, '')",
        params![name, qgis::style(name)],
    )?;
    Ok(())
}

fn extent<'p>(positions: impl Iterator<Item = &'p LonLat>) -> Option<[f64; 4]> {
    positions.fold(None, |all: Option<[f64; 4]>, p| {
        let [x, y, right, top] = all.unwrap_or([p.lon(), p.lat(), p.lon(), p.lat()]);
        Some([x.min(p.lon()), y.min(p.lat()), right.max(p.lon()), top.max(p.lat())])
    })
}

fn incidents(db: &Connection, export: &Export, tables: &Tables) -> rusqlite::Result<()> {
    let table = &tables.incidents;
    let kept: Vec<usize> =
        (0..).zip(&table.columns).filter(|(_, c)| !IN_GEOMETRY.contains(&c.as_str())).map(|(n, _)| n).collect();
    let mut columns: Vec<(String, &str)> =
        kept.iter().filter_map(|n| table.columns.get(*n)).map(|c| (c.clone(), kind(c))).collect();
    columns.extend(["start_utc", "end_utc"].map(|c| (c.to_owned(), "DATETIME")));
    columns.push(("dead".to_owned(), "INTEGER"));
    let positions: Vec<LonLat> = export.project.iter().filter_map(|(_, i)| i.place.position).collect();
    let about = super::words::basis_and_note(export);
    layer(db, "incidents", "POINT", &columns, &about, extent(positions.iter()))?;
    let marks = vec!["?"; columns.len() + 1].join(", ");
    let names: Vec<String> = columns.iter().map(|(c, _)| named(c)).collect();
    let mut insert = db.prepare(&format!("INSERT INTO incidents (geom, {}) VALUES ({marks})", names.join(", ")))?;
    for (row, (_, incident)) in table.rows.iter().zip(export.project.iter()) {
        let mut values =
            vec![incident.place.position.map_or(Value::Null, |p| Value::Blob(geometry(&Geometry::Point(p))))];
        values.extend(
            kept.iter().zip(&columns).map(|(n, (_, kind))| row.get(*n).map_or(Value::Null, |c| value(c, kind))),
        );
        let span = incident.when.filter(|w| w.moments().all(|m| (1..=9999).contains(&m.date().0))).map(|w| w.span());
        let utc = |seconds: Option<i64>| {
            seconds.map_or(Value::Null, |s| Value::Text(super::time::utc(s).replace('Z', ".000Z")))
        };
        let open = |end: bool| {
            let bound = incident.when.and_then(|w| if end { w.end() } else { Some(w.start()) });
            bound.is_some_and(|b| b.moment().is_none())
        };
        values.push(utc(span.filter(|_| !open(false)).map(|s| s.start)));
        values.push(utc(span.filter(|_| !open(true)).map(|s| s.end - 1)));
        values.push(super::words::dead(export, incident).map_or(Value::Null, |n| Value::Integer(i64::from(n))));
        insert.execute(params_from_iter(values))?;
    }
    let shapes = || export.project.iter().filter_map(|(_, i)| Some((i, i.place.shape.as_ref()?)));
    for (name, sort) in [("incident_lines", "LINESTRING"), ("incident_areas", "POLYGON")] {
        let of_sort = |s: &Shape| matches!(s, Shape::Line(_)) == (sort == "LINESTRING");
        let all: Vec<_> = shapes().filter(|(_, s)| of_sort(s)).collect();
        if all.is_empty() {
            continue;
        }
        let columns = ["incident", "kind", "title"].map(|c| (c.to_owned(), "TEXT"));
        let positions: Vec<LonLat> = all.iter().flat_map(|(_, s)| s.positions()).collect();
        layer(db, name, sort, &columns, "where incidents reach", extent(positions.iter()))?;
        let mut insert =
            db.prepare(&format!("INSERT INTO {name} (geom, incident, kind, title) VALUES (?1, ?2, ?3, ?4)"))?;
        for (i, shape) in all {
            let blob = match shape {
                Shape::Line(line) => geometry(&Geometry::Line(line)),
                Shape::Area(rings) => geometry(&Geometry::Area(rings)),
            };
            insert.execute(params![blob, i.uid.as_str(), i.kind.id(), &*i.title])?;
        }
    }
    Ok(())
}

fn attributes(db: &Connection, name: &str, table: &Table) -> rusqlite::Result<()> {
    let kinds: Vec<&str> = table.columns.iter().map(|c| kind(c)).collect();
    let columns: Vec<String> = table.columns.iter().zip(&kinds).map(|(c, k)| format!("{} {k}", named(c))).collect();
    db.execute_batch(&format!(
        "CREATE TABLE {} (fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, {})",
        named(name),
        columns.join(", ")
    ))?;
    db.execute("INSERT INTO gpkg_contents (table_name, data_type, identifier) VALUES (?1, 'attributes', ?1)", [name])?;
    let names: Vec<String> = table.columns.iter().map(|c| named(c)).collect();
    let marks = vec!["?"; names.len()].join(", ");
    let mut insert = db.prepare(&format!("INSERT INTO {} ({}) VALUES ({marks})", named(name), names.join(", ")))?;
    for row in &table.rows {
        insert.execute(params_from_iter(row.iter().zip(&kinds).map(|(c, kind)| value(c, kind))))?;
    }
    Ok(())
}

/// Ties the rows of two tables by the extension for related tables.
fn relate(db: &Connection, base: &str, related: &str, on: &str) -> rusqlite::Result<()> {
    let mapping = format!("{base}_{related}");
    db.execute_batch(&format!(
        "CREATE INDEX {mapping}_key ON {related} ({});
CREATE TABLE {mapping} (id INTEGER PRIMARY KEY AUTOINCREMENT, base_id INTEGER NOT NULL, related_id INTEGER NOT NULL);
INSERT INTO {mapping} (base_id, related_id) SELECT b.fid, c.fid FROM {base} b JOIN {related} c ON {on} ORDER BY b.fid, c.fid;
INSERT INTO gpkgext_relations (base_table_name, related_table_name, relation_name, mapping_table_name)
 VALUES ('{base}', '{related}', 'attributes', '{mapping}');
INSERT INTO gpkg_extensions VALUES ('{mapping}', NULL, 'gpkg_related_tables', 'http://www.geopackage.org/18-000.html', 'read-write');",
        if related == "claims" { "incident" } else { "id" }
    ))
}

/// Drawings as they look; what they are stands in the table `project`, from which they are read back.
fn drawings(db: &Connection, export: &Export) -> rusqlite::Result<()> {
    for (name, sort) in [("drawing_points", "POINT"), ("drawing_lines", "LINESTRING"), ("drawing_areas", "POLYGON")] {
        let mut rows = Vec::new();
        let mut positions = Vec::new();
        for (_, d) in export.project.drawings() {
            let closed = |ring: &Vec<LonLat>| ring.iter().chain(ring.first()).copied().collect::<Vec<_>>();
            let blob = match (d.form(), sort) {
                (Form::Point(p), "POINT") => geometry(&Geometry::Point(*p)),
                (Form::Line(line), "LINESTRING") => geometry(&Geometry::Line(line)),
                (Form::Area(rings), "POLYGON") => {
                    geometry(&Geometry::Area(&rings.iter().map(closed).collect::<Vec<_>>()))
                }
                (Form::Circle(middle, km), "POLYGON") => {
                    geometry(&Geometry::Area(&[closed(&geodesy::circle(*middle, *km, 72))]))
                }
                _ => continue,
            };
            positions.extend(d.form().corners());
            rows.push((blob, d));
        }
        if rows.is_empty() {
            continue;
        }
        let columns = ["uid", "drawing", "title", "when", "notes"].map(|c| (c.to_owned(), "TEXT"));
        layer(db, name, sort, &columns, "drawings", extent(positions.iter()))?;
        let mut insert = db.prepare(&format!(
            "INSERT INTO {name} (geom, uid, drawing, title, \"when\", notes) VALUES (?1, ?2, ?3, ?4, ?5, ?6)"
        ))?;
        for (blob, d) in rows {
            let when = d.when.map(|w| w.to_string());
            let sort: DrawingKind = d.kind();
            insert.execute(params![blob, d.uid.as_str(), sort.id(), &*d.title, when, &*d.notes])?;
        }
    }
    Ok(())
}

enum Geometry<'g> {
    Point(LonLat),
    Line(&'g [LonLat]),
    Area(&'g [Vec<LonLat>]),
}

/// A geometry in the standard's binary form: head, then well-known binary, both little-endian.
fn geometry(geometry: &Geometry<'_>) -> Vec<u8> {
    let mut out = b"GP\0\x01".to_vec();
    out.extend_from_slice(&4326_i32.to_le_bytes());
    let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX).to_le_bytes();
    let put = |out: &mut Vec<u8>, p: &LonLat| {
        out.extend_from_slice(&p.lon().to_le_bytes());
        out.extend_from_slice(&p.lat().to_le_bytes());
    };
    out.push(1);
    let sort: u32 = match geometry {
        Geometry::Point(_) => 1,
        Geometry::Line(_) => 2,
        Geometry::Area(_) => 3,
    };
    out.extend_from_slice(&sort.to_le_bytes());
    match geometry {
        Geometry::Point(p) => put(&mut out, p),
        Geometry::Line(line) => {
            out.extend_from_slice(&number(line.len()));
            for p in *line {
                put(&mut out, p);
            }
        }
        Geometry::Area(rings) => {
            out.extend_from_slice(&number(rings.len()));
            for ring in *rings {
                out.extend_from_slice(&number(ring.len()));
                for p in ring {
                    put(&mut out, p);
                }
            }
        }
    }
    out
}
