//! Captions: Markdown to blocks of text. Raw HTML is text like any other, an image is its description, and a link is its words
//! with the address behind them: what is shown on a wall cannot be clicked, and nothing is ever loaded.

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

/// What a block is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BlockKind {
    /// Running text.
    Paragraph,
    /// A heading.
    Heading,
    /// An item of a list: how deep it stands, and its number in a numbered list.
    Item(u8, Option<u64>),
}

/// Words in one look.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Words {
    /// The words; `\n` is a forced line break.
    pub text: String,
    /// Bold.
    pub bold: bool,
    /// Italic.
    pub italic: bool,
}

/// A block of text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// What it is.
    pub kind: BlockKind,
    /// Its words.
    pub words: Vec<Words>,
}

/// Reads a caption.
pub fn blocks(text: &str) -> Vec<Block> {
    let mut out: Vec<Block> = Vec::new();
    let mut open: Option<Block> = None;
    let (mut bold, mut italic) = (0_u32, 0_u32);
    let mut lists: Vec<Option<u64>> = Vec::new();
    let mut links: Vec<String> = Vec::new();
    let close = |open: &mut Option<Block>, out: &mut Vec<Block>| {
        out.extend(open.take().filter(|b| b.words.iter().any(|w| !w.text.trim().is_empty())));
    };
    for event in Parser::new_ext(text, Options::empty()) {
        let mut say = |words: &str, bold: bool, italic: bool| {
            let block = open.get_or_insert_with(|| Block { kind: BlockKind::Paragraph, words: Vec::new() });
            match block.words.last_mut() {
                Some(last) if (last.bold, last.italic) == (bold, italic) => last.text.push_str(words),
                _ => block.words.push(Words { text: words.to_owned(), bold, italic }),
            }
        };
        let (b, i) = (bold > 0, italic > 0);
        match event {
            Event::Text(t) | Event::Code(t) | Event::Html(t) | Event::InlineHtml(t) => say(&t, b, i),
            Event::SoftBreak => say(" ", b, i),
            Event::HardBreak => say("\n", b, i),
            Event::Start(Tag::Strong) => bold += 1,
            Event::End(TagEnd::Strong) => bold = bold.saturating_sub(1),
            Event::Start(Tag::Emphasis) => italic += 1,
            Event::End(TagEnd::Emphasis) => italic = italic.saturating_sub(1),
            Event::Start(Tag::Link { dest_url, .. }) => links.push(dest_url.into_string()),
            Event::End(TagEnd::Link) => {
                if let Some(url) = links.pop().filter(|u| !u.is_empty()) {
                    // An address that is its own words needs no second telling.
                    let told = open.as_ref().is_some_and(|o| o.words.last().is_some_and(|w| w.text.ends_with(&url)));
                    let mut say = |words: &str| {
                        let block = open.get_or_insert_with(|| Block { kind: BlockKind::Paragraph, words: Vec::new() });
                        block.words.push(Words { text: words.to_owned(), bold: b, italic: i });
                    };
                    if !told {
                        say(&format!(" ({url})"));
                    }
                }
            }
            Event::Start(Tag::List(first)) => {
                close(&mut open, &mut out);
                lists.push(first);
            }
            Event::End(TagEnd::List(_)) => {
                close(&mut open, &mut out);
                lists.pop();
            }
            Event::Start(Tag::Item) => {
                close(&mut open, &mut out);
                let depth = u8::try_from(lists.len()).unwrap_or(u8::MAX);
                let number = lists.last_mut().and_then(|n| {
                    let now = *n;
                    *n = n.map(|n| n.saturating_add(1));
                    now
                });
                open = Some(Block { kind: BlockKind::Item(depth, number), words: Vec::new() });
            }
            Event::Start(Tag::Heading { .. }) => {
                close(&mut open, &mut out);
                open = Some(Block { kind: BlockKind::Heading, words: Vec::new() });
            }
            // The paragraph of an item is the item's own.
            Event::Start(Tag::Paragraph)
                if !open.as_ref().is_some_and(|o| matches!(o.kind, BlockKind::Item(..)) && o.words.is_empty()) =>
            {
                close(&mut open, &mut out);
            }
            Event::End(
                TagEnd::Paragraph | TagEnd::Heading(_) | TagEnd::Item | TagEnd::CodeBlock | TagEnd::HtmlBlock,
            )
            | Event::Rule => close(&mut open, &mut out),
            _ => {}
        }
    }
    close(&mut open, &mut out);
    out
}

/// The words of a caption without their look, a line a block.
pub fn plain(text: &str) -> String {
    let line = |b: &Block| b.words.iter().map(|w| w.text.as_str()).collect::<String>();
    blocks(text).iter().map(line).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, want: &str) {
        let shown: Vec<String> = blocks(text)
            .iter()
            .map(|b| {
                let words: String = (b.words.iter())
                    .map(|w| match (w.bold, w.italic) {
                        (true, _) => format!("[b:{}]", w.text),
                        (false, true) => format!("[i:{}]", w.text),
                        _ => w.text.clone(),
                    })
                    .collect();
                match b.kind {
                    BlockKind::Paragraph => words,
                    BlockKind::Heading => format!("# {words}"),
                    BlockKind::Item(depth, None) => format!("{}- {words}", " ".repeat(depth.into())),
                    BlockKind::Item(depth, Some(n)) => format!("{}{n}. {words}", " ".repeat(depth.into())),
                }
            })
            .collect();
        assert_eq!(shown.join("|"), want);
    }

    #[test]
    fn captions_are_read_as_blocks() {
        check("one **two** *three*\nfour\n\nfive", "one [b:two] [i:three] four|five");
        check("# head\n- a\n- b\n  1. c\n  2. d", "# head| - a| - b|  1. c|  2. d");
        check("a  \nb", "a\nb");
        check("", "");
    }

    #[test]
    fn markup_of_others_is_text_and_an_address_stands_behind_its_words() {
        check("<script>alert(1)</script>", "<script>alert(1)</script>");
        check("a <b onclick=x>c</b>", "a <b onclick=x>c</b>");
        check("[words](https://example.org/a) and ![desc](x.png)", "words (https://example.org/a) and desc");
        check("<https://example.org>", "https://example.org");
        check("]]> & &lt;", "]]> & <");
    }
}
