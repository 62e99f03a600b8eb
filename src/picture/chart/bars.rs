//! Bars side by side for kinds, places, sources and parties, each with its figure in words.

use super::{Chart, Pen, fitted};
use crate::derive::statistics::{Group, Series, Tally, group_label, number_steps, shown};
use crate::picture::list::{Anchor, Face, Item, Paint, Stroke};
use crate::picture::type_metrics;
use crate::view::theme::type_size;

/// Height of one bar with its gap, in points.
const BAR: f32 = 17.0;
/// Points between two groups.
const GAP: f32 = 9.0;

pub(super) fn draw(pen: &mut Pen, chart: &Chart, all: &[Series], [left, top, right, bottom]: [f32; 4]) {
    let table = chart.table;
    let size = if chart.width < 700.0 { 10.0 } else { type_size::CAPTION };
    let label = |n: usize| {
        table.groups.get(n).map_or_else(String::new, |g| match g {
            Group::Party(_, status) => format!("{}, {}", group_label(chart.project, table, g), status.label()),
            g => group_label(chart.project, table, g),
        })
    };
    // Of each group the series that it has.
    let groups: Vec<(usize, Vec<(&Series, &Tally)>)> = (0..table.groups.len())
        .map(|n| {
            let own = all.iter().filter_map(|s| Some((s, s.values.get(n).filter(|t| t.claims > 0 || t.is_known())?)));
            (n, own.collect())
        })
        .collect();
    let bottom = bottom - size * 1.8;
    let mut height = 0.0;
    let fits = |(_, own): &&(usize, Vec<(&Series, &Tally)>)| {
        height += own.len() as f32 * BAR + GAP;
        height <= bottom - top
    };
    let drawn = groups.iter().take_while(fits).count().max(1);
    let widest = |words: &mut dyn Iterator<Item = String>| {
        words.map(|w| type_metrics::width(&w, Face::Regular, size, 0.0)).fold(0.0, f32::max)
    };
    let names = widest(&mut groups.iter().take(drawn).map(|(n, _)| label(*n))).min((right - left) * 0.36);
    let shown_groups = || groups.iter().take(drawn).flat_map(|(_, own)| own);
    let words = widest(&mut shown_groups().map(|(_, t)| t.words())) + 10.0;
    let largest = shown_groups().filter_map(|(_, t)| Some(t.ends()?.1)).fold(0.0, f64::max);
    let (from, to) = (left + names + 12.0, (right - words).max(left + names + 60.0));
    let steps = number_steps(largest, ((to - from) / 90.0).clamp(2.0, 8.0) as usize);
    let end = steps.last().copied().unwrap_or(1.0);
    let x = |people: f64| from + (to - from) * (people / end) as f32;
    let used: f32 = groups.iter().take(drawn).map(|(_, own)| own.len() as f32 * BAR + GAP).sum();
    let floor = (top + used).min(bottom);
    for step in &steps {
        let color = if *step == 0.0 { pen.c.text_weak } else { pen.c.rule };
        pen.line([x(*step), top], [x(*step), floor], color, if *step == 0.0 { 1.2 } else { 0.8 });
        pen.text([x(*step), floor + size * 1.3], Anchor::Middle, size, Face::Regular, pen.c.text_weak, &shown(*step));
    }
    let mut y = top + GAP / 2.0;
    for (n, own) in groups.iter().take(drawn) {
        let middle = y + own.len() as f32 * BAR / 2.0 + size * 0.36;
        let name = fitted(&label(*n), Face::Regular, size, names);
        pen.text([from - 8.0, middle], Anchor::End, size, Face::Regular, pen.c.text, &name);
        for (series, tally) in own {
            let (t, b) = (y + 1.5, y + BAR - 1.5);
            let mid = f32::midpoint(t, b);
            let mut after = from;
            if let (Some(number), Some((low, high))) = (tally.number(), tally.ends()) {
                if number > 0.0 {
                    pen.bar([from, t, x(number).max(from + 0.8), b], series.style);
                }
                after = x(number);
                if high - low > 1e-9 {
                    let (a, z) = (x(low), x(high));
                    let lines = vec![
                        vec![[a, mid], [z, mid]],
                        vec![[a, mid - 3.5], [a, mid + 3.5]],
                        vec![[z, mid - 3.5], [z, mid + 3.5]],
                    ];
                    let casing = Stroke::line(Paint::veil(pen.c.panel, 0.85), 2.9);
                    pen.items.push(Item::Lines { lines: lines.clone(), stroke: casing });
                    pen.items.push(Item::Lines { lines, stroke: Stroke::line(Paint::solid(pen.c.text), 1.3) });
                    after = after.max(z);
                }
            }
            let color = if tally.is_known() { pen.c.text } else { pen.c.text_weak };
            let at = [after + 6.0, mid + size * 0.36];
            pen.text(at, Anchor::Start, size, Face::Regular, color, &tally.words());
            y += BAR;
        }
        y += GAP;
    }
    let more = groups.len() - drawn;
    if more > 0 {
        let words = format!("and {more} more in the table");
        pen.text([left, floor + size * 1.3], Anchor::Start, size, Face::Italic, pen.c.text_weak, &words);
    }
}
