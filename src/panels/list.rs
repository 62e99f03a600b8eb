//! The list of incidents: searched by the same filter as the map, sorted, drawn row by row as far as it is in view.

use std::sync::Arc;

use egui::{Key, ScrollArea, TextEdit, Ui};

use super::icons;
use super::style::{bold, c32, caption, number, regular};
use super::{Action, Look, Sort, State};
use crate::derive::{Condition, Derived, Filters, Row};
use crate::edit::Revisions;
use crate::model::{IncidentId, Language, Project, Search};
use crate::view::theme::{space, type_size};

/// Height of a row in points.
const ROW: f32 = 52.0;

/// From so many incidents on they are put in order on a thread.
const MANY: usize = 20_000;

/// The order of the rows, and what it was worked out from.
#[derive(Clone, Debug)]
pub struct Order {
    stamp: u64,
    /// Every incident in order, shown or not.
    all: Arc<Vec<IncidentId>>,
    /// The incidents that are shown, in the order in which they are listed, as far as they have been asked for.
    rows: Vec<IncidentId>,
    /// How many of `all` were looked at for that.
    looked_at: usize,
}

impl Order {
    /// Makes the rows before the one of this number be there, if there are so many.
    fn reach(&mut self, derived: &Derived, rows: usize) {
        while self.rows.len() < rows
            && let Some(id) = self.all.get(self.looked_at)
        {
            self.looked_at += 1;
            if derived.shows(*id) {
                self.rows.push(*id);
            }
        }
    }

    fn position(&mut self, derived: &Derived, id: IncidentId) -> Option<usize> {
        self.reach(derived, usize::MAX);
        self.rows.iter().position(|r| *r == id)
    }
}

/// What the order of all incidents rests on: an edit of a title moves none of them in the order of dates. Of the order of
/// figures the stamp of the answer is a part.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Basis {
    /// By what they are put in order.
    pub sort: Sort,
    revisions: Revisions,
    /// In which language names of places are compared.
    pub language: Language,
    stamp: Option<u64>,
}

impl Basis {
    /// Of a project as it was opened.
    pub fn of_file(sort: Sort) -> Self {
        Self { sort, revisions: Revisions::default(), language: Language::En, stamp: None }
    }
}

/// All incidents in order, put so on a thread or at once.
#[derive(Clone, Debug, Default)]
pub struct Sorted {
    /// What the order rests on; none yet: the order of the file.
    pub basis: Option<Basis>,
    /// The incidents, shown or not.
    pub ids: Arc<Vec<IncidentId>>,
    /// The order that is missing; whoever has threads puts it in.
    pub wanted: Option<Basis>,
}

/// What a search has found as yet.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SoFar {
    /// The first of those that all filters let through, in the order of the file.
    pub first: Vec<IncidentId>,
    /// In how many incidents the words were found.
    pub found: usize,
}

/// Draws the list. `stamp` changes whenever the derived rows change.
pub fn ui(
    ui: &mut Ui,
    look: Look,
    state: &mut State,
    revisions: Revisions,
    stamp: u64,
    selected: Option<IncidentId>,
) -> Vec<Action> {
    let mut actions = Vec::new();
    let c = look.colors;
    head(ui, look, state, &mut actions);
    if look.project.is_empty() {
        ui.add_space(space::XL);
        ui.vertical_centered(|ui| {
            ui.label(caption("No incidents yet.", c));
        });
        return actions;
    }
    if let Some(so_far) = state.so_far.clone() {
        as_yet(ui, look, state, &so_far, selected, &mut actions);
        return actions;
    }
    let mut order = refreshed(look, state, revisions, stamp);
    if look.derived.is_empty() {
        nothing(ui, look, &mut actions);
        state.order = Some(order);
        return actions;
    }
    let mut area = ScrollArea::vertical().id_salt("incidents").auto_shrink([false, false]);
    if std::mem::take(&mut state.reveal)
        && let Some(n) = selected.and_then(|id| order.position(look.derived, id))
    {
        let height = ui.available_height();
        area = area.vertical_scroll_offset((n as f32 * ROW - (height - ROW) / 2.0).max(0.0));
    }
    ui.spacing_mut().item_spacing.y = 0.0;
    area.show_rows(ui, ROW, look.derived.len(), |ui, range| {
        order.reach(look.derived, range.end);
        for n in range {
            let Some(id) = order.rows.get(n).copied() else { continue };
            if let Some(click) = row(ui, look, state, id, selected, &mut actions) {
                if click.shift {
                    order.reach(look.derived, usize::MAX);
                }
                clicked(state, &order.rows, n, selected, click, &mut actions);
            }
        }
    });
    // Up and down walk the list while no text field has the keyboard.
    if ui.ctx().memory(|m| m.focused().is_none()) {
        let step = ui.input_mut(|i| {
            i32::from(i.consume_key(egui::Modifiers::ALT, Key::ArrowDown))
                - i32::from(i.consume_key(egui::Modifiers::ALT, Key::ArrowUp))
        });
        if step != 0 {
            let at = selected.and_then(|id| order.position(look.derived, id));
            order.reach(look.derived, usize::MAX);
            let last = order.rows.len().saturating_sub(1);
            let n = at.map_or(0, |n| n.saturating_add_signed(step as isize).min(last));
            let id = order.rows.get(n).copied();
            state.reveal = true;
            actions.push(Action::Select(id));
        }
    }
    state.order = Some(order);
    actions
}

/// What a search has found as yet, while it goes on.
fn as_yet(
    ui: &mut Ui,
    look: Look,
    state: &mut State,
    so_far: &SoFar,
    selected: Option<IncidentId>,
    actions: &mut Vec<Action>,
) {
    ui.spacing_mut().item_spacing.y = 0.0;
    let area = ScrollArea::vertical().id_salt("incidents as yet").auto_shrink([false, false]);
    area.show_rows(ui, ROW, so_far.first.len(), |ui, range| {
        for n in range {
            let Some(id) = so_far.first.get(n).copied() else { continue };
            if let Some(click) = row(ui, look, state, id, selected, actions) {
                clicked(state, &so_far.first, n, selected, click, actions);
            }
        }
    });
}

fn row(
    ui: &mut Ui,
    look: Look,
    state: &State,
    id: IncidentId,
    selected: Option<IncidentId>,
    actions: &mut Vec<Action>,
) -> Option<egui::Modifiers> {
    let row = look.derived.row(id);
    let spread = look.derived.widest_contradiction(look.project, id);
    let marked = selected == Some(id) || state.chosen.contains(id);
    draw_row(ui, look, &row, spread, marked, actions)
}

/// Why the list is empty, and what brings incidents back.
fn nothing(ui: &mut Ui, look: Look, actions: &mut Vec<Action>) {
    let c = look.colors;
    let filters = &look.question.filters;
    let others = look.question.conditions().any(|c| c != Condition::Text);
    ui.add_space(space::XL);
    ui.vertical_centered(|ui| {
        ui.spacing_mut().item_spacing.y = space::S;
        if filters.text.is_empty() {
            ui.label(egui::RichText::new("Nothing to show").font(bold(type_size::EMPHASIS)).color(c32(c.text)));
            ui.add(egui::Label::new(caption("Every incident is hidden by filters.", c)).wrap());
        } else {
            let typed = filters.text.typed().trim();
            ui.add(egui::Label::new(caption(format!("Nothing found for “{typed}”."), c)).wrap());
            if others {
                ui.add(egui::Label::new(caption("Other filters hide incidents as well.", c)).wrap());
            }
            if ui.button("Clear search").clicked() {
                actions.push(Action::Without(Condition::Text));
            }
        }
        if others {
            let show = ui.button("Show all");
            show.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, "Show all incidents again"));
            if show.clicked() {
                actions.push(Action::ShowAll);
            }
        }
    });
}

fn head(ui: &mut Ui, look: Look, state: &mut State, actions: &mut Vec<Action>) {
    let c = look.colors;
    ui.add_space(space::XS);
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = space::XS;
        let mut text = look.question.filters.text.typed().to_owned();
        let field = TextEdit::singleline(&mut text)
            .id(egui::Id::unique("search incidents"))
            .hint_text("Search incidents")
            .desired_width(ui.available_width() - 28.0 - space::S)
            .margin(egui::Margin { left: 30, right: 8, top: 5, bottom: 5 });
        let response = ui.add(field);
        if response.changed() {
            let filters = Filters { text: Search::new(&text), ..look.question.filters.clone() };
            actions.push(Action::Filter(Box::new(filters)));
        }
        icons::paint(
            ui.painter(),
            icons::Icon::Search,
            response.rect.left_center() + egui::vec2(16.0, 0.0),
            14.0,
            c32(c.text_weak),
        );
        let value = text.clone();
        response.widget_info(|| {
            let mut info = egui::WidgetInfo::text_edit(true, value.clone(), value.clone(), "");
            info.label = Some("Search incidents".into());
            info
        });
        if std::mem::take(&mut state.focus_search) {
            response.request_focus();
        }
        let button = icons::button(ui, icons::Icon::Filter, "Filters (Ctrl+Shift+F)", true, c);
        if look.question.filters() {
            ui.painter().circle_filled(button.rect.right_top() + egui::vec2(-6.0, 6.0), 3.0, c32(c.accent));
        }
        if button.clicked() {
            actions.push(Action::ToggleFilters);
        }
    });
    ui.add_space(space::XS);
    ui.horizontal(|ui| {
        let (shown, all) = (look.derived.len(), look.project.len());
        let count = match &state.so_far {
            Some(so_far) => format!("searching … {} found", number(so_far.found)),
            None if shown == all => format!("{} incidents", number(all)),
            None => format!("{} of {} incidents", number(shown), number(all)),
        };
        ui.label(caption(count, c));
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            ui.spacing_mut().item_spacing.x = 2.0;
            for sort in Sort::ALL.into_iter().rev() {
                let word = egui::RichText::new(sort.label()).size(type_size::CAPTION);
                let response = ui.selectable_label(state.sort == sort, word);
                let name = format!("Sort by {}", sort.label().to_lowercase());
                response.widget_info(|| {
                    egui::WidgetInfo::selected(egui::Role::RadioButton, true, state.sort == sort, &name)
                });
                if response.clicked() {
                    state.sort = sort;
                }
            }
        });
    });
    ui.separator();
}

/// The order as it is, or worked out anew if what it rests on has changed. All incidents are put in order once; those that
/// another window of time shows are then only picked out, as far down as the list is looked at. Very many are put in order
/// elsewhere; until that is done the order is the one before.
fn refreshed(look: Look, state: &mut State, revisions: Revisions, stamp: u64) -> Order {
    let revisions = match state.sort {
        Sort::Date => Revisions { membership: revisions.membership, time: revisions.time, ..Revisions::default() },
        Sort::Place => {
            let Revisions { membership, text, time, .. } = revisions;
            Revisions { membership, time, text, ..Revisions::default() }
        }
        Sort::Dead => revisions,
    };
    let stamp_of = (state.sort == Sort::Dead).then_some(stamp);
    let basis = Basis { sort: state.sort, revisions, language: look.labels.first, stamp: stamp_of };
    if state.sorted.basis == Some(basis) {
        state.sorted.wanted = None;
    } else if look.project.len() < MANY {
        let ids = Arc::new(sorted(look.project, look.derived, basis));
        state.sorted = Sorted { basis: Some(basis), ids, wanted: None };
    } else {
        state.sorted.wanted = Some(basis);
        if state.sorted.basis.is_none() && state.sorted.ids.len() != look.project.len() {
            state.sorted.ids = Arc::new(look.project.ids().collect());
        }
    }
    let all = &state.sorted.ids;
    match state.order.take() {
        Some(order) if order.stamp == stamp && Arc::ptr_eq(&order.all, all) => order,
        _ => Order { stamp, all: Arc::clone(all), rows: Vec::new(), looked_at: 0 },
    }
}

/// Every incident in order, shown or not.
pub fn sorted(project: &Project, derived: &Derived, basis: Basis) -> Vec<IncidentId> {
    let mut all: Vec<IncidentId> = project.ids().collect();
    // Those without a date come last.
    let start = |id: IncidentId| derived.span(id).map_or(i64::MAX, |s| s.start);
    match basis.sort {
        Sort::Date => all.sort_by_key(|id| start(*id)),
        Sort::Place => all.sort_by_cached_key(|id| {
            let name = project.look(*id, |i| i.place.names.best(basis.language).to_lowercase());
            (name.unwrap_or_default(), start(*id))
        }),
        Sort::Dead => all.sort_by_cached_key(|id| {
            let dead = derived.dead_number(*id);
            (dead.map_or(1, |_| 0), std::cmp::Reverse(dead), start(*id))
        }),
    }
    all
}

fn draw_row(
    ui: &mut Ui,
    look: Look,
    row: &Row,
    spread: Option<u32>,
    selected: bool,
    actions: &mut Vec<Action>,
) -> Option<egui::Modifiers> {
    let incident = look.project.get(row.id)?;
    let c = look.colors;
    let (rect, response) = ui.allocate_exact_size(egui::vec2(ui.available_width(), ROW), egui::Sense::click());
    let figure = row.dead.total;
    let dead = if figure.is_known() { figure.to_string() } else { String::new() };
    let dated = incident.when.map_or_else(|| "no date".to_owned(), |w| w.in_zone(look.zone.offset()).brief());
    let title = if incident.title.is_empty() { "Untitled incident" } else { &incident.title };
    let spoken = if figure.is_known() { format!(", {dead} killed") } else { String::new() };
    let apart = spread.map(|n| format!(", claims differ by {n}")).unwrap_or_default();
    let name = format!("{title}, {dated}{apart}{spoken}");
    response.widget_info(|| egui::WidgetInfo::selected(egui::Role::ListItem, true, selected, &name));
    if ui.is_rect_visible(rect) {
        let p = ui.painter();
        if selected {
            p.rect_filled(rect, 6.0, c32(c.selected));
            p.rect_filled(egui::Rect::from_min_size(rect.min, egui::vec2(3.0, ROW)), 1.5, c32(c.accent));
        } else if response.hovered() || response.has_focus() {
            p.rect_filled(rect, 6.0, c32(c.raised));
        }
        let left = rect.left() + space::M;
        let right = rect.right() - space::M;
        let date_right = p.text(
            egui::pos2(left, rect.top() + 9.0),
            egui::Align2::LEFT_TOP,
            dated,
            regular(type_size::CAPTION),
            c32(c.text_weak),
        );
        let mut edge = right;
        if figure.is_known() {
            edge = p
                .text(
                    egui::pos2(right, rect.top() + 8.0),
                    egui::Align2::RIGHT_TOP,
                    &dead,
                    bold(type_size::BODY),
                    c32(c.text),
                )
                .left();
        } else if !incident.kind.is_spoken() {
            p.circle_stroke(egui::pos2(right - 4.0, rect.top() + 16.0), 4.0, egui::Stroke::new(1.2, c32(c.text_weak)));
            edge = right - 14.0;
        }
        if let Some(n) = spread {
            let at = egui::pos2(edge - 6.0, rect.top() + 9.0);
            let (font, ink) = (regular(type_size::CAPTION), c32(c.warning));
            edge = p.text(at, egui::Align2::RIGHT_TOP, format!("{n} apart"), font, ink).left() + 2.0;
        }
        if row.contradicted {
            icons::paint(p, icons::Icon::Warning, egui::pos2(edge - 11.0, rect.top() + 16.0), 13.0, c32(c.warning));
            edge -= 20.0;
        }
        let kind = egui::WidgetText::from(
            egui::RichText::new(incident.kind.label()).size(type_size::CAPTION).color(c32(c.text_weak)),
        )
        .into_galley(
            ui,
            Some(egui::TextWrapMode::Truncate),
            (edge - date_right.right() - 16.0).max(10.0),
            egui::TextStyle::Small,
        );
        ui.painter().galley(egui::pos2(date_right.right() + 8.0, rect.top() + 9.0), kind, c32(c.text_weak));
        let text = egui::WidgetText::from(egui::RichText::new(title).size(type_size::BODY).color(c32(c.text)))
            .into_galley(ui, Some(egui::TextWrapMode::Truncate), right - left, egui::TextStyle::Body);
        ui.painter().galley(egui::pos2(left, rect.top() + 27.0), text, c32(c.text));
        ui.painter().hline(left..=right, rect.bottom() - 0.5, egui::Stroke::new(1.0, c32(c.rule).gamma_multiply(0.6)));
    }
    if response.double_clicked() {
        actions.push(Action::ZoomTo(row.id));
    }
    response.clicked().then(|| ui.input(|i| i.modifiers))
}

/// A click on a row: alone it selects, once more it zooms; with Ctrl the row is chosen besides the others or no more, with
/// Shift all rows from the one before.
fn clicked(
    state: &mut State,
    rows: &[IncidentId],
    n: usize,
    selected: Option<IncidentId>,
    modifiers: egui::Modifiers,
    actions: &mut Vec<Action>,
) {
    let Some(id) = rows.get(n).copied() else { return };
    let anchor = state.anchor.or(selected).and_then(|a| rows.iter().position(|r| *r == a));
    if modifiers.command {
        state.chosen.add(selected);
        state.chosen.toggle(id);
    } else if modifiers.shift {
        let from = anchor.unwrap_or(n);
        state.chosen.add(selected);
        state.chosen.add(rows.iter().copied().skip(from.min(n)).take(from.abs_diff(n) + 1));
    } else {
        let again = selected == Some(id) && !state.chosen.are_several();
        actions.push(if again { Action::ZoomTo(id) } else { Action::Select(Some(id)) });
        state.chosen.clear();
    }
    if !modifiers.shift {
        state.anchor = Some(id);
    }
    if (modifiers.command || modifiers.shift) && !state.chosen.are_several() {
        // One alone is what is selected.
        actions.push(Action::Select(state.chosen.ids().first().copied()));
        state.chosen.clear();
    }
}
