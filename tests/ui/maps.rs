//! Map sources: the list, what is allowed, how a picture is tied to the ground, and that window and `render` show the same.
#![allow(clippy::disallowed_methods, reason = "what a test puts into a temporary folder may be half-written")]

use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use clashmap::model::{
    ControlPoint, Incident, Kind, LonLat, MapOrigin, MapSource, Meta, Plane, Project, Role, TiedPicture, Uid,
};
use clashmap::tiles::{Access, Layer, Network, Wanted, compose, open};
use clashmap::view::{Theme, Viewport};
use egui::epaint::{ColorImage, TextureId};
use egui::{Color32, Key, Pos2, Rect, Shape};
use tiny_skia::Pixmap;

use crate::desk::{CTRL, Desk};

/// A PNG of one colour with a darker stroke through it.
fn tile(color: [u8; 3]) -> Vec<u8> {
    let mut out = std::io::Cursor::new(Vec::new());
    let pixel = |x: u32, y: u32| image::Rgb(if (x + y) % 64 < 6 { color.map(|c| c / 2) } else { color });
    image::RgbImage::from_fn(256, 256, pixel).write_to(&mut out, image::ImageFormat::Png).unwrap();
    out.into_inner()
}

/// Tiles of the world at zooms 4 and 5, each of its own colour, but for some that are missing.
fn mbtiles(path: &Path) {
    let database = rusqlite::Connection::open(path).unwrap();
    let tables = "CREATE TABLE metadata (name text, value text);
        CREATE TABLE tiles (zoom_level integer, tile_column integer, tile_row integer, tile_data blob);
        INSERT INTO metadata VALUES ('attribution', '&copy; Surveyors'), ('minzoom', '4'), ('maxzoom', '5'); BEGIN;";
    database.execute_batch(tables).unwrap();
    for zoom in [4_u8, 5] {
        // The part of the world in which the region lies.
        let (columns, rows) = if zoom == 4 { (9..11, 9..11) } else { (18..22, 18..22) };
        for (x, y) in columns.flat_map(|x| rows.clone().map(move |y| (x, y))) {
            if (x + y) % 3 == 0 && zoom == 5 {
                continue;
            }
            let bytes = tile([(40 * (x % 5)) as u8 + 40, (50 * (y % 4)) as u8 + 30, 60 * (zoom - 3)]);
            database.execute("INSERT INTO tiles VALUES (?1, ?2, ?3, ?4)", (zoom, x, y, bytes)).unwrap();
        }
    }
    database.execute_batch("COMMIT").unwrap();
}

fn with_maps(maps: Vec<MapSource>) -> Project {
    Project::new(Meta { maps, ..Meta::default() }, [], Vec::new())
}

fn file(name: &str) -> MapSource {
    MapSource::new("", MapOrigin::File(name.into()))
}

fn path_in(folder: &Path) -> PathBuf {
    folder.join("p.clashmap.geojson")
}

/// The window on a project with these sources, saved in a folder.
fn desk(folder: &Path, maps: Vec<MapSource>) -> Desk {
    Desk::new(with_maps(maps), Some(path_in(folder)), "")
}

/// The part of the window that shows the map, and what of the ground.
fn map_of(desk: &Desk) -> (Rect, Viewport) {
    let rect = desk.control("Map").rect;
    (rect, Viewport { camera: desk.app().camera(), width: rect.width(), height: rect.height() })
}

/// What of the frame is painted with the tiles of sources, on white.
fn seen(desk: &Desk, rect: Rect) -> Pixmap {
    let mut out = Pixmap::new(rect.width() as u32, rect.height() as u32).unwrap();
    out.fill(tiny_skia::Color::WHITE);
    let meshes = desk.window.output().shapes.iter().filter_map(|s| match &s.shape {
        Shape::Mesh(mesh) if mesh.texture_id != TextureId::default() => Some(mesh),
        _ => None,
    });
    for mesh in meshes {
        let Some(texture) = desk.textures.get(mesh.texture_id) else { continue };
        let (place, uv) = mesh.vertices.iter().fold((Rect::NOTHING, Rect::NOTHING), |(mut place, mut uv), v| {
            place.extend_with(v.pos);
            uv.extend_with(v.uv);
            (place, uv)
        });
        quad(&mut out, &texture, place.translate(-rect.min.to_vec2()), uv, mesh.vertices[0].color);
    }
    out
}

/// Paints a rectangle as a graphics card does: pixels whose middle is inside, colours between the nearest four.
fn quad(out: &mut Pixmap, texture: &ColorImage, place: Rect, uv: Rect, tint: Color32) {
    let [width, height] = texture.size;
    let wide = out.width();
    for (n, pixel) in out.pixels_mut().iter_mut().enumerate() {
        let at = Pos2::new((n as u32 % wide) as f32 + 0.5, (n as u32 / wide) as f32 + 0.5);
        if !(place.left() <= at.x && at.x < place.right() && place.top() <= at.y && at.y < place.bottom()) {
            continue;
        }
        let share = (at - place.min) / place.size();
        let p = uv.min + share * uv.size();
        let (u, v) = (p.x * width as f32 - 0.5, p.y * height as f32 - 0.5);
        let mut sums = [0.0_f32; 4];
        for (dx, dy) in [(0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (1.0, 1.0)] {
            let weight = (1.0 - (u - u.floor() - dx).abs()) * (1.0 - (v - v.floor() - dy).abs());
            let x = (u.floor() + dx).clamp(0.0, width as f32 - 1.0) as usize;
            let y = (v.floor() + dy).clamp(0.0, height as f32 - 1.0) as usize;
            for (sum, c) in sums.iter_mut().zip(texture.pixels[y * width + x].to_array()) {
                *sum += weight * f32::from(c);
            }
        }
        let [r, g, b, a] = [0, 1, 2, 3].map(|i| sums[i] * f32::from(tint.to_array()[i]) / 255.0);
        let over = |new: f32, old: u8| (new + f32::from(old) * (1.0 - a / 255.0)).round() as u8;
        let mixed = [over(r, pixel.red()), over(g, pixel.green()), over(b, pixel.blue())];
        *pixel = tiny_skia::PremultipliedColorU8::from_rgba(mixed[0], mixed[1], mixed[2], 255).unwrap();
    }
}

/// What `render` draws of the same sources, on white.
fn rendered(desk: &Desk, folder: &Path, viewport: Viewport) -> Pixmap {
    let access = Access { project: Some(path_in(folder)), ..Access::default() };
    let layer = |m: &MapSource| Layer { name: m.shown_name(), opacity: m.opacity, source: open(m, &access).unwrap() };
    let layers: Vec<Layer> = desk.project().meta().maps.iter().filter(|m| m.is_shown()).map(layer).collect();
    let mut out = Pixmap::new(viewport.width as u32, viewport.height as u32).unwrap();
    out.fill(tiny_skia::Color::WHITE);
    let wanted = Wanted { density: 1.0, theme: Theme::Light };
    let missing = compose(&mut out, viewport.world_rect(), viewport.camera.zoom, wanted, &layers);
    assert!(missing.is_empty(), "{missing:?}");
    out
}

/// The share of pixels that differ by more than rounding. Where tiles are drawn larger than they are, a few pixels between two of
/// them are smoothed otherwise by a card than by the painter of pictures.
fn differ(a: &Pixmap, b: &Pixmap) -> f64 {
    assert_eq!((a.width(), a.height()), (b.width(), b.height()));
    let far = |(x, y): (&[u8], &[u8])| x.iter().zip(y).any(|(x, y)| x.abs_diff(*y) > 10);
    let count = a.data().chunks(4).zip(b.data().chunks(4)).filter(|pair| far(*pair)).count();
    count as f64 / f64::from(a.width() * a.height())
}

#[test]
fn the_window_draws_sources_as_render_does() {
    let folder = tempfile::tempdir().unwrap();
    let media = folder.path().join("p.media");
    std::fs::create_dir(&media).unwrap();
    mbtiles(&media.join("t.mbtiles"));
    let below = file("p.media/t.mbtiles");
    for maps in [
        vec![below.clone()],
        vec![MapSource { opacity: 45, ..below.clone() }],
        vec![MapSource { hidden: true, ..below.clone() }, MapSource { opacity: 70, ..below.clone() }],
    ] {
        let mut desk = desk(folder.path(), maps);
        for steps in [0.0, -1.0, 2.0] {
            desk.act(clashmap::panels::Action::Zoom(steps));
            desk.wait(2.0);
            desk.settle();
            let (rect, viewport) = map_of(&desk);
            let (window, picture) = (seen(&desk, rect), rendered(&desk, folder.path(), viewport));
            let share = differ(&window, &picture);
            assert!(share < 0.02, "{share} of the pixels differ at {:?}", viewport.camera);
            let ink = window.pixels().iter().filter(|p| p.red() < 250 || p.green() < 250).count();
            assert!(ink > 1_000, "there is something to be compared");
        }
    }
}

#[test]
fn a_source_is_hidden_moved_named_and_removed_and_every_step_is_undone() {
    let folder = tempfile::tempdir().unwrap();
    let named = |name: &str| MapSource { name: name.into(), ..file("p.media/none.mbtiles") };
    let mut desk = desk(folder.path(), vec![named("Terrain"), named("Roads")]);
    desk.click("Layers");
    desk.click("Map sources …");
    let start = desk.project().meta().maps.clone();
    let names = |desk: &Desk| desk.project().meta().maps.iter().map(|m| m.name.to_string()).collect::<Vec<_>>();
    desk.click("Hide Terrain");
    assert!(desk.project().meta().maps[0].hidden);
    desk.undo();
    desk.click("Move Terrain up");
    assert_eq!(names(&desk), ["Roads", "Terrain"]);
    assert!(desk.control("Move Terrain up").disabled, "it is the topmost");
    desk.undo();
    desk.fill("Name of Roads", "Streets");
    assert_eq!(names(&desk), ["Terrain", "Streets"]);
    desk.undo();
    desk.fill("Credit of Roads", "© Road office");
    assert_eq!(&*desk.project().meta().maps[1].attribution, "© Road office");
    desk.undo();
    desk.focus("Opacity of Roads");
    desk.press(Key::ArrowLeft);
    assert!(desk.project().meta().maps[1].opacity < 100);
    desk.undo();
    let slider = desk.control("Opacity of Roads").rect;
    desk.drag(slider.right_center() - egui::vec2(6.0, 0.0), slider.center());
    let half = desk.project().meta().maps[1].opacity;
    assert!((40..=60).contains(&half), "{half}");
    desk.undo();
    assert_eq!(desk.project().meta().maps[1].opacity, 100, "a drag is one step");
    desk.click("Remove Roads");
    assert_eq!(names(&desk), ["Terrain"]);
    desk.undo();
    assert_eq!(desk.project().meta().maps, start);
    assert!(!desk.is_marked());
}

#[test]
fn a_file_outside_the_media_folder_is_read_once_it_is_allowed_and_that_is_no_part_of_the_project() {
    let folder = tempfile::tempdir().unwrap();
    mbtiles(&folder.path().join("t.mbtiles"));
    let settings = folder.path().join("settings.json");
    let window = || {
        let project = with_maps(vec![file("t.mbtiles")]);
        Desk::in_world(project, Some(path_in(folder.path())), "", ([1366.0, 900.0], 1.0), |world| {
            world.settings_file = Some(settings.clone());
        })
    };
    let mut desk = window();
    assert!(desk.reads("A map source is not drawn"));
    let ink = |desk: &Desk| {
        let (rect, _) = map_of(desk);
        seen(desk, rect).pixels().iter().filter(|p| p.red() < 250).count()
    };
    assert_eq!(ink(&desk), 0);
    desk.click("Layers");
    desk.click("Map sources …");
    assert!(desk.reads("outside the project's media folder"));
    desk.click("Allow this file: t.mbtiles");
    desk.settle();
    assert!(ink(&desk) > 1_000 && !desk.reads("outside the project's media folder"));
    assert!(!desk.is_marked(), "the project is as it was");
    desk.act(clashmap::panels::Action::Quit);
    assert!(std::fs::read_to_string(&settings).unwrap().contains("t.mbtiles"));
    assert!(ink(&window()) > 1_000, "it is remembered");
}

/// A server of red tiles on loopback, and how often it was asked.
fn server() -> (u16, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let (port, count) = (listener.local_addr().unwrap().port(), Arc::new(AtomicUsize::new(0)));
    let counted = Arc::clone(&count);
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let counted = Arc::clone(&counted);
            std::thread::spawn(move || {
                let mut stream = stream;
                let mut head = Vec::new();
                let mut byte = [0];
                while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte).is_ok_and(|n| n == 1) {
                    head.push(byte[0]);
                }
                counted.fetch_add(1, Ordering::SeqCst);
                let body = tile([200, 30, 30]);
                let said = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", body.len());
                let _ = stream.write_all(&[said.as_bytes(), &body].concat());
            });
        }
    });
    (port, count)
}

#[test]
fn a_server_is_asked_only_after_its_host_was_allowed_and_the_network_switched_on() {
    let (port, count) = server();
    let folder = tempfile::tempdir().unwrap();
    let settings = folder.path().join("settings.json");
    let network = Arc::new(Network::new(None, || 1_795_651_812));
    let project = with_maps(Vec::new());
    let mut desk = Desk::in_world(project, Some(path_in(folder.path())), "", ([1366.0, 900.0], 1.0), |world| {
        (world.network, world.settings_file) = (Some(network), Some(settings.clone()));
    });
    desk.click("Layers");
    desk.click("Map sources …");
    desk.click("Add a server of tiles");
    desk.fill("Address of the tiles", "ftp://127.0.0.1/{z}/{x}/{y}.png");
    assert!(desk.reads("only https:// and http:// are"), "{:?}", desk.names());
    desk.type_into("Credit of the server", "© Red tiles");
    desk.fill("Address of the tiles", &format!("http://127.0.0.1:{port}/{{z}}/{{x}}/{{y}}.png"));
    assert_eq!(desk.project().meta().maps.len(), 1);
    assert!(desk.reads("127.0.0.1 will see this computer's address and which part of the map is looked at"));
    desk.click("Allow 127.0.0.1");
    assert!(desk.has("Network: off") && desk.reads("The network is off"));
    assert_eq!(count.load(Ordering::SeqCst), 0, "nobody was asked so far");
    desk.click("Network: off");
    desk.settle();
    assert!(count.load(Ordering::SeqCst) > 0 && desk.has("Network: on"));
    let (rect, _) = map_of(&desk);
    let middle = seen(&desk, rect).pixel(rect.width() as u32 / 2, rect.height() as u32 / 2).unwrap();
    assert!(middle.red() > 90 && middle.green() < 60, "{middle:?}");
    let so_far = count.load(Ordering::SeqCst);
    desk.click("Network: on");
    desk.act(clashmap::panels::Action::Zoom(1.0));
    desk.wait(1.0);
    assert_eq!(count.load(Ordering::SeqCst), so_far, "once it is off, nobody is asked");
    desk.undo();
    assert!(desk.project().meta().maps.is_empty());
    let kept = std::fs::read_to_string(path_in(folder.path())).unwrap_or_default();
    assert!(!kept.contains("127.0.0.1"), "what is allowed is no part of the project");
}

#[test]
fn a_picture_is_tied_to_the_ground_by_clicks_and_typed_places_in_one_step() {
    let folder = tempfile::tempdir().unwrap();
    let scan = folder.path().join("scan.png");
    let red = image::RgbImage::from_fn(300, 200, |x, y| image::Rgb([200, (x % 100) as u8, (y % 100) as u8]));
    red.save(&scan).unwrap();
    let mut desk = desk(folder.path(), Vec::new());
    desk.click("Layers");
    desk.click("Map sources …");
    desk.click("Add a picture: a scanned map");
    desk.type_into("Path", &scan.display().to_string());
    desk.press(Key::Enter);
    assert!(desk.control("Done").disabled, "{:?}", desk.names());
    // The picture is shown whole, in the middle of the pane, which gives way to the list of points.
    let spot = |desk: &Desk, u: f32, v: f32| {
        let pane = desk.control("The picture; click a spot of it").rect;
        let scale = ((pane.width() - 16.0) / 300.0).min((pane.height() - 16.0) / 200.0);
        pane.center() + egui::vec2(u - 150.0, v - 100.0) * scale
    };
    for (u, v, place) in [(10.0, 10.0, "40.5, 45.0"), (290.0, 10.0, "40.5, 47.0"), (10.0, 190.0, "39.5, 45.0")] {
        let at = spot(&desk, u, v);
        desk.click_at(at);
        desk.fill("Coordinates of the point", place);
    }
    assert!(desk.reads("Three points always agree") && !desk.control("Done").disabled);
    // A fourth, clicked on the map, is off by what the map is.
    let at = spot(&desk, 290.0, 190.0);
    desk.click_at(at);
    assert!(desk.reads("Point 4: click the same spot on the map"));
    let (rect, viewport) = map_of(&desk);
    let [x, y] = viewport.screen_from_lonlat(LonLat::new(47.1, 39.5).unwrap());
    desk.click_at(rect.min + egui::vec2(x, y));
    assert!(desk.reads("All together off by") && desk.reads("4 points"), "{:?}", desk.names());
    let tinted = seen(&desk, rect).pixels().iter().filter(|p| p.red() > 150 && p.green() < 200).count();
    assert!(tinted > 1_000, "the picture lies on the map while it is tied");
    // The last point can be taken back before all is one step.
    desk.key(CTRL, Key::Z);
    assert!(desk.reads("Three points always agree"));
    assert!(desk.project().meta().maps.is_empty() && !desk.is_marked());
    desk.click("Done");
    let maps = desk.project().meta().maps.clone();
    let [MapSource { name, origin: MapOrigin::Picture(picture), opacity, .. }] = &maps[..] else { panic!("{maps:?}") };
    assert_eq!((&**name, picture.points.len(), *opacity), ("scan", 3, 70));
    assert!((picture.points[0].pixel[0] - 10.0).abs() < 0.6, "{:?}", picture.points);
    assert!(folder.path().join("p.media").join(&*picture.media).exists());
    assert!(desk.has("Undo: add map source"));
    // Tied anew, and cancelled: nothing is changed.
    desk.click("Points of scan");
    desk.click("Remove point 3");
    assert!(desk.control("Done").disabled);
    desk.click("Cancel");
    assert_eq!(desk.project().meta().maps, maps);
    desk.undo();
    assert!(desk.project().meta().maps.is_empty());
}

#[test]
fn what_cannot_be_drawn_says_so_in_one_line_and_the_rest_is_drawn() {
    let folder = tempfile::tempdir().unwrap();
    let media = folder.path().join("p.media");
    std::fs::create_dir(&media).unwrap();
    mbtiles(&media.join("t.mbtiles"));
    std::fs::write(media.join("bad.mbtiles"), "SQLite format 3\0 and then nothing").unwrap();
    let maps = ["p.media/t.mbtiles", "p.media/bad.mbtiles", "p.media/gone.pmtiles", "p.media/bad.txt"].map(file);
    let mut desk = desk(folder.path(), maps.to_vec());
    assert!(desk.reads("map sources are not drawn"));
    desk.click("Layers");
    desk.click("Map sources …");
    assert!(desk.reads("gone.pmtiles” is not there") && desk.has("Try gone.pmtiles again"));
    let (rect, _) = map_of(&desk);
    assert!(seen(&desk, rect).pixels().iter().filter(|p| p.red() < 250).count() > 1_000);
    mbtiles(&media.join("late.mbtiles"));
    std::fs::rename(media.join("late.mbtiles"), media.join("gone.pmtiles")).unwrap();
    desk.click("Try gone.pmtiles again");
    assert!(!desk.reads("gone.pmtiles” is not there"), "{:?}", desk.names());
}

/// The share of a part of the window that is painted with tiles of sources or with pictures of slides, in a strong red.
fn red_share(desk: &Desk, part: Rect) -> f64 {
    let window = seen(desk, desk.window.ctx.content_rect());
    let inside =
        |n: usize| part.contains(Pos2::new((n as u32 % window.width()) as f32, (n as u32 / window.width()) as f32));
    let pixels = window.pixels().iter().enumerate().filter(|(n, _)| inside(*n));
    let red = pixels.filter(|(_, p)| p.red() > 120 && p.green() < 60 && p.blue() < 60).count();
    red as f64 / f64::from(part.area())
}

#[test]
fn the_show_and_the_pictures_of_slides_show_map_sources_unless_the_slide_keeps_them_off() {
    let folder = tempfile::tempdir().unwrap();
    let media = folder.path().join("p.media");
    std::fs::create_dir(&media).unwrap();
    mbtiles(&media.join("t.mbtiles"));
    let database = rusqlite::Connection::open(media.join("t.mbtiles")).unwrap();
    database.execute("UPDATE tiles SET tile_data = ?1", [tile([200, 30, 30])]).unwrap();
    let at = |lon, lat| LonLat::new(lon, lat).unwrap();
    let slide = |id: &str, role| clashmap::model::Slide {
        role,
        title: id.into(),
        extent: clashmap::model::Extent::new(at(44.0, 39.0), at(47.0, 41.0)),
        ..clashmap::model::Slide::new(id)
    };
    let mut slides = vec![slide("first", Role::Title), slide("with", Role::Map), slide("without", Role::Map)];
    slides[2].hidden.push("map-sources".into());
    let maps = vec![file("p.media/t.mbtiles"), file("p.media/gone.mbtiles")];
    let project = Project::new(Meta { maps, slides, ..Meta::default() }, [], Vec::new());
    let mut desk = Desk::sized(project, Some(path_in(folder.path())), "", [1280.0, 720.0], 1.0);
    let whole = desk.window.ctx.content_rect();
    desk.press(Key::F5);
    for (n, shown) in [(0, true), (1, true), (2, false)] {
        desk.settle();
        assert_eq!(desk.app().page_shown(), Some((n, 0)));
        let share = red_share(&desk, whole);
        assert!(if shown { share > 0.8 } else { share == 0.0 }, "slide {n}: {share}");
        assert_eq!(desk.app().words_shown().join(" ").contains("© Surveyors"), shown, "slide {n}");
        assert!(!desk.reads("gone") && !desk.reads("not drawn"), "{:?}", desk.names());
        desk.press(Key::PageDown);
        desk.wait(4.0);
    }
    desk.press(Key::Escape);
    // What is painted in the window then are the pictures of the slides alone.
    let bare = clashmap::view::Layers { map_sources: false, ..clashmap::view::Layers::default() };
    desk.act(clashmap::panels::Action::SetLayers(bare));
    desk.press(Key::P);
    desk.wait(1.0);
    desk.settle();
    for (row, shown) in [("Slide 1: first", true), ("Slide 2: with", true), ("Slide 3: without", false)] {
        let share = red_share(&desk, desk.control(row).rect);
        // On the title page the ground lies under a veil.
        assert!(if row.ends_with("with") { share > 0.05 } else { shown || share == 0.0 }, "{row}: {share}");
    }
}

#[test]
fn the_layer_of_map_sources_is_switched_off_and_a_slide_of_the_view_keeps_that() {
    let folder = tempfile::tempdir().unwrap();
    let media = folder.path().join("p.media");
    std::fs::create_dir(&media).unwrap();
    mbtiles(&media.join("t.mbtiles"));
    let mut desk = desk(folder.path(), vec![file("p.media/t.mbtiles")]);
    let ink = |desk: &Desk| {
        let (rect, _) = map_of(desk);
        seen(desk, rect).pixels().iter().filter(|p| p.red() < 250).count()
    };
    assert!(ink(&desk) > 1_000);
    desk.click("Layers");
    desk.click("All map sources");
    assert!(ink(&desk) == 0 && !desk.app().layers().map_sources);
    assert!(desk.control("t.mbtiles").disabled, "the source itself is as it was");
    desk.click("Map sources …");
    assert!(desk.reads("The layer of map sources is off"));
    desk.click("Show map sources");
    assert!(ink(&desk) > 1_000 && !desk.reads("The layer of map sources is off"));
    desk.act(clashmap::panels::Action::SetLayers(clashmap::view::Layers {
        map_sources: false,
        ..clashmap::view::Layers::default()
    }));
    desk.key(CTRL, Key::M);
    assert_eq!(&*desk.project().meta().slides[0].hidden[0], "map-sources");
}

/// The window on a picture of 300 by 200 pixels that three points tie to the ground, with the pane of its points open.
fn tied(folder: &Path) -> (Desk, Vec<ControlPoint>) {
    std::fs::create_dir(folder.join("p.media")).unwrap();
    image::RgbImage::from_pixel(300, 200, image::Rgb([200, 90, 60])).save(folder.join("p.media/scan.png")).unwrap();
    let point = |pixel, lon, lat| ControlPoint { pixel, at: LonLat::new(lon, lat).unwrap() };
    let points =
        vec![point([20.0, 20.0], 45.0, 40.5), point([280.0, 20.0], 46.5, 40.5), point([20.0, 180.0], 45.0, 39.5)];
    let picture = TiedPicture { media: "scan.png".into(), points: points.clone(), plane: Plane::Mercator };
    let maps = vec![MapSource::new("scan", MapOrigin::Picture(picture))];
    // Something is recorded, or the window would offer over the map how to begin.
    let incident = Incident::new(Uid::new("a"), Kind::Shelling, "");
    let project = Project::new(Meta { maps, ..Meta::default() }, [incident], Vec::new());
    let mut desk = Desk::new(project, Some(path_in(folder)), "");
    desk.click("Layers");
    desk.click("Map sources …");
    desk.click("Points of scan");
    desk.settle();
    (desk, points)
}

/// The points of the picture of a project.
fn points(desk: &Desk) -> Vec<ControlPoint> {
    match &desk.project().meta().maps[0].origin {
        MapOrigin::Picture(picture) => picture.points.clone(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn points_of_a_picture_are_dragged_in_it_and_on_the_map_a_step_each() {
    let folder = tempfile::tempdir().unwrap();
    let (mut desk, before) = tied(folder.path());
    let place = |desk: &Desk, name: &str| desk.control(name).rect.center();
    let [one, two] = ["Point 1 in the picture", "Point 2 on the map"];
    let (first, second) = (place(&desk, one), place(&desk, two));
    let camera = desk.app().camera();
    desk.drag(first + egui::vec2(3.0, 2.0), first + egui::vec2(43.0, 32.0));
    let off = place(&desk, one) - first;
    assert!((off - egui::vec2(40.0, 30.0)).length() < 1.5, "{off:?}: it does not jump to the pointer");
    desk.drag(second, second + egui::vec2(-60.0, 25.0));
    let off = place(&desk, two) - second;
    assert!((off - egui::vec2(-60.0, 25.0)).length() < 1.0, "{off:?}");
    assert_eq!(desk.app().camera(), camera, "the map stays where it is");
    desk.key(CTRL, Key::Z);
    assert!(place(&desk, two).distance(second) < 0.1 && place(&desk, one).distance(first) > 40.0);
    desk.key(CTRL, Key::Z);
    assert!(place(&desk, one).distance(first) < 0.1);
    // A drag that Esc ends was none.
    let button = |pos, pressed| egui::Event::PointerButton {
        pos,
        button: egui::PointerButton::Primary,
        pressed,
        modifiers: egui::Modifiers::NONE,
    };
    desk.event(egui::Event::PointerMoved(second));
    desk.event(button(second, true));
    for to in [30.0, 60.0] {
        desk.event(egui::Event::PointerMoved(second + egui::vec2(to, 0.0)));
    }
    assert!(place(&desk, two).distance(second) > 20.0);
    desk.press(Key::Escape);
    desk.event(egui::Event::PointerMoved(second + egui::vec2(90.0, 0.0)));
    desk.event(button(second + egui::vec2(90.0, 0.0), false));
    desk.settle();
    assert!(place(&desk, two).distance(second) < 0.1, "{:?}", place(&desk, two) - second);
    // What is dragged is what is kept, and all of it is one step of the project.
    desk.drag(second, second + egui::vec2(40.0, 0.0));
    desk.click("Done");
    let after = points(&desk);
    assert_eq!((after[0], after[2]), (before[0], before[2]));
    assert!(after[1].at.lon() > before[1].at.lon() && after[1].pixel == before[1].pixel);
    desk.undo();
    assert_eq!(points(&desk), before);
}

#[test]
fn the_arrow_keys_move_the_point_that_has_the_keyboard() {
    let folder = tempfile::tempdir().unwrap();
    let (mut desk, before) = tied(folder.path());
    let camera = desk.app().camera();
    desk.focus("Point 2 in the picture");
    for _ in 0..3 {
        desk.press(Key::ArrowRight);
    }
    desk.key(egui::Modifiers::SHIFT, Key::ArrowDown);
    let second = desk.control("Point 3 on the map").rect.center();
    desk.focus("Point 3 on the map");
    desk.key(egui::Modifiers::SHIFT, Key::ArrowLeft);
    desk.press(Key::ArrowUp);
    let off = desk.control("Point 3 on the map").rect.center() - second;
    assert!((off - egui::vec2(-10.0, -1.0)).length() < 0.2, "{off:?}");
    assert_eq!(desk.app().camera(), camera, "the arrows are the point's, not the map's");
    desk.key(CTRL, Key::Z);
    assert!(desk.control("Point 3 on the map").rect.center().distance(second) < 0.1, "strokes of a point are one step");
    desk.click("Done");
    let after = points(&desk);
    assert_eq!(after[1].pixel, [283.0, 30.0]);
    assert_eq!((after[0], after[1].at, after[2]), (before[0], before[1].at, before[2]));
}
