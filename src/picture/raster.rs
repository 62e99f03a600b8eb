//! A picture as pixels: the SVG of the display list drawn by `resvg` over a ground that is there already.
//!
//! The fonts are the program's own files; fonts of the machine are never read, so a picture is the same everywhere.

use resvg::usvg::{Options, Tree};
use tiny_skia::{Pixmap, Transform};

use super::list::Picture;
use super::svg::{Ground, svg};
use super::type_metrics;

/// Draws a picture over `ground`, which is `scale` pixels to the point.
///
/// # Errors
/// A sentence, if the picture cannot be drawn.
pub fn draw(picture: &Picture, ground: &mut Pixmap, scale: f32) -> Result<(), String> {
    render(&tree(&svg(picture, "", Ground::None, 1.0))?, ground, scale);
    Ok(())
}

/// A document with the program's fonts.
pub(super) fn tree(text: &str) -> Result<Tree, String> {
    let options = Options { fontdb: type_metrics::database(), font_family: "Noto Sans".into(), ..Options::default() };
    Tree::from_str(text, &options).map_err(|e| format!("the picture cannot be drawn: {e}"))
}

pub(super) fn render(tree: &Tree, ground: &mut Pixmap, scale: f32) {
    resvg::render(tree, Transform::from_scale(scale, scale), &mut ground.as_mut());
}

/// An opaque pixmap as JPEG, of a quality from 1 to 100: for the ground, which is shading without edges.
///
/// # Errors
/// A sentence, if it cannot be encoded.
pub fn jpeg(pixmap: &Pixmap, quality: u8) -> Result<Vec<u8>, String> {
    let mut out = Vec::new();
    let side = |n: u32| u16::try_from(n).map_err(|_| "the picture is too large for JPEG".to_owned());
    let (width, height) = (side(pixmap.width())?, side(pixmap.height())?);
    jpeg_encoder::Encoder::new(&mut out, quality)
        .encode(pixmap.data(), width, height, jpeg_encoder::ColorType::Rgba)
        .map_err(|e| format!("the picture cannot be written as JPEG: {e}"))?;
    Ok(out)
}

/// An opaque pixmap as PNG.
///
/// # Errors
/// A sentence, if it cannot be encoded.
pub fn png(pixmap: &Pixmap) -> Result<Vec<u8>, String> {
    let mut out = Vec::with_capacity(pixmap.data().len() / 4);
    let mut encoder = png::Encoder::new(&mut out, pixmap.width(), pixmap.height());
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    // The balanced setting takes five times as long for a tenth less on a shaded map.
    encoder.set_compression(png::Compression::Fast);
    let rgb: Vec<u8> = pixmap.data().chunks_exact(4).flat_map(|p| p.iter().take(3)).copied().collect();
    let fail = |e: png::EncodingError| format!("the picture cannot be written as PNG: {e}");
    let mut writer = encoder.write_header().map_err(fail)?;
    writer.write_image_data(&rgb).map_err(fail)?;
    writer.finish().map_err(fail)?;
    Ok(out)
}
