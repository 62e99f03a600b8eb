//! Moments earlier or later by a stretch of time.

use super::{Moment, Resolution, ZONE_HERE_MINUTES};

impl Moment {
    /// The same knowledge, `seconds` later (earlier where negative). A moment stays as it is where the stretch is finer than
    /// what is known: months and years by anything, days by hours, hours by minutes. Zone and qualifiers stay.
    #[must_use]
    pub fn shifted(self, seconds: i64) -> Self {
        let unit = match self.written {
            Resolution::Year | Resolution::Season | Resolution::Month => return self,
            Resolution::Day => 86_400,
            Resolution::Hour => 3600,
            Resolution::Minute => 60,
            Resolution::Second => 1,
        };
        let Some(start) = self.span().start.checked_add(seconds).filter(|_| self.is_plain() && seconds % unit == 0)
        else {
            return self;
        };
        let there = Self::from_unix(start, self.offset().unwrap_or(ZONE_HERE_MINUTES), self.written);
        // Years of more than four digits are written otherwise; nobody means them.
        if !(-9999..=9999).contains(&there.year) {
            return self;
        }
        Self { marks: self.marks, offset: self.offset, ..there }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_known_moves_by_what_it_is_known_to() {
        const HOUR: i64 = 3600;
        const DAY: i64 = 24 * HOUR;
        for (text, seconds, want) in [
            ("2022-09-13", DAY, "2022-09-14"),
            ("2022-09-13", HOUR, "2022-09-13"),
            ("2022-09", 40 * DAY, "2022-09"),
            ("199X", DAY, "199X"),
            ("2022-09-XX", DAY, "2022-09-XX"),
            ("2024-02-28?", DAY, "2024-02-29?"),
            ("2023-01-01", -DAY, "2022-12-31"),
            ("2022-09-13T00:05:00+04:00", -10 * 60, "2022-09-12T23:55:00+04:00"),
            ("2022-09-13T09:00:00+03:00", 2 * HOUR, "2022-09-13T11:00:00+03:00"),
            ("9999-12-31", DAY, "9999-12-31"),
        ] {
            let moved = Moment::parse(text).unwrap().shifted(seconds);
            assert_eq!(moved.to_string(), want, "{text} by {seconds}");
        }
    }
}
