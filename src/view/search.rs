//! What a user looks for, with the other names that the gazetteer has for the places in it: Khankendi finds Stepanakert, in
//! whatever script either stands.

use crate::atlas::atlas;
use crate::model::{Filters, Search};

/// The words typed, and in place of those that name a place any of its other names.
pub fn search(typed: &str) -> Search {
    Search::with_names(typed, |run| atlas().other_names(run))
}

/// Filters with the names of places in their words looked up.
#[must_use]
pub fn looked_up(filters: Filters) -> Filters {
    Filters { text: search(filters.text.typed()), ..filters }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::fold;

    fn check(typed: &str, text: &str, found: bool) {
        assert_eq!(search(typed).is_in(&fold(text)), found, "{typed} in {text}: {:?}", search(typed));
    }

    #[test]
    fn a_place_is_found_under_whichever_of_its_names_is_typed() {
        let names = ["Xankəndi", "Khankendi", "Ստեփանակերտ", "Stepanakert", "Степанакерт", "khankendy"];
        for typed in names {
            for name in names {
                check(typed, &format!("Fire at {name}, evening"), true);
            }
            check(typed, "Fire at Goris", false);
        }
        check("Sotk fire", "Zod: fire", true);
        check("Nagorno-Karabakh", "Dağlıq Qarabağ", true);
    }

    #[test]
    fn what_is_typed_so_far_finds_a_place_as_soon_as_it_is_clear_which() {
        check("stepanak", "Xankəndi", true);
        check("st", "Xankəndi", false);
        check("shelling", "Xankəndi", false);
        check("", "Xankəndi", true);
    }
}
