//! A report as Markdown with tables, to be read as it is or made into something else. Words of the project stay words:
//! whatever Markdown would take for a mark has a backslash before it.

use std::fmt::Write;

use super::{Report, Table};

/// The report; `map` is the name of the picture beside it.
pub(super) fn write(report: &Report, map: &str) -> String {
    let mut out = format!("# {}\n\n", text(&report.title));
    for paragraph in report.description.lines().filter(|l| !l.trim().is_empty()) {
        let _ = write!(out, "{}\n\n", text(paragraph));
    }
    for (word, what) in &report.facts {
        let _ = writeln!(out, "- {word}: {}", text(what));
    }
    let _ = write!(out, "\n![Map of the incidents]({})\n", address(map));
    for t in &report.tables {
        table(&mut out, t);
    }
    out.push_str("\n## Sources\n\n");
    for (n, s) in report.sources.iter().enumerate() {
        let _ = write!(out, "{}. {}", n + 1, text(&s.words));
        for (word, url) in &s.links {
            let _ = write!(out, " ([{word}](<{url}>))");
        }
        out.push('\n');
    }
    for words in [&report.note, &report.attribution] {
        if !words.is_empty() {
            let _ = write!(out, "\n{}\n", text(words));
        }
    }
    out
}

fn table(out: &mut String, table: &Table) {
    let _ = write!(out, "\n## {}\n\n| {} |\n|", table.heading, table.heads.join(" | "));
    for _ in table.heads {
        out.push_str("---|");
    }
    out.push('\n');
    for row in &table.rows {
        for cell in row {
            let words = cell.iter().map(|line| text(line)).collect::<Vec<_>>().join("; ");
            let _ = write!(out, "| {words} ");
        }
        out.push_str("|\n");
    }
}

/// Plain text that Markdown leaves as it is.
fn text(words: &str) -> String {
    let mut out = String::with_capacity(words.len() + 8);
    let words = words.trim();
    // A number with a full stop or a mark of a list at the start of a line would begin a list, a line of `=` or `-` a heading.
    let number = words.chars().take_while(char::is_ascii_digit).count();
    for (n, c) in words.chars().enumerate() {
        match c {
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '~' | '#' | '&' | '!' | '$' => {
                out.push('\\');
                out.push(c);
            }
            '-' | '+' | '=' if n == 0 => {
                out.push('\\');
                out.push(c);
            }
            '.' | ')' if number > 0 && n == number => {
                out.push('\\');
                out.push(c);
            }
            // Marks that turn the text around them would turn the reader's page as well.
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {}
            '\u{2028}' | '\u{2029}' => out.push(' '),
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

/// A file's name as an address beside the document.
fn address(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    for b in name.bytes() {
        match b {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' => out.push(char::from(b)),
            b => {
                let _ = write!(out, "%{b:02X}");
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use pulldown_cmark::{Event, Options, Parser};

    #[test]
    fn whatever_is_written_is_read_as_the_same_words() {
        for words in [
            "<script>alert(1)</script>",
            "a | b",
            "[x](javascript:alert(1))",
            "![x](//x.invalid)",
            "*a* _b_ `c` ~~d~~ ==e==",
            "# head",
            "1. one",
            "12) twelve",
            "- item",
            "+ item",
            "===",
            "---",
            "&lt;b&gt; &amp; &#60;",
            "\\*",
            "<https://x.invalid>",
            "]]> --> {{x}} ${y}",
            "ա 😀 Ղ",
        ] {
            let mut read = String::new();
            let document = format!("- x: {0}\n\n{0}\n\n| {0} |\n|---|\n| {0} |\n", text(words));
            for event in Parser::new_ext(&document, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH) {
                match event {
                    Event::Text(t) => read.push_str(&t),
                    Event::Html(t) | Event::InlineHtml(t) | Event::Code(t) => panic!("{words}: {t}"),
                    _ => {}
                }
            }
            assert_eq!(read, format!("x: {words}{words}{words}{words}"), "{document}");
        }
        assert_eq!(text("a\u{202e}b\nc"), "ab c");
        assert_eq!(address("my map (1).png"), "my%20map%20%281%29.png");
    }
}
