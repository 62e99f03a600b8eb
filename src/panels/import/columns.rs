//! The columns of the table, what each becomes, and the details of the one that is chosen; what is the same in every row.

use egui::{Rect, ScrollArea, Sense, Ui, pos2, vec2};

use super::{Page, cell, combo, combo_with_field, field, inside, targets};
use crate::import::{End, Mapping, Rule, Target, Whose};
use crate::model::{Category, Kind, PartyId, Status, Text};
use crate::panels::Look;
use crate::panels::icons::{self, Icon};
use crate::panels::style::{bold, c32, caption};
use crate::view::theme::{space, type_size};

/// Height of a row in points.
const ROW: f32 = 32.0;

/// Draws them.
pub(super) fn ui(ui: &mut Ui, look: Look, page: &mut Page) {
    let c = look.colors;
    let before = page.mapping.clone();
    let all = ui.available_rect_before_wrap();
    let below = if page.column.is_some() { 216.0_f32 } else { 136.0 }.min(all.height() * 0.55);
    let widths = [all.width() * 0.27, all.width() * 0.33];
    let head = Rect::from_min_size(all.min, vec2(all.width(), 24.0));
    let mut x = head.left() + space::S;
    for (name, w) in ["Column", "First values", "Becomes"].into_iter().zip([widths[0], widths[1], 0.0]) {
        let font = bold(type_size::CAPTION);
        ui.painter().text(pos2(x, head.center().y), egui::Align2::LEFT_CENTER, name, font, c32(c.text_weak));
        x += w;
    }
    ui.painter().hline(head.x_range(), head.bottom(), egui::Stroke::new(1.0, c32(c.rule)));
    let list = Rect::from_min_max(head.left_bottom(), pos2(all.right(), all.bottom() - below - space::S));
    inside(ui, list, |ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        let area = ScrollArea::vertical().id_salt("columns").auto_shrink([false, false]);
        area.show_rows(ui, ROW, page.table.columns.len(), |ui, range| {
            for n in range {
                row(ui, look, page, n, widths);
            }
        });
    });
    let details = Rect::from_min_max(pos2(all.left(), all.bottom() - below), all.max);
    inside(ui, details, |ui| {
        ui.painter().hline(details.x_range(), details.top(), egui::Stroke::new(1.0, c32(c.rule)));
        ui.add_space(space::XS);
        ScrollArea::vertical().id_salt("details").auto_shrink([false, false]).show(ui, |ui| {
            if let Some(name) = page.column.and_then(|n| page.table.columns.get(n)).cloned() {
                detail(ui, look, page, &name);
            } else {
                let words = "Click the name of a column to join others to it, or to set whose figure it is and what its \
                             values mean.";
                ui.add(egui::Label::new(caption(words, c)).wrap());
            }
            ui.add_space(space::S);
            constants(ui, look, page);
        });
    });
    if page.mapping != before {
        page.changed();
    }
}

/// One column.
fn row(ui: &mut Ui, look: Look, page: &mut Page, n: usize, widths: [f32; 2]) {
    let c = look.colors;
    let Some(name) = page.table.columns.get(n).cloned() else { return };
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::hover());
    let both = Rect::from_min_size(rect.min, vec2(widths[0] + widths[1], ROW));
    let response = ui.interact(both, ui.scope_id().with(("column", n)), Sense::click());
    let chosen = page.column == Some(n);
    response.widget_info(|| egui::WidgetInfo::selected(egui::Role::ListItem, true, chosen, format!("Column {name}")));
    let ground = match (chosen, response.hovered() || response.has_focus()) {
        (true, _) => Some(c.selected),
        (false, true) => Some(c.raised),
        (false, false) => None,
    };
    if let Some(ground) = ground {
        ui.painter().rect_filled(rect.shrink2(vec2(0.0, 1.0)), 6.0, c32(ground));
    }
    let now = page.mapping.target_of(&name);
    let is_used = !matches!(now, None | Some(Target::Skip)) || page.mapping.keep_unused && now.is_none();
    let values = page.values.get(n).map_or(&[][..], Vec::as_slice);
    let shown = values.iter().take(4).map(String::as_str).collect::<Vec<_>>().join(" · ");
    let at = |x: f32, w: f32| Rect::from_min_size(pos2(rect.left() + x, rect.top()), vec2(w - space::M, ROW));
    cell(ui, at(space::S, widths[0]), &name, type_size::BODY, if is_used { c.text } else { c.text_weak });
    let shown_or = if shown.is_empty() { "empty in these rows" } else { &shown };
    cell(ui, at(space::S + widths[0], widths[1]), shown_or, type_size::CAPTION, c.text_weak);
    if response.clicked() {
        page.column = (!chosen).then_some(n);
    }
    response.on_hover_text(format!("{name}\n{}", values.join("\n")));
    let menu = Rect::from_min_max(pos2(both.right(), rect.top() + 2.0), rect.max - vec2(space::S, 2.0));
    inside(ui, menu, |ui| {
        let width = menu.width();
        becomes(ui, look, page, &name, width);
    });
}

/// The name of a party, or its id where the project does not have it.
pub(super) fn party_of<'a>(id: &'a PartyId, look: Look<'a>) -> &'a str {
    look.project.meta().party(id).map_or(id.as_str(), |p| p.names.best(look.labels.first))
}

/// What a column becomes in words, with the names of parties.
fn label_of(target: &Target, look: Look) -> String {
    let label = target.label();
    match target {
        Target::Toll(Whose::Party(id), ..) => label.replacen(id.as_str(), party_of(id, look), 1),
        _ => label,
    }
}

/// What a column becomes, and the menu to say otherwise.
fn becomes(ui: &mut Ui, look: Look, page: &mut Page, name: &Text, width: f32) {
    let c = look.colors;
    let now = page.mapping.target_of(name);
    let joined = page.mapping.rule_of(name).filter(|r| r.from.len() > 1);
    let keeps = page.mapping.keep_unused;
    let shown = match (&now, joined) {
        (Some(t), Some(rule)) if rule.from.first().is_some_and(|f| f == &**name) => {
            format!("{} + {}", label_of(t, look), rule.from.len() - 1)
        }
        (Some(t), Some(rule)) => {
            format!("{} (with {})", label_of(t, look), rule.from.first().map_or("", String::as_str))
        }
        (Some(t), None) => label_of(t, look),
        (None, _) if keeps => "kept as a tag".to_owned(),
        (None, _) => "not used".to_owned(),
    };
    let mut choice: Option<Option<Target>> = None;
    combo_with_field(ui, &format!("{name} becomes"), &shown, width, |ui| {
        let unused = matches!(now, None | Some(Target::Skip)) && (!keeps || now.is_some());
        if ui.selectable_label(unused, "not used").clicked() {
            choice = Some(keeps.then_some(Target::Skip));
            ui.close();
        }
        if keeps && ui.selectable_label(now.is_none(), "kept as a tag").clicked() {
            choice = Some(None);
            ui.close();
        }
        if let Some(target) = targets::menu(ui, now.as_ref(), c) {
            choice = Some(Some(target));
        }
    });
    if let Some(choice) = choice {
        take(&mut page.mapping, name, choice.as_ref());
        page.column = page.table.columns.iter().position(|n| n == name);
    }
}

/// Takes a column for something; lists are split where people split them.
fn take(mapping: &mut Mapping, name: &str, to: Option<&Target>) {
    mapping.set(name, to);
    if matches!(to, Some(Target::Party | Target::Weapon))
        && let Some(rule) = mapping.rule_of_mut(name)
    {
        rule.split = Some(";".into());
    }
}

/// The parts of what the chosen column becomes.
fn detail(ui: &mut Ui, look: Look, page: &mut Page, name: &Text) {
    let c = look.colors;
    ui.add(egui::Label::new(egui::RichText::new(&**name).font(bold(type_size::BODY)).color(c32(c.text))).truncate());
    let Some(rule) = page.mapping.rule_of(name).cloned() else {
        let words = "Choose what it becomes to join it with others or to set other words for its values.";
        ui.add(egui::Label::new(caption(words, c)).wrap());
        return;
    };
    let mut next = rule.clone();
    match Target::parse(&rule.to) {
        Some(Target::Toll(whose, status, category, end)) => {
            if let Some(to) = toll(ui, look, &(whose, status, category, end)) {
                next.to = to.to_string();
            }
        }
        Some(Target::Tag(tag)) => {
            ui.horizontal(|ui| {
                ui.label(caption("Name of the tag", c));
                let mut text = tag.to_string();
                if field(ui, "Name of the tag", &mut text, name, 180.0).changed() {
                    // A colon would end the name in the text form.
                    next.to = Target::Tag(text.trim().into()).to_string();
                }
            });
        }
        _ => {}
    }
    joined(ui, look, page, name, &mut next);
    words(ui, look, page, name, &mut next);
    if next != rule
        && let Some(slot) = page.mapping.rules.iter_mut().find(|r| **r == rule)
    {
        *slot = next;
    }
}

/// Whose figure, of whom, and which end of it.
fn toll(ui: &mut Ui, look: Look, now: &(Whose, Status, Category, End)) -> Option<Target> {
    let mut next = now.clone();
    let (whose, status, category, end) = &mut next;
    let label = |w: &Whose| match w {
        Whose::All => "all parties together".to_owned(),
        Whose::Named(n) => format!("party {n} of the row"),
        Whose::Party(id) => party_of(id, look).to_owned(),
    };
    ui.horizontal_wrapped(|ui| {
        combo(ui, "Category of the figure", category.label(), 116.0, |ui| {
            for other in Category::ALL {
                ui.selectable_value(category, *other, other.label());
            }
        });
        combo(ui, "Whose figure", &label(whose), 168.0, |ui| {
            let parties = look.project.meta().parties.iter().map(|p| Whose::Party(p.id.clone()));
            for other in [Whose::All, Whose::Named(1), Whose::Named(2)].into_iter().chain(parties) {
                let word = label(&other);
                ui.selectable_value(whose, other, word);
            }
        });
        combo(ui, "Status of the people", status.label(), 116.0, |ui| {
            for other in Status::ALL {
                ui.selectable_value(status, *other, other.label());
            }
        });
        let word = |e: End| match e {
            End::Best => "the figure",
            End::Low => "at least",
            End::High => "at most",
        };
        combo(ui, "Which end", word(*end), 92.0, |ui| {
            for other in [End::Best, End::Low, End::High] {
                ui.selectable_value(end, other, word(other));
            }
        });
    });
    let (whose, status, category, end) = next.clone();
    (next != *now).then_some(Target::Toll(whose, status, category, end))
}

/// Other columns that are joined to it, and where a cell is split.
fn joined(ui: &mut Ui, look: Look, page: &mut Page, name: &Text, next: &mut Rule) {
    let c = look.colors;
    let mut join = None;
    ui.horizontal_wrapped(|ui| {
        ui.label(caption("Joined with", c));
        let mut gone = None;
        for (n, other) in next.from.iter().enumerate().filter(|(_, f)| f.as_str() != &**name) {
            if ui.button(format!("{other} ×")).on_hover_text("Take this column out again").clicked() {
                gone = Some(n);
            }
        }
        if let Some(n) = gone {
            next.from.remove(n);
        }
        combo(ui, "Join a column", "+ column", 96.0, |ui| {
            for other in page.table.columns.iter().filter(|o| next.from.iter().all(|f| **f != ***o)) {
                if ui.selectable_label(false, &**other).clicked() {
                    join = Some(other.clone());
                }
            }
        });
        if next.from.len() > 1 {
            ui.label(caption("with", c));
            let mut between = next.join.clone().unwrap_or_else(|| " ".into());
            if field(ui, "Between joined columns", &mut between, "", 40.0).changed() {
                next.join = Some(between);
            }
        }
        if matches!(Target::parse(&next.to), Some(Target::Party | Target::Weapon | Target::Via)) {
            ui.label(caption("split at", c));
            let mut mark = next.split.clone().unwrap_or_default();
            if field(ui, "Split at", &mut mark, "no", 40.0).changed() {
                next.split = (!mark.is_empty()).then_some(mark);
            }
        }
    });
    if let Some(other) = join {
        page.mapping.join(name, &other);
    }
}

/// Other words for values.
fn words(ui: &mut Ui, look: Look, page: &Page, name: &Text, next: &mut Rule) {
    let c = look.colors;
    let is_kind = next.to == Target::Kind.to_string();
    if !is_kind && next.to != Target::Party.to_string() && next.values.is_empty() {
        return;
    }
    let seen = page.table.columns.iter().position(|n| n == name).and_then(|n| page.values.get(n));
    let mut values: Vec<String> = seen.cloned().unwrap_or_default();
    values.extend(next.values.keys().filter(|k| !values.contains(k)).cloned().collect::<Vec<_>>());
    ui.label(caption("Values, and what they are taken for", c));
    for value in values {
        ui.horizontal(|ui| {
            let (rect, _) = ui.allocate_exact_size(vec2(200.0, 28.0), Sense::hover());
            cell(ui, rect, &value, type_size::BODY, c.text);
            let now = next.values.get(&value).cloned();
            let mut set = None;
            if is_kind {
                let taken = now.clone().unwrap_or_else(|| value.clone());
                let kind = Kind::KNOWN.iter().find(|k| k.id() == taken);
                let shown = match (kind, &now) {
                    (Some(kind), _) => kind.label().to_owned(),
                    (None, Some(word)) => word.clone(),
                    (None, None) => "as it stands".to_owned(),
                };
                combo(ui, &format!("{value} is"), &shown, 180.0, |ui| {
                    if ui.selectable_label(now.is_none(), "as it stands").clicked() {
                        set = Some(None);
                    }
                    for kind in Kind::KNOWN {
                        if ui.selectable_label(false, kind.label()).clicked() {
                            set = Some(Some(kind.id().to_owned()));
                        }
                    }
                });
            } else {
                let mut word = now.clone().unwrap_or_else(|| value.clone());
                if field(ui, &format!("{value} is"), &mut word, "left out", 180.0).changed() {
                    set = Some((word != value).then_some(word));
                }
            }
            match set {
                Some(Some(word)) => drop(next.values.insert(value, word)),
                Some(None) => drop(next.values.remove(&value)),
                None => {}
            }
        });
    }
}

/// What is the same in every row.
fn constants(ui: &mut Ui, look: Look, page: &mut Page) {
    let c = look.colors;
    ui.label(egui::RichText::new("The same in every row").font(bold(type_size::BODY)).color(c32(c.text)));
    let fixed: Vec<(usize, Target)> = (0..)
        .zip(&page.mapping.rules)
        .filter(|(_, r)| r.value.is_some())
        .filter_map(|(n, r)| Some((n, Target::parse(&r.to)?)))
        .collect();
    let mut gone = None;
    for (n, target) in fixed {
        ui.horizontal(|ui| {
            let (rect, _) = ui.allocate_exact_size(vec2(200.0, 28.0), Sense::hover());
            let label = label_of(&target, look);
            cell(ui, rect, &label, type_size::BODY, c.text);
            let Some(rule) = page.mapping.rules.get_mut(n) else { return };
            let mut text = rule.value.clone().unwrap_or_default();
            if target == Target::Kind {
                let kind = Kind::KNOWN.iter().find(|k| k.id() == text);
                let shown = kind.map_or_else(|| text.clone(), |k| k.label().to_owned());
                combo(ui, "Every row: kind", &shown, 180.0, |ui| {
                    for kind in Kind::KNOWN {
                        if ui.selectable_label(kind.id() == text, kind.label()).clicked() {
                            rule.value = Some(kind.id().to_owned());
                        }
                    }
                });
            } else if field(ui, &format!("Every row: {label}"), &mut text, "", 180.0).changed() {
                rule.value = Some(text);
            }
            if icons::button(ui, Icon::Close, &format!("Take away {label}"), true, c).clicked() {
                gone = Some(n);
            }
        });
    }
    if let Some(n) = gone {
        page.mapping.rules.remove(n);
    }
    ui.horizontal(|ui| {
        let Some((target, text)) = &mut page.adding else {
            if ui.button("+ value").on_hover_text("A value for all rows, where no column has it").clicked() {
                page.adding = Some((Target::Claimant, String::new()));
            }
            return;
        };
        combo_with_field(ui, "Every row gets", &target.label(), 192.0, |ui| {
            if let Some(other) = targets::menu(ui, Some(target), c) {
                *target = other;
            }
        });
        field(ui, "Value for every row", text, "value", 180.0);
        let able = !text.trim().is_empty();
        if ui.add_enabled(able, egui::Button::new("Add")).clicked() {
            let (target, text) = (target.clone(), text.clone());
            page.mapping.set_constant(&target, &text);
            page.adding = None;
        } else if icons::button(ui, Icon::Close, "Add no value", true, c).clicked() {
            page.adding = None;
        }
    });
}
