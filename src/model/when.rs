//! A moment or an interval: when something happened.
//!
//! Text form: two moments ([`super::moment`]) joined by `/`; `..` for an open end and nothing for an unknown one.

use std::fmt;

use super::moment::{Moment, Resolution, Span, WhenError, days_from_civil};

/// One end of a [`When`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Bound {
    /// A moment.
    At(Moment),
    /// Still open (EDTF `..`).
    Open,
    /// Not known (EDTF: nothing).
    Unknown,
}

impl Bound {
    /// The moment, if it is one.
    pub fn moment(self) -> Option<Moment> {
        match self {
            Self::At(m) => Some(m),
            Self::Open | Self::Unknown => None,
        }
    }
}

impl fmt::Display for Bound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::At(m) => m.fmt(f),
            Self::Open => f.write_str(".."),
            Self::Unknown => Ok(()),
        }
    }
}

/// A moment or an interval. At least one end is a moment, and the end does not lie before the start.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct When {
    start: Bound,
    end: Option<Bound>,
}

impl From<Moment> for When {
    fn from(moment: Moment) -> Self {
        Self { start: Bound::At(moment), end: None }
    }
}

impl When {
    /// An interval, or with `end` `None` a single moment.
    ///
    /// # Errors
    /// [`WhenError::Reversed`] if the end lies wholly before the start, [`WhenError::Form`] if neither end is a moment.
    pub fn new(start: Bound, end: Option<Bound>) -> Result<Self, WhenError> {
        let when = Self { start, end };
        match (start.moment(), end.and_then(Bound::moment)) {
            (None, None) => Err(WhenError::Form(when.to_string())),
            (Some(s), Some(e)) if e.span().end <= s.span().start => Err(WhenError::Reversed(when.to_string())),
            _ => Ok(when),
        }
    }

    /// Reads the text form of files (see the module).
    ///
    /// # Errors
    /// [`WhenError`] says what is wrong.
    pub fn parse(text: &str) -> Result<Self, WhenError> {
        let bound = |t: &str| match t {
            "" => Ok(Bound::Unknown),
            ".." => Ok(Bound::Open),
            _ => Moment::parse(t).map(Bound::At),
        };
        match text.split_once('/') {
            None => Self::new(Bound::At(Moment::parse(text)?), None),
            Some((a, b)) => Self::new(bound(a)?, Some(bound(b)?)),
        }
    }

    /// The start.
    pub fn start(&self) -> Bound {
        self.start
    }

    /// The end; `None` for a single moment.
    pub fn end(&self) -> Option<Bound> {
        self.end
    }

    /// The first moment there is, for sorting and labels.
    pub fn anchor(&self) -> Moment {
        match (self.start, self.end) {
            (Bound::At(m), _) | (_, Some(Bound::At(m))) => m,
            // Not reached: `new` refuses it. A fixed value keeps this total without a panic.
            _ => Moment::NONE,
        }
    }

    /// Everything the interval may cover. An open or unknown end reaches to the end of time (year ±9999).
    pub fn span(&self) -> Span {
        let start = match self.start {
            Bound::At(m) => m.span().start,
            Bound::Open | Bound::Unknown => days_from_civil(-9999, 1, 1) * 86_400,
        };
        let end = match self.end {
            None => self.anchor().span().end,
            Some(Bound::At(m)) => m.span().end,
            Some(Bound::Open | Bound::Unknown) => days_from_civil(9999, 12, 31) * 86_400,
        };
        Span { start, end: end.max(start + 1) }
    }

    /// As it is shown in full: `13 Sep 2022, 00:05 – 14 Sep 2022, 20:00 (UTC+4)`. The zone is named once if both ends share it.
    pub fn label(&self) -> String {
        let zoned = |m: &Moment| match m.zone_label() {
            z if z.is_empty() => m.label(true),
            z => format!("{} ({z})", m.label(true)),
        };
        let side = |b: Bound| match b {
            Bound::At(m) => zoned(&m),
            Bound::Open => "open".into(),
            Bound::Unknown => "unknown".into(),
        };
        match (self.start, self.end) {
            (b, None) => side(b),
            (Bound::At(a), Some(Bound::At(b))) if a == b => zoned(&a),
            (Bound::At(a), Some(Bound::At(b)))
                if a.offset() == b.offset() || a.offset().is_none() || b.offset().is_none() =>
            {
                let coarser = a.resolution().min(b.resolution());
                let same_year = a.date().0 == b.date().0 && coarser >= Resolution::Day;
                let same_day = same_year && a.date() == b.date() && coarser > Resolution::Day;
                let zone = a.offset().map_or_else(|| b.zone_label(), |_| a.zone_label());
                let zone = if zone.is_empty() { zone } else { format!(" ({zone})") };
                if same_day {
                    let clock = b.label(false);
                    let clock = clock.split_once(", ").map_or(clock.as_str(), |(_, c)| c);
                    format!("{}–{clock}{zone}", a.label(true))
                } else {
                    format!("{} – {}{zone}", a.label(!same_year), b.label(true))
                }
            }
            (a, Some(b)) => format!("{} – {}", side(a), side(b)),
        }
    }

    /// The shortest useful form for a map label: `13 Sep`, `Sep 2022`, `2022`.
    pub fn short(&self) -> String {
        let m = self.anchor();
        m.at_resolution(m.resolution().min(Resolution::Day)).label(false)
    }
}

impl fmt::Display for When {
    /// The text form of files; [`When::parse`] reads it back.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.start.fmt(f)?;
        if let Some(end) = self.end {
            write!(f, "/{end}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_is_read_and_written_back_the_same() {
        for text in [
            "2022",
            "2022-09",
            "2022-09-13",
            "2022-09-12T23+04:00",
            "2022-09-13T09:00+03:00",
            "2022-09-13T09:00:30Z",
            "1993-08~",
            "1990-01-12?",
            "1905%",
            "-0044-03-15",
            "2022-09-13T00:05+04:00/2022-09-14T20:00+04:00",
            "2020-09-27/..",
            "/1994-05-12",
            "2020-10-07~/2020-10-15~",
        ] {
            assert_eq!(When::parse(text).map(|w| w.to_string()), Ok(text.to_owned()));
        }
    }

    #[test]
    fn days_that_do_not_exist_are_refused() {
        assert!(Moment::parse("2000-02-29").is_ok());
        for bad in ["1900-02-29", "2022-02-31", "2022-13-01", "2022-09-13T24:00", "2022-09-13T09:00+15:00"] {
            assert!(matches!(Moment::parse(bad), Err(WhenError::NoSuchDay(..))), "{bad}");
        }
        for bad in ["", "yesterday", "13.9.22", "2022-9-3", "2022-09T10", "2022-09-13T9", "20220913"] {
            assert!(matches!(Moment::parse(bad), Err(WhenError::Form(_))), "{bad}");
        }
        assert!(matches!(When::parse("2022-09-14/2022-09-13"), Err(WhenError::Reversed(_))));
        assert!(When::parse("../").is_err());
    }

    #[test]
    fn labels_name_the_zone_and_leave_out_what_is_not_known() {
        let label = |t: &str| When::parse(t).unwrap().label();
        assert_eq!(
            label("2022-09-13T00:05+04:00/2022-09-14T20:00+04:00"),
            "13 Sep, 00:05 – 14 Sep 2022, 20:00 (UTC+4)"
        );
        assert_eq!(label("2022-09-13T09:00+03:00"), "13 Sep 2022, 09:00 (UTC+3)");
        assert_eq!(label("2022-09-13T09:00+03:00/2022-09-13T09:40+03:00"), "13 Sep 2022, 09:00–09:40 (UTC+3)");
        assert_eq!(label("1993-08"), "Aug 1993");
        assert_eq!(label("2022-09-13/2022-09-14T20:00+04:00"), "13 Sep – 14 Sep 2022, 20:00 (UTC+4)");
        assert_eq!(When::parse("2022-09-13T00:05+04:00").unwrap().short(), "13 Sep");
    }
}
