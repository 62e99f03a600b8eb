//! `FlatGeobuf`: one feature an incident in the order of the project, with the columns of the table of incidents and its
//! claims in words. Without an index, which other programs make on opening: the file is small enough to be read whole.

use flatbuffers::FlatBufferBuilder;
use flatgeobuf::{
    Column, ColumnArgs, ColumnType, Crs, CrsArgs, Feature, FeatureArgs, Geometry, GeometryArgs, GeometryType, Header,
    HeaderArgs,
};

use super::{Export, ExportError, words};
use crate::io::tables::{Cell, apart};
use crate::model::{Incident, LonLat, Shape};

/// Columns that the geometry says already.
const WITHOUT: [&str; 3] = ["longitude", "latitude", "wkt"];

pub(super) fn write(export: &Export) -> Result<Vec<u8>, ExportError> {
    let table = apart(&export.project, &export.figures())?.incidents;
    let kept: Vec<usize> = (0..table.columns.len())
        .filter(|n| table.columns.get(*n).is_some_and(|c| !WITHOUT.contains(&c.as_str())))
        .collect();
    let cells = |n: usize| table.rows.iter().filter_map(move |row| row.get(n)).filter(|c| **c != Cell::Empty);
    let kind = |n: usize| {
        if cells(n).next().is_none() {
            ColumnType::String
        } else if cells(n).all(|c| matches!(c, Cell::Whole(_))) {
            ColumnType::Long
        } else if cells(n).all(|c| matches!(c, Cell::Whole(_) | Cell::Real(_))) {
            ColumnType::Double
        } else if cells(n).all(|c| matches!(c, Cell::Yes)) {
            ColumnType::Bool
        } else {
            ColumnType::String
        }
    };
    let mut columns: Vec<(&str, ColumnType)> =
        kept.iter().filter_map(|n| Some((table.columns.get(*n)?.as_str(), kind(*n)))).collect();
    // `claims` is their number.
    columns.push(("claims_told", ColumnType::String));
    let mut out = b"fgb\x03fgb\x01".to_vec();
    out.extend(head(export, &columns, table.rows.len()));
    let claims = columns.len() - 1;
    for ((_, incident), row) in export.project.iter().zip(&table.rows) {
        let mut values = Vec::new();
        for (at, n) in kept.iter().enumerate() {
            if let (Some(cell), Some((_, kind))) = (row.get(*n), columns.get(at)) {
                value(&mut values, at, cell, *kind);
            }
        }
        let told = words::claims(&export.project, incident).join("\n");
        value(&mut values, claims, &Cell::text(told), ColumnType::String);
        out.extend(feature(incident, &values));
    }
    Ok(out)
}

fn head(export: &Export, columns: &[(&str, ColumnType)], count: usize) -> Vec<u8> {
    let mut b = FlatBufferBuilder::new();
    let columns: Vec<_> = columns
        .iter()
        .map(|(name, type_)| {
            let name = b.create_string(name);
            Column::create(&mut b, &ColumnArgs { name: Some(name), type_: *type_, ..ColumnArgs::default() })
        })
        .collect();
    let columns = b.create_vector(&columns);
    let (name, org) = (b.create_string("incidents"), b.create_string("EPSG"));
    let (title, description) =
        (b.create_string(&export.project.meta().title), b.create_string(&words::basis_and_note(export)));
    let crs = Crs::create(&mut b, &CrsArgs { org: Some(org), code: 4326, ..CrsArgs::default() });
    let header = Header::create(
        &mut b,
        &HeaderArgs {
            name: Some(name),
            geometry_type: GeometryType::Unknown,
            columns: Some(columns),
            features_count: count as u64,
            index_node_size: 0,
            crs: Some(crs),
            title: Some(title),
            description: Some(description),
            ..HeaderArgs::default()
        },
    );
    b.finish_size_prefixed(header, None);
    b.finished_data().to_vec()
}

/// A value behind the number of its column; an empty cell is not there.
fn value(out: &mut Vec<u8>, column: usize, cell: &Cell, kind: ColumnType) {
    if *cell == Cell::Empty {
        return;
    }
    out.extend(u16::try_from(column).unwrap_or(u16::MAX).to_le_bytes());
    match (kind, cell) {
        (ColumnType::Long, Cell::Whole(n)) => out.extend(n.to_le_bytes()),
        (ColumnType::Double, Cell::Whole(n)) => out.extend((*n as f64).to_le_bytes()),
        (ColumnType::Double, Cell::Real(v)) => out.extend(v.to_le_bytes()),
        (ColumnType::Bool, _) => out.push(1),
        (_, cell) => {
            let text = cell.shown();
            out.extend(u32::try_from(text.len()).unwrap_or(u32::MAX).to_le_bytes());
            out.extend(text.as_bytes());
        }
    }
}

fn feature(incident: &Incident, values: &[u8]) -> Vec<u8> {
    let mut b = FlatBufferBuilder::new();
    let flat = |line: &[LonLat]| line.iter().flat_map(|p| [p.lon(), p.lat()]).collect::<Vec<f64>>();
    let found = match (&incident.place.shape, incident.place.position) {
        (Some(Shape::Line(line)), _) => Some((GeometryType::LineString, flat(line), Vec::new())),
        (Some(Shape::Area(rings)), _) => {
            let ends = rings.iter().scan(0_u32, |end, ring| {
                *end += u32::try_from(ring.len()).unwrap_or(u32::MAX);
                Some(*end)
            });
            Some((GeometryType::Polygon, rings.iter().flat_map(|r| flat(r)).collect(), ends.collect()))
        }
        (None, Some(p)) => Some((GeometryType::Point, flat(&[p]), Vec::new())),
        (None, None) => None,
    };
    let geometry = found.map(|(type_, xy, ends)| {
        let xy = b.create_vector(&xy);
        let ends = (ends.len() > 1).then(|| b.create_vector(&ends));
        Geometry::create(&mut b, &GeometryArgs { xy: Some(xy), ends, type_, ..GeometryArgs::default() })
    });
    let properties = b.create_vector(values);
    let feature =
        Feature::create(&mut b, &FeatureArgs { geometry, properties: Some(properties), ..FeatureArgs::default() });
    b.finish_size_prefixed(feature, None);
    b.finished_data().to_vec()
}
