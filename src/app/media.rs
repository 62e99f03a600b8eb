//! Files attached to incidents: copied in on a thread, and looked after while their incident is shown.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::files::{Ask, Done};
use super::{App, Dialog};
use crate::edit::{Command, Edit};
use crate::io::disk::RealDisk;
use crate::io::media::{self, Attached};
use crate::model::{IncidentId, MediaState, Text};
use crate::panels::Action;

/// What was looked at last: of which project, beside which file, and which names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Watched {
    project: u64,
    file: Option<PathBuf>,
    names: Vec<Text>,
}

/// An end of looking.
pub(super) struct Look {
    of: Watched,
    found: BTreeMap<Text, MediaState>,
}

/// An end of attaching.
pub(super) struct Attempt {
    project: u64,
    incident: IncidentId,
    results: Vec<Result<Attached, String>>,
}

impl App {
    /// Asks for files to attach, after the project has a place for them.
    pub(super) fn ask_attach(&mut self, ctx: &egui::Context, id: IncidentId) {
        if !self.refuses_steps() && self.has_place_for_media(Action::Attach(id)) {
            self.ask(ctx, Ask::Attach(id));
        }
    }

    /// Copies files in and names them in the incident, as one step.
    pub(super) fn attach(&mut self, ctx: &egui::Context, id: IncidentId, paths: Vec<PathBuf>) {
        if self.refuses_steps() || !self.has_place_for_media(Action::AttachPaths(id, paths.clone())) {
            return;
        }
        let (Some(file), project) = (self.file.path.clone(), self.projects) else { return };
        self.work(ctx, Some("attaching …"), move || {
            let one = |path: &PathBuf| media::attach(&RealDisk, &file, path, media::MOST);
            Done::Attached(Box::new(Attempt { project, incident: id, results: paths.iter().map(one).collect() }))
        });
    }

    /// Whether the project has a file, beside which its media folder lies. If not, saving is offered, and `then` comes after it.
    pub(super) fn has_place_for_media(&mut self, then: Action) -> bool {
        if self.file.path.is_some() {
            return true;
        }
        self.dialog = Some(Dialog::Message {
            heading: "Save the project first".into(),
            lines: vec![
                "Attached files are kept in a folder beside the project's file.".into(),
                "Once it is saved, attaching goes on.".into(),
            ],
            action: Some(("Save …", Box::new(Action::SaveThen(Box::new(then))))),
        });
        false
    }

    pub(super) fn attached(&mut self, attempt: Attempt) {
        let Attempt { project, incident, results } = attempt;
        if project != self.projects {
            return;
        }
        let (mut files, mut left) = (Vec::new(), Vec::new());
        for result in results {
            match result {
                Ok(Attached { file, name, .. }) => files.push((Text::from(file), Text::from(name))),
                Err(e) => left.push(e),
            }
        }
        let has = |file: &Text| self.workspace.project().get(incident).is_some_and(|i| i.media.contains(file));
        let again = files.iter().filter(|(file, _)| has(file)).count();
        match (files.len() - again, again) {
            (0, 0) => {}
            (0, _) => self.notices.say("Attached already"),
            (1, _) => self.notices.done("1 file attached"),
            (n, _) => self.notices.done(format!("{n} files attached")),
        }
        if files.len() > again {
            self.commit(Command::Edit(incident, Edit::Attach(files)));
        }
        // What was mended by attaching it again is looked at again.
        self.media = Watched::default();
        match &left[..] {
            [] => {}
            [one] => self.notices.fail(one.clone()),
            _ => {
                let heading = format!("{} files were not attached", left.len());
                self.dialog = Some(Dialog::Message { heading, lines: left, action: None });
            }
        }
    }

    /// Has the attached files of the selected incident looked at, once for every list of them and whenever the window gets the
    /// keyboard back: they are changed and removed by other programs.
    pub(super) fn watch_media(&mut self, ctx: &egui::Context) {
        if ctx.input(|i| i.events.iter().any(|e| matches!(e, egui::Event::WindowFocused(true)))) {
            self.media = Watched::default();
        }
        let Some(names) = self.selected.and_then(|id| self.workspace.project().get(id)).map(|i| &i.media) else {
            return;
        };
        let (file, project) = (&self.file.path, self.projects);
        let known = &self.media;
        if names.is_empty() || known.project == project && known.file == *file && known.names == *names {
            return;
        }
        let of = Watched { project, file: file.clone(), names: names.clone() };
        self.media = of.clone();
        self.work(ctx, None, move || {
            let state = |name: &Text| match &of.file {
                Some(file) => media::state(&RealDisk, file, name),
                None => MediaState::Missing,
            };
            let found = of.names.iter().map(|name| (name.clone(), state(name))).collect();
            Done::MediaSeen(Look { of, found })
        });
    }

    pub(super) fn media_seen(&mut self, look: Look) {
        if look.of.project == self.projects && look.of.file == self.file.path {
            self.state.media.extend(look.found);
        }
    }
}
