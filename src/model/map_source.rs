//! Map sources of a project: tiles of servers and files, and pictures, laid over the embedded ground.
//!
//! Naming a source asks nobody: what may be read or contacted is the user's to allow, outside the project.

use super::{Extra, LonLat, Template, Text};

/// One source, drawn over those before it.
#[derive(Clone, Debug, PartialEq)]
pub struct MapSource {
    /// What it is called.
    pub name: Text,
    /// Where it comes from.
    pub origin: MapOrigin,
    /// Whether it is left out for now.
    pub hidden: bool,
    /// Percent, 0 (nothing is seen of it) to 100 (nothing is seen through it).
    pub opacity: u8,
    /// Whom to credit where it is shown; may be empty.
    pub attribution: Text,
    /// Members this version does not know.
    pub extra: Extra,
}

/// Where a map source comes from.
#[derive(Clone, Debug, PartialEq)]
pub enum MapOrigin {
    /// Tiles of a server.
    Url(UrlTiles),
    /// Tiles in a `.mbtiles` or `.pmtiles` file, named relative to the project's folder or by a whole path.
    File(Text),
    /// A picture tied to the ground.
    Picture(TiedPicture),
}

/// Tiles of a server.
#[derive(Clone, Debug, PartialEq)]
pub struct UrlTiles {
    /// The address, with places for zoom, column and row.
    pub template: Template,
    /// The zoom of the coarsest tiles.
    pub min_zoom: u8,
    /// The zoom of the finest tiles; beyond it they are stretched.
    pub max_zoom: u8,
    /// Points along the side of a tile on the map: 256, or 512 for tiles that cover four of those.
    pub tile_size: u16,
}

/// A picture tied to the ground by points.
#[derive(Clone, Debug, PartialEq)]
pub struct TiedPicture {
    /// The file in the project's media folder: `<sha256>.<ending>`.
    pub media: Text,
    /// What is known of it.
    pub points: Vec<ControlPoint>,
    /// On which plane the picture lies flat.
    pub plane: Plane,
}

/// A spot of a picture whose position is known.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ControlPoint {
    /// Pixels from the left and from the top.
    pub pixel: [f64; 2],
    /// The position.
    pub at: LonLat,
}

/// The plane on which a picture of the ground is flat, up to shift, turn, stretch and shear.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Plane {
    /// Transverse Mercator about the middle of the points: survey maps and town plans.
    #[default]
    Local,
    /// Longitude and latitude as they are: maps whose grid of degrees is square.
    Degrees,
    /// Web Mercator: pictures of web maps.
    Mercator,
}

impl Plane {
    /// All, as they are offered.
    pub const ALL: [Self; 3] = [Self::Local, Self::Degrees, Self::Mercator];

    /// The id used in files.
    pub fn id(self) -> &'static str {
        match self {
            Self::Local => "local",
            Self::Degrees => "degrees",
            Self::Mercator => "mercator",
        }
    }

    /// The value with this id.
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|p| p.id() == id)
    }

    /// The words shown for it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Local => "survey map or plan",
            Self::Degrees => "map with a square grid of degrees",
            Self::Mercator => "picture of a web map",
        }
    }
}

/// The finest zoom at which any source has tiles.
pub const MOST_ZOOM: u8 = 24;

impl MapSource {
    /// A source as it is when it has just been added.
    pub fn new(name: &str, origin: MapOrigin) -> Self {
        Self {
            name: name.into(),
            origin,
            hidden: false,
            opacity: 100,
            attribution: Text::default(),
            extra: Extra::new(),
        }
    }

    /// The hosts that are asked for its tiles.
    pub fn hosts(&self) -> Vec<String> {
        match &self.origin {
            MapOrigin::Url(tiles) => tiles.template.hosts(),
            MapOrigin::File(_) | MapOrigin::Picture(_) => Vec::new(),
        }
    }

    /// Its name, else the last part of where it comes from.
    pub fn shown_name(&self) -> String {
        let own = self.name.trim();
        if !own.is_empty() {
            return own.to_owned();
        }
        match &self.origin {
            MapOrigin::Url(tiles) => tiles.template.hosts().first().cloned().unwrap_or_default(),
            MapOrigin::File(file) => file.rsplit(['/', '\\']).next().unwrap_or_default().to_owned(),
            MapOrigin::Picture(_) => "picture".to_owned(),
        }
    }

    /// Whether something of it is to be seen.
    pub fn is_shown(&self) -> bool {
        !self.hidden && self.opacity > 0
    }
}

impl UrlTiles {
    /// Tiles of this address from zoom 0 to 19, as most servers have them.
    pub fn new(template: Template) -> Self {
        Self { template, min_zoom: 0, max_zoom: 19, tile_size: 256 }
    }
}
