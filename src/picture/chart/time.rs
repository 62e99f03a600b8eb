//! Bars in bins of the calendar, or running totals with the band from lowest to highest.

use super::{Chart, Pen, line_of};
use crate::derive::Bins;
use crate::derive::statistics::{Series, SeriesStyle, Tally, number_steps, shown, ticks};
use crate::model::Span;
use crate::picture::list::{Anchor, Face, Item, Paint, Point, Stroke};
use crate::picture::type_metrics;
use crate::view::theme::type_size;

/// The two axes: where a second and a number of people lie.
struct Axes {
    plot: [f32; 4],
    span: Span,
    largest: f64,
}

impl Axes {
    fn x(&self, second: i64) -> f32 {
        let [l, _, r, _] = self.plot;
        let part = (second - self.span.start) as f64 / (self.span.end - self.span.start).max(1) as f64;
        l + (r - l) * part as f32
    }

    fn y(&self, people: f64) -> f32 {
        let [_, t, _, b] = self.plot;
        b - (b - t) * (people / self.largest) as f32
    }
}

pub(super) fn draw(pen: &mut Pen, chart: &Chart, all: &[Series], [left, top, right, bottom]: [f32; 4]) {
    let Some(bins) = &chart.table.bins else { return };
    let sums: Vec<Vec<Tally>> = all
        .iter()
        .map(
            |s| if chart.cumulative { s.cumulative(bins) } else { s.values.iter().take(bins.len()).copied().collect() },
        )
        .collect();
    let largest = sums.iter().flatten().filter_map(|t| Some(t.ends()?.1)).fold(0.0, f64::max);
    let size = if chart.width < 700.0 { 10.0 } else { type_size::CAPTION };
    let steps = number_steps(largest, ((bottom - top) / 48.0).clamp(2.0, 6.0) as usize);
    let largest = steps.last().copied().unwrap_or(1.0);
    let labels: Vec<String> = steps.iter().map(|n| shown(*n)).collect();
    let widest = labels.iter().map(|l| type_metrics::width(l, Face::Regular, size, 0.0)).fold(0.0, f32::max);
    let plot = [left + widest + 8.0, top + 4.0, right, bottom - size * 1.8];
    let axes = Axes { plot, span: bins.span(), largest };
    for (n, words) in steps.iter().zip(&labels) {
        let y = axes.y(*n);
        let weight = if *n == 0.0 { 1.2 } else { 0.8 };
        pen.line([plot[0], y], [plot[2], y], if *n == 0.0 { pen.c.text_weak } else { pen.c.rule }, weight);
        pen.text([plot[0] - 6.0, y + size * 0.36], Anchor::End, size, Face::Regular, pen.c.text_weak, words);
    }
    let most = ((plot[2] - plot[0]) / 96.0).max(2.0) as usize;
    let mut last = f32::NEG_INFINITY;
    for tick in ticks(axes.span, most, bins.zone_minutes) {
        let x = axes.x(tick.at);
        pen.line([x, plot[3]], [x, plot[3] + 4.0], pen.c.text_weak, 0.8);
        let half = type_metrics::width(&tick.label, Face::Regular, size, 0.0) / 2.0;
        let middle = x.clamp(plot[0] + half - 10.0, plot[2] - half);
        // The last one may have been moved in from the edge.
        if middle - half > last + 6.0 {
            last = middle + half;
            let at = [middle, plot[3] + 6.0 + size];
            pen.text(at, Anchor::Middle, size, Face::Regular, pen.c.text_weak, &tick.label);
        }
    }
    if chart.cumulative {
        for (series, sums) in all.iter().zip(&sums) {
            running(pen, &axes, bins, series.style, sums);
        }
    } else {
        bars(pen, &axes, bins, all, &sums);
    }
}

fn bars(pen: &mut Pen, axes: &Axes, bins: &Bins, all: &[Series], sums: &[Vec<Tally>]) {
    for n in 0..bins.len() {
        let Some(span) = bins.bin(n) else { continue };
        let (from, to) = (axes.x(span.start), axes.x(span.end));
        let pad = ((to - from) * 0.14).min(6.0);
        let width = ((to - from - 2.0 * pad) / all.len().max(1) as f32).min(64.0);
        // Few bins in a wide picture: the bars stand together in the middle of theirs.
        let start = f32::midpoint(from, to) - width * all.len() as f32 / 2.0;
        for (k, (series, sums)) in all.iter().zip(sums).enumerate() {
            let Some((tally, number)) = sums.get(n).and_then(|t| Some((t, t.number()?))) else { continue };
            let left = start + k as f32 * width;
            let gap = (width * 0.08).min(1.5);
            // A bar may be narrower than a pixel and a figure smaller than one; both are there and are seen.
            let right = (left + width - gap).max(left + 0.8);
            let top = axes.y(number).min(axes.plot[3] - if number > 0.0 { 0.8 } else { 0.0 });
            pen.bar([left, top, right, axes.plot[3]], series.style);
            let middle = f32::midpoint(left, right);
            whisker(pen, axes, middle, width, tally);
            if tally.is_open() {
                open_end(pen, series.style, [middle, top - 2.5], width);
            }
        }
    }
}

fn whisker(pen: &mut Pen, axes: &Axes, x: f32, width: f32, tally: &Tally) {
    let Some((low, high)) = tally.ends().filter(|(low, high)| high - low > 1e-9) else { return };
    let (top, bottom) = (axes.y(high), axes.y(low));
    let cap = (width * 0.22).min(5.0);
    let mut lines = vec![vec![[x, top], [x, bottom]]];
    if cap > 1.5 {
        lines.push(vec![[x - cap, top], [x + cap, top]]);
        lines.push(vec![[x - cap, bottom], [x + cap, bottom]]);
    }
    // Dark on a filled bar and on the ground: a casing keeps it apart from both.
    let weight = if width > 5.0 { 1.3 } else { 0.8 };
    pen.items
        .push(Item::Lines { lines: lines.clone(), stroke: Stroke::line(Paint::veil(pen.c.panel, 0.85), weight + 1.6) });
    pen.items.push(Item::Lines { lines, stroke: Stroke::line(Paint::solid(pen.c.text), weight) });
}

/// A mark over a bar whose figure is only the least: nobody said how many at most.
fn open_end(pen: &mut Pen, style: SeriesStyle, [x, y]: Point, width: f32) {
    let half = (width * 0.3).clamp(1.5, 4.5);
    let lines = vec![vec![[x - half, y], [x, y - half], [x + half, y]]];
    pen.items.push(Item::Lines { lines, stroke: Stroke::line(Paint::solid(pen.color(style)), 1.5) });
}

/// A running total: from nothing at the beginning of its first bin to the sum at the end of each.
fn running(pen: &mut Pen, axes: &Axes, bins: &Bins, style: SeriesStyle, sums: &[Tally]) {
    let mut line: Vec<Point> = Vec::new();
    let (mut low, mut high): (Vec<Point>, Vec<Point>) = (Vec::new(), Vec::new());
    for (n, tally) in sums.iter().enumerate() {
        let (Some(span), Some(number), Some((l, h))) = (bins.bin(n), tally.number(), tally.ends()) else { continue };
        if line.is_empty() {
            let start = [axes.x(span.start), axes.y(0.0)];
            for list in [&mut line, &mut low, &mut high] {
                list.push(start);
            }
        }
        let x = axes.x(span.end);
        line.push([x, axes.y(number)]);
        low.push([x, axes.y(l)]);
        high.push([x, axes.y(h)]);
    }
    let color = pen.color(style);
    if low != high && !low.is_empty() {
        let ring = high.into_iter().chain(low.into_iter().rev()).collect();
        pen.items.push(Item::Polygon { rings: vec![ring], fill: Some(Paint::veil(color, 0.18)), stroke: None });
    }
    pen.items.push(Item::Lines { lines: vec![line], stroke: line_of(style, color) });
}
