//! Where incidents lie close together, as a tint: soft discs that darken where they overlap.
//!
//! A disc is as wide on the ground within a whole step of zoom, wherever the camera looks, and never narrower than the disc
//! within which its place lies; a wider one is as much fainter. What is known only by area is a plate and tints nothing, and
//! what has no figure tints as much as what has one: the tint counts incidents, not the dead.

use std::collections::BTreeMap;

use super::Fade;
use super::list::{Item, Paint, Point};
use super::marks::{Form, Mark, Marks, Sign};
use super::view::View;
use crate::view::theme::Colors;

/// Points from the middle of a disc to its rim, at a whole step of zoom.
const REACH: f64 = 30.0;
/// The discs that make one soft one, as parts of its radius.
const RINGS: [f32; 5] = [1.0, 0.78, 0.58, 0.4, 0.24];
/// How much of the ground one incident hides in each of them.
const ALPHA: f64 = 0.036;
/// The most that any number of them does.
const MOST: f64 = 0.55;

/// Radius of the dot that stands where an incident does.
pub(super) const DOT: f32 = 2.2;

/// Whether an incident tints the ground.
pub(super) fn counts(mark: &Mark) -> bool {
    mark.sign == Sign::Toll && !mark.form.is_area()
}

fn soft(items: &mut Vec<Item>, center: Point, radius: f32, incidents: f64, c: &Colors) {
    let [ink, ..] = c.inks;
    let alpha = (1.0 - (1.0 - ALPHA).powf(incidents)).min(MOST) as f32;
    if alpha > 0.002 {
        let ring = |part: &f32| Item::Circle {
            center,
            radius: radius * part,
            fill: Some(Paint::veil(ink, alpha)),
            stroke: None,
        };
        items.extend(RINGS.iter().map(ring));
    }
}

/// Tints the ground under a view.
pub(super) fn tint(items: &mut Vec<Item>, view: &View, marks: &Marks, fade: Option<Fade>) {
    let reach = REACH * (view.zoom - view.zoom.floor()).exp2();
    // Incidents at one spot are one disc, in an order that does not hang on the camera.
    let mut spots: BTreeMap<[u64; 3], ([f64; 2], f64, f64)> = BTreeMap::new();
    for mark in marks.all().iter().filter(|m| counts(m)) {
        let radius = match mark.form {
            Form::Disc { radius } | Form::Fan { radius, .. } => radius * view.scale,
            _ => 0.0,
        };
        let wide = radius.max(reach);
        let weight =
            f64::from(mark.count) * (reach / wide).powi(2) * fade.map_or(1.0, |f| f64::from(f.opacity(mark.span)));
        let [x, y] = mark.at;
        let spot = spots.entry([x.to_bits(), y.to_bits(), wide.to_bits()]).or_insert((mark.at, wide, 0.0));
        spot.2 += weight;
    }
    items.push(Item::Layer("heat"));
    for (at, wide, weight) in spots.into_values() {
        let (radius, [x, y]) = (wide as f32, view.screen(at));
        if x > -radius && y > -radius && x < view.width + radius && y < view.height + radius {
            soft(items, [x, y], radius, weight, view.colors);
        }
    }
}

/// The dot of an incident, or of several, in a tint.
pub(super) fn dot(items: &mut Vec<Item>, at: Point, c: &Colors) {
    items.push(Item::Circle { center: at, radius: DOT + 1.0, fill: Some(Paint::veil(c.rim, 0.9)), stroke: None });
    items.push(Item::Circle { center: at, radius: DOT, fill: Some(Paint::solid(c.label)), stroke: None });
}

/// The samples of the legend: so many incidents at one spot.
pub(super) const SAMPLES: [(u32, &str); 3] =
    [(1, "one incident"), (3, "three close together"), (10, "ten close together")];

/// Draws a sample.
pub(super) fn sample(items: &mut Vec<Item>, at: Point, incidents: u32, c: &Colors) {
    soft(items, at, 14.0, f64::from(incidents), c);
}
