//! The statistics page: who was counted when, where, by whom; as a chart and as a table of exact numbers.
//!
//! The page draws what was worked out for it (`app::statistics`) and answers with actions. Nothing here counts.

mod bars;
mod chart;
mod table;

use std::sync::Arc;

use egui::{ComboBox, Key, RichText, Ui};

use super::icons::{self, Icon};
use super::style::{bold, c32, caption};
use super::{Action, Look};
use crate::derive::BinWidth;
use crate::derive::statistics::{self, By, Layout, Series, SeriesStyle, Table, sheet, style_label};
use crate::model::{Category, PartyId};
use crate::view::theme::{Theme, space, type_size};
use crate::view::{Colors, Rgb};

/// A column and whether its largest come first; `None`: as the table has them.
pub type Order = Option<(usize, bool)>;

/// What the page remembers.
#[derive(Clone, Debug, Default)]
pub struct Statistics {
    /// Whether it is shown.
    pub open: bool,
    /// What is set out, and how; zone and language are the window's.
    pub layout: Layout,
    /// Over time: running totals instead of each bin by itself.
    pub cumulative: bool,
    /// The colours of exported charts; `None`: those of the window.
    pub paper: Option<Theme>,
    /// The column by which the rows are ordered, and whether the largest come first; `None`: as the table has them.
    pub order: Order,
    /// The figures as last worked out.
    pub figures: Option<Figures>,
    /// The group under the pointer, in the chart or in the table.
    pub pointed: Option<usize>,
}

/// Figures worked out, made ready to be drawn.
#[derive(Clone, Debug)]
pub struct Figures {
    /// The table.
    pub table: Arc<Table>,
    /// The series of the chart.
    pub series: Vec<Series>,
    /// The rows in the order in which they are shown, and the order for which that was worked out.
    sorted: Option<(Order, Vec<usize>)>,
}

impl Figures {
    /// Figures of a table.
    pub fn new(project: &crate::model::Project, table: Table) -> Self {
        let series = statistics::series(project, &table);
        Self { table: Arc::new(table), series, sorted: None }
    }
}

/// Draws the page. `working` says that newer figures are being worked out.
pub fn ui(ui: &mut Ui, look: Look, state: &mut Statistics, working: bool) -> Vec<Action> {
    let mut actions = Vec::new();
    let c = look.colors;
    ui.spacing_mut().item_spacing = egui::vec2(space::S, space::XS);
    head(ui, look, state, &mut actions);
    choices(ui, look, state);
    let Some(mut figures) = state.figures.take() else {
        empty(ui, if working { "Counting …" } else { "Nothing is counted yet." }, c);
        return actions;
    };
    let asked = look.question.sentence();
    let hidden = if look.derived.hidden > 0 { format!(" · {} hidden", look.derived.hidden) } else { String::new() };
    ui.add(egui::Label::new(caption(format!("{asked}{hidden}"), c)).truncate());
    if figures.table.rows.is_empty() {
        let what = figures.table.layout.category.label();
        let words = match (look.project.is_empty(), look.question.filters() || look.question.as_known.is_some()) {
            (true, _) => "No incidents yet.".to_owned(),
            (false, true) => format!("No claims about people {what} in what the question shows."),
            (false, false) => format!("No claims about people {what}."),
        };
        empty(ui, &words, c);
    } else {
        let before = state.pointed.take();
        legend(ui, look, &figures, state.cumulative);
        notes(ui, look, &figures.table);
        let height = (ui.available_height() * 0.52).clamp(120.0, 460.0);
        if figures.table.bins.is_some() {
            chart::ui(ui, look, &figures, state, before, height);
        } else {
            bars::ui(ui, look, &figures, state, before, height);
        }
        ui.add_space(space::XS);
        table::ui(ui, look, &mut figures, state, before);
        let selecting = ui.ctx().plugin::<egui::text_selection::LabelSelectionState>().lock().has_selection();
        let copied = ui.input(|i| i.events.iter().any(|e| matches!(e, egui::Event::Copy)));
        if copied && !selecting && !ui.ctx().text_edit_focused() {
            actions.push(copy(look, &figures.table));
        }
    }
    state.figures = Some(figures);
    actions
}

fn copy(look: Look, table: &Table) -> Action {
    Action::CopyTable(sheet(look.project, look.question, look.derived.hidden, table).tsv())
}

fn empty(ui: &mut Ui, words: &str, c: &Colors) {
    ui.add_space(space::XL * 2.0);
    ui.vertical_centered(|ui| ui.label(RichText::new(words).size(type_size::EMPHASIS).color(c32(c.text_weak))));
}

fn head(ui: &mut Ui, look: Look, state: &mut Statistics, actions: &mut Vec<Action>) {
    let c = look.colors;
    ui.horizontal(|ui| {
        ui.set_height(32.0);
        ui.label(RichText::new("Statistics").font(bold(type_size::TITLE)).color(c32(c.text)));
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            if icons::button(ui, Icon::Close, "Close statistics (S)", true, c).clicked() {
                actions.push(Action::ToggleStatistics);
            }
            export(ui, state, actions, c);
            let table = state.figures.as_ref().map(|f| Arc::clone(&f.table)).filter(|t| !t.rows.is_empty());
            let response = ui.add_enabled(table.is_some(), egui::Button::new("Copy table"));
            if let Some(table) = table.filter(|_| response.clicked()) {
                actions.push(copy(look, &table));
            }
            response.on_hover_text("As tab-separated values (Ctrl+C)");
        });
    });
}

fn export(ui: &mut Ui, state: &mut Statistics, actions: &mut Vec<Action>, c: &Colors) {
    let config =
        egui::containers::menu::MenuConfig::new().close_behavior(egui::PopupCloseBehavior::CloseOnClickOutside);
    let button = egui::Button::new("Export …");
    egui::containers::menu::MenuButton::from_button(button).config(config).ui(ui, |ui| {
        ui.set_min_width(220.0);
        for (word, action) in
            [("Save chart (SVG, PNG, PDF) …", Action::ExportChart), ("Save table (CSV) …", Action::ExportTable)]
        {
            if ui.button(word).clicked() {
                actions.push(action);
                ui.close();
            }
        }
        ui.separator();
        ui.label(caption("Colours of the chart", c));
        for (word, paper) in [
            ("As the window", None),
            ("Light", Some(Theme::Light)),
            ("Dark", Some(Theme::Dark)),
            ("Print", Some(Theme::Print)),
        ] {
            if ui.radio(state.paper == paper, word).clicked() {
                state.paper = paper;
            }
        }
    });
}

/// One of several words of which one holds.
fn choice(ui: &mut Ui, word: &str, name: &str, chosen: bool, c: &Colors) -> bool {
    let text = RichText::new(word).color(c32(c.text));
    let response = ui.add(egui::Button::selectable(chosen, text));
    response.widget_info(|| egui::WidgetInfo::selected(egui::Role::RadioButton, true, chosen, name));
    response.clicked()
}

/// The word before a row of choices.
fn leading(ui: &mut Ui, word: &str, c: &Colors) {
    let (rect, _) = ui.allocate_exact_size(egui::vec2(52.0, 28.0), egui::Sense::hover());
    let font = super::style::regular(type_size::CAPTION);
    ui.painter().text(rect.left_center(), egui::Align2::LEFT_CENTER, word, font, c32(c.text_weak));
}

fn choices(ui: &mut Ui, look: Look, state: &mut Statistics) {
    let c = look.colors;
    let layout = &mut state.layout;
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = 2.0;
        leading(ui, "People", c);
        for category in Category::ALL {
            let word = category.label();
            if choice(ui, word, &format!("People {word}"), layout.category == *category, c) {
                layout.category = *category;
            }
        }
    });
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = 2.0;
        leading(ui, "By", c);
        for by in By::ALL {
            if choice(ui, &by.label().to_lowercase(), &format!("By {}", by.label().to_lowercase()), layout.by == by, c)
            {
                (layout.by, state.order) = (by, None);
            }
        }
        if layout.by == By::Time {
            ui.add_space(space::L);
            ui.label(caption("per", c));
            ui.add_space(space::XS);
            let bins = state.figures.as_ref().and_then(|f| f.table.bins.as_ref());
            let auto = bins
                .filter(|_| layout.width.is_none())
                .map_or("automatic".to_owned(), |b| format!("{} (automatic)", b.width.label()));
            let shown = layout.width.map_or(auto, |w| w.label().to_owned());
            let combo = ComboBox::from_id_salt("width of bins").selected_text(&shown).width(132.0).show_ui(ui, |ui| {
                if ui.selectable_label(layout.width.is_none(), "automatic").clicked() {
                    layout.width = None;
                }
                for width in BinWidth::ALL {
                    if ui.selectable_label(layout.width == Some(width), width.label()).clicked() {
                        layout.width = Some(width);
                    }
                }
            });
            combo.response.widget_info(|| {
                let mut info = egui::WidgetInfo::labeled(egui::Role::ComboBox, true, "Width of bins");
                info.current_text_value = Some(shown.clone());
                info
            });
            ui.add_space(space::L);
            for (word, cumulative) in [("each by itself", false), ("running total", true)] {
                if choice(ui, word, &capital(word), state.cumulative == cumulative, c) {
                    state.cumulative = cumulative;
                }
            }
        }
    });
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

fn legend(ui: &mut Ui, look: Look, figures: &Figures, cumulative: bool) {
    let c = look.colors;
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().interact_size.y = 20.0;
        ui.spacing_mut().item_spacing.x = space::XS;
        for series in &figures.series {
            let running = cumulative && figures.table.bins.is_some();
            let width = if running { 26.0 } else { 14.0 };
            let (rect, _) = ui.allocate_exact_size(egui::vec2(width, 20.0), egui::Sense::hover());
            if running {
                sample(ui.painter(), rect, series.style, c);
            } else {
                let rect = egui::Rect::from_center_size(rect.center(), egui::vec2(12.0, 12.0));
                swatch(ui.painter(), rect, series.style, c);
            }
            let name = style_label(look.project, &series.parties, series.style, figures.table.layout.language);
            let own = figures.table.totals.iter().filter(|(p, _)| series.parties.contains(p));
            let total = own.map(|(_, f)| *f).reduce(crate::derive::Figure::plus).unwrap_or_default();
            let text = RichText::new(format!("{name}: {total}")).color(c32(c.text));
            let response = ui.add(egui::Label::new(text).truncate());
            if series.parties.len() > 1 {
                response.on_hover_text(names(look, &series.parties));
            }
            ui.add_space(space::M);
        }
        if figures.table.totals.len() > 1 {
            ui.label(caption(format!("All parties: {}", figures.table.all), c));
        }
    });
}

fn names(look: Look, parties: &[PartyId]) -> String {
    let one = |p: &PartyId| statistics::party_label(look.project, p, look.labels.first);
    parties.iter().map(one).collect::<Vec<_>>().join(", ")
}

/// What the chart cannot show, said beside it.
fn notes(ui: &mut Ui, look: Look, table: &Table) {
    let c = look.colors;
    let plural = |n: u32| if n == 1 { format!("{n} incident") } else { format!("{n} incidents") };
    let mut words = Vec::new();
    if table.missing > 0 {
        words.push((
            true,
            format!("{} without a figure for some or all of the people: in no sum, and not 0", plural(table.missing)),
        ));
    }
    if table.bins.is_some() {
        for (n, group) in table.groups.iter().enumerate().filter(|(_, g)| !g.is_bin()) {
            let rows = table.rows_of(n).iter().filter(|r| r.tally.is_known());
            let name = |p| statistics::party_label(look.project, p, look.labels.first);
            let figures: Vec<_> = rows.map(|r| format!("{} {}", name(&r.party), r.tally.words())).collect();
            if !figures.is_empty() {
                let what = statistics::group_label(look.project, table, group).to_lowercase();
                words.push((false, format!("not drawn, {what}: {}", figures.join(", "))));
            }
        }
    }
    if table.is_widened() {
        words.push((false, "bins widened: there would be too many".into()));
    }
    let groups = table.groups.len();
    if table.bins.is_none() && groups > bars::MOST {
        words.push((false, format!("{} more in the table", groups - bars::MOST)));
    }
    if table.overlaps {
        words.push((false, "a range rests on two claims; its figure is with the source of each".into()));
    }
    if words.is_empty() {
        return;
    }
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().interact_size.y = 18.0;
        for (hollow, text) in words {
            if hollow {
                let (rect, _) = ui.allocate_exact_size(egui::vec2(12.0, 16.0), egui::Sense::hover());
                ui.painter().circle_stroke(rect.center(), 4.0, egui::Stroke::new(1.2, c32(c.text_weak)));
            }
            ui.label(caption(text, c));
            ui.add_space(space::S);
        }
    });
}

fn color(style: SeriesStyle, c: &Colors) -> Rgb {
    match style {
        SeriesStyle::First => c.party_a,
        SeriesStyle::Second => c.party_b,
        SeriesStyle::Other => c.party_other,
    }
}

/// Fill and outline of a bar, as exported charts have them too: a second cue beside the colour.
fn manner(style: SeriesStyle, c: &Colors) -> (egui::Color32, egui::Stroke) {
    let color = c32(color(style, c));
    match style {
        SeriesStyle::First => (color, egui::Stroke::NONE),
        SeriesStyle::Second => (c32(c.panel).lerp_to_gamma(color, 0.3), egui::Stroke::new(1.6, color)),
        SeriesStyle::Other => (c32(c.panel).lerp_to_gamma(color, 0.12), egui::Stroke::new(1.0, color)),
    }
}

/// Paints a bar. One too thin for an outline is filled.
fn swatch(painter: &egui::Painter, rect: egui::Rect, style: SeriesStyle, c: &Colors) {
    let (fill, stroke) = manner(style, c);
    if rect.width().min(rect.height()) < 3.0 {
        painter.rect_filled(rect, 0.0, c32(color(style, c)));
    } else {
        painter.rect(rect, 0.0, fill, stroke, egui::StrokeKind::Inside);
    }
}

/// Paints a piece of a running total's line.
fn sample(painter: &egui::Painter, rect: egui::Rect, style: SeriesStyle, c: &Colors) {
    let stroke = egui::Stroke::new(2.2, c32(color(style, c)));
    let line = [rect.left_center(), rect.right_center()];
    match style {
        SeriesStyle::First => {
            painter.line_segment(line, stroke);
        }
        SeriesStyle::Second => painter.extend(egui::Shape::dashed_line(&line, stroke, 8.0, 5.0)),
        SeriesStyle::Other => painter.extend(egui::Shape::dashed_line(&line, stroke, 1.8, 4.0)),
    }
}

/// The card with the exact figures of a group.
fn card(ui: &mut Ui, look: Look, table: &Table, group: usize) {
    let c = look.colors;
    ui.set_min_width(250.0);
    let Some(of) = table.groups.get(group) else { return };
    ui.label(
        RichText::new(statistics::group_label(look.project, table, of)).font(bold(type_size::BODY)).color(c32(c.text)),
    );
    let rows = table.rows_of(group);
    if rows.is_empty() {
        ui.label(caption("no claims", c));
    }
    for row in rows {
        let name = statistics::party_label(look.project, &row.party, look.labels.first);
        let claims = if row.tally.claims == 1 { "1 claim".to_owned() } else { format!("{} claims", row.tally.claims) };
        let text = RichText::new(format!("{name}: {} ({claims})", row.tally.words())).size(type_size::CAPTION);
        ui.label(text.color(c32(c.text)));
        if row.tally.missing > 0 && row.tally.is_known() {
            ui.label(caption(format!("{} incidents without a figure", row.tally.missing), c));
        }
    }
}

/// Page keys move the table while nothing has the keyboard.
fn page_keys(ui: &Ui) -> f32 {
    if ui.ctx().memory(|m| m.focused().is_some()) {
        return 0.0;
    }
    ui.input(|i| f32::from(i8::from(i.key_pressed(Key::PageUp)) - i8::from(i.key_pressed(Key::PageDown))))
}
