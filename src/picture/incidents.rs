//! Incidents on the map: where they may be, their symbols or figures, and what is written beside them.
//!
//! Order: areas and discs lie on the ground, large symbols under small ones, the selected one on top.

use super::list::{Anchor, Face, Hit, Item, Label, Paint, Point, Stroke, Target, Zone};
use super::marks::{Form, Mark, Marks, Sign, date};
use super::plates::{Chip, chip, draw_chip, narrower, plate, settle};
use super::room::Room;
use super::spread::{self, Opened, Spread};
use super::stacks::Stack;
use super::symbols::{self, Scale};
use super::type_metrics::{self, ASCENT, CAP_HEIGHT, DESCENT};
use super::view::View;
use super::{Fade, clip};
use crate::model::IncidentId;
use crate::view::theme::type_size;
use crate::view::{Layers, Symbols};

/// What is marked besides.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Marked {
    pub(super) selected: Option<IncidentId>,
    pub(super) hovered: Option<IncidentId>,
    pub(super) fade: Option<Fade>,
    pub(super) spread: Option<Spread>,
}

impl Marked {
    fn has(stack: &Stack, all: &[Mark], id: Option<IncidentId>) -> bool {
        let members = || stack.members.iter().filter_map(|i| all.get(*i));
        id.is_some_and(|id| members().any(|m| m.id == id || m.crowd.contains(&id)))
    }

    /// Selected, hovered, and how fresh: a stack as its youngest; what is pointed at is seen whole.
    pub(super) fn look(self, stack: &Stack, all: &[Mark]) -> (bool, bool, f32) {
        let (selected, hovered) = (Self::has(stack, all, self.selected), Self::has(stack, all, self.hovered));
        let members = stack.members.iter().filter_map(|i| all.get(*i));
        let opacity = match self.fade.filter(|_| !selected && !hovered) {
            Some(fade) => members.map(|m| fade.opacity(m.span)).fold(Fade::PALEST, f32::max),
            None => 1.0,
        };
        (selected, hovered, opacity)
    }
}

/// A stack with its place on the screen.
pub(super) struct Shown<'a> {
    pub(super) stack: &'a Stack,
    pub(super) at: Point,
    /// Box of the symbol or chip on the screen.
    pub(super) ink: [f32; 4],
    chip: Option<Chip>,
    /// How many incidents it stands for.
    pub(super) count: u32,
    is_selected: bool,
    is_hovered: bool,
    /// 1, or less where incidents pale with age.
    pub(super) opacity: f32,
    /// Whether its members stand round it.
    is_open: bool,
}

impl<'a> Shown<'a> {
    /// A member of an open stack, at its place beside it.
    pub(super) fn apart(stack: &'a Stack, at: Point, ink: [f32; 4], look: (bool, bool, f32)) -> Self {
        let (is_selected, is_hovered, opacity) = look;
        Self { stack, at, ink, chip: None, count: 1, is_selected, is_hovered, opacity, is_open: false }
    }

    /// Whether it is selected or under the pointer.
    pub(super) fn is_marked(&self) -> bool {
        self.is_selected || self.is_hovered
    }
}

/// The incidents in view, laid out but not yet drawn.
pub(super) struct Layout<'a> {
    marks: &'a Marks,
    scale: Scale,
    layers: Layers,
    marked: Marked,
    shown: Vec<Shown<'a>>,
    /// Incidents that are named otherwise already.
    named: Vec<IncidentId>,
}

impl Layout<'_> {
    /// Middle and half the width of the symbol that stands for an incident; `None` where that is a plate, an open stack or
    /// not in the picture.
    pub(super) fn spot(&self, id: IncidentId) -> Option<(Point, f32)> {
        let holds = |s: &&Shown| Marked::has(s.stack, self.marks.all(), Some(id));
        let s = self.shown.iter().find(holds).filter(|s| s.chip.is_none() && !s.is_open)?;
        let [l, t, r, b] = s.ink;
        let rims = if s.count > 1 { 4.0 } else { 1.0 };
        Some(([f32::midpoint(l, r), f32::midpoint(t, b)], (r - l).max(b - t) / 2.0 + rims))
    }

    /// Leaves out what is usually written beside an incident that stands alone.
    pub(super) fn leave_out_label(&mut self, id: IncidentId) {
        self.named.push(id);
    }
}

/// Finds what is in view and gives the symbols their room.
pub(super) fn layout<'a>(view: &View, marks: &'a Marks, marked: Marked, layers: Layers, room: &mut Room) -> Layout<'a> {
    let scale = Scale::for_largest(marks.largest()).showing(layers.symbols);
    let all = marks.all();
    let mut shown: Vec<Shown> = Vec::new();
    for stack in marks.stacks(view.zoom) {
        let at = view.screen(stack.at);
        let [x, y] = at;
        // Farther out than any disc, band or label reaches.
        let reach = ground_reach(view, stack, all) + 160.0;
        if x < -reach || y < -reach || x > view.width + reach || y > view.height + reach {
            continue;
        }
        let is_open = marked.spread.is_some_and(|s| s.is(stack, all));
        let chip = stack.is_area.then(|| chip(stack, marks, scale));
        let [l, t, r, b] = chip.as_ref().map_or_else(
            || symbols::sign_extent(stack, scale),
            |c| {
                // A toll stands on the place; words alone stand about it.
                let left = c.toll_left().unwrap_or(-c.width / 2.0);
                [left, -c.height / 2.0, left + c.width, c.height / 2.0]
            },
        );
        let ink = [x + l, y + t, x + r, y + b];
        let (is_selected, is_hovered, opacity) = marked.look(stack, all);
        let count = stack.members.iter().filter_map(|i| all.get(*i)).map(|m| m.count).sum();
        shown.push(Shown { stack, at, ink, chip, count, is_selected, is_hovered, opacity, is_open });
    }
    // Large below small; ties by the order of the project, so that equal symbols do not change places.
    shown.sort_by(|a, b| {
        (a.is_selected, a.chip.is_some())
            .cmp(&(b.is_selected, b.chip.is_some()))
            .then((b.ink[2] - b.ink[0]).total_cmp(&(a.ink[2] - a.ink[0])))
            .then(a.stack.members.cmp(&b.stack.members))
    });
    for s in shown.iter().filter(|s| s.chip.is_none()) {
        let [_, t, r, _] = s.ink;
        let is_stack = s.count > 1 && layers.counts && layers.symbols != Symbols::Heat;
        room.take(grow(s.ink, if is_stack { 4.0 } else { 1.0 }));
        if is_stack {
            room.take([r, t - 11.0, r + (1.5 * tab_half(s.count) + 1.5).max(13.0), t + 7.0]);
        }
    }
    Layout { marks, scale, layers, marked, shown, named: Vec::new() }
}

/// Draws a layout: ground, symbols and plates, then what is written beside them.
pub(super) fn draw_all(
    view: &View,
    layout: Layout,
    opened: Option<&Opened>,
    page: Option<[f32; 4]>,
    room: &mut Room,
    items: &mut Vec<Item>,
    hits: &mut Vec<Hit>,
) {
    let Layout { marks, scale, layers, marked, mut shown, named } = layout;
    let all = marks.all();
    items.push(Item::Layer("extents"));
    if layers.uncertainty {
        let mut drawn: Vec<&Form> = Vec::new();
        for s in &shown {
            for mark in s.stack.members.iter().filter_map(|i| all.get(*i)) {
                // Of an open stack the one pointed at shows its ground, over the veil.
                let strong = s.is_marked() && !s.is_open;
                // The same ground is not darkened for each incident that lies on it.
                if strong || !drawn.iter().any(|f| **f == mark.form && mark.form.is_area()) {
                    let from = items.len();
                    ground(items, view, mark, strong);
                    pale(items, from, s.opacity);
                    drawn.push(&mark.form);
                }
            }
        }
    }
    // An open stack is painted last and laid out first: what else is written keeps off it.
    let (mut apart, mut apart_hits) = (Vec::new(), Vec::new());
    if let (Some(opened), Some(hub)) = (opened, shown.iter().find(|s| s.is_open)) {
        for taken in spread::draw(&mut apart, &mut apart_hits, view, hub, opened, marked, scale, layers) {
            room.take(taken);
        }
    }
    // Figures beside symbols have few places to stand, plates have many.
    let mut labels = Vec::new();
    if layers.incident_labels {
        labels.push(Item::Layer("incident-labels"));
        // In a tint only what is pointed at says its figure.
        let is_quiet = |s: &Shown| layers.symbols == Symbols::Heat && s.stack.sign == Sign::Toll && !s.is_marked();
        let is_named = |s: &Shown| s.count == 1 && named.iter().any(|id| Marked::has(s.stack, all, Some(*id)));
        let speaks = |s: &Shown| !is_quiet(s) && !is_named(s);
        // The selected one first, then the largest.
        let (first, others): (Vec<&Shown>, Vec<&Shown>) =
            shown.iter().filter(|s| s.chip.is_none() && !s.is_open && speaks(s)).partition(|s| s.is_selected);
        for s in first.into_iter().chain(others) {
            let from = labels.len();
            label(&mut labels, view, s, marks, room);
            pale(&mut labels, from, s.opacity);
        }
    }
    for s in &mut shown {
        let Some(chip) = &s.chip else { continue };
        if let Some([left, _, right, _]) = page
            && chip.width > right - left - 8.0
        {
            let less = narrower(s.stack, marks, scale, right - left - 8.0);
            s.ink[2] -= chip.width - less.width;
            s.chip = Some(less);
        }
        settle(s, room, page);
    }
    items.push(Item::Layer("incidents"));
    for s in shown.iter().filter(|s| !s.is_open) {
        let from = items.len();
        draw(items, view, s, scale, layers, all);
        pale(items, from, s.opacity);
        hits.push(hit(s, marks));
    }
    items.append(&mut labels);
    items.append(&mut apart);
    hits.append(&mut apart_hits);
}

/// Makes the items from `from` on as pale as what they show is old.
pub(super) fn pale(items: &mut [Item], from: usize, opacity: f32) {
    if opacity < 1.0 {
        items.iter_mut().skip(from).for_each(|item| item.fade(opacity));
    }
}

pub(super) fn grow([l, t, r, b]: [f32; 4], by: f32) -> [f32; 4] {
    [l - by, t - by, r + by, b + by]
}

/// How far the ground of a stack reaches from its middle, in points.
fn ground_reach(view: &View, stack: &Stack, all: &[Mark]) -> f32 {
    let far = |m: &Mark| match &m.form {
        Form::Spot => 0.0,
        Form::Disc { radius } | Form::Somewhere { radius } | Form::Fan { radius, .. } => *radius,
        Form::Band(line) => line.iter().map(|p| (p[0] - m.at[0]).hypot(p[1] - m.at[1])).fold(0.0, f64::max),
        Form::Area(rings) => rings.iter().flatten().map(|p| (p[0] - m.at[0]).hypot(p[1] - m.at[1])).fold(0.0, f64::max),
    };
    (stack.members.iter().filter_map(|i| all.get(*i)).map(far).fold(0.0, f64::max) * view.scale) as f32
}

/// Disc, fan, band or outline within which the place lies.
pub(super) fn ground(items: &mut Vec<Item>, view: &View, mark: &Mark, strong: bool) {
    let c = view.colors;
    let ink = c.label;
    // A wide disc tints whole provinces; it is told by its rim and only hinted at inside.
    let veil = |radius: f32| {
        let alpha = if radius > 120.0 { 0.025 } else { 0.07 };
        Some(Paint::veil(ink, if strong { alpha * 2.0 } else { alpha }))
    };
    let alpha = if strong { 0.95 } else { 0.6 };
    let rim = Stroke::line(Paint::veil(ink, alpha), 1.0);
    let soft = Stroke::dashed(Paint::veil(ink, alpha), 1.1, 5.0, 3.5);
    let most = (view.width + view.height) * 4.0;
    match &mark.form {
        Form::Spot => {}
        Form::Disc { radius } | Form::Somewhere { radius } => {
            let radius = (radius * view.scale) as f32;
            // Smaller than its own symbol, a disc says nothing; larger than the screen, only its tint is seen.
            if radius > 7.0 && radius < most {
                let stroke = Some(if mark.form.is_area() { soft } else { rim });
                items.push(Item::Circle { center: view.screen(mark.at), radius, fill: veil(radius), stroke });
            }
        }
        Form::Fan { apex, bearing, radius } => {
            let radius = (radius * view.scale) as f32;
            if radius > 9.0 && radius < most {
                fan(items, view.screen(*apex), *bearing as f32, radius, veil(radius), rim);
            }
        }
        Form::Band(line) => {
            let line = line.iter().map(|p| view.screen(*p));
            let lines: Vec<_> = clip::clip_line(line, view.bounds(60.0)).into_iter().map(|r| r.points).collect();
            if !lines.is_empty() {
                let wide = view.grown(11.0, 26.0);
                for (width, alpha) in [(wide, 0.06), (wide * 0.6, 0.06)] {
                    let alpha = if strong { alpha * 1.8 } else { alpha };
                    items.push(Item::Lines {
                        lines: lines.clone(),
                        stroke: Stroke::line(Paint::veil(ink, alpha), width),
                    });
                }
            }
        }
        Form::Area(rings) => {
            let cut = |r: &Vec<[f64; 2]>| {
                let ring: Vec<Point> = r.iter().map(|p| view.screen(*p)).collect();
                clip::clip_ring(&ring, view.bounds(40.0))
            };
            let rings: Vec<_> = rings.iter().map(cut).filter(|r| r.len() > 2).collect();
            if !rings.is_empty() {
                items.push(Item::Polygon { rings, fill: veil(0.0), stroke: Some(soft) });
            }
        }
    }
}

/// A sector open at its far side: what is known ends there, not what may be.
fn fan(items: &mut Vec<Item>, apex: Point, bearing: f32, radius: f32, fill: Option<Paint>, rim: Stroke) {
    const HALF_ANGLE: f32 = 32.0;
    let middle = bearing.to_degrees();
    let rays: Vec<Point> = symbols::arc(apex, radius, middle - HALF_ANGLE, middle + HALF_ANGLE);
    let mut ring = vec![apex];
    ring.extend(&rays);
    items.push(Item::Polygon { rings: vec![ring], fill, stroke: None });
    let ends = [rays.first(), rays.last()].into_iter().flatten();
    items.push(Item::Lines { lines: ends.map(|e| vec![apex, *e]).collect(), stroke: rim });
    items.push(Item::Lines { lines: vec![rays], stroke: Stroke::dashed(rim.paint, rim.width, 2.0, 4.0) });
}

/// `99 · 13 Sep`; `None` if neither is known.
pub(super) fn caption(stack: &Stack, marks: &Marks) -> Option<String> {
    captioned(stack, marks, marks.main_year())
}

/// The same with `year` left out of its dates.
fn captioned(stack: &Stack, marks: &Marks, year: Option<i32>) -> Option<String> {
    let figure = if stack.sign == Sign::Toll { stack.shares.figure() } else { String::new() };
    let days = stack.members.iter().filter_map(|i| marks.all().get(*i)?.days);
    let whole = days.reduce(|a, b| {
        let first = if b.0.span().start < a.0.span().start { b.0 } else { a.0 };
        let last = if b.1.span().end > a.1.span().end { b.1 } else { a.1 };
        (first, last)
    });
    let date = whole.map_or(String::new(), |(first, last)| date(first, last, year));
    let parts: Vec<String> = [figure, date].into_iter().filter(|p| !p.is_empty()).collect();
    (!parts.is_empty()).then(|| parts.join(" · "))
}

fn draw(items: &mut Vec<Item>, view: &View, s: &Shown, scale: Scale, layers: Layers, all: &[Mark]) {
    let c = view.colors;
    let [l, t, r, b] = s.ink;
    if let Some(chip) = &s.chip {
        draw_chip(items, view, s, chip, scale);
    } else {
        let capped = is_capped(s.stack, scale);
        if s.count > 1 && scale.symbols != Symbols::Heat {
            // A second rim behind, as of a pile of plates.
            let radius = ((r - l).max(b - t) / 2.0 + 3.0).min(symbols::LARGEST + 3.0);
            let center = [f32::midpoint(l, r), f32::midpoint(t, b)];
            let stroke = Some(Stroke::line(Paint::solid(c.label), 1.0));
            items.push(Item::Circle { center, radius, fill: Some(Paint::veil(c.rim, 0.85)), stroke });
            if capped {
                items.push(Item::Circle { center, radius: radius + 2.5, fill: None, stroke });
            }
        }
        symbols::sign(items, s.at, s.stack, scale, c);
    }
    if s.is_marked() {
        ring(items, view, s);
    }
    if s.count > 1 && s.chip.is_none() && layers.counts && scale.symbols != Symbols::Heat {
        tab(items, view, s);
    }
    let contradicted = s.stack.members.iter().filter_map(|i| all.get(*i)).any(|m| m.contradicted);
    if contradicted {
        let at = if s.chip.is_some() { [l, t] } else { [l - 2.5, t + 1.0] };
        symbols::contradiction(items, at, c);
    }
}

/// Whether a stack has more dead than the largest symbol stands for; only stacks can.
pub(super) fn is_capped(stack: &Stack, scale: Scale) -> bool {
    !matches!(scale.symbols, Symbols::Kind | Symbols::Heat)
        && stack.sign == Sign::Toll
        && stack.shares.number() > Some(scale.full)
}

pub(super) fn ring(items: &mut Vec<Item>, view: &View, s: &Shown) {
    let c = view.colors;
    let [l, t, r, b] = s.ink;
    let width = if s.is_selected { 2.2 } else { 1.2 };
    for (paint, width) in [(Paint::veil(c.rim, 0.9), width + 2.2), (Paint::solid(c.ring), width)] {
        let stroke = Some(Stroke::line(paint, width));
        if s.chip.is_some() {
            items.push(Item::Polygon { rings: vec![plate(grow(s.ink, 3.0), 8.0)], fill: None, stroke });
        } else {
            let radius = (r - l).max(b - t) / 2.0 + 5.0;
            items.push(Item::Circle { center: [f32::midpoint(l, r), f32::midpoint(t, b)], radius, fill: None, stroke });
        }
    }
}

/// The number of incidents of a stack, on a tab at its upper right.
fn tab(items: &mut Vec<Item>, view: &View, s: &Shown) {
    let [_, t, r, _] = s.ink;
    count_tab(items, view, [r, t], s.count);
}

/// Type of the numbers on tabs.
const TAB_TYPE: f32 = type_size::CAPTION * 0.9;

/// Half the width of the tab for a number of incidents.
fn tab_half(count: u32) -> f32 {
    let text = crate::model::Count::Exactly(count).to_string();
    (type_metrics::width(&text, Face::Bold, TAB_TYPE, 0.0) / 2.0 + 4.0).max(7.5)
}

/// A number of incidents on a tab whose lower left corner is at about `[r, t]`.
pub(super) fn count_tab(items: &mut Vec<Item>, view: &View, [r, t]: Point, count: u32) {
    let c = view.colors;
    let text = crate::model::Count::Exactly(count).to_string();
    let size = TAB_TYPE;
    let half = tab_half(count);
    let [x, y] = [r + half * 0.5 + 1.0, t - 2.0];
    items.push(Item::Polygon {
        rings: vec![plate([x - half, y - 7.5, x + half, y + 7.5], 7.5)],
        fill: Some(Paint::solid(c.label)),
        stroke: Some(Stroke::line(Paint::solid(c.rim), 1.2)),
    });
    items.push(Item::Text(Label {
        at: [x, y + size * CAP_HEIGHT / 2.0],
        anchor: Anchor::Middle,
        size,
        face: Face::Bold,
        paint: Paint::solid(c.rim),
        halo: None,
        spacing: 0.0,
        rotation: 0.0,
        text,
    }));
}

pub(super) fn hit(s: &Shown, marks: &Marks) -> Hit {
    let members: Vec<&Mark> = s.stack.members.iter().filter_map(|i| marks.all().get(*i)).collect();
    let [l, t, r, b] = s.ink;
    let zone = if s.chip.is_some() {
        Zone::Rect { ltrb: s.ink }
    } else {
        // Never harder to hit than a fingertip's half.
        Zone::Circle {
            center: [f32::midpoint(l, r), f32::midpoint(t, b)],
            radius: ((r - l).max(b - t) / 2.0 + 2.0).max(9.0),
        }
    };
    // Spoken alone, a date needs its year.
    let caption = captioned(s.stack, marks, None).unwrap_or_else(|| "no figure".into());
    let apart = if members.iter().any(|m| m.contradicted) { ", claims contradict each other" } else { "" };
    let caption = caption + apart;
    match members.as_slice() {
        [one] if one.count > 1 => Hit {
            is_aside: false,
            zone,
            what: Target::Crowd(one.crowd.clone(), one.count),
            name: format!("{} incidents: {caption}", one.count),
        },
        [one] => {
            Hit { is_aside: false, zone, what: Target::Incident(one.id), name: format!("{}: {caption}", one.title) }
        }
        many => Hit {
            is_aside: false,
            zone,
            what: Target::Stack(many.iter().map(|m| m.id).collect()),
            name: format!("{} incidents: {caption}", many.len()),
        },
    }
}

/// Count and date beside a symbol, at the first free side.
pub(super) fn label(items: &mut Vec<Item>, view: &View, s: &Shown, marks: &Marks, room: &mut Room) {
    let Some(text) = caption(s.stack, marks) else { return };
    let c = view.colors;
    let size = if s.stack.sign == Sign::Toll { type_size::BODY } else { type_size::CAPTION };
    let face = if s.stack.sign == Sign::Toll { Face::Bold } else { Face::Regular };
    let width = type_metrics::width(&text, face, size, 0.0);
    let [l, t, r, b] = s.ink;
    let (x, y) = (f32::midpoint(l, r), f32::midpoint(t, b) + size * CAP_HEIGHT / 2.0);
    let tab = if s.count > 1 { 16.0 } else { 0.0 };
    let places = [
        ([r.max(x + 5.0) + 5.0 + tab * 0.1, y + tab * 0.5], Anchor::Start),
        ([l.min(x - 5.0) - 6.0, y], Anchor::End),
        ([x, b + 4.0 + size * CAP_HEIGHT], Anchor::Middle),
        ([x, t - 5.0], Anchor::Middle),
        ([r + 3.0, b + size * 0.6], Anchor::Start),
        ([r + 3.0 + tab, t + 1.0], Anchor::Start),
        ([l - 3.0, b + size * 0.6], Anchor::End),
        ([l - 3.0, t + 1.0], Anchor::End),
    ];
    for (at, anchor) in places {
        let left = at[0]
            - match anchor {
                Anchor::Start => 0.0,
                Anchor::Middle => width / 2.0,
                Anchor::End => width,
            };
        let bounds = [left - 1.0, at[1] - size * ASCENT, left + width + 1.0, at[1] + size * DESCENT];
        if room.claim(bounds) {
            items.push(Item::Text(Label {
                at,
                anchor,
                size,
                face,
                paint: Paint::solid(c.label),
                halo: Some((Paint::veil(c.halo, 0.85), 2.0)),
                spacing: 0.0,
                rotation: 0.0,
                text,
            }));
            return;
        }
    }
}
