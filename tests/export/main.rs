//! What goes out to other programs: every format with hostile texts, empty and without places, and read back by others.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops at the first thing that is wrong"
)]
#![allow(clippy::disallowed_methods, reason = "what a test puts into a temporary folder may be half-written")]

mod convert;
mod gdal;
mod hostile;
mod kml;
mod lost;
mod parquet;

use std::path::Path;

use clashmap::io::export::{Export, Format, Options, Part, parts, save};
use clashmap::io::project;
use clashmap::model::{
    Category, Claim, Count, Incident, Kind, LonLat, Meta, Moment, Names, PartyId, Precision, Project, Shape, Source,
    SourceId, Text, Uid, When,
};

pub(crate) const SEPTEMBER: &[u8] = include_bytes!("../../assets/september-2022.clashmap.geojson");
pub(crate) const KARABAKH: &[u8] = include_bytes!("../../assets/karabakh-1988-2024.clashmap.geojson");

pub(crate) fn sample(bytes: &[u8]) -> Project {
    project::read(bytes).unwrap().project
}

/// Everything that is given out of a project.
pub(crate) fn all(project: &Project) -> Export {
    Export::new(project, Options::default())
}

pub(crate) fn part(project: &Project, format: Format) -> Vec<u8> {
    parts(&all(project), format, "a").unwrap().remove(0).bytes
}

pub(crate) fn text(project: &Project, format: Format) -> String {
    String::from_utf8(part(project, format)).unwrap()
}

pub(crate) fn file(parts: &[Part], name: &str) -> String {
    let part = parts.iter().find(|p| p.name == name).unwrap_or_else(|| panic!("no {name}"));
    String::from_utf8(part.bytes.clone()).unwrap()
}

pub(crate) fn saved(project: &Project, format: Format, folder: &Path) -> std::path::PathBuf {
    let path = folder.join(format!("a{}", format.ending()));
    save(&all(project), format, &path).unwrap();
    path
}

/// Texts that mean something to one program or other.
pub(crate) const TEXTS: [&str; 10] = [
    "Սոթք – Zod – Сотк – სოტკი – ə",
    "a]]><script>alert('1')</script>&amp;",
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-2",
    "@SUM(A1:A9)",
    "\tTab first",
    "two\nlines, \"quoted\"; and so on",
    "'quoted'",
    "a\u{1}b\u{fffe}",
];

/// An incident for each hostile text, with the text wherever there is room for one.
pub(crate) fn hostile() -> Project {
    let party = PartyId::new("armenia");
    let incident = |(n, t): (usize, &&str)| {
        let mut i = Incident::new(Uid::new(&format!("i{n}")), Kind::Shelling, t);
        i.notes = (*t).into();
        i.when = When::parse(["2022", "2022-09", "2022-09-13", "2022-09-13T00:05+04:00/2022-09-14"][n % 4]).ok();
        i.place.names = Names::from_pairs([("en", *t)]);
        i.place.position = LonLat::new(45.0 + n as f64 / 10.0, 39.5).ok();
        i.place.precision = Some(Precision::Near);
        i.weapons = vec![(*t).into()];
        i.tags = vec![((*t).into(), (*t).into())];
        i.sources = vec![SourceId::new("s")];
        let mut claim = Claim::new("c1", party.clone(), Category::Killed, Count::AtLeast(n as u32));
        claim.claimant = (*t).into();
        claim.quote = (*t).into();
        claim.note = (*t).into();
        claim.speaks_for = Some(party.clone());
        claim.published = Moment::day(2022, 9, 14);
        i.claims = vec![claim];
        i
    };
    let mut nowhere = Incident::new(Uid::new("nowhere"), Kind::Statement, "Nowhere and never");
    nowhere.notes = Text::default();
    let p = |lon: f64, lat: f64| LonLat::new(lon, lat).unwrap();
    let mut line = Incident::new(Uid::new("line"), Kind::Battle, "A front");
    line.place.shape = Some(Shape::Line(vec![p(45.0, 39.0), p(46.0, 40.0)]));
    let mut area = Incident::new(Uid::new("area"), Kind::TerritorialChange, "An area");
    area.place.shape = Some(Shape::Area(vec![vec![p(45.0, 39.0), p(46.0, 39.0), p(46.0, 40.0), p(45.0, 39.0)]]));
    area.place.position = Some(p(45.7, 39.3));
    let mut source = Source::new(SourceId::new("s"), TEXTS[1]);
    source.url = "https://example.org/?a=1&b=<x>".into();
    source.title = TEXTS[2].into();
    let meta = Meta { title: TEXTS[1].into(), description: TEXTS[7].into(), sources: vec![source], ..Meta::default() };
    let incidents: Vec<_> = TEXTS.iter().enumerate().map(incident).chain([nowhere, line, area]).collect();
    Project::new(meta, incidents, Vec::new())
}
