//! What is written is read back the same, and what is not understood is not lost.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "helpers of tests")]
#![allow(clippy::disallowed_methods, reason = "what a test puts into a temporary folder may be half-written")]

mod any;
mod edtf;
mod schema;

use any::{any_project, cases, json};
use clashmap::io::disk::RealDisk;
use clashmap::io::project::{self, Care, Opened};
use clashmap::model::*;
use proptest::prelude::*;

fn write(project: &Project) -> Vec<u8> {
    let mut out = Vec::new();
    project::write(project, &mut out).unwrap();
    out
}

fn read(bytes: &[u8]) -> Opened {
    project::read(bytes).unwrap_or_else(|e| panic!("{e}\n{}", String::from_utf8_lossy(bytes)))
}

/// The same JSON with white space wherever it may stand.
fn loosened(json: &[u8]) -> Vec<u8> {
    let (mut quoted, mut escaped) = (false, false);
    let mut out = Vec::new();
    for b in json {
        let structural = !quoted && matches!(b, b'{' | b'}' | b'[' | b']' | b':' | b',');
        if quoted {
            quoted = escaped || *b != b'"';
            escaped = !escaped && *b == b'\\';
        } else {
            quoted = *b == b'"';
        }
        out.push(*b);
        if structural {
            out.extend_from_slice(b"\r\n\t ");
        }
    }
    out
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(cases(120, 10_000)))]

    #[test]
    fn every_project_is_read_back_the_same_and_written_the_same(project in any_project()) {
        let bytes = write(&project);
        schema::assert_valid(&bytes);
        let opened = read(&bytes);
        prop_assert_eq!(&opened.project, &project);
        prop_assert_eq!(opened.project.drawing_slots(), project.drawing_slots());
        prop_assert!(!opened.recovered && opened.read_only.is_none());
        prop_assert_eq!(write(&opened.project), bytes.clone());
        // Another program's layout gives the same project.
        prop_assert_eq!(read(&loosened(&bytes)).project, project);
        // One line a feature.
        let lines = bytes.split(|b| *b == b'\n').count() - 1;
        let features = opened.project.len() + opened.project.kept().len() + opened.project.drawings().count();
        let empty = usize::from(features == 0);
        // And one an entry of the log.
        let logged = opened.project.log().len();
        let log = if logged > 0 { logged + 1 } else { 0 };
        prop_assert_eq!(lines, 6 + features + log + opened.project.meta().extra_root.len() - empty);
    }

    #[test]
    fn a_file_in_any_layout_is_written_equal_as_json_and_saved_untouched_to_the_byte(project in any_project()) {
        let file = loosened(&write(&project));
        let opened = read(&file);
        let json = |bytes: &[u8]| serde_json::from_slice::<serde_json::Value>(bytes).unwrap();
        prop_assert_eq!(json(&write(&opened.project)), json(&file));
        let folder = tempfile::tempdir().unwrap();
        let (from, to) = (folder.path().join("a.clashmap.geojson"), folder.path().join("b.clashmap.geojson"));
        std::fs::write(&from, &file).unwrap();
        let progress = clashmap::io::progress::Progress::new();
        let (opened, seen) = project::open_seen(&from, &progress).unwrap();
        project::save_untouched(&RealDisk, (&from, seen), &to, &opened.project, &Care::default(), &progress).unwrap();
        prop_assert!(std::fs::read(&to).unwrap() == file, "another name");
        let care = Care { seen: Some(seen), ..Care::default() };
        project::save_untouched(&RealDisk, (&from, seen), &from, &opened.project, &care, &progress).unwrap();
        prop_assert!(std::fs::read(&from).unwrap() == file, "the same name");
    }

    #[test]
    fn unknown_members_keep_their_value_and_the_spelling_of_their_numbers(value in json()) {
        let file = format!(
            r#"{{"type":"FeatureCollection","clashmap":{{"format":"1.0","x":{value}}},"x":{value},"features":[{{"type":"Feature","x":{value},"geometry":null,"properties":{{"uid":"a","kind":"battle","x":{value},"place":{{"x":{value}}},"claims":[{{"id":"c1","about":"armenia","category":"killed","count":1,"x":{value}}}]}}}}]}}"#
        );
        let written = String::from_utf8(write(&read(file.as_bytes()).project)).unwrap();
        prop_assert_eq!(written.matches(&format!("\"x\":{value}")).count(), 6, "{}", written);
    }
}

const RICH: &str = r#"{"type":"FeatureCollection","clashmap":{"format":"1.0","title":"t","description":"d","perspective":"de-facto","neutrality":"No side is taken.","parties":[{"id":"armenia","names":{"en":"Armenia","hy":"Հայաստան"}}],"sources":[{"id":"s1","outlet":"o","title":"t","published":"2022-09-13","url":"u","archived":"a","language":"en","note":"n"}],"pins":[{"incident":"i1","claim":"c1","reason":"r"}],"filters":[{"name":"f","kinds":["battle"],"parties":["armenia"],"text":"Sotk","dead":{"from":1,"to":9},"sources":["s1"],"grade":"B2","tags":[{"name":"k","value":"v"},{"name":"l"}],"area":[[45,39],[46,39],[46,40]],"contradicted":true,"unsourced":true,"z":8},{"name":"g","dead":"none","grade":"none"}],"maps":[{"name":"m","url":"https://{s}.example.org/{z}/{x}/{y}.png","min_zoom":3,"max_zoom":12,"tile_size":512,"opacity":60,"attribution":"©","z":9},{"file":"a.mbtiles","hidden":true},{"picture":"a.png","plane":"degrees","points":[[0,10.5,45.25,39.5]]}],"slides":[{"id":"s","role":"title","title":"t","caption":"**c**","notes":"n","extent":[[45,39],[46,40.5]],"window":"2022-09-12/2022-09-14","plays":{"secs":8,"reach":"window","reach_secs":3600},"as_known":"2022-09-14","policy":"range","filters":{"kinds":["battle"],"unsourced":true,"z":8},"shown":["other-times"],"hidden":["relief"],"symbols":"ring","perspective":"de-facto","languages":["hy","en"],"labels":["i2","gone"],"beside":"chart","approved":"a","z":9},{"id":"u"}]},"x":[7],"features":[
{"type":"Feature","geometry":{"type":"Point","coordinates":[45.67,39.84]},"properties":{"uid":"i1","kind":"shelling","title":"t","when":"2022-09-13/2022-09-14","place":{"names":{"en":"Sotk","az":"Zod"},"precision":"near","radius_km":3,"basis":"b","x":1},"parent":"i2","parties":["armenia"],"weapons":["w"],"claims":[{"id":"c1","claimant":"m","speaks_for":"armenia","about":"armenia","status":"military","category":"killed","count":{"low":31,"high":94,"best":40},"published":"2022-09","period":"2022-09-13/..","running":true,"source":"s1","via":["v"],"quote":"q","url":"u","archived":"a","language":"hy","grade":"B2","standing":"superseded","covers":["i2"],"note":"n","x":2},{"id":"c2","about":"armenia","category":"wounded","count":{"some":"dozens"}}],"sources":["s1"],"media":["m.jpg"],"tags":{"k":"v","l":"w"},"notes":"n","sensitive_fields":["place","notes"],"y":3},"id":4},
{"type":"Feature","geometry":{"type":"LineString","coordinates":[[45,39],[46,40]]},"properties":{"uid":"i2","kind":"battle","place":{"position":[45.5,39.5]},"claims":[{"id":"c1","about":"armenia","category":"missing","count":9}]}},
{"type":"Feature","geometry":{"type":"Polygon","coordinates":[[[45,39],[46,39],[46,40],[45,39]],[[45.5,39.2],[45.8,39.2],[45.8,39.5],[45.5,39.2]]]},"properties":{"uid":"d1","kind":"drawing","drawing":"area","title":"Held","when":"2022-09-13/..","style":{"color":"olive","width":3.5,"dash":"dashed","fill":"tint","text_size":15,"x":4},"hide_title":true,"sources":["s1"],"notes":"n","z":5},"id":6},
{"type":"Feature","geometry":{"type":"Point","coordinates":[45,39]},"properties":{"uid":"d2","kind":"drawing","drawing":"circle","radius_km":12.5}}]}"#;

/// Where something of `before` is not in `after`; what is empty or derived may go, elements of lists may move.
fn lost(before: &serde_json::Value, after: &serde_json::Value, path: &str) -> Option<String> {
    use serde_json::Value as V;
    let empty = |v: &V| {
        matches!(v, V::Null) || v == "" || v == &V::Array(vec![]) || v == &V::Object(serde_json::Map::default())
    };
    match (before, after) {
        (V::Object(a), V::Object(b)) => a.iter().filter(|(_, v)| !empty(v)).find_map(|(k, v)| {
            // A position without a geometry becomes the geometry; `sensitive` is true when in doubt.
            let only_position = v.as_object().is_some_and(|o| o.keys().all(|k| k == "position"));
            let moved = k == "position" || k == "sensitive" || (k == "place" && only_position);
            // What would stand in the way of a member that is always written gets another name.
            let kept =
                [k.clone(), format!("{k}~2")].iter().filter_map(|k| b.get(k)).any(|w| lost(v, w, path).is_none());
            (!moved && !kept).then(|| format!("{path}.{k}"))
        }),
        (V::Array(a), V::Array(b)) => a
            .iter()
            .filter(|v| !empty(v))
            .find(|v| !b.iter().any(|w| lost(v, w, path).is_none()))
            .map(|v| format!("{path}: {v}")),
        (V::Number(a), V::Number(b)) if a.as_f64() == b.as_f64() => None,
        (a, b) => (a != b).then(|| format!("{path}: {a} became {b}")),
    }
}

fn pointers(value: &serde_json::Value, here: &str, out: &mut Vec<String>) {
    if let Some(object) = value.as_object() {
        object.iter().for_each(|(k, v)| pointers(v, &format!("{here}/{k}"), out));
    }
    if let Some(list) = value.as_array() {
        list.iter().enumerate().for_each(|(n, v)| pointers(v, &format!("{here}/{n}"), out));
    }
    out.push(here.to_owned());
}

#[test]
fn a_value_of_a_wrong_type_anywhere_loses_nothing() {
    let rich: serde_json::Value = serde_json::from_str(RICH).unwrap();
    let mut places = Vec::new();
    pointers(&rich, "", &mut places);
    let mut opened_files = 0;
    for place in &places {
        for wrong in ["5", r#""x""#, "true", "-1.5", r#"[1,{"a":2}]"#, r#"{"zz":[3]}"#, "[]", "{}", "null"] {
            let mut file = rich.clone();
            *file.pointer_mut(place).unwrap() = serde_json::from_str(wrong).unwrap();
            let Ok(opened) = project::read(file.to_string().as_bytes()) else { continue };
            opened_files += 1;
            let written = write(&opened.project);
            let after = serde_json::from_slice(&written).unwrap();
            assert_eq!(lost(&file, &after, ""), None, "{place} = {wrong}\n{}", String::from_utf8_lossy(&written));
            let again = write(&read(&written).project);
            assert_eq!(String::from_utf8(again), String::from_utf8(written), "{place} = {wrong}");
        }
    }
    assert!(opened_files > 900, "{opened_files}");
}

#[test]
fn a_member_removed_anywhere_is_no_harm() {
    let rich: serde_json::Value = serde_json::from_str(RICH).unwrap();
    let mut places = Vec::new();
    pointers(&rich, "", &mut places);
    for place in &places {
        let Some((parent, key)) = place.rsplit_once('/') else { continue };
        let mut file = rich.clone();
        if file.pointer_mut(parent).unwrap().as_object_mut().and_then(|o| o.remove(key)).is_none() {
            continue;
        }
        let Ok(opened) = project::read(file.to_string().as_bytes()) else { continue };
        let written = write(&opened.project);
        let after = serde_json::from_slice(&written).unwrap();
        assert_eq!(lost(&file, &after, ""), None, "without {place}");
        assert_eq!(write(&read(&written).project), written);
    }
}

#[test]
fn the_rich_file_has_no_findings_and_its_canonical_form_is_as_documented() {
    let opened = read(RICH.as_bytes());
    assert_eq!(opened.findings, [], "{:?}", opened.findings);
    let text = String::from_utf8(write(&opened.project)).unwrap();
    schema::assert_valid(text.as_bytes());
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines[..2], ["{", "\"type\":\"FeatureCollection\","]);
    assert_eq!(lines[3..5], ["\"x\":[7],", "\"features\":["]);
    assert!(lines[5].ends_with(r#""start":"2022-09-13","end":"2022-09-14","y":3},"id":4},"#), "{}", lines[5]);
    assert!(lines[6].contains(r#""place":{"position":[45.5,39.5]}"#), "{}", lines[6]);
    assert!(
        lines[7]
            .contains(r#""style":{"color":"olive","width":3.5,"dash":"dashed","fill":"tint","text_size":15,"x":4}"#)
    );
    assert!(
        lines[7].ends_with(r#""hide_title":true,"sources":["s1"],"notes":"n","start":"2022-09-13","z":5},"id":6},"#)
    );
    assert!(lines[8].contains(r#""drawing":"circle","radius_km":12.5,"style":{"color":"violet""#), "{}", lines[8]);
    assert_eq!(lines[9..], ["]", "}"]);
}

#[test]
fn a_saved_filter_is_written_as_documented_and_what_it_cannot_say_stays() {
    let filters = |members: &str| {
        let file = format!(
            r#"{{"type":"FeatureCollection","clashmap":{{"format":"1.0","filters":[{members}]}},"features":[]}}"#
        );
        let opened = read(file.as_bytes());
        let written = String::from_utf8(write(&opened.project)).unwrap();
        (opened, written)
    };
    let whole = r#"{"name":"f","kinds":["battle"],"parties":["armenia"],"text":"Sotk","dead":{"from":1,"to":9},"sources":["s1"],"grade":"B2","tags":[{"name":"k","value":"v"},{"name":"l"}],"area":[[45,39],[46,39],[46,40.5]],"contradicted":true,"unsourced":true,"z":8}"#;
    let (opened, written) = filters(whole);
    assert!(written.contains(whole) && opened.findings.is_empty(), "{written} {:?}", opened.findings);
    let f = &opened.project.meta().filter("f").unwrap().filters;
    assert_eq!((f.dead, f.tags.len()), (DeadFilter::parse("1..9"), 2));
    // A condition of a later version is kept, and said to be unread; the others filter.
    for odd in [
        r#""dead":{"about":7}"#,
        r#""grade":"Z9""#,
        r#""area":[[45,39],[46,39]]"#,
        r#""area":[[45,39],[46,39],[46,40],[45,39]]"#,
        r#""tags":[{"name":"k","not":true}]"#,
        r#""contradicted":"perhaps""#,
    ] {
        let member = format!(r#"{{"name":"f","kinds":["battle"],{odd}}}"#);
        let (opened, written) = filters(&member);
        assert!(written.contains(&member) && opened.findings.len() == 1, "{written} {:?}", opened.findings);
        assert_eq!(opened.project.meta().filters[0].filters.kinds, [Kind::Battle]);
    }
    let (opened, written) = filters(r#"{"kinds":["battle"]}"#);
    assert!(opened.project.meta().filters.is_empty() && written.contains(r#""filters":[{"kinds":["battle"]}]"#));
}

#[test]
fn what_a_slide_cannot_say_stays_in_it_and_the_rest_is_shown() {
    for odd in [
        r#""role":"intermission""#,
        r#""extent":[[46,39],[45,40]]"#,
        r#""extent":[[45,39],[46,40],[47,41]]"#,
        r#""window":"yesterday""#,
        r#""plays":{"secs":0}"#,
        r#""plays":{"secs":8,"loop":true}"#,
        r#""filters":7"#,
        r#""languages":["tlh"]"#,
        r#""beside":"film""#,
    ] {
        let member = format!(r#"{{"id":"s","title":"t",{odd}}}"#);
        let file = format!(
            r#"{{"type":"FeatureCollection","clashmap":{{"format":"1.0","slides":[{member}]}},"features":[]}}"#
        );
        let opened = read(file.as_bytes());
        let written = String::from_utf8(write(&opened.project)).unwrap();
        assert!(written.contains(&member) && opened.findings.len() == 1, "{written} {:?}", opened.findings);
        assert_eq!(&*opened.project.meta().slide("s").unwrap().1.title, "t");
    }
}

#[test]
fn a_place_entered_by_hand_replaces_the_geometry_that_could_not_be_read() {
    let swapped = r#"{"type":"Feature","geometry":{"type":"Point","coordinates":[39.8,145.6]},"properties":{"uid":"a","kind":"battle"}}"#;
    let file = format!(r#"{{"type":"FeatureCollection","clashmap":{{"format":"1.0"}},"features":[{swapped}]}}"#);
    let opened = read(file.as_bytes());
    assert!(opened.findings[0].what.contains("swapped") && opened.findings[0].place.contains("geometry"));
    let text = |p: &Project| String::from_utf8(write(p)).unwrap();
    assert!(text(&opened.project).contains("[39.8,145.6]"));
    let mut incident = opened.project.iter().next().unwrap().1.clone();
    incident.place.position = LonLat::new(45.6, 39.8).ok();
    let mended = Project::new(opened.project.meta().clone(), [incident], vec![]);
    assert!(text(&mended).contains("[45.6,39.8]") && !text(&mended).contains("145.6"));
}

#[test]
fn numbers_that_are_not_finite_and_raw_members_that_are_no_json_are_refused() {
    let mut incident = Incident::new(Uid::new("a"), Kind::Battle, "");
    incident.place.radius_km = Some(f32::NAN);
    let check = |incident: &Incident, want: &str| {
        let project = Project::new(Meta::default(), [incident.clone()], vec![]);
        let error = project::write(&project, &mut Vec::new()).unwrap_err().to_string();
        assert!(error.contains(want), "{error}");
    };
    check(&incident, "the radius of incident a is not a finite number");
    incident.place.radius_km = None;
    incident.extra.push(("x".into(), "{".into()));
    check(&incident, "the member “x” of incident a is not valid JSON");
}

fn with_drawing(feature: &str) -> (Opened, String) {
    let file = format!(r#"{{"type":"FeatureCollection","clashmap":{{"format":"1.0"}},"features":[{feature}]}}"#);
    let opened = read(file.as_bytes());
    let text = String::from_utf8(write(&opened.project)).unwrap();
    (opened, text)
}

#[test]
fn a_drawing_that_cannot_be_shown_is_kept_as_it_stands_and_said() {
    let geometry = r#""geometry":{"type":"LineString","coordinates":[[45,39],[46,40]]}"#;
    for (members, geometry, severity, what) in [
        (r#""drawing":"spiral""#, geometry, "info", "sort “spiral”"),
        (r#""drawing":"area""#, geometry, "warning", "none of a drawing of the sort “area”"),
        (r#""drawing":"line""#, r#""geometry":null"#, "warning", "none of a drawing"),
        (
            r#""drawing":"circle""#,
            r#""geometry":{"type":"Point","coordinates":[45,39]}"#,
            "warning",
            "without a radius",
        ),
        (
            r#""drawing":"circle","radius_km":-2"#,
            r#""geometry":{"type":"Point","coordinates":[45,39]}"#,
            "warning",
            "radius",
        ),
        (r#""drawing":"text""#, r#""geometry":{"type":"Point","coordinates":[45,139]}"#, "warning", "latitude"),
        (r#""drawing":7"#, geometry, "warning", "does not say what it is"),
    ] {
        let feature = format!(
            r#"{{"type":"Feature",{geometry},"properties":{{"uid":"d","kind":"drawing",{members},"a":[1.50]}}}}"#
        );
        let (opened, text) = with_drawing(&feature);
        assert_eq!(opened.project.drawings().count(), 0, "{members}");
        assert!(text.contains(&feature), "{text}");
        let [finding] = opened.findings.as_slice() else { panic!("{members}: {:?}", opened.findings) };
        assert_eq!(finding.severity.id(), severity, "{members}");
        assert!(finding.what.contains(what) && finding.place.contains("feature 1"), "{finding:?}");
    }
}

#[test]
fn a_geometry_with_heights_stands_until_the_drawing_is_reshaped() {
    let feature = r#"{"type":"Feature","geometry":{"type":"LineString","coordinates":[[45,39,1200],[46,40,900]]},"properties":{"uid":"d","kind":"drawing","drawing":"arrow"}}"#;
    let (opened, text) = with_drawing(feature);
    assert!(opened.findings.is_empty() && text.contains("[[45,39,1200],[46,40,900]]"), "{text}");
    let mut drawing = opened.project.drawings().next().unwrap().1.clone();
    let to = LonLat::new(46.5, 40.0).unwrap();
    assert!(drawing.reshape(drawing.form().with_corner(CornerAt { path: 0, corner: 1 }, to).unwrap()));
    let placed = Placed { drawing: Some(drawing.into()), after_slots: 0, after_kept: 0 };
    let text = String::from_utf8(write(&Project::default().with_drawings(vec![placed]))).unwrap();
    assert!(text.contains("[[45,39],[46.5,40]]") && !text.contains("1200"), "{text}");
}

#[test]
fn of_a_style_what_cannot_be_read_stays_beside_what_can() {
    let style = r#""style":{"color":"red","width":400,"dash":"dotted","glow":7}"#;
    let feature = format!(
        r#"{{"type":"Feature","geometry":{{"type":"Point","coordinates":[45,39]}},"properties":{{"uid":"d","kind":"drawing","drawing":"text",{style}}}}}"#
    );
    let (opened, text) = with_drawing(&feature);
    let drawing = opened.project.drawings().next().unwrap().1;
    assert_eq!((drawing.style.dash, drawing.style.ink), (Dashes::Dotted, Ink::Ink));
    assert_eq!(opened.findings.len(), 2, "{:?}", opened.findings);
    for kept in [r#""color":"red""#, r#""width":400"#, r#""dash":"dotted""#, r#""glow":7"#] {
        assert!(text.contains(kept), "{kept}: {text}");
    }
}

#[test]
fn drawings_of_a_damaged_file_are_recovered_like_incidents() {
    let good = r#"{"type":"Feature","geometry":{"type":"Point","coordinates":[45,39]},"properties":{"uid":"d2","kind":"drawing","drawing":"text","title":"Lachin road"}}"#;
    let file = format!(
        "{{\"type\":\"FeatureCollection\",\"clashmap\":{{\"format\":\"1.0\"}},\"features\":[\n{{\"type\":\"Feature\",\"geom,\n{good}\n]}}"
    );
    assert!(project::read(file.as_bytes()).unwrap_err().recoverable);
    let opened = project::recover(file.as_bytes()).unwrap();
    assert!(opened.recovered);
    assert_eq!(&*opened.project.drawings().next().unwrap().1.title, "Lachin road");
}

#[test]
fn a_uid_that_an_incident_has_is_not_given_to_a_drawing_and_its_unknown_source_is_said() {
    let incident = r#"{"type":"Feature","geometry":null,"properties":{"uid":"a","kind":"battle"}}"#;
    let drawing = r#"{"type":"Feature","geometry":{"type":"Point","coordinates":[45,39]},"properties":{"uid":"a","kind":"drawing","drawing":"text","sources":["nowhere"]}}"#;
    let (opened, _) = with_drawing(&format!("{incident},{drawing}"));
    assert_eq!(opened.project.drawings().next().unwrap().1.uid.as_str(), "a~2");
    let said: Vec<&str> = opened.findings.iter().map(|f| f.what.as_str()).collect();
    assert!(said[0].contains("this drawing is now “a~2”") && said[1].contains("no source “nowhere”"), "{said:?}");
}

#[test]
fn saving_and_copying_replace_the_whole_file() {
    let folder = tempfile::tempdir().unwrap();
    let (a, b) = (folder.path().join("a.clashmap.geojson"), folder.path().join("b.clashmap.geojson"));
    let project = read(RICH.as_bytes()).project;
    project::save(&a, &project).unwrap();
    // A file in another form than the program's own keeps its bytes under another name too.
    std::fs::write(&a, RICH.replace(",\n", ", \n")).unwrap();
    let (opened, seen) = project::open_seen(&a, &clashmap::io::progress::Progress::new()).unwrap();
    assert_eq!(opened.project, project);
    project::save_untouched(
        &RealDisk,
        (&a, seen),
        &b,
        &project,
        &Care::default(),
        &clashmap::io::progress::Progress::new(),
    )
    .unwrap();
    assert_eq!(std::fs::read(&b).unwrap(), std::fs::read(&a).unwrap());
    assert_eq!(project::open(&b).unwrap().project, project);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2);
}

/// Puts a project through its tables.
/// Any project without a log of edits: what other programs open does not hold one.
fn unlogged() -> impl Strategy<Value = Project> {
    any_project().prop_map(|project| project.with_log(Log::default()))
}

fn through_tables(project: &Project) -> Opened {
    use clashmap::io::tables::{FiguresOf, apart, together};
    let question = clashmap::derive::Question::default();
    let tables = apart(project, &FiguresOf::new(project, &question)).unwrap();
    together(&tables).unwrap_or_else(|e| panic!("{e}\n{tables:#?}"))
}

proptest! {
    #[test]
    fn every_project_comes_back_from_its_tables(project in unlogged()) {
        let back = through_tables(&project).project;
        prop_assert_eq!(String::from_utf8(write(&back)).unwrap(), String::from_utf8(write(&project)).unwrap());
    }
}

/// Puts a project through a format on the disk.
fn through_files(project: &Project, format: clashmap::io::export::Format, exact_cells: bool) -> Opened {
    use clashmap::io::export::{Export, Options, save};
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(format!("a{}", format.ending()));
    let options = Options { sensitive: true, exact_cells, ..Options::default() };
    save(&Export::new(project, options), format, &path).unwrap();
    let back = match format {
        clashmap::io::export::Format::Csv => clashmap::io::tables::open_csv(&path),
        clashmap::io::export::Format::Xlsx => clashmap::io::tables::open_xlsx(&path),
        _ => clashmap::io::tables::open_gpkg(&path),
    };
    back.unwrap().unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(cases(64, 10_000)))]
    #[test]
    fn every_project_comes_back_from_csv(project in unlogged(), exact in any::<bool>()) {
        let back = through_files(&project, clashmap::io::export::Format::Csv, exact).project;
        prop_assert_eq!(String::from_utf8(write(&back)).unwrap(), String::from_utf8(write(&project)).unwrap());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(cases(48, 2000)))]
    #[test]
    fn every_project_comes_back_from_a_geopackage(project in unlogged()) {
        let back = through_files(&project, clashmap::io::export::Format::GeoPackage, false).project;
        prop_assert_eq!(String::from_utf8(write(&back)).unwrap(), String::from_utf8(write(&project)).unwrap());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(cases(48, 2000)))]
    #[test]
    fn every_project_comes_back_from_a_workbook(project in unlogged()) {
        let back = through_files(&project, clashmap::io::export::Format::Xlsx, false).project;
        // Characters that XML has no way to say are replaced.
        let plain = |project: &Project| String::from_utf8(write(project)).unwrap().replace("\\u0001", "").replace('\u{fffd}', "");
        prop_assert_eq!(plain(&back), plain(&project));
    }
}
