//! What can still be had from a damaged file: every whole feature. The file itself is never touched.

use std::borrow::Cow;

use super::json::Cursor;
use super::notes::{At, Notes};
use super::read::Reader;
use super::{Opened, finish};
use crate::io::Severity;

/// Text searched twice or more because a feature turned out broken is limited to this many times the file's size, so
/// that a file made for the purpose cannot keep the program busy for ever.
const PATIENCE: usize = 8;

/// Reads what is whole in a damaged file. Findings say what was dropped, and where. `None` if there is nothing.
///
/// An undamaged file gives the same as [`super::read`].
pub fn recover(bytes: &[u8]) -> Option<Opened> {
    let text = cleaned(bytes);
    let mut reader = Reader::new(&text);
    // Lines are counted in the file itself, not in the cleaned text; offsets are the same.
    reader.notes = Notes::new(bytes);
    let Err(error) = reader.root() else { return Some(finish(reader, false)) };
    if reader.refused {
        return None;
    }
    reader.notes.forget(0);
    let from = match reader.open_feature.take() {
        Some(feature) => feature + 1,
        None => error.at,
    };
    let what = format!("{}; the file is damaged here, what is whole after it is kept", error.what);
    let lost = reader.features;
    reader.notes.note(Severity::Error, error.at, &At::Top, what);
    reader.notes.settle((from != error.at).then_some((lost, "")));
    scan(&mut reader, &text, from);
    if reader.incidents.is_empty() && reader.drawings.is_empty() && reader.kept.is_empty() && !reader.has_meta {
        return None;
    }
    Some(finish(reader, true))
}

/// Looks for features from an offset on and reads each that is whole.
fn scan<'a>(reader: &mut Reader<'a>, text: &'a str, from: usize) {
    let mut patience = text.len().saturating_mul(PATIENCE);
    let mut candidate = next_feature(text, from);
    let mut line_end = 0;
    while let Some(at) = candidate {
        if line_end <= at {
            let rest = text.get(at..).unwrap_or("");
            line_end = at + rest.find('\n').unwrap_or(rest.len());
        }
        // A line is a feature in files of this program. Elsewhere a feature ends before the next begins.
        let next = next_feature(text, at + 1);
        let ends = [(line_end - at <= patience).then_some(line_end), Some(next.unwrap_or(text.len()))];
        let mut read = None;
        for end in ends.into_iter().flatten() {
            reader.json = Cursor::starting_at(text.get(..end).unwrap_or(text), at);
            match reader.feature() {
                Ok(()) => {
                    read = Some(reader.json.end());
                    break;
                }
                Err(e) => {
                    patience = patience.saturating_sub(e.at - at);
                    reader.notes.forget(0);
                    reader.features -= 1;
                    reader.open_feature = None;
                }
            }
        }
        candidate = if let Some(end) = read {
            next_feature(text, end)
        } else {
            reader.features += 1;
            let number = reader.features;
            let what = "this feature is damaged and was dropped";
            reader.notes.note(Severity::Error, at, &At::Top, what);
            reader.notes.settle(Some((number, "")));
            next
        };
    }
}

/// Offset of the next `{"type":"Feature"` from an offset on.
fn next_feature(text: &str, mut from: usize) -> Option<usize> {
    const WORD: &str = "\"Feature\"";
    loop {
        // Offsets into the middle of a character are moved on to the next.
        from = text.ceil_char_boundary(from);
        let found = from + text.get(from..)?.find(WORD)?;
        let before = text.get(..found)?.trim_end().strip_suffix(':').map(str::trim_end);
        let open = before.and_then(|t| t.strip_suffix("\"type\"")).and_then(|t| t.trim_end().strip_suffix('{'));
        match open {
            Some(head) if head.len() >= from => return Some(head.len()),
            _ => from = found + WORD.len(),
        }
    }
}

/// The file as text of the same length: bytes that are no UTF-8 become one that JSON allows nowhere, so that what
/// holds them is dropped and reported rather than quietly changed.
fn cleaned(bytes: &[u8]) -> Cow<'_, str> {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Cow::Borrowed(text);
    }
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        text.extend(chunk.invalid().iter().map(|_| '\u{1}'));
    }
    Cow::Owned(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn features_are_found_whatever_the_white_space() {
        let text = "{\"type\":\"FeatureCollection\",\"features\":[\n { \"type\" : \"Feature\" }]";
        assert_eq!(next_feature(text, 0), text.find("{ \"type\""));
        assert_eq!(next_feature(text, text.find("{ \"type\"").unwrap() + 1), None);
    }

    #[test]
    fn cleaning_keeps_every_offset() {
        assert_eq!(cleaned(b"a\xff\xfeb\xe2\x82"), "a\u{1}\u{1}b\u{1}\u{1}");
    }
}
