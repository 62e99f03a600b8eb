//! The editor of filters: every condition with what its choices would leave, and the filters saved in the project.

use std::collections::HashMap;
use std::hash::Hash;

use egui::{Button, ComboBox, RichText, Role, ScrollArea, Sense, Stroke, TextEdit, Ui, WidgetInfo, pos2, vec2};

use super::icons::{self, Icon};
use super::style::{bold, c32, caption, number, regular, section};
use super::{Action, Look};
use crate::derive::{Facets, Tally};
use crate::edit::{Command, MetaEdit};
use crate::model::{DeadFilter, Filters, Grade, GradeFilter, Kind, SavedFilter, TagFilter, Text};
use crate::view::theme::{space, type_size};

/// Height of a choice in points.
const ROW: f32 = 24.0;
/// Choices of a list that are shown before all are asked for.
const FEW: usize = 7;

/// What the editor remembers between two frames.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Draft {
    /// Whether it is open.
    pub open: bool,
    /// Whether its first control shall take the keyboard.
    pub focus: bool,
    /// The range of dead being typed: from, to.
    dead: Option<[String; 2]>,
    /// Whether all sources and all tags are listed.
    all: [bool; 2],
    /// The name under which filters are to be saved.
    name: String,
    /// The saved filters being renamed: under which name, and the new one as typed.
    renaming: Option<(Text, String)>,
}

/// Draws the editor.
pub fn ui(ui: &mut Ui, look: Look, draft: &mut Draft, tally: &Tally) -> Vec<Action> {
    let mut actions = Vec::new();
    let c = look.colors;
    ui.horizontal(|ui| {
        ui.label(RichText::new("Filters").font(bold(type_size::EMPHASIS)).color(c32(c.text)));
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            let close = icons::button(ui, Icon::Close, "Close filters (Ctrl+Shift+F)", true, c);
            if std::mem::take(&mut draft.focus) {
                close.request_focus();
            }
            if close.clicked() {
                actions.push(Action::ToggleFilters);
            }
            let is_set = look.question.filters() || look.derived.hidden > 0;
            if ui.add_enabled(is_set, Button::new("Clear all")).clicked() {
                actions.push(Action::ShowAll);
            }
        });
    });
    let (shown, all) = (look.derived.len(), look.project.len());
    ui.label(caption(format!("{} of {} incidents shown", number(shown), number(all)), c));
    ui.add_space(space::XS);
    let mut next = look.question.filters.clone();
    ScrollArea::vertical().id_salt("filters").auto_shrink([false, false]).show(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 2.0;
        let facets = tally.facets();
        saved(ui, look, draft, &mut next, &mut actions);
        kinds(ui, look, facets, &mut next);
        parties(ui, look, facets, &mut next);
        dead(ui, look, draft, facets, &mut next);
        area(ui, look, facets, &mut next, &mut actions);
        grades(ui, look, facets, &mut next);
        section(ui, "Remarks", c);
        if choice(ui, look, "Contradicted", "has a contradiction", facets.contradicted, next.contradicted, 0.0) {
            next.contradicted = !next.contradicted;
        }
        if choice(ui, look, "Unsourced", "has no source", facets.unsourced, next.unsourced, 0.0) {
            next.unsourced = !next.unsourced;
        }
        tags(ui, look, draft, facets, &mut next);
        sources(ui, look, draft, facets, &mut next);
        ui.add_space(space::XL);
    });
    if next != look.question.filters {
        actions.push(Action::Filter(Box::new(next)));
    }
    actions
}

/// One choice of several, with the incidents that it would leave. `group` stands before its name for screen readers.
fn choice(ui: &mut Ui, look: Look, group: &str, label: &str, n: usize, is_on: bool, indent: f32) -> bool {
    let c = look.colors;
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width() - space::XS, ROW), Sense::click());
    let name = match n {
        1 => format!("{group}: {label}, 1 incident"),
        n => format!("{group}: {label}, {n} incidents"),
    };
    response.widget_info(|| WidgetInfo::selected(Role::CheckBox, true, is_on, &name));
    let mut is_cut = false;
    if ui.is_rect_visible(rect) {
        let p = ui.painter();
        if response.hovered() || response.has_focus() {
            p.rect_filled(rect, space::RADIUS, c32(c.raised));
        }
        if response.has_focus() {
            p.rect_stroke(rect.shrink(0.5), space::RADIUS, Stroke::new(1.0, c32(c.accent)), egui::StrokeKind::Inside);
        }
        let boxed = egui::Rect::from_center_size(pos2(rect.left() + 12.0 + indent, rect.center().y), vec2(14.0, 14.0));
        if is_on {
            p.rect_filled(boxed, 3.0, c32(c.accent));
            let at = |x: f32, y: f32| boxed.min + vec2(x, y);
            let tick = vec![at(3.2, 7.2), at(6.0, 10.0), at(10.8, 4.2)];
            p.add(egui::Shape::line(tick, Stroke::new(1.8, c32(c.on_accent))));
        } else {
            p.rect(boxed, 3.0, c32(c.switch), Stroke::new(1.0, c32(c.text_weak)), egui::StrokeKind::Inside);
        }
        let weak = n == 0 && !is_on;
        let count = p.layout_no_wrap(n.to_string(), regular(type_size::CAPTION), c32(c.text_weak));
        let count_left = rect.right() - space::S - count.size().x;
        let left = boxed.right() + space::S;
        let ink = c32(if weak { c.text_weak } else { c.text });
        let words = egui::WidgetText::from(RichText::new(label).size(type_size::BODY).color(ink)).into_galley(
            ui,
            Some(egui::TextWrapMode::Truncate),
            (count_left - left - space::S).max(20.0),
            egui::TextStyle::Body,
        );
        is_cut = words.elided;
        let p = ui.painter();
        p.galley(pos2(count_left, rect.center().y - count.size().y / 2.0), count, ink);
        p.galley(pos2(left, rect.center().y - words.size().y / 2.0), words, ink);
    }
    let clicked = response.clicked();
    if is_cut {
        response.on_hover_text(label);
    }
    clicked
}

fn toggle<T: PartialEq>(list: &mut Vec<T>, value: T) {
    match list.iter().position(|v| *v == value) {
        Some(at) => drop(list.remove(at)),
        None => list.push(value),
    }
}

fn count<K: Eq + Hash>(counts: &HashMap<K, usize>, key: &K) -> usize {
    counts.get(key).copied().unwrap_or(0)
}

/// "Show all 40" or "Show fewer" under a list of more than a few.
fn more(ui: &mut Ui, what: &str, all: usize, is_all: &mut bool, look: Look) {
    if all <= FEW {
        return;
    }
    let words = if *is_all { format!("Fewer {what}") } else { format!("All {all} {what}") };
    let text = RichText::new(words).size(type_size::CAPTION).color(c32(look.colors.accent));
    if ui.add(Button::new(text).frame(false)).clicked() {
        *is_all = !*is_all;
    }
}

fn kinds(ui: &mut Ui, look: Look, facets: &Facets, next: &mut Filters) {
    let others = facets.kinds.keys().chain(&next.kinds).filter(|k| matches!(k, Kind::Other(_)));
    let mut others: Vec<Kind> = others.cloned().collect();
    others.sort();
    others.dedup();
    let mut all: Vec<Kind> = Kind::KNOWN.iter().cloned().chain(others).collect();
    // Kinds that no incident is of are left out: they could only hide everything.
    all.retain(|kind| count(&facets.kinds, kind) > 0 || next.kinds.contains(kind));
    if !all.is_empty() {
        section(ui, "Kind", look.colors);
    }
    for kind in all {
        let (n, is_on) = (count(&facets.kinds, &kind), next.kinds.contains(&kind));
        if choice(ui, look, "Kind", kind.label(), n, is_on, 0.0) {
            toggle(&mut next.kinds, kind);
        }
    }
}

fn parties(ui: &mut Ui, look: Look, facets: &Facets, next: &mut Filters) {
    let meta = look.project.meta();
    let mut others: Vec<_> = facets.parties.keys().chain(&next.parties).cloned().collect();
    others.sort();
    others.dedup();
    others.retain(|id| meta.party(id).is_none());
    let mut all: Vec<_> = meta.parties.iter().map(|p| p.id.clone()).chain(others).collect();
    all.retain(|id| count(&facets.parties, id) > 0 || next.parties.contains(id));
    if !all.is_empty() {
        section(ui, "Party", look.colors);
    }
    for id in all {
        let (n, is_on) = (count(&facets.parties, &id), next.parties.contains(&id));
        let name = meta.party(&id).map_or("", |p| p.names.best(look.labels.first));
        let label = if name.is_empty() { id.as_str() } else { name }.to_owned();
        if choice(ui, look, "Party", &label, n, is_on, 0.0) {
            toggle(&mut next.parties, id);
        }
    }
}

fn dead(ui: &mut Ui, look: Look, draft: &mut Draft, facets: &Facets, next: &mut Filters) {
    let c = look.colors;
    section(ui, "Dead", c);
    let shown = match next.dead {
        Some(DeadFilter::Between(from, to)) => [from, to].map(|n| n.map(|n| n.to_string()).unwrap_or_default()),
        _ => [String::new(), String::new()],
    };
    let mut ends = draft.dead.clone().unwrap_or(shown);
    let (mut changed, mut focused) = (false, false);
    ui.horizontal(|ui| {
        for (n, (end, word)) in ends.iter_mut().zip(["from", "to"]).enumerate() {
            ui.label(caption(word, c));
            let field = TextEdit::singleline(end)
                .id(egui::Id::unique(("dead of the filter", n)))
                .hint_text(if n == 0 { "0" } else { "any" })
                .desired_width(56.0);
            let response = ui.add(field);
            let value = end.clone();
            response.widget_info(|| {
                let mut info = WidgetInfo::text_edit(true, value.clone(), value.clone(), "");
                info.label = Some(format!("Dead {word}"));
                info
            });
            changed |= response.changed();
            focused |= response.has_focus();
        }
    });
    if changed {
        draft.dead = Some(ends.clone());
    }
    let [from, to] = &ends;
    let is_blank = from.trim().is_empty() && to.trim().is_empty();
    let read = DeadFilter::parse(&format!("{}..{}", from.trim(), to.trim()));
    if changed {
        match read {
            Some(range) => next.dead = Some(range),
            None if is_blank => next.dead = None,
            None => {}
        }
    }
    if read.is_none() && !is_blank {
        let why = "two whole numbers, the smaller first; one may be empty";
        ui.add(egui::Label::new(RichText::new(why).size(type_size::CAPTION).color(c32(c.error))).wrap());
    } else if !focused {
        draft.dead = None;
    }
    let is_on = next.dead == Some(DeadFilter::NoFigure);
    if choice(ui, look, "Dead", "no figure (which is not 0)", facets.no_figure, is_on, 0.0) {
        draft.dead = None;
        next.dead = (!is_on).then_some(DeadFilter::NoFigure);
    }
}

fn area(ui: &mut Ui, look: Look, facets: &Facets, next: &mut Filters, actions: &mut Vec<Action>) {
    let c = look.colors;
    section(ui, "Area", c);
    ui.horizontal_wrapped(|ui| {
        if icons::text_button(ui, Icon::Area, "Draw", "Draw an area on the map", false, c).clicked() {
            actions.push(Action::DrawArea);
        }
        if ui.button("As the map shows").clicked() {
            actions.push(Action::AreaInView);
        }
        if next.area.is_some() && ui.button("Remove area").clicked() {
            next.area = None;
        }
    });
    if let Some(area) = &next.area {
        let mut words = format!("{} corners", area.corners().len());
        match facets.unplaced {
            0 => {}
            1 => words += "; 1 incident without a place is in no area",
            n => words += &format!("; {n} incidents without a place are in no area"),
        }
        ui.add(egui::Label::new(caption(words, c)).wrap());
    }
}

fn grades(ui: &mut Ui, look: Look, facets: &Facets, next: &mut Filters) {
    let c = look.colors;
    section(ui, "Grade of a claim", c);
    let (reliability, credibility) = match next.grade {
        Some(GradeFilter::AtLeast(g)) => (g.reliability(), g.credibility()),
        _ => (None, None),
    };
    let mut chosen = (reliability, credibility);
    // F and 6 take every graded claim in, also those that cannot be judged.
    let letter = |l: Option<char>| match l {
        None => "any".to_owned(),
        Some('A') => "A".to_owned(),
        Some('F') => "any of A to F".to_owned(),
        Some(l) => format!("{l} or better"),
    };
    let number = |n: Option<u8>| match n {
        None => "any".to_owned(),
        Some(1) => "1".to_owned(),
        Some(6) => "any of 1 to 6".to_owned(),
        Some(n) => format!("{n} or better"),
    };
    let letters: Vec<_> = ('A'..='F').zip(facets.reliability).map(|(l, n)| (Some(l), n)).collect();
    combo(ui, look, "Reliability", &mut chosen.0, &letters, &letter);
    let numbers: Vec<_> = (1..=6).zip(facets.credibility).map(|(l, n)| (Some(l), n)).collect();
    combo(ui, look, "Credibility", &mut chosen.1, &numbers, &number);
    if chosen != (reliability, credibility) {
        next.grade = Grade::new(chosen.0, chosen.1).filter(|g| !g.is_none()).map(GradeFilter::AtLeast);
    }
    let is_on = next.grade == Some(GradeFilter::NotGraded);
    if choice(ui, look, "Grade", "not graded", facets.not_graded, is_on, 0.0) {
        next.grade = (!is_on).then_some(GradeFilter::NotGraded);
    }
}

fn combo<T: Copy + PartialEq>(
    ui: &mut Ui,
    look: Look,
    name: &str,
    chosen: &mut Option<T>,
    choices: &[(Option<T>, usize)],
    words: &dyn Fn(Option<T>) -> String,
) {
    super::field::row(ui, name, look.colors, |ui| {
        let shown = words(*chosen);
        let width = ui.available_width() - space::S;
        let inner = ComboBox::from_id_salt(("filter", name)).selected_text(&shown).width(width).show_ui(ui, |ui| {
            ui.selectable_value(chosen, None, words(None));
            for (choice, n) in choices {
                ui.selectable_value(chosen, *choice, format!("{} ({n})", words(*choice)));
            }
        });
        inner.response.widget_info(|| {
            let mut info = WidgetInfo::labeled(Role::ComboBox, true, name);
            info.current_text_value = Some(shown.clone());
            info
        });
    });
}

fn tags(ui: &mut Ui, look: Look, draft: &mut Draft, facets: &Facets, next: &mut Filters) {
    let mut names: Vec<Text> = facets.tags.keys().chain(next.tags.iter().map(|t| &t.name)).cloned().collect();
    names.sort_by(|a, b| count(&facets.tags, b).cmp(&count(&facets.tags, a)).then_with(|| a.cmp(b)));
    names.dedup();
    if names.is_empty() {
        return;
    }
    section(ui, "Tag", look.colors);
    let (all, is_all) = (names.len(), draft.all[1]);
    for (n, name) in names.into_iter().enumerate() {
        let is_on = next.tags.iter().any(|t| t.name == name);
        if n >= FEW && !is_all && !is_on {
            continue;
        }
        if choice(ui, look, "Tag", &name, count(&facets.tags, &name), is_on, 0.0) {
            let without = next.tags.iter().filter(|t| t.name != name).cloned().collect();
            next.tags = without;
            if !is_on {
                next.tags.push(TagFilter { name: name.clone(), value: None });
            }
        }
        if is_on {
            values(ui, look, facets, &name, next);
        }
    }
    more(ui, "tags", all, &mut draft.all[1], look);
}

/// The values of a tag that is chosen, to narrow the choice.
fn values(ui: &mut Ui, look: Look, facets: &Facets, name: &Text, next: &mut Filters) {
    let chosen = next.tags.iter().filter(|t| t.name == *name).filter_map(|t| t.value.clone());
    let mut values: Vec<Text> =
        facets.values.keys().filter(|(n, _)| n == name).map(|(_, v)| v.clone()).chain(chosen).collect();
    let many = |v: &Text| count(&facets.values, &(name.clone(), v.clone()));
    values.sort_by(|a, b| many(b).cmp(&many(a)).then_with(|| a.cmp(b)));
    values.dedup();
    for value in values.into_iter().take(4 * FEW) {
        let tag = TagFilter { name: name.clone(), value: Some(value.clone()) };
        let is_on = next.tags.contains(&tag);
        let label = if value.is_empty() { "without a value" } else { &*value };
        if choice(ui, look, &format!("Tag {name}"), label, many(&value), is_on, 22.0) {
            next.tags.retain(|t| t.name != *name || t.value.is_some());
            toggle(&mut next.tags, tag);
            if !next.tags.iter().any(|t| t.name == *name) {
                next.tags.push(TagFilter { name: name.clone(), value: None });
            }
        }
    }
}

fn sources(ui: &mut Ui, look: Look, draft: &mut Draft, facets: &Facets, next: &mut Filters) {
    let listed = &look.project.meta().sources;
    if listed.is_empty() && next.sources.is_empty() {
        return;
    }
    section(ui, "Source", look.colors);
    let unlisted = next.sources.iter().filter(|id| look.project.meta().source(id).is_none());
    let mut ids: Vec<_> = listed.iter().map(|s| &s.id).chain(unlisted).cloned().collect();
    // The order of entry stays among sources with equally many.
    ids.sort_by_key(|id| std::cmp::Reverse(count(&facets.sources, id)));
    let (all, is_all) = (ids.len(), draft.all[0]);
    for (n, id) in ids.into_iter().enumerate() {
        let is_on = next.sources.contains(&id);
        if n >= FEW && !is_all && !is_on {
            continue;
        }
        let label = look.project.meta().source(&id).map_or_else(
            || id.as_str().to_owned(),
            |s| {
                let outlet = if s.outlet.is_empty() { id.as_str() } else { &s.outlet };
                let date = s.published.map(|m| format!(", {}", m.label(true))).unwrap_or_default();
                let title = if s.title.is_empty() { String::new() } else { format!(": {}", s.title) };
                format!("{outlet}{date}{title}")
            },
        );
        if choice(ui, look, "Source", &label, count(&facets.sources, &id), is_on, 0.0) {
            toggle(&mut next.sources, id);
        }
    }
    more(ui, "sources", all, &mut draft.all[0], look);
}

/// The filters that the project keeps under names, and a field to keep those in use.
fn saved(ui: &mut Ui, look: Look, draft: &mut Draft, next: &mut Filters, actions: &mut Vec<Action>) {
    let c = look.colors;
    let kept = &look.project.meta().filters;
    section(ui, "Saved in the project", c);
    for filter in kept {
        if let Some((name, typed)) = draft.renaming.as_mut().filter(|(name, _)| *name == filter.name) {
            let response = ui.add(TextEdit::singleline(typed).desired_width(ui.available_width() - space::S));
            let value = typed.clone();
            response.widget_info(|| {
                let mut info = WidgetInfo::text_edit(true, value.clone(), value.clone(), "");
                info.label = Some("New name of the filter".into());
                info
            });
            let (to, from) = (typed.trim().to_owned(), name.clone());
            let is_taken = to != *from && look.project.meta().filter(&to).is_some();
            if is_taken {
                let why = "another filter has this name";
                ui.label(RichText::new(why).size(type_size::CAPTION).color(c32(c.error)));
            }
            let escaped = ui.input(|i| i.key_pressed(egui::Key::Escape));
            if response.lost_focus() {
                if !escaped && !is_taken && !to.is_empty() && to != *from {
                    actions.push(Action::Edit(Command::Meta(MetaEdit::RenameFilter(from, to.into()))));
                }
                draft.renaming = None;
            } else if !response.has_focus() {
                response.request_focus();
            }
            continue;
        }
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 0.0;
            let is_on = filter.filters == *next;
            let width = ui.available_width() - 2.0 * 28.0 - space::XS;
            let button =
                Button::selectable(is_on, RichText::new(&*filter.name).size(type_size::BODY)).truncate().right_text("");
            let response = ui.add_sized(vec2(width, 28.0), button);
            response.widget_info(|| {
                WidgetInfo::selected(Role::RadioButton, true, is_on, format!("Saved filter: {}", filter.name))
            });
            if response.clicked() {
                draft.dead = None;
                *next = filter.filters.clone();
            }
            response.on_hover_text(&*filter.name);
            if icons::button(ui, Icon::Edit, &format!("Rename filter {}", filter.name), true, c).clicked() {
                draft.renaming = Some((filter.name.clone(), filter.name.to_string()));
            }
            if icons::button(ui, Icon::Delete, &format!("Delete filter {}", filter.name), true, c).clicked() {
                actions.push(Action::Edit(Command::Meta(MetaEdit::RemoveFilter(filter.name.clone()))));
            }
        });
    }
    let name = draft.name.trim().to_owned();
    let is_set = !look.question.filters.is_empty();
    if kept.is_empty() && !is_set {
        ui.add(
            egui::Label::new(caption("None yet. Choose filters below, then keep them here under a name.", c)).wrap(),
        );
    }
    if !is_set {
        return;
    }
    ui.horizontal(|ui| {
        let field = TextEdit::singleline(&mut draft.name)
            .id(egui::Id::unique("name of the filter"))
            .hint_text("Name for these filters")
            .desired_width(ui.available_width() - 76.0);
        let response = ui.add(field);
        let value = draft.name.clone();
        response.widget_info(|| {
            let mut info = WidgetInfo::text_edit(true, value.clone(), value.clone(), "");
            info.label = Some("Name for these filters".into());
            info
        });
        let entered = response.lost_focus() && ui.input(|i| i.key_pressed(egui::Key::Enter));
        let word = if look.project.meta().filter(&name).is_some() { "Replace" } else { "Save" };
        let button = ui.add_enabled(!name.is_empty(), Button::new(word));
        button.widget_info(|| WidgetInfo::labeled(Role::Button, !name.is_empty(), format!("{word} filter")));
        if (button.clicked() || entered) && !name.is_empty() {
            let filters = look.question.filters.clone();
            let saved = SavedFilter { name: name.as_str().into(), filters, extra: Vec::new() };
            actions.push(Action::Edit(Command::Meta(MetaEdit::SetFilter(Box::new(saved)))));
            draft.name.clear();
        }
    });
}
