//! An incident in words, for formats that hold nothing but text.

use std::collections::BTreeSet;

use super::Export;
use crate::derive::{by_party, tolls};
use crate::model::{Category, Claim, Count, Incident, Language, PartyId, Project, SourceId, Status};

/// Its title, or what kind of thing it is.
pub(super) fn title(incident: &Incident) -> &str {
    if incident.title.is_empty() { incident.kind.label() } else { &incident.title }
}

/// When, in words; empty if unknown.
pub(super) fn date(incident: &Incident) -> String {
    incident.when.map(|w| w.label()).unwrap_or_default()
}

/// Where, and how exactly that is known: `Sotk (direction of, within about 12 km)`; empty if nothing is known.
pub(super) fn place(incident: &Incident) -> String {
    let place = &incident.place;
    let mut about: Vec<String> = place.precision.iter().map(|p| p.label().to_owned()).collect();
    let radius = place.radius_km();
    if place.position.is_some() && radius > 0.0 {
        about.push(format!("within about {radius} km"));
    }
    let name = place.names.best(Language::En);
    match (name.is_empty(), about.is_empty()) {
        (_, true) => name.to_owned(),
        (true, false) => about.join(", "),
        (false, false) => format!("{name} ({})", about.join(", ")),
    }
}

/// The name of a party.
pub(super) fn party<'a>(project: &'a Project, id: &'a PartyId) -> &'a str {
    let name = project.meta().party(id).map_or("", |p| p.names.best(Language::En));
    if name.is_empty() { id.as_str() } else { name }
}

/// The figures under the question, one line each: `Armenia: killed ≥ 135`. Every line that has none says so.
pub(super) fn figures(export: &Export, incident: &Incident) -> Vec<String> {
    let tolls = tolls(&export.project, incident, &export.options.question);
    let mut out = Vec::new();
    for category in Category::ALL {
        for (id, figure) in by_party(&tolls, *category) {
            let mut line = format!("{}: {} {figure}", party(&export.project, &id), category.label());
            if figure.by_other_side {
                line += " (as claimed by another side)";
            }
            if figure.contradicted {
                line += " (claims contradict each other)";
            }
            out.push(line);
        }
    }
    out
}

/// A claim in one line: `49 killed (military), Armenia – Prime Minister of Armenia, 13 Sep 2022`.
pub(super) fn claim(project: &Project, claim: &Claim) -> String {
    let count = match &claim.count {
        Count::Unknown => format!("{}, no figure", claim.category.label()),
        count => format!("{count} {}", claim.category.label()),
    };
    let mut out = count;
    if claim.status != Status::Unspecified {
        out += &format!(" ({})", claim.status.label());
    }
    out += &format!(", {}", party(project, &claim.about));
    let who = match (claim.claimant.trim(), &claim.speaks_for) {
        ("", None) => "unattributed".to_owned(),
        ("", Some(p)) => party(project, p).to_owned(),
        (who, _) => who.to_owned(),
    };
    out += &format!(" – {who}");
    if let Some(m) = claim.published {
        out += &format!(", {}", m.label(true));
    }
    if claim.standing != crate::model::Standing::Current {
        out += &format!(" ({})", claim.standing.label());
    }
    out
}

/// All claims of an incident, one line each.
pub(super) fn claims(project: &Project, incident: &Incident) -> Vec<String> {
    incident.claims.iter().map(|c| claim(project, c)).collect()
}

/// The sources of an incident and of its claims, each once.
pub(super) fn source_ids(incident: &Incident) -> Vec<&SourceId> {
    let mut seen = BTreeSet::new();
    let all = incident.sources.iter().chain(incident.claims.iter().filter_map(|c| c.source.as_ref()));
    all.filter(|id| seen.insert(id.as_str())).collect()
}

/// A source in one line: `Outlet, “Title”, 13 Sep 2022, https://…`; one that is not in the project by its id.
pub(super) fn source(project: &Project, id: &SourceId) -> String {
    let Some(source) = project.meta().source(id) else { return id.as_str().to_owned() };
    let mut parts = vec![source.outlet.to_string()];
    if !source.title.is_empty() {
        parts.push(format!("“{}”", source.title));
    }
    parts.extend(source.published.map(|m| m.label(true)));
    parts.push(source.url.to_string());
    parts.retain(|p| !p.is_empty());
    if parts.is_empty() { id.as_str().to_owned() } else { parts.join(", ") }
}

/// All sources of an incident, one line each.
pub(super) fn sources(project: &Project, incident: &Incident) -> Vec<String> {
    source_ids(incident).into_iter().map(|id| source(project, id)).collect()
}

/// The number of dead by which symbols are sized; `None`: no figure.
pub(super) fn dead(export: &Export, incident: &Incident) -> Option<u32> {
    crate::derive::dead(&tolls(&export.project, incident, &export.options.question)).total.number()
}

/// How figures come about, for whoever reads them elsewhere: `figures: own-side · as known today`.
pub(super) fn basis(export: &Export) -> String {
    format!("figures: {}", export.options.question.figures_sentence())
}

/// The same with the note of neutrality, for the one line that a format has for what a file says of itself.
pub(super) fn basis_and_note(export: &Export) -> String {
    [basis(export), export.project.meta().note().to_owned()].join(" · ").trim_end_matches(" · ").to_owned()
}

/// The whole incident as plain text, one thing a line.
pub(super) fn text(export: &Export, incident: &Incident) -> String {
    let project = &export.project;
    let mut lines = vec![incident.kind.label().to_owned()];
    lines.extend([date(incident), place(incident)]);
    lines.extend(figures(export, incident));
    if !incident.claims.is_empty() {
        lines.push(basis(export));
    }
    let claims = claims(project, incident);
    lines.extend(claims.iter().map(|c| format!("Claim: {c}")));
    lines.extend(sources(project, incident).iter().map(|s| format!("Source: {s}")));
    lines.push(incident.notes.to_string());
    lines.retain(|l| !l.is_empty());
    lines.join("\n")
}
