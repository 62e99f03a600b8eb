//! What a feature of a vector tile is, by its layer and its tags.
//!
//! The names are those of `OpenMapTiles` <https://openmaptiles.org/schema/>, Shortbread <https://shortbread-tiles.org/schema/1.0/>
//! and Protomaps <https://docs.protomaps.com/basemaps/layers>.

use super::mvt::Value;

/// Whether a feature is a line or an area.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// A line.
    Line,
    /// An area.
    Area,
}

/// What is drawn alike, in the order in which it is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Class {
    /// Fields, meadows, parks.
    Open,
    /// Woods.
    Wood,
    /// Sand, rock, ice.
    Bare,
    /// Towns and works.
    Built,
    /// Seas, lakes, wide rivers.
    Water,
    /// Brooks and ditches.
    Stream,
    /// Rivers and canals.
    River,
    /// Runways.
    Runway,
    /// Buildings.
    Building,
    /// Foot paths and tracks.
    Path,
    /// Roads with houses.
    Minor,
    /// Roads between villages.
    Lesser,
    /// Roads between towns.
    Main,
    /// Roads between cities.
    Trunk,
    /// Motorways.
    Motorway,
    /// Railways.
    Rail,
    /// Areas of layers that are not known.
    OtherArea,
    /// Lines of layers that are not known.
    OtherLine,
}

impl Class {
    /// All, as they are drawn.
    pub(super) const ALL: [Self; 18] = [
        Self::Open,
        Self::Wood,
        Self::Bare,
        Self::Built,
        Self::Water,
        Self::Stream,
        Self::River,
        Self::Runway,
        Self::Building,
        Self::Path,
        Self::Minor,
        Self::Lesser,
        Self::Main,
        Self::Trunk,
        Self::Motorway,
        Self::Rail,
        Self::OtherArea,
        Self::OtherLine,
    ];
}

/// Whether anything of a layer is drawn.
pub(super) fn is_drawn(layer: &str) -> bool {
    let layer = layer.to_ascii_lowercase();
    // The land itself is the relief; boundaries and names are the map's own.
    let is_left_out =
        ["bound", "admin", "border", "disputed", "label", "name", "place", "poi", "housenum", "address", "peak"];
    !matches!(layer.as_str(), "earth" | "sites" | "bridges" | "ferries" | "aerialways" | "physical_point")
        && !is_left_out.iter().any(|word| layer.contains(word))
}

/// What a feature is; `None` if it is not drawn.
pub(super) fn class<'a>(layer: &str, shape: Shape, tag: &dyn Fn(&str) -> Option<Value<'a>>) -> Option<Class> {
    let text = |names: &[&str]| {
        names.iter().find_map(|n| match tag(n) {
            Some(Value::Text(text)) => Some(text),
            _ => None,
        })
    };
    let flag = |name: &str| matches!(tag(name), Some(Value::Flag(true)));
    let kind = text(&["class", "kind", "pmap:kind"]).unwrap_or_default();
    let detail = || text(&["kind_detail", "pmap:kind_detail", "pmap:highway", "subclass"]).unwrap_or(kind);
    match (layer, shape) {
        ("water" | "ocean" | "water_polygons", Shape::Area) => Some(Class::Water),
        ("water" | "waterway" | "water_lines" | "physical_line", Shape::Line) => waterway(kind),
        ("landcover" | "landuse" | "land" | "natural" | "park" | "globallandcover", Shape::Area) => land(layer, kind),
        ("building" | "buildings", Shape::Area) => Some(Class::Building),
        ("aeroway", Shape::Line) => matches!(kind, "runway" | "taxiway").then_some(Class::Runway),
        ("street_polygons" | "streets_polygons_labels", _) => {
            (kind == "runway" && shape == Shape::Line).then_some(Class::Runway)
        }
        ("transportation" | "roads" | "transit" | "streets" | "streets_med" | "streets_low", Shape::Line) => {
            if flag("tunnel") || text(&["brunnel"]) == Some("tunnel") {
                return None;
            }
            if flag("rail") { Some(Class::Rail) } else { road(kind, detail()) }
        }
        (
            "transportation" | "roads" | "streets" | "aeroway" | "dam_polygons" | "pier_polygons" | "dam_lines"
            | "pier_lines" | "water_polygons" | "waterway" | "landcover" | "landuse" | "land" | "natural" | "park"
            | "building" | "buildings" | "globallandcover" | "transit" | "ocean",
            _,
        ) => None,
        (_, Shape::Area) => Some(Class::OtherArea),
        (_, Shape::Line) => Some(Class::OtherLine),
    }
}

fn waterway(kind: &str) -> Option<Class> {
    match kind {
        "river" | "canal" | "riverbank" => Some(Class::River),
        "stream" | "drain" | "ditch" | "" => Some(Class::Stream),
        _ => None,
    }
}

fn land(layer: &str, kind: &str) -> Option<Class> {
    match kind {
        "wood" | "forest" | "tree" | "nature_reserve" if layer != "park" => Some(Class::Wood),
        "residential" | "suburb" | "quarter" | "neighbourhood" | "commercial" | "industrial" | "retail" | "railway"
        | "garages" | "urban" | "urban_area" | "built-up" => Some(Class::Built),
        "sand" | "beach" | "rock" | "bare_rock" | "scree" | "shingle" | "glacier" | "ice" | "quarry" | "barren"
        | "desert" | "dune" => Some(Class::Bare),
        "grass"
        | "grassland"
        | "meadow"
        | "park"
        | "farmland"
        | "farm"
        | "orchard"
        | "vineyard"
        | "scrub"
        | "shrub"
        | "crop"
        | "heath"
        | "wetland"
        | "garden"
        | "cemetery"
        | "golf_course"
        | "recreation_ground"
        | "allotments"
        | "village_green"
        | "plant_nursery"
        | "greenhouse_horticulture"
        | "pitch"
        | "playground" => Some(Class::Open),
        _ => None,
    }
}

fn road(kind: &str, detail: &str) -> Option<Class> {
    let by = |word: &str| match word.trim_end_matches("_link").trim_end_matches("_construction") {
        "motorway" | "highway" => Some(Class::Motorway),
        "trunk" => Some(Class::Trunk),
        "primary" | "major_road" => Some(Class::Main),
        "secondary" | "tertiary" | "medium_road" => Some(Class::Lesser),
        "minor" | "unclassified" | "residential" | "living_street" | "service" | "minor_road" | "street"
        | "pedestrian" | "busway" => Some(Class::Minor),
        "track" | "path" | "footway" | "cycleway" | "bridleway" | "steps" | "raceway" => Some(Class::Path),
        "rail" | "light_rail" | "narrow_gauge" | "tram" | "subway" | "funicular" | "monorail" | "preserved" => {
            Some(Class::Rail)
        }
        _ => None,
    };
    // What is a railway is not a road of the name of its detail (“service”).
    match by(kind) {
        Some(Class::Rail) => Some(Class::Rail),
        own => by(detail).or(own),
    }
}
