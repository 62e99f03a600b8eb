//! Adding a source: the buttons, and the form for a server.

use egui::{Frame, Key, Label, Margin, RichText, TextEdit, Ui, WidgetInfo};

use super::{Asked, Look, State};
use crate::edit::{Command, MetaEdit};
use crate::model::{MapOrigin, MapSource, Template, UrlTiles};
use crate::panels::Action;
use crate::panels::icons::{self, Icon};
use crate::panels::style::{bold, c32, caption};
use crate::view::theme::{space, type_size};

/// A server as it is being typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Server {
    /// The address.
    pub address: String,
    /// The name; empty: the host's.
    pub name: String,
    /// Whom to credit.
    pub credit: String,
    /// Whether tiles cover 512 points of the map.
    pub large: bool,
    /// What is wrong with the address.
    pub error: Option<String>,
}

/// The buttons over the list.
pub(super) fn buttons(ui: &mut Ui, look: Look, state: &mut State, actions: &mut Vec<Action>) {
    let c = look.colors;
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = space::XS;
        let file = "Add a file of tiles (.mbtiles, .pmtiles)";
        if icons::text_button(ui, Icon::Plus, "Tiles", file, true, c).clicked() {
            actions.push(Asked::AddFile.into());
        }
        if icons::text_button(ui, Icon::Plus, "Picture", "Add a picture: a scanned map", false, c).clicked() {
            actions.push(Asked::AddPicture.into());
        }
        if icons::text_button(ui, Icon::Plus, "Server", "Add a server of tiles", false, c).clicked() {
            state.server = Some(Server::default());
        }
    });
}

/// The form for a server.
pub(super) fn form(ui: &mut Ui, look: Look, state: &mut State, actions: &mut Vec<Action>) {
    let c = look.colors;
    let Some(server) = &mut state.server else { return };
    let (mut done, mut dropped) = (false, false);
    let frame = Frame::new().fill(c32(c.raised)).corner_radius(space::RADIUS).inner_margin(Margin::symmetric(10, 8));
    frame.show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.label(RichText::new("Server of tiles").font(bold(type_size::BODY)).color(c32(c.text)));
        let hint = "https://tiles.example.org/{z}/{x}/{y}.png";
        let address = line(ui, look, "Address of the tiles", hint, &mut server.address);
        if address.changed() {
            server.error = None;
        }
        done |= address.lost_focus() && ui.input(|i| i.key_pressed(Key::Enter));
        if let Some(error) = &server.error {
            let error = RichText::new(error).size(type_size::CAPTION).color(c32(c.error));
            ui.add(Label::new(error).wrap());
        } else {
            let words = "{z} {x} {y}: zoom, column, row; {-y}: rows counted from the south; {s}: one of a, b, c; \
                         {r}: @2x on dense screens. A .pbf or .mvt address is drawn from shapes.";
            ui.add(Label::new(caption(words, c)).wrap());
        }
        line(ui, look, "Name of the server", "as its host", &mut server.name);
        line(ui, look, "Credit of the server", "© whoever made the map", &mut server.credit);
        ui.checkbox(&mut server.large, "Tiles of 512 points");
        ui.horizontal(|ui| {
            let add = icons::text_button(ui, Icon::Plus, "Add", "Add the server", true, c);
            done |= add.clicked();
            dropped |= ui.button("Cancel").clicked();
        });
        ui.add(Label::new(caption("Adding a server asks nobody: you allow its host afterwards.", c)).wrap());
    });
    if dropped {
        state.server = None;
    } else if done {
        match Template::parse(&server.address) {
            Err(error) => server.error = Some(error),
            Ok(template) => {
                let tile_size = if server.large { 512 } else { 256 };
                let tiles = UrlTiles { tile_size, ..UrlTiles::new(template) };
                let source = MapSource {
                    attribution: server.credit.trim().into(),
                    ..MapSource::new(server.name.trim(), MapOrigin::Url(tiles))
                };
                actions.push(Action::Edit(Command::Meta(MetaEdit::AddMap(Box::new(source)))));
                state.server = None;
            }
        }
    }
}

/// A field under its label.
fn line(ui: &mut Ui, look: Look, label: &str, hint: &str, text: &mut String) -> egui::Response {
    ui.label(caption(label, look.colors));
    let field = TextEdit::singleline(text)
        .hint_text(hint)
        .desired_width(ui.available_width() - 2.0)
        .margin(Margin::symmetric(space::S as i8, 5));
    let response = ui.add(field);
    let value = text.clone();
    response.widget_info(|| {
        let mut info = WidgetInfo::text_edit(true, value.clone(), value.clone(), hint);
        info.label = Some(label.to_owned());
        info
    });
    response
}
