//! The log of edits: how its entries are read and written, each on a line of its own, so that one more is one line more.

use std::sync::Arc;

use super::notes::At;
use super::read::{Members, Reader, Syntaxed, string, uid, words};
use super::write::{Obj, Result as Written};
use crate::model::{Log, Logged, Moment, Resolution};

impl Reader<'_> {
    /// Reads the list of entries. Those that cannot be read stay raw, and of more than [`Log::MOST`] the newest are kept.
    pub(super) fn log(&mut self, m: &mut Members<'_>, at: &At<'_>) -> Syntaxed<()> {
        let from = self.json.here();
        let read = self.objects(m, at, "log", |reader, at| {
            let entry = reader.logged(at)?;
            Ok(entry.map(|entry| reader.log.push(Arc::new(entry))))
        })?;
        if read.len() > Log::MOST {
            let what = format!("the log of edits has {} entries; the newest {} are kept", read.len(), Log::MOST);
            self.notes.warn(from, at, what);
        }
        Ok(())
    }

    /// Reads one entry, inside its object.
    fn logged(&mut self, at: &At<'_>) -> Syntaxed<Result<Logged, String>> {
        let (mut instant, mut count) = (None, None);
        let mut entry = Logged::default();
        let mut m = Members::default();
        while let Some(key) = self.key(&mut m, at)? {
            let here = at.key(&key);
            match &*key {
                "at" => instant = self.value(&mut m, &here, "at", second)?,
                "who" => entry.who = self.text(&mut m, &here, "who")?,
                "step" => entry.step = self.text(&mut m, &here, "step")?,
                "uid" => entry.uid = self.value(&mut m, &here, "uid", uid)?,
                "count" => count = self.value(&mut m, &here, "count", number)?,
                "title" => entry.title = self.text(&mut m, &here, "title")?,
                "fields" => entry.fields = self.list(&mut m, &here, "fields", words)?,
                "before" => entry.before = self.text(&mut m, &here, "before")?,
                "after" => entry.after = self.text(&mut m, &here, "after")?,
                _ => m.keep(&key, self.json.skip()?),
            }
        }
        let Some(instant) = instant else {
            return Ok(Err("an entry of the log without a time in UTC such as “2026-11-26T00:10:12Z”".into()));
        };
        if entry.step.is_empty() {
            return Ok(Err("an entry of the log that names no step".into()));
        }
        (entry.at, entry.extra) = (instant, m.extra);
        entry.things = count.unwrap_or_else(|| alone(&entry));
        if !entry.is_bounded() {
            let what = format!("an entry of the log with a text of more than {} characters", Logged::LONGEST);
            return Ok(Err(what));
        }
        Ok(Ok(entry))
    }
}

/// How many things an entry touches that does not say so.
fn alone(entry: &Logged) -> u32 {
    u32::from(entry.uid.is_some())
}

/// A time to the second, in the one form in which it is written.
fn second(raw: &str) -> Result<i64, String> {
    let text = string(raw)?;
    let at = Moment::parse(&text).map_err(|e| e.to_string())?.span().start;
    if written(at) == text { Ok(at) } else { Err(format!("“{text}” is no time in UTC to the second")) }
}

fn number(raw: &str) -> Result<u32, String> {
    raw.parse().map_err(|_| "this should be a whole number".to_owned())
}

fn written(at: i64) -> String {
    Moment::from_unix(at, 0, Resolution::Second).to_string()
}

/// Writes one entry.
fn entry(out: &mut Vec<u8>, entry: &Logged) -> Written<()> {
    Obj::write(out, &entry.extra, |o| {
        o.text_always("at", &written(entry.at));
        o.text("who", &entry.who);
        o.text_always("step", &entry.step);
        if let Some(uid) = &entry.uid {
            o.text_always("uid", uid.as_str());
        }
        o.text("title", &entry.title);
        if entry.things != alone(entry) {
            o.key("count").extend_from_slice(entry.things.to_string().as_bytes());
        }
        o.list("fields", entry.fields.iter().map(|f| &**f))?;
        o.text("before", &entry.before);
        o.text("after", &entry.after);
        Ok(())
    })
}

/// Entries as a list, as the journal of unsaved work keeps them.
pub(crate) fn log_entries(out: &mut Vec<u8>, entries: &[Arc<Logged>]) -> Written<()> {
    let mut before = b'[';
    for one in entries {
        out.push(before);
        before = b',';
        entry(out, one)?;
    }
    out.push(b']');
    Ok(())
}

/// Writes the entries as a member.
pub(super) fn write(o: &mut Obj<'_>, log: &Log) -> Written<()> {
    o.elements("log", log.iter().enumerate(), |out, (n, one)| {
        if n == 0 {
            out.push(b'\n');
        }
        entry(out, one)?;
        out.push(b'\n');
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use super::super::{read, write as written_whole};
    use super::*;
    use crate::model::{Project, Uid};

    fn bytes(project: &Project) -> String {
        let mut out = Vec::new();
        written_whole(project, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    fn entry(at: i64) -> Arc<Logged> {
        Arc::new(Logged {
            at,
            who: "anna on desk-3".into(),
            step: "change title".into(),
            uid: Some(Uid::new("a")),
            things: 1,
            title: "Sotk".into(),
            fields: vec!["title".into()],
            before: "Sotk".into(),
            after: "Sotk mine".into(),
            extra: Vec::new(),
        })
    }

    const LINE: &str = r#"{"at":"2026-11-26T00:10:12Z","who":"anna on desk-3","step":"change title","uid":"a","title":"Sotk","fields":["title"],"before":"Sotk","after":"Sotk mine"}"#;

    #[test]
    fn each_entry_is_a_line_and_one_more_entry_is_one_line_more() {
        let log: Log = [entry(1_795_651_812), entry(1_795_651_900)].into_iter().collect();
        let two = bytes(&Project::default().with_log(log.clone()));
        assert!(two.contains(&format!("\"log\":[\n{LINE}\n,{{\"at\":")), "{two}");
        let mut more = log;
        more.push(entry(1_795_652_000));
        let three = bytes(&Project::default().with_log(more.clone()));
        let new: Vec<&str> = three.lines().filter(|line| !two.lines().any(|l| l == *line)).collect();
        assert_eq!((new.len(), three.lines().count()), (1, two.lines().count() + 1));
        let opened = read(three.as_bytes()).unwrap();
        assert!(opened.findings.is_empty(), "{:?}", opened.findings);
        assert_eq!((opened.project.log(), bytes(&opened.project)), (&more, three));
    }

    #[test]
    fn an_entry_that_cannot_be_read_is_told_and_kept_as_it_stands() {
        let long = "x".repeat(301);
        let wrong = [
            "7".to_owned(),
            r#"{"step":"no time"}"#.to_owned(),
            r#"{"at":"2026-11-26","step":"a day"}"#.to_owned(),
            r#"{"at":"2026-11-26T04:10:12+04:00","step":"another zone"}"#.to_owned(),
            r#"{"at":"2026-11-26T00:10:12Z"}"#.to_owned(),
            format!(r#"{{"at":"2026-11-26T00:10:12Z","step":"{long}"}}"#),
        ];
        let unknown = r#"{"at":"2026-11-26T00:10:13Z","step":"s","later":[1]}"#;
        let list = format!("{},{LINE},{unknown}", wrong.join(","));
        let file = format!(
            r#"{{"type":"FeatureCollection","clashmap":{{"format":"1.0","perspective":"de-jure","log":[{list}]}},"features":[]}}"#
        );
        let opened = read(file.as_bytes()).unwrap();
        assert_eq!(opened.project.log().len(), 2);
        assert_eq!(opened.findings.len(), wrong.len(), "{:?}", opened.findings);
        assert!(opened.findings.iter().all(|f| f.place.contains("log[")), "{:?}", opened.findings);
        let again = bytes(&opened.project);
        assert!(wrong.iter().all(|raw| again.contains(raw)) && again.contains(unknown), "{again}");
        let twice = read(again.as_bytes()).unwrap();
        assert_eq!((twice.project.log(), bytes(&twice.project)), (opened.project.log(), again));
        let file = file.replace(&format!("[{list}]"), "\"nothing\"");
        let opened = read(file.as_bytes()).unwrap();
        assert!(opened.project.log().is_empty() && bytes(&opened.project).contains("\"log\":\"nothing\""));
    }

    #[test]
    fn of_a_log_that_is_too_long_the_newest_entries_are_kept_and_that_is_told() {
        let all: Vec<String> = (0..Log::MOST + 5)
            .map(|n| format!(r#"{{"at":"{}","step":"{n}"}}"#, written(1_795_651_812 + n as i64)))
            .collect();
        let file = format!(
            r#"{{"type":"FeatureCollection","clashmap":{{"format":"1.0","log":[{}]}},"features":[]}}"#,
            all.join(",")
        );
        let opened = read(file.as_bytes()).unwrap();
        assert_eq!((opened.project.log().len(), &*opened.project.log().get(0).unwrap().step), (Log::MOST, "5"));
        assert!(
            opened.findings.iter().any(|f| f.what.contains("10005 entries; the newest 10000")),
            "{:?}",
            opened.findings
        );
    }
}
