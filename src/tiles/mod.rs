//! Map sources opened: tiles of files and of servers, and pictures tied to the ground, as pixels for one tile at a time.
//!
//! Invariants: what a project names is read or contacted only as far as [`Access`] says the user allowed it; whatever a file or a
//! server sends is decoded under limits, and what is broken or made to do harm is one line, never a panic and never an
//! endless wait. A [`Source`] may block; a window asks by a [`Fetcher`], which does not.
//!
//! | file | topic |
//! |---|---|
//! | `access` | what the user allows, and a source opened under it |
//! | `mbtiles`, `pmtiles` | the two kinds of tile files |
//! | `net` | servers of tiles, the only way to a network |
//! | `tied` | pictures tied to the ground by points |
//! | `decode` | bytes to pixels, under limits |
//! | `vector` | shapes to pixels, under limits |
//! | `fetcher` | tiles for a window that does not wait |
//! | `compose` | sources drawn over the ground of a picture |
//! | `maps` | the sources of a picture, a talk or a show together |

pub mod access;
mod compose;
mod decode;
pub mod fetcher;
mod maps;
mod mbtiles;
pub mod net;
mod pmtiles;
mod tied;
mod vector;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use tiny_skia::Pixmap;

use crate::model::MapSource;
use crate::view::Theme;

pub use access::{Access, open, open_picture};
pub use compose::{Cover, Layer, compose, tile_zoom};
pub use fetcher::Fetcher;
pub use maps::{Map, Maps};
pub use net::{Network, Permission};
pub use tied::{Fit, Picture};

/// Zooms above a tile that may stand in for it: beyond, it would be a smear.
const STAND_INS: u8 = 4;

/// A tile of the world's square: two to the zoom columns from the west and rows from the north.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TileId {
    /// Zoom.
    pub zoom: u8,
    /// Column.
    pub x: u32,
    /// Row.
    pub y: u32,
}

impl TileId {
    /// The tile `up` zooms above that holds this one; `None` above zoom 0.
    pub fn ancestor(self, up: u8) -> Option<Self> {
        let zoom = self.zoom.checked_sub(up)?;
        Some(Self { zoom, x: self.x.checked_shr(up.into())?, y: self.y.checked_shr(up.into())? })
    }

    /// The part of the ancestor `up` zooms above that this tile covers: left and top corner and side, in shares of its side.
    pub fn part_of_ancestor(self, up: u8) -> Option<([f32; 2], f32)> {
        let parent = self.ancestor(up)?;
        let side = (-f32::from(up)).exp2();
        let offset = |own: u32, parent: u32| (own - (parent << up)) as f32 * side;
        Some(([offset(self.x, parent.x), offset(self.y, parent.y)], side))
    }
}

/// A tile, or the part of a coarser one that stands in for it.
#[derive(Clone, Debug)]
pub struct Piece {
    /// The tile whose pixels these are.
    pub of: TileId,
    /// Its pixels, all of them.
    pub pixels: Arc<Pixmap>,
    /// Left and top corner of the part that is shown, in shares of the side.
    pub corner: [f32; 2],
    /// Side of that part, in shares of the side: 1 for the tile itself.
    pub part: f32,
}

impl Piece {
    /// The part of the ancestor `up` zooms above `id`, whose pixels are given, that covers `id`.
    fn new(id: TileId, up: u8, pixels: Arc<Pixmap>) -> Option<Self> {
        let (corner, part) = id.part_of_ancestor(up)?;
        Some(Self { of: id.ancestor(up)?, pixels, corner, part })
    }
}

/// What a source says of itself once it is open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct About {
    /// Its name, as it says; may be empty.
    pub name: String,
    /// Whom to credit, as it says, without markup; may be empty.
    pub attribution: String,
    /// The zoom of its coarsest tiles; farther away nothing of it is shown.
    pub min_zoom: u8,
    /// The zoom of its finest tiles; beyond it they are stretched.
    pub max_zoom: u8,
    /// Points along the side of a tile on the map: 256 or 512.
    pub tile_size: u16,
}

/// How a tile is wanted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Wanted {
    /// Pixels to a point.
    pub density: f32,
    /// The colours of what is drawn from shapes; pictures have their own.
    pub theme: Theme,
}

impl Wanted {
    /// How every picture is wanted: as it is.
    const PICTURE: Self = Self { density: 1.0, theme: Theme::Light };
}

/// Whom to credit for a source on the map: as the project says, else as the source says, else its server.
pub fn credit(source: &MapSource, about: &About) -> String {
    let said = [source.attribution.trim(), &about.attribution].into_iter().find(|c| !c.is_empty());
    let server = || source.hosts().first().map_or_else(String::new, |host| format!("Map tiles: {host}"));
    said.map_or_else(server, str::to_owned)
}

/// An opened map source.
pub trait Source: Send + Sync {
    /// What it says of itself.
    fn about(&self) -> &About;

    /// What of how a tile is wanted its pixels rest on: wanted otherwise in the rest, it is the same tile.
    fn rests_on(&self, wanted: Wanted) -> Wanted {
        wanted
    }

    /// The pixels of a tile, whatever their number; `None` where it has none.
    ///
    /// # Errors
    /// [`TileError`], one line.
    fn tile(&self, id: TileId, wanted: Wanted) -> Result<Option<Pixmap>, TileError>;
}

/// Why there is no tile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TileError {
    /// One line: what is wrong and what next.
    pub what: String,
    /// Whether asking again may help.
    pub retry: Retry,
}

/// Whether asking again may help.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Retry {
    /// After a while; not before the time that the server asked for.
    Later(Option<Duration>),
    /// Not for this tile.
    Never,
    /// Not before the user allows it.
    NotAllowed,
}

impl TileError {
    /// Something that is no better the next time.
    pub fn lasting(what: impl Into<String>) -> Self {
        Self { what: what.into(), retry: Retry::Never }
    }

    /// Something that may pass.
    pub fn passing(what: impl Into<String>) -> Self {
        Self { what: what.into(), retry: Retry::Later(None) }
    }
}

impl fmt::Display for TileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)
    }
}

impl std::error::Error for TileError {}

/// A text of a foreign file for one line on screen: without markup and control characters, spaces joined, cut at `most`
/// letters.
fn plain_line(text: &str, most: usize) -> String {
    let mut out = String::new();
    let mut in_tag = false;
    for c in text.chars() {
        match c {
            '<' => in_tag = true,
            '>' if in_tag => in_tag = false,
            _ if in_tag => {}
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    for (code, letter) in
        [("&copy;", "©"), ("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#169;", "©"), ("&amp;", "&")]
    {
        out = out.replace(code, letter);
    }
    let out = out.split_whitespace().collect::<Vec<_>>().join(" ");
    out.chars().take(most).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tile_knows_its_part_of_a_coarser_one() {
        let id = TileId { zoom: 3, x: 5, y: 6 };
        assert_eq!(id.ancestor(1), Some(TileId { zoom: 2, x: 2, y: 3 }));
        assert_eq!(id.part_of_ancestor(1), Some(([0.5, 0.0], 0.5)));
        assert_eq!(id.part_of_ancestor(3), Some(([0.625, 0.75], 0.125)));
        assert_eq!(id.ancestor(4), None);
    }

    #[test]
    fn credits_of_foreign_files_lose_their_markup() {
        assert_eq!(plain_line("<a href=\"x\">&copy; Makers</a>\n of  maps", 99), "© Makers of maps");
        assert_eq!(plain_line("abcdef", 3), "abc");
    }
}
