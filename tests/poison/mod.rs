//! Words made to break out of documents, and the example with such words in every text field.

use std::sync::LazyLock;

use clashmap::io::project;
use clashmap::model::{Claim, Incident, Names, Project, Source};
use clashmap::talk::export::{Kind, Order, files};
use clashmap::talk::{Film, Paper, Stage};
use clashmap::tiles::Maps;

pub(crate) fn sample() -> Project {
    project::read(clashmap::app::SEPTEMBER_2022).unwrap().project
}

pub(crate) fn order(project: &Project, kind: Kind) -> Order {
    Order {
        kind,
        stage: Stage::for_shape(16.0, 9.0),
        slides: project.meta().slides.clone(),
        stem: "out".into(),
        paper: Paper::SCREEN,
        notes: true,
        size: [320, 180],
        film: Film { fps: 4, secs: Some(2) },
        maps: Maps::default(),
    }
}

pub(crate) fn html(project: &Project) -> String {
    let made = files(project, &order(project, Kind::Html), &mut |_| Ok(())).unwrap();
    String::from_utf8(made[0].bytes.clone()).unwrap()
}

/// Payloads that break out of text, attributes, comments, scripts, styles and SVG, in many spellings.
pub(crate) fn payloads() -> Vec<String> {
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
pub(crate) fn poisoned(p: &str) -> Project {
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

/// Documents of the example with all payloads, several to a document: each stands in every text field. Made once for all tests.
pub(crate) static POISONED: LazyLock<Vec<String>> =
    LazyLock::new(|| payloads().chunks(126).map(|chunk| html(&poisoned(&chunk.join(" ")))).collect());
