//! `StoryMapJS` (Knight Lab): an overview, then a slide an incident that has a position, in the order of time. Texts are
//! HTML, so whatever comes from the project is escaped.

use super::json::Obj;
use super::xml::{escaped, html_list};
use super::{Export, words};
use crate::io::tables::quoted;
use crate::model::{Incident, Language};

fn text(headline: &str, html: &str) -> String {
    let mut o = Obj::new();
    o.raw("headline", &quoted(&escaped(headline))).raw("text", &quoted(html));
    o.finish()
}

fn zoom(incident: &Incident) -> u8 {
    match incident.place.radius_km() {
        r if r >= 60.0 => 7,
        r if r >= 25.0 => 8,
        r if r >= 8.0 => 10,
        _ => 12,
    }
}

pub(super) fn write(export: &Export) -> Vec<u8> {
    let meta = export.project.meta();
    let mut overview = Obj::new();
    let about = [&*meta.description, &*words::basis(export), meta.note()];
    let about: Vec<String> = about.iter().filter(|l| !l.is_empty()).map(|l| format!("<p>{}</p>", escaped(l))).collect();
    overview.text("type", "overview");
    overview.raw("text", &text(if meta.title.is_empty() { "Incidents" } else { &meta.title }, &about.concat()));
    let mut slides = vec![overview.finish()];
    let mut incidents: Vec<&Incident> =
        export.project.iter().map(|(_, i)| i).filter(|i| i.place.position.is_some()).collect();
    // Without a date last, in the order of the project.
    incidents.sort_by_key(|i| i.when.map_or(i64::MAX, |w| w.anchor().span().start));
    for i in incidents {
        let Some(p) = i.place.position else { continue };
        let mut html = format!("<p>{}</p>", escaped(&words::place(i)));
        html_list(&mut html, &words::basis(export), &words::figures(export, i));
        html_list(&mut html, "Claims", &words::claims(&export.project, i));
        html_list(&mut html, "Sources", &words::sources(&export.project, i));
        if !i.notes.is_empty() {
            html += &format!("<p>{}</p>", escaped(&i.notes));
        }
        let mut location = Obj::new();
        location.raw("lat", &p.lat().to_string()).raw("lon", &p.lon().to_string()).raw("zoom", &zoom(i).to_string());
        location.text("name", &escaped(i.place.names.best(Language::En))).raw("line", "false");
        let mut slide = Obj::new();
        slide.text("date", &escaped(&words::date(i))).raw("location", &location.finish());
        slide.raw("text", &text(words::title(i), &html));
        slides.push(slide.finish());
    }
    format!(
        "{{\"storymap\":{{\"language\":\"en\",\"map_type\":\"osm:standard\",\"map_as_image\":false,\"slides\":[\n{}\n]}}}}\n",
        slides.join(",\n")
    )
    .into_bytes()
}
