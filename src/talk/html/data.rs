//! Incidents for the browser: the map of the timeline, the table, and the data of the script.

use std::fmt::Write;

use super::{PIXELS, QUALITY, embedded};
use crate::model::{Kind, Project, Role, Slide};
use crate::picture::svg::escape;
use crate::talk::export::Order;
use crate::talk::prepared::Prepared;
use crate::talk::report::{Words, title};
use crate::talk::{HEIGHT, Stage, layout, page, shows_maps};
use crate::view::Viewport;

fn stage(order: &Order) -> Stage {
    Stage { width: HEIGHT * 16.0 / 9.0, ..order.stage }
}

/// Everything of the project but the wars that stand behind it, as one slide without words.
pub(super) fn about(project: &Project, order: &Order) -> Prepared {
    let mut slide = Slide::new("all");
    slide.hidden = ["incidents", "incident-labels", "uncertainty", "legend"].map(Into::into).to_vec();
    // The ground of the first slide that shows incidents.
    let first = order.slides.iter().find(|s| s.role == Role::Map && !s.hidden.iter().any(|h| &**h == "incidents"));
    slide.extent = first.and_then(|s| s.extent);
    slide.perspective = first.and_then(|s| s.perspective);
    if first.is_some_and(|s| !shows_maps(s)) {
        slide.hidden.push("map-sources".into());
    }
    Prepared::new(project, &slide, order.stage.labels, order.stage.zone).with_maps(&order.maps)
}

fn viewport(project: &Project, all: &Prepared, stage: Stage) -> Viewport {
    Viewport { camera: layout(project, all, stage).camera, width: stage.width, height: HEIGHT }
}

/// The map of the timeline with its controls; the script puts the incidents on it.
pub(super) fn timeline(project: &Project, all: &Prepared, order: &Order) -> Result<String, String> {
    let stage = stage(order);
    let lies = layout(project, all, stage);
    let drawn = page(project, all, stage, &lies, 0, None, 1.0);
    let jpeg = crate::talk::ground(all, stage, lies.camera, PIXELS)
        .ok_or("the map is too large to paint")
        .map_err(str::to_owned)
        .and_then(|g| crate::picture::raster::jpeg(&g, QUALITY))?;
    Ok(format!(
        "<section id=\"timeline\"><h2>Timeline</h2><div class=\"bar\" role=\"toolbar\" aria-label=\"Timeline\">\
         <button id=\"play\">Play</button> <label>Until <input id=\"time\" type=\"range\" min=\"0\" max=\"1000\" value=\"1000\"></label> \
         <output id=\"date\"></output></div><div id=\"map\">{}</div></section>\n",
        embedded(&drawn, &jpeg)
    ))
}

/// The table of incidents.
pub(super) fn table(project: &Project, all: &Prepared) -> String {
    let mut out = String::from(
        "<section id=\"incidents\"><h2>Incidents</h2><div class=\"wide\"><table><thead><tr><th scope=\"col\">When</th>\
         <th scope=\"col\">What</th><th scope=\"col\">Kind</th><th scope=\"col\">Where</th><th scope=\"col\">Dead, by the policy</th>\
         </tr></thead><tbody>\n",
    );
    let words = Words::new(project, all);
    for (id, i) in words.shown() {
        let told = words.dead(id);
        let _ = writeln!(
            out,
            "<tr><td>{}</td><th scope=\"row\">{}</th><td>{}</td><td>{}</td><td>{}</td></tr>",
            escape(&i.when.map(|w| w.label()).unwrap_or_default()),
            escape(title(i)),
            escape(i.kind.label()),
            escape(&words.place(i)),
            if told.is_empty() {
                "no figure".to_owned()
            } else {
                told.iter().map(|t| escape(t)).collect::<Vec<_>>().join("<br>")
            }
        );
    }
    out.push_str("</tbody></table></div></section>\n");
    out
}

/// The data of the script, safe inside a `script` element.
pub(super) fn json(project: &Project, all: &Prepared, order: &Order) -> String {
    let view = viewport(project, all, stage(order));
    let largest = all.marks.largest().max(1);
    let mut list = Vec::new();
    let (mut from, mut to) = (i64::MAX, i64::MIN);
    let words = Words::new(project, all);
    for (id, i) in words.shown() {
        let Some(mark) = all.marks.all().iter().find(|m| m.id == id) else { continue };
        let [x, y] = view.screen_from_world(mark.at);
        let span = i.when.map(|w| w.span());
        if let Some(s) = span.filter(|_| i.kind != Kind::War) {
            (from, to) = (from.min(s.start), to.max(s.end));
        }
        let number = all.derived.dead_number(id);
        let radius = number.map_or(5.0, |n| 5.0 + 23.0 * (n as f32 / largest as f32).sqrt());
        list.push(serde_json::json!({
            "x": (x * 10.0).round() / 10.0, "y": (y * 10.0).round() / 10.0, "r": (radius * 10.0).round() / 10.0,
            "known": number.is_some(),
            "start": span.map(|s| s.start), "end": span.map(|s| s.end),
            "title": title(i),
            "when": i.when.map(|w| w.label()),
            "place": words.place(i),
            "figures": words.dead(id),
        }));
    }
    if from > to {
        (from, to) = (0, 1);
    }
    let text = serde_json::json!({ "from": from, "to": to, "incidents": list }).to_string();
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            // Nothing in it can end the element or start a comment, and nothing turns the text round it.
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out
}
