//! Pictures without what they say of place, time, camera and person: Exif, XMP, IPTC, comments, previews and whatever stands
//! behind their end. The picture itself stays to the bit; of Exif only which way is up is kept.
//!
//! JPEG (ITU T.81 with the Exif and ICC conventions), PNG (W3C, third edition) and WebP (RFC 9649) are taken apart by their
//! own segments and chunks; only what is known to belong to the picture goes on.

/// What became of a file.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Cleared {
    /// It is no picture that is known here.
    Other,
    /// It is one, and says nothing that had to be taken out.
    Plain,
    /// Without what was taken out.
    Without(Vec<u8>),
    /// It begins as a picture and is damaged: what it says is not known.
    Damaged,
}

/// The picture without what it says besides.
pub(super) fn cleared(bytes: &[u8]) -> Cleared {
    let read = match bytes {
        [0xff, 0xd8, 0xff, ..] => jpeg(bytes),
        [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => png(bytes),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => webp(bytes),
        _ => return Cleared::Other,
    };
    match read {
        None => Cleared::Damaged,
        Some(out) if out == bytes => Cleared::Plain,
        Some(out) => Cleared::Without(out),
    }
}

fn jpeg(bytes: &[u8]) -> Option<Vec<u8>> {
    const EXIF: &[u8] = b"Exif\0\0";
    let mut out = bytes.get(..2)?.to_vec();
    let mut at = 2;
    let mut turned = None;
    // Where a turn is told of: before all else but the head of a JFIF file.
    let mut head = 2;
    loop {
        let [0xff, marker] = *bytes.get(at..at + 2)? else { return None };
        if marker == 0xff {
            // Filling before a marker.
            at += 1;
            continue;
        }
        if marker == 0xd9 {
            out.extend([0xff, 0xd9]);
            break;
        }
        if matches!(marker, 0x01 | 0xd0..=0xd7) {
            out.extend([0xff, marker]);
            at += 2;
            continue;
        }
        let len = usize::from(u16::from_be_bytes(bytes.get(at + 2..at + 4)?.try_into().ok()?));
        let segment = bytes.get(at..at + 2 + len).filter(|_| len >= 2)?;
        let inside = segment.get(4..)?;
        let stays = match marker {
            0xe0 => inside.starts_with(b"JFIF\0"),
            0xe2 => inside.starts_with(b"ICC_PROFILE\0"),
            0xee => inside.starts_with(b"Adobe"),
            0xe1 | 0xe3..=0xed | 0xef | 0xfe => false,
            _ => true,
        };
        if marker == 0xe1 && turned.is_none() {
            turned = inside.strip_prefix(EXIF).and_then(turn);
        }
        if stays && marker == 0xe0 {
            // A preview stands behind the first fourteen bytes of the segment.
            out.extend([0xff, 0xe0, 0, 16]);
            out.extend(inside.get(..12)?);
            out.extend([0, 0]);
            head = out.len();
        } else if stays {
            out.extend(segment);
        }
        at += 2 + len;
        if marker == 0xda {
            // The picture, up to the next marker: a byte of it that looks like one is followed by 0.
            let rest = bytes.get(at..)?;
            let end = rest.windows(2).position(|w| matches!(w, [0xff, m] if !matches!(m, 0 | 0xd0..=0xd7 | 0xff)))?;
            out.extend(rest.get(..end)?);
            at += end;
        }
    }
    if let Some(turn) = turned {
        let mut exif = vec![0xff, 0xe1, 0, 0];
        exif.extend(EXIF);
        exif.extend(only_turn(turn));
        let len = u16::try_from(exif.len() - 2).ok()?.to_be_bytes();
        exif.get_mut(2..4)?.copy_from_slice(&len);
        out.splice(head..head, exif);
    }
    Some(out)
}

/// What belongs to a PNG picture; all else (texts, times, Exif) does not.
const PNG: [&[u8; 4]; 17] = [
    b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"cHRM", b"gAMA", b"iCCP", b"sBIT", b"sRGB", b"cICP", b"bKGD",
    b"hIST", b"pHYs", b"acTL", b"fcTL", b"fdAT",
];

fn png(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut out = bytes.get(..8)?.to_vec();
    let mut at = 8;
    loop {
        let len = u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?) as usize;
        let name = bytes.get(at + 4..at + 8)?;
        let chunk = bytes.get(at..at.checked_add(len)?.checked_add(12)?)?;
        if PNG.iter().any(|known| *known == name) {
            out.extend(chunk);
        }
        at += chunk.len();
        if name == b"IEND" {
            return Some(out);
        }
    }
}

fn webp(bytes: &[u8]) -> Option<Vec<u8>> {
    const EXIF_FLAG: u8 = 8;
    const XMP_FLAG: u8 = 4;
    let len = u32::from_le_bytes(bytes.get(4..8)?.try_into().ok()?) as usize;
    let mut rest = bytes.get(12..len.checked_add(8)?)?;
    let mut out = bytes.get(..12)?.to_vec();
    let (mut flags_at, mut turned) = (None, None);
    while !rest.is_empty() {
        let len = u32::from_le_bytes(rest.get(4..8)?.try_into().ok()?) as usize;
        let padded = len.checked_add(len % 2)?.checked_add(8)?;
        let chunk = rest.get(..padded)?;
        match chunk.get(..4)? {
            b"VP8X" => {
                flags_at = Some(out.len() + 8);
                out.extend(chunk);
            }
            b"VP8 " | b"VP8L" | b"ALPH" | b"ANIM" | b"ANMF" | b"ICCP" => out.extend(chunk),
            b"EXIF" => {
                let inside = chunk.get(8..8 + len)?;
                turned = turn(inside.strip_prefix(b"Exif\0\0").unwrap_or(inside));
            }
            _ => {}
        }
        rest = rest.get(padded..)?;
    }
    // Only a file with flags can have had Exif.
    let turned = turned.filter(|_| flags_at.is_some());
    if let Some(turn) = turned {
        let exif = only_turn(turn);
        out.extend(b"EXIF");
        out.extend(u32::try_from(exif.len()).ok()?.to_le_bytes());
        out.extend(exif);
    }
    if let Some(flags) = flags_at.and_then(|at| out.get_mut(at)) {
        *flags &= !(EXIF_FLAG | XMP_FLAG);
        *flags |= if turned.is_some() { EXIF_FLAG } else { 0 };
    }
    let len = u32::try_from(out.len() - 8).ok()?.to_le_bytes();
    out.get_mut(4..8)?.copy_from_slice(&len);
    Some(out)
}

/// The tag of Exif that says which way is up.
const ORIENTATION: u16 = 0x0112;

/// Which way is up by a block of Exif (a TIFF head and its first folder), if it is not the usual way: 2 to 8.
fn turn(tiff: &[u8]) -> Option<u16> {
    let is_little = match tiff.get(..4)? {
        [b'I', b'I', 42, 0] => true,
        [b'M', b'M', 0, 42] => false,
        _ => return None,
    };
    let short = |at: usize| -> Option<u16> {
        let two: [u8; 2] = tiff.get(at..at.checked_add(2)?)?.try_into().ok()?;
        Some(if is_little { u16::from_le_bytes(two) } else { u16::from_be_bytes(two) })
    };
    let long = |at: usize| -> Option<u32> {
        let four: [u8; 4] = tiff.get(at..at.checked_add(4)?)?.try_into().ok()?;
        Some(if is_little { u32::from_le_bytes(four) } else { u32::from_be_bytes(four) })
    };
    let first = long(4)? as usize;
    let entries = usize::from(short(first)?);
    let mut of = (0..entries).map(|n| first.saturating_add(2 + 12 * n));
    let entry = of.find(|at| short(*at) == Some(ORIENTATION))?;
    short(entry.saturating_add(8)).filter(|turn| (2..=8).contains(turn))
}

/// A block of Exif that says which way is up and nothing else.
fn only_turn(turn: u16) -> Vec<u8> {
    let mut out = b"II\x2a\0\x08\0\0\0\x01\0".to_vec();
    out.extend(ORIENTATION.to_le_bytes());
    // One short number.
    out.extend([3, 0, 1, 0, 0, 0]);
    out.extend(u32::from(turn).to_le_bytes());
    // No further folder.
    out.extend([0; 4]);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::{ImageFormat, RgbImage};

    const SECRET: &[u8] = b"40.2036N 45.8611E, camera of anna";

    fn picture(format: ImageFormat) -> Vec<u8> {
        let image = RgbImage::from_fn(24, 16, |x, y| image::Rgb([x as u8 * 9, y as u8 * 13, 90]));
        let mut out = std::io::Cursor::new(Vec::new());
        image.write_to(&mut out, format).unwrap();
        out.into_inner()
    }

    /// A block of Exif with the secret and a turn.
    fn exif(turn: u16) -> Vec<u8> {
        let mut out = only_turn(turn);
        out.extend(SECRET);
        out
    }

    fn segment(marker: u8, inside: &[u8]) -> Vec<u8> {
        let len = u16::try_from(inside.len() + 2).unwrap().to_be_bytes();
        [&[0xff, marker][..], &len, inside].concat()
    }

    fn chunk(name: [u8; 4], inside: &[u8]) -> Vec<u8> {
        // Nobody here reads the sum of a chunk that is left out.
        [&u32::try_from(inside.len()).unwrap().to_be_bytes()[..], &name, inside, &[0; 4]].concat()
    }

    fn says(bytes: &[u8]) -> bool {
        bytes.windows(SECRET.len()).any(|w| w == SECRET)
    }

    fn same_picture(a: &[u8], b: &[u8]) {
        let pixels = |bytes: &[u8]| image::load_from_memory(bytes).unwrap().to_rgb8();
        assert_eq!(pixels(a), pixels(b));
    }

    fn without(bytes: &[u8]) -> Vec<u8> {
        let Cleared::Without(out) = cleared(bytes) else { panic!("nothing was taken out") };
        assert!(says(bytes) && !says(&out));
        same_picture(bytes, &out);
        assert_eq!(cleared(&out), Cleared::Plain, "what was cleared has nothing left to clear");
        out
    }

    #[test]
    fn a_jpeg_gives_away_neither_place_nor_camera_and_stands_upright() {
        let plain = picture(ImageFormat::Jpeg);
        let with = |turn| {
            let told = [
                segment(0xe1, &[b"Exif\0\0", &*exif(turn)].concat()),
                segment(0xe1, &[&b"http://ns.adobe.com/xap/1.0/\0"[..], SECRET].concat()),
                segment(0xed, SECRET),
                segment(0xfe, SECRET),
                segment(0xe2, &[b"MPF\0", SECRET].concat()),
            ];
            [&plain[..2], &told.concat(), &plain[2..], SECRET].concat()
        };
        let upright = without(&with(1));
        assert!(!upright.windows(4).any(|w| w == b"Exif"));
        let turned = without(&with(6));
        let from = turned.windows(6).position(|w| w == b"Exif\0\0").unwrap();
        assert_eq!(turn(&turned[from + 6..]), Some(6));
    }

    #[test]
    fn a_png_and_a_webp_give_away_neither() {
        let png = picture(ImageFormat::Png);
        // Behind signature and head.
        let told = [chunk(*b"tEXt", SECRET), chunk(*b"eXIf", &exif(6)), chunk(*b"zzZz", SECRET)].concat();
        without(&[&png[..33], &told, &png[33..], SECRET].concat());
        let webp = picture(ImageFormat::WebP);
        let riff = |name: &[u8], inside: &[u8]| {
            let pad = vec![0; inside.len() % 2];
            [name, &u32::try_from(inside.len()).unwrap().to_le_bytes(), inside, &pad].concat()
        };
        let canvas = riff(b"VP8X", &[12, 0, 0, 0, 23, 0, 0, 15, 0, 0]);
        let inside = [&b"WEBP"[..], &canvas, &webp[12..], &riff(b"EXIF", &exif(8)), &riff(b"XMP ", SECRET)].concat();
        let out = without(&riff(b"RIFF", &inside));
        assert_eq!(out[20] & 0b1100, 0b1000, "Exif is there, for the turn alone, and no XMP");
        let from = out.windows(4).position(|w| w == b"EXIF").unwrap();
        assert_eq!(turn(&out[from + 8..]), Some(8));
    }

    #[test]
    fn what_is_no_picture_stays_and_a_damaged_one_is_told() {
        assert_eq!(cleared(b"%PDF-1.7"), Cleared::Other);
        assert_eq!(cleared(b""), Cleared::Other);
        for format in [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP] {
            let whole = picture(format);
            // Wherever one is cut, it is told; what comes out of any bytes is no panic.
            for at in 12..whole.len() {
                assert_eq!(cleared(&whole[..at]), Cleared::Damaged, "{format:?} cut at {at}");
            }
            for at in 0..whole.len() {
                let mut spoiled = whole.clone();
                spoiled[at] ^= 0xff;
                let _ = cleared(&spoiled);
            }
        }
    }
}
