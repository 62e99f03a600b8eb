//! What comes in: a file of any readable format, and what the columns of its table become.

use std::path::{Path, PathBuf};

use super::convert::{Reject, Report};
use crate::import::{self as rows, DateOrder, Mapping, Preset, Question, Reading, Stopped, Table};
use crate::io::atomic;
use crate::io::disk::RealDisk;
use crate::io::import::{self, Found};
use crate::io::{Severity, project, tables};
use crate::model::{Meta, Project};

/// How a table is read.
#[derive(clap::Args, Debug)]
#[command(next_help_heading = "Reading tables")]
pub struct TakeArgs {
    /// What the columns become: a mapping file, or ucdp-ged, acled, timemap, atlos, geoconfirmed. Without it, they are recognised or guessed
    #[arg(long, value_name = "MAPPING.json")]
    pub map: Option<String>,
    /// Write the mapping that was used
    #[arg(long, value_name = "FILE")]
    pub write_map: Option<PathBuf>,
    /// Write the rows that were not taken, with the reasons, as CSV
    #[arg(long, value_name = "FILE")]
    pub rejected: Option<PathBuf>,
    /// The order of 03/04/2022: dmy, mdy or ymd
    #[arg(long, value_name = "ORDER")]
    pub date_order: Option<String>,
    /// Latitude and longitude have each other's name
    #[arg(long)]
    pub swap: bool,
    /// Put rows of the same day, position, kind and parties together, with the figures of each as claims
    #[arg(long)]
    pub merge_same: bool,
    /// The encoding of a text file, such as windows-1251
    #[arg(long, value_name = "NAME")]
    pub encoding: Option<String>,
    /// What stands between cells: , ; | or tab
    #[arg(long, value_name = "MARK")]
    pub separator: Option<String>,
    /// The sheet or layer to read, where there are several
    #[arg(long, value_name = "NAME")]
    pub sheet: Option<String>,
}

/// What was read.
pub(super) enum Taken {
    /// A project, whole.
    Project(Box<Project>),
    /// What came of a table, and the mapping that was used.
    Table(Box<(rows::Import, Mapping)>),
}

/// Reads the source, whatever it is; `meta` has the parties and sources that are known.
pub(super) fn read(path: &Path, args: &TakeArgs, meta: &Meta) -> Result<(Taken, Report), String> {
    let mapping = chosen(args)?;
    let mut reading = mapping.as_ref().map_or_else(Reading::default, |m| m.reading.clone());
    reading.encoding = args.encoding.clone().or(reading.encoding);
    reading.sheet = args.sheet.clone().or(reading.sheet);
    if let Some(mark) = &args.separator {
        reading.separator = Some(separator(mark)?);
    }
    // Tables of this program come back whole, with those that stand beside them.
    let ending = path.extension().map(|e| e.to_string_lossy().to_lowercase()).unwrap_or_default();
    let own = match ending.as_str() {
        _ if mapping.is_some() => None,
        "csv" => tables::open_csv(path)?,
        "gpkg" => tables::open_gpkg(path)?,
        "xlsx" => tables::open_xlsx(path)?,
        _ => None,
    };
    let found = match own {
        Some(own) => Found::Project(Box::new(own)),
        None => open(path, &reading)?,
    };
    match found {
        Found::Project(opened) => {
            if let Some(why) = opened.read_only {
                return Err(format!("cannot convert {}: {why}", path.display()));
            }
            let n = opened.project.len();
            let notable = opened.findings.iter().filter(|f| f.severity != Severity::Info);
            let warnings = notable.map(ToString::to_string).collect();
            let report = Report { read: n, accepted: n, warnings, ..Report::default() };
            Ok((Taken::Project(Box::new(opened.project)), report))
        }
        Found::Table(table) => take(path, &table, mapping, reading, args, meta),
    }
}

fn open(path: &Path, reading: &Reading) -> Result<Found, String> {
    import::open(path, reading).map_err(|e| format!("cannot open {}: {e}", path.display()))
}

/// The mapping that was named, if one was.
fn chosen(args: &TakeArgs) -> Result<Option<Mapping>, String> {
    let Some(name) = &args.map else { return Ok(None) };
    if Preset::from_id(name).is_some() {
        return Ok(None);
    }
    let bytes = project::bytes(Path::new(name)).map_err(|e| {
        let presets = Preset::ALL.map(Preset::id).join(", ");
        format!("--map {name}: {e}; give a mapping file or one of {presets}")
    })?;
    let text = String::from_utf8_lossy(&bytes);
    import::mapping(&text).map(Some).map_err(|e| format!("--map {name}: {e}"))
}

fn separator(mark: &str) -> Result<char, String> {
    let mut chars = mark.chars();
    match (mark, chars.next(), chars.next()) {
        ("tab" | "\\t", ..) => Ok('\t'),
        (_, Some(c), None) if c.is_ascii() => Ok(c),
        _ => Err(format!("--separator: “{mark}” cannot stand between cells; give , ; | or tab")),
    }
}

/// Puts a table through its mapping.
fn take(
    path: &Path,
    table: &Table,
    mapping: Option<Mapping>,
    reading: Reading,
    args: &TakeArgs,
    meta: &Meta,
) -> Result<(Taken, Report), String> {
    let mut mapping = match (mapping, args.map.as_deref().and_then(Preset::from_id)) {
        (Some(mapping), _) => mapping,
        (None, Some(preset)) => preset.mapping(table),
        (None, None) => rows::guess(table, meta),
    };
    mapping.reading = reading;
    mapping.swap |= args.swap;
    mapping.merge_same |= args.merge_same;
    if let Some(order) = &args.date_order {
        let order = match order.to_lowercase().as_str() {
            "dmy" => DateOrder::Dmy,
            "mdy" => DateOrder::Mdy,
            "ymd" => DateOrder::Ymd,
            _ => return Err(format!("--date-order: “{order}” is none; give dmy, mdy or ymd")),
        };
        mapping.date_order = Some(order);
    }
    if let Some(path) = &args.write_map {
        let text = import::mapping_file(&mapping);
        save(path, text.as_bytes())?;
    }
    let name = path.display();
    let import = rows::run(table, &mapping, meta, &|_| true).map_err(|why| match why {
        Stopped::Fault(what) => format!("cannot convert {name}: {what}"),
        Stopped::Cancelled => format!("cannot convert {name}: stopped"),
        Stopped::Asked(question @ Question::DateOrder { .. }) => {
            format!("cannot convert {name}: {}; say which with --date-order dmy or --date-order mdy", question.text())
        }
        Stopped::Asked(question) => format!("cannot convert {name}: {}", question.text()),
    })?;
    if let Some(path) = &args.rejected {
        save(path, rejected_rows(table, &import).as_bytes())?;
    }
    let rejected = import.rejected.iter().map(|r| Reject {
        line: r.line,
        field: r.fault.field.clone(),
        value: r.fault.value.clone(),
        reason: r.fault.reason.clone(),
    });
    let report = Report {
        read: import.read,
        accepted: import.accepted,
        rejected: rejected.collect(),
        warnings: table.notes.iter().chain(&import.warnings).cloned().collect(),
        ..Report::default()
    };
    Ok((Taken::Table(Box::new((import, mapping))), report))
}

/// The rows that were not taken as a table of their own, with the reason in the first columns.
fn rejected_rows(table: &Table, import: &rows::Import) -> String {
    import::rejected_table(&table.columns, &import.rejected)
}

fn save(path: &Path, bytes: &[u8]) -> Result<(), String> {
    atomic::save(&RealDisk, path, &mut |out| out.write_all(bytes)).map_err(|e| e.to_string())
}
