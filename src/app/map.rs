//! The map: walkers' widget with the embedded tiles, the picture over it, and what the pointer does to both.

use std::sync::Arc;

use egui::{CursorIcon, DragPanButtons, Id, Pos2, Rect, Role, Sense, Ui, WidgetInfo, pos2, vec2};
use walkers::{Map, MapMemory, lon_lat};

use super::spread::{OpenStack, mark_id};
use super::{App, flight::UnderWay};
use crate::atlas::EmbeddedTiles;
use crate::atlas::mercator::{lonlat_from_world, world_from_lonlat};
use crate::edit::{Command, Edit};
use crate::model::{IncidentId, LonLat, Span};
use crate::panels::style::c32;
use crate::panels::{Action, Picking};
use crate::picture::{self, Draft, Fade, Furniture, Hit, Picture, Scene, Spread, Target, Zone};
use crate::view::camera::{BoundingBox, MAX_ZOOM, MIN_ZOOM};
use crate::view::{Camera, Labels, Layers, Theme, Viewport};

/// What a picture of the map rests on.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct PictureKey {
    stamp: u64,
    place: u64,
    text: u64,
    meta: u64,
    viewport: Viewport,
    labels: Labels,
    layers: Layers,
    theme: Theme,
    selected: Option<IncidentId>,
    hovered: Option<IncidentId>,
    /// Points at the upper edge under the strip of filters.
    strip: f32,
    span: Option<Span>,
    fade: Option<Fade>,
    drawings: u64,
    draft: Option<Draft>,
    spread: Option<Spread>,
    called: Vec<IncidentId>,
    credits: Vec<String>,
}

/// The map's own state.
pub(super) struct MapState {
    painter: picture::egui_paint::Painter,
    memory: MapMemory,
    tiles: Option<EmbeddedTiles>,
    flight: Option<UnderWay>,
    viewport: Viewport,
    origin: Pos2,
    pointed: Option<LonLat>,
    hovered: Option<IncidentId>,
    pub(super) fitted: bool,
    /// Whether the map jumps instead of flying.
    pub(super) reduced_motion: bool,
    /// A mark being dragged: the incident, and where the pointer has taken it.
    dragged: Option<(IncidentId, LonLat)>,
    /// The time for which dated lines are drawn.
    time_shown: Option<Span>,
    /// The stack whose incidents stand round it.
    pub(super) spread: Option<OpenStack>,
    /// What is being drawn round incidents to choose them.
    pub(super) drawn: Option<super::choosing::Drawn>,
    /// The stack whose list is open: where, and whose.
    pub(super) open_stack: Option<(Pos2, Vec<IncidentId>, u32)>,
}

impl Default for MapState {
    fn default() -> Self {
        let camera = Camera::fit(BoundingBox::REGION, 900.0, 600.0, 20.0, 12.0);
        let mut state = Self {
            painter: picture::egui_paint::Painter::default(),
            memory: MapMemory::default(),
            tiles: None,
            flight: None,
            viewport: Viewport { camera, width: 900.0, height: 600.0 },
            origin: Pos2::ZERO,
            pointed: None,
            hovered: None,
            fitted: false,
            reduced_motion: false,
            dragged: None,
            time_shown: None,
            drawn: None,
            open_stack: None,
            spread: None,
        };
        state.set(camera);
        state
    }
}

impl MapState {
    pub(super) fn camera(&self) -> Camera {
        self.viewport.camera
    }

    pub(super) fn viewport(&self) -> Viewport {
        self.viewport
    }

    /// The map's upper left corner in the window.
    pub(super) fn origin(&self) -> Pos2 {
        self.origin
    }

    /// The tiles under the map, in these colours; their workers start with the first call.
    pub(super) fn tiles(&mut self, ctx: &egui::Context, colors: crate::atlas::BaseColors) -> &mut EmbeddedTiles {
        let tiles = self.tiles.get_or_insert_with(|| EmbeddedTiles::new(ctx.clone(), colors));
        tiles.set_colors(colors);
        tiles
    }

    /// Whether every tile of the last frame was as it should be.
    pub(super) fn is_complete(&self) -> bool {
        self.tiles.as_ref().is_some_and(EmbeddedTiles::is_complete)
    }

    /// Whether the pointer is over the map itself.
    pub(super) fn is_pointed(&self) -> bool {
        self.pointed.is_some()
    }

    pub(super) fn time_shown(&self) -> Option<Span> {
        self.time_shown
    }

    /// The position under the pointer, else the middle.
    pub(super) fn pointed(&self) -> LonLat {
        self.pointed.unwrap_or(self.viewport.camera.center)
    }

    pub(super) fn scale(&self) -> f64 {
        self.viewport.scale_denominator()
    }

    pub(super) fn mark_of(&self, picture: Option<&Picture>, id: IncidentId) -> Option<Pos2> {
        let hit = picture?.hits.iter().rev().find(|h| h.what.ids().contains(&id))?;
        Some(self.origin + center(&hit.zone).to_vec2())
    }

    fn set(&mut self, camera: Camera) {
        self.viewport.camera = camera;
        self.memory.center_at(lon_lat(camera.center.lon(), camera.center.lat()));
        // Camera keeps zoom within walkers' limits.
        let _ = self.memory.set_zoom(camera.zoom);
    }

    pub(super) fn fly(&mut self, ctx: &egui::Context, to: Camera, moving: bool) {
        if moving && self.fitted && !self.reduced_motion {
            self.flight = Some(UnderWay::new(self.camera(), to, self.viewport.width, ctx.input(|i| i.time)));
        } else {
            self.flight = None;
            self.set(to);
        }
        ctx.request_repaint();
    }

    /// Where a flight under way leads, else where the camera is: a second press of a key goes on from there.
    fn aim(&self) -> Camera {
        self.flight.map_or(self.viewport.camera, |flight| flight.end())
    }

    pub(super) fn zoom_by(&mut self, ctx: &egui::Context, steps: f64) {
        let now = self.aim();
        self.fly(ctx, Camera::new(now.center, (now.zoom + steps).round()), true);
    }

    pub(super) fn pan(&mut self, ctx: &egui::Context, right: f32, down: f32) {
        let v = Viewport { camera: self.aim(), ..self.viewport };
        let at = [v.width * (0.5 + right), v.height * (0.5 + down)];
        let to = Camera::new(v.lonlat_from_screen(at), v.camera.zoom);
        self.fly(ctx, to, true);
    }

    /// Moves with a flight under way, and takes over what walkers has done to the camera.
    fn advance(&mut self, ctx: &egui::Context, rect: Rect) {
        if let Some(flight) = self.flight {
            let (camera, over) = flight.at(ctx.input(|i| i.time));
            self.set(camera);
            if over {
                self.flight = None;
            } else {
                ctx.request_repaint();
            }
        }
        self.viewport.width = rect.width();
        self.viewport.height = rect.height();
        self.origin = rect.min;
    }

    /// Zooms with wheel, pinch and double click about the point under the pointer. Walkers would tie the step to the time
    /// a frame takes; here a notch of the wheel is half a zoom step on every machine.
    fn wheel(&mut self, ctx: &egui::Context, response: &egui::Response, by_click: bool) {
        /// Points of scrolling to a zoom step: about two notches of a usual wheel.
        const POINTS_A_STEP: f32 = 160.0;
        let (scroll, pinch) = ctx.input_mut(|i| {
            let scroll = std::mem::take(&mut i.smooth_scroll_delta.y);
            (scroll, i.zoom_delta())
        });
        let steps = f64::from(scroll / POINTS_A_STEP + pinch.log2());
        let Some(p) = response.hover_pos() else { return };
        if by_click && response.double_clicked() {
            let to = self.zoomed_about(p, 1.0);
            self.fly(ctx, to, true);
        } else if steps != 0.0 {
            self.flight = None;
            let to = self.zoomed_about(p, steps);
            self.set(to);
            ctx.request_repaint();
        }
    }

    /// The camera after zooming by `steps` with the point of the window `p` kept where it is.
    fn zoomed_about(&self, p: Pos2, steps: f64) -> Camera {
        let v = self.viewport;
        let at = [p.x - self.origin.x, p.y - self.origin.y];
        let [wx, wy] = v.world_from_screen(at);
        let next = Viewport { camera: Camera::new(v.camera.center, v.camera.zoom + steps), ..v };
        let [nx, ny] = next.world_from_screen(at);
        let [cx, cy] = world_from_lonlat(v.camera.center);
        Camera::new(lonlat_from_world([cx + wx - nx, cy + wy - ny]), next.camera.zoom)
    }

    fn take_over(&mut self) {
        let zoom = self.memory.zoom();
        let clamped = zoom.clamp(MIN_ZOOM, MAX_ZOOM);
        if zoom != clamped {
            let _ = self.memory.set_zoom(clamped);
        }
        let center =
            self.memory.detached().and_then(|p| LonLat::new(p.x().clamp(-180.0, 180.0), p.y().clamp(-84.0, 84.0)).ok());
        self.viewport.camera = Camera::new(center.unwrap_or(self.viewport.camera.center), clamped);
    }
}

fn center(zone: &Zone) -> Pos2 {
    let [l, t, r, b] = zone.bounds();
    pos2(f32::midpoint(l, r), f32::midpoint(t, b))
}

impl App {
    pub(super) fn refresh_marks(&mut self) {
        let place = self.workspace.revisions().place;
        let (project, zone) = (self.workspace.project(), self.zone);
        match &mut self.marks {
            Some((s, p, _)) if (*s, *p) == (self.stamp, place) => {}
            Some((s, p, marks)) if *p == place => {
                *s = self.stamp;
                if !marks.follow(project, &self.derived) {
                    *marks = picture::marks(project, &self.derived).in_zone(project, zone);
                }
            }
            _ => {
                let marks = picture::marks(project, &self.derived).in_zone(project, zone);
                self.marks = Some((self.stamp, place, marks));
            }
        }
        if let Some((_, _, marks)) = &mut self.marks {
            marks.prepare(self.map.viewport.camera.zoom);
        }
    }

    /// The map and everything on it.
    pub(super) fn map_ui(&mut self, ui: &mut Ui) -> Vec<Action> {
        let ctx = ui.ctx().clone();
        let rect = ui.available_rect_before_wrap();
        let mut actions = Vec::new();
        self.map.advance(&ctx, rect);
        if !self.map.fitted {
            self.fit(&ctx, false);
            self.map.fitted = true;
            // On a small map the legend would hide more than it explains.
            if rect.width() < 900.0 || rect.height() < 660.0 {
                self.layers.legend = false;
            }
        }
        let colors = picture::base_colors(self.theme, self.layers);
        // Without threads there is nobody to paint tiles: the map stays plain, all that is drawn over it is there.
        if self.world.threads {
            self.map.tiles.get_or_insert_with(|| EmbeddedTiles::new(ctx.clone(), colors)).set_colors(colors);
        }
        let before = self.map.viewport.camera;
        let pan = if self.is_choosing(&ctx) { DragPanButtons::empty() } else { DragPanButtons::PRIMARY };
        let tiles = self.map.tiles.as_mut().map(|tiles| tiles as &mut dyn walkers::Tiles);
        let response = Map::new(tiles, &mut self.map.memory, lon_lat(before.center.lon(), before.center.lat()))
            .zoom_gesture(false)
            .double_click_to_zoom(false)
            .panning(false)
            .drag_pan_buttons(pan)
            .show(ui, |_, _, _, _| ())
            .response;
        if response.dragged() {
            // The hand wins over a flight.
            self.map.flight = None;
        }
        if response.contains_pointer() && ui.ui_contains_pointer() {
            self.map.wheel(&ctx, &response, self.state.picking.is_none());
        }
        self.map.take_over();
        response.widget_info(|| WidgetInfo::labeled(Role::Group, true, "Map"));
        self.map.pointed = response
            .contains_pointer()
            .then(|| ctx.pointer_latest_pos())
            .flatten()
            .map(|p| self.map.viewport.lonlat_from_screen([p.x - rect.min.x, p.y - rect.min.y]));
        self.sources_ui(&ui.painter().with_clip_rect(rect), rect);
        self.refresh_draft(&ctx, rect);
        self.redraw(&ctx);
        if let Some((_, picture)) = &self.picture {
            let painter = ui.painter().with_clip_rect(rect);
            self.map.painter.paint(picture, &painter, rect.min);
        }
        self.arriving_ui(ui, rect);
        self.furniture_ui(ui, rect);
        self.play_overlay(ui, rect);
        self.body_ui(ui, rect, &mut actions);
        self.marks_ui(ui, rect, &mut actions);
        self.draw_ui(ui, rect, &mut actions);
        self.tie_marks(ui, rect);
        self.chosen_ui(ui, rect);
        self.changes_ui(ui, rect);
        self.choose_ui(ui, rect, &response);
        self.clicks(&ctx, &response, &mut actions);
        self.area_ui(ui, rect, &mut actions);
        self.filter_strip(ui, rect, &mut actions);
        self.stack_list(&ctx, &mut actions);
        self.controls(ui, rect, &mut actions);
        let project = self.workspace.project();
        let bare = project.is_empty() && project.drawings().next().is_none();
        let is_opening = self.jobs.is_doing(super::arriving::OPENING);
        if bare && !is_opening && self.state.picking.is_none() && self.dialog.is_none() {
            self.doors(&ctx, rect, &mut actions);
        }
        actions
    }

    /// Lays the picture out anew if what it rests on has changed.
    fn redraw(&mut self, ctx: &egui::Context) {
        self.refresh_marks();
        let revisions = self.workspace.revisions();
        let key = PictureKey {
            stamp: self.stamp,
            place: revisions.place,
            text: revisions.text,
            meta: revisions.meta,
            viewport: self.map.viewport,
            labels: self.labels,
            layers: self.layers,
            theme: self.theme,
            selected: self.selected,
            hovered: self.map.hovered,
            strip: self.strip_height(),
            span: self.question.span,
            fade: self.playing.playback.fade().map(|(head, life)| Fade { head, life }),
            drawings: revisions.drawings,
            draft: self.draw.draft.clone(),
            spread: self.map.spread_now(ctx),
            called: self.called().to_vec(),
            credits: self.credits(),
        };
        if self.picture.as_ref().is_some_and(|(k, _)| *k == key) {
            return;
        }
        let Some((_, _, marks)) = &self.marks else { return };
        let scene = Scene {
            project: self.workspace.project(),
            derived: &self.derived,
            marks,
            question: &self.question,
            viewport: key.viewport,
            layers: key.layers,
            labels: key.labels,
            theme: key.theme,
            perspective: self.workspace.project().meta().perspective,
            shown: None,
            fade: key.fade,
            draft: key.draft.clone(),
            selected: key.selected,
            hovered: key.hovered,
            spread: key.spread,
            called: &key.called,
            furniture: Furniture {
                legend: key.layers.legend,
                inset: [12.0, 12.0 + key.strip, 56.0, 12.0],
                title: super::known::title(&self.question),
                subtitle: super::known::subtitle(self.workspace.project(), &self.derived, &self.question, self.labels),
                credits: key.credits.clone(),
                ..Furniture::window()
            },
        };
        let time_shown = scene.time_shown();
        let picture = picture::picture(&scene);
        self.map.time_shown = time_shown;
        self.picture = Some((key, Arc::new(picture)));
        self.settle_spread();
    }

    /// Makes every mark something that can be hovered, clicked, reached by Tab and, if selected, dragged.
    fn marks_ui(&mut self, ui: &mut Ui, rect: Rect, actions: &mut Vec<Action>) {
        /// More marks than this on screen answer to the pointer only by [`Picture::pick`].
        const NAMED: usize = 400;
        let Some(picture) = self.picture.as_ref().map(|(_, p)| Arc::clone(p)) else { return };
        // The topmost ones, which is what a pointer meets first.
        let hits: &[Hit] = picture.hits.get(picture.hits.len().saturating_sub(NAMED)..).unwrap_or_default();
        let mut hovered = None;
        let ctx = ui.ctx().clone();
        for hit in hits {
            let [l, t, r, b] = hit.zone.bounds();
            let zone = Rect::from_min_max(rect.min + vec2(l, t), rect.min + vec2(r, b)).intersect(rect);
            if !zone.is_positive() {
                continue;
            }
            let single = match &hit.what {
                Target::Incident(id) => Some(*id),
                Target::Stack(_) | Target::Crowd(..) => None,
            };
            let movable = single.is_some() && single == self.selected && self.is_point(single) && !hit.is_aside;
            let sense = if movable { Sense::click_and_drag() } else { Sense::click() };
            let id = mark_id(hit.what.ids());
            let response = ui.interact(zone, id, sense);
            response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &hit.name));
            if response.has_focus() {
                ui.painter().rect_stroke(
                    zone.expand(2.0),
                    4.0,
                    egui::Stroke::new(1.5, c32(self.theme.colors().accent)),
                    egui::StrokeKind::Outside,
                );
            }
            if response.hovered() || response.has_focus() {
                hovered = hit.what.ids().first().copied();
                ctx.set_cursor_icon(if movable { CursorIcon::Grab } else { CursorIcon::PointingHand });
                if self.map.dragged.is_none() && self.map.open_stack.is_none() && self.state.picking.is_none() {
                    self.card(&response, hit.what.ids(), hit.what.count());
                }
            }
            if self.state.picking.is_some() {
                if response.clicked() {
                    self.picked(&ctx, actions);
                }
                continue;
            }
            if let Some(id) = single.filter(|_| movable) {
                self.drag(&ctx, &response, id, actions);
            }
            if response.clicked() {
                self.mark_clicked(&ctx, hit, zone.center(), actions);
            }
        }
        self.map.hovered = hovered;
    }

    /// Keeps clicks on the legend and the credits from going through to the map below.
    fn furniture_ui(&self, ui: &Ui, rect: Rect) {
        let boxes = self.picture.iter().flat_map(|(_, p)| &p.furniture);
        for (n, [l, t, r, b]) in boxes.enumerate() {
            let zone = Rect::from_min_max(rect.min + vec2(*l, *t), rect.min + vec2(*r, *b));
            ui.interact(zone, Id::unique(("furniture", n)), Sense::click_and_drag());
        }
    }

    /// Whether the incident is known well enough to be moved as a point.
    fn is_point(&self, id: Option<IncidentId>) -> bool {
        id.and_then(|id| self.workspace.project().get(id)).is_some_and(|i| i.place.position.is_some())
    }

    fn drag(&mut self, ctx: &egui::Context, response: &egui::Response, id: IncidentId, actions: &mut Vec<Action>) {
        if response.dragged()
            && let Some(p) = ctx.pointer_interact_pos()
        {
            let at = self.map.viewport.lonlat_from_screen([p.x - self.map.origin.x, p.y - self.map.origin.y]);
            self.map.dragged = Some((id, at));
            ctx.set_cursor_icon(CursorIcon::Grabbing);
            let c = self.theme.colors();
            let painter = ctx.layer_painter(egui::LayerId::new(egui::Order::Foreground, Id::unique("dragged mark")));
            painter.circle_stroke(p, 10.0, egui::Stroke::new(2.0, c32(c.accent)));
            painter.circle_filled(p, 2.5, c32(c.accent));
        }
        if response.drag_stopped()
            && let Some((id, at)) = self.map.dragged.take()
        {
            actions.push(Action::Edit(Command::Edit(id, Edit::Position(Some(super::dispatch::rounded(at))))));
        }
    }

    /// Clicks on the ground: a pick, or nothing selected.
    fn clicks(&mut self, ctx: &egui::Context, response: &egui::Response, actions: &mut Vec<Action>) {
        if self.state.picking.is_some() {
            if response.hovered() {
                ctx.set_cursor_icon(CursorIcon::Crosshair);
            }
            if response.clicked() {
                self.picked(ctx, actions);
            }
            if ctx.input(|i| i.key_pressed(egui::Key::Escape)) {
                self.state.picking = None;
            }
        } else if response.clicked() {
            // A mark among too many to be named each.
            let at = response.interact_pointer_pos().unwrap_or_default();
            let on = [at.x - self.map.origin.x, at.y - self.map.origin.y];
            match self.picture.as_ref().and_then(|(_, p)| p.pick(on).cloned()) {
                Some(hit) => self.mark_clicked(ctx, &hit, at, actions),
                // What is selected stays so while the stack round it is closed.
                None if self.close_stack() => {}
                None => match self.picture.as_ref().and_then(|(_, p)| p.pick_drawing(on, 6.0)) {
                    Some(id) => actions.push(Action::SelectDrawing(Some(id))),
                    None => actions.push(Action::Select(None)),
                },
            }
        } else if self.dialog.is_none() && !self.was_typing && ctx.input(|i| i.key_pressed(egui::Key::Escape)) {
            if self.state.has_page() {
                // It closes itself.
            } else if self.state.help || self.state.about || self.state.findings {
                (self.state.help, self.state.about, self.state.findings) = (false, false, false);
            } else if !self.close_stack() {
                if self.state.chosen.are_several() {
                    return self.state.chosen.clear();
                }
                actions.push(if self.state.filter.open { Action::ToggleFilters } else { Action::Select(None) });
            }
        }
        let at = self.map.pointed;
        response.context_menu(|ui| {
            let here = ui.memory_mut(|m| {
                let kept: Option<[f64; 2]> = m.data.get_temp(Id::unique("menu position"));
                kept.and_then(|[x, y]| LonLat::new(x, y).ok())
            });
            let here = here.or(at);
            if ui.button("Add incident here").clicked() {
                if let Some(here) = here {
                    actions.push(Action::NewIncident(Some(here), crate::model::Kind::ArmedClash));
                }
                ui.close();
            }
            if ui.button("Copy coordinates").clicked() {
                if let Some(here) = here {
                    actions.push(Action::Copy(crate::edit::typed::show_position(here, self.state.format)));
                }
                ui.close();
            }
        });
        if response.secondary_clicked()
            && let Some(at) = at
        {
            // The menu is about where it was opened, not where the pointer has gone since.
            ctx.data_mut(|d| d.insert_temp(Id::unique("menu position"), [at.lon(), at.lat()]));
        }
    }

    /// The click that was waited for.
    fn picked(&mut self, ctx: &egui::Context, actions: &mut Vec<Action>) {
        let Some(p) = ctx.pointer_interact_pos() else { return };
        let at = self.map.viewport.lonlat_from_screen([p.x - self.map.origin.x, p.y - self.map.origin.y]);
        match self.state.picking.take() {
            Some(Picking::NewIncident(kind)) => actions.push(Action::NewIncident(Some(at), kind)),
            Some(Picking::Position(id)) => {
                actions.push(Action::Edit(Command::Edit(id, Edit::Position(Some(super::dispatch::rounded(at))))));
            }
            Some(Picking::TiePoint) => self.tie_clicked(at),
            Some(Picking::Draw(sketch)) => self.sketch_clicked(ctx, sketch, p),
            Some(Picking::Area(corners)) => self.area_clicked(corners, p, at, actions),
            None => {}
        }
    }
}
