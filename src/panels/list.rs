//! The list of incidents: searched by the same filter as the map, sorted, drawn row by row as far as it is in view.

use egui::{Key, ScrollArea, TextEdit, Ui};

use super::icons;
use super::style::{bold, c32, caption, regular};
use super::{Action, Look, Sort, State};
use crate::derive::{Condition, Filters, Row};
use crate::edit::Revisions;
use crate::model::{IncidentId, Search};
use crate::view::theme::{space, type_size};

/// Height of a row in points.
const ROW: f32 = 52.0;

/// The order of the rows, and what it was worked out from.
#[derive(Clone, Debug, PartialEq)]
pub struct Order {
    key: (Basis, u64),
    /// Every incident in order, shown or not; none where the order follows the figures.
    all: Vec<IncidentId>,
    /// The incidents that are shown, in the order in which they are listed.
    rows: Vec<IncidentId>,
}

/// What the order of all incidents rests on: an edit of a title moves none of them in the order of dates.
type Basis = (Sort, Revisions, crate::model::Language);

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
    let order = refreshed(look, state, revisions, stamp);
    if order.rows.is_empty() {
        nothing(ui, look, &mut actions);
        state.order = Some(order);
        return actions;
    }
    let at = selected.and_then(|id| order.rows.iter().position(|r| *r == id));
    let mut area = ScrollArea::vertical().id_salt("incidents").auto_shrink([false, false]);
    if std::mem::take(&mut state.reveal)
        && let Some(n) = at
    {
        let height = ui.available_height();
        area = area.vertical_scroll_offset((n as f32 * ROW - (height - ROW) / 2.0).max(0.0));
    }
    ui.spacing_mut().item_spacing.y = 0.0;
    area.show_rows(ui, ROW, order.rows.len(), |ui, range| {
        for n in range {
            let Some(row) = order.rows.get(n).map(|id| look.derived.row(*id)) else { continue };
            let spread = look.derived.widest_contradiction(look.project, row.id);
            let marked = selected == Some(row.id) || state.chosen.contains(row.id);
            let click = draw_row(ui, look, &row, spread, marked, &mut actions);
            if let Some(click) = click {
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
            let n = at.map_or(0, |n| n.saturating_add_signed(step as isize).min(order.rows.len() - 1));
            let id = order.rows.get(n).copied();
            state.reveal = true;
            actions.push(Action::Select(id));
        }
    }
    state.order = Some(order);
    actions
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
        let count = if shown == all { format!("{all} incidents") } else { format!("{shown} of {all} incidents") };
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
/// another window of time shows are then only picked out.
fn refreshed(look: Look, state: &mut State, revisions: Revisions, stamp: u64) -> Order {
    let basis = match state.sort {
        Sort::Date => Revisions { membership: revisions.membership, time: revisions.time, ..Revisions::default() },
        Sort::Place => {
            let Revisions { membership, text, time, .. } = revisions;
            Revisions { membership, time, text, ..Revisions::default() }
        }
        Sort::Dead => revisions,
    };
    let key = ((state.sort, basis, look.labels.first), stamp);
    let kept = state.order.take();
    let all = match kept {
        Some(order) if order.key == key => return order,
        Some(order) if order.key.0 == key.0 => order.all,
        _ => all(look, state.sort),
    };
    let rows = if state.sort == Sort::Dead {
        let mut rows: Vec<IncidentId> = look.derived.ids().collect();
        rows.sort_by_cached_key(|id| {
            let dead = look.derived.dead_number(*id);
            (dead.map_or(1, |_| 0), std::cmp::Reverse(dead), start(look, *id))
        });
        rows
    } else {
        all.iter().copied().filter(|id| look.derived.shows(*id)).collect()
    };
    Order { key, all, rows }
}

/// When an incident began; those without a date last.
fn start(look: Look, id: IncidentId) -> i64 {
    look.derived.span(id).map_or(i64::MAX, |s| s.start)
}

/// Every incident in an order that does not follow the figures.
fn all(look: Look, sort: Sort) -> Vec<IncidentId> {
    let mut all: Vec<IncidentId> = look.project.ids().collect();
    match sort {
        Sort::Date => all.sort_by_key(|id| start(look, *id)),
        Sort::Place => all.sort_by_cached_key(|id| {
            let name = look.project.look(*id, |i| i.place.names.best(look.labels.first).to_lowercase());
            (name.unwrap_or_default(), start(look, *id))
        }),
        Sort::Dead => all.clear(),
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
