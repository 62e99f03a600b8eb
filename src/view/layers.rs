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

/// What a symbol says of its incidents.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Symbols {
    /// Two half discs back to back, each as large as its own figure.
    #[default]
    Halves,
    /// A ring as large as all together, divided by the parties' shares.
    Ring,
    /// A disc as large as all together.
    Disc,
    /// A sign for the kind, always of the same size.
    Kind,
    /// A tint that darkens where incidents lie close together, and a dot for each.
    Heat,
}

impl Symbols {
    /// All, as the panel lists them.
    pub const ALL: [Self; 5] = [Self::Halves, Self::Ring, Self::Disc, Self::Kind, Self::Heat];

    /// The id on the command line and in the settings.
    pub fn id(self) -> &'static str {
        match self {
            Self::Halves => "halves",
            Self::Ring => "ring",
            Self::Disc => "disc",
            Self::Kind => "kind",
            Self::Heat => "heat",
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
            Self::Disc => "Disc: all together, undivided",
            Self::Kind => "Kind: one sign each, of one size",
            Self::Heat => "Heat: a tint where incidents lie close together",
        }
    }
}

/// A corner of the picture.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Corner {
    /// Above left, below the title.
    TopLeft,
    /// Above right.
    TopRight,
    /// Below left.
    #[default]
    BottomLeft,
    /// Below right, above scale bar and credits.
    BottomRight,
}

impl Corner {
    /// All, as the panel lists them.
    pub const ALL: [Self; 4] = [Self::TopLeft, Self::TopRight, Self::BottomLeft, Self::BottomRight];

    /// The id on the command line and in the settings.
    pub fn id(self) -> &'static str {
        match self {
            Self::TopLeft => "top-left",
            Self::TopRight => "top-right",
            Self::BottomLeft => "bottom-left",
            Self::BottomRight => "bottom-right",
        }
    }

    /// The value with this id.
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|c| c.id() == id)
    }

    /// The English words.
    pub fn label(self) -> &'static str {
        match self {
            Self::TopLeft => "Top left",
            Self::TopRight => "Top right",
            Self::BottomLeft => "Bottom left",
            Self::BottomRight => "Bottom right",
        }
    }

    /// Whether it is above.
    pub fn is_top(self) -> bool {
        matches!(self, Self::TopLeft | Self::TopRight)
    }

    /// Whether it is on the right.
    pub fn is_right(self) -> bool {
        matches!(self, Self::TopRight | Self::BottomRight)
    }
}

/// Which layers are drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(clippy::struct_excessive_bools)] // one independent switch a layer, as the panel shows them
pub struct Layers {
    /// Shaded relief.
    pub relief: bool,
    /// The map sources of the project, those of them that are not hidden.
    pub map_sources: bool,
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
    /// What was drawn by hand.
    pub drawings: bool,
    /// Incidents.
    pub incidents: bool,
    /// Figure and date beside the symbols.
    pub incident_labels: bool,
    /// How many incidents a symbol stands for, where there are several.
    pub counts: bool,
    /// The explanation of symbols and lines.
    pub legend: bool,
    /// Where the explanation stands.
    pub legend_at: Corner,
    /// What symbols say.
    pub symbols: Symbols,
}

impl Default for Layers {
    fn default() -> Self {
        Self {
            relief: true,
            map_sources: true,
            borders: true,
            held_area: true,
            agreements: true,
            claimed: true,
            other_times: false,
            provinces: true,
            names: true,
            uncertainty: true,
            drawings: true,
            incidents: true,
            incident_labels: true,
            counts: true,
            legend: true,
            legend_at: Corner::BottomLeft,
            symbols: Symbols::Halves,
        }
    }
}

impl Layers {
    /// The switches with the ids by which files name them.
    pub fn switches(&self) -> [(&'static str, bool); 15] {
        // Without `..`: a new switch must get an id here.
        let &Self {
            relief,
            map_sources,
            borders,
            held_area,
            agreements,
            claimed,
            other_times,
            provinces,
            names,
            uncertainty,
            incidents,
            incident_labels,
            counts,
            drawings,
            legend,
            legend_at: _,
            symbols: _,
        } = self;
        [
            ("relief", relief),
            ("map-sources", map_sources),
            ("borders", borders),
            ("held-area", held_area),
            ("agreements", agreements),
            ("claimed", claimed),
            ("other-times", other_times),
            ("provinces", provinces),
            ("names", names),
            ("uncertainty", uncertainty),
            ("incidents", incidents),
            ("incident-labels", incident_labels),
            ("counts", counts),
            ("drawings", drawings),
            ("legend", legend),
        ]
    }

    /// Sets the switch with this id; false if there is none.
    pub fn switch(&mut self, id: &str, on: bool) -> bool {
        let switch = match id {
            "relief" => &mut self.relief,
            "map-sources" => &mut self.map_sources,
            "borders" => &mut self.borders,
            "held-area" => &mut self.held_area,
            "agreements" => &mut self.agreements,
            "claimed" => &mut self.claimed,
            "other-times" => &mut self.other_times,
            "provinces" => &mut self.provinces,
            "names" => &mut self.names,
            "uncertainty" => &mut self.uncertainty,
            "incidents" => &mut self.incidents,
            "incident-labels" => &mut self.incident_labels,
            "counts" => &mut self.counts,
            "drawings" => &mut self.drawings,
            "legend" => &mut self.legend,
            _ => return false,
        };
        *switch = on;
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_switch_is_set_by_its_id() {
        for (n, (id, on)) in Layers::default().switches().into_iter().enumerate() {
            let mut layers = Layers::default();
            assert!(layers.switch(id, !on));
            let changed: Vec<usize> = (layers.switches().iter().zip(Layers::default().switches()).enumerate())
                .filter(|(_, (a, b))| **a != *b)
                .map(|(n, _)| n)
                .collect();
            assert_eq!(changed, [n], "{id}");
        }
        assert!(!Layers::default().switch("balloons", true));
    }
}
