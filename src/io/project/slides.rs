//! Slides: how they are read and written. A member that cannot be read stays raw in its slide.

use super::incident::when;
use super::json::{Cursor, whole};
use super::notes::{At, short};
use super::place::line;
use super::read::{Members, Reader, Syntaxed, moment, string, uid, words};
use super::write::{Obj, Result as Written, positions, quoted};
use super::{filters, json};
use crate::model::{Beside, Extent, Language, Perspective, Plays, Reach, Role, SavedFilter, Slide, Text, Uid};

impl Reader<'_> {
    /// Reads one slide, inside its object.
    pub(super) fn slide(&mut self, at: &At<'_>) -> Syntaxed<Result<Slide, String>> {
        let mut id = None;
        let mut s = Slide::default();
        let mut m = Members::default();
        while let Some(key) = self.key(&mut m, at)? {
            let here = at.key(&key);
            match &*key {
                "id" => id = self.value(&mut m, &here, "id", words)?,
                "role" => s.role = self.word(&mut m, &here, "role", Role::from_id, "a role")?.unwrap_or_default(),
                "title" => s.title = self.text(&mut m, &here, "title")?,
                "caption" => s.caption = self.text(&mut m, &here, "caption")?,
                "notes" => s.notes = self.text(&mut m, &here, "notes")?,
                "extent" => s.extent = self.value(&mut m, &here, "extent", extent)?,
                "window" => s.window = self.value(&mut m, &here, "window", when)?,
                "plays" => s.plays = self.value(&mut m, &here, "plays", plays)?,
                "as_known" => s.as_known = self.value(&mut m, &here, "as_known", moment)?,
                "policy" => s.policy = self.text(&mut m, &here, "policy")?,
                "filters" => {
                    if self.is_object(&mut m, &here, "filters")? {
                        s.filters = self.conditions(&here)?;
                    }
                }
                "shown" => s.shown = self.list(&mut m, &here, "shown", words)?,
                "hidden" => s.hidden = self.list(&mut m, &here, "hidden", words)?,
                "symbols" => s.symbols = self.text(&mut m, &here, "symbols")?,
                "perspective" => {
                    s.perspective = self.word(&mut m, &here, "perspective", Perspective::from_id, "a perspective")?;
                }
                "languages" => s.languages = self.list(&mut m, &here, "languages", language)?,
                "labels" => s.labels = self.list(&mut m, &here, "labels", uid)?,
                "beside" => s.beside = self.word(&mut m, &here, "beside", Beside::from_id, "a box")?,
                "approved" => s.approved = self.text(&mut m, &here, "approved")?,
                _ => m.keep(&key, self.json.skip()?),
            }
        }
        s.extra = m.extra;
        Ok(id.map(|id: Text| Slide { id, ..s }).ok_or_else(|| "a slide without an id".into()))
    }
}

fn extent(raw: &str) -> Result<Extent, String> {
    let mut json = Cursor::new(raw);
    let mut all = true;
    let corners = line(&mut json, &mut all, 2)?;
    let found = match corners.as_slice() {
        [a, b] if all => Extent::new(*a, *b),
        _ => None,
    };
    found.ok_or_else(|| "an extent is its south-western and its north-eastern corner".into())
}

fn plays(raw: &str) -> Result<Plays, String> {
    let no = || format!("{} is no play such as {{\"secs\":8}}", short(raw));
    let mut json = Cursor::new(raw);
    json.enter_object().map_err(|_| no())?;
    let (mut secs, mut reach, mut reach_secs) = (None, None, None);
    while let Ok(Some(key)) = json.next_key() {
        let value = json.skip().map_err(|_| no())?;
        match &*key {
            "secs" if secs.is_none() => secs = Some(whole(value).filter(|n| *n > 0).ok_or_else(no)?),
            "reach" if reach.is_none() => reach = Some(json::text(value).ok_or_else(no)?),
            "reach_secs" if reach_secs.is_none() => {
                reach_secs = Some(whole(value).filter(|n| *n > 0).ok_or_else(no)?);
            }
            _ => return Err(no()),
        }
    }
    let reach = match (reach.as_deref(), reach_secs) {
        (None | Some("all"), None) => Reach::All,
        (Some(id), secs) if id != "all" => Reach::from_parts(id, secs).ok_or_else(no)?,
        _ => return Err(no()),
    };
    Ok(Plays { secs: secs.ok_or_else(no)?, reach })
}

fn language(raw: &str) -> Result<Language, String> {
    let code = string(raw)?;
    Language::from_code(&code).ok_or_else(|| format!("“{}” is no language of the map", short(&code)))
}

/// Writes the members of one slide, those left raw not yet.
pub(super) fn write<'t>(o: &mut Obj<'_>, s: &'t Slide) -> Written<()> {
    o.text_always("id", &s.id);
    if s.role != Role::default() {
        o.text_always("role", s.role.id());
    }
    o.text("title", &s.title);
    o.text("caption", &s.caption);
    o.text("notes", &s.notes);
    if let Some(extent) = &s.extent {
        positions(o.key("extent"), &extent.corners());
    }
    o.shown("window", s.window.as_ref());
    if let Some(plays) = &s.plays {
        let out = o.key("plays");
        out.extend_from_slice(format!("{{\"secs\":{}", plays.secs).as_bytes());
        if let (id, Some(secs)) = plays.reach.parts() {
            out.extend_from_slice(b",\"reach\":");
            quoted(out, id);
            out.extend_from_slice(format!(",\"reach_secs\":{secs}").as_bytes());
        }
        out.push(b'}');
    }
    o.shown("as_known", s.as_known.as_ref());
    o.text("policy", &s.policy);
    if s.filters != SavedFilter::default() {
        let filter: &'t SavedFilter = &s.filters;
        Obj::write(o.key("filters"), &filter.extra, |o| filters::write(o, filter))?;
    }
    o.list("shown", s.shown.iter().map(|t| &**t))?;
    o.list("hidden", s.hidden.iter().map(|t| &**t))?;
    o.text("symbols", &s.symbols);
    if let Some(perspective) = s.perspective {
        o.text_always("perspective", perspective.id());
    }
    o.list("languages", s.languages.iter().map(|l| l.code()))?;
    o.list("labels", s.labels.iter().map(Uid::as_str))?;
    if let Some(beside) = s.beside {
        o.text_always("beside", beside.id());
    }
    o.text("approved", &s.approved);
    Ok(())
}
