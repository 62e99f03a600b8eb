//! What of the map is shown, and in which languages.

use crate::model::Language;

/// The languages of the names on the map: a first one and, if wanted, a second beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Labels {
    /// The language shown first.
    pub first: Language,
    /// The language shown second ("Stepanakert / Xankəndi").
    pub second: Option<Language>,
}

impl Default for Labels {
    fn default() -> Self {
        Self { first: Language::En, second: None }
    }
}

/// How a symbol is divided between the parties. Either way its area is its figure.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Split {
    /// Two half discs back to back, each as large as its own figure.
    #[default]
    Halves,
    /// A ring as large as all together, divided by their shares.
    Ring,
}

impl Split {
    /// All, as the panel lists them.
    pub const ALL: [Self; 2] = [Self::Halves, Self::Ring];

    /// The id on the command line.
    pub fn id(self) -> &'static str {
        match self {
            Self::Halves => "halves",
            Self::Ring => "ring",
        }
    }

    /// The value with this id.
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.id() == id)
    }

    /// The English words.
    pub fn label(self) -> &'static str {
        match self {
            Self::Halves => "Halves: each party to its own figure",
            Self::Ring => "Ring: all together, divided by party",
        }
    }
}

/// Which layers are drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(clippy::struct_excessive_bools)] // one independent switch a layer, as the panel shows them
pub struct Layers {
    /// Shaded relief.
    pub relief: bool,
    /// International borders.
    pub borders: bool,
    /// Areas held, lines of contact and the former autonomous oblast, at their time.
    pub held_area: bool,
    /// What was agreed on: corridors and the area of the peacekeepers, at their time.
    pub agreements: bool,
    /// What one side claims, by place.
    pub claimed: bool,
    /// Dated lines of other times, paler.
    pub other_times: bool,
    /// Province lines.
    pub provinces: bool,
    /// Names of places, water and regions.
    pub names: bool,
    /// Discs of the radius within which a place is known.
    pub uncertainty: bool,
    /// Incidents.
    pub incidents: bool,
    /// Count and date beside the symbols.
    pub incident_labels: bool,
    /// The explanation of symbols and lines.
    pub legend: bool,
    /// How symbols are divided between the parties.
    pub split: Split,
}

impl Default for Layers {
    fn default() -> Self {
        Self {
            relief: true,
            borders: true,
            held_area: true,
            agreements: true,
            claimed: true,
            other_times: false,
            provinces: true,
            names: true,
            uncertainty: true,
            incidents: true,
            incident_labels: true,
            legend: true,
            split: Split::Halves,
        }
    }
}
