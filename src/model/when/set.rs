//! Sets of dates: one of several, or all of several (EDTF level 2).
//!
//! A set may be of any length, and yet a [`super::When`] is small and `Copy`, because a project holds a million of them and
//! hardly any is a set. So each different set is kept once, for as long as the program runs; what differs is bounded by what
//! was read and typed.

use std::collections::HashSet;
use std::fmt;
use std::sync::{LazyLock, Mutex, PoisonError};

use super::{Bound, Extent};
use crate::model::{Moment, WhenError};

/// How the members of a set belong together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SetKind {
    /// It was one of them (EDTF `[..]`).
    OneOf,
    /// It was all of them (EDTF `{..}`).
    AllOf,
}

/// The members of a set, at least one, in the order of the text.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Set {
    pub(super) kind: SetKind,
    pub(super) members: Box<[Extent]>,
}

static KEPT: LazyLock<Mutex<HashSet<&'static Set>>> = LazyLock::new(Mutex::default);

/// The one kept copy of a set.
pub(super) fn keep(set: Set) -> &'static Set {
    let mut kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = kept.get(&set) {
        return known;
    }
    let set: &'static Set = Box::leak(Box::new(set));
    kept.insert(set);
    set
}

impl Set {
    /// Reads what stands between the brackets: moments, `a..b`, `..b` at first, `a..` at last, joined by commas.
    pub(super) fn parse(kind: SetKind, inside: &str, whole: &str) -> Result<Self, WhenError> {
        let form = || WhenError::Form(whole.to_owned());
        let moment = |t: &str| {
            Moment::parse(t).map(Bound::At).map_err(|e| match e {
                WhenError::Form(_) => form(),
                other => other,
            })
        };
        let last = inside.split(',').count() - 1;
        let member = |(n, text): (usize, &str)| match text.split_once("..") {
            None => Ok(Extent { start: moment(text)?, end: None }),
            Some(("", b)) if n == 0 => Ok(Extent { start: Bound::Open, end: Some(moment(b)?) }),
            Some((a, "")) if n == last => Ok(Extent { start: moment(a)?, end: Some(Bound::Open) }),
            Some((a, b)) => {
                let extent = Extent { start: moment(a)?, end: Some(moment(b)?) };
                if extent.is_reversed() { Err(WhenError::Reversed(whole.to_owned())) } else { Ok(extent) }
            }
        };
        let members = inside.split(',').enumerate().map(member).collect::<Result<_, _>>()?;
        Ok(Self { kind, members })
    }

    /// From the first member to the last; open where a member is.
    pub(super) fn hull(&self) -> Extent {
        let at = |bounds: &mut dyn Iterator<Item = Bound>, is_end: bool| {
            let mut best: Option<Moment> = None;
            for bound in bounds {
                let Bound::At(m) = bound else { return Bound::Open };
                let beyond =
                    |b: Moment| if is_end { m.span().end > b.span().end } else { m.span().start < b.span().start };
                if best.is_none_or(beyond) {
                    best = Some(m);
                }
            }
            best.map_or(Bound::Unknown, Bound::At)
        };
        let start = at(&mut self.members.iter().map(|m| m.start), false);
        let end = at(&mut self.members.iter().map(|m| m.end.unwrap_or(m.start)), true);
        Extent { start, end: Some(end) }
    }

    /// `one of 13 Sep 2022, 15 Sep 2022`.
    pub(super) fn label(&self) -> String {
        let member = |m: &Extent| match (m.start, m.end) {
            (Bound::Open, Some(Bound::At(b))) => format!("until {}", super::zoned(&b)),
            (Bound::At(a), Some(Bound::Open)) => format!("from {}", super::zoned(&a)),
            _ => m.label(),
        };
        let members: Vec<String> = self.members.iter().map(member).collect();
        match (members.as_slice(), self.kind) {
            ([one], _) => one.clone(),
            (_, SetKind::OneOf) => format!("one of {}", members.join(", ")),
            ([head @ .., last], SetKind::AllOf) => format!("{} and {last}", head.join(", ")),
            ([], SetKind::AllOf) => String::new(),
        }
    }
}

impl fmt::Display for Set {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (open, close) = match self.kind {
            SetKind::OneOf => ('[', ']'),
            SetKind::AllOf => ('{', '}'),
        };
        write!(f, "{open}")?;
        for (n, member) in self.members.iter().enumerate() {
            if n > 0 {
                f.write_str(",")?;
            }
            match (member.start, member.end) {
                (Bound::Open, Some(b)) => write!(f, "..{b}")?,
                (a, Some(Bound::Open)) => write!(f, "{a}..")?,
                (a, Some(b)) => write!(f, "{a}..{b}")?,
                (a, None) => a.fmt(f)?,
            }
        }
        write!(f, "{close}")
    }
}
