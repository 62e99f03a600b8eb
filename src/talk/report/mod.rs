//! A report: what one view of a project shows, as a document to be read. Map, totals, incidents, the ledger of claims and the
//! sources, with the policy and the date of knowledge under which the figures are figures.
//!
//! Invariant: both forms, HTML and Markdown, are written from the same tables; words of the project are only ever text, and nothing
//! is loaded from anywhere. Addresses of sources are links, which somebody may follow; no others are.

mod html;
mod markdown;

use std::collections::{HashMap, HashSet};

use super::export::{Made, Order, Told};
use super::prepared::{Prepared, told_source, used_sources};
use super::{HEIGHT, Stage, layout, page};
use crate::derive::basis;
use crate::model::{Claim, Incident, IncidentId, PartyId, Project, Resolution, Source, SourceId, Standing};
use crate::picture::{self, Picture, raster};

/// Most incidents of a document: what has more is data, not a text.
pub(super) const MOST: usize = 20_000;
/// Pixels to the point of the map in Markdown: 1600 by 900.
const PIXELS: f32 = 900.0 / HEIGHT;

/// A table: its heading, the heads of its columns, and in each cell lines of plain text.
pub(super) struct Table {
    heading: &'static str,
    heads: &'static [&'static str],
    /// Which column names the row.
    names: usize,
    rows: Vec<Vec<Vec<String>>>,
}

/// A source as it is listed.
pub(super) struct Listed {
    words: String,
    /// Address and archived copy, as far as they are web addresses.
    links: Vec<(&'static str, String)>,
}

/// A report before it is written in one form or the other.
pub(super) struct Report {
    title: String,
    description: String,
    /// What the figures rest on: a word, and what it is.
    facts: Vec<(&'static str, String)>,
    tables: Vec<Table>,
    sources: Vec<Listed>,
    note: String,
    attribution: String,
}

/// Makes the report of the first slide of an order, which is the view.
pub(super) fn make(project: &Project, order: &Order, as_html: bool, told: &mut Told) -> Result<Vec<Made>, String> {
    let slide = order.slides.first().ok_or("there is no view to report")?;
    let stage = Stage { width: HEIGHT * 16.0 / 9.0, ..order.stage };
    let prepared = Prepared::new(project, slide, stage.labels, stage.zone).with_maps(&order.maps);
    too_many(prepared.derived.len())?;
    told(0.2)?;
    let report = Report::of(project, &prepared);
    told(0.4)?;
    let lies = layout(project, &prepared, stage);
    let drawn = page(project, &prepared, stage, &lies, 0, None, 1.0);
    told(0.6)?;
    if as_html {
        let jpeg = super::paper::ground(&prepared, stage, lies.camera, super::html::PIXELS, super::html::QUALITY)?;
        let text = html::write(&report, &drawn, &jpeg.unwrap_or_default(), stage);
        return Ok(vec![Made::one(text.into_bytes())]);
    }
    let map = Made { suffix: "-map".into(), ending: Some("png"), bytes: map(&prepared, &drawn, stage, lies.camera)? };
    let text = markdown::write(&report, &format!("{}-map.png", order.stem));
    // The map first: the document that names it is there last.
    Ok(vec![map, Made::one(text.into_bytes())])
}

/// Refuses what is no document any more.
pub(super) fn too_many(incidents: usize) -> Result<(), String> {
    if incidents > MOST {
        return Err(format!(
            "{incidents} incidents are more than the {MOST} of a document; choose fewer with filters, or convert the data"
        ));
    }
    Ok(())
}

fn map(prepared: &Prepared, drawn: &Picture, stage: Stage, camera: crate::view::Camera) -> Result<Vec<u8>, String> {
    let mut ground = super::ground(prepared, stage, camera, PIXELS).ok_or("the map is too large to paint")?;
    raster::draw(drawn, &mut ground, PIXELS)?;
    raster::png(&ground)
}

fn one(text: impl Into<String>) -> Vec<String> {
    let text = text.into();
    if text.is_empty() { Vec::new() } else { vec![text] }
}

/// What is told of incidents, the same in every document.
pub(super) struct Words<'p> {
    project: &'p Project,
    prepared: &'p Prepared,
}

impl<'p> Words<'p> {
    pub(super) fn new(project: &'p Project, prepared: &'p Prepared) -> Self {
        Self { project, prepared }
    }

    /// What is shown, in the order of time.
    pub(super) fn shown(&self) -> Vec<(IncidentId, &'p Incident)> {
        let ids = self.prepared.derived.ids();
        let mut rows: Vec<_> = ids.filter_map(|id| Some((id, self.project.get(id)?))).collect();
        rows.sort_by_key(|(_, i)| i.when.map(|w| w.span().start));
        rows
    }

    /// A party's name.
    pub(super) fn party(&self, id: &'p PartyId) -> &'p str {
        self.project.meta().party(id).map_or(id.as_str(), |p| p.names.best(self.prepared.seen.labels.first))
    }

    /// "Sotk (direction of)".
    pub(super) fn place(&self, i: &Incident) -> String {
        let name = i.place.names.best(self.prepared.seen.labels.first);
        match i.place.precision {
            Some(p) if !name.is_empty() => format!("{name} ({})", p.label()),
            _ => name.to_owned(),
        }
    }

    /// "Armenia: ≥ 135 killed (6 claims)"; empty where nobody gives a figure.
    pub(super) fn dead(&self, id: IncidentId) -> Vec<String> {
        let row = self.prepared.derived.row(id);
        let told = row.dead.by_party.iter().filter(|(_, f)| f.is_known()).map(|(party, f)| {
            let name = self.project.meta().party(party);
            let name = name.map_or(party.as_str(), |p| p.names.best(self.prepared.seen.labels.first));
            let against = if f.contradicted { ", contradicted" } else { "" };
            format!("{name}: {f} killed ({}{against})", claims(f.claims))
        });
        told.collect()
    }
}

/// An incident's title, or what sort of thing it is.
pub(super) fn title(i: &Incident) -> &str {
    if i.title.is_empty() { i.kind.label() } else { &i.title }
}

/// "1 incident", "6 incidents".
fn count(n: usize) -> String {
    if n == 1 { "1 incident".into() } else { format!("{n} incidents") }
}

/// "1 claim", "6 claims".
pub(super) fn claims(n: u32) -> String {
    if n == 1 { "1 claim".into() } else { format!("{n} claims") }
}

impl Report {
    fn of(project: &Project, prepared: &Prepared) -> Self {
        let words = Words::new(project, prepared);
        let shown = words.shown();
        let used = used_sources(project, &prepared.derived);
        let number: HashMap<&SourceId, usize> = used.iter().enumerate().map(|(n, s)| (&s.id, n + 1)).collect();
        let tables =
            vec![totals(&words), incidents(&words, &shown), ledger(&words, &shown, &number)].into_iter().flatten();
        let meta = project.meta();
        Self {
            title: if meta.title.is_empty() { "Report".into() } else { meta.title.to_string() },
            description: meta.description.to_string(),
            facts: facts(&words, &shown),
            tables: tables.collect(),
            sources: used.into_iter().map(listed).collect(),
            note: meta.note().to_owned(),
            attribution: picture::attribution(),
        }
    }
}

fn facts(words: &Words, shown: &[(IncidentId, &Incident)]) -> Vec<(&'static str, String)> {
    let question = &words.prepared.seen.question;
    let known = question.as_known.map_or_else(|| "today".to_owned(), |m| m.label(true));
    let covered = shown.iter().filter_map(|(_, i)| i.when).map(|w| w.span());
    let covered = covered.reduce(|a, b| crate::model::Span { start: a.start.min(b.start), end: a.end.max(b.end) });
    let time = covered.and_then(super::window_of).map(|w| {
        // As days: the hours stand with each incident.
        let days = |m: crate::model::Moment| m.at_resolution(m.resolution().min(Resolution::Day)).label(true);
        let span = w.span();
        let zone = crate::model::ZONE_HERE_MINUTES;
        let day = |s: i64| days(crate::model::Moment::from_unix(s, zone, Resolution::Day));
        let (from, to) = (day(span.start), day(span.end - 1));
        if from == to { from } else { format!("{from} – {to}") }
    });
    let all: u32 = shown.iter().map(|(_, i)| i.claims.iter().filter(|c| question.knows(c)).count() as u32).sum();
    let hidden = words.prepared.derived.hidden;
    let n = shown.len();
    let mut contents = format!("{}, {}", count(n), claims(all));
    if hidden > 0 {
        contents += &format!("; {} more not asked for", count(hidden));
    }
    let perspective = picture::perspective_sentence(words.prepared.seen.perspective, covered);
    let mut out = vec![
        ("Figures", format!("{} ({})", question.policy.id(), question.policy.label())),
        ("As known", known),
        ("Asked for", question.sentence()),
    ];
    out.extend(time.map(|t| ("Time", t)));
    out.push(("Contents", contents));
    out.push(("Lines", perspective));
    out
}

fn totals(words: &Words) -> Option<Table> {
    let rows: Vec<_> = (words.prepared.derived.totals.iter())
        .map(|(key, figure)| {
            let mut remarks = one(claims(figure.claims));
            if figure.contradicted {
                remarks.push("contradicted".into());
            }
            if figure.missing > 0 {
                remarks.push(format!("{} without a number", count(figure.missing as usize)));
            }
            let name = words.project.meta().party(&key.party);
            let name = name.map_or(key.party.as_str(), |p| p.names.best(words.prepared.seen.labels.first));
            let about = match key.status {
                crate::model::Status::Unspecified => key.category.label().to_owned(),
                status => format!("{}, {}", key.category.label(), status.label()),
            };
            vec![one(name), one(about), one(figure.to_string()), remarks]
        })
        .collect();
    let heads = &["Party", "What", "How many", "Rests on"];
    (!rows.is_empty()).then_some(Table { heading: "Totals", heads, names: 0, rows })
}

fn incidents(words: &Words, shown: &[(IncidentId, &Incident)]) -> Option<Table> {
    let row = |(n, (id, i)): (usize, &(IncidentId, &Incident))| {
        let dead = words.dead(*id);
        vec![
            one((n + 1).to_string()),
            one(i.when.map_or_else(|| "no date".to_owned(), |w| w.label())),
            one(title(i)),
            one(i.kind.label()),
            one(words.place(i)),
            if dead.is_empty() { one("no figure") } else { dead },
        ]
    };
    let rows: Vec<_> = shown.iter().enumerate().map(row).collect();
    let heads = &["No.", "When", "What", "Kind", "Where", "Dead, by the policy"];
    (!rows.is_empty()).then_some(Table { heading: "Incidents", heads, names: 2, rows })
}

/// Every claim that was known, under the number of its incident, in the order of publication.
fn ledger(words: &Words, shown: &[(IncidentId, &Incident)], number: &HashMap<&SourceId, usize>) -> Option<Table> {
    let question = &words.prepared.seen.question;
    let mut rows = Vec::new();
    for (n, (_, i)) in shown.iter().enumerate() {
        let rests: HashSet<&str> =
            basis(words.project, i, question).into_iter().flat_map(|(_, c)| c).map(|c| &*c.id).collect();
        let mut known: Vec<&Claim> = i.claims.iter().filter(|c| question.knows(c)).collect();
        known.sort_by_key(|c| c.published.map(|p| p.span().start));
        for c in known {
            let mut remarks = Vec::new();
            if rests.contains(&*c.id) {
                remarks.push("the figure rests on it".to_owned());
            }
            if c.standing != Standing::Current {
                remarks.push(c.standing.label().to_owned());
            }
            if c.running {
                remarks.push("running toll".into());
            }
            if !c.grade.is_none() {
                remarks.push(format!("grade {}", c.grade));
            }
            if !c.covers.is_empty() {
                remarks.push(format!("counts for {} incidents more", c.covers.len()));
            }
            if !c.quote.is_empty() {
                remarks.push(format!("“{}”", c.quote));
            }
            let who = if c.claimant.is_empty() { "not said".to_owned() } else { c.claimant.to_string() };
            let via = c.via.iter().map(|v| format!("by way of {v}"));
            let what = match c.status {
                crate::model::Status::Unspecified => c.category.label().to_owned(),
                status => format!("{}, {}", c.category.label(), status.label()),
            };
            let source = c.source.as_ref().and_then(|s| number.get(s)).map_or(String::new(), |n| format!("[{n}]"));
            rows.push(vec![
                one((n + 1).to_string()),
                one(c.published.map_or_else(|| "no date".to_owned(), |p| p.label(true))),
                std::iter::once(who).chain(via).collect(),
                one(words.party(&c.about)),
                one(what),
                one(c.count.to_string()),
                one(source),
                remarks,
            ]);
        }
    }
    let heads = &["No.", "Published", "Who says it", "About whom", "What", "How many", "Source", "Remarks"];
    (!rows.is_empty()).then_some(Table { heading: "Ledger of claims", heads, names: 2, rows })
}

fn listed(source: &Source) -> Listed {
    let links = [("address", &source.url), ("archived copy", &source.archived)];
    Listed {
        words: told_source(source),
        links: links.into_iter().filter_map(|(word, url)| Some((word, web(url)?))).collect(),
    }
}

/// An address of the web with everything in it that is not an address's letter written as a number; `None`: it is none.
fn web(text: &str) -> Option<String> {
    let text = text.trim();
    let start = text.get(..8).unwrap_or(text).to_ascii_lowercase();
    if !(start.starts_with("http://") || start == "https://") || text.len() > 2_000 {
        return None;
    }
    let mut out = String::with_capacity(text.len());
    for b in text.bytes() {
        match b {
            b'a'..=b'z'
            | b'A'..=b'Z'
            | b'0'..=b'9'
            | b'-'
            | b'.'
            | b'_'
            | b'~'
            | b':'
            | b'/'
            | b'?'
            | b'#'
            | b'@'
            | b'!'
            | b'$'
            | b'&'
            | b'+'
            | b','
            | b';'
            | b'='
            | b'%' => out.push(char::from(b)),
            b => out.push_str(&format!("%{b:02X}")),
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_of_the_web_are_links_and_nothing_breaks_out_of_them() {
        assert_eq!(web("https://a.example/x?y=1&z=ա").as_deref(), Some("https://a.example/x?y=1&z=%D5%A1"));
        assert_eq!(web("http://a/\"><script>").as_deref(), Some("http://a/%22%3E%3Cscript%3E"));
        for bad in ["javascript:alert(1)", "data:text/html,x", "//x", "", "https:/x", "ftp://x", "ահ"] {
            assert_eq!(web(bad), None, "{bad}");
        }
    }
}
