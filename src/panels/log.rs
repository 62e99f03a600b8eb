//! The log of edits: a switch with what it keeps, whose name it gives, and what was done, the newest first.

use std::sync::Arc;

use egui::{Align2, RichText, ScrollArea, Sense, TextEdit, Ui};

use super::icons::{self, Icon};
use super::style::{bold, c32, caption, regular};
use super::{Action, Look};
use crate::edit::{Command, MetaEdit};
use crate::model::{Log, Logged, Moment, Resolution, Search, Text, fold, member_words};
use crate::view::theme::{space, type_size};

/// Width of the panel in points.
pub const WIDTH: f32 = 380.0;

/// Height of an entry in points: time and person, step, fields.
const ROW: f32 = 64.0;

/// Whose name is given.
#[derive(Clone, Copy, Debug)]
pub struct Names<'a> {
    /// The name that the user gave; empty: none.
    pub own: &'a str,
    /// What the system says: "anna on desk-3".
    pub system: &'a str,
}

/// What the panel remembers.
#[derive(Clone, Debug, Default)]
pub struct State {
    /// Whether it is shown.
    pub open: bool,
    /// The words that are looked for.
    pub words: String,
    /// The name being typed.
    name: Option<String>,
    found: Found,
}

/// The entries in which the words were found, the oldest first, and in which log they were looked for.
#[derive(Clone, Debug, Default)]
struct Found {
    typed: String,
    of: Log,
    rows: Vec<Arc<Logged>>,
}

impl Found {
    /// Looks for the words; where only entries were added since, in these alone.
    fn refresh(&mut self, log: &Log, typed: &str) {
        let is_same_search = self.typed == typed;
        if is_same_search && self.of.is_same(log) {
            return;
        }
        let search = Search::new(typed);
        let new = log.since(&self.of);
        if is_same_search && new.len() < log.len() {
            let gone = (self.of.len() + new.len()).saturating_sub(log.len());
            for entry in self.of.iter().take(gone) {
                if self.rows.first().is_some_and(|row| Arc::ptr_eq(row, entry)) {
                    self.rows.remove(0);
                }
            }
        } else {
            self.rows.clear();
        }
        let new = if self.rows.is_empty() && !is_same_search { log.iter().cloned().collect() } else { new };
        self.rows.extend(new.into_iter().filter(|entry| search.is_in(&folded(entry))));
        (self.typed, self.of) = (typed.to_owned(), log.clone());
    }
}

/// All that can be found in an entry.
fn folded(entry: &Logged) -> String {
    let uid = entry.uid.as_ref().map_or("", |uid| uid.as_str());
    let mut all = vec![&*entry.who, &entry.step, &entry.title, uid, &entry.before, &entry.after];
    let fields = fields(entry);
    all.push(&fields);
    let day = Moment::from_unix(entry.at, 0, Resolution::Day).to_string();
    all.push(&day);
    fold(&all.join(" "))
}

/// Draws the panel.
pub fn ui(ui: &mut Ui, look: Look, state: &mut State, names: Names) -> Vec<Action> {
    let mut actions = Vec::new();
    let c = look.colors;
    let (log, keeps) = (look.project.log(), look.project.meta().keeps_log);
    ui.spacing_mut().item_spacing = egui::vec2(space::S, space::XS);
    ui.horizontal(|ui| {
        ui.set_height(32.0);
        ui.label(RichText::new("Log of edits").font(bold(type_size::TITLE)).color(c32(c.text)));
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            if icons::button(ui, Icon::Close, "Close the log", true, c).clicked() {
                actions.push(Action::ToggleLog);
            }
        });
    });
    let mut on = keeps;
    if ui.checkbox(&mut on, "Keep a log in this project").changed() {
        actions.push(Action::Edit(Command::Meta(MetaEdit::KeepLog(on))));
    }
    let what =
        "It keeps who, when (UTC) and what was changed of which incident; everybody who gets the file can read it.";
    ui.add(egui::Label::new(caption(what, c)).wrap());
    if !keeps && !log.is_empty() {
        let words = "It is switched off: what is in it stays, and nothing more is noted.";
        ui.add(egui::Label::new(RichText::new(words).size(type_size::CAPTION).color(c32(c.warning))).wrap());
    }
    ui.add_space(space::XS);
    name(ui, look, state, names, &mut actions);
    ui.add_space(space::S);
    if log.is_empty() {
        nothing(ui, look, keeps);
        return actions;
    }
    let all = log.len();
    search(ui, look, &mut state.words);
    let is_search = !Search::new(&state.words).is_empty();
    if is_search {
        state.found.refresh(log, &state.words);
    }
    let rows = if is_search { state.found.rows.len() } else { all };
    ui.label(caption(counted(rows, all), c));
    ui.separator();
    if rows == 0 {
        ui.add_space(space::L);
        ui.vertical_centered(|ui| {
            ui.add(egui::Label::new(caption(format!("Nothing found for “{}”.", state.words.trim()), c)).wrap());
            if ui.button("Clear the words").clicked() {
                state.words.clear();
            }
        });
        return actions;
    }
    ui.spacing_mut().item_spacing.y = 0.0;
    ScrollArea::vertical().id_salt("log").auto_shrink([false, false]).show_rows(ui, ROW, rows, |ui, range| {
        for n in range {
            let at = rows - 1 - n;
            let found = || state.found.rows.get(at).map(|entry| &**entry);
            let entry = if is_search { found() } else { log.get(at) };
            if let Some(entry) = entry
                && row(ui, look, entry)
                && let Some(uid) = &entry.uid
            {
                actions.push(Action::ShowLogged(uid.clone()));
            }
        }
    });
    actions
}

fn counted(rows: usize, all: usize) -> String {
    let of = if rows == all { format!("{all}") } else { format!("{rows} of {all}") };
    let what = if all == 1 { "step" } else { "steps" };
    let bound = if all == Log::MOST { "; older ones are no longer kept" } else { "" };
    format!("{of} {what}, the newest first{bound}")
}

/// Why there is nothing to list.
fn nothing(ui: &mut Ui, look: Look, keeps: bool) {
    let c = look.colors;
    let (head, words) = if keeps {
        ("Nothing noted yet", "The next step is the first line here.")
    } else {
        ("No log is kept", "Switched on, each step from then on is a line here, undo and redo among them.")
    };
    ui.separator();
    ui.add_space(space::XL);
    ui.vertical_centered(|ui| {
        ui.label(RichText::new(head).font(bold(type_size::EMPHASIS)).color(c32(c.text)));
        ui.add(egui::Label::new(caption(words, c)).wrap());
    });
}

/// The name that others read.
fn name(ui: &mut Ui, look: Look, state: &mut State, names: Names, actions: &mut Vec<Action>) {
    let c = look.colors;
    let (system, computer) = names.system.rsplit_once(" on ").unwrap_or((names.system, ""));
    let mut text = state.name.clone().unwrap_or_else(|| names.own.to_owned());
    let response = super::field::row(ui, "Your name", c, |ui| {
        let width = (ui.available_width() - space::M).max(60.0);
        ui.add(TextEdit::singleline(&mut text).hint_text(system).desired_width(width).char_limit(60))
    });
    let value = text.clone();
    response.widget_info(|| {
        let mut info = egui::WidgetInfo::text_edit(true, value.clone(), value.clone(), system);
        info.label = Some("Your name".into());
        info
    });
    if response.changed() {
        state.name = Some(text.clone());
    }
    if response.lost_focus() {
        let taken = state.name.take().filter(|_| !ui.input(|i| i.key_pressed(egui::Key::Escape)));
        actions.extend(taken.map(Action::SetName));
    }
    let shown = if text.trim().is_empty() { system } else { text.trim() };
    let shown = if computer.is_empty() { shown.to_owned() } else { format!("{shown} on {computer}") };
    let words = format!("Others read “{shown}”.");
    let hint = "In the log, in the mark beside the open file, in journals of unsaved work and in signed packages.";
    ui.add(egui::Label::new(caption(words, c)).wrap()).on_hover_text(hint);
}

fn search(ui: &mut Ui, look: Look, words: &mut String) {
    let field = TextEdit::singleline(words)
        .id(egui::Id::unique("search log"))
        .hint_text("Words in the log")
        .desired_width(ui.available_width() - space::M)
        .margin(egui::Margin { left: 30, right: 8, top: 5, bottom: 5 });
    let response = ui.add(field);
    let at = response.rect.left_center() + egui::vec2(16.0, 0.0);
    icons::paint(ui.painter(), Icon::Search, at, 14.0, c32(look.colors.text_weak));
    let value = words.clone();
    response.widget_info(|| {
        let mut info = egui::WidgetInfo::text_edit(true, value.clone(), value.clone(), "");
        info.label = Some("Words in the log".into());
        info
    });
}

/// The fields of an entry in words.
fn fields(entry: &Logged) -> String {
    entry.fields.iter().map(|f| member_words(f)).collect::<Vec<_>>().join(", ")
}

/// What was changed, in one line: "title: Sotk → Sotk mine".
fn change(entry: &Logged) -> String {
    let or_nothing = |text: &Text| if text.is_empty() { "nothing".to_owned() } else { text.to_string() };
    let fields = fields(entry);
    match (entry.before.is_empty() && entry.after.is_empty(), entry.things) {
        (false, _) => format!("{fields}: {} → {}", or_nothing(&entry.before), or_nothing(&entry.after)),
        (true, 2..) => format!("{} touched", entry.things),
        (true, _) => fields,
    }
}

/// One entry; `true` when it was clicked.
fn row(ui: &mut Ui, look: Look, entry: &Logged) -> bool {
    let c = look.colors;
    let leads = entry.uid.is_some();
    let sense = if leads { Sense::click() } else { Sense::hover() };
    let (rect, response) = ui.allocate_exact_size(egui::vec2(ui.available_width(), ROW), sense);
    let at = look.zone.moment(Moment::from_unix(entry.at, 0, Resolution::Minute));
    let step =
        if entry.title.is_empty() { entry.step.to_string() } else { format!("{} · {}", entry.step, entry.title) };
    let change = change(entry);
    let name =
        [&*step, &*change, &*entry.who, &at].into_iter().filter(|t| !t.is_empty()).collect::<Vec<_>>().join(", ");
    let role = if leads { egui::Role::Button } else { egui::Role::Label };
    response.widget_info(|| egui::WidgetInfo::labeled(role, true, &name));
    if ui.is_rect_visible(rect) {
        if leads && (response.hovered() || response.has_focus()) {
            ui.painter().rect_filled(rect, space::RADIUS, c32(c.raised));
        }
        let (left, right) = (rect.left() + space::XS, rect.right() - space::M);
        let when = ui.painter().text(
            egui::pos2(left, rect.top() + 7.0),
            Align2::LEFT_TOP,
            &at,
            regular(type_size::CAPTION),
            c32(c.text_weak),
        );
        let line = |ui: &Ui, words: RichText, from: f32, top: f32| {
            let galley = egui::WidgetText::from(words).into_galley(
                ui,
                Some(egui::TextWrapMode::Truncate),
                (right - from).max(10.0),
                egui::TextStyle::Body,
            );
            ui.painter().galley(egui::pos2(from, rect.top() + top), galley, c32(c.text));
        };
        line(ui, caption(&*entry.who, c), when.right() + space::M, 7.0);
        line(ui, RichText::new(step).size(type_size::BODY).color(c32(c.text)), left, 24.0);
        line(ui, caption(&*change, c), left, 42.0);
        let rule = egui::Stroke::new(1.0, c32(c.rule).gamma_multiply(0.6));
        ui.painter().hline(left..=right, rect.bottom() - 0.5, rule);
    }
    let clicked = leads && response.clicked();
    response.on_hover_ui(|ui| {
        ui.set_max_width(WIDTH);
        let utc = Moment::from_unix(entry.at, 0, Resolution::Second).label(true);
        let uid = entry.uid.as_ref().map(|uid| format!("uid {}", uid.as_str()));
        let whole = Some(change).filter(|words| !words.is_empty());
        for words in [whole, Some(format!("{}, {utc} UTC", entry.who)), uid].into_iter().flatten() {
            ui.add(egui::Label::new(caption(words, c)).wrap());
        }
    });
    clicked
}
