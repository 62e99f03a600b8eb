//! Where something happened, and how exactly that is known.

use std::fmt;

use super::{Names, Text};

/// A position in WGS 84 degrees: longitude -180..=180, latitude -90..=90, both finite.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct LonLat {
    lon: f64,
    lat: f64,
}

/// Why two numbers are not a position.
#[derive(Clone, Debug, PartialEq)]
pub enum PlaceError {
    /// Not a number or infinite.
    NotFinite,
    /// Longitude outside -180..=180.
    Longitude(f64),
    /// Latitude outside -90..=90. If the two numbers swapped would be a position, `swapped` says so.
    Latitude(f64, bool),
    /// Text that is not a position; the text as given.
    Form(String),
}

impl fmt::Display for PlaceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotFinite => write!(f, "a coordinate is not a finite number; give degrees such as 39.84"),
            Self::Longitude(v) => write!(f, "longitude {v} is outside -180 to 180"),
            Self::Latitude(v, true) => {
                write!(f, "latitude {v} is outside -90 to 90; are latitude and longitude swapped?")
            }
            Self::Latitude(v, false) => write!(f, "latitude {v} is outside -90 to 90"),
            Self::Form(t) => write!(
                f,
                "“{t}” is not a position; use 39.8395, 45.6711 or 39°50′22″N 45°40′16″E or 38SNK5743309962 or a map link"
            ),
        }
    }
}

impl std::error::Error for PlaceError {}

impl LonLat {
    /// A checked position; longitude first, as in GeoJSON.
    ///
    /// # Errors
    /// [`PlaceError`] if a value is out of range or not finite.
    pub fn new(lon: f64, lat: f64) -> Result<Self, PlaceError> {
        if !lon.is_finite() || !lat.is_finite() {
            return Err(PlaceError::NotFinite);
        }
        if !(-90.0..=90.0).contains(&lat) {
            return Err(PlaceError::Latitude(lat, (-90.0..=90.0).contains(&lon) && (-180.0..=180.0).contains(&lat)));
        }
        if !(-180.0..=180.0).contains(&lon) {
            return Err(PlaceError::Longitude(lon));
        }
        Ok(Self { lon, lat })
    }

    /// Degrees east.
    pub fn lon(self) -> f64 {
        self.lon
    }

    /// Degrees north.
    pub fn lat(self) -> f64 {
        self.lat
    }
}

/// How exactly a place is known. What is drawn follows from it: no place is drawn more exactly than this.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Precision {
    /// The spot itself.
    Exact,
    /// At or near a named settlement.
    Near,
    /// Somewhere about there; the position is an estimate.
    Approximate,
    /// "In the direction of" a named place: somewhere outwards from it.
    Direction,
    /// Somewhere in a district.
    District,
    /// Along a front or a stretch of border.
    Front,
    /// Somewhere in a region or province.
    Region,
    /// Only the country is known.
    Country,
}

impl Precision {
    /// All, from exact to coarse.
    pub const ALL: [Self; 8] = [
        Self::Exact,
        Self::Near,
        Self::Approximate,
        Self::Direction,
        Self::District,
        Self::Front,
        Self::Region,
        Self::Country,
    ];

    /// The id used in files.
    pub fn id(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Near => "near",
            Self::Approximate => "approximate",
            Self::Direction => "direction",
            Self::District => "district",
            Self::Front => "front",
            Self::Region => "region",
            Self::Country => "country",
        }
    }

    /// The value with this id.
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|p| p.id() == id)
    }

    /// The English words shown in the window.
    pub fn label(self) -> &'static str {
        match self {
            Self::Exact => "exact spot",
            Self::Near => "at or near",
            Self::Approximate => "approximate",
            Self::Direction => "direction of",
            Self::District => "in the district",
            Self::Front => "along a front",
            Self::Region => "in the region",
            Self::Country => "in the country",
        }
    }

    /// Radius in km within which the place may lie when the incident states none; 0 for an exact spot.
    ///
    /// The figures are this program's drawing convention, not a measurement: a village and its fields (3), a district
    /// of the region about 35 km across (18), a province about 80 km across (40). UCDP's `where_prec` 2 means "within
    /// about 25 km", its widest point class, which lies between the two.
    pub fn default_radius_km(self) -> f32 {
        match self {
            Self::Exact => 0.0,
            Self::Near => 3.0,
            Self::Approximate => 10.0,
            Self::Direction => 12.0,
            Self::District => 18.0,
            Self::Front => 30.0,
            Self::Region => 40.0,
            Self::Country => 120.0,
        }
    }

    /// Whether a mark at the position itself would claim more than is known.
    pub fn is_area(self) -> bool {
        self >= Self::District
    }
}

/// An extent that is more than a point, for fronts, roads and areas. Coordinates in WGS 84 degrees.
#[derive(Clone, Debug, PartialEq)]
pub enum Shape {
    /// A line of at least two positions.
    Line(Vec<LonLat>),
    /// Rings of at least four positions each, closed; the first is the outer one, the others are holes.
    Area(Vec<Vec<LonLat>>),
}

impl Shape {
    /// All positions.
    pub fn positions(&self) -> impl Iterator<Item = LonLat> + '_ {
        let (line, rings): (&[LonLat], &[Vec<LonLat>]) = match self {
            Self::Line(line) => (line, &[]),
            Self::Area(rings) => (&[], rings),
        };
        line.iter().copied().chain(rings.iter().flatten().copied())
    }
}

/// A place as an incident states it.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Place {
    /// What the place is called.
    pub names: Names,
    /// The reference position: of the village, of the place named as direction, the middle of the area. `None` if unknown.
    pub position: Option<LonLat>,
    /// The extent, where it is known.
    pub shape: Option<Shape>,
    /// How exactly it is known; `None` if the source does not allow a judgement.
    pub precision: Option<Precision>,
    /// Radius in km within which it may lie; above 0 and at most 20,000. `None`: the precision's default.
    pub radius_km: Option<f32>,
    /// Where the position comes from ("GeoNames", "general knowledge, not checked"); may be empty.
    pub basis: Text,
}

impl Place {
    /// Where it is put among others: its position, else the first point of its shape.
    pub fn anchor(&self) -> Option<LonLat> {
        self.position.or_else(|| self.shape.as_ref()?.positions().next())
    }

    /// Radius in km within which the place may lie: as stated, else by its precision; 0 for an exact spot.
    pub fn radius_km(&self) -> f32 {
        self.radius_km.unwrap_or_else(|| self.precision.unwrap_or(Precision::Near).default_radius_km())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_out_of_range_are_refused_and_a_swap_is_named() {
        assert!(LonLat::new(45.67, 39.84).is_ok());
        assert_eq!(LonLat::new(f64::NAN, 1.0), Err(PlaceError::NotFinite));
        assert_eq!(LonLat::new(200.0, 39.0), Err(PlaceError::Longitude(200.0)));
        assert_eq!(LonLat::new(39.0, 120.0), Err(PlaceError::Latitude(120.0, true)));
        assert!(LonLat::new(39.0, 120.0).unwrap_err().to_string().contains("swapped"));
    }

    #[test]
    fn a_coarser_precision_never_has_a_smaller_radius() {
        let radii: Vec<f32> = Precision::ALL.iter().map(|p| p.default_radius_km()).collect();
        assert!(radii.is_sorted());
    }
}
