//! Filters that a project keeps under a name: how they are read and written.
//!
//! A condition that cannot be read stays raw in its filter, which then filters by the others only, and is written back.

use super::json::{Cursor, text, whole};
use super::notes::{At, short};
use super::place::line;
use super::read::{Members, Reader, Syntaxed, party_id, source_id, string, words};
use super::write::{Obj, Result as Written, positions, quoted};
use crate::model::{
    DeadFilter, Filters, GradeFilter, Kind, Outline, PartyId, SavedFilter, Search, SourceId, TagFilter, Text,
};

impl Reader<'_> {
    /// Reads one filter, inside its object.
    pub(super) fn filter(&mut self, at: &At<'_>) -> Syntaxed<Result<SavedFilter, String>> {
        let filter = self.conditions(at)?;
        Ok(if filter.name.trim().is_empty() { Err("a filter without a name".into()) } else { Ok(filter) })
    }

    /// Reads conditions, inside their object, with a name if they have one.
    pub(super) fn conditions(&mut self, at: &At<'_>) -> Syntaxed<SavedFilter> {
        let mut name = Text::default();
        let mut f = Filters::default();
        let mut m = Members::default();
        while let Some(key) = self.key(&mut m, at)? {
            let here = at.key(&key);
            match &*key {
                "name" => name = self.text(&mut m, &here, "name")?,
                "kinds" => f.kinds = self.list(&mut m, &here, "kinds", |raw| string(raw).map(|t| Kind::from_id(&t)))?,
                "parties" => f.parties = self.list(&mut m, &here, "parties", party_id)?,
                "text" => f.text = Search::new(&self.text(&mut m, &here, "text")?),
                "dead" => f.dead = self.value(&mut m, &here, "dead", dead)?,
                "sources" => f.sources = self.list(&mut m, &here, "sources", source_id)?,
                "grade" => f.grade = self.value(&mut m, &here, "grade", grade)?,
                "tags" => f.tags = self.objects(&mut m, &here, "tags", Self::tag_filter)?,
                "area" => f.area = self.value(&mut m, &here, "area", area)?,
                "contradicted" => f.contradicted = self.flag(&mut m, &here, "contradicted")?,
                "unsourced" => f.unsourced = self.flag(&mut m, &here, "unsourced")?,
                _ => m.keep(&key, self.json.skip()?),
            }
        }
        Ok(SavedFilter { name, filters: f, extra: m.extra })
    }

    /// A tag has no room for unknown members; one that has any stays raw as a whole.
    fn tag_filter(&mut self, at: &At<'_>) -> Syntaxed<Result<TagFilter, String>> {
        let (mut name, mut value) = (None, None);
        let mut m = Members::default();
        while let Some(key) = self.key(&mut m, at)? {
            let here = at.key(&key);
            match &*key {
                "name" => name = self.value(&mut m, &here, "name", words)?,
                "value" => value = self.value(&mut m, &here, "value", words)?,
                _ => m.keep(&key, self.json.skip()?),
            }
        }
        Ok(match name {
            Some(name) if m.extra.is_empty() => Ok(TagFilter { name, value }),
            Some(_) => Err("a tag with members that this version does not know".into()),
            None => Err("a tag without a name".into()),
        })
    }
}

/// `"none"`, or an object with `from`, `to` or both.
fn dead(raw: &str) -> Result<DeadFilter, String> {
    let no = || format!("{} is neither \"none\" nor a range with from, to or both", short(raw));
    if text(raw).as_deref() == Some("none") {
        return Ok(DeadFilter::NoFigure);
    }
    let mut json = Cursor::new(raw);
    json.enter_object().map_err(|_| no())?;
    let (mut from, mut to) = (None, None);
    while let Ok(Some(key)) = json.next_key() {
        let value = json.skip().map_err(|_| no())?;
        let slot = match &*key {
            "from" if from.is_none() => &mut from,
            "to" if to.is_none() => &mut to,
            _ => return Err(no()),
        };
        *slot = Some(whole(value).ok_or_else(no)?);
    }
    DeadFilter::between(from, to).ok_or_else(no)
}

fn grade(raw: &str) -> Result<GradeFilter, String> {
    let read = text(raw).and_then(|t| GradeFilter::parse(&t));
    read.ok_or_else(|| format!("{} is neither \"none\" nor a grade such as B2", short(raw)))
}

fn area(raw: &str) -> Result<Outline, String> {
    let mut json = Cursor::new(raw);
    let mut all = true;
    let corners = line(&mut json, &mut all, 3)?;
    let whole = all && corners.first() != corners.last();
    Outline::new(corners)
        .filter(|_| whole)
        .ok_or_else(|| "an area is a list of 3 or more corners, the first not repeated".into())
}

/// Writes the members of one filter, those left raw not yet.
pub(super) fn write<'t>(o: &mut Obj<'_>, filter: &'t SavedFilter) -> Written<()> {
    let f: &'t Filters = &filter.filters;
    o.text("name", &filter.name);
    o.list("kinds", f.kinds.iter().map(Kind::id))?;
    o.list("parties", f.parties.iter().map(PartyId::as_str))?;
    o.text("text", f.text.typed());
    match f.dead {
        None => {}
        Some(DeadFilter::NoFigure) => o.text_always("dead", "none"),
        Some(DeadFilter::Between(from, to)) => {
            let end = |name: &str, n: Option<u32>| n.map(|n| format!("\"{name}\":{n}"));
            let ends: Vec<String> = [end("from", from), end("to", to)].into_iter().flatten().collect();
            o.key("dead").extend_from_slice(format!("{{{}}}", ends.join(",")).as_bytes());
        }
    }
    o.list("sources", f.sources.iter().map(SourceId::as_str))?;
    match f.grade {
        None => {}
        Some(GradeFilter::NotGraded) => o.text_always("grade", "none"),
        Some(GradeFilter::AtLeast(grade)) => o.text_always("grade", &grade.to_string()),
    }
    o.elements("tags", f.tags.iter(), |out, tag| {
        out.extend_from_slice(b"{\"name\":");
        quoted(out, &tag.name);
        if let Some(value) = &tag.value {
            out.extend_from_slice(b",\"value\":");
            quoted(out, value);
        }
        out.push(b'}');
        Ok(())
    })?;
    if let Some(area) = &f.area {
        positions(o.key("area"), area.corners());
    }
    o.flag("contradicted", f.contradicted);
    o.flag("unsourced", f.unsourced);
    Ok(())
}
