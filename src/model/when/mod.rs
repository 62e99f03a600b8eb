//! A moment, an interval or a set of them: when something happened.
//!
//! Text form: two moments ([`super::moment`]) joined by `/`, `..` for an open end and nothing for an unknown one; a set as
//! `[a,b..c]` (one of them) or `{a,b}` (all of them).

mod set;

use std::fmt;

use set::Set;
pub use set::SetKind;

use super::calendar::{Span, days_from_civil};
use super::moment::{Moment, Resolution, WhenError};

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

    fn map(self, f: impl Fn(Moment) -> Moment) -> Self {
        match self {
            Self::At(m) => Self::At(f(m)),
            other => other,
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
struct Extent {
    start: Bound,
    end: Option<Bound>,
}

impl Extent {
    fn is_reversed(&self) -> bool {
        match (self.start.moment(), self.end.and_then(Bound::moment)) {
            (Some(s), Some(e)) => e.span().end <= s.span().start,
            _ => false,
        }
    }

    fn map(&self, f: &impl Fn(Moment) -> Moment) -> Self {
        Self { start: self.start.map(f), end: self.end.map(|b| b.map(f)) }
    }
}

/// A moment, an interval or a set. At least one end is a moment, and no end lies before its start.
///
/// 32 bytes and `Copy`.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct When(Inner);

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Inner {
    Plain(Extent),
    Set(&'static Set),
}

impl fmt::Debug for When {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "When({self})")
    }
}

impl From<Moment> for When {
    fn from(moment: Moment) -> Self {
        Self(Inner::Plain(Extent { start: Bound::At(moment), end: None }))
    }
}

impl When {
    /// An interval, or with `end` `None` a single moment.
    ///
    /// # Errors
    /// [`WhenError::Reversed`] if the end lies wholly before the start, [`WhenError::Form`] if neither end is a moment.
    pub fn new(start: Bound, end: Option<Bound>) -> Result<Self, WhenError> {
        let extent = Extent { start, end };
        let when = Self(Inner::Plain(extent));
        match (start.moment(), end.and_then(Bound::moment)) {
            (None, None) => Err(WhenError::Form(when.to_string())),
            _ if extent.is_reversed() => Err(WhenError::Reversed(when.to_string())),
            _ => Ok(when),
        }
    }

    /// Reads the text form of files (see the module).
    ///
    /// # Errors
    /// [`WhenError`] says what is wrong.
    pub fn parse(text: &str) -> Result<Self, WhenError> {
        let inside = |open, close| text.strip_prefix(open)?.strip_suffix(close);
        for (kind, inside) in [(SetKind::OneOf, inside('[', ']')), (SetKind::AllOf, inside('{', '}'))] {
            if let Some(inside) = inside {
                return Set::parse(kind, inside, text).map(|set| Self(Inner::Set(set::keep(set))));
            }
        }
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

    fn extent(&self) -> Extent {
        match self.0 {
            Inner::Plain(extent) => extent,
            Inner::Set(set) => set.hull(),
        }
    }

    /// The start; of a set the earliest member.
    pub fn start(&self) -> Bound {
        self.extent().start
    }

    /// The end; `None` for a single moment; of a set the latest member.
    pub fn end(&self) -> Option<Bound> {
        self.extent().end
    }

    /// Whether it is a set, and of which kind.
    pub fn set_kind(&self) -> Option<SetKind> {
        match self.0 {
            Inner::Plain(_) => None,
            Inner::Set(set) => Some(set.kind),
        }
    }

    /// All moments in it, in the order of the text.
    pub fn moments(&self) -> impl Iterator<Item = Moment> + use<> {
        let (one, many): (Option<Extent>, &'static [Extent]) = match self.0 {
            Inner::Plain(extent) => (Some(extent), &[]),
            Inner::Set(set) => (None, &set.members),
        };
        one.into_iter().chain(many.iter().copied()).flat_map(|e| [Some(e.start), e.end]).filter_map(|b| b?.moment())
    }

    /// Whether a time of day is stated anywhere in it.
    pub fn has_clock(&self) -> bool {
        self.moments().any(|m| m.has_clock())
    }

    /// The same with every moment changed.
    ///
    /// # Errors
    /// [`WhenError::Reversed`] if an end then lies before its start.
    pub fn map(&self, f: impl Fn(Moment) -> Moment) -> Result<Self, WhenError> {
        let inner = match self.0 {
            Inner::Plain(extent) => Inner::Plain(extent.map(&f)),
            Inner::Set(set) => {
                let members = set.members.iter().map(|m| m.map(&f)).collect();
                Inner::Set(set::keep(Set { kind: set.kind, members }))
            }
        };
        let when = Self(inner);
        let is_reversed = match inner {
            Inner::Plain(extent) => extent.is_reversed(),
            Inner::Set(set) => set.members.iter().any(Extent::is_reversed),
        };
        if is_reversed { Err(WhenError::Reversed(when.to_string())) } else { Ok(when) }
    }

    /// The same as clocks of another zone show it (minutes east of Greenwich); `None`: as stated. See [`Moment::in_zone`].
    #[must_use]
    pub fn in_zone(&self, offset: Option<i16>) -> Self {
        match offset {
            Some(offset) if self.has_clock() => self.map(|m| m.in_zone(offset)).unwrap_or(*self),
            _ => *self,
        }
    }

    /// The first moment there is, for sorting and labels.
    pub fn anchor(&self) -> Moment {
        let extent = self.extent();
        match (extent.start, extent.end) {
            (Bound::At(m), _) | (_, Some(Bound::At(m))) => m,
            // Open on both sides: a set such as `[..1990,2000..]`. Without any moment there is no When: `new` refuses it.
            _ => self.moments().next().unwrap_or(Moment::NONE),
        }
    }

    /// Everything it may cover, of a set from the first member to the last. An open or unknown end reaches to the end of time
    /// (year ±9999, beyond that ±2147483647).
    pub fn span(&self) -> Span {
        let extent = self.extent();
        let day = |year, month, day| days_from_civil(year, month, day) * 86_400;
        let start = match extent.start {
            Bound::At(m) => m.span().start,
            Bound::Open | Bound::Unknown => match extent.end.and_then(Bound::moment) {
                Some(m) if m.span().end <= day(-9999, 1, 1) => day(i32::MIN, 1, 1),
                _ => day(-9999, 1, 1),
            },
        };
        let end = match extent.end {
            None => self.anchor().span().end,
            Some(Bound::At(m)) => m.span().end,
            Some(Bound::Open | Bound::Unknown) if start >= day(9999, 12, 31) => day(i32::MAX, 12, 31),
            Some(Bound::Open | Bound::Unknown) => day(9999, 12, 31),
        };
        Span { start, end: end.max(start + 1) }
    }

    /// As it is shown in full: `13 Sep 2022, 00:05 – 14 Sep 2022, 20:00 (UTC+4)`. The zone is named once if both ends share it.
    pub fn label(&self) -> String {
        match self.0 {
            Inner::Plain(extent) => extent.label(),
            Inner::Set(set) => set.label(),
        }
    }

    /// The shortest useful form for a map label: `13 Sep`, `Sep 2022`, `2022`, of a set from first to last.
    pub fn short(&self) -> String {
        self.days_label(false)
    }

    /// Without times of day: `13 Sep 2022`; of an interval its start, of a set from first to last.
    pub fn brief(&self) -> String {
        self.days_label(true)
    }

    fn days_label(&self, with_year: bool) -> String {
        let day = |m: Moment| m.without_clock().label(with_year);
        let first = day(self.anchor());
        if self.set_kind().is_none() {
            return first;
        }
        let extent = self.extent();
        match (extent.start, extent.end) {
            (Bound::At(a), Some(Bound::At(b))) if a.without_clock() != b.without_clock() => {
                format!("{first} – {}", day(b))
            }
            (Bound::At(_), Some(Bound::Open)) => format!("from {first}"),
            (Bound::Open, Some(Bound::At(_))) => format!("until {first}"),
            _ => first,
        }
    }
}

/// The zone as it stands behind a time of day, in brackets; empty where there is none.
fn zone(m: &Moment) -> String {
    match m.zone_label() {
        _ if !m.has_clock() => String::new(),
        z if z.is_empty() => " (zone not stated)".into(),
        z => format!(" ({z})"),
    }
}

/// A moment with its zone.
fn zoned(m: &Moment) -> String {
    m.label(true) + &zone(m)
}

impl Extent {
    fn label(&self) -> String {
        let side = |b: Bound| match b {
            Bound::At(m) => zoned(&m),
            Bound::Open => "open".into(),
            Bound::Unknown => "unknown".into(),
        };
        match (self.start, self.end) {
            (b, None) => side(b),
            (Bound::At(a), Some(Bound::At(b))) if a == b => zoned(&a),
            (Bound::At(a), Some(Bound::At(b))) if a.offset() == b.offset() || !a.has_clock() || !b.has_clock() => {
                let coarser = a.resolution().min(b.resolution());
                let same_year = a.date().0 == b.date().0 && coarser >= Resolution::Day;
                let same_day = same_year && a.date() == b.date() && coarser > Resolution::Day;
                let zone = zone(if a.has_clock() { &a } else { &b });
                if same_day && !b.is_approximate() && !b.is_uncertain() {
                    format!("{}–{}{zone}", a.label(true), b.clock_label())
                } else {
                    format!("{} – {}{zone}", a.label(!same_year), b.label(true))
                }
            }
            (a, Some(b)) => format!("{} – {}", side(a), side(b)),
        }
    }
}

impl fmt::Display for When {
    /// The text form of files; [`When::parse`] reads it back.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Inner::Plain(extent) => {
                extent.start.fmt(f)?;
                extent.end.map_or(Ok(()), |end| write!(f, "/{end}"))
            }
            Inner::Set(set) => set.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests;
