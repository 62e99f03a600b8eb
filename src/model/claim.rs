//! A casualty figure as what it is: somebody's claim about somebody, published at some time.

use super::{Count, Extra, Moment, PartyId, SourceId, Text, Uid, When};

macro_rules! words {
    ($(#[$outer:meta])* $type:ident { $($(#[$doc:meta])* $name:ident $id:literal $label:literal,)* }) => {
        $(#[$outer])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $type { $($(#[$doc])* $name,)* }
        impl $type {
            /// All values in the order in which menus and tables list them.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];
            /// The id used in files and JSON.
            pub fn id(self) -> &'static str { match self { $(Self::$name => $id,)* } }
            /// The English word shown in the window.
            pub fn label(self) -> &'static str { match self { $(Self::$name => $label,)* } }
            /// The value with this id.
            pub fn from_id(id: &str) -> Option<Self> { match id { $($id => Some(Self::$name),)* _ => None } }
        }
    };
}

words! {
    /// What happened to the people counted. The categories are never merged: "killed or missing" is not "killed".
    Category {
        /// Dead.
        Killed "killed" "killed",
        /// Wounded.
        Wounded "wounded" "wounded",
        /// Missing.
        Missing "missing" "missing",
        /// One figure for dead and missing together.
        KilledOrMissing "killed_or_missing" "killed or missing",
        /// Taken captive.
        Captured "captured" "captured",
        /// Displaced from their homes.
        Displaced "displaced" "displaced",
    }
}

words! {
    /// Whether the people counted are soldiers or civilians.
    Status {
        /// Members of armed forces, police and border services included.
        Military "military" "military",
        /// Civilians.
        Civilian "civilian" "civilian",
        /// Both together, or the source does not say.
        Unspecified "unspecified" "unspecified",
    }
}

words! {
    /// Whether a claim still stands. A claim is marked, never silently deleted.
    Standing {
        /// It stands.
        Current "current" "stands",
        /// The claimant later gave another figure in its place.
        Superseded "superseded" "superseded",
        /// The claimant or the outlet took it back.
        Withdrawn "withdrawn" "withdrawn",
    }
}

/// The Admiralty grade: reliability of the source and credibility of the information, two independent inputs.
/// Not graded is the default and is not the same as F or 6 ("cannot be judged").
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Grade {
    reliability: Option<u8>,
    credibility: Option<u8>,
}

impl Grade {
    /// A grade from `'A'..='F'` and `1..=6`, either of which may be missing; `None` if one is out of range.
    pub fn new(reliability: Option<char>, credibility: Option<u8>) -> Option<Self> {
        let reliability = match reliability {
            None => None,
            Some(c @ 'A'..='F') => u8::try_from(c).ok(),
            Some(_) => return None,
        };
        if credibility.is_some_and(|c| !(1..=6).contains(&c)) {
            return None;
        }
        Some(Self { reliability, credibility })
    }

    /// Reads `B2`, `B` or `2`; the empty text is "not graded".
    pub fn parse(text: &str) -> Option<Self> {
        let mut grade = (None, None);
        for c in text.trim().chars() {
            match c {
                'A'..='F' if grade.0.is_none() => grade.0 = Some(c),
                '1'..='6' if grade.1.is_none() => grade.1 = c.to_digit(10).and_then(|d| u8::try_from(d).ok()),
                _ => return None,
            }
        }
        Self::new(grade.0, grade.1)
    }

    /// Reliability of the source, `'A'..='F'`.
    pub fn reliability(self) -> Option<char> {
        self.reliability.map(char::from)
    }

    /// Credibility of the information, `1..=6`.
    pub fn credibility(self) -> Option<u8> {
        self.credibility
    }

    /// Whether neither half is given.
    pub fn is_none(self) -> bool {
        self.reliability.is_none() && self.credibility.is_none()
    }
}

impl std::fmt::Display for Grade {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if let Some(r) = self.reliability() {
            write!(f, "{r}")?;
        }
        if let Some(c) = self.credibility {
            write!(f, "{c}")?;
        }
        Ok(())
    }
}

/// One statement of one figure.
#[derive(Clone, Debug, PartialEq)]
pub struct Claim {
    /// Unique within its incident; stays with the claim through edits, merges and exports.
    pub id: Text,
    /// Who says it: a ministry, an office, an observer ("Ministry of Defence of Armenia"). May be empty: unattributed.
    pub claimant: Text,
    /// The party for which the claimant speaks, if for one. `own-side` figures rest on this.
    pub speaks_for: Option<PartyId>,
    /// About whose people.
    pub about: PartyId,
    /// Soldiers, civilians, or not said.
    pub status: Status,
    /// What happened to them.
    pub category: Category,
    /// How many.
    pub count: Count,
    /// When it was published, as exactly as known; `None` if unknown.
    pub published: Option<Moment>,
    /// What time the figure covers, where it is not the whole incident.
    pub period: Option<When>,
    /// A running toll: it includes and replaces the claimant's earlier figure about the same people, and is never added to it.
    pub running: bool,
    /// Where it can be read.
    pub source: Option<SourceId>,
    /// The chain of citation between claimant and source, nearest to the claimant first ("BBC", "Global Times").
    pub via: Vec<Text>,
    /// The words themselves; may be empty.
    pub quote: Text,
    /// A link of its own, where it is not the source's; may be empty.
    pub url: Text,
    /// Address of an archived copy; may be empty.
    pub archived: Text,
    /// BCP 47 code of the quote's language; may be empty.
    pub language: Text,
    /// Admiralty grade.
    pub grade: Grade,
    /// Whether it still stands.
    pub standing: Standing,
    /// Other incidents that the same figure covers as well.
    pub covers: Vec<Uid>,
    /// Free note ("includes 11 deaths not in combat").
    pub note: Text,
    /// Members this version does not know.
    pub extra: Extra,
}

impl Claim {
    /// A claim about `about` with everything else unknown.
    pub fn new(id: &str, about: PartyId, category: Category, count: Count) -> Self {
        Self {
            id: id.into(),
            claimant: Text::default(),
            speaks_for: None,
            about,
            status: Status::Unspecified,
            category,
            count,
            published: None,
            period: None,
            running: false,
            source: None,
            via: Vec::new(),
            quote: Text::default(),
            url: Text::default(),
            archived: Text::default(),
            language: Text::default(),
            grade: Grade::default(),
            standing: Standing::Current,
            covers: Vec::new(),
            note: Text::default(),
            extra: Extra::new(),
        }
    }

    /// Whether the claimant speaks for the party that the figure is about.
    pub fn is_own_account(&self) -> bool {
        self.speaks_for.as_ref() == Some(&self.about)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_grade_has_two_independent_halves() {
        assert_eq!(Grade::parse("B2").unwrap().to_string(), "B2");
        assert_eq!(Grade::parse("F").unwrap().credibility(), None);
        assert!(Grade::parse("").unwrap().is_none());
        for bad in ["G1", "A7", "AB", "11"] {
            assert_eq!(Grade::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn ids_come_back_as_values() {
        for c in Category::ALL {
            assert_eq!(Category::from_id(c.id()), Some(*c));
        }
        for s in Status::ALL {
            assert_eq!(Status::from_id(s.id()), Some(*s));
        }
    }
}
