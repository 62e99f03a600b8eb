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
        }
    }
}
