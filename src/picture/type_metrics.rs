//! The type that ships with the program, and how wide a text in it is.
//!
//! Window, SVG and raster set their text in these files and no others, so a label that fits in one fits in all. The
//! widths are sums of advances without kerning: at map sizes that is within a point of what the painters set.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, LazyLock};

use skrifa::instance::{LocationRef, Size};
use skrifa::{FontRef, MetadataProvider};

use super::list::Face;

/// A font file of the program.
#[derive(Clone, Copy, Debug)]
pub struct Font {
    /// The family's name as the file has it.
    pub family: &'static str,
    /// The cut.
    pub face: Face,
    /// The file.
    pub data: &'static [u8],
}

macro_rules! font {
    ($family:literal, $face:ident, $file:literal) => {
        Font {
            family: $family,
            face: Face::$face,
            data: include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/assets/fonts/", $file)),
        }
    };
}

static FONTS: [Font; 8] = [
    font!("Noto Sans", Regular, "NotoSans-Regular.ttf"),
    font!("Noto Sans", Bold, "NotoSans-Bold.ttf"),
    font!("Noto Sans", Italic, "NotoSans-Italic.ttf"),
    font!("Noto Sans Armenian", Regular, "NotoSansArmenian-Regular.ttf"),
    font!("Noto Sans Armenian", Bold, "NotoSansArmenian-Bold.ttf"),
    font!("Noto Sans Georgian", Regular, "NotoSansGeorgian-Regular.ttf"),
    font!("Noto Sans Georgian", Bold, "NotoSansGeorgian-Bold.ttf"),
    // Noto Sans has no ≥ and ≤, without which "at least 135" cannot be written.
    font!("Noto Sans Math", Regular, "NotoSansMath-Regular.ttf"),
];

/// The font files, Latin and Cyrillic first, then Armenian, Georgian and signs.
pub fn fonts() -> &'static [Font] {
    &FONTS
}

/// The files in which a character of a cut is looked for, first to last: those of the cut, then the upright ones, since
/// Armenian and Georgian have no italic and the signs no bold.
pub fn fallback(face: Face) -> impl Iterator<Item = &'static Font> {
    let exact = FONTS.iter().filter(move |f| f.face == face);
    exact.chain(FONTS.iter().filter(move |f| face != Face::Regular && f.face == Face::Regular))
}

/// Share of the type size that stands above the baseline of a capital letter.
pub const CAP_HEIGHT: f32 = 0.714;
/// Share of the type size that a line's ink takes above the baseline, accents included.
pub const ASCENT: f32 = 0.86;
/// Share of the type size that a line's ink takes below the baseline.
pub const DESCENT: f32 = 0.24;

/// Characters below this one have their advances in a table: every script of the map and its signs.
const TABLE: usize = 0x2300;
/// For each cut and character 0 (not looked up yet), 1 (no font has it) or the bits of its advance in em and 2. A layout
/// asks for some ten thousand advances.
static KNOWN: [[AtomicU32; TABLE]; 3] = [const { [const { AtomicU32::new(0) }; TABLE] }; 3];

static PARSED: LazyLock<Vec<(Face, Option<FontRef<'static>>)>> =
    LazyLock::new(|| FONTS.iter().map(|f| (f.face, FontRef::new(f.data).ok())).collect());

fn look_up(face: Face, c: char) -> Option<f32> {
    let faces = [face, Face::Regular];
    faces.iter().take(if face == Face::Regular { 1 } else { 2 }).find_map(|wanted| {
        PARSED.iter().filter(|(f, _)| f == wanted).find_map(|(_, font)| {
            let font = font.as_ref()?;
            let glyph = font.charmap().map(c)?;
            let upem = f32::from(font.metrics(Size::unscaled(), LocationRef::default()).units_per_em).max(1.0);
            Some(font.glyph_metrics(Size::unscaled(), LocationRef::default()).advance_width(glyph)? / upem)
        })
    })
}

/// Advance of a character in em; `None` where no shipped font has it.
pub fn advance(face: Face, c: char) -> Option<f32> {
    let row = match face {
        Face::Regular => 0,
        Face::Bold => 1,
        Face::Italic => 2,
    };
    let Some(cell) = KNOWN.get(row).and_then(|row| row.get(c as usize)) else { return look_up(face, c) };
    match cell.load(Ordering::Relaxed) {
        0 => {
            let found = look_up(face, c);
            cell.store(found.map_or(1, |em| em.to_bits().saturating_add(2)), Ordering::Relaxed);
            found
        }
        1 => None,
        bits => Some(f32::from_bits(bits - 2)),
    }
}

/// A text in pieces of one font family each. Spaces, digits and signs stay with the piece before them where its font has
/// them, so that a name is not torn at its hyphen.
pub fn runs(text: &str, face: Face) -> Vec<(&'static str, &str)> {
    let has = |family: &str, c: char| {
        FONTS.iter().zip(PARSED.iter()).any(|(f, (_, font))| {
            f.family == family && font.as_ref().is_some_and(|font| font.charmap().map(c).is_some())
        })
    };
    let mut out: Vec<(&'static str, usize, usize)> = Vec::new();
    for (at, c) in text.char_indices() {
        let end = at + c.len_utf8();
        match out.last_mut() {
            Some((family, _, last)) if (!c.is_alphabetic() || *family == "Noto Sans") && has(family, c) => *last = end,
            _ => {
                let family = fallback(face).map(|f| f.family).find(|f| has(f, c)).unwrap_or("Noto Sans");
                match out.last_mut() {
                    Some((same, _, last)) if *same == family => *last = end,
                    _ => out.push((family, at, end)),
                }
            }
        }
    }
    out.into_iter().filter_map(|(family, from, to)| Some((family, text.get(from..to)?))).collect()
}

/// A piece of a text in one font: its number in [`fonts`], the words, and for each glyph its id, its advance in em and the
/// bytes of the words that it shows.
#[derive(Clone, Debug)]
pub struct GlyphRun<'t> {
    /// The font.
    pub font: usize,
    /// The words.
    pub text: &'t str,
    /// The glyphs.
    pub glyphs: Vec<(u32, f32, std::ops::Range<usize>)>,
}

/// A text as glyphs, one to a character; characters that no font has are left out.
pub fn glyph_runs(text: &str, face: Face) -> Vec<GlyphRun<'_>> {
    let order: Vec<usize> = {
        let exact = FONTS.iter().enumerate().filter(|(_, f)| f.face == face);
        let upright = FONTS.iter().enumerate().filter(|(_, f)| face != Face::Regular && f.face == Face::Regular);
        exact.chain(upright).map(|(n, _)| n).collect()
    };
    let find = |n: usize, c: char| {
        let font = PARSED.get(n)?.1.as_ref()?;
        let glyph = font.charmap().map(c)?;
        let upem = f32::from(font.metrics(Size::unscaled(), LocationRef::default()).units_per_em).max(1.0);
        let advance = font.glyph_metrics(Size::unscaled(), LocationRef::default()).advance_width(glyph)? / upem;
        Some((n, glyph.to_u32(), advance))
    };
    let mut out: Vec<GlyphRun> = Vec::new();
    for (_, run) in runs(text, face) {
        let mut from = 0;
        let mut open: Option<GlyphRun> = None;
        for (at, c) in run.char_indices() {
            // The piece goes on in its font as far as that has the characters.
            let same = open.as_ref().and_then(|o| find(o.font, c));
            let Some((n, id, advance)) = same.or_else(|| order.iter().find_map(|n| find(*n, c))) else { continue };
            if open.as_ref().is_some_and(|o| o.font != n) {
                out.extend(open.take().map(|o| GlyphRun { text: run.get(from..at).unwrap_or_default(), ..o }));
                from = at;
            }
            let open = open.get_or_insert_with(|| GlyphRun { font: n, text: "", glyphs: Vec::new() });
            open.glyphs.push((id, advance, at - from..at + c.len_utf8() - from));
        }
        out.extend(open.map(|o| GlyphRun { text: run.get(from..).unwrap_or_default(), ..o }));
    }
    out
}

/// Whether a shipped font has the character.
pub fn has_glyph(face: Face, c: char) -> bool {
    advance(face, c).is_some()
}

/// Width of a line in points. A character that no font has counts as wide as a box glyph.
pub fn width(text: &str, face: Face, size: f32, spacing: f32) -> f32 {
    text.chars().map(|c| advance(face, c).unwrap_or(0.6) * size + spacing).sum()
}

/// The same text with what no shipped font can show left out: control characters and unknown scripts become nothing
/// or `?`, so no box glyph ever stands on a map.
pub fn showable(text: &str, face: Face) -> String {
    text.chars()
        .filter(|c| {
            !c.is_control() && !matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
        })
        .map(|c| if has_glyph(face, c) { c } else { '?' })
        .collect()
}

/// The fonts as `resvg` takes them; read once.
pub fn database() -> Arc<resvg::usvg::fontdb::Database> {
    static DATABASE: LazyLock<Arc<resvg::usvg::fontdb::Database>> = LazyLock::new(|| {
        let mut db = resvg::usvg::fontdb::Database::new();
        for font in &FONTS {
            db.load_font_source(resvg::usvg::fontdb::Source::Binary(Arc::new(font.data)));
        }
        db.set_serif_family("Noto Sans");
        db.set_sans_serif_family("Noto Sans");
        Arc::new(db)
    });
    DATABASE.clone()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_script_of_the_map_has_its_letters_in_every_cut() {
        for face in [Face::Regular, Face::Bold, Face::Italic] {
            for text in ["Xankəndi İŞĞÖÜÇ", "Ստեփանակերտ", "Степанакерт", "თბილისი", "≥ 71–80 · 13 Sep ≤ * − “”’…©"]
            {
                for c in text.chars() {
                    assert!(has_glyph(face, c), "{face:?} {c:?}");
                }
            }
        }
        assert!(!has_glyph(Face::Regular, '漢'));
        assert_eq!(showable("a\u{202e}b\u{7}漢", Face::Regular), "ab?");
    }

    #[test]
    fn a_text_is_cut_where_its_script_changes() {
        assert_eq!(
            runs("Shushi / Շուշի", Face::Regular),
            [("Noto Sans", "Shushi / "), ("Noto Sans Armenian", "Շուշի")]
        );
        assert_eq!(runs("≥ 135 · Sotk", Face::Bold), [("Noto Sans Math", "≥ 135 "), ("Noto Sans", "· Sotk")]);
        assert!(runs("", Face::Italic).is_empty());
    }

    #[test]
    fn a_width_grows_with_size_and_spacing() {
        let plain = width("Sotk", Face::Regular, 12.0, 0.0);
        assert!((20.0..32.0).contains(&plain), "{plain}");
        assert!((width("Sotk", Face::Regular, 24.0, 0.0) - 2.0 * plain).abs() < 0.01);
        assert!((width("Sotk", Face::Regular, 12.0, 1.0) - plain - 4.0).abs() < 0.01);
    }
}
