//! Where a file says something else of an incident than the project does, field by field.

use crate::import::{Mapping, Target};
use crate::model::{Claim, Incident, LonLat, Shape, Standing, Text};

/// A field of an incident that a file can change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Field {
    /// The title.
    Title,
    /// The kind.
    Kind,
    /// When.
    When,
    /// The name of the place in the language of this code.
    Name(Text),
    /// The position.
    Position,
    /// The line or area.
    Shape,
    /// How exactly the place is known.
    Precision,
    /// The radius, in km.
    Radius,
    /// Where the position comes from.
    Basis,
    /// The incident of which it is a part.
    Parent,
    /// Parties that it does not have yet.
    Parties,
    /// Weapons that it does not have yet.
    Weapons,
    /// Sources that it does not have yet.
    Sources,
    /// Attached files that it does not have yet.
    Media,
    /// The notes.
    Notes,
    /// That it is sensitive. A file can only say that it is.
    Sensitive,
    /// The tag of this name.
    Tag(Text),
    /// A claim, by its place in what the file says. A figure is added beside the earlier one.
    Claim(usize),
    /// A member that this version does not know, by its name.
    Other(Text),
}

/// One field that the file would change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldChange {
    /// Which.
    pub field: Field,
    /// What the project says, for people; empty: nothing.
    pub before: String,
    /// What it would say, for people.
    pub after: String,
    /// Whether it is taken.
    pub take: bool,
}

impl Field {
    /// The name of the field, as `clashmap diff` writes it.
    pub fn label(&self) -> String {
        match self {
            Self::Title => "title".into(),
            Self::Kind => "kind".into(),
            Self::When => "when".into(),
            Self::Name(code) => format!("place.names.{code}"),
            Self::Position => "place.position".into(),
            Self::Shape => "place.shape".into(),
            Self::Precision => "place.precision".into(),
            Self::Radius => "place.radius_km".into(),
            Self::Basis => "place.basis".into(),
            Self::Parent => "parent".into(),
            Self::Parties => "parties".into(),
            Self::Weapons => "weapons".into(),
            Self::Sources => "sources".into(),
            Self::Media => "media".into(),
            Self::Notes => "notes".into(),
            Self::Sensitive => "sensitive".into(),
            Self::Tag(name) => format!("tags.{name}"),
            Self::Claim(_) => "claims".into(),
            Self::Other(name) => name.to_string(),
        }
    }

    /// Puts what the file says into the incident.
    pub(super) fn apply(&self, into: &mut Incident, from: &Incident) {
        match self {
            Self::Title => into.title.clone_from(&from.title),
            Self::Kind => into.kind.clone_from(&from.kind),
            Self::When => into.when = from.when,
            Self::Name(code) => {
                if let Some(name) = from.place.names.get_code(code) {
                    into.place.names.set(code, name);
                }
            }
            Self::Position => into.place.position = from.place.position,
            Self::Shape => into.place.shape.clone_from(&from.place.shape),
            Self::Precision => into.place.precision = from.place.precision,
            Self::Radius => into.place.radius_km = from.place.radius_km,
            Self::Basis => into.place.basis.clone_from(&from.place.basis),
            Self::Parent => into.parent.clone_from(&from.parent),
            Self::Parties => gain(&mut into.parties, &from.parties),
            Self::Weapons => gain(&mut into.weapons, &from.weapons),
            Self::Sources => gain(&mut into.sources, &from.sources),
            Self::Media => {
                gain(&mut into.media, &from.media);
                gain_words(&mut into.media_names, &from.media_names);
                gain_words(&mut into.media_captions, &from.media_captions);
            }
            Self::Notes => into.notes.clone_from(&from.notes),
            Self::Sensitive => {
                into.sensitive |= from.sensitive;
                gain(&mut into.sensitive_fields, &from.sensitive_fields);
            }
            Self::Tag(name) => set(&mut into.tags, &from.tags, name),
            Self::Claim(n) => {
                if let Some(claim) = from.claims.get(*n) {
                    take_claim(&mut into.claims, claim, &from.claims);
                }
            }
            Self::Other(name) => {
                set(&mut into.extra, &from.extra, name);
                set(&mut into.extra_feature, &from.extra_feature, name);
            }
        }
    }
}

/// Words of files that have none yet.
fn gain_words(into: &mut Vec<(Text, Text)>, from: &[(Text, Text)]) {
    for (file, words) in from {
        if !into.iter().any(|(f, _)| f == file) {
            into.push((file.clone(), words.clone()));
        }
    }
}

fn gain<T: Clone + PartialEq>(into: &mut Vec<T>, from: &[T]) {
    for one in from {
        if !into.contains(one) {
            into.push(one.clone());
        }
    }
}

fn set(into: &mut Vec<(Text, Text)>, from: &[(Text, Text)], name: &Text) {
    let Some((_, value)) = from.iter().find(|(n, _)| n == name) else { return };
    match into.iter_mut().find(|(n, _)| n == name) {
        Some((_, old)) => old.clone_from(value),
        None => into.push((name.clone(), value.clone())),
    }
}

/// Whether a claim says all that one of the file says; what the file does not say may be anything.
fn says(ours: &Claim, file: &Claim) -> bool {
    let text = |ours: &Text, file: &Text| file.is_empty() || ours == file;
    ours.about == file.about
        && ours.status == file.status
        && ours.category == file.category
        && ours.count == file.count
        && text(&ours.claimant, &file.claimant)
        && (file.speaks_for.is_none() || ours.speaks_for == file.speaks_for)
        && (file.published.is_none() || ours.published == file.published)
        && (file.period.is_none() || ours.period == file.period)
        && (!file.running || ours.running)
        && (file.source.is_none() || ours.source == file.source)
        && (file.via.is_empty() || ours.via == file.via)
        && text(&ours.quote, &file.quote)
        && text(&ours.url, &file.url)
        && text(&ours.archived, &file.archived)
        && text(&ours.language, &file.language)
        && (file.grade.is_none() || ours.grade == file.grade)
        && (file.covers.is_empty() || ours.covers == file.covers)
        && text(&ours.note, &file.note)
        && (file.extra.is_empty() || ours.extra == file.extra)
}

/// Whether a claim of the project is an earlier word of the same claimant about the same people.
fn is_earlier(ours: &Claim, file: &Claim, all: &[Claim]) -> bool {
    ours.standing == Standing::Current
        && ours.claimant == file.claimant
        && (&ours.about, ours.status, ours.category) == (&file.about, file.status, file.category)
        && (file.source.is_none() || ours.source == file.source)
        && !all.iter().any(|c| says(ours, c))
}

/// Adds a claim of the file, or its standing to the claim that says the same; earlier ones of the claimant are marked.
fn take_claim(into: &mut Vec<Claim>, claim: &Claim, all: &[Claim]) {
    if let Some(same) = into.iter_mut().find(|c| says(c, claim)) {
        if claim.standing != Standing::Current {
            same.standing = claim.standing;
        }
        return;
    }
    for earlier in into.iter_mut().filter(|c| is_earlier(c, claim, all)) {
        earlier.standing = Standing::Superseded;
    }
    let highest = into.iter().filter_map(|c| c.id.strip_prefix('c')?.parse::<u32>().ok()).max().unwrap_or(0);
    let is_taken = into.iter().any(|c| c.id == claim.id);
    let id = if is_taken { format!("c{}", highest.saturating_add(1)).into() } else { claim.id.clone() };
    into.push(Claim { id, ..claim.clone() });
}

/// What the file says otherwise. A field of which the mapping says nothing is not the file's to change.
pub(super) fn changes(before: &Incident, file: &Incident, mapping: Option<&Mapping>) -> Vec<FieldChange> {
    let mut out = Vec::new();
    let mut say = |differs: bool, field: Field, words: &dyn Fn(&Incident) -> String| {
        if differs {
            out.push(FieldChange { field, before: words(before), after: words(file), take: true });
        }
    };
    let speaks = |of: Target| mapping.is_none_or(|m| m.has(|t| *t == of));
    let (a, b) = (&before.place, &file.place);
    say(speaks(Target::Title) && before.title != file.title, Field::Title, &|i| i.title.to_string());
    say(speaks(Target::Kind) && before.kind != file.kind, Field::Kind, &|i| i.kind.label().to_owned());
    say(file.when.is_some() && before.when != file.when, Field::When, &|i| shown(i.when.as_ref()));
    for (code, name) in b.names.iter() {
        say(a.names.get_code(code) != Some(name), Field::Name(code.into()), &|i| {
            i.place.names.get_code(code).unwrap_or_default().to_owned()
        });
    }
    say(b.position.is_some() && a.position != b.position, Field::Position, &|i| {
        i.place.position.map(position).unwrap_or_default()
    });
    say(b.shape.is_some() && a.shape != b.shape, Field::Shape, &|i| {
        i.place.shape.as_ref().map(shape).unwrap_or_default()
    });
    say(b.precision.is_some() && a.precision != b.precision, Field::Precision, &|i| {
        i.place.precision.map(|p| p.label().to_owned()).unwrap_or_default()
    });
    say(b.radius_km.is_some() && a.radius_km != b.radius_km, Field::Radius, &|i| shown(i.place.radius_km.as_ref()));
    say(!b.basis.is_empty() && a.basis != b.basis, Field::Basis, &|i| i.place.basis.to_string());
    say(file.parent.is_some() && before.parent != file.parent, Field::Parent, &|i| {
        i.parent.as_ref().map(|p| p.as_str().to_owned()).unwrap_or_default()
    });
    let mut more = |field: Field, ours: Vec<&str>, files: Vec<&str>| {
        let new: Vec<&str> = files.into_iter().filter(|f| !ours.contains(f)).collect();
        if !new.is_empty() {
            let before = ours.join(", ");
            let after = ours.into_iter().chain(new).collect::<Vec<_>>().join(", ");
            out.push(FieldChange { field, before, after, take: true });
        }
    };
    let parties = |i: &'_ Incident| i.parties.iter().map(|p| p.as_str().to_owned()).collect::<Vec<_>>();
    let sources = |i: &'_ Incident| i.sources.iter().map(|s| s.as_str().to_owned()).collect::<Vec<_>>();
    let texts = |list: &'_ [Text]| list.iter().map(ToString::to_string).collect::<Vec<_>>();
    for (field, ours, files) in [
        (Field::Parties, parties(before), parties(file)),
        (Field::Weapons, texts(&before.weapons), texts(&file.weapons)),
        (Field::Sources, sources(before), sources(file)),
        (Field::Media, texts(&before.media), texts(&file.media)),
    ] {
        more(field, ours.iter().map(String::as_str).collect(), files.iter().map(String::as_str).collect());
    }
    let mut say = |field: Field, before: &str, after: &str| {
        out.push(FieldChange { field, before: before.into(), after: after.into(), take: true });
    };
    // What was written below a file's notes is no difference.
    if !file.notes.is_empty() && !before.notes.contains(&*file.notes) {
        say(Field::Notes, &before.notes, &file.notes);
    }
    let marks = file.sensitive_fields.iter().filter(|f| !before.sensitive_fields.contains(f));
    let marks: Vec<&str> = marks.map(|f| &**f).collect();
    if file.sensitive && !before.sensitive {
        say(Field::Sensitive, "no", "yes");
    } else if !marks.is_empty() {
        say(Field::Sensitive, &before.sensitive_fields.join(", "), &marks.join(", "));
    }
    let of = |list: &[(Text, Text)], name: &Text| list.iter().find(|(n, _)| n == name).map(|(_, v)| v.to_string());
    let mut named: Vec<&Text> = Vec::new();
    for (name, value) in &file.tags {
        let ours = of(&before.tags, name);
        if !named.contains(&name) && ours.as_deref() != Some(&**value) {
            say(Field::Tag(name.clone()), &ours.unwrap_or_default(), value);
        }
        named.push(name);
    }
    for (ours, files) in [(&before.extra, &file.extra), (&before.extra_feature, &file.extra_feature)] {
        for (name, value) in files {
            let ours = of(ours, name);
            if ours.as_deref() != Some(&**value) {
                say(Field::Other(name.clone()), &ours.unwrap_or_default(), value);
            }
        }
    }
    claims(before, file, &mut say);
    out
}

fn claims(before: &Incident, file: &Incident, say: &mut impl FnMut(Field, &str, &str)) {
    for (n, claim) in file.claims.iter().enumerate() {
        if let Some(same) = before.claims.iter().find(|c| says(c, claim)) {
            if claim.standing != Standing::Current && same.standing != claim.standing {
                say(Field::Claim(n), &figure(same), &figure(claim));
            }
            continue;
        }
        let earlier = before.claims.iter().filter(|c| is_earlier(c, claim, &file.claims));
        let earlier: Vec<String> = earlier.map(figure).collect();
        say(Field::Claim(n), &earlier.join("; "), &figure(claim));
    }
}

fn shown(value: Option<&impl ToString>) -> String {
    value.map(ToString::to_string).unwrap_or_default()
}

fn position(p: LonLat) -> String {
    format!("{}, {}", p.lat(), p.lon())
}

fn shape(shape: &Shape) -> String {
    let n = shape.positions().count();
    match shape {
        Shape::Line(_) => format!("a line of {n} positions"),
        Shape::Area(_) => format!("an area of {n} positions"),
    }
}

/// “armenia killed: 3 (Ministry of Defence, 2022-09-14)”.
fn figure(c: &Claim) -> String {
    let mut out = format!("{} ", c.about.as_str());
    if c.status != crate::model::Status::Unspecified {
        out += c.status.label();
        out.push(' ');
    }
    out += &format!("{}: {}", c.category.label(), c.count);
    let said: Vec<String> =
        [c.claimant.to_string(), shown(c.published.as_ref())].into_iter().filter(|t| !t.is_empty()).collect();
    if !said.is_empty() {
        out += &format!(" ({})", said.join(", "));
    }
    if c.standing != Standing::Current {
        out += &format!(", {}", c.standing.label());
    }
    out
}
