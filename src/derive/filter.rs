//! Which incidents a question shows.

use std::collections::HashMap;

use super::Question;
use super::{fold, fold_onto};
use crate::model::{Incident, Project, SourceId};

/// A question's filters, made ready to be asked of many incidents.
pub struct Filter<'a> {
    question: &'a Question,
    words: Vec<String>,
    sources: HashMap<&'a SourceId, String>,
    /// Folded texts of the incident at hand; kept to save an allocation an incident.
    texts: String,
}

impl<'a> Filter<'a> {
    /// Prepares the filters; `project` gives the names of sources.
    pub fn new(project: &'a Project, question: &'a Question) -> Self {
        let words: Vec<String> = fold(&question.text).split(' ').filter(|w| !w.is_empty()).map(str::to_owned).collect();
        let sources = if words.is_empty() {
            HashMap::new()
        } else {
            project.meta().sources.iter().map(|s| (&s.id, fold(&format!("{} {}", s.outlet, s.title)))).collect()
        };
        Self { question, words, sources, texts: String::new() }
    }

    /// Whether the question shows this incident.
    pub fn shows(&mut self, incident: &Incident) -> bool {
        let inside = |window| incident.when.is_some_and(|w| w.span().overlaps(window));
        self.question.span.is_none_or(inside) && self.shows_at_some_time(incident)
    }

    /// Whether the question shows this incident in some window of time.
    ///
    /// With an as-known date an incident that begins after it is not shown, unless a claim about it was known by then.
    pub fn shows_at_some_time(&mut self, incident: &Incident) -> bool {
        let q = self.question;
        let span = incident.when.map(|w| w.span());
        if !q.kinds.is_empty() && !q.kinds.contains(&incident.kind) {
            return false;
        }
        let wanted = |p| q.parties.contains(p);
        if !q.parties.is_empty()
            && !incident.parties.iter().any(wanted)
            && !incident.claims.iter().any(|c| wanted(&c.about))
        {
            return false;
        }
        if let Some(known_by) = q.as_known.map(|m| m.span().end)
            && span.is_some_and(|s| s.start >= known_by)
            && !incident.claims.iter().any(|c| c.published.is_some_and(|m| m.span().end <= known_by))
        {
            return false;
        }
        self.words.is_empty() || self.has_all_words(incident)
    }

    /// Whether every word occurs somewhere in the incident's texts.
    fn has_all_words(&mut self, incident: &Incident) -> bool {
        let texts = &mut self.texts;
        texts.clear();
        fold_onto(texts, &incident.title);
        let names = incident.place.names.iter().map(|(_, name)| name);
        let tags = incident.tags.iter().flat_map(|(name, value)| [&**name, &**value]);
        let weapons = incident.weapons.iter().map(|w| &**w);
        for text in names.chain(tags).chain(weapons).chain([&*incident.notes, incident.kind.label()]) {
            fold_onto(texts, text);
        }
        for claim in &incident.claims {
            fold_onto(texts, &claim.claimant);
            fold_onto(texts, &claim.quote);
            fold_onto(texts, &claim.note);
            for outlet in &claim.via {
                fold_onto(texts, outlet);
            }
        }
        for id in incident.sources.iter().chain(incident.claims.iter().filter_map(|c| c.source.as_ref())) {
            if let Some(source) = self.sources.get(id) {
                texts.push(' ');
                texts.push_str(source);
            }
        }
        self.words.iter().all(|w| texts.contains(w.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Category, Claim, Count, Kind, Meta, Moment, Names, PartyId, Source, Uid, When};

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
            check(&Question { text: text.into(), ..Question::default() }, shown);
        }
    }

    #[test]
    fn kinds_and_parties_choose_by_what_takes_part_or_is_counted() {
        let kinds = |k| Question { kinds: vec![k], ..Question::default() };
        check(&kinds(Kind::Shelling), true);
        check(&kinds(Kind::Battle), false);
        let party = |p| Question { parties: vec![PartyId::new(p)], ..Question::default() };
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
}
