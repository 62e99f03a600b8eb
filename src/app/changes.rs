//! Another version beside the project: what differs is worked out on a thread, shown on the map, and taken one by one.

use std::path::PathBuf;

use egui::{Align2, Rect, Stroke, Ui};

use super::App;
use super::files::Done;
use super::merging::{choice, shown};
use crate::edit::{Command, StateId};
use crate::io::project::{self, Entry};
use crate::model::{LonLat, Project};
use crate::panels::changes::{Changes, Row, Sort};
use crate::panels::merge;
use crate::panels::style::{bold, c32};
use crate::view::Camera;
use crate::view::theme::type_size;

/// The other version, and how it differed last.
pub(super) struct Comparison {
    number: u64,
    name: String,
    theirs: Project,
    entries: Vec<Entry>,
    /// The state of the project that it was compared with; `None` while it is being compared.
    at: Option<StateId>,
}

/// What a thread found out.
pub(super) struct Compared {
    number: u64,
    name: String,
    theirs: Project,
    entries: Vec<Entry>,
    rows: Vec<Row>,
    at: StateId,
}

/// Most rings on the map.
const MOST_RINGS: usize = 2000;

fn compared(number: u64, name: String, ours: &Project, theirs: Project, at: StateId) -> Result<Box<Compared>, String> {
    let entries = project::compare(ours, &theirs).map_err(|e| e.to_string())?;
    let places = |p: &Project| -> std::collections::HashMap<String, LonLat> {
        p.iter().filter_map(|(_, i)| Some((i.uid.as_str().to_owned(), i.place.position?))).collect()
    };
    let (here, there) = (places(ours), places(&theirs));
    let rows = entries.iter().map(|entry| {
        let sort = match (entry.field.is_empty(), &entry.ours, &entry.theirs) {
            (true, None, _) => Sort::Added,
            (true, _, None) => Sort::Missing,
            _ => Sort::Changed,
        };
        let at = entry.uid.as_ref().and_then(|uid| there.get(uid).or_else(|| here.get(uid)).copied());
        Row { difference: shown(entry), sort, at }
    });
    let rows = rows.collect();
    Ok(Box::new(Compared { number, name, theirs, entries, rows, at }))
}

impl App {
    /// Opens another version beside the project.
    pub(super) fn compare_with(&mut self, ctx: &egui::Context, path: PathBuf) {
        let (ours, at) = (self.workspace.project().clone(), self.workspace.head());
        self.beside.comparisons += 1;
        let number = self.beside.comparisons;
        self.work_watched(ctx, "comparing …", move |progress| {
            let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
            let opened = project::open_seen(&path, progress).map_err(|e| e.to_string());
            let result = opened.and_then(|(opened, _)| match opened.read_only {
                Some(why) => Err(why),
                None => compared(number, name, &ours, opened.project, at),
            });
            Done::Compared(result.map_err(|e| format!("{} cannot be compared: {e}", path.display())))
        });
    }

    pub(super) fn comparison_done(&mut self, result: Result<Box<Compared>, String>) {
        let Compared { number, name, theirs, entries, rows, at } = match result {
            Ok(got) => *got,
            Err(e) => return self.notices.fail(e),
        };
        // It was closed meanwhile, another version or another project was opened.
        if number != self.beside.comparisons {
            return;
        }
        let is_first = self.beside.comparison.as_ref().is_none_or(|c| c.number != number);
        let shown = self.state.changes.take().filter(|c| !is_first && c.rows == rows).and_then(|c| c.shown);
        self.state.changes = Some(Changes { name: name.clone(), rows, shown });
        self.beside.comparison = Some(Comparison { number, name, theirs, entries, at: Some(at) });
        if is_first {
            (self.state.slides.open, self.state.statistics.open) = (false, false);
        }
    }

    /// Puts the other version away; what is still being compared is not shown.
    pub(super) fn close_comparison(&mut self) {
        self.beside.comparisons += 1;
        (self.beside.comparison, self.state.changes) = (None, None);
    }

    /// Compares again after a step.
    pub(super) fn refresh_comparison(&mut self, ctx: &egui::Context) {
        let head = self.workspace.head();
        let Some(comparison) = &mut self.beside.comparison else { return };
        if comparison.at.is_none_or(|at| at == head) {
            return;
        }
        comparison.at = None;
        let (number, name, theirs) = (comparison.number, comparison.name.clone(), comparison.theirs.clone());
        let ours = self.workspace.project().clone();
        self.work(ctx, None, move || Done::ComparedAgain(compared(number, name, &ours, theirs, head)));
    }

    /// Takes one difference over, as one step.
    pub(super) fn take_change(&mut self, n: usize, chosen: merge::Choice) {
        let Some((comparison, entry)) = self.beside.comparison.as_ref().and_then(|c| Some((c, c.entries.get(n)?)))
        else {
            return;
        };
        let label = if entry.field.is_empty() {
            format!("take over “{}”", entry.title)
        } else {
            format!("take over {}", entry.field_words())
        };
        let ours = self.workspace.project();
        match project::take(&label, ours, &comparison.theirs, entry, choice(chosen)) {
            Ok(put) => self.commit(Command::Put(Box::new(put))),
            Err(e) => self.notices.fail(e.to_string()),
        }
    }

    /// Shows where a difference is.
    pub(super) fn show_change(&mut self, ctx: &egui::Context, n: usize) {
        let Some(changes) = &mut self.state.changes else { return };
        let Some(at) = changes.rows.get(n).and_then(|r| r.at) else { return };
        changes.shown = Some(n);
        let zoom = self.map.camera().zoom.max(9.0);
        self.map.fly(ctx, Camera::new(at, zoom), true);
        let uid = self.beside.comparison.as_ref().and_then(|c| c.entries.get(n)?.uid.clone());
        let found = uid.and_then(|uid| self.workspace.project().find(&crate::model::Uid::new(&uid)));
        self.selected = found;
    }

    /// Rings on the map where something differs: + only there, − only here, ≠ in both.
    pub(super) fn changes_ui(&self, ui: &Ui, rect: Rect) {
        let Some(changes) = &self.state.changes else { return };
        let c = self.theme.colors();
        let painter = ui.painter().with_clip_rect(rect);
        let mut done = std::collections::HashSet::new();
        for (n, row) in changes.rows.iter().enumerate().take(MOST_RINGS) {
            let Some(at) = row.at else { continue };
            if !done.insert((at.lon().to_bits(), at.lat().to_bits())) && changes.shown != Some(n) {
                continue;
            }
            let [x, y] = self.map.viewport().screen_from_lonlat(at);
            let center = rect.min + egui::vec2(x, y);
            if !rect.expand(20.0).contains(center) {
                continue;
            }
            let width = if changes.shown == Some(n) { 3.0 } else { 1.8 };
            painter.circle_stroke(center, 15.0, Stroke::new(width + 2.0, c32(c.halo)));
            painter.circle_stroke(center, 15.0, Stroke::new(width, c32(c.accent)));
            let sign = match row.sort {
                Sort::Added => "+",
                Sort::Missing => "−",
                Sort::Changed => "≠",
            };
            let place = center + egui::vec2(13.0, -13.0);
            painter.circle_filled(place, 8.0, c32(c.accent));
            painter.text(place, Align2::CENTER_CENTER, sign, bold(type_size::CAPTION), c32(c.on_accent));
        }
    }
}
