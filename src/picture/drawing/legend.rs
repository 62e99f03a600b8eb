//! The rows of the legend for what is drawn by hand: one for each sort and look that is in the picture.

use super::super::Scene;
use super::super::list::{Anchor, Face, Item, Paint, Point, Stroke};
use super::super::view::View;
use super::{arrow, path, shown, stroke, touches};
use crate::model::{Dashes, Drawing, DrawingKind, Fill, Ink};

/// Rows beyond which the legend would be longer than what it explains.
const MOST: usize = 8;

/// Height in points, words, and what draws the sample about a point.
type Row = (f32, String, Box<dyn Fn(&mut Vec<Item>, Point)>);

/// What makes two drawings look the same.
type Look = (DrawingKind, Ink, Dashes, Fill);

/// The rows for the drawings that are in view.
pub(in super::super) fn rows(view: &View, scene: &Scene) -> Vec<Row> {
    let mut looks: Vec<(Look, Vec<&Drawing>)> = Vec::new();
    for (_, drawing) in shown(scene) {
        // Words explain themselves.
        let explained = drawing.kind() != DrawingKind::Text;
        if !(explained && path::paths(view, drawing).iter().any(|p| touches(p, view.bounds(0.0)))) {
            continue;
        }
        let s = &drawing.style;
        let look = (drawing.kind(), s.ink, s.dash, s.fill);
        match looks.iter_mut().find(|(l, _)| *l == look) {
            Some((_, all)) => all.push(drawing),
            None => looks.push((look, vec![drawing])),
        }
    }
    let row = |((kind, ..), all): (Look, Vec<&Drawing>)| -> Option<Row> {
        let first = all.first()?;
        let what = words(kind);
        // What stands alone goes by its name; several are a sort.
        let text = match all.len() {
            1 if !first.title.trim().is_empty() => format!("{} ({what})", first.name()),
            1 => what.to_owned(),
            n => format!("{what}, {n}"),
        };
        let style = first.style;
        let (color, halo) = (view.colors.ink(style.ink), view.colors.halo);
        let draw = move |items: &mut Vec<Item>, [x, y]: Point| {
            let (l, r, t, b) = (x - 15.0, x + 15.0, y - 5.5, y + 5.5);
            let line = stroke(&style, color, style.width.min(3.0));
            let tinted = |alpha: f32| (style.fill == Fill::Tint).then_some(Paint::veil(color, alpha));
            match kind {
                DrawingKind::Arrow => {
                    let rings = vec![arrow::outline(&[[l, y], [r, y]], style.width.min(6.0))];
                    let edge = (style.fill != Fill::Tint).then_some(Stroke { width: 1.2, ..line });
                    items.push(Item::Polygon { rings, fill: tinted(0.88), stroke: edge });
                }
                DrawingKind::Area | DrawingKind::MeasuredArea => {
                    let ring = vec![[l, t], [r, t], [r, b], [l, b]];
                    if style.fill == Fill::Hatch {
                        let hatch = super::super::clip::hatch(
                            std::slice::from_ref(&ring),
                            [l, t, r, b],
                            6.0,
                            [f64::from(l), f64::from(t)],
                            true,
                        );
                        items.push(Item::Lines { lines: hatch, stroke: Stroke::line(Paint::veil(color, 0.5), 1.0) });
                    }
                    items.push(Item::Polygon { rings: vec![ring], fill: tinted(0.16), stroke: Some(line) });
                }
                DrawingKind::Circle => {
                    let stroke = Some(line);
                    items.push(Item::Circle { center: [x, y], radius: 7.0, fill: tinted(0.16), stroke });
                }
                DrawingKind::Distance => {
                    let way = vec![[l, y], [r, y]];
                    let mut lines = path::ends(&way, 4.0);
                    lines.push(way);
                    items.push(Item::Lines { lines: lines.clone(), stroke: Stroke::line(Paint::veil(halo, 0.8), 3.0) });
                    items.push(Item::Lines { lines, stroke: line });
                }
                DrawingKind::Line => items.push(Item::Lines { lines: vec![vec![[l, y], [r, y]]], stroke: line }),
                DrawingKind::Text => items.push(super::super::furniture::text(
                    [x, y + 4.0],
                    Anchor::Middle,
                    12.0,
                    Face::Bold,
                    color,
                    "Aa",
                )),
            }
        };
        Some((18.0, text, Box::new(draw)))
    };
    looks.into_iter().take(MOST).filter_map(row).collect()
}

fn words(kind: DrawingKind) -> &'static str {
    match kind {
        DrawingKind::Line => "drawn line",
        DrawingKind::Arrow => "drawn arrow",
        DrawingKind::Area => "drawn area",
        DrawingKind::Text => "text",
        DrawingKind::Circle => "drawn circle, true radius",
        DrawingKind::Distance => "measured distance, geodesic",
        DrawingKind::MeasuredArea => "measured area, geodesic",
    }
}
