//! The figures of a row as claims: what a table gives in up to three columns a figure becomes one claim.

use std::borrow::Cow;

use super::mapping::Decimal;
use super::plan::Fault;
use super::target::{End, Whose};
use super::value;
use crate::edit::typed::Meaning;
use crate::model::{Category, Claim, Count, Grade, Moment, PartyId, Range, SourceId, Status, Text};

/// One cell with a figure.
pub(super) struct Toll<'a> {
    /// Whose; `None`: as the row says it in words.
    pub(super) whose: Option<&'a Whose>,
    pub(super) status: Option<Status>,
    pub(super) category: Option<Category>,
    pub(super) end: End,
    pub(super) text: Cow<'a, str>,
    pub(super) field: &'a str,
}

/// What a row says of all its claims.
#[derive(Default)]
pub(super) struct Saying<'a> {
    pub(super) about: Meaning,
    pub(super) claimant: Cow<'a, str>,
    pub(super) speaks_for: Option<PartyId>,
    pub(super) published: Option<Moment>,
    pub(super) quote: Cow<'a, str>,
    pub(super) language: Cow<'a, str>,
    pub(super) grade: Grade,
    pub(super) via: Vec<Text>,
    pub(super) note: Cow<'a, str>,
}

/// What is known besides.
pub(super) struct Context<'a> {
    pub(super) decimal: Option<Decimal>,
    pub(super) source: Option<&'a SourceId>,
    pub(super) parties: &'a [PartyId],
    /// All parties together.
    pub(super) all: &'a PartyId,
}

/// The ids of the first claims of an incident.
const IDS: [&str; 9] = ["c1", "c2", "c3", "c4", "c5", "c6", "c7", "c8", "c9"];

/// The figure of one key, end by end.
struct Figure {
    about: PartyId,
    status: Status,
    category: Category,
    ends: [Option<Count>; 3],
}

/// Puts the figures together.
///
/// # Errors
/// [`Fault`] names the cell.
pub(super) fn build(
    tolls: &[Toll<'_>],
    saying: &Saying<'_>,
    context: &Context<'_>,
    note: &mut impl FnMut(&'static str),
) -> Result<Vec<Claim>, Fault> {
    let mut figures: Vec<Figure> = Vec::with_capacity(tolls.len());
    for toll in tolls {
        let fault = |reason: String| Fault { field: toll.field.to_owned(), value: value::short(&toll.text), reason };
        let Some(count) = value::count(&toll.text, context.decimal).map_err(&fault)? else { continue };
        let all = || context.all.clone();
        let about = match toll.whose {
            None => saying.about.party.clone().unwrap_or_else(all),
            Some(Whose::All) => all(),
            Some(Whose::Party(id)) => id.clone(),
            Some(Whose::Named(n)) => match context.parties.get(usize::from(*n) - 1) {
                Some(id) => id.clone(),
                None if count == Count::Exactly(0) => continue,
                None => {
                    return Err(fault(format!("the row names no party {n}, so it is not known whose figure this is")));
                }
            },
        };
        let status = toll.status.or(saying.about.status).unwrap_or(Status::Unspecified);
        let category = toll.category.or(saying.about.category).ok_or_else(|| {
            fault("it is not said what happened to these people; set “whom and what”, for example to killed".into())
        })?;
        let end = match toll.end {
            End::Low => 0,
            End::Best => 1,
            End::High => 2,
        };
        let same = |f: &&mut Figure| f.about == about && f.status == status && f.category == category;
        let slot = if let Some(figure) = figures.iter_mut().find(same) {
            figure.ends.get_mut(end)
        } else {
            figures.push(Figure { about, status, category, ends: [None, None, None] });
            figures.last_mut().and_then(|f| f.ends.get_mut(end))
        };
        if let Some(slot) = slot {
            *slot = Some(count);
        }
    }
    let mut out = Vec::with_capacity(figures.len());
    for (n, figure) in (1..).zip(figures) {
        let count = together(figure.ends, note);
        let id = IDS.get(n - 1).map_or_else(|| Cow::from(format!("c{n}")), |id| Cow::from(*id));
        out.push(Claim {
            claimant: saying.claimant.as_ref().into(),
            speaks_for: saying.speaks_for.clone(),
            status: figure.status,
            published: saying.published,
            source: context.source.cloned(),
            via: saying.via.clone(),
            quote: saying.quote.as_ref().into(),
            language: saying.language.as_ref().into(),
            grade: saying.grade,
            note: saying.note.as_ref().into(),
            ..Claim::new(&id, figure.about, figure.category, count)
        });
    }
    Ok(out)
}

/// Low, best and high as one count.
fn together([low, best, high]: [Option<Count>; 3], note: &mut impl FnMut(&'static str)) -> Count {
    let number = |c: &Option<Count>| c.as_ref().and_then(Count::best);
    let (l, b, h) = (number(&low), number(&best), number(&high));
    match (l, b, h) {
        (None, _, None) => best.or(low).or(high).unwrap_or_default(),
        (Some(l), Some(b), Some(h)) if l == b && b == h => Count::Exactly(b),
        (Some(l), None, Some(h)) if l == h => Count::Exactly(l),
        (Some(l), b, Some(h)) => {
            if l > h {
                note("the low figure is above the high one; they are taken the other way round");
            } else if b.is_some_and(|b| !(l..=h).contains(&b)) {
                note("the best estimate lies outside of low and high; it is kept so");
            }
            Range::new(l.min(h), l.max(h), b).map_or(Count::Unknown, Count::Between)
        }
        (Some(l), Some(b), None) if l < b => Range::new(l, b, Some(b)).map_or(Count::Unknown, Count::Between),
        (None, Some(b), Some(h)) if b < h => Range::new(b, h, Some(b)).map_or(Count::Unknown, Count::Between),
        (Some(_), Some(_), None) | (None, Some(_), Some(_)) => best.unwrap_or_default(),
        (Some(l), None, None) => Count::AtLeast(l),
        (None, None, Some(h)) => Count::AtMost(h),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn low_best_and_high_are_one_figure() {
        let n = |n: u32| Some(Count::Exactly(n));
        let check = |ends: [Option<Count>; 3], want: &str, noted: bool| {
            let mut notes = Vec::new();
            let got = together(ends.clone(), &mut |w| notes.push(w));
            assert_eq!((got.to_string().as_str(), !notes.is_empty()), (want, noted), "{ends:?}");
        };
        check([None, n(49), None], "49", false);
        check([n(4), n(4), n(4)], "4", false);
        check([n(3), n(4), n(9)], "3–9", false);
        check([n(3), n(10), n(9)], "3–9", true);
        check([n(9), n(4), n(3)], "3–9", true);
        check([n(3), None, None], "≥ 3", false);
        check([None, None, n(3)], "≤ 3", false);
        check([n(3), n(5), None], "3–5", false);
        check([None, Some(Count::Some("several".into())), None], "“several”", false);
    }
}
