//! A slide that plays as a film: frames as H.264 by the encoder `openh264`, one after the other, in an `.mp4`.
//!
//! Every picture has the same quality (a fixed quantiser), since a map is still for long and its words must stay sharp when
//! little moves. A frame that is the same as the one before makes that one stay longer. What is encoded is held in memory until
//! all of it is there: nothing is written before, so that a film that is stopped leaves no file.

use openh264::OpenH264API;
use openh264::encoder::{
    BitRate, Complexity, Encoder, EncoderConfig, FrameRate, IntraFramePeriod, QpRange, RateControlMode, UsageType,
    VuiConfig,
};
use openh264::formats::YUVSource;

use super::export::{Order, Told};
use super::film::Film;
use super::mp4::{Sample, Track};
use super::reel::Reel;
use crate::model::{Project, Slide};
use crate::picture::Pixmap;

/// Most frames of a film: ten minutes at 60 a second.
const MOST: u32 = 36_000;
/// Seconds after which a picture is encoded that can be jumped to.
const KEY_SECS: u32 = 4;
/// The quantiser of all pictures, 0 (nothing lost) to 51: small type keeps its edges.
const QUANTISER: u8 = 24;

/// A frame in the colours of BT.709, limited range, one sample of colour for four pixels.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Planes {
    /// Width and height; both even.
    size: [usize; 2],
    y: Vec<u8>,
    u: Vec<u8>,
    v: Vec<u8>,
}

impl YUVSource for Planes {
    fn dimensions(&self) -> (usize, usize) {
        self.size.into()
    }

    fn strides(&self) -> (usize, usize, usize) {
        let [w, _] = self.size;
        (w, w / 2, w / 2)
    }

    fn y(&self) -> &[u8] {
        &self.y
    }

    fn u(&self) -> &[u8] {
        &self.u
    }

    fn v(&self) -> &[u8] {
        &self.v
    }
}

impl Planes {
    /// An opaque picture; where a side is odd, its last row or column stands twice.
    fn of(pixmap: &Pixmap) -> Self {
        let (w, h) = (pixmap.width() as usize, pixmap.height() as usize);
        let size = [w + w % 2, h + h % 2];
        let [wide, high] = size;
        let mut out = Self {
            size,
            y: Vec::with_capacity(wide * high),
            u: Vec::with_capacity(wide * high / 4),
            v: Vec::with_capacity(wide * high / 4),
        };
        for pair in pixmap.data().chunks(2 * 4 * w) {
            let (above, below) = pair.split_at((4 * w).min(pair.len()));
            let below = if below.is_empty() { above } else { below };
            out.brightness(above);
            out.brightness(below);
            for (a, b) in above.chunks(8).zip(below.chunks(8)) {
                let (u, v) = match (a, b) {
                    ([r, g, b, _, r2, g2, b2, _], [r3, g3, b3, _, r4, g4, b4, _]) => {
                        let sum = |all: [u8; 4]| -> i32 { all.into_iter().map(i32::from).sum() };
                        color(sum([*r, *r2, *r3, *r4]), sum([*g, *g2, *g3, *g4]), sum([*b, *b2, *b3, *b4]))
                    }
                    ([r, g, b, ..], [r2, g2, b2, ..]) => {
                        let sum = |p: u8, q: u8| 2 * (i32::from(p) + i32::from(q));
                        color(sum(*r, *r2), sum(*g, *g2), sum(*b, *b2))
                    }
                    _ => (128, 128),
                };
                out.u.push(u);
                out.v.push(v);
            }
        }
        out
    }

    /// The brightness of a row, 16 to 235.
    fn brightness(&mut self, row: &[u8]) {
        let one = |p: &[u8]| match p {
            // 0.2126, 0.7152 and 0.0722 of ITU-R BT.709, times 219 / 255, in 65536ths.
            [r, g, b, _] => {
                ((11_966 * u32::from(*r) + 40_254 * u32::from(*g) + 4_064 * u32::from(*b) + (16 << 16) + (1 << 15))
                    >> 16) as u8
            }
            _ => 16,
        };
        self.y.extend(row.chunks_exact(4).map(one));
        if (row.len() / 4) % 2 == 1
            && let Some(last) = self.y.last().copied()
        {
            self.y.push(last);
        }
    }
}

/// Blue and red of four pixels of which the sums are given, 16 to 240.
fn color(r: i32, g: i32, b: i32) -> (u8, u8) {
    // (B − Y) / 1.8556 and (R − Y) / 1.5748 of ITU-R BT.709, times 224 / 255, in 65536ths; four pixels are summed.
    let u = (-6_596 * r - 22_189 * g + 28_785 * b + (128 << 18) + (1 << 17)) >> 18;
    let v = (28_784 * r - 26_145 * g - 2_639 * b + (128 << 18) + (1 << 17)) >> 18;
    (u.clamp(0, 255) as u8, v.clamp(0, 255) as u8)
}

/// What is encoded so far.
struct Encoding {
    encoder: Encoder,
    track: Track,
    pictures: Vec<u8>,
    before: Option<Planes>,
    /// Frames since the last picture that can be jumped to.
    since_key: u32,
}

impl Encoding {
    fn new(size: [usize; 2], fps: u32) -> Result<Self, String> {
        let config = EncoderConfig::new()
            .usage_type(UsageType::CameraVideoRealTime)
            .complexity(Complexity::Low)
            // The mode that leaves the quantiser where it is put and says nothing on the way; the rate is never reached.
            .rate_control_mode(RateControlMode::Bufferbased)
            .qp(QpRange::new(QUANTISER, QUANTISER))
            .bitrate(BitRate::from_bps(20_000_000))
            .max_frame_rate(FrameRate::from_hz(fps as f32))
            .skip_frames(false)
            .scene_change_detect(false)
            .background_detection(false)
            .adaptive_quantization(false)
            .intra_frame_period(IntraFramePeriod::auto())
            .num_threads(1)
            .vui(VuiConfig::bt709());
        let encoder = Encoder::with_api_config(OpenH264API::from_source(), config).map_err(|e| fail(&e))?;
        let side = |n: usize| u16::try_from(n).unwrap_or(u16::MAX);
        let track = Track { size: size.map(side), fps, ..Track::default() };
        Ok(Self { encoder, track, pictures: Vec::new(), before: None, since_key: 0 })
    }

    /// Takes a frame; `None`: the same as the one before.
    fn take(&mut self, planes: Option<Planes>) -> Result<(), String> {
        self.since_key += 1;
        let Some(planes) = planes.filter(|p| self.before.as_ref() != Some(p)) else {
            self.stay();
            return Ok(());
        };
        if !self.track.samples.is_empty() && self.since_key > KEY_SECS * self.track.fps {
            self.encoder.force_intra_frame();
        }
        let encoded = self.encoder.encode(&planes).map_err(|e| fail(&e))?;
        let start = self.pictures.len();
        let mut key = false;
        for layer in (0..encoded.num_layers()).filter_map(|n| encoded.layer(n)) {
            for unit in (0..layer.nal_count()).filter_map(|n| layer.nal_unit(n)) {
                let unit = bare(unit);
                let Some(kind) = unit.first().map(|b| b & 0x1f) else { continue };
                match kind {
                    7 | 8 => {
                        let [sps, pps] = &mut self.track.sets;
                        let set = if kind == 7 { sps } else { pps };
                        if set.is_empty() {
                            unit.clone_into(set);
                        } else if set.as_slice() != unit {
                            return Err("the film cannot be encoded: its parameters changed on the way".into());
                        }
                    }
                    1 | 5 => {
                        key |= kind == 5;
                        self.pictures.extend((unit.len() as u32).to_be_bytes());
                        self.pictures.extend(unit);
                    }
                    _ => {}
                }
            }
        }
        let bytes = u32::try_from(self.pictures.len() - start).map_err(|_| "a picture of the film is too large")?;
        if bytes == 0 {
            self.stay();
            return Ok(());
        }
        if key {
            self.since_key = 1;
        }
        self.track.samples.push(Sample { bytes, frames: 1, key });
        self.before = Some(planes);
        Ok(())
    }

    /// The picture before stays for a frame more.
    fn stay(&mut self) {
        if let Some(sample) = self.track.samples.last_mut() {
            sample.frames += 1;
        }
    }

    /// The file.
    fn finish(self) -> Result<Vec<u8>, String> {
        let mut out = self.track.head()?;
        out.extend(self.pictures);
        Ok(out)
    }
}

/// A unit of H.264 without the start code before it.
fn bare(unit: &[u8]) -> &[u8] {
    match unit {
        [0, 0, 0, 1, rest @ ..] | [0, 0, 1, rest @ ..] => rest,
        all => all,
    }
}

fn fail(e: &openh264::Error) -> String {
    format!("the film cannot be encoded: {e}")
}

/// A slide that plays as a film; one that does not plays its window for eight seconds.
pub(super) fn mp4(project: &Project, slide: &Slide, order: &Order, told: &mut Told) -> Result<Vec<u8>, String> {
    Film::fits_mp4(order.size)?;
    let fps = order.film.fps.clamp(1, Film::MOST_MP4);
    let mut reel = Reel::new(project, slide, order, fps, MOST)?;
    let mut film = Encoding::new(order.size.map(|n| n as usize + n as usize % 2), fps)?;
    reel.run(Planes::of, &mut |_, planes| film.take(planes), told)?;
    film.finish()
}

#[cfg(test)]
#[path = "h264_tests.rs"]
mod tests;
