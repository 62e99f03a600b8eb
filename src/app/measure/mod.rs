//! `clashmap measure`: the window's own code, driven without a display through a fixed script, and what each step costs.
//!
//! Frames are laid out and made into triangles as in the window; nothing is drawn. Reported is the processor time of the
//! window's thread: what a frame must fit into. Tiles are drawn on threads of their own and do not count; opening, saving
//! and the search of a large project run on threads too and are told in milliseconds by the clock, from the wish to
//! the answer.

mod clock;
mod script;

use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};

use egui::{Event, PointerButton, Pos2, RawInput, Rect, Vec2, vec2};

use super::{App, Dialog, Dialogs, World};
use crate::model::{Meta, Project};
use crate::panels::Action;
use clock::{Costs, Cpu};

/// The window that is measured, in points.
const SIZE: Vec2 = vec2(1920.0, 1080.0);

/// Seconds from one frame to the next.
const FRAME: f64 = 1.0 / 60.0;

/// Work on threads that takes longer than this is given up.
const PATIENCE: Duration = Duration::from_mins(10);

/// The steps that can be asked for alone.
const STEPS: [&str; 12] =
    ["pan", "zoom", "play", "scrub", "filter", "search", "hover", "edit", "undo", "lasso", "bulk", "save"];

/// What one step of the script costs.
#[derive(Clone, Debug)]
enum Cost {
    /// Milliseconds by the clock.
    Once(f64),
    /// Milliseconds of processor time, a frame or a wish each.
    Each(Costs),
}

/// The window without a display, and what has been measured.
struct Bench {
    app: App,
    ctx: egui::Context,
    now: f64,
    at: Pos2,
    steps: Vec<(&'static str, Cost)>,
    /// How many lines of the file opening it and looking at it left as incidents in memory.
    read: usize,
    /// The only steps that are wanted; empty: all.
    only: Vec<String>,
}

impl Bench {
    fn new(only: Vec<String>) -> Self {
        let world = World {
            clock: Box::new(|| (12, 0)),
            today: Box::new(|| (2026, 1, 1)),
            dialogs: Dialogs::Typed,
            seed: 1,
            now: Box::new(|| 0),
            person: String::new(),
            settings_file: None,
            state_folder: None,
            quit_when_complete: false,
            threads: true,
            network: None,
        };
        let project = Project::new(Meta::default(), [], Vec::new());
        crate::picture::egui_paint::keep_memory_between_frames();
        let app = App::new(project, None, "untitled", world);
        Self { app, ctx: egui::Context::default(), now: 0.0, at: Pos2::ZERO, steps: Vec::new(), read: 0, only }
    }

    /// One frame with these events; its cost in milliseconds.
    fn frame(&mut self, events: Vec<Event>) -> f64 {
        self.now += FRAME;
        let input = RawInput {
            screen_rect: Some(Rect::from_min_size(Pos2::ZERO, SIZE)),
            time: Some(self.now),
            predicted_dt: FRAME as f32,
            focused: true,
            events,
            ..RawInput::default()
        };
        let cpu = Cpu::start();
        let app = &mut self.app;
        let mut output = self.ctx.run_ui(input, |ui| app.show(ui));
        std::hint::black_box(self.ctx.tessellate(std::mem::take(&mut output.shapes), output.pixels_per_point));
        let cost = cpu.ms();
        // No card takes the glyphs and tiles that a window would hand over here.
        output.textures_delta.clear();
        cost
    }

    fn settle(&mut self) {
        for _ in 0..4 {
            self.frame(Vec::new());
        }
    }

    /// Carries out what a panel would ask for; its cost without the frame that shows it.
    fn act(&mut self, action: Action) -> f64 {
        let ctx = self.ctx.clone();
        let cpu = Cpu::start();
        self.app.act(&ctx, action);
        cpu.ms()
    }

    /// Moves the pointer and gives the event.
    fn to(&mut self, at: Pos2) -> Event {
        self.at = at;
        Event::PointerMoved(at)
    }

    fn button(&self, pressed: bool) -> Event {
        Event::PointerButton { pos: self.at, button: PointerButton::Primary, pressed, modifiers: egui::Modifiers::NONE }
    }

    /// Frames until something is so; `false` if it does not come to be.
    fn until(&mut self, done: impl Fn(&App) -> bool) -> bool {
        let began = Instant::now();
        while !done(&self.app) {
            if began.elapsed() > PATIENCE || self.app.dialog.is_some() {
                return done(&self.app);
            }
            let cost = self.frame(Vec::new());
            // A window that waits for work draws as often as the screen does, not more: that would take the work its cores.
            std::thread::sleep(Duration::from_secs_f64((FRAME - cost / 1000.0).max(0.001)));
        }
        true
    }

    fn note(&mut self, step: &'static str, cost: Cost) {
        self.steps.push((step, cost));
    }

    fn wants(&self, step: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|s| s == step)
    }

    /// Notes what `count` equal steps cost.
    fn each(&mut self, step: &'static str, count: usize, mut one: impl FnMut(&mut Self, usize) -> f64) {
        if !self.wants(step) {
            return;
        }
        let mut costs = Costs::default();
        for n in 0..if self.only.is_empty() { count } else { 10 * count } {
            costs.push(one(self, n));
        }
        self.note(step, Cost::Each(costs));
    }
}

/// Measures a file and reports, as one JSON document or as a table; `only` names the steps that are wanted after opening, each
/// ten times over, empty for all of them.
///
/// # Errors
/// One line that says why the file cannot be measured.
pub fn run(file: &Path, json: bool, only: Vec<String>, out: &mut dyn Write) -> Result<u8, String> {
    if let Some(other) = only.iter().find(|s| !STEPS.contains(&s.as_str())) {
        return Err(format!("there is no step {other}; there are {}", STEPS.join(", ")));
    }
    let mut bench = Bench::new(only);
    bench.settle();
    if super::import::is_foreign(file) {
        script::bringing_in(&mut bench, file)?;
    } else {
        script::opening(&mut bench, file)?;
    }
    script::looking(&mut bench);
    bench.read = bench.app.project().lines_read();
    if bench.only.is_empty() || ["edit", "undo", "lasso", "bulk", "save"].iter().any(|s| bench.wants(s)) {
        script::working(&mut bench)?;
    }
    let incidents = bench.app.project().len();
    let text = if json { as_json(&bench, incidents) } else { as_table(&bench, incidents) };
    match out.write_all(text.as_bytes()) {
        Err(e) if e.kind() != std::io::ErrorKind::BrokenPipe => Err(format!("the figures cannot be written: {e}")),
        _ => Ok(0),
    }
}

/// What stands in the way of opening, in one line.
fn refusal(dialog: Option<&Dialog>) -> String {
    match dialog {
        Some(Dialog::Message { heading, lines, .. }) => format!("{heading}: {}", lines.join("; ")),
        _ => "the file was not opened in ten minutes".into(),
    }
}

fn as_json(bench: &Bench, incidents: usize) -> String {
    let ms = |v: f64| serde_json::Value::from((v * 1000.0).round() / 1000.0);
    let mut steps = serde_json::Map::new();
    for (name, cost) in &bench.steps {
        let value = match cost {
            Cost::Once(v) => serde_json::json!({ "ms": ms(*v) }),
            Cost::Each(c) => serde_json::json!({
                "p50": ms(c.quantile(0.5)), "p99": ms(c.quantile(0.99)), "max": ms(c.quantile(1.0)),
            }),
        };
        steps.insert((*name).to_owned(), value);
    }
    let peak = clock::peak_mb().map(|mb| (mb * 10.0).round() / 10.0);
    format!(
        "{}\n",
        serde_json::json!({ "incidents": incidents, "steps": steps, "peak_rss_mb": peak, "lines_read": bench.read })
    )
}

fn as_table(bench: &Bench, incidents: usize) -> String {
    let mut text = format!("{incidents} incidents, {}x{}, milliseconds\n\n", SIZE.x, SIZE.y);
    text += &format!("{:<14}{:>10}{:>10}{:>10}\n", "step", "p50", "p99", "max");
    for (name, cost) in &bench.steps {
        text += &match cost {
            Cost::Once(ms) => format!("{name:<14}{ms:>10.3}\n"),
            Cost::Each(c) => {
                format!("{name:<14}{:>10.3}{:>10.3}{:>10.3}\n", c.quantile(0.5), c.quantile(0.99), c.quantile(1.0))
            }
        };
    }
    text += &format!("\nlines of the file read as incidents by looking: {}\n", bench.read);
    if let Some(mb) = clock::peak_mb() {
        text += &format!("most memory in use: {mb:.0} MiB\n");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Filters, Kind};
    use crate::view::playback;

    #[test]
    fn looking_at_a_large_file_leaves_its_incidents_as_lines() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("large.clashmap.geojson");
        let claim = |id: &str, side: &str| {
            format!(
                r#"{{"id":"{id}","claimant":"Ministry of Defence","speaks_for":"{side}","about":"{side}","category":"killed","count":2}}"#
            )
        };
        let both = [claim("c1", "armenia"), claim("c2", "azerbaijan")].join(",");
        let line = |n: u32| {
            let at = format!("{},{}", 44.5 + f64::from(n % 997) * 0.003, 38.9 + f64::from(n % 991) * 0.002);
            let when = format!("{}-0{}", 1994 + n % 30, 1 + n % 9);
            let kind = ["shelling", "armed-clash"][n as usize % 2];
            format!(
                r#"{{"type":"Feature","geometry":{{"type":"Point","coordinates":[{at}]}},"properties":{{"uid":"i{n}","kind":"{kind}","title":"Incident {n}","when":"{when}","place":{{"precision":"exact"}},"claims":[{both}]}}}}"#
            )
        };
        let parties = r#"[{"id":"armenia","names":{"en":"Armenia"}},{"id":"azerbaijan","names":{"en":"Azerbaijan"}}]"#;
        let lines: Vec<String> = (0..22_000).map(line).collect();
        let text = format!(
            "{{\n\"type\":\"FeatureCollection\",\n\"clashmap\":{{\"format\":\"1.0\",\"parties\":{parties}}},\n\"features\":[\n{}\n]}}\n",
            lines.join(",\n")
        );
        assert!(text.len() > 9 << 20, "{} bytes are read as a small file", text.len());
        #[allow(clippy::disallowed_methods)] // a test's own file
        std::fs::write(&file, text).unwrap();
        let mut bench = Bench::new(Vec::new());
        script::opening(&mut bench, &file).unwrap();
        assert_eq!(bench.app.project().len(), 22_000);
        bench.act(Action::Filter(Box::new(Filters { kinds: vec![Kind::Shelling], ..Filters::default() })));
        bench.settle();
        bench.act(Action::Playback(playback::Command::Home));
        bench.act(Action::Playback(playback::Command::Toggle));
        for _ in 0..20 {
            bench.frame(Vec::new());
        }
        // What stands on the map alone and in the list is read, and nothing else.
        let read = bench.app.project().lines_read();
        assert!(read < 1_500, "{read} of 22,000 lines were read");
    }
}
