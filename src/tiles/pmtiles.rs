//! `.pmtiles`: tiles in one file behind directories along a Hilbert curve (`PMTiles` 3).
//! <https://github.com/protomaps/PMTiles/blob/main/spec/v3/spec.md>
//!
//! Offsets and lengths are the file's word: each is held against the length of the file, and against a limit, before a byte is
//! read. A leaf directory that leads to itself ends after [`DEEPEST`] steps.

use std::collections::HashMap;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use super::decode::{TILE_BYTES, gunzip};
use super::{About, TileError, TileId, plain_line};
use crate::model::MOST_ZOOM;

const HEADER: usize = 127;
/// Bytes of a directory at most, packed or unpacked.
const DIRECTORY_BYTES: u64 = 16 << 20;
const METADATA_BYTES: u64 = 4 << 20;
/// Leaf directories below each other at most; the specification asks for no more than three.
const DEEPEST: usize = 4;
/// Leaf directories kept unpacked.
const KEPT: usize = 64;

/// An opened file.
pub(super) struct PmTiles {
    file: Mutex<File>,
    length: u64,
    header: Header,
    root: Vec<Entry>,
    leaves: Mutex<HashMap<u64, Arc<Vec<Entry>>>>,
    about: About,
}

struct Header {
    leaves: Part,
    tiles: Part,
    packing: u8,
    tile_packing: u8,
    tile_type: u8,
}

#[derive(Clone, Copy)]
struct Part {
    at: u64,
    length: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Entry {
    id: u64,
    offset: u64,
    length: u32,
    /// Tiles in a row that are this one; 0: a leaf directory.
    run: u32,
}

impl PmTiles {
    /// Opens a file.
    ///
    /// # Errors
    /// One line.
    pub(super) fn open(path: &Path) -> Result<Self, String> {
        let mut file = File::open(path).map_err(|e| format!("the file cannot be read ({e})"))?;
        let length = file.metadata().map_err(|e| format!("the file cannot be read ({e})"))?.len();
        let mut head = [0; HEADER];
        file.read_exact(&mut head).map_err(|_| "the file ends within its head; fetch it again")?;
        if !head.starts_with(b"PMTiles") {
            return Err("it does not begin as a PMTiles file does; it is damaged or has a wrong ending".into());
        }
        let byte = |at: usize| head.get(at).copied().unwrap_or_default();
        if byte(7) != 3 {
            return Err(format!("it is PMTiles version {}; version 3 is read, convert it", byte(7)));
        }
        let part = |at: usize| Part { at: number(&head, at), length: number(&head, at + 8) };
        let header = Header {
            leaves: part(40),
            tiles: part(56),
            packing: byte(97),
            tile_packing: byte(98),
            tile_type: byte(99),
        };
        if header.tile_type == 5 {
            return Err("its tiles are AVIF pictures, which are not read; convert them to WebP or PNG".into());
        }
        let mut tiles = Self {
            file: Mutex::new(file),
            length,
            header,
            root: Vec::new(),
            leaves: Mutex::new(HashMap::new()),
            about: About {
                name: String::new(),
                attribution: String::new(),
                min_zoom: byte(100).min(byte(101)).min(MOST_ZOOM),
                max_zoom: byte(101).min(MOST_ZOOM),
                tile_size: 256,
            },
        };
        tiles.root = tiles.directory(part(8))?;
        tiles.describe(part(24));
        Ok(tiles)
    }

    pub(super) fn about(&self) -> &About {
        &self.about
    }

    /// Whether its tiles are shapes instead of pixels.
    pub(super) fn is_vector(&self) -> bool {
        self.header.tile_type == 1
    }

    /// The bytes of a tile, unpacked.
    ///
    /// # Errors
    /// One line.
    pub(super) fn bytes(&self, id: TileId) -> Result<Option<Vec<u8>>, TileError> {
        self.find(hilbert(id)).map_err(TileError::lasting)
    }

    fn find(&self, id: u64) -> Result<Option<Vec<u8>>, String> {
        let Some(mut entry) = at(&self.root, id) else { return Ok(None) };
        for _ in 0..DEEPEST {
            if entry.run > 0 {
                if id - entry.id >= u64::from(entry.run) {
                    return Ok(None);
                }
                let tiles = self.header.tiles;
                let bytes = self.read(within(tiles, entry)?, TILE_BYTES)?;
                return unpack(bytes, self.header.tile_packing, TILE_BYTES).map(Some);
            }
            let leaf = self.leaf(entry)?;
            match at(&leaf, id) {
                Some(next) => entry = next,
                None => return Ok(None),
            }
        }
        Err("its directories lead round in a circle; the file is damaged or made to do harm".into())
    }

    fn leaf(&self, entry: Entry) -> Result<Arc<Vec<Entry>>, String> {
        let part = within(self.header.leaves, entry)?;
        if let Some(leaf) = self.leaves.lock().unwrap_or_else(PoisonError::into_inner).get(&part.at) {
            return Ok(Arc::clone(leaf));
        }
        let leaf = Arc::new(self.directory(part)?);
        let mut leaves = self.leaves.lock().unwrap_or_else(PoisonError::into_inner);
        if leaves.len() >= KEPT {
            leaves.clear();
        }
        leaves.insert(part.at, Arc::clone(&leaf));
        Ok(leaf)
    }

    fn directory(&self, part: Part) -> Result<Vec<Entry>, String> {
        let bytes = unpack(self.read(part, DIRECTORY_BYTES)?, self.header.packing, DIRECTORY_BYTES)?;
        entries(&bytes).ok_or_else(|| "a directory in it is damaged; fetch the file again".into())
    }

    fn read(&self, part: Part, limit: u64) -> Result<Vec<u8>, String> {
        if part.at.checked_add(part.length).is_none_or(|end| end > self.length) {
            return Err("it names a part beyond its own end; fetch the file again".into());
        }
        if part.length > limit {
            return Err(format!("a part of it is larger than {} MiB; it is damaged or made to do harm", limit >> 20));
        }
        let mut bytes = vec![0; usize::try_from(part.length).unwrap_or(0)];
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        let read = file.seek(SeekFrom::Start(part.at)).and_then(|_| file.read_exact(&mut bytes));
        read.map_err(|e| format!("the file cannot be read ({e})"))?;
        Ok(bytes)
    }

    /// Takes name and credit from the metadata; without them the tiles are there all the same.
    fn describe(&mut self, part: Part) {
        let bytes = self.read(part, METADATA_BYTES);
        let Ok(bytes) = bytes.and_then(|b| unpack(b, self.header.packing, METADATA_BYTES)) else { return };
        let Ok(value) = serde_json::from_slice::<serde_json::Value>(&bytes) else { return };
        let text = |key: &str| value.get(key).and_then(serde_json::Value::as_str).unwrap_or_default();
        self.about.name = plain_line(text("name"), 120);
        self.about.attribution = plain_line(text("attribution"), 300);
    }
}

fn number(bytes: &[u8], at: usize) -> u64 {
    bytes.get(at..at + 8).and_then(|b| b.try_into().ok()).map_or(0, u64::from_le_bytes)
}

fn within(part: Part, entry: Entry) -> Result<Part, String> {
    let length = u64::from(entry.length);
    match part.at.checked_add(entry.offset) {
        Some(at) if entry.offset.checked_add(length).is_some_and(|end| end <= part.length) => Ok(Part { at, length }),
        _ => Err("it names a part beyond its own end; fetch the file again".into()),
    }
}

fn unpack(bytes: Vec<u8>, packing: u8, limit: u64) -> Result<Vec<u8>, String> {
    match packing {
        0 | 1 => Ok(bytes),
        2 => gunzip(&bytes, limit),
        3 => Err("it is packed by Brotli, which is not read; pack it anew with gzip".into()),
        4 => Err("it is packed by Zstandard, which is not read; pack it anew with gzip".into()),
        other => Err(format!("it is packed in an unknown way ({other})")),
    }
}

/// The last entry that does not lie behind `id`.
fn at(directory: &[Entry], id: u64) -> Option<Entry> {
    let behind = directory.partition_point(|e| e.id <= id);
    directory.get(behind.checked_sub(1)?).copied()
}

/// Reads a directory; `None` if it is damaged.
fn entries(mut bytes: &[u8]) -> Option<Vec<Entry>> {
    let n = usize::try_from(varint(&mut bytes)?).ok()?;
    // Each entry takes four bytes at least.
    if n > bytes.len() / 4 + 1 {
        return None;
    }
    let mut list = vec![Entry { id: 0, offset: 0, length: 0, run: 0 }; n];
    let mut id = 0_u64;
    for entry in &mut list {
        id = id.checked_add(varint(&mut bytes)?)?;
        entry.id = id;
    }
    for entry in &mut list {
        entry.run = u32::try_from(varint(&mut bytes)?).ok()?;
    }
    for entry in &mut list {
        entry.length = u32::try_from(varint(&mut bytes)?).ok()?;
    }
    let mut behind = 0_u64;
    for entry in &mut list {
        entry.offset = match varint(&mut bytes)? {
            0 => behind,
            other => other - 1,
        };
        behind = entry.offset.checked_add(u64::from(entry.length))?;
    }
    Some(list)
}

fn varint(bytes: &mut &[u8]) -> Option<u64> {
    let mut value = 0_u64;
    for shift in (0..64).step_by(7) {
        let (first, rest) = bytes.split_first()?;
        *bytes = rest;
        value |= u64::from(first & 0x7f).checked_shl(shift)?;
        if first & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}

/// The number of a tile along the curve, counted through all coarser zooms.
fn hilbert(id: TileId) -> u64 {
    let n = 1_u64 << id.zoom.min(31);
    // (4^zoom - 1) / 3 tiles lie above this zoom.
    let mut d = ((1_u64 << (2 * u32::from(id.zoom.min(31)))) - 1) / 3;
    let (mut x, mut y) = (u64::from(id.x), u64::from(id.y));
    let mut side = n / 2;
    while side > 0 {
        let (rx, ry) = (u64::from(x & side > 0), u64::from(y & side > 0));
        d += side * side * ((3 * rx) ^ ry);
        if ry == 0 {
            if rx == 1 {
                x = (n - 1).wrapping_sub(x);
                y = (n - 1).wrapping_sub(y);
            }
            std::mem::swap(&mut x, &mut y);
        }
        side /= 2;
    }
    d
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    fn put(out: &mut Vec<u8>, mut value: u64) {
        while value >= 0x80 {
            out.push((value & 0x7f) as u8 | 0x80);
            value >>= 7;
        }
        out.push(value as u8);
    }

    fn directory(list: &[Entry]) -> Vec<u8> {
        let mut out = Vec::new();
        put(&mut out, list.len() as u64);
        let mut last = 0;
        for e in list {
            put(&mut out, e.id - last);
            last = e.id;
        }
        let fields: [fn(&Entry) -> u64; 3] = [|e| u64::from(e.run), |e| u64::from(e.length), |e| e.offset + 1];
        for (field, e) in fields.iter().flat_map(|f| list.iter().map(move |e| (f, e))) {
            put(&mut out, field(e));
        }
        out
    }

    /// A file with these entries in the root, these leaf directories, and these tiles, nothing packed.
    fn bytes(root: &[Entry], leaves: &[u8], tiles: &[u8], tile_type: u8) -> Vec<u8> {
        let root = directory(root);
        let metadata = br#"{"name":"P","attribution":"<i>B</i>"}"#;
        let mut head = vec![0; HEADER];
        head[..8].copy_from_slice(b"PMTiles\x03");
        let mut at = HEADER as u64;
        for (field, length) in [(8, root.len()), (24, metadata.len()), (40, leaves.len()), (56, tiles.len())] {
            head[field..field + 8].copy_from_slice(&at.to_le_bytes());
            head[field + 8..field + 16].copy_from_slice(&(length as u64).to_le_bytes());
            at += length as u64;
        }
        head[97..102].copy_from_slice(&[1, 1, tile_type, 0, 5]);
        [&*head, &root, metadata, leaves, tiles].concat()
    }

    /// A file of raster tiles.
    pub(in crate::tiles) fn file(folder: &Path, tiles: &[(TileId, Vec<u8>)]) -> std::path::PathBuf {
        let mut sorted: Vec<_> = tiles.iter().map(|(id, b)| (hilbert(*id), b)).collect();
        sorted.sort_unstable_by_key(|(id, _)| *id);
        let mut data = Vec::new();
        let mut root = Vec::new();
        for (id, tile) in sorted {
            root.push(Entry { id, offset: data.len() as u64, length: tile.len() as u32, run: 1 });
            data.extend_from_slice(tile);
        }
        save(folder, &bytes(&root, &[], &data, 2))
    }

    fn save(folder: &Path, bytes: &[u8]) -> std::path::PathBuf {
        let path = folder.join("a.pmtiles");
        crate::io::atomic::save(&crate::io::disk::RealDisk, &path, &mut |out| out.write_all(bytes)).unwrap();
        path
    }

    fn opened(bytes: &[u8]) -> Result<PmTiles, String> {
        let folder = tempfile::tempdir().unwrap();
        PmTiles::open(&save(folder.path(), bytes))
    }

    fn tile(zoom: u8, x: u32, y: u32) -> TileId {
        TileId { zoom, x, y }
    }

    #[test]
    fn tiles_are_numbered_along_the_curve_as_the_specification_lists() {
        for (id, want) in [
            (tile(0, 0, 0), 0),
            (tile(1, 0, 0), 1),
            (tile(1, 0, 1), 2),
            (tile(1, 1, 1), 3),
            (tile(1, 1, 0), 4),
            (tile(2, 0, 0), 5),
            (tile(12, 3423, 1763), 19_078_479),
        ] {
            assert_eq!(hilbert(id), want, "{id:?}");
        }
        let mut all: Vec<u64> = (0..16).flat_map(|x| (0..16).map(move |y| hilbert(tile(4, x, y)))).collect();
        all.sort_unstable();
        assert!(all.iter().zip(85..).all(|(a, b)| *a == b), "each number once");
    }

    #[test]
    fn tiles_are_found_in_the_root_in_runs_and_in_leaves() {
        let leaf = directory(&[Entry { id: 5, offset: 2, length: 3, run: 1 }]);
        let root = [
            Entry { id: 0, offset: 0, length: 2, run: 1 },
            Entry { id: 1, offset: 0, length: 2, run: 3 },
            Entry { id: 5, offset: 0, length: leaf.len() as u32, run: 0 },
        ];
        let tiles = opened(&bytes(&root, &leaf, b"aabbb", 1)).unwrap();
        let found = |id| tiles.bytes(id).unwrap();
        assert_eq!(found(tile(0, 0, 0)), Some(b"aa".to_vec()));
        assert_eq!(found(tile(1, 1, 1)), Some(b"aa".to_vec()), "the third of a run");
        assert_eq!(found(tile(1, 1, 0)), None, "behind the run");
        assert_eq!(found(tile(2, 0, 0)), Some(b"bbb".to_vec()));
        assert_eq!(found(tile(2, 3, 3)), None);
        assert_eq!((&*tiles.about().name, &*tiles.about().attribution, tiles.about().max_zoom), ("P", "B", 5));
        assert!(tiles.is_vector());
    }

    #[test]
    fn hostile_files_are_refused_in_one_line() {
        let one = |e: Entry, leaves: &[u8]| bytes(&[e], leaves, b"tile", 2);
        let circle = directory(&[Entry { id: 0, offset: 0, length: 5, run: 0 }]);
        assert_eq!(circle.len(), 5);
        let good = one(Entry { id: 0, offset: 0, length: 4, run: 1 }, &[]);
        let with = |at: usize, new: &[u8]| {
            let mut b = good.clone();
            b[at..at + new.len()].copy_from_slice(new);
            b
        };
        for (name, file, want) in [
            ("circle", one(Entry { id: 0, offset: 0, length: 5, run: 0 }, &circle), "circle"),
            ("beyond", one(Entry { id: 0, offset: 3, length: 4, run: 1 }, &[]), "beyond its own end"),
            ("far beyond", one(Entry { id: 0, offset: u64::MAX - 2, length: 4, run: 1 }, &[]), "damaged"),
            ("magic", with(0, b"XMTiles"), "does not begin"),
            ("version", with(7, &[2]), "version 2"),
            ("root", with(8, &u64::MAX.to_le_bytes()), "beyond its own end"),
            ("brotli", with(97, &[3]), "Brotli"),
            ("gzip", with(97, &[2]), "damaged"),
            ("tile", with(98, &[4]), "Zstandard"),
            ("avif", with(99, &[5]), "AVIF"),
            ("count", with(HEADER, &[0xff]), "damaged"),
            ("short", good[..90].to_vec(), "within its head"),
        ] {
            let said = match opened(&file) {
                Err(said) => said,
                Ok(tiles) => tiles.bytes(tile(0, 0, 0)).expect_err(name).what,
            };
            assert!(said.contains(want) && !said.contains('\n'), "{name}: {said}");
        }
    }
}
