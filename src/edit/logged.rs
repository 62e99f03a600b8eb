//! What a step says of itself in the log: which incident or drawing, which fields, and what stood there where that is short.
//!
//! It costs about as much as comparing the one incident does; of a step that touched several only their number is told.

use super::Change;
use crate::model::{Claim, Drawing, Incident, Logged, Meta, PartyId, Project, SourceId, Text, Uid};

/// The most characters of a title, and of a value that is told.
const SHORT: usize = 80;
/// The most slots that are looked through for the one that was added or taken out.
const FEW: usize = 1000;
/// The most elements of a list of the project that are compared.
const MOST: usize = 1000;

/// One field that differs: its name in the file, and what stood and stands there.
type Difference = (String, String, String);

/// The entry of a step that has just been done or taken back: the change holds the side from before.
pub(super) fn entry(change: &Change, step: &str, project: &Project, at: i64, who: &str) -> Logged {
    let things = change.slots.len() + change.drawings.len();
    let plain = Logged {
        at,
        who: cut(who, Logged::LONGEST),
        step: cut(step, Logged::LONGEST),
        things: u32::try_from(things).unwrap_or(u32::MAX),
        ..Logged::default()
    };
    let named = |uid: &Uid, title: &str, differences: Vec<Difference>| {
        let told = Logged { uid: Some(uid.clone()), title: cut(title, SHORT), ..plain.clone() };
        with(told, &differences)
    };
    let entry = match (change.slots.as_slice(), change.drawings.as_slice()) {
        ([], []) => {
            let differences = change.meta.as_deref().map_or_else(Vec::new, |before| of_meta(before, project.meta()));
            with(plain.clone(), &differences)
        }
        ([], [(id, before)]) => match project.drawing(*id).or(before.as_deref()) {
            Some(Drawing { uid, title, .. }) => named(uid, title, Vec::new()),
            None => plain.clone(),
        },
        ([(id, held)], []) => {
            let compare = |before: &Incident| match project.get(*id) {
                Some(after) => named(&after.uid, &after.title, of_incident(before, after)),
                None => named(&before.uid, &before.title, Vec::new()),
            };
            let added = || project.get(*id).map(|i| named(&i.uid, &i.title, Vec::new()));
            project.look_at(held, compare).or_else(added).unwrap_or_else(|| plain.clone())
        }
        // What is deleted frees its parts in the same step: it is the one to name.
        (slots, _) if slots.len() <= FEW => {
            let mut alone = slots.iter().filter(|(id, held)| project.uid(*id).is_some() != held.is_some());
            match (alone.next(), alone.next()) {
                (Some((id, held)), None) => {
                    let before = project.look_at(held, |i| named(&i.uid, &i.title, Vec::new()));
                    let after = || project.look(*id, |i| named(&i.uid, &i.title, Vec::new()));
                    before.or_else(after).unwrap_or_else(|| plain.clone())
                }
                _ => plain.clone(),
            }
        }
        _ => plain.clone(),
    };
    // A uid from a file may be longer than any text of the log.
    if entry.is_bounded() { entry } else { plain }
}

/// The entry with its fields, and with the values of the one field where they are short.
fn with(entry: Logged, differences: &[Difference]) -> Logged {
    let is_short = |text: &str| text.chars().nth(SHORT).is_none();
    let (before, after) = match differences {
        [(_, before, after)] if is_short(before) && is_short(after) => (cut(before, SHORT), cut(after, SHORT)),
        _ => Default::default(),
    };
    let mut fields: Vec<Text> = differences.iter().map(|(field, ..)| cut(field, SHORT)).collect();
    fields.truncate(Logged::MOST_FIELDS);
    Logged { fields, before, after, ..entry }
}

/// A text on one line and no longer than that.
fn cut(text: &str, most: usize) -> Text {
    let mut chars = text.chars().map(|c| if c.is_control() { ' ' } else { c });
    let mut out: String = chars.by_ref().take(most.saturating_sub(1)).collect();
    match (chars.next(), chars.next()) {
        (Some(_), Some(_)) => out.push('…'),
        (Some(last), None) => out.push(last),
        _ => {}
    }
    out.into()
}

/// Gathers what differs.
#[derive(Default)]
struct Told(Vec<Difference>);

impl Told {
    fn add(&mut self, field: impl Into<String>, before: impl Into<String>, after: impl Into<String>) {
        self.0.push((field.into(), before.into(), after.into()));
    }

    /// A field, if it differs, with its values in words.
    fn field<T: PartialEq>(&mut self, field: &str, [before, after]: [&T; 2], words: impl Fn(&T) -> String) {
        if before != after {
            self.add(field, words(before), words(after));
        }
    }

    fn text(&mut self, field: &str, sides: [&Text; 2]) {
        self.field(field, sides, ToString::to_string);
    }

    /// Values under names: tags, names by language.
    fn named<'a>(
        &mut self,
        list: &str,
        before: impl Iterator<Item = (&'a str, &'a str)>,
        after: impl Iterator<Item = (&'a str, &'a str)>,
    ) {
        let [before, after]: [Vec<_>; 2] = [before.collect(), after.collect()];
        let of = |list: &[(&'a str, &'a str)], name: &str| list.iter().find(|(n, _)| *n == name).map(|(_, v)| *v);
        let gone = before.iter().filter(|(name, _)| of(&after, name).is_none());
        for (name, _) in after.iter().chain(gone) {
            let (was, is) = (of(&before, name), of(&after, name));
            if was != is {
                self.add(format!("{list}.{name}"), was.unwrap_or_default(), is.unwrap_or_default());
            }
        }
    }
}

#[allow(clippy::ref_option)] // fields are compared as they stand
fn shown<T: ToString>(value: &Option<T>) -> String {
    value.as_ref().map(T::to_string).unwrap_or_default()
}

fn joined<'a>(texts: impl Iterator<Item = &'a str>) -> String {
    texts.collect::<Vec<_>>().join(", ")
}

#[allow(clippy::ptr_arg)] // fields are compared as they stand
fn texts(list: &Vec<Text>) -> String {
    joined(list.iter().map(|t| &**t))
}

fn pairs(list: &[(Text, Text)]) -> impl Iterator<Item = (&str, &str)> {
    list.iter().map(|(name, value)| (&**name, &**value))
}

fn of_incident(a: &Incident, b: &Incident) -> Vec<Difference> {
    let mut told = Told::default();
    told.text("title", [&a.title, &b.title]);
    told.field("kind", [&a.kind, &b.kind], |k| k.id().to_owned());
    told.field("when", [&a.when, &b.when], shown);
    if a.place != b.place {
        let (p, q) = (&a.place, &b.place);
        told.named("place.names", p.names.iter(), q.names.iter());
        told.field("place.position", [&p.position, &q.position], |at| {
            at.map(|at| format!("{}, {}", at.lat(), at.lon())).unwrap_or_default()
        });
        told.field("place.shape", [&p.shape, &q.shape], |_| String::new());
        told.field("place.precision", [&p.precision, &q.precision], |p| p.map_or("", |p| p.id()).to_owned());
        told.field("place.radius_km", [&p.radius_km, &q.radius_km], shown);
        told.text("place.basis", [&p.basis, &q.basis]);
    }
    told.field("parent", [&a.parent, &b.parent], |p| p.as_ref().map_or("", Uid::as_str).to_owned());
    told.field("parties", [&a.parties, &b.parties], |l| joined(l.iter().map(PartyId::as_str)));
    told.field("weapons", [&a.weapons, &b.weapons], texts);
    claims(&a.claims, &b.claims, &mut told);
    told.field("sources", [&a.sources, &b.sources], |l| joined(l.iter().map(SourceId::as_str)));
    if a.media != b.media {
        let names = |i: &Incident| {
            joined(i.media.iter().map(|file| Some(i.media_name(file)).filter(|n| !n.is_empty()).unwrap_or(file)))
        };
        told.add("media", names(a), names(b));
    }
    told.field("media_captions", [&a.media_captions, &b.media_captions], |_| String::new());
    if a.tags != b.tags {
        told.named("tags", pairs(&a.tags), pairs(&b.tags));
    }
    told.text("notes", [&a.notes, &b.notes]);
    told.field("sensitive", [&a.sensitive, &b.sensitive], bool::to_string);
    told.field("sensitive_fields", [&a.sensitive_fields, &b.sensitive_fields], texts);
    if a.extra != b.extra || a.extra_feature != b.extra_feature {
        told.add("other", "", "");
    }
    told.0
}

/// Claims by their ids; of one that is on both sides each part that differs.
fn claims(before: &[Claim], after: &[Claim], told: &mut Told) {
    // Nearly always one of them differs: what is alike at both ends is passed over.
    let start = before.iter().zip(after).take_while(|(a, b)| a == b).count();
    let (Some(before), Some(after)) = (before.get(start..), after.get(start..)) else { return };
    let end = before.iter().rev().zip(after.iter().rev()).take_while(|(a, b)| a == b).count();
    let inner = |list: &'_ [Claim]| list.len() - end;
    let (before, after) = (before.get(..inner(before)).unwrap_or(&[]), after.get(..inner(after)).unwrap_or(&[]));
    let words = |c: &Claim| {
        let who = if c.claimant.is_empty() { String::new() } else { format!(" ({})", c.claimant) };
        format!("{}: {} {}{who}", c.about.as_str(), c.count, c.category.label())
    };
    let known = told.0.len();
    for claim in after {
        match before.iter().find(|c| c.id == claim.id) {
            Some(was) => one_claim(was, claim, told),
            None => told.add(format!("claims.{}", claim.id), "", words(claim)),
        }
        if told.0.len() > Logged::MOST_FIELDS {
            return;
        }
    }
    for was in before.iter().filter(|c| after.iter().all(|a| a.id != c.id)).take(Logged::MOST_FIELDS) {
        told.add(format!("claims.{}", was.id), words(was), "");
    }
    if told.0.len() == known && !after.is_empty() {
        // Only their order is another.
        told.add("claims", "", "");
    }
}

fn one_claim(a: &Claim, b: &Claim, told: &mut Told) {
    let mut part = Told::default();
    part.field("count", [&a.count, &b.count], ToString::to_string);
    part.text("claimant", [&a.claimant, &b.claimant]);
    part.field("speaks_for", [&a.speaks_for, &b.speaks_for], |p| p.as_ref().map_or("", |p| p.as_str()).to_owned());
    part.field("about", [&a.about, &b.about], |p| p.as_str().to_owned());
    part.field("status", [&a.status, &b.status], |s| s.id().to_owned());
    part.field("category", [&a.category, &b.category], |c| c.id().to_owned());
    part.field("published", [&a.published, &b.published], shown);
    part.field("period", [&a.period, &b.period], shown);
    part.field("running", [&a.running, &b.running], bool::to_string);
    part.field("source", [&a.source, &b.source], |s| s.as_ref().map_or("", |s| s.as_str()).to_owned());
    part.field("via", [&a.via, &b.via], texts);
    part.text("quote", [&a.quote, &b.quote]);
    part.text("url", [&a.url, &b.url]);
    part.text("archived", [&a.archived, &b.archived]);
    part.text("language", [&a.language, &b.language]);
    part.field("grade", [&a.grade, &b.grade], ToString::to_string);
    part.field("standing", [&a.standing, &b.standing], |s| s.id().to_owned());
    part.field("covers", [&a.covers, &b.covers], |l| joined(l.iter().map(Uid::as_str)));
    part.text("note", [&a.note, &b.note]);
    if a.extra != b.extra {
        part.add("other", "", "");
    }
    told.0.extend(part.0.into_iter().map(|(field, was, is)| (format!("claims.{}.{field}", b.id), was, is)));
}

/// What differs in what the project says of itself.
fn of_meta(a: &Meta, b: &Meta) -> Vec<Difference> {
    let mut told = Told::default();
    told.text("title", [&a.title, &b.title]);
    told.text("description", [&a.description, &b.description]);
    told.field("perspective", [&a.perspective, &b.perspective], |p| p.id().to_owned());
    told.field("neutrality", [&a.neutrality, &b.neutrality], shown);
    told.field("keeps_log", [&a.keeps_log, &b.keeps_log], bool::to_string);
    list("parties", [&a.parties, &b.parties], |p| p.id.as_str(), &mut told);
    list("sources", [&a.sources, &b.sources], |s| s.id.as_str(), &mut told);
    list("pins", [&a.pins, &b.pins], |p| p.incident.as_str(), &mut told);
    list("filters", [&a.filters, &b.filters], |f| &f.name, &mut told);
    list("slides", [&a.slides, &b.slides], |s| &s.id, &mut told);
    list("maps", [&a.maps, &b.maps], |m| &m.name, &mut told);
    told.0
}

/// The elements of a list of the project that differ, by their ids.
fn list<T: PartialEq>(name: &str, [a, b]: [&Vec<T>; 2], id: impl Fn(&T) -> &str, told: &mut Told) {
    if a.len().max(b.len()) > MOST {
        if a.len() != b.len() {
            told.add(name, "", "");
        }
        return;
    }
    let start = a.iter().zip(b).take_while(|(a, b)| a == b).count();
    let end = a.iter().skip(start).rev().zip(b.iter().skip(start).rev()).take_while(|(a, b)| a == b).count();
    let [was, is] = [a, b].map(|list| list.get(start..list.len() - end).unwrap_or(&[]));
    let mut ids: Vec<&str> = was.iter().chain(is).map(&id).collect();
    ids.sort_unstable();
    ids.dedup();
    ids.into_iter().take(Logged::MOST_FIELDS).for_each(|id| told.add(format!("{name}.{id}"), "", ""));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Category, Count, Kind, LonLat};

    fn check(change: impl FnOnce(&mut Incident), want: &[(&str, &str, &str)]) {
        let mut before = Incident::new(Uid::new("a"), Kind::ArmedClash, "Sotk");
        for id in ["c1", "c2", "c3"] {
            before.claims.push(Claim::new(id, PartyId::new("armenia"), Category::Killed, Count::Exactly(4)));
        }
        before.tags = vec![("front".into(), "north".into())];
        let mut after = before.clone();
        change(&mut after);
        let got = of_incident(&before, &after);
        let got: Vec<(&str, &str, &str)> = got.iter().map(|(f, a, b)| (&**f, &**a, &**b)).collect();
        assert_eq!(got, want);
    }

    #[test]
    fn each_field_that_differs_is_named_with_what_stood_there() {
        check(|_| {}, &[]);
        check(|i| i.title = "Sotk mine".into(), &[("title", "Sotk", "Sotk mine")]);
        check(|i| i.kind = Kind::Shelling, &[("kind", Kind::ArmedClash.id(), Kind::Shelling.id())]);
        check(
            |i| {
                i.place.names.set("en", "Sotk");
                i.place.position = LonLat::new(45.5, 40.25).ok();
            },
            &[("place.names.en", "", "Sotk"), ("place.position", "", "40.25, 45.5")],
        );
        check(|i| i.tags = vec![("side".into(), "a".into())], &[("tags.side", "", "a"), ("tags.front", "north", "")]);
        check(|i| i.sensitive = true, &[("sensitive", "false", "true")]);
        check(|i| i.extra.push(("x".into(), "1".into())), &[("other", "", "")]);
    }

    #[test]
    fn claims_are_told_by_their_id_and_the_part_that_differs() {
        check(|i| i.claims[1].count = Count::Exactly(7), &[("claims.c2.count", "4", "7")]);
        check(
            |i| {
                i.claims.remove(0);
                i.claims[1].claimant = "MoD".into();
            },
            &[("claims.c3.claimant", "", "MoD"), ("claims.c1", "armenia: 4 killed", "")],
        );
        check(|i| i.claims.swap(0, 2), &[("claims", "", "")]);
        check(
            |i| i.claims.clear(),
            &[
                ("claims.c1", "armenia: 4 killed", ""),
                ("claims.c2", "armenia: 4 killed", ""),
                ("claims.c3", "armenia: 4 killed", ""),
            ],
        );
    }

    #[test]
    fn values_that_are_long_or_of_several_fields_are_left_out_and_texts_stay_on_one_line() {
        let entry = |differences: &[(&str, &str, &str)]| {
            let all = differences.iter().map(|(f, a, b)| ((*f).into(), (*a).into(), (*b).into()));
            with(Logged::default(), &all.collect::<Vec<_>>())
        };
        let one = entry(&[("title", "a\nb", "c")]);
        assert_eq!((&*one.before, &*one.after), ("a b", "c"));
        let long = entry(&[("notes", &"x".repeat(81), "c")]);
        assert_eq!((long.fields.len(), &*long.before, &*long.after), (1, "", ""));
        let two = entry(&[("title", "a", "b"), ("kind", "c", "d")]);
        assert_eq!((two.fields.len(), &*two.after), (2, ""));
        assert_eq!((&*cut("abcdef", 4), &*cut("abcd", 4), &*cut("", 4)), ("abc…", "abcd", ""));
    }

    #[test]
    fn what_the_project_says_of_itself_is_told_by_element() {
        use crate::model::Source;
        let source = |id: &str, outlet: &str| Source::new(SourceId::new(id), outlet);
        let meta = |sources: &[(&str, &str)], title: &str| Meta {
            title: title.into(),
            sources: sources.iter().map(|(id, outlet)| source(id, outlet)).collect(),
            ..Meta::default()
        };
        let got = of_meta(&meta(&[("a", "A"), ("b", "B")], "t"), &meta(&[("a", "A"), ("b", "C"), ("d", "D")], "u"));
        let fields: Vec<&str> = got.iter().map(|(f, ..)| &**f).collect();
        assert_eq!(fields, ["title", "sources.b", "sources.d"]);
    }
}
