//! Journals that a program left behind that did not end well: found, told, moved aside.

use std::io;
use std::path::{Path, PathBuf};

use super::super::disk::{Disk, Guard, Lock};
use super::content::Head;
use super::replay::Work;

/// How the name of a journal ends.
pub(super) const ENDING: &str = ".journal";
/// How the name of the file ends that shows that its writer is alive.
const LOCK: &str = ".lock";
/// The folder within that of the journals for those that were given up.
const ASIDE: &str = "discarded";
/// Given-up journals that are kept; beyond, the oldest go.
const KEPT_ASIDE: usize = 20;
/// Longest journal that is read, in bytes.
pub(super) const MAX_BYTES: u64 = 3 << 30;

/// What is in a journal, for the question what to do with it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Steps, the latest last: when (seconds since 1970) and what they are called.
    pub steps: Vec<(i64, String)>,
    /// Titles of incidents and drawings that were added or changed.
    pub changed: Vec<String>,
    /// Titles of those that were deleted.
    pub deleted: Vec<String>,
    /// Whether title, parties, sources or slides of the project changed.
    pub meta: bool,
    /// Whether the end of the journal is torn: an edit that was under way is lost.
    pub torn: bool,
}

/// A journal that nobody writes any more. While this lives, no other program offers it.
pub struct Found {
    pub(super) folder: PathBuf,
    pub(super) session: String,
    pub(super) path: PathBuf,
    /// Whose work it is.
    pub head: Head,
    /// What is in it.
    pub summary: Summary,
    _guard: Option<Box<dyn Guard>>,
}

impl Found {
    /// Moves it aside, where it can still be had by hand.
    ///
    /// # Errors
    /// What the disk says; it then stays where it is.
    pub fn discard(self, disk: &dyn Disk) -> io::Result<()> {
        set_aside(disk, &self.folder, &self.session)
    }
}

impl std::fmt::Debug for Found {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Found").field("path", &self.path).field("head", &self.head).finish_non_exhaustive()
    }
}

pub(super) fn lock_of(folder: &Path, session: &str) -> PathBuf {
    folder.join(format!("{session}{LOCK}"))
}

/// Asks to be alone with the journals of a session; a `new` one must not have been there.
pub(super) fn guard(disk: &dyn Disk, folder: &Path, session: &str, new: bool) -> io::Result<Lock> {
    let path = lock_of(folder, session);
    match disk.create_new(&path) {
        Ok(_) => {}
        Err(e) if e.kind() == io::ErrorKind::AlreadyExists && !new => {}
        Err(e) => return Err(e),
    }
    Ok(disk.lock(&path))
}

/// Session and generation of a journal's name.
fn parts(name: &str) -> Option<(&str, u32)> {
    let (session, generation) = name.strip_suffix(ENDING)?.rsplit_once('-')?;
    Some((session, generation.parse().ok()?))
}

/// The journals in a folder that hold work and that no running program writes. Those that hold nothing are moved aside.
pub fn look(disk: &dyn Disk, folder: &Path) -> Vec<Found> {
    let names = disk.names(folder).unwrap_or_default();
    let mut all: Vec<(&str, u32)> = names.iter().filter_map(|n| parts(n.to_str()?)).collect();
    // The oldest session first, of each the latest file first.
    all.sort_by(|(a, n), (b, m)| a.cmp(b).then(m.cmp(n)));
    let mut found = Vec::new();
    for session in all.chunk_by(|a, b| a.0 == b.0) {
        let Some((name, _)) = session.first() else { continue };
        let guard = match guard(disk, folder, name, false) {
            Ok(Lock::Mine(guard)) => Some(guard),
            Ok(Lock::Unsupported) => None,
            Ok(Lock::Others) | Err(_) => continue,
        };
        let of = |n: u32| folder.join(format!("{name}-{n}{ENDING}"));
        let mut read = None;
        let mut unreadable = false;
        for (_, n) in session {
            match disk.read(&of(*n), MAX_BYTES) {
                Ok(bytes) => read = Work::read(&bytes).map(|work| (of(*n), work.head.clone(), work.summary())),
                Err(_) => unreadable = true,
            }
            if read.is_some() {
                break;
            }
        }
        match read {
            // Where nothing can be locked the process itself is looked for.
            Some((_, head, _)) if guard.is_none() && is_alive(disk, head.pid) => {}
            Some((path, head, summary)) => {
                found.push(Found {
                    folder: folder.to_owned(),
                    session: (*name).to_owned(),
                    path,
                    head,
                    summary,
                    _guard: guard,
                });
            }
            None if unreadable || guard.is_none() => {}
            None => {
                let _ = set_aside(disk, folder, name);
            }
        }
    }
    found
}

fn is_alive(disk: &dyn Disk, pid: u32) -> bool {
    disk.entry(&PathBuf::from(format!("/proc/{pid}"))).is_ok_and(|e| e.is_some())
}

/// Moves the journals of a session into the folder for given-up ones, and lets go of the oldest there.
///
/// # Errors
/// What the disk says; what could not be moved stays where it is.
pub fn set_aside(disk: &dyn Disk, folder: &Path, session: &str) -> io::Result<()> {
    let aside = folder.join(ASIDE);
    disk.make_folder(&aside)?;
    for name in disk.names(folder)? {
        if name.to_str().and_then(parts).is_some_and(|(s, _)| s == session) {
            disk.rename(&folder.join(&name), &aside.join(&name))?;
        }
    }
    disk.sync_folder(&aside)?;
    disk.sync_folder(folder)?;
    let _ = disk.remove(&lock_of(folder, session));
    let mut old: Vec<_> =
        disk.names(&aside)?.into_iter().filter(|n| n.to_str().is_some_and(|n| parts(n).is_some())).collect();
    // Names begin with the time.
    old.sort();
    let over = old.len().saturating_sub(KEPT_ASIDE);
    for name in old.into_iter().take(over) {
        let _ = disk.remove(&aside.join(name));
    }
    Ok(())
}
