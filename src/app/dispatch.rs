//! Carries actions out by handing them to the room that can. It decides nothing itself.

use egui::ViewportCommand;

use super::App;
use crate::edit::{Command, DrawingEdit, Edit, MetaEdit, Reshape};
use crate::io::settings::Theme as StoredTheme;
use crate::model::{Incident, IncidentId, Kind, LonLat, PartyId, Place, Precision, Withheld};
use crate::panels::inspector::parse;
use crate::panels::{Action, Picking};
use crate::view::Owner;
use crate::view::theme::Theme;

/// What is said of a table that was copied as the page shows it.
const MARKED_COUNTED: &str = "; what is marked as sensitive is counted in it";

impl App {
    pub(super) fn dispatch(&mut self, ctx: &egui::Context, action: Action) {
        // Whatever reads the project or leaves the incident first takes over what is being typed.
        if !matches!(
            action,
            Action::Zoom(_)
                | Action::Pan(_)
                | Action::Fit
                | Action::Notice(_)
                | Action::Copy(_)
                | Action::CopyTable(_)
                | Action::Playback(_)
                | Action::FitTimeline
                | Action::StopJob
        ) {
            self.take_over();
        }
        if matches!(action, Action::ZoomTo(_) | Action::ZoomToAll(_) | Action::ZoomToSelected | Action::NewIncident(..))
        {
            self.show_map();
        }
        match action {
            Action::Edit(Command::Bulk(ids, bulk)) if self.is_much(ids.len()) => self.change_many(ctx, ids, bulk),
            Action::Edit(command) => self.commit(command),
            // While something is drawn, its last corner is the last step.
            Action::Undo if self.corner_back() || self.point_back() => {}
            Action::Undo => self.step(true),
            Action::Redo => self.step(false),
            Action::Select(id) => self.select(id),
            Action::SelectDrawing(id) => {
                self.select(None);
                self.select_drawing(id);
            }
            Action::ZoomToDrawing(id) => self.zoom_to_drawing(ctx, id),
            Action::Draw(kind) => self.draw_with(ctx, kind),
            Action::DrawAgain => {
                let kind = self.state.drawing.tool.unwrap_or(crate::model::DrawingKind::Line);
                self.draw_with(ctx, kind);
            }
            Action::EndSketch => self.end_sketch(),
            Action::TakeUpSketch => self.take_up_sketch(),
            Action::ChooseAll => self.choose(self.derived.ids().collect()),
            Action::ZoomTo(id) => self.zoom_to(ctx, &[id]),
            Action::ZoomToSelected => {
                if let Some(id) = self.state.drawing.selected {
                    self.zoom_to_drawing(ctx, id);
                    return;
                }
                let ids: Vec<IncidentId> = self.selected.into_iter().collect();
                self.zoom_to(ctx, &ids);
            }
            Action::ZoomToAll(ids) => self.zoom_to(ctx, &ids),
            Action::Fit => self.fit(ctx, true),
            Action::Zoom(steps) => self.map.zoom_by(ctx, steps),
            Action::Pan([right, down]) => self.map.pan(ctx, right, down),
            Action::NewIncident(None, kind) => self.state.picking = Some(Picking::NewIncident(kind)),
            Action::NewIncident(Some(at), kind) => self.new_incident(at, kind),
            Action::DeleteSelected => {
                if let Some(id) = self.state.drawing.selected {
                    self.delete_drawing(id);
                } else if let Some(id) = self.selected.take() {
                    self.commit(Command::Delete(vec![id]));
                }
            }
            Action::DuplicateSelected => match self.state.drawing.selected {
                Some(id) => self.duplicate_drawing(id),
                None => self.duplicate(),
            },
            Action::NewProject
            | Action::Open
            | Action::OpenPath(_)
            | Action::OpenExample(_)
            | Action::Quit
            | Action::Recover(_) => {
                if self.is_dirty() {
                    self.dialog = Some(super::Dialog::Unsaved(Box::new(action)));
                } else {
                    self.go_on(ctx, action);
                }
            }
            Action::StopJob => self.stop_job(ctx),
            Action::Import => self.ask(ctx, super::files::Ask::Import),
            Action::ImportPaths(paths) => self.import_paths(ctx, paths, true),
            Action::ImportText(text) => self.import_text(ctx, &text),
            Action::Paste => ctx.send_viewport_cmd(ViewportCommand::RequestPaste),
            Action::ShowRejected => self.show_left(),
            Action::Save => self.save(ctx),
            Action::SaveAs => self.ask(ctx, super::files::Ask::Save),
            Action::SaveTo(path) => self.save_to(ctx, path),
            Action::SaveThen(next) => {
                self.after_save = Some(*next);
                self.save(ctx);
            }
            Action::Attach(id) => self.ask_attach(ctx, id),
            Action::AttachPaths(id, paths) => self.attach(ctx, id, paths),
            Action::CompareWith => self.ask(ctx, super::files::Ask::Compare),
            Action::TakeChange(n, choice) => self.take_change(n, choice),
            Action::ShowChange(n) => self.show_change(ctx, n),
            Action::CloseChanges => self.close_comparison(),
            Action::ExportPicture => self.ask_giving(ctx, super::files::Ask::Picture),
            Action::ExportData => self.open_export(ctx),
            Action::CopyIncidents(as_geojson) => self.copy_incidents(ctx, as_geojson),
            Action::Copy(text) => {
                self.notices.say(format!("Copied: {text}"));
                ctx.copy_text(text);
            }
            Action::CopyTable(text) => {
                let marked = if Withheld::of(self.workspace.project()).is_none() { "" } else { MARKED_COUNTED };
                self.notices.say(format!("Copied: {} rows{marked}", text.lines().count().saturating_sub(1)));
                ctx.copy_text(text);
            }
            Action::ToggleStatistics => self.toggle_statistics(),
            Action::ExportChart => self.ask_giving(ctx, super::files::Ask::Chart),
            Action::ExportTable => self.ask_giving(ctx, super::files::Ask::Table),
            Action::ToggleTheme => {
                let next = if self.theme == Theme::Dark { Theme::Light } else { Theme::Dark };
                self.set_theme(next);
            }
            Action::SetTheme(theme) => self.set_theme(theme),
            Action::SetLabels(labels) => {
                self.labels = labels;
                self.settings.languages =
                    std::iter::once(labels.first).chain(labels.second).map(|l| l.code().to_owned()).collect();
            }
            Action::SetZone(zone) => self.set_zone(zone),
            Action::SetLayers(layers) => self.layers = layers,
            Action::Ask(question) => {
                self.play = None;
                if question.span != self.question.span {
                    // Another window was chosen: the play has nothing to give back.
                    self.playing.playback.stop();
                }
                self.question = question;
                self.filter(self.question.filters.clone());
            }
            Action::Filter(filters) => self.filter(*filters),
            Action::Without(condition) => self.without(condition),
            Action::ShowAll => self.show_all(),
            Action::ToggleFilters => self.toggle_filters(),
            Action::OpenFilters => self.state.filter.open = true,
            Action::DrawArea => self.draw_area(ctx),
            Action::CloseArea => self.close_area(),
            Action::DropArea | Action::DropSketch => self.state.picking = None,
            Action::AreaInView => self.area_in_view(),
            Action::PlayKnown => {
                self.playing.playback.pause();
                self.play_known(ctx);
            }
            Action::Playback(command) => self.play(ctx, command),
            Action::FitTimeline => self.state.timeline.fit(),
            Action::ToggleTimeline => {
                self.state.hide_timeline = !self.state.hide_timeline;
                self.remember_folds();
            }
            Action::ReduceMotion(reduced) => {
                self.settings.reduced_motion = Some(reduced);
                self.map.reduced_motion = reduced;
            }
            Action::ToggleFindings => self.state.findings = !self.state.findings,
            Action::ToggleSlides => self.toggle_slides(),
            Action::NewSlide(role) => self.new_slide(role),
            Action::UpdateSlide(id) => self.update_slide(&id),
            Action::DuplicateSlide(id) => self.duplicate_slide(&id),
            Action::ShowSlide(id) => self.show_slide(ctx, &id),
            Action::ExportTalk => self.open_talk(ctx),
            Action::Present(from) => self.present(ctx, from),
            Action::ToggleLegend => self.layers.legend = !self.layers.legend,
            Action::ToggleList => {
                self.state.hide_list = !self.state.hide_list;
                self.remember_folds();
            }
            Action::ToggleInspector => {
                self.state.hide_inspector = !self.state.hide_inspector;
                self.remember_folds();
            }
            Action::FocusSearch => {
                self.state.hide_list = false;
                self.state.focus_search = true;
                // At once: the next letters belong to the field, not to the shortcuts.
                ctx.memory_mut(|m| m.request_focus(egui::Id::unique("search incidents")));
            }
            Action::OpenClaim(claim) => self.state.open_claim = Some(claim),
            Action::NextClaim if self.selected.is_none() => {}
            Action::NextClaim => {
                self.state.hide_inspector = false;
                self.state.focus_next = true;
            }
            Action::ToggleHelp => self.state.help = !self.state.help,
            Action::ToggleLog => self.toggle_log(),
            Action::ShowLogged(uid) => self.show_logged(ctx, &uid),
            Action::SetName(name) => self.set_name(ctx, &name),
            Action::ToggleAbout => self.state.about = !self.state.about,
            Action::Maps(asked) => self.maps_asked(ctx, asked),
            Action::Notice(text) => self.notices.say(text),
        }
        if ctx.input(|i| i.viewport().close_requested()) && self.may_close {
            ctx.send_viewport_cmd(ViewportCommand::Close);
        }
        ctx.request_repaint();
    }

    /// Takes over what is being typed, as far as it can be read. What cannot stays in its field, marked.
    pub(super) fn take_over(&mut self) {
        if let Some(command) = self.state.slides.take(self.workspace.project()) {
            self.commit(command);
        }
        if let Some(command) = self.state.maps.take(self.workspace.project()) {
            self.commit(command);
        }
        if self.state.drafts.is_empty() {
            return;
        }
        // One after the other: the second of two texts in one claim is read against the claim as the first left it.
        let open: Vec<_> = self.state.drafts.iter().map(|(id, f, d)| (id, f.clone(), d.text.clone())).collect();
        for (id, field, text) in open {
            let today = self.today();
            let project = self.workspace.project();
            let read = match id {
                Owner::Incident(id) => parse::parse(project, id, &field, &text, today),
                Owner::Drawing(id) => crate::panels::drawing::parse::parse(project, id, &field, &text, today),
            };
            match read {
                Ok(command) => {
                    self.state.drafts.take(id, &field);
                    if let Some(command) = command {
                        self.commit(command);
                    }
                }
                Err(error) => self.state.drafts.refuse(id, &field, error),
            }
        }
    }

    /// Whether the project cannot be changed, which is said.
    pub(super) fn refuses_steps(&mut self) -> bool {
        let Some(why) = &self.file.read_only else { return false };
        // Work that no save could hold is not begun.
        self.notices.fail(format!("Nothing was changed: {why}. A newer clashmap can change it."));
        true
    }

    pub(super) fn commit(&mut self, command: Command) {
        if self.refuses_steps() {
            return;
        }
        let label = command.label();
        // What an import brought in is said by the import.
        let quiet = matches!(command, Command::Edit(..) | Command::EditWithSource(..) | Command::EditDrawing(..))
            || matches!(command, Command::Import(_))
            || matches!(
                &command,
                Command::Meta(MetaEdit::SetSlide(_) | MetaEdit::MoveSlide(..) | MetaEdit::AddSlide(..))
            );
        let message = match &command {
            Command::Delete(ids) if ids.len() == 1 => "Incident deleted".to_owned(),
            Command::Add(_) => "Incident added".to_owned(),
            Command::AddDrawing(d) => format!("{} drawn", d.kind().label()),
            Command::DeleteDrawing(_) => "Drawing deleted".to_owned(),
            Command::Edit(_, Edit::Place(_)) => "Place and position taken from the gazetteer".to_owned(),
            Command::Edit(_, Edit::RemoveClaim(_)) => "Claim removed".to_owned(),
            Command::Meta(MetaEdit::RemoveSlide(_)) => "Slide deleted".to_owned(),
            Command::Edit(_, Edit::Position(_)) => "Incident moved".to_owned(),
            other => other.label(),
        };
        let loud = matches!(
            &command,
            Command::Edit(_, Edit::RemoveClaim(_) | Edit::Position(_) | Edit::Place(_))
                | Command::EditDrawing(_, DrawingEdit::Form(Reshape::Move | Reshape::CornerLess, _), _)
        );
        match self.workspace.commit(command) {
            Ok(None) => {}
            Ok(Some(_)) => {
                if !quiet || loud {
                    self.notices.done(message);
                }
                self.keep(label);
            }
            Err(e) => self.notices.fail(e.to_string()),
        }
        self.refresh();
    }

    fn step(&mut self, back: bool) {
        let change = if back { self.workspace.undo() } else { self.workspace.redo() };
        let said = change.map(|c| (c.label().to_owned(), c.incident(), c.drawing()));
        if let Some((label, incident, drawing)) = said {
            self.notices.say(format!("{}: {label}", if back { "Undone" } else { "Done again" }));
            self.keep(format!("{}: {label}", if back { "undo" } else { "redo" }));
            // Show where it happened; a step that took the incident away has nothing to show.
            if let Some(id) = incident.filter(|id| self.workspace.project().get(*id).is_some()) {
                self.select_drawing(None);
                self.selected = Some(id);
                self.state.reveal = true;
            }
            if let Some(id) = drawing.filter(|id| self.workspace.project().drawing(*id).is_some()) {
                self.select_drawing(Some(id));
            }
        }
        self.refresh();
    }

    pub(super) fn select(&mut self, id: Option<IncidentId>) {
        if self.selected != id {
            self.state.open_claim = None;
            self.state.compare = None;
            self.state.all_names = false;
            self.state.reveal = id.is_some();
        }
        self.select_drawing(None);
        self.selected = id;
    }

    fn set_theme(&mut self, theme: Theme) {
        self.theme = theme;
        self.settings.theme = if theme == Theme::Dark { StoredTheme::Dark } else { StoredTheme::Light };
    }

    fn remember_folds(&mut self) {
        let folds = [
            (self.state.hide_list, "list"),
            (self.state.hide_inspector, "inspector"),
            (self.state.hide_timeline, "timeline"),
        ];
        self.settings.folded.retain(|f| folds.iter().all(|(_, name)| f != name));
        self.settings.folded.extend(folds.into_iter().filter(|(f, _)| *f).map(|(_, n)| n.to_owned()));
    }

    /// A new incident at a place that was pointed at: known about as exactly as one can point at this zoom.
    fn new_incident(&mut self, at: LonLat, kind: Kind) {
        self.state.picking = None;
        let near = crate::atlas::atlas().nearest(at).filter(|(_, km)| *km < 3.0);
        let names = near.map(|(t, _)| t.names.clone()).unwrap_or_default();
        let base = names.get(crate::model::Language::En).unwrap_or("incident").to_owned();
        self.created += 1;
        let uid = self.workspace.fresh_uid(&base, self.world.seed.wrapping_add(self.created.wrapping_mul(0x9E37)));
        let mut incident = Incident::new(uid, kind, "");
        incident.place =
            Place { names, position: Some(rounded(at)), precision: Some(Precision::Near), ..Place::default() };
        incident.parties =
            self.workspace.project().meta().parties.iter().take(2).map(|p| p.id.clone()).collect::<Vec<PartyId>>();
        self.add(incident);
        self.state.focus_title = true;
    }

    fn duplicate(&mut self) {
        let Some(original) = self.selected.and_then(|id| self.workspace.project().get(id)).cloned() else { return };
        self.created += 1;
        let uid =
            self.workspace.fresh_uid(&original.title, self.world.seed.wrapping_add(self.created.wrapping_mul(0x9E37)));
        let mut copy = original;
        copy.uid = uid;
        copy.title = format!("{} (copy)", copy.title).into();
        self.add(copy);
    }

    fn add(&mut self, incident: Incident) {
        let id = IncidentId(self.workspace.project().slots());
        self.commit(Command::Add(Box::new(incident)));
        if self.workspace.project().get(id).is_some() {
            self.select(Some(id));
            self.state.hide_inspector = false;
        }
    }
}

/// A pointed-at position to five digits, about a metre: more would be noise in the file.
pub(super) fn rounded(at: LonLat) -> LonLat {
    let r = |v: f64| (v * 1e5).round() / 1e5;
    LonLat::new(r(at.lon()), r(at.lat())).unwrap_or(at)
}
