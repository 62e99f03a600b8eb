//! The journal being written: one file at a time, begun with the first edit, gone with the save.

use std::collections::VecDeque;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use super::super::backup::stamp;
use super::super::disk::{DiskFile, Guard, Lock};
use super::content::{self, Head, States};
use super::found::{self, ENDING};
use super::record::{self, MAGIC};
use super::{Noted, SharedDisk};
use crate::model::Project;

/// A journal that has grown by this many bytes since it was begun, and fivefold, is begun anew with what differs in sum.
const GROWS: u64 = 64 << 20;

/// Names of steps that are remembered when a file is begun anew; of earlier ones only the work is.
const STEPS: usize = 200;

/// The file that is being written.
struct Open {
    path: PathBuf,
    file: Box<dyn DiskFile>,
    /// Bytes in it.
    len: u64,
    /// Bytes in it when it was begun.
    begun: u64,
    /// The number of the last part.
    n: u64,
}

/// The journal of one project in one window.
pub struct Book {
    disk: SharedDisk,
    folder: PathBuf,
    /// How its files are called; empty before the first edit.
    session: String,
    window: u32,
    head: Head,
    /// On what the work rests: the file as it was read or saved, or a project without a file.
    base: Project,
    /// What was noted last.
    now: Project,
    steps: VecDeque<Noted>,
    open: Option<Open>,
    /// Files that hold less than what is to be kept; they go when a better one is on the disk.
    old: Vec<PathBuf>,
    generation: u32,
    guard: Option<Box<dyn Guard>>,
}

impl Book {
    /// A journal in a folder for work that rests on `base`. Nothing is written before the first edit. `window` tells several
    /// projects opened one after the other in one process apart.
    pub fn new(disk: SharedDisk, folder: &Path, window: u32, head: Head, base: Project) -> Self {
        Self {
            disk,
            folder: folder.to_owned(),
            session: String::new(),
            window,
            head,
            now: base.clone(),
            base,
            steps: VecDeque::new(),
            open: None,
            old: Vec::new(),
            generation: 0,
            guard: None,
        }
    }

    /// Notes how the project stands after some steps, and comes back when that is on the disk.
    ///
    /// # Errors
    /// What the disk says. What was kept before still is; the next call tries a new file with all that differs.
    pub fn note(&mut self, now: Project, steps: Vec<Noted>) -> io::Result<()> {
        let fresh: Vec<(i64, String)> = steps.iter().map(|s| (s.at, s.label.clone())).collect();
        self.steps.extend(steps);
        let over = self.steps.len().saturating_sub(STEPS);
        self.steps.drain(..over);
        let before = std::mem::replace(&mut self.now, now);
        match self.open.take() {
            Some(open) if open.len < open.begun.saturating_mul(5).saturating_add(GROWS) => {
                let path = open.path.clone();
                let done = self.append(open, &before, &fresh);
                if done.is_err() {
                    // Never again on a file that failed: what the disk says of it cannot be trusted any more.
                    self.old.push(path);
                }
                done
            }
            full => {
                self.old.extend(full.map(|open| open.path));
                self.begin()
            }
        }
    }

    fn append(&mut self, mut open: Open, before: &Project, steps: &[(i64, String)]) -> io::Result<()> {
        let states = States { base: &self.base, from: before, to: &self.now };
        let mut out = BufWriter::with_capacity(1 << 16, &mut open.file);
        let written = content::edit(states, steps, open.n, &mut out).and_then(|w| out.flush().map(|()| w));
        // Taken out of the buffer: what it still holds must not be written once more when it goes.
        drop(out.into_parts());
        let (n, bytes) = written?;
        open.file.sync_data()?;
        open.n = n;
        open.len += bytes;
        self.open = Some(open);
        Ok(())
    }

    /// Begins a file with all that differs from the base, and lets go of the old ones once it is on the disk.
    fn begin(&mut self) -> io::Result<()> {
        let states = States { base: &self.base, from: &self.base, to: &self.now };
        if states.are_same() {
            self.let_go();
            return Ok(());
        }
        self.disk.make_folder(&self.folder)?;
        if self.session.is_empty() {
            self.name()?;
        }
        self.generation += 1;
        let path = self.folder.join(format!("{}-{}{ENDING}", self.session, self.generation));
        let mut file = self.disk.create_new(&path)?;
        let written = self.fill(&mut *file).and_then(|w| file.sync().map(|()| w));
        let written = written.and_then(|w| self.disk.sync_folder(&self.folder).map(|()| w));
        match written {
            Ok((n, len)) => {
                self.open = Some(Open { path, file, len, begun: len, n });
                self.let_go();
                Ok(())
            }
            Err(e) => {
                // Half a file is worth nothing beside the one before it.
                drop(file);
                let _ = self.disk.remove(&path);
                Err(e)
            }
        }
    }

    /// Takes a name that no journal has or had.
    fn name(&mut self) -> io::Result<()> {
        for n in self.window..self.window.saturating_add(1000) {
            let session = format!("{}-{}-{n}", stamp(self.head.started), self.head.pid);
            match found::guard(&*self.disk, &self.folder, &session, true) {
                Err(e) if e.kind() == io::ErrorKind::AlreadyExists => {}
                Err(e) => return Err(e),
                Ok(Lock::Others) => {}
                Ok(Lock::Unsupported) => {
                    self.session = session;
                    return Ok(());
                }
                Ok(Lock::Mine(guard)) => {
                    (self.session, self.guard) = (session, Some(guard));
                    return Ok(());
                }
            }
        }
        Err(io::Error::other("every name for a journal is taken"))
    }

    fn fill(&self, file: &mut dyn DiskFile) -> io::Result<(u64, u64)> {
        let mut start = MAGIC.to_vec();
        let mut fits = record::push(&mut start, &content::head(&self.head)?);
        if self.head.file.is_none() {
            fits &= record::push(&mut start, &content::base(&self.base)?);
        }
        if !fits {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "the project is larger than 4 GiB"));
        }
        let steps: Vec<(i64, String)> = self.steps.iter().map(|s| (s.at, s.label.clone())).collect();
        let states = States { base: &self.base, from: &self.base, to: &self.now };
        let mut out = BufWriter::with_capacity(1 << 16, file);
        let written = out.write_all(&start).and_then(|()| content::edit(states, &steps, 0, &mut out));
        let written = written.and_then(|w| out.flush().map(|()| w));
        drop(out.into_parts());
        let (n, bytes) = written?;
        Ok((n, bytes + start.len() as u64))
    }

    /// Removes files that hold nothing that is still to be kept.
    fn let_go(&mut self) {
        if self.old.is_empty() {
            return;
        }
        for path in self.old.drain(..) {
            // One that stays is offered after a crash, and found to hold nothing new.
            let _ = self.disk.remove(&path);
        }
        let _ = self.disk.sync_folder(&self.folder);
    }

    /// The project was saved as `base`, by the edit of this number; later edits stay in the journal.
    ///
    /// # Errors
    /// What the disk says of a new file for later edits.
    pub fn saved(&mut self, base: Project, head: Head, up_to: u64) -> io::Result<()> {
        (self.base, self.head) = (base, head);
        self.steps.retain(|s| s.number > up_to);
        self.old.extend(self.open.take().map(|open| open.path));
        let done = self.begin();
        if done.is_ok() && self.open.is_none() {
            self.release();
        }
        done
    }

    /// Ends the journal: the work is saved, or the user gave it up (`aside`), and then it is moved aside.
    pub fn close(mut self, aside: bool) {
        self.old.extend(self.open.take().map(|open| open.path));
        if aside && !self.old.is_empty() {
            // A folder that cannot be made leaves the journal where it is, to be offered again.
            let _ = found::set_aside(&*self.disk, &self.folder, &self.session);
            self.old.clear();
        } else {
            self.let_go();
        }
        self.release();
    }

    fn release(&mut self) {
        self.guard = None;
        if !self.session.is_empty() {
            let _ = self.disk.remove(&found::lock_of(&self.folder, &self.session));
            self.session.clear();
        }
    }
}
