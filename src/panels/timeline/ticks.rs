//! The two rows of a calendar axis: fine parts over the coarser ones that hold them.

use crate::derive::BinWidth;
use crate::model::{Moment, Resolution};
use crate::view::TimeAxis;

/// A part of the calendar on the axis.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Tick {
    /// First second of it.
    pub(super) at: i64,
    /// First second after it.
    pub(super) end: i64,
    /// What it is called.
    pub(super) label: String,
}

/// The rows of an axis, each without gaps from before its start to beyond its end.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Ticks {
    /// Hours, days, months, years …
    pub(super) fine: Vec<Tick>,
    /// Whether the names of the fine row are those of the whole part (a day, a month, a year), not of its start.
    pub(super) of_whole: bool,
    /// Days, months, years, decades … that hold them; none above centuries.
    pub(super) coarse: Vec<Tick>,
}

/// Points that a part of the calendar needs to be named in the fine row.
fn needed(width: BinWidth) -> f64 {
    match width {
        BinWidth::Hour | BinWidth::SixHours => 42.0,
        BinWidth::Day | BinWidth::Week => 22.0,
        BinWidth::Month | BinWidth::Quarter => 32.0,
        BinWidth::Year | BinWidth::Decade | BinWidth::Century => 40.0,
    }
}

/// The row that holds another.
fn above(width: BinWidth) -> Option<BinWidth> {
    match width {
        BinWidth::Hour | BinWidth::SixHours => Some(BinWidth::Day),
        BinWidth::Day | BinWidth::Week => Some(BinWidth::Month),
        BinWidth::Month | BinWidth::Quarter => Some(BinWidth::Year),
        BinWidth::Year => Some(BinWidth::Decade),
        BinWidth::Decade => Some(BinWidth::Century),
        BinWidth::Century => None,
    }
}

/// The rows for an axis that is `points` wide.
pub(super) fn ticks(axis: &TimeAxis, points: f32, zone: i16) -> Ticks {
    let per_second = f64::from(points.max(1.0)) / axis.width();
    let fits = |w: &BinWidth| w.typical_secs() as f64 * per_second >= needed(*w);
    let fine = BinWidth::ALL.into_iter().find(fits).unwrap_or(BinWidth::Century);
    Ticks {
        of_whole: matches!(fine, BinWidth::Day | BinWidth::Month | BinWidth::Year),
        fine: row(axis, fine, zone, |m| fine_label(fine, m)),
        coarse: above(fine).map_or_else(Vec::new, |w| row(axis, w, zone, |m| coarse_label(w, m))),
    }
}

fn row(axis: &TimeAxis, width: BinWidth, zone: i16, label: impl Fn(&Moment) -> String) -> Vec<Tick> {
    /// More than any screen holds; the calendar's own ends stop a row as well.
    const MOST: usize = 1024;
    let seen = axis.span();
    let mut out = Vec::new();
    let mut at = width.floor(seen.start, zone);
    while at < seen.end && out.len() < MOST {
        let end = width.next(at, zone);
        if end <= at {
            break;
        }
        out.push(Tick { at, end, label: label(&Moment::from_unix(at, zone, Resolution::Minute)) });
        at = end;
    }
    out
}

fn fine_label(width: BinWidth, m: &Moment) -> String {
    let (year, _, day) = m.date();
    match width {
        BinWidth::Hour | BinWidth::SixHours => format!("{:02}:{:02}", m.time().0, m.time().1),
        BinWidth::Day | BinWidth::Week => day.to_string(),
        BinWidth::Month | BinWidth::Quarter => month(m).split(' ').next().unwrap_or_default().to_owned(),
        BinWidth::Year | BinWidth::Decade | BinWidth::Century => year.to_string(),
    }
}

fn coarse_label(width: BinWidth, m: &Moment) -> String {
    let year = m.date().0;
    match width {
        BinWidth::Day => m.at_resolution(Resolution::Day).label(true),
        BinWidth::Month => month(m),
        BinWidth::Decade => format!("{year}–{}", year + 9),
        BinWidth::Century => format!("{year}–{}", year + 99),
        _ => year.to_string(),
    }
}

fn month(m: &Moment) -> String {
    m.at_resolution(Resolution::Month).label(true)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::When;

    fn check(text: &str, fine: &str, coarse: &str) {
        let axis = TimeAxis::fit(When::parse(text).unwrap().span());
        let t = ticks(&axis, 1000.0, 240);
        for row in [&t.fine, &t.coarse] {
            assert!(row.windows(2).all(|w| w[0].end == w[1].at), "{text}: gaps");
            assert!(row.len() < 64, "{text}: {} ticks", row.len());
        }
        assert!(t.fine.iter().any(|t| t.label == fine), "{text}: {:?}", t.fine);
        assert!(t.coarse.iter().any(|t| t.label == coarse), "{text}: {:?}", t.coarse);
    }

    #[test]
    fn days_stand_over_months_and_months_over_years() {
        check("2022-09-13T09+04:00", "06:00", "13 Sep 2022");
        check("2022-09-01/2022-09-20", "13", "Sep 2022");
        check("2022-09/2022-11", "19", "Oct 2022");
        check("2022", "Sep", "2022");
        check("2016/2022", "Jul", "2020");
        check("1988/2008", "1994", "1990–1999");
        check("1800/2024", "1990", "1900–1999");
    }

    #[test]
    fn thousands_of_years_have_their_centuries() {
        let axis = TimeAxis::fit(When::parse("-0500/2024").unwrap().span());
        let t = ticks(&axis, 1200.0, 240);
        assert!(t.fine.iter().any(|t| t.label == "-300") && t.coarse.is_empty());
    }
}
