//! Holds the two sample projects: the form of both, and September 2022 against the news article it was made from.
//!
//! The files are read as plain JSON, not through `io`, so that a fault in reading cannot hide a fault in the data.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops at the first thing that is wrong"
)]

use std::collections::HashSet;

use clashmap::model::{Category, Kind, LonLat, Moment, PartyId, Precision, Status, When};
use serde_json::Value;

const SEPTEMBER: &str = include_str!("../assets/september-2022.clashmap.geojson");
const LONG: &str = include_str!("../assets/karabakh-1988-2024.clashmap.geojson");
const PARENT: &str = "2022-09-13-border";
const ARTICLE: &str = "seed-article";

/// Words that take a side, or that one side uses of the other. Quotes may hold them, titles may not.
const LOADED: [&str; 9] =
    ["massacre", "pogrom", "aggression", "terrorist", "liberated", "occupied", "martyr", "enemy", "provocation"];

fn read(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

fn both() -> [Value; 2] {
    [read(SEPTEMBER), read(LONG)]
}

fn list<'a>(value: &'a Value, member: &str) -> &'a [Value] {
    value[member].as_array().map_or(&[], Vec::as_slice)
}

fn text<'a>(value: &'a Value, member: &str) -> &'a str {
    value[member].as_str().unwrap_or("")
}

fn incidents(file: &Value) -> impl Iterator<Item = &Value> {
    list(file, "features").iter().map(|f| &f["properties"])
}

fn incident<'a>(file: &'a Value, uid: &str) -> &'a Value {
    incidents(file).find(|p| text(p, "uid") == uid).unwrap_or_else(|| panic!("no incident {uid}"))
}

/// Every claim with the incident it belongs to.
fn claims(file: &Value) -> impl Iterator<Item = (&Value, &Value)> {
    incidents(file).flat_map(|p| list(p, "claims").iter().map(move |c| (p, c)))
}

fn ids<'a>(file: &'a Value, member: &str) -> HashSet<&'a str> {
    list(&file["clashmap"], member).iter().map(|v| text(v, "id")).collect()
}

/// The one claim of an incident that fits; says so if there is none or more than one.
fn claim<'a>(incident: &'a Value, what: &str, fits: impl Fn(&Value) -> bool) -> &'a Value {
    let found: Vec<&Value> = list(incident, "claims").iter().filter(|c| fits(c)).collect();
    assert_eq!(found.len(), 1, "{what}: {} claims fit", found.len());
    found[0]
}

fn about(c: &Value, party: &str, status: &str, category: &str) -> bool {
    (text(c, "about"), text(c, "status"), text(c, "category")) == (party, status, category)
}

fn positions<'a>(geometry: &'a Value, out: &mut Vec<&'a Value>) {
    match geometry.as_array() {
        Some(inner) if inner.first().is_some_and(Value::is_number) => out.push(geometry),
        Some(inner) => inner.iter().for_each(|g| positions(g, out)),
        None => {}
    }
}

/// What one side had last said of its own dead, wounded … by a day; undated figures count only when no day is asked.
fn own_side(file: &Value, party: &str, status: &str, category: &str, by: Option<&str>) -> Option<Value> {
    let by = by.map(|d| Moment::parse(d).unwrap().span().end);
    list(incident(file, PARENT), "claims")
        .iter()
        .filter(|c| about(c, party, status, category) && text(c, "speaks_for") == party)
        .map(|c| (c["published"].as_str().map_or(i64::MAX, |p| Moment::parse(p).unwrap().span().end), &c["count"]))
        .filter(|(end, _)| by.is_none_or(|by| *end <= by))
        .max_by_key(|(end, _)| *end)
        .map(|(_, count)| count.clone())
}

// ---- the form of both files ----

#[test]
fn the_files_have_one_feature_a_line_and_end_with_a_line_feed() {
    for (file, raw) in both().iter().zip([SEPTEMBER, LONG]) {
        assert!(raw.ends_with("]\n}\n") && !raw.contains('\r') && !raw.starts_with('\u{feff}'));
        let lines = raw.lines().filter(|l| l.starts_with("{\"type\":\"Feature\"")).count();
        assert_eq!(lines, list(file, "features").len());
        assert_eq!((text(&file["clashmap"], "format"), text(&file["clashmap"], "perspective")), ("1.0", "de-jure"));
    }
}

#[test]
fn uids_are_unique_and_parents_exist() {
    for file in both() {
        let mut seen = HashSet::new();
        for p in incidents(&file) {
            assert!(!text(p, "uid").is_empty() && seen.insert(text(p, "uid")), "{}", p["uid"]);
        }
        for p in incidents(&file).filter(|p| !p["parent"].is_null()) {
            assert!(seen.contains(text(p, "parent")) && p["parent"] != p["uid"], "{}", p["uid"]);
        }
    }
}

#[test]
fn claim_ids_are_unique_within_an_incident_and_pins_point_at_claims() {
    for file in both() {
        for p in incidents(&file) {
            let mut seen = HashSet::new();
            assert!(list(p, "claims").iter().all(|c| !text(c, "id").is_empty() && seen.insert(text(c, "id"))));
        }
        for pin in list(&file["clashmap"], "pins") {
            let p = incident(&file, text(pin, "incident"));
            assert!(list(p, "claims").iter().any(|c| c["id"] == pin["claim"]) && !text(pin, "reason").is_empty());
        }
    }
}

#[test]
fn every_party_and_source_that_is_referred_to_exists_once_and_is_named() {
    for file in both() {
        let (parties, sources) = (ids(&file, "parties"), ids(&file, "sources"));
        assert_eq!(parties.len(), list(&file["clashmap"], "parties").len());
        assert_eq!(sources.len(), list(&file["clashmap"], "sources").len());
        for party in list(&file["clashmap"], "parties") {
            assert_eq!(PartyId::new(text(party, "id")).as_str(), text(party, "id"));
            for code in ["en", "hy", "az", "ru"] {
                assert!(!text(&party["names"], code).is_empty(), "{} {code}", party["id"]);
            }
        }
        for source in list(&file["clashmap"], "sources") {
            assert!(!text(source, "outlet").is_empty());
            if let Some(day) = source["published"].as_str() {
                assert!(Moment::parse(day).is_ok(), "{source}");
            }
        }
        for p in incidents(&file) {
            for party in list(p, "parties") {
                assert!(parties.contains(party.as_str().unwrap()), "{}: {party}", p["uid"]);
            }
            assert!(!list(p, "sources").is_empty(), "{} has no source", p["uid"]);
            for source in list(p, "sources") {
                assert!(sources.contains(source.as_str().unwrap()), "{}: {source}", p["uid"]);
            }
        }
        for (p, c) in claims(&file) {
            assert!(parties.contains(text(c, "about")), "{}: {c}", p["uid"]);
            assert!(c["speaks_for"].as_str().is_none_or(|s| parties.contains(s)), "{}: {c}", p["uid"]);
            assert!(sources.contains(text(c, "source")), "{}: {c}", p["uid"]);
        }
    }
}

#[test]
fn every_claim_says_who_makes_it_or_why_no_one_is_named() {
    for file in both() {
        for (p, c) in claims(&file) {
            assert!(!text(c, "claimant").is_empty() || !text(c, "note").is_empty(), "{}: {c}", p["uid"]);
            assert!(c["speaks_for"].is_null() || !text(c, "claimant").is_empty(), "{}: {c}", p["uid"]);
        }
    }
}

#[test]
fn kinds_statuses_categories_and_precisions_are_known() {
    for file in both() {
        for p in incidents(&file) {
            assert!(!matches!(Kind::from_id(text(p, "kind")), Kind::Other(_)), "{}", p["kind"]);
            assert!(!text(p, "title").is_empty());
        }
        for (p, c) in claims(&file) {
            let known =
                Status::from_id(text(c, "status")).is_some() && Category::from_id(text(c, "category")).is_some();
            assert!(known, "{}: {c}", p["uid"]);
        }
    }
}

#[test]
fn dates_are_dates_and_no_claim_is_older_than_its_incident() {
    for file in both() {
        for p in incidents(&file) {
            let when = When::parse(text(p, "when")).unwrap_or_else(|e| panic!("{}: {e}", p["uid"]));
            for c in list(p, "claims") {
                if let Some(period) = c["period"].as_str() {
                    assert!(When::parse(period).is_ok(), "{}: {c}", p["uid"]);
                }
                if let Some(day) = c["published"].as_str() {
                    let published = Moment::parse(day).unwrap_or_else(|e| panic!("{}: {e}", p["uid"]));
                    assert!(published.span().end > when.span().start, "{}: {c}", p["uid"]);
                }
            }
        }
    }
}

#[test]
fn positions_are_on_earth_and_only_an_exact_spot_has_no_radius() {
    for file in both() {
        for feature in list(&file, "features") {
            let (p, place) = (&feature["properties"], &feature["properties"]["place"]);
            let mut found = Vec::new();
            positions(&feature["geometry"]["coordinates"], &mut found);
            positions(&place["position"], &mut found);
            for xy in &found {
                assert!(LonLat::new(xy[0].as_f64().unwrap(), xy[1].as_f64().unwrap()).is_ok(), "{}", p["uid"]);
            }
            assert!(!text(&place["names"], "en").is_empty(), "{}", p["uid"]);
            if found.is_empty() {
                assert!(feature["geometry"].is_null() && place["precision"].is_null(), "{}", p["uid"]);
                continue;
            }
            let precision = Precision::from_id(text(place, "precision")).unwrap_or_else(|| panic!("{}", p["uid"]));
            let radius = place["radius_km"].as_f64().unwrap_or(0.0);
            assert_eq!(radius > 0.0, precision != Precision::Exact, "{}", p["uid"]);
            assert!(!text(place, "basis").is_empty(), "{} does not say where its position is from", p["uid"]);
        }
    }
}

#[test]
fn counts_are_well_formed() {
    let whole = |v: &Value| v.as_u64().is_some_and(|n| u32::try_from(n).is_ok());
    for file in both() {
        for (p, c) in claims(&file) {
            let count = c.get("count").unwrap_or_else(|| panic!("{}: {c} has no count", p["uid"]));
            let fine = match count.as_object() {
                None => count.is_null() || whole(count),
                Some(o) if o.contains_key("low") => {
                    o.keys().all(|k| ["low", "high", "best"].contains(&k.as_str()))
                        && o.values().all(whole)
                        && o["low"].as_u64() <= o["high"].as_u64()
                }
                Some(o) => {
                    o.len() == 1
                        && o.iter().all(|(k, v)| match k.as_str() {
                            "at_least" | "at_most" | "about" => whole(v),
                            "some" => v.as_str().is_some_and(|w| !w.trim().is_empty()),
                            _ => false,
                        })
                }
            };
            assert!(fine, "{}: {count}", p["uid"]);
        }
    }
}

#[test]
fn no_title_takes_a_side() {
    for file in both() {
        for p in incidents(&file) {
            let title = text(p, "title").to_lowercase();
            assert!(LOADED.iter().all(|word| !title.contains(word)), "{title}");
        }
    }
}

#[test]
fn what_both_files_tell_of_september_2022_is_the_same() {
    let [september, long] = both();
    assert_eq!(incident(&september, PARENT), incident(&long, PARENT));
}

// ---- September 2022 against the article ----

#[test]
fn the_article_is_a_source_with_its_title_and_picture_credit() {
    let file = read(SEPTEMBER);
    let article = list(&file["clashmap"], "sources").iter().find(|s| text(s, "id") == ARTICLE).unwrap();
    assert_eq!(text(article, "title"), "Armenia accuses Azerbaijan of fresh attacks on border");
    assert!(text(article, "outlet").contains("Photolur via Radio Free Europe"));
    assert_eq!(Moment::parse(text(article, "published")).unwrap().span(), Moment::parse("2022-09-14").unwrap().span());
}

#[test]
fn the_49_and_the_50_dead_stand_as_each_sides_own_claim_from_the_article() {
    let file = read(SEPTEMBER);
    let parent = incident(&file, PARENT);
    for (party, dead, who) in
        [("armenia", 49, "Prime Minister of Armenia"), ("azerbaijan", 50, "Ministry of Defence of Azerbaijan")]
    {
        let c = claim(parent, party, |c| about(c, party, "military", "killed") && c["count"] == dead);
        assert_eq!((text(c, "speaks_for"), text(c, "published"), text(c, "source")), (party, "2022-09-13", ARTICLE));
        assert!(text(c, "claimant").starts_with(who) && text(c, "url").contains("tgcom24"));
        assert!(text(c, "quote").contains("the death of 49 Armenian and 50 Azerbaijani troops"));
        assert_eq!(c["running"], true);
    }
}

#[test]
fn the_hundred_soldiers_are_about_both_sides_and_stand_for_neither() {
    let file = read(SEPTEMBER);
    let c = claim(incident(&file, PARENT), "a hundred", |c| about(c, "all-parties", "military", "killed"));
    assert_eq!(c["count"]["about"], 100);
    assert!(c["speaks_for"].is_null() && text(c, "quote").contains("killed a hundred soldiers"));
    assert!(text(c, "claimant").contains("news article") && text(c, "source") == ARTICLE);
}

#[test]
fn the_war_of_2020_has_the_articles_two_figures_with_the_bbc_as_claimant() {
    let file = read(SEPTEMBER);
    let war = incident(&file, "2020-09-27-war");
    assert_eq!((text(war, "kind"), text(war, "when")), ("war", "2020-09-27/2020-11-10"));
    for (status, category, n) in [("military", "killed", 5000), ("unspecified", "displaced", 100)] {
        let c = claim(war, category, |c| about(c, "all-parties", status, category));
        assert_eq!(
            (c["count"]["at_least"].as_u64(), text(c, "claimant"), text(c, "source")),
            (Some(n), "BBC", ARTICLE)
        );
        assert!(text(c, "quote").contains("over 5,000 soldier’s lives and at least 100 people being displaced"));
    }
    assert!(
        text(war, "notes").contains("six weeks of war that ended in a peace deal between the two states and Russia")
    );
}

#[test]
fn the_earlier_war_is_dated_no_more_exactly_than_the_article_and_its_end_allow() {
    let file = read(SEPTEMBER);
    let war = incident(&file, "1988-karabakh-war");
    assert_eq!((text(war, "kind"), text(war, "when")), ("war", "1988~/1994-05-12"));
    assert!(text(war, "notes").contains("late 1980s and early 1990s"));
}

#[test]
fn the_sentence_on_nagorno_karabakh_is_in_the_description_and_attributed() {
    let file = read(SEPTEMBER);
    let description = text(&file["clashmap"], "description");
    assert!(description.contains("internationally recognized as part of Azerbaijan but populated by ethnic Armenians"));
    assert!(description.contains("The article says") && description.contains("disputed Nagorno-Karabakh region"));
}

#[test]
fn the_clash_has_the_articles_weapons_place_and_start() {
    let file = read(SEPTEMBER);
    let parent = incident(&file, PARENT);
    for weapon in ["artillery", "mortar", "small arms"] {
        assert!(list(parent, "weapons").iter().any(|w| w == weapon), "{weapon}");
    }
    assert_eq!(text(&parent["place"]["names"], "en").split(',').next(), Some("Armenia–Azerbaijan border"));
    assert_eq!((text(&parent["place"], "precision"), text(parent, "kind")), ("front", "armed-clash"));
    assert!(text(parent, "notes").contains("Monday night (12 September)"));
    let feature = list(&file, "features").iter().find(|f| text(&f["properties"], "uid") == PARENT).unwrap();
    let line = list(&feature["geometry"], "coordinates");
    assert!(text(&feature["geometry"], "type") == "LineString" && (20..=40).contains(&line.len()));
    // From north of Sotk to Nerkin Hand.
    assert!(line[0][1].as_f64() > Some(40.2) && line[line.len() - 1][1].as_f64() < Some(39.1));
}

#[test]
fn the_truce_is_at_nine_in_moscow_as_global_times_has_it() {
    let file = read(SEPTEMBER);
    let truce = incident(&file, "2022-09-13-truce1");
    assert!(text(truce, "kind") == "ceasefire" && text(truce, "when").starts_with("2022-09-13T09:00+03:00"));
    assert!(text(truce, "notes").contains("According to Global Times, on Tuesday at 9:00am (Moscow time)"));
    assert!(
        list(truce, "parties").iter().any(|p| p == "russia") && list(truce, "sources").iter().any(|s| s == ARTICLE)
    );
    assert_eq!(text(incident(&file, "2022-09-14-truce2"), "when"), "2022-09-14T20:00+04:00");
}

#[test]
fn everything_the_article_reports_as_said_is_a_statement_of_the_one_who_said_it() {
    let file = read(SEPTEMBER);
    for (name, day, party, words) in [
        ("2022-09-14-statement-armenia-attacks", "2022-09-14", "armenia", "initiating fresh attacks on the border"),
        (
            "2022-09-14-statement-armenia-mod",
            "2022-09-14",
            "armenia",
            "The situation on Armenian-Azerbaijani border remained tense",
        ),
        ("2022-09-14-statement-armenia-mod", "2022-09-14", "armenia", "Armenian Defence Ministry"),
        (
            "2022-09-13-statement-mutual",
            "2022-09-12/2022-09-14",
            "azerbaijan",
            "firing artillery, mortar and small arms",
        ),
        (
            "2022-09-13-statement-hasanov",
            "2022-09-13",
            "azerbaijan",
            "Colonel General Zakir Hasanov said Armenian forces violated the ceasefire",
        ),
        (
            "2022-09-13-statement-pashinyan",
            "2022-09-13",
            "armenia",
            "Nikol Pashinyan, “while addressing the parliament on Tuesday",
        ),
        ("2022-09-13-statement-russia-truce", "2022-09-13", "russia", "Global Times"),
        (
            "2022-09-13-statement-russia",
            "2022-09-13",
            "russia",
            "The president is naturally making every effort to help de-escalate tensions at the border.",
        ),
        (
            "2022-09-13-statement-russia",
            "2022-09-13",
            "russia",
            "a BBC report cites Russian government spokesman Dmitry Peskov",
        ),
        (
            "2022-09-13-statement-united-states",
            "2022-09-13",
            "united-states",
            "According to the BBC, US Secretary of State Antony Blinken has personally called both states",
        ),
        (
            "2022-09-13-statement-france",
            "2022-09-13",
            "france",
            "Emmanuel Macron has also talked to the Azerbaijan president",
        ),
        ("2022-09-13-statement-france", "2022-09-13", "france", "“return to respect the ceasefire”"),
        (
            "2022-09-13-statement-turkey",
            "2022-09-13",
            "turkey",
            "“Armenia should cease its provocations and focus on peace negotiations”",
        ),
        ("2022-09-13-statement-turkey", "2022-09-13", "turkey", "which politically and militarily backs Azerbaijan"),
        ("2022-09-13-statement-european-union", "2022-09-13", "european-union", "expressed concern over the fighting"),
        ("2022-09-13-statement-iran", "2022-09-13/2022-09-14", "iran", "expressed concern over the fighting"),
    ] {
        let said = incident(&file, name);
        assert_eq!(
            (text(said, "kind"), text(said, "when"), text(said, "parent")),
            ("statement", day, PARENT),
            "{name}"
        );
        assert!(list(said, "parties").iter().any(|p| p == party), "{name}");
        assert!(list(said, "sources").iter().any(|s| s == ARTICLE), "{name}");
        assert!(text(said, "notes").contains(words), "{name}: {words}");
    }
}

#[test]
fn all_six_that_voiced_concern_have_the_articles_sentence() {
    let file = read(SEPTEMBER);
    for who in ["european-union", "united-states", "france", "turkey", "russia", "iran"] {
        let said = incident(&file, &format!("2022-09-13-statement-{who}"));
        assert!(text(said, "notes").contains("have all expressed concern over the fighting"), "{who}");
    }
}

// ---- what the figures must come to ----

#[test]
fn own_figures_follow_the_day_asked_for() {
    let file = read(SEPTEMBER);
    let killed = |party, by| own_side(&file, party, "military", "killed", by);
    assert_eq!(killed("armenia", Some("2022-09-12")), None);
    assert_eq!(killed("armenia", Some("2022-09-13")), Some(49.into()));
    assert_eq!(killed("azerbaijan", Some("2022-09-13")), Some(50.into()));
    assert_eq!(killed("armenia", Some("2022-09-14")), Some(105.into()));
    assert_eq!(killed("azerbaijan", Some("2022-09-19")), Some(79.into()));
    assert_eq!(killed("azerbaijan", None), Some(80.into()));
    assert_eq!(killed("armenia", None), Some(serde_json::json!({"at_least": 135})));
}

#[test]
fn the_207_killed_or_missing_stay_apart_from_the_135_killed() {
    let file = read(SEPTEMBER);
    assert_eq!(own_side(&file, "armenia", "unspecified", "killed_or_missing", None), Some(207.into()));
    assert_eq!(own_side(&file, "armenia", "military", "killed_or_missing", None), None);
    let table = claim(incident(&file, PARENT), "202", |c| c["count"] == 202);
    assert!(table["speaks_for"].is_null() && text(table, "claimant").starts_with("Wikipedia table"));
}

#[test]
fn figures_of_an_undated_table_carry_no_day() {
    for file in both() {
        let undated: HashSet<&str> = list(&file["clashmap"], "sources")
            .iter()
            .filter(|s| text(s, "outlet").starts_with("Wikipedia") && text(s, "note").contains("no date of their own"))
            .map(|s| text(s, "id"))
            .collect();
        assert!(!undated.is_empty());
        for (p, c) in claims(&file).filter(|(_, c)| undated.contains(text(c, "source"))) {
            // The Russian ministry's statement is dated by the day of the event itself.
            assert!(
                c["published"].is_null()
                    || text(p, "uid") == "2014-11-12-mi24"
                    || text(p, "uid") == "2020-11-09-yeraskh"
            );
        }
    }
}

/// The example in the form in which this program saves it. `CLASHMAP_BLESS=1 cargo test --test sample` rewrites the files.
#[test]
fn saving_an_untouched_example_gives_the_same_bytes() {
    for name in ["september-2022", "karabakh-1988-2024"] {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("assets/{name}.clashmap.geojson"));
        let before = std::fs::read(&path).unwrap();
        let opened = clashmap::io::project::read(&before).unwrap();
        assert!(
            opened.findings.iter().all(|f| f.severity == clashmap::io::Severity::Info),
            "{name}: {:?}",
            opened.findings
        );
        let mut after = Vec::new();
        clashmap::io::project::write(&opened.project, &mut after).unwrap();
        if std::env::var_os("CLASHMAP_BLESS").is_some() {
            clashmap::io::project::save(&path, &opened.project).unwrap();
        } else {
            assert!(before == after, "{name} is not in canonical form");
        }
    }
}
