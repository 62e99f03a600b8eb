//! Holds the house: who may import whom, what must be absent where, and how large a file may grow.
//!
//! The rule is read off the source text, without its comments and strings. What is built for tests only may look around.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops at the first thing that is wrong"
)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// One room of `src/`: what it may use of the others and of other crates, and why no more.
struct Room {
    name: &'static str,
    uses: &'static [&'static str],
    crates: &'static [&'static str],
    because: &'static str,
}

const fn room(
    name: &'static str,
    uses: &'static [&'static str],
    crates: &'static [&'static str],
    because: &'static str,
) -> Room {
    Room { name, uses, crates, because }
}

/// The table. A new room needs a row, and a row for a room that is gone fails as well.
const ROOMS: [Room; 14] = [
    room("model", &[], &[], "what is recorded must be readable without knowing any program around it"),
    room(
        "edit",
        &["model"],
        &["geoconvert", "rayon"],
        "changes are data; a change that knew the window could not be tested alone",
    ),
    room(
        "import",
        &["model", "edit"],
        &["foldhash", "hashbrown", "rayon", "serde"],
        "a foreign row is read as what people type is; panels show what becomes of it, so no disk may stand behind it",
    ),
    room(
        "derive",
        &["model"],
        &["foldhash", "geo", "memchr", "rayon"],
        "the same question must get the same answer everywhere: window, picture and terminal",
    ),
    room(
        "atlas",
        &["model"],
        &["egui", "geo", "png", "rayon", "tiny_skia", "walkers"],
        "the ground is there before any project",
    ),
    room(
        "io",
        &["model", "derive", "edit", "import"],
        &[
            "calamine",
            "chardetng",
            "crc32c",
            "csv",
            "encoding_rs",
            "flatbuffers",
            "flatgeobuf",
            "foldhash",
            "lz4_flex",
            "memchr",
            "parquet",
            "png",
            "quick_xml",
            "rayon",
            "ring_crypto",
            "rusqlite",
            "rust_xlsxwriter",
            "serde",
            "serde_json",
            "sha2",
            "shapefile",
            "xxhash_rust",
            "zip",
        ],
        "files hold what is recorded; derive only for the figures that other programs style",
    ),
    room(
        "tiles",
        &["model", "atlas", "io", "view"],
        &[
            "flate2",
            "httparse",
            "image",
            "rusqlite",
            "rustls",
            "rustls_platform_verifier",
            "serde_json",
            "sha2",
            "tiny_skia",
        ],
        "what a map source is made of must not know who looks at it: window and command line open them alike",
    ),
    room(
        "view",
        &["model", "atlas"],
        &[],
        "where the camera looks must serve window and picture alike, so it knows neither",
    ),
    room(
        "picture",
        &["derive", "view", "atlas", "model"],
        &["base64", "egui", "jpeg_encoder", "krilla", "png", "rayon", "resvg", "skrifa", "tiny_skia"],
        "one display list for all painters; it never sees panels, so an export can equal the screen",
    ),
    room(
        "talk",
        &["picture", "derive", "tiles", "view", "atlas", "model"],
        &["base64", "gif", "openh264", "pulldown_cmark", "rayon", "serde_json", "sha2", "tiny_skia"],
        "a page is a function of project and slide, so that window, paper and browser show the same one; map sources come opened",
    ),
    room(
        "panels",
        &["view", "derive", "edit", "import", "model", "atlas"],
        &["egui", "egui_plot"],
        "panels read and answer with actions; with io or app at hand they would act",
    ),
    room(
        "app",
        &["model", "edit", "import", "derive", "atlas", "io", "tiles", "view", "picture", "talk", "panels", "cli"],
        &["eframe", "egui", "rfd", "rustix", "serde_json", "tiny_skia", "walkers"],
        "the shell joins the rooms; of the command line it uses the drawing of a picture, nothing else",
    ),
    room(
        "cli",
        &["io", "edit", "import", "derive", "tiles", "picture", "talk", "view", "atlas", "model"],
        &["clap", "serde", "serde_json", "tiny_skia"],
        "it must work where there is no display",
    ),
    room(
        "main",
        &["app", "cli", "io", "model", "tiles"],
        &["clap", "jiff", "mimalloc"],
        "it decides between window and command line; the clock comes in here, and the network as it is before anything is allowed",
    ),
];

/// Text that must not occur in a room, and why.
const ABSENT: [(&[&str], &[&str], &str); 4] = [
    (
        &["model", "derive", "edit", "import", "view", "talk"],
        &["std::fs", "std::io", "std::net", "std::env", "std::process", "File::", "PathBuf"],
        "what these rooms know comes as an argument; a disk behind it would make answers depend on the machine",
    ),
    (
        &["model", "derive", "edit", "import", "view", "picture", "talk", "cli", "io"],
        &["std::time", "SystemTime", "Instant::now", "Timestamp::now", "Zoned::now"],
        "the clock is an argument, so that the same input gives the same bytes tomorrow",
    ),
    (
        &["atlas", "panels", "picture", "talk", "app", "cli", "io", "view", "model", "derive", "edit", "import"],
        &["std::net::Tcp", "std::net::Udp", "std::os::unix::net", "reqwest", "HttpTiles"],
        "nothing goes to the network but by tiles",
    ),
    (
        &["atlas", "panels", "picture", "talk", "app", "cli", "view", "derive", "main"],
        &["&mut Project", "mut project", "swap_meta(", "project.exchange(", "project.exchange_all("],
        "only edit and io change a project: a change made elsewhere could not be undone",
    ),
];

/// Longest file, in lines. A file that grows past this holds two topics.
const LONGEST: usize = 600;

fn source() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// All source files, with their path below `src/`, sorted.
fn files() -> Vec<(String, String)> {
    fn walk(folder: &Path, out: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, out);
            } else if path.extension().is_some_and(|e| e == "rs") {
                out.push(path);
            }
        }
    }
    let root = source();
    let mut paths = Vec::new();
    walk(&root, &mut paths);
    paths.sort();
    let name = |p: &Path| p.strip_prefix(&root).unwrap().to_string_lossy().replace('\\', "/");
    paths.iter().map(|p| (name(p), fs::read_to_string(p).unwrap())).collect()
}

/// The room of a file: its first folder, or its own name where it lies in `src/` itself.
fn room_of(file: &str) -> &str {
    file.split('/').next().unwrap().trim_end_matches(".rs")
}

/// Whether a file is compiled for tests only.
fn is_test(file: &str) -> bool {
    file.ends_with("/tests.rs") || file.ends_with("_tests.rs") || file.contains("/tests/")
}

/// Source text without comments, strings and what follows `#[cfg(test)]` on a module.
fn code(text: &str) -> String {
    let text = match text.find("#[cfg(test)]\nmod ").or_else(|| text.find("#[cfg(test)]\n#[path")) {
        Some(at) => &text[..at],
        None => text,
    };
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let skip = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            rest.find("*/").map_or(rest.len(), |e| e + 2)
        } else if let Some(raw) = rest.strip_prefix("r#\"") {
            raw.find("\"#").map_or(rest.len(), |e| e + 5)
        } else if rest.starts_with("'\"'") || rest.starts_with("b'\"'") {
            rest.find("\"'").unwrap() + 2
        } else if rest.starts_with("'\\") {
            4.min(rest.len())
        } else if c == '"' {
            string_end(rest)
        } else {
            0
        };
        if skip > 0 {
            out.push(' ');
            // A character may be longer than the guess for an escape.
            let skip = (skip..=rest.len()).find(|n| rest.is_char_boundary(*n)).unwrap();
            rest = &rest[skip..];
        } else {
            out.push(c);
            rest = &rest[c.len_utf8()..];
        }
    }
    out
}

/// Where a string that starts at the beginning of `text` ends.
fn string_end(text: &str) -> usize {
    let mut escaped = false;
    for (i, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return i + 1,
            _ => {}
        }
    }
    text.len()
}

/// The first names behind `start`, which ends in `::`: one, or those of a group in braces.
fn names_after(code: &str, start: &str) -> BTreeSet<String> {
    let mut out = BTreeSet::new();
    for (at, _) in code.match_indices(start) {
        let before = code[..at].chars().next_back();
        if before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == ':') {
            continue;
        }
        let rest = code[at + start.len()..].trim_start();
        match rest.strip_prefix('{') {
            None => out.extend(identifier(rest)),
            Some(group) => {
                let mut depth = 0;
                let mut item = String::new();
                for c in group.chars() {
                    match c {
                        '{' => depth += 1,
                        '}' if depth == 0 => break,
                        '}' => depth -= 1,
                        ',' if depth == 0 => out.extend(identifier(std::mem::take(&mut item).trim())),
                        _ => {}
                    }
                    if depth == 0 && c != ',' {
                        item.push(c);
                    }
                }
                out.extend(identifier(item.trim()));
            }
        }
    }
    out
}

fn identifier(text: &str) -> Option<String> {
    let name: String = text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
    (!name.is_empty()).then_some(name)
}

/// The names of `crate` that a file uses: by `crate::`, by `clashmap::`, or by as many `super::` as lead out of its room.
fn rooms_used(file: &str, code: &str) -> BTreeSet<String> {
    let mut out = names_after(code, "crate::");
    out.extend(names_after(code, "clashmap::"));
    let depth = file.trim_end_matches(".rs").trim_end_matches("/mod").split('/').count();
    out.extend(names_after(code, &"super::".repeat(depth)));
    out
}

fn row(name: &str) -> &'static Room {
    ROOMS
        .iter()
        .find(|r| r.name == name)
        .unwrap_or_else(|| panic!("the room `{name}` has no row in ROOMS; add one that says what it may use, and why"))
}

#[test]
fn every_room_has_a_row_and_every_row_a_room() {
    let rooms: BTreeSet<String> =
        files().iter().map(|(file, _)| room_of(file).to_owned()).filter(|r| r != "lib").collect();
    let rows: BTreeSet<String> = ROOMS.iter().map(|r| r.name.to_owned()).collect();
    assert_eq!(rooms, rows, "rooms of src/ on the left, rows of ROOMS on the right");
    let lib = fs::read_to_string(source().join("lib.rs")).unwrap();
    for room in rooms.iter().filter(|r| *r != "main") {
        assert!(
            lib.contains(&format!("`{room}`")) || lib.contains(&format!("`mod@{room}`")),
            "lib.rs does not explain {room}"
        );
    }
}

#[test]
fn rooms_use_only_what_their_row_allows() {
    let known: BTreeSet<&str> = ROOMS.iter().map(|r| r.name).collect();
    for (file, text) in files().iter().filter(|(f, _)| f != "lib.rs" && !is_test(f)) {
        let room = row(room_of(file));
        for used in rooms_used(file, &code(text)) {
            let allowed = used == room.name || room.uses.contains(&used.as_str()) || !known.contains(used.as_str());
            assert!(allowed, "src/{file} uses `{used}`, but `{}` may use {:?}: {}", room.name, room.uses, room.because);
        }
    }
}

#[test]
fn the_window_uses_of_the_command_line_only_the_drawing_of_a_picture() {
    for (file, text) in files().iter().filter(|(f, _)| room_of(f) == "app") {
        let used = names_after(&code(text), "crate::cli::");
        assert!(used.iter().all(|n| n == "render"), "src/{file} uses {used:?} of cli");
    }
}

#[test]
fn rooms_use_only_the_crates_of_their_row() {
    let manifest = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml")).unwrap();
    let sections = manifest.split("\n[").filter(|s| s.starts_with("dependencies]") || s.contains(".dependencies]"));
    let outer: BTreeSet<String> = sections
        .flat_map(|s| s.lines().skip(1))
        .filter_map(|l| Some(l.split_once('=')?.0.trim().replace('-', "_")))
        .filter(|n| !n.starts_with('#'))
        .collect();
    assert!(outer.contains("egui") && outer.contains("eframe") && outer.len() > 10, "{outer:?}");
    for (file, text) in files().iter().filter(|(f, _)| f != "lib.rs" && !is_test(f)) {
        let room = row(room_of(file));
        let code = code(text);
        for name in &outer {
            let used = !names_after(&code, &format!("{name}::")).is_empty();
            let allowed = room.crates.contains(&name.as_str());
            assert!(
                !used || allowed,
                "src/{file} uses the crate `{name}`; `{}` has {:?}: {}",
                room.name,
                room.crates,
                room.because
            );
        }
    }
}

/// What opens a connection or waits for one, looks up a name, or hands bytes to something that does.
const CONNECTING: [&str; 12] = [
    "TcpStream",
    "TcpListener",
    "UdpSocket",
    "UnixStream",
    "UnixListener",
    "UnixDatagram",
    "ToSocketAddrs",
    "to_socket_addrs",
    "rustls",
    "reqwest",
    "HttpTiles",
    "os::unix::net",
];

#[test]
fn connections_are_opened_in_one_file_alone() {
    let allowed = "tiles/net/http.rs";
    let mut seen = BTreeSet::new();
    for (file, text) in files().iter().filter(|(f, _)| !is_test(f)) {
        let code = code(text);
        for word in CONNECTING.into_iter().filter(|w| code.contains(w)) {
            assert!(
                file == allowed,
                "src/{file} has `{word}`: everything that goes to a network goes through {allowed}"
            );
            seen.insert(word);
        }
    }
    assert!(seen.contains("TcpStream") && seen.contains("rustls"), "{allowed} is looked at: {seen:?}");
}

#[test]
fn what_must_be_absent_is_absent() {
    for (file, text) in files().iter().filter(|(f, _)| !is_test(f)) {
        let code = code(text);
        for (rooms, words, because) in &ABSENT {
            if rooms.contains(&room_of(file)) {
                for word in *words {
                    assert!(!code.contains(word), "src/{file} has `{word}`: {because}");
                }
            }
        }
    }
    let project = fs::read_to_string(source().join("model/project.rs")).unwrap();
    assert!(project.contains("pub(crate) fn exchange(") && project.contains("pub(crate) fn swap_meta("));
}

#[test]
fn every_file_says_what_it_is_for_and_stays_readable() {
    for (file, text) in files() {
        assert!(text.starts_with("//! "), "src/{file} has no `//!` head");
        let lines = text.lines().count();
        assert!(lines <= LONGEST, "src/{file} has {lines} lines; past {LONGEST} it wants to be two files");
    }
}

#[test]
fn the_reader_of_paths_sees_groups_and_chains_and_no_comments() {
    let text = r##"
// use crate::comment;
use crate::{io::atomic, view::{Camera, app}, model};
fn f(c: char) { let s = "crate::string \" crate::still"; if c == '"' { super::super::panels::x() } }
fn g() { mycrate::no(); crate::edit::yes(); let r = r#"crate::raw"#; }
#[cfg(test)]
mod tests { use crate::tests_only; }
"##;
    let used = rooms_used("app/map.rs", &code(text));
    assert_eq!(used.into_iter().collect::<Vec<_>>().join(" "), "edit io model panels view");
}
