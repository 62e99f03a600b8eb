//! Files that belong to a project, in the folder beside it under the hash of what they hold: `NAME.media/<sha256>.<ending>`.
//!
//! Invariants: a file is named by what it holds, so that a changed one is found out; nothing outside the folder is read, also
//! not by a link that leads out of it; what is copied in is whole or not there.

use std::collections::BTreeMap;
use std::path::{Component, Path};

use super::atomic;
use super::disk::Disk;
use super::paths::{make_room_for, media_folder};
use super::seen::{Digest, Seen};
use super::{Finding, Severity};
use crate::model::{MapOrigin, Project};

/// The names of attached files in a project, each with the place where it is named first: incidents, pictures tied to the map.
pub fn named(project: &Project) -> BTreeMap<String, String> {
    let mut out = BTreeMap::new();
    for (_, incident) in project.iter() {
        for name in &incident.media {
            out.entry(name.to_string()).or_insert_with(|| format!("uid {}, media", incident.uid.as_str()));
        }
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

/// Copies a file into the media folder of a project, under the hash of what it holds, and gives back its name there. A file
/// that is there already is not written again. Files of more than `limit` bytes are not taken.
///
/// # Errors
/// One line.
pub fn attach(disk: &dyn Disk, project: &Path, file: &Path, limit: u64) -> Result<String, String> {
    let shown = file.display();
    let bytes = disk.read(file, limit).map_err(|e| format!("{shown} cannot be read ({e})"))?;
    let ending = file.extension().and_then(|e| e.to_str()).map(str::to_ascii_lowercase);
    let ending = ending.filter(|e| (1..=8).contains(&e.len()) && e.chars().all(|c| c.is_ascii_alphanumeric()));
    let name = format!("{}.{}", Digest::of(&bytes), ending.as_deref().unwrap_or("bin"));
    let path = media_folder(project).join(&name);
    let is_there = disk.entry(&path).ok().flatten().is_some();
    if !is_there || disk.read(&path, limit).ok().as_deref() != Some(&bytes[..]) {
        make_room_for(disk, &path).map_err(|e| format!("the media folder cannot be made ({e})"))?;
        atomic::save(disk, &path, &mut |out| out.write_all(&bytes)).map_err(|e| e.to_string())?;
    }
    Ok(name)
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
    match Seen::of_file(disk, &path) {
        Ok(Some(seen)) if seen.digest == digest => None,
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
    fn a_file_is_attached_under_the_hash_of_what_it_holds_and_only_once() {
        let root = tempfile::tempdir().unwrap();
        let (project, file) = (root.path().join("p.clashmap.geojson"), root.path().join("scan.PNG"));
        put(&file, b"pixels");
        let name = attach(&RealDisk, &project, &file, 100).unwrap();
        assert_eq!(name, format!("{}.png", Digest::of(b"pixels")));
        assert_eq!(attach(&RealDisk, &project, &file, 100).unwrap(), name);
        assert_eq!(RealDisk.read(&root.path().join("p.media").join(&name), 100).unwrap(), b"pixels");
        assert_eq!(fs::read_dir(root.path().join("p.media")).unwrap().count(), 1);
        assert!(attach(&RealDisk, &project, &file, 5).unwrap_err().contains("scan.PNG"));
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
