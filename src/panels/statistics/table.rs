//! The exact numbers: rows as far as they are in view, ordered by a column, the totals below.

use std::cmp::Ordering;

use egui::{Align2, Rect, ScrollArea, Sense, Stroke, TextWrapMode, Ui, pos2, vec2};

use super::{Figures, Look, Statistics, page_keys};
use crate::derive::statistics::{By, Group, Row, Table, Tally, column_heads, group_label, party_label, shown};
use crate::panels::style::{bold, c32, regular};
use crate::view::theme::{space, type_size};

/// Height of a row in points.
const ROW: f32 = 24.0;
/// Height of the head, which has a line for the unit.
const HEAD: f32 = 38.0;
/// Width of a column of numbers.
const NUMBER: f32 = 80.0;
/// So many parties' totals stay in view below the rows.
const PINNED: usize = 3;
/// Columns of numbers, at the right.
const NUMBERS: usize = 6;

/// Left and right edge of each column in a row.
fn columns(left: f32, right: f32, by: By) -> [[f32; 2]; 8] {
    let right = right - space::S;
    let numbers = right - NUMBER * NUMBERS as f32;
    let words = (numbers - left).max(80.0);
    // Dates are short.
    let second = left + words * if by == By::Time { 0.4 } else { 0.56 };
    let mut out = [[0.0; 2]; 8];
    for (n, column) in out.iter_mut().enumerate() {
        *column = match n {
            0 => [left, second - space::S],
            1 => [second, numbers - space::S],
            _ => [numbers + NUMBER * (n as f32 - 2.0), numbers + NUMBER * (n as f32 - 1.0)],
        };
    }
    out
}

pub(super) fn ui(ui: &mut Ui, look: Look, figures: &mut Figures, state: &mut Statistics, pointed: Option<usize>) {
    let table = std::sync::Arc::clone(&figures.table);
    head(ui, look, &table, state);
    let order = match figures.sorted.take() {
        Some((order, rows)) if order == state.order => rows,
        _ => sorted(look, &table, state.order),
    };
    // The totals stay in view; where they would leave the rows no room, those of the parties stand behind the rows.
    let behind = if table.totals.len() > PINNED { table.totals.len() } else { 0 };
    let pinned = table.totals.len() - behind + usize::from(table.totals.len() > 1);
    let height = (ui.available_height() - ROW * pinned as f32 - 6.0).max(ROW * 2.0);
    ui.spacing_mut().item_spacing.y = 0.0;
    let moved = page_keys(ui) * (height - ROW);
    let area = ScrollArea::vertical().id_salt("rows of figures").max_height(height).auto_shrink([false, true]);
    let total = |ui: &mut Ui, n: usize| {
        let Some((party, figure)) = table.totals.get(n) else { return };
        let name = party_label(look.project, party, look.labels.first);
        line(ui, look, table.layout.by, &["Total".into(), name], &total_numbers(&Tally::of(figure, 0)), true, false);
    };
    area.show_rows(ui, ROW, order.len() + behind, |ui, range| {
        if moved != 0.0 {
            ui.scroll_with_delta(vec2(0.0, moved));
        }
        for n in range {
            let Some(row) = order.get(n).and_then(|r| table.rows.get(*r)) else {
                total(ui, n - order.len().min(n));
                continue;
            };
            let words = words(look, &table, row);
            if line(ui, look, table.layout.by, &words, &numbers(&row.tally), false, pointed == Some(row.group)) {
                state.pointed = Some(row.group);
            }
        }
    });
    ui.add_space(2.0);
    let rect = ui.available_rect_before_wrap();
    ui.painter().hline(rect.x_range(), rect.top(), Stroke::new(1.0, c32(look.colors.text_weak)));
    (behind..table.totals.len()).for_each(|n| total(ui, n));
    if table.totals.len() > 1 {
        line(ui, look, table.layout.by, &["Total".into(), "All parties".into()], &numbers(&table.whole()), true, false);
    }
    figures.sorted = Some((state.order, order));
}

/// The heads, each a way to order the rows: the largest first, then the smallest, then as they were.
fn head(ui: &mut Ui, look: Look, table: &Table, state: &mut Statistics) {
    let c = look.colors;
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), HEAD), Sense::hover());
    let heads = column_heads(table);
    for (n, ([left, right], whole)) in
        columns(rect.left(), rect.right(), table.layout.by).into_iter().zip(&heads).enumerate()
    {
        let area = Rect::from_min_max(pos2(left, rect.top()), pos2(right, rect.bottom()));
        let response = ui.interact(area, ui.scope_id().with(("head", n)), Sense::click());
        let name = format!("Order by {}", whole.to_lowercase());
        let chosen = state.order.filter(|(column, _)| *column == n);
        response.widget_info(|| egui::WidgetInfo::selected(egui::Role::Button, true, chosen.is_some(), &name));
        if response.hovered() || response.has_focus() {
            ui.painter().rect_filled(area.shrink2(vec2(0.0, 2.0)), 4.0, c32(c.raised));
        }
        if response.has_focus() {
            ui.painter().rect_stroke(
                area.shrink2(vec2(0.5, 2.5)),
                4.0,
                Stroke::new(1.0, c32(c.accent)),
                egui::StrokeKind::Inside,
            );
        }
        if response.clicked() {
            // Words begin with A, numbers with the largest.
            let first = n >= 2;
            state.order = match chosen {
                None => Some((n, first)),
                Some((_, down)) if down == first => Some((n, !first)),
                Some(_) => None,
            };
        }
        let (word, unit) = match n {
            2..=4 => (whole.split(' ').next().unwrap_or_default(), "people"),
            7 => ("No figure", "incidents"),
            _ => (whole.as_str(), ""),
        };
        let ink = c32(if chosen.is_some() { c.accent } else { c.text });
        let (x, align) = if n < 2 { (left + 4.0, Align2::LEFT_BOTTOM) } else { (right - 4.0, Align2::RIGHT_BOTTOM) };
        let unit_align = if n < 2 { Align2::LEFT_BOTTOM } else { Align2::RIGHT_BOTTOM };
        let word_y = if unit.is_empty() { rect.bottom() - 5.0 } else { rect.bottom() - 18.0 };
        let drawn = ui.painter().text(pos2(x, word_y), align, word, bold(type_size::CAPTION), ink);
        if !unit.is_empty() {
            ui.painter().text(pos2(x, rect.bottom() - 4.0), unit_align, unit, regular(11.0), c32(c.text_weak));
        }
        if let Some((_, down)) = chosen {
            let middle = if n < 2 { drawn.right() + 9.0 } else { drawn.left() - 9.0 };
            let (y, d) = (drawn.center().y, if down { 1.0 } else { -1.0 });
            let points =
                vec![pos2(middle - 4.0, y - 2.5 * d), pos2(middle + 4.0, y - 2.5 * d), pos2(middle, y + 3.0 * d)];
            ui.painter().add(egui::Shape::convex_polygon(points, ink, Stroke::NONE));
        }
        if n == 7 || n == 5 {
            response.on_hover_text(if n == 7 {
                "Incidents whose claims give no number: they are in no sum, and they are not 0"
            } else {
                "Claims that stand and were known, used for the figure or not"
            });
        }
    }
    ui.painter().hline(rect.x_range(), rect.bottom(), Stroke::new(1.0, c32(c.rule)));
}

/// The first two cells of a row.
fn words(look: Look, table: &Table, row: &Row) -> [String; 2] {
    let Some(group) = table.groups.get(row.group) else { return [String::new(), String::new()] };
    let second = match group {
        Group::Party(_, status) => status.label().to_owned(),
        _ => party_label(look.project, &row.party, look.labels.first),
    };
    [group_label(look.project, table, group), second]
}

/// An end that nobody stated is a dash beside a number, and words where there is none at all.
fn numbers(tally: &Tally) -> [String; NUMBERS] {
    let number = |n: Option<f64>| n.map_or_else(|| "–".to_owned(), shown);
    let [low, best, high] = if tally.is_known() {
        [number(tally.low), number(tally.best), number(tally.high)]
    } else {
        [String::new(), tally.lack().into(), String::new()]
    };
    let count = |n: u32| shown(f64::from(n));
    let missing = if tally.missing > 0 { count(tally.missing) } else { String::new() };
    [low, best, high, count(tally.claims), count(tally.incidents), missing]
}

/// Incidents are counted once for all parties.
fn total_numbers(tally: &Tally) -> [String; NUMBERS] {
    let mut out = numbers(tally);
    if let Some(cell) = out.get_mut(4) {
        cell.clear();
    }
    out
}

/// Draws a row; whether the pointer is on it.
fn line(
    ui: &mut Ui,
    look: Look,
    by: By,
    words: &[String; 2],
    numbers: &[String; NUMBERS],
    total: bool,
    marked: bool,
) -> bool {
    let c = look.colors;
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::hover());
    let [low, best, high, claims, ..] = numbers;
    let spoken = if low.is_empty() { best.clone() } else { format!("low {low}, best {best}, high {high}") };
    let [first, second] = words;
    let name = format!("{first}, {second}: {spoken}, {claims} claims");
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Label, true, &name));
    let hovered = response.hovered();
    if !ui.is_rect_visible(rect) {
        return hovered;
    }
    if !total && (marked || hovered) {
        ui.painter().rect_filled(rect, 4.0, c32(c.raised));
    }
    let font = if total { bold(type_size::CAPTION) } else { regular(type_size::CAPTION) };
    for (n, [left, right]) in columns(rect.left(), rect.right(), by).into_iter().enumerate() {
        if let Some(text) = words.get(n) {
            let text = egui::RichText::new(text).font(font.clone()).color(c32(c.text));
            let galley = egui::WidgetText::from(text).into_galley(
                ui,
                Some(TextWrapMode::Truncate),
                right - left - 4.0,
                egui::TextStyle::Small,
            );
            let y = rect.center().y - galley.size().y / 2.0;
            ui.painter().galley(pos2(left + 4.0, y), galley, c32(c.text));
        } else if let Some(text) = numbers.get(n - 2) {
            let weak = n > 4 || low.is_empty() || text == "–";
            let ink = c32(if weak { c.text_weak } else { c.text });
            ui.painter().text(pos2(right - 4.0, rect.center().y), Align2::RIGHT_CENTER, text, font.clone(), ink);
        }
    }
    if !total {
        ui.painter().hline(rect.x_range(), rect.bottom() - 0.5, Stroke::new(1.0, c32(c.rule).gamma_multiply(0.6)));
    }
    hovered
}

fn sorted(look: Look, table: &Table, order: Option<(usize, bool)>) -> Vec<usize> {
    let mut rows: Vec<usize> = (0..table.rows.len()).collect();
    let Some((column, down)) = order else { return rows };
    let row = |n: &usize| table.rows.get(*n);
    if column == 0 && table.layout.by == By::Time {
        // Bins are in the order of time already.
        if down {
            rows.sort_by_key(|n| std::cmp::Reverse(row(n).map(|r| r.group)));
        }
        return rows;
    }
    if column < 2 {
        rows.sort_by_cached_key(|n| row(n).and_then(|r| words(look, table, r).get(column).map(|w| w.to_lowercase())));
        if down {
            rows.reverse();
        }
        return rows;
    }
    let value = |n: &usize| {
        row(n).and_then(|r| match column {
            2 => r.tally.low,
            3 => r.tally.number(),
            4 => r.tally.high,
            5 => Some(f64::from(r.tally.claims)),
            6 => Some(f64::from(r.tally.incidents)),
            _ => Some(f64::from(r.tally.missing)),
        })
    };
    rows.sort_by(|a, b| match (value(a), value(b)) {
        (Some(a), Some(b)) if down => b.total_cmp(&a),
        (Some(a), Some(b)) => a.total_cmp(&b),
        // What has no number is last either way.
        (a, b) => match (a.is_some(), b.is_some()) {
            (true, false) => Ordering::Less,
            (false, true) => Ordering::Greater,
            _ => Ordering::Equal,
        },
    });
    rows
}
