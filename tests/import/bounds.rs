//! Hostile files against what is promised of any file of a megabyte: less than 256 MB of memory, an end, one clear line or
//! an honest report, and nothing on the disk but the target.

use std::fs;
use std::io::{Read, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use flatbuffers::FlatBufferBuilder;
use flatgeobuf::{
    Column, ColumnArgs, ColumnType, Feature, FeatureArgs, Geometry, GeometryArgs, GeometryType, Header, HeaderArgs,
};
use rusqlite::Connection;
use serde_json::Value;

use super::hostile::{archive, workbook};

/// What a file of up to a megabyte may take, in MB; a longer one as many times more.
const MOST_MB: u64 = 256;
/// A debug build on a busy machine; what is to be caught here would need minutes.
const HANG: Duration = Duration::from_secs(100);

/// What came of a file.
struct Came {
    code: Option<i32>,
    report: Value,
    error: String,
}

/// Converts a file deep in a folder of its own with the real program, looks at what it takes and at what lies there after.
#[track_caller]
fn came(name: &str, bytes: &[u8], beside: &[(&str, &[u8])]) -> Came {
    let root = tempfile::tempdir().unwrap();
    let (folder, home) = (root.path().join("a/b/c"), root.path().join("home"));
    fs::create_dir_all(&folder).unwrap();
    fs::create_dir(&home).unwrap();
    for (name, bytes) in [(name, bytes)].iter().chain(beside) {
        fs::write(folder.join(name), bytes).unwrap();
    }
    let before = names(root.path());
    let target = folder.join("out.clashmap.geojson");
    let (code, out, error, peak) = run(&folder.join(name), &target, &home);
    let length = bytes.len() as u64 + beside.iter().map(|(_, b)| b.len() as u64).sum::<u64>();
    let most = (MOST_MB * length / 1_000_000).max(MOST_MB);
    assert!(peak < most, "{name} of {length} bytes took {peak} MB");
    let written = fs::read(&target).ok();
    let _ = fs::remove_file(&target);
    assert_eq!(names(root.path()), before, "{name}: nothing lies where nothing lay");
    assert_eq!(code == Some(2), written.is_none(), "{name}: {error}");
    assert!(!error.contains("panicked"), "{name}: {error}");
    if let Some(written) = written {
        // What is written is a project that opens.
        clashmap::io::project::read(&written).unwrap_or_else(|e| panic!("{name}: {e}"));
    }
    Came { code, report: serde_json::from_slice(&out).unwrap_or(Value::Null), error }
}

/// Exit code, what was printed, and the most memory in MB, looked at every millisecond (0 where the system does not tell).
fn run(input: &Path, target: &Path, home: &Path) -> (Option<i32>, Vec<u8>, String, u64) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_clashmap"));
    command.arg("convert").arg(input).arg(target).arg("--json").current_dir(home).env("HOME", home);
    for name in ["DISPLAY", "WAYLAND_DISPLAY", "XDG_STATE_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"] {
        command.env_remove(name);
    }
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let (mut out, mut error) = (child.stdout.take().unwrap(), child.stderr.take().unwrap());
    let (status, began) = (format!("/proc/{}/status", child.id()), Instant::now());
    let mut peak = 0;
    let (mut printed, mut said) = (Vec::new(), String::new());
    let code = std::thread::scope(|s| {
        s.spawn(|| out.read_to_end(&mut printed).unwrap());
        s.spawn(|| error.read_to_string(&mut said).unwrap());
        loop {
            if let Some(end) = child.try_wait().unwrap() {
                break end.code();
            }
            peak = memory(&status).max(peak);
            if began.elapsed() > HANG {
                child.kill().unwrap();
                panic!("{} does not come to an end", input.display());
            }
            std::thread::sleep(Duration::from_millis(1));
        }
    });
    (code, printed, said, peak)
}

fn memory(status: &str) -> u64 {
    let text = fs::read_to_string(status).unwrap_or_default();
    // Before it is the program that it is to be, it has the memory of this one.
    if !text.starts_with("Name:\tclashmap\n") {
        return 0;
    }
    let line = text.lines().find_map(|l| l.strip_prefix("VmHWM:")).unwrap_or("0");
    line.trim().trim_end_matches(" kB").parse::<u64>().map_or(0, |kb| kb / 1000)
}

/// Everything under a folder.
fn names(folder: &Path) -> Vec<String> {
    let mut out = Vec::new();
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        out.push(entry.path().display().to_string());
        if entry.path().is_dir() {
            out.extend(names(&entry.path()));
        }
    }
    out.sort();
    out
}

/// One line that says it in this word.
#[track_caller]
fn refused(name: &str, bytes: &[u8], word: &str) {
    let came = came(name, bytes, &[]);
    assert!(came.code == Some(2) && came.error.contains(word), "{name}: {:?} {}", came.code, came.error);
    assert!(came.error.lines().count() == 1 && came.error.len() < 1000, "{name}: {}", came.error);
}

/// So many rows read and taken, and the reason of the first that was not.
#[track_caller]
fn taken(came: &Came, read: u64, accepted: u64, reason: &str) {
    let rejected = came.report["rejected"].as_array().unwrap_or_else(|| panic!("{}", came.error));
    assert_eq!((came.report["read"].as_u64(), came.report["accepted"].as_u64()), (Some(read), Some(accepted)));
    let first = rejected.first().map_or("", |r| r["reason"].as_str().unwrap());
    assert!(first.contains(reason) && first.is_empty() == reason.is_empty(), "{first}");
}

#[test]
fn a_kmz_bomb_of_any_filling_is_refused_in_bounded_memory() {
    let kmz = |kml: String| archive(&[("doc.kml", kml.as_bytes())]);
    let placemark = "<Placemark><name>a</name><Point><coordinates>45,40</coordinates></Point></Placemark>";
    let harm = "made to do harm";
    refused("a.kmz", &kmz(" ".repeat(40 << 20)), "unpacked");
    refused("a.kmz", &kmz(format!("<kml>{}</kml>", placemark.repeat(380_000))), harm);
    let line = format!("<LineString><coordinates>{}</coordinates></LineString>", "1,1 ".repeat(7_500_000));
    refused("a.kmz", &kmz(format!("<kml><Placemark>{line}</Placemark></kml>")), harm);
    let track = format!("<gpx><trk>{}</trk></gpx>", "<trkpt lat=\"40\" lon=\"45\"/>".repeat(1_200_000));
    assert!(came("a.kmz", &kmz(track), &[]).code.is_some());
    let data = |n: usize| format!("<Data name=\"k{n}\"><value>1</value></Data>");
    let wide: String = (0..4000).map(data).collect();
    let far = format!("<Placemark>{}</Placemark>", data(3999)).repeat(200_000);
    refused("a.kmz", &kmz(format!("<kml><Placemark>{wide}</Placemark>{far}</kml>")), harm);
}

#[test]
fn names_in_an_archive_that_lead_out_of_it_write_nothing_there() {
    let kml = b"<kml><Placemark><name>a</name><Point><coordinates>45,40</coordinates></Point></Placemark></kml>";
    let absolute = std::env::temp_dir().join("clashmap-out-of-the-archive.kml");
    let names = ["../../../evil.kml", "..\\..\\evil.kml", "a/../../evil.kml", absolute.to_str().unwrap()];
    for name in names {
        let came = came("a.kmz", &archive(&[(name, kml)]), &[]);
        taken(&came, 1, 1, "");
    }
    assert!(!absolute.exists());
    refused("a.zip", &archive(&[("../../evil.txt", b"x")]), "no KML, workbook or shapefile");
}

#[test]
fn an_archive_that_promises_more_than_it_holds_is_damaged() {
    let end = |files: u16, size: u32| {
        let mut bytes = b"PK\x03\x04".to_vec();
        bytes.resize(34, 0);
        bytes.extend(b"PK\x05\x06\0\0\0\0");
        bytes.extend([files.to_le_bytes(), files.to_le_bytes()].concat());
        bytes.extend([size.to_le_bytes(), 0_u32.to_le_bytes()].concat());
        bytes.extend([0, 0]);
        bytes
    };
    for bytes in [end(65_535, 100), end(65_534, u32::MAX), end(0, 0)] {
        let came = came("a.kmz", &bytes, &[]);
        assert_eq!((came.code, came.error.lines().count()), (Some(2), 1), "{}", came.error);
    }
}

#[test]
fn entities_document_types_and_towers_of_elements_are_refused() {
    let mut bomb = "<?xml version=\"1.0\"?>\n<!DOCTYPE k [<!ENTITY l0 \"lol\">".to_owned();
    for n in 1..10 {
        bomb += &format!("<!ENTITY l{n} \"{}\">", format!("&l{};", n - 1).repeat(10));
    }
    bomb += "]><kml><Placemark><name>&l9;</name></Placemark></kml>";
    refused("a.kml", bomb.as_bytes(), "line 2: it has a document type");
    refused("a.gpx", b"<!DOCTYPE gpx SYSTEM \"file:///etc/passwd\"><gpx/>", "document type");
    refused("a.kml", b"<kml><Placemark><name>&xxe;</name></Placemark></kml>", "refers to an entity");
    taken(&came("a.gpx", b"<gpx><wpt lat=\"&lat;\" lon=\"1\"/></gpx>", &[]), 1, 0, "no lat and lon");
    refused("a.kml", format!("<kml>{}", "<Folder>".repeat(100_000)).as_bytes(), "nested too deeply");
    refused("a.xml", "<a>".repeat(300_000).as_bytes(), "XML of another sort");
    let texts = "<!DOCTYPE a [<!ENTITY x \"y\">]><sst><si><t>&x;</t></si></sst>";
    refused("a.xlsx", &workbook("<row r=\"1\"><c r=\"A1\"><v>1</v></c></row>", texts), "save it anew");
}

#[test]
fn a_cell_or_row_beyond_any_measure_costs_its_row_and_not_the_others() {
    let after = "\n2022-09-14,b\n";
    for cell in [
        "x".repeat(9 << 20),
        format!("\"{}\"", "x".repeat(2 << 20)),
        format!("\"{}", format!("{}\n", "x".repeat(500)).repeat(4000)),
    ] {
        let came = came("a.csv", format!("date,note\n2022-09-13,{cell}{after}").as_bytes(), &[]);
        assert_eq!(came.code, Some(1), "{}", came.error);
        assert_eq!(came.report["rejected"][0]["line"], 2);
        let reason = came.report["rejected"][0]["reason"].as_str().unwrap();
        assert!(["longer than", "does not close"].iter().any(|w| reason.contains(w)), "{reason}");
        assert!(came.report["accepted"].as_u64() >= Some(1));
        assert!(came.report.to_string().len() < 2000, "what is reported of it is short");
    }
    let head = format!("{},date\n1,2022\n", "x".repeat(9 << 20));
    assert!(came("a.csv", head.as_bytes(), &[]).code.is_some());
    let number = format!("date,killed\n2022,{}\n2023,1e308\n2024,1e-400\n", "9".repeat(900_000));
    let came = came("a.csv", number.as_bytes(), &[]);
    assert!(came.code == Some(1) && came.report["rejected"].to_string().len() < 2000, "{}", came.report);
}

#[test]
fn tables_of_far_too_many_columns_or_rows_are_refused_or_read_in_time() {
    refused("a.csv", format!("a,b,date{}\n1\n", ",c".repeat(1_000_000)).as_bytes(), "4096 columns");
    // Cells of nothing beyond the last column are none.
    taken(&came("a.csv", format!("a,b,date\n1,2,2022{}\n", ",".repeat(1_000_000)).as_bytes(), &[]), 1, 1, "");
    let row = |cell: &str| vec![cell; 4096].join(",");
    taken(&came("a.csv", format!("{}\n{}\n", row("c"), row("1")).as_bytes(), &[]), 1, 1, "");
    let names: Vec<String> = (0..4000).map(|n| format!("t{n}")).collect();
    let wide = format!("{}\n{}", names.join(","), format!("{}\n", vec!["1"; 4000].join(",")).repeat(125));
    taken(&came("a.csv", wide.as_bytes(), &[]), 125, 125, "");
    refused("a.csv", format!("a\n{}", "1\n".repeat(500_000)).as_bytes(), "far more rows");
    refused("a.csv", format!("date\n{}", "1\n".repeat(450_000)).as_bytes(), "far more rows");
    // Rows of nothing but commas, as spreadsheets leave them, are none.
    taken(&came("a.csv", format!("date,a\n2022-09-13,1\n{}", ",\n".repeat(500_000)).as_bytes(), &[]), 1, 1, "");
    let came = came("a.csv", b"date,lat,lon\n", &[]);
    assert!(came.code == Some(1) && came.report["warnings"].to_string().contains("no row below"), "{}", came.report);
}

#[test]
fn zeros_among_letters_are_said_with_their_place() {
    for (name, bytes) in [
        ("a.csv", &b"date,a\n2022-09-13,\0\n"[..]),
        ("a.json", b"[{\"date\":\"\0\"}]"),
        ("a.kml", b"<kml><Placemark><name>a\0b</name></Placemark></kml>"),
        ("a.geojson", b"{\"type\":\"FeatureCollection\",\0\"features\":[]}"),
    ] {
        refused(name, bytes, &format!("byte {} is 0", bytes.iter().position(|b| *b == 0).unwrap()));
    }
    // As an escape it is a letter like any other.
    taken(&came("a.json", br#"[{"date":"2022-09-13","title":"a\u0000b"}]"#, &[]), 1, 1, "");
}

#[test]
fn a_file_that_grows_while_it_is_read_is_refused_or_read_as_it_was() {
    let root = tempfile::tempdir().unwrap();
    let path = root.path().join("a.csv");
    let rows = 100_000;
    fs::write(&path, format!("date,n\n{}", "2022-09-13,1\n".repeat(rows))).unwrap();
    let done = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|s| {
        s.spawn(|| {
            let mut file = fs::OpenOptions::new().append(true).open(&path).unwrap();
            while !done.load(std::sync::atomic::Ordering::Relaxed) {
                file.write_all(b"2022-09-13,1\n").unwrap();
                std::thread::sleep(Duration::from_micros(50));
            }
        });
        for _ in 0..3 {
            let target = root.path().join("out.clashmap.geojson");
            let (code, out, error, peak) = run(&path, &target, root.path());
            assert!(peak < MOST_MB * 2, "{peak} MB");
            if code == Some(2) {
                assert!(error.contains("writing this file") && error.lines().count() == 1, "{error}");
            } else {
                let report: Value = serde_json::from_slice(&out).unwrap();
                assert!(report["read"].as_u64().unwrap() >= rows as u64, "{report}");
            }
        }
        done.store(true, std::sync::atomic::Ordering::Relaxed);
    });
}

#[test]
fn an_xlsx_bomb_of_any_filling_is_refused_in_bounded_memory() {
    let harm = "made to do harm";
    let cell = |n: usize, name: &str, inside: &str| format!("<row r=\"{n}\"><c r=\"{name}{n}\"{inside}</c></row>");
    let one = cell(1, "A", "><v>1</v>");
    refused("a.xlsx", &workbook(&one.repeat(900_000), "<sst/>"), "unpacked");
    refused("a.xlsx", &workbook(&"<row><c><v>1</v></c></row>".repeat(1_200_000), "<sst/>"), harm);
    // One long text, named by every cell.
    let text = format!("<sst><si><t>{}</t></si></sst>", "x".repeat(1_000_000));
    let cells: String = (1..300).map(|n| cell(n, "A", " t=\"s\"><v>0</v>")).collect();
    refused("a.xlsx", &workbook(&cells, &text), harm);
    let cells: String = (1..30_000).map(|n| cell(n, "FAA", "><v>1</v>")).collect();
    refused("a.xlsx", &workbook(&cells, "<sst/>"), harm);
    refused("a.xlsx", &workbook(&cell(2, "XFD", "><v>1</v>"), "<sst/>"), "4096 columns");
    refused("a.xlsx", &workbook(&cell(2, "ZZZZZZZZZZ", "><v>1</v>"), "<sst/>"), "4096 columns");
    refused("a.xlsx", &workbook(&cell(1, "A", " t=\"s\"><v>99999999</v>"), "<sst/>"), "save it anew");
    refused("a.xlsx", &workbook("<a>".repeat(1_000_000).as_str(), "<sst/>"), "");
    refused("a.xlsx", &workbook(&one, &format!("<sst>{}</sst>", "<si><t/></si>".repeat(1_000_000))), "no sheet");
    for (file, word, inside) in [
        (
            "xl/styles.xml",
            "more looks",
            format!("<styleSheet><cellXfs>{}</cellXfs></styleSheet>", "<xf/>".repeat(5_000_000)),
        ),
        ("xl/workbook.xml", "sheets; up to 1024", {
            let sheets = "<sheet name=\"S\" sheetId=\"1\" r:id=\"r1\"/>".repeat(30_000);
            format!(
                "<workbook xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"><sheets>{sheets}</sheets></workbook>"
            )
        }),
    ] {
        let whole = workbook(&one, "<sst/>");
        let mut zip = zip::ZipArchive::new(std::io::Cursor::new(whole)).unwrap();
        let mut files: Vec<(String, Vec<u8>)> = Vec::new();
        for n in 0..zip.len() {
            let mut entry = zip.by_index(n).unwrap();
            let (name, mut bytes) = (entry.name().unwrap().into_owned(), Vec::new());
            entry.read_to_end(&mut bytes).unwrap();
            files.push((name, bytes));
        }
        files.retain(|(name, _)| name != file);
        files.push((file.to_owned(), inside.into_bytes()));
        let files: Vec<(&str, &[u8])> = files.iter().map(|(n, b)| (n.as_str(), b.as_slice())).collect();
        refused("a.xlsx", &archive(&files), word);
    }
}

/// A shapefile of these records.
fn shp(records: &[Vec<u8>]) -> Vec<u8> {
    let mut out = vec![0, 0, 0x27, 0x0a];
    out.resize(100, 0);
    for (n, record) in (1_u32..).zip(records) {
        out.extend(n.to_be_bytes());
        out.extend((record.len() as u32 / 2).to_be_bytes());
        out.extend(record);
    }
    out
}

/// A record of this kind with these counts behind its box, and so many bytes more.
fn record(kind: u32, counts: &[u32], more: usize) -> Vec<u8> {
    let mut out = kind.to_le_bytes().to_vec();
    out.resize(36, 0);
    out.extend(counts.iter().flat_map(|n| n.to_le_bytes()));
    out.resize(out.len() + more, 0);
    out
}

#[test]
fn a_shapefile_with_absurd_counts_costs_its_record() {
    let most = i32::MAX as u32;
    for (kind, counts) in [
        (3, &[10, most][..]),
        (5, &[most, most]),
        (8, &[most]),
        (8, &[-5_i32 as u32]),
        (13, &[most, most]),
        (15, &[1, most]),
        (18, &[most]),
        (23, &[most, 1]),
        (31, &[most, most]),
    ] {
        taken(&came("a.shp", &shp(&[record(kind, counts, 40)]), &[]), 1, 0, "damaged");
    }
    taken(&came("a.shp", &shp(&[record(5, &[100_000, 1000], 416_000)]), &[]), 1, 0, "four positions");
    let mut cut = shp(&[]);
    cut.extend([0, 0, 0, 1, 0x7f, 0xff, 0xff, 0xff]);
    taken(&came("a.shp", &cut, &[]), 1, 0, "cut off");
    refused("a.shp", &shp(&vec![Vec::new(); 500_000]), "far more rows");
}

#[test]
fn a_shapefile_that_is_long_only_unpacked_is_refused_in_bounded_memory() {
    let nothing = 0_u32.to_le_bytes().to_vec();
    let harm = "made to do harm";
    refused("a.zip", &archive(&[("a.shp", &shp(&vec![nothing; 2_000_000]))]), "");
    let line = record(3, &[1, 1_900_000], 4 + 16 * 1_900_000);
    assert!(came("a.zip", &archive(&[("a.shp", &shp(&[line]))]), &[]).code.is_some());
    let mut point = 1_u32.to_le_bytes().to_vec();
    point.extend([45_f64.to_le_bytes(), 40_f64.to_le_bytes()].concat());
    // A table of one letter a row, with as many rows as it likes to say.
    let mut dbf = vec![3, 122, 9, 13, 0xff, 0xff, 0xff, 0xff, 65, 0, 2, 0];
    dbf.resize(32, 0);
    dbf.extend(b"A\0\0\0\0\0\0\0\0\0\0C\0\0\0\0\x01");
    dbf.resize(64, 0);
    dbf.push(b'\r');
    dbf.resize(30_000_000, b' ');
    refused("a.zip", &archive(&[("a.shp", &shp(&[point.clone()])), ("a.dbf", &dbf)]), harm);
    // Columns of no width at all.
    dbf.truncate(1_000_000);
    dbf[10..12].copy_from_slice(&[1, 0]);
    dbf[48] = 0;
    let came = came("a.shp", &shp(&[point]), &[("a.dbf", &dbf)]);
    assert!(came.code == Some(2) && came.error.contains(harm), "{}", came.error);
}

/// A block of a `FlatGeobuf` with a head of these columns, and one with a feature of this geometry.
fn flatgeobuf(columns: usize, name: &str, geometry: Option<(&[f64], &[u32])>) -> Vec<u8> {
    let mut out = b"fgb\x03fgb\x01".to_vec();
    let mut b = FlatBufferBuilder::new();
    let name = b.create_string(name);
    // All of them one and the same.
    let column =
        Column::create(&mut b, &ColumnArgs { name: Some(name), type_: ColumnType::String, ..ColumnArgs::default() });
    let columns = b.create_vector(&vec![column; columns]);
    let head = HeaderArgs { columns: Some(columns), geometry_type: GeometryType::Polygon, ..HeaderArgs::default() };
    let head = Header::create(&mut b, &HeaderArgs { index_node_size: 0, features_count: u64::MAX, ..head });
    b.finish_size_prefixed(head, None);
    out.extend(b.finished_data());
    if let Some((xy, ends)) = geometry {
        let mut b = FlatBufferBuilder::new();
        let (xy, ends) = (b.create_vector(xy), b.create_vector(ends));
        let args =
            GeometryArgs { xy: Some(xy), ends: Some(ends), type_: GeometryType::Polygon, ..GeometryArgs::default() };
        let geometry = Geometry::create(&mut b, &args);
        let feature = Feature::create(&mut b, &FeatureArgs { geometry: Some(geometry), ..FeatureArgs::default() });
        b.finish_size_prefixed(feature, None);
        out.extend(b.finished_data());
    }
    out
}

#[test]
fn a_flatgeobuf_with_hostile_lengths_is_damaged_and_no_more() {
    for length in [0, 8, 100, u32::MAX] {
        let mut bytes = b"fgb\x03fgb\x00".to_vec();
        bytes.extend(length.to_le_bytes());
        bytes.extend([0xff; 1000]);
        refused("a.fgb", &bytes, "damaged");
    }
    refused("a.fgb", &flatgeobuf(100_000, "a", None), "100000 columns");
    let came1 = came("a.fgb", &flatgeobuf(4000, &"x".repeat(500_000), Some((&[45.0, 40.0], &[1]))), &[]);
    assert!(came1.code.is_some(), "{}", came1.error);
    // Ends that go back and forth, so that the same positions are meant over and over.
    let (xy, ends) = (vec![45.0; 60_000], [30_000_u32, 0].repeat(60_000));
    taken(&came("a.fgb", &flatgeobuf(1, "a", Some((&xy, &ends))), &[]), 1, 0, "damaged");
}

/// A database filled by these statements.
fn database(statements: &str, blobs: &[Vec<u8>]) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.gpkg");
    let db = Connection::open(&path).unwrap();
    db.execute_batch(
        "CREATE TABLE gpkg_contents (table_name TEXT, data_type TEXT);
         CREATE TABLE gpkg_geometry_columns (table_name TEXT, column_name TEXT, srs_id INTEGER);
         CREATE TABLE gpkg_spatial_ref_sys (srs_id INTEGER, definition TEXT);
         INSERT INTO gpkg_contents VALUES ('t', 'features');
         INSERT INTO gpkg_geometry_columns VALUES ('t', 'geom', 4326);",
    )
    .unwrap();
    db.execute_batch(statements).unwrap();
    for blob in blobs {
        db.execute("INSERT INTO t (geom, date) VALUES (?1, '2022')", [blob]).unwrap();
    }
    drop(db);
    fs::read(path).unwrap()
}

const LAYER: &str = "CREATE TABLE t (geom BLOB, date TEXT);";
const ROWS: &str = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000)";

#[test]
fn a_geopackage_with_hostile_values_views_and_triggers_is_bounded() {
    let long = format!(
        "CREATE TABLE t (geom BLOB, a INTEGER, c TEXT GENERATED ALWAYS AS (printf('%.8000000c', 'x')) VIRTUAL);
         {ROWS} INSERT INTO t (a) SELECT i FROM n;"
    );
    refused("a.gpkg", &database(&long, &[]), "made to do harm");
    let own = "CREATE TABLE claims (a); CREATE TABLE sources (a); CREATE TABLE parties (a); CREATE TABLE project (a);
         CREATE TABLE incidents (uid, kind, \"when\", precision, geom, a INTEGER,
         other TEXT GENERATED ALWAYS AS (printf('%.8000000c', 'x')) VIRTUAL);";
    let own = format!("{own} {ROWS} INSERT INTO incidents (a) SELECT i FROM n; {LAYER}");
    refused("a.gpkg", &database(&own, &[]), "made to do harm");
    let slow =
        "CREATE VIEW t AS WITH RECURSIVE n(geom) AS (SELECT 1 UNION ALL SELECT geom + 1 FROM n) SELECT * FROM n;";
    refused("a.gpkg", &database(slow, &[]), "without layers");
    refused(
        "a.gpkg",
        &database(&format!("{LAYER} INSERT INTO t VALUES (zeroblob(20000000), '2022');"), &[]),
        "too big",
    );
    let rows = "CREATE TABLE t (geom BLOB, a); WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 400000)
         INSERT INTO t SELECT NULL, NULL FROM n;";
    assert!(came("a.gpkg", &database(rows, &[]), &[]).code.is_some());
    let whole = database(LAYER, &vec![vec![0; 100]; 1000]);
    refused("a.gpkg", &whole[..whole.len() / 2], "get it again");
    refused("a.gpkg", b"SQLite format 3\0", "get it again");
    let mut pages = whole.clone();
    pages[28..32].copy_from_slice(&[0x7f, 0xff, 0xff, 0xff]);
    refused("a.gpkg", &pages, "get it again");
}

#[test]
fn a_geometry_of_a_database_with_absurd_counts_costs_its_row() {
    let blob = |kind: u32, count: u32, rest: Vec<u8>| {
        let head =
            [b"GP\x00\x01\xe6\x10\x00\x00\x01".to_vec(), kind.to_le_bytes().to_vec(), count.to_le_bytes().to_vec()];
        [head.concat(), rest].concat()
    };
    let nested = [&[1][..], &7_u32.to_le_bytes(), &1_u32.to_le_bytes()].concat();
    let blobs = [
        blob(2, u32::MAX, Vec::new()),
        blob(3, u32::MAX, vec![0; 1000]),
        blob(3, 200_000, vec![0; 800_000]),
        blob(4, u32::MAX, vec![1; 100]),
        blob(7, 1, nested.repeat(50_000)),
        blob(1003, u32::MAX / 2, vec![0xff; 1000]),
        b"GP".to_vec(),
    ];
    let came = came("a.gpkg", &database(LAYER, &blobs), &[]);
    assert!(came.code == Some(1) && came.report["read"] == 7, "{} {}", came.error, came.report);
    assert_eq!(came.report["accepted"], 0, "{}", came.report);
}

#[test]
fn json_of_towers_long_names_and_endless_lists_is_bounded() {
    refused("a.json", "[".repeat(1_000_000).as_bytes(), "not valid JSON");
    refused("a.json", format!("[{{\"a\":{}", "{\"a\":".repeat(200_000)).as_bytes(), "not valid JSON");
    let tower = format!("[{{\"a\":{}1{}}}]", "[".repeat(100_000), "]".repeat(100_000));
    taken(&came("a.json", tower.as_bytes(), &[]), 1, 0, "nested too deeply");
    let inside: Vec<String> = (0..4090).map(|n| format!("\"a{n}\":1")).collect();
    let long = format!("{{\"{}\":{{{}}}}}", "n".repeat(200_000), inside.join(","));
    refused("a.json", format!("[{long}]").as_bytes(), "made to do harm");
    let feature = format!("{{\"type\":\"Feature\",\"geometry\":null,\"properties\":{long}}}");
    refused("a.geojson", feature.as_bytes(), "made to do harm");
    let wide = |n: usize| format!("{{\"k{n}\":1}}");
    let far = (0..4000).chain(std::iter::repeat_n(3999, 90_000)).map(wide).collect::<Vec<_>>().join(",");
    refused("a.json", format!("[{far}]").as_bytes(), "made to do harm");
    refused("a.json", format!("[{}{{}}]", "{},".repeat(330_000)).as_bytes(), "made to do harm");
    refused("a.json", format!("[{}[]]", "[],".repeat(300_000)).as_bytes(), "");
    refused("a.json", format!("{{\"type\":\"Feature\"}}\n{}", "x\n".repeat(500_000)).as_bytes(), "made to do harm");
    let geometry = |n: usize| {
        let open = "{\"type\":\"GeometryCollection\",\"geometries\":[".repeat(n);
        format!("{{\"type\":\"Feature\",\"properties\":{{}},\"geometry\":{open}{}}}", "]}".repeat(n))
    };
    taken(&came("a.geojson", geometry(20_000).as_bytes(), &[]), 1, 0, "nested too deeply");
    // One arc, named by every line.
    let arc = vec!["[1,1]"; 50_000].join(",");
    let lines = vec!["{\"type\":\"LineString\",\"arcs\":[0]}"; 20_000].join(",");
    let topology = format!(
        "{{\"type\":\"Topology\",\"arcs\":[[{arc}]],\"objects\":{{\"a\":{{\"type\":\"GeometryCollection\",\"geometries\":[{lines}]}}}}}}"
    );
    refused("a.json", topology.as_bytes(), "made to do harm");
}

#[test]
fn a_spoilt_byte_anywhere_in_a_binary_file_is_an_error_or_a_finding_and_never_a_panic() {
    use clashmap::import::Reading;
    use clashmap::io::export::{Export, Format, Options, save};
    let sample = concat!(env!("CARGO_MANIFEST_DIR"), "/assets/september-2022.clashmap.geojson");
    let project = clashmap::io::project::open(sample.as_ref()).unwrap().project;
    let folder = tempfile::tempdir().unwrap();
    for format in [Format::FlatGeobuf, Format::GeoPackage, Format::Xlsx, Format::Kmz, Format::Shapefile] {
        let path = folder.path().join(format!("a{}", format.ending()));
        save(&Export::new(&project, Options::default()), format, &path).unwrap();
        let whole = fs::read(&path).unwrap();
        // The head byte by byte, the rest here and there.
        let steps = (0..whole.len().min(120)).chain((120..whole.len()).step_by((whole.len() / 60).max(1)));
        for at in steps {
            let mut bytes = whole.clone();
            bytes[at] ^= [0xff, 0x80, 0x01][at % 3];
            if let Ok(clashmap::io::import::Found::Table(table)) =
                clashmap::io::import::from_bytes(bytes, &Reading::default())
            {
                table.each(&mut |row| row.cell(0).len() < usize::MAX);
            }
        }
    }
}
