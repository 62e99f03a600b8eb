//! Geometries of binary formats as the ground of a row: the first part of several, checked.

use crate::import::{Ground, left_out, shaped};
use crate::model::{LonLat, Shape};

/// Pairs of longitude and latitude.
pub(super) type Pairs = Vec<(f64, f64)>;

fn position((lon, lat): (f64, f64)) -> Result<LonLat, String> {
    LonLat::new(lon, lat).map_err(|e| e.to_string())
}

fn line(pairs: &[(f64, f64)]) -> Result<Vec<LonLat>, String> {
    pairs.iter().copied().map(position).collect()
}

/// One point or several.
pub(super) fn points(pairs: &[(f64, f64)]) -> Result<Ground, String> {
    let Some(first) = pairs.first() else { return Ok(Ground::default()) };
    Ok(Ground { position: Some(position(*first)?), shape: None, left_out: left_out(pairs.len()) })
}

/// One line or several.
pub(super) fn lines(parts: &[Pairs]) -> Result<Ground, String> {
    match parts.first() {
        Some(first) => shaped(Shape::Line(line(first)?), parts.len()),
        None => Ok(Ground::default()),
    }
}

/// One area or several: the rings of the first, the outer one before its holes, and how many areas there are.
pub(super) fn areas(first: &[Pairs], count: usize) -> Result<Ground, String> {
    if first.is_empty() {
        return Ok(Ground::default());
    }
    let rings = first.iter().map(|ring| line(ring)).collect::<Result<Vec<_>, _>>()?;
    shaped(Shape::Area(rings), count)
}

/// Why coordinates in this system, told as WKT, cannot be used as they are; a note where they are a little off.
///
/// # Errors
/// One sentence if they are no longitudes and latitudes.
pub(super) fn system(wkt: &str) -> Result<Option<String>, String> {
    let head = wkt.trim_start().to_uppercase();
    let name = || {
        let quoted: Vec<&str> = wkt.splitn(3, '"').collect();
        quoted.get(1).map_or_else(|| "another system".into(), |n| n.chars().take(60).collect::<String>())
    };
    if head.is_empty() {
        return Ok(None);
    }
    if ["PROJCS", "PROJCRS", "COMPD_CS[\"", "GEOCCS"].iter().any(|k| head.starts_with(k)) && !head.starts_with("GEOGCS")
    {
        return Err(format!(
            "its coordinates are in “{}”; convert it to longitude and latitude (ogr2ogr -t_srs EPSG:4326)",
            name()
        ));
    }
    let is_wgs = ["WGS_1984", "WGS 84", "WGS84", "ETRS", "ITRF"].iter().any(|k| head.contains(k));
    Ok((!is_wgs)
        .then(|| format!("its coordinates are on “{}”, taken as WGS 84; they may be off by some 100 m", name())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_of_several_parts_is_taken_and_said() {
        let ring = vec![(45.0, 39.0), (46.0, 39.0), (46.0, 40.0), (45.0, 39.0)];
        let area = areas(std::slice::from_ref(&ring), 2).unwrap();
        assert!(matches!(area.shape, Some(Shape::Area(_))) && area.left_out.contains("2 parts"));
        assert_eq!(points(&[(45.0, 39.0)]).unwrap().position, LonLat::new(45.0, 39.0).ok());
        assert!(points(&[(f64::NAN, 39.0)]).is_err() && lines(&[vec![(1.0, 2.0)]]).is_err());
        assert_eq!(points(&[]).unwrap(), Ground::default());
    }

    #[test]
    fn a_projection_is_refused_by_its_name_and_another_datum_is_noted() {
        assert_eq!(system("GEOGCS[\"GCS_WGS_1984\",DATUM[\"D_WGS_1984\"]]"), Ok(None));
        assert!(system("GEOGCS[\"Pulkovo 1942\",DATUM[\"Pulkovo_1942\"]]").unwrap().unwrap().contains("Pulkovo 1942"));
        let why = system("PROJCS[\"WGS_1984_UTM_Zone_38N\",GEOGCS[\"GCS_WGS_1984\"]]").unwrap_err();
        assert!(why.contains("UTM_Zone_38N") && why.contains("ogr2ogr"), "{why}");
    }
}
