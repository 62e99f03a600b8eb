//! A large file read a piece at a time by all cores and never held whole: its lines are packed while they are at hand.
//!
//! Memory for a whole file costs more time than all of reading it. So the file is read from front to back once; while one
//! thread takes the next piece from it, the others read theirs. This works for files in which features begin on a line of
//! their own and nothing stands behind them but the end, as this program writes them. Wherever anything is otherwise, or
//! an id stands twice, nothing is kept, and the file is read whole, which is always right.

use std::collections::BTreeMap;
use std::io::{self, Read, Write};
use std::path::Path;
use std::sync::{Arc, Mutex};

use memchr::memmem;
use rayon::prelude::*;
use xxhash_rust::xxh3::Xxh3;

use super::json::Cursor;
use super::lines::Defined;
use super::read::Reader;
use super::side_by_side::{PIECE, Piece, breaks, read_piece};
use super::{MAX_BYTES, Opened, finish};
use crate::io::disk::RealDisk;
use crate::io::progress::Progress;
use crate::io::seen::{Digesting, Seen};

/// What stands before the features, and one feature, are looked for in so many bytes and no more.
const LONGEST: usize = 64 << 20;

/// Between two features, the second of which begins a line.
const BETWEEN: &[u8] = b",\n{";

/// Opens a large file so; `None` where it has to be read whole, and where it cannot be read at all.
pub(super) fn open(path: &Path, progress: &Progress) -> Option<(Opened, Seen)> {
    let (file, len) = RealDisk.open_ordinary(path).ok()?;
    if len > MAX_BYTES {
        return None;
    }
    let mut checked = Checked { inner: &file, sum: Digesting::checking(io::sink()) };
    let opened = read(&mut checked, PIECE, usize::try_from(len).ok()?, progress)?;
    // A file whose length changes is being written.
    let is_settled = checked.sum.len() == len && file.metadata().ok()?.len() == len;
    is_settled.then(|| (opened, Seen::of_sum(&RealDisk, path, &checked.sum)))
}

/// Passes on what is read and sums it up meanwhile.
struct Checked<R> {
    inner: R,
    sum: Digesting<io::Sink, Xxh3>,
}

impl<R: Read> Read for Checked<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(into)?;
        self.sum.write_all(into.get(..n).unwrap_or(&[]))?;
        Ok(n)
    }
}

/// A file on its way: what was read of it, and what is left over from the last piece.
struct Feed<R> {
    from: R,
    over: Vec<u8>,
    piece: usize,
    /// Pieces given so far.
    given: usize,
    ended: bool,
    is_broken: bool,
}

/// Some of the features.
struct Part {
    /// Counted in the order of the file.
    number: usize,
    text: Vec<u8>,
    is_last: bool,
}

impl<R: Read> Feed<R> {
    /// Reads about `piece` bytes more into `into`; `false`: the end of the file was reached.
    fn more(&mut self, into: &mut Vec<u8>) -> Option<bool> {
        into.reserve(self.piece);
        let n = (&mut self.from).take(self.piece as u64).read_to_end(into).ok()?;
        Some(n == self.piece)
    }

    /// Reads what stands before the features, up to and with the bracket of their list.
    fn head(&mut self) -> Option<String> {
        let mut bytes = Vec::new();
        loop {
            let from = bytes.len().saturating_sub(64);
            let goes_on = self.more(&mut bytes)?;
            // No text of JSON holds a line break: this is a member, if perhaps not of the root, which reading the head tells.
            let mark = b"\"features\":[\n{";
            if let Some(at) = memmem::find(bytes.get(from..)?, mark) {
                let end = from + at + mark.len() - 2;
                self.over = bytes.get(end..)?.to_vec();
                bytes.truncate(end);
                return String::from_utf8(bytes).ok();
            }
            if !goes_on || bytes.len() > LONGEST {
                return None;
            }
        }
    }

    /// The next features in the room of `text`, as a list; behind the last of all stands what the file ends with. `None`
    /// where there is no more, and with `is_broken` where the file cannot be read so.
    fn next(&mut self, mut text: Vec<u8>) -> Option<Part> {
        if self.ended {
            return None;
        }
        text.clear();
        text.push(b'[');
        text.append(&mut self.over);
        loop {
            // What was looked through before is not looked through again, but for a mark of which the end has just come.
            let from = text.len().saturating_sub(BETWEEN.len() - 1);
            let goes_on = self.more(&mut text).filter(|_| text.len() <= LONGEST + self.piece);
            self.ended = goes_on != Some(true);
            self.is_broken = goes_on.is_none();
            if self.is_broken {
                return None;
            }
            if self.ended {
                // All that is left.
            } else if let Some(at) = memmem::rfind(text.get(from..)?, BETWEEN).map(|at| from + at) {
                self.over.extend_from_slice(text.get(at + 2..).unwrap_or(&[]));
                text.truncate(at);
                text.push(b']');
            } else {
                continue;
            }
            self.given += 1;
            return Some(Part { number: self.given, text, is_last: self.ended });
        }
    }
}

/// Reads a project from a file of about `whole` bytes, about `piece` bytes at a time.
fn read(from: impl Read + Send, piece: usize, whole: usize, progress: &Progress) -> Option<Opened> {
    let mut feed = Feed { from, over: Vec::new(), piece, given: 0, ended: false, is_broken: false };
    let mut head = feed.head()?;
    let lines_before = breaks(&head);
    head.push_str("]}");
    let mut reader = Reader::new(&head);
    reader.progress = progress;
    reader.root().ok()?;
    // The first of two lists is the one that counts; this may be the second.
    if reader.features > 0 || reader.meta.extra_root.iter().any(|(key, _)| key.starts_with("features")) {
        return None;
    }
    let defined = reader.defined(true)?;
    let mut all = Piece::empty(true);
    all.break_lines(lines_before);
    let joining = Mutex::new(Joining { all, next: 1, waiting: BTreeMap::new(), whole });
    let feed = Mutex::new(feed);
    let threads = 0..rayon::current_num_threads().max(1);
    let is_read = threads.into_par_iter().all(|_| work(&feed, &joining, &defined, progress));
    let all = joining.into_inner().ok().filter(|j| is_read && j.waiting.is_empty())?.all;
    reader.take(all).then(|| finish(reader, false))
}

/// Pieces put together in their order as soon as they are read, so that the memory of one serves the next.
struct Joining {
    all: Piece<'static>,
    /// Number of the piece that comes next.
    next: usize,
    /// Pieces that were read before those before them.
    waiting: BTreeMap<usize, Piece<'static>>,
    /// About how many bytes all features have.
    whole: usize,
}

impl Joining {
    /// Takes the piece of a number, of so many bytes.
    fn put(&mut self, number: usize, piece: Piece<'static>, bytes: usize) {
        if self.waiting.is_empty() && self.all.len() == 0 {
            // Room that is not used costs nothing; room that has to grow is filled twice.
            let all = piece.len() as f64 * self.whole as f64 / bytes.max(1) as f64;
            self.all.expect((all * 1.05) as usize);
        }
        self.waiting.insert(number, piece);
        while let Some(piece) = self.waiting.remove(&self.next) {
            self.all.append(piece);
            // The break between two pieces is in neither.
            self.all.break_lines(1);
            self.next += 1;
        }
    }
}

/// Reads pieces until there is none; `false` if one is not as it must be.
fn work<R: Read>(feed: &Mutex<Feed<R>>, joining: &Mutex<Joining>, defined: &Arc<Defined>, progress: &Progress) -> bool {
    let mut room = Vec::new();
    loop {
        match next(feed, room) {
            None => return false,
            Some(None) => return true,
            Some(Some(part)) => {
                let Some(piece) = read_part(&part, defined, progress) else { return false };
                let Ok(mut joining) = joining.lock() else { return false };
                joining.put(part.number, piece, part.text.len());
                room = part.text;
            }
        }
    }
}

/// Reads what a part holds; `None` if that is not as it must be.
fn read_part(part: &Part, defined: &Arc<Defined>, progress: &Progress) -> Option<Piece<'static>> {
    let text = std::str::from_utf8(&part.text).ok()?;
    let mut list = Cursor::new(text);
    list.enter_array().ok()?;
    let (piece, end) = read_piece(list, None, Some(Arc::clone(defined)), progress)?;
    // Behind the last of all only the root ends.
    let is_end = text.get(end.end()..)?.trim_ascii() == if part.is_last { "}" } else { "" };
    is_end.then(|| piece.apart())
}

/// The next part, if there is one; `None` if the file cannot be read.
fn next<R: Read>(feed: &Mutex<Feed<R>>, room: Vec<u8>) -> Option<Option<Part>> {
    let mut feed = feed.lock().ok()?;
    let part = feed.next(room);
    (!feed.is_broken).then_some(part)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::{read as read_whole, write};
    use super::*;
    use crate::derive::{Question, derive};
    use crate::io::atomic;
    use crate::io::progress::UNWATCHED;

    const SAMPLE: &str = include_str!("../../../assets/karabakh-1988-2024.clashmap.geojson");

    fn in_pieces(text: &str, piece: usize) -> Option<Opened> {
        read(text.as_bytes(), piece, text.len(), &UNWATCHED)
    }

    /// Reads in pieces and compares with what the whole gives; `false` if it has to be read whole.
    fn alike(text: &str, piece: usize) -> bool {
        let Some(mut opened) = in_pieces(text, piece) else { return false };
        let whole = read_whole(text.as_bytes()).unwrap();
        assert_eq!(opened.findings, whole.findings, "pieces of {piece}");
        let (have, want) = (opened.derive(&Question::default()), derive(&whole.project, &Question::default()));
        assert_eq!(have.rows().collect::<Vec<_>>(), want.rows().collect::<Vec<_>>());
        assert!(opened.project.uids().eq(whole.project.uids()));
        assert_eq!(opened.project, whole.project, "pieces of {piece}");
        let mut out = Vec::new();
        write(&opened.project, &mut out).unwrap();
        assert!(text != SAMPLE || out == SAMPLE.as_bytes(), "it is written as it was");
        true
    }

    #[test]
    fn pieces_of_every_length_give_what_the_whole_gives() {
        for piece in [1, 7, 500, 4000, 30_000, SAMPLE.len(), 10 * SAMPLE.len()] {
            assert!(alike(SAMPLE, piece), "{piece}");
        }
    }

    #[test]
    fn what_is_found_is_found_in_its_line() {
        let odd =
            SAMPLE.replace("\"when\":\"20", "\"when\":\"x20").replace("\"precision\":\"", "\"precision\":\"quite ");
        assert!(read_whole(odd.as_bytes()).unwrap().findings.len() > 20);
        for piece in [300, 5000, 40_000] {
            assert!(alike(&odd, piece), "{piece}");
        }
    }

    #[test]
    fn names_that_lead_nowhere_are_told_in_their_line() {
        let lost = SAMPLE
            .replace("\"about\":\"armenia\"", "\"about\":\"nobody\"")
            .replace("\"source\":\"", "\"source\":\"no-");
        let told = read_whole(lost.as_bytes()).unwrap().findings;
        assert!(told.iter().filter(|f| f.what.contains("there is no")).count() > 10);
        for piece in [300, 5000, 40_000] {
            assert!(alike(&lost, piece), "{piece}");
        }
    }

    #[test]
    fn what_only_the_whole_file_can_tell_is_read_whole() {
        let uid = |n| SAMPLE.split("\"uid\":\"").nth(n).and_then(|t| t.split('"').next()).unwrap();
        let twice = SAMPLE.replace(&format!("\"uid\":\"{}\"", uid(40)), &format!("\"uid\":\"{}\"", uid(3)));
        let behind = SAMPLE.replace("\n]\n}", "\n],\n\"more\":[1,\n{}]\n}");
        let without = SAMPLE.replace("\"clashmap\":{", "\"clashnap\":{");
        let on_one_line = SAMPLE.replace(",\n{", ",{").replace("[\n{", "[{");
        let list = "\"features\":[";
        let second = SAMPLE.replace(list, &format!("\"features\":[],\n{list}"));
        let hidden = SAMPLE.replace(list, &format!("\"\\u0066eatures\":[],\n{list}"));
        for text in [twice, behind, without, on_one_line, second, hidden] {
            assert_ne!(text, SAMPLE);
            for piece in [1000, 20_000] {
                assert!(in_pieces(&text, piece).is_none());
            }
        }
    }

    #[test]
    fn a_file_cut_off_anywhere_or_with_something_behind_its_end_is_not_taken_for_whole() {
        for end in (0..SAMPLE.len()).step_by(1499).chain(SAMPLE.len() - 6..SAMPLE.len() - 1) {
            assert!(SAMPLE.get(..end).is_none_or(|text| in_pieces(text, 9000).is_none()), "{end}");
        }
        for more in ["}", "]", "x", "{}", "\n,"] {
            assert!(in_pieces(&format!("{SAMPLE}{more}"), 9000).is_none(), "{more}");
        }
        assert!(alike(&format!("{SAMPLE} \n\n"), 9000), "white space says nothing");
    }

    #[test]
    fn a_file_that_cannot_be_read_to_its_end_and_work_that_was_stopped_give_nothing() {
        struct Fails<'a>(&'a [u8]);
        impl Read for Fails<'_> {
            fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
                if self.0.is_empty() { Err(io::Error::other("the stick was pulled out")) } else { self.0.read(into) }
            }
        }
        let half = SAMPLE.as_bytes().get(..SAMPLE.len() / 2).unwrap();
        assert!(read(Fails(half), 5000, SAMPLE.len(), &UNWATCHED).is_none());
        let stopped = Progress::new();
        stopped.cancel();
        assert!(read(SAMPLE.as_bytes(), 5000, SAMPLE.len(), &stopped).is_none());
    }

    #[test]
    fn a_feature_that_does_not_end_is_given_up_before_it_fills_the_memory() {
        struct Counts<'n, R>(R, &'n mut u64);
        impl<R: Read> Read for Counts<'_, R> {
            fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
                self.0.read(into).inspect(|n| *self.1 += *n as u64)
            }
        }
        let start = SAMPLE.split("[\n{").next().unwrap();
        let endless = format!("{start}[\n{{\"type\":\"").into_bytes();
        let mut given = 0;
        let file = endless.as_slice().chain(io::repeat(b'x').take(1 << 40));
        assert!(read(Counts(file, &mut given), 1 << 24, usize::MAX, &UNWATCHED).is_none());
        assert!(given < 200 << 20, "{given}");
    }

    #[test]
    fn the_state_of_the_file_is_that_which_was_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.clashmap.geojson");
        atomic::save(&RealDisk, &path, &mut |out| out.write_all(SAMPLE.as_bytes())).unwrap();
        let (opened, seen) = open(&path, &UNWATCHED).unwrap();
        assert_eq!(seen, Seen::of_bytes(&RealDisk, &path, SAMPLE.as_bytes()));
        assert_eq!(Some(seen), Seen::of_file(&RealDisk, &path).unwrap());
        assert!(opened.findings.is_empty() && opened.project.len() > 40);
        assert!(open(&folder.path().join("b"), &UNWATCHED).is_none());
    }
    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]

        #[test]
        fn of_a_spoiled_file_pieces_give_what_the_whole_gives_or_nothing(
            spoilt in prop::collection::vec((0..SAMPLE.len(), 0..4usize, "[\\x20-\\x7e\n]"), 1..4),
            piece in 200..40_000usize,
        ) {
            let mut bytes = SAMPLE.as_bytes().to_vec();
            for (at, how, with) in spoilt {
                let at = at.min(bytes.len() - 1);
                match how {
                    0 => drop(bytes.remove(at)),
                    1 => bytes.insert(at, with.as_bytes()[0]),
                    2 => bytes[at] = with.as_bytes()[0],
                    _ => bytes.truncate(at.max(bytes.len() - 300)),
                }
            }
            if let Ok(text) = std::str::from_utf8(&bytes) {
                alike(text, piece);
            }
        }
    }
}
