//! Slides: views of the project put in order for a talk. A slide keeps what is asked and where the map looks, never a figure:
//! an edited claim changes what it shows.

use super::{Extra, Language, LonLat, Moment, Perspective, SavedFilter, Text, Uid, When};

/// What a slide is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Role {
    /// A view of the map with words beside it.
    #[default]
    Map,
    /// The first page: the title large, the map pale behind it.
    Title,
    /// The last page: words, and the sources of what was shown.
    Closing,
}

impl Role {
    /// All, as menus list them.
    pub const ALL: [Self; 3] = [Self::Map, Self::Title, Self::Closing];

    /// The id in files.
    pub fn id(self) -> &'static str {
        match self {
            Self::Map => "map",
            Self::Title => "title",
            Self::Closing => "closing",
        }
    }

    /// The role with this id.
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|r| r.id() == id)
    }

    /// The English words.
    pub fn label(self) -> &'static str {
        match self {
            Self::Map => "Map",
            Self::Title => "Title page",
            Self::Closing => "Closing page",
        }
    }
}

/// What stands beside the map besides the caption.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Beside {
    /// The dead by party, as the policy gives them.
    Totals,
    /// The same over time, as a chart.
    Chart,
}

impl Beside {
    /// All, as menus list them.
    pub const ALL: [Self; 2] = [Self::Totals, Self::Chart];

    /// The id in files.
    pub fn id(self) -> &'static str {
        match self {
            Self::Totals => "totals",
            Self::Chart => "chart",
        }
    }

    /// The box with this id.
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|b| b.id() == id)
    }

    /// The English words.
    pub fn label(self) -> &'static str {
        match self {
            Self::Totals => "Totals",
            Self::Chart => "Chart over time",
        }
    }
}

/// What of the time before the moment played is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Reach {
    /// All of it.
    #[default]
    All,
    /// This many seconds of it; at least 1.
    Window(u32),
    /// The same, with what is older drawn paler.
    Trail(u32),
}

impl Reach {
    /// The id in files and the seconds.
    pub fn parts(self) -> (&'static str, Option<u32>) {
        match self {
            Self::All => ("all", None),
            Self::Window(secs) => ("window", Some(secs)),
            Self::Trail(secs) => ("trail", Some(secs)),
        }
    }

    /// The reach of an id and its seconds; none are a day.
    pub fn from_parts(id: &str, secs: Option<u32>) -> Option<Self> {
        let secs = secs.unwrap_or(86_400).max(1);
        match id {
            "all" => Some(Self::All),
            "window" => Some(Self::Window(secs)),
            "trail" => Some(Self::Trail(secs)),
            _ => None,
        }
    }
}

/// A slide that plays its time range instead of showing it whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Plays {
    /// Seconds on the screen; at least 1.
    pub secs: u32,
    /// What is shown of the time before.
    pub reach: Reach,
}

/// A part of the ground: the south-western and the north-eastern corner.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Extent {
    south_west: LonLat,
    north_east: LonLat,
}

impl Extent {
    /// An extent of two corners; `None` if it encloses nothing.
    pub fn new(south_west: LonLat, north_east: LonLat) -> Option<Self> {
        let encloses = south_west.lon() < north_east.lon() && south_west.lat() < north_east.lat();
        encloses.then_some(Self { south_west, north_east })
    }

    /// The south-western and the north-eastern corner.
    pub fn corners(&self) -> [LonLat; 2] {
        [self.south_west, self.north_east]
    }
}

/// One slide.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Slide {
    /// Unique in the project; `render --slide` names it.
    pub id: Text,
    /// What it is for.
    pub role: Role,
    /// Its title.
    pub title: Text,
    /// What stands beside the map, in Markdown.
    pub caption: Text,
    /// For the speaker alone.
    pub notes: Text,
    /// The part of the ground that is wholly in view; `None`: what fits the incidents.
    pub extent: Option<Extent>,
    /// The window of event time; `None`: all of it.
    pub window: Option<When>,
    /// Whether and how the window is played.
    pub plays: Option<Plays>,
    /// Only claims published by the end of this moment.
    pub as_known: Option<Moment>,
    /// Id of the policy by which claims become figures; empty: the usual one.
    pub policy: Text,
    /// Which incidents. It has no name.
    pub filters: SavedFilter,
    /// Layers shown that usually are not.
    pub shown: Vec<Text>,
    /// Layers not shown that usually are.
    pub hidden: Vec<Text>,
    /// Id of how symbols are divided between the parties; empty: the usual way.
    pub symbols: Text,
    /// The perspective of the boundaries; `None`: the project's.
    pub perspective: Option<Perspective>,
    /// Languages of the names, the first and the second; empty: as everywhere else.
    pub languages: Vec<Language>,
    /// Incidents that are labelled, in order. One that was deleted is passed over.
    pub labels: Vec<Uid>,
    /// What stands beside the map besides the caption.
    pub beside: Option<Beside>,
    /// The figures it showed when it was approved; empty: not approved yet.
    pub approved: Text,
    /// Members this version does not know.
    pub extra: Extra,
}

impl Slide {
    /// An empty slide.
    pub fn new(id: &str) -> Self {
        Self { id: id.into(), ..Self::default() }
    }

    /// What it is called where slides are listed: its title, else its role.
    pub fn name(&self) -> &str {
        if self.title.trim().is_empty() { self.role.label() } else { &self.title }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_extent_encloses_something() {
        let at = |lon, lat| LonLat::new(lon, lat).unwrap();
        assert!(Extent::new(at(45.0, 39.0), at(46.0, 40.0)).is_some());
        assert!(Extent::new(at(46.0, 39.0), at(45.0, 40.0)).is_none());
        assert!(Extent::new(at(45.0, 40.0), at(46.0, 40.0)).is_none());
    }

    #[test]
    fn a_reach_comes_back_from_its_parts() {
        for reach in [Reach::All, Reach::Window(3600), Reach::Trail(7)] {
            let (id, secs) = reach.parts();
            assert_eq!(Reach::from_parts(id, secs), Some(reach));
        }
        assert_eq!(Reach::from_parts("window", Some(0)), Some(Reach::Window(1)));
    }
}
