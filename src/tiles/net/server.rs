//! A server of tiles as a map source.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use tiny_skia::Pixmap;

use super::super::decode::{Format, raster};
use super::super::{About, Source, TileError, TileId, Wanted, vector};
use super::Network;
use crate::model::{MOST_ZOOM, Template, UrlTiles};

/// Tiles remembered of which the server has none.
const NONE: usize = 100_000;

/// A server of tiles. Opening it asks nobody.
pub(in crate::tiles) struct Server {
    template: Template,
    network: Arc<Network>,
    about: About,
    /// The finest zoom of which there are shapes (vector tiles), by the address.
    shapes: Option<u8>,
    none: Mutex<HashSet<(TileId, bool)>>,
}

impl Server {
    pub(in crate::tiles) fn new(tiles: &UrlTiles, network: Arc<Network>) -> Self {
        let max_zoom = tiles.max_zoom.min(MOST_ZOOM);
        let about = About {
            name: String::new(),
            attribution: String::new(),
            min_zoom: tiles.min_zoom.min(max_zoom),
            max_zoom,
            tile_size: tiles.tile_size,
        };
        let path = tiles.template.as_str().split(['?', '#']).next().unwrap_or_default().to_ascii_lowercase();
        let is_vector = [".pbf", ".mvt"].iter().any(|ending| path.ends_with(ending));
        Self {
            template: tiles.template.clone(),
            network,
            about: if is_vector { vector::about(about) } else { about },
            shapes: is_vector.then_some(max_zoom),
            none: Mutex::default(),
        }
    }
}

impl Source for Server {
    fn about(&self) -> &About {
        &self.about
    }

    fn tile(&self, id: TileId, wanted: Wanted) -> Result<Option<Pixmap>, TileError> {
        let dense = wanted.density > 1.25 && self.template.has_dense();
        let up = self.shapes.map_or(0, |finest| id.zoom.saturating_sub(finest));
        let Some(own) = id.ancestor(up) else { return Ok(None) };
        if self.none.lock().unwrap_or_else(PoisonError::into_inner).contains(&(own, dense)) {
            return Ok(None);
        }
        let decode = |bytes: &[u8]| match self.shapes {
            Some(_) if !matches!(Format::of(bytes), Format::Picture(_)) => vector::pixels(bytes, id, up, wanted),
            _ => raster(bytes),
        };
        let tile = self.network.get(&self.template.url(own.zoom, own.x, own.y, dense), &decode)?;
        if tile.is_none() {
            let mut none = self.none.lock().unwrap_or_else(PoisonError::into_inner);
            if none.len() < NONE {
                none.insert((own, dense));
            }
        }
        Ok(tile)
    }
}
