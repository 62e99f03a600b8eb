//! Files that belong to a project, in the folder beside it under the hash of what they hold: `NAME.media/<sha256>.<ending>`.
//!
//! Invariants: a file is named by what it holds, so that a changed one is found out; nothing outside the folder is read, also
//! not by a link that leads out of it; what is copied in is whole or not there.

use std::collections::BTreeMap;
use std::io::{self, Read};
use std::path::{Component, Path};

use super::atomic;
use super::disk::Disk;
use super::paths::media_folder;
use super::seen::{Digest, Digesting, pour};
use super::{Finding, Severity};
use crate::model::{Incident, MapOrigin, MediaState, Project};

/// The longest file that is attached, in bytes.
pub const MOST: u64 = 1 << 30;

/// A file in the media folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attached {
    /// What it is called there: `<sha256>.<ending>`.
    pub file: String,
    /// What it was called where it came from.
    pub name: String,
    /// Length in bytes.
    pub len: u64,
}

/// Copies a file into the media folder of a project, under the hash of what it holds. What lies there already under this
/// hash, unchanged, is not written again. The file itself is not touched.
///
/// # Errors
/// One line, what and what next, where `from` is a link, a folder or no ordinary file, is missing or longer than `most` bytes,
/// changes while it is read, or the disk refuses. No half file is left.
pub fn attach(disk: &dyn Disk, project: &Path, from: &Path, most: u64) -> Result<Attached, String> {
    let name = from.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    let refuse = |why: &str| Err(format!("“{name}” is not attached: {why}"));
    let unread = |e: io::Error| format!("“{name}” is not attached: it cannot be read ({e})");
    if disk.link(from).map_err(unread)?.is_some() {
        return refuse("it is a link; attach the file that it leads to");
    }
    match disk.entry(from).map_err(unread)? {
        None => return refuse("it is not there any more"),
        Some(e) if e.is_folder => return refuse("it is a folder; attach the files in it"),
        Some(e) if !e.is_file => return refuse("it is not an ordinary file"),
        Some(e) if e.stamp.len > most => return refuse(&too_long(most)),
        Some(_) => {}
    }
    let read = |to: &mut dyn io::Write| -> io::Result<()> {
        // A byte more than is taken tells a file that grows meanwhile from one that ends there.
        pour(&mut disk.open(from)?.take(most.saturating_add(1)), to)
    };
    let mut sum = Digesting::new(io::sink());
    read(&mut sum).map_err(unread)?;
    let (len, digest) = (sum.len(), sum.digest());
    if len > most {
        return refuse(&too_long(most));
    }
    let folder = media_folder(project);
    let unwritten = |e: io::Error| format!("“{name}” is not attached: {} cannot be written ({e})", folder.display());
    let file = format!("{digest}{}", ending(&name));
    let to = folder.join(&file);
    for way in [&folder, &to] {
        // What is reached by a link is not read, so nothing is put there.
        if disk.link(way).map_err(unwritten)?.is_some() {
            return refuse(&format!("{} is a link; put a folder of its own in its place", way.display()));
        }
    }
    let attached = Attached { file, name: name.clone(), len };
    if Digest::of_file(disk, &to).is_ok_and(|found| found.is_some_and(|(found, _)| found == digest)) {
        return Ok(attached);
    }
    if disk.entry(&folder).map_err(unwritten)?.is_none() {
        disk.make_folder(&folder).map_err(unwritten)?;
        let above = folder.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
        // As open to others as the folder that the project lies in, not this user's alone.
        disk.copy_access(above, &folder).map_err(unwritten)?;
        disk.sync_folder(above).map_err(unwritten)?;
    }
    let same = std::cell::Cell::new(false);
    let changed = || io::Error::other("the file changed while it was read; attach it once more");
    let mut check = |_: &Path| same.get().then_some(()).ok_or_else(changed);
    let mut write = |out: &mut dyn io::Write| {
        let mut copy = Digesting::new(out);
        read(&mut copy)?;
        same.set(copy.digest() == digest);
        Ok(())
    };
    atomic::save_if(disk, &to, &mut check, &mut write).map_err(|e| format!("“{name}” is not attached: {e}"))?;
    Ok(attached)
}

fn too_long(most: u64) -> String {
    format!("it is longer than {} MiB; link to it instead", most >> 20)
}

/// The ending of a name with its dot, in small letters; none if it is not of one to eight letters and digits.
fn ending(name: &str) -> String {
    let ending = Path::new(name).extension().and_then(|e| e.to_str()).unwrap_or_default();
    let plain = (1..=8).contains(&ending.len()) && ending.bytes().all(|b| b.is_ascii_alphanumeric());
    if plain { format!(".{}", ending.to_ascii_lowercase()) } else { String::new() }
}

/// What became of an attached file, every byte read.
pub fn state(disk: &dyn Disk, project: &Path, name: &str) -> MediaState {
    let folder = media_folder(project);
    let Some(digest) = digest_of(name) else { return MediaState::Unreadable };
    let path = folder.join(name);
    if !matches!((disk.link(&folder), disk.link(&path)), (Ok(None), Ok(None))) {
        return MediaState::Unreadable;
    }
    match Digest::of_file(disk, &path) {
        Ok(Some((found, len))) if found == digest => MediaState::Whole(len),
        Ok(Some(_)) => MediaState::Altered,
        Ok(None) => MediaState::Missing,
        Err(_) => MediaState::Unreadable,
    }
}

/// Copies what a project names from beside one file to beside another, for a project that is saved under another name.
///
/// # Errors
/// A line for each file that could not be copied.
pub fn follow(disk: &dyn Disk, from: &Path, to: &Path, project: &Project) -> Result<(), Vec<String>> {
    let (old, new) = (media_folder(from), media_folder(to));
    if old == new {
        return Ok(());
    }
    let mut left = Vec::new();
    for name in named(project).into_keys() {
        match state(disk, from, &name) {
            MediaState::Whole(_) => {
                let copied = attach(disk, to, &old.join(&name), u64::MAX);
                left.extend(copied.err());
            }
            MediaState::Missing if matches!(state(disk, to, &name), MediaState::Whole(_)) => {}
            _ => left.push(format!("“{name}” is not whole in {} and was not copied", old.display())),
        }
    }
    if left.is_empty() { Ok(()) } else { Err(left) }
}

/// The names of attached files in a project, each with the place where it is named first: incidents, pictures tied to the map.
pub fn named(project: &Project) -> BTreeMap<String, String> {
    let mut out = BTreeMap::new();
    let of_incident = |incident: &Incident| {
        let place = format!("uid {}, media", incident.uid.as_str());
        incident.media.iter().map(|name| (name.to_string(), place.clone())).collect::<Vec<_>>()
    };
    for (name, place) in project.looks_for("media", |_, incident| of_incident(incident)).flatten() {
        out.entry(name).or_insert(place);
    }
    for source in &project.meta().maps {
        if let MapOrigin::Picture(picture) = &source.origin {
            out.entry(picture.media.to_string()).or_insert_with(|| format!("map “{}”", source.name));
        }
    }
    out
}

/// What is wrong with the attached files of a project: missing, changed, not named by hash, or named by nobody. Every byte of
/// each is read; nothing is written.
pub fn verify(disk: &dyn Disk, file: &Path, project: &Project) -> Vec<Finding> {
    let folder = media_folder(file);
    let named = named(project);
    let mut out: Vec<Finding> = named
        .iter()
        .filter_map(|(name, place)| fault(disk, &folder, name).map(|f| Finding { place: place.clone(), ..f }))
        .collect();
    let mut others: Vec<String> =
        disk.names(&folder).unwrap_or_default().iter().map(|n| n.to_string_lossy().into()).collect();
    others.retain(|name| !named.contains_key(name) && digest_of(name).is_some());
    others.sort();
    out.extend(others.into_iter().map(|name| {
        Finding::whole(Severity::Info, format!("“{name}” lies in the media folder and no incident names it"))
    }));
    out
}

/// The hash in the name of an attached file; `None` if it is not named by one, or is more than a name.
fn digest_of(name: &str) -> Option<Digest> {
    let mut parts = Path::new(name).components();
    let (Some(Component::Normal(only)), None) = (parts.next(), parts.next()) else { return None };
    // A backslash parts folders on other systems.
    if only != name || name.contains('\\') {
        return None;
    }
    Digest::parse(name.split_once('.').map_or(name, |(stem, _)| stem))
}

fn fault(disk: &dyn Disk, folder: &Path, name: &str) -> Option<Finding> {
    let found = |severity, what: String| Some(Finding::whole(severity, what));
    let Some(digest) = digest_of(name) else {
        let what =
            format!("“{name}” is not named by the hash of what it holds, so it cannot be verified and is not read");
        return found(Severity::Warning, what);
    };
    let path = folder.join(name);
    for way in [folder, &path] {
        match disk.link(way) {
            Ok(None) => {}
            Ok(Some(_)) => {
                let what =
                    format!("“{name}” is reached by a link and is not read; put the file itself into the media folder");
                return found(Severity::Warning, what);
            }
            Err(e) => return found(Severity::Error, format!("“{name}” cannot be read ({e})")),
        }
    }
    match Digest::of_file(disk, &path) {
        Ok(Some((found, _))) if found == digest => None,
        Ok(Some(_)) => found(
            Severity::Error,
            format!("“{name}” holds something else than when it was attached; fetch it again from where it came from"),
        ),
        Ok(None) => {
            found(Severity::Error, format!("“{name}” is missing in the media folder; ask who sent the project"))
        }
        Err(e) => found(Severity::Error, format!("“{name}” cannot be read ({e})")),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::io::disk::RealDisk;
    use crate::model::{Incident, Kind, Meta, Uid};

    fn put(path: &Path, bytes: &[u8]) {
        atomic::save(&RealDisk, path, &mut |out| out.write_all(bytes)).unwrap();
    }

    #[test]
    fn attached_files_are_verified_to_the_last_byte() {
        let root = tempfile::tempdir().unwrap();
        let file = root.path().join("p.clashmap.geojson");
        let folder = root.path().join("p.media");
        fs::create_dir(&folder).unwrap();
        let name = |bytes: &[u8]| format!("{}.jpg", Digest::of(bytes));
        for bytes in [&b"one"[..], b"two", b"nobody's"] {
            put(&folder.join(name(bytes)), bytes);
        }
        let mut incident = Incident::new(Uid::new("a"), Kind::Shelling, "a");
        incident.media = vec![name(b"one").into(), name(b"two").into()];
        let project = |incident: &Incident| Project::new(Meta::default(), [incident.clone()], Vec::new());
        let findings = verify(&RealDisk, &file, &project(&incident));
        assert_eq!(findings.len(), 1, "{findings:?}");
        assert!(findings[0].severity == Severity::Info && findings[0].what.contains("no incident names it"));
        // A byte changed, the length kept.
        put(&folder.join(name(b"two")), b"tvo");
        put(&root.path().join("secret"), b"secret");
        let outside = Digest::of(b"secret").to_string();
        let strange =
            [format!("../{outside}"), "/etc/passwd".into(), "photo.jpg".into(), name(b"gone"), format!(".\\{outside}")];
        incident.media.extend(strange.iter().map(|s| s.as_str().into()));
        let said: Vec<String> = verify(&RealDisk, &file, &project(&incident)).iter().map(ToString::to_string).collect();
        let count = |words: &str| said.iter().filter(|s| s.contains(words)).count();
        assert_eq!((count("something else"), count("missing"), count("cannot be verified")), (1, 1, 4), "{said:#?}");
        assert!(said.iter().filter(|s| s.starts_with("error: uid a, media: ")).count() == 2, "{said:#?}");
    }

    #[test]
    fn a_file_is_attached_once_by_what_it_holds_and_follows_the_project() {
        let root = tempfile::tempdir().unwrap();
        let (file, photo) = (root.path().join("p.clashmap.geojson"), root.path().join("Sotk 1.JPG"));
        put(&photo, b"picture");
        let attached = attach(&RealDisk, &file, &photo, 7).unwrap();
        let stored = format!("{}.jpg", Digest::of(b"picture"));
        assert_eq!(attached, Attached { file: stored.clone(), name: "Sotk 1.JPG".into(), len: 7 });
        let inode = || RealDisk.entry(&root.path().join("p.media").join(&stored)).unwrap().unwrap().stamp.inode;
        let first = inode();
        // Another name, the same content: nothing is written.
        put(&root.path().join("copy.jpg"), b"picture");
        assert_eq!(attach(&RealDisk, &file, &root.path().join("copy.jpg"), 7).unwrap().file, stored);
        assert!(inode() == first && RealDisk.names(&root.path().join("p.media")).unwrap().len() == 1);
        assert_eq!(state(&RealDisk, &file, &stored), MediaState::Whole(7));
        // What was spoiled is mended by attaching it again.
        put(&root.path().join("p.media").join(&stored), b"pikture");
        assert_eq!(state(&RealDisk, &file, &stored), MediaState::Altered);
        attach(&RealDisk, &file, &photo, 7).unwrap();
        assert_eq!(state(&RealDisk, &file, &stored), MediaState::Whole(7));
        let mut incident = Incident::new(Uid::new("a"), Kind::Shelling, "a");
        incident.media = vec![stored.as_str().into()];
        let project = Project::new(Meta::default(), [incident], Vec::new());
        let other = root.path().join("q.clashmap.geojson");
        follow(&RealDisk, &file, &other, &project).unwrap();
        assert_eq!(state(&RealDisk, &other, &stored), MediaState::Whole(7));
        RealDisk.remove(&root.path().join("p.media").join(&stored)).unwrap();
        assert_eq!(state(&RealDisk, &file, &stored), MediaState::Missing);
        follow(&RealDisk, &file, &other, &project).unwrap();
        let third = follow(&RealDisk, &file, &root.path().join("r.clashmap.geojson"), &project).unwrap_err();
        assert!(third.len() == 1 && third[0].contains("was not copied"), "{third:?}");
    }

    #[cfg(unix)]
    #[test]
    fn the_media_folder_is_as_open_to_others_as_the_folder_of_the_project() {
        use std::os::unix::fs::PermissionsExt;
        let root = tempfile::tempdir().unwrap();
        fs::set_permissions(root.path(), fs::Permissions::from_mode(0o755)).unwrap();
        put(&root.path().join("a.txt"), b"words");
        attach(&RealDisk, &root.path().join("p.clashmap.geojson"), &root.path().join("a.txt"), MOST).unwrap();
        let mode = fs::metadata(root.path().join("p.media")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o755);
    }

    #[test]
    fn what_is_no_ordinary_file_of_bounded_length_is_refused_in_a_line_and_leaves_nothing() {
        let root = tempfile::tempdir().unwrap();
        let file = root.path().join("p.clashmap.geojson");
        let said = |from: &Path| attach(&RealDisk, &file, from, 1 << 20).unwrap_err();
        put(&root.path().join("long"), &vec![0; (1 << 20) + 1]);
        assert!(said(&root.path().join("long")).contains("longer than 1 MiB"));
        assert!(said(root.path()).contains("a folder"));
        assert!(said(&root.path().join("gone")).contains("not there any more"));
        #[cfg(unix)]
        {
            put(&root.path().join("real"), b"real");
            let link = |to: &Path, at: &str| std::os::unix::fs::symlink(to, root.path().join(at)).unwrap();
            link(&root.path().join("real"), "link");
            assert!(said(&root.path().join("link")).contains("it is a link"));
            assert!(said(Path::new("/dev/zero")).contains("not an ordinary file"));
            fs::create_dir(root.path().join("elsewhere")).unwrap();
            link(&root.path().join("elsewhere"), "p.media");
            assert!(said(&root.path().join("real")).contains("p.media is a link"));
            assert!(fs::read_dir(root.path().join("elsewhere")).unwrap().next().is_none());
            fs::remove_file(root.path().join("p.media")).unwrap();
        }
        assert!(!root.path().join("p.media").exists());
    }

    #[cfg(unix)]
    #[test]
    fn a_link_is_not_followed_out_of_the_media_folder() {
        let root = tempfile::tempdir().unwrap();
        let name = Digest::of(b"secret").to_string();
        fs::create_dir(root.path().join("p.media")).unwrap();
        put(&root.path().join("secret"), b"secret");
        std::os::unix::fs::symlink(root.path().join("secret"), root.path().join("p.media").join(&name)).unwrap();
        let mut incident = Incident::new(Uid::new("a"), Kind::Shelling, "a");
        incident.media = vec![name.as_str().into()];
        let project = Project::new(Meta::default(), [incident], Vec::new());
        let findings = verify(&RealDisk, &root.path().join("p.clashmap.geojson"), &project);
        assert!(findings.len() == 1 && findings[0].what.contains("reached by a link"), "{findings:?}");
    }
}
