//! Shapefile: incidents with a position as points in the named file, those with a line or an area in files of their own
//! (`NAME-lines.shp`, `NAME-areas.shp`), with a short table each. Claims are a CSV beside them, and so are the full names
//! of the columns of figures, which the format makes short.

use std::io::Cursor;

use shapefile::record::EsriShape;
use shapefile::{Point, Polygon, PolygonRing, Polyline, ShapeWriter};

use super::{Export, ExportError, Part, csv, dbf, words};
use crate::io::tables::{Cell, Table, apart, precision, start_and_end};
use crate::model::{Incident, LonLat, PartyId, Shape};

/// WGS 84 as the software that made the format writes it.
const SYSTEM: &str = "GEOGCS[\"GCS_WGS_1984\",DATUM[\"D_WGS_1984\",SPHEROID[\"WGS_1984\",6378137.0,298.257223563]],\
PRIMEM[\"Greenwich\",0.0],UNIT[\"Degree\",0.0174532925199433]]";

/// The texts of an incident, as its table has them; one that is too long is cut.
fn texts(i: &Incident) -> [String; 10] {
    [
        i.uid.as_str().into(),
        words::title(i).into(),
        i.kind.id().into(),
        i.when.map(|w| w.to_string()).unwrap_or_default(),
        i.when.map_or("", |w| precision(&w)).into(),
        words::place(i),
        i.place.precision.map_or("", |p| p.id()).into(),
        i.parties.iter().map(PartyId::as_str).collect::<Vec<_>>().join("; "),
        i.weapons.iter().map(|w| &**w).collect::<Vec<_>>().join("; "),
        i.notes.to_string(),
    ]
}

const TEXTS: [&str; 10] =
    ["uid", "title", "kind", "date", "date_prec", "place", "place_prec", "parties", "weapons", "notes"];
const DAYS: [&str; 2] = ["start_dt", "end_dt"];

/// Whether a text of the incident is cut.
pub(super) fn is_cut(incident: &Incident) -> bool {
    texts(incident).iter().any(|t| dbf::is_cut(t))
}

fn row(export: &Export, i: &Incident) -> Vec<Cell> {
    let (start, end) = start_and_end(i);
    // Days of four-digit years from year 1; others stand in the text of the date.
    let day = |t: &str| if t.starts_with('-') || t.len() < 10 { String::new() } else { t.chars().take(10).collect() };
    let mut cells: Vec<Cell> = texts(i).into_iter().map(Cell::text).collect();
    cells.extend([day(&start), day(&end)].map(Cell::text));
    cells.push(i.place.radius_km.map_or(Cell::Empty, |r| Cell::Real(f64::from(r))));
    cells.push(Cell::count(words::dead(export, i)));
    cells
}

pub(super) fn write(export: &Export, stem: &str) -> Result<Vec<Part>, ExportError> {
    let figures = export.figures();
    let mut columns: Vec<String> = TEXTS.iter().chain(&DAYS).map(|c| (*c).to_owned()).collect();
    columns.extend(["radius_km", "dead"].map(str::to_owned));
    let names = figures.columns_of_figures();
    columns.extend(names.iter().cloned());
    if columns.len() > dbf::COLUMNS {
        return Err(ExportError::Refused(format!(
            "the table would have {} columns, a shapefile holds {}; filter by party, or export as GeoPackage",
            columns.len(),
            dbf::COLUMNS
        )));
    }
    let mut points = (Vec::new(), Table::new(columns.clone()));
    let mut lines = (Vec::new(), Table::new(columns.clone()));
    let mut areas = (Vec::new(), Table::new(columns.clone()));
    for (_, incident) in export.project.iter() {
        let cells = || {
            let mut cells = row(export, incident);
            cells.extend(figures.of(incident).into_iter().flat_map(|(_, _, numbers)| numbers.map(Cell::count)));
            cells
        };
        if let Some(p) = incident.place.position {
            points.0.push(Point::new(p.lon(), p.lat()));
            points.1.rows.push(cells());
        }
        let pairs = |line: &[LonLat]| line.iter().map(|p| Point::new(p.lon(), p.lat())).collect::<Vec<_>>();
        match &incident.place.shape {
            Some(Shape::Line(line)) if line.len() > 1 => {
                lines.0.push(Polyline::new(pairs(line)));
                lines.1.rows.push(cells());
            }
            Some(Shape::Area(rings)) => {
                let rings = rings.iter().enumerate().map(|(n, ring)| match n {
                    0 => PolygonRing::Outer(pairs(ring)),
                    _ => PolygonRing::Inner(pairs(ring)),
                });
                areas.0.push(Polygon::with_rings(rings.collect()));
                areas.1.rows.push(cells());
            }
            _ => {}
        }
    }
    let mut parts = layer(stem, &points.0, &points.1)?;
    if !lines.0.is_empty() {
        parts.extend(layer(&format!("{stem}-lines"), &lines.0, &lines.1)?);
    }
    if !areas.0.is_empty() {
        parts.extend(layer(&format!("{stem}-areas"), &areas.0, &areas.1)?);
    }
    let exact = export.options.exact_cells;
    let mut beside = |name: &str, table: &Table| {
        let mark = if exact { "" } else { "\u{feff}" };
        let text = format!("{mark}{}", csv::table(table, exact));
        parts.push(Part { name: format!("{stem}-{name}.csv"), bytes: text.into_bytes() });
    };
    let claims = apart(&export.project, &figures)?.claims;
    if !claims.rows.is_empty() {
        beside("claims", &claims);
        let mut table = Table::new(["short", "column"]);
        let short = dbf::short_names(&columns);
        let pairs = short.iter().zip(&columns).filter(|(s, c)| s != c);
        table.rows.extend(pairs.map(|(s, c)| [s, c].map(|t| Cell::text(t.as_str())).to_vec()));
        beside("columns", &table);
    }
    Ok(parts)
}

/// The files of one layer, the `.shp` first.
fn layer<S: EsriShape>(stem: &str, shapes: &[S], table: &Table) -> Result<Vec<Part>, ExportError> {
    let failed = |e: shapefile::Error| ExportError::Refused(format!("the shapefile cannot be made ({e})"));
    let (mut shp, mut shx) = (Cursor::new(Vec::new()), Cursor::new(Vec::new()));
    let mut writer = ShapeWriter::with_shx(&mut shp, &mut shx);
    for shape in shapes {
        writer.write_shape(shape).map_err(failed)?;
    }
    writer.finalize().map_err(failed)?;
    drop(writer);
    let part = |ending: &str, bytes: Vec<u8>| Part { name: format!("{stem}.{ending}"), bytes };
    Ok(vec![
        part("shp", shp.into_inner()),
        part("shx", shx.into_inner()),
        part("dbf", dbf::write(table, &DAYS)),
        part("prj", SYSTEM.into()),
        part("cpg", "UTF-8".into()),
    ])
}
