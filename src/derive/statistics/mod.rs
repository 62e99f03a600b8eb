//! Figures set out by time, kind, place, source or party: what the statistics page, its exports and the terminal show.
//!
//! Nobody is counted twice: where an incident's own figure stands for its parts, the parts add nothing, as in the totals,
//! and the rows of a table add up to them (all but the sources under a range, which rests on two). An unknown figure is
//! in no sum; the incidents without one are counted apart. Whoever is counted in an incident that covers several bins is
//! spread evenly over them.

mod count;
mod series;
mod sheet;
mod tally;
mod ticks;

use super::{BinWidth, Bins, Figure, Question};
use crate::model::{Category, Kind, Language, PartyId, Project, SourceId, Span, Status, ZONE_HERE_MINUTES};

pub use series::{Series, SeriesStyle, series};
pub use sheet::{Sheet, caption, column_heads, defused, group_label, party_label, sheet, style_label, title};
pub use tally::{Tally, shown};
pub use ticks::{Tick, number_steps, ticks};

/// By what figures are set out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum By {
    /// By time, in bins of the calendar.
    #[default]
    Time,
    /// By kind of incident.
    Kind,
    /// By the name of the place.
    Place,
    /// By the source in which the claims under the figures are read.
    Source,
    /// By party, soldiers and civilians apart.
    Party,
}

impl By {
    /// All, in the order in which they are offered.
    pub const ALL: [Self; 5] = [Self::Time, Self::Kind, Self::Place, Self::Source, Self::Party];

    /// The id used in settings and on the command line.
    pub fn id(self) -> &'static str {
        match self {
            Self::Time => "time",
            Self::Kind => "kind",
            Self::Place => "place",
            Self::Source => "source",
            Self::Party => "party",
        }
    }

    /// The English word.
    pub fn label(self) -> &'static str {
        match self {
            Self::Time => "Time",
            Self::Kind => "Kind",
            Self::Place => "Place",
            Self::Source => "Source",
            Self::Party => "Party",
        }
    }

    /// The value with this id.
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|b| b.id() == id)
    }
}

/// What is set out, and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Layout {
    /// What happened to the people counted.
    pub category: Category,
    /// By what.
    pub by: By,
    /// Width of the bins of time; `None`: by the time covered.
    pub width: Option<BinWidth>,
    /// Minutes east of Greenwich of the zone whose clock and calendar the bins follow.
    pub zone_minutes: i16,
    /// The language by whose names places are told apart.
    pub language: Language,
}

impl Default for Layout {
    /// The dead over time, as the region's clock has it.
    fn default() -> Self {
        Self {
            category: Category::Killed,
            by: By::Time,
            width: None,
            zone_minutes: ZONE_HERE_MINUTES,
            language: Language::En,
        }
    }
}

/// What a row is about besides its party.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Group {
    /// A bin of time, by its number.
    Bin(usize),
    /// The share of incidents in the window that lies before or after it.
    Outside,
    /// No date.
    Undated,
    /// A kind of incident.
    Kind(Kind),
    /// A place, by its name.
    Place(String),
    /// A position without a name.
    Unnamed,
    /// No place at all.
    Unplaced,
    /// A source.
    Source(SourceId),
    /// Claims without a source.
    Unsourced,
    /// Soldiers, civilians or not said (of the party of the row).
    Party(PartyId, Status),
}

/// One row: the people of one party in one group.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Number of the group in [`Table::groups`].
    pub group: usize,
    /// Whose people.
    pub party: PartyId,
    /// How many.
    pub tally: Tally,
}

/// Figures set out.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    /// What was asked for.
    pub layout: Layout,
    /// The bins of time, if it is by time and anything has a date.
    pub bins: Option<Bins>,
    /// The groups: bins in the order of time, parties as the project lists them, everything else by its figure, the
    /// largest first, and behind them what has no name.
    pub groups: Vec<Group>,
    /// The rows, by group and then by party as the project lists them. Where there is neither claim nor figure there is none.
    pub rows: Vec<Row>,
    /// The totals of the parties, nobody twice: those of [`super::derive`].
    pub totals: Vec<(PartyId, Figure)>,
    /// All parties together.
    pub all: Figure,
    /// How many incidents shown have a claim about these people.
    pub incidents: u32,
    /// How many of them have no figure for some or all of the people: these are in no sum.
    pub missing: u32,
    /// The time of the incidents with claims; cut at the window of the question.
    pub span: Option<Span>,
    /// The sources of the claims counted, most claims first.
    pub sources: Vec<SourceId>,
    /// Whether a figure may be in several rows: by source, under a range.
    pub overlaps: bool,
}

impl Table {
    /// Whether the bins are wider than asked for, because there would be too many.
    pub fn is_widened(&self) -> bool {
        self.bins.as_ref().zip(self.layout.width).is_some_and(|(bins, asked)| bins.width > asked)
    }

    /// All parties together, each incident counted once.
    pub fn whole(&self) -> Tally {
        Tally { missing: self.missing, ..Tally::of(&self.all, self.incidents) }
    }

    /// The rows of a group.
    pub fn rows_of(&self, group: usize) -> &[Row] {
        let from = self.rows.partition_point(|r| r.group < group);
        let to = self.rows.partition_point(|r| r.group <= group);
        self.rows.get(from..to).unwrap_or(&[])
    }

    /// The row of a group and a party.
    pub fn row(&self, group: usize, party: &PartyId) -> Option<&Row> {
        self.rows_of(group).iter().find(|r| r.party == *party)
    }
}

/// How many bins are wanted where nobody chose a width: as many as can be told apart side by side.
pub const BINS_WANTED: usize = 60;

/// Sets out the figures of what a question shows.
pub fn table(project: &Project, question: &Question, layout: Layout) -> Table {
    count::table(project, question, layout)
}

#[cfg(test)]
mod tests;
