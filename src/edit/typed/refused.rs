//! A typed text that was not taken, what is wrong with it, and the readings that it may have.

use crate::model::{Moment, WhenError};

/// The forms that a date is typed in, as an error names them.
const FORMS: &str = "dates are read as 2022-09-13, 13 Sep 2022 09:00+03:00, Sep 2022, autumn 2022, 1990s or in EDTF";

/// Why a typed text was not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// What is wrong.
    pub error: WhenError,
    /// Readings to choose from, in EDTF, the likeliest first. None was taken.
    pub offers: Vec<String>,
}

impl Refused {
    /// One sentence: what is wrong, which forms are read.
    pub fn message(&self) -> String {
        match &self.error {
            WhenError::Form(text) => format!("“{text}” is not a date; {FORMS}"),
            WhenError::NoSuchDay(..) => format!("{}; {FORMS}", self.error),
            WhenError::Ambiguous(text, ..) => format!("“{text}” can be read in more than one way; {FORMS}"),
            WhenError::Reversed(text) => {
                format!(
                    "“{text}”: the end lies before the start; intervals are read as 2022-09-13/2022-09-15 or 13–15 Sep 2022"
                )
            }
        }
    }
}

impl From<WhenError> for Refused {
    fn from(error: WhenError) -> Self {
        let offers = match &error {
            WhenError::Ambiguous(_, a, b) => vec![a.clone(), b.clone()],
            _ => Vec::new(),
        };
        let offers = offers.into_iter().filter(|o| Moment::parse(o).is_ok()).collect();
        Self { error, offers }
    }
}
