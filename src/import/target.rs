//! What a column can become.
//!
//! Text form, as mapping files carry it: `start`, `place:hy`, `killed:armenia:military:low`, `tag:Region`. `party-1` and
//! `party-2` stand for the parties that the row itself names; a figure without a party is one for all parties together.

use std::fmt;

use crate::model::{Category, PartyId, Status, Text};

/// Whose figure it is.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Whose {
    /// All parties together.
    All,
    /// The party that the row names first, second, …, counted from 1.
    Named(u8),
    /// This party.
    Party(PartyId),
}

/// Which end of a figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum End {
    /// The figure itself, or the best estimate beside two ends.
    Best,
    /// The lower end.
    Low,
    /// The upper end.
    High,
}

/// Codes for how exactly something is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scheme {
    /// Words of this program.
    Own,
    /// `where_prec` and `date_prec` of UCDP GED.
    Ucdp,
    /// `geo_precision` and `time_precision` of ACLED.
    Acled,
}

macro_rules! plain {
    ($($(#[$doc:meta])* $name:ident $id:literal $label:literal,)*) => {
        /// What a column becomes.
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        pub enum Target {
            $($(#[$doc])* $name,)*
            /// How exactly the time is known.
            DatePrecision(Scheme),
            /// How exactly the place is known.
            Precision(Scheme),
            /// The name of the place, in the language of this code.
            Place(Text),
            /// A tag; its name, or empty for the name of the column.
            Tag(Text),
            /// A figure of one category.
            Toll(Whose, Status, Category, End),
            /// The figure of the one claim that the row makes.
            Figure(End),
        }
        impl Target {
            /// Those without a part of their own, as menus list them.
            pub const PLAIN: &'static [(Self, &'static str, &'static str)] = &[$((Self::$name, $id, $label)),*];
        }
    };
}

plain! {
    /// The id of the incident.
    Id "id" "id",
    /// The title.
    Title "title" "title",
    /// The sort of incident.
    Kind "kind" "kind",
    /// Date, or dates from – to.
    When "when" "date or dates",
    /// The first day.
    Start "start" "first day",
    /// The last day.
    End "end" "last day",
    /// The time of day.
    Time "time" "time of day",
    /// The year.
    Year "year" "year",
    /// The month.
    Month "month" "month",
    /// The day of the month.
    Day "day" "day of the month",
    /// Degrees north.
    Latitude "latitude" "latitude",
    /// Degrees east.
    Longitude "longitude" "longitude",
    /// A position in any form that is typed.
    Position "position" "position (lat, lon; DMS; MGRS)",
    /// Geometry as well-known text.
    Wkt "wkt" "geometry (WKT)",
    /// Radius in km.
    Radius "radius-km" "radius in km",
    /// Where the position comes from.
    Basis "basis" "where the position comes from",
    /// A party involved.
    Party "party" "party involved",
    /// A weapon.
    Weapon "weapon" "weapon",
    /// Who published it.
    Outlet "outlet" "source: outlet",
    /// The headline.
    SourceTitle "source-title" "source: headline",
    /// When the source was published.
    SourceDate "source-date" "source: date",
    /// The link.
    Link "link" "source: link",
    /// The archived link.
    Archived "archived" "source: archived link",
    /// Notes.
    Notes "notes" "notes",
    /// The incident of which it is a part.
    Parent "parent" "part of (id)",
    /// Not to be given away.
    Sensitive "sensitive" "sensitive",
    /// Whom and what the figure is about.
    About "about" "claim: whom and what",
    /// Who says it.
    Claimant "claimant" "claim: who says it",
    /// For whom the claimant speaks.
    SpeaksFor "speaks-for" "claim: speaks for",
    /// When it was published.
    Published "published" "claim: published",
    /// The words.
    Quote "quote" "claim: quote",
    /// The language of the words.
    Language "language" "claim: language",
    /// The grade.
    Grade "grade" "claim: grade",
    /// The chain of citation.
    Via "via" "claim: citing",
    /// A note to the claim.
    ClaimNote "claim-note" "claim: note",
    /// Nothing.
    Skip "skip" "not used",
}

impl Target {
    /// Reads the text form.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if let Some((target, ..)) = Self::PLAIN.iter().find(|(_, id, _)| *id == text) {
            return Some(target.clone());
        }
        let (head, rest) = text.split_once(':').unwrap_or((text, ""));
        let scheme = |rest: &str| match rest {
            "" => Some(Scheme::Own),
            "ucdp" => Some(Scheme::Ucdp),
            "acled" => Some(Scheme::Acled),
            _ => None,
        };
        let end = |word: &str| match word {
            "best" => Some(End::Best),
            "low" => Some(End::Low),
            "high" => Some(End::High),
            _ => None,
        };
        match head {
            "date-precision" => return scheme(rest).map(Self::DatePrecision),
            "precision" => return scheme(rest).map(Self::Precision),
            "place" => return Some(Self::Place(if rest.is_empty() { "en".into() } else { rest.into() })),
            "tag" => return Some(Self::Tag(rest.into())),
            "figure" if rest.is_empty() => return Some(Self::Figure(End::Best)),
            "figure" => return end(rest).map(Self::Figure),
            _ => {}
        }
        let category = Category::from_id(head)?;
        let (mut whose, mut status, mut which) = (Whose::All, Status::Unspecified, End::Best);
        for word in rest.split(':').filter(|w| !w.is_empty()) {
            if let Some(s) = Status::from_id(word) {
                status = s;
            } else if let Some(e) = end(word) {
                which = e;
            } else if let Some(n) = word.strip_prefix("party-").and_then(|n| n.parse().ok()).filter(|n| *n > 0) {
                whose = Whose::Named(n);
            } else if word != "all-parties" {
                whose = Whose::Party(PartyId::new(word));
            }
        }
        Some(Self::Toll(whose, status, category, which))
    }

    /// The words that the window shows.
    pub fn label(&self) -> String {
        let end = |e: &End| match e {
            End::Best => "",
            End::Low => ", at least",
            End::High => ", at most",
        };
        match self {
            Self::DatePrecision(Scheme::Own) => "how exact the date is".into(),
            Self::DatePrecision(Scheme::Ucdp) => "how exact the date is (UCDP code)".into(),
            Self::DatePrecision(Scheme::Acled) => "how exact the date is (ACLED code)".into(),
            Self::Precision(Scheme::Own) => "how exact the place is".into(),
            Self::Precision(Scheme::Ucdp) => "how exact the place is (UCDP code)".into(),
            Self::Precision(Scheme::Acled) => "how exact the place is (ACLED code)".into(),
            Self::Place(code) if &**code == "en" => "name of the place".into(),
            Self::Place(code) => format!("name of the place ({code})"),
            Self::Tag(name) if name.is_empty() => "tag".into(),
            Self::Tag(name) => format!("tag “{name}”"),
            Self::Figure(e) => format!("claim: figure{}", end(e)),
            Self::Toll(whose, status, category, e) => {
                let whose = match whose {
                    Whose::All => String::new(),
                    Whose::Named(n) => format!(", party {n} of the row"),
                    Whose::Party(id) => format!(", {}", id.as_str()),
                };
                let status = if *status == Status::Unspecified { "" } else { status.label() };
                let space = if status.is_empty() { "" } else { ", " };
                format!("{}{whose}{space}{status}{}", category.label(), end(e))
            }
            plain => Self::PLAIN.iter().find(|(t, ..)| t == plain).map_or_else(String::new, |(_, _, l)| (*l).into()),
        }
    }

    /// Whether several columns may become it at once.
    pub fn takes_several(&self) -> bool {
        matches!(self, Self::Skip | Self::Tag(_) | Self::Party | Self::Weapon | Self::Notes | Self::About | Self::Via)
    }
}

impl fmt::Display for Target {
    /// The text form; [`Target::parse`] reads it back.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = |s: &Scheme| match s {
            Scheme::Own => "",
            Scheme::Ucdp => ":ucdp",
            Scheme::Acled => ":acled",
        };
        let end = |e: &End| match e {
            End::Best => "",
            End::Low => ":low",
            End::High => ":high",
        };
        match self {
            Self::DatePrecision(s) => write!(f, "date-precision{}", scheme(s)),
            Self::Precision(s) => write!(f, "precision{}", scheme(s)),
            Self::Place(code) if &**code == "en" => f.write_str("place"),
            Self::Place(code) => write!(f, "place:{code}"),
            Self::Tag(name) if name.is_empty() => f.write_str("tag"),
            Self::Tag(name) => write!(f, "tag:{name}"),
            Self::Figure(e) => write!(f, "figure{}", end(e)),
            Self::Toll(whose, status, category, e) => {
                f.write_str(category.id())?;
                match whose {
                    Whose::All => {}
                    Whose::Named(n) => write!(f, ":party-{n}")?,
                    Whose::Party(id) => write!(f, ":{}", id.as_str())?,
                }
                if *status != Status::Unspecified {
                    write!(f, ":{}", status.id())?;
                }
                f.write_str(end(e))
            }
            plain => f.write_str(Self::PLAIN.iter().find(|(t, ..)| t == plain).map_or("skip", |(_, id, _)| id)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_target_comes_back_from_its_text() {
        let texts = [
            "date-precision:ucdp",
            "precision",
            "precision:acled",
            "place",
            "place:hy",
            "tag",
            "tag:Region",
            "figure",
            "figure:low",
            "killed",
            "wounded:armenia",
            "killed:party-1:military",
            "killed_or_missing:nagorno-karabakh:civilian:high",
        ];
        for text in texts.into_iter().chain(Target::PLAIN.iter().map(|(_, id, _)| *id)) {
            let target = Target::parse(text).unwrap_or_else(|| panic!("{text}"));
            assert_eq!(target.to_string(), text);
            assert!(!target.label().is_empty(), "{text}");
        }
        for bad in ["", "kiled", "precision:x", "figure:most"] {
            assert_eq!(Target::parse(bad), None, "{bad}");
        }
    }
}
