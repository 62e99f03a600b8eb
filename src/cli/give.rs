//! The writing half of `clashmap convert`: which format the ending names, what is given out, what is lost on the way.

use std::path::Path;

use clap::Args;

use super::question::{ViewArgs, question_for, unknown_names};
use crate::io::export::{self, Export, Format, Options};
use crate::io::project;
use crate::model::{Project, ROUND_KM};

/// What is given out, as typed.
#[derive(Args, Clone, Debug, Default)]
#[allow(clippy::struct_excessive_bools)] // independent switches
pub struct GiveArgs {
    /// Give out incidents and fields marked as sensitive as well; a project file always has them
    #[arg(long)]
    pub sensitive: bool,
    /// Keep the log of edits in a project file also where a filter hides incidents; without one it stays in anyway
    #[arg(long, conflicts_with = "no_log")]
    pub log: bool,
    /// Leave the log of edits out of a project file; other formats never hold it
    #[arg(long)]
    pub no_log: bool,
    /// Write text cells of CSV exactly, also where a spreadsheet would take them for a formula
    #[arg(long)]
    pub exact: bool,
    /// Round positions to so many kilometres, 0.1 to 200
    #[arg(long, value_name = "KM", value_parser = round_km)]
    pub round: Option<f64>,
    /// View options
    #[command(flatten)]
    pub view: ViewArgs,
}

/// Reads how far positions are rounded.
///
/// # Errors
/// Which numbers there are.
pub fn round_km(text: &str) -> Result<f64, String> {
    let km = text.trim().parse().ok().filter(|km| ROUND_KM.contains(km));
    km.ok_or_else(|| format!("not between {} and {} km", ROUND_KM.start(), ROUND_KM.end()))
}

/// A format of ours, or one of other programs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// The project file.
    Project,
    /// Another format.
    Other(Format),
}

/// The format that the ending of a name says.
///
/// # Errors
/// One line with the endings there are.
pub fn target(path: &Path) -> Result<Target, String> {
    let name = path.file_name().map(|n| n.to_string_lossy().to_lowercase()).unwrap_or_default();
    if name.ends_with(".clashmap.geojson") {
        return Ok(Target::Project);
    }
    Format::of(&name).map(Target::Other).ok_or_else(|| {
        let endings: Vec<&str> = Format::ALL.iter().map(|f| f.ending()).collect();
        let known = endings.join(", ");
        format!(
            "cannot write {}: its ending names no format that is written; use .clashmap.geojson, {known}",
            path.display()
        )
    })
}

/// What was written.
#[derive(Debug, Default)]
pub struct Given {
    /// What the format cannot hold, one sentence each.
    pub lost: Vec<String>,
    /// Names that the view options give and the project does not have.
    pub unknown: Vec<String>,
}

/// What is given out of a project by the view options, and where to.
fn chosen(project: &Project, path: &Path, args: &GiveArgs) -> Result<(Export, Target, Given), String> {
    let question = question_for(&args.view, project)?;
    let unknown = unknown_names(project, &question);
    let target = target(path)?;
    let sensitive = args.sensitive || target == Target::Project;
    let whole = !question.filters() && question.as_known.is_none();
    let log = target == Target::Project && !args.no_log && (args.log || whole);
    let export = Export::new(
        project,
        Options { question, sensitive, log, exact_cells: args.exact, round_km: args.round, ..Options::default() },
    );
    let lost = match target {
        Target::Project => {
            let hidden = export.hidden;
            let hidden = (hidden > 0).then(|| format!("{hidden} incidents hidden by the filter: left out"));
            let unlogged = export.unlogged;
            let log = (unlogged > 0)
                .then(|| format!("the log of {unlogged} edit{}: left out", if unlogged == 1 { "" } else { "s" }));
            hidden.into_iter().chain(log).chain(export::rounded(&export)).collect()
        }
        Target::Other(format) => export::lost(&export, format),
    };
    Ok((export, target, Given { lost, unknown }))
}

/// What [`write()`] would tell, without writing.
///
/// # Errors
/// One line why nothing could be written.
pub fn would_lose(project: &Project, path: &Path, args: &GiveArgs) -> Result<Given, String> {
    chosen(project, path, args).map(|(_, _, given)| given)
}

/// Writes a project, or what the view options show of it, by the ending of the name.
///
/// # Errors
/// One line why nothing was written.
pub fn write(project: &Project, path: &Path, args: &GiveArgs) -> Result<Given, String> {
    let (export, target, given) = chosen(project, path, args)?;
    match target {
        Target::Project => project::save(path, &export.project).map_err(|e| e.to_string())?,
        Target::Other(format) => {
            export::save(&export, format, path).map_err(|e| match e {
                // It names the file itself.
                export::ExportError::Save(e) => e.to_string(),
                e => format!("cannot write {}: {e}", path.display()),
            })?;
        }
    }
    Ok(given)
}
