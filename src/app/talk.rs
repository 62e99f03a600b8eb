//! Talk and report as files: what leaves the house is listed first, then they are made and written on a thread.

use std::path::PathBuf;

use super::files::{Ask, Done};
use super::giving::Lacks;
use super::{App, Dialog};
use crate::model::{Project, Slide};
use crate::panels::leaving::{Asks, Form, Outcome, PAPERS, Page, SIZES};
use crate::talk::export::{Kind, Leaving, Order, files, named, stem};
use crate::talk::{Film, Paper, Stage, shows_maps};
use crate::tiles::{Access, Maps};

/// An animation of the largest size would be no file that anyone sends.
const GIF_ASKS: &[Asks] = &[Asks::Size(3), time(Kind::Gif)];
const MP4_ASKS: &[Asks] = &[Asks::Size(4), time(Kind::Mp4)];

/// What can be made, in the order in which it is offered.
const FORMS: [(Kind, Form); 7] = [
    (
        Kind::Pdf,
        form(
            "Slides as PDF",
            ".pdf",
            "Pages for a printer or a screen; words can be searched",
            &[Asks::Paper, Asks::Notes],
            true,
        ),
    ),
    (
        Kind::Html,
        form(
            "Slides for a browser",
            ".html",
            "One file with slides, timeline and table; loads nothing, needs no network",
            &[Asks::Notes],
            true,
        ),
    ),
    (Kind::Png, form("Slides as pictures", ".png", "A picture of each page, numbered", &[Asks::Size(4)], true)),
    (Kind::Gif, form("Animation", ".gif", "The first slide that plays, as a moving picture", GIF_ASKS, true)),
    (
        Kind::Mp4,
        form(
            "Film",
            ".mp4",
            "The first slide that plays, as a film in H.264, for players, browsers and slides of other programs; silent",
            MP4_ASKS,
            true,
        ),
    ),
    (
        Kind::Report,
        form(
            "Report for a browser",
            ".html",
            "What the view shows, to be read: map, totals, incidents, ledger of claims, sources",
            &[],
            false,
        ),
    ),
    (
        Kind::Markdown,
        form("Report as Markdown", ".md", "The same as text with its map beside it, to be worked on", &[], false),
    ),
];

/// The frames a second of a kind that plays.
const fn time(kind: Kind) -> Asks {
    match kind.frame_rates() {
        Some([usual, most]) => Asks::Time { usual, most },
        None => Asks::Time { usual: 1, most: 1 },
    }
}

const fn form(
    label: &'static str,
    ending: &'static str,
    about: &'static str,
    asks: &'static [Asks],
    of_slides: bool,
) -> Form {
    Form { label, ending, about, asks, of_slides }
}

fn kind(page: &Page) -> Kind {
    FORMS.get(page.chosen).map_or(Kind::Pdf, |(kind, _)| *kind)
}

fn leaving(page: &Page) -> Leaving {
    let notes = page.notes && page.form().is_some_and(|f| f.asks.contains(&Asks::Notes));
    Leaving { sensitive: page.sensitive, notes, round_km: page.round.then_some(page.round_km) }
}

impl App {
    /// Opens the page; what leaves is looked at meanwhile.
    pub(super) fn open_talk(&mut self, ctx: &egui::Context) {
        self.take_over();
        let project = self.workspace.project();
        let slides = project.meta().slides.len();
        let page = Page {
            forms: FORMS.iter().map(|(_, form)| *form).collect(),
            slides,
            // Without slides there is a view to report.
            chosen: if slides == 0 { FORMS.iter().position(|(_, f)| !f.of_slides).unwrap_or(0) } else { 0 },
            ..Page::default()
        };
        self.list_leaving(ctx, page);
    }

    fn list_leaving(&mut self, ctx: &egui::Context, page: Page) {
        let snapshot = self.workspace.project().clone();
        let (slides, access) = (self.slides_of(kind(&page)), self.access());
        self.dialog = Some(Dialog::Talk(Box::new(page.clone())));
        self.work(ctx, None, move || {
            let maps = maps_of(&slides, &snapshot, &access);
            let lines = leaving(&page).list(&snapshot, &slides, kind(&page), &maps);
            let marked = snapshot.looks(|_, i| i.sensitive || !i.sensitive_fields.is_empty()).any(|marked| marked);
            Done::Listed(Box::new(Page { marked, lines, ..page }))
        });
    }

    /// What leaves the house is known.
    pub(super) fn listed(&mut self, listed: Page) {
        if let Some(Dialog::Talk(page)) = &mut self.dialog
            && (kind(page), leaving(page)) == (kind(&listed), leaving(&listed))
        {
            (page.lines, page.marked) = (listed.lines, listed.marked);
        }
    }

    /// Goes on from the page.
    pub(super) fn talk_outcome(&mut self, ctx: &egui::Context, outcome: Outcome) {
        let Some(Dialog::Talk(page)) = &self.dialog else { return };
        let page = (**page).clone();
        match outcome {
            Outcome::Close => self.dialog = None,
            Outcome::List => self.list_leaving(ctx, page),
            Outcome::Save => {
                let kind = kind(&page);
                self.giving = page;
                self.dialog = None;
                self.ask(ctx, Ask::Talk(kind));
            }
        }
    }

    /// The slides of a talk as they are in the project, or the view of a report.
    fn slides_of(&self, kind: Kind) -> Vec<Slide> {
        if kind.is_report() { vec![self.view_as_slide()] } else { self.workspace.project().meta().slides.clone() }
    }

    fn order(&self, page: &Page, kind: Kind, project: &Project, path: &std::path::Path) -> Order {
        // Those of what goes out: notes may stay.
        let slides = if kind.is_report() { self.slides_of(kind) } else { project.meta().slides.clone() };
        let stage: Stage = self.stage(16.0, 9.0);
        Order {
            kind,
            stage,
            slides,
            stem: stem(path),
            paper: PAPERS.get(page.paper).and_then(|p| Paper::parse(p)).unwrap_or(Paper::SCREEN),
            notes: leaving(page).notes,
            size: SIZES.get(page.size).copied().unwrap_or([1920, 1080]),
            film: Film { fps: page.fps, secs: Some(page.secs).filter(|s| *s > 0) },
            maps: Maps::default(),
        }
    }

    /// Makes what was chosen on a thread and writes it, whole or not at all.
    pub(super) fn write_talk(&mut self, ctx: &egui::Context, kind: Kind, path: PathBuf) {
        let page = self.giving.clone();
        let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        let is_named = Kind::of(&name).is_ok_and(|k| k == kind || (k, kind) == (Kind::Html, Kind::Report));
        let path = if is_named { path } else { path.with_file_name(name + kind.ending()) };
        let project = leaving(&page).apply(self.workspace.project());
        let mut order = self.order(&page, kind, &project, &path);
        let (whole, access) = (self.workspace.project().clone(), self.access());
        let (doing, what) = match kind {
            Kind::Mp4 => ("making the film …", "Film"),
            kind if kind.is_report() => ("writing the report …", "Report"),
            _ => ("making the talk …", "Talk"),
        };
        self.work_watched(ctx, doing, move |progress| {
            progress.begin(1000);
            let mut told = |part: f32| {
                progress.reached((part * 1000.0) as u64);
                if progress.is_cancelled() { Err(format!("{what} not saved: stopped")) } else { Ok(()) }
            };
            order.maps = maps_of(&order.slides, &whole, &access);
            let result = files(&project, &order, &mut told).and_then(|all| {
                for made in all {
                    let to = named(&path, &made);
                    let write = &mut |out: &mut dyn std::io::Write| out.write_all(&made.bytes);
                    crate::io::atomic::save(&crate::io::disk::RealDisk, to.as_ref(), write)
                        .map_err(|e| e.to_string())?;
                }
                Ok(Lacks { sources: order.maps.missing(), ..Lacks::default() })
            });
            Done::Pictured { what, path, result }
        });
    }
}

/// The map sources that are laid over the ground of slides, if any of them shows some. May take a while.
fn maps_of(slides: &[Slide], project: &Project, access: &Access) -> Maps {
    let is_any = slides.iter().any(shows_maps);
    if is_any { Maps::open(&project.meta().maps, access, &|_| None) } else { Maps::default() }
}
