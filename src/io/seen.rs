//! What a file held when it was last read or written, so that a later save can tell whether somebody else wrote to it.

use std::fmt;
use std::io::{self, Read, Write};
use std::path::Path;

use sha2::{Digest as _, Sha256};

use super::disk::{Disk, Stamp};

/// The SHA-256 of a content.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Digest([u8; 32]);

impl Digest {
    /// Of bytes in memory.
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
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

/// One state of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seen {
    /// Number, length and time. The length always counts; number and time tell that a second look is worth it.
    pub stamp: Stamp,
    /// What it held.
    pub digest: Digest,
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
        Self { stamp: Stamp { len: bytes.len() as u64, ..stamp }, digest: Digest::of(bytes) }
    }

    /// A file as it is now; `None` if there is none.
    ///
    /// # Errors
    /// What the disk says.
    pub fn of_file(disk: &dyn Disk, path: &Path) -> io::Result<Option<Self>> {
        let Some(entry) = disk.entry(path)? else { return Ok(None) };
        let mut digesting = Digesting::new(io::sink());
        pour(&mut *disk.open(path)?, &mut digesting)?;
        Ok(Some(Self { stamp: Stamp { len: digesting.len, ..entry.stamp }, digest: digesting.digest() }))
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
            Some(now) if now.digest == self.digest => Since::Same,
            Some(_) => Since::Changed,
        })
    }

    /// Whether the stamp says that the file may have changed: a cheap look, for telling early.
    pub fn may_have_changed(&self, disk: &dyn Disk, path: &Path) -> bool {
        disk.entry(path).is_ok_and(|e| e.is_none_or(|e| e.stamp != self.stamp))
    }
}

/// Passes bytes on and digests them meanwhile.
pub struct Digesting<W> {
    inner: W,
    hasher: Sha256,
    len: u64,
}

impl<W: Write> Digesting<W> {
    /// Around a writer.
    pub fn new(inner: W) -> Self {
        Self { inner, hasher: Sha256::new(), len: 0 }
    }

    /// Number of bytes so far.
    pub fn len(&self) -> u64 {
        self.len
    }

    /// Whether nothing was written yet.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The digest of all that was written.
    pub fn digest(self) -> Digest {
        Digest(self.hasher.finalize().into())
    }
}

impl<W: Write> Write for Digesting<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let n = self.inner.write(bytes)?;
        self.hasher.update(bytes.get(..n).unwrap_or(bytes));
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
        assert_eq!(seen.digest, Digest::of(b"one"));
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
}
