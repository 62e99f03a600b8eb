//! Saving a project with care: not over what somebody else wrote meanwhile, and with a dated copy of what is replaced.

use std::fmt;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::super::atomic::{self, SaveError, Step};
use super::super::backup;
use super::super::disk::Disk;
use super::super::progress::Progress;
use super::super::seen::{Digesting, Seen, Since};
use super::write::write_watched;
use crate::model::Project;

/// What a save is to take care of.
#[derive(Clone, Debug, Default)]
pub struct Care {
    /// What the file held when it was opened or saved last: if it holds something else now, it is not replaced. `None`: the
    /// user has chosen this name, and whatever is there is replaced.
    pub seen: Option<Seen>,
    /// The folder of all backups, and the time in seconds since 1970; `None`: no copy is made.
    pub backups: Option<(PathBuf, i64)>,
}

/// A save that is done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Saved {
    /// What the file holds now.
    pub seen: Seen,
    /// What went wrong beside it: there is no copy of the version before.
    pub warning: Option<String>,
}

/// A save that is not done; the file is as it was.
#[derive(Debug)]
pub enum NotSaved {
    /// Somebody else wrote to the file since it was seen.
    Changed(PathBuf),
    /// It could not be done.
    Failed(SaveError),
}

impl fmt::Display for NotSaved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Changed(path) => write!(
                f,
                "{} was changed by another program since it was opened; open it again, or save under another name",
                path.display()
            ),
            Self::Failed(e) => e.fmt(f),
        }
    }
}

impl std::error::Error for NotSaved {}

/// Saves a project in its canonical form, telling how far it is in incidents; if it is cancelled meanwhile, the old file
/// stays.
///
/// # Errors
/// [`NotSaved`]; the file is then as it was.
pub fn save_project(
    disk: &dyn Disk,
    path: &Path,
    project: &Project,
    care: &Care,
    progress: &Progress,
) -> Result<Saved, NotSaved> {
    progress.begin(project.len() as u64);
    save_with(disk, path, care, &mut |out| write_watched(project, out, progress).map_err(io::Error::from))
}

/// Saves a project that was not touched since `from` was opened or saved. Its file keeps its bytes; another name gets the
/// same ones. If `from` holds something else now, the project itself is saved under the other name.
///
/// # Errors
/// [`NotSaved`]; a file at `to` is then as it was.
pub fn save_untouched(
    disk: &dyn Disk,
    (from, seen): (&Path, Seen),
    to: &Path,
    project: &Project,
    care: &Care,
    progress: &Progress,
) -> Result<Saved, NotSaved> {
    let is_same = seen.since(disk, from).is_ok_and(|s| s == Since::Same);
    if !is_same {
        return save_project(disk, to, project, care, progress);
    }
    if from == to {
        return Ok(Saved { seen, warning: None });
    }
    let bytes = disk
        .read(from, super::MAX_BYTES)
        .map_err(|source| NotSaved::Failed(SaveError { path: from.to_owned(), step: Step::Look, source }))?;
    save_with(disk, to, care, &mut |out| out.write_all(&bytes))
}

/// Saves what `content` writes.
///
/// # Errors
/// [`NotSaved`]; the file is then as it was.
pub fn save_with(
    disk: &dyn Disk,
    path: &Path,
    care: &Care,
    content: &mut dyn FnMut(&mut dyn Write) -> io::Result<()>,
) -> Result<Saved, NotSaved> {
    let (mut changed, mut warning, mut written) = (false, None, None);
    let mut check = |target: &Path| {
        if let Some(seen) = care.seen {
            let since = seen.since(disk, target).map_err(|e| {
                let what = "it cannot be read to see whether somebody else changed it";
                io::Error::new(e.kind(), format!("{what} ({e}); save under another name"))
            })?;
            if since == Since::Changed {
                changed = true;
                return Err(io::Error::other("it was changed by another program"));
            }
        }
        if let Some((root, now)) = &care.backups
            && let Err(e) = backup::keep(disk, root, path, target, *now)
        {
            // A full home folder must not keep work from being saved elsewhere.
            warning = Some(format!("no copy of the version before could be kept in {} ({e})", root.display()));
        }
        Ok(())
    };
    let saved = atomic::save_if(disk, path, &mut check, &mut |out| {
        let mut out = Digesting::checking(out);
        content(&mut out)?;
        written = Some((out.len(), out.checksum()));
        Ok(())
    });
    match (saved, written) {
        (Ok(()), Some((len, checksum))) => {
            let stamp = disk.entry(path).ok().flatten().map(|e| e.stamp).unwrap_or_default();
            Ok(Saved { seen: Seen { stamp: super::super::disk::Stamp { len, ..stamp }, checksum }, warning })
        }
        (Err(_), _) if changed => Err(NotSaved::Changed(path.to_owned())),
        (Err(e), _) => Err(NotSaved::Failed(e)),
        // `save_if` calls the writer before it can say that all is well.
        (Ok(()), None) => Err(NotSaved::Failed(SaveError {
            path: path.to_owned(),
            step: Step::Write,
            source: io::Error::other("nothing was written"),
        })),
    }
}
