//! A mapping made ready for one table, and the way of one row through it: cells → checked values → incident.

use std::borrow::Cow;
use std::collections::HashMap;

use foldhash::HashMap as Quick;

use super::claims::{self, Saying, Toll};
use super::date::{self, Dates};
use super::known::{self, Known, SourceParts};
use super::mapping::{Decimal, Mapping, Zero};
use super::profile::DatesSeen;
use super::table::{Row, Table};
use super::target::Target;
use super::value::{self, Exactness};
use crate::edit::typed::{Words, position};
use crate::model::{
    Bound, Incident, Kind, LonLat, Meta, Moment, Names, PartyId, PlaceError, Resolution, SourceId, Text, Uid, When,
};

/// Why a row is not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The column, or what it was to become.
    pub field: String,
    /// What stands there.
    pub value: String,
    /// What is wrong with it.
    pub reason: String,
}

/// One rule made ready.
struct Step {
    columns: Vec<usize>,
    constant: Option<String>,
    to: Target,
    join: String,
    values: Quick<String, String>,
    unless: Option<(usize, String)>,
    split: Option<String>,
    field: String,
}

/// A mapping made ready for one table.
pub(super) struct Plan {
    steps: Vec<Step>,
    unused: Vec<(usize, Text)>,
    /// Tags and parties that a row has, or a few of them: their lists then take no more memory than they need.
    room: (usize, usize),
    width: usize,
    dates: Dates,
    decimal: Option<Decimal>,
    swap: bool,
    zero: Zero,
    prefix: String,
    pub(super) parties: HashMap<String, PartyId>,
    words: Words,
}

/// What was noticed in rows that were taken: a sentence, how many rows, the line of the first.
pub(super) type Notes = HashMap<&'static str, (usize, usize)>;

/// What is collected from a row before it is put together.
#[derive(Default)]
struct Draft<'a> {
    id: Option<Cow<'a, str>>,
    title: Option<Cow<'a, str>>,
    kind: Option<Kind>,
    when: Option<When>,
    start: Option<Moment>,
    end: Option<Moment>,
    clock: Option<(Cow<'a, str>, &'a str)>,
    civil: [Option<i32>; 3],
    exactness: Option<Exactness>,
    latitude: Option<(Cow<'a, str>, &'a str)>,
    longitude: Option<(Cow<'a, str>, &'a str)>,
    position: Option<LonLat>,
    outlet: Cow<'a, str>,
    source_title: Cow<'a, str>,
    source_date: Option<Moment>,
    link: Cow<'a, str>,
    archived: Cow<'a, str>,
    saying: Saying<'a>,
    tolls: Vec<Toll<'a>>,
}

impl Plan {
    /// Makes a mapping ready. `mapping` has no [`Mapping::fault`] for the table.
    pub(super) fn new(mapping: &Mapping, table: &Table, meta: &Meta, seen: DatesSeen) -> Self {
        let mut used = vec![false; table.columns.len()];
        let mut steps = Vec::new();
        for rule in &mapping.rules {
            let columns: Vec<usize> = rule.from.iter().filter_map(|f| table.column(f)).collect();
            for n in &columns {
                if let Some(used) = used.get_mut(*n) {
                    *used = true;
                }
            }
            let Some(to) = Target::parse(&rule.to).filter(|t| *t != Target::Skip) else { continue };
            let field = rule.from.first().cloned().unwrap_or_else(|| to.label());
            steps.push(Step {
                columns,
                constant: rule.value.clone(),
                join: rule.join.clone().unwrap_or_else(|| " ".into()),
                values: rule.values.clone().into_iter().collect(),
                unless: rule.unless.as_ref().and_then(|(c, v)| Some((table.column(c)?, v.clone()))),
                split: rule.split.clone(),
                to,
                field,
            });
        }
        // Constants last: they stand in where no column said anything.
        steps.sort_by_key(|s| s.columns.is_empty());
        let unused = if mapping.keep_unused {
            (0..).zip(&table.columns).zip(&used).filter(|(_, used)| !**used).map(|((n, c), _)| (n, c.clone())).collect()
        } else {
            Vec::new()
        };
        let steps_to = |is: fn(&Target) -> bool| steps.iter().filter(|s| is(&s.to)).count();
        let tags = steps_to(|t| matches!(t, Target::Tag(_))) + unused.len();
        let room = (tags.min(8), steps_to(|t| *t == Target::Party).min(4));
        Self {
            steps,
            unused,
            room,
            width: table.columns.len(),
            dates: Dates { order: seen.order, zone: date::zone(&mapping.zone), midnight: seen.midnight },
            decimal: mapping.decimal,
            swap: mapping.swap,
            zero: mapping.zero,
            prefix: mapping.id_prefix.clone(),
            parties: known::names(meta),
            words: Words::new(&meta.parties),
        }
    }

    /// Reads one row.
    ///
    /// # Errors
    /// [`Fault`]: what in which field; the row is not taken.
    pub(super) fn read(&self, row: Row<'_>, known: &mut Known<'_>, notes: &mut Notes) -> Result<Incident, Fault> {
        if let Some(fault) = row.fault {
            return Err(Fault { field: "row".into(), value: String::new(), reason: fault.to_owned() });
        }
        let mut note = |what: &'static str| {
            notes.entry(what).or_insert((0, row.line)).0 += 1;
        };
        let mut incident = Incident::new(known.no_uid.clone(), Kind::ArmedClash, "");
        incident.tags.reserve_exact(self.room.0);
        incident.parties.reserve_exact(self.room.1);
        let mut draft = Draft::default();
        for step in &self.steps {
            let Some(text) = step.text(row) else { continue };
            let fault = |reason: String| Fault { field: step.field.clone(), value: value::short(&text), reason };
            if step.columns.is_empty() && draft.has(&step.to, &incident) {
                continue;
            }
            if !self.take(step, text.clone(), &mut draft, &mut incident, known).map_err(&fault)? {
                incident.tags.push((step.field.as_str().into(), text.as_ref().into()));
                note("a value that could not be read is kept as a tag");
            }
        }
        for (n, name) in &self.unused {
            let cell = row.cell(*n);
            if !cell.is_empty() {
                incident.tags.push((name.clone(), cell.into()));
            }
        }
        self.locate(row, &mut draft, &mut incident, &mut note)?;
        self.date(&mut draft, &mut incident)?;
        self.finish(row, draft, &mut incident, known, &mut note)?;
        Ok(incident)
    }

    /// Takes one value in. `Ok(false)`: it is kept as a tag instead, the row is not spoilt.
    fn take<'a>(
        &'a self,
        step: &'a Step,
        text: Cow<'a, str>,
        draft: &mut Draft<'a>,
        incident: &mut Incident,
        known: &mut Known<'_>,
    ) -> Result<bool, String> {
        let t: &str = &text;
        match &step.to {
            Target::Skip => {}
            Target::Id => draft.id = Some(text),
            Target::Title => draft.title = Some(text),
            Target::Kind => draft.kind = Some(value::kind(t)),
            Target::When => draft.when = Some(date::read_span(t, self.dates)?),
            Target::Start => draft.start = Some(date::read(t, self.dates)?),
            Target::End => draft.end = Some(date::read(t, self.dates)?),
            Target::Time => draft.clock = Some((text, &step.field)),
            Target::Year | Target::Month | Target::Day => {
                let n = match step.to {
                    Target::Year => 0,
                    Target::Month => 1,
                    _ => 2,
                };
                let number = t.trim_end_matches(".0").parse::<i32>().ok();
                let number = number.or_else(|| (n == 1).then(|| date::month(t)).flatten());
                let number = number.ok_or_else(|| "this is no whole number".to_owned())?;
                if let Some(slot) = draft.civil.get_mut(n) {
                    *slot = Some(number);
                }
            }
            Target::DatePrecision(scheme) => match value::exactness(t, *scheme) {
                Ok(e) => draft.exactness = Some(e),
                Err(_) => return Ok(false),
            },
            Target::Precision(scheme) => match value::precision(t, *scheme) {
                Ok((precision, radius)) => {
                    incident.place.precision = Some(precision);
                    incident.place.radius_km = incident.place.radius_km.or(radius);
                }
                Err(_) => return Ok(false),
            },
            Target::Place(code) => incident.place.names.set(code, t),
            Target::Latitude => draft.latitude = Some((text, &step.field)),
            Target::Longitude => draft.longitude = Some((text, &step.field)),
            Target::Position => draft.position = Some(position(t).map_err(|e| e.to_string())?),
            Target::Wkt => {
                let ground = value::wkt(t)?;
                draft.position = draft.position.or(ground.position);
                incident.place.shape = ground.shape;
            }
            Target::Radius => match value::number(t, self.decimal) {
                Some(n) if n > 0.0 && n <= 20_000.0 => incident.place.radius_km = Some(n as f32),
                _ => return Ok(false),
            },
            Target::Basis => incident.place.basis = t.into(),
            Target::Party => {
                let mut all = true;
                for part in step.parts(t) {
                    match known.party(part) {
                        Some(id) if !incident.parties.contains(&id) => incident.parties.push(id),
                        Some(_) => {}
                        None => all = false,
                    }
                }
                return Ok(all);
            }
            Target::Weapon => incident.weapons.extend(step.parts(t).map(Into::into)),
            Target::Outlet => draft.outlet = text,
            Target::SourceTitle => draft.source_title = text,
            Target::SourceDate => match date::read(t, self.dates) {
                Ok(m) => draft.source_date = Some(m),
                Err(_) => return Ok(false),
            },
            Target::Link if is_link(t) => draft.link = text,
            Target::Archived if is_link(t) => draft.archived = text,
            Target::Link | Target::Archived => return Ok(false),
            Target::Notes => {
                let before = std::mem::take(&mut incident.notes);
                incident.notes = if before.is_empty() { t.into() } else { format!("{before}\n{t}").into() };
            }
            Target::Parent => incident.parent = Some(Uid::new(&format!("{}{t}", self.prefix))),
            Target::Sensitive => {
                // In doubt nothing is given away.
                incident.sensitive = !matches!(t.to_lowercase().as_str(), "0" | "false" | "no" | "нет" | "n");
            }
            Target::Tag(name) => {
                let name = if name.is_empty() { step.field.as_str() } else { name };
                incident.tags.push((name.into(), t.into()));
            }
            Target::Toll(whose, status, category, end) => draft.tolls.push(Toll {
                whose: Some(whose),
                status: Some(*status),
                category: Some(*category),
                end: *end,
                text,
                field: &step.field,
            }),
            Target::Figure(end) => draft.tolls.push(Toll {
                whose: None,
                status: None,
                category: None,
                end: *end,
                text,
                field: &step.field,
            }),
            Target::About => {
                let meaning = self.words.read(t)?;
                let about = &mut draft.saying.about;
                about.party = about.party.take().or(meaning.party);
                about.category = about.category.or(meaning.category);
                about.status = about.status.or(meaning.status);
            }
            Target::Claimant => draft.saying.claimant = text,
            Target::SpeaksFor => draft.saying.speaks_for = known.party(t),
            Target::Published => draft.saying.published = Some(date::read(t, self.dates)?),
            Target::Quote => draft.saying.quote = text,
            Target::Language => draft.saying.language = text,
            Target::Grade => match crate::model::Grade::parse(&t.to_uppercase()) {
                Some(g) => draft.saying.grade = g,
                None => return Ok(false),
            },
            Target::Via => draft.saying.via.extend(step.parts(t).map(Text::from)),
            Target::ClaimNote => draft.saying.note = text,
        }
        Ok(true)
    }

    /// Brings the ways together in which a row says where.
    fn locate(
        &self,
        row: Row<'_>,
        draft: &mut Draft<'_>,
        incident: &mut Incident,
        note: &mut impl FnMut(&'static str),
    ) -> Result<(), Fault> {
        let mut at = draft.position;
        let (lat, lon) = (draft.latitude.take(), draft.longitude.take());
        if let (Some((lat, lat_field)), Some((lon, lon_field))) = (&lat, &lon) {
            at = Some(self.pair((lat, lat_field), (lon, lon_field))?);
        } else if let Some((text, field)) = lat.or(lon) {
            let reason = "one of latitude and longitude is missing".to_owned();
            return Err(Fault { field: field.to_owned(), value: value::short(&text), reason });
        } else if let (None, Some(ground)) = (at, row.ground) {
            let fault =
                |reason: &String| Fault { field: "geometry".into(), value: String::new(), reason: reason.clone() };
            let ground = ground.as_ref().map_err(fault)?;
            at = ground.position;
            if incident.place.shape.is_none() {
                incident.place.shape.clone_from(&ground.shape);
            }
            if !ground.left_out.is_empty() {
                note("of a geometry of several parts the first is taken");
            }
        }
        match (at, self.zero) {
            (Some(p), Zero::Reject) if p.lon() == 0.0 && p.lat() == 0.0 => {
                return Err(Fault {
                    field: "position".into(),
                    value: "0, 0".into(),
                    reason: "0° N 0° E lies in the Gulf of Guinea and most often stands for a missing position; \
                             correct it, or take such rows without a position"
                        .into(),
                });
            }
            (Some(p), Zero::Nowhere) if p.lon() == 0.0 && p.lat() == 0.0 => {
                note("a position of 0, 0 was taken for a missing one");
            }
            (at, _) => incident.place.position = at,
        }
        if incident.place.position.is_none() && incident.place.shape.is_none() {
            note("there is no position; the incident is listed and not on the map");
        }
        Ok(())
    }

    fn pair(&self, (lat, lat_field): (&str, &str), (lon, lon_field): (&str, &str)) -> Result<LonLat, Fault> {
        let (first, second) = (value::number(lat, self.decimal), value::number(lon, self.decimal));
        let fault = |field: &str, text: &str, reason: String| Fault {
            field: field.to_owned(),
            value: value::short(text),
            reason,
        };
        let read = match (first, second) {
            (Some(a), Some(b)) => {
                let (a, b) = if self.swap { (b, a) } else { (a, b) };
                LonLat::new(b, a)
            }
            _ if self.swap => position(&format!("{lon}, {lat}")),
            _ => position(&format!("{lat}, {lon}")),
        };
        read.map_err(|e| match e {
            PlaceError::Latitude(_, true) => {
                fault(lat_field, lat, format!("{e} (they can be taken the other way round)"))
            }
            PlaceError::Latitude(..) => fault(lat_field, lat, e.to_string()),
            PlaceError::Longitude(_) => fault(lon_field, lon, e.to_string()),
            PlaceError::NotFinite | PlaceError::Form(_) => {
                let (field, text) = if first.is_none() { (lat_field, lat) } else { (lon_field, lon) };
                fault(field, text, "this is no coordinate; write 39.8395 or 39°50′22″N".into())
            }
        })
    }

    /// Brings the ways together in which a row says when.
    fn date(&self, draft: &mut Draft<'_>, incident: &mut Incident) -> Result<(), Fault> {
        let fault = |field: &str, value: String, reason: String| Fault { field: field.into(), value, reason };
        if draft.start.is_none()
            && draft.when.is_none()
            && let [Some(year), month, day] = draft.civil
        {
            let part = |n: Option<i32>| n.map_or(1, |n| u8::try_from(n).unwrap_or(0));
            // A month without a day is all of it; a 0 stands for "not known" in many tables.
            let (month, day) = (month.filter(|m| *m != 0), day.filter(|d| *d != 0));
            let to = match (month, day) {
                (None, _) => Resolution::Year,
                (Some(_), None) => Resolution::Month,
                _ => Resolution::Day,
            };
            let m = Moment::day(year, part(month), if month.is_none() { 1 } else { part(day) });
            let shown = || format!("{year}-{}-{}", month.unwrap_or(0), day.unwrap_or(0));
            let m = m.ok_or_else(|| fault("year", shown(), "there is no such day".into()))?;
            draft.start = Some(m.at_resolution(to));
        }
        if let Some((clock, field)) = draft.clock.take() {
            let day = draft.start.or_else(|| draft.when.and_then(|w| w.end().is_none().then(|| w.anchor())));
            if let Some(day) = day.filter(|d| d.resolution() == Resolution::Day) {
                let m = date::with_clock(day, &clock, self.dates.zone)
                    .map_err(|reason| fault(field, value::short(&clock), reason))?;
                if draft.start.is_some() {
                    draft.start = Some(m);
                } else {
                    draft.when = Some(m.into());
                }
            }
        }
        let when = match (draft.when, draft.start, draft.end) {
            (Some(w), None, None) => Some(w),
            (_, Some(start), None) => Some(start.into()),
            (None | Some(_), None, Some(end)) => match draft.when {
                Some(w) => Some(interval(w.anchor(), end).map_err(|reason| fault("end", end.to_string(), reason))?),
                None => Some(end.into()),
            },
            (_, Some(start), Some(end)) if start == end => Some(start.into()),
            (_, Some(start), Some(end)) => {
                Some(interval(start, end).map_err(|reason| fault("end", end.to_string(), reason))?)
            }
            (None, None, None) => None,
        };
        incident.when = match (when, draft.exactness) {
            (Some(w), Some(Exactness::Within)) => Some(whole_part(w)),
            (Some(w), Some(Exactness::Week)) => Some(w.map(|m| m.qualified(true, m.is_uncertain())).unwrap_or(w)),
            (Some(w), Some(Exactness::To(r))) if r <= Resolution::Day => {
                let coarse = w.map(|m| m.at_resolution(m.resolution().min(r))).unwrap_or(w);
                Some(match (coarse.start(), coarse.end()) {
                    (Bound::At(a), Some(Bound::At(b))) if a == b => a.into(),
                    _ => coarse,
                })
            }
            (w, _) => w,
        };
        Ok(())
    }

    fn finish(
        &self,
        row: Row<'_>,
        draft: Draft<'_>,
        incident: &mut Incident,
        known: &mut Known<'_>,
        note: &mut impl FnMut(&'static str),
    ) -> Result<(), Fault> {
        incident.kind = draft.kind.unwrap_or(Kind::ArmedClash);
        let links: Vec<&str> = links(&draft.link).collect();
        let parts = |link| SourceParts {
            outlet: &draft.outlet,
            title: &draft.source_title,
            link,
            archived: &draft.archived,
            date: draft.source_date,
        };
        let mut sources: Vec<SourceId> = Vec::new();
        for link in if links.is_empty() { &[""][..] } else { &links } {
            sources.extend(known.source(&parts(link)));
        }
        let context = claims::Context {
            decimal: self.decimal,
            source: sources.first(),
            parties: &incident.parties,
            all: &known.all,
        };
        incident.claims = claims::build(&draft.tolls, &draft.saying, &context, note)?;
        if incident.claims.is_empty() || sources.len() > 1 {
            incident.sources = sources;
        }
        incident.title = match draft.title {
            Some(title) => title.as_ref().into(),
            None => title(incident),
        };
        incident.uid = if let Some(id) = draft.id {
            known.uid(&self.prefix, &id)
        } else {
            let bytes = (0..self.width).flat_map(|n| row.cell(n).bytes().chain([0x1f]));
            let place = incident.place.position.map(|p| format!("{},{}", p.lon(), p.lat())).unwrap_or_default();
            let hash = known::fingerprint(bytes.chain(place.bytes()));
            known.uid(&self.prefix, &format!("row-{hash:016x}"))
        };
        Ok(())
    }
}

impl Step {
    /// The value of the rule in a row; `None` where it has none.
    fn text<'a>(&'a self, row: Row<'a>) -> Option<Cow<'a, str>> {
        if let Some((column, value)) = &self.unless
            && row.cell(*column) == value
        {
            return None;
        }
        let text: Cow<'a, str> = match self.columns.as_slice() {
            [] => Cow::Borrowed(self.constant.as_deref()?),
            [one] => Cow::Borrowed(row.cell(*one)),
            many => {
                let cells = many.iter().map(|n| row.cell(*n)).filter(|c| !value::is_blank(c));
                Cow::Owned(cells.collect::<Vec<_>>().join(&self.join))
            }
        };
        let text = if self.values.is_empty() {
            text
        } else {
            match self.values.get(text.as_ref()) {
                Some(other) => Cow::Borrowed(other.as_str()),
                None => text,
            }
        };
        (!value::is_blank(&text)).then_some(text)
    }

    /// The parts of a cell that lists several.
    fn parts<'a>(&'a self, text: &'a str) -> impl Iterator<Item = &'a str> {
        let mark = self.split.as_deref().filter(|m| !m.is_empty());
        let mut rest = Some(text);
        let parts = std::iter::from_fn(move || {
            let text = rest?;
            let (part, left) = mark.and_then(|m| text.split_once(m)).map_or((text, None), |(p, l)| (p, Some(l)));
            rest = left;
            Some(part)
        });
        parts.map(str::trim).filter(|p| !value::is_blank(p))
    }
}

impl Draft<'_> {
    /// Whether a column has already said what a constant would.
    fn has(&self, to: &Target, incident: &Incident) -> bool {
        match to {
            Target::Id => self.id.is_some(),
            Target::Title => self.title.is_some(),
            Target::Kind => self.kind.is_some(),
            Target::When | Target::Start => self.when.is_some() || self.start.is_some(),
            Target::End => self.end.is_some(),
            Target::Outlet => !self.outlet.is_empty(),
            Target::SourceTitle => !self.source_title.is_empty(),
            Target::Link => !self.link.is_empty(),
            Target::Claimant => !self.saying.claimant.is_empty(),
            Target::SpeaksFor => self.saying.speaks_for.is_some(),
            Target::Published => self.saying.published.is_some(),
            Target::Place(code) => incident.place.names.get_code(code).is_some(),
            Target::Precision(_) => incident.place.precision.is_some(),
            Target::DatePrecision(_) => self.exactness.is_some(),
            Target::Radius => incident.place.radius_km.is_some(),
            Target::Basis => !incident.place.basis.is_empty(),
            _ => false,
        }
    }
}

fn is_link(text: &str) -> bool {
    text.starts_with("http://") || text.starts_with("https://")
}

/// The links in a cell that may list several.
fn links(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| c.is_whitespace() || c == ';').map(|l| l.trim_end_matches(',')).filter(|l| is_link(l))
}

fn interval(start: Moment, end: Moment) -> Result<When, String> {
    When::new(Bound::At(start), Some(Bound::At(end)))
        .map_err(|_| format!("the last day lies before the first, {start}"))
}

/// A month or a year where an interval is exactly that.
fn whole_part(when: When) -> When {
    let (Bound::At(a), Some(Bound::At(b))) = (when.start(), when.end()) else { return when };
    let whole = [Resolution::Month, Resolution::Year].into_iter().map(|r| a.at_resolution(r)).find(|m| {
        let (all, from, to) = (m.span(), a.span(), b.span());
        all.start == from.start && all.end == to.end
    });
    whole.map_or(when, When::from)
}

/// A title for a row without one: what, and where.
fn title(incident: &Incident) -> Text {
    let place = Names::best(&incident.place.names, crate::model::Language::En);
    let kind = incident.kind.label();
    match (place.is_empty(), incident.when) {
        (false, _) => [kind, ", ", place].concat().into(),
        (true, Some(when)) => [kind, ", ", &when.brief()].concat().into(),
        (true, None) => kind.into(),
    }
}
