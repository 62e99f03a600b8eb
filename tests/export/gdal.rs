//! Files written are read back by GDAL, where it is installed (`.ci/run` sees to it).

use std::path::Path;
use std::process::Command;

use clashmap::io::export::Format;
use serde_json::Value;

use super::{KARABAKH, SEPTEMBER, hostile, sample, saved};

/// What GDAL reads of a layer, as GeoJSON; `None` without GDAL.
fn read(path: &Path, layer: &str) -> Option<Value> {
    let mut command = Command::new("ogr2ogr");
    command.args(["-f", "GeoJSON", "/vsistdout/"]).arg(path).args((!layer.is_empty()).then_some(layer));
    let output = match command.output() {
        Ok(output) => output,
        Err(_) if std::env::var_os("CLASHMAP_REQUIRE_GDAL").is_none() => return None,
        Err(e) => panic!("ogr2ogr: {e}"),
    };
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && !said.contains("ERROR"), "{}: {said}", path.display());
    Some(serde_json::from_slice(&output.stdout).unwrap_or_else(|e| panic!("{}: {e}: {said}", path.display())))
}

fn titles(value: &Value, key: &str) -> Vec<String> {
    let features = value["features"].as_array().unwrap();
    features.iter().map(|f| f["properties"][key].as_str().unwrap_or_default().to_owned()).collect()
}

fn wanted(project: &clashmap::model::Project) -> Vec<String> {
    project.iter().map(|(_, i)| i.title.to_string()).collect()
}

#[test]
fn geojson_is_read_with_its_fields() {
    let folder = tempfile::tempdir().unwrap();
    for project in [sample(SEPTEMBER), sample(KARABAKH), hostile()] {
        let Some(value) = read(&saved(&project, Format::GeoJson, folder.path()), "") else { return };
        assert_eq!(titles(&value, "title"), wanted(&project));
        for (feature, (_, incident)) in value["features"].as_array().unwrap().iter().zip(project.iter()) {
            assert_eq!(
                feature["geometry"].is_null(),
                incident.place.position.is_none() && incident.place.shape.is_none()
            );
        }
    }
}

#[test]
fn the_project_file_itself_is_read_with_all_its_fields() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/september-2022.clashmap.geojson");
    let Some(value) = read(&path, "") else { return };
    assert_eq!(titles(&value, "title"), wanted(&sample(SEPTEMBER)));
    let with_claims = value["features"].as_array().unwrap().iter().filter(|f| f["properties"]["claims"].is_array());
    assert!(with_claims.count() > 3);
    assert!(value["features"][5]["properties"]["start"].is_string());
}

/// The names of the fields that GDAL lists.
fn fields(path: &Path) -> Option<Vec<String>> {
    let output = Command::new("ogrinfo").args(["-ro", "-al", "-so"]).arg(path).output().ok()?;
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{said}");
    // `name: Type (width.decimals)`
    Some(
        said.lines()
            .filter_map(|l| l.split_once(": ").filter(|(_, t)| t.ends_with(')')))
            .map(|(n, _)| n.to_owned())
            .collect(),
    )
}

#[test]
fn every_member_of_the_project_file_is_a_field_for_others() {
    for name in ["september-2022", "karabakh-1988-2024"] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("assets/{name}.clashmap.geojson"));
        let Some(fields) = fields(&path) else { return };
        let text: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
        for feature in text["features"].as_array().unwrap() {
            for (name, value) in feature["properties"].as_object().unwrap() {
                assert!(fields.contains(name) || value.is_null(), "{name}: {fields:?}");
            }
        }
    }
}

#[test]
fn kml_and_kmz_are_read_with_times_and_data() {
    let folder = tempfile::tempdir().unwrap();
    for format in [Format::Kml, Format::Kmz] {
        for project in [sample(SEPTEMBER), sample(KARABAKH), hostile()] {
            let Some(value) = read(&saved(&project, format, folder.path()), "") else { return };
            // The last text has characters that XML cannot hold.
            let mut names = titles(&value, "Name");
            let mut titles = wanted(&project);
            names
                .iter_mut()
                .chain(&mut titles)
                .for_each(|n| *n = n.replace(['\u{1}', '\u{fffe}', '\u{fffd}'], "").trim().to_owned());
            assert_eq!(names, titles, "{format:?}");
        }
    }
}

#[test]
fn gpx_is_read_as_waypoints() {
    let folder = tempfile::tempdir().unwrap();
    let project = sample(SEPTEMBER);
    let Some(value) = read(&saved(&project, Format::Gpx, folder.path()), "waypoints") else { return };
    let placed = project.iter().filter(|(_, i)| i.place.position.is_some()).count();
    assert_eq!(value["features"].as_array().unwrap().len(), placed);
}

#[test]
fn csv_is_read_with_its_columns() {
    let folder = tempfile::tempdir().unwrap();
    let project = sample(KARABAKH);
    let Some(value) = read(&saved(&project, Format::Csv, folder.path()), "") else { return };
    assert_eq!(titles(&value, "title"), wanted(&project));
    assert!(titles(&value, "uid").iter().all(|u| !u.is_empty()), "the mark at the head is no part of a name");
}

#[test]
fn a_geopackage_is_read_with_layers_tables_and_styles() {
    let folder = tempfile::tempdir().unwrap();
    for project in [sample(SEPTEMBER), sample(KARABAKH), hostile()] {
        let path = saved(&project, Format::GeoPackage, folder.path());
        let Some(incidents) = read(&path, "incidents") else { return };
        assert_eq!(titles(&incidents, "title"), wanted(&project));
        let claims = read(&path, "claims").unwrap();
        let wanted: usize = project.iter().map(|(_, i)| i.claims.len()).sum();
        assert_eq!(claims["features"].as_array().unwrap().len(), wanted);
        for layer in ["sources", "parties", "project", "layer_styles"] {
            assert!(read(&path, layer).is_some(), "{layer}");
        }
        let db = rusqlite::Connection::open(&path).unwrap();
        let tied: i64 = db.query_row("SELECT count(*) FROM incidents_claims", [], |r| r.get(0)).unwrap();
        assert_eq!(tied as usize, wanted, "every claim is tied to its incident");
    }
    let path = saved(&hostile(), Format::GeoPackage, folder.path());
    for (layer, sort) in [("incident_lines", "LineString"), ("incident_areas", "Polygon")] {
        assert_eq!(read(&path, layer).unwrap()["features"][0]["geometry"]["type"], sort);
    }
}

#[test]
fn a_workbook_is_read_with_its_sheets_and_no_formulas() {
    let folder = tempfile::tempdir().unwrap();
    let path = saved(&sample(KARABAKH), Format::Xlsx, folder.path());
    let Some(value) = read(&path, "incidents") else { return };
    assert_eq!(titles(&value, "title"), wanted(&sample(KARABAKH)));
    assert!(read(&path, "about").is_some() && read(&path, "claims").is_some());
}

#[test]
fn a_shapefile_is_read_with_its_table_and_its_lines_and_areas() {
    let folder = tempfile::tempdir().unwrap();
    for project in [sample(SEPTEMBER), sample(KARABAKH)] {
        let path = saved(&project, Format::Shapefile, folder.path());
        let Some(value) = read(&path, "") else { return };
        let placed: Vec<_> = project.iter().map(|(_, i)| i).filter(|i| i.place.position.is_some()).collect();
        let wanted: Vec<String> = placed.iter().map(|i| i.title.to_string()).collect();
        assert_eq!(titles(&value, "title"), wanted);
        for (feature, incident) in value["features"].as_array().unwrap().iter().zip(placed) {
            let at = incident.place.position.unwrap();
            assert_eq!(feature["geometry"]["coordinates"][0].as_f64(), Some(at.lon()));
            assert_eq!(
                feature["properties"]["date"].as_str().unwrap_or(""),
                incident.when.map_or(String::new(), |w| w.to_string())
            );
        }
    }
    let path = saved(&hostile(), Format::Shapefile, folder.path());
    for (layer, sort) in [("a-lines", "LineString"), ("a-areas", "Polygon")] {
        let layer = read(&path.with_file_name(format!("{layer}.shp")), "").unwrap();
        assert_eq!(layer["features"][0]["geometry"]["type"], sort);
    }
    let text = titles(&read(&path, "").unwrap(), "title");
    assert_eq!(text[0], hostile().iter().next().unwrap().1.title.to_string());
}

#[test]
fn a_flatgeobuf_is_read_with_its_values_and_every_sort_of_geometry() {
    let folder = tempfile::tempdir().unwrap();
    for project in [sample(SEPTEMBER), sample(KARABAKH), hostile()] {
        let Some(value) = read(&saved(&project, Format::FlatGeobuf, folder.path()), "") else { return };
        assert_eq!(titles(&value, "title"), wanted(&project));
        for (feature, (_, incident)) in value["features"].as_array().unwrap().iter().zip(project.iter()) {
            assert_eq!(feature["properties"]["uid"], incident.uid.as_str());
            let sort = match (&incident.place.shape, incident.place.position) {
                (Some(clashmap::model::Shape::Line(_)), _) => Value::from("LineString"),
                (Some(clashmap::model::Shape::Area(_)), _) => "Polygon".into(),
                (None, Some(_)) => "Point".into(),
                (None, None) => Value::Null,
            };
            assert_eq!(feature["geometry"]["type"], sort);
        }
    }
}
