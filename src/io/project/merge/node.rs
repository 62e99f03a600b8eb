//! A JSON value as a tree whose leaves keep their spelling, so that what this version does not know is merged as well.

use crate::io::project::json::{Cursor, text};
use crate::io::project::write::quoted;
use crate::model::Text;

/// A value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Node {
    /// Members in the order of the file.
    Object(Vec<(Text, Node)>),
    /// Elements.
    List(Vec<Node>),
    /// A text, a number, a truth value or nothing, as it is spelled.
    Plain(Text),
}

impl Node {
    /// Reads a value; `None` if it is no JSON.
    pub(super) fn parse(raw: &str) -> Option<Self> {
        Self::next(&mut Cursor::new(raw))
    }

    // The cursor refuses what is nested too deep, so this ends before the stack does.
    fn next(json: &mut Cursor<'_>) -> Option<Self> {
        match json.peek()? {
            b'{' => {
                let mut members = Vec::new();
                json.enter_object().ok()?;
                while let Some(key) = json.next_key().ok()? {
                    members.push((key.as_ref().into(), Self::next(json)?));
                }
                Some(Self::Object(members))
            }
            b'[' => {
                let mut list = Vec::new();
                json.enter_array().ok()?;
                while json.next_element().ok()? {
                    list.push(Self::next(json)?);
                }
                Some(Self::List(list))
            }
            _ => Some(Self::Plain(json.skip().ok()?.into())),
        }
    }

    /// An object without members.
    pub(super) fn empty() -> Self {
        Self::Object(Vec::new())
    }

    /// The member under a key.
    pub(super) fn get(&self, key: &str) -> Option<&Self> {
        match self {
            Self::Object(members) => members.iter().find(|(k, _)| &**k == key).map(|(_, v)| v),
            _ => None,
        }
    }

    /// The member under a key, to be changed.
    pub(super) fn get_mut(&mut self, key: &str) -> Option<&mut Self> {
        match self {
            Self::Object(members) => members.iter_mut().find(|(k, _)| &**k == key).map(|(_, v)| v),
            _ => None,
        }
    }

    /// The text of a text.
    pub(super) fn text(&self) -> Option<String> {
        match self {
            Self::Plain(raw) => text(raw).map(std::borrow::Cow::into_owned),
            _ => None,
        }
    }

    /// A text.
    pub(super) fn of_text(words: &str) -> Self {
        let mut out = Vec::new();
        quoted(&mut out, words);
        Self::Plain(String::from_utf8(out).unwrap_or_default().into())
    }

    /// Writes the value on one line.
    pub(super) fn write(&self, out: &mut Vec<u8>) {
        match self {
            Self::Plain(raw) => out.extend_from_slice(raw.as_bytes()),
            Self::List(list) => {
                out.push(b'[');
                for (n, item) in list.iter().enumerate() {
                    if n > 0 {
                        out.push(b',');
                    }
                    item.write(out);
                }
                out.push(b']');
            }
            Self::Object(members) => {
                out.push(b'{');
                for (n, (key, value)) in members.iter().enumerate() {
                    if n > 0 {
                        out.push(b',');
                    }
                    quoted(out, key);
                    out.push(b':');
                    value.write(out);
                }
                out.push(b'}');
            }
        }
    }

    /// The value as JSON on one line.
    pub(super) fn raw(&self) -> String {
        let mut out = Vec::new();
        self.write(&mut out);
        String::from_utf8(out).unwrap_or_default()
    }
}
