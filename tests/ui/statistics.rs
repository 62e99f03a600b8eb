//! The statistics page: figures set out, ordered, copied and saved, and the same as the terminal's.

use clashmap::derive::Question;
use clashmap::io::project;
use clashmap::model::{Category, Claim, Count, Incident, Kind, Meta, Names, PartyId, Project, Uid, When};
use clashmap::panels::{Action, Example};
use egui::accesskit::Role;
use egui::{Event, Key};
use egui_kittest::kittest::Queryable as _;

use crate::desk::{Desk, empty};

const SAMPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/assets/september-2022.clashmap.geojson");

/// The page on the sample.
fn page() -> Desk {
    let mut desk = Desk::sample();
    desk.press(Key::S);
    assert!(desk.has("Statistics"), "{:#?}", desk.names());
    desk
}

/// A small window, as on a laptop.
fn laptop(project: Project) -> Desk {
    let mut desk = Desk::sized(project, None, "test", [1366.0, 768.0], 1.0);
    desk.press(Key::S);
    desk
}

/// The rows of the table by what is read out of them.
fn table_rows(desk: &Desk) -> Vec<String> {
    let mut rows: Vec<_> =
        desk.seen().into_iter().filter(|s| s.role == Role::Label && s.name.contains(" claims")).collect();
    rows.retain(|s| s.name.contains(": low ") || s.name.contains(": no figure"));
    rows.sort_by(|a, b| a.rect.top().total_cmp(&b.rect.top()));
    rows.into_iter().map(|s| s.name).collect()
}

/// What the last frames put on the clipboard.
fn copied(desk: &Desk) -> Option<String> {
    desk.window.output().platform_output.commands.iter().find_map(|c| match c {
        egui::OutputCommand::CopyText(text) => Some(text.clone()),
        _ => None,
    })
}

fn event(n: u32, when: &str, place: &str, party: &str, killed: &str) -> Incident {
    let mut i = Incident::new(Uid::new(&format!("i{n}")), Kind::ArmedClash, "Clash");
    i.when = When::parse(when).ok();
    i.place.names = Names::english(place);
    let party = PartyId::new(party);
    let mut c = Claim::new("c1", party.clone(), Category::Killed, Count::parse(killed).unwrap());
    c.speaks_for = Some(party);
    i.claims.push(c);
    i
}

fn project_of(incidents: Vec<Incident>) -> Project {
    Project::new(Meta::default(), incidents, Vec::new())
}

#[test]
fn a_key_and_a_button_open_the_page_and_esc_closes_it() {
    let mut desk = page();
    assert!(desk.reads("Chart: Killed by party, per day"), "{:#?}", desk.names());
    desk.press(Key::Escape);
    assert!(!desk.has("Statistics"));
    desk.click("Statistics (S)");
    assert!(desk.has("Statistics"));
    desk.click("Close statistics (S)");
    assert!(!desk.has("Statistics"));
}

#[test]
fn the_map_comes_back_when_it_is_wanted() {
    let mut desk = page();
    let id = desk.id("Fire at Kut");
    desk.act(Action::ZoomTo(id));
    assert!(!desk.has("Statistics"));
}

#[test]
fn every_choice_changes_what_is_set_out() {
    let mut desk = page();
    assert!(desk.has("Total, Armenia: low 135, best 135, high –, 6 claims"), "{:#?}", table_rows(&desk));
    desk.click("People wounded");
    assert!(desk.reads("Chart: Wounded by party"), "{:#?}", desk.names());
    for (by, chart) in [
        ("By kind", "Chart: Wounded by kind and party"),
        ("By place", "Chart: Wounded by place and party"),
        ("By source", "Chart: Wounded by source and party"),
        ("By party", "Chart: Wounded by party, soldiers and civilians"),
    ] {
        desk.click(by);
        assert!(desk.reads(chart), "{by}: {:#?}", desk.names());
        assert!(!table_rows(&desk).is_empty(), "{by}");
    }
    desk.click("By time");
    desk.choose("Width of bins", "month");
    assert!(desk.reads("Chart: Wounded by party, per month"), "{:#?}", desk.names());
    assert!(table_rows(&desk)[0].starts_with("Sep 2022, Armenia: low "), "{:#?}", table_rows(&desk));
}

#[test]
fn an_incident_without_a_figure_is_said_and_is_no_zero() {
    let desk = laptop(project_of(vec![event(1, "2022-09-12", "Sotk", "armenia", "?")]));
    assert!(desk.reads("1 incident without a figure"), "{:#?}", desk.names());
    assert!(desk.has("12 Sep 2022, Armenia: no figure, 1 claims"), "{:#?}", table_rows(&desk));
    let desk = laptop(project_of(vec![event(1, "2022-09-12", "Sotk", "armenia", "0")]));
    assert!(desk.has("12 Sep 2022, Armenia: low 0, best 0, high 0, 1 claims"), "{:#?}", table_rows(&desk));
}

#[test]
fn the_rows_are_ordered_by_a_column_and_back() {
    let all = [(1, "Sotk", "5"), (2, "Jermuk", "30"), (3, "Goris", "?")];
    let all = all.map(|(n, place, killed)| event(n, "2022-09-12", place, "armenia", killed)).to_vec();
    let mut desk = laptop(project_of(all));
    desk.click("By place");
    let first = |desk: &Desk| table_rows(desk)[0].split(',').next().unwrap().to_owned();
    assert_eq!(first(&desk), "Jermuk");
    desk.click("Order by place");
    assert_eq!(first(&desk), "Goris");
    desk.click("Order by place");
    assert_eq!(first(&desk), "Sotk");
    desk.click("Order by best (killed)");
    desk.click("Order by best (killed)");
    assert_eq!(first(&desk), "Sotk", "{:?}", table_rows(&desk));
    assert!(table_rows(&desk)[2].starts_with("Goris"), "what has no number is last either way");
    desk.click("Order by best (killed)");
    assert_eq!(first(&desk), "Jermuk");
}

#[test]
fn the_table_is_copied_as_tab_separated_values() {
    let mut desk = page();
    desk.event(Event::Copy);
    let text = copied(&desk).expect("Ctrl+C copies");
    assert!(text.starts_with("Day\tParty\tLow (killed)\tBest (killed)\tHigh (killed)\tClaims\tIncidents\t"), "{text}");
    assert!(text.contains("\nTotal\tArmenia\t135\t135\t\t6\t\t"), "{text}");
    let at = desk.control("Copy table").rect.center();
    desk.event(Event::PointerMoved(at));
    for pressed in [true, false] {
        desk.event(Event::PointerButton {
            pos: at,
            button: egui::PointerButton::Primary,
            pressed,
            modifiers: egui::Modifiers::NONE,
        });
    }
    assert_eq!(copied(&desk).as_deref(), Some(text.as_str()));
}

#[test]
fn chart_and_table_are_saved_where_they_are_wanted() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = page();
    for (entry, name) in [
        ("Save chart (SVG, PNG, PDF) …", "chart.svg"),
        ("Save chart (SVG, PNG, PDF) …", "chart.png"),
        ("Save table (CSV) …", "figures.csv"),
    ] {
        let path = folder.path().join(name);
        desk.click("Export …");
        desk.click(entry);
        desk.fill("Path", path.to_str().unwrap());
        let bytes = std::fs::read(&path).unwrap();
        match name {
            "chart.svg" => {
                let text = String::from_utf8(bytes).unwrap();
                assert!(
                    text.contains(">Killed by party, per day</text>") && text.contains("own-side"),
                    "text stays text"
                );
                resvg::usvg::Tree::from_str(&text, &resvg::usvg::Options::default()).unwrap();
            }
            "chart.png" => assert!(bytes.starts_with(b"\x89PNG") && bytes.ends_with(b"IEND\xaeB`\x82")),
            _ => {
                let text = String::from_utf8(bytes).unwrap();
                assert!(text.contains("\r\nTotal,All parties,215,215,,12,3,1\r\n"), "{text}");
                assert!(
                    text.contains("own-side · as known today") && text.contains("Sources of the claims: "),
                    "{text}"
                );
            }
        }
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 3, "nothing half-written is left");
}

#[test]
fn the_page_and_the_terminal_agree_on_a_window_of_time() {
    let window = When::parse("2022-09-13/2022-09-14").unwrap().span();
    let mut desk = Desk::sample();
    desk.act(Action::Ask(Question { span: Some(window), ..Question::default() }));
    desk.press(Key::S);
    desk.click("By party");
    let program = std::process::Command::new(env!("CARGO_BIN_EXE_clashmap"))
        .args(["stats", SAMPLE, "--json", "--from", "2022-09-13", "--to", "2022-09-14"])
        .output()
        .unwrap();
    let told: serde_json::Value = serde_json::from_slice(&program.stdout).unwrap();
    let mut compared = 0;
    for category in Category::ALL {
        desk.click(&format!("People {}", category.label()));
        let tolls: Vec<_> =
            told["tolls"].as_array().unwrap().iter().filter(|t| t["category"] == category.id()).collect();
        let rows: Vec<String> = table_rows(&desk).into_iter().filter(|r| !r.starts_with("Total")).collect();
        assert_eq!(rows.len(), tolls.len(), "{category:?}: {rows:#?}");
        for toll in tolls {
            let number =
                |key: &str| toll[key].as_u64().map_or("–".to_owned(), |n| Count::Exactly(n as u32).to_string());
            let known = ["low", "best", "high"].iter().any(|k| !toll[*k].is_null());
            let figure = if known {
                format!("low {}, best {}, high {}", number("low"), number("best"), number("high"))
            } else {
                "no figure".to_owned()
            };
            let party = desk.project().meta().party(&PartyId::new(toll["party"].as_str().unwrap()));
            let party = party.map_or("All parties together", |p| p.names.get_code("en").unwrap());
            let row = format!("{party}, {}: {figure}, {} claims", toll["status"].as_str().unwrap(), toll["claims"]);
            assert!(rows.contains(&row), "“{row}” in {rows:#?}");
            compared += 1;
        }
    }
    assert!(compared > 8, "{compared}");
}

#[test]
fn a_question_that_hides_all_and_an_empty_project_say_so() {
    let desk = laptop(empty());
    assert!(desk.has("No incidents yet."), "{:#?}", desk.names());
    let mut desk = page();
    let mut nothing = Question::default();
    nothing.filters.text = "nothing has these words".into();
    desk.act(Action::Ask(nothing));
    assert!(desk.has("No claims about people killed in what the question shows."), "{:#?}", desk.names());
}

#[test]
fn one_bin_and_a_thousand_small_and_large_figures_and_long_names_are_shown() {
    let long = "Լեռնային Ղարաբաղի Հանրապետության Մարտակերտի շրջանի Թալիշ գյուղի հյուսիսարևելյան մատույցներ, ".repeat(3);
    let one = event(1, "2022-09-12", &long, "a-party-with-a-name-that-is-longer-than-any-column-of-the-table", "1");
    let mut desk = laptop(project_of(vec![one.clone()]));
    assert!(desk.reads("per day, 1 bins, highest 1"), "{:#?}", desk.names());
    desk.click("By place");
    assert!(table_rows(&desk)[0].starts_with(long.trim()), "the whole name is read out: {:#?}", table_rows(&desk));
    let mut desk = laptop(project_of(vec![one, event(2, "2019-09-12", "Xankəndi", "armenia", "100000")]));
    desk.choose("Width of bins", "day");
    assert!(desk.reads("1097 bins, highest 100\u{202f}000"), "{:#?}", desk.names());
    desk.click("Running total");
    // Only the rows in view are there, and they are all within the window.
    let seen = desk.seen();
    let rows: Vec<_> = seen.iter().filter(|s| s.name.contains(": low ")).collect();
    assert!(!rows.is_empty() && rows.iter().all(|s| s.rect.right() <= 1366.0 && s.rect.bottom() <= 768.0), "{rows:#?}");
}

#[test]
fn the_page_is_remembered_from_start_to_start() {
    let folder = tempfile::tempdir().unwrap();
    let world = || clashmap::app::World {
        today: Box::new(|| (2022, 11, 25)),
        clock: Box::new(|| (12, 4)),
        dialogs: clashmap::app::Dialogs::Typed,
        seed: 7,
        now: Box::new(|| 1_795_651_812),
        person: "anna on desk-3".into(),
        settings_file: Some(folder.path().join("settings.json")),
        state_folder: None,
        quit_when_complete: false,
        threads: false,
        network: None,
    };
    let sample = || project::read(clashmap::app::SEPTEMBER_2022).unwrap().project;
    let mut window = egui_kittest::Harness::builder().with_size([1366.0, 768.0]).build_ui_state(
        |ui, app: &mut clashmap::app::App| app.show(ui),
        clashmap::app::App::new(sample(), None, "a", world()),
    );
    let ctx = window.ctx.clone();
    window.state_mut().act(&ctx, Action::ToggleStatistics);
    window.run_steps(4);
    window.get_by_label("By kind").click();
    window.run_steps(4);
    window.state_mut().act(&ctx, Action::Quit);
    let mut again = egui_kittest::Harness::builder().with_size([1366.0, 768.0]).build_ui_state(
        |ui, app: &mut clashmap::app::App| app.show(ui),
        clashmap::app::App::new(sample(), None, "a", world()),
    );
    again.run_steps(4);
    assert!(again.query_by_label_contains("Chart: Killed by kind and party").is_some());
}

#[test]
fn the_long_sample_is_set_out_in_every_way() {
    let mut desk = Desk::sample();
    desk.act(Action::OpenExample(Example::Karabakh));
    desk.press(Key::S);
    assert!(desk.reads("per year"), "{:#?}", desk.names());
    for by in ["By kind", "By place", "By source", "By party"] {
        desk.click(by);
        assert!(table_rows(&desk).len() > 5, "{by}: {:#?}", table_rows(&desk));
    }
}
