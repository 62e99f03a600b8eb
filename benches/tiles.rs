//! What the map's fluency rests on: a 512-pixel tile in under 10 ms, decoding the names a search walks through.

use clashmap::atlas::{BaseColors, WorldRect, atlas, paint_base};
use divan::{Bencher, black_box};

fn main() {
    divan::main();
}

/// Tiles as zoom, x, y: the world, the Caucasus, the Caspian shore, Lake Sevan, a village.
const TILES: [(u8, u32, u32); 7] =
    [(2, 2, 1), (5, 20, 12), (7, 80, 48), (8, 160, 97), (9, 320, 193), (11, 1282, 776), (15, 20_540, 12_330)];

#[divan::bench(args = TILES)]
fn tile_512(bencher: Bencher<'_, '_>, (zoom, x, y): (u8, u32, u32)) {
    let area = WorldRect::of_tile(x, y, zoom);
    bencher.bench(|| paint_base(black_box(area), 512, 512, 2.0, f64::from(zoom), &BaseColors::LIGHT));
}

#[divan::bench]
fn find_a_place(bencher: Bencher<'_, '_>) {
    bencher.bench(|| atlas().find(black_box("Xank"), 12).len());
}

#[divan::bench]
fn border_at_zoom_8(bencher: Bencher<'_, '_>) {
    let view = WorldRect::from_degrees(44.0, 39.0, 48.0, 41.5);
    bencher.bench(|| {
        atlas().boundaries().iter().flat_map(|b| b.lines.iter()).map(|l| l.visible(&view, 8.0).len()).sum::<usize>()
    });
}
