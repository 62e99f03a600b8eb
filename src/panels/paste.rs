//! Rows of a spreadsheet on their way into a ledger: what each becomes, what of it could not be read, and one step that
//! adds them.

use egui::{Key, Ui};

use super::dialogs::primary;
use super::inspector::dates::zone_of;
use super::inspector::parse::source_among;
use super::style::{bold, c32, caption};
use super::{Action, Look};
use crate::edit::Command;
use crate::edit::typed::{Column, Defaults, Known, Pasted, PastedRow, Words, cells, claim_rows};
use crate::model::{Category, Claim, Incident, IncidentId, Source, Status};
use crate::view::theme::{space, type_size};

/// Rows that are read and not yet added.
#[derive(Clone, Debug)]
pub struct Paste {
    incident: IncidentId,
    text: String,
    /// What columns were said to be by hand.
    chosen: Vec<Option<Column>>,
    defaults: Defaults,
    /// Whether rows were taken or left by hand.
    ticked: Vec<Option<bool>>,
    /// What the text was read as, until something of it changes.
    read: Option<Pasted>,
    /// Whether the keyboard was given to the field and the clipboard asked for.
    is_open: bool,
    wants_clipboard: bool,
    /// Frames until a page whose size has changed stands in the middle again.
    settling: u8,
}

impl Paste {
    /// A page that waits for rows.
    pub fn empty(incident: IncidentId) -> Self {
        Self { wants_clipboard: true, ..Self::of(incident, String::new()) }
    }

    /// A page with rows.
    pub fn of(incident: IncidentId, text: String) -> Self {
        Self {
            incident,
            text,
            chosen: Vec::new(),
            defaults: Defaults::default(),
            ticked: Vec::new(),
            read: None,
            is_open: false,
            wants_clipboard: false,
            settling: 0,
        }
    }

    fn takes(&self, n: usize, row: &PastedRow) -> bool {
        // What could not be read whole is taken only by the writer's own hand.
        row.claim.is_some() && self.ticked.get(n).copied().flatten().unwrap_or(row.problems.is_empty())
    }
}

/// Draws the page; `true` when it is to be closed.
pub fn ui(ui: &mut Ui, look: Look, paste: &mut Paste) -> (bool, Vec<Action>) {
    let c = look.colors;
    ui.set_width(700.0);
    let Some(incident) = look.project.get(paste.incident) else { return (true, Vec::new()) };
    ui.label(egui::RichText::new("Rows from a spreadsheet").font(bold(type_size::TITLE)).color(c32(c.text)));
    if paste.settling > 0 {
        paste.settling -= 1;
        ui.ctx().request_repaint();
    }
    let words = "Copy cells and paste them here: one row, one claim, columns in any order, with or without a header.";
    ui.add(egui::Label::new(caption(words, c)).wrap());
    ui.add_space(space::XS);
    field(ui, paste);
    let pasted = paste.read.take().unwrap_or_else(|| {
        paste.settling = 3;
        read(look, incident, paste)
    });
    if !pasted.rows.is_empty() {
        columns(ui, look, paste, &pasted);
        defaults(ui, look, paste);
        ui.add_space(space::XS);
        egui::ScrollArea::vertical().max_height(250.0).auto_shrink([false, true]).show(ui, |ui| {
            for (n, row) in pasted.rows.iter().enumerate() {
                preview(ui, look, paste, n, row);
            }
        });
    } else if !paste.text.trim().is_empty() {
        ui.label(egui::RichText::new("There is no row to read in this text.").color(c32(c.error)));
    }
    ui.add_space(space::S);
    let taken: Vec<&PastedRow> =
        pasted.rows.iter().enumerate().filter(|(n, r)| paste.takes(*n, r)).map(|(_, r)| r).collect();
    let left = pasted.rows.len() - taken.len();
    let mut actions = Vec::new();
    let mut close = ui.input(|i| i.key_pressed(Key::Escape));
    ui.horizontal(|ui| {
        let verb = match taken.len() {
            0 => "Add claims".to_owned(),
            1 => "Add 1 claim".to_owned(),
            n => format!("Add {n} claims"),
        };
        let add = ui.add_enabled_ui(!taken.is_empty(), |ui| primary(ui, &verb, c)).inner;
        if add.clicked() && !taken.is_empty() {
            actions.push(Action::Edit(command(look, paste.incident, incident, &taken)));
            close = true;
        }
        close |= ui.button("Cancel").clicked();
        if left > 0 {
            let word = if left == 1 { "1 row is left out".to_owned() } else { format!("{left} rows are left out") };
            ui.label(caption(word, c));
        }
    });
    // What was just changed is read anew in the next frame.
    if ui.ctx().data(|d| d.get_temp::<bool>(changed_id())).unwrap_or(false) {
        ui.data_mut(|d| d.remove::<bool>(changed_id()));
    } else {
        paste.read = Some(pasted);
    }
    (close, actions)
}

fn changed_id() -> egui::Id {
    egui::Id::unique("pasted rows changed")
}

fn changed(ui: &Ui) {
    ui.data_mut(|d| d.insert_temp(changed_id(), true));
    ui.ctx().request_repaint();
}

fn field(ui: &mut Ui, paste: &mut Paste) {
    let edit = egui::TextEdit::multiline(&mut paste.text)
        .desired_rows(4)
        .desired_width(f32::INFINITY)
        .hint_text("Ctrl+V")
        .id(egui::Id::unique("rows from a spreadsheet"));
    let response =
        egui::ScrollArea::vertical().id_salt("pasted text").max_height(92.0).show(ui, |ui| ui.add(edit)).inner;
    let value = paste.text.clone();
    response.widget_info(|| {
        let mut info = egui::WidgetInfo::text_edit(true, value.clone(), value.clone(), "");
        info.label = Some("Rows".into());
        info
    });
    if response.changed() {
        paste.ticked.clear();
        paste.chosen.clear();
        paste.read = None;
    }
    if !paste.is_open {
        paste.is_open = true;
        response.request_focus();
    } else if paste.wants_clipboard && response.has_focus() {
        paste.wants_clipboard = false;
        ui.ctx().send_viewport_cmd(egui::ViewportCommand::RequestPaste);
    }
}

fn read(look: Look, incident: &Incident, paste: &Paste) -> Pasted {
    let words = Words::new(&look.project.meta().parties);
    let outlets: Vec<&str> = look.project.meta().sources.iter().map(|s| &*s.outlet).collect();
    let known = Known { words: &words, claims: &incident.claims, outlets: &outlets, zone: zone_of(incident) };
    claim_rows(&cells(&paste.text), &paste.chosen, &paste.defaults, known)
}

/// What each column is taken for, and a way to say otherwise.
fn columns(ui: &mut Ui, look: Look, paste: &mut Paste, pasted: &Pasted) {
    let c = look.colors;
    ui.add_space(space::S);
    let words = if pasted.has_header { "Columns, by the header" } else { "Columns, by what stands in them" };
    ui.label(caption(words, c));
    ui.horizontal_wrapped(|ui| {
        for (n, (column, head)) in pasted.columns.iter().zip(&pasted.heads).enumerate() {
            let short: String = head.chars().take(14).collect();
            let color = if *column == Column::Skip { c.warning } else { c.text };
            let shown = egui::RichText::new(format!("{short}: {}", column.label())).color(c32(color));
            let combo = egui::ComboBox::from_id_salt(("column", n)).selected_text(shown).height(360.0);
            let inner = combo.show_ui(ui, |ui| {
                for other in Column::all() {
                    if ui.selectable_label(*column == other, other.label()).clicked() {
                        paste.chosen.resize(pasted.columns.len(), None);
                        if let Some(slot) = paste.chosen.get_mut(n) {
                            *slot = Some(other);
                        }
                        changed(ui);
                    }
                }
            });
            let (name, value) = (format!("Column {}", n + 1), column.label().to_owned());
            inner.response.widget_info(|| {
                let mut info = egui::WidgetInfo::labeled(egui::Role::ComboBox, true, &name);
                info.current_text_value = Some(value.clone());
                info
            });
        }
    });
}

/// What rows that do not say it are about.
fn defaults(ui: &mut Ui, look: Look, paste: &mut Paste) {
    let c = look.colors;
    let before = paste.defaults.clone();
    ui.add_space(space::XS);
    ui.horizontal_wrapped(|ui| {
        ui.label(caption("Where a row does not say:", c));
        let parties = &look.project.meta().parties;
        let name = |id: &crate::model::PartyId| {
            parties.iter().find(|p| p.id == *id).map_or(id.as_str(), |p| p.names.best(look.labels.first)).to_owned()
        };
        let d = &mut paste.defaults;
        let shown = d.party.as_ref().map_or_else(|| "no party: left out".to_owned(), name);
        choice(ui, "Party of rows without one", &shown, |ui| {
            if ui.selectable_label(d.party.is_none(), "no party: left out").clicked() {
                d.party = None;
            }
            for party in parties {
                if ui
                    .selectable_label(d.party.as_ref() == Some(&party.id), party.names.best(look.labels.first))
                    .clicked()
                {
                    d.party = Some(party.id.clone());
                }
            }
        });
        choice(ui, "Category of rows without one", d.category.label(), |ui| {
            for category in Category::ALL {
                if ui.selectable_label(d.category == *category, category.label()).clicked() {
                    d.category = *category;
                }
            }
        });
        choice(ui, "Status of rows without one", d.status.label(), |ui| {
            for status in Status::ALL {
                if ui.selectable_label(d.status == *status, status.label()).clicked() {
                    d.status = *status;
                }
            }
        });
    });
    if paste.defaults != before {
        changed(ui);
    }
}

fn choice(ui: &mut Ui, name: &str, shown: &str, content: impl FnOnce(&mut Ui)) {
    let inner = egui::ComboBox::from_id_salt(name).selected_text(shown).height(360.0).show_ui(ui, content);
    let (name, shown) = (name.to_owned(), shown.to_owned());
    inner.response.widget_info(|| {
        let mut info = egui::WidgetInfo::labeled(egui::Role::ComboBox, true, &name);
        info.current_text_value = Some(shown.clone());
        info
    });
}

/// One row: whether it is taken, what it becomes, what could not be read.
fn preview(ui: &mut Ui, look: Look, paste: &mut Paste, n: usize, row: &PastedRow) {
    let c = look.colors;
    let mut on = paste.takes(n, row);
    let words = match &row.claim {
        Some(claim) => becomes(look, claim, &row.outlet),
        None => "not taken".to_owned(),
    };
    let text = egui::RichText::new(format!("{}  {words}", row.line)).color(c32(if on { c.text } else { c.text_weak }));
    let response = ui.add_enabled(row.claim.is_some(), egui::Checkbox::new(&mut on, text));
    if response.changed() {
        paste.ticked.resize(paste.ticked.len().max(n + 1), None);
        if let Some(slot) = paste.ticked.get_mut(n) {
            *slot = Some(on);
        }
    }
    for problem in &row.problems {
        ui.horizontal_wrapped(|ui| {
            ui.add_space(30.0);
            let kept = if row.claim.is_some() && problem != "no figure" { "; kept in the note" } else { "" };
            let text = egui::RichText::new(format!("{problem}{kept}")).size(type_size::CAPTION).color(c32(c.warning));
            ui.add(egui::Label::new(text).wrap());
        });
    }
}

/// A claim in one line.
fn becomes(look: Look, claim: &Claim, outlet: &str) -> String {
    let name = |p: &crate::model::PartyId| {
        look.project
            .meta()
            .party(p)
            .map_or_else(|| p.as_str().to_owned(), |p| p.names.best(look.labels.first).to_owned())
    };
    let status =
        if claim.status == Status::Unspecified { String::new() } else { format!(", {}", claim.status.label()) };
    let mut out = format!("{} {}{status}, {}", claim.count, claim.category.label(), name(&claim.about));
    if !claim.claimant.is_empty() {
        out += &format!(" · {}", claim.claimant);
        if let Some(side) = &claim.speaks_for {
            out += &format!(" (for {})", name(side));
        }
    }
    if let Some(m) = claim.published {
        out += &format!(" · {}", m.label(true));
    }
    if !outlet.is_empty() {
        let (_, new) = source_among(&look.project.meta().sources, &[], outlet, "");
        out += &format!(" · in {outlet}{}", if new.is_some() { " (new source)" } else { "" });
    }
    out
}

/// The claims of these rows with their sources, as one step.
fn command(look: Look, id: IncidentId, incident: &Incident, rows: &[&PastedRow]) -> Command {
    let mut sources: Vec<Source> = Vec::new();
    let first: u32 = incident.next_claim_id().trim_start_matches('c').parse().unwrap_or(1);
    let claims =
        rows.iter().filter_map(|r| Some((r.claim.as_ref()?, &r.outlet))).zip(first..).map(|((claim, outlet), n)| {
            let mut claim = Claim { id: format!("c{n}").into(), ..claim.clone() };
            if !outlet.is_empty() {
                let (source, new) = source_among(&look.project.meta().sources, &sources, outlet, "");
                claim.source = Some(source);
                sources.extend(new);
            }
            claim
        });
    let claims: Vec<Claim> = claims.collect();
    Command::AddClaims(id, claims, sources)
}
