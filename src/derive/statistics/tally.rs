//! A sum of figures and of shares of figures.

use crate::derive::Figure;
use crate::model::Count;

/// How many people lie in a row: like a [`Figure`], but with shares of people where an incident covers several bins.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Tally {
    /// At least this many; `None` if no lower end is known.
    pub low: Option<f64>,
    /// The figure to show; `None` if a part has a range without one.
    pub best: Option<f64>,
    /// At most this many; `None` if a part has no upper end ("at least 135").
    pub high: Option<f64>,
    /// How many claims there are, used or not. In a bin: of the incidents that share time with it.
    pub claims: u32,
    /// How many incidents with such claims there are.
    pub incidents: u32,
    /// How many of them are without a figure: they are in no sum, and they are not 0.
    pub missing: u32,
    /// How many incidents are counted with another one: its figure stands for theirs, or theirs for its.
    pub elsewhere: u32,
}

impl Tally {
    /// Whether there is any number.
    pub fn is_known(&self) -> bool {
        self.low.or(self.best).or(self.high).is_some()
    }

    /// The number that is drawn and by which rows are compared: best, else high, else low.
    pub fn number(&self) -> Option<f64> {
        self.best.or(self.high).or(self.low)
    }

    /// Both ends, the number itself where an end is not known; `None` without any number.
    pub fn ends(&self) -> Option<(f64, f64)> {
        let number = self.number()?;
        Some((self.low.unwrap_or(number).min(number), self.high.unwrap_or(number).max(number)))
    }

    /// Whether there is a number and nobody said how many there are at most.
    pub fn is_open(&self) -> bool {
        self.is_known() && self.high.is_none()
    }

    /// Adds a figure, or a share (0 to 1) of it; its claims are not counted. One without a number adds nothing.
    pub(super) fn add(&mut self, figure: &Figure, share: f64) {
        let part = |n: Option<u32>| n.map(|n| f64::from(n) * share);
        let one = Self { low: part(figure.low), best: part(figure.best), high: part(figure.high), ..Self::default() };
        self.join(&one);
    }

    /// Adds another sum, about other people, with its claims.
    pub fn join(&mut self, other: &Self) {
        match (self.is_known(), other.is_known()) {
            (_, false) => {}
            (false, true) => (self.low, self.best, self.high) = (other.low, other.best, other.high),
            (true, true) => {
                let both = |a: Option<f64>, b: Option<f64>| a.zip(b).map(|(a, b)| a + b);
                self.low = both(self.low, other.low).or(self.low).or(other.low);
                self.best = both(self.best, other.best);
                self.high = both(self.high, other.high);
            }
        }
        self.claims = self.claims.saturating_add(other.claims);
        self.incidents = self.incidents.saturating_add(other.incidents);
        self.missing = self.missing.saturating_add(other.missing);
        self.elsewhere = self.elsewhere.saturating_add(other.elsewhere);
    }

    /// A whole figure with its claims.
    pub fn of(figure: &Figure, incidents: u32) -> Self {
        let mut tally = Self { claims: figure.claims, incidents, missing: figure.missing, ..Self::default() };
        tally.add(figure, 1.0);
        tally
    }

    /// Why there is no number.
    pub fn lack(&self) -> &'static str {
        if self.missing == 0 && self.elsewhere > 0 { "counted elsewhere" } else { "no figure" }
    }

    /// As it is read: `49`, `71–80`, `71–80, best 75`, `≥ 135`, `no figure`, `counted elsewhere`.
    pub fn words(&self) -> String {
        let same = |a: f64, b: f64| shown(a) == shown(b);
        let best =
            |n: f64| self.best.filter(|b| !same(*b, n)).map_or(String::new(), |b| format!(", best {}", shown(b)));
        match (self.low, self.high) {
            (Some(l), Some(h)) if same(l, h) => format!("{}{}", shown(l), best(l)),
            (Some(l), Some(h)) => format!("{}–{}{}", shown(l), shown(h), best(l)),
            (Some(l), None) => format!("≥ {}{}", shown(l), best(l)),
            (None, Some(h)) => format!("≤ {}{}", shown(h), best(h)),
            (None, None) => self.best.map_or_else(|| self.lack().to_owned(), shown),
        }
    }
}

/// A number of people as it is shown: whole where it is whole, thousands set apart, shares of people with one decimal.
pub fn shown(n: f64) -> String {
    let whole = n.round();
    if (n - whole).abs() < 1e-6 {
        return Count::Exactly(whole.clamp(0.0, f64::from(u32::MAX)) as u32).to_string();
    }
    let tenths = (n * 10.0).round() as u64;
    match (tenths / 10, tenths % 10) {
        (0, 0) => "< 0.1".into(),
        (whole, part) => format!("{}.{part}", Count::Exactly(u32::try_from(whole).unwrap_or(u32::MAX))),
    }
}
