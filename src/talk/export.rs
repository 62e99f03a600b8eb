//! A talk as files: what was ordered, what leaves the house with it, and the bytes. Writing them is the caller's work.

use std::fmt::Write;
use std::path::Path;

use super::film::{self, Film};
use super::paper::{self, Paper};
use super::prepared::Prepared;
use super::{HEIGHT, Stage, h264, html, layout, page, report, shows_maps};
use crate::model::{Guarded, Incident, Project, Slide, give_out};
use crate::picture::raster;
use crate::tiles::Maps;
use crate::tiles::net::learns;

/// Is told the share that is done, 0 to 1; an error ends the work.
pub type Told<'t> = dyn FnMut(f32) -> Result<(), String> + 't;

/// A kind of file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Slides on paper.
    Pdf,
    /// One page for a browser.
    Html,
    /// A slide that plays, as an animation.
    Gif,
    /// A slide that plays, as a film.
    Mp4,
    /// A picture of each page.
    Png,
    /// A report of a view as one page for a browser.
    Report,
    /// The same as Markdown, with its map beside it.
    Markdown,
}

impl Kind {
    /// The kind of a name's ending.
    ///
    /// # Errors
    /// Which endings there are.
    pub fn of(name: &str) -> Result<Self, String> {
        let ending = name.rsplit_once('.').map_or("", |(_, e)| e).to_ascii_lowercase();
        match ending.as_str() {
            "pdf" => Ok(Self::Pdf),
            "html" | "htm" => Ok(Self::Html),
            "gif" => Ok(Self::Gif),
            "mp4" => Ok(Self::Mp4),
            "png" => Ok(Self::Png),
            "md" | "markdown" => Ok(Self::Markdown),
            "webm" => Err(format!("{name}: there is no encoder for .webm here; use .mp4, or .gif for a short one")),
            _ => Err(format!(
                "{name}: a talk is written as .pdf, .html, .png, .gif or .mp4, a report as .md or .html; end the name in one of them"
            )),
        }
    }
}

impl Kind {
    /// The ending of its files, with the dot.
    pub fn ending(self) -> &'static str {
        match self {
            Self::Pdf => ".pdf",
            Self::Html | Self::Report => ".html",
            Self::Gif => ".gif",
            Self::Mp4 => ".mp4",
            Self::Png => ".png",
            Self::Markdown => ".md",
        }
    }

    /// Whether it is a slide that plays.
    pub fn is_played(self) -> bool {
        matches!(self, Self::Gif | Self::Mp4)
    }

    /// Frames a second that are usual, and most; `None`: it does not play.
    pub const fn frame_rates(self) -> Option<[u32; 2]> {
        match self {
            Self::Gif => Some([12, Film::MOST_GIF]),
            Self::Mp4 => Some([30, Film::MOST_MP4]),
            _ => None,
        }
    }

    /// Whether it is a report of a view, not a talk of slides.
    pub fn is_report(self) -> bool {
        matches!(self, Self::Report | Self::Markdown)
    }
}

/// The name of a file of an export: `talk-01.png`, `report-map.png`.
pub fn named(path: &Path, made: &Made) -> std::ffi::OsString {
    if made.suffix.is_empty() && made.ending.is_none() {
        return path.into();
    }
    let part = |p: Option<&std::ffi::OsStr>| p.map(|s| s.to_string_lossy().into_owned()).unwrap_or_default();
    let ending = made.ending.map_or_else(|| part(path.extension()), str::to_owned);
    path.with_file_name(format!("{}{}.{ending}", part(path.file_stem()), made.suffix)).into()
}

/// The name of a file without its ending, by which a document names what lies beside it.
pub fn stem(path: &Path) -> String {
    path.file_stem().map(|s| s.to_string_lossy().into_owned()).unwrap_or_default()
}

/// What leaves the house and what stays.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Leaving {
    /// Whether incidents marked sensitive go along.
    pub sensitive: bool,
    /// Whether the speaker's notes go along.
    pub notes: bool,
    /// Kilometres to which positions are rounded.
    pub round_km: Option<f64>,
}

/// What is made of a talk.
#[derive(Clone, Debug)]
pub struct Order {
    /// The kind of file.
    pub kind: Kind,
    /// Colours, zone and languages.
    pub stage: Stage,
    /// The slides; of a report one, the view.
    pub slides: Vec<Slide>,
    /// The name of the file without its ending.
    pub stem: String,
    /// The paper of a PDF.
    pub paper: Paper,
    /// Whether a PDF has the speaker's notes under the slides.
    pub notes: bool,
    /// Width and height of pictures, animations and films in pixels; a film has even ones.
    pub size: [u32; 2],
    /// Frames a second and seconds of an animation or a film.
    pub film: Film,
    /// What is laid over the ground of slides that show map sources.
    pub maps: Maps,
}

/// A file of an export.
#[derive(Clone, Debug)]
pub struct Made {
    /// What stands behind the name that was given, before its ending: empty, or `-01`.
    pub suffix: String,
    /// Its ending, if another than that of the name that was given.
    pub ending: Option<&'static str>,
    /// The bytes.
    pub bytes: Vec<u8>,
}

impl Made {
    /// The file that was asked for itself.
    pub(super) fn one(bytes: Vec<u8>) -> Self {
        Self { suffix: String::new(), ending: None, bytes }
    }
}

impl Leaving {
    /// What goes along with an export and what stays, in lines.
    ///
    /// Of the project's map sources those in `maps` are drawn.
    pub fn list(&self, project: &Project, slides: &[Slide], kind: Kind, maps: &Maps) -> Vec<String> {
        let count = |is: &dyn Fn(&Incident) -> bool| project.looks(|_, i| is(i)).filter(|is| *is).count();
        let go = |yes: bool| if yes { "go along" } else { "stay" };
        let incidents = project.len();
        let sensitive = count(&Incident::is_withheld);
        let marked = count(&|i| !i.is_withheld() && !i.sensitive_fields.is_empty());
        let goes = incidents - if self.sensitive { 0 } else { sensitive };
        let what = match kind {
            Kind::Report | Kind::Markdown => {
                "title, time, place, figures; of each claim who says it, about whom, when, and the words quoted"
            }
            Kind::Html => "title, time, place, figures",
            _ => "what the slides show",
        };
        let asked = if kind.is_report() { ", as far as the view shows them" } else { "" };
        let mut out = vec![format!("{goes} of {incidents} incidents{asked}: {what}")];
        if sensitive > 0 {
            out.push(format!("{sensitive} marked sensitive {}", go(self.sensitive)));
        }
        if marked > 0 {
            let what = guarded(project);
            out.push(format!("fields of {marked} marked sensitive {}: {what}", go(self.sensitive)));
        }
        match kind {
            Kind::Report | Kind::Markdown => out.push("sources by outlet, title, day and address".into()),
            _ => out.push("sources by outlet, title and day".into()),
        }
        if kind.is_report() && !project.meta().description.is_empty() {
            out.push("the description of the project goes along".into());
        }
        let noted = slides.iter().filter(|s| !s.notes.is_empty()).count();
        if noted > 0 && !kind.is_report() {
            out.push(format!("speaker's notes of {noted} slides {}", go(self.notes)));
        }
        let media: usize = project.looks(|_, i| i.media.len()).sum();
        if media > 0 {
            out.push(format!("{media} attached files and their names stay"));
        }
        let notes = count(&|i| !i.notes.is_empty());
        let others = project.looks(|_, i| i.claims.iter().filter(|c| !c.note.is_empty()).count()).sum::<usize>()
            + project.meta().sources.iter().filter(|s| !s.note.is_empty()).count();
        if notes + others > 0 {
            out.push(format!("notes of {notes} incidents and of {others} claims and sources stay"));
        }
        match project.log().len() {
            0 => {}
            1 => out.push("the log of 1 edit stays".into()),
            n => out.push(format!("the log of {n} edits stays")),
        }
        if !project.meta().maps.is_empty() {
            let drawn = if slides.iter().any(shows_maps) { maps.drawn() } else { &[] };
            out.extend(drawn.iter().map(|map| {
                let credit = if map.credit.is_empty() { "nobody" } else { &map.credit };
                format!("map source “{}” goes along as far as it is seen, credited to {credit}", map.layer.name)
            }));
            let mut asked: Vec<&String> = drawn.iter().flat_map(|map| &map.asks).collect();
            asked.sort();
            asked.dedup();
            out.extend(asked.into_iter().map(|host| learns(host)));
            let stay = if drawn.is_empty() { "map sources stay, and where they lie" } else { MAPS_STAY };
            out.push(stay.into());
        }
        out.push("names of folders and of this computer stay".into());
        out.push(match self.round_km {
            None => "positions as they are recorded".into(),
            Some(km) => format!("positions rounded to {km} km"),
        });
        if self.round_km.is_some() {
            let drawn = if project.drawings().next().is_some() { ", drawings" } else { "" };
            out.push(format!("names of places{drawn} and the part of the map that a slide shows are not rounded"));
        }
        out
    }

    /// The project without what stays.
    pub fn apply(&self, project: &Project) -> Project {
        let goes = |i: &Incident| (self.sensitive || !i.is_withheld()).then(|| i.clone());
        let kept = project.looks(|_, i| goes(i)).flatten().collect();
        let (mut meta, incidents) =
            if self.sensitive { (project.meta().clone(), kept) } else { give_out(project, kept) };
        let incidents: Vec<Incident> = incidents
            .into_iter()
            .map(|mut i| {
                i.notes = "".into();
                i.media.clear();
                i.media_names.clear();
                i.media_captions.clear();
                if let Some(km) = self.round_km {
                    i.round_position(km);
                }
                i
            })
            .collect();
        if !self.notes {
            meta.slides.iter_mut().for_each(|s| s.notes = "".into());
        }
        Project::new(meta, incidents, Vec::new()).with_drawings(project.drawing_slots().to_vec())
    }
}

const MAPS_STAY: &str = "where map sources lie stays, and so does what is not drawn of them";

/// The fields that are marked as sensitive anywhere, in words.
fn guarded(project: &Project) -> String {
    let is_marked =
        |f: &Guarded| project.looks(|_, i| i.sensitive_fields.iter().any(|id| &**id == f.id())).any(|is| is);
    Guarded::ALL.into_iter().filter(is_marked).map(Guarded::label).collect::<Vec<_>>().join(", ")
}

/// Makes the files of an order.
///
/// # Errors
/// A sentence, if there is nothing to make or it cannot be made; what `told` says ends the work as well.
pub fn files(project: &Project, order: &Order, told: &mut Told) -> Result<Vec<Made>, String> {
    if order.slides.is_empty() {
        return Err("the project has no slides; make one from the view in the window (Ctrl+M)".into());
    }
    let one = |bytes| vec![Made::one(bytes)];
    match order.kind {
        Kind::Pdf => paper::pdf(project, &order.slides, order, told).map(one),
        Kind::Html => html::html(project, &order.slides, order, told).map(|text| one(text.into_bytes())),
        Kind::Report | Kind::Markdown => report::make(project, order, order.kind == Kind::Report, told),
        Kind::Gif | Kind::Mp4 => {
            let plays = |s: &&Slide| s.plays.is_some();
            let slide = order.slides.iter().find(plays).or_else(|| order.slides.first());
            let slide = slide.ok_or("there is no slide to play")?;
            let make = if order.kind == Kind::Gif { film::gif } else { h264::mp4 };
            make(project, slide, order, told).map(one)
        }
        Kind::Png => {
            let mut out = Vec::new();
            let [width, height] = order.size.map(|n| n as f32);
            let stage = Stage { width: Stage::for_shape(width, height).width, ..order.stage };
            let scale = (height / HEIGHT).min(width / stage.width);
            for (n, slide) in order.slides.iter().enumerate() {
                told(n as f32 / order.slides.len() as f32)?;
                let prepared = Prepared::new(project, slide, stage.labels, stage.zone).with_maps(&order.maps);
                let lies = layout(project, &prepared, stage);
                for part in 0..lies.parts() {
                    let mut ground = super::ground(&prepared, stage, lies.camera, scale)
                        .ok_or("the pictures are too large to paint; make --size smaller")?;
                    raster::draw(&page(project, &prepared, stage, &lies, part, None, 1.0), &mut ground, scale)?;
                    let mut suffix = format!("-{:02}", n + 1);
                    if part > 0 {
                        let _ = write!(suffix, "-{}", part + 1);
                    }
                    out.push(Made { suffix, ending: None, bytes: raster::png(&ground)? });
                }
            }
            Ok(out)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Kind as What, LonLat, Meta, Names, Place, Precision, Role, Uid};

    /// Incidents at positions, without words.
    fn project(positions: &[[f64; 2]], precision: Option<Precision>) -> Project {
        let made = positions.iter().enumerate().map(|(n, [lon, lat])| {
            let mut i = Incident::new(Uid::new(&format!("i{n}")), What::ArmedClash, "");
            i.place.names = Names::english("Sotk");
            (i.place.position, i.place.precision) = (LonLat::new(*lon, *lat).ok(), precision);
            i
        });
        Project::new(Meta::default(), made, Vec::new())
    }

    fn rounded(km: f64, project: &Project) -> Project {
        Leaving { round_km: Some(km), ..Leaving::default() }.apply(project)
    }

    fn places(project: &Project) -> Vec<Place> {
        project.iter().map(|(_, i)| i.place.clone()).collect()
    }

    #[test]
    fn a_rounded_position_tells_no_more_than_its_square() {
        // A thousand positions a few metres apart lie in four squares at most, and a square has one answer.
        let near: Vec<[f64; 2]> =
            (0..1000_i32).map(|n| [45.67 + f64::from(n % 37) * 3e-4, 39.84 + f64::from(n % 41) * 3e-4]).collect();
        for km in [2.0, 5.0, 20.0] {
            let all = places(&rounded(km, &project(&near, None)));
            let mut answers: Vec<String> = all.iter().map(|p| format!("{:?}", p.position.unwrap())).collect();
            answers.sort();
            answers.dedup();
            assert!(answers.len() <= 4, "{km} km: {} answers", answers.len());
        }
    }

    #[test]
    fn a_rounded_place_lies_within_the_radius_that_is_said_of_it() {
        let all: Vec<[f64; 2]> = (0..2000_i32)
            .map(|n| [f64::from(n * 7919 % 3600) / 10.0 - 180.0, f64::from(n * 104_729 % 1400) / 10.0 - 70.0])
            .collect();
        for km in [0.1, 1.0, 10.0, 200.0] {
            for before in [Precision::Exact, Precision::Near, Precision::Direction, Precision::Region] {
                for ([lon, lat], place) in all.iter().zip(places(&rounded(km, &project(&all, Some(before))))) {
                    let at = place.position.unwrap();
                    let (north, east) = (at.lat() - lat, (at.lon() - lon) * lat.to_radians().cos());
                    let off = north.hypot(east) * 111.2 + f64::from(before.default_radius_km());
                    assert!(off <= f64::from(place.radius_km()) + 1e-3, "{km} km: {lon} {lat} is off by {off} km");
                    assert!(place.precision.is_some_and(|p| p >= before && p != Precision::Exact), "{place:?}");
                }
            }
        }
    }

    #[test]
    fn a_document_with_rounded_positions_calls_no_spot_exact_and_says_what_is_not_rounded() {
        let project = project(&[[45.67, 40.2]], Some(Precision::Exact));
        let page = |project: &Project| {
            let order = Order {
                kind: Kind::Html,
                stage: Stage::for_shape(16.0, 9.0),
                slides: vec![Slide { role: Role::Title, ..Slide::new("a") }],
                stem: "out".into(),
                paper: Paper::SCREEN,
                notes: false,
                size: [320, 180],
                film: Film::default(),
                maps: Maps::default(),
            };
            String::from_utf8(files(project, &order, &mut |_| Ok(())).unwrap().remove(0).bytes).unwrap()
        };
        assert!(page(&project).contains("Sotk (exact spot)"));
        let html = page(&rounded(5.0, &project));
        assert!(html.contains("Sotk (approximate)") && !html.contains("exact spot"));
        let said = |round_km| {
            Leaving { round_km, ..Leaving::default() }.list(&project, &[], Kind::Html, &Maps::default()).join("\n")
        };
        assert!(said(Some(5.0)).contains("names of places and the part of the map that a slide shows are not rounded"));
        assert!(!said(None).contains("not rounded"));
    }
}
