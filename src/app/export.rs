//! Export of data, and copies of incidents for other programs: weighed and written on a thread.

use std::path::PathBuf;

use super::files::{Ask, Done};
use super::{App, Dialog};
use crate::derive::{Filters, Question};
use crate::io::disk::RealDisk;
use crate::io::export::{self, Export, ExportError, Format, Options};
use crate::io::media;
use crate::io::package::{self, Key};
use crate::model::{IncidentId, Project};
use crate::panels::Action;
use crate::panels::export::{Offer, Outcome, Page};

/// Most incidents that are put on the clipboard.
const MOST_COPIED: usize = 10_000;

impl App {
    /// Opens the page; what each format loses is looked at meanwhile.
    pub(super) fn open_export(&mut self, ctx: &egui::Context) {
        let page = Page {
            filtered: self.derived.hidden > 0,
            only_shown: self.derived.hidden > 0,
            basis: self.question.figures_sentence(),
            round_km: 5.0,
            ..Page::default()
        };
        self.weigh(ctx, page);
    }

    /// What is asked for on the page.
    fn options_of(&self, page: &Page) -> Options {
        let asked = self.question.clone();
        let question = if page.only_shown {
            asked
        } else {
            Question { span: None, filters: Filters::default(), as_known: asked.as_known, policy: asked.policy }
        };
        Options {
            question,
            sensitive: page.sensitive,
            log: page.log,
            as_attached: page.as_attached,
            exact_cells: page.exact_cells,
            round_km: page.round.then_some(page.round_km),
        }
    }

    fn weigh(&mut self, ctx: &egui::Context, page: Page) {
        let (snapshot, options, shown) = (self.workspace.project().clone(), self.options_of(&page), self.derived.len());
        let state = self.world.state_folder.clone();
        self.dialog = Some(Dialog::Export(Box::new(page.clone())));
        self.work(ctx, None, move || {
            let marked = snapshot.looks(|_, i| i.sensitive || !i.sensitive_fields.is_empty());
            let sensitive = marked.filter(|marked| *marked).count();
            let incidents = [snapshot.len(), shown, sensitive];
            let export = Export::new(&snapshot, options);
            let offer = |f: &Format| Offer {
                label: f.label(),
                ending: f.ending(),
                opens_in: f.opens_in(),
                lost: export::lost(&export, *f),
                goes_out: false,
            };
            let mut lost = package::leaves(&export);
            let key = state.and_then(|state| Key::kept(&RealDisk, &state).ok().flatten());
            lost.extend(key.map(|key| format!("signed by {}", key.public())));
            let (label, opens_in) = ("Signed package", "with attached files; held by clashmap check");
            let signed = Offer { label, ending: ".zip", opens_in, lost, goes_out: true };
            let offers = Format::ALL.iter().map(offer).chain([signed]).collect();
            let (logged, attached) = (snapshot.log().len(), media::named(&export.project).len());
            Done::Weighed(Box::new(Page { offers, incidents, logged, attached, ..page }))
        });
    }

    /// What each format loses is known.
    pub(super) fn weighed(&mut self, weighed: Page) {
        if let Some(Dialog::Export(page)) = &mut self.dialog {
            // The format may have been chosen meanwhile.
            **page = Page { chosen: page.chosen, exact_cells: page.exact_cells, ..weighed };
        }
    }

    /// Goes on from the page.
    pub(super) fn export_outcome(&mut self, ctx: &egui::Context, outcome: Outcome) {
        let Some(Dialog::Export(page)) = &self.dialog else { return };
        let page = (**page).clone();
        match outcome {
            Outcome::Close => self.dialog = None,
            Outcome::Weigh => self.weigh(ctx, page),
            Outcome::Save => {
                self.exporting = self.options_of(&page);
                self.dialog = None;
                match Format::ALL.get(page.chosen) {
                    Some(format) => self.ask(ctx, Ask::Data(*format)),
                    // The attached files lie beside the project's own.
                    None if self.has_place_for_media(Action::ExportData) => self.ask(ctx, Ask::Package),
                    None => {}
                }
            }
        }
    }

    /// Writes the signed package of what was chosen.
    pub(super) fn package_to(&mut self, ctx: &egui::Context, mut path: PathBuf) {
        if path.extension().is_none() {
            path.set_extension("zip");
        }
        let Some(file) = self.file.path.clone() else { return };
        let (snapshot, options) = (self.workspace.project().clone(), self.exporting.clone());
        let (state, person) = (self.world.state_folder.clone(), self.person());
        self.work(ctx, Some("packing …"), move || {
            let key = state.ok_or_else(|| "there is no folder for a signing key".to_owned());
            let result = key.and_then(|state| Key::own(&RealDisk, &state)).and_then(|key| {
                let export = Export::new(&snapshot, options);
                package::write(&RealDisk, (&file, &export), (&key, &person), &path)
            });
            Done::Written { what: "Signed package", path, result }
        });
    }

    /// Writes what was chosen.
    pub(super) fn export_to(&mut self, ctx: &egui::Context, format: Format, path: PathBuf) {
        let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        let path = if Format::of(&name) == Some(format) { path } else { path.with_file_name(name + format.ending()) };
        let (snapshot, options) = (self.workspace.project().clone(), self.exporting.clone());
        self.work(ctx, Some("exporting …"), move || {
            let result = export::save(&Export::new(&snapshot, options), format, &path);
            let result = result.map(drop).map_err(|e| match e {
                ExportError::Save(e) => e.to_string(),
                e => format!("cannot write {}: {e}", path.display()),
            });
            Done::Written { what: format.label(), path, result }
        });
    }

    /// Puts the chosen incidents, or all that are shown, on the clipboard: as rows for a spreadsheet or as GeoJSON.
    pub(super) fn copy_incidents(&mut self, ctx: &egui::Context, as_geojson: bool) {
        let project = self.workspace.project();
        let several = &self.state.chosen;
        let ids: Vec<IncidentId> = match self.selected {
            _ if several.are_several() => self.derived.ids().filter(|id| several.contains(*id)).collect(),
            Some(id) => vec![id],
            None => self.derived.ids().take(MOST_COPIED + 1).collect(),
        };
        if ids.is_empty() {
            return self.notices.say("Nothing to copy: no incident is shown.");
        }
        if ids.len() > MOST_COPIED {
            let why = format!("More than {MOST_COPIED} incidents are shown; filter, or use “Export data …”.");
            return self.notices.fail(why);
        }
        let incidents = ids.iter().filter_map(|id| project.get(*id)).cloned();
        let chosen = Project::new(project.meta().clone(), incidents, Vec::new());
        let question =
            Question { policy: self.question.policy.clone(), as_known: self.question.as_known, ..Question::default() };
        let export = Export::new(&chosen, Options { question, ..Options::default() });
        let n = export.project.len();
        if n == 0 {
            return self.notices.say("Not copied: marked as sensitive. “Export data …” can give it out.");
        }
        let text = if as_geojson { export::as_geojson(&export) } else { export::as_rows(&export) };
        match text {
            Err(e) => self.notices.fail(e.to_string()),
            Ok(text) => {
                let what = if n == 1 { "incident" } else { "incidents" };
                let form = if as_geojson { "GeoJSON" } else { "rows with a head" };
                let mut withheld = match export.withheld {
                    0 => String::new(),
                    n => format!("; {n} marked as sensitive left out"),
                };
                if export.redacted > 0 {
                    withheld += &format!("; fields marked as sensitive left out of {}", export.redacted);
                }
                self.notices.say(format!("Copied: {n} {what} as {form}{withheld}"));
                ctx.copy_text(text);
            }
        }
    }
}
