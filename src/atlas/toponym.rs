//! Named places: what is labelled from which zoom, and finding a place by any of its names.

use std::sync::OnceLock;

use super::boundary::rows;
use crate::model::{Language, LonLat, Names, Text, fold};

/// What kind of place a name stands for; decides how it is lettered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ToponymKind {
    /// A state; the position is where its label stands.
    Country,
    /// Ground of one state enclosed by another.
    Exclave,
    /// A province or district; the position is where its label stands.
    Region,
    /// A landscape, a height, a front without sharp limits.
    Area,
    /// A town or village.
    Settlement,
    /// A sea.
    Sea,
    /// A lake or reservoir.
    Lake,
    /// A river, at a point of its course.
    River,
    /// A mountain or range.
    Mountain,
    /// A bridge.
    Bridge,
}

impl ToponymKind {
    fn from_id(id: &str) -> Option<Self> {
        Some(match id {
            "country" => Self::Country,
            "exclave" => Self::Exclave,
            "region" => Self::Region,
            "area" => Self::Area,
            "settlement" => Self::Settlement,
            "sea" => Self::Sea,
            "lake" => Self::Lake,
            "river" => Self::River,
            "mountain" => Self::Mountain,
            "bridge" => Self::Bridge,
            _ => return None,
        })
    }
}

/// A named place.
#[derive(Clone, Debug)]
pub struct Toponym {
    /// Where it is, or where its label stands.
    pub lonlat: LonLat,
    /// What it is.
    pub kind: ToponymKind,
    /// The zoom from which it is labelled; `f32::MAX` if it is only searched for.
    pub min_zoom: f32,
    /// Inhabitants as the gazetteer has them; 0 if it states none.
    pub population: u32,
    /// Names to show.
    pub names: Names,
    /// Former and other names to find it by, joined by `;`.
    pub also: Text,
    /// How far the position may be off, in km.
    pub exact_km: f32,
}

impl Toponym {
    /// Whether it ever gets a label.
    pub fn is_labelled(&self) -> bool {
        self.min_zoom < f32::MAX
    }
}

/// Reads the table; rows that can't be read are left out, which a test rules out for the shipped one.
pub(super) fn read(table: &'static str) -> Vec<Toponym> {
    rows(table)
        .filter_map(|[kind, lon, lat, zoom, population, exact, en, hy, az, ru, also]| {
            Some(Toponym {
                lonlat: LonLat::new(lon.parse().ok()?, lat.parse().ok()?).ok()?,
                kind: ToponymKind::from_id(kind)?,
                min_zoom: if zoom.is_empty() { f32::MAX } else { zoom.parse().ok()? },
                population: population.parse().ok()?,
                names: Names::from_pairs([("en", en), ("hy", hy), ("az", az), ("ru", ru)]),
                also: also.into(),
                exact_km: exact.parse().ok()?,
            })
        })
        .collect()
}

/// Whether two entries stand for one place: the same Azerbaijani name within about 15 km.
fn is_same(a: &Toponym, b: &Toponym) -> bool {
    let near = |x: f64, y: f64| (x - y).abs() < 0.15;
    a.names.get(Language::Az) == b.names.get(Language::Az)
        && near(a.lonlat.lon(), b.lonlat.lon())
        && near(a.lonlat.lat(), b.lonlat.lat())
}

/// All names of all places, folded, built when first asked.
#[derive(Debug, Default)]
pub(super) struct Index(OnceLock<Vec<(String, usize)>>);

impl Index {
    fn names(&self, places: &[Toponym]) -> &[(String, usize)] {
        self.0.get_or_init(|| {
            let mut names = Vec::with_capacity(places.len() * 8);
            for (at, place) in places.iter().enumerate() {
                let shown = place.names.iter().map(|(_, n)| n);
                for name in shown.chain(place.also.split(';')) {
                    let folded = fold(name);
                    if !folded.is_empty() {
                        names.push((folded, at));
                    }
                }
            }
            names
        })
    }

    /// Places by any name: the whole name first, then its beginning, the beginning of a word, any part; among equals
    /// the more important.
    pub(super) fn find<'a>(&self, places: &'a [Toponym], query: &str, limit: usize) -> Vec<&'a Toponym> {
        let query = fold(query.trim());
        if query.is_empty() || limit == 0 {
            return Vec::new();
        }
        let mut best: Vec<Option<u8>> = vec![None; places.len()];
        for (name, at) in self.names(places) {
            let Some(found) = name.find(&query) else { continue };
            let rank = match found {
                0 if name.len() == query.len() => 0,
                0 => 1,
                n if name.get(..n).is_some_and(|before| before.ends_with(' ')) => 2,
                _ => 3,
            };
            if let Some(slot) = best.get_mut(*at) {
                *slot = Some(slot.map_or(rank, |r| r.min(rank)));
            }
        }
        let mut hits: Vec<(u8, &Toponym)> =
            places.iter().zip(best).filter_map(|(place, rank)| rank.map(|r| (r, place))).collect();
        hits.sort_by(|(ra, a), (rb, b)| {
            (ra, a.min_zoom)
                .partial_cmp(&(rb, b.min_zoom))
                .unwrap_or(std::cmp::Ordering::Equal)
                .then_with(|| b.population.cmp(&a.population))
        });
        let mut found: Vec<&Toponym> = Vec::with_capacity(limit);
        for (_, place) in hits {
            if found.len() == limit {
                break;
            }
            // A town and the district of the same name are one place to somebody who types the name.
            if !found.iter().any(|f| is_same(f, place)) {
                found.push(place);
            }
        }
        found
    }
}

/// Letters from which the beginning of a name stands for it, and the places it may then leave.
const BEGINNING: usize = 4;
const FEW: usize = 6;
/// Letters that a name has at least to be looked for in a text: shorter ones occur in too many words.
const NAME: usize = 3;

impl Index {
    /// All folded names of the places called `folded`, without that one; see [`super::Atlas::other_names`].
    pub(super) fn other_names(&self, places: &[Toponym], folded: &str) -> Vec<String> {
        if folded.len() < NAME {
            return Vec::new();
        }
        let names = self.names(places);
        let places_of = |test: &dyn Fn(&str) -> bool| {
            let mut at: Vec<usize> = names.iter().filter(|(name, _)| test(name)).map(|(_, at)| *at).collect();
            at.sort_unstable();
            at.dedup();
            at
        };
        let mut found = places_of(&|name| name == folded);
        if found.is_empty() && folded.len() >= BEGINNING {
            found = places_of(&|name| name.starts_with(folded));
            if found.len() > FEW {
                return Vec::new();
            }
        }
        let others = names.iter().filter(|(name, at)| found.binary_search(at).is_ok() && name != folded);
        let mut out: Vec<String> = others.map(|(name, _)| name.clone()).filter(|n| n.len() >= NAME).collect();
        out.sort_unstable();
        out.dedup();
        out
    }
}

/// Great-circle distance in km on a sphere of 6371 km: for "near what" only; measuring uses the ellipsoid.
pub(super) fn distance_km(a: LonLat, b: LonLat) -> f64 {
    let (la, lb) = (a.lat().to_radians(), b.lat().to_radians());
    let h =
        ((lb - la) / 2.0).sin().powi(2) + la.cos() * lb.cos() * ((b.lon() - a.lon()).to_radians() / 2.0).sin().powi(2);
    2.0 * 6371.0 * h.sqrt().min(1.0).asin()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accents_case_and_apostrophes_do_not_matter() {
        for (a, b) in [
            ("Laçın", "lacin"),
            ("Xankəndi", "XANKENDI"),
            ("Gavarr’", "gavarr"),
            ("Алёшино", "алешино"),
            ("Արևիս", "արեւիս"),
            ("Malatia-Sebastia", "malatia  sebastia"),
            ("Şuşa", "Susa"),
        ] {
            assert_eq!(fold(a), fold(b), "{a}");
        }
    }
}
