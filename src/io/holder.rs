//! The small file beside a project that says who has it open, since when and where.
//!
//! It keeps nobody out: a save compares the file itself, whoever says what. It is there so that people know of each other.
//! Absent on purpose: the clock, and a way to write a project.

use std::io::Write;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::atomic::resolved;
use super::disk::{Disk, Guard, Lock};

/// Seconds after which somebody on another computer is no longer believed to have the file open, unless they saved since.
const BELIEVED: i64 = 24 * 3600;
/// Longest such file, in bytes.
const LONGEST: u64 = 4096;

/// Who has a file open.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Holder {
    /// Who, and where: "anna on desk-3". May hold foreign text.
    pub who: String,
    /// The number of the process on that computer.
    pub pid: u32,
    /// Since when, in seconds since 1970.
    pub since: i64,
    /// When they last gave a sign, in seconds since 1970.
    pub seen: i64,
}

impl Holder {
    /// The computer, as far as it is said.
    fn computer(&self) -> &str {
        self.who.rsplit_once(" on ").map_or("", |(_, computer)| computer)
    }
}

/// The own mark beside a file.
pub struct Mark {
    file: PathBuf,
    path: PathBuf,
    me: Holder,
    _guard: Option<Box<dyn Guard>>,
}

/// What is there when a file is opened.
pub enum Taken {
    /// The own mark stands now.
    Mine(Mark),
    /// Somebody else has the file open.
    Others(Holder),
    /// No mark can be put there: the folder cannot be written, or it is no folder of ours.
    Nowhere,
}

/// The file for the mark: `.~lock.NAME#` beside the file itself, links followed.
fn path_for(disk: &dyn Disk, file: &Path) -> Option<PathBuf> {
    let file = resolved(disk, file).ok()?;
    let name = file.file_name()?.to_string_lossy().into_owned();
    Some(file.with_file_name(format!(".~lock.{name}#")))
}

/// Puts a mark beside a file, in the place of one whose owner is gone.
pub fn take(disk: &dyn Disk, file: &Path, me: Holder) -> Taken {
    let Some(path) = path_for(disk, file) else { return Taken::Nowhere };
    // Twice: a mark whose owner is gone is removed in between.
    for _ in 0..2 {
        if let Ok(mut out) = disk.create_new(&path) {
            let written = serde_json::to_vec(&me).map_err(std::io::Error::from).and_then(|text| out.write_all(&text));
            drop(out);
            if written.is_err() {
                let _ = disk.remove(&path);
                return Taken::Nowhere;
            }
            let guard = match disk.lock(&path) {
                Lock::Mine(guard) => Some(guard),
                Lock::Unsupported => None,
                Lock::Others => return Taken::Others(read(disk, &path)),
            };
            return Taken::Mine(Mark { file: file.to_owned(), path, me, _guard: guard });
        }
        if disk.entry(&path).ok().flatten().is_none_or(|e| !e.is_file) {
            return Taken::Nowhere;
        }
        let there = read(disk, &path);
        let is_here = there.computer().is_empty() || there.computer() == me.computer();
        let is_gone = match disk.lock(&path) {
            Lock::Others => false,
            // The lock of another computer may not be seen from here.
            Lock::Mine(_) => is_here || me.seen - there.seen > BELIEVED,
            Lock::Unsupported if is_here => {
                !disk.entry(&PathBuf::from(format!("/proc/{}", there.pid))).is_ok_and(|e| e.is_some())
            }
            Lock::Unsupported => me.seen - there.seen > BELIEVED,
        };
        if !is_gone || disk.remove(&path).is_err() {
            return Taken::Others(there);
        }
    }
    Taken::Nowhere
}

fn read(disk: &dyn Disk, path: &Path) -> Holder {
    let text = disk.read(path, LONGEST).unwrap_or_default();
    let mut holder: Holder = serde_json::from_slice(&text).unwrap_or_default();
    if holder.who.is_empty() {
        holder.who = "somebody".into();
    }
    holder.who = holder.who.chars().filter(|c| !c.is_control()).take(80).collect();
    holder
}

impl Mark {
    /// Whether it stands beside this file.
    pub fn is_of(&self, file: Option<&Path>) -> bool {
        file == Some(&self.file)
    }

    /// A sign that somebody is at work: the file was saved at this time, in seconds since 1970. What comes back writes it.
    pub fn sign(&mut self, now: i64) -> impl FnOnce(&dyn Disk) + Send + 'static {
        self.me.seen = now;
        let (path, me) = (self.path.clone(), self.me.clone());
        move |disk| {
            // Whoever reads it meanwhile finds "somebody"; nothing rests on it.
            if let (Ok(mut out), Ok(text)) = (disk.append(&path, 0), serde_json::to_vec(&me)) {
                let _ = out.write_all(&text);
            }
        }
    }

    /// Takes the mark away: the file is closed.
    pub fn release(self, disk: &dyn Disk) {
        // One that stays is recognised as left behind.
        let _ = disk.remove(&self.path);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::io::disk::RealDisk;

    fn me(who: &str, seen: i64) -> Holder {
        Holder { who: who.into(), pid: std::process::id(), since: seen, seen }
    }

    #[test]
    fn a_second_window_learns_who_has_the_file_open_and_a_mark_left_behind_is_swept() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.clashmap.geojson");
        let marks = || RealDisk.names(folder.path()).unwrap().len();
        let Taken::Mine(mut first) = take(&RealDisk, &file, me("anna on desk-3", 1000)) else { panic!() };
        first.sign(2000)(&RealDisk);
        let Taken::Others(who) = take(&RealDisk, &file, me("bela on desk-3", 3000)) else { panic!() };
        assert_eq!((who.who.as_str(), who.since, who.seen), ("anna on desk-3", 1000, 2000));
        first.release(&RealDisk);
        assert_eq!(marks(), 0);
        // A program that is killed leaves its mark; its lock goes with it.
        let Taken::Mine(killed) = take(&RealDisk, &file, me("anna on desk-3", 1000)) else { panic!() };
        drop(killed);
        assert_eq!(marks(), 1);
        let Taken::Mine(next) = take(&RealDisk, &file, me("bela on desk-3", 3000)) else { panic!() };
        next.release(&RealDisk);
        assert_eq!(marks(), 0);
    }

    #[test]
    fn somebody_on_another_computer_is_believed_for_a_day() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.clashmap.geojson");
        let Taken::Mine(theirs) = take(&RealDisk, &file, me("anna on desk-3", 1000)) else { panic!() };
        // Their lock is not seen from here.
        drop(theirs);
        let at = |seen| take(&RealDisk, &file, me("bela on desk-9", seen));
        assert!(matches!(at(1000 + BELIEVED), Taken::Others(_)));
        assert!(matches!(at(1001 + BELIEVED), Taken::Mine(_)));
    }

    #[test]
    fn nonsense_in_a_mark_and_a_folder_that_is_not_there_are_no_trouble() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.clashmap.geojson");
        let path = path_for(&RealDisk, &file).unwrap();
        assert!(path.ends_with(".~lock.a.clashmap.geojson#"));
        RealDisk.create_new(&path).unwrap().write_all(b"\xff{}[\x1b[31m").unwrap();
        assert_eq!(read(&RealDisk, &path).who, "somebody");
        assert!(matches!(take(&RealDisk, &file, me("bela on desk-9", 1)), Taken::Mine(_)));
        assert!(matches!(take(&RealDisk, Path::new("/nowhere/a"), me("b", 1)), Taken::Nowhere));
    }
}
