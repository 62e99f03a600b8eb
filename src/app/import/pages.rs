//! The pages of an import over the window, and what is done with their answers.

use std::path::PathBuf;

use egui::{Popup, vec2};

use super::map::Sight;
use super::read::is_geographic;
use super::{Now, Remains, Stage};
use crate::app::App;
use crate::app::files::{Ask, Done};
use crate::import;
use crate::import::Update;
use crate::io::atomic;
use crate::io::disk::RealDisk;
use crate::panels::import::{self as page, Answer, Outcome, Wish};
use crate::panels::style::c32;
use crate::panels::{Action, Look};

impl App {
    /// Draws the page that is open, if one is.
    pub(in crate::app) fn import_ui(&mut self, ctx: &egui::Context, actions: &mut Vec<Action>) {
        if self.dialog.is_some() {
            return;
        }
        if !self.is_importing() {
            return self.pasted(ctx, actions);
        }
        // Esc belongs to an open menu or to a field first.
        let escapes = !Popup::is_any_open(ctx) && !self.was_typing;
        let escaped = escapes && ctx.input(|i| i.key_pressed(egui::Key::Escape));
        match self.importing.now.take() {
            Some(now) => self.stage_ui(ctx, now, escaped),
            None => self.left_ui(ctx, escaped),
        }
    }

    /// How large a page is: most of the window, and no larger than the eye takes in.
    fn page_size(ctx: &egui::Context) -> egui::Vec2 {
        let window = ctx.content_rect().size();
        vec2((window.x - 72.0).clamp(640.0, 1560.0), (window.y - 72.0).clamp(420.0, 980.0))
    }

    fn modal(&self, name: &'static str) -> egui::Modal {
        let c = self.theme.colors();
        egui::Modal::new(egui::Id::unique(name)).frame(
            egui::Frame::new()
                .fill(c32(c.panel))
                .inner_margin(16)
                .corner_radius(8)
                .stroke(egui::Stroke::new(1.0, c32(c.rule))),
        )
    }

    fn stage_ui(&mut self, ctx: &egui::Context, now: Now, escaped: bool) {
        let size = Self::page_size(ctx);
        match now.stage {
            Stage::Working(_) => self.importing.now = Some(now),
            Stage::Bringing(count) => {
                let c = self.theme.colors();
                self.modal("bringing in").show(ctx, |ui| {
                    ui.set_width(360.0);
                    let words = format!("Bringing in {count} incidents …");
                    ui.label(egui::RichText::new(words).color(c32(c.text)));
                });
                self.importing.now = Some(now);
            }
            Stage::Columns(mut page) => {
                let modal = self.modal("columns of a table");
                let colors = crate::picture::base_colors(self.theme, self.layers);
                let look = Look {
                    project: self.workspace.project(),
                    derived: &self.derived,
                    question: &self.question,
                    colors: self.theme.colors(),
                    labels: self.labels,
                    zone: self.zone,
                    today: self.today(),
                };
                let (small, map) = (&mut self.importing.small, &mut self.map);
                let sight = Sight { theme: self.theme, labels: self.labels, meta: look.project.meta() };
                let tiles = self.world.threads;
                let outcome = modal
                    .show(ctx, |ui| {
                        let mut draw = |ui: &mut egui::Ui, shown: page::Shown<'_>| {
                            let tiles = tiles.then(|| map.tiles(ctx, colors));
                            small.ui(ui, sight, tiles, shown)
                        };
                        page::ui(ui, look, &mut page, size, &mut draw)
                    })
                    .inner;
                let outcome = if escaped { Some(Outcome::Close) } else { outcome };
                self.columns_outcome(ctx, Now { stage: Stage::Columns(page), ..now }, outcome);
            }
            Stage::Changes(mut review, came, columns) => {
                let modal = self.modal("changes of an import");
                let look = self.look();
                let answer = modal.show(ctx, |ui| page::review_ui(ui, look, &mut review, size)).inner;
                match if escaped { Some(Answer::Close) } else { answer } {
                    None => {
                        self.importing.now = Some(Now { stage: Stage::Changes(review, came, columns), ..now });
                    }
                    Some(Answer::Take) => {
                        self.importing.now = Some(Now { stage: Stage::Changes(review, came, columns), ..now });
                        self.take_changes(ctx);
                    }
                    Some(Answer::Back) => match columns {
                        Some(page) => self.importing.now = Some(Now { stage: Stage::Columns(page), ..now }),
                        None => self.import_next(ctx),
                    },
                    Some(Answer::Close) => self.import_next(ctx),
                }
            }
        }
    }

    /// Brings in what is ticked on the page of changes; `false`: there is no such page.
    pub(in crate::app) fn take_changes(&mut self, ctx: &egui::Context) -> bool {
        match self.importing.now.take() {
            Some(Now { source, stage: Stage::Changes(review, mut came, _), .. }) => {
                came.update = review.update;
                self.bring_in(ctx, source, *came);
                true
            }
            now => {
                self.importing.now = now;
                false
            }
        }
    }

    fn columns_outcome(&mut self, ctx: &egui::Context, now: Now, outcome: Option<Outcome>) {
        let Now { source, stage: Stage::Columns(mut page), was_seen } = now else { return };
        match outcome {
            Some(Outcome::Close) => return self.import_next(ctx),
            Some(Outcome::Reread(reading)) => return self.read_source(ctx, source, reading, Some(page)),
            Some(Outcome::GoOn) => return self.run_rows(ctx, source, page, true),
            Some(Outcome::Save(name)) => {
                if let Some(saved) = self.save_preset(ctx, &page.mapping, name) {
                    page.saved.retain(|m| m.name != saved.name);
                    page.known_as = page::KnownAs::Saved(saved.name.clone());
                    page.saved.push(saved);
                    page.saved.sort_by(|a, b| a.name.cmp(&b.name));
                }
            }
            None => {}
        }
        self.importing.now = Some(Now { source, stage: Stage::Columns(page), was_seen });
    }

    fn left_ui(&mut self, ctx: &egui::Context, escaped: bool) {
        let Some(n) = self.importing.open else { return };
        let Some(mut remains) = (n < self.importing.left.len()).then(|| self.importing.left.remove(n)) else {
            self.importing.open = None;
            return;
        };
        let size = Self::page_size(ctx);
        // A page without a list is a message.
        let size = if remains.page.has_rows() { size } else { vec2(size.x.min(620.0), size.y) };
        let modal = self.modal("rows not taken");
        let look = self.look();
        let wish = modal.show(ctx, |ui| page::left_ui(ui, look, &mut remains.page, size)).inner;
        let wish = if escaped { Some(Wish::Close) } else { wish };
        let has_rows = remains.page.has_rows();
        match wish {
            None => self.importing.left.insert(n, remains),
            Some(Wish::Close) => {
                remains.page.came.clear();
                remains.page.lines.clear();
                if has_rows {
                    self.importing.left.insert(n, remains);
                }
                self.importing.open = None;
                self.import_next(ctx);
            }
            Some(Wish::Forget) => {
                self.importing.open = None;
                self.import_next(ctx);
            }
            Some(Wish::Save) => {
                self.importing.left.insert(n, remains);
                self.ask(ctx, Ask::Rejected);
            }
            Some(Wish::Again(rows)) => {
                self.read_again(&mut remains, rows);
                self.importing.left.insert(n, remains);
            }
        }
    }

    /// Reads rows again that were corrected; those that can be read come in as one step.
    fn read_again(&mut self, remains: &mut Remains, rows: Vec<(usize, Vec<crate::model::Text>)>) {
        let lines: Vec<usize> = rows.iter().map(|(line, _)| *line).collect();
        let held = remains.page.held(rows);
        let (page, project) = (&mut remains.page, self.workspace.project());
        match import::again(&page.columns, held, &page.mapping, project.meta(), |uid| remains.taken.contains(uid)) {
            Ok(mut import) => {
                let still = std::mem::take(&mut import.rejected);
                let (came, uids) = (import.incidents.len(), import.incidents.iter().map(|i| i.uid.clone()));
                remains.taken.extend(uids);
                if came > 0 {
                    let imported = Update::new(project, import, Some(&page.mapping)).imported(project);
                    if !self.import_commit(imported) && !still.is_empty() {
                        return;
                    }
                    let word = if came == 1 { "1 corrected row".to_owned() } else { format!("{came} corrected rows") };
                    self.notices.done(format!("{word} brought in"));
                }
                page.settle(&lines, still);
                if !page.has_rows() {
                    page.came = "All corrected rows have come in.".into();
                }
            }
            Err(import::Stopped::Asked(question)) => self.notices.fail(question.text()),
            Err(import::Stopped::Fault(why)) => self.notices.fail(why),
            Err(import::Stopped::Cancelled) => {}
        }
    }

    /// Writes the rows on the page there.
    pub(in crate::app) fn rejected_to(&mut self, ctx: &egui::Context, path: PathBuf) {
        let Some(remains) = self.importing.open.and_then(|n| self.importing.left.get(n)) else { return };
        let text = crate::io::import::rejected_table(&remains.page.columns, &remains.page.rows);
        let path = if path.extension().is_none() { path.with_extension("csv") } else { path };
        self.work(ctx, None, move || {
            let write = &mut |out: &mut dyn std::io::Write| out.write_all(text.as_bytes());
            let result = atomic::save(&RealDisk, &path, write).map(drop).map_err(|e| e.to_string());
            Done::Written { what: "Rows not taken", path, result }
        });
    }

    /// Takes what was pasted on map or list: rows of a spreadsheet, GeoJSON, KML, positions. What a field or the claims
    /// have taken is theirs.
    fn pasted(&self, ctx: &egui::Context, actions: &mut Vec<Action>) {
        let s = &self.state;
        let typing = self.was_typing || ctx.text_edit_focused();
        if typing || Popup::is_any_open(ctx) || s.help || s.about || s.findings || s.has_page() {
            return;
        }
        let is_several = |text: &str| text.trim().contains(['\t', '\n', ';']) || is_geographic(text);
        let text = ctx.input(|i| {
            i.events.iter().find_map(|e| match e {
                egui::Event::Paste(text) if is_several(text) => Some(text.clone()),
                _ => None,
            })
        });
        actions.extend(text.map(Action::ImportText));
    }
}
