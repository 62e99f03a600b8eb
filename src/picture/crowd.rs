//! The marks of large projects: incidents that share a square of the map are one symbol, with exact sums.
//!
//! The squares belong to the world, not to the screen: while the map is panned nothing forms, splits or swims, and each step of
//! zoom splits a square into four. Incidents are kept along a Morton curve (Morton 1966), on which every square of every zoom is one
//! run, so that all sums of a zoom are made in one pass, and a small change of what is shown touches its own squares only.

use std::collections::HashMap;

use super::kinds::Kinds;
use super::marks::{Mark, Shares, Sign, days, lay, sign};
use super::view::View;
use crate::atlas::mercator::world_from_lonlat;
use crate::derive::{Changed, Derived, Figure};
use crate::model::{IncidentId, PartyId, Precision, Project};

/// Bits of a coordinate on the curve: 15 cm on the ground at the equator.
const BITS: u32 = 28;
/// A square is the side of a tile divided by two to this: 64 points at a whole step of zoom.
const SQUARES: u32 = 2;
/// Incidents of a square that are named one by one.
const NAMED: usize = 24;

/// Spreads the bits of a coordinate to every second place.
fn spread(n: u32) -> u64 {
    let mut x = u64::from(n);
    for (shift, mask) in [
        (16, 0x0000_ffff_0000_ffff_u64),
        (8, 0x00ff_00ff_00ff_00ff),
        (4, 0x0f0f_0f0f_0f0f_0f0f),
        (2, 0x3333_3333_3333_3333),
        (1, 0x5555_5555_5555_5555),
    ] {
        x = (x | x << shift) & mask;
    }
    x
}

/// Takes every second bit together again.
fn gather(code: u64) -> u32 {
    let mut x = code & 0x5555_5555_5555_5555;
    for (shift, mask) in [
        (1, 0x3333_3333_3333_3333_u64),
        (2, 0x0f0f_0f0f_0f0f_0f0f),
        (4, 0x00ff_00ff_00ff_00ff),
        (8, 0x0000_ffff_0000_ffff),
        (16, 0x0000_0000_ffff_ffff),
    ] {
        x = (x | x >> shift) & mask;
    }
    x as u32
}

/// The place of a point of the unit square on the curve.
fn code([x, y]: [f64; 2]) -> u64 {
    let part = |v: f64| ((v * f64::from(1_u32 << BITS)) as u32).min((1 << BITS) - 1);
    spread(part(x)) | spread(part(y)) << 1
}

/// The point of a place on the curve.
fn point(code: u64) -> [f64; 2] {
    let part = |n: u32| (f64::from(n) + 0.5) / f64::from(1_u32 << BITS);
    [part(gather(code)), part(gather(code >> 1))]
}

/// What one incident adds to its square.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Share {
    /// First main party, second, everybody else.
    parts: [u32; 3],
    low: u32,
    high: u32,
    flags: u16,
}

mod flag {
    /// A part has a number: this bit and the two above it.
    pub(super) const KNOWN: u16 = 1;
    /// There is a claim about a part: this bit and the two above it.
    pub(super) const NAMED: u16 = 8;
    pub(super) const CONTRADICTED: u16 = 64;
    pub(super) const SPOKEN: u16 = 128;
    pub(super) const MISSING: u16 = 256;
    pub(super) const OPEN: u16 = 512;
    pub(super) const OTHER: u16 = 1024;
    /// How many bits there are, and how many numbers are added at once for them.
    pub(super) const ALL: usize = 11;
    pub(super) const LANES: usize = 12;
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
struct Square {
    /// Its place on the curve at its zoom.
    code: u64,
    /// The run of incidents that lie in it, shown or not.
    first: u32,
    len: u32,
    count: u32,
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

    fn has(&self, flag: u16) -> u32 {
        self.flags.get(flag.trailing_zeros() as usize).copied().unwrap_or(0)
    }

    fn shares(&self) -> Shares {
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
    fn middle(&self) -> [f64; 2] {
        let n = f64::from(self.count.max(1)) * f64::from(1_u32 << BITS);
        [self.x as f64 / n, self.y as f64 / n]
    }
}

/// The squares of one step of zoom.
#[derive(Debug)]
struct Level {
    step: u32,
    squares: Vec<Square>,
    /// By place on the curve: its square.
    square_of: Vec<u32>,
    /// The largest number of dead of a square when it was last looked for; `None` after a change.
    largest: std::cell::Cell<Option<u32>>,
    /// By square: its kinds, where they were asked for since its last change.
    kinds: std::cell::RefCell<HashMap<usize, Kinds>>,
}

impl Level {
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

/// The whole step of a zoom.
fn step_of(zoom: f64) -> u32 {
    zoom.floor().clamp(0.0, f64::from(BITS - SQUARES)) as u32
}

/// The incidents of a large project on the map.
#[derive(Debug, Default)]
pub(super) struct Crowd {
    codes: Vec<u64>,
    slots: Vec<u32>,
    /// By slot: its place on the curve; `u32::MAX` if it is nowhere.
    place_of: Vec<u32>,
    shares: Vec<Share>,
    /// By place: whether its share is in the sums.
    counted: Vec<bool>,
    main: [Option<u32>; 2],
    /// The answer that `shares` and `counted` follow.
    serial: u64,
    level: Option<Level>,
    pub(super) nowhere: u32,
}

impl Crowd {
    /// The crowd of a project.
    pub(super) fn new(project: &Project, derived: &Derived) -> Self {
        let mut rows: Vec<(u64, u32)> = Vec::with_capacity(project.len());
        for (id, incident) in project.iter() {
            let place = &incident.place;
            let at = place.position.or_else(|| place.shape.as_ref()?.positions().next());
            rows.extend(at.map(|p| (code(world_from_lonlat(p)), id.0)));
        }
        rows.sort_unstable();
        let (codes, slots): (Vec<u64>, Vec<u32>) = rows.into_iter().unzip();
        let mut place_of = vec![u32::MAX; project.slots() as usize];
        for (place, slot) in (0_u32..).zip(&slots) {
            if let Some(cell) = place_of.get_mut(*slot as usize) {
                *cell = place;
            }
        }
        let parties = &project.meta().parties;
        let number = |i: usize| parties.get(i).and_then(|p| derived.party_number(&p.id));
        let mut crowd = Self { codes, slots, place_of, main: [number(0), number(1)], ..Self::default() };
        crowd.count_all(project, derived);
        crowd
    }

    /// Follows another answer about the same places.
    pub(super) fn follow(&mut self, project: &Project, derived: &Derived) {
        match derived.changed() {
            _ if derived.serial() == self.serial => {}
            Changed::Few { figures, shown } if derived.serial() == self.serial + 1 && derived.has_no_ties() => {
                self.serial = derived.serial();
                for id in figures {
                    self.look_at(project, derived, *id, true);
                }
                for id in shown {
                    self.look_at(project, derived, *id, false);
                }
            }
            _ => self.count_all(project, derived),
        }
    }

    fn count_all(&mut self, project: &Project, derived: &Derived) {
        self.serial = derived.serial();
        let tied = derived.tied_dead(project);
        let shares = std::mem::take(&mut self.shares);
        let mut shares =
            if shares.len() == self.slots.len() { shares } else { vec![Share::default(); self.slots.len()] };
        let same_figures =
            matches!(derived.changed(), Changed::Window) && tied.is_empty() && self.counted.len() == shares.len();
        if !same_figures {
            for (share, slot) in shares.iter_mut().zip(&self.slots) {
                *share = match tied.get(slot) {
                    Some(dead) => self.share_of_tied(derived, IncidentId(*slot), dead),
                    None => self.share(derived, IncidentId(*slot)),
                };
            }
        }
        self.shares = shares;
        self.counted.resize(self.slots.len(), false);
        for (counted, slot) in self.counted.iter_mut().zip(&self.slots) {
            *counted = derived.shows(IncidentId(*slot));
        }
        let placed = self.counted.iter().filter(|c| **c).count();
        self.nowhere = u32::try_from(derived.len().saturating_sub(placed)).unwrap_or(u32::MAX);
        if let Some(level) = self.level.take() {
            self.level = Some(self.sum(level.step, Some(level)));
        }
    }

    /// Takes one incident out of its square and puts it back as it is now.
    fn look_at(&mut self, _project: &Project, derived: &Derived, id: IncidentId, figures: bool) {
        let place = self.place_of.get(id.0 as usize).copied().unwrap_or(u32::MAX) as usize;
        let (Some(code), Some(old)) = (self.codes.get(place).copied(), self.shares.get(place).copied()) else { return };
        let was = self.counted.get(place).copied().unwrap_or(false);
        let now = derived.shows(id);
        let share = if figures { self.share(derived, id) } else { old };
        let square = self.level.as_mut().and_then(|l| {
            l.largest.set(None);
            let square = *l.square_of.get(place)?;
            l.kinds.get_mut().remove(&(square as usize));
            l.squares.get_mut(square as usize)
        });
        if let Some(square) = square {
            if was {
                square.take(code, &old, false);
            }
            if now {
                square.take(code, &share, true);
            }
        }
        if let (Some(cell), Some(counted)) = (self.shares.get_mut(place), self.counted.get_mut(place)) {
            *cell = share;
            *counted = now;
        }
    }

    fn share(&self, derived: &Derived, id: IncidentId) -> Share {
        let mut share = Self::blank(derived, id);
        derived.each_dead(id, |party, figure| self.put(&mut share, Some(party), &figure));
        share
    }

    fn share_of_tied(&self, derived: &Derived, id: IncidentId, dead: &[(PartyId, Figure)]) -> Share {
        let mut share = Self::blank(derived, id);
        for (party, figure) in dead {
            self.put(&mut share, derived.party_number(party), figure);
        }
        share
    }

    fn blank(derived: &Derived, id: IncidentId) -> Share {
        let mut flags = if derived.is_contradicted(id) { flag::CONTRADICTED } else { 0 };
        if derived.is_spoken(id) {
            flags |= flag::SPOKEN;
        }
        Share { flags, ..Share::default() }
    }

    fn put(&self, share: &mut Share, party: Option<u32>, figure: &Figure) {
        let i = self.main.iter().position(|m| party.is_some() && *m == party).unwrap_or(2);
        share.flags |= flag::NAMED << i;
        let Some(n) = figure.number() else {
            share.flags |= flag::MISSING;
            return;
        };
        share.flags |= flag::KNOWN << i;
        if let Some(part) = share.parts.get_mut(i) {
            *part = part.saturating_add(n);
        }
        share.low = share.low.saturating_add(figure.low.unwrap_or(0));
        share.high = share.high.saturating_add(figure.high.unwrap_or(0));
        for (on, bit) in [
            (figure.high.is_none(), flag::OPEN),
            (figure.by_other_side, flag::OTHER),
            (figure.missing > 0, flag::MISSING),
        ] {
            share.flags |= if on { bit } else { 0 };
        }
    }

    /// The squares of a step of zoom with their sums; the memory of `old` is taken again.
    fn sum(&self, step: u32, old: Option<Level>) -> Level {
        let shift = 2 * BITS.saturating_sub(step + SQUARES);
        let (mut squares, mut square_of) = old.map_or_else(Default::default, |l| (l.squares, l.square_of));
        squares.clear();
        square_of.clear();
        square_of.reserve(self.codes.len());
        let mut now = Square { code: u64::MAX, ..Square::default() };
        for (place, ((code, share), counted)) in (0_u32..).zip(self.codes.iter().zip(&self.shares).zip(&self.counted)) {
            let at = *code >> shift;
            if at != now.code {
                if now.code != u64::MAX {
                    squares.push(std::mem::take(&mut now));
                }
                now = Square { code: at, first: place, ..Square::default() };
            }
            now.len += 1;
            square_of.push(u32::try_from(squares.len()).unwrap_or(u32::MAX));
            if *counted {
                now.take(*code, share, true);
            }
        }
        if now.code != u64::MAX {
            squares.push(now);
        }
        Level { step, squares, square_of, largest: None.into(), kinds: <_>::default() }
    }

    /// Makes ready for a zoom.
    pub(super) fn prepare(&mut self, zoom: f64) {
        let step = step_of(zoom);
        if self.level.as_ref().is_none_or(|l| l.step != step) {
            let old = self.level.take();
            self.level = Some(self.sum(step, old));
        }
    }

    /// The marks in view (an incident alone as it is, several as one that counts them), and the largest number of dead of any
    /// square, in view or not.
    pub(super) fn in_view(
        &self,
        view: &View,
        project: &Project,
        derived: &Derived,
        border: &[&[[f64; 2]]],
        with_kinds: bool,
    ) -> (Vec<Mark>, u32) {
        let step = step_of(view.zoom);
        let made;
        let level = match &self.level {
            Some(level) if level.step == step => level,
            _ => {
                made = self.sum(step, None);
                &made
            }
        };
        let [l, t] = view.world([-48.0, -48.0]);
        let [r, b] = view.world([view.width + 48.0, view.height + 48.0]);
        let across = i64::from(1_u32 << (level.step + SQUARES).min(BITS));
        let cell = |v: f64| (v * across as f64).floor() as i64;
        let mut out = Vec::new();
        for y in cell(t).max(0)..=cell(b).min(across - 1) {
            for x in cell(l)..=cell(l).max(cell(r)).min(cell(l) + across - 1) {
                let at = spread(x.rem_euclid(across) as u32) | spread(y as u32) << 1;
                let Ok(n) = level.squares.binary_search_by_key(&at, |s| s.code) else { continue };
                if let Some(square) = level.squares.get(n).filter(|s| s.count > 0) {
                    let Some(mut mark) = self.mark(square, project, derived, border) else { continue };
                    if with_kinds && square.count > 1 {
                        let mut known = level.kinds.borrow_mut();
                        let count =
                            || derived.main_kind(self.members(square)).map(|(main, mixed)| Kinds { main, mixed });
                        mark.kinds = known.entry(n).or_insert_with(|| count().unwrap_or(mark.kinds)).clone();
                    }
                    out.push(mark);
                }
            }
        }
        (out, level.largest())
    }

    fn members<'a>(&'a self, square: &'a Square) -> impl Iterator<Item = IncidentId> + 'a {
        let run = square.first as usize..(square.first + square.len) as usize;
        let counted = self.counted.get(run.clone()).unwrap_or_default();
        let slots = self.slots.get(run).unwrap_or_default();
        slots.iter().zip(counted).filter(|(_, c)| **c).map(|(slot, _)| IncidentId(*slot))
    }

    fn mark(&self, square: &Square, project: &Project, derived: &Derived, border: &[&[[f64; 2]]]) -> Option<Mark> {
        let first = self.members(square).next()?;
        let incident = project.get(first)?;
        if square.count == 1 {
            return alone(first, project, derived, border);
        }
        let all_spoken = square.has(flag::SPOKEN) == square.count;
        Some(Mark {
            id: first,
            parent: None,
            at: square.middle(),
            form: super::marks::Form::Spot,
            sign: if all_spoken { Sign::Statement } else { Sign::Toll },
            kinds: Kinds::of(&incident.kind),
            shares: square.shares(),
            contradicted: square.has(flag::CONTRADICTED) > 0,
            is_estimate: true,
            span: None,
            days: None,
            title: String::new(),
            crowd: self.members(square).take(NAMED).collect(),
            count: square.count,
        })
    }

    /// The points that hold all that is counted, in the unit square: least and greatest coordinates.
    pub(super) fn corners(&self) -> Option<[[f64; 2]; 2]> {
        let mut found: Option<[[f64; 2]; 2]> = None;
        for (code, _) in self.codes.iter().zip(&self.counted).filter(|(_, c)| **c) {
            let [x, y] = point(*code);
            let [[x0, y0], [x1, y1]] = found.unwrap_or([[x, y], [x, y]]);
            found = Some([[x0.min(x), y0.min(y)], [x1.max(x), y1.max(y)]]);
        }
        found
    }
}

/// The mark of one incident by itself.
pub(super) fn alone(id: IncidentId, project: &Project, derived: &Derived, border: &[&[[f64; 2]]]) -> Option<Mark> {
    let incident = project.get(id)?;
    let (at, form) = lay(&incident.place, &incident.kind, border)?;
    let main = [0, 1].map(|i| project.meta().parties.get(i).map(|p| p.id.clone()));
    let row = derived.row(id);
    Some(Mark {
        id,
        parent: None,
        at,
        form,
        sign: sign(incident),
        kinds: Kinds::of(&incident.kind),
        shares: Shares::of(&row.dead, &main),
        contradicted: row.contradicted,
        is_estimate: incident.place.precision != Some(Precision::Exact),
        span: row.span,
        days: days(incident, None),
        title: incident.title.to_string(),
        crowd: Vec::new(),
        count: 1,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::derive::{Question, derive};
    use crate::edit::{Command, Edit, Workspace};
    use crate::model::{Category, Claim, Count, Incident, Kind, LonLat, Meta, Moment, Uid, When};
    use crate::view::{Camera, Theme, Viewport};

    #[test]
    fn a_place_on_the_curve_is_the_point_it_came_from() {
        for p in [[0.0, 0.0], [0.628_125, 0.376_2], [0.999_999_999, 0.5]] {
            let [x, y] = point(code(p));
            assert!((x - p[0]).abs() < 1e-8 && (y - p[1]).abs() < 1e-8, "{p:?}");
        }
    }

    #[test]
    fn squares_of_a_zoom_are_runs_of_the_curve() {
        let same =
            |a: [f64; 2], b: [f64; 2], step: u32| code(a) >> (2 * (BITS - step)) == code(b) >> (2 * (BITS - step));
        assert!(same([0.50, 0.50], [0.62, 0.62], 3));
        assert!(!same([0.50, 0.50], [0.63, 0.50], 3));
    }

    /// Incidents on and round a few places, with dates over a month and claims of both sides.
    fn incident(n: u32) -> Incident {
        let mut i = Incident::new(Uid::new(&format!("i{n}")), Kind::Shelling, "x");
        i.when = Moment::day(2022, 9, 1 + (n % 28) as u8).map(Into::into);
        i.place.position = LonLat::new(44.0 + f64::from(n % 97) * 0.03, 39.0 + f64::from(n % 89) * 0.02).ok();
        i.place.precision = Some(Precision::Near);
        for (k, side) in ["armenia", "azerbaijan"].into_iter().enumerate().skip(n as usize % 3 / 2) {
            let party = PartyId::new(side);
            let count = if n.is_multiple_of(11) { Count::Unknown } else { Count::Exactly(n % 13) };
            let mut c = Claim::new(&format!("c{k}"), party.clone(), Category::Killed, count);
            c.speaks_for = Some(party);
            i.claims.push(c);
        }
        i
    }

    fn seen(crowd: &Crowd, project: &Project, derived: &Derived, zoom: f64) -> (Vec<Mark>, u32) {
        let camera = Camera::new(LonLat::new(45.5, 40.0).unwrap(), zoom);
        let view = View::new(&Viewport { camera, width: 800.0, height: 600.0 }, Theme::Light.colors());
        crowd.in_view(&view, project, derived, &[], true)
    }

    #[test]
    fn following_windows_and_edits_equals_counting_anew_and_nobody_is_lost() {
        let mut workspace = Workspace::new(Project::new(Meta::default(), (0..4_500).map(incident), Vec::new()), true);
        let mut question = Question::default();
        let mut derived = derive(workspace.project(), &question);
        let mut crowd = Crowd::new(workspace.project(), &derived);
        for step in 0..24_u32 {
            crowd.prepare(f64::from(4 + step % 3));
            let day = 1 + step % 20;
            let window = format!("2022-09-{day:02}/2022-09-{:02}", day + 6);
            question.span = (step % 5 > 0).then(|| When::parse(&window).unwrap().span());
            if step % 4 == 1 {
                let id = IncidentId(step * 101);
                let mut claim = workspace.project().get(id).unwrap().claims[0].clone();
                claim.count = Count::AtLeast(500 + step);
                workspace.commit(Command::Edit(id, Edit::SetClaim(Box::new(claim)))).unwrap();
            }
            let touched = workspace.take_touched();
            derived.refresh(workspace.project(), &touched, &question);
            crowd.follow(workspace.project(), &derived);
            let anew = Crowd::new(workspace.project(), &derived);
            let zoom = f64::from(4 + step % 3);
            let kept = seen(&crowd, workspace.project(), &derived, zoom);
            assert_eq!(kept, seen(&anew, workspace.project(), &derived, zoom), "step {step}");
            let counted: u32 = kept.0.iter().map(|m| m.count).sum();
            assert_eq!(counted as usize, derived.len(), "all lie in view");
            let dead: u32 = kept.0.iter().filter_map(|m| m.shares.number()).sum();
            assert_eq!(Some(dead), derived.dead.total.best.or(derived.dead.total.low));
        }
    }
}
