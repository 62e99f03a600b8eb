//! GPX 1.1: a waypoint an incident that has a position, a route a line.
//!
//! A waypoint's time is an instant in UTC, so only a time of day that is known to the minute goes there; the date as it
//! is known stands in the description of every waypoint.

use super::xml::{element, escaped};
use super::{Export, time, words};
use crate::model::{Incident, Resolution, Shape};

pub(super) fn write(export: &Export) -> Vec<u8> {
    let mut out = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<gpx version=\"1.1\" creator=\"clashmap\" \
xmlns=\"http://www.topografix.com/GPX/1/1\">\n<metadata>",
    );
    let meta = export.project.meta();
    element(&mut out, "name", &meta.title);
    let about = [&*meta.description, &*words::basis(export), meta.note()].join("\n");
    element(&mut out, "desc", about.trim());
    out += "</metadata>\n";
    for (_, incident) in export.project.iter() {
        if let Some(p) = incident.place.position {
            out += &format!("<wpt lat=\"{}\" lon=\"{}\">", p.lat(), p.lon());
            if let Some(at) = instant(incident) {
                element(&mut out, "time", &at);
            }
            about_it(&mut out, export, incident, true);
            out += "</wpt>\n";
        }
    }
    // The schema wants all routes behind all waypoints.
    for (_, incident) in export.project.iter() {
        if let Some(Shape::Line(line)) = &incident.place.shape {
            out += "<rte>";
            about_it(&mut out, export, incident, false);
            for p in line {
                out += &format!("<rtept lat=\"{}\" lon=\"{}\"/>", p.lat(), p.lon());
            }
            out += "</rte>\n";
        }
    }
    out += "</gpx>\n";
    out.into_bytes()
}

/// The start as an instant, where it is known to the minute.
fn instant(incident: &Incident) -> Option<String> {
    let m = incident.when?.start().moment().filter(|m| m.resolution() >= Resolution::Minute)?;
    (1..=9999).contains(&m.date().0).then(|| time::utc(m.span().start))
}

/// What a waypoint and a route have in common, in the order of the schema.
fn about_it(out: &mut String, export: &Export, incident: &Incident, is_waypoint: bool) {
    element(out, "name", words::title(incident));
    element(out, "desc", &words::text(export, incident));
    for id in words::source_ids(incident) {
        if let Some(source) = export.project.meta().source(id).filter(|s| !s.url.is_empty()) {
            *out += &format!("<link href=\"{}\">", escaped(&source.url));
            element(out, "text", &source.outlet);
            *out += "</link>";
        }
    }
    if is_waypoint {
        element(out, "sym", "Flag");
    }
    element(out, "type", incident.kind.id());
}
