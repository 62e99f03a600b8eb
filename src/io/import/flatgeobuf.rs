//! `FlatGeobuf`: head and features are flatbuffers, each verified by the flatgeobuf crate before it is read; the values of a
//! feature are taken apart here, because a length that is wrong must cost a row and not the program.

use flatgeobuf::{ColumnType, Feature, Geometry, GeometryType, Header};

use super::ground::{self, Pairs};
use crate::import::{Gather, Ground, HeldRow, MAX_COLUMNS, Table, left_out, unlike};

/// The first bytes of the file; the fourth tells the version.
pub(super) const MARK: &[u8] = b"fgb\x03fgb";

/// The longest name of a column, in letters.
const LONGEST_NAME: usize = 1000;

/// The deepest nesting of geometries.
const DEPTH: usize = 4;

/// Reads a file.
///
/// # Errors
/// One sentence: what is wrong, what next.
pub(super) fn table(bytes: &[u8]) -> Result<Table, String> {
    let damaged = || "the file is damaged or cut off; get it again".to_owned();
    let rest = bytes.get(8..).ok_or_else(damaged)?;
    let (head, rest) = block(rest).ok_or_else(damaged)?;
    let header = flatgeobuf::size_prefixed_root_as_header(head).map_err(|_| damaged())?;
    let mut notes = Vec::new();
    if let Some(crs) = header.crs().filter(|c| !matches!(c.code(), 4326 | 0)) {
        match crs.wkt() {
            Some(wkt) => notes.extend(ground::system(wkt)?),
            None => {
                return Err(format!(
                    "its coordinates are in {} {}; convert it to longitude and latitude (ogr2ogr -t_srs EPSG:4326)",
                    crs.org().unwrap_or("EPSG"),
                    crs.code()
                ));
            }
        }
    }
    let count = header.columns().map_or(0, |c| c.len());
    if count > MAX_COLUMNS {
        return Err(format!("it has {count} columns; up to {MAX_COLUMNS} are read"));
    }
    // Columns may all point at one and the same name.
    let short = |name: &str| name.chars().take(LONGEST_NAME).collect::<String>();
    let columns: Vec<(String, ColumnType)> =
        header.columns().map_or_else(Vec::new, |c| c.iter().map(|c| (short(c.name()), c.type_())).collect());
    let (names, _) = unlike(columns.iter().map(|(name, _)| name.clone()));
    let mut gather = Gather::for_file(bytes.len()).with_columns(&names);
    let mut rest = index_of(&header).and_then(|size| rest.get(size..)).ok_or_else(damaged)?;
    while !rest.is_empty() {
        let mut row = HeldRow { line: gather.rows.len() + 1, ..HeldRow::default() };
        let Some((feature, after)) = block(rest) else {
            row.ground = Some(Err("the file is cut off within this feature".into()));
            gather.push(row)?;
            break;
        };
        rest = after;
        match flatgeobuf::size_prefixed_root_as_feature(feature) {
            Err(_) => row.ground = Some(Err("the feature is damaged".into())),
            Ok(feature) => {
                row.ground = feature.geometry().map(|g| {
                    let kind = if g.type_() == GeometryType::Unknown { header.geometry_type() } else { g.type_() };
                    of_geometry(&g, kind, DEPTH)
                });
                if cells(&mut row, &feature, &columns).is_none() {
                    row.ground = Some(Err("the values of this feature are damaged".into()));
                }
            }
        }
        gather.push(row)?;
    }
    if gather.rows.is_empty() {
        return Err("there is nothing in it: no feature".into());
    }
    Ok(gather.finish("FlatGeobuf".into(), notes))
}

/// A block with its length before it, and what follows.
fn block(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let length = u32::from_le_bytes(bytes.get(..4)?.try_into().ok()?);
    let end = usize::try_from(length).ok()?.checked_add(4)?;
    // A flatbuffer is at least its own root.
    if length < 8 { None } else { bytes.split_at_checked(end) }
}

/// Bytes of the index behind the head: a packed tree of nodes of 40 bytes.
fn index_of(header: &Header<'_>) -> Option<usize> {
    let (features, size) = (header.features_count(), u64::from(header.index_node_size()));
    if features == 0 || size == 0 {
        return Some(0);
    }
    let size = size.max(2);
    let (mut level, mut nodes) = (features, features);
    while level > 1 {
        level = level.div_ceil(size);
        nodes = nodes.checked_add(level)?;
    }
    // A single feature has a root above it all the same.
    let nodes = if features == 1 { 2 } else { nodes };
    usize::try_from(nodes.checked_mul(40)?).ok()
}

/// The next bytes.
fn take<const N: usize>(bytes: &mut &[u8]) -> Option<[u8; N]> {
    let (head, rest) = bytes.split_first_chunk::<N>()?;
    *bytes = rest;
    Some(*head)
}

/// The values, each behind the number of its column; `None`: they are damaged.
fn cells(row: &mut HeldRow, feature: &Feature<'_>, columns: &[(String, ColumnType)]) -> Option<()> {
    let Some(properties) = feature.properties() else { return Some(()) };
    let mut bytes = properties.bytes();
    row.cells.resize(columns.len(), "".into());
    while bytes.len() > 1 {
        let n = usize::from(u16::from_le_bytes(take(&mut bytes)?));
        let text = match columns.get(n)?.1 {
            ColumnType::Byte => i8::from_le_bytes(take(&mut bytes)?).to_string(),
            ColumnType::UByte => u8::from_le_bytes(take(&mut bytes)?).to_string(),
            ColumnType::Bool => (take::<1>(&mut bytes)? != [0]).to_string(),
            ColumnType::Short => i16::from_le_bytes(take(&mut bytes)?).to_string(),
            ColumnType::UShort => u16::from_le_bytes(take(&mut bytes)?).to_string(),
            ColumnType::Int => i32::from_le_bytes(take(&mut bytes)?).to_string(),
            ColumnType::UInt => u32::from_le_bytes(take(&mut bytes)?).to_string(),
            ColumnType::Long => i64::from_le_bytes(take(&mut bytes)?).to_string(),
            ColumnType::ULong => u64::from_le_bytes(take(&mut bytes)?).to_string(),
            ColumnType::Float => f32::from_le_bytes(take(&mut bytes)?).to_string(),
            ColumnType::Double => f64::from_le_bytes(take(&mut bytes)?).to_string(),
            kind => {
                let length = usize::try_from(u32::from_le_bytes(take(&mut bytes)?)).ok()?;
                let (head, rest) = bytes.split_at_checked(length)?;
                bytes = rest;
                if kind == ColumnType::Binary { String::new() } else { String::from_utf8_lossy(head).into_owned() }
            }
        };
        *row.cells.get_mut(n)? = text.trim().into();
    }
    Some(())
}

fn of_geometry(geometry: &Geometry<'_>, kind: GeometryType, depth: usize) -> Result<Ground, String> {
    let flat: Vec<f64> = geometry.xy().map_or_else(Vec::new, |xy| xy.iter().collect());
    let pairs: Pairs = flat.chunks_exact(2).filter_map(|p| Some((*p.first()?, *p.get(1)?))).collect();
    // Where each line or ring ends, in positions; without any there is one.
    let parts = || -> Result<Vec<Pairs>, String> {
        let Some(ends) = geometry.ends().filter(|e| !e.is_empty()) else { return Ok(vec![pairs.clone()]) };
        let mut from = 0;
        // An end before the one before it would let a few positions be taken again and again.
        let part = |end: u32| {
            let part = pairs.get(from..end as usize).map(<[_]>::to_vec);
            from = end as usize;
            part.ok_or_else(|| "the geometry is damaged".to_owned())
        };
        ends.iter().map(part).collect()
    };
    match kind {
        GeometryType::Point | GeometryType::MultiPoint => ground::points(&pairs),
        GeometryType::LineString | GeometryType::MultiLineString => ground::lines(&parts()?),
        GeometryType::Polygon => ground::areas(&parts()?, 1),
        GeometryType::MultiPolygon | GeometryType::GeometryCollection if depth > 0 => {
            let Some(all) = geometry.parts().filter(|p| !p.is_empty()) else { return Ok(Ground::default()) };
            let first = all.get(0);
            let kind = if kind == GeometryType::MultiPolygon { GeometryType::Polygon } else { first.type_() };
            let ground = of_geometry(&first, kind, depth - 1)?;
            Ok(if all.len() > 1 { Ground { left_out: left_out(all.len()), ..ground } } else { ground })
        }
        _ => Err("the geometry is of a sort that is not read (a curve or a surface)".into()),
    }
}
