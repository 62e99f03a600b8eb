//! Whether two claims of one incident can both be true, and why.

use super::clash::{allowed, ends, part};
use super::toll::voice;
use crate::model::{Category, Claim, Incident, PartyId, Standing, Status};

/// What comes of comparing two claims.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// They can both be true.
    Both,
    /// They cannot both be true.
    NotBoth,
    /// One of them names no number.
    NoNumber,
}

/// Two claims compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comparison {
    /// Whether both can be true.
    pub verdict: Verdict,
    /// The number of the second less that of the first, where both name one.
    pub difference: Option<i64>,
    /// Why, one sentence each, the decisive one first.
    pub reasons: Vec<String>,
}

/// Whether the people that `a` counts are among those that `b` counts, for one of the three parts of what is counted.
fn is_within(a: &Claim, b: &Claim) -> bool {
    let party = a.about == b.about || b.about.is_all();
    let status = a.status == b.status || b.status == Status::Unspecified;
    let both = |c: Category| matches!(c, Category::Killed | Category::Missing);
    let category = a.category == b.category || (b.category == Category::KilledOrMissing && both(a.category));
    party && status && category
}

/// Compares two claims of an incident; `name` gives a party's name.
pub fn compare(incident: &Incident, a: &Claim, b: &Claim, name: impl Fn(&PartyId) -> String) -> Comparison {
    let number = |c: &Claim| c.count.best().or_else(|| ends(&c.count).map(|(_, high)| high)).map(i64::from);
    let difference = number(a).zip(number(b)).map(|(a, b)| b - a);
    let mut reasons = Vec::new();
    for (differs, what, x, y) in [
        (a.about != b.about, "party", name(&a.about), name(&b.about)),
        (a.category != b.category, "what happened", a.category.label().into(), b.category.label().into()),
        (a.status != b.status, "status", a.status.label().into(), b.status.label().into()),
    ] {
        if differs {
            reasons.push(format!("They count different things: {what} ({x}, {y})."));
        }
    }
    let same_people = reasons.is_empty();
    let same_time = part(incident, a) == part(incident, b);
    if !same_time {
        let time = |c: &Claim| c.period.map_or_else(|| "the whole incident".to_owned(), |p| p.label());
        reasons.push(format!("They cover different times ({}, {}).", time(a), time(b)));
    }
    let verdict = if let (Some(x), Some(y)) = (allowed(&a.count), allowed(&b.count)) {
        let meet = x.0 <= y.1 && y.0 <= x.1;
        // Fewer people cannot be more than those they are among.
        let fits = if same_people {
            meet
        } else if is_within(a, b) {
            x.0 <= y.1
        } else if is_within(b, a) {
            y.0 <= x.1
        } else {
            true
        };
        match (same_time && !fits, same_people) {
            (true, true) => {
                let spread = difference.map_or(0, i64::abs);
                let why = format!(
                    "Same party, category, status and time, and {} and {} do not meet: {spread} apart.",
                    a.count, b.count
                );
                reasons.insert(0, why);
            }
            (true, false) => {
                let (part, whole) = if is_within(a, b) { (a, b) } else { (b, a) };
                let why = format!(
                    "Those counted as {} are among the {}, and {} is more than {}.",
                    part.category.label(),
                    whole.category.label(),
                    part.count,
                    whole.count
                );
                reasons.insert(0, why);
            }
            (false, true) if same_time => {
                reasons.insert(0, format!("The numbers {} and {} meet.", a.count, b.count));
            }
            (false, _) => {}
        }
        if same_time && !fits { Verdict::NotBoth } else { Verdict::Both }
    } else {
        reasons.insert(0, "One of them names no number, so there is nothing to contradict.".into());
        Verdict::NoNumber
    };
    let one_voice = voice(a).is_some() && voice(a) == voice(b);
    if same_people && one_voice && a.running && b.running {
        reasons
            .push("Both are a running toll of the same speaker: the later one takes the place of the earlier.".into());
    }
    for (claim, which) in [(a, "first"), (b, "second")] {
        if claim.standing != Standing::Current {
            reasons.push(format!("The {which} is marked {} and no longer counts.", claim.standing.label()));
        }
    }
    Comparison { verdict, difference, reasons }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Count, Kind, Uid, When};

    fn claim(what: Category, count: &str) -> Claim {
        let mut c = Claim::new("c", PartyId::new("armenia"), what, Count::parse(count).unwrap());
        c.claimant = "Ministry".into();
        c
    }

    fn check(a: &Claim, b: &Claim, want: Verdict, why: &str) {
        let incident = Incident::new(Uid::new("i"), Kind::ArmedClash, "x");
        for (x, y) in [(a, b), (b, a)] {
            let got = compare(&incident, x, y, |p| p.as_str().to_owned());
            assert_eq!(got.verdict, want, "{got:?}");
            assert!(got.reasons.iter().any(|r| r.contains(why)), "{got:?}");
        }
    }

    #[test]
    fn two_claims_contradict_only_about_the_same_people_and_time() {
        let killed = claim(Category::Killed, "49");
        check(&killed, &claim(Category::Killed, "105"), Verdict::NotBoth, "56 apart");
        check(&killed, &claim(Category::Killed, "≥ 40"), Verdict::Both, "meet");
        check(&killed, &claim(Category::Wounded, "105"), Verdict::Both, "what happened");
        check(&killed, &claim(Category::Killed, "?"), Verdict::NoNumber, "no number");
        let mut monday = claim(Category::Killed, "105");
        monday.period = When::parse("2022-09-12").ok();
        check(&killed, &monday, Verdict::Both, "different times");
    }

    #[test]
    fn a_part_cannot_be_more_than_the_whole_it_is_in() {
        check(&claim(Category::Killed, "300"), &claim(Category::KilledOrMissing, "207"), Verdict::NotBoth, "among");
        check(
            &claim(Category::Killed, "135"),
            &claim(Category::KilledOrMissing, "207"),
            Verdict::Both,
            "what happened",
        );
        let mut soldiers = claim(Category::Killed, "120");
        soldiers.status = Status::Military;
        check(&soldiers, &claim(Category::Killed, "100"), Verdict::NotBoth, "among");
    }

    #[test]
    fn a_running_toll_and_a_mark_are_told() {
        let (mut a, mut b) = (claim(Category::Killed, "49"), claim(Category::Killed, "105"));
        (a.running, b.running) = (true, true);
        check(&a, &b, Verdict::NotBoth, "takes the place");
        a.standing = Standing::Withdrawn;
        check(&a, &b, Verdict::NotBoth, "marked withdrawn");
    }
}
