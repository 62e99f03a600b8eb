//! Signed packages: a project with its attached files in one archive, with a list of the SHA-256 of each and a signature.
//!
//! `MANIFEST.sha256` is what `sha256sum -c` reads once the archive is unpacked. `MANIFEST.sig` holds the key, whose it says it
//! is, and an Ed25519 signature (RFC 8032) over both and the manifest. Invariants: a package is whole or not there; nothing is
//! unpacked to the disk to check it; what a signature says of a person is what that person wrote, only the key is proof.

mod check;
mod cleared;
mod key;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{self, Read, Write};
use std::path::Path;
use std::sync::Arc;

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

pub use check::{Checked, Signer, check, is_package};
pub use key::{Key, Public, key_file};

use super::disk::Disk;
use super::export::Export;
use super::paths::media_folder;
use super::seen::{Digest, Digesting, pour};
use super::{atomic, media, project};
use crate::model::{Held, Incident, MapOrigin, MediaState, Project, Text};
use cleared::{Cleared, cleared};

/// The longest picture that is cleared of what it says of place and camera, in bytes.
const MOST_CLEARED: u64 = 256 << 20;

/// The list of what is in a package.
const MANIFEST: &str = "MANIFEST.sha256";
/// Its signature.
const SIGNATURE: &str = "MANIFEST.sig";
/// The first line of a signature, and of what is signed.
const HEAD: &str = "clashmap package 1\n";

/// What stands over a manifest when it is signed: who says to have signed it.
fn signed(person: &str, manifest: &str) -> Vec<u8> {
    format!("{HEAD}person {person}\n{manifest}").into_bytes()
}

/// A name as one line without marks that steer a terminal.
fn one_line(text: &str) -> String {
    text.split(|c: char| c.is_control()).collect::<Vec<_>>().join(" ").trim().chars().take(200).collect()
}

/// What a package would hold beside the project's incidents, one line each, for the list of what leaves the house.
pub fn leaves(export: &Export) -> Vec<String> {
    let mut out = vec!["the whole project: incidents, claims, sources, notes, drawings and slides".to_owned()];
    out.extend(attached(export));
    if export.withheld > 0 {
        out.push(format!("{} incidents marked as sensitive: left out", export.withheld));
    }
    if export.redacted > 0 {
        out.push(format!("fields marked as sensitive of {} incidents: left out", export.redacted));
    }
    out.extend(super::export::rounded(export));
    let edits = |n: usize| format!("the log of {n} edit{}", if n == 1 { "" } else { "s" });
    if export.unlogged > 0 {
        out.push(format!("{}: left out", edits(export.unlogged)));
    }
    let logged = export.project.log().len();
    if logged > 0 {
        let values = if export.options.sensitive && export.options.round_km.is_none() {
            ", and what stood there before"
        } else {
            "; not what stood there"
        };
        out.push(format!("{}: who, when, which incident and field{values}", edits(logged)));
    }
    out.push("your public key, and your name and that of this computer".to_owned());
    out
}

/// What goes out of attached files.
fn attached(export: &Export) -> Vec<String> {
    let named = media::named(&export.project);
    let cleared = |name: &&String| !export.options.as_attached && is_called_picture(name);
    let pictures = named.keys().filter(cleared).count();
    let cleared = match pictures {
        0 => None,
        1 => Some("1 attached picture, without what it says of place and camera".to_owned()),
        n => Some(format!("{n} attached pictures, without what they say of place and camera")),
    };
    let others = match named.len() - pictures {
        0 => None,
        1 => Some("1 attached file as it is, with what it may say of place and device".to_owned()),
        n => Some(format!("{n} attached files as they are, with what they may say of place and device")),
    };
    cleared.into_iter().chain(others).collect()
}

/// Whether a file ends as the pictures do that are cleared of what they say.
fn is_called_picture(name: &str) -> bool {
    let ending = Path::new(name).extension().unwrap_or_default();
    ["jpg", "jpeg", "png", "webp"].iter().any(|e| ending.eq_ignore_ascii_case(e))
}

/// An attached file on its way into a package.
struct Packed {
    /// What it is called in the media folder.
    from: String,
    /// What it is called in the package, by what it holds there.
    to: String,
    digest: Digest,
    /// Whether something is taken out of it.
    cleared: bool,
}

impl Packed {
    /// What is packed of a file that is known to be whole; its name is its hash.
    fn of(disk: &dyn Disk, folder: &Path, name: &str, as_attached: bool) -> Result<Option<Self>, String> {
        let hash = name.split_once('.').map_or(name, |(hash, _)| hash);
        let Some(digest) = Digest::parse(hash) else { return Ok(None) };
        let as_it_is = Self { from: name.to_owned(), to: name.to_owned(), digest, cleared: false };
        if as_attached {
            return Ok(Some(as_it_is));
        }
        let path = folder.join(name);
        let unread = |e: io::Error| format!("{} cannot be read ({e})", path.display());
        let mut start = [0; 12];
        let read = disk.open(&path).and_then(|mut file| file.read(&mut start)).map_err(unread)?;
        let is_other = cleared(start.get(..read).unwrap_or_default()) == Cleared::Other;
        if is_other && !is_called_picture(name) {
            return Ok(Some(as_it_is));
        }
        let bytes = disk.read(&path, MOST_CLEARED).map_err(|e| match e.kind() {
            io::ErrorKind::FileTooLarge => format!(
                "is longer than {} MiB, so what it says of place and camera cannot be taken out; remove it, or give \
                 attached files as they are",
                MOST_CLEARED >> 20
            ),
            _ => unread(e),
        })?;
        match cleared(&bytes) {
            Cleared::Plain => Ok(Some(as_it_is)),
            Cleared::Without(bytes) => {
                let digest = Digest::of(&bytes);
                Ok(Some(Self { to: name.replacen(hash, &digest.to_string(), 1), digest, cleared: true, ..as_it_is }))
            }
            Cleared::Other | Cleared::Damaged => {
                Err("is called a picture and is damaged or another kind of file, so what it says of place and camera \
                     cannot be taken out; remove it, or give attached files as they are"
                    .into())
            }
        }
    }
}

/// A project that names attached files as they are called in a package.
fn renamed(project: &Project, names: &BTreeMap<&str, &str>) -> Project {
    let mut out = project.clone();
    if names.is_empty() {
        return out;
    }
    let name = |file: &mut Text| {
        if let Some(to) = names.get(&**file) {
            *file = (*to).into();
        }
    };
    let named = |incident: &Incident| incident.media.iter().any(|file| names.contains_key(&**file));
    let changed = project.looks_for("media", |id, incident| named(incident).then(|| (id, incident.clone())));
    for (id, mut next) in changed.flatten() {
        next.media.iter_mut().for_each(name);
        next.media_names.iter_mut().chain(&mut next.media_captions).for_each(|(file, _)| name(file));
        out.exchange(id, Held::new(Some(Arc::new(next))));
    }
    let mut meta = project.meta().clone();
    for source in &mut meta.maps {
        if let MapOrigin::Picture(picture) = &mut source.origin {
            name(&mut picture.media);
        }
    }
    out.swap_meta(Arc::new(meta));
    out
}

/// Writes the package of what is given out of a project whose file is `file`.
///
/// # Errors
/// One line, what and what next; then there is no package, and what stood at `path` is as it was.
pub fn write(
    disk: &dyn Disk,
    (file, export): (&Path, &Export),
    (key, person): (&Key, &str),
    path: &Path,
) -> Result<(), String> {
    let folder = media_folder(file);
    let stem = folder.file_stem().map(|s| s.to_string_lossy().into_owned()).unwrap_or_default();
    let named = media::named(&export.project);
    for (name, place) in &named {
        let why = match media::state(disk, file, name) {
            MediaState::Whole(_) => continue,
            MediaState::Missing => "is missing in the media folder",
            MediaState::Altered => "holds something else than when it was attached",
            MediaState::Unreadable => "cannot be verified",
        };
        return Err(format!("no package was made: “{name}” ({place}) {why}; attach it again or remove it"));
    }
    // By their names in the package: two that are the same once they are cleared are one.
    let mut packed: BTreeMap<String, Packed> = BTreeMap::new();
    let mut names: BTreeMap<&str, &str> = BTreeMap::new();
    let mut all = Vec::new();
    for (name, place) in &named {
        let of = Packed::of(disk, &folder, name, export.options.as_attached);
        all.extend(of.map_err(|why| format!("no package was made: “{name}” ({place}) {why}"))?);
    }
    names.extend(all.iter().filter(|p| p.cleared).map(|p| (p.from.as_str(), p.to.as_str())));
    let mut bytes = Vec::new();
    project::write(&renamed(&export.project, &names), &mut bytes).map_err(|e| format!("no package was made: {e}"))?;
    packed.extend(all.into_iter().map(|p| (p.to.clone(), p)));
    let main = format!("{stem}.clashmap.geojson");
    let mut manifest = String::new();
    let _ = writeln!(manifest, "{}  {main}", Digest::of(&bytes));
    for (name, p) in &packed {
        let _ = writeln!(manifest, "{}  {stem}.media/{name}", p.digest);
    }
    let person = one_line(person);
    let signature = key.sign(&signed(&person, &manifest));
    let signature = format!("{HEAD}person {person}\nkey {}\nsignature {}\n", key.public(), hex(&signature));
    let mut fill = |out: &mut dyn Write| -> io::Result<()> {
        let mut zip = ZipWriter::new_stream(out);
        let plain = SimpleFileOptions::default().last_modified_time(zip::DateTime::default());
        let options = |len: u64, method| plain.compression_method(method).large_file(len >= u64::from(u32::MAX) / 2);
        let small = |zip: &mut ZipWriter<_>, name: &str, bytes: &[u8]| -> io::Result<()> {
            zip.start_file(name, options(bytes.len() as u64, CompressionMethod::Deflated))?;
            zip.write_all(bytes)
        };
        small(&mut zip, MANIFEST, manifest.as_bytes())?;
        small(&mut zip, SIGNATURE, signature.as_bytes())?;
        small(&mut zip, &main, &bytes)?;
        for (name, p) in &packed {
            let from = folder.join(&p.from);
            let changed = || {
                let what = format!("{} changed while it was read; try again", from.display());
                io::Error::new(io::ErrorKind::InvalidData, what)
            };
            let len = disk.entry(&from)?.map_or(0, |e| e.stamp.len);
            // Pictures are packed already.
            zip.start_file(format!("{stem}.media/{name}"), options(len, CompressionMethod::Stored))?;
            let mut sum = Digesting::new(&mut zip);
            if p.cleared {
                let Cleared::Without(bytes) = cleared(&disk.read(&from, MOST_CLEARED)?) else { return Err(changed()) };
                pour(&mut &*bytes, &mut sum)?;
            } else {
                pour(&mut disk.open(&from)?.take(len), &mut sum)?;
            }
            if sum.digest() != p.digest {
                return Err(changed());
            }
        }
        zip.finish()?.into_inner().flush()
    };
    atomic::save(disk, path, &mut fill).map_err(|e| e.to_string())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut out, b| {
        let _ = write!(out, "{b:02x}");
        out
    })
}

fn from_hex<const N: usize>(text: &str) -> Option<[u8; N]> {
    let mut out = [0; N];
    if text.len() != 2 * N || !text.bytes().all(|b| b.is_ascii_hexdigit()) {
        return None;
    }
    for (n, byte) in out.iter_mut().enumerate() {
        *byte = u8::from_str_radix(text.get(2 * n..2 * n + 2)?, 16).ok()?;
    }
    Some(out)
}
