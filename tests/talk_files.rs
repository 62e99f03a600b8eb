//! A talk as files: nothing in it loads, runs or leaves that should not, words stay words, and what is made is whole.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops at the first thing that is wrong"
)]

use std::path::Path;
use std::process::Command;

use clashmap::io::project;
use clashmap::model::{Claim, Incident, Names, Project, Source};
use clashmap::talk::export::{Kind, Leaving, Order, files};
use clashmap::talk::{Film, Paper, Stage};

const SAMPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/assets/september-2022.clashmap.geojson");

fn sample() -> Project {
    project::read(clashmap::app::SEPTEMBER_2022).unwrap().project
}

fn order(project: &Project, kind: Kind) -> Order {
    Order {
        kind,
        stage: Stage::for_shape(16.0, 9.0),
        slides: project.meta().slides.clone(),
        stem: "out".into(),
        paper: Paper::SCREEN,
        notes: true,
        size: [320, 180],
        film: Film { fps: 4, secs: Some(2) },
    }
}

fn html(project: &Project) -> String {
    let made = files(project, &order(project, Kind::Html), &mut |_| Ok(())).unwrap();
    String::from_utf8(made[0].bytes.clone()).unwrap()
}

/// Payloads that break out of text, attributes, comments, scripts, styles and SVG, in many spellings.
fn payloads() -> Vec<String> {
    let heads =
        ["", "\"", "'", ">", "\">", "'>", "-->", "]]>", "</title>", "</style>", "</script>", "</svg>", "`", "\u{202e}"];
    let bodies = [
        "<script>alert(1)</script>",
        "<ScRiPt src=//x.invalid/a.js></sCrIpT>",
        "<img src=x onerror=alert(1)>",
        "<svg/onload=alert(1)>",
        "<iframe src=javascript:alert(1)>",
        "<a href=\"javascript:alert(1)\">x</a>",
        "<body onload=alert(1)>",
        "<link rel=stylesheet href=//x.invalid>",
        "<base href=//x.invalid>",
        "<meta http-equiv=refresh content=0>",
        "<style>@import '//x.invalid'</style>",
        "<foreignObject><p onclick=alert(1)>",
        "<!--<script>alert(1)//-->",
        "<math><mi xlink:href=javascript:alert(1)>",
        "<details open ontoggle=alert(1)>",
        "[x](javascript:alert(1))",
        "![x](//x.invalid/a.png)",
        "{{constructor.constructor('alert(1)')()}}",
        "${alert(1)}",
        "&#60;script&#62;alert(1)&#60;/script&#62;",
        "\u{0}<script>\u{b}alert(1)</script>",
        "<video><source onerror=alert(1)>",
        "<input autofocus onfocus=alert(1)>",
        "<object data=data:text/html,<script>alert(1)</script>>",
        "<use href=\"data:image/svg+xml,<svg onload=alert(1)>\"/>",
        "<animate onbegin=alert(1) attributeName=x>",
        "<xmp><script>alert(1)</script>",
        "<noscript><p title=\"</noscript><script>alert(1)</script>\">",
        "\u{2028}alert(1)\u{2029}",
        "\\u003cscript\\u003ealert(1)\\u003c/script\\u003e",
        "<form action=//x.invalid><button>",
        "<marquee onstart=alert(1)>",
        "%3Cscript%3Ealert(1)%3C/script%3E",
        "<template><script>alert(1)</script></template>",
        "<embed src=//x.invalid>",
        "<p style=\"background:url(//x.invalid)\">",
    ];
    heads.iter().flat_map(|h| bodies.iter().map(move |b| format!("{h}{b}"))).collect()
}

/// The sample with a payload in every text field.
fn poisoned(p: &str) -> Project {
    let whole = sample();
    let mut meta = whole.meta().clone();
    (meta.title, meta.description, meta.neutrality) = (p.into(), p.into(), Some(p.into()));
    for party in &mut meta.parties {
        party.names = Names::english(p);
    }
    meta.sources = meta
        .sources
        .into_iter()
        .map(|s| Source { outlet: p.into(), title: p.into(), url: p.into(), note: p.into(), ..s })
        .collect();
    meta.slides.truncate(2);
    for slide in &mut meta.slides {
        (slide.title, slide.caption, slide.notes, slide.policy) = (p.into(), p.into(), p.into(), "".into());
    }
    let incidents = whole.iter().take(4).map(|(_, i)| {
        let mut i: Incident = i.clone();
        (i.title, i.notes) = (p.into(), p.into());
        i.place.names = Names::english(p);
        i.place.basis = p.into();
        i.claims = (i.claims.into_iter())
            .map(|c| Claim { claimant: p.into(), quote: p.into(), note: p.into(), url: p.into(), ..c })
            .collect();
        i
    });
    Project::new(meta, incidents.collect::<Vec<_>>(), Vec::new())
}

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
    for chunk in all.chunks(56) {
        let html = html(&poisoned(&chunk.join(" ")));
        let found = tags(&html);
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
    let list = leaving.list(&project, &project.meta().slides, Kind::Html).join("\n");
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
fn a_document_an_animation_and_pictures_are_whole_and_the_same_twice() {
    let project = sample();
    for kind in [Kind::Pdf, Kind::Gif, Kind::Png] {
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
            _ => {
                assert_eq!(made.iter().map(|m| m.suffix.as_str()).collect::<Vec<_>>(), ["-01", "-02", "-03", "-04"]);
                assert!(made.iter().all(|m| m.bytes.starts_with(b"\x89PNG")));
            }
        }
        // Stopped work gives nothing.
        assert!(files(&project, &order, &mut |_| Err("stopped".into())).is_err());
    }
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
        (vec!["-o", "talk.mp4"], "no encoder"),
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
