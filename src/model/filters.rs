//! Conditions on incidents, and those that a project keeps under a name. What they mean is asked in `derive`.

use std::fmt;

use super::{Extra, Grade, Kind, LonLat, PartyId, PlaceError, Search, SourceId, Text};

/// Which incidents are wanted. Every condition that is set must hold; an empty list sets none.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Filters {
    /// One of these kinds.
    pub kinds: Vec<Kind>,
    /// One of these takes part, or there is a claim about its people.
    pub parties: Vec<PartyId>,
    /// All of these words occur in its texts, whatever the script or accent.
    pub text: Search,
    /// What is known of the dead, under the policy in use.
    pub dead: Option<DeadFilter>,
    /// It, or one of its claims, can be read in one of these sources.
    pub sources: Vec<SourceId>,
    /// How its claims are graded.
    pub grade: Option<GradeFilter>,
    /// Tags that it bears: of one name any of the values, of different names all.
    pub tags: Vec<TagFilter>,
    /// Its position or its shape touches this area. An incident without either is not in it.
    pub area: Option<Outline>,
    /// Two of its claims cannot both be true.
    pub contradicted: bool,
    /// Neither it nor any of its claims names a source or a link.
    pub unsourced: bool,
}

impl Filters {
    /// Whether a condition reads what can be searched: titles, names, tags, sources.
    pub fn read_text(&self) -> bool {
        !self.text.is_empty() || !self.tags.is_empty() || !self.sources.is_empty() || self.unsourced
    }

    /// Whether nothing is filtered.
    pub fn is_empty(&self) -> bool {
        self.text.is_empty() && Self { text: Search::default(), ..self.clone() } == Self::default()
    }
}

/// What is known of an incident's dead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeadFilter {
    /// The figure, from its low to its high end, meets the numbers from the first to the second; `None` is an open end.
    Between(Option<u32>, Option<u32>),
    /// There is no figure, which is not 0.
    NoFigure,
}

impl DeadFilter {
    /// A range; `None` if it has no end at all or the first is above the second.
    pub fn between(from: Option<u32>, to: Option<u32>) -> Option<Self> {
        let reversed = from.zip(to).is_some_and(|(a, b)| a > b);
        (!reversed && from.or(to).is_some()).then_some(Self::Between(from, to))
    }

    /// Reads `10..50`, `10..`, `..50`, `10` and `none`; a dash may stand for the dots.
    pub fn parse(text: &str) -> Option<Self> {
        let t = text.trim();
        if t == "none" {
            return Some(Self::NoFigure);
        }
        let end = |t: &str| match t.trim() {
            "" => Some(None),
            t => t.bytes().all(|b| b.is_ascii_digit()).then(|| t.parse().ok())?.map(Some),
        };
        let (from, to) = match t
            .split_once("..")
            .or_else(|| t.split_once(['-', '–']).filter(|(a, b)| !a.is_empty() && !b.is_empty()))
        {
            Some((from, to)) => (end(from)?, end(to)?),
            None => (end(t)?, end(t)?),
        };
        Self::between(from, to)
    }
}

impl fmt::Display for DeadFilter {
    /// `10–50`, `≥ 10`, `≤ 50`, `10`, `no figure`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Between(Some(a), Some(b)) if a == b => write!(f, "{a}"),
            Self::Between(Some(a), Some(b)) => write!(f, "{a}–{b}"),
            Self::Between(Some(a), None) => write!(f, "≥ {a}"),
            Self::Between(None, Some(b)) => write!(f, "≤ {b}"),
            Self::Between(None, None) => f.write_str("any figure"),
            Self::NoFigure => f.write_str("no figure"),
        }
    }
}

/// How the claims of an incident are graded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GradeFilter {
    /// One claim has at least this grade in each half that is given: reliability `B` takes A and B, credibility 2 takes
    /// 1 and 2. A half that was not graded is not at least anything.
    AtLeast(Grade),
    /// No claim is graded. That is not the same as F or 6, "cannot be judged".
    NotGraded,
}

impl GradeFilter {
    /// Reads `B2`, `B`, `2` and `none`.
    pub fn parse(text: &str) -> Option<Self> {
        match text.trim() {
            "none" => Some(Self::NotGraded),
            t => Grade::parse(t).filter(|g| !g.is_none()).map(Self::AtLeast),
        }
    }
}

/// A tag that an incident bears.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TagFilter {
    /// Its name.
    pub name: Text,
    /// Its value; `None`: whatever it is.
    pub value: Option<Text>,
}

impl TagFilter {
    /// Reads `NAME` and `NAME=VALUE`; `None` without a name.
    pub fn parse(text: &str) -> Option<Self> {
        let (name, value) = match text.split_once('=') {
            Some((name, value)) => (name.trim(), Some(value.trim().into())),
            None => (text.trim(), None),
        };
        (!name.is_empty()).then(|| Self { name: name.into(), value })
    }
}

impl fmt::Display for TagFilter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)?;
        self.value.as_ref().map_or(Ok(()), |v| write!(f, "={v}"))
    }
}

/// An area as it was drawn: at least three corners, in order; the last is joined to the first. Where its edges cross, what
/// they enclose twice lies outside. Edges are straight in longitude and latitude.
#[derive(Clone, Debug, PartialEq)]
pub struct Outline(Vec<LonLat>);

impl Outline {
    /// Corners that an outline has at most: more is no drawing but a coast line.
    pub const MOST: usize = 10_000;

    /// An area of these corners; a last one that repeats the first is left out. `None` with fewer than three or more
    /// than [`Self::MOST`].
    pub fn new(mut corners: Vec<LonLat>) -> Option<Self> {
        while corners.len() > 1 && corners.first() == corners.last() {
            corners.pop();
        }
        (3..=Self::MOST).contains(&corners.len()).then_some(Self(corners))
    }

    /// Reads `lon lat, lon lat, …` and WKT `POLYGON ((lon lat, …))` with one ring.
    ///
    /// # Errors
    /// One line that says what is wrong.
    pub fn parse(text: &str) -> Result<Self, String> {
        let t = text.trim();
        let is_wkt = t.get(..7).is_some_and(|head| head.eq_ignore_ascii_case("polygon"));
        let inner = if is_wkt { wkt_ring(t.get(7..).unwrap_or(""))? } else { t };
        let mut corners = Vec::new();
        for pair in inner.split([',', ';']).map(str::trim).filter(|p| !p.is_empty()) {
            let numbers: Option<Vec<f64>> = pair.split_whitespace().map(|n| n.parse().ok()).collect();
            let Some([lon, lat]) = numbers.as_deref() else {
                return Err(format!("“{pair}” is not a corner; write longitude and latitude, such as 45.6 39.8"));
            };
            corners.push(LonLat::new(*lon, *lat).map_err(|e: PlaceError| e.to_string())?);
        }
        Self::new(corners).ok_or_else(|| format!("an area has from 3 to {} corners", Self::MOST))
    }

    /// The corners in order; the first is not repeated.
    pub fn corners(&self) -> &[LonLat] {
        &self.0
    }
}

/// The corners of `((lon lat, …))`.
fn wkt_ring(rings: &str) -> Result<&str, String> {
    let ring = rings.trim().strip_prefix('(').and_then(|r| r.strip_suffix(')')).map(str::trim);
    let ring = ring.and_then(|r| r.strip_prefix('(')?.strip_suffix(')'));
    let ring = ring.ok_or("a polygon is written POLYGON ((lon lat, lon lat, lon lat))")?;
    if ring.contains(['(', ')']) { Err("an area has one ring; leave the holes out".into()) } else { Ok(ring) }
}

/// Filters kept in a project under a name.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SavedFilter {
    /// The name under which they are chosen; unique in the project.
    pub name: Text,
    /// The filters.
    pub filters: Filters,
    /// Members this version does not know.
    pub extra: Extra,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_of_dead_is_read_as_it_is_typed() {
        let check = |text: &str, want: Option<&str>| {
            assert_eq!(DeadFilter::parse(text).map(|d| d.to_string()).as_deref(), want, "{text}");
        };
        check("10..50", Some("10–50"));
        check(" 10 – 50 ", Some("10–50"));
        check("10..", Some("≥ 10"));
        check("..50", Some("≤ 50"));
        check("0", Some("0"));
        check("none", Some("no figure"));
        for bad in ["", "..", "-", "50..10", "ten", "1..2..3", "-5", "5-", "99999999999", "+5"] {
            check(bad, None);
        }
    }

    #[test]
    fn grades_and_tags_are_read_as_they_are_typed() {
        assert_eq!(GradeFilter::parse("B2"), Grade::parse("B2").map(GradeFilter::AtLeast));
        assert_eq!(GradeFilter::parse("none"), Some(GradeFilter::NotGraded));
        assert_eq!(GradeFilter::parse(""), None);
        assert_eq!(TagFilter::parse("a = b").unwrap().to_string(), "a=b");
        assert_eq!(TagFilter::parse("a=").unwrap().value.as_deref(), Some(""));
        assert_eq!(TagFilter::parse("=b"), None);
    }

    #[test]
    fn an_area_is_read_from_corners_and_from_wkt() {
        let corners = |text: &str| Outline::parse(text).map(|o| o.corners().len());
        assert_eq!(corners("45 39, 46 39, 46 40"), Ok(3));
        assert_eq!(corners("POLYGON((45 39, 46 39, 46 40, 45 39))"), Ok(3));
        assert_eq!(corners("polygon (( 45 39 , 46 39, 46 40 ))"), Ok(3));
        for bad in ["", "45 39, 46 39", "45 39, 46 39, x", "45 39, 46 39, 46 95", "POLYGON 45 39", "45,39,46,39"] {
            let error = corners(bad).unwrap_err();
            assert!(!error.contains('\n') && error.len() < 120, "{error}");
        }
        assert!(corners("POLYGON((45 39,46 39,46 40),(45 39,46 39,46 40))").is_err());
    }

    #[test]
    fn filters_that_ask_for_nothing_are_empty() {
        assert!(Filters::default().is_empty());
        assert!(Filters { text: "  ".into(), ..Filters::default() }.is_empty());
        assert!(!Filters { text: "a".into(), ..Filters::default() }.is_empty());
        assert!(!Filters { unsourced: true, ..Filters::default() }.is_empty());
    }
}
