//! `clashmap export FILE -o OUT`: a talk as a PDF, as one file for a browser, as pictures, as an animation or as a film; a
//! view as a report.
//!
//! What leaves the house is said before it is made; incidents and fields marked sensitive and the speaker's notes stay unless they are asked
//! for. A file is written whole or not at all.

use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;

use super::map_sources::{self, MapArgs};
use super::question::{ViewArgs, question_for};
use super::render::{Writer, paper, size, slide_of};
use crate::derive::Question;
use crate::model::{Language, Perspective, Plays, Project, Reach, Role, Slide};
use crate::talk::export::{Kind, Leaving, Order, Told, files, named, stem};
use crate::talk::{Film, Paper, Seen, Stage, shows_maps};
use crate::tiles::{Maps, Network};
use crate::view::{Labels, Layers, Theme};

/// The options of `export` as typed.
#[derive(Args, Clone, Debug)]
#[allow(clippy::struct_excessive_bools)] // independent switches
pub struct ExportArgs {
    /// The project file
    pub file: PathBuf,
    /// The file to write: .pdf, .html, .png (one for each page, numbered), .gif or .mp4; a report as .md (its map beside it) or .html
    #[arg(short = 'o', long = "out", value_name = "OUT")]
    pub out: PathBuf,
    /// A report instead of the talk, with map, totals, incidents, ledger of claims and sources; a .md is always one
    #[arg(long)]
    pub report: bool,
    /// Only these slides, by their ids and in this order; of a report the one whose view it tells
    #[arg(long, value_name = "ID", value_delimiter = ',')]
    pub slide: Vec<String>,
    /// With the speaker's notes: under the slides of a PDF, below them in a browser
    #[arg(long)]
    pub notes: bool,
    /// The paper of a PDF: screen (16:9), a4, a3, a5, a2, letter, each lying or with -portrait, or millimetres such as 300x200
    #[arg(long, value_name = "PAPER", default_value = "screen")]
    pub paper: String,
    /// Width and height of pictures, animations and films in pixels (default: 1920x1080, of a .gif 960x540); a film is at most
    /// 3840x2160, and odd sides grow by a pixel
    #[arg(long, value_name = "WxH")]
    pub size: Option<String>,
    /// Seconds of an animation or a film (default: as long as the slide plays)
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=600))]
    pub seconds: Option<u32>,
    /// Frames a second: of a .gif up to 50 (default: 12), of a .mp4 up to 60 (default: 30)
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=60))]
    pub fps: Option<u32>,
    /// With incidents and fields marked sensitive
    #[arg(long, alias = "sensitive")]
    pub with_sensitive: bool,
    /// Round positions to so many kilometres, 0.1 to 200
    #[arg(long, value_name = "KM", value_parser = super::give::round_km)]
    pub round: Option<f64>,
    /// Say what would leave the house, and make nothing
    #[arg(long)]
    pub list: bool,
    /// What may be read and asked for map sources
    #[command(flatten)]
    pub maps: MapArgs,
    /// View options, of a report all; for an animation or a film, --from and --to play this time instead of a slide's
    #[command(flatten)]
    pub view: ViewArgs,
}

/// Checks the options.
///
/// # Errors
/// One line that says which option is wrong, why, and what can be given.
pub fn order(project: &Project, args: &ExportArgs) -> Result<(Order, Leaving), String> {
    let kind = match Kind::of(&args.out.display().to_string())? {
        Kind::Html if args.report => Kind::Report,
        Kind::Markdown => Kind::Markdown,
        _ if args.report => {
            return Err("--report: a report is written as .md or .html; end the name in one of them".into());
        }
        kind => kind,
    };
    let language = args.view.lang.as_deref().and_then(Language::from_code).unwrap_or(Language::En);
    let stage = Stage {
        theme: args.view.theme.as_deref().and_then(Theme::from_id).unwrap_or_default(),
        labels: Labels { first: language, second: None },
        ..Stage::for_shape(16.0, 9.0)
    };
    let (usual, most) = if kind == Kind::Gif { ("960x540", 1.0e7) } else { ("1920x1080", 6.4e7) };
    let (width, height) = size(args.size.as_deref().unwrap_or(usual))?;
    if width * height > most {
        return Err(format!("--size: {width}x{height} is more than {} megapixels; make it smaller", most / 1e6));
    }
    let pixels = [width as u32, height as u32];
    if kind == Kind::Mp4 {
        Film::fits_mp4(pixels)?;
    }
    let [usual, most] = kind.frame_rates().unwrap_or([Film::default().fps, Film::MOST_MP4]);
    let fps = args.fps.unwrap_or(usual);
    if fps > most {
        return Err(format!("--fps: {fps} is more than {most}, the most that a {} shows", kind.ending()));
    }
    let mut slides: Vec<Slide> = match args.slide.as_slice() {
        [] => project.meta().slides.clone(),
        ids => ids.iter().map(|id| slide_of(project, id.trim())).collect::<Result<_, _>>()?,
    };
    let asked = question_for(&args.view, project)?;
    if kind.is_played() && asked.span.is_some() {
        let plays = Plays { secs: args.seconds.unwrap_or(10), reach: Reach::All };
        slides = vec![Slide {
            beside: Some(crate::model::Beside::Totals),
            ..viewed(project, asked, Some(plays), args, stage.labels)
        }];
    } else if kind.is_report() {
        match (args.slide.len(), slides.first_mut()) {
            (0, _) => slides = vec![viewed(project, asked, None, args, stage.labels)],
            // Of a slide its view; its words are those of a talk.
            (1, Some(slide)) => (slide.beside, slide.caption, slide.role) = (None, "".into(), Role::Map),
            _ => return Err("--slide: a report tells one view; name one slide".into()),
        }
    }
    let leaving = Leaving { sensitive: args.with_sensitive, notes: args.notes, round_km: args.round };
    let order = Order {
        kind,
        stage,
        slides,
        stem: stem(&args.out),
        paper: paper(&args.paper).unwrap_or(Paper::SCREEN),
        notes: args.notes,
        size: pixels,
        film: Film { fps, secs: args.seconds },
        maps: Maps::default(),
    };
    paper(&args.paper)?;
    Ok((order, leaving))
}

/// What the view options ask for as a slide without words.
fn viewed(project: &Project, question: Question, plays: Option<Plays>, args: &ExportArgs, labels: Labels) -> Slide {
    let mut slide = Slide { title: project.meta().title.clone(), ..Slide::new("view") };
    let perspective = args.view.perspective.as_deref().and_then(Perspective::from_id);
    let seen = Seen {
        question,
        extent: None,
        plays,
        layers: Layers::default(),
        labels,
        perspective: perspective.unwrap_or(project.meta().perspective),
    };
    seen.put_into(&mut slide);
    slide
}

/// Makes what the arguments ask for and hands the bytes to `write`. `told` is given lines for the user: what leaves the house;
/// `done` the share that is made. Gives back what of the map sources is missing, one line a source.
///
/// # Errors
/// One line that says what is wrong and what next.
pub fn run(
    project: &Project,
    args: &ExportArgs,
    network: Option<Arc<Network>>,
    write: Writer<'_>,
    told: &mut dyn FnMut(&str),
    done: &mut Told,
) -> Result<Vec<String>, String> {
    let (mut order, leaving) = order(project, args)?;
    let access = map_sources::access(&args.maps, &args.view, &args.file, network)?;
    if order.slides.iter().any(shows_maps) {
        order.maps = map_sources::open_maps(project, &access);
    }
    for line in leaving.list(project, &order.slides, order.kind, &order.maps) {
        told(&line);
    }
    if args.list {
        return Ok(order.maps.missing());
    }
    let project = leaving.apply(project);
    if !leaving.notes {
        for slide in &mut order.slides {
            slide.notes = "".into();
        }
    }
    for made in files(&project, &order, done)? {
        write(named(&args.out, &made).as_ref(), &made.bytes)?;
    }
    Ok(order.maps.missing())
}
