//! A project as tables, without loss: what CSV, spreadsheet and `GeoPackage` hold and give back.
//!
//! The tables are the canonical project file taken apart: every member with a column of its own goes into it, and
//! whatever has none (members this program does not know, altitudes, odd geometries) stands raw in the column `other`.
//! Putting the parts together again gives the project file, which the reader of project files reads. So the tables hold
//! whatever the project file holds, without knowing it. Columns that are worked out (figures under a policy, the ISO
//! dates) are written for other programs and never read back.

mod apart;
mod cell;
mod columns;
mod read_csv;
mod read_gpkg;
mod read_xlsx;
mod together;
mod wkt;

pub use apart::apart;
pub use cell::Cell;
pub(crate) use cell::quoted;
pub use columns::{FiguresOf, is_own};
pub(crate) use columns::{is_figure, precision, start_and_end};
pub use read_csv::open_csv;
pub use read_gpkg::open_gpkg;
pub use read_xlsx::open_xlsx;
pub use together::together;
pub(crate) use wkt::wkt;

/// A table: its columns and rows, all of the same width.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Table {
    /// Names of the columns.
    pub columns: Vec<String>,
    /// The rows.
    pub rows: Vec<Vec<Cell>>,
}

impl Table {
    /// An empty table with these columns.
    pub fn new<S: Into<String>>(columns: impl IntoIterator<Item = S>) -> Self {
        Self { columns: columns.into_iter().map(Into::into).collect(), rows: Vec::new() }
    }

    /// The place of a column.
    pub fn column(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|c| c == name)
    }
}

/// A project as tables.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tables {
    /// One row an incident, in the order of the project.
    pub incidents: Table,
    /// One row a claim, in the order of entry; the column `incident` names the incident.
    pub claims: Table,
    /// Sources.
    pub sources: Table,
    /// Parties.
    pub parties: Table,
    /// Everything else: title, perspective, pins, filters, slides, drawings and whatever the file holds besides.
    pub project: Table,
}

impl Tables {
    /// The tables with their names, incidents first.
    pub fn named(&self) -> [(&'static str, &Table); 5] {
        [
            ("incidents", &self.incidents),
            ("claims", &self.claims),
            ("sources", &self.sources),
            ("parties", &self.parties),
            ("project", &self.project),
        ]
    }

    /// The table of a name, to be filled.
    pub fn named_mut(&mut self, name: &str) -> Option<&mut Table> {
        match name {
            "incidents" => Some(&mut self.incidents),
            "claims" => Some(&mut self.claims),
            "sources" => Some(&mut self.sources),
            "parties" => Some(&mut self.parties),
            "project" => Some(&mut self.project),
            _ => None,
        }
    }
}
