//! A slide that plays as a GIF. Of each frame only what differs from the one before is kept, and frames that are the same are one
//! frame that stays longer.

use rayon::prelude::*;

use super::export::{Order, Told};
use super::reel::Reel;
use crate::model::{Project, Slide};
use crate::picture::Pixmap;

/// Hundredths of a second for which the end stays.
const HOLD: u16 = 250;
/// Most frames of an animation: more is no picture any more but a film.
const MOST: u32 = 3_000;

/// How an animation runs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Film {
    /// Frames a second: of a GIF 1 to 50, of a film 1 to 60.
    pub fps: u32,
    /// Seconds; `None`: as long as the slide plays.
    pub secs: Option<u32>,
}

impl Film {
    /// Most frames a second of a GIF: browsers show no more.
    pub const MOST_GIF: u32 = 50;
    /// Most frames a second of a film.
    pub const MOST_MP4: u32 = 60;
    /// Largest width and height of a film in pixels: the decoders of most machines take no more.
    pub const LARGEST_MP4: [u32; 2] = [3840, 2160];

    /// Whether a film can be as large as that, in pixels.
    ///
    /// # Errors
    /// How large it can be.
    pub fn fits_mp4([width, height]: [u32; 2]) -> Result<(), String> {
        let [widest, highest] = Self::LARGEST_MP4;
        if width > widest || height > highest {
            return Err(format!("--size: {width}x{height}: a film is at most {widest}x{highest}; make it smaller"));
        }
        Ok(())
    }
}

impl Default for Film {
    fn default() -> Self {
        Self { fps: 12, secs: None }
    }
}

/// Colours of a picture as numbers in one table of 256.
struct Palette {
    colors: Vec<u8>,
    /// The nearest colour for each of 32 steps of red, green and blue.
    nearest: Vec<u8>,
}

impl Palette {
    /// A table for a picture.
    fn of(pixmap: &Pixmap) -> Self {
        let (w, h) = (pixmap.width().min(65_535) as u16, pixmap.height().min(65_535) as u16);
        let rgb: Vec<u8> = pixmap.data().chunks_exact(4).flat_map(|p| p.iter().take(3)).copied().collect();
        let colors = gif::Frame::from_rgb_speed(w, h, &rgb, 10).palette.unwrap_or_else(|| vec![0; 768]);
        let near = |n: usize| {
            let part = |shift: usize| (((n >> shift) & 31) * 8 + 4) as i32;
            let (r, g, b) = (part(10), part(5), part(0));
            let far = |c: &[u8]| match c {
                [x, y, z] => {
                    let (dr, dg, db) = (r - i32::from(*x), g - i32::from(*y), b - i32::from(*z));
                    // Green counts most for the eye, blue least.
                    2 * dr * dr + 4 * dg * dg + db * db
                }
                _ => i32::MAX,
            };
            let best = colors.chunks_exact(3).enumerate().min_by_key(|(_, c)| far(c)).map_or(0, |(i, _)| i);
            u8::try_from(best).unwrap_or(0)
        };
        let nearest = (0..32_768).into_par_iter().map(near).collect();
        Self { colors, nearest }
    }

    fn numbers(&self, pixmap: &Pixmap) -> Vec<u8> {
        let number = |p: &[u8]| match p {
            [r, g, b, _] => {
                let n = (usize::from(r >> 3) << 10) | (usize::from(g >> 3) << 5) | usize::from(b >> 3);
                self.nearest.get(n).copied().unwrap_or(0)
            }
            _ => 0,
        };
        pixmap.data().chunks_exact(4).map(number).collect()
    }
}

/// The smallest box of what differs: left, top, right, bottom; `None`: nothing.
fn difference(a: &[u8], b: &[u8], width: usize) -> Option<[usize; 4]> {
    let mut out: Option<[usize; 4]> = None;
    for (y, (one, two)) in a.chunks(width).zip(b.chunks(width)).enumerate() {
        if one == two {
            continue;
        }
        let differ = |(p, q): (&u8, &u8)| p != q;
        let left = one.iter().zip(two).position(differ).unwrap_or(0);
        let right = width - one.iter().rev().zip(two.iter().rev()).position(differ).unwrap_or(0);
        out = Some(out.map_or([left, y, right, y + 1], |[l, t, r, _]| [l.min(left), t, r.max(right), y + 1]));
    }
    out
}

/// A slide that plays as a GIF; one that does not plays its window for eight seconds.
pub(super) fn gif(project: &Project, slide: &Slide, order: &Order, told: &mut Told) -> Result<Vec<u8>, String> {
    let [w, h] = order.size;
    let side = |n: u32| u16::try_from(n).map_err(|_| "an animation is at most 65535 pixels wide and high".to_owned());
    let (width, height) = (side(w)?, side(h)?);
    let fps = order.film.fps.clamp(1, Film::MOST_GIF);
    let mut reel = Reel::new(project, slide, order, fps, MOST)?;
    // The end has the most on it: its colours serve all.
    let palette = Palette::of(&reel.end()?);
    let mut bytes = Vec::new();
    let fail = |e: gif::EncodingError| format!("the animation cannot be written: {e}");
    let mut encoder = gif::Encoder::new(&mut bytes, width, height, &palette.colors).map_err(fail)?;
    encoder.set_repeat(gif::Repeat::Infinite).map_err(fail)?;
    let tick = |n: u32| (u64::from(n) * 100 / u64::from(fps)) as u32;
    let mut before: Option<Vec<u8>> = None;
    let mut waiting: Option<gif::Frame> = None;
    let mut take = |n: u32, numbers: Option<Vec<u8>>| -> Result<(), String> {
        let delay = u16::try_from(tick(n + 1) - tick(n)).unwrap_or(u16::MAX);
        let frame = numbers.and_then(|numbers| {
            let wide = usize::from(width);
            let bounds = match &before {
                None => Some([0, 0, wide, usize::from(height)]),
                Some(before) => difference(before, &numbers, wide),
            };
            let [l, t, r, b] = bounds?;
            let rows = numbers.chunks(wide).skip(t).take(b - t);
            let part: Vec<u8> = rows.flat_map(|row| row.get(l..r).unwrap_or_default()).copied().collect();
            let side = |n: usize| u16::try_from(n).unwrap_or(u16::MAX);
            before = Some(numbers);
            Some(gif::Frame {
                left: side(l),
                top: side(t),
                width: side(r - l),
                height: side(b - t),
                delay,
                buffer: part.into(),
                dispose: gif::DisposalMethod::Keep,
                ..gif::Frame::default()
            })
        });
        match (frame, &mut waiting) {
            (Some(frame), waiting) => {
                if let Some(done) = waiting.replace(frame) {
                    encoder.write_frame(&done).map_err(fail)?;
                }
            }
            (None, Some(waiting)) => waiting.delay = waiting.delay.saturating_add(delay),
            (None, None) => {}
        }
        Ok(())
    };
    reel.run(|pixmap| palette.numbers(pixmap), &mut take, told)?;
    if let Some(mut done) = waiting {
        done.delay = done.delay.saturating_add(HOLD);
        encoder.write_frame(&done).map_err(fail)?;
    }
    drop(encoder);
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_differs_is_kept() {
        let mut a = vec![0_u8; 12];
        let b = a.clone();
        assert_eq!(difference(&a, &b, 4), None);
        a[5] = 1;
        a[10] = 1;
        assert_eq!(difference(&a, &b, 4), Some([1, 1, 3, 3]));
    }
}
