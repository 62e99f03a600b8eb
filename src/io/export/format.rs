//! The formats that are written, with their endings and what they are for.

/// A format that is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// GeoJSON (RFC 7946) without the project around it.
    GeoJson,
    /// Comma-separated values: incidents, and claims, sources, parties and the rest in files beside.
    Csv,
    /// Keyhole Markup Language 2.2.
    Kml,
    /// KML with its symbols in one archive.
    Kmz,
    /// GPX 1.1 waypoints.
    Gpx,
    /// A workbook with the tables of CSV as sheets.
    Xlsx,
    /// `GeoPackage` 1.3.
    GeoPackage,
    /// A shapefile, with claims as CSV beside it.
    Shapefile,
    /// `FlatGeobuf`.
    FlatGeobuf,
    /// `GeoParquet`.
    GeoParquet,
    /// A map for kepler.gl.
    Kepler,
    /// Events and sources for `TimeMap`.
    TimeMap,
    /// A story for `StoryMapJS`.
    StoryMap,
}

impl Format {
    /// All, in the order in which they are offered.
    pub const ALL: &'static [Self] = &[
        Self::GeoJson,
        Self::Csv,
        Self::Xlsx,
        Self::GeoPackage,
        Self::Kmz,
        Self::Kml,
        Self::Gpx,
        Self::Shapefile,
        Self::FlatGeobuf,
        Self::GeoParquet,
        Self::Kepler,
        Self::TimeMap,
        Self::StoryMap,
    ];

    /// The ending of its file, with the dot.
    pub fn ending(self) -> &'static str {
        match self {
            Self::GeoJson => ".geojson",
            Self::Csv => ".csv",
            Self::Kml => ".kml",
            Self::Kmz => ".kmz",
            Self::Gpx => ".gpx",
            Self::Xlsx => ".xlsx",
            Self::GeoPackage => ".gpkg",
            Self::Shapefile => ".shp",
            Self::FlatGeobuf => ".fgb",
            Self::GeoParquet => ".parquet",
            Self::Kepler => ".kepler.json",
            Self::TimeMap => ".timemap.json",
            Self::StoryMap => ".storymap.json",
        }
    }

    /// What it is called.
    pub fn label(self) -> &'static str {
        match self {
            Self::GeoJson => "GeoJSON",
            Self::Csv => "CSV tables",
            Self::Kml => "KML",
            Self::Kmz => "KMZ",
            Self::Gpx => "GPX",
            Self::Xlsx => "XLSX workbook",
            Self::GeoPackage => "GeoPackage",
            Self::Shapefile => "Shapefile",
            Self::FlatGeobuf => "FlatGeobuf",
            Self::GeoParquet => "GeoParquet",
            Self::Kepler => "kepler.gl",
            Self::TimeMap => "TimeMap",
            Self::StoryMap => "StoryMapJS",
        }
    }

    /// What opens it.
    pub fn opens_in(self) -> &'static str {
        match self {
            Self::GeoJson => "QGIS, geojson.io, web maps",
            Self::Csv => "Spreadsheets, R, Python; no loss",
            Self::Kml => "Google Earth, QGIS, phones",
            Self::Kmz => "Google Earth, with symbols",
            Self::Gpx => "GPS devices, OsmAnd",
            Self::Xlsx => "Excel, LibreOffice; with totals",
            Self::GeoPackage => "QGIS, styled and related; no loss",
            Self::Shapefile => "ArcGIS, QGIS; claims beside",
            Self::FlatGeobuf => "QGIS, large web maps",
            Self::GeoParquet => "DuckDB, pandas, R, QGIS",
            Self::Kepler => "kepler.gl in the browser",
            Self::TimeMap => "TimeMap by Forensic Architecture",
            Self::StoryMap => "StoryMapJS by Knight Lab",
        }
    }

    /// The format that the ending of a name says; the longest ending wins. `None` for others, and for the project file.
    pub fn of(name: &str) -> Option<Self> {
        let name = name.to_lowercase();
        if name.ends_with(".clashmap.geojson") {
            return None;
        }
        let mut found: Vec<Self> = Self::ALL.iter().copied().filter(|f| name.ends_with(f.ending())).collect();
        found.sort_by_key(|f| f.ending().len());
        found.pop()
    }

    /// A name without the ending of the format.
    pub fn stem(self, name: &str) -> &str {
        let at = name.len().saturating_sub(self.ending().len());
        match name.get(at..) {
            Some(end) if end.eq_ignore_ascii_case(self.ending()) => name.get(..at).unwrap_or(name),
            _ => name,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ending_says_the_format() {
        for format in Format::ALL {
            assert_eq!(Format::of(&format!("a.b{}", format.ending())), Some(*format));
            assert_eq!(format.stem(&format!("a.b{}", format.ending().to_uppercase())), "a.b");
        }
        assert_eq!(Format::of("a.clashmap.geojson"), None);
        assert_eq!(Format::of("a.doc"), None);
    }
}
