//! What came in, and the rows that did not: each with line, field, value and reason, to be corrected here and read again.

use std::collections::HashMap;

use egui::{Rect, ScrollArea, Sense, Ui, pos2, vec2};

use super::{cell, field, head, inside, plural};
use crate::import::{Ground, HeldRow, Mapping, Rejected, wrong_columns};
use crate::model::Text;
use crate::panels::Look;
use crate::panels::dialogs::primary;
use crate::panels::style::{bold, c32, caption};
use crate::view::theme::{space, type_size};

/// Height of a row in points.
const ROW: f32 = 34.0;
/// Lines of what is to be known that are shown at most.
const LINES: usize = 40;

/// Rows of one file that were not taken.
#[derive(Clone, Debug, Default)]
pub struct Left {
    /// What was brought in: the name of the file, or "what was pasted".
    pub name: String,
    /// What came in, one sentence; empty: it was said before.
    pub came: String,
    /// What else there is to know, one sentence each.
    pub lines: Vec<String>,
    /// The columns of the file.
    pub columns: Vec<Text>,
    /// The mapping, with what the file settled.
    pub mapping: Mapping,
    /// The rows.
    pub rows: Vec<Rejected>,
    /// Where these rows lie, if the format says so beside their cells.
    pub grounds: HashMap<usize, Result<Ground, String>>,
    /// The cells of rows that are being corrected.
    pub edited: HashMap<usize, Vec<Text>>,
    /// The row that is chosen.
    pub row: Option<usize>,
    /// Whether the field in the list of that row takes the keyboard.
    pub(crate) to_focus: bool,
    /// Whether "Close" was given the keyboard.
    pub(crate) is_open: bool,
}

/// What the user wants of the page.
#[derive(Clone, Debug, PartialEq)]
pub enum Wish {
    /// Close it; what is left stays to be looked at.
    Close,
    /// Read rows again that were corrected: their lines and cells.
    Again(Vec<(usize, Vec<Text>)>),
    /// Save what is left as a table.
    Save,
    /// Forget what is left.
    Forget,
}

impl Left {
    /// What came of rows that were read again: those with these lines came in, these did not.
    pub fn settle(&mut self, read: &[usize], still: Vec<Rejected>) {
        let edits: HashMap<usize, Vec<Text>> = std::mem::take(&mut self.edited)
            .into_iter()
            .filter_map(|(n, cells)| Some((self.rows.get(n)?.line, cells)))
            .collect();
        let chosen = self.row.and_then(|n| self.rows.get(n)).map(|r| r.line);
        self.rows.retain(|r| !read.contains(&r.line));
        self.rows.extend(still);
        self.rows.sort_by_key(|r| r.line);
        for (n, row) in self.rows.iter().enumerate() {
            if let Some(cells) = edits.get(&row.line) {
                self.edited.insert(n, cells.clone());
            }
        }
        // A row that came in makes room for the one behind it.
        let next = |line| self.rows.iter().position(|r| r.line >= line).or(self.rows.len().checked_sub(1));
        self.row = chosen.and_then(next);
        self.to_focus = true;
    }

    /// Rows to be read again.
    pub fn held(&self, rows: Vec<(usize, Vec<Text>)>) -> Vec<HeldRow> {
        let row = |(line, cells)| HeldRow { line, cells, ground: self.grounds.get(&line).cloned() };
        rows.into_iter().map(row).collect()
    }

    fn cells(&self, n: usize) -> Vec<Text> {
        let as_read = || self.rows.get(n).map(|r| r.cells().map(Text::from).collect()).unwrap_or_default();
        self.edited.get(&n).cloned().unwrap_or_else(as_read)
    }

    /// The columns of a row in which it is to be corrected; that behind the last stands for the position.
    fn wrong(&self, n: usize) -> Vec<usize> {
        let Some(row) = self.rows.get(n) else { return Vec::new() };
        let mut wrong = wrong_columns(&row.fault, &self.mapping, &self.columns);
        if wrong.is_empty()
            && self.grounds.contains_key(&row.line)
            && matches!(row.fault.field.as_str(), "geometry" | "position")
        {
            wrong.push(self.columns.len());
        }
        wrong
    }

    fn name_of(&self, column: usize) -> String {
        self.columns.get(column).map_or_else(|| "position".to_owned(), ToString::to_string)
    }

    /// What the page shows: whether there is a list of rows at all.
    pub fn has_rows(&self) -> bool {
        !self.rows.is_empty()
    }
}

/// Draws the page into a window of this size.
pub fn ui(ui: &mut Ui, look: Look, left: &mut Left, size: egui::Vec2) -> Option<Wish> {
    let c = look.colors;
    let mut wish = None;
    ui.set_width(size.x);
    let about = if left.rows.is_empty() { String::new() } else { plural(left.rows.len(), "row") + " not taken" };
    head(ui, &format!("From {}", left.name), &about, c);
    if !left.came.is_empty() {
        ui.add(egui::Label::new(egui::RichText::new(&left.came).color(c32(c.text))).wrap());
    }
    if !left.lines.is_empty() {
        ui.add_space(space::XS);
        ScrollArea::vertical().id_salt("to know").max_height(132.0).show(ui, |ui| {
            for line in left.lines.iter().take(LINES) {
                ui.add(egui::Label::new(caption(format!("· {line}"), c)).wrap());
            }
            if left.lines.len() > LINES {
                ui.label(caption(format!("· and {} more", left.lines.len() - LINES), c));
            }
        });
    }
    if left.has_rows() {
        left.row = left.row.or(Some(0));
        ui.add_space(space::S);
        let words = "Correct a value and press Enter: the row is read again and comes in if it can be. Rows that are \
                     left stay in the file menu until the project is closed.";
        ui.add(egui::Label::new(caption(words, c)).wrap());
        ui.add_space(space::S);
        let height = (size.y - (ui.cursor().top() - ui.max_rect().top()) - 44.0).max(160.0);
        let body = Rect::from_min_size(ui.cursor().min, vec2(size.x, height));
        let list =
            Rect::from_min_max(body.min, pos2(body.right() - (size.x * 0.36).clamp(280.0, 460.0), body.bottom()));
        let detail = Rect::from_min_max(pos2(list.right() + space::L, body.top()), body.max);
        inside(ui, list, |ui| rows(ui, look, left, &mut wish));
        inside(ui, detail, |ui| all_fields(ui, look, left, &mut wish));
        ui.advance_cursor_after_rect(body);
    }
    ui.add_space(space::S);
    ui.horizontal(|ui| {
        let close = primary(ui, "Close", c);
        if left.rows.is_empty() {
            super::at_hand(&close, &mut left.is_open);
        }
        if close.clicked() {
            wish = Some(Wish::Close);
        }
        if left.has_rows() {
            if !left.edited.is_empty() && ui.button("Read corrected rows again").clicked() {
                wish = Some(again(left, left.edited.keys().copied().collect()));
            }
            if ui
                .button("Save these rows …")
                .on_hover_text("As CSV, with line and reason; it can be read again")
                .clicked()
            {
                wish = Some(Wish::Save);
            }
            if ui.button("Forget them").clicked() {
                wish = Some(Wish::Forget);
            }
        }
    });
    wish
}

/// The wish to read rows again.
fn again(left: &Left, mut rows: Vec<usize>) -> Wish {
    rows.sort_unstable();
    Wish::Again(rows.into_iter().filter_map(|n| Some((left.rows.get(n)?.line, left.cells(n)))).collect())
}

fn rows(ui: &mut Ui, look: Look, left: &mut Left, wish: &mut Option<Wish>) {
    let c = look.colors;
    let width = ui.available_width();
    let (line, name, value) = (56.0, width * 0.2, width * 0.3);
    let (head, _) = ui.allocate_exact_size(vec2(width, 24.0), Sense::hover());
    let mut x = head.left() + space::S;
    for (word, w) in [("Line", line), ("Field", name), ("Value", value), ("Why it is not taken", 0.0)] {
        let font = bold(type_size::CAPTION);
        ui.painter().text(pos2(x, head.center().y), egui::Align2::LEFT_CENTER, word, font, c32(c.text_weak));
        x += w;
    }
    ui.painter().hline(head.x_range(), head.bottom(), egui::Stroke::new(1.0, c32(c.rule)));
    ui.spacing_mut().item_spacing.y = 0.0;
    let area = ScrollArea::vertical().id_salt("rows not taken").auto_shrink([false, false]);
    area.show_rows(ui, ROW, left.rows.len(), |ui, range| {
        for n in range {
            let Some(row) = left.rows.get(n).cloned() else { continue };
            let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::click());
            let chosen = left.row == Some(n);
            let said = super::rows::not_taken(&row.fault);
            let label = format!("Line {}, {said}", row.line);
            response.widget_info(|| egui::WidgetInfo::selected(egui::Role::ListItem, true, chosen, &label));
            let ground = match (chosen, response.hovered() || response.has_focus()) {
                (true, _) => Some(c.selected),
                (false, true) => Some(c.raised),
                (false, false) => None,
            };
            if let Some(ground) = ground {
                ui.painter().rect_filled(rect.shrink2(vec2(0.0, 1.0)), 6.0, c32(ground));
            }
            let at = |x: f32, w: f32| Rect::from_min_size(pos2(rect.left() + x, rect.top()), vec2(w - space::S, ROW));
            let size = type_size::CAPTION;
            cell(ui, at(space::S, line), &row.line.to_string(), size, c.text);
            cell(ui, at(space::S + line, name), &row.fault.field, size, c.text);
            let from = space::S + line + name + value;
            cell(ui, at(from, rect.width() - from), &row.fault.reason, size, c.error);
            if response.clicked() {
                left.row = Some(n);
            }
            response.on_hover_text(&row.fault.reason);
            let edit = at(space::S + line + name, value).shrink2(vec2(0.0, 3.0));
            match left.wrong(n).first() {
                Some(column) => {
                    inside(ui, edit, |ui| one(ui, left, n, *column, true, edit.width(), wish));
                }
                None => cell(ui, edit, &row.fault.value, size, c.text),
            }
        }
    });
}

/// The field of one cell; Enter reads its row again.
fn one(ui: &mut Ui, left: &mut Left, n: usize, column: usize, in_list: bool, width: f32, wish: &mut Option<Wish>) {
    let Some(line) = left.rows.get(n).map(|r| r.line) else { return };
    let cells = left.cells(n);
    let mut text = cells.get(column).map(ToString::to_string).unwrap_or_default();
    let name = left.name_of(column);
    let label = if in_list { format!("Line {line}: {name}") } else { format!("Field {name}") };
    let response = ui.push_id((line, column, in_list), |ui| field(ui, &label, &mut text, "", width - 16.0)).inner;
    if response.changed() {
        let mut cells = cells;
        if cells.len() <= column {
            cells.resize(column + 1, Text::default());
        }
        if let Some(slot) = cells.get_mut(column) {
            *slot = text.into();
        }
        left.edited.insert(n, cells);
    }
    if in_list && left.row == Some(n) && std::mem::take(&mut left.to_focus) {
        response.request_focus();
    }
    if response.gained_focus() {
        left.row = Some(n);
    }
    if response.lost_focus() && ui.input(|i| i.key_pressed(egui::Key::Enter)) {
        *wish = Some(again(left, vec![n]));
    }
}

/// All fields of the row that is chosen, those that are wrong first.
fn all_fields(ui: &mut Ui, look: Look, left: &mut Left, wish: &mut Option<Wish>) {
    let c = look.colors;
    let Some((n, row)) = left.row.and_then(|n| Some((n, left.rows.get(n)?.clone()))) else {
        ui.label(caption("Choose a row to see all its fields.", c));
        return;
    };
    ui.label(egui::RichText::new(format!("Line {}", row.line)).font(bold(type_size::EMPHASIS)).color(c32(c.text)));
    let why = egui::RichText::new(super::rows::not_taken(&row.fault)).color(c32(c.error));
    ui.add(egui::Label::new(why).wrap());
    ui.add_space(space::XS);
    let wrong = left.wrong(n);
    let others = (0..left.columns.len()).filter(|n| !wrong.contains(n));
    let order: Vec<usize> = wrong.iter().copied().chain(others).collect();
    let height = (ui.available_height() - 36.0).max(60.0);
    let area = ScrollArea::vertical().id_salt("all fields").auto_shrink([false, false]).max_height(height);
    area.show_rows(ui, 28.0, order.len(), |ui, range| {
        for column in order.get(range).unwrap_or_default() {
            let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), 28.0), Sense::hover());
            let split = rect.left() + rect.width() * 0.4;
            let ink = if wrong.contains(column) { c.error } else { c.text_weak };
            let name = Rect::from_min_max(rect.min, pos2(split - space::S, rect.bottom()));
            cell(ui, name, &left.name_of(*column), type_size::CAPTION, ink);
            let edit = Rect::from_min_max(pos2(split, rect.top()), rect.max);
            inside(ui, edit, |ui| one(ui, left, n, *column, false, edit.width(), wish));
        }
    });
    ui.add_space(space::XS);
    if ui.button("Read this row again").clicked() {
        *wish = Some(again(left, vec![n]));
    }
}
