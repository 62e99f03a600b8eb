//! The bar at the top: file, title, undo, what to add, what to show.

use egui::{Ui, containers::menu::MenuButton};

use super::icons::{self, Icon};
use super::style::{bold, c32, caption};
use super::{Action, Example, Look, Picking, State, drawing};
use crate::model::{Kind, Language};
use crate::view::theme::{Theme, space, type_size};
use crate::view::{Labels, Layers};

/// Height of the bar in points.
pub const HEIGHT: f32 = 40.0;

/// What the bar shows beside the project.
#[derive(Clone, Copy, Debug)]
pub struct Bar<'a> {
    /// Name of the file or of the example.
    pub name: &'a str,
    /// Whether there is unsaved work.
    pub dirty: bool,
    /// Why the project cannot be saved under its name, if so.
    pub read_only: bool,
    /// What undo would take back.
    pub undo: Option<&'a str>,
    /// What redo would do again.
    pub redo: Option<&'a str>,
    /// The layers shown.
    pub layers: Layers,
    /// The theme in use.
    pub theme: Theme,
    /// Files opened lately.
    pub recent: &'a [std::path::PathBuf],
    /// How many rows of imports were not taken.
    pub rows_left: usize,
}

/// Draws the bar.
pub fn ui(ui: &mut Ui, look: Look, state: &mut State, bar: Bar) -> Vec<Action> {
    let mut actions = Vec::new();
    let c = look.colors;
    ui.horizontal_centered(|ui| {
        ui.spacing_mut().item_spacing.x = 2.0;
        file_menu(ui, look, bar, &mut actions);
        let panel = if state.hide_list { "Show list (L)" } else { "Hide list (L)" };
        if icons::button(ui, Icon::PanelLeft, panel, true, c).clicked() {
            actions.push(Action::ToggleList);
        }
        ui.add_space(space::S);
        let title = if look.project.meta().title.is_empty() { bar.name } else { &look.project.meta().title };
        let mark = if bar.dirty { " •" } else { "" };
        let width = (ui.available_width() - 720.0).clamp(60.0, 520.0);
        ui.allocate_ui_with_layout(egui::vec2(width, HEIGHT), egui::Layout::left_to_right(egui::Align::Center), |ui| {
            let text = egui::RichText::new(format!("{title}{mark}")).font(bold(type_size::BODY)).color(c32(c.text));
            let hover = if bar.dirty { format!("{} — has unsaved changes", bar.name) } else { bar.name.to_owned() };
            ui.add(egui::Label::new(text).truncate()).on_hover_text(hover);
            if bar.read_only {
                ui.label(caption("read only", c));
            }
        });
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            ui.spacing_mut().item_spacing.x = 2.0;
            let panel = if state.hide_inspector { "Show inspector (I)" } else { "Hide inspector (I)" };
            if icons::button(ui, Icon::PanelRight, panel, true, c).clicked() {
                actions.push(Action::ToggleInspector);
            }
            if icons::button(ui, Icon::Help, "Shortcuts (F1)", true, c).clicked() {
                actions.push(Action::ToggleHelp);
            }
            let (next, name) =
                if bar.theme == Theme::Dark { (Theme::Light, "Light theme") } else { (Theme::Dark, "Dark theme") };
            if icons::button(ui, Icon::Theme, name, true, c).clicked() {
                actions.push(Action::SetTheme(next));
            }
            languages(ui, look, &mut actions);
            layers(ui, look, bar.layers, &mut state.neutrality, &mut actions);
            let page = if state.statistics.open { "Map (S)" } else { "Statistics (S)" };
            if icons::button(ui, Icon::Chart, page, true, c).clicked() {
                actions.push(Action::ToggleStatistics);
            }
            let page = if state.slides.open { "Hide slides (P)" } else { "Slides (P)" };
            if icons::button(ui, Icon::Slides, page, true, c).clicked() {
                actions.push(Action::ToggleSlides);
            }
            if !look.project.meta().slides.is_empty()
                && icons::text_button(ui, Icon::Play, "Present", "Present the slides from the first (F5)", false, c)
                    .clicked()
            {
                actions.push(Action::Present(0));
            }
            ui.add_space(space::S);
            draw(ui, look, state, &mut actions);
            ui.add_space(space::XS);
            let waits = state.picking.as_ref().is_some_and(|p| !matches!(p, Picking::Draw(_)));
            let word = if waits { "Click the map …" } else { "Incident" };
            if icons::text_button(ui, Icon::Plus, word, "Add incident (N)", true, c).clicked() {
                actions.push(Action::NewIncident(None, Kind::ArmedClash));
            }
            ui.add_space(space::S);
            let step = |verb: &str, what: Option<&str>| {
                what.map_or_else(|| format!("Nothing to {}", verb.to_lowercase()), |w| format!("{verb}: {w}"))
            };
            if icons::button(ui, Icon::Redo, &step("Redo", bar.redo), bar.redo.is_some(), c).clicked() {
                actions.push(Action::Redo);
            }
            if icons::button(ui, Icon::Undo, &step("Undo", bar.undo), bar.undo.is_some(), c).clicked() {
                actions.push(Action::Undo);
            }
        });
    });
    actions
}

fn file_menu(ui: &mut Ui, look: Look, bar: Bar, actions: &mut Vec<Action>) {
    let c = look.colors;
    let button = egui::Button::new("").frame(false).min_size(egui::vec2(28.0, 28.0));
    let (response, _) = MenuButton::from_button(button).ui(ui, |ui| {
        ui.set_min_width(220.0);
        let mut item = |ui: &mut Ui, word: &str, keys: &str, action: Action| {
            let text = egui::Button::new(word).shortcut_text(egui::RichText::new(keys).color(c32(c.text_weak)));
            if ui.add(text).clicked() {
                actions.push(action);
                ui.close();
            }
        };
        item(ui, "New project", "Ctrl+Shift+N", Action::NewProject);
        item(ui, "Open …", "Ctrl+O", Action::Open);
        ui.menu_button("Open recent", |ui| {
            ui.set_max_width(420.0);
            if bar.recent.is_empty() {
                ui.label(caption("No files opened yet", c));
            }
            for path in bar.recent {
                let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
                if ui.button(name).on_hover_text(path.display().to_string()).clicked() {
                    actions.push(Action::OpenPath(path.clone()));
                    ui.close();
                }
            }
        });
        ui.menu_button("Examples", |ui| {
            for (word, example) in
                [("September 2022 border clashes", Example::September2022), ("Chronology 1988–2024", Example::Karabakh)]
            {
                if ui.button(word).clicked() {
                    actions.push(Action::OpenExample(example));
                    ui.close();
                }
            }
        });
        ui.separator();
        let mut item = |ui: &mut Ui, word: &str, keys: &str, action: Action| {
            let text = egui::Button::new(word).shortcut_text(egui::RichText::new(keys).color(c32(c.text_weak)));
            if ui.add(text).clicked() {
                actions.push(action);
                ui.close();
            }
        };
        item(ui, "Bring in …", "Ctrl+I", Action::Import);
        item(ui, "Paste incidents", "Ctrl+V", Action::Paste);
        if bar.rows_left > 0 {
            item(ui, &format!("Rows not taken ({}) …", bar.rows_left), "", Action::ShowRejected);
        }
        ui.separator();
        item(ui, "Save", "Ctrl+S", Action::Save);
        item(ui, "Save as …", "Ctrl+Shift+S", Action::SaveAs);
        item(ui, "Compare with another version …", "", Action::CompareWith);
        item(ui, "Log of edits", "", Action::ToggleLog);
        item(ui, "Save picture of the map …", "Ctrl+E", Action::ExportPicture);
        item(ui, "Talk or report as a file …", "", Action::ExportTalk);
        item(ui, "Export data …", "Ctrl+Shift+E", Action::ExportData);
        ui.separator();
        item(ui, "Copy incidents as rows", "Ctrl+C", Action::CopyIncidents(false));
        item(ui, "Copy incidents as GeoJSON", "Ctrl+Shift+C", Action::CopyIncidents(true));
        ui.separator();
        item(ui, "About clashmap", "", Action::ToggleAbout);
        item(ui, "Quit", "Ctrl+Q", Action::Quit);
    });
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, "File menu"));
    if response.hovered() || response.has_focus() {
        ui.painter().rect_filled(response.rect, 6.0, c32(c.raised));
    }
    icons::paint(ui.painter(), Icon::Menu, response.rect.center(), 16.0, c32(c.text));
}

fn draw(ui: &mut Ui, look: Look, state: &State, actions: &mut Vec<Action>) {
    // The icon is painted into the space before the word.
    let button = egui::Button::new("      Draw").frame(false).min_size(egui::vec2(70.0, 28.0));
    let last = state.drawing.tool;
    let (response, _) = MenuButton::from_button(button).ui(ui, |ui| drawing::menu(ui, look, last, actions));
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, "Draw"));
    let visuals = ui.visuals().widgets.style(&response).text_color();
    icons::paint(ui.painter(), Icon::Edit, response.rect.left_center() + egui::vec2(16.0, 0.0), 15.0, visuals);
    response.on_hover_text("Draw on the map, measure (D)");
}

fn languages(ui: &mut Ui, look: Look, actions: &mut Vec<Action>) {
    let labels = look.labels;
    let code = |l: Language| {
        let mut code = l.code().to_owned();
        if let Some(first) = code.get_mut(..1) {
            first.make_ascii_uppercase();
        }
        code
    };
    let shown = labels.second.map_or_else(|| code(labels.first), |s| format!("{} · {}", code(labels.first), code(s)));
    let button = egui::Button::new(shown.clone()).frame(false).min_size(egui::vec2(28.0, 28.0));
    let (response, _) = MenuButton::from_button(button).config(stays_open()).ui(ui, |ui| {
        ui.set_min_width(200.0);
        ui.label(caption("Names on the map", look.colors));
        for language in Language::ALL {
            if ui.radio(labels.first == language, language.endonym()).clicked() {
                let second = labels.second.filter(|s| *s != language);
                actions.push(Action::SetLabels(Labels { first: language, second }));
            }
        }
        ui.separator();
        ui.label(caption("and beside them", look.colors));
        if ui.radio(labels.second.is_none(), "no second name").clicked() {
            actions.push(Action::SetLabels(Labels { second: None, ..labels }));
        }
        for language in Language::ALL.into_iter().filter(|l| *l != labels.first) {
            if ui.radio(labels.second == Some(language), language.endonym()).clicked() {
                actions.push(Action::SetLabels(Labels { second: Some(language), ..labels }));
            }
        }
    });
    response
        .widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, format!("Languages on the map: {shown}")));
    response.on_hover_text("Languages on the map");
}

/// A menu of switches: several can be set before it is left.
fn stays_open() -> egui::containers::menu::MenuConfig {
    egui::containers::menu::MenuConfig::new().close_behavior(egui::PopupCloseBehavior::CloseOnClickOutside)
}

fn layers(ui: &mut Ui, look: Look, now: Layers, note: &mut Option<String>, actions: &mut Vec<Action>) {
    let button = egui::Button::new("").frame(false).min_size(egui::vec2(28.0, 28.0));
    let (response, menu) = MenuButton::from_button(button).config(stays_open()).ui(ui, |ui| {
        ui.set_min_width(310.0);
        // In a low window the menu is scrolled.
        let height = ui.ctx().content_rect().height() - HEIGHT - 2.0 * space::L;
        let scrolled = egui::ScrollArea::vertical()
            .max_height(height)
            .min_scrolled_height(height)
            .show(ui, |ui| super::layers::ui(ui, look, now, note));
        actions.extend(scrolled.inner);
    });
    if menu.is_none() {
        // A menu that was closed by a click elsewhere does not tell its field.
        actions.extend(super::layers::take_note(look, note));
    }
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, "Layers"));
    let visuals = ui.visuals().widgets.style(&response).text_color();
    icons::paint(ui.painter(), Icon::Layers, response.rect.center(), 16.0, visuals);
    response.on_hover_text("Layers");
}
