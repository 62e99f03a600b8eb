//! Bringing in what others have: files and what was pasted, one after the other. Reading, comparing and mapping a whole
//! file are done on a thread; the window stays usable, and Stop ends it.
//!
//! The way of a source: read → (where something is to be decided: the page of columns) → all rows through the mapping →
//! (where something that is there would change: the page of changes) → one undo step → what was not taken, to be corrected.

mod map;
mod pages;
mod presets;
mod read;

use std::collections::{HashMap, HashSet, VecDeque};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::App;
use super::files::Done;
use super::fresh::First;
use crate::derive::derive;
use crate::edit::{Command, Imported, Workspace};
use crate::import::{self, Ground, Import, Mapping, Reading, Rejected, Stopped, Table, Update};
use crate::io::progress::Progress;
use crate::model::{Project, Text, Uid};
use crate::panels::Action;
use crate::panels::import::{KnownAs, Left, Page, Review};

use map::SmallMap;
use read::{Found, Source};

/// Endings of what can be brought in, as dialogs offer them.
pub(super) const READ: [&str; 16] = [
    "csv", "tsv", "txt", "xlsx", "xls", "ods", "geojson", "geojsonl", "json", "kml", "kmz", "gpx", "shp", "zip",
    "gpkg", "fgb",
];

/// Whether a file has the name of something else than a project.
pub(super) fn is_foreign(path: &Path) -> bool {
    let ending = path.extension().map(|e| e.to_string_lossy().to_lowercase()).unwrap_or_default();
    READ.contains(&ending.as_str()) && !path.to_string_lossy().to_lowercase().ends_with(super::files::ENDING)
}

/// What is being brought in.
#[derive(Default)]
pub(super) struct Importing {
    /// What comes next.
    queue: VecDeque<Source>,
    /// What is being brought in now.
    now: Option<Now>,
    /// Rises with everything that is begun or given up, so that late answers of threads are known as such.
    round: u64,
    /// What came of those before, one line each, to be told together.
    told: Vec<String>,
    /// How many there were in this go.
    count: usize,
    /// Rows that were not taken, file by file.
    left: Vec<Remains>,
    /// Which of them is on the page.
    open: Option<usize>,
    small: SmallMap,
}

/// Rows of a file that were not taken.
struct Remains {
    page: Left,
    /// Ids of the rows that came in, so that a corrected one cannot take one of them.
    taken: HashSet<Uid>,
}

/// One source on its way.
struct Now {
    source: Source,
    /// Whether the page of columns was looked at: then it is what to come back to.
    was_seen: bool,
    stage: Stage,
}

/// How far it is.
enum Stage {
    /// Being read, or its rows are on their way; the page to come back to.
    Working(Option<Box<Page>>),
    /// The columns are looked at.
    Columns(Box<Page>),
    /// What would change is looked at.
    Changes(Box<Review>, Box<Came>, Option<Box<Page>>),
    /// So many incidents are being put into the project. Nothing else is changed meanwhile.
    Bringing(usize),
}

/// What came of all rows.
pub(super) struct Came {
    /// What it was read as.
    known_as: String,
    update: Update,
    rejected: Vec<Rejected>,
    warnings: Vec<String>,
    /// The mapping with what the file settled.
    mapping: Mapping,
    columns: Vec<Text>,
    /// Where rows lie that were not taken.
    grounds: HashMap<usize, Result<Ground, String>>,
    /// Ids of the file, where rows were not taken.
    uids: HashSet<Uid>,
}

/// What a thread has done for an import.
pub(super) enum Step {
    /// A source was read; an empty reason: it was stopped.
    Read(Result<Found, String>),
    /// All rows went through the mapping.
    Ran(Result<Box<Came>, Stopped>),
    /// A large import was worked out.
    Brought(Box<Brought>),
}

/// What the status bar says of a file that is read, and of its rows.
const READING: &str = "reading …";
const IMPORTING: &str = "importing …";
/// Works that are given up when they are stopped.
pub(super) const WORKS: [&str; 2] = [READING, IMPORTING];

/// More incidents than this are brought in on a thread.
const MANY: usize = 2000;

/// A large import, worked out beside the project.
pub(super) struct Brought {
    aside: Workspace,
    /// The answers to the question of the window, so that no frame waits for them.
    first: First,
    /// Whether there is anything new; else why there is no step.
    result: Result<bool, String>,
    label: String,
    told: String,
    came: Came,
}

impl App {
    /// Brings files in, one after the other. `asked`: they were chosen to be brought in, not just dropped.
    pub(super) fn import_paths(&mut self, ctx: &egui::Context, paths: Vec<PathBuf>, asked: bool) {
        self.import_all(ctx, paths.into_iter().map(|path| Source::File { path, asked }));
    }

    /// Brings in what was pasted.
    pub(super) fn import_text(&mut self, ctx: &egui::Context, text: &str) {
        self.import_all(ctx, [Source::Pasted(text.into())]);
    }

    fn import_all(&mut self, ctx: &egui::Context, sources: impl IntoIterator<Item = Source>) {
        let before = self.importing.queue.len();
        self.importing.queue.extend(sources);
        self.importing.count += self.importing.queue.len() - before;
        if self.importing.now.is_none() && self.importing.open.is_none() {
            self.import_next(ctx);
        }
    }

    /// Files were dropped on the window. One project alone is opened, one file of tiles laid over the map.
    pub(super) fn dropped(&mut self, ctx: &egui::Context, paths: Vec<PathBuf>) {
        match &paths[..] {
            [] => {}
            [one] if one.to_string_lossy().to_lowercase().ends_with(super::files::ENDING) => {
                self.dispatch(ctx, Action::OpenPath(one.clone()));
            }
            [one] if super::sources::is_tiles(one) => self.add_map_file(one),
            // What no import reads is a picture or a document.
            all if let Some(id) = self.selected
                && !all.iter().any(|p| is_foreign(p)) =>
            {
                self.attach(ctx, id, paths);
            }
            _ => self.import_paths(ctx, paths, false),
        }
    }

    /// Forgets everything: another project is there.
    pub(super) fn forget_import(&mut self) {
        let round = self.importing.round + 1;
        self.importing = Importing { round, ..Importing::default() };
    }

    /// How many rows were not taken so far.
    pub(super) fn rows_left(&self) -> usize {
        self.importing.left.iter().map(|r| r.page.rows.len()).sum()
    }

    /// Opens the list of rows that were not taken.
    pub(super) fn show_left(&mut self) {
        if self.importing.now.is_none() {
            self.importing.open = self.importing.left.iter().position(|r| r.page.has_rows());
        }
    }

    /// Whether a page of an import stands over the window.
    pub(super) fn is_importing(&self) -> bool {
        let working = self.importing.now.as_ref().is_none_or(|n| matches!(n.stage, Stage::Working(_)));
        !working || self.importing.open.is_some()
    }

    /// Whether threads are at work for an import; `false` where it is done or waits for an answer.
    pub(super) fn is_bringing_in(&self) -> bool {
        self.importing.now.as_ref().is_some_and(|n| matches!(n.stage, Stage::Working(_) | Stage::Bringing(_)))
    }

    /// Goes on with the next source, or tells what came of all.
    fn import_next(&mut self, ctx: &egui::Context) {
        self.importing.round += 1;
        self.importing.now = None;
        self.importing.small = SmallMap::default();
        if let Some(source) = self.importing.queue.pop_front() {
            return self.read_source(ctx, source, Reading::default(), None);
        }
        let several = self.importing.count > 1;
        self.importing.count = 0;
        let told = std::mem::take(&mut self.importing.told);
        if several && !told.is_empty() {
            let heading = format!("{} brought in", if told.len() == 1 { "A file" } else { "Files" });
            self.dialog = Some(super::Dialog::Message { heading, lines: told, action: None });
        }
    }

    /// Reads a source on a thread. `page`: the page that wants it read in another way.
    fn read_source(&mut self, ctx: &egui::Context, source: Source, reading: Reading, page: Option<Box<Page>>) {
        self.importing.round += 1;
        let round = self.importing.round;
        let meta = self.workspace.project().meta_arc().clone();
        let saved = self.presets_folder();
        let again = page.as_ref().map(|p| (p.mapping.clone(), p.known_as.clone()));
        let from = source.clone();
        self.importing.now = Some(Now { source, was_seen: page.is_some(), stage: Stage::Working(page) });
        self.work_watched(ctx, READING, move |progress: &Progress| {
            let found = read::read(&from, reading, again, &meta, saved.as_deref());
            let found = if progress.is_cancelled() { Err(String::new()) } else { found };
            Done::Import { round, step: Box::new(Step::Read(found)) }
        });
    }

    /// Puts all rows of a page through its mapping, on a thread.
    fn run_rows(&mut self, ctx: &egui::Context, source: Source, page: Box<Page>, was_seen: bool) {
        self.importing.round += 1;
        let round = self.importing.round;
        let (table, mapping) = (Arc::clone(&page.table), page.mapping.clone());
        let known_as = match &page.known_as {
            KnownAs::Guessed => page.table.format.clone(),
            known => known.label().to_owned(),
        };
        self.importing.now = Some(Now { source, was_seen, stage: Stage::Working(Some(page)) });
        let snapshot = self.workspace.project().clone();
        self.work_watched(ctx, IMPORTING, move |progress: &Progress| {
            let came = run(&table, &mapping, &snapshot, known_as, progress);
            Done::Import { round, step: Box::new(Step::Ran(came.map(Box::new))) }
        });
    }

    /// A thread is done with a step.
    pub(super) fn import_step(&mut self, ctx: &egui::Context, round: u64, step: Step) {
        if round != self.importing.round {
            return;
        }
        let Some(Now { source, was_seen, stage }) = self.importing.now.take() else { return };
        let page = match stage {
            Stage::Working(page) => page,
            Stage::Columns(page) => Some(page),
            Stage::Changes(..) | Stage::Bringing(_) => None,
        };
        match (step, page) {
            (Step::Brought(brought), _) => self.take_over_import(ctx, &source, *brought),
            (Step::Read(Err(why)), page) => self.not_read(ctx, source, page, why),
            (Step::Read(Ok(found)), _) => self.found(ctx, source, was_seen, found),
            (Step::Ran(Ok(came)), page) => self.came(ctx, source, came, page),
            (Step::Ran(Err(Stopped::Cancelled)), page) if !was_seen => {
                drop(page);
                self.not_read(ctx, source, None, String::new());
            }
            (Step::Ran(Err(_)), None) => self.import_next(ctx),
            (Step::Ran(Err(why)), Some(mut page)) => {
                match why {
                    Stopped::Cancelled => self.notices.say("Import stopped; nothing has changed"),
                    Stopped::Fault(why) => page.error = Some(why),
                    Stopped::Asked(question) => {
                        page.error = Some("The file leaves one thing open, see above.".into());
                        page.question = Some(question);
                    }
                }
                self.importing.now = Some(Now { source, was_seen: true, stage: Stage::Columns(page) });
            }
        }
    }

    /// Gives up what threads do for an import, if they do. They end by themselves; nobody waits for that.
    pub(super) fn stop_import(&mut self, ctx: &egui::Context) {
        match self.importing.now.take() {
            Some(Now { source, was_seen, stage: Stage::Working(page) }) => {
                self.importing.round += 1;
                self.jobs.forget(&WORKS);
                self.not_read(ctx, source, page.filter(|_| was_seen), String::new());
            }
            now => self.importing.now = now,
        }
    }

    /// A source could not be read; an empty reason: it was stopped.
    fn not_read(&mut self, ctx: &egui::Context, source: Source, page: Option<Box<Page>>, why: String) {
        if why.is_empty() {
            self.notices.say("Import stopped; nothing has changed");
        }
        if let Some(mut page) = page {
            // Another encoding or mark does not fit: the page stays as it was.
            page.error = (!why.is_empty()).then_some(why);
            self.importing.now = Some(Now { source, was_seen: true, stage: Stage::Columns(page) });
            return;
        }
        if why.is_empty() {
            self.importing.queue.clear();
        } else if self.importing.count > 1 {
            self.importing.told.push(format!("{}: not read: {why}", source.name()));
        } else {
            let heading = format!("Not brought in: {}", source.name());
            self.dialog = Some(super::Dialog::Message {
                heading,
                lines: source.place().into_iter().chain([why]).collect(),
                action: None,
            });
        }
        self.import_next(ctx);
    }

    fn found(&mut self, ctx: &egui::Context, source: Source, was_seen: bool, found: Found) {
        match (found, source) {
            // A project alone is opened, unless it was chosen to be brought in.
            (Found::Project(_), Source::File { path, asked: false }) if self.importing.count == 1 => {
                self.import_next(ctx);
                self.dispatch(ctx, Action::OpenPath(path));
            }
            (Found::Project(project), source) => {
                let update = Update::new(self.workspace.project(), Import::of_project(&project), None);
                let came = Came {
                    known_as: "a project".into(),
                    update,
                    rejected: Vec::new(),
                    warnings: Vec::new(),
                    mapping: Mapping::default(),
                    columns: Vec::new(),
                    grounds: HashMap::new(),
                    uids: HashSet::new(),
                };
                self.came(ctx, source, Box::new(came), None);
            }
            (Found::Table { page, is_sure: true }, source) if !was_seen => self.run_rows(ctx, source, page, false),
            (Found::Table { page, .. }, source) => {
                self.importing.now = Some(Now { source, was_seen: true, stage: Stage::Columns(page) });
            }
        }
    }

    /// All rows went through the mapping. What changes nothing that is there comes in at once.
    fn came(&mut self, ctx: &egui::Context, source: Source, came: Box<Came>, page: Option<Box<Page>>) {
        let has_to_be_seen = !came.update.changed.is_empty() || came.update.alike().next().is_some();
        if has_to_be_seen {
            let mut came = came;
            // The page of changes asks about it.
            came.warnings.retain(|w| !w.contains(import::CAN_JOIN));
            let update = std::mem::take(&mut came.update);
            let review = Review::new(source.name(), came.known_as.clone(), update, came.rejected.len(), page.is_some());
            let stage = Stage::Changes(Box::new(review), came, page);
            self.importing.now = Some(Now { source, was_seen: true, stage });
        } else {
            self.bring_in(ctx, source, *came);
        }
    }

    /// One step of what is taken, and a word on what is not. A large one is worked out on a thread.
    fn bring_in(&mut self, ctx: &egui::Context, source: Source, mut came: Came) {
        let update = std::mem::take(&mut came.update);
        let (unchanged, count) = (update.unchanged, update.new.len() + update.changed.len());
        let said = move |source: &Source, came: &Came, imported: &Imported| {
            let as_were = if unchanged > 0 { format!(", {unchanged} are as they were") } else { String::new() };
            format!("{} ({}): {}{as_were}", source.name(), came.known_as, words(imported))
        };
        if count <= MANY {
            let imported = update.imported(self.workspace.project());
            let told = said(&source, &came, &imported);
            let is_something = !imported.new.is_empty() || !imported.changed.is_empty();
            let was_empty = self.workspace.project().is_empty();
            if is_something && !self.import_commit(imported) {
                return self.import_next(ctx);
            }
            return self.brought_in(ctx, &source, came, told, is_something, was_empty);
        }
        self.importing.round += 1;
        let round = self.importing.round;
        let (mut aside, question, from) = (self.workspace.aside(), self.question.clone(), source.clone());
        let zone = self.zone;
        self.importing.now = Some(Now { source, was_seen: true, stage: Stage::Bringing(count) });
        self.work(ctx, Some("bringing in …"), move || {
            let imported = update.imported(aside.project());
            let told = said(&from, &came, &imported);
            let command = Command::Import(Box::new(imported));
            let label = command.label();
            let result = aside.commit(command).map(|step| step.is_some()).map_err(|e| e.to_string());
            let derived = derive(aside.project(), &question);
            let first = First::of(aside.project(), question, derived, zone);
            let brought = Brought { aside, first, result, label, told, came };
            Done::Import { round, step: Box::new(Step::Brought(Box::new(brought))) }
        });
    }

    /// What was worked out on a thread becomes a step, if nothing came between.
    fn take_over_import(&mut self, ctx: &egui::Context, source: &Source, brought: Brought) {
        let Brought { aside, first, result, label, told, came } = brought;
        let was_empty = self.workspace.project().is_empty();
        let is_something = match result {
            Ok(is_something) => is_something,
            Err(why) => {
                self.notices.fail(why);
                return self.import_next(ctx);
            }
        };
        if is_something {
            if self.refuses_steps() {
                return self.import_next(ctx);
            }
            if !self.workspace.take_over(aside) {
                self.notices
                    .fail("Nothing was brought in: the project was changed meanwhile. Bring the file in again.");
                return self.import_next(ctx);
            }
            self.ready = Some(first);
            self.derived_from = None;
            self.keep(label);
            self.refresh();
        }
        self.brought_in(ctx, source, came, told, is_something, was_empty);
    }

    /// Tells what came in, and shows what did not.
    fn brought_in(
        &mut self,
        ctx: &egui::Context,
        source: &Source,
        came: Came,
        said: String,
        is_something: bool,
        was_empty: bool,
    ) {
        if was_empty && is_something {
            self.fit(ctx, false);
        }
        if !came.rejected.is_empty() || !came.warnings.is_empty() {
            let page = Left {
                name: source.name(),
                came: said,
                lines: came.warnings,
                columns: came.columns,
                mapping: came.mapping,
                rows: came.rejected,
                grounds: came.grounds,
                ..Left::default()
            };
            self.importing.left.retain(|r| r.page.has_rows() && r.page.name != page.name);
            self.importing.left.push(Remains { page, taken: came.uids });
            self.importing.now = None;
            self.importing.open = Some(self.importing.left.len() - 1);
        } else {
            if self.importing.count > 1 {
                self.importing.told.push(said);
            } else if is_something {
                self.notices.done(said);
            } else {
                self.notices.say(said);
            }
            self.import_next(ctx);
        }
    }

    /// One undo step; `false`: it could not be done, and that was said.
    fn import_commit(&mut self, imported: Imported) -> bool {
        let before = self.workspace.head();
        self.commit(Command::Import(Box::new(imported)));
        self.workspace.head() != before
    }
}

/// "12 incidents came in, 3 were changed".
fn words(imported: &Imported) -> String {
    let incidents = |n: usize| if n == 1 { "1 incident".to_owned() } else { format!("{n} incidents") };
    match (imported.new.len(), imported.changed.len()) {
        (0, 0) => "nothing new".into(),
        (new, 0) => format!("{} came in", incidents(new)),
        (0, changed) => format!("{} changed", incidents(changed)),
        (new, changed) => format!("{} came in, {changed} changed", incidents(new)),
    }
}

/// All rows of a table through a mapping, and what of it is new.
fn run(
    table: &Table,
    mapping: &Mapping,
    project: &Project,
    known_as: String,
    progress: &Progress,
) -> Result<Came, Stopped> {
    // Before the first row dates are looked through, and after the last one all is compared: measured, a tenth of the rows'
    // time each.
    let whole: u64 = (0..table.rows.parts()).map(|n| table.rows.weight(n)).sum();
    let (aside, has_begun) = (whole / 10, AtomicBool::new(false));
    progress.begin(whole + 2 * aside);
    let watch = |weight| {
        let first = if has_begun.swap(true, Ordering::Relaxed) { 0 } else { aside };
        progress.add(weight + first);
        !progress.is_cancelled()
    };
    let mut import = import::run(table, mapping, project.meta(), &watch)?;
    let (rejected, warnings) = (std::mem::take(&mut import.rejected), std::mem::take(&mut import.warnings));
    let (mut grounds, mut uids, mut settled) = (HashMap::new(), HashSet::new(), mapping.clone());
    if !rejected.is_empty() {
        settled = import::settled(table, mapping);
        uids = import.incidents.iter().map(|i| i.uid.clone()).collect();
        let lines: HashSet<usize> = rejected.iter().map(|r| r.line).collect();
        table.each(&mut |row| {
            if let Some(ground) = row.ground.filter(|_| lines.contains(&row.line)) {
                grounds.insert(row.line, ground.clone());
            }
            !progress.is_cancelled()
        });
    }
    let update = Update::new(project, import, Some(mapping));
    if progress.is_cancelled() {
        return Err(Stopped::Cancelled);
    }
    let columns = table.columns.clone();
    Ok(Came { known_as, update, rejected, warnings, mapping: settled, columns, grounds, uids })
}
