//! Mappings of tables that many have, recognised by the names of their columns.
//!
//! Sources: UCDP GED codebook (versions 5 to 25.1); ACLED codebook and its change of columns of March 2023; `TimeMap`'s
//! documentation of event columns; the members that the interfaces of Atlos and `GeoConfirmed` give out.

use std::collections::BTreeMap;

use super::mapping::{DateOrder, Mapping, Rule, Twice, Zero};
use super::table::Table;

/// A mapping that ships with the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Preset {
    /// UCDP Georeferenced Event Dataset.
    Ucdp,
    /// Armed Conflict Location & Event Data.
    Acled,
    /// `TimeMap` events.
    TimeMap,
    /// Incidents of the Atlos platform, as its interface and its CSV give them.
    Atlos,
    /// Placemarks of `GeoConfirmed`.
    GeoConfirmed,
}

impl Preset {
    /// All.
    pub const ALL: [Self; 5] = [Self::Ucdp, Self::Acled, Self::TimeMap, Self::Atlos, Self::GeoConfirmed];

    /// The name as files and the command line have it.
    pub fn id(self) -> &'static str {
        match self {
            Self::Ucdp => "ucdp-ged",
            Self::Acled => "acled",
            Self::TimeMap => "timemap",
            Self::Atlos => "atlos",
            Self::GeoConfirmed => "geoconfirmed",
        }
    }

    /// The name as the window shows it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Ucdp => "UCDP GED",
            Self::Acled => "ACLED",
            Self::TimeMap => "TimeMap",
            Self::Atlos => "Atlos",
            Self::GeoConfirmed => "GeoConfirmed",
        }
    }

    /// The preset of this name.
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|p| p.id() == id)
    }

    /// The preset whose columns a table has.
    pub fn of(table: &Table) -> Option<Self> {
        let has = |names: &[&str]| names.iter().all(|n| table.column(n).is_some());
        let has_any = |names: &[&str]| names.iter().any(|n| table.column(n).is_some());
        if has(&["type_of_violence", "side_a", "side_b", "date_start", "latitude", "longitude", "where_prec"])
            && (has(&["best"]) || has(&["best_est"]))
        {
            Some(Self::Ucdp)
        } else if has(&["event_date", "event_type", "sub_event_type", "actor1", "fatalities"]) {
            Some(Self::Acled)
        } else if has(&["description", "date", "latitude", "longitude"])
            && table.columns.iter().any(|c| {
                let c = c.to_lowercase();
                c == "civid"
                    || c == "time_precision"
                    || c.starts_with("narrative__")
                    || c == "category_full"
                    || c == "associations"
            })
        {
            Some(Self::TimeMap)
        } else if has(&["slug", "attr_description"])
            || has(&["slug", "description", "latitude", "longitude", "status", "sensitive"])
        {
            Some(Self::Atlos)
        } else if has(&["id", "name", "description"])
            && (has(&["lat", "lng"]) || has(&["la", "lo"]))
            && has_any(&["dateCreated", "plusCode", "originalSource", "gear"])
        {
            Some(Self::GeoConfirmed)
        } else {
            None
        }
    }

    /// The mapping, with the rules whose columns the table has.
    pub fn mapping(self, table: &Table) -> Mapping {
        let mut m = match self {
            Self::Ucdp => ucdp(),
            Self::Acled => acled(),
            Self::TimeMap => timemap(),
            Self::Atlos => atlos(),
            Self::GeoConfirmed => geoconfirmed(),
        };
        self.id().clone_into(&mut m.name);
        let has = |name: &String| table.column(name).is_some();
        m.rules.retain(|r| r.from.iter().all(has) && r.unless.as_ref().is_none_or(|(c, _)| has(c)));
        // Older files have only one of two columns for the same thing.
        let mut seen = Vec::new();
        m.rules.retain(|r| {
            let single = super::Target::parse(&r.to).is_some_and(|t| !t.takes_several()) && r.value.is_none();
            let is_new = !single || !seen.contains(&r.to);
            seen.push(r.to.clone());
            is_new
        });
        m
    }
}

fn rule(from: &str, to: &str) -> Rule {
    Rule { from: vec![from.to_owned()], to: to.to_owned(), ..Rule::default() }
}

fn constant(value: &str, to: &str) -> Rule {
    Rule { value: Some(value.to_owned()), to: to.to_owned(), ..Rule::default() }
}

fn words(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect()
}

/// UCDP gives the dead alone, in one estimate of its own with two ends; nothing is said of who claimed what.
fn ucdp() -> Mapping {
    let unless_one_sided = Some(("type_of_violence".to_owned(), "3".to_owned()));
    let side = |from: &str| Rule { values: words(&[("Civilians", "")]), ..rule(from, "party") };
    let dead = |from: &str, to: &str| Rule { unless: unless_one_sided.clone(), ..rule(from, to) };
    Mapping {
        id_prefix: "ucdp-".into(),
        date_order: Some(DateOrder::Dmy),
        zero: Zero::Reject,
        rules: vec![
            rule("id", "id"),
            Rule {
                values: words(&[("1", "armed-clash"), ("2", "armed-clash"), ("3", "violence-against-civilians")]),
                ..rule("type_of_violence", "kind")
            },
            rule("date_start", "start"),
            rule("date_end", "end"),
            rule("date_prec", "date-precision:ucdp"),
            rule("latitude", "latitude"),
            rule("longitude", "longitude"),
            rule("where_prec", "precision:ucdp"),
            rule("where_coordinates", "place"),
            rule("where_description", "basis"),
            side("side_a"),
            side("side_b"),
            // Of one-sided violence the figures of the sides are 0 by definition and say nothing.
            dead("deaths_a", "killed:party-1:military"),
            dead("deaths_b", "killed:party-2:military"),
            rule("deaths_civilians", "killed:civilian"),
            rule("best", "killed"),
            rule("low", "killed:low"),
            rule("high", "killed:high"),
            rule("best_est", "killed"),
            rule("low_est", "killed:low"),
            rule("high_est", "killed:high"),
            rule("source_article", "notes"),
            rule("conflict_name", "tag:conflict"),
            rule("dyad_name", "tag:dyad"),
            rule("code_status", "tag:code_status"),
            constant("UCDP GED", "claimant"),
            constant("Uppsala Conflict Data Program", "outlet"),
            constant("UCDP Georeferenced Event Dataset", "source-title"),
        ],
        ..Mapping::default()
    }
}

/// ACLED gives one total an event; actor 1 and 2 carry no direction, so the total is never split between them.
fn acled() -> Mapping {
    let kinds = words(&[
        ("Armed clash", "armed-clash"),
        ("Government regains territory", "territorial-change"),
        ("Non-state actor overtakes territory", "territorial-change"),
        ("Non-violent transfer of territory", "territorial-change"),
        ("Air/drone strike", "air-strike"),
        ("Shelling/artillery/missile attack", "shelling"),
        ("Remote explosive/landmine/IED", "explosion"),
        ("Grenade", "explosion"),
        ("Suicide bomb", "explosion"),
        ("Chemical weapon", "chemical-weapon"),
        ("Attack", "violence-against-civilians"),
        ("Sexual violence", "violence-against-civilians"),
        ("Abduction/forced disappearance", "capture"),
        ("Agreement", "ceasefire"),
    ]);
    let split = |from: &str, to: &str| Rule { split: Some(";".into()), ..rule(from, to) };
    let mut rules = vec![
        rule("event_id_cnty", "id"),
        rule("data_id", "id"),
        Rule { values: kinds, ..rule("sub_event_type", "kind") },
        rule("event_date", "start"),
        rule("time_precision", "date-precision:acled"),
        rule("latitude", "latitude"),
        rule("longitude", "longitude"),
        rule("geo_precision", "precision:acled"),
        rule("location", "place"),
        rule("actor1", "party"),
        rule("actor2", "party"),
        rule("fatalities", "killed"),
        split("source", "via"),
        rule("notes", "notes"),
    ];
    for column in
        ["disorder_type", "event_type", "assoc_actor_1", "assoc_actor_2", "admin1", "civilian_targeting", "tags"]
    {
        rules.push(rule(column, &format!("tag:{column}")));
    }
    rules.push(constant("ACLED", "claimant"));
    rules.push(constant("Armed Conflict Location & Event Data (ACLED)", "outlet"));
    Mapping { id_prefix: "acled-".into(), date_order: Some(DateOrder::Dmy), rules, ..Mapping::default() }
}

/// Atlos gives no figures. What it marks as sensitive for any reason is sensitive here.
fn atlos() -> Mapping {
    let mut rules = vec![rule("slug", "id")];
    // The interface writes a prefix that the CSV has not.
    for prefix in ["attr_", ""] {
        let from = |name: &str, to: &str| rule(&format!("{prefix}{name}"), to);
        rules.extend([
            from("description", "title"),
            from("more_info", "notes"),
            from("date", "when"),
            Rule {
                values: words(&[("Exact", "exact"), ("Vicinity", "near"), ("Locality", "near")]),
                ..from("geolocation_resolution", "precision")
            },
            Rule { values: words(&[("Not Sensitive", "no")]), ..from("sensitive", "sensitive") },
            Rule { split: Some(";".into()), ..from("equipment", "weapon") },
        ]);
    }
    rules.extend([
        rule("latitude", "latitude"),
        rule("longitude", "longitude"),
        rule("source_material.source_url", "link"),
    ]);
    // The same as above in other words, and what only the platform itself can use.
    for column in ["versions", "versions.source_url", "source_material", "geolocation", "id", "deleted"] {
        rules.push(rule(column, "skip"));
    }
    Mapping {
        id_prefix: "atlos-".into(),
        date_order: Some(DateOrder::Ymd),
        keep_unused: true,
        rules,
        ..Mapping::default()
    }
}

/// `GeoConfirmed` gives no figures; the day on which a placemark was made is not that of the event.
fn geoconfirmed() -> Mapping {
    let rules = vec![
        rule("id", "id"),
        rule("name", "title"),
        rule("description", "notes"),
        rule("date", "when"),
        rule("lat", "latitude"),
        rule("la", "latitude"),
        rule("lng", "longitude"),
        rule("lo", "longitude"),
        Rule { split: Some(";".into()), ..rule("gear", "weapon") },
        rule("originalSource", "link"),
        rule("sources", "link"),
        rule("dateCreated", "tag:placemark made"),
        rule("geolocation", "tag:geolocation"),
    ];
    Mapping { id_prefix: "geoconfirmed-".into(), keep_unused: true, rules, ..Mapping::default() }
}

/// `TimeMap` gives no figures; its default dates are month first.
fn timemap() -> Mapping {
    Mapping {
        id_prefix: "timemap-".into(),
        date_order: Some(DateOrder::Mdy),
        twice: Twice::Reject,
        keep_unused: true,
        rules: vec![
            rule("civId", "id"),
            rule("id", "id"),
            rule("title", "title"),
            rule("description", "notes"),
            rule("date", "start"),
            rule("time", "time"),
            rule("latitude", "latitude"),
            rule("longitude", "longitude"),
            rule("location", "place"),
            rule("type", "kind"),
            rule("comments", "notes"),
        ],
        ..Mapping::default()
    }
}
