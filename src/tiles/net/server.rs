//! A server of tiles as a map source.

use std::collections::{HashSet, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tiny_skia::Pixmap;

use super::super::decode::{Format, raster};
use super::super::{About, Source, TileError, TileId, Wanted, vector};
use super::Network;
use crate::model::{MOST_ZOOM, Template, UrlTiles};

/// Tiles remembered of which the server has none.
const NONE: usize = 100_000;

/// Bytes of vector tiles that are remembered: drawn in other colours, or nearer than the finest, they are not asked for again.
const RECENT: usize = 32 << 20;

/// A server of tiles. Opening it asks nobody.
pub(in crate::tiles) struct Server {
    template: Template,
    network: Arc<Network>,
    about: About,
    /// The finest zoom of which there are shapes (vector tiles), by the address.
    shapes: Option<u8>,
    none: Mutex<HashSet<Own>>,
    recent: Mutex<Recent>,
}

/// A tile, and whether it is one for dense screens.
type Own = (TileId, bool);

/// Vector tiles as they came, the latest last.
#[derive(Default)]
struct Recent {
    tiles: VecDeque<(Own, Arc<[u8]>)>,
    bytes: usize,
}

impl Recent {
    fn get(&mut self, id: Own) -> Option<Arc<[u8]>> {
        let at = self.tiles.iter().position(|(known, _)| *known == id)?;
        let found = self.tiles.remove(at)?;
        let bytes = Arc::clone(&found.1);
        self.tiles.push_back(found);
        Some(bytes)
    }

    fn put(&mut self, id: Own, bytes: Arc<[u8]>) {
        self.tiles.retain(|(known, old)| {
            let is_other = *known != id;
            self.bytes -= if is_other { 0 } else { old.len() };
            is_other
        });
        self.bytes += bytes.len();
        self.tiles.push_back((id, bytes));
        while self.bytes > RECENT
            && let Some((_, oldest)) = self.tiles.pop_front()
        {
            self.bytes -= oldest.len();
        }
    }
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
            recent: Mutex::default(),
        }
    }

    fn recent(&self) -> MutexGuard<'_, Recent> {
        self.recent.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_dense(&self, wanted: Wanted) -> bool {
        wanted.density > 1.25 && self.template.has_dense()
    }
}

impl Source for Server {
    fn about(&self) -> &About {
        &self.about
    }

    fn rests_on(&self, wanted: Wanted) -> Wanted {
        match self.shapes {
            Some(_) => wanted,
            None if self.is_dense(wanted) => Wanted { density: 2.0, ..Wanted::PICTURE },
            None => Wanted::PICTURE,
        }
    }

    fn tile(&self, id: TileId, wanted: Wanted) -> Result<Option<Pixmap>, TileError> {
        let dense = self.is_dense(wanted);
        let up = self.shapes.map_or(0, |finest| id.zoom.saturating_sub(finest));
        let Some(own) = id.ancestor(up) else { return Ok(None) };
        if self.none.lock().unwrap_or_else(PoisonError::into_inner).contains(&(own, dense)) {
            return Ok(None);
        }
        let is_shapes = |bytes: &[u8]| self.shapes.is_some() && !matches!(Format::of(bytes), Format::Picture(_));
        let kept = self.shapes.and_then(|_| self.recent().get((own, dense)));
        if let Some(bytes) = kept {
            return vector::pixels(&bytes, id, up, wanted).map(Some).map_err(TileError::lasting);
        }
        let decode = |bytes: &[u8]| {
            if !is_shapes(bytes) {
                return raster(bytes);
            }
            let tile = vector::pixels(bytes, id, up, wanted)?;
            self.recent().put((own, dense), bytes.into());
            Ok(tile)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vector_tiles_are_remembered_within_a_bound_the_latest_longest() {
        let mut recent = Recent::default();
        let id = |x| (TileId { zoom: 9, x, y: 0 }, false);
        for x in 0..100 {
            recent.put(id(x), vec![0; 1 << 20].into());
            assert!(recent.get(id(0)).is_some(), "asked for in between, it stays");
        }
        recent.put(id(0), vec![1; 1 << 10].into());
        assert_eq!(recent.bytes, recent.tiles.iter().map(|(_, b)| b.len()).sum::<usize>());
        assert!(recent.bytes <= RECENT && recent.get(id(99)).is_some() && recent.get(id(50)).is_none());
    }
}
