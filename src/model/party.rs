//! Parties: whom a figure is about and for whom a claimant speaks.

use std::borrow::Borrow;
use std::sync::Arc;

use super::{Extra, Names};

/// A party's id as files and JSON carry it: lower case, words joined by `-` (`nagorno-karabakh`).
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PartyId(Arc<str>);

// Equal, ordered and hashed as its text.
impl Borrow<str> for PartyId {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl PartyId {
    /// Makes an id of any text: lower case, each run of other characters becomes one `-`. Letters of every script
    /// stay, so a name that is not Latin still gives an id. An empty result becomes `unnamed`.
    pub fn new(text: &str) -> Self {
        let mut id = String::with_capacity(text.len());
        for c in text.chars().flat_map(char::to_lowercase) {
            if c.is_alphanumeric() {
                id.push(c);
            } else if !id.is_empty() && !id.ends_with('-') {
                id.push('-');
            }
        }
        while id.ends_with('-') {
            id.pop();
        }
        Self(if id.is_empty() { "unnamed".into() } else { id.into() })
    }

    /// Whether this stands for all parties together (`all-parties`): a figure about it covers the same people as figures
    /// about the parties one by one, and is never added to them.
    pub fn is_all(&self) -> bool {
        self.as_str() == "all-parties"
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A party to the events: a state, an authority, an organisation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Party {
    /// The id under which claims and incidents name it.
    pub id: PartyId,
    /// What it is called.
    pub names: Names,
    /// Members this version does not know.
    pub extra: Extra,
}

impl Party {
    /// The parties a new project starts with, in alphabetical order of the two main ones.
    pub fn defaults() -> Vec<Self> {
        let row = |id: &str, en: &str, hy: &str, az: &str, ru: &str| Self {
            id: PartyId::new(id),
            names: Names::from_pairs([("en", en), ("hy", hy), ("az", az), ("ru", ru)]),
            extra: Extra::new(),
        };
        vec![
            row("armenia", "Armenia", "Հայաստան", "Ermənistan", "Армения"),
            row("azerbaijan", "Azerbaijan", "Ադրբեջան", "Azərbaycan", "Азербайджан"),
            row(
                "nagorno-karabakh",
                "Nagorno-Karabakh (de facto authorities)",
                "Լեռնային Ղարաբաղ (դե ֆակտո իշխանություններ)",
                "Dağlıq Qarabağ (de-fakto hakimiyyət)",
                "Нагорный Карабах (власти де-факто)",
            ),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_lower_case_words_joined_by_hyphens() {
        let check = |text: &str, id: &str| assert_eq!(PartyId::new(text).as_str(), id);
        check("Nagorno-Karabakh", "nagorno-karabakh");
        check("  European Union ", "european-union");
        check("Հայաստան", "հայաստան");
        check("?!", "unnamed");
    }
}
