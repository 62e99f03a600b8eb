//! Drives the real program as a terminal does: what it prints, what it writes, and how it ends.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops at the first thing that is wrong"
)]
#![allow(clippy::disallowed_methods, reason = "what a test puts into a temporary folder may be half-written")]

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

const SAMPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/assets/september-2022.clashmap.geojson");

fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_clashmap"));
    for name in ["DISPLAY", "WAYLAND_DISPLAY", "WAYLAND_SOCKET"] {
        command.env_remove(name);
    }
    command.env("RUST_BACKTRACE", "1").stdin(Stdio::null());
    command
}

fn run(arguments: &[&str]) -> Output {
    program().args(arguments).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// A run that must fail as failures do: exit code 2, nothing on stdout, one line on stderr that is given back.
fn refused(arguments: &[&str]) -> String {
    refusal(&run(arguments), arguments)
}

fn refusal(output: &Output, what: &[&str]) -> String {
    let line = text(&output.stderr);
    assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0), "{what:?}: {line}");
    assert!(line.starts_with("clashmap: ") && line.lines().count() == 1, "{what:?}: {line}");
    assert!(!line.contains("panicked") && !line.contains(".cargo"), "{what:?}: {line}");
    line
}

fn json(arguments: &[&str], code: i32) -> Value {
    let output = run(arguments);
    assert_eq!(output.status.code(), Some(code), "{}", text(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn keys(value: &Value) -> String {
    let mut keys: Vec<&str> = value.as_object().unwrap().keys().map(String::as_str).collect();
    keys.sort_unstable();
    keys.join(" ")
}

/// The names in a folder, sorted.
fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        fs::read_dir(folder).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// A temporary folder and the path of a file in it.
fn target(name: &str) -> (TempDir, PathBuf, String) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    let shown = path.to_str().unwrap().to_owned();
    (folder, path, shown)
}

/// Renders the sample with these options and gives back the bytes.
fn rendered(name: &str, options: &[&str]) -> Vec<u8> {
    let (_folder, path, shown) = target(name);
    let output = run(&[&["render", SAMPLE, "-o", &shown], options].concat());
    let said = text(&output.stderr);
    assert_eq!((output.status.code(), output.stdout.len()), (Some(0), 0), "{options:?}: {said}");
    fs::read(path).unwrap()
}

/// Width and height of a PNG that is there to its end.
fn png_size(bytes: &[u8]) -> (u32, u32) {
    assert!(bytes.starts_with(b"\x89PNG\r\n\x1a\n") && bytes.ends_with(b"IEND\xaeB`\x82"), "not a whole PNG");
    let number = |at: usize| u32::from_be_bytes(bytes[at..at + 4].try_into().unwrap());
    (number(16), number(20))
}

// ---------------------------------------------------------------------------------------------------------- render

#[test]
fn a_picture_has_the_size_asked_for_and_is_the_same_every_time() {
    let small = rendered("map.png", &["--size", "320x200"]);
    assert_eq!(png_size(&small), (320, 200));
    assert_eq!(small, rendered("map.PNG", &["--size", "320x200", "--offline"]));
    assert_eq!(png_size(&rendered("map.png", &["--size", "200x120", "--scale", "2"])), (400, 240));
}

#[test]
fn what_is_marked_as_sensitive_is_not_drawn_nor_counted_unless_it_is_asked_for() {
    let (folder, path, shown) = target("marked.clashmap.geojson");
    let sample = fs::read_to_string(SAMPLE).unwrap();
    let counts = |l: &&str| l.contains("\"when\":\"2022-09-1") && l.contains("\"category\":\"killed\"");
    let line = sample.lines().find(counts).unwrap();
    fs::write(&path, sample.replace(line, &line.replacen("\"kind\":", "\"sensitive\":true,\"kind\":", 1))).unwrap();
    let made = |file: &str, options: &[&str], name: &str| {
        let out = folder.path().join(name);
        let output = run(&[&[options[0], file], &options[1..], &[out.to_str().unwrap()]].concat());
        assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
        (fs::read(out).unwrap(), text(&output.stderr).contains("1 incident marked as sensitive left out"))
    };
    for options in [&["render", "--size", "320x200", "-o"][..], &["stats", "--table"]] {
        let name = if options[0] == "render" { "m.png" } else { "t.csv" };
        let (whole, said) = made(SAMPLE, options, name);
        assert!(!said);
        let (left, said) = made(&shown, options, name);
        assert!(said && left != whole, "{options:?}");
        let asked = [&options[..1], &["--sensitive"], &options[1..]].concat();
        assert_eq!(made(&shown, &asked, name), (whole, false), "{options:?}");
    }
    let uid = line.split("\"uid\":\"").nth(1).unwrap().split('"').next().unwrap();
    let output = run(&["render", &shown, "-o", "never.png", "--call", uid]);
    assert!(text(&output.stderr).contains("is marked as sensitive; --sensitive draws it"), "{}", text(&output.stderr));
}

#[test]
fn theme_part_of_the_map_and_question_change_the_picture() {
    let size = ["--size", "320x200"];
    let mut seen = vec![rendered("map.png", &size)];
    for options in [
        &["--theme", "dark"][..],
        &["--theme", "print"],
        &["--bbox", "45.5,39.5,46.5,40.5"],
        &["--bbox=-10,30,60,55"],
        &["--lang", "hy"],
        &["--as-known", "2022-09-13"],
        &["--bare"],
    ] {
        let picture = rendered("map.png", &[&size[..], options].concat());
        assert!(!seen.contains(&picture), "{options:?} changes nothing");
        seen.push(picture);
    }
}

#[test]
fn an_svg_is_one_document_with_the_title_of_the_project_and_without_anything_from_elsewhere() {
    let svg = text(&rendered("map.svg", &["--size", "480x300"]));
    assert!(svg.starts_with("<svg") || svg.starts_with("<?xml"), "{}", &svg[..80]);
    assert!(svg.trim_end().ends_with("</svg>") && svg.contains("width=\"480\"") && svg.contains("height=\"300\""));
    assert!(svg.contains("September 2022 border clashes") && svg.contains("OpenStreetMap"));
    for link in ["href=\"http", "url(http", "<script", "@import"] {
        assert!(!svg.contains(link), "{link}");
    }
}

#[test]
fn wrong_options_end_in_one_line_and_write_nothing() {
    let (folder, _, png) = target("map.png");
    let jpg = png.replace(".png", ".jpg");
    for (options, hint) in [
        (&["-o", &png, "--size", "0x0"][..], "1920x1080"),
        (&["-o", &png, "--size", "99999x99999"], "1920x1080"),
        (&["-o", &png, "--size", "16000x16000"], "megapixels"),
        (&["-o", &png, "--scale", "0"], "between 0.5 and 8"),
        (&["-o", &png, "--scale", "NaN"], "between 0.5 and 8"),
        (&["-o", &png, "--bbox", "47,39,44,41"], "west comes before east"),
        (&["-o", &png, "--bbox", "44,39,47"], "west,south,east,north"),
        (&["-o", &png, "--bbox", "44,39,47,nan"], "--bbox"),
        (&["-o", &png, "--theme", "pink"], "light, dark, print"),
        (&["-o", &png, "--lang", "xx"], "en, hy, az, ru"),
        (&["-o", &png, "--policy", "wishful"], "own-side"),
        (&["-o", &png, "--from", "2022-09-14", "--to", "2022-09-13"], "swap"),
        (&["-o", &png, "--to", "31/02/2022"], "--to"),
        (&["-o", &png, "--nonsense"], "--nonsense"),
        (&["-o", &jpg], ".png, .svg or .pdf"),
        (&[], "--out"),
    ] {
        let line = refused(&[&["render", SAMPLE], options].concat());
        assert!(line.contains(hint), "{options:?}: {line}");
    }
    assert_eq!(names(folder.path()), [""; 0]);
}

#[test]
fn an_existing_file_is_replaced_whole_and_nothing_is_left_beside_it() {
    let (folder, path, shown) = target("map.png");
    let old = vec![7; 3_000_000];
    fs::write(&path, &old).unwrap();
    refused(&["render", SAMPLE, "-o", &shown, "--size", "1x1"]);
    assert!(fs::read(&path).unwrap() == old, "a refused picture touches nothing");
    assert_eq!(run(&["render", SAMPLE, "-o", &shown, "--size", "160x100"]).status.code(), Some(0));
    assert_eq!(png_size(&fs::read(&path).unwrap()), (160, 100));
    assert_eq!(names(folder.path()), ["map.png"]);
}

#[test]
fn a_target_that_cannot_be_written_is_named() {
    let (folder, _, missing) = target("no/such/folder/map.png");
    let line = refused(&["render", SAMPLE, "-o", &missing, "--size", "160x100"]);
    assert!(line.contains("no/such/folder"), "{line}");
    let taken = folder.path().join("taken.png");
    fs::create_dir(&taken).unwrap();
    refused(&["render", SAMPLE, "-o", taken.to_str().unwrap(), "--size", "160x100"]);
    assert_eq!(names(folder.path()), ["taken.png"]);
}

// ----------------------------------------------------------------------------------------------------------- stats

/// Low, best and high of the one toll with this party, status and category; `None` where there is no such toll.
fn toll(stats: &Value, party: &str, status: &str, category: &str) -> Option<[Option<u64>; 3]> {
    let mut fits = stats["tolls"].as_array().unwrap().iter().filter(|t| {
        (t["party"].as_str(), t["status"].as_str(), t["category"].as_str())
            == (Some(party), Some(status), Some(category))
    });
    let found = fits.next()?;
    assert!(fits.next().is_none(), "{party} {status} {category} is there twice");
    Some(["low", "best", "high"].map(|k| found[k].as_u64()))
}

fn stats(options: &[&str]) -> Value {
    json(&[&["stats", SAMPLE, "--json"], options].concat(), 0)
}

fn killed(stats: &Value, party: &str) -> [Option<u64>; 3] {
    toll(stats, party, "military", "killed").unwrap()
}

#[test]
fn the_keys_of_the_statistics_are_the_documented_ones() {
    let stats = stats(&[]);
    assert_eq!(keys(&stats), "as_known by_kind by_month incidents policy tolls");
    for toll in stats["tolls"].as_array().unwrap() {
        assert_eq!(keys(toll), "best category claims contradicted high low party status");
        assert_ne!(toll["best"], 0, "an unknown figure is null: {toll}");
    }
    assert_eq!((&stats["policy"], &stats["as_known"]), (&"own-side".into(), &Value::Null));
    let sum = |member: &str| stats[member].as_object().unwrap().values().map(|n| n.as_u64().unwrap()).sum::<u64>();
    assert_eq!(sum("by_kind"), stats["incidents"].as_u64().unwrap());
    assert!(sum("by_month") <= sum("by_kind"));
}

#[test]
fn figures_grow_with_what_was_known() {
    let exactly = |n| [Some(n); 3];
    let first = stats(&["--as-known", "2022-09-13"]);
    assert_eq!(killed(&first, "armenia"), exactly(49));
    assert_eq!(killed(&first, "azerbaijan"), exactly(50));
    assert_eq!(first["as_known"], "2022-09-13");
    assert_eq!(killed(&stats(&["--as-known", "2022-09-14"]), "armenia"), exactly(105));
}

#[test]
fn later_figures_stand_apart_from_what_is_not_the_same_count() {
    let now = stats(&["--to", "2022-09-14"]);
    assert_eq!(killed(&now, "armenia")[0], Some(135));
    assert_eq!(killed(&now, "armenia")[2], None, "at least 135 has no upper end");
    assert_eq!(killed(&now, "azerbaijan"), [Some(80); 3]);
    assert_eq!(toll(&now, "armenia", "unspecified", "killed_or_missing").unwrap()[0], Some(207));
    let highest = stats(&["--to", "2022-09-14", "--policy", "highest"]);
    assert_eq!((killed(&highest, "azerbaijan")[1], &highest["policy"]), (Some(430), &"highest".into()));
}

#[test]
fn every_policy_says_what_the_ledger_says_under_it() {
    let under = |policy: &str| killed(&stats(&["--to", "2022-09-14", "--policy", policy]), "azerbaijan");
    assert_eq!(under("own-side"), [Some(80); 3]);
    assert_eq!(under("lowest"), [Some(80); 3], "the other side's claim is not asked");
    assert_eq!(under("highest")[1], Some(430));
    assert_eq!(under("range"), [Some(80), Some(80), Some(430)]);
    let output = run(&["stats", SAMPLE, "--to", "2022-09-14", "--policy", "range"]);
    assert!(text(&output.stdout).contains("claimed by another side"), "{}", text(&output.stdout));
}

#[test]
fn the_policy_and_the_date_of_knowledge_stand_on_every_picture_however_small() {
    for size in ["320x200", "480x300", "1366x768"] {
        let question = ["--size", size, "--policy", "range", "--as-known", "2022-09-14"];
        let svg = text(&rendered("map.svg", &question));
        assert!(svg.contains("range · as known on"), "{size}");
    }
}

#[test]
fn the_legend_tells_the_totals_with_their_claims_and_keeps_killed_or_missing_apart() {
    let svg = text(&rendered("map.svg", &["--size", "1366x768", "--to", "2022-09-14"]));
    for words in ["Azerbaijan, killed", "Armenia, killed or missing", "207", "claims", "Dead: area to figure, largest"]
    {
        assert!(svg.contains(words), "{words}");
    }
}

#[test]
fn symbols_are_halves_or_rings() {
    let size = ["--size", "640x400"];
    let halves = rendered("map.svg", &size);
    assert_eq!(halves, rendered("map.svg", &[&size[..], &["--symbols", "halves"]].concat()));
    assert_ne!(halves, rendered("map.svg", &[&size[..], &["--symbols", "ring"]].concat()));
    for how in ["disc", "kind"] {
        assert_ne!(halves, rendered("map.svg", &[&size[..], &["--symbols", how]].concat()), "{how}");
    }
    assert!(refused(&["render", SAMPLE, "-o", "map.svg", "--symbols", "stars"]).contains("ring"));
    let open = rendered("map.svg", &["--size", "900x600", "--spread", "2022-09-13-statement-pashinyan"]);
    assert_ne!(open, rendered("map.svg", &["--size", "900x600"]));
    assert!(refused(&["render", SAMPLE, "-o", "map.svg", "--spread", "nobody"]).contains("nobody"));
    let legend = |at: &str| rendered("map.svg", &["--size", "1366x768", "--legend", at]);
    assert_ne!(legend("top-right"), legend("bottom-left"));
    assert_ne!(legend("none"), legend("bottom-left"));
    assert!(refused(&["render", SAMPLE, "-o", "map.svg", "--legend", "middle"]).contains("top-left"));
}

#[test]
fn the_table_says_who_gave_the_figure_and_under_which_question() {
    let output = run(&["stats", SAMPLE, "--to", "2022-09-14"]);
    assert_eq!((output.status.code(), text(&output.stderr).as_str()), (Some(0), ""));
    let table = text(&output.stdout);
    let row = table.lines().find(|l| l.starts_with("Azerbaijan") && l.contains("killed")).unwrap();
    assert!(row.contains(" 80 ") && row.contains("Ministry of Defence of Azerbaijan"), "{row}");
    assert!(row.contains("contradicted"), "{row}");
    assert!(table.contains("own-side · as known today · until 14 Sep 2022"), "{table}");
}

#[test]
fn a_name_that_the_project_does_not_know_is_said() {
    let output = run(&["stats", SAMPLE, "--kind", "shellling", "--party", "atlantis"]);
    let said = text(&output.stderr);
    assert_eq!(output.status.code(), Some(0));
    assert!(said.contains("shellling") && said.contains("atlantis") && said.lines().count() == 2, "{said}");
    assert!(refused(&["stats", SAMPLE, "--policy", "lucky"]).contains("own-side"));
}

#[test]
fn every_filter_narrows_and_together_they_narrow_further() {
    let count = |options: &[&str]| stats(options)["incidents"].as_u64().unwrap();
    let all = count(&[]);
    for options in [
        &["--figure", "2..4"][..],
        &["--figure", "none"],
        &["--figure", "..5"],
        &["--contradicted"],
        &["--text", "Zod"],
        &["--area", "45.5 39.5, 46.2 39.5, 46.2 40.5, 45.5 40.5"],
        &["--area", "POLYGON((45.5 39.5, 46.2 39.5, 46.2 40.5, 45.5 40.5, 45.5 39.5))"],
    ] {
        let n = count(options);
        assert!(n > 0 && n < all, "{options:?}: {n} of {all}");
        assert!(count(&[options, &["--kind", "shelling"]].concat()) <= n, "{options:?}");
    }
    assert_eq!(count(&["--figure", "none"]) + count(&["--figure", "0.."]), all, "no figure is not 0");
    assert_eq!(count(&["--text", "Zod"]), count(&["--text", "Սոթք"]));
    let table = text(&run(&["stats", SAMPLE, "--figure", "10..", "--contradicted"]).stdout);
    assert!(table.contains("own-side · as known today · dead: ≥ 10 · contradicted"), "{table}");
}

#[test]
fn a_wrong_filter_ends_in_one_line_that_says_what_is_read() {
    for (options, hint) in [
        (&["--figure", "50..10"][..], "10..50"),
        (&["--figure", "many"], "none"),
        (&["--grade", "Z"], "B2"),
        (&["--tag", "=x"], "NAME=VALUE"),
        (&["--area", "45 39, 46 39"], "3 to"),
        (&["--area", "45,39"], "45.6 39.8"),
        (&["--area", "45 139, 46 39, 45 38"], "latitude"),
        (&["--filter", "mine"], "no filter “mine”"),
    ] {
        let line = refused(&[&["stats", SAMPLE], options].concat());
        assert!(line.contains(hint), "{options:?}: {line}");
    }
}

/// What a picture says, without its marks and without its line breaks.
fn words(svg: &str) -> String {
    let bare = svg.split('<').filter_map(|part| part.split_once('>')).flat_map(|(_, text)| text.split_whitespace());
    bare.collect::<Vec<_>>().join(" ")
}

#[test]
fn a_saved_filter_is_chosen_by_its_name_by_statistics_and_picture() {
    let (folder, path, shown) = target("a.clashmap.geojson");
    let head = r#""perspective":"de-jure""#;
    let with = format!(r#"{head},"filters":[{{"name":"Said","kinds":["statement"],"tags":[]}}]"#);
    let sample = fs::read_to_string(SAMPLE).unwrap();
    assert!(sample.contains(head));
    fs::write(&path, sample.replacen(head, &with, 1)).unwrap();
    let statements = stats(&["--kind", "statement"]);
    assert_eq!(json(&["stats", &shown, "--json", "--filter", "Said"], 0), statements);
    assert!(refused(&["stats", &shown, "--filter", "said"]).contains("“Said”"));
    let picture = |name: &str, options: &[&str]| {
        let out = folder.path().join(name);
        let file: &[&str] = &["render", &shown, "-o", out.to_str().unwrap(), "--size", "640x480"];
        assert_eq!(run(&[file, options].concat()).status.code(), Some(0));
        text(&fs::read(out).unwrap())
    };
    let svg = picture("a.svg", &["--filter", "Said"]);
    assert!(words(&svg).contains("kind: Statement"), "the legend says what is left out");
    let svg = picture("b.svg", &["--area", "45 39, 46 39, 46 41, 45 41"]);
    assert!(svg.contains("filter-area") && svg.contains("only incidents in this area"));
}

// ----------------------------------------------------------------------------------------------------------- check

const HEAD: &str = r#"{"type":"FeatureCollection","clashmap":{"format":"1.0","title":"T"},"features":["#;

#[test]
fn drawings_are_drawn_in_their_time_and_counted() {
    let folder = tempfile::tempdir().unwrap();
    let (file, out) = (folder.path().join("d.clashmap.geojson"), folder.path().join("d.svg"));
    let road = r#"{"type":"Feature","geometry":{"type":"LineString","coordinates":[[45,40],[46,40.2]]},"properties":{"uid":"d1","kind":"drawing","drawing":"distance","title":"Way of the convoy","when":"2022-09-13"}}"#;
    std::io::Write::write_all(&mut std::fs::File::create(&file).unwrap(), format!("{HEAD}{road}]}}").as_bytes())
        .unwrap();
    let (file, shown) = (file.display().to_string(), out.display().to_string());
    assert_eq!(json(&["check", &file, "--json"], 0)["drawings"], 1);
    let picture = |options: &[&str]| {
        assert!(run(&[&["render", &file, "-o", &shown], options].concat()).status.success());
        std::fs::read_to_string(&out).unwrap()
    };
    let svg = picture(&[]);
    assert!(svg.contains("Way of the convoy") && svg.contains("(geodesic)"), "{}", svg.len());
    assert!(!picture(&["--from", "2023"]).contains("(geodesic)"));
}

#[test]
fn the_samples_are_sound() {
    for name in ["september-2022", "karabakh-1988-2024"] {
        let file = format!("{}/assets/{name}.clashmap.geojson", env!("CARGO_MANIFEST_DIR"));
        let report = json(&["check", &file, "--json"], 0);
        assert_eq!(keys(&report), "drawings findings format incidents logged ok");
        assert_eq!((&report["ok"], &report["format"]), (&true.into(), &"1.0".into()));
        let said = text(&run(&["check", &file]).stdout);
        assert!(said.contains("0 errors, 0 warnings"), "{said}");
    }
}

#[test]
fn findings_name_their_place_and_end_in_1() {
    let (_folder, path, shown) = target("a.clashmap.geojson");
    let feature = r#"{"type":"Feature","geometry":null,"properties":{"uid":"a","kind":"battle","when":"soon"}}"#;
    fs::write(&path, format!("{HEAD}\n{feature}\n]}}\n")).unwrap();
    let report = json(&["check", &shown, "--json"], 1);
    let finding = &report["findings"][0];
    assert_eq!((&report["ok"], &report["incidents"]), (&false.into(), &1.into()));
    assert_eq!((keys(finding).as_str(), &finding["severity"]), ("severity what where", &"warning".into()));
    assert!(finding["where"].as_str().unwrap().starts_with("line 2, feature 1"), "{finding}");
    assert!(finding["what"].as_str().unwrap().contains("soon"), "{finding}");
    let before = fs::read(&path).unwrap();
    assert_eq!(run(&["check", &shown]).status.code(), Some(1));
    assert_eq!(fs::read(&path).unwrap(), before, "looking at a file does not change it");
}

#[test]
fn what_cannot_be_opened_ends_in_one_line_that_says_why() {
    let sample = fs::read(SAMPLE).unwrap();
    let cases: [(&str, Option<&[u8]>, &str); 7] = [
        ("empty", Some(b" \n"), "empty"),
        ("truncated", Some(&sample[..sample.len() / 2]), "recovered"),
        ("binary", Some(b"\x7fELF\x00\xff\xfe\x01\x02"), "not UTF-8"),
        ("zip", Some(b"PK\x03\x04rest"), "archive"),
        ("list", Some(b"[1, 2]"), "JSON list"),
        ("other", Some(b"{\"a\": 1}"), "FeatureCollection"),
        ("missing", None, "no such file"),
    ];
    for (name, content, hint) in cases {
        let (folder, path, shown) = target(name);
        if let Some(content) = content {
            fs::write(&path, content).unwrap();
        }
        let picture = folder.path().join("map.png");
        for arguments in
            [&["check", &shown][..], &["stats", &shown], &["render", &shown, "-o", picture.to_str().unwrap()]]
        {
            let line = refused(arguments);
            assert!(line.contains(hint) && line.contains(name), "{arguments:?}: {line}");
        }
        assert!(!picture.exists() && fs::read(&path).ok().as_deref() == content, "{name} was touched");
    }
    let folder = tempfile::tempdir().unwrap();
    assert!(refused(&["check", folder.path().to_str().unwrap()]).contains("folder"));
}

#[test]
fn a_hundred_megabytes_of_brackets_are_refused_at_once() {
    let (_folder, path, shown) = target("deep.geojson");
    let mut file = fs::File::create(&path).unwrap();
    for content in ["", "{\"type\":\"FeatureCollection\",\"features\":"] {
        file.set_len(0).unwrap();
        file.write_all(content.as_bytes()).unwrap();
        let chunk = vec![b'['; 1 << 20];
        for _ in 0..100 {
            file.write_all(&chunk).unwrap();
        }
        let start = Instant::now();
        let line = refused(&["check", &shown]);
        // Unoptimised and beside other tests; what it must not be is minutes.
        assert!(start.elapsed() < Duration::from_secs(30), "{:?}: {line}", start.elapsed());
        assert!(line.contains("line 1, column"), "{line}");
        fs::remove_file(&path).unwrap();
        file = fs::File::create(&path).unwrap();
    }
}

#[test]
fn text_of_a_file_cannot_steer_the_terminal() {
    let (_folder, path, shown) = target("a\u{1b}[31m.clashmap.geojson");
    let evil = r"\u001b[2J\u0007\u202eevil";
    let feature = format!(
        r#"{{"type":"Feature","geometry":null,"properties":{{"uid":"{evil}","kind":"{evil}","title":"{evil}","when":"{evil}","parties":["{evil}"]}}}}"#
    );
    fs::write(&path, format!("{}\n{feature}\n]}}\n", HEAD.replace("\"T\"", &format!("\"{evil}\"")))).unwrap();
    let gone = format!("{shown}.gone");
    for arguments in [
        &["stats", &shown][..],
        &["stats", &shown, "--json"],
        &["check", &shown],
        &["check", &shown, "--json"],
        &["check", &gone],
        &["stats", &gone],
        &["stats", &shown, "--policy", "\u{1b}[2J"],
        &["stats", &shown, "--\u{1b}[2J"],
        &[&gone],
    ] {
        let output = run(arguments);
        for text in [text(&output.stdout), text(&output.stderr)] {
            let bad = text.chars().find(|c| (c.is_control() && *c != '\n') || *c == '\u{202e}');
            // In JSON a mark of direction is data; control characters are escaped there by the format itself.
            let bad = bad.filter(|c| !(arguments.contains(&"--json") && *c == '\u{202e}'));
            assert_eq!(bad, None, "{arguments:?}: {text:?}");
        }
    }
}

// ------------------------------------------------------------------------------------------- without a display

#[test]
#[cfg(all(unix, not(target_os = "macos")))]
fn without_display_and_file_the_example_is_drawn_here() {
    for display in [None, Some(":987654")] {
        let folder = tempfile::tempdir().unwrap();
        let mut command = program();
        command.current_dir(folder.path()).env("XDG_STATE_HOME", folder.path().join("state"));
        if let Some(display) = display {
            command.env("DISPLAY", display);
        }
        let output = command.output().unwrap();
        let said = text(&output.stderr);
        assert_eq!((output.status.code(), output.stdout.len()), (Some(0), 0), "{said}");
        assert!(said.contains("./september-2022.png") && said.contains("display"), "{said}");
        assert!(said.lines().count() == 1 && !said.contains("panicked") && !said.contains(".cargo"), "{said}");
        assert_eq!(names(folder.path()), ["september-2022.png"]);
        assert_eq!(png_size(&fs::read(folder.path().join("september-2022.png")).unwrap()), (1920, 1080));
    }
}

#[test]
#[cfg(all(unix, not(target_os = "macos")))]
fn without_a_display_a_named_file_is_refused_with_what_to_do() {
    for display in [None, Some(":987654")] {
        let folder = tempfile::tempdir().unwrap();
        let mut command = program();
        command.arg(SAMPLE).current_dir(folder.path()).env("XDG_STATE_HOME", folder.path().join("state"));
        if let Some(display) = display {
            command.env("DISPLAY", display);
        }
        let line = refusal(&command.output().unwrap(), &[SAMPLE]);
        assert!(line.contains("display") && line.contains(&format!("clashmap render {SAMPLE}")), "{line}");
        assert_eq!(names(folder.path()), [""; 0]);
    }
}

// ------------------------------------------------------------------------------------------------------------ help

#[test]
fn help_names_everything() {
    let help = |arguments: &[&str]| {
        let output = run(arguments);
        assert_eq!((output.status.code(), output.stderr.len()), (Some(0), 0), "{arguments:?}");
        text(&output.stdout)
    };
    let all = help(&["--help"]);
    for word in ["render", "stats", "check", "FILE", "--version", "Exit code"] {
        assert!(all.contains(word), "{word}\n{all}");
    }
    let view = ["--from", "--to", "--as-known", "--policy", "--kind", "--party", "--text", "--lang", "--perspective"];
    let view = [&view[..], &["--theme", "--offline", "--online"]].concat();
    let (render, stats, check) = (help(&["render", "--help"]), help(&["stats", "--help"]), help(&["help", "check"]));
    for word in &view {
        assert!(render.contains(word) && stats.contains(word), "{word}");
    }
    for word in ["--out", "--size", "--scale", "--bbox", ".png, .svg or .pdf", "own-side", "light, dark, print"] {
        assert!(render.contains(word), "{word}\n{render}");
    }
    for word in ["--json", "killed_or_missing", "contradicted", "by_month", "null"] {
        assert!(stats.contains(word), "{word}\n{stats}");
    }
    for word in ["--json", "findings", "severity", "where"] {
        assert!(check.contains(word), "{word}\n{check}");
    }
    assert!(help(&["--version"]).contains(env!("CARGO_PKG_VERSION")));
}

#[test]
fn a_reader_that_has_gone_is_no_failure() {
    for arguments in
        [&["stats", SAMPLE][..], &["stats", SAMPLE, "--json"], &["check", SAMPLE], &["check", SAMPLE, "--json"]]
    {
        // The reading end is closed before anything is written.
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let output = program().args(arguments).stdout(writer).stderr(Stdio::piped()).output().unwrap();
        assert_eq!((output.status.code(), text(&output.stderr).as_str()), (Some(0), ""), "{arguments:?}");
    }
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let output = program().arg("--help").stdout(writer).stderr(Stdio::piped()).output().unwrap();
    assert!(!text(&output.stderr).contains("panicked"), "{}", text(&output.stderr));
}

// ----------------------------------------------------------------------------------------------- chart and table

#[test]
fn stats_draws_a_chart_and_writes_a_table_beside_what_it_prints() {
    let (folder, chart, shown) = target("chart.svg");
    let table = folder.path().join("figures.csv");
    let plain = run(&["stats", SAMPLE]);
    let output = run(&["stats", SAMPLE, "--chart", &shown, "--table", table.to_str().unwrap()]);
    assert_eq!((output.status.code(), &output.stdout), (Some(0), &plain.stdout), "{}", text(&output.stderr));
    let svg = text(&fs::read(chart).unwrap());
    assert!(svg.contains(">Killed by party, per day</text>") && svg.contains("Armenia:"), "text stays text");
    let csv = text(&fs::read(&table).unwrap());
    assert!(csv.contains("\r\nTotal,All parties,215,215,,12,3,1\r\n"), "{csv}");
    let fields = |line: &str| line.split(',').count();
    assert!(csv.split("\r\n").filter(|l| l.starts_with("2022")).all(|l| fields(l) == 8), "{csv}");
    assert_eq!(names(folder.path()), ["chart.svg", "figures.csv"]);
}

#[test]
fn a_chart_has_the_size_and_the_figures_asked_for() {
    let (_folder, path, shown) = target("chart.png");
    let mut seen: Vec<Vec<u8>> = Vec::new();
    for options in [
        &[][..],
        &["--by", "kind"],
        &["--by", "source"],
        &["--category", "wounded"],
        &["--cumulative"],
        &["--bins", "6-hours"],
        &["--theme", "dark"],
        &["--from", "2022-09-14"],
    ] {
        let arguments = [&["stats", SAMPLE, "--size", "400x300", "--chart", &shown], options].concat();
        let output = run(&arguments);
        assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
        let picture = fs::read(&path).unwrap();
        assert_eq!(png_size(&picture), (800, 600));
        assert!(!seen.contains(&picture), "{options:?} changes nothing");
        seen.push(picture);
    }
}

#[test]
fn a_chart_or_table_of_another_ending_is_refused_and_nothing_is_written() {
    let (folder, _, shown) = target("chart.gif");
    assert!(refused(&["stats", SAMPLE, "--chart", &shown]).contains(".png, .svg or .pdf"));
    let (_folder, _, shown) = target("figures.xlsx");
    assert!(refused(&["stats", SAMPLE, "--table", &shown]).contains(".csv"));
    assert!(names(folder.path()).is_empty());
}

#[test]
fn the_perspective_and_the_date_of_the_lines_can_be_asked_for() {
    let small = |more: &[&str]| rendered("lines.svg", &[&["--size", "900x700"], more].concat());
    let base = small(&[]);
    assert_eq!(base, small(&["--perspective", "de-jure"]), "de jure is what the sample asks for");
    let facto = String::from_utf8(small(&["--perspective", "de-facto", "--date", "2019-06-01"])).unwrap();
    assert!(facto.contains("lines as held on 1 Jun 2019") && facto.contains("1994–2020"));
    let output = run(&["render", SAMPLE, "-o", "x.png", "--date", "31/02/2019"]);
    let said = text(&output.stderr);
    assert_eq!(output.status.code(), Some(2));
    assert!(said.contains("--date: “31/02/2019” is not a date") && said.trim_end().lines().count() == 1, "{said}");
}

#[test]
fn measuring_tells_the_cost_of_each_step_of_the_window() {
    let report = json(&["measure", SAMPLE, "--json"], 0);
    assert_eq!(keys(&report), "incidents lines_read peak_rss_mb steps");
    let steps = "bulk bulk_figures bulk_frame bulk_undo edit edit_frame filter filter_answer filter_frame first_symbols hover lasso open pan play play_first save save_frame scrub search search_all search_first search_frame undo zoom";
    assert_eq!(keys(&report["steps"]), steps);
    for step in ["open", "first_symbols", "save"] {
        assert!(report["steps"][step]["ms"].as_f64().unwrap() > 0.0, "{step}");
    }
    assert_eq!(keys(&report["steps"]["pan"]), "max p50 p99");
    assert!(refused(&["measure", "/nowhere/a.geojson"]).contains("no such file"));
    let alone = json(&["measure", SAMPLE, "--json", "--step", "undo"], 0);
    assert_eq!(keys(&alone["steps"]), "first_symbols open undo");
    assert!(refused(&["measure", SAMPLE, "--step", "jump"]).contains("there is no step jump"));
}

#[test]
fn measuring_a_table_tells_what_bringing_it_in_costs() {
    let (_folder, path, shown) = target("table.csv");
    let head = "id,relid,year,active_year,code_status,type_of_violence,conflict_dset_id,conflict_new_id,conflict_name,\
dyad_dset_id,dyad_new_id,dyad_name,side_a_dset_id,side_a_new_id,side_a,side_b_dset_id,side_b_new_id,side_b,number_of_sources,\
source_article,source_office,source_date,source_headline,source_original,where_prec,where_coordinates,where_description,adm_1,\
adm_2,latitude,longitude,geom_wkt,priogrid_gid,country,country_id,region,event_clarity,date_prec,date_start,date_end,deaths_a,\
deaths_b,deaths_civilians,deaths_unknown,best,high,low,gwnoa,gwnob\n";
    let row = |n: u32| {
        let (day, lat) = (format!("2020-10-{:02}", n + 1), format!("40.{}", n + 10));
        format!(
            "{n},X-{n},2020,1,Clear,1,388,388,Invented,833,833,A - B,1,1,Government of A,2,2,Republic of B,1,Wire,Wire,{day},Invented,\
MoD,1,Village {n},near it,A,B,{lat},46.76,POINT (46.76 {lat}),1,Country,373,Europe,1,1,{day} 00:00:00.000,{day} 00:00:00.000,1,2,0,0,3,3,3,373,\n"
        )
    };
    fs::write(&path, std::iter::once(head.to_owned()).chain((0..25).map(row)).collect::<String>()).unwrap();
    let report = json(&["measure", &shown, "--json", "--step", "pan"], 0);
    assert_eq!((&report["incidents"], &*keys(&report["steps"])), (&25.into(), "import import_frame pan"));
    fs::write(&path, "what,is,this\n1,2,3\n").unwrap();
    assert!(refused(&["measure", &shown]).contains("columns have to be looked at"));
}

// ------------------------------------------------------------------------------------------------- diff and merge

/// The sample with one replacement, in a folder, under a name.
fn version(folder: &Path, name: &str, changes: &[(&str, &str)]) -> String {
    let mut content = fs::read_to_string(SAMPLE).unwrap();
    for (from, to) in changes {
        assert!(content.contains(from), "{from}");
        content = content.replacen(from, to, 1);
    }
    let path = folder.join(name);
    fs::write(&path, content).unwrap();
    path.to_str().unwrap().to_owned()
}

const SOTK_TITLE: &str = "\"title\":\"Fire in the Sotk direction\"";

#[test]
fn a_difference_is_told_by_incident_and_field() {
    let folder = tempfile::tempdir().unwrap();
    let a = version(folder.path(), "a.clashmap.geojson", &[]);
    let b = version(folder.path(), "b.clashmap.geojson", &[(SOTK_TITLE, "\"title\":\"Fire near Sotk\"")]);
    let same = json(&["diff", &a, &a, "--json"], 0);
    assert_eq!((keys(&same).as_str(), &same["same"]), ("differences same", &Value::Bool(true)));
    let found = json(&["diff", &a, &b, "--json"], 1);
    let [one] = &found["differences"].as_array().unwrap()[..] else { panic!("{found}") };
    assert_eq!(keys(one), "after before field title uid");
    assert_eq!((&one["field"], &one["after"]), (&"title".into(), &"Fire near Sotk".into()));
    let output = run(&["diff", &a, &b]);
    assert!(text(&output.stdout).contains("title: \"Fire in the Sotk direction\" → \"Fire near Sotk\""));
    refused(&["diff", &a, "no such file"]);
}

#[test]
fn git_merges_projects_by_incident_and_field_with_the_lines_of_the_readme() {
    let readme = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).unwrap();
    let lines: Vec<&str> =
        readme.lines().filter(|l| l.contains("merge.clashmap.") || l.contains("merge=clashmap")).collect();
    assert_eq!(lines.len(), 3, "{lines:?}");
    let folder = tempfile::tempdir().unwrap();
    let shell = |script: &str| {
        let bin = Path::new(env!("CARGO_BIN_EXE_clashmap")).parent().unwrap();
        let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap());
        let output = Command::new("sh")
            .args(["-c", script])
            .current_dir(folder.path())
            .env("PATH", path)
            .env("HOME", folder.path())
            .output()
            .unwrap();
        (output.status.success(), text(&output.stdout) + &text(&output.stderr))
    };
    if !shell("git --version").0 {
        return;
    }
    let name = "p.clashmap.geojson";
    let who = "-c user.name=a -c user.email=a@example.org";
    let commit = |what: &str| {
        let (done, said) = shell(&format!("git add -A && git {who} commit -qm {what}"));
        assert!(done, "{said}");
    };
    version(folder.path(), name, &[]);
    let (done, said) = shell(&format!("git init -q -b main && {}", lines.join(" && ")));
    assert!(done, "{said}");
    commit("base");
    shell("git checkout -qb theirs");
    version(
        folder.path(),
        name,
        &[(SOTK_TITLE, "\"title\":\"Fire near Sotk\""), ("\"features\":[", "\"x-note\":1.50,\n\"features\":[")],
    );
    commit("theirs");
    shell("git checkout -q main");
    version(folder.path(), name, &[("\"uid\":", "\"x-ours\":true,\"uid\":")]);
    commit("ours");
    let (done, said) = shell(&format!("git {who} merge -q theirs -m merged"));
    assert!(done, "{said}");
    let merged = fs::read_to_string(folder.path().join(name)).unwrap();
    for part in ["Fire near Sotk", "\"x-note\":1.50", "\"x-ours\":true"] {
        assert!(merged.contains(part), "{part}");
    }
    assert!(!merged.contains("<<<<"));

    shell("git checkout -qb again");
    version(folder.path(), name, &[(SOTK_TITLE, "\"title\":\"One\"")]);
    commit("one");
    shell("git checkout -q main");
    version(folder.path(), name, &[(SOTK_TITLE, "\"title\":\"Other\"")]);
    commit("other");
    let (done, said) = shell(&format!("git {who} merge again -m conflict"));
    assert!(!done && said.contains("ours is kept") && said.contains("One"), "{said}");
    assert!(project_titles(&folder.path().join(name)).contains(&"Other".to_owned()), "still a project");
}

fn project_titles(path: &Path) -> Vec<String> {
    let opened = clashmap::io::project::open(path).unwrap();
    opened.project.iter().map(|(_, i)| i.title.to_string()).collect()
}

#[test]
fn merging_two_versions_that_both_added_the_file_starts_from_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let empty = folder.path().join("empty");
    fs::write(&empty, "").unwrap();
    let ours = version(folder.path(), "a.clashmap.geojson", &[]);
    let out = folder.path().join("out.clashmap.geojson");
    let report = json(&["merge", empty.to_str().unwrap(), &ours, &ours, "-o", out.to_str().unwrap(), "--json"], 0);
    assert_eq!(keys(&report), "both conflicts ours theirs");
    assert_eq!(fs::read(&out).unwrap(), fs::read(SAMPLE).unwrap());
    let said = refused(&["merge", &ours, &ours, "no such file", "-o", out.to_str().unwrap()]);
    assert!(said.contains("there is no such file"), "{said}");
}
