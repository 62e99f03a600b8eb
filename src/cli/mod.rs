//! The command line: typed arguments, then checked ones, then one file a subcommand.
//!
//! Invariant: data goes to the writer it is given (stdout), and text that comes out of a file is never allowed to
//! steer the terminal ([`plain`]).

pub mod args;
pub mod chart;
pub mod check;
pub mod convert;
pub mod diff;
pub mod export;
pub mod give;
mod map_sources;
pub mod package;
pub mod question;
pub mod render;
pub mod stats;
pub mod take;
pub mod update;

use std::borrow::Cow;

/// Text from a file made safe for a terminal: control characters, and marks that change the direction of the text
/// around them, are written as `\u{1b}`.
pub fn plain(text: &str) -> Cow<'_, str> {
    let unsafe_here = |c: char| {
        c.is_control() || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    if !text.contains(unsafe_here) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        if unsafe_here(c) {
            out.extend(c.escape_unicode());
        } else {
            out.push(c);
        }
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    #[test]
    fn text_from_a_file_cannot_steer_the_terminal() {
        assert_eq!(super::plain("Ստեփանակերտ – Şuşa"), "Ստեփանակերտ – Şuşa");
        assert_eq!(super::plain("a\u{1b}[2Jb\n\u{202e}"), "a\\u{1b}[2Jb\\u{a}\\u{202e}");
    }
}
