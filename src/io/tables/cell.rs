//! What stands in one cell, and how values that are no plain text are written into it so that they come back exactly.
//!
//! A cell holds the form a person reads wherever that form reads back as the same value, else the raw JSON.

use std::borrow::Cow;

use crate::io::project::json::{self, Cursor};
use crate::model::Count;

/// One cell.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Cell {
    /// Nothing is known.
    #[default]
    Empty,
    /// Text, never empty.
    Text(String),
    /// A whole number.
    Whole(i64),
    /// A number.
    Real(f64),
    /// True; false is [`Cell::Empty`].
    Yes,
}

impl Cell {
    /// A text; the empty one is an empty cell.
    pub fn text(text: impl Into<String>) -> Self {
        let text = text.into();
        if text.is_empty() { Self::Empty } else { Self::Text(text) }
    }

    /// A number that may be unknown. Unknown is empty, never 0.
    pub fn count(n: Option<u32>) -> Self {
        n.map_or(Self::Empty, |n| Self::Whole(i64::from(n)))
    }

    /// True or nothing.
    pub fn flag(yes: bool) -> Self {
        if yes { Self::Yes } else { Self::Empty }
    }

    /// As it is written where there is nothing but text; numbers in the shortest digits that read back the same.
    pub fn shown(&self) -> Cow<'_, str> {
        match self {
            Self::Empty => Cow::Borrowed(""),
            Self::Text(text) => Cow::Borrowed(text),
            Self::Whole(n) => Cow::Owned(n.to_string()),
            Self::Real(v) => Cow::Owned(v.to_string()),
            Self::Yes => Cow::Borrowed("true"),
        }
    }
}

/// A text as JSON, in quotes.
pub(crate) fn quoted(text: &str) -> String {
    // A text can always be written.
    serde_json::to_string(text).unwrap_or_default()
}

/// The elements of a raw list; `None` if it is none.
pub(super) fn elements(raw: &str) -> Option<Vec<&str>> {
    let mut json = Cursor::new(raw);
    json.enter_array().ok()?;
    let mut out = Vec::new();
    while json.next_element().ok()? {
        out.push(json.skip().ok()?);
    }
    Some(out)
}

/// The members of a raw object; `None` if it is none.
pub(super) fn members(raw: &str) -> Option<Vec<(String, &str)>> {
    let mut json = Cursor::new(raw);
    json.enter_object().ok()?;
    let mut out = Vec::new();
    while let Some(key) = json.next_key().ok()? {
        out.push((key.into_owned(), json.skip().ok()?));
    }
    Some(out)
}

/// An object of raw members.
pub(super) fn object<K: AsRef<str>, V: AsRef<str>>(members: &[(K, V)]) -> String {
    let mut out = String::from("{");
    for (n, (key, value)) in members.iter().enumerate() {
        if n > 0 {
            out.push(',');
        }
        out += &quoted(key.as_ref());
        out.push(':');
        out += value.as_ref();
    }
    out.push('}');
    out
}

/// A raw list of texts as a cell: `armenia; azerbaijan`. `None` if it is no list of texts.
pub(super) fn list_cell(raw: &str) -> Option<Cell> {
    let texts: Vec<Cow<'_, str>> = elements(raw)?.into_iter().map(json::text).collect::<Option<_>>()?;
    let joined = texts.join("; ");
    let same = !joined.is_empty() && list_json(&joined) == plain_list(&texts);
    Some(if same { Cell::Text(joined) } else { Cell::text(if texts.is_empty() { "" } else { raw }) })
}

fn plain_list<T: AsRef<str>>(texts: &[T]) -> String {
    let quoted: Vec<String> = texts.iter().map(|t| quoted(t.as_ref())).collect();
    format!("[{}]", quoted.join(","))
}

/// The raw list that a cell stands for.
pub(super) fn list_json(cell: &str) -> String {
    if cell.starts_with('[') && elements(cell).is_some() && json::is_value(cell) {
        return cell.to_owned();
    }
    let texts: Vec<&str> = cell.split(';').map(str::trim).filter(|t| !t.is_empty()).collect();
    plain_list(&texts)
}

/// A raw object of texts as a cell: `name=value; name`. `None` if it is no object of texts.
pub(super) fn entries_cell(raw: &str) -> Option<Cell> {
    let found = members(raw)?;
    let texts: Vec<(&str, Cow<'_, str>)> =
        found.iter().map(|(k, v)| Some((k.as_str(), json::text(v)?))).collect::<Option<_>>()?;
    let entry = |(k, v): &(&str, Cow<'_, str>)| if v.is_empty() { (*k).to_owned() } else { format!("{k}={v}") };
    let joined = texts.iter().map(entry).collect::<Vec<_>>().join("; ");
    let want: Vec<(String, String)> = texts.iter().map(|(k, v)| ((*k).to_owned(), v.to_string())).collect();
    let same = !joined.is_empty() && !joined.starts_with('{') && entries(&joined) == want;
    Some(if same { Cell::Text(joined) } else { Cell::text(if texts.is_empty() { "" } else { raw }) })
}

fn entries(cell: &str) -> Vec<(String, String)> {
    let parts = cell.split(';').map(str::trim).filter(|t| !t.is_empty());
    parts
        .map(|p| {
            let (k, v) = p.split_once('=').unwrap_or((p, ""));
            (k.trim().to_owned(), v.trim().to_owned())
        })
        .collect()
}

/// The raw object that a cell of entries stands for.
pub(super) fn entries_json(cell: &str) -> String {
    if cell.starts_with('{') && json::is_value(cell) {
        return cell.to_owned();
    }
    let quoted: Vec<(String, String)> = entries(cell).into_iter().map(|(k, v)| (k, quoted(&v))).collect();
    object(&quoted)
}

/// A count as it was said: `≥ 135`, `71–80`, `71–80, best 75`; raw JSON where that does not read back as the same.
pub(super) fn count_cell(count: &Count, raw: &str) -> Cell {
    let shown = match count {
        Count::Unknown => return Cell::Empty,
        // Numbers stay numbers for the spreadsheet.
        Count::Exactly(n) => return Cell::count(Some(*n)),
        Count::Between(r) => match r.best() {
            Some(best) => format!("{count}, best {}", Count::Exactly(best)),
            None => count.to_string(),
        },
        _ => count.to_string(),
    };
    if count_of(&shown).as_ref() == Some(count) { Cell::Text(shown) } else { Cell::text(raw) }
}

fn count_of(cell: &str) -> Option<Count> {
    let (range, best) = match cell.rsplit_once(", best ") {
        Some((range, best)) if !cell.starts_with('“') => (range, Some(best)),
        _ => (cell, None),
    };
    let count = Count::parse(range).ok()?;
    match (best, count) {
        (None, count) => Some(count),
        (Some(best), Count::Between(r)) => match Count::parse(best).ok()? {
            Count::Exactly(b) => crate::model::Range::new(r.low(), r.high(), Some(b)).ok().map(Count::Between),
            _ => None,
        },
        (Some(_), _) => None,
    }
}

/// The raw count that a cell stands for; text that is no count is handed on as it is, for the reader of projects to name.
pub(super) fn count_json(cell: &str) -> String {
    if cell.starts_with('{') && json::is_value(cell) {
        return cell.to_owned();
    }
    match count_of(cell) {
        None => quoted(cell),
        Some(Count::Unknown) => "null".into(),
        Some(Count::Exactly(n)) => n.to_string(),
        Some(Count::About(n)) => format!("{{\"about\":{n}}}"),
        Some(Count::AtLeast(n)) => format!("{{\"at_least\":{n}}}"),
        Some(Count::AtMost(n)) => format!("{{\"at_most\":{n}}}"),
        Some(Count::Some(words)) => format!("{{\"some\":{}}}", quoted(&words)),
        Some(Count::Between(r)) => match r.best() {
            None => format!("{{\"low\":{},\"high\":{}}}", r.low(), r.high()),
            Some(best) => format!("{{\"low\":{},\"high\":{},\"best\":{best}}}", r.low(), r.high()),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Range;

    #[test]
    fn lists_and_tags_are_written_as_people_read_them_and_as_json_where_that_is_ambiguous() {
        let check = |raw: &str, want: &str| {
            let cell = list_cell(raw).unwrap();
            assert_eq!(cell.shown(), want);
            assert_eq!(list_json(&cell.shown()), raw);
        };
        check(r#"["armenia","azerbaijan"]"#, "armenia; azerbaijan");
        check(r#"["a; b"]"#, r#"["a; b"]"#);
        check(r#"[" a"]"#, r#"[" a"]"#);
        check(r#"["[1]"]"#, r#"["[1]"]"#);
        check(r#"["",""]"#, r#"["",""]"#);
        assert_eq!(list_cell("[1]"), None);
        let check = |raw: &str, want: &str| {
            let cell = entries_cell(raw).unwrap();
            assert_eq!(cell.shown(), want);
            assert_eq!(entries_json(&cell.shown()), raw);
        };
        check(r#"{"episode":"2022","checked":""}"#, "episode=2022; checked");
        check(r#"{"a=b":"c"}"#, r#"{"a=b":"c"}"#);
        check(r#"{"":""}"#, r#"{"":""}"#);
    }

    #[test]
    fn counts_stay_what_was_said() {
        let range = |best| Count::Between(Range::new(71, 80, best).unwrap());
        let check = |count: Count, raw: &str, want: &str| {
            let cell = count_cell(&count, raw);
            assert_eq!(cell.shown(), want);
            assert_eq!(count_json(&cell.shown()), raw);
        };
        check(Count::Exactly(49), "49", "49");
        check(Count::AtLeast(135), r#"{"at_least":135}"#, "≥ 135");
        check(range(None), r#"{"low":71,"high":80}"#, "71–80");
        check(range(Some(90)), r#"{"low":71,"high":80,"best":90}"#, "71–80, best 90");
        check(Count::Some("several, best 3".into()), r#"{"some":"several, best 3"}"#, "“several, best 3”");
        check(Count::Some("a”".into()), r#"{"some":"a”"}"#, r#"{"some":"a”"}"#);
        check(Count::About(30_000), r#"{"about":30000}"#, "~ 30\u{202f}000");
    }
}
