//! The axis of the timeline: which stretch of event time is shown, and what zoom and pan make of it.

use crate::model::Span;

/// A day in seconds.
const DAY: f64 = 86_400.0;
/// The narrowest stretch shown, in seconds.
const NARROWEST: f64 = 3_600.0;
/// All of time: what an open end reaches to, as [`crate::model::When::span`] has it.
pub const ALL_TIME: Span = Span { start: -377_705_116_800, end: 253_402_214_400 };
const FIRST: f64 = ALL_TIME.start as f64;
const LAST: f64 = ALL_TIME.end as f64;

/// The stretch of event time that is shown, in seconds since 1970. At least an hour wide, within the years ±9999.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TimeAxis {
    start: f64,
    end: f64,
}

impl TimeAxis {
    fn new(start: f64, end: f64) -> Self {
        let width = (end - start).clamp(NARROWEST, LAST - FIRST);
        let middle = f64::midpoint(start, end);
        let start = (middle - width / 2.0).clamp(FIRST, LAST - width);
        Self { start, end: start + width }
    }

    /// The axis that shows a stretch whole with a little room at its ends; a single moment with the day round it.
    pub fn fit(span: Span) -> Self {
        let (start, end) = (span.start as f64, span.end as f64);
        let room = ((end - start) * 0.03).max(if end - start < DAY { DAY / 2.0 } else { 0.0 });
        Self::new(start - room, end + room)
    }

    /// The first second shown.
    pub fn start(&self) -> f64 {
        self.start
    }

    /// The first second not shown.
    pub fn end(&self) -> f64 {
        self.end
    }

    /// How many seconds are shown.
    pub fn width(&self) -> f64 {
        self.end - self.start
    }

    /// What is shown, in whole seconds.
    pub fn span(&self) -> Span {
        let start = self.start.floor() as i64;
        Span { start, end: (self.end.ceil() as i64).max(start + 1) }
    }

    /// What is shown and as much again on either side: enough for a pan.
    pub fn wide(&self) -> Span {
        let start = (self.start - self.width()).max(FIRST) as i64;
        Span { start, end: ((self.end + self.width()).min(LAST) as i64).max(start + 1) }
    }

    /// Where a second lies: 0 at the start of the axis, 1 at its end, beyond them outside.
    pub fn part_of(&self, at: f64) -> f64 {
        (at - self.start) / self.width()
    }

    /// The second at a part of the axis.
    pub fn at(&self, part: f64) -> f64 {
        self.start + part * self.width()
    }

    /// Whether a second is shown.
    pub fn shows(&self, at: f64) -> bool {
        at >= self.start && at < self.end
    }

    /// Zoomed by a number of steps, each a doubling, with the second at `part` kept where it is.
    #[must_use]
    pub fn zoomed(&self, part: f64, steps: f64) -> Self {
        let width = (self.width() / steps.exp2()).clamp(NARROWEST, LAST - FIRST);
        let start = self.at(part) - part * width;
        Self::new(start, start + width)
    }

    /// Moved by a part of its width; later for positive parts.
    #[must_use]
    pub fn panned(&self, part: f64) -> Self {
        let by = part * self.width();
        Self::new(self.start + by, self.end + by)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::When;

    fn axis(text: &str) -> TimeAxis {
        TimeAxis::fit(When::parse(text).unwrap().span())
    }

    #[test]
    fn zooming_keeps_the_second_under_the_pointer() {
        let before = axis("1988/2024");
        for (part, steps) in [(0.0, 1.0), (0.3, 7.5), (1.0, -0.5), (0.8, 3.0)] {
            let after = before.zoomed(part, steps);
            assert!((after.at(part) - before.at(part)).abs() < 1e-3, "{part} {steps}");
            assert!((after.width() * f64::exp2(steps) - before.width()).abs() < 1.0);
        }
    }

    #[test]
    fn panning_back_and_forth_is_exact() {
        let before = axis("2022-09");
        let after = before.panned(0.25).panned(-0.25);
        assert!((after.start() - before.start()).abs() < 1e-6 && (after.width() - before.width()).abs() < 1e-6);
    }

    #[test]
    fn a_single_moment_and_thousands_of_years_are_shown_whole() {
        for text in ["2022-09-13T10:00:00Z", "-9999/9999", "2022", "0001/2024"] {
            let span = When::parse(text).unwrap().span();
            let a = TimeAxis::fit(span);
            // The very first and last day of the calendar are its edge.
            assert!(a.start() <= span.start as f64 + DAY, "{text}");
            assert!(a.end() + DAY >= span.end as f64, "{text}");
            assert!(a.width() >= NARROWEST);
        }
    }

    #[test]
    fn all_of_time_is_what_open_ends_reach_to() {
        assert_eq!(ALL_TIME.end, When::parse("2022/..").unwrap().span().end);
        assert_eq!(ALL_TIME.start, When::parse("../2022").unwrap().span().start);
    }

    #[test]
    fn the_axis_ends_where_the_calendar_does() {
        let mut a = axis("2022");
        for _ in 0..60 {
            a = a.zoomed(0.5, -1.0).panned(3.0);
        }
        assert!(a.start() >= FIRST && a.end() <= LAST + 1.0 && a.width() >= NARROWEST);
        for _ in 0..80 {
            a = a.zoomed(0.5, 1.0);
        }
        assert!((a.width() - NARROWEST).abs() < 1e-3);
    }
}
