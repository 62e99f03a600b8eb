//! Rows of a spreadsheet as claims: one row, one claim.
//!
//! Invariants: a cell that cannot be read is named and never dropped silently; what a row does not say comes only from
//! choices that the writer sees ([`Defaults`]); nothing here changes a project.

use super::{Words, moment};
use crate::model::{Category, Claim, Count, Grade, PartyId, Status, Text, When, fold};

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Column {
    /// Not used.
    Skip,
    /// When it was published.
    Date,
    /// How many.
    Figure,
    /// Party, category or status, or several of them in words.
    About,
    /// Who says it.
    Claimant,
    /// The party for which the claimant speaks.
    SpeaksFor,
    /// Where it can be read.
    Outlet,
    /// The chain of citation.
    Via,
    /// The link.
    Link,
    /// The archived link.
    Archived,
    /// The words themselves.
    Quote,
    /// The language of the words.
    Language,
    /// The Admiralty grade.
    Grade,
    /// The time the figure covers.
    Period,
    /// A note.
    Note,
}

/// Every column: its label, and the headers by which it is recognised (English, Armenian, Azerbaijani, Russian, Turkish, French).
const COLUMNS: [(Column, &str, &[&str]); 15] = [
    (Column::Skip, "not used", &[]),
    (
        Column::Date,
        "date",
        &["date", "published", "publication date", "day", "ամսաթիվ", "օր", "tarix", "tarih", "дата", "опубликовано"],
    ),
    (
        Column::Figure,
        "figure",
        &[
            "figure",
            "count",
            "number",
            "toll",
            "how many",
            "total",
            "թիվ",
            "քանակ",
            "say",
            "sayı",
            "rəqəm",
            "sayi",
            "число",
            "количество",
            "цифра",
            "nombre",
        ],
    ),
    (
        Column::About,
        "whom and what",
        &[
            "party",
            "side",
            "about",
            "about whom",
            "country",
            "category",
            "what",
            "type",
            "outcome",
            "status",
            "who died",
            "կողմ",
            "կատեգորիա",
            "կարգավիճակ",
            "tərəf",
            "kateqoriya",
            "taraf",
            "kategori",
            "сторона",
            "категория",
            "статус",
            "partie",
            "catégorie",
            "statut",
        ],
    ),
    (
        Column::Claimant,
        "who says it",
        &[
            "claimant",
            "claimed by",
            "who says it",
            "who",
            "said by",
            "speaker",
            "official",
            "աղբյուր ասող",
            "հայտարարող",
            "iddiaçı",
            "kim",
            "iddia eden",
            "кто",
            "заявитель",
            "источник заявления",
            "auteur",
        ],
    ),
    (Column::SpeaksFor, "speaks for", &["speaks for", "on behalf of", "от имени", "adından", "անունից"]),
    (
        Column::Outlet,
        "outlet",
        &[
            "outlet",
            "source",
            "media",
            "publisher",
            "newspaper",
            "աղբյուր",
            "լրատվամիջոց",
            "mənbə",
            "kaynak",
            "источник",
            "издание",
            "сми",
        ],
    ),
    (Column::Via, "citing", &["via", "citing", "cited by", "со ссылкой на", "istinadən"]),
    (Column::Link, "link", &["link", "url", "address", "հղում", "keçid", "bağlantı", "ссылка", "lien"]),
    (
        Column::Archived,
        "archived link",
        &["archived", "archive", "archived link", "archive url", "архив", "arxiv", "արխիվ"],
    ),
    (
        Column::Quote,
        "quote",
        &["quote", "words", "text", "quotation", "մեջբերում", "sitat", "alıntı", "цитата", "citation"],
    ),
    (Column::Language, "language", &["language", "lang", "լեզու", "dil", "язык", "langue"]),
    (Column::Grade, "grade", &["grade", "admiralty", "reliability", "оценка", "dərəcə"]),
    (Column::Period, "time covered", &["period", "covers", "time covered", "ժամանակահատված", "dövr", "период"]),
    (
        Column::Note,
        "note",
        &["note", "notes", "comment", "remarks", "նշում", "qeyd", "not", "примечание", "комментарий"],
    ),
];

impl Column {
    /// All, as a menu lists them.
    pub fn all() -> impl Iterator<Item = Self> {
        COLUMNS.iter().map(|(c, ..)| *c)
    }

    /// The English word.
    pub fn label(self) -> &'static str {
        COLUMNS.iter().find(|(c, ..)| *c == self).map_or("", |(_, l, _)| l)
    }

    fn of_header(cell: &str) -> Option<Self> {
        let cell = fold(cell);
        COLUMNS.iter().find(|(_, _, words)| words.iter().any(|w| fold(w) == cell)).map(|(c, ..)| *c)
    }
}

/// What a row that does not say it is about; the writer sees and chooses it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Defaults {
    /// About whose people; `None`: a row without a party is not taken.
    pub party: Option<PartyId>,
    /// What happened to them.
    pub category: Category,
    /// Soldiers or civilians.
    pub status: Status,
}

impl Default for Defaults {
    fn default() -> Self {
        Self { party: None, category: Category::Killed, status: Status::Unspecified }
    }
}

/// One row, read.
#[derive(Clone, Debug, PartialEq)]
pub struct PastedRow {
    /// Its number in what was pasted, from 1, the header counted.
    pub line: usize,
    /// The claim, without an id and a source; `None` if it is not said about whom.
    pub claim: Option<Claim>,
    /// The outlet by name; may be empty.
    pub outlet: Text,
    /// What could not be read, or is missing, one sentence each.
    pub problems: Vec<String>,
}

/// A pasted table, read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Pasted {
    /// What each column holds.
    pub columns: Vec<Column>,
    /// The header of each column, or its first cell where there is no header.
    pub heads: Vec<String>,
    /// Whether the first row is a header.
    pub has_header: bool,
    /// The rows.
    pub rows: Vec<PastedRow>,
}

/// What is known besides the text: words for parties, claimants and outlets, and the zone of times without one.
#[derive(Clone, Copy, Debug)]
pub struct Known<'a> {
    /// Words for whom and what.
    pub words: &'a Words,
    /// Claims whose claimants are recognised, with the party they speak for.
    pub claims: &'a [Claim],
    /// Outlets of the project.
    pub outlets: &'a [&'a str],
    /// Minutes east of Greenwich for times without a zone.
    pub zone: Option<i16>,
}

/// Splits a table as spreadsheets put it on the clipboard: by tabs, else by semicolons. Quoted cells may hold line ends.
pub fn cells(text: &str) -> Vec<Vec<String>> {
    let separator = if text.contains('\t') { '\t' } else { ';' };
    let mut rows = vec![vec![String::new()]];
    let mut chars = text.chars().peekable();
    let mut quoted = false;
    while let Some(c) = chars.next() {
        let Some(row) = rows.last_mut() else { break };
        let Some(cell) = row.last_mut() else { break };
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => {
                chars.next();
                cell.push('"');
            }
            '"' if quoted => quoted = false,
            '"' if cell.is_empty() => quoted = true,
            _ if quoted => cell.push(c),
            '\r' => {}
            '\n' => rows.push(vec![String::new()]),
            _ if c == separator => row.push(String::new()),
            _ => cell.push(c),
        }
    }
    for cell in rows.iter_mut().flatten() {
        *cell = cell.trim().to_owned();
    }
    rows.retain(|r| r.iter().any(|c| !c.is_empty()));
    rows
}

/// Reads a table. `chosen` overrides what a column is taken for.
pub fn claim_rows(table: &[Vec<String>], chosen: &[Option<Column>], defaults: &Defaults, known: Known) -> Pasted {
    let Some(first) = table.first() else { return Pasted::default() };
    let width = table.iter().map(Vec::len).max().unwrap_or(0);
    let heads = first.iter().filter(|c| !c.is_empty());
    let named = heads.clone().filter(|c| Column::of_header(c).is_some()).count();
    // A row that holds a number or a day is no header, whatever its other cells are called.
    let holds = |c: &String| Count::parse(c).is_ok_and(|n| n.is_figure()) || is_date(c, known.zone);
    let has_header = named > 0 && !heads.clone().any(holds);
    let body = table.get(usize::from(has_header)..).unwrap_or_default();
    let mut columns: Vec<Column> = Vec::new();
    for n in 0..width {
        let by_header = first.get(n).filter(|_| has_header).and_then(|c| Column::of_header(c));
        let values: Vec<&str> =
            body.iter().filter_map(|r| r.get(n)).map(String::as_str).filter(|c| !c.is_empty()).collect();
        let by_value = || by_value(&values, known);
        let column = chosen.get(n).copied().flatten().or(by_header).unwrap_or_else(|| {
            let guess = by_value();
            // Two columns of the same sort by their values alone: the second is for the writer to name.
            if guess != Column::About && columns.contains(&guess) { Column::Skip } else { guess }
        });
        columns.push(column);
    }
    let rows = body.iter().zip(1 + usize::from(has_header)..).map(|(r, line)| row(r, line, &columns, defaults, known));
    Pasted {
        rows: rows.collect(),
        heads: (0..width).map(|n| first.get(n).cloned().unwrap_or_default()).collect(),
        columns,
        has_header,
    }
}

/// Whether a text is written as a date and not as a bare number.
fn is_date(cell: &str, zone: Option<i16>) -> bool {
    !cell.chars().all(|c| c.is_ascii_digit()) && moment(cell, zone).is_ok()
}

fn by_value(values: &[&str], known: Known) -> Column {
    if values.is_empty() {
        return Column::Skip;
    }
    let all = |test: &dyn Fn(&str) -> bool| values.iter().all(|v| test(v));
    let any = |test: &dyn Fn(&str) -> bool| values.iter().any(|v| test(v));
    let same = |a: &str, b: &str| fold(a) == fold(b);
    if all(&|v| v.starts_with("http://") || v.starts_with("https://")) {
        Column::Link
    } else if all(&|v| is_date(v, known.zone)) {
        Column::Date
    } else if all(&|v| Count::parse(v).is_ok()) {
        Column::Figure
    } else if all(&|v| known.words.read(v).is_ok()) {
        Column::About
    } else if any(&|v| known.claims.iter().any(|c| same(&c.claimant, v))) {
        Column::Claimant
    } else if any(&|v| known.outlets.iter().any(|o| same(o, v))) {
        Column::Outlet
    } else if any(&|v| is_office(v)) {
        Column::Claimant
    } else if all(&|v| v.chars().count() > 60 || v.starts_with(['“', '«', '‘'])) {
        Column::Quote
    } else {
        Column::Skip
    }
}

/// Whether words name an office that speaks.
fn is_office(text: &str) -> bool {
    let text = fold(text);
    [
        "ministry",
        "minister",
        "mod ",
        "spokes",
        "president",
        "security council",
        "նախարար",
        "nazir",
        "bakanl",
        "министер",
    ]
    .iter()
    .any(|w| text.contains(&fold(w)))
}

fn row(cells: &[String], line: usize, columns: &[Column], defaults: &Defaults, known: Known) -> PastedRow {
    let mut claim = Claim::new("", PartyId::new("unnamed"), defaults.category, Count::Unknown);
    claim.status = defaults.status;
    let mut party = defaults.party.clone();
    let mut outlet = Text::default();
    let mut problems = Vec::new();
    let mut unread: Vec<String> = Vec::new();
    for (cell, column) in cells.iter().zip(columns).filter(|(c, _)| !c.is_empty()) {
        let read = match column {
            Column::Skip => Ok(()),
            Column::Figure => Count::parse(cell).map(|c| claim.count = c).map_err(|e| e.to_string()),
            Column::Date => moment(cell, known.zone).map(|m| claim.published = Some(m)).map_err(|e| e.to_string()),
            Column::Period => When::parse(cell).map(|w| claim.period = Some(w)).map_err(|e| e.to_string()),
            Column::About => known.words.read(cell).map(|m| {
                party = m.party.or(party.take());
                claim.category = m.category.unwrap_or(claim.category);
                claim.status = m.status.unwrap_or(claim.status);
            }),
            Column::SpeaksFor => known.words.read(cell).and_then(|m| {
                claim.speaks_for = Some(m.party.ok_or_else(|| format!("“{cell}” is no party of this project"))?);
                Ok(())
            }),
            Column::Claimant => {
                claim.claimant = cell.as_str().into();
                Ok(())
            }
            Column::Outlet => {
                outlet = cell.as_str().into();
                Ok(())
            }
            Column::Via => {
                claim.via = cell.split(',').map(str::trim).filter(|v| !v.is_empty()).map(Into::into).collect();
                Ok(())
            }
            Column::Link | Column::Archived => match cell {
                c if c.starts_with("https://") || c.starts_with("http://") => {
                    let slot = if *column == Column::Link { &mut claim.url } else { &mut claim.archived };
                    *slot = c.as_str().into();
                    Ok(())
                }
                _ => Err(format!("“{cell}” is not a link; it begins with https:// or http://")),
            },
            Column::Quote => {
                claim.quote = cell.trim_matches(['“', '”', '«', '»', '"']).into();
                Ok(())
            }
            Column::Language => {
                claim.language = cell.to_lowercase().into();
                Ok(())
            }
            Column::Grade => Grade::parse(&cell.to_uppercase())
                .map(|g| claim.grade = g)
                .ok_or_else(|| format!("“{cell}” is not a grade such as B2")),
            Column::Note => {
                claim.note = cell.as_str().into();
                Ok(())
            }
        };
        if let Err(why) = read {
            problems.push(why);
            unread.push(format!("{}: {cell}", column.label()));
        }
    }
    // Whom a claimant speaks for is known where the ledger says it of the same claimant.
    if claim.speaks_for.is_none() && !claim.claimant.is_empty() {
        let same = known.claims.iter().find(|c| fold(&c.claimant) == fold(&claim.claimant));
        claim.speaks_for = same.and_then(|c| c.speaks_for.clone());
    }
    if !unread.is_empty() {
        let kept = format!("not read: {}", unread.join("; "));
        claim.note = if claim.note.is_empty() { kept.into() } else { format!("{}\n{kept}", claim.note).into() };
    }
    if claim.count == Count::Unknown && !unread.iter().any(|u| u.starts_with("figure")) {
        let said = cells.iter().zip(columns).any(|(c, column)| *column == Column::Figure && !c.is_empty());
        if !said {
            problems.push("no figure".into());
        }
    }
    if party.is_none() {
        problems.push("it is not said about whose people; choose a party above".into());
    }
    let claim = party.map(|p| Claim { about: p, ..claim });
    PastedRow { line, claim, outlet, problems }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Party;

    fn read(text: &str) -> Pasted {
        let words = Words::new(&Party::defaults());
        let mut known = Claim::new("c1", PartyId::new("armenia"), Category::Killed, Count::Exactly(49));
        known.claimant = "Prime Minister of Armenia".into();
        known.speaks_for = Some(PartyId::new("armenia"));
        let claims = [known];
        let known = Known { words: &words, claims: &claims, outlets: &["Radio Test"], zone: Some(240) };
        claim_rows(&cells(text), &[], &Defaults::default(), known)
    }

    /// `figure|category|status|party|date|claimant|outlet` of a row.
    fn said(row: &PastedRow) -> String {
        let c = row.claim.as_ref().unwrap();
        let date = c.published.map(|m| m.to_string()).unwrap_or_default();
        let (what, status) = (c.category.id(), c.status.id());
        format!("{}|{what}|{status}|{}|{date}|{}|{}", c.count, c.about.as_str(), c.claimant, row.outlet)
    }

    #[test]
    fn columns_are_known_by_their_headers_in_several_languages() {
        for head in ["Date\tSide\tNumber\tSource", "Дата\tСторона\tКоличество\tИсточник", "tarix\ttərəf\tsay\tmənbə"]
        {
            let got = read(&format!("{head}\n13.09.2022\tArmenia, killed, mil\t≥ 135\tRadio X\n"));
            assert!(got.has_header, "{head}");
            assert_eq!(said(&got.rows[0]), "≥ 135|killed|military|armenia|2022-09-13||Radio X");
            assert!(got.rows[0].problems.is_empty(), "{:?}", got.rows);
        }
    }

    #[test]
    fn without_a_header_columns_are_known_by_their_values() {
        let got = read("2022-09-14;105;Armenia;wounded;Prime Minister of Armenia;Radio Test;https://x.y/z");
        let columns: Vec<&str> = got.columns.iter().map(|c| c.label()).collect();
        assert_eq!(columns, ["date", "figure", "whom and what", "whom and what", "who says it", "outlet", "link"]);
        assert_eq!(
            said(&got.rows[0]),
            "105|wounded|unspecified|armenia|2022-09-14|Prime Minister of Armenia|Radio Test"
        );
        let claim = got.rows[0].claim.as_ref().unwrap();
        assert_eq!(claim.speaks_for.as_ref().map(PartyId::as_str), Some("armenia"), "as elsewhere in the ledger");
    }

    #[test]
    fn what_cannot_be_read_is_named_and_kept_in_the_note() {
        let got = read("date\tfigure\tparty\n31/02/2022\tmany many\tArmenia\n2022-09-13\t7\t\n");
        assert_eq!(got.rows[0].problems.len(), 2, "{:?}", got.rows);
        let note = &got.rows[0].claim.as_ref().unwrap().note;
        assert!(note.contains("31/02/2022") && note.contains("many many"), "{note}");
        assert!(got.rows[1].claim.is_none(), "nobody is guessed");
        assert_eq!(got.rows[1].line, 3);
    }

    #[test]
    fn a_quoted_cell_may_hold_line_ends_and_separators() {
        assert_eq!(cells("a\t\"b\n\"\"c\"\"\td\"\te\r\n\n"), [["a", "b\n\"c\"\td", "e"]]);
        assert_eq!(cells("a;b, c\nd;"), [vec!["a", "b, c"], vec!["d", ""]]);
    }
}
