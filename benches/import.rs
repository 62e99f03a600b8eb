//! What it costs to take in a large table of others, beside GDAL in the same run: a table of the shape of UCDP GED with
//! as many rows as version 25.1 has. `ogr2ogr` turns it into GeoJSON; this program takes it in, and writes a project.
//!
//! `CLASHMAP_GED=FILE` measures another file.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a measurement stops at the first thing that is wrong, and prints"
)]

mod ged;
mod process;

use std::ffi::OsStr;
use std::fs;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use clashmap::import::{Preset, Reading, run};
use clashmap::io::import::{Found, open};
use clashmap::model::Meta;
use process::cost;

#[global_allocator]
static MEMORY: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Rows of version 25.1.
const ROWS: u32 = 385_918;
const ROUNDS: usize = 5;

fn main() {
    // `cargo test --benches` builds and starts it; there is nothing to test here.
    if !std::env::args().any(|a| a == "--bench") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let table = std::env::var_os("CLASHMAP_GED").map_or_else(|| made(folder.path()), PathBuf::from);
    println!("{} MB", fs::metadata(&table).unwrap().len() / 1_000_000);
    let out = |name: &str| folder.path().join(name);
    let (theirs, ours) = (out("gdal.geojson"), out("a.clashmap.geojson"));
    let clashmap = OsStr::new(env!("CARGO_BIN_EXE_clashmap"));
    let convert = [OsStr::new("convert"), table.as_os_str(), ours.as_os_str()];
    let only_in = [convert.as_slice(), &[OsStr::new("--dry-run")]].concat();
    let gdal = [OsStr::new("-f"), OsStr::new("GeoJSON"), theirs.as_os_str(), table.as_os_str()];
    let mut costs = vec![Vec::new(); 3];
    // In turn, so that what else the machine does meets all of them.
    for _ in 0..ROUNDS {
        for file in [&theirs, &ours] {
            let _ = fs::remove_file(file);
        }
        costs[0].extend(cost(OsStr::new("ogr2ogr"), &gdal));
        costs[1].extend(cost(clashmap, &convert));
        costs[2].extend(cost(clashmap, &only_in));
    }
    for (what, costs) in
        ["ogr2ogr to GeoJSON", "clashmap convert to a project", "taken in, not written"].iter().zip(costs)
    {
        tell(what, costs);
    }
    phases(&table);
}

fn made(folder: &Path) -> PathBuf {
    let path = folder.join("ged.csv");
    let mut out = BufWriter::new(fs::File::create(&path).unwrap());
    ged::write(ROWS, &mut out).unwrap();
    out.flush().unwrap();
    path
}

fn tell(what: &str, mut costs: Vec<(Duration, u64)>) {
    costs.sort();
    let Some((fastest, _)) = costs.first() else { return println!("{what}: not installed") };
    let (median, _) = costs[costs.len() / 2];
    let most = costs.iter().map(|(_, mb)| mb).max().unwrap();
    println!("{what}: fastest {:.2} s, median {:.2} s, at most {most} MB", fastest.as_secs_f64(), median.as_secs_f64());
}

/// The same within one program, step by step, without start and end of a process.
fn phases(table: &Path) {
    for _ in 0..3 {
        let began = Instant::now();
        let Found::Table(table) = open(table, &Reading::default()).unwrap() else { return };
        let opened = began.elapsed();
        let import = run(&table, &Preset::Ucdp.mapping(&table), &Meta::default(), &|_| true).unwrap();
        let ran = began.elapsed();
        println!(
            "read and cut into parts {:.2} s, rows to {} incidents {:.2} s",
            opened.as_secs_f64(),
            import.incidents.len(),
            ran.saturating_sub(opened).as_secs_f64()
        );
    }
}
