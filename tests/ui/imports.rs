//! Bringing in what others have: files, the clipboard, columns, what would change, rows that are not taken.

use std::path::PathBuf;

use clashmap::panels::Action;
use egui::{Event, Key};

use crate::desk::{CTRL, Desk, empty, put};

/// Two good rows, one with a day that is none, one with a latitude that is none.
const MIXED: &str = "date,place,lat,lon,killed,unit\n\
    2022-09-13,Sotk,40.2,45.9,3,5th\n\
    31.02.2022,Jermuk,39.84,45.67,1,2nd\n\
    2022-09-14,Goris,139.5,46.3,2,\n\
    2022-09-15,Ջերմուկ,39.85,45.66,3-5,1st\n";

struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn put(&self, name: &str, text: &str) -> PathBuf {
        let path = self.0.path().join(name);
        put(&path, text.as_bytes());
        path
    }
}

fn desk() -> Desk {
    Desk::new(empty(), None, "untitled")
}

fn bring_in(desk: &mut Desk, path: PathBuf) {
    desk.act(Action::ImportPaths(vec![path]));
}

/// Chooses from a long menu with the keyboard.
fn pick(desk: &mut Desk, combo: &str, entry: &str) {
    desk.click(combo);
    desk.focus(entry);
    desk.press(Key::Space);
}

#[test]
fn a_table_is_brought_in_from_the_keyboard_and_is_one_step() {
    let folder = Folder::new();
    let path = folder.put("days.csv", MIXED);
    let mut desk = desk();
    desk.key(CTRL, Key::I);
    desk.type_into("Path", &path.display().to_string());
    desk.press(Key::Enter);
    assert!(desk.reads("Bring in days.csv") && desk.reads("UTF-8"));
    assert!(desk.reads("Of 4 rows 2 can be read, 2 cannot"));
    assert_eq!(desk.control("lat becomes").value, "latitude");
    assert!(desk.reads("Row 2: ") && desk.reads("lat: latitude 139.5"));
    desk.click("Bring in");
    assert_eq!(desk.project().len(), 2);
    assert!(desk.reads("2 incidents came in") && desk.reads("2 rows not taken"));
    desk.click("Close");
    desk.undo();
    assert_eq!(desk.project().len(), 0);
}

#[test]
fn rows_that_are_not_taken_are_corrected_in_place_and_come_in() {
    let folder = Folder::new();
    let mut desk = desk();
    bring_in(&mut desk, folder.put("days.csv", MIXED));
    desk.click("Bring in");
    desk.fill("Line 3: date", "2022-02-30");
    assert!(desk.reads("2 rows not taken"), "still no day: {:#?}", desk.names());
    assert!(desk.control("Line 3: date").focused, "and the next try needs no mouse");
    desk.fill("Line 3: date", "2022-02-28");
    assert!(desk.reads("1 row not taken") && desk.control("Line 4: lat").focused);
    assert_eq!(desk.project().len(), 3);
    assert!(desk.project().iter().any(|(_, i)| i.when.is_some_and(|w| w.to_string() == "2022-02-28")));
    desk.fill("Field lat", "39.5");
    assert_eq!(desk.project().len(), 4);
    assert!(desk.reads("All corrected rows have come in."));
    desk.click("Close");
    desk.undo();
    assert_eq!(desk.project().len(), 3, "each correction is a step of its own");
}

#[test]
fn rows_that_are_not_taken_stay_at_hand_and_can_be_saved() {
    let folder = Folder::new();
    let mut desk = desk();
    bring_in(&mut desk, folder.put("days.csv", MIXED));
    desk.click("Bring in");
    desk.press(Key::Escape);
    assert!(!desk.reads("rows not taken"));
    desk.click("File menu");
    desk.click_like("Rows not taken (2) …");
    desk.click("Save these rows …");
    let target = folder.0.path().join("left.csv");
    desk.type_into("Path", &target.display().to_string());
    desk.click("Save");
    let saved = std::fs::read_to_string(&target).unwrap();
    assert!(saved.starts_with("line,field,reason,date,place,lat,lon,killed,unit\n"), "{saved}");
    assert_eq!(saved.lines().count(), 3);
}

#[test]
fn what_a_column_becomes_is_chosen_joined_and_kept_under_a_name() {
    let folder = Folder::new();
    let mut desk = Desk::with_settings(&folder.0.path().join("settings.json"));
    let path = folder.put("odd.csv", "a,b,c,d\n13.09.2022,Sotk,gorge,40.2 45.9\n14.09.2022,Goris,,39.5 46.3\n");
    bring_in(&mut desk, path.clone());
    pick(&mut desk, "b becomes", "name of the place");
    desk.choose("Join a column", "c");
    assert_eq!(desk.control("b becomes").value, "name of the place + 1");
    pick(&mut desk, "a becomes", "date or dates");
    desk.click("+ value");
    desk.type_into("Value for every row", "Ministry of Defence");
    desk.click("Add");
    assert!(desk.has("Every row: claim: who says it"));
    desk.click("Save as preset …");
    desk.type_into("Name of the preset", "Ministry, daily");
    desk.click("Save preset");
    assert!(desk.control("Read as").value.contains("Ministry, daily"));
    assert!(folder.0.path().join("presets/Ministry_ daily.json").exists());
    desk.click("Bring in");
    assert!(desk.project().iter().any(|(_, i)| i.place.names.get_code("en") == Some("Sotk gorge")));

    let mut second = Desk::with_settings(&folder.0.path().join("settings.json"));
    bring_in(&mut second, path);
    assert_eq!(second.project().len(), 2, "a saved preset needs no asking");
}

#[test]
fn an_order_of_day_and_month_that_the_file_leaves_open_is_asked() {
    let folder = Folder::new();
    let mut desk = desk();
    bring_in(&mut desk, folder.put("us.csv", "date,place\n03/04/2022,Sotk\n05/06/2022,Goris\n"));
    assert!(desk.reads("can be read day first or month first"));
    desk.click("Month first");
    assert!(!desk.reads("can be read day first or month first"));
    desk.click("Bring in");
    assert!(desk.project().iter().any(|(_, i)| i.when.is_some_and(|w| w.to_string() == "2022-03-04")));
}

#[test]
fn another_encoding_reads_the_file_anew_and_keeps_the_columns() {
    let folder = Folder::new();
    let path = folder.0.path().join("win.csv");
    // "Сотк" in windows-1251.
    put(&path, b"date;place\n2022-09-13;\xd1\xee\xf2\xea\n");
    let mut desk = desk();
    bring_in(&mut desk, path);
    desk.choose("Encoding", "windows-1251");
    assert!(desk.reads("Сотк"), "{:#?}", desk.names());
    assert_eq!(desk.control("Encoding").value, "windows-1251");
}

#[test]
fn a_second_import_shows_what_would_change_and_takes_what_is_ticked() {
    let folder = Folder::new();
    let mut desk = desk();
    let rows = |killed: &str, more: &str| {
        format!("id,date,place,lat,lon,killed\na,2022-09-13,Sotk,40.2,45.9,{killed}\n{more}")
    };
    bring_in(&mut desk, folder.put("v1.csv", &rows("3", "")));
    desk.click("Bring in");
    assert_eq!(desk.project().len(), 1);
    bring_in(&mut desk, folder.put("v2.csv", &rows("4", "b,2022-09-14,Goris,39.5,46.3,1\n")));
    desk.click("Bring in");
    assert!(desk.reads("Changes from v2.csv") && desk.has("Changed 1") && desk.has("New 1"));
    desk.click("Take none");
    desk.click("Bring in 1");
    let claims = |desk: &Desk| desk.project().iter().map(|(_, i)| i.claims.len()).collect::<Vec<_>>();
    assert_eq!((desk.project().len(), claims(&desk)), (2, vec![1, 1]));
    bring_in(&mut desk, folder.put("v3.csv", &rows("4", "")));
    desk.click("Bring in");
    desk.click("Bring in 1");
    assert_eq!(claims(&desk), [2, 1], "another figure is another claim");
    desk.undo();
    assert_eq!(claims(&desk), [1, 1]);
}

#[test]
fn pasted_positions_come_in_at_once_and_pasted_rows_ask_for_their_columns() {
    let mut desk = desk();
    desk.event(Event::Paste("39.84, 45.67\n40.2, 45.9\n".into()));
    desk.settle();
    assert_eq!(desk.project().len(), 2);
    desk.undo();
    assert_eq!(desk.project().len(), 0);
    desk.event(Event::Paste("date\tplace\tkilled\n2022-09-13\tSotk\t3\n".into()));
    desk.settle();
    assert!(desk.reads("Bring in what was pasted"));
    desk.click("Cancel");
    let geojson =
        r#"{"type":"Feature","geometry":{"type":"Point","coordinates":[45.9,40.2]},"properties":{"name":"x"}}"#;
    desk.event(Event::Paste(geojson.into()));
    desk.settle();
    assert!(desk.reads("GeoJSON"));
    desk.click("Bring in");
    assert_eq!(desk.project().len(), 1);
}

#[test]
fn rows_pasted_on_the_claims_are_claims_and_a_map_is_not() {
    let mut desk = Desk::sample();
    desk.select("Border clashes of September 2022");
    let row = desk.control_like("Claim: 105 killed").name;
    desk.focus(&row);
    desk.event(Event::Paste("killed\tclaimant\n3\tMoD\n".into()));
    desk.settle();
    assert!(desk.reads("Rows from a spreadsheet") && !desk.reads("Bring in what was pasted"));
    desk.press(Key::Escape);
    desk.event(Event::Paste(
        "<kml><Placemark><name>x</name><Point><coordinates>45.9,40.2</coordinates></Point></Placemark></kml>".into(),
    ));
    desk.settle();
    assert!(desk.reads("Bring in what was pasted"));
}

#[test]
fn what_is_no_table_is_said_and_changes_nothing() {
    let folder = Folder::new();
    let mut desk = desk();
    bring_in(&mut desk, folder.put("x.pdf", "%PDF-1.4"));
    assert!(desk.reads("Not brought in: x.pdf") && desk.reads("PDF"));
    desk.click("Close");
    bring_in(&mut desk, folder.0.path().join("nowhere.csv"));
    assert!(desk.reads("there is no such file"));
    assert!(!desk.app().is_dirty());
}

#[test]
fn several_files_that_are_dropped_come_one_after_the_other() {
    let folder = Folder::new();
    let mut desk = desk();
    let rows = |id: &str, lat: &str| format!("date,place,lat,lon\n2022-09-{id},Sotk,{lat},45.9\n");
    let paths = vec![folder.put("a.csv", &rows("13", "40.2")), folder.put("b.csv", &rows("14", "40.3"))];
    desk.drop_files(&paths);
    assert!(desk.reads("Bring in a.csv"));
    desk.click("Bring in");
    assert!(desk.reads("Bring in b.csv"));
    desk.click("Bring in");
    assert!(desk.reads("a.csv (") && desk.reads("b.csv ("), "{:#?}", desk.names());
    assert_eq!(desk.project().len(), 2);
}

#[test]
fn escape_leaves_an_import_as_if_it_had_never_begun() {
    let folder = Folder::new();
    let mut desk = desk();
    bring_in(&mut desk, folder.put("days.csv", MIXED));
    desk.press(Key::Escape);
    assert!(!desk.reads("Bring in days.csv") && !desk.app().is_dirty());
}

#[test]
fn stop_ends_an_import_at_once_and_its_late_answer_is_not_heard() {
    let folder = Folder::new();
    let mut desk = desk();
    let path = folder.put("days.csv", MIXED);
    let ctx = desk.window.ctx.clone();
    let app = desk.window.state_mut();
    app.act(&ctx, Action::ImportPaths(vec![path.clone(), path.clone()]));
    app.act(&ctx, Action::StopJob);
    desk.settle();
    assert!(desk.reads("Import stopped; nothing has changed") && !desk.reads("Bring in days.csv"));
    bring_in(&mut desk, path);
    let app = desk.window.state_mut();
    app.act(&ctx, Action::StopJob);
    desk.settle();
    assert!(desk.reads("Bring in days.csv"), "nothing was under way");
}

#[test]
fn what_a_column_becomes_is_found_by_typing() {
    let folder = Folder::new();
    let mut desk = desk();
    bring_in(&mut desk, folder.put("odd.csv", "a,b\n13.09.2022,Sotk\n"));
    desk.click("b becomes");
    assert!(desk.control("Search what it becomes").focused);
    desk.event(Event::Text("outl".into()));
    desk.settle();
    assert!(desk.has("source: outlet") && !desk.has("latitude"));
    desk.press(Key::Enter);
    assert_eq!(desk.control("b becomes").value, "source: outlet");
    assert!(!desk.has("Search what it becomes"));
}

#[test]
fn a_table_of_which_no_column_gives_a_date_or_position_is_pointed_out() {
    let folder = Folder::new();
    let mut desk = desk();
    bring_in(&mut desk, folder.put("odd.csv", "a,b\nx,Sotk\ny,Goris\n"));
    assert!(desk.reads("None has a date or a position: choose the column that gives it."), "{:#?}", desk.names());
    bring_in(&mut desk, folder.put("none.csv", "date,place\n"));
    desk.click("Cancel");
    assert!(desk.reads("The table has no rows.") || desk.reads("Not brought in: none.csv"), "{:#?}", desk.names());
}

#[test]
fn a_large_table_is_one_step_as_well() {
    let folder = Folder::new();
    let rows = (0..2400).map(|n| format!("r{n},2022-09-{:02},40.{n:04},45.9", n % 28 + 1));
    let lines: Vec<String> = std::iter::once("id,date,lat,lon".to_owned()).chain(rows).collect();
    let mut desk = desk();
    bring_in(&mut desk, folder.put("many.csv", &lines.join("\n")));
    desk.click("Bring in");
    assert_eq!(desk.project().len(), 2400);
    assert!(desk.reads("2400 incidents came in") && desk.has("2400 incidents"));
    desk.undo();
    assert!(desk.project().is_empty() && !desk.app().is_dirty());
}

#[test]
fn another_sheet_of_a_workbook_is_chosen_in_the_window() {
    let folder = Folder::new();
    let path = folder.0.path().join("years.xlsx");
    let mut book = rust_xlsxwriter::Workbook::new();
    for (name, place) in [("2022", "Sotk"), ("2023", "Goris")] {
        let sheet = book.add_worksheet().set_name(name).unwrap();
        for (row, cells) in (0..).zip([["date", "place"], ["2022-09-13", place], ["2022-09-14", place]]) {
            sheet.write(row, 0, cells[0]).unwrap().write(row, 1, cells[1]).unwrap();
        }
    }
    book.save(&path).unwrap();
    let mut desk = desk();
    bring_in(&mut desk, path);
    assert_eq!(desk.control("Sheet").value, "2022");
    desk.choose("Sheet", "2023");
    assert_eq!(desk.control("Sheet").value, "2023");
    desk.click("Bring in");
    assert!(desk.project().len() == 2 && desk.reads("Goris") && !desk.reads("Sotk"));
}
