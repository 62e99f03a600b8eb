//! What a figure is and how two are put together. An unknown figure is never 0.

use std::fmt;

use crate::model::{Category, Count, PartyId, Status};

/// Whom and what a figure is about.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key {
    /// About whose people.
    pub party: PartyId,
    /// Soldiers, civilians, or not said.
    pub status: Status,
    /// What happened to them.
    pub category: Category,
}

/// A number of people as the claims and the policy give it.
///
/// `low ≤ best ≤ high` holds wherever both sides are known, unless the claim itself breaks it (a best estimate outside
/// its own range), which is a finding.
// Four independent remarks about one number; none excludes another.
#[expect(clippy::struct_excessive_bools)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Figure {
    /// At least this many; `None` if no lower end is known.
    pub low: Option<u32>,
    /// The figure to show; `None` if there is none.
    pub best: Option<u32>,
    /// At most this many; `None` if no upper end is known ("at least 135").
    pub high: Option<u32>,
    /// How many claims there are about it, used or not (those marked superseded or withdrawn, or not yet known, left out).
    pub claims: u32,
    /// Whether two of the claims cannot both be true.
    pub contradicted: bool,
    /// Whether the number (for a range: either end) rests on the claim of another side about its opponent.
    pub by_other_side: bool,
    /// Whether there are only words such as “several dozen”.
    pub vague: bool,
    /// Whether a claim chosen by hand decided it, or a part of it.
    pub pinned: bool,
    /// Number of incidents with claims that give no number here: they are not in the sum, and they are not 0.
    pub missing: u32,
}

impl Figure {
    /// The figure of one count, with no claims counted yet.
    pub(crate) fn of(count: &Count) -> Self {
        Self { low: count.low(), best: count.best(), high: count.high(), ..Self::default() }
    }

    /// Whether there is any number.
    pub fn is_known(&self) -> bool {
        self.low.or(self.best).or(self.high).is_some()
    }

    /// The number by which two figures are compared and symbols are sized: best, else high, else low.
    pub fn number(&self) -> Option<u32> {
        self.best.or(self.high).or(self.low)
    }

    /// This and `other` together, about different people.
    ///
    /// A part without a number adds nothing and is counted in `missing`. The sum has no upper end if a part has none
    /// ("at least 135" and 80 is at least 215), and no best if a part has a range without one.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        let mut sum = match (self.is_known(), other.is_known()) {
            (true, true) => {
                let both = |a: Option<u32>, b: Option<u32>| a.zip(b).map(|(a, b)| a.saturating_add(b));
                Self {
                    low: both(self.low, other.low).or(self.low).or(other.low),
                    best: both(self.best, other.best),
                    high: both(self.high, other.high),
                    contradicted: self.contradicted || other.contradicted,
                    by_other_side: self.by_other_side || other.by_other_side,
                    pinned: self.pinned || other.pinned,
                    ..Self::default()
                }
            }
            (true, false) => self,
            (false, true) => other,
            (false, false) => Self {
                contradicted: self.contradicted || other.contradicted,
                vague: self.vague || other.vague,
                pinned: self.pinned || other.pinned,
                ..Self::default()
            },
        };
        sum.claims = self.claims.saturating_add(other.claims);
        sum.missing = self.missing.saturating_add(other.missing);
        sum
    }
}

impl fmt::Display for Figure {
    /// `49`, `71–80`, `71–80, best 75`, `≥ 135`, `≤ 10`, `only in words`, `no figure`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Counts know how numbers are written; a figure says the same thing.
        let n = |n: u32| Count::Exactly(n);
        match (self.low, self.best, self.high) {
            (None, None, None) if self.vague => f.write_str("only in words"),
            (None, None, None) => f.write_str("no figure"),
            (Some(l), Some(b), Some(h)) if l == b && b == h => write!(f, "{}", n(b)),
            (Some(l), b, Some(h)) => {
                if l == h {
                    write!(f, "{}", n(l))?;
                } else {
                    write!(f, "{}–{}", n(l), n(h))?;
                }
                match b {
                    Some(b) if l != h && b == l => Ok(()),
                    Some(b) => write!(f, ", best {}", n(b)),
                    None => Ok(()),
                }
            }
            (Some(l), b, None) => match b.filter(|b| *b != l) {
                Some(b) => write!(f, "≥ {}, best {}", n(l), n(b)),
                None => write!(f, "≥ {}", n(l)),
            },
            (None, b, Some(h)) => match b.filter(|b| *b != h) {
                Some(b) => write!(f, "≤ {}, best {}", n(h), n(b)),
                None => write!(f, "≤ {}", n(h)),
            },
            (None, Some(b), None) => write!(f, "{}", n(b)),
        }
    }
}

/// The dead of an incident or a project. Only `killed` is counted: "killed or missing" and "missing" are not killed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Dead {
    /// All parties together.
    pub total: Figure,
    /// By party, in the order of their ids; parties without a claim are not in it.
    pub by_party: Vec<(PartyId, Figure)>,
}

impl Dead {
    /// The figure of one party; `None` if there is no claim about its dead.
    pub fn of(&self, party: &PartyId) -> Option<&Figure> {
        self.by_party.iter().find(|(p, _)| p == party).map(|(_, f)| f)
    }

    /// From figures of parties that are about different people. A figure about all parties together counts only where no
    /// party has one of its own.
    pub(crate) fn from_parties(by_party: Vec<(PartyId, Figure)>) -> Self {
        let one_by_one = by_party.iter().any(|(p, f)| !p.is_all() && f.is_known());
        let counted = by_party.iter().filter(|(p, _)| !(one_by_one && p.is_all()));
        let total = counted.fold(Figure::default(), |sum, (_, f)| sum.plus(*f));
        Self { total, by_party }
    }
}

/// The dead in one incident's tolls (in the order of their keys): see [`by_party`].
pub fn dead(tolls: &[(Key, Figure)]) -> Dead {
    Dead::from_parties(by_party(tolls, Category::Killed))
}

/// The people of one category in one incident's tolls (in the order of their keys), by party, the statuses put together.
///
/// "Unspecified" covers soldiers and civilians, so it is never added to them: whichever of the two tells of more
/// people stands, and where they are equal the finer account does.
pub fn by_party(tolls: &[(Key, Figure)], category: Category) -> Vec<(PartyId, Figure)> {
    let mut by_party = Vec::new();
    for party in tolls.chunk_by(|a, b| a.0.party == b.0.party) {
        let mut parts: Option<Figure> = None;
        let mut whole: Option<Figure> = None;
        for (key, figure) in party.iter().filter(|(k, _)| k.category == category) {
            let slot = if key.status == Status::Unspecified { &mut whole } else { &mut parts };
            *slot = Some(slot.map_or(*figure, |sum| sum.plus(*figure)));
        }
        let figure = match (parts, whole) {
            (None, None) => continue,
            (Some(one), None) | (None, Some(one)) => one,
            (Some(parts), Some(whole)) => {
                let mut figure = if whole.number() > parts.number() { whole } else { parts };
                figure.claims = parts.claims.saturating_add(whole.claims);
                if figure.is_known() {
                    // The other account of the same people may lack a number; that leaves nobody out of this one,
                    // except where one of its own parts does.
                    figure.missing = if whole.number() > parts.number() { 0 } else { figure.missing };
                } else {
                    figure.missing = parts.missing.max(whole.missing);
                    figure.vague = parts.vague || whole.vague;
                }
                figure
            }
        };
        if let Some((key, _)) = party.first() {
            // One incident is at most one incident without a figure, however many statuses lack one.
            by_party.push((key.party.clone(), Figure { missing: figure.missing.min(1), ..figure }));
        }
    }
    by_party
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figure(text: &str) -> Figure {
        let count = Count::parse(text).unwrap();
        let figure = Figure { claims: 1, vague: matches!(count, Count::Some(_)), ..Figure::of(&count) };
        Figure { missing: u32::from(!figure.is_known()), ..figure }
    }

    #[test]
    fn sums_keep_open_ends_open_and_leave_unknown_out() {
        let check = |a: &str, b: &str, want: &str| {
            assert_eq!(figure(a).plus(figure(b)).to_string(), want, "{a} + {b}");
            assert_eq!(figure(b).plus(figure(a)).to_string(), want, "{b} + {a}");
        };
        check("49", "50", "99");
        check("≥ 135", "80", "≥ 215");
        check("71–80", "20", "91–100");
        check("49", "?", "49");
        check("?", "?", "no figure");
        check("?", "several dozen", "only in words");
        check("≤ 10", "5", "5–15, best 15");
        check("4294967295", "1", "4\u{202f}294\u{202f}967\u{202f}295");
        assert_eq!(figure("49").plus(figure("?")).missing, 1);
    }

    fn check_dead(rows: &[(Status, Category, &str)], want: &str) {
        let party = PartyId::new("armenia");
        let tolls: Vec<_> = rows
            .iter()
            .map(|(status, category, text)| {
                (Key { party: party.clone(), status: *status, category: *category }, figure(text))
            })
            .collect();
        assert_eq!(dead(&tolls).of(&party).map_or("none".to_owned(), ToString::to_string), want);
    }

    #[test]
    fn unspecified_is_never_added_to_soldiers_and_civilians() {
        use Category::{Killed, KilledOrMissing, Missing};
        use Status::{Civilian, Military, Unspecified};
        check_dead(&[(Military, Killed, "49"), (Civilian, Killed, "3")], "52");
        check_dead(&[(Military, Killed, "49"), (Civilian, Killed, "3"), (Unspecified, Killed, "50")], "52");
        check_dead(&[(Military, Killed, "49"), (Unspecified, Killed, "60")], "60");
        check_dead(&[(Military, Killed, "?"), (Unspecified, Killed, "60")], "60");
        check_dead(&[(Military, Killed, "?")], "no figure");
        check_dead(&[(Military, KilledOrMissing, "207"), (Military, Missing, "4")], "none");
        check_dead(&[(Military, Killed, "135"), (Military, KilledOrMissing, "207")], "135");
    }
}
