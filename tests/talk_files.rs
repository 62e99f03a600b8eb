//! A talk as files: nothing in it loads, runs or leaves that should not, words stay words, and what is made is whole.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops at the first thing that is wrong"
)]

mod poison;

use std::path::Path;
use std::process::Command;

use clashmap::model::{Incident, Project};
use clashmap::picture::raster;
use clashmap::talk::export::{Kind, Leaving, Order, files};
use clashmap::talk::{self, Film};
use clashmap::tiles::Maps;
use openh264::decoder::Decoder;
use openh264::formats::YUVSource;
use poison::{POISONED, html, order, payloads, poisoned, sample};

const SAMPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/assets/september-2022.clashmap.geojson");

/// The tags of a document, by a reader that knows only markup: what it finds as a tag, a browser would.
fn tags(html: &str) -> Vec<String> {
    let mut out = Vec::new();
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        rest = &rest[at..];
        let end = rest.find('>').unwrap_or(rest.len() - 1);
        let tag = &rest[..=end];
        out.push(tag.to_owned());
        rest = &rest[end + 1..];
        // Script and style hold no tags.
        for raw in ["script", "style"] {
            if tag.starts_with(&format!("<{raw}")) {
                rest = &rest[rest.find(&format!("</{raw}>")).unwrap()..];
            }
        }
    }
    out
}

#[test]
fn five_hundred_payloads_in_every_text_field_run_no_script_and_load_nothing() {
    let all = payloads();
    assert!(all.len() >= 500, "{}", all.len());
    // Several a document: each stands in every field of its own project, and all of them together in one.
    let known: Vec<String> = {
        let mut names: Vec<String> = tags(&html(&sample())).iter().map(|t| name(t)).collect();
        names.extend(["strong", "em", "ul", "ol", "li", "h3", "p"].map(str::to_owned));
        names
    };
    for html in POISONED.iter() {
        let found = tags(html);
        assert_eq!(found.iter().filter(|t| t.to_lowercase().starts_with("<script")).count(), 2);
        assert_eq!(found.iter().filter(|t| t.to_lowercase().starts_with("<style")).count(), 1);
        for tag in &found {
            assert!(known.contains(&name(tag)), "{tag}");
            let attributes = tag.split_once(' ').map_or("", |(_, a)| a);
            let outside: String = attributes.split('"').step_by(2).collect();
            assert!(!outside.contains("on") || !outside.contains("=alert"), "{tag}");
            assert!(!tag.starts_with("<a ") || tag.contains("href=\"#"), "{tag}");
        }
        let data = html.split("id=\"data\">").nth(1).unwrap().split("</script>").next().unwrap();
        assert!(serde_json::from_str::<serde_json::Value>(data).is_ok());
        assert!(!html.contains('\u{202e}'));
    }
}

fn name(tag: &str) -> String {
    tag.trim_start_matches(['<', '/'])
        .chars()
        .take_while(|c| c.is_alphanumeric() || *c == '!')
        .collect::<String>()
        .to_lowercase()
}

#[test]
fn the_document_of_the_sample_is_small_loads_nothing_and_has_every_slide_and_incident() {
    let project = sample();
    let html = html(&project);
    assert!(html.len() < 3_000_000, "{} bytes", html.len());
    assert!(html.contains("default-src 'none'; img-src data:; style-src 'sha256-"));
    for word in ["src=\"http", "href=\"http", "url(", "@import", "fetch(", "XMLHttpRequest", "innerHTML", "eval("] {
        assert!(!html.contains(word), "{word}");
    }
    for slide in &project.meta().slides {
        assert!(html.contains(&format!("<h2>{}</h2>", slide.name())), "{}", slide.id);
    }
    assert_eq!(html.matches("<th scope=\"row\">").count(), project.len());
    for part in
        ["Lines and names do not express", "own-side · as known today", "OpenStreetMap contributors", "Questions."]
    {
        assert!(html.contains(part), "{part}");
    }
}

#[test]
fn what_is_sensitive_and_what_is_noted_stays_unless_asked_for() {
    let whole = sample();
    let incidents: Vec<Incident> = whole.iter().map(|(_, i)| i.clone()).collect();
    let hidden = incidents.iter().position(|i| &*i.title == "Fire at Kut").unwrap();
    let mut incidents = incidents;
    incidents[hidden].sensitive = true;
    let project = Project::new(whole.meta().clone(), incidents, Vec::new());
    let leaving = Leaving { round_km: Some(10.0), ..Leaving::default() };
    let list = leaving.list(&project, &project.meta().slides, Kind::Html, &Maps::default()).join("\n");
    for line in ["33 of 34 incidents", "1 marked sensitive stay", "notes of 8 slides stay", "rounded to 10 km"] {
        assert!(list.contains(line), "{list}");
    }
    let left = leaving.apply(&project);
    let html = html(&left);
    assert!(!html.contains("Fire at Kut") && !html.contains("Questions.") && html.contains("Fire at Norabak"));
    for ((_, a), (_, b)) in left.iter().zip(project.iter().filter(|(_, i)| !i.sensitive)) {
        if let (Some(a), Some(b)) = (a.place.position, b.place.position) {
            assert!((a.lat() - b.lat()).abs() <= 5.1 / 111.2, "{a:?} {b:?}");
        }
        assert!(a.place.position.is_none() || a.place.radius_km() >= 7.5);
    }
    let open = Leaving { sensitive: true, notes: true, round_km: None };
    assert_eq!(open.apply(&project).len(), 34);
}

#[test]
fn a_field_that_is_marked_as_sensitive_stays_while_the_rest_of_the_incident_goes() {
    let whole = sample();
    let mut incidents: Vec<Incident> = whole.iter().map(|(_, i)| i.clone()).collect();
    let at = incidents.iter().position(|i| &*i.title == "Fire at Kut").unwrap();
    incidents[at].sensitive_fields = vec!["place".into(), "title".into()];
    let project = Project::new(whole.meta().clone(), incidents, Vec::new());
    let leaving = Leaving::default();
    let list = leaving.list(&project, &project.meta().slides, Kind::Html, &Maps::default()).join("\n");
    assert!(list.contains("34 of 34 incidents"), "{list}");
    assert!(list.contains("fields of 1 marked sensitive stay: title, place"), "{list}");
    let left = leaving.apply(&project);
    assert_eq!(left.len(), 34);
    assert!(!html(&left).contains("Fire at Kut"));
    assert!(left.iter().any(|(_, i)| i.place.position.is_none() && i.title.is_empty()));
    let open = Leaving { sensitive: true, ..leaving };
    assert!(
        open.list(&project, &[], Kind::Html, &Maps::default())
            .join("\n")
            .contains("fields of 1 marked sensitive go along")
    );
    assert!(html(&open.apply(&project)).contains("Fire at Kut"));
}

#[test]
fn a_document_an_animation_and_pictures_are_whole_and_the_same_twice() {
    let project = sample();
    for kind in [Kind::Pdf, Kind::Gif, Kind::Mp4, Kind::Png] {
        let mut order = order(&project, kind);
        order.notes = false;
        order.slides.truncate(4);
        let made = files(&project, &order, &mut |_| Ok(())).unwrap();
        let again = files(&project, &order, &mut |_| Ok(())).unwrap();
        assert!(made.iter().zip(&again).all(|(a, b)| a.bytes == b.bytes && a.suffix == b.suffix), "{kind:?}");
        let first = &made[0].bytes;
        match kind {
            Kind::Pdf => {
                assert!(first.starts_with(b"%PDF-") && first.trim_ascii_end().ends_with(b"%%EOF"));
                let fonts = first.windows(9).filter(|w| w == b"FontFile2").count();
                assert!(fonts >= 2, "fonts are embedded");
            }
            Kind::Gif => assert!(first.starts_with(b"GIF89a") && first.ends_with(&[0x3b])),
            Kind::Mp4 => assert_eq!(&first[4..12], b"ftypisom"),
            _ => {
                assert_eq!(made.iter().map(|m| m.suffix.as_str()).collect::<Vec<_>>(), ["-01", "-02", "-03", "-04"]);
                assert!(made.iter().all(|m| m.bytes.starts_with(b"\x89PNG")));
            }
        }
        // Stopped work gives nothing.
        assert!(files(&project, &order, &mut |_| Err("stopped".into())).is_err());
    }
}

/// The content of the box that is reached by these names, one inside the other, by a reader that knows only boxes.
fn inside<'b>(mut bytes: &'b [u8], path: &[&str]) -> Option<&'b [u8]> {
    for name in path {
        // Lists of boxes that have fields of their own before them.
        let skip = match *name {
            "avcC" | "colr" | "pasp" => 78,
            "avc1" => 8,
            _ => 0,
        };
        let mut rest = &bytes[skip..];
        bytes = loop {
            let length = u32::from_be_bytes(rest.get(..4)?.try_into().unwrap()) as usize;
            let found = &rest[4..8] == name.as_bytes();
            assert!(length >= 8, "{name}");
            let content = &rest[8..length];
            if found {
                break content;
            }
            rest = &rest[length..];
        };
    }
    Some(bytes)
}

fn numbers(bytes: &[u8]) -> Vec<u32> {
    bytes.chunks_exact(4).map(|c| u32::from_be_bytes(c.try_into().unwrap())).collect()
}

/// A frame of the slide that plays, painted as pictures are.
fn painted(project: &Project, order: &Order, share: f64) -> clashmap::picture::Pixmap {
    let mut slide = order.slides.iter().find(|s| s.plays.is_some()).unwrap().clone();
    slide.plays.as_mut().unwrap().secs = order.film.secs.unwrap();
    let stage = order.stage;
    let mut prepared = talk::Prepared::new(project, &slide, stage.labels, stage.zone);
    let lies = talk::layout(project, &prepared, stage);
    prepared.play_to(project, stage.zone, share);
    let scale = order.size[1] as f32 / talk::HEIGHT;
    let mut ground = talk::ground(&prepared, stage, lies.camera, scale).unwrap();
    raster::draw(&talk::page(project, &prepared, stage, &lies, 0, None, 1.0), &mut ground, scale).unwrap();
    ground
}

/// How far two pictures are apart in brightness on average, of 255. So small a picture is all edges: the encoder's quantiser costs
/// two, another moment of the play nine.
fn apart(painted: &clashmap::picture::Pixmap, seen: &impl YUVSource) -> f64 {
    let (stride, _, _) = seen.strides();
    let mut sum = 0.0;
    for (n, p) in painted.pixels().iter().enumerate() {
        let (x, y) = (n % painted.width() as usize, n / painted.width() as usize);
        let [r, g, b] = [p.red(), p.green(), p.blue()].map(f64::from);
        let bright = 16.0 + (0.2126 * r + 0.7152 * g + 0.0722 * b) * 219.0 / 255.0;
        sum += (bright - f64::from(seen.y()[y * stride + x])).abs();
    }
    sum / painted.pixels().len() as f64
}

#[test]
fn a_film_has_its_places_first_its_frames_in_time_and_shows_what_was_painted() {
    let project = sample();
    let mut order = order(&project, Kind::Mp4);
    order.film = Film { fps: 6, secs: Some(5) };
    let made = files(&project, &order, &mut |_| Ok(())).unwrap();
    let film = &made[0].bytes;
    // What says where the pictures lie comes before them.
    let place = |name: &[u8]| film.windows(4).position(|w| w == name).unwrap();
    assert_eq!(&film[4..12], b"ftypisom");
    assert!(place(b"moov") < place(b"mdat"));
    let stbl = inside(film, &["moov", "trak", "mdia", "minf", "stbl"]).unwrap();
    let mdhd = numbers(inside(film, &["moov", "trak", "mdia", "mdhd"]).unwrap());
    let (scale, duration) = (mdhd[3], mdhd[4]);
    assert_eq!(duration, 5 * scale, "five seconds");
    let mvhd = numbers(inside(film, &["moov", "mvhd"]).unwrap());
    assert_eq!((mvhd[3], mvhd[4]), (scale, duration));
    let sizes = &numbers(inside(stbl, &["stsz"]).unwrap())[2..];
    let count = sizes[0] as usize;
    let sizes = &sizes[1..];
    assert_eq!(sizes.len(), count);
    assert!((2..=30).contains(&count), "{count}");
    let times = &numbers(inside(stbl, &["stts"]).unwrap())[2..];
    assert_eq!(times.chunks(2).map(|t| t[0] as usize).sum::<usize>(), count);
    assert_eq!(times.chunks(2).map(|t| t[0] * t[1]).sum::<u32>(), duration);
    assert!(times.chunks(2).all(|t| t[1] % (scale / 6) == 0 && t[1] > 0), "{times:?}");
    let keys = &numbers(inside(stbl, &["stss"]).unwrap())[2..];
    assert!(keys[0] == 1 && keys.len() <= 3 && keys.iter().all(|k| *k as usize <= count), "{keys:?}");
    // As wide and as high everywhere, in the colours of BT.709 in limited range.
    let tkhd = numbers(inside(film, &["moov", "trak", "tkhd"]).unwrap());
    assert_eq!(tkhd[tkhd.len() - 2..], [320 << 16, 180 << 16]);
    let stsd = inside(stbl, &["stsd"]).unwrap();
    let avc1 = inside(stsd, &["avc1"]).unwrap();
    assert_eq!(avc1[24..28], [320_u16.to_be_bytes(), 180_u16.to_be_bytes()].concat());
    assert_eq!(inside(avc1, &["colr"]).unwrap(), b"nclx\0\x01\0\x01\0\x01\0");
    let config = inside(avc1, &["avcC"]).unwrap();
    let sps_length = usize::from(config[7]);
    let sps = &config[8..8 + sps_length];
    let pps = &config[8 + sps_length + 3..][..usize::from(config[8 + sps_length + 2])];
    assert!(sps[0] & 31 == 7 && pps[0] & 31 == 8 && config[1..4] == sps[1..4]);
    // Every picture lies where the tables say, and is whole.
    let places = &numbers(inside(stbl, &["stco"]).unwrap())[2..];
    let runs = &numbers(inside(stbl, &["stsc"]).unwrap())[2..];
    let together = |chunk: usize| runs.chunks(3).rfind(|r| r[0] as usize <= chunk + 1).unwrap()[1] as usize;
    let mut pictures: Vec<&[u8]> = Vec::new();
    for (n, place) in places.iter().enumerate() {
        let mut at = *place as usize;
        for _ in 0..together(n) {
            let size = sizes[pictures.len()] as usize;
            pictures.push(&film[at..at + size]);
            at += size;
        }
        assert_eq!(at, places.get(n + 1).map_or(film.len(), |next| *next as usize));
    }
    assert_eq!(pictures.len(), count);
    let mut decoder = Decoder::new().unwrap();
    let starts = |unit: &[u8]| [&[0, 0, 0, 1], unit].concat();
    let first = painted(&project, &order, 1.0 / 30.0);
    let last = painted(&project, &order, 1.0);
    for (n, picture) in pictures.iter().enumerate() {
        let mut stream = if n == 0 { [starts(sps), starts(pps)].concat() } else { Vec::new() };
        let mut rest = *picture;
        while !rest.is_empty() {
            let length = u32::from_be_bytes(rest[..4].try_into().unwrap()) as usize;
            let unit = &rest[4..4 + length];
            assert_eq!(unit[0] & 31 == 5, keys.contains(&(n as u32 + 1)), "{n}");
            stream.extend(starts(unit));
            rest = &rest[4 + length..];
        }
        let seen = decoder.decode(&stream).unwrap().unwrap();
        assert_eq!(seen.dimensions(), (320, 180));
        if n == 0 {
            let (own, other) = (apart(&first, &seen), apart(&last, &seen));
            assert!(own < 3.0 && own * 2.0 < other, "{own} {other}");
        }
        if n + 1 == count {
            let (own, other) = (apart(&last, &seen), apart(&first, &seen));
            assert!(own < 3.0 && own * 2.0 < other, "{own} {other}");
        }
    }
}

#[test]
fn a_film_that_is_stopped_midway_or_too_large_is_one_line() {
    let project = sample();
    let mut order = order(&project, Kind::Mp4);
    let mut parts = Vec::new();
    let told = files(&project, &order, &mut |part| {
        parts.push(part);
        if part >= 0.5 { Err("stopped".into()) } else { Ok(()) }
    });
    assert_eq!(told.unwrap_err(), "stopped");
    assert!(parts.len() > 2 && parts.is_sorted(), "{parts:?}");
    order.film = Film { fps: 60, secs: Some(601) };
    assert!(files(&project, &order, &mut |_| Ok(())).unwrap_err().contains("more than 36000"));
    order.size = [4000, 2250];
    assert!(files(&project, &order, &mut |_| Ok(())).unwrap_err().contains("at most 3840x2160"));
}

/// The report of everything, as HTML and as Markdown.
fn reports(project: &Project) -> [String; 2] {
    [Kind::Report, Kind::Markdown].map(|kind| {
        let mut order = order(project, kind);
        order.slides = vec![clashmap::model::Slide::new("view")];
        let made = files(project, &order, &mut |_| Ok(())).unwrap();
        String::from_utf8(made.last().unwrap().bytes.clone()).unwrap()
    })
}

#[test]
fn a_report_tells_map_totals_incidents_every_claim_and_the_sources_with_policy_and_date() {
    let project = sample();
    let [html, markdown] = reports(&project);
    let claims: usize = project.iter().map(|(_, i)| i.claims.len()).sum();
    assert_eq!(html.matches("<th scope=\"row\">").count(), project.len() + claims + html_totals(&html));
    for text in [&html, &markdown] {
        for part in [
            "Totals",
            "Incidents",
            "Ledger of claims",
            "Sources",
            "own-side",
            "As known",
            "today",
            "Perspective: de jure",
            "Lines and names do not express",
            "OpenStreetMap contributors",
            "the figure rests on it",
            "contradicted",
            "≥ 135",
            "Ministry of Defence",
        ] {
            assert!(text.contains(part), "{part}");
        }
        // Every source that is told by number is in the list.
        let last = (1..200).rev().find(|n| text.contains(&format!("[{n}]")) || text.contains(&format!("\\[{n}\\]")));
        let listed = html.matches("<li id=\"source-").count();
        assert!(last.is_some_and(|n| n <= listed), "{last:?} {listed}");
    }
    assert!(html.contains("default-src 'none'; img-src data:; style-src 'sha256-") && !html.contains("<script"));
    assert!(html.contains("<image width=\"960\"") && markdown.contains("![Map of the incidents](out-map.png)"));
    // Rows of Markdown have as many cells as their heads.
    for table in markdown.split("\n## ").skip(1).filter(|t| t.contains("\n|")) {
        let cells = |l: &str| l.replace("\\|", "").matches('|').count();
        let rows: Vec<usize> = table.lines().filter(|l| l.starts_with('|')).map(cells).collect();
        assert!(rows.iter().all(|n| *n == rows[0]), "{table}");
    }
}

fn html_totals(html: &str) -> usize {
    let table = html.split("<h2>Totals</h2>").nth(1).unwrap().split("</table>").next().unwrap();
    table.matches("<tr>").count() - 1
}

#[test]
fn five_hundred_payloads_stay_words_in_a_report() {
    let mut known: Vec<String> = tags(&reports(&sample())[0]).iter().map(|t| name(t)).collect();
    known.sort();
    known.dedup();
    for chunk in payloads().chunks(126) {
        let [html, markdown] = reports(&poisoned(&chunk.join(" ")));
        for tag in &tags(&html) {
            assert!(known.contains(&name(tag)), "{tag}");
            assert!(!tag.to_lowercase().starts_with("<script") && !tag.contains("=alert"), "{tag}");
            let safe = ["href=\"https://", "href=\"http://"];
            assert!(!tag.starts_with("<a ") || safe.iter().any(|s| tag.contains(s)), "{tag}");
        }
        assert!(!html.contains('\u{202e}') && !markdown.contains('\u{202e}'));
        // Behind every bracket that Markdown could take for a mark stands what makes it a letter.
        let bare = ["\\<", "\\[", "\\]", "\\!"].iter().fold(markdown, |text, mark| text.replace(mark, ""));
        assert!(!["<script", "](javascript", "<img", "![x"].iter().any(|mark| bare.contains(mark)));
    }
}

#[test]
fn more_incidents_than_a_document_holds_are_refused_in_a_line() {
    let many = (0..20_001).map(|n| {
        let uid = clashmap::model::Uid::new(&format!("i{n}"));
        Incident::new(uid, clashmap::model::Kind::ArmedClash, "")
    });
    let project = Project::new(sample().meta().clone(), many, Vec::new());
    for kind in [Kind::Report, Kind::Markdown, Kind::Html] {
        let told = files(&project, &order(&project, kind), &mut |_| Ok(())).unwrap_err();
        assert!(told.contains("20001 incidents") && told.contains("filters"), "{told}");
    }
}

fn run(args: &[&str]) -> (Option<i32>, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_clashmap"));
    command.env_remove("DISPLAY").env_remove("WAYLAND_DISPLAY").arg("export").args(args);
    let output = command.output().unwrap();
    (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
}

/// Everything in a folder, hidden files too.
fn held(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

#[test]
#[cfg(unix)]
fn a_full_or_a_read_only_disk_gets_one_line_and_no_half_file() {
    let folder = tempfile::tempdir().unwrap();
    let before = folder.path().join("talk.pdf");
    std::fs::copy(SAMPLE, &before).unwrap();
    for (name, more) in [
        ("talk.pdf", vec![]),
        ("talk.html", vec![]),
        ("talk.png", vec!["--size", "640x360"]),
        ("talk.gif", vec!["--size", "320x180", "--seconds", "1", "--fps", "2"]),
        ("talk.mp4", vec!["--size", "320x180", "--seconds", "1", "--fps", "2"]),
        ("talk.md", vec![]),
    ] {
        // No file may grow beyond 4 kB: what is written after that is refused as on a full disk.
        let full = "trap '' XFSZ; ulimit -f 8; exec \"$@\"";
        let out = folder.path().join(name);
        let mut command = Command::new("sh");
        command.args(["-c", full, "sh", env!("CARGO_BIN_EXE_clashmap"), "export", SAMPLE, "-o"]).arg(&out).args(more);
        if !matches!(name, "talk.md") {
            command.args(["--slide", "title"]);
        }
        let output = command.output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        let line = said.lines().last().unwrap();
        assert_eq!(output.status.code(), Some(2), "{name}: {said}");
        assert!(line.contains("talk") && line.contains("large"), "{name}: {line}");
        assert_eq!(held(folder.path()), ["talk.pdf"], "{name}");
        assert!(std::fs::read(&before).unwrap() == std::fs::read(SAMPLE).unwrap(), "what was there stays");
    }
    // The folder of processes takes no file from anybody.
    if cfg!(target_os = "linux") {
        let (code, said) = run(&[SAMPLE, "-o", "/proc/talk.pdf", "--slide", "title"]);
        assert!(code == Some(2) && said.lines().last().unwrap().contains("/proc"), "{said}");
    }
}

#[test]
fn the_command_says_what_leaves_and_what_is_wrong_in_one_line() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("talk.pdf");
    let out = out.to_str().unwrap();
    let (code, said) = run(&[SAMPLE, "-o", out, "--list"]);
    assert!(code == Some(0) && said.contains("34 of 34 incidents") && !Path::new(out).exists(), "{said}");
    assert_eq!(run(&[SAMPLE, "-o", out, "--slide", "where,differ"]).0, Some(0));
    assert!(std::fs::read(out).unwrap().starts_with(b"%PDF"));
    let report = folder.path().join("a report.md");
    let report = report.to_str().unwrap();
    let (code, said) = run(&[SAMPLE, "-o", report, "--as-known", "2022-09-13", "--kind", "shelling"]);
    assert!(code == Some(0) && said.contains("the words quoted"), "{said}");
    let text = std::fs::read_to_string(report).unwrap();
    assert!(text.contains("As known: 13 Sep 2022") && text.contains("(a%20report-map.png)"), "{text}");
    assert!(std::fs::read(folder.path().join("a report-map.png")).unwrap().starts_with(b"\x89PNG"));
    for (args, hint) in [
        (vec!["-o", out, "--report"], ".md or .html"),
        (vec!["-o", report, "--slide", "where,differ"], "name one slide"),
        (vec!["-o", "talk.webm"], "use .mp4, or .gif"),
        (vec!["-o", "talk.mp4", "--size", "4096x2160"], "at most 3840x2160"),
        (vec!["-o", "talk.mp4", "--size", "1000x2000"], "1:1"),
        (vec!["-o", "talk.mp4", "--seconds", "600", "--fps", "61"], "--fps"),
        (vec!["-o", "talk.gif", "--fps", "60"], "more than 50"),
        (vec!["-o", "/nowhere/at/all/talk.mp4", "--size", "64x64", "--seconds", "1", "--fps", "1"], "/nowhere"),
        (vec!["-o", "talk.doc"], ".pdf"),
        (vec!["-o", out, "--slide", "nowhere"], "there are title, where"),
        (vec!["-o", out, "--paper", "a9"], "--paper"),
        (vec!["-o", out, "--round", "900"], "--round"),
        (vec!["-o", "/nowhere/at/all/talk.pdf", "--slide", "title"], "/nowhere"),
    ] {
        let (code, said) = run(&[vec![SAMPLE], args.clone()].concat());
        assert!(code == Some(2) && said.lines().last().unwrap().contains(hint), "{args:?}: {said}");
    }
}
