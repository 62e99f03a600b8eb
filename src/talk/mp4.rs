//! The file around a film: boxes of the ISO base media file format (ISO/IEC 14496-12) with one track of H.264 (14496-15).
//!
//! Invariant: what says where the pictures lie comes before them, so that a browser plays before it has the whole file.
//! There is deliberately no sound, no date and no name of a program or a person: the same film gives the same bytes.

/// Units of time to a frame: players want more than one.
const TICKS: u32 = 1_000;

/// A picture of a film.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Sample {
    /// Its length in bytes.
    pub(super) bytes: u32,
    /// For how many frames it stays, at least 1.
    pub(super) frames: u32,
    /// Whether it can be shown without those before it.
    pub(super) key: bool,
}

/// What is known of a film when all its pictures are there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Track {
    /// Width and height in pixels; both even.
    pub(super) size: [u16; 2],
    /// Frames a second, at least 1.
    pub(super) fps: u32,
    /// The sequence and the picture parameter set of H.264, without start codes.
    pub(super) sets: [Vec<u8>; 2],
    /// The pictures in their order.
    pub(super) samples: Vec<Sample>,
}

/// A box: its name and what is in it.
fn boxed(name: &str, parts: &[&[u8]]) -> Vec<u8> {
    let length: usize = 8 + parts.iter().map(|p| p.len()).sum::<usize>();
    let mut out = Vec::with_capacity(length);
    // Tables of a film of an hour take a few megabytes; only the box of the pictures can be longer, and it is not made here.
    out.extend((length as u32).to_be_bytes());
    out.extend(name.bytes());
    for part in parts {
        out.extend(*part);
    }
    out
}

/// A box with version and flags before its parts.
fn full(name: &str, version: u8, flags: u8, parts: &[&[u8]]) -> Vec<u8> {
    let head = [version, 0, 0, flags];
    let all: Vec<&[u8]> = std::iter::once(&head[..]).chain(parts.iter().copied()).collect();
    boxed(name, &all)
}

/// Numbers of 32 bits one behind the other.
fn words(all: impl IntoIterator<Item = u32>) -> Vec<u8> {
    all.into_iter().flat_map(u32::to_be_bytes).collect()
}

/// A table: how many entries, and the entries.
fn table(name: &str, columns: usize, entries: &[u32]) -> Vec<u8> {
    full(name, 0, 0, &[&words([(entries.len() / columns.max(1)) as u32]), &words(entries.iter().copied())])
}

/// A picture neither turned nor stretched, as a matrix of fixed-point numbers.
const UPRIGHT: [u32; 9] = [0x1_0000, 0, 0, 0, 0x1_0000, 0, 0, 0, 0x4000_0000];

impl Track {
    /// Length of the film in units of [`TICKS`] to a frame.
    fn duration(&self) -> u64 {
        self.samples.iter().map(|s| u64::from(s.frames) * u64::from(TICKS)).sum()
    }

    /// Pictures that lie together: about a second.
    fn together(&self) -> usize {
        self.fps.max(1) as usize
    }

    /// The head of the file, up to the first byte of the first picture.
    ///
    /// # Errors
    /// A sentence, if the film lasts longer than its tables can tell, or has no picture.
    pub(super) fn head(&self) -> Result<Vec<u8>, String> {
        let duration = u32::try_from(self.duration())
            .map_err(|_| "the film is too long for its file; make --seconds or --fps smaller")?;
        if self.samples.is_empty() || self.sets.iter().any(|s| s.len() < 4 || s.len() > usize::from(u16::MAX)) {
            return Err("the film has no pictures".into());
        }
        let brands = boxed("ftyp", &[b"isom", &words([0x200]), b"isom", b"iso2", b"avc1", b"mp41"]);
        let pictures: u64 = self.samples.iter().map(|s| u64::from(s.bytes)).sum();
        let mut mdat = Vec::new();
        if let Ok(length) = u32::try_from(pictures + 8) {
            mdat.extend(length.to_be_bytes());
            mdat.extend(b"mdat");
        } else {
            mdat.extend(1_u32.to_be_bytes());
            mdat.extend(b"mdat");
            mdat.extend((pictures + 16).to_be_bytes());
        }
        // The places of the pictures stand in what comes before them; its length does not depend on them.
        let wide = pictures + 1_000_000 + 64 * self.samples.len() as u64 > u64::from(u32::MAX);
        let around = (brands.len() + self.moov(duration, 0, wide).len() + mdat.len()) as u64;
        Ok([brands, self.moov(duration, around, wide), mdat].concat())
    }

    fn moov(&self, duration: u32, from: u64, wide: bool) -> Vec<u8> {
        let scale = self.fps * TICKS;
        // Rate and volume, as every film has them; the last word is the number of a next track.
        let mvhd = [&[0, 0, scale, duration, 0x1_0000, 0x0100_0000, 0, 0][..], &UPRIGHT, &[0; 6], &[2]].concat();
        let [w, h] = self.size.map(|n| u32::from(n) << 16);
        let tkhd = [&[0, 0, 1, 0, duration, 0, 0, 0, 0][..], &UPRIGHT, &[w, h]].concat();
        // The language is "undetermined".
        let mdhd = [0, 0, scale, duration, 0x55c4_0000];
        let hdlr = full("hdlr", 0, 0, &[&words([0]), b"vide", &words([0, 0, 0]), b"video\0"]);
        let dinf = boxed("dinf", &[&full("dref", 0, 0, &[&words([1]), &full("url ", 0, 1, &[])])]);
        let vmhd = full("vmhd", 0, 1, &[&words([0, 0])]);
        let minf = boxed("minf", &[&vmhd, &dinf, &self.stbl(from, wide)]);
        let mdia = boxed("mdia", &[&full("mdhd", 0, 0, &[&words(mdhd)]), &hdlr, &minf]);
        // Flags: the track is on, and part of the film.
        let trak = boxed("trak", &[&full("tkhd", 0, 3, &[&words(tkhd)]), &mdia]);
        boxed("moov", &[&full("mvhd", 0, 0, &[&words(mvhd)]), &trak])
    }

    /// What the pictures are, how long each stays, which can be jumped to, and where they lie.
    fn stbl(&self, from: u64, wide: bool) -> Vec<u8> {
        let samples = &self.samples;
        let mut times: Vec<u32> = Vec::new();
        for ticks in samples.iter().map(|s| s.frames * TICKS) {
            match times.as_mut_slice() {
                [.., count, last] if *last == ticks => *count += 1,
                _ => times.extend([1, ticks]),
            }
        }
        let keys: Vec<u32> = (1..).zip(samples).filter(|(_, s)| s.key).map(|(n, _)| n).collect();
        let sizes = words([0, samples.len() as u32].into_iter().chain(samples.iter().map(|s| s.bytes)));
        let mut at = from;
        let mut places: Vec<u64> = Vec::new();
        let mut together: Vec<u32> = Vec::new();
        for (n, chunk) in (1..).zip(samples.chunks(self.together())) {
            places.push(at);
            at += chunk.iter().map(|s| u64::from(s.bytes)).sum::<u64>();
            let count = chunk.len() as u32;
            if together.get(together.len().saturating_sub(2)) != Some(&count) {
                together.extend([n, count, 1]);
            }
        }
        let count = words([places.len() as u32]);
        let places = if wide {
            full("co64", 0, 0, &[&count, &places.into_iter().flat_map(u64::to_be_bytes).collect::<Vec<_>>()])
        } else {
            full("stco", 0, 0, &[&count, &words(places.into_iter().map(|p| p as u32))])
        };
        boxed(
            "stbl",
            &[
                &full("stsd", 0, 0, &[&words([1]), &self.avc1()]),
                &table("stts", 2, &times),
                &table("stss", 1, &keys),
                &table("stsc", 3, &together),
                &full("stsz", 0, 0, &[&sizes]),
                &places,
            ],
        )
    }

    /// How the pictures are encoded: H.264 in the colours of BT.709, limited range, square pixels.
    fn avc1(&self) -> Vec<u8> {
        let [sps, pps] = &self.sets;
        let profile = sps.get(1..4).unwrap_or_default();
        let length = |set: &[u8]| (set.len() as u16).to_be_bytes();
        // Lengths before the units of a picture take four bytes (3 + 1); one set of either kind.
        let config: [&[u8]; 8] = [&[1], profile, &[0xff, 0xe1], &length(sps), sps, &[1], &length(pps), pps];
        let mut config = config.concat();
        if matches!(profile.first(), Some(100 | 110 | 122 | 144)) {
            // 4:2:0 with eight bits a sample, no further sets.
            config.extend([0xfd, 0xf8, 0xf8, 0]);
        }
        let [w, h] = self.size.map(u16::to_be_bytes);
        let resolution = words([0x48_0000, 0x48_0000, 0]);
        boxed(
            "avc1",
            &[
                &[0, 0, 0, 0, 0, 0, 0, 1],
                &[0; 16],
                &w,
                &h,
                &resolution,
                // A picture a sample, no name of the encoder, 24 bits a pixel, no table of colours.
                &[0, 1],
                &[0; 32],
                &[0, 24, 0xff, 0xff],
                &boxed("avcC", &[&config]),
                &boxed("colr", &[b"nclx", &[0, 1, 0, 1, 0, 1, 0]]),
                &boxed("pasp", &[&words([1, 1])]),
            ],
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn track(sizes: &[u32]) -> Track {
        let samples = sizes.iter().enumerate().map(|(n, bytes)| Sample { bytes: *bytes, frames: 1, key: n == 0 });
        Track {
            size: [64, 64],
            fps: 2,
            sets: [vec![0x67, 66, 0xc0, 10], vec![0x68, 1, 2, 3]],
            samples: samples.collect(),
        }
    }

    /// Where the content of the first box of a name begins.
    fn at(head: &[u8], name: &[u8]) -> Option<usize> {
        head.windows(4).position(|w| w == name).map(|p| p + 4)
    }

    #[test]
    fn a_film_of_more_than_four_gigabytes_has_wide_places() {
        let head = track(&[3_000_000_000, 100, 3_000_000_000, 7, 9]).head().unwrap();
        assert_eq!(at(&head, b"stco"), None);
        let places = at(&head, b"co64").unwrap() + 8;
        let place = |n: usize| u64::from_be_bytes(head[places + 8 * n..places + 8 * n + 8].try_into().unwrap());
        let first = head.len() as u64;
        assert_eq!([place(0), place(1), place(2)], [first, first + 3_000_000_100, first + 6_000_000_107]);
        // The box of the pictures tells its length in 64 bits.
        let mdat = head.len() - 16;
        assert_eq!(&head[mdat..mdat + 8], b"\0\0\0\x01mdat");
        assert_eq!(u64::from_be_bytes(head[mdat + 8..].try_into().unwrap()), 6_000_000_116 + 16);
    }

    #[test]
    fn pictures_that_stay_and_the_last_few_are_told_apart() {
        let mut film = track(&[10, 20, 30, 40, 50]);
        film.samples[1].frames = 7;
        let head = film.head().unwrap();
        let times = at(&head, b"stts").unwrap() + 4;
        let numbers = |from: usize, n: usize| -> Vec<u32> {
            head[from..from + 4 * n].chunks(4).map(|c| u32::from_be_bytes(c.try_into().unwrap())).collect()
        };
        assert_eq!(numbers(times, 7), [3, 1, 1_000, 1, 7_000, 3, 1_000]);
        assert_eq!(numbers(at(&head, b"stsc").unwrap() + 4, 7), [2, 1, 2, 1, 3, 1, 1]);
    }

    #[test]
    fn a_film_without_pictures_or_without_an_end_is_no_file() {
        assert!(track(&[]).head().unwrap_err().contains("no pictures"));
        let mut film = track(&[1, 1]);
        film.samples[0].frames = 4_000_000;
        film.samples[1].frames = 4_000_000;
        assert!(film.head().unwrap_err().contains("--seconds"));
    }
}
