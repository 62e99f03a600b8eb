//! Which claims about the same people cannot all be true.

use crate::model::{Claim, Count, Incident, Span, Text};

/// The lowest and the highest number a count names; `None` where it names none.
pub(super) fn ends(count: &Count) -> Option<(u32, u32)> {
    let mut ends: Option<(u32, u32)> = None;
    for n in [count.low(), count.best(), count.high()].into_iter().flatten() {
        ends = Some(ends.map_or((n, n), |(low, high)| (low.min(n), high.max(n))));
    }
    ends
}

/// The numbers of people that a count allows, both ends included; an open end reaches to 0 or to the largest number.
/// "About n" allows 10 % on either side. That is this program's convention: no standard says how far "about" reaches.
pub(super) fn allowed(count: &Count) -> Option<(u32, u32)> {
    let (low, high) = ends(count)?;
    Some(match count {
        Count::About(n) => about(*n),
        Count::AtLeast(n) => (*n, u32::MAX),
        Count::AtMost(n) => (0, *n),
        _ => (low, high),
    })
}

/// The numbers that "about `n`" allows.
pub(super) fn about(n: u32) -> (u32, u32) {
    (n.saturating_sub(n.div_ceil(10)), n.saturating_add(n.div_ceil(10)))
}

/// Claims about one key and one period that cannot all be true.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Clash {
    pub(crate) low: u32,
    pub(crate) high: u32,
    pub(crate) claims: Vec<Text>,
}

/// The period a claim covers; `None` for the whole incident.
pub(super) fn part(incident: &Incident, claim: &Claim) -> Option<Span> {
    let period = claim.period?.span();
    let whole = incident.when.is_some_and(|w| {
        let span = w.span();
        period.start <= span.start && span.end <= period.end
    });
    (!whole).then_some(period)
}

/// Sets of claims about one key that cannot be true together: their numbers do not overlap and their period is the
/// same. `standing` are the claims of one key in the order of publication, without earlier states of running tolls.
pub(super) fn clashes<'a>(incident: &Incident, standing: &[&'a Claim]) -> Vec<Clash> {
    if standing.len() < 2 {
        return Vec::new();
    }
    let row = |c: &'a Claim| Some((part(incident, c), allowed(&c.count)?, ends(&c.count)?, &c.id));
    let mut rows: Vec<_> = standing.iter().copied().filter_map(row).collect();
    rows.sort_by_key(|(part, ..)| *part);
    let mut clashes = Vec::new();
    for rows in rows.chunk_by(|a, b| a.0 == b.0) {
        let top_low = rows.iter().map(|(_, (low, _), ..)| *low).max().unwrap_or(0);
        let least_high = rows.iter().map(|(_, (_, high), ..)| *high).min().unwrap_or(u32::MAX);
        let mut clash: Option<Clash> = None;
        // A claim takes part exactly if it misses the lowest upper end or the highest lower end.
        for (_, _, (low, high), id) in rows.iter().filter(|(_, (low, high), ..)| *low > least_high || *high < top_low) {
            let clash = clash.get_or_insert_with(|| Clash { low: *low, high: *high, claims: Vec::new() });
            clash.low = clash.low.min(*low);
            clash.high = clash.high.max(*high);
            clash.claims.push((*id).clone());
        }
        clashes.extend(clash);
    }
    clashes
}
