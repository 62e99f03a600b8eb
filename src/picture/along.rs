//! Words along lines: rivers beside their course, states on either side of their border.
//!
//! Where words may stand is found on the line itself, in points from its first corner: it depends on the line and the zoom
//! and not on where the camera looks, so panning moves the words with the ground. Within a whole step of zoom they keep
//! their place on the ground as well.

use std::cell::RefCell;
use std::collections::HashMap;

use super::clip::Box4;
use super::list::{Anchor, Face, Item, Label, Paint, Point};
use super::names::MARGIN;
use super::room::Room;
use super::type_metrics::{self, ASCENT, CAP_HEIGHT, DESCENT};
use super::view::View;
use crate::atlas::Line;
use crate::view::Rgb;

/// How words along a line are lettered and how closely they follow it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Hand {
    pub(super) face: Face,
    pub(super) size: f32,
    pub(super) spacing: f32,
    pub(super) color: Rgb,
    pub(super) alpha: f32,
    pub(super) halo: Rgb,
    /// Points of line over which its bends are evened out, on each side.
    pub(super) even: f32,
    /// Points between line and words.
    pub(super) gap: f32,
    /// Points from one place of the words to the next, at a whole zoom; up to twice as many before the next one.
    pub(super) apart: f32,
}

/// The steepest turn from one letter to the next, and of all letters together, in degrees.
const TURN: f32 = 15.0;
const TURNS: f32 = 75.0;
/// Points between two samples of a line.
const STEP: f32 = 4.0;

/// A line in points from its first corner.
struct Track {
    origin: [f64; 2],
    points: Vec<Point>,
    /// Points of line up to each corner.
    far: Vec<f32>,
}

impl Track {
    fn new(line: &Line, view: &View) -> Option<Self> {
        let origin = *line.points().first()?;
        // The corners of a whole zoom: between two of them the line, and with it every place on it, stays the same.
        let corners = line.at_zoom(view.zoom.floor() + 1.0);
        let points: Vec<Point> = corners
            .map(|[x, y]| [((x - origin[0]) * view.scale) as f32, ((y - origin[1]) * view.scale) as f32])
            .collect();
        let mut far = Vec::with_capacity(points.len());
        let (mut sum, mut last) = (0.0_f32, *points.first()?);
        for p in &points {
            sum += (p[0] - last[0]).hypot(p[1] - last[1]);
            far.push(sum);
            last = *p;
        }
        Some(Self { origin, points, far })
    }

    fn length(&self) -> f32 {
        self.far.last().copied().unwrap_or_default()
    }

    /// Where one is after `s` points of line.
    fn at(&self, s: f32) -> Point {
        self.before(s, self.far.partition_point(|f| *f < s))
    }

    /// Where one is at each of `count` places, `STEP` points of line apart, the first after `start` points.
    fn samples(&self, start: f32, count: usize) -> Vec<Point> {
        let mut corner = self.far.partition_point(|f| *f < start);
        let sample = |i: usize| {
            let s = start + i as f32 * STEP;
            corner += self.far.get(corner..).unwrap_or_default().iter().take_while(|f| **f < s).count();
            self.before(s, corner)
        };
        (0..count).map(sample).collect()
    }

    /// Where one is after `s` points of line, `corner` being the first that lies as far.
    fn before(&self, s: f32, corner: usize) -> Point {
        let i = corner.clamp(1, self.far.len().max(2) - 1);
        let pair = (self.points.get(i - 1), self.points.get(i), self.far.get(i - 1), self.far.get(i));
        let (Some(a), Some(b), Some(from), Some(to)) = pair else {
            return self.points.first().copied().unwrap_or_default();
        };
        let t = if to > from { ((s - from) / (to - from)).clamp(0.0, 1.0) } else { 0.0 };
        [a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t]
    }
}

/// The middle of each point with the `reach` points before and after it; the first and the last `reach` points have none.
fn evened(raw: &[Point], reach: usize) -> Vec<Point> {
    let span = 2 * reach + 1;
    let mut sum = [0.0_f64; 2];
    let mut out = Vec::with_capacity((raw.len() + 1).saturating_sub(span));
    for (i, p) in raw.iter().enumerate() {
        let gone = i.checked_sub(span).and_then(|i| raw.get(i)).copied().unwrap_or_default();
        sum = [sum[0] + f64::from(p[0]) - f64::from(gone[0]), sum[1] + f64::from(p[1]) - f64::from(gone[1])];
        if i + 1 >= span {
            out.push(sum.map(|s| (s / span as f64) as f32));
        }
    }
    out
}

/// A place for words on a line: the line evened out, read from left to right.
struct Stretch {
    points: Vec<Point>,
    far: Vec<f32>,
    /// How far the line itself reaches beyond that, above and below it as one reads.
    above: f32,
    below: f32,
    /// Whether one reads in the direction of the line.
    forwards: bool,
}

impl Stretch {
    /// The stretch of `width` points round `middle`; `None` where the line is too short for it.
    fn new(track: &Track, middle: f32, width: f32, even: f32) -> Option<Self> {
        let (from, to) = (middle - width / 2.0, middle + width / 2.0);
        if from < 0.0 || to > track.length() {
            return None;
        }
        // What is evened out gets shorter: some more at both ends.
        let more = width * 0.15 + STEP;
        let reach = (even / STEP).ceil() as usize;
        let count = ((width + 2.0 * more) / STEP).ceil() as usize + 1;
        let start = middle - count.saturating_sub(1) as f32 * STEP / 2.0;
        let raw = track.samples(start - reach as f32 * STEP, count + 2 * reach);
        let mut points = evened(&raw, reach);
        let raw = raw.get(reach..reach + points.len())?;
        let (first, last) = (*points.first()?, *points.last()?);
        // Words that run straight up are read from below.
        let forwards = last[0] - first[0] > 0.02 * (last[1] - first[1]).abs();
        let (mut above, mut below) = (0.0_f32, 0.0_f32);
        for (pair, line) in points.windows(2).zip(raw) {
            let [a, b] = *pair else { continue };
            let (dx, dy) = (b[0] - a[0], b[1] - a[1]);
            let off = ((line[0] - a[0]) * dy - (line[1] - a[1]) * dx) / dx.hypot(dy).max(1e-3);
            let off = if forwards { off } else { -off };
            (above, below) = (above.max(off), below.max(-off));
        }
        if !forwards {
            points.reverse();
        }
        let mut far = Vec::with_capacity(points.len());
        let (mut sum, mut before) = (0.0_f32, *points.first()?);
        for p in &points {
            sum += (p[0] - before[0]).hypot(p[1] - before[1]);
            far.push(sum);
            before = *p;
        }
        (sum >= width).then_some(Self { points, far, above, below, forwards })
    }

    /// Where one is after `s` points, and the direction there in degrees.
    fn at(&self, s: f32, letter: f32) -> (Point, f32) {
        let spot = |s: f32| {
            let i = self.far.partition_point(|f| *f < s).clamp(1, self.far.len().max(2) - 1);
            let pair = (self.points.get(i - 1), self.points.get(i), self.far.get(i - 1), self.far.get(i));
            let (Some(a), Some(b), Some(from), Some(to)) = pair else { return [0.0, 0.0] };
            let t = if to > from { (s - from) / (to - from) } else { 0.0 };
            [a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t]
        };
        let (a, b) = (spot(s - letter), spot(s + letter));
        ([f32::midpoint(a[0], b[0]), f32::midpoint(a[1], b[1])], (b[1] - a[1]).atan2(b[0] - a[0]).to_degrees())
    }

    /// Middles of the baselines of the letters of `text`, `off` points above the line, with their turns; `None` if they
    /// turn too much to be read.
    fn letters(&self, text: &str, hand: &Hand, off: f32) -> Option<Vec<(Point, f32, char)>> {
        let width = type_metrics::width(text, hand.face, hand.size, hand.spacing);
        let mut s = (self.far.last()? - width) / 2.0;
        let mut out: Vec<(Point, f32, char)> = Vec::with_capacity(text.len());
        let (mut low, mut high) = (f32::INFINITY, f32::NEG_INFINITY);
        for c in text.chars() {
            let own = type_metrics::width(c.encode_utf8(&mut [0; 4]), hand.face, hand.size, hand.spacing);
            let (at, turn) = self.at(s + own / 2.0, (own / 2.0).max(STEP));
            s += own;
            if let Some((_, before, _)) = out.last()
                && ((turn - before + 180.0).rem_euclid(360.0) - 180.0).abs() > TURN
            {
                return None;
            }
            (low, high) = (low.min(turn), high.max(turn));
            let (sin, cos) = turn.to_radians().sin_cos();
            // A whole degree is as good, and keeps the number of turned letters that a painter remembers small.
            out.push(([at[0] + sin * off, at[1] - cos * off], turn.round(), c));
        }
        (high - low <= TURNS).then_some(out)
    }

    /// How unsteady it is; the lower, the better words stand on it.
    fn unrest(&self) -> f32 {
        let mut turns = 0.0;
        for three in self.points.windows(3).step_by(2) {
            let [a, b, c] = *three else { continue };
            let (u, v) = ([b[0] - a[0], b[1] - a[1]], [c[0] - b[0], c[1] - b[1]]);
            turns += (u[0] * v[1] - u[1] * v[0]).atan2(u[0] * v[0] + u[1] * v[1]).abs();
        }
        turns * 12.0 + self.above + self.below
    }
}

/// What stands at a place of a line.
#[derive(Clone, Copy, Debug)]
pub(super) enum Words<'a> {
    /// One name above it.
    Name(&'a str),
    /// A name on its left and one on its right, looking along the line.
    Sides(&'a str, &'a str),
}

/// The box of a turned letter.
fn letter_box([x, y]: Point, turn: f32, half: f32, size: f32) -> Box4 {
    let (sin, cos) = turn.to_radians().sin_cos();
    let corner = |u: f32, v: f32| [x + u * cos - v * sin, y + u * sin + v * cos];
    let corners = [
        corner(-half, -size * ASCENT),
        corner(half, -size * ASCENT),
        corner(-half, size * DESCENT),
        corner(half, size * DESCENT),
    ];
    corners.iter().fold([f32::MAX, f32::MAX, f32::MIN, f32::MIN], |[l, t, r, b], [x, y]| {
        [l.min(*x), t.min(*y), r.max(*x), b.max(*y)]
    })
}

/// On what the places of words on a line depend, besides the line.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Measure {
    zoom: f64,
    scale: f64,
    /// Points the longest of the words takes.
    width: f32,
    size: f32,
    even: f32,
    apart: f32,
}

/// A place where words may stand.
struct Spot {
    /// Its middle, from the first corner of the line.
    at: Point,
    stretch: Stretch,
}

/// A line at one scale and where its words may stand. Nothing of it depends on where the camera looks, so it is found once and
/// serves as long as the map is only panned.
struct Places {
    of: Measure,
    track: Track,
    /// By the part of the line, the best first; only parts that were looked at.
    parts: HashMap<u32, Vec<Spot>>,
}

/// Lines, and parts of each, that are kept at most.
const KEPT: usize = 256;

thread_local! {
    static PLACES: RefCell<HashMap<u64, Places>> = RefCell::default();
}

impl Places {
    /// How often the scale has grown since the last whole zoom.
    fn grown(&self) -> f32 {
        (self.of.zoom - self.of.zoom.floor()).exp2() as f32
    }

    /// How many parts the line has, each with words once, and how long each is.
    fn division(&self) -> (f32, f32) {
        let length = self.track.length();
        let count = (length / (self.of.apart * self.grown())).round().max(1.0);
        (count, length / count)
    }

    /// The spots of a part of `length` points round `middle`, the best first.
    fn spots(&mut self, part: u32, middle: f32, length: f32) -> &[Spot] {
        if self.parts.len() > KEPT {
            self.parts.clear();
        }
        let step = 14.0 * self.grown();
        let Measure { width, size, even, .. } = self.of;
        let track = &self.track;
        self.parts.entry(part).or_insert_with(|| {
            let tries = ((length * 0.36 / step) as i32).clamp(0, 12);
            let spot = |k: i32| {
                let s = middle + k as f32 * step;
                let stretch = Stretch::new(track, s, width, even)?;
                let aside = (s - middle).abs() / length;
                let fits = stretch.above.max(stretch.below) < size * 1.5;
                fits.then(|| (stretch.unrest() + aside * 10.0, Spot { at: track.at(s), stretch }))
            };
            let mut spots: Vec<(f32, Spot)> = (-tries..=tries).filter_map(spot).collect();
            spots.sort_by(|a, b| a.0.total_cmp(&b.0));
            spots.into_iter().map(|(_, spot)| spot).collect()
        })
    }
}

/// Sets words along a line wherever there is room, at even distances.
pub(super) fn set(items: &mut Vec<Item>, view: &View, line: &Line, words: Words, hand: &Hand, room: &mut Room) {
    let b = line.bbox();
    if !view.sees([b.x0, b.y0, b.x1, b.y1], MARGIN) {
        return;
    }
    let width = |t: &str| type_metrics::width(t, hand.face, hand.size, hand.spacing);
    let width = match words {
        Words::Name(name) => width(name),
        Words::Sides(left, right) => width(left).max(width(right)),
    };
    let Hand { size, even, apart, .. } = *hand;
    let of = Measure { zoom: view.zoom, scale: view.scale, width, size, even, apart };
    PLACES.with_borrow_mut(|kept| {
        if kept.len() > KEPT {
            kept.clear();
        }
        if kept.get(&line.id()).is_none_or(|places| places.of != of) {
            let Some(track) = Track::new(line, view) else { return };
            kept.insert(line.id(), Places { of, track, parts: HashMap::new() });
        }
        if let Some(places) = kept.get_mut(&line.id()) {
            set_all(items, view, places, words, hand, room);
        }
    });
}

/// Sets words at the best spot with room of each part of a line that is on the screen or near it.
fn set_all(items: &mut Vec<Item>, view: &View, places: &mut Places, words: Words, hand: &Hand, room: &mut Room) {
    let (count, length) = places.division();
    if length < places.of.width * 1.1 {
        return;
    }
    let origin = view.screen(places.track.origin);
    let near = |at: Point, more: f32| {
        let [x, y] = [origin[0] + at[0], origin[1] + at[1]];
        let reach = MARGIN + more;
        x > -reach && y > -reach && x < view.width + reach && y < view.height + reach
    };
    for part in 0..count as u32 {
        let middle = (part as f32 + 0.5) * length;
        if near(places.track.at(middle), length / 2.0) {
            let mut spots = places.spots(part, middle, length).iter().filter(|spot| near(spot.at, 0.0));
            let _ = spots.any(|spot| set_at(items, origin, &spot.stretch, words, hand, room));
        }
    }
}

/// Sets words at a place if they can be read there and there is room for all of them.
fn set_at(items: &mut Vec<Item>, origin: Point, stretch: &Stretch, words: Words, hand: &Hand, room: &mut Room) -> bool {
    let above = stretch.above + hand.gap + hand.size * DESCENT * 0.6;
    let below = -(stretch.below + hand.gap + hand.size * CAP_HEIGHT);
    let rows: [Option<(&str, f32)>; 2] = match words {
        Words::Name(name) => [Some((name, above)), None],
        Words::Sides(left, right) if stretch.forwards => [Some((left, above)), Some((right, below))],
        Words::Sides(left, right) => [Some((right, above)), Some((left, below))],
    };
    let mut taken = Vec::new();
    let mut set = Vec::new();
    for (text, off) in rows.into_iter().flatten() {
        let Some(mut letters) = stretch.letters(text, hand, off) else { return false };
        for (at, turn, c) in &mut letters {
            *at = [at[0] + origin[0], at[1] + origin[1]];
            let own = type_metrics::width(c.encode_utf8(&mut [0; 4]), hand.face, hand.size, hand.spacing);
            taken.push(letter_box(*at, *turn, own / 2.0, hand.size));
        }
        set.push((text, letters));
    }
    if !taken.iter().all(|b| room.is_free(*b)) {
        return false;
    }
    for bounds in taken {
        room.take(bounds);
    }
    items.extend(set.into_iter().map(|(text, letters)| written(text, &letters, hand)));
    true
}

/// The letters of a name: first all halos, so that none lies over the letter before it.
fn written(text: &str, letters: &[(Point, f32, char)], hand: &Hand) -> Item {
    let label = |&(at, rotation, c): &(Point, f32, char), paint, halo| Label {
        at,
        anchor: Anchor::Middle,
        size: hand.size,
        face: hand.face,
        paint,
        halo,
        spacing: 0.0,
        rotation,
        text: c.to_string(),
    };
    let ink = || letters.iter().filter(|(.., c)| !c.is_whitespace());
    let halo = Some((Paint::veil(hand.halo, 0.7), 1.6));
    let behind = ink().map(|l| label(l, Paint::veil(hand.color, 0.0), halo));
    let before = ink().map(|l| label(l, Paint::veil(hand.color, hand.alpha), None));
    Item::Along { text: text.to_owned(), letters: behind.chain(before).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::LonLat;
    use crate::view::{Camera, Theme, Viewport};

    fn view(lon: f64, zoom: f64) -> View {
        let camera = Camera::new(LonLat::new(lon, 0.0).unwrap(), zoom);
        View::new(&Viewport { camera, width: 900.0, height: 600.0 }, Theme::Light.colors())
    }

    const HAND: Hand = Hand {
        face: Face::Italic,
        size: 12.0,
        spacing: 1.0,
        color: Rgb(0, 0, 0),
        alpha: 1.0,
        halo: Rgb(255, 255, 255),
        even: 16.0,
        gap: 2.0,
        apart: 300.0,
    };

    /// A wave along the equator, from 0 to 10 degrees east.
    fn wave(backwards: bool, height: f64) -> Line {
        let mut points: Vec<[f64; 2]> = (0..=400)
            .map(|i| f64::from(i) / 400.0)
            .map(|t| [0.5 + t / 36.0, 0.5 + height * (t * 25.0).sin()])
            .collect();
        if backwards {
            points.reverse();
        }
        Line::new(points, Vec::new())
    }

    fn set_on(line: &Line, words: Words, view: &View) -> Vec<(String, Vec<Label>)> {
        let mut items = Vec::new();
        set(&mut items, view, line, words, &HAND, &mut Room::default());
        items
            .into_iter()
            .filter_map(|i| if let Item::Along { text, letters } = i { Some((text, letters)) } else { None })
            .collect()
    }

    #[test]
    fn letters_follow_the_line_and_are_upright_in_either_direction() {
        for backwards in [false, true] {
            let names = set_on(&wave(backwards, 2e-4), Words::Name("Araks"), &view(2.0, 9.0));
            assert!(!names.is_empty());
            for (text, letters) in names {
                assert_eq!(text, "Araks");
                let ink: Vec<&Label> = letters.iter().filter(|l| l.halo.is_none()).collect();
                let read: String = ink.iter().map(|l| l.text.as_str()).collect();
                assert_eq!(read, "Araks");
                for pair in ink.windows(2) {
                    assert!(pair[1].at[0] > pair[0].at[0], "letters go from left to right");
                    assert!((pair[1].rotation - pair[0].rotation).abs() <= TURN + 1.0);
                }
                assert!(ink.iter().all(|l| l.rotation.abs() <= 90.0));
            }
        }
    }

    #[test]
    fn the_sides_of_a_border_keep_their_names_whichever_way_it_is_stored() {
        let view = view(2.0, 9.0);
        // Going east the left side is the north; going west it is the south.
        for (backwards, north) in [(false, "LEFT"), (true, "RIGHT")] {
            let names = set_on(&wave(backwards, 1e-5), Words::Sides("LEFT", "RIGHT"), &view);
            assert!(names.len() >= 2 && names.len().is_multiple_of(2));
            for (text, letters) in &names {
                let is_above = letters.iter().all(|l| l.at[1] < 300.0);
                assert_eq!(is_above, text == north, "{text}");
            }
        }
    }

    #[test]
    fn names_stand_beside_the_line_and_are_repeated_but_not_on_a_line_too_short_or_too_wild() {
        let view = view(2.5, 9.0);
        let line = wave(false, 1e-4);
        let names = set_on(&line, Words::Name("Araks"), &view);
        assert!(names.len() >= 3, "{}", names.len());
        let points: Vec<Point> = line.points().iter().map(|p| view.screen(*p)).collect();
        for (_, letters) in &names {
            for l in letters {
                let [left, top, right, bottom] = letter_box(l.at, l.rotation, 1.0, l.size * 0.7);
                assert!(!points.iter().any(|[x, y]| (left..right).contains(x) && (top..bottom).contains(y)), "{l:?}");
            }
        }
        let zigzag = (0..400).map(|i| [0.5 + f64::from(i) / 14_400.0, 0.5 + 3e-4 * f64::from(i % 2)]).collect();
        assert!(set_on(&Line::new(zigzag, Vec::new()), Words::Name("Araks"), &view).is_empty(), "too wild");
        let short = Line::new(vec![[0.5, 0.5], [0.5001, 0.5]], Vec::new());
        assert!(set_on(&short, Words::Name("Araks"), &view).is_empty(), "too short");
        assert!(set_on(&Line::new(Vec::new(), Vec::new()), Words::Name("A"), &view).is_empty());
        assert!(set_on(&Line::new(vec![[0.5, 0.5]], Vec::new()), Words::Name("A"), &view).is_empty());
    }

    #[test]
    fn panning_moves_names_with_the_ground() {
        let line = wave(false, 2e-4);
        let here = view(2.5, 9.0);
        let there = view(2.5 + 360.0 * 40.0 / here.scale, 9.0);
        let places = |v: &View, by: f32| {
            let letters = set_on(&line, Words::Name("Araks"), v).into_iter().flat_map(|(_, l)| l);
            let on_screen = letters.map(|l| [l.at[0] + by, l.at[1]]).filter(|[x, _]| (60.0..800.0).contains(x));
            on_screen.collect::<Vec<Point>>()
        };
        let (a, b) = (places(&here, 0.0), places(&there, 40.0));
        assert!(a.len() > 8 && a.len() == b.len(), "{} {}", a.len(), b.len());
        for (p, q) in a.iter().zip(&b) {
            assert!((p[0] - q[0]).abs() < 0.1 && (p[1] - q[1]).abs() < 0.1, "{p:?} {q:?}");
        }
    }

    #[test]
    fn what_is_kept_of_a_line_changes_no_letter_whatever_was_asked_before() {
        let asked =
            [(9.0, "Araks"), (9.3, "Araks"), (9.0, "Araks / Araz"), (9.0, "Araks"), (10.3, "Araks"), (9.3, "Araks")];
        let kept = wave(false, 2e-4);
        for (zoom, name) in asked {
            let view = view(2.5, zoom);
            let [again, anew] = [&kept, &wave(false, 2e-4)].map(|line| set_on(line, Words::Name(name), &view));
            assert!(!anew.is_empty());
            assert_eq!(again, anew, "{zoom} {name}");
        }
    }
}
