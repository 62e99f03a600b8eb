//! Text made safe for XML, and for HTML inside of it.

/// Text for an element or an attribute in quotes. Characters that XML 1.0 cannot hold at all become `U+FFFD`.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out += "&amp;",
            '<' => out += "&lt;",
            // Alone it would be allowed, but not behind "]]".
            '>' => out += "&gt;",
            '"' => out += "&quot;",
            '\'' => out += "&#39;",
            '\t' | '\n' => out.push(c),
            // As itself it would be read as a line feed.
            '\r' => out += "&#13;",
            '\u{0}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}

/// An element with text; nothing if the text is empty.
pub(super) fn element(out: &mut String, name: &str, text: &str) {
    if !text.is_empty() {
        *out += &format!("<{name}>{}</{name}>", escaped(text));
    }
}

/// A list in HTML; nothing if it is empty. The result is HTML and has to be escaped once more inside of XML.
pub(super) fn html_list(out: &mut String, heading: &str, lines: &[String]) {
    if lines.is_empty() {
        return;
    }
    *out += &format!("<p><b>{}</b></p><ul>", escaped(heading));
    for line in lines {
        *out += &format!("<li>{}</li>", escaped(line));
    }
    *out += "</ul>";
}

#[cfg(test)]
mod tests {
    #[test]
    fn nothing_in_a_text_is_taken_for_markup() {
        let text = super::escaped("a]]><script>alert('1')</script>&\u{1}\r");
        assert_eq!(text, "a]]&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&amp;\u{fffd}&#13;");
    }
}
