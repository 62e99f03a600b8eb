//! A JSON reader that goes through the text once, knows where it is, and leaves raw what nobody asks for.
//!
//! `serde_json`'s raw values are scanned once for every level they are nested in, have no limit of depth and do not
//! survive a member of an unexpected type. Here a value that cannot be read is taken as it stands and reading goes on.
//! What is accepted is exactly RFC 8259 (a test compares with `serde_json`). Nothing is allocated on the word of the file.

use std::borrow::Cow;

/// Containers nested deeper than this are refused.
pub(crate) const MAX_DEPTH: u32 = 128;

/// Text that is not JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Syntax {
    /// Byte offset.
    pub(crate) at: usize,
    /// What is wrong there.
    pub(crate) what: Cow<'static, str>,
}

type Result<T> = std::result::Result<T, Syntax>;

/// A place in a JSON text.
#[derive(Clone, Debug)]
pub(crate) struct Cursor<'a> {
    text: &'a str,
    at: usize,
    depth: u32,
    /// Whether the container just entered has had no member yet.
    fresh: bool,
}

impl<'a> Cursor<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        Self::starting_at(text, 0)
    }

    pub(crate) fn starting_at(text: &'a str, at: usize) -> Self {
        Self { text, at, depth: 0, fresh: false }
    }

    /// A cursor before an element of the same list, at an offset where one begins.
    pub(crate) fn before_element(&self, at: usize) -> Self {
        Self { text: self.text, at, depth: self.depth, fresh: true }
    }

    /// The whole text.
    pub(crate) fn whole_text(&self) -> &'a str {
        self.text
    }

    /// Byte offset of the next thing that is not white space.
    pub(crate) fn here(&mut self) -> usize {
        self.white();
        self.at
    }

    /// Byte offset just behind what was read last.
    pub(crate) fn end(&self) -> usize {
        self.at
    }

    /// The text from one offset to another.
    pub(crate) fn slice(&self, from: usize, to: usize) -> &'a str {
        self.text.get(from..to).unwrap_or("")
    }

    /// First byte of what comes next.
    pub(crate) fn peek(&mut self) -> Option<u8> {
        self.white();
        self.byte()
    }

    fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn white(&mut self) {
        while let Some(b' ' | b'\n' | b'\t' | b'\r') = self.byte() {
            self.at += 1;
        }
    }

    fn eat(&mut self, byte: u8) -> bool {
        let is = self.byte() == Some(byte);
        self.at += usize::from(is);
        is
    }

    /// The error for something other than `wanted` at the cursor.
    fn unexpected(&self, wanted: &str) -> Syntax {
        let rest = self.text.get(self.at..).unwrap_or("");
        let what: Cow<'static, str> = match rest.chars().next() {
            None => "the text ends in the middle".into(),
            Some('\0' | '\u{1}') => "a byte that is no text; the file is binary or damaged".into(),
            Some('N' | 'I') => "NaN and Infinity are no JSON numbers; use null for an unknown figure".into(),
            Some(_) if rest.starts_with("-I") => "Infinity is no JSON number; use null for an unknown figure".into(),
            Some(c) => format!("found “{}”, expected {wanted}", c.escape_debug()).into(),
        };
        Syntax { at: self.at, what }
    }

    fn enter(&mut self) -> Result<()> {
        if self.depth >= MAX_DEPTH {
            let what = format!("nested deeper than {MAX_DEPTH} levels; the file is damaged or made to do harm");
            return Err(Syntax { at: self.at, what: what.into() });
        }
        self.at += 1;
        self.depth += 1;
        self.fresh = true;
        Ok(())
    }

    fn leave(&mut self) {
        self.at += 1;
        self.depth = self.depth.saturating_sub(1);
        self.fresh = false;
    }

    /// Goes on behind a value that was read otherwise.
    pub(crate) fn behind(&mut self, end: usize) {
        self.at = end;
        self.fresh = false;
    }

    /// Goes into an object.
    pub(crate) fn enter_object(&mut self) -> Result<()> {
        if self.peek() == Some(b'{') { self.enter() } else { Err(self.unexpected("an object")) }
    }

    /// Goes into an array.
    pub(crate) fn enter_array(&mut self) -> Result<()> {
        if self.peek() == Some(b'[') { self.enter() } else { Err(self.unexpected("a list")) }
    }

    /// The key of the next member, with the cursor before its value; `None` at the end of the object, which is left.
    pub(crate) fn next_key(&mut self) -> Result<Option<Cow<'a, str>>> {
        if !self.next(b'}', "“,” or “}”")? {
            return Ok(None);
        }
        self.key().map(Some)
    }

    /// Whether there is another element, with the cursor before it; at the end the array is left.
    pub(crate) fn next_element(&mut self) -> Result<bool> {
        self.next(b']', "“,” or “]”")
    }

    fn next(&mut self, close: u8, wanted: &str) -> Result<bool> {
        let fresh = std::mem::take(&mut self.fresh);
        match self.peek() {
            Some(b) if b == close => {
                self.leave();
                Ok(false)
            }
            _ if fresh => Ok(true),
            Some(b',') => {
                self.at += 1;
                Ok(true)
            }
            _ => Err(self.unexpected(wanted)),
        }
    }

    fn key(&mut self) -> Result<Cow<'a, str>> {
        let from = self.here();
        text(self.raw_key()?).ok_or(Syntax { at: from, what: "a name with half a Unicode character".into() })
    }

    fn raw_key(&mut self) -> Result<&'a str> {
        let from = self.here();
        if self.byte() != Some(b'"') {
            return Err(self.unexpected("a name in quotes"));
        }
        self.string()?;
        let raw = self.slice(from, self.at);
        if self.peek() != Some(b':') {
            return Err(self.unexpected("“:”"));
        }
        self.at += 1;
        Ok(raw)
    }

    /// Like [`Self::next_key`], with the key checked and not kept.
    fn next_key_raw(&mut self) -> Result<bool> {
        let another = self.next(b'}', "“,” or “}”")?;
        if another {
            self.raw_key()?;
        }
        Ok(another)
    }

    /// Goes over one whole value and gives it as it stands.
    pub(crate) fn skip(&mut self) -> Result<&'a str> {
        let from = self.here();
        let base = self.depth;
        // Bit d tells whether the container at depth d + 1 is an object.
        let mut objects: u128 = 0;
        loop {
            match self.peek() {
                Some(open @ (b'{' | b'[')) => {
                    self.enter()?;
                    let bit = 1_u128 << (self.depth - 1);
                    objects = if open == b'{' { objects | bit } else { objects & !bit };
                    let another = if open == b'{' { self.next_key_raw()? } else { self.next_element()? };
                    if another {
                        continue;
                    }
                }
                Some(b'"') => self.string()?,
                Some(b'-' | b'0'..=b'9') => self.number()?,
                Some(b't') => self.word("true")?,
                Some(b'f') => self.word("false")?,
                Some(b'n') => self.word("null")?,
                _ => return Err(self.unexpected("a value")),
            }
            // What has ended with this value?
            loop {
                if self.depth == base {
                    self.fresh = false;
                    return Ok(self.slice(from, self.at));
                }
                let another =
                    if objects >> (self.depth - 1) & 1 == 1 { self.next_key_raw()? } else { self.next_element()? };
                if another {
                    break;
                }
            }
        }
    }

    /// Whether nothing but white space is left.
    pub(crate) fn finish(&mut self) -> Result<()> {
        if self.peek().is_none() { Ok(()) } else { Err(self.unexpected("the end of the file")) }
    }

    fn word(&mut self, word: &str) -> Result<()> {
        for b in word.bytes() {
            if !self.eat(b) {
                return Err(self.unexpected(word));
            }
        }
        Ok(())
    }

    fn digits(&mut self) -> Result<()> {
        if !matches!(self.byte(), Some(b'0'..=b'9')) {
            return Err(self.unexpected("a digit"));
        }
        while let Some(b'0'..=b'9') = self.byte() {
            self.at += 1;
        }
        Ok(())
    }

    fn number(&mut self) -> Result<()> {
        self.eat(b'-');
        if !self.eat(b'0') {
            self.digits()?;
        }
        if self.eat(b'.') {
            self.digits()?;
        }
        if self.eat(b'e') || self.eat(b'E') {
            let _ = self.eat(b'+') || self.eat(b'-');
            self.digits()?;
        }
        Ok(())
    }

    fn string(&mut self) -> Result<()> {
        self.at += 1;
        loop {
            self.at = special(self.text.as_bytes(), self.at);
            match self.byte() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(());
                }
                Some(b'\\') => {
                    self.at += 1;
                    match self.byte() {
                        Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => self.at += 1,
                        Some(b'u') => {
                            self.at += 1;
                            for _ in 0..4 {
                                if !matches!(self.byte(), Some(b'0'..=b'9' | b'a'..=b'f' | b'A'..=b'F')) {
                                    return Err(self.unexpected("four hexadecimal digits"));
                                }
                                self.at += 1;
                            }
                        }
                        _ => return Err(self.unexpected("an escape such as \\n")),
                    }
                }
                _ => return Err(self.unexpected("“\"”")),
            }
        }
    }
}

/// Offset of the next byte, from one on, that is not simply part of a text: a quote, a backslash or a control character.
/// The end if there is none.
pub(crate) fn special(bytes: &[u8], from: usize) -> usize {
    // Eight bytes at a time: the highest bit of each byte that is found is set. Subtracting may set it in bytes above
    // the first one found, never below (Sean Anderson, Bit Twiddling Hacks, "Determine if a word has a byte less than n").
    const ONES: u64 = u64::MAX / 255;
    let zero = |w: u64| w.wrapping_sub(ONES) & !w;
    let mut at = from;
    while let Some(eight) = bytes.get(at..).and_then(|rest| rest.first_chunk::<8>()) {
        let w = u64::from_le_bytes(*eight);
        let low = w.wrapping_sub(ONES * 0x20) & !w;
        let found = (zero(w ^ (ONES * u64::from(b'"'))) | zero(w ^ (ONES * u64::from(b'\\'))) | low) & (ONES * 0x80);
        if found != 0 {
            return at + found.trailing_zeros() as usize / 8;
        }
        at += 8;
    }
    let rest = bytes.get(at..).unwrap_or(&[]);
    at + rest.iter().position(|b| matches!(b, b'"' | b'\\' | 0..=0x1f)).unwrap_or(rest.len())
}

/// The text of a raw string; `None` for other values and for halves of Unicode characters.
pub(crate) fn text(raw: &str) -> Option<Cow<'_, str>> {
    let inner = raw.strip_prefix('"')?.strip_suffix('"')?;
    if inner.contains('\\') { serde_json::from_str(raw).ok().map(Cow::Owned) } else { Some(Cow::Borrowed(inner)) }
}

/// The value of a raw number, if it is finite.
pub(crate) fn number(raw: &str) -> Option<f64> {
    if !raw.starts_with(|c: char| c == '-' || c.is_ascii_digit()) {
        return None;
    }
    raw.parse().ok().filter(|v: &f64| v.is_finite())
}

/// A raw value that is a whole number of people; `49.0`, as some programs write it, is one too.
pub(crate) fn whole(raw: &str) -> Option<u32> {
    if let Ok(n) = raw.parse() {
        return (!raw.starts_with('+')).then_some(n);
    }
    let v = number(raw)?;
    (v.fract() == 0.0 && (0.0..=f64::from(u32::MAX)).contains(&v)).then_some(v as u32)
}

/// Raw JSON without white space between its parts, so that it stands on one line.
pub(crate) fn compact(raw: &str) -> Cow<'_, str> {
    let (mut quoted, mut escaped) = (false, false);
    let mut keep = |c: char| {
        if quoted {
            quoted = escaped || c != '"';
            escaped = !escaped && c == '\\';
            return true;
        }
        quoted = c == '"';
        !matches!(c, ' ' | '\n' | '\t' | '\r')
    };
    match raw.char_indices().find(|(_, c)| !keep(*c)) {
        None => Cow::Borrowed(raw),
        Some((first, _)) => {
            let (head, tail) = raw.split_at(first);
            let mut out = String::with_capacity(raw.len());
            out.push_str(head);
            out.extend(tail.chars().skip(1).filter(|c| keep(*c)));
            Cow::Owned(out)
        }
    }
}

/// Whether a text is exactly one JSON value.
pub(crate) fn is_value(raw: &str) -> bool {
    let mut json = Cursor::new(raw);
    json.skip().is_ok() && json.finish().is_ok()
}

/// Line and column, both from 1, of a byte offset; the column counts characters.
pub(crate) fn line_and_column(bytes: &[u8], at: usize) -> (usize, usize) {
    let before = bytes.get(..at).unwrap_or(bytes);
    let line = before.split(|b| *b == b'\n').count();
    let last = before.rsplit(|b| *b == b'\n').next().unwrap_or(before);
    // Bytes that continue a UTF-8 character are not columns.
    (line, 1 + last.iter().filter(|b| (**b & 0xc0) != 0x80).count())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn skips(text: &str) -> bool {
        is_value(text)
    }

    #[test]
    fn values_are_given_as_they_stand() {
        let mut json = Cursor::new(r#" {"a" : [1.50, "x\"]"], "b":{} , "c":null}"#);
        json.enter_object().unwrap();
        let mut seen = Vec::new();
        while let Some(key) = json.next_key().unwrap() {
            seen.push((key.into_owned(), json.skip().unwrap()));
        }
        assert_eq!(
            seen,
            [("a".into(), r#"[1.50, "x\"]"]"#), ("b".into(), "{}"), ("c".into(), "null")] as [(String, &str); 3]
        );
        json.finish().unwrap();
    }

    #[test]
    fn depth_is_limited_without_recursion() {
        let deep = |n: usize| format!("{}{}", "[".repeat(n), "]".repeat(n));
        assert!(skips(&deep(128)));
        assert!(!skips(&deep(129)));
        assert!(!skips(&"[".repeat(10_000_000)));
    }

    #[test]
    fn white_space_goes_and_texts_stay() {
        assert_eq!(compact("{ \"a b\" :\n [1, \"\\\" x\"] }"), "{\"a b\":[1,\"\\\" x\"]}");
        assert!(matches!(compact("[1,\" \"]"), Cow::Borrowed(_)));
    }

    #[test]
    fn the_end_of_a_text_is_found_wherever_it_is() {
        for len in 0..40 {
            for (n, found) in ["\"", "\\", "\n", "\u{1f}", "\0"].iter().enumerate() {
                let text =
                    format!("{}{found}\"{}", "aé\u{7f} Հ".chars().cycle().take(len).collect::<String>(), "x".repeat(n));
                let want = text.bytes().position(|b| matches!(b, b'"' | b'\\' | 0..=0x1f)).unwrap();
                assert_eq!(special(text.as_bytes(), 0), want, "{text:?}");
            }
        }
        assert_eq!((special(b"abc", 0), special("ՀայաստանՀայաստան".as_bytes(), 2), special(b"", 5)), (3, 32, 5));
    }

    #[test]
    fn only_whole_numbers_are_people() {
        let check = |raw: &str, want: Option<u32>| assert_eq!(whole(raw), want, "{raw}");
        check("49", Some(49));
        check("49.0", Some(49));
        check("49.5", None);
        check("-1", None);
        check("1e10", None);
        check("\"49\"", None);
    }

    #[test]
    fn places_are_counted_in_lines_and_characters() {
        let text = "ab\nՀայ x";
        assert_eq!(line_and_column(text.as_bytes(), text.find('x').unwrap()), (2, 5));
        assert_eq!(line_and_column(b"", 0), (1, 1));
    }

    proptest! {
        #[test]
        fn exactly_what_serde_json_takes_is_taken(text in r#"[\[\]{}:,"\\ a0-9.eE+\-tfnu]{0,14}|(true|null|-?[0-9]{1,3}(\.[0-9]+)?(e[0-9])?|"[a\\nu0]{0,6}"|[\[\]{}:, ]){0,9}"#) {
            // serde_json refuses numbers beyond the range of f64 and half characters in texts; raw values keep them.
            let theirs = serde_json::from_str::<&serde_json::value::RawValue>(&text).is_ok();
            prop_assert_eq!(skips(&text), theirs, "{}", text);
        }
    }
}
