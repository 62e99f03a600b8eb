//! The chart over time: bars or running totals on an axis of the calendar, with exact figures under the pointer.

use std::cell::RefCell;

use egui::{Color32, Stroke, Ui, Vec2, pos2};
use egui_plot::{
    Bar, BarChart, FilledArea, GridMark, Line, LineStyle, Plot, PlotPoint, PlotPoints, PlotTransform, PlotUi,
};

use super::{Figures, Look, Statistics, card, color, manner};
use crate::derive::Bins;
use crate::derive::statistics::{Series, SeriesStyle, Tally, Tick, number_steps, shown, style_label, ticks, title};
use crate::model::Span;
use crate::panels::style::{c32, caption};
use crate::view::Colors;
use crate::view::theme::type_size;

/// Widest bar in points.
const WIDEST: f64 = 64.0;

/// What the chart draws, worked out for its layout.
struct Drawn<'a> {
    bins: &'a Bins,
    series: Vec<(&'a Series, Vec<Tally>)>,
    cumulative: bool,
    c: &'static Colors,
}

impl Drawn<'_> {
    /// Seconds since the first edge: large enough numbers lose nothing, and 1970 is no special place.
    fn x(&self, second: i64) -> f64 {
        (second - self.bins.span().start) as f64
    }

    fn second(&self, x: f64) -> i64 {
        self.bins.span().start.saturating_add(x as i64)
    }
}

pub(super) fn ui(
    ui: &mut Ui,
    look: Look,
    figures: &Figures,
    state: &mut Statistics,
    pointed: Option<usize>,
    height: f32,
) {
    let Some(bins) = &figures.table.bins else { return };
    let values = |s: &Series| -> Vec<Tally> {
        if state.cumulative { s.cumulative(bins) } else { s.values.iter().take(bins.len()).copied().collect() }
    };
    let series: Vec<_> = figures.series.iter().map(|s| (s, values(s))).collect();
    let largest = series.iter().flat_map(|(_, v)| v).filter_map(|t| Some(t.ends()?.1)).fold(0.0, f64::max);
    let c = look.colors;
    let drawn = Drawn { bins, series, cumulative: state.cumulative, c };
    let top = number_steps(largest, 5).last().copied().unwrap_or(1.0);
    let length = drawn.x(bins.span().end);
    let width = f64::from(ui.available_width()).max(100.0);
    let marks: RefCell<Vec<Tick>> = RefCell::default();
    let (zone, most) = (bins.zone_minutes, (width / 104.0).max(2.0) as usize);
    let id = (figures.table.layout, state.cumulative, bins.edges.first().copied(), bins.edges.len());
    let response = ui
        .scope(|ui| {
            // The axes take the type of running text, in the weaker ink.
            ui.style_mut().text_styles.insert(egui::TextStyle::Body, crate::panels::style::regular(type_size::CAPTION));
            ui.visuals_mut().override_text_color = Some(c32(c.text_weak));
            let plot = Plot::new(("figures over time", id))
                .height(height)
                .show_background(false)
                .show_x(false)
                .show_y(false)
                .show_crosshair(false)
                .allow_drag([true, false])
                .allow_zoom([true, false])
                .allow_scroll(false)
                .allow_axis_zoom_drag(false)
                .allow_boxed_zoom(false)
                .set_margin_fraction(Vec2::new(0.01, 0.03))
                .include_x(0.0)
                .include_x(length)
                .include_y(0.0)
                .include_y(top)
                .show_grid([false, true])
                .grid_color(c32(c.rule))
                .grid_fade(0.0)
                .y_axis_min_width(44.0)
                .x_grid_spacer(|input| {
                    let span = Span { start: drawn.second(input.bounds.0), end: drawn.second(input.bounds.1) };
                    let found = ticks(span, most, zone);
                    let step = (input.bounds.1 - input.bounds.0) / found.len().max(1) as f64;
                    let marks_now = found.iter().map(|t| GridMark { value: drawn.x(t.at), step_size: step }).collect();
                    marks.replace(found);
                    marks_now
                })
                .x_axis_formatter(|mark, _| {
                    let marks = marks.borrow();
                    let near = marks.iter().find(|t| (drawn.x(t.at) - mark.value).abs() < 1.0);
                    near.map_or_else(String::new, |t| t.label.clone())
                })
                .y_grid_spacer(move |input| {
                    let steps =
                        number_steps(input.bounds.1.min(top), (f64::from(height) / 44.0).clamp(2.0, 6.0) as usize);
                    let step = steps.get(1).copied().unwrap_or(1.0);
                    steps.into_iter().map(|value| GridMark { value, step_size: step }).collect()
                })
                .y_axis_formatter(|mark, _| if mark.value < 0.0 { String::new() } else { shown(mark.value) });
            plot.show(ui, |plot| {
                wheel(plot);
                // Before the first layout the transform says nothing yet.
                let seen = plot.plot_bounds();
                let seen = if seen.width() > 0.0 && seen.max()[0] > 1.5 { seen.range_x() } else { 0.0..=length };
                let widest = WIDEST * (seen.end() - seen.start()) / width;
                let first = bins.edges.partition_point(|e| drawn.x(*e) < *seen.start()).saturating_sub(1);
                let last = bins.edges.partition_point(|e| drawn.x(*e) <= *seen.end()).min(bins.len());
                if drawn.cumulative {
                    running(plot, &drawn);
                } else {
                    bars(plot, &drawn, first..last, widest);
                }
                (first..last, widest)
            })
        })
        .inner;
    let transform = response.transform;
    let painter = ui.painter().with_clip_rect(*transform.frame());
    painter.hline(
        transform.frame().x_range(),
        transform.position_from_point_y(0.0),
        Stroke::new(1.2, c32(c.text_weak)),
    );
    for tick in marks.borrow().iter() {
        let at = pos2(transform.position_from_point_x(drawn.x(tick.at)), transform.frame().bottom());
        if transform.frame().x_range().contains(at.x) {
            ui.painter().vline(at.x, at.y - 4.0..=at.y, Stroke::new(1.0, c32(c.text_weak)));
        }
    }
    if !drawn.cumulative {
        whiskers(&painter, &drawn, &transform, response.inner.0.clone(), response.inner.1);
    }
    let name = format!("Chart: {}, {} bins, highest {}", title(&figures.table), bins.len(), shown(largest));
    response.response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Image, true, &name));
    let hovered =
        response.response.hover_pos().and_then(|pos| bins.index_of(drawn.second(transform.value_from_position(pos).x)));
    if let Some(bin) = hovered.or(pointed.filter(|n| *n < bins.len()))
        && let Some(span) = bins.bin(bin)
    {
        let x = |s| transform.position_from_point_x(drawn.x(s));
        let frame = transform.frame();
        let rect = egui::Rect::from_min_max(pos2(x(span.start), frame.top()), pos2(x(span.end), frame.bottom()));
        painter.rect_filled(rect.expand2(Vec2::new(0.5, 0.0)), 0.0, c32(c.text).gamma_multiply(0.07));
    }
    if let Some(bin) = hovered {
        state.pointed = Some(bin);
        egui::Tooltip::always_open(
            ui.ctx().clone(),
            response.response.layer_id,
            response.response.id,
            response.response.rect,
        )
        .at_pointer()
        .gap(14.0)
        .width(320.0)
        .show(|ui| {
            card(ui, look, &figures.table, bin);
            if drawn.cumulative {
                so_far(ui, look, figures, &drawn, bin);
            }
        });
    }
}

/// The running totals at the end of a bin.
fn so_far(ui: &mut Ui, look: Look, figures: &Figures, drawn: &Drawn, bin: usize) {
    ui.label(caption("from the beginning to the end of it:", look.colors));
    for (series, values) in &drawn.series {
        let Some(sum) = values.get(bin) else { continue };
        let name = style_label(look.project, &series.parties, series.style, figures.table.layout.language);
        let words = if sum.is_known() { sum.words() } else { "no figure".to_owned() };
        let text = egui::RichText::new(format!("{name}: {words}")).size(type_size::CAPTION);
        ui.label(text.color(c32(look.colors.text)));
    }
}

/// The wheel zooms about the pointer, as over the map.
fn wheel(plot: &mut PlotUi<'_>) {
    let turned = plot.ctx().input(|i| i.smooth_scroll_delta().y);
    if turned != 0.0 && plot.response().hovered() {
        plot.zoom_bounds_around_hovered(Vec2::new((turned * 0.006).exp(), 1.0));
    }
}

/// Middle and width of a bar: those of all series stand side by side in the middle of their bin.
fn place(drawn: &Drawn, bin: usize, series: usize, widest: f64) -> Option<(f64, f64)> {
    let span = drawn.bins.bin(bin)?;
    let (from, to) = (drawn.x(span.start), drawn.x(span.end));
    let count = drawn.series.len().max(1) as f64;
    let width = ((to - from) * 0.8 / count).min(widest);
    let start = f64::midpoint(from, to) - width * count / 2.0;
    Some((start + width * (series as f64 + 0.5), width))
}

fn bars(plot: &mut PlotUi<'_>, drawn: &Drawn, seen: std::ops::Range<usize>, widest: f64) {
    let per_point = plot.transform().dpos_dvalue_x().abs();
    for (n, (series, values)) in drawn.series.iter().enumerate() {
        let (fill, stroke) = manner(series.style, drawn.c);
        let bars = seen.clone().filter_map(|bin| {
            let number = values.get(bin)?.number()?;
            let (middle, width) = place(drawn, bin, n, widest)?;
            // One too thin for an outline is filled.
            let thin = width * per_point < 3.0;
            let (fill, stroke) = if thin { (c32(color(series.style, drawn.c)), Stroke::NONE) } else { (fill, stroke) };
            Some(Bar::new(middle, number).width(width * 0.94).fill(fill).stroke(stroke))
        });
        plot.bar_chart(BarChart::new("", bars.collect()).allow_hover(false));
    }
}

fn whiskers(
    painter: &egui::Painter,
    drawn: &Drawn,
    transform: &PlotTransform,
    seen: std::ops::Range<usize>,
    widest: f64,
) {
    for (n, (series, values)) in drawn.series.iter().enumerate() {
        for bin in seen.clone() {
            if let (Some(tally), Some((middle, width))) = (values.get(bin), place(drawn, bin, n, widest))
                && let Some(number) = tally.number().filter(|_| tally.is_open())
            {
                // Only the least is known: a tip over the bar.
                let top = transform.position_from_point(&PlotPoint::new(middle, number)) - Vec2::new(0.0, 3.0);
                let half = ((width * transform.dpos_dvalue_x().abs()) as f32 * 0.3).clamp(1.5, 4.5);
                let stroke = Stroke::new(1.5, c32(color(series.style, drawn.c)));
                let tip = [top + Vec2::new(-half, 0.0), top - Vec2::new(0.0, half), top + Vec2::new(half, 0.0)];
                painter.line(tip.to_vec(), stroke);
            }
            let ends = values.get(bin).and_then(Tally::ends).filter(|(low, high)| high - low > 1e-9);
            let (Some((low, high)), Some((middle, width))) = (ends, place(drawn, bin, n, widest)) else { continue };
            let at = |y| transform.position_from_point(&PlotPoint::new(middle, y));
            let (a, b) = (at(low), at(high));
            let cap = (width * transform.dpos_dvalue_x().abs() * 0.22).min(5.0) as f32;
            let weight = if cap > 1.2 { 1.4 } else { 0.8 };
            let line = |stroke: Stroke| {
                painter.line_segment([a, b], stroke);
                if cap > 1.5 {
                    for end in [a, b] {
                        painter.line_segment([end - Vec2::new(cap, 0.0), end + Vec2::new(cap, 0.0)], stroke);
                    }
                }
            };
            // A casing keeps it apart from a filled bar.
            line(Stroke::new(weight + 1.6, c32(drawn.c.panel).gamma_multiply(0.85)));
            line(Stroke::new(weight, c32(drawn.c.text)));
        }
    }
}

fn running(plot: &mut PlotUi<'_>, drawn: &Drawn) {
    for (series, values) in &drawn.series {
        let mut line: Vec<[f64; 2]> = Vec::new();
        let (mut xs, mut low, mut high) = (Vec::new(), Vec::new(), Vec::new());
        for (bin, tally) in values.iter().enumerate() {
            let (Some(span), Some(number), Some((l, h))) = (drawn.bins.bin(bin), tally.number(), tally.ends()) else {
                continue;
            };
            if line.is_empty() {
                let start = drawn.x(span.start);
                line.push([start, 0.0]);
                xs.push(start);
                low.push(0.0);
                high.push(0.0);
            }
            let end = drawn.x(span.end);
            line.push([end, number]);
            xs.push(end);
            low.push(l);
            high.push(h);
        }
        let ink: Color32 = c32(color(series.style, drawn.c));
        if low != high {
            plot.add(FilledArea::new("", &xs, &low, &high).fill_color(ink.gamma_multiply(0.18)).allow_hover(false));
        }
        let style = match series.style {
            SeriesStyle::First => LineStyle::Solid,
            SeriesStyle::Second => LineStyle::Dashed { length: 9.0 },
            SeriesStyle::Other => LineStyle::Dotted { spacing: 6.0 },
        };
        let width = if series.style == SeriesStyle::Other { 1.8 } else { 2.2 };
        plot.line(Line::new("", PlotPoints::from(line)).color(ink).width(width).style(style).allow_hover(false));
    }
}
