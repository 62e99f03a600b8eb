//! Text into lines of a width: words go to the next line, a word that no line holds is cut, and what does not fit is set
//! smaller, then goes on in the next part. Nothing is left out.

use super::markdown::{Block, BlockKind, Words};
use crate::picture::list::{Anchor, Face, Item, Label, Paint};
use crate::picture::type_metrics;
use crate::view::Rgb;

/// From one baseline to the next, in type sizes.
const LEADING: f32 = 1.34;

/// Words of one cut on a line.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Run {
    text: String,
    face: Face,
}

/// One line, set.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Line {
    runs: Vec<Run>,
    size: f32,
    /// Points at the left.
    indent: f32,
    /// The mark of an item of a list, left of its first line.
    mark: Option<String>,
    /// Points above it, if it is not the first of its part.
    before: f32,
    /// Less weight.
    pub(super) weak: bool,
}

impl Line {
    #[cfg(test)]
    fn width(&self) -> f32 {
        self.indent + self.runs.iter().map(|r| type_metrics::width(&r.text, r.face, self.size, 0.0)).sum::<f32>()
    }

    fn height(&self, is_first: bool) -> f32 {
        self.size * LEADING + if is_first { 0.0 } else { self.before }
    }
}

/// A word in pieces of one cut each, and whether it starts a line of its own.
struct Word {
    pieces: Vec<Run>,
    breaks: bool,
}

fn face(words: &Words, is_heading: bool) -> Face {
    match (words.bold || is_heading, words.italic) {
        (true, _) => Face::Bold,
        (false, true) => Face::Italic,
        _ => Face::Regular,
    }
}

fn words_of(block: &Block) -> Vec<Word> {
    let mut out: Vec<Word> = Vec::new();
    let mut glued = false;
    let mut breaks = false;
    for words in &block.words {
        let face = face(words, block.kind == BlockKind::Heading);
        let mut piece = String::new();
        let end = |piece: &mut String, glued: &mut bool, breaks: &mut bool, out: &mut Vec<Word>| {
            let text = type_metrics::showable(&std::mem::take(piece), face);
            if text.is_empty() {
                return;
            }
            match out.last_mut() {
                Some(last) if *glued => last.pieces.push(Run { text, face }),
                _ => out.push(Word { pieces: vec![Run { text, face }], breaks: std::mem::take(breaks) }),
            }
            *glued = true;
        };
        for c in words.text.chars() {
            match c {
                '\n' => {
                    end(&mut piece, &mut glued, &mut breaks, &mut out);
                    (glued, breaks) = (false, true);
                }
                // A no-break space holds a figure and its unit together.
                c if c.is_whitespace() && c != '\u{a0}' => {
                    end(&mut piece, &mut glued, &mut breaks, &mut out);
                    glued = false;
                }
                c => piece.push(c),
            }
        }
        end(&mut piece, &mut glued, &mut breaks, &mut out);
    }
    out
}

/// Cuts a word that is wider than a line.
fn cut(word: Word, size: f32, width: f32) -> Vec<Word> {
    let wide = |t: &str, face| type_metrics::width(t, face, size, 0.0);
    if word.pieces.iter().map(|p| wide(&p.text, p.face)).sum::<f32>() <= width {
        return vec![word];
    }
    let mut out = vec![Word { pieces: Vec::new(), breaks: word.breaks }];
    let mut taken = 0.0;
    for piece in word.pieces {
        let mut text = String::new();
        for c in piece.text.chars() {
            let own = wide(c.encode_utf8(&mut [0; 4]), piece.face);
            if taken + own > width && taken > 0.0 {
                if let Some(last) = out.last_mut() {
                    last.pieces.push(Run { text: std::mem::take(&mut text), face: piece.face });
                }
                out.push(Word { pieces: Vec::new(), breaks: true });
                taken = 0.0;
            }
            text.push(c);
            taken += own;
        }
        if let Some(last) = out.last_mut() {
            last.pieces.push(Run { text, face: piece.face });
        }
    }
    out
}

/// Sets blocks in lines no wider than `width`.
pub(super) fn lines(blocks: &[Block], width: f32, size: f32) -> Vec<Line> {
    let mut out: Vec<Line> = Vec::new();
    for block in blocks {
        let size = if block.kind == BlockKind::Heading { size * 1.15 } else { size };
        let (indent, mark) = match block.kind {
            BlockKind::Item(depth, number) => {
                let mark = number.map_or_else(|| "•".to_owned(), |n| format!("{n}."));
                (size * (1.1 * f32::from(depth.min(4)) + 0.25 * (mark.len().saturating_sub(3)) as f32), Some(mark))
            }
            _ => (0.0, None),
        };
        let before = if mark.is_some() { size * 0.2 } else { size * 0.5 };
        let room = (width - indent).max(size);
        let blank = |mark: Option<String>, before| Line { runs: Vec::new(), size, indent, mark, before, weak: false };
        let mut line = blank(mark, before);
        let mut taken = 0.0;
        for word in words_of(block).into_iter().flat_map(|w| cut(w, size, room)) {
            let own: f32 = word.pieces.iter().map(|p| type_metrics::width(&p.text, p.face, size, 0.0)).sum();
            let first = word.pieces.first().map_or(Face::Regular, |p| p.face);
            let gap = if line.runs.is_empty() { 0.0 } else { type_metrics::width(" ", first, size, 0.0) };
            let is_full = taken + gap + own > room || word.breaks;
            if is_full && !line.runs.is_empty() {
                out.push(std::mem::replace(&mut line, blank(None, 0.0)));
                taken = 0.0;
            }
            let gap = if line.runs.is_empty() { 0.0 } else { gap };
            taken += gap + own;
            for (n, piece) in word.pieces.into_iter().enumerate() {
                let spaced = if n == 0 && gap > 0.0 { format!(" {}", piece.text) } else { piece.text };
                match line.runs.last_mut() {
                    Some(last) if last.face == piece.face => last.text.push_str(&spaced),
                    _ => line.runs.push(Run { text: spaced, face: piece.face }),
                }
            }
        }
        if !line.runs.is_empty() {
            out.push(line);
        }
    }
    out
}

/// The height of lines in points.
pub(super) fn height(lines: &[Line]) -> f32 {
    lines.iter().enumerate().map(|(n, l)| l.height(n == 0)).sum()
}

/// Sets blocks in the largest of `sizes` in which they fit into a box; in the last one they go on in further parts. At least one
/// part, which may be empty.
pub(super) fn fitted(blocks: &[Block], width: f32, room: f32, sizes: &[f32]) -> Vec<Vec<Line>> {
    for size in sizes {
        let set = lines(blocks, width, *size);
        if height(&set) <= room {
            return vec![set];
        }
    }
    let set = lines(blocks, width, sizes.last().copied().unwrap_or(12.0));
    split(set, room)
}

/// Lines in parts no higher than `room`; a part has at least one line.
pub(super) fn split(lines: Vec<Line>, room: f32) -> Vec<Vec<Line>> {
    let mut parts: Vec<Vec<Line>> = vec![Vec::new()];
    let mut taken = 0.0;
    for line in lines {
        let Some(part) = parts.last_mut() else { break };
        let own = line.height(part.is_empty());
        if taken + own > room && !part.is_empty() {
            taken = line.height(true);
            parts.push(vec![line]);
        } else {
            taken += own;
            part.push(line);
        }
    }
    parts
}

/// Draws lines from `at` (left, top) and gives back where they end.
pub(super) fn draw(items: &mut Vec<Item>, lines: &[Line], [left, top]: [f32; 2], strong: Rgb, weak: Rgb) -> f32 {
    let mut y = top;
    for (n, line) in lines.iter().enumerate() {
        y += line.height(n == 0);
        let base = y - line.size * (LEADING - 1.0) * 0.5 - line.size * type_metrics::DESCENT * 0.8;
        let color = if line.weak { weak } else { strong };
        let mut put = |x: f32, text: &str, face: Face| {
            items.push(Item::Text(Label {
                at: [x, base],
                anchor: Anchor::Start,
                size: line.size,
                face,
                paint: Paint::solid(color),
                halo: None,
                spacing: 0.0,
                rotation: 0.0,
                text: text.to_owned(),
            }));
        };
        if let Some(mark) = &line.mark {
            let own = type_metrics::width(mark, Face::Regular, line.size, 0.0);
            put(left + line.indent - own - line.size * 0.35, mark, Face::Regular);
        }
        let mut x = left + line.indent;
        for run in &line.runs {
            // A space at the start of a text is dropped by some readers of SVG: it is moved over instead.
            let words = run.text.trim_start_matches(' ');
            x += type_metrics::width(&run.text, run.face, line.size, 0.0)
                - type_metrics::width(words, run.face, line.size, 0.0);
            put(x, words, run.face);
            x += type_metrics::width(words, run.face, line.size, 0.0);
        }
    }
    y
}

/// Plain text as one block.
pub(super) fn paragraph(text: &str, bold: bool) -> Block {
    Block { kind: BlockKind::Paragraph, words: vec![Words { text: text.to_owned(), bold, italic: false }] }
}

#[cfg(test)]
mod tests {
    use super::super::markdown::blocks;
    use super::*;

    fn text(lines: &[Line]) -> String {
        let line = |l: &Line| l.runs.iter().map(|r| r.text.as_str()).collect::<String>();
        lines.iter().map(line).collect::<Vec<_>>().join("|")
    }

    #[test]
    fn no_line_is_wider_than_its_box_and_no_word_is_lost() {
        let long = "x".repeat(300);
        let caption = format!("one **two**three *four* {long} five\n\n- six\n- seven eight nine ten eleven twelve");
        for size in [20.0, 13.0] {
            let set = lines(&blocks(&caption), 200.0, size);
            for line in &set {
                assert!(line.width() <= 200.5, "{} {line:?}", line.width());
            }
            let letters = |t: &str| t.chars().filter(|c| c.is_alphanumeric()).collect::<String>();
            assert_eq!(letters(&text(&set)), letters(&super::super::plain(&caption)));
        }
        assert_eq!(text(&lines(&blocks("one **two**three"), 400.0, 12.0)), "one twothree");
    }

    #[test]
    fn ten_thousand_words_go_on_in_further_parts_and_none_is_lost() {
        let caption = (0..10_000).map(|n| format!("w{n}")).collect::<Vec<_>>().join(" ");
        let parts = fitted(&blocks(&caption), 280.0, 400.0, &[20.0, 16.0, 13.0]);
        assert!(parts.len() > 20 && parts.iter().all(|p| height(p) <= 400.0));
        let all: Vec<String> = parts.iter().map(|p| text(p).replace('|', " ")).collect();
        assert_eq!(all.join(" "), caption);
    }

    #[test]
    fn a_short_caption_is_set_large_and_a_longer_one_smaller() {
        let size = |words: usize| {
            let parts = fitted(&blocks(&"word ".repeat(words)), 280.0, 300.0, &[20.0, 16.0, 13.0]);
            (parts.len(), parts[0].first().map(|l| l.size))
        };
        assert_eq!(size(10), (1, Some(20.0)));
        assert_eq!(size(60), (1, Some(16.0)));
        assert_eq!(size(0), (1, None));
    }

    #[test]
    fn marks_that_turn_the_text_round_and_unknown_scripts_do_no_harm() {
        assert_eq!(text(&lines(&blocks("a\u{202e}b \u{1f600} c"), 300.0, 12.0)), "ab ? c");
    }
}
