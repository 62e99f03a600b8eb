//! A slide as what is asked and shown, and what is asked and shown as a slide.

use crate::derive::{Policy, Question};
use crate::model::{
    Bound, Extent, Moment, Perspective, Plays, Project, Resolution, SavedFilter, Slide, Span, When, ZONE_HERE_MINUTES,
};
use crate::view::time_axis::ALL_TIME;
use crate::view::{Labels, Layers, Symbols, looked_up};

/// What a slide asks of a project and shows of the map.
#[derive(Clone, Debug, PartialEq)]
pub struct Seen {
    /// Policy, date of knowledge, window and filters.
    pub question: Question,
    /// The ground in view; `None`: what fits the incidents.
    pub extent: Option<Extent>,
    /// Whether and how the window is played.
    pub plays: Option<Plays>,
    /// What of the map is shown.
    pub layers: Layers,
    /// Languages of the names.
    pub labels: Labels,
    /// The perspective of the boundaries.
    pub perspective: Perspective,
}

impl Seen {
    /// What a slide shows. A policy or a layer that this version does not know is passed over; `usual` are the languages where
    /// the slide names none.
    pub fn of(slide: &Slide, project: &Project, usual: Labels) -> Self {
        let mut layers = Layers { symbols: Symbols::from_id(&slide.symbols).unwrap_or_default(), ..Layers::default() };
        for (ids, on) in [(&slide.shown, true), (&slide.hidden, false)] {
            for id in ids {
                layers.switch(id, on);
            }
        }
        Self {
            question: Question {
                span: slide.window.map(|w| w.span()),
                as_known: slide.as_known,
                policy: Policy::from_id(&slide.policy).unwrap_or_default(),
                filters: looked_up(slide.filters.filters.clone()),
            },
            extent: slide.extent,
            plays: slide.plays,
            layers,
            labels: match slide.languages.as_slice() {
                [] => usual,
                [first, rest @ ..] => {
                    Labels { first: *first, second: rest.first().copied().filter(|second| second != first) }
                }
            },
            perspective: slide.perspective.unwrap_or(project.meta().perspective),
        }
    }

    /// Puts what is seen into a slide; its words stay, and so does what this version does not know.
    pub fn put_into(&self, slide: &mut Slide) {
        let usual = Layers::default().switches();
        let differ = |on: bool| {
            let now = self.layers.switches().into_iter().zip(usual);
            now.filter(|((_, a), (_, b))| a != b && *a == on).map(|((id, _), _)| id.into()).collect()
        };
        slide.window = self.question.span.and_then(window_of);
        slide.as_known = self.question.as_known;
        slide.policy = if self.question.policy == Policy::default() {
            "".into()
        } else {
            self.question.policy.id().as_ref().into()
        };
        if slide.filters.filters != self.question.filters {
            slide.filters = SavedFilter { filters: self.question.filters.clone(), ..SavedFilter::default() };
        }
        slide.extent = self.extent;
        slide.plays = self.plays;
        (slide.shown, slide.hidden) = (differ(true), differ(false));
        slide.symbols =
            if self.layers.symbols == Symbols::default() { "".into() } else { self.layers.symbols.id().into() };
        slide.languages = std::iter::once(self.labels.first).chain(self.labels.second).collect();
        slide.perspective = Some(self.perspective);
    }
}

/// Whether a slide shows the map sources of its project.
pub fn shows_maps(slide: &Slide) -> bool {
    Seen::of(slide, &Project::default(), Labels::default()).layers.map_sources
}

/// A window of event time as it is written: whole days where it runs from midnight to midnight, open where it reaches as far as
/// time does. `None` if it is open at both ends.
pub fn window_of(span: Span) -> Option<When> {
    let midnight = |s: i64| (s + i64::from(ZONE_HERE_MINUTES) * 60).rem_euclid(86_400) == 0;
    let (open_start, open_end) = (span.start <= ALL_TIME.start, span.end >= ALL_TIME.end);
    let is_days = (open_start || midnight(span.start)) && (open_end || midnight(span.end));
    let at = |s: i64| {
        if is_days {
            Moment::from_unix(s, ZONE_HERE_MINUTES, Resolution::Day).with_offset(None)
        } else {
            Moment::from_unix(s, ZONE_HERE_MINUTES, Resolution::Second)
        }
    };
    let start = if open_start { Bound::Open } else { Bound::At(at(span.start)) };
    let end = if open_end { Bound::Open } else { Bound::At(at(span.end - 1)) };
    When::new(start, Some(end).filter(|e| *e != start)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{DeadFilter, Filters, Language, LonLat, Reach, SourceId};

    #[test]
    fn a_window_comes_back_from_how_it_is_written() {
        for text in ["2022-09-12/2022-09-14", "2022-09-13", "2022-09-12/..", "../2022-09-14"] {
            let span = When::parse(text).unwrap().span();
            assert_eq!(window_of(span).unwrap().to_string(), text);
        }
        let span = Span { start: 1_663_000_007, end: 1_663_100_000 };
        assert_eq!(window_of(span).unwrap().span(), span);
        assert_eq!(window_of(ALL_TIME), None);
    }

    #[test]
    fn what_is_seen_comes_back_from_the_slide() {
        let at = |lon, lat| LonLat::new(lon, lat).unwrap();
        let project = Project::default();
        let mut seen = Seen {
            question: Question {
                span: Some(When::parse("2022-09-12/2022-09-14").unwrap().span()),
                as_known: Moment::parse("2022-09-14").ok(),
                policy: Policy::Source(SourceId::new("s")),
                filters: Filters { dead: DeadFilter::parse("10.."), ..Filters::default() },
            },
            extent: Extent::new(at(45.0, 39.0), at(46.0, 40.0)),
            plays: Some(Plays { secs: 8, reach: Reach::Trail(3600) }),
            layers: Layers { relief: false, other_times: true, symbols: Symbols::Ring, ..Layers::default() },
            labels: Labels { first: Language::Hy, second: Some(Language::Az) },
            perspective: Perspective::DeFacto,
        };
        let mut slide = Slide::new("s");
        slide.title = "kept".into();
        seen.put_into(&mut slide);
        assert_eq!(Seen::of(&slide, &project, Labels::default()), seen);
        assert_eq!((&*slide.title, slide.hidden.len(), slide.shown.len()), ("kept", 1, 1));
        seen.layers = Layers { map_sources: false, ..Layers::default() };
        assert!(shows_maps(&slide));
        seen.put_into(&mut slide);
        assert!(!shows_maps(&slide) && &*slide.hidden[0] == "map-sources");
        seen.layers = Layers::default();
        seen.put_into(&mut slide);
        assert!(slide.hidden.is_empty() && slide.shown.is_empty() && slide.symbols.is_empty());
    }

    #[test]
    fn what_this_version_does_not_know_is_passed_over() {
        let mut slide = Slide::new("s");
        slide.policy = "median".into();
        slide.hidden = vec!["balloons".into(), "names".into()];
        let seen = Seen::of(&slide, &Project::default(), Labels::default());
        assert_eq!((seen.question.policy, seen.layers.names), (Policy::OwnSide, false));
    }
}
