//! Two claims side by side: every field, what differs, and whether both can be true.

use egui::{Key, Stroke, Ui};

use super::icons::{self, Icon};
use super::style::{bold, c32, caption, regular};
use super::{Action, Look};
use crate::derive::{Verdict, compare};
use crate::edit::{Command, Edit};
use crate::model::{Claim, IncidentId, PartyId, Standing};
use crate::view::theme::{space, type_size};

/// Draws the page for two claims of an incident; `true` when it is to be closed.
pub fn ui(ui: &mut Ui, look: Look, id: IncidentId, ids: [&str; 2]) -> (bool, Vec<Action>) {
    let mut actions = Vec::new();
    let c = look.colors;
    ui.set_width(680.0);
    let incident = look.project.get(id);
    let [a, b] = ids.map(|claim| incident.and_then(|i| i.claim(claim)));
    let (Some(incident), Some(a), Some(b)) = (incident, a, b) else { return (true, actions) };
    let party = |p: &PartyId| {
        look.project
            .meta()
            .party(p)
            .map_or_else(|| p.as_str().to_owned(), |p| p.names.best(look.labels.first).to_owned())
    };
    ui.label(egui::RichText::new("Two claims compared").font(bold(type_size::TITLE)).color(c32(c.text)));
    let title = if incident.title.is_empty() { "Untitled incident" } else { &incident.title };
    ui.add(egui::Label::new(caption(title, c)).truncate());
    ui.add_space(space::S);
    let found = compare(incident, a, b, party);
    let (words, icon, color) = match found.verdict {
        Verdict::NotBoth => ("They cannot both be true.", Some(Icon::Warning), c.warning),
        Verdict::Both => ("Both can be true.", None, c.text),
        Verdict::NoNumber => ("They do not contradict each other.", None, c.text),
    };
    ui.horizontal(|ui| {
        if let Some(icon) = icon {
            let (rect, _) = ui.allocate_exact_size(egui::vec2(18.0, 18.0), egui::Sense::hover());
            icons::paint(ui.painter(), icon, rect.center(), 16.0, c32(color));
        }
        ui.label(egui::RichText::new(words).font(bold(type_size::EMPHASIS)).color(c32(color)));
    });
    for reason in &found.reasons {
        ui.add(egui::Label::new(egui::RichText::new(reason).color(c32(c.text))).wrap());
    }
    if let Some(difference) = found.difference.filter(|d| *d != 0) {
        let sign = if difference > 0 { "+" } else { "−" };
        ui.label(caption(format!("Second less first: {sign}{}", difference.abs()), c));
    }
    ui.add_space(space::S);
    egui::ScrollArea::vertical().max_height(380.0).auto_shrink([false, true]).show(ui, |ui| {
        for (label, x, y) in rows(look, a, b, &party) {
            pair(ui, look, label, &x, &y);
        }
    });
    ui.add_space(space::S);
    ui.horizontal(|ui| {
        ui.add_space(LABEL);
        for (claim, which) in [(a, "first"), (b, "second")] {
            ui.allocate_ui_with_layout(
                egui::vec2(COLUMN, 28.0),
                egui::Layout::left_to_right(egui::Align::Center),
                |ui| {
                    ui.set_width(COLUMN);
                    marks(ui, id, claim, which, &mut actions);
                },
            );
        }
    });
    ui.label(caption("A mark is undone by Undo; the claim stays in the ledger either way.", c));
    ui.add_space(space::S);
    let close = ui.button("Close").clicked() || ui.input(|i| i.key_pressed(Key::Escape));
    (close, actions)
}

const LABEL: f32 = 112.0;
const COLUMN: f32 = 274.0;

/// The marks that can be put on one of the two.
fn marks(ui: &mut Ui, id: IncidentId, claim: &Claim, which: &str, actions: &mut Vec<Action>) {
    for (standing, word) in
        [(Standing::Current, "Stands"), (Standing::Superseded, "Superseded"), (Standing::Withdrawn, "Withdrawn")]
    {
        let on = claim.standing == standing;
        let response = ui.add(egui::Button::selectable(on, word));
        response.widget_info(|| {
            let name = format!("{word}: the {which}");
            egui::WidgetInfo::selected(egui::Role::Button, true, on, name)
        });
        if response.clicked() {
            actions.push(Action::Edit(Command::Edit(id, Edit::MarkClaim(claim.id.clone(), standing))));
        }
    }
}

/// Label and both sides of every field in which at least one of the two says something.
fn rows(look: Look, a: &Claim, b: &Claim, party: &dyn Fn(&PartyId) -> String) -> Vec<(&'static str, String, String)> {
    let source = |c: &Claim| {
        let source = c.source.as_ref().map(|s| (s, look.project.meta().source(s)));
        source.map_or_else(String::new, |(id, s)| s.map_or_else(|| id.as_str().to_owned(), |s| s.outlet.to_string()))
    };
    let title = |uid: &crate::model::Uid| {
        let found = look.project.find(uid).and_then(|i| look.project.get(i));
        found.map_or_else(|| uid.as_str().to_owned(), |i| i.title.to_string())
    };
    let of = |c: &Claim| {
        [
            ("Figure", c.count.to_string()),
            ("What happened", c.category.label().into()),
            ("About whom", party(&c.about)),
            ("Status", c.status.label().into()),
            ("Who says it", c.claimant.to_string()),
            ("Speaks for", c.speaks_for.as_ref().map(party).unwrap_or_default()),
            ("Published", c.published.map(|m| m.label(true)).unwrap_or_default()),
            ("Time covered", c.period.map(|w| w.label()).unwrap_or_default()),
            ("Running toll", if c.running { "yes".into() } else { String::new() }),
            ("Outlet", source(c)),
            ("Citing", c.via.join(", ")),
            ("Link", c.url.to_string()),
            ("Archived", c.archived.to_string()),
            ("Quote", c.quote.to_string()),
            ("Language", c.language.to_string()),
            ("Grade", c.grade.to_string()),
            ("Counts also for", c.covers.iter().map(title).collect::<Vec<_>>().join(", ")),
            ("Mark", c.standing.label().into()),
            ("Note", c.note.to_string()),
        ]
    };
    let pairs = of(a).into_iter().zip(of(b));
    pairs.map(|((l, x), (_, y))| (l, x, y)).filter(|(_, x, y)| !(x.is_empty() && y.is_empty())).collect()
}

fn pair(ui: &mut Ui, look: Look, label: &str, x: &str, y: &str) {
    let c = look.colors;
    let differs = x != y;
    let ink = c32(if differs { c.text } else { c.text_weak });
    // Whole sentences in bold would shout.
    let short = x.chars().count().max(y.chars().count()) <= 60;
    let font = if differs && short { bold(type_size::BODY) } else { regular(type_size::BODY) };
    let shown = |t: &str| if t.is_empty() { "not said".to_owned() } else { t.to_owned() };
    let galley = |ui: &Ui, text: String, empty: bool| {
        let (font, ink) = if empty { (regular(type_size::CAPTION), c32(c.text_weak)) } else { (font.clone(), ink) };
        ui.painter().layout(text, font, ink, COLUMN - space::S)
    };
    let (left, right) = (galley(ui, shown(x), x.is_empty()), galley(ui, shown(y), y.is_empty()));
    let height = left.size().y.max(right.size().y).max(16.0) + 8.0;
    let (rect, response) = ui.allocate_exact_size(egui::vec2(LABEL + 2.0 * COLUMN, height), egui::Sense::hover());
    let mark = if differs { ", differs" } else { "" };
    let name = format!("{label}: {} | {}{mark}", shown(x), shown(y));
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Label, true, &name));
    if !ui.is_rect_visible(rect) {
        return;
    }
    let p = ui.painter();
    if differs {
        p.rect_filled(rect.shrink2(egui::vec2(0.0, 1.0)), 3.0, c32(c.raised));
        p.rect_filled(egui::Rect::from_min_size(rect.min, egui::vec2(3.0, height - 1.0)), 1.5, c32(c.accent));
    }
    let top = rect.top() + 4.0;
    let small = regular(type_size::CAPTION);
    p.text(egui::pos2(rect.left() + 10.0, top + 1.0), egui::Align2::LEFT_TOP, label, small, c32(c.text_weak));
    p.galley(egui::pos2(rect.left() + LABEL, top), left, ink);
    p.galley(egui::pos2(rect.left() + LABEL + COLUMN, top), right, ink);
    p.hline(rect.x_range(), rect.bottom(), Stroke::new(1.0, c32(c.rule).gamma_multiply(0.5)));
}
