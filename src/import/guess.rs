//! What the columns of an unknown table are, by their names in several languages and by their values.

use super::mapping::{Mapping, Rule};
use super::names::{ENDS, NAMES};
use super::presets::Preset;
use super::profile::{self, Column};
use super::table::Table;
use super::target::{Target, Whose};
use crate::edit::typed::Words;
use crate::model::{Category, Meta, PartyId, fold};

/// The mapping for a table: of a preset that its columns are those of, else guessed.
pub fn guess(table: &Table, meta: &Meta) -> Mapping {
    match Preset::of(table) {
        Some(preset) => preset.mapping(table),
        None => by_names_and_values(table, meta),
    }
}

fn by_names_and_values(table: &Table, meta: &Meta) -> Mapping {
    let words = Words::new(&meta.parties);
    let columns = profile::columns(table, &words);
    let mut mapping = Mapping { keep_unused: true, ..Mapping::default() };
    let mut taken: Vec<Target> = Vec::new();
    let mut targets: Vec<Option<Target>> = vec![None; table.columns.len()];
    // Names first: a column that is called "lat" is that before any other that looks like it.
    for (slot, (name, column)) in targets.iter_mut().zip(table.columns.iter().zip(&columns)) {
        let target = by_name(name, &words).filter(|t| fits(t, column));
        if let Some(target) = target.filter(|t| t.takes_several() || !taken.contains(t)) {
            taken.push(target.clone());
            *slot = Some(target);
        }
    }
    for (slot, column) in targets.iter_mut().zip(&columns) {
        if slot.is_some() {
            continue;
        }
        let target = by_values(column, &taken).filter(|t| t.takes_several() || !taken.contains(t));
        if let Some(target) = target {
            taken.push(target.clone());
            *slot = Some(target);
        }
    }
    settle(&mut targets);
    for (name, target) in table.columns.iter().zip(&targets) {
        if let Some(target) = target {
            let mut rule = Rule::column(name, target);
            if *target == Target::Party || *target == Target::Weapon {
                rule.split = Some(";".into());
            }
            mapping.rules.push(rule);
        }
    }
    if !mapping.has(|t| *t == Target::Kind) {
        mapping.rules.push(Rule::constant("armed-clash", &Target::Kind));
    }
    mapping
}

/// What does not go together is set right: a first and a last day, and only one way to say where.
fn settle(targets: &mut [Option<Target>]) {
    let has = |targets: &[Option<Target>], t: &Target| targets.iter().flatten().any(|o| o == t);
    let replace = |targets: &mut [Option<Target>], from: &Target, to: Option<Target>| {
        for slot in targets.iter_mut().filter(|s| s.as_ref() == Some(from)) {
            slot.clone_from(&to);
        }
    };
    // "date" beside "end date" is the first day.
    if has(targets, &Target::When) && has(targets, &Target::End) && !has(targets, &Target::Start) {
        replace(targets, &Target::When, Some(Target::Start));
    }
    // "date" beside first and last day is when it was entered or published; nobody knows which.
    if has(targets, &Target::When) && has(targets, &Target::Start) {
        replace(targets, &Target::When, None);
    }
    let has_day = has(targets, &Target::When) || has(targets, &Target::Start);
    if has_day {
        for part in [Target::Year, Target::Month, Target::Day] {
            replace(targets, &part, None);
        }
    } else if has(targets, &Target::Day) && !has(targets, &Target::Month) {
        replace(targets, &Target::Day, None);
    }
    if has(targets, &Target::Time) && !has_day {
        replace(targets, &Target::Time, None);
    }
    let pair = has(targets, &Target::Latitude) && has(targets, &Target::Longitude);
    if pair {
        for other in [Target::Position, Target::Wkt] {
            replace(targets, &other, None);
        }
    } else {
        for half in [Target::Latitude, Target::Longitude] {
            replace(targets, &half, None);
        }
    }
}

/// What the name of a column says it is.
fn by_name(name: &str, words: &Words) -> Option<Target> {
    // Some speak in exact ids: our own export, and whoever follows it.
    if let Some(target) = Target::parse(&name.to_lowercase()).filter(|t| !matches!(t, Target::Skip)) {
        return Some(target);
    }
    let key = fold(&name.replace('_', " "));
    let found = NAMES.iter().find(|(_, names)| names.iter().any(|n| fold(&n.replace('_', " ")) == key));
    if let Some((target, _)) = found {
        return Target::parse(target);
    }
    toll(&key, words)
}

/// `killed armenia min`, `АРМ погибло`, `yaralı (Azərbaycan)`.
fn toll(key: &str, words: &Words) -> Option<Target> {
    let mut end = super::target::End::Best;
    let rest: Vec<&str> = key
        .split(' ')
        .filter(|w| {
            let found = ENDS.iter().find(|(_, names)| names.iter().any(|n| fold(n) == *w));
            if let Some((id, _)) = found {
                end = match *id {
                    "low" => super::target::End::Low,
                    "high" => super::target::End::High,
                    _ => super::target::End::Best,
                };
            }
            found.is_none() && !matches!(*w, "of" | "by" | "number" | "in" | "total" | "the")
        })
        .collect();
    let meaning = words.read(&rest.join(" ")).ok()?;
    let category: Category = meaning.category?;
    let whose = meaning.party.filter(|p: &PartyId| !p.is_all()).map_or(Whose::All, Whose::Party);
    Some(Target::Toll(whose, meaning.status.unwrap_or(crate::model::Status::Unspecified), category, end))
}

/// Whether the values of a column allow what its name says.
fn fits(target: &Target, c: &Column) -> bool {
    if c.filled == 0 {
        return true;
    }
    match target {
        Target::When | Target::Start | Target::End => c.dates * 2 >= c.filled || c.counts * 2 >= c.filled,
        Target::Latitude | Target::Longitude => {
            c.degrees * 2 >= c.filled || c.numbers * 2 < c.filled && c.letters > 0 || c.numbers == 0
        }
        Target::Wkt => c.wkt * 2 >= c.filled,
        Target::Position => c.positions * 2 >= c.filled,
        Target::Place(_) => c.wkt == 0 && c.positions * 2 < c.filled,
        Target::Toll(..) | Target::Figure(_) => c.counts * 2 >= c.filled,
        Target::Year => c.all(c.numbers) && c.least >= 1000.0 && c.most <= 2100.0,
        Target::Month => c.numbers == 0 || (c.least >= 1.0 && c.most <= 12.0),
        Target::Day => c.all(c.numbers) && c.least >= 1.0 && c.most <= 31.0,
        Target::Link => c.links > 0,
        // "type" is often a code.
        Target::Kind => c.letters * 2 >= c.filled,
        // A long text under "event" or "name" is a description.
        Target::Title => c.letters > 0,
        _ => true,
    }
}

/// What the values of a column are.
fn by_values(c: &Column, taken: &[Target]) -> Option<Target> {
    if c.filled == 0 {
        return None;
    }
    let no_place = !taken.iter().any(|t| matches!(t, Target::Latitude | Target::Position | Target::Wkt));
    let no_date = !taken.iter().any(|t| matches!(t, Target::When | Target::Start | Target::Year));
    if c.all(c.wkt) && no_place {
        Some(Target::Wkt)
    } else if c.all(c.positions) && no_place {
        Some(Target::Position)
    } else if c.all(c.links) {
        Some(Target::Link)
    } else if c.all(c.dates) && no_date {
        Some(Target::When)
    } else if c.all(c.kinds) {
        Some(Target::Kind)
    } else if c.all(c.parties) {
        Some(Target::Party)
    } else if c.long * 2 >= c.filled && c.letters > 0 && !taken.contains(&Target::Notes) {
        Some(Target::Notes)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::table::{Held, HeldRow};

    fn table(columns: &[&str], rows: &[&[&str]]) -> Table {
        let rows = rows.iter().enumerate().map(|(n, cells)| HeldRow {
            line: n + 2,
            cells: cells.iter().map(|c| (*c).into()).collect(),
            ground: None,
        });
        Table {
            format: String::new(),
            columns: columns.iter().map(|c| (*c).into()).collect(),
            rows: Box::new(Held(rows.collect())),
            notes: Vec::new(),
            sheets: None,
        }
    }

    fn check(columns: &[&str], rows: &[&[&str]], want: &[&str]) {
        let mapping = guess(&table(columns, rows), &Meta::default());
        let got: Vec<String> =
            columns.iter().map(|c| mapping.target_of(c).map_or_else(|| "-".into(), |t| t.to_string())).collect();
        assert_eq!(got, want);
    }

    #[test]
    fn columns_are_known_by_their_names_in_several_languages() {
        check(
            &["Дата", "Место", "Широта", "Долгота", "Погибло Армения", "Ранено (Азербайджан)", "Источник", "Ссылка"],
            &[&["13.09.2022", "Сотк", "40,2", "45,9", "3", "NA", "X", "https://a.b/c"]],
            &["when", "place", "latitude", "longitude", "killed:armenia", "wounded:azerbaijan", "outlet", "link"],
        );
        check(
            &["Tarix", "Yer", "Ermənistan ölən min", "Ermənistan ölən max", "Növ"],
            &[&["2022-09-13", "Sotk", "3", "5", "atəş"]],
            &["when", "place", "killed:armenia:low", "killed:armenia:high", "kind"],
        );
        check(
            &["Ամսաթիվ", "Վայր", "Հայաստան զոհ"],
            &[&["2022-09-13", "Սոթք", "1"]],
            &["when", "place", "killed:armenia"],
        );
        check(
            &["year", "month", "day", "x", "y"],
            &[&["2022", "9", "13", "46", "39"]],
            &["year", "month", "day", "longitude", "latitude"],
        );
        check(&["date", "end date"], &[&["2022-09-13", "2022-09-14"]], &["start", "end"]);
    }

    #[test]
    fn columns_without_telling_names_are_known_by_their_values() {
        check(
            &["a", "b", "c", "d", "e"],
            &[
                &["POINT (46 39)", "13 Sep 2022", "https://a.b", "Shelling", "77"],
                &["POINT (46 40)", "14 Sep 2022", "https://a.c", "Armed clash", "78"],
            ],
            &["wkt", "when", "link", "kind", "-"],
        );
        check(&["a", "b"], &[&["39°50′22″N 45°40′16″E", "Armenia"]], &["position", "party"]);
    }

    #[test]
    fn a_name_is_not_believed_against_the_values() {
        check(&["position", "type", "date"], &[&["captain", "4", "Romeo"]], &["-", "-", "-"]);
    }
}
