//! Which boundaries are drawn at the time shown, and how their dates are said.
//!
//! What is valid at the end of the time shown is drawn in full; what ended within it is drawn paler, so that a change
//! shows both states; everything else only where it is asked for. Of borders of states there is one at every time.

use crate::atlas::{Atlas, Boundary, BoundaryStatus};
use crate::model::{Language, Moment, Perspective, Resolution, Span};
use crate::view::Layers;

/// How a boundary stands to the time shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// Valid at its end.
    Now,
    /// Ended within it.
    Ended,
    /// Of another time.
    Other,
}

/// A boundary that is drawn.
#[derive(Clone, Copy, Debug)]
pub(super) struct Dated<'a> {
    pub(super) boundary: &'a Boundary,
    pub(super) state: State,
    /// What is said of its dates, see [`Dated::dates`].
    begun: bool,
}

/// The time shown with both ends closed: an open end of the window is that of what the incidents cover.
pub(super) fn closed(window: Option<Span>, covered: impl FnOnce() -> Option<Span>) -> Option<Span> {
    let Some(w) = window else { return covered() };
    let (open_start, open_end) = (w.is_open_at_start(), w.is_open_at_end());
    let covered = if open_start || open_end { covered() } else { None };
    let start = match covered {
        Some(c) if open_start => c.start.min(w.end.saturating_sub(1)),
        None if open_start => w.end.saturating_sub(1),
        _ => w.start,
    };
    let end = match covered {
        Some(c) if open_end => c.end.max(start.saturating_add(1)),
        _ => w.end,
    };
    Some(Span { start, end })
}

/// The boundaries to draw, in the order of the atlas. Without a time: the latest state that the atlas knows.
pub(super) fn dated(atlas: &Atlas, layers: Layers, shown: Option<Span>) -> Vec<Dated<'_>> {
    let shown = shown.unwrap_or(Span { start: i64::MAX - 1, end: i64::MAX });
    let last = Span { start: shown.end.saturating_sub(1).max(shown.start), end: shown.end };
    let state = |b: &Boundary| {
        if b.is_valid_in(last.start, last.end) {
            Some(State::Now)
        } else if b.is_border() {
            None
        } else if b.is_valid_in(shown.start, shown.end) {
            Some(State::Ended)
        } else {
            layers.other_times.then_some(State::Other)
        }
    };
    let begun = |b: &Boundary| b.valid_from.is_some_and(|m| m.span().start > shown.start);
    let wanted = atlas.boundaries().iter().filter(|b| is_wanted(b, layers));
    wanted.filter_map(|b| Some(Dated { boundary: b, state: state(b)?, begun: begun(b) })).collect()
}

fn is_wanted(b: &Boundary, layers: Layers) -> bool {
    match b.status {
        _ if b.is_border() => layers.borders,
        BoundaryStatus::Corridor | BoundaryStatus::PeacekeepingArea => layers.agreements,
        BoundaryStatus::Claimed => layers.claimed,
        _ => layers.held_area,
    }
}

impl Dated<'_> {
    /// Its dates in words: "1994–2020", "since 10 Nov 2020", "until 20 Nov 2020"; empty for what has none.
    pub(super) fn dates(&self, language: Language) -> String {
        let b = self.boundary;
        match (b.valid_from, b.valid_to) {
            (Some(from), None) => since(from, language),
            (Some(from), Some(_)) if self.state == State::Now && self.begun => since(from, language),
            (Some(from), Some(to)) if from.date().0 != to.date().0 => format!("{}–{}", from.date().0, to.date().0),
            (_, Some(to)) => until(to, language),
            (None, None) => String::new(),
        }
    }

    /// How exactly it is drawn: `± 0.4 km`, or `≈ 5 km` for what was drawn by hand; not to be broken over two lines.
    pub(super) fn exactness(&self) -> String {
        format!("{}\u{a0}{}\u{a0}km", if self.boundary.is_schematic { "≈" } else { "±" }, self.boundary.exactness_km)
    }
}

fn day(m: Moment, language: Language) -> String {
    let (year, month, day) = m.date();
    if language == Language::En { m.label(true) } else { format!("{day}.{month:02}.{year}") }
}

fn since(m: Moment, language: Language) -> String {
    let day = day(m, language);
    match language {
        Language::En => format!("since {day}"),
        Language::Hy => format!("{day}-ից"),
        Language::Az => format!("{day}-dən"),
        Language::Ru => format!("с {day}"),
    }
}

fn until(m: Moment, language: Language) -> String {
    let day = day(m, language);
    match language {
        Language::En => format!("until {day}"),
        Language::Hy => format!("մինչև {day}"),
        Language::Az => format!("{day}-dək"),
        Language::Ru => format!("до {day}"),
    }
}

/// What the picture says of its perspective.
pub(super) fn sentence(perspective: Perspective, shown: Option<Span>) -> String {
    match (perspective, shown) {
        (Perspective::DeJure, _) => "Perspective: de jure, borders as internationally recognised".to_owned(),
        (Perspective::DeFacto, Some(span)) => {
            let day = Moment::from_unix(span.end.saturating_sub(1), 0, Resolution::Day).label(true);
            format!("Perspective: de facto, lines as held on {day}")
        }
        (Perspective::DeFacto, None) => "Perspective: de facto, the latest lines known".to_owned(),
    }
}

/// Why no line of contact is drawn, where somebody would look for one.
pub(super) fn gap(shown: Option<Span>) -> Option<&'static str> {
    let at = Moment::from_unix(shown?.end.saturating_sub(1), 0, Resolution::Day).date();
    match at {
        at if at < (1991, 11, 26) => None,
        at if at < (1994, 5, 12) => Some("until 12 May 1994 the front moved: no line is drawn"),
        at if at < (2020, 9, 27) => None,
        at if at < (2020, 11, 10) => Some("27 Sep – 9 Nov 2020 the front moved: no line is drawn"),
        at if at < (2023, 9, 20) => None,
        _ => Some("no line of contact after 19 Sep 2023"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::atlas::atlas;
    use crate::model::{Bound, When};
    use std::collections::BTreeSet;

    fn span(from: &str, to: &str) -> Span {
        let m = |t: &str| Moment::parse(t).unwrap().span();
        Span { start: m(from).start, end: m(to).end }
    }

    fn drawn(from: &str, to: &str, layers: Layers) -> Vec<String> {
        let all = dated(atlas(), layers, Some(span(from, to)));
        let of = |d: &Dated| format!("{}{}", d.boundary.id, if d.state == State::Now { "" } else { "~" });
        all.iter().filter(|d| !d.boundary.is_border()).map(of).collect()
    }

    #[test]
    fn the_map_shows_what_was_valid_on_the_day() {
        let check = |day: &str, want: &[&str]| assert_eq!(drawn(day, day, Layers::default()), want, "{day}");
        check("1990-01-20", &["nkao-1923-1991"]);
        check("1991-11-25", &["nkao-1923-1991"]);
        check("1991-11-26", &[]);
        check("1993-07-01", &[]);
        check("2019-06-01", &["held-1994-2020", "contact-1994-2020"]);
        check("2020-10-15", &[]);
        let after = ["peacekeepers-2020-2023", "corridor-2020-2022", "contact-2020-2023"];
        let handed_over = ["aghdam-2020", "kalbajar-2020", "lachin-2020"];
        check("2020-11-15", &[&handed_over[..], &after].concat());
        check("2020-11-20", &[&handed_over[1..], &after].concat());
        check("2020-12-01", &after);
        let claimed = ["sev-lich", "verin-shorzha", "jermuk", "sotk", "nerkin-hand"].map(|p| format!("claimed-{p}"));
        let claimed: Vec<&str> = claimed.iter().map(String::as_str).collect();
        let new = ["peacekeepers-2020-2023", "corridor-2022-2023", "contact-2020-2023"];
        check("2022-08-25", &[&after[..], &claimed[..2]].concat());
        check("2022-09-13", &[&new[..], &claimed].concat());
        check("2023-09-19", &[&new[..], &claimed].concat());
        check("2023-09-20", &claimed);
    }

    #[test]
    fn across_a_change_both_states_are_drawn_and_the_earlier_one_is_paler() {
        let both = drawn("2020-09-01", "2020-12-31", Layers::default());
        for id in ["contact-1994-2020~", "held-1994-2020~", "contact-2020-2023", "lachin-2020~"] {
            assert!(both.iter().any(|d| d == id), "{id} is not in {both:?}");
        }
        let all = dated(atlas(), Layers::default(), Some(span("2020-09-01", "2020-12-31")));
        let words = |id: &str, l| all.iter().find(|d| d.boundary.id == id).unwrap().dates(l);
        assert_eq!(words("contact-1994-2020", Language::En), "1994–2020");
        assert_eq!(words("contact-2020-2023", Language::En), "since 10 Nov 2020");
        assert_eq!(words("contact-2020-2023", Language::Ru), "с 10.11.2020");
        assert_eq!(words("aghdam-2020", Language::En), "until 20 Nov 2020");
    }

    #[test]
    fn lines_of_other_times_are_drawn_only_where_they_are_asked_for() {
        assert_eq!(drawn("1993-01-01", "1993-12-31", Layers::default()), [""; 0]);
        let layers = Layers { other_times: true, ..Layers::default() };
        let all = drawn("1993-01-01", "1993-12-31", layers);
        assert!(all.len() > 10 && all.iter().all(|d| d.ends_with('~')), "{all:?}");
        let off = Layers { held_area: false, agreements: false, claimed: false, ..layers };
        assert_eq!(drawn("2022-01-01", "2022-12-31", off), [""; 0]);
    }

    #[test]
    fn there_is_one_border_of_states_whatever_the_window() {
        for window in [("1988-01-01", "2024-01-01"), ("1991-10-01", "1991-10-31"), ("1990-01-01", "1990-02-01")] {
            let all = dated(atlas(), Layers::default(), Some(span(window.0, window.1)));
            let mut seen = BTreeSet::new();
            for d in all.iter().filter(|d| d.boundary.is_border()) {
                assert!(
                    seen.insert(d.boundary.id.trim_end_matches("-soviet")),
                    "{} twice in {window:?}",
                    d.boundary.id
                );
            }
            assert!(seen.contains("border-am-az") && seen.contains("border-am-ge"));
        }
    }

    #[test]
    fn an_open_end_of_the_window_is_that_of_the_incidents() {
        let (covered, last) = (span("2020-01-01", "2022-12-31"), span("2022-09-01", "2022-09-30"));
        let day = Bound::At(Moment::day(2022, 9, 1).unwrap());
        let of = |from, to| When::new(from, Some(to)).unwrap().span();
        let open = Span { start: of(Bound::Open, day).start, end: of(day, Bound::Open).end };
        let until = Span { start: open.start, ..last };
        assert_eq!(closed(Some(until), || Some(covered)), Some(Span { start: covered.start, ..last }));
        let from = Span { end: open.end, ..last };
        assert_eq!(closed(Some(from), || Some(covered)), Some(Span { end: covered.end, ..last }));
        assert_eq!(closed(None, || Some(covered)), Some(covered));
        assert_eq!(closed(Some(last), || Some(covered)), Some(last));
        assert_eq!(closed(None, || None), None);
    }

    #[test]
    fn the_perspective_and_what_is_not_drawn_are_said() {
        let day = Some(span("2022-09-13", "2022-09-13"));
        assert_eq!(sentence(Perspective::DeFacto, day), "Perspective: de facto, lines as held on 13 Sep 2022");
        assert!(sentence(Perspective::DeJure, day).contains("internationally recognised"));
        assert_eq!(gap(day), None);
        for (at, word) in [("1993-07-01", "1994"), ("2020-10-15", "moved"), ("2023-10-01", "no line of contact")] {
            assert!(gap(Some(span(at, at))).is_some_and(|g| g.contains(word)), "{at}");
        }
    }
}
