//! Incidents along the curve, and what is counted of them in each square of a step of zoom.
//!
//! All sums of a zoom are made in one pass over the curve; a small change of what is shown touches its own squares only.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::ops::Range;

use rayon::prelude::*;

use super::curve::{BITS, gather, point, spread};
use super::kinds::Kinds;
use super::marks::{Form, Shares};
use super::view::View;
use crate::derive::Figure;
use crate::model::IncidentId;

/// What one incident adds to its square.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Share {
    /// First main party, second, everybody else.
    pub(super) parts: [u32; 3],
    pub(super) low: u32,
    pub(super) high: u32,
    pub(super) flags: u16,
}

pub(super) mod flag {
    /// A part has a number: this bit and the two above it.
    pub(in crate::picture) const KNOWN: u16 = 1;
    /// There is a claim about a part: this bit and the two above it.
    pub(in crate::picture) const NAMED: u16 = 8;
    pub(in crate::picture) const CONTRADICTED: u16 = 64;
    pub(in crate::picture) const SPOKEN: u16 = 128;
    pub(in crate::picture) const MISSING: u16 = 256;
    pub(in crate::picture) const OPEN: u16 = 512;
    pub(in crate::picture) const OTHER: u16 = 1024;
    /// How many bits there are, and how many numbers are added at once for them.
    pub(in crate::picture) const ALL: usize = 11;
    pub(in crate::picture) const LANES: usize = 12;
}

/// For each combination of flags a one for each that is set: adding them is one look-up and a few additions side by side.
#[expect(clippy::indexing_slicing, reason = "worked out by the compiler, which would say so")]
static FLAGS: [[u32; flag::LANES]; 1 << flag::ALL] = {
    let mut table = [[0; flag::LANES]; 1 << flag::ALL];
    let mut flags = 0;
    while flags < table.len() {
        let mut bit = 0;
        while bit < flag::ALL {
            table[flags][bit] = (flags >> bit & 1) as u32;
            bit += 1;
        }
        flags += 1;
    }
    table
};

/// A square of the map with what is shown in it.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Square {
    /// Its place on the curve at its zoom.
    code: u64,
    /// The run of incidents that lie in it, shown or not.
    first: u32,
    len: u32,
    pub(super) count: u32,
    parts: [u64; 3],
    low: u64,
    high: u64,
    /// How many incidents have each flag.
    flags: [u32; flag::LANES],
    /// Sum of the coordinates, in steps of the curve.
    x: u64,
    y: u64,
}

impl Square {
    fn take(&mut self, code: u64, share: &Share, plus: bool) {
        let add = |a: &mut u64, b: u64| *a = if plus { a.wrapping_add(b) } else { a.wrapping_sub(b) };
        for (sum, part) in self.parts.iter_mut().zip(share.parts) {
            add(sum, u64::from(part));
        }
        add(&mut self.low, u64::from(share.low));
        add(&mut self.high, u64::from(share.high));
        add(&mut self.x, u64::from(gather(code)));
        add(&mut self.y, u64::from(gather(code >> 1)));
        if let Some(ones) = FLAGS.get(usize::from(share.flags)) {
            for (n, one) in self.flags.iter_mut().zip(ones) {
                *n = if plus { n.wrapping_add(*one) } else { n.wrapping_sub(*one) };
            }
        }
        self.count = if plus { self.count.wrapping_add(1) } else { self.count.wrapping_sub(1) };
    }

    /// Takes in the square that follows it on the curve.
    fn add(&mut self, next: &Self) {
        self.len += next.len;
        self.count += next.count;
        for (sum, part) in self.parts.iter_mut().zip(next.parts) {
            *sum += part;
        }
        self.low += next.low;
        self.high += next.high;
        for (n, more) in self.flags.iter_mut().zip(next.flags) {
            *n += more;
        }
        self.x += next.x;
        self.y += next.y;
    }

    pub(super) fn has(&self, flag: u16) -> u32 {
        self.flags.get(flag.trailing_zeros() as usize).copied().unwrap_or(0)
    }

    pub(super) fn shares(&self) -> Shares {
        let n = |sum: u64| u32::try_from(sum).unwrap_or(u32::MAX);
        let known = [0, 1, 2].map(|i| self.has(flag::KNOWN << i) > 0);
        let any = known.contains(&true);
        let mut parts = [None; 3];
        for ((part, sum), known) in parts.iter_mut().zip(self.parts).zip(known) {
            *part = known.then(|| n(sum));
        }
        let best = n(self.parts.iter().sum());
        let total = Figure {
            low: any.then(|| n(self.low)),
            best: any.then_some(best),
            high: (any && self.has(flag::OPEN) == 0).then(|| n(self.high)),
            by_other_side: self.has(flag::OTHER) > 0,
            missing: self.has(flag::MISSING),
            ..Figure::default()
        };
        Shares { parts, named: [0, 1, 2].map(|i| self.has(flag::NAMED << i) > 0), total }
    }

    /// The middle of what is shown in it, in the unit square.
    pub(super) fn middle(&self) -> [f64; 2] {
        let n = f64::from(self.count.max(1)) * f64::from(1_u32 << BITS);
        [self.x as f64 / n, self.y as f64 / n]
    }
}

/// The squares of one step of zoom.
#[derive(Debug)]
struct Level {
    step: u32,
    squares: Vec<Square>,
    /// The largest number of dead of a square when it was last looked for; `None` after a change.
    largest: Cell<Option<u32>>,
    /// By square: its kinds, where they were asked for since its last change.
    kinds: RefCell<HashMap<usize, Kinds>>,
    /// By square: where all that is shown in it may lie, and the middle of that.
    grounds: RefCell<HashMap<usize, ([f64; 2], Form)>>,
}

impl Level {
    fn new(step: u32, squares: Vec<Square>) -> Self {
        Self { step, squares, largest: None.into(), kinds: <_>::default(), grounds: <_>::default() }
    }

    /// The number of the square in which a place on the curve lies.
    fn square_of(&self, place: usize) -> Option<usize> {
        self.squares.partition_point(|s| s.first as usize <= place).checked_sub(1)
    }

    fn largest(&self) -> u32 {
        if let Some(n) = self.largest.get() {
            return n;
        }
        let squares = self.squares.iter().filter(|s| s.count > 0);
        let most = squares.map(|s| s.parts.iter().sum::<u64>()).max().unwrap_or(0);
        let n = u32::try_from(most).unwrap_or(u32::MAX);
        self.largest.set(Some(n));
        n
    }
}

/// The area within which an incident lies.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Within {
    /// How far it reaches from its point on the curve, in the unit square.
    pub(super) reach: f64,
    /// The same for the same area.
    pub(super) id: u64,
}

/// So many places of the curve are summed at a time.
const RUN: usize = 1 << 15;
/// Steps of zoom with more squares than this are not kept when the zoom changes.
const SMALL: usize = 1 << 15;

/// The squares of a coarser step, `shift` bits of the curve coarser.
fn joined(finer: &[Square], shift: u32) -> Vec<Square> {
    let mut squares: Vec<Square> = Vec::new();
    for square in finer {
        let code = square.code >> shift;
        match squares.last_mut() {
            Some(last) if last.code == code => last.add(square),
            _ => squares.push(Square { code, ..square.clone() }),
        }
    }
    squares
}

/// The squares of a part of the curve.
fn sum_run(run: Range<usize>, shift: u32, codes: &[u64], shares: &[Share], counted: &[bool]) -> Vec<Square> {
    let mut squares = Vec::new();
    let mut now = Square { code: u64::MAX, ..Square::default() };
    let first = u32::try_from(run.start).unwrap_or(u32::MAX);
    let parts = (codes.get(run.clone()), shares.get(run.clone()), counted.get(run));
    let (Some(codes), Some(shares), Some(counted)) = parts else { return squares };
    for (place, ((code, share), counted)) in (first..).zip(codes.iter().zip(shares).zip(counted)) {
        let at = *code >> shift;
        if at != now.code {
            if now.code != u64::MAX {
                squares.push(std::mem::take(&mut now));
            }
            now = Square { code: at, first: place, ..Square::default() };
        }
        now.len += 1;
        if *counted {
            now.take(*code, share, true);
        }
    }
    if now.code != u64::MAX {
        squares.push(now);
    }
    squares
}

/// One incident on the curve: its code and its slot in the project.
pub(super) type Row = (u64, u32);

/// The incidents of one sort.
#[derive(Debug, Default)]
pub(super) struct Squares {
    /// A square is the side of a tile divided by two to this.
    fineness: u32,
    codes: Vec<u64>,
    slots: Vec<u32>,
    /// By slot: its place on the curve; `u32::MAX` if it is not on it. Empty if nothing is.
    place_of: Vec<u32>,
    /// By place: its area. Empty for points.
    within: Vec<Within>,
    /// The farthest reach of an area.
    farthest: f64,
    pub(super) shares: Vec<Share>,
    /// By place: whether its share is in the sums.
    counted: Vec<bool>,
    level: Option<Level>,
    /// Other steps of zoom with the same sums, small ones only: zooming back and forth finds them.
    others: Vec<Level>,
}

impl Squares {
    /// Incidents known as points, in squares of a tile's side divided by two to `fineness`.
    pub(super) fn of_points(mut rows: Vec<Row>, slots: u32, fineness: u32) -> Self {
        rows.par_sort_unstable();
        let (codes, in_order): (Vec<u64>, Vec<u32>) = rows.into_iter().unzip();
        let mut place_of = if codes.is_empty() { Vec::new() } else { vec![u32::MAX; slots as usize] };
        for (place, slot) in (0_u32..).zip(&in_order) {
            if let Some(cell) = place_of.get_mut(*slot as usize) {
                *cell = place;
            }
        }
        let shares = vec![Share::default(); codes.len()];
        Self { fineness, codes, slots: in_order, place_of, shares, ..Self::default() }
    }

    /// Incidents known by area only.
    pub(super) fn of_areas(mut rows: Vec<(Row, Within)>, slots: u32, fineness: u32) -> Self {
        rows.sort_unstable_by_key(|(row, _)| *row);
        let (rows, within): (Vec<Row>, Vec<Within>) = rows.into_iter().unzip();
        let farthest = within.iter().map(|w| w.reach).fold(0.0, f64::max);
        Self { within, farthest, ..Self::of_points(rows, slots, fineness) }
    }

    /// The slots, in the order of the curve.
    pub(super) fn slots(&self) -> &[u32] {
        &self.slots
    }

    /// Sets which incidents are counted, sums anew, and says how many there are.
    pub(super) fn count(&mut self, shows: impl Fn(IncidentId) -> bool + Sync) -> usize {
        self.counted.resize(self.slots.len(), false);
        let rows = self.counted.par_iter_mut().with_min_len(RUN).zip(&self.slots);
        let sum = rows.map(|(counted, slot)| {
            *counted = shows(IncidentId(*slot));
            usize::from(*counted)
        });
        let sum = sum.sum();
        self.others.clear();
        if let Some(level) = self.level.take() {
            self.level = Some(self.sum(level.step));
        }
        sum
    }

    /// Takes one incident out of its square and puts it back as it is now; `share` is `None` if that has not changed.
    pub(super) fn replace(&mut self, id: IncidentId, share: Option<Share>, is_shown: bool) {
        let place = self.place_of.get(id.0 as usize).copied().unwrap_or(u32::MAX) as usize;
        let (Some(code), Some(old)) = (self.codes.get(place).copied(), self.shares.get(place).copied()) else { return };
        let was = self.counted.get(place).copied().unwrap_or(false);
        let share = share.unwrap_or(old);
        self.others.clear();
        let square = self.level.as_mut().and_then(|l| {
            l.largest.set(None);
            let square = l.square_of(place)?;
            l.kinds.get_mut().remove(&square);
            l.grounds.get_mut().remove(&square);
            l.squares.get_mut(square)
        });
        if let Some(square) = square {
            if was {
                square.take(code, &old, false);
            }
            if is_shown {
                square.take(code, &share, true);
            }
        }
        if let (Some(cell), Some(counted)) = (self.shares.get_mut(place), self.counted.get_mut(place)) {
            *cell = share;
            *counted = is_shown;
        }
    }

    /// Whether it is among these.
    pub(super) fn holds(&self, id: IncidentId) -> bool {
        self.place_of.get(id.0 as usize).is_some_and(|p| *p != u32::MAX)
    }

    /// The squares of a step of zoom with their sums: put together from those of a finer step where there are such, else
    /// summed by all cores, each a run of the curve that begins with a square.
    fn sum(&self, step: u32) -> Level {
        let shift = 2 * BITS.saturating_sub(step + self.fineness);
        let finer = self.others.iter().chain(&self.level).filter(|l| l.step > step).min_by_key(|l| l.step);
        if let Some(finer) = finer {
            return Level::new(step, joined(&finer.squares, 2 * (finer.step - step)));
        }
        let mut starts = vec![0];
        while let Some(start) = starts.last().map(|s| s + RUN).filter(|s| *s < self.codes.len()) {
            let Some(at) = self.codes.get(start - 1).map(|c| c >> shift) else { break };
            let same = self.codes.get(start..).map_or(0, |rest| rest.partition_point(|c| c >> shift == at));
            if start + same >= self.codes.len() {
                break;
            }
            starts.push(start + same);
        }
        let ends = starts.iter().skip(1).copied().chain([self.codes.len()]);
        let runs: Vec<Range<usize>> = starts.iter().copied().zip(ends).map(|(a, b)| a..b).collect();
        let (codes, shares, counted) = (&self.codes, &self.shares, &self.counted);
        let parts: Vec<Vec<Square>> =
            runs.into_par_iter().map(|run| sum_run(run, shift, codes, shares, counted)).collect();
        Level::new(step, parts.concat())
    }

    /// The whole step of a zoom.
    fn step_of(&self, zoom: f64) -> u32 {
        zoom.floor().clamp(0.0, f64::from(BITS - self.fineness)) as u32
    }

    /// Makes ready for a zoom.
    pub(super) fn prepare(&mut self, zoom: f64) {
        let step = self.step_of(zoom);
        if self.level.as_ref().is_some_and(|l| l.step == step) {
            return;
        }
        let next = match self.others.iter().position(|l| l.step == step) {
            Some(known) => self.others.swap_remove(known),
            None => self.sum(step),
        };
        self.others.extend(self.level.replace(next).filter(|l| l.squares.len() <= SMALL));
    }

    /// Calls `each` with every square in view that shows anything, and gives back the largest number of dead of any square,
    /// in view or not.
    pub(super) fn in_view(&self, view: &View, mut each: impl FnMut(Seen)) -> u32 {
        if self.codes.is_empty() {
            return 0;
        }
        let step = self.step_of(view.zoom);
        let made;
        let level = match &self.level {
            Some(level) if level.step == step => level,
            _ => {
                made = self.sum(step);
                &made
            }
        };
        let margin = MARGIN + (self.farthest * view.scale).min(FARTHEST) as f32;
        let [l, t] = view.world([-margin, -margin]);
        let [r, b] = view.world([view.width + margin, view.height + margin]);
        let across = i64::from(1_u32 << (level.step + self.fineness).min(BITS));
        let cell = |v: f64| (v * across as f64).floor() as i64;
        for y in cell(t).max(0)..=cell(b).min(across - 1) {
            for x in cell(l)..=cell(l).max(cell(r)).min(cell(l) + across - 1) {
                let at = spread(x.rem_euclid(across) as u32) | spread(y as u32) << 1;
                let Ok(index) = level.squares.binary_search_by_key(&at, |s| s.code) else { continue };
                if let Some(square) = level.squares.get(index).filter(|s| s.count > 0) {
                    each(Seen { squares: self, level, index, square });
                }
            }
        }
        level.largest()
    }

    /// The points that hold all that is counted, in the unit square.
    pub(super) fn points(&self) -> impl Iterator<Item = [f64; 2]> + '_ {
        self.codes.iter().zip(&self.counted).filter(|(_, c)| **c).map(|(code, _)| point(*code))
    }
}

/// Points beyond the picture within which squares are drawn, besides what their areas reach, and the most of that.
const MARGIN: f32 = 48.0;
const FARTHEST: f64 = 2048.0;

/// A square in view.
pub(super) struct Seen<'a> {
    squares: &'a Squares,
    level: &'a Level,
    index: usize,
    /// Its sums.
    pub(super) square: &'a Square,
}

impl<'a> Seen<'a> {
    fn places(&self) -> impl Iterator<Item = usize> + use<'a> {
        let run = self.square.first as usize..(self.square.first + self.square.len) as usize;
        let counted: &'a [bool] = self.squares.counted.get(run.clone()).unwrap_or_default();
        run.zip(counted).filter(|(_, c)| **c).map(|(place, _)| place)
    }

    /// The incidents shown in it.
    pub(super) fn members(&self) -> impl Iterator<Item = IncidentId> + use<'a> {
        let slots: &'a [u32] = &self.squares.slots;
        self.places().filter_map(|p| slots.get(p)).map(|slot| IncidentId(*slot))
    }

    /// Its kinds, counted by `count` where they are not known.
    pub(super) fn kinds(&self, count: impl FnOnce() -> Kinds) -> Kinds {
        self.level.kinds.borrow_mut().entry(self.index).or_insert_with(count).clone()
    }

    /// Where all that is shown in it may lie, and where that is named: the one area of all, which `own` lays out, or else a
    /// disc that holds the areas of all.
    pub(super) fn ground(&self, own: impl FnOnce() -> Option<([f64; 2], Form)>) -> ([f64; 2], Form) {
        if let Some(known) = self.level.grounds.borrow().get(&self.index) {
            return known.clone();
        }
        let within = |place: usize| self.squares.within.get(place).copied();
        let first = self.places().next().and_then(within);
        let is_one = self.places().all(|p| within(p).map(|w| w.id) == first.map(|w| w.id));
        let ground = own().filter(|_| is_one).unwrap_or_else(|| {
            let [x, y] = self.square.middle();
            let far = |place: usize| {
                let [px, py] = point(self.squares.codes.get(place).copied().unwrap_or(0));
                (px - x).hypot(py - y) + within(place).map_or(0.0, |w| w.reach)
            };
            ([x, y], Form::Somewhere { radius: self.places().map(far).fold(0.0, f64::max) })
        });
        self.level.grounds.borrow_mut().insert(self.index, ground.clone());
        ground
    }
}
