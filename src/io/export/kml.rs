//! KML 2.2 and KMZ: a placemark an incident, with its time as exactly as known, its figures, and a balloon of plain text.
//!
//! Whatever comes from the project is text: in balloons it is escaped twice, once for HTML and once for XML.

use super::time::{Stretch, stretch};
use super::xml::{element, escaped, html_list};
use super::{Export, ExportError, geojson, words, zipped};
use crate::io::tables::{FiguresOf, precision, start_and_end};
use crate::model::{Incident, LonLat, PartyId, Shape};

/// The name of the symbol in the archive.
const DOT: &str = "files/dot.png";

/// The largest symbols stand for this many dead and more.
const SIZES: [(u32, &str, &str); 4] =
    [(1, "few", "0.7"), (10, "tens", "1.0"), (100, "hundreds", "1.4"), (1000, "thousands", "1.9")];

/// The ids of styles: by what it is, and by how many dead there are.
fn style(export: &Export, incident: &Incident) -> String {
    let sort = if incident.kind.is_spoken() { "said" } else { "ground" };
    let size = match words::dead(export, incident) {
        None => "unknown",
        Some(n) => SIZES.iter().rev().find(|(from, ..)| n >= *from).map_or("none", |(_, id, _)| id),
    };
    format!("{sort}-{size}")
}

/// KML has colours as alpha, blue, green, red.
fn abgr(rgb: &str, alpha: &str) -> String {
    let part = |from: usize| rgb.get(from..from + 2).unwrap_or("00");
    format!("{alpha}{}{}{}", part(5), part(3), part(1))
}

fn styles(out: &mut String, with_icon: bool) {
    for (sort, color) in ["ground", "said"].into_iter().zip(geojson::COLORS) {
        // Without a figure the symbol is pale: it does not say that nobody died.
        let sizes = [(0, "unknown", "0.7"), (0, "none", "0.6")].into_iter().chain(SIZES);
        for (_, size, scale) in sizes {
            let alpha = if size == "unknown" { "80" } else { "e6" };
            let icon = if with_icon { format!("<Icon><href>{DOT}</href></Icon>") } else { String::new() };
            *out += &format!(
                "<Style id=\"{sort}-{size}\"><IconStyle><color>{}</color><scale>{scale}</scale>{icon}</IconStyle>\
<LabelStyle><scale>0.8</scale></LabelStyle><LineStyle><color>{}</color><width>3</width></LineStyle>\
<PolyStyle><color>{}</color></PolyStyle></Style>\n",
                abgr(color, alpha),
                abgr(color, "ff"),
                abgr(color, "4d"),
            );
        }
    }
}

pub(super) fn write(export: &Export, with_icon: bool) -> Vec<u8> {
    let meta = export.project.meta();
    let mut out = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<kml xmlns=\"http://www.opengis.net/kml/2.2\">\n<Document>\n",
    );
    element(&mut out, "name", if meta.title.is_empty() { "clashmap" } else { &meta.title });
    let about = [&*meta.description, &*words::basis(export), meta.note()];
    let about: Vec<&str> = about.into_iter().filter(|l| !l.is_empty()).collect();
    element(&mut out, "description", &escaped(&about.join(" · ")));
    out.push('\n');
    styles(&mut out, with_icon);
    let figures = export.figures();
    for (_, incident) in export.project.iter() {
        placemark(&mut out, export, &figures, incident);
    }
    out += "</Document>\n</kml>\n";
    out.into_bytes()
}

fn placemark(out: &mut String, export: &Export, figures: &FiguresOf<'_>, incident: &Incident) {
    *out += "<Placemark>";
    element(out, "name", words::title(incident));
    // The order is the schema's: name, description, time, style, data, geometry.
    element(out, "description", &balloon(export, incident));
    match incident.when.as_ref().and_then(stretch) {
        None => {}
        Some(Stretch::At(at)) => *out += &format!("<TimeStamp><when>{at}</when></TimeStamp>"),
        Some(Stretch::Between(begin, end)) => {
            *out += "<TimeSpan>";
            element(out, "begin", &begin.unwrap_or_default());
            element(out, "end", &end.unwrap_or_default());
            *out += "</TimeSpan>";
        }
    }
    *out += &format!("<styleUrl>#{}</styleUrl>", style(export, incident));
    data(out, export, figures, incident);
    geometry(out, incident);
    *out += "</Placemark>\n";
}

/// What the balloon shows, as HTML.
fn balloon(export: &Export, incident: &Incident) -> String {
    let mut out = String::new();
    let head = [words::date(incident), words::place(incident), incident.kind.label().to_owned()];
    let head: Vec<String> = head.into_iter().filter(|l| !l.is_empty()).map(|l| escaped(&l)).collect();
    out += &format!("<p>{}</p>", head.join("<br>"));
    html_list(
        &mut out,
        &format!("Casualties ({})", export.options.question.figures_sentence()),
        &words::figures(export, incident),
    );
    html_list(&mut out, "Claims", &words::claims(&export.project, incident));
    html_list(&mut out, "Sources", &words::sources(&export.project, incident));
    if !incident.notes.is_empty() {
        out += &format!("<p>{}</p>", escaped(&incident.notes));
    }
    out
}

/// The fields of the incident for programs.
fn data(out: &mut String, export: &Export, figures: &FiguresOf<'_>, incident: &Incident) {
    let (start, end) = start_and_end(incident);
    let place = &incident.place;
    let texts = |list: Vec<&str>| list.join("; ");
    let mut rows: Vec<(String, String)> = vec![
        ("uid".into(), incident.uid.as_str().into()),
        ("kind".into(), incident.kind.id().into()),
        ("when".into(), incident.when.map(|w| w.to_string()).unwrap_or_default()),
        ("start".into(), start),
        ("end".into(), end),
        ("date_precision".into(), incident.when.map_or("", |w| precision(&w)).into()),
    ];
    rows.extend(place.names.iter().map(|(code, name)| (format!("place_{code}"), name.to_owned())));
    rows.extend([
        ("precision".to_owned(), place.precision.map_or("", |p| p.id()).to_owned()),
        ("radius_km".into(), place.radius_km.map(|r| r.to_string()).unwrap_or_default()),
        ("parent".into(), incident.parent.as_ref().map_or("", |p| p.as_str()).into()),
        ("parties".into(), texts(incident.parties.iter().map(PartyId::as_str).collect())),
        ("weapons".into(), texts(incident.weapons.iter().map(|w| &**w).collect())),
    ]);
    for (category, party, numbers) in figures.of(incident) {
        for (end, n) in ["low", "best", "high"].into_iter().zip(numbers) {
            let value = n.map(|n| n.to_string()).unwrap_or_default();
            rows.push((format!("{}_{}_{end}", category.id(), party.as_str()), value));
        }
    }
    if !incident.claims.is_empty() {
        rows.push(("figures_by".into(), figures.sentence()));
    }
    let claims = words::claims(&export.project, incident).into_iter();
    rows.extend(claims.enumerate().map(|(n, c)| (format!("claim {}", n + 1), c)));
    let sources = words::sources(&export.project, incident).into_iter();
    rows.extend(sources.enumerate().map(|(n, s)| (format!("source {}", n + 1), s)));
    let tag = |(k, v): &(crate::model::Text, crate::model::Text)| {
        (format!("tag {k}"), if v.is_empty() { "yes".to_owned() } else { v.to_string() })
    };
    rows.extend(incident.tags.iter().map(tag));
    *out += "<ExtendedData>";
    for (name, value) in rows.iter().filter(|(_, v)| !v.is_empty()) {
        *out += &format!("<Data name=\"{}\"><value>{}</value></Data>", escaped(name), escaped(value));
    }
    *out += "</ExtendedData>";
}

fn coordinates(out: &mut String, line: &[LonLat]) {
    let positions: Vec<String> = line.iter().map(|p| format!("{},{}", p.lon(), p.lat())).collect();
    *out += &format!("<coordinates>{}</coordinates>", positions.join(" "));
}

fn geometry(out: &mut String, incident: &Incident) {
    let place = &incident.place;
    let both = place.position.is_some() && place.shape.is_some();
    if both {
        *out += "<MultiGeometry>";
    }
    if let Some(p) = place.position {
        *out += "<Point>";
        coordinates(out, &[p]);
        *out += "</Point>";
    }
    match &place.shape {
        None => {}
        Some(Shape::Line(line)) => {
            *out += "<LineString><tessellate>1</tessellate>";
            coordinates(out, line);
            *out += "</LineString>";
        }
        Some(Shape::Area(rings)) => {
            *out += "<Polygon><tessellate>1</tessellate>";
            for (n, ring) in rings.iter().enumerate() {
                let side = if n == 0 { "outerBoundaryIs" } else { "innerBoundaryIs" };
                *out += &format!("<{side}><LinearRing>");
                coordinates(out, ring);
                *out += &format!("</LinearRing></{side}>");
            }
            *out += "</Polygon>";
        }
    }
    if both {
        *out += "</MultiGeometry>";
    }
}

/// KML with its symbol, so that it looks the same without a network.
pub(super) fn kmz(export: &Export) -> Result<Vec<u8>, ExportError> {
    let kml = write(export, true);
    zipped::zip(&[("doc.kml".into(), kml), (DOT.into(), dot()?)])
}

/// A white disc with a soft edge, which the viewer tints.
fn dot() -> Result<Vec<u8>, ExportError> {
    const SIZE: u16 = 64;
    let failed = |e: &dyn std::fmt::Display| ExportError::Refused(format!("the symbol cannot be drawn ({e})"));
    let middle = f32::from(SIZE) / 2.0;
    let mut pixels = Vec::with_capacity(usize::from(SIZE) * usize::from(SIZE) * 4);
    for y in 0..SIZE {
        for x in 0..SIZE {
            let distance = (f32::from(x) + 0.5 - middle).hypot(f32::from(y) + 0.5 - middle);
            let alpha = (middle - 1.0 - distance).clamp(0.0, 1.0) * 255.0;
            pixels.extend_from_slice(&[255, 255, 255, alpha as u8]);
        }
    }
    let mut out = Vec::new();
    let mut encoder = png::Encoder::new(&mut out, u32::from(SIZE), u32::from(SIZE));
    encoder.set_color(png::ColorType::Rgba);
    encoder.set_depth(png::BitDepth::Eight);
    let mut writer = encoder.write_header().map_err(|e| failed(&e))?;
    writer.write_image_data(&pixels).map_err(|e| failed(&e))?;
    writer.finish().map_err(|e| failed(&e))?;
    Ok(out)
}
