//! From incidents and figures to what is drawn of them: one mark an incident, wherever the camera is.
//!
//! Invariants: a place is never drawn more exactly than it is known (an area has no point symbol), and an unknown figure
//! is hollow, never 0. Built once per state of the data; panning and zooming only read it.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use super::crowd::Crowd;
use super::kinds::Kinds;
use super::stacks::{Stack, stacks};
use super::view::View;
use crate::atlas::mercator::{lonlat_from_world, world_from_lonlat};
use crate::derive::{Dead, Derived, Figure};
use crate::model::{
    Bound, Incident, IncidentId, Kind, LonLat, Moment, PartyId, Place, Precision, Project, Resolution, Shape, Span,
};
use crate::view::camera::{BoundingBox, MAX_ZOOM};

/// Metres round the equator of the WGS 84 ellipsoid, the circle of Web Mercator.
const EQUATOR_M: f64 = 40_075_016.685_578_49;

/// Farther from the border than this, "in the direction of" a place says nothing about where it points, and a disc is drawn.
const FAN_REACH_KM: f64 = 60.0;

/// How a mark lies on the ground. Coordinates and radii are in the unit square of [`crate::atlas::mercator`].
#[derive(Clone, Debug, PartialEq)]
pub enum Form {
    /// A symbol on the spot.
    Spot,
    /// A symbol in the middle of the disc within which the place lies.
    Disc {
        /// Ground radius.
        radius: f64,
    },
    /// "In the direction of": a fan from the named place outwards, with the symbol in it.
    Fan {
        /// The named place.
        apex: [f64; 2],
        /// Where it points, radians clockwise from east on the screen.
        bearing: f64,
        /// Ground radius.
        radius: f64,
    },
    /// Somewhere in a disc: no symbol, only the disc and its figure.
    Somewhere {
        /// Ground radius.
        radius: f64,
    },
    /// Somewhere along a line: a soft band.
    Band(Vec<[f64; 2]>),
    /// Somewhere in an area: its outline.
    Area(Vec<Vec<[f64; 2]>>),
}

impl Form {
    /// Whether a point symbol would claim more than is known.
    pub fn is_area(&self) -> bool {
        matches!(self, Self::Somewhere { .. } | Self::Band(_) | Self::Area(_))
    }
}

/// What sort of symbol stands for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sign {
    /// Sized by the dead.
    Toll,
    /// Something said.
    Statement,
    /// A truce.
    Ceasefire,
}

/// The dead as a symbol shows them.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Shares {
    /// First main party, second main party, everybody else; `None`: no claim or no figure.
    pub parts: [Option<u32>; 3],
    /// Whether there are claims about the part at all, with a figure or without.
    pub named: [bool; 3],
    /// The figure of all together.
    pub total: Figure,
}

impl Shares {
    pub(super) fn of(dead: &Dead, main: &[Option<PartyId>; 2]) -> Self {
        let mut out = Self { total: dead.total, ..Self::default() };
        let one_by_one = dead.by_party.iter().any(|(p, f)| !p.is_all() && f.is_known());
        for (party, figure) in dead.by_party.iter().filter(|(p, _)| !(one_by_one && p.is_all())) {
            let i = main.iter().position(|m| m.as_ref() == Some(party)).unwrap_or(2);
            if let (Some(part), Some(named)) = (out.parts.get_mut(i), out.named.get_mut(i)) {
                *named = true;
                if let Some(n) = figure.number() {
                    *part = Some(part.unwrap_or(0).saturating_add(n));
                }
            }
        }
        if dead.by_party.is_empty() {
            out.parts[2] = dead.total.number();
        }
        out
    }

    /// Both together, about different people.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        let mut out = Self { total: self.total.plus(other.total), ..self };
        for (mine, theirs) in out.parts.iter_mut().zip(other.parts) {
            *mine = match (*mine, theirs) {
                (Some(a), Some(b)) => Some(a.saturating_add(b)),
                (a, b) => a.or(b),
            };
        }
        for (mine, theirs) in out.named.iter_mut().zip(other.named) {
            *mine |= theirs;
        }
        out
    }

    /// The dead that the symbol's area stands for; `None` where no figure is known.
    pub fn number(&self) -> Option<u32> {
        let known = self.parts.iter().flatten();
        known.copied().fold(None, |sum: Option<u32>, n| Some(sum.unwrap_or(0).saturating_add(n)))
    }

    /// The figure as it stands on the map: short, `*` where it rests on the other side's claim, empty if there is none.
    pub fn figure(&self) -> String {
        if !self.total.is_known() {
            return String::new();
        }
        let star = if self.total.by_other_side { "*" } else { "" };
        // Parts without a figure are not 0: the sum is a lower bound then.
        let more = if self.total.missing > 0 && self.total.high.is_some() && self.total.low == self.total.high {
            "≥ "
        } else {
            ""
        };
        let text = self.total.to_string();
        let short = text.split(", best").next().unwrap_or("");
        format!("{more}{short}{star}")
    }
}

/// One incident on the map.
#[derive(Clone, Debug, PartialEq)]
pub struct Mark {
    /// The incident.
    pub id: IncidentId,
    /// Its parent, if that is shown too.
    pub parent: Option<IncidentId>,
    /// Where the symbol or the figure stands, in the unit square.
    pub at: [f64; 2],
    /// How it lies on the ground.
    pub form: Form,
    /// Sort of symbol.
    pub sign: Sign,
    /// Its kind; of several incidents the most frequent one.
    pub kinds: Kinds,
    /// The dead.
    pub shares: Shares,
    /// Whether claims about it contradict each other.
    pub contradicted: bool,
    /// Whether the place is an estimate.
    pub is_estimate: bool,
    /// All the time it may cover.
    pub span: Option<Span>,
    /// First and last day, as exactly as known.
    pub days: Option<(Moment, Moment)>,
    /// Title, for screen readers.
    pub title: String,
    /// How many incidents it stands for: more than one only in large projects.
    pub count: u32,
    /// The first of these; empty for one.
    pub crowd: Vec<IncidentId>,
}

impl Mark {
    /// A point of which nothing is known yet.
    pub(super) fn at(id: IncidentId, at: [f64; 2]) -> Self {
        Self {
            id,
            parent: None,
            at,
            form: Form::Spot,
            sign: Sign::Toll,
            kinds: Kinds::of(&Kind::ArmedClash),
            shares: Shares::default(),
            contradicted: false,
            is_estimate: true,
            span: None,
            days: None,
            title: String::new(),
            count: 1,
            crowd: Vec::new(),
        }
    }
}

/// Up to so many incidents each has a mark of its own; of more, those of one square of the map share one.
const FEW: usize = 3000;

/// All marks of a state of the data.
#[derive(Debug, Default)]
pub struct Marks {
    all: Vec<Mark>,
    /// Incidents shown in lists but not on the map: no place is known.
    nowhere: u32,
    largest: u32,
    /// The year of most incidents, which the map does not repeat beside each of them.
    main_year: Option<i32>,
    crowd: Option<Crowd>,
    /// In which zone the days are told.
    zone: crate::view::Zone,
    /// The line on which fans look out.
    border: Vec<Vec<[f64; 2]>>,
    steps: [OnceLock<Vec<Stack>>; MAX_ZOOM as usize + 1],
}

impl Marks {
    /// The marks of the rows that `derived` shows; `border` is the line on which fans look out, in the unit square.
    pub fn new(project: &Project, derived: &Derived, border: &[&[[f64; 2]]]) -> Self {
        if project.len() > FEW {
            let crowd = Crowd::new(project, derived);
            let border = border.iter().map(|line| line.to_vec()).collect();
            return Self { nowhere: crowd.nowhere, crowd: Some(crowd), border, ..Self::default() };
        }
        let mut out = Self::default();
        let main = [project.meta().parties.first(), project.meta().parties.get(1)].map(|p| p.map(|p| p.id.clone()));
        let mut years: BTreeMap<i32, u32> = BTreeMap::new();
        let dates = derived.ids().filter_map(|id| project.get(id)?.when).map(|w| w.anchor());
        for when in dates.filter(Moment::is_year_known) {
            *years.entry(when.date().0).or_default() += 1;
        }
        let dated: u32 = years.values().sum();
        // Only where it goes without saying: three of four incidents are of that year.
        out.main_year = years.into_iter().find(|(_, n)| *n * 4 >= dated * 3).map(|(y, _)| y);
        let by_uid: std::collections::HashMap<_, _> =
            derived.ids().filter_map(|id| Some((project.get(id)?.uid.clone(), id))).collect();
        for row in derived.rows() {
            let Some(incident) = project.get(row.id) else { continue };
            let Some((at, form)) = lay(&incident.place, &incident.kind, border) else {
                out.nowhere += 1;
                continue;
            };
            let shares = Shares::of(&row.dead, &main);
            // Wars and what lies somewhere in a region add up what the others are parts of; they would make every clash
            // the smallest size.
            if !matches!(form, Form::Somewhere { .. }) {
                out.largest = out.largest.max(shares.number().unwrap_or(0));
            }
            out.all.push(Mark {
                id: row.id,
                parent: incident.parent.as_ref().and_then(|uid| by_uid.get(uid).copied()),
                at,
                form,
                sign: sign(incident),
                kinds: Kinds::of(&incident.kind),
                shares,
                contradicted: row.contradicted,
                is_estimate: incident.place.precision != Some(Precision::Exact),
                span: row.span,
                days: days(incident, None),
                title: incident.title.to_string(),
                count: 1,
                crowd: Vec::new(),
            });
        }
        out
    }

    /// Follows another answer about the same places, if that is less work than making marks anew; `false`: make them anew.
    pub fn follow(&mut self, project: &Project, derived: &Derived) -> bool {
        let Some(crowd) = self.crowd.as_mut().filter(|_| project.len() > FEW) else { return false };
        crowd.follow(project, derived);
        self.nowhere = crowd.nowhere;
        true
    }

    /// Makes ready for a zoom. Only large projects need it, and not to be right but to be quick.
    pub fn prepare(&mut self, zoom: f64) {
        if let Some(crowd) = &mut self.crowd {
            crowd.prepare(zoom);
        }
    }

    /// Of a large project the marks in view, each alone; `None`: these are the marks.
    /// Kinds of several incidents are counted only where they are asked for.
    pub(super) fn in_view(&self, view: &View, project: &Project, derived: &Derived, kinds: bool) -> Option<Self> {
        let crowd = self.crowd.as_ref()?;
        let border: Vec<&[[f64; 2]]> = self.border.iter().map(Vec::as_slice).collect();
        let (all, largest) = crowd.in_view(view, project, derived, &border, kinds);
        let step = view.zoom.floor().clamp(0.0, MAX_ZOOM) as usize;
        let seen = Self { nowhere: self.nowhere, largest, ..Self::default() };
        if let Some(cell) = seen.steps.get(step) {
            // The cell is new: nothing can be in it.
            let _ = cell.set(all.iter().enumerate().map(|(i, m)| Stack::alone(i, m)).collect());
        }
        Some(Self { all, ..seen }.in_zone(project, self.zone))
    }

    /// The incidents of a stack of `seen` (these marks, or of a large project those in view), one mark each; of a crowd
    /// the first ones.
    pub(super) fn members(&self, stack: &Stack, seen: &Self, project: &Project, derived: &Derived) -> Vec<Mark> {
        let border: Vec<&[[f64; 2]]> = self.border.iter().map(Vec::as_slice).collect();
        let one = |id: &IncidentId| super::crowd::alone(*id, project, derived, &border);
        let members = stack.members.iter().filter_map(|i| seen.all.get(*i));
        let marks =
            members.flat_map(|m| if m.count == 1 { vec![m.clone()] } else { m.crowd.iter().filter_map(one).collect() });
        let all = marks.collect();
        Self { all, ..Self::default() }.in_zone(project, self.zone).all
    }

    /// Other marks, written like these.
    pub(super) fn with(&self, all: Vec<Mark>) -> Self {
        Self { all, main_year: self.main_year, zone: self.zone, ..Self::default() }
    }

    /// The same with the days on which the clocks of a zone show the incidents.
    #[must_use]
    pub fn in_zone(mut self, project: &Project, zone: crate::view::Zone) -> Self {
        self.zone = zone;
        for mark in self.all.iter_mut().filter(|m| m.count == 1) {
            mark.days = project.get(mark.id).and_then(|i| days(i, zone.offset()));
        }
        self
    }

    /// The marks, in the order of the project.
    pub fn all(&self) -> &[Mark] {
        &self.all
    }

    /// How many of the incidents shown have no place on the map.
    pub fn nowhere(&self) -> u32 {
        self.nowhere
    }

    /// The year that dates on the map leave out: that of three in four incidents, if there is one.
    pub fn main_year(&self) -> Option<i32> {
        self.main_year
    }

    /// The zone whose days are told.
    pub(super) fn zone(&self) -> crate::view::Zone {
        self.zone
    }

    /// The largest number of dead of one symbol.
    pub fn largest(&self) -> u32 {
        self.largest
    }

    /// The stacks at a zoom; the same within a whole step of zoom and wherever the camera looks.
    pub fn stacks(&self, zoom: f64) -> &[Stack] {
        let step = zoom.floor().clamp(0.0, MAX_ZOOM) as usize;
        self.steps.get(step).map_or(&[], |cell| cell.get_or_init(|| stacks(&self.all, step as f64)))
    }

    /// The box that holds what happened on the ground; statements made in far capitals do not widen it unless there
    /// is nothing else. `None` if nothing has a place.
    pub fn bounds(&self) -> Option<BoundingBox> {
        if let Some(crowd) = &self.crowd {
            return BoundingBox::around(crowd.corners()?.map(lonlat_from_world));
        }
        let near = |p: &LonLat| {
            let r = BoundingBox::REGION;
            (r.west - 4.0..=r.east + 4.0).contains(&p.lon()) && (r.south - 3.0..=r.north + 3.0).contains(&p.lat())
        };
        let positions = |wanted: fn(&Mark) -> bool| {
            self.all.iter().filter(move |m| wanted(m)).flat_map(extent).map(lonlat_from_world)
        };
        // Nor does what is known only to lie somewhere in a region: it is context, its rim may lie outside.
        let on_the_ground = |m: &Mark| m.sign == Sign::Toll && !matches!(m.form, Form::Somewhere { .. });
        BoundingBox::around(positions(on_the_ground).filter(near))
            .or_else(|| BoundingBox::around(positions(|m| m.sign == Sign::Toll).filter(near)))
            .or_else(|| BoundingBox::around(positions(|m| m.sign == Sign::Toll)))
            .or_else(|| BoundingBox::around(positions(|_| true)))
    }
}

/// Points that hold the whole of a mark.
fn extent(mark: &Mark) -> impl Iterator<Item = [f64; 2]> + '_ {
    let (radius, shape): (f64, Vec<[f64; 2]>) = match &mark.form {
        Form::Spot => (0.0, vec![]),
        Form::Disc { radius } | Form::Somewhere { radius } => (*radius, vec![]),
        Form::Fan { apex, radius, .. } => (*radius * 0.5, vec![*apex]),
        Form::Band(line) => (0.0, line.clone()),
        Form::Area(rings) => (0.0, rings.iter().flatten().copied().collect()),
    };
    let [x, y] = mark.at;
    [[x - radius, y - radius], [x + radius, y + radius]].into_iter().chain(shape)
}

pub(super) fn sign(incident: &Incident) -> Sign {
    match incident.kind {
        Kind::Statement => Sign::Statement,
        Kind::Ceasefire => Sign::Ceasefire,
        _ => Sign::Toll,
    }
}

/// First and last day in a zone (minutes east), as stated without one; clock times are for the inspector.
pub(super) fn days(incident: &Incident, zone: Option<i16>) -> Option<(Moment, Moment)> {
    let when = incident.when?.in_zone(zone);
    // Which part of a date is in doubt, the inspector says; here there is room for "about".
    let day = |m: Moment| m.without_clock().qualified(m.is_approximate(), m.is_uncertain());
    let first = day(when.anchor());
    Some((first, when.end().and_then(Bound::moment).map_or(first, day)))
}

/// `13 Sep`, `12–14 Sep`, `28 Sep – 2 Oct`, `Sep 2022 – Nov 2022`; the year only where it is not `main_year`.
pub(super) fn date(first: Moment, last: Moment, main_year: Option<i32>) -> String {
    let ((y0, m0, d0), (y1, m1, d1)) = (first.date(), last.date());
    let with_year = Some(y0) != main_year || Some(y1) != main_year;
    let days = first.resolution() == Resolution::Day && last.resolution() == Resolution::Day;
    if (y0, m0, d0) == (y1, m1, d1) {
        // Of "13 Sep" and "Sep" beginning on the same day, the longer is the one that holds both.
        let longer = if last.span().end > first.span().end { last } else { first };
        return longer.label(with_year);
    }
    match (days && !first.is_approximate() && !last.is_approximate(), y0 == y1, m0 == m1) {
        (true, true, true) => format!("{d0}–{}", last.label(with_year)),
        (true, true, false) => format!("{} – {}", first.label(false), last.label(with_year)),
        _ => format!("{} – {}", first.label(true), last.label(true)),
    }
}

/// Where a place is drawn, and how; `None` where no position is known.
pub(super) fn lay(place: &Place, kind: &Kind, border: &[&[[f64; 2]]]) -> Option<([f64; 2], Form)> {
    let position = place.position.map(world_from_lonlat);
    let lat = place.position.or_else(|| place.shape.as_ref()?.positions().next())?.lat();
    let radius = f64::from(place.radius_km()) * 1000.0 / (EQUATOR_M * lat.to_radians().cos().max(0.01));
    if let Some(shape) = &place.shape {
        // A shape drawn for a place that is a point is its extent all the same; the symbol then stands at the point.
        let is_area = place.precision.is_none_or(Precision::is_area);
        if is_area {
            return Some(match shape {
                Shape::Line(line) => {
                    let line: Vec<_> = line.iter().copied().map(world_from_lonlat).collect();
                    // The point stated for the symbol, else the middle of the line.
                    (position.or_else(|| halfway(&line))?, Form::Band(line))
                }
                Shape::Area(rings) => {
                    let rings: Vec<Vec<_>> =
                        rings.iter().map(|r| r.iter().copied().map(world_from_lonlat).collect()).collect();
                    (position.or_else(|| middle(rings.first()?))?, Form::Area(rings))
                }
            });
        }
    }
    let at = match (position, &place.shape) {
        (Some(at), _) => at,
        (None, Some(shape)) => world_from_lonlat(shape.positions().next()?),
        (None, None) => return None,
    };
    let precision = place.precision.unwrap_or(Precision::Near);
    Some(match precision {
        // A disc of 120 km round a capital where somebody spoke would be noise: the sign alone says "in this country".
        _ if kind.is_spoken() && !precision.is_area() => (at, Form::Spot),
        Precision::Exact if place.radius_km.is_none() => (at, Form::Spot),
        Precision::Exact | Precision::Near | Precision::Approximate => (at, Form::Disc { radius }),
        Precision::Direction => match outwards(at, lat, border) {
            Some(bearing) => {
                let reach = radius * 0.58;
                (
                    [at[0] + reach * bearing.cos(), at[1] + reach * bearing.sin()],
                    Form::Fan { apex: at, bearing, radius },
                )
            }
            None => (at, Form::Disc { radius }),
        },
        Precision::District | Precision::Front | Precision::Region | Precision::Country => {
            (at, Form::Somewhere { radius })
        }
    })
}

/// The bearing from a place to the nearest point of the border; `None` if that is too far to mean anything or no way at all.
fn outwards(at: [f64; 2], lat: f64, border: &[&[[f64; 2]]]) -> Option<f64> {
    let mut best = (f64::INFINITY, [0.0, 0.0]);
    for pair in border.iter().flat_map(|line| line.windows(2)) {
        let [[x0, y0], [x1, y1]] = *pair else { continue };
        let (dx, dy) = (x1 - x0, y1 - y0);
        let len = dx * dx + dy * dy;
        let t = if len > 0.0 { (((at[0] - x0) * dx + (at[1] - y0) * dy) / len).clamp(0.0, 1.0) } else { 0.0 };
        let p = [x0 + t * dx, y0 + t * dy];
        let d = (p[0] - at[0]).powi(2) + (p[1] - at[1]).powi(2);
        if d < best.0 {
            best = (d, p);
        }
    }
    let km = best.0.sqrt() * EQUATOR_M * lat.to_radians().cos() / 1000.0;
    (0.2..=FAN_REACH_KM).contains(&km).then(|| (best.1[1] - at[1]).atan2(best.1[0] - at[0]))
}

/// The point half way along a line.
fn halfway(line: &[[f64; 2]]) -> Option<[f64; 2]> {
    let lengths = || line.windows(2).map(|w| if let [a, b] = w { (b[0] - a[0]).hypot(b[1] - a[1]) } else { 0.0 });
    let mut left = lengths().sum::<f64>() / 2.0;
    for (pair, length) in line.windows(2).zip(lengths()) {
        if let [a, b] = pair {
            if length >= left && length > 0.0 {
                let t = left / length;
                return Some([a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t]);
            }
            left -= length;
        }
    }
    line.first().copied()
}

/// The middle of the box round a ring.
fn middle(ring: &[[f64; 2]]) -> Option<[f64; 2]> {
    let first = ring.first()?;
    let (low, high) = ring
        .iter()
        .fold((*first, *first), |(l, h), p| ([l[0].min(p[0]), l[1].min(p[1])], [h[0].max(p[0]), h[1].max(p[1])]));
    Some([f64::midpoint(low[0], high[0]), f64::midpoint(low[1], high[1])])
}
