//! What a file held when it was last read or written, so that a later save can tell whether somebody else wrote to it.

use std::fmt;
use std::io::{self, Read, Write};
use std::path::Path;

use sha2::{Digest as _, Sha256};
use xxhash_rust::xxh3::Xxh3;

use super::disk::{Disk, Stamp};

/// The SHA-256 of a content, by which others can check it.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Digest([u8; 32]);

impl Digest {
    /// Of bytes in memory.
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }

    /// Of a file as it is now, with its length in bytes; `None` if there is none.
    ///
    /// # Errors
    /// What the disk says.
    pub fn of_file(disk: &dyn Disk, path: &Path) -> io::Result<Option<(Self, u64)>> {
        if disk.entry(path)?.is_none() {
            return Ok(None);
        }
        let mut digesting = Digesting::new(io::sink());
        pour(&mut *disk.open(path)?, &mut digesting)?;
        let len = digesting.len;
        Ok(Some((digesting.digest(), len)))
    }

    /// Reads what [`fmt::Display`] writes.
    pub fn parse(hex: &str) -> Option<Self> {
        let mut out = [0; 32];
        if hex.len() != 64 || !hex.bytes().all(|b| b.is_ascii_hexdigit()) {
            return None;
        }
        for (n, byte) in out.iter_mut().enumerate() {
            *byte = u8::from_str_radix(hex.get(2 * n..2 * n + 2)?, 16).ok()?;
        }
        Some(Self(out))
    }

    /// The first eight digits, for names of files.
    pub fn short(&self) -> String {
        self.to_string().chars().take(8).collect()
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|b| write!(f, "{b:02x}"))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The XXH3 of a content, 128 bits, by which the states of a file are told apart: ten times as fast as SHA-256, which of a large
/// project was a quarter of the time of opening. No proof against one who means two contents to look alike, and none is
/// needed: who may write the file may write into it what they like.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Checksum(u128);

impl Checksum {
    /// Of bytes in memory.
    pub fn of(bytes: &[u8]) -> Self {
        Self(xxhash_rust::xxh3::xxh3_128(bytes))
    }

    /// Reads what [`fmt::Display`] writes.
    pub fn parse(text: &str) -> Option<Self> {
        let hex = text.strip_prefix("xxh3:").filter(|hex| hex.len() == 32 && !hex.starts_with('+'))?;
        u128::from_str_radix(hex, 16).ok().map(Self)
    }

    /// The first eight digits, for names of files.
    pub fn short(&self) -> String {
        format!("{:08x}", self.0 >> 96)
    }
}

impl fmt::Display for Checksum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "xxh3:{:032x}", self.0)
    }
}

/// One state of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seen {
    /// Number, length and time. The length always counts; number and time tell that a second look is worth it.
    pub stamp: Stamp,
    /// What it held.
    pub checksum: Checksum,
}

/// What became of a file since it was seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Since {
    /// It holds the same.
    Same,
    /// It holds something else.
    Changed,
    /// It is not there.
    Gone,
}

impl Seen {
    /// A file that holds these bytes, with the stamp it has now if that can be had.
    pub fn of_bytes(disk: &dyn Disk, path: &Path, bytes: &[u8]) -> Self {
        let stamp = disk.entry(path).ok().flatten().map(|e| e.stamp).unwrap_or_default();
        Self { stamp: Stamp { len: bytes.len() as u64, ..stamp }, checksum: Checksum::of(bytes) }
    }

    /// A file that held what was summed up, with the stamp it has now if that can be had.
    pub fn of_sum<W>(disk: &dyn Disk, path: &Path, sum: &Digesting<W, Xxh3>) -> Self {
        let stamp = disk.entry(path).ok().flatten().map(|e| e.stamp).unwrap_or_default();
        Self { stamp: Stamp { len: sum.len(), ..stamp }, checksum: sum.checksum() }
    }

    /// A file as it is now; `None` if there is none.
    ///
    /// # Errors
    /// What the disk says.
    pub fn of_file(disk: &dyn Disk, path: &Path) -> io::Result<Option<Self>> {
        let Some(entry) = disk.entry(path)? else { return Ok(None) };
        let mut checked = Digesting::checking(io::sink());
        pour(&mut *disk.open(path)?, &mut checked)?;
        Ok(Some(Self { stamp: Stamp { len: checked.len, ..entry.stamp }, checksum: checked.checksum() }))
    }

    /// What became of the file. It is read again even if number, length and time are the same: some disks count time in
    /// whole seconds, and some programs write into the same file.
    ///
    /// # Errors
    /// What the disk says.
    pub fn since(&self, disk: &dyn Disk, path: &Path) -> io::Result<Since> {
        let Some(entry) = disk.entry(path)? else { return Ok(Since::Gone) };
        if entry.stamp.len != self.stamp.len {
            return Ok(Since::Changed);
        }
        Ok(match Self::of_file(disk, path)? {
            None => Since::Gone,
            Some(now) if now.checksum == self.checksum => Since::Same,
            Some(_) => Since::Changed,
        })
    }

    /// Whether the stamp says that the file may have changed: a cheap look, for telling early.
    pub fn may_have_changed(&self, disk: &dyn Disk, path: &Path) -> bool {
        disk.entry(path).is_ok_and(|e| e.is_none_or(|e| e.stamp != self.stamp))
    }
}

/// What goes over bytes once and then tells something of all of them.
pub trait Sum {
    /// Takes the next bytes.
    fn take(&mut self, bytes: &[u8]);
}

impl Sum for Sha256 {
    fn take(&mut self, bytes: &[u8]) {
        self.update(bytes);
    }
}

impl Sum for Xxh3 {
    fn take(&mut self, bytes: &[u8]) {
        self.update(bytes);
    }
}

/// Passes bytes on and sums them up meanwhile.
pub struct Digesting<W, S = Sha256> {
    inner: W,
    sum: S,
    len: u64,
}

impl<W> Digesting<W> {
    /// Around a writer, for a [`Digest`].
    pub fn new(inner: W) -> Self {
        Self { inner, sum: Sha256::new(), len: 0 }
    }

    /// The digest of all that was written.
    pub fn digest(self) -> Digest {
        Digest(self.sum.finalize().into())
    }
}

impl<W> Digesting<W, Xxh3> {
    /// Around a writer, for a [`Checksum`].
    pub fn checking(inner: W) -> Self {
        Self { inner, sum: Xxh3::new(), len: 0 }
    }

    /// The checksum of all that was written.
    pub fn checksum(&self) -> Checksum {
        Checksum(self.sum.digest128())
    }
}

impl<W, S> Digesting<W, S> {
    /// Number of bytes so far.
    pub fn len(&self) -> u64 {
        self.len
    }

    /// Whether nothing was written yet.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }
}

impl<W: Write, S: Sum> Write for Digesting<W, S> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let n = self.inner.write(bytes)?;
        self.sum.take(bytes.get(..n).unwrap_or(bytes));
        self.len += n as u64;
        Ok(n)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

/// Copies all of a reader to a writer.
///
/// # Errors
/// What either says.
pub fn pour(from: &mut dyn Read, to: &mut dyn Write) -> io::Result<()> {
    let mut piece = vec![0; 1 << 18];
    loop {
        match from.read(&mut piece) {
            Ok(0) => return Ok(()),
            Ok(n) => to.write_all(piece.get(..n).unwrap_or(&[]))?,
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) => return Err(e),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::io::atomic;
    use crate::io::disk::RealDisk;

    #[test]
    fn the_same_length_and_another_content_is_a_change_and_the_same_content_anew_is_none() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        let put = |text: &str| atomic::save(&RealDisk, &path, &mut |out| out.write_all(text.as_bytes())).unwrap();
        put("one");
        let seen = Seen::of_file(&RealDisk, &path).unwrap().unwrap();
        assert_eq!(seen.checksum, Checksum::of(b"one"));
        assert_eq!(seen.since(&RealDisk, &path).unwrap(), Since::Same);
        put("two");
        assert_eq!(seen.since(&RealDisk, &path).unwrap(), Since::Changed);
        assert!(seen.may_have_changed(&RealDisk, &path));
        put("one");
        assert_eq!(seen.since(&RealDisk, &path).unwrap(), Since::Same);
        RealDisk.remove(&path).unwrap();
        assert_eq!(seen.since(&RealDisk, &path).unwrap(), Since::Gone);
    }

    #[test]
    fn a_digest_is_read_back() {
        let digest = Digest::of(b"abc");
        assert!(digest.to_string().starts_with("ba7816bf") && digest.short() == "ba7816bf");
        assert_eq!(Digest::parse(&digest.to_string()), Some(digest));
        assert!(Digest::parse("ba78").is_none() && Digest::parse(&"é".repeat(32)).is_none());
    }
    #[test]
    fn a_checksum_is_that_of_the_published_function_and_is_read_back() {
        // The value that the reference implementation, xxhsum -H128, gives for nothing.
        let checksum = Checksum::of(b"");
        assert_eq!(checksum.to_string(), "xxh3:99aa06d3014798d86001c324468d497f");
        assert_eq!(checksum.short(), "99aa06d3");
        let mut piecewise = Digesting::checking(io::sink());
        for piece in [&b"Sot"[..], b"", b"k", &[7; 5000]] {
            piecewise.write_all(piece).unwrap();
        }
        let whole = Checksum::of(&[&b"Sotk"[..], &[7; 5000]].concat());
        assert_eq!((piecewise.checksum(), piecewise.len()), (whole, 5004));
        assert_eq!(Checksum::parse(&whole.to_string()), Some(whole));
        for odd in ["", "xxh3:", "xxh3:1", &"0".repeat(64), "xxh3:+9aa06d3014798d86001c324468d497f"] {
            assert_eq!(Checksum::parse(odd), None, "{odd}");
        }
    }
}
