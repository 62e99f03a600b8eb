//! Lines as the writer of this program writes them, read in one go and without objects.
//!
//! A large file is nearly always one that this program saved: its members stand in one order, without white space. Such a
//! line is gone over once, every value of it is checked as the reader checks it, and what is scanned is taken. Whatever
//! is otherwise in the least (another order, an escape where a value counts, a value that would give a finding) is left to
//! the reader, which alone says what a file means.

use super::incident::count;
use super::json::{Cursor, number, special, whole};
use super::lines::Defined;
use super::place::radius;
use crate::io::project::flat;
use crate::model::{
    Category, Claim, Count, Grade, Incident, Kind, LineAt, LonLat, Moment, PartyId, Place, Precision, SourceId,
    Standing, Status, When,
};

/// More names in one object than these are left to the reader, which finds repeated ones faster.
const FEW: usize = 16;

/// A feature that stands by itself.
pub(super) struct Read {
    /// Where it stands.
    pub(super) line: LineAt,
    /// The first byte behind it.
    pub(super) end: usize,
}

/// Reads the feature that begins at an offset; of the incident only what is scanned is filled in. `None`: the reader has to.
pub(super) fn read(text: &str, from: usize, defined: &Defined, into: &mut Incident) -> Option<Read> {
    let mut line = Line { text, at: from, due: false };
    let (uid_from, uid_len) = line.feature(defined, into)?;
    let at = LineAt::new(from, line.at - from, uid_from, uid_len)?;
    Some(Read { line: at, end: line.at })
}

/// A place in a line.
struct Line<'a> {
    text: &'a str,
    at: usize,
    /// Whether the next member stands behind a comma.
    due: bool,
}

/// Whether the member of this name is next; then the cursor stands before its value.
macro_rules! member {
    ($line:expr, $name:literal) => {
        $line.member(concat!("\"", $name, "\":").as_bytes())
    };
}

impl<'a> Line<'a> {
    #[inline]
    fn rest(&self) -> &'a [u8] {
        self.text.as_bytes().get(self.at..).unwrap_or(&[])
    }

    #[inline]
    fn member(&mut self, name: &[u8]) -> bool {
        let rest = self.rest();
        let behind = if self.due { rest.strip_prefix(b",") } else { Some(rest) };
        let found = behind.is_some_and(|b| b.starts_with(name));
        if found {
            self.at += name.len() + usize::from(self.due);
            self.due = true;
        }
        found
    }

    #[inline]
    fn eat(&mut self, what: &[u8]) -> Option<()> {
        let found = self.rest().starts_with(what);
        self.at += if found { what.len() } else { 0 };
        found.then_some(())
    }

    /// Goes into an object.
    fn open(&mut self) -> Option<()> {
        self.due = false;
        self.eat(b"{")
    }

    /// Leaves it.
    fn close(&mut self) -> Option<()> {
        self.due = true;
        self.eat(b"}")
    }

    /// A text without escapes.
    fn plain(&mut self) -> Option<&'a str> {
        self.eat(b"\"")?;
        let from = self.at;
        self.at = special(self.text.as_bytes(), from);
        let inner = self.text.get(from..self.at)?;
        self.eat(b"\"")?;
        Some(inner)
    }

    /// A text whose content does not count.
    fn words(&mut self) -> Option<()> {
        self.eat(b"\"")?;
        loop {
            self.at = special(self.text.as_bytes(), self.at);
            match self.rest() {
                [b'"', ..] => return self.eat(b"\""),
                // Characters by number may be half ones, which is a finding.
                [b'\\', b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't', ..] => self.at += 2,
                _ => return None,
            }
        }
    }

    /// Any value, as it stands.
    fn raw(&mut self) -> Option<&'a str> {
        let mut json = Cursor::starting_at(self.text, self.at);
        let raw = json.skip().ok()?;
        self.at = json.end();
        Some(raw)
    }

    fn list(&mut self, mut each: impl FnMut(&mut Self) -> Option<()>) -> Option<()> {
        self.eat(b"[")?;
        if self.eat(b"]").is_some() {
            return Some(());
        }
        loop {
            each(self)?;
            if self.eat(b"]").is_some() {
                return Some(());
            }
            self.eat(b",")?;
        }
    }

    /// An object of texts, none of them twice.
    fn texts(&mut self) -> Option<()> {
        self.eat(b"{")?;
        let mut names = [""; FEW];
        for n in 0..=FEW {
            if self.eat(b"}").is_some() {
                return Some(());
            }
            if n > 0 {
                self.eat(b",")?;
            }
            let name = self.plain()?;
            if names.iter().take(n).any(|other| *other == name) {
                return None;
            }
            *names.get_mut(n)? = name;
            self.eat(b":")?;
            self.words()?;
        }
        None
    }

    fn position(&mut self) -> Option<LonLat> {
        self.eat(b"[")?;
        let lon = number(self.raw()?)?;
        self.eat(b",")?;
        let lat = number(self.raw()?)?;
        self.eat(b"]")?;
        LonLat::new(lon, lat).ok()
    }

    fn flag(&mut self) -> Option<bool> {
        if self.eat(b"true").is_some() {
            return Some(true);
        }
        self.eat(b"false").map(|()| false)
    }

    fn moment(&mut self) -> Option<Moment> {
        Moment::parse(self.plain()?).ok()
    }

    fn when(&mut self) -> Option<When> {
        When::parse(self.plain()?).ok()
    }

    fn party(&mut self, defined: &Defined) -> Option<PartyId> {
        defined.party(self.plain()?).cloned()
    }

    fn source(&mut self, defined: &Defined) -> Option<SourceId> {
        defined.source(self.plain()?).cloned()
    }

    /// The feature; gives where its uid begins and how long that is.
    fn feature(&mut self, defined: &Defined, i: &mut Incident) -> Option<(usize, usize)> {
        self.eat(b"{\"type\":\"Feature\",\"geometry\":")?;
        i.place.position = if self.eat(b"null").is_some() {
            None
        } else {
            self.eat(b"{\"type\":\"Point\",\"coordinates\":")?;
            let at = self.position()?;
            self.eat(b"}")?;
            Some(at)
        };
        self.eat(b",\"properties\":")?;
        self.open()?;
        if !member!(self, "uid") {
            return None;
        }
        let uid_from = self.at + 1;
        let uid = self.plain()?;
        if uid.is_empty() || defined.is_pinned(uid) {
            return None;
        }
        i.kind = if member!(self, "kind") { Kind::from_id(self.plain()?) } else { return None };
        if i.kind.id() == "drawing" {
            return None;
        }
        if member!(self, "title") {
            self.words()?;
        }
        i.when = if member!(self, "when") { Some(self.when()?) } else { None };
        i.place.precision = None;
        if member!(self, "place") {
            self.place(&mut i.place)?;
        }
        i.parties.clear();
        if member!(self, "parties") {
            self.list(|line| line.party(defined).map(|p| i.parties.push(p)))?;
        }
        if member!(self, "weapons") {
            self.list(Self::words)?;
        }
        i.claims.clear();
        if member!(self, "claims") {
            self.list(|line| {
                let claim = line.claim(defined)?;
                let is_new = !claim.id.is_empty() && !i.claims.iter().any(|c| c.id == claim.id);
                is_new.then(|| i.claims.push(claim))
            })?;
        }
        i.sources.clear();
        if member!(self, "sources") {
            self.list(|line| line.source(defined).map(|s| i.sources.push(s)))?;
        }
        if member!(self, "media") {
            self.list(Self::words)?;
        }
        if member!(self, "media_names") {
            self.texts()?;
        }
        if member!(self, "media_captions") {
            self.texts()?;
        }
        if member!(self, "tags") {
            self.texts()?;
        }
        if member!(self, "notes") {
            self.words()?;
        }
        if member!(self, "sensitive") {
            self.flag()?;
        }
        self.derived()?;
        self.close()?;
        self.eat(b"}")?;
        Some((uid_from, uid.len()))
    }

    fn place(&mut self, place: &mut Place) -> Option<()> {
        self.open()?;
        if member!(self, "names") {
            self.texts()?;
        }
        if member!(self, "position") {
            if place.position.is_some() {
                return None;
            }
            place.position = Some(self.position()?);
        }
        if member!(self, "precision") {
            place.precision = Some(Precision::from_id(self.plain()?)?);
        }
        if member!(self, "radius_km") {
            radius(self.raw()?).ok()?;
        }
        if member!(self, "basis") {
            self.words()?;
        }
        self.close()
    }

    fn claim(&mut self, defined: &Defined) -> Option<Claim> {
        self.open()?;
        let id = if member!(self, "id") { self.plain()? } else { return None };
        let claimant = if member!(self, "claimant") { self.plain()? } else { "" };
        let speaks_for = if member!(self, "speaks_for") { Some(self.party(defined)?) } else { None };
        let about = if member!(self, "about") { self.party(defined)? } else { return None };
        let status = if member!(self, "status") { Status::from_id(self.plain()?)? } else { Status::Unspecified };
        let category = if member!(self, "category") { Category::from_id(self.plain()?)? } else { return None };
        let mut claim = Claim::new(id, about, category, Count::Unknown);
        (claim.claimant, claim.speaks_for, claim.status) = (claimant.into(), speaks_for, status);
        if member!(self, "count") {
            let raw = self.raw()?;
            claim.count = whole(raw).map_or_else(|| count(raw), |n| Ok(Count::Exactly(n))).ok()?;
            if let Count::Between(r) = &claim.count
                && r.best().is_some_and(|b| !(r.low()..=r.high()).contains(&b))
            {
                return None;
            }
        }
        if member!(self, "published") {
            claim.published = Some(self.moment()?);
        }
        if member!(self, "period") {
            claim.period = Some(self.when()?);
        }
        if member!(self, "running") {
            claim.running = self.flag()?;
        }
        if member!(self, "source") {
            claim.source = Some(self.source(defined)?);
        }
        if member!(self, "via") {
            self.list(Self::words)?;
        }
        if member!(self, "quote") {
            self.words()?;
        }
        if member!(self, "url") {
            // That there is one counts, not which.
            claim.url = "…".into();
            self.words()?;
        }
        if member!(self, "archived") {
            self.words()?;
        }
        if member!(self, "language") {
            self.words()?;
        }
        if member!(self, "grade") {
            Grade::parse(self.plain()?)?;
        }
        if member!(self, "standing") {
            claim.standing = Standing::from_id(self.plain()?)?;
        }
        if member!(self, "note") {
            self.words()?;
        }
        self.close()?;
        Some(claim)
    }

    /// The members that are derived, none of them twice.
    fn derived(&mut self) -> Option<()> {
        if member!(self, "start") {
            self.words()?;
        }
        if member!(self, "end") {
            self.words()?;
        }
        let mut names = [""; FEW];
        for n in 0..=FEW {
            if !self.rest().starts_with(b",\"") {
                return Some(());
            }
            self.eat(b",")?;
            let name = self.plain()?;
            if !name.starts_with("killed_")
                || !flat::is_derived(name)
                || names.iter().take(n).any(|other| *other == name)
            {
                return None;
            }
            *names.get_mut(n)? = name;
            self.eat(b":")?;
            self.raw()?;
        }
        None
    }
}
