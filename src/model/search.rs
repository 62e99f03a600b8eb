//! Words to look for in texts, in any script, with the other names under which a place may stand there.

use super::fold;

/// What is looked for: the words as typed, and for each what else may stand in its place.
///
/// Two searches are equal if the same was typed: the other names follow from it.
#[derive(Clone, Debug, Default)]
pub struct Search {
    typed: String,
    groups: Vec<Wanted>,
}

/// One or a few words that must occur, or any of the names in their place. All folded ([`fold`]).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Wanted {
    /// Each occurs somewhere.
    words: Vec<String>,
    /// Or one of these begins at the start of a word.
    names: Vec<String>,
}

/// Words of a name that are looked up together at most: "Nagorno-Karabakh", "Sev Lich".
const LONGEST_NAME: usize = 4;
/// Words of a search that are looked up at most.
const MOST_NAMES: usize = 16;

impl Search {
    /// The words as they stand: every one must occur.
    pub fn new(typed: &str) -> Self {
        Self::with_names(typed, |_| Vec::new())
    }

    /// The words, and in place of those that name something any of its other names. `names` gives the folded other names
    /// of one or several folded words, none if they name nothing; longer runs of words are asked about first.
    pub fn with_names(typed: &str, names: impl Fn(&str) -> Vec<String>) -> Self {
        let folded = fold(typed);
        let words: Vec<&str> = folded.split(' ').filter(|w| !w.is_empty()).collect();
        let mut groups = Vec::new();
        let mut rest = words.as_slice();
        while !rest.is_empty() {
            let longest = rest.len().min(LONGEST_NAME);
            // A text that was pasted whole is no list of places.
            let longest = if groups.len() < MOST_NAMES { longest } else { 0 };
            let found = (1..=longest).rev().find_map(|n| {
                let names = names(&rest.get(..n)?.join(" "));
                (!names.is_empty()).then_some((n, names))
            });
            let (n, names) = found.unwrap_or((1, Vec::new()));
            let (group, after) = rest.split_at(n);
            groups.push(Wanted { words: group.iter().map(|w| (*w).to_owned()).collect(), names });
            rest = after;
        }
        Self { typed: typed.to_owned(), groups }
    }

    /// The words as they were typed.
    pub fn typed(&self) -> &str {
        &self.typed
    }

    /// Whether nothing is looked for.
    pub fn is_empty(&self) -> bool {
        self.groups.is_empty()
    }

    /// What must be found: of each group all words, or one of the names that may stand in their place (at the start of a
    /// word). All folded.
    pub fn groups(&self) -> impl Iterator<Item = (&[String], &[String])> {
        self.groups.iter().map(|g| (g.words.as_slice(), g.names.as_slice()))
    }

    /// Whether all of it is in a folded text.
    pub fn is_in(&self, folded: &str) -> bool {
        let begins = |name: &String| {
            folded.match_indices(name.as_str()).any(|(at, _)| at == 0 || folded.as_bytes().get(at - 1) == Some(&b' '))
        };
        self.groups.iter().all(|g| g.words.iter().all(|w| folded.contains(w.as_str())) || g.names.iter().any(begins))
    }
}

impl PartialEq for Search {
    fn eq(&self, other: &Self) -> bool {
        self.typed == other.typed
    }
}

impl Eq for Search {}

impl From<&str> for Search {
    fn from(typed: &str) -> Self {
        Self::new(typed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gazetteer(run: &str) -> Vec<String> {
        match run {
            "sotk" => vec!["zod".into()],
            "big lake" => vec!["sev lij".into()],
            _ => Vec::new(),
        }
    }

    fn check(typed: &str, text: &str, found: bool) {
        assert_eq!(Search::with_names(typed, gazetteer).is_in(&fold(text)), found, "{typed} in {text}");
    }

    #[test]
    fn a_name_is_found_under_its_other_names_and_only_at_the_start_of_a_word() {
        check("Sotk", "Shelling at Zod", true);
        check("Sotk", "Shelling at Zodsky", true);
        check("Sotk", "Shelling at Azod", false);
        check("otk", "Shelling at Sotk", true);
        check("Sotk shelling", "Zod: shelling", true);
        check("Sotk battle", "Zod: shelling", false);
    }

    #[test]
    fn several_words_may_be_one_name_and_stay_words_as_well() {
        check("Big Lake", "Sev lich", true);
        check("Big Lake", "a lake that is big", true);
        check("Big", "Sev lich", false);
        check("fire Big Lake", "Sev lich on fire", true);
    }

    #[test]
    fn nothing_typed_is_in_everything() {
        assert!(Search::new("  — ").is_empty() && Search::new("").is_in(""));
        assert_eq!(Search::new("sotk"), Search::with_names("sotk", gazetteer));
    }
}
