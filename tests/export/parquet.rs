//! `GeoParquet` read back by the library that others are built on.

use clashmap::io::export::Format;
use clashmap::model::Shape;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::{Field, Row};
use serde_json::Value;

use super::{KARABAKH, SEPTEMBER, hostile, sample, saved};

fn value<'a>(row: &'a Row, name: &str) -> &'a Field {
    row.get_column_iter().find(|(n, _)| *n == name).unwrap_or_else(|| panic!("no column {name}")).1
}

#[test]
fn a_geoparquet_holds_every_incident_with_its_geometry_its_figures_and_its_claims() {
    let folder = tempfile::tempdir().unwrap();
    for project in [sample(SEPTEMBER), sample(KARABAKH), hostile()] {
        let path = saved(&project, Format::GeoParquet, folder.path());
        let file = SerializedFileReader::new(std::fs::File::open(path).unwrap()).unwrap();
        let about = file.metadata().file_metadata().key_value_metadata().unwrap();
        let geo = about.iter().find(|k| k.key == "geo").unwrap().value.clone().unwrap();
        let geo: Value = serde_json::from_str(&geo).unwrap();
        assert_eq!((&geo["version"], &geo["columns"]["geometry"]["encoding"]), (&"1.1.0".into(), &"WKB".into()));
        let rows: Vec<Row> = file.get_row_iter(None).unwrap().map(Result::unwrap).collect();
        assert_eq!(rows.len(), project.len());
        for (row, (_, incident)) in rows.iter().zip(project.iter()) {
            assert_eq!(*value(row, "uid"), Field::Str(incident.uid.as_str().into()));
            let claims = match value(row, "claims_json") {
                Field::Str(text) => serde_json::from_str::<Vec<Value>>(text).unwrap_or_else(|e| panic!("{text}: {e}")),
                _ => Vec::new(),
            };
            assert_eq!(claims.len(), incident.claims.len());
            let sort = match (&incident.place.shape, incident.place.position) {
                (Some(Shape::Line(_)), _) => Some(2),
                (Some(Shape::Area(_)), _) => Some(3),
                (None, Some(_)) => Some(1),
                (None, None) => None,
            };
            match (value(row, "geometry"), sort) {
                (Field::Bytes(wkb), Some(sort)) => assert_eq!(wkb.data()[..5], [1, sort, 0, 0, 0]),
                (Field::Null, None) => {}
                other => panic!("{other:?}"),
            }
        }
    }
}
