//! Members of the project file in words, for those who do not read JSON: in comparisons of versions and in the log of edits.

/// `claims.c1.count` → "figure of claim c1".
pub fn member_words(path: &str) -> String {
    let parts: Vec<&str> = path.split('.').collect();
    let list = |name: &str| {
        Some(match name {
            "claims" => "claim",
            "parties" => "party",
            "sources" => "source",
            "slides" => "slide",
            "maps" => "map source",
            "filters" => "filter",
            "pins" => "choice of a claim",
            _ => return None,
        })
    };
    match parts.as_slice() {
        [""] => "all of it".into(),
        [of, id] if list(of).is_some() => format!("{} {id}", list(of).unwrap_or_default()),
        [of, id, rest @ ..] if list(of).is_some() => {
            format!("{} of {} {id}", member_word(&rest.join(" ")), list(of).unwrap_or_default())
        }
        ["place", "names", language] => format!("name of the place ({language})"),
        ["place", "position"] | ["geometry", ..] => "position or outline".into(),
        ["place", rest @ ..] => format!("{} of the place", member_word(&rest.join(" "))),
        ["tags", tag] => format!("tag {tag}"),
        _ => member_word(&path.replace('.', " ")),
    }
}

/// One member by its own name: `when` → "time".
pub fn member_word(name: &str) -> String {
    match name {
        "count" => "figure".into(),
        "when" => "time".into(),
        "speaks_for" => "whom the claimant speaks for".into(),
        "about" => "whom it is about".into(),
        "category" => "what happened to them".into(),
        "via" => "citing".into(),
        "covers" => "incidents that it covers".into(),
        "running" => "whether it is a running toll".into(),
        "url" => "link".into(),
        "radius_km" => "radius in km".into(),
        "keeps_log" => "whether a log of edits is kept".into(),
        "hide_title" => "whether the title is hidden".into(),
        other => other.replace('_', " "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_member_is_named_as_one_says_it() {
        for (path, words) in [
            ("claims.c1.count", "figure of claim c1"),
            ("claims.c1", "claim c1"),
            ("place.names.hy", "name of the place (hy)"),
            ("place.position", "position or outline"),
            ("tags.front", "tag front"),
            ("sources.s1", "source s1"),
            ("keeps_log", "whether a log of edits is kept"),
            ("sensitive_fields", "sensitive fields"),
            ("", "all of it"),
        ] {
            assert_eq!(member_words(path), words, "{path}");
        }
    }
}
