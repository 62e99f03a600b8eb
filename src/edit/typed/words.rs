//! Words for whom and what a figure is about, in the four languages of the region: `az wounded`, `Armenia, killed, military`.
//!
//! Invariant: a word that can mean two things means nothing here; both readings are named and the writer decides.

use crate::model::{Category, Party, PartyId, Status, fold};

/// Words for categories. The first of each is the id, which files and tables of this program carry.
const CATEGORIES: &[(Category, &[&str])] = &[
    (
        Category::Killed,
        &[
            "killed",
            "dead",
            "death",
            "deaths",
            "kia",
            "fatalities",
            "զոհ",
            "զոհված",
            "ölən",
            "həlak",
            "şəhid",
            "убит",
            "убито",
            "убитых",
            "погибло",
            "погибших",
            "погибшие",
        ],
    ),
    (
        Category::Wounded,
        &["wounded", "injured", "wia", "վիրավոր", "yaralı", "yaralanan", "ранен", "ранено", "раненых", "раненые"],
    ),
    (Category::Missing, &["missing", "mia", "անհետ կորած", "itkin", "пропавшие", "пропали без вести"]),
    (
        Category::KilledOrMissing,
        &[
            "killed_or_missing",
            "killed or missing",
            "dead or missing",
            "killed/missing",
            "killed and missing",
            "զոհված կամ անհետ կորած",
            "ölən və ya itkin",
            "убитые или пропавшие",
        ],
    ),
    (Category::Captured, &["captured", "prisoners", "pow", "գերեվարված", "գերի", "əsir", "пленные", "взято в плен"]),
    (Category::Displaced, &["displaced", "idp", "տեղահանված", "köçkün", "перемещённые", "перемещенные"]),
];

const STATUSES: &[(Status, &[&str])] = &[
    (
        Status::Military,
        &[
            "military",
            "mil",
            "soldier",
            "soldiers",
            "servicemen",
            "troops",
            "զինվորական",
            "զինծառայող",
            "hərbi",
            "hərbçi",
            "военные",
            "военнослужащие",
            "военных",
            "солдаты",
        ],
    ),
    (Status::Civilian, &["civilian", "civilians", "civ", "քաղաքացիական", "mülki", "гражданские", "мирные"]),
    (Status::Unspecified, &["unspecified", "both", "mixed", "not said", "չնշված", "не указано"]),
];

/// What a text says of a claim; what it does not say is `None`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Meaning {
    /// About whose people.
    pub party: Option<PartyId>,
    /// What happened to them.
    pub category: Option<Category>,
    /// Soldiers or civilians.
    pub status: Option<Status>,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Word {
    Party(PartyId),
    Category(Category),
    Status(Status),
}

/// The words that a project knows: its parties in all their languages, and the words of this table.
#[derive(Clone, Debug)]
pub struct Words(Vec<(String, Word, String)>);

impl Words {
    /// The words for these parties.
    pub fn new(parties: &[Party]) -> Self {
        let mut out: Vec<(String, Word, String)> = Vec::new();
        for party in parties {
            let shown = party.names.best(crate::model::Language::En).to_owned();
            let names = party.names.iter().map(|(_, n)| n).chain([party.id.as_str()]);
            out.extend(names.map(|n| (fold(n), Word::Party(party.id.clone()), shown.clone())));
        }
        for (category, words) in CATEGORIES {
            out.extend(words.iter().map(|w| (fold(w), Word::Category(*category), category.label().to_owned())));
        }
        for (status, words) in STATUSES {
            out.extend(words.iter().map(|w| (fold(w), Word::Status(*status), status.label().to_owned())));
        }
        Self(out)
    }

    /// Reads a text such as `az wounded civ`. Whole words and names first, then beginnings that mean one thing only.
    ///
    /// # Errors
    /// One sentence that names the word, and its readings if it has several.
    pub fn read(&self, text: &str) -> Result<Meaning, String> {
        let folded = fold(text);
        let tokens: Vec<&str> = folded.split(' ').filter(|t| !t.is_empty()).collect();
        let mut out = Meaning::default();
        let mut at = 0;
        while let Some(first) = tokens.get(at) {
            // The longest run of words that is a name or a word as a whole.
            let whole = (1..=(tokens.len() - at).min(8)).rev().find_map(|n| {
                let run = tokens.get(at..at + n)?.join(" ");
                Some((n, self.0.iter().find(|(w, ..)| *w == run)?))
            });
            let (n, word) = match whole {
                Some((n, (_, word, _))) => (n, word),
                None => (1, self.beginning(first, text.trim())?),
            };
            let twice = match word {
                Word::Party(p) => out.party.replace(p.clone()).is_some_and(|old| old != *p),
                Word::Category(c) => out.category.replace(*c).is_some_and(|old| old != *c),
                Word::Status(s) => out.status.replace(*s).is_some_and(|old| old != *s),
            };
            if twice {
                return Err(format!(
                    "“{}” names two different things of one sort; one claim is about one",
                    text.trim()
                ));
            }
            at += n;
        }
        Ok(out)
    }

    fn beginning(&self, token: &str, text: &str) -> Result<&Word, String> {
        let mut hits: Vec<(&Word, &str)> = self
            .0
            .iter()
            .filter(|(w, ..)| token.chars().count() >= 2 && w.starts_with(token))
            .map(|(_, word, shown)| (word, shown.as_str()))
            .collect();
        hits.sort();
        hits.dedup_by(|a, b| a.0 == b.0);
        match hits.as_slice() {
            [(word, _)] => Ok(word),
            [] => Err(format!(
                "“{text}” names no party of this project and nothing that happened; use a party and killed, wounded, missing, captured …"
            )),
            many => {
                let readings: Vec<&str> = many.iter().map(|(_, s)| *s).collect();
                Err(format!("“{text}” can mean {}; write more of it", readings.join(" or ")))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, want: (&str, &str, &str)) {
        let m = Words::new(&Party::defaults()).read(text).unwrap();
        let got = (
            m.party.as_ref().map_or("", PartyId::as_str),
            m.category.map_or("", Category::id),
            m.status.map_or("", Status::id),
        );
        assert_eq!(got, want, "{text}");
    }

    #[test]
    fn party_and_category_are_read_in_any_order_short_or_in_full_and_in_four_languages() {
        check("az wounded", ("azerbaijan", "wounded", ""));
        check("Killed or missing, Armenia", ("armenia", "killed_or_missing", ""));
        check("armenia killed mil", ("armenia", "killed", "military"));
        check("civ displ nagorno-karabakh", ("nagorno-karabakh", "displaced", "civilian"));
        check("Азербайджан, ранено", ("azerbaijan", "wounded", ""));
        check("Հայաստան զոհված", ("armenia", "killed", ""));
        check("Ermənistan itkin hərbi", ("armenia", "missing", "military"));
        check("", ("", "", ""));
    }

    #[test]
    fn a_word_with_two_meanings_or_none_is_refused_with_its_readings() {
        let words = Words::new(&Party::defaults());
        assert!(words.read("mi killed").unwrap_err().contains("can mean"));
        assert!(words.read("martians").unwrap_err().contains("names no party"));
        assert!(words.read("armenia azerbaijan").unwrap_err().contains("two different"));
    }
}
