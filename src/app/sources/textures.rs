//! Tiles of map sources as textures: what was handed to the painter lately, within a bound of memory.
//!
//! Invariant: nothing that was seen goes away before there is something to put in its place; a pass hands over few textures,
//! so that it stays short.

use std::collections::HashMap;
use std::sync::{Arc, Weak};

use egui::{ColorImage, Rect, TextureHandle, TextureId, TextureOptions, pos2, vec2};
use tiny_skia::Pixmap;

use crate::tiles::fetcher::{Asked, State};
use crate::tiles::{Piece, TileId};

/// Bytes of textures beyond which those out of sight are dropped.
const KEPT: usize = 192 << 20;
/// Pixels handed over in a pass, but for the first tile.
const PIXELS_A_PASS: usize = 2 << 20;
/// A texture not shown for this many passes has left the screen.
const STALE_PASSES: u64 = 3;
/// Zooms above and below a tile that stand in for it while it loads.
const ABOVE: u8 = 6;
const BELOW: u8 = 2;

/// A piece of a texture, and the part of a tile's place that it covers, in shares of its side.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Quad {
    pub(super) texture: TextureId,
    pub(super) uv: Rect,
    pub(super) part: Rect,
}

/// The textures of all sources; a source is known by its number.
#[derive(Default)]
pub(super) struct Textures {
    kept: HashMap<(u64, TileId), Kept>,
    bytes: usize,
    pass: u64,
    /// Pixels that may still be handed over in this pass.
    left: usize,
    /// Whether some had to wait for the next pass.
    more: bool,
}

struct Kept {
    handle: TextureHandle,
    of: Weak<Pixmap>,
    used: u64,
    bytes: usize,
}

const WHOLE: Rect = Rect { min: pos2(0.0, 0.0), max: pos2(1.0, 1.0) };

impl Textures {
    /// Begins a pass of the window.
    pub(super) fn begin(&mut self, pass: u64) {
        if self.pass != pass {
            (self.pass, self.left, self.more) = (pass, PIXELS_A_PASS, false);
            self.make_room();
        }
    }

    /// Whether another pass is needed to hand over what is there.
    pub(super) fn has_more(&self) -> bool {
        self.more
    }

    /// Drops what belongs to sources that are no more.
    pub(super) fn keep(&mut self, is_there: impl Fn(u64) -> bool) {
        self.kept.retain(|(source, _), _| is_there(*source));
        self.bytes = self.kept.values().map(|k| k.bytes).sum();
    }

    /// What to paint in the place of a tile.
    pub(super) fn quads(&mut self, ctx: &egui::Context, source: u64, id: TileId, asked: &Asked) -> Vec<Quad> {
        if let Some(piece) = &asked.shown
            && let Some(texture) = self.texture(ctx, source, piece)
        {
            return vec![Quad { texture, uv: square(piece.corner, piece.part), part: WHOLE }];
        }
        if asked.state == State::None && asked.shown.is_none() {
            return Vec::new();
        }
        self.stand_ins(source, id)
    }

    /// The texture of a piece, handed over now if it has not been; `None` where that has to wait.
    fn texture(&mut self, ctx: &egui::Context, source: u64, piece: &Piece) -> Option<TextureId> {
        let pass = self.pass;
        if let Some(kept) = self.kept.get_mut(&(source, piece.of))
            && std::ptr::eq(kept.of.as_ptr(), Arc::as_ptr(&piece.pixels))
        {
            kept.used = pass;
            return Some(kept.handle.id());
        }
        let size = [piece.pixels.width() as usize, piece.pixels.height() as usize];
        let pixels = size.iter().product::<usize>();
        if size.iter().any(|side| *side > ctx.input(|i| i.max_texture_side)) {
            return None;
        }
        if self.left < PIXELS_A_PASS && pixels > self.left {
            self.more = true;
            return None;
        }
        self.left = self.left.saturating_sub(pixels);
        let image = ColorImage::from_rgba_premultiplied(size, piece.pixels.data());
        let handle = ctx.load_texture("map source", image, TextureOptions::LINEAR);
        let texture = handle.id();
        let kept = Kept { handle, of: Arc::downgrade(&piece.pixels), used: pass, bytes: pixels * 4 };
        self.bytes += kept.bytes;
        if let Some(old) = self.kept.insert((source, piece.of), kept) {
            self.bytes -= old.bytes;
        }
        Some(texture)
    }

    /// What was handed over before and shows the place of a tile: itself as it was, all finer ones, a coarser one, some finer
    /// ones.
    fn stand_ins(&mut self, source: u64, id: TileId) -> Vec<Quad> {
        if let Some(texture) = self.seen(source, id) {
            return vec![Quad { texture, uv: WHOLE, part: WHOLE }];
        }
        let mut finer = Vec::new();
        let is_whole = self.finer(source, id, WHOLE, BELOW, &mut finer);
        if !is_whole {
            for up in 1..=ABOVE.min(id.zoom) {
                if let (Some(above), Some((corner, side))) = (id.ancestor(up), id.part_of_ancestor(up))
                    && let Some(texture) = self.seen(source, above)
                {
                    return vec![Quad { texture, uv: square(corner, side), part: WHOLE }];
                }
            }
        }
        finer
    }

    /// Gathers finer tiles in `part` of a tile's place; whether they cover it.
    fn finer(&mut self, source: u64, id: TileId, part: Rect, depth: u8, out: &mut Vec<Quad>) -> bool {
        let Some(zoom) = id.zoom.checked_add(1).filter(|z| *z < 32) else { return false };
        let mut is_whole = true;
        for (dx, dy) in [(0_u32, 0_u32), (1, 0), (0, 1), (1, 1)] {
            let child = TileId { zoom, x: 2 * id.x + dx, y: 2 * id.y + dy };
            let half = part.size() / 2.0;
            let part = Rect::from_min_size(part.min + vec2(half.x * dx as f32, half.y * dy as f32), half);
            is_whole &= match self.seen(source, child) {
                Some(texture) => {
                    out.push(Quad { texture, uv: WHOLE, part });
                    true
                }
                None => depth > 1 && self.finer(source, child, part, depth - 1, out),
            };
        }
        is_whole
    }

    fn seen(&mut self, source: u64, id: TileId) -> Option<TextureId> {
        let pass = self.pass;
        let kept = self.kept.get_mut(&(source, id))?;
        kept.used = pass;
        Some(kept.handle.id())
    }

    fn make_room(&mut self) {
        if self.bytes <= KEPT {
            return;
        }
        let old = self.kept.iter().filter(|(_, k)| k.used + STALE_PASSES < self.pass);
        let mut old: Vec<(u64, (u64, TileId))> = old.map(|(id, k)| (k.used, *id)).collect();
        old.sort_unstable();
        for (_, id) in old {
            if self.bytes <= KEPT {
                break;
            }
            if let Some(gone) = self.kept.remove(&id) {
                self.bytes -= gone.bytes;
            }
        }
    }
}

fn square([x, y]: [f32; 2], side: f32) -> Rect {
    Rect::from_min_size(pos2(x, y), vec2(side, side))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: TileId = TileId { zoom: 5, x: 10, y: 12 };

    fn ready(id: TileId) -> Asked {
        let pixels = Arc::new(Pixmap::new(8, 8).unwrap());
        Asked { state: State::Ready, shown: Some(Piece { of: id, pixels, corner: [0.0; 2], part: 1.0 }) }
    }

    fn loading() -> Asked {
        Asked { state: State::Loading, shown: None }
    }

    #[test]
    fn what_was_seen_stays_until_there_is_something_better() {
        let ctx = egui::Context::default();
        let mut textures = Textures::default();
        textures.begin(1);
        let first = textures.quads(&ctx, 1, ID, &ready(ID));
        // The same place in other colours is on its way.
        assert_eq!(textures.quads(&ctx, 1, ID, &loading()), first);
        // Zooming in, a quarter of it stands in; zooming out, it stands in for a quarter.
        let child = TileId { zoom: 6, x: 21, y: 24 };
        let below = textures.quads(&ctx, 1, child, &loading());
        assert_eq!((below[0].texture, below[0].uv), (first[0].texture, square([0.5, 0.0], 0.5)));
        let above = textures.quads(&ctx, 1, ID.ancestor(1).unwrap(), &loading());
        assert_eq!((above[0].texture, above[0].part), (first[0].texture, square([0.0, 0.0], 0.5)));
        assert!(textures.quads(&ctx, 2, ID, &loading()).is_empty(), "nothing of another source");
        let none = Asked { state: State::None, shown: None };
        assert!(textures.quads(&ctx, 1, ID, &none).is_empty(), "where there is nothing, nothing stands in");
    }

    #[test]
    fn four_finer_tiles_are_better_than_a_coarser_one_and_that_better_than_some() {
        let ctx = egui::Context::default();
        let mut textures = Textures::default();
        textures.begin(1);
        let parent = ID.ancestor(1).unwrap();
        textures.quads(&ctx, 1, parent, &ready(parent));
        for n in 0..4 {
            assert_eq!(textures.quads(&ctx, 1, ID, &loading()).len(), 1);
            let child = TileId { zoom: 6, x: 20 + n % 2, y: 24 + n / 2 };
            textures.quads(&ctx, 1, child, &ready(child));
        }
        assert_eq!(textures.quads(&ctx, 1, ID, &loading()).len(), 4);
    }

    #[test]
    fn memory_is_bounded_and_what_is_in_sight_stays() {
        let ctx = egui::Context::default();
        let mut textures = Textures::default();
        let big = |x| {
            let pixels = Arc::new(Pixmap::new(1_024, 1_024).unwrap());
            let of = TileId { zoom: 9, x, y: 0 };
            (of, Asked { state: State::Ready, shown: Some(Piece { of, pixels, corner: [0.0; 2], part: 1.0 }) })
        };
        let (id, first) = big(0);
        for pass in 0..80 {
            textures.begin(pass);
            textures.quads(&ctx, 1, id, &first);
            let (other, asked) = big(1 + pass as u32);
            textures.quads(&ctx, 1, other, &asked);
        }
        assert!(textures.bytes <= KEPT + (8 << 20), "{}", textures.bytes);
        assert!(textures.kept.contains_key(&(1, id)) && !textures.kept.contains_key(&(1, big(1).0)));
        textures.keep(|source| source != 1);
        assert_eq!((textures.bytes, textures.kept.len()), (0, 0));
    }

    #[test]
    fn a_pass_hands_over_few_and_says_that_there_are_more() {
        let ctx = egui::Context::default();
        let mut textures = Textures::default();
        textures.begin(1);
        let big = |x| {
            let pixels = Arc::new(Pixmap::new(1_024, 1_024).unwrap());
            let of = TileId { zoom: 9, x, y: 0 };
            (of, Asked { state: State::Ready, shown: Some(Piece { of, pixels, corner: [0.0; 2], part: 1.0 }) })
        };
        let shown: usize = (0..3).map(big).map(|(id, a)| textures.quads(&ctx, 1, id, &a).len()).sum();
        assert_eq!((shown, textures.has_more()), (2, true));
        textures.begin(2);
        assert!(!textures.has_more());
    }
}
