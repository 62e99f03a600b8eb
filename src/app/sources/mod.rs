//! The map sources of the project in the window: opened on threads as far as the user allows it, drawn over the embedded
//! ground in their order, and what is said of those that are not.
//!
//! Invariants: a frame never waits for a source; a source that fails takes nothing else down; what the user allows is kept in
//! the settings, by the project's file.

mod act;
mod textures;
mod tie;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use egui::{Color32, Mesh, Rect, Shape, pos2};

pub(super) use self::act::is_tiles;
use self::textures::Textures;
pub(super) use self::tie::{Copied, Unpacked};
use super::App;
use super::files::Done;
use crate::io::settings::MapAccess;
use crate::model::{MapOrigin, MapSource};
use crate::panels::sources::{Help, Known, Standing};
use crate::tiles::fetcher::Fetcher;
use crate::tiles::net::{Permission, Standing as Asking, learns};
use crate::tiles::{Access, Cover, Layer, Map, Network, Retry, Source, TileError, Wanted, credit};
use crate::view::{Theme, Viewport};

/// How long a tile waits for others to share a frame with.
const SHARED_FRAME: Duration = Duration::from_millis(40);
/// Sources drawn at a time; each has threads and memory of its own.
const MOST: usize = 24;
/// Tiles of a source asked for ahead, at most.
const AHEAD: usize = 256;
/// Failed tiles are looked at again no sooner.
const SOONEST: Duration = Duration::from_millis(200);

/// The opened sources, and what is allowed to them.
#[derive(Default)]
pub(super) struct Sources {
    /// Whose allowances these are: how many projects the window had shown, and its file.
    of: Option<(u64, Option<PathBuf>)>,
    pub(super) allowed: MapAccess,
    opened: Vec<Opened>,
    /// What was looked at last to see which are to be opened: the project's part that names them, and how many are open.
    seen: Option<(u64, usize)>,
    textures: Textures,
    /// Numbers given to opened sources so far.
    numbers: u64,
    /// The picture being tied to the ground.
    tying: tie::Tying,
    /// Whether it is still to be said which are not drawn.
    tell: bool,
}

struct Opened {
    number: u64,
    origin: MapOrigin,
    is: Is,
    /// Whether something of it was painted in the last frame, and whether that was ever so.
    shown: bool,
    was_shown: bool,
}

enum Is {
    Opening,
    Open(Fetcher),
    Failed(TileError),
}

/// The end of opening a source.
pub(super) struct Ended {
    number: u64,
    result: Result<Arc<dyn Source>, TileError>,
}

impl Sources {
    fn of(&self, source: &MapSource) -> Option<&Opened> {
        self.opened.iter().find(|o| o.origin == source.origin)
    }

    fn fetcher(&self, source: &MapSource) -> Option<&Fetcher> {
        match &self.of(source)?.is {
            Is::Open(fetcher) => Some(fetcher),
            Is::Opening | Is::Failed(_) => None,
        }
    }

    fn permission(&self) -> Permission {
        Permission { online: self.allowed.online, hosts: self.allowed.hosts.iter().cloned().collect() }
    }

    /// Whom to credit for what is shown.
    pub(super) fn credits(&self, maps: &[MapSource]) -> Vec<String> {
        let shown = maps.iter().filter(|m| m.is_shown() && self.of(m).is_some_and(|o| o.shown));
        shown.filter_map(|m| Some(credit(m, self.fetcher(m)?.source().about()))).collect()
    }

    /// Which sources are open, and what they may ask: what is drawn of them rests on it.
    pub(super) fn stamp(&self, maps: &[MapSource]) -> (Vec<u64>, Permission) {
        let open = maps.iter().filter(|m| m.is_shown()).filter_map(|m| self.of(m));
        let open = open.filter(|o| matches!(o.is, Is::Open(_))).map(|o| o.number);
        (open.collect(), self.permission())
    }

    /// The sources that are open, for a picture. One of a server that may not be asked is among them if something of it was there
    /// to be seen: what was kept.
    pub(super) fn drawn(&self, maps: &[MapSource]) -> Vec<Map> {
        let permission = self.permission();
        let drawn = maps.iter().filter(|m| m.is_shown()).filter_map(|m| {
            let source = Arc::clone(self.fetcher(m)?.source());
            let may_ask = permission.standing(m);
            if !matches!(may_ask, Asking::Local | Asking::Allowed) && !self.of(m)?.was_shown {
                return None;
            }
            let asks = if may_ask == Asking::Allowed { m.hosts() } else { Vec::new() };
            let credit = credit(m, source.about());
            Some(Map { layer: Layer { name: m.shown_name(), opacity: m.opacity, source }, credit, asks })
        });
        drawn.collect()
    }

    /// How it stands with a source at a zoom of the camera.
    pub(super) fn standing(&self, source: &MapSource, zoom: f64, density: f32) -> Standing {
        if source.hidden {
            return Standing::Hidden;
        }
        let is_unsaved = self.allowed.project.as_os_str().is_empty();
        let asking = self.permission().standing(source);
        let not = |why: String, help: Help| Standing::Not { why, help };
        match self.of(source).map(|o| &o.is) {
            None if self.opened.len() >= MOST => {
                not(format!("No more than {MOST} sources are drawn at a time; hide others."), Help::None)
            }
            None | Some(Is::Opening) => Standing::Opening,
            Some(Is::Failed(e)) if e.retry == Retry::NotAllowed => match &source.origin {
                MapOrigin::File(name) if is_unsaved && Path::new(&**name).is_relative() => {
                    not(e.what.clone(), Help::Save)
                }
                MapOrigin::File(_) => not("It lies outside the project's media folder.".into(), Help::AllowFile),
                MapOrigin::Picture(_) if is_unsaved => not(e.what.clone(), Help::Save),
                MapOrigin::Picture(_) | MapOrigin::Url(_) => not(e.what.clone(), Help::None),
            },
            Some(Is::Failed(e)) => not(e.what.clone(), Help::Again),
            Some(Is::Open(fetcher)) => {
                let about = fetcher.source().about();
                let status = fetcher.status();
                match Cover::new([0.0, 0.0, 1e-9, 1e-9], zoom, density, about) {
                    Ok(None) => return Standing::TooFar(about.min_zoom),
                    Err(why) => return not(why, Help::None),
                    Ok(Some(_)) => {}
                }
                match asking {
                    Asking::NotAllowed(hosts) => not(String::new(), Help::AllowHosts(hosts)),
                    Asking::Offline => {
                        not("The network is off; tiles kept from before are shown.".into(), Help::GoOnline)
                    }
                    Asking::Local | Asking::Allowed => match status.why {
                        Some(why) => not(why, Help::Again),
                        None => Standing::Shown { loading: status.loading },
                    },
                }
            }
        }
    }

    /// Asks for the tiles of what a map at `rect` will show next, so that they are there then.
    pub(super) fn ask_ahead(
        &self,
        ctx: &egui::Context,
        rect: Rect,
        viewport: Viewport,
        maps: &[MapSource],
        theme: Theme,
    ) {
        let wanted = wanted(ctx, rect, viewport, theme);
        for fetcher in maps.iter().filter(|m| m.is_shown()).filter_map(|m| self.fetcher(m)) {
            let about = fetcher.source().about();
            if let Ok(Some(cover)) = Cover::new(viewport.world_rect(), viewport.camera.zoom, wanted.density, about) {
                cover.ids().take(AHEAD).for_each(|id| drop(fetcher.ask(id, wanted)));
            }
        }
    }

    /// Draws the sources that are open over a map at `rect`, the later ones over the earlier. The rectangle may be larger or
    /// smaller than the viewport, by as much as the picture is. `live` is an opacity that is being set.
    pub(super) fn draw(
        &mut self,
        painter: &egui::Painter,
        rect: Rect,
        viewport: Viewport,
        maps: &[MapSource],
        theme: Theme,
        live: Option<(usize, u8)>,
    ) {
        let ctx = painter.ctx().clone();
        self.textures.begin(ctx.cumulative_pass_nr() + 1);
        for (n, source) in maps.iter().enumerate() {
            let opacity = live.filter(|(at, _)| *at == n).map_or(source.opacity, |(_, now)| now);
            if source.hidden || opacity == 0 {
                continue;
            }
            let opened = self.opened.iter_mut().find(|o| o.origin == source.origin);
            if let Some(Opened { number, is: Is::Open(fetcher), shown, was_shown, .. }) = opened {
                *shown = draw(&mut self.textures, painter, rect, viewport, (*number, fetcher), theme, opacity);
                *was_shown |= *shown;
                if let Some(wait) = fetcher.next_try() {
                    ctx.request_repaint_after(wait.max(SOONEST));
                }
            }
        }
    }
}

/// How tiles are wanted for a viewport that is painted at `rect`.
fn wanted(ctx: &egui::Context, rect: Rect, viewport: Viewport, theme: Theme) -> Wanted {
    Wanted { density: ctx.pixels_per_point() * (rect.width() / viewport.width.max(1.0)), theme }
}

/// Draws the tiles of one source that are in sight; whether there were any.
fn draw(
    textures: &mut Textures,
    painter: &egui::Painter,
    rect: Rect,
    viewport: Viewport,
    (number, fetcher): (u64, &Fetcher),
    theme: Theme,
    opacity: u8,
) -> bool {
    let ctx = painter.ctx();
    let wanted = wanted(ctx, rect, viewport, theme);
    let world = viewport.world_rect();
    let about = fetcher.source().about();
    let Ok(Some(cover)) = Cover::new(world, viewport.camera.zoom, wanted.density, about) else { return false };
    let [x0, y0, x1, y1] = world.map(|v| v * f64::from(cover.zoom).exp2());
    let x = |column: f64| rect.min.x + ((column - x0) / (x1 - x0) * f64::from(rect.width())) as f32;
    let y = |row: f64| rect.min.y + ((row - y0) / (y1 - y0) * f64::from(rect.height())) as f32;
    let tint = Color32::from_white_alpha(((u32::from(opacity.min(100)) * 255 + 50) / 100) as u8);
    let mut is_any = false;
    for id in cover.ids() {
        let asked = fetcher.ask(id, wanted);
        for quad in textures.quads(ctx, number, id, &asked) {
            // Neighbours end in the very same numbers, so that neither a gap nor a seam is between them.
            let at = |p: egui::Pos2| pos2(x(f64::from(id.x) + f64::from(p.x)), y(f64::from(id.y) + f64::from(p.y)));
            is_any = true;
            let mut mesh = Mesh::with_texture(quad.texture);
            mesh.add_rect_with_uv(Rect::from_min_max(at(quad.part.min), at(quad.part.max)), quad.uv, tint);
            painter.add(Shape::mesh(mesh));
        }
    }
    if textures.has_more() {
        ctx.request_repaint();
    }
    is_any
}

impl App {
    /// What the project may read and contact.
    pub(super) fn access(&self) -> Access {
        Access {
            project: self.file.path.clone(),
            files: self.sources.allowed.files.clone(),
            every_file: false,
            network: self.world.network.clone(),
        }
    }

    /// Before a frame: whose allowances hold, and which sources are to be opened or dropped.
    pub(super) fn refresh_sources(&mut self, ctx: &egui::Context) {
        self.follow_project();
        let stamp = (self.workspace.revisions().meta, self.sources.opened.len());
        if self.sources.seen == Some(stamp) {
            return self.tell_missing(ctx);
        }
        let maps = &self.workspace.project().meta().maps;
        let before = self.sources.opened.len();
        // What is hidden stays open while there is room, so that it is there at once when it is shown.
        let is_full = maps.iter().filter(|m| m.is_shown()).count() > MOST || before >= MOST;
        self.sources.opened.retain(|o| maps.iter().any(|m| m.origin == o.origin && (m.is_shown() || !is_full)));
        let Sources { opened, textures, tying, .. } = &mut self.sources;
        if opened.len() != before {
            let preview = tying.number();
            textures.keep(|number| Some(number) == preview || opened.iter().any(|o| o.number == number));
        }
        let missing = maps.iter().filter(|m| m.is_shown() && self.sources.of(m).is_none());
        let missing: Vec<MapSource> = missing.take(MOST - self.sources.opened.len().min(MOST)).cloned().collect();
        for source in missing {
            if self.sources.of(&source).is_none() {
                self.open_source(ctx, source);
            }
        }
        self.sources.seen = Some((self.workspace.revisions().meta, self.sources.opened.len()));
        self.tell_missing(ctx);
    }

    fn open_source(&mut self, ctx: &egui::Context, source: MapSource) {
        self.sources.numbers += 1;
        let number = self.sources.numbers;
        self.sources.opened.push(Opened {
            number,
            origin: source.origin.clone(),
            is: Is::Opening,
            shown: false,
            was_shown: false,
        });
        let access = self.access();
        self.work(ctx, None, move || {
            let open = std::panic::AssertUnwindSafe(|| crate::tiles::open(&source, &access));
            let result = std::panic::catch_unwind(open)
                .unwrap_or_else(|_| Err(TileError::lasting("it cannot be read; the file is unusual")));
            Done::MapOpened(Ended { number, result })
        });
    }

    /// A source was opened, or not.
    pub(super) fn source_opened(&mut self, ctx: &egui::Context, ended: Ended) {
        let threads = self.world.threads;
        // One that was dropped meanwhile is nobody's.
        let Some(opened) = self.sources.opened.iter_mut().find(|o| o.number == ended.number) else { return };
        opened.is = match ended.result {
            Ok(source) if threads => {
                let ctx = ctx.clone();
                Is::Open(Fetcher::new(source, Arc::new(move || ctx.request_repaint_after(SHARED_FRAME))))
            }
            Ok(source) => Is::Open(Fetcher::in_place(source)),
            Err(error) => Is::Failed(error),
        };
    }

    /// Takes over what is allowed when the project or its file is another one. A project saved under another name keeps what it
    /// was allowed; one that was opened has what was allowed to it before.
    fn follow_project(&mut self) {
        let now = (self.projects, self.file.path.clone());
        if self.sources.of.as_ref() == Some(&now) {
            return;
        }
        let is_renamed = self.sources.of.as_ref().is_some_and(|(number, _)| *number == now.0);
        let remembered = now.1.as_deref().map(|path| self.settings.allowed(path)).unwrap_or_default();
        self.sources.tell = !is_renamed;
        self.sources.of = Some(now);
        (self.sources.opened, self.sources.seen) = (Vec::new(), None);
        self.sources.textures.keep(|_| false);
        let allowed = if is_renamed {
            let mut both = std::mem::take(&mut self.sources.allowed);
            both.project = remembered.project;
            both.hosts.extend(remembered.hosts);
            both.files.extend(remembered.files);
            both.hosts.sort();
            both.hosts.dedup();
            both.files.sort();
            both.files.dedup();
            both
        } else {
            remembered
        };
        self.sources.allowed = allowed;
        self.allow_network();
    }

    /// Says once, after a project was opened, that some of its sources are not drawn.
    fn tell_missing(&mut self, ctx: &egui::Context) {
        // In a show nothing is said; it is said after it.
        if !self.sources.tell || self.is_presenting() {
            return;
        }
        let (zoom, density) = (self.map.camera().zoom, ctx.pixels_per_point());
        let maps = self.workspace.project().meta().maps.iter().filter(|m| m.is_shown());
        let standings: Vec<Standing> = maps.map(|m| self.sources.standing(m, zoom, density)).collect();
        if standings.iter().any(|s| matches!(s, Standing::Opening)) {
            return;
        }
        self.sources.tell = false;
        let missing = standings.iter().filter(|s| matches!(s, Standing::Not { .. })).count();
        if missing > 0 {
            let what = if missing == 1 { "A map source is".to_owned() } else { format!("{missing} map sources are") };
            self.notices.say(format!("{what} not drawn; Layers → Map sources says why."));
        }
    }

    /// Draws the sources over the ground.
    pub(super) fn sources_ui(&mut self, painter: &egui::Painter, rect: Rect) {
        let maps = &self.workspace.project().meta().maps;
        let viewport = self.map.viewport();
        // What is tied anew is shown as it will be, not as it is.
        let tied = self.state.maps.tie.as_ref().and_then(|t| t.of).map(|n| (n, 0));
        let maps = if self.layers.map_sources { maps.as_slice() } else { &[] };
        self.sources.draw(painter, rect, viewport, maps, self.theme, tied.or(self.state.maps.live));
        self.tie_ui(painter, rect);
    }

    /// Whom to credit for the sources on the map.
    pub(super) fn credits(&self) -> Vec<String> {
        let maps = &self.workspace.project().meta().maps;
        if self.layers.map_sources { self.sources.credits(maps) } else { Vec::new() }
    }

    /// What the panel is told of the sources.
    pub(super) fn known_maps(&mut self, ctx: &egui::Context) -> Known {
        if !self.state.maps.open {
            return Known::default();
        }
        let tied = self.tied(ctx);
        let (zoom, density) = (self.map.camera().zoom, ctx.pixels_per_point());
        let maps = &self.workspace.project().meta().maps;
        let hosts = maps.iter().flat_map(MapSource::hosts);
        Known {
            standings: maps.iter().map(|m| self.sources.standing(m, zoom, density)).collect(),
            hosts: self.sources.allowed.hosts.clone(),
            tied,
            learns: hosts.map(|h| (h.clone(), learns(&h))).collect(),
            layers: self.layers,
        }
    }

    /// The network as it is.
    pub(super) fn network(&self) -> Option<&Arc<Network>> {
        self.world.network.as_ref()
    }
}

#[cfg(test)]
mod tests {
    use egui::{Context, RawInput, ViewportId};
    use tiny_skia::Pixmap;

    use super::*;
    use crate::model::LonLat;
    use crate::tiles::{About, TileId};
    use crate::view::Camera;

    /// Large tiles everywhere.
    struct Plain(About);

    impl Source for Plain {
        fn about(&self) -> &About {
            &self.0
        }

        fn tile(&self, _: TileId, _: Wanted) -> Result<Option<Pixmap>, TileError> {
            Ok(Pixmap::new(1_024, 1_024))
        }
    }

    #[test]
    fn a_window_that_comes_to_rest_shows_every_tile_that_is_there() {
        let (name, attribution) = (String::new(), String::new());
        let about = About { name, attribution, min_zoom: 0, max_zoom: 9, tile_size: 256 };
        let camera = Camera::new(LonLat::new(46.0, 40.0).unwrap(), 7.0);
        let viewport = Viewport { camera, width: 900.0, height: 600.0 };
        let rect = Rect::from_min_size(egui::Pos2::ZERO, egui::vec2(900.0, 600.0));
        let cover = Cover::new(viewport.world_rect(), 7.0, 1.0, &about).unwrap().unwrap();
        let fetcher = Fetcher::in_place(Arc::new(Plain(about)));
        let (ctx, mut textures) = (Context::default(), Textures::default());
        let mut passes = 0;
        let shown = loop {
            let mut out = ctx.run_ui(RawInput::default(), |ui| {
                textures.begin(ui.ctx().cumulative_pass_nr() + 1);
                draw(&mut textures, ui.painter(), rect, viewport, (1, &fetcher), Theme::Light, 100);
            });
            out.textures_delta.clear();
            passes += 1;
            let is_at_rest = out.viewport_output.get(&ViewportId::ROOT).is_some_and(|v| !v.repaint_delay.is_zero());
            if is_at_rest {
                break out.shapes.iter().filter(|s| matches!(s.shape, Shape::Mesh(_))).count();
            }
        };
        assert!(passes > 3 && shown == cover.ids().count(), "{shown} tiles after {passes} passes");
    }
}
