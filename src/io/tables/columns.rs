//! The columns: which members have one, which are worked out, and what they are called.

use std::collections::BTreeSet;

use crate::derive::{Question, by_party, tolls};
use crate::io::project::iso;
use crate::model::{Bound, Category, Incident, Language, PartyId, Project, Resolution, When};

use super::Cell;

/// Columns of incidents that are read back, in the order in which they are written.
pub(super) const INCIDENT_TEXTS: [&str; 6] = ["uid", "kind", "title", "when", "parent", "notes"];
/// Those that hold several texts.
pub(super) const INCIDENT_LISTS: [&str; 4] = ["parties", "weapons", "sources", "media"];
/// Columns of claims that hold one text.
pub(super) const CLAIM_TEXTS: [&str; 16] = [
    "id",
    "claimant",
    "speaks_for",
    "about",
    "status",
    "category",
    "published",
    "period",
    "source",
    "quote",
    "url",
    "archived",
    "language",
    "grade",
    "standing",
    "note",
];
/// Those that hold several.
pub(super) const CLAIM_LISTS: [&str; 2] = ["via", "covers"];
/// Columns of sources.
pub(super) const SOURCE_TEXTS: [&str; 8] =
    ["id", "outlet", "title", "published", "url", "archived", "language", "note"];

/// The column of the names of a place or party in one language.
pub(super) fn name_column(stem: &str, language: Language) -> String {
    format!("{stem}_{}", language.code())
}

/// The columns of incidents that are worked out and not read back, but for the figures.
const DERIVED: [&str; 7] = ["start", "end", "date_precision", "place", "claims", "contradicted", "figures_by"];

/// Columns that a `GeoPackage` has besides.
const DERIVED_THERE: [&str; 4] = ["start_utc", "end_utc", "dead", "geom"];

/// Whether a column of incidents is worked out: it is not read back.
pub(super) fn is_derived(name: &str) -> bool {
    DERIVED.contains(&name) || DERIVED_THERE.contains(&name) || is_figure(name)
}

/// Whether a column holds one end of a figure, such as `killed_armenia_low`.
pub(crate) fn is_figure(name: &str) -> bool {
    Category::ALL.iter().any(|c| {
        let rest = name.strip_prefix(c.id()).and_then(|r| r.strip_prefix('_'));
        rest.is_some_and(|r| ["_low", "_best", "_high"].iter().any(|end| r.ends_with(end)))
    })
}

/// Whether a table with these columns is one of ours: it is read without asking what its columns mean.
pub fn is_own<S: AsRef<str>>(columns: &[S]) -> bool {
    let has = |name: &str| columns.iter().any(|c| c.as_ref() == name);
    ["uid", "kind", "when", "longitude", "latitude", "wkt", "precision", "other"].into_iter().all(has)
}

/// The columns of figures of a project, and the figures of its incidents under a question.
#[derive(Clone, Debug)]
pub struct FiguresOf<'a> {
    project: &'a Project,
    question: &'a Question,
    keys: Vec<(Category, PartyId)>,
}

/// One column of figures of an incident: what happened to whom, and low, best and high.
pub(crate) type Numbers = (Category, PartyId, [Option<u32>; 3]);

impl<'a> FiguresOf<'a> {
    /// Looks which categories and parties there are claims about.
    pub fn new(project: &'a Project, question: &'a Question) -> Self {
        let claims = project.iter().flat_map(|(_, i)| &i.claims);
        let mut keys: BTreeSet<(Category, PartyId)> = BTreeSet::new();
        for claim in claims {
            if !keys.contains(&(claim.category, claim.about.clone())) {
                keys.insert((claim.category, claim.about.clone()));
            }
        }
        Self { project, question, keys: keys.into_iter().collect() }
    }

    /// How figures come about, in one line: `own-side · as known today`.
    pub(crate) fn sentence(&self) -> String {
        self.question.figures_sentence()
    }

    /// The figures of an incident, in the order of the columns; an unknown one is none, never 0.
    pub(crate) fn of(&self, incident: &Incident) -> Vec<Numbers> {
        let tolls = if incident.claims.is_empty() { Vec::new() } else { tolls(self.project, incident, self.question) };
        let mut found = Vec::new();
        for category in Category::ALL {
            if tolls.iter().any(|(k, _)| k.category == *category) {
                found.extend(by_party(&tolls, *category).into_iter().map(|(p, f)| (*category, p, f)));
            }
        }
        let figure = |(category, party): &(Category, PartyId)| {
            let of = found.iter().find(|(c, p, _)| c == category && p == party);
            (*category, party.clone(), of.map_or([None; 3], |(_, _, f)| [f.low, f.best, f.high]))
        };
        self.keys.iter().map(figure).collect()
    }

    /// Whether two claims of an incident cannot both be true.
    pub(crate) fn contradicted(&self, incident: &Incident) -> bool {
        incident.claims.len() > 1 && tolls(self.project, incident, self.question).iter().any(|(_, f)| f.contradicted)
    }

    /// Names of the columns of figures.
    pub(crate) fn columns_of_figures(&self) -> Vec<String> {
        let name = |(c, p): &(Category, PartyId), end| format!("{}_{}_{end}", c.id(), p.as_str());
        self.keys.iter().flat_map(|key| ["low", "best", "high"].map(|end| name(key, end))).collect()
    }

    /// Names of the columns that are worked out.
    pub(super) fn columns(&self) -> Vec<String> {
        DERIVED.iter().map(|s| (*s).to_owned()).chain(self.columns_of_figures()).collect()
    }

    /// The cells of the columns that are worked out.
    pub(super) fn cells(&self, incident: &Incident, sentence: &str) -> Vec<Cell> {
        let (start, end) = start_and_end(incident);
        let mut out = vec![
            Cell::text(start),
            Cell::text(end),
            Cell::text(incident.when.map_or("", |w| precision(&w))),
            Cell::text(incident.place.names.best(Language::En)),
            Cell::Whole(i64::try_from(incident.claims.len()).unwrap_or(i64::MAX)),
            Cell::flag(self.contradicted(incident)),
            Cell::text(if incident.claims.is_empty() { "" } else { sentence }),
        ];
        out.extend(self.of(incident).into_iter().flat_map(|(_, _, numbers)| numbers.map(Cell::count)));
        out
    }
}

/// First and last day, or moment, in ISO 8601; empty where not known.
pub(crate) fn start_and_end(incident: &Incident) -> (String, String) {
    let Some(when) = incident.when else { return Default::default() };
    let text = |bound: Bound, is_end| match bound {
        // Other programs read years of four digits.
        Bound::At(m) if m.date().0.unsigned_abs() <= 9999 => iso(m, is_end),
        _ => String::new(),
    };
    (text(when.start(), false), text(when.end().unwrap_or(when.start()), true))
}

/// How finely a date is known, in one word.
pub(crate) fn precision(when: &When) -> &'static str {
    match when.anchor().resolution() {
        Resolution::Year => "year",
        Resolution::Season => "season",
        Resolution::Month => "month",
        Resolution::Day => "day",
        Resolution::Hour => "hour",
        Resolution::Minute => "minute",
        Resolution::Second => "second",
    }
}
