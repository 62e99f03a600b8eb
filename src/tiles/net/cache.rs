//! Tiles of servers kept on the disk, the ones not looked at for longest given up first.
//!
//! A file a tile, under the hash of its address: a line of marks, a line that says what it is, and the tile. Written beside and
//! put in place in one step; a torn, foreign or spoiled one is one that is not there. What was kept is decoded under the
//! limits that hold for a server.

use std::fs::{self, File};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::head::Head;

/// The first line of a file.
const MARK: &[u8] = b"clashmap tile 1\n";
/// Bytes of a file at most.
const LONGEST: u64 = (4 << 20) + (16 << 10);
/// A text of a server that is longer is not kept.
const TEXT: usize = 1 << 10;
/// Files looked at when room is made.
const MOST_FILES: usize = 1_000_000;

/// Kept tiles.
pub(super) struct Cache {
    folder: PathBuf,
    limit: u64,
    /// Bytes of all files; `None` before they were counted.
    size: Mutex<Option<u64>>,
    number: AtomicU64,
}

/// A tile with what its server said of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    url: String,
    pub(super) etag: Option<String>,
    pub(super) modified: Option<String>,
    /// Until when it holds without asking, seconds since 1970.
    until: i64,
    pub(super) body: Vec<u8>,
}

impl Entry {
    /// A tile that just came; `None` if the server does not want it kept.
    pub(super) fn new(url: &str, head: &Head, body: Vec<u8>, now: i64) -> Option<Self> {
        let text = |text: &Option<String>| text.clone().filter(|t| t.len() <= TEXT);
        let until = now.saturating_add(head.fresh_for(now)?);
        Some(Self { url: url.into(), etag: text(&head.etag), modified: text(&head.modified), until, body })
    }

    /// The same tile after the server said that it still holds.
    pub(super) fn renewed(&self, head: &Head, now: i64) -> Option<Self> {
        Some(Self { until: now.saturating_add(head.fresh_for(now)?), ..self.clone() })
    }

    /// Whether the server need not be asked.
    pub(super) fn holds(&self, now: i64) -> bool {
        // One that holds for longer than any may is of a clock that went wrong.
        self.until > now && self.until <= now.saturating_add(366 * 86_400)
    }
}

impl Cache {
    pub(super) fn new(folder: PathBuf, limit: u64) -> Self {
        Self { folder, limit, size: Mutex::default(), number: AtomicU64::default() }
    }

    fn path(&self, url: &str) -> PathBuf {
        let hash = Sha256::digest(url.as_bytes()).iter().fold(String::new(), |text, b| text + &format!("{b:02x}"));
        let (first, rest) = hash.split_at(2);
        self.folder.join(first).join(format!("{rest}.tile"))
    }

    /// The tile of an address.
    pub(super) fn read(&self, url: &str, now: i64) -> Option<Entry> {
        let path = self.path(url);
        let (bytes, used) = content(&path)?;
        let entry = parse(&bytes).filter(|entry| entry.url == url);
        if entry.is_none() {
            let _ = fs::remove_file(&path);
        }
        let moment = SystemTime::UNIX_EPOCH + Duration::from_secs(u64::try_from(now).unwrap_or(0));
        let is_long_ago = used.is_none_or(|used| moment.duration_since(used).is_ok_and(|d| d.as_secs() > 3_600));
        if entry.is_some() && is_long_ago {
            let _ = File::options().write(true).open(&path).and_then(|file| file.set_modified(moment));
        }
        entry
    }

    /// Keeps a tile. A disk that does not take it is no reason to complain: the tile comes again.
    pub(super) fn write(&self, entry: &Entry, now: i64) {
        let path = self.path(&entry.url);
        let Some(folder) = path.parent() else { return };
        let number = self.number.fetch_add(1, Ordering::Relaxed);
        let part = path.with_extension(format!("{}-{number}.part", std::process::id()));
        let head = json!({
            "url": entry.url, "etag": entry.etag, "modified": entry.modified, "until": entry.until,
            "length": entry.body.len(), "sum": sum(&entry.body),
        });
        let put = || -> std::io::Result<u64> {
            make(folder)?;
            let mut file = File::create_new(&part)?;
            let bytes = [MARK, head.to_string().as_bytes(), b"\n", &entry.body].concat();
            file.write_all(&bytes)?;
            file.set_modified(SystemTime::UNIX_EPOCH + Duration::from_secs(u64::try_from(now).unwrap_or(0)))?;
            drop(file);
            fs::rename(&part, &path)?;
            Ok(bytes.len() as u64)
        };
        match put() {
            Ok(length) => self.make_room(length),
            Err(_) => {
                let _ = fs::remove_file(&part);
            }
        }
    }

    /// Gives up tiles beyond the limit; `more` bytes were just added.
    fn make_room(&self, more: u64) {
        let mut size = self.size.lock().unwrap_or_else(PoisonError::into_inner);
        let known = size.map_or(u64::MAX, |size| size.saturating_add(more));
        if known <= self.limit {
            *size = Some(known);
            return;
        }
        let mut all = files(&self.folder);
        let mut total: u64 = all.iter().map(|f| f.length).sum();
        if total > self.limit {
            all.sort_unstable_by_key(|f| f.used);
            for file in &all {
                // A little more, so that it is not done for every tile.
                if total <= self.limit / 10 * 9 {
                    break;
                }
                if fs::remove_file(&file.path).is_ok() {
                    total = total.saturating_sub(file.length);
                }
            }
        }
        *size = Some(total);
    }
}

/// Makes a folder for the user alone: it tells where somebody looked.
fn make(folder: &Path) -> std::io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// The bytes of an ordinary file of a length that makes sense, and when it was used last.
fn content(path: &Path) -> Option<(Vec<u8>, Option<SystemTime>)> {
    let about = fs::symlink_metadata(path).ok()?;
    if !about.is_file() || about.len() > LONGEST {
        return None;
    }
    let mut bytes = Vec::new();
    File::open(path).ok()?.take(LONGEST).read_to_end(&mut bytes).ok()?;
    Some((bytes, about.modified().ok()))
}

fn parse(bytes: &[u8]) -> Option<Entry> {
    let rest = bytes.strip_prefix(MARK)?;
    let end = rest.iter().take(8 << 10).position(|b| *b == b'\n')?;
    let (head, body) = (rest.get(..end)?, rest.get(end + 1..)?);
    let head: Value = serde_json::from_slice(head).ok()?;
    let text = |key: &str| head.get(key).and_then(Value::as_str).map(str::to_owned);
    let number = |key: &str| head.get(key).and_then(Value::as_u64);
    if number("length")? != body.len() as u64 || number("sum")? != u64::from(sum(body)) {
        return None;
    }
    let until = head.get("until").and_then(Value::as_i64)?;
    Some(Entry { url: text("url")?, etag: text("etag"), modified: text("modified"), until, body: body.to_vec() })
}

fn sum(bytes: &[u8]) -> u32 {
    let mut crc = flate2::Crc::new();
    crc.update(bytes);
    crc.sum()
}

struct Kept {
    path: PathBuf,
    length: u64,
    used: Option<SystemTime>,
}

/// Our own files in the folders of our own making; links are not followed.
fn files(folder: &Path) -> Vec<Kept> {
    let mut out = Vec::new();
    let is_ours = |path: &Path| {
        path.extension().is_some_and(|e| e == "tile" || e == "part") && path.file_stem().is_some_and(|s| s.len() >= 62)
    };
    for inner in fs::read_dir(folder).into_iter().flatten().flatten() {
        if inner.file_name().len() != 2 || !inner.file_type().is_ok_and(|t| t.is_dir()) {
            continue;
        }
        for file in fs::read_dir(inner.path()).into_iter().flatten().flatten() {
            let Ok(about) = file.metadata() else { continue };
            if about.is_file() && is_ours(&file.path()) && out.len() < MOST_FILES {
                out.push(Kept { path: file.path(), length: about.len(), used: about.modified().ok() });
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_700_000_000;

    fn entry(url: &str, body: &[u8]) -> Entry {
        Entry { url: url.into(), etag: Some("\"a\"".into()), modified: None, until: NOW + 60, body: body.into() }
    }

    #[test]
    fn what_is_kept_comes_back_and_holds_for_its_time() {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::new(folder.path().join("new/tiles"), 1 << 20);
        assert_eq!(cache.read("u", NOW), None);
        cache.write(&entry("u", b"body"), NOW);
        let back = cache.read("u", NOW).unwrap();
        assert_eq!(back, entry("u", b"body"));
        assert!(back.holds(NOW) && back.holds(NOW + 59) && !back.holds(NOW + 60) && !back.holds(0));
        assert_eq!(cache.read("other", NOW), None);
    }

    #[test]
    fn torn_foreign_and_spoiled_files_are_as_none() {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::new(folder.path().into(), 1 << 20);
        let path = cache.path("u");
        let put = |bytes: &[u8]| {
            let _ = fs::remove_file(&path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            File::create(&path).unwrap().write_all(bytes).unwrap();
        };
        cache.write(&entry("u", b"body of a tile"), NOW);
        let good = fs::read(&path).unwrap();
        for end in 0..good.len() {
            put(&good[..end]);
            assert_eq!(cache.read("u", NOW), None, "cut at {end}");
        }
        let mut spoiled = good.clone();
        *spoiled.last_mut().unwrap() ^= 1;
        put(&spoiled);
        assert_eq!(cache.read("u", NOW), None);
        cache.write(&entry("other", b"body"), NOW);
        put(&fs::read(cache.path("other")).unwrap());
        assert_eq!(cache.read("u", NOW), None, "of another address");
        let deep = [MARK, "[".repeat(8_000).as_bytes(), b"\n"].concat();
        put(&deep);
        assert_eq!(cache.read("u", NOW), None);
        put(&vec![b' '; LONGEST as usize + 1]);
        assert_eq!(cache.read("u", NOW), None);
        let _ = fs::remove_file(&path);
        fs::create_dir(&path).unwrap();
        assert_eq!(cache.read("u", NOW), None);
        cache.write(&entry("u", b"body"), NOW);
        assert_eq!(files(folder.path()).len(), 1, "nothing half-written is left beside `other`");
    }

    #[cfg(unix)]
    #[test]
    fn links_are_not_followed_and_others_may_not_look() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::new(folder.path().join("tiles"), 10);
        let path = cache.path("u");
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        let outside = folder.path().join(format!("{}.tile", "a".repeat(62)));
        File::create(&outside).unwrap().write_all(&[0; 99]).unwrap();
        std::os::unix::fs::symlink(&outside, &path).unwrap();
        std::os::unix::fs::symlink(folder.path(), folder.path().join("tiles/zz")).unwrap();
        assert_eq!(cache.read("u", NOW), None);
        cache.write(&entry("v", b"body"), NOW);
        assert!(outside.exists(), "making room takes nothing outside");
        let mode = fs::metadata(cache.path("v").parent().unwrap()).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0);
    }

    #[test]
    fn beyond_the_limit_the_longest_unused_go() {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::new(folder.path().into(), 40_000);
        for n in 0..30_i64 {
            cache.write(&entry(&n.to_string(), &[0; 1_800]), NOW + n * 10_000);
            // The first one is looked at again and again.
            assert!(cache.read("0", NOW + n * 10_000 + 5_000).is_some(), "{n}");
        }
        let total: u64 = files(folder.path()).iter().map(|f| f.length).sum();
        assert!((20_000..=40_000).contains(&total), "{total}");
        assert!(cache.read("1", NOW).is_none() && cache.read("29", NOW).is_some());
    }
}
