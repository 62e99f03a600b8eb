//! The few things that saving asks of a disk, so that a disk that fails on purpose can stand in for the real one.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// A file that is being written.
pub trait DiskFile: Write {
    /// Waits until everything written so far is on the disk itself.
    ///
    /// # Errors
    /// Whatever the disk reports; the content is then not safe.
    fn sync(&mut self) -> io::Result<()>;

    /// The same for the bytes alone, without times and the like: what a file that only grows needs.
    ///
    /// # Errors
    /// See [`Self::sync`].
    fn sync_data(&mut self) -> io::Result<()> {
        self.sync()
    }
}

/// What tells one state of a file from another without reading it. Equal stamps are no proof; see [`super::seen`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stamp {
    /// Number of the file on its disk; 0 where the system has none.
    pub inode: u64,
    /// Length in bytes.
    pub len: u64,
    /// When it was last written, in nanoseconds since 1970 by the clock of the disk's computer.
    pub modified_ns: i128,
}

/// Keeps others out for as long as it lives. The system gives it back when the process ends, however it ends.
pub trait Guard: Send {}

/// The answer to the wish to be alone.
pub enum Lock {
    /// Alone until this is dropped.
    Mine(Box<dyn Guard>),
    /// Somebody else is.
    Others,
    /// This disk, or this folder, knows no locks.
    Unsupported,
}

/// What is known of a path before writing to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Whether it is a folder.
    pub is_folder: bool,
    /// Whether it is an ordinary file (not a device, a pipe or a socket).
    pub is_file: bool,
    /// Whether it is marked as not to be written.
    pub write_protected: bool,
    /// Which state of the file it is.
    pub stamp: Stamp,
}

/// A disk. Each method fails with the error that the disk reports.
#[expect(clippy::missing_errors_doc, reason = "said once for all methods above")]
pub trait Disk {
    /// The content of an ordinary file; `ErrorKind::FileTooLarge` if it is longer than `limit` bytes. What is put at
    /// its end meanwhile is not read.
    fn read(&self, path: &Path, limit: u64) -> io::Result<Vec<u8>>;
    /// What stands at a path, symbolic links followed; `None` if nothing.
    fn entry(&self, path: &Path) -> io::Result<Option<Entry>>;
    /// The target of a symbolic link; `None` if the path is no link or is missing.
    fn link(&self, path: &Path) -> io::Result<Option<PathBuf>>;
    /// A new, empty file; `ErrorKind::AlreadyExists` if there is one.
    fn create_new(&self, path: &Path) -> io::Result<Box<dyn DiskFile>>;
    /// The same, for this user alone to read and write, where the disk can tell users apart.
    fn create_private(&self, path: &Path) -> io::Result<Box<dyn DiskFile>> {
        self.create_new(path)
    }
    /// Gives `to` the access rights of `from`, and its owner and group where this user may.
    fn copy_access(&self, from: &Path, to: &Path) -> io::Result<()>;
    /// Puts `from` in the place of `to` in one step.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;
    /// Waits until the folder's own entries are on the disk.
    fn sync_folder(&self, folder: &Path) -> io::Result<()>;
    /// Removes a file.
    fn remove(&self, path: &Path) -> io::Result<()>;
    /// The content of an ordinary file, piece by piece.
    fn open(&self, path: &Path) -> io::Result<Box<dyn Read>>;
    /// A file that is there, cut to `len` bytes, to be written on from there.
    fn append(&self, path: &Path, len: u64) -> io::Result<Box<dyn DiskFile>>;
    /// The names in a folder, in no order.
    fn names(&self, folder: &Path) -> io::Result<Vec<OsString>>;
    /// Makes a folder and those above it where they are missing; only this user may look into new ones.
    fn make_folder(&self, folder: &Path) -> io::Result<()>;
    /// Asks to be alone with a folder or a file that is there, without waiting.
    fn lock(&self, path: &Path) -> Lock;
    /// Lets another go first; between two questions for a lock.
    fn wait(&self);
}

/// The disk of this computer.
#[derive(Clone, Copy, Debug, Default)]
pub struct RealDisk;

impl DiskFile for File {
    fn sync(&mut self) -> io::Result<()> {
        self.sync_all()
    }

    fn sync_data(&mut self) -> io::Result<()> {
        File::sync_data(self)
    }
}

impl Guard for File {}

/// Which state of a file this is.
fn stamp(about: &fs::Metadata) -> Stamp {
    #[cfg(unix)]
    let (inode, modified_ns) = {
        use std::os::unix::fs::MetadataExt;
        (about.ino(), i128::from(about.mtime()) * 1_000_000_000 + i128::from(about.mtime_nsec()))
    };
    #[cfg(windows)]
    let (inode, modified_ns) = {
        use std::os::windows::fs::MetadataExt;
        // Windows counts units of 100 ns since 1601; only differences matter here.
        (0, i128::from(about.last_write_time()) * 100)
    };
    #[cfg(not(any(unix, windows)))]
    let (inode, modified_ns) = (0, 0);
    Stamp { inode, len: about.len(), modified_ns }
}

/// An ordinary file, opened for reading.
fn ordinary(path: &Path) -> io::Result<(File, fs::Metadata)> {
    let about = fs::metadata(path)?;
    if about.is_dir() {
        return Err(io::ErrorKind::IsADirectory.into());
    }
    // A pipe would block the program, a device may never end.
    if !about.is_file() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "not an ordinary file"));
    }
    Ok((File::open(path)?, about))
}

/// From this length on, in bytes, a file is read by all cores: most of the time goes into the memory for it.
const LONG: u64 = 32 << 20;

/// The content of a long file; `None` for a short one, and where it cannot be had in parts.
#[cfg(unix)]
fn read_side_by_side(file: &File, len: u64) -> Option<Vec<u8>> {
    use std::os::unix::fs::FileExt;

    use rayon::prelude::*;

    const PART: usize = 8 << 20;
    let len = usize::try_from(len).ok().filter(|_| len >= LONG)?;
    // Where there is no room for it, the way that can say so is taken.
    Vec::<u8>::new().try_reserve_exact(len).ok()?;
    // Made of nothing but zeros, it takes no memory before its parts are filled in, side by side.
    let mut bytes = vec![0; len];
    let part = |(n, part): (usize, &mut [u8])| file.read_exact_at(part, (n * PART) as u64);
    bytes.par_chunks_mut(PART).enumerate().try_for_each(part).ok()?;
    Some(bytes)
}

#[cfg(not(unix))]
fn read_side_by_side(_file: &File, _len: u64) -> Option<Vec<u8>> {
    None
}

/// The content of an ordinary file as long as it was at first, and whether its length has changed meanwhile.
fn read(path: &Path, limit: u64) -> io::Result<(Vec<u8>, bool)> {
    let (file, about) = ordinary(path)?;
    if about.len() > limit {
        return Err(io::ErrorKind::FileTooLarge.into());
    }
    if let Some(bytes) = read_side_by_side(&file, about.len()) {
        let changed = file.metadata()?.len() != about.len();
        return Ok((bytes, changed));
    }
    // A file of the system's own has no length before it is read.
    let most = if about.len() == 0 { limit } else { about.len() };
    let mut bytes = Vec::with_capacity(usize::try_from(about.len()).unwrap_or(0));
    (&file).take(most).read_to_end(&mut bytes)?;
    if (&file).take(1).read_to_end(&mut Vec::new())? > 0 && about.len() == 0 {
        return Err(io::ErrorKind::FileTooLarge.into());
    }
    let changed = about.len() > 0 && (bytes.len() as u64 != about.len() || file.metadata()?.len() != about.len());
    Ok((bytes, changed))
}

impl RealDisk {
    /// An ordinary file, and its length in bytes.
    ///
    /// # Errors
    /// As [`Disk::read`].
    pub fn open_ordinary(self, path: &Path) -> io::Result<(File, u64)> {
        ordinary(path).map(|(file, about)| (file, about.len()))
    }

    /// The content of a file that nobody is writing: half of it would pass for the whole.
    ///
    /// # Errors
    /// As [`Disk::read`], and `ErrorKind::ResourceBusy` if its length changes while it is read.
    pub fn read_settled(self, path: &Path, limit: u64) -> io::Result<Vec<u8>> {
        match read(path, limit)? {
            (bytes, false) => Ok(bytes),
            _ => Err(io::ErrorKind::ResourceBusy.into()),
        }
    }
}

impl Disk for RealDisk {
    fn read(&self, path: &Path, limit: u64) -> io::Result<Vec<u8>> {
        read(path, limit).map(|(bytes, _)| bytes)
    }

    fn entry(&self, path: &Path) -> io::Result<Option<Entry>> {
        match fs::metadata(path) {
            Ok(m) => Ok(Some(Entry {
                is_folder: m.is_dir(),
                is_file: m.is_file(),
                write_protected: m.permissions().readonly(),
                stamp: stamp(&m),
            })),
            Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(e) => Err(e),
        }
    }

    fn link(&self, path: &Path) -> io::Result<Option<PathBuf>> {
        match fs::symlink_metadata(path) {
            Ok(m) if m.file_type().is_symlink() => fs::read_link(path).map(Some),
            Ok(_) => Ok(None),
            Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(e) => Err(e),
        }
    }

    fn create_new(&self, path: &Path) -> io::Result<Box<dyn DiskFile>> {
        Ok(Box::new(OpenOptions::new().write(true).create_new(true).open(path)?))
    }

    fn create_private(&self, path: &Path) -> io::Result<Box<dyn DiskFile>> {
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        {
            use std::os::unix::fs::OpenOptionsExt;
            options.mode(0o600);
        }
        Ok(Box::new(options.open(path)?))
    }

    fn copy_access(&self, from: &Path, to: &Path) -> io::Result<()> {
        let about = fs::metadata(from)?;
        #[cfg(unix)]
        {
            use std::os::unix::fs::{MetadataExt, chown};
            let new = fs::metadata(to)?;
            // Only the superuser may give files away; a file of a shared group is worth trying.
            // Before the mode: changing the owner clears some of its bits.
            if (about.uid(), about.gid()) != (new.uid(), new.gid())
                && chown(to, Some(about.uid()), Some(about.gid())).is_err()
            {
                let _ = chown(to, None, Some(about.gid()));
            }
        }
        fs::set_permissions(to, about.permissions())
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        fs::rename(from, to)
    }

    fn sync_folder(&self, folder: &Path) -> io::Result<()> {
        #[cfg(unix)]
        {
            match File::open(folder).and_then(|f| f.sync_all()) {
                // Some network file systems have no such operation.
                Err(e) if matches!(e.kind(), io::ErrorKind::InvalidInput | io::ErrorKind::Unsupported) => Ok(()),
                other => other,
            }
        }
        #[cfg(not(unix))]
        {
            let _ = folder;
            Ok(())
        }
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        fs::remove_file(path)
    }

    fn open(&self, path: &Path) -> io::Result<Box<dyn Read>> {
        Ok(Box::new(ordinary(path)?.0))
    }

    fn append(&self, path: &Path, len: u64) -> io::Result<Box<dyn DiskFile>> {
        let mut file = OpenOptions::new().write(true).open(path)?;
        file.set_len(len)?;
        file.seek(SeekFrom::Start(len))?;
        Ok(Box::new(file))
    }

    fn names(&self, folder: &Path) -> io::Result<Vec<OsString>> {
        fs::read_dir(folder)?.map(|entry| entry.map(|e| e.file_name())).collect()
    }

    fn make_folder(&self, folder: &Path) -> io::Result<()> {
        let mut builder = fs::DirBuilder::new();
        #[cfg(unix)]
        {
            use std::os::unix::fs::DirBuilderExt;
            builder.mode(0o700);
        }
        builder.recursive(true).create(folder)
    }

    fn lock(&self, path: &Path) -> Lock {
        let opened =
            if path.is_dir() { File::open(path) } else { OpenOptions::new().read(true).write(true).open(path) };
        let Ok(file) = opened else { return Lock::Unsupported };
        match file.try_lock() {
            Ok(()) => Lock::Mine(Box::new(file)),
            Err(TryLockError::WouldBlock) => Lock::Others,
            Err(TryLockError::Error(_)) => Lock::Unsupported,
        }
    }

    fn wait(&self) {
        std::thread::sleep(core::time::Duration::from_millis(5));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_long_files_and_missing_files_are_told_apart() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        File::create(&path).unwrap().write_all(b"12345").unwrap();
        assert_eq!(RealDisk.read(&path, 5).unwrap(), b"12345");
        assert_eq!(RealDisk.read(&path, 4).unwrap_err().kind(), io::ErrorKind::FileTooLarge);
        assert_eq!(RealDisk.read(folder.path(), 9).unwrap_err().kind(), io::ErrorKind::IsADirectory);
        assert_eq!(RealDisk.read(&folder.path().join("b"), 9).unwrap_err().kind(), io::ErrorKind::NotFound);
        assert_eq!(RealDisk.entry(&folder.path().join("b")).unwrap(), None);
    }

    #[test]
    fn a_file_that_grows_while_it_is_read_ends_where_it_ended_at_first() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        File::create(&path).unwrap().write_all(&vec![b'x'; 1 << 16]).unwrap();
        assert_eq!(RealDisk.read_settled(&path, 1 << 20).unwrap().len(), 1 << 16);
        let done = std::sync::atomic::AtomicBool::new(false);
        std::thread::scope(|s| {
            s.spawn(|| {
                let mut file = OpenOptions::new().append(true).open(&path).unwrap();
                for _ in 0..20_000 {
                    file.write_all(&[b'y'; 64]).unwrap();
                    if done.load(std::sync::atomic::Ordering::Relaxed) {
                        break;
                    }
                }
            });
            // Somebody writes all the while, so that one of the readings falls into it.
            let busy = (0..20_000).any(|_| match RealDisk.read_settled(&path, 1 << 24) {
                Ok(bytes) => bytes.len() < 1 << 16,
                Err(e) => e.kind() == io::ErrorKind::ResourceBusy,
            });
            done.store(true, std::sync::atomic::Ordering::Relaxed);
            assert!(busy);
        });
        assert!(RealDisk.read(&path, 1 << 24).unwrap().len() as u64 == fs::metadata(&path).unwrap().len());
    }

    #[cfg(unix)]
    #[test]
    fn a_device_is_not_read() {
        assert_eq!(RealDisk.read(Path::new("/dev/zero"), 9).unwrap_err().kind(), io::ErrorKind::InvalidInput);
    }
}
