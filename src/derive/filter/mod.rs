//! Which incidents a question shows: what is filtered ([`Condition`]), how it is asked ([`Filter`]), how it is said
//! (`say`), and what each condition hides ([`Tally`]).
//!
//! Every condition looks at one incident alone. Most need only what is recorded; what is known of the dead and whether claims
//! contradict each other need worked-out figures and are asked apart ([`Question::shows_figures`]).

mod area;
mod say;
mod tally;

use std::collections::HashMap;

use super::{Figure, Question};
use super::{fold, fold_onto};
use crate::model::{Claim, DeadFilter, Filters, Grade, GradeFilter, Incident, PartyId, Project, SourceId, TagFilter};

pub(in crate::derive) use area::Ground;
pub use area::within;
pub use tally::{Facets, Tally};

/// One condition of a question that may hide incidents.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum Condition {
    /// The window of event time.
    Window,
    /// The as-known date.
    Known,
    /// Kinds.
    Kinds,
    /// Parties.
    Parties,
    /// Sources.
    Sources,
    /// Grade of the claims.
    Grade,
    /// Tags.
    Tags,
    /// The area drawn on the map.
    Area,
    /// Has no source.
    Unsourced,
    /// Words.
    Text,
    /// What is known of the dead.
    Dead,
    /// Has a contradiction.
    Contradicted,
}

impl Condition {
    /// All, in the order in which they are asked: what costs most comes last.
    pub const ALL: [Self; 12] = [
        Self::Window,
        Self::Known,
        Self::Kinds,
        Self::Parties,
        Self::Sources,
        Self::Grade,
        Self::Tags,
        Self::Area,
        Self::Unsourced,
        Self::Text,
        Self::Dead,
        Self::Contradicted,
    ];

    /// Whether it needs figures that are worked out from the claims.
    pub fn needs_figures(self) -> bool {
        matches!(self, Self::Dead | Self::Contradicted)
    }

    fn bit(self) -> u16 {
        1 << self as u8
    }
}

impl Question {
    /// Whether a condition is set.
    pub fn has(&self, condition: Condition) -> bool {
        let f = &self.filters;
        match condition {
            Condition::Window => self.span.is_some(),
            Condition::Known => self.as_known.is_some(),
            Condition::Kinds => !f.kinds.is_empty(),
            Condition::Parties => !f.parties.is_empty(),
            Condition::Sources => !f.sources.is_empty(),
            Condition::Grade => f.grade.is_some(),
            Condition::Tags => !f.tags.is_empty(),
            Condition::Area => f.area.is_some(),
            Condition::Unsourced => f.unsourced,
            Condition::Text => !f.text.is_empty(),
            Condition::Dead => f.dead.is_some(),
            Condition::Contradicted => f.contradicted,
        }
    }

    /// The conditions that are set, in the order in which they are asked.
    pub fn conditions(&self) -> impl Iterator<Item = Condition> + '_ {
        Condition::ALL.into_iter().filter(|c| self.has(*c))
    }

    /// The question without one condition.
    #[must_use]
    pub fn without(&self, condition: Condition) -> Self {
        let mut next = self.clone();
        let f = &mut next.filters;
        match condition {
            Condition::Window => next.span = None,
            Condition::Known => next.as_known = None,
            Condition::Kinds => f.kinds.clear(),
            Condition::Parties => f.parties.clear(),
            Condition::Sources => f.sources.clear(),
            Condition::Grade => f.grade = None,
            Condition::Tags => f.tags.clear(),
            Condition::Area => f.area = None,
            Condition::Unsourced => f.unsourced = false,
            Condition::Text => f.text = crate::model::Search::default(),
            Condition::Dead => f.dead = None,
            Condition::Contradicted => f.contradicted = false,
        }
        next
    }

    /// Whether a condition is set that needs figures.
    pub fn needs_figures(&self) -> bool {
        self.filters.dead.is_some() || self.filters.contradicted
    }

    /// Whether an incident with this figure for its dead under the question's policy, and with or without claims that
    /// contradict each other, is shown as far as these are concerned. Cheap; the rest is asked by [`Filter::shows`].
    pub fn shows_figures(&self, dead: &Figure, contradicted: bool) -> bool {
        has_dead(&self.filters, dead) && (contradicted || !self.filters.contradicted)
    }
}

fn has_dead(filters: &Filters, dead: &Figure) -> bool {
    match filters.dead {
        None => true,
        Some(DeadFilter::NoFigure) => !dead.is_known(),
        // "≤ 10" may be any number up to 10, and "≥ 135" any from 135.
        Some(DeadFilter::Between(from, to)) => {
            dead.is_known()
                && from.is_none_or(|n| dead.high.is_none_or(|h| h >= n))
                && to.is_none_or(|n| dead.low.is_none_or(|l| l <= n))
        }
    }
}

/// A question's filters, made ready to be asked of many incidents.
pub struct Filter<'a> {
    question: &'a Question,
    /// Bits of the conditions that need no figures.
    asked: u16,
    area: Option<area::Ground>,
    haystack: Haystack<'a>,
    /// Folded texts of the incident at hand; kept to save an allocation an incident.
    texts: String,
}

impl<'a> Filter<'a> {
    /// Prepares the filters; `project` gives the names of sources and parties.
    pub fn new(project: &'a Project, question: &'a Question) -> Self {
        let asked = question.conditions().filter(|c| !c.needs_figures()).fold(0, |bits, c| bits | c.bit());
        let haystack = if question.filters.text.is_empty() { Haystack::default() } else { Haystack::of(project) };
        let area = question.filters.area.as_ref().map(area::Ground::new);
        Self { question, asked, area, haystack, texts: String::new() }
    }

    /// Whether the question shows this incident, as far as it can be told without figures.
    ///
    /// With an as-known date an incident that begins after it is not shown, unless a claim about it was known by then.
    pub fn shows(&mut self, incident: &Incident) -> bool {
        Condition::ALL.into_iter().all(|c| self.asked & c.bit() == 0 || self.holds(c, incident))
    }

    /// Whether the question shows this incident in some window of time, as far as it can be told without figures.
    pub fn shows_at_some_time(&mut self, incident: &Incident) -> bool {
        let asked = self.asked & !Condition::Window.bit();
        Condition::ALL.into_iter().all(|c| asked & c.bit() == 0 || self.holds(c, incident))
    }

    /// The same filter without its words, which were looked for elsewhere.
    #[must_use]
    pub(super) fn without_words(mut self) -> Self {
        self.asked &= !Condition::Text.bit();
        self
    }

    /// Bits of the conditions that hide this incident, those that need figures left out.
    fn fails(&mut self, incident: &Incident) -> u16 {
        let asked = self.asked;
        let conditions = Condition::ALL.into_iter().filter(|c| asked & c.bit() != 0);
        conditions.filter(|c| !self.holds(*c, incident)).fold(0, |bits, c| bits | c.bit())
    }

    fn holds(&mut self, condition: Condition, incident: &Incident) -> bool {
        let q = self.question;
        let f = &q.filters;
        match condition {
            Condition::Window => q.span.is_none_or(|window| incident.when.is_some_and(|w| w.span().overlaps(window))),
            Condition::Known => is_known(incident, q),
            Condition::Kinds => f.kinds.contains(&incident.kind),
            Condition::Parties => parties(incident).any(|p| f.parties.contains(p)),
            Condition::Sources => sources(incident, q).any(|s| f.sources.contains(s)),
            Condition::Grade => f.grade.is_none_or(|g| is_graded(incident, q, g)),
            Condition::Tags => has_tags(incident, &f.tags),
            Condition::Area => self.area.as_ref().is_none_or(|a| a.holds(&incident.place)),
            Condition::Unsourced => is_unsourced(incident),
            Condition::Text => {
                self.texts.clear();
                self.haystack.fold_all(&mut self.texts, incident);
                f.text.is_in(&self.texts)
            }
            Condition::Dead | Condition::Contradicted => true,
        }
    }
}

/// Whether the incident had begun by the as-known moment, or a claim about it was known then.
fn is_known(incident: &Incident, question: &Question) -> bool {
    let Some(known_by) = question.as_known.map(|m| m.span().end) else { return true };
    incident.when.is_none_or(|w| w.span().start < known_by)
        || incident.claims.iter().any(|c| c.published.is_some_and(|m| m.span().end <= known_by))
}

/// The parties that take part and those about whose people there is a claim; one may come twice.
fn parties(incident: &Incident) -> impl Iterator<Item = &PartyId> {
    incident.parties.iter().chain(incident.claims.iter().map(|c| &c.about))
}

/// The sources of the incident and of its claims, without those of claims not known yet; one may come twice.
fn sources<'i>(incident: &'i Incident, question: &'i Question) -> impl Iterator<Item = &'i SourceId> {
    incident.sources.iter().chain(known(incident, question).filter_map(|c| c.source.as_ref()))
}

fn known<'i>(incident: &'i Incident, question: &'i Question) -> impl Iterator<Item = &'i Claim> {
    incident.claims.iter().filter(|c| question.knows(c))
}

fn is_graded(incident: &Incident, question: &Question, wanted: GradeFilter) -> bool {
    let mut claims = known(incident, question);
    match wanted {
        GradeFilter::NotGraded => claims.all(|c| c.grade.is_none()),
        GradeFilter::AtLeast(least) => claims.any(|c| is_at_least(c.grade, least)),
    }
}

/// A before B, 1 before 2; F and 6, "cannot be judged", come after all that were.
fn is_at_least(grade: Grade, least: Grade) -> bool {
    let half = |least: Option<u32>, is: Option<u32>| least.is_none_or(|l| is.is_some_and(|i| i <= l));
    half(least.reliability().map(u32::from), grade.reliability().map(u32::from))
        && half(least.credibility().map(u32::from), grade.credibility().map(u32::from))
}

fn has_tags(incident: &Incident, wanted: &[TagFilter]) -> bool {
    let bears = |w: &TagFilter| {
        incident.tags.iter().any(|(name, value)| *name == w.name && w.value.as_ref().is_none_or(|v| v == value))
    };
    // Of one name one value is enough: a tag has only one.
    wanted.iter().all(|w| wanted.iter().filter(|o| o.name == w.name).any(bears))
}

/// Whether nothing says where to look it up: no source, no link, neither of its own nor of a claim.
fn is_unsourced(incident: &Incident) -> bool {
    incident.sources.is_empty() && incident.claims.iter().all(|c| c.source.is_none() && c.url.is_empty())
}

/// Where words are looked for: the texts of an incident, with the names of its sources and parties.
#[derive(Default)]
pub struct Haystack<'a> {
    sources: HashMap<&'a SourceId, String>,
    parties: HashMap<&'a PartyId, String>,
}

impl<'a> Haystack<'a> {
    /// Those of a project.
    pub fn of(project: &'a Project) -> Self {
        let meta = project.meta();
        let party = |names: &crate::model::Names| {
            let mut out = String::new();
            names.iter().for_each(|(_, name)| fold_onto(&mut out, name));
            out
        };
        Self {
            sources: meta.sources.iter().map(|s| (&s.id, fold(&format!("{} {}", s.outlet, s.title)))).collect(),
            parties: meta.parties.iter().map(|p| (&p.id, party(&p.names))).collect(),
        }
    }

    /// Appends everything of an incident in which words are looked for, folded: what [`crate::model::Search::is_in`] is
    /// asked of. `out` must be empty, or end in another incident's texts that may run into these.
    pub fn fold_all(&self, out: &mut String, incident: &Incident) {
        let mut add = |text: &str| {
            if !text.is_empty() {
                fold_onto(out, text);
            }
        };
        add(&incident.title);
        incident.place.names.iter().for_each(|(_, name)| add(name));
        add(&incident.place.basis);
        for (name, value) in &incident.tags {
            add(name);
            add(value);
        }
        incident.weapons.iter().for_each(|w| add(w));
        add(&incident.notes);
        add(incident.kind.label());
        for claim in &incident.claims {
            for text in [&claim.claimant, &claim.quote, &claim.note] {
                add(text);
            }
            claim.via.iter().for_each(|outlet| add(outlet));
        }
        let claimed = incident.claims.iter().filter_map(|c| c.source.as_ref());
        let named = incident.sources.iter().chain(claimed).filter_map(|id| self.sources.get(id));
        for name in named.chain(incident.parties.iter().filter_map(|id| self.parties.get(id))) {
            out.push(' ');
            out.push_str(name);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Category, Claim, Count, Kind, LonLat, Meta, Moment, Names, Outline, Shape, Source, Uid, When};

    fn example() -> (Project, Incident) {
        let mut i = Incident::new(Uid::new("i"), Kind::Shelling, "Shelling near the border");
        i.when = When::parse("2022-09-12T23:55+04:00/2022-09-14T20:00+04:00").ok();
        i.place.names = Names::from_pairs([("hy", "Ստեփանակերտ"), ("az", "Xankəndi")]);
        i.parties = vec![PartyId::new("armenia")];
        i.sources = vec![SourceId::new("s")];
        i.claims = vec![Claim::new("c1", PartyId::new("azerbaijan"), Category::Killed, Count::Exactly(5))];
        let meta =
            Meta { sources: vec![Source::new(SourceId::new("s"), "Радио Свобода")], ..Meta::default() };
        (Project::new(meta, [i.clone()], Vec::new()), i)
    }

    fn filtered(filters: Filters) -> Question {
        Question { filters, ..Question::default() }
    }

    fn check(question: &Question, shown: bool) {
        let (project, incident) = example();
        assert_eq!(Filter::new(&project, question).shows(&incident), shown, "{}", question.sentence());
    }

    #[test]
    fn an_incident_on_the_last_day_of_a_window_is_in_it() {
        for (window, shown) in [
            ("2022-09-10/2022-09-12", true),
            ("2022-09-14/2022-09-20", true),
            ("2022-09-10/2022-09-11", false),
            ("2022-09-15/..", false),
            ("../..", false),
        ] {
            let Ok(window) = When::parse(window) else { continue };
            check(&Question { span: Some(window.span()), ..Question::default() }, shown);
        }
    }

    #[test]
    fn an_incident_without_a_date_is_shown_only_without_a_window() {
        let (project, mut incident) = example();
        incident.when = None;
        let all = Question::default();
        let window = Question { span: When::parse("../2030").ok().map(|w| w.span()), ..Question::default() };
        assert!(Filter::new(&project, &all).shows(&incident));
        assert!(!Filter::new(&project, &window).shows(&incident));
    }

    #[test]
    fn words_are_found_in_every_script_and_all_of_them_are_wanted() {
        for (text, shown) in [
            ("Stepanakert", true),
            ("Степанакерт", true),
            ("Khankendi", true),
            ("xankendi SHELLING", true),
            ("radio svoboda", true),
            ("khankendi radio", true),
            ("khankendi bbc", false),
            ("Goris", false),
            ("  ", true),
        ] {
            check(&filtered(Filters { text: text.into(), ..Filters::default() }), shown);
        }
    }

    #[test]
    fn kinds_and_parties_choose_by_what_takes_part_or_is_counted() {
        let kinds = |k| filtered(Filters { kinds: vec![k], ..Filters::default() });
        check(&kinds(Kind::Shelling), true);
        check(&kinds(Kind::Battle), false);
        let party = |p| filtered(Filters { parties: vec![PartyId::new(p)], ..Filters::default() });
        check(&party("armenia"), true);
        check(&party("azerbaijan"), true);
        check(&party("russia"), false);
    }

    #[test]
    fn what_begins_after_the_as_known_date_is_not_shown() {
        let known = |t| Question { as_known: Moment::parse(t).ok(), ..Question::default() };
        check(&known("2022-09-11"), false);
        check(&known("2022-09-12"), true);
    }

    #[test]
    fn a_source_counts_where_the_incident_or_a_known_claim_names_it() {
        let sources =
            |s: &str| filtered(Filters { sources: vec![SourceId::new("x"), SourceId::new(s)], ..Filters::default() });
        check(&sources("s"), true);
        check(&sources("t"), false);
        let (project, mut incident) = example();
        incident.claims[0].source = Some(SourceId::new("t"));
        incident.claims[0].published = Moment::day(2022, 9, 20);
        assert!(Filter::new(&project, &sources("t")).shows(&incident));
        let before = Question { as_known: Moment::day(2022, 9, 19), ..sources("t") };
        assert!(!Filter::new(&project, &before).shows(&incident));
    }

    #[test]
    fn a_grade_is_at_least_as_good_in_each_half_and_not_graded_is_its_own() {
        let grade = |g: &str| filtered(Filters { grade: GradeFilter::parse(g), ..Filters::default() });
        let (project, mut incident) = example();
        let mut shown = |is: &str, wanted: &str| {
            incident.claims[0].grade = Grade::parse(is).unwrap();
            Filter::new(&project, &grade(wanted)).shows(&incident)
        };
        for (is, wanted, want) in [
            ("B2", "B2", true),
            ("A1", "B2", true),
            ("A3", "B2", false),
            ("C1", "B2", false),
            ("A3", "B", true),
            ("A", "B2", false),
            ("F6", "E", false),
            ("F6", "F6", true),
            ("", "F6", false),
            ("", "none", true),
            ("F6", "none", false),
        ] {
            assert_eq!(shown(is, wanted), want, "{is} asked for {wanted}");
        }
        incident.claims.clear();
        assert!(Filter::new(&project, &grade("none")).shows(&incident));
    }

    #[test]
    fn tags_of_one_name_are_alternatives_and_of_several_names_all_are_wanted() {
        let (project, mut incident) = example();
        incident.tags = vec![("a".into(), "1".into()), ("b".into(), "".into())];
        for (tags, want) in
            [("a", true), ("a=1", true), ("a=2", false), ("a=2 a=1", true), ("a b", true), ("a c", false), ("b=", true)]
        {
            let tags = tags.split(' ').filter_map(TagFilter::parse).collect();
            let question = filtered(Filters { tags, ..Filters::default() });
            assert_eq!(Filter::new(&project, &question).shows(&incident), want, "{}", question.sentence());
        }
    }

    #[test]
    fn an_area_holds_what_touches_it_and_nothing_without_a_place() {
        let (project, mut incident) = example();
        let question =
            filtered(Filters { area: Outline::parse("45 39, 46 39, 46 40, 45 40").ok(), ..Filters::default() });
        let shown = |i: &Incident| Filter::new(&project, &question).shows(i);
        let at = |lon, lat| LonLat::new(lon, lat).unwrap();
        assert!(!shown(&incident));
        incident.place.position = Some(at(45.0, 39.5));
        assert!(shown(&incident), "on the edge");
        incident.place.position = Some(at(47.0, 39.5));
        assert!(!shown(&incident));
        incident.place.shape = Some(Shape::Line(vec![at(44.0, 39.5), at(47.0, 39.6)]));
        assert!(shown(&incident), "a front that runs through it");
    }

    #[test]
    fn the_dead_are_asked_with_their_range_and_no_figure_is_not_zero() {
        let check = |wanted: &str, count: &str, want: bool| {
            let question = filtered(Filters { dead: DeadFilter::parse(wanted), ..Filters::default() });
            let figure = Figure::of(&Count::parse(count).unwrap());
            assert_eq!(question.shows_figures(&figure, false), want, "{count} asked for {wanted}");
        };
        check("10..50", "10", true);
        check("10..50", "51", false);
        check("10..50", "5–15", true);
        check("10..50", "51–60", false);
        check("10..50", "≥ 5", true);
        check("10..50", "≥ 51", false);
        check("10..50", "≤ 9", false);
        check("10..50", "?", false);
        check("..0", "?", false);
        check("0", "0", true);
        check("none", "?", true);
        check("none", "several dozen", true);
        check("none", "0", false);
    }

    #[test]
    fn no_source_means_neither_source_nor_link_anywhere() {
        let (project, mut incident) = example();
        let question = filtered(Filters { unsourced: true, ..Filters::default() });
        let shown = |i: &Incident| Filter::new(&project, &question).shows(i);
        assert!(!shown(&incident));
        incident.sources.clear();
        assert!(shown(&incident));
        incident.claims[0].url = "https://example.org".into();
        assert!(!shown(&incident));
    }
}
