//! Names on the map: places, water, regions and states, by importance, without overlaps.
//!
//! Who gets room is decided in the order of importance over an area larger than the picture, from positions that
//! move together: panning lets names in at the edge and changes none in the middle.

use super::along::{self, Hand, Words};
use super::borders::{has_lighter_border, sees};
use super::dated::{Dated, State};
use super::list::{Anchor, Face, Item, Label, Paint, Point, Stroke};
use super::room::Room;
use super::type_metrics::{self, ASCENT, CAP_HEIGHT, DESCENT};
use super::view::View;
use crate::atlas::mercator::world_from_lonlat;
use crate::atlas::{Atlas, BoundaryStatus, Line, Toponym, ToponymKind};
use crate::model::{Language, LonLat, Names, Perspective};
use crate::view::theme::type_size;
use crate::view::{Labels, Layers, Rgb};

/// Points beyond the picture within which names still compete.
pub(super) const MARGIN: f32 = 220.0;

/// How a name is lettered.
#[derive(Clone, Copy, Debug)]
struct Type {
    face: Face,
    size: f32,
    spacing: f32,
    color: Rgb,
    alpha: f32,
    upper: bool,
    dot: bool,
}

/// From this zoom's names on, a town is great: it keeps its name whatever is written around it.
const GREAT: f32 = 6.0;

/// The names of a view, placed in three goes.
pub(super) struct Lettering<'a> {
    view: &'a View,
    atlas: &'a Atlas,
    layers: Layers,
    labels: Labels,
    /// What is to be placed, the most important first.
    candidates: Vec<(f32, &'a Toponym, Point)>,
    pub(super) items: Vec<Item>,
}

impl<'a> Lettering<'a> {
    pub(super) fn new(view: &'a View, atlas: &'a Atlas, labels: Labels, layers: Layers) -> Self {
        let mut candidates: Vec<(f32, &Toponym, Point)> = atlas
            .toponyms()
            .iter()
            .filter(|t| layers.names && f64::from(t.min_zoom) <= view.zoom && is_fit(t.kind, view.zoom))
            .map(|t| (rank(t), t, view.screen(world_from_lonlat(t.lonlat))))
            .filter(|(_, _, [x, y])| {
                *x > -MARGIN && *y > -MARGIN && *x < view.width + MARGIN && *y < view.height + MARGIN
            })
            .collect();
        // The last key is fixed for a place, so that equals are placed in the same order everywhere.
        candidates.sort_by(|a, b| {
            a.0.total_cmp(&b.0)
                .then(b.1.population.cmp(&a.1.population))
                .then(a.1.lonlat.lon().total_cmp(&b.1.lonlat.lon()))
        });
        Self { view, atlas, layers, labels, candidates, items: vec![Item::Layer("names")] }
    }

    /// Places great towns, which no plate may cover.
    pub(super) fn great(&mut self, room: &mut Room) {
        self.place(room, |t| t.kind == ToponymKind::Settlement && t.min_zoom <= GREAT);
    }

    /// Places the names of rivers along their course, and those of states on either side of a border.
    pub(super) fn along_lines(&mut self, dated: &[Dated], perspective: Perspective, room: &mut Room) {
        let (view, c) = (self.view, self.view.colors);
        if !self.layers.names {
            return;
        }
        let items = &mut self.items;
        if view.zoom >= RIVERS {
            let hand = Hand {
                face: Face::Italic,
                size: view.grown_type(type_size::CAPTION * 0.9, type_size::BODY),
                spacing: view.grown_type(0.8, 2.2),
                color: c.label_water,
                alpha: 1.0,
                halo: c.halo,
                even: 18.0,
                gap: 2.0,
                apart: 380.0,
            };
            for course in self.atlas.courses() {
                let name = type_metrics::showable(&words(&course.names, self.labels), hand.face);
                for line in &course.lines {
                    along::set(items, view, line, Words::Name(&name), &hand, room);
                }
            }
        }
        if view.zoom >= SIDES && self.layers.borders {
            let hand = Hand {
                face: Face::Regular,
                size: view.grown_type(type_size::CAPTION * 0.84, type_size::CAPTION),
                spacing: view.grown_type(1.4, 3.4),
                color: c.label_region,
                alpha: 0.95,
                halo: c.halo,
                even: 40.0,
                gap: 4.5,
                apart: 460.0,
            };
            let is_lighter = has_lighter_border(perspective, dated);
            for d in dated.iter().filter(|d| d.boundary.is_border()) {
                let b = d.boundary;
                let Some(sides) = &b.sides else { continue };
                let capitals = |n: &Names| upper(n.best(self.labels.first), self.labels.first);
                let [left, right] = sides.each_ref().map(|n| type_metrics::showable(&capitals(n), hand.face));
                // Where both sides of a border were held by one, their names would say that they were not.
                let lines = if is_lighter { b.lines.get(..b.open).unwrap_or_default() } else { &b.lines };
                for line in lines {
                    along::set(items, view, line, Words::Sides(&left, &right), &hand, room);
                }
            }
        }
    }

    /// Places everything else in what room is left.
    pub(super) fn rest(&mut self, dated: &[Dated], room: &mut Room) {
        dated_names(&mut self.items, self.view, self.labels, dated, room);
        self.place(room, |t| t.kind != ToponymKind::Settlement || t.min_zoom > GREAT);
    }

    fn place(&mut self, room: &mut Room, wanted: impl Fn(&Toponym) -> bool) {
        let mut named: Vec<(ToponymKind, &str)> = Vec::new();
        for (_, t, at) in self.candidates.iter().filter(|c| wanted(c.1)) {
            if matches!(t.kind, ToponymKind::Country | ToponymKind::Region) {
                // A state may have a place for its label in the world and another in the region, a district one of its
                // own and one with the word "district".
                let name = t.names.best(Language::En);
                let name = [" District", " district", " Province", " province"]
                    .iter()
                    .find_map(|w| name.strip_suffix(w))
                    .unwrap_or(name);
                if named.contains(&(t.kind, name)) {
                    continue;
                }
                named.push((t.kind, name));
            }
            place(&mut self.items, self.view, t, *at, self.labels, room);
        }
    }
}

/// The zoom from which rivers are named along their course, and states beside their borders.
const RIVERS: f64 = 6.6;
const SIDES: f64 = 8.4;

/// States are named while they are seen whole, provinces once they are large enough to hold a name.
fn is_fit(kind: ToponymKind, zoom: f64) -> bool {
    match kind {
        ToponymKind::Country => zoom < 9.5,
        ToponymKind::Region => (7.6..10.5).contains(&zoom),
        ToponymKind::Area => zoom >= 7.0,
        _ => true,
    }
}

/// The lower, the sooner placed.
fn rank(t: &Toponym) -> f32 {
    let class = match t.kind {
        ToponymKind::Country | ToponymKind::Sea => -6.0,
        ToponymKind::Lake => -1.0,
        ToponymKind::Settlement => 0.0,
        ToponymKind::Area => 0.5,
        ToponymKind::Region => 2.0,
        ToponymKind::Exclave | ToponymKind::River => 1.5,
        ToponymKind::Mountain | ToponymKind::Bridge => 1.0,
    };
    t.min_zoom + class
}

fn lettering(t: &Toponym, view: &View) -> Type {
    let c = view.colors;
    let base = Type {
        face: Face::Regular,
        size: type_size::CAPTION,
        spacing: 0.0,
        color: c.label,
        alpha: 1.0,
        upper: false,
        dot: false,
    };
    // How long a name has been on the map: it grows as one comes nearer.
    let age = (view.zoom as f32 - t.min_zoom).clamp(0.0, 5.0);
    match t.kind {
        ToponymKind::Country => Type {
            size: view.grown_type(type_size::EMPHASIS, type_size::TITLE),
            spacing: view.grown_type(3.0, 7.0),
            color: c.label_region,
            alpha: 0.85,
            upper: true,
            ..base
        },
        ToponymKind::Region => Type {
            size: type_size::CAPTION * 0.92,
            spacing: 1.6,
            color: c.label_region,
            upper: true,
            alpha: 0.9,
            ..base
        },
        ToponymKind::Exclave | ToponymKind::Area => {
            Type { face: Face::Italic, color: c.label_region, spacing: 0.4, ..base }
        }
        ToponymKind::Sea => Type {
            face: Face::Italic,
            size: view.grown_type(type_size::EMPHASIS, type_size::PAGE),
            spacing: view.grown_type(3.0, 6.0),
            color: c.label_water,
            ..base
        },
        ToponymKind::Lake => Type {
            face: Face::Italic,
            // Only great lakes grow: a pond's name must not be larger than the pond.
            size: if t.min_zoom < 6.0 {
                View::type_step(type_size::CAPTION + age * 0.8).min(type_size::TITLE)
            } else {
                type_size::CAPTION
            },
            spacing: 0.8,
            color: c.label_water,
            ..base
        },
        ToponymKind::River => {
            Type { face: Face::Italic, size: type_size::CAPTION * 0.95, spacing: 0.8, color: c.label_water, ..base }
        }
        ToponymKind::Mountain => {
            Type { face: Face::Italic, size: type_size::CAPTION * 0.95, color: c.label_region, ..base }
        }
        ToponymKind::Bridge => Type { size: type_size::CAPTION * 0.92, color: c.label_region, dot: true, ..base },
        ToponymKind::Settlement => {
            let (face, size) = match t.population {
                400_000.. => (Face::Bold, type_size::EMPHASIS + age * 0.4),
                60_000.. => (Face::Regular, type_size::BODY + age * 0.5),
                8_000.. => (Face::Regular, type_size::CAPTION + age * 0.5),
                _ => (Face::Regular, type_size::CAPTION * 0.94 + age * 0.35),
            };
            Type { face, size: View::type_step(size), dot: true, ..base }
        }
    }
}

/// The words of a name in one or two languages; the second is left out where it is the same.
pub(super) fn words(names: &Names, labels: Labels) -> String {
    lettered(names, labels, |name, _| name.to_owned())
}

fn lettered(names: &Names, labels: Labels, set: impl Fn(&str, Language) -> String) -> String {
    let first = names.best(labels.first);
    let set_first = set(first, labels.first);
    match labels.second.and_then(|l| Some((names.get(l)?, l))) {
        Some((second, language)) if second != first => format!("{set_first} / {}", set(second, language)),
        _ => set_first,
    }
}

/// Capitals; in Azerbaijani the capital of `i` is `İ`.
fn upper(name: &str, language: Language) -> String {
    if language == Language::Az { name.replace('i', "İ").to_uppercase() } else { name.to_uppercase() }
}

fn place(items: &mut Vec<Item>, view: &View, t: &Toponym, at: Point, labels: Labels, room: &mut Room) {
    let look = lettering(t, view);
    let text = if look.upper { lettered(&t.names, labels, upper) } else { words(&t.names, labels) };
    let text = type_metrics::showable(&text, look.face);
    if text.is_empty() {
        return;
    }
    let [x, y] = at;
    let size = look.size;
    let width = type_metrics::width(&text, look.face, size, look.spacing);
    let mid = y + size * CAP_HEIGHT / 2.0;
    let areal: [(Point, Anchor); 5];
    let places: &[(Point, Anchor)] = if look.dot {
        &[
            ([x + 5.0, mid], Anchor::Start),
            ([x - 5.0, mid], Anchor::End),
            ([x, y - 5.5], Anchor::Middle),
            ([x, y + 5.0 + size * CAP_HEIGHT], Anchor::Middle),
            ([x + 4.0, y - 4.0], Anchor::Start),
            ([x + 4.0, y + 3.0 + size * CAP_HEIGHT], Anchor::Start),
        ]
    } else {
        areal = spread(t, view).map(|[x, y]| ([x + look.spacing / 2.0, y + size * CAP_HEIGHT / 2.0], Anchor::Middle));
        if matches!(t.kind, ToponymKind::Country | ToponymKind::Sea) { &areal } else { &areal[..1] }
    };
    let dot = [x - 3.0, y - 3.0, x + 3.0, y + 3.0];
    // Where a symbol stands on the town, the town keeps its name and the symbol is its dot.
    let is_covered = look.dot && !room.is_free(dot);
    let round: [(Point, Anchor); 6] = [
        ([x + 14.0, mid], Anchor::Start),
        ([x - 14.0, mid], Anchor::End),
        ([x + 21.0, mid + 4.0], Anchor::Start),
        ([x - 21.0, mid + 4.0], Anchor::End),
        ([x, y - 13.0], Anchor::Middle),
        ([x, y + 13.0 + size * CAP_HEIGHT], Anchor::Middle),
    ];
    let places = if is_covered { &round } else { places };
    for (at, anchor) in places {
        let bounds = text_box(*at, *anchor, size, width, 2.0);
        if !room.claim(bounds) {
            continue;
        }
        if look.dot && !is_covered {
            room.take(dot);
            let radius = if t.population >= 60_000 { 2.6 } else { 1.9 };
            items.push(Item::Circle {
                center: [x, y],
                radius,
                fill: Some(Paint::solid(if t.population >= 60_000 { look.color } else { view.colors.halo })),
                stroke: Some(Stroke::line(Paint::solid(look.color), 1.0)),
            });
        }
        items.push(Item::Text(Label {
            at: *at,
            anchor: *anchor,
            size,
            face: look.face,
            paint: Paint::veil(look.color, look.alpha),
            halo: Some((Paint::veil(halo(t.kind, view), 0.7), 1.6)),
            spacing: look.spacing,
            rotation: 0.0,
            text,
        }));
        return;
    }
}

/// Where the name of something wide may stand: in its middle, else a little off, by the same way on the ground at every zoom, so that
/// it stays where it is while the map moves. A sea is longer from north to south than it is wide.
fn spread(t: &Toponym, view: &View) -> [Point; 5] {
    let (lon, lat) = (t.lonlat.lon(), t.lonlat.lat());
    let offs = match t.kind {
        ToponymKind::Sea => [[0.0, 0.0], [0.0, -0.8], [0.0, 0.8], [0.3, -1.6], [0.0, 1.2]],
        _ => [[0.0, 0.0], [0.0, 0.25], [0.0, -0.25], [0.35, 0.0], [-0.35, 0.0]],
    };
    let at = |[east, north]: [f64; 2]| {
        let to = LonLat::new((lon + east).clamp(-180.0, 180.0), (lat + north).clamp(-85.0, 85.0)).unwrap_or(t.lonlat);
        view.screen(world_from_lonlat(to))
    };
    offs.map(at)
}

fn halo(kind: ToponymKind, view: &View) -> Rgb {
    match kind {
        ToponymKind::Sea | ToponymKind::Lake => view.colors.sea,
        _ => view.colors.halo,
    }
}

/// The box that a line of text takes, with a margin.
pub(super) fn text_box([x, y]: Point, anchor: Anchor, size: f32, width: f32, margin: f32) -> [f32; 4] {
    let left = x - match anchor {
        Anchor::Start => 0.0,
        Anchor::Middle => width / 2.0,
        Anchor::End => width,
    };
    [left - margin, y - size * ASCENT - margin * 0.5, left + width + margin, y + size * DESCENT + margin * 0.5]
}

/// Dated lines say what they are and when, once each, beside the line.
fn dated_names(items: &mut Vec<Item>, view: &View, labels: Labels, dated: &[Dated], room: &mut Room) {
    if view.zoom < 7.0 {
        return;
    }
    let c = view.colors;
    let size = type_size::CAPTION * 0.94;
    // What is valid finds its place first.
    let of = |now: bool| dated.iter().filter(move |d| !d.boundary.is_border() && (d.state == State::Now) == now);
    for d in of(true).chain(of(false)) {
        let b = d.boundary;
        let is_small = matches!(b.status, BoundaryStatus::Claimed | BoundaryStatus::Corridor);
        if (is_small && view.zoom < 8.6) || !b.lines.iter().any(|l| sees(view, l)) {
            continue;
        }
        let color = match b.status {
            BoundaryStatus::HeldArea | BoundaryStatus::PeacekeepingArea | BoundaryStatus::Administrative => c.held,
            _ => c.contact,
        };
        let text = format!("{}, {}", words(&b.names, Labels { second: None, ..labels }), d.dates(labels.first));
        let text = type_metrics::showable(&text, Face::Italic);
        let width = type_metrics::width(&text, Face::Italic, size, 0.3);
        let alpha = if d.state == State::Now { 1.0 } else { 0.85 };
        let spots: Vec<(Point, Anchor)> = match &b.area {
            Some(rings) if is_small => rings.iter().flat_map(|r| beside(view, r, size)).collect(),
            Some(rings) => rings.iter().flat_map(inside).map(|p| (view.screen(p), Anchor::Middle)).collect(),
            None => along(&b.lines, 16).map(|p| (view.screen(p), Anchor::Start)).collect(),
        };
        let points: Vec<Point> = b.lines.iter().flat_map(|l| l.at_zoom(view.zoom)).map(|p| view.screen(p)).collect();
        for ([x, y], anchor) in spots {
            let inside = x > -MARGIN && y > -MARGIN && x < view.width + MARGIN && y < view.height + MARGIN;
            let at = [if anchor == Anchor::Start && !is_small { x + 9.0 } else { x }, y + size * CAP_HEIGHT / 2.0];
            let [l, t, r, bottom] = text_box(at, anchor, size, width, 3.0);
            let crosses = points.iter().any(|[x, y]| (l..=r).contains(x) && (t..=bottom).contains(y));
            if inside && !crosses && room.claim([l, t, r, bottom]) {
                items.push(Item::Text(Label {
                    at,
                    anchor,
                    size,
                    face: Face::Italic,
                    paint: Paint::veil(color, alpha),
                    halo: Some((Paint::veil(c.halo, 0.8), 1.8)),
                    spacing: 0.3,
                    rotation: 0.0,
                    text,
                }));
                break;
            }
        }
    }
}

/// Places below, above and at the sides of a small ring.
fn beside(view: &View, ring: &Line, size: f32) -> [(Point, Anchor); 4] {
    let b = ring.bbox();
    let ([l, t], [r, bottom]) = (view.screen([b.x0, b.y0]), view.screen([b.x1, b.y1]));
    let (x, y) = (f32::midpoint(l, r), f32::midpoint(t, bottom));
    [
        ([x, bottom + size], Anchor::Middle),
        ([x, t - size], Anchor::Middle),
        ([r + 6.0, y], Anchor::Start),
        ([l - 6.0, y], Anchor::End),
    ]
}

/// Places along lines, evenly among their corners: the same on the ground wherever the camera looks.
fn along(lines: &[Line], count: usize) -> impl Iterator<Item = [f64; 2]> {
    let points: Vec<[f64; 2]> = lines.iter().flat_map(|l| l.at_zoom(6.0)).collect();
    let step = (points.len() / count).max(1);
    points.into_iter().skip(step / 2).step_by(step)
}

/// Places inside a ring on a grid of nine by nine over its box, from the middle outwards.
fn inside(ring: &Line) -> Vec<[f64; 2]> {
    let b = ring.bbox();
    let corners: Vec<[f64; 2]> = ring.at_zoom(7.0).collect();
    let mut grid: Vec<(i32, i32)> = (-4..=4).flat_map(|i| (-4..=4).map(move |j| (i, j))).collect();
    grid.sort_by_key(|(i, j)| i * i + j * j);
    let at = |(i, j): (i32, i32)| {
        [b.x0 + b.width() * (0.5 + f64::from(i) * 0.1), b.y0 + b.height() * (0.5 + f64::from(j) * 0.1)]
    };
    grid.into_iter().map(at).filter(|p| holds(&corners, *p)).collect()
}

/// Whether a ring holds a point, by counting crossings to its right.
fn holds(ring: &[[f64; 2]], [x, y]: [f64; 2]) -> bool {
    let mut is_in = false;
    for pair in ring.windows(2) {
        let [[x0, y0], [x1, y1]] = *pair else { continue };
        if (y0 > y) != (y1 > y) && x < x0 + (x1 - x0) * (y - y0) / (y1 - y0) {
            is_in = !is_in;
        }
    }
    is_in
}
