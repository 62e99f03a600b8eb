//! The quirks that tables have, one by one: what stands in the file, and what comes of it.

use encoding_rs::{GBK, WINDOWS_1251, WINDOWS_1252};
use serde_json::Value;

use super::tables::{Came, came, said};

/// A table whose rows all come in as these, with these words among the warnings.
#[track_caller]
fn read(what: &str, bytes: &[u8], rows: &[&str], warned: &[&str]) {
    let came = came("a.csv", bytes, &[]);
    assert_eq!(said(&came), rows, "{what}: {} {}", came.error, came.report);
    let warnings = came.report["warnings"].to_string();
    for word in warned {
        assert!(warnings.contains(word), "{what}: no “{word}” in {warnings}");
    }
}

/// `date,lat,lon,killed` with two plain rows and one of this.
fn row(cells: &str) -> Vec<u8> {
    format!("date,lat,lon,killed\n2022-01-01,40.5,45.5,2\n2022-01-02,40.5,45.5,2\n{cells}\n").into_bytes()
}

/// What becomes of a row beside two plain ones.
#[track_caller]
fn third(cells: &str, want: &str) {
    let came = came("a.csv", &row(cells), &[]);
    let got = said(&came);
    assert_eq!((got.len(), got.last().map(String::as_str)), (3, Some(want)), "{cells}: {} {}", came.error, came.report);
}

/// Why a row beside two plain ones was not taken.
#[track_caller]
fn why_not(cells: &str) -> (String, String) {
    let came = came("a.csv", &row(cells), &[]);
    let rejected = came.report["rejected"].as_array().unwrap_or_else(|| panic!("{cells}: {}", came.error));
    assert_eq!((rejected.len(), came.features.len()), (1, 2), "{cells}: {:?} {}", said(&came), came.report);
    let text = |name: &str| rejected[0][name].as_str().unwrap().to_owned();
    (text("field"), text("reason"))
}

const PLAIN: &str = "date,place,lat,lon,killed\n2022-09-13,Sotk,40.2,45.9,3\n";
const SOTK: &str = "2022-09-13 | Sotk | 45.9,40.2 | all-parties killed 3";

#[test]
fn a_byte_order_mark_is_no_part_of_the_first_name() {
    read("UTF-8", format!("\u{feff}{PLAIN}").as_bytes(), &[SOTK], &[]);
    let wide = |little: bool, text: &str| -> Vec<u8> {
        text.encode_utf16().flat_map(|u| if little { u.to_le_bytes() } else { u.to_be_bytes() }).collect()
    };
    for little in [true, false] {
        read("UTF-16 with a mark", &wide(little, &format!("\u{feff}{PLAIN}")), &[SOTK], &[]);
        read("UTF-16 without", &wide(little, PLAIN), &[SOTK], &["UTF-16"]);
    }
}

#[test]
fn old_encodings_are_guessed_from_the_letters_and_said() {
    let russian = "Дата;Место;Широта;Долгота;Погибло Армения\n13.09.2022;Село Сотк, Гегаркуник;40,2;45,9;3\n";
    let russian_row = "2022-09-13 | Село Сотк, Гегаркуник | 45.9,40.2 | armenia killed 3";
    read("cp1251", &WINDOWS_1251.encode(russian).0, &[russian_row], &["windows-1251"]);
    let french =
        "date;lieu;lat;lon;remarques\n13/09/2022;Kapan;39,2;46,4;Échange de tirs près de la frontière, à l'aube\n";
    let french_row = "2022-09-13 | Kapan | 46.4,39.2 | ";
    // In these letters Latin-1 and cp1252 are the same.
    read("cp1252 and Latin-1", &WINDOWS_1252.encode(french).0, &[french_row], &["windows-1252"]);
    let german =
        "Datum;Ort;Breite;Länge;Bemerkung\n13.09.2022;Kapan;39,2;46,4;Schüsse über die Grenze, später Waffenruhe\n";
    read("Latin-1", &WINDOWS_1252.encode(german).0, &[french_row], &["windows-1252"]);
    let chinese = "date,place,lat,lon,note\n2022-09-13,索特克,40.2,45.9,亚美尼亚国防部说边境发生炮击，有士兵死亡\n2022-09-14,杰尔穆克,39.8,45.7,阿塞拜疆国防部否认，双方都有伤亡\n";
    let chinese_rows = ["2022-09-13 | 索特克 | 45.9,40.2 | ", "2022-09-14 | 杰尔穆克 | 45.7,39.8 | "];
    read("cp936", &GBK.encode(chinese).0, &chinese_rows, &["GBK"]);
    // A name beats any guess.
    let told = came("a.csv", &GBK.encode(chinese).0, &["--encoding", "cp936"]);
    assert_eq!((told.code, said(&told)), (Some(0), chinese_rows.map(str::to_owned).to_vec()), "{}", told.report);
    let few = came("a.csv", &WINDOWS_1251.encode("date,place\n2022,Шуши\n").0, &["--encoding", "1251"]);
    assert_eq!(said(&few), ["2022 | Шуши |  | "]);
}

#[test]
fn any_mark_stands_between_cells_and_a_comma_or_a_point_within_numbers() {
    for (mark, decimal) in [(',', '.'), (';', '.'), (';', ','), ('\t', '.'), ('\t', ','), ('|', '.'), ('|', ',')] {
        let m = mark.to_string();
        let table =
            PLAIN.replace(',', &m).replace("40.2", &format!("40{decimal}2")).replace("45.9", &format!("45{decimal}9"));
        read(&format!("{mark:?} {decimal}"), table.as_bytes(), &[SOTK], &[]);
    }
    // In quotes a comma is in the right place anywhere.
    read("quoted", b"date,place,lat,lon,killed\n2022-09-13,Sotk,\"40,2\",\"45,9\",3\n", &[SOTK], &[]);
    let told = came("a.txt", b"date:place:killed\n2022-09-13:Sotk:3\n", &["--separator", ":"]);
    assert_eq!(said(&told), ["2022-09-13 | Sotk |  | all-parties killed 3"], "{}", told.error);
    read("ends of lines of old Macintoshes", PLAIN.replace('\n', "\r").as_bytes(), &[SOTK], &[]);
    read("ends of lines of Windows", PLAIN.replace('\n', "\r\n").as_bytes(), &[SOTK], &[]);
}

#[test]
fn what_stands_above_the_header_is_passed_over_and_said() {
    read("blank lines", format!("\n\n\n{PLAIN}").as_bytes(), &[SOTK], &[]);
    read("rows of nothing", format!(",,,,\n,,,,\n{PLAIN}").as_bytes(), &[SOTK], &[]);
    read(
        "a merged title",
        format!("Incidents of September,,,,\n,,,,\n{PLAIN}").as_bytes(),
        &[SOTK],
        &["above the header"],
    );
    read(
        "two of them",
        format!("Ministry of Things,,,,\nas of 1 October,,,,\n{PLAIN}").as_bytes(),
        &[SOTK],
        &["2 lines above"],
    );
    let merged = "date,place,killed,,wounded,\n,,Armenia,Azerbaijan,Armenia,Azerbaijan\n2022-09-13,Sotk,3,4,5,6\n";
    let figures = "armenia killed 3, azerbaijan killed 4, armenia wounded 5, azerbaijan wounded 6";
    read("merged names", merged.as_bytes(), &[&format!("2022-09-13 | Sotk |  | {figures}")], &[]);
    read("the header again", format!("{PLAIN}{PLAIN}").as_bytes(), &[SOTK], &["taken once"]);
    let twice = came("a.csv", b"date,note,note\n2022-09-13,a,b\n", &[]);
    assert!(twice.report["warnings"].to_string().contains("stand twice"), "{}", twice.report);
    assert_eq!(twice.features[0]["properties"]["tags"]["note (2)"], "b");
}

#[test]
fn dates_are_as_exact_as_they_are_written() {
    for (cell, when) in [
        ("2022-09-13", "2022-09-13"),
        ("13.09.2022", "2022-09-13"),
        ("13/09/2022", "2022-09-13"),
        ("09/13/2022", "2022-09-13"),
        ("13 Sep 2022", "2022-09-13"),
        ("September 13 2022", "2022-09-13"),
        ("13 сентября 2022 г.", "2022-09-13"),
        ("20220913", "2022-09-13"),
        ("44817", "2022-09-13"),
        ("44817.25", "2022-09-13T06:00"),
        ("2022-09-13 00:00:00", "2022-09-13"),
        ("2022-09", "2022-09"),
        ("09.2022", "2022-09"),
        ("Sep 2022", "2022-09"),
        ("2022", "2022"),
        ("2022-09-13/2022-09-14", "2022-09-13/2022-09-14"),
    ] {
        third(&format!("{cell},40.2,45.9,1"), &format!("{when} |  | 45.9,40.2 | all-parties killed 1"));
    }
    for cell in ["2022-02-30", "31.11.2022", "2022-13-01", "yesterday"] {
        assert_eq!(why_not(&format!("{cell},40.2,45.9,1")).0, "date", "{cell}");
    }
    let parts = "year,month,day,lat,lon\n2022,9,13,40.2,45.9\n2022,9,,40.2,45.9\n2022,,,40.2,45.9\n";
    read(
        "in three columns",
        parts.as_bytes(),
        &["2022-09-13 |  | 45.9,40.2 | ", "2022-09 |  | 45.9,40.2 | ", "2022 |  | 45.9,40.2 | "],
        &[],
    );
}

#[test]
fn positions_are_read_in_every_form_that_people_write() {
    for (cell, lat, lon) in [
        ("40.2, 45.9", 40.2, 45.9),
        ("40°12′00″N 45°54′00″E", 40.2, 45.9),
        ("40°12'N, 45°54'E", 40.2, 45.9),
        ("40 12 00 N 45 54 00 E", 40.2, 45.9),
        ("N40.2 E45.9", 40.2, 45.9),
        ("38TNK7660850247", 40.2, 45.9),
        ("POINT (45.9 40.2)", 40.2, 45.9),
        ("SRID=4326;POINT(45.9 40.2)", 40.2, 45.9),
    ] {
        let came = came("a.csv", format!("date;coordinates\n2022-09-13;\"{cell}\"\n").as_bytes(), &[]);
        let at = &came.features.first().unwrap_or_else(|| panic!("{cell}: {} {}", came.error, came.report))["geometry"]
            ["coordinates"];
        let near = |n: usize, want: f64| (at[n].as_f64().unwrap_or(999.0) - want).abs() < 0.002;
        assert!(near(0, lon) && near(1, lat), "{cell}: {at} {}", came.report);
    }
}

#[test]
fn positions_that_cannot_be_are_refused_or_asked_about_and_never_set_right_in_silence() {
    for (cells, field, word) in [
        ("2022-09-13,0,0,1", "position", "Gulf of Guinea"),
        ("2022-09-13,140.2,45.9,1", "lat", "swapped"),
        ("2022-09-13,95,190,1", "lat", ""),
        ("2022-09-13,40.2,445.9,1", "lon", ""),
        ("2022-09-13,40.2,,1", "", ""),
        ("2022-09-13,here,there,1", "lat", ""),
    ] {
        let (at, reason) = why_not(cells);
        assert!(at.contains(field) && reason.contains(word), "{cells}: {at}: {reason}");
    }
    let swapped = came("a.csv", b"date,lat,lon\n2022-09-13,45.9,40.2\n2022-09-14,45.7,39.8\n", &[]);
    assert!(swapped.report["warnings"].to_string().contains("may be swapped"), "{}", swapped.report);
    assert_eq!(said(&swapped)[0], "2022-09-13 |  | 40.2,45.9 | ", "as it stands");
}

#[test]
fn figures_that_are_words_ranges_or_nothing_stay_what_they_are() {
    for (cell, claim) in [
        ("3", "3"),
        ("3.0", "3"),
        ("0", "0"),
        ("3-5", "{\"high\":5,\"low\":3}"),
        ("3–5", "{\"high\":5,\"low\":3}"),
        ("≥ 49", "{\"at_least\":49}"),
        ("49+", "{\"at_least\":49}"),
        ("several dozen", "{\"some\":\"several dozen\"}"),
        ("несколько", "{\"some\":\"несколько\"}"),
        ("NA", ""),
        ("N/A", ""),
        ("-", ""),
        ("–", ""),
        ("?", ""),
        ("unknown", ""),
        ("", ""),
    ] {
        let claim = if claim.is_empty() { String::new() } else { format!("all-parties killed {claim}") };
        third(&format!("2022-09-13,40.2,45.9,{cell}"), &format!("2022-09-13 |  | 45.9,40.2 | {claim}"));
    }
    let (field, reason) = why_not("2022-09-13,40.2,45.9,5-Mar");
    assert!(field == "killed" && reason.contains("spreadsheet"), "{reason}");
}

#[test]
fn rows_that_say_the_same_twice_are_taken_once_and_alike_ones_are_offered_as_claims() {
    let rows = "id,date,lat,lon,party,killed\n1,2022-09-13,40.2,45.9,Armenia,3\n1,2022-09-13,40.2,45.9,Armenia,3\n\
                2,2022-09-13,40.2,45.9,Armenia,5\n";
    let apart = came("a.csv", rows.as_bytes(), &[]);
    let warnings = apart.report["warnings"].to_string();
    assert!(warnings.contains("taken once") && warnings.contains("can be put together as claims"), "{warnings}");
    assert_eq!(apart.features.len(), 2);
    let together = came("a.csv", rows.as_bytes(), &["--merge-same"]);
    assert_eq!(together.features.len(), 1, "{}", together.report);
    assert_eq!(together.features[0]["properties"]["claims"].as_array().unwrap().len(), 2);
    let clash = came("a.csv", rows.replace("2,2022", "1,2022").as_bytes(), &[]);
    assert_eq!(clash.report["rejected"][0]["field"], "id", "{}", clash.report);
}

#[test]
fn a_highest_figure_below_the_best_is_kept_and_said() {
    let table = "date,killed low,killed best,killed high\n2022-09-13,3,9,5\n2022-09-14,9,,5\n";
    let came = came("a.csv", table.as_bytes(), &[]);
    let counts: Vec<&Value> = came.features.iter().map(|f| &f["properties"]["claims"][0]["count"]).collect();
    assert_eq!(counts[0], &serde_json::json!({"low": 3, "best": 9, "high": 5}), "{} {}", came.report, came.error);
    assert!(came.report["warnings"].to_string().contains("best estimate lies outside"), "{}", came.report);
}

/// Precision of the place, radius and date of every row.
fn exactness(came: &Came) -> Vec<String> {
    let line = |f: &Value| {
        let p = &f["properties"];
        format!("{} {} {}", p["place"]["precision"], p["place"]["radius_km"], p["when"]).replace('"', "")
    };
    came.features.iter().map(line).collect()
}

#[test]
fn the_codes_of_ucdp_become_precision_of_place_and_date() {
    let head = "id,type_of_violence,side_a,side_b,date_start,date_end,date_prec,latitude,longitude,where_prec,best\n";
    let rows: Vec<String> = [
        (1, 1, "2020-10-05", "2020-10-05"),
        (2, 2, "2020-10-05", "2020-10-07"),
        (3, 3, "2020-10-05", "2020-10-11"),
        (4, 4, "2020-10-01", "2020-10-31"),
        (5, 5, "2020-01-01", "2020-12-31"),
        (6, 1, "2020-10-05", "2020-10-05"),
        (7, 1, "2020-10-05", "2020-10-05"),
    ]
    .map(|(place, date, from, to)| format!("{place},1,A,B,{from},{to},{date},40.38,46.76,{place},1\n"))
    .into();
    let came = came("ged.csv", format!("{head}{}", rows.concat()).as_bytes(), &[]);
    assert_eq!(
        exactness(&came),
        [
            "near null 2020-10-05",
            "approximate 25 2020-10-05/2020-10-07",
            "district null 2020-10-05/2020-10-11",
            "region null 2020-10",
            "front null 2020",
            "country null 2020-10-05",
            "country null 2020-10-05",
        ],
        "{} {}",
        came.report,
        came.error
    );
}

#[test]
fn the_codes_of_acled_become_precision_of_place_and_date() {
    let head = "event_id_cnty,event_date,time_precision,event_type,sub_event_type,actor1,actor2,latitude,longitude,geo_precision,fatalities\n";
    let row = |n: u8| format!("A{n},2023-05-16,{n},Battles,Armed clash,X,Y,40.38,46.76,{n},1\n");
    let came = came("acled.csv", format!("{head}{}", (1..=3).map(row).collect::<String>()).as_bytes(), &[]);
    let got = exactness(&came);
    assert_eq!((got[0].as_str(), got[2].as_str()), ("near null 2023-05-16", "region null 2023-05"), "{}", came.report);
    // A week, or a weekend: about that day.
    assert_eq!(got[1], "district null 2023-05-16~");
}
