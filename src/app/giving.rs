//! Pictures, charts and tables that leave the house: what is marked as sensitive stays unless it is asked for.

use std::path::{Path, PathBuf};

use super::files::{Ask, Done};
use super::{App, Dialog};
use crate::cli::render;
use crate::model::{Project, Withheld, given_out};
use crate::panels::dialogs::Sensitive;

/// What becomes of that which is marked as sensitive.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Marked {
    /// It is left out.
    #[default]
    Stays,
    /// It was asked for.
    GoesAlong,
}

impl Marked {
    /// What others may see of a project, and how much was left out.
    pub(super) fn of(self, project: &Project) -> (Project, Withheld) {
        match self {
            Self::Stays => given_out(project),
            Self::GoesAlong => (project.clone(), Withheld::default()),
        }
    }
}

/// What is not in a picture that was saved.
#[derive(Debug, Default)]
pub(super) struct Lacks {
    /// Map sources that could not be drawn, one line each.
    pub(super) sources: Vec<String>,
    /// What is marked as sensitive.
    pub(super) withheld: Withheld,
}

impl App {
    /// Asks for the name of something that is given out, and before that what becomes of what is marked, if anything is.
    pub(super) fn ask_giving(&mut self, ctx: &egui::Context, ask: fn(Marked) -> Ask) {
        let withheld = Withheld::of(self.workspace.project());
        if withheld.is_none() {
            self.ask(ctx, ask(Marked::Stays));
        } else {
            self.dialog = Some(Dialog::Sensitive { withheld, ask });
        }
    }

    /// Goes on with the answer.
    pub(super) fn sensitive_answered(&mut self, ctx: &egui::Context, ask: fn(Marked) -> Ask, answer: Sensitive) {
        self.dialog = None;
        match answer {
            Sensitive::Stays => self.ask(ctx, ask(Marked::Stays)),
            Sensitive::GoesAlong => self.ask(ctx, ask(Marked::GoesAlong)),
            Sensitive::Cancel => {}
        }
    }

    pub(super) fn picture_to(&mut self, ctx: &egui::Context, mut path: PathBuf, marked: Marked) {
        if path.extension().is_none() {
            path.set_extension("png");
        }
        let snapshot = self.workspace.project().clone();
        let viewport = self.map.viewport();
        let format = match render::Format::of(&path) {
            Ok(format) => format,
            Err(e) => return self.notices.fail(e),
        };
        let options = render::Options {
            format,
            width: viewport.width.round().max(64.0),
            height: viewport.height.round().max(64.0),
            scale: 2.0,
            bbox: Some(viewport.bounding_box()),
            theme: self.theme,
            labels: self.labels,
            zone: self.zone,
            // On a small map the legend may be hidden; a picture stands alone and needs it.
            layers: crate::view::Layers { legend: true, ..self.layers },
            question: self.question.clone(),
            access: self.access(),
            fade: self.playing.playback.fade().map(|(head, life)| crate::picture::Fade { head, life }),
            ..render::Options::default()
        };
        self.work(ctx, Some("drawing …"), move || {
            let (given, withheld) = marked.of(&snapshot);
            let result = render::draw(&given, &options).and_then(|drawn| {
                let write = &mut |out: &mut dyn std::io::Write| out.write_all(&drawn.bytes);
                crate::io::atomic::save(&crate::io::disk::RealDisk, &path, write).map_err(|e| e.to_string())?;
                Ok(Lacks { sources: drawn.missing, withheld })
            });
            Done::Pictured { what: "Picture", path, result }
        });
    }

    /// Says that a picture was saved, and what is not in it.
    pub(super) fn pictured(&mut self, what: &str, path: &Path, result: Result<Lacks, String>) {
        let Lacks { sources, withheld } = match result {
            Ok(lacks) => lacks,
            Err(e) => return self.notices.fail(e),
        };
        let mut said = format!("{what} saved: {}", path.display());
        if !withheld.is_none() {
            said += &format!("; {} marked as sensitive left out", withheld.words());
        }
        let Some(first) = sources.first() else { return self.notices.say(said) };
        let more = sources.len() - 1;
        let more = if more > 0 { format!(" (and {more} more)") } else { String::new() };
        self.notices.fail(format!("{said}, without {first}{more}"));
    }
}
