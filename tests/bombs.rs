//! Forty named files made to do harm: an error or an honest, bounded result, an end, and little more memory than a harmless
//! file takes. Files of other programs: `tests/import/bounds.rs`.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "a test stops at the first thing that is wrong"
)]
#![allow(clippy::disallowed_methods, reason = "what a test puts into a temporary folder may be half-written")]

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use clashmap::io::disk::RealDisk;
use clashmap::io::{journal, settings};
use clashmap::model::{MapOrigin, MapSource};
use clashmap::tiles::{Access, TileId, Wanted, open};
use clashmap::view::Theme;

/// Megabytes that a bomb may take over a harmless file.
const MORE_MB: u64 = 64;
/// A debug build on a busy machine; what is to be caught here would need minutes.
const HANG: Duration = Duration::from_mins(1);

const HEAD: &str =
    "{\"type\":\"FeatureCollection\",\"clashmap\":{\"format\":\"1.0\",\"title\":\"t\",\"perspective\":\"de-jure\"";

/// A project with these members after its title, and these features.
fn project(meta: &str, features: &str) -> Vec<u8> {
    format!("{HEAD}{meta}}},\"features\":[\n{features}\n]}}\n").into_bytes()
}

/// An incident with these further properties.
fn incident(uid: &str, more: &str) -> String {
    let point = r#"{"type":"Point","coordinates":[45.6,39.8]}"#;
    format!(
        r#"{{"type":"Feature","geometry":{point},"properties":{{"uid":"{uid}","kind":"shelling","when":"2022-09-13"{more}}}}}"#
    )
}

fn one(more: &str) -> Vec<u8> {
    project("", &incident("a", more))
}

/// So many parts, made by number, with commas between.
fn list(count: usize, part: impl Fn(usize) -> String) -> String {
    (0..count).map(part).collect::<Vec<_>>().join(",")
}

fn shape(kind: &str, coordinates: &str) -> Vec<u8> {
    let text = incident("a", "").replace("\"Point\"", &format!("\"{kind}\"")).replace("[45.6,39.8]", coordinates);
    project("", &text)
}

/// Seconds of processor time in which a bomb must have ended: they do not depend on what else the machine does.
const MOST_CPU: f64 = if cfg!(debug_assertions) { 3.0 } else { 1.0 };

/// A run that has ended.
struct Ended {
    code: Option<i32>,
    /// The words of its errors.
    said: String,
    /// The most memory in MB; 0 where the system does not tell.
    peak: u64,
    /// Seconds of processor time of all its threads; 0 where the system does not tell.
    cpu: f64,
}

/// State and processor time in seconds of a process that was not waited for yet. One that has ended still has its time.
fn stat(pid: u32) -> Option<(char, f64)> {
    // Linux counts hundredths here on every machine that Rust knows.
    const TICKS: f64 = 100.0;
    let text = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name may hold blanks and brackets.
    let mut fields = text.rsplit_once(')')?.1.split_whitespace();
    let state = fields.next()?.chars().next()?;
    let mut times = fields.skip(10);
    let mut next = || times.next()?.parse::<f64>().ok();
    Some((state, (next()? + next()?) / TICKS))
}

/// Runs a command to its end.
// It is waited for once it has ended, so that its times can be read before it is gone.
#[allow(clippy::zombie_processes)]
fn run(command: &mut Command, what: &str) -> Ended {
    for name in ["DISPLAY", "WAYLAND_DISPLAY", "WAYLAND_SOCKET"] {
        command.env_remove(name);
    }
    let said = tempfile::NamedTempFile::new().unwrap();
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(said.reopen().unwrap());
    let name = Path::new(command.get_program()).file_name().unwrap().to_str().unwrap().to_owned();
    let mut child = command.spawn().unwrap();
    let (status, began, mut peak) = (format!("/proc/{}/status", child.id()), Instant::now(), 0);
    let mut cpu = 0.0;
    let code = loop {
        let now = stat(child.id());
        cpu = now.map_or(cpu, |(_, cpu)| cpu);
        // Where the system tells nothing, waiting does.
        let ended = if matches!(now, Some((state, _)) if state != 'Z') { None } else { child.try_wait().unwrap() };
        if let Some(end) = ended {
            break end.code();
        }
        let text = fs::read_to_string(&status).unwrap_or_default();
        // Before it is the program that it is to be, it has the memory of this one.
        let own = text.lines().next().and_then(|l| l.strip_prefix("Name:\t")).is_some_and(|n| name.starts_with(n));
        let line = text.lines().find_map(|l| l.strip_prefix("VmHWM:")).filter(|_| own).unwrap_or("0");
        peak = line.trim().trim_end_matches(" kB").parse::<u64>().map_or(0, |kb| kb / 1000).max(peak);
        if began.elapsed() > HANG {
            child.kill().unwrap();
            child.wait().unwrap();
            panic!("{what} does not come to an end");
        }
        std::thread::sleep(Duration::from_millis(1));
    };
    Ended { code, said: fs::read_to_string(said.path()).unwrap(), peak, cpu }
}

/// Holds every file against the first, which is harmless: (name, whether it must be refused, content).
fn hold(bombs: Vec<(&str, bool, Vec<u8>)>, ending: &str, command: impl Fn(&Path) -> Command) {
    let mut harmless = None;
    let mut faults = String::new();
    for (name, refuse, bytes) in bombs {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(format!("a{ending}"));
        fs::write(&path, &bytes).unwrap();
        let Ended { code, said, peak, mut cpu } = run(&mut command(&path), name);
        if cpu > MOST_CPU {
            // A core that was shared with another program counts double.
            cpu = cpu.min(run(&mut command(&path), name).cpu);
        }
        let over = peak.saturating_sub(*harmless.get_or_insert(peak));
        let right = if refuse { code == Some(2) } else { matches!(code, Some(0..=2)) };
        let line = format!("{name}: {} bytes, code {code:?}, {cpu:.2} s of a core, {over} MB more\n", bytes.len());
        eprint!("{line}");
        if !right
            || cpu > MOST_CPU
            || over > MORE_MB
            || said.contains("panicked")
            || (refuse && said.lines().count() != 1)
        {
            faults += &format!("{line}{}\n", said.chars().take(300).collect::<String>());
        }
    }
    assert!(faults.is_empty(), "\n{faults}");
}

fn clashmap(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_clashmap"));
    command.args(arguments);
    command
}

#[test]
fn projects_made_to_do_harm_are_refused_or_read_in_bounded_memory() {
    let chain = |last: &str| {
        let link = |n: usize| incident(&format!("u{n}"), &format!(",\"parent\":\"u{}\"", n + 1));
        format!("{},\n{}", (0..3000).map(link).collect::<Vec<_>>().join(",\n"), incident("u3000", last))
    };
    let sets = list(20_000, |n| format!("{}", 1900 + n % 100));
    let bombs = vec![
        ("harmless", false, one("")),
        ("brackets", true, vec![b'['; 4_000_000]),
        ("a deep title", true, one(&format!(",\"title\":{}", "[".repeat(1_000_000)))),
        ("deep objects", true, [HEAD.as_bytes(), "{\"a\":".repeat(500_000).as_bytes()].concat()),
        (
            "one member half a million times",
            true,
            format!("{{{}\"type\":\"FeatureCollection\"}}", "\"a\":1,".repeat(500_000)).into(),
        ),
        ("one member of the project again and again", true, project(&",\"a\":1".repeat(500_000), "")),
        ("one member of an incident again and again", true, one(&",\"a\":1".repeat(500_000))),
        ("a hundred thousand different members", false, one(&format!(",{}", list(100_000, |n| format!("\"k{n}\":1"))))),
        ("one uid of thousands", false, project("", &vec![incident("a", ""); 10_000].join(",\n"))),
        (
            "one claim of thousands",
            false,
            one(&format!(
                ",\"claims\":[{}]",
                list(10_000, |_| r#"{"id":"c","about":"armenia","category":"killed"}"#.into())
            )),
        ),
        (
            "a line of a hundred thousand corners",
            false,
            shape("LineString", &format!("[{}]", list(100_000, |_| "[45,39]".into()))),
        ),
        (
            "a polygon of fifty thousand holes",
            false,
            shape("Polygon", &format!("[{}]", list(50_000, |_| "[[45,39],[46,39],[46,40],[45,39]]".into()))),
        ),
        ("a number of a megabyte", false, shape("Point", &format!("[{},1]", "9".repeat(1 << 20)))),
        ("a title of two megabytes", false, one(&format!(",\"title\":\"{}\"", "Ա".repeat(1 << 20)))),
        ("a title of zeros", false, one(&format!(",\"title\":\"{}\"", "\\u0000".repeat(300_000)))),
        ("parents in a ring", false, project("", &chain(",\"parent\":\"u0\""))),
        ("parents in a chain", false, project("", &chain(""))),
        (
            "fifty thousand parties",
            false,
            project(&format!(",\"parties\":[{}]", list(50_000, |n| format!("{{\"id\":\"p{n}\"}}"))), ""),
        ),
        (
            "fifty thousand sources",
            false,
            project(&format!(",\"sources\":[{}]", list(50_000, |_| "{\"id\":\"s\"}".into())), ""),
        ),
        (
            "fifty thousand pins",
            false,
            project(&format!(",\"pins\":[{}]", list(50_000, |_| r#"{"incident":"a","claim":"c"}"#.into())), ""),
        ),
        (
            "a log of a hundred thousand entries",
            false,
            project(
                &format!(",\"log\":[{}]", list(100_000, |_| r#"{"at":"2026-11-26T00:10:12Z","step":"s"}"#.into())),
                "",
            ),
        ),
        (
            "a log of fifty thousand entries that are none",
            false,
            project(&format!(",\"log\":[{}]", list(50_000, |_| r#"{"step":[]}"#.into())), ""),
        ),
        (
            "a date of twenty thousand dates",
            false,
            one("").utf8().replace("\"2022-09-13\"", &format!("\"[{sets}]\"")).into(),
        ),
        ("fifty thousand weapons", false, one(&format!(",\"weapons\":[{}]", list(50_000, |n| format!("\"w{n}\""))))),
        (
            "names in fifty thousand languages",
            false,
            one(&format!(",\"place\":{{\"names\":{{{}}}}}", list(50_000, |n| format!("\"l{n}\":\"x\"")))),
        ),
        (
            "features that do not end",
            true,
            format!("{HEAD}}},\"features\":[{}", "{\"type\":\"Feature\",\"a\":[".repeat(50_000)).into(),
        ),
    ];
    hold(bombs, ".clashmap.geojson", |path| clashmap(&["check", path.to_str().unwrap()]));
}

trait Utf8 {
    fn utf8(self) -> String;
}

impl Utf8 for Vec<u8> {
    fn utf8(self) -> String {
        String::from_utf8(self).unwrap()
    }
}

#[test]
fn slides_made_to_do_harm_become_a_document_in_bounded_memory() {
    let slide = |text: &str| {
        project(&format!(r#","slides":[{{"id":"s","title":"t","role":"text","text":"{text}","notes":"{text}"}}]"#), "")
    };
    let bombs = vec![
        ("harmless", false, slide("a")),
        ("quotes in quotes", false, slide(&">".repeat(20_000))),
        ("lists in lists", false, slide(&"- ".repeat(20_000))),
        ("stars", false, slide(&"*a_".repeat(20_000))),
        ("brackets of links", false, slide(&"[a](".repeat(20_000))),
        (
            "a table of two thousand columns",
            false,
            slide(&format!("{0}\\n{1}\\n{0}", "|a".repeat(2000), "|-".repeat(2000))),
        ),
    ];
    hold(bombs, ".clashmap.geojson", |path| {
        let out = path.with_file_name("out.html");
        clashmap(&["export", path.to_str().unwrap(), "-o", out.to_str().unwrap()])
    });
}

/// A file given to a reader by this same program as a child of its own.
fn reader(kind: &'static str) -> impl Fn(&Path) -> Command {
    move |path| {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command
            .args(["a_reader_as_a_child", "--exact", "--ignored"])
            .env("CLASHMAP_BOMB", kind)
            .env("CLASHMAP_BOMB_AT", path);
        command
    }
}

#[test]
#[ignore = "run by the other tests as a child"]
fn a_reader_as_a_child() {
    let (Ok(kind), Some(path)) = (std::env::var("CLASHMAP_BOMB"), std::env::var_os("CLASHMAP_BOMB_AT")) else { return };
    let path = PathBuf::from(path);
    match kind.as_str() {
        "settings" => drop(settings::load(&RealDisk, &path)),
        "journal" => {
            for found in journal::look(&RealDisk, path.parent().unwrap()) {
                drop(journal::recover(&RealDisk, &found));
            }
        }
        _ => {
            let source = MapSource::new("", MapOrigin::File(path.to_str().unwrap().into()));
            let access = Access { every_file: true, ..Access::default() };
            if let Ok(source) = open(&source, &access) {
                for (zoom, x) in [(0, 0), (1, 1)] {
                    drop(source.tile(TileId { zoom, x, y: 0 }, Wanted { density: 1.0, theme: Theme::Light }));
                }
            }
        }
    }
}

#[test]
fn settings_made_to_do_harm_take_little() {
    let bombs = vec![
        ("harmless", false, b"{}".to_vec()),
        ("settings of brackets", false, vec![b'['; 4_000_000]),
        (
            "settings of a hundred thousand files",
            false,
            format!("{{\"recent\":[{}]}}", list(100_000, |n| format!("\"/a/{n}\""))).into(),
        ),
    ];
    hold(bombs, ".json", reader("settings"));
}

/// A journal of these records, with lengths and checksums that are right.
fn records(contents: &[&str]) -> Vec<u8> {
    let mut out = b"clashmap journal 1\n".to_vec();
    for content in contents {
        let len = u32::try_from(content.len()).unwrap().to_le_bytes();
        out.extend(len);
        out.extend(crc32c::crc32c_append(crc32c::crc32c(&len), content.as_bytes()).to_le_bytes());
        out.extend(content.as_bytes());
    }
    out
}

#[test]
fn journals_made_to_do_harm_take_little() {
    let head = r#"{"head":{"who":"a","pid":1,"started":1,"name":"n","file":null,"digest":null}}"#;
    let base = format!("{{\"base\":{}}}", one("").utf8().replace('\n', " "));
    let edit = |n: usize| {
        format!("{{\"edit\":{{\"n\":{n},\"last\":true,\"steps\":[[1,\"x\"]],\"is\":[{}]}}}}", incident("z", ""))
    };
    let edits: Vec<String> = (1..10_000).map(edit).collect();
    let mut many = vec![head, base.as_str()];
    many.extend(edits.iter().map(String::as_str));
    let device = head.replace("\"file\":null", "\"file\":\"/dev/zero\"");
    let deep = format!("{{\"base\":{}", "[".repeat(1_000_000));
    let bombs = vec![
        ("harmless", false, records(&[head, &base, &edit(1)])),
        ("a record of four gigabytes", false, [&records(&[head])[..], &[0xff; 8]].concat()),
        ("half a million empty records", false, records(&vec![""; 500_000])),
        ("one incident edited ten thousand times", false, records(&many)),
        ("a journal of an endless file", false, records(&[&device, &edit(1)])),
        ("a journal of brackets", false, records(&[head, &deep, &edit(1)])),
    ];
    hold(bombs, "-1.journal", reader("journal"));
}

fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    out.write_all(bytes).unwrap();
    out.finish().unwrap()
}

/// A picture whose head promises 60,000 × 60,000 pixels.
fn vast_picture() -> Vec<u8> {
    let mut head = b"IHDR".to_vec();
    head.extend([0, 0, 0xea, 0x60, 0, 0, 0xea, 0x60, 8, 6, 0, 0, 0]);
    let mut crc = flate2::Crc::new();
    crc.update(&head);
    let mut out = b"\x89PNG\r\n\x1a\n\0\0\0\r".to_vec();
    out.extend(&head);
    out.extend(crc.sum().to_be_bytes());
    out.extend(b"\0\0\0\0IDAT5\xaf\x06\x1e\0\0\0\0IEND\xaeB`\x82");
    out
}

/// A tile archive with this directory and this only tile.
fn archive(packing: u8, root: &[u8], leaves: &[u8], tile: &[u8]) -> Vec<u8> {
    let mut out = b"PMTiles\x03".to_vec();
    let len = |part: &[u8]| part.len() as u64;
    let leaves_at = 127 + len(root);
    let tile_at = leaves_at + len(leaves);
    for number in [127, len(root), 0, 0, leaves_at, len(leaves), tile_at, len(tile), 1, 1, 1] {
        out.extend(number.to_le_bytes());
    }
    out.extend([1, packing, if tile.starts_with(&[0x1f]) { 2 } else { 1 }, 2, 0, 9]);
    out.resize(127, 0);
    [&out, root, leaves, tile].concat()
}

fn varint(mut n: usize) -> Vec<u8> {
    let mut out = Vec::new();
    while n > 0x7f {
        out.push((n & 0x7f) as u8 | 0x80);
        n >>= 7;
    }
    out.push(n as u8);
    out
}

#[test]
fn tile_archives_made_to_do_harm_take_little() {
    let entry = |run: u8, len: usize| [vec![1, 0, run], varint(len), vec![1]].concat();
    let bomb = packed(&vec![0; 400 << 20]);
    let picture = vast_picture();
    let leaf = entry(0, 5);
    let bombs = vec![
        ("harmless", false, archive(1, &entry(1, 1), &[], b"x")),
        ("a directory that unpacks to 400 MB", false, archive(2, &bomb, &[], b"x")),
        ("a directory of 2^60 entries", false, archive(1, &varint(1 << 60), &[], b"x")),
        ("a leaf that leads to itself", false, archive(1, &leaf, &leaf, b"x")),
        ("a tile that unpacks to 400 MB", false, archive(1, &entry(1, bomb.len()), &[], &bomb)),
        ("a tile of 3.6 billion pixels", false, archive(1, &entry(1, picture.len()), &[], &picture)),
    ];
    hold(bombs, ".pmtiles", reader("tiles"));
}

/// A vector tile with one road of so many corners.
fn road(corners: usize) -> Vec<u8> {
    let field = |n: u8, bytes: &[u8]| [vec![n << 3 | 2], varint(bytes.len()), bytes.to_vec()].concat();
    let line = [vec![9, 0, 0], varint((corners - 1) << 3 | 2), [2, 1, 1, 2].repeat(corners / 2)].concat();
    let feature = field(2, &[field(2, &[0, 0]), vec![3 << 3, 2], field(4, &line)].concat());
    let words = [field(3, b"kind"), field(4, &field(1, b"highway"))].concat();
    field(3, &[field(1, b"roads"), feature, words, vec![15 << 3, 2]].concat())
}

#[test]
fn tile_databases_made_to_do_harm_take_little() {
    let made = |tiles: &str, tile: &[u8]| {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        let database = rusqlite::Connection::open(&path).unwrap();
        let start = "CREATE TABLE metadata (name text, value text); INSERT INTO metadata VALUES ('minzoom', '0'), ('maxzoom', '1');";
        database.execute_batch(start).unwrap();
        database.execute_batch("CREATE TABLE held (data blob)").unwrap();
        database.execute("INSERT INTO held VALUES (?1)", [tile]).unwrap();
        database.execute_batch(&format!("CREATE VIEW tiles AS {tiles}")).unwrap();
        drop(database);
        fs::read(path).unwrap()
    };
    let shapes = |bytes: &[u8]| {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        fs::write(&path, bytes).unwrap();
        let say = "INSERT INTO metadata VALUES ('format', 'pbf')";
        rusqlite::Connection::open(&path).unwrap().execute_batch(say).unwrap();
        fs::read(path).unwrap()
    };
    let held = "SELECT 0 AS zoom_level, 0 AS tile_column, 0 AS tile_row, data AS tile_data FROM held";
    let bomb = packed(&vec![0; 400 << 20]);
    let endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT 9 AS zoom_level, i AS tile_column, 0 AS tile_row, i AS tile_data FROM n";
    let bombs = vec![
        ("harmless", false, made(held, b"x")),
        ("tiles without an end", false, made(endless, b"x")),
        ("a tile of a gigabyte of zeros", false, made(&held.replace("data AS", "zeroblob(1000000000) AS"), b"x")),
        ("a packed tile of 400 MB", false, made(held, &bomb)),
        ("a picture of 3.6 billion pixels", false, made(held, &vast_picture())),
        ("shapes that unpack to 400 MB", false, shapes(&made(held, &bomb))),
        ("a road of three million corners", false, shapes(&made(held, &packed(&road(3_000_000))))),
        ("a road of four hundred thousand corners", false, shapes(&made(held, &packed(&road(400_000))))),
        ("a million layers", false, shapes(&made(held, &packed(&[0x1a, 0].repeat(1_000_000))))),
    ];
    hold(bombs, ".mbtiles", reader("tiles"));
}

#[test]
fn a_child_that_takes_long_is_told_from_one_that_waits() {
    if stat(std::process::id()).is_none() {
        return;
    }
    let shell = |words: &str| {
        let mut command = Command::new("sh");
        command.args(["-c", words]);
        command
    };
    assert!(run(&mut shell("sleep 0.5"), "a child that waits").cpu < 0.2);
    let busy = run(&mut shell("n=0; while [ $n -lt 1000000 ]; do n=$((n+1)); done; exit 3"), "a busy child");
    assert!(busy.code == Some(3) && busy.cpu > 0.2, "{}", busy.cpu);
}
