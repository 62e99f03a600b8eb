//! The view options, the same for every subcommand: typed by clap here, checked by [`question`].

use clap::Args;

use crate::derive::{Policy, Question};
use crate::model::{Bound, Kind, Moment, PartyId, Project, Span, When, WhenError};

/// View options as typed.
#[derive(Args, Clone, Debug, Default)]
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
    /// Only incidents in whose texts all of these words occur, in any script
    #[arg(long, value_name = "WORDS")]
    pub text: Option<String>,
    /// Language of names
    #[arg(long, value_name = "LANGUAGE", value_parser = ["en", "hy", "az", "ru"])]
    pub lang: Option<String>,
    /// Borders as they stand in law or as the ground was held
    #[arg(long, value_name = "VIEW", value_parser = ["de-jure", "de-facto"])]
    pub perspective: Option<String>,
    /// Colours of the map
    #[arg(long, value_name = "THEME", value_parser = ["light", "dark", "print"])]
    pub theme: Option<String>,
    /// Make no network request (the default)
    #[arg(long, conflicts_with = "online")]
    pub offline: bool,
    /// Allow tile requests
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
        kinds: given(&args.kind).iter().map(|id| Kind::from_id(id)).collect(),
        parties: given(&args.party).iter().map(|id| PartyId::new(id)).collect(),
        text: args.text.clone().unwrap_or_default(),
    })
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
    for kind in &question.kinds {
        if matches!(kind, Kind::Other(_)) && !project.iter().any(|(_, i)| i.kind == *kind) {
            let known: Vec<&str> = Kind::KNOWN.iter().map(Kind::id).collect();
            out.push(format!("--kind: no incident is of kind “{}”; kinds are {}", kind.id(), known.join(", ")));
        }
    }
    for party in &question.parties {
        let named = project.meta().party(party).is_some()
            || project.iter().any(|(_, i)| i.parties.contains(party) || i.claims.iter().any(|c| c.about == *party));
        if !named {
            let known: Vec<&str> = project.meta().parties.iter().map(|p| p.id.as_str()).collect();
            let known = if known.is_empty() { String::new() } else { format!("; parties are {}", known.join(", ")) };
            out.push(format!("--party: “{}” is not in the project{known}", party.as_str()));
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
    fn a_wrong_option_is_named_in_one_line() {
        check("--from 31/02/2022", Err("--from: “31/02/2022” is not a date"));
        check("--as-known 2022-02-31", Err("--as-known: “2022-02-31”: there is no such day"));
        check("--from 2022-09-14 --to 2022-09-12", Err("swap"));
        check("--policy newest", Err("own-side, latest"));
    }

    #[test]
    fn names_that_nothing_bears_are_reported() {
        let question = Question {
            kinds: vec![Kind::Battle, Kind::from_id("batle")],
            parties: vec![PartyId::new("armenia"), PartyId::new("armania")],
            policy: Policy::from_id("source:s9").unwrap(),
            ..Question::default()
        };
        let lines = unknown_names(&Project::default(), &question).join("\n");
        assert_eq!(lines.lines().count(), 3, "{lines}");
        for name in ["“batle”", "“armania”", "“s9”"] {
            assert!(lines.contains(name), "{lines}");
        }
    }
}
