//! A slide with its answer: what one project says to what the slide asks.

use super::Seen;
use crate::derive::{Derived, derive};
use crate::model::{IncidentId, Project, Reach, Slide, Source, Span};
use crate::picture::{self, Fade, Marks};
use crate::tiles::Maps;
use crate::view::camera::BoundingBox;
use crate::view::time_axis::ALL_TIME;
use crate::view::{Labels, Zone};

/// A slide with its answer.
#[derive(Debug)]
pub struct Prepared {
    /// The slide.
    pub slide: Slide,
    /// What it asks and shows; while it plays, its window is what is shown of it.
    pub seen: Seen,
    /// The answer.
    pub derived: Derived,
    /// The marks of the answer.
    pub marks: Marks,
    /// Incidents that the slide names beside their symbols.
    pub called: Vec<IncidentId>,
    /// What is laid over its ground.
    pub maps: Maps,
    /// What the whole slide covers, for a camera that does not move while it plays.
    bounds: Option<BoundingBox>,
    /// What is played.
    range: Option<Span>,
    head: Option<i64>,
}

impl Prepared {
    /// Works a slide out. A slide whose incidents are gone shows the rest.
    pub fn new(project: &Project, slide: &Slide, usual: Labels, zone: Zone) -> Self {
        let seen = Seen::of(slide, project, usual);
        let derived = derive(project, &seen.question);
        let marks = picture::marks(project, &derived).in_zone(project, zone);
        let covered = derived.ids().filter_map(|id| derived.span(id)).fold(None::<Span>, |all, s| {
            Some(all.map_or(s, |a| Span { start: a.start.min(s.start), end: a.end.max(s.end) }))
        });
        // Open ends reach as far as there is something to play.
        let range = seen.plays.and(match (seen.question.span, covered) {
            (Some(w), Some(c)) => {
                let start = if w.start <= ALL_TIME.start { c.start } else { w.start };
                let end = if w.end >= ALL_TIME.end { c.end } else { w.end };
                (start < end).then_some(Span { start, end })
            }
            (w, c) => w.or(c),
        });
        let bounds = marks.bounds();
        // One walk for all of them, and none where there are none.
        let mut called: Vec<(usize, IncidentId)> = Vec::new();
        if !slide.labels.is_empty() {
            let place = |uid: &str| slide.labels.iter().position(|l| l.as_str() == uid);
            called = project.uids().filter_map(|(id, uid)| Some((place(uid)?, id))).collect();
            called.sort_unstable();
        }
        let called = called.into_iter().map(|(_, id)| id).collect();
        let maps = Maps::default();
        Self { slide: slide.clone(), seen, derived, marks, called, maps, bounds, range, head: None }
    }

    /// The same with map sources over its ground, if the slide shows them.
    #[must_use]
    pub fn with_maps(mut self, maps: &Maps) -> Self {
        if self.seen.layers.map_sources {
            self.maps = maps.clone();
        }
        self
    }

    /// What the incidents of the whole slide cover; `None` without a place.
    pub fn bounds(&self) -> Option<BoundingBox> {
        self.bounds
    }

    /// Seconds on the screen for which it plays; `None` if it stands still.
    pub fn play_secs(&self) -> Option<f64> {
        let plays = self.seen.plays?;
        self.range.map(|_| f64::from(plays.secs.max(1)))
    }

    /// Seconds of event time that pass in one on the screen.
    pub fn speed(&self) -> Option<f64> {
        let range = self.range?;
        Some((range.end - range.start) as f64 / self.play_secs()?)
    }

    /// Shows the moment of the play after a share of it, 0 to 1. Without effect on a slide that does not play.
    pub fn play_to(&mut self, project: &Project, zone: Zone, share: f64) {
        let (Some(range), Some(plays)) = (self.range, self.seen.plays) else { return };
        let length = (range.end - range.start) as f64;
        let head = range.start + ((length * share.clamp(0.0, 1.0)) as i64 - 1).max(0);
        if self.head == Some(head) {
            return;
        }
        self.head = Some(head);
        let start = match plays.reach {
            Reach::All => range.start,
            Reach::Window(secs) | Reach::Trail(secs) => (head + 1 - i64::from(secs)).max(range.start),
        };
        self.seen.question.span = Some(Span { start: start.min(head), end: head + 1 });
        self.derived.refresh(project, &[], &self.seen.question);
        if !self.marks.follow(project, &self.derived) {
            self.marks = picture::marks(project, &self.derived).in_zone(project, zone);
        }
    }

    /// The last second shown of a slide that plays.
    pub fn head(&self) -> Option<i64> {
        self.head
    }

    /// How what is older pales.
    pub fn fade(&self) -> Option<Fade> {
        match (self.seen.plays?.reach, self.head?) {
            (Reach::Trail(secs), head) => Some(Fade { head, life: i64::from(secs) }),
            _ => None,
        }
    }
}

/// The sources in which the incidents of an answer and their claims are read, in the order of the project.
pub(super) fn used_sources<'p>(project: &'p Project, derived: &Derived) -> Vec<&'p Source> {
    let mut used = std::collections::HashSet::new();
    for incident in derived.ids().filter_map(|id| project.get(id)) {
        used.extend(incident.sources.iter());
        used.extend(incident.claims.iter().filter(|c| derived.question().knows(c)).filter_map(|c| c.source.as_ref()));
    }
    project.meta().sources.iter().filter(|s| used.contains(&s.id)).collect()
}

/// A source in a line: outlet, title, day.
pub(super) fn told_source(s: &Source) -> String {
    let parts = [s.outlet.to_string(), s.title.to_string(), s.published.map(|p| p.label(true)).unwrap_or_default()];
    let parts: Vec<String> = parts.into_iter().filter(|p| !p.is_empty()).collect();
    if parts.is_empty() { s.id.as_str().to_owned() } else { parts.join(", ") }
}

/// The sources in which the incidents of an answer and their claims are read, a line each, in the order of the project.
pub fn sources(project: &Project, derived: &Derived) -> Vec<String> {
    used_sources(project, derived).into_iter().map(told_source).collect()
}
