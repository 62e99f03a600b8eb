//! Opening and saving: what is asked, what is done on a thread, what is said afterwards.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::fresh::First;
use super::giving::Marked;
use super::{App, Dialog, import};
use crate::derive::Question;
use crate::edit::{StateId, Workspace};
use crate::io::journal::{Found, Recovered};
use crate::io::progress::{CANCELLED, Progress};
use crate::io::project::{self, Opened};
use crate::io::seen::Seen;
use crate::model::{IncidentId, Meta, Project};
use crate::panels::{Action, Example, State};
use crate::talk::export::Kind;

/// The ending of project files.
pub(super) const ENDING: &str = ".clashmap.geojson";

/// How files are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialogs {
    /// By the system's file dialog; by a typed path where there is none.
    System,
    /// By a typed path.
    Typed,
}

/// What a path is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ask {
    /// A project to open.
    Open,
    /// Another version to compare with.
    Compare,
    /// A name to save under.
    Save,
    /// A name for a picture of the map.
    Picture(Marked),
    /// A name for the talk or the report as a file.
    Talk(Kind),
    /// A name for a chart.
    Chart(Marked),
    /// A name for a table.
    Table(Marked),
    /// Files to bring in.
    Import,
    /// A file of tiles.
    MapFile,
    /// A picture to be tied to the ground.
    MapPicture,
    /// Files to attach to an incident.
    Attach(IncidentId),
    /// A name for rows that were not taken.
    Rejected,
    /// A name for data in another format.
    Data(crate::io::export::Format),
    /// A name for a signed package.
    Package,
}

impl Ask {
    pub(super) fn heading(self) -> &'static str {
        match self {
            Self::Open => "Open a project",
            Self::Compare => "Compare with another version",
            Self::Save => "Save the project as",
            Self::Picture(_) => "Save a picture of the map as (.png, .svg or .pdf)",
            Self::Talk(kind) if kind.is_report() => "Save the report as",
            Self::Talk(_) => "Save the talk as",
            Self::Chart(_) => "Save the chart as (.svg, .png or .pdf)",
            Self::Table(_) => "Save the table as (.csv)",
            Self::Import => "Bring in (.csv, .tsv, .xlsx, .geojson, .kml, .kmz, .gpx and others)",
            Self::MapFile => "Add a file of tiles (.mbtiles, .pmtiles)",
            Self::MapPicture => "Add a picture (.png, .jpg, .webp)",
            Self::Attach(_) => "Attach a file to the incident",
            Self::Rejected => "Save the rows that were not taken as (.csv)",
            Self::Data(_) => "Export the data as",
            Self::Package => "Save the signed package as (.zip)",
        }
    }

    /// What a path may look like.
    pub(super) fn hint(self) -> &'static str {
        match self {
            Self::Import => "/home/…/table.csv",
            Self::MapFile => "/home/…/terrain.mbtiles",
            Self::MapPicture => "/home/…/scan.png",
            Self::Attach(_) => "/home/…/photo.jpg",
            _ => "/home/…/name.clashmap.geojson",
        }
    }

    pub(super) fn verb(self) -> &'static str {
        match self {
            Self::Open => "Open",
            Self::Import => "Bring in",
            Self::MapFile | Self::MapPicture => "Add",
            Self::Attach(_) => "Attach",
            Self::Compare => "Compare",
            _ => "Save",
        }
    }
}

/// What a thread has done.
pub(super) enum Done {
    /// A path was chosen; `None`: cancelled, or there is no dialog if `at_once`.
    Chosen { what: Ask, path: Option<PathBuf>, at_once: bool },
    /// Files were chosen to be brought in or attached; `None`: cancelled, or there is no dialog if `at_once`.
    Picked { what: Ask, paths: Option<Vec<PathBuf>>, at_once: bool },
    /// Files were attached.
    Attached(Box<super::media::Attempt>),
    /// Attached files were looked at.
    MediaSeen(super::media::Look),
    /// A step of an import.
    Import { round: u64, step: Box<import::Step> },
    /// A file was read.
    Opened { path: PathBuf, asked: StateId, result: Result<Box<(Opened, Seen, First)>, project::OpenError> },
    /// A project was saved.
    Saved(Box<super::save::Attempt>),
    /// Journals were looked for.
    JournalsFound(Vec<Found>),
    /// A file that somebody else changed was laid beside the work.
    Clashed(PathBuf, Result<Box<super::merging::Clash>, String>),
    /// Another version was laid beside the project.
    Compared(Result<Box<super::changes::Compared>, String>),
    /// The same after a step.
    ComparedAgain(Result<Box<super::changes::Compared>, String>),
    /// Both sides were put together.
    Joined(Result<Box<super::merging::Joined>, String>),
    /// The own mark was put beside a file, or somebody else's is there.
    Marked(PathBuf, crate::io::holder::Taken),
    /// It panicked: what was done, if the status bar told of it, and what the panic says.
    Broken(Option<&'static str>, String),
    /// A journal was moved aside.
    JournalAside(std::io::Result<()>),
    /// A journal was read.
    Recovered(Box<(Found, std::io::Result<Recovered>)>),
    /// A picture, a chart or a table of them was saved.
    Pictured { what: &'static str, path: PathBuf, result: Result<super::giving::Lacks, String> },
    /// What each format loses was looked at.
    Weighed(Box<crate::panels::export::Page>),
    /// What leaves the house with a talk or a report was looked at.
    Listed(Box<crate::panels::leaving::Page>),
    /// Data in another format was saved.
    Written { what: &'static str, path: PathBuf, result: Result<(), String> },
    /// A picture of a slide was drawn.
    SlideDrawn(Box<super::slides::Drawn>),
    /// A slide was worked out for the show.
    SlideReady(usize, Box<crate::talk::Prepared>),
    /// A change to many incidents of one of the projects shown was worked out; `None`: it was stopped.
    Changed { project: u64, worked: Option<Box<crate::edit::Worked>> },
    /// A map source was opened, or not.
    MapOpened(super::sources::Ended),
    /// A picture to be tied to the ground was unpacked.
    Unpacked(super::sources::Unpacked),
    /// It was copied beside the project.
    Copied(super::sources::Copied),
    /// Figures were set out.
    Counted { key: super::statistics::Key, figures: Box<crate::panels::statistics::Figures> },
}

/// What an action means in "before …".
pub(super) fn describe(action: &Action) -> &'static str {
    match action {
        Action::Quit => "quit",
        Action::NewProject => "a new project",
        Action::OpenExample(_) => "the example",
        _ => "another file",
    }
}

/// The example's bytes, name and title.
fn example(example: Example) -> (&'static [u8], &'static str) {
    match example {
        Example::September2022 => (SEPTEMBER_2022, "september-2022"),
        Example::Karabakh => (include_bytes!("../../assets/karabakh-1988-2024.clashmap.geojson"), "karabakh-1988-2024"),
    }
}

/// The project that the window opens with when no file is named.
pub const SEPTEMBER_2022: &[u8] = include_bytes!("../../assets/september-2022.clashmap.geojson");

impl App {
    /// Asks for a path.
    pub(super) fn ask(&mut self, ctx: &egui::Context, what: Ask) {
        if self.world.dialogs == Dialogs::Typed {
            self.ask_typed(what);
            return;
        }
        let name = self.suggested(what);
        let folder = self.file.path.as_deref().and_then(Path::parent).map(Path::to_owned);
        self.work(ctx, None, move || {
            let asked = Instant::now();
            let mut dialog = rfd::FileDialog::new().set_title(what.heading());
            if let Some(folder) = folder {
                dialog = dialog.set_directory(folder);
            }
            let path = match what {
                Ask::Import | Ask::Attach(_) => {
                    if what == Ask::Import {
                        dialog = dialog.add_filter("Tables and maps", &import::READ);
                    }
                    let paths = dialog.add_filter("All files", &["*"]).pick_files();
                    let at_once = paths.is_none() && asked.elapsed() < Duration::from_millis(150);
                    return Done::Picked { what, paths, at_once };
                }
                Ask::Open | Ask::Compare => {
                    dialog.add_filter("Projects", &["geojson", "json"]).add_filter("All files", &["*"]).pick_file()
                }
                Ask::MapFile => dialog.add_filter("Tiles", &["mbtiles", "pmtiles"]).pick_file(),
                Ask::MapPicture => dialog.add_filter("Pictures", &["png", "jpg", "jpeg", "webp"]).pick_file(),
                Ask::Save => dialog.set_file_name(name).add_filter("Project", &["geojson"]).save_file(),
                Ask::Picture(_) => dialog.set_file_name(name).add_filter("Picture", &["png", "svg", "pdf"]).save_file(),
                Ask::Talk(kind) => {
                    let (ending, word) =
                        (kind.ending().trim_start_matches('.'), if kind.is_report() { "Report" } else { "Talk" });
                    dialog.set_file_name(name).add_filter(word, &[ending]).save_file()
                }
                Ask::Chart(_) => dialog.set_file_name(name).add_filter("Chart", &["svg", "png", "pdf"]).save_file(),
                Ask::Table(_) | Ask::Rejected => dialog.set_file_name(name).add_filter("Table", &["csv"]).save_file(),
                Ask::Package => dialog.set_file_name(name).add_filter("Package", &["zip"]).save_file(),
                Ask::Data(format) => {
                    let last = format.ending().rsplit('.').next().unwrap_or_default();
                    dialog.set_file_name(name).add_filter(format.label(), &[last]).save_file()
                }
            };
            // No person cancels within 150 ms: such an answer means that no dialog service runs.
            Done::Chosen { what, at_once: path.is_none() && asked.elapsed() < Duration::from_millis(150), path }
        });
    }

    fn ask_typed(&mut self, what: Ask) {
        let folder = self.file.path.as_deref().and_then(Path::parent).map(Path::to_owned);
        let folder = folder.or_else(|| std::env::current_dir().ok()).unwrap_or_default();
        let text = match what {
            Ask::Open | Ask::Import | Ask::Attach(_) | Ask::Compare | Ask::MapFile | Ask::MapPicture => String::new(),
            _ => folder.join(self.suggested(what)).display().to_string(),
        };
        self.dialog = Some(Dialog::Path { what, text, error: None });
    }

    fn suggested(&self, what: Ask) -> String {
        let stem = self.file.name.trim_end_matches(ENDING).trim_end_matches(".geojson");
        let stem = if stem.is_empty() { "untitled" } else { stem };
        match what {
            Ask::Open | Ask::Import | Ask::Attach(_) | Ask::Compare | Ask::MapFile | Ask::MapPicture => String::new(),
            Ask::Rejected => format!("{stem}-rows-not-taken.csv"),
            Ask::Save => format!("{stem}{ENDING}"),
            Ask::Picture(_) => format!("{stem}.png"),
            Ask::Talk(kind) => {
                format!("{stem}-{}{}", if kind.is_report() { "report" } else { "talk" }, kind.ending())
            }
            Ask::Chart(_) => format!("{stem}-{}.svg", self.state.statistics.layout.category.id()),
            Ask::Table(_) => format!("{stem}-{}.csv", self.state.statistics.layout.category.id()),
            Ask::Data(format) => format!("{stem}{}", format.ending()),
            Ask::Package => format!("{stem}.zip"),
        }
    }

    /// A path was chosen or typed.
    pub(super) fn chosen(&mut self, ctx: &egui::Context, what: Ask, path: PathBuf, by: Dialogs) {
        // What is given out is what was asked for, not what was shown while that was being worked out.
        self.refresh_at_once();
        match what {
            Ask::Open => self.open(ctx, path),
            Ask::Compare => self.compare_with(ctx, path),
            Ask::MapFile => self.add_map_file(&path),
            Ask::MapPicture => self.add_map_picture(ctx, path),
            Ask::Save => self.save_as(ctx, &path, by),
            Ask::Picture(marked) => self.picture_to(ctx, path, marked),
            Ask::Talk(kind) => self.write_talk(ctx, kind, path),
            Ask::Chart(marked) => self.chart_to(ctx, path, marked),
            Ask::Table(marked) => self.table_to(ctx, path, marked),
            Ask::Import => self.import_paths(ctx, vec![path], true),
            Ask::Attach(id) => self.attach(ctx, id, vec![path]),
            Ask::Rejected => self.rejected_to(ctx, path),
            Ask::Data(format) => self.export_to(ctx, format, path),
            Ask::Package => self.package_to(ctx, path),
        }
    }

    /// Goes on with an action after unsaved work was dealt with.
    pub(super) fn go_on(&mut self, ctx: &egui::Context, action: Action) {
        match action {
            Action::NewProject => {
                self.replace(ctx, Project::new(Meta::default(), [], Vec::new()), None, "untitled", "not saved yet");
            }
            Action::Open => self.ask(ctx, Ask::Open),
            Action::OpenPath(path) => self.open(ctx, path),
            Action::Recover(path) => {
                let result = project::bytes(&path).ok().and_then(|bytes| project::recover(&bytes));
                match result {
                    Some(opened) => self.recovered(ctx, &path, opened),
                    None => self.notices.fail("There is no whole incident in this file."),
                }
            }
            Action::OpenExample(which) => {
                let (bytes, name) = example(which);
                match project::read(bytes) {
                    Ok(opened) => self.replace(ctx, opened.project, None, name, "example, not saved yet"),
                    Err(e) => self.notices.fail(e.to_string()),
                }
            }
            Action::Quit => {
                self.may_close = true;
                self.save_settings();
                ctx.send_viewport_cmd(egui::ViewportCommand::Close);
            }
            other => self.dispatch(ctx, other),
        }
    }

    fn open(&mut self, ctx: &egui::Context, path: PathBuf) {
        let (asked, zone) = (self.workspace.head(), self.zone);
        self.work_seen(ctx, super::arriving::OPENING, Progress::with_places(), move |progress| {
            // The first answers are worked out here too, so that no frame waits for them.
            let result = project::open_seen(&path, progress).map(|(mut opened, seen)| {
                let derived = opened.derive(&Question::default());
                let first = First::of(&opened.project, Question::default(), derived, zone);
                Box::new((opened, seen, first))
            });
            Done::Opened { path, asked, result }
        });
    }

    fn recovered(&mut self, ctx: &egui::Context, path: &Path, opened: Opened) {
        let stem = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        let name = format!("{}-recovered{ENDING}", stem.trim_end_matches(ENDING).trim_end_matches(".geojson"));
        let lines = report(&opened);
        let count = opened.project.len();
        self.replace(ctx, opened.project, None, &name, "recovered, not saved yet");
        self.dialog = Some(Dialog::Message {
            heading: format!("{count} incidents recovered; the damaged file is unchanged"),
            lines,
            action: None,
        });
    }

    /// Puts another project into the window.
    pub(super) fn replace(
        &mut self,
        ctx: &egui::Context,
        project: Project,
        path: Option<PathBuf>,
        name: &str,
        saved: &str,
    ) {
        let on_disk = path.is_some();
        self.end_journal();
        let before = (
            std::mem::replace(&mut self.kept.base, project.clone()),
            std::mem::replace(&mut self.kept.common, project.clone()),
        );
        self.close_comparison();
        if path.is_none() {
            self.unmark_file();
        }
        let old = std::mem::replace(&mut self.workspace, Workspace::new(project, on_disk));
        let marks = self.marks.take();
        self.let_go((before, old, marks));
        self.projects += 1;
        let old = std::mem::take(&mut self.state);
        self.state = State {
            hide_list: old.hide_list,
            hide_inspector: old.hide_inspector,
            hide_timeline: old.hide_timeline,
            timeline: old.timeline.for_another(),
            format: old.format,
            sort: old.sort,
            slides: crate::panels::slides::Slides {
                open: old.slides.open,
                screen: old.slides.screen,
                ..Default::default()
            },
            statistics: crate::panels::statistics::Statistics { figures: None, ..old.statistics },
            ..State::default()
        };
        self.statistics = super::statistics::Progress::default();
        self.sights.forget();
        self.forget_import();
        self.playing.playback.reset();
        self.playing.forget();
        self.question = Question::default();
        self.play = None;
        self.selected = None;
        self.state.drawing = crate::panels::drawing::State::default();
        self.draw = super::draw::Draw::default();
        self.derived_from = None;
        self.taking = None;
        self.counting = super::filters::Counting::default();
        self.named(path, name, saved);
        self.refresh();
        self.fit(ctx, false);
    }

    pub(super) fn named(&mut self, path: Option<PathBuf>, name: &str, saved: &str) {
        let own = path.as_deref().and_then(Path::file_name).map(|n| n.to_string_lossy().into_owned());
        let others = self.file.others.take().filter(|_| self.file.path == path);
        self.file = super::FileState {
            path,
            name: own.unwrap_or_else(|| name.to_owned()),
            read_only: None,
            saved: saved.to_owned(),
            seen: None,
            others,
        };
    }

    /// Takes the ends of jobs.
    pub(super) fn poll(&mut self, ctx: &egui::Context) {
        while let Some(done) = self.jobs.next_done() {
            match done {
                Done::Chosen { what, path: Some(path), .. } => self.chosen(ctx, what, path, Dialogs::System),
                Done::Chosen { what, path: None, at_once: true }
                | Done::Picked { what, paths: None, at_once: true } => self.ask_typed(what),
                Done::Chosen { .. } => self.after_save = None,
                Done::Picked { what: Ask::Attach(id), paths: Some(paths), .. } => self.attach(ctx, id, paths),
                Done::Picked { paths: Some(paths), .. } => self.import_paths(ctx, paths, true),
                Done::Attached(attempt) => self.attached(*attempt),
                Done::MediaSeen(look) => self.media_seen(look),
                Done::Picked { .. } => {}
                Done::Import { round, step } => self.import_step(ctx, round, *step),
                // What was done while the file was read is asked about like any other work.
                Done::Opened { path, asked, .. } if asked != self.workspace.head() && self.is_dirty() => {
                    self.dialog = Some(Dialog::Unsaved(Box::new(Action::OpenPath(path))));
                }
                Done::Opened { path, result, .. } => self.opened(ctx, path, result),
                Done::Saved(attempt) => self.saved(ctx, *attempt),
                Done::Clashed(path, result) => self.clashed(&path, result),
                Done::Compared(result) | Done::ComparedAgain(result) => self.comparison_done(result),

                Done::Joined(result) => self.joined(ctx, result),
                Done::Marked(path, taken) => self.marked(&path, taken),
                Done::JournalsFound(found) => self.journals_found(found),
                Done::Broken(what, why) => self.broken(what, &why),
                Done::JournalAside(result) => self.journal_aside(result),
                Done::Recovered(both) => self.recovered_work(ctx, both.0, both.1),
                Done::SlideDrawn(drawn) => self.slide_drawn(ctx, *drawn),
                Done::SlideReady(n, prepared) => self.slide_ready(n, *prepared),
                Done::Counted { key, figures } => self.counted(key, *figures),
                Done::Unpacked(unpacked) => self.picture_unpacked(unpacked),
                Done::Copied(copied) => self.picture_copied(copied),
                Done::MapOpened(ended) => self.source_opened(ctx, ended),
                Done::Changed { project, .. } if project != self.projects => {}
                Done::Changed { worked, .. } => self.changed_many(worked.map(|w| *w)),
                Done::Weighed(page) => self.weighed(*page),
                Done::Listed(page) => self.listed(*page),
                Done::Written { what, path, result } => match result {
                    Ok(()) => self.notices.say(format!("{what} saved: {}", path.display())),
                    Err(e) => self.notices.fail(e),
                },
                Done::Pictured { what, path, result } => self.pictured(what, &path, result),
            }
        }
    }

    fn opened(
        &mut self,
        ctx: &egui::Context,
        path: PathBuf,
        result: Result<Box<(Opened, Seen, First)>, project::OpenError>,
    ) {
        let shown = path.display().to_string();
        match result {
            Ok(both) => {
                let (opened, seen, first) = *both;
                self.ready = Some(first);
                let lines = report(&opened);
                let read_only = opened.read_only.clone();
                self.settings.opened(&path);
                self.replace(ctx, opened.project, Some(path), "", "saved");
                self.file.read_only = read_only;
                self.file.seen = Some(seen);
                self.mark_file(ctx);
                if !lines.is_empty() {
                    let heading = format!(
                        "Opened, with {} to know",
                        if lines.len() == 1 { "one thing".to_owned() } else { format!("{} things", lines.len()) }
                    );
                    self.dialog = Some(Dialog::Message { heading, lines, action: None });
                }
            }
            Err(e) if e.what == CANCELLED => self.notices.say("Opening stopped; nothing has changed"),
            Err(e) if e.recoverable => {
                self.dialog = Some(Dialog::Message {
                    heading: "The file is damaged".into(),
                    lines: vec![shown, e.to_string(), "Opening what is whole leaves the file as it is.".into()],
                    action: Some(("Open what is whole", Box::new(Action::Recover(path)))),
                });
            }
            // A table opened as if it were a project is what it is; what JSON is meant to be only the user knows.
            Err(_) if import::is_foreign(&path) && !shown.to_lowercase().ends_with("json") => {
                self.import_paths(ctx, vec![path], true);
            }
            Err(e) => {
                self.dialog = Some(Dialog::Message {
                    heading: "Not opened".into(),
                    lines: vec![shown, e.to_string()],
                    action: import::is_foreign(&path)
                        .then(|| ("Bring it in", Box::new(Action::ImportPaths(vec![path])))),
                });
            }
        }
    }
}

/// The findings worth a look, each on a line; long lists are cut and say so.
fn report(opened: &Opened) -> Vec<String> {
    const SHOWN: usize = 40;
    let notable: Vec<_> = opened.findings.iter().filter(|f| f.severity != crate::io::Severity::Info).collect();
    let line =
        |f: &crate::io::Finding| if f.place.is_empty() { f.what.clone() } else { format!("{}: {}", f.place, f.what) };
    let mut lines: Vec<String> =
        opened.read_only.iter().cloned().chain(notable.iter().take(SHOWN).map(|f| line(f))).collect();
    if notable.len() > SHOWN {
        lines.push(format!("… and {} more; “clashmap check” lists them all", notable.len() - SHOWN));
    }
    lines
}
