//! The script: what a person would do, always the same.

use std::path::Path;
use std::time::Instant;

use egui::{Event, Key, Modifiers, Pos2, pos2};

use super::super::App;
use super::{Bench, Cost, Cpu, SIZE, refusal};
use crate::derive::Question;
use crate::edit::{Command, Edit};
use crate::model::{Filters, IncidentId, Kind, Span};
use crate::panels::Action;
use crate::view::playback;

/// The middle of the map, off the panels.
fn middle() -> Pos2 {
    pos2(SIZE.x * 0.5, SIZE.y * 0.42)
}

/// Opens the file as the window does, until its symbols are on the map.
pub(super) fn opening(bench: &mut Bench, file: &Path) -> Result<(), String> {
    let path = std::path::absolute(file).map_err(|e| format!("cannot open {}: {e}", file.display()))?;
    let began = Instant::now();
    bench.act(Action::OpenPath(path.clone()));
    let is_open = |app: &App| app.file.path.as_ref() == Some(&path);
    // Of a large file the map shows what has been read so far.
    if bench.until(|app| is_open(app) || app.jobs.places().is_some()) {
        if is_open(&bench.app) {
            bench.until(|app| app.picture.is_some());
        }
        bench.frame(Vec::new());
        bench.note("first_symbols", Cost::Once(began.elapsed().as_secs_f64() * 1000.0));
    }
    if !bench.until(is_open) {
        return Err(refusal(bench.app.dialog.as_ref()));
    }
    bench.note("open", Cost::Once(began.elapsed().as_secs_f64() * 1000.0));
    // Findings are told in a message; a person reads it and goes on.
    bench.app.dialog = None;
    bench.until(|app| app.picture.is_some());
    bench.frame(Vec::new());
    bench.settle();
    Ok(())
}

/// Brings a table or a foreign map in, as the window does with a file named on the command line, and what frames cost meanwhile.
pub(super) fn bringing_in(bench: &mut Bench, file: &Path) -> Result<(), String> {
    let path = std::path::absolute(file).map_err(|e| format!("cannot open {}: {e}", file.display()))?;
    let began = Instant::now();
    let first = bench.act(Action::ImportPaths(vec![path]));
    let mut frames = super::Costs::default();
    frames.push(first);
    loop {
        while bench.app.is_bringing_in() && began.elapsed() < super::PATIENCE {
            let cost = bench.frame(Vec::new());
            frames.push(cost);
            std::thread::sleep(std::time::Duration::from_secs_f64((super::FRAME - cost / 1000.0).max(0.001)));
        }
        // Events that look alike are shown before anything comes in; a person agrees and goes on.
        (0..3).for_each(|_| frames.push(bench.frame(Vec::new())));
        let ctx = bench.ctx.clone();
        if !bench.app.take_changes(&ctx) {
            break;
        }
    }
    if bench.app.project().is_empty() {
        return Err(match bench.app.dialog {
            Some(_) => refusal(bench.app.dialog.as_ref()),
            None => {
                format!("{}: its columns have to be looked at in the window, so it is not measured", file.display())
            }
        });
    }
    bench.note("import", Cost::Once(began.elapsed().as_secs_f64() * 1000.0));
    // The first frames with all of it count as well.
    (0..30).for_each(|_| frames.push(bench.frame(Vec::new())));
    bench.note("import_frame", Cost::Each(frames));
    bench.app.forget_import();
    bench.app.dialog = None;
    bench.until(|app| app.picture.is_some());
    bench.settle();
    Ok(())
}

/// Pans, zooms, plays, moves the window of time, filters, searches and points.
pub(super) fn looking(bench: &mut Bench) {
    // Pictures of what was just opened are made once; no frame of the steps is to pay for them.
    bench.settle();
    let press = vec![bench.to(middle()), bench.button(true)];
    bench.frame(press);
    bench.each("pan", 240, |b, n| {
        let turn = n as f32 / 20.0;
        let moved = b.to(middle() + egui::vec2(180.0 * turn.sin(), 110.0 * (turn * 0.7).sin()));
        b.frame(vec![moved])
    });
    let release = vec![bench.button(false)];
    bench.frame(release);
    bench.settle();

    bench.each("zoom", 120, |b, n| {
        // In and out again, half a step at a time.
        let way = if n / 12 % 2 == 0 { 1.0 } else { -1.0 };
        let wheel = Event::MouseWheel {
            unit: egui::MouseWheelUnit::Point,
            delta: egui::vec2(0.0, 40.0 * way),
            phase: egui::TouchPhase::Move,
            source: egui::MouseWheelSource::Unknown,
            modifiers: Modifiers::NONE,
        };
        b.frame(vec![wheel])
    });
    (0..8).for_each(|_| bench.settle());

    let begun = bench.act(Action::Playback(playback::Command::Home));
    let begun = begun + bench.act(Action::Playback(playback::Command::Toggle)) + bench.frame(Vec::new());
    if bench.wants("play") {
        let mut first = super::Costs::default();
        first.push(begun);
        bench.note("play_first", Cost::Each(first));
    }
    bench.settle();
    bench.each("play", 240, |b, _| b.frame(Vec::new()));
    bench.act(Action::Playback(playback::Command::Stop));
    bench.settle();

    if let Some(whole) = bench.app.playing.lanes.whole {
        let length = whole.end - whole.start;
        let plain = bench.app.question().clone();
        bench.each("scrub", 120, |b, n| {
            // Windows of many lengths, all over the time there is.
            let part = (n as i64 * 37) % 100;
            let start = whole.start + length / 100 * part;
            let end = (start + length / (2 + n as i64 % 20)).max(start + 1);
            let cost = b.act(Action::Ask(Question { span: Some(Span { start, end }), ..plain.clone() }));
            cost + b.frame(Vec::new())
        });
        bench.act(Action::Ask(plain));
        bench.settle();
    }

    let kinds = Kind::KNOWN;
    let (mut answers, mut frames) = (super::Costs::default(), super::Costs::default());
    bench.each("filter", 24, |b, n| {
        let filters = match kinds.get(n / 2 % kinds.len()) {
            Some(kind) if n % 2 == 0 => Filters { kinds: vec![kind.clone()], ..Filters::default() },
            _ => Filters::default(),
        };
        let began = Instant::now();
        let cost = b.act(Action::Filter(Box::new(filters)));
        let cost = cost + b.frame(Vec::new());
        while_reckoning(b, &mut frames);
        answers.push(began.elapsed().as_secs_f64() * 1000.0);
        cost
    });
    if bench.wants("filter") {
        bench.note("filter_answer", Cost::Each(answers));
        bench.note("filter_frame", Cost::Each(frames));
    }
    bench.act(Action::ShowAll);
    bench.until(|app| !app.is_reckoning());
    bench.settle();

    if bench.wants("search") {
        search(bench);
    }

    bench.each("hover", 240, |b, n| {
        let turn = n as f32 / 9.0;
        let moved = b.to(middle() + egui::vec2(260.0 * turn.cos(), 170.0 * (turn * 1.3).sin()));
        b.frame(vec![moved])
    });
    let away = vec![Event::PointerGone];
    bench.frame(away);
}

/// Types a word into the search, letter by letter, and waits for all that is found.
fn search(bench: &mut Bench) {
    bench.act(Action::FocusSearch);
    // Reaching for the field takes a person longer than taking the texts together.
    bench.settle();
    bench.until(|app| app.taking.is_none());
    let [mut first, mut all, mut frames] = [(), (), ()].map(|()| super::Costs::default());
    bench.each("search", 8, |b, n| {
        let letter = "incident".chars().nth(n).map(String::from).unwrap_or_default();
        let began = Instant::now();
        let cost = b.frame(vec![Event::Text(letter)]) + b.frame(Vec::new());
        while b.app.is_reckoning() && b.app.state.so_far.is_none() && began.elapsed() < super::PATIENCE {
            std::thread::sleep(std::time::Duration::from_millis(1));
            frames.push(b.frame(Vec::new()));
        }
        first.push(began.elapsed().as_secs_f64() * 1000.0);
        while_reckoning(b, &mut frames);
        all.push(began.elapsed().as_secs_f64() * 1000.0);
        cost
    });
    for (name, costs) in [("search_first", first), ("search_all", all), ("search_frame", frames)] {
        bench.note(name, Cost::Each(costs));
    }
    bench.until(|app| app.taking.is_none());
    let key = |key| Event::Key { key, physical_key: None, pressed: true, repeat: false, modifiers: Modifiers::NONE };
    bench.frame(vec![key(Key::Escape)]);
    bench.act(Action::ShowAll);
    bench.until(|app| !app.is_reckoning());
    bench.settle();
}

/// Edits, takes back, saves.
pub(super) fn working(bench: &mut Bench) -> Result<(), String> {
    let ids: Vec<IncidentId> = bench.app.project().ids().collect();
    let Some(first) = ids.first().copied() else { return save(bench) };
    let one = |n: usize| ids.get(n * 7919 % ids.len()).copied().unwrap_or(first);
    let mut frames = super::Costs::default();
    bench.each("edit", 100, |b, n| {
        let cost = b.act(Action::Edit(Command::Edit(one(n), Edit::Title(format!("Edited {n}").into()))));
        frames.push(b.frame(Vec::new()));
        cost
    });
    if bench.wants("edit") {
        bench.note("edit_frame", Cost::Each(frames));
    }
    bench.each("undo", 100, |b, _| {
        let cost = b.act(Action::Undo);
        b.frame(Vec::new());
        cost
    });
    bench.settle();
    if bench.wants("lasso") || bench.wants("bulk") {
        many(bench);
    }
    if bench.wants("save") { save(bench) } else { Ok(()) }
}

/// Chooses all on the map with a lasso, changes all, takes it back.
fn many(bench: &mut Bench) {
    bench.act(Action::Fit);
    (0..40).for_each(|_| bench.settle());
    bench.each("lasso", 5, |b, _| {
        let outline: Vec<crate::model::LonLat> = (0..64)
            .filter_map(|n| {
                let turn = f64::from(n) / 64.0 * std::f64::consts::TAU;
                crate::model::LonLat::new(46.0 + 9.0 * turn.cos(), 40.0 + 7.0 * turn.sin()).ok()
            })
            .collect();
        let Some(outline) = crate::model::Outline::new(outline) else { return 0.0 };
        let began = Instant::now();
        std::hint::black_box(crate::derive::within(b.app.project(), &b.app.derived, &outline).len());
        began.elapsed().as_secs_f64() * 1000.0
    });
    bench.act(Action::ChooseAll);
    let ids = bench.app.state.chosen.ids().to_vec();
    let (mut undone, mut reckoned) = (super::Costs::default(), super::Costs::default());
    let mut frames = super::Costs::default();
    bench.each("bulk", 3, |b, n| {
        let tag = crate::edit::Bulk::Tag("measured".into(), format!("{n}").into());
        let began = Instant::now();
        b.act(Action::Edit(Command::Bulk(ids.clone(), tag)));
        while_working(b, &mut frames);
        let took = began.elapsed().as_secs_f64() * 1000.0;
        while_reckoning(b, &mut frames);
        reckoned.push(began.elapsed().as_secs_f64() * 1000.0);
        let began = Instant::now();
        b.act(Action::Undo);
        undone.push(began.elapsed().as_secs_f64() * 1000.0);
        while_reckoning(b, &mut frames);
        took
    });
    if bench.wants("bulk") {
        bench.note("bulk_undo", Cost::Each(undone));
        bench.note("bulk_figures", Cost::Each(reckoned));
        bench.note("bulk_frame", Cost::Each(frames));
    }
    bench.app.state.chosen.clear();
    bench.settle();
}

/// Frames as long as the status bar tells of work.
fn while_working(bench: &mut Bench, frames: &mut super::Costs) {
    let began = Instant::now();
    while bench.app.jobs.is_any() && began.elapsed() < super::PATIENCE {
        let cpu = Cpu::start();
        bench.frame(Vec::new());
        frames.push(cpu.ms());
        std::thread::sleep(std::time::Duration::from_millis(4));
    }
}

/// Frames until the figures have followed what was changed.
fn while_reckoning(bench: &mut Bench, frames: &mut super::Costs) {
    let began = Instant::now();
    loop {
        frames.push(bench.frame(Vec::new()));
        if !bench.app.is_reckoning() || began.elapsed() > super::PATIENCE {
            return;
        }
        std::thread::sleep(std::time::Duration::from_millis(4));
    }
}

/// Saves under another name in the folder for temporary files, from the wish to the word that it is done.
fn save(bench: &mut Bench) -> Result<(), String> {
    let folder = std::env::temp_dir().join(format!("clashmap-measure-{}", std::process::id()));
    let no = |e: std::io::Error| format!("no file can be made in {}: {e}", folder.display());
    std::fs::create_dir(&folder).map_err(no)?;
    let path = folder.join("measured.clashmap.geojson");
    let title = Action::Edit(Command::Meta(crate::edit::MetaEdit::Title("Measured".into())));
    bench.act(title);
    let mut longest = super::Costs::default();
    let began = Instant::now();
    bench.act(Action::SaveTo(path.clone()));
    while_working(bench, &mut longest);
    let took = began.elapsed().as_secs_f64() * 1000.0;
    let saved = path.exists();
    // What was made for measuring does not stay.
    let _ = std::fs::remove_dir_all(&folder);
    if !saved {
        return Err(format!("the file could not be saved in {}; check that there is room", folder.display()));
    }
    bench.note("save", Cost::Once(took));
    bench.note("save_frame", Cost::Each(longest));
    Ok(())
}
