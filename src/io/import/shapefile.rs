//! Shapefiles: geometries by the shapefile crate, record by record, so that a damaged one costs a row and not the file.
//!
//! The table beside them (`.dbf`) is text of fixed width, and is taken as text: what a cell holds is judged by the
//! mapping, as with any table, in whatever encoding the letters show. `.shx` is not needed: records follow each other.
//! Without `.dbf` the geometries come alone; without `.prj` coordinates are longitudes and latitudes.

use std::io::Cursor;

use shapefile::{PolygonRing, ReadableShape, Shape as Esri};

use super::encoding;
use super::ground::{self, Pairs};
use crate::import::{Gather, Ground, HeldRow, MAX_COLUMNS, Reading, Table, unlike};
use crate::model::{Incident, LonLat};

/// The files of which a shapefile consists.
#[derive(Debug, Default)]
pub(super) struct Parts {
    /// The geometries.
    pub(super) shp: Vec<u8>,
    /// The table.
    pub(super) dbf: Option<Vec<u8>>,
    /// The system of coordinates, as WKT.
    pub(super) prj: Option<Vec<u8>>,
    /// The encoding of the table.
    pub(super) cpg: Option<Vec<u8>>,
    /// The length of the archive in which they lay, in bytes; 0: in none.
    pub(super) archive: usize,
}

/// The first bytes of a `.shp`.
pub(super) const MARK: [u8; 4] = [0, 0, 0x27, 0x0a];

/// Reads a shapefile.
///
/// # Errors
/// One sentence: what is wrong, what next.
pub(super) fn table(parts: &Parts, reading: &Reading) -> Result<Table, String> {
    let text = |part: &Option<Vec<u8>>| part.as_ref().map(|b| String::from_utf8_lossy(b).into_owned());
    let mut notes = Vec::new();
    match text(&parts.prj) {
        Some(wkt) => notes.extend(ground::system(&wkt)?),
        None => notes.push("there is no .prj beside it; coordinates are taken for longitude and latitude".into()),
    }
    let len = match parts.archive {
        0 => parts.shp.len() + parts.dbf.as_ref().map_or(0, Vec::len),
        len => len,
    };
    let grounds = grounds(&parts.shp, len)?;
    let named = reading.encoding.clone().or_else(|| text(&parts.cpg).map(|c| c.trim().to_owned()));
    let dbf = parts.dbf.as_deref().map(|bytes| Dbf::read(bytes, named.as_deref(), len)).transpose()?;
    let Some(dbf) = dbf else {
        notes.push("there is no .dbf beside it; the geometries come without a table".into());
        let mut gather = Gather::for_file(len);
        for (n, ground) in (1..).zip(grounds) {
            gather.push(HeldRow { line: n, cells: Vec::new(), ground: Some(ground) })?;
        }
        return done(gather, "shapefile", notes);
    };
    if dbf.guessed {
        notes.push(format!("the encoding was guessed from the letters: {}", dbf.encoding));
    }
    if dbf.rows.len() != grounds.len() {
        notes.push(format!("there are {} geometries and {} rows in the table", grounds.len(), dbf.rows.len()));
    }
    let mut gather = Gather::for_file(len).with_columns(&dbf.names);
    let mut grounds = grounds.into_iter();
    for (n, cells) in (1..).zip(dbf.rows) {
        let ground = grounds.next();
        let Some(cells) = cells else { continue };
        gather.push(HeldRow { line: n, cells, ground })?;
    }
    done(gather, &format!("shapefile, {}", dbf.encoding), notes)
}

fn done(gather: Gather, format: &str, notes: Vec<String>) -> Result<Table, String> {
    if gather.rows.is_empty() {
        return Err("there is nothing in it: no geometry and no row".into());
    }
    Ok(gather.finish(format.to_owned(), notes))
}

/// The geometry of every record; `len` is the length of the file that was opened.
fn grounds(shp: &[u8], len: usize) -> Result<Vec<Result<Ground, String>>, String> {
    let damaged = || "the shapefile is damaged or cut off; get it again".to_owned();
    let mut rest = shp.get(100..).filter(|_| shp.starts_with(&MARK)).ok_or_else(damaged)?;
    let mut budget = Gather::for_file(len);
    let mut out = Vec::new();
    while !rest.is_empty() {
        // A record: its number, its length in words of two bytes, both big-endian, then the shape.
        let words = rest.get(4..8).and_then(|b| b.try_into().ok()).map(i32::from_be_bytes);
        let size = words.and_then(|w| usize::try_from(w).ok()).and_then(|w| w.checked_mul(2));
        let record = size.and_then(|size| rest.get(8..8 + size));
        let Some(record) = record else {
            out.push(Err("the shapefile is cut off within this record".into()));
            break;
        };
        budget.charge(size_of::<HeldRow>() + size_of::<Incident>())?;
        let ground = ground_of(record);
        let shape = ground.as_ref().ok().and_then(|g| g.shape.as_ref());
        budget.charge(shape.map_or(0, |s| s.positions().count()) * 3 * size_of::<LonLat>())?;
        out.push(ground);
        rest = rest.get(8 + record.len()..).unwrap_or_default();
    }
    Ok(out)
}

fn ground_of(record: &[u8]) -> Result<Ground, String> {
    // The counts of parts and points stand behind type and box; room is made for as many as they say.
    let count = |at: usize| record.get(at..at + 4).and_then(|b| b.try_into().ok()).map(i32::from_le_bytes);
    let (kind, first, second) = (count(0).unwrap_or(-1), count(36).unwrap_or(0), count(40).unwrap_or(0));
    let most = record.len() / 4;
    let too_many = |n: i32| usize::try_from(n).map_or(true, |n| n > most);
    let counted = match kind % 10 {
        3 | 5 => too_many(first) || too_many(second),
        8 => too_many(first),
        _ => false,
    };
    let size = i32::try_from(record.len()).ok().filter(|_| !counted);
    let shape = size.and_then(|size| Esri::read_from(&mut Cursor::new(record), size).ok());
    let pairs = |p: &[shapefile::Point]| p.iter().map(|p| (p.x, p.y)).collect::<Pairs>();
    macro_rules! pairs {
        ($list:expr) => {
            $list.iter().map(|p| (p.x, p.y)).collect::<Pairs>()
        };
    }
    macro_rules! rings {
        ($polygon:expr) => {{
            let rings = $polygon.rings();
            let outer = rings.iter().filter(|r| matches!(r, PolygonRing::Outer(_))).count();
            // The first area: its outer ring and the holes that follow it.
            let first = rings.iter().enumerate().take_while(|(n, r)| *n == 0 || matches!(r, PolygonRing::Inner(_)));
            ground::areas(&first.map(|(_, r)| pairs!(r.points())).collect::<Vec<_>>(), outer)
        }};
    }
    match shape.ok_or_else(|| "the geometry of this record is damaged".to_owned())? {
        Esri::NullShape => Ok(Ground::default()),
        Esri::Point(p) => ground::points(&pairs(&[p])),
        Esri::PointM(p) => ground::points(&[(p.x, p.y)]),
        Esri::PointZ(p) => ground::points(&[(p.x, p.y)]),
        Esri::Multipoint(m) => ground::points(&pairs!(m.points())),
        Esri::MultipointM(m) => ground::points(&pairs!(m.points())),
        Esri::MultipointZ(m) => ground::points(&pairs!(m.points())),
        Esri::Polyline(l) => ground::lines(&l.parts().iter().map(|p| pairs!(p)).collect::<Vec<_>>()),
        Esri::PolylineM(l) => ground::lines(&l.parts().iter().map(|p| pairs!(p)).collect::<Vec<_>>()),
        Esri::PolylineZ(l) => ground::lines(&l.parts().iter().map(|p| pairs!(p)).collect::<Vec<_>>()),
        Esri::Polygon(p) => rings!(p),
        Esri::PolygonM(p) => rings!(p),
        Esri::PolygonZ(p) => rings!(p),
        Esri::Multipatch(_) => Err("the geometry is a body in space; points, lines and areas are read".into()),
    }
}

/// A table of fixed width.
struct Dbf {
    names: Vec<crate::model::Text>,
    /// `None`: the row is marked as deleted.
    rows: Vec<Option<Vec<crate::model::Text>>>,
    encoding: &'static str,
    guessed: bool,
}

/// A column: where it stands in a record, and its kind.
struct Column {
    from: usize,
    to: usize,
    kind: u8,
}

impl Dbf {
    fn read(bytes: &[u8], named: Option<&str>, len: usize) -> Result<Self, String> {
        let damaged = || "the .dbf beside the shapefile is damaged or cut off; get it again".to_owned();
        let short = |at: usize| bytes.get(at..at + 2).and_then(|b| b.try_into().ok()).map(u16::from_le_bytes);
        let (head, width) = short(8).zip(short(10)).ok_or_else(damaged)?;
        let (head, width) = (usize::from(head), usize::from(width));
        let fields = bytes.get(32..head.saturating_sub(1)).ok_or_else(damaged)?;
        let mut columns = Vec::new();
        let mut raw_names = Vec::new();
        let mut at = 1;
        for field in fields.chunks_exact(32).take_while(|f| f.first().is_some_and(|b| *b != 0x0d)) {
            let name = field.get(..11).unwrap_or_default();
            raw_names.push(name.split(|b| *b == 0).next().unwrap_or_default().to_vec());
            let kind = field.get(11).copied().unwrap_or(b'C');
            let size = usize::from(field.get(16).copied().unwrap_or(0));
            // Long texts of some programs spill into the byte of the decimals.
            let more = usize::from(field.get(17).copied().unwrap_or(0));
            let size = if kind == b'C' { size + more * 256 } else { size };
            columns.push(Column { from: at, to: at + size, kind });
            at += size;
        }
        if columns.is_empty() || width == 0 || columns.len() > MAX_COLUMNS {
            return Err(damaged());
        }
        let records = bytes.get(head..).ok_or_else(damaged)?;
        // The encoding is judged by all letters together.
        let mut letters: Vec<u8> = raw_names.iter().flatten().copied().collect();
        let texts: Vec<&Column> = columns.iter().filter(|c| c.kind == b'C').collect();
        for record in records.chunks_exact(width).take(20_000) {
            for column in &texts {
                let cell = record.get(column.from..column.to).unwrap_or_default();
                if !cell.is_ascii() {
                    letters.extend(cell.iter().filter(|b| **b != 0));
                    letters.push(b'\n');
                }
            }
        }
        let driver = bytes.get(29).copied().unwrap_or(0);
        let (encoding, guessed) = encoding::of_letters(&letters, named.or(label(driver)))?;
        let decode = |bytes: &[u8]| -> String {
            let bytes = bytes.split(|b| *b == 0).next().unwrap_or_default();
            encoding.decode_without_bom_handling(bytes).0.trim().to_owned()
        };
        let (names, _) = unlike(raw_names.iter().map(|n| decode(n)));
        let mut budget = Gather::for_file(len);
        let mut rows = Vec::new();
        for record in records.chunks_exact(width) {
            budget.charge(size_of::<HeldRow>() + size_of::<Incident>())?;
            if record.first() == Some(&0x1a) {
                break;
            }
            if record.first() == Some(&b'*') {
                rows.push(None);
                continue;
            }
            let mut cells = Vec::with_capacity(columns.len());
            for column in &columns {
                let text = cell(record.get(column.from..column.to).unwrap_or_default(), column.kind, &decode);
                budget.charge(size_of::<crate::model::Text>() + text.len())?;
                cells.push(text.into());
            }
            rows.push(Some(cells));
        }
        Ok(Self { names, rows, encoding: encoding.name(), guessed })
    }
}

/// A cell as text.
fn cell(bytes: &[u8], kind: u8, decode: &dyn Fn(&[u8]) -> String) -> String {
    match kind {
        b'D' => {
            let text = decode(bytes);
            match (text.get(..4), text.get(4..6), text.get(6..8)) {
                (Some(y), Some(m), Some(d)) if text.len() == 8 && text.bytes().all(|b| b.is_ascii_digit()) => {
                    format!("{y}-{m}-{d}")
                }
                _ => text,
            }
        }
        b'L' => match bytes.first() {
            Some(b'T' | b't' | b'Y' | b'y') => "true".into(),
            Some(b'F' | b'f' | b'N' | b'n') => "false".into(),
            _ => String::new(),
        },
        b'I' => bytes.try_into().map(|b| i32::from_le_bytes(b).to_string()).unwrap_or_default(),
        b'O' | b'B' if bytes.len() == 8 => {
            bytes.try_into().map(|b| f64::from_le_bytes(b).to_string()).unwrap_or_default()
        }
        // Stars stand for a number that did not fit.
        b'N' | b'F' if bytes.contains(&b'*') => String::new(),
        _ => decode(bytes),
    }
}

/// The encoding that the head of a table names by a number (the common ones of the dBASE list).
fn label(driver: u8) -> Option<&'static str> {
    Some(match driver {
        0x03 | 0x57..=0x59 => "windows-1252",
        0x26 | 0x65 => "ibm866",
        0x4d | 0x7a => "gbk",
        0xc8 => "windows-1250",
        0xc9 => "windows-1251",
        0xca => "windows-1254",
        _ => return None,
    })
}
