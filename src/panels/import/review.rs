//! What a file would change in the project: new incidents, those that look like one there is, changed ones field by field.

use egui::{Rect, ScrollArea, Sense, Ui, pos2, vec2};

use super::columns::party_of;
use super::{cell, combo, head, inside, plural};
use crate::import::Update;
use crate::import::update::{Alike, Field, Take};
use crate::model::{Incident, Language, Names};
use crate::panels::Look;
use crate::panels::dialogs::primary;
use crate::panels::style::{bold, c32, caption};
use crate::view::theme::{space, type_size};

/// Height of a row in points.
const ROW: f32 = 32.0;

/// One of the lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum List {
    Changed,
    Alike,
    New,
    Gone,
}

/// What would change, and what of it is taken.
#[derive(Debug)]
pub struct Review {
    /// What is brought in: the name of the file, or "what was pasted".
    pub name: String,
    /// What it was read as: the name of a preset or format.
    pub known_as: String,
    /// What would change.
    pub update: Update,
    /// Rows that cannot be taken; they are listed afterwards.
    pub rejected: usize,
    /// Whether there are columns to go back to.
    pub has_columns: bool,
    list: Option<List>,
    /// Whether it has been drawn before.
    is_open: bool,
    /// Rows of the list of changes: the incident, and the field of it.
    flat: Vec<(usize, Option<usize>)>,
    alike: Vec<usize>,
}

/// What the user wants of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Bring in what is ticked.
    Take,
    /// Back to the columns.
    Back,
    /// Nothing of it.
    Close,
}

impl Review {
    /// A page for what a file would change.
    pub fn new(name: String, known_as: String, update: Update, rejected: usize, has_columns: bool) -> Self {
        let changed = update.changed.iter().enumerate();
        let flat = changed
            .flat_map(|(n, c)| std::iter::once((n, None)).chain((0..c.fields.len()).map(move |f| (n, Some(f)))))
            .collect();
        let alike = (0..).zip(&update.new).filter(|(_, new)| new.alike.is_some()).map(|(n, _)| n).collect();
        Self { name, known_as, update, rejected, has_columns, list: None, is_open: false, flat, alike }
    }

    /// What is taken of it: new incidents, incidents joined to others, changed ones.
    fn taken(&self) -> [usize; 3] {
        let new = |take| self.update.new.iter().filter(|n| n.take == take).count();
        let changed = self.update.changed.iter().filter(|c| c.fields.iter().any(|f| f.take)).count();
        [new(Take::Add), new(Take::Join), changed]
    }
}

/// Draws the page into a window of this size.
pub fn ui(ui: &mut Ui, look: Look, review: &mut Review, size: egui::Vec2) -> Option<Answer> {
    let c = look.colors;
    ui.set_width(size.x);
    ui.set_height(size.y);
    head(ui, &format!("Changes from {}", review.name), &review.known_as, c);
    let lists = [
        (List::Changed, "Changed", review.update.changed.len()),
        (List::Alike, "Look alike", review.alike.len()),
        (List::New, "New", review.update.new.len()),
        (List::Gone, "Not in the file", review.update.gone.len()),
    ];
    let first = lists.iter().find(|(.., n)| *n > 0).map_or(List::New, |(l, ..)| *l);
    let list = *review.list.get_or_insert(first);
    ui.horizontal(|ui| {
        for (which, word, n) in lists {
            let text = format!("{word} {n}");
            if ui.add_enabled(n > 0, egui::Button::selectable(list == which, text)).clicked() {
                review.list = Some(which);
            }
        }
        let rest = [(review.update.unchanged, "as they are"), (review.rejected, "not taken")];
        for (n, word) in rest.into_iter().filter(|(n, _)| *n > 0) {
            ui.label(caption(format!("{n} {word}"), c));
        }
    });
    ui.add_space(space::XS);
    let height = ui.max_rect().bottom() - ui.cursor().top() - 44.0;
    let body = Rect::from_min_size(ui.cursor().min, vec2(size.x, height.max(120.0)));
    inside(ui, body, |ui| match list {
        List::Changed => changed(ui, look, review),
        List::Alike => alike(ui, look, review),
        List::New => new(ui, look, review),
        List::Gone => gone(ui, look, review),
    });
    ui.advance_cursor_after_rect(body);
    ui.add_space(space::S);
    let mut answer = None;
    ui.horizontal(|ui| {
        let [new, joined, changed] = review.taken();
        let all = new + joined + changed;
        let word = if all == 0 { "Nothing to bring in".to_owned() } else { format!("Bring in {all}") };
        let take = ui.add_enabled_ui(all > 0, |ui| primary(ui, &word, c)).inner;
        super::at_hand(&take, &mut review.is_open);
        if take.clicked() && all > 0 {
            answer = Some(Answer::Take);
        }
        if review.has_columns && ui.button("Back to the columns").clicked() {
            answer = Some(Answer::Back);
        }
        if ui.button("Cancel").clicked() {
            answer = Some(Answer::Close);
        }
        let parts = [(new, "new"), (joined, "joined to others"), (changed, "changed")];
        let parts: Vec<String> =
            parts.into_iter().filter(|(n, _)| *n > 0).map(|(n, word)| format!("{n} {word}")).collect();
        ui.label(caption(parts.join(", "), c));
    });
    answer
}

/// Date, title and place of an incident on a line.
fn brief(look: Look, i: &Incident) -> String {
    let when = i.when.map_or_else(|| "no date".to_owned(), |w| look.zone.when(&w));
    let place = Names::best(&i.place.names, look.labels.first);
    let title = if i.title.is_empty() { i.kind.label() } else { &i.title };
    let place = if place.is_empty() || title.contains(place) { String::new() } else { format!(", {place}") };
    format!("{when} · {title}{place}")
}

/// Ticks or unticks everything.
fn all_or_none(ui: &mut Ui, words: [&str; 2]) -> Option<bool> {
    let mut out = None;
    ui.horizontal(|ui| {
        for (word, value) in words.into_iter().zip([true, false]) {
            if ui.button(word).clicked() {
                out = Some(value);
            }
        }
    });
    out
}

fn changed(ui: &mut Ui, look: Look, review: &mut Review) {
    let c = look.colors;
    if let Some(take) = all_or_none(ui, ["Take all changes", "Take none"]) {
        review.update.changed.iter_mut().flat_map(|c| &mut c.fields).for_each(|f| f.take = take);
    }
    let width = ui.available_width();
    let (name, value) = (width * 0.18, (width * 0.82 - 40.0) / 2.0);
    let area = ScrollArea::vertical().id_salt("changed").auto_shrink([false, false]);
    ui.spacing_mut().item_spacing.y = 0.0;
    area.show_rows(ui, ROW, review.flat.len(), |ui, range| {
        for (n, field) in review.flat.get(range).unwrap_or_default() {
            let Some(change) = review.update.changed.get_mut(*n) else { continue };
            let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::hover());
            let Some(field) = field else {
                let title = look.project.get(change.id).map(|i| brief(look, i)).unwrap_or_default();
                let galley = egui::RichText::new(title).font(bold(type_size::BODY)).color(c32(c.text));
                inside(ui, rect.with_min_y(rect.top() + 7.0), |ui| ui.add(egui::Label::new(galley).truncate()));
                continue;
            };
            let Some(field) = change.fields.get_mut(*field) else { continue };
            let label = words(&field.field);
            let tick = Rect::from_min_size(rect.min + vec2(space::S, 2.0), vec2(24.0, ROW - 4.0));
            let (before, after) =
                (in_names(&field.field, &field.before, look), in_names(&field.field, &field.after, look));
            let said = format!("{label}: {before} becomes {after}");
            inside(ui, tick, |ui| {
                let box_ = ui.checkbox(&mut field.take, "");
                let (on, said) = (field.take, said.clone());
                box_.widget_info(|| egui::WidgetInfo::selected(egui::Role::CheckBox, true, on, &said));
            });
            let ink = if field.take { c.text } else { c.text_weak };
            let at = |x: f32, w: f32| Rect::from_min_size(pos2(rect.left() + x, rect.top()), vec2(w - space::M, ROW));
            cell(ui, at(36.0, name), &label, type_size::CAPTION, c.text_weak);
            cell(ui, at(36.0 + name, value), &before, type_size::BODY, c.text_weak);
            cell(ui, at(36.0 + name + value, value), &format!("→ {after}"), type_size::BODY, ink);
            let rest = Rect::from_min_max(pos2(rect.left() + 36.0, rect.top()), rect.max);
            ui.interact(rest, ui.scope_id().with(("change", *n, &label, &field.after)), Sense::hover())
                .on_hover_text(said);
        }
    });
}

/// A value as people read it: claims begin with the names of their parties.
fn in_names(field: &Field, value: &str, look: Look) -> String {
    if !matches!(field, Field::Claim(_)) {
        return or_nothing(value).to_owned();
    }
    let parties = &look.project.meta().parties;
    let known = |id: &str| parties.iter().find(|p| p.id.as_str() == id).map(|p| p.names.best(look.labels.first));
    let named = |claim: &str| match claim.split_once(' ').and_then(|(id, rest)| Some((known(id)?, rest))) {
        Some((name, rest)) => format!("{name} {rest}"),
        None => or_nothing(claim).to_owned(),
    };
    value.split("; ").map(named).collect::<Vec<_>>().join("; ")
}

/// The name of a field, for people.
fn words(field: &Field) -> String {
    match field {
        Field::Name(code) => match Language::from_code(code) {
            Some(language) => format!("place, {}", language.endonym()),
            None => format!("place, {code}"),
        },
        Field::Position => "position".into(),
        Field::Shape => "line or area".into(),
        Field::Precision => "precision".into(),
        Field::Radius => "radius, km".into(),
        Field::Basis => "where the position comes from".into(),
        Field::Parent => "part of".into(),
        Field::Media => "attached files".into(),
        Field::Tag(name) => format!("tag {name}"),
        Field::Claim(_) => "claim".into(),
        plain => plain.label(),
    }
}

/// The figures of an incident on a line, with a mark before them: those of all parties together, if there are.
fn figures(i: &Incident) -> String {
    let has_all = i.claims.iter().any(|c| c.about.is_all());
    let told = i.claims.iter().filter(|c| c.about.is_all() || !has_all).take(3);
    let all: Vec<String> = told.map(|c| super::rows::figure(c, c.about.as_str())).collect();
    if all.is_empty() { String::new() } else { format!(" · {}", all.join(", ")) }
}

fn or_nothing(text: &str) -> &str {
    if text.is_empty() { "nothing" } else { text }
}

fn alike(ui: &mut Ui, look: Look, review: &mut Review) {
    let c = look.colors;
    let words = "The same day, position, kind and parties. Joined, the figures become further claims of the other one.";
    ui.add(egui::Label::new(caption(words, c)).wrap());
    if let Some(join) = all_or_none(ui, ["Join all", "Add all as they are"]) {
        review.update.join_alike(join);
    }
    let width = ui.available_width();
    let half = (width - 190.0) / 2.0;
    let area = ScrollArea::vertical().id_salt("alike").auto_shrink([false, false]);
    ui.spacing_mut().item_spacing.y = 0.0;
    area.show_rows(ui, ROW, review.alike.len(), |ui, range| {
        for n in review.alike.get(range).unwrap_or_default() {
            let Some(new) = review.update.new.get(*n) else { continue };
            let other = match new.alike {
                Some(Alike::InProject(id)) => look.project.get(id).map(|i| ("", i)),
                Some(Alike::InFile(n)) => review.update.new.get(n).map(|n| ("in the file: ", &n.incident)),
                None => None,
            };
            let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::hover());
            let at = |x: f32, w: f32| Rect::from_min_size(pos2(rect.left() + x, rect.top()), vec2(w - space::M, ROW));
            let (ours, theirs) = (
                format!("{}{}", brief(look, &new.incident), figures(&new.incident)),
                other.map(|(word, i)| format!("{word}{}{}", brief(look, i), figures(i))).unwrap_or_default(),
            );
            cell(ui, at(space::S, half), &ours, type_size::BODY, c.text);
            cell(ui, at(space::S + half, half), &format!("≈ {theirs}"), type_size::BODY, c.text_weak);
            let menu = at(width - 178.0, 178.0).shrink2(vec2(0.0, 2.0));
            let word = |t: Take| match t {
                Take::Add => "added",
                Take::Join => "joined to it",
                Take::Leave => "left out",
            };
            let mut take = new.take;
            inside(ui, menu, |ui| {
                combo(ui, &format!("What becomes of {ours} ({n})"), word(take), menu.width(), |ui| {
                    for other in [Take::Add, Take::Join, Take::Leave] {
                        ui.selectable_value(&mut take, other, word(other));
                    }
                });
            });
            if let Some(new) = review.update.new.get_mut(*n) {
                new.take = take;
            }
        }
    });
}

fn new(ui: &mut Ui, look: Look, review: &mut Review) {
    let c = look.colors;
    if let Some(all) = all_or_none(ui, ["Take all", "Take none"]) {
        let take = if all { Take::Add } else { Take::Leave };
        review.update.new.iter_mut().for_each(|n| n.take = take);
    }
    let area = ScrollArea::vertical().id_salt("new").auto_shrink([false, false]);
    ui.spacing_mut().item_spacing.y = 0.0;
    area.show_rows(ui, ROW, review.update.new.len(), |ui, range| {
        for new in review.update.new.get_mut(range).unwrap_or_default() {
            let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::hover());
            let mut on = new.take != Take::Leave;
            let said = brief(look, &new.incident);
            let tick = Rect::from_min_size(rect.min + vec2(space::S, 2.0), vec2(24.0, ROW - 4.0));
            let changed = inside(ui, tick, |ui| {
                let box_ = ui.checkbox(&mut on, "");
                box_.widget_info(|| egui::WidgetInfo::selected(egui::Role::CheckBox, true, on, &said));
                box_.changed()
            });
            if changed {
                new.take = if on { Take::Add } else { Take::Leave };
            }
            let parties: Vec<&str> = new.incident.parties.iter().map(|id| party_of(id, look)).collect();
            let claims = new.incident.claims.iter().map(|c| super::rows::figure(c, party_of(&c.about, look)));
            let more = [parties.join(", "), claims.collect::<Vec<_>>().join(", ")];
            let half = rect.width() * 0.5;
            let ink = if on { c.text } else { c.text_weak };
            let at = |x: f32, w: f32| Rect::from_min_size(pos2(rect.left() + x, rect.top()), vec2(w - space::M, ROW));
            cell(ui, at(36.0, half), &said, type_size::BODY, ink);
            let more = more.into_iter().filter(|t| !t.is_empty()).collect::<Vec<_>>().join(" · ");
            cell(ui, at(36.0 + half, half - 36.0), &more, type_size::CAPTION, c.text_weak);
        }
    });
}

fn gone(ui: &mut Ui, look: Look, review: &Review) {
    let c = look.colors;
    let words = format!(
        "{} of the project are not in the file. They stay as they are.",
        plural(review.update.gone.len(), "incident")
    );
    ui.add(egui::Label::new(caption(words, c)).wrap());
    let area = ScrollArea::vertical().id_salt("gone").auto_shrink([false, false]);
    ui.spacing_mut().item_spacing.y = 0.0;
    area.show_rows(ui, ROW, review.update.gone.len(), |ui, range| {
        for id in review.update.gone.get(range).unwrap_or_default() {
            let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::hover());
            let said = look.project.get(*id).map(|i| brief(look, i)).unwrap_or_default();
            response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::ListItem, true, &said));
            cell(ui, rect, &said, type_size::BODY, c.text);
        }
    });
}
