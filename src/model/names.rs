//! Names of one thing in several languages, in parallel and without a ranking.

use std::collections::HashSet;

use super::Text;

/// Up to this many names are looked through one by one; beyond, a set is faster.
const FEW: usize = 32;

/// A language in which names are held and shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Language {
    /// English.
    En,
    /// Armenian.
    Hy,
    /// Azerbaijani (Latin script).
    Az,
    /// Russian.
    Ru,
}

impl Language {
    /// All languages, in the order of their codes as the interface lists them.
    pub const ALL: [Self; 4] = [Self::En, Self::Hy, Self::Az, Self::Ru];

    /// The BCP 47 code: `en`, `hy`, `az`, `ru`.
    pub fn code(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Hy => "hy",
            Self::Az => "az",
            Self::Ru => "ru",
        }
    }

    /// The language of a BCP 47 code; `None` for one that is not shown.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|l| l.code() == code)
    }

    /// What the language is called in itself.
    pub fn endonym(self) -> &'static str {
        match self {
            Self::En => "English",
            Self::Hy => "Հայերեն",
            Self::Az => "Azərbaycanca",
            Self::Ru => "Русский",
        }
    }
}

/// Names by language code. Codes outside [`Language`] are kept and written back, but not shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Names(Vec<(Text, Text)>);

impl Names {
    /// Names from pairs of language code and name; empty names are left out, the first of a repeated code stays.
    pub fn from_pairs<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let mut names = Self::default();
        let mut codes = HashSet::new();
        for (code, name) in pairs {
            let name = name.trim();
            // Few are looked through one by one; a file of nothing but names is read in linear time all the same.
            if names.0.len() == FEW && codes.is_empty() {
                codes.extend(names.0.iter().map(|(c, _)| c.clone()));
            }
            let is_known = if codes.is_empty() { names.get_code(code).is_some() } else { codes.contains(code) };
            if name.is_empty() || is_known {
                continue;
            }
            let code = Text::from(code);
            if names.0.len() >= FEW {
                codes.insert(code.clone());
            } else {
                // Most things have one name; room for four would be wasted a million times.
                names.0.reserve_exact(1);
            }
            names.0.push((code, name.into()));
        }
        names
    }

    /// One English name and nothing else.
    pub fn english(name: &str) -> Self {
        Self::from_pairs([("en", name)])
    }

    /// The name in one language.
    pub fn get(&self, language: Language) -> Option<&str> {
        self.get_code(language.code())
    }

    /// The name under a language code.
    pub fn get_code(&self, code: &str) -> Option<&str> {
        self.0.iter().find(|(c, _)| &**c == code).map(|(_, n)| &**n)
    }

    /// The name in `language`, else in English, else the first there is, else `""`.
    pub fn best(&self, language: Language) -> &str {
        self.get(language)
            .or_else(|| self.get(Language::En))
            .or_else(|| self.0.first().map(|(_, n)| &**n))
            .unwrap_or("")
    }

    /// Sets the name under a code; an empty name (after trimming) removes it.
    pub fn set(&mut self, code: &str, name: &str) {
        let name = name.trim();
        let at = self.0.iter().position(|(c, _)| &**c == code);
        match (at, name.is_empty()) {
            (Some(i), true) => drop(self.0.remove(i)),
            (Some(i), false) => {
                if let Some(slot) = self.0.get_mut(i) {
                    slot.1 = name.into();
                }
            }
            (None, true) => {}
            (None, false) => {
                // Most things have one name; room for four would be wasted a million times.
                self.0.reserve_exact(1);
                self.0.push((code.into(), name.into()));
            }
        }
    }

    /// Pairs of code and name, in the order of the file.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(c, n)| (&**c, &**n))
    }

    /// Whether there is no name at all.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_language_falls_back_to_english_then_to_what_there_is() {
        let names = Names::from_pairs([("hy", "Սոթք"), ("en", "Sotk")]);
        assert_eq!(names.best(Language::Hy), "Սոթք");
        assert_eq!(names.best(Language::Az), "Sotk");
        assert_eq!(Names::from_pairs([("ka", "სოტკი")]).best(Language::Ru), "სოტკი");
        assert_eq!(Names::default().best(Language::En), "");
    }

    #[test]
    fn of_a_repeated_code_the_first_name_stays_however_many_there_are() {
        let codes: Vec<String> = (0..100).map(|n| format!("l{}", n % 70)).collect();
        let many =
            Names::from_pairs(codes.iter().enumerate().map(|(n, c)| (c.as_str(), if n < 70 { "a" } else { "b" })));
        assert_eq!(many.iter().count(), 70);
        assert!(many.iter().enumerate().all(|(n, (code, name))| code == format!("l{n}") && name == "a"));
    }

    #[test]
    fn an_empty_name_removes_the_entry_and_order_is_kept() {
        let mut names = Names::from_pairs([("en", "Sotk"), ("az", "Zod"), ("ru", " ")]);
        names.set("en", "");
        names.set("ru", "Сотк");
        assert_eq!(names.iter().collect::<Vec<_>>(), [("az", "Zod"), ("ru", "Сотк")]);
    }
}
