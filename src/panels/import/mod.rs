//! Bringing in what others have: what each column of a table becomes, with the first rows as they will be; what would
//! change in the project; which rows were not taken.
//!
//! Three pages, one after the other where there is something to decide: [`Page`] (the mapping), [`Review`] (what would
//! change), [`Left`] (rows that did not come in). Nothing is read or changed from here; a page answers what is wanted.

mod columns;
mod left;
mod options;
mod review;
mod rows;
mod targets;

use std::sync::Arc;

use egui::text::{LayoutJob, TextFormat, TextWrapping};
use egui::{Align2, ComboBox, PopupCloseBehavior, Rect, Ui, pos2, vec2};

pub use left::{Left, Wish, ui as left_ui};
pub use review::{Answer, Review, ui as review_ui};

use super::Look;
use super::dialogs::primary;
use super::style::{bold, c32, caption, regular};
use crate::import::{Mapping, Preset, Preview, Question, Reading, Table, guess, preview};
use crate::view::Colors;
use crate::view::theme::{Rgb, space, type_size};

/// Rows that the preview shows.
pub const SHOWN: usize = 200;

/// How it is known what the columns are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KnownAs {
    /// By a mapping that ships with the program.
    Preset(Preset),
    /// By one that the user has saved under this name.
    Saved(String),
    /// Guessed from names and values.
    Guessed,
}

impl KnownAs {
    /// The name that is shown.
    pub fn label(&self) -> &str {
        match self {
            Self::Preset(preset) => preset.label(),
            Self::Saved(name) => name,
            Self::Guessed => "as guessed",
        }
    }
}

/// The mapping being made.
#[derive(Debug)]
pub struct Page {
    /// What is brought in: the name of the file, or "what was pasted".
    pub name: String,
    /// All of it.
    pub table: Arc<Table>,
    /// The first [`SHOWN`] rows.
    pub sample: Table,
    /// What the columns become.
    pub mapping: Mapping,
    /// How that is known.
    pub known_as: KnownAs,
    /// Mappings that the user has saved.
    pub saved: Vec<Mapping>,
    /// What the whole file leaves open.
    pub question: Option<Question>,
    /// Why the last try to go on came to nothing.
    pub error: Option<String>,
    values: Vec<Vec<String>>,
    preview: Option<Result<Preview, String>>,
    /// The columns of the preview and their widths.
    widths: Vec<(usize, f32)>,
    stamp: u64,
    column: Option<usize>,
    row: Option<usize>,
    /// Whether it has been drawn before.
    is_open: bool,
    /// The name under which the mapping is about to be saved.
    saving: Option<String>,
    /// A constant being added: what it becomes, and its value.
    adding: Option<(crate::import::Target, String)>,
}

/// The rows as the small map shows them.
#[derive(Clone, Copy, Debug)]
pub struct Shown<'a> {
    /// The rows.
    pub preview: &'a Preview,
    /// Differs where the rows do.
    pub stamp: u64,
    /// The row that stands out.
    pub row: Option<usize>,
}

/// Draws the small map into what is left of a `Ui`; answers the row whose mark was clicked.
pub type MapUi<'a> = dyn FnMut(&mut Ui, Shown<'_>) -> Option<usize> + 'a;

/// What the user wants of the page.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// Nothing of the table.
    Close,
    /// Take the file apart in another way.
    Reread(Reading),
    /// Bring the rows in.
    GoOn,
    /// Keep the mapping under this name.
    Save(String),
}

impl Page {
    /// A page for a table.
    pub fn new(name: String, table: Arc<Table>, sample: Table, mapping: Mapping, known_as: KnownAs) -> Self {
        let values = first_values(&sample);
        Self {
            name,
            table,
            sample,
            mapping,
            known_as,
            saved: Vec::new(),
            question: None,
            error: None,
            values,
            preview: None,
            widths: Vec::new(),
            is_open: false,
            stamp: 0,
            column: None,
            row: None,
            saving: None,
            adding: None,
        }
    }

    /// The mapping was changed: the rows are read anew.
    fn changed(&mut self) {
        self.preview = None;
        self.error = None;
    }

    /// Whether the question of the file is answered.
    fn is_answered(&self) -> bool {
        match &self.question {
            None => true,
            Some(Question::DateOrder { .. }) => self.mapping.date_order.is_some(),
            Some(Question::Swapped { .. }) => self.mapping.swap,
        }
    }
}

/// Up to three unlike values of each column.
fn first_values(sample: &Table) -> Vec<Vec<String>> {
    let mut out: Vec<Vec<String>> = vec![Vec::new(); sample.columns.len()];
    sample.each(&mut |row| {
        for (n, values) in out.iter_mut().enumerate() {
            let cell = row.cell(n);
            if values.len() < MOST_VALUES && !cell.is_empty() {
                let short = one_line(cell);
                if !values.contains(&short) {
                    values.push(short);
                }
            }
        }
        true
    });
    out
}

/// Values of a column that are looked at.
const MOST_VALUES: usize = 24;

/// A cell on one line, and not longer than anyone would read there.
fn one_line(text: &str) -> String {
    text.chars().take(160).map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// Draws the page into a window of this size.
pub fn ui(ui: &mut Ui, look: Look, page: &mut Page, size: egui::Vec2, map: &mut MapUi<'_>) -> Option<Outcome> {
    let c = look.colors;
    ui.set_width(size.x);
    ui.set_height(size.y);
    if page.preview.is_none() {
        let came = preview(&page.sample, &page.mapping, look.project.meta());
        page.widths = came.as_ref().map(|p| rows::columns(ui, look, p)).unwrap_or_default();
        page.preview = Some(came);
        page.stamp += 1;
    }
    let mut outcome = None;
    head(ui, &format!("Bring in {}", page.name), &page.table.format, c);
    options::ui(ui, look, page, &mut outcome);
    ui.add_space(space::S);
    let foot = 36.0 + space::S;
    let body = Rect::from_min_size(
        ui.cursor().min,
        vec2(size.x, (ui.max_rect().bottom() - ui.cursor().top() - foot).max(160.0)),
    );
    let left = Rect::from_min_size(body.min, vec2((size.x * 0.46).clamp(440.0, 680.0), body.height()));
    let right = Rect::from_min_max(pos2(left.right() + space::L, body.top()), body.max);
    inside(ui, left, |ui| columns::ui(ui, look, page));
    inside(ui, right, |ui| came_of_it(ui, look, page, map));
    ui.advance_cursor_after_rect(body);
    ui.add_space(space::S);
    ui.horizontal(|ui| {
        let fault = page.preview.as_ref().and_then(|p| p.as_ref().err());
        let go_on = ui.add_enabled_ui(fault.is_none(), |ui| primary(ui, "Bring in", c)).inner;
        at_hand(&go_on, &mut page.is_open);
        if go_on.clicked() && fault.is_none() {
            outcome = Some(Outcome::GoOn);
        }
        if ui.button("Cancel").clicked() {
            outcome = Some(Outcome::Close);
        }
        ui.add_space(space::S);
        match (fault.or(page.error.as_ref()), page.preview.as_ref()) {
            (Some(fault), _) => {
                ui.add(egui::Label::new(egui::RichText::new(fault).color(c32(c.error))).truncate());
            }
            (None, Some(Ok(preview))) => {
                let (words, is_odd) = told(preview);
                let ink = if is_odd { c.warning } else { c.text_weak };
                let words = egui::RichText::new(words).size(type_size::CAPTION).color(c32(ink));
                ui.add(egui::Label::new(words).truncate());
            }
            (None, _) => {}
        }
    });
    outcome
}

/// How many of the rows shown can be read, what all of them lack, and whether that is odd.
fn told(preview: &Preview) -> (String, bool) {
    let all = preview.rows.len();
    let good: Vec<_> = preview.rows.iter().filter_map(|(_, r)| r.as_ref().ok()).collect();
    let rows = if all == SHOWN { format!("Of the first {all} rows") } else { format!("Of {}", plural(all, "row")) };
    let bad = all - good.len();
    let mut words = match bad {
        _ if all == 0 => return ("The table has no rows.".into(), true),
        0 => format!("{rows} all can be read."),
        bad => format!("{rows} {} can be read, {bad} cannot; they can be corrected afterwards.", good.len()),
    };
    let mut is_odd = bad * 2 > all;
    let lacks: Vec<&str> = [
        ("a date", good.iter().all(|i| i.when.is_none())),
        ("a position", good.iter().all(|i| i.place.position.is_none())),
    ]
    .into_iter()
    .filter_map(|(what, none)| none.then_some(what))
    .collect();
    if !good.is_empty() && !lacks.is_empty() {
        words += &format!(" None has {}: choose the column that gives it.", lacks.join(" or "));
        is_odd = true;
    }
    (words, is_odd)
}

/// Gives a button the keyboard when its page opens, so that Enter goes on.
fn at_hand(button: &egui::Response, is_open: &mut bool) {
    if !std::mem::replace(is_open, true) {
        button.request_focus();
    }
}

fn came_of_it(ui: &mut Ui, look: Look, page: &mut Page, map: &mut MapUi<'_>) {
    let c = look.colors;
    let Some(Ok(preview)) = &page.preview else {
        ui.label(caption("The rows are shown once the columns are in order.", c));
        return;
    };
    let all = ui.available_rect_before_wrap();
    let height = (all.height() * 0.48).clamp(120.0, 460.0);
    let upper = Rect::from_min_size(all.min, vec2(all.width(), height));
    let shown = Shown { preview, stamp: page.stamp, row: page.row };
    let clicked = inside(ui, upper, |ui| map(ui, shown));
    let lower = Rect::from_min_max(pos2(all.left(), upper.bottom() + space::S), all.max);
    let chosen = inside(ui, lower, |ui| rows::ui(ui, look, preview, &page.widths, page.row, clicked.is_some()));
    if let Some(row) = clicked.or(chosen) {
        page.row = (page.row != Some(row)).then_some(row);
    }
}

/// The title of a page, and what it is about.
fn head(ui: &mut Ui, title: &str, about: &str, c: &Colors) {
    ui.horizontal(|ui| {
        let title = egui::RichText::new(title).font(bold(type_size::TITLE)).color(c32(c.text));
        // A long name leaves room for what stands behind it.
        ui.scope(|ui| {
            ui.set_max_width(ui.available_width() * 0.6);
            ui.add(egui::Label::new(title).truncate());
        });
        ui.add_space(space::S);
        ui.add(egui::Label::new(caption(about, c)).truncate());
    });
}

/// A part of the page in a box of its own.
fn inside<R>(ui: &mut Ui, rect: Rect, content: impl FnOnce(&mut Ui) -> R) -> R {
    let builder = egui::UiBuilder::new().max_rect(rect).layout(egui::Layout::top_down(egui::Align::Min));
    ui.scope_builder(builder, |ui| {
        ui.set_clip_rect(ui.clip_rect().intersect(rect.expand(2.0)));
        content(ui)
    })
    .inner
}

/// A text cut where its box ends.
fn cell(ui: &Ui, rect: Rect, text: &str, size: f32, ink: Rgb) {
    let mut job = LayoutJob::single_section(one_line(text), TextFormat::simple(regular(size), c32(ink)));
    job.wrap = TextWrapping::truncate_at_width(rect.width().max(8.0));
    let galley = ui.painter().layout_job(job);
    let at = Align2::LEFT_CENTER.anchor_size(rect.left_center(), galley.size());
    ui.painter().galley(at.min, galley, c32(ink));
}

/// A drop-down of a width, with a name for screen readers.
fn combo(ui: &mut Ui, name: &str, shown: &str, width: f32, content: impl FnOnce(&mut Ui)) {
    drop_down(ui, name, shown, width, PopupCloseBehavior::CloseOnClick, content);
}

/// The same for a menu with a field in it, which closes itself.
fn combo_with_field(ui: &mut Ui, name: &str, shown: &str, width: f32, content: impl FnOnce(&mut Ui)) {
    drop_down(ui, name, shown, width, PopupCloseBehavior::CloseOnClickOutside, content);
}

fn drop_down(
    ui: &mut Ui,
    name: &str,
    shown: &str,
    width: f32,
    close: PopupCloseBehavior,
    content: impl FnOnce(&mut Ui),
) {
    let inner = ComboBox::from_id_salt(name)
        .selected_text(shown)
        .width(width)
        .height(360.0)
        .truncate()
        .close_behavior(close)
        .show_ui(ui, content);
    let (name, shown) = (name.to_owned(), shown.to_owned());
    inner.response.widget_info(|| {
        let mut info = egui::WidgetInfo::labeled(egui::Role::ComboBox, true, &name);
        info.current_text_value = Some(shown.clone());
        info
    });
}

/// A text field of a width, with a name for screen readers.
fn field(ui: &mut Ui, name: &str, text: &mut String, hint: &str, width: f32) -> egui::Response {
    let edit = egui::TextEdit::singleline(text)
        .id_salt(name)
        .hint_text(hint)
        .desired_width(width)
        .margin(egui::Margin::symmetric(space::S as i8, 5));
    let response = ui.add(edit);
    let value = text.clone();
    response.widget_info(|| {
        let mut info = egui::WidgetInfo::text_edit(true, value.clone(), value.clone(), hint);
        info.label = Some(name.to_owned());
        info
    });
    response
}

/// "1 row", "5 rows".
fn plural(n: usize, word: &str) -> String {
    if n == 1 { format!("1 {word}") } else { format!("{n} {word}s") }
}

/// The mapping of this name for a table: a saved one, one of the program, or the guess.
fn mapping_as(page: &Page, known_as: &KnownAs, look: Look) -> Mapping {
    let reading = page.mapping.reading.clone();
    let mapping = match known_as {
        KnownAs::Preset(preset) => preset.mapping(&page.table),
        KnownAs::Saved(name) => page.saved.iter().find(|m| m.name == *name).cloned().unwrap_or_default(),
        KnownAs::Guessed => guess(&page.sample, look.project.meta()),
    };
    Mapping { reading, ..mapping }
}
