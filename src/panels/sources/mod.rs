//! The map sources of the project: a list with eye, opacity, order and name, what is wrong with each, and forms to add more.
//!
//! Changes to a source are commands of the project; what is allowed to it is asked of the window and is no part of it.

mod add;
mod card;
pub mod grip;
pub mod tie;

use egui::{Ui, vec2};

use super::icons::{self, Icon};
use super::style::{bold, c32, caption};
use super::{Action, Look};
use crate::edit::typed::Format;
use crate::edit::{Command, MetaEdit};
use crate::model::{MapSource, Project};
use crate::view::Layers;
use crate::view::theme::{space, type_size};

/// Width of the panel in points.
pub const WIDTH: f32 = 340.0;

/// What is asked of the map sources besides changes to the project. Numbers are places in the project's list.
#[derive(Clone, Debug, PartialEq)]
pub enum Asked {
    /// Show or hide the list.
    Toggle,
    /// Ask for a file of tiles and add it.
    AddFile,
    /// Ask for a picture and tie it to the ground.
    AddPicture,
    /// Tie this picture anew.
    Tie(usize),
    /// Whether the next click on the map is the place of a point of the picture.
    Pick(bool),
    /// The picture is tied as it is.
    TieDone,
    /// The picture is not tied.
    TieDrop,
    /// The file of this source may be read.
    AllowFile(usize),
    /// Whether these hosts may be asked for tiles of the project.
    AllowHosts(Vec<String>, bool),
    /// Whether anybody may be asked.
    Online(bool),
    /// Try what failed of this source once more.
    Again(usize),
}

/// How it stands with a source.
#[derive(Clone, Debug, PartialEq)]
pub enum Standing {
    /// The user hid it.
    Hidden,
    /// It is being opened.
    Opening,
    /// It is drawn, but for so many tiles in sight that are on their way.
    Shown {
        /// Tiles on their way.
        loading: usize,
    },
    /// It begins nearer, at this zoom.
    TooFar(u8),
    /// It is not drawn, or not as it should be.
    Not {
        /// Why, in one line; may be empty where the help says it.
        why: String,
        /// What can be done about it.
        help: Help,
    },
}

/// What can be done about a source that is not drawn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Help {
    /// Nothing here.
    None,
    /// Save the project, so that it has a folder.
    Save,
    /// Allow its file to be read.
    AllowFile,
    /// Allow these hosts to be asked.
    AllowHosts(Vec<String>),
    /// Switch the network on.
    GoOnline,
    /// Try again.
    Again,
}

/// A text of a source that can be typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Words {
    /// Its name.
    Name,
    /// Whom to credit.
    Credit,
}

/// What the panel remembers.
#[derive(Clone, Debug, Default)]
pub struct State {
    /// Whether it is shown.
    pub open: bool,
    /// What is being typed: place of the source, which text, and how it reads now.
    pub draft: Option<(usize, Words, String)>,
    /// An opacity being set: place of the source, percent.
    pub live: Option<(usize, u8)>,
    /// The form for a server, while it is open.
    pub server: Option<add::Server>,
    /// A picture being tied to the ground.
    pub tie: Option<tie::Tie>,
}

impl State {
    /// The command that takes over what is being typed; the draft is then gone.
    pub fn take(&mut self, project: &Project) -> Option<Command> {
        let (n, words, text) = self.draft.take()?;
        let source = project.meta().maps.get(n)?;
        let mut next = source.clone();
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        match words {
            Words::Name => next.name = text.as_str().into(),
            Words::Credit => next.attribution = text.as_str().into(),
        }
        (next != *source).then(|| set(n, next))
    }
}

/// What is known of the sources besides the project.
#[derive(Clone, Debug, Default)]
pub struct Known {
    /// How it stands with each.
    pub standings: Vec<Standing>,
    /// Hosts that may be asked.
    pub hosts: Vec<String>,
    /// The picture being tied to the ground.
    pub tied: tie::Tied,
    /// What a host learns, by its name.
    pub learns: Vec<(String, String)>,
    /// The layers shown: the sources are one of them.
    pub layers: Layers,
}

fn set(n: usize, source: MapSource) -> Command {
    Command::Meta(MetaEdit::SetMap(n, Box::new(source)))
}

/// Width of the panel in a window of so many points.
pub fn width(state: &State, window: f32) -> f32 {
    if state.tie.is_some() { (window * 0.42).clamp(WIDTH, 760.0) } else { WIDTH }
}

/// Draws the panel; `picking` is whether the next click on the map is the place of a point.
pub fn ui(ui: &mut Ui, look: Look, state: &mut State, known: &Known, (format, picking): (Format, bool)) -> Vec<Action> {
    if let Some(tie) = &mut state.tie {
        return tie::ui(ui, look, tie, format, &known.tied, picking);
    }
    let mut actions = Vec::new();
    let c = look.colors;
    ui.spacing_mut().item_spacing = vec2(space::S, space::XS);
    ui.horizontal(|ui| {
        ui.set_height(32.0);
        ui.label(egui::RichText::new("Map sources").font(bold(type_size::TITLE)).color(c32(c.text)));
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            if icons::button(ui, Icon::Close, "Close map sources", true, c).clicked() {
                actions.push(Action::Maps(Asked::Toggle));
            }
        });
    });
    add::buttons(ui, look, state, &mut actions);
    ui.add_space(space::XS);
    let maps = &look.project.meta().maps;
    egui::ScrollArea::vertical().id_salt("map sources").auto_shrink([false, false]).show(ui, |ui| {
        if state.server.is_some() {
            add::form(ui, look, state, &mut actions);
            ui.add_space(space::S);
        }
        if maps.is_empty() && state.server.is_none() {
            ui.add_space(space::XL);
            ui.vertical_centered(|ui| {
                let title = egui::RichText::new("The ground is the program's own");
                ui.label(title.font(bold(type_size::EMPHASIS)).color(c32(c.text)));
                let words = "Lay a file of tiles (.mbtiles, .pmtiles), a scanned map or the tiles of a server over it. \
                             They belong to the project; what may be read and asked is yours to allow.";
                ui.add(egui::Label::new(caption(words, c)).wrap());
            });
        }
        if !maps.is_empty() && !known.layers.map_sources {
            ui.add(egui::Label::new(caption("The layer of map sources is off, and none is shown.", c)).wrap());
            if ui.button("Show map sources").clicked() {
                actions.push(Action::SetLayers(Layers { map_sources: true, ..known.layers }));
            }
            ui.add_space(space::S);
        }
        // The topmost of the map first.
        for (n, source) in maps.iter().enumerate().rev() {
            card::ui(ui, look, state, known, (n, source), &mut actions);
            ui.add_space(space::S);
        }
        if !maps.is_empty() {
            let ground = "Under them: the program's own ground, without a network.";
            ui.add(egui::Label::new(caption(ground, c)).wrap());
        }
    });
    actions
}
