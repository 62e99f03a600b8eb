//! Whether a package holds, byte for byte, what was signed, and whose key signed it.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;

use zip::ZipArchive;

use super::{HEAD, MANIFEST, Public, SIGNATURE, from_hex, signed};
use crate::io::media;
use crate::io::project::{self, Opened};
use crate::io::seen::{Digest, Digesting, pour};
use crate::io::{Finding, Severity};

/// The most files in a package.
const MOST_FILES: usize = 100_000;
/// The longest manifest or signature, in bytes.
const MOST_LIST: u64 = 32 << 20;
/// What a small package may hold unpacked anyhow, in bytes; a larger one [`RATIO`] times its own length.
const FREE: u64 = 256 << 20;
const RATIO: u64 = 64;

/// Who signed a package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signer {
    /// The key.
    pub key: Public,
    /// Whose it says it is. No proof: anybody can write any name.
    pub person: String,
}

/// What was found out about a package.
#[derive(Debug)]
pub struct Checked {
    /// Who signed it; `None` if the signature does not hold.
    pub signer: Option<Signer>,
    /// How many files were held against the manifest.
    pub files: usize,
    /// What is wrong, one line each; an empty list: nothing.
    pub findings: Vec<Finding>,
    /// The project inside, if it opens.
    pub project: Option<Opened>,
}

/// Whether a file begins as an archive does.
pub fn is_package(path: &Path) -> bool {
    let mut head = [0; 4];
    std::fs::metadata(path).is_ok_and(|m| m.is_file())
        && File::open(path).and_then(|mut f| f.read_exact(&mut head)).is_ok()
        && &head == b"PK\x03\x04"
}

/// Reads every byte of a package. Nothing is written.
///
/// # Errors
/// One line if it is no package at all.
pub fn check(path: &Path) -> Result<Checked, String> {
    let mut file = File::open(path).map_err(|e| format!("it cannot be read ({e})"))?;
    let len = file.metadata().map_err(|e| format!("it cannot be read ({e})"))?.len();
    let counted = counted(&mut file, len);
    let mut zip = ZipArchive::new(file).map_err(|_| "the archive is damaged or cut off; get it again".to_owned())?;
    if zip.len() > MOST_FILES {
        return Err(format!("the archive holds {} files; a package has at most {MOST_FILES}", zip.len()));
    }
    let mut budget = FREE.max(len.saturating_mul(RATIO));
    let Some(manifest) = list(&mut zip, MANIFEST, &mut budget)? else {
        return Err(format!("there is no {MANIFEST} in this archive, so it is no package of clashmap"));
    };
    let mut findings = Vec::new();
    let mut wrong = |place: &str, what: String| {
        findings.push(Finding { place: place.into(), ..Finding::whole(Severity::Error, what) });
    };
    if counted.is_none_or(|n| n != zip.len()) {
        wrong("", "a name stands twice in the archive, or there is more behind it; get it again".into());
    }
    let signer = match list(&mut zip, SIGNATURE, &mut budget)? {
        None => {
            wrong(SIGNATURE, "it is missing: nobody has signed this package".into());
            None
        }
        Some(text) => {
            let signer = signer(&text, &manifest);
            if signer.is_none() {
                wrong(SIGNATURE, "the signature does not hold: it or the manifest was changed after signing".into());
            }
            signer
        }
    };
    let (wanted, odd) = read_manifest(&manifest);
    for line in odd {
        wrong(MANIFEST, format!("line {line} is not a hash and a plain name"));
    }
    let mut found: BTreeMap<String, Digest> = BTreeMap::new();
    let mut text = None;
    for n in 0..zip.len() {
        let mut entry = zip.by_index(n).map_err(|_| format!("file {} in the archive is damaged", n + 1))?;
        let name = entry.name().map_err(|_| format!("file {} has a name that is no text", n + 1))?.into_owned();
        if name == MANIFEST || name == SIGNATURE {
            continue;
        }
        if entry.is_dir() || entry.unix_mode().is_some_and(|m| m & 0o170_000 == 0o120_000) {
            wrong(&name, "this is a folder or a link, and no file was signed under this name".into());
            continue;
        }
        let is_project = name.ends_with(".clashmap.geojson") && !name.contains('/');
        let mut kept = Vec::new();
        let mut sum = Digesting::new(io::sink());
        let mut limited = (&mut entry).take(budget.saturating_add(1));
        let read = if is_project {
            limited.read_to_end(&mut kept).and_then(|_| pour(&mut &*kept, &mut sum))
        } else {
            pour(&mut limited, &mut sum)
        };
        if sum.len() > budget {
            return Err(
                "unpacked it is far longer than the archive, which hardly is a package; it may be made to do harm"
                    .into(),
            );
        }
        budget -= sum.len();
        match read {
            Ok(()) => {
                let digest = sum.digest();
                if is_project && wanted.get(&name) == Some(&digest) {
                    text = Some(kept);
                }
                found.insert(name, digest);
            }
            Err(_) => wrong(&name, "it cannot be unpacked: the archive was damaged or changed".into()),
        }
    }
    let mut files = 0;
    for (name, digest) in &wanted {
        match found.get(name) {
            Some(now) if now == digest => files += 1,
            Some(_) => wrong(name, "it holds something else than what was signed".into()),
            None => {
                let elsewhere = found.iter().find(|(other, d)| *d == digest && !wanted.contains_key(*other));
                match elsewhere {
                    Some((other, _)) => wrong(name, format!("it was renamed to “{other}”")),
                    None => wrong(name, "it is missing".into()),
                }
            }
        }
    }
    for (name, digest) in &found {
        let was_renamed = wanted.iter().any(|(w, d)| d == digest && !found.contains_key(w));
        if !wanted.contains_key(name) && !was_renamed {
            wrong(name, "it is not in the manifest: somebody put it in after signing".into());
        }
    }
    let project = text.and_then(|bytes| match project::read(&bytes) {
        Ok(opened) => Some(opened),
        Err(e) => {
            wrong("", format!("the project inside cannot be opened: {e}"));
            None
        }
    });
    if let Some(opened) = &project {
        for (name, place) in media::named(&opened.project) {
            let ending = format!(".media/{name}");
            if !wanted.keys().any(|w| w.ends_with(&ending)) {
                wrong(&place, format!("“{name}” is not in the package"));
            }
        }
    } else if wanted.keys().all(|name| !name.ends_with(".clashmap.geojson")) {
        wrong("", "there is no project in the package".into());
    }
    Ok(Checked { signer, files, findings, project })
}

/// How many files the end of the archive says there are: readers that look names up see a name that stands twice once.
/// `None` where the archive does not end with its directory.
fn counted(file: &mut File, len: u64) -> Option<usize> {
    const END: u64 = 22;
    let mut end = [0; END as usize];
    file.seek(SeekFrom::Start(len.checked_sub(END)?)).ok()?;
    file.read_exact(&mut end).ok()?;
    file.seek(SeekFrom::Start(0)).ok()?;
    let (mark, rest) = end.split_first_chunk::<4>()?;
    let count: [u8; 2] = rest.get(6..8)?.try_into().ok()?;
    (mark == b"PK\x05\x06").then_some(usize::from(u16::from_le_bytes(count)))
}

/// A list in the archive as text; `None` if it is not there.
fn list(zip: &mut ZipArchive<File>, name: &str, budget: &mut u64) -> Result<Option<String>, String> {
    let Ok(entry) = zip.by_name(name) else { return Ok(None) };
    let most = MOST_LIST.min(*budget);
    let mut bytes = Vec::new();
    entry.take(most + 1).read_to_end(&mut bytes).map_err(|_| format!("{name} in this archive is damaged"))?;
    if bytes.len() as u64 > most {
        return Err(format!("{name} in this archive is longer than {} MiB", most >> 20));
    }
    *budget -= bytes.len() as u64;
    String::from_utf8(bytes).map(Some).map_err(|_| format!("{name} in this archive is no text"))
}

/// Who signed this manifest; `None` if nobody did.
fn signer(text: &str, manifest: &str) -> Option<Signer> {
    let mut lines = text.strip_prefix(HEAD)?.lines();
    let person = lines.next()?.strip_prefix("person ")?;
    let key = Public::parse(lines.next()?.strip_prefix("key ")?)?;
    let signature: [u8; 64] = from_hex(lines.next()?.strip_prefix("signature ")?)?;
    let holds = lines.next().is_none() && key.has_signed(&signed(person, manifest), &signature);
    holds.then(|| Signer { key, person: person.to_owned() })
}

/// The files of a manifest, and the numbers of lines that are none.
fn read_manifest(text: &str) -> (BTreeMap<String, Digest>, Vec<usize>) {
    let (mut files, mut odd) = (BTreeMap::new(), Vec::new());
    for (n, line) in text.lines().enumerate() {
        let read = line.split_once("  ").and_then(|(hash, name)| Some((name, Digest::parse(hash)?)));
        let is_plain = |name: &str| {
            let part = |p: &str| !p.is_empty() && p != "." && p != "..";
            !name.contains(['\\', ':']) && !name.contains(char::is_control) && name.split('/').all(part)
        };
        match read.filter(|(name, _)| is_plain(name)) {
            Some((name, digest)) if !files.contains_key(name) => {
                files.insert(name.to_owned(), digest);
            }
            _ => odd.push(n + 1),
        }
    }
    (files, odd)
}
