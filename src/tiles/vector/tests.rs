//! Vector tiles made by the tests themselves.

use super::*;
use crate::view::Theme;

/// Bytes in the form of protocol buffers.
#[derive(Clone, Default)]
pub(in crate::tiles) struct Writer(Vec<u8>);

impl Writer {
    pub(in crate::tiles) fn varint(mut self, mut n: u64) -> Self {
        while n >= 0x80 {
            self.0.push(n as u8 | 0x80);
            n >>= 7;
        }
        self.0.push(n as u8);
        self
    }

    pub(in crate::tiles) fn number(self, field: u64, n: u64) -> Self {
        self.varint(field << 3).varint(n)
    }

    pub(in crate::tiles) fn bytes(self, field: u64, bytes: &[u8]) -> Self {
        let mut out = self.varint(field << 3 | 2).varint(bytes.len() as u64);
        out.0.extend_from_slice(bytes);
        out
    }
}

fn zig(n: i64) -> u64 {
    ((n << 1) ^ (n >> 63)) as u64
}

/// A geometry: rings or lines, the former closed.
fn geometry(parts: &[&[(i64, i64)]], closed: bool) -> Vec<u8> {
    let mut out = Writer::default();
    let (mut x, mut y) = (0, 0);
    for part in parts {
        for (n, (u, v)) in part.iter().enumerate() {
            out = match n {
                0 => out.varint(9),
                1 => out.varint(((part.len() as u64 - 1) << 3) | 2),
                _ => out,
            };
            out = out.varint(zig(u - x)).varint(zig(v - y));
            (x, y) = (*u, *v);
        }
        if closed {
            out = out.varint(15);
        }
    }
    out.0
}

/// A layer with features of one tag each: value, kind (2 line, 3 area) and geometry.
fn layer(name: &str, key: &str, features: &[(&str, u64, Vec<u8>)]) -> Vec<u8> {
    let mut out = Writer::default().number(15, 2).bytes(1, name.as_bytes());
    for (n, (_, kind, geometry)) in features.iter().enumerate() {
        let tags = Writer::default().varint(0).varint(n as u64).0;
        out = out.bytes(2, &Writer::default().bytes(2, &tags).number(3, *kind).bytes(4, geometry).0);
    }
    out = out.bytes(3, key.as_bytes());
    for (value, ..) in features {
        out = out.bytes(4, &Writer::default().bytes(1, value.as_bytes()).0);
    }
    out.number(5, 4_096).0
}

fn tile(layers: &[Vec<u8>]) -> Vec<u8> {
    layers.iter().fold(Writer::default(), |out, layer| out.bytes(3, layer)).0
}

fn area(l: i64, t: i64, r: i64, b: i64) -> Vec<u8> {
    geometry(&[&[(l, t), (r, t), (r, b), (l, b)]], true)
}

const AT: TileId = TileId { zoom: 13, x: 5_100, y: 3_080 };

fn drawn(bytes: &[u8], theme: Theme) -> Pixmap {
    pixels(bytes, AT, 0, Wanted { density: 1.0, theme }).unwrap()
}

/// The colour at a spot in units of the tile, and how much it covers.
fn at(map: &Pixmap, x: u32, y: u32) -> [u8; 4] {
    let p = map.pixel(x / 8, y / 8).unwrap().demultiply();
    [p.red(), p.green(), p.blue(), p.alpha()]
}

fn rgb(crate::view::theme::Rgb(r, g, b): crate::view::theme::Rgb) -> [u8; 4] {
    [r, g, b, 255]
}

/// The same place as three makers of tiles write it: a lake, a wood, a motorway and a railway.
fn three() -> [Vec<u8>; 3] {
    let lake = area(0, 0, 2_000, 2_000);
    let wood = area(2_100, 0, 4_096, 2_000);
    let (road, rail) =
        (geometry(&[&[(-100, 3_000), (4_200, 3_000)]], false), geometry(&[&[(0, 3_600), (4_096, 3_600)]], false));
    let border = geometry(&[&[(0, 2_500), (4_096, 2_500)]], false);
    let f = |v, k, g: &Vec<u8>| (v, k, g.clone());
    [
        tile(&[
            layer("water", "class", &[f("lake", 3, &lake)]),
            layer("landcover", "class", &[f("wood", 3, &wood)]),
            layer("transportation", "class", &[f("motorway", 2, &road), f("rail", 2, &rail)]),
            layer("boundary", "class", &[f("x", 2, &border)]),
            layer("place", "class", &[f("city", 1, &geometry(&[&[(9, 9)]], false))]),
        ]),
        tile(&[
            layer("water_polygons", "kind", &[f("water", 3, &lake)]),
            layer("land", "kind", &[f("forest", 3, &wood)]),
            layer("streets", "kind", &[f("motorway", 2, &road), f("rail", 2, &rail)]),
            layer("boundaries", "kind", &[f("x", 2, &border)]),
        ]),
        tile(&[
            layer("earth", "kind", &[f("earth", 3, &area(0, 0, 4_096, 4_096))]),
            layer("water", "kind", &[f("lake", 3, &lake)]),
            layer("landuse", "kind", &[f("wood", 3, &wood)]),
            layer("roads", "kind", &[f("highway", 2, &road), f("rail", 2, &rail)]),
            layer("boundaries", "kind", &[f("country", 2, &border)]),
        ]),
    ]
}

#[test]
fn the_layers_of_the_three_makers_are_drawn_alike_without_boundaries_and_names() {
    for theme in Theme::ALL {
        let colors = theme.colors();
        for (n, bytes) in three().iter().enumerate() {
            let map = drawn(bytes, theme);
            assert_eq!(map.width(), 512);
            assert_eq!(at(&map, 1_000, 1_000), rgb(colors.sea), "{n}");
            let [r, g, b, cover] = at(&map, 3_000, 1_000);
            let want = rgb(colors.shapes.wood);
            assert!((140..=160).contains(&cover) && [r, g, b].iter().zip(want).all(|(a, b)| a.abs_diff(b) <= 2), "{n}");
            assert_eq!(at(&map, 1_000, 3_000), rgb(colors.shapes.main_road), "{n}");
            assert!(at(&map, 1_000, 3_600)[3] > 100, "{n}: a railway");
            assert_eq!(at(&map, 1_000, 2_500)[3], 0, "{n}: a boundary is left out");
            assert_eq!(at(&map, 1_000, 3_300)[3], 0, "{n}: the relief is seen");
        }
    }
}

#[test]
fn packed_and_plain_tiles_dense_and_stretched_ones_are_the_same_map() {
    use std::io::Write;
    let [plain, ..] = three();
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packer.write_all(&plain).unwrap();
    assert_eq!(drawn(&packer.finish().unwrap(), Theme::Light), drawn(&plain, Theme::Light));
    let wanted = Wanted { density: 2.0, theme: Theme::Light };
    let dense = pixels(&plain, AT, 0, wanted).unwrap();
    assert_eq!((dense.width(), dense.pixel(200, 200).unwrap().alpha()), (1_024, 255));
    // The quarter in the north-west of the tile, two zooms finer its corner: all lake.
    let child = TileId { zoom: 15, x: AT.x * 4, y: AT.y * 4 };
    let part = pixels(&plain, child, 2, Wanted { density: 1.0, ..wanted }).unwrap();
    assert!(part.pixels().iter().all(|p| p.alpha() == 255));
}

#[test]
fn holes_of_areas_stay_open_and_areas_cut_by_the_tile_have_no_shore_there() {
    let ring = geometry(
        &[
            &[(0, 0), (4_096, 0), (4_096, 4_096), (0, 4_096)],
            &[(1_000, 1_000), (1_000, 3_000), (3_000, 3_000), (3_000, 1_000)],
        ],
        true,
    );
    let map = drawn(&tile(&[layer("water", "class", &[("lake", 3, ring)])]), Theme::Light);
    assert_eq!(at(&map, 2_000, 2_000)[3], 0);
    assert_eq!(at(&map, 0, 2_000), rgb(Theme::Light.colors().sea), "no line along the edge of the tile");
    assert_ne!(at(&map, 1_000, 2_000), rgb(Theme::Light.colors().sea), "a shore round the island");
}

#[test]
fn layers_of_other_names_are_drawn_thin_and_tunnels_not_at_all() {
    let line = geometry(&[&[(0, 2_048), (4_096, 2_048)]], false);
    let map = drawn(&tile(&[layer("trenches", "x", &[("y", 2, line.clone())])]), Theme::Light);
    assert!(at(&map, 2_000, 2_048)[3] > 100);
    assert!(at(&map, 2_000, 2_200)[3] == 0);
    let map = drawn(&tile(&[layer("transportation", "brunnel", &[("tunnel", 2, line)])]), Theme::Light);
    assert!(map.pixels().iter().all(|p| p.alpha() == 0));
}

#[test]
fn hostile_tiles_are_refused_in_one_line_and_in_time() {
    use std::io::Write;
    let line = |geometry: Vec<u8>| tile(&[layer("roads", "kind", &[("path", 2, geometry)])]);
    let good = three()[0].clone();
    let mut bomb = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    (0..10).for_each(|_| bomb.write_all(&vec![0; 1 << 20]).unwrap());
    let endless: Vec<(i64, i64)> = (0..600_000).map(|n| (n % 2 * 4_096, n % 4_096)).collect();
    let zigzag = &endless[..4_000];
    let with = |at: usize, byte: u8| {
        let mut bytes = good.clone();
        bytes[at] = byte;
        bytes
    };
    let cases: Vec<(&str, Vec<u8>, &str)> = vec![
        ("bomb", bomb.finish().unwrap(), "harm"),
        ("endless", line(geometry(&[&endless], false)), "harm"),
        ("long", line(geometry(&[zigzag, zigzag, zigzag], false)), "longer lines"),
        (
            "count",
            line(Writer::default().varint(9).varint(0).varint(0).varint(u64::from(u32::MAX) << 3 | 2).0),
            "damaged",
        ),
        ("command", line(vec![4]), "damaged"),
        ("no start", line(Writer::default().varint(10).varint(2).varint(2).0), "damaged"),
        ("cut", good[..good.len() - 1].to_vec(), "damaged"),
        ("length", with(1, 0xff), "damaged"),
        ("layers", tile(&vec![Vec::new(); 300]), "harm"),
        ("extent", tile(&[Writer::default().bytes(1, b"roads").number(5, 0).0]), "damaged"),
        ("version", tile(&[Writer::default().bytes(1, b"roads").number(15, 9).0]), "version 9"),
        ("keys", tile(&[(0..20_000).fold(Writer::default().bytes(1, b"roads"), |out, _| out.bytes(3, b"")).0]), "harm"),
        ("text", b"<html>".to_vec(), "a text"),
    ];
    for (name, bytes, want) in cases {
        let start = std::time::Instant::now();
        let said = pixels(&bytes, AT, 0, Wanted { density: 1.0, theme: Theme::Light }).expect_err(name);
        assert!(said.contains(want) && !said.contains('\n'), "{name}: {said}");
        assert!(start.elapsed() < Duration::from_secs(5), "{name}: {:?}", start.elapsed());
    }
}

#[test]
fn the_fullest_tile_that_is_taken_is_drawn_in_time() {
    let zigzag: Vec<(i64, i64)> = (0..4_900).map(|n| (n % 2 * 4_096, n % 4_096)).collect();
    let dashes: Vec<(i64, i64)> = (0..400_000).map(|n| (n % 2 * 8 + n / 4_096, n % 4_096)).collect();
    for (kind, class, points) in
        [(2, "path", &zigzag), (2, "motorway", &zigzag), (3, "wood", &zigzag), (2, "path", &dashes)]
    {
        let name = if kind == 3 { "landuse" } else { "roads" };
        let bytes = tile(&[layer(name, "kind", &[(class, kind, geometry(&[points], kind == 3))])]);
        let start = std::time::Instant::now();
        let made = pixels(&bytes, AT, 0, Wanted { density: 1.0, theme: Theme::Light });
        assert!(start.elapsed() < Duration::from_secs(10), "{class}: {:?} {:?}", start.elapsed(), made.err());
    }
}

#[test]
fn coordinates_far_outside_do_no_harm() {
    let far = geometry(&[&[(-1 << 40, 100), (1 << 40, 200), (i64::from(i32::MAX), -1 << 50)]], true);
    drawn(&tile(&[layer("water", "class", &[("lake", 3, far)])]), Theme::Light);
}
