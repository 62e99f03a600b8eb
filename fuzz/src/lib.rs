//! What is done with any bytes that a reader is given. No panic, and what was read stays the same when it is written and
//! read again. The targets of the fuzzer and the short run in `tests/fuzz.rs` call the same functions.
#![allow(
    clippy::unwrap_used,
    clippy::missing_panics_doc,
    clippy::disallowed_methods,
    reason = "a target stops at the first thing that is wrong; what it puts into a temporary folder may be half-written"
)]

use std::fs;
use std::path::{Path, PathBuf};

use clashmap::import::{Reading, guess, run};
use clashmap::io::disk::RealDisk;
use clashmap::io::import::{Found, from_bytes, mapping};
use clashmap::io::{journal as journals, project as projects, settings as set};
use clashmap::model::{Count, MapOrigin, MapSource, Meta, Project, Template, When};
use clashmap::tiles::{Access, TileId, Wanted, open};
use clashmap::view::Theme;

thread_local! {
    static FOLDER: tempfile::TempDir = tempfile::tempdir_in(memory()).unwrap();
}

/// A disk in memory where there is one, so that syncing costs nothing.
fn memory() -> PathBuf {
    let shared = Path::new("/dev/shm");
    if shared.is_dir() { shared.to_owned() } else { std::env::temp_dir() }
}

fn written(project: &Project) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    projects::write(project, &mut out).ok().map(|()| out)
}

/// The project file: read, else recovered; what came of it is written the same twice.
pub fn project(bytes: &[u8]) {
    let opened = match projects::read(bytes) {
        Ok(opened) => Some(opened),
        Err(e) => {
            assert_eq!(e.to_string().lines().count(), 1, "{e}");
            projects::recover(bytes)
        }
    };
    let Some(once) = opened.and_then(|o| written(&o.project)) else { return };
    let again = projects::read(&once).unwrap_or_else(|e| panic!("what was written does not open: {e}"));
    assert!(written(&again.project).unwrap() == once, "written differently the second time");
}

/// The journal: as it stands, and with each line as a record whose length and checksum are right.
pub fn journal(bytes: &[u8]) {
    let mut records = JOURNAL.to_vec();
    for line in bytes.split(|b| *b == b'\n') {
        let len = u32::try_from(line.len()).unwrap().to_le_bytes();
        records.extend(len);
        records.extend(crc32c::crc32c_append(crc32c::crc32c(&len), line).to_le_bytes());
        records.extend(line);
    }
    FOLDER.with(|folder| {
        for content in [bytes, &records] {
            fs::write(folder.path().join("20200101-1.journal"), content).unwrap();
            for found in journals::look(&RealDisk, folder.path()) {
                drop(journals::recover(&RealDisk, &found));
                found.discard(&RealDisk).unwrap();
            }
        }
    });
}

/// How a journal begins.
pub const JOURNAL: &[u8] = b"clashmap journal 1\n";

/// The settings: whatever they say, the program starts.
pub fn settings(bytes: &[u8]) {
    FOLDER.with(|folder| {
        let path = folder.path().join("settings.json");
        fs::write(&path, bytes).unwrap();
        let (read, _) = set::load(&RealDisk, &path);
        set::save(&RealDisk, &path, &read).unwrap();
    });
}

/// A file of another program: a table, the guess what its columns are, and incidents. What it is, is seen in the bytes.
pub fn import(bytes: &[u8]) {
    if let Ok(text) = std::str::from_utf8(bytes) {
        drop(mapping(text));
    }
    match from_bytes(bytes.to_vec(), &Reading::default()) {
        Ok(Found::Table(table)) => {
            let meta = Meta::default();
            if let Ok(import) = run(&table, &guess(&table, &meta), &meta, &|_| true) {
                let made = written(&import.into_project("fuzz"));
                assert!(made.is_none_or(|m| projects::read(&m).is_ok()), "what was imported does not open");
            }
        }
        Ok(Found::Project(opened)) => drop(written(&opened.project)),
        Err(e) => assert_eq!(e.lines().count(), 1, "{e}"),
    }
}

fn tiles(bytes: &[u8], name: &str) {
    FOLDER.with(|folder| {
        let path = folder.path().join(name);
        fs::write(&path, bytes).unwrap();
        let source = MapSource::new("", MapOrigin::File(path.to_str().unwrap().into()));
        let access = Access { every_file: true, ..Access::default() };
        let Ok(source) = open(&source, &access) else { return };
        let about = source.about().clone();
        for (zoom, x, y) in [(0, 0, 0), (1, 1, 0), (about.min_zoom, 0, 0), (about.max_zoom, 9, 6)] {
            drop(source.tile(TileId { zoom, x, y }, Wanted { density: 1.0, theme: Theme::Light }));
        }
    });
}

/// Tiles in a database.
pub fn tiles_mbtiles(bytes: &[u8]) {
    tiles(bytes, "a.mbtiles");
}

/// Tiles along a curve.
pub fn tiles_pmtiles(bytes: &[u8]) {
    tiles(bytes, "a.pmtiles");
}

/// Small texts: dates (EDTF), counts, names of exported files. A date that was read is written so that it is read as the same.
pub fn dates(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    for text in text.lines() {
        if let Ok(when) = When::parse(text) {
            let again = When::parse(&when.to_string());
            assert!(again.as_ref() == Ok(&when), "{text:?} is written as {when} and read as {again:?}");
        }
        drop((Count::parse(text), Template::parse(text)));
    }
}
