//! Slides in the window: made from the view and shown in it, their pictures drawn on a thread, and what changed since they were
//! approved.

use std::collections::HashMap;

use super::{App, files::Done};
use crate::edit::{Command, MetaEdit, Revisions};
use crate::model::{Extent, Reach, Role, Slide, Text, Uid};
use crate::panels::slides::Sight;
use crate::picture::raster;
use crate::talk::{self, Prepared, Seen, Stage, shows_maps};
use crate::tiles::{Maps, Permission};
use crate::view::playback::Mode;
use crate::view::{Camera, Labels, Theme, camera::BoundingBox};

/// Pixels to the point of a picture of a page, for the strip and for the speaker.
const SCALE: f32 = 1.2;

/// What a picture of a slide rests on.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Key {
    revisions: Revisions,
    slide: Slide,
    theme: Theme,
    labels: Labels,
    /// Which of the projects opened so far.
    opened: u64,
    /// The map sources that are open, and what they may ask.
    sources: (Vec<u64>, Permission),
}

/// The pictures of the slides.
#[derive(Default)]
pub(super) struct Sights {
    known: HashMap<Text, (Key, Sight)>,
    /// The slide being drawn.
    busy: Option<Text>,
    opened: u64,
}

impl Sights {
    /// Forgets them all: another project is open.
    pub(super) fn forget(&mut self) {
        *self = Self { opened: self.opened + 1, ..Self::default() };
    }
}

/// A slide drawn on a thread.
pub(super) struct Drawn {
    key: Key,
    /// Width, height and colours; `None`: it could not be drawn.
    pixels: Option<egui::ColorImage>,
    figures: String,
}

impl App {
    /// The stage on which slides stand in the window.
    pub(super) fn stage(&self, width: f32, height: f32) -> Stage {
        Stage { theme: self.theme, zone: self.zone, labels: self.labels, ..Stage::for_shape(width, height) }
    }

    /// What is known of the project's slides, in their order; what is missing is drawn, one slide after the other.
    pub(super) fn sights(&mut self, ctx: &egui::Context) -> Vec<Sight> {
        let revisions = Revisions { talk: 0, ..self.workspace.revisions() };
        let project = self.workspace.project();
        let sources = self.sources.stamp(&project.meta().maps);
        let key = |slide: &Slide| {
            let sources = if shows_maps(slide) { sources.clone() } else { Default::default() };
            // Notes and approval are not seen on the page.
            let slide = Slide { notes: "".into(), approved: "".into(), ..slide.clone() };
            Key { revisions, slide, theme: self.theme, labels: self.labels, opened: self.sights.opened, sources }
        };
        let slides = &project.meta().slides;
        self.sights.known.retain(|id, _| project.meta().slide(id).is_some());
        let stale = slides.iter().find(|s| self.sights.known.get(&s.id).is_none_or(|(k, _)| *k != key(s)));
        if let Some(slide) = stale.filter(|_| self.sights.busy.is_none()) {
            let (key, project) = (key(slide), project.clone());
            let stage = self.stage(16.0, 9.0);
            self.sights.busy = Some(slide.id.clone());
            let maps = Maps::hasty(self.sources.drawn(&project.meta().maps));
            self.work(ctx, None, move || Done::SlideDrawn(Box::new(draw(&project, key, stage, &maps))));
        }
        let known = &self.sights.known;
        let slides = &self.workspace.project().meta().slides;
        slides.iter().map(|s| known.get(&s.id).map(|(_, sight)| sight.clone()).unwrap_or_default()).collect()
    }

    /// Takes a picture that was drawn.
    pub(super) fn slide_drawn(&mut self, ctx: &egui::Context, drawn: Drawn) {
        if drawn.key.opened != self.sights.opened {
            return;
        }
        self.sights.busy = None;
        let Drawn { key, pixels, figures } = drawn;
        let name = format!("slide {}", key.slide.id);
        let picture = pixels.map(|image| ctx.load_texture(name, image, egui::TextureOptions::LINEAR));
        let sight = Sight { picture, figures: Some(figures) };
        self.sights.known.insert(key.slide.id.clone(), (key, sight));
        ctx.request_repaint();
    }

    /// Shows or hides the slides.
    pub(super) fn toggle_slides(&mut self) {
        self.state.slides.open = !self.state.slides.open;
        if self.state.slides.open {
            self.show_map();
        }
    }

    /// What the window shows now, as a slide would.
    fn seen(&self) -> Seen {
        let project = self.workspace.project();
        let b = self.map.viewport().bounding_box();
        let corner =
            |lon: f64, lat: f64| super::dispatch::rounded(crate::model::LonLat::new(lon, lat).unwrap_or_default());
        let playback = &self.playing.playback;
        let plays = playback.is_active().then(|| {
            let length = u32::try_from(playback.length()).unwrap_or(u32::MAX).max(1);
            let reach = match playback.mode() {
                Mode::Cumulative => Reach::All,
                Mode::Window => Reach::Window(length),
                Mode::Trail => Reach::Trail(length),
            };
            let range = playback.range().map_or(0.0, |r| (r.end - r.start) as f64);
            let secs = (range / playback.speed()).round().clamp(2.0, 120.0) as u32;
            crate::model::Plays { secs, reach }
        });
        let mut question = self.question.clone();
        if plays.is_some() {
            // The slide plays all that the window plays, not the moment that was on the screen.
            question.span = playback.range();
        }
        // A small map hides its legend to save room; a page has a place for it.
        let layers = crate::view::Layers { legend: true, legend_at: crate::view::Corner::default(), ..self.layers };
        Seen {
            question,
            extent: Extent::new(corner(b.west, b.south), corner(b.east, b.north)),
            plays,
            layers,
            labels: self.labels,
            perspective: project.meta().perspective,
        }
    }

    /// The view as a slide that is not kept, for a project without slides.
    pub(super) fn view_as_slide(&self) -> Slide {
        let mut slide = Slide { title: self.workspace.project().meta().title.clone(), ..Slide::new("view") };
        self.seen().put_into(&mut slide);
        slide.labels = self.labelled();
        slide
    }

    /// The incidents that a slide of the view names: the chosen ones, or the selected one.
    fn labelled(&self) -> Vec<Uid> {
        let project = self.workspace.project();
        let chosen = self.called();
        let ids = if chosen.is_empty() { self.selected.as_slice() } else { chosen };
        ids.iter().filter_map(|id| project.get(*id)).map(|i| i.uid.clone()).collect()
    }

    /// An id that no slide has.
    fn fresh_slide(&mut self) -> Text {
        let slides = &self.workspace.project().meta().slides;
        // One of more numbers than there are slides is free.
        let n =
            (slides.len() + 1..=slides.len() * 2 + 1).find(|n| slides.iter().all(|s| *s.id != *format!("slide-{n}")));
        format!("slide-{}", n.unwrap_or_default()).into()
    }

    /// A new slide from the view, behind the selected one; a title page goes to the front, a closing page to the end.
    pub(super) fn new_slide(&mut self, role: Role) {
        self.take_over();
        let meta = self.workspace.project().meta();
        let last = meta.slides.len();
        let behind = self.state.slides.selected.as_ref().and_then(|id| meta.slide(id)).map_or(last, |(n, _)| n + 1);
        let (at, title) = match role {
            Role::Title => (0, meta.title.clone()),
            Role::Map => (behind, Text::default()),
            Role::Closing => (last, "Thank you".into()),
        };
        let seen = self.seen();
        let mut slide = Slide { role, title, ..Slide::new(&self.fresh_slide()) };
        seen.put_into(&mut slide);
        slide.labels = self.labelled();
        self.add_slide(at, slide);
    }

    /// A copy behind a slide.
    pub(super) fn duplicate_slide(&mut self, id: &str) {
        let Some((n, slide)) = self.workspace.project().meta().slide(id) else { return };
        let copy = Slide { approved: "".into(), ..slide.clone() };
        let copy = Slide { id: self.fresh_slide(), ..copy };
        self.add_slide(n + 1, copy);
    }

    fn add_slide(&mut self, at: usize, slide: Slide) {
        let id = slide.id.clone();
        self.state.slides.open = true;
        self.show_map();
        self.commit(Command::Meta(MetaEdit::AddSlide(at, Box::new(slide))));
        self.state.slides.selected = Some(id);
        self.state.slides.reveal = true;
    }

    /// Takes the view into a slide.
    pub(super) fn update_slide(&mut self, id: &str) {
        let Some((_, slide)) = self.workspace.project().meta().slide(id) else { return };
        let mut next = slide.clone();
        let mut seen = self.seen();
        // A play that was chosen by hand is not taken away by a view that stands still.
        seen.plays = seen.plays.or(slide.plays);
        seen.layers.legend = !slide.hidden.iter().any(|h| &**h == "legend");
        seen.put_into(&mut next);
        // Without any chosen now, those of the slide stay.
        if !self.called().is_empty() {
            next.labels = self.labelled();
        }
        self.commit(Command::Meta(MetaEdit::SetSlide(Box::new(next))));
    }

    /// Shows a slide's view on the map, to be worked on.
    pub(super) fn show_slide(&mut self, ctx: &egui::Context, id: &str) {
        let Some((_, slide)) = self.workspace.project().meta().slide(id) else { return };
        let seen = Seen::of(slide, self.workspace.project(), self.labels);
        self.state.slides.selected = Some(slide.id.clone());
        self.show_map();
        self.playing.playback.stop();
        self.play = None;
        self.question = seen.question;
        self.layers = crate::view::Layers { legend: self.layers.legend, ..seen.layers };
        self.labels = seen.labels;
        self.refresh();
        let v = self.map.viewport();
        let to = seen.extent.map(|e| {
            let [sw, ne] = e.corners();
            let bbox = BoundingBox { west: sw.lon(), south: sw.lat(), east: ne.lon(), north: ne.lat() };
            Camera::fit(bbox, v.width, v.height, 0.0, 18.0)
        });
        match to {
            Some(to) => self.map.fly(ctx, to, true),
            None => self.fit(ctx, true),
        }
    }
}

fn draw(project: &crate::model::Project, key: Key, stage: Stage, maps: &Maps) -> Drawn {
    let figures = talk::figures(project, &key.slide);
    let prepared = Prepared::new(project, &key.slide, stage.labels, stage.zone).with_maps(maps);
    let layout = talk::layout(project, &prepared, stage);
    let pixels = talk::ground(&prepared, stage, layout.camera, SCALE).and_then(|mut ground| {
        let page = talk::page(project, &prepared, stage, &layout, 0, None, 1.0);
        raster::draw(&page, &mut ground, SCALE).ok()?;
        let size = [ground.width() as usize, ground.height() as usize];
        Some(egui::ColorImage::from_rgba_premultiplied(size, ground.data()))
    });
    Drawn { key, pixels, figures }
}
