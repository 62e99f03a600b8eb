//! Leader labels: chosen incidents are named beside a line to their symbol, "13 Sep · Sotk · 1 killed".
//!
//! They have room before everything but symbols, and one of them is never left out: it was chosen. What is known only by area
//! has its plate already.

use super::incidents::{Layout, grow};
use super::list::{Anchor, Face, Item, Label, Paint, Point, Stroke};
use super::marks::{Shares, Sign, date, days, sign};
use super::room::Room;
use super::type_metrics::{self, ASCENT, CAP_HEIGHT, DESCENT};
use super::view::View;
use super::{Marks, Scene};
use crate::model::IncidentId;
use crate::view::theme::type_size;

/// Most incidents that are named so: more would hide the map.
pub const MOST: usize = 12;

/// Points from the rim of a symbol to its words, nearest first.
const FAR: [f32; 4] = [26.0, 44.0, 66.0, 92.0];
/// Directions in which the words may stand, degrees clockwise from east, best first.
const DIRECTIONS: [f32; 8] = [-35.0, -145.0, 35.0, 145.0, -90.0, 90.0, 0.0, 180.0];
const SIZE: f32 = type_size::BODY;

/// The words: day, place in the first language of the map, and dead; `None` if nothing of it is known.
fn words(scene: &Scene, marks: &Marks, id: IncidentId) -> Option<String> {
    let incident = scene.project.get(id)?;
    let day = days(incident, marks.zone().offset()).map(|(first, last)| date(first, last, marks.main_year()));
    let place = incident.place.names.best(scene.labels.first).to_owned();
    let shares = Shares { total: scene.derived.row(id).dead.total, ..Shares::default() };
    let dead = (sign(incident) == Sign::Toll).then(|| match shares.figure() {
        figure if figure.is_empty() => "no figure".to_owned(),
        figure => format!("{figure} killed"),
    });
    let parts = [day, Some(place), dead].into_iter().flatten().filter(|p| !p.is_empty());
    let text = parts.collect::<Vec<_>>().join(" · ");
    Some(type_metrics::showable(&text, Face::Bold)).filter(|t| !t.is_empty())
}

/// Names the chosen incidents of a scene that are in the picture; those of `page` (left, top, right, bottom) within it.
pub(super) fn draw(
    items: &mut Vec<Item>,
    view: &View,
    scene: &Scene,
    layout: &mut Layout,
    page: Option<[f32; 4]>,
    room: &mut Room,
) {
    let c = view.colors;
    items.push(Item::Layer("callouts"));
    for id in scene.called.iter().copied().filter(|id| scene.derived.shows(*id)).take(MOST) {
        let (Some((at, radius)), Some(text)) = (layout.spot(id), words(scene, scene.marks, id)) else { continue };
        let width = type_metrics::width(&text, Face::Bold, SIZE, 0.0);
        let stand = |far: f32, degrees: f32| {
            let (sin, cos) = degrees.to_radians().sin_cos();
            let [x, y] = [at[0] + (radius + far) * cos, at[1] + (radius + far) * sin];
            let left = match cos {
                cos if cos > 0.3 => x,
                cos if cos < -0.3 => x - width,
                _ => x - width / 2.0,
            };
            let base = y + SIZE * CAP_HEIGHT / 2.0;
            ([left - 3.0, base - SIZE * ASCENT, left + width + 3.0, base + SIZE * DESCENT], [left, base])
        };
        let is_on_page = |[l, t, r, b]: [f32; 4]| page.is_none_or(|p| l > p[0] && t > p[1] && r < p[2] && b < p[3]);
        let places = || {
            let all = FAR.iter().flat_map(|far| DIRECTIONS.iter().map(move |d| stand(*far, *d)));
            all.filter(|(bounds, _)| is_on_page(*bounds))
        };
        let free = places().find(|(bounds, _)| room.is_free(grow(*bounds, 2.0)));
        let (bounds, from) = free.or_else(|| places().next()).unwrap_or_else(|| stand(FAR[0], DIRECTIONS[0]));
        room.take(grow(bounds, 2.0));
        leader(items, view, at, radius, bounds);
        items.push(Item::Text(Label {
            at: from,
            anchor: Anchor::Start,
            size: SIZE,
            face: Face::Bold,
            paint: Paint::solid(c.label),
            halo: Some((Paint::veil(c.halo, 0.92), 2.6)),
            spacing: 0.0,
            rotation: 0.0,
            text,
        }));
        layout.leave_out_label(id);
    }
}

/// The line from the rim of a symbol to the nearest point of the words.
fn leader(items: &mut Vec<Item>, view: &View, at: Point, radius: f32, [l, t, r, b]: [f32; 4]) {
    let c = view.colors;
    let to = [at[0].clamp(l, r), at[1].clamp(t, b)];
    let (dx, dy) = (to[0] - at[0], to[1] - at[1]);
    let length = dx.hypot(dy);
    if length <= radius {
        return;
    }
    let lines = vec![vec![[at[0] + dx / length * radius, at[1] + dy / length * radius], to]];
    items.push(Item::Lines { lines: lines.clone(), stroke: Stroke::line(Paint::veil(c.rim, 0.85), 3.2) });
    items.push(Item::Lines { lines, stroke: Stroke::line(Paint::solid(c.label), 1.1) });
}
