//! `TimeMap` (Forensic Architecture): events, and their sources in a file beside. All values are texts; dates are
//! month/day/year, as its default configuration wants them, and `time_precision` says how exactly they are known.

use super::json::{Obj, texts};
use super::{Export, Part, words};
use crate::io::tables::precision;
use crate::model::{Incident, Language, SourceId};

/// Whether `TimeMap` can show it at all: it wants a place or a date.
pub(super) fn holds(incident: &Incident) -> bool {
    incident.place.position.is_some() || date(incident).is_some()
}

fn date(incident: &Incident) -> Option<(String, String)> {
    let m = incident.when?.anchor();
    let (year, month, day) = m.date();
    let (hour, minute, _) = m.time();
    let time = if m.has_clock() { format!("{hour:02}:{minute:02}") } else { String::new() };
    (1..=9999).contains(&year).then(|| (format!("{month}/{day}/{year:04}"), time))
}

pub(super) fn write(export: &Export, stem: &str) -> Vec<Part> {
    let figures = export.figures();
    let mut events = Vec::new();
    for (_, i) in export.project.iter().filter(|(_, i)| holds(i)) {
        let mut o = Obj::new();
        o.text("id", i.uid.as_str());
        o.raw("description", &crate::io::tables::quoted(&words::text(export, i)));
        o.text("title", words::title(i));
        if let Some((date, time)) = date(i) {
            o.text("date", &date).text("time", &time);
        }
        o.text("time_precision", i.when.map_or("", |w| precision(&w)));
        o.text("time_display", &words::date(i));
        o.text("location", i.place.names.best(Language::En));
        if let Some(p) = i.place.position {
            o.text("latitude", &p.lat().to_string()).text("longitude", &p.lon().to_string());
        }
        o.text("location_precision", i.place.precision.map_or("", |p| p.id()));
        o.text("type", i.kind.id()).text("category", i.kind.label());
        let parties: Vec<&str> = i.parties.iter().map(|p| words::party(&export.project, p)).collect();
        o.raw("associations", &texts(&parties));
        let sources: Vec<&str> = words::source_ids(i).into_iter().map(SourceId::as_str).collect();
        o.raw("sources", &texts(&sources));
        o.text("comments", &i.notes);
        for (category, party, numbers) in figures.of(i) {
            for (end, n) in ["low", "best", "high"].into_iter().zip(numbers) {
                let n = n.map(|n| n.to_string()).unwrap_or_default();
                o.text(&format!("{}_{}_{end}", category.id(), party.as_str()), &n);
            }
        }
        if !i.claims.is_empty() {
            o.text("figures_by", &figures.sentence());
        }
        events.push(o.finish());
    }
    let sources = export.project.meta().sources.iter().map(|s| {
        let mut o = Obj::new();
        o.text("id", s.id.as_str()).text("title", if s.title.is_empty() { &s.outlet } else { &s.title });
        o.raw("paths", &texts(&[&s.archived, &s.url].iter().filter(|u| !u.is_empty()).collect::<Vec<_>>()));
        o.text("type", "Article").text("author", &s.outlet).text("url", &s.url);
        o.text("date", &s.published.map(|m| m.label(true)).unwrap_or_default()).text("notes", &s.note);
        format!("{}:{}", crate::io::tables::quoted(s.id.as_str()), o.finish())
    });
    let sources = sources.collect::<Vec<_>>().join(",\n");
    vec![
        Part {
            name: format!("{stem}{}", super::Format::TimeMap.ending()),
            bytes: format!("[\n{}\n]\n", events.join(",\n")).into_bytes(),
        },
        Part { name: format!("{stem}-sources.timemap.json"), bytes: format!("{{\n{sources}\n}}\n").into_bytes() },
    ]
}
