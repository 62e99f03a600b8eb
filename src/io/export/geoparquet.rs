//! `GeoParquet` 1.1: one row an incident with the columns of the table of incidents, its geometry as WKB and its claims as
//! JSON, for `DuckDB`, pandas and whoever else counts in columns. Not compressed: what such files are opened with maps them.

use std::collections::HashMap;

use parquet::basic::{LogicalType, Repetition, Type as Physical};
use parquet::data_type::{BoolType, ByteArray, ByteArrayType, DataType, DoubleType, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::types::Type;

use super::{Export, ExportError, words};
use crate::io::tables::{Cell, Table, apart, quoted};
use crate::model::{Incident, LonLat, Shape};

/// Columns that the geometry says already.
const WITHOUT: [&str; 3] = ["longitude", "latitude", "wkt"];
/// The name of the column of claims; `claims` is their number.
const CLAIMS: &str = "claims_json";
/// The name of the column of geometries.
const GEOMETRY: &str = "geometry";

/// What a column holds.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Text,
    Whole,
    Real,
    Yes,
    Bytes,
}

pub(super) fn write(export: &Export) -> Result<Vec<u8>, ExportError> {
    let tables = apart(&export.project, &export.figures())?;
    columns(export, &tables.incidents, &tables.claims)
        .map_err(|e| ExportError::Refused(format!("the file cannot be made ({e}); export as GeoPackage")))
}

fn columns(export: &Export, table: &Table, claims: &Table) -> Result<Vec<u8>, ParquetError> {
    let kept: Vec<(usize, &str, Kind)> = (0..)
        .zip(&table.columns)
        .filter(|(_, name)| !WITHOUT.contains(&name.as_str()))
        .map(|(n, name)| (n, name.as_str(), kind(table, n)))
        .collect();
    let last = [(CLAIMS, Kind::Text), (GEOMETRY, Kind::Bytes)];
    let fields = kept.iter().map(|(_, name, kind)| (*name, *kind)).chain(last).map(|(name, kind)| field(name, kind));
    let fields = fields.collect::<Result<Vec<_>, _>>()?;
    let schema = Type::group_type_builder("schema").with_fields(fields).build()?;
    let about = vec![
        KeyValue::new("geo".to_owned(), about_geometry(export)),
        KeyValue::new("title".to_owned(), export.project.meta().title.to_string()),
        KeyValue::new("figures".to_owned(), words::basis(export)),
        KeyValue::new("note".to_owned(), export.project.meta().note().to_owned()),
    ];
    let made_by = concat!("clashmap ", env!("CARGO_PKG_VERSION")).to_owned();
    let properties = WriterProperties::builder().set_created_by(made_by).set_key_value_metadata(Some(about)).build();
    let mut file = SerializedFileWriter::new(Vec::new(), schema.into(), properties.into())?;
    let mut rows = file.next_row_group()?;
    for (n, _, kind) in kept {
        let cells = || table.rows.iter().map(move |row| row.get(n).filter(|c| **c != Cell::Empty));
        match kind {
            Kind::Whole => put::<Int64Type>(&mut rows, cells().map(|c| c.and_then(whole)))?,
            Kind::Real => put::<DoubleType>(&mut rows, cells().map(|c| c.and_then(real)))?,
            Kind::Yes => put::<BoolType>(&mut rows, cells().map(|c| c.map(|_| true)))?,
            Kind::Text | Kind::Bytes => {
                put::<ByteArrayType>(&mut rows, cells().map(|c| c.map(|c| text(&c.shown()))))?;
            }
        }
    }
    let told = told(claims);
    let incidents = || export.project.iter().map(|(_, incident)| incident);
    put::<ByteArrayType>(
        &mut rows,
        incidents().map(|i| told.get(i.uid.as_str()).map(|all| text(&format!("[{all}]")))),
    )?;
    put::<ByteArrayType>(&mut rows, incidents().map(|i| wkb(i).map(ByteArray::from)))?;
    rows.close()?;
    file.into_inner()
}

fn kind(table: &Table, n: usize) -> Kind {
    let cells = || table.rows.iter().filter_map(move |row| row.get(n)).filter(|c| **c != Cell::Empty);
    if cells().next().is_none() {
        Kind::Text
    } else if cells().all(|c| whole(c).is_some()) {
        Kind::Whole
    } else if cells().all(|c| real(c).is_some()) {
        Kind::Real
    } else if cells().all(|c| *c == Cell::Yes) {
        Kind::Yes
    } else {
        Kind::Text
    }
}

fn whole(cell: &Cell) -> Option<i64> {
    if let Cell::Whole(n) = cell { Some(*n) } else { None }
}

fn real(cell: &Cell) -> Option<f64> {
    match cell {
        Cell::Whole(n) => Some(*n as f64),
        Cell::Real(v) => Some(*v),
        _ => None,
    }
}

fn text(text: &str) -> ByteArray {
    ByteArray::from(text.as_bytes().to_vec())
}

fn field(name: &str, kind: Kind) -> Result<std::sync::Arc<Type>, ParquetError> {
    let physical = match kind {
        Kind::Text | Kind::Bytes => Physical::BYTE_ARRAY,
        Kind::Whole => Physical::INT64,
        Kind::Real => Physical::DOUBLE,
        Kind::Yes => Physical::BOOLEAN,
    };
    let builder = Type::primitive_type_builder(name, physical).with_repetition(Repetition::OPTIONAL);
    let builder = if kind == Kind::Text { builder.with_logical_type(Some(LogicalType::String)) } else { builder };
    builder.build().map(Into::into)
}

/// Writes the next column; `None` is no value.
fn put<T: DataType>(
    rows: &mut SerializedRowGroupWriter<'_, Vec<u8>>,
    cells: impl Iterator<Item = Option<T::T>>,
) -> Result<(), ParquetError> {
    let (mut values, mut levels) = (Vec::new(), Vec::new());
    for cell in cells {
        levels.push(i16::from(cell.is_some()));
        values.extend(cell);
    }
    let Some(mut column) = rows.next_column()? else { return Ok(()) };
    column.typed::<T>().write_batch(&values, Some(&levels), None)?;
    column.close()
}

/// The claims of each incident as members of a list in JSON, under the names of the columns of the table of claims.
fn told(claims: &Table) -> HashMap<String, String> {
    let mut out: HashMap<String, String> = HashMap::new();
    for row in &claims.rows {
        let mut incident = String::new();
        let mut members = Vec::new();
        for (name, cell) in claims.columns.iter().zip(row).filter(|(_, c)| **c != Cell::Empty) {
            let value = match cell {
                Cell::Text(text) if name == "incident" => {
                    incident.clone_from(text);
                    continue;
                }
                // Raw JSON already.
                Cell::Text(text) if name == "other" => text.clone(),
                Cell::Text(text) => quoted(text),
                other => other.shown().into_owned(),
            };
            members.push(format!("{}:{value}", quoted(name)));
        }
        let list = out.entry(incident).or_default();
        if !list.is_empty() {
            list.push(',');
        }
        list.push_str(&format!("{{{}}}", members.join(",")));
    }
    out
}

/// What the file says of its geometries (the specification's member `geo`); longitude and latitude are what it takes for
/// granted.
fn about_geometry(export: &Export) -> String {
    let (mut sorts, mut bounds) = (std::collections::BTreeSet::new(), [180.0_f64, 90.0, -180.0, -90.0]);
    for (_, incident) in export.project.iter() {
        let place = &incident.place;
        let positions: Vec<LonLat> = match (&place.shape, place.position) {
            (Some(shape), _) => shape.positions().collect(),
            (None, position) => position.into_iter().collect(),
        };
        sorts.extend(match (&place.shape, place.position) {
            (Some(Shape::Line(_)), _) => Some("\"LineString\""),
            (Some(Shape::Area(_)), _) => Some("\"Polygon\""),
            (None, Some(_)) => Some("\"Point\""),
            (None, None) => None,
        });
        for p in positions {
            bounds = [bounds[0].min(p.lon()), bounds[1].min(p.lat()), bounds[2].max(p.lon()), bounds[3].max(p.lat())];
        }
    }
    let [west, south, east, north] = bounds;
    let bounds = if sorts.is_empty() { String::new() } else { format!(",\"bbox\":[{west},{south},{east},{north}]") };
    let sorts = sorts.into_iter().collect::<Vec<_>>().join(",");
    format!(
        "{{\"version\":\"1.1.0\",\"primary_column\":\"{GEOMETRY}\",\"columns\":{{\"{GEOMETRY}\":{{\"encoding\":\"WKB\",\
         \"geometry_types\":[{sorts}]{bounds}}}}}}}"
    )
}

/// The geometry of an incident in the standard's binary form (OGC 06-103r4), little-endian.
fn wkb(incident: &Incident) -> Option<Vec<u8>> {
    let number = |out: &mut Vec<u8>, n: usize| out.extend(u32::try_from(n).unwrap_or(u32::MAX).to_le_bytes());
    let line = |out: &mut Vec<u8>, line: &[LonLat]| {
        number(out, line.len());
        out.extend(line.iter().flat_map(|p| [p.lon(), p.lat()]).flat_map(f64::to_le_bytes));
    };
    let mut out = vec![1];
    match (&incident.place.shape, incident.place.position) {
        (Some(Shape::Line(l)), _) => {
            number(&mut out, 2);
            line(&mut out, l);
        }
        (Some(Shape::Area(rings)), _) => {
            number(&mut out, 3);
            number(&mut out, rings.len());
            for ring in rings {
                line(&mut out, ring);
            }
        }
        (None, Some(p)) => {
            number(&mut out, 1);
            out.extend([p.lon(), p.lat()].into_iter().flat_map(f64::to_le_bytes));
        }
        (None, None) => return None,
    }
    Some(out)
}
