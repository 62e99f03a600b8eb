//! Plates: the figure of an incident that is known only by area, as words on a plate that names the area and stands
//! where there is room. Its toll is drawn on the plate, to the common scale, never on the ground.

use super::incidents::{Shown, caption, grow};
use super::list::{Anchor, Face, Item, Label, Paint, Point, Stroke};
use super::marks::{Marks, Sign};
use super::room::Room;
use super::stacks::Stack;
use super::symbols::{self, Extent, Scale};
use super::type_metrics::{self, CAP_HEIGHT};
use super::view::View;
use crate::view::Symbols;
use crate::view::theme::type_size;

/// The figure of an area: words on a small plate.
pub(super) struct Chip {
    text: String,
    pub(super) width: f32,
    pub(super) height: f32,
    /// What the toll, or the sign of the kind, takes at the left of the words; `None`: words only.
    toll: Option<Extent>,
}

impl Chip {
    /// Where the plate begins if its toll stands on the place.
    pub(super) fn toll_left(&self) -> Option<f32> {
        self.toll.map(|[left, ..]| left)
    }
}

/// Points between a toll and the words beside it.
const TOLL_GAP: f32 = 2.0;
const CHIP_SIZE: f32 = type_size::CAPTION;
const CHIP_HEIGHT: f32 = 20.0;

/// Letters of a title on a plate.
const TITLE_LETTERS: usize = 30;

/// The words of an area's plate: what it is, figure and date; for several, how many.
pub(super) fn chip(stack: &Stack, marks: &Marks, scale: Scale) -> Chip {
    titled(stack, marks, scale, TITLE_LETTERS)
}

/// The same with a shorter title, or none, so that it is no wider than `most` points if it can be.
pub(super) fn narrower(stack: &Stack, marks: &Marks, scale: Scale, most: f32) -> Chip {
    let mut tried = [22, 14].map(|letters| titled(stack, marks, scale, letters)).into_iter();
    tried.find(|c| c.width <= most).unwrap_or_else(|| titled(stack, marks, scale, 0))
}

fn titled(stack: &Stack, marks: &Marks, scale: Scale, letters: usize) -> Chip {
    let members = || stack.members.iter().filter_map(|i| marks.all().get(*i));
    // Of several, the one with most dead names the plate, and the others are counted.
    let first = members().reduce(|a, b| if b.shares.number() > a.shares.number() { b } else { a });
    let title = first.map_or(String::new(), |m| shortened(&m.title, letters));
    let what = match members().map(|m| m.count).sum::<u32>() {
        0 | 1 => title,
        // In a large project none of them is looked at by itself.
        n if title.is_empty() => format!("{} incidents, by area", crate::model::Count::Exactly(n)),
        n => format!("{title} + {}", n - 1),
    };
    let caption = caption(stack, marks).unwrap_or_else(|| "no figure".into());
    let what = if what.is_empty() { what } else { format!("{what} · ") };
    let text = type_metrics::showable(&format!("{what}{caption}"), Face::Regular);
    let mut width = type_metrics::width(&text, Face::Regular, CHIP_SIZE, 0.0) + 16.0;
    let by_kind = scale.symbols == Symbols::Kind;
    if stack.sign != Sign::Toll && !by_kind {
        width += 2.0 * symbols::SPOKEN + 4.0;
    }
    // A figure beyond the scale would be drawn too small: it stays in words, with the shares as a bar.
    // In a tint nothing is drawn to a scale.
    let on_scale =
        scale.symbols != Symbols::Heat && stack.shares.number().is_some_and(|n| (1..=scale.full).contains(&n));
    let toll = (by_kind || stack.sign == Sign::Toll && on_scale).then(|| symbols::sign_extent(stack, scale));
    let mut height = CHIP_HEIGHT;
    if let Some([l, t, r, b]) = toll {
        width += r - l + TOLL_GAP;
        height = height.max(b - t);
    }
    Chip { text, width, height, toll }
}

/// A title cut at a word, with an ellipsis.
fn shortened(title: &str, letters: usize) -> String {
    if letters == 0 {
        return String::new();
    }
    if title.chars().count() <= letters {
        return title.to_owned();
    }
    let mut out = String::new();
    for word in title.split_whitespace() {
        if out.chars().count() + word.chars().count() + 1 > letters {
            break;
        }
        out.push_str(if out.is_empty() { "" } else { " " });
        out.push_str(word);
    }
    if out.is_empty() {
        out = title.chars().take(letters).collect();
    }
    out.push('…');
    out
}

/// Moves a plate to the nearest place where nothing stands: it names an area, so a few lines away say the same.
///
/// `page` is the part of a picture that stands still which no plate should leave; in the window that would let plates jump
/// at the edges.
pub(super) fn settle(s: &mut Shown, room: &mut Room, page: Option<[f32; 4]>) {
    let [l, t, r, b] = s.ink;
    // The nearest free place, and not far: in a room, a figure is read where it stands.
    let mut steps: Vec<(f32, f32)> = (-13..=13_i8)
        .flat_map(|y| [0.0, -0.2, 0.2, -0.4, 0.4, -0.7, 0.7].map(|x| (x * (r - l), f32::from(y) * CHIP_HEIGHT * 0.65)))
        .collect();
    steps.sort_by(|(ax, ay), (bx, by)| ax.hypot(*ay).total_cmp(&bx.hypot(*by)));
    let moved = |(dx, dy): (f32, f32)| [l + dx, t + dy, r + dx, b + dy];
    let is_on_page = |[l, t, r, b]: [f32; 4]| page.is_none_or(|p| l > p[0] && t > p[1] && r < p[2] && b < p[3]);
    let mut places = steps.into_iter().map(moved).filter(|ink| is_on_page(*ink));
    // Where nothing is free, lying on something else is better than not being there.
    let nearest = places.clone().next();
    let free = places.find(|ink| room.is_free(grow(*ink, 3.0))).or(nearest);
    s.ink = free.or_else(|| page.and_then(|p| pushed_in(s.ink, room, p))).unwrap_or(s.ink);
    room.take(grow(s.ink, 3.0));
}

/// A plate of which no place near lies on the page, as a wide one in the strip that a talk leaves: pushed in from the side, and up
/// or down to where nothing stands.
fn pushed_in([l, t, r, b]: [f32; 4], room: &Room, page: [f32; 4]) -> Option<[f32; 4]> {
    // What is wider than the page begins at its left edge.
    let dx = (page[2] - 1.0 - r).min(0.0).max(page[0] + 1.0 - l);
    let mut steps: Vec<f32> = (-13..=13_i8).map(|y| f32::from(y) * CHIP_HEIGHT * 0.65).collect();
    steps.sort_by(|a, b| a.abs().total_cmp(&b.abs()));
    let places =
        || steps.iter().map(|dy| [l + dx, t + dy, r + dx, b + dy]).filter(|i| i[1] > page[1] && i[3] < page[3]);
    places().find(|ink| room.is_free(grow(*ink, 3.0))).or_else(|| places().next())
}

/// A box with round corners.
pub(super) fn plate([l, t, r, b]: [f32; 4], corner: f32) -> Vec<Point> {
    let k = corner.min((r - l) / 2.0).min((b - t) / 2.0);
    [(r - k, t + k, -90.0_f32), (r - k, b - k, 0.0), (l + k, b - k, 90.0), (l + k, t + k, 180.0)]
        .into_iter()
        .flat_map(|(x, y, from)| {
            (0..=4).map(move |i| {
                let (s, c) = (from + 22.5 * i as f32).to_radians().sin_cos();
                [x + k * c, y + k * s]
            })
        })
        .collect()
}

pub(super) fn draw_chip(items: &mut Vec<Item>, view: &View, s: &Shown, chip: &Chip, scale: Scale) {
    let c = view.colors;
    let middle = f32::midpoint(s.ink[1], s.ink[3]);
    let [l, t, r, b] = [
        s.ink[0] + chip.toll.map_or(0.0, |[l, ..]| -l),
        middle - CHIP_HEIGHT / 2.0,
        s.ink[2],
        middle + CHIP_HEIGHT / 2.0,
    ];
    let [x, y] = s.at;
    if x < l || x > r || y < t || y > b {
        let edge = [x.clamp(l, r), y.clamp(t, b)];
        items.push(Item::Lines {
            lines: vec![vec![s.at, edge]],
            stroke: Stroke::dashed(Paint::solid(c.label), 1.0, 2.5, 2.5),
        });
    }
    if s.count > 1 {
        items.push(Item::Polygon {
            rings: vec![plate([l + 3.0, t + 3.0, r + 3.0, b + 3.0], 5.0)],
            fill: Some(Paint::solid(c.panel)),
            stroke: Some(Stroke::line(Paint::solid(c.label), 0.8)),
        });
    }
    items.push(Item::Polygon {
        rings: vec![plate([l, t, r, b], 5.0)],
        fill: Some(Paint::solid(c.panel)),
        stroke: Some(Stroke::line(Paint::solid(c.label), 1.0)),
    });
    let mut left = l + 8.0;
    if let Some([_, top, right, bottom]) = chip.toll {
        symbols::sign(items, [l, middle - f32::midpoint(top, bottom)], s.stack, scale, c);
        left += right - 8.0 + TOLL_GAP + 4.0;
    }
    if s.stack.sign != Sign::Toll && chip.toll.is_none() {
        symbols::spoken(items, [l + 6.0 + symbols::SPOKEN, f32::midpoint(t, b)], s.stack.sign, c);
        left += 2.0 * symbols::SPOKEN + 4.0;
    }
    if chip.toll.is_none() && matches!(scale.symbols, Symbols::Halves | Symbols::Ring) {
        split_bar(items, view, s, [l, b]);
    }
    items.push(Item::Text(Label {
        at: [left, f32::midpoint(t, b) + CHIP_SIZE * CAP_HEIGHT / 2.0 - 0.5],
        anchor: Anchor::Start,
        size: CHIP_SIZE,
        face: Face::Regular,
        paint: Paint::solid(c.text),
        halo: None,
        spacing: 0.0,
        rotation: 0.0,
        text: chip.text.clone(),
    }));
}

/// The parties' shares as a thin bar along the lower edge of a plate.
fn split_bar(items: &mut Vec<Item>, view: &View, s: &Shown, [l, b]: Point) {
    let c = view.colors;
    let parts = s.stack.shares.parts.map(|p| f64::from(p.unwrap_or(0)));
    let sum: f64 = parts.iter().sum();
    if s.stack.sign != Sign::Toll || sum <= 0.0 {
        return;
    }
    let (start, length) = (l + 6.0, f64::from(s.ink[2] - l - 12.0));
    let [a, p, _] = parts;
    let mut from = 0.0;
    for (part, color) in [(a, c.party_a), (parts[2], c.party_other), (p, c.party_b)] {
        let to = from + part / sum * length;
        if part > 0.0 {
            let x = |v: f64| start + v as f32;
            let ring = vec![[x(from), b - 3.6], [x(to), b - 3.6], [x(to), b - 1.2], [x(from), b - 1.2]];
            items.push(Item::Polygon { rings: vec![ring], fill: Some(Paint::solid(color)), stroke: None });
        }
        from = to;
    }
}
