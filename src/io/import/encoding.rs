//! Bytes of a text file as text: the encoding is seen by its mark, by its shape, or guessed from the letters, and shown.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};

/// Text, and what it was read as.
#[derive(Debug)]
pub(super) struct Decoded {
    /// The text, without a byte order mark.
    pub(super) text: String,
    /// The name of the encoding in the WHATWG standard.
    pub(super) encoding: &'static str,
    /// Whether it was guessed from the letters alone.
    pub(super) guessed: bool,
    /// Places that are not in this encoding; each became U+FFFD.
    pub(super) replaced: usize,
}

/// Bytes that are looked at before an encoding is guessed.
const LOOK: usize = 4 << 20;

/// Decodes a file. `asked` is the name of an encoding in any of its spellings.
///
/// # Errors
/// One sentence if the name is none, or if the file is not text at all.
pub(super) fn decode(bytes: Vec<u8>, asked: Option<&str>) -> Result<Decoded, String> {
    if let Some(name) = asked {
        let encoding = label(name).ok_or_else(|| {
            format!("“{name}” is no encoding; write utf-8, windows-1251, windows-1252, utf-16le or gbk")
        })?;
        return Ok(with(bytes, encoding, false));
    }
    if let Some((encoding, mark)) = Encoding::for_bom(&bytes) {
        let mut bytes = bytes;
        bytes.drain(..mark);
        return Ok(with(bytes, encoding, false));
    }
    if let Some(encoding) = wide(&bytes) {
        return Ok(with(bytes, encoding, true));
    }
    if let Some(at) = memchr::memchr(0, &bytes) {
        return Err(format!("byte {at} is 0; this is a binary or damaged file, not text"));
    }
    let bytes = match String::from_utf8(bytes) {
        Ok(text) => return Ok(Decoded { text, encoding: UTF_8.name(), guessed: false, replaced: 0 }),
        Err(e) => e.into_bytes(),
    };
    // One broken letter does not make a file of another encoding.
    let (mut good, mut bad) = (0_usize, 0_usize);
    for chunk in bytes.get(..LOOK.min(bytes.len())).unwrap_or_default().utf8_chunks() {
        good += chunk.valid().bytes().filter(|b| *b >= 0xC0).count();
        bad += usize::from(!chunk.invalid().is_empty());
    }
    if good > 20 * bad {
        return Ok(with(bytes, UTF_8, false));
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(bytes.get(..LOOK.min(bytes.len())).unwrap_or_default(), true);
    Ok(with(bytes, detector.guess(None, Utf8Detection::Deny), true))
}

/// The encoding of loose letters: the named one, UTF-8 if they are that, else by a guess; and whether it was one.
///
/// # Errors
/// One sentence if the name is none.
pub(super) fn of_letters(bytes: &[u8], named: Option<&str>) -> Result<(&'static Encoding, bool), String> {
    let asked = named.filter(|n| !n.is_empty()).map(|name| {
        label(name).ok_or_else(|| format!("“{name}” is no encoding; choose one, such as windows-1251 (--encoding)"))
    });
    match asked {
        Some(encoding) => encoding.map(|e| (e, false)),
        None if bytes.is_ascii() || std::str::from_utf8(bytes).is_ok() => Ok((UTF_8, false)),
        None => {
            let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
            detector.feed(bytes, true);
            Ok((detector.guess(None, Utf8Detection::Deny), true))
        }
    }
}

/// The encoding of a name; spreadsheets' own words included.
fn label(name: &str) -> Option<&'static Encoding> {
    let name = name.trim().to_lowercase().replace('_', "-");
    let number = name.trim_start_matches("cp").trim_start_matches("ansi").trim_start_matches([' ', '-']);
    let name = match number {
        "936" => "gbk",
        "1250" | "1251" | "1252" | "1253" | "1254" => {
            return Encoding::for_label(format!("windows-{number}").as_bytes());
        }
        "65001" => "utf-8",
        _ => &name,
    };
    Encoding::for_label(name.as_bytes())
}

/// UTF-16 without a mark: every other byte of Latin text is 0.
fn wide(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = bytes.get(..bytes.len().min(2048) & !1)?;
    let zeros = |from: usize| head.iter().skip(from).step_by(2).filter(|b| **b == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    let half = head.len() / 2;
    if half < 4 {
        None
    } else if odd * 10 > half * 3 && even == 0 {
        Some(UTF_16LE)
    } else if even * 10 > half * 3 && odd == 0 {
        Some(UTF_16BE)
    } else {
        None
    }
}

fn with(bytes: Vec<u8>, encoding: &'static Encoding, guessed: bool) -> Decoded {
    let text = if encoding == UTF_8 {
        String::from_utf8(bytes).unwrap_or_else(|e| String::from_utf8_lossy(e.as_bytes()).into_owned())
    } else {
        encoding.decode_without_bom_handling(&bytes).0.into_owned()
    };
    let replaced = text.matches('\u{fffd}').count();
    Decoded { text, encoding: encoding.name(), guessed, replaced }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(bytes: &[u8], text: &str, encoding: &str) {
        let got = decode(bytes.to_vec(), None).unwrap();
        assert_eq!((got.text.as_str(), got.encoding), (text, encoding));
    }

    #[test]
    fn encodings_are_seen_by_mark_shape_and_letters() {
        check("дата;место".as_bytes(), "дата;место", "UTF-8");
        check(b"\xef\xbb\xbfdate", "date", "UTF-8");
        let wide = |text: &str, little: bool| -> Vec<u8> {
            text.encode_utf16().flat_map(|u| if little { u.to_le_bytes() } else { u.to_be_bytes() }).collect()
        };
        check(&[&[0xff, 0xfe][..], &wide("дата", true)].concat(), "дата", "UTF-16LE");
        check(&wide("date;place", true), "date;place", "UTF-16LE");
        check(&wide("date;place", false), "date;place", "UTF-16BE");
        let russian = "Дата;Место;Погибло;Источник\n13.09.2022;Сотк;несколько военнослужащих;Министерство обороны";
        check(&encoding_rs::WINDOWS_1251.encode(russian).0, russian, "windows-1251");
        let french = "Événement;Lieu\nAffrontement près de la frontière;Jermuk, à l’est";
        check(&encoding_rs::WINDOWS_1252.encode(french).0, french, "windows-1252");
        let chinese = "日期;地点;死亡人数;消息来源\n二〇二二年九月十三日;亚美尼亚边境;数十人;国防部发言人说";
        check(&encoding_rs::GBK.encode(chinese).0, chinese, "GBK");
    }

    #[test]
    fn a_named_encoding_is_taken_at_its_word() {
        let bytes = encoding_rs::WINDOWS_1251.encode("Сотк").0.into_owned();
        for name in ["cp1251", "windows-1251", "CP_1251", "1251"] {
            assert_eq!(decode(bytes.clone(), Some(name)).unwrap().text, "Сотк", "{name}");
        }
        assert!(decode(bytes, Some("klingon")).unwrap_err().contains("no encoding"));
    }

    #[test]
    fn one_broken_letter_does_not_change_the_encoding_and_zeros_are_refused() {
        let mut bytes = "Ստեփանակերտ, Շուշի, Հադրութ".as_bytes().to_vec();
        bytes.push(0xff);
        let got = decode(bytes, None).unwrap();
        assert_eq!((got.encoding, got.replaced), ("UTF-8", 1));
        assert!(decode(b"a,b\n1,\x002".to_vec(), None).unwrap_err().contains("byte 6 is 0"));
    }
}
