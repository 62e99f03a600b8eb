//! kepler.gl: a data set with typed fields and a point layer that is ready to be animated.
//!
//! kepler.gl needs a time of day for its time filter: dates stand at their first moment in UTC, and `date_precision` says
//! how exactly they are known.

use super::geojson::COLORS;
use super::json::{Obj, texts};
use super::{Export, words};
use crate::io::tables::{precision, quoted};
use crate::model::LonLat;

pub(super) fn write(export: &Export) -> Vec<u8> {
    let figures = export.figures();
    let keys = figures.columns_of_figures();
    let mut fields: Vec<(String, &str, &str)> = [
        ("uid", "string", ""),
        ("title", "string", ""),
        ("kind", "string", ""),
        ("latitude", "real", ""),
        ("longitude", "real", ""),
        ("start", "timestamp", "YYYY-MM-DDTHH:mm:ssZ"),
        ("end", "timestamp", "YYYY-MM-DDTHH:mm:ssZ"),
        ("date_precision", "string", ""),
        ("date", "string", ""),
        ("place", "string", ""),
        ("precision", "string", ""),
        ("radius_km", "real", ""),
        ("dead", "integer", ""),
        ("figures_by", "string", ""),
    ]
    .map(|(n, t, f)| (n.to_owned(), t, f))
    .into();
    fields.extend(keys.iter().map(|k| (k.clone(), "integer", "")));
    let rows: Vec<String> = export
        .project
        .iter()
        .map(|(_, i)| {
            // An unknown value is null and never 0.
            let text = |t: &str| if t.is_empty() { "null".to_owned() } else { quoted(t) };
            let number = |n: Option<u32>| n.map_or("null".to_owned(), |n| n.to_string());
            let real = |v: Option<f64>| v.map_or("null".to_owned(), |v| v.to_string());
            let position = i.place.position;
            let readable = |w: &crate::model::When| w.moments().all(|m| (1..=9999).contains(&m.date().0));
            let span = i.when.filter(readable).map(|w| w.span());
            let mut cells = vec![
                text(i.uid.as_str()),
                text(words::title(i)),
                text(i.kind.id()),
                real(position.map(LonLat::lat)),
                real(position.map(LonLat::lon)),
                text(&span.map(|s| super::time::utc(s.start)).unwrap_or_default()),
                text(&span.map(|s| super::time::utc(s.end - 1)).unwrap_or_default()),
                text(i.when.map_or("", |w| precision(&w))),
                text(&words::date(i)),
                text(&words::place(i)),
                text(i.place.precision.map_or("", |p| p.id())),
                i.place.radius_km.map_or("null".to_owned(), |r| r.to_string()),
                number(words::dead(export, i)),
                text(&if i.claims.is_empty() { String::new() } else { figures.sentence() }),
            ];
            cells.extend(figures.of(i).into_iter().flat_map(|(_, _, numbers)| numbers.map(number)));
            format!("[{}]", cells.join(","))
        })
        .collect();
    let described = fields.iter().map(|(name, sort, format)| {
        let mut o = Obj::new();
        o.text("name", name).text("type", sort).raw("format", &quoted(format));
        o.finish()
    });
    let described = described.collect::<Vec<_>>().join(",");
    let label = if export.project.meta().title.is_empty() { "incidents" } else { &export.project.meta().title };
    let colour: Vec<String> = [1, 3, 5]
        .iter()
        .map(|n| COLORS[0].get(*n..n + 2).and_then(|h| u8::from_str_radix(h, 16).ok()).unwrap_or(0).to_string())
        .collect();
    let layer = format!(
        "{{\"id\":\"incidents\",\"type\":\"point\",\"config\":{{\"dataId\":\"incidents\",\"label\":\"Incidents\",\"color\":[{}],\
\"columns\":{{\"lat\":\"latitude\",\"lng\":\"longitude\",\"altitude\":null}},\"isVisible\":true,\"visConfig\":{{\"radius\":10,\
\"opacity\":0.8,\"outline\":false,\"filled\":true,\"radiusRange\":[4,50]}}}},\"visualChannels\":{{\"sizeField\":{{\"name\":\"dead\",\
\"type\":\"integer\"}},\"sizeScale\":\"sqrt\"}}}}",
        colour.join(",")
    );
    let tooltip = texts(&["title", "date", "place", "dead", "figures_by"]);
    let described_as = words::basis_and_note(export);
    format!(
        "{{\"datasets\":[{{\"version\":\"v1\",\"data\":{{\"id\":\"incidents\",\"label\":{},\"color\":[{}],\"allData\":[\n{}\n],\"fields\":[{described}]}}}}],\n\
\"config\":{{\"version\":\"v1\",\"config\":{{\"visState\":{{\"filters\":[],\"layers\":[{layer}],\"interactionConfig\":{{\"tooltip\":{{\
\"fieldsToShow\":{{\"incidents\":{tooltip}}},\"enabled\":true}}}}}}}}}},\n\"info\":{{\"app\":\"kepler.gl\",\"title\":{},\"description\":{}}}}}\n",
        quoted(label),
        colour.join(","),
        rows.join(",\n"),
        quoted(label),
        quoted(&described_as),
    )
    .into_bytes()
}
