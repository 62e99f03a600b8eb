//! Signed packages: a project with its attached files in one archive, with a list of the SHA-256 of each and a signature.
//!
//! `MANIFEST.sha256` is what `sha256sum -c` reads once the archive is unpacked. `MANIFEST.sig` holds the key, whose it says it
//! is, and an Ed25519 signature (RFC 8032) over both and the manifest. Invariants: a package is whole or not there; nothing is
//! unpacked to the disk to check it; what a signature says of a person is what that person wrote, only the key is proof.

mod check;
mod key;

use std::fmt::Write as _;
use std::io::{self, Read, Write};
use std::path::Path;

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

pub use check::{Checked, Signer, check, is_package};
pub use key::{Key, Public, key_file};

use super::disk::Disk;
use super::export::Export;
use super::paths::media_folder;
use super::seen::{Digest, Digesting, pour};
use super::{atomic, media, project};
use crate::model::MediaState;

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
    let files = media::named(&export.project).len();
    if files > 0 {
        out.push(match files {
            1 => "1 attached file as it is, with what it says of place and camera".into(),
            _ => format!("{files} attached files as they are, with what they say of place and camera"),
        });
    }
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
    let mut bytes = Vec::new();
    project::write(&export.project, &mut bytes).map_err(|e| format!("no package was made: {e}"))?;
    let mut files = vec![(format!("{stem}.clashmap.geojson"), Digest::of(&bytes))];
    for name in named.keys() {
        // Known to be whole: its name is its hash.
        let digest = Digest::parse(name.split_once('.').map_or(name, |(hash, _)| hash));
        files.extend(digest.map(|d| (format!("{stem}.media/{name}"), d)));
    }
    let mut manifest = String::new();
    for (name, digest) in &files {
        let _ = writeln!(manifest, "{digest}  {name}");
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
        for (n, (name, digest)) in files.iter().enumerate() {
            if n == 0 {
                small(&mut zip, name, &bytes)?;
                continue;
            }
            let from = folder.join(name.rsplit('/').next().unwrap_or_default());
            let len = disk.entry(&from)?.map_or(0, |e| e.stamp.len);
            // Pictures are packed already.
            zip.start_file(name.as_str(), options(len, CompressionMethod::Stored))?;
            let mut sum = Digesting::new(&mut zip);
            pour(&mut disk.open(&from)?.take(len), &mut sum)?;
            if sum.digest() != *digest {
                let what = format!("{} changed while it was read; try again", from.display());
                return Err(io::Error::new(io::ErrorKind::InvalidData, what));
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
