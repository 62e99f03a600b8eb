//! One source of the list.

use egui::{Button, Frame, Label, Margin, RichText, Slider, TextEdit, Ui, WidgetInfo, vec2};

use super::{Asked, Help, Known, Look, Standing, State, Words, set};
use crate::edit::{Command, MetaEdit};
use crate::model::{MapOrigin, MapSource};
use crate::panels::Action;
use crate::panels::icons::{self, Icon};
use crate::panels::style::{bold, c32, caption};
use crate::view::theme::{space, type_size};

pub(super) fn ui(
    ui: &mut Ui,
    look: Look,
    state: &mut State,
    known: &Known,
    (n, source): (usize, &MapSource),
    actions: &mut Vec<Action>,
) {
    let c = look.colors;
    let frame = Frame::new().fill(c32(c.raised)).corner_radius(space::RADIUS).inner_margin(Margin::symmetric(8, 6));
    frame.show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.push_id(("map source", n), |ui| {
            head(ui, look, state, (n, source), actions);
            ui.add(Label::new(caption(origin(source), c)).truncate()).on_hover_text(whole_origin(source));
            opacity(ui, look, state, (n, source), actions);
            credit(ui, look, state, (n, source), actions);
            if matches!(source.origin, MapOrigin::Picture(_)) {
                let label = format!("Points of {name}", name = source.shown_name());
                if small_button(ui, look, "Points …", &label).clicked() {
                    actions.push(Asked::Tie(n).into());
                }
            }
            standing(ui, look, known, (n, source), actions);
        });
    });
}

/// Eye, name, order and removal.
fn head(ui: &mut Ui, look: Look, state: &mut State, (n, source): (usize, &MapSource), actions: &mut Vec<Action>) {
    let c = look.colors;
    let name = source.shown_name();
    let last = look.project.meta().maps.len() - 1;
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 2.0;
        let (icon, eye) =
            if source.hidden { (Icon::EyeOff, format!("Show {name}")) } else { (Icon::Eye, format!("Hide {name}")) };
        if icons::button(ui, icon, &eye, true, c).clicked() {
            edit(actions, n, MapSource { hidden: !source.hidden, ..source.clone() });
        }
        let width = ui.available_width() - 3.0 * 30.0;
        words(ui, look, state, (n, source), Words::Name, width, actions);
        if icons::button(ui, Icon::Up, &format!("Move {name} up"), n < last, c).clicked() {
            actions.push(Action::Edit(Command::Meta(MetaEdit::MoveMap(n, n + 1))));
        }
        if icons::button(ui, Icon::Down, &format!("Move {name} down"), n > 0, c).clicked() {
            actions.push(Action::Edit(Command::Meta(MetaEdit::MoveMap(n, n.saturating_sub(1)))));
        }
        if icons::button(ui, Icon::Delete, &format!("Remove {name}"), true, c).clicked() {
            state.draft = None;
            actions.push(Action::Edit(Command::Meta(MetaEdit::RemoveMap(n))));
        }
    });
}

/// A text of the source; it looks like text until it is pointed at.
fn words(
    ui: &mut Ui,
    look: Look,
    state: &mut State,
    (n, source): (usize, &MapSource),
    which: Words,
    width: f32,
    actions: &mut Vec<Action>,
) {
    let (now, hint, label, font) = match which {
        Words::Name => (&source.name, source.shown_name(), "Name of", bold(type_size::BODY)),
        Words::Credit => {
            let hint = "Credit: as the source says".to_owned();
            (&source.attribution, hint, "Credit of", crate::panels::style::regular(type_size::CAPTION))
        }
    };
    let is_own = |d: &&(usize, Words, String)| (d.0, d.1) == (n, which);
    let mut text = state.draft.as_ref().filter(is_own).map_or_else(|| now.to_string(), |d| d.2.clone());
    let response = ui.scope(|ui| {
        let v = ui.visuals_mut();
        v.text_edit_bg_color = Some(egui::Color32::TRANSPARENT);
        v.widgets.inactive.bg_stroke = egui::Stroke::NONE;
        let field = TextEdit::singleline(&mut text)
            .id(egui::Id::unique(("map source", n, which)))
            .font(font)
            .hint_text(hint)
            .desired_width(width - 8.0)
            .margin(Margin::symmetric(if which == Words::Name { 4 } else { 0 }, 4));
        ui.add(field)
    });
    let response = response.inner;
    let (label, value) = (format!("{label} {}", source.shown_name()), text.clone());
    response.widget_info(|| {
        let mut info = WidgetInfo::text_edit(true, value.clone(), value.clone(), "");
        info.label = Some(label.clone());
        info
    });
    if response.changed() {
        state.draft = Some((n, which, text));
    }
    if response.lost_focus() {
        if ui.input(|i| i.key_pressed(egui::Key::Escape)) {
            state.draft = None;
        } else if let Some(command) = state.take(look.project) {
            actions.push(Action::Edit(command));
        }
    }
}

fn edit(actions: &mut Vec<Action>, n: usize, source: MapSource) {
    actions.push(Action::Edit(set(n, source)));
}

/// The opacity; a drag is one step.
fn opacity(ui: &mut Ui, look: Look, state: &mut State, (n, source): (usize, &MapSource), actions: &mut Vec<Action>) {
    let c = look.colors;
    ui.horizontal(|ui| {
        ui.label(caption("Opacity", c));
        let mut percent = state.live.filter(|(at, _)| *at == n).map_or(source.opacity, |(_, now)| now);
        ui.spacing_mut().slider_width = ui.available_width() - 56.0;
        let slider = Slider::new(&mut percent, 0..=100).show_value(false).trailing_fill(true);
        let response = ui.add(slider);
        let name = format!("Opacity of {}", source.shown_name());
        response.widget_info(|| WidgetInfo::slider(true, f64::from(percent), &name));
        ui.label(caption(format!("{percent} %"), c));
        if response.changed() {
            state.live = Some((n, percent));
        }
        if let Some((_, now)) = state.live.filter(|(at, _)| *at == n)
            && !response.is_pointer_button_down_on()
            && !response.dragged()
        {
            state.live = None;
            if now != source.opacity {
                edit(actions, n, MapSource { opacity: now, ..source.clone() });
            }
        }
    });
}

fn credit(ui: &mut Ui, look: Look, state: &mut State, (n, source): (usize, &MapSource), actions: &mut Vec<Action>) {
    let width = ui.available_width();
    words(ui, look, state, (n, source), Words::Credit, width, actions);
}

/// What kind of source it is and where it comes from.
fn origin(source: &MapSource) -> String {
    match &source.origin {
        MapOrigin::Url(tiles) => format!("Server · {}", tiles.template.hosts().join(", ")),
        MapOrigin::File(file) => format!("Tiles in a file · {}", file.rsplit(['/', '\\']).next().unwrap_or_default()),
        MapOrigin::Picture(picture) => format!("Picture · {} points", picture.points.len()),
    }
}

fn whole_origin(source: &MapSource) -> String {
    match &source.origin {
        MapOrigin::Url(tiles) => {
            format!("{}\nzooms {} to {}", tiles.template.as_str(), tiles.min_zoom, tiles.max_zoom)
        }
        MapOrigin::File(file) => file.to_string(),
        MapOrigin::Picture(picture) => picture.media.to_string(),
    }
}

/// Whether it is drawn, else why not and what to do.
fn standing(ui: &mut Ui, look: Look, known: &Known, (n, source): (usize, &MapSource), actions: &mut Vec<Action>) {
    let c = look.colors;
    let name = source.shown_name();
    match known.standings.get(n) {
        None | Some(Standing::Hidden | Standing::Shown { loading: 0 }) => {}
        Some(Standing::Opening) => {
            ui.label(caption("opening …", c));
        }
        Some(Standing::Shown { loading }) => {
            ui.label(caption(format!("{loading} tiles on their way …"), c));
        }
        Some(Standing::TooFar(zoom)) => {
            ui.label(caption(format!("begins nearer, at zoom {zoom}; zoom in to see it"), c));
        }
        Some(Standing::Not { why, help }) => {
            if let Help::AllowHosts(hosts) = help {
                for host in hosts {
                    let learns = known.learns.iter().find(|(h, _)| h == host).map_or("", |(_, words)| words);
                    warning(ui, look, &format!("{learns}."));
                }
            } else if !why.is_empty() {
                warning(ui, look, why);
            }
            let button = match help {
                Help::None => None,
                Help::Save => Some(("Save the project …".to_owned(), "Save the project …".to_owned(), Action::Save)),
                Help::AllowFile => {
                    Some(("Allow this file".to_owned(), format!("Allow this file: {name}"), Asked::AllowFile(n).into()))
                }
                Help::AllowHosts(hosts) => {
                    let word = if let [one] = &hosts[..] {
                        format!("Allow {one}")
                    } else {
                        format!("Allow these {} hosts", hosts.len())
                    };
                    Some((word.clone(), word, Asked::AllowHosts(hosts.clone(), true).into()))
                }
                Help::GoOnline => Some((
                    "Switch the network on".to_owned(),
                    format!("Switch the network on for {name}"),
                    Asked::Online(true).into(),
                )),
                Help::Again => Some(("Try again".to_owned(), format!("Try {name} again"), Asked::Again(n).into())),
            };
            if let Some((word, label, action)) = button
                && small_button(ui, look, &word, &label).clicked()
            {
                actions.push(action);
            }
        }
    }
    let hosts = source.hosts();
    if !hosts.is_empty() && hosts.iter().all(|h| known.hosts.contains(h)) {
        let label = format!("Ask {} no longer", hosts.join(", "));
        if small_button(ui, look, "Withdraw what was allowed", &label).clicked() {
            actions.push(Asked::AllowHosts(hosts, false).into());
        }
    }
}

fn warning(ui: &mut Ui, look: Look, words: &str) {
    let c = look.colors;
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing.x = space::XS;
        let (rect, _) = ui.allocate_exact_size(vec2(16.0, 16.0), egui::Sense::hover());
        icons::paint(ui.painter(), Icon::Warning, rect.center(), 13.0, c32(c.warning));
        ui.add(Label::new(RichText::new(words).size(type_size::CAPTION).color(c32(c.text))).wrap());
    });
}

/// A button that looks like a word to be followed.
fn small_button(ui: &mut Ui, look: Look, word: &str, label: &str) -> egui::Response {
    let c = look.colors;
    let text = RichText::new(word).size(type_size::CAPTION).color(c32(c.accent));
    let button = Button::new(text).fill(c32(c.panel)).min_size(vec2(0.0, 24.0));
    let response = ui.add(button);
    response.widget_info(|| WidgetInfo::labeled(egui::Role::Button, true, label));
    response
}

impl From<Asked> for Action {
    fn from(asked: Asked) -> Self {
        Self::Maps(asked)
    }
}
