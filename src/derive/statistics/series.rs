//! The lines and bars of a chart: the two main parties, and all others together.

use super::{Group, Table, Tally};
use crate::derive::Bins;
use crate::model::{PartyId, Project};

/// How a series is drawn: the colours and second cues of the map's symbols.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SeriesStyle {
    /// The first main party: filled, whole line.
    First,
    /// The second main party: outlined, dashed line.
    Second,
    /// Every other party: thin outline, dotted line.
    Other,
}

/// One party, or several that share a colour, over all groups of a table.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// Whose people.
    pub parties: Vec<PartyId>,
    /// How it is drawn.
    pub style: SeriesStyle,
    /// By group.
    pub values: Vec<Tally>,
}

impl Series {
    /// The sums from the first bin on, by bin; what lies outside the window or has no date is not in them. Before the first
    /// figure there is none.
    pub fn cumulative(&self, bins: &Bins) -> Vec<Tally> {
        let mut sum = Tally::default();
        let bars = self.values.iter().take(bins.len());
        let sums = bars.map(|value| {
            sum.join(value);
            sum
        });
        sums.collect()
    }
}

/// The series of a table, in the order of the project's parties; those without any row are left out.
pub fn series(project: &Project, table: &Table) -> Vec<Series> {
    let main: Vec<&PartyId> = project.meta().parties.iter().map(|p| &p.id).take(2).collect();
    let style = |party: &PartyId| match main.iter().position(|m| *m == party) {
        Some(0) => SeriesStyle::First,
        Some(_) => SeriesStyle::Second,
        None => SeriesStyle::Other,
    };
    let mut out: Vec<Series> = Vec::new();
    for row in &table.rows {
        let wanted = style(&row.party);
        let at = out.iter().position(|s| s.style == wanted).unwrap_or_else(|| {
            out.push(Series { parties: Vec::new(), style: wanted, values: vec![Tally::default(); table.groups.len()] });
            out.len() - 1
        });
        let Some(series) = out.get_mut(at) else { continue };
        if !series.parties.contains(&row.party) {
            series.parties.push(row.party.clone());
        }
        if let Some(value) = series.values.get_mut(row.group) {
            value.join(&row.tally);
        }
    }
    out.sort_by_key(|s| s.style);
    out
}

impl Group {
    /// Whether it is a bar on an axis of time.
    pub fn is_bin(&self) -> bool {
        matches!(self, Self::Bin(_))
    }
}
