//! `clashmap convert IN OUT`: any readable format to any writable one, kind by the ending of the name.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::give::{self, GiveArgs};
use super::plain;
use crate::io::{Severity, project, tables};
use crate::model::Project;

/// Help text: the keys of `--json`.
pub const JSON_HELP: &str = "JSON: {\"read\":n, \"accepted\":n, \
\"rejected\":[{\"line\":n, \"field\":\"…\", \"value\":\"…\", \"reason\":\"…\"}], \"warnings\":[\"…\"], \"lost\":[\"…\"]}\n\
lost lists what the target format cannot hold.\n\nExit code: 0 all was taken, 1 something was rejected or noticed, 2 nothing was written.";

/// What is converted into what.
#[derive(clap::Args, Debug)]
#[command(after_help = JSON_HELP)]
pub struct ConvertArgs {
    /// The file to read
    pub input: PathBuf,
    /// The file to write; its ending says the format
    pub output: PathBuf,
    /// Print one JSON document
    #[arg(long)]
    pub json: bool,
    /// What is given out
    #[command(flatten)]
    pub give: GiveArgs,
}

/// A row that was not taken.
#[derive(Debug, Serialize)]
struct Reject {
    line: usize,
    field: String,
    value: String,
    reason: String,
}

/// What `--json` prints.
#[derive(Debug, Default, Serialize)]
struct Report {
    read: usize,
    accepted: usize,
    rejected: Vec<Reject>,
    warnings: Vec<String>,
    lost: Vec<String>,
}

/// Runs the subcommand. Exit code: 0 all was taken, 1 rejected rows or warnings.
///
/// # Errors
/// One line why nothing was written.
pub fn run(args: &ConvertArgs, out: &mut dyn Write) -> Result<u8, String> {
    // Before anything is read: a slip in the name should not cost a minute.
    give::target(&args.output)?;
    let (project, mut report) = read(&args.input)?;
    let given = give::write(&project, &args.output, &args.give)?;
    report.lost = given.lost;
    report.warnings.extend(given.unknown);
    let printed = if args.json { print_json(&report, out) } else { print(&report, args, out) };
    match printed {
        // A reader that has seen enough (`| head`) is no failure.
        Err(e) if e.kind() != io::ErrorKind::BrokenPipe => Err(format!("the report cannot be written: {e}")),
        _ => Ok(u8::from(!report.rejected.is_empty() || !report.warnings.is_empty())),
    }
}

/// Reads the source, whatever it is.
fn read(path: &Path) -> Result<(Project, Report), String> {
    let ending = path.extension().map(|e| e.to_string_lossy().to_lowercase()).unwrap_or_default();
    let own = match ending.as_str() {
        "csv" => tables::open_csv(path)?,
        "gpkg" => tables::open_gpkg(path)?,
        _ => None,
    };
    let opened = match own {
        Some(opened) => opened,
        None => project::open(path).map_err(|e| format!("cannot open {}: {e}", path.display()))?,
    };
    if let Some(why) = opened.read_only {
        return Err(format!("cannot convert {}: {why}", path.display()));
    }
    let n = opened.project.len();
    let notable = opened.findings.iter().filter(|f| f.severity != Severity::Info);
    let warnings = notable.map(ToString::to_string).collect();
    Ok((opened.project, Report { read: n, accepted: n, warnings, ..Report::default() }))
}

fn print_json(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer(&mut *out, report)?;
    out.write_all(b"\n")?;
    out.flush()
}

fn print(report: &Report, args: &ConvertArgs, out: &mut dyn Write) -> io::Result<()> {
    for r in &report.rejected {
        writeln!(out, "rejected: line {}: {} “{}”: {}", r.line, plain(&r.field), plain(&r.value), plain(&r.reason))?;
    }
    for (word, lines) in [("warning", &report.warnings), ("lost", &report.lost)] {
        for line in lines {
            writeln!(out, "{word}: {}", plain(line))?;
        }
    }
    let name = args.output.display().to_string();
    let (read, rejected) = (report.read, report.rejected.len());
    writeln!(out, "{}: {read} read, {} accepted, {rejected} rejected", plain(&name), report.accepted)?;
    out.flush()
}
