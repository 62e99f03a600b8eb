//! `clashmap stats`: tolls, contradictions and counts, as a table or as JSON.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde::Serialize;
use serde_json::{Map, Value};

use super::plain;
use crate::derive::{self, Derived, Figure, Key, Question};
use crate::model::{Claim, Language, PartyId, Project};

/// Writes the figures of a project, the answer to a question about it; gives the exit code, which is 0.
///
/// # Errors
/// If `out` cannot be written.
pub fn run(project: &Project, derived: &Derived, json: bool, out: &mut dyn Write) -> io::Result<u8> {
    let question = derived.question();
    if json {
        serde_json::to_writer_pretty(&mut *out, &document(project, derived, question)).map_err(io::Error::from)?;
        writeln!(out)?;
    } else {
        table(project, question, derived, out)?;
    }
    Ok(0)
}

/// The JSON document. Its keys are a promise (`clashmap help stats`); an unknown figure is null.
#[derive(Serialize)]
struct Document {
    incidents: usize,
    policy: String,
    as_known: Option<String>,
    tolls: Vec<TollJson>,
    by_kind: Map<String, Value>,
    by_month: Map<String, Value>,
}

#[derive(Serialize)]
struct TollJson {
    party: String,
    status: &'static str,
    category: &'static str,
    low: Option<u32>,
    best: Option<u32>,
    high: Option<u32>,
    claims: u32,
    contradicted: bool,
}

fn document(project: &Project, derived: &Derived, question: &Question) -> Document {
    let tolls = derived.totals.iter().map(|(key, figure)| TollJson {
        party: key.party.as_str().to_owned(),
        status: key.status.id(),
        category: key.category.id(),
        low: figure.low,
        best: figure.best,
        high: figure.high,
        claims: figure.claims,
        contradicted: figure.contradicted,
    });
    Document {
        incidents: derived.len(),
        policy: question.policy.id().into_owned(),
        as_known: question.as_known.map(|m| m.to_string()),
        tolls: tolls.collect(),
        by_kind: derived.by_kind().into_iter().map(|(k, n)| (k.id().to_owned(), Value::from(n))).collect(),
        by_month: derived.by_month(project).into_iter().map(|(m, n)| (m, Value::from(n))).collect(),
    }
}

fn table(project: &Project, question: &Question, derived: &Derived, out: &mut dyn Write) -> io::Result<()> {
    let title = plain(&project.meta().title);
    let title = if title.is_empty() { "Untitled project" } else { &title };
    writeln!(out, "{title}")?;
    writeln!(out, "{}", plain(&question.sentence()))?;
    let hidden = match derived.hidden {
        0 => String::new(),
        n => format!(" ({n} hidden)"),
    };
    writeln!(out, "{} incidents{hidden}\n", derived.len())?;

    if derived.totals.is_empty() {
        writeln!(out, "No claims about casualties.")?;
    } else {
        let who = claimants(project, derived);
        let mut rows = vec![["party", "status", "category", "figure", "claims", "who"].map(String::from).to_vec()];
        for (key, figure) in &derived.totals {
            rows.push(vec![
                party(project, &key.party),
                key.status.label().to_owned(),
                key.category.label().to_owned(),
                figure.to_string(),
                figure.claims.to_string(),
                remarks(figure, who.get(key).map_or(&[], Vec::as_slice)),
            ]);
        }
        aligned(&rows, 4, out)?;
    }
    let contradictions = derived.contradictions(project);
    if !contradictions.is_empty() {
        writeln!(out, "\nContradictions, widest first")?;
        let rows: Vec<Vec<String>> = contradictions
            .iter()
            .map(|c| {
                let title = project.look(c.incident, |i| plain(&i.title).into_owned()).unwrap_or_default();
                vec![
                    title,
                    party(project, &c.key.party),
                    c.key.status.label().to_owned(),
                    c.key.category.label().to_owned(),
                    format!("{}–{}", c.low, c.high),
                    plain(&c.claims.join(", ")).into_owned(),
                ]
            })
            .collect();
        aligned(&rows, usize::MAX, out)?;
    }
    counts("Incidents by kind", derived.by_kind().into_iter().map(|(k, n)| (plain(k.label()).into_owned(), n)), out)?;
    let undated = Some(("no date".to_owned(), derived.undated())).filter(|(_, n)| *n > 0);
    counts("Incidents by month", derived.by_month(project).into_iter().chain(undated), out)?;
    let n = derived.findings(project).len();
    if n > 0 {
        writeln!(out, "\n{n} finding{}; clashmap check lists them", if n == 1 { "" } else { "s" })?;
    }
    Ok(())
}

fn party(project: &Project, id: &PartyId) -> String {
    let name = project.meta().party(id).map_or("", |p| p.names.best(Language::En));
    plain(if name.is_empty() { id.as_str() } else { name }).into_owned()
}

/// Who made the claims on which each total rests, in the order of their names.
fn claimants(project: &Project, derived: &Derived) -> BTreeMap<Key, Vec<String>> {
    let name = |c: &Claim| match (c.claimant.trim(), &c.speaks_for) {
        ("", None) => "not attributed".to_owned(),
        ("", Some(side)) => party(project, side),
        (name, _) => plain(name).into_owned(),
    };
    let who = derive::speakers(project, derived, &name);
    who.into_iter().map(|(key, names)| (key, names.into_iter().collect())).collect()
}

fn remarks(figure: &Figure, who: &[String]) -> String {
    let mut parts: Vec<String> = match who {
        [] => Vec::new(),
        [a] => vec![a.clone()],
        [a, b] => vec![format!("{a}, {b}")],
        [a, b, rest @ ..] => vec![format!("{a}, {b} and {} more", rest.len())],
    };
    if figure.by_other_side {
        parts.push("as claimed by another side".into());
    }
    if figure.contradicted {
        parts.push("contradicted".into());
    }
    if figure.pinned {
        parts.push("chosen by hand".into());
    }
    if figure.is_known() && figure.missing > 0 {
        let plural = if figure.missing == 1 { "incident" } else { "incidents" };
        parts.push(format!("without {} {plural} that have no figure", figure.missing));
    }
    parts.join("; ")
}

fn counts(title: &str, rows: impl Iterator<Item = (String, usize)>, out: &mut dyn Write) -> io::Result<()> {
    let rows: Vec<Vec<String>> = rows.map(|(name, n)| vec![name, n.to_string()]).collect();
    if rows.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n{title}")?;
    aligned(&rows, 1, out)
}

/// Rows in columns two spaces apart; the column `number` is set flush right.
fn aligned(rows: &[Vec<String>], number: usize, out: &mut dyn Write) -> io::Result<()> {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |s: &str| s.chars().count();
    let widths: Vec<usize> =
        (0..columns).map(|i| rows.iter().filter_map(|r| r.get(i)).map(|c| width(c)).max().unwrap_or(0)).collect();
    for row in rows {
        let mut line = String::new();
        for (i, (cell, widest)) in row.iter().zip(&widths).enumerate() {
            let space = " ".repeat(widest - width(cell));
            if i > 0 {
                line += "  ";
            }
            if i == number {
                line += &space;
                line += cell;
            } else {
                line += cell;
                line += &space;
            }
        }
        writeln!(out, "{}", line.trim_end())?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::derive::Policy;
    use crate::model::{Category, Count, Incident, Kind, Meta, Moment, Status, Uid, When};

    fn example() -> Project {
        let mut incident = Incident::new(Uid::new("i"), Kind::Shelling, "Shelling\u{1b}[2J");
        incident.when = When::parse("2022-09-13/2022-09-14").ok();
        let mut claim = |about: &str, by: &str, claimant: &str, day: u8, category, count: &str| {
            let id = incident.next_claim_id();
            let mut c = Claim::new(&id, PartyId::new(about), category, Count::parse(count).unwrap());
            c.status = Status::Military;
            c.speaks_for = Some(PartyId::new(by));
            c.claimant = claimant.into();
            c.published = Moment::day(2022, 9, day);
            c.running = true;
            incident.claims.push(c);
        };
        claim("armenia", "armenia", "Prime Minister of Armenia", 13, Category::Killed, "49");
        claim("armenia", "armenia", "Prime Minister of Armenia", 16, Category::Killed, "≥ 135");
        claim("armenia", "armenia", "Government of Armenia", 20, Category::KilledOrMissing, "207");
        claim("azerbaijan", "armenia", "MoD Armenia", 14, Category::Killed, "300");
        let mut part = Incident::new(Uid::new("part"), Kind::Shelling, "Part");
        part.when = incident.when;
        part.parent = Some(incident.uid.clone());
        part.claims =
            vec![Claim { claimant: "Governor".into(), count: Count::Exactly(4), ..incident.claims[0].clone() }];
        Project::new(Meta::default(), [incident, part], Vec::new())
    }

    fn check(policy: &str, as_known: Option<&str>, json: bool, parts: &[&str]) {
        let question = Question {
            policy: Policy::from_id(policy).unwrap(),
            as_known: as_known.map(|t| Moment::parse(t).unwrap()),
            ..Question::default()
        };
        let mut out = Vec::new();
        assert_eq!(run(&example(), &derive::derive(&example(), &question), json, &mut out).unwrap(), 0);
        let text = String::from_utf8(out).unwrap();
        for part in parts {
            assert!(text.contains(part), "{part}\n{text}");
        }
        assert!(!text.contains('\u{1b}'), "{text}");
        if json {
            let value: Value = serde_json::from_str(&text).unwrap();
            assert_eq!(value["incidents"], 2);
            let mut keys: Vec<_> = value["tolls"][0].as_object().unwrap().keys().cloned().collect();
            keys.sort();
            assert_eq!(keys.join(" "), "best category claims contradicted high low party status");
        }
    }

    #[test]
    fn the_table_names_policy_figure_and_claimant() {
        let armenia = "Armenia     military  killed             ≥ 135           3  Prime Minister of Armenia\n";
        let other = "Azerbaijan  military  killed             no figure       1\n";
        check("own-side", None, false, &["own-side · as known today", armenia, other, "Shelling  2", "2022-09  2"]);
        check("range", None, false, &["MoD Armenia; as claimed by another side"]);
        check("own-side", Some("2022-09-13"), false, &["as known on 13 Sep 2022", "killed    49"]);
    }

    #[test]
    fn json_has_the_promised_keys_and_null_for_unknown() {
        check("own-side", None, true, &[r#""policy": "own-side""#, r#""as_known": null"#, r#""best": null"#]);
        check("highest", Some("2022-09-14"), true, &[r#""as_known": "2022-09-14""#, r#""best": 300"#]);
        check("own-side", None, true, &[r#""killed_or_missing""#, r#""shelling": 2"#, r#""2022-09": 2"#]);
    }
}
