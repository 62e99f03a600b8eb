//! Spoiled files for every reader, the same ones each time: no panic, and what was read is written the same twice.
//!
//! The short run is with all other tests; `CLASHMAP_LONG=1 cargo test --release --test fuzz` spoils for a minute a reader, and
//! `fuzz/` holds the same functions for cargo-fuzz.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stderr,
    unreachable_pub,
    reason = "a test stops at the first thing that is wrong"
)]
#![allow(clippy::disallowed_methods, reason = "what a test puts into a temporary folder may be half-written")]

#[path = "../fuzz/src/lib.rs"]
mod targets;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

use clashmap::io::export::{Export, Format, Options, parts};
use clashmap::io::project;

/// Numbers that look random and are the same every time (`SplitMix64`: Steele, Lea, Flood 2014).
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn below(&mut self, n: usize) -> usize {
        (self.next() % n.max(1) as u64) as usize
    }

    /// A part of something of this length, `most` at most.
    fn part(&mut self, len: usize, most: usize) -> std::ops::Range<usize> {
        let from = self.below(len + 1);
        from..(from + self.below(most)).min(len)
    }
}

/// What readers stumble over.
const WORDS: [&str; 36] = [
    "\"",
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "\n",
    "\r",
    "\0",
    "\\u0000",
    "\\ud800",
    "null",
    "1e999",
    "-0",
    "NaN",
    "99999999999999999999",
    "-1",
    "{}",
    "[]",
    "\u{feff}",
    "\u{202e}",
    "<",
    ">",
    "&",
    "<!DOCTYPE a>",
    "..",
    "/",
    "~",
    "?",
    "%",
    "X",
    "2020-02-30",
    "9999",
    "\"uid\":\"a\"",
    "\u{10ffff}",
];

/// A file spoiled in a few places.
fn spoiled(dice: &mut Dice, seeds: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = seeds[dice.below(seeds.len())].clone();
    for _ in 0..=dice.below(4) {
        let (len, at) = (bytes.len(), dice.below(bytes.len() + 1));
        match dice.below(9) {
            0 if at < len => bytes[at] ^= 1 << dice.below(8),
            1 if at < len => bytes[at] = [0, 1, 0x7f, 0x80, 0xff, b'"', b'0'][dice.below(7)],
            2 => drop(bytes.drain(dice.part(len, 40))),
            3 => {
                let part = bytes[dice.part(len, 200)].to_vec();
                drop(bytes.splice(at..at, part));
            }
            4 => {
                let to = (at + [0, 1, 4][dice.below(3)]).min(len);
                drop(bytes.splice(at..to, WORDS[dice.below(WORDS.len())].bytes()));
            }
            5 => {
                let other = &seeds[dice.below(seeds.len())];
                let part = other[dice.part(other.len(), 300)].to_vec();
                drop(bytes.splice(at..(at + dice.below(300)).min(len), part));
            }
            6 if dice.below(4) == 0 => bytes.truncate(at),
            7 => {
                // A length that promises too much, with either end first.
                let value = [0_u32, 1, 0x7fff_ffff, 0x8000_0000, u32::MAX, 0x00ff_ffff][dice.below(6)];
                let value = if dice.below(2) == 0 { value.to_le_bytes() } else { value.to_be_bytes() };
                for (to, from) in bytes[at..].iter_mut().zip(value) {
                    *to = from;
                }
            }
            _ => {
                // A number of the text becomes another.
                if let Some(found) = bytes[at..].iter().position(u8::is_ascii_digit) {
                    bytes[at + found] = b'0' + dice.below(10) as u8;
                }
            }
        }
    }
    bytes
}

/// Spoils the seeds again and again, a fixed number of times, fewer on a very slow machine.
fn spoil(name: &str, count: usize, seeds: &[Vec<u8>], target: fn(&[u8])) {
    for (n, seed) in seeds.iter().enumerate() {
        assert!(catch_unwind(|| target(seed)).is_ok(), "{name}: seed {n} is refused");
    }
    let long = std::env::var_os("CLASHMAP_LONG").is_some();
    let (count, time) = if long { (usize::MAX, 60) } else { (count, 15) };
    let began = Instant::now();
    let mut made = 0;
    for round in 0..count {
        let bytes = spoiled(&mut Dice(round as u64), seeds);
        if catch_unwind(AssertUnwindSafe(|| target(&bytes))).is_err() {
            let kept = std::env::temp_dir().join(format!("clashmap-fuzz-{name}"));
            std::fs::write(&kept, &bytes).unwrap();
            panic!("{name}: file {round}, kept as {}", kept.display());
        }
        made = round + 1;
        if began.elapsed() > Duration::from_secs(time) {
            break;
        }
    }
    eprintln!("{name}: {made} files in {:.1} s", began.elapsed().as_secs_f64());
}

const SMALL: &str = include_str!("golden/1.0.clashmap.geojson");

fn exported(format: Format) -> Vec<Vec<u8>> {
    let project = project::read(SMALL.as_bytes()).unwrap().project;
    let parts = parts(&Export::new(&project, Options::default()), format, "a").unwrap();
    parts.into_iter().map(|p| p.bytes).collect()
}

fn import(name: &str, count: usize, seeds: &[Vec<u8>]) {
    spoil(name, count, seeds, targets::import);
}

#[test]
fn spoiled_projects_open_or_are_refused_and_are_written_the_same_twice() {
    let slides = "{\"type\":\"FeatureCollection\",\"clashmap\":{\"format\":\"1.0\",\"slides\":[{\"id\":\"s\",\"title\":\"a\",\"text\":\"*b*\"}],\"maps\":[{\"name\":\"m\",\"file\":\"p.media/t.mbtiles\"}]},\"features\":[\n{\"type\":\"Feature\",\"geometry\":null,\"properties\":{\"uid\":\"a\",\"kind\":\"shelling\",\"when\":\"2022-09-13\"}}\n]}\n";
    spoil("project", 3000, &[SMALL.into(), slides.into()], targets::project);
}

#[test]
fn spoiled_journals_give_back_what_is_whole() {
    let project = project::read(SMALL.as_bytes()).unwrap().project;
    let mut base = Vec::new();
    project::write(&project, &mut base).unwrap();
    let base: String = String::from_utf8(base).unwrap().replace('\n', " ");
    let lines = format!(
        "{{\"head\":{{\"who\":\"a on b\",\"pid\":1,\"started\":1,\"name\":\"n\",\"file\":null,\"digest\":null}}}}\n{{\"base\":{base}}}\n\
         {{\"edit\":{{\"n\":1,\"last\":true,\"steps\":[[1,\"x\"]],\"is\":[{{\"type\":\"Feature\",\"geometry\":null,\"properties\":{{\"uid\":\"z\",\"kind\":\"shelling\"}}}}],\"was\":[],\"gone\":[\"y\"]}}}}"
    );
    let whole = [targets::JOURNAL, &[4, 0, 0, 0, 1, 2, 3, 4, b'{', b'}', b' ', b' ']].concat();
    spoil("journal", 400, &[lines.into(), whole], targets::journal);
}

#[test]
fn spoiled_settings_do_not_keep_the_program_from_starting() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("s.json");
    clashmap::io::settings::save(&clashmap::io::disk::RealDisk, &path, &clashmap::io::settings::Settings::default())
        .unwrap();
    spoil("settings", 1000, &[std::fs::read(path).unwrap()], targets::settings);
}

#[test]
fn spoiled_tables_of_text_are_read_or_refused() {
    import("csv", 1000, &exported(Format::Csv));
}

#[test]
fn spoiled_json_of_other_programs_is_read_or_refused() {
    let topology = r#"{"type":"Topology","transform":{"scale":[0.01,0.01],"translate":[45,39]},"arcs":[[[0,0],[9,0],[0,9],[-9,-9]]],"objects":{"a":{"type":"GeometryCollection","geometries":[{"type":"Polygon","arcs":[[0]],"properties":{"date":"2022-09-13","title":"t"}},{"type":"Point","coordinates":[4,5]}]}}}"#;
    let rows = r#"[{"date":"2022-09-13","lat":39.8,"lon":45.6,"title":"a","tags":[{"a":1}]},{"date":"13.09.2022","lat":"39,8"}]"#;
    let mut seeds: Vec<Vec<u8>> = vec![topology.into(), rows.into()];
    for format in [Format::GeoJson, Format::Kepler, Format::TimeMap, Format::StoryMap] {
        seeds.extend(exported(format));
    }
    import("json", 1000, &seeds);
}

#[test]
fn spoiled_kml_and_gpx_are_read_or_refused() {
    import("xml", 1000, &[exported(Format::Kml), exported(Format::Gpx)].concat());
}

#[test]
fn spoiled_archives_and_workbooks_are_read_or_refused() {
    import("zip", 800, &[exported(Format::Kmz), exported(Format::Xlsx)].concat());
}

#[test]
fn spoiled_geopackages_are_read_or_refused() {
    import("gpkg", 300, &exported(Format::GeoPackage));
}

#[test]
fn spoiled_shapefiles_are_read_or_refused() {
    import("shp", 1000, &exported(Format::Shapefile));
}

#[test]
fn spoiled_flatgeobufs_are_read_or_refused() {
    import("fgb", 1000, &exported(Format::FlatGeobuf));
}

fn tile() -> Vec<u8> {
    let mut out = std::io::Cursor::new(Vec::new());
    image::RgbImage::new(16, 16).write_to(&mut out, image::ImageFormat::Png).unwrap();
    out.into_inner()
}

#[test]
fn spoiled_tile_databases_give_tiles_or_a_line() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("t.mbtiles");
    let database = rusqlite::Connection::open(&path).unwrap();
    let tables = "PRAGMA page_size = 512; CREATE TABLE metadata (name text, value text);
        CREATE TABLE tiles (zoom_level integer, tile_column integer, tile_row integer, tile_data blob);
        INSERT INTO metadata VALUES ('minzoom', '0'), ('maxzoom', '1'), ('format', 'png');";
    database.execute_batch(tables).unwrap();
    for (z, x, y) in [(0, 0, 0), (1, 1, 1), (1, 0, 0)] {
        database.execute("INSERT INTO tiles VALUES (?1, ?2, ?3, ?4)", (z, x, y, tile())).unwrap();
    }
    drop(database);
    spoil("mbtiles", 600, &[std::fs::read(path).unwrap()], targets::tiles_mbtiles);
}

/// An archive of one vector tile: a road and a wood.
fn shapes() -> Vec<u8> {
    let field = |n: u8, bytes: &[u8]| [&[n << 3 | 2, bytes.len() as u8], bytes].concat();
    let layer = |name: &[u8], word: &[u8], kind: u8, geometry: &[u8]| {
        let feature = [field(2, &[0, 0]), vec![3 << 3, kind], field(4, geometry)].concat();
        field(
            3,
            &[field(1, name), field(2, &feature), field(3, b"kind"), field(4, &field(1, word)), vec![15 << 3, 2]]
                .concat(),
        )
    };
    let road = layer(b"roads", b"highway", 2, &[9, 0, 0, 18, 200, 30, 220, 30, 1, 1]);
    let wood = layer(b"landuse", b"wood", 3, &[9, 20, 20, 26, 200, 10, 0, 200, 10, 199, 10, 0, 15]);
    let tile = [road, wood].concat();
    let root = [1, 0, 1, tile.len() as u8, 1];
    let mut bytes = b"PMTiles\x03".to_vec();
    let (at, length) = (127 + root.len() as u64, tile.len() as u64);
    for number in [127, root.len() as u64, at, 2, at + 2, 0, at + 2, length, 1, 1, 1] {
        bytes.extend(number.to_le_bytes());
    }
    bytes.extend([1, 1, 1, 1, 0, 0]);
    bytes.resize(127, 0);
    [&bytes[..], &root, b"{}", &tile].concat()
}

#[test]
fn spoiled_tile_archives_give_tiles_or_a_line() {
    let tile = tile();
    let length = u64::try_from(tile.len()).unwrap();
    // Tiles 0 and 1 are the same one; the directory is not packed.
    let root = [
        2,
        0,
        1,
        1,
        1,
        (length & 0x7f) as u8 | 0x80,
        (length >> 7) as u8,
        (length & 0x7f) as u8 | 0x80,
        (length >> 7) as u8,
        1,
        1,
    ];
    let mut bytes = b"PMTiles\x03".to_vec();
    let at = 127 + root.len() as u64;
    for number in [127, root.len() as u64, at, 2, at + 2, 0, at + 2, length, 2, 2, 1] {
        bytes.extend(number.to_le_bytes());
    }
    bytes.extend([1, 1, 1, 2, 0, 1]);
    bytes.resize(127, 0);
    bytes.extend(root);
    bytes.extend(b"{}");
    bytes.extend(tile);
    spoil("pmtiles", 2000, &[bytes, shapes()], targets::tiles_pmtiles);
}

#[test]
fn spoiled_dates_are_refused_or_read_as_they_are_written() {
    let dates = "2022-09-13\n2022-09-13T00:05+04:00\n1993-07~\n199X\n1994-21/..\n[1992-02-25,1992-02-26]\n{1993,1994}\n../2020-11-10\n2020-09-27/2020-11-10\n2022-09-12T20:10Z\n-0044\nY17000\n2004-06-?11\n";
    let counts = "49\n≥5\n2-7\n~40\n10+\n{date}-{title}\n";
    spoil("dates", 20_000, &[dates.into(), counts.into()], targets::dates);
}
