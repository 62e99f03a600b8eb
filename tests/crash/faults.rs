//! Faults of the real system while the real code saves: every call of every name fails once in each way, and is the last
//! one before a kill. Needs `strace`; the disks that are full or read-only need the right to mount.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use clashmap::io::atomic::{SaveError, Step};
use clashmap::io::disk::RealDisk;
use clashmap::io::project::{Care, NotSaved, save_with};
use clashmap::io::seen::Seen;

use crate::{Dice, times};

const OLD: &str = "the old version";

fn new_version() -> Vec<u8> {
    // More than one buffer.
    "the new version, longer ".repeat(6000).into_bytes()
}

fn save(path: &Path, backups: Option<&Path>, bytes: &[u8]) -> Result<(), NotSaved> {
    let seen = Seen::of_file(&RealDisk, path).ok().flatten();
    let care = Care { seen, backups: backups.map(|p| (p.to_owned(), 1_000_000)) };
    save_with(&RealDisk, path, &care, &mut |out| out.write_all(bytes)).map(drop)
}

/// The process that is disturbed: this test, run by another one with `CLASHMAP_CHILD`.
#[test]
fn child_that_saves_once() {
    let Some(folder) = std::env::var_os("CLASHMAP_CHILD").map(PathBuf::from) else { return };
    let path = folder.join("a.clashmap.geojson");
    // Files that are not there mark in the trace where saving begins and ends.
    let _ = fs::metadata("/clashmap-begin");
    let result = save(&path, Some(&folder.join("backups")), &new_version());
    let _ = fs::metadata("/clashmap-end");
    let said = match result {
        Ok(()) => "SAID saved".to_owned(),
        Err(NotSaved::Failed(SaveError { step: Step::SyncFolder, .. })) => "SAID unconfirmed".to_owned(),
        Err(e) => format!("SAID not saved: {e}"),
    };
    let _ = fs::write(folder.join("said"), said);
}

fn under_strace(folder: &Path, options: &[&str]) -> Output {
    let path = folder.join("a.clashmap.geojson");
    let _ = fs::remove_file(folder.join("said"));
    fs::write(&path, OLD).unwrap();
    // The same calls each time: also those of a first backup.
    let _ = fs::remove_dir_all(folder.join("backups"));
    Command::new("strace")
        .args(["-f", "-qq", "-o"])
        .arg(folder.join("trace"))
        .args(options)
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", "faults::child_that_saves_once", "--test-threads=1"])
        .env("CLASHMAP_CHILD", folder)
        .output()
        .unwrap()
}

/// Names of the calls of one undisturbed save, with how many of each there were before it and until its end. `None`
/// where nothing can be traced.
fn calls(folder: &Path) -> Option<BTreeMap<String, (usize, usize)>> {
    if Command::new("strace").arg("-V").output().is_err() {
        assert!(std::env::var_os("CLASHMAP_REQUIRE_STRACE").is_none(), "strace is missing");
        eprintln!("strace is not here; nothing was tried");
        return None;
    }
    let output = under_strace(folder, &[]);
    if !output.status.success() {
        eprintln!("processes cannot be traced here; nothing was tried: {}", String::from_utf8_lossy(&output.stderr));
        return None;
    }
    assert_eq!(fs::read_to_string(folder.join("said")).unwrap(), "SAID saved");
    let trace = fs::read_to_string(folder.join("trace")).unwrap();
    let mut found: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    let mut saver = None;
    // The thread that saves; the counts of `when` are each thread's own.
    for line in trace.lines().filter(|l| l.contains("/clashmap-begin")) {
        saver = line.split_whitespace().next();
    }
    let saver = saver.expect("the marks are in the trace");
    let (mut begun, mut ended) = (false, false);
    for line in trace.lines() {
        let Some((thread, call)) = line.split_once(char::is_whitespace) else { continue };
        if thread != saver {
            continue;
        }
        begun |= line.contains("/clashmap-begin");
        ended |= line.contains("/clashmap-end");
        let Some((name, _)) = call.trim_start().split_once('(') else { continue };
        let (before, until) = found.entry(name.to_owned()).or_default();
        *before += usize::from(!begun);
        *until += usize::from(!ended);
    }
    found.retain(|name, (before, until)| {
        // Memory and threads are not the disk's.
        let of_disk = !["mmap", "munmap", "brk", "madvise", "mprotect", "futex", "mremap"].contains(&name.as_str());
        of_disk && until > before
    });
    Some(found)
}

#[test]
fn whichever_call_fails_or_is_the_last_the_file_is_whole_and_nothing_is_called_saved_that_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let path = folder.join("a.clashmap.geojson");
    let Some(calls) = calls(folder) else { return };
    for must in ["write", "fsync", "rename", "flock", "openat"] {
        assert!(calls.contains_key(must), "a save without {must}? {calls:?}");
    }
    let (mut tried, mut said_saved, mut killed) = (0, 0, 0);
    for (name, (before, until)) in &calls {
        // Looking and reading changes nothing on the disk; a few of those calls stand for the rest in the short version.
        let writes = ["write", "fsync", "rename", "flock", "openat", "chmod", "chown", "mkdir", "unlink"];
        let most = if writes.contains(&name.as_str()) { usize::MAX } else { times(2, usize::MAX) };
        for n in (before + 1..=*until).take(most) {
            for fault in ["signal=SIGKILL", "error=EIO", "error=ENOSPC", "error=EINTR"] {
                let what = format!("{name}, call {n} of {until}, {fault}");
                let output = under_strace(folder, &["-e", &format!("inject={name}:{fault}:when={n}")]);
                let bytes = fs::read(&path).unwrap_or_else(|e| panic!("{what}: the file is gone: {e}"));
                let said = fs::read_to_string(folder.join("said")).unwrap_or_default();
                let (old, new) = (bytes == OLD.as_bytes(), bytes == new_version());
                assert!(old || new, "{what}: half a file, {} bytes", bytes.len());
                match said.as_str() {
                    "SAID saved" | "SAID unconfirmed" => assert!(new, "{what}: said to be saved and is not"),
                    "" => assert!(!output.status.success(), "{what}: ended and said nothing"),
                    no => assert!(old && no.starts_with("SAID not saved: cannot save"), "{what}: {no}"),
                }
                tried += 1;
                said_saved += usize::from(said == "SAID saved");
                killed += usize::from(said.is_empty());
            }
        }
    }
    assert!(tried > 60 && said_saved > 10 && killed > 10, "{tried} tried, {said_saved} saved, {killed} killed");
    // What all of them left behind is gone after one more.
    save(&path, None, b"again").unwrap();
    let left: Vec<String> =
        fs::read_dir(folder).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
    assert!(!left.iter().any(|name| name.contains(".tmp")), "{left:?}");
}

#[test]
fn kills_at_any_time_leave_a_whole_version_and_at_most_one_file_to_sweep() {
    if cfg!(not(unix)) {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.clashmap.geojson");
    fs::write(&path, version(0)).unwrap();
    let mut dice = Dice(3);
    let mut killed_in_the_middle = 0;
    for _ in 0..times(25, 1000) {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "faults::child_that_saves_for_ever", "--test-threads=1"])
            .env("CLASHMAP_CHILD", folder.path())
            .stdout(std::process::Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(std::time::Duration::from_micros(8000 + dice.below(30_000) as u64));
        child.kill().unwrap();
        child.wait().unwrap();
        let text = fs::read_to_string(&path).unwrap();
        let n: usize = text.split(' ').next().unwrap().parse().unwrap();
        assert!(text == version(n), "half a version {n}");
        let names: Vec<String> =
            fs::read_dir(folder.path()).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
        killed_in_the_middle += usize::from(names.len() > 1);
        assert!(names.len() <= 2, "{names:?}");
    }
    assert!(killed_in_the_middle > 0, "no kill met a save");
}

fn version(n: usize) -> String {
    format!("{n} {}", format!("version {n}, ").repeat(20_000))
}

#[test]
fn child_that_saves_for_ever() {
    let Some(folder) = std::env::var_os("CLASHMAP_CHILD").map(PathBuf::from) else { return };
    let path = folder.join("a.clashmap.geojson");
    for n in 1.. {
        save(&path, None, version(n).as_bytes()).unwrap();
    }
}

/// A small disk of its own, gone when this is dropped; `None` where none may be mounted.
struct SmallDisk(PathBuf);

impl SmallDisk {
    fn new(at: &Path, kib: usize) -> Option<Self> {
        let size = format!("size={kib}k");
        let done = Command::new("mount").args(["-t", "tmpfs", "-o", &size, "tmpfs"]).arg(at).output().ok()?;
        done.status.success().then(|| Self(at.to_owned()))
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

#[test]
fn a_full_disk_leaves_the_file_as_it_is_and_another_disk_takes_the_work() {
    let folder = tempfile::tempdir().unwrap();
    let elsewhere = tempfile::tempdir().unwrap();
    let (mut full, mut fitted) = (0, 0);
    for n in 0..times(20, 100) {
        // From one page beside the old version to more than the new one needs.
        let kib = 8 + 4 * n * 60 / times(20, 100);
        let Some(disk) = SmallDisk::new(folder.path(), kib) else {
            eprintln!("no disk may be mounted here; nothing was tried");
            return;
        };
        let path = folder.path().join("a.clashmap.geojson");
        fs::write(&path, OLD).unwrap();
        match save(&path, Some(&elsewhere.path().join("backups")), &new_version()) {
            Ok(()) => {
                fitted += 1;
                assert!(fs::read(&path).unwrap() == new_version());
            }
            Err(e) => {
                full += 1;
                assert!(e.to_string().contains("the disk is full; free some space"), "{e}");
                assert_eq!(fs::read(&path).unwrap(), OLD.as_bytes());
                assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left behind");
                let there = elsewhere.path().join("a.clashmap.geojson");
                save(&there, None, &new_version()).unwrap();
                assert!(fs::read(&there).unwrap() == new_version());
            }
        }
        drop(disk);
    }
    assert!(full > 0 && fitted > 0, "{full} full, {fitted} fitted");
}

#[test]
fn a_full_home_folder_does_not_keep_work_from_being_saved_elsewhere() {
    let (home, folder) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let Some(_disk) = SmallDisk::new(home.path(), 4) else { return };
    let path = folder.path().join("a.clashmap.geojson");
    fs::write(&path, new_version()).unwrap();
    let care = Care { seen: None, backups: Some((home.path().join("backups"), 1_000_000)) };
    let saved = save_with(&RealDisk, &path, &care, &mut |out| out.write_all(b"short")).unwrap();
    assert!(saved.warning.unwrap().starts_with("no copy of the version before could be kept in"));
    assert_eq!(fs::read(&path).unwrap(), b"short");
}

#[test]
fn a_read_only_disk_is_named_and_nothing_is_lost() {
    let folder = tempfile::tempdir().unwrap();
    let Some(_disk) = SmallDisk::new(folder.path(), 512) else { return };
    let path = folder.path().join("a.clashmap.geojson");
    fs::write(&path, OLD).unwrap();
    let remount = Command::new("mount").args(["-o", "remount,ro"]).arg(folder.path()).status().unwrap();
    assert!(remount.success());
    let error = save(&path, None, &new_version()).unwrap_err().to_string();
    assert!(error.contains("is on a read-only disk; choose another folder"), "{error}");
    assert_eq!(fs::read(&path).unwrap(), OLD.as_bytes());
}

#[test]
fn a_folder_that_may_not_be_written_to_is_named_and_the_work_can_be_saved_elsewhere() {
    let folder = tempfile::tempdir().unwrap();
    let Some(calls) = calls(folder.path()) else { return };
    let path = folder.path().join("a.clashmap.geojson");
    let mut refused = 0;
    // The calls that the system refuses for want of a right or on a disk that may only be read.
    for name in ["openat", "rename", "chmod", "mkdir"] {
        let Some((before, until)) = calls.get(name) else { continue };
        for n in before + 1..=*until {
            for (fault, words) in [("EACCES", "no permission to write"), ("EROFS", "on a read-only disk")] {
                let what = format!("{name}, call {n} of {until}, {fault}");
                under_strace(folder.path(), &["-e", &format!("inject={name}:error={fault}:when={n}")]);
                let bytes = fs::read(&path).unwrap();
                let said = fs::read_to_string(folder.path().join("said")).unwrap_or_default();
                match said.as_str() {
                    // The copy of the version before, and the folder of the copies, are a warning.
                    "SAID saved" | "SAID unconfirmed" => assert!(bytes == new_version(), "{what}"),
                    no => {
                        assert_eq!(bytes, OLD.as_bytes(), "{what}: {no}");
                        assert!(no.starts_with("SAID not saved: cannot save"), "{what}: {no}");
                        refused += usize::from(no.contains(words));
                        let there = folder.path().join("elsewhere.clashmap.geojson");
                        save(&there, None, &new_version()).unwrap();
                        assert!(fs::read(&there).unwrap() == new_version());
                    }
                }
            }
        }
    }
    assert!(refused > 2, "{refused} of them named the reason");
}
