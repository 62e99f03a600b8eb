//! What a person has before them: the window, with hands and eyes for it.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use clashmap::app::{App, Dialogs, SEPTEMBER_2022, World};
use clashmap::io::project;
use clashmap::model::{Incident, IncidentId, Meta, Project};
use clashmap::panels::Action;
use egui::accesskit::Role;
use egui::epaint::textures::TexturesDelta;
use egui::epaint::{ColorImage, ImageData, ImageDelta, TextureId};
use egui::{Event, Key, Modifiers, PointerButton, Pos2, Rect, ViewportCommand, ViewportId};
use egui_kittest::kittest::{NodeT, Queryable};
use egui_kittest::{Harness, TestRenderer};

/// The key of commands, as a keyboard without a Mac sends it.
pub(crate) const CTRL: Modifiers = Modifiers { ctrl: true, command: true, ..Modifiers::NONE };
pub(crate) const CTRL_SHIFT: Modifiers = Modifiers { shift: true, ..CTRL };

/// A control or a text, as a screen reader has it.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    pub(crate) role: Role,
    pub(crate) name: String,
    pub(crate) value: String,
    pub(crate) rect: Rect,
    pub(crate) focused: bool,
    pub(crate) disabled: bool,
}

pub(crate) struct Desk {
    pub(crate) window: Harness<'static, App>,
    /// What the window has asked of the window system so far.
    pub(crate) asked: Vec<ViewportCommand>,
    /// What was handed to the painter as whole textures.
    pub(crate) textures: Textures,
}

/// Whole textures as they were handed to the painter.
#[derive(Clone, Default)]
pub(crate) struct Textures(Arc<Mutex<HashMap<TextureId, Arc<ColorImage>>>>);

impl Textures {
    pub(crate) fn get(&self, id: TextureId) -> Option<Arc<ColorImage>> {
        self.0.lock().unwrap().get(&id).cloned()
    }
}

impl TestRenderer for Textures {
    fn handle_delta(&mut self, delta: &mut TexturesDelta) {
        let mut kept = self.0.lock().unwrap();
        delta.free.clear();
        for (id, deltas) in delta.set.drain() {
            for ImageDelta { image: ImageData::Color(image), pos, .. } in deltas {
                if pos.is_none() {
                    kept.insert(id, image);
                }
            }
        }
    }
}

impl Desk {
    /// The window on the sample, as the program starts with it.
    pub(crate) fn sample() -> Self {
        Self::new(sample(), None, "september-2022")
    }

    /// Tall, so that all of a list or a form is in view.
    pub(crate) fn new(project: Project, path: Option<PathBuf>, name: &str) -> Self {
        Self::sized(project, path, name, [1440.0, 2000.0], 1.0)
    }

    /// A window of a size in points.
    pub(crate) fn sized(project: Project, path: Option<PathBuf>, name: &str, size: [f32; 2], scale: f32) -> Self {
        Self::in_world(project, path, name, (size, scale), |_| {})
    }

    /// The window on the sample, with a folder for backups and journals.
    pub(crate) fn with_state(state_folder: &Path) -> Self {
        Self::in_world(sample(), None, "september-2022", ([1440.0, 2000.0], 1.0), |world| {
            world.state_folder = Some(state_folder.to_owned());
        })
    }

    /// The window on an empty project, with a file for settings.
    pub(crate) fn with_settings(file: &Path) -> Self {
        Self::in_world(empty(), None, "untitled", ([1440.0, 2000.0], 1.0), |world| {
            world.settings_file = Some(file.to_owned());
        })
    }

    pub(crate) fn in_world(
        project: Project,
        path: Option<PathBuf>,
        name: &str,
        (size, scale): ([f32; 2], f32),
        arrange: impl FnOnce(&mut World),
    ) -> Self {
        let mut world = World {
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
        };
        arrange(&mut world);
        let app = App::new(project, path, name, world);
        let textures = Textures::default();
        let window = Harness::builder()
            .renderer(textures.clone())
            .with_size(size)
            .with_pixels_per_point(scale)
            .with_max_steps(30)
            .build_ui_state(|ui, app: &mut App| app.show(ui), app);
        let mut desk = Self { window, asked: Vec::new(), textures };
        desk.settle();
        desk
    }

    pub(crate) fn app(&self) -> &App {
        self.window.state()
    }

    pub(crate) fn project(&self) -> &Project {
        self.app().project()
    }

    /// The incident with this title.
    pub(crate) fn id(&self, title: &str) -> IncidentId {
        self.project().iter().find(|(_, i)| &*i.title == title).unwrap_or_else(|| panic!("no incident “{title}”")).0
    }

    pub(crate) fn selected(&self) -> &Incident {
        self.project().get(self.app().selected().expect("an incident is selected")).unwrap()
    }

    /// Carries out what a panel would ask for, as the program does when a file is dropped or an example chosen.
    pub(crate) fn act(&mut self, action: Action) {
        let ctx = self.window.ctx.clone();
        self.window.state_mut().act(&ctx, action);
        self.settle();
    }

    fn step(&mut self) {
        self.window.step();
        let out = &self.window.output().viewport_output[&ViewportId::ROOT];
        self.asked.extend(out.commands.iter().cloned());
    }

    /// Lets the window come to rest. One that never does fails here.
    pub(crate) fn settle(&mut self) {
        for _ in 0..60 {
            self.step();
            if !self.window.output().viewport_output[&ViewportId::ROOT].repaint_delay.is_zero() {
                self.window.check_accessibility();
                return;
            }
        }
        panic!("the window asks for frame after frame: {:?}", self.window.ctx.repaint_causes());
    }

    /// Lets seconds of the window's clock pass.
    pub(crate) fn wait(&mut self, seconds: f64) {
        let until = self.window.ctx.input(|i| i.time) + seconds;
        while self.window.ctx.input(|i| i.time) < until {
            self.step();
        }
    }

    /// One thing happens, in a frame of its own.
    pub(crate) fn event(&mut self, event: Event) {
        self.window.input_mut().events.push(event);
        self.step();
    }

    /// Presses and releases a key.
    pub(crate) fn key(&mut self, modifiers: Modifiers, key: Key) {
        self.event(Event::ModifiersChanged(modifiers));
        for pressed in [true, false] {
            self.event(Event::Key { key, physical_key: None, pressed, repeat: false, modifiers });
        }
        self.event(Event::ModifiersChanged(Modifiers::NONE));
        self.settle();
    }

    pub(crate) fn press(&mut self, key: Key) {
        self.key(Modifiers::NONE, key);
    }

    fn button(&mut self, pos: Pos2, pressed: bool) {
        self.event(Event::PointerButton { pos, button: PointerButton::Primary, pressed, modifiers: Modifiers::NONE });
    }

    /// Clicks with keys held.
    pub(crate) fn click_with(&mut self, pos: Pos2, modifiers: Modifiers) {
        self.event(Event::ModifiersChanged(modifiers));
        self.click_at(pos);
        self.event(Event::ModifiersChanged(Modifiers::NONE));
        self.settle();
    }

    /// Lets files go over the window.
    pub(crate) fn drop_files(&mut self, paths: &[PathBuf]) {
        for path in paths {
            self.window.input_mut().dropped_files.push(std::sync::Arc::new(Dropped(path.clone())));
        }
        self.settle();
    }

    /// Drags with keys held.
    pub(crate) fn drag_with(&mut self, from: Pos2, to: Pos2, modifiers: Modifiers) {
        self.event(Event::ModifiersChanged(modifiers));
        self.drag(from, to);
        self.event(Event::ModifiersChanged(Modifiers::NONE));
        self.settle();
    }

    pub(crate) fn click_at(&mut self, pos: Pos2) {
        self.event(Event::PointerMoved(pos));
        self.button(pos, true);
        self.button(pos, false);
        self.settle();
    }

    /// Drags from one point to another, with a stop half way.
    pub(crate) fn drag(&mut self, from: Pos2, to: Pos2) {
        self.event(Event::PointerMoved(from));
        self.button(from, true);
        for at in [from.lerp(to, 0.5), to, to] {
            self.event(Event::PointerMoved(at));
        }
        self.button(to, false);
        self.settle();
    }

    /// Everything that a screen reader finds, in order.
    pub(crate) fn seen(&self) -> Vec<Seen> {
        let scale = self.window.ctx.pixels_per_point();
        let see = |node: egui_kittest::Node<'_>| {
            let n = node.accesskit_node();
            let value = n.value().unwrap_or_default();
            let name = if n.role() == Role::Label {
                n.label().unwrap_or_else(|| value.clone())
            } else {
                n.label().unwrap_or_default()
            };
            let b = n.bounding_box()?;
            let at = |x: f64, y: f64| Pos2::new(x as f32 / scale, y as f32 / scale);
            Some(Seen {
                role: n.role(),
                name,
                value,
                rect: Rect::from_min_max(at(b.x0, b.y0), at(b.x1, b.y1)),
                focused: n.is_focused(),
                disabled: n.is_disabled(),
            })
        };
        let nodes: Vec<_> = self.window.root().children_recursive().collect();
        nodes.into_iter().filter_map(see).filter(|s| s.role != Role::TextRun).collect()
    }

    /// The control with this name.
    pub(crate) fn control(&self, name: &str) -> Seen {
        let all: Vec<Seen> = self.seen().into_iter().filter(|s| s.role != Role::Label && s.name == name).collect();
        match &all[..] {
            [one] => one.clone(),
            [] => panic!("no control “{name}” among {:#?}", self.names()),
            _ => panic!("{} controls are called “{name}”: {all:?}", all.len()),
        }
    }

    /// Names of all that can be seen.
    pub(crate) fn names(&self) -> Vec<String> {
        self.seen().into_iter().map(|s| s.name).filter(|n| !n.is_empty()).collect()
    }

    /// Whether there is a control or a text with this name.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.names().iter().any(|n| n == name)
    }

    /// Whether these words are somewhere in the window.
    pub(crate) fn reads(&self, words: &str) -> bool {
        self.names().iter().any(|n| n.contains(words))
    }

    /// The names of the rows of the list, from above.
    pub(crate) fn rows(&self) -> Vec<String> {
        let mut rows: Vec<Seen> =
            self.seen().into_iter().filter(|s| s.role == Role::ListItem && !s.name.starts_with("Sort by")).collect();
        rows.sort_by(|a, b| a.rect.top().total_cmp(&b.rect.top()));
        rows.into_iter().map(|s| s.name).collect()
    }

    fn find<'a>(&'a self, name: &'a str) -> egui_kittest::Node<'a> {
        self.window.get_all_by_label(name).find(|n| n.accesskit_node().role() != Role::Label).unwrap()
    }

    /// Brings a control into view, as a wheel would.
    fn bring(&mut self, name: &str) -> Rect {
        let inside = self.window.ctx.content_rect().shrink(4.0);
        if !inside.contains(self.control(name).rect.center()) || !self.is_in_view(name) {
            self.find(name).scroll_to_me();
            self.settle();
        }
        self.control(name).rect
    }

    /// The scrolled part of the inspector ends above the bar at the bottom.
    fn is_in_view(&self, name: &str) -> bool {
        let r = self.control(name).rect;
        r.bottom() < self.window.ctx.content_rect().bottom() - 40.0 && r.top() > 0.0
    }

    pub(crate) fn click(&mut self, name: &str) {
        let at = self.bring(name).center();
        self.click_at(at);
    }

    /// The only control whose name contains these words.
    pub(crate) fn control_like(&self, words: &str) -> Seen {
        let mut hits: Vec<Seen> =
            self.seen().into_iter().filter(|s| s.role != Role::Label && s.name.contains(words)).collect();
        assert_eq!(hits.len(), 1, "“{words}”: {hits:?} among {:#?}", self.names());
        hits.remove(0)
    }

    /// Clicks the only control whose name contains these words.
    pub(crate) fn click_like(&mut self, words: &str) {
        let name = self.control_like(words).name;
        self.click(&name);
    }

    /// Puts the keyboard on a control.
    pub(crate) fn focus(&mut self, name: &str) {
        self.find(name).focus();
        self.settle();
        assert!(self.control(name).focused, "“{name}” takes the keyboard");
    }

    /// Replaces what is in a field, and leaves the keyboard there.
    pub(crate) fn type_into(&mut self, field: &str, text: &str) {
        self.bring(field);
        self.focus(field);
        self.key(CTRL, Key::A);
        if text.is_empty() {
            self.press(Key::Delete);
        } else {
            self.event(Event::Text(text.to_owned()));
        }
        self.settle();
    }

    /// Replaces what is in a field, and presses Enter.
    pub(crate) fn fill(&mut self, field: &str, text: &str) {
        self.type_into(field, text);
        self.press(Key::Enter);
    }

    /// Chooses from a drop-down.
    pub(crate) fn choose(&mut self, combo: &str, entry: &str) {
        self.bring(combo);
        // Another control of the form may have the same word; the entry is the one that was not there before.
        let called = |desk: &Self| -> Vec<Rect> {
            desk.seen().into_iter().filter(|s| s.role != Role::Label && s.name == entry).map(|s| s.rect).collect()
        };
        let before = called(self);
        self.click(combo);
        let at = called(self).into_iter().find(|r| !before.contains(r));
        let at = at.unwrap_or_else(|| panic!("“{combo}” has no “{entry}” among {:#?}", self.names()));
        self.click_at(at.center());
    }

    pub(crate) fn select(&mut self, title: &str) {
        let id = self.id(title);
        self.act(Action::Select(Some(id)));
        assert_eq!(self.app().selected(), Some(id));
    }

    pub(crate) fn undo(&mut self) {
        self.key(CTRL, Key::Z);
    }

    /// Whether the bar at the top marks unsaved work.
    pub(crate) fn is_marked(&self) -> bool {
        self.names().iter().any(|n| n.ends_with(" •"))
    }

    /// The title of the window as last set.
    pub(crate) fn title(&self) -> String {
        let title = self.asked.iter().rev().find_map(|c| match c {
            ViewportCommand::Title(t) => Some(t.clone()),
            _ => None,
        });
        title.unwrap_or_default()
    }

    /// The user, or the window system, wants the window closed.
    pub(crate) fn close_window(&mut self) {
        let viewport = self.window.input_mut().viewports.get_mut(&ViewportId::ROOT).unwrap();
        viewport.events.push(egui::ViewportEvent::Close);
        self.settle();
    }

    pub(crate) fn was_asked(&self, command: &ViewportCommand) -> bool {
        self.asked.contains(command)
    }
}

pub(crate) fn sample() -> Project {
    project::read(SEPTEMBER_2022).unwrap().project
}

pub(crate) fn empty() -> Project {
    Project::new(Meta::default(), [], Vec::new())
}

/// A file as someone else made it.
pub(crate) fn put(path: &Path, bytes: &[u8]) {
    use std::io::Write;
    std::fs::File::create(path).unwrap().write_all(bytes).unwrap();
}

/// A file as a window system hands it over. The window reads it by its path.
#[derive(Debug)]
struct Dropped(PathBuf);

impl egui::DroppedFile for Dropped {
    fn path(&self) -> &Path {
        &self.0
    }

    fn bytes(&self) -> Result<Vec<u8>, String> {
        Err("not asked for".into())
    }
}
