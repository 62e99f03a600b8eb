//! The filters in words, for chips, legends and exports. Short whatever was chosen: a legend is no list.

use super::Condition;
use crate::derive::Question;
use crate::derive::question::span_label;
use crate::model::{GradeFilter, Language, Project};

/// Items of a list that are named; the others are counted.
const NAMED: usize = 3;
/// Letters of one name.
const LETTERS: usize = 32;
/// Letters of all filters together in a sentence, about; the conditions that do not fit are counted.
const SENTENCE: usize = 220;

/// A text of at most `most` letters, with an ellipsis where it was cut.
fn cut(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let mut out: String = text.chars().take(most.saturating_sub(1)).collect();
    out.truncate(out.trim_end().len());
    out.push('…');
    out
}

fn list(items: impl ExactSizeIterator<Item = String>) -> String {
    let more = items.len().saturating_sub(NAMED);
    let mut out = items.take(NAMED).map(|i| cut(&i, LETTERS)).collect::<Vec<_>>().join(", ");
    if more > 0 {
        out += &format!(" + {more} more");
    }
    out
}

impl Condition {
    /// What it is called.
    pub fn label(self) -> &'static str {
        match self {
            Self::Window => "time",
            Self::Known => "as known on",
            Self::Kinds => "kind",
            Self::Parties => "party",
            Self::Sources => "source",
            Self::Grade => "grade",
            Self::Tags => "tag",
            Self::Area => "area",
            Self::Unsourced => "no source",
            Self::Text => "text",
            Self::Dead => "dead",
            Self::Contradicted => "contradicted",
        }
    }
}

impl Question {
    /// One condition in words: `kind: Shelling, Battle`. With the project sources and parties have their names (in English),
    /// without it their ids.
    pub fn said(&self, condition: Condition, project: Option<&Project>) -> String {
        let f = &self.filters;
        let meta = project.map(Project::meta);
        let value = match condition {
            Condition::Window => return self.span.map(span_label).unwrap_or_default(),
            Condition::Known => {
                let day = self.as_known.map(|m| m.label(true)).unwrap_or_default();
                return format!("{} {day}", condition.label());
            }
            Condition::Unsourced | Condition::Contradicted => return condition.label().to_owned(),
            Condition::Grade if f.grade == Some(GradeFilter::NotGraded) => return "not graded".into(),
            Condition::Kinds => list(f.kinds.iter().map(|k| k.label().to_owned())),
            Condition::Parties => list(f.parties.iter().map(|id| {
                let name = meta.and_then(|m| m.party(id)).map_or("", |p| p.names.best(Language::En));
                if name.is_empty() { id.as_str() } else { name }.to_owned()
            })),
            Condition::Sources => list(f.sources.iter().map(|id| {
                let source = meta.and_then(|m| m.source(id)).filter(|s| !s.outlet.is_empty());
                source.map_or(id.as_str(), |s| &s.outlet).to_owned()
            })),
            Condition::Grade => match f.grade {
                Some(GradeFilter::AtLeast(grade)) => format!("{grade} or better"),
                _ => String::new(),
            },
            Condition::Tags => list(f.tags.iter().map(ToString::to_string)),
            Condition::Area => {
                let corners = f.area.as_ref().map_or(0, |a| a.corners().len());
                format!("drawn, {corners} corners")
            }
            Condition::Text => format!("“{}”", cut(f.text.typed().trim(), LETTERS)),
            Condition::Dead => f.dead.map(|d| d.to_string()).unwrap_or_default(),
        };
        format!("{}: {value}", condition.label())
    }

    /// The question in one line for legends and exports: `own-side · as known today`, with every filter behind it, at most
    /// some 350 letters long.
    pub fn sentence(&self) -> String {
        let mut out = self.figures_sentence();
        let room = out.chars().count() + SENTENCE;
        let mut left_out = 0;
        for condition in SAID.into_iter().filter(|c| self.has(*c)) {
            let words = self.said(condition, None);
            if out.chars().count() + words.chars().count() > room {
                left_out += 1;
            } else {
                out += " · ";
                out += &words;
            }
        }
        if left_out > 0 {
            out += &format!(" · and {left_out} more filter{}", if left_out == 1 { "" } else { "s" });
        }
        out
    }
}

/// The conditions in the order in which they are said. The as-known date stands with the figures.
const SAID: [Condition; 11] = [
    Condition::Window,
    Condition::Kinds,
    Condition::Parties,
    Condition::Text,
    Condition::Dead,
    Condition::Sources,
    Condition::Grade,
    Condition::Tags,
    Condition::Area,
    Condition::Contradicted,
    Condition::Unsourced,
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{DeadFilter, Filters, Kind, Outline, PartyId, Source, SourceId, TagFilter};

    fn all() -> Question {
        let filters = Filters {
            kinds: vec![Kind::Shelling, Kind::Battle],
            parties: vec![PartyId::new("armenia")],
            text: " Xankəndi ".into(),
            dead: DeadFilter::parse("10..50"),
            sources: vec![SourceId::new("s1")],
            grade: GradeFilter::parse("B2"),
            tags: vec![TagFilter::parse("verified=yes").unwrap()],
            area: Outline::parse("45 39, 46 39, 46 40").ok(),
            contradicted: true,
            unsourced: true,
        };
        Question { filters, ..Question::default() }
    }

    #[test]
    fn the_sentence_says_every_filter() {
        assert_eq!(
            all().sentence(),
            "own-side · as known today · kind: Shelling, Battle · party: armenia · text: “Xankəndi” · dead: 10–50 \
             · source: s1 · grade: B2 or better · tag: verified=yes · area: drawn, 3 corners · contradicted · no source"
        );
    }

    #[test]
    fn names_stand_for_ids_where_the_project_is_known() {
        let meta =
            crate::model::Meta { sources: vec![Source::new(SourceId::new("s1"), "Radio")], ..Default::default() };
        let project = Project::new(meta, [], Vec::new());
        assert_eq!(all().said(Condition::Sources, Some(&project)), "source: Radio");
        assert_eq!(all().said(Condition::Parties, Some(&project)), "party: Armenia");
    }

    #[test]
    fn the_sentence_stays_short_whatever_is_chosen() {
        let mut question = all();
        let long = "Ստեփանակերտ ".repeat(40);
        question.filters.kinds = (0..90).map(|n| Kind::Other(format!("{n} {long}").into())).collect();
        question.filters.sources = (0..90).map(|n| SourceId::new(&format!("{n} {long}"))).collect();
        question.filters.tags =
            (0..90).map(|n| TagFilter { name: format!("{n} {long}").into(), value: None }).collect();
        question.filters.text = long.as_str().into();
        let sentence = question.sentence();
        assert!(sentence.chars().count() < 350, "{sentence}");
        assert!(sentence.contains("+ 87 more") && sentence.contains("more filter"), "{sentence}");
    }
}
