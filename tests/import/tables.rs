//! Tables of text with the quirks that real ones have, through the real program.

use std::fs;

use serde_json::Value;

use super::convert::convert;

/// What came of a table: exit code, report, and the features of the project.
pub(crate) struct Came {
    pub(crate) code: Option<i32>,
    pub(crate) report: Value,
    pub(crate) features: Vec<Value>,
    pub(crate) error: String,
}

pub(crate) fn came(name: &str, bytes: &[u8], options: &[&str]) -> Came {
    let folder = tempfile::tempdir().unwrap();
    let (input, target) = (folder.path().join(name), folder.path().join("out.clashmap.geojson"));
    fs::write(&input, bytes).unwrap();
    let output = convert(&input, &target, &[&["--json"], options].concat());
    let project: Value = fs::read(&target).map_or(Value::Null, |b| serde_json::from_slice(&b).unwrap());
    Came {
        code: output.status.code(),
        report: serde_json::from_slice(&output.stdout).unwrap_or(Value::Null),
        features: project["features"].as_array().cloned().unwrap_or_default(),
        error: String::from_utf8(output.stderr).unwrap(),
    }
}

/// `when | place | lon,lat | claims` of each feature.
pub(crate) fn said(came: &Came) -> Vec<String> {
    let text =
        |v: &Value| v.as_str().map_or_else(|| if v.is_null() { String::new() } else { v.to_string() }, str::to_owned);
    let claim = |c: &Value| format!("{} {} {}", text(&c["about"]), text(&c["category"]), text(&c["count"]));
    let line = |f: &Value| {
        let p = &f["properties"];
        let claims: Vec<String> = p["claims"].as_array().map_or(Vec::new(), |l| l.iter().map(claim).collect());
        let at = f["geometry"]["coordinates"].as_array().map_or_else(String::new, |c| format!("{},{}", c[0], c[1]));
        format!("{} | {} | {at} | {}", text(&p["when"]), text(&p["place"]["names"]["en"]), claims.join(", "))
    };
    came.features.iter().map(line).collect()
}

fn rejects(came: &Came) -> Vec<String> {
    let row = |r: &Value| format!("{} {} {}", r["line"], r["field"].as_str().unwrap(), r["value"].as_str().unwrap());
    came.report["rejected"].as_array().unwrap().iter().map(row).collect()
}

#[test]
fn a_table_with_good_and_bad_rows_gives_the_good_ones_and_says_what_is_wrong_with_the_others() {
    let table = "date,place,lat,lon,killed armenia,killed azerbaijan\n\
                 2022-09-13,Sotk,40.2,45.9,3,NA\n\
                 31.02.2022,Sotk,40.2,45.9,3,4\n\
                 2022-09-14,Jermuk,139.8,45.67,3-5,several dozen\n\
                 2022-09-14,Jermuk,0,0,1,1\n\
                 2022-09,Jermuk,39.8,45.67,3-5,several dozen\n\
                 2022-09-15,Goris,39.5,46.3,5-Mar,-\n\
                 2022,Goris,\"39°30′N\",\"46°20′E\",12.0,-\n";
    let came = came("mixed.csv", table.as_bytes(), &[]);
    assert_eq!(
        (came.code, &came.report["read"], &came.report["accepted"]),
        (Some(1), &7.into(), &3.into()),
        "{}",
        came.error
    );
    assert_eq!(
        said(&came),
        [
            "2022-09-13 | Sotk | 45.9,40.2 | armenia killed 3",
            "2022-09 | Jermuk | 45.67,39.8 | armenia killed {\"high\":5,\"low\":3}, azerbaijan killed {\"some\":\"several dozen\"}",
            "2022 | Goris | 46.333333333333336,39.5 | armenia killed 12",
        ]
    );
    assert_eq!(rejects(&came), ["3 date 31.02.2022", "4 lat 139.8", "5 position 0, 0", "7 killed armenia 5-Mar"]);
    let reason = came.report["rejected"][1]["reason"].as_str().unwrap();
    assert!(reason.contains("swapped"), "{reason}");
}

#[test]
fn a_russian_spreadsheet_is_read_with_its_encoding_its_commas_and_its_titles() {
    let table = "Сводка за сентябрь;;;;;\r\n\r\nДата;Место;Широта;Долгота;Погибло;\r\n;;;;Армения;Азербайджан\r\n\
                 13.09.2022;Сотк;40,20;45,90;105;71\r\n14 сентября 2022 г.;Джермук;39,84;45,67;несколько;н/д\r\n";
    let bytes = encoding_rs::WINDOWS_1251.encode(table).0.into_owned();
    let came = came("сводка.csv", &bytes, &[]);
    assert_eq!(
        said(&came),
        [
            "2022-09-13 | Сотк | 45.9,40.2 | armenia killed 105, azerbaijan killed 71",
            "2022-09-14 | Джермук | 45.67,39.84 | armenia killed {\"some\":\"несколько\"}",
        ],
        "{} {}",
        came.error,
        came.report
    );
    let warnings = came.report["warnings"].to_string();
    assert!(warnings.contains("windows-1251") && warnings.contains("above the header"), "{warnings}");
}

#[test]
fn utf_16_and_tabs_are_read() {
    let table = "date\tlat\tlon\tkilled\n2022-09-13\t40.2\t45.9\t3\n";
    let bytes: Vec<u8> = [0xff, 0xfe].into_iter().chain(table.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    let came = came("wide.txt", &bytes, &[]);
    assert_eq!(said(&came), ["2022-09-13 |  | 45.9,40.2 | all-parties killed 3"], "{}", came.error);
    assert_eq!(came.code, Some(0), "{}", came.report);
}

#[test]
fn the_order_of_day_and_month_is_taken_from_the_file_and_asked_where_it_does_not_settle_it() {
    let table = |rows: &str| format!("date,lat,lon\n{rows}");
    let settled = came("a.csv", table("03/04/2022,40,46\n04/13/2022,40,46\n").as_bytes(), &[]);
    assert_eq!(said(&settled), ["2022-03-04 |  | 46,40 | ", "2022-04-13 |  | 46,40 | "]);
    let open = came("a.csv", table("03/04/2022,40,46\n05/05/2022,40,46\n").as_bytes(), &[]);
    assert_eq!((open.code, open.features.len()), (Some(2), 0));
    assert!(open.error.contains("--date-order dmy") && open.error.lines().count() == 1, "{}", open.error);
    let told = came("a.csv", table("03/04/2022,40,46\n").as_bytes(), &["--date-order", "dmy"]);
    assert_eq!(said(&told), ["2022-04-03 |  | 46,40 | "]);
    let dots = came("a.csv", table("03.04.2022,40,46\n44817,40,46\n").as_bytes(), &[]);
    assert_eq!(said(&dots), ["2022-04-03 |  | 46,40 | ", "2022-09-13 |  | 46,40 | "]);
}

#[test]
fn swapped_coordinates_are_said_and_swapped_only_when_asked() {
    let table = "date,lat,lon\n2022-09-13,45.9,40.2\n2022-09-14,45.67,39.84\n";
    let as_named = came("a.csv", table.as_bytes(), &[]);
    assert_eq!(as_named.code, Some(1));
    assert!(as_named.report["warnings"].to_string().contains("may be swapped"), "{}", as_named.report);
    assert_eq!(said(&as_named)[0], "2022-09-13 |  | 40.2,45.9 | ");
    let swapped = came("a.csv", table.as_bytes(), &["--swap"]);
    assert_eq!(
        (swapped.code, said(&swapped)[0].as_str()),
        (Some(0), "2022-09-13 |  | 45.9,40.2 | "),
        "{}",
        swapped.report
    );
}

#[test]
fn positions_are_read_as_wkt_mgrs_and_degrees_and_minutes() {
    let table = "where,date\nPOINT (45.9 40.2),2022-09-13\n\"SRID=4326;LINESTRING (45 40, 46 41, 47 41)\",2022-09-13\n";
    let wkt = came("a.csv", table.as_bytes(), &[]);
    assert_eq!(wkt.features[0]["geometry"]["type"], "Point", "{}", wkt.report);
    assert_eq!(wkt.features[1]["geometry"]["type"], "LineString");
    let table = "Koordinat;Tarix\n38SNK5743309962;2022-09-13\n39°50′22″N 45°40′16″E;2022-09-14\n";
    let grid = came("a.csv", table.as_bytes(), &[]);
    assert_eq!((grid.code, grid.features.len()), (Some(0), 2), "{} {}", grid.report, grid.error);
    for f in &grid.features {
        assert!((f["geometry"]["coordinates"][0].as_f64().unwrap() - 45.671).abs() < 1e-3, "{f}");
    }
}

#[test]
fn repeated_names_unused_columns_and_duplicates_are_kept_apart() {
    let table = "id,date,note,note,colour,lat,lon\n7,2022-09-13,a,b,red,40,46\n7,2022-09-13,a,b,red,40,46\n7,2022-09-14,c,,blue,40,46\n";
    let came = came("a.csv", table.as_bytes(), &[]);
    assert_eq!((&came.report["read"], &came.report["accepted"]), (&3.into(), &2.into()));
    assert_eq!(rejects(&came), ["4 id 7"]);
    let p = &came.features[0]["properties"];
    assert_eq!((&p["uid"], &p["tags"]["colour"], &p["tags"]["note (2)"]), (&"7".into(), &"red".into(), &"b".into()));
    assert_eq!(came.features.len(), 1);
}

#[test]
fn a_second_row_of_the_same_id_can_be_a_further_claim() {
    let table = "id,date,figure,about,who says it,link\n\
                 sotk,2022-09-13,49,Armenia killed,Ministry of Defence of Armenia,https://a.example/1\n\
                 sotk,2022-09-13,≥ 105,Armenia killed,Prime Minister of Armenia,https://a.example/2\n";
    let folder = tempfile::tempdir().unwrap();
    let map = folder.path().join("map.json");
    let shown = map.display().to_string();
    let first = came("a.csv", table.as_bytes(), &["--write-map", &shown]);
    assert_eq!(first.report["rejected"].as_array().unwrap().len(), 1, "{}", first.error);
    let mut mapping: Value = serde_json::from_slice(&fs::read(&map).unwrap()).unwrap();
    mapping["twice"] = "claims".into();
    fs::write(&map, mapping.to_string()).unwrap();
    let both = came("a.csv", table.as_bytes(), &["--map", &shown]);
    let claims = &both.features[0]["properties"]["claims"];
    assert_eq!((both.features.len(), claims.as_array().unwrap().len()), (1, 2), "{}", both.report);
    assert_eq!(claims[1]["claimant"], "Prime Minister of Armenia");
    assert_ne!(claims[0]["source"], claims[1]["source"]);
}

#[test]
fn rejected_rows_are_saved_and_read_again_once_corrected() {
    let folder = tempfile::tempdir().unwrap();
    let saved = folder.path().join("left.csv");
    let shown = saved.display().to_string();
    let table = "date,place,lat,lon\n2022-09-13,Sotk,40.2,45.9\n2022-13-45,=2+2,40.2,45.9\n";
    let came1 = came("a.csv", table.as_bytes(), &["--rejected", &shown]);
    assert_eq!(came1.features.len(), 1);
    let text = fs::read_to_string(&saved).unwrap();
    assert!(text.starts_with("line,field,reason,date,place,lat,lon") && text.contains("'=2+2"), "{text}");
    let again = came("b.csv", text.replace("2022-13-45", "2022-09-14").as_bytes(), &[]);
    assert_eq!((again.features.len(), again.report["rejected"].as_array().unwrap().len()), (1, 0), "{}", again.report);
}

#[test]
fn a_mapping_that_does_not_fit_is_one_line() {
    let folder = tempfile::tempdir().unwrap();
    let map = folder.path().join("map.json");
    for (mapping, word) in [
        (r#"{"rules":[{"from":["nowhere"],"to":"title"}]}"#, "no column “nowhere”"),
        (r#"{"rules":[{"from":["date"],"to":"dat"}]}"#, "“dat”"),
        ("{", "--map"),
        (r#"{"rulez":[]}"#, "rulez"),
    ] {
        fs::write(&map, mapping).unwrap();
        let came = came("a.csv", b"date,lat,lon\n2022-09-13,40,46\n", &["--map", &map.display().to_string()]);
        assert_eq!((came.code, came.features.len()), (Some(2), 0), "{mapping}");
        assert!(came.error.contains(word) && came.error.lines().count() == 1, "{}", came.error);
    }
}
