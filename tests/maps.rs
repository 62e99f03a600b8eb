//! Map sources of a project, driven by the real program: what is drawn, what is credited, and what is refused.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "helpers of tests")]
#![allow(clippy::disallowed_methods, reason = "what a test puts into a temporary folder may be half-written")]

use std::fs;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// A PNG of one colour, 256 pixels wide.
fn tile(color: [u8; 3]) -> Vec<u8> {
    let mut out = std::io::Cursor::new(Vec::new());
    image::RgbImage::from_pixel(256, 256, image::Rgb(color)).write_to(&mut out, image::ImageFormat::Png).unwrap();
    out.into_inner()
}

/// An `MBTiles` file that covers the world at zoom 4 with red.
fn mbtiles(path: &Path) {
    let database = rusqlite::Connection::open(path).unwrap();
    let tables = "CREATE TABLE metadata (name text, value text);
        CREATE TABLE tiles (zoom_level integer, tile_column integer, tile_row integer, tile_data blob);
        INSERT INTO metadata VALUES ('attribution', '<a href=\"x\">&copy; Surveyors</a>'), ('minzoom', '4'), ('maxzoom', '4');";
    database.execute_batch(tables).unwrap();
    for n in 0..256 {
        let row = (n % 16, n / 16, tile([200, 30, 30]));
        database.execute("INSERT INTO tiles VALUES (4, ?1, ?2, ?3)", row).unwrap();
    }
}

/// Writes a project with these map sources and draws it: exit code, messages, the picture.
fn render(folder: &Path, maps: &str, out: &str, options: &[&str]) -> (Option<i32>, String, Vec<u8>) {
    let project = folder.join("p.clashmap.geojson");
    let text = format!(r#"{{"type":"FeatureCollection","clashmap":{{"format":"1.0","maps":[{maps}]}},"features":[]}}"#);
    fs::write(&project, text).unwrap();
    let out = folder.join(out);
    let size = if options.contains(&"--size") { &[][..] } else { &["--size", "200x150"] };
    let (code, said) = run(folder, "render", &project, &out, &[options, size].concat());
    (code, said, fs::read(out).unwrap_or_default())
}

/// Runs the program at home in a folder; its exit code and what it says.
fn run(folder: &Path, command: &str, project: &Path, out: &Path, options: &[&str]) -> (Option<i32>, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_clashmap"))
        .arg(command)
        .args([project, Path::new("-o"), out])
        .args(options)
        .env("HOME", folder)
        .env_remove("XDG_STATE_HOME")
        .env_remove("XDG_CACHE_HOME")
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(!said.contains("panicked"), "{said}");
    (output.status.code(), said)
}

/// The colour in the middle of a PNG.
fn middle(png: &[u8]) -> [u8; 3] {
    let picture = image::load_from_memory(png).unwrap().into_rgb8();
    picture.get_pixel(picture.width() / 2, picture.height() / 2).0
}

fn is_red([r, g, b]: [u8; 3]) -> bool {
    r > 150 && g < 90 && b < 90
}

#[test]
fn tiles_in_the_media_folder_are_drawn_over_the_ground_and_credited() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("p.media")).unwrap();
    mbtiles(&folder.path().join("p.media/t.mbtiles"));
    let map = r#"{"file":"p.media/t.mbtiles"}"#;
    let bare = ["--bare", "--bbox", "45.6,39.9,45.7,40.0"];
    let (code, said, png) = render(folder.path(), map, "a.png", &bare);
    assert_eq!((code, &*said), (Some(0), ""), "stretched beyond the finest zoom");
    assert!(is_red(middle(&png)), "{:?}", middle(&png));
    let (_, _, svg) = render(folder.path(), map, "a.svg", &["--size", "1200x800"]);
    let svg = String::from_utf8(svg).unwrap();
    assert!(svg.contains("© Surveyors ·"), "the credit of the file stands beside those of the data");
    let own = r#"{"file":"p.media/t.mbtiles","attribution":"Own words"}"#;
    let (_, _, svg) = render(folder.path(), own, "a.svg", &["--size", "1200x800"]);
    let svg = String::from_utf8(svg).unwrap();
    assert!(svg.contains("Own words ·") && !svg.contains("Surveyors"));
    for hidden in [r#"{"file":"p.media/t.mbtiles","hidden":true}"#, r#"{"file":"p.media/t.mbtiles","opacity":0}"#] {
        let (code, _, png) = render(folder.path(), hidden, "a.png", &bare);
        assert!(code == Some(0) && !is_red(middle(&png)), "{hidden}");
    }
}

/// A vector tile (Protomaps' names) that is a lake from edge to edge.
fn lake() -> Vec<u8> {
    let field = |n: u8, bytes: &[u8]| [&[n << 3 | 2, u8::try_from(bytes.len()).unwrap()], bytes].concat();
    // From −16 to 4112 in each direction: 32 and 8256 as zigzag of the steps.
    let ring = [9, 31, 31, 26, 192, 64, 0, 0, 192, 64, 191, 64, 0, 15];
    let feature = [field(2, &[0, 0]), vec![3 << 3, 3], field(4, &ring)].concat();
    let words = [field(3, b"kind"), field(4, &field(1, b"lake"))].concat();
    field(3, &[field(1, b"water"), field(2, &feature), words, vec![15 << 3, 2]].concat())
}

#[test]
fn vector_tiles_are_drawn_in_the_colours_of_the_theme_and_hostile_ones_refused_in_a_line() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("p.media")).unwrap();
    let path = folder.path().join("p.media/t.mbtiles");
    let put = |tile: &[u8]| {
        let _ = fs::remove_file(&path);
        mbtiles(&path);
        let database = rusqlite::Connection::open(&path).unwrap();
        database.execute("UPDATE tiles SET tile_data = ?1", [tile]).unwrap();
        database.execute_batch("INSERT INTO metadata VALUES ('format', 'pbf')").unwrap();
    };
    put(&lake());
    let map = r#"{"file":"p.media/t.mbtiles"}"#;
    let bare = ["--bare", "--bbox", "45.6,39.9,45.7,40.0"];
    for (theme, want) in [("light", [0xCB, 0xDF, 0xE6]), ("dark", [0x1E, 0x30, 0x3B]), ("print", [0xEE, 0xF3, 0xF5])] {
        let (code, said, png) = render(folder.path(), map, "a.png", &[&bare[..], &["--theme", theme]].concat());
        assert_eq!((code, &*said), (Some(0), ""));
        assert_eq!(middle(&png), want, "{theme}: the colour of water");
    }
    for (tile, want) in [(&b"<html>"[..], "a text"), (&lake()[..30], "damaged"), (&[0x1f, 0x8b, 8, 0], "damaged")] {
        put(tile);
        let (code, said, png) = render(folder.path(), map, "a.png", &bare);
        assert_eq!((code, said.lines().count()), (Some(1), 1), "{said}");
        assert!(said.contains(want) && !png.is_empty(), "{said}");
    }
}

#[test]
fn a_received_project_reads_nothing_outside_its_media_folder_unless_asked_to() {
    let folder = tempfile::tempdir().unwrap();
    mbtiles(&folder.path().join("t.mbtiles"));
    let bare = ["--bare", "--bbox", "45.6,39.9,45.7,40.0"];
    let whole = format!(r#"{{"file":{:?}}}"#, folder.path().join("t.mbtiles").to_str().unwrap());
    for map in [r#"{"file":"t.mbtiles"}"#, r#"{"file":"p.media/../t.mbtiles"}"#, &whole] {
        let (code, said, png) = render(folder.path(), map, "a.png", &bare);
        assert_eq!((code, said.lines().count()), (Some(1), 1), "{map}: {said}");
        assert!(said.contains("outside the project's media folder") && !is_red(middle(&png)), "{said}");
        let (code, said, png) = render(folder.path(), map, "a.png", &[&bare[..], &["--map-files"]].concat());
        assert_eq!((code, &*said), (Some(0), ""), "{map}");
        assert!(is_red(middle(&png)));
    }
}

#[test]
fn what_cannot_be_shown_is_said_in_a_line_and_the_rest_is_drawn() {
    let folder = tempfile::tempdir().unwrap();
    let media = folder.path().join("p.media");
    fs::create_dir(&media).unwrap();
    mbtiles(&media.join("t.mbtiles"));
    fs::write(media.join("bad.mbtiles"), "SQLite format 3\0 and then nothing").unwrap();
    fs::write(media.join("bad.pmtiles"), [0; 200]).unwrap();
    let maps = r#"{"name":"A\nb","file":"p.media/bad.mbtiles"},{"file":"p.media/bad.pmtiles"},{"file":"p.media/gone.mbtiles"},{"file":"p.media/t.mbtiles"}"#;
    let (code, said, png) = render(folder.path(), maps, "a.png", &["--bare", "--bbox", "45.6,39.9,45.7,40.0"]);
    assert_eq!((code, said.lines().count()), (Some(1), 3), "{said}");
    assert!(said.contains("bad.pmtiles: ") && said.contains("gone.mbtiles” is not there"), "{said}");
    assert!(is_red(middle(&png)), "the fourth source is there");
    let others = r#"{"url":"https://tiles.example.org/{z}/{x}/{y}.png"},{"picture":"a.png"}"#;
    let (code, said, _) = render(folder.path(), others, "a.png", &["--bare"]);
    assert_eq!((code, said.lines().count()), (Some(1), 2), "{said}");
    let learns = "tiles.example.org will see this computer's address and which part of the map is looked at";
    assert!(said.contains("left out, as no server is asked; --online --allow-host tiles.example.org asks"), "{said}");
    assert!(said.contains(learns), "{said}");
}

/// A server on loopback that has red tiles; it counts how often it is asked.
fn red_server() -> (u16, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let asked = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&asked);
    std::thread::spawn(move || {
        let tile = tile([200, 30, 30]);
        for mut stream in listener.incoming().flatten() {
            let mut read = Vec::new();
            let mut some = [0; 1_024];
            while !read.ends_with(b"\r\n\r\n") {
                match stream.read(&mut some) {
                    Ok(n) if n > 0 => read.extend_from_slice(&some[..n]),
                    _ => break,
                }
            }
            counted.fetch_add(1, Ordering::SeqCst);
            let head = format!("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: {}\r\n\r\n", tile.len());
            let _ = stream.write_all(&[head.as_bytes(), &tile].concat());
        }
    });
    (port, asked)
}

#[test]
fn a_server_is_asked_only_with_both_options_and_what_was_kept_is_drawn_offline() {
    let folder = tempfile::tempdir().unwrap();
    let (port, asked) = red_server();
    let map = format!(r#"{{"url":"http://127.0.0.1:{port}/{{z}}/{{x}}/{{y}}.png"}}"#);
    let bare = ["--bare", "--bbox", "45.6,39.9,45.7,40.0"];
    for options in [&[][..], &["--online"], &["--online", "--allow-host", "localhost"], &["--offline"]] {
        let (code, said, png) = render(folder.path(), &map, "a.png", &[&bare[..], options].concat());
        assert_eq!((code, said.lines().count()), (Some(1), 1), "{options:?}: {said}");
        assert!(!is_red(middle(&png)) && said.contains("127.0.0.1"), "{options:?}: {said}");
    }
    assert_eq!(asked.load(Ordering::SeqCst), 0);
    let online = ["--online", "--allow-host", "127.0.0.1"];
    let (code, said, png) = render(folder.path(), &map, "a.png", &[&bare[..], &online].concat());
    assert_eq!((code, &*said), (Some(0), ""));
    assert!(is_red(middle(&png)), "{:?}", middle(&png));
    let once = asked.load(Ordering::SeqCst);
    assert!(once > 0);
    let (code, said, png) = render(folder.path(), &map, "b.png", &[&bare[..], &["--offline"]].concat());
    assert_eq!((code, &*said, is_red(middle(&png))), (Some(0), "", true), "what was kept is drawn");
    let (_, _, png) = render(folder.path(), &map, "b.png", &[&bare[..], &online].concat());
    assert!(is_red(middle(&png)));
    assert_eq!(asked.load(Ordering::SeqCst), once, "what was kept is not asked for again");
    let (_, _, png) = render(folder.path(), &map, "b.png", &bare);
    assert!(!is_red(middle(&png)), "without a word, a picture is the same on every computer");
    let (_, _, svg) = render(folder.path(), &map, "a.svg", &[&["--size", "1200x800"][..], &online].concat());
    assert!(String::from_utf8(svg).unwrap().contains("Map tiles: 127.0.0.1"), "whoever is named by nobody is credited");
}

#[test]
fn a_server_that_is_gone_leaves_the_map_and_one_line() {
    let folder = tempfile::tempdir().unwrap();
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let map = format!(r#"{{"url":"http://127.0.0.1:{port}/{{z}}/{{x}}/{{y}}.png"}}"#);
    let start = std::time::Instant::now();
    let options = ["--bare", "--online", "--allow-host", "127.0.0.1"];
    let (code, said, png) = render(folder.path(), &map, "a.png", &options);
    assert_eq!((code, said.lines().count()), (Some(1), 1), "{said}");
    assert!(said.contains("takes no connections") && !png.is_empty(), "{said}");
    assert!(start.elapsed().as_secs() < 60, "{:?}", start.elapsed());
    let (code, said, _) = render(folder.path(), &map, "a.png", &["--online", "--allow-host", "http://x/"]);
    assert!(code == Some(2) && said.contains("no name of a host"), "{said}");
    let (code, said, _) = render(folder.path(), &map, "a.png", &["--allow-host", "127.0.0.1"]);
    assert!(code == Some(2) && said.contains("--online"), "{said}");
}

#[test]
fn a_picture_tied_to_the_ground_by_three_points_lies_where_they_say() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("p.media")).unwrap();
    // A quarter turned: the top of the picture looks to the east. Its upper half is red.
    let red = |_, y| image::Rgb(if y < 100 { [200, 30, 30] } else { [30, 30, 200] });
    image::RgbImage::from_fn(200, 200, red).save(folder.path().join("p.media/scan.png")).unwrap();
    let map = r#"{"picture":"scan.png","points":[[0,0,46.0,40.0],[200,0,46.0,39.8],[0,200,45.8,40.0]]}"#;
    let at = |bbox: &str| {
        let (code, said, png) = render(folder.path(), map, "a.png", &["--bare", "--bbox", bbox]);
        assert_eq!((code, &*said), (Some(0), ""), "{bbox}");
        middle(&png)
    };
    assert!(is_red(at("45.94,39.89,45.96,39.91")), "the east of it is its top");
    let [r, _, b] = at("45.84,39.89,45.86,39.91");
    assert!(b > 150 && r < 90, "the west of it is its bottom");
    assert!(!is_red(at("46.04,39.89,46.06,39.91")), "nothing of it lies beside it");
    let two = r#"{"picture":"scan.png","points":[[0,0,46.0,40.0],[200,0,46.0,39.8]]}"#;
    let (code, said, _) = render(folder.path(), two, "a.png", &["--bare"]);
    assert_eq!((code, said.lines().count()), (Some(1), 1), "{said}");
    assert!(said.contains("three are needed"), "{said}");
}

/// Two slides of the same ground: the first with map sources, the second without.
const SLIDES: &str = r#""slides":[{"id":"on","title":"With","extent":[[45.6,39.9],[45.7,40.0]],"plays":{"secs":2}},
    {"id":"off","title":"Without","extent":[[45.6,39.9],[45.7,40.0]],"hidden":["map-sources"]}]"#;

/// Writes a project with two slides and these map sources, and lets the program do something with it: exit code and messages.
fn with_slides(folder: &Path, maps: &str, command: &str, out: &str, options: &[&str]) -> (Option<i32>, String) {
    let project = folder.join("p.clashmap.geojson");
    let feature = r#"{"type":"Feature","geometry":{"type":"Point","coordinates":[45.9,39.2]},"properties":{"uid":"a","kind":"shelling","when":"2022-09-13/2022-09-20"}}"#;
    let text = format!(
        r#"{{"type":"FeatureCollection","clashmap":{{"format":"1.0",{SLIDES},"maps":[{maps}]}},"features":[{feature}]}}"#
    );
    fs::write(&project, text).unwrap();
    run(folder, command, &project, &folder.join(out), options)
}

/// The colour of the ground a little below the middle of a picture, where no sign stands.
fn ground(picture: &[u8]) -> [u8; 3] {
    let picture = image::load_from_memory(picture).unwrap().into_rgb8();
    picture.get_pixel(picture.width() / 2, picture.height() * 11 / 20).0
}

/// The pictures in a file, as JPEG.
fn jpegs(bytes: &[u8]) -> Vec<Vec<u8>> {
    let starts = |n: &usize| bytes[*n..].starts_with(&[0xff, 0xd8, 0xff]);
    let starts = (0..bytes.len()).filter(starts);
    let end = |from: usize| bytes[from..].windows(2).position(|w| w == [0xff, 0xd9]).map(|n| from + n + 2);
    starts.filter_map(|from| Some(bytes[from..end(from)?].to_vec())).collect()
}

#[test]
fn slides_show_map_sources_in_every_kind_of_export_and_a_slide_without_the_layer_does_not() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    fs::create_dir(folder.join("p.media")).unwrap();
    mbtiles(&folder.join("p.media/t.mbtiles"));
    let map = r#"{"file":"p.media/t.mbtiles","name":"Survey"}"#;
    let read = |name: &str| fs::read(folder.join(name)).unwrap();
    for (id, shown) in [("on", true), ("off", false)] {
        let (code, said) = with_slides(folder, map, "render", "a.png", &["--slide", id, "--size", "640x360"]);
        assert_eq!((code, &*said, is_red(ground(&read("a.png")))), (Some(0), "", shown), "{id}");
        with_slides(folder, map, "render", "a.svg", &["--slide", id]);
        assert_eq!(String::from_utf8(read("a.svg")).unwrap().contains("© Surveyors"), shown, "{id}: the credit");
    }
    let (code, said) = with_slides(folder, map, "export", "t.png", &["--size", "640x360"]);
    assert_eq!(code, Some(0), "{said}");
    assert!(is_red(ground(&read("t-01.png"))) && !is_red(ground(&read("t-02.png"))));
    with_slides(folder, map, "export", "t.pdf", &[]);
    let red: Vec<bool> = jpegs(&read("t.pdf")).iter().map(|jpeg| is_red(ground(jpeg))).collect();
    assert_eq!(red, [true, false], "a page each");
    with_slides(folder, map, "export", "t.html", &[]);
    let html = String::from_utf8(read("t.html")).unwrap();
    let embedded = html.split("data:image/jpeg;base64,").skip(1).map(|rest| {
        use base64::Engine;
        let text = rest.split('"').next().unwrap();
        is_red(ground(&base64::engine::general_purpose::STANDARD.decode(text).unwrap()))
    });
    assert_eq!(
        embedded.collect::<Vec<_>>(),
        [true, false, true],
        "the slides, and the timeline on the ground of the first"
    );
    assert!(html.contains("default-src 'none'") && !html.contains("t.mbtiles"));
    // A film is made of the same frames.
    with_slides(folder, map, "export", "t.gif", &["--size", "320x180", "--seconds", "1", "--fps", "2"]);
    let mut options = gif::DecodeOptions::new();
    options.set_color_output(gif::ColorOutput::RGBA);
    let film = read("t.gif");
    let mut frames = options.read_info(&*film).unwrap();
    let first = frames.read_next_frame().unwrap().unwrap();
    let at = (99 * usize::from(first.width) + 160) * 4;
    assert!(is_red([first.buffer[at], first.buffer[at + 1], first.buffer[at + 2]]));
    with_slides(folder, map, "export", "r.md", &[]);
    assert!(is_red(ground(&read("r-map.png"))), "a report shows what the view shows");
    let (code, said) = with_slides(folder, map, "export", "t.pdf", &["--list"]);
    let line = "map source “Survey” goes along as far as it is seen, credited to © Surveyors";
    assert!(code == Some(0) && said.contains(line), "{said}");
    let (_, said) = with_slides(folder, map, "export", "t.pdf", &["--list", "--slide", "off"]);
    assert!(said.contains("map sources stay, and where they lie"), "{said}");
}

#[test]
fn an_export_goes_on_without_a_source_that_fails_and_says_so_in_one_line() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let two = "--slide=on,on";
    let lines = |said: &str, name: &str| said.lines().filter(|l| l.contains(name)).count();
    let gone = r#"{"file":"p.media/gone.mbtiles","name":"Survey"}"#;
    let (code, said) = with_slides(folder, gone, "export", "t.pdf", &[two]);
    assert_eq!((code, lines(&said, "Survey: “p.media/gone.mbtiles” is not there")), (Some(1), 1), "{said}");
    assert!(fs::read(folder.join("t.pdf")).is_ok_and(|b| b.starts_with(b"%PDF")));
    let (code, _) = with_slides(folder, gone, "export", "t.pdf", &["--slide", "off"]);
    assert_eq!(code, Some(0), "what no slide shows is not missed");
    // A server: asked for nothing without both options, and one that is down is one line for all slides.
    let (port, asked) = red_server();
    let server = format!(r#"{{"name":"Red","url":"http://127.0.0.1:{port}/{{z}}/{{x}}/{{y}}.png"}}"#);
    for options in [&[two][..], &[two, "--online"], &[two, "--offline"]] {
        let (code, said) = with_slides(folder, &server, "export", "t.pdf", options);
        assert_eq!((code, lines(&said, "Red: ")), (Some(1), 1), "{options:?}: {said}");
    }
    assert_eq!(asked.load(Ordering::SeqCst), 0);
    let online = ["--online", "--allow-host", "127.0.0.1"];
    let (code, said) = with_slides(folder, &server, "export", "t.pdf", &[&[two, "--list"][..], &online].concat());
    assert!(code == Some(0) && said.contains("127.0.0.1 will see this computer's address"), "{said}");
    assert_eq!(asked.load(Ordering::SeqCst), 0, "a list asks nobody");
    let (code, said) =
        with_slides(folder, &server, "export", "t.png", &[&[two, "--size=640x360"][..], &online].concat());
    assert!(code == Some(0) && asked.load(Ordering::SeqCst) > 0, "{said}");
    assert!(is_red(ground(&fs::read(folder.join("t-01.png")).unwrap())));
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let down = format!(r#"{{"name":"Down","url":"http://127.0.0.1:{port}/{{z}}/{{x}}/{{y}}.png"}}"#);
    let start = std::time::Instant::now();
    let all = "--slide=on,on,on,on,on,on,on,on";
    let (code, said) = with_slides(folder, &down, "export", "t.png", &[&[all, "--size=640x360"][..], &online].concat());
    assert_eq!((code, lines(&said, "Down: ")), (Some(1), 1), "{said}");
    assert!(said.contains("takes no connections") && start.elapsed().as_secs() < 30, "{said} {:?}", start.elapsed());
}
