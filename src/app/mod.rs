//! The window's shell: what happens in a frame, and in which order.
//!
//! Order of a frame: finished jobs → derived data by revision → panels and map, which read and answer with actions →
//! actions, last. Nothing here waits for disk, network or a long computation; an idle window asks for no frame.

mod arriving;
mod changes;
mod choosing;
mod dialogs;
mod dispatch;
mod docked;
mod draw;
mod export;
mod files;
mod filters;
mod flight;
mod floating;
mod fresh;
mod giving;
mod hover;
mod import;
mod in_time;
mod jobs;
mod journal;
mod known;
mod log;
mod many;
mod map;
pub mod measure;
mod media;
mod merging;
mod notices;
mod playback;
mod reckoning;
mod remembered;
mod save;
mod scale;
mod shortcuts;
mod show;
mod slides;
mod sources;
mod spread;
pub mod start;
mod statistics;
mod talk;
mod texts;

use std::path::PathBuf;
use std::sync::Arc;

use egui::{CentralPanel, Frame, Margin, Panel, Ui};

pub use files::{Dialogs, SEPTEMBER_2022};

use crate::derive::{Derived, Question};
use crate::edit::{Revisions, Workspace};
use crate::io::seen::Seen;
use crate::io::settings::Settings;
use crate::model::{IncidentId, Moment, Project};
use crate::panels::style::c32;
use crate::panels::{self, Action, Look, State};
use crate::picture::{Marks, Picture};
use crate::view::{Camera, Labels, Layers, Theme, Zone};

/// What the window needs of the world: clock, dialogs, a seed. Tests put their own in.
pub struct World {
    /// The time of day, hours and minutes, in the user's zone.
    pub clock: Box<dyn Fn() -> (u8, u8)>,
    /// The day of the user's calendar: year, month, day.
    pub today: Box<dyn Fn() -> (i32, u8, u8)>,
    /// How files are asked for.
    pub dialogs: Dialogs,
    /// Differs from start to start; ids of new incidents are made with it.
    pub seed: u64,
    /// The time in seconds since 1970, for the names of backups and in journals.
    pub now: Box<dyn Fn() -> i64>,
    /// Who sits here, and where: "anna on desk-3".
    pub person: String,
    /// Where settings are kept; `None`: nowhere.
    pub settings_file: Option<PathBuf>,
    /// Where backups and journals are kept; `None`: nowhere.
    pub state_folder: Option<PathBuf>,
    /// Close the window by itself once its first complete frame is on the screen; for measuring the start.
    pub quit_when_complete: bool,
    /// Whether work is done on threads. Tests do it in place, so that a frame later it is done; they go without tiles.
    pub threads: bool,
    /// The network, switched off until the user switches it on; `None`: there is none.
    pub network: Option<Arc<crate::tiles::Network>>,
}

/// The file behind the project.
#[derive(Clone, Debug, Default)]
struct FileState {
    path: Option<PathBuf>,
    /// What it is called in the title.
    name: String,
    /// Why it cannot be saved in place, if so.
    read_only: Option<String>,
    /// "saved 12:04", "not saved yet", "example".
    saved: String,
    /// Which state of the file was opened or saved last.
    seen: Option<Seen>,
    /// Who else has it open.
    others: Option<String>,
}

/// A dialog that stands in the way.
#[derive(Clone, Debug)]
enum Dialog {
    /// Unsaved work: go on to this when it is answered.
    Unsaved(Box<Action>),
    /// The page that gives out data.
    Export(Box<crate::panels::export::Page>),
    /// The page that makes files of the talk or a report.
    Talk(Box<crate::panels::leaving::Page>),
    /// Work that was left behind is offered.
    Recover(Box<crate::panels::recovery::Page>),
    /// The file was changed by somebody else.
    Merge(Box<crate::panels::merge::Page>),
    /// So much is marked as sensitive of what a name is about to be asked for.
    Sensitive { withheld: crate::model::Withheld, ask: fn(giving::Marked) -> files::Ask },
    /// A path is to be typed for this.
    Path { what: files::Ask, text: String, error: Option<String> },
    /// A message with a list; the verb's action if there is one.
    Message { heading: String, lines: Vec<String>, action: Option<(&'static str, Box<Action>)> },
}

/// Data, question without its window, and which incidents the window shows.
type Basis = (Revisions, Question, Option<(usize, usize)>);

/// The window.
pub struct App {
    workspace: Workspace,
    file: FileState,
    kept: journal::Kept,
    beside: merging::Beside,
    world: World,
    settings: Settings,
    settings_saved: Settings,

    state: State,
    question: Question,
    play: Option<known::Play>,
    playing: playback::PlayState,
    selected: Option<IncidentId>,
    labels: Labels,
    layers: Layers,
    zone: Zone,
    theme: Theme,
    styled: Option<Theme>,
    /// The scale of the whole window as last seen.
    scaled: Option<f32>,

    derived: Derived,
    /// What the first frame of a project that has just come needs, worked out on its thread.
    ready: Option<fresh::First>,
    /// What `derived` was worked out from; of a window only which incidents it shows.
    derived_from: Option<Basis>,
    reckoning: Option<reckoning::Reckoning>,
    sorting: Option<reckoning::Sorting>,
    /// The order in time that is being made.
    ordering: in_time::Ordering,
    /// Rises with every new `derived`, for caches that rest on it.
    stamp: u64,

    statistics: statistics::Progress,
    counting: filters::Counting,
    /// Texts of a large project on their way to the search.
    taking: Option<texts::Taking>,
    /// Where the strip of filters lay in the last frame.
    strip: Option<egui::Rect>,

    map: map::MapState,
    sources: sources::Sources,
    draw: draw::Draw,
    marks: Option<(u64, u64, Marks)>,
    picture: Option<(map::PictureKey, Arc<Picture>)>,

    sights: slides::Sights,
    importing: import::Importing,
    show_under_way: Option<Box<show::Show>>,
    /// Start the show once the project is there.
    to_present: bool,
    dialog: Option<Dialog>,
    /// What was chosen for the export whose name is being asked for.
    exporting: crate::io::export::Options,
    /// What of talk or report is being given out while its name is asked for.
    giving: crate::panels::leaving::Page,
    /// What to do once a running save is done well.
    after_save: Option<Action>,
    notices: notices::Notices,
    jobs: jobs::Jobs,
    /// How many projects the window has shown: what was worked out for an earlier one is for nothing.
    projects: u64,
    may_close: bool,
    /// A file to open in the first frame.
    to_open: Option<PathBuf>,
    media: media::Watched,
    /// Whether a text field had the keyboard at the end of the last frame. A key that ends the typing is for the field.
    was_typing: bool,
    title: String,
    created: u64,
}

impl App {
    /// The window with a project. `name` is shown where there is no path.
    pub fn new(project: Project, path: Option<PathBuf>, name: &str, world: World) -> Self {
        let (settings, finding) = match &world.settings_file {
            Some(path) => crate::io::settings::load(&crate::io::disk::RealDisk, path),
            None => (Settings::default(), None),
        };
        let on_disk = path.is_some();
        let theme = match settings.theme {
            crate::io::settings::Theme::Dark => Theme::Dark,
            _ => Theme::Light,
        };
        let mut app = Self {
            kept: journal::Kept::new(project.clone()),
            beside: merging::Beside::default(),
            workspace: Workspace::new(project, on_disk),
            file: FileState::default(),
            world,
            settings_saved: settings.clone(),
            state: State::default(),
            question: Question::default(),
            play: None,
            playing: playback::PlayState::default(),
            selected: None,
            labels: remembered::labels_of(&settings),
            layers: Layers::default(),
            zone: remembered::zone_of(&settings),
            theme,
            styled: None,
            scaled: None,
            derived: Derived::default(),
            ready: None,
            reckoning: None,
            sorting: None,
            ordering: in_time::Ordering::default(),
            derived_from: None,
            stamp: 0,
            statistics: statistics::Progress::default(),
            counting: filters::Counting::default(),
            taking: None,
            strip: None,
            map: map::MapState::default(),
            sources: sources::Sources::default(),
            draw: draw::Draw::default(),
            marks: None,
            picture: None,
            sights: slides::Sights::default(),
            importing: import::Importing::default(),
            show_under_way: None,
            to_present: false,
            dialog: None,
            exporting: crate::io::export::Options::default(),
            giving: crate::panels::leaving::Page::default(),
            after_save: None,
            notices: notices::Notices::default(),
            jobs: jobs::Jobs::default(),
            projects: 0,
            may_close: false,
            to_open: None,
            media: media::Watched::default(),
            was_typing: false,
            title: String::new(),
            created: 0,
            settings,
        };
        app.state.hide_list = app.settings.folded.iter().any(|f| f == "list");
        app.state.hide_timeline = app.settings.folded.iter().any(|f| f == "timeline");
        app.map.reduced_motion = app.settings.reduced_motion == Some(true);
        app.state.hide_inspector = app.settings.folded.iter().any(|f| f == "inspector");
        app.state.format = remembered::format_of(&app.settings);
        app.state.statistics = statistics::page_of(&app.settings.statistics);
        app.named(path, name, if on_disk { "saved" } else { "not saved yet" });
        if let Some(finding) = finding {
            app.notices.say(finding.what);
        }
        app
    }

    /// The project as it stands; for tests and for saving on the way out.
    pub fn project(&self) -> &Project {
        self.workspace.project()
    }

    /// The day of the user's calendar.
    fn today(&self) -> Option<Moment> {
        let (year, month, day) = (self.world.today)();
        Moment::day(year, month, day)
    }

    /// Shows clock times in another zone, and days as they are there.
    fn set_zone(&mut self, zone: Zone) {
        (self.zone, self.settings.zone) = (zone, remembered::stored_zone(zone));
        self.marks = None;
        self.stamp += 1;
    }

    /// Whether there is unsaved work.
    pub fn is_dirty(&self) -> bool {
        self.workspace.is_dirty() || !self.state.drafts.is_empty() || self.state.slides.draft.is_some()
    }

    /// The incident that is selected.
    pub fn selected(&self) -> Option<IncidentId> {
        self.selected
    }

    /// What panels may look at.
    fn look(&self) -> Look<'_> {
        Look {
            project: self.workspace.project(),
            derived: &self.derived,
            question: &self.question,
            colors: self.theme.colors(),
            labels: self.labels,
            zone: self.zone,
            today: self.today(),
        }
    }

    /// What was worked out from the project, for the question asked.
    pub fn derived(&self) -> &Derived {
        &self.derived
    }

    /// Boxes of the map that legend, scale and credits take, from the map's corner in points: left, top, right, bottom.
    pub fn furniture(&self) -> &[[f32; 4]] {
        self.picture.as_ref().map_or(&[], |(_, p)| &p.furniture)
    }

    /// What is asked: policy, date of knowledge, filters.
    pub fn question(&self) -> &Question {
        &self.question
    }

    /// What of the map is shown.
    pub fn layers(&self) -> Layers {
        self.layers
    }

    /// Where the map looks.
    pub fn camera(&self) -> Camera {
        self.map.camera()
    }

    /// Points of the window at which an incident's mark was drawn in the last frame.
    pub fn mark_of(&self, id: IncidentId) -> Option<egui::Pos2> {
        self.map.mark_of(self.picture.as_ref().map(|(_, p)| &**p), id)
    }

    /// Carries an action out, as a panel would ask for it.
    pub fn act(&mut self, ctx: &egui::Context, action: Action) {
        self.kept.wakes(ctx);
        self.dispatch(ctx, action);
    }

    /// One frame.
    pub fn show(&mut self, ui: &mut Ui) {
        let ctx = ui.ctx().clone();
        self.begin(&ctx);
        if self.is_presenting() {
            self.show_ui(ui);
            return self.end(&ctx);
        }
        self.refresh_statistics(&ctx);
        let sights = if self.state.slides.open { self.sights(&ctx) } else { Vec::new() };
        let mut actions = Vec::new();
        actions.extend(self.shortcuts(&ctx));
        let c = self.theme.colors();
        let dirty = self.is_dirty();
        let saved = match &self.file.others {
            Some(who) => format!("{} · also open: {who}", self.file.saved),
            None => self.file.saved.clone(),
        };
        let (job, rows_left) = (self.job(&ctx), self.rows_left());
        let look = Look {
            project: self.workspace.project(),
            derived: &self.derived,
            question: &self.question,
            colors: c,
            labels: self.labels,
            zone: self.zone,
            today: self.today(),
        };
        let panel = Frame::new().fill(c32(c.panel));
        Panel::top("top")
            .exact_size(panels::topbar::HEIGHT)
            .resizable(false)
            .frame(panel.inner_margin(Margin::symmetric(8, 0)))
            .show(ui, |ui| {
                let bar = panels::topbar::Bar {
                    name: &self.file.name,
                    dirty,
                    read_only: self.file.read_only.is_some(),
                    undo: self.workspace.undo_label(),
                    redo: self.workspace.redo_label(),
                    layers: self.layers,
                    theme: self.theme,
                    recent: &self.settings.recent,
                    rows_left,
                };
                actions.extend(panels::topbar::ui(ui, look, &mut self.state, bar));
            });
        Panel::bottom("status")
            .exact_size(panels::statusbar::HEIGHT)
            .resizable(false)
            .frame(panel.inner_margin(Margin::symmetric(8, 0)))
            .show(ui, |ui| {
                let bar = panels::statusbar::Bar {
                    position: self.map.pointed(),
                    scale: self.map.scale(),
                    saved: &saved,
                    online: self.sources.allowed.online,
                    job,
                };
                actions.extend(panels::statusbar::ui(ui, look, &mut self.state, &bar));
            });
        if !self.state.hide_timeline {
            actions.extend(self.timeline_ui(ui));
        }
        let look = Look {
            project: self.workspace.project(),
            derived: &self.derived,
            question: &self.question,
            colors: c,
            labels: self.labels,
            zone: self.zone,
            today: self.today(),
        };
        // Beside a list and an editor a small window would have no map left.
        let no_room = self.state.filter.open && ui.available_width() < 1200.0 || self.state.maps.tie.is_some();
        if !self.state.hide_list && !no_room {
            let response = Panel::left("list")
                .resizable(true)
                .default_size(self.settings.panels.left)
                .size_range(220.0..=460.0)
                .frame(panel.inner_margin(Margin { left: 8, right: 4, top: 4, bottom: 0 }))
                .show(ui, |ui| {
                    let drawings = look.project.drawings().count();
                    if drawings > 0 {
                        let frame = Frame::new().inner_margin(Margin { bottom: 4, ..Margin::ZERO });
                        let height = panels::drawing::list_height(drawings, self.state.drawing.folded);
                        let drawn = Panel::bottom("drawings").resizable(false).exact_size(height).frame(frame);
                        let response = drawn.show(ui, |ui| panels::drawing::list(ui, look, &mut self.state.drawing));
                        actions.extend(response.inner);
                    }
                    panels::list::ui(ui, look, &mut self.state, self.workspace.revisions(), self.stamp, self.selected)
                });
            self.settings.panels.left = response.response.rect.width();
            actions.extend(response.inner);
        }
        if self.state.filter.open {
            let response = Panel::left("filters")
                .exact_size(296.0)
                .resizable(false)
                .frame(panel.inner_margin(Margin { left: 12, right: 4, top: 6, bottom: 0 }))
                .show(ui, |ui| panels::filters::ui(ui, look, &mut self.state.filter, &self.counting.tally));
            actions.extend(response.inner);
        }
        let counting = self.state.statistics.open;
        actions.extend(self.right_ui(ui, &sights));
        let look = Look {
            project: self.workspace.project(),
            derived: &self.derived,
            question: &self.question,
            colors: c,
            labels: self.labels,
            zone: self.zone,
            today: self.today(),
        };
        if counting {
            let margin = Margin { left: 16, right: 16, top: 4, bottom: 8 };
            let working = self.statistics.is_working();
            CentralPanel::default().frame(panel.inner_margin(margin)).show(ui, |ui| {
                actions.extend(panels::statistics::ui(ui, look, &mut self.state.statistics, working));
            });
        } else {
            CentralPanel::default().frame(Frame::new().fill(c32(c.sea))).show(ui, |ui| {
                actions.extend(self.map_ui(ui));
            });
        }
        self.dialogs(&ctx, &mut actions);
        self.import_ui(&ctx, &mut actions);
        if let Some(action) = self.notices.ui(&ctx, c) {
            actions.push(action);
        }
        for action in actions {
            self.dispatch(&ctx, action);
        }
        self.end(&ctx);
    }

    /// Before the panels: jobs, dropped files, the wish to close, derived data.
    fn begin(&mut self, ctx: &egui::Context) {
        if self.styled.is_none() {
            ctx.set_fonts(crate::picture::egui_paint::font_definitions());
        }
        if self.styled != Some(self.theme) {
            panels::style::apply(ctx, self.theme);
            self.styled = Some(self.theme);
        }
        self.scale(ctx);
        self.kept.wakes(ctx);
        self.poll(ctx);
        self.look_for_journals(ctx);
        self.journal_news();
        self.refresh_comparison(ctx);
        if let Some(path) = self.to_open.take() {
            self.dispatch(ctx, Action::OpenPath(path));
        } else if self.to_present && !self.jobs.is_any() {
            self.to_present = false;
            self.present(ctx, 0);
        }
        self.dropped(ctx, ctx.input(|i| i.raw.dropped_files.iter().map(|f| f.path().to_owned()).collect()));
        if ctx.input(|i| i.viewport().close_requested()) && !self.may_close {
            self.take_over();
            if self.is_dirty() {
                ctx.send_viewport_cmd(egui::ViewportCommand::CancelClose);
                self.dialog = Some(Dialog::Unsaved(Box::new(Action::Quit)));
            } else {
                self.save_settings();
            }
        }
        self.watch_media(ctx);
        self.advance_play(ctx);
        self.advance_playback(ctx);
        self.refresh();
        self.count(ctx);
        self.take_texts(ctx);
        self.sort_list();
        self.order_in_time(ctx);
        self.refresh_sources(ctx);
    }

    /// After the actions: the title, settings that changed.
    fn end(&mut self, ctx: &egui::Context) {
        self.was_typing = ctx.text_edit_focused();
        if self.world.quit_when_complete && self.map.is_complete() {
            self.may_close = true;
            ctx.send_viewport_cmd(egui::ViewportCommand::Close);
        }
        let size = ctx.input(|i| {
            let v = i.viewport();
            v.inner_rect.map(|r| r.size()).filter(|_| !v.maximized.unwrap_or(false) && !v.fullscreen.unwrap_or(false))
        });
        if let Some(size) = size {
            let native = size * ctx.zoom_factor();
            self.settings.window = Some((native.x.round(), native.y.round()));
        }
        let dirty = if self.is_dirty() { "• " } else { "" };
        let title = format!("{dirty}{} — clashmap", self.file.name);
        if title != self.title {
            ctx.send_viewport_cmd(egui::ViewportCommand::Title(title.clone()));
            self.title = title;
        }
    }
}

impl eframe::App for App {
    fn ui(&mut self, ui: &mut Ui, _frame: &mut eframe::Frame) {
        self.show(ui);
    }

    #[cfg(all(unix, not(target_os = "macos")))]
    fn on_exit(&mut self, _gl: Option<&eframe::glow::Context>) {
        self.save_settings();
        self.finish_journals();
    }

    #[cfg(not(all(unix, not(target_os = "macos"))))]
    fn on_exit(&mut self) {
        self.save_settings();
        self.finish_journals();
    }
}
