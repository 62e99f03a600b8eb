//! An object being written: members in their order, joined with what could not be read of it.

use std::fmt;

use super::json::{self, Cursor, compact};
use super::write::{Result, WriteError};
use crate::model::{Extra, Names, Text};

/// A text in quotes.
pub(super) fn quoted(out: &mut Vec<u8>, text: &str) {
    out.push(b'"');
    if !has_marks(text.as_bytes()) {
        out.extend_from_slice(text.as_bytes());
        out.push(b'"');
        return;
    }
    let mut rest = text.as_bytes();
    while let Some(at) = rest.iter().position(|b| matches!(b, b'"' | b'\\' | 0..=0x1f)) {
        let (plain, tail) = rest.split_at(at);
        out.extend_from_slice(plain);
        let Some((b, tail)) = tail.split_first() else { break };
        match b {
            b'"' => out.extend_from_slice(b"\\\""),
            b'\\' => out.extend_from_slice(b"\\\\"),
            b'\n' => out.extend_from_slice(b"\\n"),
            b'\r' => out.extend_from_slice(b"\\r"),
            b'\t' => out.extend_from_slice(b"\\t"),
            other => out.extend_from_slice(format!("\\u{other:04x}").as_bytes()),
        }
        rest = tail;
    }
    out.extend_from_slice(rest);
    out.push(b'"');
}

/// Whether any byte has to be escaped. Eight are looked at together: most of a file passes through here.
fn has_marks(text: &[u8]) -> bool {
    const ONES: u64 = u64::MAX / 255;
    // The high bit of a byte that is below `n` (Bit Twiddling Hacks, “determine if a word has a byte less than n”); bits of
    // others may be set as well, but only if one is.
    let below = |word: u64, n: u8| word.wrapping_sub(ONES * u64::from(n)) & !word;
    let any = |eight: &[u8; 8]| {
        let word = u64::from_le_bytes(*eight);
        let is = |b: u8| below(word ^ (ONES * u64::from(b)), 1);
        (below(word, 0x20) | is(b'"') | is(b'\\')) & (ONES << 7) != 0
    };
    let (eights, rest) = text.as_chunks::<8>();
    // The last eight overlap with those before them.
    match text.last_chunk::<8>() {
        Some(last) => eights.iter().any(any) || any(last),
        None => rest.iter().any(|b| *b < 0x20 || *b == b'"' || *b == b'\\'),
    }
}

/// A raw value on one line, checked: one bad member would make the whole file unreadable.
pub(super) fn raw(out: &mut Vec<u8>, value: &str, place: impl Fn() -> String) -> Result<()> {
    if !json::is_value(value) {
        return Err(WriteError::NotJson(place()));
    }
    out.extend_from_slice(compact(value).trim().as_bytes());
    Ok(())
}

pub(super) fn find<'e>(extra: &'e Extra, key: &str) -> Option<&'e str> {
    extra.iter().find(|(k, _)| &**k == key).map(|(_, raw)| &**raw)
}

/// The members of a raw object; none if it is something else.
pub(super) fn members(raw: &str) -> Extra {
    let mut json = Cursor::new(raw);
    let mut found = Extra::new();
    if json.enter_object().is_ok() {
        while let Ok(Some(key)) = json.next_key() {
            let Ok(value) = json.skip() else { break };
            found.push((key.as_ref().into(), value.into()));
        }
    }
    found
}

/// An object being written.
pub(super) struct Obj<'o> {
    out: &'o mut Vec<u8>,
    extra: &'o Extra,
    is_empty: bool,
    /// Keys written, gathered only where there are raw members that could repeat them.
    written: Vec<Text>,
}

impl<'o> Obj<'o> {
    /// Writes a whole object: what `fill` writes, then the raw members under keys that it did not write.
    pub(super) fn write(
        out: &'o mut Vec<u8>,
        extra: &'o Extra,
        fill: impl FnOnce(&mut Self) -> Result<()>,
    ) -> Result<()> {
        out.push(b'{');
        let mut obj = Self { out, extra, is_empty: true, written: Vec::new() };
        fill(&mut obj)?;
        for (key, value) in extra {
            if !obj.written.contains(key) {
                raw(obj.key(key), value, || format!("the member “{key}”"))?;
            }
        }
        obj.out.push(b'}');
        Ok(())
    }

    /// Starts a member.
    pub(super) fn key(&mut self, key: &str) -> &mut Vec<u8> {
        if !std::mem::take(&mut self.is_empty) {
            self.out.push(b',');
        }
        if !self.extra.is_empty() {
            self.written.push(key.into());
        }
        quoted(self.out, key);
        self.out.push(b':');
        self.out
    }

    /// What was kept raw under this key.
    pub(super) fn raw(&self, key: &str) -> Option<&'o str> {
        find(self.extra, key)
    }

    /// Writes a derived member; parties may give two of them the same name, the first stands.
    pub(super) fn derived(&mut self, key: &str, value: impl FnOnce(&mut Vec<u8>)) {
        value(self.key(key));
    }

    pub(super) fn text_always(&mut self, key: &str, text: &str) {
        quoted(self.key(key), text);
    }

    pub(super) fn text(&mut self, key: &str, text: &str) {
        if !text.is_empty() {
            self.text_always(key, text);
        }
    }

    pub(super) fn shown(&mut self, key: &str, value: Option<&impl fmt::Display>) {
        if let Some(value) = value {
            self.text_always(key, &value.to_string());
        }
    }

    pub(super) fn flag(&mut self, key: &str, is: bool) {
        if is {
            self.key(key).extend_from_slice(b"true");
        }
    }

    /// Writes a member that is always there, unless it has only its default and the file had something unreadable.
    pub(super) fn unless_raw(&mut self, key: &str, is_default: bool, value: impl FnOnce(&mut Vec<u8>)) {
        if !(is_default && self.raw(key).is_some()) {
            value(self.key(key));
        }
    }

    pub(super) fn names(&mut self, names: &Names) -> Result<()> {
        self.entries("names", names.iter())
    }

    /// An object of texts, joined with what could not be read of it.
    pub(super) fn entries<'t>(&mut self, key: &str, entries: impl Iterator<Item = (&'t str, &'t str)>) -> Result<()> {
        let left = self.raw(key).map(members).unwrap_or_default();
        let mut entries = entries.peekable();
        if entries.peek().is_none() && left.is_empty() {
            return Ok(());
        }
        Obj::write(self.key(key), &left, |o| {
            entries.for_each(|(k, v)| o.text_always(k, v));
            Ok(())
        })
    }

    /// A list, joined with the elements that could not be read.
    pub(super) fn elements<T>(
        &mut self,
        key: &str,
        elements: impl Iterator<Item = T>,
        each: impl Fn(&mut Vec<u8>, T) -> Result<()>,
    ) -> Result<()> {
        let left = self.raw(key);
        let mut elements = elements.peekable();
        if elements.peek().is_none() {
            // Nothing to join: the raw member is written as it stands.
            return Ok(());
        }
        let out = self.key(key);
        let mut before = b'[';
        for element in elements {
            out.push(before);
            before = b',';
            each(out, element)?;
        }
        if let Some(left) = left {
            let inner = left.trim().strip_prefix('[').and_then(|l| l.strip_suffix(']'));
            if json::is_value(left) && inner != Some("") {
                out.push(b',');
                out.extend_from_slice(compact(inner.unwrap_or(left)).as_bytes());
            }
        }
        out.push(b']');
        Ok(())
    }

    pub(super) fn list<'t>(&mut self, key: &str, list: impl Iterator<Item = &'t str>) -> Result<()> {
        self.elements(key, list, |out, text| {
            quoted(out, text);
            Ok(())
        })
    }

    pub(super) fn objects<'t, T: 't>(
        &mut self,
        key: &str,
        list: &'t [T],
        extra: impl Fn(&'t T) -> &'t Extra,
        each: impl Fn(&mut Obj<'_>, &'t T) -> Result<()>,
    ) -> Result<()> {
        self.elements(key, list.iter(), |out, item| Obj::write(out, extra(item), |o| each(o, item)))
    }
}
