//! The command line as typed.

use std::path::PathBuf;

use clap::{Parser, Subcommand};

use super::chart::ChartArgs;
use super::convert::ConvertArgs;
use super::diff::{DiffArgs, MergeArgs};
use super::export::ExportArgs;
use super::package::PackageArgs;
use super::question::ViewArgs;
use super::render::RenderArgs;

/// Dated, sourced incidents on a map that works without a network
#[derive(Parser, Debug)]
#[command(name = "clashmap", version, args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
#[command(
    after_help = "Without a subcommand the window opens, with FILE or with the example. A file that is called like a \
subcommand is named with its folder: ./render.\n\nExit code: 0 done, 1 done with findings, 2 not done."
)]
pub struct Arguments {
    /// The project file to open
    pub file: Option<PathBuf>,
    /// What to do without a window
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// What can be done without a window.
#[derive(Subcommand, Debug)]
pub enum Command {
    /// Show the slides of a project on the whole screen
    Present {
        /// The project file (default: the example)
        file: Option<PathBuf>,
        /// The screen of the audience, counted from 1 (default: the one on which the window opens)
        #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(1..=16))]
        screen: Option<u8>,
    },
    /// Draw the map as a picture
    Render(RenderArgs),
    /// Make a talk into a file: slides on paper, one page for a browser, pictures, an animation; or write a report of a view
    Export(ExportArgs),
    /// Print tolls by party and category, with claims and contradictions
    #[command(after_help = STATS_JSON)]
    Stats {
        /// The project file
        file: PathBuf,
        /// Print one JSON document
        #[arg(long)]
        json: bool,
        /// Chart and table
        #[command(flatten)]
        chart: ChartArgs,
        /// View options
        #[command(flatten)]
        view: ViewArgs,
    },
    /// Tell by incident and field what changed from one version to another
    Diff(DiffArgs),
    /// Make two versions one, by incident and field; serves as a merge driver of git
    Merge(MergeArgs),
    /// Read one format, write another
    Convert(ConvertArgs),
    /// Put a project with its attached files into one archive, with a list of their SHA-256 and your signature
    Package(PackageArgs),
    /// Open a file as the window would and list what was noticed; of a package, verify each byte and whose key signed it
    #[command(after_help = CHECK_JSON)]
    Check {
        /// The project file
        file: PathBuf,
        /// Read attached files as well and hold each against the hash in its name
        #[arg(long)]
        media: bool,
        /// Print one JSON document
        #[arg(long)]
        json: bool,
    },
    /// Drive the window's code without a display through a fixed script and print what each step costs
    #[command(after_help = MEASURE_JSON)]
    Measure {
        /// The project file; it is not changed
        file: PathBuf,
        /// Print one JSON document
        #[arg(long)]
        json: bool,
        /// Only this step after opening, ten times over, for a profiler to look at; may be given again
        #[arg(long, value_name = "NAME")]
        step: Vec<String>,
    },
}

/// What is wrong with a command line, in one line: clap's first paragraph without its mark, and where to look.
pub fn one_line(error: &clap::Error) -> String {
    let text = error.to_string();
    let words: Vec<&str> = text.lines().map(str::trim).take_while(|l| !l.is_empty()).collect();
    format!("{}; `clashmap --help` lists what can be given", words.join(" ").trim_start_matches("error: "))
}

const STATS_JSON: &str = "JSON: {\"incidents\":n, \"policy\":\"…\", \"as_known\":null|\"…\", \"tolls\":[{\"party\":\"armenia\", \
\"status\":\"military|civilian|unspecified\", \"category\":\"killed|wounded|missing|killed_or_missing|captured|displaced\", \
\"low\":n|null, \"best\":n|null, \"high\":n|null, \"claims\":n, \"contradicted\":bool}], \"by_kind\":{…}, \"by_month\":{…}}\n\
null is an unknown figure, never 0.";

const CHECK_JSON: &str = "JSON: {\"ok\":bool, \"format\":\"1.0\", \"incidents\":n, \"drawings\":n, \"logged\":n, \
\"findings\":[{\"severity\":\"error|warning|info\", \"where\":\"…\", \"what\":\"…\"}]}\n\
Of a package: {\"ok\":bool, \"signed_by\":{\"key\":\"…\", \"person\":\"…\", \"own\":bool}|null, \"files\":n, \"incidents\":n|null, \"findings\":[…]}";

const MEASURE_JSON: &str = "JSON: {\"incidents\":n, \"steps\":{\"open\":{\"ms\":…}, \"pan\":{\"p50\":…, \"p99\":…, \"max\":…}, …}, \
\"peak_rss_mb\":…}\nMilliseconds: of the clock for open, first_symbols, lasso, bulk, bulk_undo and save; of the processor time of the window's \
thread for each frame or wish otherwise. peak_rss_mb is null where the system does not tell.";
