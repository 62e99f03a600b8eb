//! What explains the map on the map: title, legend, scale bar, credits and the note of neutrality.
//!
//! The legend names what the picture shows and nothing else, with the very scale and signs of the symbols.

use super::clip;
use super::dated::{self, Dated, State};
use super::list::{Anchor, Face, Item, Label, Paint, Point, Stroke};
use super::marks::{Form, Shares, Sign};
use super::plates::plate;
use super::symbols::{self, Scale};
use super::type_metrics::{self, CAP_HEIGHT};
use super::view::View;
use super::{Scene, borders, names, totals};
use crate::atlas::BoundaryStatus;
use crate::model::{Language, Meta};
use crate::view::theme::{space, type_size};
use crate::view::{Rgb, Viewport};

/// What of the furniture is drawn.
#[derive(Clone, Debug, PartialEq)]
#[allow(clippy::struct_excessive_bools)] // independent switches
pub struct Furniture {
    /// Title of the picture; `None` in the window, where the title bar has it.
    pub title: Option<String>,
    /// Lines under the title: dates, as known when, policy.
    pub subtitle: Vec<String>,
    /// The explanation of symbols and lines.
    pub legend: bool,
    /// The scale bar.
    pub scale: bool,
    /// Credits of all data sets.
    pub attribution: bool,
    /// The note of neutrality; empty: none.
    pub note: String,
    /// Points left free at the left, top, right and bottom, for what floats over the map in the window.
    pub inset: [f32; 4],
    /// Whether map type keeps clear of the furniture. For pictures that stand still: in the window it would make names
    /// come and go while panning.
    pub keep_clear: bool,
}

impl Furniture {
    /// What the window shows.
    pub fn window() -> Self {
        Self {
            title: None,
            subtitle: Vec::new(),
            legend: true,
            scale: true,
            attribution: true,
            note: String::new(),
            inset: [space::M; 4],
            keep_clear: false,
        }
    }

    /// What an export carries.
    pub fn export(title: &str, subtitle: Vec<String>) -> Self {
        Self {
            title: Some(title.to_owned()).filter(|t| !t.is_empty()),
            subtitle,
            note: Meta::NEUTRALITY.to_owned(),
            inset: [space::L; 4],
            keep_clear: true,
            ..Self::window()
        }
    }

    /// Nothing at all.
    pub fn none() -> Self {
        Self { legend: false, scale: false, attribution: false, ..Self::window() }
    }
}

/// The furniture of a scene and the boxes that it takes.
pub(super) fn furniture(scene: &Scene, view: &View, dated: &[Dated]) -> (Vec<Item>, Vec<[f32; 4]>) {
    let mut items = vec![Item::Layer("furniture")];
    let mut boxes = Vec::new();
    let f = &scene.furniture;
    let [left, top, right, bottom] = f.inset;
    let mut floor = view.height - bottom;
    if f.attribution {
        // Where there is neither title nor legend to say it.
        let perspective = if !f.legend && f.title.is_none() {
            format!("{} · ", dated::sentence(scene.perspective, scene.time_shown()))
        } else {
            String::new()
        };
        floor = attribution(&mut items, &mut boxes, view, &perspective, [view.width - right, floor]);
    }
    if f.scale {
        boxes.push(scale_bar(&mut items, view, &scene.viewport, [view.width - right, floor - space::S]));
    }
    let mut explained = Vec::new();
    let mut set = |floor: f32| {
        explained.clear();
        f.legend.then(|| legend(&mut explained, view, scene, dated, [left, floor])).flatten()
    };
    let mut legend = set(view.height - bottom);
    // In a narrow picture it stands on the credits, not over them.
    if let (Some([.., right, _]), Some([credits, top, ..])) = (legend, boxes.first().copied().filter(|_| f.attribution))
        && right > credits
    {
        // Where there is no room for that, signs explained count for more than credits read whole.
        legend = set(top - space::XS).or_else(|| set(view.height - bottom));
    }
    if f.title.is_some() || !f.subtitle.is_empty() {
        // Without a legend the figures would stand without the policy under which they are figures.
        let policy = legend.is_none().then(|| scene.question.sentence());
        boxes.push(title(&mut items, view, scene, policy.as_ref(), [left, top]));
    }
    items.append(&mut explained);
    boxes.extend(legend);
    (items, boxes)
}

pub(super) fn text(at: Point, anchor: Anchor, size: f32, face: Face, color: Rgb, text: &str) -> Item {
    Item::Text(Label {
        at,
        anchor,
        size,
        face,
        paint: Paint::solid(color),
        halo: None,
        spacing: 0.0,
        rotation: 0.0,
        text: type_metrics::showable(text, face),
    })
}

fn ground(items: &mut Vec<Item>, view: &View, bounds: [f32; 4]) {
    let c = view.colors;
    items.push(Item::Polygon {
        rings: vec![plate(bounds, space::RADIUS)],
        fill: Some(Paint::veil(c.panel, 0.94)),
        stroke: Some(Stroke::line(Paint::veil(c.rule, 0.9), 1.0)),
    });
}

/// Breaks a text at spaces into lines no wider than `width`, where words allow.
pub(super) fn wrap(text: &str, face: Face, size: f32, width: f32) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let space = type_metrics::width(" ", face, size, 0.0);
    let mut taken = 0.0;
    for word in text.split(' ') {
        let own = type_metrics::width(word, face, size, 0.0);
        match lines.last_mut() {
            Some(line) if taken + space + own <= width => {
                line.push(' ');
                line.push_str(word);
                taken += space + own;
            }
            _ => {
                lines.push(word.to_owned());
                taken = own;
            }
        }
    }
    lines
}

/// Credits in the lower right corner; gives back where they begin.
fn attribution(
    items: &mut Vec<Item>,
    boxes: &mut Vec<[f32; 4]>,
    view: &View,
    before: &str,
    [right, bottom]: Point,
) -> f32 {
    let c = view.colors;
    let size = type_size::CAPTION * 0.84;
    let lines = wrap(&format!("{before}{}", super::attribution()), Face::Regular, size, (view.width * 0.55).max(240.0));
    let widest = lines.iter().map(|l| type_metrics::width(l, Face::Regular, size, 0.0)).fold(0.0, f32::max);
    let line = size * 1.35;
    let top = bottom - line * lines.len() as f32 - 4.0;
    let bounds = [right - widest - 10.0, top, right, bottom];
    items.push(Item::Polygon { rings: vec![plate(bounds, 4.0)], fill: Some(Paint::veil(c.panel, 0.8)), stroke: None });
    for (i, words) in lines.iter().enumerate() {
        let y = top + 2.0 + line * (i as f32 + 0.5) + size * CAP_HEIGHT / 2.0;
        items.push(text([right - 5.0, y], Anchor::End, size, Face::Regular, c.text_weak, words));
    }
    boxes.push(bounds);
    top
}

/// A round length no longer than 120 points, in km, and how many points it is.
fn round_length(metres_per_point: f64) -> (f64, f32) {
    let most = metres_per_point * 120.0;
    let power = 10_f64.powf(most.log10().floor());
    let metres = [5.0, 2.0, 1.0].into_iter().map(|m| m * power).find(|m| *m <= most).unwrap_or(power);
    (metres / 1000.0, (metres / metres_per_point) as f32)
}

fn scale_bar(items: &mut Vec<Item>, view: &View, viewport: &Viewport, [right, bottom]: Point) -> [f32; 4] {
    let c = view.colors;
    let (km, length) = round_length(viewport.metres_per_point(viewport.camera.center.lat()));
    let words = if km >= 1.0 { format!("{km} km") } else { format!("{} m", (km * 1000.0).round()) };
    let size = type_size::CAPTION;
    let (x0, x1, y) = (right - length - 4.0, right - 4.0, bottom - 4.0);
    let lines = vec![vec![[x0, y - 5.0], [x0, y], [x1, y], [x1, y - 5.0]]];
    items.push(Item::Lines { lines: lines.clone(), stroke: Stroke::line(Paint::veil(c.halo, 0.9), 4.0) });
    items.push(Item::Lines { lines, stroke: Stroke::line(Paint::solid(c.label), 1.4) });
    items.push(Item::Text(Label {
        at: [f32::midpoint(x0, x1), y - 6.0],
        anchor: Anchor::Middle,
        size,
        face: Face::Regular,
        paint: Paint::solid(c.label),
        halo: Some((Paint::veil(c.halo, 0.85), 2.0)),
        spacing: 0.0,
        rotation: 0.0,
        text: words,
    }));
    [x0 - 6.0, y - 24.0, right, bottom]
}

fn title(items: &mut Vec<Item>, view: &View, scene: &Scene, policy: Option<&String>, [left, top]: Point) -> [f32; 4] {
    let c = view.colors;
    let is_small = view.width < 700.0;
    let most = if is_small { view.width * 0.8 } else { (view.width * 0.5).min(760.0) };
    let (pad, body) = if is_small { (space::S, type_size::CAPTION * 0.92) } else { (space::M, type_size::BODY) };
    let mut rows: Vec<(String, Face, f32, Rgb)> = Vec::new();
    if let Some(title) = &scene.furniture.title {
        let size = match view.width {
            w if w < 700.0 => type_size::EMPHASIS,
            w if w < 1100.0 => type_size::TITLE,
            _ => type_size::PAGE,
        };
        rows.extend(wrap(title, Face::Bold, size, most).into_iter().take(3).map(|l| (l, Face::Bold, size, c.text)));
    }
    let more = scene.furniture.subtitle.iter().chain(policy).map(|l| (l, Face::Regular, c.text));
    let note = Some(&scene.furniture.note).filter(|n| !n.is_empty()).map(|n| (n, Face::Italic, c.text_weak));
    for (line, face, color) in more.chain(note) {
        rows.extend(wrap(line, face, body, most).into_iter().take(4).map(|l| (l, face, body, color)));
    }
    let widest = rows.iter().map(|(l, f, s, _)| type_metrics::width(l, *f, *s, 0.0)).fold(0.0, f32::max);
    let height: f32 = rows.iter().map(|r| r.2 * 1.38).sum();
    let bounds = [left, top, left + widest + 2.0 * (pad + space::XS), top + height + 2.0 * pad];
    ground(items, view, bounds);
    let mut y = top + pad;
    for (line, face, size, color) in rows {
        items.push(text([left + pad + space::XS, y + size * 1.05], Anchor::Start, size, face, color, &line));
        y += size * 1.38;
    }
    bounds
}

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

fn legend(
    items: &mut Vec<Item>,
    view: &View,
    scene: &Scene,
    dated: &[Dated],
    [left, bottom]: Point,
) -> Option<[f32; 4]> {
    let c = view.colors;
    let size = type_size::CAPTION;
    let scale = Scale::for_largest(scene.marks.largest()).split(scene.layers.split);
    let mut rows = rows(view, scene, scale);
    let signs = rows.len();
    rows.extend(line_rows(view, scene, dated));
    let mut totals = totals::totals(scene);
    let foot = foot(scene, dated);
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
    if bottom - height < view.height * 0.12 {
        height -= totals::size(&totals).1;
        totals.clear();
    }
    // Then the lines: what stands for incidents is explained before what lies under them.
    if bottom - height < view.height * 0.12 {
        for line in rows.drain(signs..) {
            height -= line.height;
        }
        foot.retain(|words| {
            let is_about_lines = words.first().is_some_and(|w| SCHEMATIC.starts_with(w));
            if is_about_lines {
                height -= words.len() as f32 * FOOT_LINE;
            }
            !is_about_lines
        });
    }
    let top = bottom - height;
    // In a low picture the legend would be the picture.
    if top < (view.height * 0.12).max(scene.furniture.inset[1]) || width > view.width * 0.6 {
        return None;
    }
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
    scene.layers.incidents && scene.marks.all().iter().any(|m| m.sign == Sign::Toll && m.shares.number() > Some(0))
}

fn rows(view: &View, scene: &Scene, scale: Scale) -> Vec<Row> {
    let c = view.colors;
    let marks = scene.marks.all();
    let has = |test: &dyn Fn(&super::Mark) -> bool| scene.layers.incidents && marks.iter().any(test);
    let row = |height: f32, words: String, draw: Draw| Row::new(height, &words, draw);
    let mut out = Vec::new();
    let party = |i: usize| {
        let parties = &scene.project.meta().parties;
        parties.get(i).map_or_else(String::new, |p| names::words(&p.names, scene.labels))
    };
    let sample = scale.full / 25 + 1;
    let half = move |i: usize| {
        let mut s = Shares::default();
        if let (Some(part), Some(named)) = (s.parts.get_mut(i), s.named.get_mut(i)) {
            *part = Some(sample.max(scale.smallest() * 3));
            *named = true;
        }
        s
    };
    for i in 0..2 {
        if has(&|m| m.sign == Sign::Toll && m.shares.named.get(i) == Some(&true)) {
            let s = half(i);
            out.push(row(18.0, party(i), Box::new(move |items, at| symbols::toll(items, at, &s, scale, c))));
        }
    }
    if has(&|m| m.sign == Sign::Toll && m.shares.parts[2].is_some()) {
        let s = half(2);
        let draw = Box::new(move |items: &mut Vec<Item>, at| symbols::toll(items, at, &s, scale, c));
        out.push(row(18.0, "other parties".into(), draw));
    }
    if has(&|m| m.sign == Sign::Toll && m.shares.number().is_none()) {
        let s = Shares::default();
        let draw = Box::new(move |items: &mut Vec<Item>, at| symbols::toll(items, at, &s, scale, c));
        out.push(row(18.0, "no figure known".into(), draw));
    }
    for (sign, words) in [(Sign::Statement, "statement"), (Sign::Ceasefire, "ceasefire")] {
        if has(&|m| m.sign == sign) {
            let draw = Box::new(move |items: &mut Vec<Item>, at| symbols::spoken(items, at, sign, c));
            out.push(row(19.0, words.into(), draw));
        }
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scale_bar_is_a_round_length_that_fits() {
        for (mpp, km) in [(468.0, 50.0), (1000.0, 100.0), (30.0, 2.0), (0.9, 0.1)] {
            let (length, points) = round_length(mpp);
            assert!((length - km).abs() < 1e-9, "{mpp}: {length}");
            assert!((20.0..=120.0).contains(&points));
        }
    }

    #[test]
    fn text_is_broken_at_spaces() {
        let lines = wrap("one two three four", Face::Regular, 12.0, 60.0);
        assert!(lines.len() > 1 && lines.join(" ") == "one two three four", "{lines:?}");
        assert_eq!(wrap("", Face::Regular, 12.0, 60.0), [""]);
    }
}
