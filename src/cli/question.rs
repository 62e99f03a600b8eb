//! The view options, the same for every subcommand: typed by clap here, checked by [`question`].

use clap::Args;

use crate::derive::{Filters, Policy, Question};
use crate::model::{
    Bound, DeadFilter, GradeFilter, Kind, Moment, Outline, PartyId, Project, SourceId, Span, TagFilter, When, WhenError,
};
use crate::view::search;

/// View options as typed.
#[derive(Args, Clone, Debug, Default)]
#[allow(clippy::struct_excessive_bools)] // independent switches
pub struct ViewArgs {
    /// Only incidents that last until this date or begin after it, such as 2022-09-12 or 2022-09
    #[arg(long, value_name = "DATE", allow_hyphen_values = true)]
    pub from: Option<String>,
    /// Only incidents that begin by this date; the day or month itself is in
    #[arg(long, value_name = "DATE", allow_hyphen_values = true)]
    pub to: Option<String>,
    /// Only claims published by this date
    #[arg(long, value_name = "DATE", allow_hyphen_values = true)]
    pub as_known: Option<String>,
    /// How claims become figures: own-side (the default), latest, lowest, highest, range or source:ID
    #[arg(long, value_name = "POLICY")]
    pub policy: Option<String>,
    /// Only these kinds of incident
    #[arg(long, value_name = "KIND", value_delimiter = ',')]
    pub kind: Vec<String>,
    /// Only incidents of these parties
    #[arg(long, value_name = "PARTY", value_delimiter = ',')]
    pub party: Vec<String>,
    /// Only incidents in whose texts all of these words occur, in any script and under any name of a place
    #[arg(long, value_name = "WORDS")]
    pub text: Option<String>,
    /// Only incidents whose dead, from low to high under the policy, meet this range (10..50, 10.., ..50, 10); none: those
    /// without a figure, which is not 0
    #[arg(long, value_name = "RANGE", allow_hyphen_values = true)]
    pub figure: Option<String>,
    /// Only incidents that can be read in these sources, given by id
    #[arg(long, value_name = "ID", value_delimiter = ',')]
    pub source: Vec<String>,
    /// Only incidents with a claim graded at least so (B2, B or 2); none: those without a graded claim
    #[arg(long, value_name = "GRADE")]
    pub grade: Option<String>,
    /// Only incidents with this tag; given again for the same name: either value, for another name: both tags
    #[arg(long, value_name = "NAME[=VALUE]")]
    pub tag: Vec<String>,
    /// Only incidents whose position or shape touches this area: "lon lat, lon lat, lon lat" or a WKT POLYGON
    #[arg(long, value_name = "CORNERS", allow_hyphen_values = true)]
    pub area: Option<String>,
    /// Only incidents with claims that contradict each other
    #[arg(long)]
    pub contradicted: bool,
    /// Only incidents that name no source and no link anywhere
    #[arg(long)]
    pub unsourced: bool,
    /// The filters saved in the project under this name; a condition given besides takes the place of theirs
    #[arg(long, value_name = "NAME")]
    pub filter: Option<String>,
    /// Language of names
    #[arg(long, value_name = "LANGUAGE", value_parser = ["en", "hy", "az", "ru"])]
    pub lang: Option<String>,
    /// Borders as they stand in law or as the ground was held
    #[arg(long, value_name = "VIEW", value_parser = ["de-jure", "de-facto"])]
    pub perspective: Option<String>,
    /// Colours of the map
    #[arg(long, value_name = "THEME", value_parser = ["light", "dark", "print"])]
    pub theme: Option<String>,
    /// Ask no server (the default); `render` and `export` draw what was kept of the tiles of servers
    #[arg(long, conflicts_with = "online")]
    pub offline: bool,
    /// With `render` and `export`: ask the servers of map tiles that --allow-host names
    #[arg(long)]
    pub online: bool,
}

/// Checks the options that choose incidents and figures.
///
/// # Errors
/// One line that says which option is wrong, why, and what can be given.
pub fn question(args: &ViewArgs) -> Result<Question, String> {
    let moment = |name: &str, text: &Option<String>| {
        let parse = |t: &String| Moment::parse(t.trim()).map_err(|e| format!("--{name}: {e}"));
        text.as_ref().map(parse).transpose()
    };
    let policy = match args.policy.as_deref().map(str::trim) {
        None => Policy::default(),
        Some(id) => Policy::from_id(id).ok_or_else(|| {
            format!("--policy: “{id}” is not a policy; use own-side, latest, lowest, highest, range or source:ID")
        })?,
    };
    let given = |items: &[String]| -> Vec<String> {
        items.iter().map(|s| s.trim().to_owned()).filter(|s| !s.is_empty()).collect()
    };
    Ok(Question {
        span: window(moment("from", &args.from)?, moment("to", &args.to)?)?,
        as_known: moment("as-known", &args.as_known)?,
        policy,
        filters: Filters {
            kinds: given(&args.kind).iter().map(|id| Kind::from_id(id)).collect(),
            parties: given(&args.party).iter().map(|id| PartyId::new(id)).collect(),
            text: search(args.text.as_deref().unwrap_or_default()),
            dead: checked(args.figure.as_ref(), |t| {
                let why = "is no range of dead; use 10..50, 10.., ..50, 10 or none";
                DeadFilter::parse(t).ok_or_else(|| format!("--figure: “{t}” {why}"))
            })?,
            sources: given(&args.source).iter().map(|id| SourceId::new(id)).collect(),
            grade: checked(args.grade.as_ref(), |t| {
                let why = "is no grade; use A to F, 1 to 6, both such as B2, or none";
                GradeFilter::parse(t).ok_or_else(|| format!("--grade: “{t}” {why}"))
            })?,
            tags: (args.tag.iter())
                .map(|t| TagFilter::parse(t).ok_or_else(|| format!("--tag: “{t}” has no name; use NAME or NAME=VALUE")))
                .collect::<Result<_, _>>()?,
            area: checked(args.area.as_ref(), |t| Outline::parse(t).map_err(|e| format!("--area: {e}")))?,
            contradicted: args.contradicted,
            unsourced: args.unsourced,
        },
    })
}

fn checked<T>(text: Option<&String>, check: impl Fn(&str) -> Result<T, String>) -> Result<Option<T>, String> {
    text.map(|t| check(t)).transpose()
}

/// Checks the options for a project: like [`question`], with the saved filters that `--filter` names.
///
/// # Errors
/// See [`question`]; also if the project has no filters under that name.
pub fn question_for(args: &ViewArgs, project: &Project) -> Result<Question, String> {
    let mut question = question(args)?;
    with_saved(&mut question, args, project)?;
    Ok(question)
}

/// Puts the saved filters that `--filter` names behind what else was given.
///
/// # Errors
/// One line that names the filters there are.
pub fn with_saved(question: &mut Question, args: &ViewArgs, project: &Project) -> Result<(), String> {
    let Some(name) = args.filter.as_deref().map(str::trim) else { return Ok(()) };
    let Some(saved) = project.meta().filter(name) else {
        let names: Vec<String> = project.meta().filters.iter().take(12).map(|f| format!("“{}”", f.name)).collect();
        let there_are =
            if names.is_empty() { "none is saved in it".to_owned() } else { format!("there are {}", names.join(", ")) };
        return Err(format!("--filter: the project has no filter “{name}”; {there_are}"));
    };
    let saved = crate::view::looked_up(saved.filters.clone());
    let given = std::mem::take(&mut question.filters);
    question.filters = Filters {
        kinds: if given.kinds.is_empty() { saved.kinds } else { given.kinds },
        parties: if given.parties.is_empty() { saved.parties } else { given.parties },
        text: if given.text.is_empty() { saved.text } else { given.text },
        dead: given.dead.or(saved.dead),
        sources: if given.sources.is_empty() { saved.sources } else { given.sources },
        grade: given.grade.or(saved.grade),
        tags: if given.tags.is_empty() { saved.tags } else { given.tags },
        area: given.area.or(saved.area),
        contradicted: given.contradicted || saved.contradicted,
        unsourced: given.unsourced || saved.unsourced,
    };
    Ok(())
}

/// From the start of one moment to the end of the other; without one of them it is open there.
fn window(from: Option<Moment>, to: Option<Moment>) -> Result<Option<Span>, String> {
    if from.is_none() && to.is_none() {
        return Ok(None);
    }
    let bound = |m: Option<Moment>| m.map_or(Bound::Open, Bound::At);
    match When::new(bound(from), Some(bound(to))) {
        Ok(when) => Ok(Some(when.span())),
        Err(WhenError::Reversed(_)) => Err("--to lies before --from; swap the two".into()),
        Err(e) => Err(format!("--from, --to: {e}")),
    }
}

/// Kinds, parties and sources that the question names and the project does not have, one line each: most often a slip
/// of the pen, which would otherwise look like an empty project.
pub fn unknown_names(project: &Project, question: &Question) -> Vec<String> {
    let mut out = Vec::new();
    for kind in &question.filters.kinds {
        if matches!(kind, Kind::Other(_)) && !project.iter().any(|(_, i)| i.kind == *kind) {
            let known: Vec<&str> = Kind::KNOWN.iter().map(Kind::id).collect();
            out.push(format!("--kind: no incident is of kind “{}”; kinds are {}", kind.id(), known.join(", ")));
        }
    }
    for party in &question.filters.parties {
        let named = project.meta().party(party).is_some()
            || project.iter().any(|(_, i)| i.parties.contains(party) || i.claims.iter().any(|c| c.about == *party));
        if !named {
            let known: Vec<&str> = project.meta().parties.iter().map(|p| p.id.as_str()).collect();
            let known = if known.is_empty() { String::new() } else { format!("; parties are {}", known.join(", ")) };
            out.push(format!("--party: “{}” is not in the project{known}", party.as_str()));
        }
    }
    for id in question.filters.sources.iter().filter(|id| project.meta().source(id).is_none()) {
        out.push(format!("--source: there is no source “{}” in the project", id.as_str()));
    }
    for tag in &question.filters.tags {
        let bears = |name: &str, value: &str| name == &*tag.name && tag.value.as_ref().is_none_or(|v| **v == *value);
        if !project.iter().any(|(_, i)| i.tags.iter().any(|(name, value)| bears(name, value))) {
            out.push(format!("--tag: no incident bears “{tag}”"));
        }
    }
    if let Policy::Source(id) = &question.policy
        && project.meta().source(id).is_none()
    {
        out.push(format!("--policy: there is no source “{}” in the project", id.as_str()));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(clap::Parser)]
    struct Line {
        #[command(flatten)]
        view: ViewArgs,
    }

    fn check(line: &str, want: Result<&str, &str>) {
        let words = std::iter::once("clashmap").chain(line.split_whitespace());
        let args = <Line as clap::Parser>::try_parse_from(words).unwrap().view;
        match (question(&args), want) {
            (Ok(q), Ok(sentence)) => assert_eq!(q.sentence(), sentence),
            (Err(e), Err(part)) => assert!(e.contains(part) && !e.contains('\n'), "{e}"),
            (got, want) => panic!("{line}: {got:?}, not {want:?}"),
        }
    }

    #[test]
    fn options_become_a_question() {
        check("", Ok("own-side · as known today"));
        check("--as-known 2022-09-13 --policy range", Ok("range · as known on 13 Sep 2022"));
        check("--from 2022-09-12 --to 2022-09-14", Ok("own-side · as known today · 12 Sep 2022 – 14 Sep 2022"));
        check("--from 2022-09 --to 2022-09", Ok("own-side · as known today · 1 Sep 2022 – 30 Sep 2022"));
        check("--to 2022-09", Ok("own-side · as known today · until 30 Sep 2022"));
        check(
            "--kind shelling,battle --party Armenia --text Xankəndi --lang hy --offline",
            Ok("own-side · as known today · kind: Shelling, Battle · party: armenia · text: “Xankəndi”"),
        );
    }

    #[test]
    fn every_filter_has_its_option() {
        check(
            "--figure 10..50 --source a,b --grade B2 --tag x=1 --tag y --contradicted --unsourced",
            Ok("own-side · as known today · dead: 10–50 · source: a, b · grade: B2 or better · tag: x=1, y \
                · contradicted · no source"),
        );
        check("--figure none --grade none", Ok("own-side · as known today · dead: no figure · not graded"));
        check("--area 45,39", Err("--area"));
        check("--figure 50..10", Err("10..50"));
        check("--figure ten", Err("--figure: “ten”"));
        check("--grade G7", Err("such as B2"));
        check("--tag =x", Err("NAME=VALUE"));
    }

    #[test]
    fn a_saved_filter_stands_behind_what_else_is_given() {
        let filters = Filters { kinds: vec![Kind::Battle], unsourced: true, ..Filters::default() };
        let saved = crate::model::SavedFilter { name: "a b".into(), filters, extra: Vec::new() };
        let meta = crate::model::Meta { filters: vec![saved], ..crate::model::Meta::default() };
        let project = Project::new(meta, [], Vec::new());
        let asked = |name: &str, kind: &[&str]| {
            let kind = kind.iter().map(|k| (*k).to_owned()).collect();
            question_for(&ViewArgs { filter: Some(name.to_owned()), kind, ..ViewArgs::default() }, &project)
        };
        assert_eq!(asked("a b", &[]).unwrap().sentence(), "own-side · as known today · kind: Battle · no source");
        let shelling = asked("a b", &["shelling"]).unwrap().sentence();
        assert_eq!(shelling, "own-side · as known today · kind: Shelling · no source");
        let error = asked("c", &[]).unwrap_err();
        assert!(error.contains("“c”") && error.contains("“a b”"), "{error}");
    }

    #[test]
    fn a_wrong_option_is_named_in_one_line() {
        check("--from 31/02/2022", Err("--from: “31/02/2022” is not a date"));
        check("--as-known 2022-02-31", Err("--as-known: “2022-02-31”: there is no such day"));
        check("--from 2022-09-14 --to 2022-09-12", Err("swap"));
        check("--policy newest", Err("own-side, latest"));
    }

    #[test]
    fn names_that_nothing_bears_are_reported() {
        let question = Question {
            filters: Filters {
                kinds: vec![Kind::Battle, Kind::from_id("batle")],
                parties: vec![PartyId::new("armenia"), PartyId::new("armania")],
                sources: vec![SourceId::new("s8")],
                tags: vec![TagFilter::parse("x=1").unwrap()],
                ..Filters::default()
            },
            policy: Policy::from_id("source:s9").unwrap(),
            ..Question::default()
        };
        let lines = unknown_names(&Project::default(), &question).join("\n");
        assert_eq!(lines.lines().count(), 5, "{lines}");
        for name in ["“batle”", "“armania”", "“s8”", "“s9”", "“x=1”"] {
            assert!(lines.contains(name), "{lines}");
        }
    }
}
