//! A talk as one file for a browser: slides, a timeline with play, cards of incidents, their table and the sources. It loads
//! nothing from anywhere, and its policy says so: only the script and the style in it run, by their hashes.
//!
//! Words from the project are only ever text: escaped in the document, and in the data of the script set as text content.

mod data;

use base64::Engine;
use sha2::{Digest, Sha256};
use std::fmt::Write;

use super::export::{Order, Told};
use super::markdown::{Block, BlockKind, blocks};
use super::page::HEIGHT;
use super::prepared::{Prepared, sources};
use super::{Stage, layout};
use crate::model::{Project, Role, Slide};
use crate::picture::svg::{self, Ground, escape};
use crate::view::theme::Colors;

const SCRIPT: &str = include_str!("talk.js");
const STYLE: &str = include_str!("talk.css");

/// Pixels to the point of the ground: 1152 by 648, for the size of the file.
pub(super) const PIXELS: f32 = 1.2;
/// Quality of the ground's JPEG.
pub(super) const QUALITY: u8 = 68;

pub(super) fn hash(text: &str) -> String {
    base64::engine::general_purpose::STANDARD.encode(Sha256::digest(text.as_bytes()))
}

/// The colours of a theme as variables of the style.
pub(super) fn colours(c: &Colors) -> String {
    let hex = |rgb: crate::view::Rgb| format!("#{:02x}{:02x}{:02x}", rgb.0, rgb.1, rgb.2);
    let all = [
        ("panel", c.panel),
        ("raised", c.raised),
        ("rule", c.rule),
        ("text", c.text),
        ("weak", c.text_weak),
        ("accent", c.accent),
        ("on-accent", c.on_accent),
        ("a", c.party_a),
        ("b", c.party_b),
        ("other", c.party_other),
        ("rim", c.rim),
    ];
    let mut out = String::from(":root{");
    for (name, rgb) in all {
        let _ = write!(out, "--{name}:{};", hex(rgb));
    }
    out.push_str("}\n");
    out
}

/// A picture with its ground as SVG inside a document: its layers are no anchors, and it says nothing to a screen reader, which has
/// the words beside it.
pub(super) fn embedded(picture: &crate::picture::list::Picture, jpeg: &[u8]) -> String {
    let text = svg::fitted(picture, Ground::Jpeg(jpeg));
    text.replacen("<svg ", r#"<svg aria-hidden="true" focusable="false" "#, 1).replace("<g id=\"", "<g data-layer=\"")
}

fn markup(text: &str) -> String {
    let mut out = String::new();
    let mut open: Option<&str> = None;
    for block in blocks(text) {
        let Block { kind, words } = &block;
        let list = match kind {
            BlockKind::Item(_, None) => Some("ul"),
            BlockKind::Item(_, Some(_)) => Some("ol"),
            _ => None,
        };
        if open != list {
            if let Some(tag) = open {
                let _ = write!(out, "</{tag}>");
            }
            if let Some(tag) = list {
                let _ = write!(out, "<{tag}>");
            }
            open = list;
        }
        let tag = match kind {
            BlockKind::Paragraph => "p",
            BlockKind::Heading => "h3",
            BlockKind::Item(..) => "li",
        };
        let _ = write!(out, "<{tag}>");
        for w in words {
            let text = escape(&w.text);
            let _ = match (w.bold, w.italic) {
                (true, true) => write!(out, "<strong><em>{text}</em></strong>"),
                (true, false) => write!(out, "<strong>{text}</strong>"),
                (false, true) => write!(out, "<em>{text}</em>"),
                _ => write!(out, "{text}"),
            };
        }
        let _ = write!(out, "</{tag}>");
    }
    if let Some(tag) = open {
        let _ = write!(out, "</{tag}>");
    }
    out
}

/// One slide: its parts as pictures, and all its words for whoever does not see them.
fn section(project: &Project, slide: &Slide, n: usize, of: usize, order: &Order) -> Result<String, String> {
    let stage = Stage { width: HEIGHT * 16.0 / 9.0, ..order.stage };
    let prepared = Prepared::new(project, slide, stage.labels, stage.zone).with_maps(&order.maps);
    let lies = layout(project, &prepared, stage);
    let parts = lies.parts();
    // All parts of a slide lie on the same ground.
    let jpeg = super::paper::ground(&prepared, stage, lies.camera, PIXELS, QUALITY)?.unwrap_or_default();
    let mut out = String::new();
    for part in 0..parts {
        let drawn = super::page(project, &prepared, stage, &lies, part, None, 1.0);
        let of_part = if parts > 1 { format!(", part {} of {parts}", part + 1) } else { String::new() };
        let _ = write!(
            out,
            "<section class=\"slide\" tabindex=\"-1\" data-slide=\"{0}\" aria-roledescription=\"slide\" aria-label=\"{0} of {of}{of_part}: {1}\">",
            n + 1,
            escape(slide.name())
        );
        out.push_str(&embedded(&drawn, &jpeg));
        if part == 0 {
            let _ = write!(out, "<div class=\"read\"><h2>{}</h2>{}", escape(slide.name()), markup(&slide.caption));
            if slide.role == Role::Map {
                let _ = write!(out, "<p>{}</p>", escape(&prepared.seen.question.sentence()));
                let totals = super::page::totals_in_words(project, &prepared);
                if !totals.is_empty() {
                    out.push_str("<ul>");
                    for total in &totals {
                        let _ = write!(out, "<li>{}</li>", escape(total));
                    }
                    out.push_str("</ul>");
                }
            }
            out.push_str("</div>");
        }
        if order.notes && part == 0 && !slide.notes.is_empty() {
            let _ = write!(out, "<aside class=\"notes\" aria-label=\"Notes\">{}</aside>", escape(&slide.notes));
        }
        out.push_str("</section>\n");
    }
    Ok(out)
}

/// The talk as one document.
pub(super) fn html(project: &Project, slides: &[Slide], order: &Order, told: &mut Told) -> Result<String, String> {
    // What the talk is about: all that its slides show with their filters, each incident once.
    let all = data::about(project, order);
    super::report::too_many(all.derived.len())?;
    let meta = project.meta();
    let title = if meta.title.is_empty() { "Talk" } else { &meta.title };
    let style = format!("{}{STYLE}", colours(order.stage.theme.colors()));
    let policy = format!(
        "default-src 'none'; img-src data:; style-src 'sha256-{}'; script-src 'sha256-{}'; base-uri 'none'; form-action 'none'",
        hash(&style),
        hash(SCRIPT)
    );
    let mut out = format!(
        "<!DOCTYPE html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"{policy}\">\n\
         <meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n<meta name=\"referrer\" content=\"no-referrer\">\n\
         <title>{}</title>\n<style>{style}</style>\n</head>\n<body>\n\
         <header><h1>{}</h1><nav aria-label=\"Parts\"><a href=\"#slides\">Slides</a> <a href=\"#timeline\">Timeline</a> \
         <a href=\"#incidents\">Incidents</a> <a href=\"#sources\">Sources</a></nav></header>\n<main>\n\
         <div id=\"slides\" role=\"region\" aria-label=\"Slides\">\n",
        order.stage.labels.first.code(),
        escape(title),
        escape(title)
    );
    for (n, slide) in slides.iter().enumerate() {
        told(n as f32 / (slides.len() + 1) as f32)?;
        out.push_str(&section(project, slide, n, slides.len(), order)?);
    }
    out.push_str(
        "</div>\n<div class=\"bar\" role=\"toolbar\" aria-label=\"Slides\"><button id=\"prev\">Previous</button> \
         <output id=\"where\" aria-live=\"polite\"></output> <button id=\"next\">Next</button> <button id=\"full\">Full screen</button> \
         <span class=\"weak\">Keys: Page Down, Page Up, arrows, Space, Home, End, B</span></div>\n",
    );
    told(slides.len() as f32 / (slides.len() + 1) as f32)?;
    out.push_str(&data::timeline(project, &all, order)?);
    out.push_str(&data::table(project, &all));
    out.push_str("<section id=\"sources\"><h2>Sources</h2><ol>");
    for source in sources(project, &all.derived) {
        let _ = write!(out, "<li>{}</li>", escape(&source));
    }
    let _ = write!(
        out,
        "</ol></section>\n</main>\n<footer><p>{}</p><p>{}</p><p>{}</p></footer>\n<div id=\"card\" role=\"status\" hidden></div>\n\
         <script type=\"application/json\" id=\"data\">{}</script>\n<script>{SCRIPT}</script>\n</body>\n</html>\n",
        escape(&all.seen.question.sentence()),
        escape(meta.note()),
        escape(&crate::picture::attribution()),
        data::json(project, &all, order)
    );
    Ok(out)
}
