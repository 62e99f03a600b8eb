//! Writing JSON member by member, with raw values as they stand.

use crate::io::tables::quoted;

/// An object being written.
#[derive(Debug)]
pub(super) struct Obj {
    out: String,
    is_empty: bool,
}

impl Obj {
    pub(super) fn new() -> Self {
        Self { out: "{".into(), is_empty: true }
    }

    /// A member with a value that is JSON already.
    pub(super) fn raw(&mut self, key: &str, value: &str) -> &mut Self {
        if !std::mem::take(&mut self.is_empty) {
            self.out.push(',');
        }
        self.out += &quoted(key);
        self.out.push(':');
        self.out += value;
        self
    }

    /// A text; an empty one is left out.
    pub(super) fn text(&mut self, key: &str, value: &str) -> &mut Self {
        if value.is_empty() { self } else { self.raw(key, &quoted(value)) }
    }

    /// A number; an unknown one is left out.
    pub(super) fn number(&mut self, key: &str, value: Option<u32>) -> &mut Self {
        match value {
            Some(n) => self.raw(key, &n.to_string()),
            None => self,
        }
    }

    /// Texts; an empty list is left out.
    pub(super) fn texts<S: AsRef<str>>(&mut self, key: &str, values: &[S]) -> &mut Self {
        if values.is_empty() { self } else { self.raw(key, &texts(values)) }
    }

    /// The object as text.
    pub(super) fn finish(mut self) -> String {
        self.out.push('}');
        self.out
    }
}

/// A list of texts.
pub(super) fn texts<S: AsRef<str>>(values: &[S]) -> String {
    let quoted: Vec<String> = values.iter().map(|v| quoted(v.as_ref())).collect();
    format!("[{}]", quoted.join(","))
}
