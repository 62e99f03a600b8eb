//! Flat members that other programs can style and animate at once. Derived, written, never read back.

use std::sync::LazyLock;

use super::write::Obj;
use crate::derive::{Figure, Policy, Question, dead, tolls};
use crate::model::{Bound, Category, Incident, Moment, PartyId, Project, Resolution, When, ZONE_HERE_MINUTES};

/// Whether a member of `properties` is derived: it is ignored when reading.
pub(crate) fn is_derived(key: &str) -> bool {
    let killed = || {
        let rest = key.strip_prefix("killed_")?;
        ["_low", "_best", "_high"].into_iter().find_map(|end| rest.strip_suffix(end))
    };
    is_time(key) || killed().is_some()
}

/// Whether a member of `properties` is a derived one of the time.
pub(super) fn is_time(key: &str) -> bool {
    key == "start" || key == "end"
}

pub(super) fn write(obj: &mut Obj<'_>, project: &Project, incident: &Incident) {
    write_time(obj, incident.when);
    for (party, [low, best, high]) in killed(project, incident) {
        for (end, figure) in [("low", low), ("best", best), ("high", high)] {
            if let Some(n) = figure {
                let key = format!("killed_{}_{end}", party.as_str());
                obj.derived(&key, |out| out.extend_from_slice(n.to_string().as_bytes()));
            }
        }
    }
}

/// Start and end of a time, where it has them.
pub(super) fn write_time(obj: &mut Obj<'_>, when: Option<When>) {
    if let Some(when) = when {
        let last = when.end().unwrap_or(when.start());
        for (key, bound, is_end) in [("start", when.start(), false), ("end", last, true)] {
            // Other programs read years of four digits.
            if let Bound::At(moment) = bound
                && moment.date().0.unsigned_abs() <= 9999
            {
                obj.derived(key, |out| super::write::quoted(out, &iso(moment, is_end)));
            }
        }
    }
}

/// ISO 8601: a date where only the date is known (for an end the last day), else date, time and stated zone.
pub(crate) fn iso(m: Moment, is_end: bool) -> String {
    let offset = m.offset().unwrap_or(ZONE_HERE_MINUTES);
    let (year, month, day) = if is_end && m.resolution() < Resolution::Day {
        Moment::from_unix(m.span().end - 1, offset, Resolution::Day).date()
    } else {
        m.date()
    };
    let sign = if year < 0 { "-" } else { "" };
    let date = format!("{sign}{:04}-{month:02}-{day:02}", year.abs());
    if m.resolution() < Resolution::Hour {
        return date;
    }
    let (hour, mut minute, mut second) = m.time();
    if is_end && m.resolution() == Resolution::Hour {
        (minute, second) = (59, 59);
    }
    let zone = match m.offset() {
        None => String::new(),
        Some(0) => "Z".into(),
        Some(o) => format!("{}{:02}:{:02}", if o < 0 { '-' } else { '+' }, o.abs() / 60, o.abs() % 60),
    };
    format!("{date}T{hour:02}:{minute:02}:{second:02}{zone}")
}

static RANGE: LazyLock<Question> = LazyLock::new(|| Question { policy: Policy::Range, ..Question::default() });
static OWN_SIDE: LazyLock<Question> = LazyLock::new(Question::default);

/// Killed by party: the range of all claims, and as best the party's own account where there is one.
fn killed(project: &Project, incident: &Incident) -> Vec<(PartyId, [Option<u32>; 3])> {
    if !incident.claims.iter().any(|c| c.category == Category::Killed) {
        return Vec::new();
    }
    let range = dead(&tolls(project, incident, &RANGE));
    let own = dead(&tolls(project, incident, &OWN_SIDE));
    let best = |party, figure: &Figure| own.of(party).and_then(|f| f.best).or(figure.best);
    range.by_party.iter().map(|(p, f)| (p.clone(), [f.low, best(p, f), f.high])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Claim, Count, Kind, Meta, Standing, Uid};

    fn dates(when: &str) -> (Option<String>, Option<String>) {
        let when = When::parse(when).unwrap();
        let at = |b: Bound, end| b.moment().map(|m| iso(m, end));
        (at(when.start(), false), at(when.end().unwrap_or(when.start()), true))
    }

    #[test]
    fn a_date_stays_a_date_and_the_end_is_the_last_day() {
        let check = |when: &str, start: Option<&str>, end: Option<&str>| {
            assert_eq!(dates(when), (start.map(str::to_owned), end.map(str::to_owned)), "{when}");
        };
        check("2022-09-13", Some("2022-09-13"), Some("2022-09-13"));
        check("2020-02", Some("2020-02-01"), Some("2020-02-29"));
        check("1905", Some("1905-01-01"), Some("1905-12-31"));
        check(
            "2022-09-13T00:05+04:00/2022-09-14T20:00+04:00",
            Some("2022-09-13T00:05:00+04:00"),
            Some("2022-09-14T20:00:00+04:00"),
        );
        check("2022-09-13T23", Some("2022-09-13T23:00:00"), Some("2022-09-13T23:59:59"));
        check("2020-09-27/..", Some("2020-09-27"), None);
        check("2022-23", Some("2022-09-01"), Some("2022-11-30"));
        check("2022-09-1X", Some("2022-09-10"), Some("2022-09-19"));
        check("199X~", Some("1990-01-01"), Some("1999-12-31"));
        check("[2022-09-15,2022-09-13T23:00Z]", Some("2022-09-13T23:00:00Z"), Some("2022-09-15"));
        check("[2022-09-13..]", Some("2022-09-13"), None);
    }

    #[test]
    fn withdrawn_and_unknown_figures_take_no_part_and_the_own_account_leads() {
        let mut i = Incident::new(Uid::new("a"), Kind::ArmedClash, "");
        let (arm, aze) = (PartyId::new("armenia"), PartyId::new("azerbaijan"));
        let claim = |speaks_for: &PartyId, count, standing| Claim {
            speaks_for: Some(speaks_for.clone()),
            standing,
            ..Claim::new("c", arm.clone(), Category::Killed, count)
        };
        i.claims = vec![
            claim(&arm, Count::AtLeast(49), Standing::Superseded),
            claim(&arm, Count::AtLeast(105), Standing::Current),
            claim(&aze, Count::Exactly(450), Standing::Current),
            claim(&aze, Count::Unknown, Standing::Current),
        ];
        let check = |i: &Incident, want: &[(PartyId, [Option<u32>; 3])]| {
            assert_eq!(killed(&Project::new(Meta::default(), [i.clone()], Vec::new()), i), want);
        };
        check(&i, &[(arm.clone(), [Some(105), Some(105), Some(450)])]);
        i.claims.truncate(1);
        check(&i, &[]);
    }

    #[test]
    fn derived_members_are_known_by_name() {
        for key in ["start", "end", "killed_armenia_low", "killed_nagorno-karabakh_best"] {
            assert!(is_derived(key), "{key}");
        }
        for key in ["killed", "killed_armenia", "started", "killed_low"] {
            assert!(!is_derived(key), "{key}");
        }
    }
}
