//! The first rows of a table, each by itself, while its mapping is still being made; and rows that were corrected.

use std::collections::HashSet;

use super::known::Known;
use super::mapping::{Mapping, Rule};
use super::plan::{Fault, Notes, Plan};
use super::profile::{self, DatesSeen, Question};
use super::run::{Import, Rejected, Stopped, run};
use super::table::{Held, HeldRow, Row, Rows, Table, unlike};
use super::target::Target;
use crate::model::{Incident, Meta, Party, Source, Text, Uid};

/// What the rows of a small table become.
#[derive(Clone, Debug, Default)]
pub struct Preview {
    /// Each row with its line: the incident, or why there is none.
    pub rows: Vec<(usize, Result<Incident, Fault>)>,
    /// Parties that the project does not have.
    pub parties: Vec<Party>,
    /// Sources that the project does not have.
    pub sources: Vec<Source>,
    /// What these rows do not settle. They are shown as if the day stood first.
    pub open: Option<Question>,
}

/// Rows of a table kept in memory, each with what is wrong with it as a whole.
struct Kept(Vec<(HeldRow, Option<String>)>);

impl Rows for Kept {
    fn parts(&self) -> usize {
        1
    }

    fn part(&self, _: usize, take: &mut dyn FnMut(Row<'_>) -> bool) {
        for (row, fault) in &self.0 {
            let shown = Row { line: row.line, cells: row, ground: row.ground.as_ref(), fault: fault.as_deref() };
            if !take(shown) {
                return;
            }
        }
    }

    fn weight(&self, _: usize) -> u64 {
        self.0.len() as u64
    }
}

/// The first rows of a table, kept in memory.
pub fn sample(table: &Table, count: usize) -> Table {
    let mut rows = Vec::new();
    table.first(count, &mut |row| {
        let cells = (0..table.columns.len()).map(|n| Text::from(row.cell(n))).collect();
        let held = HeldRow { line: row.line, cells, ground: row.ground.cloned() };
        rows.push((held, row.fault.map(str::to_owned)));
    });
    let (format, notes) = (table.format.clone(), table.notes.clone());
    Table { format, columns: table.columns.clone(), rows: Box::new(Kept(rows)), notes, sheets: None }
}

/// Reads each row of a small table by itself.
///
/// # Errors
/// What is wrong with the mapping, one sentence.
pub fn preview(table: &Table, mapping: &Mapping, meta: &Meta) -> Result<Preview, String> {
    if let Some(fault) = mapping.fault(&table.columns) {
        return Err(fault);
    }
    let (seen, open) = match profile::dates(table, mapping) {
        Ok(seen) => (seen, None),
        Err(question) => {
            let order = Some(super::DateOrder::Dmy);
            (DatesSeen { order, ..DatesSeen::default() }, Some(question))
        }
    };
    let plan = Plan::new(mapping, table, meta, seen);
    let mut known = Known::new(&plan.parties);
    let mut rows = Vec::new();
    table.each(&mut |row| {
        rows.push((row.line, plan.read(row, &mut known, &mut Notes::new())));
        true
    });
    let open = open.or_else(|| profile::swapped(table, mapping));
    Ok(Preview { rows, parties: known.parties, sources: known.new_sources, open })
}

/// The mapping with what the whole file settled put in, for single rows of it that are read later.
pub fn settled(table: &Table, mapping: &Mapping) -> Mapping {
    let order = profile::dates(table, mapping).ok().and_then(|seen| seen.order);
    Mapping { date_order: mapping.date_order.or(order), ..mapping.clone() }
}

/// Reads rows again whose cells were corrected, each by itself. A cell behind the last column is a position, for formats
/// that have no column for it. `taken`: whether an id is that of another row
/// of the same file.
///
/// # Errors
/// As [`run`].
pub fn again(
    columns: &[Text],
    rows: Vec<HeldRow>,
    mapping: &Mapping,
    meta: &Meta,
    taken: impl Fn(&Uid) -> bool,
) -> Result<Import, Stopped> {
    let mut mapping = mapping.clone();
    let mut all = columns.to_vec();
    if rows.iter().any(|r| r.cells.len() > columns.len()) {
        let names = columns.iter().map(ToString::to_string).chain(["position".to_owned()]);
        all = unlike(names).0;
        let position = all.last().map_or("", |c| &**c);
        mapping.rules.push(Rule::column(position, &Target::Position));
    }
    let mut out = Import::default();
    let mut now: HashSet<Uid> = HashSet::new();
    for row in rows {
        let (line, cells) = (row.line, row.cells.clone());
        let rows = Box::new(Held(vec![row]));
        let table = Table { format: String::new(), columns: all.clone(), rows, notes: Vec::new(), sheets: None };
        let one = run(&table, &mapping, meta, &|_| true)?;
        out.read += one.read;
        out.rejected.extend(one.rejected);
        for incident in one.incidents {
            if taken(&incident.uid) || now.contains(&incident.uid) {
                let reason = "another row of the file has the same id; correct it".to_owned();
                let fault = Fault { field: "id".into(), value: incident.uid.as_str().into(), reason };
                out.rejected.push(Rejected::new(line, fault, cells.get(..columns.len()).unwrap_or(&cells)));
                continue;
            }
            now.insert(incident.uid.clone());
            out.accepted += 1;
            out.incidents.push(incident);
        }
        out.parties.extend(one.parties);
        out.sources.extend(one.sources);
        out.warnings.extend(one.warnings);
    }
    Ok(out)
}

/// The columns in which a row is to be corrected, the first one first; empty: nothing in its columns is wrong.
pub fn wrong_columns(fault: &Fault, mapping: &Mapping, columns: &[Text]) -> Vec<usize> {
    let at = |name: &str| super::table::column(columns, name);
    if let Some(n) = at(&fault.field) {
        return vec![n];
    }
    let is_meant = |t: &Target| match fault.field.as_str() {
        "id" => *t == Target::Id,
        "end" => matches!(t, Target::Start | Target::When | Target::End),
        "year" => matches!(t, Target::Year | Target::Month | Target::Day),
        "position" | "geometry" => matches!(t, Target::Latitude | Target::Longitude | Target::Position | Target::Wkt),
        _ => false,
    };
    let rules = mapping.rules.iter().filter(|r| Target::parse(&r.to).is_some_and(|t| is_meant(&t)));
    rules.flat_map(|r| r.from.iter().filter_map(|f| at(f))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(rows: &[&[&str]]) -> Table {
        let held = rows.iter().enumerate().map(|(n, cells)| HeldRow {
            line: n + 2,
            cells: cells.iter().map(|c| (*c).into()).collect(),
            ground: None,
        });
        let columns = ["date", "place", "lat", "lon"].map(Text::from).to_vec();
        Table { format: String::new(), columns, rows: Box::new(Held(held.collect())), notes: Vec::new(), sheets: None }
    }

    fn mapping() -> Mapping {
        let rule = |(name, to): (&str, Target)| Rule::column(name, &to);
        let pairs = [
            ("date", Target::When),
            ("place", Target::Place("en".into())),
            ("lat", Target::Latitude),
            ("lon", Target::Longitude),
        ];
        Mapping { rules: pairs.map(rule).to_vec(), ..Mapping::default() }
    }

    #[test]
    fn each_row_is_shown_as_what_it_becomes_or_why_it_does_not() {
        let t = table(&[&["2022-09-13", "Sotk", "40.2", "45.9"], &["2022-09-14", "Jermuk", "139", "45.6"]]);
        let seen = preview(&t, &mapping(), &Meta::default()).unwrap();
        assert_eq!(seen.rows.len(), 2);
        assert_eq!(seen.rows[0].1.as_ref().unwrap().when.unwrap().to_string(), "2022-09-13");
        assert_eq!(seen.rows[1].1.as_ref().unwrap_err().field, "lat");
        assert_eq!(seen.open, None);
    }

    #[test]
    fn what_the_rows_leave_open_is_shown_day_first_and_asked() {
        let t = table(&[&["03/04/2022", "Sotk", "40.2", "45.9"]]);
        let seen = preview(&t, &mapping(), &Meta::default()).unwrap();
        assert_eq!(seen.rows[0].1.as_ref().unwrap().when.unwrap().to_string(), "2022-04-03");
        assert!(matches!(seen.open, Some(Question::DateOrder { .. })));
    }

    #[test]
    fn a_corrected_row_is_read_in_the_order_that_the_whole_file_settled() {
        let t = table(&[&["13/04/2022", "Sotk", "40.2", "45.9"], &["03/04/2022", "Sotk", "x", "45.9"]]);
        let mapping = settled(&t, &mapping());
        let import = run(&t, &mapping, &Meta::default(), &|_| true).unwrap();
        let [rejected] = &import.rejected[..] else { panic!("{:?}", import.rejected) };
        let wrong = wrong_columns(&rejected.fault, &mapping, &t.columns);
        assert_eq!(wrong, [2]);
        let mut cells: Vec<Text> = rejected.cells().map(Text::from).collect();
        cells[wrong[0]] = "40.3".into();
        let row = HeldRow { line: rejected.line, cells, ground: None };
        let import = again(&t.columns, vec![row.clone()], &mapping, &Meta::default(), |_| false).unwrap();
        assert_eq!(import.incidents[0].when.unwrap().to_string(), "2022-04-03");
        let taken = HashSet::from([import.incidents[0].uid.clone()]);
        let import = again(&t.columns, vec![row], &mapping, &Meta::default(), |uid| taken.contains(uid)).unwrap();
        assert_eq!((import.incidents.len(), import.rejected[0].fault.field.as_str()), (0, "id"));
        assert_eq!(import.rejected[0].cells().collect::<Vec<_>>(), ["03/04/2022", "Sotk", "40.3", "45.9"]);
    }

    #[test]
    fn a_geometry_that_cannot_be_used_is_corrected_by_a_position() {
        let columns: Vec<Text> = vec!["name".into()];
        let mapping = Mapping { rules: vec![Rule::column("name", &Target::Title)], ..Mapping::default() };
        let row = HeldRow {
            line: 1,
            cells: vec!["a".into(), "39.8, 45.7".into()],
            ground: Some(Err("the geometry is empty".into())),
        };
        let import = again(&columns, vec![row], &mapping, &Meta::default(), |_| false).unwrap();
        assert!((import.incidents[0].place.position.unwrap().lat() - 39.8).abs() < 1e-9);
    }
}
