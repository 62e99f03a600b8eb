//! Boundaries with their status, dates and exactness, and the data sets that everything in the atlas comes from.

use std::sync::Arc;

use super::line::Line;
use super::pack::Pack;
use crate::model::{Moment, Names};

/// What a boundary is. None of these says who is right.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BoundaryStatus {
    /// Between states, as internationally recognised.
    International,
    /// Claimed by one side.
    Claimed,
    /// Where forces stood opposite each other.
    LineOfContact,
    /// Set down in a ceasefire.
    CeasefireLine,
    /// Between parts of one state, Soviet republics among them.
    Administrative,
    /// A road with its strip of land under an agreement.
    Corridor,
    /// The outline of ground held by a side.
    HeldArea,
    /// Ground in which peacekeepers stood under an agreement.
    PeacekeepingArea,
}

impl BoundaryStatus {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::International,
        Self::Claimed,
        Self::LineOfContact,
        Self::CeasefireLine,
        Self::Administrative,
        Self::Corridor,
        Self::HeldArea,
        Self::PeacekeepingArea,
    ];

    /// The id used in `geodata/boundaries.tsv`.
    pub fn id(self) -> &'static str {
        match self {
            Self::International => "international",
            Self::Claimed => "claimed",
            Self::LineOfContact => "line-of-contact",
            Self::CeasefireLine => "ceasefire-line",
            Self::Administrative => "administrative",
            Self::Corridor => "corridor",
            Self::HeldArea => "held-area",
            Self::PeacekeepingArea => "peacekeeping-area",
        }
    }

    /// The English words shown in a legend.
    pub fn label(self) -> &'static str {
        match self {
            Self::International => "international border",
            Self::Claimed => "claimed",
            Self::LineOfContact => "line of contact",
            Self::CeasefireLine => "ceasefire line",
            Self::Administrative => "administrative boundary",
            Self::Corridor => "corridor",
            Self::HeldArea => "held area",
            Self::PeacekeepingArea => "area of peacekeepers",
        }
    }
}

/// A boundary as it was valid for a time.
#[derive(Clone, Debug)]
pub struct Boundary {
    /// Unique among boundaries (`border-am-az`).
    pub id: &'static str,
    /// What it is.
    pub status: BoundaryStatus,
    /// Whether it is part of the Armenia–Azerbaijan border, Nakhchivan and the exclaves included.
    pub focus: bool,
    /// What it is called.
    pub names: Names,
    /// First moment of validity; `None`: from before the time the atlas covers (1988).
    pub valid_from: Option<Moment>,
    /// First moment at which it is valid no more; `None`: still valid.
    pub valid_to: Option<Moment>,
    /// How far the line drawn may lie from the true one, in km.
    pub exactness_km: f32,
    /// Whether it was drawn by hand after descriptions, and must look it.
    pub is_schematic: bool,
    /// Index into [`super::Atlas::datasets`].
    pub dataset: usize,
    /// The lines to draw. Boundaries of different times may share them.
    pub lines: Arc<[Line]>,
    /// How many of `lines`, from the first on, did not run within the area held 1994–2020; the others did.
    pub open: usize,
    /// The states on its left and right, looking along the lines; `None` where it is not between two states.
    pub sides: Option<[Names; 2]>,
    /// The rings to fill or hatch, where the boundary encloses an area.
    pub area: Option<Arc<[Line]>>,
}

impl Boundary {
    /// Whether it is valid at some second of a span given in seconds since 1970 (end exclusive).
    pub fn is_valid_in(&self, start: i64, end: i64) -> bool {
        self.valid_from.is_none_or(|m| m.span().start < end) && self.valid_to.is_none_or(|m| m.span().start > start)
    }

    /// The codes of the states that its id names: `am` and `az` of `border-am-az-soviet`, the one on the left first.
    pub(super) fn codes(&self) -> Option<[&'static str; 2]> {
        let mut codes = self.id.strip_prefix("border-")?.trim_end_matches("-soviet").split('-');
        let pair = [codes.next()?, codes.next()?];
        codes.next().is_none().then_some(pair)
    }

    /// Whether it is one of the borders of states, or of Soviet republics before them: there is one at every time.
    pub fn is_border(&self) -> bool {
        match self.status {
            BoundaryStatus::International => true,
            BoundaryStatus::Administrative => !self.is_schematic,
            _ => false,
        }
    }
}

/// A source of geography.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dataset {
    /// The id used in `geodata/boundaries.tsv`.
    pub id: &'static str,
    /// What it is and where it came from.
    pub name: &'static str,
    /// Its licence, by SPDX id where there is one.
    pub licence: &'static str,
    /// The words to show on a map that uses it.
    pub attribution: &'static str,
}

/// The cells of a tab-separated table behind its heading line.
pub(super) fn rows<const N: usize>(table: &'static str) -> impl Iterator<Item = [&'static str; N]> {
    table.lines().skip(1).filter_map(|line| {
        let mut cells = [""; N];
        let mut count = 0;
        for (slot, cell) in cells.iter_mut().zip(line.split('\t')) {
            *slot = cell;
            count += 1;
        }
        (count == N).then_some(cells)
    })
}

pub(super) fn datasets(table: &'static str) -> Vec<Dataset> {
    rows(table).map(|[id, name, licence, attribution]| Dataset { id, name, licence, attribution }).collect()
}

/// The boundaries of a table with their lines out of the pack. A row that can't be read is left out; a test counts them.
pub(super) fn boundaries(table: &'static str, datasets: &[Dataset], pack: &mut Pack) -> Vec<Boundary> {
    let mut geometry: Vec<(&str, usize, Arc<[Line]>)> = Vec::new();
    let mut found = Vec::new();
    for [id, shape, status, focus, from, to, exactness, schematic, dataset, en, hy, az, ru] in rows(table) {
        let known = geometry.iter().find(|(key, ..)| *key == shape).map(|(_, open, lines)| (*open, Arc::clone(lines)));
        let (open, lines) = known.unwrap_or_else(|| {
            let mut parts = shape.split('+').map(|section| pack.take_lines(section));
            let mut lines = parts.next().unwrap_or_default();
            let open = lines.len();
            lines.extend(parts.flatten());
            let lines: Arc<[Line]> = lines.into();
            geometry.push((shape, open, Arc::clone(&lines)));
            (open, lines)
        });
        let status = BoundaryStatus::ALL.into_iter().find(|s| s.id() == status);
        let dataset = datasets.iter().position(|d| d.id == dataset);
        let (Some(status), Some(dataset), Ok(exactness_km)) = (status, dataset, exactness.parse()) else { continue };
        found.push(Boundary {
            id,
            status,
            focus: focus == "1",
            names: Names::from_pairs([("en", en), ("hy", hy), ("az", az), ("ru", ru)]),
            valid_from: Moment::parse(from).ok(),
            valid_to: Moment::parse(to).ok(),
            exactness_km,
            is_schematic: schematic == "1",
            dataset,
            open,
            sides: None,
            area: (!lines.is_empty() && lines.iter().all(Line::is_ring)).then(|| Arc::clone(&lines)),
            lines,
        });
    }
    found
}
