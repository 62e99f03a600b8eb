//! What is asked of a project: which incidents, which claims, and how claims become one figure.

use std::borrow::Cow;

use crate::model::{Claim, Filters, Moment, Resolution, SourceId, Span, ZONE_HERE_MINUTES};

/// How several claims about the same people become one figure. The table of rules stands in the module `derive`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub enum Policy {
    /// Each party's account of its own losses, the latest one.
    #[default]
    OwnSide,
    /// The latest claim of the party itself or of an observer.
    Latest,
    /// The lowest claim of the party itself or of an observer.
    Lowest,
    /// The highest claim of anybody.
    Highest,
    /// From the lowest to the highest claim of anybody.
    Range,
    /// The latest claim read in one source.
    Source(SourceId),
}

impl Policy {
    /// The policies that need no further choice, in the order in which menus list them.
    pub const PLAIN: [Self; 5] = [Self::OwnSide, Self::Latest, Self::Lowest, Self::Highest, Self::Range];

    /// The id used on the command line, in JSON, in legends and exports: `own-side`, …, `source:ID`.
    pub fn id(&self) -> Cow<'static, str> {
        match self {
            Self::OwnSide => "own-side".into(),
            Self::Latest => "latest".into(),
            Self::Lowest => "lowest".into(),
            Self::Highest => "highest".into(),
            Self::Range => "range".into(),
            Self::Source(id) => format!("source:{}", id.as_str()).into(),
        }
    }

    /// The policy with this id.
    pub fn from_id(id: &str) -> Option<Self> {
        match id.strip_prefix("source:") {
            Some("") => None,
            Some(source) => Some(Self::Source(SourceId::new(source))),
            None => Self::PLAIN.into_iter().find(|p| p.id() == id),
        }
    }

    /// What it means, in words for a menu.
    pub fn label(&self) -> Cow<'static, str> {
        match self {
            Self::OwnSide => "Own side: each party on its own losses".into(),
            Self::Latest => "Latest of own side and observers".into(),
            Self::Lowest => "Lowest of own side and observers".into(),
            Self::Highest => "Highest of all claims".into(),
            Self::Range => "Range of all claims".into(),
            Self::Source(id) => format!("One source: {}", id.as_str()).into(),
        }
    }
}

/// What is being asked. The default asks for everything under `own-side` as known today.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Question {
    /// Only incidents that share a second with this stretch of event time; incidents without a date are then left out.
    pub span: Option<Span>,
    /// Only claims published by the end of this moment; `None`: as known today.
    pub as_known: Option<Moment>,
    /// How claims become figures.
    pub policy: Policy,
    /// Which incidents; all that are set must hold.
    pub filters: Filters,
}

impl Question {
    /// Whether a claim was known by the end of the as-known moment: published wholly by then. Without an as-known moment
    /// every claim is known.
    pub fn knows(&self, claim: &Claim) -> bool {
        self.as_known.is_none_or(|m| claim.published.is_some_and(|p| p.span().end <= m.span().end))
    }

    /// Whether any filter is set that may hide incidents. The as-known date is no filter, though it may hide some.
    pub fn filters(&self) -> bool {
        self.span.is_some() || !self.filters.is_empty()
    }

    /// How figures come about, in one line: `own-side · as known today`.
    pub fn figures_sentence(&self) -> String {
        let mut out = self.policy.id().into_owned();
        match self.as_known {
            None => out += " · as known today",
            Some(m) => {
                out += " · as known on ";
                out += &m.label(true);
                let zone = m.zone_label();
                if !zone.is_empty() {
                    out += &format!(" ({zone})");
                }
            }
        }
        out
    }
}

/// A window of event time as it is read: both days are in it. Clock times only where the window does not run from midnight to midnight.
pub(super) fn span_label(span: Span) -> String {
    let day_of = |s: i64| Moment::from_unix(s, ZONE_HERE_MINUTES, Resolution::Day);
    // Open ends are the model's own: the first and the last day that can be written.
    let open_start = day_of(span.start).date().0 <= -9999;
    let open_end = day_of(span.end).date().0 >= 9999;
    let midnight = |s: i64| (s + i64::from(ZONE_HERE_MINUTES) * 60).rem_euclid(86_400) == 0;
    let whole_days = (open_start || midnight(span.start)) && (open_end || midnight(span.end));
    // `end` is the first second that is not in the window.
    let (first, last, zone) = if whole_days {
        (day_of(span.start), day_of(span.end - 1), "")
    } else {
        let minute = |s| Moment::from_unix(s, ZONE_HERE_MINUTES, Resolution::Minute);
        (minute(span.start), minute(span.end), " (UTC+4)")
    };
    match (open_start, open_end) {
        (true, true) => "all of time".into(),
        (true, false) => format!("until {}{zone}", last.label(true)),
        (false, true) => format!("from {}{zone}", first.label(true)),
        (false, false) if first == last => format!("{}{zone}", first.label(true)),
        (false, false) => format!("{} – {}{zone}", first.label(true), last.label(true)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::When;

    fn check(span: Option<&str>, as_known: Option<&str>, policy: &str, want: &str) {
        let question = Question {
            span: span.map(|t| When::parse(t).unwrap().span()),
            as_known: as_known.map(|t| Moment::parse(t).unwrap()),
            policy: Policy::from_id(policy).unwrap(),
            ..Question::default()
        };
        assert_eq!(question.sentence(), want);
    }

    #[test]
    fn the_sentence_names_policy_date_and_window() {
        check(None, None, "own-side", "own-side · as known today");
        check(None, Some("2022-09-13"), "range", "range · as known on 13 Sep 2022");
        check(None, Some("2022-09-13T10:00+04:00"), "latest", "latest · as known on 13 Sep 2022, 10:00 (UTC+4)");
        check(
            Some("2022-09-12/2022-09-14"),
            None,
            "source:rfe",
            "source:rfe · as known today · 12 Sep 2022 – 14 Sep 2022",
        );
        check(Some("2022-09-12/.."), None, "lowest", "lowest · as known today · from 12 Sep 2022");
        check(Some("2022-09-12"), None, "highest", "highest · as known today · 12 Sep 2022");
        check(Some("../1994-05-12"), None, "highest", "highest · as known today · until 12 May 1994");
    }

    #[test]
    fn policies_come_back_from_their_ids() {
        for policy in Policy::PLAIN.into_iter().chain([Policy::Source(SourceId::new("s1"))]) {
            assert_eq!(Policy::from_id(&policy.id()), Some(policy));
        }
        assert_eq!(Policy::from_id("source:"), None);
        assert_eq!(Policy::from_id("newest"), None);
    }
}
