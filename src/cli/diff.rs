//! `clashmap diff A B` and `clashmap merge BASE OURS THEIRS -o OUT`: by incident and field, not by line.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde::Serialize;
use serde_json::value::RawValue;

use super::plain;
use crate::io::disk::{Disk, RealDisk};
use crate::io::project::{self, By, Care, Entry, Value};
use crate::model::Project;

/// Help text of `diff`: the keys of `--json`.
pub const DIFF_HELP: &str = "JSON: {\"same\":bool, \"differences\":[{\"uid\":\"…\"|null, \"title\":\"…\", \"field\":\"claims.c1.count\", \
\"before\":…|null, \"after\":…|null}]}\nuid is null for what the project says of itself; field is empty for a whole incident.\n\n\
Exit code: 0 the same, 1 different, 2 not compared.";

/// Help text of `merge`: the keys of `--json`, and how git uses it.
pub const MERGE_HELP: &str = "JSON: {\"ours\":n, \"theirs\":n, \"both\":n, \"conflicts\":[{\"uid\":\"…\"|null, \"title\":\"…\", \
\"field\":\"…\", \"kind\":\"conflict|two_claims|kept_changed\", \"base\":…|null, \"ours\":…|null, \"theirs\":…|null}]}\n\
conflict: ours stands in OUT. two_claims: both figures stand, as two claims. kept_changed: one side removed what the other \
changed; the changed one stands.\n\nGit: git config merge.clashmap.driver \"clashmap merge %O %A %B -o %A\"\n\n\
Exit code: 0 merged, 1 merged with conflicts, 2 nothing was written.";

/// What is compared.
#[derive(clap::Args, Debug)]
#[command(after_help = DIFF_HELP)]
pub struct DiffArgs {
    /// The earlier version
    pub before: PathBuf,
    /// The later version
    pub after: PathBuf,
    /// Print one JSON document
    #[arg(long)]
    pub json: bool,
}

/// What is merged.
#[derive(clap::Args, Debug)]
#[command(after_help = MERGE_HELP)]
pub struct MergeArgs {
    /// The last version that both sides had; may be an empty file
    pub base: PathBuf,
    /// One side
    pub ours: PathBuf,
    /// The other side
    pub theirs: PathBuf,
    /// Where the merged project is saved; may be one of the three
    #[arg(short, long, value_name = "OUT")]
    pub out: PathBuf,
    /// Print one JSON document
    #[arg(long)]
    pub json: bool,
}

#[derive(Serialize)]
struct Differences<'a> {
    same: bool,
    differences: Vec<Difference<'a>>,
}

#[derive(Serialize)]
struct Difference<'a> {
    uid: Option<&'a str>,
    title: &'a str,
    field: &'a str,
    before: Option<&'a RawValue>,
    after: Option<&'a RawValue>,
}

#[derive(Serialize)]
struct Report<'a> {
    ours: usize,
    theirs: usize,
    both: usize,
    conflicts: Vec<Conflict<'a>>,
}

#[derive(Serialize)]
struct Conflict<'a> {
    uid: Option<&'a str>,
    title: &'a str,
    field: &'a str,
    kind: &'static str,
    base: Option<&'a RawValue>,
    ours: Option<&'a RawValue>,
    theirs: Option<&'a RawValue>,
}

fn open(path: &Path) -> Result<Project, String> {
    let opened = project::open(path).map_err(|e| format!("cannot open {}: {e}", path.display()))?;
    match opened.read_only {
        Some(why) => Err(format!("cannot compare {}: {why}", path.display())),
        None => Ok(opened.project),
    }
}

/// A version that may be missing: git gives an empty file where both sides added one.
fn open_base(path: &Path) -> Result<Project, String> {
    match RealDisk.entry(path) {
        Ok(Some(entry)) if entry.is_file && entry.stamp.len == 0 => Ok(Project::default()),
        _ => open(path),
    }
}

fn raw(value: &Value) -> Option<&RawValue> {
    value.as_deref().and_then(|raw| serde_json::from_str(raw).ok())
}

/// Compares two projects. Exit code: 0 the same, 1 different.
///
/// # Errors
/// One line why they were not compared.
pub fn diff(args: &DiffArgs, out: &mut dyn Write) -> Result<u8, String> {
    let (before, after) = (open(&args.before)?, open(&args.after)?);
    let found = project::diff(&before, &after).map_err(|e| format!("cannot compare: {e}"))?;
    let printed = if args.json {
        let differences = found.iter().map(|e| Difference {
            uid: e.uid.as_deref(),
            title: &e.title,
            field: &e.field,
            before: raw(&e.base),
            after: raw(&e.theirs),
        });
        json(&Differences { same: found.is_empty(), differences: differences.collect() }, out)
    } else {
        found.iter().try_for_each(|e| writeln!(out, "{}", difference(e)))
    };
    done(printed)?;
    Ok(u8::from(!found.is_empty()))
}

/// Merges three versions into a file. Exit code: 0 merged, 1 with conflicts.
///
/// # Errors
/// One line why nothing was written.
pub fn merge(args: &MergeArgs, out: &mut dyn Write) -> Result<u8, String> {
    let (base, ours, theirs) = (open_base(&args.base)?, open(&args.ours)?, open(&args.theirs)?);
    let merged = project::merge(&base, &ours, &theirs).map_err(|e| format!("cannot merge: {e}"))?;
    let progress = crate::io::progress::Progress::new();
    project::save_project(&RealDisk, &args.out, &merged.project, &Care::default(), &progress)
        .map_err(|e| e.to_string())?;
    let count = |by: By| merged.entries.iter().filter(|e| e.by == by).count();
    let conflicts: Vec<&Entry> = merged.conflicts().collect();
    let printed = if args.json {
        let conflicts = conflicts.iter().map(|e| Conflict {
            uid: e.uid.as_deref(),
            title: &e.title,
            field: &e.field,
            kind: e.by.id(),
            base: raw(&e.base),
            ours: raw(&e.ours),
            theirs: raw(&e.theirs),
        });
        let report = Report {
            ours: count(By::Ours),
            theirs: count(By::Theirs),
            both: count(By::Both),
            conflicts: conflicts.collect(),
        };
        json(&report, out)
    } else {
        conflicts.iter().try_for_each(|e| writeln!(out, "{}", conflict(e)))
    };
    done(printed)?;
    Ok(u8::from(!conflicts.is_empty()))
}

fn json(report: &impl Serialize, out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer(&mut *out, report)?;
    out.write_all(b"\n")?;
    out.flush()
}

fn done(printed: io::Result<()>) -> Result<(), String> {
    match printed {
        // A reader that has seen enough (`| head`) is no failure.
        Err(e) if e.kind() != io::ErrorKind::BrokenPipe => Err(format!("the report cannot be written: {e}")),
        _ => Ok(()),
    }
}

/// Longest value in a line, in characters; `--json` gives all of it.
const LONGEST: usize = 120;

fn shown(value: &Value) -> String {
    let Some(value) = value else { return "nothing".into() };
    match value.char_indices().nth(LONGEST) {
        Some((at, _)) => format!("{}…", plain(value.get(..at).unwrap_or(""))),
        None => plain(value).into_owned(),
    }
}

/// "Fire in the Sotk direction (uid sotk-1), claims.c1.count".
fn place(e: &Entry) -> String {
    let whose = match &e.uid {
        Some(uid) => format!("{} (uid {})", plain(&e.title), plain(uid)),
        None => "the project".into(),
    };
    if e.field.is_empty() { whose } else { format!("{whose}, {}", plain(&e.field)) }
}

fn difference(e: &Entry) -> String {
    match (&e.base, &e.theirs) {
        (None, _) if e.field.is_empty() => format!("+ {}", place(e)),
        (_, None) if e.field.is_empty() => format!("- {}", place(e)),
        (None, _) => format!("+ {}: {}", place(e), shown(&e.theirs)),
        (_, None) => format!("- {}: {}", place(e), shown(&e.base)),
        _ => format!("~ {}: {} → {}", place(e), shown(&e.base), shown(&e.theirs)),
    }
}

fn conflict(e: &Entry) -> String {
    let what = match e.by {
        By::TwoClaims => "both figures are kept, as two claims",
        By::KeptChanged => "one side removed it, the other changed it; it is kept as changed",
        _ => "ours is kept",
    };
    let values = format!("before {}, ours {}, theirs {}", shown(&e.base), shown(&e.ours), shown(&e.theirs));
    format!("{}: {what}: {values}", place(e))
}
