//! Where a sheet's table begins: blank lines and titles above it, a header of one row or two, or none.

/// What the first rows of a sheet say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Head {
    /// Rows before the first row of data.
    pub(super) rows: usize,
    /// The names of the columns as they stand; empty where there is no header.
    pub(super) names: Vec<String>,
    /// Rows above the header that hold a title.
    pub(super) titles: usize,
}

/// Rows that are looked at.
pub(super) const LOOK: usize = 40;

/// Whether a cell looks like data rather than a name.
fn is_data(cell: &str) -> bool {
    let cell = cell.trim();
    let digits = cell.bytes().filter(u8::is_ascii_digit).count();
    let plain =
        |c: char| c.is_ascii_digit() || matches!(c, '.' | ',' | '-' | '/' | ':' | ' ' | '+' | '−' | '°' | '\'' | '"');
    cell.starts_with("http://")
        || cell.starts_with("https://")
        || (digits > 0 && cell.chars().all(plain))
        || (digits >= 4 && cell.len() <= 24 && cell.split(['-', '.', '/', ' ', 'T']).count() >= 3)
        || cell.ends_with(')') && cell.to_uppercase().starts_with("POINT")
}

/// Looks at the first rows. `asked` is the number of the header row from 1, 0 for none.
pub(super) fn find(rows: &[Vec<String>], asked: Option<usize>) -> Head {
    let filled = |row: &Vec<String>| row.iter().filter(|c| !c.trim().is_empty()).count();
    // The usual number of filled cells; titles and blank lines have fewer.
    let mut counts: Vec<usize> = rows.iter().map(filled).filter(|n| *n > 0).collect();
    counts.sort_unstable();
    let usual = counts.get(counts.len() / 2).copied().unwrap_or(0);
    let none = |rows: usize| Head { rows, names: Vec::new(), titles: 0 };
    let at = match asked {
        Some(0) => return none(0),
        Some(n) => n - 1,
        None => {
            let enough = if usual <= 2 { usual } else { usual.div_ceil(2) };
            match rows.iter().position(|r| filled(r) >= enough.max(1)) {
                Some(at) => at,
                None => return none(0),
            }
        }
    };
    let Some(first) = rows.get(at) else { return none(0) };
    let titles = rows.iter().take(at).filter(|r| filled(r) > 0).count();
    if asked.is_none() && first.iter().any(|c| is_data(c)) && !first.iter().all(|c| !is_data(c) || c.trim().len() == 4)
    {
        return none(at);
    }
    let second =
        rows.get(at + 1).filter(|_| asked.is_none()).filter(|second| is_second(first, second, rows.get(at + 2)));
    match second {
        Some(second) => Head { rows: at + 2, names: joined(first, second), titles },
        None => Head { rows: at + 1, names: first.clone(), titles },
    }
}

/// Whether a row goes on with the header above it, whose cells were merged over several columns.
fn is_second(first: &[String], second: &[String], third: Option<&Vec<String>>) -> bool {
    let filled = |row: &[String], n: usize| row.get(n).is_some_and(|c| !c.trim().is_empty());
    let width = first.len().max(second.len());
    // Under a gap of the first row there must be names, and data below.
    let gap = (1..width).any(|n| !filled(first, n) && filled(second, n) && (0..n).any(|k| filled(first, k)));
    gap && !second.iter().any(|c| is_data(c))
        && second.iter().all(|c| c.chars().count() <= 40)
        && third.is_some_and(|t| t.iter().any(|c| is_data(c)))
}

fn joined(first: &[String], second: &[String]) -> Vec<String> {
    let mut over = "";
    (0..first.len().max(second.len()))
        .map(|n| {
            let (a, b) = (first.get(n).map_or("", |c| c.trim()), second.get(n).map_or("", |c| c.trim()));
            if !a.is_empty() {
                over = a;
            }
            match (a.is_empty(), b.is_empty()) {
                (_, true) => a.to_owned(),
                _ => format!("{over} {b}").trim().to_owned(),
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(rows: &[&str], asked: Option<usize>, skipped: usize, names: &[&str]) {
        let rows: Vec<Vec<String>> = rows.iter().map(|r| r.split('|').map(str::to_owned).collect()).collect();
        let head = find(&rows, asked);
        assert_eq!((head.rows, head.names.iter().map(String::as_str).collect::<Vec<_>>()), (skipped, names.to_vec()));
    }

    #[test]
    fn titles_and_blank_lines_above_the_header_are_left_out() {
        check(&["date|place|killed", "2022-09-13|Sotk|3"], None, 1, &["date", "place", "killed"]);
        check(
            &["Incidents of 2022||", "||", "date|place|killed", "2022-09-13|Sotk|3", "2022-09-14|Jermuk|2"],
            None,
            3,
            &["date", "place", "killed"],
        );
        check(&["", "", "date|place|killed", "2022-09-13|Sotk|3"], None, 3, &["date", "place", "killed"]);
    }

    #[test]
    fn a_header_of_two_rows_is_joined() {
        check(
            &["Date|Place|Killed||Wounded|", "||Armenia|Azerbaijan|Armenia|Azerbaijan", "2022-09-13|Sotk|3|4|5|6"],
            None,
            2,
            &["Date", "Place", "Killed Armenia", "Killed Azerbaijan", "Wounded Armenia", "Wounded Azerbaijan"],
        );
    }

    #[test]
    fn a_table_without_header_has_none() {
        check(&["2022-09-13|Sotk|3", "2022-09-14|Jermuk|2"], None, 0, &[]);
        check(&["x|y", "2022-09-13|Sotk"], Some(0), 0, &[]);
        check(&["note", "x|y", "2022-09-13|Sotk"], Some(2), 2, &["x", "y"]);
        check(&[], None, 0, &[]);
    }
}
