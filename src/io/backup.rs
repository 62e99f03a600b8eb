//! Dated copies of what a save replaces: five a file, in the state folder.
//!
//! Not beside the file: project folders are shared, synchronised and sent, and copies of earlier versions there would go
//! out with them. They are copies and not links, because some programs write into a file in place and would change
//! the copy as well.

use std::io;
use std::path::{Path, PathBuf};

use super::atomic;
use super::disk::Disk;
use super::seen::{self, Digest};
use crate::model::{Moment, Resolution};

/// Copies kept of one file.
pub const KEPT: usize = 5;
/// The ending of a copy.
const ENDING: &str = ".clashmap.geojson";

/// One copy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Backup {
    /// Where it lies.
    pub path: PathBuf,
    /// When the version was replaced, in seconds since 1970.
    pub at: i64,
}

/// The folder for copies of a file. `root` is that of all backups.
pub fn folder_for(root: &Path, file: &Path) -> PathBuf {
    let name = file.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    let stem: String = name.split('.').next().unwrap_or("").chars().take(40).collect();
    // Two files of one name in two folders have two folders of copies.
    let which = Digest::of(file.as_os_str().as_encoded_bytes()).short();
    root.join(format!("{stem}-{which}"))
}

/// The copies of a file, the oldest first.
pub fn list(disk: &dyn Disk, root: &Path, file: &Path) -> Vec<Backup> {
    let folder = folder_for(root, file);
    let names = disk.names(&folder).unwrap_or_default();
    let mut found: Vec<Backup> = names
        .iter()
        .filter_map(|name| Some(Backup { at: time_of(name.to_str()?)?, path: folder.join(name) }))
        .collect();
    found.sort_by(|a, b| (a.at, &a.path).cmp(&(b.at, &b.path)));
    found
}

/// Copies a file that is about to be replaced, unless the latest copy holds the same, and lets go of copies beyond
/// [`KEPT`]. `file` is the name under which the user knows it, `target` the file itself; `now` is in seconds since 1970.
///
/// # Errors
/// What the disk says; the file itself is not touched in any case.
pub fn keep(disk: &dyn Disk, root: &Path, file: &Path, target: &Path, now: i64) -> io::Result<()> {
    let Some(seen) = seen::Seen::of_file(disk, target)? else { return Ok(()) };
    let kept = list(disk, root, file);
    let mark = format!("-{}{ENDING}", seen.checksum.short());
    if kept.last().is_some_and(|b| b.path.to_string_lossy().ends_with(&mark)) {
        return Ok(());
    }
    let folder = folder_for(root, file);
    disk.make_folder(&folder)?;
    let path = folder.join(format!("{}{mark}", stamp(now)));
    atomic::copy(disk, target, &path).map_err(|e| e.source)?;
    let mut kept = list(disk, root, file);
    while kept.len() > KEPT {
        let Some(n) = least_missed(&kept.iter().map(|b| b.at).collect::<Vec<_>>(), now) else { break };
        disk.remove(&kept.remove(n).path)?;
    }
    Ok(())
}

/// Which of several copies, oldest first, can go: the one whose neighbours lie closest together, measured by its age, so
/// that the last minutes, hours and days each keep one. Never the latest, and never the first of all.
fn least_missed(times: &[i64], now: i64) -> Option<usize> {
    let room = |w: &[i64]| match w {
        [before, at, after] => (after - before) as f64 / (now - at + 60).max(1) as f64,
        _ => f64::INFINITY,
    };
    times.windows(3).map(room).enumerate().min_by(|(_, a), (_, b)| a.total_cmp(b)).map(|(n, _)| n + 1)
}

/// A time as it stands in a name: `2026-11-26T001012Z`.
pub fn stamp(at: i64) -> String {
    let m = Moment::from_unix(at, 0, Resolution::Second);
    let ((year, month, day), (hour, minute, second)) = (m.date(), m.time());
    format!("{year:04}-{month:02}-{day:02}T{hour:02}{minute:02}{second:02}Z")
}

fn time_of(name: &str) -> Option<i64> {
    let (time, rest) = name.split_at_checked(18)?;
    if !(rest.starts_with('-') && rest.ends_with(ENDING)) {
        return None;
    }
    let (date, clock) = time.strip_suffix('Z')?.split_once('T')?;
    let (hour, minute, second) = (clock.get(0..2)?, clock.get(2..4)?, clock.get(4..6)?);
    Some(Moment::parse(&format!("{date}T{hour}:{minute}:{second}Z")).ok()?.span().start)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::io::disk::RealDisk;

    #[test]
    fn a_time_in_a_name_is_read_back() {
        let name = format!("{}-ba7816bf{ENDING}", stamp(1_795_651_812));
        assert_eq!(name, "2026-11-26T001012Z-ba7816bf.clashmap.geojson");
        assert_eq!(time_of(&name), Some(1_795_651_812));
        for other in ["", "notes.txt", "2026-11-26T001012Z", "2026-99-26T001012Z-a.clashmap.geojson"] {
            assert_eq!(time_of(other), None, "{other}");
        }
    }

    #[test]
    fn five_versions_are_kept_the_latest_always_and_far_back_ones_too() {
        let folder = tempfile::tempdir().unwrap();
        let (root, file) = (folder.path().join("backups"), folder.path().join("a.clashmap.geojson"));
        let text = |n: i64| format!("version {n}");
        // One version a minute for ten hours.
        for n in 0..600 {
            atomic::save(&RealDisk, &file, &mut |out| out.write_all(text(n).as_bytes())).unwrap();
            keep(&RealDisk, &root, &file, &file, 1_000_000 + 60 * n).unwrap();
        }
        let kept = list(&RealDisk, &root, &file);
        let ages: Vec<i64> = kept.iter().map(|b| 599 - (b.at - 1_000_000) / 60).collect();
        assert_eq!(kept.len(), KEPT);
        assert_eq!((ages[0], ages[4]), (599, 0), "the first and the latest are there: {ages:?}");
        assert!(ages[1] > 45 && ages[3] < 10, "they reach far back, and not all of them do: {ages:?}");
        for (backup, age) in kept.iter().zip(&ages) {
            assert_eq!(RealDisk.read(&backup.path, 99).unwrap(), text(599 - age).as_bytes());
        }
        keep(&RealDisk, &root, &file, &file, 9_000_000).unwrap();
        assert_eq!(list(&RealDisk, &root, &file), kept, "the same version is not copied twice");
    }

    #[test]
    fn files_of_one_name_in_two_folders_do_not_share_copies() {
        let root = Path::new("/s");
        assert_ne!(folder_for(root, Path::new("/a/x.geojson")), folder_for(root, Path::new("/b/x.geojson")));
        assert!(folder_for(root, Path::new("/a/x.geojson")).starts_with("/s"));
    }
}
