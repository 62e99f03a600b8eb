//! A table as text: the words of its rows, and the forms in which it leaves the program.

use super::{By, Group, SeriesStyle, Table, Tally};
use crate::derive::{BinWidth, Question};
use crate::model::{Language, Moment, PartyId, Project, Resolution, Span, Status};

/// A table of text, with what must be said of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sheet {
    /// Lines before the table: title, filter, policy, dates, sources.
    pub caption: Vec<String>,
    /// The heads of the columns, with their units.
    pub head: Vec<String>,
    /// The rows, totals last.
    pub rows: Vec<Vec<String>>,
}

impl Sheet {
    /// Comma-separated values as RFC 4180 has them: every record of as many fields, ended by CR LF. Cells that a spreadsheet
    /// would take for a formula are defused.
    pub fn csv(&self) -> String {
        let mut out = String::new();
        let mut record = |cells: &mut dyn Iterator<Item = &str>| {
            let mut count = 0;
            for cell in cells {
                out.push_str(if count > 0 { "," } else { "" });
                out.push_str(&quoted(&defused(cell)));
                count += 1;
            }
            out.push_str(&",".repeat(self.head.len().saturating_sub(count)));
            out.push_str("\r\n");
        };
        for line in &self.caption {
            record(&mut std::iter::once(line.as_str()));
        }
        record(&mut self.head.iter().map(String::as_str));
        for row in &self.rows {
            record(&mut row.iter().map(String::as_str));
        }
        out
    }

    /// Tab-separated values for the clipboard, without the caption.
    pub fn tsv(&self) -> String {
        let line = |cells: &[String]| {
            let cells = cells.iter().map(|c| defused(&c.replace(['\t', '\n', '\r'], " ")));
            cells.collect::<Vec<_>>().join("\t") + "\n"
        };
        std::iter::once(&self.head).chain(&self.rows).map(|row| line(row)).collect()
    }
}

/// A cell that no spreadsheet takes for a formula: one that begins like one gets a leading `'`.
pub fn defused(cell: &str) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{cell}") } else { cell.to_owned() }
}

fn quoted(cell: &str) -> String {
    if cell.contains(['"', ',', '\n', '\r']) { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell.to_owned() }
}

/// A number for another program: plain digits, shares of people to a thousandth; nothing where it is not known.
fn plain(n: Option<f64>) -> String {
    let Some(n) = n else { return String::new() };
    let text = format!("{n:.3}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// The heads of the columns, as the window and the files have them.
pub fn column_heads(table: &Table) -> [String; 8] {
    let people = match table.layout.category {
        crate::model::Category::KilledOrMissing => "killed or missing".to_owned(),
        category => category.label().to_owned(),
    };
    let end = |word: &str| format!("{word} ({people})");
    let first = match table.layout.by {
        By::Time => table.bins.as_ref().map_or("Time".to_owned(), |b| capital(b.width.label())),
        by => by.label().to_owned(),
    };
    let second = if table.layout.by == By::Party { "Status" } else { "Party" };
    [
        first,
        second.to_owned(),
        end("Low"),
        end("Best"),
        end("High"),
        "Claims".into(),
        "Incidents".into(),
        "Incidents without a figure".into(),
    ]
}

/// The table with its totals, for other programs. Numbers are plain, and what is not known is empty.
pub fn sheet(project: &Project, question: &Question, hidden: usize, table: &Table) -> Sheet {
    let language = table.layout.language;
    let cells = |first: String, second: String, tally: &Tally| {
        let numbers = [plain(tally.low), plain(tally.best), plain(tally.high)];
        let counts = [tally.claims, tally.incidents, tally.missing].map(|n| n.to_string());
        [first, second].into_iter().chain(numbers).chain(counts).collect::<Vec<String>>()
    };
    let mut rows = Vec::with_capacity(table.rows.len() + 4);
    for row in &table.rows {
        let Some(group) = table.groups.get(row.group) else { continue };
        let first = match (group, &table.bins) {
            (Group::Bin(n), Some(bins)) => {
                bins.bin(*n).map_or_else(String::new, |s| written(s, bins.width, bins.zone_minutes))
            }
            _ => group_label(project, table, group),
        };
        rows.push(cells(first, second(project, group, &row.party, language), &row.tally));
    }
    for (party, figure) in &table.totals {
        let tally = Tally::of(figure, 0);
        rows.push(without_incidents(cells("Total".into(), party_label(project, party, language), &tally)));
    }
    if table.totals.len() > 1 {
        rows.push(cells("Total".into(), "All parties".into(), &table.whole()));
    }
    let mut lines = caption(project, question, hidden, table);
    lines.push("An empty cell is an unknown figure or an end that nobody stated, never 0. Where a row has no figure and no incident without one, its people are counted with another incident.".into());
    Sheet { caption: lines, head: column_heads(table).to_vec(), rows }
}

/// How many incidents lie under a total is said in the caption, once for all parties.
fn without_incidents(mut cells: Vec<String>) -> Vec<String> {
    if let Some(cell) = cells.get_mut(6) {
        cell.clear();
    }
    cells
}

fn second(project: &Project, group: &Group, party: &PartyId, language: Language) -> String {
    match group {
        Group::Party(_, status) => status_label(*status).to_owned(),
        _ => party_label(project, party, language),
    }
}

fn status_label(status: Status) -> &'static str {
    match status {
        Status::Unspecified => "not said, or both",
        status => status.label(),
    }
}

/// The name of a party in a language; its id where it has none.
pub fn party_label(project: &Project, party: &PartyId, language: Language) -> String {
    if party.is_all() && project.meta().party(party).is_none() {
        return "All parties together".into();
    }
    let name = project.meta().party(party).map_or("", |p| p.names.best(language));
    if name.is_empty() { party.as_str().to_owned() } else { name.to_owned() }
}

/// What a series is called: its party, or how many others share it.
pub fn style_label(project: &Project, parties: &[PartyId], style: SeriesStyle, language: Language) -> String {
    match parties {
        [one] => party_label(project, one, language),
        _ if style == SeriesStyle::Other => format!("Other parties ({})", parties.len()),
        _ => String::new(),
    }
}

/// What a group is called.
pub fn group_label(project: &Project, table: &Table, group: &Group) -> String {
    let language = table.layout.language;
    match group {
        Group::Bin(n) => table
            .bins
            .as_ref()
            .and_then(|bins| Some((bins, bins.bin(*n)?)))
            .map_or_else(String::new, |(bins, span)| bin_label(span, bins.width, bins.zone_minutes)),
        Group::Outside => "Before or after the window".into(),
        Group::Undated => "No date".into(),
        Group::Kind(kind) => kind.label().to_owned(),
        Group::Place(name) => name.clone(),
        Group::Unnamed => "Place without a name".into(),
        Group::Unplaced => "No place".into(),
        Group::Unsourced => "No source".into(),
        Group::Source(id) => match project.meta().source(id) {
            None => id.as_str().to_owned(),
            Some(source) => {
                let outlet = if source.outlet.is_empty() { id.as_str() } else { &source.outlet };
                let date = source.published.map(|m| format!(", {}", m.label(true))).unwrap_or_default();
                let title = if source.title.is_empty() { String::new() } else { format!(": {}", source.title) };
                format!("{outlet}{date}{title}")
            }
        },
        Group::Party(party, _) => party_label(project, party, language),
    }
}

/// A bin as it is read.
fn bin_label(span: Span, width: BinWidth, zone: i16) -> String {
    let at = |second: i64, resolution| Moment::from_unix(second, zone, resolution);
    let (first, last) = (at(span.start, Resolution::Day), at(span.end - 1, Resolution::Day));
    let (year, last_year) = (first.date().0, last.date().0);
    match width {
        BinWidth::Hour | BinWidth::SixHours => {
            let end = at(span.end, Resolution::Minute);
            let (hour, minute, _) = end.time();
            let hour = if hour == 0 && minute == 0 { 24 } else { hour };
            format!("{}–{hour:02}:{minute:02}", at(span.start, Resolution::Minute).label(true))
        }
        BinWidth::Day => first.label(true),
        BinWidth::Week if first == last => first.label(true),
        BinWidth::Week => format!("{} – {}", first.label(year != last_year), last.label(true)),
        BinWidth::Month => at(span.start, Resolution::Month).label(true),
        BinWidth::Quarter => {
            let (a, b) =
                (at(span.start, Resolution::Month).label(true), at(span.end - 1, Resolution::Month).label(true));
            let month = a.split(' ').next().unwrap_or_default().to_owned();
            if a == b { a } else { format!("{month} – {b}") }
        }
        BinWidth::Year => year.to_string(),
        BinWidth::Decade | BinWidth::Century if year == last_year => year.to_string(),
        BinWidth::Decade | BinWidth::Century => format!("{year}–{last_year}"),
    }
}

/// A bin as files have it: `2022-09-13`, `2022-09`, `2022-09-12/2022-09-18`.
fn written(span: Span, width: BinWidth, zone: i16) -> String {
    let at = |second: i64, resolution| {
        let moment = Moment::from_unix(second, zone, resolution);
        if resolution > Resolution::Day { moment.to_string() } else { moment.with_offset(None).to_string() }
    };
    let (first, last) = (span.start, span.end - 1);
    match width {
        BinWidth::Hour => at(first, Resolution::Hour),
        BinWidth::SixHours => format!("{}/{}", at(first, Resolution::Hour), at(last, Resolution::Hour)),
        BinWidth::Day => at(first, Resolution::Day),
        BinWidth::Week => format!("{}/{}", at(first, Resolution::Day), at(last, Resolution::Day)),
        BinWidth::Month => at(first, Resolution::Month),
        BinWidth::Quarter => format!("{}/{}", at(first, Resolution::Month), at(last, Resolution::Month)),
        BinWidth::Year => at(first, Resolution::Year),
        BinWidth::Decade | BinWidth::Century => {
            format!("{}/{}", at(first, Resolution::Year), at(last, Resolution::Year))
        }
    }
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// What a chart or table is called: `Killed by party, per day`.
pub fn title(table: &Table) -> String {
    let what = capital(table.layout.category.label());
    match (table.layout.by, &table.bins) {
        (By::Time, Some(bins)) => match bins.width {
            BinWidth::SixHours => format!("{what} by party, per 6 hours"),
            width => format!("{what} by party, per {}", width.label()),
        },
        (By::Time, None) => format!("{what} by party, over time"),
        (By::Party, _) => format!("{what} by party, soldiers and civilians"),
        (by, _) => format!("{what} by {} and party", by.label().to_lowercase()),
    }
}

/// What must be said of a table wherever it goes: its title, the project's, policy and filters, what is hidden and what is
/// missing, the time covered, the sources.
pub fn caption(project: &Project, question: &Question, hidden: usize, table: &Table) -> Vec<String> {
    const SOURCES: usize = 8;
    let mut out = vec![title(table)];
    if !project.meta().title.is_empty() {
        out.push(project.meta().title.to_string());
    }
    let plural = |n: u32| if n == 1 { format!("{n} incident") } else { format!("{n} incidents") };
    let hidden = if hidden > 0 { format!(" · {hidden} hidden by the filter") } else { String::new() };
    out.push(format!("{}{hidden}", question.sentence()));
    let mut counts = format!("{} with claims about people {}", plural(table.incidents), table.layout.category.label());
    if let Some(span) = table.span {
        let day = |s: i64| Moment::from_unix(s, table.layout.zone_minutes, Resolution::Day).label(true);
        let (first, last) = (day(span.start), day(span.end - 1));
        counts += &if first == last { format!(" · {first}") } else { format!(" · {first} – {last}") };
    }
    if table.missing > 0 {
        counts += &format!(" · {} without a figure for some or all of them", plural(table.missing));
    }
    out.push(counts);
    let outlets = outlets(project, table);
    if !outlets.is_empty() {
        let more = outlets.len().saturating_sub(SOURCES);
        let listed = outlets.iter().take(SOURCES).map(String::as_str).collect::<Vec<_>>().join("; ");
        let more = if more > 0 { format!("; and {more} more") } else { String::new() };
        out.push(format!("Sources of the claims: {listed}{more}"));
    }
    out
}

/// The outlets in which the claims are read, each once, most claims first.
fn outlets(project: &Project, table: &Table) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for id in &table.sources {
        let outlet = project.meta().source(id).map_or("", |s| s.outlet.trim());
        let outlet = if outlet.is_empty() { id.as_str() } else { outlet };
        if !out.iter().any(|o| o == outlet) {
            out.push(outlet.to_owned());
        }
    }
    out
}
