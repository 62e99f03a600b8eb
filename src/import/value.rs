//! Single cells: figures, numbers, kinds, exactness, well-known text.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::mapping::Decimal;
use super::table::Ground;
use super::target::Scheme;
use crate::model::{Count, CountError, Kind, LonLat, Precision, Resolution, Shape, fold};

/// The first 60 characters, for messages.
pub(super) fn short(text: &str) -> String {
    if text.chars().nth(60).is_none() {
        return text.to_owned();
    }
    text.chars().take(59).chain(std::iter::once('…')).collect()
}

/// Whether a cell says that it says nothing.
pub(super) fn is_blank(text: &str) -> bool {
    const LATIN: [&str; 12] =
        ["na", "n/a", "nan", "null", "none", "nil", "n.a.", "n.d.", "nd", "unknown", "#n/a", "(null)"];
    const CYRILLIC: [&str; 3] = ["нет данных", "н/д", "неизвестно"];
    // Every cell of a table comes by here; the first letter rules nearly all of them out.
    match text.chars().next() {
        None => true,
        Some('-' | '–' | '—' | '?' | '.' | '…') => matches!(text, "-" | "–" | "—" | "?" | "." | "..." | "…"),
        Some('n' | 'N' | 'u' | 'U' | '#' | '(') => {
            text.len() <= 7 && LATIN.iter().any(|w| text.eq_ignore_ascii_case(w))
        }
        Some('н' | 'Н') => text.len() <= 32 && CYRILLIC.contains(&text.to_lowercase().as_str()),
        Some(_) => false,
    }
}

/// A cell with a figure. `None`: it gives none.
///
/// # Errors
/// One sentence.
pub(super) fn count(text: &str, decimal: Option<Decimal>) -> Result<Option<Count>, String> {
    // Nearly every cell of a large table.
    if text.len() <= 9 && !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()) {
        return Ok(text.parse().ok().map(Count::Exactly));
    }
    if is_blank(text) {
        return Ok(None);
    }
    let mut t = text.trim().to_owned();
    // Programs that count in decimals write 12.0; a spreadsheet of the region 12,0.
    for zeros in [".0", ".00", ",0", ",00"] {
        if let Some(whole) = t.strip_suffix(zeros).filter(|w| w.bytes().all(|b| b.is_ascii_digit()) && !w.is_empty()) {
            t = whole.to_owned();
        }
    }
    if decimal == Some(Decimal::Comma) {
        t = t.replace('.', " ");
    }
    match Count::parse(&t) {
        Ok(Count::Unknown) => Ok(None),
        Ok(count) => Ok(Some(count)),
        Err(CountError::NotACount(_)) if in_words(&t) => Ok(Some(Count::Some(t.trim().into()))),
        Err(CountError::NotACount(_)) if is_spoilt(&t) => Err(format!(
            "“{}” looks like a date that a spreadsheet made of a range such as 3-5; correct it",
            short(text)
        )),
        Err(e) => Err(e.to_string()),
    }
}

/// Whether a text says a number of people in words.
fn in_words(text: &str) -> bool {
    const WORDS: [&str; 24] = [
        "several",
        "dozen",
        "dozens",
        "score",
        "scores",
        "hundreds",
        "thousands",
        "many",
        "few",
        "numerous",
        "some",
        "tens",
        "multiple",
        "несколько",
        "десятки",
        "десятков",
        "сотни",
        "много",
        "մի քանի",
        "տասնյակ",
        "bir neçə",
        "onlarla",
        "birkaç",
        "onlarca",
    ];
    if text.bytes().any(|b| b.is_ascii_digit()) {
        return false;
    }
    let key = format!(" {} ", fold(text));
    WORDS.iter().any(|w| key.contains(&format!(" {} ", fold(w))))
}

/// `5-Mar`, `03-May`, `Mar-05`, `2022-05-03`: a range that was taken for a date.
fn is_spoilt(text: &str) -> bool {
    let parts: Vec<&str> = text.split(['-', '.', '/', ' ']).collect();
    let is_month = |p: &&str| {
        [
            "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec", "янв", "фев", "мар",
            "апр", "май", "июн", "июл", "авг", "сен", "окт", "ноя", "дек",
        ]
        .contains(&p.to_lowercase().as_str())
    };
    (parts.len() == 2 && parts.iter().any(is_month)) || super::date::three_numbers(text).is_some()
}

/// A plain number with either decimal mark.
pub(super) fn number(text: &str, decimal: Option<Decimal>) -> Option<f64> {
    let t = text.trim();
    if decimal != Some(Decimal::Comma)
        && let Ok(n) = t.parse::<f64>()
    {
        // "inf" and "nan" are words that the parser takes.
        return n.is_finite().then_some(n);
    }
    let t = t.replace('−', "-");
    let plain = match (decimal, t.contains('.'), t.contains(',')) {
        (Some(Decimal::Comma), _, true) => t.replace('.', "").replace(',', "."),
        (None, false, true) if t.matches(',').count() == 1 => t.replace(',', "."),
        _ => t,
    };
    plain.parse::<f64>().ok().filter(|n| n.is_finite())
}

/// Words for kinds beside their ids and labels, as tables have them; folded.
const KINDS: &[(&str, &[&str])] = &[
    (
        "armed-clash",
        &[
            "clash",
            "clashes",
            "skirmish",
            "firefight",
            "exchange of fire",
            "armed clash",
            "ceasefire violation",
            "small arms fire",
            "sniper fire",
            "столкновение",
            "перестрелка",
            "բախում",
            "toqquşma",
            "atəşkəsin pozulması",
            "çatışma",
        ],
    ),
    (
        "shelling",
        &[
            "shelling",
            "artillery",
            "mortar",
            "artillery fire",
            "shelling/artillery/missile attack",
            "обстрел",
            "հրետակոծություն",
            "atəş",
            "artilleriya",
        ],
    ),
    (
        "air-strike",
        &[
            "air strike",
            "airstrike",
            "drone strike",
            "air/drone strike",
            "uav strike",
            "bombing",
            "авиаудар",
            "удар бпла",
            "hava zərbəsi",
        ],
    ),
    ("missile-strike", &["missile", "missile strike", "rocket", "rocket strike", "ракетный удар", "raket"]),
    ("battle", &["battle", "battles", "бой", "бои", "մարտ", "döyüş"]),
    (
        "territorial-change",
        &[
            "government regains territory",
            "non-state actor overtakes territory",
            "non-violent transfer of territory",
            "change of control",
            "capture of territory",
        ],
    ),
    (
        "violence-against-civilians",
        &["violence against civilians", "attack", "sexual violence", "one-sided violence", "civilians"],
    ),
    ("capture", &["abduction/forced disappearance", "captured", "taken prisoner", "плен", "պատանդ"]),
    (
        "sabotage",
        &["sabotage", "mine", "landmine", "ied", "remote explosive/landmine/ied", "grenade", "диверсия", "mina"],
    ),
    ("aircraft-shot-down", &["aircraft shot down", "shootdown", "helicopter downed"]),
    ("explosion", &["explosion", "взрыв", "partlayış"]),
    ("ceasefire", &["ceasefire", "truce", "armistice", "agreement", "перемирие", "հրադադար", "atəşkəs"]),
    ("statement", &["statement", "заявление", "bəyanat"]),
];

/// The kind of a text: an id, a label, or a word for it; any other text is kept as a kind of its own.
pub(super) fn kind(text: &str) -> Kind {
    if let Some(known) = known_kind(text) {
        return known;
    }
    Kind::from_id(crate::model::PartyId::new(text).as_str())
}

/// The kinds under their folded words; looked up for every row of a table.
static KIND_WORDS: LazyLock<HashMap<String, Kind>> = LazyLock::new(|| {
    let mut out = HashMap::new();
    for kind in Kind::KNOWN {
        for word in [kind.label(), kind.id()] {
            out.entry(fold(word)).or_insert_with(|| kind.clone());
        }
    }
    for (id, words) in KINDS {
        for word in *words {
            out.entry(fold(word)).or_insert_with(|| Kind::from_id(id));
        }
    }
    out
});

/// The same, only where the text is known.
pub(super) fn known_kind(text: &str) -> Option<Kind> {
    let exact = Kind::from_id(text.trim());
    if !matches!(exact, Kind::Other(_)) {
        return Some(exact);
    }
    KIND_WORDS.get(&fold(text)).cloned()
}

/// How exactly a place is known, and the radius in km that the code states.
///
/// UCDP (codebook of the Georeferenced Event Dataset): 1 exact, 2 within about 25 km of a known point, 3 the point of a
/// second-order division, 4 of a first-order division, 5 a linear or fuzzy feature, 6 the country only, 7 international
/// waters or airspace. ACLED: 1 a named place, 2 near it or in part of a region, 3 a larger region.
///
/// # Errors
/// One sentence.
pub(super) fn precision(text: &str, scheme: Scheme) -> Result<(Precision, Option<f32>), String> {
    let code = text.trim().trim_end_matches(".0");
    let found = match (scheme, code) {
        // "Exact" means the named settlement, not a spot in it.
        (Scheme::Ucdp | Scheme::Acled, "1") => Some((Precision::Near, None)),
        (Scheme::Ucdp, "2") => Some((Precision::Approximate, Some(25.0))),
        (Scheme::Ucdp, "3") | (Scheme::Acled, "2") => Some((Precision::District, None)),
        (Scheme::Ucdp, "4") | (Scheme::Acled, "3") => Some((Precision::Region, None)),
        (Scheme::Ucdp, "5") => Some((Precision::Front, None)),
        (Scheme::Ucdp, "6" | "7") => Some((Precision::Country, None)),
        (Scheme::Own, word) => {
            let key = fold(word);
            Precision::ALL.into_iter().find(|p| p.id() == word || fold(p.label()) == key).map(|p| (p, None))
        }
        _ => None,
    };
    found.ok_or_else(|| {
        let known = match scheme {
            Scheme::Ucdp => "1 to 7".to_owned(),
            Scheme::Acled => "1 to 3".to_owned(),
            Scheme::Own => Precision::ALL.map(Precision::id).join(", "),
        };
        format!("“{}” does not say how exactly a place is known; use {known}", short(text))
    })
}

/// What becomes of the dates of a row whose exactness is stated by a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Exactness {
    /// The day, or the days from – to, as written.
    AsWritten,
    /// Some day from the first to the last.
    Within,
    /// The week around the day.
    Week,
    /// Only this much is known.
    To(Resolution),
}

/// How exactly a time is known.
///
/// UCDP `date_prec`: 1 the day, 2 and 3 some days of which the first and last are given, 4 and 5 likewise over a month or a
/// year. ACLED `time_precision`: 1 the day, 2 the week, 3 the month.
///
/// # Errors
/// One sentence.
pub(super) fn exactness(text: &str, scheme: Scheme) -> Result<Exactness, String> {
    let code = text.trim().trim_end_matches(".0");
    match (scheme, code) {
        (Scheme::Ucdp | Scheme::Acled, "1") => Ok(Exactness::AsWritten),
        (Scheme::Ucdp, "2" | "3" | "4" | "5") => Ok(Exactness::Within),
        (Scheme::Acled, "2") => Ok(Exactness::Week),
        (Scheme::Acled, "3") => Ok(Exactness::To(Resolution::Month)),
        (Scheme::Own, _) => match code.to_lowercase().as_str() {
            "exact" | "minute" | "hour" | "second" => Ok(Exactness::AsWritten),
            "week" => Ok(Exactness::Week),
            "date" => Ok(Exactness::To(Resolution::Day)),
            _ => own_exactness(code),
        },
        _ => Err(format!("“{}” is no code of this list", short(text))),
    }
}

fn own_exactness(code: &str) -> Result<Exactness, String> {
    let found = Resolution::ALL.into_iter().find(|r| r.label().eq_ignore_ascii_case(code));
    found.map(Exactness::To).ok_or_else(|| {
        format!("“{}” does not say how exactly a date is known; use day, week, month or year", short(code))
    })
}

/// Well-known text: POINT, LINESTRING, POLYGON and the first part of their MULTI forms; an `SRID=4326;` before it.
///
/// # Errors
/// One sentence.
pub(super) fn wkt(text: &str) -> Result<Ground, String> {
    let t = text.trim();
    let t = match t.split_once(';') {
        Some((srid, rest)) if srid.to_ascii_uppercase().starts_with("SRID=") => {
            if srid.get(5..) != Some("4326") {
                return Err(format!("the geometry is in {}; convert it to WGS 84 (EPSG:4326)", short(srid)));
            }
            rest.trim_start()
        }
        _ => t,
    };
    let bad = || format!("“{}” is no geometry such as POINT (46.7 39.8)", short(text));
    let open = t.find('(').ok_or_else(bad)?;
    let (name, rest) = t.split_at(open);
    let name = name.trim().to_ascii_uppercase();
    let name = name.split(' ').next().unwrap_or_default();
    let body = rest.trim().strip_prefix('(').and_then(|r| r.strip_suffix(')')).ok_or_else(bad)?;
    let pair = |text: &str| -> Result<LonLat, String> {
        let mut n = text.trim().trim_matches(['(', ')']).split_whitespace().map(str::parse::<f64>);
        match (n.next(), n.next()) {
            (Some(Ok(x)), Some(Ok(y))) => LonLat::new(x, y).map_err(|e| e.to_string()),
            _ => Err(bad()),
        }
    };
    let line = |text: &str| text.split(',').map(pair).collect::<Result<Vec<_>, _>>();
    let rings = |text: &str| groups(text).into_iter().map(line).collect::<Result<Vec<_>, _>>();
    match name {
        "POINT" => Ok(Ground { position: Some(pair(body)?), ..Ground::default() }),
        "LINESTRING" => shaped(Shape::Line(line(body)?), 1),
        "POLYGON" => shaped(Shape::Area(rings(body)?), 1),
        "MULTIPOINT" => {
            let all = line(body)?;
            let left_out = left_out(all.len());
            Ok(Ground { position: all.first().copied(), shape: None, left_out })
        }
        "MULTILINESTRING" => {
            let parts = groups(body);
            shaped(Shape::Line(line(parts.first().copied().unwrap_or_default())?), parts.len())
        }
        "MULTIPOLYGON" => {
            let parts = groups(body);
            shaped(Shape::Area(rings(parts.first().copied().unwrap_or_default())?), parts.len())
        }
        _ => Err(bad()),
    }
}

/// What stands in the outermost brackets, one after the other.
fn groups(text: &str) -> Vec<&str> {
    let (mut out, mut depth, mut from) = (Vec::new(), 0_usize, 0);
    for (at, c) in text.char_indices() {
        match c {
            '(' => {
                if depth == 0 {
                    from = at + 1;
                }
                depth += 1;
            }
            ')' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    out.extend(text.get(from..at));
                }
            }
            _ => {}
        }
    }
    out
}

/// What is said of a geometry of several parts.
pub fn left_out(parts: usize) -> String {
    if parts > 1 { format!("of the {parts} parts of its geometry the first is taken") } else { String::new() }
}

/// A shape with the position in its middle, checked.
///
/// # Errors
/// One sentence if it is no line or area.
pub fn shaped(shape: Shape, parts: usize) -> Result<Ground, String> {
    match &shape {
        Shape::Line(line) if line.len() < 2 => return Err("a line needs two positions".into()),
        Shape::Area(rings) if rings.first().is_none_or(|r| r.len() < 4) => {
            return Err("an area needs four positions".into());
        }
        Shape::Area(rings) if rings.iter().any(|r| r.first() != r.last()) => {
            return Err("a ring of the area is not closed".into());
        }
        _ => {}
    }
    let position = middle(&shape);
    Ok(Ground { position, shape: Some(shape), left_out: left_out(parts) })
}

/// The middle position of a line, the middle of the box around an area.
fn middle(shape: &Shape) -> Option<LonLat> {
    match shape {
        Shape::Line(line) => line.get(line.len() / 2).copied(),
        Shape::Area(rings) => {
            let ring = rings.first()?;
            let fold = |f: fn(f64, f64) -> f64, of: fn(LonLat) -> f64| ring.iter().map(|p| of(*p)).reduce(f);
            let mid = |of: fn(LonLat) -> f64| Some(f64::midpoint(fold(f64::min, of)?, fold(f64::max, of)?));
            LonLat::new(mid(LonLat::lon)?, mid(LonLat::lat)?).ok()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_read_as_tables_hold_them() {
        let check = |text: &str, want: &str| {
            let got = count(text, None).map(|c| c.map_or_else(|| "none".to_owned(), |c| c.to_string()));
            assert_eq!(got, Ok(want.to_owned()), "{text}");
        };
        for (text, want) in [
            ("49", "49"),
            ("0", "0"),
            ("", "none"),
            ("NA", "none"),
            ("-", "none"),
            ("n/a", "none"),
            ("нет данных", "none"),
            ("3-5", "3–5"),
            ("12.0", "12"),
            ("1,275", "1275"),
            ("≥135", "≥ 135"),
            ("several dozen", "“several dozen”"),
            ("десятки", "“десятки”"),
            ("Dozens of soldiers", "“Dozens of soldiers”"),
            ("bir neçə", "“bir neçə”"),
        ] {
            check(text, want);
        }
        assert_eq!(count("1.275", Some(Decimal::Comma)), Ok(Some(Count::Exactly(1275))));
        assert!(count("5-Mar", None).unwrap_err().contains("spreadsheet"));
        for bad in ["-3", "many thousands 3", "x", "1.5"] {
            assert!(count(bad, None).is_err(), "{bad}");
        }
    }

    #[test]
    fn numbers_take_either_mark() {
        for (text, decimal, want) in [
            ("39.84", None, Some(39.84)),
            ("39,84", None, Some(39.84)),
            ("1.039,84", Some(Decimal::Comma), Some(1039.84)),
            ("−39.84", None, Some(-39.84)),
            ("4,5,6", None, None),
            ("nan", None, None),
            ("1e400", None, None),
            ("", None, None),
        ] {
            assert_eq!(number(text, decimal), want, "{text}");
        }
    }

    #[test]
    fn kinds_are_known_by_many_words_and_others_are_kept() {
        for (text, id) in [
            ("Shelling", "shelling"),
            ("обстрел", "shelling"),
            ("Air/drone strike", "air-strike"),
            ("Armed clash", "armed-clash"),
            ("Market Fire", "market-fire"),
        ] {
            assert_eq!(kind(text).id(), id, "{text}");
        }
    }

    #[test]
    fn well_known_text_gives_points_lines_and_areas() {
        let p = wkt("SRID=4326;POINT Z (46.5 39.5 100)").unwrap().position.unwrap();
        assert_eq!((p.lon(), p.lat()), (46.5, 39.5));
        let area = wkt("MULTIPOLYGON (((46 39, 47 39, 47 40, 46 39), (46.1 39, 46.2 39, 46.2 39.1, 46.1 39)), ((1 1, 2 2, 3 3, 1 1)))").unwrap();
        assert!(matches!(&area.shape, Some(Shape::Area(r)) if r.len() == 2) && area.left_out.contains("2 parts"));
        assert_eq!(area.position, LonLat::new(46.5, 39.5).ok());
        assert!(matches!(wkt("linestring(46 39, 47 40)").unwrap().shape, Some(Shape::Line(l)) if l.len() == 2));
        for bad in [
            "POINT",
            "POINT (46)",
            "POINT (46 99)",
            "CIRCLE (1 2)",
            "SRID=3857;POINT (1 2)",
            "POLYGON ((1 1, 2 2, 3 3, 4 4))",
            "POINT (((((",
            "))))",
        ] {
            assert!(wkt(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn codes_of_exactness_are_known() {
        assert_eq!(precision("2", Scheme::Ucdp), Ok((Precision::Approximate, Some(25.0))));
        assert_eq!(precision("3", Scheme::Acled), Ok((Precision::Region, None)));
        assert_eq!(precision("direction", Scheme::Own), Ok((Precision::Direction, None)));
        assert!(precision("9", Scheme::Ucdp).is_err() && precision("x", Scheme::Own).is_err());
        assert_eq!(exactness("3", Scheme::Acled), Ok(Exactness::To(Resolution::Month)));
        assert_eq!(exactness("week", Scheme::Own), Ok(Exactness::Week));
        assert_eq!(exactness("Year", Scheme::Own), Ok(Exactness::To(Resolution::Year)));
        assert!(exactness("7", Scheme::Ucdp).is_err() && exactness("soon", Scheme::Own).is_err());
    }
}
