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
    Category, Claim, Count, Grade, Incident, Kind, LonLat, Moment, PartyId, Place, Precision, SourceId, Standing,
    Status, Text, When,
};

/// More names in one object than these are left to the reader, which finds repeated ones faster.
const FEW: usize = 16;

/// A feature that stands by itself.
pub(super) struct Read<'a> {
    /// Its uid, as it stands in the text.
    pub(super) uid: &'a str,
    /// The first byte behind it.
    pub(super) end: usize,
}

/// What stood in the line before, as it stood there: of lines of one table most of it stands in the next as well, and what is
/// the same needs no second look.
#[derive(Default)]
pub(super) struct Before {
    /// By claim, what stands in it before its figure; empty where that is not known.
    claims: Vec<String>,
    /// The names of members that are derived, each with what stands around it.
    derived: Vec<String>,
    /// A time of publication, and what it says.
    published: Option<(String, Moment)>,
}

/// Reads the feature that begins at an offset; of the incident only what is scanned is filled in. `None`: the reader has to.
/// `before` is of the last line that was read into the same incident, with nothing else done to that since; without one each
/// line is looked at from its beginning to its end.
pub(super) fn read<'a>(
    text: &'a str,
    from: usize,
    defined: &Defined,
    into: &mut Incident,
    before: Option<&mut Before>,
) -> Option<Read<'a>> {
    let mut none = Before::default();
    let keeps = before.is_some();
    let mut line = Line { text, at: from, due: false, before: before.unwrap_or(&mut none), keeps };
    let uid = line.feature(defined, into)?;
    Some(Read { uid, end: line.at })
}

/// A place in a line.
struct Line<'a, 'b> {
    text: &'a str,
    at: usize,
    /// Whether the next member stands behind a comma.
    due: bool,
    before: &'b mut Before,
    /// Whether what stands here is kept for the next line.
    keeps: bool,
}

/// Whether the member of this name is next; then the cursor stands before its value.
macro_rules! member {
    ($line:expr, $name:literal) => {
        $line.member(concat!("\"", $name, "\":").as_bytes())
    };
}

impl<'a> Line<'a, '_> {
    #[inline]
    fn rest(&self) -> &'a [u8] {
        self.text.as_bytes().get(self.at..).unwrap_or(&[])
    }

    #[expect(clippy::inline_always, reason = "inlined, names are compared as numbers and not by a call")]
    #[inline(always)]
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

    #[expect(clippy::inline_always, reason = "as above")]
    #[inline(always)]
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
        // Most are numbers of a few digits.
        let rest = self.rest();
        if let [b'0'..=b'9', b',' | b'}' | b']', ..] = rest {
            self.at += 1;
            return self.text.get(self.at - 1..self.at);
        }
        let digits = |from: usize| rest.get(from..).map_or(0, |r| r.iter().take_while(|b| b.is_ascii_digit()).count());
        let whole = digits(0);
        let part = if rest.get(whole) == Some(&b'.') { digits(whole + 1) } else { 0 };
        let len = if part > 0 { whole + 1 + part } else { whole };
        let is_whole = whole == 1 || (whole > 1 && rest.first() != Some(&b'0'));
        if is_whole && matches!(rest.get(len), Some(b',' | b'}' | b']')) {
            let from = self.at;
            self.at += len;
            return self.text.get(from..self.at);
        }
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

    fn published(&mut self) -> Option<Moment> {
        let text = self.plain()?;
        match &mut self.before.published {
            Some((before, moment)) if *before == text => Some(*moment),
            known => {
                let moment = Moment::parse(text).ok()?;
                if self.keeps {
                    let mut kept = known.take().map_or_else(String::new, |(text, _)| text);
                    kept.clear();
                    kept.push_str(text);
                    *known = Some((kept, moment));
                }
                Some(moment)
            }
        }
    }

    fn when(&mut self) -> Option<When> {
        When::parse(self.plain()?).ok()
    }

    /// A party in the place of another. One that is the same stays: what many threads count references of is slow to share.
    fn party(&mut self, defined: &Defined, into: &mut PartyId) -> Option<()> {
        let id = self.plain()?;
        if into.as_str() != id || id.is_empty() {
            into.clone_from(defined.party(id)?);
        }
        Some(())
    }

    /// The same of a source.
    fn source(&mut self, defined: &Defined, into: &mut SourceId) -> Option<()> {
        let id = self.plain()?;
        if into.as_str() != id || id.is_empty() {
            into.clone_from(defined.source(id)?);
        }
        Some(())
    }

    /// A list in the place of another, member by member.
    fn list_into<T>(
        &mut self,
        into: &mut Vec<T>,
        new: impl Fn() -> T,
        mut each: impl FnMut(&mut Self, &mut T, &[T], bool) -> Option<()>,
    ) -> Option<()> {
        let mut n = 0;
        self.list(|line| {
            let is_new = n == into.len();
            if is_new {
                into.push(new());
            }
            let (earlier, rest) = into.split_at_mut(n);
            each(line, rest.first_mut()?, earlier, is_new)?;
            n += 1;
            Some(())
        })?;
        into.truncate(n);
        Some(())
    }

    /// The feature; gives its uid.
    fn feature(&mut self, defined: &Defined, i: &mut Incident) -> Option<&'a str> {
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
        if member!(self, "parties") {
            self.list_into(&mut i.parties, || PartyId::new(""), |line, party, _, _| line.party(defined, party))?;
        } else {
            i.parties.clear();
        }
        if member!(self, "weapons") {
            self.list(Self::words)?;
        }
        if member!(self, "claims") {
            let new = || Claim::new("", PartyId::new(""), Category::Killed, Count::Unknown);
            self.list_into(&mut i.claims, new, |line, claim, earlier, is_new| {
                line.head_of_claim(defined, claim, earlier.len(), is_new)?;
                line.rest_of_claim(defined, claim)?;
                (!claim.id.is_empty() && !earlier.iter().any(|c| c.id == claim.id)).then_some(())
            })?;
        } else {
            i.claims.clear();
        }
        if member!(self, "sources") {
            self.list_into(&mut i.sources, || SourceId::new(""), |line, source, _, _| line.source(defined, source))?;
        } else {
            i.sources.clear();
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
        Some(uid)
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

    /// What stands in claim `n` before its figure, in the place of another. If it stands there as in the line before, the claim
    /// has it already, unless it `is_new`.
    fn head_of_claim(&mut self, defined: &Defined, claim: &mut Claim, n: usize, is_new: bool) -> Option<()> {
        let known = self.before.claims.get(n).filter(|head| !is_new && !head.is_empty());
        if let Some(head) = known.filter(|head| self.rest().starts_with(head.as_bytes())) {
            (self.at, self.due) = (self.at + head.len(), true);
            return Some(());
        }
        let from = self.at;
        // Until it is read to its end nothing is known of it.
        if let Some(head) = self.before.claims.get_mut(n) {
            head.clear();
        }
        self.claim(defined, claim)?;
        if self.keeps {
            let all = &mut self.before.claims;
            all.resize_with(all.len().max(n + 1), String::new);
            all.get_mut(n)?.push_str(self.text.get(from..self.at)?);
        }
        Some(())
    }

    /// The same, looked at.
    fn claim(&mut self, defined: &Defined, claim: &mut Claim) -> Option<()> {
        let put = |into: &mut Text, text: &str| {
            if **into != *text {
                *into = text.into();
            }
        };
        self.open()?;
        if !member!(self, "id") {
            return None;
        }
        put(&mut claim.id, self.plain()?);
        put(&mut claim.claimant, if member!(self, "claimant") { self.plain()? } else { "" });
        if member!(self, "speaks_for") {
            self.party(defined, claim.speaks_for.get_or_insert_with(|| PartyId::new("")))?;
        } else {
            claim.speaks_for = None;
        }
        if !member!(self, "about") {
            return None;
        }
        self.party(defined, &mut claim.about)?;
        claim.status = if member!(self, "status") { Status::from_id(self.plain()?)? } else { Status::Unspecified };
        claim.category = if member!(self, "category") { Category::from_id(self.plain()?)? } else { return None };
        Some(())
    }

    /// The figure of a claim and what stands behind it, in the place of another, of which nothing stays that is scanned.
    fn rest_of_claim(&mut self, defined: &Defined, claim: &mut Claim) -> Option<()> {
        claim.count = Count::Unknown;
        if member!(self, "count") {
            let raw = self.raw()?;
            claim.count = whole(raw).map_or_else(|| count(raw), |n| Ok(Count::Exactly(n))).ok()?;
            if let Count::Between(r) = &claim.count
                && r.best().is_some_and(|b| !(r.low()..=r.high()).contains(&b))
            {
                return None;
            }
        }
        claim.published = if member!(self, "published") { Some(self.published()?) } else { None };
        claim.period = if member!(self, "period") { Some(self.when()?) } else { None };
        claim.running = if member!(self, "running") { self.flag()? } else { false };
        if member!(self, "source") {
            self.source(defined, claim.source.get_or_insert_with(|| SourceId::new("")))?;
        } else {
            claim.source = None;
        }
        if member!(self, "via") {
            self.list(Self::words)?;
        }
        if member!(self, "quote") {
            self.words()?;
        }
        // That there is one counts, not which.
        if member!(self, "url") {
            claim.url = "…".into();
            self.words()?;
        } else {
            claim.url = Text::default();
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
        claim.standing = if member!(self, "standing") { Standing::from_id(self.plain()?)? } else { Standing::Current };
        if member!(self, "note") {
            self.words()?;
        }
        self.close()
    }

    /// The members that are derived, none of them twice.
    fn derived(&mut self) -> Option<()> {
        if member!(self, "start") {
            self.words()?;
        }
        if member!(self, "end") {
            self.words()?;
        }
        let from = self.at;
        if self.derived_as_before()? {
            return Some(());
        }
        self.at = from;
        let mut names = [""; FEW];
        for n in 0..=FEW {
            if !self.rest().starts_with(b",\"") {
                return Some(());
            }
            let from = self.at;
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
            if self.keeps {
                let all = &mut self.before.derived;
                all.truncate(n);
                all.push(self.text.get(from..self.at)?.to_owned());
            }
            self.raw()?;
        }
        None
    }

    /// Goes over derived members as far as their names are those of the line before; whether there are no others.
    fn derived_as_before(&mut self) -> Option<bool> {
        for n in 0..self.before.derived.len() {
            let Some(name) = self.before.derived.get(n).filter(|name| self.rest().starts_with(name.as_bytes())) else {
                break;
            };
            self.at += name.len();
            self.raw()?;
        }
        Some(!self.rest().starts_with(b",\""))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::io::project::read;
    use crate::model::Uid;

    const SAMPLE: &str = include_str!("../../../assets/karabakh-1988-2024.clashmap.geojson");

    fn nothing() -> Incident {
        Incident::new(Uid::new(""), Kind::ArmedClash, "")
    }

    #[test]
    fn behind_any_other_line_a_line_says_what_it_says_alone() {
        let defined = Defined::by(read(SAMPLE.as_bytes()).unwrap().project.meta());
        let mut lines: Vec<String> =
            SAMPLE.lines().filter(|l| l.starts_with("{\"type\":\"Feature\"")).map(str::to_owned).collect();
        // Claims cut off and bent behind others that begin alike, and lines that cannot be read so at all.
        for (from, to) in [
            ("\"category\":\"killed\",", "\"category\":\"killed\",\"count\":3,\"standing\":\"withdrawn\",\"x\":"),
            ("\"category\":\"killed\"", "\"category\":\"wounded\""),
            ("\"category\":\"killed\"", "\"category\":\"slain\""),
            ("\"about\":\"azerbaijan\",", "\"about\":\"armenia\",\"x\":1,"),
            ("\"about\":\"armenia\",", "\"about\":\"azerbaijan\",\"x\":1,"),
            ("\"category\":\"killed\",\"count\":", "\"category\":\"killed\",\"count\":1"),
            ("\"speaks_for\":\"armenia\"", "\"speaks_for\":\"azerbaijan\""),
            ("\"published\":\"2022", "\"published\":\"2021"),
            ("\"published\":\"2022", "\"published\":\"x2022"),
            ("killed_armenia_low", "killed_azerbaijan_low"),
            ("killed_armenia_best", "killed_armenia_low"),
            (",{\"id\":\"c2\"", "],\"y\":[{\"id\":\"c2\""),
            ("\"id\":\"c2\"", "\"id\":\"c1\""),
        ] {
            let bent: Vec<String> =
                lines.iter().filter(|l| l.contains(from)).take(4).map(|l| l.replace(from, to)).collect();
            assert!(!bent.is_empty(), "{from}");
            lines.extend(bent);
        }
        let (mut into, mut before, mut read_so) = (nothing(), Before::default(), 0);
        for step in [1, 7, 11, 29] {
            for n in 0..lines.len() {
                let line = &lines[n * step % lines.len()];
                let mut alone = nothing();
                let want = super::read(line, 0, &defined, &mut alone, None).map(|read| (read.uid, read.end));
                let have =
                    super::read(line, 0, &defined, &mut into, Some(&mut before)).map(|read| (read.uid, read.end));
                assert_eq!(have, want, "{line}");
                if have.is_some() {
                    assert_eq!(into, alone, "{line}");
                    read_so += 1;
                }
            }
        }
        // What cannot be read to its end leaves nothing behind that the next would take for its own.
        for line in &lines {
            let bent =
                line.replace("\"about\":\"armenia\"", "\"about\":\"azerbaijan\"").replace("\"killed\"", "\"slain\"");
            for line in [line, &bent, line] {
                let mut alone = nothing();
                let want = super::read(line, 0, &defined, &mut alone, None).map(|read| read.end);
                let have = super::read(line, 0, &defined, &mut into, Some(&mut before)).map(|read| read.end);
                assert_eq!(have, want);
                assert!(have.is_none() || into == alone, "{line}");
            }
        }
        assert!(read_so > 100 && read_so < 4 * lines.len(), "{read_so}");
    }
}
