//! Slides on paper: a PDF of a page a slide, or of slides with the speaker's notes under them.

use super::export::{Order, Told};
use super::flow;
use super::markdown::{Block, BlockKind, Words};
use super::page::HEIGHT;
use super::prepared::Prepared;
use super::{Stage, layout, page};
use crate::model::{Project, Slide};
use crate::picture::list::Picture;
use crate::picture::pdf::{Pdf, Placed};
use crate::picture::raster;
use crate::view::{Camera, Theme};

/// Millimetres to points of paper, 72 to the inch.
const MM: f32 = 72.0 / 25.4;
/// Pixels to the inch of the ground.
const DPI: f32 = 150.0;
/// Margin of a sheet with notes in points.
const MARGIN: f32 = 42.0;

/// A size of paper in points, 72 to the inch.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Paper {
    /// Width.
    pub width: f32,
    /// Height.
    pub height: f32,
}

impl Paper {
    /// The names of papers, each lying; `-portrait` behind one stands it up.
    pub const NAMES: [&'static str; 6] = ["screen", "a5", "a4", "a3", "a2", "letter"];

    /// A screen of 16 : 9, as wide as an A4 sheet is.
    pub const SCREEN: Self = Self { width: 297.0 * MM, height: 297.0 * MM * 9.0 / 16.0 };

    /// A standing A4 sheet.
    pub const A4: Self = Self { width: 210.0 * MM, height: 297.0 * MM };

    /// Reads `a4`, `a4-portrait`, `letter`, `screen` or millimetres such as `297x210`.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim().to_lowercase();
        let (name, stands) = text.strip_suffix("-portrait").map_or((text.as_str(), false), |n| (n, true));
        let (w, h) = match name {
            "screen" => return Some(Self::SCREEN),
            "a5" => (210.0, 148.0),
            "a4" => (297.0, 210.0),
            "a3" => (420.0, 297.0),
            "a2" => (594.0, 420.0),
            "letter" => (279.4, 215.9),
            other => {
                let (w, h) = other.split_once(['x', '×'])?;
                let side = |t: &str| t.trim().parse::<f32>().ok().filter(|n| (50.0..=2000.0).contains(n));
                (side(w)?, side(h)?)
            }
        };
        let (w, h) = if stands { (h, w) } else { (w, h) };
        Some(Self { width: w * MM, height: h * MM })
    }
}

/// A page as it is painted on paper: its picture and the ground under it as JPEG.
pub(super) fn painted(
    project: &Project,
    prepared: &Prepared,
    stage: Stage,
    part: usize,
    pixels: f32,
    quality: u8,
) -> Result<(Picture, Option<Vec<u8>>), String> {
    let lies = layout(project, prepared, stage);
    let drawn = page(project, prepared, stage, &lies, part, None, 1.0);
    Ok((drawn, ground(prepared, stage, lies.camera, pixels, quality)?))
}

/// The ground under a page as JPEG.
pub(super) fn ground(
    prepared: &Prepared,
    stage: Stage,
    camera: Camera,
    pixels: f32,
    quality: u8,
) -> Result<Option<Vec<u8>>, String> {
    // Print is line work on white paper: its ground is painted all the same, pale, for water and land to differ.
    match super::ground(prepared, stage, camera, pixels) {
        Some(pixmap) => raster::jpeg(&pixmap, quality).map(Some),
        None => Err("the pages are too large to paint; choose a smaller paper".into()),
    }
}

/// The slides as a PDF.
pub(super) fn pdf(project: &Project, slides: &[Slide], order: &Order, told: &mut Told) -> Result<Vec<u8>, String> {
    let title = &project.meta().title;
    let mut pdf = Pdf::new(title, order.stage.labels.first.code());
    for (n, slide) in slides.iter().enumerate() {
        told(n as f32 / slides.len() as f32)?;
        if order.notes {
            with_notes(&mut pdf, project, slide, n, order)?;
        } else {
            let stage = Stage { width: shape(order.paper), ..order.stage };
            let prepared = Prepared::new(project, slide, stage.labels, stage.zone).with_maps(&order.maps);
            let scale = order.paper.height.min(order.paper.width / stage.width * HEIGHT) / HEIGHT;
            let parts = layout(project, &prepared, stage).parts();
            for part in 0..parts {
                let (drawn, jpeg) = painted(project, &prepared, stage, part, scale * DPI / 72.0, 85)?;
                let at = [
                    (order.paper.width - drawn.width * scale) / 2.0,
                    (order.paper.height - drawn.height * scale) / 2.0,
                ];
                let name = (part == 0).then(|| slide.name());
                let placed = Placed { picture: &drawn, ground: jpeg.as_deref(), at, scale };
                pdf.sheet([order.paper.width, order.paper.height], name, &[placed])?;
            }
        }
    }
    pdf.finish()
}

/// Width of a page of the shape of a paper.
fn shape(paper: Paper) -> f32 {
    Stage::for_shape(paper.width, paper.height).width
}

/// A slide above and the speaker's notes below; long notes go on on further sheets.
fn with_notes(pdf: &mut Pdf, project: &Project, slide: &Slide, n: usize, order: &Order) -> Result<(), String> {
    let paper = Paper::A4;
    let stage = Stage { width: HEIGHT * 16.0 / 9.0, ..order.stage };
    let prepared = Prepared::new(project, slide, stage.labels, stage.zone).with_maps(&order.maps);
    let scale = (paper.width - 2.0 * MARGIN) / stage.width;
    let (drawn, jpeg) = painted(project, &prepared, stage, 0, scale * DPI / 72.0, 85)?;
    let c = Theme::Print.colors();
    let width = paper.width - 2.0 * MARGIN;
    let head = flow::lines(&[flow::paragraph(&format!("{}  {}", n + 1, slide.name()), true)], width, 14.0);
    let block = |text: &str| Block {
        kind: BlockKind::Paragraph,
        words: vec![Words { text: text.to_owned(), bold: false, italic: false }],
    };
    let notes: Vec<Block> = slide.notes.lines().filter(|l| !l.trim().is_empty()).map(block).collect();
    let top = MARGIN + HEIGHT * scale + 18.0;
    let mut left = flow::lines(&notes, width, 11.5);
    let mut first = true;
    loop {
        let from = if first { top + flow::height(&head) + 8.0 } else { MARGIN };
        let mut parts = flow::split(left, paper.height - MARGIN - from).into_iter();
        let now = parts.next().unwrap_or_default();
        left = parts.flatten().collect();
        let mut words = Picture { width: paper.width, height: paper.height, ..Picture::default() };
        if first {
            flow::draw(&mut words.items, &head, [MARGIN, top], c.text, c.text_weak);
        }
        flow::draw(&mut words.items, &now, [MARGIN, from], c.text, c.text_weak);
        let note = Placed { picture: &words, ground: None, at: [0.0, 0.0], scale: 1.0 };
        let page = Placed { picture: &drawn, ground: jpeg.as_deref(), at: [MARGIN, MARGIN], scale };
        let placed: &[Placed] = if first { &[page, note] } else { &[note] };
        pdf.sheet([paper.width, paper.height], first.then(|| slide.name()), placed)?;
        first = false;
        if left.is_empty() {
            return Ok(());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn papers_have_names_and_sizes() {
        let mm = |t: &str| Paper::parse(t).map(|p| ((p.width / MM).round(), (p.height / MM).round()));
        assert_eq!(mm("a4"), Some((297.0, 210.0)));
        assert_eq!(mm("A4-portrait"), Some((210.0, 297.0)));
        assert_eq!(mm("300x200"), Some((300.0, 200.0)));
        for bad in ["a9", "", "10x10", "axb", "300"] {
            assert_eq!(mm(bad), None, "{bad}");
        }
    }
}
