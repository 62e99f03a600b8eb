//! A picture on its way to the ground: unpacked on a thread, shown in pieces, laid over the map as its points say.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;

use egui::{ColorImage, Rect, TextureHandle, TextureOptions, pos2, vec2};
use tiny_skia::Pixmap;

use super::{App, SHARED_FRAME, draw};
use crate::app::files::{Ask, Done};
use crate::edit::{Command, MetaEdit};
use crate::io::media;
use crate::model::{ControlPoint, LonLat, MapOrigin, MapSource, Plane, TiedPicture};
use crate::panels::Picking;
use crate::panels::sources::Asked;
use crate::panels::sources::grip::{Hand, Side, grip, is_held};
use crate::panels::sources::tie::{Agreement, Tie, Tied, View, mark};
use crate::tiles::fetcher::Fetcher;
use crate::tiles::{Fit, Picture, open_picture};

/// Bytes of a picture that is copied beside the project, at most.
const BYTES: u64 = 256 << 20;
/// Pixels along the side of a piece in the pane.
const SIDE: u32 = 512;
/// Pieces kept, and handed over in a frame, at most.
const PIECES: usize = 96;
const A_FRAME: usize = 6;

/// A picture on its way to the ground.
#[derive(Default)]
pub(super) struct Tying {
    /// The file that is copied beside the project; `None`: it lies there already.
    file: Option<PathBuf>,
    picture: Option<Arc<Picture>>,
    failed: Option<String>,
    copying: bool,
    pieces: HashMap<(usize, u32, u32), (TextureHandle, u64)>,
    /// The picture over the map, and what it rests on.
    preview: Option<(Vec<ControlPoint>, Plane, u64, Fetcher)>,
}

/// A picture was unpacked.
pub(in crate::app) struct Unpacked(Result<Arc<Picture>, String>);

/// A picture was copied beside the project.
pub(in crate::app) struct Copied(Result<String, String>);

impl App {
    /// Carries out what is asked of pictures.
    pub(super) fn tie_asked(&mut self, ctx: &egui::Context, asked: &Asked) {
        match asked {
            Asked::AddPicture if self.file.path.is_none() => {
                self.notices.say("A picture is copied beside the project: save the project first.");
                self.after_save = Some(Asked::AddPicture.into());
                self.ask(ctx, Ask::Save);
            }
            Asked::AddPicture => self.ask(ctx, Ask::MapPicture),
            Asked::Tie(n) => self.tie_again(ctx, *n),
            Asked::Pick(yes) => {
                let waits = self.state.maps.tie.as_ref().is_some_and(|t| t.pending.is_some() || t.anew.is_some());
                if *yes && waits {
                    self.state.picking = Some(Picking::TiePoint);
                } else if self.state.picking == Some(Picking::TiePoint) {
                    self.state.picking = None;
                }
            }
            Asked::TieDone => self.tie_done(ctx),
            Asked::TieDrop => self.tie_over(),
            _ => {}
        }
    }

    /// A picture was chosen to be tied to the ground.
    pub(in crate::app) fn add_map_picture(&mut self, ctx: &egui::Context, path: PathBuf) {
        let name = path.file_stem().map(|s| s.to_string_lossy().into_owned()).unwrap_or_default();
        let tie = Tie { name, opacity: 70, ..Tie::default() };
        self.begin_tie(tie, Some(path.clone()));
        self.work(ctx, Some("opening the picture …"), move || Done::Unpacked(Unpacked(Picture::read(&path))));
    }

    fn tie_again(&mut self, ctx: &egui::Context, n: usize) {
        let Some(source) = self.map(n).cloned() else { return };
        let MapOrigin::Picture(picture) = source.origin else { return };
        let tie = Tie {
            of: Some(n),
            name: source.name.to_string(),
            points: picture.points.clone(),
            plane: picture.plane,
            opacity: source.opacity,
            ..Tie::default()
        };
        self.begin_tie(tie, None);
        let access = self.access();
        self.work(ctx, Some("opening the picture …"), move || {
            Done::Unpacked(Unpacked(open_picture(&picture, &access).map_err(|e| e.what)))
        });
    }

    fn begin_tie(&mut self, tie: Tie, file: Option<PathBuf>) {
        self.state.slides.open = false;
        self.state.statistics.open = false;
        (self.state.maps.open, self.state.maps.tie) = (true, Some(tie));
        self.sources.tying = Tying { file, ..Tying::default() };
    }

    /// The picture is there, or not.
    pub(in crate::app) fn picture_unpacked(&mut self, Unpacked(result): Unpacked) {
        match result {
            Ok(picture) => self.sources.tying.picture = Some(picture),
            Err(why) => self.sources.tying.failed = Some(why),
        }
    }

    fn tie_over(&mut self) {
        self.state.maps.tie = None;
        self.sources.tying = Tying::default();
        if self.state.picking == Some(Picking::TiePoint) {
            self.state.picking = None;
        }
    }

    fn tie_done(&mut self, ctx: &egui::Context) {
        let Some(tie) = &self.state.maps.tie else { return };
        let of = tie.of;
        if Fit::new(&tie.points, tie.plane).is_err() || self.refuses_steps() {
            return;
        }
        match (self.sources.tying.file.clone(), self.file.path.clone()) {
            (Some(file), Some(project)) => {
                self.sources.tying.copying = true;
                self.work(ctx, Some("copying the picture …"), move || {
                    Done::Copied(Copied(
                        media::attach(&crate::io::disk::RealDisk, &project, &file, BYTES).map(|a| a.file),
                    ))
                });
            }
            (None, _) => {
                let source = of.and_then(|n| self.map(n));
                if let Some(MapOrigin::Picture(picture)) = source.map(|s| &s.origin) {
                    let media = picture.media.to_string();
                    self.keep_tie(&media);
                }
            }
            (Some(_), None) => self.notices.fail("Save the project first: the picture is copied beside it."),
        }
    }

    /// The picture lies beside the project, or not.
    pub(in crate::app) fn picture_copied(&mut self, Copied(result): Copied) {
        self.sources.tying.copying = false;
        match result {
            Ok(name) => self.keep_tie(&name),
            Err(e) => self.notices.fail(format!("The picture was not copied, the points are still here: {e}")),
        }
    }

    /// The picture with its points, as one step.
    fn keep_tie(&mut self, media: &str) {
        let Some(tie) = self.state.maps.tie.clone() else { return };
        let picture = TiedPicture { media: media.into(), points: tie.points, plane: tie.plane };
        let before = tie.of.and_then(|n| self.map(n)).cloned();
        let source = before.unwrap_or_else(|| MapSource::new("", MapOrigin::Picture(picture.clone())));
        let next = MapSource {
            name: tie.name.trim().into(),
            origin: MapOrigin::Picture(picture),
            opacity: tie.opacity,
            ..source
        };
        let edit = match tie.of {
            Some(n) => MetaEdit::SetMap(n, Box::new(next)),
            None => MetaEdit::AddMap(Box::new(next)),
        };
        self.commit(Command::Meta(edit));
        self.tie_over();
    }

    /// The click on the map that a point waited for.
    pub(in crate::app) fn tie_clicked(&mut self, at: LonLat) {
        if let Some(tie) = &mut self.state.maps.tie {
            tie.placed(crate::app::dispatch::rounded(at));
        }
    }

    /// Takes the last point of a picture back; `false` if none is being tied.
    pub(in crate::app) fn point_back(&mut self) -> bool {
        self.state.maps.tie.as_mut().is_some_and(Tie::back)
    }

    /// What the pane is told of the picture.
    pub(in crate::app) fn tied(&mut self, ctx: &egui::Context) -> Tied {
        let Some(tie) = &self.state.maps.tie else { return Tied::default() };
        let fit = (tie.points.len() >= 3).then(|| Fit::new(&tie.points, tie.plane));
        let fit = fit.map(|fit| {
            fit.map(|fit| Agreement {
                residuals: tie.points.iter().map(|p| fit.residual(p)).collect(),
                total: fit.error(&tie.points),
                metres_per_pixel: fit.metres_per_pixel(),
            })
        });
        let tying = &mut self.sources.tying;
        let picture = tying.picture.clone();
        Tied {
            size: picture.as_ref().map(|p| p.size()),
            failed: tying.failed.clone(),
            pieces: picture.map(|p| tying.pieces(ctx, &p, tie.view)).unwrap_or_default(),
            fit,
            copying: tying.copying,
        }
    }

    /// The picture over the map as its points say, and the points.
    pub(super) fn tie_ui(&mut self, painter: &egui::Painter, rect: Rect) {
        let Some(tie) = &self.state.maps.tie else {
            if self.sources.tying.picture.is_some() || self.sources.tying.file.is_some() {
                self.sources.tying = Tying::default();
            }
            return;
        };
        let (viewport, ctx) = (self.map.viewport(), painter.ctx().clone());
        let tying = &mut self.sources.tying;
        let rests_on = |p: &(Vec<ControlPoint>, Plane, u64, Fetcher)| p.0 == tie.points && p.1 == tie.plane;
        // While a point is dragged, the picture follows as fast as it is drawn.
        let is_drawn = |p: &(Vec<ControlPoint>, Plane, u64, Fetcher)| p.3.status().loading == 0;
        let waits = tie.steps.dragged().is_some() && !tying.preview.as_ref().is_none_or(is_drawn);
        if let Some(picture) = &tying.picture
            && !tying.preview.as_ref().is_some_and(rests_on)
            && !waits
        {
            // While the points do not tie it, nothing is laid over the map.
            let source = picture.tie(&tie.points, tie.plane).ok();
            let number = tying.preview.as_ref().map_or_else(
                || {
                    self.sources.numbers += 1;
                    self.sources.numbers
                },
                |p| p.2,
            );
            let fetcher = |source| {
                if self.world.threads {
                    let ctx = ctx.clone();
                    Fetcher::new(source, Arc::new(move || ctx.request_repaint_after(SHARED_FRAME)))
                } else {
                    Fetcher::in_place(source)
                }
            };
            tying.preview = source.map(|s| (tie.points.clone(), tie.plane, number, fetcher(s)));
        }
        if let Some((.., number, fetcher)) = &tying.preview {
            let what = (*number, fetcher);
            draw(&mut self.sources.textures, painter, rect, viewport, what, self.theme, tie.opacity);
        }
    }

    /// The points of the picture on the map, over all else: they can be dragged there as well.
    pub(in crate::app) fn tie_marks(&mut self, ui: &egui::Ui, rect: Rect) {
        let Some(mut tie) = self.state.maps.tie.take() else { return };
        let (painter, viewport) = (ui.painter().with_clip_rect(rect), self.map.viewport());
        for n in 0..tie.points.len() {
            let Some(at) = tie.points.get(n).map(|p| p.at) else { continue };
            let [x, y] = viewport.screen_from_lonlat(at);
            let now = rect.min + vec2(x, y);
            let to = match grip(ui, &mut tie, (Side::Map, n), now, rect) {
                Some(Hand::To(p)) => Some(p - rect.min),
                Some(Hand::By([right, down])) => Some(vec2(x + right as f32, y + down as f32)),
                None => None,
            };
            if let (Some(to), Some(point)) = (to, tie.points.get_mut(n)) {
                point.at = near(viewport.lonlat_from_screen([to.x, to.y]));
            }
            let shown = to.map_or(now, |to| rect.min + to);
            mark(&painter, self.look(), shown, &(n + 1).to_string(), is_held(ui.ctx(), &tie, n));
        }
        self.state.maps.tie = Some(tie);
    }
}

/// A place to a tenth of a metre: a hand that moves a point by a pixel near the ground is no more exact.
fn near(at: LonLat) -> LonLat {
    let r = |v: f64| (v * 1e6).round() / 1e6;
    LonLat::new(r(at.lon()), r(at.lat())).unwrap_or(at)
}

impl Tying {
    /// The number of the preview among the sources, if there is one.
    pub(super) fn number(&self) -> Option<u64> {
        self.preview.as_ref().map(|p| p.2)
    }

    /// The pieces of the picture that the pane shows: a coarse one of all of it, and finer ones over it.
    fn pieces(&mut self, ctx: &egui::Context, picture: &Picture, view: View) -> Vec<(egui::TextureId, Rect)> {
        let levels = picture.levels();
        let [width, height] = picture.size().map(|s| s as f32);
        let pass = ctx.cumulative_pass_nr();
        let mut left = A_FRAME;
        let mut out = Vec::new();
        let coarse = levels.iter().position(|l| l.width().max(l.height()) <= SIDE).unwrap_or(levels.len() - 1);
        let wanted = (1.0 / (view.scale.max(1e-6) * ctx.pixels_per_point())).log2().floor().max(0.0) as usize;
        let mut steps = vec![coarse];
        steps.extend((wanted < coarse).then_some(wanted));
        let [half_across, half_down] = view.size.map(|s| f64::from(s / view.scale.max(1e-6)) / 2.0);
        let [across, down] = view.middle;
        for level in steps {
            let Some(pixels) = levels.get(level) else { continue };
            // Pixels of the picture to one of the level.
            let step = vec2(width / pixels.width() as f32, height / pixels.height() as f32);
            let columns = span(across, half_across, step.x, pixels.width());
            let rows = span(down, half_down, step.y, pixels.height());
            for row in rows {
                for column in columns.clone() {
                    let Some(piece) = Piece::of(pixels, column, row) else { continue };
                    let key = (level, column, row);
                    if !self.pieces.contains_key(&key) && left > 0 {
                        left -= 1;
                        let handle = ctx.load_texture("picture", piece.image(pixels), TextureOptions::LINEAR);
                        self.pieces.insert(key, (handle, pass));
                    }
                    match self.pieces.get_mut(&key) {
                        Some((handle, used)) => {
                            *used = pass;
                            let at = pos2(piece.left as f32 * step.x, piece.top as f32 * step.y);
                            let size = vec2(piece.width as f32 * step.x, piece.height as f32 * step.y);
                            out.push((handle.id(), Rect::from_min_size(at, size)));
                        }
                        None => ctx.request_repaint(),
                    }
                }
            }
        }
        if self.pieces.len() > PIECES {
            self.pieces.retain(|_, (_, used)| *used + 2 > pass);
        }
        out
    }
}

/// The pieces of a level, of `size` pixels, that lie so far about a pixel of the picture; `step` is pixels of the picture to one
/// of the level.
fn span(middle: f64, half: f64, step: f32, size: u32) -> std::ops::Range<u32> {
    let at = |v: f64| (v / f64::from(step)).clamp(0.0, f64::from(size)) as u32;
    at(middle - half) / SIDE..(at(middle + half) / SIDE + 1).min(size.div_ceil(SIDE))
}

/// A part of a level.
struct Piece {
    left: u32,
    top: u32,
    width: u32,
    height: u32,
}

impl Piece {
    fn of(pixels: &Pixmap, column: u32, row: u32) -> Option<Self> {
        let (left, top) = (column * SIDE, row * SIDE);
        let width = pixels.width().checked_sub(left)?.min(SIDE);
        let height = pixels.height().checked_sub(top)?.min(SIDE);
        (width > 0 && height > 0).then_some(Self { left, top, width, height })
    }

    fn image(&self, pixels: &Pixmap) -> ColorImage {
        let row = pixels.width() as usize * 4;
        let mut data = Vec::with_capacity(self.width as usize * self.height as usize * 4);
        for y in self.top..self.top + self.height {
            let from = y as usize * row + self.left as usize * 4;
            data.extend(pixels.data().get(from..from + self.width as usize * 4).unwrap_or_default());
        }
        ColorImage::from_rgba_premultiplied([self.width as usize, self.height as usize], &data)
    }
}
