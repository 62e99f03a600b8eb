//! The legend: it names what the picture shows and nothing else, with the very scale and signs of the symbols.
//!
//! Where there is no room for all of it, totals give way first and lines second: a sign without an explanation would mean
//! nothing.

use super::clip;
use super::dated::{self, Dated, State};
use super::furniture::{ground, text, wrap};
use super::list::{Anchor, Face, Item, Paint, Point, Stroke};
use super::marks::{Form, Shares, Sign};
use super::symbols::{self, Scale};
use super::type_metrics::{self, CAP_HEIGHT};
use super::view::View;
use super::{Scene, borders, heat, incidents, kinds, names, totals};
use crate::atlas::BoundaryStatus;
use crate::model::{Kind, Language};
use crate::view::Symbols;
use crate::view::theme::{space, type_size};

/// A row of the legend: what is drawn in the left column, and the words beside it.
struct Row {
    height: f32,
    words: Vec<String>,
    draw: Draw,
}

/// Draws a sample about a point.
type Draw = Box<dyn Fn(&mut Vec<Item>, Point)>;

const KEY: f32 = 44.0;

/// The widest that words beside a sample may be.
const WIDEST: f32 = 260.0;

impl Row {
    fn new(height: f32, words: &str, draw: Draw) -> Self {
        let words = wrap(words, Face::Regular, type_size::CAPTION, WIDEST);
        Self { height: height.max(words.len() as f32 * LINE + 2.0), words, draw }
    }
}

/// From one line of a row to the next.
const LINE: f32 = 15.0;

/// From one line of the foot to the next.
const FOOT_LINE: f32 = 14.5;

/// What "≈" before an exactness means.
const SCHEMATIC: &str = "≈ schematic, drawn by hand from descriptions";

/// Draws the legend in its corner of `page` (left, top, right, bottom) and gives back its box; `None` where the picture is
/// too small for one.
pub(super) fn legend(
    items: &mut Vec<Item>,
    view: &View,
    scene: &Scene,
    dated: &[Dated],
    page: [f32; 4],
) -> Option<[f32; 4]> {
    let corner = scene.layers.legend_at;
    let room = page[3] - if corner.is_top() { page[1] } else { page[1].max(view.height * 0.12) };
    let c = view.colors;
    let size = type_size::CAPTION;
    let scale = Scale::for_largest(scene.marks.largest()).showing(scene.layers.symbols);
    let mut rows = rows(view, scene, scale);
    let signs = rows.len();
    rows.extend(
        super::drawing::rows(view, scene).into_iter().map(|(height, words, draw)| Row::new(height, &words, draw)),
    );
    rows.extend(line_rows(view, scene, dated));
    let is_brief = scene.furniture.brief;
    let mut totals = if is_brief { Vec::new() } else { totals::totals(scene) };
    let mut foot = foot(scene, dated);
    if is_brief {
        foot.retain(|l| l == SCHEMATIC || dated::gap(scene.time_shown()) == Some(l.as_str()));
    }
    let words = rows.iter().flat_map(|r| &r.words);
    let text_width = words.map(|w| type_metrics::width(w, Face::Regular, size, 0.0)).fold(170.0, f32::max).min(WIDEST);
    let width = (KEY + text_width).max(totals::size(&totals).0) + 2.0 * space::M;
    let broken = |l: &String| wrap(l, Face::Regular, size * 0.9, width - 2.0 * space::M);
    let mut foot: Vec<Vec<String>> = foot.iter().map(broken).collect();
    let circles = has_tolls(scene).then(|| nested(scale));
    let nest_height = circles.as_ref().map_or(0.0, |n| 24.0 + n.first().map_or(0.0, |(_, r)| 2.0 * r) + space::S);
    let mut height = space::S * 2.0
        + nest_height
        + rows.iter().map(|r| r.height).sum::<f32>()
        + foot.iter().map(Vec::len).sum::<usize>() as f32 * FOOT_LINE
        + space::XS
        + totals::size(&totals).1;
    // Where there is no room for all, the totals give way: signs without an explanation would mean nothing.
    if height > room {
        height -= totals::size(&totals).1;
        totals.clear();
    }
    // Then the lines: what stands for incidents is explained before what lies under them.
    if height > room {
        let mut left_out = 0;
        let more = |n: usize| {
            let lines = if n == 1 { "line" } else { "lines" };
            Row::new(17.0, &format!("and {n} more {lines}"), Box::new(|_, _| ()))
        };
        while rows.len() > signs && height + more(left_out + 1).height > room {
            height -= rows.pop().map_or(0.0, |line| line.height);
            left_out += 1;
        }
        if left_out > 0 && rows.len() > signs {
            let row = more(left_out);
            height += row.height;
            rows.push(row);
        }
        let no_lines = rows.len() == signs;
        foot.retain(|words| {
            let is_about_lines = no_lines && words.first().is_some_and(|w| SCHEMATIC.starts_with(w));
            if is_about_lines {
                height -= words.len() as f32 * FOOT_LINE;
            }
            !is_about_lines
        });
    }
    // In a low picture the legend would be the picture.
    if height > room || width > view.width * 0.6 {
        return None;
    }
    let top = if corner.is_top() { page[1] } else { page[3] - height };
    let left = if corner.is_right() { page[2] - width } else { page[0] };
    let bottom = top + height;
    ground(items, view, [left, top, left + width, bottom]);
    let mut y = top + space::S;
    totals::draw(items, view, &totals, [left + space::M, y], width - 2.0 * space::M);
    y += totals::size(&totals).1;
    if let Some(circles) = circles {
        let named = format!("Dead: area to figure, largest {}", crate::model::Count::Exactly(scale.full));
        items.push(text([left + space::M, y + 14.0], Anchor::Start, size, Face::Bold, c.text, &named));
        y += 24.0;
        let largest = circles.first().map_or(0.0, |(_, r)| *r);
        let floor = y + 2.0 * largest;
        let x = left + space::M + largest;
        let mut last = f32::NEG_INFINITY;
        for (n, r) in &circles {
            let stroke = Some(Stroke::line(Paint::solid(c.text_weak), 1.0));
            items.push(Item::Circle { center: [x, floor - r], radius: *r, fill: None, stroke });
            let line = (floor - 2.0 * r).max(last + size * 1.1);
            last = line;
            let end = x + largest + 12.0;
            items.push(Item::Lines {
                lines: vec![vec![[x, floor - 2.0 * r], [x + largest + 4.0, line], [end, line]]],
                stroke: Stroke::dashed(Paint::solid(c.text_weak), 0.7, 2.0, 2.0),
            });
            let words = crate::model::Count::Exactly(*n).to_string();
            let at = [end + 4.0, line + size * CAP_HEIGHT / 2.0];
            items.push(text(at, Anchor::Start, size, Face::Regular, c.text, &words));
        }
        y = floor.max(last + size * 0.6) + space::S;
    }
    for row in rows {
        (row.draw)(items, [left + space::M + KEY / 2.0 - 4.0, y + row.height / 2.0]);
        let first = y + row.height / 2.0 + size * CAP_HEIGHT / 2.0 - LINE * (row.words.len() as f32 - 1.0) / 2.0;
        for (i, words) in row.words.iter().enumerate() {
            let at = [left + space::M + KEY, first + LINE * i as f32];
            items.push(text(at, Anchor::Start, size, Face::Regular, c.text, words));
        }
        y += row.height;
    }
    y += space::XS;
    for line in foot.into_iter().flatten() {
        items.push(text([left + space::M, y + 10.5], Anchor::Start, size * 0.9, Face::Regular, c.text_weak, &line));
        y += FOOT_LINE;
    }
    Some([left, top, left + width, bottom])
}

/// Three round figures and their discs, the largest first.
fn nested(scale: Scale) -> Vec<(u32, f32)> {
    let full = scale.full;
    // A disc of the largest half's area would be as wide as the legend; one of half of it shows the same.
    [full, full / 5, full / 25].into_iter().filter(|n| *n > 0).map(|n| (n, scale.sample(n))).collect()
}

fn has_tolls(scene: &Scene) -> bool {
    let is_sized = !matches!(scene.layers.symbols, Symbols::Kind | Symbols::Heat);
    is_sized
        && scene.layers.incidents
        && scene.marks.all().iter().any(|m| m.sign == Sign::Toll && m.shares.number() > Some(0))
}

fn rows(view: &View, scene: &Scene, scale: Scale) -> Vec<Row> {
    let c = view.colors;
    let marks = scene.marks.all();
    let has = |test: &dyn Fn(&super::Mark) -> bool| scene.layers.incidents && marks.iter().any(test);
    let row = |height: f32, words: String, draw: Draw| Row::new(height, &words, draw);
    let party = |i: usize| {
        let parties = &scene.project.meta().parties;
        parties.get(i).map_or_else(String::new, |p| names::words(&p.names, scene.labels))
    };
    let mut out = Vec::new();
    let by_kind = scale.symbols == Symbols::Kind;
    if by_kind {
        kind_rows(&mut out, view, scene);
    }
    let is_tint = scale.symbols == Symbols::Heat;
    if is_tint && has(&heat::counts) {
        for (n, words) in heat::SAMPLES {
            out.push(row(26.0, words.into(), Box::new(move |items, at| heat::sample(items, at, n, c))));
        }
        out.push(row(17.0, "an incident, or several".into(), Box::new(move |items, at| heat::dot(items, at, c))));
    }
    let is_sized = !by_kind && !is_tint;
    let sample = scale.full / 25 + 1;
    let half = move |i: usize| {
        let mut s = Shares::default();
        if let (Some(part), Some(named)) = (s.parts.get_mut(i), s.named.get_mut(i)) {
            *part = Some(sample.max(scale.smallest() * 3));
            *named = true;
        }
        s
    };
    // As high as the sample, so that one does not lie on the next.
    let height = move |s: &Shares| {
        let [_, t, _, b] = symbols::toll_extent(s, scale);
        (b - t + 4.0).max(18.0)
    };
    let is_split = matches!(scale.symbols, Symbols::Halves | Symbols::Ring);
    for i in 0..2 {
        if is_split && has(&|m| m.sign == Sign::Toll && m.shares.named.get(i) == Some(&true)) {
            let s = half(i);
            out.push(row(height(&s), party(i), Box::new(move |items, at| symbols::toll(items, at, &s, scale, c))));
        }
    }
    let other = if is_split { "other parties" } else { "all parties together" };
    let is_grey = |m: &super::Mark| if is_split { m.shares.parts[2].is_some() } else { m.shares.number() > Some(0) };
    if is_sized && has(&|m| m.sign == Sign::Toll && is_grey(m)) {
        let s = half(2);
        let draw = Box::new(move |items: &mut Vec<Item>, at| symbols::toll(items, at, &s, scale, c));
        out.push(row(height(&s), other.into(), draw));
    }
    if is_sized && has(&|m| m.sign == Sign::Toll && m.shares.number().is_none()) {
        let s = Shares::default();
        let draw = Box::new(move |items: &mut Vec<Item>, at| symbols::toll(items, at, &s, scale, c));
        out.push(row(18.0, "no figure known".into(), draw));
    }
    for (sign, words) in [(Sign::Statement, "statement"), (Sign::Ceasefire, "ceasefire")] {
        if !by_kind && has(&|m| m.sign == sign) {
            let draw = Box::new(move |items: &mut Vec<Item>, at| symbols::spoken(items, at, sign, c));
            out.push(row(19.0, words.into(), draw));
        }
    }
    stack_rows(&mut out, view, scene, scale);
    if scene.layers.uncertainty {
        let veil = Some(Paint::veil(c.label, 0.09));
        let rim = Stroke::line(Paint::veil(c.label, 0.65), 1.0);
        if has(&|m| matches!(m.form, Form::Disc { .. } | Form::Fan { .. })) {
            let draw = Box::new(move |items: &mut Vec<Item>, at| {
                items.push(Item::Circle { center: at, radius: 8.0, fill: veil, stroke: Some(rim) });
            });
            out.push(row(21.0, "lies somewhere in the disc or fan".into(), draw));
        }
        if has(&|m| m.form.is_area()) {
            let soft = Stroke::dashed(rim.paint, 1.1, 5.0, 3.5);
            let draw = Box::new(move |items: &mut Vec<Item>, at| {
                items.push(Item::Circle { center: at, radius: 8.0, fill: veil, stroke: Some(soft) });
            });
            out.push(row(21.0, "known only by area or front".into(), draw));
        }
    }
    if has(&|m| m.contradicted) {
        let draw = Box::new(move |items: &mut Vec<Item>, at| symbols::contradiction(items, at, c));
        out.push(row(18.0, "claims contradict each other".into(), draw));
    }
    if has(&|m| m.shares.total.by_other_side) {
        let draw = Box::new(move |items: &mut Vec<Item>, [x, y]: Point| {
            items.push(text([x, y + 6.0], Anchor::Middle, type_size::EMPHASIS, Face::Bold, c.label, "*"));
        });
        out.push(row(18.0, "figure given by the other side".into(), draw));
    }
    if scene.question.filters.area.is_some() {
        let strokes = super::area::strokes(view).to_vec();
        let draw = Box::new(move |items: &mut Vec<Item>, [x, y]: Point| {
            for stroke in &strokes {
                items.push(Item::Lines { lines: vec![vec![[x - 15.0, y], [x + 15.0, y]]], stroke: *stroke });
            }
        });
        out.push(row(17.0, "only incidents in this area".into(), draw));
    }
    out
}

/// A row for each kind in the picture, in the order of menus.
fn kind_rows(out: &mut Vec<Row>, view: &View, scene: &Scene) {
    let c = view.colors;
    let stacks = || scene.marks.stacks(view.zoom).iter().filter(|_| scene.layers.incidents);
    let mut kinds: Vec<&Kind> = stacks().map(|s| &s.kinds.main).collect();
    kinds.sort_unstable();
    kinds.dedup();
    // Those that this version does not know share one figure.
    kinds.dedup_by(|a, b| matches!((a, b), (Kind::Other(_), Kind::Other(_))));
    for kind in kinds {
        let words = if matches!(kind, Kind::Other(_)) { "another kind" } else { kind.label() };
        let kind = kind.clone();
        let draw = Box::new(move |items: &mut Vec<Item>, at| kinds::badge(items, at, SAMPLE, &kind, c));
        out.push(Row::new(21.0, words, draw));
    }
    if let Some(stack) = stacks().find(|s| s.kinds.mixed) {
        let kind = stack.kinds.main.clone();
        let draw = Box::new(move |items: &mut Vec<Item>, at| {
            kinds::badge(items, at, SAMPLE, &kind, c);
            kinds::several(items, at, SAMPLE, c);
        });
        out.push(Row::new(21.0, "several kinds: the most frequent", draw));
    }
}

/// Radius of a badge in the legend.
const SAMPLE: f32 = 8.0;

/// What a pile, its tab and its second rim mean.
fn stack_rows(out: &mut Vec<Row>, view: &View, scene: &Scene, scale: Scale) {
    let c = view.colors;
    let marks = scene.marks.all();
    let count = |s: &super::Stack| s.members.iter().filter_map(|i| marks.get(*i)).map(|m| m.count).sum::<u32>();
    if scale.symbols == Symbols::Heat {
        return;
    }
    let piles = || {
        let all = scene.marks.stacks(view.zoom).iter().filter(|s| scene.layers.incidents && !s.is_area);
        all.filter(|s| count(s) > 1 && view.sees([s.at[0], s.at[1], s.at[0], s.at[1]], 0.0))
    };
    let Some(n) = piles().map(count).min() else { return };
    let (with_tab, v) = (scene.layers.counts, *view);
    let pile = move |items: &mut Vec<Item>, [x, y]: Point, rims: u8| {
        for i in 0..=rims {
            let fill = (i == 0).then_some(Paint::veil(c.rim, 0.85));
            let stroke = Some(Stroke::line(Paint::solid(c.label), 1.0));
            items.push(Item::Circle { center: [x - 3.0, y], radius: 7.0 + 2.2 * f32::from(i), fill, stroke });
        }
        if with_tab {
            incidents::count_tab(items, &v, [x + 3.0, y - 3.0], n);
        }
    };
    let words = if with_tab { "several incidents, with their number" } else { "several incidents" };
    out.push(Row::new(21.0, words, Box::new(move |items, at| pile(items, at, 0))));
    if piles().any(|s| incidents::is_capped(s, scale)) {
        let words = format!("together more than {} dead", crate::model::Count::Exactly(scale.full));
        out.push(Row::new(22.0, &words, Box::new(move |items, at| pile(items, at, 1))));
    }
}

/// A line through the sample, over a hatch where the area is hatched.
fn sample(view: &View, stroke: Option<Stroke>, hatch: Option<(f32, bool, f32)>) -> Draw {
    let hatch = hatch.map(|(gap, falling, alpha)| (gap, falling, borders::hatch_stroke(view, alpha * 1.4)));
    Box::new(move |items: &mut Vec<Item>, [x, y]: Point| {
        let (l, r, t, b) = (x - 15.0, x + 15.0, y - 6.0, y + 6.0);
        if let Some((gap, falling, stroke)) = hatch {
            let ring = vec![[l, t], [r, t], [r, b], [l, b]];
            let lines = clip::hatch(&[ring], [l, t, r, b], gap * 0.8, [f64::from(l), f64::from(t)], falling);
            items.push(Item::Lines { lines, stroke });
        }
        if let Some(stroke) = stroke {
            let line =
                if hatch.is_some() { vec![[l, b], [l, t], [r, t], [r, b], [l, b]] } else { vec![[l, y], [r, y]] };
            items.push(Item::Lines { lines: vec![line], stroke });
        }
    })
}

/// The lines that are in the picture: what they are, their dates, and how exactly they are drawn.
fn line_rows(view: &View, scene: &Scene, dated: &[Dated]) -> Vec<Row> {
    let mut out = Vec::new();
    let in_view = |d: &&Dated| d.boundary.lines.iter().any(|l| borders::sees(view, l));
    let borders_drawn: Vec<&Dated> = dated.iter().filter(|d| d.boundary.is_border()).filter(in_view).collect();
    for (focus, height) in [(true, 17.0), (false, 16.0)] {
        let Some(d) = borders_drawn.iter().find(|d| d.boundary.focus == focus) else { continue };
        let is_republics = d.boundary.status == BoundaryStatus::Administrative;
        let words = match (focus, is_republics) {
            (true, false) => "Armenia–Azerbaijan border",
            (true, true) => "Armenia–Azerbaijan, Soviet republics",
            (false, _) => "other borders of states",
        };
        let pen = borders::border_pen(view, focus, focus && is_republics);
        let words = format!("{words} {}", d.exactness());
        out.push(Row::new(height, &words, sample(view, Some(pen.stroke()), None)));
        if focus && borders::has_lighter_border(scene.perspective, dated) {
            let pen = borders::lighter_pen(view);
            out.push(Row::new(height, "the same, within an area held", sample(view, Some(pen.stroke()), None)));
        }
    }
    let mut others: Vec<(String, &Dated, f32, f32)> = Vec::new();
    for d in dated.iter().filter(|d| !d.boundary.is_border()).filter(in_view) {
        let b = d.boundary;
        let name = b.names.best(Language::En);
        let is_claim = b.status == BoundaryStatus::Claimed;
        if is_claim && view.zoom < 7.4 {
            continue;
        }
        // Claims by place are one row: their dates stand beside them on the map.
        let words = if is_claim { name.to_owned() } else { format!("{name}, {}", d.dates(Language::En)) };
        match others.iter_mut().find(|(w, ..)| *w == words) {
            Some((_, _, low, high)) => (*low, *high) = (low.min(b.exactness_km), high.max(b.exactness_km)),
            None => others.push((words, d, b.exactness_km, b.exactness_km)),
        }
    }
    for (words, d, low, high) in others {
        let exactness = if low < high { format!("≈\u{a0}{low}–{high}\u{a0}km") } else { d.exactness() };
        let pen = borders::pen(view, scene.perspective, d);
        let draw = sample(view, pen.map(|p| p.stroke()), borders::hatching(scene.perspective, d));
        let paler = if d.state == State::Other { ", not at the time shown" } else { "" };
        out.push(Row::new(17.0, &format!("{words}{paler} {exactness}"), draw));
    }
    if scene.layers.provinces && view.zoom > 5.5 {
        out.push(Row::new(
            16.0,
            "provinces and districts",
            sample(view, Some(borders::province_pen(view).stroke()), None),
        ));
    }
    out
}

/// Policy and counts: what the figures are and what is not on the map.
fn foot(scene: &Scene, dated: &[Dated]) -> Vec<String> {
    let mut out = Vec::new();
    // An export says it in its title.
    if scene.furniture.title.is_none() {
        out.push(dated::sentence(scene.perspective, scene.time_shown()));
    }
    if dated.iter().any(|d| d.boundary.is_schematic) {
        out.push(SCHEMATIC.to_owned());
    }
    if scene.layers.held_area {
        out.extend(dated::gap(scene.time_shown()).map(str::to_owned));
    }
    out.push(scene.question.sentence());
    let years =
        scene.marks.all().iter().filter_map(|m| m.days).any(|(a, _)| Some(a.date().0) != scene.marks.main_year());
    if let Some(year) = scene.marks.main_year().filter(|_| years) {
        out.push(format!("dates without a year: {year}"));
    }
    let mut missing = Vec::new();
    if scene.derived.hidden > 0 {
        missing.push(format!("{} hidden by filter", scene.derived.hidden));
    }
    if scene.marks.nowhere() > 0 {
        missing.push(format!("{} without a place", scene.marks.nowhere()));
    }
    if !missing.is_empty() {
        out.push(missing.join(" · "));
    }
    out
}
