//! The first rows as they will be, as a table; those that cannot be read say why.

use egui::{Rect, ScrollArea, Sense, Ui, pos2, vec2};

use super::cell;
use crate::edit::typed::{Format, show_position};
use crate::import::{Fault, Preview};
use crate::model::{Claim, Incident, PartyId, Status};
use crate::panels::Look;
use crate::panels::style::{bold, c32, regular};
use crate::view::theme::{space, type_size};

/// Height of a row in points.
const ROW: f32 = 24.0;

/// Columns of the table, and the most that each is given of the width, in points.
const COLUMNS: [(&str, f32); 8] = [
    ("Line", 56.0),
    ("When", 190.0),
    ("Title", 300.0),
    ("Kind", 170.0),
    ("Place", 200.0),
    ("Position", 190.0),
    ("Parties", 240.0),
    ("Figures", 320.0),
];

/// Columns that hold anything, each with its place among all and as wide as what stands in it.
pub(super) fn columns(ui: &Ui, look: Look, preview: &Preview) -> Vec<(usize, f32)> {
    let mut letters = COLUMNS.map(|_| 0);
    for (line, row) in &preview.rows {
        let Ok(incident) = row else { continue };
        let cells = std::iter::once(line.to_string()).chain(said(look, preview, incident));
        for (most, cell) in letters.iter_mut().zip(cells) {
            *most = (*most).max(cell.chars().take(80).count());
        }
    }
    let font = regular(type_size::CAPTION);
    let letter = ui.ctx().fonts_mut(|f| f.glyph_width(&font, 'n'));
    (0..)
        .zip(COLUMNS.into_iter().zip(letters))
        .filter(|(n, (_, most))| *n == 0 || *most > 0)
        .map(|(n, ((name, widest), most))| {
            let wide = most.max(name.chars().count() + 1) as f32 * letter + space::L;
            (n, wide.min(widest))
        })
        .collect()
}

/// Draws the table; answers the row that was clicked.
pub(super) fn ui(
    ui: &mut Ui,
    look: Look,
    preview: &Preview,
    columns: &[(usize, f32)],
    at: Option<usize>,
    reveal: bool,
) -> Option<usize> {
    let c = look.colors;
    let width = columns.iter().map(|(_, w)| w).sum::<f32>() + space::S;
    let mut clicked = None;
    ScrollArea::horizontal().id_salt("preview across").auto_shrink([false, false]).show(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        let (head, _) = ui.allocate_exact_size(vec2(width.max(ui.available_width()), ROW), Sense::hover());
        let mut x = head.left() + space::S;
        for (n, w) in columns {
            let name = COLUMNS.get(*n).map_or("", |(name, _)| name);
            let font = bold(type_size::CAPTION);
            ui.painter().text(pos2(x, head.center().y), egui::Align2::LEFT_CENTER, name, font, c32(c.text_weak));
            x += w;
        }
        ui.painter().hline(head.x_range(), head.bottom(), egui::Stroke::new(1.0, c32(c.rule)));
        let mut area = ScrollArea::vertical().id_salt("preview rows").auto_shrink([false, false]);
        if let Some(n) = at.filter(|_| reveal) {
            area = area.vertical_scroll_offset((n as f32 * ROW - ui.available_height() / 2.0).max(0.0));
        }
        area.show_rows(ui, ROW, preview.rows.len(), |ui, range| {
            for n in range {
                let Some((line, row)) = preview.rows.get(n) else { continue };
                let (rect, response) = ui.allocate_exact_size(vec2(head.width(), ROW), Sense::click());
                let words = match row {
                    Ok(incident) => said(look, preview, incident),
                    Err(fault) => vec![not_taken(fault)],
                };
                let name = format!("Row {line}: {}", words.join(", "));
                response.widget_info(|| egui::WidgetInfo::selected(egui::Role::ListItem, true, at == Some(n), &name));
                let ground = match (at == Some(n), response.hovered() || response.has_focus()) {
                    (true, _) => Some(c.selected),
                    (false, true) => Some(c.raised),
                    (false, false) => None,
                };
                if let Some(ground) = ground {
                    ui.painter().rect_filled(rect, 4.0, c32(ground));
                }
                let ink = if row.is_ok() { c.text } else { c.error };
                let mut x = rect.left() + space::S;
                let line = line.to_string();
                if row.is_ok() {
                    for (n, w) in columns {
                        let text = n.checked_sub(1).map_or(Some(&line), |n| words.get(n)).map_or("", String::as_str);
                        let at = Rect::from_min_size(pos2(x, rect.top()), vec2(w - space::S, ROW));
                        cell(ui, at, text, type_size::CAPTION, ink);
                        x += w;
                    }
                } else {
                    let first = columns.first().map_or(0.0, |(_, w)| *w);
                    let at = Rect::from_min_size(pos2(x, rect.top()), vec2(first - space::S, ROW));
                    cell(ui, at, &line, type_size::CAPTION, ink);
                    let at = Rect::from_min_max(pos2(x + first, rect.top()), rect.max);
                    cell(ui, at, &words.concat(), type_size::CAPTION, ink);
                }
                if response.clicked() {
                    clicked = Some(n);
                }
                response.on_hover_text(words.join("\n"));
            }
        });
    });
    clicked
}

/// Why a row does not come in, in a line.
pub(super) fn not_taken(fault: &Fault) -> String {
    // A reason that quotes the value needs no second quote.
    if fault.value.is_empty() || fault.reason.contains(&*fault.value) {
        format!("{}: {}", fault.field, fault.reason)
    } else {
        format!("{} “{}”: {}", fault.field, fault.value, fault.reason)
    }
}

/// What stands in the columns behind the line.
fn said(look: Look, preview: &Preview, i: &Incident) -> Vec<String> {
    let party = |id: &PartyId| party_name(look, preview, id);
    let list = |items: Vec<String>| items.join(", ");
    vec![
        i.when.map_or_else(|| "no date".to_owned(), |w| look.zone.when(&w)),
        i.title.to_string(),
        i.kind.label().to_owned(),
        i.place.names.best(look.labels.first).to_owned(),
        i.place.position.map_or_else(|| "no position".to_owned(), |p| show_position(p, Format::Decimal)),
        list(i.parties.iter().map(party).collect()),
        list(i.claims.iter().map(|c| figure(c, &party(&c.about))).collect()),
    ]
}

/// "3–5 killed, Armenia".
pub(super) fn figure(claim: &Claim, about: &str) -> String {
    let status = if claim.status == Status::Unspecified { String::new() } else { format!("{} ", claim.status.label()) };
    let whose = if claim.about.is_all() { String::new() } else { format!(" ({about})") };
    format!("{} {status}{}{whose}", claim.count, claim.category.label())
}

fn party_name(look: Look, preview: &Preview, id: &PartyId) -> String {
    let known = look.project.meta().party(id).or_else(|| preview.parties.iter().find(|p| p.id == *id));
    known.map_or_else(|| id.as_str().to_owned(), |p| p.names.best(look.labels.first).to_owned())
}
