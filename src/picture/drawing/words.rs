//! What is written at a drawing, and where: along a line, in an area, over a circle, on the place of a text.
//!
//! Of several places the first is taken where nothing stands yet. Without one, a title is left out; the words of a text and
//! the figure of a measurement, which are what they were drawn for, stand at the first.

use super::super::clip::Box4;
use super::super::list::{Anchor, Face, Item, Label, Paint, Point};
use super::super::room::Room;
use super::super::type_metrics::{self, CAP_HEIGHT};
use super::super::view::View;
use super::{Sketch, path};
use crate::derive::geodesy;
use crate::model::{Drawing, DrawingKind, Form};
use crate::view::theme::readable;

/// From one line of words to the next, in type sizes.
const LEADING: f32 = 1.26;

/// Words that nobody could read at once; more is for the notes.
const MOST_LINES: usize = 12;

/// The figure of a measurement or of a circle, with what it is; `None` for what is not measured.
pub(crate) fn figure(drawing: &Drawing) -> Option<String> {
    Some(match (drawing.kind(), drawing.form()) {
        (DrawingKind::Distance, Form::Line(line)) => {
            format!("{} (geodesic)", geodesy::length_words(geodesy::length_km(line)))
        }
        (DrawingKind::MeasuredArea, Form::Area(rings)) => {
            format!("{} (geodesic)", geodesy::area_words(geodesy::area_km2(rings)))
        }
        (_, Form::Circle(_, km)) => format!("radius {} (geodesic)", geodesy::length_words(*km)),
        _ => return None,
    })
}

/// The lines of words of a drawing.
fn lines(drawing: &Drawing) -> Vec<String> {
    let is_text = drawing.kind() == DrawingKind::Text;
    let title = if drawing.titled || is_text { &*drawing.title } else { "" };
    let words = title.lines().map(str::trim_end).filter(|l| is_text || !l.trim().is_empty()).map(str::to_owned);
    let mut lines: Vec<String> = words.chain(figure(drawing)).take(MOST_LINES).collect();
    for line in &mut lines {
        *line = type_metrics::showable(line, Face::Regular);
    }
    if lines.iter().all(|l| l.trim().is_empty()) { Vec::new() } else { lines }
}

/// Sets the words of a drawing, and gives back the box that they take.
pub(super) fn set(s: &Sketch, items: &mut Vec<Item>, view: &View, room: &mut Room) -> Option<Box4> {
    let drawing = s.drawing;
    let lines = lines(drawing);
    if lines.is_empty() {
        return None;
    }
    let size = drawing.style.text_size;
    let face = if drawing.kind() == DrawingKind::Text { Face::Bold } else { Face::Regular };
    let wide = lines.iter().map(|l| type_metrics::width(l, face, size, 0.0)).fold(0.0, f32::max) + 4.0;
    let high = size * LEADING * lines.len() as f32;
    let places = places(s, [wide, high]);
    let around = |[x, y]: Point| [x - wide / 2.0, y - high / 2.0, x + wide / 2.0, y + high / 2.0];
    let is_seen = |[l, t, r, b]: &Box4| *r > 0.0 && *b > 0.0 && *l < view.width && *t < view.height;
    let mut boxes = places.into_iter().map(around).filter(is_seen).peekable();
    let first = boxes.peek().copied()?;
    let is_needed = drawing.kind() == DrawingKind::Text || figure(drawing).is_some();
    let at = boxes.find(|b| room.is_free(*b)).or(Some(first).filter(|_| is_needed))?;
    room.take(at);
    let color = readable(s.color, view.colors.halo, view.colors.label);
    let [l, t, ..] = at;
    for (n, line) in lines.into_iter().enumerate() {
        let middle = t + size * LEADING * (n as f32 + 0.5);
        items.push(Item::Text(Label {
            at: [l + wide / 2.0, middle + size * CAP_HEIGHT / 2.0],
            anchor: Anchor::Middle,
            size,
            face,
            paint: Paint::solid(color),
            halo: Some((Paint::veil(view.colors.halo, 0.88), 2.4)),
            spacing: 0.0,
            rotation: 0.0,
            text: line,
        }));
    }
    Some(at)
}

/// Middles of the boxes in which words of this size may stand, the best first.
fn places(s: &Sketch, [wide, high]: [f32; 2]) -> Vec<Point> {
    let style = &s.drawing.style;
    let Some(line) = s.paths.first() else { return Vec::new() };
    let [l, t, r, b] = bounds(line);
    match s.drawing.kind() {
        DrawingKind::Text => line.clone(),
        DrawingKind::Line | DrawingKind::Arrow | DrawingKind::Distance => {
            let away = style.width * if s.drawing.kind() == DrawingKind::Arrow { 1.3 } else { 0.5 } + 4.0;
            let parts = [0.5, 0.35, 0.65, 0.2, 0.8, 0.08, 0.92].map(|part| path::along(line, part));
            let beside = |(at, way): (Point, Point)| {
                // Above the line first.
                let [nx, ny] = if way[0] >= 0.0 { [way[1], -way[0]] } else { [-way[1], way[0]] };
                let by = f32::midpoint(nx.abs() * wide, ny.abs() * high) + away;
                [[at[0] + nx * by, at[1] + ny * by], [at[0] - nx * by, at[1] - ny * by]]
            };
            parts.into_iter().flatten().flat_map(beside).collect()
        }
        DrawingKind::Circle => {
            let x = f32::midpoint(l, r);
            let middle = f32::midpoint(t, b);
            let by = high / 2.0 + style.width / 2.0 + 3.0;
            let (aside, inside) = (wide / 2.0 + 6.0, [x, middle + by + 4.0]);
            let around = [[x, t - by], [x, b + by], inside, [r + aside, middle], [l - aside, middle]];
            around.into_iter().chain([[r + aside, t], [l - aside, t], [r + aside, b], [l - aside, b]]).collect()
        }
        DrawingKind::Area | DrawingKind::MeasuredArea => {
            let [x, y] = middle(line);
            let by = high / 2.0 + style.width / 2.0 + 3.0;
            let mid = f32::midpoint(l, r);
            vec![[x, y], [x, y - high], [x, y + high], [mid, t - by], [mid, b + by]]
        }
    }
}

fn bounds(line: &[Point]) -> Box4 {
    let far = [f32::INFINITY, f32::INFINITY, f32::NEG_INFINITY, f32::NEG_INFINITY];
    line.iter().fold(far, |[l, t, r, b], [x, y]| [l.min(*x), t.min(*y), r.max(*x), b.max(*y)])
}

/// The centre of gravity of a ring if it lies in it, else the middle of the widest level stretch through its middle height.
fn middle(ring: &[Point]) -> Point {
    let [l, t, r, b] = bounds(ring);
    let closed = || ring.iter().zip(ring.iter().cycle().skip(1));
    let (mut area, mut x, mut y) = (0.0_f64, 0.0_f64, 0.0_f64);
    for ([x0, y0], [x1, y1]) in closed() {
        // From the corner of the box, so that small areas far off lose no digits.
        let (x0, y0, x1, y1) = (f64::from(x0 - l), f64::from(y0 - t), f64::from(x1 - l), f64::from(y1 - t));
        let cross = x0 * y1 - x1 * y0;
        area += cross;
        x += (x0 + x1) * cross;
        y += (y0 + y1) * cross;
    }
    let at = [l + (x / (3.0 * area)) as f32, t + (y / (3.0 * area)) as f32];
    if at.iter().all(|v| v.is_finite()) && super::super::list::is_inside(ring, at) {
        return at;
    }
    let level = f32::midpoint(t, b);
    let mut crossings: Vec<f32> = closed()
        .filter(|([_, y0], [_, y1])| (*y0 <= level) != (*y1 <= level))
        .map(|([x0, y0], [x1, y1])| x0 + (x1 - x0) * (level - y0) / (y1 - y0))
        .collect();
    crossings.sort_by(f32::total_cmp);
    let widest = crossings.chunks_exact(2).filter_map(|p| Some((*p.first()?, *p.last()?)));
    let widest = widest.max_by(|a, b| (a.1 - a.0).total_cmp(&(b.1 - b.0)));
    widest.map_or([f32::midpoint(l, r), level], |(a, b)| [f32::midpoint(a, b), level])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_of_an_area_stand_in_it_even_where_it_is_bent() {
        assert_eq!(middle(&[[0.0, 0.0], [10.0, 0.0], [10.0, 10.0], [0.0, 10.0]]), [5.0, 5.0]);
        let horseshoe =
            [[0.0, 0.0], [4.0, 0.0], [4.0, 26.0], [26.0, 26.0], [26.0, 0.0], [32.0, 0.0], [32.0, 30.0], [0.0, 30.0]];
        assert!(super::super::super::list::is_inside(&horseshoe, middle(&horseshoe)));
    }
}
