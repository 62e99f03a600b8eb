//! `clashmap convert IN OUT`: any readable format to any writable one, kind by the ending of the name.

use std::io::{self, Write};
use std::path::PathBuf;

use serde::Serialize;

use super::give::{self, GiveArgs};
use super::plain;
use super::take::{self, TakeArgs, Taken};
use super::update::{self, Updated};
use crate::model::Meta;

/// Help text: the keys of `--json`.
pub const JSON_HELP: &str = "JSON: {\"read\":n, \"accepted\":n, \
\"rejected\":[{\"line\":n, \"field\":\"…\", \"value\":\"…\", \"reason\":\"…\"}], \"warnings\":[\"…\"], \"lost\":[\"…\"]}\n\
lost lists what the target format cannot hold. With --update: \"update\":{\"new\":n, \
\"changed\":[{\"uid\":\"…\", \"title\":\"…\", \"fields\":[{\"field\":\"…\", \"before\":\"…\", \"after\":\"…\"}]}], \
\"unchanged\":n, \"gone\":[\"uid\"], \"alike\":[{\"uid\":\"…\", \"like\":\"…\", \"joined\":bool}]}; gone are kept.\n\nExit code: 0 all was taken, 1 something was rejected or noticed, 2 nothing was written.";

/// What is converted into what.
#[derive(clap::Args, Debug)]
#[command(after_help = JSON_HELP)]
pub struct ConvertArgs {
    /// The file to read
    pub input: PathBuf,
    /// The file to write; its ending says the format
    pub output: PathBuf,
    /// Take IN into this project and write the project: incidents are found again by their id, what changed is told
    #[arg(long, value_name = "PROJECT")]
    pub update: Option<PathBuf>,
    /// Write nothing, only tell
    #[arg(long)]
    pub dry_run: bool,
    /// Print one JSON document
    #[arg(long)]
    pub json: bool,
    /// How a table is read
    #[command(flatten)]
    pub take: TakeArgs,
    /// What is given out
    #[command(flatten)]
    pub give: GiveArgs,
}

/// A row that was not taken.
#[derive(Debug, Serialize)]
pub(super) struct Reject {
    pub(super) line: usize,
    pub(super) field: String,
    pub(super) value: String,
    pub(super) reason: String,
}

/// What `--json` prints.
#[derive(Debug, Default, Serialize)]
pub(super) struct Report {
    pub(super) read: usize,
    pub(super) accepted: usize,
    pub(super) rejected: Vec<Reject>,
    pub(super) warnings: Vec<String>,
    pub(super) lost: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) update: Option<Updated>,
}

/// The time in seconds since 1970, and what finds out who sits here.
pub type Sign<'a> = (i64, &'a dyn Fn() -> String);

/// Runs the subcommand. `sign` is for the log of a project that is updated and keeps one; nobody is asked for otherwise. Exit code: 0 all was taken, 1 rejected rows or warnings.
///
/// # Errors
/// One line why nothing was written.
pub fn run(args: &ConvertArgs, sign: Sign<'_>, out: &mut dyn Write) -> Result<u8, String> {
    // Before anything is read: a slip in the name should not cost a minute.
    give::target(&args.output)?;
    let into = args.update.as_deref().map(update::open).transpose()?;
    let meta = into.as_ref().map_or_else(Meta::default, |p| p.meta().clone());
    let (taken, mut report) = take::read(&args.input, &args.take, &meta)?;
    let project = match (into, taken) {
        (None, Taken::Project(project)) => *project,
        (None, Taken::Table(came)) => {
            let title = args.input.file_stem().map(|s| s.to_string_lossy().into_owned()).unwrap_or_default();
            came.0.into_project(&title)
        }
        (Some(into), taken) => {
            let (project, updated) = update::update(into, taken, args.take.merge_same, sign)?;
            report.update = Some(updated);
            project
        }
    };
    let given = if args.dry_run {
        give::would_lose(&project, &args.output, &args.give)?
    } else {
        give::write(&project, &args.output, &args.give)?
    };
    // Millions of small pieces of memory, which go with the program at once.
    std::mem::forget(project);
    report.lost = given.lost;
    report.warnings.extend(given.unknown);
    let printed = if args.json { print_json(&report, out) } else { print(&report, args, out) };
    match printed {
        // A reader that has seen enough (`| head`) is no failure.
        Err(e) if e.kind() != io::ErrorKind::BrokenPipe => Err(format!("the report cannot be written: {e}")),
        _ => Ok(u8::from(!report.rejected.is_empty() || !report.warnings.is_empty())),
    }
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
    if let Some(updated) = &report.update {
        updated.print(out)?;
    }
    let name = args.output.display().to_string();
    let name = if args.dry_run { format!("{name} (not written)") } else { name };
    let (read, rejected) = (report.read, report.rejected.len());
    writeln!(out, "{}: {read} read, {} accepted, {rejected} rejected", plain(&name), report.accepted)?;
    out.flush()
}
