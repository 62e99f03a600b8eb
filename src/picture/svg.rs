//! A picture as SVG: text stays text, layers are named groups, the ground is an embedded raster.
//!
//! The same picture gives the same bytes: numbers have at most two decimals, nothing depends on time or order of hashing.

use std::fmt::Write;

use base64::Engine;

use super::list::{Anchor, Face, Item, Label, Paint, Picture, Point, Stroke};
use super::type_metrics;
use crate::view::Rgb;

/// What stands under the picture.
#[derive(Clone, Copy, Debug)]
pub enum Ground<'a> {
    /// Nothing: the picture is laid over pixels that are there already.
    None,
    /// One colour.
    Plain(Rgb),
    /// A PNG that fills the picture.
    Png(&'a [u8]),
    /// A JPEG that fills the picture.
    Jpeg(&'a [u8]),
}

/// A picture as an SVG document of `scale` times its size in points.
pub fn svg(picture: &Picture, title: &str, ground: Ground, scale: f32) -> String {
    document(picture, title, ground, scale, false)
}

/// The same for a reader that may not have the program's fonts: every line of text is drawn as wide as it was measured.
pub fn fitted(picture: &Picture, ground: Ground) -> String {
    document(picture, "", ground, 1.0, true)
}

/// One item of a picture as an SVG document of the picture's size in points.
pub(super) fn lone(picture: &Picture, item: &Item) -> String {
    let mut out = head(picture, 1.0);
    write_item(&mut out, item, false);
    out.push_str("</svg>\n");
    out
}

/// The start of a document with what all items of it share.
fn head(picture: &Picture, scale: f32) -> String {
    let (w, h) = (picture.width, picture.height);
    format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" width="{}" height="{}" viewBox="0 0 {} {}" stroke-linecap="round" stroke-linejoin="round" fill="none" font-family="'Noto Sans','Noto Sans Armenian','Noto Sans Georgian','Noto Sans Math',sans-serif">"#,
        number(w * scale),
        number(h * scale),
        number(w),
        number(h)
    ) + "\n"
}

fn document(picture: &Picture, title: &str, ground: Ground, scale: f32, fitted: bool) -> String {
    let mut out = head(picture, scale);
    out.reserve(picture.items.len() * 160);
    let (w, h) = (picture.width, picture.height);
    if !title.is_empty() {
        let _ = writeln!(out, "<title>{}</title>", escape(title));
    }
    match ground {
        Ground::None => {}
        Ground::Plain(rgb) => {
            let _ = writeln!(out, r#"<rect width="{}" height="{}" fill="{}"/>"#, number(w), number(h), Hex(rgb));
        }
        Ground::Png(bytes) | Ground::Jpeg(bytes) => {
            let kind = if matches!(ground, Ground::Png(_)) { "png" } else { "jpeg" };
            let _ = writeln!(
                out,
                r#"<g id="ground"><image width="{}" height="{}" preserveAspectRatio="none" href="data:image/{kind};base64,{}"/></g>"#,
                number(w),
                number(h),
                base64::engine::general_purpose::STANDARD.encode(bytes)
            );
        }
    }
    let mut open = false;
    for item in &picture.items {
        if let Item::Layer(name) = item {
            out.push_str(if open { "</g>\n" } else { "" });
            let _ = writeln!(out, r#"<g id="{}">"#, escape(name));
            open = true;
        } else {
            write_item(&mut out, item, fitted);
        }
    }
    out.push_str(if open { "</g>\n</svg>\n" } else { "</svg>\n" });
    out
}

fn write_item(out: &mut String, item: &Item, fitted: bool) {
    match item {
        Item::Layer(_) => {}
        Item::Polygon { rings, fill, stroke } => {
            out.push_str(r#"<path d=""#);
            for ring in rings {
                write_points(out, ring);
                out.push('Z');
            }
            out.push('"');
            if rings.len() > 1 {
                out.push_str(r#" fill-rule="evenodd""#);
            }
            write_look(out, fill.as_ref(), stroke.as_ref());
        }
        Item::Lines { lines, stroke } => {
            out.push_str(r#"<path d=""#);
            for line in lines {
                write_points(out, line);
            }
            out.push('"');
            write_look(out, None, Some(stroke));
        }
        Item::Circle { center: [x, y], radius, fill, stroke } => {
            let _ = write!(out, r#"<circle cx="{}" cy="{}" r="{}""#, number(*x), number(*y), number(*radius));
            write_look(out, fill.as_ref(), stroke.as_ref());
        }
        Item::Text(label) => write_text(out, label, fitted),
        Item::Along { text, letters } => {
            // What is read aloud and searched for is the name, not its letters.
            let _ = writeln!(out, r#"<g role="img" aria-label="{}">"#, escape(text));
            for letter in letters {
                write_text(out, letter, false);
            }
            out.push_str("</g>\n");
        }
    }
}

fn write_points(out: &mut String, points: &[Point]) {
    for (i, [x, y]) in points.iter().enumerate() {
        let _ = write!(out, "{}{} {}", if i == 0 { "M" } else { "L" }, number(*x), number(*y));
    }
}

fn write_look(out: &mut String, fill: Option<&Paint>, stroke: Option<&Stroke>) {
    if let Some(Paint { rgb, alpha }) = fill {
        let _ = write!(out, r#" fill="{}""#, Hex(*rgb));
        if *alpha < 1.0 {
            let _ = write!(out, r#" fill-opacity="{}""#, number(*alpha));
        }
    }
    if let Some(s) = stroke {
        let _ = write!(out, r#" stroke="{}" stroke-width="{}""#, Hex(s.paint.rgb), number(s.width));
        if s.paint.alpha < 1.0 {
            let _ = write!(out, r#" stroke-opacity="{}""#, number(s.paint.alpha));
        }
        if let Some(d) = s.dash {
            let _ = write!(out, r#" stroke-dasharray="{} {}""#, number(d.on), number(d.off));
            if d.offset != 0.0 {
                let _ = write!(out, r#" stroke-dashoffset="{}""#, number(d.offset));
            }
        }
    }
    out.push_str("/>\n");
}

fn write_text(out: &mut String, label: &Label, fitted: bool) {
    let [x, y] = label.at;
    let runs = type_metrics::runs(&label.text, label.face);
    // Pieces of different fonts are set each from its own start, in widths measured here: shaped as one they would be
    // merged glyph by glyph, and `usvg` fails where a ligature of one font changes their number.
    let is_mixed = runs.len() > 1;
    let width = |text: &str| type_metrics::width(text, label.face, label.size, label.spacing);
    if fitted && is_mixed {
        // Firefox follows the length of a text, and not that of a piece in it.
        let (sin, cos) = label.rotation.to_radians().sin_cos();
        let mut along = match label.anchor {
            Anchor::Start => 0.0,
            Anchor::Middle => -width(&label.text) / 2.0,
            Anchor::End => -width(&label.text),
        };
        for (_, run) in runs {
            let (at, text) = ([x + along * cos, y + along * sin], run.trim_end().to_owned());
            write_text(out, &Label { at, text, anchor: Anchor::Start, ..label.clone() }, true);
            along += width(run);
        }
        return;
    }
    let (mut left, anchor) = match (is_mixed, label.anchor) {
        (true, Anchor::Middle) => (x - width(&label.text) / 2.0, ""),
        (true, Anchor::End) => (x - width(&label.text), ""),
        (_, Anchor::Start) => (x, ""),
        (false, Anchor::Middle) => (x, r#" text-anchor="middle""#),
        (false, Anchor::End) => (x, r#" text-anchor="end""#),
    };
    let _ = write!(out, r#"<text x="{}" y="{}" font-size="{}"{anchor}"#, number(left), number(y), number(label.size));
    out.push_str(match label.face {
        Face::Regular => "",
        Face::Bold => r#" font-weight="700""#,
        Face::Italic => r#" font-style="italic""#,
    });
    if let [(family, _)] = runs.as_slice()
        && *family != "Noto Sans"
    {
        let _ = write!(out, r#" font-family="'{family}',sans-serif""#);
    }
    if label.spacing != 0.0 {
        let _ = write!(out, r#" letter-spacing="{}""#, number(label.spacing));
    }
    if fitted {
        let _ = write!(out, r#" textLength="{}" lengthAdjust="spacingAndGlyphs""#, number(width(&label.text)));
    }
    if label.rotation != 0.0 {
        let _ = write!(out, r#" transform="rotate({} {} {})""#, number(label.rotation), number(x), number(y));
    }
    let _ = write!(out, r#" fill="{}""#, Hex(label.paint.rgb));
    if label.paint.alpha < 1.0 {
        let _ = write!(out, r#" fill-opacity="{}""#, number(label.paint.alpha));
    }
    if let Some((halo, width)) = label.halo {
        let _ = write!(
            out,
            r#" stroke="{}" stroke-width="{}" stroke-opacity="{}" paint-order="stroke""#,
            Hex(halo.rgb),
            number(width * 2.0),
            number(halo.alpha)
        );
    }
    if is_mixed {
        // A space at the end of a piece would be dropped; the next one starts behind it anyway.
        out.push('>');
        for (family, run) in runs {
            let _ = write!(
                out,
                r#"<tspan x="{}" font-family="'{family}',sans-serif">{}</tspan>"#,
                number(left),
                escape(run.trim_end())
            );
            left += width(run);
        }
        out.push_str("</text>\n");
    } else {
        let _ = writeln!(out, ">{}</text>", escape(&label.text));
    }
}

struct Hex(Rgb);

impl std::fmt::Display for Hex {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Rgb(r, g, b) = self.0;
        write!(f, "#{r:02x}{g:02x}{b:02x}")
    }
}

/// At most two decimals, no trailing zeros, no `-0`; what is not a number becomes 0, since one such attribute would
/// make the whole document unreadable.
fn number(v: f32) -> String {
    if !v.is_finite() {
        return "0".into();
    }
    let hundredths = (f64::from(v) * 100.0).round() as i64;
    let (whole, part) = (hundredths.abs() / 100, hundredths.abs() % 100);
    let sign = if hundredths < 0 { "-" } else { "" };
    match (part, part % 10) {
        (0, _) => format!("{sign}{whole}"),
        (_, 0) => format!("{sign}{whole}.{}", part / 10),
        _ => format!("{sign}{whole}.{part:02}"),
    }
}

/// Text as XML 1.0 allows it: the five special characters as entities, characters that XML forbids left out.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\t' | '\n' | '\r' => out.push(' '),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => {}
            // Marks that turn the text around them would turn the reader's page as well.
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {}
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(words: &str) -> Picture {
        let label = Label {
            at: [10.0, 20.0],
            anchor: Anchor::Middle,
            size: 12.0,
            face: Face::Bold,
            paint: Paint::solid(Rgb(1, 2, 3)),
            halo: Some((Paint::veil(Rgb(255, 255, 255), 0.7), 1.5)),
            spacing: 0.0,
            rotation: 0.0,
            text: words.into(),
        };
        Picture {
            width: 100.0,
            height: 50.0,
            items: vec![Item::Layer("names"), Item::Text(label)],
            ..Picture::default()
        }
    }

    #[test]
    fn hostile_text_stays_text() {
        let svg = svg(&text("</text><script>\u{0}\u{b}&\"'\u{ffff}"), "a<b", Ground::Plain(Rgb(9, 9, 9)), 1.0);
        assert!(svg.contains("&lt;/text&gt;&lt;script&gt;&amp;&quot;&#39;</text>"), "{svg}");
        assert!(svg.contains("<title>a&lt;b</title>") && svg.contains(r##"fill="#090909""##));
        let tree = resvg::usvg::Tree::from_str(&svg, &resvg::usvg::Options::default());
        assert!(tree.is_ok(), "{tree:?}");
    }

    #[test]
    fn numbers_are_short_and_never_break_the_document() {
        let check = |v: f32, t: &str| assert_eq!(number(v), t);
        check(1.0, "1");
        check(-0.004, "0");
        check(12.345, "12.35");
        check(-3.5, "-3.5");
        check(0.07, "0.07");
        check(f32::NAN, "0");
        check(f32::INFINITY, "0");
    }

    #[test]
    fn a_reader_without_the_fonts_sets_every_piece_without_serifs_and_as_wide_as_measured() {
        for words in ["Lachin corridor \u{2248} 5 km", "Սոթք", "Sotk Սոթք · ≥ 215"] {
            let text = fitted(&text(words), Ground::None);
            let families: Vec<&str> =
                text.split("font-family=\"").skip(1).filter_map(|t| t.split('"').next()).collect();
            assert!(families.iter().all(|f| f.ends_with(",sans-serif")), "{families:?}");
            assert!(!text.contains("<tspan"), "{text}");
            assert!(text.split("<text").skip(1).all(|t| t.contains("textLength")), "{text}");
        }
    }

    #[test]
    fn the_same_picture_gives_the_same_bytes() {
        assert_eq!(svg(&text("Շուշի"), "t", Ground::None, 2.0), svg(&text("Շուշի"), "t", Ground::None, 2.0));
    }
}
