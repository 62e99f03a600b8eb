//! A long day's work: memory and file handles do not grow with it.
//!
//! Short with all other tests. A million actions: `CLASHMAP_LONG=1 cargo test --release --test leak -- --nocapture`.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::print_stderr, clippy::indexing_slicing, reason = "a test that tells its figures")]

use std::path::Path;

use clashmap::app::{App, Dialogs, SEPTEMBER_2022, World};
use clashmap::edit::{Command, Edit};
use clashmap::io::project;
use clashmap::model::IncidentId;
use clashmap::panels::Action;

fn world(folder: &Path) -> World {
    World {
        clock: Box::new(|| (12, 4)),
        today: Box::new(|| (2026, 11, 24)),
        dialogs: Dialogs::Typed,
        seed: 7,
        now: Box::new(|| 1_795_651_812),
        person: "anna on desk-3".into(),
        settings_file: Some(folder.join("settings.json")),
        state_folder: Some(folder.join("state")),
        quit_when_complete: false,
        threads: true,
        network: None,
    }
}

/// Memory of this process that is in the machine, in KiB.
fn resident() -> i64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|l| l.strip_prefix("RssAnon:")).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}

fn handles() -> usize {
    std::fs::read_dir("/proc/self/fd").unwrap().count()
}

fn frame(app: &mut App, ctx: &egui::Context) {
    let screen = egui::Rect::from_min_size(egui::Pos2::ZERO, egui::vec2(1000.0, 700.0));
    let input = egui::RawInput { screen_rect: Some(screen), ..egui::RawInput::default() };
    let mut output = ctx.run_ui(input, |ui| app.show(ui));
    output.textures_delta.clear();
}

/// Action number `n` of the day. What is edited is taken back: a history that grows is no leak.
fn action(app: &App, n: usize) -> Action {
    let id = IncidentId((n / 20 % 34) as u32);
    let back = (n / 20).is_multiple_of(2);
    let edit = |edit| Action::Edit(Command::Edit(id, edit));
    match n % 20 {
        0 => Action::Select(Some(id)),
        1 => edit(Edit::Title(format!("title {n}").into())),
        2 | 4 | 6 | 8 => Action::Undo,
        3 => edit(Edit::Notes("x".repeat(n % 900).into())),
        5 => Action::Redo,
        7 => edit(Edit::Sensitive(app.project().get(id).is_none_or(|i| !i.sensitive))),
        9 => Action::Zoom(if back { 1.0 } else { -1.0 }),
        10 => Action::Pan([if back { 0.2 } else { -0.2 }, 0.0]),
        11 => Action::ToggleTheme,
        12 => Action::ToggleStatistics,
        13 => Action::ToggleFindings,
        14 => Action::ToggleSlides,
        15 => Action::ToggleFilters,
        16 => Action::ToggleTimeline,
        17 => Action::Copy("text".into()),
        18 => Action::CopyIncidents(back),
        _ => Action::Fit,
    }
}

#[test]
fn a_long_days_work_leaves_memory_and_file_handles_as_they_were() {
    let (lap, laps) = if std::env::var_os("CLASHMAP_LONG").is_some() { (100_000, 10) } else { (1000, 3) };
    let folder = tempfile::Builder::new().tempdir_in(if Path::new("/dev/shm").is_dir() { "/dev/shm" } else { "." });
    let folder = folder.unwrap();
    let ctx = egui::Context::default();
    let project = project::read(SEPTEMBER_2022).unwrap().project;
    let mut app = App::new(project, None, "untitled", world(folder.path()));
    let path = folder.path().join("a.clashmap.geojson");
    let mut n = 0;
    let mut told = Vec::new();
    // The first lap fills what is kept on purpose.
    for _ in 0..=laps {
        for _ in 0..lap {
            let next = action(&app, n);
            app.act(&ctx, next);
            n += 1;
            if n % 47 == 0 {
                frame(&mut app, &ctx);
            }
            if n % 500 == 0 {
                app.act(&ctx, Action::SaveTo(path.clone()));
            }
        }
        // Threads end, and what they still hold goes with them.
        for _ in 0..40 {
            std::thread::sleep(std::time::Duration::from_millis(10));
            frame(&mut app, &ctx);
        }
        told.push((n, resident(), handles()));
    }
    for (n, memory, handles) in &told {
        eprintln!("{n} actions: {memory} KiB, {handles} file handles");
    }
    let (first, last) = (told[0], told[told.len() - 1]);
    let growth = (last.1 - first.1) / laps;
    // A short run is allowed the unevenness of an allocator.
    let most = if laps == 10 { 1024 } else { 4096 };
    assert!(growth < most, "{growth} KiB more each {lap} actions: {told:?}");
    assert_eq!(last.2, first.2, "file handles");
}
