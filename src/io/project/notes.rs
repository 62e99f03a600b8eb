//! Where in a file something was found, and the list of what was found, bounded.

use std::fmt;

use crate::io::{Finding, Severity};

/// More findings than this help nobody; the rest is counted.
const MOST: usize = 2000;

/// A path inside a feature: `claims[2].count`. Built on the stack, written only when there is something to say.
#[derive(Clone, Copy)]
pub(super) enum At<'p> {
    Top,
    Key(&'p At<'p>, &'p str),
    Item(&'p At<'p>, usize),
}

impl<'p> At<'p> {
    pub(super) fn key(&'p self, key: &'p str) -> At<'p> {
        At::Key(self, key)
    }

    pub(super) fn item(&'p self, i: usize) -> At<'p> {
        At::Item(self, i)
    }
}

impl fmt::Display for At<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            At::Top => Ok(()),
            At::Key(At::Top, key) => f.write_str(&short(key)),
            At::Key(up, key) => write!(f, "{up}.{}", short(key)),
            At::Item(up, i) => write!(f, "{up}[{i}]"),
        }
    }
}

/// Foreign text cut to a length that fits into a message.
pub(super) fn short(text: &str) -> String {
    match text.char_indices().nth(80) {
        None => text.to_owned(),
        Some((at, _)) => format!("{}…", text.get(..at).unwrap_or("")),
    }
}

struct Pending {
    at: usize,
    path: String,
    severity: Severity,
    what: String,
}

/// A finding whose feature is known by its number among those read with it.
struct Settled {
    /// Line in the file, from 1; `None` for what concerns the whole file.
    line: Option<usize>,
    /// Number, from 1, and uid of the feature, where it is in one.
    feature: Option<(usize, String)>,
    path: String,
    severity: Severity,
    what: String,
}

impl Settled {
    fn finding(self) -> Finding {
        let Some(line) = self.line else { return Finding::whole(self.severity, self.what) };
        let mut place = format!("line {line}");
        match self.feature {
            Some((n, uid)) if uid.is_empty() => place += &format!(", feature {n}"),
            Some((n, uid)) => place += &format!(", feature {n} (uid {uid})"),
            None => {}
        }
        if !self.path.is_empty() {
            place += &format!(", {}", self.path);
        }
        Finding { severity: self.severity, place, what: self.what }
    }
}

/// What was found so far.
pub(super) struct Notes<'a> {
    bytes: &'a [u8],
    /// Of the feature being read; they get its number and uid when it is done.
    pending: Vec<Pending>,
    done: Vec<Settled>,
    left_out: usize,
    /// A byte offset and the line it is in: most questions come in the order of the file.
    last_line: (usize, usize),
}

impl<'a> Notes<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, pending: Vec::new(), done: Vec::new(), left_out: 0, last_line: (0, 1) }
    }

    /// Notes something at a byte offset.
    pub(super) fn note(&mut self, severity: Severity, at: usize, path: &At<'_>, what: impl Into<String>) {
        if self.done.len() + self.pending.len() >= MOST {
            self.left_out += 1;
            return;
        }
        self.pending.push(Pending { at, path: path.to_string(), severity, what: what.into() });
    }

    pub(super) fn warn(&mut self, at: usize, path: &At<'_>, what: impl Into<String>) {
        self.note(Severity::Warning, at, path, what);
    }

    /// Notes something about the whole file. Never left out.
    pub(super) fn whole(&mut self, severity: Severity, what: impl Into<String>) {
        self.done.push(Settled { line: None, feature: None, path: String::new(), severity, what: what.into() });
    }

    /// Warns of something in a feature that was read before: its line, its number and its uid.
    pub(super) fn warn_of(&mut self, line: usize, feature: (usize, &str), path: &At<'_>, what: String) {
        if self.done.len() + self.pending.len() >= MOST {
            self.left_out += 1;
            return;
        }
        let (number, uid) = feature;
        self.done.push(Settled {
            line: Some(line),
            feature: Some((number, short(uid))),
            path: path.to_string(),
            severity: Severity::Warning,
            what,
        });
    }

    /// What was noted, without the text: lines cannot be told any more, and those told stay.
    pub(super) fn apart(self) -> Notes<'static> {
        let Self { pending, done, left_out, .. } = self;
        Notes { bytes: &[], pending, done, left_out, last_line: (0, 1) }
    }

    /// Takes over what was noted of the features after the first `before`, in a text that begins after so many `lines`.
    pub(super) fn take_over(&mut self, others: Notes<'_>, before: usize, lines: usize) {
        self.left_out += others.left_out;
        for mut settled in others.done {
            if settled.line.is_some() && self.done.len() >= MOST {
                self.left_out += 1;
                continue;
            }
            if let Some((number, _)) = &mut settled.feature {
                *number += before;
            }
            if let Some(line) = &mut settled.line {
                *line += lines;
            }
            self.done.push(settled);
        }
    }

    /// How many notes wait for their feature to be done.
    pub(super) fn mark(&self) -> usize {
        self.pending.len()
    }

    /// Forgets the notes since a mark: what they speak of is kept raw as a whole.
    pub(super) fn forget(&mut self, mark: usize) {
        self.pending.truncate(mark);
    }

    /// Gives the waiting notes their place: in a feature, counted from 1, or outside of all.
    pub(super) fn settle(&mut self, feature: Option<(usize, &str)>) {
        for p in std::mem::take(&mut self.pending) {
            let line = Some(self.line(p.at));
            self.done.push(Settled {
                line,
                feature: feature.map(|(n, uid)| (n, short(uid))),
                path: p.path,
                severity: p.severity,
                what: p.what,
            });
        }
    }

    /// Counts lines from a byte offset on, which is in line 1.
    pub(super) fn count_lines_from(&mut self, at: usize) {
        self.last_line = (at, 1);
    }

    /// The line of a byte offset, from 1.
    pub(super) fn line(&mut self, at: usize) -> usize {
        let (from, line) = self.last_line;
        let lines = |bytes: Option<&[u8]>| memchr::memchr_iter(b'\n', bytes.unwrap_or(&[])).count();
        let line = if at >= from {
            line + lines(self.bytes.get(from..at))
        } else {
            line.saturating_sub(lines(self.bytes.get(at..from)))
        };
        self.last_line = (at, line);
        line
    }

    /// All findings in the order in which they were made.
    pub(super) fn finish(mut self) -> Vec<Finding> {
        self.settle(None);
        if self.left_out > 0 {
            self.whole(Severity::Warning, format!("{} more findings are not listed", self.left_out));
        }
        self.done.into_iter().map(Settled::finding).collect()
    }
}
