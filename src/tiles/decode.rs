//! Bytes of a tile to pixels. Nothing is allocated on the word of the file: sizes are looked at first.

use std::io::{Cursor, Read};
use std::path::Path;

use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits};
use tiny_skia::{IntSize, Pixmap};

/// Bytes of a tile at most, packed or unpacked.
pub(super) const TILE_BYTES: u64 = 8 << 20;
/// Pixels along the side of a tile at most.
const TILE_SIDE: u32 = 2_048;
/// Bytes of the file of a picture tied to the ground at most.
const LARGE_BYTES: u64 = 256 << 20;
/// Pixels along the side of such a picture at most.
const LARGE_SIDE: u32 = 30_000;
/// Its pixels at most: 256 MB unpacked.
const LARGE_PIXELS: u64 = 64_000_000;

/// What the bytes of a tile are, by their first ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    /// Pixels in one of the formats that are read.
    Picture(ImageFormat),
    /// Packed by gzip.
    Gzip,
    /// Text, such as a page that says what is wrong.
    Text,
    /// None of these; a vector tile has no mark.
    Other,
}

impl Format {
    pub(super) fn of(bytes: &[u8]) -> Self {
        match bytes {
            [0x89, b'P', b'N', b'G', ..] => Self::Picture(ImageFormat::Png),
            [0xff, 0xd8, 0xff, ..] => Self::Picture(ImageFormat::Jpeg),
            [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Self::Picture(ImageFormat::WebP),
            [0x1f, 0x8b, ..] => Self::Gzip,
            [b'<' | b'{', ..] => Self::Text,
            _ => Self::Other,
        }
    }
}

/// The pixels of a raster tile.
///
/// # Errors
/// One line.
pub(super) fn raster(bytes: &[u8]) -> Result<Pixmap, String> {
    match Format::of(bytes) {
        Format::Picture(format) => picture(bytes, format, TILE_SIDE, u64::from(TILE_SIDE).pow(2)),
        Format::Text => Err("the tile is a text, not a picture; the address or its key may be wrong".into()),
        Format::Gzip | Format::Other => Err("the tile is neither PNG, JPEG nor WebP".into()),
    }
}

/// The pixels of a picture file that is larger than a tile; its head is looked at before anything is unpacked.
///
/// # Errors
/// One line.
pub(super) fn large(path: &Path) -> Result<Pixmap, String> {
    let cannot = |e: std::io::Error| format!("it cannot be read ({e})");
    let mut bytes = Vec::new();
    std::fs::File::open(path).map_err(cannot)?.take(LARGE_BYTES + 1).read_to_end(&mut bytes).map_err(cannot)?;
    if bytes.len() as u64 > LARGE_BYTES {
        return Err(format!("a picture of more than {} MiB is too large; make it smaller", LARGE_BYTES >> 20));
    }
    match Format::of(&bytes) {
        Format::Picture(format) => picture(&bytes, format, LARGE_SIDE, LARGE_PIXELS),
        _ => Err("it is neither PNG, JPEG nor WebP".into()),
    }
}

fn picture(bytes: &[u8], format: ImageFormat, side: u32, pixels: u64) -> Result<Pixmap, String> {
    let fail = |e: image::ImageError| format!("the picture is damaged or of an unusual kind ({e})").replace('\n', " ");
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    let mut limits = Limits::default();
    // Up to 16 bits a channel, and what the decoder needs beside.
    limits.max_alloc = Some(pixels.saturating_mul(10).saturating_add(64 << 20));
    reader.limits(limits);
    let decoder = reader.into_decoder().map_err(fail)?;
    let (width, height) = decoder.dimensions();
    if width == 0 || height == 0 {
        return Err("the picture has no pixels".into());
    }
    if width > side || height > side || u64::from(width) * u64::from(height) > pixels {
        return Err(format!(
            "a picture of {width}×{height} pixels is too large; at most {} million pixels are taken, make it smaller",
            pixels / 1_000_000
        ));
    }
    let mut data = DynamicImage::from_decoder(decoder).map_err(fail)?.into_rgba8().into_raw();
    for pixel in data.chunks_exact_mut(4) {
        if let [r, g, b, a] = pixel
            && *a < 255
        {
            let alpha = u16::from(*a);
            let by_alpha = |c: u8| ((u16::from(c) * alpha + 127) / 255) as u8;
            (*r, *g, *b) = (by_alpha(*r), by_alpha(*g), by_alpha(*b));
        }
    }
    IntSize::from_wh(width, height)
        .and_then(|size| Pixmap::from_vec(data, size))
        .ok_or_else(|| "the picture has another number of pixels than it says".into())
}

/// Unpacks gzip, refusing what grows beyond `limit` bytes.
///
/// # Errors
/// One line.
pub(super) fn gunzip(bytes: &[u8], limit: u64) -> Result<Vec<u8>, String> {
    let mut out = Vec::new();
    let read = flate2::read::MultiGzDecoder::new(bytes).take(limit.saturating_add(1)).read_to_end(&mut out);
    read.map_err(|e| format!("what is packed by gzip is damaged ({e})"))?;
    if out.len() as u64 > limit {
        return Err(format!("it grows beyond {} MiB when unpacked; it is made to do harm", limit >> 20));
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encoded(format: ImageFormat, side: u32) -> Vec<u8> {
        let mut out = Cursor::new(Vec::new());
        DynamicImage::new_rgb8(side, side).write_to(&mut out, format).unwrap();
        out.into_inner()
    }

    #[test]
    fn the_three_raster_formats_are_read() {
        for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::WebP] {
            assert_eq!(raster(&encoded(format, 256)).unwrap().width(), 256, "{format:?}");
        }
    }

    #[test]
    fn a_picture_that_says_it_is_huge_is_refused_before_it_is_unpacked() {
        let mut png = encoded(ImageFormat::Png, 8);
        png[16..20].copy_from_slice(&60_000_u32.to_be_bytes());
        png[20..24].copy_from_slice(&60_000_u32.to_be_bytes());
        let crc = {
            let mut crc = flate2::Crc::new();
            crc.update(&png[12..29]);
            crc.sum()
        };
        png[29..33].copy_from_slice(&crc.to_be_bytes());
        let said = raster(&png).unwrap_err();
        assert!(said.contains("60000×60000") && !said.contains('\n'), "{said}");
    }

    #[test]
    fn what_is_no_picture_says_so() {
        assert!(raster(b"<!DOCTYPE html>").unwrap_err().contains("text"));
        assert!(raster(b"\x1a\x02abc").unwrap_err().contains("neither PNG"));
        assert!(raster(&encoded(ImageFormat::Png, 64)[..60]).unwrap_err().contains("damaged"));
    }

    #[test]
    fn a_bomb_is_stopped() {
        use std::io::Write;
        let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        let zeros = vec![0_u8; 1 << 20];
        (0..16).for_each(|_| packer.write_all(&zeros).unwrap());
        let bomb = packer.finish().unwrap();
        assert!(bomb.len() < 40_000);
        assert!(gunzip(&bomb, TILE_BYTES).unwrap_err().contains("harm"));
        assert!(gunzip(&bomb[..200], TILE_BYTES).unwrap_err().contains("damaged"));
    }
}
