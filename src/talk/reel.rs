//! The frames of a slide that plays, one after the other. They are drawn side by side on all cores while those before them are
//! taken in order; no more than two batches are in memory, however long it plays.

use rayon::prelude::*;
use tiny_skia::Pixmap;

use super::export::{Order, Told};
use super::page::Layout;
use super::prepared::Prepared;
use super::{HEIGHT, Stage, layout, page};
use crate::model::{Plays, Project, Reach, Slide};
use crate::picture::frames::Frames;
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
    drawer: Frames,
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
        Ok(Self { project, stage, scale, prepared, lies, drawer: Frames::new(ground, scale), frames })
    }

    fn page(&mut self, share: f64) -> Picture {
        self.prepared.play_to(self.project, self.stage.zone, share);
        page(self.project, &self.prepared, self.stage, &self.lies, 0, None, 1.0)
    }

    /// The end, which has the most on it.
    pub(super) fn end(&mut self) -> Result<Pixmap, String> {
        let picture = self.page(1.0);
        let mut own = self.drawer.ground().clone();
        raster::draw(&picture, &mut own, self.scale)?;
        Ok(own)
    }

    /// Draws all frames, makes something of each on all cores, and hands it to `take` in order.
    pub(super) fn run<T: Send>(
        &mut self,
        make: impl Fn(&Pixmap) -> T + Sync,
        take: &mut Taken<'_, T>,
        told: &mut Told,
    ) -> Result<(), String> {
        let frames = self.frames;
        let ground = self.drawer.ground();
        let batch = (TOGETHER / (ground.width() as usize * ground.height() as usize).max(1)).clamp(2, 32);
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
            let mut pictures: Vec<Picture> = Vec::new();
            let mut laid: Vec<(u32, Option<usize>)> = Vec::new();
            for n in chunk {
                let picture = self.page(f64::from(n + 1) / f64::from(frames));
                let before = pictures.last().or(last.as_ref());
                if before == Some(&picture) {
                    laid.push((*n, None));
                } else {
                    laid.push((*n, Some(pictures.len())));
                    pictures.push(picture);
                }
            }
            let (drawer, make) = (&mut self.drawer, &make);
            let mut draw = |pictures: &[Picture]| -> Drawn<T> {
                match drawer.batch(pictures) {
                    Err(e) => laid.iter().map(|(n, _)| (*n, Err(e.clone()))).collect(),
                    Ok(batch) => {
                        laid.par_iter().map(|(n, place)| (*n, Ok(place.map(|p| make(&batch.frame(p)))))).collect()
                    }
                }
            };
            let drawn = &mut Vec::new();
            let done = std::mem::take(&mut before);
            rayon::in_place_scope(|scope| {
                scope.spawn(|_| *drawn = draw(&pictures));
                hand(done)
            })?;
            before = std::mem::take(drawn);
            last = pictures.pop().or(last);
        }
        hand(before)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::super::export::Kind;
    use super::super::{Film, Paper};
    use super::*;
    use crate::io::project;
    use crate::tiles::Maps;

    #[test]
    fn every_frame_of_a_play_is_its_page_as_it_would_be_drawn_alone() {
        let project = project::read(include_bytes!("../../assets/september-2022.clashmap.geojson")).unwrap().project;
        let slide = project.meta().slide("two-days").unwrap().1.clone();
        let order = Order {
            kind: Kind::Gif,
            stage: Stage::for_shape(16.0, 9.0),
            slides: Vec::new(),
            stem: String::new(),
            paper: Paper::SCREEN,
            notes: false,
            size: [480, 270],
            film: Film { fps: 6, secs: Some(8) },
            maps: Maps::default(),
        };
        let mut reel = Reel::new(&project, &slide, &order, 6, 100).unwrap();
        let mut taken = BTreeMap::new();
        let mut take = |n, pixmap| {
            taken.insert(n, pixmap);
            Ok(())
        };
        reel.run(Pixmap::clone, &mut take, &mut |_| Ok(())).unwrap();
        assert_eq!(taken.len(), 48);
        let mut before = None;
        for (n, pixmap) in taken {
            let picture = reel.page(f64::from(n + 1) / 48.0);
            let mut own = reel.drawer.ground().clone();
            raster::draw(&picture, &mut own, reel.scale).unwrap();
            assert_eq!(pixmap.is_none(), before.as_ref() == Some(&picture), "frame {n}");
            assert!(pixmap.is_none_or(|p| p == own), "frame {n}");
            before = Some(picture);
        }
    }
}
