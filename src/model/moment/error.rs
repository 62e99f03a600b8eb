//! Why a text is not a date.

use std::fmt;

/// Why a text is not a date.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WhenError {
    /// Not in a form that is read; the text as given.
    Form(String),
    /// The form is right but there is no such day or time; the text and what is wrong with it.
    NoSuchDay(String, &'static str),
    /// The end lies before the start.
    Reversed(String),
    /// More than one day fits; the text and the readings, in ISO form.
    Ambiguous(String, String, String),
}

impl fmt::Display for WhenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Form(t) => write!(
                f,
                "“{t}” is not a date; use 2022-09-13, 2022-09-13T09:00+03:00, 13 Sep 2022 09:00, 2022-09 or 2022"
            ),
            Self::NoSuchDay(t, why) => write!(f, "“{t}”: {why}"),
            Self::Reversed(t) => write!(f, "“{t}”: the end lies before the start; swap the two"),
            Self::Ambiguous(t, a, b) => write!(f, "“{t}” can be {a} or {b}; write the one you mean"),
        }
    }
}

impl std::error::Error for WhenError {}
