//! Calendar bins: stretches of time that begin where a clock or a calendar says so, in one zone.

use crate::model::{Moment, Resolution, Span, ZONE_HERE_MINUTES};

/// Seconds of a day.
const DAY: i64 = 86_400;

/// How wide a bin is. Months, quarters and years are those of the calendar, so they differ in length.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum BinWidth {
    /// One hour.
    Hour,
    /// Six hours, from midnight.
    SixHours,
    /// One day.
    Day,
    /// Seven days, from Monday.
    Week,
    /// A month.
    Month,
    /// Three months, from January.
    Quarter,
    /// A year.
    Year,
    /// Ten years, from a year that ends in 0.
    Decade,
    /// A hundred years, from a year that ends in 00.
    Century,
}

impl BinWidth {
    /// All, from narrow to wide.
    pub const ALL: [Self; 9] = [
        Self::Hour,
        Self::SixHours,
        Self::Day,
        Self::Week,
        Self::Month,
        Self::Quarter,
        Self::Year,
        Self::Decade,
        Self::Century,
    ];

    /// The English word for one bin.
    pub fn label(self) -> &'static str {
        match self {
            Self::Hour => "hour",
            Self::SixHours => "6 hours",
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
            Self::Quarter => "quarter",
            Self::Year => "year",
            Self::Decade => "decade",
            Self::Century => "century",
        }
    }

    /// About how many seconds a bin lasts; for months and longer the mean of the Gregorian calendar.
    pub fn typical_secs(self) -> i64 {
        match self {
            Self::Hour => 3600,
            Self::SixHours => 6 * 3600,
            Self::Day => DAY,
            Self::Week => 7 * DAY,
            Self::Month => 2_629_746,
            Self::Quarter => 7_889_238,
            Self::Year => 31_556_952,
            Self::Decade => 315_569_520,
            Self::Century => 3_155_695_200,
        }
    }

    /// The narrowest width that cuts `span` into at most `most` bins, about.
    pub fn for_span(span: Span, most: usize) -> Self {
        let length = span.end.saturating_sub(span.start).max(1);
        let most = i64::try_from(most.max(1)).unwrap_or(i64::MAX);
        Self::ALL.into_iter().find(|w| length / w.typical_secs() <= most).unwrap_or(Self::Century)
    }

    /// First second of the bin that holds the second `at`, by the clock of a zone `zone_minutes` east of Greenwich.
    pub fn floor(self, at: i64, zone_minutes: i16) -> i64 {
        let shift = i64::from(zone_minutes) * 60;
        let local = at.saturating_add(shift);
        let clock = |length: i64| local.div_euclid(length) * length;
        let (year, month, _) = Moment::from_unix(local, 0, Resolution::Day).date();
        let begins = match self {
            Self::Hour => clock(3600),
            Self::SixHours => clock(6 * 3600),
            Self::Day => clock(DAY),
            // 1 January 1970 was a Thursday, three days after a Monday.
            Self::Week => (local + 3 * DAY).div_euclid(7 * DAY) * 7 * DAY - 3 * DAY,
            Self::Month => first_of(year, month),
            Self::Quarter => first_of(year, (month - 1) / 3 * 3 + 1),
            Self::Year => first_of(year, 1),
            Self::Decade => first_of(year.div_euclid(10) * 10, 1),
            Self::Century => first_of(year.div_euclid(100) * 100, 1),
        };
        begins - shift
    }

    /// First second of the bin after the one that holds `at`.
    pub fn next(self, at: i64, zone_minutes: i16) -> i64 {
        let begins = self.floor(at, zone_minutes);
        // A little more than a bin, less than two: the bin that holds it is the next one.
        let over = match self {
            Self::Month => 32 * DAY,
            Self::Quarter => 93 * DAY,
            Self::Year => 370 * DAY,
            Self::Decade => 3_660 * DAY,
            Self::Century => 36_530 * DAY,
            _ => self.typical_secs(),
        };
        self.floor(begins + over, zone_minutes)
    }
}

/// Midnight of the first day of a month, in seconds of the local clock.
fn first_of(year: i32, month: u8) -> i64 {
    // The calendar of the model ends at the years ±9999; what lies beyond stands at its edge.
    let day = Moment::day(year.clamp(-9999, 9999), month.clamp(1, 12), 1);
    day.map_or(0, |d| d.span().start + i64::from(ZONE_HERE_MINUTES) * 60)
}

/// Bins side by side, without gaps.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Bins {
    /// How wide each is.
    pub width: BinWidth,
    /// Minutes east of Greenwich of the zone whose clock and calendar they follow.
    pub zone_minutes: i16,
    /// First second of each bin, and behind the last one the first second after it; at least two, rising.
    pub edges: Vec<i64>,
}

impl Bins {
    /// More bins than this are never made; they are widened instead.
    pub const MOST: usize = 4096;

    /// The bins that cover `span`.
    pub fn covering(span: Span, width: BinWidth, zone_minutes: i16) -> Self {
        let width = width.max(BinWidth::for_span(span, Self::MOST - 2));
        let mut edges = vec![width.floor(span.start, zone_minutes)];
        while let Some(last) = edges.last().copied().filter(|l| *l < span.end && edges.len() <= Self::MOST) {
            edges.push(width.next(last, zone_minutes).max(last + 1));
        }
        if edges.len() < 2 {
            edges.push(width.next(span.start, zone_minutes));
        }
        Self { width, zone_minutes, edges }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.edges.len().saturating_sub(1)
    }

    /// Whether there are none; never so for bins that were made by [`Bins::covering`].
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// From the first second of the first bin to the end of the last.
    pub fn span(&self) -> Span {
        let start = self.edges.first().copied().unwrap_or(0);
        Span { start, end: self.edges.last().copied().unwrap_or(start).max(start + 1) }
    }

    /// The stretch of one bin.
    pub fn bin(&self, n: usize) -> Option<Span> {
        Some(Span { start: *self.edges.get(n)?, end: *self.edges.get(n + 1)? })
    }

    /// The bin that holds a second.
    pub fn index_of(&self, at: i64) -> Option<usize> {
        let after = self.edges.partition_point(|e| *e <= at);
        (after >= 1 && after < self.edges.len()).then(|| after - 1)
    }

    /// Calls `into` with each bin that shares time with `span` and the share of the span that lies in it, above 0 and at
    /// most 1. The shares of a span that lies wholly within the bins add up to 1.
    pub fn spread(&self, span: Span, mut into: impl FnMut(usize, f64)) {
        let whole = self.span();
        if !span.overlaps(whole) {
            return;
        }
        let length = (span.end - span.start).max(1) as f64;
        let first = self.index_of(span.start.max(whole.start)).unwrap_or(0);
        for n in first..self.len() {
            let Some(bin) = self.bin(n).filter(|b| b.start < span.end) else { break };
            if span.start >= bin.start && span.end <= bin.end {
                into(n, 1.0);
                break;
            }
            let shared = span.end.min(bin.end) - span.start.max(bin.start);
            if shared > 0 {
                into(n, shared as f64 / length);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::When;

    fn span(text: &str) -> Span {
        When::parse(text).unwrap().span()
    }

    #[test]
    fn bins_begin_where_the_calendar_says() {
        let check = |width: BinWidth, at: &str, begins: &str, ends: &str| {
            let at = span(at).start;
            assert_eq!(width.floor(at, 240), span(begins).start, "{at} {width:?}");
            assert_eq!(width.next(at, 240), span(ends).start, "{at} {width:?}");
        };
        check(BinWidth::Hour, "2022-09-13T00:59+04:00", "2022-09-13T00+04:00", "2022-09-13T01+04:00");
        check(BinWidth::SixHours, "2022-09-13T13:59+04:00", "2022-09-13T12+04:00", "2022-09-13T18+04:00");
        check(BinWidth::Day, "2022-09-12T23:59+04:00", "2022-09-12", "2022-09-13");
        check(BinWidth::Week, "2022-09-13", "2022-09-12", "2022-09-19");
        check(BinWidth::Week, "1969-12-30", "1969-12-29", "1970-01-05");
        check(BinWidth::Month, "2020-02-29T23:59+04:00", "2020-02", "2020-03");
        check(BinWidth::Quarter, "2022-12-31", "2022-10-01", "2023-01-01");
        check(BinWidth::Year, "1751-12-31", "1751", "1752");
        check(BinWidth::Decade, "1988-02-20", "1980", "1990");
        check(BinWidth::Century, "-0044-03-15", "-0100", "0000");
    }

    #[test]
    fn bins_lie_side_by_side_and_cover_the_span() {
        for width in BinWidth::ALL {
            let whole = span("1988-02-20/2024-01-01");
            let bins = Bins::covering(whole, width, 180);
            assert!(bins.edges.windows(2).all(|e| e[0] < e[1]));
            assert!(bins.span().start <= whole.start && bins.span().end >= whole.end, "{width:?}");
            assert!(bins.len() <= Bins::MOST, "{width:?}: {}", bins.len());
        }
        assert!(Bins::covering(span("-9999/9999"), BinWidth::Hour, 0).len() <= Bins::MOST);
    }

    #[test]
    fn a_span_of_three_days_fills_three_daily_bins_and_counts_once() {
        let bins = Bins::covering(span("2022-09-01/2022-09-30"), BinWidth::Day, 240);
        let mut shares = Vec::new();
        bins.spread(span("2022-09-12/2022-09-14"), |n, share| shares.push((n, share)));
        assert_eq!(shares.iter().map(|s| s.0).collect::<Vec<_>>(), [11, 12, 13]);
        assert!((shares.iter().map(|s| s.1).sum::<f64>() - 1.0).abs() < 1e-12);
    }

    #[test]
    fn a_month_is_spread_over_its_days_and_not_put_on_the_first() {
        let bins = Bins::covering(span("2022"), BinWidth::Day, 240);
        let mut shares = Vec::new();
        bins.spread(span("2022-09"), |_, share| shares.push(share));
        assert_eq!(shares.len(), 30);
    }

    #[test]
    fn a_second_is_in_the_bin_that_begins_with_it() {
        let bins = Bins::covering(span("2022-09-12/2022-09-14"), BinWidth::Day, 240);
        assert_eq!(bins.index_of(span("2022-09-13").start), Some(1));
        assert_eq!(bins.index_of(span("2022-09-13").start - 1), Some(0));
        assert_eq!(bins.index_of(span("2022-09-15").start), None);
    }
}
