//! From the text of a field to the change it means: the edge at which typed text is read, once.

use super::dates::{has_one_zone, is_set, refusal, when, zone_of};
use crate::derive::titled;
use crate::edit::typed;
use crate::edit::{Command, Edit, MetaEdit};
use crate::model::{
    Bound, Claim, Count, Grade, Incident, IncidentId, LonLat, Moment, PartyId, Pin, Project, Source, SourceId, Text,
    Uid,
};
use crate::view::{ClaimField, Drafts, Field, Owner, Refusal, SourceField};

/// What the project holds for a field, as the field shows it.
pub fn shown(project: &Project, incident: &Incident, field: &Field) -> String {
    let bound = |b: Option<Bound>| match b {
        Some(Bound::At(m)) => {
            // The zone has a field of its own, unless the two ends differ in it.
            let m = if has_one_zone(incident) { m.with_offset(None) } else { m };
            m.to_string().replacen('T', " ", 1)
        }
        Some(Bound::Open) => "..".into(),
        Some(Bound::Unknown) | None => String::new(),
    };
    match field {
        Field::Title => incident.title.to_string(),
        Field::Start | Field::End if is_set(incident) => match (field, incident.when) {
            (Field::Start, Some(set)) => set.to_string(),
            _ => String::new(),
        },
        Field::Start => bound(incident.when.map(|w| w.start())),
        Field::End => bound(incident.when.and_then(|w| w.end())),
        Field::PlaceName(language) => incident.place.names.get(*language).unwrap_or_default().to_owned(),
        Field::Position => incident.place.position.map(position_text).unwrap_or_default(),
        Field::Radius => incident.place.radius_km.map(|r| r.to_string()).unwrap_or_default(),
        Field::Weapons => incident.weapons.join(", "),
        Field::Tags => {
            let tag = |(k, v): &(Text, Text)| if v.is_empty() { k.to_string() } else { format!("{k}={v}") };
            incident.tags.iter().map(tag).collect::<Vec<_>>().join(", ")
        }
        Field::Notes => incident.notes.to_string(),
        Field::Caption(file) => incident.media_caption(file).to_owned(),
        Field::Parent => {
            let parent = incident.parent.as_ref();
            parent
                .and_then(|p| project.find(p))
                .and_then(|id| project.get(id))
                .map_or_else(|| parent.map(|p| p.as_str().to_owned()).unwrap_or_default(), |p| p.title.to_string())
        }
        Field::AddSource | Field::NextFigure | Field::NextAbout => String::new(),
        Field::Claim(id, ClaimField::Pin) => {
            pin_of(project, incident, id).map(|p| p.reason.to_string()).unwrap_or_default()
        }
        Field::Source(id, part) => project.meta().source(id).map(|s| source_shown(s, *part)).unwrap_or_default(),
        Field::Claim(id, part) => incident.claim(id).map(|c| claim_shown(project, c, *part)).unwrap_or_default(),
    }
}

fn claim_shown(project: &Project, claim: &Claim, part: ClaimField) -> String {
    match part {
        ClaimField::Count => match &claim.count {
            Count::Unknown => String::new(),
            count => count.to_string(),
        },
        ClaimField::Claimant => claim.claimant.to_string(),
        ClaimField::Published => claim.published.map(|m| m.to_string()).unwrap_or_default(),
        ClaimField::Period => claim.period.map(|w| w.to_string()).unwrap_or_default(),
        ClaimField::Outlet => {
            let id = claim.source.as_ref();
            id.and_then(|s| project.meta().source(s))
                .map_or_else(|| id.map(|s| s.as_str().to_owned()).unwrap_or_default(), |s| s.outlet.to_string())
        }
        ClaimField::Via => claim.via.join(", "),
        ClaimField::Url => claim.url.to_string(),
        ClaimField::Archived => claim.archived.to_string(),
        ClaimField::Quote => claim.quote.to_string(),
        ClaimField::Language => claim.language.to_string(),
        ClaimField::Grade => claim.grade.to_string(),
        ClaimField::Note => claim.note.to_string(),
        // Pins belong to the project; see `shown`. What is covered is a list above its field.
        ClaimField::Pin | ClaimField::Covers => String::new(),
    }
}

/// The choice by hand of a claim, if it was chosen.
pub fn pin_of<'a>(project: &'a Project, incident: &Incident, claim: &Text) -> Option<&'a Pin> {
    project.meta().pins.iter().find(|p| p.incident == incident.uid && p.claim == *claim)
}

fn source_shown(source: &Source, part: SourceField) -> String {
    match part {
        SourceField::Outlet => source.outlet.to_string(),
        SourceField::Title => source.title.to_string(),
        SourceField::Published => source.published.map(|m| m.to_string()).unwrap_or_default(),
        SourceField::Url => source.url.to_string(),
        SourceField::Archived => source.archived.to_string(),
        SourceField::Language => source.language.to_string(),
        SourceField::Note => source.note.to_string(),
    }
}

fn source_field(
    project: &Project,
    incident: &Incident,
    id: &SourceId,
    part: SourceField,
    text: &str,
    today: Option<Moment>,
) -> Result<Option<Command>, Refusal> {
    let Some(mut next) = project.meta().source(id).cloned() else { return Ok(None) };
    match part {
        SourceField::Outlet if text.is_empty() => return Err("a source needs an outlet: who published it?".into()),
        SourceField::Outlet => next.outlet = text.into(),
        SourceField::Title => next.title = text.into(),
        SourceField::Published if text.is_empty() => next.published = None,
        SourceField::Published => {
            next.published = Some(typed::read_moment(text, zone_of(incident), today).map_err(refusal)?);
        }
        SourceField::Url => next.url = link(text)?,
        SourceField::Archived => next.archived = link(text)?,
        SourceField::Language => next.language = text.to_lowercase().into(),
        SourceField::Note => next.note = text.into(),
    }
    Ok(Some(Command::Meta(MetaEdit::SetSource(Box::new(next)))))
}

fn position_text(p: LonLat) -> String {
    format!("{}, {}", p.lat(), p.lon())
}

/// The change that a text in a field means; `None` if it means what is there already.
///
/// `today` is the day of the user's calendar, for words such as "yesterday".
///
/// # Errors
/// One sentence that says what is wrong and what is read instead, and the readings that a date may have.
pub fn parse(
    project: &Project,
    id: IncidentId,
    field: &Field,
    text: &str,
    today: Option<Moment>,
) -> Result<Option<Command>, Refusal> {
    let Some(incident) = project.get(id) else { return Ok(None) };
    // A field left as it was shown means no change, even where showing rounds or shortens.
    if text == shown(project, incident, field) {
        return Ok(None);
    }
    let text = text.trim();
    let edit = match field {
        Field::Title => Edit::Title(text.into()),
        Field::Start | Field::End => Edit::When(when(incident, field, text, today)?),
        Field::PlaceName(language) => Edit::PlaceName(language.code().into(), text.into()),
        Field::Position if text.is_empty() => Edit::Position(None),
        Field::Position => Edit::Position(Some(typed::position(text).map_err(|e| e.to_string())?)),
        Field::Radius => Edit::Radius(radius(text)?),
        Field::Weapons => Edit::Weapons(words(text)),
        Field::Tags => Edit::Tags(
            words(text)
                .iter()
                .map(|t| match t.split_once('=') {
                    Some((k, v)) => (k.trim().into(), v.trim().into()),
                    None => (t.clone(), Text::default()),
                })
                .collect(),
        ),
        Field::Notes => Edit::Notes(text.into()),
        Field::Caption(file) => Edit::Caption(file.clone(), text.into()),
        Field::Parent => Edit::Parent(parent(project, id, text)?),
        Field::Source(source, part) => return source_field(project, incident, source, *part, text, today),
        Field::AddSource => return Ok(add_source(project, id, incident, text)),
        // The two make a claim only together, by Enter; until then they are kept as they are.
        Field::NextFigure | Field::NextAbout => {
            return Err("not in the ledger yet; press Enter in the field to add the claim, Esc to drop it".into());
        }
        Field::Claim(claim, part) => return claim_field(project, id, incident, claim, *part, text, today),
    };
    Ok(Some(Command::Edit(id, edit)))
}

fn words(text: &str) -> Vec<Text> {
    text.split(',').map(str::trim).filter(|w| !w.is_empty()).map(Into::into).collect()
}

fn radius(text: &str) -> Result<Option<f32>, String> {
    let number = text.trim_end_matches("km").trim().replace(',', ".");
    if number.is_empty() {
        return Ok(None);
    }
    match number.parse::<f32>() {
        Ok(r) if r.is_finite() && r > 0.0 && r <= 20_000.0 => Ok(Some(r)),
        _ => Err(format!("“{text}” is not a radius; use kilometres such as 5 or 2.5, or leave it empty")),
    }
}

fn parent(project: &Project, id: IncidentId, text: &str) -> Result<Option<Uid>, String> {
    if text.is_empty() {
        return Ok(None);
    }
    let lower = text.to_lowercase();
    let is = |i, x: &Incident| i != id && (x.uid.as_str() == text || x.title.to_lowercase() == lower);
    match titled(project, is, 2).as_slice() {
        [hit] => Ok(project.uid(*hit).map(Uid::new)),
        [_, _, ..] => {
            Err(format!("more than one incident is called “{text}”; choose one from the list below the field"))
        }
        [] => {
            Err(format!("no incident is called “{text}”; choose one from the list below the field, or leave it empty"))
        }
    }
}

/// The source with this outlet (and, if given, this address), or a new one.
pub fn source_for(project: &Project, outlet: &str, url: &str) -> (SourceId, Option<Source>) {
    source_among(&project.meta().sources, &[], outlet, url)
}

/// The same among the sources of a project and those that are about to be added to it.
pub fn source_among(known: &[Source], new: &[Source], outlet: &str, url: &str) -> (SourceId, Option<Source>) {
    let all = || known.iter().chain(new);
    let same = |s: &&Source| s.outlet.eq_ignore_ascii_case(outlet) && (url.is_empty() || &*s.url == url);
    if let Some(known) = all().find(same) {
        return (known.id.clone(), None);
    }
    let base = PartyId::new(outlet);
    let free = |n: &u32| all().all(|s| s.id.as_str() != numbered(base.as_str(), *n));
    let n = (1..=u32::MAX).find(free).unwrap_or(1);
    let id = SourceId::new(&numbered(base.as_str(), n));
    let mut source = Source::new(id.clone(), outlet);
    source.url = url.into();
    (id, Some(source))
}

fn numbered(base: &str, n: u32) -> String {
    if n == 1 { base.to_owned() } else { format!("{base}-{n}") }
}

fn add_source(project: &Project, id: IncidentId, incident: &Incident, text: &str) -> Option<Command> {
    let (sources, new) = with_source(project, &incident.sources, text)?;
    let edit = Edit::Sources(sources);
    Some(match new {
        Some(source) => Command::EditWithSource(id, edit, Box::new(source)),
        None => Command::Edit(id, edit),
    })
}

/// Sources with one more, typed as outlet, link or both, and that source where the project does not have it; `None` if it is
/// among them already.
pub fn with_source(project: &Project, sources: &[SourceId], text: &str) -> Option<(Vec<SourceId>, Option<Source>)> {
    if text.is_empty() {
        return None;
    }
    let (outlet, url) = match text.find("http") {
        Some(at) => text.split_at(at),
        None => (text, ""),
    };
    let outlet = outlet.trim_matches([' ', ',', ';']);
    // A bare link is named after its host until someone names it.
    let host = url.split("://").nth(1).and_then(|r| r.split('/').next()).unwrap_or_default();
    let (source_id, new) = source_for(project, if outlet.is_empty() { host } else { outlet }, url.trim());
    let is_new = !sources.contains(&source_id);
    is_new.then(|| (sources.iter().cloned().chain([source_id]).collect(), new))
}

fn claim_field(
    project: &Project,
    id: IncidentId,
    incident: &Incident,
    claim: &Text,
    part: ClaimField,
    text: &str,
    today: Option<Moment>,
) -> Result<Option<Command>, Refusal> {
    let Some(old) = incident.claim(claim) else { return Ok(None) };
    let mut next = old.clone();
    let mut new_source = None;
    match part {
        ClaimField::Count => {
            let read = Count::parse(text).map_err(|e| e.to_string())?;
            // The source's own best estimate is not shown in the range and is kept while the range stays.
            if read.to_string() == old.count.to_string() {
                return Ok(None);
            }
            next.count = read;
        }
        ClaimField::Claimant => next.claimant = text.into(),
        ClaimField::Published if text.is_empty() => next.published = None,
        ClaimField::Published => {
            next.published = Some(typed::read_moment(text, zone_of(incident), today).map_err(refusal)?);
        }
        ClaimField::Period if text.is_empty() => next.period = None,
        ClaimField::Period => next.period = Some(typed::read_when(text, zone_of(incident), today).map_err(refusal)?),
        ClaimField::Outlet if text.is_empty() => next.source = None,
        ClaimField::Outlet => {
            let (source, new) = source_for(project, text, "");
            next.source = Some(source);
            new_source = new;
        }
        ClaimField::Via => next.via = words(text),
        ClaimField::Url => next.url = link(text)?,
        ClaimField::Archived => next.archived = link(text)?,
        ClaimField::Quote => next.quote = text.into(),
        ClaimField::Language => next.language = text.to_lowercase().into(),
        ClaimField::Grade => {
            next.grade = Grade::parse(&text.to_uppercase()).ok_or_else(|| {
                format!("“{text}” is not a grade; use A–F for the source, 1–6 for the information, or both, such as B2")
            })?;
        }
        ClaimField::Note => next.note = text.into(),
        ClaimField::Covers => match parent(project, id, text)? {
            Some(uid) if !next.covers.contains(&uid) => next.covers.push(uid),
            _ => return Ok(None),
        },
        ClaimField::Pin => {
            let pin = Pin { incident: incident.uid.clone(), claim: claim.clone(), reason: text.into() };
            let edit = if text.is_empty() { MetaEdit::Unpin(pin) } else { MetaEdit::Pin(pin) };
            return Ok(Some(Command::Meta(edit)));
        }
    }
    let edit = Edit::SetClaim(Box::new(next));
    Ok(Some(match new_source {
        Some(source) => Command::EditWithSource(id, edit, Box::new(source)),
        None => Command::Edit(id, edit),
    }))
}

fn link(text: &str) -> Result<Text, String> {
    if text.is_empty() || text.starts_with("https://") || text.starts_with("http://") {
        Ok(text.into())
    } else {
        Err(format!("“{text}” is not a link; it begins with https:// or http://"))
    }
}

/// Takes over every draft of an incident that can be read, and marks the others. The commands come in the order of the fields; each is
/// read against `project` as it is, so callers commit them one by one and call this again for the same field only if needed.
pub fn take_over(project: &Project, drafts: &mut Drafts, today: Option<Moment>) -> Vec<Command> {
    let of_incident = |owner| match owner {
        Owner::Incident(id) => Some(id),
        Owner::Drawing(_) => None,
    };
    let open: Vec<(IncidentId, Field, String)> =
        drafts.iter().filter_map(|(o, f, d)| Some((of_incident(o)?, f.clone(), d.text.clone()))).collect();
    let mut commands = Vec::new();
    for (id, field, text) in open {
        match parse(project, id, &field, &text, today) {
            Ok(command) => {
                drafts.take(id, &field);
                commands.extend(command);
            }
            Err(error) => drafts.refuse(id, &field, error),
        }
    }
    commands
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Category, Kind, Language, Meta, Uid, When};

    const ID: IncidentId = IncidentId(0);

    fn project() -> Project {
        let mut i = Incident::new(Uid::new("a"), Kind::Shelling, "Sotk");
        i.when = Some(When::parse("2022-09-13T00:05+04:00").unwrap());
        i.claims.push(Claim::new("c1", PartyId::new("armenia"), Category::Killed, Count::Exactly(49)));
        let parent = Incident::new(Uid::new("p"), Kind::War, "Whole episode");
        Project::new(Meta::default(), [i, parent], Vec::new())
    }

    fn parse(project: &Project, id: IncidentId, field: &Field, text: &str) -> Result<Option<Command>, Refusal> {
        super::parse(project, id, field, text, Moment::day(2026, 11, 24))
    }

    fn check(field: &Field, text: &str) -> Result<Option<Edit>, Refusal> {
        Ok(match parse(&project(), ID, field, text)? {
            None => None,
            Some(Command::Edit(_, edit) | Command::EditWithSource(_, edit, _)) => Some(edit),
            Some(other) => panic!("{other:?}"),
        })
    }

    #[test]
    fn a_field_left_as_shown_is_no_change() {
        let p = project();
        let incident = p.get(ID).unwrap();
        for field in
            [Field::Title, Field::Start, Field::End, Field::Position, Field::Parent, Field::PlaceName(Language::En)]
        {
            assert_eq!(parse(&p, ID, &field, &shown(&p, incident, &field)), Ok(None), "{field:?}");
        }
    }

    #[test]
    fn a_time_without_a_zone_gets_the_zone_of_the_incident() {
        let Ok(Some(Edit::When(Some(w)))) = check(&Field::End, "14 Sep 2022 20:00") else { panic!() };
        assert_eq!(w.to_string(), "2022-09-13T00:05+04:00/2022-09-14T20:00+04:00");
        assert!(check(&Field::End, "2022-09-12").unwrap_err().message.contains("before the start"));
        assert_eq!(check(&Field::Start, ""), Ok(Some(Edit::When(None))));
    }

    fn offers(field: &Field, text: &str) -> Vec<(String, String)> {
        check(field, text).unwrap_err().offers.into_iter().map(|o| (o.label, o.text)).collect()
    }

    #[test]
    fn a_date_that_is_refused_offers_what_it_may_mean() {
        let (start, end) = (&Field::Start, &Field::End);
        assert_eq!(offers(start, "yesterday"), [("Use 2026-11-23".into(), "2026-11-23".into())]);
        assert_eq!(offers(start, "13.9.22").len(), 2);
        let swap =
            ("Swap: 2022-09-12 / 2022-09-13 00:05+04:00".to_owned(), "2022-09-12/2022-09-13T00:05+04:00".to_owned());
        assert_eq!(offers(end, "2022-09-12"), [swap]);
        let published = Field::Claim("c1".into(), ClaimField::Published);
        assert_eq!(offers(&published, "31/02/2022")[0].1, "2022-02-28");
        let period = Field::Claim("c1".into(), ClaimField::Period);
        assert_eq!(offers(&period, "2022-09-14/2022-09-13")[0].1, "2022-09-13/2022-09-14");
    }

    #[test]
    fn an_interval_or_a_set_typed_into_one_end_is_the_whole_time() {
        for (field, text, want) in [
            (Field::Start, "13–15 Sep 2022", "2022-09-13/2022-09-15"),
            (Field::End, "2022-09-12/2022-09-13", "2022-09-12/2022-09-13"),
            (Field::Start, "13 Sep 2022 or 15 Sep 2022", "[2022-09-13,2022-09-15]"),
            (Field::Start, "autumn 2022", "2022-23"),
        ] {
            let Ok(Some(Edit::When(Some(w)))) = check(&field, text) else { panic!("{text}") };
            assert_eq!(w.to_string(), want);
        }
    }

    #[test]
    fn a_set_is_not_lost_by_typing_an_end() {
        let mut incident = project().get(ID).unwrap().clone();
        incident.when = When::parse("[2022-09-13,2022-09-15]").ok();
        let p = Project::new(Meta::default(), [incident], Vec::new());
        assert_eq!(shown(&p, p.get(ID).unwrap(), &Field::Start), "[2022-09-13,2022-09-15]");
        let refused = parse(&p, ID, &Field::End, "2022-09-20").unwrap_err();
        assert_eq!(refused.offers[0].text, "2022-09-13/2022-09-20");
        let Ok(Some(Command::Edit(_, Edit::When(Some(w))))) = parse(&p, ID, &Field::Start, "2022-09-13") else {
            panic!()
        };
        assert_eq!(w.to_string(), "2022-09-13");
    }

    #[test]
    fn ends_in_two_zones_show_them_and_keep_them() {
        let mut incident = project().get(ID).unwrap().clone();
        incident.when = When::parse("2022-09-13T00:05+04:00/2022-09-13T09:00+03:00").ok();
        let p = Project::new(Meta::default(), [incident], Vec::new());
        assert_eq!(shown(&p, p.get(ID).unwrap(), &Field::End), "2022-09-13 09:00+03:00");
        let edit = parse(&p, ID, &Field::Start, "2022-09-13 00:10+04:00");
        let Ok(Some(Command::Edit(_, Edit::When(Some(w))))) = edit else { panic!() };
        assert_eq!(w.to_string(), "2022-09-13T00:10+04:00/2022-09-13T09:00+03:00");
    }

    #[test]
    fn wrong_input_says_what_is_read() {
        for (field, text, hint) in [
            (Field::Start, "31/02/2022", "no such day"),
            (Field::Position, "somewhere", "map link"),
            (Field::Radius, "-3", "kilometres"),
            (Field::Parent, "nothing like it", "choose one"),
            (Field::Claim("c1".into(), ClaimField::Count), "many many", "number of people"),
            (Field::Claim("c1".into(), ClaimField::Grade), "Z9", "A–F"),
            (Field::Claim("c1".into(), ClaimField::Url), "ftp://x", "https://"),
        ] {
            let error = check(&field, text).unwrap_err().message;
            assert!(error.contains(hint), "{error}");
        }
    }

    #[test]
    fn a_new_outlet_becomes_a_source_once() {
        let Ok(Some(Command::EditWithSource(_, _, source))) =
            parse(&project(), ID, &Field::Claim("c1".into(), ClaimField::Outlet), "Radio Liberty")
        else {
            panic!()
        };
        assert_eq!((source.id.as_str(), &*source.outlet), ("radio-liberty", "Radio Liberty"));
    }

    #[test]
    fn a_refused_draft_stays_and_the_others_are_taken_over() {
        let mut drafts = Drafts::default();
        drafts.type_into(ID, Field::Title, "New title".into());
        drafts.type_into(ID, Field::Start, "yesterday".into());
        let commands = take_over(&project(), &mut drafts, None);
        assert_eq!(commands, [Command::Edit(ID, Edit::Title("New title".into()))]);
        assert!(drafts.get(ID, &Field::Start).unwrap().error.is_some());
        assert_eq!(drafts.get(ID, &Field::Start).unwrap().text, "yesterday");
    }

    #[test]
    fn a_parent_is_found_by_its_title() {
        assert_eq!(check(&Field::Parent, "whole episode"), Ok(Some(Edit::Parent(Some(Uid::new("p"))))));
    }
}
