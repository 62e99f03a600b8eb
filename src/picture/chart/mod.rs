//! A chart of figures as a display list, so that SVG and raster come from the same painters as those of the map.
//!
//! Nothing is drawn that is not known: a group without a figure has no bar and says so in words, and a running total
//! begins with the first figure. Each party has a colour and a second cue: filled, outlined, thin; whole, dashed, dotted.

mod bars;
mod time;

use super::list::{Anchor, Face, Item, Label, Paint, Picture, Point, Stroke};
use super::svg::{Ground, svg};
use super::{raster, type_metrics};
use crate::derive::Figure;
use crate::derive::statistics::{Series, SeriesStyle, Table, Tally, series, style_label};
use crate::model::{Language, PartyId, Project};
use crate::view::theme::{Colors, space, type_size};
use crate::view::{Rgb, Theme};

/// Everything that a chart depends on.
#[derive(Clone, Debug)]
pub struct Chart<'a> {
    /// The project, for the names of parties, places and sources.
    pub project: &'a Project,
    /// The figures.
    pub table: &'a Table,
    /// The lines of [`crate::derive::statistics::caption`]: the first is the title, the last the sources.
    pub caption: Vec<String>,
    /// Over time: running totals instead of each bin by itself.
    pub cumulative: bool,
    /// Colours.
    pub theme: Theme,
    /// Width in points.
    pub width: f32,
    /// Height in points.
    pub height: f32,
}

/// The size of a chart in points where nobody says another.
pub const SIZE: [f32; 2] = [1200.0, 675.0];

/// A chart as a PDF of its size.
///
/// # Errors
/// A sentence, if it cannot be drawn.
pub fn as_pdf(asked: &Chart) -> Result<Vec<u8>, String> {
    let mut drawn = chart(asked);
    let (w, h) = (drawn.width, drawn.height);
    let ground = Item::Polygon {
        rings: vec![vec![[0.0, 0.0], [w, 0.0], [w, h], [0.0, h]]],
        fill: Some(Paint::solid(asked.theme.colors().panel)),
        stroke: None,
    };
    drawn.items.insert(0, ground);
    super::pdf::single(asked.caption.first().map_or("", String::as_str), &drawn, None, None)
}

/// Draws a chart.
pub fn chart(chart: &Chart) -> Picture {
    let mut pen = Pen { items: vec![Item::Layer("chart")], c: chart.theme.colors() };
    let all = series(chart.project, chart.table);
    let [left, right] = [space::XL, chart.width - space::XL];
    let mut top = space::L;
    pen.items.push(Item::Layer("caption"));
    let is_small = chart.width < 700.0;
    let (title, body) = if is_small { (type_size::EMPHASIS, 10.5) } else { (type_size::TITLE, type_size::CAPTION) };
    if let Some(line) = chart.caption.first() {
        let running = if chart.cumulative && chart.table.bins.is_some() { ", running total" } else { "" };
        top = pen.paragraph([left, top], right - left, &format!("{line}{running}"), Face::Bold, title, pen.c.text);
    }
    let has_sources = chart.caption.last().is_some_and(|l| chart.caption.len() > 1 && l.starts_with("Sources"));
    let under = chart.caption.len() - usize::from(has_sources);
    for line in chart.caption.iter().take(under).skip(1) {
        top = pen.paragraph([left, top], right - left, line, Face::Regular, body, pen.c.text_weak);
    }
    top += space::S;
    top = legend(&mut pen, chart, &all, [left, top], right) + space::S;
    let foot = notes(chart).into_iter().chain(chart.caption.iter().skip(under).cloned());
    let foot: Vec<String> = foot
        .flat_map(|l| super::furniture::wrap(&l, Face::Regular, body - 1.0, right - left).into_iter().take(3))
        .collect();
    let line = (body - 1.0) * 1.4;
    let bottom = chart.height - space::M - line * foot.len() as f32;
    for (n, words) in foot.iter().enumerate() {
        let at = [left, bottom + line * (n as f32 + 1.0) - line * 0.25];
        pen.text(at, Anchor::Start, body - 1.0, Face::Regular, pen.c.text_weak, words);
    }
    let plot = [left, top, right, bottom - space::S];
    pen.items.push(Item::Layer("figures"));
    let known = all.iter().any(|s| s.values.iter().any(Tally::is_known));
    if !known || plot[3] - plot[1] < 40.0 {
        let words = if known { "Too low to draw" } else { "No figure is known" };
        let middle = [f32::midpoint(left, right), f32::midpoint(plot[1], plot[3])];
        pen.text(middle, Anchor::Middle, type_size::EMPHASIS, Face::Regular, pen.c.text_weak, words);
    } else if chart.table.bins.is_some() {
        time::draw(&mut pen, chart, &all, plot);
    } else {
        bars::draw(&mut pen, chart, &all, plot);
    }
    Picture { width: chart.width, height: chart.height, items: pen.items, ..Picture::default() }
}

/// A chart as SVG; text stays text.
pub fn as_svg(asked: &Chart) -> Vec<u8> {
    let title = asked.caption.first().cloned().unwrap_or_default();
    svg(&chart(asked), &title, Ground::Plain(asked.theme.colors().panel), 1.0).into_bytes()
}

/// A chart as PNG, `scale` pixels to the point.
///
/// # Errors
/// A sentence, if it is too large or cannot be drawn.
pub fn as_png(asked: &Chart, scale: f32) -> Result<Vec<u8>, String> {
    let pixels = |points: f32| (points * scale).round() as u32;
    let mut ground = tiny_skia::Pixmap::new(pixels(asked.width), pixels(asked.height))
        .ok_or("the chart is too large to draw; make it smaller")?;
    let Rgb(r, g, b) = asked.theme.colors().panel;
    ground.fill(tiny_skia::Color::from_rgba8(r, g, b, 255));
    raster::draw(&chart(asked), &mut ground, scale)?;
    raster::png(&ground)
}

/// What the chart cannot show, in words.
fn notes(chart: &Chart) -> Vec<String> {
    let table = chart.table;
    let mut out = Vec::new();
    let outside: Vec<String> = table
        .groups
        .iter()
        .enumerate()
        .filter(|(_, g)| table.bins.is_some() && !g.is_bin())
        .flat_map(|(n, g)| {
            let name = crate::derive::statistics::group_label(chart.project, table, g);
            let rows = table.rows_of(n).iter().filter(|r| r.tally.is_known());
            rows.map(move |r| format!("{name}: {} {}", named(chart, &r.party), r.tally.words()))
        })
        .collect();
    if !outside.is_empty() {
        out.push(format!("Not drawn: {}", outside.join("; ")));
    }
    if table.bins.is_some() {
        out.push(
            "Whoever is counted over several bins is spread evenly over them. Whiskers and bands: lowest to highest; a tip over a bar: at least."
                .into(),
        );
    } else if table.overlaps {
        out.push("A range rests on two claims; its figure is with the source of each.".into());
    }
    out
}

fn language(chart: &Chart) -> Language {
    chart.table.layout.language
}

fn named(chart: &Chart, party: &PartyId) -> String {
    crate::derive::statistics::party_label(chart.project, party, language(chart))
}

/// The total of the parties of a series.
fn total(table: &Table, parties: &[PartyId]) -> Figure {
    let own = table.totals.iter().filter(|(p, _)| parties.contains(p));
    own.map(|(_, f)| *f).reduce(Figure::plus).unwrap_or_default()
}

/// The series with their totals, in lines; gives back where they end.
fn legend(pen: &mut Pen, chart: &Chart, all: &[Series], [left, top]: Point, right: f32) -> f32 {
    let size = if chart.width < 700.0 { 10.5 } else { type_size::BODY };
    let running = chart.cumulative && chart.table.bins.is_some();
    let key = if running { 26.0 } else { 13.0 };
    let (mut x, mut y) = (left, top);
    for one in all {
        let name = style_label(chart.project, &one.parties, one.style, language(chart));
        let words = format!("{name}: {}", total(chart.table, &one.parties));
        let words = fitted(&words, Face::Regular, size, right - left - 24.0);
        let width = key + 7.0 + type_metrics::width(&words, Face::Regular, size, 0.0) + space::XL;
        if x > left && x + width > right {
            (x, y) = (left, y + size * 1.6);
        }
        if running {
            let (lines, stroke) =
                (vec![vec![[x, y + 6.5], [x + 26.0, y + 6.5]]], line_of(one.style, pen.color(one.style)));
            pen.items.push(Item::Lines { lines, stroke });
        } else {
            pen.bar([x, y + 1.0, x + 13.0, y + 12.0], one.style);
        }
        pen.text([x + key + 7.0, y + 6.5 + size * 0.36], Anchor::Start, size, Face::Regular, pen.c.text, &words);
        x += width;
    }
    if all.is_empty() { top } else { y + size * 1.5 }
}

/// A text cut to a width, with a mark of what was cut.
fn fitted(text: &str, face: Face, size: f32, width: f32) -> String {
    let text = type_metrics::showable(text, face);
    if type_metrics::width(&text, face, size, 0.0) <= width {
        return text;
    }
    let mut taken = type_metrics::width("…", face, size, 0.0);
    let fits = |c: &char| {
        taken += type_metrics::advance(face, *c).unwrap_or(0.6) * size;
        taken <= width
    };
    let cut: String = text.chars().take_while(fits).collect();
    format!("{}…", cut.trim_end())
}

/// One colour with a part (0 to 1) of another.
fn mixed(ground: Rgb, ink: Rgb, part: f32) -> Rgb {
    let mix = |a: u8, b: u8| (f32::from(a) + (f32::from(b) - f32::from(a)) * part).round() as u8;
    Rgb(mix(ground.0, ink.0), mix(ground.1, ink.1), mix(ground.2, ink.2))
}

/// How the line of a running total is drawn.
fn line_of(style: SeriesStyle, ink: Rgb) -> Stroke {
    let paint = Paint::solid(ink);
    match style {
        SeriesStyle::First => Stroke::line(paint, 2.2),
        SeriesStyle::Second => Stroke::dashed(paint, 2.2, 9.0, 5.0),
        SeriesStyle::Other => Stroke::dashed(paint, 1.8, 1.0, 5.0),
    }
}

/// What draws onto the list.
struct Pen {
    items: Vec<Item>,
    c: &'static Colors,
}

impl Pen {
    fn color(&self, style: SeriesStyle) -> Rgb {
        match style {
            SeriesStyle::First => self.c.party_a,
            SeriesStyle::Second => self.c.party_b,
            SeriesStyle::Other => self.c.party_other,
        }
    }

    fn text(&mut self, at: Point, anchor: Anchor, size: f32, face: Face, color: Rgb, words: &str) {
        self.items.push(Item::Text(Label {
            at,
            anchor,
            size,
            face,
            paint: Paint::solid(color),
            halo: None,
            spacing: 0.0,
            rotation: 0.0,
            text: type_metrics::showable(words, face),
        }));
    }

    /// Lines of text; gives back where they end.
    fn paragraph(&mut self, [left, top]: Point, width: f32, words: &str, face: Face, size: f32, color: Rgb) -> f32 {
        let mut y = top;
        for line in super::furniture::wrap(words, face, size, width).into_iter().take(4) {
            let line = fitted(&line, face, size, width);
            self.text([left, y + size * 1.05], Anchor::Start, size, face, color, &line);
            y += size * 1.4;
        }
        y
    }

    fn line(&mut self, from: Point, to: Point, color: Rgb, width: f32) {
        self.items.push(Item::Lines { lines: vec![vec![from, to]], stroke: Stroke::line(Paint::solid(color), width) });
    }

    /// A bar in the manner of a series. One too thin for an outline is filled.
    fn bar(&mut self, [l, t, r, b]: [f32; 4], style: SeriesStyle) {
        let color = self.color(style);
        let (alpha, edge) = match style {
            _ if (r - l).min(b - t).abs() < 3.0 => (1.0, 0.0),
            SeriesStyle::First => (1.0, 0.0),
            SeriesStyle::Second => (0.3, 1.6),
            SeriesStyle::Other => (0.12, 0.9),
        };
        // Mixed with the paper and not seen through: the grid stays behind the bars.
        let fill = mixed(self.c.panel, color, alpha);
        let i = edge / 2.0;
        self.items.push(Item::Polygon {
            rings: vec![vec![[l + i, t + i], [r - i, t + i], [r - i, b - i], [l + i, b - i]]],
            fill: Some(Paint::solid(fill)),
            stroke: (edge > 0.0).then(|| Stroke::line(Paint::solid(color), edge)),
        });
    }
}
