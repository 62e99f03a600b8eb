//! A small JSON Schema validator for the keywords that the shipped schema uses; any other keyword fails the test.

use serde_json::Value;

const SCHEMA: &str = include_str!("../../assets/clashmap-1.0.schema.json");

/// Panics with the path and the reason if `bytes` is no file of the format.
pub(crate) fn assert_valid(bytes: &[u8]) {
    let schema: Value = serde_json::from_str(SCHEMA).unwrap();
    let file: Value = serde_json::from_slice(bytes).unwrap();
    if let Err(why) = check(&schema, &schema, &file, "$") {
        panic!("{why}\n{}", String::from_utf8_lossy(bytes));
    }
}

fn check(root: &Value, schema: &Value, value: &Value, path: &str) -> Result<(), String> {
    let Value::Object(schema) = schema else {
        return if *schema == Value::Bool(false) { Err(format!("{path}: nothing may stand here")) } else { Ok(()) };
    };
    let fail = |why: String| Err(format!("{path}: {why}"));
    for (keyword, want) in schema {
        let list = || want.as_array().unwrap().iter();
        match keyword.as_str() {
            "$schema" | "$id" | "$defs" | "title" | "description" => {}
            "$ref" => {
                let name = want.as_str().unwrap().strip_prefix("#/$defs/").unwrap();
                check(root, &root["$defs"][name], value, path)?;
            }
            "type" => {
                let is = match want.as_str().unwrap() {
                    "object" => value.is_object(),
                    "array" => value.is_array(),
                    "string" => value.is_string(),
                    "number" => value.is_number(),
                    "integer" => value.is_u64() || value.is_i64(),
                    "null" => value.is_null(),
                    other => panic!("type {other}"),
                };
                if !is {
                    return fail(format!("{value} is no {want}"));
                }
            }
            "const" => {
                if value != want {
                    return fail(format!("{value} is not {want}"));
                }
            }
            "enum" => {
                if !list().any(|w| w == value) {
                    return fail(format!("{value} is none of {want}"));
                }
            }
            "required" => {
                let missing = |n: &&Value| value.is_object() && value.get(n.as_str().unwrap()).is_none();
                if let Some(name) = list().find(missing) {
                    return fail(format!("{name} is missing"));
                }
            }
            "properties" => {
                for (name, inner) in want.as_object().unwrap() {
                    if let Some(v) = value.get(name) {
                        check(root, inner, v, &format!("{path}.{name}"))?;
                    }
                }
            }
            "patternProperties" => {
                for (pattern, inner) in want.as_object().unwrap() {
                    for (name, v) in value.as_object().into_iter().flatten().filter(|(n, _)| matches(pattern, n)) {
                        check(root, inner, v, &format!("{path}.{name}"))?;
                    }
                }
            }
            "additionalProperties" => {
                let known = |n: &str| schema.get("properties").is_some_and(|p| p.get(n).is_some());
                for (name, v) in value.as_object().into_iter().flatten().filter(|(n, _)| !known(n)) {
                    check(root, want, v, &format!("{path}.{name}"))?;
                }
            }
            "items" => {
                for (n, v) in value.as_array().into_iter().flatten().enumerate() {
                    check(root, want, v, &format!("{path}[{n}]"))?;
                }
            }
            "prefixItems" => {
                for (n, (inner, v)) in list().zip(value.as_array().into_iter().flatten()).enumerate() {
                    check(root, inner, v, &format!("{path}[{n}]"))?;
                }
            }
            "minItems" => {
                if value.as_array().is_some_and(|a| (a.len() as u64) < want.as_u64().unwrap()) {
                    return fail(format!("fewer than {want} elements"));
                }
            }
            "minimum" | "maximum" => {
                let limit = want.as_f64().unwrap();
                let beyond = |v: f64| if keyword == "minimum" { v < limit } else { v > limit };
                if value.as_f64().is_some_and(beyond) {
                    return fail(format!("{value} is beyond {limit}"));
                }
            }
            "pattern" => {
                if value.as_str().is_some_and(|t| !matches(want.as_str().unwrap(), t)) {
                    return fail(format!("{value} does not match {want}"));
                }
            }
            "anyOf" | "oneOf" => {
                let results: Vec<_> = list().map(|s| check(root, s, value, path)).collect();
                let fits = results.iter().filter(|r| r.is_ok()).count();
                if fits == 0 || (keyword == "oneOf" && fits > 1) {
                    return fail(format!("{fits} of {keyword} fit: {results:?}"));
                }
            }
            other => panic!("keyword {other}"),
        }
    }
    Ok(())
}

/// Whether an anchored pattern of literals, `[…]`, `.`, `\x`, `(…|…)`, `?`, `*`, `+` and `{n}` matches the whole text.
fn matches(pattern: &str, text: &str) -> bool {
    let pattern: Vec<char> = pattern.strip_prefix('^').unwrap().strip_suffix('$').unwrap().chars().collect();
    let text: Vec<char> = text.chars().collect();
    ends(&pattern, &text, 0).contains(&text.len())
}

/// All places at which a match of the pattern that starts at `at` can end.
fn ends(pattern: &[char], text: &[char], at: usize) -> Vec<usize> {
    let mut branches = vec![0];
    let mut depth = 0;
    for (n, c) in pattern.iter().enumerate() {
        depth += i32::from(*c == '(') - i32::from(*c == ')');
        if *c == '|' && depth == 0 {
            branches.push(n + 1);
        }
    }
    let mut found = Vec::new();
    for (n, from) in branches.iter().enumerate() {
        let to = branches.get(n + 1).map_or(pattern.len(), |b| b - 1);
        found.extend(sequence(&pattern[*from..to], text, at));
    }
    found.sort_unstable();
    found.dedup();
    found
}

fn sequence(pattern: &[char], text: &[char], at: usize) -> Vec<usize> {
    let Some(first) = pattern.first() else { return vec![at] };
    let close = |open: char, shut: char| {
        let mut depth = 0;
        pattern.iter().position(|c| {
            depth += i32::from(*c == open) - i32::from(*c == shut);
            depth == 0
        })
    };
    let atom = match first {
        '(' => close('(', ')').unwrap() + 1,
        '[' => pattern.iter().position(|c| *c == ']').unwrap() + 1,
        '\\' => 2,
        _ => 1,
    };
    let one = |from: usize| -> Vec<usize> {
        if *first == '(' {
            return ends(&pattern[1..atom - 1], text, from);
        }
        let Some(c) = text.get(from) else { return Vec::new() };
        let fits = match first {
            '[' => class(&pattern[1..atom - 1], *c),
            '\\' => pattern[1] == *c,
            '.' => true,
            literal => literal == c,
        };
        if fits { vec![from + 1] } else { Vec::new() }
    };
    let (least, most, rest) = match pattern.get(atom) {
        Some('?') => (0, 1, atom + 1),
        Some('*') => (0, usize::MAX, atom + 1),
        Some('+') => (1, usize::MAX, atom + 1),
        Some('{') => {
            let n = pattern[atom + 1].to_digit(10).unwrap() as usize;
            (n, n, atom + 3)
        }
        _ => (1, 1, atom),
    };
    let (mut here, mut all, mut times) = (vec![at], Vec::new(), 0);
    while !here.is_empty() {
        if times >= least {
            all.extend(&here);
        }
        if times == most {
            break;
        }
        here = here.into_iter().flat_map(&one).collect();
        times += 1;
    }
    all.into_iter().flat_map(|from| sequence(&pattern[rest..], text, from)).collect()
}

fn class(set: &[char], c: char) -> bool {
    let (not, set) = if set[0] == '^' { (true, &set[1..]) } else { (false, set) };
    let (mut n, mut is) = (0, false);
    while n < set.len() {
        if n + 2 < set.len() && set[n + 1] == '-' {
            is |= (set[n]..=set[n + 2]).contains(&c);
            n += 3;
        } else {
            is |= set[n] == c;
            n += 1;
        }
    }
    is != not
}

#[test]
fn patterns_match_as_they_should() {
    for (pattern, text, want) in [
        ("^[0-9]+\\.[0-9]+$", "1.0", true),
        ("^[0-9]+\\.[0-9]+$", "1x0", false),
        ("^a(b(c)?)?[~?%]?$", "ab%", true),
        ("^a(b(c)?)?$", "ac", false),
        ("^(x|[^ A-Z]{2})$", "ab", true),
        ("^killed_.*_(low|high)$", "killed_a_b_low", true),
    ] {
        assert_eq!(matches(pattern, text), want, "{pattern} {text}");
    }
}
