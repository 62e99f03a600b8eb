//! What a format cannot hold is known before anything is written.

use clashmap::derive::{Filters, Question};
use clashmap::io::export::{Export, Format, Options, lost, save};
use clashmap::model::{Kept, Kind, Project};

use super::{SEPTEMBER, all, hostile, part, sample};

#[test]
fn what_is_lost_is_counted_and_what_is_not_is_not_mentioned() {
    assert_eq!(lost(&all(&sample(SEPTEMBER)), Format::Csv), Vec::<String>::new());
    let gpx = lost(&all(&hostile()), Format::Gpx).join("\n");
    assert!(gpx.contains("1 incident without a position"), "{gpx}");
    assert!(gpx.contains("1 incident with an area"), "{gpx}");
    assert!(gpx.contains("claims of 10 incidents"), "{gpx}");
    let shapefile = lost(&all(&hostile()), Format::Shapefile).join("\n");
    assert!(shapefile.contains("1 incident without a position"), "{shapefile}");
    assert!(!shapefile.contains("along a line") && !shapefile.contains("with an area"), "{shapefile}");
    let empty = Project::default();
    for format in Format::ALL {
        assert!(!lost(&all(&empty), *format).iter().any(|l| l.contains("incident")), "{format:?}");
    }
}

#[test]
fn what_is_sensitive_stays_at_home_unless_it_is_asked_for() {
    let mut incidents: Vec<_> = hostile().iter().map(|(_, i)| i.clone()).collect();
    incidents[0].sensitive = true;
    incidents[0].title = "A hidden address".into();
    let project = Project::new(hostile().meta().clone(), incidents, Vec::new());
    for format in Format::ALL {
        let kept = all(&project);
        assert_eq!(kept.project.len() + 1, project.len());
        assert!(lost(&kept, *format).iter().any(|l| l.starts_with("1 incident marked as sensitive")), "{format:?}");
        let asked = Export::new(&project, Options { sensitive: true, ..Options::default() });
        assert_eq!(asked.project.len(), project.len());
    }
    assert!(!super::text(&project, Format::GeoJson).contains("A hidden address"));
}

#[test]
fn fields_marked_as_sensitive_stay_at_home_in_every_format_unless_they_are_asked_for() {
    let mut incidents: Vec<_> = hostile().iter().map(|(_, i)| i.clone()).collect();
    incidents[0].notes = "The witness lives at the mill".into();
    incidents[0].sensitive_fields = vec!["notes".into()];
    let project = Project::new(hostile().meta().clone(), incidents, Vec::new());
    for format in Format::ALL {
        let export = all(&project);
        assert_eq!((export.project.len(), export.withheld, export.redacted), (project.len(), 0, 1));
        let lines = lost(&export, *format);
        assert!(lines.iter().any(|l| l.starts_with("fields of 1 incident marked as sensitive")), "{format:?}");
    }
    assert!(!super::text(&project, Format::GeoJson).contains("the mill"));
    assert!(!super::text(&project, Format::GeoJson).contains("sensitive_fields"));
    let asked = Export::new(&project, Options { sensitive: true, ..Options::default() });
    assert_eq!(asked.project.iter().map(|(_, i)| &*i.notes).next(), Some("The witness lives at the mill"));
}

#[test]
fn the_filter_chooses_and_drawings_stay() {
    let filters = Filters { kinds: vec![Kind::Battle], ..Filters::default() };
    let kept = Kept { after_slots: 0, json: r#"{"type":"Feature","geometry":null,"properties":{}}"#.into() };
    let incidents: Vec<_> = hostile().iter().map(|(_, i)| i.clone()).collect();
    let project = Project::new(hostile().meta().clone(), incidents, vec![kept]);
    let question = Question { filters, ..Question::default() };
    let export = Export::new(&project, Options { question, ..Options::default() });
    assert_eq!((export.project.len(), export.hidden, export.project.kept().len()), (1, 12, 1));
    assert!(lost(&export, Format::Csv).iter().any(|l| l.starts_with("12 incidents hidden by the filter")));
}

#[test]
fn a_file_beside_that_belongs_to_something_else_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let beside = folder.path().join("a-claims.csv");
    std::fs::write(&beside, "mine").unwrap();
    let path = folder.path().join("a.csv");
    let error = save(&all(&hostile()), Format::Csv, &path).unwrap_err().to_string();
    assert!(error.contains("a-claims.csv is there already"), "{error}");
    assert_eq!(std::fs::read(&beside).unwrap(), b"mine");
    assert!(!path.exists());
    std::fs::remove_file(&beside).unwrap();
    let names = save(&all(&hostile()), Format::Csv, &path).unwrap();
    assert_eq!(names, ["a.csv", "a-claims.csv", "a-sources.csv", "a-parties.csv", "a-project.csv"]);
    // The second time all of them are ours.
    save(&all(&hostile()), Format::Csv, &path).unwrap();
}

#[test]
fn the_note_of_neutrality_goes_along_wherever_a_format_has_room_for_it() {
    let mut meta = sample(SEPTEMBER).meta().clone();
    meta.neutrality = Some("Words of the project, no side taken.".into());
    let project = Project::new(meta, sample(SEPTEMBER).iter().map(|(_, i)| i.clone()), Vec::new());
    for format in [
        Format::GeoJson,
        Format::Kml,
        Format::Gpx,
        Format::GeoPackage,
        Format::FlatGeobuf,
        Format::GeoParquet,
        Format::Kepler,
        Format::StoryMap,
    ] {
        let bytes = part(&project, format);
        let found = bytes.windows(36).any(|w| w == b"Words of the project, no side taken.");
        assert!(found, "{format:?}");
    }
}

#[test]
fn positions_are_rounded_in_every_format_where_that_is_asked_for_and_it_is_said() {
    let project = sample(SEPTEMBER);
    let asked = Options { round_km: Some(10.0), ..Options::default() };
    let rounded = Export::new(&project, asked);
    assert_eq!(rounded.project.len(), project.len());
    let place = |p: &Project, n: usize| p.iter().nth(n).unwrap().1.place.clone();
    let mut moved = 0;
    for n in 0..project.len() {
        let (before, after) = (place(&project, n), place(&rounded.project, n));
        let (Some(a), Some(b)) = (before.position, after.position) else { continue };
        let km = ((a.lat() - b.lat()) * 111.2).hypot((a.lon() - b.lon()) * 111.2 * a.lat().to_radians().cos());
        assert!(km <= f64::from(after.radius_km() - before.radius_km()) + 0.1, "{km} km: {after:?}");
        moved += usize::from(km > 0.01);
    }
    assert!(moved > 20, "{moved}");
    for format in Format::ALL {
        assert!(lost(&rounded, *format).iter().any(|l| l.starts_with("positions rounded to 10 km")), "{format:?}");
    }
    let text = String::from_utf8(super::parts(&rounded, Format::GeoJson, "a").unwrap().remove(0).bytes).unwrap();
    let at = place(&project, 0).position.unwrap();
    assert!(!text.contains(&format!("[{},{}]", at.lon(), at.lat())));
}
