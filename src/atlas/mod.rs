//! The embedded geography: dated boundaries, provinces, water, relief and names, and the tiles painted from them.
//!
//! Everything is compiled in from `geodata/` (see its PROVENANCE.md) and decoded once, on first use, in a few
//! milliseconds. Coordinates are the unit square of [`mercator`]. What is painted is a function of the position in the
//! world, the zoom and the colours alone, so neighbouring tiles meet without a seam.
//!
//! Deliberately absent: the projects, the network, and lines or labels with a meaning. Borders and names are given as
//! data; `picture` draws them over the base, by the time and the perspective shown.

mod base;
mod boundary;
mod line;
pub mod mercator;
mod pack;
mod relief;
mod tiles;
mod toponym;

use std::sync::LazyLock;

pub use base::{BaseColors, Relief, paint_base};
pub use boundary::{Boundary, BoundaryStatus, Dataset};
pub use line::{Line, WorldRect};
pub use tiles::EmbeddedTiles;
pub use toponym::{Toponym, ToponymKind};

use crate::model::{Language, LonLat, Names};
use pack::{Grid, Pack};

static ATLAS: LazyLock<Atlas> = LazyLock::new(|| {
    Atlas::new(
        Pack::decode(include_bytes!("../../geodata/atlas.bin")).unwrap_or_default(),
        include_str!("../../geodata/datasets.tsv"),
        include_str!("../../geodata/boundaries.tsv"),
        include_str!("../../geodata/toponyms.tsv"),
    )
});

/// The embedded atlas. The first call decodes it (a few milliseconds); a worker thread may make it.
pub fn atlas() -> &'static Atlas {
    &ATLAS
}

/// The states that share a border in the region: their codes in ids of boundaries, and their English names.
const COUNTRIES: [(&str, &str); 7] = [
    ("am", "Armenia"),
    ("az", "Azerbaijan"),
    ("ge", "Georgia"),
    ("ir", "Iran"),
    ("iq", "Iraq"),
    ("ru", "Russia"),
    ("tr", "Türkiye"),
];

/// The course of a river that has a name.
#[derive(Clone, Debug)]
pub struct Course {
    /// What the river is called.
    pub names: Names,
    /// Its pieces, downstream where the table has them so.
    pub lines: Vec<Line>,
}

/// All geography that is compiled in.
#[derive(Debug)]
pub struct Atlas {
    datasets: Vec<Dataset>,
    boundaries: Vec<Boundary>,
    toponyms: Vec<Toponym>,
    index: toponym::Index,
    provinces: Vec<Line>,
    provinces_abroad: Vec<Line>,
    rivers: Vec<Line>,
    courses: Vec<Course>,
    lakes: Vec<Line>,
    islands: Vec<Line>,
    sea: Vec<Line>,
    sea_shore: Vec<Line>,
    world_land: Vec<Line>,
    world_borders: Vec<Line>,
    world_coast: Vec<Line>,
    shore_distance: Grid,
}

impl Atlas {
    fn new(mut pack: Pack, datasets: &'static str, boundaries: &'static str, toponyms: &'static str) -> Self {
        let datasets = boundary::datasets(datasets);
        let mut boundaries = boundary::boundaries(boundaries, &datasets, &mut pack);
        let toponyms = toponym::read(toponyms);
        let country = |code: &str| {
            let (_, name) = COUNTRIES.into_iter().find(|(c, _)| *c == code)?;
            toponyms.iter().find(|t| t.kind == ToponymKind::Country && t.names.get(Language::En) == Some(name))
        };
        for boundary in &mut boundaries {
            let sides = boundary.codes().and_then(|[a, b]| Some([country(a)?, country(b)?]));
            boundary.sides = sides.map(|sides| sides.map(|t| t.names.clone()));
        }
        let courses = toponyms.iter().filter(|t| t.kind == ToponymKind::River).filter_map(|t| {
            let lines = pack.take_lines(&format!("course-{}", t.names.get(Language::En)?.to_lowercase()));
            (!lines.is_empty()).then(|| Course { names: t.names.clone(), lines })
        });
        Self {
            courses: courses.collect(),
            boundaries,
            datasets,
            toponyms,
            index: toponym::Index::default(),
            provinces: pack.take_lines("provinces"),
            provinces_abroad: pack.take_lines("provinces-abroad"),
            rivers: pack.take_lines("rivers"),
            lakes: pack.take_lines("lakes"),
            islands: pack.take_lines("islands"),
            sea: pack.take_lines("caspian"),
            sea_shore: pack.take_lines("caspian-shore"),
            world_land: pack.take_lines("world-land"),
            world_borders: pack.take_lines("world-borders"),
            world_coast: pack.take_lines("world-coast"),
            shore_distance: pack.take_grid("shore-distance"),
        }
    }

    /// The data sets, to be credited on the map and in About.
    pub fn datasets(&self) -> &[Dataset] {
        &self.datasets
    }

    /// The words of credit for all data sets, each once.
    pub fn attribution(&self) -> String {
        let mut words: Vec<&str> = Vec::new();
        for dataset in &self.datasets {
            if dataset.id != "names" && !words.contains(&dataset.attribution) {
                words.push(dataset.attribution);
            }
        }
        words.join(" · ")
    }

    /// Dated boundaries of the region in full detail (longitudes 42–52, latitudes 37–44).
    pub fn boundaries(&self) -> &[Boundary] {
        &self.boundaries
    }

    /// The boundary with this id.
    pub fn boundary(&self, id: &str) -> Option<&Boundary> {
        self.boundaries.iter().find(|b| b.id == id)
    }

    /// Lines between the provinces of Armenia and between the districts of Azerbaijan, each line once.
    pub fn provinces(&self) -> &[Line] {
        &self.provinces
    }

    /// Lines between provinces of the neighbouring states. They end where the detailed data ends: draw them faintly.
    pub fn provinces_abroad(&self) -> &[Line] {
        &self.provinces_abroad
    }

    /// Borders of the world outside the region, coarse (about 1 km at best).
    pub fn world_borders(&self) -> &[Line] {
        &self.world_borders
    }

    /// The courses of rivers that have a name, for the name along them. Other rivers are named at a point.
    pub fn courses(&self) -> &[Course] {
        &self.courses
    }

    /// Rivers, the longest first. Drawn in the base already; here for snapping.
    pub fn rivers(&self) -> &[Line] {
        &self.rivers
    }

    /// Lakes and reservoirs as rings, without the Caspian. Drawn in the base already.
    pub fn lakes(&self) -> &[Line] {
        &self.lakes
    }

    /// All named places.
    pub fn toponyms(&self) -> &[Toponym] {
        &self.toponyms
    }

    /// States, with the position of their labels.
    pub fn countries(&self) -> impl Iterator<Item = &Toponym> {
        self.toponyms.iter().filter(|t| t.kind == ToponymKind::Country)
    }

    /// Places by any of their names, best first; accents, case and script variants do not matter (see [`crate::model::fold`]).
    pub fn find(&self, query: &str, limit: usize) -> Vec<&Toponym> {
        self.index.find(&self.toponyms, query, limit)
    }

    /// The other names, folded, of the places that are called so: by the whole name, or by its first letters if these are
    /// at least four and leave few places. None if it is no name.
    pub fn other_names(&self, folded: &str) -> Vec<String> {
        self.index.other_names(&self.toponyms, folded)
    }

    /// The settlement nearest to a position, and how far it is in km.
    pub fn nearest(&self, position: LonLat) -> Option<(&Toponym, f64)> {
        self.toponyms
            .iter()
            .filter(|t| t.kind == ToponymKind::Settlement)
            .map(|t| (t, toponym::distance_km(position, t.lonlat)))
            .min_by(|a, b| a.1.total_cmp(&b.1))
    }
}

#[cfg(test)]
mod tests;
