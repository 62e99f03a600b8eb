//! Pictures as pages of a PDF document: vectors stay vectors, text stays text in the program's own fonts, of which only the
//! letters used are embedded; the ground is a raster.
//!
//! The same pictures give the same bytes: there is no date in the document.

use std::collections::HashMap;

use krilla::Document;
use krilla::color::rgb;
use krilla::destination::XyzDestination;
use krilla::geom::{PathBuilder, Point as At, Size, Transform};
use krilla::image::Image;
use krilla::metadata::Metadata;
use krilla::num::NormalizedF32;
use krilla::outline::{Outline, OutlineNode};
use krilla::page::PageSettings;
use krilla::paint::{Fill, FillRule, LineCap, LineJoin, Stroke as Pen, StrokeDash};
use krilla::surface::Surface;
use krilla::text::{Font, GlyphId, KrillaGlyph};

use super::list::{Anchor, Item, Label, Paint, Picture, Point, Stroke};
use super::type_metrics;

/// Points of paper to a point of a picture: 72 and 96 to the inch.
pub const PAPER_POINTS: f32 = 0.75;

/// A document under way.
pub struct Pdf {
    document: Document,
    fonts: HashMap<usize, Font>,
    outline: Outline,
    pages: usize,
}

/// A picture on a sheet of paper.
#[derive(Clone, Copy, Debug)]
pub struct Placed<'a> {
    /// The picture.
    pub picture: &'a Picture,
    /// What lies under it, as JPEG.
    pub ground: Option<&'a [u8]>,
    /// Where its upper left corner lies, in points of the paper.
    pub at: Point,
    /// Points of the paper to one of the picture.
    pub scale: f32,
}

impl Pdf {
    /// A document with a title, in a language by its BCP 47 code.
    pub fn new(title: &str, language: &str) -> Self {
        let mut document = Document::new();
        let told = Metadata::new().title(title.to_owned()).creator("clashmap".into()).language(language.to_owned());
        document.set_metadata(told);
        Self { document, fonts: HashMap::new(), outline: Outline::new(), pages: 0 }
    }

    /// Adds a sheet of paper of a size in points; with a name it stands in the list of contents.
    ///
    /// # Errors
    /// A sentence, if the size is none or a ground is no image.
    pub fn sheet(&mut self, [width, height]: [f32; 2], name: Option<&str>, placed: &[Placed]) -> Result<(), String> {
        let settings = PageSettings::from_wh(width, height).ok_or("the paper has no size")?;
        let fonts = &mut self.fonts;
        let mut page = self.document.start_page_with(settings);
        let mut surface = page.surface();
        for one in placed {
            let to = Transform::from_row(one.scale, 0.0, 0.0, one.scale, one.at[0], one.at[1]);
            surface.push_transform(&to);
            let size = Size::from_wh(one.picture.width, one.picture.height).ok_or("the picture has no size")?;
            let mut edge = PathBuilder::new();
            let (w, h) = (one.picture.width, one.picture.height);
            lines(&mut edge, &[vec![[0.0, 0.0], [w, 0.0], [w, h], [0.0, h]]], true);
            let edge = edge.finish().ok_or("the picture has no size")?;
            surface.push_clip_path(&edge, &FillRule::NonZero);
            if let Some(jpeg) = one.ground {
                let image = Image::from_jpeg(jpeg.to_vec().into(), true)
                    .map_err(|e| format!("the ground cannot be put on the page: {e}"))?;
                surface.draw_image(image, size);
            }
            for item in &one.picture.items {
                draw(&mut surface, fonts, item);
            }
            surface.pop();
            surface.pop();
        }
        surface.finish();
        page.finish();
        if let Some(name) = name {
            let there = XyzDestination::new(self.pages, At::from_xy(0.0, 0.0));
            self.outline.push_child(OutlineNode::new(name.to_owned(), there));
        }
        self.pages += 1;
        Ok(())
    }

    /// The bytes of the document.
    ///
    /// # Errors
    /// A sentence, if it cannot be written.
    pub fn finish(mut self) -> Result<Vec<u8>, String> {
        self.document.set_outline(self.outline);
        self.document.finish().map_err(|e| format!("the PDF cannot be written: {e:?}"))
    }
}

/// A picture that stands alone, on a sheet of its own size or in the middle of one of a size in points. `ground` is a JPEG.
///
/// # Errors
/// A sentence, if it cannot be drawn.
pub fn single(
    title: &str,
    picture: &Picture,
    ground: Option<&[u8]>,
    sheet: Option<[f32; 2]>,
) -> Result<Vec<u8>, String> {
    let (w, h) = (picture.width.max(1.0), picture.height.max(1.0));
    let size = sheet.unwrap_or([w * PAPER_POINTS, h * PAPER_POINTS]);
    let scale = (size[0] / w).min(size[1] / h);
    let at = [(size[0] - w * scale) / 2.0, (size[1] - h * scale) / 2.0];
    let mut pdf = Pdf::new(title, "en");
    pdf.sheet(size, None, &[Placed { picture, ground, at, scale }])?;
    pdf.finish()
}

fn opacity(alpha: f32) -> NormalizedF32 {
    NormalizedF32::new(alpha.clamp(0.0, 1.0)).unwrap_or(NormalizedF32::ONE)
}

fn fill(paint: Paint) -> Fill {
    let color = rgb::Color::new(paint.rgb.0, paint.rgb.1, paint.rgb.2);
    Fill { paint: color.into(), opacity: opacity(paint.alpha), rule: FillRule::EvenOdd }
}

fn pen(stroke: &Stroke) -> Pen {
    let color = rgb::Color::new(stroke.paint.rgb.0, stroke.paint.rgb.1, stroke.paint.rgb.2);
    Pen {
        paint: color.into(),
        width: stroke.width,
        opacity: opacity(stroke.paint.alpha),
        line_cap: LineCap::Round,
        line_join: LineJoin::Round,
        dash: stroke.dash.map(|d| StrokeDash { array: vec![d.on, d.off], offset: d.offset }),
        ..Pen::default()
    }
}

fn lines(path: &mut PathBuilder, lines: &[Vec<Point>], closed: bool) {
    for line in lines {
        for (n, [x, y]) in line.iter().enumerate() {
            if n == 0 {
                path.move_to(*x, *y);
            } else {
                path.line_to(*x, *y);
            }
        }
        if closed && !line.is_empty() {
            path.close();
        }
    }
}

/// A circle of four cubic curves; (4/3)·tan(π/8) puts their middles on it.
fn circle(path: &mut PathBuilder, [x, y]: Point, r: f32) {
    const K: f32 = 0.552_284_8;
    path.move_to(x + r, y);
    for [a, b, c] in [
        [[r, r * K], [r * K, r], [0.0, r]],
        [[-r * K, r], [-r, r * K], [-r, 0.0]],
        [[-r, -r * K], [-r * K, -r], [0.0, -r]],
        [[r * K, -r], [r, -r * K], [r, 0.0]],
    ] {
        path.cubic_to(x + a[0], y + a[1], x + b[0], y + b[1], x + c[0], y + c[1]);
    }
    path.close();
}

fn draw(surface: &mut Surface, fonts: &mut HashMap<usize, Font>, item: &Item) {
    let mut path = PathBuilder::new();
    let (inside, edge) = match item {
        Item::Layer(_) => return,
        Item::Polygon { rings, fill, stroke } => {
            lines(&mut path, rings, true);
            (fill.as_ref(), stroke.as_ref())
        }
        Item::Lines { lines: all, stroke } => {
            lines(&mut path, all, false);
            (None, Some(stroke))
        }
        Item::Circle { center, radius, fill, stroke } => {
            circle(&mut path, *center, *radius);
            (fill.as_ref(), stroke.as_ref())
        }
        Item::Text(label) => return text(surface, fonts, label),
        Item::Along { letters, .. } => {
            for letter in letters {
                text(surface, fonts, letter);
            }
            return;
        }
    };
    let Some(path) = path.finish() else { return };
    if inside.is_none() && edge.is_none() {
        return;
    }
    surface.set_fill(inside.copied().map(fill));
    surface.set_stroke(edge.map(pen));
    surface.draw_path(&path);
}

fn text(surface: &mut Surface, fonts: &mut HashMap<usize, Font>, label: &Label) {
    let width = type_metrics::width(&label.text, label.face, label.size, label.spacing);
    let [x, y] = label.at;
    let left = match label.anchor {
        Anchor::Start => x,
        Anchor::Middle => x - width / 2.0,
        Anchor::End => x - width,
    };
    if label.rotation != 0.0 {
        surface.push_transform(&Transform::from_rotate_at(label.rotation, x, y));
    }
    let mut at = left;
    for run in type_metrics::glyph_runs(&label.text, label.face) {
        let font = match fonts.get(&run.font) {
            Some(font) => Some(font.clone()),
            None => type_metrics::fonts().get(run.font).and_then(|f| Font::new(f.data.into(), 0)),
        };
        let Some(font) = font else { continue };
        fonts.entry(run.font).or_insert_with(|| font.clone());
        let spacing = label.spacing / label.size.max(0.1);
        let glyphs: Vec<KrillaGlyph> = (run.glyphs.iter())
            .map(|(id, advance, range)| {
                KrillaGlyph::new(GlyphId::new(*id), advance + spacing, 0.0, 0.0, 0.0, range.clone(), None)
            })
            .collect();
        let start = At::from_xy(at, y);
        if let Some((paint, by)) = label.halo {
            // As a shape: the words are in the document once.
            surface.set_fill(None);
            surface.set_stroke(Some(pen(&Stroke::line(paint, by * 2.0))));
            surface.draw_glyphs(start, &glyphs, font.clone(), run.text, label.size, true);
        }
        surface.set_stroke(None);
        surface.set_fill(Some(fill(label.paint)));
        surface.draw_glyphs(start, &glyphs, font, run.text, label.size, false);
        at += run.glyphs.iter().map(|(_, advance, _)| (advance + spacing) * label.size).sum::<f32>();
    }
    if label.rotation != 0.0 {
        surface.pop();
    }
}
