//! A disk in memory that writes down what is asked of it, and what could be left of that after a power cut.
//!
//! It promises less than real ones do: what was not synced may be lost, torn, zeroed or there, in any order; of the changes
//! to a folder that was not synced any may be lost.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::io::{self, Cursor, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use clashmap::io::disk::{Disk, DiskFile, Entry, Guard, Lock, Stamp};

use crate::Dice;

#[derive(Clone, Debug)]
pub(crate) enum Op {
    Create(PathBuf, usize),
    Write(usize, Vec<u8>),
    Cut(usize, usize),
    Sync(usize),
    Rename(PathBuf, PathBuf),
    Remove(PathBuf),
    SyncFolder(PathBuf),
}

#[derive(Default)]
struct State {
    files: Vec<Vec<u8>>,
    names: BTreeMap<PathBuf, usize>,
    folders: BTreeSet<PathBuf>,
    log: Vec<Op>,
    locked: BTreeSet<PathBuf>,
    ticks: i128,
    modified: Vec<i128>,
    /// Bytes that can still be written; `None`: as many as one likes.
    room: Option<usize>,
    /// Whether the code behind it panics.
    broken: bool,
}

#[derive(Clone)]
pub(crate) struct SimDisk {
    state: Arc<Mutex<State>>,
}

struct SimFile(SimDisk, usize);
struct SimGuard(SimDisk, PathBuf);

impl Guard for SimGuard {}
impl Drop for SimGuard {
    fn drop(&mut self) {
        self.0.state.lock().unwrap().locked.remove(&self.1);
    }
}

fn missing<T>() -> io::Result<T> {
    Err(io::ErrorKind::NotFound.into())
}

impl SimDisk {
    /// From now on whoever makes a file meets an error of the program.
    pub(crate) fn break_down(&self) {
        self.state.lock().unwrap().broken = true;
    }

    pub(crate) fn new(folders: &[&str]) -> Self {
        let state = State { folders: folders.iter().map(PathBuf::from).collect(), ..State::default() };
        Self { state: Arc::new(Mutex::new(state)) }
    }

    /// A disk with these files on it.
    pub(crate) fn holding(folders: &[&str], files: BTreeMap<PathBuf, Vec<u8>>) -> Self {
        let disk = Self::new(folders);
        {
            let mut state = disk.at();
            for (path, bytes) in files {
                let n = state.files.len();
                state.names.insert(path, n);
                state.files.push(bytes);
                state.modified.push(0);
            }
        }
        disk
    }

    /// The files and what is in them.
    pub(crate) fn files(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let state = self.at();
        state.names.iter().map(|(path, n)| (path.clone(), state.files[*n].clone())).collect()
    }

    /// From now on only so many bytes can be written.
    pub(crate) fn leave(&self, room: usize) {
        self.at().room = Some(room);
    }

    pub(crate) fn log(&self) -> Vec<Op> {
        self.state.lock().unwrap().log.clone()
    }

    fn at(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }
}

impl State {
    fn do_(&mut self, op: Op) {
        self.ticks += 1;
        match &op {
            Op::Create(path, n) => {
                self.names.insert(path.clone(), *n);
            }
            Op::Write(n, bytes) => {
                self.files[*n].extend_from_slice(bytes);
                self.modified[*n] = self.ticks;
            }
            Op::Cut(n, len) => {
                self.files[*n].truncate(*len);
                self.modified[*n] = self.ticks;
            }
            Op::Rename(from, to) => {
                let n = self.names.remove(from).unwrap();
                self.names.insert(to.clone(), n);
            }
            Op::Remove(path) => {
                self.names.remove(path);
            }
            Op::Sync(_) | Op::SyncFolder(_) => {}
        }
        self.log.push(op);
    }
}

impl Write for SimFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // In pieces, so that there is something between them.
        let n = bytes.len().min(700);
        let mut state = self.0.at();
        if let Some(room) = &mut state.room {
            if *room < n {
                return Err(io::ErrorKind::StorageFull.into());
            }
            *room -= n;
        }
        state.do_(Op::Write(self.1, bytes[..n].to_vec()));
        Ok(n)
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl DiskFile for SimFile {
    fn sync(&mut self) -> io::Result<()> {
        self.0.at().do_(Op::Sync(self.1));
        Ok(())
    }
}

impl Disk for SimDisk {
    fn read(&self, path: &Path, _: u64) -> io::Result<Vec<u8>> {
        let state = self.at();
        state.names.get(path).map(|n| state.files[*n].clone()).map_or_else(missing, Ok)
    }
    fn entry(&self, path: &Path) -> io::Result<Option<Entry>> {
        let state = self.at();
        let is_folder = state.folders.contains(path);
        let file = state.names.get(path);
        let stamp = file.map_or_else(Stamp::default, |n| Stamp {
            inode: *n as u64,
            len: state.files[*n].len() as u64,
            modified_ns: state.modified[*n],
        });
        let is_file = file.is_some();
        Ok((is_folder || is_file).then_some(Entry { is_folder, is_file, write_protected: false, stamp }))
    }
    fn link(&self, _: &Path) -> io::Result<Option<PathBuf>> {
        Ok(None)
    }
    fn create_new(&self, path: &Path) -> io::Result<Box<dyn DiskFile>> {
        let broken = self.state.lock().unwrap().broken;
        assert!(!broken, "an error of the program");
        let mut state = self.at();
        if state.names.contains_key(path) {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        if !path.parent().is_some_and(|p| state.folders.contains(p)) {
            return missing();
        }
        let n = state.files.len();
        state.files.push(Vec::new());
        state.modified.push(0);
        state.do_(Op::Create(path.to_owned(), n));
        Ok(Box::new(SimFile(self.clone(), n)))
    }
    fn copy_access(&self, _: &Path, _: &Path) -> io::Result<()> {
        Ok(())
    }
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.at().do_(Op::Rename(from.to_owned(), to.to_owned()));
        Ok(())
    }
    fn sync_folder(&self, folder: &Path) -> io::Result<()> {
        self.at().do_(Op::SyncFolder(folder.to_owned()));
        Ok(())
    }
    fn remove(&self, path: &Path) -> io::Result<()> {
        let mut state = self.at();
        if !state.names.contains_key(path) {
            return missing();
        }
        state.do_(Op::Remove(path.to_owned()));
        Ok(())
    }
    fn open(&self, path: &Path) -> io::Result<Box<dyn Read>> {
        Ok(Box::new(Cursor::new(self.read(path, 0)?)))
    }
    fn append(&self, path: &Path, len: u64) -> io::Result<Box<dyn DiskFile>> {
        let mut state = self.at();
        let Some(n) = state.names.get(path).copied() else { return missing() };
        state.do_(Op::Cut(n, len as usize));
        Ok(Box::new(SimFile(self.clone(), n)))
    }
    fn names(&self, folder: &Path) -> io::Result<Vec<OsString>> {
        let state = self.at();
        if !state.folders.contains(folder) {
            return missing();
        }
        let inside = state.names.keys().filter(|p| p.parent() == Some(folder)).filter_map(|p| p.file_name());
        Ok(inside.map(ToOwned::to_owned).collect())
    }
    fn make_folder(&self, folder: &Path) -> io::Result<()> {
        self.at().folders.insert(folder.to_owned());
        Ok(())
    }
    fn lock(&self, path: &Path) -> Lock {
        if self.at().locked.insert(path.to_owned()) {
            Lock::Mine(Box::new(SimGuard(self.clone(), path.to_owned())))
        } else {
            Lock::Others
        }
    }
    fn wait(&self) {}
}

/// What the disk may hold after a power cut behind the first `done` things of the log. `None` for a file in which nothing
/// is certain to be read is not needed: an unwritten stretch reads as zeros.
pub(crate) fn after_power_cut(log: &[Op], done: usize, dice: &mut Dice) -> BTreeMap<PathBuf, Vec<u8>> {
    let files = log.iter().filter_map(|op| if let Op::Create(_, n) = op { Some(*n) } else { None }).max();
    let mut content: Vec<Vec<u8>> = vec![Vec::new(); files.map_or(0, |n| n + 1)];
    let mut names = BTreeMap::new();
    let (mut pending, mut entries): (Vec<&Op>, Vec<&Op>) = (Vec::new(), Vec::new());
    for op in &log[..done] {
        match op {
            Op::Write(..) | Op::Cut(..) => pending.push(op),
            Op::Create(..) | Op::Rename(..) | Op::Remove(_) => entries.push(op),
            Op::Sync(n) => {
                pending.retain(|op| {
                    let of_this = matches!(op, Op::Write(m, _) | Op::Cut(m, _) if m == n);
                    if of_this {
                        apply(op, &mut content, None);
                    }
                    !of_this
                });
            }
            Op::SyncFolder(folder) => {
                let touches = |path: &Path| path.parent() == Some(folder);
                entries.retain(|op| {
                    let of_this = match op {
                        Op::Create(path, _) | Op::Remove(path) | Op::Rename(path, _) => touches(path),
                        _ => false,
                    };
                    if of_this {
                        enter(op, log, &mut names);
                    }
                    !of_this
                });
            }
        }
    }
    for op in pending {
        apply(op, &mut content, Some(dice));
    }
    for op in entries {
        if dice.coin() {
            enter(op, log, &mut names);
        }
    }
    names.into_iter().map(|(path, n)| (path, content[n].clone())).collect()
}

/// One write, whole if nothing is left to chance.
fn apply(op: &Op, content: &mut [Vec<u8>], chance: Option<&mut Dice>) {
    match (op, chance) {
        (Op::Write(n, bytes), None) => content[*n].extend_from_slice(bytes),
        (Op::Write(n, bytes), Some(dice)) => match dice.below(4) {
            0 => content[*n].extend_from_slice(bytes),
            1 => {
                // The length arrived and the bytes did not.
                let len = content[*n].len();
                content[*n].resize(len + bytes.len(), 0);
            }
            2 => content[*n].extend_from_slice(&bytes[..dice.below(bytes.len() + 1)]),
            _ => {}
        },
        (Op::Cut(n, len), None) => content[*n].truncate(*len),
        (Op::Cut(n, len), Some(dice)) => content[*n].truncate(if dice.coin() { *len } else { usize::MAX }),
        _ => {}
    }
}

fn enter(op: &Op, log: &[Op], names: &mut BTreeMap<PathBuf, usize>) {
    match op {
        Op::Create(path, n) => {
            names.insert(path.clone(), *n);
        }
        Op::Rename(from, to) => {
            // The file is found by the log: that the name it had was lost does not lose it.
            let upto = log.iter().position(|o| std::ptr::eq(o, op)).unwrap();
            let created = log[..upto].iter().rev().find_map(|o| match o {
                Op::Create(path, n) if path == from => Some(*n),
                _ => None,
            });
            names.remove(from);
            names.insert(to.clone(), created.unwrap());
        }
        Op::Remove(path) => {
            names.remove(path);
        }
        _ => {}
    }
}
