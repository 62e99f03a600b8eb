//! Films made here are read back: by a decoder, and number by number.

use openh264::decoder::Decoder;
use tiny_skia::{Color, Pixmap};

use super::*;

fn plain(w: u32, h: u32, [r, g, b]: [u8; 3]) -> Pixmap {
    let mut out = Pixmap::new(w, h).unwrap();
    out.fill(Color::from_rgba8(r, g, b, 255));
    out
}

#[test]
fn colours_are_those_of_bt_709_in_limited_range() {
    // Values of the table of colour bars in ITU-R BT.709, 8 bits.
    for (rgb, [y, u, v]) in [
        ([255, 255, 255], [235, 128, 128]),
        ([0, 0, 0], [16, 128, 128]),
        ([255, 0, 0], [63, 102, 240]),
        ([0, 255, 0], [173, 42, 26]),
        ([0, 0, 255], [32, 240, 118]),
        ([128, 128, 128], [126, 128, 128]),
    ] {
        let planes = Planes::of(&plain(4, 2, rgb));
        assert!(planes.y.iter().all(|n| *n == y), "{rgb:?}: {:?}", planes.y);
        assert!(planes.u.iter().all(|n| *n == u) && planes.v.iter().all(|n| *n == v), "{rgb:?}: {planes:?}");
    }
}

#[test]
fn odd_sides_grow_by_the_pixel_at_the_edge() {
    let planes = Planes::of(&plain(65, 33, [200, 30, 30]));
    assert_eq!(planes.size, [66, 34]);
    assert_eq!([planes.y.len(), planes.u.len(), planes.v.len()], [66 * 34, 33 * 17, 33 * 17]);
    assert!(planes.y.iter().all(|n| *n == planes.y[0]) && planes.v.iter().all(|n| *n == planes.v[0]));
}

#[test]
fn frames_that_are_the_same_are_one_picture_that_stays_and_every_few_seconds_one_can_be_jumped_to() {
    let mut film = Encoding::new([64, 64], 2).unwrap();
    let frame = |n: u8| Some(Planes::of(&plain(64, 64, [n * 10, 100, 200])));
    for planes in [frame(0), None, frame(0), frame(1), None] {
        film.take(planes).unwrap();
    }
    for n in 2..20 {
        film.take(frame(n)).unwrap();
    }
    let stays: Vec<u32> = film.track.samples.iter().map(|s| s.frames).collect();
    assert_eq!(stays, [vec![3, 2], vec![1; 18]].concat());
    // Four seconds of two frames.
    let keys: Vec<usize> = (0..).zip(&film.track.samples).filter(|(_, s)| s.key).map(|(n, _)| n).collect();
    let starts: Vec<u32> = keys.iter().map(|n| film.track.samples.iter().take(*n).map(|s| s.frames).sum()).collect();
    assert_eq!(starts, [0, 8, 16]);
    let total: u32 = film.track.samples.iter().map(|s| s.bytes).sum();
    assert_eq!(film.pictures.len(), total as usize);
}

#[test]
fn a_picture_is_decoded_as_it_was_painted() {
    let mut film = Encoding::new([64, 48], 5).unwrap();
    let mut pixmap = plain(64, 48, [240, 240, 232]);
    for (n, pixel) in pixmap.pixels_mut().iter_mut().enumerate() {
        if (n % 64) / 16 == 1 {
            *pixel = tiny_skia::ColorU8::from_rgba(180, 40, 30, 255).premultiply();
        }
    }
    let planes = Planes::of(&pixmap);
    film.take(Some(planes.clone())).unwrap();
    let mut stream = Vec::new();
    for set in &film.track.sets {
        stream.extend([0, 0, 0, 1]);
        stream.extend(set);
    }
    stream.extend([0, 0, 0, 1]);
    stream.extend(&film.pictures[4..]);
    let mut decoder = Decoder::new().unwrap();
    let decoded = decoder.decode(&stream).unwrap().unwrap();
    assert_eq!(decoded.dimensions(), (64, 48));
    let (stride, _, _) = decoded.strides();
    for row in 0..48 {
        for column in 0..64 {
            let (a, b) = (planes.y[row * 64 + column], decoded.y()[row * stride + column]);
            assert!(a.abs_diff(b) <= 8, "{row} {column}: {a} {b}");
        }
    }
}
