//! The show: the slides on the whole screen, one after the other, by keys that a remote sends.
//!
//! While it runs, nothing of the editor is drawn: no notice, no path, no question. It never waits: a slide that is not worked out
//! yet leaves the one before it on the screen.

mod kept;
mod keys;
mod overlay;
mod speaker;

use std::collections::BTreeSet;
use std::sync::Arc;

use egui::{Pos2, Rect, Ui, Vec2, ViewportCommand, pos2, vec2};
use walkers::{Map, MapMemory, lon_lat};

use super::App;
use super::files::Done;
use super::sources::Sources;
use crate::atlas::EmbeddedTiles;
use crate::model::{Project, Slide};
use crate::panels::style::c32;
use crate::picture::egui_paint::Painter;
use crate::picture::list::Picture;
use crate::talk::{self, HEIGHT, Layout, Prepared, Stage};
use crate::tiles::Maps;
use crate::view::flight::Flight;
use crate::view::{Camera, Labels, Viewport, Zone};

/// Seconds in which words come.
const WORDS_SECS: f64 = 0.35;
/// Seconds without a move after which the pointer hides.
const HIDE_SECS: f64 = 1.5;

/// A slide worked out, and how it lies on its pages.
struct Ready {
    prepared: Prepared,
    layout: Layout,
    stage: Stage,
}

/// How the camera gets to a slide.
#[derive(Clone, Copy, Debug)]
struct Way {
    flight: Flight,
    since: f64,
    secs: f64,
}

/// What is drawn by hand on a page, in points of the page.
type Strokes = Vec<Vec<Pos2>>;

/// A show under way.
#[allow(clippy::struct_excessive_bools)] // independent switches of the speaker
pub(super) struct Show {
    /// The project as it was when the show began: an edit under way elsewhere cannot change what the audience sees.
    project: Project,
    slides: Vec<Slide>,
    /// The map sources that are drawn.
    maps: Maps,
    ready: Vec<Option<Ready>>,
    /// Those asked for.
    asked: BTreeSet<usize>,
    /// The slide and its part on the screen, and those wanted once they are ready.
    at: (usize, usize),
    wanted: Option<(usize, usize)>,
    way: Option<Way>,
    /// When the words of the page began to come.
    words_since: f64,
    /// Whether they have not been drawn in full yet.
    words_fade: bool,
    /// Share of the play that has passed, and the clock when that was so; `None`: it stands still.
    played: f64,
    clock: Option<f64>,
    started: f64,
    memory: MapMemory,
    painter: Painter,
    picture: Option<(Stage, Arc<Picture>)>,
    /// Whether the picture has to be laid out anew.
    stale: bool,
    blank: bool,
    /// Digits typed so far.
    digits: String,
    spotlight: bool,
    pen: bool,
    /// Drawn on each page; kept pages keep theirs when they are left.
    strokes: std::collections::BTreeMap<(usize, usize), Strokes>,
    kept: BTreeSet<(usize, usize)>,
    moved: (Pos2, f64),
    /// Whether the speaker has a window.
    pub(super) speaker: bool,
    ending: bool,
    was_full: bool,
}

impl App {
    /// Whether a show is under way.
    pub fn is_presenting(&self) -> bool {
        self.show_under_way.is_some()
    }

    /// The slide and part on the screen, counted from 0.
    pub fn page_shown(&self) -> Option<(usize, usize)> {
        self.show_under_way.as_ref().map(|s| s.at)
    }

    /// The words on the audience's screen.
    pub fn words_shown(&self) -> Vec<String> {
        let picture = self.show_under_way.as_ref().filter(|s| !s.blank).and_then(|s| s.picture.as_ref());
        picture.map(|(_, p)| p.labels().map(|l| l.text.clone()).collect()).unwrap_or_default()
    }

    /// Starts the show with a slide. A project without slides is shown as it is in the window.
    pub(super) fn present(&mut self, ctx: &egui::Context, from: usize) {
        self.take_over();
        let project = self.workspace.project().clone();
        let mut slides = project.meta().slides.clone();
        if slides.is_empty() {
            slides.push(self.view_as_slide());
        }
        let from = from.min(slides.len() - 1);
        let now = ctx.input(|i| i.time);
        self.playing.playback.pause();
        let viewport = ctx.input(|i| i.viewport().fullscreen).unwrap_or(false);
        self.show_under_way = Some(Box::new(Show {
            project,
            maps: Maps::default(),
            ready: slides.iter().map(|_| None).collect(),
            slides,
            asked: BTreeSet::new(),
            at: (from, 0),
            wanted: Some((from, 0)),
            way: None,
            words_since: now,
            words_fade: true,
            played: 0.0,
            clock: None,
            started: now,
            memory: MapMemory::default(),
            painter: Painter::default(),
            picture: None,
            stale: true,
            blank: false,
            digits: String::new(),
            spotlight: false,
            pen: false,
            strokes: std::collections::BTreeMap::new(),
            kept: BTreeSet::new(),
            moved: (Pos2::ZERO, now),
            speaker: false,
            ending: false,
            was_full: viewport,
        }));
        // A screen that is not there is passed over, and the window fills the one on which it is.
        ctx.send_viewport_cmd(ViewportCommand::Fullscreen(true));
        if let Some(n) = self.state.slides.screen {
            ctx.send_viewport_cmd(ViewportCommand::SetMonitor(n));
        }
        ctx.memory_mut(egui::Memory::stop_text_input);
        ctx.request_repaint();
    }

    /// A slide that was worked out on a thread.
    pub(super) fn slide_ready(&mut self, n: usize, prepared: Prepared) {
        let Some(show) = &mut self.show_under_way else { return };
        let stage = show.picture.as_ref().map_or(Stage::for_shape(16.0, 9.0), |(s, _)| *s);
        if let Some(slot) = show.ready.get_mut(n) {
            let prepared = prepared.with_maps(&show.maps);
            let layout = talk::layout(&show.project, &prepared, stage);
            *slot = Some(Ready { prepared, layout, stage });
        }
    }

    /// One frame of the show.
    pub(super) fn show_ui(&mut self, ui: &mut Ui) {
        let Some(mut show) = self.show_under_way.take() else { return };
        let ctx = ui.ctx().clone();
        let now = ctx.input(|i| i.time);
        let rect = ui.max_rect();
        let stage = self.stage(rect.width(), rect.height());
        show.follow_maps(&self.sources);
        self.prepare(&ctx, &mut show);
        show.typed(&ctx, now);
        if show.speaker {
            self.speaker_ui(&ctx, &mut show, now);
        }
        let still = self.settings.reduced_motion == Some(true);
        show.advance(&ctx, stage, now, still);
        self.audience(ui, &mut show, stage, rect, now);
        if show.ending {
            if !show.was_full {
                ctx.send_viewport_cmd(ViewportCommand::Fullscreen(false));
            }
            ctx.set_cursor_icon(egui::CursorIcon::Default);
            self.state.slides.selected = show.slides.get(show.at.0).map(|s| s.id.clone());
            self.state.slides.reveal = true;
            self.keep_drawn(&show);
            ctx.request_repaint();
            return;
        }
        self.show_under_way = Some(show);
    }

    /// Has the wanted slide worked out, then those around it.
    fn prepare(&mut self, ctx: &egui::Context, show: &mut Show) {
        let at = show.wanted.unwrap_or(show.at).0;
        let near = [at, at + 1, at + 2, at.saturating_sub(1)];
        for n in near {
            if let Some(slide) = show.slides.get(n).cloned()
                && show.asked.insert(n)
            {
                let (project, labels, zone): (Project, Labels, Zone) = (show.project.clone(), self.labels, self.zone);
                self.work(ctx, None, move || {
                    Done::SlideReady(n, Box::new(Prepared::new(&project, &slide, labels, zone)))
                });
            }
        }
    }

    /// The map sources over the ground, and those of the next slide on their way. What is not there leaves the ground.
    fn map_sources(&mut self, painter: &egui::Painter, show: &Show, stage: Stage, page: Rect, camera: Camera) {
        let maps = &show.project.meta().maps;
        let seen = |n: usize| show.ready_at(n).filter(|r| r.prepared.seen.layers.map_sources);
        let viewport = |camera| Viewport { camera, width: stage.width, height: HEIGHT };
        // What is asked for last comes first.
        if let Some(next) = seen(show.at.0 + 1) {
            self.sources.ask_ahead(painter.ctx(), page, viewport(next.layout.camera), maps, self.theme);
        }
        if seen(show.at.0).is_some() {
            self.sources.draw(painter, page, viewport(camera), maps, self.theme, None);
        }
    }

    /// What the audience sees.
    fn audience(&mut self, ui: &mut Ui, show: &mut Show, stage: Stage, rect: Rect, now: f64) {
        let c = self.theme.colors();
        let painter = ui.painter().clone();
        painter.rect_filled(rect, 0.0, egui::Color32::BLACK);
        if show.blank {
            ui.ctx().set_cursor_icon(egui::CursorIcon::None);
            return;
        }
        // A screen narrower or wider than a page has black edges.
        let scale = (rect.width() / stage.width).min(rect.height() / HEIGHT);
        let page = Rect::from_center_size(rect.center(), vec2(stage.width, HEIGHT) * scale);
        painter.rect_filled(page, 0.0, c32(c.land));
        let Some(camera) = show.camera(now) else {
            ui.ctx().request_repaint();
            return;
        };
        let layers = show.ready.get(show.at.0).and_then(Option::as_ref).map(|r| r.prepared.seen.layers);
        let colors = crate::picture::base_colors(self.theme, layers.unwrap_or_default());
        if self.world.threads {
            let tiles = self.map.tiles(ui.ctx(), colors);
            show.ground(ui, page, camera, scale, tiles);
        }
        self.map_sources(&painter.with_clip_rect(page), show, stage, page, camera);
        if show.stale || show.picture.as_ref().is_none_or(|(s, _)| *s != stage) {
            show.draw(stage, scale, camera, now);
        }
        if let Some((_, picture)) = &show.picture {
            show.painter.paint(picture, &painter.with_clip_rect(page), page.min);
        }
        show.overlay(ui, page, scale, now, c);
    }
}

impl Show {
    fn ready_at(&self, n: usize) -> Option<&Ready> {
        self.ready.get(n).and_then(Option::as_ref)
    }

    /// Takes over which map sources are drawn: their credits stand on the pages.
    fn follow_maps(&mut self, sources: &Sources) {
        let maps = &self.project.meta().maps;
        if maps.is_empty() {
            return;
        }
        let now = Maps::new(sources.drawn(maps), Vec::new());
        if now.credits() != self.maps.credits() {
            for ready in self.ready.iter_mut().flatten().filter(|r| r.prepared.seen.layers.map_sources) {
                ready.prepared.maps = now.clone();
                ready.layout = talk::layout(&self.project, &ready.prepared, ready.stage);
            }
            (self.maps, self.stale) = (now, true);
        }
    }

    /// Lets time pass: a wanted slide that is ready comes, the camera flies, a play goes on.
    fn advance(&mut self, ctx: &egui::Context, stage: Stage, now: f64, still: bool) {
        // Another screen, another page.
        for ready in self.ready.iter_mut().flatten().filter(|r| r.stage != stage) {
            ready.layout = talk::layout(&self.project, &ready.prepared, stage);
            ready.stage = stage;
            self.stale = true;
        }
        if let Some((slide, part)) = self.wanted
            && let Some(parts) = self.ready_at(slide).map(|r| r.layout.parts())
        {
            self.wanted = None;
            let before = self.camera(now).filter(|_| self.picture.is_some());
            let is_new = slide != self.at.0 || self.picture.is_none();
            if !self.kept.contains(&self.at) {
                self.strokes.remove(&self.at);
            }
            self.at = (slide, part.min(parts - 1));
            (self.words_since, self.words_fade) = (now, true);
            (self.stale, self.way) = (true, None);
            if is_new {
                self.played = 0.0;
                let plays = self.ready_at(slide).and_then(|r| r.prepared.play_secs()).is_some();
                self.clock = plays.then_some(now);
                let to = self.ready_at(slide).map(|r| r.layout.camera);
                if let (Some(from), Some(to), false) = (before, to, still) {
                    let flight = Flight::new(from, to, stage.width);
                    let secs = flight.secs() * 1.5;
                    if flight.length() > 1e-6 {
                        self.way = Some(Way { flight, since: now, secs });
                        self.words_since = now + secs - WORDS_SECS;
                        self.clock = self.clock.map(|_| now + secs);
                    }
                }
                self.show_share();
            }
        }
        if let Some(way) = self.way {
            self.stale = true;
            if now - way.since >= way.secs {
                self.way = None;
            }
            ctx.request_repaint();
        }
        if self.words_fade {
            // Drawn once more when the time is over: a slow machine may have no frame just before it.
            self.words_fade = now - self.words_since < WORDS_SECS;
            self.stale = true;
            ctx.request_repaint();
        }
        let secs = self.ready_at(self.at.0).and_then(|r| r.prepared.play_secs());
        if let (Some(clock), Some(secs)) = (self.clock, secs) {
            if now > clock {
                // A frame that took long did not happen before anyone's eyes.
                self.played = (self.played + (now - clock).min(0.5) / secs).min(1.0);
                self.clock = (self.played < 1.0).then_some(now);
                self.show_share();
            }
            ctx.request_repaint();
        }
        if self.wanted.is_some() {
            ctx.request_repaint_after(std::time::Duration::from_millis(30));
        }
    }

    /// Shows the share of the play that has passed.
    fn show_share(&mut self) {
        let (n, share) = (self.at.0, self.played);
        if let Some(ready) = self.ready.get_mut(n).and_then(Option::as_mut) {
            let zone = ready.stage.zone;
            ready.prepared.play_to(&self.project, zone, share);
            self.stale = true;
        }
    }

    /// Where the map looks now.
    fn camera(&self, now: f64) -> Option<Camera> {
        match self.way {
            Some(way) => Some(way.flight.eased(((now - way.since) / way.secs).clamp(0.0, 1.0))),
            None => self.ready_at(self.at.0).map(|r| r.layout.camera),
        }
    }

    /// Lays the page out.
    fn draw(&mut self, stage: Stage, scale: f32, camera: Camera, now: f64) {
        let Some(ready) = self.ready.get(self.at.0).and_then(Option::as_ref) else { return };
        let words = ((now - self.words_since) / WORDS_SECS).clamp(0.0, 1.0) as f32;
        let page = talk::page(&self.project, &ready.prepared, stage, &ready.layout, self.at.1, Some(camera), words);
        self.picture = Some((stage, Arc::new(page.scaled(scale))));
        self.stale = false;
    }

    /// The ground under the page.
    fn ground(&mut self, ui: &mut Ui, page: Rect, camera: Camera, scale: f32, tiles: &mut EmbeddedTiles) {
        let center = lon_lat(camera.center.lon(), camera.center.lat());
        self.memory.center_at(center);
        // Beyond the nearest zoom the map stays as near as it can.
        let _ = self.memory.set_zoom(camera.zoom + f64::from(scale).log2());
        let mut child = ui.new_child(egui::UiBuilder::new().max_rect(page));
        child.set_clip_rect(page);
        Map::new(Some(tiles as &mut dyn walkers::Tiles), &mut self.memory, center)
            .zoom_gesture(false)
            .double_click_to_zoom(false)
            .panning(false)
            .show(&mut child, |_, _, _, _| ());
    }

    /// From a page to the next or the one before; on a slide that plays, forward first ends the play.
    fn step(&mut self, forward: bool) {
        let (slide, part) = self.wanted.unwrap_or(self.at);
        if forward && self.wanted.is_none() && self.clock.is_some() {
            (self.played, self.clock) = (1.0, None);
            return self.show_share();
        }
        let parts = self.ready_at(slide).map_or(1, |r| r.layout.parts());
        let next = match (forward, part) {
            (true, part) if part + 1 < parts => (slide, part + 1),
            (true, _) if slide + 1 < self.slides.len() => (slide + 1, 0),
            (false, part) if part > 0 => (slide, part - 1),
            // Back to the last part of the slide before; it is cut to what there is.
            (false, _) if slide > 0 => (slide - 1, usize::MAX),
            _ => return,
        };
        self.go(next);
    }

    fn go(&mut self, to: (usize, usize)) {
        self.blank = false;
        self.wanted = Some((to.0.min(self.slides.len().saturating_sub(1)), to.1));
    }

    /// A point of the screen as a point of the page.
    fn on_page(page: Rect, scale: f32, at: Pos2) -> Pos2 {
        ((at - page.min) / scale).to_pos2()
    }
}

/// A point of a page on the screen.
fn on_screen(page: Rect, scale: f32, at: Pos2) -> Pos2 {
    page.min + Vec2::new(at.x, at.y) * scale
}

/// The whole of a texture.
fn whole() -> Rect {
    Rect::from_min_max(Pos2::ZERO, pos2(1.0, 1.0))
}
