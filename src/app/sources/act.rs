//! What is asked of the map sources: to allow, to add, to try again.

use std::path::Path;

use super::{App, Is};
use crate::edit::{Command, MetaEdit};
use crate::model::{MapOrigin, MapSource};
use crate::panels::sources::Asked;
use crate::tiles::Retry;

impl App {
    /// Carries out what a panel asked for.
    pub(in crate::app) fn maps_asked(&mut self, ctx: &egui::Context, asked: Asked) {
        match asked {
            Asked::Toggle => {
                self.state.maps.server = None;
                self.state.maps.open = !self.state.maps.open;
                if self.state.maps.open {
                    self.state.slides.open = false;
                    self.state.statistics.open = false;
                }
            }
            Asked::AddPicture | Asked::Tie(_) | Asked::Pick(_) | Asked::TieDone | Asked::TieDrop => {
                self.tie_asked(ctx, &asked);
            }
            Asked::AddFile => self.ask(ctx, crate::app::files::Ask::MapFile),
            Asked::AllowFile(n) => {
                let name = match self.map(n).map(|m| &m.origin) {
                    Some(MapOrigin::File(name)) => name.clone(),
                    _ => return,
                };
                if let Some(path) = self.access().path_of(&name) {
                    self.sources.allowed.files.push(path);
                    self.remember_allowed();
                    self.open_again(|is| matches!(is, Is::Failed(e) if e.retry == Retry::NotAllowed));
                }
            }
            Asked::AllowHosts(hosts, yes) => {
                let allowed = &mut self.sources.allowed.hosts;
                allowed.retain(|h| !hosts.contains(h));
                if yes {
                    allowed.extend(hosts);
                    allowed.sort();
                }
                self.remember_allowed();
                self.allow_network();
            }
            Asked::Online(online) => {
                self.sources.allowed.online = online;
                self.remember_allowed();
                self.allow_network();
                self.notices.say(if online {
                    "The network is on: hosts that you allow are asked for tiles of this project."
                } else {
                    "The network is off: nothing is asked."
                });
            }
            Asked::Again(n) => {
                let origin = self.map(n).map(|m| m.origin.clone());
                for opened in self.sources.opened.iter().filter(|o| Some(&o.origin) == origin.as_ref()) {
                    if let Is::Open(fetcher) = &opened.is {
                        fetcher.again();
                    }
                }
                self.sources.seen = None;
                self.sources.opened.retain(|o| Some(&o.origin) != origin.as_ref() || matches!(o.is, Is::Open(_)));
            }
        }
    }

    pub(super) fn map(&self, n: usize) -> Option<&MapSource> {
        self.workspace.project().meta().maps.get(n)
    }

    /// Drops what is so, to be opened anew.
    fn open_again(&mut self, is_so: impl Fn(&Is) -> bool) {
        self.sources.seen = None;
        self.sources.opened.retain(|o| !is_so(&o.is));
    }

    /// A file of tiles was chosen by the user, which allows it to be read.
    pub(in crate::app) fn add_map_file(&mut self, path: &Path) {
        if !is_tiles(path) {
            return self.notices.fail("Not added: tiles are read from .mbtiles and .pmtiles files.");
        }
        let whole = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        let Some(name) = self.name_in_project(&whole) else {
            return self.notices.fail("Not added: the name of the file is no readable text; rename it.");
        };
        let stem = path.file_stem().map(|s| s.to_string_lossy().into_owned()).unwrap_or_default();
        let before = self.workspace.head();
        self.commit(add(MapSource::new(&stem, MapOrigin::File(name.as_str().into()))));
        if self.workspace.head() != before {
            if let Some(path) = self.access().path_of(&name)
                && !self.access().allows_file(&name)
            {
                self.sources.allowed.files.push(path);
                self.remember_allowed();
            }
            self.state.maps.open = true;
        }
    }

    /// How the project names a file: relative to its own folder where it lies below that.
    fn name_in_project(&self, whole: &Path) -> Option<String> {
        let folder = self.file.path.as_deref().and_then(Path::parent);
        match folder.and_then(|f| whole.strip_prefix(f).ok()) {
            // With the strokes that every system reads.
            Some(below) => Some(below.iter().map(|p| p.to_str()).collect::<Option<Vec<_>>>()?.join("/")),
            None => whole.to_str().map(str::to_owned),
        }
    }

    /// Keeps in the settings what is allowed now.
    pub(super) fn remember_allowed(&mut self) {
        if let Some(project) = self.file.path.clone() {
            self.sources.allowed.project = project;
            self.settings.allow(self.sources.allowed.clone());
        }
    }

    /// Tells the network what is allowed now.
    pub(super) fn allow_network(&mut self) {
        let permission = self.sources.permission();
        if let Some(network) = self.network()
            && network.permission() != permission
        {
            network.allow(permission);
        }
        for opened in &self.sources.opened {
            if let Is::Open(fetcher) = &opened.is {
                fetcher.again();
            }
        }
    }
}

/// Whether a file is one of tiles, by its name.
pub(in crate::app) fn is_tiles(path: &Path) -> bool {
    let kind = path.extension().and_then(|e| e.to_str()).map(str::to_ascii_lowercase);
    matches!(kind.as_deref(), Some("mbtiles" | "pmtiles"))
}

fn add(source: MapSource) -> Command {
    Command::Meta(MetaEdit::AddMap(Box::new(source)))
}
