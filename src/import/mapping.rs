//! A mapping: what each column of a table becomes, and how its values are read.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::target::Target;

/// In which order day and month of `03/04/2022` stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DateOrder {
    /// The day first.
    Dmy,
    /// The month first.
    Mdy,
    /// The year first, then month and day.
    Ymd,
}

impl DateOrder {
    /// All.
    pub const ALL: [Self; 3] = [Self::Dmy, Self::Mdy, Self::Ymd];

    /// The words of the window.
    pub fn label(self) -> &'static str {
        match self {
            Self::Dmy => "day / month / year",
            Self::Mdy => "month / day / year",
            Self::Ymd => "year / month / day",
        }
    }
}

/// The mark before the decimals.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Decimal {
    /// `39.84`
    Point,
    /// `39,84`
    Comma,
}

/// What becomes of a position of 0° N 0° E, which stands for a missing one far more often than for a place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Zero {
    /// The row is not taken.
    #[default]
    Reject,
    /// The row is taken without a position.
    Nowhere,
    /// The row is taken as it stands.
    Keep,
}

/// What becomes of a second row with the same id.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Twice {
    /// It is not taken.
    #[default]
    Reject,
    /// Its figures become further claims of the same incident.
    Claims,
}

/// One rule: columns, or a constant, and what they become.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Rule {
    /// Names of the columns; several are joined.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub from: Vec<String>,
    /// A value that every row gets, where no column has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// What it becomes, in the text form of a target.
    pub to: String,
    /// What stands between joined columns; a space if it is not said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub join: Option<String>,
    /// Other words for values; an empty one leaves the value out.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub values: BTreeMap<String, String>,
    /// Rows in which this column has this value are left alone by the rule.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unless: Option<(String, String)>,
    /// Splits a cell that lists several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub split: Option<String>,
}

impl Rule {
    /// One column and what it becomes.
    pub fn column(name: &str, to: &Target) -> Self {
        Self { from: vec![name.to_owned()], to: to.to_string(), ..Self::default() }
    }

    /// A constant.
    pub fn constant(value: &str, to: &Target) -> Self {
        Self { value: Some(value.to_owned()), to: to.to_string(), ..Self::default() }
    }
}

/// How a text file is taken apart, where it is not to be found out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Reading {
    /// The encoding by its name in the WHATWG standard.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub encoding: Option<String>,
    /// The mark between cells.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub separator: Option<char>,
    /// The line with the names of the columns, from 1; 0: there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub header_line: Option<usize>,
    /// The sheet of a workbook or the layer of a file with several, by name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sheet: Option<String>,
}

/// A mapping.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Mapping {
    /// What it is called.
    pub name: String,
    /// How the file is taken apart.
    #[serde(skip_serializing_if = "is_default")]
    pub reading: Reading,
    /// The order of day and month; `None`: as the file settles it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date_order: Option<DateOrder>,
    /// The decimal mark; `None`: as each number shows it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decimal: Option<Decimal>,
    /// Latitude and longitude have each other's name.
    #[serde(skip_serializing_if = "is_default")]
    pub swap: bool,
    /// The zone of times without one, `+04:00`; empty: none is put in.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub zone: String,
    /// What becomes of 0° N 0° E.
    #[serde(skip_serializing_if = "is_default")]
    pub zero: Zero,
    /// What becomes of a second row with the same id.
    #[serde(skip_serializing_if = "is_default")]
    pub twice: Twice,
    /// Rows of the same day, position and parties become one incident, with the figures of each as claims.
    #[serde(skip_serializing_if = "is_default")]
    pub merge_same: bool,
    /// Put before every id.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub id_prefix: String,
    /// Columns without a rule become tags.
    pub keep_unused: bool,
    /// The rules.
    pub rules: Vec<Rule>,
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

impl Mapping {
    /// What a column becomes, by its first rule.
    pub fn target_of(&self, column: &str) -> Option<Target> {
        self.rules.iter().find(|r| r.from.iter().any(|f| f == column)).and_then(|r| Target::parse(&r.to))
    }

    /// Takes a column for something else: all its other rules go. `None`: it has no rule any more.
    pub fn set(&mut self, column: &str, to: Option<&Target>) {
        for rule in &mut self.rules {
            rule.from.retain(|f| f != column);
        }
        self.rules.retain(|r| !r.from.is_empty() || r.value.is_some());
        if let Some(to) = to {
            if !to.takes_several() {
                let text = to.to_string();
                self.rules.retain(|r| r.to != text || r.value.is_some());
            }
            self.rules.push(Rule::column(column, to));
        }
    }

    /// The rule by which a column becomes something, the first if there are several.
    pub fn rule_of(&self, column: &str) -> Option<&Rule> {
        self.rules.iter().find(|r| r.from.iter().any(|f| f == column))
    }

    /// The same, to be changed.
    pub fn rule_of_mut(&mut self, column: &str) -> Option<&mut Rule> {
        self.rules.iter_mut().find(|r| r.from.iter().any(|f| f == column))
    }

    /// Joins another column to what a column becomes; it becomes nothing else any more.
    pub fn join(&mut self, column: &str, other: &str) {
        if column == other || self.rule_of(column).is_none() {
            return;
        }
        for rule in &mut self.rules {
            rule.from.retain(|f| f != other);
        }
        self.rules.retain(|r| !r.from.is_empty() || r.value.is_some());
        if let Some(rule) = self.rule_of_mut(column) {
            rule.from.push(other.to_owned());
        }
    }

    /// The constant for a target.
    pub fn constant(&self, to: &Target) -> Option<&str> {
        let to = to.to_string();
        self.rules.iter().filter(|r| r.to == to).find_map(|r| r.value.as_deref())
    }

    /// Sets or takes away the constant for a target.
    pub fn set_constant(&mut self, to: &Target, value: &str) {
        let text = to.to_string();
        self.rules.retain(|r| r.to != text || r.value.is_none());
        if !value.trim().is_empty() {
            self.rules.push(Rule::constant(value.trim(), to));
        }
    }

    /// Whether any rule becomes something that `test` holds for.
    pub fn has(&self, test: impl Fn(&Target) -> bool) -> bool {
        self.rules.iter().filter_map(|r| Target::parse(&r.to)).any(|t| test(&t))
    }

    /// What is wrong with it for a table of these columns, one sentence.
    pub fn fault(&self, columns: &[crate::model::Text]) -> Option<String> {
        for rule in &self.rules {
            if Target::parse(&rule.to).is_none() {
                return Some(format!("“{}” is nothing that a column can become", rule.to));
            }
            let names = rule.from.iter().chain(rule.unless.as_ref().map(|(c, _)| c));
            if let Some(missing) = names.into_iter().find(|f| super::table::column(columns, f).is_none()) {
                return Some(format!("the table has no column “{missing}”"));
            }
        }
        if !self.zone.is_empty() && super::date::zone(&self.zone).is_none() {
            return Some(format!("“{}” is no zone; write it as +04:00", self.zone));
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_becomes_one_thing_and_a_single_target_has_one_column() {
        let mut m = Mapping::default();
        m.set("a", Some(&Target::Latitude));
        m.set("b", Some(&Target::Latitude));
        assert_eq!((m.target_of("a"), m.target_of("b")), (None, Some(Target::Latitude)));
        m.set("c", Some(&Target::Party));
        m.set("d", Some(&Target::Party));
        assert_eq!(m.rules.len(), 3);
        m.set("d", None);
        m.set_constant(&Target::Kind, "shelling");
        m.set_constant(&Target::Kind, "battle");
        assert_eq!(m.constant(&Target::Kind), Some("battle"));
        m.set_constant(&Target::Kind, " ");
        assert_eq!((m.constant(&Target::Kind), m.rules.len()), (None, 2));
    }

    #[test]
    fn a_column_joined_to_another_becomes_nothing_else() {
        let mut m = Mapping::default();
        m.set("day", Some(&Target::When));
        m.set("hour", Some(&Target::Title));
        m.join("day", "hour");
        m.join("day", "day");
        m.join("nowhere", "hour");
        assert_eq!(
            m.rule_of("hour").map(|r| (r.from.join("+"), r.to.clone())),
            Some(("day+hour".into(), "when".into()))
        );
        assert_eq!(m.rules.len(), 1);
    }

    #[test]
    fn a_mapping_says_what_is_wrong_with_it() {
        let columns = ["a".into()];
        let mut m = Mapping { rules: vec![Rule::column("A ", &Target::Title)], ..Mapping::default() };
        assert_eq!(m.fault(&columns), None);
        m.rules[0].to = "nonsense".into();
        assert!(m.fault(&columns).unwrap().contains("nonsense"));
        m.rules[0] = Rule::column("z", &Target::Title);
        assert!(m.fault(&columns).unwrap().contains("no column “z”"));
        m.rules.clear();
        m.zone = "here".into();
        assert!(m.fault(&columns).unwrap().contains("+04:00"));
    }
}
