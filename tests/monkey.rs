//! Whatever is clicked, typed, dragged and pressed in whatever order: the window does not panic.
//!
//! Short with all other tests. A million events over 20 seeds: `CLASHMAP_LONG=1 cargo test --release --test monkey`.
//! A test program of its own, since what it saves goes to the folder that the program runs in.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops at the first thing wrong"
)]

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use clashmap::app::{App, Dialogs, SEPTEMBER_2022, World};
use clashmap::io::project;
use clashmap::model::Project;
use egui::accesskit::Role;
use egui::{Event, Key, Modifiers, MouseWheelUnit, PointerButton, Pos2, TouchPhase, Vec2, ViewportId, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::NodeT;

/// Numbers that look random and are the same every time (`SplitMix64`).
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) % n.max(1) as u64) as usize
    }

    fn of<T: Clone>(&mut self, all: &[T]) -> T {
        all[self.below(all.len())].clone()
    }
}

/// What is typed and pasted: what fields want, what they refuse, scripts of the region, and nonsense. No path, and no
/// character without a glyph: that stops the harness, not the window.
const TEXTS: [&str; 21] = [
    "a",
    "7",
    "-1",
    "99999999999999999999",
    "2022-09-13",
    "2022-09-12T23:30",
    "2022-13-45",
    "2022~",
    "../2022",
    "49",
    "49-94",
    "39.84 45.67",
    "38T NL 12345 67890",
    "Սոթք",
    "Şuşa",
    "Степанакерт",
    "\u{202e}abc",
    "\t",
    "armenia",
    "killed\t49\narmenia\tkilled\t105\tMoD",
    "<b>&\"'",
];

fn world() -> World {
    World {
        clock: Box::new(|| (12, 4)),
        today: Box::new(|| (2026, 11, 24)),
        dialogs: Dialogs::Typed,
        seed: 7,
        now: Box::new(|| 1_795_651_812),
        person: "anna on desk-3".into(),
        settings_file: None,
        state_folder: None,
        quit_when_complete: false,
        threads: false,
        network: None,
    }
}

struct Monkey {
    dice: Dice,
    window: Harness<'static, App>,
    /// Where controls were when last looked.
    controls: Vec<Pos2>,
    at: Pos2,
    size: Vec2,
}

impl Monkey {
    fn new(seed: u64) -> Self {
        let (project, name) = match seed % 4 {
            0 => (Project::default(), "untitled"),
            _ => (project::read(SEPTEMBER_2022).unwrap().project, "september-2022"),
        };
        let app = App::new(project, None, name, world());
        let size = vec2(1280.0, 800.0);
        let window = Harness::builder().with_size(size).build_ui_state(|ui, app: &mut App| app.show(ui), app);
        Self { dice: Dice(seed), window, controls: Vec::new(), at: Pos2::ZERO, size }
    }

    fn modifiers(&mut self) -> Modifiers {
        let ctrl = Modifiers { ctrl: true, command: true, ..Modifiers::NONE };
        let shift = Modifiers::SHIFT;
        let any = [Modifiers::NONE, Modifiers::NONE, ctrl, shift, Modifiers { shift: true, ..ctrl }, Modifiers::ALT];
        self.dice.of(&any)
    }

    fn anywhere(&mut self) -> Pos2 {
        // Now and then just outside.
        let (w, h) = (self.size.x as usize + 40, self.size.y as usize + 40);
        Pos2::new(self.dice.below(w) as f32 - 20.0, self.dice.below(h) as f32 - 20.0)
    }

    fn target(&mut self) -> Pos2 {
        if self.controls.is_empty() || self.dice.below(3) == 0 { self.anywhere() } else { self.dice.of(&self.controls) }
    }

    fn look(&mut self) {
        let scale = self.window.ctx.pixels_per_point();
        let can_click = |role| !matches!(role, Role::Label | Role::TextRun | Role::Window | Role::GenericContainer);
        let center = |b: egui::accesskit::Rect| {
            Pos2::new(f64::midpoint(b.x0, b.x1) as f32 / scale, f64::midpoint(b.y0, b.y1) as f32 / scale)
        };
        self.controls = (self.window.root().children_recursive())
            .filter(|node| can_click(node.accesskit_node().role()))
            .filter_map(|node| node.accesskit_node().bounding_box().map(center))
            .collect();
    }

    /// One thing that a hand does; gives how many events it was.
    fn act(&mut self) -> usize {
        let mut events = Vec::new();
        let modifiers = self.modifiers();
        match self.dice.below(20) {
            0..=7 => {
                self.at = self.target();
                let right = self.dice.below(8) == 0;
                let button = if right { PointerButton::Secondary } else { PointerButton::Primary };
                events.push(Event::PointerMoved(self.at));
                for pressed in [true, false] {
                    events.push(Event::PointerButton { pos: self.at, button, pressed, modifiers });
                }
            }
            8 => {
                let button = PointerButton::Primary;
                events.push(Event::PointerMoved(self.at));
                events.push(Event::PointerButton { pos: self.at, button, pressed: true, modifiers });
                for _ in 0..3 {
                    self.at = self.target();
                    events.push(Event::PointerMoved(self.at));
                }
                events.push(Event::PointerButton { pos: self.at, button, pressed: false, modifiers });
            }
            9 => {
                self.at = self.target();
                events.push(Event::PointerMoved(self.at));
            }
            10 => events.push(Event::MouseWheel {
                unit: MouseWheelUnit::Point,
                delta: vec2(self.dice.below(200) as f32 - 100.0, self.dice.below(400) as f32 - 200.0),
                phase: TouchPhase::Move,
                source: egui::MouseWheelSource::Wheel,
                modifiers,
            }),
            11 => events.push(Event::Zoom(0.5 + self.dice.below(20) as f32 / 10.0)),
            12 | 13 => events.push(Event::Text(self.dice.of(&TEXTS).to_owned())),
            14 => events.push(match self.dice.below(4) {
                0 => Event::Copy,
                1 => Event::Cut,
                2 => Event::PointerGone,
                _ => Event::Paste(self.dice.of(&TEXTS).to_owned()),
            }),
            _ => {
                let key = self.dice.of(Key::ALL);
                events.push(Event::ModifiersChanged(modifiers));
                for pressed in [true, false] {
                    events.push(Event::Key { key, physical_key: None, pressed, repeat: false, modifiers });
                }
                events.push(Event::ModifiersChanged(Modifiers::NONE));
            }
        }
        let n = events.len();
        self.window.input_mut().events.extend(events);
        n
    }

    /// Does something, and lets a frame pass.
    fn frame(&mut self) -> usize {
        let mut n = 0;
        for _ in 0..=self.dice.below(3) {
            n += self.act();
        }
        match self.dice.below(400) {
            0 => {
                self.size =
                    self.dice.of(&[vec2(1280.0, 800.0), vec2(1920.0, 1080.0), vec2(640.0, 400.0), vec2(90.0, 60.0)]);
                self.window.set_size(self.size);
            }
            1 => {
                let viewport = self.window.input_mut().viewports.get_mut(&ViewportId::ROOT).unwrap();
                viewport.events.push(egui::ViewportEvent::Close);
            }
            _ => {}
        }
        self.window.step();
        if self.dice.below(12) == 0 {
            self.look();
        }
        n
    }
}

#[test]
fn a_window_under_random_events_never_panics() {
    let long = std::env::var_os("CLASHMAP_LONG").is_some();
    let (seeds, each) = if long { (20, 50_000) } else { (4, 500) };
    let folder = tempfile::tempdir().unwrap();
    std::env::set_current_dir(folder.path()).unwrap();
    // Work in the background catches its panics; here they count too.
    let panics: &'static Mutex<Vec<String>> = Box::leak(Box::default());
    std::panic::set_hook(Box::new(|info| panics.lock().unwrap().push(info.to_string())));
    let (next, done) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let failed = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed) as u64;
                    if seed >= seeds {
                        break;
                    }
                    let mut events = 0;
                    let whole = catch_unwind(AssertUnwindSafe(|| {
                        let mut monkey = Monkey::new(seed);
                        while events < each {
                            events += monkey.frame();
                        }
                    }));
                    done.fetch_add(events, Ordering::Relaxed);
                    if whole.is_err() {
                        failed.lock().unwrap().push(format!("seed {seed} after {events} events"));
                    }
                }
            });
        }
    });
    drop(std::panic::take_hook());
    let (failed, panics) = (failed.into_inner().unwrap(), panics.lock().unwrap());
    assert!(failed.is_empty() && panics.is_empty(), "{failed:#?}\n{panics:#?}");
    assert!(done.into_inner() >= seeds as usize * each);
}
