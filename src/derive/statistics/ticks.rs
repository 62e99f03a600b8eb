//! Where the axes of a chart have their marks, and what is written there.

use crate::derive::BinWidth;
use crate::model::{Moment, Resolution, Span};

/// A mark on an axis of time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tick {
    /// The second at which it stands.
    pub at: i64,
    /// What is written there.
    pub label: String,
}

/// Steps of an axis of time, from fine to coarse: a width and how many of them.
const STEPS: [(BinWidth, i64); 16] = [
    (BinWidth::Hour, 1),
    (BinWidth::Hour, 3),
    (BinWidth::SixHours, 1),
    (BinWidth::SixHours, 2),
    (BinWidth::Day, 1),
    (BinWidth::Day, 2),
    (BinWidth::Week, 1),
    (BinWidth::Month, 1),
    (BinWidth::Quarter, 1),
    (BinWidth::Year, 1),
    (BinWidth::Year, 2),
    (BinWidth::Year, 5),
    (BinWidth::Decade, 1),
    (BinWidth::Decade, 2),
    (BinWidth::Century, 1),
    (BinWidth::Century, 10),
];

/// At most about `most` marks in `span`, where the calendar of the zone has a beginning; each says as much as tells it
/// from the one before.
pub fn ticks(span: Span, most: usize, zone_minutes: i16) -> Vec<Tick> {
    let length = span.end.saturating_sub(span.start).max(1);
    let most = i64::try_from(most.max(2)).unwrap_or(i64::MAX);
    let (width, every) = STEPS
        .into_iter()
        .find(|(width, every)| length / (width.typical_secs() * every) < most)
        .unwrap_or((BinWidth::Century, 10));
    let mut out: Vec<Tick> = Vec::new();
    let mut at = width.floor(span.start, zone_minutes);
    let mut year = None;
    // A calendar that stands still at its edge must not hold the program up.
    for _ in 0..10_000 {
        if at > span.end {
            break;
        }
        let moment = Moment::from_unix(at, zone_minutes, Resolution::Minute);
        if at >= span.start && number_of(width, at, &moment).rem_euclid(every) == 0 {
            let same_year = year == Some(moment.date().0);
            year = Some(moment.date().0);
            out.push(Tick { at, label: label(width, &moment, same_year) });
        }
        at = width.next(at, zone_minutes).max(at + 1);
    }
    out
}

/// The number of a bin among those of its width, so that every second or fifth can be taken.
fn number_of(width: BinWidth, at: i64, moment: &Moment) -> i64 {
    let (year, ..) = moment.date();
    let hour = i64::from(moment.time().0);
    match width {
        BinWidth::Hour => hour,
        BinWidth::SixHours => hour / 6,
        BinWidth::Day => at.div_euclid(86_400),
        BinWidth::Year => i64::from(year),
        BinWidth::Decade => i64::from(year.div_euclid(10)),
        BinWidth::Century => i64::from(year.div_euclid(100)),
        _ => 0,
    }
}

fn label(width: BinWidth, moment: &Moment, same_year: bool) -> String {
    let as_of = |resolution| moment.at_resolution(resolution).label(!same_year);
    match width {
        BinWidth::Hour | BinWidth::SixHours if moment.time().0 != 0 && same_year => {
            format!("{:02}:00", moment.time().0)
        }
        BinWidth::Hour | BinWidth::SixHours if moment.time().0 != 0 => as_of(Resolution::Minute),
        BinWidth::Hour | BinWidth::SixHours | BinWidth::Day | BinWidth::Week => as_of(Resolution::Day),
        BinWidth::Month | BinWidth::Quarter => {
            let whole = moment.at_resolution(Resolution::Month).label(true);
            match whole.split_once(' ') {
                Some((month, _)) if same_year => month.to_owned(),
                _ => whole,
            }
        }
        BinWidth::Year | BinWidth::Decade | BinWidth::Century => moment.at_resolution(Resolution::Year).label(true),
    }
}

/// Round numbers from 0 on that reach to `largest` or just past it, at most about `most` steps; never parts of people.
pub fn number_steps(largest: f64, most: usize) -> Vec<f64> {
    let most = most.max(1) as f64;
    let largest = if largest.is_finite() { largest.max(1.0) } else { 1.0 };
    let power = 10_f64.powf((largest / most).log10().floor());
    let step =
        [1.0, 2.0, 5.0, 10.0].into_iter().map(|m| m * power).find(|s| largest / s <= most).unwrap_or(power * 10.0);
    let step = step.max(1.0);
    let count = (largest / step - 1e-9).ceil().clamp(1.0, 1000.0) as usize;
    (0..=count).map(|n| n as f64 * step).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::When;

    fn check(span: &str, most: usize, want: &[&str]) {
        let found = ticks(When::parse(span).unwrap().span(), most, 240);
        assert_eq!(found.iter().map(|t| t.label.as_str()).collect::<Vec<_>>(), want, "{span}");
    }

    #[test]
    fn marks_stand_where_the_calendar_begins_and_name_the_year_once() {
        check("2022-09-12/2022-09-14", 8, &["12 Sep 2022", "12:00", "13 Sep", "12:00", "14 Sep", "12:00", "15 Sep"]);
        check("2022-09-12/2022-09-14", 4, &["12 Sep 2022", "13 Sep", "14 Sep", "15 Sep"]);
        check("2022-11/2023-02", 8, &["Nov 2022", "Dec", "Jan 2023", "Feb", "Mar"]);
        check("1988/2024", 9, &["1990", "1995", "2000", "2005", "2010", "2015", "2020", "2025"]);
        check("1700/2024", 6, &["1700", "1800", "1900", "2000"]);
    }

    #[test]
    fn numbers_of_people_go_up_in_round_whole_steps() {
        let check = |largest, most, want: &[f64]| assert_eq!(number_steps(largest, most), want, "{largest}");
        check(0.0, 5, &[0.0, 1.0]);
        check(1.0, 5, &[0.0, 1.0]);
        check(3.0, 5, &[0.0, 1.0, 2.0, 3.0]);
        check(207.0, 5, &[0.0, 50.0, 100.0, 150.0, 200.0, 250.0]);
        check(100_000.0, 5, &[0.0, 20_000.0, 40_000.0, 60_000.0, 80_000.0, 100_000.0]);
        assert_eq!(number_steps(f64::NAN, 5), [0.0, 1.0]);
    }

    #[test]
    fn all_of_time_has_few_marks() {
        let found = ticks(Span { start: -377_000_000_000, end: 253_000_000_000 }, 8, 240);
        assert!((2..=24).contains(&found.len()), "{}", found.len());
    }
}
