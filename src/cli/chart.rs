//! `clashmap stats FILE --chart OUT --table OUT`: the chart and the table of the statistics page, without a display.

use std::path::{Path, PathBuf};

use clap::Args;

use super::question::ViewArgs;
use super::render::{Format, Writer, size};
use crate::derive::statistics::{By, Layout, caption, sheet, table};
use crate::derive::{BinWidth, Question, derive};
use crate::model::{Category, Language, Project, Withheld, given_out};
use crate::picture::chart::{self, Chart};
use crate::view::Theme;

/// Chart and table as typed.
#[derive(Args, Clone, Debug, Default)]
pub struct ChartArgs {
    /// Draw a chart there: .svg, .png or .pdf
    #[arg(long, value_name = "OUT")]
    pub chart: Option<PathBuf>,
    /// Write a table of the figures there: .csv
    #[arg(long, value_name = "OUT")]
    pub table: Option<PathBuf>,
    /// What happened to the people counted in chart and table
    #[arg(long, value_name = "CATEGORY", default_value = "killed",
        value_parser = ["killed", "wounded", "missing", "killed_or_missing", "captured", "displaced"])]
    pub category: String,
    /// By what chart and table set the figures out
    #[arg(long, value_name = "WHAT", default_value = "time", value_parser = ["time", "kind", "place", "source", "party"])]
    pub by: String,
    /// Width of the bins of time
    #[arg(long, value_name = "WIDTH", default_value = "auto",
        value_parser = ["auto", "hour", "6-hours", "day", "week", "month", "quarter", "year", "decade", "century"])]
    pub bins: String,
    /// Draw running totals
    #[arg(long)]
    pub cumulative: bool,
    /// Width and height of the chart in points; a PNG has two pixels to the point
    #[arg(long, value_name = "WxH")]
    pub size: Option<String>,
    /// Count incidents and fields marked as sensitive in chart and table as well
    #[arg(long)]
    pub sensitive: bool,
}

/// Writes what the arguments ask for with `write`; gives a line that says what was left out as sensitive, if anything was.
///
/// # Errors
/// One line that says what is wrong and what next.
pub fn run(
    project: &Project,
    question: &Question,
    args: &ChartArgs,
    view: &ViewArgs,
    write: Writer<'_>,
) -> Result<Option<String>, String> {
    if args.chart.is_none() && args.table.is_none() {
        return Ok(None);
    }
    let language = view.lang.as_deref().and_then(Language::from_code).unwrap_or(Language::En);
    let layout = Layout {
        category: Category::from_id(&args.category).unwrap_or(Category::Killed),
        by: By::from_id(&args.by).unwrap_or_default(),
        width: BinWidth::ALL.into_iter().find(|w| w.label().replace(' ', "-") == args.bins),
        language,
        ..Layout::default()
    };
    let format = args.chart.as_deref().map(Format::of).transpose()?;
    let [width, height] = match &args.size {
        None => chart::SIZE,
        Some(text) => size(text).map(|(w, h)| [w, h])?,
    };
    if width * height > 1.6e7 {
        return Err(format!("--size: {width}x{height} is more than 64 megapixels; make it smaller"));
    }
    let table_path = args.table.as_deref().map(csv).transpose()?;
    let (given, withheld) = if args.sensitive { (project.clone(), Withheld::default()) } else { given_out(project) };
    let project = &given;
    let done = table(project, question, layout);
    let hidden = derive(project, question).hidden;
    if let (Some(path), Some(format)) = (&args.chart, format) {
        let asked = Chart {
            project,
            table: &done,
            caption: caption(project, question, hidden, &done),
            cumulative: args.cumulative,
            theme: view.theme.as_deref().and_then(Theme::from_id).unwrap_or_default(),
            width,
            height,
        };
        let bytes = match format {
            Format::Svg => chart::as_svg(&asked),
            Format::Pdf => chart::as_pdf(&asked)?,
            Format::Png => chart::as_png(&asked, 2.0)?,
        };
        write(path, &bytes)?;
    }
    if let Some(path) = table_path {
        write(path, sheet(project, question, hidden, &done).csv().as_bytes())?;
    }
    Ok((!withheld.is_none()).then(|| {
        format!("chart and table: {} marked as sensitive left out; --sensitive counts them", withheld.words())
    }))
}

fn csv(path: &Path) -> Result<&Path, String> {
    let is_csv = path.extension().is_some_and(|e| e.eq_ignore_ascii_case("csv"));
    is_csv.then_some(path).ok_or_else(|| format!("{}: tables are written as .csv; end the name in it", path.display()))
}
