//! From a journal back to a project: what was edited put on what it rests on.

use std::collections::HashMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::super::disk::Disk;
use super::super::project::{self, By, Entry};
use super::super::seen::{Checksum, Digest, Seen};
use super::content::{Content, Head, Part};
use super::found::{Found, MAX_BYTES, Summary};
use super::record;
use crate::edit::{Command, Put, Workspace};
use crate::model::{Drawing, Incident, Kept, Log, Meta, Project, Uid};

/// What the step is called that brings the work back.
const LABEL: &str = "recover unsaved work";

/// One thing that was edited.
#[derive(Default)]
struct Thing<'a> {
    is: Option<&'a str>,
    was: Option<&'a str>,
}

type KeptList = Vec<(u32, String)>;

/// All complete edits of a journal in sum.
pub(super) struct Work<'a> {
    pub(super) head: Head,
    base: Option<&'a str>,
    /// In the order in which they were first edited.
    things: Vec<(String, Thing<'a>)>,
    at: HashMap<String, usize>,
    steps: Vec<(i64, String)>,
    meta: [Option<&'a str>; 2],
    kept: [Option<KeptList>; 2],
    /// Lists of entries that came to the log.
    log: Vec<&'a str>,
    torn: bool,
}

impl<'a> Work<'a> {
    /// Reads a journal; `None` if it holds no complete edit, or nothing that is left of its edits in the end.
    pub(super) fn read(bytes: &'a [u8]) -> Option<Self> {
        let (records, rest) = record::whole(bytes)?;
        let mut records = records.into_iter().map_while(|r| serde_json::from_slice::<Content<'a>>(r).ok()).peekable();
        let Some(Content::Head(head)) = records.next() else { return None };
        let mut work = Self {
            head,
            base: None,
            things: Vec::new(),
            at: HashMap::new(),
            steps: Vec::new(),
            meta: [None; 2],
            kept: [None, None],
            log: Vec::new(),
            torn: rest > 0,
        };
        if work.head.file.is_none() {
            let Some(Content::Base(raw)) = records.next() else { return None };
            work.base = Some(raw.get());
        }
        let (mut open, mut n) = (Vec::new(), 0);
        for record in records {
            let Content::Edit(part) = record else { break };
            n += 1;
            if part.n != n {
                work.torn = true;
                break;
            }
            let last = part.last;
            open.push(part);
            if last {
                open.drain(..).for_each(|part| work.take(part));
            }
        }
        work.torn |= !open.is_empty();
        let left = work.things.iter().any(|(_, t)| t.is != t.was)
            || work.meta[0] != work.meta[1]
            || work.kept[0] != work.kept[1]
            || !work.log.is_empty();
        left.then_some(work)
    }

    fn take(&mut self, part: Part<'a>) {
        self.steps.extend(part.steps);
        for raw in part.was {
            // What a thing was counts the first time; later notes of it are of states in between.
            if let Some(uid) = project::uid_of(raw.get())
                && !self.at.contains_key(&uid)
            {
                self.set(uid, |t| t.was = Some(raw.get()));
            }
        }
        for raw in part.is {
            if let Some(uid) = project::uid_of(raw.get()) {
                self.set(uid, |t| t.is = Some(raw.get()));
            }
        }
        for uid in part.gone {
            self.set(uid, |t| t.is = None);
        }
        let raw = |value: Option<&'a serde_json::value::RawValue>| value.map(serde_json::value::RawValue::get);
        if let Some(meta) = raw(part.meta) {
            self.meta[0] = Some(meta);
            self.meta[1] = self.meta[1].or(raw(part.was_meta));
        }
        self.log.extend(raw(part.log));
        if let Some(kept) = part.kept {
            self.kept[0] = Some(kept);
            if self.kept[1].is_none() {
                self.kept[1] = part.was_kept;
            }
        }
    }

    fn set(&mut self, uid: String, what: impl FnOnce(&mut Thing<'a>)) {
        let n = *self.at.entry(uid.clone()).or_insert(self.things.len());
        if n == self.things.len() {
            self.things.push((uid, Thing::default()));
        }
        if let Some((_, thing)) = self.things.get_mut(n) {
            what(thing);
        }
    }

    pub(super) fn summary(&self) -> Summary {
        let titles = |of: &dyn Fn(&Thing<'a>) -> Option<&'a str>| -> Vec<String> {
            let lines: Vec<&str> =
                self.things.iter().filter(|(_, t)| t.is != t.was).filter_map(|(_, t)| of(t)).collect();
            let Ok(project) = features(&lines) else { return Vec::new() };
            let named =
                |title: &str, uid: &Uid| if title.is_empty() { uid.as_str().to_owned() } else { title.to_owned() };
            let incidents = project.iter().map(|(_, i)| named(&i.title, &i.uid));
            incidents.chain(project.drawings().map(|(_, d)| named(&d.title, &d.uid))).collect()
        };
        Summary {
            steps: self.steps.clone(),
            changed: titles(&|t| t.is),
            deleted: titles(&|t| if t.is.is_none() { t.was } else { None }),
            meta: self.meta[0] != self.meta[1],
            torn: self.torn,
        }
    }

    /// The things on one side, as a step for a project that holds the other: 0 as they are, 1 as they were.
    fn put(&self, side: usize) -> io::Result<Put> {
        let of = |t: &Thing<'a>| if side == 0 { t.is } else { t.was };
        let lines: Vec<&str> = self.things.iter().filter_map(|(_, t)| of(t)).collect();
        let project = features(&lines)?;
        let mut put = Put { label: LABEL.to_owned(), ..Put::default() };
        let there: HashMap<&Uid, &Arc<Incident>> =
            project.iter().filter_map(|(id, i)| Some((&i.uid, project.slot(id)?))).collect();
        let drawn: HashMap<&Uid, &Arc<Drawing>> =
            project.drawing_slots().iter().filter_map(|p| p.drawing.as_ref()).map(|d| (&d.uid, d)).collect();
        for (uid, _) in &self.things {
            let uid = Uid::new(uid);
            match (there.get(&uid), drawn.get(&uid)) {
                (Some(i), _) => put.incidents.push((uid, Some(Arc::clone(i)))),
                (None, Some(d)) => put.drawings.push((uid, Some(Arc::clone(d)))),
                // Which of the two it was does not matter: what is not there is not taken out.
                (None, None) => {
                    put.incidents.push((uid.clone(), None));
                    put.drawings.push((uid, None));
                }
            }
        }
        if let Some(raw) = self.meta.get(side).copied().flatten() {
            put.meta = Some(Arc::clone(read(raw.as_bytes())?.meta_arc()));
        }
        if let Some(kept) = self.kept.get(side).and_then(Option::as_ref) {
            let kept = kept.iter().map(|(n, raw)| Kept { after_slots: *n, json: raw.as_str().into() });
            put.kept = Some(Arc::new(kept.collect()));
        }
        // What was logged was done: there is no side without it.
        put.log = Some(self.logged()?).filter(|log| !log.is_empty());
        Ok(put)
    }

    /// The entries that came to the log.
    fn logged(&self) -> io::Result<Log> {
        let lists = self.log.iter().filter_map(|raw| raw.trim().strip_prefix('[')?.strip_suffix(']'));
        let all = lists.filter(|list| !list.trim().is_empty()).collect::<Vec<_>>().join(",");
        let text = format!("{{\"type\":\"FeatureCollection\",\"clashmap\":{{\"log\":[{all}]}},\"features\":[]}}");
        Ok(read(text.as_bytes())?.log().clone())
    }
}

fn read(bytes: &[u8]) -> io::Result<Project> {
    project::read(bytes).map(|o| o.project).map_err(|e| io::Error::new(io::ErrorKind::InvalidData, e.to_string()))
}

/// Features alone as a project.
fn features(lines: &[&str]) -> io::Result<Project> {
    let text =
        format!("{{\"type\":\"FeatureCollection\",\"clashmap\":{{}},\"features\":[\n{}\n]}}\n", lines.join(",\n"));
    read(text.as_bytes())
}

/// A project with a step done.
fn with(project: &Project, put: Put) -> io::Result<Project> {
    let mut workspace = Workspace::new(project.clone(), true);
    workspace
        .commit(Command::Put(Box::new(put)))
        .map_err(|e| io::Error::new(io::ErrorKind::InvalidData, e.to_string()))?;
    Ok(workspace.project().clone())
}

/// Work brought back.
#[derive(Debug)]
pub struct Recovered {
    /// What it rests on: the file as it is now, or a project that has none.
    pub base: Project,
    /// The step that makes the base into the work. It is empty where the file holds all of it.
    pub put: Put,
    /// The file.
    pub path: Option<PathBuf>,
    /// Which state of the file that is.
    pub seen: Option<Seen>,
    /// What the project is called.
    pub name: String,
    /// What the user should know of it.
    pub remarks: Vec<String>,
    /// What the file and the work changed differently, if the file was changed since.
    pub conflicts: Vec<Entry>,
}

/// Brings back the work of a journal. Neither the journal nor the file is changed.
///
/// # Errors
/// What keeps it from being read.
pub fn recover(disk: &dyn Disk, found: &Found) -> io::Result<Recovered> {
    let bytes = disk.read(&found.path, MAX_BYTES)?;
    let Some(work) = Work::read(&bytes) else {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "the journal does not hold what it held before"));
    };
    let head = work.head.clone();
    let mut remarks = Vec::new();
    if work.torn {
        remarks.push("The last edit was under way when the program ended; it is not in the journal.".to_owned());
    }
    let plain = |base: Project, put: Put, path, seen, remarks| Recovered {
        base,
        put,
        path,
        seen,
        name: head.name.clone(),
        remarks,
        conflicts: Vec::new(),
    };
    if let Some(raw) = work.base {
        return Ok(plain(read(raw.as_bytes())?, work.put(0)?, None, None, remarks));
    }
    let path = PathBuf::from(head.file.as_deref().unwrap_or_default());
    let file = disk.read(&path, project::MAX_BYTES).map_err(|e| e.to_string());
    let opened = file.and_then(|bytes| match project::read(&bytes) {
        Ok(opened) if opened.read_only.is_some() => Err("it has a newer format now".to_owned()),
        Ok(opened) => Ok((bytes, opened.project)),
        Err(e) => Err(e.to_string()),
    });
    let (bytes, now) = match opened {
        Ok(opened) => opened,
        Err(why) => {
            remarks.push(format!(
                "{} cannot be opened ({why}). What was edited is here as a project of its own.",
                path.display()
            ));
            let nothing = Project::new(Meta::default(), [], Vec::new());
            return Ok(plain(nothing, work.put(0)?, None, None, remarks));
        }
    };
    let seen = Seen::of_bytes(disk, &path, &bytes);
    if head.digest.as_deref().is_some_and(|digest| is_of(digest, seen, &bytes)) {
        let put = work.put(0)?;
        return Ok(plain(now, put, Some(path), Some(seen), remarks));
    }
    // Somebody wrote to the file since: both changes are brought together, by incident and field.
    let (before, after) = (with(&now, work.put(1)?)?, with(&now, work.put(0)?)?);
    let merged =
        project::merge(&before, &after, &now).map_err(|e| io::Error::new(io::ErrorKind::InvalidData, e.to_string()))?;
    let conflicts: Vec<Entry> = merged.conflicts().cloned().collect();
    let theirs = merged.entries.iter().filter(|e| e.by == By::Theirs).count();
    remarks.push(format!(
        "{} was changed since. The recovered work was put together with it, by incident and field: {theirs} changes of the file \
stay, {} are in conflict.",
        path.display(),
        conflicts.len()
    ));
    let put = Put::between(LABEL, &now, &merged.project);
    Ok(Recovered { base: now, put, path: Some(path), seen: Some(seen), name: head.name, remarks, conflicts })
}

/// Whether a journal's word for what its file held says what the file holds.
fn is_of(digest: &str, seen: Seen, bytes: &[u8]) -> bool {
    // A journal of an earlier version holds a SHA-256.
    Checksum::parse(digest) == Some(seen.checksum) || Digest::parse(digest) == Some(Digest::of(bytes))
}

/// Whether a path is that of the file that a journal is about.
impl Found {
    /// The file whose unsaved work it holds.
    pub fn file(&self) -> Option<&Path> {
        self.head.file.as_deref().map(Path::new)
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::disk::RealDisk;
    use super::*;

    #[test]
    fn a_journal_knows_its_file_by_the_checksum_and_by_the_digest_of_earlier_versions() {
        let seen = |bytes: &[u8]| Seen::of_bytes(&RealDisk, Path::new("/nowhere"), bytes);
        for word in [Checksum::of(b"one").to_string(), Digest::of(b"one").to_string()] {
            assert!(is_of(&word, seen(b"one"), b"one"), "{word}");
            assert!(!is_of(&word, seen(b"two"), b"two"), "{word}");
        }
        assert!(!is_of("", seen(b""), b"") && !is_of("xxh3:", seen(b""), b""));
    }
}
