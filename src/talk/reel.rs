//! The frames of a slide that plays, one after the other. They are drawn side by side on all cores while those before them are
//! taken in order; no more than two batches are in memory, however long it plays.

use rayon::prelude::*;
use tiny_skia::Pixmap;

use super::export::{Order, Told};
use super::page::Layout;
use super::prepared::Prepared;
use super::{HEIGHT, Stage, layout, page};
use crate::model::{Plays, Project, Reach, Slide};
use crate::picture::list::Picture;
use crate::picture::raster;

/// Pixels drawn at a time: 16 frames of 1920 by 1080.
const TOGETHER: usize = 16 * 1920 * 1080;

/// A slide that is ready to be played frame by frame.
pub(super) struct Reel<'p> {
    project: &'p Project,
    stage: Stage,
    scale: f32,
    prepared: Prepared,
    lies: Layout,
    ground: Pixmap,
    /// How many frames there are.
    pub(super) frames: u32,
}

/// Frames with their numbers; `None`: the same as the one before.
type Drawn<T> = Vec<(u32, Result<Option<T>, String>)>;

/// Takes a frame by its number, from 0; `None`: the same as the one before.
pub(super) type Taken<'t, T> = dyn FnMut(u32, Option<T>) -> Result<(), String> + 't;

impl<'p> Reel<'p> {
    /// A slide at `fps` frames a second; one that does not play plays its window for eight seconds.
    pub(super) fn new(project: &'p Project, slide: &Slide, order: &Order, fps: u32, most: u32) -> Result<Self, String> {
        let [w, h] = order.size;
        let stage = Stage { width: Stage::for_shape(w as f32, h as f32).width, ..order.stage };
        let scale = (h as f32 / HEIGHT).min(w as f32 / stage.width);
        let mut slide = slide.clone();
        let plays = slide.plays.unwrap_or(Plays { secs: 8, reach: Reach::All });
        slide.plays = Some(Plays { secs: order.film.secs.unwrap_or(plays.secs).max(1), ..plays });
        let prepared = Prepared::new(project, &slide, stage.labels, stage.zone).with_maps(&order.maps);
        let secs = prepared.play_secs().ok_or("the slide shows no time that could be played")?;
        let frames = (secs * f64::from(fps)).ceil().max(2.0) as u32;
        if frames > most {
            return Err(format!("{frames} frames are more than {most}; make --seconds or --fps smaller"));
        }
        let lies = layout(project, &prepared, stage);
        let ground = super::ground(&prepared, stage, lies.camera, scale)
            .filter(|g| g.width() == w && g.height() == h)
            .ok_or("an animation is between 1:1 and 3:1 and has at most 64 megapixels; choose another --size")?;
        Ok(Self { project, stage, scale, prepared, lies, ground, frames })
    }

    fn page(&mut self, share: f64) -> Picture {
        self.prepared.play_to(self.project, self.stage.zone, share);
        page(self.project, &self.prepared, self.stage, &self.lies, 0, None, 1.0)
    }

    /// The end, which has the most on it.
    pub(super) fn end(&mut self) -> Result<Pixmap, String> {
        let picture = self.page(1.0);
        paint(&picture, &self.ground, self.scale)
    }

    /// Draws all frames, makes something of each on all cores, and hands it to `take` in order.
    pub(super) fn run<T: Send>(
        &mut self,
        make: impl Fn(&Pixmap) -> T + Sync,
        take: &mut Taken<'_, T>,
        told: &mut Told,
    ) -> Result<(), String> {
        let frames = self.frames;
        let batch = (TOGETHER / (self.ground.width() as usize * self.ground.height() as usize).max(1)).clamp(2, 32);
        let mut last: Option<Picture> = None;
        let mut before: Drawn<T> = Vec::new();
        let all: Vec<u32> = (0..frames).collect();
        let mut hand = |drawn: Drawn<T>| -> Result<(), String> {
            for (n, made) in drawn {
                told(n as f32 / frames as f32)?;
                take(n, made?)?;
            }
            Ok(())
        };
        for chunk in all.chunks(batch) {
            // A picture that is laid out as the one before it is not drawn again.
            let mut laid: Vec<(u32, Option<Picture>)> = Vec::new();
            for n in chunk {
                let picture = self.page(f64::from(n + 1) / f64::from(frames));
                if last.as_ref() == Some(&picture) {
                    laid.push((*n, None));
                } else {
                    laid.push((*n, Some(picture.clone())));
                    last = Some(picture);
                }
            }
            let (ground, scale, make) = (&self.ground, self.scale, &make);
            let one = |(n, picture): &(u32, Option<Picture>)| {
                let made = picture.as_ref().map(|p| paint(p, ground, scale).map(|p| make(&p))).transpose();
                (*n, made)
            };
            let drawn = &mut Vec::new();
            let done = std::mem::take(&mut before);
            rayon::in_place_scope(|scope| {
                scope.spawn(|_| *drawn = laid.par_iter().map(one).collect());
                hand(done)
            })?;
            before = std::mem::take(drawn);
        }
        hand(before)
    }
}

/// A picture on a ground of its own.
fn paint(picture: &Picture, ground: &Pixmap, scale: f32) -> Result<Pixmap, String> {
    let mut own = ground.clone();
    raster::draw(picture, &mut own, scale)?;
    Ok(own)
}
