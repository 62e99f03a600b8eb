//! Vector tiles (Mapbox Vector Tile 2.1) drawn as a quiet map: water, land use, buildings, roads and railways over the
//! relief, in the colours of the theme. <https://github.com/mapbox/vector-tile-spec>
//!
//! Layers are known by the names of `OpenMapTiles`, Shortbread and Protomaps; lines and areas of other layers are drawn thin.
//! Absent on purpose: boundaries, which one editor of a tile draws one way and which here have dates and sources of their own;
//! and names, which the map has in four languages.
//!
//! | file | topic |
//! |---|---|
//! | `mvt` | bytes to features, under limits |
//! | `class` | what a feature is, by layer and tags |
//! | `draw` | features to pixels |

mod class;
mod draw;
mod mvt;

use std::time::Duration;

use tiny_skia::Pixmap;

use super::decode::{Format, TILE_BYTES, gunzip};
use super::{About, TileId, Wanted};
use crate::model::MOST_ZOOM;

/// Zooms beyond the finest tiles of a file at which they are drawn anew, sharp, instead of being stretched.
const BEYOND: u8 = 4;

/// Points along the side of a vector tile on the map.
const SIDE: u16 = 512;

/// Points of lines and areas in a tile at most. The fullest tiles of cities have some 100,000.
const MOST_POINTS: usize = 500_000;
/// Pixels that all lines and outlines of a tile may be long together.
const MOST_LENGTH: f32 = 3e6;
/// Time to read a tile at most.
const LONGEST: Duration = Duration::from_secs(4);

/// What a source of vector tiles says of itself once they are drawn.
pub(super) fn about(of_tiles: About) -> About {
    About { tile_size: SIDE, max_zoom: of_tiles.max_zoom.saturating_add(BEYOND).min(MOST_ZOOM), ..of_tiles }
}

/// Draws the tile `id`, a part of the tile `up` zooms above it whose bytes are given, packed by gzip or not.
///
/// # Errors
/// One line.
pub(super) fn pixels(bytes: &[u8], id: TileId, up: u8, wanted: Wanted) -> Result<Pixmap, String> {
    let unpacked;
    let bytes = match Format::of(bytes) {
        Format::Gzip => {
            unpacked = gunzip(bytes, TILE_BYTES)?;
            &unpacked
        }
        Format::Text => return Err("the tile is a text, not a map; the address or its key may be wrong".into()),
        Format::Picture(_) | Format::Other => bytes,
    };
    if bytes.len() as u64 > TILE_BYTES {
        return Err(format!("a tile of it is larger than {} MiB; it is damaged or made to do harm", TILE_BYTES >> 20));
    }
    let (corner, part) = id.part_of_ancestor(up).ok_or("the tile lies above the world")?;
    let mut canvas = draw::Canvas::new(corner, part, id.zoom, wanted);
    mvt::read(bytes, &mut canvas)?;
    canvas.paint()
}

#[cfg(test)]
mod tests;
