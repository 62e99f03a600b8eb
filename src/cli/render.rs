//! `clashmap render FILE -o OUT`: the map as a picture, without a display and without a GPU.
//!
//! [`render`] gives the bytes of the picture, the same for the same project and options; writing them is the caller's
//! work. The picture is the one that the window shows, with a title and a note of neutrality.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;

use super::map_sources::{self, MapArgs, open_maps};
use super::question::{ViewArgs, question, with_saved};
use crate::derive::{Derived, Question, derive, derive_scanned};
use crate::io::project::Opened;
use crate::model::{
    IncidentId, Kind, Language, LonLat, Moment, Perspective, Project, Slide, Span, Uid, Withheld, given_out,
};
use crate::picture::{self, Furniture, Picture, Scene, pdf, raster, svg};
use crate::talk::{self, Paper, Prepared, Stage};
use crate::tiles::{Access, Maps, Network, Wanted};
use crate::view::camera::BoundingBox;
use crate::view::{Camera, Corner, Labels, Layers, Symbols, Theme, Viewport, Zone};

/// The options of `render` as typed.
#[derive(Args, Clone, Debug)]
pub struct RenderArgs {
    /// The project file
    pub file: PathBuf,
    /// The picture to write: .png, .svg or .pdf
    #[arg(short = 'o', long = "out", value_name = "OUT")]
    pub out: PathBuf,
    /// Width and height in points
    #[arg(long, value_name = "WxH", default_value = "1920x1080")]
    pub size: String,
    /// Pixels to a point, 0.5 to 8
    #[arg(long, default_value_t = 1.0)]
    pub scale: f32,
    /// The part of the map in degrees: west,south,east,north (default: what fits the incidents)
    #[arg(long, value_name = "W,S,E,N", allow_hyphen_values = true)]
    pub bbox: Option<String>,
    /// A second language of names beside the first
    #[arg(long, value_name = "LANGUAGE", value_parser = ["en", "hy", "az", "ru"])]
    pub second_lang: Option<String>,
    /// What symbols say: the dead of each party in halves or as shares of a ring, all together as a disc, the kind, or (heat)
    /// by a tint where incidents lie close together
    #[arg(long, value_name = "HOW", default_value = "halves", 
        value_parser = ["halves", "ring", "disc", "kind", "heat"])]
    pub symbols: String,
    /// The corner of the legend
    #[arg(long, value_name = "CORNER", default_value = "bottom-left",
        value_parser = ["top-left", "top-right", "bottom-left", "bottom-right", "none"])]
    pub legend: String,
    /// The stack of the incident with this id, opened
    #[arg(long, value_name = "ID")]
    pub spread: Option<String>,
    /// An incident by its id that is named with day, place and dead beside a line to its symbol; may be repeated
    #[arg(long, value_name = "ID")]
    pub call: Vec<String>,
    /// Without title, legend, scale bar and credits (give the credits where the picture is shown)
    #[arg(long)]
    pub bare: bool,
    /// Borders and lines as they were on this date, whatever the incidents cover
    #[arg(long, value_name = "DATE", allow_hyphen_values = true)]
    pub date: Option<String>,
    /// The note of neutrality in other words than the project's; empty leaves it out
    #[arg(long, value_name = "WORDS")]
    pub note: Option<String>,
    /// The paper of a PDF: a4, a3, a5, a2, letter, each lying or with -portrait, or millimetres such as 300x200
    #[arg(long, value_name = "PAPER")]
    pub paper: Option<String>,
    /// A slide of the project by its id, with its own view; of the view options only --theme and --lang count besides
    #[arg(long, value_name = "ID", conflicts_with_all = ["bbox", "date", "bare", "note"])]
    pub slide: Option<String>,
    /// Draw incidents and fields marked as sensitive as well
    #[arg(long)]
    pub sensitive: bool,
    /// What may be read and asked for map sources
    #[command(flatten)]
    pub maps: MapArgs,
    /// View options
    #[command(flatten)]
    pub view: ViewArgs,
}

/// The format of a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Pixels.
    Png,
    /// Vectors over a raster ground.
    Svg,
    /// The same on paper, with the fonts in it.
    Pdf,
}

impl Format {
    /// The format of a file name's ending.
    ///
    /// # Errors
    /// Which endings there are.
    pub fn of(path: &Path) -> Result<Self, String> {
        match path.extension().and_then(|e| e.to_str()).map(str::to_ascii_lowercase).as_deref() {
            Some("png") => Ok(Self::Png),
            Some("svg") => Ok(Self::Svg),
            Some("pdf") => Ok(Self::Pdf),
            _ => Err(format!(
                "{}: pictures are written as .png, .svg or .pdf; end the name in one of them",
                path.display()
            )),
        }
    }
}

/// What is drawn, checked.
#[derive(Clone, Debug)]
pub struct Options {
    /// Format.
    pub format: Format,
    /// Width in points.
    pub width: f32,
    /// Height in points.
    pub height: f32,
    /// Pixels to a point.
    pub scale: f32,
    /// The part of the map; `None`: what fits the incidents.
    pub bbox: Option<BoundingBox>,
    /// What is asked.
    pub question: Question,
    /// Languages of the names.
    pub labels: Labels,
    /// The zone whose days are shown.
    pub zone: Zone,
    /// Colours.
    pub theme: Theme,
    /// What of the map is shown.
    pub layers: Layers,
    /// Whether incidents pale with age, and from when on.
    pub fade: Option<picture::Fade>,
    /// The selected incident.
    pub selected: Option<IncidentId>,
    /// An incident whose stack is drawn open.
    pub spread: Option<IncidentId>,
    /// Incidents named beside their symbols.
    pub called: Vec<IncidentId>,
    /// Whether title, legend, scale bar and credits are left out.
    pub bare: bool,
    /// The note of neutrality; empty: none, `None`: the project's.
    pub note: Option<String>,
    /// The perspective; `None`: the project's.
    pub perspective: Option<Perspective>,
    /// The time for which borders and lines are drawn; `None`: the window of the question, else that of the incidents.
    pub shown: Option<Span>,
    /// The slide to draw instead; its view counts, of the above only size, colours, zone and languages.
    pub slide: Option<Box<Slide>>,
    /// The paper of a PDF; `None`: of the picture's size.
    pub paper: Option<Paper>,
    /// What of the project's map sources may be read.
    pub access: Access,
}

/// A picture.
#[derive(Clone, Debug)]
pub struct Drawn {
    /// The file.
    pub bytes: Vec<u8>,
    /// What of the map sources is missing, one line each.
    pub missing: Vec<String>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            format: Format::Png,
            width: 1920.0,
            height: 1080.0,
            scale: 1.0,
            bbox: None,
            question: Question::default(),
            labels: Labels::default(),
            zone: Zone::default(),
            theme: Theme::Light,
            layers: Layers::default(),
            fade: None,
            selected: None,
            spread: None,
            called: Vec::new(),
            bare: false,
            note: None,
            perspective: None,
            shown: None,
            slide: None,
            paper: None,
            access: Access::default(),
        }
    }
}

/// Checks the options.
///
/// # Errors
/// One line that says which option is wrong, why, and what can be given.
pub fn options(args: &RenderArgs) -> Result<Options, String> {
    let (width, height) = size(&args.size)?;
    if !(0.5..=8.0).contains(&args.scale) {
        return Err(format!("--scale: {} is not between 0.5 and 8", args.scale));
    }
    if width * args.scale > 16_384.0 || height * args.scale > 16_384.0 || width * height * args.scale.powi(2) > 6.4e7 {
        return Err(format!(
            "--size {} at --scale {}: more than 64 megapixels; make one of them smaller",
            args.size, args.scale
        ));
    }
    let language = |code: &Option<String>| code.as_deref().and_then(Language::from_code);
    Ok(Options {
        format: Format::of(&args.out)?,
        width,
        height,
        scale: args.scale,
        bbox: args.bbox.as_deref().map(bbox).transpose()?,
        question: question(&args.view)?,
        labels: Labels {
            first: language(&args.view.lang).unwrap_or(Language::En),
            second: language(&args.second_lang),
        },
        theme: args.view.theme.as_deref().and_then(Theme::from_id).unwrap_or_default(),
        layers: Layers {
            symbols: Symbols::from_id(&args.symbols).unwrap_or_default(),
            legend: args.legend != "none",
            legend_at: Corner::from_id(&args.legend).unwrap_or_default(),
            ..Layers::default()
        },
        bare: args.bare,
        note: args.note.clone(),
        perspective: args.view.perspective.as_deref().and_then(Perspective::from_id),
        shown: args.date.as_deref().map(date).transpose()?,
        paper: args.paper.as_deref().map(paper).transpose()?,
        access: map_sources::access(&args.maps, &args.view, &args.file, None)?,
        ..Options::default()
    })
}

/// Reads a paper by name or size.
pub(super) fn paper(text: &str) -> Result<Paper, String> {
    Paper::parse(text).ok_or_else(|| {
        format!(
            "--paper: “{text}” is no paper; use {}, -portrait behind them, or millimetres such as 300x200",
            Paper::NAMES.join(", ")
        )
    })
}

/// Reads a date as the time it lasts.
fn date(text: &str) -> Result<Span, String> {
    Moment::parse(text.trim()).map(|m| m.span()).map_err(|e| format!("--date: {e}"))
}

/// Reads `1920x1080`.
pub(super) fn size(text: &str) -> Result<(f32, f32), String> {
    let error = || format!("--size: “{text}” is not a size; use 1920x1080, from 64x64 to 16384x16384");
    let (w, h) = text.split_once(['x', 'X', '×']).ok_or_else(error)?;
    let side = |t: &str| t.trim().parse::<u16>().ok().filter(|n| (64..=16_384).contains(n)).map(f32::from);
    Ok((side(w).ok_or_else(error)?, side(h).ok_or_else(error)?))
}

/// Reads `44.5,38.8,47.2,41.3`.
fn bbox(text: &str) -> Result<BoundingBox, String> {
    let numbers: Option<Vec<f64>> = text.split(',').map(|t| t.trim().parse().ok()).collect();
    let Some([west, south, east, north]) = numbers.as_deref().and_then(|n| <[f64; 4]>::try_from(n).ok()) else {
        return Err(format!("--bbox: “{text}” is not a box; use west,south,east,north, such as 44.5,38.8,47.2,41.3"));
    };
    for (lon, lat) in [(west, south), (east, north)] {
        LonLat::new(lon, lat).map_err(|e| format!("--bbox: {e}"))?;
    }
    if west >= east || south >= north {
        return Err(format!("--bbox: “{text}” encloses nothing; west comes before east and south before north"));
    }
    Ok(BoundingBox { west, south, east, north })
}

/// Draws a project.
///
/// # Errors
/// One line that says why there is no picture.
pub fn render(project: &Project, options: &Options) -> Result<Vec<u8>, String> {
    draw(project, options).map(|drawn| drawn.bytes)
}

/// Draws a project and says what of its map sources is missing.
///
/// # Errors
/// One line that says why there is no picture.
pub fn draw(project: &Project, options: &Options) -> Result<Drawn, String> {
    draw_answer(project, options, || derive(project, &options.question))
}

/// Draws what `answer` says of the project for the question of the options; a slide asks questions of its own.
fn draw_answer(project: &Project, options: &Options, answer: impl FnOnce() -> Derived) -> Result<Drawn, String> {
    if let Some(slide) = &options.slide {
        return slide_picture(project, slide, options);
    }
    let maps = if options.layers.map_sources { open_maps(project, &options.access) } else { Maps::default() };
    let derived = answer();
    let marks = picture::marks(project, &derived).in_zone(project, options.zone);
    let (w, h) = (options.width, options.height);
    let viewport = Viewport { camera: Camera::fit(BoundingBox::REGION, w, h, 0.0, 10.0), width: w, height: h };
    let title = project.meta().title.to_string();
    let perspective = options.perspective.unwrap_or(project.meta().perspective);
    let mut scene = Scene {
        project,
        derived: &derived,
        marks: &marks,
        question: &options.question,
        viewport,
        layers: options.layers,
        labels: options.labels,
        theme: options.theme,
        perspective,
        shown: options.shown,
        fade: options.fade,
        draft: None,
        selected: options.selected,
        hovered: None,
        spread: options.spread.map(|anchor| picture::Spread { anchor, open: 1.0 }),
        called: &options.called,
        furniture: Furniture::none(),
    };
    if !options.bare {
        let mut lines = subtitle(project, &derived, options);
        lines.push(picture::perspective_sentence(perspective, scene.time_shown()));
        let note = options.note.clone().unwrap_or_else(|| project.meta().note().to_owned());
        let credits = maps.credits();
        let furniture = Furniture::export(&title, lines);
        scene.furniture = Furniture { note, credits, legend: options.layers.legend, ..furniture };
    }
    scene.viewport.camera = match options.bbox {
        Some(bbox) => Camera::fit(bbox, w, h, 0.0, 18.0),
        None => fit(&scene),
    };
    let drawn = picture::picture(&scene);
    // Paper is looked at from nearer than a screen.
    let density = if options.format == Format::Pdf { options.scale.max(1.5) } else { options.scale };
    let mut ground = ground(&scene, density)?;
    maps.draw(&mut ground, &scene.viewport, Wanted { density, theme: options.theme });
    let bytes = match options.format {
        Format::Png => {
            raster::draw(&drawn, &mut ground, options.scale)?;
            raster::png(&ground)?
        }
        Format::Svg => vector(&ground, &drawn, &title, options.scale)?,
        Format::Pdf => {
            let sheet = options.paper.map(|p| [p.width, p.height]);
            pdf::single(&title, &drawn, Some(&raster::jpeg(&ground, 88)?), sheet)?
        }
    };
    Ok(Drawn { bytes, missing: maps.missing() })
}

/// Draws the first part of a slide. A page has the shape of the picture, and is drawn as large.
fn slide_picture(project: &Project, slide: &Slide, options: &Options) -> Result<Drawn, String> {
    let stage = Stage {
        theme: options.theme,
        zone: options.zone,
        labels: options.labels,
        ..Stage::for_shape(options.width, options.height)
    };
    let maps = if talk::shows_maps(slide) { open_maps(project, &options.access) } else { Maps::default() };
    let prepared = Prepared::new(project, slide, stage.labels, stage.zone).with_maps(&maps);
    let layout = talk::layout(project, &prepared, stage);
    let drawn = talk::page(project, &prepared, stage, &layout, 0, None, 1.0);
    // A picture higher than wide has the page across its width.
    let scale = options.width / stage.width * options.scale;
    let ground = talk::ground(&prepared, stage, layout.camera, scale)
        .ok_or("the picture is too large to paint; make --size or --scale smaller")?;
    let bytes = match options.format {
        Format::Png => {
            let mut ground = ground;
            raster::draw(&drawn, &mut ground, scale)?;
            raster::png(&ground)?
        }
        Format::Pdf => {
            let sheet = options.paper.unwrap_or(Paper::SCREEN);
            let base = raster::jpeg(&ground, 88)?;
            pdf::single(slide.name(), &drawn, Some(&base), Some([sheet.width, sheet.height]))?
        }
        Format::Svg => vector(&ground, &drawn, slide.name(), scale)?,
    };
    Ok(Drawn { bytes, missing: maps.missing() })
}

/// The slide of a project that is named by its id.
///
/// # Errors
/// One line that names the slides there are.
pub fn slide_of(project: &Project, id: &str) -> Result<Slide, String> {
    if let Some((_, slide)) = project.meta().slide(id) {
        return Ok(slide.clone());
    }
    let ids: Vec<&str> = project.meta().slides.iter().take(40).map(|s| &*s.id).collect();
    let there_are =
        if ids.is_empty() { "it has no slides".to_owned() } else { format!("there are {}", ids.join(", ")) };
    Err(format!("--slide: the project has no slide “{id}”; {there_are}"))
}

/// The camera that shows what happened on the ground, below a title and above credits that are half as wide as the picture.
fn fit(scene: &Scene) -> Camera {
    let Viewport { width: w, height: h, .. } = scene.viewport;
    let wide = picture::furniture_boxes(scene).into_iter().filter(|[l, _, r, _]| r - l > w * 0.45);
    let (mut top, mut bottom) = (0.0_f32, h);
    for [_, t, _, b] in wide {
        if t < h / 2.0 {
            top = top.max(b.min(h * 0.4));
        } else {
            bottom = bottom.min(t.max(h * 0.7));
        }
    }
    let room = bottom - top;
    let margin = (w.min(room) * 0.11).max(12.0);
    let bbox = picture::bounds(scene.project, scene.marks, scene.question).unwrap_or(BoundingBox::REGION);
    let camera = Camera::fit(bbox, w, room, margin, 10.5);
    // The middle of what is shown lies in the middle of the room that is left.
    let aside = Viewport { camera, width: w, height: h };
    let mut camera = Camera::new(aside.lonlat_from_screen([w / 2.0, h - f32::midpoint(top, bottom)]), camera.zoom);
    // Nothing that happened lies under title or legend: step by step the map goes aside and a little farther away.
    for _ in 0..12 {
        let viewport = Viewport { camera, width: w, height: h };
        let boxes = picture::furniture_boxes(&Scene { viewport, ..scene.clone() });
        let under = |[x, y]: [f32; 2]| {
            boxes.iter().any(|[l, t, r, b]| x > l - 8.0 && x < r + 8.0 && y > t - 8.0 && y < b + 8.0)
        };
        let on_page = |[x, y]: &[f32; 2]| (0.0..w).contains(x) && (0.0..h).contains(y);
        let mut points = scene.marks.all().iter().map(|m| viewport.screen_from_world(m.at)).filter(on_page);
        if !points.any(under) {
            break;
        }
        camera = Camera::new(viewport.lonlat_from_screen([w * 0.48, h * 0.495]), camera.zoom - 0.02);
    }
    camera
}

fn ground(scene: &Scene, scale: f32) -> Result<tiny_skia::Pixmap, String> {
    picture::ground(&scene.viewport, scene.theme, scene.layers, scale)
        .ok_or_else(|| "the picture is too large to paint; make --size or --scale smaller".to_owned())
}

fn vector(ground: &tiny_skia::Pixmap, drawn: &Picture, title: &str, scale: f32) -> Result<Vec<u8>, String> {
    let base = raster::png(ground)?;
    Ok(svg::svg(drawn, title, svg::Ground::Png(&base), scale).into_bytes())
}

/// The incidents of which one is the first and one the last, whatever the zone and however exactly they are dated: of a large
/// project the others are not even read.
fn at_the_ends<'a>(derived: &'a Derived, ids: &'a [IncidentId]) -> impl Iterator<Item = IncidentId> + 'a {
    const NEAR: i64 = 2 * 86_400;
    let starts = || ids.iter().filter_map(|id| derived.span(*id)).filter(|s| !s.is_open_at_start()).map(|s| s.start);
    let (first, last) = (starts().min().unwrap_or(i64::MAX), starts().max().unwrap_or(i64::MIN));
    let is_near = move |s: &Span| {
        s.is_open_at_start() || s.start <= first.saturating_add(NEAR) || s.start >= last.saturating_sub(NEAR)
    };
    ids.iter().copied().filter(move |id| derived.span(*id).is_some_and(|s| is_near(&s)))
}

/// Dates, number of incidents and dead, each with what it rests on.
fn subtitle(project: &Project, derived: &Derived, options: &Options) -> Vec<String> {
    let mut out = Vec::new();
    // Wars stand behind the incidents; the period of the picture is that of the incidents, where there are any.
    let wars = derived.by_kind().iter().find(|(kind, _)| *kind == Kind::War).map_or(0, |(_, n)| *n);
    let only_wars = wars == derived.len();
    let mut first = vec![match derived.len() - if only_wars { 0 } else { wars } {
        0 => "no incident".to_owned(),
        1 => "1 incident".to_owned(),
        n => format!("{n} incidents"),
    }];
    let told: Vec<IncidentId> = derived.ids().filter(|id| only_wars || !derived.is_war(*id)).collect();
    let moments = at_the_ends(derived, &told).filter_map(|id| project.look(id, |i| i.when).flatten());
    let moments = moments.map(|w| w.in_zone(options.zone.offset()).anchor());
    let (mut low, mut high) = (None::<crate::model::Moment>, None::<crate::model::Moment>);
    for m in moments {
        let m = m.without_clock().qualified(false, false);
        low = Some(low.filter(|l| l.span().start <= m.span().start).unwrap_or(m));
        high = Some(high.filter(|h| h.span().start >= m.span().start).unwrap_or(m));
    }
    if let (Some(low), Some(high)) = (low, high) {
        let (a, b) = (low.label(true), high.label(true));
        first.push(if a == b { a } else { format!("{a} – {b}") });
    }
    if !only_wars && wars > 0 {
        first.push(if wars == 1 { "1 war as background".into() } else { format!("{wars} wars as background") });
    }
    out.push(first.join(" · "));
    if derived.dead.total.is_known() {
        let parties: Vec<String> = derived
            .dead
            .by_party
            .iter()
            .filter(|(_, f)| f.is_known())
            .map(|(id, f)| {
                let name = project.meta().party(id).map_or(id.as_str(), |p| p.names.best(options.labels.first));
                format!("{name} {f}")
            })
            .collect();
        out.push(format!("Dead: {}", parties.join(" · ")));
    }
    out
}

/// Writes a picture to a file, whole or not at all.
pub type Writer<'a> = &'a mut dyn FnMut(&Path, &[u8]) -> Result<(), String>;

/// What is to be said of a picture that was written, one line each.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Told {
    /// What of the map sources is missing.
    pub missing: Vec<String>,
    /// What was left out because it is marked as sensitive.
    pub withheld: Option<String>,
}

/// Draws a project just opened as the arguments say, hands the bytes to `write`, and tells what is not in the picture.
///
/// # Errors
/// One line that says what is wrong and what next.
pub fn run(
    opened: &mut Opened,
    args: &RenderArgs,
    network: Option<Arc<Network>>,
    write: Writer<'_>,
) -> Result<Told, String> {
    let mut options = options(args)?;
    options.access = map_sources::access(&args.maps, &args.view, &args.file, network)?;
    let scan = opened.take_scan();
    let (given, withheld) =
        if args.sensitive { (opened.project.clone(), Withheld::default()) } else { given_out(&opened.project) };
    let project = &given;
    with_saved(&mut options.question, &args.view, project)?;
    options.slide = args.slide.as_deref().map(|id| slide_of(project, id).map(Box::new)).transpose()?;
    let find = |option: &str, uid: &str| match project.find(&Uid::new(uid)) {
        Some(id) => Ok(id),
        None if opened.project.find(&Uid::new(uid)).is_some() => {
            Err(format!("{option}: the incident “{uid}” is marked as sensitive; --sensitive draws it"))
        }
        None => {
            Err(format!("{option}: no incident of {} has the id “{uid}”; give one of the file", args.file.display()))
        }
    };
    options.spread = args.spread.as_ref().map(|uid| find("--spread", uid)).transpose()?;
    options.called = args.call.iter().map(|uid| find("--call", uid)).collect::<Result<_, _>>()?;
    // What was scanned while a large file was read is not scanned again, if all of it is drawn.
    let answer = || match scan {
        Some(scan) if withheld.is_none() => derive_scanned(project, scan, &options.question),
        _ => derive(project, &options.question),
    };
    let Drawn { bytes, missing } = draw_answer(project, &options, answer)?;
    write(&args.out, &bytes)?;
    let withheld = (!withheld.is_none())
        .then(|| format!("{} marked as sensitive left out; --sensitive draws them", withheld.words()));
    Ok(Told { missing, withheld })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_and_boxes_say_what_is_wrong() {
        assert_eq!(size("480x300"), Ok((480.0, 300.0)));
        for bad in ["480", "0x0", "-5x200", "99999x10", "axb"] {
            assert!(size(bad).unwrap_err().contains("1920x1080"), "{bad}");
        }
        assert!(bbox("44,38,47,41").is_ok());
        for bad in ["44,38,47", "47,38,44,41", "44,41,47,38", "44,38,47,nan", "44,38,47,99"] {
            assert!(bbox(bad).unwrap_err().starts_with("--bbox"), "{bad}");
        }
        assert!(Format::of(Path::new("map.jpg")).is_err());
        assert_eq!(Format::of(Path::new("a.b.SVG")), Ok(Format::Svg));
    }
}
