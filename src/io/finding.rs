//! Findings: what was noticed in a file that could be opened all the same.

use std::fmt;

/// How much a finding matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Worth knowing, nothing to do.
    Info,
    /// Something could not be read or does not fit; it was kept.
    Warning,
    /// Something is missing from what was opened.
    Error,
}

impl Severity {
    /// The word used in JSON and in text.
    pub fn id(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// One thing noticed while reading a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// How much it matters.
    pub severity: Severity,
    /// Where: `line 12, feature 8 (uid x), claims[2].count`; empty where the whole file is meant. May hold foreign text.
    pub place: String,
    /// What was found, and what was done about it. May hold foreign text.
    pub what: String,
}

impl Finding {
    /// A finding about the whole file.
    pub fn whole(severity: Severity, what: impl Into<String>) -> Self {
        Self { severity, place: String::new(), what: what.into() }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.severity.id())?;
        if !self.place.is_empty() {
            write!(f, "{}: ", self.place)?;
        }
        f.write_str(&self.what)
    }
}
