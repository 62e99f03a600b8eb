//! The marks of large projects: incidents that share a square of the map are one symbol, with exact sums.
//!
//! The squares belong to the world, not to the screen: while the map is panned nothing forms, splits or swims, and each step of
//! zoom splits a square into four. What is known only by area has squares of its own, larger ones: it is a plate, and what it
//! stands for lies somewhere within the area or disc drawn for it, never on a point.

use std::hash::{DefaultHasher, Hash, Hasher};

use rayon::prelude::*;

use super::curve::code;
use super::kinds::Kinds;
use super::marks::{Form, Mark, Shares, Sign, days, lay, sign};
use super::squares::{Seen, Share, Squares, Within, flag};
use super::view::View;
use crate::atlas::mercator::world_from_lonlat;
use crate::derive::{Changed, Derived, Figure};
use crate::model::{Incident, IncidentId, PartyId, Precision, Project};

/// A square of points is the side of a tile divided by two to this: 64 points at a whole step of zoom.
const POINTS: u32 = 2;
/// A square of areas is a whole tile: a plate is wide.
const AREAS: u32 = 0;
/// Incidents of a square that are named one by one.
const NAMED: usize = 24;

/// Where an incident lies if it is known only by area: the point for its plate, and the area.
fn by_area(incident: &Incident) -> Option<([f64; 2], Within)> {
    let place = &incident.place;
    if place.shape.is_none() && !place.precision.is_some_and(Precision::is_area) {
        return None;
    }
    let (at, form) = lay(place, &incident.kind, &[]).filter(|(_, form)| form.is_area())?;
    let mut hasher = DefaultHasher::new();
    let mut reach = 0.0_f64;
    let mut take = |p: &[f64; 2]| {
        p.map(f64::to_bits).hash(&mut hasher);
        reach = reach.max((p[0] - at[0]).hypot(p[1] - at[1]));
    };
    take(&at);
    match &form {
        Form::Band(line) => line.iter().for_each(take),
        Form::Area(rings) => rings.iter().flatten().for_each(take),
        Form::Spot | Form::Disc { .. } | Form::Fan { .. } | Form::Somewhere { .. } => {}
    }
    if let Form::Somewhere { radius } = form {
        radius.to_bits().hash(&mut hasher);
        reach = radius;
    }
    Some((at, Within { reach, id: hasher.finish() }))
}

/// The incidents of a large project on the map.
#[derive(Debug, Default)]
pub(super) struct Crowd {
    points: Squares,
    areas: Squares,
    main: [Option<u32>; 2],
    /// The answer that the squares follow, and the one whose figures they hold.
    serial: u64,
    figured: u64,
    pub(super) nowhere: u32,
}

impl Crowd {
    /// The crowd of a project.
    pub(super) fn new(project: &Project, derived: &Derived) -> Self {
        let (mut points, mut areas) = (Vec::with_capacity(project.len()), Vec::new());
        for id in project.ids() {
            // Only what lies in an area is looked at; the rest of a large project stays as it is.
            let in_area = || derived.lies_in_area(id).then(|| project.look(id, by_area)).flatten().flatten();
            if let Some((at, within)) = in_area() {
                areas.push(((code(at), id.0), within));
            } else if let Some(at) = derived.at(id) {
                points.push((code(world_from_lonlat(at)), id.0));
            }
        }
        let parties = &project.meta().parties;
        let number = |i: usize| parties.get(i).and_then(|p| derived.party_number(&p.id));
        let mut crowd = Self {
            points: Squares::of_points(points, project.slots(), POINTS),
            areas: Squares::of_areas(areas, project.slots(), AREAS),
            main: [number(0), number(1)],
            ..Self::default()
        };
        crowd.count_all(project, derived, false);
        crowd
    }

    /// Follows another answer about the same places.
    pub(super) fn follow(&mut self, project: &Project, derived: &Derived) {
        match derived.changed() {
            _ if derived.serial() == self.serial => {}
            Changed::Few { figures, shown } if derived.serial() == self.serial + 1 && derived.has_no_ties() => {
                (self.serial, self.figured) = (derived.serial(), derived.figured());
                for id in figures {
                    self.look_at(derived, *id, true);
                }
                for id in shown {
                    self.look_at(derived, *id, false);
                }
            }
            _ => self.count_all(project, derived, self.figured == derived.figured()),
        }
    }

    fn count_all(&mut self, project: &Project, derived: &Derived, same_figures: bool) {
        (self.serial, self.figured) = (derived.serial(), derived.figured());
        let tied = derived.tied_dead(project);
        let main = Main(self.main);
        let mut placed = 0;
        for squares in [&mut self.points, &mut self.areas] {
            if !(same_figures && tied.is_empty()) {
                let mut shares = std::mem::take(&mut squares.shares);
                shares.par_iter_mut().with_min_len(1 << 13).zip(squares.slots()).for_each(|(share, slot)| {
                    *share = match tied.get(slot) {
                        Some(dead) => main.share_of_tied(derived, IncidentId(*slot), dead),
                        None => main.share(derived, IncidentId(*slot)),
                    };
                });
                squares.shares = shares;
            }
            placed += squares.count(|id| derived.shows(id));
        }
        self.nowhere = u32::try_from(derived.len().saturating_sub(placed)).unwrap_or(u32::MAX);
    }

    /// Takes one incident out of its square and puts it back as it is now.
    fn look_at(&mut self, derived: &Derived, id: IncidentId, figures: bool) {
        let share = figures.then(|| Main(self.main).share(derived, id));
        let squares = if self.areas.holds(id) { &mut self.areas } else { &mut self.points };
        squares.replace(id, share, derived.shows(id));
    }

    /// Makes ready for a zoom.
    pub(super) fn prepare(&mut self, zoom: f64) {
        self.points.prepare(zoom);
        self.areas.prepare(zoom);
    }

    /// The marks in view (an incident alone as it is, several as one that counts them), and the largest number of dead of any
    /// square of points, in view or not: what lies somewhere in a region would make every clash the smallest size.
    pub(super) fn in_view(
        &self,
        view: &View,
        project: &Project,
        derived: &Derived,
        border: &[&[[f64; 2]]],
        with_kinds: bool,
    ) -> (Vec<Mark>, u32) {
        let mut out = Vec::new();
        let mut put = |seen: &Seen, is_area: bool| {
            let Some(first) = seen.members().next() else { return };
            let is_several = seen.square.count > 1;
            // Of several points nothing but the sums is shown: their incidents are not even read.
            let own = if is_several && !is_area { None } else { alone(first, project, derived, border) };
            let Some(mut mark) = own.or_else(|| is_several.then(|| Mark::at(first, seen.square.middle()))) else {
                return;
            };
            if is_several {
                mark = several(seen, mark, is_area);
                if with_kinds {
                    let count = || derived.main_kind(seen.members()).map(|(main, mixed)| Kinds { main, mixed });
                    mark.kinds = seen.kinds(|| count().unwrap_or(mark.kinds));
                }
            }
            out.push(mark);
        };
        let largest = self.points.in_view(view, |seen| put(&seen, false));
        self.areas.in_view(view, |seen| put(&seen, true));
        (out, largest)
    }

    /// The points that hold all that is counted, in the unit square: least and greatest coordinates.
    pub(super) fn corners(&self) -> Option<[[f64; 2]; 2]> {
        let points = self.points.points().chain(self.areas.points());
        points.fold(None, |found, [x, y]| {
            let [[x0, y0], [x1, y1]] = found.unwrap_or([[x, y], [x, y]]);
            Some([[x0.min(x), y0.min(y)], [x1.max(x), y1.max(y)]])
        })
    }
}

/// One mark for all incidents of a square; `first` is that of its first one.
fn several(seen: &Seen, first: Mark, is_area: bool) -> Mark {
    let square = seen.square;
    let (at, form) =
        if is_area { seen.ground(|| Some((first.at, first.form.clone()))) } else { (square.middle(), Form::Spot) };
    let all_spoken = square.has(flag::SPOKEN) == square.count;
    Mark {
        parent: None,
        at,
        form,
        sign: if all_spoken { Sign::Statement } else { Sign::Toll },
        shares: square.shares(),
        contradicted: square.has(flag::CONTRADICTED) > 0,
        is_estimate: true,
        span: None,
        days: None,
        title: String::new(),
        crowd: seen.members().take(NAMED).collect(),
        count: square.count,
        ..first
    }
}

/// Numbers of the two main parties, and what incidents add to squares by them.
#[derive(Clone, Copy)]
struct Main([Option<u32>; 2]);

impl Main {
    fn share(self, derived: &Derived, id: IncidentId) -> Share {
        let mut share = Self::blank(derived, id);
        derived.each_dead(id, |party, figure| self.put(&mut share, Some(party), &figure));
        share
    }

    fn share_of_tied(self, derived: &Derived, id: IncidentId, dead: &[(PartyId, Figure)]) -> Share {
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

    fn put(self, share: &mut Share, party: Option<u32>, figure: &Figure) {
        let i = self.0.iter().position(|m| party.is_some() && *m == party).unwrap_or(2);
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

    /// Incidents known to a few provinces and along a front, among others that are points.
    fn by_province(n: u32) -> Incident {
        let mut i = incident(n);
        let [lon, lat] = [45.0 + f64::from(n % 5) * 0.6, 39.2 + f64::from(n % 3) * 0.5];
        match n % 4 {
            0 => {
                i.place.position = LonLat::new(lon, lat).ok();
                i.place.precision = Some(Precision::Region);
                i.place.radius_km = n.is_multiple_of(8).then_some(35.0);
            }
            1 => {
                let at = |x: f64, y: f64| LonLat::new(lon + x, lat + y).unwrap();
                i.place.position = None;
                i.place.precision = Some(Precision::Front);
                i.place.shape = Some(crate::model::Shape::Line(vec![at(0.0, 0.0), at(0.2, 0.1), at(0.3, 0.4)]));
            }
            _ => {}
        }
        i
    }

    #[test]
    fn what_is_known_only_to_a_province_is_never_a_point_and_lies_within_what_is_drawn_for_it() {
        let project = Project::new(Meta::default(), (0..4_500).map(by_province), Vec::new());
        let derived = derive(&project, &Question::default());
        let crowd = Crowd::new(&project, &derived);
        assert_eq!(crowd.nowhere, 0);
        for zoom in [3.0, 5.0, 6.5, 8.0] {
            let camera = Camera::new(LonLat::new(46.3, 39.8).unwrap(), zoom);
            let view = View::new(&Viewport { camera, width: 2400.0, height: 2400.0 }, Theme::Light.colors());
            let (marks, _) = crowd.in_view(&view, &project, &derived, &[], false);
            for (squares, areas) in [(&crowd.points, false), (&crowd.areas, true)] {
                let mut seen = 0;
                squares.in_view(&view, |square| {
                    let mark = marks.iter().find(|m| m.id == square.members().next().unwrap()).unwrap();
                    assert_eq!((mark.form.is_area(), mark.count), (areas, square.square.count), "{zoom} {mark:?}");
                    for id in square.members() {
                        seen += 1;
                        let own = by_area(project.get(id).unwrap());
                        assert_eq!(own.is_some(), areas, "{id:?}");
                        if let (Some((at, within)), Form::Somewhere { radius }) = (own, &mark.form) {
                            let far = (at[0] - mark.at[0]).hypot(at[1] - mark.at[1]) + within.reach;
                            assert!(far <= radius + 1e-7, "{zoom}: {far} beyond {radius}");
                        }
                    }
                });
                assert_eq!(seen, 2_250, "all lie in view");
            }
            let dead: u32 = marks.iter().filter_map(|m| m.shares.number()).sum();
            assert_eq!(Some(dead), derived.dead.total.best.or(derived.dead.total.low));
        }
    }

    #[test]
    fn the_areas_follow_windows_and_edits_too() {
        let mut workspace = Workspace::new(Project::new(Meta::default(), (0..3_200).map(by_province), vec![]), true);
        let mut question = Question::default();
        let mut derived = derive(workspace.project(), &question);
        let mut crowd = Crowd::new(workspace.project(), &derived);
        for step in 0..9_u32 {
            crowd.prepare(6.0);
            question.span = (step % 3 > 0).then(|| When::parse("2022-09-04/2022-09-11").unwrap().span());
            let id = IncidentId(step * 4);
            let mut claim = workspace.project().get(id).unwrap().claims[0].clone();
            claim.count = Count::Exactly(900 + step);
            workspace.commit(Command::Edit(id, Edit::SetClaim(Box::new(claim)))).unwrap();
            let touched = workspace.take_touched();
            derived.refresh(workspace.project(), &touched, &question);
            crowd.follow(workspace.project(), &derived);
            let anew = Crowd::new(workspace.project(), &derived);
            let kept = seen(&crowd, workspace.project(), &derived, 6.0);
            assert_eq!(kept, seen(&anew, workspace.project(), &derived, 6.0), "step {step}");
        }
    }
}
