//! A real process that edits and is killed at any moment: no edit that it called kept is lost, and the next start offers
//! the work every time.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use clashmap::app::{App, Dialogs, SEPTEMBER_2022, World};
use clashmap::edit::{self, Edit};
use clashmap::io::disk::RealDisk;
use clashmap::io::{journal, project};
use clashmap::model::{Incident, IncidentId, Kind, Meta, Project, Uid};
use clashmap::panels::Action;

use crate::{Dice, times};

fn world(folder: &Path, threads: bool) -> World {
    World {
        clock: Box::new(|| (12, 4)),
        today: Box::new(|| (2026, 11, 24)),
        dialogs: Dialogs::Typed,
        seed: 7,
        now: Box::new(|| 1_795_651_812),
        person: "anna on desk-3".into(),
        settings_file: None,
        state_folder: Some(folder.join("state")),
        quit_when_complete: false,
        threads,
        network: None,
    }
}

fn frame(app: &mut App, ctx: &egui::Context) {
    let screen = egui::Rect::from_min_size(egui::Pos2::ZERO, egui::vec2(1000.0, 700.0));
    let input = egui::RawInput { screen_rect: Some(screen), ..egui::RawInput::default() };
    let mut output = ctx.run_ui(input, |ui| app.show(ui));
    output.textures_delta.clear();
}

/// The process that is killed: this test, run by another one with `CLASHMAP_EDITING`.
#[test]
fn child_that_edits_until_it_is_killed() {
    let Some(folder) = std::env::var_os("CLASHMAP_EDITING").map(PathBuf::from) else { return };
    let ctx = egui::Context::default();
    let file = folder.join("a.clashmap.geojson");
    let mut app = if file.exists() {
        let mut app = App::new(Project::default(), None, "untitled", world(&folder, true));
        app.act(&ctx, Action::OpenPath(file));
        while app.project().is_empty() {
            frame(&mut app, &ctx);
        }
        app
    } else {
        let one = Incident::new(Uid::new("a"), Kind::ArmedClash, "a");
        let project = Project::new(Meta::default(), [one], Vec::new());
        App::new(project, None, "untitled", world(&folder, true))
    };
    let mut out = std::io::stdout();
    let mut told = 0;
    for n in 1_u64.. {
        let title = Edit::Title(format!("edit {n}").into());
        app.act(&ctx, Action::Edit(edit::Command::Edit(IncidentId(0), title)));
        // Sometimes at once, sometimes many edits behind each other.
        while n % 3 == 0 && app.journaled().1 < n {
            std::thread::yield_now();
        }
        let (_, kept) = app.journaled();
        if kept > told {
            told = kept;
            out.write_all(format!("KEPT {kept}\n").as_bytes()).unwrap();
            out.flush().unwrap();
        }
    }
}

#[test]
fn a_killed_program_loses_no_edit_that_it_called_kept_and_the_next_start_offers_the_work() {
    let mut dice = Dice(11);
    let rounds = times(30, 1000);
    let mut kept_in_all = 0;
    for round in 0..rounds {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        if round % 2 == 0 {
            std::fs::write(folder.join("a.clashmap.geojson"), SEPTEMBER_2022).unwrap();
        }
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "kill::child_that_edits_until_it_is_killed", "--test-threads=1", "--nocapture"])
            .env("CLASHMAP_EDITING", folder)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
        let after = 1 + dice.below(12);
        let number = |line: &str| line.strip_prefix("KEPT ").and_then(|n| n.parse::<u64>().ok());
        let mut kept = lines.by_ref().filter_map(|l| number(&l)).nth(after - 1).unwrap();
        std::thread::sleep(std::time::Duration::from_micros(dice.below(3000) as u64));
        child.kill().unwrap();
        child.wait().unwrap();
        kept = lines.filter_map(|l| number(&l)).last().unwrap_or(kept);
        kept_in_all += kept;

        let found = journal::look(&RealDisk, &folder.join("state/journals"));
        assert_eq!(found.len(), 1, "round {round}: the work is found");
        let got = journal::recover(&RealDisk, &found[0]).unwrap();
        let title = got.put.incidents[0].1.as_ref().unwrap().title.to_string();
        let came: u64 = title.strip_prefix("edit ").unwrap().parse().unwrap();
        assert!(came >= kept, "round {round}: edit {kept} was called kept, {came} came back");
        drop(found);
        if round % 10 < 2 {
            let ctx = egui::Context::default();
            let mut next = App::new(Project::default(), None, "untitled", world(folder, false));
            frame(&mut next, &ctx);
            // What was found while the first frame was made is there in the second.
            frame(&mut next, &ctx);
            assert!(next.offers_recovery(), "round {round}: the next start offers it");
        }
        if round % 2 == 0 {
            let file = std::fs::read(folder.join("a.clashmap.geojson")).unwrap();
            assert!(file == SEPTEMBER_2022 && project::read(&file).is_ok(), "the file itself is as it was");
        }
    }
    assert!(kept_in_all > 3 * rounds as u64, "{kept_in_all}");
}
