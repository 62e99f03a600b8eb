//! The statistics page's shell: when figures are worked out anew, what is remembered, and saving charts and tables.

use std::path::PathBuf;
use std::sync::Arc;

use super::App;
use super::files::Done;
use super::giving::{Lacks, Marked};
use crate::cli::render::Format;
use crate::derive::statistics::{By, Layout, Table, caption, sheet, table};
use crate::derive::{BinWidth, Question, derive};
use crate::edit::Revisions;
use crate::io::settings::StatisticsView;
use crate::model::{Category, Project, Withheld};
use crate::panels::statistics::{Figures, Statistics};
use crate::picture::chart::{self, Chart};

/// From this many incidents on figures are worked out beside the window and not within a frame.
const MANY: usize = 20_000;

/// What figures on the page rest on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Key {
    stamp: u64,
    revisions: Revisions,
    layout: Layout,
}

/// What of the page is worked out and what is being worked out.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Progress {
    shown: Option<Key>,
    working: Option<Key>,
}

impl Progress {
    pub(super) fn is_working(&self) -> bool {
        self.working.is_some()
    }
}

impl App {
    /// Sees to it that the page, if it is open, shows the figures of the project as it stands.
    pub(super) fn refresh_statistics(&mut self, ctx: &egui::Context) {
        let page = &mut self.state.statistics;
        if !page.open {
            return;
        }
        page.layout.language = self.labels.first;
        let key = Key { stamp: self.stamp, revisions: self.workspace.revisions(), layout: page.layout };
        let progress = self.statistics;
        if progress.shown == Some(key) && page.figures.is_some() || progress.working.is_some() {
            return;
        }
        if self.workspace.project().len() < MANY {
            let project = self.workspace.project();
            let done = Figures::new(project, table(project, &self.question, key.layout));
            return self.counted(key, done);
        }
        self.statistics.working = Some(key);
        let (snapshot, question) = (self.workspace.project().clone(), self.question.clone());
        self.work(ctx, Some("counting …"), move || Done::Counted {
            key,
            figures: Box::new(Figures::new(&snapshot, table(&snapshot, &question, key.layout))),
        });
    }

    /// Takes figures that were worked out. Older ones than are wanted by now are shown until the next are there.
    pub(super) fn counted(&mut self, key: Key, figures: Figures) {
        self.statistics = Progress { shown: Some(key), working: None };
        self.state.statistics.figures = Some(figures);
    }

    pub(super) fn toggle_statistics(&mut self) {
        let page = &mut self.state.statistics;
        page.open = !page.open;
        self.state.picking = None;
    }

    /// The map is wanted: the page makes room for it.
    pub(super) fn show_map(&mut self) {
        self.state.statistics.open = false;
    }

    pub(super) fn chart_to(&mut self, ctx: &egui::Context, mut path: PathBuf, marked: Marked) {
        if path.extension().is_none() {
            path.set_extension("svg");
        }
        let format = match Format::of(&path) {
            Ok(format) => format,
            Err(e) => return self.notices.fail(e),
        };
        let Some(figures) = self.figures_given(marked) else { return };
        let page = &self.state.statistics;
        let (theme, cumulative) = (page.paper.unwrap_or(self.theme), page.cumulative);
        self.work(ctx, Some("drawing …"), move || {
            let Given { project, question, hidden, table, withheld } = figures();
            let [width, height] = chart::SIZE;
            let lines = caption(&project, &question, hidden, &table);
            let asked = Chart { project: &project, table: &table, caption: lines, cumulative, theme, width, height };
            let bytes = match format {
                Format::Svg => Ok(chart::as_svg(&asked)),
                Format::Pdf => chart::as_pdf(&asked),
                Format::Png => chart::as_png(&asked, 2.0),
            };
            let result = bytes.and_then(|bytes| write(&path, &bytes));
            Done::Pictured { what: "Chart", path, result: result.map(|()| Lacks { withheld, ..Lacks::default() }) }
        });
    }

    pub(super) fn table_to(&mut self, ctx: &egui::Context, mut path: PathBuf, marked: Marked) {
        if path.extension().is_none() {
            path.set_extension("csv");
        }
        let Some(figures) = self.figures_given(marked) else { return };
        self.work(ctx, Some("saving …"), move || {
            let Given { project, question, hidden, table, withheld } = figures();
            let text = sheet(&project, &question, hidden, &table).csv();
            let result = write(&path, text.as_bytes());
            Done::Pictured { what: "Table", path, result: result.map(|()| Lacks { withheld, ..Lacks::default() }) }
        });
    }

    /// What works out on a thread the figures that are given out: those on the page, if nothing is left out of them. `None`:
    /// the page has none yet.
    fn figures_given(&self, marked: Marked) -> Option<impl FnOnce() -> Given + Send + use<>> {
        let shown = self.state.statistics.figures.as_ref().map(|f| f.table.clone())?;
        let (project, question) = (self.workspace.project().clone(), self.question.clone());
        let hidden = self.derived.hidden;
        Some(move || {
            let (project, withheld) = marked.of(&project);
            if withheld.is_none() {
                return Given { project, question, hidden, table: shown, withheld };
            }
            let hidden = derive(&project, &question).hidden;
            let table = Arc::new(table(&project, &question, shown.layout));
            Given { project, question, hidden, table, withheld }
        })
    }
}

/// Figures that are given out.
struct Given {
    project: Project,
    question: Question,
    hidden: usize,
    table: Arc<Table>,
    withheld: Withheld,
}

fn write(path: &std::path::Path, bytes: &[u8]) -> Result<(), String> {
    let write = &mut |out: &mut dyn std::io::Write| out.write_all(bytes);
    crate::io::atomic::save(&crate::io::disk::RealDisk, path, write).map_err(|e| e.to_string())
}

/// The page as the settings remember it.
pub(super) fn page_of(stored: &StatisticsView) -> Statistics {
    let layout = Layout {
        category: Category::from_id(&stored.category).unwrap_or(Category::Killed),
        by: By::from_id(&stored.by).unwrap_or_default(),
        width: BinWidth::ALL.into_iter().find(|w| w.label() == stored.width),
        ..Layout::default()
    };
    Statistics { open: stored.open, layout, cumulative: stored.cumulative, ..Statistics::default() }
}

/// What the settings remember of the page.
pub(super) fn stored(page: &Statistics) -> StatisticsView {
    StatisticsView {
        open: page.open,
        category: page.layout.category.id().to_owned(),
        by: page.layout.by.id().to_owned(),
        width: page.layout.width.map_or_else(String::new, |w| w.label().to_owned()),
        cumulative: page.cumulative,
    }
}
