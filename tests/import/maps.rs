//! Workbooks, shapefiles, `TopoJSON` and `GeoPackage` of other programs, through the real program.

use std::fs;
use std::io::{Cursor, Write};

use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};
use shapefile::{Point, ShapeWriter};

use super::convert::convert;
use super::tables::{Came, came, said};

fn workbook() -> Vec<u8> {
    let mut book = Workbook::new();
    book.add_worksheet().set_name("Notes").unwrap().write(0, 0, "Read me").unwrap();
    let sheet = book.add_worksheet();
    sheet.set_name("Сводка").unwrap();
    let day = Format::new().set_num_format("dd.mm.yyyy");
    sheet.merge_range(0, 0, 0, 5, "Summary of September", &Format::new()).unwrap();
    for (n, name) in ["Date", "Place", "Latitude", "Longitude", "Killed Armenia", "Note"].iter().enumerate() {
        sheet.write(2, n as u16, *name).unwrap();
    }
    sheet.write_with_format(3, 0, ExcelDateTime::from_ymd(2022, 9, 13).unwrap(), &day).unwrap();
    sheet.write(3, 1, "Սոթք").unwrap().write(3, 2, 40.2).unwrap().write(3, 3, 45.9).unwrap();
    sheet.write(3, 4, 3).unwrap().write_formula(3, 5, "=1+1").unwrap();
    sheet.write(5, 0, "2022-09").unwrap().write(5, 1, "Jermuk").unwrap();
    sheet.write(5, 2, "39,84").unwrap().write(5, 3, "45,67").unwrap().write(5, 4, "n/a").unwrap();
    sheet.write(6, 0, "2022-13-40").unwrap().write(6, 2, 40).unwrap().write(6, 3, 46).unwrap();
    book.save_to_buffer().unwrap()
}

#[test]
fn a_workbook_is_read_with_its_dates_titles_and_gaps() {
    let came = came("a.xlsx", &workbook(), &[]);
    assert_eq!(
        said(&came),
        ["2022-09-13 | Սոթք | 45.9,40.2 | armenia killed 3", "2022-09 | Jermuk | 45.67,39.84 | "],
        "{} {}",
        came.error,
        came.report
    );
    assert_eq!(came.report["rejected"][0]["line"], 7, "{}", came.report);
    let warnings = came.report["warnings"].to_string();
    assert!(warnings.contains("of the sheets “Notes”, “Сводка” this is “Сводка”"), "{warnings}");
    let other = came_of_sheet("Notes");
    assert_eq!(other.features.len(), 0, "{}", other.report);
    let none = came_of_sheet("Nowhere");
    assert!(none.code == Some(2) && none.error.contains("it has “Notes”, “Сводка”"), "{}", none.error);
}

fn came_of_sheet(name: &str) -> Came {
    came("a.xlsx", &workbook(), &["--sheet", name])
}

#[test]
fn a_workbook_of_our_own_comes_back_whole() {
    let folder = tempfile::tempdir().unwrap();
    let (book, back) = (folder.path().join("a.xlsx"), folder.path().join("b.clashmap.geojson"));
    let sample = concat!(env!("CARGO_MANIFEST_DIR"), "/assets/september-2022.clashmap.geojson");
    convert(sample.as_ref(), &book, &["--sensitive"]);
    let output = convert(&book, &back, &["--sensitive"]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert_eq!(fs::read_to_string(&back).unwrap(), fs::read_to_string(sample).unwrap());
}

/// A table of fixed width with these columns and rows, in this encoding.
fn dbf(columns: &[(&str, u8, u8)], rows: &[&[&str]], encoding: &'static encoding_rs::Encoding) -> Vec<u8> {
    let width: usize = 1 + columns.iter().map(|(.., w)| usize::from(*w)).sum::<usize>();
    let head = 32 + 32 * columns.len() + 1;
    let mut out = vec![3, 122, 9, 13];
    out.extend((rows.len() as u32).to_le_bytes());
    out.extend((head as u16).to_le_bytes());
    out.extend((width as u16).to_le_bytes());
    out.resize(32, 0);
    for (name, kind, size) in columns {
        let mut field = encoding.encode(name).0.into_owned();
        field.resize(11, 0);
        field.push(*kind);
        field.resize(16, 0);
        field.push(*size);
        field.resize(32, 0);
        out.extend(field);
    }
    out.push(0x0d);
    for row in rows {
        out.push(b' ');
        for ((.., size), cell) in columns.iter().zip(*row) {
            let mut bytes = encoding.encode(cell).0.into_owned();
            bytes.resize(usize::from(*size), b' ');
            out.extend(bytes);
        }
    }
    out.push(0x1a);
    out
}

fn shp(points: &[(f64, f64)]) -> Vec<u8> {
    let mut out = Cursor::new(Vec::new());
    ShapeWriter::new(&mut out)
        .write_shapes(points.iter().map(|(x, y)| Point::new(*x, *y)).collect::<Vec<_>>().iter())
        .unwrap();
    out.into_inner()
}

const COLUMNS: [(&str, u8, u8); 4] =
    [("Дата", b'D', 8), ("Место", b'C', 30), ("Погибло", b'N', 6), ("Источник", b'C', 60)];
const ROWS: [&[&str]; 2] = [
    &["20220913", "Сотк", "3", "Министерство обороны Армении"],
    &["20220914", "Джермук", "******", "Прокуратура, по данным на утро"],
];

#[test]
fn a_shapefile_is_read_with_its_table_and_its_encoding_from_the_files_beside_it_or_from_an_archive() {
    let table = dbf(&COLUMNS, &ROWS, encoding_rs::WINDOWS_1251);
    let shape = shp(&[(45.9, 40.2), (45.67, 39.84)]);
    let folder = tempfile::tempdir().unwrap();
    let (path, target) = (folder.path().join("Карта.shp"), folder.path().join("out.clashmap.geojson"));
    fs::write(&path, &shape).unwrap();
    fs::write(path.with_extension("DBF"), &table).unwrap();
    fs::write(path.with_extension("prj"), "GEOGCS[\"GCS_WGS_1984\",DATUM[\"D_WGS_1984\"]]").unwrap();
    let output = convert(&path, &target, &["--json"]);
    let loose = String::from_utf8(output.stdout).unwrap();
    assert!(loose.contains("guessed from the letters: windows-1251"), "{loose}");
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in [("../a/Map.SHP", &shape[..]), ("../a/Map.DBF", &table), ("../a/Map.CPG", b"ANSI 1251")] {
        zip.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    let zipped = came("a.zip", &zip.finish().unwrap().into_inner(), &[]);
    let want = ["2022-09-13 | Сотк | 45.9,40.2 | all-parties killed 3", "2022-09-14 | Джермук | 45.67,39.84 | "];
    assert_eq!(said(&zipped), want, "{} {}", zipped.error, zipped.report);
    let from_loose = came("a.clashmap.geojson", &fs::read(&target).unwrap(), &[]);
    assert_eq!(said(&from_loose), want);
}

#[test]
fn a_shapefile_alone_gives_its_geometries_and_one_in_a_projection_says_what_to_do() {
    let alone = came("a.shp", &shp(&[(45.9, 40.2)]), &[]);
    assert_eq!(said(&alone), [" |  | 45.9,40.2 | "], "{} {}", alone.error, alone.report);
    let warnings = alone.report["warnings"].to_string();
    assert!(warnings.contains("no .dbf") && warnings.contains("no .prj"), "{warnings}");
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.shp");
    fs::write(&path, shp(&[(500_000.0, 4_400_000.0)])).unwrap();
    fs::write(path.with_extension("prj"), "PROJCS[\"WGS_1984_UTM_Zone_38N\"]").unwrap();
    let output = convert(&path, &folder.path().join("out.csv"), &[]);
    let error = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.code() == Some(2) && error.contains("ogr2ogr -t_srs EPSG:4326"), "{error}");
}

#[test]
fn shapefiles_cut_anywhere_or_spoiled_are_one_line_or_their_whole_records() {
    let whole = shp(&[(45.9, 40.2), (45.67, 39.84)]);
    for n in [4, 50, 99, 104, 112, 127] {
        let cut = came("a.shp", &whole[..n], &[]);
        assert!(cut.features.is_empty(), "{n}: {}", cut.report);
        assert!(cut.error.lines().count() <= 1 && cut.code != Some(0), "{n}: {}", cut.error);
    }
    let cut = came("a.shp", &whole[..150], &[]);
    assert_eq!(cut.features.len(), 1, "{}", cut.report);
    // A polygon of two thousand million points.
    let mut bomb = whole[..108].to_vec();
    bomb[107] = 44;
    bomb.extend(5_i32.to_le_bytes());
    bomb.extend([0; 32]);
    bomb.extend([0xff, 0xff, 0xff, 0x7f].repeat(2));
    bomb.resize(108 + 88, 0);
    let refused = came("a.shp", &bomb, &[]);
    assert!(refused.report["rejected"][0]["reason"].as_str().unwrap().contains("damaged"), "{}", refused.report);
}

#[test]
fn topojson_is_put_together_from_its_arcs() {
    let topology = r#"{"type":"Topology","transform":{"scale":[0.1,0.1],"translate":[45,39]},
        "arcs":[[[0,0],[10,0],[0,10]],[[10,10],[-10,0],[0,-10]]],
        "objects":{"clashes":{"type":"GeometryCollection","geometries":[
            {"type":"Point","coordinates":[9,12],"id":"p","properties":{"date":"2022-09-13","place":"Sotk"}},
            {"type":"Polygon","arcs":[[0,1]],"properties":{"date":"2022-09-14"}},
            {"type":"LineString","arcs":[-1],"properties":{"date":"2022-09-15"}},
            {"type":"LineString","arcs":[7],"properties":{"date":"2022-09-16"}}]}}}"#;
    let came = came("a.topojson", topology.as_bytes(), &[]);
    assert_eq!(came.features.len(), 3, "{} {}", came.error, came.report);
    let place = &came.features[0];
    assert_eq!(place["geometry"]["coordinates"].to_string(), "[45.9,40.2]");
    assert_eq!((&place["properties"]["uid"], &place["properties"]["when"]), (&"p".into(), &"2022-09-13".into()));
    let kinds: Vec<&str> = came.features.iter().map(|f| f["geometry"]["type"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["Point", "Polygon", "LineString"]);
    assert_eq!(came.features[2]["geometry"]["coordinates"][0][1], 40.0);
    assert!(came.report["rejected"][0]["reason"].as_str().unwrap().contains("no arc 7"), "{}", came.report);
    assert!(came.report["warnings"].to_string().contains("grid of about"), "{}", came.report);
}

#[test]
fn an_arc_named_a_million_times_is_refused() {
    let arc = "[0,0],".repeat(20_000);
    let names = "0,".repeat(200_000);
    let bomb = format!(
        r#"{{"type":"Topology","arcs":[[{}]],"objects":{{"a":{{"type":"LineString","arcs":[{}]}}}}}}"#,
        arc.trim_end_matches(','),
        names.trim_end_matches(',')
    );
    let refused = came("a.topojson", bomb.as_bytes(), &[]);
    assert!(refused.code == Some(2) && refused.error.contains("made to do harm"), "{}", refused.error);
}

/// A database with a layer as other programs write it.
fn geopackage(system: i32) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.gpkg");
    let db = rusqlite::Connection::open(&path).unwrap();
    db.execute_batch(&format!(
        "CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT, srs_id INTEGER PRIMARY KEY, organization TEXT,
             organization_coordsys_id INTEGER, definition TEXT, description TEXT);
         INSERT INTO gpkg_spatial_ref_sys VALUES ('utm', 32638, 'EPSG', 32638, 'PROJCS[\"WGS 84 / UTM zone 38N\"]', '');
         CREATE TABLE gpkg_contents (table_name TEXT PRIMARY KEY, data_type TEXT, srs_id INTEGER);
         CREATE TABLE gpkg_geometry_columns (table_name TEXT, column_name TEXT, geometry_type_name TEXT, srs_id INTEGER);
         INSERT INTO gpkg_contents VALUES ('people', 'attributes', 0), ('the \"clashes\"', 'features', {system});
         INSERT INTO gpkg_geometry_columns VALUES ('the \"clashes\"', 'shape', 'POINT', {system});
         CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT); INSERT INTO people VALUES (1, 'x');
         CREATE TABLE \"the \"\"clashes\"\"\" (fid INTEGER PRIMARY KEY, shape BLOB, date TEXT, place TEXT, killed INTEGER);"
    ))
    .unwrap();
    let mut blob = b"GP\x00\x01\xe6\x10\x00\x00\x01\x01\x00\x00\x00".to_vec();
    blob.extend(45.9_f64.to_le_bytes());
    blob.extend(40.2_f64.to_le_bytes());
    let insert = "INSERT INTO \"the \"\"clashes\"\"\" VALUES (?1, ?2, '2022-09-13', 'Sotk', 3)";
    db.execute(insert, rusqlite::params![1, blob]).unwrap();
    db.execute(insert, rusqlite::params![2, b"GP\x00\x01"]).unwrap();
    drop(db);
    fs::read(&path).unwrap()
}

#[test]
fn a_layer_of_a_foreign_geopackage_is_read() {
    let came = came("a.gpkg", &geopackage(4326), &[]);
    assert_eq!(said(&came), ["2022-09-13 | Sotk | 45.9,40.2 | all-parties killed 3"], "{} {}", came.error, came.report);
    assert_eq!(came.report["rejected"][0]["field"], "geometry", "{}", came.report);
    assert!(came.report["warnings"].to_string().contains("“people”"), "{}", came.report);
    let utm = super::tables::came("a.gpkg", &geopackage(32638), &[]);
    assert!(utm.error.contains("UTM zone 38N") && utm.error.lines().count() == 1, "{}", utm.error);
    let bytes = geopackage(4326);
    for n in [16, 100, 4000, 9000] {
        let cut = super::tables::came("a.gpkg", &bytes[..n], &[]);
        assert!(cut.code == Some(2) && cut.error.lines().count() == 1, "{n}: {}", cut.error);
    }
}

/// Our own file and, where GDAL is there, the same one with an index as GDAL writes it.
#[test]
fn a_flatgeobuf_is_read_with_and_without_an_index() {
    let folder = tempfile::tempdir().unwrap();
    let sample = concat!(env!("CARGO_MANIFEST_DIR"), "/assets/september-2022.clashmap.geojson");
    let own = folder.path().join("own.fgb");
    convert(sample.as_ref(), &own, &[]);
    let bytes = fs::read(&own).unwrap();
    let project = clashmap::io::project::open(sample.as_ref()).unwrap().project;
    let read = came("a.fgb", &bytes, &[]);
    assert_eq!(read.report["accepted"], project.len(), "{} {}", read.error, read.report);
    for (feature, (_, incident)) in read.features.iter().zip(project.iter()) {
        assert_eq!(feature["properties"]["uid"], incident.uid.as_str());
        let at = incident.place.position.map(|p| format!("[{},{}]", p.lon(), p.lat()));
        if incident.place.shape.is_none() {
            assert_eq!(at.unwrap_or_else(|| "null".into()), feature["geometry"]["coordinates"].to_string());
        }
    }
    let theirs = folder.path().join("theirs.fgb");
    let done = std::process::Command::new("ogr2ogr")
        .args(["-f", "FlatGeobuf", "-nlt", "GEOMETRY"])
        .arg(&theirs)
        .arg(&own)
        .output();
    match done {
        Ok(_) => {
            let read = came("a.fgb", &fs::read(&theirs).unwrap(), &[]);
            // With an index GDAL leaves out what is nowhere.
            let placed = project.iter().filter(|(_, i)| i.place.position.is_some() || i.place.shape.is_some());
            assert_eq!(read.report["accepted"], placed.count(), "{} {}", read.error, read.report);
        }
        Err(_) if std::env::var_os("CLASHMAP_REQUIRE_GDAL").is_none() => {}
        Err(e) => panic!("ogr2ogr: {e}"),
    }
    for n in [8, 11, 40, 200, bytes.len() / 2, bytes.len() - 1] {
        let cut = came("a.fgb", &bytes[..n], &[]);
        assert!(cut.code != Some(0) && cut.error.lines().count() <= 1, "{n}: {}", cut.error);
    }
    for n in (8..bytes.len()).step_by(bytes.len() / 40) {
        let mut spoiled = bytes.clone();
        spoiled[n] ^= 0xff;
        let read = came("a.fgb", &spoiled, &[]);
        assert!(read.code.is_some() && read.error.lines().count() <= 1, "{n}: {}", read.error);
    }
}
