//! Power cuts at every moment of a save, with what was not synced left in every order.

use std::path::{Path, PathBuf};

use clashmap::io::backup;
use clashmap::io::project::{Care, save_with};

use crate::sim::{SimDisk, after_power_cut};
use crate::{Dice, times};

const FILE: &str = "/d/a.clashmap.geojson";

fn version(n: usize) -> Vec<u8> {
    // Longer than one write, and never the same length twice.
    format!("version {n} {}", "x".repeat(1500 + 10 * n)).into_bytes()
}

/// Eight versions saved one after the other; how long the log was when each was said to be saved.
fn saves() -> (SimDisk, Vec<usize>) {
    let disk = SimDisk::new(&["/d", "/s"]);
    let mut said = Vec::new();
    let mut seen = None;
    for n in 0..8 {
        let care = Care { seen, backups: Some((PathBuf::from("/s"), 1_000_000 + 60 * n as i64)) };
        let saved = save_with(&disk, Path::new(FILE), &care, &mut |out| out.write_all(&version(n))).unwrap();
        assert_eq!(saved.warning, None);
        seen = Some(saved.seen);
        said.push(disk.log().len());
    }
    assert_eq!(backup::list(&disk, Path::new("/s"), Path::new(FILE)).len(), backup::KEPT);
    (disk, said)
}

#[test]
fn after_a_power_cut_the_file_is_the_last_one_that_was_said_to_be_saved_or_the_next_whole() {
    let (disk, said) = saves();
    let log = disk.log();
    let all: Vec<Vec<u8>> = (0..8).map(version).collect();
    let mut dice = Dice(1);
    let rounds = times(10_000, 1_000_000).div_ceil(log.len());
    let (mut old, mut new) = (0, 0);
    for done in 0..=log.len() {
        // What was promised last at this moment.
        let promised = said.iter().filter(|at| **at <= done).count();
        for _ in 0..rounds {
            let left = after_power_cut(&log, done, &mut dice);
            match left.get(Path::new(FILE)) {
                None => assert_eq!(promised, 0, "the file is gone, cut after {done} of {}", log.len()),
                Some(bytes) => {
                    let which = all.iter().position(|v| v == bytes);
                    let which = which.unwrap_or_else(|| panic!("half a file, cut after {done}: {:?}", log.get(done)));
                    assert!(
                        which + 1 >= promised && which <= promised,
                        "{which} after {promised} saves, cut at {done}"
                    );
                    if which == promised { new += 1 } else { old += 1 }
                }
            }
            for (path, bytes) in left.iter().filter(|(p, _)| p.starts_with("/s")) {
                let name = path.file_name().unwrap().to_string_lossy();
                assert!(name.contains(".tmp") || all.contains(bytes), "half a backup: {name}, cut after {done}");
            }
        }
    }
    assert!(old > 1000 && new > 10, "both were met: {old} old, {new} new");
}

#[test]
fn the_simulated_disk_does_spoil_a_file_that_is_written_without_care() {
    use clashmap::io::disk::Disk;
    use std::io::Write;
    let disk = SimDisk::new(&["/d"]);
    let mut file = disk.create_new(Path::new(FILE)).unwrap();
    file.write_all(&version(0)).unwrap();
    // The folder is synced, the content is not.
    disk.sync_folder(Path::new("/d")).unwrap();
    let log = disk.log();
    let mut dice = Dice(1);
    let spoiled = (0..100).filter(|_| after_power_cut(&log, log.len(), &mut dice)[Path::new(FILE)] != version(0));
    assert!(spoiled.count() > 50);
}
