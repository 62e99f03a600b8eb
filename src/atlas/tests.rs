//! The shipped data held against what is known of it, and the base picture against itself.

use std::collections::HashSet;

use geo::{Geodesic, GeodesicArea, Length};
use geo::{LineString, Polygon};

use super::*;

fn line_string(line: &Line) -> LineString {
    line.points().iter().map(|p| mercator::degrees_from_world(*p)).map(|[lon, lat]| (lon, lat)).collect()
}

fn km(lines: &[Line]) -> f64 {
    lines.iter().map(|l| Geodesic.length(&line_string(l)) / 1000.0).sum()
}

fn km2(ring: &Line) -> f64 {
    Polygon::new(line_string(ring), Vec::new()).geodesic_area_signed().abs() / 1e6
}

#[test]
fn every_section_of_the_pack_is_there() {
    let a = atlas();
    assert_eq!(a.boundaries().len(), 36);
    for boundary in a.boundaries() {
        assert!(!boundary.lines.is_empty(), "{} has no lines", boundary.id);
    }
    for (what, lines, least) in [
        ("provinces", &a.provinces, 100),
        ("provinces abroad", &a.provinces_abroad, 10),
        ("rivers", &a.rivers, 80),
        ("lakes", &a.lakes, 30),
        ("islands", &a.islands, 9),
        ("sea", &a.sea, 1),
        ("sea shore", &a.sea_shore, 1),
        ("land", &a.world_land, 1000),
        ("world borders", &a.world_borders, 200),
        ("world coast", &a.world_coast, 1000),
    ] {
        assert!(lines.len() >= least, "{what}: {}", lines.len());
        assert!(lines.iter().all(|l| l.points().len() > 1 && l.points().len() == l.need().len()), "{what}");
    }
    assert_eq!(a.shore_distance.cells.len() % a.shore_distance.columns, 0);
}

#[test]
fn a_border_has_its_first_state_on_the_left() {
    let a = atlas();
    let towns = |names: &[&str]| -> Vec<[f64; 2]> {
        let of = |n: &&str| {
            a.toponyms().iter().find(|t| t.names.get(Language::En) == Some(n)).unwrap_or_else(|| panic!("{n}"))
        };
        names.iter().map(|n| mercator::world_from_lonlat(of(n).lonlat)).collect()
    };
    for (id, left, right) in [
        (
            "border-am-az",
            &["Jermuk", "Goris", "Kapan", "Sotk", "Berd"][..],
            &["Kalbajar", "Lachin", "Shahbuz", "Ordubad"][..],
        ),
        ("border-az-ge", &["Qazakh"], &["Rustavi"]),
        ("border-am-tr", &["Gyumri", "Armavir"], &["Iğdır", "Kars"]),
    ] {
        let border = a.boundary(id).unwrap();
        for (towns, is_left) in [(towns(left), true), (towns(right), false)] {
            for [x, y] in towns {
                let segments = border.lines.iter().flat_map(|l| l.points().windows(2));
                let far = |s: &&[[f64; 2]]| {
                    let (dx, dy) = (s[1][0] - s[0][0], s[1][1] - s[0][1]);
                    let t = ((x - s[0][0]) * dx + (y - s[0][1]) * dy) / (dx * dx + dy * dy).max(1e-30);
                    let t = t.clamp(0.0, 1.0);
                    (x - s[0][0] - t * dx).hypot(y - s[0][1] - t * dy)
                };
                let s = segments.min_by(|a, b| far(a).total_cmp(&far(b))).unwrap();
                // y grows southwards: left of the way east is the smaller y.
                let side = (x - s[0][0]) * (s[1][1] - s[0][1]) - (y - s[0][1]) * (s[1][0] - s[0][0]);
                assert_eq!(side > 0.0, is_left, "{id} at {:?}", mercator::degrees_from_world([x, y]));
            }
        }
        let sides = border.sides.as_ref().unwrap();
        assert_ne!(sides[0], sides[1]);
    }
    assert_eq!(a.courses().len(), 3);
    assert!(a.courses().iter().all(|c| c.names.iter().count() == 4 && km(&c.lines) > 40.0));
}

#[test]
fn the_armenia_azerbaijan_border_is_as_long_as_its_source_says_and_has_no_gap() {
    let border = atlas().boundary("border-am-az").unwrap();
    let length = km(&border.lines);
    // 893.3 km that the two outlines of the source share, and 19 km drawn midway where they differ.
    assert!((length / (893.3 + 19.0) - 1.0).abs() < 0.01, "{length} km");
    let ends: Vec<[f64; 2]> =
        border.lines.iter().flat_map(|l| [l.points()[0], l.points()[l.points().len() - 1]]).collect();
    for end in ends.iter().filter(|a| ends.iter().filter(|b| b == a).count() == 1) {
        let [lon, lat] = mercator::degrees_from_world(*end);
        let corners = [(44.77, 39.71), (46.14, 38.84), (46.53, 38.87), (45.01, 41.30)];
        let near = corners.iter().any(|(x, y)| (lon - x).hypot(lat - y) < 0.02);
        assert!(near, "the border breaks off at {lat:.4}, {lon:.4}, where no third country begins");
    }
    assert!(border.focus);
    let nakhchivan = WorldRect::from_degrees(44.7, 38.8, 46.2, 39.85);
    assert!(border.lines.iter().any(|l| nakhchivan.contains(&l.bbox())), "Nakhchivan is part of it");
}

#[test]
fn the_area_held_until_2020_is_11_554_square_km() {
    let held = atlas().boundary("held-1994-2020").unwrap();
    let area: f64 = held.area.as_ref().unwrap().iter().map(km2).sum();
    assert!((area / 11_554.0 - 1.0).abs() < 0.03, "{area} km²");
    let artsvashen =
        atlas().boundary("exclave-artsvashen").unwrap().area.as_ref().unwrap().iter().map(km2).sum::<f64>();
    assert!((35.0..45.0).contains(&artsvashen), "{artsvashen} km²");
}

#[test]
fn every_boundary_has_names_an_exactness_a_data_set_and_dates_that_make_sense() {
    let a = atlas();
    let ids: HashSet<&str> = a.boundaries().iter().map(|b| b.id).collect();
    assert_eq!(ids.len(), a.boundaries().len(), "ids are unique");
    for b in a.boundaries() {
        assert_eq!(b.names.iter().count(), 4, "{}", b.id);
        assert!(b.exactness_km > 0.0, "{}", b.id);
        assert!(a.datasets().get(b.dataset).is_some_and(|d| !d.licence.is_empty() && !d.attribution.is_empty()));
        if let (Some(from), Some(to)) = (b.valid_from, b.valid_to) {
            assert!(from.span().start < to.span().start, "{}", b.id);
        }
        if b.status != BoundaryStatus::International && b.status != BoundaryStatus::Administrative {
            assert!(b.valid_from.is_some(), "{} needs a date", b.id);
            assert!(b.valid_to.is_some() || b.status == BoundaryStatus::Claimed, "{} needs an end", b.id);
        }
    }
    // At every moment there is exactly one border between Armenia and Azerbaijan proper.
    for day in [("1990-01-20"), ("1991-10-17"), ("1991-10-18"), ("2020-10-01"), ("2022-09-13")] {
        let span = crate::model::Moment::parse(day).unwrap().span();
        let valid =
            a.boundaries().iter().filter(|b| b.id.starts_with("border-am-az") && b.is_valid_in(span.start, span.end));
        assert_eq!(valid.count(), 1, "{day}");
    }
    let day = crate::model::Moment::parse("2022-09-13").unwrap().span();
    assert!(!a.boundary("held-1994-2020").unwrap().is_valid_in(day.start, day.end));
}

fn holds(ring: &Line, [lon, lat]: [f64; 2]) -> bool {
    use geo::Contains;
    Polygon::new(line_string(ring), Vec::new()).contains(&geo::Point::new(lon, lat))
}

/// Towns that tell the areas of the atlas apart, by the coordinates in the gazetteer.
const TOWNS: [(&str, [f64; 2]); 22] = [
    ("Stepanakert", [46.753, 39.818]),
    ("Shusha", [46.750, 39.760]),
    ("Askeran", [46.832, 39.939]),
    ("Khojaly", [46.792, 39.914]),
    ("Martakert", [46.813, 40.215]),
    ("Martuni", [47.112, 39.795]),
    ("Hadrut", [47.030, 39.517]),
    ("Talish", [46.741, 40.381]),
    ("Madagiz", [46.745, 40.327]),
    ("Chartar", [47.020, 39.750]),
    ("Togh", [46.965, 39.585]),
    ("Aghdam", [46.927, 39.991]),
    ("Fuzuli", [47.145, 39.601]),
    ("Jabrayil", [47.028, 39.399]),
    ("Lachin", [46.550, 39.637]),
    ("Kalbajar", [46.044, 40.110]),
    ("Gubadly", [46.582, 39.344]),
    ("Zangilan", [46.660, 39.084]),
    ("Tartar", [46.932, 40.342]),
    ("Zabukh", [46.543, 39.590]),
    ("Goris", [46.342, 39.511]),
    ("Hakari bridge", [46.585, 39.550]),
];

/// An area holds exactly these of the towns, and is as large as published, give or take a tenth.
fn check_area(id: &str, within: &[&str], published_km2: f64) {
    let boundary = atlas().boundary(id).unwrap();
    assert!(boundary.is_schematic && boundary.exactness_km >= 2.0, "{id} must look as drawn by hand");
    let [ring] = &**boundary.area.as_ref().unwrap() else { panic!("{id} has more than one part") };
    let found: Vec<&str> = TOWNS.iter().filter(|(_, at)| holds(ring, *at)).map(|(name, _)| *name).collect();
    assert_eq!(found, within, "{id}");
    let area = km2(ring);
    assert!((area / published_km2 - 1.0).abs() < 0.1, "{id}: {area} km², published {published_km2}");
}

#[test]
fn the_former_oblast_holds_its_towns_and_has_its_published_area() {
    let towns = [
        "Stepanakert",
        "Shusha",
        "Askeran",
        "Khojaly",
        "Martakert",
        "Martuni",
        "Hadrut",
        "Talish",
        "Madagiz",
        "Chartar",
    ];
    check_area("nkao-1923-1991", &[&towns[..], &["Togh"]].concat(), 4388.0);
}

#[test]
fn the_former_oblast_touches_armenia_nowhere() {
    let ring = &atlas().boundary("nkao-1923-1991").unwrap().lines[0];
    let border: Vec<[f64; 2]> =
        atlas().boundary("border-am-az").unwrap().lines.iter().flat_map(|l| l.points().to_vec()).collect();
    let lonlat = |p: [f64; 2]| mercator::lonlat_from_world(p);
    let pairs =
        ring.points().iter().flat_map(|a| border.iter().map(move |b| toponym::distance_km(lonlat(*a), lonlat(*b))));
    let nearest = pairs.fold(f64::INFINITY, |near, km| near.min(f64::from(km as f32)));
    assert!((4.0..20.0).contains(&nearest), "{nearest} km");
}

#[test]
fn the_area_of_the_peacekeepers_holds_its_towns_and_has_about_the_published_area() {
    let towns = ["Stepanakert", "Askeran", "Khojaly", "Martakert", "Martuni", "Chartar"];
    check_area("peacekeepers-2020-2023", &towns, 3000.0);
    // The line of contact is its edge.
    let (area, line) =
        (atlas().boundary("peacekeepers-2020-2023").unwrap(), atlas().boundary("contact-2020-2023").unwrap());
    assert_eq!(area.lines[0].points(), line.lines[0].points());
}

#[test]
fn districts_handed_over_in_2020_hold_their_towns() {
    // Parts of the districts that were held: Aghdam's about 842 km² by Azerbaijan, less what lay in the oblast.
    for (id, town) in [("aghdam-2020", "Aghdam"), ("kalbajar-2020", "Kalbajar"), ("lachin-2020", "Lachin")] {
        let ring = &atlas().boundary(id).unwrap().lines[0];
        let also: &[&str] = if id == "lachin-2020" { &["Zabukh", "Hakari bridge"] } else { &[] };
        let found: Vec<&str> = TOWNS.iter().filter(|(_, at)| holds(ring, *at)).map(|(name, _)| *name).collect();
        assert_eq!(found, [&[town], also].concat(), "{id}");
    }
}

#[test]
fn the_corridors_are_5_km_wide_and_lead_through_their_places() {
    for (id, within, middle) in [
        ("corridor-2020-2022", &["Lachin", "Zabukh"][..], [[46.545, 39.597], [46.562, 39.635], [46.6, 39.665]]),
        ("corridor-2022-2023", &["Hakari bridge"], [[46.588, 39.55], [46.625, 39.58], [46.655, 39.615]]),
    ] {
        let b = atlas().boundary(id).unwrap();
        let ring = &b.lines[0];
        let found: Vec<&str> = TOWNS.iter().filter(|(_, at)| holds(ring, *at)).map(|(name, _)| *name).collect();
        assert_eq!(found, within, "{id}");
        // Across the middle of each stretch of the road, 2.3 km to either side is inside and 2.8 km is not.
        for pair in middle.windows(2) {
            let [[ax, ay], [bx, by]]: [[f64; 2]; 2] = [pair[0], pair[1]];
            let wide = 111.32 * ay.to_radians().cos();
            let (dx, dy) = ((bx - ax) * wide, (by - ay) * 110.9);
            let length = dx.hypot(dy);
            let aside = |km: f64| {
                [f64::midpoint(ax, bx) - dy / length * km / wide, f64::midpoint(ay, by) + dx / length * km / 110.9]
            };
            for (km, is_in) in [(2.3, true), (-2.3, true), (2.8, false), (-2.8, false)] {
                assert_eq!(holds(ring, aside(km)), is_in, "{id}, {km} km aside");
            }
        }
        assert!(b.status == BoundaryStatus::Corridor && b.is_schematic);
    }
}

#[test]
fn what_is_claimed_by_place_is_a_circle_as_wide_as_it_is_inexact() {
    let claimed: Vec<&Boundary> = atlas().boundaries().iter().filter(|b| b.status == BoundaryStatus::Claimed).collect();
    assert_eq!(claimed.len(), 5);
    for b in claimed {
        let radius = (km2(&b.lines[0]) / std::f64::consts::PI).sqrt();
        assert!((radius / f64::from(b.exactness_km) - 1.0).abs() < 0.02, "{}: {radius} km", b.id);
    }
}

#[test]
fn the_border_within_the_area_held_is_known() {
    let b = atlas().boundary("border-am-az").unwrap();
    let (open, held) = b.lines.split_at(b.open);
    let (open, held) = (km(open), km(held));
    // From the Murovdag to the Araz; the rest is Tavush in the north and Nakhchivan.
    assert!((280.0..480.0).contains(&held) && open > 400.0, "{open} km and {held} km");
}

#[test]
fn coarse_lines_keep_their_ends_and_are_much_shorter_lists() {
    let a = atlas();
    let lines = a.boundaries().iter().flat_map(|b| b.lines.iter()).chain(a.provinces()).chain(a.rivers());
    for line in lines {
        let coarse: Vec<[f64; 2]> = line.at_zoom(0.0).collect();
        assert_eq!(coarse.first(), line.points().first());
        assert_eq!(coarse.last(), line.points().last());
    }
    let count =
        |zoom: f64| a.boundary("border-am-az").unwrap().lines.iter().map(|l| l.at_zoom(zoom).count()).sum::<usize>();
    assert!(count(5.0) < 200 && count(5.0) < count(9.0) && count(9.0) < count(16.0), "{} {}", count(5.0), count(9.0));
}

#[test]
fn labelled_places_have_a_name_in_every_language_and_each_in_its_script() {
    let a = atlas();
    let labelled: Vec<&Toponym> = a.toponyms().iter().filter(|t| t.is_labelled()).collect();
    assert!(labelled.len() > 1000, "{}", labelled.len());
    for t in labelled {
        for (code, ranges) in [("hy", 'Ա'..='֏'), ("ru", 'Ѐ'..='ӿ')] {
            let name = t.names.get_code(code).unwrap_or_else(|| panic!("{:?} has no {code}", t.names));
            let foreign = name.chars().find(|c| c.is_alphabetic() && !ranges.contains(c));
            assert_eq!(foreign, None, "{code}: {name}");
        }
        for code in ["en", "az"] {
            let name = t.names.get_code(code).unwrap_or_else(|| panic!("{:?} has no {code}", t.names));
            let foreign = name.chars().find(|c| c.is_alphabetic() && *c > 'ə' && !('Ḁ'..='ỿ').contains(c));
            assert_eq!(foreign, None, "{code}: {name}");
        }
    }
}

#[test]
fn no_name_is_labelled_twice_on_one_spot_and_the_capitals_come_first() {
    let labelled: Vec<&Toponym> = atlas().toponyms().iter().filter(|t| t.is_labelled()).collect();
    for (i, a) in labelled.iter().enumerate() {
        for b in
            labelled.iter().skip(i + 1).filter(|b| b.kind == a.kind && b.names.get_code("en") == a.names.get_code("en"))
        {
            assert!(toponym::distance_km(a.lonlat, b.lonlat) > 6.0, "{:?}", a.names);
        }
    }
    let mut towns: Vec<&&Toponym> = labelled.iter().filter(|t| t.kind == ToponymKind::Settlement).collect();
    towns.sort_by(|a, b| a.min_zoom.total_cmp(&b.min_zoom));
    let first: HashSet<&str> = towns.iter().take(3).filter_map(|t| t.names.get_code("en")).collect();
    assert_eq!(first, HashSet::from(["Yerevan", "Baku", "Tbilisi"]));
}

#[test]
fn no_name_needs_a_glyph_that_the_fonts_lack() {
    let mut wanted: HashSet<char> = HashSet::new();
    for t in atlas().toponyms() {
        wanted.extend(t.names.iter().flat_map(|(_, n)| n.chars()));
    }
    for b in atlas().boundaries() {
        wanted.extend(b.names.iter().flat_map(|(_, n)| n.chars()));
    }
    for file in ["NotoSans-Regular", "NotoSansArmenian-Regular", "NotoSansGeorgian-Regular"] {
        let font = std::fs::read(format!("{}/assets/fonts/{file}.ttf", env!("CARGO_MANIFEST_DIR"))).unwrap();
        let mapped = mapped_characters(&font);
        wanted.retain(|c| !mapped.contains(c));
    }
    assert!(wanted.is_empty(), "no glyph for {wanted:?}");
}

/// The characters a TrueType font maps, read from its `cmap` (formats 4 and 12, which Noto has).
fn mapped_characters(font: &[u8]) -> HashSet<char> {
    let u16_at = |at: usize| font.get(at..at + 2).map_or(0, |b| usize::from(u16::from_be_bytes([b[0], b[1]])));
    let u32_at = |at: usize| u16_at(at) << 16 | u16_at(at + 2);
    let tables = (0..u16_at(4)).map(|i| 12 + i * 16);
    let cmap = tables.into_iter().find(|at| &font[*at..at + 4] == b"cmap").map(|at| u32_at(at + 8)).unwrap();
    let mut found = HashSet::new();
    for i in 0..u16_at(cmap + 2) {
        let at = cmap + u32_at(cmap + 8 + i * 8);
        match u16_at(at) {
            4 => {
                let n = u16_at(at + 6) / 2;
                for s in 0..n {
                    let (end, start) = (u16_at(at + 14 + s * 2), u16_at(at + 16 + n * 2 + s * 2));
                    found.extend((start..=end.min(0xFFFE)).filter_map(|c| char::from_u32(c as u32)));
                }
            }
            12 => {
                for g in 0..u32_at(at + 12) {
                    let group = at + 16 + g * 12;
                    found.extend((u32_at(group)..=u32_at(group + 4)).filter_map(|c| char::from_u32(c as u32)));
                }
            }
            _ => {}
        }
    }
    found
}

#[test]
fn a_place_is_found_by_any_name_and_the_important_one_first() {
    let a = atlas();
    let first = |query: &str| a.find(query, 5).first().map(|t| t.names.best(crate::model::Language::En).to_owned());
    assert_eq!(first("erevan").as_deref(), Some("Yerevan"));
    assert_eq!(first("Երևան").as_deref(), Some("Yerevan"));
    assert_eq!(first("xankendi"), first("stepanakert"));
    assert_eq!(first("Джермук").as_deref(), Some("Jermuk"));
    assert!(a.find("", 5).is_empty());
    assert!(a.find("zzzzqq", 5).is_empty());
    assert!(a.find("a", 7).len() == 7);
    let (near, km) = a.nearest(LonLat::new(45.672, 39.84).unwrap()).unwrap();
    assert_eq!(near.names.best(crate::model::Language::En), "Jermuk");
    assert!(km < 2.0);
}

fn rgb(map: &tiny_skia::Pixmap, x: u32, y: u32) -> [i32; 3] {
    let p = map.pixel(x, y).unwrap();
    [p.red(), p.green(), p.blue()].map(i32::from)
}

fn at(lon: f64, lat: f64, zoom: f64, colors: &BaseColors) -> [i32; 3] {
    let [x, y] = mercator::world_from_degrees(lon, lat);
    let half = 4.0 * mercator::world_per_point(zoom);
    let map = paint_base(WorldRect { x0: x - half, y0: y - half, x1: x + half, y1: y + half }, 8, 8, 1.0, zoom, colors);
    rgb(&map, 4, 4)
}

#[test]
fn sea_lake_and_land_have_their_colours_at_every_zoom() {
    let flat = BaseColors { relief: Relief::None, deep: BaseColors::LIGHT.sea, ..BaseColors::LIGHT };
    for zoom in [3.0, 6.0, 9.0, 13.0, 18.0] {
        assert_eq!(at(51.0, 42.0, zoom, &flat), flat.sea.map(i32::from), "Caspian, zoom {zoom}");
        assert_eq!(at(47.3, 40.2, zoom, &flat), flat.land.map(i32::from), "Kura plain, zoom {zoom}");
        assert_eq!(at(34.0, 43.3, zoom, &flat), flat.sea.map(i32::from), "Black Sea, zoom {zoom}");
        assert_eq!(at(60.0, 55.0, zoom, &flat), flat.land.map(i32::from), "Urals, zoom {zoom}");
    }
    for zoom in [8.0, 12.0, 18.0] {
        assert_eq!(at(45.35, 40.33, zoom, &flat), flat.lake.map(i32::from), "Sevan, zoom {zoom}");
    }
}

#[test]
fn the_world_repeats_beyond_its_edge() {
    let world = |worlds: f64| {
        let area = WorldRect { x0: 0.60, y0: 0.36, x1: 0.66, y1: 0.40 }.shifted(worlds);
        paint_base(area, 60, 40, 1.0, 2.0, &BaseColors::PRINT)
    };
    let differing = world(0.0).data().iter().zip(world(1.0).data()).filter(|(a, b)| a.abs_diff(**b) > 2).count();
    assert_eq!(differing, 0);
}

#[test]
fn neighbouring_tiles_are_the_halves_of_one_picture() {
    // Over the edge of the detailed box in the Caspian, over Lake Sevan with relief, and at a village.
    for (x, y, zoom) in [(10, 5, 4), (160, 95, 8), (10_264 * 8, 6_170 * 8, 17)] {
        let size = 64;
        let tile =
            |x: u32| paint_base(WorldRect::of_tile(x, y, zoom), size, size, 0.25, f64::from(zoom), &BaseColors::LIGHT);
        let (left, right) = (tile(x), tile(x + 1));
        let area = WorldRect { x1: WorldRect::of_tile(x + 1, y, zoom).x1, ..WorldRect::of_tile(x, y, zoom) };
        let both = paint_base(area, size * 2, size, 0.25, f64::from(zoom), &BaseColors::LIGHT);
        for py in 0..size {
            for (px, map, from) in [(size - 1, &left, 0), (0, &right, size)] {
                let (a, b) = (rgb(map, px, py), rgb(&both, px + from, py));
                assert!(a.iter().zip(b).all(|(a, b)| (a - b).abs() <= 3), "{x}/{y}/{zoom} {px},{py}: {a:?} {b:?}");
            }
        }
    }
}
