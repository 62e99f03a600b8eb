//! How many, exactly as it was said. An unknown figure is never 0.

use std::fmt;

use super::Text;

/// A range of people that was stated with both ends. `low <= high` holds by construction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Range {
    low: u32,
    high: u32,
    best: Option<u32>,
}

impl Range {
    /// A range from `low` to `high`, both included, with the source's own best estimate if it gives one.
    ///
    /// The best estimate may lie outside the ends: UCDP rows do (SCHEMAS). Such a row is kept and reported as a finding.
    ///
    /// # Errors
    /// [`CountError::Reversed`] if `low > high`.
    pub fn new(low: u32, high: u32, best: Option<u32>) -> Result<Self, CountError> {
        if low > high {
            return Err(CountError::Reversed { low, high });
        }
        Ok(Self { low, high, best })
    }

    /// The lower end.
    pub fn low(self) -> u32 {
        self.low
    }
    /// The upper end.
    pub fn high(self) -> u32 {
        self.high
    }
    /// The source's own best estimate.
    pub fn best(self) -> Option<u32> {
        self.best
    }
}

/// A number of people as a source states it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Default)]
pub enum Count {
    /// The source names the category and gives no figure at all.
    #[default]
    Unknown,
    /// People, but only in words: "several dozen". The words are kept.
    Some(Text),
    /// Exactly this many.
    Exactly(u32),
    /// About this many.
    About(u32),
    /// This many or more.
    AtLeast(u32),
    /// This many or fewer.
    AtMost(u32),
    /// From low to high.
    Between(Range),
}

/// Why a text is not a count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CountError {
    /// The lower end is above the upper one.
    Reversed {
        /// The lower end as given.
        low: u32,
        /// The upper end as given.
        high: u32,
    },
    /// Not a number of people; the text as given.
    NotACount(String),
    /// More people than there are.
    TooLarge(String),
}

impl fmt::Display for CountError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Reversed { low, high } => {
                write!(f, "{low}–{high}: the first number is larger; write the smaller one first")
            }
            Self::NotACount(text) => {
                write!(
                    f,
                    "“{text}” is not a number of people; use 49, 71–80, ≥ 135, ≤ 10, ~ 60, “several dozen” in quotes, or leave it empty"
                )
            }
            Self::TooLarge(text) => write!(f, "“{text}” is more than 4,294,967,295; check the figure"),
        }
    }
}

impl std::error::Error for CountError {}

impl Count {
    /// Reads what a person types: `49`, `1,275`, `71-80`, `≥135`, `>=135`, `135+`, `at least 135`, `≤10`, `~60`,
    /// `about 60`, `"several dozen"`; empty, `?`, `unknown` and `no figure` are [`Count::Unknown`].
    ///
    /// # Errors
    /// [`CountError`] says what is wrong with the text.
    pub fn parse(text: &str) -> Result<Self, CountError> {
        let t = text.trim();
        let lower = t.to_lowercase();
        if matches!(lower.as_str(), "" | "?" | "unknown" | "no figure") {
            return Ok(Self::Unknown);
        }
        if let Some(words) = t.strip_prefix(['"', '“', '«']).map(|w| w.trim_end_matches(['"', '”', '»'])) {
            return if words.trim().is_empty() { Ok(Self::Unknown) } else { Ok(Self::Some(words.trim().into())) };
        }
        if matches!(lower.as_str(), "some" | "several" | "several dozen" | "dozens" | "hundreds" | "many" | "a few") {
            return Ok(Self::Some(t.into()));
        }
        let number = |s: &str| number(s, t);
        for prefix in [">=", "≥", "at least", "no fewer than", "min"] {
            if let Some(rest) = lower.strip_prefix(prefix) {
                return Ok(Self::AtLeast(number(rest)?));
            }
        }
        for prefix in ["<=", "≤", "at most", "up to", "max"] {
            if let Some(rest) = lower.strip_prefix(prefix) {
                return Ok(Self::AtMost(number(rest)?));
            }
        }
        for prefix in ["~", "≈", "about", "around", "ca.", "c."] {
            if let Some(rest) = lower.strip_prefix(prefix) {
                return Ok(Self::About(number(rest)?));
            }
        }
        if let Some(rest) = lower.strip_prefix('>') {
            let n = number(rest)?;
            return n.checked_add(1).map(Self::AtLeast).ok_or_else(|| CountError::TooLarge(t.to_owned()));
        }
        if let Some(rest) = lower.strip_suffix('+') {
            return Ok(Self::AtLeast(number(rest)?));
        }
        if let Some((a, b)) = lower.split_once(['-', '–', '—']).or_else(|| lower.split_once(" to ")) {
            return Ok(Self::Between(Range::new(number(a)?, number(b)?, None)?));
        }
        Ok(Self::Exactly(number(t)?))
    }

    /// The lowest number of people this statement allows; `None` where it gives none.
    pub fn low(&self) -> Option<u32> {
        match self {
            Self::Unknown | Self::Some(_) | Self::AtMost(_) => None,
            Self::Exactly(n) | Self::About(n) | Self::AtLeast(n) => Some(*n),
            Self::Between(r) => Some(r.low),
        }
    }

    /// The figure to show when one is wanted: the stated number, the source's own best, or for a range without one
    /// the lower end (the number that the source vouches for). `None` where no number was given.
    pub fn best(&self) -> Option<u32> {
        match self {
            Self::Unknown | Self::Some(_) => None,
            Self::Exactly(n) | Self::About(n) | Self::AtLeast(n) | Self::AtMost(n) => Some(*n),
            Self::Between(r) => Some(r.best.unwrap_or(r.low)),
        }
    }

    /// The highest number of people this statement allows; `None` where it sets no upper end.
    pub fn high(&self) -> Option<u32> {
        match self {
            Self::Unknown | Self::Some(_) | Self::AtLeast(_) => None,
            Self::Exactly(n) | Self::About(n) | Self::AtMost(n) => Some(*n),
            Self::Between(r) => Some(r.high),
        }
    }

    /// Whether any number was given.
    pub fn is_figure(&self) -> bool {
        self.best().is_some()
    }
}

/// One plain number with optional thousands marks (`,`, space, thin space, `'`) in groups of three.
fn number(s: &str, whole: &str) -> Result<u32, CountError> {
    let not = || CountError::NotACount(whole.to_owned());
    let s = s.trim();
    let groups: Vec<&str> = s.split([',', ' ', '\u{a0}', '\u{2009}', '\u{202f}', '\'']).collect();
    let well_grouped = groups.iter().skip(1).all(|g| g.len() == 3);
    let digits: String = groups.concat();
    if digits.is_empty() || !well_grouped || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(not());
    }
    digits.parse().map_err(|_| CountError::TooLarge(whole.to_owned()))
}

/// Writes `n` with a thin no-break space between groups of three digits from five digits on: `2906`, `30 000`.
pub(crate) fn grouped(n: u32) -> String {
    let digits = n.to_string();
    if digits.len() < 5 {
        return digits;
    }
    let mut out = String::with_capacity(digits.len() + 3);
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push('\u{202f}');
        }
        out.push(c);
    }
    out
}

impl fmt::Display for Count {
    /// As it is shown: `49`, `≥ 135`, `71–80`, `“several dozen”`, `no figure`. [`Count::parse`] reads it back.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown => f.write_str("no figure"),
            Self::Some(words) => write!(f, "“{words}”"),
            Self::Exactly(n) => f.write_str(&grouped(*n)),
            Self::About(n) => write!(f, "~ {}", grouped(*n)),
            Self::AtLeast(n) => write!(f, "≥ {}", grouped(*n)),
            Self::AtMost(n) => write!(f, "≤ {}", grouped(*n)),
            Self::Between(r) => write!(f, "{}–{}", grouped(r.low), grouped(r.high)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, want: Count) {
        assert_eq!(Count::parse(text), Ok(want.clone()), "{text}");
        assert_eq!(Count::parse(&want.to_string()), Ok(want), "shown and read back: {text}");
    }

    #[test]
    fn every_form_a_report_uses_is_read_and_read_back_as_shown() {
        check("49", Count::Exactly(49));
        check("0", Count::Exactly(0));
        check("1,275", Count::Exactly(1275));
        check("30 000", Count::Exactly(30_000));
        check("71-80", Count::Between(Range::new(71, 80, None).unwrap()));
        check("71 – 80", Count::Between(Range::new(71, 80, None).unwrap()));
        check("at least 135", Count::AtLeast(135));
        check("135+", Count::AtLeast(135));
        check("> 134", Count::AtLeast(135));
        check("up to 10", Count::AtMost(10));
        check("~60", Count::About(60));
        check("several dozen", Count::Some("several dozen".into()));
        check("", Count::Unknown);
        check("?", Count::Unknown);
    }

    #[test]
    fn an_unknown_figure_is_never_zero() {
        assert_eq!(Count::Unknown.best(), None);
        assert_eq!(Count::Some("dozens".into()).low(), None);
        assert_eq!(Count::Unknown.to_string(), "no figure");
    }

    #[test]
    fn what_is_not_a_count_says_why() {
        assert!(matches!(Count::parse("80-71"), Err(CountError::Reversed { low: 80, high: 71 })));
        for bad in ["abc", "-5", "4.5", "12,34", "49 Armenian", "≥"] {
            assert!(matches!(Count::parse(bad), Err(CountError::NotACount(_))), "{bad}");
        }
        assert!(matches!(Count::parse("99999999999"), Err(CountError::TooLarge(_))));
    }
}
