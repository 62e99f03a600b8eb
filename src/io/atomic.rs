//! Saving a file so that at every moment either the old or the new one is there, whole.
//!
//! A new file is written in the same folder, brought to the disk, put in the place of the old one in one step, and the
//! folder is brought to the disk. Absent on purpose: writing in place, and silent success.

use std::fmt;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use super::disk::{Disk, DiskFile, Guard, Lock};

/// At which step saving failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Looking at what stands at the path.
    Look,
    /// Waiting for another program that saves in the same folder.
    Wait,
    /// Making the new file.
    Create,
    /// Writing to it.
    Write,
    /// Bringing it to the disk.
    Sync,
    /// The last look at the old file, by whoever asked for one.
    Check,
    /// Putting it in the place of the old one.
    Replace,
    /// Bringing the folder to the disk: the new file is in place, but a power cut may still undo it.
    SyncFolder,
}

/// Why a file was not saved. One line: what, where, what next.
#[derive(Debug)]
pub struct SaveError {
    /// The file.
    pub path: PathBuf,
    /// The step that failed.
    pub step: Step,
    /// What the disk, or the writer of the content, said.
    pub source: io::Error,
}

impl fmt::Display for SaveError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use io::ErrorKind as K;
        write!(f, "cannot save {}: ", self.path.display())?;
        let folder = folder_of(&self.path);
        let folder = folder.display();
        match (self.source.kind(), self.step) {
            (_, Step::SyncFolder) => write!(
                f,
                "the new file is in place but the disk did not confirm it ({}); save once more or to another disk",
                self.source
            ),
            (K::PermissionDenied, Step::Look) => {
                write!(f, "the file is write-protected; save under another name or change its permissions")
            }
            (K::PermissionDenied, _) => write!(f, "no permission to write in {folder}; choose another folder"),
            (K::StorageFull | K::QuotaExceeded, _) => {
                write!(f, "the disk is full; free some space or choose another disk, the old file is unchanged")
            }
            (K::ReadOnlyFilesystem, _) => write!(f, "{folder} is on a read-only disk; choose another folder"),
            (K::NotFound, Step::Look | Step::Create) => {
                write!(f, "the folder {folder} does not exist; make it or choose another")
            }
            (K::NotADirectory, _) => write!(f, "{folder} is not a folder; choose another"),
            (K::IsADirectory, _) => write!(f, "this is a folder; give a file name in it"),
            (K::InvalidFilename, _) => write!(f, "the disk does not take this name; choose another"),
            (_, Step::Wait) => write!(
                f,
                "another clashmap has been saving in {folder} for a long time; try again, or save in another folder"
            ),
            (_, Step::Check) | (K::InvalidData | K::InvalidInput, Step::Look | Step::Write) => {
                write!(f, "{}", self.source)
            }
            _ => write!(f, "{}; the old file is unchanged, try again or save elsewhere", self.source),
        }
    }
}

impl std::error::Error for SaveError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.source)
    }
}

/// The folder a path lies in; `.` for a bare name.
fn folder_of(path: &Path) -> PathBuf {
    match path.parent() {
        Some(p) if !p.as_os_str().is_empty() => p.to_owned(),
        _ => PathBuf::from("."),
    }
}

/// Follows symbolic links, also those whose target does not exist yet, so that the link stays a link.
pub(super) fn resolved(disk: &dyn Disk, path: &Path) -> io::Result<PathBuf> {
    let mut path = path.to_owned();
    for _ in 0..40 {
        match disk.link(&path)? {
            Some(target) => path = folder_of(&path).join(target),
            None => return Ok(path),
        }
    }
    Err(io::Error::new(io::ErrorKind::InvalidInput, "its symbolic links go in a circle; save under another name"))
}

/// How often a folder that is taken is asked for; with the real disk's pause this is 20 seconds.
const PATIENCE: u32 = 4000;
/// How a file begins that is being written and has not yet taken the old one's place.
const TEMP: &str = ".clashmap-";
/// How it ends.
const TEMP_END: &str = ".tmp";

/// Saves what `write` writes at `path`. After a failure at any step before the replacement the old file is as it was
/// and the new one is removed. Access rights of an existing file are kept, its owner where possible.
///
/// # Errors
/// [`SaveError`] with the step that failed.
pub fn save(
    disk: &dyn Disk,
    path: &Path,
    write: &mut dyn FnMut(&mut dyn Write) -> io::Result<()>,
) -> Result<(), SaveError> {
    save_if(disk, path, &mut |_| Ok(()), write)
}

/// Like [`save`], with a last look: when the new file is whole and on the disk, `check` is called with the path of the
/// file that would be replaced, links followed. An error from it leaves everything as it was. Programs of this kind
/// that save in the same folder wait for each other meanwhile, so between two of them nothing can come in between.
///
/// # Errors
/// [`SaveError`]; what `check` said comes with [`Step::Check`].
pub fn save_if(
    disk: &dyn Disk,
    path: &Path,
    check: &mut dyn FnMut(&Path) -> io::Result<()>,
    write: &mut dyn FnMut(&mut dyn Write) -> io::Result<()>,
) -> Result<(), SaveError> {
    run(disk, path, None, check, write)
}

/// Copies a file, with its access rights: the copy is there whole or not at all.
///
/// # Errors
/// [`SaveError`] for the copy.
pub fn copy(disk: &dyn Disk, from: &Path, to: &Path) -> Result<(), SaveError> {
    run(disk, to, Some(from), &mut |_| Ok(()), &mut |out| super::seen::pour(&mut *disk.open(from)?, out))
}

/// `like` is whose access rights a file gets that is not there yet.
fn run(
    disk: &dyn Disk,
    path: &Path,
    like: Option<&Path>,
    check: &mut dyn FnMut(&Path) -> io::Result<()>,
    write: &mut dyn FnMut(&mut dyn Write) -> io::Result<()>,
) -> Result<(), SaveError> {
    let fail = |step| move |source| SaveError { path: path.to_owned(), step, source };
    let target = resolved(disk, path).map_err(fail(Step::Look))?;
    let before = disk.entry(&target).map_err(fail(Step::Look))?;
    if let Some(entry) = before {
        let refused = if entry.is_folder {
            Some(io::ErrorKind::IsADirectory.into())
        } else if !entry.is_file {
            Some(io::Error::new(io::ErrorKind::InvalidInput, "this is not an ordinary file; save under another name"))
        } else if entry.write_protected {
            // Replacing would succeed where only the folder's permissions count; the mark was set for a reason.
            Some(io::ErrorKind::PermissionDenied.into())
        } else {
            None
        };
        if let Some(e) = refused {
            return Err(fail(Step::Look)(e));
        }
    }
    let folder = folder_of(&target);
    let alone = alone(disk, &folder).map_err(fail(Step::Wait))?;
    if alone.is_some() {
        sweep(disk, &folder);
    }
    let (temp, file) = create_beside(disk, &folder).map_err(fail(Step::Create))?;
    let access_from = before.is_some().then_some(&*target).or(like);
    let done = fill(disk, file, &temp, access_from, write)
        .and_then(|()| check(&target).map_err(|e| (Step::Check, e)))
        .and_then(|()| disk.rename(&temp, &target).map_err(|e| (Step::Replace, e)));
    if let Err((step, source)) = done {
        // The error that is reported is the first one; a file that cannot be removed now is swept the next time.
        let _ = disk.remove(&temp);
        return Err(fail(step)(source));
    }
    disk.sync_folder(&folder).map_err(fail(Step::SyncFolder))
}

/// Waits until nobody else of this kind saves in a folder. `None` where the disk knows no locks.
fn alone(disk: &dyn Disk, folder: &Path) -> io::Result<Option<Box<dyn Guard>>> {
    for _ in 0..PATIENCE {
        match disk.lock(folder) {
            Lock::Mine(guard) => return Ok(Some(guard)),
            Lock::Unsupported => return Ok(None),
            Lock::Others => disk.wait(),
        }
    }
    Err(io::ErrorKind::TimedOut.into())
}

/// Removes what saves left behind that were killed. Only called while nobody else saves in the folder.
fn sweep(disk: &dyn Disk, folder: &Path) {
    // A nuisance that stays is no reason not to save.
    for name in disk.names(folder).unwrap_or_default() {
        if is_temp(&name) {
            let _ = disk.remove(&folder.join(name));
        }
    }
}

/// Whether a name is one that [`create_beside`] gives: `.clashmap-PID-N.tmp`.
fn is_temp(name: &std::ffi::OsStr) -> bool {
    let numbers = name.to_str().and_then(|n| n.strip_prefix(TEMP)?.strip_suffix(TEMP_END)?.split_once('-'));
    let digits = |t: &str| !t.is_empty() && t.bytes().all(|b| b.is_ascii_digit());
    numbers.is_some_and(|(pid, n)| digits(pid) && digits(n))
}

/// A new file in the folder under a name nobody else uses.
fn create_beside(disk: &dyn Disk, folder: &Path) -> io::Result<(PathBuf, Box<dyn DiskFile>)> {
    let mut n = 0_u32;
    loop {
        // Short and independent of the target's name, which may already be as long as the disk allows.
        let temp = folder.join(format!("{TEMP}{}-{n}{TEMP_END}", std::process::id()));
        match disk.create_new(&temp) {
            Err(e) if e.kind() == io::ErrorKind::AlreadyExists && n < 1000 => n += 1,
            Err(e) => return Err(e),
            Ok(file) => return Ok((temp, file)),
        }
    }
}

/// Writes the new file and brings it to the disk. After an error nothing is tried on it again: a disk that failed to
/// write may say later that all is well and have dropped the bytes.
fn fill(
    disk: &dyn Disk,
    file: Box<dyn DiskFile>,
    temp: &Path,
    access_from: Option<&Path>,
    write: &mut dyn FnMut(&mut dyn Write) -> io::Result<()>,
) -> Result<(), (Step, io::Error)> {
    // Before the content: what was private must not be readable for a moment.
    if let Some(from) = access_from {
        disk.copy_access(from, temp).map_err(|e| (Step::Create, e))?;
    }
    let mut out = BufWriter::with_capacity(1 << 16, file);
    let written = write(&mut out).and_then(|()| out.flush());
    // Taken out of the buffer: what it still holds must not be written once more when it goes.
    let (mut file, _) = out.into_parts();
    written.map_err(|e| (Step::Write, e))?;
    // The file is closed before the rename: some systems refuse to move an open one.
    file.sync().map_err(|e| (Step::Sync, e))
}

#[cfg(test)]
#[path = "atomic_tests.rs"]
mod tests;
