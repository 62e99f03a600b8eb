//! How the figures of the window grow with the number of incidents: `clashmap measure`, which drives the window's own code,
//! over one made-up project after the other.
//!
//! Prints a table in Markdown, milliseconds in the middle and of the slowest of a hundred. `CLASHMAP_GROWTH=10000,100000`
//! measures other numbers of incidents than 10,000, 100,000 and 1,000,000; of more only the steps that a map shows are
//! measured, and more than three million, which no file of 2 GiB holds, are points: a kind, a day, a position.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a measurement stops at the first thing that is wrong, and prints"
)]

mod made;

use std::fs;
use std::path::Path;
use std::process::Command;

use clashmap::io::project;
use serde_json::Value;

#[global_allocator]
static MEMORY: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// More incidents than this are copies, with names of their own.
const MADE: u32 = 1_000_000;

/// More than this are points without claims.
const CLAIMED: u32 = 3_000_000;

/// Steps of projects with more than [`MADE`].
const FEW: [&str; 8] = ["--step", "pan", "--step", "zoom", "--step", "play", "--step", "scrub"];

fn main() {
    // `cargo test --benches` builds and starts it; there is nothing to test here.
    if !std::env::args().any(|a| a == "--bench") {
        return;
    }
    let sizes = std::env::var("CLASHMAP_GROWTH").unwrap_or_else(|_| "10000,100000,1000000".into());
    let sizes: Vec<u32> = sizes.split(',').map(|n| n.trim().parse().unwrap()).collect();
    let folder = tempfile::tempdir().unwrap();
    let mut heads = Vec::new();
    let mut rows: Vec<(String, Vec<String>)> = Vec::new();
    let mut put = |what: &str, figure: String| match rows.iter_mut().find(|(known, _)| known == what) {
        Some((_, figures)) => figures.push(figure),
        None => rows.push((what.to_owned(), vec![figure])),
    };
    for n in sizes {
        let file = folder.path().join("made.clashmap.geojson");
        write(&file, n);
        let points = if n > CLAIMED { " points" } else { "" };
        heads.push(format!("{n}{points} ({} MB)", fs::metadata(&file).unwrap().len() / 1_000_000));
        put("MB after opening and panning", memory(&measured(&file, &["--step", "pan"])));
        let all = measured(&file, if n > MADE { &FEW } else { &[] });
        for (step, figures) in all["steps"].as_object().unwrap() {
            let figure = |key: &str| figures[key].as_f64();
            let text = match (figure("ms"), figure("p50"), figure("p99")) {
                (Some(ms), ..) => round(ms),
                (_, Some(middle), Some(slowest)) => format!("{} / {}", round(middle), round(slowest)),
                _ => continue,
            };
            put(step, text);
        }
        put("MB after all steps", memory(&all));
    }
    println!("| step | {} |", heads.join(" | "));
    println!("|---|{}", "---|".repeat(heads.len()));
    for (what, figures) in rows {
        println!("| {what} | {} |", figures.join(" | "));
    }
}

fn memory(measured: &Value) -> String {
    measured["peak_rss_mb"].as_f64().map_or_else(String::new, |mb| format!("{mb:.0}"))
}

/// Two figures that tell something.
fn round(ms: f64) -> String {
    match ms {
        ms if ms >= 10.0 => format!("{ms:.0}"),
        ms if ms >= 1.0 => format!("{ms:.1}"),
        ms => format!("{ms:.2}"),
    }
}

fn measured(file: &Path, more: &[&str]) -> Value {
    let program = env!("CARGO_BIN_EXE_clashmap");
    let out = Command::new(program).arg("measure").arg(file).arg("--json").args(more).output().unwrap();
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    serde_json::from_slice(&out.stdout).unwrap()
}

/// A project of `n` incidents, in the form in which the program writes it.
fn write(file: &Path, n: u32) {
    use std::io::{BufRead, BufReader, BufWriter, Write};

    if n > CLAIMED {
        return points(file, n);
    }
    project::save(file, &made::project(n.min(MADE))).unwrap();
    if n <= MADE {
        return;
    }
    let once = file.with_extension("once");
    fs::rename(file, &once).unwrap();
    let mut out = BufWriter::new(fs::File::create(file).unwrap());
    let is_incident = |line: &str| line.contains("\"uid\":\"i");
    let all: Vec<String> = BufReader::new(fs::File::open(&once).unwrap()).lines().map(Result::unwrap).collect();
    let first = all.iter().position(|line| is_incident(line)).unwrap();
    let last = all.iter().rposition(|line| is_incident(line)).unwrap();
    for line in &all[..first] {
        writeln!(out, "{line}").unwrap();
    }
    for copy in 0..n / MADE {
        for (i, line) in all.iter().enumerate().take(last + 1).skip(first) {
            let is_end = copy + 1 == n / MADE && i == last;
            let line = line.trim_end_matches(',').replace("\"uid\":\"i", &format!("\"uid\":\"i{copy}-"));
            writeln!(out, "{line}{}", if is_end { "" } else { "," }).unwrap();
        }
    }
    for line in &all[last + 1..] {
        writeln!(out, "{line}").unwrap();
    }
    out.flush().unwrap();
    fs::remove_file(once).unwrap();
}

/// A project of `n` points over thirty years.
fn points(file: &Path, n: u32) {
    use std::io::{BufWriter, Write};

    let mut out = BufWriter::new(fs::File::create(file).unwrap());
    writeln!(out, "{{\n\"type\":\"FeatureCollection\",\n\"clashmap\":{{\"format\":\"1.0\"}},\n\"features\":[").unwrap();
    for i in 0..n {
        let (year, month, day) = (1994 + i % 30, i % 12 + 1, i % 28 + 1);
        // Two multipliers of generators of random numbers (Knuth; L'Ecuyer) spread them evenly.
        let share = |by: u32| f64::from(i.wrapping_mul(by)) / f64::from(u32::MAX);
        let (lon, lat) = (43.0 + 7.0 * share(2_654_435_769), 38.5 + 3.0 * share(1_597_334_677));
        let end = if i + 1 == n { "" } else { "," };
        writeln!(
            out,
            r#"{{"type":"Feature","geometry":{{"type":"Point","coordinates":[{lon:.4},{lat:.4}]}},"properties":{{"uid":"i{i}","kind":"shelling","when":"{year}-{month:02}-{day:02}"}}}}{end}"#
        )
        .unwrap();
    }
    writeln!(out, "]\n}}").unwrap();
    out.flush().unwrap();
}
