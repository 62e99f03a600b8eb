//! The project file beside other programs, in one run: opened, saved, counted and drawn at growing numbers of incidents.
//!
//! Prints a table in Markdown. What is not installed is said to be so. `CLASHMAP_PEERS=10000,100000` measures other
//! numbers of incidents than 10,000, 100,000 and 1,000,000.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a measurement stops at the first thing that is wrong, and prints"
)]

mod made;
mod process;

use std::ffi::OsStr;
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use clashmap::derive::Question;
use clashmap::io::progress::Progress;
use clashmap::io::project;
use process::cost;

#[global_allocator]
static MEMORY: mimalloc::MiMalloc = mimalloc::MiMalloc;

const ROUNDS: usize = 3;

/// Reads the file with `DuckDB` and counts; what reading costs there at the least. Newer ones make a row of each feature.
const DUCKDB: &str = "import duckdb,sys; print(duckdb.sql(\"select count(*) from \
    read_json('\"+sys.argv[1]+\"',maximum_object_size=2000000000)\").fetchall())";

const GEOPANDAS: &str = "import geopandas,sys; print(len(geopandas.read_file(sys.argv[1])))";

fn main() {
    // `cargo test --benches` builds and starts it; there is nothing to test here.
    if !std::env::args().any(|a| a == "--bench") {
        return;
    }
    let sizes = std::env::var("CLASHMAP_PEERS").unwrap_or_else(|_| "10000,100000,1000000".into());
    let folder = tempfile::tempdir().unwrap();
    println!("| incidents | what | seconds (fastest of {ROUNDS}) | most memory | ratio |");
    println!("|---|---|---|---|---|");
    for n in sizes.split(',').map(|n| n.trim().parse::<u32>().unwrap()) {
        measure(n, folder.path());
    }
}

/// One program's work on a file, round after round.
struct Work<'a> {
    what: &'a str,
    costs: Vec<(Duration, u64)>,
}

fn measure(n: u32, folder: &Path) {
    let file = folder.join("made.clashmap.geojson");
    project::save(&file, &made::project(n)).unwrap();
    let mb = fs::metadata(&file).unwrap().len() / 1_000_000;
    let clashmap = OsStr::new(env!("CARGO_BIN_EXE_clashmap"));
    let (theirs, again, map) =
        (folder.join("gdal.geojson"), folder.join("again.clashmap.geojson"), folder.join("map.png"));
    let at = file.as_os_str();
    let word = OsStr::new;
    let mut ours: Vec<Work<'_>> =
        ["open, with all figures", "save what was opened", "both"].map(|what| Work { what, costs: Vec::new() }).into();
    let mut others: Vec<(Work<'_>, Vec<&OsStr>)> = [
        ("ogr2ogr: open and save", vec![word("ogr2ogr"), word("-f"), word("GeoJSON"), theirs.as_os_str(), at]),
        ("DuckDB: read_json and count", vec![word("python3"), word("-c"), word(DUCKDB), at]),
        ("geopandas: read_file", vec![word("python3"), word("-c"), word(GEOPANDAS), at]),
        ("clashmap stats, whole process", vec![clashmap, word("stats"), at]),
        ("clashmap render, whole process", vec![clashmap, word("render"), at, word("-o"), map.as_os_str()]),
    ]
    .map(|(what, command)| (Work { what, costs: Vec::new() }, command))
    .into();
    // In turn, so that what else the machine does meets all of them.
    for _ in 0..ROUNDS {
        let began = Instant::now();
        let (mut opened, _) = project::open_seen(&file, &Progress::new()).unwrap();
        let shown = opened.derive(&Question::default()).len();
        assert_eq!(shown, n as usize);
        let open = began.elapsed();
        project::save(&again, &opened.project).unwrap();
        let both = began.elapsed();
        for (work, took) in ours.iter_mut().zip([open, both.saturating_sub(open), both]) {
            work.costs.push((took, 0));
        }
        drop(opened);
        for (work, command) in &mut others {
            for made in [&theirs, &map] {
                let _ = fs::remove_file(made);
            }
            work.costs.extend(cost(command[0], &command[1..]));
        }
    }
    let base = fastest(&ours[2]).unwrap();
    for work in ours.iter().chain(others.iter().map(|(work, _)| work)) {
        let Some(took) = fastest(work) else {
            println!("| {n} ({mb} MB) | {} | not installed | | |", work.what);
            continue;
        };
        let memory = work.costs.iter().map(|(_, mb)| *mb).max().filter(|mb| *mb > 0);
        let memory = memory.map_or_else(String::new, |mb| format!("{mb} MB"));
        let (secs, ratio) = (took.as_secs_f64(), took.as_secs_f64() / base.as_secs_f64());
        println!("| {n} ({mb} MB) | {} | {secs:.3} | {memory} | {ratio:.2} |", work.what);
    }
}

fn fastest(work: &Work<'_>) -> Option<Duration> {
    work.costs.iter().map(|(took, _)| *took).min()
}
