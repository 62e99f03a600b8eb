//! What was drawn by hand: lines, arrows, areas, texts, circles and measurements, in their time.
//!
//! A drawing without a date is shown at every time; one with a date in windows that it shares a second with, as incidents
//! are. Shapes lie over borders and under names; words stand where there is room, those of texts and measurements always.
//!
//! | file | topic |
//! |---|---|
//! | `path` | from corners to a line on the screen: straight, along the geodesic, round a circle |
//! | `arrow` | an arrow that widens towards its head |
//! | `words` | what is written at a drawing, and where |
//! | `legend` | its rows of the legend |

mod arrow;
mod legend;
mod path;
mod words;

pub(super) use legend::rows;
pub(super) use words::figure;

use super::clip::{self, Box4};
use super::list::{Dash, Drawn, Item, Paint, Point, Stroke};
use super::view::View;
use super::{Fade, Scene};
use crate::derive::geodesy;
use crate::model::{Dashes, Drawing, DrawingId, DrawingKind, Fill, Form, LonLat, Project, Span, Style};
use crate::view::Rgb;

/// A drawing that is not in the project yet, or not yet so: one being drawn or reshaped.
#[derive(Clone, Debug, PartialEq)]
pub struct Draft {
    /// The drawing in whose place it is shown; `None`: it is new.
    pub of: Option<DrawingId>,
    /// As it would be.
    pub drawing: Drawing,
}

/// Points beyond the picture to which shapes are drawn, so that no cut edge is seen.
const MARGIN: f32 = 40.0;

/// Corners up to which the window can fill an area; larger ones are hatched.
const MOST_FILLED: usize = 500;

/// Whether a drawing is shown in a window of time.
pub(super) fn is_shown(drawing: &Drawing, window: Option<Span>) -> bool {
    window.is_none_or(|w| drawing.when.is_none_or(|when| when.span().overlaps(w)))
}

/// The drawings of a scene that are shown, from the ground up, with the draft in its place.
pub(super) fn shown<'a>(scene: &'a Scene<'_>) -> Vec<(DrawingId, &'a Drawing)> {
    if !scene.layers.drawings {
        return Vec::new();
    }
    let draft = scene.draft.as_ref();
    let replaced = |(id, drawing): (DrawingId, &'a Drawing)| match draft {
        Some(d) if d.of == Some(id) => (id, &d.drawing),
        _ => (id, drawing),
    };
    let new = draft.filter(|d| d.of.is_none()).map(|d| (DrawingId(u32::MAX), &d.drawing));
    let window = scene.question.span;
    scene.project.drawings().map(replaced).filter(|(_, d)| is_shown(d, window)).chain(new).collect()
}

/// All corners of the drawings of a project that are shown in a window, circles by their rim; to fit a camera round them.
pub(super) fn extent(project: &Project, window: Option<Span>) -> impl Iterator<Item = LonLat> + '_ {
    let shown = project.drawings().map(|(_, d)| d).filter(move |d| is_shown(d, window));
    shown.flat_map(|d| match d.form() {
        Form::Circle(middle, km) => geodesy::circle(*middle, *km, 8),
        form => form.corners().collect(),
    })
}

/// A drawing worked out for a view.
struct Sketch<'a> {
    id: DrawingId,
    drawing: &'a Drawing,
    color: Rgb,
    opacity: f32,
    /// Lines on the screen, whole.
    paths: Vec<Vec<Point>>,
    /// The body of an arrow.
    body: Vec<Point>,
}

/// The drawings of a scene, ready to be drawn.
pub(super) struct Sketches<'a>(Vec<Sketch<'a>>);

impl<'a> Sketches<'a> {
    pub(super) fn of(scene: &'a Scene<'_>, view: &View) -> Self {
        let sketch = |(id, drawing): (DrawingId, &'a Drawing)| {
            let paths = path::paths(view, drawing);
            let is_seen = paths.iter().any(|p| touches(p, view.bounds(MARGIN)));
            let text_near = drawing.kind() == DrawingKind::Text && is_seen;
            (is_seen || text_near).then(|| Sketch {
                id,
                drawing,
                color: view.colors.ink(drawing.style.ink),
                opacity: opacity(scene.fade, drawing),
                body: match drawing.kind() {
                    DrawingKind::Arrow => {
                        paths.first().map(|p| arrow::outline(p, drawing.style.width)).unwrap_or_default()
                    }
                    _ => Vec::new(),
                },
                paths,
            })
        };
        Self(shown(scene).into_iter().filter_map(sketch).collect())
    }

    /// Draws the shapes, and gives back what answers to the pointer.
    pub(super) fn shapes(&self, items: &mut Vec<Item>, view: &View) -> Vec<Drawn> {
        if !self.0.is_empty() {
            items.push(Item::Layer("drawings"));
        }
        let drawn = self.0.iter().map(|s| {
            let from = items.len();
            s.draw(items, view);
            if s.opacity < 1.0 {
                items.iter_mut().skip(from).for_each(|i| i.fade(s.opacity));
            }
            s.drawn(view)
        });
        drawn.collect()
    }

    /// Sets the words where there is room, and adds the boxes they take to what answers to the pointer.
    pub(super) fn words(&self, items: &mut Vec<Item>, view: &View, room: &mut super::room::Room, drawn: &mut [Drawn]) {
        let mut is_first = true;
        for (s, hit) in self.0.iter().zip(drawn) {
            let from = items.len();
            if std::mem::take(&mut is_first) {
                items.push(Item::Layer("drawing-words"));
            }
            hit.boxes.extend(words::set(s, items, view, room));
            items.iter_mut().skip(from).for_each(|i| i.fade(s.opacity));
        }
    }
}

fn opacity(fade: Option<Fade>, drawing: &Drawing) -> f32 {
    match (fade, drawing.when) {
        (Some(fade), Some(when)) => fade.opacity(Some(when.span())),
        _ => 1.0,
    }
}

/// Whether the box round a line meets another box.
fn touches(line: &[Point], [l, t, r, b]: Box4) -> bool {
    let far = [f32::INFINITY, f32::INFINITY, f32::NEG_INFINITY, f32::NEG_INFINITY];
    let [x0, y0, x1, y1] = line.iter().fold(far, |[l, t, r, b], [x, y]| [l.min(*x), t.min(*y), r.max(*x), b.max(*y)]);
    x0 <= r && x1 >= l && y0 <= b && y1 >= t
}

/// The stroke of a style in a colour; dashes grow with the width.
fn stroke(style: &Style, color: Rgb, width: f32) -> Stroke {
    let dash = match style.dash {
        Dashes::Solid => None,
        Dashes::Dashed => Some([4.0 + 2.5 * width, 3.0 + 1.8 * width]),
        // Round dots: a stroke of no length with round ends.
        Dashes::Dotted => Some([0.1, 1.4 + 1.9 * width]),
    };
    Stroke { dash: dash.map(|[on, off]| Dash { on, off, offset: 0.0 }), ..Stroke::line(Paint::solid(color), width) }
}

/// A line with its casing, cut to the picture; dashes hang on the ground.
fn cased(items: &mut Vec<Item>, view: &View, paths: &[Vec<Point>], stroke: Stroke) {
    let runs: Vec<clip::Run> =
        paths.iter().flat_map(|p| clip::clip_line(p.iter().copied(), view.bounds(MARGIN))).collect();
    if runs.is_empty() {
        return;
    }
    let lines = |runs: &[clip::Run]| runs.iter().map(|r| r.points.clone()).collect();
    let casing = Stroke::line(Paint::veil(view.colors.halo, 0.8), stroke.width + 2.6);
    items.push(Item::Lines { lines: lines(&runs), stroke: casing });
    match stroke.dash {
        None => items.push(Item::Lines { lines: lines(&runs), stroke }),
        Some(dash) => items.extend(runs.into_iter().map(|r| {
            let dash = Dash { offset: r.before.rem_euclid(dash.on + dash.off), ..dash };
            Item::Lines { lines: vec![r.points], stroke: Stroke { dash: Some(dash), ..stroke } }
        })),
    }
}

/// The inside of an area: a tint, or diagonal lines. What the window could not fill is hatched instead.
fn inside(items: &mut Vec<Item>, view: &View, rings: &[Vec<Point>], fill: Fill, color: Rgb) {
    let cut: Vec<Vec<Point>> =
        rings.iter().map(|r| clip::clip_ring(r, view.bounds(MARGIN))).filter(|r| r.len() > 2).collect();
    let can_be_filled = cut.len() == 1 && cut.iter().all(|r| r.len() <= MOST_FILLED);
    if cut.is_empty() {
        return;
    }
    match fill {
        Fill::None => {}
        Fill::Tint if can_be_filled => {
            items.push(Item::Polygon { rings: cut, fill: Some(Paint::veil(color, 0.16)), stroke: None });
        }
        Fill::Tint | Fill::Hatch => {
            // Wider than the hatch of areas held, and the other way round where those cross it.
            let lines = clip::hatch(&cut, view.bounds(4.0), 9.0, view.anchor(), true);
            items.push(Item::Lines { lines, stroke: Stroke::line(Paint::veil(color, 0.5), 1.0) });
        }
    }
}

impl Sketch<'_> {
    fn draw(&self, items: &mut Vec<Item>, view: &View) {
        let style = &self.drawing.style;
        let line = stroke(style, self.color, style.width);
        match self.drawing.kind() {
            DrawingKind::Text => {}
            DrawingKind::Line => cased(items, view, &self.paths, line),
            DrawingKind::Arrow => self.arrow(items, view),
            DrawingKind::Area | DrawingKind::MeasuredArea | DrawingKind::Circle => {
                inside(items, view, &self.paths, style.fill, self.color);
                cased(items, view, &self.closed(), line);
                if let Form::Circle(middle, _) = self.drawing.form() {
                    cross(items, view, path::point(view, *middle), self.color);
                }
            }
            DrawingKind::Distance => {
                cased(items, view, &self.paths, line);
                let ticks = self.paths.iter().flat_map(|p| path::ends(p, 6.0)).collect::<Vec<_>>();
                cased(items, view, &ticks, Stroke { dash: None, ..line });
                let inner = self.drawing.form().corners().map(|c| path::point(view, c)).collect::<Vec<_>>();
                for p in inner.iter().skip(1).take(inner.len().saturating_sub(2)) {
                    let rim = Some(Stroke::line(Paint::solid(self.color), 1.2));
                    let fill = Some(Paint::solid(view.colors.halo));
                    items.push(Item::Circle { center: *p, radius: style.width + 1.4, fill, stroke: rim });
                }
            }
        }
    }

    fn arrow(&self, items: &mut Vec<Item>, view: &View) {
        let cut = clip::clip_ring(&self.body, view.bounds(MARGIN));
        if cut.len() < 3 {
            return;
        }
        let closed: Vec<Point> = self.body.iter().chain(self.body.first()).copied().collect();
        let style = &self.drawing.style;
        if style.fill == Fill::Tint {
            let casing = Some(Stroke::line(Paint::veil(view.colors.halo, 0.85), 3.0));
            items.push(Item::Polygon { rings: vec![cut.clone()], fill: None, stroke: casing });
            // With a broken edge the body is pale: what it says is not said as firmly.
            let is_whole = style.dash == Dashes::Solid;
            let fill = Some(Paint::veil(self.color, if is_whole { 0.88 } else { 0.4 }));
            items.push(Item::Polygon { rings: vec![cut], fill, stroke: None });
            if is_whole {
                return;
            }
        } else {
            inside(items, view, std::slice::from_ref(&self.body), style.fill, self.color);
        }
        cased(items, view, &[closed], stroke(style, self.color, 1.5));
    }

    /// Its rings with the last corner joined to the first.
    fn closed(&self) -> Vec<Vec<Point>> {
        self.paths.iter().map(|p| p.iter().chain(p.first()).copied().collect()).collect()
    }

    fn drawn(&self, view: &View) -> Drawn {
        let kind = self.drawing.kind();
        let is_ring = kind.is_area() || kind == DrawingKind::Circle;
        let lines = match kind {
            DrawingKind::Text => Vec::new(),
            _ if is_ring => self.closed(),
            _ => self.paths.clone(),
        };
        let cut = |p: &Vec<Point>| clip::clip_line(p.iter().copied(), view.bounds(MARGIN));
        Drawn {
            id: self.id,
            lines: lines.iter().flat_map(cut).map(|r| r.points).collect(),
            half_width: self.drawing.style.width / 2.0,
            rings: if is_ring && self.drawing.style.fill != Fill::None { self.paths.clone() } else { Vec::new() },
            boxes: Vec::new(),
        }
    }
}

/// A small cross: the middle of a circle.
fn cross(items: &mut Vec<Item>, view: &View, [x, y]: Point, color: Rgb) {
    let lines = vec![vec![[x - 4.0, y], [x + 4.0, y]], vec![[x, y - 4.0], [x, y + 4.0]]];
    items.push(Item::Lines { lines: lines.clone(), stroke: Stroke::line(Paint::veil(view.colors.halo, 0.8), 3.4) });
    items.push(Item::Lines { lines, stroke: Stroke::line(Paint::solid(color), 1.3) });
}
